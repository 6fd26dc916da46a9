//! `/sign-in`, `/sign-up`, `/sign-out`, `/invitation`.

use crate::prelude::*;
use axum::http::{HeaderMap, header};
use web_kit::forms::Password;
use web_kit::principal::{OPERATOR, SESSION, of_platform, own_path, set_cookie};
use web_kit::view::sign::{self, SignUpBody, device};

/// What is typed to sign in.
#[derive(Form)]
#[form("sign_in")]
struct SignInForm {
    #[field(most = 254, fill = "username")]
    contact: String,
    #[field(most = 256, fill = "current-password")]
    password: Password,
}

/// What is typed to sign up.
#[derive(Form)]
#[form("sign_up")]
struct SignUpForm {
    #[field(most = 254, fill = "username")]
    contact: String,
    #[field(most = 60, fill = "name")]
    name: Option<String>,
    #[field(hint, most = 256, fill = "new-password")]
    password: Password,
}

/// Where to go afterwards: what the address says, or the form that was sent.
fn back(at: &PageContext) -> &str {
    let said = if at.fields.has("back") { at.fields.text("back") } else { at.query.text("back") };
    own_path(Some(said))
}

/// The other of the two pages, with the same way back.
fn other(at: &PageContext, href: &str, text: &str) -> Markup {
    html! { a href={ (href) "?back=" (ui::encode(back(at))) } { (text) } }
}

/// A form of one of the two pages, with where to go afterwards.
fn form(at: &PageContext, action: &str, lines: &Markup, button: &str) -> Markup {
    html! {
        form action=(action) method="post" {
            input type="hidden" name="back" value=(back(at));
            (lines)
            div.acts { button.btn.pri.wide { (button) } }
        }
    }
}

async fn in_form(at: PageContext) -> Result<Page, Failure> {
    let title = at.t("登录", "Sign in");
    let body = html! {
        section.blk {
            (at.banners(&[]))
            @if of_platform(back(&at)) {
                p.note { (at.t("平台后台给平台员工用。在这台机器上运营的人不用账号：打开 sanhao serve 打印的链接就好。", "The console is for the platform's staff. Whoever operates it on this machine needs no account: open the address that `sanhao serve` prints.")) }
            }
            (form(&at, "/sign-in", &SignInForm::draw(&at.look, &at.fields, |_| Vec::new()), title))
            p.note { (at.t("还没有账号？", "No account yet? ")) (other(&at, "/sign-up", at.t("注册", "Sign up"))) }
        }
    };
    Ok(Frame::of(Tab::Mine).back("/").narrow().page(&at.look, title, &body))
}

async fn up_form(at: PageContext) -> Result<Page, Failure> {
    let title = at.t("注册", "Sign up");
    let body = html! {
        section.blk {
            (at.banners(&[]))
            (form(&at, "/sign-up", &SignUpForm::draw(&at.look, &at.fields, |_| Vec::new()), title))
            p.note { (at.t("手机号、邮箱、姓名和地址加密保存，店铺只看到打码信息。", "Your phone, email, name and addresses are encrypted. Shops see them masked.")) }
            p.note { (at.t("已有账号？", "Already have an account? ")) (other(&at, "/sign-in", at.t("登录", "Sign in"))) }
        }
    };
    Ok(Frame::of(Tab::Mine).back("/").narrow().page(&at.look, title, &body))
}

pub async fn in_page(at: PageContext) -> Result<Response, Failure> {
    already(at, in_form).await
}

pub async fn up_page(at: PageContext) -> Result<Response, Failure> {
    already(at, up_form).await
}

/// Who is signed in already has no use for a form; but a console that refused them would send them in a circle.
async fn already(
    at: PageContext,
    form: impl AsyncFnOnce(PageContext) -> Result<Page, Failure>,
) -> Result<Response, Failure> {
    let to = back(&at);
    if at.who().signed().is_some() && !of_platform(to) {
        return Ok(Redirect::to(to).into_response());
    }
    Ok(form(at).await?.into_response())
}

/// Leads on with a session that was opened; else the form again, under the status of its refusal, with what was typed but
/// the password.
async fn opened(
    mut at: PageContext,
    headers: &HeaderMap,
    came: Result<sign::Opened, Failure>,
    form: impl AsyncFnOnce(PageContext) -> Result<Page, Failure>,
) -> Result<Response, Failure> {
    match came {
        Ok(opened) => Ok(opened.signed(&at.site, headers, Redirect::to(back(&at)).into_response())),
        Err(failure) => {
            let status = failure.status_code();
            at.refuse(failure, &super::ABOUT)?;
            Ok((status, form(at).await?).into_response())
        }
    }
}

pub async fn sign_in(headers: HeaderMap, mut at: PageContext) -> Result<Response, Failure> {
    let Some(SignInForm { contact, password }) = at.typed() else {
        return at.answer("/sign-in", in_form).await;
    };
    let came = sign::sign_in(&at.site, &contact, password.0, device(&headers)).await;
    opened(at, &headers, came, in_form).await
}

pub async fn sign_up(headers: HeaderMap, mut at: PageContext) -> Result<Response, Failure> {
    let Some(SignUpForm { contact, name, password }) = at.typed() else {
        return at.answer("/sign-up", up_form).await;
    };
    let new = SignUpBody { contact, password: password.0, name };
    let came = sign::join(&at.site, new, device(&headers)).await;
    opened(at, &headers, came, up_form).await
}

/// Signs out; the operator's ticket goes too, so that a browser which signs out knows nothing any more.
pub async fn sign_out(State(site): State<Site>, who: Principal) -> Result<Response, Failure> {
    sign::leave(&site, &who).await?;
    let mut response = Redirect::to("/").into_response();
    for name in [SESSION, OPERATOR] {
        if let Some(cookie) = set_cookie(&site, name, None) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
    Ok(response)
}

/// Asks whether to take an invitation.
pub async fn invitation(at: PageContext) -> Result<Page, Failure> {
    let title = at.t("邀请", "An invitation");
    let body = html! {
        section.blk {
            (at.banners(&[]))
            @if at.is_refused() {
                div.acts { a.btn href="/account" { (at.t("返回我的", "Back to my account")) } }
            } @else {
                p { (at.t("有人请你一起工作。接受以后，你的账号能做这个角色允许的事。", "Somebody asks you to work with them. If you accept, your account may do what the role allows.")) }
                form action="/invitation" method="post" {
                    input type="hidden" name="token" value=(at.query.text("token"));
                    input type="hidden" name="key" value=(at.key());
                    div.acts { button.btn.pri.wide { (at.t("接受邀请", "Accept the invitation")) } }
                }
                p.note { (at.t("只有邀请里写的那个手机号或邮箱的账号能接受。", "Only the account of the phone number or e-mail address it was sent to can accept it.")) }
            }
        }
    };
    Ok(Frame::of(Tab::Mine).back("/account").narrow().page(&at.look, title, &body))
}

/// Takes it.
pub async fn accept(mut at: PageContext) -> Result<Response, Failure> {
    let to = match web_kit::view::staff::accepted(&at.site, &at.act, at.fields.text("token")).await {
        Ok(Some(shop)) => format!("/merchant/{shop}"),
        Ok(None) => "/console".to_owned(),
        Err(failure) if failure.status >= 500 => return Err(failure),
        Err(failure) => {
            at.refused = Some(failure);
            "/invitation".to_owned()
        }
    };
    at.answer(&to, invitation).await
}
