//! What can go wrong in a warehouse.

use super::model::Status;
use kernel::id::{Campaign, Reservation, Sku, Warehouse};
use kernel::{Id, Kind, Problem};
use store::StoreError;

/// Units that lack for a demand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lack {
    /// What lacks: for a kit, the part.
    pub sku: Id<Sku>,
    /// In the pools of which campaign; without one, on the shelves.
    pub campaign: Option<Id<Campaign>>,
    /// How many units the whole demand needs.
    pub wanted: i64,
    /// How many are left.
    pub left: i64,
    /// The SKUs of the demand that need it: itself, or kits.
    pub asked: Vec<Id<Sku>>,
}

/// Why stock was not touched.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// There is no such SKU in this shop.
    #[error("there is no SKU {0} in this shop's stock")]
    NoSku(Id<Sku>),
    /// There is no such warehouse in this shop.
    #[error("this shop has no warehouse {0}")]
    NoWarehouse(Id<Warehouse>),
    /// There is no such reservation in this shop.
    #[error("this shop has no reservation {0}")]
    NoReservation(Id<Reservation>),
    /// Nothing was ever set aside for the campaign in this shop.
    #[error("this shop has no stock set aside for campaign {0}")]
    NoCampaign(Id<Campaign>),
    /// The campaign's stock went back to the shelves.
    #[error("campaign {0} has ended: its stock is back on the shelves")]
    CampaignOver(Id<Campaign>),
    /// There is not enough.
    #[error("not enough stock: {}", told(.0))]
    Short(Vec<Lack>),
    /// The reservation has ended already.
    #[error("reservation {id} is {} already", .status.word())]
    Over {
        /// Which.
        id: Id<Reservation>,
        /// How it ended.
        status: Status,
    },
    /// The reservation does not expire, or not yet.
    #[error("reservation {id} is not due")]
    NotDue {
        /// Which.
        id: Id<Reservation>,
    },
    /// What never left cannot come back.
    #[error("reservation {id} is {}: nothing of it was shipped", .status.word())]
    NotShipped {
        /// Which.
        id: Id<Reservation>,
        /// Where it is.
        status: Status,
    },
    /// More would come back than left.
    #[error("of {sku} at most {left} can come back of this reservation")]
    TooManyBack {
        /// Of what.
        sku: Id<Sku>,
        /// How many can.
        left: i64,
    },
    /// Fewer would lie there than are spoken for.
    #[error("of {sku} {reserved} are reserved there: the count may not fall below that")]
    BelowReserved {
        /// Of what.
        sku: Id<Sku>,
        /// How many are spoken for.
        reserved: i64,
    },
    /// A kit has no stock of its own.
    #[error("{0} is a kit: its stock is that of its parts")]
    IsKit(Id<Sku>),
    /// A SKU that has, or had, stock of its own.
    #[error("{0} has stock of its own and cannot become a kit")]
    HasStock(Id<Sku>),
    /// A kit in a kit.
    #[error("a kit is made of plain SKUs: {sku} is a kit, or is a part of one")]
    Nested {
        /// Which.
        sku: Id<Sku>,
    },
    /// A number of units that cannot be.
    #[error("a number of units must be from {least} to {most}")]
    Quantity {
        /// The least.
        least: i64,
        /// The most.
        most: i64,
    },
    /// Nothing is asked for, or too much at once.
    #[error("from 1 to {most} lines can be asked for at once")]
    Lines {
        /// The most.
        most: usize,
    },
    /// A reservation that would expire before it is made.
    #[error("a reservation must last beyond now")]
    Past,
    /// A reason that is no word.
    #[error("a reason is one word of at most 32 small letters, digits and underscores")]
    Reason,
    /// A text that is too long.
    #[error("a name or a reference has at most {most} bytes")]
    TooLong {
        /// The most.
        most: usize,
    },
    /// A warehouse without a name.
    #[error("a warehouse must have a name")]
    NoName,
    /// Somebody else was quicker.
    #[error("this stock was changed by somebody else in between; nothing was done, try again")]
    Moved,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What lacks, in words.
fn told(lacks: &[Lack]) -> String {
    let one = |lack: &Lack| format!("{} ({} wanted, {} left)", lack.sku, lack.wanted, lack.left);
    lacks.iter().map(one).collect::<Vec<_>>().join(", ")
}

impl Problem for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::NoSku(_) | Self::NoWarehouse(_) | Self::NoReservation(_) | Self::NoCampaign(_) => {
                Kind::NotFound
            }
            Self::CampaignOver(_) => Kind::Gone,
            Self::Short(_)
            | Self::Over { .. }
            | Self::NotDue { .. }
            | Self::NotShipped { .. }
            | Self::TooManyBack { .. }
            | Self::BelowReserved { .. }
            | Self::IsKit(_)
            | Self::HasStock(_)
            | Self::Nested { .. }
            | Self::Moved => Kind::Conflict,
            Self::Quantity { .. }
            | Self::Lines { .. }
            | Self::Past
            | Self::Reason
            | Self::TooLong { .. }
            | Self::NoName => Kind::Invalid,
            Self::Store(err) => err.kind(),
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::NoSku(_) => "warehouse.no_sku",
            Self::NoWarehouse(_) => "warehouse.no_warehouse",
            Self::NoReservation(_) => "warehouse.no_reservation",
            Self::NoCampaign(_) => "warehouse.no_campaign",
            Self::CampaignOver(_) => "warehouse.campaign_over",
            Self::Short(_) => "warehouse.short",
            Self::Over { .. } => "warehouse.over",
            Self::NotDue { .. } => "warehouse.not_due",
            Self::NotShipped { .. } => "warehouse.not_shipped",
            Self::TooManyBack { .. } => "warehouse.too_many_back",
            Self::BelowReserved { .. } => "warehouse.below_reserved",
            Self::IsKit(_) => "warehouse.is_kit",
            Self::HasStock(_) => "warehouse.has_stock",
            Self::Nested { .. } => "warehouse.nested",
            Self::Quantity { .. } => "warehouse.quantity",
            Self::Lines { .. } => "warehouse.lines",
            Self::Past => "warehouse.past",
            Self::Reason => "warehouse.reason",
            Self::TooLong { .. } => "warehouse.too_long",
            Self::NoName => "warehouse.no_name",
            Self::Moved => "warehouse.moved",
            Self::Store(err) => err.code(),
        }
    }
}
