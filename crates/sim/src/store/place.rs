//! Where a storefront is made, and what may refuse it: every command in a write of its own, at a moment of the plan.

use crate::history::rand::key;
use crate::history::{Plan, PlanError};
use ::people::vault::Vault;
use ::people::{member, merchant, staff, vault};
use ::store::blob::Blobs;
use ::store::{Db, Keys, StoreError, Tx, WriteError};
use kernel::{Actor, Ctx, Moment};
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
    /// Codes were refused.
    #[problem(from)]
    Digital(flows::digital::Error),
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
pub(super) fn end(plan: &Plan) -> Moment {
    let last = plan.from.checked_add(jiff_days(plan.days.saturating_sub(1))).unwrap_or(plan.from);
    plan.until.or_else(|| Moment::day_end(last, &plan.zone)).unwrap_or(Moment::MAX)
}

fn jiff_days(days: u32) -> jiff::Span {
    jiff::Span::new().days(i64::from(days))
}

/// A context of its own for every command.
pub(super) fn ctx(plan: &Plan, at: Moment, purpose: u64, number: u64) -> Ctx {
    Ctx::new(at, Actor::Operator, key(plan.seed, 100 + purpose, number))
}

/// Writes, and tells what refused it.
pub(super) fn write<T: Send + 'static>(
    db: &Db,
    name: &'static str,
    f: impl Fn(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    db.write_blocking(name, Keys::bulk(), f).map_err(|err| match err {
        WriteError::Refused(err) => err,
        WriteError::Store(err) => Error::Store(err),
    })
}
