//! `/console/mall`: what stands on the mall's home page, in which order, from when to when.

use crate::tabs::mall_tabs;
use axum::extract::{Multipart, State};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use kernel::id::{Product, Slot as SlotKey};
use kernel::{Id, Market, Moment};
use maud::{Markup, html};
use offer::catalog::{self, Category, NewSlot, Slot, SlotContent, SlotHead};
use serde::Deserialize;
use store::{Keys, Read};
use web_kit::admin::done_of;
use web_kit::admin::parts::{self, Field};
use web_kit::admin::product::one::TREE;
use web_kit::admin::product::view::trail;
use web_kit::fmt;
use web_kit::form::Fields;
use web_kit::idempotency::IdempotentRequest;
use web_kit::principal::Principal;
use web_kit::problem::{Failure, Query};
use web_kit::site::Site;
use web_kit::ui::{self, Area, Page, RenderContext, State as Mark};
use web_kit::view::product::rules_of;

/// Slots that are shown; more stand in the API.
const SHOWN: i64 = 100;

#[derive(Debug, Default, Deserialize)]
pub struct Params {
    slot: Option<String>,
    done: Option<String>,
    #[serde(rename = "lang")]
    _lang: Option<String>,
    #[serde(rename = "theme")]
    _theme: Option<String>,
}

struct Found {
    slots: Vec<Slot>,
    categories: Vec<Category>,
}

fn found(q: &mut Read<'_>) -> Result<Found, Failure> {
    Ok(Found { slots: catalog::all_slots(q, None, SHOWN)?, categories: catalog::categories(q, None, TREE)? })
}

/// The page; `?slot=` opens one for changing.
pub async fn page(
    State(site): State<Site>,
    look: RenderContext,
    Query(asked): Query<Params>,
) -> Result<Page, Failure> {
    let found = site.read(found).await?;
    let chosen = asked.slot.as_deref().and_then(|text| text.parse::<Id<SlotKey>>().ok());
    let chosen = chosen.and_then(|id| found.slots.iter().find(|slot| slot.id == id));
    let fields = chosen.map_or_else(blank, |slot| fields_of(&site.market, slot));
    Ok(drawn(&site, &look, &found, asked.done.as_deref(), &fields, None))
}

fn blank() -> Fields {
    let mut fields = Fields::default();
    fields.set("kind", "banner");
    fields.set("sort", "newest");
    fields
}

fn fields_of(market: &Market, slot: &Slot) -> Fields {
    let mut fields = blank();
    fields.set("slot", slot.id.to_string());
    fields.set("zh", &*slot.zh);
    fields.set("en", &*slot.en);
    fields.set("turn", slot.turn.to_string());
    fields.set("from", slot.from.date(&market.zone).to_string());
    // The end is kept as the first moment after the last day.
    let last = slot.until.map(|until| until.plus_micros(-1).date(&market.zone).to_string());
    fields.set("until", last.unwrap_or_default());
    let lines = |all: Vec<String>| all.join("\n");
    match &slot.content {
        SlotContent::Banner { media, link } => {
            fields.set("kind", "banner");
            fields.set("link", &**link);
            fields.set("media", media.as_ref().map(|media| media.key.to_string()).unwrap_or_default());
        }
        SlotContent::Products { products } => {
            fields.set("kind", "products");
            fields.set("products", lines(products.iter().map(ToString::to_string).collect()));
        }
        SlotContent::Shelf { category, sort } => {
            fields.set("kind", "shelf");
            fields.set("category", &**category);
            fields.set("sort", &**sort);
        }
        SlotContent::Categories { categories } => {
            fields.set("kind", "categories");
            fields.set("categories", lines(categories.iter().map(ToString::to_string).collect()));
        }
    }
    fields
}

