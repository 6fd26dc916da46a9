//! What a scorecard is.

use crate::metric::Metric;
use crate::policy::{Expr, Input, Words};
use kernel::Date;
use std::fmt;

/// Points of a score, in ten-thousandths: 82.5 points are `Points(825_000)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, utoipa::ToSchema)]
#[schema(value_type = f64)]
pub struct Points(pub i64);

impl Points {
    /// Ten-thousandths in a point.
    pub const ONE: i64 = 10_000;
    /// So many whole points.
    pub const fn whole(points: i64) -> Self {
        Self(points * Self::ONE)
    }
    /// The nearest ten-thousandth, halves away from zero.
    pub fn of(points: f64) -> Self {
        Self((points * Self::ONE as f64).round() as i64)
    }
    /// As a number.
    pub fn number(self) -> f64 {
        self.0 as f64 / Self::ONE as f64
    }
    /// The shown score: the whole points, rounded down.
    pub const fn floor(self) -> i64 {
        self.0.div_euclid(Self::ONE)
    }
    /// Reads `82`, `82.5` or `82.4963`: at most four decimals.
    pub fn parse(text: &str) -> Option<Self> {
        let (sign, digits) = match text.trim().strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, text.trim()),
        };
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        let plain = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || whole.len() > 6 || part.len() > 4 || !plain(whole) || !plain(part) {
            return None;
        }
        let part: i64 = format!("{part:0<4}").parse().ok()?;
        Some(Self(sign * (whole.parse::<i64>().ok()? * Self::ONE + part)))
    }
    /// A weighted mean of points, rounded half up; none without weights.
    pub fn mean(parts: impl Iterator<Item = (Self, i64)>) -> Option<Self> {
        let (mut sum, mut weights) = (0i128, 0i128);
        for (points, weight) in parts {
            sum += i128::from(points.0) * i128::from(weight);
            weights += i128::from(weight);
        }
        (weights > 0).then(|| Self((2 * sum + weights).div_euclid(2 * weights) as i64))
    }
}

impl fmt::Display for Points {
    /// Without zeros that say nothing, but with at most four decimals: `82.5`, `69`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, size) = (if self.0 < 0 { "-" } else { "" }, self.0.unsigned_abs());
        let one = Self::ONE.unsigned_abs();
        let part = format!("{:04}", size % one);
        let part = part.trim_end_matches('0');
        if part.is_empty() {
            write!(f, "{sign}{}", size / one)
        } else {
            write!(f, "{sign}{}.{part}", size / one)
        }
    }
}

impl serde::Serialize for Points {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 % Self::ONE == 0 {
            serializer.serialize_i64(self.0 / Self::ONE)
        } else {
            serializer.serialize_f64(self.number())
        }
    }
}

/// Which values of an indicator are better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Better {
    /// Large ones: a rating.
    More,
    /// Small ones: a rate of complaints.
    Less,
}

/// A metric in a window: what the scorer reads for each shop and day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Need {
    /// The metric.
    pub metric: &'static Metric,
    /// Over how many days of 24 h.
    pub window_days: i64,
}

/// How few samples are drawn towards the industry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Shrink {
    /// As many samples of the industry's mean as are added to the shop's own.
    pub prior: i64,
}

/// One indicator.
#[derive(Debug, Clone, PartialEq)]
pub struct Indicator {
    /// Its id, also the name of its points in [`super::eval`].
    pub id: String,
    /// Its place in [`Scorecard::needs`].
    pub need: usize,
    /// Which values are better.
    pub better: Better,
    /// Its weight within its dimension.
    pub weight: i64,
    /// Points it has, whatever its value, while the condition holds.
    pub fixed: Option<(Points, Expr, String)>,
    /// How few samples are treated.
    pub shrink: Option<Shrink>,
    /// Smallest and largest value that one sample can have, for the interval of a mean.
    pub bounds: Option<(f64, f64)>,
}

/// One dimension.
#[derive(Debug, Clone, PartialEq)]
pub struct Dimension {
    /// Its id: `product`.
    pub id: String,
    /// One letter: `P`.
    pub short: String,
    /// Its title.
    pub title: Words,
    /// What it is made of.
    pub indicators: Vec<Indicator>,
    /// Points added while the condition holds, with the condition as written; the dimension stays within the line.
    pub extra: Option<(Points, Expr, String)>,
}

/// A stage of a shop. The first whose condition holds counts.
#[derive(Debug, Clone, PartialEq)]
pub struct Stage {
    /// Its id: `formal`.
    pub id: String,
    /// Its title.
    pub title: Words,
    /// When a shop is in it.
    pub when: Expr,
    /// As written.
    pub when_text: String,
    /// A score of its own; without one the formula counts.
    pub score: Option<Points>,
    /// Whether consumers see stars.
    pub stars: bool,
}

/// What a scene costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Cost {
    /// For each, up to a cap.
    Each {
        /// For each.
        points: Points,
        /// At most.
        cap: Points,
    },
    /// Once, however many.
    Once {
        /// Once.
        points: Points,
    },
}

/// A scene that costs points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deduction {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: Words,
    /// Its place in [`Scorecard::needs`]: a count.
    pub need: usize,
    /// What it costs.
    pub cost: Cost,
}

/// What brings points, once in the window.
#[derive(Debug, Clone, PartialEq)]
pub struct Bonus {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: Words,
    /// When it is earned.
    pub when: Expr,
    /// As written.
    pub when_text: String,
    /// What it brings.
    pub points: Points,
}

/// A row of the table of stars: scores up to `upto` show `tenths + ceil((score - over) / every)` tenths of a star.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Star {
    /// Up to and with this shown score.
    pub upto: i64,
    /// Tenths of a star at `over`.
    pub tenths: i64,
    /// From here on more.
    pub over: i64,
    /// One tenth more for every so many points begun; 0: always the same.
    pub every: i64,
}

