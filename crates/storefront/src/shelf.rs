//! Shelves: the mall's home, categories, search, and what they are made of - cards with their promise, a way to the next
//! page, an order to choose.
//!
//! Invariants: a page of a shelf is one statement, one more for its struck prices and two for what is sold out; a card leads to its product with the scene it stands in.

use crate::prelude::*;
use flows::view;
use kernel::id::Product;
use maud::PreEscaped;
use offer::catalog::slot::SlotContent;
use offer::catalog::{self, After, Card, Category, Shelf, Slot, Sort};
use trade::order;
use trade::scene::{Scene, Via};
use web_kit::known::{self, ShopCard, Shops, Tree};
use web_kit::storefront::shelf::{PAGE, after, as_shown, sort, struck};
use web_kit::storefront::via;

/// How many cards a row of a slot has.
const ROW: i64 = 6;

/// A card of the catalog as a shopper sees it. The first ones load their pictures at once, the others when they come near.
fn card(at: &PageContext, shops: &Shops, card: &Card, via: &Via, first: bool) -> Markup {
    let (lang, now, shop) = (at.lang(), at.now(), shops.get(&card.shop));
    let points = shop.and_then(|shop| shop.score.as_ref()).and_then(|score| score.points);
    let from = shop.map_or(now, |shop| shop.promises_from(now));
    let promise = crate::promise::short(at, from, &card.ship);
    html! {
        a.card.off[card.sold_out] href=(via::link(&at.site, now, card.id, via)) {
            span.pic { (parts::picture_of(card.cover.as_deref(), first)) @if card.sold_out { span.gone { (at.t("已售罄", "Sold out")) } } }
            span.cb {
                h3 { (card.title) }
                span.pl {
                    span {
                        @if card.price_to.minor > card.price.minor { @match lang { Lang::Zh => { (parts::price(card.price)) span.s12.mut { " 起" } } Lang::En => { span.s12.mut { "From " } (parts::price(card.price)) } } }
                        @else { (parts::price(card.price)) }
                        @if let Some(was) = card.struck { " " s.s12.mut { (when::money(was)) } }
                    }
                }
                @if !promise.is_empty() && !card.sold_out { span.pm { (icons::RUNS) (promise) } }
                span.wy { span.nm { (shop.map_or("", |shop| &shop.name)) "\u{200b}" } (parts::shop_score(lang, shop.and_then(ShopCard::stars), points.map(|points| points.floor() as i64))) }
            }
        }
    }
}

/// Where a grid stands: as the page's shelf or as one of its slots, and whether it is the first one of the page.
#[derive(Debug, Clone, Copy)]
pub enum Stand {
    /// The shelf, which goes on below.
    Shelf { first: bool },
    /// One row of a slot.
    Slot { first: bool },
}

/// A grid of cards.
pub fn grid(at: &PageContext, shops: &Shops, cards: &[Card], via: &Via, stand: Stand) -> Markup {
    let six = matches!(stand, Stand::Slot { .. });
    // What is seen before one scrolls is loaded at once; everything else when it comes near.
    let at_once = match stand {
        Stand::Shelf { first: true } => 5,
        Stand::Slot { first: true } => 6,
        _ => 0,
    };
    html! {
        div.grid.six[six] id=[(!six).then_some("shelf")] {
            @for (i, one) in cards.iter().enumerate() { (card(at, shops, one, via, i < at_once)) }
        }
    }
}

/// The order that the address asks for, and where the page of the shelf begins.
pub fn asked(at: &PageContext) -> Result<(Sort, Option<After>), Failure> {
    Ok((sort(Some(at.query.text("sort")))?, after(Some(at.query.text("after")))?))
}

/// Of how long before a reduction its struck price is the lowest, as the market's terms say now.
pub fn compared(at: &PageContext) -> Result<Option<i64>, Failure> {
    Ok(at.site.services.terms(at.now())?.compare_within)
}

/// A page of a shelf from what was found, one more than a page.
pub fn page(found: Vec<Card>, sort: Sort) -> Rows<Card> {
    Rows::of(found, PAGE, |card| card.after(sort).to_string())
}

/// The cards of a page of a shelf with the way to the next one.
pub fn shelf(at: &PageContext, shops: &Shops, cards: &Rows<Card>, via: &Via) -> Markup {
    html! { (grid(at, shops, &cards.rows, via, Stand::Shelf { first: true })) (cards.more(at, "#shelf")) }
}

