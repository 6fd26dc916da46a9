//! The mall: what a consumer sees. Phone first, both languages, every page works without scripts.
//!
//! Invariants: a page answers from the same functions as `/api/store`; nothing here shows what belongs to one member to
//! another; a price stands beside its sum, a promise beside its end.

mod account;
mod cart;
mod checkout;
mod coupons;
mod footprints;
mod goods;
mod open_a_shop;
mod orders;
mod parts;
mod pay;
mod prelude;
mod product;
mod promise;
mod rules;
mod shelf;
mod shop;
mod transfer;

use people::staff::Permission::ShopGoods;
use web_kit::operation::{Needs, Pages};

/// The addresses of this face.
pub fn pages() -> Pages {
    Pages::new()
        .merge(account::pages())
        .get("/", Needs::Public, shelf::home)
        .get("/c/{code}", Needs::Public, shelf::category)
        .get("/search", Needs::Public, shelf::search)
        .get("/product/{id}", Needs::Public, product::page)
        .get("/merchant/{shop}/edits/{edit}/preview", Needs::Permission(ShopGoods), product::preview)
        .get("/shop/{id}", Needs::Public, shop::page)
        .get("/shop/{id}/score", Needs::Public, shop::score)
        .get("/wishes", Needs::Member, shop::wishes)
        .post("/wishes", Needs::Member, shop::wish)
        .get("/footprints", Needs::Member, footprints::page)
        .post("/footprints", Needs::Member, footprints::wipe)
        .get("/following", Needs::Member, shop::following)
        .post("/following", Needs::Member, shop::follow)
        .get("/cart", Needs::Member, cart::page)
        .post("/cart/add", Needs::Member, cart::add)
        .post("/cart/set", Needs::Member, cart::set)
        .post("/cart/remove", Needs::Member, cart::remove)
        .post("/cart/again", Needs::Member, cart::again)
        .get("/coupons", Needs::Public, coupons::page)
        .get("/coupons/mine", Needs::Member, coupons::mine)
        .post("/coupons/claim", Needs::Member, coupons::claim_one)
        .post("/coupons/code", Needs::Member, coupons::claim_by_code)
        .get("/checkout", Needs::Member, checkout::page)
        .post("/checkout", Needs::Member, checkout::place)
        .get("/pay/{purchase}", Needs::Member, pay::page)
        .post("/pay/{purchase}", Needs::Member, pay::start)
        .post("/pay/{purchase}/cancel", Needs::Member, pay::cancel)
        .get("/pay/{purchase}/result", Needs::Member, pay::result)
        .get("/pay/transfer/{payment}", Needs::Member, transfer::page)
        .get("/cashier/{payment}", Needs::Member, pay::cashier)
        .post("/cashier/{payment}", Needs::Member, pay::decide)
        .get("/orders", Needs::Member, orders::list)
        .get("/orders/{id}", Needs::Member, orders::page)
        .post("/orders/{id}/codes/{code}", Needs::Member, orders::reveal_code)
        .post("/orders/{id}/files/{download}", Needs::Member, goods::download)
        .post("/orders/{id}/cancel", Needs::Member, orders::cancel)
        .post("/orders/{id}/remark", Needs::Member, orders::remark)
        .post("/orders/{id}/receive", Needs::Member, orders::receive)
        .get("/orders/{id}/address", Needs::Member, orders::address)
        .post("/orders/{id}/address", Needs::Member, orders::readdress)
        .get("/open-a-shop", Needs::Member, open_a_shop::page)
        .post("/open-a-shop", Needs::Member, open_a_shop::apply)
        .post("/open-a-shop/{application}/withdraw", Needs::Member, open_a_shop::withdraw)
        .get("/rules", Needs::Public, rules::list)
        .get("/rules/{id}", Needs::Public, rules::one)
}
