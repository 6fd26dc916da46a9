//! `policy`: check, list and try policies without any market.

use crate::cli::{Format, Policy as Question};
use crate::output::{self, Exit, Sheet};
use govern::pack;
use govern::policy::{self, Policy};
use kernel::Market;
use std::path::Path;

pub(crate) fn run(question: &Question) -> Result<(), Exit> {
    match question {
        Question::Check { file, format } => check(file, *format),
        Question::Inputs { format } => inputs(*format),
        Question::List { format } => list(*format),
        Question::Eval { policy, version, inputs, format } => {
            eval(policy, version.as_deref(), inputs, *format)
        }
    }
}

fn read(path: &Path) -> Result<String, Exit> {
    let bytes = std::fs::read(path)
        .map_err(|err| Exit::Input(format!("{} cannot be read: {err}", path.display())))?;
    String::from_utf8(bytes).map_err(|_| Exit::Input(format!("{} is not UTF-8 text", path.display())))
}

/// Reads and checks a draft; every error names file, line, column and what to write instead, warnings go to stderr.
pub(crate) fn load(path: &Path, market: Option<&Market>) -> Result<Policy, Exit> {
    let text = read(path)?;
    let name = path.display().to_string();
    let checked = policy::check_draft(&text, market);
    let lines: Vec<String> =
        checked.diagnostics.iter().map(|d| format!("{}: {}", d.severity, d.at(&name))).collect();
    let Some(policy) = checked.policy else {
        return Err(Exit::Input(format!("{name} is not a policy that can run:\n{}", lines.join("\n"))));
    };
    for line in lines {
        eprintln!("{line}");
    }
    Ok(policy)
}

fn check(path: &Path, format: Format) -> Result<(), Exit> {
    let text = read(path)?;
    let checked = policy::check_all(&text, None);
    let name = path.display().to_string();
    if let (Some(policy), Format::Table, []) = (&checked.policy, format, &checked.diagnostics[..]) {
        return output::sentence(&format!(
            "{name}: {} version {} can run, and its {} cases hold",
            policy.id,
            policy.version,
            policy.cases.len()
        ));
    }
    output::print(format, &checked.diagnostics, || Sheet {
        head: vec!["where", "what", "instead"],
        right: vec![],
        rows: checked
            .diagnostics
            .iter()
            .map(|d| {
                vec![
                    format!("{name}:{}:{}", d.line, d.column),
                    format!("{}: {}", d.severity, d.message),
                    d.instead.clone(),
                ]
            })
            .collect(),
    })?;
    match checked.policy {
        Some(policy) => {
            eprintln!("{name}: {} version {} can run", policy.id, policy.version);
            Ok(())
        }
        None => Err(Exit::Input(format!("{name} cannot run; mend the errors above"))),
    }
}

fn inputs(format: Format) -> Result<(), Exit> {
    let inputs = policy::inputs();
    output::print(format, &inputs, || Sheet {
        head: vec!["input", "type", "how to declare it", "meaning", "read by"],
        right: vec![],
        rows: inputs
            .iter()
            .map(|i| {
                vec![
                    i.name.clone(),
                    i.ty.to_string(),
                    i.declare.replace('\n', "; "),
                    i.meaning_en.clone(),
                    i.policies.join(", "),
                ]
            })
            .collect(),
    })
}

fn list(format: Format) -> Result<(), Exit> {
    let shipped = policy::shipped();
    let lines: Vec<_> = shipped
        .iter()
        .map(|p| {
            serde_json::json!({
                "id": p.id,
                "version": p.version,
                "title": p.title_en,
                "effective_from": p.effective_from,
                "stage": p.stage,
                "subject": p.subject,
                "pack": pack_of(p),
            })
        })
        .collect();
    output::print(format, &lines, || Sheet {
        head: vec!["id", "version", "effective from", "pack", "title"],
        right: vec![1],
        rows: shipped
            .iter()
            .map(|p| {
                vec![
                    p.id.clone(),
                    p.version.to_string(),
                    p.effective_from.to_string(),
                    pack_of(p).unwrap_or_default().to_owned(),
                    p.title_en.clone(),
                ]
            })
            .collect(),
    })
}

/// The pack a shipped policy belongs to; the examples belong to none.
fn pack_of(policy: &Policy) -> Option<&'static str> {
    pack::of_policy(&policy.id).map(|pack| pack.id.as_str())
}

fn eval(which: &str, version: Option<&str>, inputs: &[String], format: Format) -> Result<(), Exit> {
    let path = Path::new(which);
    let policy = if path.exists() || which.ends_with(".toml") {
        let policy = load(path, None)?;
        if let Some(version) = version.filter(|version| *version != policy.version.to_string()) {
            return Err(Exit::Input(format!(
                "{which} is version {} of {}, not version {version}: give the file of that version, or no --version",
                policy.version, policy.id
            )));
        }
        policy
    } else {
        shipped(which, version)?
    };
    let mut given = Vec::new();
    for input in inputs {
        let Some((name, value)) = input.split_once('=') else {
            return Err(Exit::Input(format!("--input \"{input}\" must be NAME=VALUE")));
        };
        given.push((name.trim().to_owned(), value.trim().to_owned()));
    }
    let verdict = policy.eval_text(&given).map_err(|err| Exit::of(&err))?;
    let mut above = format!("{}\n", verdict.verdict);
    for action in &verdict.actions {
        above += &format!("  {action}\n");
    }
    above.push('\n');
    output::print_below(&above, format, &verdict, || Sheet {
        head: vec!["step", "value"],
        right: vec![],
        rows: verdict.trace.iter().map(|step| vec![step.text.clone(), step.value.to_string()]).collect(),
    })
}

fn shipped(id: &str, version: Option<&str>) -> Result<Policy, Exit> {
    let of_id: Vec<&Policy> = policy::shipped().iter().filter(|p| p.id == id).collect();
    if of_id.is_empty() {
        let mut ids: Vec<&str> = policy::shipped().iter().map(|p| &*p.id).collect();
        ids.dedup();
        return Err(Exit::Input(format!("there is no file and no policy \"{id}\": {}", ids.join(", "))));
    }
    let found = match version {
        Some(version) => of_id.iter().find(|p| p.version.to_string() == version),
        None => of_id.iter().max_by_key(|p| p.version),
    };
    found.map(|p| (*p).clone()).ok_or_else(|| {
        let versions: Vec<String> = of_id.iter().map(|p| p.version.to_string()).collect();
        Exit::Input(format!("\"{id}\" has no version {}: {}", version.unwrap_or("?"), versions.join(", ")))
    })
}
