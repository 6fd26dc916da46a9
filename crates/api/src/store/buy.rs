//! Prices that hold, purchases and payments.

use crate::store::order;
use crate::store::shelf::DeliveryChoice;
use axum::http::HeaderMap;
use flows::buy::{self, Ask, Error as BuyError, Wanted};
use flows::view;
use kernel::id::{Address, Payment, Purchase, Quote, Shop, Sku};
use offer::catalog;
use std::time::Duration;
use tokio::time::Instant;
use trade::payment::{self, Attempt};
use trade::price::{Applied, Clause, Priced, Reason, Refused};
use trade::{order as orders, quote};
use web_kit::input::id;
use web_kit::prelude::*;
use web_kit::storefront::{pay, via};
use web_kit::waits::Waiting;

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
    /// What is wanted, apart from the cart, which stays as it is; not said: what lies in the cart, which is taken out of it
    /// when it is placed.
    #[serde(default)]
    lines: Option<Vec<WantedBody>>,
    /// Of the cart only these variants.
    #[serde(default)]
    skus: Option<Vec<String>>,
    /// Where it is to be sent; goods that need a parcel cannot be placed without.
    #[serde(default)]
    address: Option<String>,
    /// The delivery methods that were chosen; the standard one where none is.
    #[serde(default)]
    delivery_methods: Vec<DeliveryChoice>,
}

/// A line of a price.
#[derive(Serialize, utoipa::ToSchema)]
pub struct LinePrice {
    /// Which variant.
    sku: String,
    /// How many.
    quantity: i64,
    /// What one costs.
    unit: Money,
    /// What is paid for all of them, after coupons, without freight.
    paid: Money,
}

/// A shop's part of a price.
#[derive(Serialize, utoipa::ToSchema)]
pub struct ShopPrice {
    /// Whose.
    shop: String,
    /// Its lines.
    lines: Vec<LinePrice>,
    /// The goods at their prices.
    goods: Money,
    /// What coupons take off the goods.
    discount: Money,
    /// What is paid for freight.
    freight: Money,
    /// By which way it goes; null: the standard one.
    delivery_method: Option<Box<str>>,
    /// What of the freight is due for that way, before coupons.
    delivery_method_due: Option<Money>,
    /// How much is missing for free freight, if that can be had.
    freight_short: Option<Money>,
    /// What is paid to this shop.
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
    claim: String,
    /// What members read.
    title: Box<str>,
    /// What it takes off.
    amount: Money,
}

/// A coupon that was not taken.
#[derive(Serialize, utoipa::ToSchema)]
pub struct NotTaken {
    /// Which claim.
    claim: String,
    /// What members read.
    title: Box<str>,
    /// Why: `not_yet`, `expired`, `other_currency`, `out_of_scope`, `short`, `nothing_to_take`, `not_in_segment`, `few_units`,
    /// `barred`, `outdone`.
    reason: &'static str,
    /// How much is missing, if that is why.
    short: Option<Money>,
    /// By which clause it does not go with what was taken, if it is by one: `coupons.most` and `coupons.combine` of the market's
    /// terms, or `coupon.exclusive`.
    clause: Option<&'static str>,
}

/// A price that holds.
#[derive(Serialize, utoipa::ToSchema)]
pub struct QuoteView {
    /// Its id: place it.
    quote: String,
    /// Until when it holds, RFC 3339.
    until: String,
    /// Shop by shop.
    shops: Vec<ShopPrice>,
    /// The coupons that were taken.
    applied: Vec<Taken>,
    /// Those that were not, and why.
    refused: Vec<NotTaken>,
    /// What is to be paid.
    total: Money,
    /// What coupons take off in all.
    saved: Money,
    /// The version of the market's terms.
    terms: Box<str>,
}

