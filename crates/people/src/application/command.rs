//! Applying, withdrawing, deciding. Whether somebody may decide is the caller's to ask.

use super::error::Error;
use super::model::{self, Application, Apply, State, Step, Waiting};
use super::{fact, sql};
use crate::member;
use crate::merchant::{self, NewShop, checked_name};
use crate::vault::{self, Field, Vault};
use kernel::id::{Application as ApplicationKind, Member};
use kernel::{Actor, Ctx, Id};
use store::{Key, Query, Tx};

/// The key of what is about a member's applications.
pub fn key(member: Id<Member>) -> Key {
    Key::new("application_member", member)
}

/// A member applies to open a shop; one at a time.
pub fn apply(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    vault: &Vault,
    member: Id<Member>,
    cmd: &Apply,
) -> Result<Application, Error> {
    let Apply { name, kind, industry, licence, contact, note } = cmd;
    member::active(tx, member)?;
    let new = Application {
        id: ctx.id(),
        member,
        name: checked_name(name)?,
        kind: *kind,
        industry: *industry,
        licence: model::checked_licence(*kind, licence.as_deref())?,
        note: model::checked_note(note, 0)?,
        state: State::Pending,
        reason: None,
        shop: None,
        sent_at: ctx.now,
        decided_at: None,
    };
    if !sql::send(tx, &new)? {
        return Err(Error::Pending);
    }
    vault::put(tx, vault, new.id.raw(), contact.field(), contact.text())?;
    let kind = new.kind.as_str().into();
    tx.append(ctx, &fact::Sent { at: ctx.now, shop: None, application: new.id, member_id: member, kind })?;
    Ok(new)
}

/// The applicant takes it back while it waits.
pub fn withdraw(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    member: Id<Member>,
    id: Id<ApplicationKind>,
) -> Result<Application, Error> {
    let own = one(tx, id)?;
    if own.member != member {
        return Err(Error::NoApplication(id));
    }
    let now = decided(tx, ctx, own, Step::Withdraw, |_| {})?;
    tx.append(ctx, &fact::Withdrawn { at: ctx.now, shop: None, application: id, member_id: member })?;
    Ok(now)
}

/// Opens the shop and seats the applicant as its owner.
pub fn approve(tx: &mut Tx<'_>, ctx: &Ctx, id: Id<ApplicationKind>) -> Result<Application, Error> {
    let asked = one(tx, id)?;
    asked.state.after(Step::Approve).ok_or(Error::Decided(asked.state))?;
    let new = NewShop {
        name: asked.name.clone(),
        industry: asked.industry,
        kind: Some(asked.kind),
        owner: Some(asked.member),
    };
    let shop_id = merchant::open_shop(tx, ctx, &new)?;
    let now = decided(tx, ctx, asked, Step::Approve, |now| now.shop = Some(shop_id))?;
    let (member_id, by_id) = (now.member, by(ctx));
    tx.append(
        ctx,
        &fact::Approved { at: ctx.now, shop: Some(shop_id), application: id, member_id, shop_id, by_id },
    )?;
    Ok(now)
}

/// Declines with a reason, which the applicant reads.
pub fn decline(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: Id<ApplicationKind>,
    reason: &str,
) -> Result<Application, Error> {
    let reason = model::checked_note(reason, 1)?;
    let asked = one(tx, id)?;
    let now = decided(tx, ctx, asked, Step::Decline, |now| now.reason = Some(reason))?;
    let (member_id, by_id) = (now.member, by(ctx));
    tx.append(ctx, &fact::Declined { at: ctx.now, shop: None, application: id, member_id, by_id })?;
    Ok(now)
}

fn by(ctx: &Ctx) -> Option<Id<Member>> {
    match ctx.actor {
        Actor::Member(member) => Some(member),
        Actor::System | Actor::Operator | Actor::Key(_) | Actor::Outside => None,
    }
}

/// Takes a step of one that waits; how its sender is reached is no longer needed then.
fn decided(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    mut now: Application,
    step: Step,
    with: impl FnOnce(&mut Application),
) -> Result<Application, Error> {
    let was = now.state;
    (now.state, now.decided_at) = (was.after(step).ok_or(Error::Decided(was))?, Some(ctx.now));
    with(&mut now);
    if !sql::decide(tx, &now)? {
        return Err(Error::Decided(one(tx, now.id)?.state));
    }
    vault::forget(tx, now.id.raw())?;
    Ok(now)
}

/// One of them.
pub fn one(q: &mut impl Query, id: Id<ApplicationKind>) -> Result<Application, Error> {
    sql::one(q, id)?.ok_or(Error::NoApplication(id))
}

/// Up to `limit` applications of a member, newest first, after the one of the page before.
pub fn of_member(
    q: &mut impl Query,
    member: Id<Member>,
    after: Option<Id<ApplicationKind>>,
    limit: i64,
) -> Result<Vec<Application>, Error> {
    Ok(sql::of_member(q, member, after, limit)?)
}

/// Up to `limit` applications that wait, longest first, after the one of the page before; how their senders are reached is
/// masked.
pub fn queue(
    q: &mut impl Query,
    vault: &Vault,
    after: Option<Id<ApplicationKind>>,
    limit: i64,
) -> Result<Vec<Waiting>, Error> {
    let all = sql::queue(q, after, limit)?;
    all.into_iter()
        .map(|application| {
            let mut contact = None;
            for field in [Field::Phone, Field::Email] {
                contact = contact.or(vault::shown(q, vault, application.id.raw(), field)?);
            }
            Ok(Waiting { application, contact })
        })
        .collect()
}
