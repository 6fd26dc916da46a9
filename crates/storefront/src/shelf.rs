//! Shelves: the mall's home, categories, search, and what they are made of - cards with their promise, a way to the next
//! page, an order to choose.
//!
//! Invariants: a page of a shelf is one statement; a card leads to its product with the scene it stands in.

use crate::parts::{self, ShelfCard};
use axum::extract::State;
use kernel::{Id, Moment};
use maud::{Markup, PreEscaped, html};
use offer::catalog::slot::SlotContent;
use offer::catalog::{self, Card, Category, Shelf, Slot, Sort};
use serde::Deserialize;
use trade::order;
use trade::scene::{Scene, Via};
use web_kit::known::{self, Shops, Tree};
use web_kit::lang::{Lang, t};
use web_kit::principal::Principal;
use web_kit::problem::{Failure, Query};
use web_kit::site::Site;
use web_kit::storefront::frame::{Frame, Tab};
use web_kit::storefront::shelf::{PAGE, after, sort};
use web_kit::storefront::{icons, via};
use web_kit::ui::{self, Page, RenderContext};

/// How many cards a row of a slot has.
const ROW: i64 = 6;

/// What a shelf's page is asked for.
#[derive(Debug, Default, Deserialize)]
pub struct Params {
    pub(crate) q: Option<String>,
    pub(crate) sort: Option<String>,
    pub(crate) after: Option<String>,
}

/// A card of the catalog as a shopper sees it.
pub fn shown(site: &Site, lang: Lang, now: Moment, shops: &Shops, card: &Card, via: &Via) -> ShelfCard {
    let shop = shops.get(&card.shop);
    let reason = shop.map_or_else(String::new, |shop| shop.name.to_string());
    ShelfCard {
        href: via::link(site, now, card.id, via),
        media: card.cover.clone(),
        title: card.title.clone(),
        price: card.price,
        from: card.price_to.minor > card.price.minor,
        stars: shop.and_then(known::ShopCard::stars),
        points: shop
            .and_then(|shop| shop.score.as_ref())
            .and_then(|score| score.points)
            .map(|points| points.floor() as i64),
        promise: crate::promise::short(
            lang,
            &site.market,
            (now, shop.map_or(now, |shop| shop.promises_from(now))),
            &card.ship,
        ),
        reason,
        sold_out: false,
    }
}

/// A grid of cards; the first few load their pictures at once.
/// Where a grid stands: as the page's shelf or as one of its slots, and whether it is the first one of the page.
#[derive(Debug, Clone, Copy)]
pub enum Stand {
    /// The shelf, which goes on below.
    Shelf { first: bool },
    /// One row of a slot.
    Slot { first: bool },
}

pub fn grid(
    site: &Site,
    lang: Lang,
    now: Moment,
    shops: &Shops,
    cards: &[Card],
    via: &Via,
    at: Stand,
) -> Markup {
    let six = matches!(at, Stand::Slot { .. });
    // What is seen before one scrolls is loaded at once; everything else when it comes near.
    let at_once = match at {
        Stand::Shelf { first: true } => 5,
        Stand::Slot { first: true } => 6,
        _ => 0,
    };
    html! {
        div.grid.six[six] id=[(!six).then_some("shelf")] {
            @for (i, card) in cards.iter().enumerate() { (parts::card(lang, &shown(site, lang, now, shops, card, via), i < at_once)) }
        }
    }
}

/// The ways to order a shelf. `path` ends in `?` or `&`.
pub fn orders(lang: Lang, path: &str, chosen: Sort) -> Markup {
    html! {
        nav.chips aria-label=(t(lang, "排序", "Order")) {
            @for (sort, zh, en) in [
                (Sort::Newest, "最新上架", "Newest"),
                (Sort::PriceUp, "价格从低", "Lowest price"),
                (Sort::PriceDown, "价格从高", "Highest price"),
            ] {
                a href={ (path) "sort=" (sort.as_str()) } aria-current=[(sort == chosen).then_some("true")] { span { (t(lang, zh, en)) } }
            }
        }
    }
}

