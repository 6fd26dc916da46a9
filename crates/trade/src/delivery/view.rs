//! What can be read of ways of delivery.

use super::error::Error;
use super::model::Way;
use super::sql;
use kernel::{Id, id};
use store::{Query, vals};

/// The most that are read of one shop; the terms allow fewer.
const MOST: i64 = 100;

/// A shop's way. One statement.
pub fn way(q: &mut impl Query, shop: Id<id::Shop>, code: &str) -> Result<Way, Error> {
    let found = q.one(&sql::WAY, vals![shop, code], sql::way)?;
    found.ok_or_else(|| {
        let code = code.chars().take(super::LONGEST_CODE).collect::<String>().into();
        Error::NoWay { shop, code }
    })
}

/// A shop's ways besides the standard one, by code. One statement.
pub fn ways(q: &mut impl Query, shop: Id<id::Shop>) -> Result<Vec<Way>, Error> {
    Ok(q.rows(&sql::WAYS, vals![shop, MOST], sql::way)?)
}
