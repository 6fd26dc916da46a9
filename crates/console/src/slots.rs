//! `/console/mall`: what stands on the mall's home page, in which order, from when to when.

use crate::review::shop_names;
use crate::tabs::mall_tabs;
use kernel::id::{Product, Shop, Slot as SlotKey};
use kernel::{Date, Market};
use offer::catalog::{self, Card, Category, NewSlot, Shelf, Slot, SlotContent, SlotHead};
use std::collections::HashMap;
use web_kit::admin::parts::{self, Field};
use web_kit::admin::product::one::TREE;
use web_kit::admin::product::view::trail;
use web_kit::forms::Chosen;
use web_kit::known::ShopCard;
use web_kit::prelude::*;
use web_kit::ui::{Area, State as Mark};
use web_kit::view::product::rules_of;

const HERE: &str = "/console/mall";

/// Slots that are shown; more stand in the API.
const SHOWN: i64 = 100;

/// A slot as it is typed: what is used of it goes by its kind.
#[derive(Default, Form)]
#[form("slot")]
struct SlotForm {
    #[field(most = 60)]
    zh: Box<str>,
    #[field(most = 60)]
    en: Box<str>,
    #[field(hint, most = 100_000)]
    turn: Option<i64>,
    kind: Chosen,
    #[field(hint)]
    from: Option<Date>,
    #[field(hint)]
    until: Option<Date>,
    #[field(most = 300)]
    link: Option<Box<str>>,
    category: Chosen,
    sort: Chosen,
}

/// Products that a search offers.
const OFFERED: i64 = 12;

/// Shops that a link is offered to.
const SHOPS: usize = 500;

/// Empty lines below the categories of a slot.
const MORE: usize = 3;

struct Found {
    slots: Vec<Slot>,
    categories: Vec<Category>,
    /// The products of the form, in its order.
    chosen: Vec<Card>,
    /// What the search for products found.
    offered: Vec<Card>,
    /// The names of the shops that products are of.
    shops: HashMap<Id<Shop>, String>,
}

fn found(q: &mut Read<'_>, chosen: &[Id<Product>], search: &str) -> Result<Found, Failure> {
    let (slots, categories) = (catalog::all_slots(q, None, SHOWN)?, catalog::categories(q, None, TREE)?);
    let cards = catalog::cards_of(q, chosen)?;
    let offered = match search.is_empty() {
        true => Vec::new(),
        false => {
            let shelf = Shelf { text: Some(search.into()), ..Shelf::default() };
            catalog::cards(q, &shelf, None, OFFERED)?
        }
    };
    let shops = shop_names(q, cards.iter().chain(&offered).map(|card| card.shop))?;
    Ok(Found { slots, categories, chosen: cards, offered, shops })
}

/// The products that a form names, in its order, each once.
fn chosen_products(fields: &Fields) -> Vec<Id<Product>> {
    let mut found: Vec<Id<Product>> = Vec::new();
    for id in fields.all("product").filter_map(|id| id.parse().ok()) {
        if !found.contains(&id) {
            found.push(id);
        }
    }
    found
}

/// The last day of a slot: its end is kept as the first moment after that.
fn last_day(slot: &Slot, market: &Market) -> Option<Date> {
    slot.until.map(|until| until.plus_micros(-1).date(&market.zone))
}

/// The form of a slot that there is, or of a new one.
fn form_of(market: &Market, slot: Option<&Slot>) -> Fields {
    let chosen = |word: &str| Chosen(word.into());
    let blank = SlotForm { kind: chosen("banner"), sort: chosen("newest"), ..SlotForm::default() };
    let (mut products, mut codes) = (Vec::new(), Vec::new());
    let Some(slot) = slot else {
        let mut fields = blank.fill(market);
        set_lists(&mut fields, &products, &codes);
        return fields;
    };
    let mut form = SlotForm {
        zh: slot.zh.clone(),
        en: slot.en.clone(),
        turn: Some(slot.turn),
        from: Some(slot.from.date(&market.zone)),
        until: last_day(slot, market),
        ..blank
    };
    let mut picture = None;
    match &slot.content {
        SlotContent::Banner { media, link } => {
            picture = media.as_ref().map(|media| media.key.to_string());
            form.link = Some(link.clone());
        }
        SlotContent::Products { products: all } => {
            form.kind = chosen("products");
            products = all.clone();
        }
        SlotContent::Shelf { category, sort } => {
            (form.kind, form.category, form.sort) = (chosen("shelf"), chosen(category), chosen(sort));
        }
        SlotContent::Categories { categories } => {
            form.kind = chosen("categories");
            codes = categories.iter().map(ToString::to_string).collect();
        }
    }
    let mut fields = form.fill(market);
    fields.set("slot", slot.id.to_string());
    fields.set("media", picture.unwrap_or_default());
    set_lists(&mut fields, &products, &codes);
    fields
}

