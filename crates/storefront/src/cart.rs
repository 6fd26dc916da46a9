//! `/cart`: what a member wants of many shops, with what stands against it, and the price of what can be bought.
//!
//! Invariants: a line that cannot be bought stays and says why; the price shown is the one a checkout would come to, without
//! the address; changes are forms, so that a double click is one change.

use crate::parts::{self, Mark, Sum};
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use flows::buy::Error as BuyError;
use flows::view::{self, CartLine, CartShop, Trouble};
use kernel::id::Sku;
use kernel::{Id, Moment};
use maud::{Markup, html};
use offer::catalog;
use serde::Deserialize;
use std::collections::BTreeMap;
use trade::cart;
use web_kit::idempotency::IdempotentForm;
use web_kit::lang::{Lang, t};
use web_kit::principal::Principal;
use web_kit::problem::{Failure, Query};
use web_kit::site::Site;
use web_kit::storefront::frame::{Frame, Tab};
use web_kit::storefront::{icons, via};
use web_kit::ui::RenderContext;
use web_kit::when;

/// The variants named in a query: `sku=sku_..&sku=sku_..`; none if it names none.
pub fn named(query: &str) -> Option<Vec<Id<Sku>>> {
    let skus: Vec<Id<Sku>> = query
        .split('&')
        .filter_map(|pair| pair.strip_prefix("sku="))
        .filter_map(|sku| sku.parse().ok())
        .take(500)
        .collect();
    (!skus.is_empty()).then_some(skus)
}

/// Sets the hint of how much lies in the cart.
pub fn counted(mut response: Response, units: i64) -> Response {
    let value = format!("sanhao_cart={}; Path=/; Max-Age=31536000; SameSite=Lax", units.clamp(0, 9_999));
    if let Ok(value) = HeaderValue::try_from(value) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

/// What is put in.
#[derive(Debug, Deserialize)]
pub struct Add {
    sku: String,
    quantity: Option<String>,
    via: Option<String>,
    then: Option<String>,
}

/// `POST /cart/add`.
pub async fn add(
    State(site): State<Site>,
    IdempotentForm { act, form }: IdempotentForm<Add>,
) -> Result<Response, Failure> {
    let member = act.who.member()?;
    let sku: Id<Sku> = crate::shelf::id(&form.sku)?;
    let quantity = quantity(form.quantity.as_deref())?;
    let now = (site.now)();
    let services = site.services.clone();
    let most = services.terms(now)?.cart();
    let offer = site.read_apart(move |q| Ok(catalog::offer(q, sku)?)).await?;
    let offer = offer.filter(|offer| offer.on_sale).ok_or_else(|| BuyError::NotOnSale(vec![sku]))?;
    let via = via::of_page(&site, now, offer.product, form.via.as_deref());
    let token = via::token(&site, now, offer.product, &via);
    let (product, shop) = (offer.product, offer.shop);
    let edit = cart::Edit::Add(cart::Add { sku, product, shop, quantity, via });
    let units = act
        .value(&site, "mall.cart.add", cart::keys(member), move |tx, ctx| {
            cart::edit(tx, ctx, member, &edit, most)
        })
        .await?;
    let to = match form.then.as_deref() {
        Some("buy") => format!("/checkout?sku={sku}"),
        Some("cart") => "/cart".to_owned(),
        _ => format!("/product/{product}?sku={sku}&via={token}&say=added"),
    };
    Ok(counted(Redirect::to(&to).into_response(), units))
}

/// A quantity of a form: one, if it is not said.
pub fn quantity(text: Option<&str>) -> Result<i64, Failure> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(1) };
    text.parse::<i64>().ok().filter(|n| *n > 0).ok_or_else(|| {
        let text = web_kit::problem::brief(text);
        Failure::invalid(format!("\"{text}\" is not a quantity: write 1 or more"))
            .zh("数量要写 1 或更大的整数。")
    })
}

/// A change of one line.
#[derive(Debug, Deserialize)]
pub struct Change {
    sku: String,
    quantity: Option<String>,
}

