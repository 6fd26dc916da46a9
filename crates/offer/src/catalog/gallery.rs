//! Which pictures belong to whom. The files themselves stand in the blob store under their keys.

use super::error::Error;
use super::{parsed, written};
use crate::media::MediaView;
use kernel::id::Shop;
use kernel::{Ctx, Id, RawId};
use std::collections::HashMap;
use store::{Query, Tx, vals};

store::sql! {
    /// A picture of somebody.
    ADD = "
insert into catalog_media (owner, key, document, at)
values ($1, $2, $3, $4)
on conflict (owner, key) do nothing";

    /// One of somebody's pictures.
    ONE = "
select document
from catalog_media
where owner = $1 and key = $2";
}

/// The platform owns pictures too: those of the mall's pages.
fn owner(shop: Option<Id<Shop>>) -> RawId {
    shop.map_or(RawId::default(), Id::raw)
}

/// Notes that a picture, whose files are kept already, belongs to a shop (or to the platform). Again is the same.
pub fn add_media(tx: &mut Tx<'_>, ctx: &Ctx, shop: Option<Id<Shop>>, media: &MediaView) -> Result<(), Error> {
    let document = written(media)?;
    Ok(tx.insert(&ADD, vals![owner(shop), &media.key, &document, ctx.now])?)
}

/// One of the pictures of a shop (or of the platform).
pub fn media(q: &mut impl Query, shop: Option<Id<Shop>>, key: &str) -> Result<Option<MediaView>, Error> {
    Ok(q.one(&ONE, vals![owner(shop), key], |row| parsed(row.text(0)?))?)
}

/// Pictures by key, those that were found.
pub(crate) fn found(
    q: &mut impl Query,
    shop: Id<Shop>,
    keys: &[&str],
    known: &mut HashMap<Box<str>, MediaView>,
) -> Result<(), Error> {
    for key in keys {
        if !known.contains_key(*key)
            && let Some(found) = media(q, Some(shop), key)?
        {
            known.insert((*key).into(), found);
        }
    }
    Ok(())
}