/// The lists of a slot in its form.
fn set_lists(fields: &mut Fields, products: &[Id<Product>], codes: &[String]) {
    for id in products {
        fields.push("product", id.to_string());
    }
    for n in 0..codes.len() + MORE {
        fields.set(format!("categories.{n}"), codes.get(n).cloned().unwrap_or_default());
    }
}

fn shows(look: &RenderContext, found: &Found, content: &SlotContent) -> Markup {
    let name = |code: &str| {
        let category = found.categories.iter().find(|category| &*category.code == code);
        category.map_or_else(|| code.to_owned(), |category| trail(look, &found.categories, category))
    };
    html! {
        @match content {
            SlotContent::Banner { media, link } => {
                div.dk-item { (parts::thumb(media.as_ref().map(|m| format!("/media/{}", m.at_least(160))).as_deref(), "")) div { (look.t("大图", "Banner")) p { (look.t("去 ", "to ")) span.mono { (link) } } } }
            }
            SlotContent::Products { products } => { (products.len()) (look.t(" 件挑好的商品", " chosen products")) }
            SlotContent::Shelf { category, .. } => { (look.t("类目：", "Category: ")) (name(category)) }
            SlotContent::Categories { categories } => { (look.t("类目：", "Categories: ")) (categories.iter().map(|code| name(code)).collect::<Vec<_>>().join(look.t("、", ", "))) }
        }
    }
}

/// The page; `?slot=` opens one for changing.
pub async fn page(at: PageContext) -> Result<Page, Failure> {
    let typed = at.fields.has("do");
    let market = at.site.market.clone();
    let (asked, sent) = (at.query.text("slot").to_owned(), typed.then(|| at.fields.clone()));
    let read = at.read(move |q| {
        let slots = catalog::all_slots(q, None, SHOWN)?;
        let slot = slots.iter().find(|slot| slot.id.to_string() == asked);
        let fields = sent.unwrap_or_else(|| form_of(&market, slot));
        let found = found(q, &chosen_products(&fields), fields.text("find"))?;
        Ok((fields, found))
    });
    let (fields, found) = read.await?;
    let (_, shops) = at.site.known().await?;
    let (look, title, changing) = (&at.look, at.t("首页位置", "Home page"), fields.has("slot"));
    let choices = |field: &str| match field {
        "kind" => named::SLOT_KIND.choices(look.lang),
        "sort" => named::SLOT_SORT.choices(look.lang),
        _ => category_choices(look, &found),
    };
    let some = |names: &[&str]| SlotForm::draw_some(look, &fields, names, choices);
    let link_field = Field {
        name: "link",
        label: at.t("点开去哪", "Leads to"),
        hint: at.t(
            "打字找类目或店铺的名字，选中后是它的页面；也可以写本站的路径",
            "Type the name of a category or a shop and choose it; or write a path of this store",
        ),
        ..Field::default()
    };
    let body = html! {
        (ui::head(html! { a href="/" { (at.t("首页", "Home")) } " / " (title) }, html! { (at.t("首页装修", "Home page")) }, false,
            html! { span { (at.t("数字小的在上；下架的商品自己不出现。", "Lower numbers stand higher; what is off sale does not appear.")) } },
            html! { a.btn href="/" { (at.t("看首页", "View home page")) } }))
        (at.banners(&[("saved", "已保存，首页马上变。", "Saved; the page changes at once.")]))
        @if at.query.text("done") == "removed" { (removed(&at)) }
        div.dk-top { (mall_tabs(look, HERE)) }
        (ui::question(at.t("已有位置", "Current slots"), html! {}, html! { div.paper { (list(&at, &found)) } }))
        (ui::question(
            if changing { at.t("编辑位置", "Edit slot") } else { at.t("新增位置", "Add slot") },
            html! { (at.t("选好「放什么」，再填它要的。", "Choose what it shows, then fill what that asks for.")) },
            html! {
                form.paper.dk-form.three.dk-slot id="slot" action={ (HERE) "#slot" } method="post" enctype="multipart/form-data" autocomplete="off" {
                    input type="hidden" name="key" value=(at.key());
                    input type="hidden" name="slot" value=(fields.text("slot"));
                    input type="hidden" name="media" value=(fields.text("media"));
                    // What Enter presses: it looks for products, and writes nothing.
                    button.vh name="do" value="find" tabindex="-1" aria-hidden="true" {}
                    (some(&["zh", "en", "turn", "kind", "from", "until"]))
                    fieldset.dk-card.dk-wide data-kind="banner" {
                        legend { (at.t("大图", "Banner")) }
                        div.dk-form {
                            (parts::field(look, &fields, link_field, |id, note, bad| html! {
                                input id=(id) name="link" list="links" value=(fields.text("link")) maxlength="300" aria-describedby=[note] aria-invalid=[bad.then_some("true")];
                            }))
                            (links(look, &found, &shops))
                            div.dk-f { label for="files" { (at.t("图片", "Picture")) } input type="file" id="files" name="files" accept="image/jpeg,image/png,image/webp";
                                @if fields.has("media") { p { (at.t("现在的图：", "now: ")) (parts::thumb(Some(&format!("/media/{}", fields.text("media"))), at.t("现在的图", "The present picture"))) } } }
                        }
                    }
                    fieldset.dk-card.dk-wide data-kind="products" {
                        legend { (at.t("指定商品", "Selected products")) }
                        (products_field(&at, &fields, &found))
                    }
                    fieldset.dk-card.dk-wide data-kind="shelf" {
                        legend { (at.t("类目商品", "Products of a category")) }
                        div.dk-form { (some(&["category", "sort"])) }
                    }
                    fieldset.dk-card.dk-wide data-kind="categories" {
                        legend { (at.t("类目入口", "Categories")) }
                        (categories_field(&at, &fields, &found))
                    }
                    div.dk-wide.dk-row.end {
                        @if changing { a.btn href=(HERE) { (at.t("取消", "Cancel")) } }
                        button.btn.pri name="do" value="save" { (at.t("保存", "Save")) }
                    }
                }
            },
        ))
    };
    Ok(ui::page(look, Area::Mall, title, body))
}

