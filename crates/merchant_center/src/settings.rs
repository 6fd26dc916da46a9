//! `/merchant/{shop}/settings`: what the shop is called, what it is, and who works in it.

use kernel::id::{Member, Shop};
use people::merchant::{self, ChangeShop, Industry, ShopView};
use people::staff::{self, Permission, Seat};
use people::vault::{self, Field as Sealed, Vault};
use std::collections::HashMap;
use web_kit::admin::home::shop_state;
use web_kit::prelude::*;

/// People who are listed; more stand in the API.
const MOST: i64 = 100;

/// What is typed to change it.
#[derive(Form)]
#[form("shop")]
struct ShopForm {
    #[field(wide, most = 60)]
    name: Box<str>,
    industry: Option<Industry>,
    kind: Option<merchant::Kind>,
}

struct Found {
    shop: ShopView,
    seats: Vec<Seat>,
    /// What those who sit there are called, masked.
    names: HashMap<Id<Member>, String>,
}

fn found(q: &mut Read<'_>, vault: &Vault, shop: Id<Shop>) -> Result<Found, Failure> {
    let seats = staff::of_scope(q, staff::Scope::Shop(shop), None, MOST)?;
    let mut names = HashMap::new();
    for seat in &seats {
        if let Some(name) = vault::shown(q, vault, seat.member.raw(), Sealed::Name)? {
            names.insert(seat.member, name);
        }
    }
    Ok(Found { shop: merchant::shop(q, shop)?, seats, names })
}

/// The page.
pub async fn page(at: ShopPage) -> Result<Page, Failure> {
    let vault = at.site.vault.clone();
    let (place, found) = at.enter(move |q, shop| found(q, &vault, shop)).await?;
    let (look, shop) = (&at.look, &found.shop);
    let may = |permission| at.who().need_in(shop.id, permission).is_ok();
    let form = ShopForm { name: shop.name.clone(), industry: shop.industry, kind: shop.kind };
    let fields = at.typed_or(&form);
    let version =
        if fields.has("version") { fields.text("version").to_owned() } else { shop.version.to_string() };
    let title = at.t("设置", "Settings");
    let body = html! {
        (ui::head(place.crumb(&[("", title)]), html! { (at.t("店铺设置", "The shop's settings")) }, false,
            html! { (shop_state(look, shop.status)) span { (at.t("开店 ", "open since ")) (fmt::date(look.lang, shop.opened_at.date(&at.site.market.zone))) } }, html! {}))
        (at.banners(&[
            ("saved", "已保存。买家马上看到新名字。", "Saved. Buyers see the new name at once."),
            ("holiday", "假期已设好，买家看得到。", "The holiday is set, and buyers see it."),
            ("ended", "假期已结束，照常接单。", "The holiday has ended; orders come in as usual."),
        ]))
        (ui::question(
            at.t("店铺信息", "Shop details"),
            html! { (at.t("主营类目决定体验分和哪些店比较。", "The industry decides which shops the score is compared with.")) },
            html! {
                @if may(Permission::ShopSettings) {
                    form.paper.dk-form action=(place.at("/settings")) method="post" {
                        input type="hidden" name="key" value=(at.key());
                        input type="hidden" name="version" value=(version);
                        (ShopForm::draw(look, &fields, |_| Vec::new()))
                        div.dk-wide.dk-row.end { button.btn.pri { (at.t("保存", "Save")) } }
                    }
                } @else {
                    div.paper {
                        (parts::facts(&[
                            (at.t("店名", "Name"), html! { (shop.name) }),
                            (at.t("主营类目", "Industry"), html! { (shop.industry.map_or("—", |one| named::of(look.lang, &one))) }),
                        ]))
                        p.dk-note { (at.t("只有店长能修改设置。", "Only the owner can change settings.")) }
                    }
                }
            },
        ))
        (ui::question(
            at.t("配送", "Delivery"),
            html! { (at.t("标准配送之外，可以新增别的方式。", "Methods beside standard delivery.")) },
            html! { div.paper.dk-row.pad { a.btn href=(place.at("/delivery")) { (at.t("配送方式", "Delivery methods")) } } },
        ))
        (crate::holiday::section(&at, &place, shop.holiday, may(Permission::ShopSettings)))
        (people(&at, &found, &place, may(Permission::ShopStaff)))
    };
    Ok(frame(look, &place, Tab::Settings, title, body))
}

fn people(at: &ShopPage, found: &Found, place: &ShopFrame, may: bool) -> Markup {
    let columns = [Column::wide("员工", "Name"), Column::text("角色", "Role"), Column::text("从", "Since")];
    ui::question(
        at.t("员工与角色", "Staff and roles"),
        html! { (at.t("员工只能做角色允许的事；查看买家明文会留记录。", "Staff can do what their role allows. Revealing buyers' data is recorded.")) },
        html! {
            div.paper {
                @if found.seats.is_empty() { (parts::empty(at.t("还没有员工。", "No staff yet."), html! {})) }
                @else {
                    (table::table(&at.look, columns, &found.seats, |seat| [
                        html! { b { (found.names.get(&seat.member).map_or("—", String::as_str)) } },
                        html! { (named::of(at.lang(), &seat.role)) },
                        html! { (fmt::date(at.lang(), seat.since.date(&at.site.market.zone))) },
                    ]))
                }
                @if may {
                    div.dk-row.pad {
                        a.btn href=(place.at("/staff")) { (at.t("邀请员工", "Invite staff")) }
                        a.btn href=(place.at("/keys")) { (at.t("API 密钥", "API keys")) }
                    }
                }
            }
        },
    )
}

/// Sets its holiday, or ends it.
pub async fn holiday(mut at: ShopPage) -> Result<Response, Failure> {
    let done = crate::holiday::act(&mut at).await?;
    let to = at.at(&format!("/settings?done={done}"));
    at.answer(&to, page).await
}

/// Saves.
pub async fn act(mut at: ShopPage) -> Result<Response, Failure> {
    let shop = at.shop;
    let version = at.fields.whole("version", 0, i64::MAX).unwrap_or(0);
    if let Some(ShopForm { name, industry, kind }) = at.typed() {
        let change = ChangeShop { name, industry, kind, version };
        at.write("shop.change", merchant::key(shop), &[("shop.name", "name")], move |tx, ctx| {
            merchant::change_shop(tx, ctx, shop, &change).map(drop)
        })
        .await?;
    }
    let to = at.at("/settings?done=saved");
    at.answer(&to, page).await
}
