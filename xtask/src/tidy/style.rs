//! Words that do not stand where they are not meant to.

use super::source::Source;
use super::{Finding, Tree, crate_of};

/// Past this many lines a file is named at the end of the report.
const LONG: usize = 600;

/// Reports each place of some pieces of code in the sources of the crates that `here` picks, tests left out.
fn forbid(tree: &Tree, here: impl Fn(&str) -> bool, pieces: &[&str], why: &str) -> Vec<Finding> {
    let mut found = Vec::new();
    for (path, text) in tree.sources().filter(|(path, _)| here(crate_of(path))) {
        let source = Source::read(text).without_tests();
        for piece in pieces {
            for at in source.places(piece) {
                found.push(Finding::new(path, source.line(at), format!("`{piece}`: {why}")));
            }
        }
    }
    found
}

pub(super) fn clocks(tree: &Tree) -> Vec<Finding> {
    let at_the_edge = ["sanhao", "testkit", "bench", "store"];
    let pieces = ["Timestamp::now", "SystemTime::now", "Zoned::now"];
    forbid(tree, |name| !at_the_edge.contains(&name), &pieces, "the time comes with the command (ctx.now)")
}

pub(super) fn panics(tree: &Tree) -> Vec<Finding> {
    let pieces = [".unwrap()", ".expect(\"", ".unwrap_err()"];
    forbid(
        tree,
        |name| !matches!(name, "testkit" | "bench"),
        &pieces,
        "only tests may panic; return an error",
    )
}

pub(super) fn asynchrony(tree: &Tree) -> Vec<Finding> {
    let edges = [
        "store",
        "lake",
        "web_kit",
        "api",
        "storefront",
        "merchant_center",
        "console",
        "server",
        "sanhao",
        "testkit",
        "bench",
    ];
    forbid(
        tree,
        |name| !edges.contains(&name),
        &["async fn", "async move", ".await"],
        "domain code is synchronous",
    )
}

pub(super) fn module_docs(tree: &Tree) -> Vec<Finding> {
    let ours = tree.sources().chain(tree.under("xtask/src/", ".rs"));
    ours.filter(|(_, text)| !text.starts_with("//!"))
        .map(|(path, _)| Finding::new(path, 1, "the first line says what the module is (//!)"))
        .collect()
}

pub(super) fn leftovers(tree: &Tree) -> Vec<Finding> {
    // Written in two pieces, so that this file does not hold the words itself.
    let words = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("#[ig", "nore"),
        concat!("todo", "!("),
        concat!("unimplemented", "!("),
        concat!("dbg", "!("),
    ];
    let mut found = Vec::new();
    let ends = [".rs", ".sql", ".toml", ".md", ".js", ".mjs", ".ts", ".css", ".html"];
    for (path, text) in tree.files.iter().filter(|(path, _)| ends.iter().any(|end| path.ends_with(end))) {
        for (i, line) in text.lines().enumerate() {
            for word in words.iter().filter(|word| line.contains(**word)) {
                found.push(Finding::new(path, i + 1, format!("`{word}`: finish it, or leave it out")));
            }
        }
    }
    found
}

/// Files of code that grow long, longest first: no fault, but somebody should look.
pub(super) fn long_files(tree: &Tree) -> Vec<(&str, usize)> {
    let code =
        tree.files.iter().filter(|(path, _)| [".rs", ".mjs", ".css"].iter().any(|end| path.ends_with(end)));
    let mut long: Vec<_> = code.map(|(path, text)| (path.as_str(), text.lines().count())).collect();
    long.retain(|(_, lines)| *lines > LONG);
    long.sort_by_key(|(_, lines)| std::cmp::Reverse(*lines));
    long
}

#[cfg(test)]
mod tests {
    use super::super::tree;
    use super::*;

    #[test]
    fn a_clock_in_the_domain_is_caught_and_one_at_the_edge_is_not() {
        let text = "fn f() { jiff::Timestamp::now() }";
        for (path, fine) in [
            ("crates/trade/src/order/model.rs", false),
            ("crates/console/src/page.rs", false),
            ("crates/sanhao/src/main.rs", true),
            ("crates/trade/tests/it/main.rs", true),
        ] {
            assert_eq!(clocks(&tree(&[(path, text)])).is_empty(), fine, "{path}");
        }
    }

    #[test]
    fn an_unwrap_is_caught_but_not_in_tests_comments_or_strings() {
        for (text, fine) in [
            ("fn f() { g().unwrap(); }", false),
            ("fn f() { g().expect(\"always\"); }", false),
            ("fn f() { self.expect(Token::Dot)?; }", true),
            ("// g().unwrap()\nfn f() { g().unwrap_or(0); }", true),
            ("#[cfg(test)]\nmod tests { fn f() { g().unwrap(); } }", true),
        ] {
            assert_eq!(panics(&tree(&[("crates/flows/src/lib.rs", text)])).is_empty(), fine, "{text}");
        }
    }

    #[test]
    fn async_below_the_edges_is_caught() {
        assert_eq!(asynchrony(&tree(&[("crates/flows/src/lib.rs", "async fn f() {}")])).len(), 1);
        assert_eq!(asynchrony(&tree(&[("crates/console/src/lib.rs", "async fn f() {}")])), []);
    }

    #[test]
    fn a_module_without_a_word_is_caught() {
        let tree = tree(&[("crates/trade/src/lib.rs", "mod a;"), ("crates/trade/src/a.rs", "//! A.\n")]);
        assert_eq!(module_docs(&tree).len(), 1);
    }

    #[test]
    fn what_is_left_for_later_is_caught() {
        let text = concat!("// TO", "DO: more");
        assert_eq!(leftovers(&tree(&[("crates/trade/src/lib.rs", text)])).len(), 1);
        assert_eq!(leftovers(&tree(&[("crates/trade/src/lib.rs", "// done")])), []);
    }

    #[test]
    fn a_long_file_is_named() {
        let long = "x\n".repeat(LONG + 1);
        assert_eq!(
            long_files(&tree(&[("crates/a/src/b.rs", &long), ("c.rs", "x")])),
            [("crates/a/src/b.rs", LONG + 1)]
        );
    }
}