/// The address that shows that a slot was removed, with what its form held.
fn removed_at(market: &Market, gone: Option<&Slot>) -> String {
    let mut to = format!("{HERE}?done=removed");
    if let Some(gone) = gone {
        for (name, value) in form_of(market, Some(gone))
            .sent
            .iter()
            .filter(|(name, value)| name != "slot" && !value.is_empty())
        {
            to += &format!("&was.{name}={}", ui::encode(value));
        }
    }
    to
}

/// That a slot was removed, with a button that makes it again as it was.
fn removed(at: &PageContext) -> Markup {
    let was: Vec<(&str, &str)> = at.query.under("was.").collect();
    parts::done_undo(
        at.t("已删除。", "Removed."),
        html! { @if !was.is_empty() {
            form.dk-press action=(HERE) method="post" {
                input type="hidden" name="key" value=(at.key());
                @for (name, value) in was { input type="hidden" name=(name) value=(value); }
                button.btn.dk-sm name="do" value="save" { (at.t("撤销", "Undo")) }
            }
        } },
    )
}

fn category_choices(look: &RenderContext, found: &Found) -> Vec<(String, String)> {
    let none = (String::new(), look.t("选一个", "Choose one").to_owned());
    let name = |c: &Category| (c.code.to_string(), trail(look, &found.categories, c));
    std::iter::once(none).chain(found.categories.iter().map(name)).collect()
}

/// Where a banner can lead, by name.
fn links(look: &RenderContext, found: &Found, shops: &HashMap<Id<Shop>, ShopCard>) -> Markup {
    let mut open: Vec<&ShopCard> = shops.values().filter(|shop| shop.open).collect();
    open.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
    html! {
        datalist id="links" {
            option value="/coupons" { (look.t("领券中心", "Coupon center")) }
            @for category in &found.categories { option value={ "/c/" (category.code) } { (trail(look, &found.categories, category)) } }
            @for shop in open.iter().take(SHOPS) { option value={ "/shop/" (shop.id) } { (shop.name) } }
        }
    }
}

