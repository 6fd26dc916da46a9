//! `/product/{id}`: the page of one product - pictures, price with its sum and its last 30 days, promise with what it
//! gives if it breaks, variants with true stock, the shop.
//!
//! Invariants: what is shown as left is what can be sold now; a struck price is the lowest of the days before the
//! present one began, as many as the market's terms say, and stands only if that was higher; the page works by links and one form, scripts only save turns of it.

use crate::parts::Sum;
use crate::prelude::*;
use flows::promotion;
use kernel::Actor;
use kernel::id::{Campaign, Member, Product, Sku};
use offer::catalog::product::{AttributeView, PricePoint, ProductView, SkuView, Status};
use offer::catalog::{self, GoodsKind};
use offer::media::MediaView;
use supply::warehouse::{self, Available};
use trade::scene::{Scene, Via};
use web_kit::known::{self, ShopCard};
use web_kit::storefront::{promise, via};

/// For how many days real prices are shown.
const DAYS: i64 = 30;

/// The microseconds of a day.
const DAY: i64 = 86_400_000_000;

/// Below how many units left the number is named as few; it is always the true one.
const FEW: i64 = 10;

/// More than anybody can buy.
const NO_END: i64 = 1_000_000_000_000;

/// Everything the page shows.
struct Shown {
    product: ProductView,
    /// Which variant.
    chosen: usize,
    /// What is left of each variant.
    stock: Vec<(Id<Sku>, Available)>,
    /// Of what is not shipped: the variants that are codes, of which there is an end.
    codes: Option<Vec<Id<Sku>>>,
    /// The campaign in which its reader came upon it, with what its pool has of the chosen variant.
    pool: Option<(Id<Campaign>, i64)>,
    /// The promise by which the chosen variant ships if it can be back-ordered alone.
    late: Option<Box<str>>,
    /// Prices of the chosen variant, oldest first, the first one in force when the 30 days began.
    history: Vec<PricePoint>,
    /// What the chosen variant's price may be compared with, and for how many days before it that was the lowest.
    struck: Option<(Money, i64)>,
    shop: ShopCard,
    wished: Option<bool>,
}

/// Writes down beside the answer that a member looked: nobody waits for it.
fn look_at(site: &Site, member: Id<Member>, product: Id<Product>) {
    let (site, ctx) = (site.clone(), site.ctx_of(Actor::Member(member)));
    tokio::spawn(async move {
        let keys = people::member::key(member).into();
        let write =
            site.db.write("mall.look", keys, move |tx| people::member::look_at(tx, &ctx, member, product));
        if let Err(err) = write.await {
            tracing::warn!("that a product was looked at was not written down: {err}");
        }
    });
}

impl Shown {
    fn sku(&self) -> Option<&SkuView> {
        self.product.skus.get(self.chosen)
    }
    /// The pool from which the chosen variant is sold, while it has something.
    fn pooled(&self) -> Option<(Id<Campaign>, i64)> {
        self.pool.filter(|(_, left)| *left > 0)
    }
    /// What is left of a variant; of what is neither shipped nor a code there is no end.
    fn left(&self, sku: Id<Sku>) -> Available {
        if let Some((_, in_stock)) =
            self.pooled().filter(|_| self.sku().is_some_and(|chosen| chosen.id == sku))
        {
            return Available { in_stock, backorder: 0 };
        }
        if self.codes.as_ref().is_some_and(|codes| !codes.contains(&sku)) {
            return Available { in_stock: NO_END, backorder: 0 };
        }
        self.stock.iter().find(|(id, _)| *id == sku).map_or(Available::default(), |(_, left)| *left)
    }
    /// The promise by which the chosen variant ships.
    fn ship(&self) -> &str {
        self.late.as_deref().unwrap_or(&self.product.ship)
    }
}

