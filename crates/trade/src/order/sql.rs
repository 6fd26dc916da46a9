//! Every statement of purchases and orders, and rows to values and back. The lists with filters stand in `lists`.
//!
//! What is only ever read together with an order stands in its document; a product's orders are found by a small table of
//! their own. `seq` is the id again, without an index of its own: the lists go by it, so that no planner walks through all
//! orders by their primary key when what is looked for is old or rare.

use super::delivery_method::DeliveryMethod;
use super::model::{
    Address, CancelReason, Cancellation, Cut, Line, Note, NoteBy, Order, Part, PickUp, Promise, Purchase,
    Status, Sums, ToldBy,
};
use crate::risk::{Checked, Reason};
use crate::scene::Via;
use kernel::id::{self, Product, Shop};
use kernel::{Currency, Id, Moment, Money};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use store::{Query, Row, StoreError, Tx, Val, vals};

store::migration! { context: "trade", number: 5, name: "orders", sql: "
create table order_purchase (
  id {blob} not null primary key,
  member {blob} not null,
  status text not null check (status in ('unpaid', 'paid', 'cancelled', 'closed')),
  version bigint not null,
  currency text not null,
  total bigint not null check (total >= 0),
  placed_at bigint not null,
  pay_by bigint not null,
  settled_at bigint,
  payment {blob},
  doc text not null
);
create index order_purchase_member on order_purchase (member, id);
create table order_head (
  id {blob} not null primary key,
  seq {blob} not null,
  shop {blob} not null,
  member {blob} not null,
  purchase {blob} not null,
  status text not null check (status in
    ('unpaid', 'paid', 'shipped', 'received', 'cancelled', 'closed', 'refunded')),
  version bigint not null,
  currency text not null,
  total bigint not null check (total >= 0),
  placed_at bigint not null,
  pay_by bigint not null,
  ship_by bigint not null,
  deliver_by bigint not null,
  paid_at bigint,
  payment {blob},
  pickup_from bigint,
  next_day_by bigint,
  shipped_at bigint,
  carrier text,
  number text,
  standard_by bigint,
  confirm_by bigint,
  ended_at bigint,
  noted bigint not null check (noted in (0, 1)),
  reservation {blob},
  address text not null,
  address_subject {blob} not null,
  doc text not null,
  bill text not null,
  log text not null
);
create index order_head_purchase on order_head (purchase);
create index order_head_member on order_head (member, seq);
create index order_head_shop on order_head (shop, seq);
create index order_head_shop_status on order_head (shop, status, seq, ship_by);
create index order_head_status on order_head (status, seq);
create index order_head_number on order_head (shop, number, seq) where number is not null;
create index order_head_noted on order_head (shop, noted, seq) where noted = 1;
create index order_head_noted_status on order_head (shop, noted, status, seq, ship_by) where noted = 1;
create table order_product (
  shop {blob} not null,
  product {blob} not null,
  id {blob} not null,
  primary key (shop, product, id)
);
create table order_note (
  id {blob} not null primary key,
  order_id {blob} not null,
  side text not null check (side in ('shop', 'platform')),
  by_whom text not null,
  text text not null,
  at bigint not null
);
create index order_note_order on order_note (order_id, id);
" }

store::migration! { context: "trade", number: 8, name: "orders under review", sql: "
alter table order_purchase add column risk_phone {blob};
alter table order_purchase add column risk_address {blob};
alter table order_purchase add column risk_device {blob};
create index order_purchase_phone on order_purchase (risk_phone, placed_at) where risk_phone is not null;
create index order_purchase_address on order_purchase (risk_address, placed_at) where risk_address is not null;
create index order_purchase_device on order_purchase (risk_device, placed_at) where risk_device is not null;
alter table order_head add column held bigint not null default 0 check (held in (0, 1));
create index order_head_held on order_head (held, seq) where held = 1;
" }

store::migration! { context: "trade", number: 11, name: "promises that move on", sql: "
alter table order_purchase add column moved bigint not null default 0 check (moved >= 0);
" }

store::migration! { context: "trade", number: 12, name: "who told a pick-up", sql: "
alter table order_head add column picked_up_at bigint;
alter table order_head add column picked_up_by text check (picked_up_by in ('shop', 'carrier', 'buyer'));
alter table order_head add column confirmed_at bigint;
update order_head
set picked_up_at = shipped_at, picked_up_by = 'shop'
where shipped_at is not null;
" }

store::migration! { context: "trade", number: 13, name: "lines that were taken off", sql: "
alter table order_head add column cuts text not null default '';
" }

store::migration! { context: "trade", number: 14, name: "remarks of buyers", sql: "
alter table order_head add column remark text;
" }

store::migration! { context: "trade", number: 15, name: "numbers to say", sql: "
alter table order_head add column code text;
create unique index order_head_code on order_head (code) where code is not null;
" }

/// What makes an [`Order`], in the order of [`order`].
macro_rules! columns {
    () => {
        "
select o.id, o.shop, o.member, o.purchase, o.status, o.version, o.currency, o.total, o.placed_at, o.pay_by,
  o.ship_by, o.deliver_by, o.paid_at, o.payment, o.pickup_from, o.next_day_by, o.shipped_at, o.carrier, o.number,
  o.standard_by, o.confirm_by, o.ended_at, o.noted, o.reservation, o.address, o.address_subject,
  o.held, o.picked_up_at, o.picked_up_by, o.confirmed_at, o.cuts, o.remark, o.code, o.doc"
    };
}

/// How many columns that are.
pub(super) const COLUMNS: usize = 34;

pub(super) use columns;

store::sql! {
    /// A new purchase.
    PLACE = "
insert into order_purchase
  (id, member, status, version, currency, total, placed_at, pay_by, settled_at, payment, doc, risk_phone,
   risk_address, risk_device)
values ($1, $2, 'unpaid', 1, $3, $4, $5, $6, null, null, $7, $8, $9, $10)";

    /// One of its orders.
    PLACE_ORDER = "
insert into order_head
  (id, shop, member, purchase, status, version, currency, total, placed_at, pay_by, ship_by, deliver_by, noted,
   reservation, address, address_subject, doc, bill, log, seq, held, remark, code)
values ($1, $2, $3, $4, 'unpaid', 1, $5, $6, $7, $8, $9, $10, 0, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)";

    /// A product that an order has.
    PLACE_PRODUCT = "
insert into order_product (shop, product, id)
values ($1, $2, $3)";

    /// A purchase.
    pub(super) PURCHASE = "
select id, member, status, version, currency, total, placed_at, pay_by, settled_at, payment, doc, moved
from order_purchase
where id = $1";

    /// Some purchases.
    PURCHASES_OF = "
select id, member, status, version, currency, total, placed_at, pay_by, settled_at, payment, doc, moved
from order_purchase
where id in ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)";

    /// A page of a member's purchases, newest first.
    pub(super) PURCHASES = "
select id, member, status, version, currency, total, placed_at, pay_by, settled_at, payment, doc, moved
from order_purchase
where member = $1 and id < $2
order by id desc
limit $3";

    /// A purchase is paid, cancelled or closed.
    SETTLE = "
update order_purchase
set status = $3, version = version + 1, settled_at = $4, payment = $5
where id = $1 and version = $2";

    /// One of its orders with it; one that ends waits for nobody any more.
    SETTLE_ORDER = "
update order_head
set status = $2, version = version + 1, paid_at = $3, payment = $4, pickup_from = $5, next_day_by = $6, ended_at = $7,
  log = log || $8, held = case when $2 = 'paid' then held else 0 end
where id = $1 and status = 'unpaid'";

    /// What a purchase that is not paid for remembers.
    DOC = "
select doc
from order_purchase
where id = $1 and version = $2 and status = 'unpaid'";

    /// A purchase that is not paid for goes on without one of its orders, and costs less.
    LEAVE = "
update order_purchase
set total = $3, doc = $4, version = version + 1
where id = $1 and version = $2 and status = 'unpaid'";

    /// Part of a purchase's money came: whoever decided upon it before decides anew.
    TOUCH = "
update order_purchase
set version = version + 1
where id = $1 and version = $2 and status = 'unpaid'";

    /// A purchase that is not paid for waits longer.
    WAIT_LONGER = "
update order_purchase
set pay_by = $3, moved = $4, version = version + 1
where id = $1 and version = $2 and status = 'unpaid'";

    /// Its orders with it.
    WAIT_LONGER_ORDERS = "
update order_head
set pay_by = $2, ship_by = ship_by + $3, deliver_by = deliver_by + $3
where purchase = $1 and status = 'unpaid'";

    /// The orders of a purchase.
    pub(super) OF_PURCHASE = concat!(columns!(), "
from order_head o
where o.purchase = $1
order by o.id");

    /// An order.
    pub(super) ORDER = concat!(columns!(), "
from order_head o
where o.id = $1");

    /// An order of a member.
    pub(super) ORDER_OF_MEMBER = concat!(columns!(), "
from order_head o
where o.member = $1 and o.id = $2");

    /// An order of a shop.
    pub(super) ORDER_OF_SHOP = concat!(columns!(), "
from order_head o
where o.shop = $1 and o.id = $2");

    /// An order with its bill and its timeline.
    pub(super) VIEW = concat!(columns!(), ", o.bill, o.log
from order_head o
where o.id = $1");

    /// The same of a member.
    pub(super) VIEW_OF_MEMBER = concat!(columns!(), ", o.bill, o.log
from order_head o
where o.member = $1 and o.id = $2");

    /// The same of a shop.
    pub(super) VIEW_OF_SHOP = concat!(columns!(), ", o.bill, o.log
from order_head o
where o.shop = $1 and o.id = $2");

    /// Saves a step of an order that is still at its version.
    SAVE = "
update order_head
set status = $3, version = version + 1, shipped_at = $4, carrier = $5, number = $6, standard_by = $7, confirm_by = $8,
  ended_at = $9, address = $10, address_subject = $11, log = log || $12, held = $13, ship_by = $14, deliver_by = $15,
  picked_up_at = $16, picked_up_by = $17, confirmed_at = $18,
  total = $19, cuts = $20, remark = $21
where id = $1 and version = $2";

    /// A note.
    ADD_NOTE = "
insert into order_note (id, order_id, side, by_whom, text, at)
values ($1, $2, $3, $4, $5, $6)";

    /// The shop has noted something.
    NOTED = "
update order_head
set noted = 1
where shop = $1 and id = $2 and noted = 0";

    /// The notes of an order, newest first.
    pub(super) NOTES = "
select id, side, by_whom, at, text
from order_note
where order_id = $1
order by id desc
limit $2";

    /// The shop's notes of an order, newest first.
    pub(super) SHOP_NOTES = "
select id, side, by_whom, at, text
from order_note
where order_id = $1 and side = 'shop'
order by id desc
limit $2";
}

fn unreadable(what: &str) -> StoreError {
    StoreError::Unreadable(format!("order: {what}"))
}

fn status(word: &str) -> Result<Status, StoreError> {
    Status::parse(word).ok_or_else(|| unreadable("a status that this program does not know"))
}

fn currency(code: &str) -> Result<Currency, StoreError> {
    code.parse().map_err(|_| unreadable("a currency that is none"))
}

fn maybe_moment(row: &Row<'_>, i: usize) -> Result<Option<Moment>, StoreError> {
    Ok(row.maybe_int(i)?.map(Moment::from_micros))
}

fn to_json(doc: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(doc).map_err(|err| unreadable(&err.to_string()))
}

fn from_json<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|err| unreadable(&err.to_string()))
}

/// What a purchase remembers besides its columns.
#[derive(Serialize, Deserialize)]
struct PurchaseDoc<'a> {
    quote: Id<id::Quote>,
    #[serde(borrow)]
    terms: Cow<'a, str>,
    #[serde(borrow, skip_serializing_if = "Option::is_none", default)]
    rules: Option<Cow<'a, str>>,
    #[serde(borrow)]
    parts: Vec<PartDoc<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    units: Vec<(Id<id::Sku>, i64)>,
}

/// Of a purchase's document what risk control reads.
#[derive(Deserialize)]
struct UnitsDoc {
    #[serde(default)]
    units: Vec<(Id<id::Sku>, i64)>,
}

/// How many of what a purchase was of, as far as that was kept.
pub(super) fn units(doc: &str) -> Result<Vec<(Id<id::Sku>, i64)>, StoreError> {
    from_json::<UnitsDoc>(doc).map(|doc| doc.units)
}

fn is_false(truth: &bool) -> bool {
    !truth
}

#[derive(Serialize, Deserialize)]
struct PartDoc<'a> {
    order: Id<id::Order>,
    shop: Id<Shop>,
    total: i64,
    ship_by: Moment,
    deliver_by: Moment,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    reservation: Option<Id<id::Reservation>>,
    #[serde(borrow, skip_serializing_if = "Option::is_none", default)]
    excluded: Option<Cow<'a, str>>,
    #[serde(borrow, skip_serializing_if = "Option::is_none", default)]
    insured: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "is_false", default)]
    held: bool,
    #[serde(skip_serializing_if = "is_false", default)]
    digital: bool,
}

/// What an order remembers besides its columns: what was agreed.
#[derive(Serialize, Deserialize)]
struct OrderDoc<'a> {
    #[serde(borrow)]
    lines: Vec<LineDoc<'a>>,
    goods: i64,
    discount: i64,
    freight: i64,
    fee: i64,
    commission: i64,
    coupon: i64,
    #[serde(borrow)]
    promise: Cow<'a, str>,
    promise_version: i64,
    #[serde(borrow)]
    terms: Cow<'a, str>,
    #[serde(borrow, skip_serializing_if = "Option::is_none", default)]
    rules: Option<Cow<'a, str>>,
    #[serde(borrow, skip_serializing_if = "Option::is_none", default)]
    excluded: Option<Cow<'a, str>>,
    #[serde(borrow, skip_serializing_if = "Option::is_none", default)]
    insured: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none", default, rename = "way")]
    delivery_method: Option<Cow<'a, DeliveryMethod>>,
    #[serde(skip_serializing_if = "<[Reason]>::is_empty", default)]
    reasons: Cow<'a, [Reason]>,
    #[serde(skip_serializing_if = "is_no_news", default)]
    sites: i64,
}

const fn is_no_news(sites: &i64) -> bool {
    *sites < 2
}

#[derive(Serialize, Deserialize)]
struct LineDoc<'a> {
    sku: Id<id::Sku>,
    product: Id<Product>,
    #[serde(borrow)]
    title: Cow<'a, str>,
    #[serde(borrow)]
    variant: Cow<'a, str>,
    #[serde(borrow, skip_serializing_if = "Option::is_none", default)]
    media: Option<Cow<'a, str>>,
    quantity: i64,
    unit: i64,
    paid: i64,
    #[serde(skip_serializing_if = "is_false", default)]
    digital: bool,
    via: Cow<'a, Via>,
}

fn lent(text: Option<&str>) -> Option<Cow<'_, str>> {
    text.map(Cow::Borrowed)
}

fn owned(text: Option<Cow<'_, str>>) -> Option<Box<str>> {
    text.map(|text| text.into())
}

/// What of a purchase stands in its document.
pub(super) fn purchase_doc(purchase: &Purchase, checked: &Checked) -> Result<String, StoreError> {
    let part = |part: &'_ Part| PartDoc {
        order: part.order,
        shop: part.shop,
        total: part.total.minor,
        ship_by: part.ship_by,
        deliver_by: part.deliver_by,
        reservation: part.reservation,
        excluded: part.excluded.as_deref().map(|word| Cow::Owned(word.to_owned())),
        insured: part.insured.as_deref().map(|word| Cow::Owned(word.to_owned())),
        held: part.held,
        digital: part.digital,
    };
    to_json(&PurchaseDoc {
        quote: purchase.quote,
        terms: Cow::Borrowed(&purchase.terms),
        rules: lent(purchase.rules.as_deref()),
        parts: purchase.parts.iter().map(part).collect(),
        units: checked.units.clone(),
    })
}

/// Writes a purchase.
pub(super) fn insert_purchase(
    tx: &mut Tx<'_>,
    purchase: &Purchase,
    checked: &Checked,
) -> Result<(), StoreError> {
    let Purchase { id, member, total, placed_at, pay_by, .. } = purchase;
    let doc = purchase_doc(purchase, checked)?;
    let traces = &checked.traces;
    let (phone, address, device) = (traces.phone.as_ref(), traces.address.as_ref(), traces.device.as_ref());
    tx.insert(
        &PLACE,
        vals![
            *id,
            *member,
            total.currency.code(),
            total.minor,
            *placed_at,
            *pay_by,
            &doc,
            phone.map(|trace| &trace[..]),
            address.map(|trace| &trace[..]),
            device.map(|trace| &trace[..])
        ],
    )
}

/// What of an order stands in its document.
pub(super) fn order_doc(order: &Order) -> Result<String, StoreError> {
    to_json(&OrderDoc {
        lines: order.lines.iter().map(line_doc).collect(),
        goods: order.sums.goods.minor,
        discount: order.sums.discount.minor,
        freight: order.sums.freight.minor,
        fee: order.sums.fee.minor,
        commission: order.sums.commission.minor,
        coupon: order.sums.coupon.minor,
        promise: Cow::Borrowed(&order.promise.id),
        promise_version: order.promise.version,
        terms: Cow::Borrowed(&order.terms),
        rules: lent(order.rules.as_deref()),
        excluded: lent(order.excluded.as_deref()),
        insured: lent(order.insured.as_deref()),
        delivery_method: order.delivery_method.as_ref().map(Cow::Borrowed),
        reasons: Cow::Borrowed(&order.reasons),
        sites: order.sites,
    })
}

/// Writes an order, and by which products it is found.
pub(super) fn insert_order(tx: &mut Tx<'_>, order: &Order, bill: &str, log: &str) -> Result<(), StoreError> {
    let doc = order_doc(order)?;
    let Order { id, shop, member, purchase, sums, .. } = order;
    let total = sums.total;
    tx.insert(
        &PLACE_ORDER,
        vals![
            *id,
            *shop,
            *member,
            *purchase,
            total.currency.code(),
            total.minor,
            order.placed_at,
            order.pay_by,
            order.ship_by,
            order.deliver_by,
            order.reservation,
            &order.address.shown,
            order.address.subject,
            &doc,
            bill,
            log,
            *id,
            order.held,
            order.remark.as_ref(),
            order.code.as_ref()
        ],
    )?;
    insert_products(tx, order)
}

/// Writes by which products an order is found.
pub(super) fn insert_products(tx: &mut Tx<'_>, order: &Order) -> Result<(), StoreError> {
    for (i, line) in order.lines.iter().enumerate() {
        if order.lines[..i].iter().all(|before| before.product != line.product) {
            tx.insert(&PLACE_PRODUCT, vals![order.shop, line.product, order.id])?;
        }
    }
    Ok(())
}

fn line_doc(line: &Line) -> LineDoc<'_> {
    LineDoc {
        sku: line.sku,
        product: line.product,
        title: Cow::Borrowed(&line.title),
        variant: Cow::Borrowed(&line.variant),
        media: lent(line.media.as_deref()),
        quantity: line.quantity,
        unit: line.unit.minor,
        paid: line.paid.minor,
        digital: line.digital,
        via: Cow::Borrowed(&line.via),
    }
}

/// A purchase from the columns of [`PURCHASE`].
pub(super) fn purchase(row: &Row<'_>) -> Result<Purchase, StoreError> {
    let currency = currency(row.text(4)?)?;
    let doc: PurchaseDoc<'_> = from_json(row.text(10)?)?;
    // The document has what was agreed at the placing.
    let moved = row.int(11)?;
    let part = |part: PartDoc<'_>| Part {
        order: part.order,
        shop: part.shop,
        total: Money::new(part.total, currency),
        reservation: part.reservation,
        ship_by: part.ship_by.plus_micros(moved),
        deliver_by: part.deliver_by.plus_micros(moved),
        excluded: owned(part.excluded),
        insured: owned(part.insured),
        held: part.held,
        digital: part.digital,
    };
    Ok(Purchase {
        id: Id::from_raw(row.id(0)?),
        member: Id::from_raw(row.id(1)?),
        status: status(row.text(2)?)?,
        version: row.int(3)?,
        total: Money::new(row.int(5)?, currency),
        placed_at: row.moment(6)?,
        pay_by: row.moment(7)?,
        settled_at: maybe_moment(row, 8)?,
        payment: row.maybe_id(9)?.map(Id::from_raw),
        moved,
        quote: doc.quote,
        terms: doc.terms.into(),
        rules: owned(doc.rules),
        parts: doc.parts.into_iter().map(part).collect(),
    })
}

/// An order from the columns of [`ORDER`].
pub(super) fn order(row: &Row<'_>) -> Result<Order, StoreError> {
    let currency = currency(row.text(6)?)?;
    let money = |minor| Money::new(minor, currency);
    let doc: OrderDoc<'_> = from_json(row.text(COLUMNS - 1)?)?;
    let line = |line: LineDoc<'_>| Line {
        sku: line.sku,
        product: line.product,
        title: line.title.into(),
        variant: line.variant.into(),
        media: owned(line.media),
        quantity: line.quantity,
        unit: money(line.unit),
        paid: money(line.paid),
        digital: line.digital,
        via: line.via.into_owned(),
    };
    Ok(Order {
        id: Id::from_raw(row.id(0)?),
        shop: Id::from_raw(row.id(1)?),
        member: Id::from_raw(row.id(2)?),
        purchase: Id::from_raw(row.id(3)?),
        status: status(row.text(4)?)?,
        version: row.int(5)?,
        sums: Sums {
            goods: money(doc.goods),
            discount: money(doc.discount),
            freight: money(doc.freight),
            // The column has what is left of it.
            total: money(doc.goods - doc.discount + doc.freight),
            fee: money(doc.fee),
            commission: money(doc.commission),
            coupon: money(doc.coupon),
        },
        placed_at: row.moment(8)?,
        pay_by: row.moment(9)?,
        ship_by: row.moment(10)?,
        deliver_by: row.moment(11)?,
        paid_at: maybe_moment(row, 12)?,
        payment: row.maybe_id(13)?.map(Id::from_raw),
        pickup_from: maybe_moment(row, 14)?,
        next_day_by: maybe_moment(row, 15)?,
        shipped_at: maybe_moment(row, 16)?,
        carrier: row.maybe_text(17)?.map(Into::into),
        number: row.maybe_text(18)?.map(Into::into),
        standard_by: maybe_moment(row, 19)?,
        confirm_by: maybe_moment(row, 20)?,
        ended_at: maybe_moment(row, 21)?,
        noted: row.int(22)? == 1,
        reservation: row.maybe_id(23)?.map(Id::from_raw),
        address: Address { shown: row.text(24)?.into(), subject: row.id(25)? },
        lines: doc.lines.into_iter().map(line).collect(),
        promise: Promise { id: doc.promise.into(), version: doc.promise_version },
        terms: doc.terms.into(),
        rules: owned(doc.rules),
        excluded: owned(doc.excluded),
        insured: owned(doc.insured),
        delivery_method: doc.delivery_method.map(Cow::into_owned),
        held: row.int(26)? == 1,
        picked_up: match (row.maybe_int(27)?, row.maybe_text(28)?) {
            (Some(at), Some(by)) => Some(PickUp {
                at: Moment::from_micros(at),
                by: ToldBy::parse(by).ok_or_else(|| unreadable("a pick-up that nobody told"))?,
            }),
            _ => None,
        },
        confirmed_at: maybe_moment(row, 29)?,
        cuts: cuts(row.text(30)?, currency)?,
        remark: row.maybe_text(31)?.map(Into::into),
        code: row.maybe_text(32)?.map(Into::into),
        reasons: doc.reasons.into_owned(),
        sites: doc.sites,
    })
}