/// The coupons that were taken, whole or with the parts of one order alone, and those that were not.
pub(super) fn taken(applied: &[Applied], refused: &[Refused], parts: bool) -> (Vec<Taken>, Vec<NotTaken>) {
    let amount = |one: &Applied| match parts {
        true => Money::new(one.parts.iter().map(|part| part.amount.minor).sum(), one.amount.currency),
        false => one.amount,
    };
    let applied = applied.iter().map(|one| Taken {
        claim: one.claimed.claim.to_string(),
        title: one.claimed.title.clone(),
        amount: amount(one),
    });
    let refused = refused.iter().map(|one| NotTaken {
        claim: one.claimed.claim.to_string(),
        title: one.claimed.title.clone(),
        reason: one.reason.as_str(),
        short: match &one.reason {
            Reason::Short { short, .. } => Some(*short),
            _ => None,
        },
        clause: one.reason.clause().map(Clause::key),
    });
    (applied.collect(), refused.collect())
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
        let lines = part.lines.iter().map(|line| LinePrice {
            sku: line.sku.to_string(),
            quantity: line.quantity,
            unit: line.unit,
            paid: line.paid,
        });
        let delivery_method = part.freight.delivery_method.as_ref();
        ShopPrice {
            shop: part.shop.to_string(),
            lines: lines.collect(),
            goods: part.goods,
            discount: part.discount,
            freight: part.freight.paid,
            delivery_method: delivery_method.map(|priced| priced.delivery_method.code.clone()),
            delivery_method_due: delivery_method.map(|priced| priced.due),
            freight_short: part.freight.short,
            total: part.total,
            holiday_until: promised.and_then(|promised| promised.holiday_until).map(|at| site.time(at)),
            ship_by: promised.map(|promised| site.time(promised.ship_by)),
            deliver_by: promised.map(|promised| site.time(promised.deliver_by)),
        }
    });
    let (applied, refused) = taken(&priced.applied, &priced.refused, false);
    QuoteView {
        quote: id.to_string(),
        until: site.time(until),
        shops: shops.collect(),
        applied,
        refused,
        total: priced.total,
        saved: priced.saved(),
        terms: priced.terms.clone(),
    }
}

/// Prices what is wanted, and keeps the price for a while.
#[operation(post, "/quotes", tag = "store", needs = "member")]
pub async fn quote(at: MemberContext, body: QuoteBody) -> Created<QuoteView> {
    let (member, now, site) = (at.member, at.now(), at.site.clone());
    let address = body.address.as_deref().map(id::<Address>).transpose()?;
    let ids = |skus: Vec<String>| skus.iter().map(|sku| id::<Sku>(sku)).collect::<Result<Vec<_>, _>>();
    let only = body.skus.map(ids).transpose()?;
    let wanted = match body.lines {
        Some(lines) => Some(named(&site, now, lines).await?),
        None => None,
    };
    let delivery_methods = body.delivery_methods.iter().take(100);
    let delivery_methods = delivery_methods.map(|delivery_method| {
        Ok((id::<Shop>(&delivery_method.shop)?, delivery_method.delivery_method.as_str().into()))
    });
    let delivery_methods: Vec<(Id<Shop>, Box<str>)> = delivery_methods.collect::<Result<_, Failure>>()?;
    let (services, apart) = (site.services.clone(), wanted.is_some());
    let (ready, promised) = site
        .read(move |q| {
            let lines = match wanted {
                Some(lines) => lines,
                None => buy::wanted_of_cart(q, member, only.as_deref())?,
            };
            let ready = buy::price(q, &services, now, member, &Ask { lines, address, delivery_methods })?;
            let ready = if apart { ready.apart() } else { ready };
            let promised = view::promised(&services, now, &ready)?;
            Ok((ready, promised))
        })
        .await?;
    at.write("store.quote", Keys::none(), move |tx, ctx| {
        let (id, until) = buy::keep(tx, ctx, &ready)?;
        Ok::<_, BuyError>(quoted(&site, id, until, &ready.priced, &promised))
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
#[operation(get, "/quotes/{quote}", tag = "store", needs = "member")]
pub async fn get_quote(at: MemberContext, quote: Id<Quote>) -> Answer<QuoteView> {
    let member = at.member;
    let found = at.site.read_apart(move |q| Ok(quote::quote(q, member, quote)?)).await?.quote;
    Ok(axum::Json(quoted(&at.site, found.id, found.until, &found.priced, &[])))
}

/// A payment.
#[derive(Serialize, utoipa::ToSchema)]
pub struct PaymentView {
    /// Its id.
    payment: String,
    /// What it pays for.
    purchase: String,
    /// At which provider.
    provider: String,
    /// How much.
    amount: Money,
    /// What came of it in parts, while a transfer waits for the rest; else zero.
    received: Money,
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
        payment: attempt.id.to_string(),
        purchase: attempt.purchase.to_string(),
        provider: attempt.provider.name().to_owned(),
        amount: attempt.amount,
        received: attempt.received,
        status,
        redirect: attempt.redirect.clone().filter(|_| attempt.status.is_open()),
    }
}

/// A purchase.
#[derive(Serialize, utoipa::ToSchema)]
pub struct PurchaseView {
    /// Its id.
    purchase: String,
    /// `unpaid`, `paid`, `cancelled` or `closed`.
    status: &'static str,
    /// What is paid for all of it.
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
        purchase: purchase.id.to_string(),
        status: purchase.status.as_str(),
        total: purchase.total,
        placed_at: site.time(purchase.placed_at),
        pay_by: site.time(purchase.pay_by),
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
    /// What the buyer says to the shops, at most one remark to each.
    #[serde(default)]
    remarks: Vec<RemarkTo>,
}

/// What the buyer says to a shop.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RemarkTo {
    /// To which of them.
    shop: String,
    /// At most 200 characters.
    #[schema(max_length = 200)]
    text: String,
}

/// Places a quote: over all its shops, or not at all.
#[operation(post, "/purchases", tag = "store", needs = "member")]
pub async fn place(at: MemberContext, headers: HeaderMap, body: PlaceBody) -> Created<PurchaseView> {
    let (member, now, site) = (at.member, at.now(), at.site.clone());
    let quote: Id<Quote> = id(&body.quote)?;
    let (services, device) = (site.services.clone(), web_kit::device::of(&headers).map(str::to_owned));
    let remarks = body.remarks.into_iter().map(|one| Ok((id(&one.shop)?, one.text)));
    let remarks: Vec<(Id<Shop>, String)> = remarks.collect::<Result<_, Failure>>()?;
    let find = move |q: &mut Read<'_>| {
        let found = buy::find(q, &services, now, member, quote)?.saying(&remarks)?;
        let keys = found.keys();
        Ok::<_, BuyError>((found, keys))
    };
    let place =
        at.act.json_found(&at.site, "store.place", StatusCode::CREATED, find, move |tx, ctx, found| {
            let placed = buy::place_found(tx, ctx, &site.services, device.as_deref(), found)?;
            Ok(bought(&site, &placed.purchase, &placed.orders, &[]))
        });
    let answer = place.await?;
    at.site.services.wake_worker();
    Ok(answer.into())
}

