//! Orders as a sheet: what happened to them and when, as history that nobody changes.
//!
//! An order that came in is told by facts, as those of other systems are: figures, scores and rehearsals count it; nobody
//! pays, ships or cancels it here.

use super::error::Error;
use super::sheet::{self, Checked, ColumnSpec, Report, Sheet, columns};
use super::shop;
use crate::tell::tell;
use kernel::ask::Cell;
use kernel::fact::Minor;
use kernel::id::{Order, Purchase, Shop};
use kernel::{Ask, Fact, Id, Market, Moment, Numerals, Progress, RawId, Record};
use std::collections::{HashMap, HashSet};
use std::path::Path;
use store::{Db, Query};
use supply::logistics;
use trade::order;

/// The columns.
pub const COLUMNS: &[ColumnSpec] = columns! {
    "order": "Its id. Left out, it is made of shop, external id and when it was placed: the same one each time.",
    "external_id" => "What the system it came from calls it.",
    "shop" => "The id of its shop, which is here already.",
    "purchase": "The purchase it is part of. Left out, the orders of one external id and one moment are one purchase.",
    "placed_at" => "When it was placed, RFC 3339.",
    "paid_at": "When it was paid.",
    "ship_by" => "By when it was to be picked up.",
    "picked_up_at": "When the carrier had it.",
    "deliver_by" => "By when it was to be delivered.",
    "delivered_at": "When the buyer had it.",
    "cancelled_at": "When it was cancelled.",
    "lines" => "How many lines it has, 1 or more.",
    "goods" => "The price of its goods, in the units of its currency.",
    "freight" => "What shipping cost its buyer.",
    "currency" => "ISO 4217, as the market's.",
};

/// An order of a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    id: Id<Order>,
    external_id: Box<str>,
    shop: Id<Shop>,
    purchase: Id<Purchase>,
    placed_at: Moment,
    paid_at: Option<Moment>,
    ship_by: Moment,
    picked_up_at: Option<Moment>,
    deliver_by: Moment,
    delivered_at: Option<Moment>,
    cancelled_at: Option<Moment>,
    lines: i64,
    goods: i64,
    freight: i64,
    /// Whether it was sold here: what happens to it is told by what happens to it, never by a sheet.
    sold_here: bool,
}

const PLACED: &str = "select subject, external_id, shop, purchase, at, ship_by, deliver_by, lines, goods, freight \
     from order_placed order by at, subject";
/// Puts what a fact told into an order.
type Put = fn(&mut Row, Moment);

/// What else happened to orders, and when.
const STEPS: [(&str, Put); 4] = [
    ("select subject, at from order_paid", |row, at| row.paid_at = Some(at)),
    ("select subject, at from parcel_picked_up", |row, at| row.picked_up_at = Some(at)),
    ("select subject, at from parcel_delivered", |row, at| row.delivered_at = Some(at)),
    ("select subject, at from order_cancelled", |row, at| row.cancelled_at = Some(at)),
];
/// What was held got new promises when it was cleared.
const CLEARED: &str = "select subject, ship_by, deliver_by from order_cleared";

/// Every order of a market, the oldest first.
pub fn export(ask: &dyn Ask, market: &Market) -> Result<String, Error> {
    let mut shops = HashMap::new();
    for row in ask.rows("select shop, subject from shop_opened", &[])? {
        shops.insert(row.int(0)?, Id::<Shop>::from_raw(row.id(1)?));
    }
    let (mut rows, mut places) = (Vec::new(), HashMap::new());
    for told in ask.rows(PLACED, &[])? {
        // An order whose shop nobody told of has none to stand under.
        let Some(shop) = shops.get(&told.int(2)?).copied() else { continue };
        let external_id = match told.0.get(1) {
            Some(Cell::Text(text)) => text.as_str().into(),
            _ => Box::default(),
        };
        let row = Row {
            id: Id::from_raw(told.id(0)?),
            external_id,
            shop,
            purchase: Id::from_raw(told.id(3)?),
            placed_at: Moment::from_micros(told.int(4)?),
            paid_at: None,
            ship_by: Moment::from_micros(told.int(5)?),
            picked_up_at: None,
            deliver_by: Moment::from_micros(told.int(6)?),
            delivered_at: None,
            cancelled_at: None,
            lines: told.int(7)?,
            goods: told.int(8)?,
            freight: told.int(9)?,
            sold_here: false,
        };
        places.insert(row.id.raw(), rows.len());
        rows.push(row);
    }
    for (sql, put) in STEPS {
        for told in ask.rows(sql, &[])? {
            if let Some(at) = places.get(&told.id(0)?) {
                put(&mut rows[*at], Moment::from_micros(told.int(1)?));
            }
        }
    }
    for told in ask.rows(CLEARED, &[])? {
        if let Some(at) = places.get(&told.id(0)?) {
            let row: &mut Row = &mut rows[*at];
            row.ship_by = Moment::from_micros(told.int(1)?);
            row.deliver_by = Moment::from_micros(told.int(2)?);
        }
    }
    let mut out = String::new();
    sheet::header(&mut out, COLUMNS);
    for row in &rows {
        row.write(&mut out, market);
    }
    Ok(out)
}

