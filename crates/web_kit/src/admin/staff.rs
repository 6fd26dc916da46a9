//! Staff and keys, of a shop and of the platform: the same pages, in the frame of whoever asks.

use crate::admin::words::{INVITATION, tail};
use crate::forms::Chosen;
use crate::prelude::*;
use crate::ui::{Area, State as Mark};
use crate::view::staff::{
    InvitationView, InviteBody, KeyBody, KeyShown, SeatView, invitations_of, invited_by_form, key_by_form,
    key_revoked, keys_of, seats_of, taken_back, unseat,
};
use axum::http::{HeaderMap, header};
use kernel::id::Shop;
use people::api_key::grantable;
use people::merchant;
use people::staff::{Permission, Role, Scope};
use people::vault::Contact;

/// How many rows a page shows.
pub const ROWS: usize = 50;

/// The most days a key may last, by the form.
pub const LONGEST_KEY: i64 = 3_650;

/// Where a page is: in a shop, with its name, or in the platform.
pub struct Here {
    /// The shop, or the platform.
    pub scope: Scope,
    /// The frame of the shop's pages.
    pub shop: Option<ShopFrame>,
    /// How this program is reached, for what is sent to others.
    pub base: String,
}

impl Here {
    /// The shop of an address.
    pub async fn shop(site: &Site, who: &Principal, text: &str) -> Result<Self, Failure> {
        let shop = input::id::<Shop>(text)?;
        let name = site.read(move |q| Ok(merchant::shop(q, shop)?.name)).await?;
        let many = who.shops().len() > 1;
        Ok(Self {
            scope: Scope::Shop(shop),
            shop: Some(ShopFrame { shop, name: name.to_string(), many }),
            base: String::new(),
        })
    }

    /// The platform.
    pub const fn platform() -> Self {
        Self { scope: Scope::Platform, shop: None, base: String::new() }
    }

    /// An address of this place.
    pub fn at(&self, rest: &str) -> String {
        self.shop.as_ref().map_or_else(|| format!("/console{rest}"), |shop| shop.at(rest))
    }

    /// Where a page stands.
    pub fn crumb(&self, look: &RenderContext, title: &str) -> Markup {
        match &self.shop {
            Some(shop) => shop.crumb(&[("/settings", look.t("设置", "Settings")), ("", title)]),
            None => html! { a href="/console" { (look.t("平台后台", "Console")) } " / " (title) },
        }
    }

    /// A page in the frame of this place.
    pub fn page(&self, look: &RenderContext, title: &str, body: Markup) -> Page {
        match &self.shop {
            Some(shop) => frame(look, shop, Tab::Settings, title, body),
            None => ui::page(look, Area::People, title, body),
        }
    }

    /// The pages beside this one.
    pub fn beside(&self, look: &RenderContext, here: &str) -> Markup {
        let one = |rest: &str, zh, en| (self.at(rest), look.t(zh, en).to_owned(), here == rest);
        let mut list = vec![one("/staff", "员工", "Staff"), one("/keys", "API 密钥", "API keys")];
        if self.shop.is_none() {
            list.push(one("/members", "会员", "Customers"));
            list.push(one("/applications", "开店申请", "Shop applications"));
            list.push(one("/accesses", "访问记录", "Access log"));
        }
        list.retain(|(href, ..)| look.may_open.page(href));
        parts::chips(look.t("成员与权限", "Members and permissions"), &list)
    }

    /// The head of a page.
    pub fn head(&self, look: &RenderContext, title: &str, here: &str) -> Markup {
        html! {
            (ui::head(self.crumb(look, title), html! { (title) }, false, html! {}, html! {}))
            (self.beside(look, here))
        }
    }
}

