//! What a content is, in words, beside what it changes: for the shop and for the reviewer.

use crate::admin::parts;
use crate::fmt;
use crate::say;
use crate::ui::{RenderContext, State as Mark, state};
use kernel::Money;
use maud::{Markup, html};
use offer::catalog::{Attribute, Category, Content, GoodsKind, Mark as Word, SkuDraft, Status, WordClass};

pub use crate::admin::words::promise;

/// Names that a content only points to.
#[derive(Debug, Default)]
pub struct Names {
    /// Categories.
    pub categories: Vec<Category>,
    /// What the category asks for.
    pub attributes: Vec<Attribute>,
    /// The brand's names, if it has one.
    pub brands: Vec<offer::catalog::Brand>,
}

impl Names {
    /// A category with those above it: `家居 / 杯子`.
    pub fn category(&self, look: &RenderContext, content: &Content) -> String {
        let Some(own) = self.categories.iter().find(|category| category.id == content.category) else {
            return content.category.to_string();
        };
        trail(look, &self.categories, own)
    }
}

/// A title, or that there is none yet.
pub fn title_of<'a>(look: &RenderContext, title: &'a str) -> &'a str {
    if title.is_empty() { crate::lang::t(look.lang, "没写标题", "No title yet") } else { title }
}

/// A category with those above it.
pub fn trail(look: &RenderContext, all: &[Category], own: &Category) -> String {
    let mut names = vec![look.t(&own.zh, &own.en).to_owned()];
    let mut parent = own.parent;
    while let Some(above) = parent.and_then(|id| all.iter().find(|category| category.id == id)) {
        names.push(look.t(&above.zh, &above.en).to_owned());
        parent = above.parent;
        if names.len() > 12 {
            break;
        }
    }
    names.reverse();
    names.join(" / ")
}

/// Where a product is, in a word.
pub fn status_word(look: &RenderContext, status: Status) -> &'static str {
    let (zh, en) = match status {
        Status::Draft => ("草稿", "Draft"),
        Status::On => ("在售", "Active"),
        Status::Off => ("已下架", "Unpublished"),
        Status::Banned => ("违规下架", "Taken down"),
    };
    look.t(zh, en)
}

/// Where a product is.
pub fn status(look: &RenderContext, status: Status) -> Markup {
    let mark = match status {
        Status::Draft | Status::Off => Mark::None,
        Status::On => Mark::Kept,
        Status::Banned => Mark::Broken,
    };
    state(mark, status_word(look, status))
}

/// A text with its watched words marked.
pub fn marked(look: &RenderContext, text: &str, field: &str, words: &[Word]) -> Markup {
    let mut here: Vec<&Word> = words.iter().filter(|word| &*word.field == field).collect();
    here.sort_by_key(|word| word.from);
    let chars: Vec<char> = text.chars().collect();
    let piece =
        |from: usize, to: usize| chars[from.min(chars.len())..to.min(chars.len())].iter().collect::<String>();
    let mut at = 0;
    let mut parts: Vec<(String, Option<&Word>)> = Vec::new();
    for word in here {
        if word.from < at {
            continue;
        }
        parts.push((piece(at, word.from), None));
        parts.push((piece(word.from, word.to), Some(word)));
        at = word.to;
    }
    parts.push((piece(at, chars.len()), None));
    html! {
        @for (text, word) in parts {
            @match word {
                Some(word) => mark.dk-word.stop[word.class == WordClass::Banned] title=(look.t(&word.zh, &word.en)) { (text) },
                None => (text),
            }
        }
    }
}

/// An amount, or a dash for none.
pub fn money(look: &RenderContext, money: Money) -> String {
    fmt::money(look.lang, money)
}

/// Pictures in a row.
pub fn pictures(keys: &[&str]) -> Markup {
    html! { span.pics { @for key in keys { (parts::thumb(Some(&format!("/media/{key}")), "")) } } }
}

/// One row of a comparison: the field, what was, what is to be.
pub struct Row {
    /// The row's name.
    pub name: String,
    /// What it was.
    pub was: Option<Markup>,
    /// What it is.
    pub now: Option<Markup>,
    /// Whether that changed.
    pub changed: bool,
}

pub(crate) fn row(name: &str, was: Option<(String, Markup)>, now: Option<(String, Markup)>) -> Option<Row> {
    let said = |side: Option<(String, Markup)>| side.filter(|(text, _)| !text.is_empty()).unzip();
    let ((before, was), (after, now)) = (said(was), said(now));
    if before.is_none() && after.is_none() {
        return None;
    }
    Some(Row { name: name.to_owned(), was, now, changed: before != after })
}

pub(crate) fn sku_text(look: &RenderContext, sku: &SkuDraft) -> (String, Markup) {
    let mut parts = vec![money(look, sku.price)];
    if let Some(list) = sku.list_price {
        parts.push(format!("{} {}", look.t("建议价", "list"), money(look, list)));
    }
    if let Some(limit) = sku.limit {
        parts.push(format!("{} {limit}", look.t("限购", "limit")));
    }
    if !sku.code.is_empty() {
        parts.push(sku.code.to_string());
    }
    let text = parts.join(" · ");
    (text.clone(), html! { (text) })
}

/// The values of a variant: `云白 / 600 ml`.
pub fn variant(content: &Content, sku: &SkuDraft) -> String {
    let chosen = sku.choice.iter().zip(&content.axes).filter_map(|(value, axis)| axis.values.get(*value));
    chosen.map(|value| &*value.name).collect::<Vec<_>>().join(" / ")
}

