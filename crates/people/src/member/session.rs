//! Sessions: a random token outside, its hash inside.

use super::error::Error;
use super::fact;
use super::model::{Ended, Rules, Status};
use super::sql;
use crate::vault;
use kernel::id::{Login, Member};
use kernel::{Ctx, Id, Moment};
use std::fmt;
use store::{Query, Tx};

/// What a device shows to be let in: 64 hexadecimal digits. Does not print.
#[derive(Clone, PartialEq, Eq)]
pub struct Token([u8; 32]);

impl Token {
    /// A new one. Draws from the system: outside a write.
    pub(crate) fn fresh() -> Result<Self, vault::Error> {
        vault::random().map(Self)
    }
    /// For the device.
    pub fn expose(&self) -> String {
        hex::encode(self.0)
    }
    /// From a device; nothing if it is no token at all.
    pub fn read(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes).ok()?;
        Some(Self(bytes))
    }
    /// What is stored of it. It is random, so that a plain hash leads nowhere back.
    pub(crate) fn hash(&self) -> [u8; 32] {
        vault::hash(&self.0)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Who is behind a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signed {
    /// The member.
    pub member: Id<Member>,
    /// The session.
    pub session: Id<Login>,
    /// Whether the use is to be written down with [`touch`].
    pub due: bool,
    /// Whether the member has a place among any staff: if not, there are no seats to read.
    pub seated: bool,
}

/// Who is behind a token now. One statement; writes nothing.
pub fn signed_in(q: &mut impl Query, rules: &Rules, token: &Token, now: Moment) -> Result<Signed, Error> {
    let found = sql::by_token(q, &token.hash())?.ok_or(Error::NotSignedIn)?;
    if !found.life.open(now) {
        return Err(Error::NotSignedIn);
    }
    match found.status {
        Status::Active => {
            let due = found.life.due(rules, now);
            Ok(Signed { member: found.member, session: found.id, due, seated: found.seats > 0 })
        }
        Status::Suspended | Status::Closed => Err(Error::NotSignedIn),
    }
}

/// Writes down that a session is used, so that it lives on. One that has ended meanwhile stays ended.
pub fn touch(tx: &mut Tx<'_>, ctx: &Ctx, rules: &Rules, signed: &Signed) -> Result<(), Error> {
    if let Some(life) = sql::life(tx, signed.member, signed.session)?.filter(|life| life.open(ctx.now)) {
        sql::slide(tx, signed.member, signed.session, &life.used(rules, ctx.now))?;
    }
    Ok(())
}

/// Closes one of a member's own sessions. Of two who do so at once, one is told that it is closed already.
pub fn revoke(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    member: Id<Member>,
    session: Id<Login>,
    why: Ended,
) -> Result<(), Error> {
    match end(tx, ctx, member, session, why)? {
        true => Ok(()),
        false => Err(Error::NoSession(session)),
    }
}

/// Closes the session that asks. One that somebody ended meanwhile is what was asked for.
pub fn sign_out(tx: &mut Tx<'_>, ctx: &Ctx, member: Id<Member>, session: Id<Login>) -> Result<(), Error> {
    end(tx, ctx, member, session, Ended::SignOut).map(drop)
}

/// Closes all of a member's sessions but one; returns how many.
pub fn close_sessions(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    member: Id<Member>,
    but: Option<Id<Login>>,
    why: Ended,
) -> Result<u64, Error> {
    let mut closed = 0;
    // A member has a bounded number of them.
    for session in sql::open_sessions(tx, member)?.into_iter().filter(|id| Some(*id) != but) {
        closed += u64::from(end(tx, ctx, member, session, why)?);
    }
    Ok(closed)
}

/// False: it was closed already, or never was.
pub(super) fn end(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    member: Id<Member>,
    login: Id<Login>,
    why: Ended,
) -> Result<bool, Error> {
    if !sql::close_session(tx, member, login, ctx.now)? {
        return Ok(false);
    }
    let why = why.as_str().into();
    tx.append(ctx, &fact::SessionClosed { at: ctx.now, shop: None, login, member_id: member, why })?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_reads_back_and_does_not_print() {
        let token = Token::fresh().unwrap();
        assert_eq!(Token::read(&token.expose()), Some(token.clone()));
        assert_eq!(format!("{token:?}"), "***");
        for text in ["", "abc", &"g".repeat(64), &"é".repeat(32), &"+1".repeat(32)] {
            assert_eq!(Token::read(text), None, "{text}");
        }
    }
}
