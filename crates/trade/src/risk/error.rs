//! What risk control refuses.

use super::model::Sign;
use store::StoreError;

/// Why a purchase was not checked, or not let through.
#[derive(Debug, Clone, PartialEq, Eq, kernel::Problem)]
#[problem(code = "risk")]
pub enum Error {
    /// Orders of the member wait for their money. Like the others, it does not tell the bound.
    #[problem(Conflict)]
    Unpaid,
    /// A new account wants more of one thing than it may have yet.
    #[problem(Conflict)]
    Units,
    /// More was ordered than may be by the member, or by one of the traces that a buyer leaves.
    #[problem(Conflict, args())]
    TooMany(Sign),
    /// The store failed.
    #[problem(from)]
    Store(StoreError),
}

impl From<Sign> for Error {
    fn from(sign: Sign) -> Self {
        match sign {
            Sign::Unpaid => Self::Unpaid,
            Sign::Units => Self::Units,
            Sign::Member | Sign::Phone | Sign::Address | Sign::Device => Self::TooMany(sign),
        }
    }
}
