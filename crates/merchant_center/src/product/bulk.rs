//! `/merchant/{shop}/products/bulk`: one change of several products, shown before it is made.
//!
//! Invariants: nothing is written before it was shown; what is written is what was shown, or nothing, if a price or a state
//! changed in between; all of it or nothing.

use flows::listing::{Bulk, Repriced};
use kernel::id::{Product, Shop, Sku, Warehouse};
use kernel::numeral;
use offer::catalog::{self, NewPrice, OwnPage, OwnProduct, SkuView, Status};
use people::staff::Permission::ShopStock;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use supply::warehouse::{self, MOST_UNITS, Site as Depot, StockLocation};
use web_kit::admin::product::view::{self, title_of};
use web_kit::admin::words;
use web_kit::form::PERCENT_DECIMALS;
use web_kit::prelude::*;
use web_kit::ui::State as Mark;
use web_kit::view::product::rules_of;

/// The most products of one change.
const MOST: usize = 60;

/// Warehouses to choose from.
const SITES: i64 = 50;

/// The largest change in hundredths of a per cent: prices up to ten times as high.
const MOST_PERCENT: i64 = 100_000;

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Op {
    Price,
    Stock,
    On,
    Off,
}

impl Op {
    fn parse(word: &str) -> Option<Self> {
        [Self::Price, Self::Stock, Self::On, Self::Off].into_iter().find(|op| op.as_str() == word)
    }
    const fn as_str(self) -> &'static str {
        match self {
            Self::Price => "price",
            Self::Stock => "stock",
            Self::On => "on",
            Self::Off => "off",
        }
    }
    const fn title(self) -> (&'static str, &'static str) {
        match self {
            Self::Price => ("批量改价", "Change prices"),
            Self::Stock => ("批量改库存", "Set stock"),
            Self::On => ("批量上架", "Publish products"),
            Self::Off => ("批量下架", "Unpublish products"),
        }
    }
}

/// How prices change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    /// To so much.
    Set(i64),
    /// By so much, in minor units.
    By(i64),
    /// By so many hundredths of a per cent.
    Percent(i64),
}

/// The ways that can be chosen.
const HOWS: [(&str, &str, &str); 5] = [
    ("less_percent", "打折：降百分之几", "Decrease by percent"),
    ("less", "降价：减一个金额", "Decrease by amount"),
    ("more_percent", "涨百分之几", "Increase by percent"),
    ("more", "涨一个金额", "Increase by amount"),
    ("set", "统一改成一个价", "Set to one price"),
];

/// A price after a change, in minor units, halves up; nothing if there is none.
fn changed(price: i64, how: How) -> Option<i64> {
    match how {
        How::Set(to) => Some(to),
        How::By(by) => price.checked_add(by),
        How::Percent(by) => {
            let whole = i128::from(price) * i128::from(10_000 + by);
            i64::try_from((whole + 5_000).div_euclid(10_000)).ok()
        }
    }
}

/// One line of what will be.
struct Line {
    product: Id<Product>,
    sku: Option<Id<Sku>>,
    title: String,
    variant: String,
    media: Option<Box<str>>,
    now: String,
    then: String,
    /// Why it stays as it is.
    stays: Option<(&'static str, &'static str)>,
    price: Option<NewPrice>,
    stock: Option<i64>,
}

/// What is known of the products that were picked.
struct Found {
    all: Vec<OwnPage>,
    sites: Vec<Depot>,
    /// How many of each variant can be sold from the chosen warehouse; nothing of a kit.
    free: HashMap<Id<Sku>, Option<i64>>,
}

fn picked(fields: &Fields) -> Vec<Id<Product>> {
    let mut found: Vec<Id<Product>> = Vec::new();
    for id in fields.all("product").filter_map(|id| id.parse().ok()) {
        if !found.contains(&id) && found.len() < MOST {
            found.push(id);
        }
    }
    found
}