impl Row {
    fn write(&self, out: &mut String, market: &Market) {
        let time = |at: Moment| at.rfc3339(&market.zone);
        let maybe = |at: Option<Moment>| at.map_or_else(String::new, time);
        let amount = |minor| Numerals::PLAIN.write(minor, market.currency.digits());
        sheet::add(
            out,
            [
                self.id.to_string(),
                self.external_id.to_string(),
                self.shop.to_string(),
                self.purchase.to_string(),
                time(self.placed_at),
                maybe(self.paid_at),
                time(self.ship_by),
                maybe(self.picked_up_at),
                time(self.deliver_by),
                maybe(self.delivered_at),
                maybe(self.cancelled_at),
                self.lines.to_string(),
                amount(self.goods),
                amount(self.freight),
                market.currency.to_string(),
            ],
        );
    }

    /// Its facts, in the order in which they happened: of two steps the later one knows the earlier one.
    fn facts(&self) -> Vec<Record> {
        let Self { id, placed_at, ship_by, deliver_by, picked_up_at, cancelled_at, .. } = *self;
        let shop = Some(self.shop);
        let placed = order::fact::Placed {
            at: placed_at,
            shop,
            order: id,
            purchase: self.purchase,
            external_id: self.external_id.clone(),
            lines: self.lines,
            goods: Minor(self.goods),
            freight: Minor(self.freight),
            gmv: Minor(self.goods + self.freight),
            ship_by,
            deliver_by,
            excluded: None,
            rules: None,
        };
        let paid = self.paid_at.map(|at| order::fact::Paid {
            at,
            shop,
            order: id,
            placed_at,
            excluded: None,
            rules: None,
            pickup_from: None,
            pass_pickup_by: None,
            insured: None,
        });
        let picked_up = picked_up_at.map(|at| logistics::fact::PickedUp {
            at,
            shop,
            order: id,
            placed_at,
            paid_at: self.paid_at.filter(|paid| *paid <= at),
            ship_by,
            cancelled_at: cancelled_at.filter(|cancelled| *cancelled < at),
            excluded: None,
            rules: None,
            pickup_from: None,
            standard_by: None,
            pass_pickup_by: None,
            by: None,
        });
        let delivered = self.delivered_at.map(|at| logistics::fact::Delivered {
            at,
            shop,
            order: id,
            placed_at,
            picked_up_at: picked_up_at.filter(|picked_up| *picked_up <= at),
            deliver_by,
            cancelled_at: cancelled_at.filter(|cancelled| *cancelled < at),
            excluded: None,
            rules: None,
            paid_at: None,
            standard_by: None,
            next_day_by: None,
            claimed_at: None,
            claimed: None,
            found_at: None,
            install: None,
            remote: None,
        });
        let cancelled = cancelled_at.map(|at| order::fact::Cancelled {
            at,
            shop,
            order: id,
            placed_at,
            ship_by,
            deliver_by,
            picked_up_at: picked_up_at.filter(|picked_up| *picked_up <= at),
            delivered_at: self.delivered_at.filter(|delivered| *delivered <= at),
            excluded: None,
            pass_pickup_by: None,
            standard_by: None,
            stalled_at: None,
            by: None,
            reason: None,
        });
        let mut facts = vec![placed.record()];
        facts.extend(paid.map(|fact| fact.record()));
        facts.extend(picked_up.map(|fact| fact.record()));
        facts.extend(delivered.map(|fact| fact.record()));
        facts.extend(cancelled.map(|fact| fact.record()));
        facts.sort_by_key(|fact| fact.at);
        facts
    }
}

