//! `check`: whether money, stock, orders and payments tell the same story.

use crate::cli::{Check, Format};
use crate::market::Open;
use crate::output::Exit;
use flows::check::{Report, Scope};
use kernel::Moment;
use std::path::Path;

pub(crate) fn run(dir: &Path, question: &Check) -> Result<(), Exit> {
    if question.rebuild_stock {
        Open::exists(dir)?;
        let open = Open::writing(dir)?;
        let right = flows::check::rebuild_stock(&open.db).map_err(|err| Exit::of(&err))?;
        eprintln!("{right} stock figures were set to what their movements say");
    }
    let open = Open::reading(dir)?;
    let market = open.market(dir)?;
    let now = Moment::from_timestamp(jiff::Timestamp::now());
    let report = open.db.read(|q| flows::check::run(q, now, Scope::Whole)).map_err(|err| Exit::of(&err))?;
    match question.format {
        Format::Json => println!("{}", serde_json::to_string(&report).map_err(Exit::failed)?),
        Format::Csv => {
            println!("where,what");
            for fault in &report.faults {
                println!(
                    "{},\"{}\"",
                    fault.place.as_str(),
                    kernel::text::cell(&fault.what).replace('"', "\"\"")
                );
            }
        }
        Format::Table => print!("{}", told(&report, &now.rfc3339(&market.zone))),
    }
    if report.is_sound() {
        return Ok(());
    }
    Err(Exit::Failed(match report.faults.len() {
        1 => "one thing does not agree".to_owned(),
        n => format!("{n} things do not agree"),
    }))
}

fn told(report: &Report, at: &str) -> String {
    let Report { bookings, entries, shops, orders, .. } = report;
    let mut text = format!(
        "{at}\n{bookings} bookings with {entries} entries, the stock of {shops} shops, {orders} orders and their payments\n"
    );
    for fault in &report.faults {
        text += &format!("  {fault}\n");
    }
    if report.is_sound() {
        text += "everything agrees\n";
    }
    text
}
