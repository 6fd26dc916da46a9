//! The demo's storefront: what the history's shops sell, with pictures, stock, prices, coupons, and people to sign in as.
//!
//! Everything goes through the commands that people use. What a shop sells is decided first, from the plan's seed alone;
//! then the pictures that it needs are drawn, each once; then it is written, shop by shop.
//!
//! Invariants: the same plan makes the same shops, products, prices and stock; nothing happens before its shop opened or
//! after the plan's end; no title claims what the market's words forbid.

mod art;
mod bulk;
mod coupons;
mod goods;
mod listing;
mod people;
mod pictures;
mod shelf;
mod sold;
mod tree;

pub use bulk::{Bulk, Stocked, bulk};
pub use people::{PASSWORD, Person};
pub use sold::{Sample, Sold, Trades, sold};

use crate::history::rand::key;
use crate::history::{self, Plan, PlanError};
use ::people::vault::Vault;
use ::people::{member, merchant, staff, vault};
use ::store::blob::Blobs;
use ::store::{Db, Keys, StoreError, Tx, WriteError};
use kernel::{Actor, Ctx, Id, Moment, Progress, id};
use offer::{catalog, media};
use supply::warehouse;
use trade::coupon;

/// Where a storefront is made.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// Its tables.
    pub db: &'a Db,
    /// Its secrets.
    pub vault: &'a Vault,
    /// Its pictures.
    pub blobs: &'a Blobs,
}

/// What was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Storefront {
    /// Who can sign in.
    pub people: Vec<Person>,
    /// How many products.
    pub products: usize,
    /// How many variants of them.
    pub skus: usize,
    /// How many pictures.
    pub pictures: usize,
}

/// Why no storefront was made.
#[derive(Debug, kernel::Problem)]
#[problem(code = "storefront")]
pub enum Error {
    /// The plan cannot be carried out.
    #[problem(Invalid, from, args(why = _0.to_string()))]
    Plan(PlanError),
    /// A drawing cannot be drawn.
    #[problem(Internal, args(why))]
    Drawing(String),
    /// A picture cannot be stored.
    #[problem(from)]
    Media(media::Error),
    /// The catalog refused.
    #[problem(from)]
    Catalog(catalog::Error),
    /// A listing was refused.
    #[problem(from)]
    Listing(flows::listing::Error),
    /// The warehouse refused.
    #[problem(from)]
    Warehouse(warehouse::Error),
    /// A coupon was refused.
    #[problem(from)]
    Coupon(coupon::Error),
    /// An order was refused.
    #[problem(from)]
    Order(trade::order::Error),
    /// A member was refused.
    #[problem(from)]
    Member(member::Error),
    /// A seat was refused.
    #[problem(from)]
    Staff(staff::Error),
    /// A shop was refused.
    #[problem(from)]
    Merchant(merchant::Error),
    /// The vault refused.
    #[problem(from)]
    Vault(vault::Error),
    /// The database.
    #[problem(from)]
    Store(StoreError),
}

/// The moment up to which a plan's storefront was made.
fn end(plan: &Plan) -> Moment {
    let last = plan.from.checked_add(jiff_days(plan.days.saturating_sub(1))).unwrap_or(plan.from);
    plan.until.or_else(|| Moment::day_end(last, &plan.zone)).unwrap_or(Moment::MAX)
}

fn jiff_days(days: u32) -> jiff::Span {
    jiff::Span::new().days(i64::from(days))
}

/// A context of its own for every command.
fn ctx(plan: &Plan, at: Moment, purpose: u64, number: u64) -> Ctx {
    Ctx::new(at, Actor::Operator, key(plan.seed, 100 + purpose, number))
}

/// Writes, and tells what refused it.
fn write<T: Send + 'static>(
    db: &Db,
    name: &'static str,
    f: impl Fn(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    db.write_blocking(name, Keys::bulk(), f).map_err(|err| match err {
        WriteError::Refused(err) => err,
        WriteError::Store(err) => Error::Store(err),
    })
}

/// Makes the storefront of a plan whose history is told.
pub fn open(place: Place<'_>, plan: &Plan, progress: &dyn Progress) -> Result<Storefront, Error> {
    let shops = history::shops(plan)?;
    let own = shops.iter().position(|shop| shop.industry == "home").unwrap_or(0);
    let stock = listing::decide(plan, &shops, own);
    let pictures = pictures::draw(place.blobs, &stock, progress)?;
    let made = people::make(place, plan, &shops, own)?;
    let categories = tree::make(place.db, plan)?;
    let (mut products, mut skus, mut shown) = (0, 0, Vec::<Id<id::Product>>::new());
    for (n, shop) in shops.iter().enumerate() {
        progress.at("shops", n as u64, shops.len() as u64);
        let listings = stock[n].clone();
        let filled = shelf::fill(place.db, plan, (n, shop, n == own), listings, &categories, &pictures)?;
        products += filled.products.len();
        skus += filled.skus;
        shown.extend(filled.products.iter().take(if n == own { 4 } else { 1 }));
    }
    coupons::make(place.db, plan, &shops, own, made.consumer)?;
    shelf::mall(place.db, plan, &shown, &pictures)?;
    Ok(Storefront { people: made.people, products, skus, pictures: pictures.count() })
}
