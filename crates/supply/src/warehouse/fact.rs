//! What happens to stock. Every fact is about one movement; references and names of people are not told.

use kernel::id::{Campaign, Reservation, Sku, Warehouse};
use kernel::{Id, facts};

facts! {
    /// Goods arrived at a warehouse.
    Received "stock.received" of movement: Movement {
        /// What arrived.
        sku_id: Id<Sku>,
        /// Where.
        warehouse_id: Id<Warehouse>,
        /// How many units.
        quantity: i64,
        /// The word of the reason.
        reason: Box<str>,
    }

    /// The units of a SKU in a warehouse were counted.
    Counted "stock.counted" of movement: Movement {
        /// What was counted.
        sku_id: Id<Sku>,
        /// Where.
        warehouse_id: Id<Warehouse>,
        /// How many units there were more than in the books; negative for fewer.
        quantity: i64,
        /// How many units were found.
        on_hand: i64,
        /// The word of the reason.
        reason: Box<str>,
    }

    /// Somebody corrected the stock of a SKU in a warehouse.
    Adjusted "stock.adjusted" of movement: Movement {
        /// What was corrected.
        sku_id: Id<Sku>,
        /// Where.
        warehouse_id: Id<Warehouse>,
        /// How many units came to the books; negative for fewer.
        quantity: i64,
        /// The word of the reason.
        reason: Box<str>,
    }

    /// Units were spoken for.
    Reserved "stock.reserved" of movement: Movement {
        /// By which reservation.
        reservation_id: Id<Reservation>,
        /// What.
        sku_id: Id<Sku>,
        /// Where.
        warehouse_id: Id<Warehouse>,
        /// From the pool of this campaign; absent from the shelf.
        campaign_id: Option<Id<Campaign>>,
        /// How many units.
        quantity: i64,
    }

    /// Units that were spoken for can be sold again.
    Released "stock.released" of movement: Movement {
        /// Of which reservation.
        reservation_id: Id<Reservation>,
        /// What.
        sku_id: Id<Sku>,
        /// Where.
        warehouse_id: Id<Warehouse>,
        /// In the pool of this campaign; absent on the shelf.
        campaign_id: Option<Id<Campaign>>,
        /// How many units.
        quantity: i64,
        /// The word of the reason.
        reason: Box<str>,
        /// Whether the reservation's time was over.
        expired: bool,
    }

    /// Units that were spoken for left.
    Shipped "stock.shipped" of movement: Movement {
        /// Of which reservation.
        reservation_id: Id<Reservation>,
        /// What.
        sku_id: Id<Sku>,
        /// From where.
        warehouse_id: Id<Warehouse>,
        /// From the pool of this campaign; absent from the shelf.
        campaign_id: Option<Id<Campaign>>,
        /// How many units.
        quantity: i64,
    }

    /// Units that had left came back and can be sold again.
    Returned "stock.returned" of movement: Movement {
        /// Of which reservation.
        reservation_id: Id<Reservation>,
        /// What.
        sku_id: Id<Sku>,
        /// Where they were put.
        warehouse_id: Id<Warehouse>,
        /// How many units.
        quantity: i64,
        /// The word of the reason.
        reason: Box<str>,
    }

    /// Units went from the shelf into a campaign's pool, or back.
    Pooled "stock.pooled" of movement: Movement {
        /// Whose pool.
        campaign_id: Id<Campaign>,
        /// What.
        sku_id: Id<Sku>,
        /// Where.
        warehouse_id: Id<Warehouse>,
        /// How many units came into the pool; negative for those that went back.
        quantity: i64,
    }
}
