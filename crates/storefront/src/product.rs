//! `/product/{id}`: the page of one product - pictures, price with its sum and its last 30 days, promise with what it
//! gives if it breaks, variants with true stock, the shop.
//!
//! Invariants: what is shown as left is what can be sold now; a struck price stands only where it was really asked for in
//! the last 30 days; the page works by links and one form, scripts only save turns of it.

use crate::parts::{self, Mark, Sum};
use axum::extract::State;
use kernel::id::{Member, Product, Sku};
use kernel::{Actor, Id, Moment, Money};
use maud::{Markup, html};
use offer::catalog::product::{AttributeView, PricePoint, ProductView, SkuView, Status};
use offer::catalog::{self, GoodsKind};
use offer::media::MediaView;
use serde::Deserialize;
use supply::warehouse;
use trade::scene::Via;
use web_kit::known::{self, ShopCard};
use web_kit::lang::{Lang, t};
use web_kit::principal::Principal;
use web_kit::problem::{Failure, Path, Query};
use web_kit::site::Site;
use web_kit::storefront::frame::{Frame, Tab};
use web_kit::storefront::{icons, via};
use web_kit::ui::{Page, RenderContext};
use web_kit::when;

/// For how many days real prices are shown.
const DAYS: i64 = 30;

/// Below how many units left the number is named as few; it is always the true one.
const FEW: i64 = 10;

#[derive(Debug, Default, Deserialize)]
pub struct Params {
    sku: Option<String>,
    via: Option<String>,
    say: Option<String>,
}

/// Everything the page shows.
pub struct Shown {
    pub(crate) product: ProductView,
    /// Which variant.
    pub(crate) chosen: usize,
    /// What is left of each variant.
    pub(crate) stock: Vec<(Id<Sku>, i64)>,
    /// Prices of the chosen variant, oldest first, the first one in force when the 30 days began.
    pub(crate) history: Vec<PricePoint>,
    pub(crate) shop: ShopCard,
    pub(crate) wished: Option<bool>,
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
    fn left(&self, sku: Id<Sku>) -> i64 {
        self.stock.iter().find(|(id, _)| *id == sku).map_or(0, |(_, left)| *left)
    }
}

/// `/product/{id}`.
pub async fn page(
    State(site): State<Site>,
    who: Principal,
    look: RenderContext,
    Path(id): Path<String>,
    Query(asked): Query<Params>,
) -> Result<Page, Failure> {
    let id = crate::shelf::id(&id)?;
    let sku = asked.sku.as_deref().and_then(|sku| sku.parse::<Id<Sku>>().ok());
    let (now, member) = ((site.now)(), who.signed());
    let (_, shops) = site.known().await?;
    let shown = site
        .read_apart(move |q| {
            let product = catalog::product(q, id)?;
            let skus: Vec<Id<Sku>> = product.skus.iter().map(|sku| sku.id).collect();
            let stock = warehouse::availables(q, product.shop, &skus)?;
            let has = |id: &Id<Sku>| stock.iter().any(|(of, left)| of == id && *left > 0);
            let chosen = sku
                .and_then(|sku| skus.iter().position(|id| *id == sku))
                .or_else(|| skus.iter().position(has))
                .unwrap_or(0);
            let mut history = match product.skus.get(chosen) {
                Some(sku) => catalog::recent_prices(q, sku, now.plus_days(-DAYS), 60)?,
                None => Vec::new(),
            };
            history.reverse();
            let shop = known::shop(q, &shops, product.shop)?;
            let stance = member.map(|member| people::member::stance(q, member, product.id)).transpose()?;
            let (wished, looked) = stance.map_or((None, None), |(wished, looked)| (Some(wished), looked));
            Ok((Shown { product, chosen, stock, history, shop, wished }, looked))
        })
        .await?;
    let (shown, looked) = shown;
    if let Some(member) = member
        && looked.is_none_or(|looked| looked.is_old(now))
    {
        look_at(&site, member, shown.product.id);
    }
    let via = via::of_page(&site, now, shown.product.id, asked.via.as_deref());
    Ok(render(&site, &look, now, &shown, &via, asked.say.as_deref()))
}

