//! A shop's orders: to find, to ship, to note something on.

use crate::shape::time;
use flows::ship::Parcel;
use kernel::id::{Order, Shop};
use kernel::{Actor, Market};
use trade::order::{self, Filter, Side};
use web_kit::prelude::*;
use web_kit::view::order::{
    MOST_PARCELS, Recipient, days, is_overdue, keys_to_ship, revealed, shop_gets_of, status, why,
};

/// One line of an order.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct LineView {
    /// What.
    pub sku: String,
    /// Of which product.
    pub product: String,
    /// The product's title when it was bought.
    pub title: String,
    /// Which variant, in words.
    pub variant: String,
    /// The key of its picture.
    pub media: Option<String>,
    /// How many.
    pub quantity: i64,
    /// The price of one.
    pub unit: Money,
    /// What the buyer paid for the line after every discount.
    pub paid: Money,
    /// Where the buyer came upon it: `mall`, `search`, `shop`, `showcase`, `video`, `live`.
    pub scene: &'static str,
    /// What shows that.
    pub evidence: Option<String>,
}

impl LineView {
    fn of(line: order::Line) -> Self {
        Self {
            sku: line.sku.to_string(),
            product: line.product.to_string(),
            title: line.title.into(),
            variant: line.variant.into(),
            media: line.media.map(String::from),
            quantity: line.quantity,
            unit: line.unit,
            paid: line.paid,
            scene: line.via.scene.as_str(),
            evidence: line.via.evidence.map(String::from),
        }
    }
}

/// The sums of an order, frozen when it was placed.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct SumsView {
    /// Each of them.
    #[serde(flatten)]
    pub sums: order::Sums,
    /// What the shop gets: total and coupon, less fee and commission; nothing of an order that was cancelled, closed or refunded.
    pub shop_gets: Money,
}

/// An order, in a list.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct OrderRow {
    /// Its number.
    pub order: String,
    /// Of which shop.
    pub shop: String,
    /// What it is part of.
    pub purchase: String,
    /// `unpaid`, `paid`, `shipped`, `received`, `cancelled`, `closed`, `refunded`.
    pub status: &'static str,
    /// What was bought.
    pub lines: Vec<LineView>,
    /// For how much.
    pub sums: SumsView,
    /// Where it goes, personal data masked.
    pub address: String,
    /// When it was placed.
    pub placed_at: String,
    /// When it was paid.
    pub paid_at: Option<String>,
    /// By when the shop promised to hand it over.
    pub ship_by: String,
    /// Whether that has passed and it has not shipped.
    pub is_overdue: bool,
    /// When it was handed over.
    pub shipped_at: Option<String>,
    /// To which carrier.
    pub carrier: Option<String>,
    /// Under which number.
    pub number: Option<String>,
    /// Whether the shop noted something.
    pub noted: bool,
    /// Whether the platform reviews it: it ships after that.
    pub held: bool,
}

impl OrderRow {
    pub(crate) fn of(order: order::Order, market: &Market, now: Moment) -> Self {
        let maybe = |at: Option<Moment>| at.map(|at| time(market, at));
        Self {
            is_overdue: is_overdue(&order, now),
            sums: SumsView { sums: order.sums, shop_gets: shop_gets_of(&order) },
            order: order.id.to_string(),
            shop: order.shop.to_string(),
            purchase: order.purchase.to_string(),
            status: order.status.as_str(),
            lines: order.lines.into_iter().map(LineView::of).collect(),
            address: order.address.shown.into(),
            placed_at: time(market, order.placed_at),
            paid_at: maybe(order.paid_at),
            ship_by: time(market, order.ship_by),
            shipped_at: maybe(order.shipped_at),
            carrier: order.carrier.map(String::from),
            number: order.number.map(String::from),
            noted: order.noted,
            held: order.held,
        }
    }
}

/// A step of an order's life.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct EntryView {
    /// `placed`, `paid`, `cancelled`, `closed`, `refunded`, `readdressed`, `shipped`, `received`, `held`, `cleared`.
    pub step: &'static str,
    /// When.
    pub at: String,
    /// By whom: `system`, `operator`, `outside`, a member or a key.
    pub by: String,
}

/// What an order owed or owes.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct DueView {
    /// What has to have happened: `paid`, `shipped`, `received`.
    pub step: &'static str,
    /// By when.
    pub by: String,
    /// When it happened.
    pub met: Option<String>,
    /// Whether it was or is late.
    pub is_late: bool,
}

/// An order with its timeline.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct OrderDetail {
    /// The order.
    #[serde(flatten)]
    pub row: OrderRow,
    /// The promise of its shipment, with its version: `ship-48h@1`.
    pub promise: String,
    /// By which way of the shop it goes; null: the standard one.
    pub delivery_method: Option<String>,
    /// The version of the terms it was placed under.
    pub terms: String,
    /// By when the buyer was promised to have it.
    pub deliver_by: String,
    /// When its receipt confirms itself.
    pub confirm_by: Option<String>,
    /// When it ended.
    pub ended_at: Option<String>,
    /// What happened.
    pub steps: Vec<EntryView>,
    /// What was due.
    pub due: Vec<DueView>,
}

