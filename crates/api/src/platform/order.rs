//! The orders of all shops.

use crate::merchant::order::{NoteBody, NoteMade, NoteView, OrderRow, RevealBody, noted, notes_for};
use kernel::id::Order;
use trade::order::{self, Filter, Side};
use web_kit::prelude::*;
use web_kit::view::order::{Recipient, days, revealed, status, why};

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
    /// This order.
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
    let filter = Filter {
        status: query.status.as_deref().map(status).transpose()?,
        from,
        until,
        order: input::asked_id("order", query.order.as_deref())?,
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

/// Shows the recipient in the clear and records who looked, and why.
#[operation(post, "/sales/{order}/recipient", tag = "sales", needs = "platform.reveal")]
pub async fn reveal(at: Context, order: Id<Order>, body: RevealBody) -> Answer<Recipient> {
    revealed(&at.site, &at.act.who, Side::Platform, order, why(&body.why)?).await.map(axum::Json)
}
