//! `/checkout`: what is wanted, shop by shop, with goods, promise, freight and discount; the coupons that were taken and
//! those that were not, and why; where it goes; the whole bill; and the button that places it.
//!
//! Invariants: what is placed costs what was shown, or is shown anew; nothing is kept until it is placed; what is bought at
//! once (`?now=1`) is exactly the quantity that its page showed, and the cart stays as it is.

use crate::cart;
use crate::parts::Clock;
use crate::prelude::*;
use axum::http::HeaderMap;
use flows::buy::{self, Ask, Error as BuyError, Wanted};
use flows::checkout::{self, Checkout, Lines};
use flows::view::{self, CartLine, CartShop, CheckoutPage, Promised};
use kernel::id::{Address, Product, Shop, Sku};
use offer::catalog;
use trade::coupon::{Class, Issuer, Kind as CouponKind};
use trade::delivery::{DeliveryMethod, STANDARD};
use trade::order::LONGEST_REMARK;
use trade::price::{Applied, Clause, Priced, Reason, Refused, ShopPriced};
use web_kit::admin::delivery::{cost, soon};
use web_kit::known::Shops;
use web_kit::storefront::via;
use web_kit::storefront::words::{COUPON_CLASS, NOT_TAKEN, NOT_TAKEN_WHY};
use web_kit::view::coupon::{deal_words, segment_words};

/// Of what a checkout is: lines of the cart, or one variant that is bought at once.
enum Of {
    /// Of the cart all that is named, or all of it.
    Cart(Option<Vec<Id<Sku>>>),
    /// This, with the token of where it was found.
    Now { wanted: Wanted, product: Id<Product>, token: String },
}

impl Of {
    /// As an address or a form says it.
    async fn said(at: &PageContext, fields: &Fields) -> Result<Self, Failure> {
        if !fields.has("now") {
            return Ok(Self::Cart(cart::named(fields)));
        }
        let (sku, quantity) = (input::id::<Sku>(fields.text("sku"))?, cart::quantity(fields)?);
        let offer = at.site.read_apart(move |q| Ok(catalog::offer(q, sku)?)).await?;
        let product = offer.ok_or_else(|| BuyError::NotOnSale(vec![sku]))?.product;
        let token = fields.text("via").to_owned();
        let via = via::of_page(&at.site, at.now(), product, Some(&token));
        Ok(Self::Now { wanted: Wanted { sku, quantity, via }, product, token })
    }

    /// How an address of this checkout says it, if it buys these.
    fn fields(&self, skus: impl Iterator<Item = Id<Sku>>) -> Vec<(&'static str, String)> {
        match self {
            Self::Cart(_) => skus.map(|sku| ("sku", sku.to_string())).collect(),
            Self::Now { wanted, token, .. } => vec![
                ("now", "1".to_owned()),
                ("sku", wanted.sku.to_string()),
                ("quantity", wanted.quantity.to_string()),
                ("via", token.clone()),
            ],
        }
    }

    /// Where it came from.
    fn back(&self) -> String {
        match self {
            Self::Cart(_) => "/cart".to_owned(),
            Self::Now { wanted, product, .. } => format!("/product/{product}?sku={}", wanted.sku),
        }
    }
}

/// `GET /checkout?sku=..&address=..`, `GET /checkout?now=1&sku=..&quantity=..`.
pub async fn page(at: MemberPage) -> Result<Response, Failure> {
    let (member, now, services) = (at.member, at.now(), at.site.services.clone());
    let of = Of::said(&at, &at.query).await?;
    let (named, now_only) = match &of {
        Of::Cart(named) => (named.clone(), None),
        Of::Now { wanted, .. } => (None, Some(wanted.clone())),
    };
    let address: Option<Id<Address>> = at.query.text("address").parse().ok();
    let delivery_methods = delivery_methods_of(at.query.all("delivery_method"));
    let (_, shops) = at.site.known().await?;
    let shown = at
        .read(move |q| {
            let lines = match now_only {
                Some(wanted) => vec![wanted],
                None => buy::wanted_of_cart(q, member, named.as_deref())?,
            };
            if lines.is_empty() {
                return Ok(None);
            }
            Ok(Some(view::checkout(q, &services, now, member, &Ask { lines, address, delivery_methods })?))
        })
        .await?;
    let Some(shown) = shown else { return Ok(Redirect::to("/cart").into_response()) };
    Ok(render(&at, &shown, &shops, &of).into_response())
}

