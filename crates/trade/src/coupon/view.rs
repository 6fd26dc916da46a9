//! What can be read of coupons.

use super::error::Error;
use super::model::{Claimed, Class, Issuer, Kind, Scope, Segment, State, code_of};
use super::sql;
use kernel::{Id, Moment, Money, RawId, id};
use store::{Query, StoreError, vals};

/// The most rows of one page.
const PAGE: i64 = 100;

/// A coupon as it is offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coupon {
    /// Its id.
    pub id: Id<id::Coupon>,
    /// Who offers it.
    pub issuer: Issuer,
    /// What members read.
    pub title: Box<str>,
    /// Its class.
    pub class: Class,
    /// What it takes off.
    pub kind: Kind,
    /// For which goods.
    pub scope: Scope,
    /// Whether it goes with no other coupon.
    pub exclusive: bool,
    /// Who may claim and spend it; none: everybody.
    pub segment: Option<Segment>,
    /// How many pieces there are.
    pub total: i64,
    /// How many of them are claimed.
    pub claimed: i64,
    /// How many one member may claim.
    pub each: i64,
    /// From when it may be claimed and spent.
    pub from: Moment,
    /// Until when.
    pub until: Moment,
    /// Since when it is not offered any more.
    pub stopped: Option<Moment>,
    /// What members type to claim it.
    pub code: Option<Box<str>>,
    /// The most that all its pieces may take off together.
    pub budget: Option<Money>,
    /// What they took off, if it has a budget.
    pub used: Money,
}

impl Coupon {
    /// How many pieces are left.
    pub const fn left(&self) -> i64 {
        self.total - self.claimed
    }
    /// What is left of its budget, if it has one.
    pub fn budget_left(&self) -> Option<Money> {
        self.budget.map(|budget| Money { minor: (budget.minor - self.used.minor).max(0), ..budget })
    }
    /// Whether it may be claimed at a moment, as far as pieces are left.
    pub fn is_open(&self, now: Moment) -> bool {
        self.stopped.is_none() && self.from <= now && now < self.until
    }
}

/// A coupon in the claim centre.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offered {
    /// What is offered.
    pub coupon: Coupon,
    /// How many of it the one who looks has claimed.
    pub mine: i64,
}

/// Which coupons to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shelf {
    /// All that are offered.
    All,
    /// Those of one issuer.
    Of(Issuer),
}

/// A member's claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimView {
    /// Its id; the next page begins after it.
    pub id: Id<id::Claim>,
    /// Of which coupon.
    pub coupon: Coupon,
    /// Which of the member's of this coupon, from 1.
    pub nth: i64,
    /// Where it stands at the moment that was asked for.
    pub state: State,
    /// When it was claimed.
    pub claimed_at: Moment,
    /// Until when it may be spent.
    pub until: Moment,
    /// What spent it.
    pub purchase: Option<Id<id::Purchase>>,
}

/// One coupon.
pub fn coupon(q: &mut impl Query, id: Id<id::Coupon>) -> Result<Coupon, Error> {
    q.one(&sql::COUPON, vals![id], sql::coupon)?.ok_or(Error::NoCoupon(id))
}

/// The coupon that a code claims.
pub fn of_code(q: &mut impl Query, code: &str) -> Result<Id<id::Coupon>, Error> {
    let typed = || Error::NoCode(code.trim().chars().take(40).collect());
    let code = code_of(code).ok_or_else(typed)?;
    let found = q.one(&sql::OF_CODE, vals![&*code], |row| row.id(0))?;
    found.map(Id::from_raw).ok_or_else(typed)
}

