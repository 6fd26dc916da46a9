//! `/product/{id}`: the page of one product - pictures, price with its sum and its last 30 days, promise with what it
//! gives if it breaks, variants with true stock, the shop.
//!
//! Invariants: what is shown as left is what can be sold now; a struck price is the lowest of the days before the
//! present one began, as many as the market's terms say, and stands only if that was higher; the page works by links and one form, scripts only save turns of it: with them the choice
//! stands in a sheet on a phone, and a picture opens large; without them it stands in the page, and the picture is a link.

use crate::parts::Sum;
use crate::prelude::*;
use flows::promotion;
use kernel::Actor;
use kernel::id::{Campaign, Edit, Member, Product, Shop, Sku};
use maud::PreEscaped;
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
    /// The address of the page.
    base: String,
    /// Whether it is what a shop has not published yet, for its own eyes.
    is_preview: bool,
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
            let (base, is_preview) = (format!("/product/{id}"), false);
            let shown = Shown {
                product,
                chosen,
                stock,
                codes,
                pool,
                late,
                history,
                struck,
                shop,
                wished,
                base,
                is_preview,
            };
            Ok((shown, looked))
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
    let above = html! {
        @if at.query.text("say") == "added" {
            div.msg.good role="status" { (PreEscaped(Mark::Kept.icon().0)) b { (at.t("已加入购物车", "Added to cart")) } p { a href="/cart" { (at.t("去购物车结算", "View cart and check out")) } } }
        }
        @if product.status != Status::On {
            (message(Mark::Warning, at.t("商品已下架", "No longer sold"), at.t("现在买不了，下面是下架前的信息。", "It can't be bought now. Below is how it was listed.")))
        }
        @match (shown.pooled(), shown.pool) {
            (Some((_, left)), _) => (message(Mark::Running, at.t("活动专享库存", "Set aside for a campaign"), &at.pick(format!("活动还剩 {left} 件，从活动库存里发。"), format!("{left} are left in the campaign, sold from its own stock.")))),
            (None, Some(_)) => (message(Mark::Warning, at.t("活动结束了，或已卖完", "The campaign is over or sold out"), at.t("现在买的是平时的库存。", "What you buy now is the ordinary stock."))),
            (None, None) => {}
        }
    };
    Ok(drawn(&at, &shown, &token, &above))
}

/// `/merchant/{shop}/edits/{edit}/preview`: the page of a product as it would be with an edit that is not live, for the staff of
/// its shop alone. Nothing can be bought on it, and no search engine is to keep it.
pub async fn preview(at: PageContext) -> Result<Response, Failure> {
    let (shop, edit) = (at.id::<Shop>("shop")?, at.id::<Edit>("edit")?);
    let (sku, now) = (at.query.text("sku").parse::<Id<Sku>>().ok(), at.now());
    let (_, shops) = at.site.known().await?;
    let rules = web_kit::view::product::rules_of(&at.site)?;
    let base = format!("/merchant/{shop}/edits/{edit}/preview");
    let shown = at
        .site
        .read_apart(move |q| {
            let found = catalog::edit_of_shop(q, shop, edit)?;
            let product = catalog::preview(q, (shop, found.product), &found.content, &rules)?;
            let skus: Vec<Id<Sku>> = product.skus.iter().map(|sku| sku.id).collect();
            let mut stock = warehouse::in_stock(q, shop, &skus)?;
            let begins = found
                .content
                .skus
                .iter()
                .filter_map(|sku| Some((sku.id?, Available { in_stock: sku.stock?, backorder: 0 })));
            let new: Vec<_> = begins.filter(|(id, _)| !stock.iter().any(|(known, _)| known == id)).collect();
            stock.extend(new);
            let chosen = sku.and_then(|sku| skus.iter().position(|id| *id == sku)).unwrap_or(0);
            let shop = known::shop(q, &shops, shop)?;
            let (history, struck, wished, is_preview) = (Vec::new(), None, None, true);
            let (codes, pool, late) = (None, None, None);
            Ok(Shown {
                product,
                chosen,
                stock,
                codes,
                pool,
                late,
                history,
                struck,
                shop,
                wished,
                base,
                is_preview,
            })
        })
        .await?;
    let via =
        via::token(&at.site, now, shown.product.id, &via::of_page(&at.site, now, shown.product.id, None));
    let above = html! {
        (message(Mark::Running, at.t("预览：还没上线", "Preview: not live yet"), at.t("这是上次保存的内容，只有店里的人看得到，不能下单。", "What was saved last. Only the shop's staff sees it, and nothing can be ordered.")))
        p.pad { a.btn href={ "/merchant/" (shop) "/edits/" (edit) } { (at.t("回去编辑", "Back to editing")) } }
    };
    let page = drawn(&at, &shown, &via, &above);
    Ok(([("x-robots-tag", "noindex")], page).into_response())
}

