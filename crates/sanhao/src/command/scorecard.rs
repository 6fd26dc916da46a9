//! `scorecard`: list, check, adopt and try scorecards.

use crate::cli::{Format, Scorecard as Question};
use crate::market::Open;
use crate::output::{self, Exit, Sheet};
use govern::FileDiagnostic;
use govern::scorecard::{self, Adoptions, Scorecard};
use kernel::{Actor, Ctx, Date, Market, Moment};
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
    /// When this market has or had it in force.
    in_force: Vec<Span>,
    source: String,
}

#[derive(Serialize)]
struct Span {
    /// From then on; null: from the beginning.
    from: Option<String>,
    /// Until then; null: until another takes its place.
    until: Option<String>,
}

impl Span {
    fn new(from: Option<Moment>, until: Option<Moment>, market: &Market) -> Self {
        let text = |at: Option<Moment>| at.map(|at| at.rfc3339(&market.zone));
        Self { from: text(from), until: text(until) }
    }
}

/// When a market has a scorecard in force: the default one until the first that it adopts.
fn spans(adoptions: &Adoptions, card: &Scorecard) -> Vec<(Option<Moment>, Option<Moment>)> {
    let all = adoptions.spans();
    let first = all.first().map(|(adopted, _)| adopted.from);
    let default = scorecard::shipped().iter().find(|c| c.id == scorecard::DEFAULT);
    let begin = default.filter(|c| c.name() == card.name()).map(|_| (None, first));
    let mine = all.iter().filter(|(a, _)| a.scorecard == card.id && a.version == card.version);
    begin.into_iter().chain(mine.map(|(a, until)| (Some(a.from), *until))).collect()
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
            in_force: known.as_ref().map_or_else(Vec::new, |(adoptions, market)| {
                spans(adoptions, card)
                    .into_iter()
                    .map(|(from, until)| Span::new(from, until, market))
                    .collect()
            }),
            source: card.source.clone(),
        })
        .collect();
    output::print(format, &lines, || Sheet {
        head: vec!["scorecard", "title", "source has it from", "in force here", "source"],
        right: vec![],
        rows: lines
            .iter()
            .map(|line| {
                vec![
                    format!("{}@{}", line.scorecard, line.version),
                    format!("{} {}", line.title_zh, line.title_en),
                    line.effective_from.clone(),
                    line.in_force
                        .iter()
                        .map(|span| {
                            let from = span.from.as_deref().unwrap_or("the beginning");
                            span.until
                                .as_ref()
                                .map_or(format!("from {from}"), |u| format!("{from} until {u}"))
                        })
                        .collect::<Vec<_>>()
                        .join("; "),
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
        let found: Vec<FileDiagnostic> = checked
            .diagnostics
            .iter()
            .map(|d| FileDiagnostic { file: name.clone(), diagnostic: d.clone() })
            .collect();
        output::print(format, &found, || Sheet {
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
            Some((name, _)) if name.trim().is_empty() => {
                Err(Exit::Input(format!("--input \"{input}\" names nothing: it must be NAME=VALUE")))
            }
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
        rows: given
            .trace
            .iter()
            .map(|step| {
                let value = step.value.as_str().map_or_else(|| step.value.to_string(), str::to_owned);
                vec![step.en.clone(), value]
            })
            .collect(),
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
    let known = scorecard::adoptions(&*open.snapshot()?).map_err(|err| Exit::of(&err))?;
    let replaced = known.beginning(from).map(|a| format!("{}@{}", a.scorecard, a.version));
    let adopt = open.db.write_blocking("scorecard.adopt", Keys::none(), move |tx| {
        scorecard::adopt(tx, &ctx.clone(), &zone, &known, card, from)
    });
    adopt.map_err(|err| Exit::of(&err))?;
    let from = from.rfc3339(&market.zone);
    let instead = replaced.map_or_else(String::new, |other| format!(" in place of {other}"));
    println!("{} will be in force from {from}{instead}; days before keep their scores", card.name());
    Ok(())
}