/// The address of the next page, if there is one: `cards` holds one more than a page.
pub fn next(path: &str, sort: Sort, cards: &mut Vec<Card>) -> Option<String> {
    let more = cards.len() > PAGE;
    cards.truncate(PAGE);
    let last = cards.last().filter(|_| more)?;
    Some(format!("{path}sort={}&after={}", sort.as_str(), last.after(sort)))
}

/// The strip of top categories.
fn strip(lang: Lang, tree: &Tree) -> Markup {
    let top = tree.below("");
    if top.is_empty() {
        return html! {};
    }
    html! {
        nav.cats aria-label=(t(lang, "分类", "Categories")) {
            @for category in top {
                a href={ "/c/" (category.code) } { (PreEscaped(icons::of_category(&category.code).0)) (known::name(lang, category)) }
            }
        }
    }
}

/// What home shows of one slot.
enum Row {
    Banner(Slot),
    Cards(Slot, Vec<Card>, Option<Box<str>>),
    Categories(Slot, Vec<Box<str>>),
}

/// `/`: the mall.
pub async fn home(
    State(site): State<Site>,
    who: Principal,
    look: RenderContext,
    Query(asked): Query<Params>,
) -> Result<Page, Failure> {
    let lang = look.lang;
    let (now, member) = ((site.now)(), who.signed());
    let (tree, shops) = site.known().await?;
    let (order, from) = (sort(asked.sort.as_deref())?, after(asked.after.as_deref())?);
    let first = from.is_none() && asked.sort.is_none();
    let (rows, mut cards, running) = site
        .read(move |q| {
            let slots = if first { catalog::slots(q, now)? } else { Vec::new() };
            let mut rows = Vec::with_capacity(slots.len());
            for slot in slots {
                let row = match &slot.content {
                    SlotContent::Banner { .. } => Row::Banner(slot),
                    SlotContent::Products { products } => {
                        let cards = catalog::cards_of(q, products)?;
                        Row::Cards(slot, cards, None)
                    }
                    SlotContent::Shelf { category, sort } => {
                        let sort = Sort::parse(sort).unwrap_or_default();
                        let shelf = Shelf { category: Some(category.clone()), sort, ..Shelf::default() };
                        let (cards, code) = (catalog::cards(q, &shelf, None, ROW)?, category.clone());
                        Row::Cards(slot, cards, Some(code))
                    }
                    SlotContent::Categories { categories } => {
                        let codes = categories.clone();
                        Row::Categories(slot, codes)
                    }
                };
                rows.push(row);
            }
            let shelf = Shelf { sort: order, ..Shelf::default() };
            let cards = catalog::cards(q, &shelf, from, PAGE as i64 + 1)?;
            let filter = order::Filter { status: Some(order::Status::Paid), ..order::Filter::default() };
            let running = match member.filter(|_| first) {
                Some(member) => order::of_member(q, member, &filter, None, 10)?,
                None => Vec::new(),
            };
            Ok((rows, cards, running))
        })
        .await?;
    let more = next("/?", order, &mut cards);
    let title = look.t("商城", "Mall");
    let first_cards = rows
        .iter()
        .find(|row| matches!(row, Row::Cards(_, cards, _) if !cards.is_empty()))
        .map(std::ptr::from_ref);
    let body = html! {
        h1.vh { (title) }
        (strip(lang, &tree))
        @if let Some(soonest) = running.iter().min_by_key(|order| order.ship_by) {
            a.mine href="/orders?status=paid" {
                (icons::CLOCK)
                span {
                    @match lang { Lang::Zh => { "你有 " (running.len()) " 个承诺在走" } Lang::En => { (running.len()) @if running.len() == 1 { " promise runs" } @else { " promises run" } " for you" } }
                    small { (soonest.lines.first().map_or("", |line| &line.title)) (t(lang, "，", ": ")) (crate::promise::of_card(lang, &site.market, now, soonest.ship_by)) }
                }
                em { (t(lang, "查看", "See")) }
            }
        }
        @for some in rows.chunk_by(|a, b| matches!((a, b), (Row::Banner(_), Row::Banner(_)))) {
            @if matches!(some.first(), Some(Row::Banner(_))) { div.slots { @for row in some { (slot(&site, &look, now, (&tree, &shops), row, first_cards == Some(std::ptr::from_ref(row)))) } } }
            @else { @for row in some { (slot(&site, &look, now, (&tree, &shops), row, first_cards == Some(std::ptr::from_ref(row)))) } }
        }
        section {
            div.fd {
                div {
                    div.hd { h2 { (t(lang, "刚上架的有什么？", "What is new?")) } }
                    p { (t(lang, "按上架时间排，没有竞价。", "By the time it was listed; nobody pays for a place.")) }
                }
                (orders(lang, "/?", order))
            }
            @if cards.is_empty() { (parts::empty(&icons::PARCEL, t(lang, "还没有商品", "Nothing on sale yet"), t(lang, "店铺上架以后，会出现在这里。", "What shops list will stand here."), &html! {})) }
            @else { (grid(&site, lang, now, &shops, &cards, &Via::mall(), Stand::Shelf { first: first_cards.is_none() })) }
            @if let Some(href) = &more { (parts::more(lang, href, "#shelf")) }
        }
    };
    Ok(Frame::of(Tab::Mall).page(&look, title, &body))
}

