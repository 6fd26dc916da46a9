//! `/merchant/{shop}/settings`: what the shop is called, what it is, and who works in it.

use crate::home::shop_state;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::Id;
use kernel::id::{Member, Shop};
use maud::{Markup, html};
use people::merchant::{self, ChangeShop, Industry, ShopView};
use people::staff::{self, Permission, Seat};
use people::vault::{self, Field as Sealed, Vault};
use serde::Deserialize;
use std::collections::HashMap;
use store::{Keys, Read};
use web_kit::admin::frame::{ShopFrame, Tab, frame};
use web_kit::admin::parts::{self, Field};
use web_kit::admin::{done_of, words};
use web_kit::fmt;
use web_kit::form::Fields;
use web_kit::idempotency::IdempotentForm;
use web_kit::principal::Principal;
use web_kit::problem::{Failure, Path, Query};
use web_kit::site::Site;
use web_kit::ui::{self, Page, RenderContext};

#[derive(Debug, Default, Deserialize)]
pub struct Params {
    done: Option<String>,
    #[serde(rename = "lang")]
    _lang: Option<String>,
    #[serde(rename = "theme")]
    _theme: Option<String>,
}

/// People who are listed; more stand in the API.
const MOST: i64 = 100;

struct Found {
    shop: ShopView,
    seats: Vec<Seat>,
    /// What those who sit there are called, masked.
    names: HashMap<Id<Member>, String>,
}

fn found(q: &mut Read<'_>, vault: &Vault, shop: Id<Shop>) -> Result<Found, Failure> {
    let seats = staff::of_place(q, staff::Place::Shop(shop), None, MOST)?;
    let mut names = HashMap::new();
    for seat in &seats {
        if let Some(name) = vault::shown(q, vault, seat.member.raw(), Sealed::Name)? {
            names.insert(seat.member, name);
        }
    }
    Ok(Found { shop: merchant::shop(q, shop)?, seats, names })
}

/// The page.
pub async fn page(
    State(site): State<Site>,
    look: RenderContext,
    who: Principal,
    Path(shop): Path<String>,
    Query(asked): Query<Params>,
) -> Result<Page, Failure> {
    let shop = web_kit::input::id::<Shop>(&shop)?;
    let vault = site.vault.clone();
    let found = site.read(move |q| found(q, &vault, shop)).await?;
    let mut fields = Fields::default();
    fields.set("name", &*found.shop.name);
    fields.set("industry", found.shop.industry.map_or("", Industry::as_str));
    fields.set("kind", found.shop.kind.map_or("", merchant::Kind::as_str));
    fields.set("version", found.shop.version.to_string());
    Ok(drawn(&site, &look, &who, &found, asked.done.as_deref(), &fields, None))
}

fn drawn(
    site: &Site,
    look: &RenderContext,
    who: &Principal,
    found: &Found,
    done: Option<&str>,
    fields: &Fields,
    refused: Option<&Failure>,
) -> Page {
    let shop = &found.shop;
    let place = ShopFrame { shop: shop.id, name: shop.name.to_string(), many: who.shops().len() > 1 };
    let may = who.need_in(shop.id, Permission::ShopSettings).is_ok();
    let title = look.t("设置", "Settings");
    let none = (String::new(), look.t("没说", "not said").to_owned());
    let with_none =
        |list: Vec<(String, String)>| std::iter::once(none.clone()).chain(list).collect::<Vec<_>>();
    let body = html! {
        (ui::head(place.crumb(&[("", title)]), html! { (look.t("店铺设置", "The shop's settings")) }, false,
            html! { (shop_state(look, shop.status)) span { (look.t("开店 ", "open since ")) (fmt::date(look.lang, shop.opened_at.date(&site.market.zone))) } }, html! {}))
        (done_of(look, done, &[
            ("saved", "已保存。买家马上看到新名字。", "Saved. Buyers see the new name at once."),
            ("holiday", "假期已设好，买家看得到。", "The holiday is set, and buyers see it."),
            ("ended", "假期已结束，照常接单。", "The holiday has ended; orders come in as usual."),
        ]))
        @if let Some(refused) = refused { (parts::refused(look, refused)) }
        (parts::refusals(look, fields, |name| if name == "name" { look.t("店名", "Name").to_owned() } else { name.to_owned() }))
        (ui::question(
            look.t("店铺叫什么，卖什么？", "What is it called, what does it sell?"),
            html! { (look.t("主营决定体验分和哪些店比。", "What it sells decides with whom its score is compared.")) },
            html! {
                @if may {
                    form.paper.dk-form action=(place.at("/settings")) method="post" {
                        input type="hidden" name="key" value=(site.form_key());
                        input type="hidden" name="version" value=(fields.text("version"));
                        (parts::line(look, fields, Field { name: "name", label: look.t("店名", "Name"), needed: true, wide: true, ..Field::default() }, 60))
                        (parts::choice(look, fields, Field { name: "industry", label: look.t("主营", "Sells"), ..Field::default() }, &with_none(words::INDUSTRIES.choices(look.lang))))
                        (parts::choice(look, fields, Field { name: "kind", label: look.t("店铺类型", "Kind of shop"), ..Field::default() }, &with_none(words::KINDS.choices(look.lang))))
                        div.dk-wide.dk-row.end { button.btn.pri { (look.t("保存", "Save")) } }
                    }
                } @else {
                    div.paper {
                        (parts::facts(&[
                            (look.t("店名", "Name"), html! { (shop.name) }),
                            (look.t("主营", "Sells"), html! { @match shop.industry { Some(word) => (words::INDUSTRIES.say(look.lang, word.as_str())), None => "—" } }),
                        ]))
                        p.dk-note { (look.t("改设置要店长。", "Only the owner changes settings.")) }
                    }
                }
            },
        ))
        (ui::question(
            look.t("怎么送？", "How does it deliver?"),
            html! { (look.t("标准配送之外，还可以加别的方式。", "Ways beside the standard one.")) },
            html! { div.paper.dk-row.pad { a.btn href=(place.at("/delivery")) { (look.t("配送方式", "Ways of delivery")) } } },
        ))
        (crate::holiday::section(look, site, &place, shop.holiday, may))
        (people(look, site, found, &place, who.need_in(shop.id, Permission::ShopStaff).is_ok()))
    };
    frame(look, &place, Tab::Settings, title, body)
}