/// `/product/{id}`.
pub async fn page(at: PageContext) -> Result<Page, Failure> {
    let id = at.id::<Product>("id")?;
    let sku = at.query.text("sku").parse::<Id<Sku>>().ok();
    let (now, member) = (at.now(), at.who().signed());
    let via = via::of_page(&at.site, now, id, Some(at.query.text("via")));
    let campaign = at.query.text("campaign").parse::<Id<Campaign>>().ok().or(promotion::campaign_of(&via));
    let within = crate::shelf::compared(&at)?;
    let (_, shops) = at.site.known().await?;
    let (shown, looked) = at
        .site
        .read_apart(move |q| {
            let product = catalog::product(q, id)?;
            let skus: Vec<Id<Sku>> = product.skus.iter().map(|sku| sku.id).collect();
            let stock = warehouse::in_stock(q, product.shop, &skus)?;
            let codes = match product.kind {
                GoodsKind::Physical => None,
                GoodsKind::Digital => Some(flows::view::codes_of(q, product.shop, &skus)?),
            };
            let left = |id: &Id<Sku>| stock.iter().find(|(of, _)| of == id).map(|(_, left)| *left);
            let has = |id: &Id<Sku>| left(id).is_some_and(|left| left.all() > 0);
            let chosen = sku
                .and_then(|sku| skus.iter().position(|id| *id == sku))
                .or_else(|| skus.iter().position(has))
                .unwrap_or(0);
            let late = match skus
                .get(chosen)
                .filter(|id| left(id).is_some_and(|left| left.in_stock == 0 && left.backorder > 0))
            {
                Some(id) => catalog::offer(q, *id)?.and_then(|offer| offer.backorder),
                None => None,
            };
            let pool = match (campaign, skus.get(chosen)) {
                (Some(campaign), Some(sku)) => {
                    Some((campaign, flows::view::in_campaign(q, product.shop, *sku, campaign)?))
                }
                _ => None,
            };
            let mut history = match product.skus.get(chosen) {
                Some(sku) => catalog::recent_prices(q, sku, now.plus_days(-DAYS), 60)?,
                None => Vec::new(),
            };
            history.reverse();
            let all = match within {
                Some(within) => catalog::struck(q, &[product.id], within)?,
                None => Vec::new(),
            };
            let of = product.skus.get(chosen).map(|sku| sku.id);
            let found = all.iter().find(|found| Some(found.sku) == of);
            let struck = found.map(|found| (found.prior, within.unwrap_or(0) / DAY));
            let shop = known::shop(q, &shops, product.shop)?;
            let stance = member.map(|member| people::member::stance(q, member, product.id)).transpose()?;
            let (wished, looked) = stance.map_or((None, None), |(wished, looked)| (Some(wished), looked));
            Ok((Shown { product, chosen, stock, codes, pool, late, history, struck, shop, wished }, looked))
        })
        .await?;
    if let Some(member) = member
        && looked.is_none_or(|looked| looked.is_old(now))
    {
        look_at(&at.site, member, id);
    }
    let via = match (shown.pooled(), shown.pool) {
        (Some((campaign, _)), _) => via::of(Scene::Shop, promotion::EVIDENCE, &campaign.to_string()),
        // The campaign is over, or its pool is empty: what is bought now comes from the shelf.
        (None, Some(_)) => Via::mall(),
        (None, None) => via,
    };
    let token = via::token(&at.site, now, id, &via);
    let product = &shown.product;
    let body = html! {
        (parts::said(&at, "added", ("已放进购物车", "In your cart"), ("", "")))
        @if product.status != Status::On {
            (message(Mark::Warning, at.t("这件商品已下架", "This is off sale"), at.t("现在买不了；下面是它下架前的样子。", "It cannot be bought now; below is how it was.")))
        }
        @match (shown.pooled(), shown.pool) {
            (Some((_, left)), _) => (message(Mark::Running, at.t("活动专享库存", "Set aside for a campaign"), &at.pick(format!("活动还剩 {left} 件，从活动库存里发。"), format!("{left} are left in the campaign, sold from its own stock.")))),
            (None, Some(_)) => (message(Mark::Warning, at.t("活动结束了，或已卖完", "The campaign is over or sold out"), at.t("现在买的是平时的库存。", "What you buy now is the ordinary stock."))),
            (None, None) => {}
        }
        div.pdp {
            div.lc { (gallery(&at, &shown)) }
            div.rc {
                (price_block(&at, &shown))
                (crate::promise::holiday(&at, shown.shop.holiday_at(now)))
                (promise_block(&at, &shown))
                (variants(&at, &shown, &token))
                (shop_block(&at, &shown.shop, &dimensions(&at, &shown.shop)))
                (bar(&at, &shown, &token))
            }
            div.under { (about(&at, product)) }
        }
        div.pad.hide-wide {}
    };
    Ok(Frame::of(Tab::Mall).picture().page(&at.look, &product.title, &body))
}

