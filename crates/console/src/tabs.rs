//! The platform's desk under `/console`: goods (review, categories, brands), orders of all shops, the mall's slots and
//! coupons, money and stock with their checks, bank transfers.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use maud::Markup;
use web_kit::admin::parts;
use web_kit::site::Site;
use web_kit::ui::RenderContext;

/// The most bytes of a form with pictures in it.
const UPLOAD: usize = 48 << 20;

/// The addresses of the market's desk.
pub(crate) fn router() -> Router<Site> {
    Router::new()
        .route("/console/goods", get(crate::review::queue))
        .route("/console/goods/reviews/{edit}", get(crate::review::page).post(crate::review::act))
        .route("/console/goods/categories", get(crate::catalog::page).post(crate::catalog::act))
        .route("/console/goods/brands", get(crate::brands::page).post(crate::brands::act))
        .route("/console/sales", get(crate::sales::list))
        .route("/console/sales/{order}", get(crate::sales::page).post(crate::sales::act))
        .route(
            "/console/mall",
            get(crate::slots::page).post(crate::slots::act).layer(DefaultBodyLimit::max(UPLOAD)),
        )
        .route("/console/mall/coupons", get(crate::coupons::page).post(crate::coupons::act))
        .route("/console/money", get(crate::money::page))
        .route("/console/money/check", post(crate::money::check))
        .route("/console/money/transfers", get(crate::transfers::page).post(crate::transfers::act))
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
    .collect();
    parts::chips(look.t("商城", "Mall"), &tabs)
}

/// The parts of the money area.
pub(crate) fn money_tabs(look: &RenderContext, here: &str) -> Markup {
    let tabs: Vec<(String, String, bool)> = [
        ("/console/money", "账与核对", "Ledger and checks"),
        ("/console/money/transfers", "银行转账", "Bank transfers"),
    ]
    .into_iter()
    .map(|(href, zh, en)| (href.to_owned(), look.t(zh, en).to_owned(), href == here))
    .collect();
    parts::chips(look.t("钱", "Money"), &tabs)
}
