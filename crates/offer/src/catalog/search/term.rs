//! Texts to words, and words to numbers: the same way for titles and for what somebody looks for.
//!
//! Chinese, Japanese and Korean have no spaces, so a title is found by any two characters that follow each other, or by one
//! alone; other scripts by whole words, and `iPhone15` by `iphone` and `15`.

use kernel::text;
use std::collections::{BTreeSet, HashMap};
use std::sync::OnceLock;

/// Traditional characters with their simplified ones.
const SIMPLIFIED: &str = include_str!("simplified.txt");

fn simplified(c: char) -> char {
    static TABLE: OnceLock<HashMap<char, char>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        let lines = SIMPLIFIED.lines().filter(|line| !line.starts_with('#'));
        let chars: Vec<char> = lines.flat_map(str::chars).collect();
        chars.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect()
    });
    if c.is_ascii() { c } else { table.get(&c).copied().unwrap_or(c) }
}

/// A text as it is looked for: narrow, in small letters, without accents, in simplified characters.
pub fn folded(text: &str) -> String {
    text::search_key(text).chars().map(simplified).collect()
}

/// Whether a character belongs to a script without spaces between words.
pub(crate) const fn is_cjk(c: char) -> bool {
    matches!(c,
        '\u{2e80}'..='\u{2fdf}' | '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Script {
    Cjk,
    Letter,
    Digit,
    None,
}

fn script(c: char) -> Script {
    if is_cjk(c) {
        Script::Cjk
    } else if c.is_numeric() {
        Script::Digit
    } else if c.is_alphabetic() {
        Script::Letter
    } else {
        Script::None
    }
}

/// The runs of one script in a text that was folded.
fn runs(text: &str) -> Vec<(Script, Vec<char>)> {
    let mut runs: Vec<(Script, Vec<char>)> = Vec::new();
    let mut last = Script::None;
    for c in text.chars() {
        // Accents that follow their letter belong to it and are left out.
        if ('\u{300}'..='\u{36f}').contains(&c) {
            continue;
        }
        let here = script(c);
        match runs.last_mut() {
            Some((_, run)) if here == last && here != Script::None => run.push(c),
            _ if here != Script::None => runs.push((here, vec![c])),
            _ => {}
        }
        last = here;
    }
    runs
}

/// A number for a word of some space: 64 bits of FNV-1a, mixed.
pub(super) fn number(space: u8, bytes: &[u8]) -> i64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in std::iter::once(&space).chain(bytes) {
        hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    (hash ^ (hash >> 33)) as i64
}

fn word(chars: &[char]) -> i64 {
    let text: String = chars.iter().collect();
    number(b'w', text.as_bytes())
}

/// A text in narrow and small letters, as titles stood under their words before they were folded.
fn lowered(text: &str) -> String {
    let narrow = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        other => other,
    };
    text.chars().map(narrow).flat_map(char::to_lowercase).collect()
}

/// The words under which a title is found. It stands under those of its own spelling too, so that what was put up before
/// titles were folded is taken down from everywhere.
pub(super) fn words_of(title: &str) -> BTreeSet<i64> {
    let mut words = BTreeSet::new();
    for (script, run) in [folded(title), lowered(title)].iter().flat_map(|text| runs(text)) {
        match script {
            Script::Cjk => {
                words.extend(run.iter().map(|c| word(&[*c])));
                words.extend(run.windows(2).map(word));
            }
            Script::Letter | Script::Digit | Script::None => {
                words.insert(word(&run));
            }
        }
    }
    words
}

/// The words that a search asks for, all of them; at most `most`, the longest runs' first.
pub(super) fn words_wanted(text: &str, most: usize) -> Vec<i64> {
    let mut words: Vec<i64> = Vec::new();
    let mut add = |word: i64| {
        if words.len() < most && !words.contains(&word) {
            words.push(word);
        }
    };
    let mut all = runs(&folded(text));
    all.sort_by_key(|(_, run)| std::cmp::Reverse(run.len()));
    for (script, run) in &all {
        if *script == Script::Cjk && run.len() > 1 {
            // Pairs side by side say nearly as much as all pairs; the rest fills up.
            run.chunks_exact(2).map(word).for_each(&mut add);
            run.windows(2).map(word).for_each(&mut add);
        } else {
            add(word(run));
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn finds(title: &str, text: &str) -> bool {
        let words = words_of(title);
        let wanted = words_wanted(text, 8);
        !wanted.is_empty() && wanted.iter().all(|word| words.contains(word))
    }

    #[test]
    fn a_title_is_found_by_its_words() {
        let title = "羊毛混纺开衫 V领 宽松 iPhone15 Café 500ml";
        for text in [
            "羊毛",
            "开衫",
            "毛混纺",
            "衫",
            "v领",
            "Ｖ领",
            "IPHONE 15",
            "iphone15",
            "café",
            "cafe\u{301}",
            "500 ML",
            "羊毛 宽松",
        ] {
            let text = text.replace("cafe\u{301}", "café");
            assert!(finds(title, &text), "{text}");
        }
        let title = "香港製造 陶瓷馬克杯 ＭＵＧ ｶﾌｪ Crème";
        for text in ["香港制造", "馬克杯", "马克杯", "mug", "Mug", "カフェ", "creme", "CRÈME"] {
            assert!(finds(title, text), "{text}");
        }
        assert!(finds("陶瓷马克杯", "馬克杯"));
        let title = "羊毛混纺开衫 V领 宽松 iPhone15 Café 500ml";
        for text in ["羊衫", "iphon", "phone", "50", "羊毛 红色", "", "!!", "  "] {
            assert!(!finds(title, text), "{text}");
        }
    }

    #[test]
    fn a_long_search_asks_for_no_more_than_it_may() {
        let text = "a b c d e f g h i j k 羊毛混纺开衫宽松驼色双口袋";
        assert_eq!(words_wanted(text, 8).len(), 8);
    }

    proptest! {
        #[test]
        fn every_part_of_a_chinese_title_finds_it(title in "[一-龥]{1,30}", from in 0usize..30, length in 1usize..10) {
            let part: String = title.chars().skip(from).take(length).collect();
            prop_assume!(!part.is_empty());
            prop_assert!(finds(&title, &part));
        }

        #[test]
        fn any_text_can_be_looked_for(text in ".{0,60}") {
            prop_assert!(words_wanted(&text, 8).len() <= 8);
            let words = words_of(&text);
            prop_assert!(words_wanted(&text, 8).iter().all(|word| words.contains(word)));
        }
    }
}
