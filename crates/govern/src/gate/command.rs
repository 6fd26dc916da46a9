//! Passing through a gate, and opening and closing it.

use super::error::Error;
use super::model::{By, Closed, Gate, Ruling, Standing, Why};
use super::{fact, sql};
use kernel::{Ctx, Entity, Id, Moment, Permit, Privilege};
use store::{Key, Keys, Tx};

/// The keys of a write that opens or closes gates of a subject. Who only passes names none: a gate that closes at the same
/// moment closes after them.
pub fn keys<T: Entity>(subject: Id<T>) -> Keys {
    Key::new("gate_ruling", subject).into()
}

/// Leave to use a privilege, if its gate stands open: `gate::permit(tx, ctx, PutOnSale, shop)?`. Otherwise the refusal says
/// why, by which version of which policy, until when, and how it opens.
pub fn permit<P: Privilege>(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    privilege: P,
    subject: Id<P::Subject>,
) -> Result<Permit<P>, Error> {
    let standing = sql::standing(tx, Gate::of(privilege, subject), ctx.now)?;
    if standing.is_open {
        return Ok(Permit::by_gate(subject));
    }
    Err(Error::Closed(Box::new(Closed { privilege: P::SPEC, by: standing.by })))
}

/// Closes a gate. A second closing by the same policy (or by a person) takes the place of the first; one that says the same
/// again changes nothing and is told once.
pub fn close(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    gate: Gate,
    why: &Why,
    until: Option<Moment>,
) -> Result<Standing, Error> {
    let before = checked(tx, ctx, gate, until)?;
    let same = |r: &Ruling| !r.opens && r.why == *why && r.until == until;
    if before.rulings.iter().any(same) {
        return Ok(before);
    }
    let ruling = Ruling {
        id: ctx.id(),
        opens: false,
        why: why.clone(),
        since: ctx.now,
        until,
        made_by: ctx.actor.to_string().into(),
    };
    sql::set(tx, gate, &ruling)?;
    let (policy, version) = told_by(&why.by);
    let told = fact::Closed {
        at: ctx.now,
        shop: shop_of(gate),
        ruling: ruling.id,
        privilege: gate.privilege.code.into(),
        subject_id: gate.subject().into(),
        reason: why.reason.clone(),
        policy,
        version,
        until,
    };
    tx.append(ctx, &told)?;
    sql::standing(tx, gate, ctx.now)
}

/// Opens a gate: a policy lifts its own closing, a person everyone's. A gate that is closed where nobody says anything
/// stays open until the moment given, or until it is closed. Where there is nothing to open, nothing changes.
pub fn open(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    gate: Gate,
    why: &Why,
    until: Option<Moment>,
) -> Result<Standing, Error> {
    let before = checked(tx, ctx, gate, until)?;
    let lifts = |r: &Ruling| !r.opens && (why.by == By::Hand || r.why.by.policy() == why.by.policy());
    let lasts = |r: &Ruling| r.opens && r.why == *why && r.until == until;
    let opens = !gate.privilege.is_open;
    if !before.rulings.iter().any(lifts) && (!opens || before.rulings.iter().any(lasts)) {
        return Ok(before);
    }
    sql::lift(tx, gate, &why.by)?;
    let id = ctx.id();
    if opens {
        let (since, made_by) = (ctx.now, ctx.actor.to_string().into());
        sql::set(tx, gate, &Ruling { id, opens, why: why.clone(), since, until, made_by })?;
    }
    let after = sql::standing(tx, gate, ctx.now)?;
    let (policy, version) = told_by(&why.by);
    let told = fact::Opened {
        at: ctx.now,
        shop: shop_of(gate),
        ruling: id,
        privilege: gate.privilege.code.into(),
        subject_id: gate.subject().into(),
        reason: why.reason.clone(),
        policy,
        version,
        until: until.filter(|_| opens),
        is_open: after.is_open,
    };
    tx.append(ctx, &told)?;
    Ok(after)
}

fn checked(tx: &mut Tx<'_>, ctx: &Ctx, gate: Gate, until: Option<Moment>) -> Result<Standing, Error> {
    if until.is_some_and(|until| until <= ctx.now) {
        return Err(Error::Past);
    }
    sql::standing(tx, gate, ctx.now)
}

fn told_by(by: &By) -> (Option<Box<str>>, Option<i64>) {
    (Some(by.policy()).filter(|id| !id.is_empty()).map(Into::into), by.version())
}

/// The shop that a gate is about, for privileges of shops.
fn shop_of(gate: Gate) -> Option<Id<kernel::id::Shop>> {
    (gate.privilege.subject == kernel::id::Shop::PREFIX).then(|| Id::from_raw(gate.subject))
}
