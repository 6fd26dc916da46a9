//! Gates cannot be forgotten: every privilege guards a command, and only the gate gives permits.

use super::source::Source;
use super::{Finding, Tree, crate_of};

/// Where permits are made.
const GATE: &str = "crates/govern/src/gate/";
/// Where the type and its constructor stand.
const TYPE: &str = "crates/kernel/src/permit.rs";

/// A privilege that no command of the crate that declares it takes: `Permit<Name>` stands in no signature of it.
pub(super) fn privileges_guard_something(tree: &Tree) -> Vec<Finding> {
    let sources: Vec<(&str, Source<'_>)> =
        tree.sources().map(|(path, text)| (path, Source::read(text).without_tests())).collect();
    let mut found = Vec::new();
    for (path, source) in &sources {
        for (line, name) in declared(source) {
            let guarded = format!("Permit<{name}>");
            let takes = |(other, source): &&(&str, Source<'_>)| {
                crate_of(other) == crate_of(path) && in_a_signature(&source.code, &guarded)
            };
            if !sources.iter().any(|other| takes(&other)) {
                let what = format!("no command takes a &{guarded}: a privilege that guards nothing");
                found.push(Finding::new(path, line, what));
            }
        }
    }
    found
}

/// Permits that anything but the gate makes.
pub(super) fn only_the_gate_permits(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for (path, text) in tree.sources().filter(|(path, _)| !path.starts_with(GATE) && *path != TYPE) {
        let source = Source::read(text).without_tests();
        for at in source.places("by_gate") {
            found.push(Finding::new(
                path,
                source.line(at),
                "only govern::gate makes a Permit: ask gate::permit",
            ));
        }
    }
    found
}

/// The privileges that a file declares, with their lines: in `privileges! { Name "code" of Subject { ... } }` a name
/// stands before a string that `of` follows.
fn declared(source: &Source<'_>) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (line, _) in source.macro_strings("privileges!") {
        let whole = source.code.lines().nth(line - 1).unwrap_or("");
        // The strings are blanked in the code: `Name "   " of Shop {`.
        let mut words = whole.split_whitespace();
        let (name, rest) = (words.next().unwrap_or(""), whole.split('"').nth(2).unwrap_or(""));
        if rest.trim_start().starts_with("of ") && name.starts_with(char::is_uppercase) {
            found.push((line, name.to_owned()));
        }
    }
    // Every string of a line finds the same name.
    found.dedup();
    found
}

/// Whether a type stands between the brackets of a function's arguments.
fn in_a_signature(code: &str, guarded: &str) -> bool {
    code.match_indices(guarded).any(|(at, _)| {
        // Back to what opens the list of arguments: the last `fn` with neither a body nor a `;` in between.
        let before = &code[..at];
        let head = before.rfind("fn ").map(|start| &before[start..]);
        // Permits may travel in a struct of their own, which a command takes.
        let field = before.rfind("struct ").map(|start| &before[start..]);
        head.is_some_and(|head| !head.contains(['{', ';']))
            || field.is_some_and(|field| field.matches('{').count() == 1 && !field.contains('}'))
    })
}

#[cfg(test)]
mod tests {
    use super::super::tree;
    use super::*;

    const DECLARED: &str = "privileges! {\n    /// Sell.\n    Sell \"sell\" of Shop { zh: \"卖\", en: \"sell\", open: true }\n}\n";

    fn guarded(command: &str) -> Vec<Finding> {
        let text = format!("{DECLARED}{command}");
        privileges_guard_something(&tree(&[("crates/offer/src/privilege.rs", &text)]))
    }

    #[test]
    fn a_privilege_that_no_command_takes_is_caught() {
        for (command, fine) in [
            ("", false),
            ("use crate::Sell;\nfn f() { let x: Permit<Sell> = y; }", false),
            ("// fn sell(sale: &Permit<Sell>) {}", false),
            ("#[cfg(test)]\nmod tests { fn sell(sale: &Permit<Sell>) {} }", false),
            ("pub fn sell(tx: &mut Tx<'_>, sale: &Permit<Sell>) {}", true),
            ("pub fn sell((sale, x): (&Permit<Sell>, i64)) {}", true),
            ("pub struct Permits<'a> {\n pub sale: Option<&'a Permit<Sell>>,\n}", true),
        ] {
            assert_eq!(guarded(command).is_empty(), fine, "{command}");
        }
        let found = guarded("");
        assert_eq!(found[0].line, 3);
        assert!(found[0].what.contains("&Permit<Sell>"), "{}", found[0].what);
    }

    #[test]
    fn a_command_of_another_crate_does_not_count() {
        let tree = tree(&[
            ("crates/offer/src/privilege.rs", DECLARED),
            ("crates/flows/src/sell.rs", "fn sell(sale: &Permit<Sell>) {}"),
        ]);
        assert_eq!(privileges_guard_something(&tree).len(), 1);
    }

    #[test]
    fn a_permit_that_the_gate_did_not_make_is_caught() {
        let made = "fn f() { Permit::<Sell>::by_gate(shop); }";
        for (path, fine) in [
            ("crates/flows/src/listing.rs", false),
            ("crates/offer/src/catalog.rs", false),
            ("crates/govern/src/scorecard.rs", false),
            ("crates/govern/src/gate/command.rs", true),
            ("crates/offer/tests/it/main.rs", true),
        ] {
            assert_eq!(only_the_gate_permits(&tree(&[(path, made)])).is_empty(), fine, "{path}");
        }
    }
}