fn find(
    q: &mut Read<'_>,
    shop: Id<Shop>,
    ids: &[Id<Product>],
    (op, chosen): (Op, Option<Id<Warehouse>>),
) -> Result<Found, Failure> {
    let all = catalog::own_pages(q, shop, ids)?;
    let sites = warehouse::warehouses(q, shop, None, SITES)?;
    let mut free = HashMap::new();
    if let (Op::Stock, Some(site)) = (op, site_of(&sites, chosen)) {
        for sku in all.iter().filter_map(|(_, page)| page.as_ref()).flat_map(|page| &page.skus) {
            free.insert(sku.id, free_at(q, shop, sku.id, site.id)?);
        }
    }
    Ok(Found { all, sites, free })
}

/// The chosen warehouse; if none is chosen, the first open one.
pub fn site_of(sites: &[Depot], chosen: Option<Id<Warehouse>>) -> Option<&Depot> {
    let chosen = sites.iter().find(|site| Some(site.id) == chosen);
    chosen.or_else(|| sites.iter().find(|site| site.is_open)).or_else(|| sites.first())
}

/// How many units of a variant can be sold from the shelf of a warehouse; nothing of a kit, which has none of its own.
pub fn free_at(
    q: &mut Read<'_>,
    shop: Id<Shop>,
    sku: Id<Sku>,
    site: Id<Warehouse>,
) -> Result<Option<i64>, Failure> {
    let stock = match warehouse::stock(q, shop, sku) {
        Ok(stock) if stock.is_kit => return Ok(None),
        Ok(stock) => stock,
        Err(warehouse::Error::NoSku(_)) => return Ok(Some(0)),
        Err(err) => return Err(err.into()),
    };
    let shelf = stock.places.iter().find(|one| one.place.warehouse == site && one.place.campaign.is_none());
    Ok(Some(shelf.map_or(0, |shelf| shelf.figures.available())))
}

/// How prices are to change, as it was typed; what cannot be read is refused beside its field.
fn how(at: &ShopPage, fields: &mut Fields) -> Option<How> {
    let (currency, word) = (at.site.market.currency, fields.text("how").to_owned());
    let text = fields.text("by").to_owned();
    if text.is_empty() {
        fields.refuse("by", "要填。", "Needed.");
        return None;
    }
    if word.ends_with("percent") {
        let bare = text.trim_end_matches(['%', '％']).trim_end();
        let read = fields.numerals().read(bare, PERCENT_DECIMALS).ok();
        let most = if word == "less_percent" { 9_999 } else { MOST_PERCENT };
        return match read.filter(|by| (1..=most).contains(by)) {
            Some(by) => Some(How::Percent(if word == "less_percent" { -by } else { by })),
            None => {
                let most = most / 100;
                fields.refuse(
                    "by",
                    format!("要 0.01 到 {most} 的百分数，如 10。"),
                    format!("A per cent from 0.01 to {most}, such as 10."),
                );
                None
            }
        };
    }
    let minor = numeral::amount(&text, currency).ok().filter(|minor| *minor > 0);
    let Some(minor) = minor else {
        fields.money("by", currency);
        fields.refuse("by", "要一个大于 0 的金额。", "An amount above zero is needed.");
        return None;
    };
    Some(match word.as_str() {
        "less" => How::By(-minor),
        "more" => How::By(minor),
        _ => How::Set(minor),
    })
}

fn line(look: &RenderContext, (own, page): &OwnPage, sku: Option<&SkuView>) -> Line {
    Line {
        product: own.id,
        sku: sku.map(|sku| sku.id),
        title: title_of(look, &own.title).to_owned(),
        variant: sku.zip(page.as_ref()).map(|(sku, page)| page.variant(sku)).unwrap_or_default(),
        media: own.cover.clone(),
        now: String::new(),
        then: String::new(),
        stays: None,
        price: None,
        stock: None,
    }
}

/// A line for each live variant of what was picked; what was never live has one that says so.
fn by_variant(look: &RenderContext, found: &Found, mut of: impl FnMut(Line, &SkuView) -> Line) -> Vec<Line> {
    let mut lines = Vec::new();
    for one in &found.all {
        match &one.1 {
            None => {
                lines.push(Line { stays: Some(("还没上过架", "never live")), ..line(look, one, None) })
            }
            Some(page) => lines.extend(page.skus.iter().map(|sku| of(line(look, one, Some(sku)), sku))),
        }
    }
    lines
}

