//! What can be done to payments and refunds. Providers are called outside of all of it.

use super::error::Error;
use super::gateway::{Begun, Event};
use super::model::{Attempt, Came, Line, Refund, RefundStatus, RefundStep, Status, Step, Why};
use super::{fact, sql, view};
use kernel::fact::Minor;
use kernel::id::{Order, Payment, Purchase, Refund as RefundKind};
use kernel::{Ctx, Id, Moment, Money};
use ledger::Provider;
use store::job::{self, Job};
use store::{Key, Query, StoreError, Tx, vals};

/// The kind of the jobs that ask a provider about attempts of which nothing was told; their id is the payment's.
pub const FETCH_STATUS: &str = "payment.fetch_status";
/// The kind of the jobs that send refunds; their id is the refund's, and their body says it.
pub const REFUND: &str = "payment.refund";
/// The longest text of a provider that is kept as it is.
const LONGEST: usize = 255;

/// A buyer wants to pay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Start {
    /// For what.
    pub purchase: Id<Purchase>,
    /// At which provider.
    pub provider: Provider,
    /// How much.
    pub amount: Money,
    /// How the embedded provider is to behave.
    pub script: Option<Box<str>>,
    /// Whether people record what comes.
    pub by_hand: bool,
    /// When it is looked after, if nothing was told by then.
    pub lease_until: Moment,
}

/// Money that is to go back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewRefund {
    /// From which payment.
    pub payment: Id<Payment>,
    /// For which order, if for one.
    pub order: Option<Id<Order>>,
    /// How much.
    pub amount: Money,
    /// Why.
    pub why: Why,
}

/// The key of writes that take a step of a payment or of its refunds.
pub fn key(id: Id<Payment>) -> Key {
    Key::new("payment_attempt", id)
}

/// Starts an attempt, or answers with the one that is open: after this the provider is asked to begin, and asked again
/// changes nothing.
pub fn start(tx: &mut Tx<'_>, ctx: &Ctx, cmd: &Start) -> Result<Attempt, Error> {
    let Start { purchase, provider, amount, script, by_hand, lease_until } = cmd;
    if amount.minor <= 0 {
        return Err(Error::NotPositive(*amount));
    }
    if *lease_until <= ctx.now {
        return Err(Error::Past);
    }
    let attempt = Attempt {
        id: ctx.id(),
        purchase: *purchase,
        provider: provider.clone(),
        amount: *amount,
        status: Status::Started,
        version: 1,
        reference: None,
        redirect: None,
        script: script.clone(),
        by_hand: *by_hand,
        lease_until: *lease_until,
        started_at: ctx.now,
        settled_at: None,
        captured: None,
        refunding: Money::new(0, amount.currency),
        received: Money::new(0, amount.currency),
    };
    let name = provider.name();
    let params = vals![
        attempt.id,
        *purchase,
        name,
        amount.currency.code(),
        amount.minor,
        script.as_ref(),
        *lease_until,
        ctx.now,
        by_hand.then_some(name)
    ];
    if tx.exec(&sql::START, params)? == 0 {
        return tx.one(&sql::OPEN, vals![*purchase, name], sql::attempt)?.ok_or(Error::Moved);
    }
    job::enqueue(tx, attempt.id.raw(), FETCH_STATUS, "", *lease_until)?;
    Ok(attempt)
}

/// The provider is ready for the buyer. What it told faster than its answer stays; a second answer changes nothing.
pub fn begun(tx: &mut Tx<'_>, id: Id<Payment>, begun: &Begun) -> Result<(), Error> {
    let fits = |text: &str| (1..=LONGEST).contains(&text.len());
    if !fits(&begun.reference) {
        return Err(Error::Reference);
    }
    match tx.exec(&sql::BEGUN, vals![id, &begun.reference, begun.redirect.as_ref()])? {
        0 => Err(view::attempt(tx, id).map_or_else(|err| err, |_| Error::Moved)),
        _ => Ok(()),
    }
}

/// Takes in what a provider tells; false if it was told before, and then there is nothing left to do.
pub fn inbox(tx: &mut Tx<'_>, ctx: &Ctx, event: &Event) -> Result<bool, Error> {
    let Event { provider, id, reference, what, at, .. } = fitting(event)?;
    let params = vals![provider, id, what.as_str(), reference, *at, ctx.now];
    Ok(tx.exec(&sql::INBOX, params)? == 1)
}