fn slot(
    site: &Site,
    look: &RenderContext,
    now: Moment,
    (tree, shops): (&Tree, &Shops),
    row: &Row,
    first: bool,
) -> Markup {
    let lang = look.lang;
    match row {
        Row::Banner(slot) => {
            let SlotContent::Banner { media, link } = &slot.content else { return html! {} };
            html! {
                a.slot href=(link) {
                    span { h2 { (t(lang, &slot.zh, &slot.en)) } span.go { (t(lang, "去看看", "Have a look")) } }
                    @if media.is_some() { span.pic { (parts::picture(media.as_ref(), "", "160px", true)) } }
                }
            }
        }
        Row::Cards(slot, cards, category) => {
            if cards.is_empty() {
                return html! {};
            }
            let via = via::of(Scene::Mall, "slot", &slot.id.to_string());
            html! {
                section {
                    div.fd { div.hd { h2 { (t(lang, &slot.zh, &slot.en)) } @if let Some(code) = category { a href={ "/c/" (code) } { (t(lang, "看全部", "See all")) } } } }
                    (grid(site, lang, now, shops, cards, &via, Stand::Slot { first }))
                }
            }
        }
        Row::Categories(slot, codes) => {
            let found: Vec<&Category> = codes.iter().filter_map(|code| tree.get(code)).collect();
            html! {
                section {
                    div.fd { div.hd { h2 { (t(lang, &slot.zh, &slot.en)) } } }
                    nav.tiles aria-label=(t(lang, &slot.zh, &slot.en)) { @for category in found { a href={ "/c/" (category.code) } { (PreEscaped(icons::of_category(&category.code).0)) (known::name(lang, category)) } } }
                }
            }
        }
    }
}

