//! Signing up and in, and what changes an account.

use super::error::Error;
use super::fact;
use super::model::{Attempts, Device, Ended, Life, Rules, Status, Step, checked_name};
use super::password::{Answer, Hashed};
use super::session;
use super::sql::{self, AttemptRow, NewSession};
use super::view::SessionView;
use crate::vault::{self, Contact, Digest, Field, Vault};
use kernel::id::{Login, Member};
use kernel::{Ctx, Id, Moment};
use store::{JobKind, Key, Keys, Query, Tx};

/// Somebody wants to be a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignUp {
    /// What the person can be found by: a phone number, an e-mail address, or one of each.
    pub contacts: Vec<Contact>,
    /// What the person is called, if told.
    pub name: Option<String>,
    /// The password, hashed.
    pub password: Hashed,
}

/// What came of an attempt to sign in. A wrong password is an answer, not an error: that it was wrong must be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignIn {
    /// The device is signed in: the answer's token opens this session.
    Open(SessionView),
    /// The name or the password is wrong.
    Wrong {
        /// When the next attempt is taken, if not at once.
        until: Option<Moment>,
    },
}

/// What came of an attempt to change the password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It is changed, and so many sessions were closed.
    Done(u64),
    /// The old password is wrong.
    Wrong {
        /// When the next attempt is taken, if not at once.
        until: Option<Moment>,
    },
}

/// The key of everything that is one member's.
pub fn key(member: Id<Member>) -> Key {
    Key::new("member_account", member)
}

/// The keys of [`sign_up`]: two people with one phone number meet in one lane.
pub fn keys_to_sign_up(vault: &Vault, cmd: &SignUp) -> Keys {
    Keys::of(cmd.contacts.iter().map(|contact| of_digest(&vault.digest(contact))))
}

/// The keys of [`sign_in`] and [`change_password`].
pub fn keys_to_answer(answer: &Answer) -> Keys {
    Keys::of([of_digest(&answer.digest)].into_iter().chain(answer.right.map(|(id, _)| key(id))))
}

fn of_digest(digest: &Digest) -> Key {
    Key::new("vault_index", &digest.0[..])
}

/// Signs somebody up.
pub fn sign_up(tx: &mut Tx<'_>, ctx: &Ctx, vault: &Vault, cmd: &SignUp) -> Result<Id<Member>, Error> {
    let name = cmd.name.as_deref().map(checked_name).transpose()?;
    let by = cmd.contacts.first().ok_or(Error::NoContact)?.field();
    let id: Id<Member> = ctx.id();
    sql::join(tx, id, ctx.now)?;
    for contact in &cmd.contacts {
        if !vault::claim(tx, &vault.digest(contact), id.raw())? {
            return Err(Error::Taken(contact.field().as_str()));
        }
        vault::put(tx, vault, id.raw(), contact.field(), contact.text())?;
    }
    if let Some(name) = name {
        vault::put(tx, vault, id.raw(), Field::Name, &name)?;
    }
    sql::add_password(tx, id, &cmd.password)?;
    tx.append(ctx, &fact::Joined { at: ctx.now, shop: None, member: id, by: by.as_str().into() })?;
    Ok(id)
}