/// Who did something, in a word.
pub fn by(actor: Actor) -> String {
    match actor {
        Actor::System => "system".to_owned(),
        Actor::Operator => "operator".to_owned(),
        Actor::Outside => "outside".to_owned(),
        Actor::Member(id) => id.to_string(),
        Actor::Key(id) => id.to_string(),
    }
}

impl OrderDetail {
    pub(crate) fn of(view: order::OrderView, market: &Market, now: Moment) -> Self {
        let maybe = |at: Option<Moment>| at.map(|at| time(market, at));
        let step = |entry: &order::Entry| EntryView {
            step: entry.step.map_or("placed", order::Step::as_str),
            at: time(market, entry.at),
            by: by(entry.by),
        };
        let due = |due: &order::Due| DueView {
            step: due.step.as_str(),
            by: time(market, due.by),
            met: maybe(due.met),
            is_late: due.is_late(now),
        };
        let order::OrderView { order, steps, due: dues, .. } = view;
        Self {
            promise: format!("{}@{}", order.promise.id, order.promise.version),
            delivery_method: order
                .delivery_method
                .as_ref()
                .map(|delivery_method| delivery_method.code.to_string()),
            terms: order.terms.to_string(),
            deliver_by: time(market, order.deliver_by),
            confirm_by: maybe(order.confirm_by),
            ended_at: maybe(order.ended_at),
            steps: steps.iter().map(step).collect(),
            due: dues.iter().map(due).collect(),
            row: OrderRow::of(order, market, now),
        }
    }
}

/// Which orders. Everything that is given has to hold.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct OrderQuery {
    /// `unpaid`, `paid`, `shipped`, `received`, `cancelled`, `closed` or `refunded`.
    status: Option<String>,
    /// Placed on this day or later.
    from: Option<String>,
    /// Placed on this day or earlier.
    until: Option<String>,
    /// With a line of this product.
    product: Option<String>,
    /// `true`: paid, not shipped, and its time is over.
    overdue: Option<bool>,
    /// `true`: with a note of the shop.
    noted: Option<bool>,
    /// This order.
    order: Option<String>,
    /// With this number of a carrier.
    number: Option<String>,
    /// The `next` of the page before.
    after: Option<String>,
    /// How many, 1 to 100; 50 if not said.
    limit: Option<String>,
}

impl OrderQuery {
    fn filter(&self, market: &Market, now: Moment) -> Result<Filter, Failure> {
        fn said(text: &Option<String>) -> Option<&str> {
            text.as_deref().filter(|text| !text.trim().is_empty())
        }
        let (from, until) = days(market, said(&self.from), said(&self.until))?;
        Ok(Filter {
            status: said(&self.status).map(status).transpose()?,
            from,
            until,
            product: input::asked_id("product", said(&self.product))?,
            overdue: (self.overdue == Some(true)).then_some(now),
            noted: self.noted == Some(true),
            order: input::asked_id("order", said(&self.order))?,
            number: said(&self.number).map(|text| text.trim().into()),
            shop: None,
            held: false,
        })
    }
}

/// A shop's orders, newest first.
#[operation(get, "/shops/{shop}/orders", tag = "shop orders", needs = "shop.orders")]
pub async fn list(at: ShopContext, query: OrderQuery) -> Answer<ListPage<OrderRow>> {
    let (shop, now) = (at.shop, at.now());
    let filter = query.filter(&at.site.market, now)?;
    let last = input::after(query.after.as_deref())?;
    let limit = input::limit(query.limit.as_deref(), 50, 100)?;
    let find = move |q: &mut Read<'_>, most| order::of_shop(q, shop, &filter, last, most);
    let view = |order| OrderRow::of(order, &at.site.market, now);
    at.page(limit, find, |order| order.id.to_string(), view).await
}

/// One order of a shop.
#[operation(get, "/shops/{shop}/orders/{order}", tag = "shop orders", needs = "shop.orders")]
pub async fn get(at: ShopContext, order: Id<Order>) -> Answer<OrderDetail> {
    let (shop, now, market) = (at.shop, at.now(), at.site.market.clone());
    at.answer(move |q| Ok(OrderDetail::of(order::order_of_shop(q, shop, order)?, &market, now))).await
}

/// How an order leaves.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ShipBody {
    /// The carrier's word.
    #[schema(pattern = "^[a-z0-9_-]{1,32}$")]
    carrier: String,
    /// Its number, as the carrier gave it.
    #[schema(min_length = 1, max_length = 64)]
    number: String,
}

/// Ships orders of a shop, all of them or none, and answers with what `view` makes of them.
async fn shipped<T: Serialize + Send + 'static>(
    at: ShopContext,
    name: &'static str,
    parcels: Vec<Parcel>,
    view: fn(Vec<OrderRow>) -> T,
) -> Written<T> {
    let (shop, services, market) = (at.shop, at.site.services.clone(), at.site.market.clone());
    let keys = keys_to_ship(&at.site, shop, &parcels).await?;
    at.write(name, keys, move |tx, ctx| {
        let shipped = flows::ship::ship_all(tx, ctx, &services, shop, &parcels)?;
        let rows = shipped.into_iter().map(|order| OrderRow::of(order, &market, ctx.now));
        Ok::<_, flows::buy::Error>(view(rows.collect()))
    })
    .await
}

