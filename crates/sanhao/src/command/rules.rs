//! `rules`: the market's own rules, file by file, as the program counts with them.

use crate::cli::Rules;
use crate::output::{self, Exit, Sheet};
use flows::rules::{FILES, files_of};
use kernel::{Moment, Zone};
use std::path::Path;

pub(crate) fn run(dir: &Path, question: &Rules) -> Result<(), Exit> {
    let only = question.file.as_deref();
    if let Some(name) = only.filter(|name| !FILES.contains(name)) {
        return Err(Exit::Input(format!("there is no file of rules \"{name}\": {}", FILES.join(", "))));
    }
    let rules = super::wired::rules(dir)?;
    // Without a market there is no zone: a version begins with its day in the last one.
    let zone: Zone = "UTC".parse().map_err(Exit::failed)?;
    let today = Moment::from_timestamp(jiff::Timestamp::now()).date(&zone);
    let mut files = files_of(&rules, today).map_err(|err| Exit::of(&err))?;
    files.retain(|file| only.is_none_or(|name| file.name == name));
    let rows: Vec<_> = files
        .iter()
        .flat_map(|file| file.versions.iter().map(move |version| (file, version)))
        .flat_map(|(file, version)| version.values.iter().map(move |value| (file, version, value)))
        .collect();
    let origin = |own: bool| if own { "own" } else { "default" };
    let lines: Vec<_> = rows
        .iter()
        .map(|(file, version, value)| {
            serde_json::json!({
                "file": file.name,
                "origin": origin(file.own),
                "version": version.version,
                "effective_from": version.effective_from.map(|day| day.to_string()),
                "in_force": version.in_force,
                "key": value.key,
                "value": value.value,
                "source": value.source,
                "assumed": value.assumed,
            })
        })
        .collect();
    output::print(question.format, &lines, || Sheet {
        head: vec!["file", "origin", "version", "from", "in force", "key", "value", "source"],
        right: vec![],
        rows: rows
            .iter()
            .map(|(file, version, value)| {
                let from = version.effective_from.map(|day| day.to_string());
                let why = value.source.clone().or_else(|| value.assumed.clone()).unwrap_or_default();
                vec![
                    file.name.to_owned(),
                    origin(file.own).to_owned(),
                    version.version.clone().unwrap_or_default().into(),
                    from.unwrap_or_default(),
                    if version.in_force { "yes" } else { "no" }.to_owned(),
                    value.key.to_string(),
                    value.value.to_string(),
                    why.into(),
                ]
            })
            .collect(),
    })
}