fn kinds(look: &RenderContext) -> Vec<(String, String)> {
    [
        ("banner", "大图，点开去一页", "A banner that leads to a page"),
        ("products", "挑好的商品", "Chosen products"),
        ("shelf", "一个类目的商品", "Products of a category"),
        ("categories", "几个类目", "Some categories"),
    ]
    .into_iter()
    .map(|(word, zh, en)| (word.to_owned(), look.t(zh, en).to_owned()))
    .collect()
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

fn drawn(
    site: &Site,
    look: &RenderContext,
    found: &Found,
    done: Option<&str>,
    fields: &Fields,
    refused: Option<&Failure>,
) -> Page {
    let now = (site.now)();
    let key = site.form_key();
    let title = look.t("首页位置", "Slots of the home page");
    let changing = fields.has("slot");
    let sorts: Vec<(String, String)> = [
        ("newest", "新上架在前", "Newest first"),
        ("price-up", "便宜的在前", "Cheapest first"),
        ("price-down", "贵的在前", "Dearest first"),
    ]
    .into_iter()
    .map(|(word, zh, en)| (word.to_owned(), look.t(zh, en).to_owned()))
    .collect();
    let categories: Vec<(String, String)> =
        std::iter::once((String::new(), look.t("选一个", "Choose one").to_owned()))
            .chain(found.categories.iter().map(|c| (c.code.to_string(), trail(look, &found.categories, c))))
            .collect();
    let f = |name: &'static str, zh: &'static str, en: &'static str| Field {
        name,
        label: web_kit::lang::t(look.lang, zh, en),
        ..Field::default()
    };
    let body = html! {
        (ui::head(html! { a href="/" { (look.t("商城", "Mall")) } " / " (title) }, html! { (look.t("商城首页放什么？", "What stands on the mall's home page?")) }, false,
            html! { span { (look.t("按顺位从上到下；下架的商品自己不出现。", "By turn, from the top; what is off sale does not appear.")) } },
            html! { a.btn href="/" { (look.t("看首页", "See the page")) } }))
        (done_of(look, done, &[("saved", "已保存，首页马上变。", "Saved; the page changes at once."), ("removed", "已拿掉。", "Removed.")]))
        @if let Some(refused) = refused { (parts::refused(look, refused)) }
        (parts::refusals(look, fields, |name| field_name(look, name)))
        div.dk-top { (mall_tabs(look, "/console/mall")) }
        (ui::question(look.t("现在有哪些位置？", "Which are there?"), html! {}, html! {
            div.paper {
                @if found.slots.is_empty() { (parts::empty(look.t("还没有位置。首页只有新上架的商品。", "None yet: the home page shows the newest products."), html! {})) }
                @else {
                    table.cards.dk-list {
                        thead { tr { th { (look.t("位置", "Slot")) } th { (look.t("放什么", "Shows")) } th { (look.t("时间", "When")) } th { (look.t("状态", "State")) } th {} } }
                        tbody {
                            @for slot in &found.slots {
                                @let shown = slot.from <= now && slot.until.is_none_or(|until| now < until);
                                tr {
                                    td.w { b { (look.t(&slot.zh, &slot.en)) } small { (look.t("顺位 ", "turn ")) (slot.turn) } }
                                    td.w data-l=(look.t("放什么", "Shows")) { (shows(look, found, &slot.content)) }
                                    td.nw data-l=(look.t("时间", "When")) {
                                        (fmt::date(look.lang, slot.from.date(&site.market.zone))) br;
                                        @match slot.until { Some(until) => { (look.t("到 ", "until ")) (fmt::date(look.lang, until.plus_micros(-1).date(&site.market.zone))) } None => (look.t("一直", "for good")) }
                                    }
                                    td data-l=(look.t("状态", "State")) {
                                        (if shown { ui::state(Mark::Kept, look.t("正在放", "Shown")) } else if slot.from > now { ui::state(Mark::Running, look.t("还没到", "To come")) } else { ui::state(Mark::None, look.t("过了", "Over")) })
                                    }
                                    td.r { div.acts {
                                        a.btn.dk-sm href=(format!("/console/mall?slot={}#slot", slot.id)) { (look.t("改", "Change")) }
                                        form.dk-press action="/console/mall" method="post" enctype="multipart/form-data" data-sure=(look.t("拿掉这个位置？", "Remove this slot?")) {
                                            input type="hidden" name="key" value=(format!("{key}{}", slot.id)); input type="hidden" name="slot" value=(slot.id);
                                            button.btn.dk-sm name="do" value="remove" { (look.t("拿掉", "Remove")) }
                                        }
                                    } }
                                }
                            }
                        }
                    }
                }
            }
        }))
        (ui::question(
            if changing { look.t("改这个位置", "Change this slot") } else { look.t("加一个位置", "Add a slot") },
            html! { (look.t("只填和「放什么」相关的项。", "Fill only what goes with its kind.")) },
            html! {
                form.paper.dk-form.three id="slot" action="/console/mall" method="post" enctype="multipart/form-data" {
                    input type="hidden" name="key" value=(key);
                    input type="hidden" name="slot" value=(fields.text("slot"));
                    input type="hidden" name="media" value=(fields.text("media"));
                    (parts::line(look, fields, Field { needed: true, ..f("zh", "中文标题", "Title in Chinese") }, 60))
                    (parts::line(look, fields, Field { needed: true, ..f("en", "英文标题", "Title in English") }, 60))
                    (parts::number(look, fields, Field { hint: look.t("小的在上", "Lower is higher up"), ..f("turn", "顺位", "Turn") }, ""))
                    (parts::choice(look, fields, f("kind", "放什么", "Shows"), &kinds(look)))
                    (parts::day(look, fields, Field { hint: look.t("空着就是现在", "Empty: now"), ..f("from", "从哪天", "From") }))
                    (parts::day(look, fields, Field { hint: look.t("空着就一直放", "Empty: for good"), ..f("until", "到哪天（含）", "To (included)") }))
                    h3 { (look.t("大图", "Banner")) }
                    (parts::line(look, fields, Field { hint: look.t("本站的路径，如 /c/home", "A path of this market, as /c/home"), ..f("link", "点开去", "Leads to") }, 300))
                    div.dk-f { label for="files" { (look.t("图片", "Picture")) } input type="file" id="files" name="files" accept="image/jpeg,image/png,image/webp";
                        @if fields.has("media") { p { (look.t("现在的图：", "now: ")) (parts::thumb(Some(&format!("/media/{}", fields.text("media"))), look.t("现在的图", "The present picture"))) } } }
                    h3 { (look.t("商品、类目", "Products and categories")) }
                    (parts::choice(look, fields, f("category", "一个类目的商品", "Products of this category"), &categories))
                    (parts::choice(look, fields, f("sort", "怎么排", "In which order"), &sorts))
                    div {}
                    (parts::lines(look, fields, Field { hint: look.t("一行一个 prd_…，按这个顺序", "One prd_… a line, in this order"), ..f("products", "挑好的商品", "Chosen products") }, 4, 8000))
                    (parts::lines(look, fields, Field { hint: look.t("一行一个代码", "One code a line"), ..f("categories", "几个类目", "Some categories") }, 4, 8000))
                    div.dk-wide.dk-row.end {
                        @if changing { a.btn href="/console/mall" { (look.t("不改了", "Never mind")) } }
                        button.btn.pri name="do" value="save" { (look.t("保存", "Save")) }
                    }
                }
            },
        ))
    };
    ui::page(look, Area::Mall, title, body)
}

