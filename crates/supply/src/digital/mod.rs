//! What goods without a parcel are delivered as: codes of a pool, or a file with links that are counted.
//!
//! Invariants:
//! - A code is one order's or nobody's: it is given out by one guarded update, once, and never comes back into the pool
//!   after somebody has seen it.
//! - What a code says stands nowhere here: it is sealed elsewhere under the code's id. A pool knows a digest, by which a
//!   code that is added twice is refused.
//! - A link opens so many downloads until a moment, both fixed when it was made; a download is counted before it begins.
//! - What is another shop's is not found.
//!
//! Absent: how many codes can be sold (`warehouse`: a code is a unit of stock), and who may look.

mod error;
mod sql;

pub use error::Error;

use kernel::id::{Code, Download, Order, Shop, Sku, Warehouse};
use kernel::{Ctx, Id, Moment};
use store::{Key, Keys, Query, StoreError, Tx, vals};

/// The most codes that are added at once.
pub const MOST_CODES: usize = 200;

/// How a variant without a parcel is delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// Each unit is a code of its pool.
    Codes,
    /// Each order gets a link to its file.
    File,
}

impl Delivery {
    /// Its word in the store and in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Codes => "codes",
            Self::File => "file",
        }
    }

    /// Reads its word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Codes, Self::File].into_iter().find(|delivery| delivery.as_str() == word)
    }
}

/// A file that is delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// The key of its bytes.
    pub key: Box<str>,
    /// What it is called when it is saved.
    pub name: Box<str>,
    /// How long it is.
    pub bytes: i64,
}

/// A variant that is delivered without a parcel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Good {
    /// Which.
    pub sku: Id<Sku>,
    /// How.
    pub delivery: Delivery,
    /// Its file; none of what is delivered as codes.
    pub file: Option<File>,
}

/// How many codes a pool has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pool {
    /// Those that nobody has.
    pub free: i64,
    /// Those that orders have.
    pub assigned: i64,
    /// Those that their shop took out again.
    pub withdrawn: i64,
}

/// A code that an order has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrderCode {
    /// Which.
    pub id: Id<Code>,
    /// Of what.
    pub sku: Id<Sku>,
    /// Since when.
    pub assigned_at: Moment,
    /// When its buyer saw it for the first time.
    pub seen_at: Option<Moment>,
}

/// A link to a file that an order has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Which: what its address says.
    pub id: Id<Download>,
    /// Of what.
    pub sku: Id<Sku>,
    /// To which file.
    pub file: File,
    /// How many downloads it opens in all.
    pub most: i64,
    /// How many there were.
    pub used: i64,
    /// Until before when.
    pub until: Moment,
}

/// The keys of a write that gives out codes of a variant. Without them everything is as right, only slower.
pub fn keys(sku: Id<Sku>) -> Keys {
    Key::new("digital_code", sku).into()
}

/// How those of some variants of a shop are delivered that say it; up to 24 at once.
pub fn goods(q: &mut impl Query, shop: Id<Shop>, skus: &[Id<Sku>]) -> Result<Vec<Good>, StoreError> {
    sql::goods(q, shop, skus)
}

/// How a variant is delivered, if it says it.
pub fn good(q: &mut impl Query, shop: Id<Shop>, sku: Id<Sku>) -> Result<Option<Good>, StoreError> {
    Ok(sql::goods(q, shop, &[sku])?.pop())
}

/// A variant is delivered as codes from now on. One that has a file has none any more.
pub fn use_codes(tx: &mut Tx<'_>, shop: Id<Shop>, sku: Id<Sku>) -> Result<(), Error> {
    sql::set_good(tx, shop, sku, Delivery::Codes, None)
}

/// A variant is delivered as a file from now on. Links that were made open the file they were made for.
pub fn use_file(tx: &mut Tx<'_>, shop: Id<Shop>, sku: Id<Sku>, file: &File) -> Result<(), Error> {
    let Pool { free, .. } = sql::pool(tx, shop, sku)?;
    if free > 0 {
        return Err(Error::HasCodes { sku, free });
    }
    sql::set_good(tx, shop, sku, Delivery::File, Some(file))
}

/// The warehouse in which a shop's codes are counted.
pub fn place(q: &mut impl Query, shop: Id<Shop>) -> Result<Option<Id<Warehouse>>, StoreError> {
    q.one(&sql::PLACE, vals![shop], |row| Ok(Id::from_raw(row.id(0)?)))
}

/// Says in which warehouse a shop's codes are counted.
pub fn set_place(tx: &mut Tx<'_>, shop: Id<Shop>, warehouse: Id<Warehouse>) -> Result<(), StoreError> {
    tx.exec(&sql::SET_PLACE, vals![shop, warehouse]).map(drop)
}