/// What a content says, beside what is live; changed rows have an edge.
pub fn compared(
    look: &RenderContext,
    names: &Names,
    live: Option<&Content>,
    next: &Content,
    words: &[Word],
) -> Markup {
    let plain = |text: String| Some((text.clone(), html! { (text) }));
    let words = |c: &Content| if std::ptr::eq(c, next) { words } else { &[] };
    let with = |of: &dyn Fn(&Content) -> Option<(String, Markup)>| (live.and_then(of), of(next));
    let mut rows: Vec<Option<Row>> = Vec::new();
    let mut add = |name: &str, of: &dyn Fn(&Content) -> Option<(String, Markup)>| {
        let (was, now) = with(of);
        rows.push(row(name, was, now));
    };
    add(look.t("类目", "Category"), &|c| plain(names.category(look, c)));
    add(look.t("标题", "Title"), &|c| {
        Some((c.title.to_string(), marked(look, &c.title, "title", words(c))))
    });
    add(look.t("品牌", "Brand"), &|c| {
        let name = |id| {
            names
                .brands
                .iter()
                .find(|brand| brand.id == id)
                .map(|brand| look.t(&brand.zh, &brand.en).to_owned())
        };
        plain(c.brand.map(|id| name(id).unwrap_or_else(|| id.to_string())).unwrap_or_default())
    });
    add(look.t("图片", "Pictures"), &|c| {
        let keys: Vec<&str> = c.gallery.iter().map(|key| &**key).collect();
        Some((keys.join(" "), pictures(&keys)))
    });
    add(look.t("详情", "Details"), &|c| {
        let drawn = html! { @for (i, text) in c.about.iter().enumerate() { p { (marked(look, text, &format!("about.{i}"), words(c))) } } };
        Some((c.about.join("\n"), drawn))
    });
    for attribute in &names.attributes {
        add(look.t(&attribute.zh, &attribute.en), &|c| {
            let given = c.attributes.iter().find(|given| given.attribute == attribute.id)?;
            let shown = attribute.kind.shown(&given.value);
            let text = shown.map_or_else(|| given.value.to_string(), |(zh, en)| look.t(&zh, &en).to_owned());
            Some((text.clone(), marked(look, &text, &format!("attributes.{}", attribute.id), words(c))))
        });
    }
    let axes = live.map_or(0, |live| live.axes.len()).max(next.axes.len());
    for n in 0..axes {
        add(&format!("{} {}", look.t("规格项", "Option"), n + 1), &|c| {
            let axis = c.axes.get(n)?;
            let values: Vec<&str> = axis.values.iter().map(|value| &*value.name).collect();
            plain(format!("{}{}{}", axis.name, look.t("：", ": "), values.join(look.t("、", ", "))))
        });
    }
    let mut variants: Vec<String> = next.skus.iter().map(|sku| variant(next, sku)).collect();
    for old in live.iter().flat_map(|live| live.skus.iter().map(|sku| variant(live, sku))) {
        if !variants.contains(&old) {
            variants.push(old);
        }
    }
    for name in &variants {
        let label = if name.is_empty() { look.t("售价", "Price").to_owned() } else { name.clone() };
        add(&label, &|c| c.skus.iter().find(|sku| variant(c, sku) == *name).map(|sku| sku_text(look, sku)));
    }
    add(look.t("发货", "Ships"), &|c| {
        plain(match c.kind {
            GoodsKind::Digital => look.t("虚拟商品，不发货", "digital, no parcel").to_owned(),
            GoodsKind::Physical => promise(look, &c.ship),
        })
    });
    add(look.t("运费", "Shipping"), &|c| {
        let from = c.freight.free_from.map(|from| money(look, from));
        let from = from.map(|from| say!(look.lang, "，满 {from} 包邮", ", free from {from}"));
        let fee = if c.freight.fee.minor == 0 {
            look.t("包邮", "free").to_owned()
        } else {
            money(look, c.freight.fee)
        };
        plain(format!("{fee}{}", from.unwrap_or_default()))
    });
    let rows: Vec<Row> = rows.into_iter().flatten().collect();
    let both = live.is_some();
    html! {
        table.cards.dk-diff {
            thead { tr {
                th { (look.t("项", "Field")) }
                @if both { th { (look.t("线上的", "Live")) } }
                th { (if both { look.t("改成", "Becomes") } else { look.t("内容", "Content") }) }
            } }
            tbody {
                @for row in &rows {
                    tr {
                        th scope="row" { (row.name) @if both && row.changed { " " (state(Mark::Warning, look.t("改了", "changed"))) } }
                        @if both { td.was.gone[row.changed && row.now.is_none()] data-l=(look.t("线上的", "Live")) { @match &row.was { Some(was) => (was), None => "—" } } }
                        td.now[both && row.changed] data-l=(if both { look.t("改成", "Becomes") } else { "" }) { @match &row.now { Some(now) => (now), None => "—" } }
                    }
                }
            }
        }
    }
}

/// The watched words that stand in a content, with why they are watched.
pub fn words(look: &RenderContext, words: &[Word]) -> Markup {
    if words.is_empty() {
        return html! {};
    }
    html! {
        ul.dk-words {
            @for word in words {
                li {
                    (state(if word.class == WordClass::Banned { Mark::Broken } else { Mark::Warning }, &word.word))
                    " " (look.t(&word.zh, &word.en))
                }
            }
        }
    }
}
