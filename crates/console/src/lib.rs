//! The pages. Each asks the same functions as the API; each answers in both languages.

mod applications;
mod brands;
mod campaigns;
mod catalog;
mod coupons;
mod day;
mod dead_letters;
mod entries;
mod findings;
mod gates;
mod market_rules;
mod metrics;
mod money;
mod order;
mod overview;
mod policy;
mod promise;
mod rehearsal;
mod review;
mod sales;
mod score;
mod scorecards;
mod search;
mod shop;
mod shops;
mod slots;
mod staff;
mod tabs;
mod transfers;

use people::staff::Permission::{
    PlatformCatalog, PlatformMembers, PlatformMoney, PlatformOrders, PlatformView,
};
use web_kit::operation::{Needs, Pages};

/// The most bytes of a form with pictures in it.
const UPLOAD: usize = 48 << 20;

/// The addresses of this face.
pub fn pages() -> Pages {
    Pages::new()
        .get("/console", Needs::Permission(PlatformView), overview::page)
        .get("/console/shops", Needs::Permission(PlatformView), shops::page)
        .get("/console/shops/{id}", Needs::Permission(PlatformView), shop::page)
        .get("/console/shops/{id}/what-if", Needs::Permission(PlatformView), shop::what_if)
        .post("/console/shops/{id}/merchant-link", Needs::Permission(PlatformView), shop::merchant_link)
        .get("/console/shops/{id}/gates", Needs::Permission(PlatformView), gates::page)
        .post("/console/shops/{id}/gates", Needs::Permission(web_kit::view::gate::NEED), gates::act)
        .get("/console/shops/{id}/metrics/{name}", Needs::Permission(PlatformView), shop::explain)
        .get("/console/orders", Needs::Permission(PlatformView), order::list)
        .get("/console/orders/{id}", Needs::Permission(PlatformView), order::page)
        .get("/console/scorecards", Needs::Permission(PlatformView), scorecards::list)
        .get("/console/scorecards/{id}", Needs::Permission(PlatformView), scorecards::page)
        .get("/console/scorecards/{id}/compare", Needs::Permission(PlatformView), scorecards::compare)
        .get("/console/promises", Needs::Permission(PlatformView), promise::list)
        .get("/console/promises/{id}", Needs::Permission(PlatformView), promise::page)
        .get("/console/rules/market", Needs::Permission(PlatformView), market_rules::page)
        .get("/console/metrics", Needs::Permission(PlatformView), metrics::catalogue)
        .get("/console/metrics/{name}", Needs::Permission(PlatformView), metrics::page)
        .get("/console/search", Needs::Permission(PlatformView), search::page)
        .merge(policy::pages())
        .merge(rehearsal::pages())
        .get("/console/goods", Needs::Permission(PlatformCatalog), review::queue)
        .get("/console/goods/reviews/{edit}", Needs::Permission(PlatformCatalog), review::page)
        .post("/console/goods/reviews/{edit}", Needs::Permission(PlatformCatalog), review::act)
        .get("/console/goods/categories", Needs::Permission(PlatformCatalog), catalog::page)
        .post("/console/goods/categories", Needs::Permission(PlatformCatalog), catalog::act)
        .get("/console/goods/brands", Needs::Permission(PlatformCatalog), brands::page)
        .post("/console/goods/brands", Needs::Permission(PlatformCatalog), brands::act)
        .get("/console/sales", Needs::Permission(PlatformOrders), sales::list)
        .get("/console/sales/{order}", Needs::Permission(PlatformOrders), sales::page)
        .post("/console/sales/{order}", Needs::Permission(PlatformOrders), sales::act)
        .get("/console/mall", Needs::Permission(PlatformCatalog), slots::page)
        .upload("/console/mall", UPLOAD, Needs::Permission(PlatformCatalog), slots::act)
        .get("/console/mall/campaigns", Needs::Permission(PlatformView), campaigns::page)
        .get("/console/mall/coupons", Needs::Permission(PlatformMoney), coupons::page)
        .post("/console/mall/coupons", Needs::Permission(PlatformMoney), coupons::act)
        .get("/console/money", Needs::Permission(PlatformMoney), money::page)
        .post("/console/money/check", Needs::Permission(PlatformMoney), money::check)
        .get("/console/dead-letters", Needs::Permission(web_kit::view::dead_letter::NEED), dead_letters::page)
        .post("/console/dead-letters", Needs::Permission(web_kit::view::dead_letter::NEED), dead_letters::act)
        .get("/console/money/accounts", Needs::Permission(PlatformMoney), entries::accounts)
        .get("/console/money/entries", Needs::Permission(PlatformMoney), entries::entries)
        .get("/console/money/findings", Needs::Permission(PlatformMoney), findings::page)
        .post("/console/money/findings", Needs::Permission(PlatformMoney), findings::act)
        .get("/console/money/transfers", Needs::Permission(PlatformMoney), transfers::page)
        .post("/console/money/transfers", Needs::Permission(PlatformMoney), transfers::act)
        .get("/console/applications", Needs::Permission(PlatformMembers), applications::page)
        .post("/console/applications", Needs::Permission(PlatformMembers), applications::act)
        .merge(staff::pages())
}
