//! The messages of an embedded provider, which it leaves as jobs: signed, read and taken in as those that come over HTTP.

use super::CheckoutServices;
use super::error::Error;
use super::event::{Ingested, Seen, see, take_seen};
use kernel::Actor;
use std::sync::mpsc::channel;
use store::job::{self, Job, Outcomes};
use store::worker::Work;
use store::{Failure, JobKind, Keys, StoreError, WriteError};
use trade::payment::{Event, Gateway, GatewayError, SANDBOX_WEBHOOK};

store::declare! { JobKind::batch(SANDBOX_WEBHOOK, deliver) }

/// What became of one message; none if nothing follows from it here.
type Delivered = Result<Option<Ingested>, Error>;

/// Delivers messages, each in a write of its own that shares its commit with its neighbours.
fn deliver(work: &Work<'_>, jobs: &[Job]) -> Outcomes {
    match delivered(work, jobs) {
        Ok(answers) => answers,
        Err(failure) => jobs.iter().map(|_| Err(failure.clone())).collect(),
    }
}

fn delivered(work: &Work<'_>, jobs: &[Job]) -> Result<Outcomes, Failure> {
    let services = work.services.get::<CheckoutServices>()?;
    let mut gateways = services.gateways().iter();
    let gateway = gateways
        .find(|gateway| gateway.outbox() == Some(SANDBOX_WEBHOOK))
        .ok_or_else(|| Error::NoProvider(SANDBOX_WEBHOOK.to_owned()))?;
    let events: Vec<Result<Option<Event>, Error>> =
        jobs.iter().map(|job| read(gateway.as_ref(), job)).collect();
    // What all of them are about, in one snapshot.
    let seen = work.db.read(|q| {
        let see = |event: &Result<Option<Event>, Error>| match event {
            Ok(Some(event)) => see(q, event).map(Some),
            Ok(None) | Err(_) => Ok(None),
        };
        Ok::<_, StoreError>(events.iter().map(see).collect::<Vec<_>>())
    })?;
    let (tell, told) = channel::<(usize, Delivered)>();
    for (i, ((job, event), seen)) in jobs.iter().zip(events).zip(seen).enumerate() {
        let (event, seen) = match (event, seen) {
            (Ok(event), Ok(seen)) => (event, seen),
            (Err(err), _) | (_, Err(err)) => {
                let _ = tell.send((i, Err(err)));
                continue;
            }
        };
        let (ctx, services, job) = (work.ctx_of(Actor::Outside), services.clone(), job.clone());
        let keys = seen.as_ref().map_or_else(Keys::none, Seen::keys);
        let take = move |tx: &mut store::Tx<'_>| {
            job::finish(tx, &job)?;
            match event.as_ref().zip(seen.as_ref()) {
                Some((event, seen)) => take_seen(tx, &ctx, &services, event, seen).map(Some),
                None => Ok(None),
            }
        };
        let told = tell.clone();
        let submitted = work.db.submit("buy.sandbox_webhook", keys, take, move |result| {
            let _ = told.send((i, result.map_err(WriteError::flatten)));
        });
        if let Err(err) = submitted {
            let _ = tell.send((i, Err(err.into())));
        }
    }
    drop(tell);
    let mut answers = vec![Ok(()); jobs.len()];
    for (i, done) in told {
        answers[i] = match done {
            Ok(ingested) => {
                if let Some(ingested) = ingested {
                    ingested.publish(services);
                }
                Ok(())
            }
            // It was told before: nothing is left to be done but the job itself.
            Err(err) if err.is_repeated() => {
                work.finish(&jobs[i], "buy.told_before", Keys::none(), |_| Ok::<_, StoreError>(()))
            }
            Err(err) => Err(err.into()),
        };
    }
    Ok(answers)
}

/// Reads a message as if it had come over HTTP.
fn read(gateway: &dyn Gateway, job: &Job) -> Result<Option<Event>, Error> {
    let body = job.body.as_bytes();
    match gateway.read(&gateway.sign(body), body) {
        Ok(event) => Ok(Some(event)),
        Err(GatewayError::Aside(_)) => Ok(None),
        Err(err) => Err(Error::Unreadable(err.to_string().into())),
    }
}
