//! What can be read of delivery methods.

use super::error::Error;
use super::model::DeliveryMethod;
use super::sql;
use kernel::{Id, id};
use store::{Query, vals};

/// The most that are read of one shop; the terms allow fewer.
const MOST: i64 = 100;

/// A shop's way. One statement.
pub fn delivery_method(q: &mut impl Query, shop: Id<id::Shop>, code: &str) -> Result<DeliveryMethod, Error> {
    let found = q.one(&sql::ONE, vals![shop, code], sql::delivery_method)?;
    found.ok_or_else(|| {
        let code = code.chars().take(super::LONGEST_CODE).collect::<String>().into();
        Error::NoWay { shop, code }
    })
}

/// A shop's ways besides the standard one, by code. One statement.
pub fn delivery_methods(q: &mut impl Query, shop: Id<id::Shop>) -> Result<Vec<DeliveryMethod>, Error> {
    Ok(q.rows(&sql::ALL_OF, vals![shop, MOST], sql::delivery_method)?)
}
