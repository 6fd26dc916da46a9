//! What payment providers tell: one door for webhooks, for the embedded provider's letters and for what was found by
//! looking.

use super::CheckoutServices;
use super::error::Error;
use super::outside;
use crate::ship;
use kernel::id::{Payment, Purchase};
use kernel::{Ctx, Id, Moment, Money};
use ledger::{Booking, Capture};
use store::{Keys, Query, Tx};
use trade::order::{self, Settled};
use trade::payment::{self, Attempt, Came, Event, NewRefund, What};

/// What became of something that a provider told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ingested {
    /// Which purchase it is about.
    pub purchase: Id<Purchase>,
    /// Whether anything was new.
    pub new: bool,
    /// What money that came in was to its purchase.
    pub came: Option<Came>,
}

impl Ingested {
    /// Says it to whoever waits for the purchase, and to the worker if money goes back; to be called after the commit.
    pub fn publish(&self, services: &CheckoutServices) {
        if self.new {
            services.notify_waiting(self.purchase);
        }
        if self.came.is_some_and(|came| came.why().is_some()) {
            services.wake_worker();
        }
    }
}

/// What a message of a provider is about, found before its write.
#[derive(Debug, Clone)]
pub struct Seen {
    attempt: Attempt,
    /// Absent if no money came in: then nobody asks.
    purchase: Option<order::Purchase>,
}

impl Seen {
    /// What the write touches.
    pub fn keys(&self) -> Keys {
        Keys::of([order::purchase_key(self.attempt.purchase), payment::key(self.attempt.id)])
    }
    /// Which purchase it is about.
    pub const fn purchase(&self) -> Id<Purchase> {
        self.attempt.purchase
    }
}

/// Finds what a message is about. What nobody knows, or not yet, is refused, so that it is told again.
pub fn see(q: &mut impl Query, event: &Event) -> Result<Seen, Error> {
    let unknown =
        || Error::UnknownReference { provider: event.provider.clone(), reference: event.reference.clone() };
    let attempt = payment::attempt_of(q, event)?.ok_or_else(unknown)?;
    let purchase = match event.what {
        What::Captured { .. } => Some(order::purchase_of(q, attempt.purchase)?),
        What::Failed
        | What::RefundDone { .. }
        | What::RefundFailed { .. }
        | What::RefundedInAll { .. }
        | What::Outside { .. } => None,
    };
    Ok(Seen { attempt, purchase })
}

/// Takes in what a provider tells, once, with all that follows: the money is booked, the orders are paid, what pays for
/// nothing is on its way back.
pub fn take_event(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    services: &CheckoutServices,
    event: &Event,
) -> Result<Ingested, Error> {
    let seen = see(tx, event)?;
    if !payment::inbox(tx, ctx, event)? {
        return Ok(Ingested { purchase: seen.attempt.purchase, new: false, came: None });
    }
    follow(tx, ctx, services, event, &seen)
}

/// [`take_event`] by what was seen before the write, which asks nothing more. Refused if somebody was faster
/// ([`Error::has_moved`]: see again), or if it was told before.
pub fn take_seen(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    services: &CheckoutServices,
    event: &Event,
    seen: &Seen,
) -> Result<Ingested, Error> {
    payment::inbox_new(tx, ctx, event)?;
    follow(tx, ctx, services, event, seen)
}

/// What follows from a message that is new.
fn follow(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    services: &CheckoutServices,
    event: &Event,
    seen: &Seen,
) -> Result<Ingested, Error> {
    let Seen { attempt, purchase } = seen;
    let ingested = Ingested { purchase: attempt.purchase, new: true, came: None };
    match (&event.what, purchase) {
        (What::Captured { amount }, Some(purchase)) => {
            let came = capture(tx, ctx, services, (attempt, purchase), (*amount, event))?;
            Ok(Ingested { came: Some(came), new: came != Came::Nothing, ..ingested })
        }
        (What::Captured { .. }, None) => Err(order::Error::NoPurchase(attempt.purchase).into()),
        (What::Failed, _) => {
            let new = payment::failed(tx, ctx, attempt)?.is_some();
            Ok(Ingested { new, ..ingested })
        }
        (What::RefundDone { refund }, _) => {
            let new = paid_out(tx, ctx, attempt, *refund)?;
            Ok(Ingested { new, ..ingested })
        }
        // What is known to be on its way back, or back, is ours.
        (What::RefundedInAll { total }, _) => {
            let ours = attempt.refunding;
            let new = total.currency != ours.currency || total.minor > ours.minor;
            if new {
                let more = match total.currency == ours.currency {
                    true => Money { minor: total.minor - ours.minor, ..ours },
                    false => *total,
                };
                outside::found(tx, ctx, attempt, ("refunded", Some(more)))?;
            }
            Ok(Ingested { new, ..ingested })
        }
        (What::Outside { word, amount }, _) => {
            outside::found(tx, ctx, attempt, (&**word, *amount))?;
            Ok(ingested)
        }
        (What::RefundFailed { refund, why }, _) => {
            of_attempt(tx, attempt, *refund)?;
            let new = payment::refund_failed(tx, ctx, *refund, why)?.is_some();
            Ok(Ingested { new, ..ingested })
        }
    }
}