/// Up to `limit` (at most 100) coupons that may be claimed now, what ends first first, after the end and id of the last
/// one of the page before; with how many the member has. Those without pieces left stand among them.
pub fn offered(
    q: &mut impl Query,
    shelf: Shelf,
    member: Option<Id<id::Member>>,
    now: Moment,
    after: Option<(Moment, Id<id::Coupon>)>,
    limit: i64,
) -> Result<Vec<Offered>, Error> {
    let (until, id) = match after {
        Some((until, id)) if until > now => (until, id.raw()),
        _ => (now, RawId([0xff; 16])),
    };
    let (member, limit) = (member.map_or(RawId([0; 16]), Id::raw), limit.clamp(1, PAGE));
    let read = |row: &store::Row<'_>| Ok(Offered { coupon: sql::coupon(row)?, mine: row.int(12)? });
    Ok(match shelf {
        Shelf::All => q.rows(&sql::OPEN, vals![until, id, now, member, limit], read)?,
        Shelf::Of(issuer) => {
            let issuer = sql::issuer_text(issuer);
            q.rows(&sql::OPEN_OF, vals![until, id, now, member, limit, &issuer], read)?
        }
    })
}

/// Up to `limit` (at most 100) coupons of an issuer, newest first, over and stopped ones too, after the last one of the
/// page before.
pub fn of_issuer(
    q: &mut impl Query,
    issuer: Issuer,
    after: Option<Id<id::Coupon>>,
    limit: i64,
) -> Result<Vec<Coupon>, Error> {
    let issuer = sql::issuer_text(issuer);
    let after = after.map_or(RawId([0xff; 16]), Id::raw);
    Ok(q.rows(&sql::OF_ISSUER, vals![&issuer, after, limit.clamp(1, PAGE)], sql::coupon)?)
}

/// What a member may spend now, as far as it is one of those that each is for, which the caller knows; what ends first first;
/// at most so many (see [`Terms::most_claims`]).
///
/// [`Terms::most_claims`]: crate::terms::Terms::most_claims
pub fn in_hand(
    q: &mut impl Query,
    member: Id<id::Member>,
    now: Moment,
    most: i64,
) -> Result<Vec<Claimed>, Error> {
    Ok(q.rows(&sql::IN_HAND, vals![member, now, most.clamp(1, PAGE)], |row| {
        let coupon = sql::coupon(row)?;
        let left = coupon.budget_left();
        Ok(Claimed {
            left,
            claim: Id::from_raw(row.id(12)?),
            coupon: coupon.id,
            title: coupon.title,
            issuer: coupon.issuer,
            kind: match left {
                Some(left) => coupon.kind.up_to(left),
                None => coupon.kind,
            },
            scope: coupon.scope,
            exclusive: coupon.exclusive,
            segment: coupon.segment,
            outside: false,
            from: coupon.from,
            until: coupon.until,
        })
    })?)
}

/// Up to `limit` (at most 100) of a member's claims, newest first, all or those in one state at a moment, after the last
/// one of the page before.
pub fn claims(
    q: &mut impl Query,
    member: Id<id::Member>,
    state: Option<State>,
    now: Moment,
    after: Option<Id<id::Claim>>,
    limit: i64,
) -> Result<Vec<ClaimView>, Error> {
    let (after, limit) = (after.map_or(RawId([0xff; 16]), Id::raw), limit.clamp(1, PAGE));
    let read = |row: &store::Row<'_>| claim(row, now);
    Ok(match state {
        None => q.rows(&sql::CLAIMS, vals![member, after, limit], read)?,
        Some(State::Held) => q.rows(&sql::CLAIMS_HELD, vals![member, after, limit, now], read)?,
        Some(State::Spent) => q.rows(&sql::CLAIMS_SPENT, vals![member, after, limit], read)?,
        Some(State::Lost) => q.rows(&sql::CLAIMS_LOST, vals![member, after, limit, now], read)?,
    })
}

fn claim(row: &store::Row<'_>, now: Moment) -> Result<ClaimView, StoreError> {
    let until = row.moment(16)?;
    let state = State::parse(row.text(14)?)
        .ok_or_else(|| sql::unreadable("a state that this program does not know"))?;
    Ok(ClaimView {
        id: Id::from_raw(row.id(12)?),
        coupon: sql::coupon(row)?,
        nth: row.int(13)?,
        state: if state == State::Held && until <= now { State::Lost } else { state },
        claimed_at: row.moment(15)?,
        until,
        purchase: row.maybe_id(17)?.map(Id::from_raw),
    })
}
