//! Prices that hold, purchases and payments.

use crate::rehearsal::MoneyShape;
use crate::shop::Paging;
use crate::store::shelf::WayBody;
use crate::store::{order, patience, time};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use flows::buy::{self, Ask, Error as BuyError, Wanted};
use flows::view;
use kernel::id::{Address, Claim, Payment, Purchase, Quote, Shop, Sku};
use kernel::{Id, Moment, Money};
use offer::catalog;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use tokio::time::Instant;
use trade::payment::{self, Attempt};
use trade::price::Priced;
use trade::{order as orders, quote};
use web_kit::idempotency::IdempotentRequest;
use web_kit::input::{Page, id};
use web_kit::principal::Principal;
use web_kit::problem::{Failure, Json, Path, Query};
use web_kit::site::Site;
use web_kit::storefront::via;

/// One thing that is wanted.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WantedBody {
    /// Which variant.
    sku: String,
    /// How many.
    quantity: i64,
    /// Where it was found: the `via` that came with the product.
    #[serde(default)]
    via: Option<String>,
}

/// What a price is asked for.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "lines": [{ "sku": "sku_0640yw3hg0d5v8wxfrgcp6ztr0", "quantity": 1 }] }))]
pub struct QuoteBody {
    /// What is wanted; not said: what lies in the cart.
    #[serde(default)]
    lines: Option<Vec<WantedBody>>,
    /// Of the cart only these variants.
    #[serde(default)]
    skus: Option<Vec<String>>,
    /// Where it is to be sent; goods that need a parcel cannot be placed without.
    #[serde(default)]
    address: Option<String>,
    /// The ways of delivery that were chosen; the standard one where none is.
    #[serde(default)]
    ways: Vec<WayBody>,
}

/// A line of a price.
#[derive(Serialize, utoipa::ToSchema)]
pub struct LinePrice {
    /// Which variant.
    #[schema(value_type = String)]
    sku: Id<Sku>,
    /// How many.
    quantity: i64,
    /// What one costs.
    #[schema(value_type = MoneyShape)]
    unit: Money,
    /// What is paid for all of them, after coupons, without freight.
    #[schema(value_type = MoneyShape)]
    paid: Money,
}

/// A shop's part of a price.
#[derive(Serialize, utoipa::ToSchema)]
pub struct ShopPrice {
    /// Whose.
    #[schema(value_type = String)]
    shop: Id<Shop>,
    /// Its lines.
    lines: Vec<LinePrice>,
    /// The goods at their prices.
    #[schema(value_type = MoneyShape)]
    goods: Money,
    /// What coupons take off the goods.
    #[schema(value_type = MoneyShape)]
    discount: Money,
    /// What is paid for freight.
    #[schema(value_type = MoneyShape)]
    freight: Money,
    /// By which way it goes; null: the standard one.
    way: Option<Box<str>>,
    /// What of the freight is due for that way, before coupons.
    #[schema(value_type = Option<MoneyShape>)]
    way_due: Option<Money>,
    /// How much is missing for free freight, if that can be had.
    #[schema(value_type = Option<MoneyShape>)]
    freight_short: Option<Money>,
    /// What is paid to this shop.
    #[schema(value_type = MoneyShape)]
    total: Money,
    /// Until before when its shop is on holiday, if it is: it ships after that, RFC 3339.
    holiday_until: Option<String>,
    /// By when it ships if it is placed now, RFC 3339.
    ship_by: Option<String>,
    /// By when it arrives then, RFC 3339.
    deliver_by: Option<String>,
}

/// A coupon that was taken.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Taken {
    /// Which claim.
    #[schema(value_type = String)]
    claim: Id<Claim>,
    /// What members read.
    title: Box<str>,
    /// What it takes off.
    #[schema(value_type = MoneyShape)]
    amount: Money,
}

/// A coupon that was not taken.
#[derive(Serialize, utoipa::ToSchema)]
pub struct NotTaken {
    /// Which claim.
    #[schema(value_type = String)]
    claim: Id<Claim>,
    /// What members read.
    title: Box<str>,
    /// Why: `not_yet`, `expired`, `other_currency`, `out_of_scope`, `short`, `nothing_to_take`, `outdone`.
    reason: &'static str,
    /// How much is missing, if that is why.
    #[schema(value_type = Option<MoneyShape>)]
    short: Option<Money>,
}

