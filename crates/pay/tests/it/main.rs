//! Payment providers: the embedded one on SQLite and on PostgreSQL, and Stripe's protocol against a stand-in.

mod sandbox;
mod stripe;

use kernel::{Actor, Ctx, Currency, Entity, Id, Moment, Money};
use std::sync::atomic::{AtomicU64, Ordering};
use trade::payment::Begin;

pub(crate) const NOW: Moment = Moment::from_micros(1_795_400_000_000_000);

pub(crate) fn new_id<T: Entity>() -> Id<T> {
    static SEED: AtomicU64 = AtomicU64::new(1);
    // Ids of earlier runs may stand in a stand-in that goes on running.
    let seed = SEED.fetch_add(1, Ordering::Relaxed) + u64::from(std::process::id()) * 1_000;
    Ctx::new(NOW, Actor::System, seed).id()
}

pub(crate) fn yuan(minor: i64) -> Money {
    Money::new(minor, Currency::CNY)
}

pub(crate) fn begin(script: Option<&str>) -> Begin {
    Begin {
        payment: new_id(),
        amount: yuan(5_000),
        purchase: new_id(),
        return_to: Some("https://mall.example/back".into()),
        script: script.map(Into::into),
    }
}