fn price_lines(look: &RenderContext, found: &Found, how: How) -> Vec<Line> {
    by_variant(look, found, |line, sku| {
        let then = changed(sku.price.minor, how).map(|minor| Money::new(minor, sku.price.currency));
        let now = fmt::money(look.lang, sku.price);
        let stays = match then {
            None => Some(("太大了", "too large")),
            Some(then) if then.minor <= 0 => Some(("会变成 0 或更少", "would be zero or less")),
            Some(then) if then == sku.price => Some(("和现在一样", "is that already")),
            Some(then) if sku.list_price.is_some_and(|list| list.minor < then.minor) => {
                Some(("会高于建议价，先改建议价", "would be above the list price: change that first"))
            }
            Some(_) => None,
        };
        let (list_price, limit) = (sku.list_price, sku.limit);
        let price = then.filter(|_| stays.is_none()).map(|price| NewPrice { price, list_price, limit });
        let then = then.map_or_else(|| "—".to_owned(), |then| fmt::money(look.lang, then));
        Line { now, then, stays, price, ..line }
    })
}

fn stock_lines(look: &RenderContext, found: &Found, to: i64) -> Vec<Line> {
    by_variant(look, found, |line, sku| {
        let free = found.free.get(&sku.id).copied().flatten();
        let stays = match free {
            None => Some(("套装按组件算，没有自己的库存", "a kit has no stock of its own")),
            Some(free) if free == to => Some(("和现在一样", "is that already")),
            Some(_) => None,
        };
        let now = free.map_or_else(|| "—".to_owned(), fmt::count);
        Line { now, then: fmt::count(to), stock: Some(to).filter(|_| stays.is_none()), stays, ..line }
    })
}

fn state_lines(look: &RenderContext, found: &Found, op: Op) -> Vec<Line> {
    let (from, to) = if op == Op::On { (Status::Off, Status::On) } else { (Status::On, Status::Off) };
    let lines = found.all.iter().map(|one| {
        let stays = match one.0.status {
            status if status == from => None,
            status if status == to => Some(("和现在一样", "is that already")),
            Status::Draft => Some(("还没审核通过", "not approved yet")),
            _ => Some(("被平台下架，不能上架", "taken down by the platform")),
        };
        let (now, then) = (view::status_word(look, one.0.status), view::status_word(look, to));
        Line { now: now.to_owned(), then: then.to_owned(), stays, ..line(look, one, None) }
    });
    lines.collect()
}

/// Tells one list of changes from another: what was shown from what would be written now.
fn print_of(lines: &[Line]) -> String {
    let mut hasher = DefaultHasher::new();
    for line in lines {
        (line.product, line.sku, &line.now, &line.then, line.stays.is_some()).hash(&mut hasher);
    }
    format!("{:016x}", hasher.finish())
}

/// What is typed, and what it comes to as far as it can be read.
struct Plan {
    op: Op,
    lines: Option<Vec<Line>>,
}

/// Which operation the address or the form asks for; stock takes its own permission.
fn op_of(at: &ShopPage, fields: &Fields) -> Result<Op, Failure> {
    let op = Op::parse(fields.text("op")).unwrap_or(Op::Price);
    if op == Op::Stock {
        at.who().need_in(at.shop, ShopStock)?;
    }
    Ok(op)
}

fn plan(at: &ShopPage, fields: &mut Fields, op: Op, found: &Found) -> Plan {
    let look = &at.look;
    let lines = match op {
        Op::On | Op::Off => Some(state_lines(look, found, op)),
        Op::Price if fields.has("how") => how(at, fields).map(|how| price_lines(look, found, how)),
        Op::Stock if fields.has("see") => {
            let to = fields.whole("to", 0, MOST_UNITS);
            if to.is_none() {
                fields.refuse("to", "要填。", "Needed.");
            }
            to.map(|to| stock_lines(look, found, to))
        }
        Op::Price | Op::Stock => None,
    };
    Plan { op, lines }
}

/// What was picked, what is done with it, and what it comes to.
pub async fn page(at: ShopPage) -> Result<Response, Failure> {
    if picked(&at.query).is_empty() {
        return Ok(Redirect::to(&at.at("/products")).into_response());
    }
    Ok(shown(at).await?.into_response())
}

