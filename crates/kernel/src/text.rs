//! Texts as people see them: what of a text is kept, and by which form two texts are the same.
//!
//! Invariants: what is kept is in the one form that Unicode composes (NFC), holds nothing that cannot be seen beside the
//! joiners that its script needs, and does not change when it is kept again; texts that look alike in small and capital
//! letters, in narrow and wide forms have the same key.

use icu_casemap::CaseMapper;
use icu_normalizer::{ComposingNormalizer, DecomposingNormalizer};
use icu_properties::CodePointSetData;
use icu_properties::props::{DefaultIgnorableCodePoint, Emoji, ExtendedPictographic};
use std::borrow::Cow;

/// A text as it is kept: composed, without what cannot be seen, without spaces around it.
pub fn kept(text: &str) -> String {
    let text = if text.is_ascii() { text.to_owned() } else { composed(&seen(text)) };
    text.trim_matches(is_blank).to_owned()
}

/// One line of text as it is kept, of so many characters; nothing if it is shorter, longer, or holds a control character.
pub fn line(text: &str, least: usize, most: usize) -> Option<String> {
    let text = kept(text);
    let fits = (least..=most).contains(&text.chars().count()) && !text.contains(char::is_control);
    fits.then_some(text)
}

/// As [`line`], of one line or several.
pub fn lines(text: &str, least: usize, most: usize) -> Option<String> {
    let text = kept(text);
    let plain = !text.contains(|c: char| c.is_control() && c != '\n' && c != '\t');
    (plain && (least..=most).contains(&text.chars().count())).then_some(text)
}

/// The form by which names, codes and words are the same: compatible forms made one (NFKC), letters folded, one space for
/// several.
pub fn key(text: &str) -> String {
    let visible: String = text.chars().filter(|c| !is_unseen(*c)).collect();
    let nfkc = ComposingNormalizer::new_nfkc();
    spaced(&nfkc.normalize(&CaseMapper::new().fold_string(&nfkc.normalize(&visible))))
}

/// A text with one space for several and none around it.
fn spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The form in which texts are searched: their key, without accents.
pub fn search_key(text: &str) -> String {
    let key = key(text);
    if key.is_ascii() {
        return key;
    }
    let mut bare = String::with_capacity(key.len());
    for c in DecomposingNormalizer::new_nfd().normalize(&key).chars() {
        match c {
            '\u{300}'..='\u{36f}' => {}
            'ø' => bare.push('o'),
            'ł' => bare.push('l'),
            'đ' | 'ð' => bare.push('d'),
            'ħ' => bare.push('h'),
            'ŧ' => bare.push('t'),
            'ı' => bare.push('i'),
            'æ' => bare.push_str("ae"),
            'œ' => bare.push_str("oe"),
            'þ' => bare.push_str("th"),
            c => bare.push(c),
        }
    }
    // A mark that stood by itself leaves the space that carried it.
    spaced(&composed(&bare))
}

/// A text as it may stand in a cell of a sheet: what a program of sheets would take for a formula stands behind an
/// apostrophe. Numbers stay.
pub fn cell(text: &str) -> Cow<'_, str> {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']) && text.parse::<f64>().is_err();
    if formula { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

fn composed(text: &str) -> String {
    ComposingNormalizer::new_nfc().normalize(text).into_owned()
}

/// Characters that take part in a text without being seen.
fn is_unseen(c: char) -> bool {
    if c.is_ascii() {
        return false;
    }
    CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
        || matches!(c, '\u{fff9}'..='\u{fffb}')
        || u32::from(c) & 0xfffe == 0xfffe
}

/// What is white, or looks it.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || c == '\u{2800}'
}

/// A text without what cannot be seen. Joiners stay between letters of scripts that write with them and in pictures that
/// are made of several; what chooses between a sign and its picture stays behind that sign.
fn seen(text: &str) -> String {
    let pictures = CodePointSetData::new::<ExtendedPictographic>();
    let signs = CodePointSetData::new::<Emoji>();
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    // The last character that can be seen, whatever chooses its looks.
    let mut last = None;
    while let Some(c) = rest.next() {
        let next = rest.peek().copied();
        let joins = || {
            let (Some(before), Some(after)) = (last, next) else { return false };
            let emoji = c == '\u{200d}' && pictures.contains(after);
            (emoji && (pictures.contains(before) || is_tone(before)))
                || (is_joined(before) && is_joined(after))
        };
        match c {
            '\u{200c}' | '\u{200d}' => {
                if joins() {
                    out.push(c);
                }
            }
            '\u{fe0e}' | '\u{fe0f}' => {
                if last.is_some_and(|before| signs.contains(before))
                    && !out.ends_with(['\u{fe0e}', '\u{fe0f}'])
                {
                    out.push(c);
                }
            }
            '\u{2028}' | '\u{2029}' => out.push(' '),
            c if is_unseen(c) => {}
            c => {
                out.push(c);
                last = Some(c);
            }
        }
    }
    out
}