fn gallery(at: &PageContext, shown: &Shown) -> Markup {
    let product = &shown.product;
    // The chosen variant's own picture comes first.
    let own = shown.sku().and_then(|sku| product.picture(sku));
    let others = product.gallery.iter().filter(|media| own.as_ref().is_none_or(|own| own.key != media.key));
    let pictures: Vec<&MediaView> = own.iter().chain(others).collect();
    let all = pictures.len().max(1);
    html! {
        div.gal {
            div.ov {
                a href={ "/c/" (product.category_code) } aria-label=(at.t("返回分类", "Back to the category")) { (icons::BACK) }
                span.sp {}
                a href="/search" aria-label=(at.t("搜索", "Search")) { (icons::LENS) }
                a href="/cart" aria-label=(at.t("购物车", "Cart")) { (icons::CART) @if at.look.cart > 0 { b { (at.look.cart.min(99)) } } }
            }
            div.reel tabindex="0" role="region" aria-label=(at.t("商品图片，左右键翻看", "Pictures; arrow keys turn them")) {
                @if pictures.is_empty() { div { (parts::picture(None, &product.title, "", true)) } }
                @for (i, media) in pictures.iter().enumerate() {
                    div id={ "p" (i + 1) } { (parts::picture(Some(media), &format!("{} {}/{all}", product.title, i + 1), "(min-width: 900px) 640px, 100vw", i == 0)) }
                }
            }
            @if all > 1 {
                button.step.prev type="button" data-turn="-1" aria-label=(at.t("上一张", "Previous")) { (icons::BACK) }
                button.step.next type="button" data-turn="1" aria-label=(at.t("下一张", "Next")) { (icons::ON) }
                span.cnt aria-hidden="true" { "1 / " (all) }
            }
        }
        @if all > 1 {
            div.th {
                @for (i, media) in pictures.iter().enumerate() {
                    a href={ "#p" (i + 1) } aria-current=[(i == 0).then_some("true")] aria-label={ (at.t("第 ", "Picture ")) (i + 1) (at.t(" 张", "")) } { (parts::picture(Some(media), "", "76px", false)) }
                }
            }
        }
    }
}

/// What a price of the last 30 days was: the lowest and, if it was dearer, the highest.
fn range(history: &[PricePoint], price: Money) -> (Money, Money) {
    let prices = history.iter().map(|point| point.price).chain([price]);
    let low = prices.clone().min_by_key(|m| m.minor).unwrap_or(price);
    let high = prices.max_by_key(|m| m.minor).unwrap_or(price);
    (low, high)
}