/// `/c/{code}`: a category and everything below it.
pub async fn category(
    State(site): State<Site>,
    look: RenderContext,
    web_kit::problem::Path(code): web_kit::problem::Path<String>,
    Query(asked): Query<Params>,
) -> Result<Page, Failure> {
    let lang = look.lang;
    let now = (site.now)();
    let (mut tree, mut shops) = site.known().await?;
    if tree.get(&code).is_none() {
        (tree, shops) = site.learn().await?;
    }
    let Some(here) = tree.get(&code) else {
        return Err(catalog::Error::NoCategory(web_kit::problem::brief(&code).into()).into());
    };
    let (order, from) = (sort(asked.sort.as_deref())?, after(asked.after.as_deref())?);
    let shelf = Shelf { category: Some(here.code.clone()), sort: order, ..Shelf::default() };
    let mut cards = site.read_apart(move |q| Ok(catalog::cards(q, &shelf, from, PAGE as i64 + 1)?)).await?;
    let path = format!("/c/{}?", here.code);
    let more = next(&path, order, &mut cards);
    let title = known::name(lang, here);
    let below = tree.below(&here.code);
    let beside = if below.is_empty() {
        tree.below(here.code.rsplit_once('.').map_or("", |(parent, _)| parent))
    } else {
        below
    };
    let via = via::of(Scene::Mall, "category", &here.id.to_string());
    let body = html! {
        nav.crumb aria-label=(t(lang, "位置", "Where")) {
            a href="/" { (t(lang, "商城", "Mall")) }
            @for step in tree.trail(&here.code) { "/" @if step.code == here.code { span { (title) } } @else { a href={ "/c/" (step.code) } { (known::name(lang, step)) } } }
        }
        div.fd { div { h1 { (title) } } (orders(lang, &path, order)) }
        @if !beside.is_empty() {
            nav.tree aria-label=(t(lang, "下级分类", "Categories")) { @for category in &beside { a href={ "/c/" (category.code) } aria-current=[(category.code == here.code).then_some("page")] { (known::name(lang, category)) } } }
        }
        @if cards.is_empty() { (parts::empty(&icons::PARCEL, t(lang, "这个分类还没有商品", "Nothing in this category yet"), t(lang, "看看别的分类，或搜一搜。", "Look at another one, or search."), &html! { a.btn href="/" { (t(lang, "回到商城", "To the mall")) } })) }
        @else { (grid(&site, lang, now, &shops, &cards, &via, Stand::Shelf { first: true })) }
        @if let Some(href) = &more { (parts::more(lang, href, "#shelf")) }
    };
    Ok(Frame::of(Tab::Mall).page(&look, title, &body))
}

/// `/search`: products with all these words in their titles.
pub async fn search(
    State(site): State<Site>,
    look: RenderContext,
    Query(asked): Query<Params>,
) -> Result<Page, Failure> {
    let lang = look.lang;
    let now = (site.now)();
    let text: String = asked.q.as_deref().unwrap_or_default().trim().chars().take(80).collect();
    let (tree, shops) = site.known().await?;
    let (order, from) = (sort(asked.sort.as_deref())?, after(asked.after.as_deref())?);
    let mut cards = Vec::new();
    if !text.is_empty() {
        let shelf = Shelf { text: Some(text.as_str().into()), sort: order, ..Shelf::default() };
        cards = site.read_apart(move |q| Ok(catalog::cards(q, &shelf, from, PAGE as i64 + 1)?)).await?;
    }
    let path = format!("/search?q={}&", ui::encode(&text));
    let more = next(&path, order, &mut cards);
    let title = match (text.is_empty(), lang) {
        (true, _) => t(lang, "搜商品", "Search goods").to_owned(),
        (false, Lang::Zh) => format!("搜「{text}」"),
        (false, Lang::En) => format!("Search: {text}"),
    };
    let body = html! {
        div.fd { div { h1 { (title) } } @if !cards.is_empty() { (orders(lang, &path, order)) } }
        @if text.is_empty() {
            (strip(lang, &tree))
            (parts::empty(&icons::LENS, t(lang, "想找什么？", "What are you looking for?"), t(lang, "写商品名里的词，中文英文都行。", "Write words of its title, in Chinese or English."), &html! {}))
        } @else if cards.is_empty() {
            (parts::empty(&icons::LENS, t(lang, "没有找到", "Nothing found"), t(lang, "标题里要有你写的每个词。少写几个词，或换一种说法。", "A title has to hold every word. Try fewer words, or others."), &html! { a.btn href="/" { (t(lang, "回到商城", "To the mall")) } }))
        } @else {
            (grid(&site, lang, now, &shops, &cards, &via::search(&text), Stand::Shelf { first: true }))
        }
        @if let Some(href) = &more { (parts::more(lang, href, "#shelf")) }
    };
    Ok(Frame::of(Tab::Mall).asked(&text).page(&look, &title, &body))
}

/// An id of an address; one that is not of its kind leads nowhere.
pub fn id<T: kernel::Entity>(text: &str) -> Result<Id<T>, Failure> {
    web_kit::input::id(text)
}
