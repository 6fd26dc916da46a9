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
mod life;
mod names;
mod orders;
pub(crate) mod rand;
mod shops;
mod tell;
mod trades;

pub use orders::Facts;

use flows::tell::{TellError, tell};
use kernel::{Currency, Date, Id, Market, Moment, Progress, Zone, id};
use store::Db;

/// Which history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Another seed, another market.
    pub seed: u64,
    /// How many shops, at least 1.
    pub shops: u32,
    /// How many shop orders.
    pub orders: u64,
    /// Over how many local days, at least 1.
    pub days: u32,
    /// The first of them.
    pub from: Date,
    /// Where the days begin and end.
    pub zone: Zone,
    /// What is paid with.
    pub currency: Currency,
    /// Nothing after this is told: what was on its way stays on its way. `None`: every order is told to its end.
    pub until: Option<Moment>,
}

/// How many shops and orders a demo has if nobody says otherwise: about nine shops of ten sell enough in any 30 days to be
/// judged by their figures (DOMAIN.md 1.4: 30 valid paid orders), and it is made within seconds.
pub const DEMO: (u32, u64) = (160, 120_000);

/// A plan that cannot be carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// Nobody to sell.
    #[error("a history needs at least one shop")]
    NoShops,
    /// No day to sell on.
    #[error("a history needs 1 to 20,000 days that the calendar has, starting in 1970 or later")]
    NoDays,
}

impl Plan {
    /// A market to look at: 400 days that hold 618 twice and double eleven once, told until the end of the last day,
    /// so that some parcels are still on their way. [`ending`](Self::ending) moves it.
    pub fn demo(seed: u64, shops: u32, orders: u64, market: Market) -> Self {
        let (from, last) = (Date::constant(2025, 5, 20), Date::constant(2026, 6, 23));
        let until = Moment::day_end(last, &market.zone);
        Self { seed, shops, orders, days: 400, from, zone: market.zone, currency: market.currency, until }
    }

    /// The same plan over the days up to another last one, as many of them. None if the calendar does not have them.
    pub fn ending(self, last: Date) -> Option<Self> {
        let from = last.checked_sub(jiff::Span::new().days(i64::from(self.days) - 1)).ok()?;
        let until = Moment::day_end(last, &self.zone);
        Some(Self { from, until, ..self })
    }

    /// What the history is measured in.
    pub fn market(&self) -> Market {
        Market { zone: self.zone.clone(), currency: self.currency }
    }
}

/// All facts of a plan.
pub fn facts(plan: &Plan) -> Result<Facts, PlanError> {
    Facts::new(plan)
}

/// A shop of a plan, as everybody sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sketch {
    /// As its facts name it.
    pub id: Id<id::Shop>,
    /// Its name.
    pub name: String,
    /// The word of what it mainly sells.
    pub industry: &'static str,
    /// The word of who stands behind it.
    pub kind: &'static str,
    /// Since when it is there.
    pub opened: Moment,
    /// The hours it promises to ship in.
    pub promise: i64,
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
