//! The platform's desk under `/console`: goods (review, categories, brands), orders of all shops, the mall's slots and
//! coupons, money and stock with their checks, bank transfers, what could not be done.

use maud::Markup;
use people::staff::Permission::{PlatformCatalog, PlatformMoney, PlatformOrders};
use web_kit::admin::parts;
use web_kit::operation::{Needs, Pages};
use web_kit::ui::RenderContext;

/// The most bytes of a form with pictures in it.
const UPLOAD: usize = 48 << 20;

/// The addresses of the market's desk.
pub(crate) fn pages() -> Pages {
    Pages::new()
        .get("/console/goods", Needs::Permission(PlatformCatalog), crate::review::queue)
        .get("/console/goods/reviews/{edit}", Needs::Permission(PlatformCatalog), crate::review::page)
        .post("/console/goods/reviews/{edit}", Needs::Permission(PlatformCatalog), crate::review::act)
        .get("/console/goods/categories", Needs::Permission(PlatformCatalog), crate::catalog::page)
        .post("/console/goods/categories", Needs::Permission(PlatformCatalog), crate::catalog::act)
        .get("/console/goods/brands", Needs::Permission(PlatformCatalog), crate::brands::page)
        .post("/console/goods/brands", Needs::Permission(PlatformCatalog), crate::brands::act)
        .get("/console/sales", Needs::Permission(PlatformOrders), crate::sales::list)
        .get("/console/sales/{order}", Needs::Permission(PlatformOrders), crate::sales::page)
        .post("/console/sales/{order}", Needs::Permission(PlatformOrders), crate::sales::act)
        .get("/console/mall", Needs::Permission(PlatformCatalog), crate::slots::page)
        .upload("/console/mall", UPLOAD, Needs::Permission(PlatformCatalog), crate::slots::act)
        .get("/console/mall/coupons", Needs::Permission(PlatformMoney), crate::coupons::page)
        .post("/console/mall/coupons", Needs::Permission(PlatformMoney), crate::coupons::act)
        .get("/console/money", Needs::Permission(PlatformMoney), crate::money::page)
        .post("/console/money/check", Needs::Permission(PlatformMoney), crate::money::check)
        .get(
            "/console/dead-letters",
            Needs::Permission(web_kit::view::dead_letter::NEED),
            crate::dead_letters::page,
        )
        .post(
            "/console/dead-letters",
            Needs::Permission(web_kit::view::dead_letter::NEED),
            crate::dead_letters::act,
        )
        .get("/console/money/transfers", Needs::Permission(PlatformMoney), crate::transfers::page)
        .post("/console/money/transfers", Needs::Permission(PlatformMoney), crate::transfers::act)
}

/// The parts of the goods area.
pub(crate) fn goods_tabs(look: &RenderContext, here: &str) -> Markup {
    let tabs: Vec<(String, String, bool)> = [
        ("/console/goods", "待审商品", "To review"),
        ("/console/goods/categories", "类目与属性", "Categories and attributes"),
        ("/console/goods/brands", "品牌", "Brands"),
    ]
    .into_iter()
    .map(|(href, zh, en)| (href.to_owned(), look.t(zh, en).to_owned(), href == here))
    .filter(|(href, ..)| look.may_open.page(href))
    .collect();
    parts::chips(look.t("商品", "Goods"), &tabs)
}

/// The parts of the mall area.
pub(crate) fn mall_tabs(look: &RenderContext, here: &str) -> Markup {
    let tabs: Vec<(String, String, bool)> = [
        ("/console/mall", "首页位置", "Slots of the home page"),
        ("/console/mall/coupons", "平台券", "The platform's coupons"),
    ]
    .into_iter()
    .map(|(href, zh, en)| (href.to_owned(), look.t(zh, en).to_owned(), href == here))
    .filter(|(href, ..)| look.may_open.page(href))
    .collect();
    parts::chips(look.t("商城", "Mall"), &tabs)
}

/// The parts of the money area.
pub(crate) fn money_tabs(look: &RenderContext, here: &str) -> Markup {
    let tabs: Vec<(String, String, bool)> = [
        ("/console/money", "账与核对", "Ledger and checks"),
        ("/console/money/transfers", "银行转账", "Bank transfers"),
        ("/console/dead-letters", "没办成的事", "Dead letters"),
    ]
    .into_iter()
    .map(|(href, zh, en)| (href.to_owned(), look.t(zh, en).to_owned(), href == here))
    .filter(|(href, ..)| look.may_open.page(href))
    .collect();
    parts::chips(look.t("钱", "Money"), &tabs)
}
