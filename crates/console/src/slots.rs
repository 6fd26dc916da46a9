//! `/console/mall`: what stands on the mall's home page, in which order, from when to when.

use crate::tabs::mall_tabs;
use kernel::id::{Product, Slot as SlotKey};
use kernel::{Date, Market};
use offer::catalog::{self, Category, NewSlot, Slot, SlotContent, SlotHead};
use web_kit::admin::parts;
use web_kit::admin::product::one::TREE;
use web_kit::admin::product::view::trail;
use web_kit::forms::Chosen;
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
    #[field(hint, most = 300)]
    link: Option<Box<str>>,
    category: Chosen,
    sort: Chosen,
    #[field(hint, most = 8000, lines = 4)]
    products: Option<String>,
    #[field(hint, most = 8000, lines = 4)]
    categories: Option<String>,
}

struct Found {
    slots: Vec<Slot>,
    categories: Vec<Category>,
}

fn found(q: &mut Read<'_>) -> Result<Found, Failure> {
    Ok(Found { slots: catalog::all_slots(q, None, SHOWN)?, categories: catalog::categories(q, None, TREE)? })
}

/// The last day of a slot: its end is kept as the first moment after that.
fn last_day(slot: &Slot, market: &Market) -> Option<Date> {
    slot.until.map(|until| until.plus_micros(-1).date(&market.zone))
}

/// The form of a slot that there is, or of a new one.
fn form_of(market: &Market, slot: Option<&Slot>) -> Fields {
    let chosen = |word: &str| Chosen(word.into());
    let blank = SlotForm { kind: chosen("banner"), sort: chosen("newest"), ..SlotForm::default() };
    let Some(slot) = slot else { return blank.fill(market) };
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
        SlotContent::Products { products } => {
            form.kind = chosen("products");
            form.products = Some(products.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
        }
        SlotContent::Shelf { category, sort } => {
            (form.kind, form.category, form.sort) = (chosen("shelf"), chosen(category), chosen(sort));
        }
        SlotContent::Categories { categories } => {
            form.kind = chosen("categories");
            form.categories = Some(categories.join("\n"));
        }
    }
    let mut fields = form.fill(market);
    fields.set("slot", slot.id.to_string());
    fields.set("media", picture.unwrap_or_default());
    fields
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
    let found = at.read(found).await?;
    let chosen = found.slots.iter().find(|slot| slot.id.to_string() == at.query.text("slot"));
    let fields = if at.is_refused() { at.fields.clone() } else { form_of(&at.site.market, chosen) };
    let (look, title, changing) = (&at.look, at.t("首页位置", "Slots of the home page"), fields.has("slot"));
    let choices = |field: &str| match field {
        "kind" => named::SLOT_KIND.choices(look.lang),
        "sort" => named::SLOT_SORT.choices(look.lang),
        _ => {
            let none = (String::new(), at.t("选一个", "Choose one").to_owned());
            let name = |c: &Category| (c.code.to_string(), trail(look, &found.categories, c));
            std::iter::once(none).chain(found.categories.iter().map(name)).collect()
        }
    };
    let some = |names: &[&str]| SlotForm::draw_some(look, &fields, names, choices);
    let body = html! {
        (ui::head(html! { a href="/" { (at.t("首页", "Home")) } " / " (title) }, html! { (at.t("商城首页放什么？", "What stands on the mall's home page?")) }, false,
            html! { span { (at.t("按顺位从上到下；下架的商品自己不出现。", "By turn, from the top; what is off sale does not appear.")) } },
            html! { a.btn href="/" { (at.t("看首页", "See the page")) } }))
        (at.banners(&[("saved", "已保存，首页马上变。", "Saved; the page changes at once."), ("removed", "已删除。", "Removed.")]))
        div.dk-top { (mall_tabs(look, HERE)) }
        (ui::question(at.t("现在有哪些位置？", "Which are there?"), html! {}, html! { div.paper { (list(&at, &found)) } }))
        (ui::question(
            if changing { at.t("改这个位置", "Change this slot") } else { at.t("加一个位置", "Add a slot") },
            html! { (at.t("只填和「放什么」相关的项。", "Fill only what goes with its kind.")) },
            html! {
                form.paper.dk-form.three id="slot" action=(HERE) method="post" enctype="multipart/form-data" {
                    input type="hidden" name="key" value=(at.key());
                    input type="hidden" name="slot" value=(fields.text("slot"));
                    input type="hidden" name="media" value=(fields.text("media"));
                    (some(&["zh", "en", "turn", "kind", "from", "until"]))
                    h3 { (at.t("大图", "Banner")) }
                    (some(&["link"]))
                    div.dk-f { label for="files" { (at.t("图片", "Picture")) } input type="file" id="files" name="files" accept="image/jpeg,image/png,image/webp";
                        @if fields.has("media") { p { (at.t("现在的图：", "now: ")) (parts::thumb(Some(&format!("/media/{}", fields.text("media"))), at.t("现在的图", "The present picture"))) } } }
                    h3 { (at.t("商品、类目", "Products and categories")) }
                    (some(&["category", "sort"]))
                    div {}
                    (some(&["products", "categories"]))
                    div.dk-wide.dk-row.end {
                        @if changing { a.btn href=(HERE) { (at.t("不改了", "Never mind")) } }
                        button.btn.pri name="do" value="save" { (at.t("保存", "Save")) }
                    }
                }
            },
        ))
    };
    Ok(ui::page(look, Area::Mall, title, body))
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
            _ if slot.from > now => (Mark::Running, at.t("还没到", "To come")),
            Some(until) if until <= now => (Mark::None, at.t("过了", "Over")),
            _ => (Mark::Kept, at.t("正在放", "Shown")),
        };
        [
            html! { b { (at.t(&slot.zh, &slot.en)) } small { (at.t("顺位 ", "turn ")) (slot.turn) } },
            shows(look, found, &slot.content),
            html! {
                (fmt::date(look.lang, slot.from.date(&market.zone))) br;
                @match last_day(slot, market) { Some(day) => { (at.t("到 ", "until ")) (fmt::date(look.lang, day)) } None => (at.t("一直", "for good")) }
            },
            ui::state(mark, word),
            html! { div.acts {
                a.btn.dk-sm href={ (HERE) "?slot=" (slot.id) "#slot" } { (at.t("改", "Change")) }
                form.dk-press action=(HERE) method="post" enctype="multipart/form-data" data-sure=(at.t("删除这个位置？", "Remove this slot?")) {
                    input type="hidden" name="key" value=(format!("{key}{}", slot.id)); input type="hidden" name="slot" value=(slot.id);
                    button.btn.dk-sm name="do" value="remove" { (at.t("删除", "Remove")) }
                }
            } },
        ]
    })
}