/// Takes in what a provider tells; what it told before refuses the write with what [`is_repeated`] knows. Unlike [`inbox`] it
/// is combined with those of other closures.
pub fn inbox_new(tx: &mut Tx<'_>, ctx: &Ctx, event: &Event) -> Result<(), Error> {
    let Event { provider, id, reference, what, at, .. } = fitting(event)?;
    Ok(tx.insert(&sql::INBOX_NEW, vals![provider, id, what.as_str(), reference, *at, ctx.now])?)
}

/// Whether a write was refused because what a provider tells was told before.
pub fn is_repeated(err: &StoreError) -> bool {
    matches!(err, StoreError::Constraint { statement, .. } if *statement == sql::INBOX_NEW.name)
}

fn fitting(event: &Event) -> Result<&Event, Error> {
    let fits = |text: &str| (1..=LONGEST).contains(&text.len());
    if fits(&event.id) && fits(&event.reference) { Ok(event) } else { Err(Error::Reference) }
}

/// A part of what people are to record came in, as [`decide`](super::decide) said: the attempt goes on waiting for the rest.
/// The caller books it.
pub fn part_came(tx: &mut Tx<'_>, attempt: &Attempt, amount: Money) -> Result<(), Error> {
    if amount.minor <= 0 {
        return Err(Error::NotPositive(amount));
    }
    Ok(tx.change(&sql::PART, vals![attempt.id, attempt.version, amount.minor])?)
}

/// A purchase costs less than when it was asked for: what people are to record for it is asked for anew.
pub fn ask_less(tx: &mut Tx<'_>, purchase: Id<Purchase>, due: Money) -> Result<(), Error> {
    tx.exec(&sql::ASK_LESS, vals![purchase, due.minor])?;
    Ok(())
}

/// Money came in, all parts of it together, and [`decide`](super::decide) said what it is to what is `due`. The caller
/// settles the purchase, books it, and wants back what goes back.
pub fn captured(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    attempt: &Attempt,
    came: Came,
    (amount, due): (Money, Money),
    reference: &str,
) -> Result<Attempt, Error> {
    if amount.minor <= 0 {
        return Err(Error::NotPositive(amount));
    }
    let installments = match attempt.received.minor {
        0 => 1,
        before => sql::lines_of(tx, &[attempt.id])?.len() as i64 + i64::from(before < amount.minor),
    };
    let mut attempt = attempt.clone();
    let taken = matches!(came, Came::Nothing | Came::Part);
    attempt.status = match attempt.status.after(Step::Capture) {
        Some(status) if !taken => status,
        Some(_) | None => return Err(wrong(&attempt)),
    };
    attempt.captured = Some(amount);
    attempt.refunding = Money::new(0, amount.currency);
    settle(tx, ctx, &mut attempt, Some(reference))?;
    let (payment, purchase) = (attempt.id, attempt.purchase);
    if came.pays() {
        let (method, amount) = (attempt.provider.name().into(), Minor(due.minor));
        tx.append(
            ctx,
            &fact::Recorded { at: ctx.now, shop: None, payment, purchase, method, installments, amount },
        )?;
    }
    if let (Some(why), Some(back)) = (came.why(), came.back(amount, due)) {
        tx.append(
            ctx,
            &fact::Unmatched {
                at: ctx.now,
                shop: None,
                payment,
                purchase,
                provider: attempt.provider.name().into(),
                why: why.as_str().into(),
                amount: Minor(back.minor),
                currency: back.currency.code().into(),
            },
        )?;
    }
    Ok(attempt)
}

fn wrong(attempt: &Attempt) -> Error {
    Error::Status { payment: attempt.id, status: attempt.status }
}

