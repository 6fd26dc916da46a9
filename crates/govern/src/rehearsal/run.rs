//! One rehearsal, from readings to episodes to what they touch.

use super::{DayCount, Episode, Rehearsal};
use crate::metric::{Grid, Kind, Metric, series_in};
use crate::number::MOST_INT;
use crate::policy::tree::json;
use crate::policy::{Day, From, Input, Outcome, Part, Policy, Value, Within};
use crate::{Error, Result, Shops, shops};
use kernel::ask::{Given, Query, Table};
use kernel::{Ask, AskError, Date, Market, Moment, Money, Progress};
use std::collections::{HashMap, HashSet};

/// Rows of readings that are asked about at once.
const CHUNK: usize = 1 << 16;
/// The most days one rehearsal covers.
const MOST_DAYS: usize = 3_660;

/// Asks `policy` at the end of every local day from `from` to `to`, both included.
pub fn rehearse(
    ask: &dyn Ask,
    market: &Market,
    policy: &Policy,
    from: Date,
    to: Date,
    progress: &dyn Progress,
) -> Result<Rehearsal> {
    let mut policy = policy.clone();
    policy.currency = Some(market.currency);
    refuse(&policy, market)?;
    let readings = Readings::read(ask, market, &policy, from, to, progress)?;
    let shops = shops(ask)?;
    let candidates = candidates(ask, &policy, &readings, &shops, progress)?;
    let hits = days(market, &policy, &readings, candidates, progress)?;
    let (orders, gmv, orders_read) = touched(ask, &hits, progress)?;

    let mut order: Vec<&Hit> = hits.iter().collect();
    let name = |shop: i64| shops.get(shop).map_or("", |s| s.external_id.as_str());
    order.sort_by(|a, b| (a.start, name(a.shop), a.shop).cmp(&(b.start, name(b.shop), b.shop)));
    let episodes: Vec<Episode> = order
        .iter()
        .map(|hit| {
            let inputs = policy
                .inputs
                .iter()
                .zip(&hit.inputs)
                .map(|(input, value)| (input.name.clone(), json(value, input.ty)))
                .collect();
            Episode {
                shop: shops.get(hit.shop).map_or_else(String::new, |s| s.id.to_string()),
                external_id: name(hit.shop).to_owned(),
                start: hit.start.rfc3339(&market.zone),
                end: hit.end().rfc3339(&market.zone),
                inputs,
            }
        })
        .collect();
    let mut result = Rehearsal {
        policy: policy.id.clone(),
        version: policy.version,
        from,
        to,
        shops_hit: hits.iter().map(|hit| hit.shop).collect::<HashSet<_>>().len() as u64,
        restricted_shop_days: hits.iter().map(|hit| hit.length.unsigned_abs()).sum(),
        episodes,
        orders_touched: orders,
        gmv_touched: Money::new(gmv, market.currency),
        action_days: u32::try_from(policy.days()).unwrap_or(u32::MAX),
        days: counts(market, &readings, &hits),
        facts_read: readings.read + orders_read,
        fingerprint: String::new(),
    };
    result.fingerprint = fingerprint(&policy.text, &result);
    Ok(result)
}

/// What cannot be rehearsed at all.
fn refuse(policy: &Policy, market: &Market) -> Result<()> {
    if policy.subject != "shop" {
        return Err(Error::NotRehearsable(format!(
            "{} judges each {}, and a rehearsal judges shops",
            policy.id, policy.subject
        )));
    }
    let read = |i: usize| policy.reads(&|place| place == i);
    if let Some((_, input)) =
        policy.inputs.iter().enumerate().find(|(i, input)| input.from == From::Given && read(*i))
    {
        return Err(Error::NotRehearsable(format!(
            "{} reads \"{}\", which is given by hand: a rehearsal can only read metrics and the policy's own episodes",
            policy.id, input.name
        )));
    }
    if policy.applicable().next().is_none() {
        return Err(Error::NotRehearsable(format!(
            "no action of {} applies in a market of {}: amounts are never converted",
            policy.id, market.currency
        )));
    }
    Ok(())
}

