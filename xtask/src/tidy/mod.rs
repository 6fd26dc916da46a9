//! `tidy`: the rules of the house that no compiler checks. Each rule is a function from the tree to what breaks it, and
//! has a test that breaks it.

mod circles;
mod dependencies;
mod directions;
mod documents;
mod gates;
mod map;
mod packs;
mod source;
mod style;
mod tables;
mod writes;

use crate::run::{self, Done};
use std::collections::BTreeMap;
use std::process::Command;

/// The files of the repository that hold text, by path, and what cargo knows of its crates.
#[derive(Default)]
pub(crate) struct Tree {
    files: BTreeMap<String, String>,
    metadata: serde_json::Value,
}

/// A place and what is wrong there.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Finding {
    path: String,
    line: usize,
    what: String,
}

impl Finding {
    fn new(path: &str, line: usize, what: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, what: what.into() }
    }
}

type Rule = fn(&Tree) -> Vec<Finding>;

const RULES: [(&str, Rule); 20] = [
    ("directions between crates", directions::between_crates),
    ("libraries that one crate alone may know", directions::owned_libraries),
    ("tests build DataFusion only where they need it", directions::tests_are_light),
    ("crates are of a size", map::crates_are_of_a_size),
    ("modules stand in no circles", circles::between_modules),
    ("a handler's write calls one function", writes::call_one_function),
    ("tables are touched by their own module", tables::own_tables_only),
    ("every statement is prepared on both engines", tables::statements_are_prepared),
    ("every privilege guards a command", gates::privileges_guard_something),
    ("only the gate gives permits", gates::only_the_gate_permits),
    ("clocks are read at the edges", style::clocks),
    ("nothing panics on purpose", style::panics),
    ("domain code is synchronous", style::asynchrony),
    ("modules say what they are", style::module_docs),
    ("nothing is left for later", style::leftovers),
    ("dependencies have their line", dependencies::have_their_line),
    ("dependencies are used", dependencies::are_used),
    ("facts are documented", documents::facts),
    ("shapes of the API have names of their own", documents::schemas),
    ("links lead somewhere", documents::links),
];

/// The rules on the sources, then every pack through the program.
pub(crate) fn run() -> Done {
    sources()?;
    run::go(&mut run::cargo(&["build", "--package", "sanhao"]))?;
    packs()
}

/// The rules on the sources.
pub(crate) fn sources() -> Done {
    let tree = Tree::read()?;
    let mut broken = 0;
    for (name, rule) in RULES {
        let mut findings = rule(&tree);
        findings.sort();
        broken += findings.len();
        println!("{} {name}", if findings.is_empty() { "ok" } else { "--" });
        for Finding { path, line, what } in findings {
            println!("     {path}:{line}: {what}");
        }
    }
    map::print(&tree);
    for (path, lines) in style::long_files(&tree) {
        println!("     long: {path}, {lines} lines");
    }
    if broken == 0 { Ok(()) } else { Err(format!("{broken} places break a rule of the house")) }
}

/// Every pack, metric and policy loads, by the program that was built last.
pub(crate) fn packs() -> Done {
    let program = run::target()?.join("debug/sanhao");
    packs::load(&Tree::read()?, &program)
}

impl Tree {
    fn read() -> Result<Self, String> {
        let mut git = Command::new("git");
        git.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]).current_dir(run::root());
        let mut files = BTreeMap::new();
        for path in run::output(&mut git)?.split('\0').filter(|path| !path.is_empty()) {
            // What is no text (pictures) or was deleted is nothing to these rules.
            if let Ok(text) = std::fs::read_to_string(run::root().join(path)) {
                files.insert(path.to_owned(), text);
            }
        }
        Ok(Self { files, metadata: run::metadata()? })
    }

    /// Files below a folder that end so.
    fn under<'a>(
        &'a self,
        folder: &'a str,
        end: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a str)> + Clone {
        let found =
            self.files.iter().filter(move |(path, _)| path.starts_with(folder) && path.ends_with(end));
        found.map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// The sources of the crates, without their `tests` folders and without modules that only tests have.
    fn sources(&self) -> impl Iterator<Item = (&str, &str)> {
        let all = self.under("crates/", ".rs").filter(|(path, _)| path.split('/').nth(2) == Some("src"));
        let only_tests: Vec<String> = all.clone().flat_map(|(path, text)| test_modules(path, text)).collect();
        all.filter(move |(path, _)| !only_tests.iter().any(|test| path.starts_with(test.as_str())))
    }

    /// The crates of the workspace.
    fn packages(&self) -> impl Iterator<Item = &serde_json::Value> {
        self.metadata["packages"].as_array().into_iter().flatten()
    }
}

/// Where the modules lie that a file declares for tests alone: `#[cfg(test)] mod tests;`.
fn test_modules(path: &str, text: &str) -> Vec<String> {
    let folder = match path.rsplit_once('/') {
        Some((folder, "mod.rs" | "lib.rs" | "main.rs")) => folder,
        _ => path.trim_end_matches(".rs"),
    };
    let declared = text.split("#[cfg(test)]").skip(1).filter_map(|rest| {
        let name = rest.trim_start().strip_prefix("mod ")?.split_once(';')?.0;
        Some(name).filter(|name| name.chars().all(|c| c.is_alphanumeric() || c == '_'))
    });
    declared.flat_map(|name| [format!("{folder}/{name}.rs"), format!("{folder}/{name}/")]).collect()
}

/// The crate a path belongs to: `store` for `crates/store/src/lib.rs`.
fn crate_of(path: &str) -> &str {
    path.strip_prefix("crates/").and_then(|rest| rest.split('/').next()).unwrap_or("")
}

#[cfg(test)]
fn tree(files: &[(&str, &str)]) -> Tree {
    let files = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    Tree { files, metadata: serde_json::Value::Null }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_repository_keeps_its_own_rules() {
        sources().unwrap();
    }

    #[test]
    fn a_module_that_only_tests_have_is_no_source() {
        let tree = tree(&[
            ("crates/a/src/b/mod.rs", "mod c;\n#[cfg(test)]\nmod tests;\n#[cfg(test)]\nmod d { mod e; }"),
            ("crates/a/src/b/c.rs", ""),
            ("crates/a/src/b/tests.rs", ""),
            ("crates/a/src/b/tests/more.rs", ""),
            ("crates/a/src/tests.rs", ""),
            ("crates/a/tests/it.rs", ""),
        ]);
        let paths: Vec<&str> = tree.sources().map(|(path, _)| path).collect();
        assert_eq!(paths, ["crates/a/src/b/c.rs", "crates/a/src/b/mod.rs", "crates/a/src/tests.rs"]);
    }

    #[test]
    fn a_path_belongs_to_its_crate() {
        assert_eq!(crate_of("crates/store/src/lib.rs"), "store");
        assert_eq!(crate_of("README.md"), "");
    }
}
