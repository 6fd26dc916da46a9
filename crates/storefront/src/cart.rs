//! `/cart`: what a member wants of many shops, with what stands against it, and the price of what can be bought.
//!
//! Invariants: a line that cannot be bought stays and says why; the price shown is the one a checkout would come to, without
//! the address; changes are forms, so that a double click is one change; what was chosen stays chosen through a change.

use crate::parts::Sum;
use crate::prelude::*;
use axum::http::{HeaderValue, header};
use flows::buy::Error as BuyError;
use flows::view::{self, CartLine, CartShop, Trouble};
use kernel::id::{Order, Shop, Sku};
use offer::catalog;
use trade::cart;
use trade::price::{Priced, ShopPriced};
use trade::scene::Via;
use web_kit::storefront::via;
use web_kit::storefront::words::TROUBLE;

/// The variants named in a query: `sku=sku_..&sku=sku_..`; all of them if it names none, unless it says that it chose.
pub fn named(query: &Fields) -> Option<Vec<Id<Sku>>> {
    let skus: Vec<Id<Sku>> = query.all("sku").filter_map(|sku| sku.parse().ok()).take(500).collect();
    (!skus.is_empty() || query.has("chosen")).then_some(skus)
}

/// The address of the cart with some variants chosen.
fn choosing(skus: impl IntoIterator<Item = Id<Sku>>) -> String {
    let named: String = skus.into_iter().map(|sku| format!("&sku={sku}")).collect();
    format!("/cart?chosen=1{named}")
}

/// Where a change of the cart leads: to the same choice of its lines.
fn same_choice(at: &PageContext) -> &str {
    let back = web_kit::principal::own_path(Some(at.fields.text("back")));
    if back.starts_with("/cart?chosen=1") { back } else { "/cart" }
}