/// The delivery methods that were chosen, each as `shp_...code` with a point between: an address of a page has them so.
fn delivery_methods_of<'a>(words: impl Iterator<Item = &'a str>) -> Vec<(Id<Shop>, Box<str>)> {
    let pairs = words.filter_map(|word| word.split_once('.')).take(100);
    pairs.filter_map(|(shop, code)| Some((shop.parse().ok()?, code.into()))).collect()
}

fn delivery_choice(shop: Id<Shop>, code: &str) -> String {
    format!("{shop}.{code}")
}

/// To how many shops something can be said at once.
const MOST_REMARKS: usize = 100;

/// `POST /checkout`: places what was shown, at the price that was shown.
pub async fn place(headers: HeaderMap, at: MemberPage) -> Result<Response, Failure> {
    let (member, fields, services) = (at.member, &at.fields, at.site.services.clone());
    let address = Some(fields.text("address")).filter(|text| !text.is_empty());
    let address = address.map(input::id::<Address>).transpose()?;
    let of = match fields.has("now") {
        true => Of::said(&at, fields).await?,
        false => {
            let skus = fields.text("skus").split(',').filter_map(|sku| sku.parse().ok());
            Of::Cart(Some(skus.take(500).collect()))
        }
    };
    let lines = match &of {
        Of::Cart(skus) => Lines::OfCart(skus.clone().unwrap_or_default()),
        Of::Now { wanted, .. } => Lines::Now(wanted.clone()),
    };
    let delivery_methods = delivery_methods_of(fields.text("delivery_methods").split(','));
    let skus = match &lines {
        Lines::OfCart(skus) => skus.clone(),
        Lines::Now(_) => Vec::new(),
    };
    let named = of.fields(skus.into_iter());
    let named: Vec<String> =
        named.iter().map(|(name, value)| format!("{name}={}", ui::encode(value))).collect();
    let to = address.map_or_else(String::new, |address| format!("&address={address}"));
    let by: String = delivery_methods
        .iter()
        .map(|(shop, code)| format!("&delivery_method={}", delivery_choice(*shop, code)))
        .collect();
    let again = Redirect::to(&format!("/checkout?{}{to}{by}&say=changed", named.join("&")));
    let device = web_kit::device::of(&headers).map(str::to_owned);
    let Ok(total) = fields.text("total").parse() else { return Ok(again.into_response()) };
    let said = fields.under("remark.").take(MOST_REMARKS);
    let remarks = said.filter_map(|(shop, text)| Some((shop.parse().ok()?, text.to_owned()))).collect();
    let checkout = Checkout { member, device, lines, address, delivery_methods, remarks, total };
    // Pressed twice, the second press finds what the first one did.
    let placed = at.once("mall.place", trade::cart::keys(member), move |tx, ctx| {
        checkout::place(tx, ctx, &services, &checkout)
    });
    let placed = match placed.await {
        Ok(placed) => placed,
        Err(failure) if failure.code == checkout::CHANGED => return Ok(again.into_response()),
        Err(failure) => return Err(failure),
    };
    at.site.services.wake_worker();
    let to = Redirect::to(&format!("/pay/{}", placed.purchase));
    Ok(cart::counted(to.into_response(), placed.units))
}

