//! Reading and checking the folder. Nothing is written here.

use super::value::{Clock, id, minor, shop_name, whole, word};
use super::{Checked, Group, Order, Part, Payment, Review, Seller, market};
use crate::import::table::{Column, Row, Table};
use crate::import::{ImportError, Skipped};
use kernel::{Moment, Progress, RawId};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// Reads the folder and checks all of it: files, columns, numbers, times, and who refers to whom.
///
/// Stops at the first thing that is wrong; rows that can be left out are collected with their reason.
pub fn check(path: &Path, progress: &dyn Progress) -> Result<Checked, ImportError> {
    let name =
        path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned());
    if !path.is_dir() {
        return Err(ImportError::file(
            &name,
            "is not a folder: name the one that holds olist_orders_dataset.csv",
        ));
    }
    // All of them are opened first: a missing file is told before a long read.
    let open = |name| Table::open(path, name);
    let order_table = open("olist_orders_dataset")?;
    let item_table = open("olist_order_items_dataset")?;
    let seller_table = open("olist_sellers_dataset")?;
    let payment_table = open("olist_order_payments_dataset")?;
    let review_table = open("olist_order_reviews_dataset")?;

    let mut log = Log::new(progress);
    let (orders, of_order) = orders(&order_table, &mut log)?;
    let (mut sellers, of_seller) = sellers(&seller_table, &mut log)?;
    // The larger half of what is left is read beside the other.
    let (parts, money, said) = std::thread::scope(|scope| {
        let beside = scope.spawn(|| {
            let hushed = Hushed(progress);
            let mut log = Log::new(&hushed);
            let money = payments(&payment_table, &mut log, &of_order)?;
            let said = reviews(&review_table, &mut log, &of_order)?;
            Ok((money, said, log.rows, log.skipped))
        });
        let parts = items(&item_table, &mut log, &of_order, &of_seller, &orders);
        let beside = beside.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        let parts = parts?;
        let (money, said, rows, skipped) = beside?;
        log.rows.extend(rows);
        log.skipped.extend(skipped);
        Ok((parts, money, said))
    })?;
    for (n, order) in orders.iter().enumerate() {
        if parts.of(n as u32).is_empty() {
            log.skip(&order_table, u64::from(order.line), "the order has no items");
        }
    }
    for part in &parts.all {
        sellers[part.seller as usize].sells = true;
    }
    let (money, methods) = money;
    let payments = grouped(money, &payment_table, "payment_sequential", "payment", &parts, &mut log)?;
    let reviews = grouped(said, &review_table, "review_id", "review", &parts, &mut log)?;

    let mut sequence: Vec<u32> = (0..orders.len() as u32).filter(|n| !parts.of(*n).is_empty()).collect();
    sequence.sort_unstable_by(|a, b| {
        let (a, b) = (&orders[*a as usize], &orders[*b as usize]);
        a.placed.cmp(&b.placed).then_with(|| a.id.cmp(&b.id))
    });
    let mut skipped = log.skipped;
    skipped.sort();
    let mut checked = Checked {
        orders,
        sequence,
        parts,
        payments,
        reviews,
        sellers,
        methods,
        rows: log.rows,
        skipped,
        odd: BTreeMap::new(),
        facts: 0,
    };
    checked.odd = checked.odd_times();
    checked.facts = checked.count();
    Ok(checked)
}

/// Work beside other work: it can be stopped, and tells nothing, so that a bar shows one thing at a time.
struct Hushed<'p>(&'p dyn Progress);

impl Progress for Hushed<'_> {
    fn at(&self, _what: &'static str, _done: u64, _total: u64) {}
    fn cancelled(&self) -> bool {
        self.0.cancelled()
    }
}

struct Log<'p> {
    rows: BTreeMap<String, u64>,
    skipped: Vec<Skipped>,
    progress: &'p dyn Progress,
}

impl<'p> Log<'p> {
    fn new(progress: &'p dyn Progress) -> Self {
        Self { rows: BTreeMap::new(), skipped: Vec::new(), progress }
    }

