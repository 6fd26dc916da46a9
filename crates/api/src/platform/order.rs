//! The orders of all shops.

use crate::merchant::order::{
    CancelBody, NoteBody, NoteMade, NoteView, OrderRow, RevealBody, noted, notes_for,
};
use kernel::id::Order;
use trade::order::{self, Filter, Side};
use web_kit::prelude::*;
use web_kit::view::order::{Recipient, days, named, revealed, status, why};

/// Which orders. Everything that is given has to hold.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct SalesQuery {
    /// Of this shop.
    shop: Option<String>,
    /// `unpaid`, `paid`, `shipped`, `received`, `cancelled`, `closed` or `refunded`.
    status: Option<String>,
    /// `true`: waiting for a person of the platform.
    held: Option<bool>,
    /// Placed on this day or later.
    from: Option<String>,
    /// Placed on this day or earlier.
    until: Option<String>,
    /// This order, by its id or its number (`code`).
    order: Option<String>,
    /// The `next` of the page before.
    after: Option<String>,
    /// How many, 1 to 100; 50 if not said.
    limit: Option<String>,
}

/// The orders of all shops, newest first.
#[operation(get, "/sales", tag = "sales", needs = "platform.orders")]
pub async fn list(at: Context, query: SalesQuery) -> Answer<ListPage<OrderRow>> {
    let now = at.now();
    let (from, until) = days(&at.site.market, query.from.as_deref(), query.until.as_deref())?;
    let (order, code) = named(query.order.as_deref())?;
    let filter = Filter {
        status: query.status.as_deref().map(status).transpose()?,
        from,
        until,
        order,
        code,
        shop: input::asked_id("shop", query.shop.as_deref())?,
        held: query.held == Some(true),
        ..Filter::default()
    };
    let last = input::after(query.after.as_deref())?;
    let limit = input::limit(query.limit.as_deref(), 50, 100)?;
    let find = move |q: &mut Read<'_>, most| order::of_platform(q, &filter, last, most);
    let view = |order| OrderRow::of(order, &at.site.market, now);
    at.page(limit, find, |order| order.id.to_string(), view).await
}

/// The newest notes on an order, the shop's and the platform's.
#[operation(get, "/sales/{order}/notes", tag = "sales", needs = "platform.orders")]
pub async fn notes(at: Context, order: Id<Order>) -> Answer<Items<NoteView>> {
    notes_for(&at, Side::Platform, order).await
}

/// Notes something on an order, for the platform's staff alone.
#[operation(post, "/sales/{order}/notes", tag = "sales", needs = "platform.orders")]
pub async fn note(at: Context, order: Id<Order>, body: NoteBody) -> Created<NoteMade> {
    noted(&at, None, order, body).await
}

/// Cancels an order that has not shipped, and says why: if it is paid for its money goes back; if not, it leaves its purchase,
/// which costs so much less, and with its last order a purchase ends.
#[operation(post, "/sales/{order}/cancel", tag = "sales", needs = "platform.orders")]
pub async fn cancel(at: Context, order: Id<Order>, body: CancelBody) -> Written<OrderRow> {
    let site = at.site.clone();
    let keys = at.site.read(move |q| Ok(flows::buy::keys_to_cancel(q, Side::Platform, order)?)).await?;
    let cancel = at.write("order.cancel_by_platform", keys, move |tx, ctx| {
        let why = body.why()?;
        let ended = flows::buy::cancel_by_platform(tx, ctx, &site.services, order, &why)?;
        Ok::<_, flows::buy::Error>(OrderRow::of(ended, &site.market, ctx.now))
    });
    let answer = cancel.await?;
    at.site.services.wake_worker();
    Ok(answer)
}

/// Shows the recipient in the clear and records who looked, and why.
#[operation(post, "/sales/{order}/recipient", tag = "sales", needs = "platform.reveal")]
pub async fn reveal(at: Context, order: Id<Order>, body: RevealBody) -> Answer<Recipient> {
    revealed(&at.site, &at.act.who, Side::Platform, order, why(&body.why)?).await.map(axum::Json)
}

/// A carrier's word of a pick-up.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PickUpBody {
    /// The carrier: a code of `GET /api/store/carriers`.
    #[schema(pattern = "^[a-z0-9_-]{1,32}$", example = "sf")]
    carrier: String,
    /// The number under which it has the parcel.
    #[schema(min_length = 1, max_length = 64, example = "SF1234567890123")]
    number: String,
    /// Since when, RFC 3339.
    #[schema(format = DateTime)]
    at: String,
}

/// Takes in that a carrier has the parcel of an order: from then on its number stands. Of a carrier whose word comes in
/// (`reports` in the list of carriers) it is the pick-up. Told again it changes nothing.
#[operation(post, "/sales/{order}/pickup", tag = "sales", needs = "platform.orders")]
pub async fn pick_up(at: Context, order: Id<Order>, body: PickUpBody) -> Written<OrderRow> {
    let (market, told) = (at.site.market.clone(), input::moment("at", &body.at, &at.site.market)?);
    at.write("order.pick_up", order::key(order), move |tx, ctx| {
        let number = (&*body.carrier, &*body.number);
        let collected = flows::ship::collected(tx, ctx, order, number, told)?;
        Ok::<_, flows::buy::Error>(OrderRow::of(collected, &market, ctx.now))
    })
    .await
}
