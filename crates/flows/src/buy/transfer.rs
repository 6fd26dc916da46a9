//! Money that people record and send: the lines of a bank's statement, through the same door as what providers tell.
//!
//! Invariants:
//! - A line is taken in once, by the bank's own id of it, whoever types it off; typed again as it was it changes nothing,
//!   typed otherwise it is refused.
//! - Every line is money: lines under one reference add up until they pay; what comes after that goes back, like money of
//!   another payment. If the time is over before they pay, all of them go back.
//! - What has no reference of ours on it is refused, and moves nothing.

use super::CheckoutServices;
use super::error::{Error, LONGEST_LINE};
use super::event::{Ingested, take_event, taken};
use kernel::id::{Payment, Purchase, Refund as RefundKind};
use kernel::{Ctx, Id, Moment, Money, text};
use std::cmp::Ordering;
use std::sync::Arc;
use store::{Engine, Keys, Query, Tx};
use trade::order::{self, Status};
use trade::payment::{
    self, Attempt, Came, Event, Gateway, Line, Moved, Refund, RefundStep, Start, Step, What,
};
use trade::terms::Terms;

/// Money that came in, as somebody typed it off the statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incoming {
    /// The bank's own id of the line.
    pub line: Box<str>,
    /// What stands on it: our reference, and whatever else.
    pub text: Box<str>,
    /// How much.
    pub amount: Money,
}

/// A line that was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// The line, with what it was.
    pub line: Line,
    /// Whether it was not there before.
    pub new: bool,
}

impl Recorded {
    /// What is to be said after the commit, as of anything that a provider tells.
    pub const fn ingested(&self) -> Ingested {
        let came = match self.line.moved {
            Moved::In(came) => Some(came),
            Moved::Out(_) => None,
        };
        Ingested { purchase: self.line.purchase, new: self.new, came }
    }
}

/// The provider of a market whose money people record.
pub fn by_hand(services: &CheckoutServices) -> Result<&Arc<dyn Gateway>, Error> {
    services.gateways().iter().find(|gateway| gateway.by_hand().is_some()).ok_or(Error::NoTransfers)
}

/// Until when a purchase waits that is paid for by hand: its deadline moves on, once, counted from its placing.
pub(super) fn wait(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    purchase: &order::Purchase,
    terms: &Terms,
) -> Result<Moment, Error> {
    let by = terms.transfer_by(purchase.placed_at).ok_or(Error::NoTransferTime(purchase.id))?;
    Ok(order::wait_longer(tx, ctx, purchase, by)?.pay_by)
}

/// A purchase that is not paid for costs less than before: what is awaited for it is less, and what came in parts may pay
/// for it.
pub(super) fn costs_less(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    services: &CheckoutServices,
    purchase: &order::Purchase,
) -> Result<(), Error> {
    payment::ask_less(tx, purchase.id, purchase.total)?;
    for attempt in payment::awaited_of(tx, purchase.id)? {
        let came = match attempt.received.minor.cmp(&purchase.total.minor) {
            Ordering::Less => continue,
            Ordering::Equal => Came::Captures,
            Ordering::Greater => Came::Surplus,
        };
        let reference = attempt.reference.clone().ok_or(payment::Error::Moved)?;
        let all = (came, attempt.received);
        taken(tx, ctx, services, (&attempt, purchase), all, (&reference, ctx.now))?;
        break;
    }
    Ok(())
}

/// The bank's id of a line, as it is kept: one line however it is typed. Spaces do not count, capitals and full-width letters
/// are plain ones. One that was kept otherwise before is found as it is.
fn line_of(q: &mut impl Query, provider: &str, text: &str) -> Result<Box<str>, Error> {
    let plain = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        other => other,
    };
    let kept = text::kept(text);
    let typed = &*kept;
    let line: String =
        typed.chars().filter(|c| !c.is_whitespace()).map(plain).flat_map(char::to_uppercase).collect();
    let good = (1..=LONGEST_LINE).contains(&line.chars().count()) && !typed.chars().any(char::is_control);
    if !good {
        return Err(Error::BadLine);
    }
    let known = line != typed && payment::line(q, provider, typed)?.is_some();
    Ok(if known { typed.into() } else { line.into() })
}

