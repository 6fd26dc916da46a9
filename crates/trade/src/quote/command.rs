//! What can be done with quotes.

use super::document::{Document, Quote, Shown};
use super::error::Error;
use super::sql;
use crate::price::Priced;
use kernel::{Ctx, Id, Moment, id};
use std::borrow::Cow;
use store::{Query, StoreError, Tx, vals};

/// What is kept.
#[derive(Debug, Clone, Copy)]
pub struct Keep<'a> {
    /// The price.
    pub priced: &'a Priced,
    /// Where it is to be sent.
    pub address: Option<Id<id::Address>>,
    /// What was shown: one for each line of the price, in the order of its shops and their lines.
    pub lines: &'a [Shown],
    /// Until when the price holds; the end of a coupon in it may come before (see [`Priced::ends`]).
    pub until: Moment,
    /// What the caller wants back with it.
    pub note: Option<&'a str>,
}

/// Keeps a price for a member. Answers its id, and until when it holds. One statement, which is combined with others'.
pub fn keep(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    member: Id<id::Member>,
    keep: &Keep<'_>,
) -> Result<(Id<id::Quote>, Moment), Error> {
    let until = keep.priced.ends().map_or(keep.until, |ends| ends.min(keep.until));
    if until <= ctx.now {
        return Err(Error::Over { until });
    }
    let priced = keep.priced.shops.iter().flat_map(|shop| &shop.lines).map(|line| line.sku);
    if !priced.eq(keep.lines.iter().map(|line| line.sku)) {
        return Err(Error::NotItsLines);
    }
    let document = Document {
        priced: Cow::Borrowed(keep.priced),
        address: keep.address,
        lines: Cow::Borrowed(keep.lines),
        note: keep.note.map(Cow::Borrowed),
    };
    let text = serde_json::to_string(&document)
        .map_err(|err| StoreError::Unreadable(format!("quote: it cannot be written: {err}")))?;
    let id = ctx.id();
    tx.insert(&sql::KEEP, vals![id, member, &text, ctx.now, until])?;
    Ok((id, until))
}

/// Takes a quote: once, by its member, before its end. One statement, unless it is refused.
pub fn take(tx: &mut Tx<'_>, ctx: &Ctx, member: Id<id::Member>, id: Id<id::Quote>) -> Result<Quote, Error> {
    let taken = tx.one(&sql::TAKE, vals![id, member, ctx.now], |row| {
        Ok((sql::document(row.text(0)?)?, row.moment(1)?))
    })?;
    if let Some((document, until)) = taken {
        let Document { priced, address, lines, note } = document;
        return Ok(Quote {
            id,
            member,
            priced: priced.into_owned(),
            address,
            lines: lines.into_owned(),
            until,
            note: note.map(|note| note.into_owned().into()),
        });
    }
    let stands = tx.one(&sql::STANDS, vals![id, member], |row| Ok((row.moment(0)?, row.maybe_int(1)?)))?;
    Err(match stands {
        None => Error::NoQuote(id),
        Some((_, Some(at))) => Error::Taken { at: Moment::from_micros(at) },
        Some((until, None)) => Error::Expired { until },
    })
}

/// Takes away up to `limit` quotes that ended before a moment, taken or not: an order has its own bill. Answers how many.
pub fn sweep(tx: &mut Tx<'_>, before: Moment, limit: i64) -> Result<u64, Error> {
    Ok(tx.exec(&sql::SWEEP, vals![before, limit])?)
}
