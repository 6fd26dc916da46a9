//! What can be done with quotes.

use super::document::{Document, Quote, Shown};
use super::error::Error;
use super::view::QuoteView;
use super::{sql, view};
use crate::price::Priced;
use kernel::{Ctx, Id, Moment, id};
use std::borrow::Cow;
use store::{JobKind, Keys, Query, StoreError, Tx, vals};

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
    /// Whether it is bought apart from the cart, which then stays as it is.
    pub apart: bool,
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
        apart: keep.apart,
    };
    let text = serde_json::to_string(&document)
        .map_err(|err| StoreError::Unreadable(format!("quote: it cannot be written: {err}")))?;
    let id = ctx.id();
    tx.insert(&sql::KEEP, vals![id, member, &text, ctx.now, until])?;
    Ok((id, until))
}

/// A quote that can be taken: by its member, once, before its end.
pub fn standing(
    q: &mut impl Query,
    now: Moment,
    member: Id<id::Member>,
    id: Id<id::Quote>,
) -> Result<Quote, Error> {
    let QuoteView { quote, taken_at, .. } = view::quote(q, member, id)?;
    match taken_at {
        Some(at) => Err(Error::Taken { at }),
        None if quote.until <= now => Err(Error::Expired { until: quote.until }),
        None => Ok(quote),
    }
}

/// Takes a quote that was found [`standing`]; refused if somebody was faster. One statement, which is combined with others'.
pub fn take_standing(tx: &mut Tx<'_>, ctx: &Ctx, quote: &Quote) -> Result<(), Error> {
    if quote.until <= ctx.now {
        return Err(Error::Expired { until: quote.until });
    }
    Ok(tx.change(&sql::TAKE, vals![quote.id, quote.member, ctx.now])?)
}

/// Takes a quote: once, by its member, before its end.
pub fn take(tx: &mut Tx<'_>, ctx: &Ctx, member: Id<id::Member>, id: Id<id::Quote>) -> Result<Quote, Error> {
    let quote = standing(tx, ctx.now, member, id)?;
    take_standing(tx, ctx, &quote)?;
    Ok(quote)
}

/// How long quotes are kept after their end, and how often those that are older are taken away. Microseconds.
const SWEEP: (i64, i64) = (3_600_000_000, 60_000_000);
/// How many are taken away at once.
const SWEPT: i64 = 500;

store::declare! {
    JobKind::every("quote.sweep", SWEEP.1, |work| {
        let before = work.now().plus_micros(-SWEEP.0);
        work.db.write_blocking("quote.sweep", Keys::bulk(), move |tx| sweep(tx, before, SWEPT))?;
        Ok(())
    })
}

/// Takes away up to `limit` quotes that ended before a moment, taken or not: an order has its own bill. Answers how many.
pub fn sweep(tx: &mut Tx<'_>, before: Moment, limit: i64) -> Result<u64, Error> {
    Ok(tx.exec(&sql::SWEEP, vals![before, limit])?)
}
