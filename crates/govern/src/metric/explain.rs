//! Drill-down: the orders, sessions or findings behind one reading.

use super::Metric;
use super::engine::DAY;
use super::read::{broken, window_filter};
use crate::Result;
use kernel::ask::{Cell, Param, Query};
use kernel::{Ask, AskError, Moment, RawId};
use std::collections::BTreeMap;

/// What one order, or whatever else the metric counts, adds to a reading, all its contributions together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contribution {
    /// What it is: the metric's `refs` says of what kind.
    pub of: RawId,
    /// What the system it came from calls the order; empty if it was never placed, or is none.
    pub external_id: String,
    /// The moment by which it belongs to the window.
    pub anchor: Moment,
    /// The latest moment of anything this relies on.
    pub known_at: Moment,
    /// What it adds to the numerator, unscaled.
    pub num: i64,
    /// What it adds to the denominator.
    pub den: i64,
    /// What it is made of, in order of when it became known.
    pub parts: Vec<Touch>,
}

impl Contribution {
    /// The id of what it is, as it is written: `ord_...`, `ses_...`.
    pub fn name(&self, metric: &Metric) -> String {
        metric.ref_id(self.of)
    }
    /// Whether it counts at all: one whose parts cancel out (cancelled in time) does not.
    pub fn counts(&self) -> bool {
        self.num != 0 || self.den != 0
    }
}

/// One contribution as the metric's SQL returns it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Touch {
    /// The moment by which it belongs to the window.
    pub anchor: Moment,
    /// The latest moment of anything it relies on.
    pub known_at: Moment,
    /// What it adds to the numerator, unscaled.
    pub num: i64,
    /// What it adds to the denominator.
    pub den: i64,
}

/// A reading with everything behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained {
    /// The numerator, unscaled.
    pub num: i64,
    /// The denominator.
    pub den: i64,
    /// The window: after the first moment, up to and at the second.
    pub window: (Moment, Moment),
    /// What is behind it: those in the numerator first, then the others that count, then those that cancel out;
    /// each group from the latest anchor back.
    pub contributions: Vec<Contribution>,
}

/// What is behind a metric of a shop at a moment.
pub fn explain(ask: &dyn Ask, metric: &Metric, shop: i64, at: Moment) -> Result<Explained> {
    let sql = format!(
        "select anchor, known_at, num, den, ref\nfrom (\n{}\n) as contribution\nwhere subject = {shop} and {} and known_at <= {}",
        metric.sql,
        window_filter(&[at], metric.window_days),
        at.micros()
    );
    let mut counted: BTreeMap<RawId, Vec<Touch>> = BTreeMap::new();
    ask.ask(&Query { sql: &sql, params: &[], given: &[] }, &mut |batch| {
        let (anchor, known_at) = (batch.ints(0)?, batch.ints(1)?);
        let (num, den) = (batch.ints(2)?, batch.ints(3)?);
        for row in 0..batch.rows {
            let Cell::Id(of) = batch.cell(row, 4) else {
                return Err(AskError("column 5 (\"ref\") must be an id without nulls".to_owned()));
            };
            counted.entry(of).or_default().push(Touch {
                anchor: Moment::from_micros(anchor[row]),
                known_at: Moment::from_micros(known_at[row]),
                num: num[row],
                den: den[row],
            });
        }
        Ok(())
    })
    .map_err(|err| broken(metric, err))?;

    let mut contributions: Vec<_> = counted
        .into_iter()
        .map(|(of, mut parts)| {
            parts.sort_by_key(|part| (part.known_at.max(part.anchor), std::cmp::Reverse(part.den)));
            Contribution {
                of,
                external_id: String::new(),
                anchor: parts.iter().map(|p| p.anchor).max().unwrap_or_default(),
                known_at: parts.iter().map(|p| p.known_at).max().unwrap_or_default(),
                num: parts.iter().map(|p| p.num).sum(),
                den: parts.iter().map(|p| p.den).sum(),
                parts,
            }
        })
        .collect();
    if metric.refs == "order" {
        name(ask, shop, &mut contributions)?;
    }
    contributions.sort_by_key(|c| {
        let group = if c.num != 0 { 0 } else { 1 + i32::from(!c.counts()) };
        (group, std::cmp::Reverse(c.anchor), c.of)
    });
    Ok(Explained {
        num: contributions.iter().map(|c| c.num).sum(),
        den: contributions.iter().map(|c| c.den).sum(),
        window: (Moment::from_micros(at.micros().saturating_sub(metric.window_days * DAY)), at),
        contributions,
    })
}

fn name(ask: &dyn Ask, shop: i64, contributions: &mut [Contribution]) -> Result<()> {
    if contributions.is_empty() {
        return Ok(());
    }
    let sql = "select subject, external_id from order_placed where shop = $1";
    let mut names: BTreeMap<RawId, String> = BTreeMap::new();
    let wanted: std::collections::BTreeSet<RawId> = contributions.iter().map(|c| c.of).collect();
    ask.ask(&Query { sql, params: &[Param::Int(shop)], given: &[] }, &mut |batch| {
        for row in 0..batch.rows {
            if let (Cell::Id(order), Cell::Text(name)) = (batch.cell(row, 0), batch.cell(row, 1))
                && wanted.contains(&order)
            {
                names.insert(order, name);
            }
        }
        Ok(())
    })?;
    for contribution in contributions {
        contribution.external_id = names.remove(&contribution.of).unwrap_or_default();
    }
    Ok(())
}
