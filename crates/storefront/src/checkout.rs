//! `/checkout`: what is wanted, shop by shop, with goods, promise, freight and discount; the coupons that were taken and
//! those that were not, and why; where it goes; the whole bill; and the button that places it.
//!
//! Invariants: what is placed costs what was shown, or is shown anew; nothing is kept until it is placed.

use crate::cart;
use crate::parts::{self, Clock, Mark};
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use flows::buy::{self, Ask};
use flows::checkout::{self, Checkout};
use flows::view::{self, CartLine, CartShop, CheckoutPage, Promised};
use kernel::id::{Address, Purchase, Shop, Sku};
use kernel::{Id, Moment, Money};
use maud::{Markup, html};
use people::member::AddressView;
use serde::{Deserialize, Serialize};
use trade::coupon::Kind as CouponKind;
use trade::delivery::{STANDARD, Way};
use trade::price::{Applied, Priced, Reason, Refused, ShopPriced};
use web_kit::idempotency::IdempotentForm;
use web_kit::lang::{Lang, t};
use web_kit::principal::Principal;
use web_kit::problem::Failure;
use web_kit::site::Site;
use web_kit::storefront::frame::{Frame, Tab};
use web_kit::storefront::icons;
use web_kit::ui::RenderContext;
use web_kit::when;

fn parameter<'a>(query: &'a str, name: &str) -> Option<&'a str> {
    query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

/// `GET /checkout?sku=..&address=..`.
pub async fn page(
    State(site): State<Site>,
    who: Principal,
    look: RenderContext,
    uri: Uri,
) -> Result<Response, Failure> {
    let member = who.member()?;
    let query = uri.query().unwrap_or_default().to_owned();
    let only = cart::named(&query);
    let address: Option<Id<Address>> = parameter(&query, "address").and_then(|text| text.parse().ok());
    let ways = ways_of(query.split('&').filter_map(|pair| pair.strip_prefix("way=")));
    let now = (site.now)();
    let (services, named) = (site.services.clone(), only.clone());
    let (_, shops) = site.known().await?;
    let shown = site
        .read(move |q| {
            let lines = buy::wanted_of_cart(q, member, named.as_deref())?;
            if lines.is_empty() {
                return Ok(None);
            }
            Ok(Some(view::checkout(q, &services, now, member, &Ask { lines, address, ways })?))
        })
        .await?;
    let Some(shown) = shown else { return Ok(Redirect::to("/cart").into_response()) };
    let say = parameter(&query, "say");
    Ok(render(&site, &look, now, &shown, &shops, say).into_response())
}

/// What is placed.
#[derive(Debug, Deserialize)]
pub struct Place {
    skus: String,
    address: Option<String>,
    #[serde(default)]
    ways: String,
    total: String,
}

/// The ways of delivery that were chosen, each as `shp_...code` with a point between: an address of a page has them so.
fn ways_of<'a>(words: impl Iterator<Item = &'a str>) -> Vec<(Id<Shop>, Box<str>)> {
    let pairs = words.filter_map(|word| word.split_once('.')).take(100);
    pairs.filter_map(|(shop, code)| Some((shop.parse().ok()?, code.into()))).collect()
}

fn way_word(shop: Id<Shop>, code: &str) -> String {
    format!("{shop}.{code}")
}

/// What placing answers.
#[derive(Debug, Serialize, Deserialize)]
struct Placed {
    purchase: Id<Purchase>,
    units: i64,
}