    /// Reads all rows of a table, counting them.
    fn read<'t>(
        &mut self,
        table: &'t Table,
        what: &'static str,
        mut each: impl FnMut(&mut Self, &Row<'t, '_>) -> Result<(), ImportError>,
    ) -> Result<(), ImportError> {
        let (mut rows, mut tell_at) = (0u64, 0u64);
        table.rows(|row, before| {
            if before >= tell_at {
                if self.progress.cancelled() {
                    return Err(ImportError::file(
                        table.file(),
                        "reading was stopped: nothing has been written",
                    ));
                }
                self.progress.at(what, before, table.len());
                tell_at = before + table.len() / 100;
            }
            rows += 1;
            if row.line() > u64::from(u32::MAX) {
                return Err(ImportError::file(table.file(), "the file has more lines than can be counted"));
            }
            each(self, row)
        })?;
        self.progress.at(what, table.len(), table.len());
        self.rows.insert(table.file().to_owned(), rows);
        Ok(())
    }

    fn skip(&mut self, table: &Table, line: u64, reason: impl Into<String>) {
        self.skipped.push(Skipped { file: table.file().to_owned(), line, reason: reason.into() });
    }
}

/// A field, read by `read`; what is wrong with it gets its place.
fn field<T>(
    row: &Row<'_, '_>,
    column: Column,
    read: impl FnOnce(&str) -> Result<T, String>,
) -> Result<T, ImportError> {
    read(&row.text(column)).map_err(|wrong| row.wrong(column, wrong))
}

/// A time, or none if the field is empty.
fn maybe(clock: &mut Clock, row: &Row<'_, '_>, column: Column) -> Result<Option<Moment>, ImportError> {
    field(row, column, |t| if t.is_empty() { Ok(None) } else { clock.time(t).map(Some) })
}

/// Which order, by its id in the file.
type Index<'t> = HashMap<&'t str, u32>;

fn orders<'t>(table: &'t Table, log: &mut Log<'_>) -> Result<(Vec<Order>, Index<'t>), ImportError> {
    let order_id = table.column("order_id")?;
    let status = table.column("order_status")?;
    let purchase = table.column("order_purchase_timestamp")?;
    let approved = table.column("order_approved_at")?;
    let carrier = table.column("order_delivered_carrier_date")?;
    let customer = table.column("order_delivered_customer_date")?;
    let estimated = table.column("order_estimated_delivery_date")?;
    let mut clock = Clock::new(market().zone);
    let mut orders: Vec<Order> = Vec::new();
    let mut index = Index::new();
    log.read(table, "orders", |log, row| {
        let key = field(row, order_id, |t| id(t).map(str::to_owned))?;
        let order = Order {
            id: key.into(),
            line: row.line() as u32,
            cancelled: field(row, status, |t| match t {
                "created" | "approved" | "invoiced" | "processing" | "shipped" | "delivered" => Ok(false),
                "canceled" | "unavailable" => Ok(true),
                "" => Err("the status is empty".to_owned()),
                _ => Err(format!(
                    "\"{}\" is not a status: created, approved, invoiced, processing, shipped, delivered, unavailable or canceled",
                    t.chars().take(40).collect::<String>()
                )),
            })?,
            placed: field(row, purchase, |t| clock.time(t))?,
            paid: maybe(&mut clock, row, approved)?,
            picked_up: maybe(&mut clock, row, carrier)?,
            delivered: maybe(&mut clock, row, customer)?,
            deliver_by: field(row, estimated, |t| clock.day_end(t))?,
        };
        match index.entry(row.borrowed(order_id)) {
            std::collections::hash_map::Entry::Vacant(place) => {
                place.insert(orders.len() as u32);
                orders.push(order);
            }
            std::collections::hash_map::Entry::Occupied(place) => {
                let first = &orders[*place.get() as usize];
                let same = (first.cancelled, first.placed, first.paid, first.picked_up, first.delivered, first.deliver_by)
                    == (order.cancelled, order.placed, order.paid, order.picked_up, order.delivered, order.deliver_by);
                if !same {
                    return Err(row.wrong(order_id, format!("this order is on line {} already, with other values", first.line)));
                }
                log.skip(table, row.line(), repeats(u64::from(first.line)));
            }
        }
        Ok(())
    })?;
    Ok((orders, index))
}