fn price_block(at: &PageContext, shown: &Shown) -> Markup {
    let (product, now) = (&shown.product, at.now());
    let Some(sku) = shown.sku() else { return html! { section.blk { h1 { (product.title) } } } };
    let (low, high) = range(&shown.history, sku.price);
    let fresh = shown.history.first().is_none_or(|first| first.at > now.plus_days(-DAYS));
    let freight = product.freight;
    let free = product.kind == GoodsKind::Digital
        || freight.fee.minor == 0
        || freight.free_from.is_some_and(|from| from.minor <= sku.price.minor);
    let money = |minor| Money::new(minor, sku.price.currency);
    let due = if free { money(0) } else { freight.fee };
    let mut lines = match shown.struck {
        Some((was, days)) => vec![
            Sum::of(
                at.pick(format!("降价前 {days} 天最低价"), format!("Lowest price of the {days} days before")),
                when::money(was),
            ),
            Sum::of(at.t("现在少", "Less now"), when::less(money(was.minor - sku.price.minor))),
        ],
        None => vec![Sum::of(at.t("售价", "Price"), when::money(sku.price))],
    };
    lines.push(Sum::of(at.t("运费", "Shipping"), when::money(due)).made(freight_words(at, product)));
    let total = Sum::of(at.t("到手价", "You pay"), when::money(money(sku.price.minor + due.minor)));
    let began = now.plus_days(-DAYS).max(shown.history.first().map_or(now, |first| first.at));
    let since = |moment: Moment| (moment.micros() - began.micros()) as f64;
    let whole = ((DAYS * DAY) as f64).min(since(now).max(1.0));
    let point = |point: &PricePoint| (since(point.at.max(began)) / whole, point.price);
    let points: Vec<(f64, Money)> = shown.history.iter().map(point).collect();
    let began = fmt::day(at.lang(), began.date(&at.site.market.zone));
    html! {
        section.blk {
            div.pr {
                (parts::price_whole(sku.price))
                @if let Some((was, days)) = shown.struck { span.was { (at.pick(format!("降价前 {days} 天最低 "), format!("lowest of the {days} days before "))) s { (when::money(was)) } } }
                @if low.minor == sku.price.minor && !fresh && high.minor > low.minor { span.end { (ui::state(Mark::Kept, at.t("30 天最低", "Lowest in 30 days"))) } }
            }
            h1 { (product.title) }
            details.ex open {
                summary { (at.t("这个价怎么来的？", "How does this price come about?")) }
                (parts::sum(at.t("价格明细", "The sum"), &lines, &total))
                @if let Some(list) = sku.list_price.filter(|list| list.minor > sku.price.minor) {
                    p.note { (at.pick(format!("店铺标示的建议价 {}，由店铺自己写，不是卖过的价。", when::money(list)), format!("List price {}: the shop's own word, not a price that it asked before.", when::money(list)))) }
                }
                (parts::price_steps(at.lang(), &began, &points))
                p.note {
                    @if fresh { (at.t("上架不到 30 天，线从上架那天画起。", "Listed less than 30 days ago: the line begins there.")) }
                    @else { (at.t("线是近 30 天真实的售价，每次改价都在。", "The line is the real price of 30 days, every change of it.")) }
                    " " a href="/coupons" { (at.t("领券还能再减", "Coupons may take off more")) }
                }
            }
        }
    }
}

fn freight_words(at: &PageContext, product: &ProductView) -> String {
    let said = match (product.kind, product.freight.fee.minor, product.freight.free_from) {
        (GoodsKind::Digital, ..) => at.t("不用寄", "no parcel"),
        (_, 0, _) => at.t("包邮", "free"),
        (_, _, Some(from)) => {
            let from = when::money(from);
            return at.pick(format!("这家店满 {from} 包邮"), format!("free from {from} of this shop"));
        }
        (_, _, None) => at.t("每单一次", "once an order"),
    };
    said.to_owned()
}

fn promise_block(at: &PageContext, shown: &Shown) -> Markup {
    let now = at.now();
    let ship = promise::ship(&at.site.market, shown.shop.promises_from(now), shown.ship());
    let (Some(ship), Some(_)) = (ship, shown.sku()) else { return html! {} };
    html! {
        section.blk {
            div.hd { h2 { (at.t("什么时候发？", "When does it ship?")) } (crate::promise::clause(at, ship.promise)) }
            (crate::promise::clock(at, &ship))
            (crate::promise::terms(at))
        }
    }
}

/// The variant that a value leads to: the chosen one with this value, or the first that has it and the most in common.
fn with(product: &ProductView, chosen: &SkuView, axis: usize, value: usize) -> Option<usize> {
    let common = |sku: &SkuView| {
        let pairs = sku.choice.iter().zip(&chosen.choice).enumerate();
        pairs.filter(|(i, (a, b))| *i != axis && a == b).count()
    };
    let having = product.skus.iter().enumerate().filter(|(_, sku)| sku.choice.get(axis) == Some(&value));
    having.max_by_key(|(i, sku)| (common(sku), std::cmp::Reverse(*i))).map(|(i, _)| i)
}

