//! A shop's products: edits beside the live version, prices at once, pictures.

use crate::problem::Failure;
use crate::site::Site;
use kernel::id::{Edit, Shop};
use kernel::{Id, Moment};
use offer::catalog::{self, EditFilter, EditView, Rules};
use std::sync::Arc;
use store::Read;

/// A status of a product by its word.
pub fn status(text: &str) -> Result<catalog::Status, Failure> {
    catalog::Status::parse(text).ok_or_else(|| {
        Failure::invalid(format!(
            "status must be draft, on, off or banned, not \"{}\"",
            crate::problem::brief(text)
        ))
    })
}

/// The catalog's rules of today.
pub fn rules_of(site: &Site) -> Result<Arc<Rules>, Failure> {
    let today = (site.now)().date(&site.market.zone);
    Ok(catalog::rules(today, site.market.currency)?)
}

/// Some of a shop's edits, newest first.
pub fn edits_of(
    q: &mut Read<'_>,
    shop: Id<Shop>,
    filter: &EditFilter,
    last: Option<Id<Edit>>,
    limit: usize,
) -> Result<Vec<EditView>, Failure> {
    Ok(catalog::edits_of_shop(q, shop, filter, last, limit as i64)?)
}

/// The time of an edit's last step.
pub fn edit_time(edit: &EditView) -> Moment {
    edit.decided_at.or(edit.submitted_at).unwrap_or(edit.made_at)
}