/// The attempt whose reference somebody typed.
fn referred(q: &mut impl Query, gateway: &dyn Gateway, text: &str) -> Result<(Box<str>, Attempt), Error> {
    let reference = gateway
        .reference_in(text)
        .ok_or_else(|| Error::MistypedReference(text.trim().chars().take(60).collect()))?;
    let found = payment::by_reference(q, gateway.name(), &reference)?;
    let attempt = found.ok_or_else(|| Error::UnknownTransfer(reference.clone()))?;
    Ok((reference, attempt))
}

/// What a write of [`record`] touches. SQLite has one writer and is not asked.
pub fn keys_to_record(
    q: &mut impl Query,
    services: &CheckoutServices,
    cmd: &Incoming,
) -> Result<Keys, Error> {
    if q.engine() == Engine::Sqlite {
        return Ok(Keys::none());
    }
    let (_, attempt) = referred(q, by_hand(services)?.as_ref(), &cmd.text)?;
    Ok(keys_of(attempt.purchase, attempt.id))
}

/// What a write of [`sent`] touches. SQLite has one writer and is not asked.
pub fn keys_to_send(q: &mut impl Query, refund: Id<RefundKind>) -> Result<Keys, Error> {
    if q.engine() == Engine::Sqlite {
        return Ok(Keys::none());
    }
    let refund = payment::refund(q, refund)?;
    Ok(keys_of(refund.purchase, refund.payment))
}

fn keys_of(purchase: Id<Purchase>, payment: Id<Payment>) -> Keys {
    Keys::of([order::purchase_key(purchase), payment::key(payment)])
}

/// Records money that came in, with all that follows from it. Then [`Recorded::ingested`] is to be told.
pub fn record(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    services: &CheckoutServices,
    cmd: &Incoming,
) -> Result<Recorded, Error> {
    let gateway = by_hand(services)?.as_ref();
    let id = line_of(tx, gateway.name(), &cmd.line)?;
    let (reference, attempt) = referred(tx, gateway, &cmd.text)?;
    let line = Line {
        provider: attempt.provider.clone(),
        line: id.clone(),
        payment: attempt.id,
        purchase: attempt.purchase,
        reference: reference.clone(),
        amount: cmd.amount,
        moved: Moved::In(Came::Nothing),
        by: ctx.actor,
        at: ctx.now,
    };
    if let Some(before) = recorded(tx, &line)? {
        return Ok(before);
    }
    let attempt = open(tx, ctx, services, attempt)?;
    let event = Event {
        provider: gateway.name().into(),
        reference: attempt.reference.clone().unwrap_or_else(|| format!("{reference}/{id}").into()),
        id,
        payment: Some(attempt.id),
        what: What::Captured { amount: cmd.amount },
        at: ctx.now,
    };
    let ingested = take_event(tx, ctx, services, &event)?;
    let came = ingested.came.filter(|_| ingested.new).ok_or(payment::Error::Moved)?;
    let line = Line { payment: attempt.id, moved: Moved::In(came), ..line };
    payment::note_line(tx, &line)?;
    Ok(Recorded { line, new: true })
}

/// The attempt that a line of its reference belongs to: itself, or one more if it has its money already.
fn open(tx: &mut Tx<'_>, ctx: &Ctx, services: &CheckoutServices, attempt: Attempt) -> Result<Attempt, Error> {
    if attempt.status.after(Step::Capture).is_some() {
        return Ok(attempt);
    }
    let lease_until = ctx.now.plus_micros(services.terms(ctx.now)?.attempt_lease);
    let Attempt { purchase, provider, amount, .. } = attempt;
    let again = Start { purchase, provider, amount, script: None, by_hand: true, lease_until };
    Ok(payment::start(tx, ctx, &again)?)
}

