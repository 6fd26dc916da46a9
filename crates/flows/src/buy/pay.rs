//! Paying: an attempt is started in a write, the provider is asked outside of it, and what it answers is looked after.

use super::CheckoutServices;
use super::error::Error;
use super::event::{Ingested, see, take_seen};
use kernel::id::{Member, Purchase};
use kernel::{Ctx, Id};
use store::job::Job;
use store::worker::Work;
use store::{Db, Failure, JobKind, Keys, Retry, Tx, WriteError};
use trade::order::{self, Status};
use trade::payment::{
    self, Attempt, Begin, Begun, Came, Event, FETCH_STATUS, Gateway, GatewayError, Start, Told, What,
};

/// How a provider that could not be reached is asked again: a buyer waits for the answer. For a week.
const RETRY: Retry = Retry { first: 5_000_000, longest: 600_000_000, most: 1_000 };
/// How many attempts are asked after at a time.
const AT_ONCE: usize = 8;

/// How often something told is seen anew because somebody was faster.
const TRIES: usize = 8;

/// A payment that has begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paying {
    /// The attempt.
    pub attempt: Attempt,
    /// Where the buyer pays; none if nothing is left to be done there.
    pub redirect: Option<Box<str>>,
}

/// Starts to pay for a purchase, or answers with the attempt that is open. After the commit comes [`begin`].
pub fn start(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    services: &CheckoutServices,
    member: Id<Member>,
    id: Id<Purchase>,
    (provider, script): (&str, Option<&str>),
) -> Result<Attempt, Error> {
    let gateway = services.gateway(provider)?;
    let purchase = order::purchase_of(tx, id)?;
    if purchase.member != member {
        return Err(order::Error::NoPurchase(id).into());
    }
    if purchase.status != Status::Unpaid || purchase.pay_by <= ctx.now {
        return Err(Error::NotUnpaid(id));
    }
    let terms = services.terms_of(&purchase.terms, ctx.now)?;
    let by_hand = gateway.by_hand().is_some();
    // What people record is there when they have recorded it: until the deadline there is nobody to ask.
    let news_by = if by_hand { super::transfer::wait(tx, ctx, &purchase, terms)? } else { ctx.now };
    let start = Start {
        purchase: id,
        provider: gateway.name().parse()?,
        amount: purchase.total,
        script: script.map(Into::into),
        by_hand,
        lease_until: news_by.plus_micros(terms.attempt_lease),
    };
    let attempt = payment::start(tx, ctx, &start)?;
    if attempt.amount == purchase.total {
        return Ok(attempt);
    }
    // An order left the purchase since: the open one asks for too much. Should it be paid after all, the rest goes back.
    payment::abandon(tx, ctx, attempt.id)?;
    Ok(payment::start(tx, ctx, &start)?)
}

/// Asks the provider to begin an attempt that was started; asked again it finds the same payment. Never within a write.
pub fn begin(
    db: &Db,
    services: &CheckoutServices,
    ctx: &Ctx,
    attempt: &Attempt,
    return_to: Option<&str>,
) -> Result<Paying, Error> {
    if attempt.reference.is_some() || !attempt.status.is_open() {
        let redirect = attempt.redirect.clone().filter(|_| attempt.status.is_open());
        return Ok(Paying { attempt: attempt.clone(), redirect });
    }
    let gateway = services.gateway(attempt.provider.name())?;
    match gateway.begin(&asked(attempt, return_to)) {
        Ok(begun) => {
            let mut attempt = attempt.clone();
            // Where nothing is left to be done its own event brings the reference: that spares a write.
            if begun.redirect.is_some() {
                kept(db, &attempt, &begun)?;
                attempt.status = payment::Status::Pending;
            }
            attempt.reference = Some(begun.reference);
            attempt.redirect.clone_from(&begun.redirect);
            Ok(Paying { attempt, redirect: begun.redirect })
        }
        Err(GatewayError::Refused(why)) => {
            // It never began, and never will: the buyer may try another way at once.
            let (id, ctx) = (attempt.id, ctx.clone());
            let keys = Keys::from(payment::key(id));
            db.write_blocking("buy.abandon", keys, move |tx| {
                payment::abandon(tx, &ctx, id).map(drop).map_err(Error::from)
            })?;
            Err(refused(gateway.as_ref(), why, false))
        }
        Err(err) => Err(of_gateway(gateway.as_ref(), err)),
    }
}

fn asked(attempt: &Attempt, return_to: Option<&str>) -> Begin {
    Begin {
        payment: attempt.id,
        amount: attempt.amount,
        purchase: attempt.purchase,
        return_to: return_to.map(Into::into),
        script: attempt.script.clone(),
    }
}

fn kept(db: &Db, attempt: &Attempt, begun: &Begun) -> Result<(), Error> {
    let (id, begun) = (attempt.id, begun.clone());
    let keys = Keys::from(payment::key(id));
    db.write_blocking("buy.begun", keys, move |tx| payment::begun(tx, id, &begun).map_err(Error::from))?;
    Ok(())
}

