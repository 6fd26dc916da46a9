//! How sure a figure is.

use super::model::{Better, Indicator};
use crate::metric::{Explained, Kind, Metric};

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

/// The interval of a reading whose contributions are known: a ratio has Wilson's; a mean that of its own samples, where
/// each is known by itself. For a net promoter score, whose samples are 100, 0 and -100, the variance is then
/// `100^2 x (p + d - (p - d)^2) / n` (rules.md 4 [S34]).
pub fn measured(metric: &Metric, explained: &Explained, z: f64) -> Option<Interval> {
    let bounds = metric.low.zip(metric.high);
    let samples = || explained.contributions.iter().filter(|c| c.counts());
    if metric.kind != Kind::Mean || explained.den < 2 || !samples().all(|c| c.den == 1) {
        return interval(metric, bounds, explained.num, explained.den, z);
    }
    let n = explained.den as f64;
    let mean = metric.scaled(explained.num) / n;
    let spread: f64 = samples().map(|c| (metric.scaled(c.num) - mean).powi(2)).sum::<f64>() / n;
    let half = z * (spread / n).sqrt();
    let (least, most) = bounds.unwrap_or((f64::NEG_INFINITY, f64::INFINITY));
    Some(Interval { low: (mean - half).max(least), high: (mean + half).min(most) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::Contribution;
    use kernel::Moment;

    #[test]
    fn wilsons_interval_is_the_published_one() {
        // 7 of 142 at 95 %: 2.41 % to 9.83 %.
        let found = wilson(7.0 / 142.0, 142.0, 1.96);
        assert!((found.low - 0.0241).abs() < 1e-4 && (found.high - 0.0983).abs() < 1e-4, "{found:?}");
        let none = wilson(0.0, 5.0, 1.96);
        assert!(none.low == 0.0 && none.high > 0.4, "{none:?}");
    }

    #[test]
    fn a_net_promoter_score_has_the_interval_of_the_published_formula() {
        let metric = crate::metric::named("nps").unwrap();
        let answers = |promoters: i64, detractors: i64, n: i64| {
            let one = |num: i64| Contribution {
                of: kernel::RawId::default(),
                external_id: String::new(),
                anchor: Moment::default(),
                known_at: Moment::default(),
                num,
                den: 1,
                parts: Vec::new(),
            };
            let scores = (0..n).map(|i| match i {
                i if i < promoters => 100,
                i if i < promoters + detractors => -100,
                _ => 0,
            });
            let contributions: Vec<_> = scores.map(one).collect();
            let num = contributions.iter().map(|c| c.num).sum();
            let window = (Moment::default(), Moment::default());
            measured(metric, &Explained { num, den: n, window, contributions }, 1.96)
        };
        for (promoters, detractors, n) in [(6, 2, 10), (600, 200, 1_000), (1, 0, 2)] {
            let (p, d) = (promoters as f64 / n as f64, detractors as f64 / n as f64);
            let half = 1.96 * 100.0 * ((p + d - (p - d) * (p - d)) / n as f64).sqrt();
            let found = answers(promoters, detractors, n).unwrap();
            assert!((found.low - (100.0 * (p - d) - half).max(-100.0)).abs() < 1e-9, "{found:?}");
            assert!((found.high - (100.0 * (p - d) + half).min(100.0)).abs() < 1e-9, "{found:?}");
        }
        assert!(answers(0, 0, 0).is_none());
    }
}
