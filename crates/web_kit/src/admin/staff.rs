//! Staff and keys, of a shop and of the platform: the same pages, in the frame of whoever asks.

use crate::admin::{frame, parts};
use crate::form::Fields;
use crate::idempotency::IdempotentRequest;
use crate::input::{Page as Rows, id};
use crate::lang::Lang;
use crate::principal::Principal;
use crate::problem::Failure;
use crate::site::Site;
use crate::ui::{self, Area, Page, RenderContext};
use crate::view::staff::{InvitationView, InviteBody, KeyBody, KeyShown, SeatView};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use kernel::id::Shop;
use maud::{Markup, html};
use people::api_key::grantable;
use people::merchant;
use people::staff::{Permission, Place, Role};
use people::vault::Contact;

/// How many rows a page shows.
pub const ROWS: usize = 50;

/// The most days a key may last, by the form.
pub const LONGEST_KEY: i64 = 3_650;

/// Where a page is: in a shop, with its name, or in the platform.
pub struct Here {
    /// The shop, or the platform.
    pub place: Place,
    /// The frame of the shop's pages.
    pub shop: Option<frame::ShopFrame>,
    /// How this program is reached, for what is sent to others.
    pub base: String,
}

impl Here {
    /// The shop of an address.
    pub async fn shop(site: &Site, who: &Principal, text: &str) -> Result<Self, Failure> {
        let shop = id::<Shop>(text)?;
        let name = site.read(move |q| Ok(merchant::shop(q, shop)?.name)).await?;
        let many = who.shops().len() > 1;
        Ok(Self {
            place: Place::Shop(shop),
            shop: Some(frame::ShopFrame { shop, name: name.to_string(), many }),
            base: String::new(),
        })
    }

