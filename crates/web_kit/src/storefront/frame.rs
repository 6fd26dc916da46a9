//! The frame of every page of the mall: head, search, tabs, the bar below on a phone, the foot with language and theme.
//!
//! Invariants: one `h1` a page; nothing here asks the store, so that a frame costs no statement (how much lies in the
//! cart comes with a cookie that every change of the cart sets, and is only a hint).

use crate::assets;
use crate::icons;
use crate::lang::{Lang, t};
use crate::problem::Failure;
use crate::ui::{self, Page, RenderContext};
use axum::http::StatusCode;
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// Which tab a page belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    /// `/` and what is on sale.
    Mall,
    /// `/coupons`.
    Coupons,
    /// `/cart`.
    Cart,
    /// `/orders`.
    Orders,
    /// `/account` and what is the reader's own.
    Mine,
    /// None.
    Elsewhere,
}

/// What stands on top of a page on a phone. Wide windows always have the whole head.
#[derive(Debug, Clone, Copy)]
pub enum Top<'a> {
    /// Search and tabs.
    Whole,
    /// A way back (its address) and the title.
    Back(&'a str),
    /// Nothing: the page begins with a picture that carries its own way back.
    Picture,
}

/// A frame being chosen.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    /// Which tab is lit.
    pub tab: Tab,
    /// What stands on top.
    pub top: Top<'a>,
    /// Whether the tabs stand below on a phone.
    pub below: bool,
    /// What was searched for.
    pub asked: &'a str,
    /// After how many seconds it asks again.
    pub refresh: Option<u32>,
    /// Whether it is narrow.
    pub narrow: bool,
    /// Whether it stands in the middle.
    pub middle: bool,
    /// What more its head says, for other programs.
    pub head: Option<&'a Markup>,
}

impl<'a> Frame<'a> {
    /// A page of a tab, with the whole head.
    pub const fn of(tab: Tab) -> Self {
        Self {
            tab,
            top: Top::Whole,
            below: true,
            asked: "",
            refresh: None,
            narrow: false,
            middle: false,
            head: None,
        }
    }
    /// On a phone only a way back, and no tabs below.
    pub const fn back(mut self, to: &'a str) -> Self {
        self.top = Top::Back(to);
        self.below = false;
        self
    }
    /// Begins with a picture on a phone.
    pub const fn picture(mut self) -> Self {
        self.top = Top::Picture;
        self.below = false;
        self
    }
    /// Says more in its head, for other programs.
    pub const fn head(mut self, head: &'a Markup) -> Self {
        self.head = Some(head);
        self
    }
    /// The tabs below also under a page with a way back.
    pub const fn tabs(mut self) -> Self {
        self.below = true;
        self
    }
    /// What was searched for.
    pub const fn asked(mut self, text: &'a str) -> Self {
        self.asked = text;
        self
    }
    /// One column also in a wide window.
    pub const fn narrow(mut self) -> Self {
        self.narrow = true;
        self
    }
    /// One column, wider than the narrow one, also in a wide window.
    pub const fn middle(mut self) -> Self {
        self.middle = true;
        self
    }
    /// Asks again by itself after seconds, where there are no scripts.
    pub const fn refresh(mut self, seconds: Option<u32>) -> Self {
        self.refresh = seconds;
        self
    }

    /// Writes the page. `body` holds its one `h1` unless the frame has a way back: then the title is it.
    pub fn page(self, look: &RenderContext, title: &str, body: &Markup) -> Page {
        let lang = look.lang;
        let whole = matches!(self.top, Top::Whole);
        Page(html! {
            (DOCTYPE)
            html lang=(lang.tag()) data-theme=[look.theme.name()] {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover";
                    meta name="color-scheme" content="light dark";
                    title { (title) " · " (t(lang, "三好", "Sanhao")) }
                    @if let Some(more) = self.head { (more) }
                    link rel="icon" href="/favicon.svg" type="image/svg+xml";
                    link rel="stylesheet" href=(assets::MALL_CSS);
                    @if let Some(seconds) = self.refresh { noscript { meta http-equiv="refresh" content=(seconds); } }
                    script src=(assets::MALL_JS) defer {}
                }
                body {
                    a.skip href="#main" { (t(lang, "跳到正文", "Skip to content")) }
                    header.hdr.hide-phone[!whole] {
                        a.logo href="/" { (icons::LOGO) (t(lang, "三好", "Sanhao")) }
                        div.r1 {
                            form.sb action="/search" method="get" role="search" {
                                (icons::LENS)
                                input id="search" type="search" name="q" maxlength="80" autocomplete="off" enterkeyhint="search" value=(self.asked)
                                    aria-label=(t(lang, "搜索商品", "Search products")) placeholder=(t(lang, "搜索商品", "Search products"));
                                button { (t(lang, "搜索", "Search")) }
                            }
                            (cart(look))
                        }
                        (tabs(lang, self.tab))
                    }
                    @if let Top::Back(to) = self.top {
                        div.top {
                            a href=(to) aria-label=(t(lang, "返回", "Back")) { (icons::BACK) }
                            span.t aria-hidden="true" { b { (title) } }
                            @if self.tab == Tab::Cart { span {} } @else { (cart(look)) }
                        }
                    }
                    main.wrap.narrow[self.narrow].middle[self.middle] id="main" tabindex="-1" {
                        @if matches!(self.top, Top::Back(_)) { h1.title { (title) } }
                        (body)
                    }
                    (foot(look))
                    @if self.below { (below(look, self.tab)) div.pad {} }
                    div id="live" class="vh" role="status" aria-live="polite" {}
                }
            }
        })
    }
}

