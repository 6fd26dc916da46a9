//! Which history is told: its size, its days and its market.

use kernel::{Currency, Date, Market, Moment, Zone};

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
/// judged by their figures (rules.md 1.4: 30 valid paid orders), and it is made within seconds.
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
