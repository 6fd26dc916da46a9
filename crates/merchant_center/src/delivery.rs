//! `/merchant/{shop}/delivery`: by which ways a shop delivers besides the standard one, and a form for another.

use crate::enter;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::id::Shop;
use kernel::{Market, Money};
use maud::{Markup, html};
use people::staff::Permission;
use serde::Deserialize;
use std::sync::Arc;
use trade::coupon::Scope;
use trade::delivery::{self, LONGEST_CODE, LONGEST_TITLE, MOST_HOURS, Way};
use web_kit::admin::delivery::{cost, soon};
use web_kit::admin::done_of;
use web_kit::admin::frame::{ShopFrame, Tab, frame};
use web_kit::admin::parts::{self, Field};
use web_kit::form::Fields;
use web_kit::idempotency::IdempotentForm;
use web_kit::known::Tree;
use web_kit::lang::t;
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

struct Found {
    place: ShopFrame,
    ways: Vec<Way>,
    tree: Arc<Tree>,
}

/// The ways and the form.
pub async fn page(
    State(site): State<Site>,
    look: RenderContext,
    who: Principal,
    Path(shop): Path<String>,
    Query(asked): Query<Params>,
) -> Result<Page, Failure> {
    let shop = web_kit::input::id::<Shop>(&shop)?;
    let may = who.need_in(shop, Permission::ShopSettings).is_ok();
    let many = who.shops().len() > 1;
    let (tree, _) = site.known().await?;
    let found = site
        .read(move |q| Ok(Found { place: enter(q, shop, many)?, ways: delivery::ways(q, shop)?, tree }))
        .await?;
    Ok(drawn(&site, &look, &found, may, asked.done.as_deref(), &Fields::default(), None))
}

fn drawn(
    site: &Site,
    look: &RenderContext,
    found: &Found,
    may: bool,
    done: Option<&str>,
    fields: &Fields,
    refused: Option<&Failure>,
) -> Page {
    let place = &found.place;
    let title = look.t("配送方式", "Delivery");
    let body = html! {
        (ui::head(place.crumb(&[("/settings", look.t("设置", "Settings")), ("", title)]), html! { (look.t("店铺怎么送？", "How does the shop deliver?")) }, false,
            html! { span { (look.t("标准配送一直都在，按商品的运费算。", "The standard way is always there, at the freight of the products.")) } }, html! {}))
        (done_of(look, done, &[
            ("saved", "已保存。新下的单可以选，下过的单不变。", "Saved. New orders may choose it; placed ones stay as they are."),
            ("removed", "已撤下。下过的单不变。", "Taken away. Placed orders stay as they are."),
        ]))
        @if let Some(refused) = refused { (parts::refused(look, refused)) }
        (parts::refusals(look, fields, |name| field_name(look, name)))
        (list(site, look, found, may))
        @if may { (ui::question(
            look.t("加一种，或改一种", "Offer another, or change one"),
            html! { (look.t("代码一样就是改那一种。", "The same word changes that way.")) },
            form(site, look, found, fields),
        )) }
    };
    frame(look, place, Tab::Settings, title, body)
}

fn list(site: &Site, look: &RenderContext, found: &Found, may: bool) -> Markup {
    let action = found.place.at("/delivery");
    ui::question(
        look.t("现在有哪些？", "Which are there now?"),
        html! { (look.t("买家结算时给每家店选一种。", "Buyers choose one for each shop at checkout.")) },
        html! {
            div.paper {
                @if found.ways.is_empty() { (parts::empty(look.t("只有标准配送。", "The standard way alone."), html! {})) }
                @else {
                    table.cards.dk-list {
                        thead { tr { th { (look.t("方式", "Way")) } th { (look.t("钱", "Cost")) } th { (look.t("多快", "How soon")) } th { (look.t("哪些商品", "For")) } th {} } }
                        tbody { @for way in &found.ways {
                            tr {
                                td.w { b { (look.t(&way.zh, &way.en)) } }
                                td data-l=(look.t("钱", "Cost")) { (cost(look.lang, way)) }
                                td data-l=(look.t("多快", "How soon")) { (soon(look.lang, way)) }
                                td data-l=(look.t("哪些商品", "For")) { @match &way.scope {
                                    Scope::All => { (look.t("全部商品", "All goods")) }
                                    Scope::Category(code) => { (parts::category(look, &found.tree, code)) }
                                    Scope::Products(some) => { (some.len()) (look.t(" 件商品", " products")) }
                                } }
                                td.r { @if may {
                                    form.dk-press action=(action) method="post" {
                                        input type="hidden" name="key" value=(format!("{}{}", site.form_key(), way.code));
                                        input type="hidden" name="code" value=(way.code);
                                        button.btn.dk-sm name="do" value="remove" { (look.t("撤下", "Take away")) }
                                    }
                                } }
                            }
                        } }
                    }
                }
            }
        },
    )
}

