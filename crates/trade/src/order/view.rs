//! What can be seen of purchases and orders.

use super::error::Error;
use super::model::{Entry, Note, Order, Purchase, Side, Status, Step};
use super::{lists, sql};
use kernel::id::{self, Member, Product, Purchase as PurchaseKind, Shop};
use kernel::{Id, Moment, RawId};
use store::{Query, StoreError, Val, vals};

/// The most rows of one page of a list.
const MOST: i64 = 200;

/// A purchase and its orders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PurchaseView {
    /// The purchase.
    pub purchase: Purchase,
    /// Its orders, in the order of their ids.
    pub orders: Vec<Order>,
}

/// A promise or a deadline of an order, for its timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// What has to have happened: paid, shipped, received (the buyer has it), or received by itself.
    pub step: Step,
    /// By when.
    pub by: Moment,
    /// When it happened.
    pub met: Option<Moment>,
}

impl Due {
    /// Whether it was missed as of a moment: it happened later, or has not happened though its time is over.
    pub fn is_late(&self, now: Moment) -> bool {
        self.by < self.met.unwrap_or(now)
    }
}

/// An order with all that a page shows of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderView {
    /// The order.
    pub order: Order,
    /// How its price came to be: the JSON that it was placed with.
    pub bill: Box<str>,
    /// What happened, in that order.
    pub steps: Vec<Entry>,
    /// What was due, earliest first, and whether it was kept. What an order that ended early no longer owes is left out.
    pub due: Vec<Due>,
}

impl OrderView {
    fn new(order: Order, bill: &str, log: &str) -> Result<Self, StoreError> {
        let wrong = || StoreError::Unreadable("order: a line of a timeline that is none".to_owned());
        let steps: Vec<Entry> =
            log.lines().map(|line| Entry::read(line).ok_or_else(wrong)).collect::<Result<_, _>>()?;
        let due = due(&order);
        Ok(Self { order, bill: bill.into(), steps, due })
    }
}

/// What an order owed and owes. Its buyer's receipt stands for the delivery until carriers report one.
fn due(order: &Order) -> Vec<Due> {
    let received = order.ended_at.filter(|_| order.status == Status::Received);
    let all = [
        Due { step: Step::Pay, by: order.pay_by, met: order.paid_at },
        Due { step: Step::Ship, by: order.ship_by, met: order.shipped_at },
        Due { step: Step::Receive, by: order.deliver_by, met: received },
    ];
    let over = matches!(order.status, Status::Cancelled | Status::Closed | Status::Refunded);
    // What waits for a person has no deadline but that of its payment until it is cleared.
    let waits = |due: &Due| order.held && due.step != Step::Pay;
    let mut due: Vec<Due> = all
        .into_iter()
        .filter(|due| !waits(due))
        .filter(|due| due.met.is_some() || !over || order.ended_at.is_some_and(|ended| due.by <= ended))
        .collect();
    due.sort_by_key(|due| due.by);
    due
}

/// A purchase, to decide upon: whoever asks knows that it may.
pub fn purchase_of(q: &mut impl Query, id: Id<PurchaseKind>) -> Result<Purchase, Error> {
    q.one(&sql::PURCHASE, vals![id], sql::purchase)?.ok_or(Error::NoPurchase(id))
}

/// Some purchases, in any order; what is not there is left out. Whoever asks knows that it may.
pub fn purchases_of(q: &mut impl Query, ids: &[Id<PurchaseKind>]) -> Result<Vec<Purchase>, Error> {
    Ok(sql::purchases_of(q, ids)?)
}

/// A purchase of a member with its orders.
pub fn purchase(q: &mut impl Query, member: Id<Member>, id: Id<PurchaseKind>) -> Result<PurchaseView, Error> {
    let purchase = purchase_of(q, id)?;
    if purchase.member != member {
        return Err(Error::NoPurchase(id));
    }
    let orders = of_purchase(q, id)?;
    Ok(PurchaseView { purchase, orders })
}

/// A page of a member's purchases, newest first.
pub fn purchases(
    q: &mut impl Query,
    member: Id<Member>,
    after: Option<Id<PurchaseKind>>,
    limit: i64,
) -> Result<Vec<Purchase>, Error> {
    let below = after.map_or(RawId([0xff; 16]), Id::raw);
    Ok(q.rows(&sql::PURCHASES, vals![member, below, limit.clamp(1, MOST)], sql::purchase)?)
}

/// The orders of a purchase.
pub fn of_purchase(q: &mut impl Query, id: Id<PurchaseKind>) -> Result<Vec<Order>, Error> {
    Ok(q.rows(&sql::OF_PURCHASE, vals![id], sql::order)?)
}

/// An order as one side may see it: to decide upon, or for what needs neither its bill nor its timeline.
pub fn load(q: &mut impl Query, side: Side, id: Id<id::Order>) -> Result<Order, Error> {
    let found = match side {
        Side::Buyer(member) => q.one(&sql::ORDER_OF_MEMBER, vals![member, id], sql::order)?,
        Side::Shop(shop) => q.one(&sql::ORDER_OF_SHOP, vals![shop, id], sql::order)?,
        Side::Platform => q.one(&sql::ORDER, vals![id], sql::order)?,
    };
    found.ok_or(Error::NoOrder(id))
}