/// Products that were kept one by one, as those of them that are still on sale, and how many are not.
pub struct Kept<T> {
    kept: Rows<T>,
    cards: Vec<Card>,
}

impl<T> Kept<T> {
    /// Reads their cards.
    pub fn of(
        q: &mut Read<'_>,
        kept: Rows<T>,
        within: Option<i64>,
        product: impl Fn(&T) -> Id<Product>,
    ) -> Result<Self, Failure> {
        let products: Vec<_> = kept.rows.iter().map(product).collect();
        let cards = if products.is_empty() { Vec::new() } else { catalog::cards_of(q, &products)? };
        let cards = as_shown(q, cards, within)?;
        Ok(Self { kept, cards })
    }
    /// Whether nothing was kept.
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }
    /// Draws them, or `empty`.
    pub fn show(&self, at: &PageContext, shops: &Shops, empty: Markup) -> Markup {
        let gone = self.kept.rows.len().saturating_sub(self.cards.len());
        html! {
            @if self.is_empty() { (empty) }
            @else {
                (grid(at, shops, &self.cards, &Via::mall(), Stand::Shelf { first: true }))
                @if gone > 0 { p.note.pad-x { (at.pick(format!("另有 {gone} 件已下架，不再显示。"), format!("{gone} more no longer sold and not shown."))) } }
            }
            (self.kept.more(at, "#shelf"))
        }
    }
}

/// The ways to order a shelf.
pub fn orders(at: &PageContext, chosen: Sort) -> Markup {
    let all = [
        (Sort::Newest, at.t("最新", "Newest")),
        (Sort::PriceUp, at.t("价格从低到高", "Price: low to high")),
        (Sort::PriceDown, at.t("价格从高到低", "Price: high to low")),
    ];
    let link = |sort: Sort| at.with(&[("sort", sort.as_str()), ("say", "")]);
    parts::chips(at.t("排序", "Order"), all.map(|(sort, text)| (link(sort), text.to_owned(), sort == chosen)))
}

/// A way to other places where there is nothing.
pub fn look_around(at: &PageContext) -> Markup {
    html! { a.btn.pri href="/" { (at.t("去逛逛", "Start shopping")) } }
}

/// A way back to the mall.
pub fn to_the_mall(at: &PageContext) -> Markup {
    html! { a.btn href="/" { (at.t("返回首页", "Back to home")) } }
}

/// A category with its drawing.
fn tile(lang: Lang, category: &Category) -> Markup {
    html! { a href={ "/c/" (category.code) } { (PreEscaped(icons::of_category(&category.code).0)) (known::name(lang, category)) } }
}

/// The strip of top categories.
fn strip(at: &PageContext, tree: &Tree) -> Markup {
    let top = tree.below("");
    html! {
        @if !top.is_empty() {
            nav.cats aria-label=(at.t("分类", "Categories")) { @for category in top { (tile(at.lang(), category)) } }
        }
    }
}

/// What home shows of one slot: itself, and its cards if it has some.
struct Row {
    slot: Slot,
    cards: Vec<Card>,
}

impl Row {
    fn read(q: &mut Read<'_>, slot: Slot, within: Option<i64>) -> Result<Self, Failure> {
        let cards = match &slot.content {
            SlotContent::Products { products } => catalog::cards_of(q, products)?,
            SlotContent::Shelf { category, sort } => {
                let sort = Sort::parse(sort).unwrap_or_default();
                let shelf = Shelf { category: Some(category.clone()), sort, ..Shelf::default() };
                catalog::cards(q, &shelf, None, ROW)?
            }
            SlotContent::Banner { .. } | SlotContent::Categories { .. } => Vec::new(),
        };
        Ok(Self { slot, cards: struck(q, cards, within)? })
    }
    fn is_banner(&self) -> bool {
        matches!(self.slot.content, SlotContent::Banner { .. })
    }
}