async fn shown(at: ShopPage) -> Result<Page, Failure> {
    let mut fields = if at.fields.has("product") { at.fields.clone() } else { at.query.clone() };
    fields.of_market(&at.site.market);
    let (ids, op) = (picked(&fields), op_of(&at, &fields)?);
    let chosen = fields.text("warehouse").parse().ok();
    let (place, found) = at.enter(move |q, shop| find(q, shop, &ids, (op, chosen))).await?;
    let plan = plan(&at, &mut fields, op, &found);
    let (zh, en) = op.title();
    let title = at.t(zh, en);
    let count = words::many(&at.look, found.all.len() as i64, "件商品", "product", "products");
    let body = html! {
        (ui::head(
            place.crumb(&[("/products", at.t("商品", "Products")), ("", title)]),
            html! { (title) },
            false,
            html! { span { (count) } a href=(place.at("/products")) { (at.t("重新选", "Select again")) } },
            html! {},
        ))
        @if let Some(refused) = &at.refused { (parts::refused(&at.look, refused)) }
        @if matches!(op, Op::Price | Op::Stock) { (form(&at, &fields, &found, op)) }
        @if let Some(lines) = &plan.lines { (preview(&at, &fields, &plan, lines)) }
        @else { (ui::question(at.t("选了哪些？", "Which are selected?"), html! {}, html! { div.paper { (chosen_list(&at, &found)) } })) }
    };
    Ok(frame(&at.look, &place, Tab::Goods, title, body))
}

/// The lowest and the highest price.
pub fn prices(look: &RenderContext, own: &OwnProduct) -> String {
    let low = fmt::money(look.lang, own.price);
    if own.price == own.price_to { low } else { format!("{low} – {}", fmt::money(look.lang, own.price_to)) }
}

/// The products that were picked, and nothing else yet.
fn chosen_list(at: &ShopPage, found: &Found) -> Markup {
    let columns =
        [Column::wide("商品", "Product"), Column::text("状态", "Status"), Column::number("售价", "Price")];
    table::table(&at.look, columns, &found.all, |(own, _)| {
        [
            parts::item(own.cover.as_deref(), html! { b { (title_of(&at.look, &own.title)) } }),
            view::status(&at.look, own.status),
            html! { @if own.price.minor > 0 { (prices(&at.look, own)) } @else { "—" } },
        ]
    })
}

fn hidden(fields: &Fields) -> Markup {
    html! {
        @for id in picked(fields) { input type="hidden" name="product" value=(id); }
        input type="hidden" name="op" value=(fields.text("op"));
    }
}

/// What is to change, typed.
fn form(at: &ShopPage, fields: &Fields, found: &Found, op: Op) -> Markup {
    let (look, unit) = (&at.look, at.site.market.currency.symbol());
    let hows: Vec<(String, String)> =
        HOWS.iter().map(|(word, zh, en)| ((*word).to_owned(), at.t(zh, en).to_owned())).collect();
    let sites: Vec<(String, String)> =
        found.sites.iter().map(|site| (site.id.to_string(), site.name.to_string())).collect();
    let field = |name, label, hint| Field { name, label, hint, needed: true, ..Field::default() };
    html! {
        form.paper.dk-form.three action=(at.at("/products/bulk")) method="get" {
            (hidden(fields))
            input type="hidden" name="see" value="1";
            @if op == Op::Price {
                (parts::choice(look, fields, Field { needed: false, ..field("how", at.t("怎么改", "How"), "") }, &hows))
                (parts::number(look, fields, field("by", at.t("多少", "How much"), &say!(look.lang, "百分比写 10 就是 10%；金额单位 {unit}", "For a per cent, 10 means 10%; amounts are in {unit}")), ""))
            } @else if sites.is_empty() {
                p.dk-note { (at.t("还没有仓库，", "There is no warehouse yet: ")) a href=(at.at("/stock")) { (at.t("先新增一个", "add one")) } }
            } @else {
                @if sites.len() > 1 { (parts::choice(look, fields, Field { needed: false, ..field("warehouse", at.t("仓库", "Warehouse"), "") }, &sites)) }
                (parts::number(look, fields, field("to", at.t("每个规格改成", "Each variant to"), at.t("可售的件数；已下单没发的不算在内", "Units for sale, beside what is ordered and not shipped")), at.t("件", "units")))
            }
            (parts::beside(html! { button.btn.pri[!fields.has("see")] { (at.t("预览", "Preview")) } }))
        }
    }
}

