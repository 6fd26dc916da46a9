//! The review of products: what waits, what changes, yes or no.

use crate::problem::Failure;
use kernel::id::Edit;
use kernel::{Id, Moment};
use offer::catalog::edit::Waiting;

/// Where a page of the queue begins, as it stands in an address: when the last one was handed in, and which it was.
pub fn key_of(waiting: &Waiting) -> String {
    format!("{}.{}", waiting.submitted_at.micros(), waiting.id)
}

/// Reads it.
pub fn key(text: Option<&str>) -> Result<Option<(Moment, Id<Edit>)>, Failure> {
    let read = |text: &str| {
        let (at, id) = text.split_once('.')?;
        Some((Moment::from_micros(at.parse().ok()?), id.parse().ok()?))
    };
    text.filter(|text| !text.is_empty())
        .map(|text| read(text).ok_or_else(|| Failure::invalid("after: give the next of the page before")))
        .transpose()
}