/// `/`: the mall.
pub async fn home(at: PageContext) -> Result<Page, Failure> {
    let (now, member) = (at.now(), at.who().signed());
    let within = compared(&at)?;
    let (tree, shops) = at.site.known().await?;
    let (order, from) = asked(&at)?;
    let first = from.is_none() && !at.query.has("sort");
    let (rows, cards, running) = at
        .read(move |q| {
            let slots = if first { catalog::slots(q, now)? } else { Vec::new() };
            let rows =
                slots.into_iter().map(|slot| Row::read(q, slot, within)).collect::<Result<Vec<_>, _>>()?;
            let shelf = Shelf { sort: order, ..Shelf::default() };
            let cards = catalog::cards(q, &shelf, from, PAGE as i64 + 1)?;
            let mut cards = struck(q, cards, within)?;
            let mut rows = rows;
            let slotted = rows.iter_mut().flat_map(|row: &mut Row| &mut row.cards);
            view::mark_sold_out(q, slotted.chain(&mut cards))?;
            let filter = order::Filter { status: Some(order::Status::Paid), ..order::Filter::default() };
            let running = match member.filter(|_| first) {
                Some(member) => order::of_member(q, member, &filter, None, 10)?,
                None => Vec::new(),
            };
            Ok((rows, cards, running))
        })
        .await?;
    let cards = page(cards, order);
    let title = at.t("首页", "Home");
    let first_cards = rows.iter().find(|row| !row.cards.is_empty()).map(std::ptr::from_ref);
    let is_first = |row: &Row| first_cards == Some(std::ptr::from_ref(row));
    let body = html! {
        h1.vh { (title) }
        (strip(&at, &tree))
        @if let Some(soonest) = running.iter().min_by_key(|order| order.ship_by) {
            a.mine href="/orders?status=paid" {
                (icons::CLOCK)
                span {
                    @match at.lang() { Lang::Zh => { (running.len()) " 个订单待发货" } Lang::En => { (running.len()) @if running.len() == 1 { " order" } @else { " orders" } " to ship" } }
                    small { (soonest.lines.first().map_or("", |line| &line.title)) (at.t("，", ": ")) (crate::promise::of_card(&at, soonest.ship_by)) }
                }
                em { (at.t("查看", "View")) }
            }
        }
        @for some in rows.chunk_by(|a, b| a.is_banner() && b.is_banner()) {
            @let drawn = html! { @for row in some { (slot(&at, (&tree, &shops), row, is_first(row))) } };
            @if some.first().is_some_and(Row::is_banner) { div.slots { (drawn) } } @else { (drawn) }
        }
        section {
            div.fd {
                div {
                    div.hd { h2 { (at.t("新品上架", "New arrivals")) } }
                    p { (at.t("按上架时间排序，没有付费排名。", "Newest first. No paid placement.")) }
                }
                (orders(&at, order))
            }
            @if cards.is_empty() { (empty(&icons::PARCEL, at.t("还没有商品", "No products yet"), at.t("店铺上架商品后会显示在这里。", "Products appear here once shops list them."), html! {})) }
            @else { (grid(&at, &shops, &cards.rows, &Via::mall(), Stand::Shelf { first: first_cards.is_none() })) }
            (cards.more(&at, "#shelf"))
        }
    };
    Ok(Frame::of(Tab::Mall).page(&at.look, title, &body))
}

fn slot(at: &PageContext, (tree, shops): (&Tree, &Shops), row: &Row, first: bool) -> Markup {
    let Row { slot, cards } = row;
    let title = at.t(&slot.zh, &slot.en);
    html! {
        @match &slot.content {
            SlotContent::Banner { media, link } => {
                a.slot href=(link) {
                    span { h2 { (title) } span.go { (at.t("去看看", "Shop now")) } }
                    @if media.is_some() { span.pic { (parts::picture(media.as_ref(), "", "160px", true)) } }
                }
            }
            SlotContent::Products { .. } | SlotContent::Shelf { .. } => {
                @if !cards.is_empty() {
                    section {
                        div.fd { div.hd { h2 { (title) } @if let SlotContent::Shelf { category, .. } = &slot.content { a href={ "/c/" (category) } { (at.t("查看全部", "See all")) } } } }
                        (grid(at, shops, cards, &via::of(Scene::Mall, "slot", &slot.id.to_string()), Stand::Slot { first }))
                    }
                }
            }
            SlotContent::Categories { categories } => {
                // A phone has the strip of categories on top, and prices further up.
                section.wide-only {
                    div.fd { div.hd { h2 { (title) } } }
                    nav.tiles aria-label=(title) { @for category in categories.iter().filter_map(|code| tree.get(code)) { (tile(at.lang(), category)) } }
                }
            }
        }
    }
}

