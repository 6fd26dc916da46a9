//! Folders shaped like the public Olist data set, made from a seed: all tables and columns that an import reads and
//! some that it must ignore, with what the real files are known for.
//!
//! Order `n` depends on the seed and `n` alone: a folder of more orders holds those of a smaller one, row by row.
//! Among them: amounts such as `199.9` and `51`; quoted texts with commas, quotes and line breaks; reviews that cover
//! several orders; orders of several sellers; orders without items; canceled and unavailable ones; times in odd order
//! and in the nights when clocks are changed; payments and reviews of orders that are not there; sellers that sell
//! nothing.

use std::fs::File;
use std::io::{BufWriter, Result, Write};
use std::path::Path;

/// Which folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// Another seed, another folder.
    pub seed: u64,
    /// Rows of the orders table.
    pub orders: u64,
    /// Rows of the sellers table; the last tenth sells nothing.
    pub sellers: u64,
    /// Compressed with zstd (`.csv.zst`) instead of plain (`.csv`).
    pub packed: bool,
}

/// What was written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Written {
    /// Rows of the orders table.
    pub orders: u64,
    /// Rows of the items table.
    pub items: u64,
    /// Rows of the payments table.
    pub payments: u64,
    /// Rows of the reviews table.
    pub reviews: u64,
    /// Orders that no item names.
    pub orders_without_items: u64,
    /// Payments of orders that are not there or have no items.
    pub lost_payments: u64,
    /// Reviews of orders that are not there or have no items.
    pub lost_reviews: u64,
}

/// The tables an import reads, by file name without its ending.
pub const NEEDED: [&str; 5] = [
    "olist_orders_dataset",
    "olist_order_items_dataset",
    "olist_sellers_dataset",
    "olist_order_payments_dataset",
    "olist_order_reviews_dataset",
];

enum Out {
    Plain(BufWriter<File>),
    Packed(Box<zstd::stream::write::Encoder<'static, BufWriter<File>>>),
}

impl Out {
    fn new(dir: &Path, name: &str, packed: bool, header: &str) -> Result<Self> {
        let path = dir.join(if packed { format!("{name}.csv.zst") } else { format!("{name}.csv") });
        let file = BufWriter::with_capacity(1 << 18, File::create(path)?);
        let mut out = if packed {
            Self::Packed(Box::new(zstd::stream::write::Encoder::new(file, 1)?))
        } else {
            Self::Plain(file)
        };
        out.line(format_args!("{header}"))?;
        Ok(out)
    }
    fn line(&mut self, line: std::fmt::Arguments<'_>) -> Result<()> {
        match self {
            Self::Plain(out) => writeln!(out, "{line}"),
            Self::Packed(out) => writeln!(out, "{line}"),
        }
    }
    fn close(self) -> Result<()> {
        match self {
            Self::Plain(mut out) => out.flush(),
            Self::Packed(out) => out.finish()?.flush(),
        }
    }
}

struct Dice(u64);

impl Dice {
    fn new(seed: u64, table: u64, n: u64) -> Self {
        Self(mix(seed ^ mix(table ^ mix(n))))
    }
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }
    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }
    fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low + 1) as u64) as i64
    }
}

fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// An id as Olist writes them: 32 hexadecimal digits.
#[derive(Clone, Copy)]
struct Hex(u64, u64);

impl std::fmt::Display for Hex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:016x}{:016x}", self.0, self.1)
    }
}

fn id(seed: u64, table: u64, n: u64) -> Hex {
    let mut dice = Dice::new(seed, table, n);
    Hex(dice.next(), dice.next())
}

/// A local clock reading in seconds, or nothing; prints as Olist writes it.
#[derive(Clone, Copy)]
struct Local(Option<i64>);

impl std::fmt::Display for Local {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Some(seconds) = self.0 else { return Ok(()) };
        let (days, of_day) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
        // The civil calendar in arithmetic.
        let z = days + 719_468;
        let era = z.div_euclid(146_097);
        let doe = z.rem_euclid(146_097);
        let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
        let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
        let mp = (5 * doy + 2) / 153;
        let (day, month) = (doy - (153 * mp + 2) / 5 + 1, if mp < 10 { mp + 3 } else { mp - 9 });
        let year = yoe + era * 400 + i64::from(month <= 2);
        write!(
            f,
            "{year:04}-{month:02}-{day:02} {:02}:{:02}:{:02}",
            of_day / 3600,
            of_day / 60 % 60,
            of_day % 60
        )
    }
}