/// `POST /checkout`: places what was shown, at the price that was shown.
pub async fn place(
    State(site): State<Site>,
    headers: HeaderMap,
    IdempotentForm { act, form }: IdempotentForm<Place>,
) -> Result<Response, Failure> {
    let member = act.who.member()?;
    let address: Option<Id<Address>> =
        form.address.as_deref().filter(|text| !text.is_empty()).map(crate::shelf::id).transpose()?;
    let skus: Vec<Id<Sku>> = form.skus.split(',').filter_map(|sku| sku.parse().ok()).take(500).collect();
    let ways = ways_of(form.ways.split(','));
    let again = |say: &str| {
        let named: Vec<String> = skus.iter().map(|sku| format!("sku={sku}")).collect();
        let to = address.map_or_else(String::new, |address| format!("&address={address}"));
        let by: String = ways.iter().map(|(shop, code)| format!("&way={}", way_word(*shop, code))).collect();
        Redirect::to(&format!("/checkout?{}{to}{by}&say={say}", named.join("&"))).into_response()
    };
    let device = web_kit::device::of(&headers).map(str::to_owned);
    let Ok(total) = form.total.parse() else { return Ok(again("changed")) };
    let (services, skus, ways) = (site.services.clone(), skus.clone(), ways.clone());
    let checkout = Checkout { member, device, skus, address, ways, total };
    // Pressed twice, the second press finds what the first one did.
    let placed = act
        .value(&site, "mall.place", trade::cart::keys(member), move |tx, ctx| {
            let placed = checkout::place(tx, ctx, &services, &checkout)?;
            Ok::<_, checkout::Error>(Placed { purchase: placed.purchase, units: placed.units })
        })
        .await;
    let placed = match placed {
        Ok(placed) => placed,
        Err(failure) if failure.code == checkout::CHANGED => return Ok(again("changed")),
        Err(failure) => return Err(failure),
    };
    site.services.wake_worker();
    let to = Redirect::to(&format!("/pay/{}", placed.purchase));
    Ok(cart::counted(to.into_response(), placed.units))
}

fn render(
    site: &Site,
    look: &RenderContext,
    now: Moment,
    shown: &CheckoutPage,
    shops: &web_kit::known::Shops,
    say: Option<&str>,
) -> web_kit::ui::Page {
    let lang = look.lang;
    let title = t(lang, "确认订单", "Check out");
    let troubled: Vec<&CartLine> =
        shown.shops.iter().flat_map(|shop| &shop.lines).filter(|line| line.trouble.is_some()).collect();
    let Some(ready) = &shown.ready else {
        let body = parts::empty(
            &icons::CART,
            t(lang, "选的商品现在都买不了", "Nothing chosen can be bought now"),
            t(lang, "回购物车看每一件的原因。", "The cart says why of each."),
            &html! { a.btn.pri href="/cart" { (t(lang, "回购物车", "To the cart")) } },
        );
        return Frame::of(Tab::Cart).back("/cart").page(look, title, &body);
    };
    let priced = &ready.priced;
    let digital = ready.lines.iter().all(|line| line.digital);
    let need = !digital && shown.address.is_none();
    let promise_words = promises(lang, site, now, &shown.promised);
    let skus: Vec<String> = ready.lines.iter().map(|line| line.sku.to_string()).collect();
    let body = html! {
        @if say == Some("changed") { (parts::message(Mark::Warning, t(lang, "价格刚才变了", "The price has changed"), t(lang, "下面是现在的价，看过再付。", "Below is what it is now; look before you pay."))) }
        @if !troubled.is_empty() {
            div.msg role="status" { (icons::MIND) b { @match lang { Lang::Zh => { "有 " (troubled.len()) " 件现在买不了，没有算进来" } Lang::En => { (troubled.len()) " cannot be bought now and are left out" } } }
                @for line in &troubled { p { (line.offer.as_ref().map_or("", |o| &o.title)) (t(lang, "：", ": ")) @if let Some(trouble) = line.trouble { (cart::trouble_words(lang, trouble)) } } }
            }
        }
        div.two {
            div {
                @if !digital { (address_block(lang, look, shown, &skus, &chosen_ways(priced))) }
                @for part in &priced.shops {
                    @let lines = shown.shops.iter().find(|shop| shop.shop == part.shop);
                    @let promised = shown.promised.iter().find(|promised| promised.shop == part.shop);
                    @let ways = shown.ways.iter().find(|(shop, _)| *shop == part.shop).map(|(_, ways)| way_block(lang, shown, part, ways, &skus, &chosen_ways(priced)));
                    (shop_part(lang, site, now, part, lines, promised, &priced.applied, shops, ways))
                }
                (coupon_block(lang, priced.applied.as_slice(), priced.refused.as_slice(), site, now))
            }
            aside {
                section.blk {
                    div.hd { h2 { @match lang { Lang::Zh => { "这 " (when::money(priced.total)) " 怎么来的？" } Lang::En => { "How does " (when::money(priced.total)) " come about?" } } } }
                    (cart::bill(lang, ready))
                    div.esc { (parts::state(Mark::Held, t(lang, "先由平台保管", "The mall holds it first"))) br; (t(lang, "你确认收货以后才付给店铺，发货前取消全额退回。", "It goes to the shops when you have your goods; called off before shipment, all of it comes back.")) }
                }
                form action="/checkout" method="post" {
                    input type="hidden" name="key" value=(site.form_key());
                    input type="hidden" name="skus" value=(skus.join(","));
                    input type="hidden" name="total" value=(priced.total.minor);
                    @if let Some(address) = shown.address { input type="hidden" name="address" value=(address); }
                    input type="hidden" name="ways" value=(chosen_ways(priced).join(","));
                    div.bar {
                        span.s { b { (when::money(priced.total)) } @if priced.saved().minor > 0 { (t(lang, "已减 ", "less ")) (when::money(priced.saved())) } @else { (t(lang, "应付", "to pay")) } }
                        @if need { a.b1 href={ "/account/addresses?back=" (web_kit::ui::encode(&look.here)) } { (t(lang, "先填收货地址", "Add an address first")) small { (t(lang, "填好回到这里", "then come back here")) } } }
                        @else { button.b1 { (t(lang, "提交订单", "Place the order")) small { (promise_words) } } }
                    }
                }
            }
        }
        div.pad.hide-wide {}
    };
    Frame::of(Tab::Cart).back("/cart").page(look, title, &body)
}