/// The products of a slot with their pictures, and a search for more.
fn products_field(at: &PageContext, fields: &Fields, found: &Found) -> Markup {
    let (look, ids) = (&at.look, chosen_products(fields));
    let card = |id: &Id<Product>| found.chosen.iter().find(|card| card.id == *id);
    let shop = |card: &Card| found.shops.get(&card.shop).map_or("", String::as_str).to_owned();
    let step = |word: &str, n: usize, sign: &str, zh, en| {
        html! { button.btn.dk-sm name="do" value=(format!("{word}.{n}")) title=(at.t(zh, en)) aria-label=(format!("{} {}", at.t(zh, en), n + 1)) { (sign) } }
    };
    html! {
        @if let Some(wrong) = fields.wrong("products") { p.dk-note id=(parts::field_id("products")) { (ui::state(Mark::Broken, wrong.text(look.lang))) } }
        ol.dk-picks {
            @for (n, id) in ids.iter().enumerate() {
                li {
                    input type="hidden" name="product" value=(id);
                    @match card(id) {
                        Some(card) => (parts::item(card.cover.as_deref(), html! { b { (card.title) } p { (fmt::money(look.lang, card.price)) " · " (shop(card)) } })),
                        None => (parts::item(None, html! { b { (at.t("已下架的商品", "A product that is off sale")) } p.mono { (id) } })),
                    }
                    span.acts {
                        @if n > 0 { (step("up", n, "↑", "前移", "Move earlier")) }
                        @if n + 1 < ids.len() { (step("down", n, "↓", "后移", "Move later")) }
                        (step("drop", n, "×", "删除", "Remove"))
                    }
                }
            }
        }
        div.dk-row {
            label.vh for="find" { (at.t("找商品", "Find products")) }
            input.dk-in type="search" id="find" name="find" value=(fields.text("find")) maxlength="60" placeholder=(at.t("商品名字", "Product name"));
            button.btn name="do" value="find" { (at.t("找商品", "Find products")) }
        }
        @if fields.has("find") && found.offered.is_empty() { p.dk-note { (at.t("没找到在售的商品，换个词。", "No product on sale was found; try another word.")) } }
        ol.dk-picks {
            @for card in found.offered.iter().filter(|card| !ids.contains(&card.id)) {
                li {
                    (parts::item(card.cover.as_deref(), html! { b { (card.title) } p { (fmt::money(look.lang, card.price)) " · " (shop(card)) } }))
                    button.btn.dk-sm name="do" value={ "add." (card.id) } { (at.t("加上", "Add")) }
                }
            }
        }
    }
}

/// The categories of a slot, one choice a line.
fn categories_field(at: &PageContext, fields: &Fields, found: &Found) -> Markup {
    let choices = category_choices(&at.look, found);
    let lines = (0..).take_while(|n| fields.raw(&format!("categories.{n}")).is_some()).count();
    html! {
        @if let Some(wrong) = fields.wrong("categories") { p.dk-note id=(parts::field_id("categories")) { (ui::state(Mark::Broken, wrong.text(at.lang()))) } }
        div.dk-form.three {
            @for n in 0..lines {
                @let (name, label) = (format!("categories.{n}"), format!("{} {}", at.t("类目", "Category"), n + 1));
                (parts::choice(&at.look, fields, Field { name: &name, label: &label, ..Field::default() }, &choices))
            }
        }
    }
}

fn list(at: &PageContext, found: &Found) -> Markup {
    if found.slots.is_empty() {
        let none =
            at.t("还没有位置。首页只有新上架的商品。", "None yet: the home page shows the newest products.");
        return parts::empty(none, html! {});
    }
    let (look, market, now, key) = (&at.look, &at.site.market, at.now(), at.key());
    let columns = [
        Column::wide("位置", "Slot"),
        Column::long("放什么", "Shows"),
        Column::line("时间", "When"),
        Column::text("状态", "State"),
        Column::acts(),
    ];
    table::table(look, columns, &found.slots, |slot| {
        let (mark, word) = match slot.until {
            _ if slot.from > now => (Mark::Running, at.t("未开始", "Scheduled")),
            Some(until) if until <= now => (Mark::None, at.t("已结束", "Ended")),
            _ => (Mark::Kept, at.t("展示中", "Live")),
        };
        [
            html! { b { (at.t(&slot.zh, &slot.en)) } small { (at.t("第 ", "position ")) (slot.turn) } },
            shows(look, found, &slot.content),
            html! {
                (fmt::date(look.lang, slot.from.date(&market.zone))) br;
                @match last_day(slot, market) { Some(day) => { (at.t("到 ", "until ")) (fmt::date(look.lang, day)) } None => (at.t("长期", "no end date")) }
            },
            ui::state(mark, word),
            html! { div.acts {
                a.btn.dk-sm href={ (HERE) "?slot=" (slot.id) "#slot" } { (at.t("编辑", "Edit")) }
                form.dk-press action=(HERE) method="post" enctype="multipart/form-data" data-sure=(at.t("删除这个位置？", "Remove this slot?")) {
                    input type="hidden" name="key" value=(format!("{key}{}", slot.id)); input type="hidden" name="slot" value=(slot.id);
                    button.btn.dk-sm name="do" value="remove" { (at.t("删除", "Remove")) }
                }
            } },
        ]
    })
}

