//! `/sign-in`, `/sign-up`, `/sign-out`, `/invitation`.

use crate::account::{Line, beside, refusal};
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;
use web_kit::account::At;
use web_kit::idempotency::{IdempotentForm, IdempotentRequest};
use web_kit::principal::{OPERATOR, Principal, SESSION, set_cookie};
use web_kit::problem::{Failure, Form};
use web_kit::site::Site;
use web_kit::storefront::frame::{Frame, Tab};
use web_kit::ui::{self, Page, RenderContext};
use web_kit::view::sign::{SignUpBody, device};

/// What is typed in to sign in or up.
#[derive(Deserialize, Default)]
pub struct Typed {
    #[serde(default)]
    contact: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    name: String,
    back: Option<String>,
}

fn contact(look: &RenderContext, value: &str, failure: Option<&Failure>) -> Markup {
    Line {
        wrong: beside(look, failure, "contact"),
        name: "contact",
        label: look.t("手机号或邮箱", "Phone number or e-mail"),
        fill: "username",
        value,
        most: 254,
        ..Line::default()
    }
    .show()
}

fn password(look: &RenderContext, fill: &str, hint: &str, failure: Option<&Failure>) -> Markup {
    let (label, wrong) = (look.t("密码", "Password"), beside(look, failure, "password"));
    Line { name: "password", label, kind: "password", fill, hint, most: 256, wrong, ..Line::default() }.show()
}

/// The other of the two pages, with the same way back.
fn other(href: &str, back: &str, text: &str) -> Markup {
    html! { a href={ (href) "?back=" (ui::encode(back)) } { (text) } }
}

fn in_form(look: &RenderContext, typed: &Typed, failure: Option<&Failure>) -> Page {
    let back = web_kit::principal::place(typed.back.as_deref());
    let title = look.t("登录", "Sign in");
    let body = html! {
        section.blk {
            (refusal(look, failure))
            @if web_kit::principal::of_platform(back) {
                p.note { (look.t("平台后台给平台员工用。在这台机器上运营的人不用账号：打开 sanhao serve 打印的链接就好。", "The console is for the platform's staff. Whoever operates it on this machine needs no account: open the address that `sanhao serve` prints.")) }
            }
            form action="/sign-in" method="post" {
                input type="hidden" name="back" value=(back);
                (contact(look, &typed.contact, failure))
                (password(look, "current-password", "", failure))
                div.acts { button.btn.pri.wide { (title) } }
            }
            p.note { (look.t("还没有账号？", "No account yet? ")) (other("/sign-up", back, look.t("注册", "Sign up"))) }
        }
    };
    Frame::of(Tab::Mine).back("/").narrow().page(look, title, &body)
}

fn up_form(look: &RenderContext, typed: &Typed, failure: Option<&Failure>) -> Page {
    let back = web_kit::principal::place(typed.back.as_deref());
    let title = look.t("注册", "Sign up");
    let body = html! {
        section.blk {
            (refusal(look, failure))
            form action="/sign-up" method="post" {
                input type="hidden" name="back" value=(back);
                (contact(look, &typed.contact, failure))
                (Line { name: "name", label: look.t("怎么称呼你（可不填）", "What to call you (optional)"), fill: "name", value: &typed.name, needed: false, wrong: beside(look, failure, "name"), ..Line::default() }.show())
                (password(look, "new-password", look.t("至少 8 个字，长一点比花哨好记也更安全。", "At least 8 characters; long is better than fancy."), failure))
                div.acts { button.btn.pri.wide { (title) } }
            }
            p.note { (look.t("手机号、邮箱、姓名和地址加密保存；店铺看到的是打了码的。", "Phone number, e-mail, name and addresses are kept sealed; shops see them masked.")) }
            p.note { (look.t("已经有账号？", "An account already? ")) (other("/sign-in", back, look.t("登录", "Sign in"))) }
        }
    };
    Frame::of(Tab::Mine).back("/").narrow().page(look, title, &body)
}

pub async fn in_page(look: RenderContext, who: Principal, At(asked): At) -> Response {
    already(&look, &who, asked.back, in_form)
}

pub async fn up_page(look: RenderContext, who: Principal, At(asked): At) -> Response {
    already(&look, &who, asked.back, up_form)
}

