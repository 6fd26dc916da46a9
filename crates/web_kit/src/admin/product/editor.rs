//! The editor of a product: one form for everything that is reviewed, with its pictures and its matrix of variants.
//!
//! Every button sends the whole form. With scripts a choice that changes the form (category, axes, pictures) brings it back
//! at once; without them a button does.
//!
//! Invariants: only 存草稿 and 送审 write a product; a refusal shows the form as it was typed, each fault beside its field;
//! a draft that somebody else wrote in between is never overwritten silently.

use crate::admin::product::one::names;
use crate::admin::product::view::Names;
use crate::problem::Failure;
use offer::catalog::Content;
use store::Read;

/// The names behind a content, for the reviewer's page.
pub fn names_of(q: &mut Read<'_>, content: &Content) -> Result<Names, Failure> {
    names(q, content)
}