/// What it was understood as, and the button that makes it so.
fn preview(at: &ShopPage, fields: &Fields, plan: &Plan, lines: &[Line]) -> Markup {
    let look = &at.look;
    let (goes, stays): (Vec<&Line>, Vec<&Line>) = lines.iter().partition(|line| line.stays.is_none());
    let n = goes.len() as i64;
    let by_product = matches!(plan.op, Op::On | Op::Off);
    let what = if by_product {
        words::many(look, n, "件商品", "product", "products")
    } else {
        words::many(look, n, "个规格", "variant", "variants")
    };
    let button = match plan.op {
        Op::Price => say!(look.lang, "改 {what}的价格", "Change prices of {what}"),
        Op::Stock => say!(look.lang, "改 {what}的库存", "Set stock of {what}"),
        Op::On => say!(look.lang, "上架 {what}", "Publish {what}"),
        Op::Off => say!(look.lang, "下架 {what}", "Unpublish {what}"),
    };
    let columns = [
        Column::wide("商品", "Product"),
        Column::number("现在", "Now"),
        Column::number("改成", "Becomes"),
        Column::text("", ""),
    ];
    let cells = |line: &&Line| {
        [
            parts::item(
                line.media.as_deref(),
                html! { b { (line.title) } @if !line.variant.is_empty() { p { (line.variant) } } },
            ),
            html! { (line.now) },
            html! { @if line.stays.is_none() { b { (line.then) } } @else { span.mut { (line.then) } } },
            html! { @if let Some((zh, en)) = line.stays { (ui::state(Mark::Warning, &format!("{}{}", at.t("不改：", "stays: "), at.t(zh, en)))) } },
        ]
    };
    let shown: Vec<&Line> = goes.iter().chain(&stays).copied().collect();
    ui::question(
        at.t("会改成什么？", "What will change?"),
        html! {
            (what) (at.t("会改", " will change")) @if !stays.is_empty() { (at.t("，", ", ")) (stays.len()) (at.t(" 个不改", " will not")) } (at.t("。", "."))
            @if plan.op == Op::Price { " " (at.t("改价马上生效，已下的单不变；四舍五入到分。", "New prices count at once, placed orders stay; amounts are rounded.")) }
        },
        html! {
            form action=(at.at("/products/bulk")) method="post" {
                input type="hidden" name="key" value=(at.key());
                (hidden(fields))
                @for name in ["see", "how", "by", "to", "warehouse"] {
                    @if fields.has(name) { input type="hidden" name=(name) value=(fields.text(name)); }
                }
                input type="hidden" name="seen" value=(print_of(lines));
                div.paper { (table::table(look, columns, &shown, cells)) }
                div.dk-bulk {
                    p { (at.t("全部改，或一个都不改。", "All of it, or nothing.")) }
                    div.dk-row { a.btn href=(at.at("/products")) { (at.t("不改了", "Cancel")) } @if n > 0 { button.btn.pri { (button) } } }
                }
            }
        },
    )
}

/// What a plan writes.
fn writes(plan: &Plan, site: Option<Id<Warehouse>>) -> Vec<Bulk> {
    let lines: Vec<&Line> = plan.lines.iter().flatten().filter(|line| line.stays.is_none()).collect();
    let products = || lines.iter().map(|line| line.product).collect::<Vec<_>>();
    match plan.op {
        Op::On => vec![Bulk::PutOn(products())],
        Op::Off => vec![Bulk::TakeOff(products())],
        Op::Price => {
            let mut all: Vec<Repriced> = Vec::new();
            for (line, sku, price) in lines.iter().filter_map(|line| Some((line, line.sku?, line.price?))) {
                match all.last_mut().filter(|(product, _)| *product == line.product) {
                    Some((_, prices)) => prices.push((sku, price)),
                    None => all.push((line.product, vec![(sku, price)])),
                }
            }
            vec![Bulk::Prices(all)]
        }
        Op::Stock => {
            let wanted = lines.iter().filter_map(|line| Some((line.sku?, line.stock?))).collect();
            site.map(|site| Bulk::Stock(site, wanted)).into_iter().collect()
        }
    }
}