fn left_words(at: &PageContext, left: Available) -> String {
    match left.in_stock {
        NO_END.. => at.t("付款后就给", "Delivered at payment").to_owned(),
        ..=0 if left.backorder > 0 => at.t("现货卖完，补货后发", "Ships when restocked").to_owned(),
        ..=0 => at.t("缺货", "Out of stock").to_owned(),
        left @ 1..FEW => at.pick(format!("仅剩 {left}"), format!("{left} left")),
        left => at.pick(format!("现货 {}", fmt::count(left)), format!("{} in stock", fmt::count(left))),
    }
}

fn variants(at: &PageContext, shown: &Shown, token: &str) -> Markup {
    let product = &shown.product;
    let Some(chosen) = shown.sku() else { return html! {} };
    let left = shown.left(chosen.id);
    html! {
        section.blk id="choice" {
            @for (a, axis) in product.axes.iter().enumerate() {
                @let pictured = axis.values.iter().any(|value| value.media.is_some());
                div.axis {
                    div.hd { h2 { (axis.name) } span.mut { (chosen.choice.get(a).and_then(|v| axis.values.get(*v)).map_or("", |v| &v.name)) } }
                    div class=(if pictured { "vs" } else { "vt" }) {
                        @for (v, value) in axis.values.iter().enumerate() {
                            @if let Some(to) = with(product, chosen, a, v) {
                                @let sku = &product.skus[to];
                                @let here = chosen.choice.get(a) == Some(&v);
                                @let left = shown.left(sku.id);
                                a.v.off[left.all() <= 0] href={ "/product/" (product.id) "?sku=" (sku.id) "&via=" (token) "#choice" } aria-current=[here.then_some("true")] data-swap=".pdp" {
                                    @if pictured { (parts::picture(value.media.as_ref().or(sku.media.as_ref()), "", "96px", false)) }
                                    span { (value.name) @if !here && sku.price.minor != chosen.price.minor { " " span.mut { (difference(sku.price, chosen.price)) } } }
                                    @if pictured || left.in_stock < FEW { small { (left_words(at, left)) } }
                                }
                            } @else {
                                span.v.off { span { (value.name) } small { (at.t("没有这种", "Not made")) } }
                            }
                        }
                    }
                }
            }
            div.qrow {
                span { (at.t("数量", "Quantity")) br; span.s12.mut { (left_words(at, left)) @if let Some(limit) = chosen.limit { (at.t("，每人限 ", ", at most ")) (limit) (at.t(" 件", " each")) } } }
                @let most = left.all().max(1).min(chosen.limit.unwrap_or(i64::MAX)).min(999);
                (parts::quantity(at, Some("buy"), 1, most))
            }
        }
    }
}

fn difference(other: Money, chosen: Money) -> String {
    let by = Money::new((other.minor - chosen.minor).abs(), other.currency);
    let sign = if other.minor > chosen.minor { '+' } else { '−' };
    format!("{sign}{}", when::money(by))
}

/// The shop with its stars and a way in; with `more` below.
pub fn shop_block(at: &PageContext, shop: &ShopCard, more: &Markup) -> Markup {
    html! {
        section.blk {
            div.shop {
                (parts::sign(&shop.name, "lg"))
                div { b { (shop.name) } p { (shop_words(at, shop)) } }
                a.btn href={ "/shop/" (shop.id) } { (at.t("进店", "Visit")) }
            }
            (more)
        }
    }
}