/// The purchases of whoever asks, newest first, without their orders.
#[operation(get, "/purchases", tag = "store", needs = "member")]
pub async fn purchases(at: MemberContext, query: Paging) -> Answer<ListPage<PurchaseView>> {
    let (member, after, limit) = (at.member, query.after_id()?, query.limit()?.min(199));
    let find = move |q: &mut Read<'_>, most| orders::purchases(q, member, after, most);
    let view = |purchase| bought(&at.site, &purchase, &[], &[]);
    at.page(limit, find, |purchase| purchase.id.to_string(), view).await
}

/// The longest that one request waits, in seconds.
const LONGEST: u64 = 60;

/// How long a client is ready to wait (`Prefer: wait=20`); not at all, if it does not say.
fn patience(headers: &HeaderMap) -> Duration {
    let words = headers.get_all("prefer").iter().filter_map(|value| value.to_str().ok());
    let seconds = words
        .flat_map(|value| value.split([',', ';']))
        .find_map(|word| word.trim().strip_prefix("wait=")?.parse::<u64>().ok());
    Duration::from_secs(seconds.unwrap_or(0).min(LONGEST))
}

/// Looks, and looks again whenever something happened to a purchase, until it is settled or the client waits no longer.
async fn settled<T, F: Future<Output = Result<T, Failure>>>(
    waiting: &Waiting,
    headers: &HeaderMap,
    look: impl Fn() -> F,
    is_settled: fn(&T) -> bool,
) -> Result<T, Failure> {
    let until = Instant::now() + patience(headers);
    loop {
        let bell = waiting.bell();
        let rung = bell.notified();
        tokio::pin!(rung);
        rung.as_mut().enable();
        let found = look().await?;
        if is_settled(&found) || tokio::time::timeout_at(until, rung).await.is_err() {
            return Ok(found);
        }
    }
}

/// One purchase of whoever asks.
#[operation(get, "/purchases/{purchase}", tag = "store", needs = "member",
    params(("Prefer" = Option<String>, Header, description = "wait=N: answer when it is settled, or after N seconds")))]
pub async fn get(at: MemberContext, purchase: Id<Purchase>, headers: HeaderMap) -> Answer<PurchaseView> {
    let (member, waiting) = (at.member, at.site.waits.begin(purchase));
    let look = || {
        at.site.read(move |q| Ok((orders::purchase(q, member, purchase)?, payment::attempts(q, purchase)?)))
    };
    let is_settled = |(found, _): &(orders::PurchaseView, _)| found.purchase.status != orders::Status::Unpaid;
    let (found, attempts) = settled(&waiting, &headers, look, is_settled).await?;
    Ok(axum::Json(bought(&at.site, &found.purchase, &found.orders, &attempts)))
}

