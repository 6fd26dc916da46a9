//! Numbers of orders that are short enough to say: the day, and six digits.
//!
//! Invariants: a market has each once; the digits come from the order's own random id, so that nobody learns from two of them
//! how many were placed between; what is typed with hyphens or spaces is the same number.

use kernel::id::Order;
use kernel::{Date, Id};
use store::{Query, StoreError, vals};

/// How many digits follow the day, and how many where a day has so many orders that those run short.
const DIGITS: [u32; 2] = [6, 9];
/// How often another number of as many digits is tried.
const TRIES: u64 = 8;

store::sql! {
    /// Which order has a number.
    pub(super) BY_CODE = "
select id
from order_head
where code = $1";
}

/// Digits of an order's id, others for each try.
const fn digits(id: Id<Order>, attempt: u64, modulus: u64) -> u64 {
    let raw = id.raw().0;
    let low = u64::from_be_bytes([raw[8], raw[9], raw[10], raw[11], raw[12], raw[13], raw[14], raw[15]]);
    // The finalizer of splitmix64: each bit of the id reaches each bit of the sum.
    let mut mixed = low.wrapping_add(attempt.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (mixed ^ (mixed >> 31)) % modulus
}

/// A number for an order of a day that no other has, nor one of those beside it.
pub fn free_code(
    q: &mut impl Query,
    day: Date,
    id: Id<Order>,
    beside: &[Box<str>],
) -> Result<Box<str>, StoreError> {
    let day = format!("{:02}{:02}{:02}", day.year().rem_euclid(100), day.month(), day.day());
    for width in DIGITS {
        for attempt in 0..TRIES {
            let digits = digits(id, attempt, 10_u64.pow(width));
            let code: Box<str> = format!("{day}{digits:0width$}", width = width as usize).into();
            let is_taken = q.one(&BY_CODE, vals![&code], |row| row.id(0))?.is_some();
            if !is_taken && !beside.contains(&code) {
                return Ok(code);
            }
        }
    }
    Err(StoreError::Unreadable("order: no number is free today".to_owned()))
}

/// A number as people read and say it: `261130-482173`.
pub fn said(code: &str) -> String {
    code.split_at_checked(6).map_or_else(|| code.to_owned(), |(day, rest)| format!("{day}-{rest}"))
}

/// The number that somebody typed, if it can be one.
pub fn code_of(text: &str) -> Option<Box<str>> {
    let kept: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    let fits = DIGITS.iter().any(|width| kept.len() == 6 + *width as usize);
    (fits && kept.bytes().all(|b| b.is_ascii_digit())).then(|| kept.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::{Moment, RawId};

    #[test]
    fn a_number_reads_back_as_it_is_said() {
        assert_eq!(said("261130482173"), "261130-482173");
        for typed in ["261130482173", "261130-482173", " 261130 482 173 "] {
            assert_eq!(code_of(typed).as_deref(), Some("261130482173"));
        }
        for typed in ["", "26113048217", "2611304821734", "261130-48217x", "ord_0640yw3hg0d5v8wxfrgcp6ztr0"] {
            assert_eq!(code_of(typed), None, "{typed}");
        }
    }

    #[test]
    fn neighbours_in_time_are_no_neighbours_in_numbers_and_each_try_is_another() {
        let of = |n: u128, attempt| {
            digits(Id::from_raw(RawId::new(Moment::from_micros(5_000_000), n)), attempt, 1_000_000)
        };
        let first: Vec<u64> = (0..1_000).map(|n| of(n, 0)).collect();
        let ups = first.windows(2).filter(|pair| pair[0] < pair[1]).count();
        assert!((400..600).contains(&ups), "{ups} of 999 rise");
        let tries: std::collections::BTreeSet<u64> = (0..TRIES).map(|attempt| of(7, attempt)).collect();
        assert_eq!(tries.len() as u64, TRIES);
    }
}
