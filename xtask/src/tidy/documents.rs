//! Pages: their links lead somewhere, and they tell of every fact; the document of the API tells of every shape.

use super::source::Source;
use super::{Finding, Tree};
use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

pub(super) fn facts(tree: &Tree) -> Vec<Finding> {
    let page = tree.files.get("docs/generated/facts.md").map_or("", String::as_str);
    let mut found = Vec::new();
    for (path, text) in tree.sources() {
        let source = Source::read(text).without_tests();
        for (line, kind) in source.macro_strings("facts!").into_iter().filter(|(_, kind)| is_kind(kind)) {
            if !page.lines().any(|line| line.strip_prefix("## ") == Some(kind)) {
                let what = format!("{kind} is not in docs/generated/facts.md: run `cargo xtask docs`");
                found.push(Finding::new(path, line, what));
            }
        }
    }
    found
}

/// `module.happened`.
fn is_kind(text: &str) -> bool {
    text.contains('.') && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'.' || b == b'_')
}

pub(super) fn links(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for (path, text) in tree.under("", ".md") {
        for (i, line) in prose(text) {
            for target in targets(line) {
                if let Err(why) = resolve(tree, path, target) {
                    found.push(Finding::new(path, i, format!("the link to {target} leads nowhere: {why}")));
                }
            }
        }
    }
    found
}

/// The lines outside of fenced blocks, from 1.
fn prose(text: &str) -> Vec<(usize, &str)> {
    let mut fenced = false;
    let mut lines = Vec::new();
    for (i, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            lines.push((i + 1, line));
        }
    }
    lines
}

/// What the links of a line point at: `b` in `[a](b)`.
fn targets(line: &str) -> Vec<&str> {
    let ends = line.match_indices("](").filter_map(|(at, _)| line[at + 2..].split([')', ' ']).next());
    ends.filter(|target| !target.contains("://") && !target.starts_with("mailto:")).collect()
}

/// Shapes of the API have names of their own: of two under one name the document would show one, in both places.
pub(super) fn schemas(tree: &Tree) -> Vec<Finding> {
    let (mut found, mut named) = (Vec::new(), BTreeMap::new());
    for (path, text) in tree.sources() {
        let mut lines = text.lines().enumerate();
        while let Some((_, line)) = lines.next() {
            if !(line.trim_start().starts_with("#[derive(") && line.contains("ToSchema")) {
                continue;
            }
            let shape = lines.find_map(|(n, line)| Some((n, shape(line)?)));
            let Some((n, name)) = shape else { break };
            if let Some(first) = named.insert(name.to_owned(), path) {
                let what = format!(
                    "{first} has a shape that is called {name} as well: one of them needs another name"
                );
                found.push(Finding::new(path, n + 1, what));
            }
        }
    }
    found
}

/// What a line declares, if it is a struct or an enum, or the other name that the document gives it.
fn shape(line: &str) -> Option<&str> {
    if let Some((_, rest)) = line.split_once("schema(as = ") {
        return rest.split([')', ',']).next();
    }
    let (_, rest) = ["struct ", "enum "].iter().find_map(|word| {
        let (before, rest) = line.split_once(word)?;
        (before.trim().is_empty() || before.trim_start().starts_with("pub")).then_some((before, rest))
    })?;
    rest.split(|c: char| !c.is_alphanumeric() && c != '_').next()
}

fn resolve(tree: &Tree, from: &str, target: &str) -> Result<(), &'static str> {
    let (file, heading) = target.split_once('#').unwrap_or((target, ""));
    let mut path = PathBuf::from(from);
    if !file.is_empty() {
        path.pop();
        for part in Path::new(file).components() {
            match part {
                Component::Normal(name) => path.push(name),
                Component::ParentDir if path.pop() => {}
                Component::CurDir => {}
                _ => return Err("it leaves the repository"),
            }
        }
    }
    let name = path.to_string_lossy();
    match tree.files.get(&*name) {
        Some(text) if !heading.is_empty() && name.ends_with(".md") => {
            let there = prose(text).iter().any(|(_, line)| line.starts_with('#') && slug(line) == heading);
            if there { Ok(()) } else { Err("no such heading") }
        }
        Some(_) => Ok(()),
        // A folder, or a file that is no text.
        None if crate::run::root().join(&path).exists() => Ok(()),
        None => Err("no such file"),
    }
}

/// A heading as GitHub names it in links.
fn slug(heading: &str) -> String {
    let words = heading.trim_start_matches('#').trim().to_lowercase();
    words.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c)).collect::<String>().replace(' ', "-")
}

#[cfg(test)]
mod tests {
    use super::super::tree;
    use super::*;

    #[test]
    fn a_link_that_leads_nowhere_is_caught() {
        for (link, fine) in [
            ("[a](docs/b.md)", true),
            ("[a](docs/b.md#two-words)", true),
            ("[a](https://example.com/x)", true),
            ("![a](docs/nothing.png)", false),
            ("[a](docs/b.md#three)", false),
            ("[a](../outside.md)", false),
            ("```\n[a](nowhere.md)\n```", true),
        ] {
            let tree = tree(&[("README.md", link), ("docs/b.md", "# B\n\n## Two words\n")]);
            assert_eq!(links(&tree).is_empty(), fine, "{link}");
        }
    }

    #[test]
    fn two_shapes_of_one_name_are_caught() {
        let shape = |name: &str| {
            format!(
                "/// A body.\n#[derive(Debug, utoipa::ToSchema)]\n#[serde(x)]\npub(crate) struct {name} {{\n    a: i64,\n}}\n"
            )
        };
        let other = |text: String| text.replace("#[serde(x)]", "#[schema(as = C)]");
        for (names, fine) in [(["A", "B"], true), (["A", "A"], false)] {
            let [one, two] = names.map(shape);
            let renamed =
                tree(&[("crates/api/src/a.rs", &one), ("crates/api/src/b.rs", &other(two.clone()))]);
            assert_eq!(schemas(&renamed), []);
            let tree = tree(&[("crates/api/src/a.rs", &one), ("crates/web_kit/src/b.rs", &two)]);
            assert_eq!(schemas(&tree).is_empty(), fine, "{names:?}: {:?}", schemas(&tree));
        }
    }

    #[test]
    fn a_fact_that_no_page_tells_of_is_caught() {
        let code = "facts! {\n /// It was.\n Placed \"order.placed\" of order: Order {}\n}";
        for (page, fine) in [("# Facts\n\n## order.placed\n", true), ("nothing", false)] {
            let tree = tree(&[("crates/trade/src/order/fact.rs", code), ("docs/generated/facts.md", page)]);
            assert_eq!(facts(&tree).is_empty(), fine);
        }
    }
}
