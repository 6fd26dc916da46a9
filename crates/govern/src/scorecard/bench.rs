//! The industry's marks of one day: what the indicators of one shop are compared with.

use super::model::{Better, Points, Scorecard};

/// What an indicator of an industry looked like on one day.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Mark {
    /// The value that gets the low points.
    pub low: f64,
    /// The value that gets the high points.
    pub high: f64,
    /// Over how many shops.
    pub shops: usize,
    /// The sum of their numerators, unscaled.
    pub num: i64,
    /// The sum of their denominators.
    pub den: i64,
    /// Whether the whole market stands in for an industry that is too small.
    pub market: bool,
}

/// The frozen marks of one day, for each industry and indicator.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Bench {
    /// By industry; the last is the whole market.
    pub(super) marks: Vec<Vec<Option<Mark>>>,
}

impl Bench {
    /// The mark of an indicator in an industry, by place.
    pub fn mark(&self, industry: Option<usize>, indicator: usize) -> Option<&Mark> {
        let row = industry.and_then(|i| self.marks.get(i)).or_else(|| self.marks.last())?;
        row.get(indicator)?.as_ref()
    }
}

/// A quantile between the neighbours of its place (type 7 of Hyndman and Fan); the values are reordered.
pub(super) fn quantile(values: &mut [f64], q: f64) -> Option<f64> {
    let last = values.len().checked_sub(1)?;
    let place = q * last as f64;
    let lower = (place.floor() as usize).min(last);
    let (_, at, above) = values.select_nth_unstable_by(lower, f64::total_cmp);
    let at = *at;
    let part = place - lower as f64;
    if part <= 0.0 || above.is_empty() {
        return Some(at);
    }
    let next = above.iter().copied().fold(f64::INFINITY, f64::min);
    Some(at + (next - at) * part)
}

impl Mark {
    /// From the values of the scored shops.
    pub(super) fn of(
        card: &Scorecard,
        better: Better,
        values: &mut [f64],
        sums: (i64, i64),
        market: bool,
    ) -> Option<Self> {
        let (low, high) = match better {
            Better::More => (card.line.low, card.line.high),
            Better::Less => (1.0 - card.line.low, 1.0 - card.line.high),
        };
        let (low, high) = (quantile(values, low)?, quantile(values, high)?);
        Some(Self { low, high, shops: values.len(), num: sums.0, den: sums.1, market })
    }

    /// What a value is worth: the good end and what is better gets the high points, the bad end and what is worse the
    /// low ones, and in between it is a straight line.
    pub fn points(&self, card: &Scorecard, better: Better, value: f64) -> Points {
        let line = &card.line;
        let (v, low, high) = match better {
            Better::More => (value, self.low, self.high),
            Better::Less => (-value, -self.low, -self.high),
        };
        if v >= high {
            return line.high_points;
        }
        if v <= low {
            return line.low_points;
        }
        let span = (line.high_points.0 - line.low_points.0) as f64;
        let points = line.low_points.0 + (span * ((v - low) / (high - low))).round() as i64;
        match line.step {
            Some(step) => Points(points - points.rem_euclid(step.0.max(1))),
            None => Points(points),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn quantiles_lie_between_their_neighbours() {
        let mut values = [5.0, 1.0, 3.0, 2.0, 4.0];
        assert_eq!(quantile(&mut values, 0.5), Some(3.0));
        assert_eq!(quantile(&mut values, 0.1), Some(1.4));
        assert_eq!(quantile(&mut values, 1.0), Some(5.0));
        assert_eq!(quantile(&mut [], 0.5), None);
        assert_eq!(quantile(&mut [7.0], 0.9), Some(7.0));
    }

    proptest! {
        #[test]
        fn a_quantile_does_not_depend_on_the_order(mut values in proptest::collection::vec(-1e6f64..1e6, 1..60), q in 0.0f64..=1.0) {
            let a = quantile(&mut values, q);
            values.sort_by(f64::total_cmp);
            prop_assert_eq!(a, quantile(&mut values, q));
        }
    }
}