/// What is known of a shop in a line.
pub fn shop_words(at: &PageContext, shop: &ShopCard) -> Markup {
    html! {
        @match shop.score.as_deref() {
            Some(score) => {
                @if let Some(stars) = score.stars { (stars / 10) "." (stars % 10) (at.t(" 星", " stars")) }
                @if let Some(points) = score.points { @if score.stars.is_some() { (at.t("，", ", ")) } a href={ "/shop/" (shop.id) "/score" } { (at.t("体验分 ", "score ")) (fmt::decimal(points.floor(), 0)) } }
                @if score.stars.is_none() && score.points.is_none() { (at.t("成交还不够算分", "Too few orders for a score")) }
            }
            None => { (at.t("还没有分数", "No score yet")) }
        }
    }
}

/// The dimensions of a shop's score as bars.
pub fn dimensions(at: &PageContext, shop: &ShopCard) -> Markup {
    let Some(score) = shop.score.as_deref().filter(|s| s.dimensions.iter().any(|d| d.2.is_some())) else {
        return html! {};
    };
    html! {
        div.d3 {
            @for (i, (zh, en, points)) in score.dimensions.iter().enumerate() {
                div {
                    span { (at.t(zh, en)) }
                    (crate::parts::points(at, *points, [1, 3, 2][i % 3]))
                }
            }
        }
    }
}

fn bar(at: &PageContext, shown: &Shown, token: &str) -> Markup {
    let (product, now) = (&shown.product, at.now());
    let Some(sku) = shown.sku() else { return html! {} };
    let left = shown.left(sku.id);
    let on = product.status == Status::On && shown.shop.sells(now);
    let ships = crate::promise::short(at, shown.shop.promises_from(now), shown.ship());
    let wished = shown.wished == Some(true);
    let off = |what: &str, now: &str| html! { span.b1.off role="status" { (what) small { (now) } } };
    html! {
        div.bar {
            a.i href={ "/shop/" (product.shop) } { (icons::SHOP) (at.t("店铺", "Shop")) }
            form.one action="/wishes" method="post" {
                input type="hidden" name="product" value=(product.id);
                input type="hidden" name="back" value=(at.look.here);
                button.i.on[wished] name="do" value=(if wished { "remove" } else { "add" }) aria-pressed=(if wished { "true" } else { "false" }) {
                    @if wished { (icons::HEART_ON) } @else { (icons::HEART) }
                    @if wished { (at.t("已收藏", "Saved")) } @else { (at.t("收藏", "Save")) }
                }
            }
            @if on && left.all() > 0 {
                form id="buy" action="/cart/add" method="post" {
                    input type="hidden" name="key" value=(at.key());
                    input type="hidden" name="sku" value=(sku.id);
                    input type="hidden" name="via" value=(token);
                    button.b2 name="then" value="stay" { (at.t("加购物车", "Add to cart")) }
                    button.b1 name="then" value="buy" { span { (when::money(sku.price)) (at.t(" 立即买", " Buy now")) } small { (ships) } }
                }
            } @else if on {
                (off(at.t("缺货", "Out of stock"), at.t("收藏它，回来再看", "Save it and check back")))
            } @else if product.status == Status::On && shown.shop.holiday_at(now).is_some() {
                (off(at.t("假期中", "On holiday"), at.t("收藏它，假期后再买", "Wish for it and buy it afterwards")))
            } @else {
                (off(at.t("已下架", "No longer sold"), at.t("看看店里别的", "See what else the shop has")))
            }
        }
    }
}

fn about(at: &PageContext, product: &ProductView) -> Markup {
    html! {
        @if !product.about.is_empty() {
            section.blk.about { div.hd { h2 { (at.t("它是什么样的？", "What is it like?")) } } @for text in &product.about { p { (text) } } }
        }
        @if !product.attributes.is_empty() || product.brand.is_some() {
            section.blk {
                div.hd { h2 { (at.t("参数", "Details")) } }
                dl.attrs {
                    @if let Some(brand) = &product.brand { dt { (at.t("品牌", "Brand")) } dd { (at.t(&brand.zh, &brand.en)) } }
                    @for AttributeView { zh, en, value_zh, value_en, .. } in &product.attributes { dt { (at.t(zh, en)) } dd { (at.t(value_zh, value_en)) } }
                }
            }
        }
    }
}