fn repeats(line: u64) -> String {
    format!("the row repeats line {line}")
}

fn sellers<'t>(table: &'t Table, log: &mut Log<'_>) -> Result<(Vec<Seller>, Index<'t>), ImportError> {
    let seller_id = table.column("seller_id")?;
    let city = table.column("seller_city")?;
    let state = table.column("seller_state")?;
    let mut sellers: Vec<Seller> = Vec::new();
    let mut lines: Vec<u64> = Vec::new();
    let mut index = Index::new();
    // A shop's id must not depend on which of its orders are in the folder: all begin with one moment of the past.
    let founded = Moment::from_micros(1_420_070_400_000_000);
    log.read(table, "sellers", |log, row| {
        let key = field(row, seller_id, |t| id(t).map(str::to_owned))?;
        let name = shop_name(&key, &row.text(city), &row.text(state));
        match index.entry(row.borrowed(seller_id)) {
            std::collections::hash_map::Entry::Vacant(place) => {
                place.insert(sellers.len() as u32);
                lines.push(row.line());
                let shop = RawId::of_external(founded, "olist", &["seller", &key]);
                sellers.push(Seller { id: key.into(), name: name.into(), shop, sells: false });
            }
            std::collections::hash_map::Entry::Occupied(place) => {
                let n = *place.get() as usize;
                if *sellers[n].name != *name {
                    return Err(row.wrong(
                        seller_id,
                        format!("this seller is on line {} already, with other values", lines[n]),
                    ));
                }
                log.skip(table, row.line(), repeats(lines[n]));
            }
        }
        Ok(())
    })?;
    Ok((sellers, index))
}

#[derive(PartialEq)]
struct Item {
    seller: u32,
    price: i64,
    freight: i64,
    limit: Moment,
}

/// A row of a table whose rows belong to orders, with what tells it apart from the order's other rows.
struct Keyed<K, T> {
    order: u32,
    key: K,
    line: u32,
    value: T,
}

/// Sorts rows by order and key. A key that is there twice with the same values is skipped, with others refused.
fn unique<K: Ord, T: PartialEq>(
    rows: &mut Vec<Keyed<K, T>>,
    table: &Table,
    column: &str,
    what: &str,
    log: &mut Log<'_>,
) -> Result<(), ImportError> {
    rows.sort_by(|a, b| (a.order, &a.key, a.line).cmp(&(b.order, &b.key, b.line)));
    let mut conflict: Option<(u32, u32)> = None;
    rows.dedup_by(|later, first| {
        if (later.order, &later.key) != (first.order, &first.key) {
            return false;
        }
        if later.value == first.value {
            log.skip(table, u64::from(later.line), repeats(u64::from(first.line)));
            return true;
        }
        if conflict.is_none_or(|(line, _)| later.line < line) {
            conflict = Some((later.line, first.line));
        }
        false
    });
    match conflict {
        None => Ok(()),
        Some((line, first)) => Err(table.error(
            u64::from(line),
            Some(column.to_owned()),
            format!("this {what} is on line {first} already, with other values"),
        )),
    }
}