/// Makes it so.
pub async fn act(mut at: ShopPage) -> Result<Response, Failure> {
    let mut fields = at.fields.clone();
    let (ids, op) = (picked(&fields), op_of(&at, &fields)?);
    let chosen = fields.text("warehouse").parse().ok();
    let (shop, asked) = (at.shop, ids.clone());
    let found = at.read(move |q| find(q, shop, &asked, (op, chosen))).await?;
    let plan = plan(&at, &mut fields, op, &found);
    let Some(lines) = &plan.lines else { return Ok(shown(at).await?.into_response()) };
    // An undo was shown by the notice that offers it.
    if !fields.has("undo") && fields.text("seen") != print_of(lines) {
        at.refused = Some(
            Failure::invalid("something changed since the preview: look at it again")
                .zh("预览之后有商品变了，请再看一遍。"),
        );
        let page = shown(at).await?;
        return Ok((StatusCode::CONFLICT, page).into_response());
    }
    let goes: Vec<&Line> = lines.iter().filter(|line| line.stays.is_none()).collect();
    let site = site_of(&found.sites, chosen).map(|site| site.id);
    let keys = match (op, site) {
        (Op::Stock, Some(warehouse)) => {
            let place = |sku| StockLocation { sku, warehouse, campaign: None };
            let places: Vec<_> = goes.iter().filter_map(|line| line.sku).map(place).collect();
            warehouse::keys_at(&places)
        }
        _ => Keys::of(ids.iter().flat_map(|id| catalog::keys(*id))),
    };
    let (all, rules) = (writes(&plan, site), rules_of(&at.site)?);
    let mut to = at.at(&format!("/products?done={}&n={}", op.as_str(), goes.len()));
    if matches!(op, Op::On | Op::Off) {
        goes.iter().for_each(|line| to += &format!("&was={}", line.product));
    }
    at.write("catalog.bulk", keys, &[], move |tx, ctx| flows::listing::bulk(tx, ctx, shop, &all, &rules))
        .await?;
    at.answer(&to, shown).await
}

/// What was done with several products, above the list; what was put on or off can be taken back.
pub fn done(at: &ShopPage) -> Markup {
    let (Some(op), Ok(n)) = (Op::parse(at.query.text("done")), at.query.text("n").parse::<i64>()) else {
        return Markup::default();
    };
    let (lang, text) = (at.lang(), words::many(&at.look, n, "件", "product", "products"));
    let variants = words::many(&at.look, n, "个规格", "variant", "variants");
    let text = match op {
        Op::Price => {
            say!(lang, "已改 {variants}的价格，马上生效。", "Prices of {variants} changed, at once.")
        }
        Op::Stock => say!(lang, "已改 {variants}的库存。", "Stock of {variants} set."),
        Op::On => say!(lang, "已上架 {text}。", "{text} published."),
        Op::Off => say!(
            lang,
            "已下架 {text}。已下的单照发。",
            "{text} unpublished. Orders already placed still ship."
        ),
    };
    let back = match op {
        Op::On => "off",
        Op::Off => "on",
        Op::Price | Op::Stock => return parts::done(&text),
    };
    let was: Vec<Id<Product>> = at.query.all("was").filter_map(|id| id.parse().ok()).take(MOST).collect();
    parts::done_undo(
        &text,
        html! {
            form.dk-press action=(at.at("/products/bulk")) method="post" {
                input type="hidden" name="key" value=(at.key());
                input type="hidden" name="undo" value="1";
                input type="hidden" name="op" value=(back);
                @for id in &was { input type="hidden" name="product" value=(id); }
                button.btn.dk-sm { (at.t("撤销", "Undo")) }
            }
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_change_by_amount_and_by_percent_and_halves_go_up() {
        for (price, how, then) in [
            (9_900, How::Percent(-1_000), Some(8_910)),
            (1_005, How::Percent(-5_000), Some(503)),
            (999, How::Percent(1_250), Some(1_124)),
            (9_900, How::By(-500), Some(9_400)),
            (300, How::By(-500), Some(-200)),
            (9_900, How::Set(8_800), Some(8_800)),
            (i64::MAX, How::By(1), None),
            (i64::MAX, How::Percent(10_000), None),
        ] {
            assert_eq!(changed(price, how), then, "{price} {how:?}");
        }
    }
}