/// Sets the hint of how much lies in the cart.
pub fn counted(mut response: Response, units: i64) -> Response {
    let value = format!("sanhao_cart={}; Path=/; Max-Age=31536000; SameSite=Lax", units.clamp(0, 9_999));
    if let Ok(value) = HeaderValue::try_from(value) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

/// Changes the cart; where it leads then, with how much lies in it.
async fn edited(
    at: &MemberPage,
    name: &'static str,
    edit: cart::Edit,
    to: &str,
) -> Result<Response, Failure> {
    let (member, most) = (at.member, at.site.services.terms(at.now())?.cart());
    let edit = move |tx: &mut store::Tx<'_>, ctx: &kernel::Ctx| cart::edit(tx, ctx, member, &edit, most);
    let units = at.once(name, cart::keys(member), edit).await?;
    Ok(counted(Redirect::to(to).into_response(), units))
}

/// `POST /cart/add`.
pub async fn add(at: MemberPage) -> Result<Response, Failure> {
    let (sku, now) = (input::id::<Sku>(at.fields.text("sku"))?, at.now());
    let quantity = quantity(&at.fields)?;
    let offer = at.site.read_apart(move |q| Ok(catalog::offer(q, sku)?)).await?;
    let offer = offer.filter(|offer| offer.on_sale).ok_or_else(|| BuyError::NotOnSale(vec![sku]))?;
    let via = via::of_page(&at.site, now, offer.product, Some(at.fields.text("via")));
    let token = via::token(&at.site, now, offer.product, &via);
    let (product, shop) = (offer.product, offer.shop);
    let to = match at.fields.text("then") {
        "cart" => "/cart".to_owned(),
        _ => format!("/product/{product}?sku={sku}&via={token}&say=added"),
    };
    let edit = cart::Edit::Add(cart::Add { sku, product, shop, quantity, via });
    edited(&at, "mall.cart.add", edit, &to).await
}

/// A quantity of a form: one, if it is not said.
pub fn quantity(fields: &Fields) -> Result<i64, Failure> {
    let text = fields.text("quantity");
    if text.is_empty() {
        return Ok(1);
    }
    fields.numerals().read(text, 0).ok().filter(|n| *n > 0).ok_or_else(|| {
        let text = web_kit::problem::brief(text);
        Failure::invalid(format!("\"{text}\" is not a quantity: write a whole number of 1 or more"))
            .zh(format!("「{text}」不是数量：要写 1 或更大的整数。"))
    })
}

/// `POST /cart/set`.
pub async fn set(at: MemberPage) -> Result<Response, Failure> {
    let sku = input::id::<Sku>(at.fields.text("sku"))?;
    let quantity = quantity(&at.fields)?;
    edited(&at, "mall.cart.set", cart::Edit::Set(sku, quantity), same_choice(&at)).await
}

/// `POST /cart/remove`.
pub async fn remove(at: MemberPage) -> Result<Response, Failure> {
    let sku = input::id::<Sku>(at.fields.text("sku"))?;
    edited(&at, "mall.cart.remove", cart::Edit::Remove(sku), same_choice(&at)).await
}

/// `GET /cart`.
pub async fn page(mut at: MemberPage) -> Result<Response, Failure> {
    let (member, now, services) = (at.member, at.now(), at.site.services.clone());
    let only = named(&at.query);
    let named = only.clone();
    let cart = at.read(move |q| Ok(view::cart(q, &services, now, member, named.as_deref())?)).await?;
    let units: i64 = cart.shops.iter().flat_map(|shop| &shop.lines).map(|line| line.wanted.quantity).sum();
    at.look.cart = u16::try_from(units.clamp(0, 9_999)).unwrap_or(0);
    let title = at.t("购物车", "Cart");
    let frame = Frame::of(Tab::Cart);
    if cart.shops.is_empty() {
        let body = html! {
            h1.title { (title) }
            (empty(&icons::CART, at.t("购物车是空的", "Your cart is empty"), at.t("喜欢的先加入购物车，多家店可以一起付款。", "Add items you like. You can pay several shops in one checkout."), html! { (crate::shelf::look_around(&at)) a.btn href="/wishes" { (at.t("收藏夹", "Wishlist")) } }))
        };
        return Ok(counted(frame.page(&at.look, title, &body).into_response(), 0));
    }
    let chosen = |line: &CartLine| {
        line.trouble.is_none() && only.as_ref().is_none_or(|only| only.contains(&line.wanted.sku))
    };
    let lines = || cart.shops.iter().flat_map(|shop| &shop.lines);
    // A shop's box was pressed: all of it is chosen then, or none.
    if let Ok(shop) = at.query.text("all").parse::<Id<Shop>>() {
        let pairs = || cart.shops.iter().flat_map(|of| of.lines.iter().map(move |line| (of.shop, line)));
        let good = |(_, line): &(Id<Shop>, &CartLine)| line.trouble.is_none();
        let all = pairs().filter(|(of, _)| *of == shop).filter(good).all(|(_, line)| chosen(line));
        let stays = |(of, line): &(Id<Shop>, &CartLine)| if *of == shop { !all } else { chosen(line) };
        let to = choosing(pairs().filter(good).filter(stays).map(|(_, line)| line.wanted.sku));
        return Ok(Redirect::to(&to).into_response());
    }
    let picked = lines().filter(|line| chosen(line)).count();
    let here = choosing(lines().filter(|line| chosen(line)).map(|line| line.wanted.sku));
    let part = |shop: Id<Shop>| {
        let ready = cart.priced.as_ref()?;
        ready.priced.shops.iter().find(|part| part.shop == shop)
    };
    let body = html! {
        h1.title { (title) " " span.mut { (units) } }
        (parts::said(&at, "again", ("已加入购物车", "Added to cart"), ("已下架或售罄的商品没有加入。", "Items no longer sold or sold out were not added.")))
        div.two id="cart" {
            div {
                @for shop in &cart.shops { (shop_lines(&at, shop, &chosen, part(shop.shop), &here)) }
            }
            aside {
                form id="go" action="/checkout" method="get" {
                    input type="hidden" name="chosen" value="1";
                    @match (&cart.priced, &cart.refused) {
                        (Some(ready), _) => {
                            section.blk {
                                div.hd { h2 { (at.t("价格明细", "Order summary")) } span.mut { (at.pick(format!("已选 {picked} 种"), format!("{picked} selected"))) } }
                                (bill(&at, ready))
                                p.note { (at.t("运费和优惠券以结算页为准。", "Shipping and coupons are confirmed at checkout.")) }
                                noscript { button.btn formaction="/cart" { (at.t("更新价格", "Update total")) } }
                            }
                            div.bar {
                                (to_pay(&at, &ready.priced, at.t("合计", "Total")))
                                button.b1 { (at.t("去结算", "Checkout")) small { (at.pick(format!("{picked} 种商品"), items(picked))) } }
                            }
                        }
                        (None, Some(why)) => {
                            @let failure = Failure::from(why.clone());
                            (message(Mark::Warning, at.t("这些不能一起买", "These can't be bought together"), failure.text(at.lang())))
                        }
                        (None, None) => {
                            section.blk { p.sub { (at.t("勾选要买的商品，这里显示价格。", "Select the items you want to buy to see the total.")) } div.acts { a.btn href="/cart" data-cart="" { (at.t("全选", "Select all")) } } }
                        }
                    }
                }
            }
        }
    };
    Ok(counted(frame.page(&at.look, title, &body).into_response(), units))
}

/// `1 item`, `3 items`.
pub fn items(n: usize) -> String {
    if n == 1 { "1 item".to_owned() } else { format!("{n} items") }
}

/// What is to be paid, and how much less that is by coupons; `else_` if they take nothing off.
pub fn to_pay(at: &PageContext, priced: &Priced, else_: &str) -> Markup {
    html! {
        span.s { b { (when::money(priced.total)) } @if priced.saved().minor > 0 { (at.t("已优惠 ", "Saved ")) (when::money(priced.saved())) } @else { (else_) } }
    }
}

/// The sum of a price in a few rows.
pub fn bill(at: &PageContext, ready: &flows::buy::Ready) -> Markup {
    let priced = &ready.priced;
    let joined =
        |amounts: &mut dyn Iterator<Item = Money>| amounts.map(when::plain).collect::<Vec<_>>().join(" + ");
    let each = |amount: fn(&ShopPriced) -> Money| {
        // Nothing plus nothing explains nothing.
        if priced.shops.len() < 2 || priced.shops.iter().all(|shop| amount(shop).minor == 0) {
            return String::new();
        }
        joined(&mut priced.shops.iter().map(amount))
    };
    let freight = Money::new(priced.freight.minor + priced.freight_discount.minor, priced.freight.currency);
    let mut lines =
        vec![Sum::of(at.t("商品", "Items"), when::money(priced.goods)).made(each(|shop| shop.goods))];
    for applied in &priced.applied {
        let line = Sum::of(&*applied.claimed.title, when::less(applied.amount));
        lines.push(match applied.parts.len() {
            ..2 => line,
            _ => line.made(joined(&mut applied.parts.iter().map(|part| part.amount))),
        });
    }
    lines.push(Sum::of(at.t("运费", "Shipping"), when::money(freight)).made(each(|shop| shop.freight.due)));
    let total = Sum::of(at.t("应付", "Total"), when::money(priced.total)).made(each(|shop| shop.total));
    let off: Vec<Money> = priced.applied.iter().map(|applied| applied.amount).collect();
    html! {
        @if !off.is_empty() { (parts::bill_bar(at.lang(), priced.total, &off)) }
        (parts::sum(at.t("价格明细", "Price breakdown"), &lines, &total))
    }
}

/// The box that chooses all of a shop, or none: a button, so that it needs no script.
fn shop_box(at: &PageContext, shop: &CartShop, name: &str, chosen: &dyn Fn(&CartLine) -> bool) -> Markup {
    let mut good = shop.lines.iter().filter(|line| line.trouble.is_none()).peekable();
    if good.peek().is_none() {
        return html! {};
    }
    let all = good.all(chosen);
    html! {
        button.tickbox form="go" formaction="/cart" name="all" value=(shop.shop) role="checkbox" aria-checked=(if all { "true" } else { "false" }) aria-label=(at.pick(format!("全选：{name}"), format!("Select all from {name}"))) {
            i { @if all { (icons::TICK) } }
        }
    }
}

fn shop_lines(
    at: &PageContext,
    shop: &CartShop,
    chosen: &dyn Fn(&CartLine) -> bool,
    part: Option<&ShopPriced>,
    here: &str,
) -> Markup {
    let now = at.now();
    let name = shop.view.as_ref().map_or(at.t("店铺", "Shop"), |view| &view.name);
    let from = shop.view.as_ref().map_or(now, |view| view.promises_from(now));
    html! {
        section.blk {
            div.shn.of-cart {
                (shop_box(at, shop, name, chosen))
                (parts::sign(name, ""))
                a href={ "/shop/" (shop.shop) } { (name) }
            }
            (crate::promise::holiday(at, shop.view.as_ref().and_then(|view| view.holiday_at(now))))
            @for line in &shop.lines {
                div.line.bad[line.trouble.is_some()] {
                    label.ch {
                        @if line.trouble.is_none() && let Some(offer) = &line.offer {
                            input form="go" type="checkbox" name="sku" value=(line.wanted.sku) checked[chosen(line)] data-cart="";
                            span.vh { (at.t("选择：", "Select ")) (offer.title) }
                        }
                    }
                    a href={ "/product/" (line.product) "?sku=" (line.wanted.sku) } tabindex="-1" aria-hidden="true" { (thumb(line.offer.as_ref().and_then(|o| o.media.as_deref()))) }
                    div {
                        p { a href={ "/product/" (line.product) "?sku=" (line.wanted.sku) } { (line.offer.as_ref().map_or(at.t("商品已不存在", "This product no longer exists"), |o| &o.title)) } }
                        @if let Some(offer) = &line.offer { p.s12.mut { (offer.variant) @if line.trouble.is_none() { @if !offer.variant.is_empty() { (at.t("，", ", ")) } (crate::promise::short(at, from, &offer.ship)) } } }
                        @if let Some(trouble) = line.trouble { p.why { (icons::MIND) (trouble_words(at, trouble)) } }
                        div.lr {
                            @if let Some(offer) = &line.offer { span { (parts::price(offer.price)) @if let Some(was) = offer.struck { " " s.s12.mut { (when::money(was)) } } } }
                            span {
                                form action="/cart/set" method="post" data-cart="" {
                                    input type="hidden" name="key" value=(at.key());
                                    input type="hidden" name="back" value=(here);
                                    input type="hidden" name="sku" value=(line.wanted.sku);
                                    @let most = line.left.unwrap_or(999).max(1);
                                    (parts::quantity(at, None, line.wanted.quantity, most.max(line.wanted.quantity)))
                                    noscript { button.btn { (at.t("更新", "Update")) } }
                                }
                            }
                            form action="/cart/remove" method="post" data-cart="" {
                                input type="hidden" name="key" value=(at.key());
                                input type="hidden" name="back" value=(here);
                                button.linkish name="sku" value=(line.wanted.sku) aria-label={ (at.t("删除：", "Remove ")) (line.offer.as_ref().map_or("", |o| &o.title)) } { (at.t("删除", "Remove")) }
                            }
                        }
                    }
                }
            }
            @if let Some(part) = part {
                @let units: i64 = part.lines.iter().map(|line| line.quantity).sum();
                p.subtotal { (at.pick(format!("小计（{units} 件）"), format!("Subtotal ({})", items(usize::try_from(units).unwrap_or_default())))) " " b { (when::money(part.goods)) } }
            }
        }
    }
}

/// Why a line cannot be bought as it stands, and what now.
pub fn trouble_words(at: &PageContext, trouble: Trouble) -> String {
    match trouble {
        Trouble::Short { left } => at.pick(
            format!("只剩 {left} 件，请减少数量。"),
            format!("Only {left} left. Please reduce the quantity."),
        ),
        other => TROUBLE.say(at.lang(), other.as_str()),
    }
}

/// `POST /cart/again`: what an order held, once more.
pub async fn again(at: MemberPage) -> Result<Response, Failure> {
    let (member, id) = (at.member, input::id::<Order>(at.fields.text("order"))?);
    let adds = at
        .read(move |q| {
            let order = trade::order::load(q, trade::order::Side::Buyer(member), id)?;
            let skus: Vec<Id<Sku>> = order.lines.iter().map(|line| line.sku).collect();
            let offers = catalog::offers(q, &skus)?;
            let on_sale = |sku| offers.iter().any(|offer| offer.sku == sku && offer.on_sale);
            let lines = order.lines.iter().filter(|line| on_sale(line.sku));
            let add = |line: &trade::order::Line| cart::Add {
                sku: line.sku,
                product: line.product,
                shop: order.shop,
                quantity: line.quantity,
                via: Via::mall(),
            };
            Ok(lines.map(add).collect())
        })
        .await?;
    edited(&at, "mall.cart.again", cart::Edit::AddWhatFits(adds), "/cart?say=again").await
}