/// What settling writes into the orders of a purchase.
#[derive(Default)]
pub(super) struct Settling<'a> {
    pub(super) paid_at: Option<Moment>,
    pub(super) pickup_from: Option<Moment>,
    pub(super) next_day_by: Option<Moment>,
    pub(super) ended_at: Option<Moment>,
    pub(super) log: &'a str,
}

/// Saves a purchase that was just settled, and its orders with it; refused if somebody else was faster.
pub(super) fn settle(
    tx: &mut Tx<'_>,
    purchase: &mut Purchase,
    with: &Settling<'_>,
) -> Result<(), StoreError> {
    let Purchase { id, status, version, settled_at, payment, parts, .. } = purchase;
    tx.change(&SETTLE, vals![*id, *version, status.as_str(), *settled_at, *payment])?;
    *version += 1;
    for part in parts {
        tx.change(
            &SETTLE_ORDER,
            vals![
                part.order,
                status.as_str(),
                with.paid_at,
                *payment,
                with.pickup_from,
                with.next_day_by,
                with.ended_at,
                with.log
            ],
        )?;
    }
    Ok(())
}

/// How many purchases one statement reads.
const AT_ONCE: usize = 20;

/// Some purchases, in any order.
pub(super) fn purchases_of(
    q: &mut impl Query,
    ids: &[Id<id::Purchase>],
) -> Result<Vec<Purchase>, StoreError> {
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(AT_ONCE) {
        let params: [Val<'_>; AT_ONCE] = std::array::from_fn(|i| Val::from(chunk[i.min(chunk.len() - 1)]));
        found.extend(q.rows(&PURCHASES_OF, &params, purchase)?);
    }
    Ok(found)
}

/// Saves until when a purchase and its orders wait for their money, and that their promises moved on by so much; false if
/// somebody else was faster.
pub(super) fn wait_longer(tx: &mut Tx<'_>, purchase: &mut Purchase, by: i64) -> Result<bool, StoreError> {
    let Purchase { id, version, pay_by, moved, parts, .. } = purchase;
    if tx.exec(&WAIT_LONGER, vals![*id, *version, *pay_by, *moved])? == 0 {
        return Ok(false);
    }
    *version += 1;
    Ok(tx.exec(&WAIT_LONGER_ORDERS, vals![*id, *pay_by, by])? == parts.len() as u64)
}

/// Takes one of its orders out of a purchase that is not paid for; false if somebody else was faster.
pub(super) fn leave(
    tx: &mut Tx<'_>,
    purchase: &mut Purchase,
    order: Id<id::Order>,
) -> Result<bool, StoreError> {
    let params = vals![purchase.id, purchase.version];
    let Some(text) = tx.one(&DOC, params, |row| Ok(row.text(0)?.to_owned()))? else { return Ok(false) };
    // The document has the promises as they were placed, the purchase as they stand.
    let mut doc: PurchaseDoc<'_> = from_json(&text)?;
    doc.parts.retain(|part| part.order != order);
    purchase.parts.retain(|part| part.order != order);
    purchase.total.minor = purchase.parts.iter().map(|part| part.total.minor).sum();
    let text = to_json(&doc)?;
    let left = tx.exec(&LEAVE, vals![purchase.id, purchase.version, purchase.total.minor, &text])? == 1;
    purchase.version += 1;
    Ok(left)
}

/// Refuses a write that was decided upon a purchase that has moved on since; whoever else decided upon it decides anew.
pub(super) fn touch(tx: &mut Tx<'_>, purchase: &Purchase) -> Result<(), StoreError> {
    tx.change(&TOUCH, vals![purchase.id, purchase.version])
}

/// A line that was taken off.
#[derive(Serialize, Deserialize)]
struct CutDoc<'a> {
    sku: Id<id::Sku>,
    paid: i64,
    freight: i64,
    discount: i64,
    fee: i64,
    commission: i64,
    coupon: i64,
    at: Moment,
    #[serde(borrow)]
    reason: Cow<'a, str>,
    #[serde(borrow, skip_serializing_if = "Option::is_none", default)]
    text: Option<Cow<'a, str>>,
}

