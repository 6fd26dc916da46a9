//! `docs/decisions/dependencies.md` has a line for everything we stand on, and for nothing else.

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

#[cfg(test)]
mod tests {
    use super::*;

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