/// The link to the cart with how much lies in it.
pub fn cart(look: &RenderContext) -> Markup {
    let lang = look.lang;
    html! {
        a.ct href="/cart" aria-label=(if look.cart == 0 { t(lang, "购物车", "Cart").to_owned() } else { match lang { Lang::Zh => format!("购物车，{} 件", look.cart), Lang::En => format!("Cart, {}", look.cart) } }) {
            (icons::CART)
            @if look.cart > 0 { b { (look.cart.min(99)) } }
        }
    }
}

pub(crate) fn tabs(lang: Lang, tab: Tab) -> Markup {
    const TABS: [(Tab, &str, &str, &str); 4] = [
        (Tab::Mall, "/", "首页", "Home"),
        (Tab::Coupons, "/coupons", "领券", "Coupons"),
        (Tab::Orders, "/orders", "订单", "Orders"),
        (Tab::Mine, "/account", "我的", "Account"),
    ];
    html! {
        nav.tabs aria-label=(t(lang, "主导航", "Pages")) {
            @for (of, href, zh, en) in TABS {
                a href=(href) aria-current=[(of == tab).then_some("page")] { (t(lang, zh, en)) }
            }
        }
    }
}

pub(crate) fn below(look: &RenderContext, tab: Tab) -> Markup {
    let lang = look.lang;
    let link = |of: Tab, href: &str, icon: &icons::Icon, zh, en, count: u16| {
        html! {
            a href=(href) aria-current=[(of == tab).then_some("page")] {
                (PreEscaped(icon.0)) (t(lang, zh, en))
                @if count > 0 { b aria-hidden="true" { (count.min(99)) } }
            }
        }
    };
    html! {
        nav.nav aria-label=(t(lang, "底部导航", "Pages, below")) {
            (link(Tab::Mall, "/", &icons::HOUSE, "首页", "Home", 0))
            (link(Tab::Cart, "/cart", &icons::CART, "购物车", "Cart", look.cart))
            (link(Tab::Orders, "/orders", &icons::LIST, "订单", "Orders", 0))
            (link(Tab::Mine, "/account", &icons::PERSON, "我的", "Account", 0))
        }
    }
}

pub(crate) fn foot(look: &RenderContext) -> Markup {
    let lang = look.lang;
    html! {
        footer.foot {
            a href="/rules" { (t(lang, "平台规则", "Policies")) }
            a href="/open-a-shop" { (t(lang, "我要开店", "Open a shop")) }
            form action="/preferences" method="post" {
                input type="hidden" name="back" value=(look.here);
                button name="lang" value=(lang.other().tag()) lang=(lang.other().tag()) { (t(lang, "English", "中文")) }
            }
            (ui::theme_switch(look, [icons::SUN.0, icons::HALF.0, icons::MOON.0]))
        }
    }
}

/// A refusal as a page of the mall.
pub fn refusal(look: &RenderContext, refusal: &Failure) -> Page {
    let title = match refusal.status_code() {
        StatusCode::NOT_FOUND => look.t("页面不存在", "Page not found"),
        StatusCode::UNAUTHORIZED => look.t("请先登录", "Please sign in"),
        status if status.is_server_error() => {
            look.t("出错了，是我们的问题", "Something went wrong on our side")
        }
        _ => look.t("操作没有成功", "That didn't work"),
    };
    let is_about_tokens = matches!(&*refusal.code, "web.sign_in" | "member.not_signed_in");
    let detail = match (refusal.code.as_ref(), refusal.status_code(), look.lang) {
        ("web.no_route", _, Lang::Zh) => "这个地址下没有页面。".to_owned(),
        // What `detail` says of tokens is for programs.
        (_, StatusCode::UNAUTHORIZED, Lang::En) if is_about_tokens => {
            "This needs somebody who is signed in.".to_owned()
        }
        ("web.no_route", _, Lang::En) => "There is no page at this address.".to_owned(),
        (_, StatusCode::INTERNAL_SERVER_ERROR, Lang::Zh) => {
            "程序内部出错，已记入日志。数据没有被改动。".to_owned()
        }
        (_, StatusCode::INTERNAL_SERVER_ERROR, Lang::En) => {
            "Something failed inside; it has been logged. Nothing was changed.".to_owned()
        }
        _ => refusal.text(look.lang).to_owned(),
    };
    let body = html! {
        div.empty {
            (icons::FAILED)
            h1 { (title) }
            p { (detail) }
            div.acts {
                @if refusal.status_code() == StatusCode::UNAUTHORIZED { a.btn.pri href="/sign-in" { (look.t("登录", "Sign in")) } }
                a.btn href="/" { (look.t("返回首页", "Back to home")) }
                a.btn href="/orders" { (look.t("我的订单", "My orders")) }
            }
        }
    };
    Frame::of(Tab::Elsewhere).page(look, title, &body)
}