/// All promises in a few words: the earliest and the latest.
fn promises(lang: Lang, site: &Site, now: Moment, promised: &[Promised]) -> String {
    let first = promised.iter().map(|p| p.ship_by).min();
    let last = promised.iter().map(|p| p.ship_by).max();
    match (first, last) {
        (Some(first), Some(last)) if first == last => crate::promise::of_card(lang, &site.market, now, first),
        (Some(_), Some(last)) => {
            let by = when::by(lang, &site.market, now, last);
            match lang {
                Lang::Zh => format!("{by}全部发出"),
                Lang::En => format!("all shipped {by}"),
            }
        }
        _ => String::new(),
    }
}

fn address_block(
    lang: Lang,
    look: &RenderContext,
    shown: &CheckoutPage,
    skus: &[String],
    ways: &[String],
) -> Markup {
    let chosen = shown.addresses.iter().find(|address| Some(address.id) == shown.address);
    let add = format!("/account/addresses?back={}", web_kit::ui::encode(&look.here));
    html! {
        section.blk {
            div.hd { h2 { (t(lang, "送到哪里？", "Where to?")) } a href=(add) { (t(lang, "管理地址", "Addresses")) } }
            @match chosen {
                None => { p.sub { (t(lang, "还没有收货地址。", "No address yet.")) } div.acts { a.btn.out href=(add) { (t(lang, "填一个地址", "Add one")) } } }
                Some(address) => {
                    div.ad { (icons::PLACE) div { (address_words(address)) } }
                    @if shown.addresses.len() > 1 {
                        details.fold {
                            summary { (t(lang, "换一个地址", "Another address")) }
                            form.pick action="/checkout" method="get" {
                                @for sku in skus { input type="hidden" name="sku" value=(sku); }
                                @for way in ways { input type="hidden" name="way" value=(way); }
                                @for other in &shown.addresses {
                                    label { input type="radio" name="address" value=(other.id) checked[Some(other.id) == shown.address] data-go=""; span { (address_words(other)) } @if other.is_default { small { (t(lang, "默认", "default")) } } }
                                }
                                button.btn { (t(lang, "送到这里", "Send it there")) }
                            }
                        }
                    }
                    p.note { (t(lang, "店铺看到的姓名和电话打了码；看全要留下记录。", "The shop sees name and number masked; seeing more is written down.")) }
                }
            }
        }
    }
}

fn address_words(address: &AddressView) -> Markup {
    let p = &address.postal;
    html! { b { (p.recipient) " " span.nw { (web_kit::fmt::phone(&p.phone)) } } p { (web_kit::fmt::place([&p.province, &p.city, &p.district, &p.street])) } }
}