/// The lines that were taken off, as they are kept; nothing if none was.
pub(super) fn cuts_doc(cuts: &[Cut]) -> Result<String, StoreError> {
    if cuts.is_empty() {
        return Ok(String::new());
    }
    let doc = |cut: &'_ Cut| CutDoc {
        sku: cut.sku,
        paid: cut.paid.minor,
        freight: cut.freight.minor,
        discount: cut.discount.minor,
        fee: cut.fee.minor,
        commission: cut.commission.minor,
        coupon: cut.coupon.minor,
        at: cut.at,
        reason: Cow::Borrowed(cut.why.reason.as_str()),
        text: cut.why.text.as_deref().map(|text| Cow::Owned(text.to_owned())),
    };
    to_json(&cuts.iter().map(doc).collect::<Vec<_>>())
}

fn cuts(text: &str, currency: Currency) -> Result<Vec<Cut>, StoreError> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let money = |minor| Money::new(minor, currency);
    let cut = |doc: CutDoc<'_>| {
        let reason = CancelReason::parse(&doc.reason).ok_or_else(|| unreadable("a reason that is none"))?;
        Ok(Cut {
            sku: doc.sku,
            paid: money(doc.paid),
            freight: money(doc.freight),
            discount: money(doc.discount),
            fee: money(doc.fee),
            commission: money(doc.commission),
            coupon: money(doc.coupon),
            at: doc.at,
            why: Cancellation { reason, text: owned(doc.text) },
        })
    };
    from_json::<Vec<CutDoc<'_>>>(text)?.into_iter().map(cut).collect()
}