pub(super) fn refused(gateway: &dyn Gateway, why: Box<str>, later: bool) -> Error {
    Error::Provider { provider: gateway.name().into(), why, later }
}

/// What a provider answered, as one of ours.
pub(super) fn of_gateway(gateway: &dyn Gateway, err: GatewayError) -> Error {
    match err {
        GatewayError::Later(why) => refused(gateway, why, true),
        GatewayError::Refused(why) => refused(gateway, why, false),
        GatewayError::Forged(why) => Error::NotBelieved(why),
        GatewayError::Unreadable(why) | GatewayError::Aside(why) => Error::Unreadable(why),
    }
}

/// Takes in what a provider tells, with its keys, and says so to whoever waits: [`take_event`] for threads that may wait.
pub fn ingest_webhook(
    db: &Db,
    services: &CheckoutServices,
    ctx: &Ctx,
    event: &Event,
) -> Result<Ingested, Error> {
    let mut tries = 0;
    loop {
        let seen = db.read(|q| see(q, event))?;
        let purchase = seen.purchase();
        let asked = event;
        let (ctx, till_of, event) = (ctx.clone(), services.clone(), event.clone());
        let written = db
            .write_blocking("buy.event", seen.keys(), move |tx| take_seen(tx, &ctx, &till_of, &event, &seen));
        tries += 1;
        match written.map_err(WriteError::flatten) {
            Ok(ingested) => {
                if asked.what.is_outside() && ingested.new {
                    tracing::error!(
                        "money of {purchase} moved outside, and a person has to look: {} told {:?}",
                        asked.provider,
                        asked.what
                    );
                }
                ingested.publish(services);
                return Ok(ingested);
            }
            Err(err) if err.is_repeated() => return Ok(Ingested { purchase, new: false, came: None }),
            Err(err) if err.has_moved() && tries < TRIES => {}
            Err(err) => return Err(err),
        }
    }
}

store::declare! { JobKind::new(FETCH_STATUS, fetch_status).at_once(AT_ONCE).retry(RETRY) }

/// Does a job of kind [`FETCH_STATUS`]: asks after an attempt of which nothing was told in time. Whatever ends the attempt takes
/// the job away.
fn fetch_status(work: &Work<'_>, job: &Job) -> Result<(), Failure> {
    let (db, services, ctx) = (work.db, work.services.get::<CheckoutServices>()?, work.ctx());
    let attempt = db.read(|q| payment::attempt(q, Id::from_raw(job.id)))?;
    if !attempt.status.is_open() {
        return work.finish(job, "buy.fetched", Keys::none(), |_| Ok::<_, Error>(()));
    }
    let purchase = db.read(|q| order::purchase_of(q, attempt.purchase))?;
    let gateway = services.gateway(attempt.provider.name())?.as_ref();
    let reference = match &attempt.reference {
        Some(reference) => Ok(reference.clone()),
        // It is not known whether the provider ever heard of it. Asked again it answers for the same payment.
        None => gateway.begin(&asked(&attempt, None)).map(|begun| begun.reference),
    };
    let told = reference.and_then(|reference| Ok((gateway.fetch_status(&reference)?, reference)));
    let event = |what: What, reference: Box<str>| Event {
        provider: gateway.name().into(),
        id: format!("look:{}:{}", what.as_str(), attempt.id).into(),
        reference,
        payment: Some(attempt.id),
        what,
        at: ctx.now,
    };
    match told {
        Ok((Told::Captured { amount }, reference)) => {
            ingest_webhook(db, services, &ctx, &event(What::Captured { amount }, reference))?;
        }
        Ok((Told::Failed, reference)) => {
            ingest_webhook(db, services, &ctx, &event(What::Failed, reference))?;
        }
        Ok((Told::Pending, _)) if purchase.status == Status::Unpaid => {
            let until = ctx.now.plus_micros(services.terms_of(&purchase.terms, ctx.now)?.attempt_lease);
            let job = job.clone();
            db.write_blocking("buy.fetch_again", Keys::none(), move |tx| {
                payment::fetch_again(tx, &ctx, &job, until)
            })?;
        }
        // Nobody waits for it any more. Should money come after all, it goes back by itself.
        Ok((Told::Pending, _)) | Err(GatewayError::Refused(_)) => {
            let (id, keys) = (attempt.id, Keys::from(payment::key(attempt.id)));
            let came = if purchase.status == Status::Paid { Came::Double } else { Came::Short };
            db.write_blocking("buy.abandon", keys, move |tx| {
                super::part::give_parts_back(tx, &ctx, attempt.purchase, came)?;
                payment::abandon(tx, &ctx, id).map_err(Error::from)
            })?;
        }
        Err(err) => return Err(of_gateway(gateway, err).into()),
    }
    Ok(())
}