fn drawn(at: &PageContext, shown: &Shown, token: &str, above: &Markup) -> Page {
    let product = &shown.product;
    let body = html! {
        (above)
        div.pdp {
            div.lc { (gallery(at, shown)) }
            div.rc {
                (price_block(at, shown))
                (crate::promise::holiday(at, shown.shop.holiday_at(at.now())))
                (promise_block(at, shown))
                (variants(at, shown, token))
                (shop_block(at, &shown.shop, &dimensions(at, &shown.shop)))
                (bar(at, shown, token))
            }
            div.under { (about(at, product)) }
            (sheet(at, shown))
        }
    };
    let head = if shown.is_preview {
        html! {}
    } else {
        open_graph(at, shown)
    };
    Frame::of(Tab::Mall).picture().head(&head).page(&at.look, &product.title, &body)
}

/// What other places show of a link to this page (Open Graph).
fn open_graph(at: &PageContext, shown: &Shown) -> Markup {
    let product = &shown.product;
    let origin = at.site.origin.as_ref().map(ToString::to_string).unwrap_or_default();
    let price = shown.sku().map(|sku| sku.price);
    let about = product.about.first().map_or(&*shown.shop.name, |text| &**text);
    let about: String = about.chars().take(160).collect();
    let picture = shown.sku().and_then(|sku| product.picture(sku));
    let picture = picture.as_ref().or(product.gallery.first());
    html! {
        meta name="description" content=(about);
        meta property="og:type" content="product";
        meta property="og:site_name" content=(at.t("三好", "Sanhao"));
        meta property="og:title" content=(product.title);
        meta property="og:description" content=(about);
        meta property="og:url" content={ (origin) "/product/" (product.id) };
        @if let Some(media) = picture {
            meta property="og:image" content={ (origin) "/media/" (media.at_least(800)) };
        }
        @if let Some(price) = price {
            meta property="product:price:amount" content=(web_kit::form::plain(price));
            meta property="product:price:currency" content=(price.currency);
        }
    }
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
                    a id={ "p" (i + 1) } href={ "/media/" (media.key) } data-full="" aria-label=(at.pick(format!("查看大图 {}/{all}", i + 1), format!("View full picture {} of {all}", i + 1))) { (parts::picture(Some(media), &format!("{} {}/{all}", product.title, i + 1), "(min-width: 900px) 640px, 100vw", i == 0)) }
                }
            }
            @if all > 1 {
                button.step.prev type="button" data-turn="-1" aria-label=(at.t("上一张", "Previous")) { (icons::BACK) }
                button.step.next type="button" data-turn="1" aria-label=(at.t("下一张", "Next")) { (icons::ON) }
                span.cnt aria-hidden="true" { "1 / " (all) }
            }
            dialog.full aria-label=(at.t("大图，左右键翻看", "Full pictures; arrow keys turn them")) {
                form method="dialog" { button.step.close aria-label=(at.t("关闭", "Close")) { (icons::CROSS) } }
                div.big-reel tabindex="0" role="region" aria-label=(at.t("大图", "Pictures")) {}
                @if all > 1 {
                    button.step.prev type="button" data-turn="-1" aria-label=(at.t("上一张", "Previous")) { (icons::BACK) }
                    button.step.next type="button" data-turn="1" aria-label=(at.t("下一张", "Next")) { (icons::ON) }
                    span.cnt aria-hidden="true" {}
                }
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
                at.pick(format!("降价前 {days} 天最低价"), format!("Lowest price in the {days} days before")),
                when::money(was),
            ),
            Sum::of(at.t("已降", "Reduced by"), when::less(money(was.minor - sku.price.minor))),
        ],
        None => vec![Sum::of(at.t("售价", "Price"), when::money(sku.price))],
    };
    lines.push(Sum::of(at.t("运费", "Shipping"), when::money(due)).made(freight_words(at, product)));
    let total = Sum::of(at.t("到手价", "Total"), when::money(money(sku.price.minor + due.minor)));
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
                @if let Some((was, days)) = shown.struck { span.was { (at.pick(format!("降价前 {days} 天最低 "), format!("Lowest in prior {days} days "))) s { (when::money(was)) } } }
                (share(at, product))
                @if low.minor == sku.price.minor && !fresh && high.minor > low.minor { span.end { (ui::state(Mark::Kept, at.t("30 天最低", "Lowest in 30 days"))) } }
            }
            h1 { (product.title) }
            details.ex open {
                summary { (at.t("价格明细", "Price breakdown")) }
                (parts::sum(at.t("价格明细", "Price breakdown"), &lines, &total))
                @if let Some(list) = sku.list_price.filter(|list| list.minor > sku.price.minor) {
                    p.note { (at.pick(format!("建议零售价 {}，由店铺自己标注，不是实际卖过的价格。", when::money(list)), format!("List price {}, set by the shop. It was not necessarily sold at this price.", when::money(list)))) }
                }
                (parts::price_steps(at.lang(), &began, &points))
                p.note {
                    @if fresh { (at.t("价格走势从上架那天算起，上架还不到 30 天。", "Price history since it was listed, less than 30 days ago.")) }
                    @else { (at.t("近 30 天价格走势，每次调价都在。", "Price history of the last 30 days, with every change.")) }
                    " " a href="/coupons" { (at.t("领券更优惠", "Get coupons for more savings")) }
                }
            }
        }
    }
}

