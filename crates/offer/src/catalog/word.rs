//! Words that are watched: banned ones keep an edit out, sensitive ones bring it before somebody's eyes.
//!
//! A Chinese word is found wherever its characters follow each other, whatever spaces or signs stand between them; a Latin
//! one only where it is a word of its own. Capitals and full-width forms make no difference.
//!
//! Invariants: a banned word keeps an edit out only where it stands as a word of its own, without a gap; inside of other
//! words or over a gap it is a thing for somebody to look at. What stands within an allowed word is not found.

use icu_segmenter::WordSegmenter;
use icu_segmenter::options::WordBreakInvariantOptions;
use kernel::Date;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// What a word does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WordClass {
    /// Nothing on offer may hold it.
    Banned,
    /// What holds it must be looked at.
    Sensitive,
}

/// A watched word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// As it is written in the file.
    pub text: Box<str>,
    /// What it does.
    pub class: WordClass,
    /// Why, in Chinese.
    pub zh: Box<str>,
    /// Why, in English.
    pub en: Box<str>,
    /// The law or rule.
    pub source: Box<str>,
    /// From which day on.
    pub from: Date,
    /// Until before which day.
    pub until: Option<Date>,
}

/// A place where a watched word stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// In which field: `title`, `about.2`, `attributes.att_...`.
    pub field: Box<str>,
    /// From which character, counted from 0.
    pub from: usize,
    /// Until before which character.
    pub to: usize,
    /// Which word.
    pub word: Box<str>,
    /// What it does.
    pub class: WordClass,
    /// Why, in Chinese.
    pub zh: Box<str>,
    /// Why, in English.
    pub en: Box<str>,
}

/// A character as it is compared; nothing for signs and spaces.
fn plain_char(c: char) -> impl Iterator<Item = char> {
    let narrow = match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        other => other,
    };
    narrow.to_lowercase().filter(|c| c.is_alphanumeric())
}

/// A text as it is compared.
pub(crate) fn plain(text: &str) -> Vec<char> {
    text.chars().flat_map(plain_char).collect()
}

/// Whether a character belongs to a script that sets spaces between words.
fn spaced(c: char) -> bool {
    c.is_alphanumeric() && !super::search::is_cjk(c)
}

/// Finds watched words.
#[derive(Debug, Default)]
pub struct Matcher {
    /// By first character.
    words: HashMap<char, Vec<(Vec<char>, Word)>>,
    /// Words in which no other is found, by first character.
    allowed: HashMap<char, Vec<Vec<char>>>,
}

impl Matcher {
    /// Of these words.
    pub fn new(words: impl IntoIterator<Item = Word>) -> Self {
        let mut by_first: HashMap<char, Vec<(Vec<char>, Word)>> = HashMap::new();
        for word in words {
            let chars = plain(&word.text);
            if let Some(first) = chars.first() {
                by_first.entry(*first).or_default().push((chars, word));
            }
        }
        Self { words: by_first, allowed: HashMap::new() }
    }

    /// Finds nothing within these words.
    #[must_use]
    pub fn allowing<'a>(mut self, words: impl IntoIterator<Item = &'a str>) -> Self {
        for chars in words.into_iter().map(plain) {
            if let Some(first) = chars.first() {
                self.allowed.entry(*first).or_default().push(chars);
            }
        }
        self
    }

    /// Where allowed words stand among the characters of a text.
    fn spared(&self, chars: &[(usize, char)]) -> Vec<Range<usize>> {
        let mut spared = Vec::new();
        for start in 0..chars.len() {
            for word in self.allowed.get(&chars[start].1).into_iter().flatten() {
                let end = start + word.len();
                let found = chars.get(start..end);
                if found.is_some_and(|found| found.iter().zip(word).all(|((_, c), wanted)| c == wanted)) {
                    spared.push(start..end);
                }
            }
        }
        spared
    }

    /// Every place in `text` where one stands.
    pub fn find(&self, field: &str, text: &str) -> Vec<Mark> {
        // Each character as it is compared, with its place in the text.
        let chars: Vec<(usize, char)> =
            text.chars().enumerate().flat_map(|(i, c)| plain_char(c).map(move |c| (i, c))).collect();
        let spared = self.spared(&chars);
        // Where words of the text begin and end is asked for only if something was found.
        let mut edges: Option<HashSet<usize>> = None;
        let mut marks = Vec::new();
        for start in 0..chars.len() {
            for (word, entry) in self.words.get(&chars[start].1).into_iter().flatten() {
                let Some(found) = chars.get(start..start + word.len()) else { continue };
                if !found.iter().zip(word).all(|((_, c), wanted)| c == wanted) {
                    continue;
                }
                let next = chars.get(start + word.len());
                let before = start.checked_sub(1).map(|i| chars[i]);
                let (first, last) = (found[0], found[found.len() - 1]);
                // Two characters of the text touch if nothing was left out between them.
                let joined = |a: (usize, char), b: (usize, char)| {
                    spaced(a.1) && spaced(b.1) && b.0.saturating_sub(a.0) <= 1
                };
                let torn = found.windows(2).any(|pair| spaced(pair[0].1) && pair[1].0 - pair[0].0 > 1)
                    && !word_has_gap(&entry.text);
                if torn
                    || before.is_some_and(|before| joined(before, first))
                    || next.is_some_and(|next| joined(last, *next))
                {
                    continue;
                }
                let end = start + word.len();
                if spared.iter().any(|spared| spared.start <= start && end <= spared.end) {
                    continue;
                }
                let (from, to) = (first.0, last.0 + 1);
                let gap = to - from > entry.text.trim().chars().count() && !word_has_gap(&entry.text);
                let edges = edges.get_or_insert_with(|| edges_of(text));
                let own = edges.contains(&from) && edges.contains(&to);
                let class = if gap || !own { WordClass::Sensitive } else { entry.class };
                marks.push(Mark {
                    field: field.into(),
                    from,
                    to,
                    word: entry.text.clone(),
                    class,
                    zh: entry.zh.clone(),
                    en: entry.en.clone(),
                });
            }
        }
        marks
    }
}

