//! `walk`: walks the product as an auditor would, over HTTP and the command line: for each capability that is claimed an
//! action, and the value that must come.
//!
//! Each area has a table of its rows beside the functions that walk them; `docs/capabilities.md` is printed from the same
//! tables. A row is written as: what is done, with real people and goods of its own, and the first difference if there is one.
//!
//! Invariants: a row is claimed if and only if it stands in a table here; a row does not depend on another one having been
//! walked; what must come is a value, never a good status alone.

mod catalog;
mod checkout;
mod compare;
mod govern;
mod market;
mod money;
mod order;
mod people;
mod program;
mod promotion;
mod stock;

use crate::run::{self, Done};
use compare::Walked;
use market::Market;
use std::path::PathBuf;
use std::time::Instant;

/// A capability that is claimed.
struct Row {
    /// Its id in the catalogue of capabilities.
    id: &'static str,
    /// What it is, in short.
    title: &'static str,
    /// What is done.
    action: &'static str,
    /// What must come.
    value: &'static str,
    /// When it is walked.
    turn: Turn,
    /// Does it.
    walk: fn(&Market) -> Walked,
}

/// When a row is walked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// In its place.
    InOrder,
    /// Beside all others, since it mostly waits.
    Beside,
    /// After all others, since it ends the program and starts it again.
    Last,
}

/// A row that is walked in its place.
const fn row(
    id: &'static str,
    title: &'static str,
    action: &'static str,
    value: &'static str,
    walk: fn(&Market) -> Walked,
) -> Row {
    Row { id, title, action, value, turn: Turn::InOrder, walk }
}

/// Every area with its rows.
const AREAS: [(&str, &[Row]); 9] = [
    ("Catalogue", catalog::ROWS),
    ("Stock", stock::ROWS),
    ("Cart and checkout", checkout::ROWS),
    ("Payments and the ledger", money::ROWS),
    ("Promotions", promotion::ROWS),
    ("Orders and shipment", order::ROWS),
    ("Members, shops and staff", people::ROWS),
    ("Scores and policies", govern::ROWS),
    ("API and operation", program::ROWS),
];

fn rows() -> impl Iterator<Item = &'static Row> {
    AREAS.iter().flat_map(|(_, rows)| rows.iter())
}

/// Builds the program and walks it: all rows, or those that are named.
pub(crate) fn run(args: &[String]) -> Done {
    if args.iter().any(|arg| arg == "--write") {
        return write();
    }
    if let Some(unknown) = args.iter().find(|arg| rows().all(|row| row.id != arg.as_str())) {
        let all: Vec<&str> = rows().map(|row| row.id).collect();
        return Err(format!("no row {unknown} is claimed: {}", all.join(" ")));
    }
    run::go(&mut run::cargo(&["build", "--package", "sanhao"]))?;
    let chosen: Vec<&Row> =
        rows().filter(|row| args.is_empty() || args.iter().any(|a| a == row.id)).collect();
    let begun = Instant::now();
    let market = Market::open(&run::target()?.join("debug/sanhao"))?;
    let made = begun.elapsed();
    let wrong = walked(&market, &chosen);
    println!(
        "{} of {} rows are Y; the market was made in {:.1} s, walked in {:.1} s",
        chosen.len() - wrong,
        chosen.len(),
        made.as_secs_f64(),
        (begun.elapsed() - made).as_secs_f64()
    );
    if wrong == 0 { Ok(()) } else { Err(format!("{wrong} claimed rows are N")) }
}

/// Walks rows, each at its turn; how many are N.
fn walked(market: &Market, rows: &[&Row]) -> usize {
    let at = |turn: Turn| rows.iter().filter(move |row| row.turn == turn);
    let mut wrong = 0;
    let mut tell = |row: &Row, found: Walked| match found {
        Ok(()) => println!("{} Y {}", row.id, row.value),
        Err(why) => {
            wrong += 1;
            println!("{} N {why}", row.id);
        }
    };
    std::thread::scope(|scope| {
        let beside: Vec<_> = at(Turn::Beside).map(|row| (row, scope.spawn(|| (row.walk)(market)))).collect();
        for row in at(Turn::InOrder) {
            tell(row, (row.walk)(market));
        }
        for (row, thread) in beside {
            tell(row, thread.join().unwrap_or_else(|_| Err("the walk panicked".to_owned())));
        }
    });
    for row in at(Turn::Last) {
        tell(row, (row.walk)(market));
    }
    wrong
}

/// Writes `docs/capabilities.md`.
pub(crate) fn write() -> Done {
    let path = path();
    std::fs::write(&path, page()).map_err(|err| format!("{}: {err}", path.display()))
}

/// Whether `docs/capabilities.md` says what the tables say.
pub(crate) fn check() -> Done {
    let path = path();
    if std::fs::read_to_string(&path).is_ok_and(|there| there == page()) {
        return Ok(());
    }
    Err(format!("{} is not up to date: run `cargo xtask docs` and commit what it writes", path.display()))
}

fn path() -> PathBuf {
    run::root().join("docs/capabilities.md")
}

/// The page of all claimed rows, with their evidence.
fn page() -> String {
    let mut page = format!(
        "# Capabilities\n\n\
         What the program does today: {} rows of the catalogue of capabilities by their ids, each with its evidence, which is what is\n\
         done to the program that was built, over HTTP and the command line, and the value that must come.\n\
         `cargo xtask walk` does all of it on a market of its own, `cargo xtask walk A14 D5` some of it; it prints Y or the first\n\
         difference for each row, and is part of `cargo xtask ci`. Printed by `cargo xtask docs` from the rows themselves\n\
         (`xtask/src/walk`); a row that is not here is not claimed.\n",
        rows().count()
    );
    for (area, rows) in AREAS {
        page += &format!(
            "\n## {area}\n\n| Row | Capability | What is done | What must come |\n|---|---|---|---|\n"
        );
        for Row { id, title, action, value, .. } in rows {
            page += &format!("| {id} | {title} | {action} | {value} |\n");
        }
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_of_the_repository_is_the_one_that_is_printed() {
        assert_eq!(check(), Ok(()));
    }

    #[test]
    fn every_row_is_claimed_once_and_says_what_is_done_and_what_must_come() {
        let mut ids: Vec<&str> = rows().map(|row| row.id).collect();
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), count);
        for row in rows() {
            for text in [row.id, row.title, row.action, row.value] {
                assert!(!text.is_empty() && !text.contains(['|', '\n']), "{}: {text}", row.id);
            }
        }
    }
}
