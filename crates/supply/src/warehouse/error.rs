//! What can go wrong in a warehouse.

use super::model::Status;
use kernel::Id;
use kernel::id::{Campaign, Reservation, Sku, Warehouse};
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
#[derive(Debug, Clone, PartialEq, Eq, kernel::Problem)]
#[problem(code = "warehouse")]
pub enum Error {
    /// There is no such SKU in this shop.
    #[problem(NotFound, args(sku))]
    NoSku(Id<Sku>),
    /// There is no such warehouse in this shop.
    #[problem(NotFound, args(warehouse))]
    NoWarehouse(Id<Warehouse>),
    /// There is no such reservation in this shop.
    #[problem(NotFound, args(reservation))]
    NoReservation(Id<Reservation>),
    /// Nothing was ever set aside for the campaign in this shop.
    #[problem(NotFound, args(campaign))]
    NoCampaign(Id<Campaign>),
    /// The campaign's stock went back to the shelves.
    #[problem(Gone, args(campaign))]
    CampaignOver(Id<Campaign>),
    /// There is not enough.
    #[problem(Conflict, args(lacking = told(_0)))]
    Short(Vec<Lack>),
    /// The reservation has ended already.
    #[problem(Conflict, args(id, status = status.as_str()))]
    Over {
        /// Which.
        id: Id<Reservation>,
        /// How it ended.
        status: Status,
    },
    /// The reservation does not expire, or not yet.
    #[problem(Conflict)]
    NotDue {
        /// Which.
        id: Id<Reservation>,
    },
    /// What never left cannot come back.
    #[problem(Conflict, args(id, status = status.as_str()))]
    NotShipped {
        /// Which.
        id: Id<Reservation>,
        /// Where it is.
        status: Status,
    },
    /// The reservation does not keep what is to be given back: what the set is made of changed since.
    #[problem(Conflict)]
    NotKept {
        /// Which.
        id: Id<Reservation>,
        /// Of what.
        sku: Id<Sku>,
    },
    /// Nothing would be left of the reservation.
    #[problem(Conflict, args(id))]
    NothingKept(Id<Reservation>),
    /// More would come back than left.
    #[problem(Conflict)]
    TooManyBack {
        /// Of what.
        sku: Id<Sku>,
        /// How many can.
        left: i64,
    },
    /// Fewer would lie there than are spoken for.
    #[problem(Conflict)]
    BelowReserved {
        /// Of what.
        sku: Id<Sku>,
        /// How many lie there.
        there: i64,
        /// How many are not spoken for: no more than these can go.
        free: i64,
        /// How many are spoken for.
        reserved: i64,
    },
    /// What was back-ordered has not arrived.
    #[problem(Conflict)]
    NotArrived {
        /// Of what.
        sku: Id<Sku>,
        /// How many lie there.
        there: i64,
        /// How many are to be shipped.
        wanted: i64,
    },
    /// A kit has no stock of its own.
    #[problem(Conflict, args(sku))]
    IsKit(Id<Sku>),
    /// A SKU that has, or had, stock of its own.
    #[problem(Conflict, args(sku))]
    HasStock(Id<Sku>),
    /// A kit in a kit.
    #[problem(Conflict)]
    Nested {
        /// Which.
        sku: Id<Sku>,
    },
    /// A number of units that cannot be.
    #[problem(Invalid)]
    Quantity {
        /// The least.
        least: i64,
        /// The most.
        most: i64,
    },
    /// Nothing is asked for, or too much at once.
    #[problem(Invalid)]
    Lines {
        /// The most.
        most: usize,
    },
    /// A reservation that would expire before it is made.
    #[problem(Invalid)]
    Past,
    /// A campaign that would end before it begins.
    #[problem(Invalid)]
    CampaignPast,
    /// A reason that is no word.
    #[problem(Invalid)]
    Reason,
    /// A text that is too long.
    #[problem(Invalid)]
    TooLong {
        /// The most.
        most: usize,
    },
    /// A warehouse without a name.
    #[problem(Invalid)]
    NoName,
    /// Somebody else was quicker.
    #[problem(Conflict)]
    Moved,
    /// The store failed.
    #[problem(from)]
    Store(StoreError),
}

/// What lacks, in words.
fn told(lacks: &[Lack]) -> String {
    let one = |lack: &Lack| format!("{} ({} wanted, {} left)", lack.sku, lack.wanted, lack.left);
    lacks.iter().map(one).collect::<Vec<_>>().join(", ")
}
