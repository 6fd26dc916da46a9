//! Payments: attempts, what providers tell in whatever order, money that goes back, and who wins.

mod life;
mod race;

use crate::order::{MEMBER, SHOP, ctx, ctx_at, facts, kinds, later, of, place, timers, write, yuan};
use kernel::{Actor, Id, Moment, Money, id};
use store::{Db, Tx};
use trade::order::{self, Purchase};
use trade::payment::{self, Attempt, Begun, Came, Error, Event, NewRefund, Refund, Start, What, Why};

pub(crate) fn purchase(db: &Db) -> Purchase {
    place(db, MEMBER, &[(SHOP, &[1])]).purchase
}

pub(crate) fn start_at(db: &Db, purchase: &Purchase, provider: &str) -> Result<Attempt, Error> {
    let cmd = Start {
        purchase: purchase.id,
        provider: provider.parse().unwrap(),
        amount: purchase.total,
        script: None,
        by_hand: false,
        lease_until: later(10),
    };
    let at = ctx();
    write(db, move |tx| payment::start(tx, &at, &cmd))
}

pub(crate) fn start(db: &Db, purchase: &Purchase) -> Attempt {
    start_at(db, purchase, "sandbox").unwrap()
}

pub(crate) fn begun(db: &Db, id: Id<id::Payment>, reference: &str) -> Result<(), Error> {
    let begun = Begun { reference: reference.into(), redirect: Some("/cashier".into()) };
    write(db, move |tx| payment::begun(tx, id, &begun))
}

pub(crate) fn attempt(db: &Db, id: Id<id::Payment>) -> Attempt {
    db.read(|q| payment::attempt(q, id)).unwrap()
}

pub(crate) fn captured_event(id: &str, of: &Attempt, amount: Money) -> Event {
    Event {
        provider: of.provider.name().into(),
        id: id.into(),
        reference: format!("ref-{}", of.id).into(),
        payment: Some(of.id),
        what: What::Captured { amount },
        at: later(4),
    }
}

/// What a webhook does: takes the event in once, decides, captures, settles the purchase, wants back what goes back.
pub(crate) fn take(db: &Db, event: &Event) -> Result<Came, Error> {
    let event = event.clone();
    write(db, move |tx| take_in(tx, &event))
}

fn take_in(tx: &mut Tx<'_>, event: &Event) -> Result<Came, Error> {
    let at = ctx_at(later(5), Actor::Outside);
    if !payment::inbox(tx, &at, event)? {
        return Ok(Came::Nothing);
    }
    let What::Captured { amount } = event.what else { return Ok(Came::Nothing) };
    let Some(attempt) = payment::attempt_of(tx, event)? else { return Ok(Came::Nothing) };
    let purchase = order::purchase_of(tx, attempt.purchase).unwrap();
    let came = payment::decide(purchase.status, purchase.total, &attempt, amount);
    if came == Came::Nothing {
        return Ok(came);
    }
    payment::captured(tx, &at, &attempt, came, (amount, attempt.amount), &event.reference)?;
    if came.pays() {
        let by =
            order::Settled { payment: Some(attempt.id), at: event.at, pickup_from: None, next_day_by: None };
        order::paid(tx, &at, &purchase, &by).map_err(|_| Error::Moved)?;
    }
    if let (Some(why), Some(back)) = (came.why(), came.back(amount, purchase.total)) {
        let refund = NewRefund { payment: attempt.id, order: None, amount: back, why };
        payment::want_refund(tx, &at, &refund)?;
    }
    Ok(came)
}

pub(crate) fn want(db: &Db, payment: Id<id::Payment>, amount: Money) -> Result<Refund, Error> {
    let cmd = NewRefund { payment, order: None, amount, why: Why::Aftersale };
    let at = ctx();
    write(db, move |tx| payment::want_refund(tx, &at, &cmd))
}

pub(crate) fn is_sound(db: &Db) {
    assert_eq!(db.read(|q| payment::check(q, 10)).unwrap(), []);
}
