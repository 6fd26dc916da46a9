//! What pages and the API show of orders and of the market, read from facts.

use crate::metric::Ends;
use crate::{Error, Result};
use kernel::ask::{Cell, Param, Query, Row};
use kernel::id::{Order, Purchase};
use kernel::{Ask, AskError, Id, Moment, RawId};
use std::collections::HashMap;

/// Where a shop order stands: the furthest step that was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Placed, nothing more.
    Placed,
    /// Paid.
    Paid,
    /// With the carrier.
    PickedUp,
    /// With the buyer.
    Delivered,
    /// Cancelled, whatever else happened.
    Cancelled,
}

/// A shop order with its steps side by side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderView {
    /// Its id.
    pub id: Id<Order>,
    /// The shop's number.
    pub shop: i64,
    /// What the system it came from calls it.
    pub external_id: String,
    /// The purchase it is part of.
    pub purchase: Id<Purchase>,
    /// How many lines it has.
    pub lines: i64,
    /// Price of the goods, in minor units of the market's currency.
    pub goods: i64,
    /// Freight, in minor units.
    pub freight: i64,
    /// Both, in minor units.
    pub gmv: i64,
    /// When it was placed.
    pub placed_at: Moment,
    /// When it was paid.
    pub paid_at: Option<Moment>,
    /// By when it was to be picked up.
    pub ship_by: Moment,
    /// When it was picked up.
    pub picked_up_at: Option<Moment>,
    /// By when it was to be delivered.
    pub deliver_by: Moment,
    /// When it was delivered.
    pub delivered_at: Option<Moment>,
    /// When it was cancelled.
    pub cancelled_at: Option<Moment>,
}

impl OrderView {
    /// The furthest step that was told.
    pub fn status(&self) -> Status {
        match self {
            Self { cancelled_at: Some(_), .. } => Status::Cancelled,
            Self { delivered_at: Some(_), .. } => Status::Delivered,
            Self { picked_up_at: Some(_), .. } => Status::PickedUp,
            Self { paid_at: Some(_), .. } => Status::Paid,
            _ => Status::Placed,
        }
    }
}

/// One fact in the timeline of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimelineFact {
    /// Its kind: `order.placed`.
    pub kind: &'static str,
    /// What happened, one sentence.
    pub meaning: &'static str,
    /// When it happened.
    pub at: Moment,
    /// The fact's own id.
    pub id: RawId,
    /// Its columns with what they mean to a reader.
    pub values: Vec<TimelineValue>,
}

/// One value of a fact, with its column.
#[derive(Debug, Clone, PartialEq)]
pub struct TimelineValue {
    /// The column.
    pub column: &'static kernel::fact::Column,
    /// The value.
    pub value: Cell,
}
impl Eq for TimelineValue {}

/// An order and everything that was told about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderPage {
    /// The order.
    pub order: OrderView,
    /// Its facts, by when they happened.
    pub facts: Vec<TimelineFact>,
}

const PLACED: &str = "select subject, shop, external_id, purchase, lines, goods, freight, gmv, at, ship_by, deliver_by from order_placed";

fn placed(row: &Row) -> Result<OrderView, AskError> {
    Ok(OrderView {
        id: Id::from_raw(row.id(0)?),
        shop: row.int(1)?,
        external_id: row.text(2)?,
        purchase: Id::from_raw(row.id(3)?),
        lines: row.int(4)?,
        goods: row.int(5)?,
        freight: row.int(6)?,
        gmv: row.int(7)?,
        placed_at: Moment::from_micros(row.int(8)?),
        paid_at: None,
        ship_by: Moment::from_micros(row.int(9)?),
        picked_up_at: None,
        deliver_by: Moment::from_micros(row.int(10)?),
        delivered_at: None,
        cancelled_at: None,
    })
}