fn field_name(look: &RenderContext, name: &str) -> String {
    let (zh, en) = match name {
        "zh" => ("中文标题", "Title in Chinese"),
        "en" => ("英文标题", "Title in English"),
        "turn" => ("顺位", "Turn"),
        "from" => ("从哪天", "From"),
        "until" => ("到哪天", "To"),
        "link" => ("点开去", "Leads to"),
        "files" => ("图片", "Picture"),
        "products" => ("挑好的商品", "Chosen products"),
        "category" => ("类目", "Category"),
        "categories" => ("几个类目", "Categories"),
        other => return other.to_owned(),
    };
    look.t(zh, en).to_owned()
}

fn read(fields: &mut Fields, market: &Market) -> Option<NewSlot> {
    let (zh, en) = (fields.needed("zh", 60), fields.needed("en", 60));
    let turn = fields.whole("turn", 0, 100_000).unwrap_or(0);
    let from = fields.day_start("from", market);
    let until = fields.date("until").and_then(|day| day.tomorrow().ok());
    let until = until.and_then(|day| Moment::day_start(day, &market.zone));
    let mut media = None;
    let content = match fields.text("kind") {
        "products" => {
            let text = fields.text("products").to_owned();
            let mut products: Vec<Id<Product>> = Vec::new();
            for word in text.split_whitespace() {
                match word.parse() {
                    Ok(id) => products.push(id),
                    Err(_) => fields.refuse(
                        "products",
                        format!("「{}」不是商品号。", web_kit::problem::brief(word)),
                        format!("\"{}\" is no product id.", web_kit::problem::brief(word)),
                    ),
                }
            }
            if products.is_empty() {
                fields.refuse("products", "至少写一件。", "Name at least one.");
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
            let codes: Vec<Box<str>> = fields.text("categories").split_whitespace().map(Into::into).collect();
            if codes.is_empty() {
                fields.refuse("categories", "至少写一个代码。", "Name at least one code.");
            }
            SlotContent::Categories { categories: codes }
        }
        _ => {
            if !fields.text("link").starts_with('/') {
                fields.refuse(
                    "link",
                    "要本站的路径，以 / 开头。",
                    "A path of this market that begins with /.",
                );
            }
            media = Some(fields.text("media").to_owned()).filter(|key| !key.is_empty());
            SlotContent::Banner { media: None, link: fields.text("link").into() }
        }
    };
    if !fields.is_good() {
        return None;
    }
    let head = SlotHead { zh: zh.into(), en: en.into(), content };
    Some(NewSlot { turn, from, until, head, media })
}

/// A press of one of the page's buttons.
pub async fn act(
    State(site): State<Site>,
    look: RenderContext,
    who: Principal,
    uri: Uri,
    form: Multipart,
) -> Result<Response, Failure> {
    let (mut fields, files) = web_kit::admin::product::editor::sent(form, 1).await?;
    let act = {
        let all: Vec<(String, String)> =
            fields.under("").map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
        IdempotentRequest::of_form(
            who,
            fields.text("key"),
            uri.path(),
            all.iter().map(|(n, v)| (n.as_str(), v.as_str())),
        )
    };
    let slot = fields.text("slot").parse::<Id<SlotKey>>().ok();
    if fields.text("do") == "remove" {
        let id = slot.ok_or_else(|| Failure::not_found("没有这个位置。", "there is no such slot"))?;
        act.value(&site, "catalog.remove_slot", Keys::none(), move |tx, _| catalog::remove_slot(tx, id))
            .await?;
        return Ok(Redirect::to("/console/mall?done=removed").into_response());
    }
    for bytes in files {
        match web_kit::media::keep(&site, bytes).await {
            Ok(media) => {
                fields.set("media", &*media.key);
                let ctx = site.ctx(&act.who);
                let write = site.db.write("catalog.media", Keys::none(), move |tx| {
                    catalog::add_media(tx, &ctx.clone(), None, &media)
                });
                write.await.map_err(Failure::from)?;
            }
            Err(failure) if failure.status < 500 => {
                let (zh, en) = (failure.text(web_kit::lang::Lang::Zh).to_owned(), failure.detail.clone());
                fields.refuse("files", zh, en);
            }
            Err(failure) => return Err(failure),
        }
    }
    let refused = match read(&mut fields, &site.market) {
        None => None,
        Some(wanted) => {
            let rules = rules_of(&site)?;
            let write = act.value(&site, "catalog.slot", Keys::none(), move |tx, ctx| {
                catalog::write_slot(tx, ctx, slot, &wanted, &rules).map(drop)
            });
            match write.await {
                Ok(()) => return Ok(Redirect::to("/console/mall?done=saved").into_response()),
                Err(failure) => Some(failure),
            }
        }
    };
    let found = site.read(found).await?;
    let look = RenderContext { here: "/console/mall".into(), ..look };
    let status = refused.as_ref().map_or(StatusCode::UNPROCESSABLE_ENTITY, |f| f.status_code());
    Ok((status, drawn(&site, &look, &found, None, &fields, refused.as_ref())).into_response())
}
