//! The pages of those who sell and of those who look after the market: the merchant center under `/merchant`, and the
//! platform's desk under `/console`.
//!
//! Invariants: a page answers from the same functions as `/api/merchant` and `/api/platform`; a shop's page asks for the
//! shop of its address before it reads anything, and another shop's things are not there; every form works without
//! scripts, keeps what was typed when it is refused, and is one write however often it is sent.

mod campaigns;
mod coupons;
mod delivery;
mod digital;
mod holiday;
mod home;
mod kit;
mod matrix;
mod order;
mod orders;
mod product;
mod score;
mod settings;
mod staff;
mod stock;

use people::staff::Permission::{ShopGoods, ShopOrders, ShopSettings, ShopStock, ShopView};
use web_kit::operation::{Needs, Pages};

/// The most bytes of a form with pictures in it.
const UPLOAD: usize = 48 << 20;

/// The addresses of this face.
pub fn pages() -> Pages {
    Pages::new()
        .get("/merchant", Needs::Member, home::lobby)
        .get("/merchant/{shop}", Needs::Permission(ShopView), home::page)
        .post("/merchant/{shop}/notices/{notice}", Needs::Permission(ShopView), home::read)
        .get("/merchant/{shop}/orders", Needs::Permission(ShopOrders), orders::page)
        .get("/merchant/{shop}/ship", Needs::Permission(ShopOrders), orders::ship_form)
        .post("/merchant/{shop}/ship", Needs::Permission(ShopOrders), orders::ship)
        .get("/merchant/{shop}/orders/{order}", Needs::Permission(ShopOrders), order::page)
        .post("/merchant/{shop}/orders/{order}", Needs::Permission(ShopOrders), order::act)
        .get("/merchant/{shop}/products", Needs::Permission(ShopGoods), product::list::page)
        .get("/merchant/{shop}/products/new", Needs::Permission(ShopGoods), product::editor::page)
        .upload("/merchant/{shop}/products/new", UPLOAD, Needs::Permission(ShopGoods), product::editor::act)
        .get("/merchant/{shop}/products/bulk", Needs::Permission(ShopGoods), product::bulk::page)
        .post("/merchant/{shop}/products/bulk", Needs::Permission(ShopGoods), product::bulk::act)
        .get("/merchant/{shop}/sheet", Needs::Permission(ShopGoods), product::sheet::page)
        .upload("/merchant/{shop}/sheet", UPLOAD, Needs::Permission(ShopGoods), product::sheet::act)
        .get("/merchant/{shop}/products/{product}", Needs::Permission(ShopGoods), product::one::page)
        .post("/merchant/{shop}/products/{product}", Needs::Permission(ShopGoods), product::one::act)
        .get("/merchant/{shop}/edits/{edit}", Needs::Permission(ShopGoods), product::editor::page)
        .upload("/merchant/{shop}/edits/{edit}", UPLOAD, Needs::Permission(ShopGoods), product::editor::act)
        .get("/merchant/{shop}/stock", Needs::Permission(ShopStock), stock::list)
        .get("/merchant/{shop}/stock/{sku}", Needs::Permission(ShopStock), stock::one)
        .post("/merchant/{shop}/stock/{sku}", Needs::Permission(ShopStock), stock::act)
        .upload("/merchant/{shop}/stock/{sku}/file", UPLOAD, Needs::Permission(ShopStock), stock::file)
        .post("/merchant/{shop}/warehouses", Needs::Permission(ShopStock), stock::open)
        .post("/merchant/{shop}/warehouses/{warehouse}", Needs::Permission(ShopStock), stock::change)
        .get("/merchant/{shop}/campaigns", Needs::Permission(ShopStock), campaigns::list)
        .post("/merchant/{shop}/campaigns", Needs::Permission(ShopStock), campaigns::open)
        .get("/merchant/{shop}/campaigns/{campaign}", Needs::Permission(ShopStock), campaigns::one)
        .post("/merchant/{shop}/campaigns/{campaign}", Needs::Permission(ShopStock), campaigns::act)
        .get("/merchant/{shop}/coupons", Needs::Permission(ShopGoods), coupons::page)
        .post("/merchant/{shop}/coupons", Needs::Permission(ShopGoods), coupons::act)
        .get("/merchant/{shop}/delivery", Needs::Permission(ShopView), delivery::page)
        .post("/merchant/{shop}/delivery", Needs::Permission(ShopSettings), delivery::act)
        .get("/merchant/{shop}/settings", Needs::Permission(ShopView), settings::page)
        .post("/merchant/{shop}/settings", Needs::Permission(ShopSettings), settings::act)
        .post("/merchant/{shop}/holiday", Needs::Permission(ShopSettings), settings::holiday)
        .merge(staff::pages())
        .merge(score::pages())
}