fn view(
    q: &mut impl Query,
    sql: &'static store::Sql,
    params: &[Val<'_>],
    id: Id<id::Order>,
) -> Result<OrderView, Error> {
    let found = q.one(sql, params, |row| {
        OrderView::new(sql::order(row)?, row.text(sql::COLUMNS)?, row.text(sql::COLUMNS + 1)?)
    })?;
    found.ok_or(Error::NoOrder(id))
}

/// An order, for the platform.
pub fn order(q: &mut impl Query, id: Id<id::Order>) -> Result<OrderView, Error> {
    view(q, &sql::VIEW, vals![id], id)
}

/// An order, for its buyer.
pub fn order_of_member(
    q: &mut impl Query,
    member: Id<Member>,
    id: Id<id::Order>,
) -> Result<OrderView, Error> {
    view(q, &sql::VIEW_OF_MEMBER, vals![member, id], id)
}

/// An order, for its shop.
pub fn order_of_shop(q: &mut impl Query, shop: Id<Shop>, id: Id<id::Order>) -> Result<OrderView, Error> {
    view(q, &sql::VIEW_OF_SHOP, vals![shop, id], id)
}

/// The newest notes on an order, newest first; a shop sees its own. Ask for the order first: nobody here knows whose it is.
pub fn notes(q: &mut impl Query, side: Side, id: Id<id::Order>) -> Result<Vec<Note>, Error> {
    let sql = match side {
        Side::Buyer(_) => return Ok(Vec::new()),
        Side::Shop(_) => &sql::SHOP_NOTES,
        Side::Platform => &sql::NOTES,
    };
    Ok(q.rows(sql, vals![id, MOST], sql::note)?)
}

/// What orders are looked for. Everything that is given has to hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Where they are in their life.
    pub status: Option<Status>,
    /// Placed then or later, to the millisecond.
    pub from: Option<Moment>,
    /// Placed before then, to the millisecond.
    pub until: Option<Moment>,
    /// With a line of this product. A shop's lists only.
    pub product: Option<Id<Product>>,
    /// Paid, and to be shipped before this moment: now. A shop's lists only.
    pub overdue: Option<Moment>,
    /// With a note of the shop. A shop's lists only.
    pub noted: bool,
    /// Waiting for a person. The platform's list only.
    pub held: bool,
    /// This one.
    pub order: Option<Id<id::Order>>,
    /// With this number that people say, as [`super::code_of`] read it; if none has it, the one of the carrier counts.
    pub code: Option<Box<str>>,
    /// With this number of the carrier. A shop's lists only.
    pub number: Option<Box<str>>,
    /// Of this shop. The platform's list only.
    pub shop: Option<Id<Shop>>,
}

/// The range of ids that dates and the page before leave: from the first, below the second.
fn range(filter: &Filter, after: Option<Id<id::Order>>) -> (RawId, RawId) {
    let first = |at: Moment| RawId::new(at, 0);
    let until = filter.until.map_or(RawId([0xff; 16]), first);
    let below = after.map_or(until, |after| after.raw().min(until));
    (filter.from.map_or(RawId([0; 16]), first), below)
}

/// The filter with the order that has the number which was asked for; nothing, if none has it.
fn by_code(q: &mut impl Query, filter: &Filter) -> Result<Option<Filter>, Error> {
    let Some(code) = &filter.code else { return Ok(Some(filter.clone())) };
    let found = q.one(&super::code::BY_CODE, vals![code], |row| row.id(0))?.map(Id::from_raw);
    Ok(match (found, &filter.number) {
        (Some(id), _) => Some(Filter { order: Some(id), code: None, number: None, ..filter.clone() }),
        (None, Some(_)) => Some(Filter { code: None, ..filter.clone() }),
        (None, None) => None,
    })
}

/// A page of a member's orders, newest first; of the filter, its status, dates and number count.
pub fn of_member(
    q: &mut impl Query,
    member: Id<Member>,
    filter: &Filter,
    after: Option<Id<id::Order>>,
    limit: i64,
) -> Result<Vec<Order>, Error> {
    let Some(filter) = &by_code(q, filter)? else { return Ok(Vec::new()) };
    if let Some(id) = filter.order {
        return one(load(q, Side::Buyer(member), id), filter, after);
    }
    let (from, below) = range(filter, after);
    let mut given = vec![
        ("member", member.into()),
        ("from", from.into()),
        ("below", below.into()),
        ("limit", limit.clamp(1, MOST).into()),
    ];
    given.extend(filter.status.map(|status| ("status", Val::Text(status.as_str()))));
    Ok(lists::OF_MEMBER.rows(q, &given, sql::order)?)
}

