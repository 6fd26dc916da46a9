//! Which version of which scorecard is in force: a market takes one into force from a date of its own.

use super::fact;
use super::model::Scorecard;
use super::versions::shipped;
use crate::Result;
use kernel::{Ask, Ctx, Moment, Zone};
use store::{StoreError, Tx};

/// The scorecard of a market that never adopted one: an import, whose shops are young here.
pub const DEFAULT: &str = "small-market";

/// One adoption.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adopted {
    /// The scorecard.
    pub scorecard: String,
    /// Its version.
    pub version: u32,
    /// From when on.
    pub from: Moment,
    /// When it was decided.
    pub at: Moment,
}

/// The adoptions of a market, by the moment from which they count.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Adoptions(pub Vec<Adopted>);

/// Reads the adoptions. One that was decided after the moment from which it would count does not reach back: it counts
/// from when it was decided.
pub fn adoptions(ask: &dyn Ask) -> Result<Adoptions> {
    let sql = "select scorecard, version, \"from\", at from scorecard_adopted order by at, \"from\"";
    let mut list = Vec::new();
    for row in ask.rows(sql, &[])? {
        let at = Moment::from_micros(row.int(3)?);
        list.push(Adopted {
            scorecard: row.text(0)?,
            version: u32::try_from(row.int(1)?).unwrap_or(0),
            from: Moment::from_micros(row.int(2)?).max(at),
            at,
        });
    }
    // Of two from the same moment the one decided later counts: it stands later.
    list.sort_by_key(|adopted| adopted.from);
    Ok(Adoptions(list))
}

impl Adoptions {
    /// The adoption in force at a moment.
    pub fn at(&self, at: Moment) -> Option<&Adopted> {
        self.0.iter().rev().find(|adopted| adopted.from <= at)
    }
    /// The adoption that begins at a moment, if one does.
    pub fn beginning(&self, from: Moment) -> Option<&Adopted> {
        self.0.iter().rev().find(|adopted| adopted.from == from)
    }
    /// Every adoption that is or was in force, in order, each with the moment at which the next takes its place. One that
    /// another replaced before it began is not among them.
    pub fn spans(&self) -> Vec<(&Adopted, Option<Moment>)> {
        let ends = self.0.iter().skip(1).map(|next| Some(next.from)).chain([None]);
        self.0.iter().zip(ends).filter(|(adopted, end)| *end != Some(adopted.from)).collect()
    }
    /// The scorecard in force at a moment; the default where none was adopted by then.
    pub fn card(&self, at: Moment) -> Option<&'static Scorecard> {
        let adopted = self.at(at);
        let named =
            adopted.and_then(|a| shipped().iter().find(|c| c.id == a.scorecard && c.version == a.version));
        named.or_else(|| shipped().iter().filter(|c| c.id == DEFAULT).min_by_key(|c| c.version))
    }
}

/// Why a scorecard was not adopted.
#[derive(Debug, kernel::Problem)]
#[problem(code = "scorecard")]
pub enum AdoptError {
    /// Days that are over keep their scores.
    #[problem(Invalid)]
    Past {
        /// The scorecard.
        card: String,
        /// The moment asked for.
        from: String,
        /// The moment it was asked.
        now: String,
    },
    /// It is to be in force from then already.
    #[problem(Invalid)]
    Already {
        /// The scorecard.
        card: String,
        /// The moment asked for.
        from: String,
    },
    /// The log did not take it.
    #[problem(from)]
    Store(StoreError),
}

/// Takes a version of a scorecard into force from a moment that is yet to come. One that was to begin at the same moment
/// is replaced.
pub fn adopt(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    zone: &Zone,
    known: &Adoptions,
    card: &Scorecard,
    from: Moment,
) -> Result<(), AdoptError> {
    if from <= ctx.now {
        return Err(AdoptError::Past {
            card: card.name(),
            from: from.rfc3339(zone),
            now: ctx.now.rfc3339(zone),
        });
    }
    if known.beginning(from).is_some_and(|a| a.scorecard == card.id && a.version == card.version) {
        return Err(AdoptError::Already { card: card.name(), from: from.rfc3339(zone) });
    }
    Ok(tx.append(ctx, &adopted(ctx, card, from))?)
}

/// The fact that a version is in force from a moment on.
pub fn adopted(ctx: &Ctx, card: &Scorecard, from: Moment) -> fact::Adopted {
    fact::Adopted {
        at: ctx.now,
        shop: None,
        adoption: ctx.id(),
        scorecard: card.id.as_str().into(),
        version: i64::from(card.version),
        from,
    }
}