/// `POST /cart/set`.
pub async fn set(
    State(site): State<Site>,
    IdempotentForm { act, form }: IdempotentForm<Change>,
) -> Result<Response, Failure> {
    let member = act.who.member()?;
    let sku: Id<Sku> = crate::shelf::id(&form.sku)?;
    let quantity = quantity(form.quantity.as_deref())?;
    let most = site.services.terms((site.now)())?.cart();
    let units = act
        .value(&site, "mall.cart.set", cart::keys(member), move |tx, ctx| {
            cart::edit(tx, ctx, member, &cart::Edit::Set(sku, quantity), most)
        })
        .await?;
    Ok(counted(Redirect::to("/cart").into_response(), units))
}

/// `POST /cart/remove`.
pub async fn remove(
    State(site): State<Site>,
    IdempotentForm { act, form }: IdempotentForm<Change>,
) -> Result<Response, Failure> {
    let member = act.who.member()?;
    let sku: Id<Sku> = crate::shelf::id(&form.sku)?;
    let most = site.services.terms((site.now)())?.cart();
    let units = act
        .value(&site, "mall.cart.remove", cart::keys(member), move |tx, ctx| {
            cart::edit(tx, ctx, member, &cart::Edit::Remove(sku), most)
        })
        .await?;
    Ok(counted(Redirect::to("/cart").into_response(), units))
}

#[derive(Debug, Default, Deserialize)]
pub struct Say {
    say: Option<String>,
}

/// `GET /cart`.
pub async fn page(
    State(site): State<Site>,
    who: Principal,
    look: RenderContext,
    uri: axum::http::Uri,
) -> Result<Response, Failure> {
    let lang = look.lang;
    let member = who.member()?;
    let query = uri.query().unwrap_or_default();
    let only = named(query);
    let Query(Say { say }) =
        axum::extract::Query::try_from_uri(&uri).map_or(Query(Say::default()), |q| Query(q.0));
    let now = (site.now)();
    let services = site.services.clone();
    let named = only.clone();
    let cart = site.read(move |q| Ok(view::cart(q, &services, now, member, named.as_deref())?)).await?;
    let units: i64 = cart.shops.iter().flat_map(|shop| &shop.lines).map(|line| line.wanted.quantity).sum();
    let title = t(lang, "购物车", "Cart");
    let mut look = look;
    look.cart = u16::try_from(units.clamp(0, 9_999)).unwrap_or(0);
    let frame = Frame::of(Tab::Cart);
    if cart.shops.is_empty() {
        let body = html! {
            h1.title { (title) }
            (parts::empty(&icons::CART, t(lang, "购物车是空的", "Your cart is empty"), t(lang, "看到想要的先放进来，几家店可以一起付。", "Put in what you like; several shops are paid at once."), &html! { a.btn.pri href="/" { (t(lang, "去逛逛", "Look around")) } a.btn href="/wishes" { (t(lang, "看收藏", "My wishes")) } }))
        };
        return Ok(counted(frame.page(&look, title, &body).into_response(), 0));
    }
    let chosen = |line: &CartLine| {
        line.trouble.is_none() && only.as_ref().is_none_or(|only| only.contains(&line.wanted.sku))
    };
    let picked = cart.shops.iter().flat_map(|shop| &shop.lines).filter(|line| chosen(line)).count();
    let body = html! {
        h1.title { (title) " " span.mut { (units) } }
        @if say.as_deref() == Some("again") { (parts::message(Mark::Kept, t(lang, "已放进购物车", "In your cart"), t(lang, "下架或没货的没有放进来。", "What is off sale or sold out was left out."))) }
        div.two {
            div {
                @for shop in &cart.shops { (shop_lines(&site, lang, now, shop, &chosen)) }
            }
            aside {
                form id="go" action="/checkout" method="get" {
                    @match (&cart.priced, &cart.refused) {
                        (Some(ready), _) => {
                            section.blk {
                                div.hd { h2 { (t(lang, "现在买要多少？", "What would it be now?")) } span.mut { (t(lang, "选了 ", "")) (picked) (t(lang, " 种", " chosen")) } }
                                (bill(lang, ready))
                                p.note { (t(lang, "运费和券按下单时的地址再算一次。", "Freight and coupons are counted again at checkout.")) }
                                button.vh name="again" value="1" formaction="/cart" data-default="" { (t(lang, "按选中的重算", "Count what is chosen")) }
                            }
                            div.bar {
                                span.s { b { (when::money(ready.priced.total)) } @if ready.priced.saved().minor > 0 { (t(lang, "已减 ", "less ")) (when::money(ready.priced.saved())) } @else { (t(lang, "合计", "in all")) } }
                                button.b1 { (t(lang, "去结算", "Check out")) small { (picked) (t(lang, " 种商品", " things")) } }
                            }
                        }
                        (None, Some(why)) => {
                            @let failure = Failure::from(why.clone());
                            (parts::message(Mark::Warning, t(lang, "这些不能一起买", "These cannot be bought together"), failure.text(lang)))
                        }
                        (None, None) => {
                            section.blk { p.sub { (t(lang, "勾选能买的商品，这里算价钱。", "Choose what can be bought, and its price stands here.")) } button.btn formaction="/cart" data-default="" { (t(lang, "全部选上", "Choose all")) } }
                        }
                    }
                }
            }
        }
    };
    Ok(counted(frame.page(&look, title, &body).into_response(), units))
}

