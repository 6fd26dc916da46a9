//! A shop's orders: to find, to ship, to note something on.

use crate::shape::{CompensationView, time};
use flows::late_shipping;
use flows::ship::Parcel;
use kernel::id::{Order, Shop, Sku};
use kernel::{Actor, Market};
use trade::order::{self, Cancellation, Filter, Side};
use web_kit::prelude::*;
use web_kit::view::order::{
    FromSite, MOST_PARCELS, Recipient, days, is_overdue, keys_to_ship, named, revealed, shop_gets_of, sites,
    status, why,
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
    /// What went back for it, with its part of the freight, if the shop cancelled the line.
    pub cancelled: Option<Money>,
    /// Where the buyer came upon it: `mall`, `search`, `shop`, `showcase`, `video`, `live`.
    pub scene: &'static str,
    /// What shows that.
    pub evidence: Option<String>,
}

impl LineView {
    fn of(order: &order::Order, line: &order::Line) -> Self {
        let line = line.clone();
        Self {
            cancelled: order.cut(line.sku).map(order::Cut::back),
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
    /// Its id.
    pub order: String,
    /// Its number, short enough to say; null for what was placed before there were any.
    pub code: Option<String>,
    /// Of which shop.
    pub shop: String,
    /// What it is part of.
    pub purchase: String,
    /// `unpaid`, `paid`, `shipped`, `received`, `cancelled`, `closed`, `refunded`.
    pub status: &'static str,
    /// What was bought.
    pub lines: Vec<LineView>,
    /// For how much, as it was placed.
    pub sums: SumsView,
    /// What is left of it without the lines that its shop cancelled.
    pub net: SumsView,
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
    /// When it was handed over, as its shop says.
    pub shipped_at: Option<String>,
    /// When it was picked up, as far as somebody said so whose word counts.
    pub picked_up_at: Option<String>,
    /// Whose word that is: `carrier`; `shop`, where the carrier cannot tell; `buyer`, who has it though the carrier never told.
    pub picked_up_by: Option<&'static str>,
    /// When the carrier first said that it has it: from then on carrier and number stand.
    pub confirmed_at: Option<String>,
    /// To which carrier: a code of `GET /api/store/carriers`, or `digital` for what needs no parcel.
    pub carrier: Option<String>,
    /// Under which number.
    pub number: Option<String>,
    /// From how many warehouses it leaves, if they are several; else 0.
    pub warehouses: i64,
    /// What the buyer says to the shop.
    pub remark: Option<String>,
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
            code: order.code.as_deref().map(order::said),
            shop: order.shop.to_string(),
            purchase: order.purchase.to_string(),
            status: order.status.as_str(),
            lines: order.lines.iter().map(|line| LineView::of(&order, line)).collect(),
            net: SumsView { sums: order.net(), shop_gets: shop_gets_of(&order) },
            address: order.address.shown.into(),
            placed_at: time(market, order.placed_at),
            paid_at: maybe(order.paid_at),
            ship_by: time(market, order.ship_by),
            shipped_at: maybe(order.shipped_at),
            picked_up_at: maybe(order.picked_up.map(|told| told.at)),
            picked_up_by: order.picked_up.map(|told| told.by.as_str()),
            confirmed_at: maybe(order.confirmed_at),
            carrier: order.carrier.map(String::from),
            number: order.number.map(String::from),
            warehouses: order.sites,
            remark: order.remark.map(String::from),
            noted: order.noted,
            held: order.held,
        }
    }
}

/// A step of an order's life.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct EntryView {
    /// `placed`, `paid`, `cancelled`, `closed`, `refunded`, `readdressed`, `shipped` (as the
    /// shop says), `corrected`, `picked_up` (as the carrier says), `reduced` (a line was cancelled), `received`, `remarked`,
    /// `held`, `cleared`.
    pub step: &'static str,
    /// When.
    pub at: String,
    /// By whom: `system`, `operator`, `outside`, a member or a key.
    pub by: String,
    /// Of a correction: under which number of which carrier it had been said to travel.
    pub was: Option<WaybillView>,
    /// And under which it does.
    pub is: Option<WaybillView>,
    /// Of a line that was cancelled: which.
    pub sku: Option<String>,
    /// Of what its shop or the platform cancelled: why, `out_of_stock`, `buyer_asked`, `address_unserved`, `price_error` or
    /// `other`.
    pub reason: Option<&'static str>,
    /// And what was said beside it.
    pub text: Option<String>,
}

/// Under which number of which carrier something travels.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct WaybillView {
    /// The carrier: a code of `GET /api/store/carriers`.
    pub carrier: String,
    /// Its number.
    pub number: String,
}