/// `/c/{code}`: a category and everything below it.
pub async fn category(at: OpenPage) -> Result<Page, Failure> {
    let (lang, code) = (at.lang(), at.param("code"));
    let (mut tree, mut shops) = at.site.known().await?;
    if tree.get(code).is_none() {
        (tree, shops) = at.site.learn().await?;
    }
    let Some(here) = tree.get(code) else {
        return Err(catalog::Error::NoCategory(web_kit::problem::brief(code).into()).into());
    };
    let (order, from) = asked(&at)?;
    let wanted = Shelf { category: Some(here.code.clone()), sort: order, ..Shelf::default() };
    let within = compared(&at)?;
    let cards = at
        .site
        .read_apart(move |q| {
            let cards = catalog::cards(q, &wanted, from, PAGE as i64 + 1)?;
            as_shown(q, cards, within)
        })
        .await?;
    let (cards, title) = (page(cards, order), known::name(lang, here));
    let below = tree.below(&here.code);
    let beside = if below.is_empty() {
        tree.below(here.code.rsplit_once('.').map_or("", |(parent, _)| parent))
    } else {
        below
    };
    let via = via::of(Scene::Mall, "category", &here.id.to_string());
    let body = html! {
        nav.crumb aria-label=(at.t("当前位置", "Breadcrumb")) {
            a href="/" { (at.t("首页", "Home")) }
            @for step in tree.trail(&here.code) { "/" @if step.code == here.code { span { (title) } } @else { a href={ "/c/" (step.code) } { (known::name(lang, step)) } } }
        }
        div.fd { div { h1 { (title) } } (orders(&at, order)) }
        @if !beside.is_empty() {
            nav.tree aria-label=(at.t("下级分类", "Categories")) { @for category in &beside { a href={ "/c/" (category.code) } aria-current=[(category.code == here.code).then_some("page")] { (known::name(lang, category)) } } }
        }
        @if cards.is_empty() { (empty(&icons::PARCEL, at.t("这个分类还没有商品", "No products in this category yet"), at.t("看看其他分类，或者搜索一下。", "Try another category or search."), to_the_mall(&at))) }
        @else { (shelf(&at, &shops, &cards, &via)) }
    };
    Ok(Frame::of(Tab::Mall).page(&at.look, title, &body))
}

/// The most shops and categories that a search names.
const NAMED: usize = 6;

/// `/search`: products with all these words in their titles.
pub async fn search(at: OpenPage) -> Result<Page, Failure> {
    let text: String = at.query.text("q").chars().take(80).collect();
    let (tree, shops) = at.site.known().await?;
    let (order, from) = asked(&at)?;
    let (own, called) = (known::shops_named(&shops, &text, NAMED), tree.named(&text));
    let mut cards = Vec::new();
    if !text.is_empty() {
        let wanted = Shelf { text: Some(text.as_str().into()), sort: order, ..Shelf::default() };
        let within = compared(&at)?;
        // What no title answers is answered by the category that is called so.
        let code = called.first().map(|category| category.code.clone());
        let read = move |q: &mut Read<'_>| {
            let found = catalog::cards(q, &wanted, from, PAGE as i64 + 1)?;
            let cards = match code.filter(|_| found.is_empty()) {
                None => found,
                category => {
                    let wanted = Shelf { category, text: None, ..wanted };
                    catalog::cards(q, &wanted, from, PAGE as i64 + 1)?
                }
            };
            as_shown(q, cards, within)
        };
        cards = at.site.read_apart(read).await?;
    }
    let cards = page(cards, order);
    let title = match text.is_empty() {
        true => at.t("搜索商品", "Search products").to_owned(),
        false => at.pick(format!("搜索「{text}」"), format!("Results for “{text}”")),
    };
    let body = html! {
        div.fd { div { h1 { (title) } } @if !cards.is_empty() { (orders(&at, order)) } }
        @if from.is_none() && !own.is_empty() {
            nav.tree aria-label=(at.t("店铺", "Shops")) { @for shop in &own { a href={ "/shop/" (shop.id) } { (shop.name) } } }
        }
        @if from.is_none() && !called.is_empty() {
            nav.tree aria-label=(at.t("分类", "Categories")) { @for category in called.iter().take(NAMED) { a href={ "/c/" (category.code) } { (known::name(at.lang(), category)) } } }
        }
        @if text.is_empty() {
            (strip(&at, &tree))
            (empty(&icons::LENS, at.t("想找什么？", "What are you looking for?"), at.t("输入商品名称里的词，中英文都可以。", "Enter words from the product name, in Chinese or English."), html! {}))
        } @else if cards.is_empty() {
            (empty(&icons::LENS, at.t("没有找到相关商品", "No products found"), at.t("试试更少的词，或换个说法。", "Try fewer or different words."), to_the_mall(&at)))
        } @else {
            (shelf(&at, &shops, &cards, &via::search(&text)))
        }
    };
    Ok(Frame::of(Tab::Mall).asked(&text).page(&at.look, &title, &body))
}
