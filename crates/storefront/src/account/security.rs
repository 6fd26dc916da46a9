//! `/account/security`: where one is signed in, how one is reached, the password, and the end of the account.

use crate::parts::press;
use crate::prelude::*;
use axum::http::header;
use kernel::id::Login;
use people::member::{self, Ended};
use people::vault::Contact;
use web_kit::forms::Password;
use web_kit::principal::{SESSION, set_cookie};
use web_kit::storefront::words::DEVICES;
use web_kit::view::profile;

/// Sessions that are listed: a member has no more.
const MOST: i64 = 100;

const HERE: &str = "/account/security";

/// What is typed to be reached in another way.
#[derive(Form)]
#[form("contact")]
struct ContactForm {
    #[field(hint, most = 254)]
    contact: String,
    #[field(most = 256, fill = "current-password")]
    password: Password,
}

/// What is typed to change the password.
#[derive(Form)]
#[form("password")]
struct PasswordForm {
    #[field(most = 256, fill = "current-password")]
    old: Password,
    #[field(most = 256, fill = "new-password")]
    new: Password,
}

/// What is typed to close the account.
#[derive(Form)]
#[form("close")]
struct CloseForm {
    #[field(most = 256, fill = "current-password")]
    password: Password,
}

/// The page.
pub async fn page(at: MemberPage) -> Result<Page, Failure> {
    shown(at, "").await
}

/// A form that folds away; open if it was the one that was refused.
fn fold<F: Form>(
    at: &PageContext,
    refused: &str,
    word: &str,
    (title, note, button): (&str, &str, &str),
) -> Markup {
    let (open, none) = (refused == word, Fields::default());
    let fields = if open { &at.fields } else { &none };
    html! {
        section.blk {
            details.fold open[open] {
                summary { (title) }
                @if open { (at.banners(&[])) }
                form action={ (HERE) "/" (word) } method="post" {
                    input type="hidden" name="key" value=(at.key());
                    @if !note.is_empty() { p.note { (note) } }
                    (F::draw(&at.look, fields, |_| Vec::new()))
                    div.acts { button.btn.pri { (button) } }
                }
            }
        }
    }
}

/// The page; `refused` is the form of it that was not taken, if one was not.
async fn shown(at: MemberPage, refused: &str) -> Result<Page, Failure> {
    let (member, vault, now) = (at.member, at.site.vault.clone(), at.now());
    let (own, sessions) = at
        .read(move |q| {
            Ok((member::profile(q, &vault, member)?, member::sessions(q, member, None, now, MOST)?))
        })
        .await?;
    let title = at.t("登录与安全", "Login and security");
    let said = [
        ("password", "密码已修改，其他设备已退出登录", "Password changed. Other devices are signed out"),
        ("contact", "已修改", "Updated"),
        ("session", "该设备已退出登录", "That device is signed out"),
    ];
    let reached = [(at.t("手机号", "Phone"), &own.phone), (at.t("邮箱", "E-mail"), &own.email)];
    let body = html! {
        @if refused.is_empty() { (at.banners(&said)) }
        section.blk {
            div.hd { h2 { (at.t("已登录的设备", "Signed-in devices")) } span { (sessions.len()) } }
            @for one in &sessions {
                div.kv {
                    div {
                        (DEVICES.say(at.lang(), one.device.as_str()))
                        small { (at.t("最近使用 ", "last used ")) (at.moment(one.seen_at)) }
                    }
                    @if Some(one.id) == at.who().session() {
                        (ui::state(Mark::Running, at.t("本机", "This device")))
                    } @else {
                        (press(&at, &format!("{HERE}/sessions/{}", one.id), "btn", at.t("退出登录", "Sign out")))
                    }
                }
            }
        }
        section.blk {
            div.hd { h2 { (at.t("登录账号", "Login details")) } }
            @for (label, value) in reached {
                div.kv { span { (label) } b { (value.as_deref().map_or_else(|| "—".to_owned(), |kept| fmt::phone(kept, at.site.market.country()))) } }
            }
        }
        (fold::<ContactForm>(&at, refused, "contact", (at.t("更换手机号或邮箱", "Change phone or email"), "", at.t("更换", "Change"))))
        (fold::<PasswordForm>(&at, refused, "password", (at.t("修改密码", "Change password"), "", at.t("修改密码", "Change password"))))
        (fold::<CloseForm>(&at, refused, "close", (
            at.t("注销账号", "Delete account"),
            at.t("注销后手机号、邮箱、姓名和地址都会删除，所有设备退出登录，不能恢复。订单按规定留存，只保留下单时加密的地址。", "Your phone, email, name and addresses are deleted and all devices are signed out. This can't be undone. Orders are kept as required, with the encrypted address they were placed with."),
            at.t("注销账号", "Delete account"),
        )))
    };
    Ok(Frame::of(Tab::Mine).back("/account").tabs().narrow().page(&at.look, title, &body))
}

/// Leads on, or shows the page with the form that was refused, under the status of its refusal.
async fn outcome(
    mut at: MemberPage,
    word: &str,
    came: Result<(), Failure>,
    about: &[(&str, &str)],
) -> Result<Response, Failure> {
    let status = came.as_ref().err().map(|failure| failure.status_code());
    if let Err(failure) = came {
        at.refuse(failure, about)?;
    }
    let to = format!("{HERE}?done={word}");
    let response = at.answer(&to, async |at| shown(at, word).await).await?;
    Ok(match status {
        Some(status) => (status, response).into_response(),
        None => response,
    })
}

/// Changes the password.
pub async fn password(mut at: MemberPage) -> Result<Response, Failure> {
    let came = match at.typed() {
        Some(PasswordForm { old, new }) => profile::change_password(&at.site, &at.act, old.0, new.0).await,
        None => Ok(()),
    };
    outcome(at, "password", came, &[("member.wrong", "old"), ("member.password", "new")]).await
}

/// Changes the phone number or the e-mail address.
pub async fn contact(mut at: MemberPage) -> Result<Response, Failure> {
    let came = match at.typed() {
        Some(ContactForm { contact, password }) => match Contact::read(&contact, at.site.market.country()) {
            Ok(contact) => profile::set_contact(&at.site, &at.act, contact, password.0).await,
            Err(err) => Err(err.into()),
        },
        None => Ok(()),
    };
    outcome(at, "contact", came, &super::ABOUT).await
}

/// Closes the account.
pub async fn close(mut at: MemberPage) -> Result<Response, Failure> {
    let Some(CloseForm { password }) = at.typed() else { return outcome(at, "close", Ok(()), &[]).await };
    if let Err(failure) = profile::end(&at.site, &at.act, password.0).await {
        return outcome(at, "close", Err(failure), &super::ABOUT).await;
    }
    let mut response = Redirect::to("/").into_response();
    if let Some(cookie) = set_cookie(&at.site, SESSION, None) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// Signs another device out.
pub async fn revoke(at: MemberPage) -> Result<Redirect, Failure> {
    let (member, session) = (at.member, at.id::<Login>("session")?);
    at.once("session.revoke", member::key(member), move |tx, ctx| {
        member::revoke(tx, ctx, member, session, Ended::Revoked)
    })
    .await?;
    Ok(Redirect::to("/account/security?done=session"))
}