fn render(at: &PageContext, shown: &CheckoutPage, shops: &Shops, of: &Of) -> Page {
    let back = of.back();
    let title = at.t("确认订单", "Checkout");
    let troubled: Vec<&CartLine> =
        shown.shops.iter().flat_map(|shop| &shop.lines).filter(|line| line.trouble.is_some()).collect();
    let Some(ready) = &shown.ready else {
        let why =
            troubled.first().and_then(|line| line.trouble).map(|trouble| cart::trouble_words(at, trouble));
        let body = match of {
            Of::Cart(_) => empty(
                &icons::CART,
                at.t("选中的商品现在都买不了", "None of these can be bought right now"),
                at.t("购物车里写着每件的原因。", "The cart shows why for each item."),
                html! { a.btn.pri href=(back) { (at.t("返回购物车", "Back to cart")) } },
            ),
            Of::Now { .. } => empty(
                &icons::CART,
                at.t("这件商品现在买不了", "This item can't be bought right now"),
                &why.unwrap_or_default(),
                html! { a.btn.pri href=(back) { (at.t("返回商品", "Back to the product")) } },
            ),
        };
        return Frame::of(Tab::Cart).back(&back).page(&at.look, title, &body);
    };
    let priced = &ready.priced;
    let digital = ready.lines.iter().all(|line| line.digital);
    let need = !digital && shown.address.is_none();
    let promise_words = promises(at, &shown.promised);
    let delivery_methods = chosen_delivery_methods(priced);
    let kept = of.fields(ready.lines.iter().map(|line| line.sku));
    let skus: Vec<String> = ready.lines.iter().map(|line| line.sku.to_string()).collect();
    let body = html! {
        @if at.query.text("say") == "changed" { (message(Mark::Warning, at.t("价格有变动", "The price has changed"), at.t("下面是最新价格，请确认后再付款。", "Below is the current price. Please check it before you pay."))) }
        @if !troubled.is_empty() {
            div.msg role="status" { (icons::MIND) b { @match at.lang() { Lang::Zh => { "有 " (troubled.len()) " 种商品现在买不了，未计入" } Lang::En => { (troubled.len()) " not available right now and left out" } } }
                @for line in &troubled { p { (line.offer.as_ref().map_or("", |o| &o.title)) (at.t("：", ": ")) @if let Some(trouble) = line.trouble { (cart::trouble_words(at, trouble)) } } }
            }
        }
        div.two {
            div {
                @if !digital { (address_block(at, shown, &kept, &delivery_methods)) }
                @for part in &priced.shops { (shop_part(at, part, shown, priced, shops, (&kept, &delivery_methods))) }
                (coupon_block(at, priced.applied.as_slice(), priced.refused.as_slice()))
            }
            aside {
                section.blk {
                    div.hd { h2 { (parts::how(at, priced.total)) } }
                    (cart::bill(at, ready))
                    div.esc { (ui::state(Mark::Hold, at.t("付款由平台担保", "Your payment is protected"))) br; (at.t("确认收货后才付给店铺，发货前取消全额退款。", "Shops are paid only after you receive your items. Cancel before it ships for a full refund.")) }
                }
                form id="place" action="/checkout" method="post" {
                    input type="hidden" name="key" value=(at.key());
                    @match of {
                        Of::Cart(_) => { input type="hidden" name="skus" value=(skus.join(",")); }
                        Of::Now { .. } => { (hidden(&kept)) }
                    }
                    input type="hidden" name="total" value=(priced.total.minor);
                    @if let Some(address) = shown.address { input type="hidden" name="address" value=(address); }
                    input type="hidden" name="delivery_methods" value=(delivery_methods.join(","));
                    div.bar {
                        (cart::to_pay(at, priced, at.t("应付", "Total")))
                        @if need { a.b1 href={ "/account/addresses?back=" (ui::encode(&at.look.here)) } { (at.t("添加收货地址", "Add an address")) small { (at.t("填好后返回结算", "then come back here")) } } }
                        @else { button.b1 { (at.t("提交订单", "Place order")) small { (promise_words) } } }
                    }
                }
            }
        }
    };
    Frame::of(Tab::Cart).back(&back).page(&at.look, title, &body)
}

