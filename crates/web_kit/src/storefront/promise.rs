//! The promise a product ships by, as a shopper sees it: its deadline if paid now, the cut-off where it binds, and what the
//! rules in force give the buyer if it breaks.
//!
//! Invariants: deadlines are those of `govern::promise`; amounts come from the policies' own engine over the price at hand,
//! so what stands here is what a decided case would come to; a countdown is shown only for a cut-off that changes the
//! deadline.

use govern::promise::{self, Promise, Rule};
use kernel::{Market, Moment};

/// What a promise means for what is paid now.
pub struct Ship {
    /// The promise.
    pub promise: &'static Promise,
    /// By when it ships.
    pub due: Moment,
    /// Until when one has to pay for that, where waiting longer would make it later.
    pub cutoff: Option<Moment>,
}

/// What the promise of an id means for what is paid at a moment; none if there is no such promise.
pub fn ship(market: &Market, now: Moment, id: &str) -> Option<Ship> {
    let promise = promise::named(id)?;
    let due = promise.due(now, &market.zone)?;
    let cutoff = || {
        let Rule::Due(rows) = &promise.rule else { return None };
        let local = now.zoned(&market.zone);
        let before = rows
            .iter()
            .filter(|row| row.step.is_none())
            .find_map(|row| row.paid_before.filter(|before| local.time() < *before))?;
        let at = Moment::local(local.date().to_datetime(before), &market.zone)?;
        (promise.due(at, &market.zone)? > due).then_some(at)
    };
    Some(Ship { promise, due, cutoff: cutoff() })
}
