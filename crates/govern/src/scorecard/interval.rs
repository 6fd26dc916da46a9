//! How sure a figure is.

use super::model::{Better, Indicator};
use crate::metric::{Kind, Metric};

/// Bounds between which the figure behind a sample lies with the scorecard's confidence.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Interval {
    /// Not less than this.
    pub low: f64,
    /// Not more than this.
    pub high: f64,
}

impl Interval {
    /// The end that is worse, and the one that is better.
    pub fn ends(self, better: Better) -> (f64, f64) {
        match better {
            Better::More => (self.low, self.high),
            Better::Less => (self.high, self.low),
        }
    }
}

/// Wilson's interval of a share of `n` samples.
fn wilson(share: f64, n: f64, z: f64) -> Interval {
    let zz = z * z;
    let middle = (share + zz / (2.0 * n)) / (1.0 + zz / n);
    let half = z / (1.0 + zz / n) * (share * (1.0 - share) / n + zz / (4.0 * n * n)).sqrt();
    Interval { low: (middle - half).max(0.0), high: (middle + half).min(1.0) }
}

/// The interval of an indicator's value; none for counts and for means whose samples have no bounds.
///
/// A ratio has Wilson's interval. A mean of samples within known bounds is spread at most as a share of samples at the
/// bounds is, so that the same interval holds for it (it is wider than need be, never narrower).
pub fn interval(metric: &Metric, bounds: Option<(f64, f64)>, num: i64, den: i64, z: f64) -> Option<Interval> {
    if den <= 0 || metric.kind == Kind::Count {
        return None;
    }
    let value = metric.value(num, den)?;
    let (low, high) = match metric.kind {
        Kind::Ratio => (0.0, 1.0),
        _ => bounds?,
    };
    if high <= low || value < low || value > high {
        return None;
    }
    let found = wilson((value - low) / (high - low), den as f64, z);
    Some(Interval { low: low + found.low * (high - low), high: low + found.high * (high - low) })
}

impl Indicator {
    /// The interval of this indicator's value.
    pub fn interval(&self, metric: &Metric, num: i64, den: i64, z: f64) -> Option<Interval> {
        interval(metric, self.bounds, num, den, z)
    }
}

/// The interval of a net promoter score (-100 to 100) of `n` answers, of which so many promote and so many detract.
/// Its variance is `100^2 x (p + d - (p - d)^2) / n` (DOMAIN.md 4, S34).
pub fn nps_interval(promoters: i64, detractors: i64, n: i64, z: f64) -> Option<Interval> {
    if n <= 0 {
        return None;
    }
    let (p, d) = (promoters as f64 / n as f64, detractors as f64 / n as f64);
    let score = 100.0 * (p - d);
    let half = z * 100.0 * ((p + d - (p - d) * (p - d)) / n as f64).sqrt();
    Some(Interval { low: (score - half).max(-100.0), high: (score + half).min(100.0) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wilsons_interval_is_the_published_one() {
        // 7 of 142 at 95 %: 2.41 % to 9.83 %.
        let found = wilson(7.0 / 142.0, 142.0, 1.96);
        assert!((found.low - 0.0241).abs() < 1e-4 && (found.high - 0.0983).abs() < 1e-4, "{found:?}");
        let none = wilson(0.0, 5.0, 1.96);
        assert!(none.low == 0.0 && none.high > 0.4, "{none:?}");
    }

    #[test]
    fn a_net_promoter_score_of_few_answers_is_wide() {
        let few = nps_interval(6, 2, 10, 1.96).unwrap();
        assert!((few.low - -9.6).abs() < 0.2 && few.high < 90.0, "{few:?}");
        let many = nps_interval(600, 200, 1000, 1.96).unwrap();
        assert!(many.high - many.low < (few.high - few.low) / 9.0);
        assert!(nps_interval(0, 0, 0, 1.96).is_none());
    }
}