/// Saves how an attempt ended. Its job goes first: two who end one attempt meet there in one order.
fn settle(tx: &mut Tx<'_>, ctx: &Ctx, attempt: &mut Attempt, reference: Option<&str>) -> Result<(), Error> {
    job::cancel(tx, attempt.id.raw())?;
    attempt.settled_at = Some(ctx.now);
    if attempt.reference.is_none() {
        attempt.reference = reference.map(Into::into);
    }
    let Attempt { id, version, status, settled_at, captured, .. } = attempt;
    let params = vals![
        *id,
        *version,
        status.as_str(),
        *settled_at,
        captured.map_or(0, |money| money.minor),
        captured.as_ref().map(|money| money.currency.code()),
        reference
    ];
    tx.change(&sql::SETTLE, params)?;
    *version += 1;
    Ok(())
}

/// The provider says that the money will not come. Nothing, if it is known how the attempt ended.
pub fn failed(tx: &mut Tx<'_>, ctx: &Ctx, attempt: &Attempt) -> Result<Option<Attempt>, Error> {
    let mut attempt = attempt.clone();
    let Some(status) = attempt.status.after(Step::Fail) else { return Ok(None) };
    attempt.status = status;
    settle(tx, ctx, &mut attempt, None)?;
    tx.append(
        ctx,
        &fact::Failed {
            at: ctx.now,
            shop: None,
            payment: attempt.id,
            purchase: attempt.purchase,
            provider: attempt.provider.name().into(),
            amount: Minor(attempt.amount.minor),
        },
    )?;
    Ok(Some(attempt))
}

/// Nobody waits for an attempt any more. Nothing, if it is known how it ended.
pub fn abandon(tx: &mut Tx<'_>, ctx: &Ctx, id: Id<Payment>) -> Result<Option<Attempt>, Error> {
    let mut attempt = view::attempt(tx, id)?;
    let Some(status) = attempt.status.after(Step::Abandon) else { return Ok(None) };
    attempt.status = status;
    settle(tx, ctx, &mut attempt, None)?;
    Ok(Some(attempt))
}

/// Nobody waits any more for what people would record for a purchase, because it ended. Parts that came are still to be
/// taken in ([`parts_end`]).
pub fn stop_waiting(tx: &mut Tx<'_>, ctx: &Ctx, purchase: Id<Purchase>) -> Result<(), Error> {
    for mut attempt in view::awaited_of(tx, purchase)? {
        if attempt.received.minor > 0 {
            continue;
        }
        let Some(status) = attempt.status.after(Step::Abandon) else { continue };
        attempt.status = status;
        settle(tx, ctx, &mut attempt, None)?;
    }
    Ok(())
}

/// The rest of what came in parts for a purchase is waited for no more: that is `came` to it, and pays for nothing. The
/// answer are those payments, with what came; the caller wants it back.
pub fn parts_end(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    purchase: Id<Purchase>,
    came: Came,
) -> Result<Vec<Attempt>, Error> {
    let mut ended = Vec::new();
    for attempt in view::awaited_of(tx, purchase)? {
        if attempt.received.minor == 0 {
            continue;
        }
        let reference = match &attempt.reference {
            Some(reference) => reference.clone(),
            None => {
                let lines = sql::lines_of(tx, &[attempt.id])?;
                let first = lines.first().ok_or(Error::Moved)?;
                format!("{}/{}", first.reference, first.line).into()
            }
        };
        let amounts = (attempt.received, attempt.amount);
        ended.push(captured(tx, ctx, &attempt, came, amounts, &reference)?);
    }
    Ok(ended)
}

/// Puts a job of kind [`FETCH_STATUS`] off: the provider knows nothing yet. False, if another worker has claimed it since, or if
/// it is known how the attempt ended, which takes the job away.
pub fn fetch_again(tx: &mut Tx<'_>, ctx: &Ctx, job: &Job, until: Moment) -> Result<bool, Error> {
    if until <= ctx.now {
        return Err(Error::Past);
    }
    if !job::again(tx, job, until, None)? {
        return Ok(false);
    }
    if tx.exec(&sql::LEASE, vals![Id::<Payment>::from_raw(job.id), until])? == 0 {
        job::cancel(tx, job.id)?;
        return Ok(false);
    }
    Ok(true)
}