/// Ships one order and takes its stock out; the transaction's refusal is the answer.
#[operation(post, "/shops/{shop}/orders/{order}/ship", tag = "shop orders", needs = "shop.orders",
    responses((status = 200, body = OrderRow)))]
pub async fn ship(at: ShopContext, order: Id<Order>, body: ShipBody) -> Written<Option<OrderRow>> {
    let parcel = Parcel { order, carrier: body.carrier, number: body.number };
    shipped(at, "order.ship", vec![parcel], |rows| rows.into_iter().next()).await
}

/// Several orders that leave together.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ShipManyBody {
    /// 1 to 50 of them. All ship, or none does.
    parcels: Vec<ParcelBody>,
}

/// One of them.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ParcelBody {
    /// Which order.
    order: String,
    /// The carrier's word.
    #[schema(pattern = "^[a-z0-9_-]{1,32}$")]
    carrier: String,
    /// Its number, as the carrier gave it.
    #[schema(min_length = 1, max_length = 64)]
    number: String,
}

/// Ships several orders: all of them or none.
#[operation(post, "/shops/{shop}/shipments", tag = "shop orders", needs = "shop.orders")]
pub async fn ship_many(at: ShopContext, body: ShipManyBody) -> Written<Items<OrderRow>> {
    if body.parcels.is_empty() || body.parcels.len() > MOST_PARCELS {
        return Err(Failure::invalid(format!("1 to {MOST_PARCELS} orders ship at once")));
    }
    let mut parcels = Vec::new();
    for parcel in body.parcels {
        let order = input::id::<Order>(&parcel.order)?;
        if parcels.iter().any(|other: &Parcel| other.order == order) {
            return Err(Failure::invalid(format!("{order} is given twice")));
        }
        parcels.push(Parcel { order, carrier: parcel.carrier, number: parcel.number });
    }
    shipped(at, "order.ship_many", parcels, Items::from_iter).await
}

/// A note.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct NoteView {
    /// Its id.
    pub note: String,
    /// Whose: `shop` or `platform`.
    pub side: &'static str,
    /// Who wrote it.
    pub by: String,
    /// When.
    pub at: String,
    /// What it says.
    pub text: String,
}

impl NoteView {
    fn of(note: order::Note, market: &Market) -> Self {
        Self {
            note: note.id.to_string(),
            side: note.side.as_str(),
            by: by(note.by),
            at: time(market, note.at),
            text: note.text.into(),
        }
    }
}

/// The newest notes on an order as one side sees them, newest first.
pub async fn notes_for(at: &Context, side: Side, order: Id<Order>) -> Answer<Items<NoteView>> {
    let market = at.site.market.clone();
    at.answer(move |q| {
        order::load(q, side, order)?;
        Ok(order::notes(q, side, order)?.into_iter().map(|note| NoteView::of(note, &market)).collect())
    })
    .await
}

/// The newest notes on an order: at most 200.
#[operation(get, "/shops/{shop}/orders/{order}/notes", tag = "shop orders", needs = "shop.orders")]
pub async fn notes(at: ShopContext, order: Id<Order>) -> Answer<Items<NoteView>> {
    notes_for(&at, Side::Shop(at.shop), order).await
}

/// What is to be noted.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoteBody {
    /// 1 to 500 characters.
    #[schema(min_length = 1, max_length = 500)]
    text: String,
}

/// A note that was written.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct NoteMade {
    /// Its id.
    pub note: String,
}

/// Notes something on an order, for a shop or for the platform.
pub async fn noted(
    at: &Context,
    shop: Option<Id<Shop>>,
    order: Id<Order>,
    body: NoteBody,
) -> Created<NoteMade> {
    at.write("order.note", Keys::none(), move |tx, ctx| {
        order::note(tx, ctx, shop, order, &body.text).map(|id| NoteMade { note: id.to_string() })
    })
    .await
}

/// Notes something on an order.
#[operation(post, "/shops/{shop}/orders/{order}/notes", tag = "shop orders", needs = "shop.orders")]
pub async fn note(at: ShopContext, order: Id<Order>, body: NoteBody) -> Created<NoteMade> {
    noted(&at, Some(at.shop), order, body).await
}

/// Why somebody looks at a recipient.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RevealBody {
    /// `delivery`: to ship a parcel; `service`: to answer the buyer; `dispute`, `risk`, `law`.
    pub(crate) why: String,
}

/// Shows the recipient in the clear and records who looked, and why.
#[operation(post, "/shops/{shop}/orders/{order}/recipient", tag = "shop orders", needs = "shop.reveal")]
pub async fn reveal(at: ShopContext, order: Id<Order>, body: RevealBody) -> Answer<Recipient> {
    let side = Side::Shop(at.shop);
    revealed(&at.site, &at.act.who, side, order, why(&body.why)?).await.map(axum::Json)
}