fn render(
    site: &Site,
    look: &RenderContext,
    now: Moment,
    shown: &Shown,
    via: &Via,
    say: Option<&str>,
) -> Page {
    let (lang, product) = (look.lang, &shown.product);
    let token = via::token(site, now, product.id, via);
    let body = html! {
        @if say == Some("added") {
            (parts::message(Mark::Kept, t(lang, "已放进购物车", "In your cart"), ""))
        }
        @if product.status != Status::On {
            (parts::message(Mark::Warning, t(lang, "这件商品已下架", "This is off sale"), t(lang, "现在买不了；下面是它下架前的样子。", "It cannot be bought now; below is how it was.")))
        }
        div.pdp {
            div.lc { (gallery(look, product, shown)) }
            div.rc {
                (price_block(site, look, now, shown))
                (crate::promise::holiday(lang, &site.market, shown.shop.holiday_at(now)))
                (promise_block(site, look, now, shown))
                (variants(look, shown, &token))
                (shop_block(lang, &shown.shop))
                (bar(site, look, now, shown, &token))
            }
            div.under { (about(lang, product)) }
        }
        div.pad.hide-wide {}
    };
    Frame::of(Tab::Mall).picture().page(look, &product.title, &body)
}

fn gallery(look: &RenderContext, product: &ProductView, shown: &Shown) -> Markup {
    let lang = look.lang;
    // The chosen variant's own picture comes first.
    let own = shown.sku().and_then(|sku| product.picture(sku));
    let mut pictures: Vec<&MediaView> = own.iter().collect();
    pictures
        .extend(product.gallery.iter().filter(|media| own.as_ref().is_none_or(|own| own.key != media.key)));
    let all = pictures.len().max(1);
    html! {
        div.gal {
            div.ov {
                a href={ "/c/" (product.category_code) } aria-label=(t(lang, "返回分类", "Back to the category")) { (icons::BACK) }
                span.sp {}
                a href="/search" aria-label=(t(lang, "搜索", "Search")) { (icons::LENS) }
                a href="/cart" aria-label=(t(lang, "购物车", "Cart")) { (icons::CART) @if look.cart > 0 { b { (look.cart.min(99)) } } }
            }
            div.reel tabindex="0" role="region" aria-label=(t(lang, "商品图片，左右键翻看", "Pictures; arrow keys turn them")) {
                @if pictures.is_empty() { div { (parts::picture(None, &product.title, "", true)) } }
                @for (i, media) in pictures.iter().enumerate() {
                    div id={ "p" (i + 1) } { (parts::picture(Some(media), &format!("{} {}/{all}", product.title, i + 1), "(min-width: 900px) 640px, 100vw", i == 0)) }
                }
            }
            @if all > 1 {
                button.step.prev type="button" data-turn="-1" aria-label=(t(lang, "上一张", "Previous")) { (icons::BACK) }
                button.step.next type="button" data-turn="1" aria-label=(t(lang, "下一张", "Next")) { (icons::ON) }
                span.cnt aria-hidden="true" { "1 / " (all) }
            }
        }
        @if all > 1 {
            div.th {
                @for (i, media) in pictures.iter().enumerate() {
                    a href={ "#p" (i + 1) } aria-current=[(i == 0).then_some("true")] aria-label={ (t(lang, "第 ", "Picture ")) (i + 1) (t(lang, " 张", "")) } { (parts::picture(Some(media), "", "76px", false)) }
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

fn price_block(site: &Site, look: &RenderContext, now: Moment, shown: &Shown) -> Markup {
    let (lang, product) = (look.lang, &shown.product);
    let Some(sku) = shown.sku() else { return html! { section.blk { h1 { (product.title) } } } };
    let (low, high) = range(&shown.history, sku.price);
    let fresh = shown.history.first().is_none_or(|first| first.at > now.plus_days(-DAYS));
    // A price is struck only if it was really asked for within the 30 days.
    let was = (high.minor > sku.price.minor).then_some(high);
    let freight = product.freight;
    let free = product.kind == GoodsKind::Digital
        || freight.fee.minor == 0
        || freight.free_from.is_some_and(|from| from.minor <= sku.price.minor);
    let due = if free { Money::new(0, sku.price.currency) } else { freight.fee };
    let mut lines = Vec::new();
    match was {
        Some(was) => {
            lines.push(Sum {
                what: t(lang, "30 天里的最高价", "Highest price of 30 days").to_owned(),
                of: String::new(),
                amount: when::money(was),
            });
            lines.push(Sum {
                what: t(lang, "现在少", "Less now").to_owned(),
                of: String::new(),
                amount: when::less(Money::new(was.minor - sku.price.minor, was.currency)),
            });
        }
        None => lines.push(Sum {
            what: t(lang, "售价", "Price").to_owned(),
            of: String::new(),
            amount: when::money(sku.price),
        }),
    }
    lines.push(Sum {
        what: t(lang, "运费", "Freight").to_owned(),
        of: freight_words(lang, product),
        amount: when::money(due),
    });
    let total = Sum {
        what: t(lang, "一件到手", "One of it").to_owned(),
        of: String::new(),
        amount: when::money(Money::new(sku.price.minor + due.minor, sku.price.currency)),
    };
    let span = (DAYS * 86_400_000_000) as f64;
    let began = now.plus_days(-DAYS).max(shown.history.first().map_or(now, |first| first.at));
    let points: Vec<(f64, Money)> = shown
        .history
        .iter()
        .map(|point| {
            (
                (point.at.max(began).micros() - began.micros()) as f64
                    / span.min((now.micros() - began.micros()).max(1) as f64),
                point.price,
            )
        })
        .collect();
    html! {
        section.blk {
            div.pr {
                (parts::price_whole(sku.price))
                @if let Some(was) = was { span.was { (t(lang, "30 天最高 ", "30-day high ")) s { (when::money(was)) } } }
                @if low.minor == sku.price.minor && !fresh && high.minor > low.minor { span.end { (parts::state(Mark::Kept, t(lang, "30 天最低", "Lowest in 30 days"))) } }
            }
            h1 { (product.title) }
            details.ex open {
                summary { (t(lang, "这个价怎么来的？", "How does this price come about?")) }
                (parts::sum(t(lang, "价格明细", "The sum"), &lines, &total))
                (parts::price_steps(lang, &web_kit::fmt::day(lang, began.date(&site.market.zone)), &points))
                p.note {
                    @if fresh { (t(lang, "上架不到 30 天，线从上架那天画起。", "Listed less than 30 days ago: the line begins there.")) }
                    @else { (t(lang, "线是近 30 天真实的售价，每次改价都在。", "The line is the real price of 30 days, every change of it.")) }
                    " " a href="/coupons" { (t(lang, "领券还能再减", "Coupons may take off more")) }
                }
            }
        }
    }
}

fn freight_words(lang: Lang, product: &ProductView) -> String {
    if product.kind == GoodsKind::Digital {
        return t(lang, "不用寄", "no parcel").to_owned();
    }
    match (product.freight.fee.minor, product.freight.free_from, lang) {
        (0, _, _) => t(lang, "包邮", "free").to_owned(),
        (_, Some(from), Lang::Zh) => format!("这家店满 {} 包邮", when::money(from)),
        (_, Some(from), Lang::En) => format!("free from {} of this shop", when::money(from)),
        (_, None, _) => t(lang, "每单一次", "once an order").to_owned(),
    }
}

fn promise_block(site: &Site, look: &RenderContext, now: Moment, shown: &Shown) -> Markup {
    let (lang, market) = (look.lang, &site.market);
    let (Some(ship), Some(sku)) = (
        web_kit::storefront::promise::ship(market, shown.shop.promises_from(now), &shown.product.ship),
        shown.sku(),
    ) else {
        return html! {};
    };
    html! {
        section.blk {
            div.hd { h2 { (t(lang, "什么时候发？", "When does it ship?")) } (crate::promise::clause(lang, ship.promise)) }
            (crate::promise::clock(lang, market, now, &ship, false))
            (crate::promise::terms(lang, market, now, ship.due, sku.price))
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

fn left_words(lang: Lang, left: i64) -> String {
    match (left, lang) {
        (..=0, _) => t(lang, "补货中", "Being restocked").to_owned(),
        (1..FEW, Lang::Zh) => format!("仅剩 {left}"),
        (1..FEW, Lang::En) => format!("{left} left"),
        (_, Lang::Zh) => format!("现货 {}", web_kit::fmt::count(left)),
        (_, Lang::En) => format!("{} in stock", web_kit::fmt::count(left)),
    }
}

fn variants(look: &RenderContext, shown: &Shown, token: &str) -> Markup {
    let (lang, product) = (look.lang, &shown.product);
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
                                a.v.off[left <= 0] href={ "/product/" (product.id) "?sku=" (sku.id) "&via=" (token) "#choice" } aria-current=[here.then_some("true")] data-swap=".pdp" {
                                    @if pictured { (parts::picture(value.media.as_ref().or(sku.media.as_ref()), "", "96px", false)) }
                                    span { (value.name) @if !here && sku.price.minor != chosen.price.minor { " " span.mut { (difference(sku.price, chosen.price)) } } }
                                    @if pictured || left < FEW { small { (left_words(lang, left)) } }
                                }
                            } @else {
                                span.v.off { span { (value.name) } small { (t(lang, "没有这种", "Not made")) } }
                            }
                        }
                    }
                }
            }
            div.qrow {
                span { (t(lang, "数量", "Quantity")) br; span.s12.mut { (left_words(lang, left)) @if let Some(limit) = chosen.limit { (t(lang, "，每人限 ", ", at most ")) (limit) (t(lang, " 件", " each")) } } }
                @let most = left.max(1).min(chosen.limit.unwrap_or(i64::MAX)).min(999);
                (quantity(lang, most))
            }
        }
    }
}

/// The quantity belongs to the form of the bar, wherever it stands.
fn quantity(lang: Lang, most: i64) -> Markup {
    html! {
        span.qty {
            button type="button" data-step="-1" aria-label=(t(lang, "少一件", "One less")) { (icons::MINUS) }
            input form="buy" type="number" name="quantity" value="1" min="1" max=(most) inputmode="numeric" aria-label=(t(lang, "数量", "Quantity"));
            button type="button" data-step="1" aria-label=(t(lang, "多一件", "One more")) { (icons::PLUS) }
        }
    }
}

fn difference(other: Money, chosen: Money) -> String {
    let by = Money::new((other.minor - chosen.minor).abs(), other.currency);
    let sign = if other.minor > chosen.minor { '+' } else { '−' };
    format!("{sign}{}", when::money(by))
}

/// The shop with its stars and the three dimensions behind them.
pub fn shop_block(lang: Lang, shop: &ShopCard) -> Markup {
    html! {
        section.blk {
            div.shop {
                (parts::sign(&shop.name, "lg"))
                div {
                    b { (shop.name) }
                    p { (shop_words(lang, shop)) }
                }
                a.btn href={ "/shop/" (shop.id) } { (t(lang, "进店", "Visit")) }
            }
            (dimensions(lang, shop))
        }
    }
}

/// What is known of a shop in a line.
pub fn shop_words(lang: Lang, shop: &ShopCard) -> Markup {
    html! {
        @match shop.score.as_deref() {
            Some(score) => {
                @if let Some(stars) = score.stars { (stars / 10) "." (stars % 10) (t(lang, " 星", " stars")) }
                @if let Some(points) = score.points { @if score.stars.is_some() { (t(lang, "，", ", ")) } a href={ "/shop/" (shop.id) "/score" } { (t(lang, "体验分 ", "score ")) (web_kit::fmt::decimal(points.floor(), 0)) } }
                @if score.stars.is_none() && score.points.is_none() { (t(lang, "成交还不够算分", "Too few orders for a score")) }
            }
            None => { (t(lang, "还没有分数", "No score yet")) }
        }
    }
}

/// The dimensions of a shop's score as bars.
pub fn dimensions(lang: Lang, shop: &ShopCard) -> Markup {
    let Some(score) = shop.score.as_deref().filter(|s| s.dimensions.iter().any(|d| d.2.is_some())) else {
        return html! {};
    };
    html! {
        div.d3 {
            @for (i, (zh, en, points)) in score.dimensions.iter().enumerate() {
                div {
                    span { (t(lang, zh, en)) }
                    @match points {
                        Some(points) => { (parts::score_bar(*points, [1, 3, 2][i % 3])) b { (web_kit::fmt::decimal(*points, 1)) } }
                        None => { span.mut.s12 { (web_kit::fmt::nothing(lang)) } b { "–" } }
                    }
                }
            }
        }
    }
}

fn bar(site: &Site, look: &RenderContext, now: Moment, shown: &Shown, token: &str) -> Markup {
    let (lang, product) = (look.lang, &shown.product);
    let Some(sku) = shown.sku() else { return html! {} };
    let left = shown.left(sku.id);
    let on = product.status == Status::On && shown.shop.sells(now);
    let ships =
        crate::promise::short(lang, &site.market, (now, shown.shop.promises_from(now)), &product.ship);
    html! {
        div.bar {
            a.i href={ "/shop/" (product.shop) } { (icons::SHOP) (t(lang, "店铺", "Shop")) }
            form.one action="/wishes" method="post" {
                input type="hidden" name="product" value=(product.id);
                input type="hidden" name="back" value=(look.here);
                @let wished = shown.wished == Some(true);
                button.i.on[wished] name="do" value=(if wished { "remove" } else { "add" }) aria-pressed=(if wished { "true" } else { "false" }) {
                    @if wished { (icons::HEART_ON) } @else { (icons::HEART) }
                    @if wished { (t(lang, "已收藏", "Wished")) } @else { (t(lang, "收藏", "Wish")) }
                }
            }
            @if on && left > 0 {
                form id="buy" action="/cart/add" method="post" {
                    input type="hidden" name="key" value=(site.form_key());
                    input type="hidden" name="sku" value=(sku.id);
                    input type="hidden" name="via" value=(token);
                    button.b2 name="then" value="stay" { (t(lang, "加购物车", "Add to cart")) }
                    button.b1 name="then" value="buy" { span { (when::money(sku.price)) (t(lang, " 立即买", " Buy now")) } small { (ships) } }
                }
            } @else if on {
                span.b1.off role="status" { (t(lang, "补货中", "Being restocked")) small { (t(lang, "收藏它，回来再看", "Wish for it and look again")) } }
            } @else if product.status == Status::On && shown.shop.holiday_at(now).is_some() {
                span.b1.off role="status" { (t(lang, "假期中", "On holiday")) small { (t(lang, "收藏它，假期后再买", "Wish for it and buy it afterwards")) } }
            } @else {
                span.b1.off role="status" { (t(lang, "已下架", "Off sale")) small { (t(lang, "看看店里别的", "See what else the shop has")) } }
            }
        }
    }
}

fn about(lang: Lang, product: &ProductView) -> Markup {
    html! {
        @if !product.about.is_empty() {
            section.blk.about { div.hd { h2 { (t(lang, "它是什么样的？", "What is it like?")) } } @for text in &product.about { p { (text) } } }
        }
        @if !product.attributes.is_empty() || product.brand.is_some() {
            section.blk {
                div.hd { h2 { (t(lang, "参数", "Details")) } }
                dl.attrs {
                    @if let Some(brand) = &product.brand { dt { (t(lang, "品牌", "Brand")) } dd { (t(lang, &brand.zh, &brand.en)) } }
                    @for AttributeView { zh, en, value_zh, value_en, .. } in &product.attributes { dt { (t(lang, zh, en)) } dd { (t(lang, value_zh, value_en)) } }
                }
            }
        }
    }
}