fn items(
    table: &Table,
    log: &mut Log<'_>,
    of_order: &Index<'_>,
    of_seller: &Index<'_>,
    orders: &[Order],
) -> Result<Group<Part>, ImportError> {
    let order_id = table.column("order_id")?;
    let item_id = table.column("order_item_id")?;
    let seller_id = table.column("seller_id")?;
    let limit = table.column("shipping_limit_date")?;
    let price = table.column("price")?;
    let freight = table.column("freight_value")?;
    let mut clock = Clock::new(market().zone);
    let mut rows = Vec::with_capacity(orders.len() + orders.len() / 8);
    log.read(table, "items", |_, row| {
        let order = field(row, order_id, |t| {
            of_order.get(id(t)?).copied().ok_or_else(|| format!("no order {t} is in olist_orders_dataset"))
        })?;
        let seller = field(row, seller_id, |t| {
            of_seller.get(id(t)?).copied().ok_or_else(|| format!("no seller {t} is in olist_sellers_dataset"))
        })?;
        rows.push(Keyed {
            order,
            key: field(row, item_id, |t| whole(t, 1, 1_000_000))?,
            line: row.line() as u32,
            value: Item {
                seller,
                price: field(row, price, minor)?,
                freight: field(row, freight, minor)?,
                limit: field(row, limit, |t| clock.time(t))?,
            },
        });
        Ok(())
    })?;
    unique(&mut rows, table, "order_item_id", "item", log)?;
    rows.sort_by_key(|row| (row.order, row.value.seller));
    let mut parts: Vec<(u32, Part)> = Vec::with_capacity(rows.len());
    for Keyed { order, line, value, .. } in rows {
        match parts.last_mut().filter(|(o, part)| (*o, part.seller) == (order, value.seller)) {
            Some((_, part)) => {
                part.lines += 1;
                let sum = |a: i64, b: i64| a.checked_add(b).filter(|sum| *sum < i64::MAX / 4);
                (part.goods, part.freight) =
                    sum(part.goods, value.price).zip(sum(part.freight, value.freight)).ok_or_else(|| {
                        table.error(
                            u64::from(line),
                            Some("price".to_owned()),
                            "the order's lines add up to too much",
                        )
                    })?;
                part.ship_by = part.ship_by.max(value.limit);
            }
            None => parts.push((
                order,
                Part {
                    seller: value.seller,
                    lines: 1,
                    goods: value.price,
                    freight: value.freight,
                    ship_by: value.limit,
                },
            )),
        }
    }
    Ok(Group::new(orders.len(), parts.into_iter()))
}

/// The order of a payment or review, if it is there; else the row is skipped.
fn known(
    row: &Row<'_, '_>,
    column: Column,
    table: &Table,
    log: &mut Log<'_>,
    of_order: &Index<'_>,
) -> Result<Option<u32>, ImportError> {
    let order = field(row, column, |t| Ok(of_order.get(id(t)?).copied()))?;
    if order.is_none() {
        log.skip(table, row.line(), "its order is not there");
    }
    Ok(order)
}

/// Payments or reviews by order. Those of orders without items are skipped.
fn grouped<K: Ord, T: PartialEq + Made<K>>(
    mut rows: Vec<Keyed<K, T>>,
    table: &Table,
    column: &str,
    what: &str,
    parts: &Group<Part>,
    log: &mut Log<'_>,
) -> Result<Group<T::Thing>, ImportError> {
    rows.retain(|row| {
        let has = !parts.of(row.order).is_empty();
        if !has {
            log.skip(table, u64::from(row.line), "its order has no items");
        }
        has
    });
    unique(&mut rows, table, column, what, log)?;
    Ok(Group::new(parts.ends.len(), rows.into_iter().map(|row| (row.order, row.value.made(row.key)))))
}

/// What a row becomes together with its key.
trait Made<K> {
    type Thing;
    fn made(self, key: K) -> Self::Thing;
}

#[derive(PartialEq)]
struct Money {
    method: u32,
    installments: u32,
    amount: i64,
}
impl Made<u32> for Money {
    type Thing = Payment;
    fn made(self, sequential: u32) -> Payment {
        let Self { method, installments, amount } = self;
        Payment { sequential, method, installments, amount }
    }
}

#[derive(PartialEq)]
struct Said {
    score: u8,
    at: Moment,
}
impl Made<Box<str>> for Said {
    type Thing = Review;
    fn made(self, id: Box<str>) -> Review {
        Review { id, score: self.score, at: self.at }
    }
}

