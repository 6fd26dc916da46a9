//! Rehearsal: a draft policy over past days, as if it had been in force; nobody is hit by it.
//!
//! The policy is asked at the end of every local day. The condition runs as SQL over tables of readings to find the
//! shops and days it may hit; then the days are gone through in order with the one-row evaluator, because an episode
//! changes what may happen after it.
//!
//! Invariants: a shop under an action is not hit again before it ends, and may be at exactly its end; episodes are not
//! cut at the last day; an order is touched once at most; the same facts and the same text give the same result.

mod compare;
mod run;

pub use compare::{BothDay, Comparison, Difference, ShopHits, Side, compare};
pub use run::rehearse;

use kernel::{Date, Money};
use serde::{Deserialize, Serialize};

/// What a policy would have done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = ResultShape)]
pub struct Rehearsal {
    /// The policy.
    pub policy: String,
    /// Its version.
    pub version: u32,
    /// The first local day at whose end it was asked.
    #[schema(value_type = String)]
    pub from: Date,
    /// The last one.
    #[schema(value_type = String)]
    pub to: Date,
    /// How many different shops it would have hit.
    pub shops_hit: u64,
    /// Every hit, by when it began and then by the shop's external id.
    pub episodes: Vec<Episode>,
    /// Days of 24 h under an action, summed over the episodes.
    pub restricted_shop_days: u64,
    /// Shop orders placed with a shop that was under an action.
    pub orders_touched: u64,
    /// Their price and freight.
    pub gmv_touched: Money,
    /// For how many days of 24 h a hit lasts.
    pub action_days: u32,
    /// Day by day.
    pub days: Vec<DayCount>,
    /// How many contributions and orders were read.
    pub facts_read: u64,
    /// The same for the same text, days and result.
    pub fingerprint: String,
}

/// One hit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = EpisodeShape)]
pub struct Episode {
    /// The shop's id.
    pub shop: String,
    /// What the system it came from calls it.
    pub external_id: String,
    /// When the action would have begun: RFC 3339 in the market's zone.
    pub start: String,
    /// When it would have ended.
    pub end: String,
    /// What the condition read at the start.
    #[schema(value_type = Object)]
    pub inputs: serde_json::Map<String, serde_json::Value>,
}

/// One day of a rehearsal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DayCount {
    /// The local day.
    #[schema(value_type = String)]
    pub date: Date,
    /// How many shops were hit at its end.
    pub hit: u32,
    /// How many shops were under an action right after its end.
    pub under: u32,
}