/// Who is signed in already has no use for a form; but a console that refused them would send them in a circle.
fn already(
    look: &RenderContext,
    who: &Principal,
    back: Option<String>,
    form: fn(&RenderContext, &Typed, Option<&Failure>) -> Page,
) -> Response {
    let to = web_kit::principal::place(back.as_deref());
    match who.signed() {
        Some(_) if !web_kit::principal::of_platform(to) => Redirect::to(to).into_response(),
        Some(_) | None => form(look, &Typed { back, ..Typed::default() }, None).into_response(),
    }
}

pub async fn sign_in(
    State(site): State<Site>,
    look: RenderContext,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Response {
    match web_kit::view::sign::sign_in(&site, &typed.contact, typed.password.clone(), device(&headers)).await
    {
        Ok(opened) => {
            let to = web_kit::principal::place(typed.back.as_deref());
            opened.signed(&site, &headers, Redirect::to(to).into_response())
        }
        Err(failure) => shown(&look, &typed, &failure, in_form),
    }
}

pub async fn sign_up(
    State(site): State<Site>,
    look: RenderContext,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Response {
    let (contact, password) = (typed.contact.clone(), typed.password.clone());
    let new = SignUpBody { contact, password, name: Some(typed.name.clone()) };
    match web_kit::view::sign::join(&site, new, device(&headers)).await {
        Ok(opened) => {
            let to = web_kit::principal::place(typed.back.as_deref());
            opened.signed(&site, &headers, Redirect::to(to).into_response())
        }
        Err(failure) => shown(&look, &typed, &failure, up_form),
    }
}

/// The form again, with what was typed but the password. Some refusals are not the form's: those are pages of their own.
fn shown(
    look: &RenderContext,
    typed: &Typed,
    failure: &Failure,
    form: fn(&RenderContext, &Typed, Option<&Failure>) -> Page,
) -> Response {
    if failure.status >= 500 {
        return failure.clone().into_response();
    }
    (failure.status_code(), form(look, typed, Some(failure))).into_response()
}

/// Signs out; the operator's ticket goes too, so that a browser which signs out knows nothing any more.
pub async fn sign_out(State(site): State<Site>, who: Principal) -> Result<Response, Failure> {
    web_kit::view::sign::leave(&site, &who).await?;
    let mut response = Redirect::to("/").into_response();
    for name in [SESSION, OPERATOR] {
        if let Some(cookie) = set_cookie(&site, name, None) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
    Ok(response)
}

#[derive(Deserialize)]
pub struct Taken {
    #[serde(default)]
    token: String,
}

fn invitation_page(site: &Site, look: &RenderContext, token: &str, failure: Option<&Failure>) -> Page {
    let title = look.t("邀请", "An invitation");
    let body = html! {
        section.blk {
            (refusal(look, failure))
            @if failure.is_none() {
                p { (look.t("有人请你一起工作。接受以后，你的账号能做这个角色允许的事。", "Somebody asks you to work with them. If you accept, your account may do what the role allows.")) }
                form action="/invitation" method="post" {
                    input type="hidden" name="token" value=(token);
                    input type="hidden" name="key" value=(site.form_key());
                    div.acts { button.btn.pri.wide { (look.t("接受邀请", "Accept the invitation")) } }
                }
                p.note { (look.t("只有邀请里写的那个手机号或邮箱的账号能接受。", "Only the account of the phone number or e-mail address it was sent to can accept it.")) }
            } @else {
                div.acts { a.btn href="/account" { (look.t("回到我的", "To my account")) } }
            }
        }
    };
    Frame::of(Tab::Mine).back("/account").narrow().page(look, title, &body)
}

/// Asks whether to take an invitation.
pub async fn invitation(
    State(site): State<Site>,
    look: RenderContext,
    At(asked): At,
) -> Result<Page, Failure> {
    Ok(invitation_page(&site, &look, asked.token.as_deref().unwrap_or_default(), None))
}

/// Takes it.
pub async fn accept(
    State(site): State<Site>,
    look: RenderContext,
    IdempotentForm { act, form }: IdempotentForm<Taken>,
) -> Result<Response, Failure> {
    taken(&site, &look, &act, &form.token).await
}

async fn taken(
    site: &Site,
    look: &RenderContext,
    act: &IdempotentRequest,
    token: &str,
) -> Result<Response, Failure> {
    Ok(match web_kit::view::staff::accepted(site, act, token).await {
        Ok(Some(shop)) => Redirect::to(&format!("/merchant/{shop}")).into_response(),
        Ok(None) => Redirect::to("/console").into_response(),
        Err(failure) if failure.status >= 500 => return Err(failure),
        Err(failure) => {
            (failure.status_code(), invitation_page(site, look, token, Some(&failure))).into_response()
        }
    })
}