fn form(site: &Site, look: &RenderContext, found: &Found, fields: &Fields) -> Markup {
    let place = &found.place;
    let unit = site.market.currency.symbol().to_owned();
    let f = |name: &'static str, zh: &'static str, en: &'static str| Field {
        name,
        label: t(look.lang, zh, en),
        ..Field::default()
    };
    html! {
        form.paper.dk-form.three action=(place.at("/delivery")) method="post" {
            input type="hidden" name="key" value=(site.form_key());
            (parts::line(look, fields, Field { needed: true, hint: look.t("小写字母、数字和 -，如 next-day", "Small letters, digits and -, as next-day"), ..f("code", "代码", "Word") }, LONGEST_CODE))
            (parts::line(look, fields, Field { needed: true, ..f("zh", "中文名", "Name in Chinese") }, LONGEST_TITLE))
            (parts::line(look, fields, Field { needed: true, ..f("en", "英文名", "Name in English") }, LONGEST_TITLE))
            (parts::number(look, fields, Field { hint: look.t("在运费上再加，空着是不加", "On top of the freight; empty: nothing"), ..f("fee", "加多少", "How much more") }, &unit))
            (parts::number(look, fields, Field { hint: look.t("按本店商品、用券以前算，可空", "Of the shop's goods, before coupons"), ..f("free_from", "满多少不加", "Spared from") }, &unit))
            (parts::number(look, fields, Field { hint: look.t("空着就和标准配送一样", "Empty: as the standard way"), ..f("within", "下单后几小时内送到", "Brings within") }, look.t("小时", "hours")))
            (parts::choice(look, fields, f("category", "限哪个类目", "Only this category"), &parts::categories(look, &found.tree)))
            div.dk-f { span.dk-lab aria-hidden="true" { "\u{a0}" } button.btn.pri name="do" value="set" { (look.t("保存", "Save")) } }
        }
    }
}

fn field_name(look: &RenderContext, name: &str) -> String {
    let (zh, en) = match name {
        "code" => ("代码", "Word"),
        "zh" => ("中文名", "Name in Chinese"),
        "en" => ("英文名", "Name in English"),
        "fee" => ("加多少", "How much more"),
        "free_from" => ("满多少不加", "Spared from"),
        "within" => ("几小时内送到", "Brings within"),
        other => return other.to_owned(),
    };
    look.t(zh, en).to_owned()
}

/// A way as it was typed.
fn read(fields: &mut Fields, market: &Market) -> Option<Way> {
    let code = fields.needed("code", LONGEST_CODE);
    let zh = fields.needed("zh", LONGEST_TITLE);
    let en = fields.needed("en", LONGEST_TITLE);
    let fee = fields.money("fee", market.currency).unwrap_or(Money::new(0, market.currency));
    let free_from = fields.money("free_from", market.currency);
    let within = if fields.has("within") { fields.whole("within", 1, MOST_HOURS) } else { None };
    let scope = match fields.text("category") {
        "" => Scope::All,
        code => Scope::Category(code.into()),
    };
    fields.is_good().then(|| Way {
        code: code.into(),
        zh: zh.into(),
        en: en.into(),
        fee,
        free_from,
        scope,
        within,
    })
}

/// A press of a button.
pub async fn act(
    State(site): State<Site>,
    look: RenderContext,
    Path(shop): Path<String>,
    IdempotentForm { act, form }: IdempotentForm<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let shop = web_kit::input::id::<Shop>(&shop)?;
    let mut fields = Fields::of(form);
    let keys = delivery::keys(shop);
    let refused = if fields.text("do") == "remove" {
        let code = fields.text("code").to_owned();
        let write = act.value(&site, "delivery.remove", keys, move |tx, ctx| {
            delivery::remove(tx, ctx, shop, &code).map(drop)
        });
        match write.await {
            Ok(()) => return Ok(to(&format!("/merchant/{shop}/delivery?done=removed"))),
            Err(failure) => Some(failure),
        }
    } else if let Some(way) = read(&mut fields, &site.market) {
        let most = site.services.terms((site.now)())?.most_ways;
        let write =
            act.value(&site, "delivery.set", keys, move |tx, ctx| delivery::set(tx, ctx, shop, &way, most));
        match write.await {
            Ok(()) => return Ok(to(&format!("/merchant/{shop}/delivery?done=saved"))),
            Err(failure) => fields.aside(
                failure,
                &[
                    ("delivery.bad_code", "code"),
                    ("delivery.bad_title", "zh"),
                    ("delivery.bad_fee", "fee"),
                    ("delivery.bad_free_from", "free_from"),
                    ("delivery.bad_within", "within"),
                ],
            ),
        }
    } else {
        None
    };
    let many = act.who.shops().len() > 1;
    let (tree, _) = site.known().await?;
    let found = site
        .read(move |q| Ok(Found { place: enter(q, shop, many)?, ways: delivery::ways(q, shop)?, tree }))
        .await?;
    let look = RenderContext { here: found.place.at("/delivery"), ..look };
    let status = refused.as_ref().map_or(StatusCode::UNPROCESSABLE_ENTITY, |f| f.status_code());
    Ok((status, drawn(&site, &look, &found, true, None, &fields, refused.as_ref())).into_response())
}

fn to(address: &str) -> Response {
    Redirect::to(address).into_response()
}