/// Everything the condition can read, at the end of every day.
struct Readings {
    /// The ends of the days asked about.
    ends: Vec<Moment>,
    /// 1 if the grids begin a day earlier, for what is read as of yesterday.
    lead: usize,
    /// The metrics read, each with its window.
    grids: Vec<(&'static Metric, i64, Grid)>,
    /// For each input, its place in `grids`.
    places: Vec<Option<usize>>,
    /// Contributions read.
    read: u64,
}

impl Readings {
    fn read(
        ask: &dyn Ask,
        market: &Market,
        policy: &Policy,
        from: Date,
        to: Date,
        progress: &dyn Progress,
    ) -> Result<Self> {
        let none = || Error::NoDays { from: from.to_string(), to: to.to_string() };
        let days = (to - from).get_days();
        if days < 0 || usize::try_from(days).is_ok_and(|days| days >= MOST_DAYS) {
            return Err(if days < 0 {
                none()
            } else {
                Error::TooManyDays { days: days as usize + 1, most: MOST_DAYS }
            });
        }
        let ends = market.day_ends(from, to);
        let lead = usize::from(
            policy.inputs.iter().any(|input| matches!(input.from, From::Metric { day: Day::Yesterday, .. })),
        );
        let mut asked = Vec::with_capacity(ends.len() + lead);
        if lead == 1 {
            asked.extend(market.day_ends(from.yesterday().map_err(|_| none())?, from).into_iter().take(1));
        }
        asked.extend(&ends);
        if ends.is_empty() || asked.len() != ends.len() + lead {
            return Err(none());
        }
        let mut grids: Vec<(&'static Metric, i64, Grid)> = Vec::new();
        let mut places = Vec::new();
        let wanted = policy.inputs.len() as u64;
        for (i, input) in policy.inputs.iter().enumerate() {
            progress.at("metrics", i as u64, wanted);
            if progress.cancelled() {
                return Err(Error::Cancelled);
            }
            let From::Metric { metric, window_days, .. } = input.from else {
                places.push(None);
                continue;
            };
            let there = grids.iter().position(|(m, days, _)| m.name == metric.name && *days == window_days);
            places.push(Some(match there {
                Some(place) => place,
                None => {
                    grids.push((metric, window_days, series_in(ask, metric, window_days, &asked, None)?));
                    grids.len() - 1
                }
            }));
        }
        progress.at("metrics", wanted, wanted);
        let read = grids.iter().map(|(_, _, grid)| grid.contributions()).sum();
        Ok(Self { ends, lead, grids, places, read })
    }

    /// How many shops any metric knows of.
    fn shops(&self) -> usize {
        self.grids.iter().map(|(_, _, grid)| grid.shops()).max().unwrap_or(0)
    }

    /// Whether no metric has anything to say.
    fn empty(&self, day: usize, shop: i64) -> bool {
        self.grids.iter().all(|(_, _, grid)| {
            grid.at(day + self.lead, shop) == (0, 0) && (self.lead == 0 || grid.at(day, shop) == (0, 0))
        })
    }

    /// What a metric input reads; null for other inputs.
    fn value(&self, i: usize, input: &Input, day: usize, shop: i64) -> Result<Value> {
        let (From::Metric { part, day: of, .. }, Some(place)) = (input.from, self.places[i]) else {
            return Ok(Value::Null);
        };
        let (metric, _, grid) = &self.grids[place];
        let (num, den) = grid.at(day + self.lead - usize::from(of == Day::Yesterday), shop);
        let whole = |n: i64| {
            if n.abs() <= MOST_INT {
                return Ok(Value::Int(n));
            }
            Err(Error::NotRehearsable(format!(
                "input \"{}\" came to {n}, beyond what a policy reads",
                input.name
            )))
        };
        match part {
            Part::Denominator => whole(den),
            Part::Numerator if metric.scale == 1 => whole(num),
            Part::Numerator => Ok(Value::Number(metric.scaled(num) + 0.0)),
            Part::Value if metric.kind == Kind::Count && metric.scale == 1 => whole(num),
            Part::Value => Ok(metric.value(num, den).map_or(Value::Null, |value| Value::Number(value + 0.0))),
        }
    }
}

/// The (day, shop)s at which the condition may be true, whatever the episodes before were.
fn candidates(
    ask: &dyn Ask,
    policy: &Policy,
    readings: &Readings,
    shops: &Shops,
    progress: &dyn Progress,
) -> Result<Vec<(usize, i64)>> {
    let episodes = policy.inputs.iter().any(|input| matches!(input.from, From::Episodes(_)));
    // Most shops have nothing to judge on most days; what the condition says of nothing is asked once.
    let nothing: Vec<Value> = policy
        .inputs
        .iter()
        .enumerate()
        .map(|(i, input)| readings.value(i, input, 0, -1))
        .collect::<Result<_>>()?;
    let dense = episodes || policy.outcome(&nothing) == Outcome::Hit;

    let columns: Vec<Option<String>> = policy
        .inputs
        .iter()
        .enumerate()
        .map(|(i, input)| matches!(input.from, From::Metric { .. }).then(|| format!("i{i}")))
        .collect();
    let mut condition = String::new();
    policy.condition.sql(&columns, &mut condition);
    // Unknown may still become true when it is the episodes that are not known yet.
    let otherwise = if episodes { "true" } else { "false" };
    let sql = format!("select \"row\" from reading where coalesce({condition}, {otherwise})");

    let count =
        readings.shops().max(shops.iter().map(|s| s.no + 1).max().unwrap_or(0).try_into().unwrap_or(0));
    let opened: Vec<Option<Moment>> =
        (0..count).map(|no| shops.get(no as i64).map(|shop| shop.opened_at)).collect();
    let days = readings.ends.len();
    let mut found = Vec::new();
    let mut rows: Vec<(usize, i64)> = Vec::with_capacity(CHUNK);
    for (day, end) in readings.ends.iter().enumerate() {
        progress.at("condition", day as u64, days as u64);
        for (no, opened) in opened.iter().enumerate() {
            let shop = no as i64;
            let there = opened.is_some_and(|at| at <= *end);
            if !readings.empty(day, shop) || (dense && there) {
                rows.push((day, shop));
                if rows.len() == CHUNK {
                    judge(ask, policy, readings, &sql, &columns, &mut rows, &mut found)?;
                    if progress.cancelled() {
                        return Err(Error::Cancelled);
                    }
                }
            }
        }
    }
    judge(ask, policy, readings, &sql, &columns, &mut rows, &mut found)?;
    progress.at("condition", days as u64, days as u64);
    found.sort_unstable();
    Ok(found)
}

/// Asks the lake about a chunk of rows and empties it.
fn judge(
    ask: &dyn Ask,
    policy: &Policy,
    readings: &Readings,
    sql: &str,
    columns: &[Option<String>],
    rows: &mut Vec<(usize, i64)>,
    found: &mut Vec<(usize, i64)>,
) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let mut table = Table {
        name: "reading".to_owned(),
        columns: vec![("row".to_owned(), Given::Int((0..rows.len() as i64).map(Some).collect()))],
    };
    for (i, input) in policy.inputs.iter().enumerate() {
        let Some(column) = &columns[i] else {
            continue;
        };
        let values = rows.iter().map(|(day, shop)| readings.value(i, input, *day, *shop));
        table.columns.push((column.clone(), given(input, values)?));
    }
    let mut hits: Vec<usize> = Vec::new();
    ask.ask(&Query { sql, params: &[], given: &[table] }, &mut |batch| {
        hits.extend(batch.ints(0)?.iter().map(|row| *row as usize));
        Ok(())
    })?;
    for row in hits {
        found.push(*rows.get(row).ok_or_else(|| AskError("a row came back that was not given".to_owned()))?);
    }
    rows.clear();
    Ok(())
}

/// A column of values of an input's type.
fn given(input: &Input, values: impl Iterator<Item = Result<Value>>) -> Result<Given> {
    use crate::policy::Ty;
    Ok(match input.ty {
        Ty::Number => Given::Float(
            values
                .map(|value| {
                    value.map(|value| match value {
                        Value::Number(x) => Some(x),
                        _ => None,
                    })
                })
                .collect::<Result<_>>()?,
        ),
        Ty::Int | Ty::Money(_) | Ty::Bool | Ty::Text => Given::Int(
            values
                .map(|value| {
                    value.map(|value| match value {
                        Value::Int(n) => Some(n),
                        _ => None,
                    })
                })
                .collect::<Result<_>>()?,
        ),
    })
}

/// One hit.
struct Hit {
    shop: i64,
    start: Moment,
    day: usize,
    /// For how many days of 24 h.
    length: i64,
    inputs: Vec<Value>,
}

impl Hit {
    fn end(&self) -> Moment {
        self.start.plus_days(self.length)
    }
}

/// Goes through the days in order.
fn days(
    market: &Market,
    policy: &Policy,
    readings: &Readings,
    candidates: Vec<(usize, i64)>,
    progress: &dyn Progress,
) -> Result<Vec<Hit>> {
    let mut past: HashMap<i64, Vec<Moment>> = HashMap::new();
    let mut until: HashMap<i64, Moment> = HashMap::new();
    let mut hits = Vec::new();
    let total = candidates.len() as u64;
    for (done, (day, shop)) in candidates.into_iter().enumerate() {
        if done.is_multiple_of(8_192) {
            progress.at("days", done as u64, total);
            if progress.cancelled() {
                return Err(Error::Cancelled);
            }
        }
        let now = readings.ends[day];
        let starts = past.entry(shop).or_default();
        if until.get(&shop).is_some_and(|until| now < *until) {
            continue;
        }
        let mut row = Vec::with_capacity(policy.inputs.len());
        for (i, input) in policy.inputs.iter().enumerate() {
            row.push(match input.from {
                From::Episodes(within) => Value::Int(episodes(market, starts, now, within)),
                From::Metric { .. } | From::Given => readings.value(i, input, day, shop)?,
            });
        }
        if policy.outcome(&row) == Outcome::Hit {
            starts.push(now);
            let hit = Hit { shop, start: now, day, length: policy.days_on(&row), inputs: row };
            until.insert(shop, hit.end());
            hits.push(hit);
        }
    }
    progress.at("days", total, total);
    Ok(hits)
}

/// How many of a shop's episodes began within the time that is counted.
fn episodes(market: &Market, starts: &[Moment], now: Moment, within: Within) -> i64 {
    let counts = |start: &&Moment| match within {
        Within::WindowDays(days) => **start > now.plus_days(-days),
        Within::CalendarYear => start.date(&market.zone).year() == now.date(&market.zone).year(),
    };
    starts.iter().rev().take_while(counts).count() as i64
}

/// How many orders were placed during the episodes of their shop, what they are worth, and how many were read.
fn touched(ask: &dyn Ask, hits: &[Hit], progress: &dyn Progress) -> Result<(u64, i64, u64)> {
    let (Some(first), Some(last)) = (hits.iter().map(|h| h.start).min(), hits.iter().map(Hit::end).max())
    else {
        return Ok((0, 0, 0));
    };
    let mut of_shop: HashMap<i64, Vec<(i64, i64)>> = HashMap::new();
    for hit in hits {
        // Hits come in order of days, so that each list is sorted; episodes of one shop do not overlap.
        of_shop.entry(hit.shop).or_default().push((hit.start.micros(), hit.end().micros()));
    }
    progress.at("orders", 0, 0);
    let sql = format!(
        "select shop, at, gmv from order_placed where at >= {} and at < {}",
        first.micros(),
        last.micros()
    );
    let (mut orders, mut gmv, mut read) = (0u64, 0i64, 0u64);
    ask.ask(&Query { sql: &sql, params: &[], given: &[] }, &mut |batch| {
        let (shop, at, worth) = (batch.ints(0)?, batch.ints(1)?, batch.ints(2)?);
        read += batch.rows as u64;
        for row in 0..batch.rows {
            let Some(episodes) = of_shop.get(&shop[row]) else {
                continue;
            };
            let before = episodes.partition_point(|(start, _)| *start <= at[row]);
            if before > 0 && at[row] < episodes[before - 1].1 {
                orders += 1;
                gmv = gmv.checked_add(worth[row]).ok_or_else(|| {
                    AskError("the orders touched are worth more than an account can hold".to_owned())
                })?;
            }
        }
        Ok(())
    })?;
    if progress.cancelled() {
        return Err(Error::Cancelled);
    }
    Ok((orders, gmv, read))
}

fn counts(market: &Market, readings: &Readings, hits: &[Hit]) -> Vec<DayCount> {
    let mut days: Vec<DayCount> =
        readings.ends.iter().map(|end| DayCount { date: end.date(&market.zone), hit: 0, under: 0 }).collect();
    for hit in hits {
        days[hit.day].hit += 1;
        let end = hit.end();
        for (day, at) in days.iter_mut().zip(&readings.ends).skip(hit.day) {
            if *at >= end {
                break;
            }
            day.under += 1;
        }
    }
    days
}

/// Sixteen hexadecimal digits of FNV-1a over the policy's text and the result.
fn fingerprint(text: &str, result: &Rehearsal) -> String {
    let body = serde_json::to_string(result).unwrap_or_default();
    let mut hash = 0xcbf2_9ce4_8422_2325u64;
    for byte in text.bytes().chain(body.bytes()) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    format!("{hash:016x}")
}