#[allow(clippy::too_many_arguments)]
fn shop_part(
    lang: Lang,
    site: &Site,
    now: Moment,
    part: &ShopPriced,
    lines: Option<&CartShop>,
    promised: Option<&Promised>,
    applied: &[Applied],
    shops: &web_kit::known::Shops,
    ways: Option<Markup>,
) -> Markup {
    let card = shops.get(&part.shop);
    let name = lines
        .and_then(|shop| shop.view.as_ref())
        .map_or_else(|| t(lang, "店铺", "Shop").to_owned(), |view| view.name.to_string());
    let mine: Vec<(&str, Money)> = applied
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
            (parts::shop_head(&name, &format!("/shop/{}", part.shop), &html! { @if let Some(points) = card.and_then(|card| card.score.as_ref()).and_then(|score| score.points) { (t(lang, "体验分 ", "score ")) (web_kit::fmt::decimal(points.floor(), 0)) } }))
            @for line in &part.lines {
                @let of = lines.and_then(|shop| shop.lines.iter().find(|l| l.wanted.sku == line.sku)).and_then(|l| l.offer.as_ref());
                div.item {
                    (parts::thumb(of.and_then(|o| o.media.as_deref()), ""))
                    div { p { (of.map_or("", |o| &o.title)) } p.s12.mut { (of.map_or("", |o| &o.variant)) } }
                    div.r { (when::money(line.unit)) small { "× " (line.quantity) } }
                }
            }
            (crate::promise::holiday(lang, &site.market, lines.and_then(|shop| shop.view.as_ref()?.holiday_at(now))))
            @if let Some(promised) = promised { (clock(lang, site, now, promised)) }
            @if let Some(ways) = ways { (ways) }
            div.kv { span { (t(lang, "商品", "Goods")) } b { (when::money(part.goods)) } }
            @for (title, amount) in &mine { div.kv { span { (title) } b { (when::less(*amount)) } } }
            div.kv { span { (t(lang, "运费", "Freight")) small { (freight_words(lang, part)) } } b { (when::money(part.freight.paid)) } }
            div.kv.t { span { (t(lang, "这家付", "To this shop")) @if sum.contains(' ') { small { (sum) } } } b { (when::money(part.total)) } }
        }
    }
}

fn clock(lang: Lang, site: &Site, now: Moment, promised: &Promised) -> Markup {
    let market = &site.market;
    let cutoff = web_kit::storefront::promise::ship(market, now, &promised.promise)
        .filter(|ship| ship.due == promised.ship_by)
        .and_then(|ship| ship.cutoff);
    let (word, aside) = match cutoff {
        Some(cutoff) => {
            let (_, at) = when::at(lang, market, now, cutoff);
            let word = match lang {
                Lang::Zh => format!("{at} 前下单"),
                Lang::En => format!("Placed before {at}"),
            };
            let over = t(lang, "截单时间过了，刷新看新的发货时间", "The cut-off has passed; reload");
            let left = parts::countdown(lang, cutoff.micros() - now.micros(), over);
            (word, html! { (t(lang, "还有 ", "")) (left) (t(lang, "", " left")) })
        }
        None => (t(lang, "现在下单", "If placed now").to_owned(), html! {}),
    };
    let rail = [
        (parts::At::Now, t(lang, "现在", "Now").to_owned(), t(lang, "下单", "place").to_owned()),
        (
            parts::At::Ahead,
            when::by(lang, market, now, promised.ship_by),
            t(lang, "发出", "ships").to_owned(),
        ),
        (
            parts::At::Ahead,
            when::by(lang, market, now, promised.deliver_by),
            t(lang, "送到", "arrives").to_owned(),
        ),
    ];
    html! {
        (Clock {
            mark: Mark::Running,
            word: &word,
            aside,
            title: parts::deadline(lang, market, now, promised.ship_by, "发出", "Ships"),
            rail: &rail,
            small: false,
        }.show())
    }
}

/// The ways that the price counts with, as addresses and forms have them.
fn chosen_ways(priced: &Priced) -> Vec<String> {
    let chosen = priced.shops.iter().filter_map(|part| Some((part.shop, part.freight.way.as_ref()?)));
    chosen.map(|(shop, priced)| way_word(shop, &priced.way.code)).collect()
}

