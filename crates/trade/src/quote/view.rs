//! What can be read of quotes.

use super::document::{Document, Quote};
use super::error::Error;
use super::sql;
use kernel::{Id, Moment, id};
use store::{Query, vals};

/// A quote as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuoteView {
    /// What it holds.
    pub quote: Quote,
    /// When it was made.
    pub made_at: Moment,
    /// When it was taken, if it was.
    pub taken_at: Option<Moment>,
}

impl QuoteView {
    /// Whether it can be taken at a moment.
    pub fn is_open(&self, now: Moment) -> bool {
        self.taken_at.is_none() && now < self.quote.until
    }
}

/// A member's quote.
pub fn quote(q: &mut impl Query, member: Id<id::Member>, id: Id<id::Quote>) -> Result<QuoteView, Error> {
    let found = q.one(&sql::QUOTE, vals![id, member], |row| {
        let Document { priced, address, lines, note, apart } = sql::document(row.text(0)?)?;
        let quote = Quote {
            id,
            member,
            priced: priced.into_owned(),
            address,
            lines: lines.into_owned(),
            until: row.moment(2)?,
            note: note.map(|note| note.into_owned().into()),
            apart,
        };
        let taken_at = row.maybe_int(3)?.map(Moment::from_micros);
        Ok(QuoteView { quote, made_at: row.moment(1)?, taken_at })
    })?;
    found.ok_or(Error::NoQuote(id))
}
