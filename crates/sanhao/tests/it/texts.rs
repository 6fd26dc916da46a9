//! The texts that people read are whole: in every language, for every refusal and every word, and nothing is left over.

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use kernel::Refusal;
use std::collections::{BTreeMap, BTreeSet};

// Whatever declares refusals is linked in by being named.
use {lake as _, pay as _, server as _, sim as _};

/// The variables of a pattern.
fn variables(pattern: &Pattern<&str>, found: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        if let PatternElement::Placeable { expression } = element {
            expression_variables(expression, found);
        }
    }
}

fn expression_variables(expression: &Expression<&str>, found: &mut BTreeSet<String>) {
    let inline = match expression {
        Expression::Inline(inline) => inline,
        Expression::Select { selector, variants } => {
            variants.iter().for_each(|variant| variables(&variant.value, found));
            selector
        }
    };
    match inline {
        InlineExpression::VariableReference { id } => {
            found.insert(id.name.to_owned());
        }
        InlineExpression::Placeable { expression } => expression_variables(expression, found),
        _ => {}
    }
}

/// What is in one language's files: ids with the variables of their texts. An id that is there twice or a file that
/// cannot be read fails.
fn read(tag: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut all = BTreeMap::new();
    for (_, name, text) in texts::FILES.iter().filter(|(other, ..)| *other == tag) {
        let file = fluent_syntax::parser::parse(*text)
            .unwrap_or_else(|(_, errors)| panic!("{tag}/{name}.ftl: {errors:?}"));
        for entry in &file.body {
            let Entry::Message(message) = entry else { continue };
            let mut found = BTreeSet::new();
            let value = message
                .value
                .as_ref()
                .unwrap_or_else(|| panic!("{tag}/{name}: {} is empty", message.id.name));
            variables(value, &mut found);
            let before = all.insert(message.id.name.to_owned(), found);
            assert!(before.is_none(), "{tag}/{name}.ftl: {} is there already", message.id.name);
        }
    }
    all
}

fn id(refusal: &Refusal) -> String {
    refusal.code.replace('.', "-")
}

#[test]
fn every_refusal_has_a_text_in_every_language_that_speaks_only_of_what_it_holds() {
    let declared = kernel::declared();
    assert!(declared.len() > 250, "{}", declared.len());
    let languages: Vec<_> = texts::languages().collect();
    assert!(languages.contains(&"en") && languages.contains(&"zh-CN"), "{languages:?}");
    let mut wrong = Vec::new();
    for tag in languages {
        let there = read(tag);
        for refusal in &declared {
            let Some(used) = there.get(&id(refusal)) else {
                wrong.push(format!("{tag}: no text for {}", refusal.code));
                continue;
            };
            let strange = used.iter().filter(|name| !refusal.args.contains(&name.as_str()));
            wrong.extend(strange.map(|name| format!("{tag}: {} holds no {name}", refusal.code)));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn no_code_is_declared_twice() {
    let declared = kernel::declared();
    let twice: Vec<_> =
        declared.windows(2).filter(|two| two[0].code == two[1].code).map(|two| two[0].code).collect();
    assert!(twice.is_empty(), "{twice:?}");
}

#[test]
fn every_word_has_a_text_in_every_language_that_speaks_of_nothing() {
    let words: BTreeSet<String> = texts::words().collect();
    assert!(words.len() > 100, "{}", words.len());
    for tag in texts::languages() {
        let there = read(tag);
        let wrong: Vec<_> =
            words.iter().filter(|id| there.get(*id).is_none_or(|used| !used.is_empty())).collect();
        assert!(wrong.is_empty(), "{tag}: no words for {wrong:?}");
    }
}

#[test]
fn no_text_is_left_over_and_every_language_has_the_same_ones() {
    let declared: BTreeSet<String> = kernel::declared().into_iter().map(id).chain(texts::words()).collect();
    let english = read(texts::ENGLISH);
    for tag in texts::languages() {
        let there = read(tag);
        let lacking: Vec<_> = english.keys().filter(|id| !there.contains_key(*id)).collect();
        assert!(lacking.is_empty(), "{tag} lacks {lacking:?}");
        let over = there.keys().filter(|id| !declared.contains(*id) && !id.starts_with("status-"));
        let over: Vec<_> = over.collect();
        assert!(over.is_empty(), "{tag}: nothing says {over:?}");
    }
}
