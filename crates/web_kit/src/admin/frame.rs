//! The frame of the pages of a shop: its work areas, its name, the way out.

use crate::lang::{Lang, t};
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
    let lang = look.lang;
    let bar = html! {
        (ui::logo(lang, "/merchant", t(lang, "商家中心", "Merchant center")))
        nav aria-label=(t(lang, "主导航", "Work areas")) {
            @for (one, rest, zh, en) in TABS.into_iter().filter(|(_, rest, ..)| look.may_open.page(&place.at(rest))) {
                a href=(place.at(rest)) aria-current=[(one == tab).then_some("page")] { (t(lang, zh, en)) }
            }
        }
        div.tools {
            @if place.many { a.dk-switch href="/merchant?choose" { (t(lang, "换店", "Other shop")) } }
            (ui::choices(look))
            (crate::bar::me(lang))
        }
    };
    let suffix = match lang {
        Lang::Zh => format!("{} · 三好商家中心", place.name),
        Lang::En => format!("{} · Sanhao merchant center", place.name),
    };
    ui::document(look, &format!("{title} · {suffix}"), bar, body)
}

/// The frame of a page before a shop is chosen.
pub fn lobby(look: &RenderContext, title: &str, body: Markup) -> Page {
    let lang = look.lang;
    let bar = html! {
        (ui::logo(lang, "/merchant", t(lang, "商家中心", "Merchant center")))
        nav aria-label=(t(lang, "主导航", "Work areas")) {
            a href="/merchant" aria-current="page" { (t(lang, "我的店铺", "My shops")) }
            a href="/" { (t(lang, "商城", "Mall")) }
        }
        div.tools { (ui::choices(look)) (crate::bar::me(lang)) }
    };
    ui::document(look, &format!("{title} · {}", t(lang, "三好商家中心", "Sanhao merchant center")), bar, body)
}
