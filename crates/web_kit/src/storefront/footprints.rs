//! `/footprints`: what the reader looked at last, and the button that wipes it.

use crate::problem::Failure;
use kernel::Moment;

/// Where a page of footprints begins, from the text that ended the one before.
pub fn cursor(text: &str) -> Result<Moment, Failure> {
    let micros = text.parse().map_err(|_| Failure::invalid("after: give the `next` of the page before"))?;
    Ok(Moment::from_micros(micros))
}
