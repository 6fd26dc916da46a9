//! `/account/security`: where one is signed in, how one is reached, the password, and the end of the account.

use crate::account::address::Nothing;
use crate::account::{Line, beside, done, refusal};
use crate::parts::{Mark, state};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::id::Login;
use maud::{Markup, html};
use people::member::{self, Device, Ended, Profile, SessionView};
use people::vault::Contact;
use serde::Deserialize;
use web_kit::account::At;
use web_kit::idempotency::IdempotentForm;
use web_kit::input::id;
use web_kit::principal::{Principal, SESSION, set_cookie};
use web_kit::problem::{Failure, Path};
use web_kit::site::Site;
use web_kit::storefront::frame::{Frame, Tab};
use web_kit::ui::{Page, RenderContext};
use web_kit::when;

/// Sessions that are listed: a member has no more.
const MOST: i64 = 100;

const HERE: &str = "/account/security";

struct Found {
    own: Profile,
    sessions: Vec<SessionView>,
}

async fn found(site: &Site, who: &Principal) -> Result<Found, Failure> {
    let (member, vault, now) = (who.member()?, site.vault.clone(), (site.now)());
    site.read(move |q| {
        let own = member::profile(q, &vault, member)?;
        Ok(Found { own, sessions: member::sessions(q, member, None, now, MOST)? })
    })
    .await
}

/// The page.
pub async fn page(
    State(site): State<Site>,
    look: RenderContext,
    who: Principal,
    At(asked): At,
) -> Result<Page, Failure> {
    let found = found(&site, &who).await?;
    Ok(shown(&site, &look, &who, &found, asked.done.as_deref(), None))
}

fn device(look: &RenderContext, device: Device) -> &'static str {
    match (device, look.lang) {
        (Device::Phone, web_kit::lang::Lang::Zh) => "手机",
        (Device::Phone, web_kit::lang::Lang::En) => "A phone",
        (Device::Tablet, web_kit::lang::Lang::Zh) => "平板",
        (Device::Tablet, web_kit::lang::Lang::En) => "A tablet",
        (Device::Computer, web_kit::lang::Lang::Zh) => "电脑",
        (Device::Computer, web_kit::lang::Lang::En) => "A computer",
        (Device::Program, web_kit::lang::Lang::Zh) => "程序",
        (Device::Program, web_kit::lang::Lang::En) => "A program",
    }
}

/// A form that folds away; open if it was the one that was refused.
fn fold(
    site: &Site,
    look: &RenderContext,
    (word, title): (&str, &str),
    refused: Option<&(&str, Failure)>,
    lines: &Markup,
    button: &str,
) -> Markup {
    let refused = refused.filter(|(of, _)| *of == word).map(|(_, failure)| failure);
    html! {
        section.blk {
            details.fold open[refused.is_some()] {
                summary { (title) }
                (refusal(look, refused))
                form action={ (HERE) "/" (word) } method="post" {
                    input type="hidden" name="key" value=(site.form_key());
                    (lines)
                    div.acts { button.btn.pri { (button) } }
                }
            }
        }
    }
}

fn secret(name: &str, label: &str, fill: &str, wrong: &str) -> Markup {
    Line { name, label, kind: "password", fill, most: 256, wrong, ..Line::default() }.show()
}

