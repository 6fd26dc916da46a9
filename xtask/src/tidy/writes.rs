//! A handler's write calls one function: what belongs together in one transaction is a use case, not a page.

use super::source::Source;
use super::{Finding, Tree, crate_of};

/// The crates that answer requests.
const FACES: [&str; 6] = ["web_kit", "api", "storefront", "merchant_center", "console", "server"];

/// What runs the writes of all handlers, and keeps their answers in the same transaction.
const RUNNER: &str = "crates/web_kit/src/idempotency.rs";

/// How many closures still do more in a transaction than call one function. It only goes down, to nothing.
const LEFT: usize = 3;

/// How a closure that writes begins.
const BEGIN: [&str; 4] = ["|tx, ctx|", "|tx, _|", "|tx|", "|tx, ctx, found|"];

pub(super) fn call_one_function(tree: &Tree) -> Vec<Finding> {
    beyond(tree, LEFT)
}

/// Every closure that uses its transaction more than once, if they are more, or fewer, than there may be.
fn beyond(tree: &Tree, left: usize) -> Vec<Finding> {
    let found = larger(tree);
    match found.len().cmp(&left) {
        std::cmp::Ordering::Greater => found,
        std::cmp::Ordering::Equal => Vec::new(),
        std::cmp::Ordering::Less => {
            let what = format!("only {} writes do more than call one function now: say so", found.len());
            vec![Finding::new("xtask/src/tidy/writes.rs", 1, what)]
        }
    }
}

fn larger(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for (path, text) in tree.sources().filter(|(path, _)| FACES.contains(&crate_of(path)) && *path != RUNNER)
    {
        let source = Source::read(text).without_tests();
        for begin in BEGIN {
            for at in source.places(begin) {
                let uses = uses_of_tx(body(&source.code[at + begin.len()..]));
                if uses > 1 {
                    let what = format!(
                        "this write uses its transaction {uses} times: make it one function of flows"
                    );
                    found.push(Finding::new(path, source.line(at), what));
                }
            }
        }
    }
    found
}

/// A closure's body: to the bracket or comma that ends it.
fn body(code: &str) -> &str {
    let mut depth = 0usize;
    for (at, c) in code.char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth == 0 => return &code[..at],
            ')' | ']' | '}' => depth -= 1,
            ',' | ';' if depth == 0 => return &code[..at],
            _ => {}
        }
    }
    code
}

fn uses_of_tx(body: &str) -> usize {
    body.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| *word == "tx").count()
}

#[cfg(test)]
mod tests {
    use super::super::tree;
    use super::*;

    #[test]
    fn a_write_that_does_more_than_call_one_function_is_caught() {
        for (text, count) in [
            (
                "fn f() { act.json(&site, \"x\", move |tx, ctx| { order::note(tx, ctx, id).map(View::of) }).await }",
                0,
            ),
            ("fn f() { act.json(&site, move |tx, ctx| order::note(tx, ctx, id), tx).await }", 0),
            ("fn f() { act.value(&site, move |tx, ctx| { a(tx, ctx)?; b(tx) }).await }", 1),
            (
                "fn f() { write(move |tx| { for x in all { a(tx, x)? } a(tx) }); write(|tx, _| b(tx, c(tx))) }",
                2,
            ),
            ("#[cfg(test)]\nmod tests { fn f() { write(|tx| { a(tx)?; b(tx) }) } }", 0),
        ] {
            let tree = tree(&[("crates/console/src/page.rs", text), ("crates/flows/src/lib.rs", text)]);
            assert_eq!(larger(&tree).len(), count, "{text}");
        }
    }

    #[test]
    fn fewer_than_what_is_left_is_said() {
        let text = "fn f() { write(|tx| { a(tx)?; b(tx) }) }";
        let tree = tree(&[("crates/console/src/page.rs", text)]);
        assert_eq!((beyond(&tree, 0).len(), beyond(&tree, 1).len(), beyond(&tree, 2).len()), (1, 0, 1));
    }
}