/// Writes down what came of a comparison: opens a session, or counts a failure. While the name is locked, by whoever was
/// quicker, even the right password opens nothing.
pub fn sign_in(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    rules: &Rules,
    answer: &Answer,
    device: Device,
) -> Result<SignIn, Error> {
    let (member, number) = match judged(tx, ctx, rules, answer)? {
        Verdict::Right(member, number) => (member, number),
        Verdict::Wrong(until) => return Ok(SignIn::Wrong { until }),
    };
    active(tx, member)?;
    if let Some(renewed) = &answer.renewed {
        // Somebody who changed it in between was judged above: this is the same password.
        sql::set_password(tx, member, number, renewed)?;
    }
    let open = sql::open_sessions(tx, member)?;
    let crowd = (open.len() as i64 + 1 - rules.most_sessions).max(0) as usize;
    for oldest in open.into_iter().take(crowd) {
        session::end(tx, ctx, member, oldest, Ended::Crowded)?;
    }
    let (login, life): (Id<Login>, _) = (ctx.id(), Life::begin(rules, ctx.now));
    let token = &answer.token().hash()[..];
    sql::open_session(tx, &NewSession { id: login, member, token, device, life })?;
    let word = device.as_str().into();
    tx.append(ctx, &fact::SessionOpened { at: ctx.now, shop: None, login, member_id: member, device: word })?;
    Ok(SignIn::Open(SessionView {
        id: login,
        device,
        opened_at: ctx.now,
        seen_at: ctx.now,
        idle_until: life.idle_until,
    }))
}

/// Changes the password of whoever gave the old one, and closes every session but one.
pub fn change_password(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    rules: &Rules,
    answer: &Answer,
    password: &Hashed,
    keep: Option<Id<Login>>,
) -> Result<Change, Error> {
    let (member, number) = match judged(tx, ctx, rules, answer)? {
        Verdict::Right(member, number) => (member, number),
        Verdict::Wrong(until) => return Ok(Change::Wrong { until }),
    };
    active(tx, member)?;
    if !sql::set_password(tx, member, number, password)? {
        return Err(Error::Moved);
    }
    session::close_sessions(tx, ctx, member, keep, Ended::Password).map(Change::Done)
}

/// What came of asking for the password again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// It is the member.
    Given(Id<Member>),
    /// The password is wrong.
    Wrong {
        /// When the next attempt is taken, if not at once.
        until: Option<Moment>,
    },
}

/// Writes down what came of asking a member for the password again, before something that matters. A wrong one counts
/// like one at sign-in.
pub fn prove(tx: &mut Tx<'_>, ctx: &Ctx, rules: &Rules, answer: &Answer) -> Result<Proof, Error> {
    Ok(match judged(tx, ctx, rules, answer)? {
        Verdict::Right(member, _) => Proof::Given(member),
        Verdict::Wrong(until) => Proof::Wrong { until },
    })
}

/// What an answer is worth now.
enum Verdict {
    /// The member, and the number of the password that was right.
    Right(Id<Member>, i64),
    /// Until when the name is locked, if it is.
    Wrong(Option<Moment>),
}

/// Whether an answer still counts. If not, the failure is kept and it is told until when the name is locked.
fn judged(tx: &mut Tx<'_>, ctx: &Ctx, rules: &Rules, answer: &Answer) -> Result<Verdict, Error> {
    let before = sql::attempts(tx, &answer.digest)?;
    if let Some(until) = before.as_ref().and_then(|row| row.attempts.locked(ctx.now)) {
        return Err(Error::Locked { until });
    }
    let Some((member, number)) = answer.right else {
        return failed(tx, ctx, rules, &answer.digest, before.as_ref()).map(Verdict::Wrong);
    };
    // The password may have been changed since it was read.
    if sql::credential(tx, member)?.is_none_or(|(now, _)| now != number) {
        return Err(Error::Moved);
    }
    if let Some(row) = before
        && !sql::drop_attempts(tx, &answer.digest, row.version)?
    {
        return Err(Error::Moved);
    }
    Ok(Verdict::Right(member, number))
}

fn failed(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    rules: &Rules,
    digest: &Digest,
    before: Option<&AttemptRow>,
) -> Result<Option<Moment>, Error> {
    let now = Attempts::failed(before.map(|row| &row.attempts), rules, ctx.now);
    match sql::set_attempts(tx, digest, before, &now)? {
        true => Ok(now.locked_until),
        false => Err(Error::Moved),
    }
}

