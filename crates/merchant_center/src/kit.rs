//! The part of `/merchant/{shop}/stock/{sku}` that makes a variant a kit: its parts are chosen by name and picture.

use kernel::id::{Shop, Sku};
use offer::catalog::folded;
use supply::warehouse::{self, Available, MOST_IN_KIT, Part};
use web_kit::prelude::*;
use web_kit::view::stock::{SkuName, StockRow, StockView, rows, sku_name};

/// How many variants are offered as parts at once.
const FOUND: usize = 12;
/// How many variants of a shop one page of a search looks through, and how many pages.
const LOOKED: (usize, usize) = (200, 5);
/// What a part's field begins with; its SKU follows.
const PART: &str = "part.";

/// A variant that is a part of the kit, or may become one.
pub(crate) struct KitPart {
    sku: Id<Sku>,
    name: SkuName,
    /// How many of it are in each kit; none of what is found.
    quantity: Option<i64>,
    available: i64,
}

/// The parts of a kit, and what was found to be added.
#[derive(Default)]
pub(crate) struct Kit {
    parts: Vec<KitPart>,
    found: Vec<KitPart>,
}

/// What a kit is made of, and which variants of its shop are called so.
pub(crate) fn read(
    q: &mut Read<'_>,
    shop: Id<Shop>,
    (kit, view): (Id<Sku>, &StockView),
    find: &str,
) -> Result<Kit, Failure> {
    let made_of = view.parts.iter().filter(|_| view.is_kit);
    let made_of = made_of.map(|part| Ok((input::id::<Sku>(&part.sku)?, part.quantity)));
    let made_of: Vec<(Id<Sku>, i64)> = made_of.collect::<Result<_, Failure>>()?;
    let skus: Vec<Id<Sku>> = made_of.iter().map(|(sku, _)| *sku).collect();
    let left = warehouse::in_stock(q, shop, &skus)?;
    let offers = offer::catalog::offers(q, &skus)?;
    let part = |(sku, quantity): &(Id<Sku>, i64)| KitPart {
        sku: *sku,
        name: offers.iter().find(|offer| offer.sku == *sku).map(SkuName::of).unwrap_or_default(),
        quantity: Some(*quantity),
        available: left
            .iter()
            .find(|(of, _)| of == sku)
            .map_or(0, |(_, Available { in_stock, .. })| *in_stock),
    };
    let parts = made_of.iter().map(part).collect();
    let wanted = folded(find);
    let fits = |row: &StockRow| {
        let text = folded(&format!("{} {}", row.name.title, row.name.variant));
        !row.is_kit && row.name.product.is_some() && text.contains(wanted.trim())
    };
    let (mut found, mut last) = (Vec::new(), None);
    for _ in 0..LOOKED.1 {
        let some = rows(q, shop, false, last, LOOKED.0)?;
        let is_last = some.len() < LOOKED.0;
        last = some.last().and_then(|row| row.sku.parse().ok());
        for row in some.into_iter().filter(fits) {
            let Ok(sku) = row.sku.parse::<Id<Sku>>() else { continue };
            if sku != kit && !skus.contains(&sku) {
                found.push(KitPart { sku, name: row.name, quantity: None, available: row.available });
            }
        }
        if is_last || found.len() >= FOUND {
            break;
        }
    }
    found.truncate(FOUND);
    Ok(Kit { parts, found })
}

/// The section of the page.
pub(crate) fn section(at: &ShopPage, action: &str, view: &StockView, kit: &Kit) -> Markup {
    let find = at.query.text("find");
    let row = |part: &KitPart| {
        let name = sku_name(&at.look, &part.name, &part.sku.to_string());
        let field = format!("{PART}{}", part.sku);
        let typed = at.fields.raw(&field).map(str::to_owned);
        let value = typed.or_else(|| part.quantity.map(|n| n.to_string())).unwrap_or_default();
        [
            parts::item(
                part.name.media.as_deref(),
                html! { a.nm href=(at.at(&format!("/stock/{}", part.sku))) { (name) } },
            ),
            html! { (fmt::count(part.available)) },
            html! { input.dk-in name=(field) value=(value) inputmode="numeric" maxlength="4" placeholder="0" aria-label={ (at.t("每套几件：", "In each kit: ")) (name) }; },
        ]
    };
    let columns = || {
        [
            Column::wide("组件", "Part"),
            Column::number("可售", "Available"),
            Column::number("每套几件", "In each kit"),
        ]
    };
    ui::question(
        at.t("它是套装吗？", "Is it a kit?"),
        html! { (at.t("套装没有自己的货，卖一套就从组件里各占几件；组件不够，套装就卖不了。", "A kit has no stock of its own: each one takes some of its parts, and sells no more than they allow.")) },
        html! {
            div.paper {
                @if view.is_kit {
                    div.lead { (at.t("按组件现有的量，还能配出 ", "From what there is, ")) b { (fmt::count(view.available)) } (at.t(" 套", " kits can be made")) }
                }
                form.dk-form action=(action) method="get" role="search" {
                    div.dk-wide.dk-row {
                        input.dk-in type="search" name="find" value=(find) maxlength="60" placeholder=(at.t("按商品名找组件", "Find parts by their product's name")) aria-label=(at.t("找组件", "Find parts"));
                        button.btn { (at.t("查找", "Find")) }
                    }
                }
                form action=(action) method="post" {
                    input type="hidden" name="key" value=(at.key());
                    @if !kit.parts.is_empty() {
                        (table::table(&at.look, columns(), &kit.parts, row))
                    }
                    @if kit.found.is_empty() {
                        (parts::empty(at.t("没有叫这个名字的、已上架过的单品。", "No variant that was live is called so."), html! {}))
                    } @else {
                        div.dk-hd { h3 { (at.t("加组件", "Add parts")) } span.note { (at.t("填每套几件；空着就不加", "Say how many are in each kit; empty adds none")) } }
                        (table::table(&at.look, columns(), &kit.found, row))
                    }
                    div.dk-row.end { button.btn name="do" value="kit" { (if view.is_kit { at.t("保存组件", "Save the parts") } else { at.t("做成套装", "Make it a kit") }) } }
                }
            }
        },
    )
}

/// The parts that were typed; what is wrong with them stands in the form.
pub(crate) fn parts_of(fields: &mut Fields) -> Vec<Part> {
    let numerals = fields.numerals();
    let typed: Vec<(String, String)> =
        fields.under(PART).map(|(sku, text)| (sku.to_owned(), text.to_owned())).collect();
    let mut found = Vec::new();
    for (sku, text) in typed.iter().filter(|(_, text)| !text.is_empty()) {
        let quantity = numerals.read(text, 0).ok().filter(|n| (0..=MOST_IN_KIT).contains(n));
        match (sku.parse::<Id<Sku>>(), quantity) {
            (Ok(_), Some(0)) => {}
            (Ok(sku), Some(quantity)) => found.push(Part { sku, quantity }),
            _ => fields.refuse(
                &format!("{PART}{sku}"),
                format!("每套几件要 0 到 {MOST_IN_KIT} 的整数。"),
                format!("In each kit there are 0 to {MOST_IN_KIT} of a part."),
            ),
        }
    }
    if found.is_empty() && fields.is_good() {
        fields.refuse(
            "parts",
            "至少选一个组件，填每套几件。",
            "Choose at least one part: say how many are in each kit.",
        );
    }
    found
}
