//! Goods without a parcel: a shop fills pools of codes and gives files, and what was bought is delivered when it is paid for.
//!
//! Invariants: a code that can be sold is a unit of stock, so that what is taken, called off or closed counts as any other;
//! codes are sealed in the vault and seen by their buyer alone, with a record; what cannot be delivered is taken off its order
//! in the transaction of the payment, its money goes back, and the shop gets a letter.

use crate::buy::{self, CheckoutServices};
use crate::stock;
use kernel::id::{Code, Download, Member, Order as OrderKind, Shop, Sku};
use kernel::{Ctx, Date, Id, Moment, text};
use offer::catalog::{self, GoodsKind};
use people::notice;
use people::vault::{self, Field, Reveal, Secret, Trace, Vault};
use serde::Deserialize;
use std::collections::BTreeMap;
use store::{Query, StoreError, Tx};
use supply::digital::{self, Delivery, File, Good, Link, OrderCode, Pool};
use supply::warehouse::{self, Change, Reason};
use trade::order::{self, CancelReason, Cancellation, Order, Side, Status};

/// The word of the letter about codes that lacked; its subject is the order.
pub(crate) const LETTER: &str = "codes_lacked";
/// The most characters of a code.
pub const LONGEST_CODE: usize = 200;
/// The most characters of a file's name.
pub const LONGEST_NAME: usize = 120;
/// The most bytes of a file.
pub const LARGEST: usize = 8 << 20;

/// Why nothing was added, shown or downloaded.
#[derive(Debug, kernel::Problem)]
#[problem(code = "goods")]
pub enum Error {
    /// The variant is of something that is shipped.
    #[problem(Conflict, args(sku))]
    NotDigital(Id<Sku>),
    /// A code that is empty or too long.
    #[problem(Invalid)]
    Code {
        /// In which line, from 1.
        line: usize,
        /// The most characters.
        most: usize,
    },
    /// A file that is empty or too large.
    #[problem(Invalid)]
    File {
        /// The most megabytes.
        most: usize,
    },
    /// A file without a name, or with a long one.
    #[problem(Invalid)]
    Name {
        /// The most characters.
        most: usize,
    },
    /// An order lacks codes.
    #[problem(Conflict)]
    Lack {
        /// Of which variant.
        sku: Id<Sku>,
        /// How many it needs.
        wanted: i64,
        /// How many there are.
        there: i64,
    },
    /// Nothing is shown or downloaded of an order that was not delivered.
    #[problem(Conflict, args(order))]
    NotDelivered(Id<OrderKind>),
    /// The catalog refused.
    #[problem(from)]
    Catalog(catalog::Error),
    /// The pool refused.
    #[problem(from)]
    Digital(digital::Error),
    /// The warehouse refused.
    #[problem(from)]
    Stock(warehouse::Error),
    /// The order refused.
    #[problem(from)]
    Order(order::Error),
    /// The vault refused.
    #[problem(from)]
    Vault(vault::Error),
    /// The store failed.
    #[problem(from)]
    Store(StoreError),
}

/// How a variant is delivered, and what its pool has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivered {
    /// How; none if its shop has not said it.
    pub good: Option<Good>,
    /// Its codes.
    pub pool: Pool,
}

/// How a variant of a shop is delivered.
pub fn delivered(q: &mut impl Query, shop: Id<Shop>, sku: Id<Sku>) -> Result<Delivered, Error> {
    is_own(q, shop, sku)?;
    Ok(Delivered { good: digital::good(q, shop, sku)?, pool: digital::pool(q, shop, sku)? })
}

/// Refuses a variant that is not the shop's, or that is shipped.
fn is_own(q: &mut impl Query, shop: Id<Shop>, sku: Id<Sku>) -> Result<(), Error> {
    match catalog::offer(q, sku)?.filter(|offer| offer.shop == shop) {
        None => Err(warehouse::Error::NoSku(sku).into()),
        Some(offer) if offer.kind == GoodsKind::Physical => Err(Error::NotDigital(sku)),
        Some(_) => Ok(()),
    }
}

/// Codes come into a variant's pool, one a line: each is sealed, and can be sold as a unit of stock.
pub fn add_codes(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    vault: &Vault,
    shop: Id<Shop>,
    (sku, lines): (Id<Sku>, &str),
) -> Result<Delivered, Error> {
    is_own(tx, shop, sku)?;
    let mut codes = Vec::new();
    for (i, line) in lines.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let bad = Error::Code { line: i + 1, most: LONGEST_CODE };
        codes.push(text::line(line, 1, LONGEST_CODE).ok_or(bad)?);
    }
    let marks: Vec<[u8; 16]> = codes.iter().map(|code| vault.trace(Trace::Code, code)).collect();
    let ids = digital::add(tx, ctx, shop, sku, &marks)?;
    digital::use_codes(tx, shop, sku)?;
    for (id, code) in ids.iter().zip(&codes) {
        vault::put(tx, vault, id.raw(), Field::Code, code)?;
    }
    let change = counted(tx, ctx, shop, sku, ids.len() as i64)?;
    stock::enrol(tx, shop, sku)?;
    warehouse::receive(tx, ctx, shop, &change)?;
    delivered(tx, shop, sku)
}