/// Calls a purchase off before it is paid: all of its orders.
#[operation(post, "/purchases/{purchase}/cancel", tag = "store", needs = "member")]
pub async fn cancel(at: MemberContext, purchase: Id<Purchase>) -> Written<PurchaseView> {
    let (member, site) = (at.member, at.site.clone());
    let find = move |q: &mut Read<'_>| {
        orders::purchase(q, member, purchase)?;
        buy::keys_to_end(q, purchase)
    };
    let keys = order::keys(&at.site, find).await?;
    let cancel = at.write("store.cancel", keys, move |tx, ctx| {
        buy::cancel(tx, ctx, member, purchase).map(|ended| bought(&site, &ended.purchase, &ended.orders, &[]))
    });
    let answer = cancel.await?;
    at.site.services.notify_waiting(purchase);
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
#[operation(post, "/purchases/{purchase}/payments", tag = "store", needs = "member",
    params(("Prefer" = Option<String>, Header, description = "wait=N: answer when it is decided, or after N seconds")))]
pub async fn pay(
    at: MemberContext,
    purchase: Id<Purchase>,
    headers: HeaderMap,
    body: PayBody,
) -> Created<PaymentView> {
    let member = at.member;
    let (services, script) = (at.site.services.clone(), body.script);
    let first = || at.site.services.gateways().first().map(|gateway| gateway.name().to_owned());
    let provider = body.provider.or_else(first).unwrap_or_default();
    let waiting = at.site.waits.begin(purchase);
    let keys = orders::purchase_key(purchase).into();
    let start = at.act.value(&at.site, "store.pay", keys, move |tx, ctx| {
        let attempt = buy::start(tx, ctx, &services, member, purchase, (&provider, script.as_deref()))?;
        Ok::<_, BuyError>(Started { payment: attempt.id })
    });
    let started = start.await?.payment;
    pay::begin(&at.site, &at.act.who, started, Some(format!("/pay/{purchase}/result"))).await?;
    let view = decided(&at.site, &waiting, started, &headers).await?;
    Ok((StatusCode::CREATED, axum::Json(view)).into_response().into())
}

/// Waits until a payment is decided, or no longer.
async fn decided(
    site: &Site,
    waiting: &Waiting,
    id: Id<Payment>,
    headers: &HeaderMap,
) -> Result<PaymentView, Failure> {
    let look = || site.read_apart(move |q| Ok(payment::attempt(q, id)?));
    let is_decided = |attempt: &Attempt| !attempt.status.is_open();
    settled(waiting, headers, look, is_decided).await.map(|attempt| paid(&attempt))
}

/// One payment of whoever asks. With `Prefer: wait=N` it answers when it is decided, or after N seconds.
#[operation(get, "/payments/{payment}", tag = "store", needs = "member",
    params(("Prefer" = Option<String>, Header, description = "wait=N: answer when it is decided, or after N seconds")))]
pub async fn payment(at: MemberContext, payment: Id<Payment>, headers: HeaderMap) -> Answer<PaymentView> {
    let member = at.member;
    let purchase = at
        .site
        .read(move |q| {
            let attempt = payment::attempt(q, payment)?;
            let of = orders::purchase_of(q, attempt.purchase)?;
            if of.member == member { Ok(of.id) } else { Err(payment::Error::NoPayment(payment).into()) }
        })
        .await?;
    let waiting = at.site.waits.begin(purchase);
    decided(&at.site, &waiting, payment, &headers).await.map(axum::Json)
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
#[operation(post, "/payments/{payment}/confirm", tag = "store", needs = "member")]
pub async fn confirm(
    at: MemberContext,
    payment: Id<Payment>,
    headers: HeaderMap,
    body: ConfirmBody,
) -> Answer<PaymentView> {
    let purchase = pay::confirm(&at.site, &at.act.who, payment, body.script).await?;
    let waiting = at.site.waits.begin(purchase);
    decided(&at.site, &waiting, payment, &headers).await.map(axum::Json)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patience_is_read_from_prefer_and_has_an_end() {
        let of = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert("prefer", axum::http::HeaderValue::from_static(value));
            patience(&headers).as_secs()
        };
        assert_eq!(of("wait=20"), 20);
        assert_eq!(of("respond-async, wait=5"), 5);
        assert_eq!(of("wait=9999"), LONGEST);
        assert_eq!(of("wait=soon"), 0);
        assert_eq!(patience(&HeaderMap::new()).as_secs(), 0);
    }
}
