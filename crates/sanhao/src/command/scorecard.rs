//! `scorecard`: list, check, adopt and try scorecards.

use crate::cli::{Format, Scorecard as Question};
use crate::market::Open;
use crate::output::{self, Exit, Sheet};
use govern::scorecard::{self, Scorecard};
use kernel::{Actor, Ctx, Date, Moment};
use serde::Serialize;
use std::path::Path;
use store::Keys;

pub(crate) fn run(dir: &Path, question: &Question) -> Result<(), Exit> {
    match question {
        Question::List { format } => list(dir, *format),
        Question::Check { file, format } => check(file, *format),
        Question::Eval { scorecard, inputs, format } => eval(scorecard, inputs, *format),
        Question::Adopt { scorecard, from } => adopt(dir, scorecard, from),
    }
}

#[derive(Serialize)]
struct Line {
    scorecard: String,
    version: u32,
    title_zh: String,
    title_en: String,
    effective_from: String,
    /// From when on this market has it in force; null if never.
    adopted_from: Option<String>,
    source: String,
}

fn list(dir: &Path, format: Format) -> Result<(), Exit> {
    // A list of what there is needs no market; with one it says what is in force.
    let open = Open::reading(dir).ok();
    let known = match &open {
        Some(open) => {
            let market = open.market(dir)?;
            Some((scorecard::adoptions(&*open.snapshot()?).map_err(|err| Exit::of(&err))?, market))
        }
        None => None,
    };
    let lines: Vec<Line> = scorecard::shipped()
        .iter()
        .map(|card| Line {
            scorecard: card.id.clone(),
            version: card.version,
            title_zh: card.title.zh.clone(),
            title_en: card.title.en.clone(),
            effective_from: card.effective_from.to_string(),
            adopted_from: known.as_ref().and_then(|(adoptions, market)| {
                let mine = |a: &&scorecard::Adopted| a.scorecard == card.id && a.version == card.version;
                match adoptions.0.iter().rev().find(mine) {
                    Some(adopted) => Some(adopted.from.rfc3339(&market.zone)),
                    None if adoptions.0.is_empty() && card.id == scorecard::DEFAULT => {
                        Some("the beginning".to_owned())
                    }
                    None => None,
                }
            }),
            source: card.source.clone(),
        })
        .collect();
    output::print(format, &lines, || Sheet {
        head: vec!["scorecard", "title", "source has it from", "adopted from", "source"],
        right: vec![],
        rows: lines
            .iter()
            .map(|line| {
                vec![
                    format!("{}@{}", line.scorecard, line.version),
                    format!("{} {}", line.title_zh, line.title_en),
                    line.effective_from.clone(),
                    line.adopted_from.clone().unwrap_or_default(),
                    line.source.clone(),
                ]
            })
            .collect(),
    })
}

fn read(file: &Path) -> Result<String, Exit> {
    let bytes = std::fs::read(file)
        .map_err(|err| Exit::Input(format!("{} cannot be read: {err}", file.display())))?;
    String::from_utf8(bytes).map_err(|_| Exit::Input(format!("{} is not UTF-8 text", file.display())))
}

fn check(file: &Path, format: Format) -> Result<(), Exit> {
    let name = file.display().to_string();
    let checked = scorecard::check(&name, &read(file)?);
    if let Some(card) = &checked.card {
        eprintln!("{name}: {} can run, and its {} cases hold", card.name(), card.cases.len());
    }
    if checked.card.is_none() || format == Format::Json {
        output::print(format, &checked.diagnostics, || Sheet {
            head: vec!["where", "what", "instead"],
            right: vec![],
            rows: checked
                .diagnostics
                .iter()
                .map(|d| {
                    vec![format!("{name}:{}:{}", d.line, d.column), d.message.clone(), d.instead.clone()]
                })
                .collect(),
        })?;
    }
    match checked.card {
        Some(_) => Ok(()),
        None => Err(Exit::Input(format!("{name} cannot run; mend the errors above"))),
    }
}

/// Inputs given as NAME=VALUE.
pub(super) fn pairs(inputs: &[String]) -> Result<Vec<(String, String)>, Exit> {
    inputs
        .iter()
        .map(|input| match input.split_once('=') {
            Some((name, value)) => Ok((name.trim().to_owned(), value.trim().to_owned())),
            None => Err(Exit::Input(format!("--input \"{input}\" must be NAME=VALUE"))),
        })
        .collect()
}

fn eval(which: &str, inputs: &[String], format: Format) -> Result<(), Exit> {
    let path = Path::new(which);
    let own: Scorecard;
    let card = if which.ends_with(".toml") {
        let checked = scorecard::check(which, &read(path)?);
        let lines: Vec<String> = checked.diagnostics.iter().map(|d| d.at(which)).collect();
        own = checked.card.ok_or_else(|| {
            Exit::Input(format!("{which} is not a scorecard that can run:\n{}", lines.join("\n")))
        })?;
        &own
    } else {
        scorecard::find(which).map_err(Exit::input)?
    };
    let given = scorecard::eval(card, &pairs(inputs)?).map_err(|err| Exit::of(&err))?;
    let above = format!(
        "score {}  stars {}  stage {}  {}\n\n",
        given.score.map_or("none".to_owned(), |s| s.to_string()),
        given.stars.map_or("-".to_owned(), |s| format!("{s:.1}")),
        given.stage.as_deref().unwrap_or("none"),
        given.partial.as_deref().unwrap_or("")
    );
    output::print_below(&above, format, &given, || Sheet {
        head: vec!["step", "value"],
        right: vec![1],
        rows: given.trace.iter().map(|step| vec![step.en.clone(), step.value.to_string()]).collect(),
    })
}

fn adopt(dir: &Path, which: &str, from: &str) -> Result<(), Exit> {
    let card = scorecard::find(which).map_err(Exit::input)?;
    let date: Date = from
        .parse()
        .map_err(|_| Exit::Input(format!("--from: \"{from}\" is not a date such as 2026-12-01")))?;
    // A folder without a market is refused before one is made of it.
    Open::exists(dir)?;
    let open = Open::writing(dir)?;
    let market = open.market(dir)?;
    let from = Moment::day_start(date, &market.zone)
        .ok_or_else(|| Exit::Input(format!("--from: {date} is not a day of the calendar here")))?;
    let now = Moment::from_timestamp(jiff::Timestamp::now());
    let ctx = Ctx::new(now, Actor::Operator, now.micros().unsigned_abs());
    let zone = market.zone.clone();
    let adopt = open.db.write_blocking("scorecard.adopt", Keys::none(), move |tx| {
        scorecard::adopt(tx, &ctx.clone(), &zone, card, from)
    });
    adopt.map_err(|err| Exit::of(&err))?;
    let from = from.rfc3339(&market.zone);
    eprintln!("{} is in force from {from}; days before keep their scores", card.name());
    Ok(())
}
