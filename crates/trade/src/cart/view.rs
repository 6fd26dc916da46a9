//! What can be read of a cart.

use super::error::Error;
use super::sql;
use crate::scene::{Scene, Via};
use kernel::{Id, Moment, id};
use store::{Query, StoreError, vals};

/// The most lines that are read; the market's terms allow fewer.
const PAGE: i64 = 500;

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Which variant.
    pub sku: Id<id::Sku>,
    /// Of which product.
    pub product: Id<id::Product>,
    /// Whose.
    pub shop: Id<id::Shop>,
    /// How many.
    pub quantity: i64,
    /// Where the member came upon it last.
    pub via: Via,
    /// When it was put in last.
    pub added_at: Moment,
}

/// How much there is in a cart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// Different variants.
    pub lines: i64,
    /// Units of all of them.
    pub units: i64,
}

/// All lines of a member's cart, last put in first.
pub fn lines(q: &mut impl Query, member: Id<id::Member>) -> Result<Vec<Line>, Error> {
    Ok(q.rows(&sql::LINES, vals![member, PAGE], |row| {
        let scene = Scene::parse(row.text(4)?).ok_or_else(|| {
            StoreError::Unreadable("cart: a scene that this program does not know".to_owned())
        })?;
        Ok(Line {
            sku: Id::from_raw(row.id(0)?),
            product: Id::from_raw(row.id(1)?),
            shop: Id::from_raw(row.id(2)?),
            quantity: row.int(3)?,
            via: Via { scene, evidence: row.maybe_text(5)?.map(Into::into) },
            added_at: row.moment(6)?,
        })
    })?)
}

/// How much there is in a member's cart.
pub fn count(q: &mut impl Query, member: Id<id::Member>) -> Result<Count, Error> {
    let found =
        q.one(&sql::COUNT, vals![member], |row| Ok(Count { lines: row.int(0)?, units: row.int(1)? }))?;
    Ok(found.unwrap_or(Count { lines: 0, units: 0 }))
}