/// The plain address of the product, for others. With scripts it is shared or copied, without them it leads here.
fn share(at: &PageContext, product: &ProductView) -> Markup {
    html! {
        a.share href={ "/product/" (product.id) } data-share=(product.title) data-done=(at.t("链接已复制", "Link copied")) { (icons::SHARE) span { (at.t("分享", "Share")) } }
    }
}

fn freight_words(at: &PageContext, product: &ProductView) -> String {
    let said = match (product.kind, product.freight.fee.minor, product.freight.free_from) {
        (GoodsKind::Digital, ..) => at.t("无需物流", "no shipping needed"),
        (_, 0, _) => at.t("包邮", "free"),
        (_, _, Some(from)) => {
            let from = when::money(from);
            return at.pick(format!("本店满 {from} 包邮"), format!("free over {from} from this shop"));
        }
        (_, _, None) => at.t("每单收一次", "charged once per order"),
    };
    said.to_owned()
}

fn promise_block(at: &PageContext, shown: &Shown) -> Markup {
    let now = at.now();
    let ship = promise::ship(&at.site.market, shown.shop.promises_from(now), shown.ship());
    let (Some(ship), Some(_)) = (ship, shown.sku()) else { return html! {} };
    html! {
        section.blk {
            div.hd { h2 { (at.t("发货时间", "Shipping")) } (crate::promise::clause(at, ship.promise)) }
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
        left @ 1..FEW => at.pick(format!("仅剩 {left} 件"), format!("Only {left} left")),
        left => at.pick(format!("库存 {} 件", fmt::count(left)), format!("{} in stock", fmt::count(left))),
    }
}

fn variants(at: &PageContext, shown: &Shown, token: &str) -> Markup {
    let product = &shown.product;
    let Some(chosen) = shown.sku() else { return html! {} };
    let left = shown.left(chosen.id);
    html! {
        section.blk id="choice" {
            button.chosen type="button" data-choose="" aria-haspopup="dialog" {
                span { (if product.axes.is_empty() { at.t("数量", "Quantity") } else { at.t("已选", "Selected") }) }
                b { (chosen_words(at, product, chosen)) }
                (icons::ON)
            }
            div.opts {
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
                                a.v.off[left.all() <= 0] href={ (shown.base) "?sku=" (sku.id) "&via=" (token) "#choice" } aria-current=[here.then_some("true")] data-swap=".pdp" {
                                    @if pictured { (parts::picture(value.media.as_ref().or(sku.media.as_ref()), "", "96px", false)) }
                                    span { (value.name) @if !here && sku.price.minor != chosen.price.minor { " " span.mut { (difference(sku.price, chosen.price)) } } }
                                    @if pictured || left.in_stock < FEW { small { (left_words(at, left)) } }
                                }
                            } @else {
                                span.v.off { span { (value.name) } small { (at.t("无此规格", "Unavailable")) } }
                            }
                        }
                    }
                }
            }
            div.qrow {
                span { (at.t("数量", "Quantity")) br; span.s12.mut { (left_words(at, left)) @if let Some(limit) = chosen.limit { (at.t("，每人限购 ", ", limit ")) (limit) (at.t(" 件", " per customer")) } } }
                @let most = left.all().max(1).min(chosen.limit.unwrap_or(i64::MAX)).min(999);
                (parts::quantity(at, Some("buy"), 1, most))
            }
            }
        }
    }
}

/// What is chosen, in a line.
fn chosen_words(at: &PageContext, product: &ProductView, chosen: &SkuView) -> String {
    let values = product.axes.iter().zip(&chosen.choice);
    let names: Vec<&str> = values.filter_map(|(axis, value)| Some(&*axis.values.get(*value)?.name)).collect();
    match names.is_empty() {
        true => at.t("选择数量", "Choose quantity").to_owned(),
        false => names.join(at.t("，", ", ")),
    }
}

