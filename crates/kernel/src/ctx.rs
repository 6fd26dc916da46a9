//! The context of one command: who asks, when, and where new ids come from.

use crate::id::{ApiKey, Member, mix};
use crate::{Entity, Id, Moment, RawId};
use std::cell::Cell;

/// Who is behind a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// The program itself: timers, reactions.
    System,
    /// Whoever operates the platform on this machine.
    Operator,
    /// A member, as a buyer or in a seat.
    Member(Id<Member>),
    /// A program with a key.
    Key(Id<ApiKey>),
    /// An outside party that told us something: a payment provider, a carrier.
    Outside,
}

impl std::fmt::Display for Actor {
    /// As it is stored: an id or a word, never a name.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::System => f.write_str("system"),
            Self::Operator => f.write_str("operator"),
            Self::Outside => f.write_str("outside"),
            Self::Member(id) => id.fmt(f),
            Self::Key(id) => id.fmt(f),
        }
    }
}

/// Read once when a command arrives. Given the same `now` and `seed`, it makes the same ids: a run is repeatable.
#[derive(Debug, Clone)]
pub struct Ctx {
    /// When the command arrived.
    pub now: Moment,
    /// Who sent it.
    pub actor: Actor,
    seed: u64,
    made: Cell<u64>,
}

impl Ctx {
    /// A context; `seed` must differ between commands of the same millisecond.
    pub fn new(now: Moment, actor: Actor, seed: u64) -> Self {
        Self { now, actor, seed, made: Cell::new(0) }
    }
    /// The next id of this command.
    pub fn id<T: Entity>(&self) -> Id<T> {
        let n = self.made.get();
        self.made.set(n + 1);
        let high = mix(self.seed ^ mix(n));
        let low = mix(high ^ self.seed.rotate_left(32) ^ n);
        Id::from_raw(RawId::new(self.now, (u128::from(high) << 64) | u128::from(low)))
    }
}
