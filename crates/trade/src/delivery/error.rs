//! What delivery methods refuse.

use super::model::{LONGEST_CODE, LONGEST_TITLE, MOST_HOURS};
use kernel::{Id, id};
use store::StoreError;

/// Why nothing was done.
#[derive(Debug, Clone, PartialEq, Eq, kernel::Problem)]
#[problem(code = "delivery")]
pub enum Error {
    /// Not a code.
    #[problem(Invalid, code = "bad_code", args(most = LONGEST_CODE))]
    Code,
    /// Not a title.
    #[problem(Invalid, code = "bad_title", args(most = LONGEST_TITLE))]
    Title,
    /// Not a fee.
    #[problem(Invalid, code = "bad_fee")]
    Fee,
    /// Not a price from which it is spared.
    #[problem(Invalid, code = "bad_free_from")]
    FreeFrom,
    /// Not a time.
    #[problem(Invalid, code = "bad_within", args(most = MOST_HOURS))]
    Within,
    /// Too many.
    #[problem(Conflict)]
    Full {
        /// How many there may be.
        most: i64,
    },
    /// The shop has no such way, or not any more.
    #[problem(NotFound)]
    NoWay {
        /// Which shop.
        shop: Id<id::Shop>,
        /// What was chosen.
        code: Box<str>,
    },
    /// Something in the parcel cannot go that way.
    #[problem(Conflict)]
    NotForThese {
        /// Which shop.
        shop: Id<id::Shop>,
        /// What was chosen.
        code: Box<str>,
    },
    /// The database.
    #[problem(from)]
    Store(StoreError),
}