/// Saves a step; false if somebody else was faster.
pub(super) fn save(tx: &mut Tx<'_>, order: &mut Order, log: &str) -> Result<bool, StoreError> {
    let touched = tx.exec(
        &SAVE,
        vals![
            order.id,
            order.version,
            order.status.as_str(),
            order.shipped_at,
            order.carrier.as_ref(),
            order.number.as_ref(),
            order.standard_by,
            order.confirm_by,
            order.ended_at,
            &order.address.shown,
            order.address.subject,
            log,
            order.held,
            order.ship_by,
            order.deliver_by,
            order.picked_up.map(|told| told.at),
            order.picked_up.map(|told| told.by.as_str()),
            order.confirmed_at,
            order.net().total.minor,
            &cuts_doc(&order.cuts)?,
            order.remark.as_ref()
        ],
    )?;
    order.version += 1;
    Ok(touched == 1)
}

/// Writes a note; a shop's own note marks its order.
pub(super) fn add_note(tx: &mut Tx<'_>, order: &Order, note: &Note) -> Result<(), StoreError> {
    let writer = note.writer();
    tx.insert(&ADD_NOTE, vals![note.id, order.id, note.side.as_str(), &writer, &note.text, note.at])?;
    if note.side == NoteBy::Shop && !order.noted {
        tx.exec(&NOTED, vals![order.shop, order.id])?;
    }
    Ok(())
}

/// A note from the columns of [`NOTES`].
pub(super) fn note(row: &Row<'_>) -> Result<Note, StoreError> {
    Ok(Note {
        id: Id::from_raw(row.id(0)?),
        side: NoteBy::parse(row.text(1)?).ok_or_else(|| unreadable("a note of nobody"))?,
        by: Note::read_writer(row.text(2)?).ok_or_else(|| unreadable("a note by nobody"))?,
        at: row.moment(3)?,
        text: row.text(4)?.into(),
    })
}
