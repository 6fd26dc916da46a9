//! Warehouses: what lies where, what of it is spoken for, and every movement that made it so.
//!
//! Invariants:
//! - In every place, 0 <= shipped <= taken and shipped <= stocked; so on hand and reserved are never negative. Buyers take no
//!   more than stocked less the place's safety stock plus its back-order ceiling. The table checks the first, and whatever
//!   many buyers aim at goes through a guarded counter.
//! - What is back-ordered ships only once it has arrived. Kits are made of what is in stock alone.
//! - That a SKU ran low is said once, until it has recovered.
//! - Every figure is the sum of movements, which are only ever added; `check` compares, `rebuild` puts right.
//! - A demand is met whole or refused whole. It is summed by SKU first, kits as their parts, and taken in one order.
//! - A reservation ends once: shipped, given back or expired. What it kept is kept until then.
//! - The timer of a reservation is there exactly as long as it is held and has a deadline that is its own. Where the clock is
//!   the caller's, the caller ends it together with what it is for.
//! - Stock in a campaign's pool is sold in that campaign alone; when it has ended, what is not spoken for is on the shelf.
//! - Stock enters a campaign under its shop's permit.
//! - What is another shop's is not found.
//!
//! Absent: carriers and parcels (`logistics`), prices (`trade`), and who may do any of it (the callers know).

mod allocate;
mod campaign;
mod command;
mod error;
pub mod fact;
mod model;
mod privilege;
mod reserve;
mod sql;
mod view;

pub use campaign::{
    CAMPAIGN_END, Campaign, CampaignPool, all_campaigns, campaigns, keys_of_pool, one_campaign,
    open_campaign, pools, take_out,
};
pub use command::{
    Change, RanLow, SiteChange, add_sku, adjust, change_warehouse, count, define_kit, edit_warehouse,
    end_campaign, keys_at, keys_to_end, mark_low, open_warehouse, rebuild, receive, set_aside, set_limits,
};
pub use error::{Error, Lack};
pub use model::{
    Available, Basket, Claim, Clock, Figures, LONGEST, Limits, Line, MOST_IN_KIT, MOST_LINES, MOST_UNITS,
    Moved, Part, Reason, Reservation, ShelfKind, Status, Step, StockLocation,
};
pub use privilege::PromotionEntry;
pub use reserve::{
    EXPIRY, Plan, Reserved, TakeBack, commit, expire, expire_now, extend, keep, keep_held, keys_of,
    keys_to_reserve, plan, release, release_lines, reserve, reserve_as, take_back,
};
pub use view::{
    Difference, Figure, Movement, PlaceStock, Site, Stock, StockHead, available, availables, check, in_stock,
    movements, reservation, sellable, shops, stock, stocks, warehouses,
};