fn people(look: &RenderContext, site: &Site, found: &Found, place: &ShopFrame, may: bool) -> Markup {
    ui::question(
        look.t("谁在店里做什么？", "Who does what here?"),
        html! { (look.t("角色没写到的事就不能做。看买家信息都会留记录。", "What a role does not name is refused. Looks at buyers' data are recorded.")) },
        html! {
            div.paper {
                @if found.seats.is_empty() { (parts::empty(look.t("还没有人。", "Nobody yet."), html! {})) }
                @else {
                    table.cards.dk-list {
                        thead { tr { th { (look.t("谁", "Who")) } th { (look.t("角色", "Role")) } th { (look.t("从", "Since")) } } }
                        tbody {
                            @for seat in &found.seats {
                                tr {
                                    td.w { b { (found.names.get(&seat.member).map_or("—", String::as_str)) } }
                                    td data-l=(look.t("角色", "Role")) { (web_kit::words::named::of(look.lang, &seat.role)) }
                                    td data-l=(look.t("从", "Since")) { (fmt::date(look.lang, seat.since.date(&site.market.zone))) }
                                }
                            }
                        }
                    }
                }
                @if may {
                    div.dk-row.pad {
                        a.btn href=(place.at("/staff")) { (look.t("请人、换角色", "Invite, change roles")) }
                        a.btn href=(place.at("/keys")) { (look.t("程序密钥", "Keys of programs")) }
                    }
                }
            }
        },
    )
}

/// Saves.
pub async fn act(
    State(site): State<Site>,
    look: RenderContext,
    Path(shop): Path<String>,
    IdempotentForm { act, form }: IdempotentForm<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let shop = web_kit::input::id::<Shop>(&shop)?;
    let mut fields = Fields::of(form);
    let name = fields.needed("name", 60);
    let version = fields.whole("version", 0, i64::MAX).unwrap_or(0);
    let (industry, kind) =
        (Industry::parse(fields.text("industry")), merchant::Kind::parse(fields.text("kind")));
    let refused = if fields.is_good() {
        let change = ChangeShop { name: name.into(), industry, kind, version };
        let keys = Keys::of([merchant::key(shop)]);
        let write = act.value(&site, "shop.change", keys, move |tx, ctx| {
            merchant::change_shop(tx, ctx, shop, &change).map(drop)
        });
        match write.await {
            Ok(()) => {
                return Ok(Redirect::to(&format!("/merchant/{shop}/settings?done=saved")).into_response());
            }
            Err(failure) => fields.aside(failure, &[("shop.name", "name")]),
        }
    } else {
        None
    };
    let vault = site.vault.clone();
    let found = site.read(move |q| found(q, &vault, shop)).await?;
    let look = RenderContext { here: format!("/merchant/{shop}/settings"), ..look };
    let status = refused.as_ref().map_or(StatusCode::UNPROCESSABLE_ENTITY, |f| f.status_code());
    let page = drawn(&site, &look, &act.who, &found, None, &fields, refused.as_ref());
    Ok((status, page).into_response())
}