/// A price that holds.
#[derive(Serialize, utoipa::ToSchema)]
pub struct QuoteView {
    /// Its id: place it.
    #[schema(value_type = String)]
    quote: Id<Quote>,
    /// Until when it holds, RFC 3339.
    until: String,
    /// Shop by shop.
    shops: Vec<ShopPrice>,
    /// The coupons that were taken.
    applied: Vec<Taken>,
    /// Those that were not, and why.
    refused: Vec<NotTaken>,
    /// What is to be paid.
    #[schema(value_type = MoneyShape)]
    total: Money,
    /// What coupons take off in all.
    #[schema(value_type = MoneyShape)]
    saved: Money,
    /// The version of the market's terms.
    terms: Box<str>,
}

fn quoted(
    site: &Site,
    id: Id<Quote>,
    until: Moment,
    priced: &Priced,
    promised: &[view::Promised],
) -> QuoteView {
    let shops = priced.shops.iter().map(|part| {
        let promised = promised.iter().find(|promised| promised.shop == part.shop);
        ShopPrice {
            shop: part.shop,
            lines: part
                .lines
                .iter()
                .map(|line| LinePrice {
                    sku: line.sku,
                    quantity: line.quantity,
                    unit: line.unit,
                    paid: line.paid,
                })
                .collect(),
            goods: part.goods,
            discount: part.discount,
            freight: part.freight.paid,
            way: part.freight.way.as_ref().map(|priced| priced.way.code.clone()),
            way_due: part.freight.way.as_ref().map(|priced| priced.due),
            freight_short: part.freight.short,
            total: part.total,
            holiday_until: promised.and_then(|promised| promised.holiday_until).map(|at| time(site, at)),
            ship_by: promised.map(|promised| time(site, promised.ship_by)),
            deliver_by: promised.map(|promised| time(site, promised.deliver_by)),
        }
    });
    QuoteView {
        quote: id,
        until: time(site, until),
        shops: shops.collect(),
        applied: priced
            .applied
            .iter()
            .map(|one| Taken {
                claim: one.claimed.claim,
                title: one.claimed.title.clone(),
                amount: one.amount,
            })
            .collect(),
        refused: priced
            .refused
            .iter()
            .map(|one| NotTaken {
                claim: one.claimed.claim,
                title: one.claimed.title.clone(),
                reason: one.reason.as_str(),
                short: match &one.reason {
                    trade::price::Reason::Short { short, .. } => Some(*short),
                    _ => None,
                },
            })
            .collect(),
        total: priced.total,
        saved: priced.saved(),
        terms: priced.terms.clone(),
    }
}

/// Prices what is wanted, and keeps the price for a while.
#[utoipa::path(post, path = "/quotes", tag = "store", extensions(("x-needs" = json!("member"))), request_body = QuoteBody, responses((status = 201, body = QuoteView)))]
pub async fn quote(
    State(site): State<Site>,
    act: IdempotentRequest,
    Json(body): Json<QuoteBody>,
) -> Result<Response, Failure> {
    let member = act.who.member()?;
    let now = (site.now)();
    let address = body.address.as_deref().map(id::<Address>).transpose()?;
    let only = body
        .skus
        .map(|skus| skus.iter().map(|sku| id::<Sku>(sku)).collect::<Result<Vec<_>, _>>())
        .transpose()?;
    let wanted = match body.lines {
        Some(lines) => Some(named(&site, now, lines).await?),
        None => None,
    };
    let ways = body.ways.iter().take(100);
    let ways = ways.map(|way| Ok((id::<Shop>(&way.shop)?, way.way.as_str().into())));
    let ways: Vec<(Id<Shop>, Box<str>)> = ways.collect::<Result<_, Failure>>()?;
    let services = site.services.clone();
    let (ready, promised) = site
        .read(move |q| {
            let lines = match wanted {
                Some(lines) => lines,
                None => buy::wanted_of_cart(q, member, only.as_deref())?,
            };
            let ready = buy::price(q, &services, now, member, &Ask { lines, address, ways })?;
            let promised = view::promised(&services, now, &ready)?;
            Ok((ready, promised))
        })
        .await?;
    let inner = site.clone();
    act.json(&site, "store.quote", store::Keys::none(), StatusCode::CREATED, move |tx, ctx| {
        let (id, until) = buy::keep(tx, ctx, &ready)?;
        Ok::<_, BuyError>(quoted(&inner, id, until, &ready.priced, &promised))
    })
    .await
}

