//! `docs/decisions/dependencies.md` has a line for everything we stand on, and for nothing else; and what a manifest asks
//! for is used.

use super::source::Source;
use super::{Finding, Tree};
use std::collections::BTreeMap;

const PAGE: &str = "docs/decisions/dependencies.md";

pub(super) fn have_their_line(tree: &Tree) -> Vec<Finding> {
    let page = tree.files.get(PAGE).map_or("", String::as_str);
    let mut lines = BTreeMap::new();
    for (i, line) in page.lines().enumerate() {
        if let Some(name) = line.strip_prefix("| `").and_then(|rest| rest.split('`').next()) {
            lines.insert(name.to_owned(), i + 1);
        }
    }
    let used = used(tree);
    let missing = used.iter().filter(|(name, _)| !lines.contains_key(*name));
    let needless = lines.iter().filter(|(name, _)| !used.contains_key(*name));
    missing
        .map(|(name, by)| Finding::new(by, 1, format!("{name} has no line in {PAGE}")))
        .chain(
            needless
                .map(|(name, line)| Finding::new(PAGE, *line, format!("nothing depends on {name} any more"))),
        )
        .collect()
}

/// Everything of others that a manifest asks for, with that manifest.
fn used(tree: &Tree) -> BTreeMap<String, String> {
    let mut used = BTreeMap::new();
    for package in tree.packages() {
        let by = package["name"].as_str().unwrap_or("");
        let others =
            package["dependencies"].as_array().into_iter().flatten().filter(|dep| dep["path"].is_null());
        for name in others.filter_map(|dep| dep["name"].as_str()) {
            let folder = if by == "xtask" { "" } else { "crates/" };
            used.insert(name.to_owned(), format!("{folder}{by}/Cargo.toml"));
        }
    }
    for (path, text) in tree.under("", "package.json") {
        let manifest: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
        for kind in ["dependencies", "devDependencies"] {
            for name in manifest[kind].as_object().into_iter().flat_map(|deps| deps.keys()) {
                used.insert(name.clone(), path.to_owned());
            }
        }
    }
    used
}

/// Every dependency is named in the code of its crate: one that is built in, outside the tests; and every one of the
/// workspace's list is asked for by some crate.
pub(super) fn are_used(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for package in tree.packages() {
        let name = package["name"].as_str().unwrap_or("");
        let folder = if name == "xtask" { "xtask/".to_owned() } else { format!("crates/{name}/") };
        let files = || tree.under(&folder, ".rs").map(|(path, text)| (path, Source::read(text)));
        let all: Vec<String> = files().map(|(_, source)| source.code).collect();
        let shipped = files().filter(|(path, _)| path.split("/src/").count() > 1);
        let shipped: Vec<String> = shipped.map(|(_, source)| source.without_tests().code).collect();
        for dep in package["dependencies"].as_array().into_iter().flatten() {
            let of_tests = dep["kind"] == "dev";
            let word = dep["name"].as_str().unwrap_or("");
            let code = if of_tests { &all } else { &shipped };
            if !code.iter().any(|code| names(code, &word.replace('-', "_")) || derives(code, word)) {
                let what = if of_tests { "no test of" } else { "nothing in" };
                found.push(Finding::new(
                    &format!("{folder}Cargo.toml"),
                    1,
                    format!("{what} {name} uses {word}"),
                ));
            }
        }
    }
    let manifest = tree.files.get("Cargo.toml").map_or("", String::as_str);
    let listed = manifest.split_once("[workspace.dependencies]").map_or("", |(_, rest)| rest);
    for line in listed.lines().take_while(|line| !line.starts_with('[')) {
        let name = line.split_once(" = ").map_or("", |(name, _)| name);
        let asks = |package: &serde_json::Value| {
            package["dependencies"].as_array().into_iter().flatten().any(|dep| dep["name"] == name)
        };
        if !name.is_empty() && !name.starts_with('#') && !tree.packages().any(asks) {
            found.push(Finding::new("Cargo.toml", 1, format!("no crate asks for {name}")));
        }
    }
    found
}

/// Whether a macro of a crate's is used, by whatever name it came: what it writes names its crate.
fn derives(code: &str, word: &str) -> bool {
    let derived = |name: &str| {
        code.split("derive(")
            .skip(1)
            .any(|rest| rest.split(')').next().is_some_and(|list| list.contains(name)))
    };
    match word {
        "serde" => derived("Serialize") || derived("Deserialize"),
        "maud" => code.contains("html!"),
        _ => false,
    }
}

/// Whether code names a crate: as `name::`, `use name`, or by an attribute's path.
fn names(code: &str, word: &str) -> bool {
    let of_a_word = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(word).any(|(at, _)| {
        let (before, after) = (&code[..at], &code[at + word.len()..]);
        let starts = !before.ends_with(of_a_word) && (!before.ends_with("::") || before.ends_with(" ::"));
        let in_use = |text: &str| text.rsplit([';', '}']).next().is_some_and(|last| last.contains("use "));
        starts && (after.starts_with("::") || (!after.starts_with(of_a_word) && in_use(before)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_crate_asks_for_and_does_not_use_is_caught() {
        let mut tree = super::super::tree(&[
            ("Cargo.toml", "[workspace.dependencies]\njiff = 1\ncsv = 1\ngone = 1\n\n[profile]\nx = 1\n"),
            (
                "crates/trade/src/lib.rs",
                "// csv::x\nuse {jiff as _, b};\n#[derive(Debug, Serialize)]\nstruct A;\n#[cfg(test)]\nmod tests { tar::x() }",
            ),
            ("crates/trade/tests/it.rs", "fn f() { a_b::c(); my_csv::d(); }"),
        ]);
        tree.metadata = serde_json::json!({ "packages": [{ "name": "trade", "dependencies": [
            { "name": "jiff", "kind": null }, { "name": "csv", "kind": null }, { "name": "tar", "kind": null },
            { "name": "a-b", "kind": "dev" }, { "name": "tar", "kind": "dev" }, { "name": "zip", "kind": "dev" },
            { "name": "serde", "kind": null },
        ] }] });
        let whats: Vec<_> = are_used(&tree).into_iter().map(|found| found.what).collect();
        let unused = ["nothing in trade uses csv", "nothing in trade uses tar", "no test of trade uses zip"];
        assert_eq!(whats, [&unused[..], &["no crate asks for gone"]].concat());
    }

    #[test]
    fn a_dependency_without_a_line_and_a_line_without_one_are_caught() {
        let mut tree = super::super::tree(&[
            (PAGE, "# D\n\n| name | for |\n|---|---|\n| `jiff` | time |\n| `gone` | - |\n"),
            ("e2e/package.json", "{\"devDependencies\":{\"axe-core\":\"4\"}}"),
        ]);
        tree.metadata = serde_json::json!({ "packages": [{ "name": "trade", "dependencies": [
            { "name": "jiff", "kind": null }, { "name": "csv", "kind": "dev" }, { "name": "kernel", "path": "x" },
        ] }] });
        let whats: Vec<_> = have_their_line(&tree).into_iter().map(|f| (f.path, f.what)).collect();
        let expected = [
            ("e2e/package.json", format!("axe-core has no line in {PAGE}")),
            ("crates/trade/Cargo.toml", format!("csv has no line in {PAGE}")),
            (PAGE, "nothing depends on gone any more".to_owned()),
        ];
        assert_eq!(whats, expected.map(|(path, what)| (path.to_owned(), what)));
    }
}
