//! The pages of those who sell and of those who look after the market: the merchant center under `/merchant`, and the
//! platform's desk under `/console`.
//!
//! Invariants: a page answers from the same functions as `/api/merchant` and `/api/platform`; a shop's page asks for the
//! shop of its address before it reads anything, and another shop's things are not there; every form works without
//! scripts, keeps what was typed when it is refused, and is one write however often it is sent.

mod coupons;
pub(crate) mod delivery;
pub(crate) mod form;
pub(crate) mod frame;
mod held;
mod home;
mod matrix;
mod order;
mod orders;
pub(crate) mod parts;
mod platform;
mod product;
mod settings;
mod stock;
pub(crate) mod words;

use crate::Site;
use crate::problem::Failure;
use crate::ui::{self, Look, Page};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use frame::Place;
use kernel::Id;
use kernel::id::Shop;
use maud::{Markup, html};
use people::merchant;
use store::Read;

/// The most bytes of a form with pictures in it.
const UPLOAD: usize = 48 << 20;

pub(crate) fn router() -> Router<Site> {
    let pictures = DefaultBodyLimit::max(UPLOAD);
    Router::new()
        .route("/merchant", get(home::lobby))
        .route("/merchant/{shop}", get(home::page))
        .route("/merchant/{shop}/orders", get(orders::page))
        .route("/merchant/{shop}/ship", get(orders::ship_form).post(orders::ship))
        .route("/merchant/{shop}/orders/{order}", get(order::page).post(order::act))
        .route("/merchant/{shop}/products", get(product::list::page))
        .route(
            "/merchant/{shop}/products/new",
            get(product::editor::blank).post(product::editor::begin).layer(pictures),
        )
        .route("/merchant/{shop}/products/{product}", get(product::one::page).post(product::one::act))
        .route(
            "/merchant/{shop}/edits/{edit}",
            get(product::editor::page).post(product::editor::submit).layer(pictures),
        )
        .route("/merchant/{shop}/stock", get(stock::list))
        .route("/merchant/{shop}/stock/{sku}", get(stock::one).post(stock::act))
        .route("/merchant/{shop}/warehouses", post(stock::open))
        .route("/merchant/{shop}/warehouses/{warehouse}", post(stock::change))
        .route("/merchant/{shop}/coupons", get(coupons::page).post(coupons::act))
        .route("/merchant/{shop}/delivery", get(delivery::page).post(delivery::act))
        .route("/merchant/{shop}/settings", get(settings::page).post(settings::act))
        .merge(platform::router())
}

/// A refusal as a page of the merchant center.
pub(crate) fn refusal(look: &Look, refusal: &Failure) -> Page {
    let title = match refusal.status {
        404 => look.t("这里没有", "Not here"),
        403 => look.t("你的角色做不了这个", "Your role may not do this"),
        500.. => look.t("没有做成，是我们的问题", "Not done, and the fault is ours"),
        _ => look.t("没有做成", "Not done"),
    };
    let detail = match (refusal.status, refusal.code.as_ref()) {
        (_, "web.no_route") => look.t("这个地址下没有页面。", "There is no page at this address.").to_owned(),
        _ => refusal.text(look.lang).to_owned(),
    };
    let body = html! {
        (ui::head(html! { (refusal.status) }, html! { (title) }, false, html! {}, html! {}))
        section.q {
            div.side { h2 { (look.t("怎么了？", "What happened?")) } }
            div.answer.prose-like {
                p { (detail) }
                p {
                    (look.t("接下来：", "What now: ")) a href="/merchant" { (look.t("回到我的店铺", "go to your shops")) }
                    @if refusal.status == 403 { (look.t("，或请店长给你加上这个权限。", ", or ask the shop's owner for the permission.")) }
                }
            }
        }
    };
    frame::lobby(look, title, body)
}

/// The shop of a page, with its name.
fn enter(q: &mut Read<'_>, shop: Id<Shop>, many: bool) -> Result<Place, Failure> {
    let view = merchant::shop(q, shop)?;
    Ok(Place { shop, name: view.name.to_string(), many })
}

/// What was done, by the word in the address.
fn done_of(look: &Look, done: Option<&str>, said: &[(&str, &str, &str)]) -> Markup {
    match said.iter().find(|(word, _, _)| Some(*word) == done) {
        Some((_, zh, en)) => parts::done(look.t(zh, en)),
        None => Markup::default(),
    }
}
