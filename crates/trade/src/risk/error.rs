//! What risk control refuses.

use super::model::Sign;
use kernel::{Kind, Problem};
use store::StoreError;

/// Why a purchase was not checked, or not let through.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A rule refuses it. The bound is not told.
    #[error("{}", said(*.0))]
    Refused(Sign),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

const fn said(sign: Sign) -> &'static str {
    match sign {
        Sign::Unpaid => "there are orders that wait for your payment: pay for them or call them off first",
        Sign::Units => "a new account cannot buy that many of one thing yet: take fewer of it",
        Sign::Member | Sign::Phone | Sign::Address | Sign::Device => {
            "more was ordered this way in a short time than can be taken: try again later, or ask customer service"
        }
    }
}

impl Problem for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::Refused(_) => Kind::Conflict,
            Self::Store(err) => err.kind(),
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::Refused(Sign::Unpaid) => "risk.unpaid",
            Self::Refused(Sign::Units) => "risk.units",
            Self::Refused(Sign::Member | Sign::Phone | Sign::Address | Sign::Device) => "risk.too_many",
            Self::Store(err) => err.code(),
        }
    }
}