/// By which way a shop is to send its part: a choice that asks for the price again.
fn way_block(
    lang: Lang,
    shown: &CheckoutPage,
    part: &ShopPriced,
    ways: &[Way],
    skus: &[String],
    chosen: &[String],
) -> Markup {
    let mine = part.freight.way.as_ref().map(|priced| &*priced.way.code);
    let others = chosen.iter().filter(|word| !word.starts_with(&format!("{}.", part.shop)));
    let name = mine.and_then(|code| ways.iter().find(|way| *way.code == *code));
    html! {
        details.fold {
            summary { (t(lang, "怎么送：", "Delivery: ")) b { (name.map_or(t(lang, "标准配送", "standard"), |way| t(lang, &way.zh, &way.en))) } }
            form.pick action="/checkout" method="get" {
                @for sku in skus { input type="hidden" name="sku" value=(sku); }
                @if let Some(address) = shown.address { input type="hidden" name="address" value=(address); }
                @for word in others { input type="hidden" name="way" value=(word); }
                label { input type="radio" name="way" value=(way_word(part.shop, STANDARD)) checked[mine.is_none()] data-go=""; span { b { (t(lang, "标准配送", "Standard")) } p { (t(lang, "按商品的运费", "at the freight of the products")) } } }
                @for way in ways {
                    label { input type="radio" name="way" value=(way_word(part.shop, &way.code)) checked[mine == Some(&*way.code)] data-go=""; span { b { (t(lang, &way.zh, &way.en)) } p { (web_kit::admin::delivery::cost(lang, way)) " · " (web_kit::admin::delivery::soon(lang, way)) } } }
                }
                button.btn { (t(lang, "这样送", "Send it so")) }
            }
        }
    }
}

fn freight_words(lang: Lang, part: &ShopPriced) -> String {
    let freight = &part.freight;
    // What the products say; what a way costs more is said after it.
    let standard = freight.due.minor - freight.way.as_ref().map_or(0, |way| way.due.minor);
    let mut words = match (standard, freight.free_from, freight.short, lang) {
        (0, Some(from), _, Lang::Zh) => {
            format!("满 {} 包邮，现在 {}", when::money(from), when::money(freight.counted))
        }
        (0, Some(from), _, Lang::En) => {
            format!("free from {}, and this is {}", when::money(from), when::money(freight.counted))
        }
        (0, None, _, _) => t(lang, "包邮", "free").to_owned(),
        (_, Some(from), Some(short), Lang::Zh) => {
            format!("满 {} 包邮，差 {}", when::money(from), when::money(short))
        }
        (_, Some(from), Some(short), Lang::En) => {
            format!("free from {}, {} short", when::money(from), when::money(short))
        }
        _ => t(lang, "一个包裹", "one parcel").to_owned(),
    };
    if let Some(priced) = &freight.way {
        let name = t(lang, &priced.way.zh, &priced.way.en);
        words = match (priced.due.minor, priced.short, lang) {
            (0, _, Lang::Zh) => format!("{words}；{name}不加钱"),
            (0, _, Lang::En) => format!("{words}; {name} at no more"),
            (_, None, Lang::Zh) => format!("{words}；{name}加 {}", when::money(priced.due)),
            (_, None, Lang::En) => format!("{words}; {name} {} more", when::money(priced.due)),
            (_, Some(short), Lang::Zh) => {
                format!("{words}；{name}加 {}，再买 {} 不加", when::money(priced.due), when::money(short))
            }
            (_, Some(short), Lang::En) => {
                format!(
                    "{words}; {name} {} more, spared {} further",
                    when::money(priced.due),
                    when::money(short)
                )
            }
        };
    }
    if freight.discount.minor > 0 {
        words.push_str(&match lang {
            Lang::Zh => format!("，运费券 {}", when::less(freight.discount)),
            Lang::En => format!(", coupon {}", when::less(freight.discount)),
        });
    }
    words
}

