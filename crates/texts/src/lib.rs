//! What people read, in every language there is: the Fluent files of `texts/`, embedded.
//!
//! Invariants: a language is a folder, named by its tag, and nothing else names it; English has every text and stands in
//! for a language that lacks one (a test finds what lacks).

use kernel::{Texts, Value};
use std::borrow::Cow;
use std::sync::LazyLock;

/// The language that has every text.
pub const ENGLISH: &str = "en";

/// Every file: the language's tag, the file's name without its ending, and its text.
pub const FILES: &[(&str, &str, &str)] = include!(concat!(env!("OUT_DIR"), "/files.rs"));

static ALL: LazyLock<Vec<(&'static str, Texts)>> = LazyLock::new(|| {
    let mut tags: Vec<_> = FILES.iter().map(|(tag, ..)| *tag).collect();
    tags.dedup();
    let of = |tag| Texts::new(FILES.iter().filter(|(other, ..)| *other == tag).map(|(.., text)| *text));
    tags.into_iter().map(|tag| (tag, of(tag))).collect()
});

/// The tags of the languages there are.
pub fn languages() -> impl Iterator<Item = &'static str> {
    ALL.iter().map(|(tag, _)| *tag)
}

/// The text under a code or an id, in a language if it has it, else in English; nothing if there is none at all.
pub fn say(tag: &str, code: &str, args: &[(&'static str, Value)]) -> Option<Cow<'static, str>> {
    let in_tag = |tag: &str| ALL.iter().find(|(other, _)| *other == tag)?.1.say(code, args);
    in_tag(tag).or_else(|| in_tag(ENGLISH))
}

/// A text that speaks of nothing, as [`say`] has it.
pub fn word(tag: &str, id: &str) -> Option<&'static str> {
    match say(tag, id, &[])? {
        Cow::Borrowed(text) => Some(text),
        Cow::Owned(_) => None,
    }
}

/// A list of words that have their texts under `word-LIST-WORD`, `-` standing for a dot in a word. It is declared where
/// the words are shown, so that a test knows of all of them.
pub struct Words {
    /// The list.
    pub list: &'static str,
    /// Its words.
    pub all: fn() -> Vec<&'static str>,
}
kernel::inventory::collect!(Words);

/// The ids of all words that this program declares.
pub fn words() -> impl Iterator<Item = String> {
    let ids = |of: &'static Words| {
        (of.all)().into_iter().map(|word| format!("word-{}-{}", of.list, word.replace('.', "-")))
    };
    kernel::inventory::iter::<Words>().flat_map(ids)
}