/// An amount in one of the ways the files have it.
struct Amount(i64, u64);

impl std::fmt::Display for Amount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (units, cents) = (self.0 / 100, self.0 % 100);
        match (cents, self.1 % 3) {
            (0, 0) => write!(f, "{units}"),
            (0, 1) => write!(f, "{units}.0"),
            (c, 0 | 1) if c % 10 == 0 => write!(f, "{units}.{}", c / 10),
            (c, _) => write!(f, "{units}.{c:02}"),
        }
    }
}

const DAY: i64 = 86_400;
/// 2016-09-05.
const FIRST: i64 = 17_049 * DAY;
/// 2017-10-15, when clocks went from 00:00 to 01:00, and 2018-02-17, when they went from 24:00 back to 23:00.
const NEVER: i64 = 17_454 * DAY + 1_800;
const TWICE: i64 = 17_579 * DAY + 23 * 3_600 + 1_800;

/// Comments as buyers write them.
const COMMENTS: [&str; 6] = [
    "",
    "Recebi bem antes do prazo.",
    "\"Perfeita a entrega.\nRecomendo, com certeza!\"",
    "\"O produto \"\"original\"\" não veio,\r\nveio outro.\n\n\"",
    "\"Ótimo, 10\"",
    "nota 10",
];

/// Writes a folder.
pub fn write(dir: &Path, plan: &Plan) -> Result<Written> {
    std::fs::create_dir_all(dir)?;
    let Plan { seed, packed, .. } = *plan;
    let mut written = Written { orders: plan.orders, ..Written::default() };
    let out = |name, header| Out::new(dir, name, packed, header);
    let mut sellers = out(
        "olist_sellers_dataset",
        "\"seller_id\",\"seller_zip_code_prefix\",\"seller_city\",\"seller_state\"",
    )?;
    for n in 0..plan.sellers {
        const PLACES: [&str; 5] = [
            "campinas,SP",
            "mogi guacu,SP",
            "rio de janeiro,RJ",
            "\"novo hamburgo, rio grande do sul, brasil\",RS",
            "04482255,RJ",
        ];
        let place = PLACES[Dice::new(seed, 10, n).below(5) as usize];
        sellers.line(format_args!("\"{}\",{:05},{place}", id(seed, 1, n), 1_001 + n % 90_000))?;
    }
    sellers.close()?;
    let mut ignored = out(
        "product_category_name_translation",
        "\u{feff}product_category_name,product_category_name_english",
    )?;
    ignored.line(format_args!("beleza_saude,health_beauty"))?;
    ignored.close()?;

    let mut orders = out(
        NEEDED[0],
        "\"order_id\",\"customer_id\",\"order_status\",\"order_purchase_timestamp\",\"order_approved_at\",\"order_delivered_carrier_date\",\"order_delivered_customer_date\",\"order_estimated_delivery_date\"",
    )?;
    let mut items = out(
        NEEDED[1],
        "order_id,order_item_id,product_id,seller_id,shipping_limit_date,price,freight_value",
    )?;
    let mut payments =
        out(NEEDED[3], "order_id,payment_sequential,payment_type,payment_installments,payment_value")?;
    let mut reviews = out(
        NEEDED[4],
        "review_id,order_id,review_score,review_comment_title,review_comment_message,review_creation_date,review_answer_timestamp",
    )?;
    for n in 0..plan.orders {
        order(plan, n, &mut written, [&mut orders, &mut items, &mut payments, &mut reviews])?;
    }
    for out in [orders, items, payments, reviews] {
        out.close()?;
    }
    Ok(written)
}