fn coupon_block(lang: Lang, applied: &[Applied], refused: &[Refused], site: &Site, now: Moment) -> Markup {
    html! {
        section.blk {
            div.hd.tight {
                h2 { (t(lang, "哪些优惠用上了？", "Which coupons were taken?")) }
                @if applied.is_empty() && refused.is_empty() { a href="/coupons" { (t(lang, "去领券", "Claim some")) } }
                @else { span.mut { @match lang { Lang::Zh => { (applied.len()) " 张用上，" (refused.len()) " 张没用上" } Lang::En => { (applied.len()) " taken, " (refused.len()) " not" } } } }
            }
            @if applied.is_empty() && refused.is_empty() { p.note { (t(lang, "你手上没有券。领了再回来，会自己算最省的一组。", "You hold none. Claim some and come back: the best set is found by itself.")) } }
            @if !applied.is_empty() {
                ul.rows { @for one in applied {
                    li.k { (icons::TICK) div { (one.claimed.title) p { (applied_words(lang, one)) } } b { (when::less(one.amount)) } }
                } }
            }
            @if !refused.is_empty() {
                p.gr { (t(lang, "没用上，为什么", "Not taken, and why")) }
                ul.rows { @for one in refused {
                    @let (why, short) = refused_words(lang, site, now, &one.reason, applied);
                    li.d { (icons::DASH) div { (one.claimed.title) p { (why) } } b { (short) } }
                } }
            }
        }
    }
}

fn applied_words(lang: Lang, one: &Applied) -> String {
    if one.parts.len() > 1 {
        let bases: Vec<String> = one.parts.iter().map(|part| when::plain(part.base)).collect();
        let amounts: Vec<String> = one.parts.iter().map(|part| when::plain(part.amount)).collect();
        return match lang {
            Lang::Zh => format!("按各家金额分：{}，分 {}", bases.join(" 比 "), amounts.join(" 和 ")),
            Lang::En => format!("split by {}: {}", bases.join(" to "), amounts.join(" and ")),
        };
    }
    match lang {
        Lang::Zh => format!("计入 {}", when::money(one.base)),
        Lang::En => format!("counted on {}", when::money(one.base)),
    }
}

/// Why a coupon was not taken: a sentence, and a word.
pub fn refused_words(
    lang: Lang,
    site: &Site,
    now: Moment,
    reason: &Reason,
    applied: &[Applied],
) -> (String, String) {
    let zh = lang == Lang::Zh;
    match reason {
        Reason::NotYet { from } => {
            let at = when::moment(lang, &site.market, now, *from);
            (
                if zh { format!("{at} 起可用") } else { format!("from {at} on") },
                t(lang, "还没开始", "Not yet").to_owned(),
            )
        }
        Reason::Expired { until } => {
            let at = when::moment(lang, &site.market, now, *until);
            (
                if zh { format!("{at} 过期") } else { format!("it ended {at}") },
                t(lang, "已过期", "Over").to_owned(),
            )
        }
        Reason::OtherCurrency => (
            t(lang, "券的币种和这单不同，不换算", "its currency is another, and nothing is converted")
                .to_owned(),
            t(lang, "币种不同", "Other currency").to_owned(),
        ),
        Reason::OutOfScope => (
            t(lang, "这单里没有它管的商品", "nothing here lies in its scope").to_owned(),
            t(lang, "不适用", "Not for these").to_owned(),
        ),
        Reason::Short { over, counted, short } => (
            if zh {
                format!("满 {} 可用，能算的商品 {}", when::money(*over), when::money(*counted))
            } else {
                format!("from {}, and its goods come to {}", when::money(*over), when::money(*counted))
            },
            if zh {
                format!("差 {}", when::money(*short))
            } else {
                format!("{} short", when::money(*short))
            },
        ),
        Reason::NothingToTake => (
            t(lang, "已经包邮，或没有可减的", "freight is free, or nothing is left to take off").to_owned(),
            t(lang, "没有可减", "Nothing to take").to_owned(),
        ),
        Reason::Outdone { by, saves } => {
            let names: Vec<&str> = applied
                .iter()
                .filter(|one| by.contains(&one.claimed.claim))
                .map(|one| &*one.claimed.title)
                .collect();
            let why = match (saves.minor > 0, zh) {
                (true, true) => {
                    format!("不能和「{}」同用；用那个多省 {}", names.join("、"), when::money(*saves))
                }
                (true, false) => {
                    format!(
                        "does not go with \"{}\", which saves {} more",
                        names.join(", "),
                        when::money(*saves)
                    )
                }
                (false, true) => format!("不能和「{}」同用，省得一样多", names.join("、")),
                (false, false) => format!("does not go with \"{}\", which saves as much", names.join(", ")),
            };
            (why, t(lang, "已选更省", "Outdone").to_owned())
        }
    }
}