/// The products of a list of ids.
fn products(fields: &mut Fields) -> Vec<Id<Product>> {
    let text = fields.text("products").to_owned();
    let mut products = Vec::new();
    for word in text.split_whitespace() {
        let shown = web_kit::problem::brief(word);
        match word.parse() {
            Ok(id) => products.push(id),
            Err(_) => fields.refuse(
                "products",
                format!("「{shown}」不是商品号。"),
                format!("\"{shown}\" is no product id."),
            ),
        }
    }
    if products.is_empty() {
        fields.refuse("products", "至少写一件。", "Name at least one.");
    }
    products
}

/// What a slot of its kind shows; what lacks is said beside its field.
fn content(fields: &mut Fields) -> SlotContent {
    match fields.text("kind") {
        "products" => SlotContent::Products { products: products(fields) },
        "shelf" => {
            if !fields.has("category") {
                fields.refuse("category", "要选一个类目。", "Choose a category.");
            }
            SlotContent::Shelf { category: fields.text("category").into(), sort: fields.text("sort").into() }
        }
        "categories" => {
            let categories: Vec<_> = fields.text("categories").split_whitespace().map(Into::into).collect();
            if categories.is_empty() {
                fields.refuse("categories", "至少写一个代码。", "Name at least one code.");
            }
            SlotContent::Categories { categories }
        }
        _ => {
            if !fields.text("link").starts_with('/') {
                let en = "A path of this market that begins with /.";
                fields.refuse("link", "要本站的路径，以 / 开头。", en);
            }
            SlotContent::Banner { media: None, link: fields.text("link").into() }
        }
    }
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
        at.write("catalog.remove_slot", Keys::none(), &[], move |tx, _| catalog::remove_slot(tx, id)).await?;
        return at.answer(&format!("{HERE}?done=removed"), page).await;
    }
    picture(&mut at).await?;
    if let Some(wanted) = typed(&mut at).filter(|_| !at.is_refused()) {
        let rules = rules_of(&at.site)?;
        at.write("catalog.slot", Keys::none(), &[], move |tx, ctx| {
            catalog::write_slot(tx, ctx, slot, &wanted, &rules).map(drop)
        })
        .await?;
    }
    at.answer(&format!("{HERE}?done=saved"), page).await
}