/// The order of an id (`ord_...`) or an external id, with its timeline. An external id that several shop orders share
/// means the one that was placed first.
pub fn order(ask: &dyn Ask, id: &str) -> Result<OrderPage> {
    let unknown = || Error::NoOrder(id.chars().take(80).collect());
    let rows = match id.parse::<Id<Order>>() {
        Ok(id) => ask.rows(&format!("{PLACED} where subject = $1"), &[Param::Id(id.raw())])?,
        Err(_) => ask.rows(
            &format!("{PLACED} where external_id = $1 order by at, shop limit 1"),
            &[Param::Text(id.to_owned())],
        )?,
    };
    let mut order = placed(rows.first().ok_or_else(unknown)?)?;
    let mut facts = Vec::new();
    for spec in kernel::fact::all() {
        // A review is about an order too, and names it in a column.
        let by = if spec.subject == "ord" {
            "subject"
        } else if spec.columns.iter().any(|c| c.name == "order_id") {
            "order_id"
        } else {
            continue;
        };
        let columns: String = spec.columns.iter().map(|c| format!(", \"{}\"", c.name)).collect();
        let sql = format!("select id, at{columns} from {} where {by} = $1", spec.table());
        for row in ask.rows(&sql, &[Param::Id(order.id.raw())])? {
            let at = Moment::from_micros(row.int(1)?);
            match spec.kind {
                "order.paid" => order.paid_at = Some(at),
                "order.cancelled" => order.cancelled_at = Some(at),
                "parcel.picked_up" => order.picked_up_at = Some(at),
                "parcel.delivered" => order.delivered_at = Some(at),
                // What was held got new deadlines when it was cleared.
                "order.cleared" => {
                    for (column, cell) in spec.columns.iter().zip(2..) {
                        match column.name {
                            "ship_by" => order.ship_by = Moment::from_micros(row.int(cell)?),
                            "deliver_by" => order.deliver_by = Moment::from_micros(row.int(cell)?),
                            _ => {}
                        }
                    }
                }
                _ => {}
            }
            let id = row.id(0)?;
            let values = spec
                .columns
                .iter()
                .zip(row.0.into_iter().skip(2))
                .map(|(column, value)| TimelineValue { column, value })
                .collect();
            facts.push(TimelineFact { kind: spec.kind, meaning: spec.meaning.trim(), at, id, values });
        }
    }
    facts.sort_by_key(|fact| (fact.at, fact.kind != "order.placed", fact.kind, fact.id));
    Ok(OrderPage { order, facts })
}

/// Where a page of orders ends, for the next one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct After {
    /// When the last order of the page was placed.
    pub placed_at: Moment,
    /// Its external id.
    pub external_id: String,
}

/// Which orders of the market, imported ones and those that were sold here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OrderFilter {
    /// Of this shop, by its number.
    pub shop: Option<i64>,
    /// Placed at this moment or later.
    pub from: Option<Moment>,
    /// Placed before this moment.
    pub until: Option<Moment>,
    /// With this external id.
    pub external_id: Option<String>,
}

impl OrderFilter {
    /// The orders of one shop.
    pub fn of_shop(shop: i64) -> Self {
        Self { shop: Some(shop), ..Self::default() }
    }
}