/// Reads a sheet whole. The shops of its orders have to be here.
pub fn check(q: &mut impl Query, ask: &dyn Ask, path: &Path, market: &Market) -> Result<Checked<Row>, Error> {
    let shops = shop::known(q, ask)?;
    let sold = ask.rows("select subject from order_placed where rules is not null", &[])?;
    let sold =
        sold.iter().map(|row| row.id(0).map(Id::from_raw)).collect::<Result<HashSet<Id<Order>>, _>>()?;
    let mut sheet = Sheet::open(path, COLUMNS)?;
    let (mut good, mut seen) = (Vec::new(), HashSet::new());
    let (currency, zone) = (market.currency, &market.zone);
    let rows = sheet.rows(|line| {
        let given = line.maybe("order", sheet::id::<Order>);
        let external_id = line.must("external_id", |cell| Ok(Box::<str>::from(cell)));
        let is_here = |cell: &str| {
            sheet::id::<Shop>(cell).and_then(|shop| {
                let unknown = || "there is no such shop here: bring the shops in first".to_owned();
                if shops.contains(&shop) { Ok(shop) } else { Err(unknown()) }
            })
        };
        let shop = line.must("shop", is_here);
        let of = line.maybe("purchase", sheet::id::<Purchase>);
        let placed_at = line.must("placed_at", sheet::moment(zone));
        let steps = ["paid_at", "picked_up_at", "delivered_at", "cancelled_at"];
        let [paid_at, picked_up_at, delivered_at, cancelled_at] = steps.map(|step| {
            let at = line.maybe(step, sheet::moment(zone));
            if at.zip(placed_at).is_some_and(|(at, placed)| at < placed) {
                line.refuse(step, "that is before the order was placed");
            }
            at
        });
        let ship_by = line.must("ship_by", sheet::moment(zone));
        let deliver_by = line.must("deliver_by", sheet::moment(zone));
        let lines = line.must("lines", sheet::whole);
        if lines.is_some_and(|lines| lines < 1) {
            line.refuse("lines", "an order has at least one line");
        }
        let amount = line.amount(currency);
        let [goods, freight] = ["goods", "freight"].map(|name| {
            let minor = line.must(name, &amount);
            if minor.is_some_and(|minor| minor < 0) {
                line.refuse(name, "it is not negative");
            }
            minor
        });
        line.must("currency", |cell| match cell == currency.code() {
            true => Ok(()),
            false => Err(format!("this market's money is {currency}")),
        });
        if !line.wrong.is_empty() {
            return;
        }
        let (Some(external_id), Some(shop), Some(placed_at)) = (external_id, shop, placed_at) else { return };
        let (Some(ship_by), Some(deliver_by), Some(lines)) = (ship_by, deliver_by, lines) else { return };
        let (Some(goods), Some(freight)) = (goods, freight) else { return };
        let made = |of: &[&str]| RawId::of_external(placed_at, "csv", of);
        let id = given.unwrap_or_else(|| Id::from_raw(made(&["order", &external_id, &shop.to_string()])));
        let purchase = of.unwrap_or_else(|| Id::from_raw(made(&["purchase", &external_id])));
        if !seen.insert(id) {
            return line.refuse("order", "the order stands in this file already");
        }
        good.push(Row {
            id,
            external_id,
            shop,
            purchase,
            placed_at,
            paid_at,
            ship_by,
            picked_up_at,
            deliver_by,
            delivered_at,
            cancelled_at,
            lines,
            goods,
            freight,
            sold_here: sold.contains(&id),
        });
    });
    Ok(Checked { rows, good, wrong: sheet.wrong })
}

/// Tells of the orders.
pub fn apply(
    db: &Db,
    market: &Market,
    orders: &Checked<Row>,
    progress: &dyn Progress,
) -> Result<Report, Error> {
    let facts = orders.good.iter().filter(|row| !row.sold_here).flat_map(Row::facts);
    let told = tell(db, market, facts, orders.good.len() as u64, progress)?;
    let placed = told.get("order.placed").copied().unwrap_or_default();
    // An order is as it was only if nothing of it differs.
    let kept = told.values().map(|told| told.kept).max().unwrap_or_default();
    let Checked { rows, wrong, .. } = orders;
    let sold = orders.good.iter().filter(|row| row.sold_here).count() as u64;
    let (known, kept) = (placed.known + placed.kept, kept.min(placed.known + placed.kept));
    Ok(Report { rows: *rows, new: placed.new, known: known - kept + sold, kept, wrong: wrong.clone() })
}