/// What a slot of its kind shows; what lacks is said beside its field.
fn content(fields: &mut Fields) -> SlotContent {
    match fields.text("kind") {
        "products" => {
            let products = chosen_products(fields);
            if products.is_empty() {
                fields.refuse("products", "至少挑一件商品。", "Choose at least one product.");
            }
            SlotContent::Products { products }
        }
        "shelf" => {
            if !fields.has("category") {
                fields.refuse("category", "要选一个类目。", "Choose a category.");
            }
            SlotContent::Shelf { category: fields.text("category").into(), sort: fields.text("sort").into() }
        }
        "categories" => {
            let codes = fields.under("categories.").map(|(_, code)| code).filter(|code| !code.is_empty());
            let categories: Vec<_> = codes.map(Into::into).collect();
            if categories.is_empty() {
                fields.refuse("categories", "至少选一个类目。", "Choose at least one.");
            }
            SlotContent::Categories { categories }
        }
        _ => {
            if !fields.text("link").starts_with('/') {
                let en = "A path of this store that begins with /, or a name from the list.";
                fields.refuse("link", "选一个名字，或写以 / 开头的本站路径。", en);
            }
            SlotContent::Banner { media: None, link: fields.text("link").into() }
        }
    }
}

/// Adds, moves or takes out a product of the form, if that is what the button says.
fn arrange(fields: &mut Fields, doing: &str) -> bool {
    if doing == "find" {
        return true;
    }
    let Some((what, which)) = doing.split_once('.') else { return false };
    let mut ids = chosen_products(fields);
    match (what, which.parse::<usize>().ok()) {
        ("add", _) => ids.extend(which.parse().ok().filter(|id| !ids.contains(id))),
        ("up", Some(n)) if n > 0 && n < ids.len() => ids.swap(n, n - 1),
        ("down", Some(n)) if n + 1 < ids.len() => ids.swap(n, n + 1),
        ("drop", Some(n)) if n < ids.len() => drop(ids.remove(n)),
        _ => return false,
    }
    fields.clear("product");
    for id in ids {
        fields.push("product", id.to_string());
    }
    true
}

fn typed(at: &mut PageContext) -> Option<NewSlot> {
    let content = content(&mut at.fields);
    let SlotForm { zh, en, turn, from, until, .. } = at.typed()?;
    let start = |day: Date| Moment::day_start(day, &at.site.market.zone);
    let media = matches!(content, SlotContent::Banner { .. }).then(|| at.fields.text("media").to_owned());
    Some(NewSlot {
        turn: turn.unwrap_or(0),
        from: from.and_then(start),
        until: until.and_then(|day| day.tomorrow().ok()).and_then(start),
        head: SlotHead { zh, en, content },
        media: media.filter(|key| !key.is_empty()),
    })
}

/// Keeps the picture that was sent, and names it in the form.
async fn picture(at: &mut PageContext) -> Result<(), Failure> {
    let Some(bytes) = at.files.first().cloned() else { return Ok(()) };
    let kept = web_kit::media::keep(&at.site, bytes).await;
    if let Some(media) = at.came(kept, &[])? {
        at.fields.set("media", &*media.key);
        let ctx = at.site.ctx(at.who());
        let write = at.site.db.write("catalog.media", Keys::none(), move |tx| {
            catalog::add_media(tx, &ctx.clone(), None, &media)
        });
        write.await?;
    }
    Ok(())
}

/// A press of one of the page's buttons.
pub async fn act(mut at: PageContext) -> Result<Response, Failure> {
    let slot = at.fields.text("slot").parse::<Id<SlotKey>>().ok();
    if at.fields.text("do") == "remove" {
        let id = slot.ok_or_else(|| Failure::not_found("没有这个位置。", "there is no such slot"))?;
        let all = at.read(|q| Ok(catalog::all_slots(q, None, SHOWN)?)).await?;
        let to = removed_at(&at.site.market, all.iter().find(|one| one.id == id));
        at.write("catalog.remove_slot", Keys::none(), &[], move |tx, _| catalog::remove_slot(tx, id)).await?;
        return at.answer(&to, page).await;
    }
    picture(&mut at).await?;
    let doing = at.fields.text("do").to_owned();
    if arrange(&mut at.fields, &doing) {
        at.look.here = HERE.to_owned();
        return Ok(page(at).await?.into_response());
    }
    if let Some(wanted) = typed(&mut at).filter(|_| !at.is_refused()) {
        let rules = rules_of(&at.site)?;
        at.write("catalog.slot", Keys::none(), &[], move |tx, ctx| {
            catalog::write_slot(tx, ctx, slot, &wanted, &rules).map(drop)
        })
        .await?;
    }
    at.answer(&format!("{HERE}?done=saved"), page).await
}