/// Money is to go back, if that much is left of what came in. A job sends it.
pub fn want_refund(tx: &mut Tx<'_>, ctx: &Ctx, cmd: &NewRefund) -> Result<Refund, Error> {
    let NewRefund { payment, order, amount, why } = *cmd;
    if amount.minor <= 0 {
        return Err(Error::NotPositive(amount));
    }
    let attempt = view::attempt(tx, payment)?;
    let left = attempt.left();
    let too_much = Error::TooMuch { asked: amount, left };
    if amount.currency != left.currency || amount.minor > left.minor {
        return Err(too_much);
    }
    if tx.exec(&sql::TAKE, vals![payment, amount.minor, amount.currency.code()])? == 0 {
        return Err(too_much);
    }
    let refund = Refund {
        id: ctx.id(),
        payment,
        purchase: attempt.purchase,
        order,
        amount,
        status: RefundStatus::Wanted,
        version: 1,
        why,
        by_hand: attempt.by_hand,
        failed: None,
        wanted_at: ctx.now,
        settled_at: None,
    };
    let (code, minor) = (amount.currency.code(), amount.minor);
    tx.insert(
        &sql::WANT,
        vals![
            refund.id,
            payment,
            refund.purchase,
            order,
            code,
            minor,
            why.as_str(),
            ctx.now,
            attempt.by_hand.then_some(attempt.provider.name())
        ],
    )?;
    job::enqueue(tx, refund.id.raw(), REFUND, &refund.id.to_string(), ctx.now)?;
    Ok(refund)
}

/// Keeps a line of a bank's statement that was taken in; the bank's id of it is kept once.
pub fn note_line(tx: &mut Tx<'_>, line: &Line) -> Result<(), Error> {
    let fits = |text: &str| (1..=LONGEST).contains(&text.len());
    if !fits(&line.line) || !fits(&line.reference) {
        return Err(Error::Reference);
    }
    Ok(sql::note_line(tx, line)?)
}

/// The provider paid a refund out; the caller books that. Nothing, if that is known already.
pub fn refund_sent(tx: &mut Tx<'_>, ctx: &Ctx, id: Id<RefundKind>) -> Result<Option<Refund>, Error> {
    let mut refund = view::refund(tx, id)?;
    let Some(status) = refund.status.after(RefundStep::Send) else { return Ok(None) };
    (refund.status, refund.settled_at, refund.failed) = (status, Some(ctx.now), None);
    save(tx, &mut refund)?;
    tx.append(
        ctx,
        &fact::Refunded {
            at: ctx.now,
            shop: None,
            refund: id,
            payment: refund.payment,
            purchase: refund.purchase,
            order_id: refund.order,
            why: refund.why.as_str().into(),
            amount: Minor(refund.amount.minor),
            currency: refund.amount.currency.code().into(),
            wanted_at: refund.wanted_at,
        },
    )?;
    Ok(Some(refund))
}

/// The provider will not pay a refund out. It waits for somebody to look at it; nothing, if it is known how it ended.
pub fn refund_failed(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: Id<RefundKind>,
    why: &str,
) -> Result<Option<Refund>, Error> {
    let mut refund = view::refund(tx, id)?;
    let Some(status) = refund.status.after(RefundStep::Fail) else { return Ok(None) };
    (refund.status, refund.settled_at) = (status, Some(ctx.now));
    refund.failed = Some(why.chars().take(LONGEST).collect());
    save(tx, &mut refund)?;
    Ok(Some(refund))
}

/// A refund that failed is tried again, under the same id.
pub fn retry_refund(tx: &mut Tx<'_>, ctx: &Ctx, id: Id<RefundKind>) -> Result<Refund, Error> {
    let mut refund = view::refund(tx, id)?;
    refund.status = refund.step(RefundStep::Retry)?;
    (refund.settled_at, refund.failed) = (None, None);
    save(tx, &mut refund)?;
    job::enqueue(tx, id.raw(), REFUND, &id.to_string(), ctx.now)?;
    Ok(refund)
}

fn save(tx: &mut Tx<'_>, refund: &mut Refund) -> Result<(), Error> {
    let Refund { id, version, status, failed, settled_at, .. } = refund;
    let params = vals![*id, *version, status.as_str(), failed.as_ref(), *settled_at];
    if tx.exec(&sql::SAVE_REFUND, params)? == 0 {
        return Err(Error::Moved);
    }
    *version += 1;
    Ok(())
}
