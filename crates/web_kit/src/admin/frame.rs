//! The frame of the pages of a shop: its work areas, its name, the way out.

use crate::ui::{self, Page, RenderContext};

pub use crate::page::ShopFrame;
use maud::{Markup, html};

/// A work area of a shop, as in the top bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    /// What to do today.
    Today,
    /// The shop's orders.
    Orders,
    /// Its products.
    Goods,
    /// What lies in its warehouses.
    Stock,
    /// Its coupons.
    Coupons,
    /// What its score is and comes from.
    Score,
    /// Its name and its people.
    Settings,
}

pub(crate) const TABS: [(Tab, &str, &str, &str); 7] = [
    (Tab::Today, "", "今天", "Today"),
    (Tab::Orders, "/orders", "订单", "Orders"),
    (Tab::Goods, "/products", "商品", "Products"),
    (Tab::Stock, "/stock", "库存", "Stock"),
    (Tab::Coupons, "/coupons", "优惠券", "Coupons"),
    (Tab::Score, "/score", "体验分", "Score"),
    (Tab::Settings, "/settings", "设置", "Settings"),
];

/// The frame. `body` holds the page's one `h1`.
pub fn frame(look: &RenderContext, place: &ShopFrame, tab: Tab, title: &str, body: Markup) -> Page {
    let areas = TABS.into_iter().filter(|(_, rest, ..)| look.may_open.page(&place.at(rest)));
    let areas = areas.map(|(one, rest, zh, en)| (place.at(rest), look.t(zh, en), one == tab));
    let bar = bar(look, areas, place.many);
    let suffix = look.t("三好商家中心", "Sanhao merchant center");
    ui::document(look, &format!("{title} · {} · {suffix}", place.name), bar, body)
}

/// The frame of a page before a shop is chosen.
pub fn lobby(look: &RenderContext, title: &str, body: Markup) -> Page {
    let areas = [
        ("/merchant".to_owned(), look.t("我的店铺", "My shops"), true),
        ("/".to_owned(), look.t("商城首页", "Storefront"), false),
    ];
    let bar = bar(look, areas, false);
    ui::document(look, &format!("{title} · {}", look.t("三好商家中心", "Sanhao merchant center")), bar, body)
}

fn bar<'a>(
    look: &RenderContext,
    areas: impl IntoIterator<Item = (String, &'a str, bool)>,
    many: bool,
) -> Markup {
    html! {
        (ui::logo(look.lang, "/merchant", look.t("商家中心", "Merchant center")))
        nav aria-label=(look.t("主导航", "Work areas")) {
            @for (href, name, here) in areas { a href=(href) aria-current=[here.then_some("page")] { (name) } }
        }
        div.tools {
            @if many { a.dk-switch href="/merchant?choose" { (look.t("切换店铺", "Switch shop")) } }
            (ui::choices(look))
            (ui::bar::me(look.lang))
        }
    }
}