fn shown(
    site: &Site,
    look: &RenderContext,
    who: &Principal,
    found: &Found,
    word: Option<&str>,
    refused: Option<&(&str, Failure)>,
) -> Page {
    let title = look.t("登录与密码", "Sign-in and password");
    let now = (site.now)();
    let said = [
        ("password", "密码改好了，其它设备都已退出", "The password is changed; other devices are signed out"),
        ("contact", "改好了", "It is changed"),
        ("session", "那台设备退出了", "That device is signed out"),
    ];
    let refused_in = |word: &str| refused.filter(|(of, _)| *of == word).map(|(_, failure)| failure);
    let again = |word| {
        secret(
            "password",
            look.t("密码", "Password"),
            "current-password",
            beside(look, refused_in(word), "password"),
        )
    };
    let reached =
        [(look.t("手机号", "Phone"), &found.own.phone), (look.t("邮箱", "E-mail"), &found.own.email)];
    let body = html! {
        (done(look, word, &said))
        section.blk {
            div.hd { h2 { (look.t("在哪里登录着？", "Signed in where?")) } span { (found.sessions.len()) } }
            @for one in &found.sessions {
                div.kv {
                    div {
                        (device(look, one.device))
                        small { (look.t("最近用过 ", "last used ")) (when::moment(look.lang, &site.market, now, one.seen_at)) }
                    }
                    @if Some(one.id) == who.session() {
                        (state(Mark::Running, look.t("这台", "this one")))
                    } @else {
                        form action={ (HERE) "/sessions/" (one.id) } method="post" {
                            input type="hidden" name="key" value=(site.form_key());
                            button.btn { (look.t("退出它", "Sign it out")) }
                        }
                    }
                }
            }
        }
        section.blk {
            div.hd { h2 { (look.t("用什么登录？", "Sign in with what?")) } }
            @for (label, value) in reached {
                div.kv { span { (label) } b { (value.as_deref().map_or_else(|| "—".to_owned(), web_kit::fmt::phone)) } }
            }
        }
        (fold(site, look, ("contact", look.t("换手机号或邮箱", "Another phone number or e-mail")), refused, &html! {
            (Line { name: "contact", label: look.t("新的手机号或邮箱", "The new one"), most: 254, hint: look.t("同类的旧的会被换掉。", "It takes the place of the one of its kind."), wrong: beside(look, refused_in("contact"), "contact"), ..Line::default() }.show())
            (again("contact"))
        }, look.t("换", "Change")))
        (fold(site, look, ("password", look.t("改密码", "Change the password")), refused, &html! {
            (secret("old", look.t("现在的密码", "The present password"), "current-password", refused_in("password").filter(|failure| failure.code == "member.wrong").map_or("", |failure| failure.text(look.lang))))
            (secret("new", look.t("新密码，至少 8 个字", "The new one, at least 8 characters"), "new-password", beside(look, refused_in("password").filter(|failure| failure.code != "member.wrong"), "password")))
        }, look.t("改密码", "Change it")))
        (fold(site, look, ("close", look.t("注销账号", "Close the account")), refused, &html! {
            p.note { (look.t("注销后手机号、邮箱、姓名、地址都会删除，登录全部退出，不能恢复。订单按规定留存，但只剩下单时那一份加密的地址。", "Phone number, e-mail, name and addresses are deleted and every device is signed out; there is no way back. Orders stay, with the sealed copy of the address they were placed with.")) }
            (again("close"))
        }, look.t("注销", "Close it")))
    };
    Frame::of(Tab::Mine).back("/account").tabs().narrow().page(look, title, &body)
}

async fn outcome(
    site: &Site,
    look: &RenderContext,
    who: &Principal,
    word: &str,
    came: Result<(), Failure>,
) -> Result<Response, Failure> {
    match came {
        Ok(()) => Ok(Redirect::to(&format!("{HERE}?done={word}")).into_response()),
        Err(failure) if failure.status >= 500 => Err(failure),
        Err(failure) => {
            let found = found(site, who).await?;
            let status = failure.status_code();
            let page = shown(site, look, who, &found, None, Some(&(word, failure)));
            Ok((status, page).into_response())
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Typed {
    old: String,
    new: String,
    contact: String,
    password: String,
}

/// Changes the password.
pub async fn password(
    State(site): State<Site>,
    look: RenderContext,
    IdempotentForm { act, form }: IdempotentForm<Typed>,
) -> Result<Response, Failure> {
    let came = web_kit::view::profile::change_password(&site, &act, form.old, form.new).await;
    outcome(&site, &look, &act.who, "password", came).await
}

/// Changes the phone number or the e-mail address.
pub async fn contact(
    State(site): State<Site>,
    look: RenderContext,
    IdempotentForm { act, form }: IdempotentForm<Typed>,
) -> Result<Response, Failure> {
    let came = match Contact::read(&form.contact) {
        Ok(contact) => web_kit::view::profile::set_contact(&site, &act, contact, form.password).await,
        Err(err) => Err(err.into()),
    };
    outcome(&site, &look, &act.who, "contact", came).await
}

/// Closes the account.
pub async fn close(
    State(site): State<Site>,
    look: RenderContext,
    IdempotentForm { act, form }: IdempotentForm<Typed>,
) -> Result<Response, Failure> {
    match web_kit::view::profile::end(&site, &act, form.password).await {
        Ok(()) => {
            let mut response = Redirect::to("/").into_response();
            if let Some(cookie) = set_cookie(&site, SESSION, None) {
                response.headers_mut().append(header::SET_COOKIE, cookie);
            }
            Ok(response)
        }
        refused => outcome(&site, &look, &act.who, "close", refused).await,
    }
}

/// Signs another device out.
pub async fn revoke(
    State(site): State<Site>,
    Path(session): Path<String>,
    IdempotentForm { act, form: Nothing {} }: IdempotentForm<Nothing>,
) -> Result<Redirect, Failure> {
    let (member, session) = (act.who.member()?, id::<Login>(&session)?);
    act.value(&site, "session.revoke", member::key(member).into(), move |tx, ctx| {
        member::revoke(tx, ctx, member, session, Ended::Revoked)
    })
    .await?;
    Ok(Redirect::to("/account/security?done=session"))
}
