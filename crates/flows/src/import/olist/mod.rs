//! The public Olist data set (orders of a Brazilian marketplace) as our facts.
//!
//! Needed are `olist_orders_dataset`, `olist_order_items_dataset`, `olist_sellers_dataset`,
//! `olist_order_payments_dataset` and `olist_order_reviews_dataset`, each as `.csv` or as `.csv.zst` (not both); of
//! them only the columns that are read. Everything else in the folder is ignored.
//!
//! - A shop order is one seller's part of an order. Its id is made from the order's purchase time, the order's id and
//!   the seller's: the same row gives the same id in every run. A review's from its review, order and seller.
//! - placed = purchase; paid = approved; picked up = delivered to the carrier; delivered = delivered to the customer;
//!   ship by = the latest shipping limit of that seller's lines; deliver by = the end of the estimated day.
//! - Status `canceled` or `unavailable`: cancelled at the latest of purchase, approval and carrier time that is known.
//! - A payment has no time of its own: it is told at the approval, or at the purchase if there was none.
//! - A shop opens with its earliest order in the folder; sellers without orders are not opened.
//! - Of two steps of an order the later one knows the earlier one; at the same moment the order is placed, paid,
//!   picked up, delivered, cancelled.
//!
//! Invariants: everything is read and checked before the first write; nothing is read from a row that the report does
//! not count; times are local in America/Sao_Paulo, an ambiguous one the earlier, a missing one shifted forward.

mod apply;
mod check;
mod facts;
mod value;

pub use apply::apply;
pub use check::check;

use super::Skipped;
use kernel::{Currency, Market, Moment, RawId, Zone};
use std::collections::BTreeMap;

/// What Olist's times and amounts are measured in.
pub fn market() -> Market {
    // The zones are compiled in.
    let zone: Zone = match "America/Sao_Paulo".parse() {
        Ok(zone) => zone,
        Err(_) => unreachable!("the zone is part of the program"),
    };
    Market { zone, currency: Currency::BRL }
}

/// A folder that was read and found right; its facts are made when they are asked for.
#[derive(Debug)]
pub struct Checked {
    orders: Vec<Order>,
    /// Orders that have parts, by the time they were placed.
    sequence: Vec<u32>,
    parts: Group<Part>,
    payments: Group<Payment>,
    reviews: Group<Review>,
    sellers: Vec<Seller>,
    methods: Vec<Box<str>>,
    rows: BTreeMap<String, u64>,
    skipped: Vec<Skipped>,
    odd: BTreeMap<&'static str, u64>,
    facts: u64,
}

impl Checked {
    /// How many facts the folder holds.
    pub fn len(&self) -> u64 {
        self.facts
    }
    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.facts == 0
    }
    /// Rows that are left out, in the order of files and lines.
    pub fn skipped(&self) -> &[Skipped] {
        &self.skipped
    }
    /// Odd times that are kept, by what is odd about them.
    pub fn odd(&self) -> &BTreeMap<&'static str, u64> {
        &self.odd
    }
    /// Sellers that sold nothing in this folder.
    pub fn sellers_without_orders(&self) -> u64 {
        self.sellers.iter().filter(|s| !s.sells).count() as u64
    }
}

#[derive(Debug)]
struct Order {
    id: Box<str>,
    line: u32,
    cancelled: bool,
    placed: Moment,
    paid: Option<Moment>,
    picked_up: Option<Moment>,
    delivered: Option<Moment>,
    deliver_by: Moment,
}

impl Order {
    fn cancelled_at(&self) -> Option<Moment> {
        self.cancelled.then(|| {
            self.placed.max(self.paid.unwrap_or(self.placed)).max(self.picked_up.unwrap_or(self.placed))
        })
    }
}

/// A shop order.
#[derive(Debug)]
struct Part {
    seller: u32,
    lines: u32,
    goods: i64,
    freight: i64,
    ship_by: Moment,
}

#[derive(Debug)]
struct Payment {
    sequential: u32,
    method: u32,
    installments: u32,
    amount: i64,
}

#[derive(Debug)]
struct Review {
    id: Box<str>,
    score: u8,
    at: Moment,
}

#[derive(Debug)]
struct Seller {
    id: Box<str>,
    name: Box<str>,
    shop: RawId,
    sells: bool,
}

/// Things that belong to orders: those of order `n` stand together.
#[derive(Debug)]
struct Group<T> {
    ends: Vec<u32>,
    all: Vec<T>,
}

impl<T> Group<T> {
    fn of(&self, order: u32) -> &[T] {
        let n = order as usize;
        let start = if n == 0 { 0 } else { self.ends[n - 1] as usize };
        &self.all[start..self.ends[n] as usize]
    }

    /// From things sorted by order.
    fn new(orders: usize, sorted: impl Iterator<Item = (u32, T)>) -> Self {
        let mut group =
            Self { ends: Vec::with_capacity(orders), all: Vec::with_capacity(sorted.size_hint().0) };
        for (order, thing) in sorted {
            while group.ends.len() < order as usize {
                group.ends.push(group.all.len() as u32);
            }
            group.all.push(thing);
        }
        group.ends.resize(orders, group.all.len() as u32);
        group
    }
}
