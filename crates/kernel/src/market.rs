//! A market: one zone, one currency. Both are set once, before its first fact.

use crate::{Currency, Moment, Zone};

/// What every figure of a market is measured in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Market {
    /// Where its days begin and end.
    pub zone: Zone,
    /// What its money is.
    pub currency: Currency,
}

impl Market {
    /// The ends of the local days from `from` to `to`, both included, in order.
    pub fn day_ends(&self, from: crate::Date, to: crate::Date) -> Vec<Moment> {
        from.series(jiff::Span::new().days(1))
            .take_while(|day| *day <= to)
            .filter_map(|day| Moment::day_end(day, &self.zone))
            .collect()
    }
}