/// Rows of payments, and the words for how they were paid.
type Payments = (Vec<Keyed<u32, Money>>, Vec<Box<str>>);

fn payments(table: &Table, log: &mut Log<'_>, of_order: &Index<'_>) -> Result<Payments, ImportError> {
    let order_id = table.column("order_id")?;
    let sequential = table.column("payment_sequential")?;
    let method = table.column("payment_type")?;
    let installments = table.column("payment_installments")?;
    let value = table.column("payment_value")?;
    let mut methods: Vec<Box<str>> = Vec::new();
    let mut rows = Vec::new();
    log.read(table, "payments", |log, row| {
        let key = field(row, sequential, |t| whole(t, 0, 1_000_000))?;
        let method = field(row, method, |t| {
            let word = word(t)?;
            Ok(methods.iter().position(|m| **m == *word).unwrap_or_else(|| {
                methods.push(word.into());
                methods.len() - 1
            }) as u32)
        })?;
        let installments = field(row, installments, |t| whole(t, 0, 1_000))?;
        let amount = field(row, value, minor)?;
        if let Some(order) = known(row, order_id, table, log, of_order)? {
            rows.push(Keyed {
                order,
                key,
                line: row.line() as u32,
                value: Money { method, installments, amount },
            });
        }
        Ok(())
    })?;
    Ok((rows, methods))
}

fn reviews(
    table: &Table,
    log: &mut Log<'_>,
    of_order: &Index<'_>,
) -> Result<Vec<Keyed<Box<str>, Said>>, ImportError> {
    let review_id = table.column("review_id")?;
    let order_id = table.column("order_id")?;
    let score = table.column("review_score")?;
    let created = table.column("review_creation_date")?;
    let mut clock = Clock::new(market().zone);
    let mut rows = Vec::new();
    log.read(table, "reviews", |log, row| {
        let key: Box<str> = field(row, review_id, |t| id(t).map(Box::from))?;
        let score = field(row, score, |t| whole(t, 1, 5))? as u8;
        let at = field(row, created, |t| clock.time(t))?;
        if let Some(order) = known(row, order_id, table, log, of_order)? {
            rows.push(Keyed { order, key, line: row.line() as u32, value: Said { score, at } });
        }
        Ok(())
    })?;
    Ok(rows)
}

impl Checked {
    fn odd_times(&self) -> BTreeMap<&'static str, u64> {
        let mut odd = BTreeMap::new();
        let mut count = |what, is: bool| {
            if is {
                *odd.entry(what).or_default() += 1;
            }
        };
        for n in &self.sequence {
            let order = &self.orders[*n as usize];
            let before = |a: Option<Moment>, b: Option<Moment>| a.zip(b).is_some_and(|(a, b)| a < b);
            let placed = Some(order.placed);
            count("paid before placed", before(order.paid, placed));
            count("picked up before placed", before(order.picked_up, placed));
            count("picked up before paid", before(order.picked_up, order.paid));
            count("delivered before placed", before(order.delivered, placed));
            count("delivered before picked up", before(order.delivered, order.picked_up));
            count("delivered, but never picked up", order.delivered.is_some() && order.picked_up.is_none());
            count("promised delivery before placed", order.deliver_by < order.placed);
            for part in self.parts.of(*n) {
                count("promised shipment before placed", part.ship_by < order.placed);
            }
            for review in self.reviews.of(*n) {
                count("reviewed before placed", review.at < order.placed);
            }
        }
        odd
    }

    fn count(&self) -> u64 {
        let shops = self.sellers.iter().filter(|s| s.sells).count();
        let facts = self.sequence.iter().map(|n| {
            let order = &self.orders[*n as usize];
            let steps =
                [order.paid, order.picked_up, order.delivered, order.cancelled_at()].iter().flatten().count();
            self.parts.of(*n).len() * (1 + steps + self.reviews.of(*n).len()) + self.payments.of(*n).len()
        });
        (shops + facts.sum::<usize>()) as u64
    }
}