/// Fields of a form that nobody sees.
fn hidden(fields: &[(&'static str, String)]) -> Markup {
    html! { @for (name, value) in fields { input type="hidden" name=(name) value=(value); } }
}

/// All promises in a few words: the earliest and the latest.
fn promises(at: &PageContext, promised: &[Promised]) -> String {
    let first = promised.iter().map(|p| p.ship_by).min();
    let last = promised.iter().map(|p| p.ship_by).max();
    match (first, last) {
        (Some(first), Some(last)) if first == last => crate::promise::of_card(at, first),
        (Some(_), Some(last)) => {
            let by = at.by(last);
            at.pick(format!("{by}全部发出"), format!("all shipped {by}"))
        }
        _ => String::new(),
    }
}

fn address_block(
    at: &PageContext,
    shown: &CheckoutPage,
    kept: &[(&'static str, String)],
    delivery_methods: &[String],
) -> Markup {
    let chosen = shown.addresses.iter().find(|address| Some(address.id) == shown.address);
    let add = format!("/account/addresses?back={}", ui::encode(&at.look.here));
    let words = |postal| html! { (parts::receiver(at, postal)) p { (parts::place(postal)) } };
    html! {
        section.blk {
            div.hd { h2 { (at.t("收货地址", "Shipping address")) } a href=(add) { (at.t("管理", "Manage")) } }
            @match chosen {
                None => { p.sub { (at.t("还没有收货地址。", "No address yet.")) } div.acts { a.btn.out href=(add) { (at.t("添加收货地址", "Add address")) } } }
                Some(address) => {
                    div.ad { (icons::PLACE) div { (words(&address.postal)) } }
                    @if shown.addresses.len() > 1 {
                        details.fold {
                            summary { (at.t("更换地址", "Change address")) }
                            form.pick action="/checkout" method="get" {
                                (hidden(kept))
                                @for delivery_method in delivery_methods { input type="hidden" name="delivery_method" value=(delivery_method); }
                                @for other in &shown.addresses {
                                    label { input type="radio" name="address" value=(other.id) checked[Some(other.id) == shown.address] data-go=""; span { (words(&other.postal)) } @if other.is_default { small { (at.t("默认", "default")) } } }
                                }
                                button.btn { (at.t("使用这个地址", "Use this address")) }
                            }
                        }
                    }
                    p.note { (at.t("店铺看到的姓名和电话是打码的，查看完整信息会留下记录。", "Shops see your name and number masked. Each full view is logged.")) }
                }
            }
        }
    }
}

fn shop_part(
    at: &PageContext,
    part: &ShopPriced,
    shown: &CheckoutPage,
    priced: &Priced,
    shops: &Shops,
    (kept, chosen): (&[(&'static str, String)], &[String]),
) -> Markup {
    let lines = shown.shops.iter().find(|shop| shop.shop == part.shop);
    let offer = |sku| lines?.lines.iter().find(|line| line.wanted.sku == sku)?.offer.as_ref();
    let view = lines.and_then(|shop: &CartShop| shop.view.as_ref());
    let promised = shown.promised.iter().find(|promised| promised.shop == part.shop);
    let delivery_methods = shown.delivery_methods.iter().find(|(shop, _)| *shop == part.shop);
    let score = shops.get(&part.shop).and_then(|card| card.score.as_ref()).and_then(|score| score.points);
    let name = view.map_or(at.t("店铺", "Shop"), |view| &view.name);
    let mine: Vec<(&str, Money)> = priced
        .applied
        .iter()
        .filter(|applied| !matches!(applied.claimed.kind, CouponKind::Freight { .. }))
        .flat_map(|applied| applied.parts.iter().map(move |of| (&*applied.claimed.title, of)))
        .filter(|(_, of)| of.shop == part.shop && of.amount.minor > 0)
        .map(|(title, of)| (title, of.amount))
        .collect();
    let mut sum = when::plain(part.goods);
    if part.discount.minor > 0 {
        sum.push_str(&format!(" − {}", when::plain(part.discount)));
    }
    if part.freight.paid.minor > 0 {
        sum.push_str(&format!(" + {}", when::plain(part.freight.paid)));
    }
    html! {
        section.blk {
            (parts::shop_head(name, &format!("/shop/{}", part.shop), &html! { @if let Some(points) = score { (at.t("体验分 ", "Shop score ")) (fmt::decimal(points.floor(), 0)) } }))
            @for line in &part.lines {
                @let of = offer(line.sku);
                (parts::item(None, of.and_then(|o| o.media.as_deref()), of.map_or("", |o| &o.title), of.map_or("", |o| &o.variant), (line.unit, line.quantity)))
                @if shown.ready.iter().flat_map(|ready| &ready.lines).any(|of| of.sku == line.sku && of.backorder) {
                    p.note { (at.t("现货不够，补货到了再发，发货时间按下面的承诺。", "Not enough in stock: it ships when restocked, by the promise below.")) }
                }
            }
            (crate::promise::holiday(at, view.and_then(|view| view.holiday_at(at.now()))))
            @if let Some(promised) = promised { (clock(at, promised)) }
            @if let Some((_, delivery_methods)) = delivery_methods { (delivery_block(at, shown, part, delivery_methods, kept, chosen)) }
            @let field = format!("remark.{}", part.shop);
            label.field for=(field) { span { (at.t("给店铺留言", "Note to the shop")) }
                input id=(field) name=(field) form="place" maxlength=(LONGEST_REMARK) autocomplete="off" placeholder=(at.t("选填：包装、送货时间等", "Optional: wrapping, delivery time")); }
            div.kv { span { (at.t("商品", "Items")) } b { (when::money(part.goods)) } }
            @for (title, amount) in &mine { div.kv { span { (title) } b { (when::less(*amount)) } } }
            div.kv { span { (at.t("运费", "Shipping")) small { (freight_words(at, part)) } } b { (when::money(part.freight.paid)) } }
            div.kv.t { span { (at.t("本店合计", "Shop total")) @if sum.contains(' ') { small { (sum) } } } b { (when::money(part.total)) } }
        }
    }
}

fn clock(at: &PageContext, promised: &Promised) -> Markup {
    let cutoff = web_kit::storefront::promise::ship(&at.site.market, at.now(), &promised.promise)
        .filter(|ship| ship.due == promised.ship_by)
        .and_then(|ship| ship.cutoff);
    let over = at.t("截单时间已过，请刷新查看新的发货时间", "The cut-off has passed. Please reload");
    let (word, aside) = crate::promise::cutoff(at, cutoff, ("下单", "Placed"), over);
    let rail = [
        (parts::At::Now, at.t("现在", "Now").to_owned(), at.t("下单", "place")),
        (parts::At::Ahead, at.by(promised.ship_by), at.t("发出", "ships")),
        (parts::At::Ahead, at.by(promised.deliver_by), at.t("送到", "arrives")),
    ];
    let title = parts::deadline(at, promised.ship_by, "发出", "Ships");
    Clock { mark: Mark::Running, word: &word, aside, title, rail: &rail, small: false }.show()
}

/// The ways that the price counts with, as addresses and forms have them.
fn chosen_delivery_methods(priced: &Priced) -> Vec<String> {
    let chosen =
        priced.shops.iter().filter_map(|part| Some((part.shop, part.freight.delivery_method.as_ref()?)));
    chosen.map(|(shop, priced)| delivery_choice(shop, &priced.delivery_method.code)).collect()
}

/// By which way a shop is to send its part: a choice that asks for the price again.
fn delivery_block(
    at: &PageContext,
    shown: &CheckoutPage,
    part: &ShopPriced,
    delivery_methods: &[DeliveryMethod],
    kept: &[(&'static str, String)],
    chosen: &[String],
) -> Markup {
    let mine = part.freight.delivery_method.as_ref().map(|priced| &*priced.delivery_method.code);
    let others = chosen.iter().filter(|word| !word.starts_with(&format!("{}.", part.shop)));
    let name =
        mine.and_then(|code| delivery_methods.iter().find(|delivery_method| *delivery_method.code == *code));
    html! {
        details.fold {
            summary { (at.t("配送方式：", "Delivery: ")) b { (name.map_or(at.t("标准配送", "Standard"), |delivery_method| at.t(&delivery_method.zh, &delivery_method.en))) } }
            form.pick action="/checkout" method="get" {
                (hidden(kept))
                @if let Some(address) = shown.address { input type="hidden" name="address" value=(address); }
                @for word in others { input type="hidden" name="delivery_method" value=(word); }
                label { input type="radio" name="delivery_method" value=(delivery_choice(part.shop, STANDARD)) checked[mine.is_none()] data-go=""; span { b { (at.t("标准配送", "Standard")) } p { (at.t("按商品标注的运费", "at the listed shipping fee")) } } }
                @for delivery_method in delivery_methods {
                    label { input type="radio" name="delivery_method" value=(delivery_choice(part.shop, &delivery_method.code)) checked[mine == Some(&*delivery_method.code)] data-go=""; span { b { (at.t(&delivery_method.zh, &delivery_method.en)) } p { (cost(at.lang(), delivery_method)) " · " (soon(at.lang(), delivery_method)) } } }
                }
                button.btn { (at.t("使用这种方式", "Use this method")) }
            }
        }
    }
}

fn freight_words(at: &PageContext, part: &ShopPriced) -> String {
    let freight = &part.freight;
    // What the products say; what a way costs more is said after it.
    let standard = freight.due.minor
        - freight.delivery_method.as_ref().map_or(0, |delivery_method| delivery_method.due.minor);
    let from = freight.free_from.map(when::money);
    let mut words = match (standard, from, freight.short.map(when::money)) {
        (0, Some(from), _) => {
            let now = when::money(freight.counted);
            at.pick(format!("满 {from} 包邮，已满 {now}"), format!("free over {from}; you have {now}"))
        }
        (0, None, _) => at.t("包邮", "free").to_owned(),
        (_, Some(from), Some(short)) => {
            at.pick(format!("满 {from} 包邮，还差 {short}"), format!("free over {from}; add {short} more"))
        }
        _ => at.t("按件收取", "flat rate").to_owned(),
    };
    if let Some(priced) = &freight.delivery_method {
        let (name, due) =
            (at.t(&priced.delivery_method.zh, &priced.delivery_method.en), when::money(priced.due));
        words.push_str(&match (priced.due.minor, priced.short.map(when::money)) {
            (0, _) => at.pick(format!("；{name}不加价"), format!("; {name} at no extra cost")),
            (_, None) => at.pick(format!("；{name}加 {due}"), format!("; {name} +{due}")),
            (_, Some(short)) => at.pick(
                format!("；{name}加 {due}，再买 {short} 免加价"),
                format!("; {name} +{due}, free if you add {short}"),
            ),
        });
    }
    if freight.discount.minor > 0 {
        let less = when::less(freight.discount);
        words.push_str(&at.pick(format!("，运费券 {less}"), format!(", coupon {less}")));
    }
    words
}

fn coupon_block(at: &PageContext, applied: &[Applied], refused: &[Refused]) -> Markup {
    html! {
        section.blk {
            div.hd.tight {
                h2 { (at.t("优惠券", "Coupons")) }
                @if applied.is_empty() && refused.is_empty() { a href="/coupons" { (at.t("去领券", "Get coupons")) } }
                @else { span.mut { @match at.lang() { Lang::Zh => { "已用 " (applied.len()) " 张，不可用 " (refused.len()) " 张" } Lang::En => { (applied.len()) " applied, " (refused.len()) " not applicable" } } } }
            }
            @if applied.is_empty() && refused.is_empty() { p.note { (at.t("你还没有优惠券。领取后回来，会自动使用最优惠的组合。", "You have no coupons. Claim some and the best combination is applied automatically.")) } }
            @if !applied.is_empty() {
                ul.rows { @for one in applied {
                    li.k { (icons::TICK) div { (one.claimed.title) p { (applied_words(at, one)) } } b { (when::less(one.amount)) } }
                } }
            }
            @if !refused.is_empty() { (not_taken(at, applied, refused)) }
        }
    }
}

/// The coupons that were not taken, each with why.
pub fn not_taken(at: &PageContext, applied: &[Applied], refused: &[Refused]) -> Markup {
    html! {
        p.gr { (at.t("不可用的优惠券", "Not applicable")) }
        ul.rows { @for one in refused {
            @let (why, short) = refused_words(at, (one.claimed.issuer, &one.reason), applied);
            li.d { (icons::DASH) div { (one.claimed.title) p { (why) } } b { (short) } }
        } }
    }
}

fn applied_words(at: &PageContext, one: &Applied) -> String {
    if one.parts.len() > 1 {
        let bases: Vec<String> = one.parts.iter().map(|part| when::plain(part.base)).collect();
        let amounts: Vec<String> = one.parts.iter().map(|part| when::plain(part.amount)).collect();
        return at.pick(
            format!("按各店金额 {} 分摊：{}", bases.join(" : "), amounts.join(" + ")),
            format!("split across shops by {}: {}", bases.join(" : "), amounts.join(" + ")),
        );
    }
    let base = when::money(one.base);
    let counted = at.pick(format!("适用金额 {base}"), format!("applied to {base}"));
    match one.claimed.kind {
        CouponKind::Deal { buy, get, ppm, .. } => {
            let deal = deal_words(at.lang(), buy, get, ppm);
            at.pick(
                format!("{deal}，{counted}，按金额分到每件"),
                format!("{deal}; {counted}, shared by all lines"),
            )
        }
        _ => counted,
    }
}

/// What a clause about coupons that go together says.
fn clause_words(at: &PageContext, clause: Clause) -> String {
    let class = |class: Class| COUPON_CLASS.say(at.lang(), class.as_str());
    match clause {
        Clause::Most { class: of, most } => {
            let of = class(of);
            at.pick(format!("{of}最多用 {most} 张"), format!("at most {most}: {of}"))
        }
        Clause::Apart { class: of, with } => {
            let (of, with) = (class(of), class(with));
            at.pick(format!("{of}不和{with}叠加"), format!("no {of} together with {with}"))
        }
        Clause::Exclusive => at.t("这张券不和别的券同用", "one of them goes with no other coupon").to_owned(),
    }
}

/// Why a coupon was not taken: a sentence, and a word.
fn refused_words(
    at: &PageContext,
    (issuer, reason): (Issuer, &Reason),
    applied: &[Applied],
) -> (String, String) {
    let word = NOT_TAKEN.say(at.lang(), reason.as_str());
    let why = match reason {
        Reason::NotYet { from } => {
            let from = at.moment(*from);
            at.pick(format!("{from} 起可用"), format!("valid from {from}"))
        }
        Reason::Expired { until } => {
            let until = at.moment(*until);
            at.pick(format!("{until} 已过期"), format!("expired {until}"))
        }
        Reason::OtherCurrency | Reason::OutOfScope | Reason::NothingToTake | Reason::Barred { .. } => {
            NOT_TAKEN_WHY.say(at.lang(), reason.as_str())
        }
        Reason::NotInSegment { segment } => {
            let whom = segment_words(at.lang(), issuer, *segment);
            at.pick(format!("只给{whom}"), format!("it is {whom}"))
        }
        Reason::FewUnits { needs, counted } => {
            let why = at.pick(
                format!("要买够 {needs} 件，能算的有 {counted} 件"),
                format!("from {needs} units on, and {counted} count"),
            );
            let short = needs - counted;
            return (why, at.pick(format!("差 {short} 件"), format!("{short} more")));
        }
        Reason::Short { over, counted, short } => {
            let [over, counted, short] = [over, counted, short].map(|amount| when::money(*amount));
            let why = at.pick(
                format!("满 {over} 可用，适用商品 {counted}"),
                format!("orders over {over}; eligible items {counted}"),
            );
            return (why, at.pick(format!("还差 {short}"), format!("{short} short")));
        }
        Reason::Outdone { by, saves, clause } => {
            let names = applied.iter().filter(|one| by.contains(&one.claimed.claim));
            let names: Vec<&str> = names.map(|one| &*one.claimed.title).collect();
            let (zh, en, more) = (names.join("、"), names.join(", "), when::money(*saves));
            let why = match saves.minor > 0 {
                true => at.pick(
                    format!("不能和「{zh}」同时使用，用后者多省 {more}"),
                    format!("can't be combined with “{en}”, which saves {more} more"),
                ),
                false => at.pick(
                    format!("不能和「{zh}」同时使用，优惠相同"),
                    format!("can't be combined with “{en}”, which saves as much"),
                ),
            };
            match clause {
                Some(clause) => {
                    format!("{why}{}{}", at.t("。规则：", ". The rule: "), clause_words(at, *clause))
                }
                None => why,
            }
        }
    };
    (why, word)
}