/// A line that was recorded before, as it was; one that was recorded otherwise is refused.
fn recorded(q: &mut impl Query, line: &Line) -> Result<Option<Recorded>, Error> {
    let Some(before) = payment::line(q, line.provider.name(), &line.line)? else { return Ok(None) };
    if before.is_same(line) {
        return Ok(Some(Recorded { line: before, new: false }));
    }
    Err(Error::LineKnown { line: before.line, reference: before.reference, amount: before.amount })
}

/// Records that a refund was sent, by the bank's id of the line on which it went out. Then [`Recorded::ingested`] is to be
/// told.
pub fn sent(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    services: &CheckoutServices,
    refund: Id<RefundKind>,
    line: &str,
) -> Result<Recorded, Error> {
    let name = by_hand(services)?.name();
    let id = line_of(tx, name, line)?;
    let there = payment::refund(tx, refund)?;
    let attempt = payment::attempt(tx, there.payment)?;
    if attempt.provider.name() != name {
        return Err(payment::Error::NoRefund(refund).into());
    }
    let reference = attempt.reference.clone().ok_or(Error::NothingToRefund(attempt.id))?;
    let came = payment::lines_of(tx, &[attempt.id])?;
    let came = came.first();
    let line = Line {
        provider: attempt.provider.clone(),
        line: id.clone(),
        payment: attempt.id,
        purchase: attempt.purchase,
        reference: came.map_or_else(|| reference.clone(), |came| came.reference.clone()),
        amount: there.amount,
        moved: Moved::Out(refund),
        by: ctx.actor,
        at: ctx.now,
    };
    if let Some(before) = recorded(tx, &line)? {
        return Ok(before);
    }
    there.step(RefundStep::Send)?;
    let what = What::RefundDone { refund };
    let event = Event { provider: name.into(), id, reference, payment: Some(attempt.id), what, at: ctx.now };
    if !take_event(tx, ctx, services, &event)?.new {
        return Err(payment::Error::Moved.into());
    }
    payment::note_line(tx, &line)?;
    Ok(Recorded { line, new: true })
}

/// Money that somebody is to record when it comes.
#[derive(Debug, Clone)]
pub struct Awaited {
    /// The attempt, with its reference.
    pub attempt: Attempt,
    /// What it pays for.
    pub purchase: order::Purchase,
}

impl Awaited {
    /// Whether it still pays for something if it comes now; otherwise it goes back.
    pub fn pays(&self) -> bool {
        self.purchase.status == Status::Unpaid
    }
}

/// A page of the transfers that are awaited, oldest first.
pub fn awaited(
    q: &mut impl Query,
    services: &CheckoutServices,
    after: Option<Id<Payment>>,
    limit: i64,
) -> Result<Vec<Awaited>, Error> {
    let attempts = payment::awaited(q, by_hand(services)?.name(), after, limit)?;
    let ids: Vec<Id<Purchase>> = attempts.iter().map(|attempt| attempt.purchase).collect();
    let purchases = order::purchases_of(q, &ids)?;
    let with = |attempt: Attempt| {
        let purchase = purchases.iter().find(|purchase| purchase.id == attempt.purchase)?.clone();
        Some(Awaited { attempt, purchase })
    };
    Ok(attempts.into_iter().filter_map(with).collect())
}

/// A refund that somebody is to send.
#[derive(Debug, Clone)]
pub struct ToSend {
    /// The refund.
    pub refund: Refund,
    /// The lines on which its money came: it goes back to where that came from. Of money that was not recorded here there is
    /// none.
    pub came: Vec<Line>,
}

/// A page of the refunds that are to be sent, oldest first.
pub fn to_send(
    q: &mut impl Query,
    services: &CheckoutServices,
    after: Option<Id<RefundKind>>,
    limit: i64,
) -> Result<Vec<ToSend>, Error> {
    let refunds = payment::refunds_by_hand(q, by_hand(services)?.name(), after, limit)?;
    let ids: Vec<Id<Payment>> = refunds.iter().map(|refund| refund.payment).collect();
    let lines = payment::lines_of(q, &ids)?;
    let with = |refund: Refund| {
        let came = lines.iter().filter(|line| line.payment == refund.payment).cloned().collect();
        ToSend { refund, came }
    };
    Ok(refunds.into_iter().map(with).collect())
}