/// Takes so many codes out of a variant's pool again, the last added first: no more than nobody has bought.
pub fn withdraw_codes(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    shop: Id<Shop>,
    sku: Id<Sku>,
    units: i64,
) -> Result<Delivered, Error> {
    is_own(tx, shop, sku)?;
    if units < 1 {
        return Err(warehouse::Error::Quantity { least: 1, most: warehouse::MOST_UNITS }.into());
    }
    let there = digital::pool(tx, shop, sku)?.free;
    if there < units {
        return Err(Error::Lack { sku, wanted: units, there });
    }
    let change = counted(tx, ctx, shop, sku, -units)?;
    warehouse::adjust(tx, ctx, shop, &change)?;
    if digital::withdraw(tx, ctx, shop, sku, units)? != units {
        return Err(warehouse::Error::Moved.into());
    }
    delivered(tx, shop, sku)
}

/// A change of the stock by which codes are counted, in a warehouse that is made for them.
fn counted(tx: &mut Tx<'_>, ctx: &Ctx, shop: Id<Shop>, sku: Id<Sku>, quantity: i64) -> Result<Change, Error> {
    let warehouse = match digital::place(tx, shop)? {
        Some(place) => place,
        None => {
            // A name that a shop can change, as it can every warehouse's.
            let site = warehouse::open_warehouse(tx, ctx, shop, "数字商品 / Digital goods", 1_000)?;
            digital::set_place(tx, shop, site.id)?;
            site.id
        }
    };
    Ok(Change { sku, warehouse, quantity, reason: Reason::new("codes")?, reference: None })
}

/// A variant is delivered as a file: bytes that are kept already.
pub fn use_file(tx: &mut Tx<'_>, shop: Id<Shop>, sku: Id<Sku>, file: &File) -> Result<Delivered, Error> {
    is_own(tx, shop, sku)?;
    if !(1..=LARGEST as i64).contains(&file.bytes) {
        return Err(Error::File { most: LARGEST >> 20 });
    }
    let name = text::line(&file.name, 1, LONGEST_NAME).ok_or(Error::Name { most: LONGEST_NAME })?;
    let file = File { name: name.into(), ..file.clone() };
    digital::use_file(tx, shop, sku, &file)?;
    delivered(tx, shop, sku)
}

/// A version of how links open.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Version {
    #[allow(dead_code, reason = "a version is named by its number, for people")]
    number: i64,
    effective_from: toml::value::Datetime,
    downloads: i64,
    days: i64,
}

impl Version {
    /// The one that counts at a moment.
    fn at(services: &CheckoutServices, now: Moment) -> Result<Self, StoreError> {
        let day = now.date(&services.market().zone);
        let bad = |what: String| StoreError::Unreadable(format!("digital.toml: {what}"));
        let mut file: BTreeMap<String, Vec<Self>> =
            toml::from_str(include_str!("../../../governance/market/digital.toml"))
                .map_err(|err| bad(err.to_string()))?;
        let counts = |v: &Self| v.effective_from.to_string().parse().is_ok_and(|from: Date| from <= day);
        let versions = file.remove("version").unwrap_or_default();
        versions.into_iter().rfind(counts).ok_or_else(|| bad(format!("no version counts on {day}")))
    }
}

/// What lacks of an order: of which variant, how many it needs, how many there are.
pub(crate) type Lacking = (Id<Sku>, i64, i64);

/// Gives an order its codes and links; answers what lacks, of which nothing was given.
pub(crate) fn give(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    services: &CheckoutServices,
    order: &Order,
) -> Result<Vec<Lacking>, StoreError> {
    let lines: Vec<(Id<Sku>, i64)> =
        order.open_lines().filter(|line| line.digital).map(|line| (line.sku, line.quantity)).collect();
    let skus: Vec<Id<Sku>> = lines.iter().map(|(sku, _)| *sku).collect();
    if skus.is_empty() {
        return Ok(Vec::new());
    }
    let mut lacking = Vec::new();
    for good in digital::goods(tx, order.shop, &skus)? {
        let units = lines.iter().filter(|(sku, _)| *sku == good.sku).map(|(_, units)| units).sum::<i64>();
        match (good.delivery, &good.file) {
            (Delivery::Codes, _) => {
                let has = digital::assign(tx, ctx, order.shop, order.id, good.sku, units)?;
                if has < units {
                    digital::give_back(tx, order.id, good.sku)?;
                    lacking.push((good.sku, units, has));
                }
            }
            (Delivery::File, Some(file)) => {
                let Version { downloads, days, .. } = Version::at(services, ctx.now)?;
                let of = (order.shop, order.id, good.sku);
                digital::link(tx, ctx, of, file, (downloads.saturating_mul(units), ctx.now.plus_days(days)))?;
            }
            (Delivery::File, None) => {}
        }
    }
    Ok(lacking)
}

