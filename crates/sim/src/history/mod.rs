//! The history of a market as facts: shops of hidden quality, carriers and distances, seasons, peaks and storms.
//!
//! Every order is a function of the plan and its number alone (randomness is a hash of seed, number and purpose), so
//! memory depends on the number of shops and days and not on the number of orders, and the same plan gives the same
//! bytes. Orders come in the order they were placed; the facts of one order stand together, in the order they
//! happened; a shop opens before the first order that is placed after its opening. A purchase is one shop order.
//!
//! What is hidden in it, so that metrics have something to find:
//! - most shops are reliable, some mediocre, some bad, some slip and some mend over weeks: in how they ship, answer,
//!   review requests and what their goods are like, and in what the platform finds about them;
//! - eight industries, in which other things go wrong; about half of the shops insure the freight of returns;
//! - the days around 618 and double eleven bring several times the orders, and weak shops fall behind then;
//! - storms slow the parcels to and from a province for some days; Sundays and nights pick up less;
//! - late and disappointed buyers cancel, ask, complain and rate worse; some orders are never paid, some never shipped;
//! - one order in a hundred does not count from the start, and a few turn out not to count.
//!
//! Invariants: no floats; nothing is told that happened after `until`; steps know each other as in
//! `trade::order::fact`.

mod after;
mod calendar;
mod draw;
mod life;
mod names;
mod orders;
mod plan;
mod provinces;
pub(crate) mod rand;
mod shops;
mod tell;
mod trades;

pub use orders::Facts;
pub use plan::{DEMO, Plan, PlanError};
pub use shops::Sketch;

use flows::tell::{TellError, tell};
use kernel::Progress;
use store::Db;

/// All facts of a plan.
pub fn facts(plan: &Plan) -> Result<Facts, PlanError> {
    Facts::new(plan)
}

/// The shops of a plan, in the order of their numbers.
pub fn shops(plan: &Plan) -> Result<Vec<Sketch>, PlanError> {
    let calendar = calendar::Calendar::new(plan)?;
    let all = shops::Shops::new(plan, &calendar)?.all;
    Ok(all.iter().map(|shop| shop.sketch(plan)).collect())
}

/// Why a history was not written.
#[derive(Debug, kernel::Problem)]
#[problem(code = "history")]
pub enum WriteError {
    /// The plan cannot be carried out.
    #[problem(Invalid, from, args(why = _0.to_string()))]
    Plan(PlanError),
    /// The log did not take it.
    #[problem(from)]
    Tell(TellError),
}

/// Appends a history to the log, in chunks, as an import does; what is there already is kept. Returns how many facts
/// were new.
pub fn write(db: &Db, plan: &Plan, progress: &dyn Progress) -> Result<u64, WriteError> {
    let facts = facts(plan)?;
    // About so many facts has an order; the exact number is known only at the end.
    let about = plan.orders * 7 + u64::from(plan.shops) * 20;
    Ok(tell(db, &plan.market(), facts, about, progress)?.values().map(|told| told.new).sum())
}
