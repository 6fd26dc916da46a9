//! What metrics, scorecards, promises and policies cite is in the repository: the section and the source.

use std::path::{Path, PathBuf};

fn files(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
}

/// The sections (`1.2`) and sources (`S1`) that a text cites after each `rules.md`.
fn cited(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for rest in text.split("rules.md ").skip(1) {
        let rest = rest.lines().next().unwrap_or_default();
        let sections =
            rest.split(|c: char| !matches!(c, '0'..='9' | '.' | ',' | '-' | ' ')).next().unwrap_or_default();
        for section in sections.split([',', ' ', '-']).map(|s| s.trim_matches('.')).filter(|s| !s.is_empty())
        {
            found.push(section.to_owned());
        }
        let keys = rest.split('[').skip(1).filter_map(|part| part.split(']').next());
        let is_key = |key: &&str| key.strip_prefix('S').is_some_and(|n| n.parse::<u16>().is_ok());
        found.extend(keys.filter(is_key).map(ToOwned::to_owned));
    }
    found
}

#[test]
fn every_section_and_source_that_is_cited_stands_in_the_rules() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let rules = std::fs::read_to_string(root.join("docs/rules.md")).unwrap();
    let mut paths = Vec::new();
    files(&root.join("governance"), &mut paths);
    let mut count = 0;
    for path in paths {
        let text = std::fs::read_to_string(&path).unwrap();
        for what in cited(&text) {
            let there = match what.starts_with('S') {
                true => rules.contains(&format!("\n| {what} |")),
                false => {
                    rules.contains(&format!("\n## {what}. ")) || rules.contains(&format!("\n### {what} "))
                }
            };
            assert!(there, "{}: rules.md has no {what}", path.display());
            count += 1;
        }
    }
    assert!(count > 150, "only {count} citations were found");
}