/// Delivers a paid order that needs no parcel. What lacks is taken off it, its money goes back, and its shop is told. The order
/// as it is then; none if nothing is left of it.
pub(crate) fn deliver(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    services: &CheckoutServices,
    id: Id<OrderKind>,
) -> Result<Option<Order>, buy::Error> {
    let mut order = order::load(tx, Side::Platform, id)?;
    let lacking = give(tx, ctx, services, &order)?;
    let why = Cancellation { reason: CancelReason::OutOfStock, text: None };
    for (sku, wanted, there) in &lacking {
        (order, _) = buy::cancel_line(tx, ctx, order.shop, id, *sku, &why)?;
        // What was given back is not there to be sold: the books follow the pool. What was counted by hand before there were
        // codes goes first; it lies elsewhere than they do.
        let home = digital::place(tx, order.shop)?;
        let mut places = warehouse::stock(tx, order.shop, *sku)?.places;
        places.retain(|one| one.place.campaign.is_none());
        places.sort_by_key(|one| Some(one.place.warehouse) == home);
        let mut left = wanted - there;
        for one in &places {
            let (warehouse, quantity) = (one.place.warehouse, -one.figures.available().min(left));
            if quantity < 0 {
                let reason = Reason::new("codes_lacked")?;
                let change = Change { sku: *sku, warehouse, quantity, reason, reference: None };
                warehouse::adjust(tx, ctx, order.shop, &change)?;
                left += quantity;
            }
        }
    }
    if !lacking.is_empty() {
        notice::send(tx, ctx, order.shop, LETTER, &id.to_string())?;
    }
    Ok((order.status == Status::Paid).then_some(order))
}

/// A code as its buyer sees it before asking for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MaskedCode {
    /// Which, of what, since when.
    pub code: OrderCode,
    /// As much of it as anybody may see.
    pub masked: String,
}

/// What an order has instead of a parcel.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contents {
    /// Its codes.
    pub codes: Vec<MaskedCode>,
    /// Its links.
    pub links: Vec<Link>,
}

/// What an order has instead of a parcel: nothing is asked for one of which everything is shipped.
pub fn contents(q: &mut impl Query, vault: &Vault, order: &Order) -> Result<Contents, vault::Error> {
    if !order.lines.iter().any(|line| line.digital) {
        return Ok(Contents::default());
    }
    let mut codes = Vec::new();
    for code in digital::codes(q, order.id)? {
        let masked = vault::shown(q, vault, code.id.raw(), Field::Code)?.unwrap_or_default();
        codes.push(MaskedCode { code, masked });
    }
    Ok(Contents { codes, links: digital::links(q, order.id)? })
}

/// A member's order that was delivered.
fn delivered_order(tx: &mut Tx<'_>, member: Id<Member>, id: Id<OrderKind>) -> Result<Order, Error> {
    let order = order::load(tx, Side::Buyer(member), id)?;
    match order.status {
        Status::Shipped | Status::Received => Ok(order),
        _ => Err(Error::NotDelivered(id)),
    }
}

/// A buyer looks at a code of an order, and the record of it.
pub fn reveal(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    vault: &Vault,
    member: Id<Member>,
    (order, code): (Id<OrderKind>, Id<Code>),
) -> Result<Secret, Error> {
    let order = delivered_order(tx, member, order)?;
    digital::see(tx, ctx, order.id, code)?;
    let (by, subject, about) = (member, code.raw(), Some(order.id.raw()));
    let look = Reveal { by, subject, field: Field::Code, why: vault::Why::Delivery, about };
    Ok(vault::reveal(tx, ctx, vault, &look)?)
}

/// A buyer downloads the file of an order: it is counted, and refused when the link has opened all it opens.
pub fn download(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    member: Id<Member>,
    (order, link): (Id<OrderKind>, Id<Download>),
) -> Result<Link, Error> {
    let order = delivered_order(tx, member, order)?;
    Ok(digital::download(tx, ctx, order.id, link)?)
}
