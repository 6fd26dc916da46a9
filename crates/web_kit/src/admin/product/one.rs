//! `/merchant/{shop}/products/{product}`: what is live, its prices and stock, what waits, and every version it had.

use crate::admin::product::view::Names;
use crate::problem::Failure;
use offer::catalog::{self, Content};
use store::Read;

/// Categories that names are looked up in.
pub const TREE: i64 = 2_000;

/// The names that a content points to: three statements.
pub fn names(q: &mut Read<'_>, content: &Content) -> Result<Names, Failure> {
    let categories = catalog::categories(q, None, TREE)?;
    let code = categories.iter().find(|category| category.id == content.category).map(|c| c.code.clone());
    let attributes = match code {
        Some(code) => catalog::attributes(q, &code)?,
        None => Vec::new(),
    };
    let brands = match content.brand {
        Some(_) => catalog::brands(q, None, TREE)?,
        None => Vec::new(),
    };
    Ok(Names { categories, attributes, brands })
}