/// What was named one by one, with the scenes that it was found in.
async fn named(site: &Site, now: Moment, lines: Vec<WantedBody>) -> Result<Vec<Wanted>, Failure> {
    let mut wanted = Vec::with_capacity(lines.len().min(500));
    let told = lines.iter().any(|line| line.via.is_some());
    for line in &lines {
        wanted.push(Wanted { sku: id(&line.sku)?, quantity: line.quantity, via: trade::scene::Via::mall() });
    }
    if !told {
        return Ok(wanted);
    }
    let skus: Vec<Id<Sku>> = wanted.iter().map(|line| line.sku).take(500).collect();
    let offers = site.read_apart(move |q| Ok(catalog::offers(q, &skus)?)).await?;
    for (line, body) in wanted.iter_mut().zip(&lines) {
        if let Some(offer) = offers.iter().find(|offer| offer.sku == line.sku) {
            line.via = via::of_program(site, now, offer.product, body.via.as_deref())?;
        }
    }
    Ok(wanted)
}

/// A price of whoever asks that was kept.
#[utoipa::path(get, path = "/quotes/{quote}", tag = "store", extensions(("x-needs" = json!("member"))), responses((status = 200, body = QuoteView)))]
pub async fn get_quote(
    State(site): State<Site>,
    who: Principal,
    Path(quote): Path<String>,
) -> Result<axum::Json<QuoteView>, Failure> {
    let member = who.member()?;
    let quote: Id<Quote> = id(&quote)?;
    let found = site.read_apart(move |q| Ok(quote::quote(q, member, quote)?)).await?.quote;
    Ok(axum::Json(quoted(&site, found.id, found.until, &found.priced, &[])))
}

/// A payment.
#[derive(Serialize, utoipa::ToSchema)]
pub struct PaymentView {
    /// Its id.
    #[schema(value_type = String)]
    payment: Id<Payment>,
    /// What it pays for.
    #[schema(value_type = String)]
    purchase: Id<Purchase>,
    /// At which provider.
    provider: String,
    /// How much.
    #[schema(value_type = MoneyShape)]
    amount: Money,
    /// `pending`, `captured`, `failed` or `abandoned`.
    status: &'static str,
    /// Where the buyer pays, while it is pending.
    redirect: Option<Box<str>>,
}

fn paid(attempt: &Attempt) -> PaymentView {
    let status = match attempt.status {
        payment::Status::Started | payment::Status::Pending => "pending",
        payment::Status::Captured => "captured",
        payment::Status::Failed => "failed",
        payment::Status::Abandoned => "abandoned",
    };
    PaymentView {
        payment: attempt.id,
        purchase: attempt.purchase,
        provider: attempt.provider.name().to_owned(),
        amount: attempt.amount,
        status,
        redirect: attempt.redirect.clone().filter(|_| attempt.status.is_open()),
    }
}

/// A purchase.
#[derive(Serialize, utoipa::ToSchema)]
pub struct PurchaseView {
    /// Its id.
    #[schema(value_type = String)]
    purchase: Id<Purchase>,
    /// `unpaid`, `paid`, `cancelled` or `closed`.
    status: &'static str,
    /// What is paid for all of it.
    #[schema(value_type = MoneyShape)]
    total: Money,
    /// When it was placed, RFC 3339.
    placed_at: String,
    /// By when it has to be paid, RFC 3339.
    pay_by: String,
    /// Its orders, one for each shop.
    orders: Vec<order::OrderHead>,
    /// The attempts to pay for it, newest first.
    payments: Vec<PaymentView>,
}

fn bought(
    site: &Site,
    purchase: &orders::Purchase,
    orders: &[orders::Order],
    attempts: &[Attempt],
) -> PurchaseView {
    PurchaseView {
        purchase: purchase.id,
        status: purchase.status.as_str(),
        total: purchase.total,
        placed_at: time(site, purchase.placed_at),
        pay_by: time(site, purchase.pay_by),
        orders: orders.iter().map(|of| order::head(site, of)).collect(),
        payments: attempts.iter().map(paid).collect(),
    }
}

/// What is placed.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "quote": "quo_0640yw3hg0d5v8wxfrgcp6ztr0" }))]
pub struct PlaceBody {
    /// The price that holds.
    quote: String,
}

/// Places a quote: over all its shops, or not at all.
#[utoipa::path(post, path = "/purchases", tag = "store", extensions(("x-needs" = json!("member"))), request_body = PlaceBody, responses((status = 201, body = PurchaseView)))]
pub async fn place(
    State(site): State<Site>,
    headers: HeaderMap,
    act: IdempotentRequest,
    Json(body): Json<PlaceBody>,
) -> Result<Response, Failure> {
    let member = act.who.member()?;
    let quote: Id<Quote> = id(&body.quote)?;
    let (inner, now) = (site.clone(), (site.now)());
    let (services, device) = (site.services.clone(), web_kit::device::of(&headers).map(str::to_owned));
    let find = move |q: &mut store::Read<'_>| {
        let found = buy::find(q, &services, now, member, quote)?;
        let keys = found.keys();
        Ok::<_, BuyError>((found, keys))
    };
    let answer = act
        .json_found(&site, "store.place", StatusCode::CREATED, find, move |tx, ctx, found| {
            let placed = buy::place_found(tx, ctx, &inner.services, device.as_deref(), found)?;
            Ok(bought(&inner, &placed.purchase, &placed.orders, &[]))
        })
        .await?;
    site.services.wake_worker();
    Ok(answer)
}