/// A page of the market's orders, from the latest back, at most `limit`; `after` is where the page before it ended.
pub fn orders(
    ask: &dyn Ask,
    filter: &OrderFilter,
    after: Option<&After>,
    limit: usize,
) -> Result<Vec<OrderView>> {
    let (mut params, mut conditions) = (Vec::new(), Vec::new());
    let mut add = |param: Param, condition: &str| {
        params.push(param);
        conditions.push(condition.replace("$", &format!("${}", params.len())));
    };
    if let Some(shop) = filter.shop {
        add(Param::Int(shop), "shop = $");
    }
    if let Some(from) = filter.from {
        add(Param::Int(from.micros()), "at >= $");
    }
    if let Some(until) = filter.until {
        add(Param::Int(until.micros()), "at < $");
    }
    if let Some(id) = &filter.external_id {
        add(Param::Text(id.clone()), "external_id = $");
    }
    if let Some(after) = after {
        add(Param::Int(after.placed_at.micros()), "at <= $");
        let at = params.len();
        params.push(Param::Text(after.external_id.clone()));
        conditions.push(format!("(at < ${at} or external_id < ${})", params.len()));
    }
    let mut sql = PLACED.to_owned();
    if !conditions.is_empty() {
        sql.push_str(&format!(" where {}", conditions.join(" and ")));
    }
    sql.push_str(&format!(" order by at desc, external_id desc limit {limit}"));
    let mut page: Vec<_> = ask.rows(&sql, &params)?.iter().map(placed).collect::<Result<_, _>>()?;
    let (Some(first), Some(last)) = (page.last(), page.first()) else {
        return Ok(page);
    };
    // Later steps carry when the order was placed: no joins.
    let mut params = vec![Param::Int(first.placed_at.micros()), Param::Int(last.placed_at.micros())];
    let mut within = "placed_at >= $1 and placed_at <= $2".to_owned();
    if let Some(shop) = filter.shop {
        params.push(Param::Int(shop));
        within.push_str(" and shop = $3");
    }
    let places: HashMap<RawId, usize> = page.iter().enumerate().map(|(i, o)| (o.id.raw(), i)).collect();
    for (table, step) in
        [("order_paid", 0), ("parcel_picked_up", 1), ("parcel_delivered", 2), ("order_cancelled", 3)]
    {
        let sql = format!("select subject, at from {table} where {within}");
        for row in ask.rows(&sql, &params)? {
            if let Some(i) = places.get(&row.id(0)?) {
                let (order, at) = (&mut page[*i], Some(Moment::from_micros(row.int(1)?)));
                match step {
                    0 => order.paid_at = at,
                    1 => order.picked_up_at = at,
                    2 => order.delivered_at = at,
                    _ => order.cancelled_at = at,
                }
            }
        }
    }
    let cleared = format!("select subject, ship_by, deliver_by from order_cleared where {within}");
    for row in ask.rows(&cleared, &params)? {
        if let Some(order) = places.get(&row.id(0)?).and_then(|i| page.get_mut(*i)) {
            order.ship_by = Moment::from_micros(row.int(1)?);
            order.deliver_by = Moment::from_micros(row.int(2)?);
        }
    }
    Ok(page)
}

/// What was sold on one local day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Day {
    /// Shop orders placed.
    pub orders: i64,
    /// Price and freight of them, in minor units; unpaid and cancelled ones included.
    pub gmv: i64,
}

/// Orders and GMV of the days that end at `ends` (in order), of one shop or of all. The first day is 24 h long.
pub fn sales(ask: &dyn Ask, ends: &[Moment], shop: Option<i64>) -> Result<Vec<Day>> {
    let mut days = vec![Day::default(); ends.len()];
    let (Some(first), Some(last)) = (ends.first(), ends.last()) else {
        return Ok(days);
    };
    let index = Ends::new(ends);
    let mut sql = "select at, gmv from order_placed where at > $1 and at <= $2".to_owned();
    if let Some(shop) = shop {
        sql.push_str(&format!(" and shop = {shop}"));
    }
    let params = [Param::Int(first.plus_days(-1).micros()), Param::Int(last.micros())];
    ask.ask(&Query { sql: &sql, params: &params, given: &[] }, &mut |batch| {
        for (at, gmv) in batch.ints(0)?.iter().zip(batch.ints(1)?) {
            if let Some(day) = days.get_mut(index.at_or_after(*at)) {
                day.orders += 1;
                day.gmv += gmv;
            }
        }
        Ok(())
    })?;
    Ok(days)
}

/// From when to when orders were placed, and how many; none without orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// When the first order was placed.
    pub first: Moment,
    /// When the last order was placed.
    pub last: Moment,
    /// How many there are.
    pub orders: i64,
}

/// The extent of the market's history.
pub fn extent(ask: &dyn Ask) -> Result<Option<Extent>> {
    let rows = ask.rows("select min(at), max(at), count(*) from order_placed", &[])?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    Ok(match (row.maybe_int(0)?, row.maybe_int(1)?) {
        (Some(first), Some(last)) => Some(Extent {
            first: Moment::from_micros(first),
            last: Moment::from_micros(last),
            orders: row.int(2)?,
        }),
        _ => None,
    })
}
