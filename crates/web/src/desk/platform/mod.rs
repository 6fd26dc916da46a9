//! The platform's desk under `/console`: goods (review, categories, brands), orders of all shops, the mall's slots and
//! coupons, money and stock with their checks, bank transfers.

mod brands;
mod catalog;
mod coupons;
mod money;
mod review;
mod sales;
mod slots;
mod transfers;

use crate::Site;
use crate::desk::parts;
use crate::ui::Look;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use maud::Markup;

pub(super) fn router() -> Router<Site> {
    Router::new()
        .route("/console/goods", get(review::queue))
        .route("/console/goods/reviews/{edit}", get(review::page).post(review::act))
        .route("/console/goods/categories", get(catalog::page).post(catalog::act))
        .route("/console/goods/brands", get(brands::page).post(brands::act))
        .route("/console/sales", get(sales::list))
        .route("/console/sales/{order}", get(sales::page).post(sales::act))
        .route("/console/mall", get(slots::page).post(slots::act).layer(DefaultBodyLimit::max(super::UPLOAD)))
        .route("/console/mall/coupons", get(coupons::page).post(coupons::act))
        .route("/console/money", get(money::page))
        .route("/console/money/check", post(money::check))
        .route("/console/money/transfers", get(transfers::page).post(transfers::act))
}

/// The parts of the goods area.
fn goods_tabs(look: &Look, here: &str) -> Markup {
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
fn mall_tabs(look: &Look, here: &str) -> Markup {
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
fn money_tabs(look: &Look, here: &str) -> Markup {
    let tabs: Vec<(String, String, bool)> = [
        ("/console/money", "账与核对", "Ledger and checks"),
        ("/console/money/transfers", "银行转账", "Bank transfers"),
    ]
    .into_iter()
    .map(|(href, zh, en)| (href.to_owned(), look.t(zh, en).to_owned(), href == here))
    .collect();
    parts::chips(look.t("钱", "Money"), &tabs)
}
