//! `rehearse`: a draft policy over past days.

use crate::cli::{Format, Rehearse};
use crate::market::Open;
use crate::output::{self, Exit, Sheet, number};
use crate::progress::Bar;
use govern::rehearsal::{self, Rehearsal};
use kernel::Date;
use serde::Serialize;
use std::path::Path;

#[derive(Serialize)]
struct Both<'a> {
    #[serde(flatten)]
    draft: &'a Rehearsal,
    against: &'a Rehearsal,
    comparison: &'a rehearsal::Comparison,
}

pub(crate) fn run(dir: &Path, question: &Rehearse) -> Result<(), Exit> {
    let (from, to) = (date("--from", &question.from)?, date("--to", &question.to)?);
    if to < from {
        return Err(Exit::Input(format!("--to {to} is before --from {from}: the period would hold no day")));
    }
    let open = Open::reading(dir)?;
    let market = open.market(dir)?;
    let draft = super::policy::load(&question.policy, Some(&market))?;
    let other = question.against.as_ref().map(|path| super::policy::load(path, Some(&market))).transpose()?;
    let ask = open.snapshot()?;
    let bar = Bar::new();
    let run =
        |policy| rehearsal::rehearse(&*ask, &market, policy, from, to, &bar).map_err(|err| Exit::of(&err));
    let result = run(&draft)?;
    let against = other.as_ref().map(run).transpose()?;
    drop(bar);
    let Some(against) = against else {
        return show(&sentence(&result), question.format, &result, &[&result]);
    };
    let comparison = rehearsal::compare(&result, &against);
    let both = Both { draft: &result, against: &against, comparison: &comparison };
    let above = format!(
        "{}{}only {} hits {} shops, only {} hits {}, both hit {}\n",
        sentence(&result),
        sentence(&against),
        named(&result),
        comparison.only_a.len(),
        named(&against),
        comparison.only_b.len(),
        comparison.both.len()
    );
    show(&above, question.format, &both, &[&result, &against])
}

fn date(option: &str, text: &str) -> Result<Date, Exit> {
    text.parse().ok().filter(|_| text.len() == 10).ok_or_else(|| {
        Exit::Input(format!("{option}: \"{text}\" is not a date: write one such as 2018-04-30"))
    })
}

/// Which draft a rehearsal ran.
fn named(result: &Rehearsal) -> String {
    format!("{} version {}", result.policy, result.version)
}

/// What a rehearsal found, in a few lines.
fn sentence(result: &Rehearsal) -> String {
    format!(
        "{} version {} from {} to {}: {} shops hit in {} episodes, {} restricted shop days, {} orders worth {} touched\n",
        result.policy,
        result.version,
        result.from,
        result.to,
        result.shops_hit,
        result.episodes.len(),
        result.restricted_shop_days,
        result.orders_touched,
        result.gmv_touched,
    )
}

/// The episodes as a table; with two drafts, the first column says whose.
fn show(above: &str, format: Format, value: &impl Serialize, results: &[&Rehearsal]) -> Result<(), Exit> {
    let both = results.len() > 1;
    output::print_below(&format!("{above}\n"), format, value, || {
        let mut head = vec!["shop", "external_id", "start", "end", "inputs"];
        if both {
            head.insert(0, "draft");
        }
        let mut rows = Vec::new();
        for result in results {
            for episode in &result.episodes {
                let inputs: Vec<String> = episode
                    .inputs
                    .iter()
                    .map(|(name, value)| format!("{name}={}", value.as_f64().map_or("null".into(), number)))
                    .collect();
                let mut row = if both { vec![named(result)] } else { Vec::new() };
                row.extend([
                    episode.shop.clone(),
                    episode.external_id.clone(),
                    episode.start.clone(),
                    episode.end.clone(),
                    inputs.join(" "),
                ]);
                rows.push(row);
            }
        }
        Sheet { head, right: vec![], rows }
    })
}