/// Refuses whoever is not an active member.
pub(crate) fn active(q: &mut impl Query, id: Id<Member>) -> Result<(), Error> {
    match sql::account(q, id)?.ok_or(Error::NoMember)?.status {
        Status::Active => Ok(()),
        status @ (Status::Suspended | Status::Closed) => Err(Error::NotActive(status)),
    }
}

/// Counts the places among staff that a member has, so that whoever has none is known without looking for them.
pub(crate) fn seated(tx: &mut Tx<'_>, id: Id<Member>, more: i64) -> Result<(), Error> {
    Ok(sql::seated(tx, id, more)?)
}

/// Suspends, restores or closes an account. Whoever is not active is signed out everywhere; of whoever leaves, the
/// password, the addresses, the footprints and everything in the vault go, and the contacts are free again. Seats among staff are not
/// touched: whoever closes an account asks [`staff::of_member`](crate::staff::of_member) first.
pub fn change_status(tx: &mut Tx<'_>, ctx: &Ctx, id: Id<Member>, step: Step) -> Result<Status, Error> {
    let account = sql::account(tx, id)?.ok_or(Error::NoMember)?;
    let status = account.status.after(step).ok_or(Error::WrongStatus(account.status))?;
    if !sql::set_status(tx, id, account.version, status)? {
        return Err(Error::Moved);
    }
    if status != Status::Active {
        session::close_sessions(tx, ctx, id, None, Ended::Status)?;
    }
    if status == Status::Closed {
        for (address, _) in sql::addresses(tx, id)? {
            vault::forget(tx, address.raw())?;
            sql::drop_address(tx, id, address)?;
        }
        vault::forget(tx, id.raw())?;
        sql::drop_password(tx, id)?;
        sql::forget_footprints(tx, id, None)?;
    }
    let word = status.as_str().into();
    let change = ctx.id();
    tx.append(ctx, &fact::Changed { at: ctx.now, shop: None, change, member_id: id, status: word })?;
    Ok(status)
}

/// Sets the phone number or the e-mail address; the one before is free again.
pub fn set_contact(
    tx: &mut Tx<'_>,
    vault: &Vault,
    member: Id<Member>,
    contact: &Contact,
) -> Result<(), Error> {
    active(tx, member)?;
    let field = contact.field();
    if let Some(old) = vault::open(tx, vault, member.raw(), field)? {
        let old = Contact::read_back(old.expose())?;
        if old == *contact {
            return Ok(());
        }
        vault::release(tx, &vault.digest(&old), member.raw())?;
    }
    if !vault::claim(tx, &vault.digest(contact), member.raw())? {
        return Err(Error::Taken(field.as_str()));
    }
    Ok(vault::put(tx, vault, member.raw(), field, contact.text())?)
}

/// Sets what a member is called.
pub fn set_name(tx: &mut Tx<'_>, vault: &Vault, member: Id<Member>, name: &str) -> Result<(), Error> {
    let name = checked_name(name)?;
    active(tx, member)?;
    Ok(vault::put(tx, vault, member.raw(), Field::Name, &name)?)
}

/// How often what no longer counts is forgotten, in microseconds.
const SWEEP: i64 = 60_000_000;
/// How many rows at once.
const SWEPT: i64 = 500;

store::declare! {
    JobKind::every("member.sweep", SWEEP, |work| {
        let (rules, now) = (*work.services.get::<Rules>()?, work.now());
        work.db.write_blocking("member.sweep", Keys::bulk(), move |tx| sweep(tx, &rules, now, SWEPT))?;
        Ok(())
    })
}

/// Forgets up to `limit` each of failures that no longer count and of sessions that ended long ago; returns how many.
pub fn sweep(tx: &mut Tx<'_>, rules: &Rules, now: Moment, limit: i64) -> Result<u64, Error> {
    let attempts = now.plus_micros(-rules.forget_after.max(rules.longest_wait));
    Ok(sql::sweep(tx, attempts, now.plus_micros(-rules.idle), limit)?)
}
