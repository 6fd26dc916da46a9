//! The words every other crate speaks: identities, money, time, facts, permits, problems and the two ports (`Ask`, `Progress`).
//!
//! Invariants: nothing here does IO, reads a clock, draws randomness or is `async`; no amount of money is a float; a
//! fact, once made, is never changed; an id of one kind is never accepted where another is meant.

pub mod ask;
mod country;
mod ctx;
pub mod fact;
pub mod id;
mod market;
mod money;
pub mod numeral;
pub mod permit;
mod problem;
mod progress;
pub mod text;
mod texts;
mod time;
mod zone;

pub use ask::{Ask, AskError};
pub use country::Country;
pub use ctx::{Actor, Ctx};
pub use fact::{Fact, Record, Spec};
pub use id::{Entity, Id, RawId};
pub use kernel_derive::Problem;
pub use market::Market;
pub use money::{Currency, Money, MoneyError, split_by};
pub use numeral::{Misread, Numerals};
pub use permit::{Permit, Privilege, PrivilegeSpec};
pub use problem::{Kind, Problem, Refusal, Refusals, ToValue, Value, declared};
pub use progress::{Progress, Quiet};
pub use texts::Texts;
pub use time::{Date, FutureError, Moment, TimeError};
pub use zone::{UnknownZone, Zone};

#[doc(hidden)]
pub use inventory;
