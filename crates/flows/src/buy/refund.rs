//! Sending refunds: the provider is asked outside of writes, as often as it takes, and pays out once.

use super::Till;
use super::error::Error;
use super::event::paid_out;
use super::pay::of_gateway;
use kernel::{Ctx, Id, id};
use store::job::{self, Job};
use store::{Db, Keys, StoreError, WriteError};
use trade::payment::{self, RefundAsked, RefundStatus, RefundTold, backoff};

pub use trade::payment::REFUND;

/// The shortest and the longest wait before a provider is asked again, in microseconds.
const WAITS: (i64, i64) = (10_000_000, 3_600_000_000);

/// Does a job of kind [`REFUND`]. Whatever happens, the job is finished in the transaction of its effect or put back with a
/// growing delay; an error is for the log.
pub fn send_refund(db: &Db, till: &Till, ctx: &Ctx, job: &Job) -> Result<(), Error> {
    let id: Id<id::Refund> = Id::from_raw(job.id);
    let refund = db.read(|q| payment::refund(q, id))?;
    if refund.status != RefundStatus::Wanted {
        return finish(db, job, Keys::none(), |_| Ok(()));
    }
    let attempt = db.read(|q| payment::attempt(q, refund.payment))?;
    let gateway = till.gateway(attempt.provider.name())?;
    let Some(reference) = attempt.reference.clone() else {
        return Err(Error::NothingToRefund(attempt.id));
    };
    let told = gateway.refund(&RefundAsked { refund: id, reference, amount: refund.amount });
    let keys = Keys::from(payment::key(attempt.id));
    match told {
        Ok(RefundTold::Done) => {
            let (ctx, purchase) = (ctx.clone(), refund.purchase);
            finish(db, job, keys, move |tx| paid_out(tx, &ctx, &attempt, id).map(drop))?;
            till.heard(purchase);
            Ok(())
        }
        Ok(RefundTold::Failed { why }) => {
            let ctx = ctx.clone();
            finish(db, job, keys, move |tx| Ok(payment::refund_failed(tx, &ctx, id, &why).map(drop)?))
        }
        // Somebody sends it and says so: nobody is asked again.
        Ok(RefundTold::ByHand) => finish(db, job, Keys::none(), |_| Ok(())),
        // Its event ends it. If that is lost, the provider is asked again.
        Ok(RefundTold::Pending) => put_back(db, ctx, job, "the provider has not paid out yet"),
        Err(err) => {
            put_back(db, ctx, job, &err.to_string())?;
            Err(of_gateway(gateway.as_ref(), err))
        }
    }
}

/// Finishes a job in the transaction of its effect. If somebody else did, nothing is done.
fn finish(
    db: &Db,
    job: &Job,
    keys: Keys,
    effect: impl Fn(&mut store::Tx<'_>) -> Result<(), Error> + Send + 'static,
) -> Result<(), Error> {
    let job = job.clone();
    let done = db.write_blocking("buy.refund", keys, move |tx| {
        if job::done(tx, &job)? {
            effect(tx)?;
        }
        Ok(())
    });
    done.map_err(WriteError::flatten)
}

fn put_back(db: &Db, ctx: &Ctx, job: &Job, why: &str) -> Result<(), Error> {
    let due = ctx.now.plus_micros(backoff(job.tries + 1, WAITS.0, WAITS.1));
    let (job, why) = (job.clone(), why.chars().take(300).collect::<String>());
    let back = db.write_blocking("buy.refund_later", Keys::none(), move |tx| -> Result<(), StoreError> {
        job::put_back(tx, &job, due, &why).map(drop)
    });
    back.map_err(|err| err.flatten().into())
}
