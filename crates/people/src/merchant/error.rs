//! What can go wrong with a shop.

use super::model::Status;
use crate::staff;
use kernel::id::Shop;
use kernel::{Id, Kind, Problem};
use store::StoreError;

/// Why nothing was done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// There is no such shop.
    #[error("there is no shop {0}")]
    NoShop(Id<Shop>),
    /// The shop is here already.
    #[error("the shop {0} is here already")]
    Known(Id<Shop>),
    /// A name that is empty, too long or has control characters in it.
    #[error("a shop's name has from 1 to {most} characters, none of them a control character")]
    Name {
        /// The most.
        most: usize,
    },
    /// Its state does not allow the step.
    #[error("this shop is {} already", .0.word())]
    WrongStatus(Status),
    /// Somebody else was quicker.
    #[error("this shop was changed by somebody else in between; nothing was done: look again")]
    Moved,
    /// The owner cannot be seated.
    #[error(transparent)]
    Staff(#[from] staff::Error),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Problem for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::NoShop(_) => Kind::NotFound,
            Self::Known(_) | Self::WrongStatus(_) | Self::Moved => Kind::Conflict,
            Self::Name { .. } => Kind::Invalid,
            Self::Staff(err) => err.kind(),
            Self::Store(err) => err.kind(),
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::NoShop(_) => "shop.not_found",
            Self::Known(_) => "shop.known",
            Self::Name { .. } => "shop.name",
            Self::WrongStatus(_) => "shop.wrong_status",
            Self::Moved => "shop.moved",
            Self::Staff(err) => err.code(),
            Self::Store(err) => err.code(),
        }
    }
}
