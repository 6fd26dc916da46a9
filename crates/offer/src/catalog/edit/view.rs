//! What is read of edits.

use super::sql;
use crate::catalog::edit_status::Status;
use crate::catalog::error::Error;
use crate::catalog::product::{Change, Content, diff};
use crate::catalog::word::Mark;
use kernel::id::{Edit as EditKey, Product, Shop};
use kernel::{Id, Moment};
use serde::Serialize;
use store::Query;

/// An edit with everything that a reviewer and its shop see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EditView {
    /// Which.
    pub id: Id<EditKey>,
    /// Whose.
    pub shop: Id<Shop>,
    /// Of which product.
    pub product: Id<Product>,
    /// The version that it changes; 0 for a product that was never live.
    pub base: i64,
    /// Where it is.
    pub status: Status,
    /// How often it was written: to be given back with a change.
    pub revision: i64,
    /// What the product becomes.
    pub content: Content,
    /// Which fields differ from the version that it changes.
    pub changes: Vec<Change>,
    /// Sensitive words and where they stand, once it was handed in.
    pub marks: Vec<Mark>,
    /// Why it was rejected, in a word.
    pub reason: Option<Box<str>>,
    /// What the reviewer wrote.
    pub note: Option<Box<str>>,
    /// Who began it: `mbr_...`, `key_...`, `operator`, `system`.
    pub made_by: Box<str>,
    /// When it was begun.
    pub made_at: Moment,
    /// When it was handed in.
    pub submitted_at: Option<Moment>,
    /// Who decided.
    pub decided_by: Option<Box<str>>,
    /// When it was decided.
    pub decided_at: Option<Moment>,
}

impl EditView {
    pub(super) fn of(edit: sql::Edit) -> Self {
        Self {
            changes: diff(edit.before.as_ref(), &edit.content),
            id: edit.id,
            shop: edit.shop,
            product: edit.product,
            base: edit.base,
            status: edit.status,
            revision: edit.revision,
            content: edit.content,
            marks: edit.marks,
            reason: edit.reason,
            note: edit.note,
            made_by: edit.made_by,
            made_at: edit.made_at,
            submitted_at: edit.submitted_at,
            decided_by: edit.decided_by,
            decided_at: edit.decided_at,
        }
    }
}

/// An edit in the platform's queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Waiting {
    /// Which.
    pub id: Id<EditKey>,
    /// Whose.
    pub shop: Id<Shop>,
    /// Of which product.
    pub product: Id<Product>,
    /// The version that it changes; 0 for a product that was never live.
    pub base: i64,
    /// What the product is to be called.
    pub title: Box<str>,
    /// Whether it holds sensitive words.
    pub marked: bool,
    /// Who began it.
    pub made_by: Box<str>,
    /// Since when it waits.
    pub submitted_at: Moment,
}

/// Which of a shop's edits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct EditFilter {
    /// In this state.
    pub status: Option<Status>,
    /// Of this product.
    pub product: Option<Id<Product>>,
}

/// An edit, for the platform. One statement.
pub fn edit(q: &mut impl Query, id: Id<EditKey>) -> Result<EditView, Error> {
    Ok(EditView::of(sql::load(q, id)?))
}

/// An edit, for its shop. One statement.
pub fn edit_of_shop(q: &mut impl Query, shop: Id<Shop>, id: Id<EditKey>) -> Result<EditView, Error> {
    Ok(EditView::of(sql::load_of_shop(q, shop, id)?))
}

/// A page of a shop's edits, newest first.
pub fn edits_of_shop(
    q: &mut impl Query,
    shop: Id<Shop>,
    filter: &EditFilter,
    after: Option<Id<EditKey>>,
    limit: i64,
) -> Result<Vec<EditView>, Error> {
    Ok(sql::of_shop(q, shop, (filter.status, filter.product), after, limit.clamp(1, 100))?)
}

/// A page of what waits for the platform, longest first. `after` is when the last one of the page before was handed in, and
/// which it was.
pub fn review_queue(
    q: &mut impl Query,
    after: Option<(Moment, Id<EditKey>)>,
    limit: i64,
) -> Result<Vec<Waiting>, Error> {
    Ok(sql::queue(q, after, limit.clamp(1, 200))?)
}
