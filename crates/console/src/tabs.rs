//! The parts of the areas of the market's desk, as chips above their pages: goods, the mall, money.

use maud::Markup;
use web_kit::admin::parts;
use web_kit::ui::RenderContext;

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