/// Codes come into a pool, each known by the digest of what it says; answers their ids, in the same order. All or none: one
/// that the pool has, or ever had, is refused.
pub fn add(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    shop: Id<Shop>,
    sku: Id<Sku>,
    marks: &[[u8; 16]],
) -> Result<Vec<Id<Code>>, Error> {
    if marks.is_empty() || marks.len() > MOST_CODES {
        return Err(Error::Codes { most: MOST_CODES });
    }
    let mut ids = Vec::with_capacity(marks.len());
    let mut known = 0;
    for (i, mark) in marks.iter().enumerate() {
        let (id, turn): (Id<Code>, i64) = (ctx.id(), ctx.now.micros() + i as i64);
        match tx.exec(&sql::ADD, vals![id, shop, sku, &mark[..], turn, ctx.now])? {
            1 => ids.push(id),
            _ => known += 1,
        }
    }
    if known > 0 { Err(Error::Known { known }) } else { Ok(ids) }
}

/// Takes up to so many codes out of a pool that nobody has, the last added first; answers which. They are kept, and are never
/// given out.
pub fn withdraw(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    shop: Id<Shop>,
    sku: Id<Sku>,
    units: i64,
) -> Result<i64, StoreError> {
    Ok(tx.exec(&sql::WITHDRAW, vals![shop, sku, ctx.now, units])? as i64)
}

/// How many codes a pool has.
pub fn pool(q: &mut impl Query, shop: Id<Shop>, sku: Id<Sku>) -> Result<Pool, StoreError> {
    sql::pool(q, shop, sku)
}

/// Gives an order codes of a pool until it has so many; answers how many it has then. Asked again it changes nothing.
pub fn assign(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    shop: Id<Shop>,
    order: Id<Order>,
    sku: Id<Sku>,
    units: i64,
) -> Result<i64, StoreError> {
    let mut has = sql::has(tx, order, sku)?;
    while has < units {
        let given = tx.exec(&sql::ASSIGN, vals![shop, sku, order, ctx.now, units - has])? as i64;
        has += given;
        // None came though some are free: another order took those that this one was about to take.
        if given == 0 && sql::pool(tx, shop, sku)?.free == 0 {
            break;
        }
    }
    Ok(has)
}

/// An order gives its codes of a variant back that nobody has seen; answers how many.
pub fn give_back(tx: &mut Tx<'_>, order: Id<Order>, sku: Id<Sku>) -> Result<i64, StoreError> {
    Ok(tx.exec(&sql::GIVE_BACK, vals![order, sku])? as i64)
}

/// The codes of an order, variant by variant.
pub fn codes(q: &mut impl Query, order: Id<Order>) -> Result<Vec<OrderCode>, StoreError> {
    q.rows(&sql::OF_ORDER, vals![order], |row| {
        Ok(OrderCode {
            id: Id::from_raw(row.id(0)?),
            sku: Id::from_raw(row.id(1)?),
            assigned_at: row.moment(2)?,
            seen_at: row.maybe_int(3)?.map(Moment::from_micros),
        })
    })
}

/// A code of an order was seen by its buyer.
pub fn see(tx: &mut Tx<'_>, ctx: &Ctx, order: Id<Order>, code: Id<Code>) -> Result<(), Error> {
    match tx.exec(&sql::SEE, vals![order, code, ctx.now])? {
        0 => Err(Error::NoCode(code)),
        _ => Ok(()),
    }
}

/// An order gets a link to a file, once for each variant.
pub fn link(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    (shop, order, sku): (Id<Shop>, Id<Order>, Id<Sku>),
    file: &File,
    (most, until): (i64, Moment),
) -> Result<(), StoreError> {
    let id: Id<Download> = ctx.id();
    let File { key, name, bytes } = file;
    let fields = vals![id, shop, order, sku, &**key, &**name, *bytes, most, until];
    tx.exec(&sql::LINK, fields).map(drop)
}

/// The links of an order.
pub fn links(q: &mut impl Query, order: Id<Order>) -> Result<Vec<Link>, StoreError> {
    q.rows(&sql::LINKS, vals![order], sql::link)
}

/// Counts a download of a link of an order, and says of which file.
pub fn download(tx: &mut Tx<'_>, ctx: &Ctx, order: Id<Order>, id: Id<Download>) -> Result<Link, Error> {
    let link = links(tx, order)?.into_iter().find(|link| link.id == id).ok_or(Error::NoLink(id))?;
    if link.until <= ctx.now {
        return Err(Error::LinkOver { until: link.until });
    }
    match tx.exec(&sql::DOWNLOAD, vals![id, ctx.now])? {
        1 => Ok(Link { used: link.used + 1, ..link }),
        _ => Err(Error::LinkUsed { most: link.most }),
    }
}