/// The sum of a price in a few rows.
pub fn bill(lang: Lang, ready: &flows::buy::Ready) -> Markup {
    let priced = &ready.priced;
    let each = |amount: fn(&trade::price::ShopPriced) -> kernel::Money| {
        if priced.shops.len() < 2 {
            return String::new();
        }
        // Nothing plus nothing explains nothing.
        if priced.shops.iter().all(|shop| amount(shop).minor == 0) {
            return String::new();
        }
        priced.shops.iter().map(|shop| when::plain(amount(shop))).collect::<Vec<_>>().join(" + ")
    };
    let mut lines = vec![Sum {
        what: t(lang, "商品", "Goods").to_owned(),
        of: each(|shop| shop.goods),
        amount: when::money(priced.goods),
    }];
    for applied in &priced.applied {
        lines.push(Sum {
            what: applied.claimed.title.to_string(),
            of: if applied.parts.len() > 1 {
                applied.parts.iter().map(|part| when::plain(part.amount)).collect::<Vec<_>>().join(" + ")
            } else {
                String::new()
            },
            amount: when::less(applied.amount),
        });
    }
    lines.push(Sum {
        what: t(lang, "运费", "Freight").to_owned(),
        of: each(|shop| shop.freight.due),
        amount: when::money(kernel::Money::new(
            priced.freight.minor + priced.freight_discount.minor,
            priced.freight.currency,
        )),
    });
    let total = Sum {
        what: t(lang, "到手", "To pay").to_owned(),
        of: each(|shop| shop.total),
        amount: when::money(priced.total),
    };
    let off: Vec<kernel::Money> = priced.applied.iter().map(|applied| applied.amount).collect();
    html! {
        @if !off.is_empty() { (parts::bill_bar(lang, priced.total, &off)) }
        (parts::sum(t(lang, "账单", "The bill"), &lines, &total))
    }
}