/// The colours of skins.
const fn is_tone(c: char) -> bool {
    matches!(c, '\u{1f3fb}'..='\u{1f3ff}')
}

/// Letters of Arabic and of the scripts of India and its neighbours, whose shape a joiner decides.
const fn is_joined(c: char) -> bool {
    matches!(c, '\u{620}'..='\u{6ff}' | '\u{750}'..='\u{77f}' | '\u{900}'..='\u{dff}' | '\u{1780}'..='\u{17ff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_kept_is_composed_and_holds_nothing_that_cannot_be_seen() {
        for (text, is) in [
            ("  木子家居 ", "木子家居"),
            ("Cafe\u{301}", "Café"),
            ("木\u{200b}子\u{feff}", "木子"),
            ("\u{202e}gnp.exe\u{202c}", "gnp.exe"),
            ("\u{2066}a\u{2069}\u{ad}b", "ab"),
            ("\u{3164}\u{115f}\u{2800} \u{200d}", ""),
            ("\u{200b}", ""),
            ("ｃｕｐ　杯", "ｃｕｐ　杯"),
            ("👩\u{200d}👩\u{200d}👧 ok", "👩\u{200d}👩\u{200d}👧 ok"),
            ("👩🏽\u{200d}🚀", "👩🏽\u{200d}🚀"),
            ("❤\u{fe0f}", "❤\u{fe0f}"),
            ("a\u{fe0f}\u{200d}b", "ab"),
            ("می\u{200c}خواهم", "می\u{200c}خواهم"),
            ("a\u{2028}b", "a b"),
        ] {
            assert_eq!(kept(text), is, "{text:?}");
        }
    }

    #[test]
    fn a_line_has_bounds_and_something_to_see() {
        assert_eq!(line(" 木子\u{200b} ", 1, 2).as_deref(), Some("木子"));
        assert_eq!(line("木子家", 1, 2), None);
        assert_eq!(line("\u{200b}\u{3164}", 1, 60), None);
        assert_eq!(line("\u{200b}", 0, 60).as_deref(), Some(""));
        assert_eq!(line("a\nb", 1, 60), None);
        assert_eq!(lines("a\nb", 1, 60).as_deref(), Some("a\nb"));
        assert_eq!(lines("a\u{7}b", 1, 60), None);
    }

    #[test]
    fn texts_that_look_alike_have_one_key() {
        for (one, other) in [
            ("ＡＢＣ　１２", "abc 12"),
            ("STRASSE", "straße"),
            ("Ｖ领", "v领"),
            ("ﬁne", "FINE"),
            ("ｶﾞ", "ガ"),
            ("a\u{200b}b", "AB"),
            ("Σίσυφος", "ΣΊΣΥΦΟΣ"),
            ("Cafe\u{301}", "CAFÉ"),
            (" a \u{3000} b", "a b"),
        ] {
            assert_eq!(key(one), key(other), "{one} {other}");
        }
        assert_ne!(key("café"), key("cafe"));
        assert_ne!(key("ハ"), key("バ"));
    }

    #[test]
    fn a_search_knows_no_accents() {
        for (one, other) in
            [("Café", "cafe"), ("ÅNGSTRÖM", "angstrom"), ("Łódź", "lodz"), ("smørrebrød", "smorrebrod")]
        {
            assert_eq!(search_key(one), other);
        }
        assert_eq!(search_key("ᤰ¸"), "ᤰ", "a mark without a letter");
        assert_ne!(search_key("ハ"), search_key("バ"));
    }

    #[test]
    fn a_cell_is_no_formula() {
        for (text, is) in [
            ("=1+1", "'=1+1"),
            ("+cmd", "'+cmd"),
            ("-cmd", "'-cmd"),
            ("@sum", "'@sum"),
            ("\t=1", "'\t=1"),
            ("-1.5", "-1.5"),
            ("+7", "+7"),
            ("a=1", "a=1"),
            ("", ""),
        ] {
            assert_eq!(cell(text), is, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_kept_is_kept_again_unchanged(text: String) {
            let once = kept(&text);
            prop_assert_eq!(kept(&once), once);
        }

        #[test]
        fn a_key_is_its_own_key(text: String) {
            let (once, bare) = (key(&text), search_key(&text));
            prop_assert_eq!(&key(&kept(&text)), &once);
            prop_assert_eq!(key(&once), once);
            prop_assert_eq!(search_key(&bare), bare);
        }
    }
}
