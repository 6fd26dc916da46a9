//! All files of a pack, checked as one whole.

use super::{Pack, file};
use crate::diagnostic::nearest;
use crate::{Diagnostic, FileDiagnostic, policy, promise, scorecard};
use kernel::Currency;
use toml::de::{DeTable, DeValue};

/// A file of a pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Where it stands in the pack's folder: `policies/ship-late.toml`.
    pub path: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// The folders of a pack.
const FOLDERS: [&str; 3] = ["promises", "policies", "scorecards"];
const HEAD: &str = "pack.toml";

/// Checks the files of a pack that stands in `dir`, for a market of a currency or for none in particular. Everything
/// that is wrong is told, by file and line; files are named with `dir` before them.
pub fn load(dir: &str, files: &[File], market: Option<Currency>) -> Result<Pack, Vec<FileDiagnostic>> {
    let name = |path: &str| format!("{}/{path}", dir.trim_end_matches('/'));
    let mut wrong: Vec<FileDiagnostic> = Vec::new();
    let mut say = |path: &str, diagnostic| wrong.push(FileDiagnostic { file: name(path), diagnostic });
    let mut texts: Vec<(&str, String, &str)> = Vec::new();
    for file in files {
        match std::str::from_utf8(&file.bytes) {
            Ok(text) => {
                let folder = file.path.split_once('/').map_or("", |(folder, _)| folder);
                if file.path == HEAD || FOLDERS.contains(&folder) {
                    texts.push((folder, name(&file.path), text));
                } else {
                    let alike = |known: &&str| {
                        folder.get(..4).is_some_and(|start| known.starts_with(&start.to_lowercase()))
                    };
                    let like = FOLDERS.into_iter().find(alike).or_else(|| nearest(folder, FOLDERS));
                    let instead = like.map_or_else(
                        || "pack.toml, or a file in promises/, policies/ or scorecards/".to_owned(),
                        |like| format!("{like}/{}", file.path.rsplit('/').next().unwrap_or_default()),
                    );
                    say(&file.path, Diagnostic::error(text, 0, "nothing of a pack stands here", instead));
                }
            }
            Err(err) => {
                let read = String::from_utf8_lossy(&file.bytes[..err.valid_up_to()]);
                let message = "from here on this is not UTF-8 text";
                say(&file.path, Diagnostic::error(&read, read.len(), message, "the file saved as UTF-8"));
            }
        }
    }
    let of = |wanted: &'static str| {
        texts
            .iter()
            .filter(move |(folder, ..)| *folder == wanted)
            .map(|(_, name, text)| (name.as_str(), *text))
    };
    let (promises, promises_wrong) = promise::load(of("promises"));
    let (policies, policies_wrong) = policy::load(of("policies"));
    let (scorecards, scorecards_wrong) = scorecard::load(of("scorecards"));

    let mut ids: Vec<String> = of("scorecards").filter_map(|(_, text)| id_of(text)).collect();
    ids.dedup();
    let head = of("").next();
    let read = head.map(|(_, text)| file::read(text, market, &ids));
    if head.is_none() && !files.iter().any(|file| file.path == HEAD) {
        let instead = "a file pack.toml with id, currency, title and text";
        say(HEAD, Diagnostic::error("", 0, "the pack has no pack.toml", instead));
    }
    let mut head_of_pack = None;
    let mut own = None;
    if let (Some((_, text)), Some(read)) = (head, read) {
        if texts.len() == 1 && files.len() == 1 {
            let instead = "files in promises/, policies/ or scorecards/";
            say(HEAD, Diagnostic::error(text, 0, "there is nothing in the pack", instead));
        }
        for diagnostic in read.wrong {
            say(HEAD, diagnostic);
        }
        (head_of_pack, own) = (read.head, read.currency);
    }
    wrong.extend(promises_wrong);
    wrong.extend(policies_wrong);
    wrong.extend(scorecards_wrong);
    // The market's currency is the one that counts; the pack's own where there is no market.
    if let Some(wanted) = market.or(own) {
        let whose = if market.is_some() { "the market's" } else { "the pack's" };
        for (_, file, text) in texts.iter().filter(|(folder, ..)| !folder.is_empty()) {
            wrong.extend(
                foreign_money(text, wanted, whose)
                    .into_iter()
                    .map(|diagnostic| FileDiagnostic { file: file.clone(), diagnostic }),
            );
        }
    }
    wrong.sort_by(|a, b| {
        let place = |d: &FileDiagnostic| {
            (d.file != name(HEAD), d.file.clone(), d.diagnostic.line, d.diagnostic.column)
        };
        place(a).cmp(&place(b))
    });
    wrong.dedup();
    match head_of_pack {
        Some(head) if wrong.is_empty() => Ok(Pack {
            id: head.id,
            titles: head.titles,
            texts: head.texts,
            currency: head.currency,
            scorecard: head.scorecard,
            notes: head.notes,
            promises,
            policies,
            scorecards,
        }),
        _ => Err(wrong),
    }
}

/// The id of a file, whatever else is wrong with it.
fn id_of(text: &str) -> Option<String> {
    let (table, _) = DeTable::parse_recoverable(text);
    table.get_ref().iter().find(|(key, _)| &**key.get_ref() == "id").and_then(|(_, value)| {
        match value.get_ref() {
            DeValue::String(id) => Some(id.to_string()),
            _ => None,
        }
    })
}

/// Every `currency` of a file that is another than the one wanted, where it stands.
fn foreign_money(text: &str, wanted: Currency, whose: &str) -> Vec<Diagnostic> {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut found = Vec::new();
    if errors.is_empty() {
        walk(table.get_ref(), &mut |key, value, at| {
            if let DeValue::String(code) = value
                && key == "currency"
                && code.parse::<Currency>().is_ok_and(|code| code != wanted)
            {
                let message =
                    format!("this money is in {code}, and {whose} in {wanted}: amounts are never converted");
                let instead = format!("currency = \"{wanted}\", with amounts meant in {wanted}");
                found.push(Diagnostic::error(text, at, message, instead));
            }
        });
    }
    found
}

/// Every key of a table and of the tables in it, with its value and where that stands.
fn walk(table: &DeTable<'_>, see: &mut dyn FnMut(&str, &DeValue<'_>, usize)) {
    for (key, value) in table.iter() {
        see(key.get_ref(), value.get_ref(), value.span().start);
        match value.get_ref() {
            DeValue::Table(inner) => walk(inner, see),
            DeValue::Array(list) => {
                for item in list.iter() {
                    if let DeValue::Table(inner) = item.get_ref() {
                        walk(inner, see);
                    }
                }
            }
            _ => {}
        }
    }
}
