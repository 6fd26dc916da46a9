//! The parts of the areas of the market's desk, as chips above their pages: goods, the mall, money.

use maud::Markup;
use web_kit::admin::parts;
use web_kit::ui::RenderContext;

/// The pages of an area that the reader may open.
fn tabs(look: &RenderContext, area: &str, here: &str, pages: &[(&str, &str, &str)]) -> Markup {
    let open = pages.iter().filter(|(href, ..)| look.may_open.page(href));
    let chip =
        |(href, zh, en): &(&str, &str, &str)| ((*href).to_owned(), look.t(zh, en).to_owned(), *href == here);
    parts::chips(area, &open.map(chip).collect::<Vec<_>>())
}

/// The parts of the goods area.
pub(crate) fn goods_tabs(look: &RenderContext, here: &str) -> Markup {
    let pages = [
        ("/console/goods", "待审商品", "To review"),
        ("/console/goods/categories", "类目与属性", "Categories and attributes"),
        ("/console/goods/brands", "品牌", "Brands"),
    ];
    tabs(look, look.t("商品", "Products"), here, &pages)
}

/// The parts of the mall area.
pub(crate) fn mall_tabs(look: &RenderContext, here: &str) -> Markup {
    let pages = [
        ("/console/mall", "首页位置", "Home page"),
        ("/console/mall/coupons", "平台券", "Platform coupons"),
        ("/console/mall/campaigns", "活动库存", "Campaign stock"),
    ];
    tabs(look, look.t("商城", "Mall"), here, &pages)
}

/// The parts of the money area.
pub(crate) fn money_tabs(look: &RenderContext, here: &str) -> Markup {
    let pages = [
        ("/console/money", "账与核对", "Ledger and checks"),
        ("/console/money/findings", "渠道异动", "Provider changes"),
        ("/console/money/transfers", "银行转账", "Bank transfers"),
        ("/console/dead-letters", "失败任务", "Failed jobs"),
    ];
    tabs(look, look.t("资金", "Finance"), here, &pages)
}
