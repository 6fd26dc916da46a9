//! `/checkout`: what is wanted, shop by shop, with goods, promise, freight and discount; the coupons that were taken and
//! those that were not, and why; where it goes; the whole bill; and the button that places it.
//!
//! Invariants: what is placed costs what was shown, or is shown anew; nothing is kept until it is placed.

use crate::cart;
use crate::parts::Clock;
use crate::prelude::*;
use axum::http::HeaderMap;
use flows::buy::{self, Ask};
use flows::checkout::{self, Checkout};
use flows::view::{self, CartLine, CartShop, CheckoutPage, Promised};
use kernel::id::{Address, Shop, Sku};
use trade::coupon::Kind as CouponKind;
use trade::delivery::{DeliveryMethod, STANDARD};
use trade::order::LONGEST_REMARK;
use trade::price::{Applied, Priced, Reason, Refused, ShopPriced};
use web_kit::admin::delivery::{cost, soon};
use web_kit::known::Shops;
use web_kit::storefront::words::{NOT_TAKEN, NOT_TAKEN_WHY};

/// `GET /checkout?sku=..&address=..`.
pub async fn page(at: MemberPage) -> Result<Response, Failure> {
    let (member, now, services) = (at.member, at.now(), at.site.services.clone());
    let named = cart::named(&at.query);
    let address: Option<Id<Address>> = at.query.text("address").parse().ok();
    let delivery_methods = delivery_methods_of(at.query.all("delivery_method"));
    let (_, shops) = at.site.known().await?;
    let shown = at
        .read(move |q| {
            let lines = buy::wanted_of_cart(q, member, named.as_deref())?;
            if lines.is_empty() {
                return Ok(None);
            }
            Ok(Some(view::checkout(q, &services, now, member, &Ask { lines, address, delivery_methods })?))
        })
        .await?;
    let Some(shown) = shown else { return Ok(Redirect::to("/cart").into_response()) };
    Ok(render(&at, &shown, &shops).into_response())
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
    let skus: Vec<Id<Sku>> =
        fields.text("skus").split(',').filter_map(|sku| sku.parse().ok()).take(500).collect();
    let delivery_methods = delivery_methods_of(fields.text("delivery_methods").split(','));
    let named: Vec<String> = skus.iter().map(|sku| format!("sku={sku}")).collect();
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
    let checkout = Checkout { member, device, skus, address, delivery_methods, remarks, total };
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

fn render(at: &PageContext, shown: &CheckoutPage, shops: &Shops) -> Page {
    let title = at.t("确认订单", "Check out");
    let troubled: Vec<&CartLine> =
        shown.shops.iter().flat_map(|shop| &shop.lines).filter(|line| line.trouble.is_some()).collect();
    let Some(ready) = &shown.ready else {
        let body = empty(
            &icons::CART,
            at.t("选的商品现在都买不了", "Nothing chosen can be bought now"),
            at.t("回购物车看每一件的原因。", "The cart says why of each."),
            html! { a.btn.pri href="/cart" { (at.t("回购物车", "To the cart")) } },
        );
        return Frame::of(Tab::Cart).back("/cart").page(&at.look, title, &body);
    };
    let priced = &ready.priced;
    let digital = ready.lines.iter().all(|line| line.digital);
    let need = !digital && shown.address.is_none();
    let promise_words = promises(at, &shown.promised);
    let delivery_methods = chosen_delivery_methods(priced);
    let skus: Vec<String> = ready.lines.iter().map(|line| line.sku.to_string()).collect();
    let body = html! {
        @if at.query.text("say") == "changed" { (message(Mark::Warning, at.t("价格刚才变了", "The price has changed"), at.t("下面是现在的价，看过再付。", "Below is what it is now; look before you pay."))) }
        @if !troubled.is_empty() {
            div.msg role="status" { (icons::MIND) b { @match at.lang() { Lang::Zh => { "有 " (troubled.len()) " 件现在买不了，没有算进来" } Lang::En => { (troubled.len()) " cannot be bought now and are left out" } } }
                @for line in &troubled { p { (line.offer.as_ref().map_or("", |o| &o.title)) (at.t("：", ": ")) @if let Some(trouble) = line.trouble { (cart::trouble_words(at, trouble)) } } }
            }
        }
        div.two {
            div {
                @if !digital { (address_block(at, shown, &skus, &delivery_methods)) }
                @for part in &priced.shops { (shop_part(at, part, shown, priced, shops, (&skus, &delivery_methods))) }
                (coupon_block(at, priced.applied.as_slice(), priced.refused.as_slice()))
            }
            aside {
                section.blk {
                    div.hd { h2 { (parts::how(at, priced.total)) } }
                    (cart::bill(at, ready))
                    div.esc { (ui::state(Mark::Hold, at.t("先由平台保管", "The mall holds it first"))) br; (at.t("你确认收货以后才付给店铺，发货前取消全额退回。", "It goes to the shops when you have your goods; called off before shipment, all of it comes back.")) }
                }
                form id="place" action="/checkout" method="post" {
                    input type="hidden" name="key" value=(at.key());
                    input type="hidden" name="skus" value=(skus.join(","));
                    input type="hidden" name="total" value=(priced.total.minor);
                    @if let Some(address) = shown.address { input type="hidden" name="address" value=(address); }
                    input type="hidden" name="delivery_methods" value=(delivery_methods.join(","));
                    div.bar {
                        (cart::to_pay(at, priced, at.t("应付", "to pay")))
                        @if need { a.b1 href={ "/account/addresses?back=" (ui::encode(&at.look.here)) } { (at.t("先填收货地址", "Add an address first")) small { (at.t("填好回到这里", "then come back here")) } } }
                        @else { button.b1 { (at.t("提交订单", "Place the order")) small { (promise_words) } } }
                    }
                }
            }
        }
        div.pad.hide-wide {}
    };
    Frame::of(Tab::Cart).back("/cart").page(&at.look, title, &body)
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
    skus: &[String],
    delivery_methods: &[String],
) -> Markup {
    let chosen = shown.addresses.iter().find(|address| Some(address.id) == shown.address);
    let add = format!("/account/addresses?back={}", ui::encode(&at.look.here));
    let words = |postal| html! { (parts::receiver(at, postal)) p { (parts::place(postal)) } };
    html! {
        section.blk {
            div.hd { h2 { (at.t("送到哪里？", "Where to?")) } a href=(add) { (at.t("管理地址", "Addresses")) } }
            @match chosen {
                None => { p.sub { (at.t("还没有收货地址。", "No address yet.")) } div.acts { a.btn.out href=(add) { (at.t("填一个地址", "Add one")) } } }
                Some(address) => {
                    div.ad { (icons::PLACE) div { (words(&address.postal)) } }
                    @if shown.addresses.len() > 1 {
                        details.fold {
                            summary { (at.t("换一个地址", "Another address")) }
                            form.pick action="/checkout" method="get" {
                                @for sku in skus { input type="hidden" name="sku" value=(sku); }
                                @for delivery_method in delivery_methods { input type="hidden" name="delivery_method" value=(delivery_method); }
                                @for other in &shown.addresses {
                                    label { input type="radio" name="address" value=(other.id) checked[Some(other.id) == shown.address] data-go=""; span { (words(&other.postal)) } @if other.is_default { small { (at.t("默认", "default")) } } }
                                }
                                button.btn { (at.t("送到这里", "Send it there")) }
                            }
                        }
                    }
                    p.note { (at.t("店铺看到的姓名和电话打了码；看全要留下记录。", "The shop sees name and number masked; seeing more is written down.")) }
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
    (skus, chosen): (&[String], &[String]),
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
            (parts::shop_head(name, &format!("/shop/{}", part.shop), &html! { @if let Some(points) = score { (at.t("体验分 ", "score ")) (fmt::decimal(points.floor(), 0)) } }))
            @for line in &part.lines {
                @let of = offer(line.sku);
                (parts::item(None, of.and_then(|o| o.media.as_deref()), of.map_or("", |o| &o.title), of.map_or("", |o| &o.variant), (line.unit, line.quantity)))
            }
            (crate::promise::holiday(at, view.and_then(|view| view.holiday_at(at.now()))))
            @if let Some(promised) = promised { (clock(at, promised)) }
            @if let Some((_, delivery_methods)) = delivery_methods { (delivery_block(at, shown, part, delivery_methods, skus, chosen)) }
            @let field = format!("remark.{}", part.shop);
            label.field for=(field) { span { (at.t("给店铺留言", "Note to the shop")) }
                input id=(field) name=(field) form="place" maxlength=(LONGEST_REMARK) autocomplete="off" placeholder=(at.t("选填：颜色、包装、送货时间", "Optional: wrapping, delivery time")); }
            div.kv { span { (at.t("商品", "Items")) } b { (when::money(part.goods)) } }
            @for (title, amount) in &mine { div.kv { span { (title) } b { (when::less(*amount)) } } }
            div.kv { span { (at.t("运费", "Shipping")) small { (freight_words(at, part)) } } b { (when::money(part.freight.paid)) } }
            div.kv.t { span { (at.t("这家付", "To this shop")) @if sum.contains(' ') { small { (sum) } } } b { (when::money(part.total)) } }
        }
    }
}

fn clock(at: &PageContext, promised: &Promised) -> Markup {
    let cutoff = web_kit::storefront::promise::ship(&at.site.market, at.now(), &promised.promise)
        .filter(|ship| ship.due == promised.ship_by)
        .and_then(|ship| ship.cutoff);
    let over = at.t("截单时间过了，刷新看新的发货时间", "The cut-off has passed; reload");
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
    skus: &[String],
    chosen: &[String],
) -> Markup {
    let mine = part.freight.delivery_method.as_ref().map(|priced| &*priced.delivery_method.code);
    let others = chosen.iter().filter(|word| !word.starts_with(&format!("{}.", part.shop)));
    let name =
        mine.and_then(|code| delivery_methods.iter().find(|delivery_method| *delivery_method.code == *code));
    html! {
        details.fold {
            summary { (at.t("怎么送：", "Delivery: ")) b { (name.map_or(at.t("标准配送", "standard"), |delivery_method| at.t(&delivery_method.zh, &delivery_method.en))) } }
            form.pick action="/checkout" method="get" {
                @for sku in skus { input type="hidden" name="sku" value=(sku); }
                @if let Some(address) = shown.address { input type="hidden" name="address" value=(address); }
                @for word in others { input type="hidden" name="delivery_method" value=(word); }
                label { input type="radio" name="delivery_method" value=(delivery_choice(part.shop, STANDARD)) checked[mine.is_none()] data-go=""; span { b { (at.t("标准配送", "Standard")) } p { (at.t("按商品的运费", "at the freight of the products")) } } }
                @for delivery_method in delivery_methods {
                    label { input type="radio" name="delivery_method" value=(delivery_choice(part.shop, &delivery_method.code)) checked[mine == Some(&*delivery_method.code)] data-go=""; span { b { (at.t(&delivery_method.zh, &delivery_method.en)) } p { (cost(at.lang(), delivery_method)) " · " (soon(at.lang(), delivery_method)) } } }
                }
                button.btn { (at.t("这样送", "Send it so")) }
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
            at.pick(format!("满 {from} 包邮，现在 {now}"), format!("free from {from}, and this is {now}"))
        }
        (0, None, _) => at.t("包邮", "free").to_owned(),
        (_, Some(from), Some(short)) => {
            at.pick(format!("满 {from} 包邮，差 {short}"), format!("free from {from}, {short} short"))
        }
        _ => at.t("一个包裹", "one parcel").to_owned(),
    };
    if let Some(priced) = &freight.delivery_method {
        let (name, due) =
            (at.t(&priced.delivery_method.zh, &priced.delivery_method.en), when::money(priced.due));
        words.push_str(&match (priced.due.minor, priced.short.map(when::money)) {
            (0, _) => at.pick(format!("；{name}不加钱"), format!("; {name} at no more")),
            (_, None) => at.pick(format!("；{name}加 {due}"), format!("; {name} {due} more")),
            (_, Some(short)) => at.pick(
                format!("；{name}加 {due}，再买 {short} 不加"),
                format!("; {name} {due} more, spared {short} further"),
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
                h2 { (at.t("哪些优惠用上了？", "Which coupons were taken?")) }
                @if applied.is_empty() && refused.is_empty() { a href="/coupons" { (at.t("去领券", "Claim some")) } }
                @else { span.mut { @match at.lang() { Lang::Zh => { (applied.len()) " 张用上，" (refused.len()) " 张没用上" } Lang::En => { (applied.len()) " taken, " (refused.len()) " not" } } } }
            }
            @if applied.is_empty() && refused.is_empty() { p.note { (at.t("你手上没有券。领了再回来，会自己算最省的一组。", "You hold none. Claim some and come back: the best set is found by itself.")) } }
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
        p.gr { (at.t("没用上，为什么", "Not taken, and why")) }
        ul.rows { @for one in refused {
            @let (why, short) = refused_words(at, &one.reason, applied);
            li.d { (icons::DASH) div { (one.claimed.title) p { (why) } } b { (short) } }
        } }
    }
}

fn applied_words(at: &PageContext, one: &Applied) -> String {
    if one.parts.len() > 1 {
        let bases: Vec<String> = one.parts.iter().map(|part| when::plain(part.base)).collect();
        let amounts: Vec<String> = one.parts.iter().map(|part| when::plain(part.amount)).collect();
        return at.pick(
            format!("按各家金额分：{}，分 {}", bases.join(" 比 "), amounts.join(" 和 ")),
            format!("split by {}: {}", bases.join(" to "), amounts.join(" and ")),
        );
    }
    let base = when::money(one.base);
    at.pick(format!("计入 {base}"), format!("counted on {base}"))
}

/// Why a coupon was not taken: a sentence, and a word.
fn refused_words(at: &PageContext, reason: &Reason, applied: &[Applied]) -> (String, String) {
    let word = NOT_TAKEN.say(at.lang(), reason.as_str());
    let why = match reason {
        Reason::NotYet { from } => {
            let from = at.moment(*from);
            at.pick(format!("{from} 起可用"), format!("from {from} on"))
        }
        Reason::Expired { until } => {
            let until = at.moment(*until);
            at.pick(format!("{until} 过期"), format!("it ended {until}"))
        }
        Reason::OtherCurrency | Reason::OutOfScope | Reason::NothingToTake => {
            NOT_TAKEN_WHY.say(at.lang(), reason.as_str())
        }
        Reason::Short { over, counted, short } => {
            let [over, counted, short] = [over, counted, short].map(|amount| when::money(*amount));
            let why = at.pick(
                format!("满 {over} 可用，能算的商品 {counted}"),
                format!("from {over}, and its goods come to {counted}"),
            );
            return (why, at.pick(format!("差 {short}"), format!("{short} short")));
        }
        Reason::Outdone { by, saves } => {
            let names = applied.iter().filter(|one| by.contains(&one.claimed.claim));
            let names: Vec<&str> = names.map(|one| &*one.claimed.title).collect();
            let (zh, en, more) = (names.join("、"), names.join(", "), when::money(*saves));
            match saves.minor > 0 {
                true => at.pick(
                    format!("不能和「{zh}」同用；用那个多省 {more}"),
                    format!("does not go with \"{en}\", which saves {more} more"),
                ),
                false => at.pick(
                    format!("不能和「{zh}」同用，省得一样多"),
                    format!("does not go with \"{en}\", which saves as much"),
                ),
            }
        }
    };
    (why, word)
}