/// Money came in.
fn capture(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    services: &CheckoutServices,
    (attempt, purchase): (&Attempt, &order::Purchase),
    (amount, event): (Money, &Event),
) -> Result<Came, Error> {
    let came = payment::decide(purchase.status, purchase.total, attempt, amount);
    match came {
        Came::Nothing => {}
        Came::Part => {
            payment::part_came(tx, attempt, amount)?;
            order::part_came(tx, purchase)?;
            let booking = Booking::part(attempt.id, &attempt.provider, amount, attempt.received)?;
            ledger::book_new(tx, ctx, &booking)?;
        }
        _ => {
            // Of two currencies there is no sum: the attempt that has parts takes no other.
            let all = amount.plus(attempt.received).map_err(order::Error::from)?;
            // What a provider says of the future is not believed.
            let at = event.at.min(ctx.now);
            taken(tx, ctx, services, (attempt, purchase), (came, all), (&event.reference, at))?;
        }
    }
    Ok(came)
}

/// All that an attempt brings is there, its earlier parts with it.
pub(super) fn taken(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    services: &CheckoutServices,
    (attempt, purchase): (&Attempt, &order::Purchase),
    (came, amount): (Came, Money),
    (reference, at): (&str, Moment),
) -> Result<(), Error> {
    let before = Money { minor: attempt.received.minor, ..amount };
    // An attempt takes its money once: what is booked of it is not there yet.
    let attempt = payment::captured(tx, ctx, attempt, came, (amount, purchase.total), reference)?;
    let provider = attempt.provider.clone();
    if came.pays() {
        let orders = purchase.parts.iter().map(|part| (part.order, part.total)).collect();
        let capture = Capture { payment: attempt.id, provider, received: amount, before, orders };
        ledger::book_new(tx, ctx, &Booking::capture(&capture)?)?;
        let by = Settled { payment: Some(attempt.id), at, pickup_from: None, next_day_by: None };
        // Where a transfer was waited for, the shops' time begins with the money.
        let promised = match purchase.moved {
            0 => None,
            _ => Some(order::promised_from(tx, ctx, purchase, by.at)?),
        };
        ship::settle(tx, ctx, services, promised.as_ref().unwrap_or(purchase), &by)?;
        if purchase.moved > 0 {
            // Somebody who sent a part of a transfer paid otherwise.
            super::part::give_parts_back(tx, ctx, purchase.id, Came::Double)?;
        }
    } else if before.minor < amount.minor {
        let late =
            Booking::late(attempt.id, &provider, Money { minor: amount.minor - before.minor, ..amount })?;
        ledger::book_new(tx, ctx, &late)?;
    }
    if let (Some(why), Some(back)) = (came.why(), came.back(amount, purchase.total)) {
        ledger::book_new(tx, ctx, &Booking::give_back(attempt.id, back)?)?;
        payment::want_refund(tx, ctx, &NewRefund { payment: attempt.id, order: None, amount: back, why })?;
    }
    Ok(())
}

/// A refund was paid out: it is booked, once.
pub(super) fn paid_out(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    attempt: &Attempt,
    refund: Id<kernel::id::Refund>,
) -> Result<bool, Error> {
    of_attempt(tx, attempt, refund)?;
    let Some(refund) = payment::refund_sent(tx, ctx, refund)? else { return Ok(false) };
    let key = refund.id.to_string();
    let booking = Booking::refund_sent(refund.payment, &attempt.provider, refund.amount, &key)?;
    ledger::book(tx, ctx, &booking)?;
    Ok(true)
}

/// Fails unless a refund is of an attempt: a provider speaks for its own payments alone.
fn of_attempt(q: &mut impl Query, attempt: &Attempt, refund: Id<kernel::id::Refund>) -> Result<(), Error> {
    let of: Id<Payment> = payment::refund(q, refund)?.payment;
    if of == attempt.id { Ok(()) } else { Err(payment::Error::NoRefund(refund).into()) }
}