/// Something that a score opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gate {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: Words,
    /// The score it takes.
    pub score: Points,
    /// Dimensions it takes besides, by place.
    pub dimensions: Vec<(usize, Points)>,
    /// The mean of how many days is judged; 1: the day.
    pub mean_days: i64,
    /// Whether the interval's upper bound is judged: nobody is kept out whom few samples cannot tell from those let in.
    pub bound: bool,
    /// Where it comes from.
    pub source: String,
}

/// A row of a scorecard's table of cases.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// What it is about.
    pub name: String,
    /// The clause it comes from.
    pub clause: String,
    /// The line it stands on.
    pub line: usize,
    /// What is given.
    pub inputs: Vec<(String, String)>,
    /// The shown score it must come to; none: no score.
    pub score: Option<i64>,
    /// Tenths of a star, if the case says.
    pub stars: Option<i64>,
    /// The stage, if the case says.
    pub stage: Option<String>,
}

/// How an indicator's value becomes points.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct LineRule {
    /// The quantile of the industry, from the worst, that gets the low points.
    pub low: f64,
    /// What it and everything worse gets.
    pub low_points: Points,
    /// The quantile, from the worst, that gets the high points.
    pub high: f64,
    /// What it and everything better gets.
    pub high_points: Points,
    /// An industry with fewer scored shops is compared with the whole market.
    pub least_shops: usize,
    /// Points come in steps of so many, rounded down.
    pub step: Option<Points>,
}

/// A scorecard that can run: everything in it has been checked, and its cases hold.
#[derive(Debug, Clone, PartialEq)]
pub struct Scorecard {
    /// What all its versions are called.
    pub id: String,
    /// Which version this is, from 1.
    pub version: u32,
    /// From when on its source has it in force. A market adopts it at a date of its own.
    pub effective_from: Date,
    /// Its title.
    pub title: Words,
    /// What it says.
    pub text: Words,
    /// Where it comes from.
    pub source: String,
    /// What its source leaves open and this file assumes.
    pub assumed: Vec<Words>,
    /// The least and the most a score can be.
    pub scale: (Points, Points),
    /// How an indicator becomes points.
    pub line: LineRule,
    /// The standard score of the intervals: 1.96 for 95 %.
    pub z: f64,
    /// Weights of the dimensions in their order, by industry; the first is `default`.
    pub weights: Vec<(String, Vec<i64>)>,
    /// What its conditions read.
    pub inputs: Vec<Input>,
    /// The place in `needs` of each input that is a metric.
    pub(crate) input_needs: Vec<Option<usize>>,
    /// Its dimensions.
    pub dimensions: Vec<Dimension>,
    /// Its stages.
    pub stages: Vec<Stage>,
    /// What costs points.
    pub deductions: Vec<Deduction>,
    /// All deductions together cost at most this, if it says so.
    pub deduction_cap: Option<Points>,
    /// What brings points.
    pub bonuses: Vec<Bonus>,
    /// What consumers see.
    pub stars: Vec<Star>,
    /// What a score opens.
    pub gates: Vec<Gate>,
    /// Everything that is read.
    pub needs: Vec<Need>,
    /// Its table of cases.
    pub cases: Vec<Case>,
    /// The file as written.
    pub body: String,
    /// Its file.
    pub file: String,
}

impl Scorecard {
    /// `sanhao@3`.
    pub fn name(&self) -> String {
        format!("{}@{}", self.id, self.version)
    }
    /// The weights of an industry.
    pub fn weights_of(&self, industry: Option<&str>) -> &[i64] {
        let found = industry.and_then(|industry| self.weights.iter().find(|(name, _)| name == industry));
        found.or_else(|| self.weights.first()).map_or(&[], |(_, weights)| weights)
    }
    /// All indicators with the place of their dimension, in order.
    pub fn indicators(&self) -> impl Iterator<Item = (usize, &Indicator)> {
        self.dimensions
            .iter()
            .enumerate()
            .flat_map(|(d, dimension)| dimension.indicators.iter().map(move |indicator| (d, indicator)))
    }
    /// What an indicator reads.
    pub fn need(&self, indicator: &Indicator) -> Need {
        self.needs[indicator.need]
    }
    /// Tenths of a star that a shown score comes to.
    pub fn stars_of(&self, shown: i64) -> Option<i64> {
        let row = self.stars.iter().find(|row| shown <= row.upto).or_else(|| self.stars.last())?;
        let above = shown.min(row.upto) - row.over;
        Some(if row.every == 0 || above <= 0 {
            row.tenths
        } else {
            row.tenths + (above + row.every - 1) / row.every
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_read_and_written_without_loss() {
        for (text, points) in
            [("82.5", 825_000), ("69", 690_000), ("-2", -20_000), ("0.0001", 1), ("82.4963", 824_963)]
        {
            assert_eq!(Points::parse(text), Some(Points(points)));
            assert_eq!(Points(points).to_string(), text);
        }
        for text in ["", "x", "1e3", "1.23456", "1234567", "--1", "1.", "nan"] {
            let got = Points::parse(text);
            assert!(got.is_none() || text == "1.", "{text} gave {got:?}");
        }
        assert_eq!((Points(825_000).floor(), Points(-1).floor()), (82, -1));
    }

    #[test]
    fn a_mean_is_rounded_half_up_and_has_none_without_weights() {
        assert_eq!(Points::mean([(Points(1), 1), (Points(2), 1)].into_iter()), Some(Points(2)));
        assert_eq!(Points::mean([(Points(5), 0)].into_iter()), None);
    }
}
