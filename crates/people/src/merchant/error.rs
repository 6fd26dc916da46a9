//! What can go wrong with a shop.

use super::model::Status;
use crate::staff;
use kernel::Id;
use kernel::id::Shop;
use store::StoreError;

/// Why nothing was done.
#[derive(Debug, Clone, PartialEq, Eq, kernel::Problem)]
#[problem(code = "shop")]
pub enum Error {
    /// There is no such shop.
    #[problem(NotFound, code = "not_found", args(shop))]
    NoShop(Id<Shop>),
    /// The shop is here already.
    #[problem(Conflict, args(shop))]
    Known(Id<Shop>),
    /// A name that is empty, too long or has control characters in it.
    #[problem(Invalid)]
    Name {
        /// The most.
        most: usize,
    },
    /// Its state does not allow the step.
    #[problem(Conflict, args(status = _0.as_str()))]
    WrongStatus(Status),
    /// A holiday that ends before it begins, is over, or is too long.
    #[problem(Invalid)]
    Holiday {
        /// The most days.
        most: i64,
    },
    /// It has no holiday that could end.
    #[problem(NotFound, args(shop))]
    NoHoliday(Id<Shop>),
    /// Somebody else was quicker.
    #[problem(Conflict)]
    Moved,
    /// The owner cannot be seated.
    #[problem(from)]
    Staff(staff::Error),
    /// The store failed.
    #[problem(from)]
    Store(StoreError),
}