impl WaybillView {
    fn of(waybill: order::Waybill) -> Self {
        Self { carrier: waybill.carrier.into(), number: waybill.number.into() }
    }
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
    /// From which warehouses it leaves, if they are several.
    pub sites: Vec<FromSite>,
    /// What the shop paid its buyer because it waited past its promise; null if nothing.
    pub(crate) compensation: Option<CompensationView>,
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
    pub(crate) fn of(
        view: order::OrderView,
        sites: Vec<FromSite>,
        paid: Option<&late_shipping::Paid>,
        market: &Market,
        now: Moment,
    ) -> Self {
        let maybe = |at: Option<Moment>| at.map(|at| time(market, at));
        let step = |entry: &order::Entry| {
            let (was, is) = entry.corrected().unzip();
            let why = entry.cancelled();
            EntryView {
                step: entry.step.map_or("placed", order::Step::as_str),
                at: time(market, entry.at),
                by: by(entry.by),
                was: was.map(WaybillView::of),
                is: is.map(WaybillView::of),
                sku: entry.line_off().map(|sku| sku.to_string()),
                reason: why.as_ref().map(|why| why.reason.as_str()),
                text: why.and_then(|why| why.text).map(String::from),
            }
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
            sites,
            compensation: paid.map(|paid| CompensationView::of(paid, market)),
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
    /// This order, by its id or its number (`code`).
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
        let (order, code) = named(said(&self.order))?;
        Ok(Filter {
            status: said(&self.status).map(status).transpose()?,
            from,
            until,
            product: input::asked_id("product", said(&self.product))?,
            overdue: (self.overdue == Some(true)).then_some(now),
            noted: self.noted == Some(true),
            order,
            code,
            number: said(&self.number).map(|text| trade::carrier::tidied(text).into()),
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
    at.answer(move |q| {
        let view = order::order_of_shop(q, shop, order)?;
        let sites = sites(q, &view.order)?;
        let paid = late_shipping::paid_for(q, &view.order, now)?;
        Ok(OrderDetail::of(view, sites, paid.as_ref(), &market, now))
    })
    .await
}

/// How an order leaves.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ShipBody {
    /// The carrier: a code of `GET /api/store/carriers`; of those built in `sf`, `zto`, `yto`, `sto`, `yunda`, `jt`, `ems`, `jd`,
    /// `db`, `correios`, `other`.
    #[schema(pattern = "^[a-z0-9_-]{1,32}$", example = "sf")]
    carrier: String,
    /// One of its numbers; it is kept in capitals and without spaces.
    #[schema(min_length = 1, max_length = 64, example = "SF1234567890123")]
    number: String,
}

/// Corrects by which carrier, and under which number, an order travels, until the carrier has confirmed it. Who changed what
/// stays in its timeline.
#[operation(put, "/shops/{shop}/orders/{order}/shipment", tag = "shop orders", needs = "shop.orders")]
pub async fn correct(at: ShopContext, order: Id<Order>, body: ShipBody) -> Written<OrderRow> {
    let (shop, services, market) = (at.shop, at.site.services.clone(), at.site.market.clone());
    at.write("order.correct", order::key(order), move |tx, ctx| {
        let number = (&*body.carrier, &*body.number);
        let corrected = flows::ship::correct(tx, ctx, &services, shop, order, number)?;
        Ok::<_, flows::buy::Error>(OrderRow::of(corrected, &market, ctx.now))
    })
    .await
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

/// Says that an order was handed over, and takes its stock out. It is the shop's word; the transaction's refusal is the answer.
#[operation(post, "/shops/{shop}/orders/{order}/ship", tag = "shop orders", needs = "shop.orders",
    responses((status = 200, body = OrderRow)))]
pub async fn ship(at: ShopContext, order: Id<Order>, body: ShipBody) -> Written<Option<OrderRow>> {
    let parcel = Parcel { order, carrier: body.carrier, number: body.number };
    shipped(at, "order.ship", vec![parcel], |rows| rows.into_iter().next()).await
}

/// Why it is cancelled.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CancelBody {
    /// `out_of_stock`, `buyer_asked`, `address_unserved`, `price_error` or `other`.
    #[schema(example = "out_of_stock")]
    reason: String,
    /// More about it, for the buyer to read; needed beside `other`.
    #[schema(max_length = 200)]
    text: Option<String>,
}

impl CancelBody {
    pub(crate) fn why(&self) -> Result<Cancellation, order::Error> {
        Cancellation::read(&self.reason, self.text.as_deref().unwrap_or_default())
    }
}

async fn cancelled(
    at: ShopContext,
    order: Id<Order>,
    sku: Option<Id<Sku>>,
    body: CancelBody,
) -> Written<OrderRow> {
    let (shop, site) = (at.shop, at.site.clone());
    let keys = at.site.read(move |q| Ok(flows::buy::keys_to_cancel(q, Side::Shop(shop), order)?)).await?;
    let cancel = at.write("order.cancel_by_shop", keys, move |tx, ctx| {
        let why = body.why()?;
        let (left, _) = flows::buy::cancel_by_shop(tx, ctx, &site.services, (shop, order), sku, &why)?;
        Ok::<_, flows::buy::Error>(OrderRow::of(left, &site.market, ctx.now))
    });
    let answer = cancel.await?;
    at.site.services.wake_worker();
    Ok(answer)
}

/// Cancels an order that has not shipped: its stock can be sold again, and if it is paid for its money goes back. An order that
/// is not paid for leaves its purchase, which costs so much less; with its last order a purchase ends.
#[operation(post, "/shops/{shop}/orders/{order}/cancel", tag = "shop orders", needs = "shop.orders")]
pub async fn cancel(at: ShopContext, order: Id<Order>, body: CancelBody) -> Written<OrderRow> {
    cancelled(at, order, None, body).await
}

/// Cancels a line of an order that is paid for and has not shipped: what was paid for it goes back with its part of the freight. The last one cancels the order.
#[operation(
    post,
    "/shops/{shop}/orders/{order}/lines/{sku}/cancel",
    tag = "shop orders",
    needs = "shop.orders"
)]
pub async fn cancel_line(
    at: ShopContext,
    order: Id<Order>,
    sku: Id<Sku>,
    body: CancelBody,
) -> Written<OrderRow> {
    cancelled(at, order, Some(sku), body).await
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
    /// The carrier: a code of `GET /api/store/carriers`; of those built in `sf`, `zto`, `yto`, `sto`, `yunda`, `jt`, `ems`, `jd`,
    /// `db`, `correios`, `other`.
    #[schema(pattern = "^[a-z0-9_-]{1,32}$", example = "sf")]
    carrier: String,
    /// One of its numbers; it is kept in capitals and without spaces.
    #[schema(min_length = 1, max_length = 64, example = "SF1234567890123")]
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