/// A table, or a sentence if it is empty.
pub fn table(look: &RenderContext, heads: &[&str], rows: &[Vec<Markup>], none: &str) -> Markup {
    html! {
        div.paper {
            @if rows.is_empty() { (parts::empty(none, html! {})) }
            @else {
                table.cards.dk-list {
                    thead { tr { @for head in heads { th { @if head.is_empty() { span.vh { (look.t("操作", "Actions")) } } @else { (head) } } } } }
                    tbody {
                        @for row in rows {
                            tr {
                                @for (i, cell) in row.iter().enumerate() {
                                    td.w[i == 0].r[heads[i].is_empty()] data-l=[(i > 0 && !heads[i].is_empty()).then_some(heads[i])] { (cell) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The day of a moment that an answer tells.
pub fn day(at: &str) -> &str {
    at.get(..10).unwrap_or(at)
}

/// What is shown once: a token's address, a secret.
pub fn once(look: &RenderContext, label: &str, text: &str) -> Markup {
    html! {
        div.paper.dk-once role="status" {
            b { (label) }
            div.dk-row {
                input.dk-in.mono id="once" readonly value=(text) aria-label=(label);
                button.btn.pri type="button" data-copy="once" data-copied=(look.t("已复制", "Copied")) hidden { (look.t("复制", "Copy")) }
            }
            p { (look.t("只显示这一次，请现在复制。", "It is shown this once: copy it now.")) }
        }
    }
}

/// The link to the next page of a list.
pub fn more(look: &RenderContext, at: &str, next: Option<&str>) -> Markup {
    if next.is_none() {
        return html! {};
    }
    parts::pager(look, None, next.map(|next| format!("{at}?after={next}")).as_deref(), html! {})
}

/// Who is to be invited.
#[derive(Form)]
#[form("invitation")]
struct InviteForm {
    #[field(most = 254)]
    to: String,
    role: Chosen,
}

/// What a key is for, and for how long.
#[derive(Form)]
#[form("key")]
struct KeyForm {
    #[field(most = 60)]
    name: String,
    #[field(units, least = 1, most = LONGEST_KEY)]
    days: Option<i64>,
}

/// What a page shows beside its list.
#[derive(Default)]
struct Said {
    /// The address of an invitation, or a secret.
    once: Option<String>,
    /// What was typed.
    fields: Fields,
    /// Why it was refused.
    refused: Option<Failure>,
}

impl Said {
    /// Why a form was refused, field by field or as a whole; or what is shown once.
    fn above(&self, look: &RenderContext, label: &str) -> Markup {
        let name = |name: &str| match name {
            "permission" => look.t("权限范围", "Scopes").to_owned(),
            other => self.fields.label(look.lang, other),
        };
        html! {
            @match &self.refused {
                Some(refused) if self.fields.is_good() => (parts::refused(look, refused)),
                _ => (parts::refusals(look, &self.fields, name)),
            }
            @if let Some(text) = &self.once { (once(look, label, text)) }
        }
    }
}

/// A role's name.
fn role_name(look: &RenderContext, word: &str) -> String {
    Role::parse(word).map_or_else(|| word.to_owned(), |role| named::of(look.lang, &role).to_owned())
}

/// The page of staff.
async fn staff_page(
    site: &Site,
    look: &RenderContext,
    at: &Here,
    after: Option<&str>,
    said: &Said,
) -> Result<Page, Failure> {
    let after = after.map(input::id).transpose()?;
    let seats = seats_of(site, at.scope, after, ROWS).await?;
    let invitations = invitations_of(site, at.scope, None, ROWS).await?;
    let (title, here) = (look.t("员工", "Staff"), at.at("/staff"));
    let roles = Role::ALL.iter().filter(|role| role.area() == at.scope.area());
    let roles: Vec<(String, String)> =
        roles.map(|role| (role.as_str().to_owned(), named::of(look.lang, role).to_owned())).collect();
    let press = |step, name, value: &str, label| {
        parts::press(&here, &site.form_key(), &[("step", step), (name, value)], label, "btn")
    };
    let seat = |seat: &SeatView| {
        vec![
            html! { b { (seat.name.as_deref().unwrap_or("—")) } small { (look.t("账号尾号 ", "account …")) (tail(&seat.member)) } },
            html! { (role_name(look, seat.role)) },
            html! { (day(&seat.since)) },
            press("remove", "seat", &seat.seat, look.t("移除", "Remove")),
        ]
    };
    let invitation = |one: &InvitationView| {
        vec![
            html! { (one.to.as_deref().unwrap_or("—")) },
            html! { (role_name(look, one.role)) },
            html! { (INVITATION.say(look.lang, one.state)) },
            html! { (day(&one.until)) },
            html! { @if one.state == "open" { (press("withdraw", "invitation", &one.invitation, look.t("撤回", "Withdraw"))) } },
        ]
    };
    let rows: Vec<Vec<Markup>> = seats.items.iter().map(seat).collect();
    let invited: Vec<Vec<Markup>> = invitations.items.iter().map(invitation).collect();
    let body = html! {
        (at.head(look, title, "/staff"))
        (said.above(look, look.t("邀请链接：发给对方，登录后打开", "Invitation link: send it; it opens after signing in")))
        (ui::question(look.t("员工与角色", "Staff and roles"),
            html! { (look.t("员工只能做角色允许的事。", "Staff can do what their role allows.")) },
            html! {
                (table(look, &[look.t("员工", "Name"), look.t("角色", "Role"), look.t("从", "Since"), ""], &rows, look.t("还没有员工。", "No staff yet.")))
                (more(look, &here, seats.next.as_deref()))
            }))
        (ui::question(look.t("邀请员工", "Invite staff"),
            html! { (look.t("只有这个手机号或邮箱的账号能接受，7 天内有效。", "Only the account of this phone number or e-mail address can accept, within 7 days.")) },
            html! {
                form.paper.dk-form action=(here) method="post" {
                    input type="hidden" name="key" value=(site.form_key());
                    input type="hidden" name="step" value="invite";
                    (InviteForm::draw(look, &said.fields, |_| roles.clone()))
                    div.dk-wide.dk-row.end { button.btn.pri { (look.t("发送邀请", "Send invitation")) } }
                }
                (table(look, &[look.t("受邀人", "Invitee"), look.t("角色", "Role"), look.t("状态", "State"), look.t("有效期至", "Expires"), ""], &invited, look.t("没有邀请。", "No invitations.")))
            }))
    };
    Ok(at.page(look, title, body))
}

/// Answers with the page of staff.
pub async fn staff_get(
    site: &Site,
    look: &RenderContext,
    at: &Here,
    after: Option<&str>,
) -> Result<Page, Failure> {
    staff_page(site, look, at, after, &Said::default()).await
}

/// Does what the form of staff asks for.
pub async fn staff_post(
    site: &Site,
    look: &RenderContext,
    at: &Here,
    act: &IdempotentRequest,
    mut fields: Fields,
) -> Result<Response, Failure> {
    let came = match fields.text("step") {
        "remove" => unseat(site, act, at.scope, fields.text("seat")).await.map(|_| None),
        "withdraw" => taken_back(site, act, at.scope, fields.text("invitation")).await.map(|_| None),
        _ => {
            let typed = InviteForm::read(&mut fields, &site.market);
            if let Err(err) = Contact::read(fields.text("to"), site.market.country()) {
                let failure = Failure::from(err);
                fields.refuse("to", failure.text(Lang::Zh), failure.text(Lang::En));
            }
            match typed.filter(|_| fields.is_good()) {
                Some(InviteForm { to, role: Chosen(role) }) => {
                    invited_by_form(site, act, at.scope, &InviteBody { role: role.into(), to }).await
                }
                None => Err(in_form()),
            }
        }
    };
    let came = came.map(|token| token.map(|token| format!("{}/invitation?token={token}", at.base)));
    let here = at.at("/staff");
    match said(came, fields)? {
        None => Ok(Redirect::to(&here).into_response()),
        Some((status, said)) => {
            let look = RenderContext { here, ..look.clone() };
            Ok((status, staff_page(site, &look, at, None, &said).await?).into_response())
        }
    }
}

/// A form whose fields say themselves what is wrong with them.
fn in_form() -> Failure {
    Failure::invalid("the form has fields that need a change")
}

/// What the page says after a form: what is shown once, or why it was refused; nothing if it just leads on.
fn said(
    came: Result<Option<String>, Failure>,
    fields: Fields,
) -> Result<Option<(StatusCode, Said)>, Failure> {
    match came {
        Ok(None) => Ok(None),
        Ok(once) => Ok(Some((StatusCode::OK, Said { once, ..Said::default() }))),
        Err(failure) if failure.status >= 500 => Err(failure),
        Err(failure) => {
            Ok(Some((failure.status_code(), Said { once: None, fields, refused: Some(failure) })))
        }
    }
}

/// How this program is reached: as it was told, or as the reader reached it just now.
pub fn reached(site: &Site, headers: &HeaderMap) -> String {
    match &site.origin {
        Some(origin) => origin.to_string(),
        None => headers
            .get(header::HOST)
            .and_then(|host| host.to_str().ok())
            .map(|host| format!("http://{host}"))
            .unwrap_or_default(),
    }
}

/// The page of keys.
async fn keys_page(
    site: &Site,
    look: &RenderContext,
    at: &Here,
    after: Option<&str>,
    said: &Said,
) -> Result<Page, Failure> {
    let after = after.map(input::id).transpose()?;
    let found = keys_of(site, at.scope, after, ROWS).await?;
    let (title, here) = (look.t("API 密钥", "API keys"), at.at("/keys"));
    let name = |word: &&'static str| Permission::parse(word).map_or(*word, |one| named::of(look.lang, &one));
    let row = |key: &KeyShown| {
        let may: Vec<&str> = key.permissions.iter().map(name).collect();
        vec![
            html! { (key.name) },
            html! { (may.join(look.t("、", ", "))) },
            html! { (day(&key.made_at)) },
            html! { (key.until.as_deref().map_or(look.t("不限", "never"), day)) },
            html! {
                @if key.revoked_at.is_some() { (look.t("已吊销", "revoked")) }
                @else { (parts::press(&here, &site.form_key(), &[("step", "revoke"), ("one", &key.key)], look.t("吊销", "Revoke"), "btn")) }
            },
        ]
    };
    let rows: Vec<Vec<Markup>> = found.items.iter().map(row).collect();
    let ticked: Vec<&str> = said.fields.all("permission").collect();
    let body = html! {
        (at.head(look, title, "/keys"))
        (said.above(look, look.t("新密钥", "The new key")))
        (ui::question(look.t("已创建的密钥", "API keys"),
            html! { (look.t("程序在请求头里带上密钥：Authorization: Bearer shk_…。接口说明在 /api/openapi.json。", "A program sends its key with each request: Authorization: Bearer shk_... The interface is described at /api/openapi.json.")) },
            html! {
                (table(look, &[look.t("名字", "Name"), look.t("权限范围", "Scopes"), look.t("创建时间", "Created"), look.t("有效期至", "Expires"), ""], &rows, look.t("还没有密钥。", "No keys yet.")))
                (more(look, &here, found.next.as_deref()))
            }))
        (ui::question(look.t("创建密钥", "Create key"),
            html! { (look.t("密钥不能邀请员工、创建密钥或查看个人信息。", "A key cannot invite staff, create keys or see personal data.")) },
            html! {
                form.paper.dk-form action=(here) method="post" {
                    input type="hidden" name="key" value=(site.form_key());
                    input type="hidden" name="step" value="make";
                    (KeyForm::draw(look, &said.fields, |_| Vec::new()))
                    fieldset.dk-wide.dk-ticks.bad[said.fields.wrong("permission").is_some()] id=(parts::field_id("permission")) {
                        legend.dk-lab { (look.t("权限范围", "Scopes")) }
                        @for permission in Permission::ALL.iter().copied().filter(|p| p.area() == at.scope.area() && grantable(*p)) {
                            (parts::tick("permission", permission.as_str(), html! { (named::of(look.lang, &permission)) }, ticked.contains(&permission.as_str())))
                        }
                        @if let Some(wrong) = said.fields.wrong("permission") { p.no { (ui::state(Mark::Broken, wrong.text(look.lang))) } }
                    }
                    div.dk-wide.dk-row.end { button.btn.pri { (look.t("创建密钥", "Create key")) } }
                }
            }))
    };
    Ok(at.page(look, title, body))
}

/// Answers with the page of keys.
pub async fn keys_get(
    site: &Site,
    look: &RenderContext,
    at: &Here,
    after: Option<&str>,
) -> Result<Page, Failure> {
    keys_page(site, look, at, after, &Said::default()).await
}

/// Does what the form of keys asks for.
pub async fn keys_post(
    site: &Site,
    look: &RenderContext,
    at: &Here,
    act: &IdempotentRequest,
    mut fields: Fields,
) -> Result<Response, Failure> {
    let came = if fields.text("step") == "revoke" {
        key_revoked(site, act, at.scope, fields.text("one")).await.map(|_| None)
    } else {
        let permissions: Vec<String> = fields.all("permission").map(str::to_owned).collect();
        if permissions.is_empty() {
            fields.refuse("permission", "至少选一项。", "Choose at least one.");
        }
        match KeyForm::read(&mut fields, &site.market) {
            Some(KeyForm { name, days }) => {
                key_by_form(site, act, at.scope, &KeyBody { name, permissions, days }).await
            }
            None => Err(in_form()),
        }
    };
    let here = at.at("/keys");
    match said(came, fields)? {
        None => Ok(Redirect::to(&here).into_response()),
        Some((status, said)) => {
            let look = RenderContext { here, ..look.clone() };
            Ok((status, keys_page(site, &look, at, None, &said).await?).into_response())
        }
    }
}