/// Before which characters of a text a word begins or ends.
fn edges_of(text: &str) -> HashSet<usize> {
    let segmenter = WordSegmenter::new_dictionary(WordBreakInvariantOptions::default());
    let bytes: HashSet<usize> = segmenter.segment_str(text).collect();
    let ends = text.char_indices().map(|(at, _)| at).chain([text.len()]).enumerate();
    ends.filter(|(_, at)| bytes.contains(at)).map(|(n, _)| n).collect()
}

/// Whether a word is written with spaces or signs in it.
fn word_has_gap(text: &str) -> bool {
    text.trim().chars().any(|c| !c.is_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matcher(words: &[&str]) -> Matcher {
        let day: Date = "2026-01-01".parse().unwrap();
        Matcher::new(words.iter().map(|text| Word {
            text: (*text).into(),
            class: WordClass::Banned,
            zh: "".into(),
            en: "".into(),
            source: "test".into(),
            from: day,
            until: None,
        }))
    }

    #[test]
    fn a_chinese_word_is_found_through_spaces_and_signs() {
        let words = matcher(&["国家级"]);
        for (text, place) in
            [("国家级品质", Some((0, 3))), ("真 国 家·级!", Some((2, 7))), ("国家队级别", None), ("", None)]
        {
            let found = words.find("title", text);
            assert_eq!(found.first().map(|m| (m.from, m.to)), place, "{text}");
        }
    }

    #[test]
    fn a_latin_word_is_found_as_a_word_only() {
        let words = matcher(&["cure", "best ever"]);
        for (text, count) in [
            ("CURE all", 1),
            ("ｃｕｒｅ", 1),
            ("secure", 0),
            ("cured", 0),
            ("包cure百病", 1),
            ("the Best  Ever cup", 1),
            ("c u r e", 0),
            ("cure cure", 2),
        ] {
            assert_eq!(words.find("about.0", text).len(), count, "{text}");
        }
    }

    #[test]
    fn a_word_over_a_gap_or_within_others_is_for_somebody_to_look_at() {
        use WordClass::{Banned, Sensitive};
        let words = matcher(&["最佳", "国家级", "第一"]).allowing(["第一次", "第一章"]);
        for (text, class) in [
            ("国家级品质", Some(Banned)),
            ("国 家 级品质", Some(Sensitive)),
            ("国-家-级", Some(Sensitive)),
            ("质量第一", Some(Banned)),
            ("第一次用", None),
            ("书的第一章", None),
            ("第一次用，全网第一", Some(Banned)),
        ] {
            let found = words.find("title", text);
            assert_eq!(
                found.iter().map(|mark| mark.class).collect::<Vec<_>>(),
                class.into_iter().collect::<Vec<_>>(),
                "{text}"
            );
        }
    }

    proptest::proptest! {
        #[test]
        fn a_mark_points_at_its_word(before in "[a-z ]{0,9}", after in "[！a-z ]{0,9}") {
            let text = format!("{before}第一品牌{after}");
            let marks = matcher(&["第一品牌"]).find("title", &text);
            proptest::prop_assert_eq!(marks.len(), 1);
            let found: String = text.chars().skip(marks[0].from).take(marks[0].to - marks[0].from).collect();
            proptest::prop_assert_eq!(found, "第一品牌");
        }
    }
}