/// A list of the one order that was asked for by its number.
fn one(
    found: Result<Order, Error>,
    filter: &Filter,
    after: Option<Id<id::Order>>,
) -> Result<Vec<Order>, Error> {
    let (from, below) = range(filter, after);
    match found {
        Ok(order) => {
            let fits = filter.status.is_none_or(|status| status == order.status)
                && from <= order.id.raw()
                && order.id.raw() < below;
            Ok(if fits { vec![order] } else { Vec::new() })
        }
        Err(Error::NoOrder(_)) => Ok(Vec::new()),
        Err(err) => Err(err),
    }
}

/// A page of a shop's orders, newest first.
pub fn of_shop(
    q: &mut impl Query,
    shop: Id<Shop>,
    filter: &Filter,
    after: Option<Id<id::Order>>,
    limit: i64,
) -> Result<Vec<Order>, Error> {
    let Some(filter) = &by_code(q, filter)? else { return Ok(Vec::new()) };
    let (from, below) = range(filter, after);
    // What is overdue is paid and not shipped.
    let status = match (filter.overdue, filter.status) {
        (None, status) => status,
        (Some(_), None | Some(Status::Paid)) => Some(Status::Paid),
        (Some(_), Some(_)) => return Ok(Vec::new()),
    };
    let mut given: Vec<(&'static str, Val<'_>)> = vec![
        ("shop", shop.into()),
        ("from", from.into()),
        ("below", below.into()),
        ("limit", limit.clamp(1, MOST).into()),
    ];
    given.extend(status.map(|status| ("status", Val::Text(status.as_str()))));
    given.extend(filter.overdue.into_iter().flat_map(|now| [("overdue", Val::Null), ("now", now.into())]));
    given.extend(filter.order.map(|id| ("order", id.into())));
    given.extend(filter.number.as_ref().map(|number| ("number", number.into())));
    given.extend(filter.product.map(|id| ("product", id.into())));
    // What leaves the fewest orders leads: one number, one parcel, what staff noted, what is still open, one product.
    let list = if filter.order.is_some() {
        &lists::OF_SHOP_BY_ORDER
    } else if filter.number.is_some() {
        &lists::OF_SHOP_BY_NUMBER
    } else if filter.noted && status.is_some() {
        &lists::OF_SHOP_NOTED_BY_STATUS
    } else if filter.noted {
        &lists::OF_SHOP_NOTED
    } else if status.is_some_and(Status::is_open) {
        &lists::OF_SHOP_BY_STATUS
    } else if filter.product.is_some() {
        &lists::OF_SHOP_BY_PRODUCT
    } else if status.is_some() {
        &lists::OF_SHOP_BY_STATUS
    } else {
        &lists::OF_SHOP
    };
    // Where notes lead, the list is of nothing else.
    let narrower = filter.order.is_some() || filter.number.is_some();
    given.extend((filter.noted && narrower).then_some(("noted", Val::Null)));
    Ok(list.rows(q, &given, sql::order)?)
}

/// A page of the orders that wait for a person.
fn held(
    q: &mut impl Query,
    filter: &Filter,
    after: Option<Id<id::Order>>,
    limit: i64,
) -> Result<Vec<Order>, Error> {
    if let Some(id) = filter.order {
        let mut found = one(load(q, Side::Platform, id), filter, after)?;
        found.retain(|order| order.held && filter.shop.is_none_or(|shop| shop == order.shop));
        return Ok(found);
    }
    let (from, below) = range(filter, after);
    let mut given: Vec<(&'static str, Val<'_>)> =
        vec![("from", from.into()), ("below", below.into()), ("limit", limit.clamp(1, MOST).into())];
    given.extend(filter.status.map(|status| ("status", Val::Text(status.as_str()))));
    given.extend(filter.shop.map(|shop| ("shop", shop.into())));
    Ok(lists::OF_PLATFORM_HELD.rows(q, &given, sql::order)?)
}

/// A page of the orders of all shops, or of one, newest first; of the filter, its shop, status, dates and number count.
pub fn of_platform(
    q: &mut impl Query,
    filter: &Filter,
    after: Option<Id<id::Order>>,
    limit: i64,
) -> Result<Vec<Order>, Error> {
    let Some(filter) = &by_code(q, filter)? else { return Ok(Vec::new()) };
    if filter.held {
        return held(q, filter, after, limit);
    }
    if let Some(shop) = filter.shop {
        let filter = Filter { product: None, overdue: None, noted: false, number: None, ..filter.clone() };
        return of_shop(q, shop, &filter, after, limit);
    }
    if let Some(id) = filter.order {
        return one(load(q, Side::Platform, id), filter, after);
    }
    let (from, below) = range(filter, after);
    let mut given: Vec<(&'static str, Val<'_>)> =
        vec![("from", from.into()), ("below", below.into()), ("limit", limit.clamp(1, MOST).into())];
    let list = if filter.status.is_some() { &lists::OF_PLATFORM_BY_STATUS } else { &lists::OF_PLATFORM };
    given.extend(filter.status.map(|status| ("status", Val::Text(status.as_str()))));
    Ok(list.rows(q, &given, sql::order)?)
}