fn shop_lines(
    site: &Site,
    lang: Lang,
    now: Moment,
    shop: &CartShop,
    chosen: &dyn Fn(&CartLine) -> bool,
) -> Markup {
    let name = shop.view.as_ref().map_or(t(lang, "店铺", "Shop"), |view| &view.name);
    let from = shop.view.as_ref().map_or(now, |view| view.promises_from(now));
    html! {
        section.blk {
            (parts::shop_head(name, &format!("/shop/{}", shop.shop), &html! {}))
            (crate::promise::holiday(lang, &site.market, shop.view.as_ref().and_then(|view| view.holiday_at(now))))
            @for line in &shop.lines {
                div.line.bad[line.trouble.is_some()] {
                    label.ch {
                        @if line.trouble.is_none() && let Some(offer) = &line.offer {
                            input form="go" type="checkbox" name="sku" value=(line.wanted.sku) checked[chosen(line)] data-go="";
                            span.vh { (t(lang, "买这件：", "Buy this: ")) (offer.title) }
                        }
                    }
                    a href={ "/product/" (line.product) "?sku=" (line.wanted.sku) } tabindex="-1" aria-hidden="true" { (parts::thumb(line.offer.as_ref().and_then(|o| o.media.as_deref()), "")) }
                    div {
                        p { a href={ "/product/" (line.product) "?sku=" (line.wanted.sku) } { (line.offer.as_ref().map_or(t(lang, "已经没有的商品", "Something that is gone"), |o| &o.title)) } }
                        @if let Some(offer) = &line.offer { p.s12.mut { (offer.variant) @if line.trouble.is_none() { @if !offer.variant.is_empty() { (t(lang, "，", ", ")) } (crate::promise::short(lang, &site.market, (now, from), &offer.ship)) } } }
                        @if let Some(trouble) = line.trouble { p.why { (icons::MIND) (trouble_words(lang, trouble)) } }
                        div.lr {
                            @if let Some(offer) = &line.offer { (parts::price(offer.price)) }
                            span {
                                form action="/cart/set" method="post" {
                                    input type="hidden" name="key" value=(site.form_key());
                                    input type="hidden" name="sku" value=(line.wanted.sku);
                                    @let most = line.left.unwrap_or(999).max(1);
                                    (parts::quantity(lang, "quantity", line.wanted.quantity, most.max(line.wanted.quantity), true))
                                    noscript { button.btn { (t(lang, "改", "Set")) } }
                                }
                            }
                            form action="/cart/remove" method="post" {
                                input type="hidden" name="key" value=(site.form_key());
                                button.linkish name="sku" value=(line.wanted.sku) aria-label={ (t(lang, "拿出：", "Take out: ")) (line.offer.as_ref().map_or("", |o| &o.title)) } { (t(lang, "拿出", "Take out")) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Why a line cannot be bought as it stands, and what now.
pub fn trouble_words(lang: Lang, trouble: Trouble) -> String {
    match (trouble, lang) {
        (Trouble::NotOnSale, Lang::Zh) => "已下架，买不了。拿出去，或等它回来。".to_owned(),
        (Trouble::NotOnSale, Lang::En) => "Off sale: take it out, or wait for it.".to_owned(),
        (Trouble::ShopClosed, Lang::Zh) => "店铺现在不营业。".to_owned(),
        (Trouble::ShopClosed, Lang::En) => "Its shop does not trade now.".to_owned(),
        (Trouble::OnHoliday { .. }, Lang::Zh) => "店铺在假期中，不接单。".to_owned(),
        (Trouble::OnHoliday { .. }, Lang::En) => "Its shop is on holiday and takes no orders.".to_owned(),
        (Trouble::SoldOut, Lang::Zh) => "没货了，补货中。".to_owned(),
        (Trouble::SoldOut, Lang::En) => "Sold out, being restocked.".to_owned(),
        (Trouble::Short { left }, Lang::Zh) => format!("只剩 {left} 件，请改数量。"),
        (Trouble::Short { left }, Lang::En) => format!("Only {left} left: change how many."),
    }
}

/// `POST /cart/again`: what an order held, once more.
pub async fn again(
    State(site): State<Site>,
    IdempotentForm { act, form }: IdempotentForm<Again>,
) -> Result<Response, Failure> {
    let member = act.who.member()?;
    let id = crate::shelf::id(&form.order)?;
    let now = (site.now)();
    let most = site.services.terms(now)?.cart();
    let adds = site
        .read(move |q| {
            let order = trade::order::load(q, trade::order::Side::Buyer(member), id)?;
            let skus: Vec<Id<Sku>> = order.lines.iter().map(|line| line.sku).collect();
            let offers: BTreeMap<Id<Sku>, catalog::Offer> =
                catalog::offers(q, &skus)?.into_iter().map(|offer| (offer.sku, offer)).collect();
            let adds: Vec<cart::Add> = order
                .lines
                .iter()
                .filter(|line| offers.get(&line.sku).is_some_and(|offer| offer.on_sale))
                .map(|line| cart::Add {
                    sku: line.sku,
                    product: line.product,
                    shop: order.shop,
                    quantity: line.quantity,
                    via: trade::scene::Via::mall(),
                })
                .collect();
            Ok(adds)
        })
        .await?;
    let edit = cart::Edit::AddWhatFits(adds);
    let units = act
        .value(&site, "mall.cart.again", cart::keys(member), move |tx, ctx| {
            cart::edit(tx, ctx, member, &edit, most)
        })
        .await?;
    Ok(counted(Redirect::to("/cart?say=again").into_response(), units))
}

/// Which order.
#[derive(Debug, Deserialize)]
pub struct Again {
    order: String,
}
