//! `pack`: check a folder of rules as one whole, and list the packs that come with the program.

use crate::cli::{Format, Pack as Question};
use crate::output::{self, Exit, Sheet};
use govern::FileDiagnostic;
use govern::pack::{self, DirError};
use kernel::Currency;
use std::path::Path;

pub(crate) fn run(question: &Question) -> Result<(), Exit> {
    match question {
        Question::Check { dir, currency, format } => check(dir, currency.as_deref(), *format),
        Question::List { format } => list(*format),
    }
}

fn check(dir: &Path, currency: Option<&str>, format: Format) -> Result<(), Exit> {
    let market = match currency {
        None => None,
        Some(code) => {
            Some(code.parse::<Currency>().map_err(|err| Exit::Input(format!("--currency: {err}")))?)
        }
    };
    let name = dir.display();
    match pack::load_dir(dir, market) {
        Ok(_) if format != Format::Table => print(format, &[]),
        Ok(pack) => output::sentence(&format!(
            "{name}: the pack {} holds: {} promises, {} policies and {} scorecards, all money in {}",
            pack.id,
            pack.promises.len(),
            pack.policies.len(),
            pack.scorecards.len(),
            pack.currency
        )),
        Err(DirError::Broken(wrong)) => {
            print(format, &wrong)?;
            let (count, noun) = (wrong.len(), if wrong.len() == 1 { "error" } else { "errors" });
            Err(Exit::Input(format!("{name} is not a pack that can be used: mend the {count} {noun} above")))
        }
        Err(unreadable) => Err(Exit::Input(unreadable.to_string())),
    }
}

fn print(format: Format, wrong: &[FileDiagnostic]) -> Result<(), Exit> {
    output::print(format, &wrong, || Sheet {
        head: vec!["where", "what", "instead"],
        right: vec![],
        rows: wrong
            .iter()
            .map(|wrong| {
                let d = &wrong.diagnostic;
                vec![
                    format!("{}:{}:{}", wrong.file, d.line, d.column),
                    format!("{}: {}", d.severity, d.message),
                    d.instead.clone(),
                ]
            })
            .collect(),
    })
}

fn list(format: Format) -> Result<(), Exit> {
    let packs = pack::shipped();
    let lines: Vec<_> = packs
        .iter()
        .map(|pack| {
            serde_json::json!({
                "id": pack.id,
                "title": pack.titles.en,
                "currency": pack.currency,
                "scorecard": pack.scorecard,
                "promises": names(pack.promises.iter().map(|p| (&p.id, p.version))),
                "policies": names(pack.policies.iter().map(|p| (&p.id, p.version))),
                "scorecards": names(pack.scorecards.iter().map(|c| (&c.id, c.version))),
                "notes": pack.notes.iter().map(|note| &note.en).collect::<Vec<_>>(),
            })
        })
        .collect();
    output::print(format, &lines, || Sheet {
        head: vec!["id", "currency", "scorecard", "promises", "policies", "scorecards", "title"],
        right: vec![3, 4, 5],
        rows: packs
            .iter()
            .map(|pack| {
                vec![
                    pack.id.clone(),
                    pack.currency.to_string(),
                    pack.scorecard.clone().unwrap_or_default(),
                    pack.promises.len().to_string(),
                    pack.policies.len().to_string(),
                    pack.scorecards.len().to_string(),
                    pack.titles.en.clone(),
                ]
            })
            .collect(),
    })
}

/// `id@version` of each.
fn names<'a>(of: impl Iterator<Item = (&'a String, u32)>) -> Vec<String> {
    of.map(|(id, version)| format!("{id}@{version}")).collect()
}
