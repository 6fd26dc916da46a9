//! Reasons that people give.

use super::error::Error;

/// A reason is a word: reports count by it.
pub(crate) fn checked_reason(reason: &str) -> Result<(), Error> {
    let is_word = (1..=32).contains(&reason.len())
        && reason.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if is_word { Ok(()) } else { Err(Error::Reason) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_one_word() {
        assert_eq!(checked_reason("false_claim"), Ok(()));
        for bad in ["", "False", "two words", "a-b", "x".repeat(33).as_str()] {
            assert_eq!(checked_reason(bad), Err(Error::Reason), "{bad}");
        }
    }
}