fn order(plan: &Plan, n: u64, written: &mut Written, outs: [&mut Out; 4]) -> Result<()> {
    let [orders, items, payments, reviews] = outs;
    let seed = plan.seed;
    let key = id(seed, 2, n);
    let mut dice = Dice::new(seed, 3, n);
    let mut purchase = FIRST + dice.between(0, 600 * DAY);
    match n % 211 {
        13 => purchase = NEVER + dice.between(0, 1_700),
        14 => purchase = TWICE + dice.between(0, 1_700),
        _ => {}
    }
    let status = match dice.below(200) {
        0 => "created",
        1 => "approved",
        2 => "invoiced",
        3 => "processing",
        4..=5 => "shipped",
        6..=7 => "unavailable",
        8..=9 => "canceled",
        _ => "delivered",
    };
    let unpaid = status == "created" || (status == "canceled" && dice.below(2) == 0);
    let paid = !unpaid;
    let mut approved = paid.then(|| purchase + dice.between(0, 2 * DAY));
    let sent = matches!(status, "shipped" | "delivered") || (status == "canceled" && dice.below(3) == 0);
    let mut carrier = sent.then(|| purchase + dice.between(DAY / 2, 6 * DAY));
    let arrived = (status == "delivered" && n % 1_009 != 8)
        || (carrier.is_some() && status == "canceled" && dice.below(3) == 0);
    let mut customer = arrived.then(|| purchase + dice.between(6 * DAY, 24 * DAY));
    // Times in odd order, as the real files have them.
    match n % 97 {
        1 => approved = approved.map(|_| purchase - dice.between(60, 3_600)),
        2 => carrier = carrier.map(|_| purchase - dice.between(60, DAY)),
        3 => (approved, carrier) = (approved.map(|_| purchase + DAY), carrier.map(|_| purchase + DAY / 2)),
        4 => customer = customer.and(carrier).map(|at| at - dice.between(1, DAY)),
        5 => (carrier, customer) = (carrier.and(approved), customer.map(|_| purchase + 9 * DAY)),
        6 => carrier = carrier.filter(|_| customer.is_none()),
        _ => {}
    }
    let estimated = (purchase.div_euclid(DAY) + dice.between(12, 40)) * DAY;
    let [bought, approved, carrier, customer, estimated] =
        [Some(purchase), approved, carrier, customer, Some(estimated)].map(Local);
    orders.line(format_args!(
        "\"{key}\",\"{}\",{status},{bought},{approved},{carrier},{customer},{estimated}",
        id(seed, 4, n)
    ))?;

    let none = status == "unavailable" && dice.below(4) != 0
        || status == "canceled" && dice.below(3) == 0
        || n % 701 == 9;
    let lines = if none { 0 } else { [1, 1, 1, 1, 1, 1, 1, 2, 2, 3][dice.below(10) as usize] };
    written.orders_without_items += u64::from(none);
    written.items += lines;
    let selling = plan.sellers - plan.sellers / 10;
    let first = dice.below(selling.max(1));
    let mut sum = 0;
    for line in 1..=lines {
        let seller = if dice.below(4) == 0 { dice.below(selling.max(1)) } else { first };
        let (price, freight) = (dice.between(85, 60_000), dice.between(0, 4_000));
        sum += price + freight;
        let limit = Local(Some(purchase + dice.between(DAY, 7 * DAY)));
        items.line(format_args!(
            "{key},{line},{},{},{limit},{},{}",
            id(seed, 5, dice.below(30_000)),
            id(seed, 1, seller),
            Amount(price, n),
            Amount(freight, n + 1)
        ))?;
    }
    let parts = if n % 1_501 == 10 { 0 } else { 1 + u64::from(dice.below(20) == 0) };
    for part in 1..=parts {
        let method =
            ["credit_card", "credit_card", "boleto", "voucher", "debit_card"][dice.below(5) as usize];
        let amount = if part == 1 { sum } else { 0 };
        payments.line(format_args!("{key},{part},{method},{},{}", 1 + dice.below(10), Amount(amount, n)))?;
    }
    written.payments += parts;
    written.lost_payments += if none { parts } else { 0 };
    if n % 499 == 11 {
        payments.line(format_args!("{},1,boleto,1,10.0", id(seed, 6, n)))?;
        written.payments += 1;
        written.lost_payments += 1;
    }
    let mut review = |of: Hex, order: Hex, dice: &mut Dice| {
        let text = COMMENTS[dice.below(COMMENTS.len() as u64) as usize];
        let created = Local(Some((purchase.div_euclid(DAY) + dice.between(5, 30)) * DAY));
        let answered = Local(created.0.map(|at| at + 90_061));
        reviews.line(format_args!("\"{of}\",\"{order}\",{},,{text},{created},{answered}", 1 + dice.below(5)))
    };
    if !n.is_multiple_of(3) {
        review(id(seed, 7, n), key, &mut dice)?;
        written.reviews += 1;
        written.lost_reviews += u64::from(none);
        // One review for two orders, and two reviews of one order.
        if n % 50 == 19 {
            review(id(seed, 7, n - 1), key, &mut dice)?;
            written.reviews += 1;
            written.lost_reviews += u64::from(none);
        }
    }
    if n % 503 == 12 {
        review(id(seed, 8, n), id(seed, 6, n), &mut dice)?;
        written.reviews += 1;
        written.lost_reviews += 1;
    }
    Ok(())
}