/// The keys of a write. SQLite has one writer and is not asked.
pub async fn keys(
    site: &Site,
    f: impl FnOnce(&mut store::Read<'_>) -> Result<store::Keys, BuyError> + Send + 'static,
) -> Result<store::Keys, Failure> {
    if site.db.engine() == store::Engine::Sqlite {
        return Ok(store::Keys::none());
    }
    site.read(move |q| Ok(f(q)?)).await
}

/// The purchases of whoever asks, newest first, without their orders.
#[utoipa::path(get, path = "/purchases", tag = "store", extensions(("x-needs" = json!("member"))), params(Paging), responses((status = 200, body = Page<PurchaseView>)))]
pub async fn purchases(
    State(site): State<Site>,
    who: Principal,
    Query(paging): Query<Paging>,
) -> Result<axum::Json<Page<PurchaseView>>, Failure> {
    let member = who.member()?;
    let (after, limit) = (paging.after_id::<Purchase>()?, paging.limit()?.min(199));
    let found = site.read(move |q| Ok(orders::purchases(q, member, after, limit as i64 + 1)?)).await?;
    let views = found.iter().map(|purchase| bought(&site, purchase, &[], &[])).collect();
    Ok(axum::Json(Page::of(views, limit, |view: &PurchaseView| view.purchase.to_string())))
}

/// One purchase of whoever asks.
#[utoipa::path(get, path = "/purchases/{purchase}", tag = "store", extensions(("x-needs" = json!("member"))), params(("Prefer" = Option<String>, Header, description = "wait=N: answer when it is settled, or after N seconds")), responses((status = 200, body = PurchaseView)))]
pub async fn get(
    State(site): State<Site>,
    who: Principal,
    Path(purchase): Path<String>,
    headers: HeaderMap,
) -> Result<axum::Json<PurchaseView>, Failure> {
    let member = who.member()?;
    let purchase: Id<Purchase> = id(&purchase)?;
    let until = Instant::now() + patience(&headers);
    let waiting = site.waits.begin(purchase);
    loop {
        let bell = waiting.bell();
        let rung = bell.notified();
        tokio::pin!(rung);
        rung.as_mut().enable();
        let (found, attempts) = site
            .read(move |q| Ok((orders::purchase(q, member, purchase)?, payment::attempts(q, purchase)?)))
            .await?;
        let settled = found.purchase.status != orders::Status::Unpaid;
        if settled || tokio::time::timeout_at(until, rung).await.is_err() {
            return Ok(axum::Json(bought(&site, &found.purchase, &found.orders, &attempts)));
        }
    }
}

/// Calls a purchase off before it is paid: all of its orders.
#[utoipa::path(post, path = "/purchases/{purchase}/cancel", tag = "store", extensions(("x-needs" = json!("member"))), responses((status = 200, body = PurchaseView)))]
pub async fn cancel(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path(purchase): Path<String>,
) -> Result<Response, Failure> {
    let member = act.who.member()?;
    let purchase: Id<Purchase> = id(&purchase)?;
    let keys = keys(&site, move |q| {
        orders::purchase(q, member, purchase)?;
        buy::keys_to_end(q, purchase)
    })
    .await?;
    let inner = site.clone();
    let answer = act
        .json(&site, "store.cancel", keys, StatusCode::OK, move |tx, ctx| {
            buy::cancel(tx, ctx, member, purchase)
                .map(|ended| bought(&inner, &ended.purchase, &ended.orders, &[]))
        })
        .await?;
    site.services.notify_waiting(purchase);
    Ok(answer)
}

/// How it is paid.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "provider": "sandbox", "script": "ok" }))]
pub struct PayBody {
    /// At which provider; the first one if not said.
    #[serde(default)]
    provider: Option<String>,
    /// Of the sandbox: what its buyer does at once, as `ok`, `fail`, `delay:SECONDS`, `double`, `late`, `surplus:MINOR`,
    /// `silent`. Without it the buyer decides at its cashier.
    #[serde(default)]
    script: Option<String>,
}

/// What starting a payment keeps.
#[derive(Serialize, Deserialize)]
struct Started {
    payment: Id<Payment>,
}

/// Starts to pay, or answers with the attempt that is open. With `Prefer: wait=N` it answers when it is decided, or after N
/// seconds.
#[utoipa::path(post, path = "/purchases/{purchase}/payments", tag = "store", extensions(("x-needs" = json!("member"))), params(("Prefer" = Option<String>, Header, description = "wait=N: answer when it is decided, or after N seconds")), request_body = PayBody, responses((status = 201, body = PaymentView)))]
pub async fn pay(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path(purchase): Path<String>,
    headers: HeaderMap,
    Json(body): Json<PayBody>,
) -> Result<Response, Failure> {
    let member = act.who.member()?;
    let purchase: Id<Purchase> = id(&purchase)?;
    let (services, script) = (site.services.clone(), body.script);
    let first = || site.services.gateways().first().map(|gateway| gateway.name().to_owned());
    let provider = body.provider.or_else(first).unwrap_or_default();
    let waiting = site.waits.begin(purchase);
    let keys = orders::purchase_key(purchase).into();
    let started = act
        .value(&site, "store.pay", keys, move |tx, ctx| {
            let attempt = buy::start(tx, ctx, &services, member, purchase, (&provider, script.as_deref()))?;
            Ok::<_, BuyError>(Started { payment: attempt.id })
        })
        .await?;
    let back = Some(format!("/pay/{purchase}/result"));
    web_kit::storefront::pay::begin(&site, &act.who, started.payment, back).await?;
    let view = decided(&site, &waiting, started.payment, patience(&headers)).await?;
    Ok((StatusCode::CREATED, axum::Json(view)).into_response())
}

/// Waits until a payment is decided, or no longer.
async fn decided(
    site: &Site,
    waiting: &web_kit::waits::Waiting,
    id: Id<Payment>,
    patience: Duration,
) -> Result<PaymentView, Failure> {
    let until = Instant::now() + patience;
    loop {
        let bell = waiting.bell();
        let rung = bell.notified();
        tokio::pin!(rung);
        rung.as_mut().enable();
        let attempt = site.read_apart(move |q| Ok(payment::attempt(q, id)?)).await?;
        if !attempt.status.is_open() || tokio::time::timeout_at(until, rung).await.is_err() {
            return Ok(paid(&attempt));
        }
    }
}

/// One payment of whoever asks. With `Prefer: wait=N` it answers when it is decided, or after N seconds.
#[utoipa::path(get, path = "/payments/{payment}", tag = "store", extensions(("x-needs" = json!("member"))), params(("Prefer" = Option<String>, Header, description = "wait=N: answer when it is decided, or after N seconds")), responses((status = 200, body = PaymentView)))]
pub async fn payment(
    State(site): State<Site>,
    who: Principal,
    Path(payment): Path<String>,
    headers: HeaderMap,
) -> Result<axum::Json<PaymentView>, Failure> {
    let member = who.member()?;
    let payment: Id<Payment> = id(&payment)?;
    let purchase = site
        .read(move |q| {
            let attempt = payment::attempt(q, payment)?;
            let of = orders::purchase_of(q, attempt.purchase)?;
            if of.member == member { Ok(of.id) } else { Err(payment::Error::NoPayment(payment).into()) }
        })
        .await?;
    let waiting = site.waits.begin(purchase);
    Ok(axum::Json(decided(&site, &waiting, payment, patience(&headers)).await?))
}

/// What the buyer does at the sandbox's cashier.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "script": "ok" }))]
pub struct ConfirmBody {
    /// `ok`, `fail`, `delay:SECONDS`, `double`, `late`, `surplus:MINOR` or `silent`.
    script: String,
}

/// The buyer decides at the sandbox's own cashier.
#[utoipa::path(post, path = "/payments/{payment}/confirm", tag = "store", extensions(("x-needs" = json!("member"))), request_body = ConfirmBody, responses((status = 200, body = PaymentView)))]
pub async fn confirm(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path(payment): Path<String>,
    headers: HeaderMap,
    Json(body): Json<ConfirmBody>,
) -> Result<axum::Json<PaymentView>, Failure> {
    let payment: Id<Payment> = id(&payment)?;
    let purchase = web_kit::storefront::pay::confirm(&site, &act.who, payment, body.script).await?;
    let waiting = site.waits.begin(purchase);
    Ok(axum::Json(decided(&site, &waiting, payment, patience(&headers)).await?))
}