    /// The platform.
    pub const fn platform() -> Self {
        Self { place: Place::Platform, shop: None, base: String::new() }
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
            Some(shop) => frame::frame(look, shop, frame::Tab::Settings, title, body),
            None => ui::page(look, Area::People, title, body),
        }
    }

    /// The pages beside this one.
    pub fn beside(&self, look: &RenderContext, here: &str) -> Markup {
        let mut list = vec![
            (self.at("/staff"), look.t("员工", "Staff").to_owned(), here == "/staff"),
            (self.at("/keys"), look.t("程序密钥", "Keys of programs").to_owned(), here == "/keys"),
        ];
        if self.shop.is_none() {
            list.push((
                "/console/members".to_owned(),
                look.t("会员", "Members").to_owned(),
                here == "/members",
            ));
            list.push((
                "/console/accesses".to_owned(),
                look.t("查看记录", "Looks at personal data").to_owned(),
                here == "/accesses",
            ));
        }
        list.retain(|(href, ..)| look.may_open.page(href));
        parts::chips(look.t("人与权限", "People and permissions"), &list)
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

/// The last letters of an id, to tell two of one name apart.
pub fn tail(id: &str) -> &str {
    id.get(id.len().saturating_sub(5)..).unwrap_or(id)
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

/// What a page of staff shows beside its list.
#[derive(Default)]
pub struct Said<'a> {
    /// The address of an invitation, or a secret.
    pub once: Option<String>,
    /// What was typed.
    pub fields: Fields,
    /// Why it was refused.
    pub refused: Option<&'a Failure>,
}

/// Why a form was refused: field by field, or as a whole.
pub fn why(look: &RenderContext, said: &Said<'_>) -> Markup {
    let name = |name: &str| match name {
        "to" => look.t("手机号或邮箱", "Phone number or e-mail").to_owned(),
        "name" => look.t("给谁用，叫什么", "For what").to_owned(),
        "days" => look.t("有效天数", "Days").to_owned(),
        "permission" => look.t("能做什么", "What it may do").to_owned(),
        other => other.to_owned(),
    };
    match said.refused {
        Some(refused) if said.fields.is_good() => parts::refused(look, refused),
        _ => parts::refusals(look, &said.fields, name),
    }
}

/// Who works somewhere, and who was invited.
pub struct Staff {
    /// The seats.
    pub seats: Rows<SeatView>,
    /// The invitations.
    pub invitations: Rows<InvitationView>,
}

/// Reads both.
pub async fn staff_of(site: &Site, at: &Here, after: Option<&str>) -> Result<Staff, Failure> {
    let after = after.map(id).transpose()?;
    Ok(Staff {
        seats: crate::view::staff::seats_of(site, at.place, after, ROWS).await?,
        invitations: crate::view::staff::invitations_of(site, at.place, None, ROWS).await?,
    })
}

/// A role's name.
pub fn role_name(look: &RenderContext, word: &str) -> String {
    Role::parse(word)
        .map_or_else(|| word.to_owned(), |role| crate::words::named::of(look.lang, &role).to_owned())
}

/// The page of staff.
pub fn staff_page(site: &Site, look: &RenderContext, at: &Here, found: &Staff, said: &Said<'_>) -> Page {
    let title = look.t("员工", "Staff");
    let here = at.at("/staff");
    let roles: Vec<(String, String)> = Role::ALL
        .iter()
        .filter(|role| role.area() == at.place.area())
        .map(|role| (role.as_str().to_owned(), crate::words::named::of(look.lang, role).to_owned()))
        .collect();
    let seats: Vec<Vec<Markup>> = found
        .seats
        .items
        .iter()
        .map(|seat| {
            vec![
                html! { b { (seat.name.as_deref().unwrap_or("—")) } small { (look.t("账号尾号 ", "account …")) (tail(&seat.member)) } },
                html! { (role_name(look, seat.role)) },
                html! { (day(&seat.since)) },
                parts::press(
                    &here,
                    &site.form_key(),
                    &[("step", "remove"), ("seat", &seat.seat)],
                    look.t("移除", "Remove"),
                    "btn",
                ),
            ]
        })
        .collect();
    let invitations: Vec<Vec<Markup>> = found
        .invitations
        .items
        .iter()
        .map(|one| {
            let state = match one.state {
                "open" => look.t("等待接受", "waits"),
                "accepted" => look.t("已接受", "accepted"),
                _ => look.t("已撤回", "taken back"),
            };
            vec![
                html! { (one.to.as_deref().unwrap_or("—")) },
                html! { (role_name(look, one.role)) },
                html! { (state) },
                html! { (day(&one.until)) },
                html! { @if one.state == "open" { (parts::press(&here, &site.form_key(), &[("step", "withdraw"), ("invitation", &one.invitation)], look.t("撤回", "Take back"), "btn")) } },
            ]
        })
        .collect();
    let body = html! {
        (at.head(look, title, "/staff"))
        (why(look, said))
        @if let Some(link) = &said.once { (once(look, look.t("邀请链接：发给对方，登录后打开", "The invitation's address: send it; it is opened after signing in"), link)) }
        (ui::question(look.t("谁在这里做什么？", "Who does what here?"),
            html! { (look.t("角色没写到的事就不能做。", "What a role does not name is refused.")) },
            html! {
                (table(look, &[look.t("谁", "Who"), look.t("角色", "Role"), look.t("从", "Since"), ""], &seats, look.t("还没有人。", "Nobody yet.")))
                (more(look, &here, found.seats.next.as_deref()))
            }))
        (ui::question(look.t("请谁来？", "Ask whom?"),
            html! { (look.t("只有这个手机号或邮箱的账号能接受，7 天内有效。", "Only the account of this phone number or e-mail address can accept, within 7 days.")) },
            html! {
                form.paper.dk-form action=(here) method="post" {
                    input type="hidden" name="key" value=(site.form_key());
                    input type="hidden" name="step" value="invite";
                    (parts::line(look, &said.fields, parts::Field { name: "to", label: look.t("手机号或邮箱", "Phone number or e-mail"), needed: true, ..parts::Field::default() }, 254))
                    (parts::choice(look, &said.fields, parts::Field { name: "role", label: look.t("角色", "Role"), ..parts::Field::default() }, &roles))
                    div.dk-wide.dk-row.end { button.btn.pri { (look.t("做一个邀请", "Make an invitation")) } }
                }
                (table(look, &[look.t("给谁", "To"), look.t("角色", "Role"), look.t("状态", "State"), look.t("到期", "Until"), ""], &invitations, look.t("没有邀请。", "No invitations.")))
            }))
    };
    at.page(look, title, body)
}

/// Answers with the page of staff.
pub async fn staff_get(
    site: &Site,
    look: &RenderContext,
    at: &Here,
    after: Option<&str>,
) -> Result<Page, Failure> {
    let found = staff_of(site, at, after).await?;
    Ok(staff_page(site, look, at, &found, &Said::default()))
}

/// Does what the form of staff asks for.
pub async fn staff_post(
    site: &Site,
    look: &RenderContext,
    at: &Here,
    act: &IdempotentRequest,
    mut fields: Fields,
) -> Result<Response, Failure> {
    let here = at.at("/staff");
    let came = match fields.text("step") {
        "remove" => crate::view::staff::unseat(site, act, at.place, fields.text("seat")).await.map(|_| None),
        "withdraw" => {
            crate::view::staff::taken_back(site, act, at.place, fields.text("invitation")).await.map(|_| None)
        }
        _ => {
            let body = InviteBody { role: fields.text("role").to_owned(), to: fields.text("to").to_owned() };
            if let Err(err) = Contact::read(&body.to) {
                let failure = Failure::from(err);
                fields.refuse("to", failure.text(Lang::Zh), failure.text(Lang::En));
            }
            match fields.is_good() {
                true => crate::view::staff::invited_by_form(site, act, at.place, &body).await.map(Some),
                false => Err(in_form()),
            }
        }
    };
    answered(site, look, at, &here, came, fields).await
}

/// A form whose fields say themselves what is wrong with them.
pub fn in_form() -> Failure {
    Failure::invalid("the form has fields that need a change")
}

/// The page after a form: what is shown once, or why it was refused, or just the page.
pub async fn answered(
    site: &Site,
    look: &RenderContext,
    at: &Here,
    here: &str,
    came: Result<Option<Option<String>>, Failure>,
    fields: Fields,
) -> Result<Response, Failure> {
    let look = RenderContext { here: here.to_owned(), ..look.clone() };
    let (status, once, refused) = match came {
        Ok(None | Some(None)) => return Ok(Redirect::to(here).into_response()),
        Ok(Some(Some(secret))) => (StatusCode::OK, Some(secret), None),
        Err(failure) if failure.status >= 500 => return Err(failure),
        Err(failure) => (failure.status_code(), None, Some(failure)),
    };
    let fields = if refused.is_some() { fields } else { Fields::default() };
    let page = if here.ends_with("/staff") {
        let once = once.map(|token| format!("{}/invitation?token={token}", at.base));
        let said = Said { once, fields, refused: refused.as_ref() };
        staff_page(site, &look, at, &staff_of(site, at, None).await?, &said)
    } else {
        let said = Said { once, fields, refused: refused.as_ref() };
        keys_page(site, &look, at, &crate::view::staff::keys_of(site, at.place, None, ROWS).await?, &said)
    };
    Ok((status, page).into_response())
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
pub fn keys_page(
    site: &Site,
    look: &RenderContext,
    at: &Here,
    found: &Rows<KeyShown>,
    said: &Said<'_>,
) -> Page {
    let title = look.t("程序密钥", "Keys of programs");
    let here = at.at("/keys");
    let rows: Vec<Vec<Markup>> = found
        .items
        .iter()
        .map(|key| {
            let may: Vec<&str> = key
                .permissions
                .iter()
                .map(|word| Permission::parse(word).map_or(*word, |permission| crate::words::named::of(look.lang, &permission)))
                .collect();
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
        })
        .collect();
    let ticked: Vec<&str> = said.fields.all("permission").collect();
    let body = html! {
        (at.head(look, title, "/keys"))
        (why(look, said))
        @if let Some(secret) = &said.once { (once(look, look.t("新密钥", "The new key"), secret)) }
        (ui::question(look.t("哪些程序能进来？", "Which programs come in?"),
            html! { (look.t("程序在请求头里带上密钥：Authorization: Bearer shk_…。接口说明在 /api/openapi.json。", "A program sends its key with each request: Authorization: Bearer shk_... The interface is described at /api/openapi.json.")) },
            html! {
                (table(look, &[look.t("名字", "Name"), look.t("能做什么", "May"), look.t("建于", "Made"), look.t("到期", "Until"), ""], &rows, look.t("还没有密钥。", "No keys yet.")))
                (more(look, &here, found.next.as_deref()))
            }))
        (ui::question(look.t("给一个程序发密钥", "A key for a program"),
            html! { (look.t("邀请人、发密钥、看个人信息的事程序做不了。", "No key invites people, makes keys or sees personal data.")) },
            html! {
                form.paper.dk-form action=(here) method="post" {
                    input type="hidden" name="key" value=(site.form_key());
                    input type="hidden" name="step" value="make";
                    (parts::line(look, &said.fields, parts::Field { name: "name", label: look.t("给谁用，叫什么", "For what"), needed: true, ..parts::Field::default() }, 60))
                    (parts::number(look, &said.fields, parts::Field { name: "days", label: look.t("有效天数，空着就是不限", "For how many days; empty: for ever"), ..parts::Field::default() }, look.t("天", "days")))
                    fieldset.dk-wide.dk-ticks.bad[said.fields.wrong("permission").is_some()] id=(parts::field_id("permission")) {
                        legend.dk-lab { (look.t("能做什么", "What it may do")) }
                        @for permission in Permission::ALL.iter().copied().filter(|p| p.area() == at.place.area() && grantable(*p)) {
                            (parts::tick("permission", permission.as_str(), html! { (crate::words::named::of(look.lang, &permission)) }, ticked.contains(&permission.as_str())))
                        }
                        @if let Some(wrong) = said.fields.wrong("permission") { p.no { (ui::state(ui::State::Broken, wrong.text(look.lang))) } }
                    }
                    div.dk-wide.dk-row.end { button.btn.pri { (look.t("生成", "Make it")) } }
                }
            }))
    };
    at.page(look, title, body)
}

/// Answers with the page of keys.
pub async fn keys_get(
    site: &Site,
    look: &RenderContext,
    at: &Here,
    after: Option<&str>,
) -> Result<Page, Failure> {
    let after = after.map(id).transpose()?;
    let found = crate::view::staff::keys_of(site, at.place, after, ROWS).await?;
    Ok(keys_page(site, look, at, &found, &Said::default()))
}

/// Does what the form of keys asks for.
pub async fn keys_post(
    site: &Site,
    look: &RenderContext,
    at: &Here,
    act: &IdempotentRequest,
    mut fields: Fields,
) -> Result<Response, Failure> {
    let here = at.at("/keys");
    let came = if fields.text("step") == "revoke" {
        crate::view::staff::key_revoked(site, act, at.place, fields.text("one")).await.map(|_| None)
    } else {
        let name = fields.needed("name", 60);
        let days = fields.whole("days", 1, LONGEST_KEY);
        let permissions: Vec<String> = fields.all("permission").map(str::to_owned).collect();
        if permissions.is_empty() {
            fields.refuse("permission", "至少选一项。", "Choose at least one.");
        }
        match fields.is_good() {
            true => {
                let body = KeyBody { name, permissions, days };
                crate::view::staff::key_by_form(site, act, at.place, &body).await.map(Some)
            }
            false => Err(in_form()),
        }
    };
    answered(site, look, at, &here, came, fields).await
}