/// The sheet in which one chooses on a phone: the page's script moves the choice into it and back.
fn sheet(at: &PageContext, shown: &Shown) -> Markup {
    let product = &shown.product;
    let Some(sku) = shown.sku() else { return html! {} };
    let picture = product.picture(sku);
    let picture = picture.as_ref().or(product.gallery.first());
    let left = shown.left(sku.id);
    html! {
        dialog.sheet id="sheet" aria-labelledby="sheet-title" {
            div.sh-hd {
                span.thumb { (parts::picture(picture, "", "88px", false)) }
                div { (parts::price_whole(sku.price)) p.s12.mut { (left_words(at, left)) } h2 id="sheet-title" { (chosen_words(at, product, sku)) } }
                form method="dialog" { button.x aria-label=(at.t("关闭", "Close")) { (icons::CROSS) } }
            }
            div.sh-in {}
            @if sells(at, shown) && left.all() > 0 {
                div.sh-go { (add_button(at, "b2")) (buy_button(html! { (at.t("立即购买", "Buy now")) })) }
            } @else {
                div.sh-go { span.b1.off role="status" { (at.t("缺货", "Out of stock")) } }
            }
        }
    }
}

/// Whether the product and its shop take orders now.
fn sells(at: &PageContext, shown: &Shown) -> bool {
    shown.product.status == Status::On && shown.shop.sells(at.now())
}

/// The button that puts the choice into the cart; its key makes a double click one write.
fn add_button(at: &PageContext, class: &str) -> Markup {
    html! { button class=(class) form="buy" formaction="/cart/add" formmethod="post" name="key" value=(at.key()) data-choose="" { (at.t("加入购物车", "Add to cart")) } }
}

/// The button that buys the choice at once, apart from the cart.
fn buy_button(words: Markup) -> Markup {
    html! { button.b1 form="buy" name="now" value="1" data-choose="" { (words) } }
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
                @if let Some(stars) = score.stars { (at.t("店铺评分 ", "Shop score ")) (stars / 10) "." (stars % 10) }
                @if let Some(points) = score.points { @if score.stars.is_some() { (at.t("，", ", ")) } a href={ "/shop/" (shop.id) "/score" } { (at.t("体验分 ", "service ")) (fmt::decimal(points.floor(), 0)) "/100" } }
                @if score.stars.is_none() && score.points.is_none() { (at.t("新店，暂无评分", "New shop, no score yet")) }
            }
            None => { (at.t("新店，暂无评分", "New shop, no score yet")) }
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
    let on = sells(at, shown);
    let ships = crate::promise::short(at, shown.shop.promises_from(now), shown.ship());
    let wished = shown.wished == Some(true);
    let off = |what: &str, now: &str| html! { span.b1.off role="status" { (what) small { (now) } } };
    if shown.is_preview {
        return html! { div.bar { (off(at.t("预览", "Preview"), at.t("上线后这里是购买按钮", "Once live, the buttons to buy stand here"))) } };
    }
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
                form id="buy" action="/checkout" method="get" {
                    input type="hidden" name="sku" value=(sku.id);
                    input type="hidden" name="via" value=(token);
                    (add_button(at, "b2"))
                    (buy_button(html! { span { (when::money(sku.price)) (at.t(" 立即购买", " Buy now")) } small { (ships) } }))
                }
            } @else if on {
                (off(at.t("缺货", "Out of stock"), at.t("可以先收藏", "Save it for later")))
            } @else if product.status == Status::On && shown.shop.holiday_at(now).is_some() {
                (off(at.t("店铺休假中", "Shop on holiday"), at.t("可以先收藏", "Save it for later")))
            } @else {
                (off(at.t("已下架", "No longer sold"), at.t("看看店里别的商品", "See more from this shop")))
            }
        }
    }
}

fn about(at: &PageContext, product: &ProductView) -> Markup {
    html! {
        @if !product.about.is_empty() {
            section.blk.about { div.hd { h2 { (at.t("商品详情", "Description")) } } @for text in &product.about { p { (text) } } }
        }
        @if !product.attributes.is_empty() || product.brand.is_some() {
            section.blk {
                div.hd { h2 { (at.t("商品参数", "Specifications")) } }
                dl.attrs {
                    @if let Some(brand) = &product.brand { dt { (at.t("品牌", "Brand")) } dd { (at.t(&brand.zh, &brand.en)) } }
                    @for AttributeView { zh, en, value_zh, value_en, .. } in &product.attributes { dt { (at.t(zh, en)) } dd { (at.t(value_zh, value_en)) } }
                }
            }
        }
    }
}
