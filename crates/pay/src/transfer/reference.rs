//! References that people read out, write onto transfers and type off statements: `SH` and nine characters, the last of
//! which checks the others.
//!
//! The characters are 31, a prime number, and each place weighs differently: one wrong character, or any two changed
//! about, never give another good reference.

use kernel::{Id, id};
use sha2::{Digest, Sha256};
use std::fmt;

/// No 0, I, L, O and U: they are taken for others, or make words.
const LETTERS: &[u8; 31] = b"123456789ABCDEFGHJKMNPQRSTVWXYZ";
const PRIME: u32 = 31;
/// What every reference begins with.
const BEGIN: &str = "SH";
/// How many characters it has besides, the last one checks.
const LONG: usize = 9;

/// A reference whose check is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reference([u8; LONG]);

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(BEGIN)?;
        self.0.iter().try_for_each(|digit| write!(f, "{}", char::from(LETTERS[usize::from(*digit)])))
    }
}

/// The weighted sum; of a good reference it is 0.
fn sum(digits: &[u8]) -> u32 {
    digits.iter().zip(1..).map(|(digit, weight)| u32::from(*digit) * weight).sum::<u32>() % PRIME
}

impl Reference {
    /// One of the references that a payment may have.
    pub(super) fn of(payment: Id<id::Payment>, nth: u8) -> Self {
        let hash = Sha256::new().chain_update(payment.raw().0).chain_update([nth]).finalize();
        let mut left = hash.iter().take(8).fold(0_u64, |all, byte| (all << 8) | u64::from(*byte));
        let mut digits = [0; LONG];
        for digit in &mut digits[..LONG - 1] {
            *digit = (left % u64::from(PRIME)) as u8;
            left /= u64::from(PRIME);
        }
        // The weight of the last place is 9, and 9 times 7 is one more than 2 times 31.
        digits[LONG - 1] = (((PRIME - sum(&digits)) * 7) % PRIME) as u8;
        Self(digits)
    }

    /// The first good reference in what somebody typed or copied: in small letters, wide ones, with spaces or dashes
    /// between, and with other words around it.
    pub(super) fn within(text: &str) -> Option<Self> {
        let plain: Vec<char> = text.chars().filter_map(plain).collect();
        let begin: Vec<char> = BEGIN.chars().collect();
        plain.windows(BEGIN.len() + LONG).find_map(|window| {
            let rest = window.strip_prefix(begin.as_slice())?;
            let mut digits = [0; LONG];
            for (digit, c) in digits.iter_mut().zip(rest) {
                *digit = digit_of(*c)?;
            }
            (sum(&digits) == 0).then_some(Self(digits))
        })
    }
}

/// A character as it was meant; none for what only stands between.
fn plain(c: char) -> Option<char> {
    let narrow = match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        c => c,
    };
    match narrow.to_ascii_uppercase() {
        c if c.is_whitespace() || matches!(c, '-' | '_' | '.' | '·' | '\u{2010}'..='\u{2015}') => None,
        'I' | 'L' => Some('1'),
        c => Some(c),
    }
}

fn digit_of(c: char) -> Option<u8> {
    let at = LETTERS.iter().position(|letter| char::from(*letter) == c)?;
    u8::try_from(at).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::{Moment, RawId};
    use proptest::prelude::*;

    fn payment(n: u128) -> Id<id::Payment> {
        Id::from_raw(RawId::new(Moment::from_micros(1_700_000_000_000_000), n))
    }

    #[test]
    fn a_reference_is_short_and_reads_back_however_it_was_typed() {
        let reference = Reference::of(payment(7), 0);
        let text = reference.to_string();
        assert_eq!(text, "SHWRJS9DSG1");
        assert_ne!(Reference::of(payment(7), 1), reference);
        let wide: String = text.chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap()).collect();
        let spaced = format!("{} {}-{}", &text[..2], &text[2..6], &text[6..]);
        for typed in [
            text.clone(),
            text.to_lowercase(),
            wide,
            spaced,
            format!("货款{text}谢谢"),
            format!("SH SH{text}"),
            format!("SHIPPING {text} 2"),
        ] {
            assert_eq!(Reference::within(&typed), Some(reference), "{typed}");
        }
        for typed in ["", "SH", "谢谢", &text[2..], &text[..10]] {
            assert_eq!(Reference::within(typed), None, "{typed}");
        }
    }

    proptest! {
        #[test]
        fn one_wrong_character_or_two_changed_about_are_caught(n: u128, at in 0..LONG, other in 0..LONG, to in 0..31_u8) {
            let good = Reference::of(payment(n), 0);
            prop_assert_eq!(Reference::within(&good.to_string()), Some(good));
            let mut wrong = good;
            wrong.0[at] = to;
            prop_assert_eq!(Reference::within(&wrong.to_string()).is_some(), wrong == good);
            let mut swapped = good;
            swapped.0.swap(at, other);
            prop_assert_eq!(Reference::within(&swapped.to_string()).is_some(), swapped == good);
        }

        #[test]
        fn no_text_makes_it_panic(text: String) {
            let _ = Reference::within(&text);
        }
    }
}
