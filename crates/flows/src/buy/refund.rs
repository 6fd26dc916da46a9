//! Sending refunds: the provider is asked outside of writes, as often as it takes, and pays out once.

use super::CheckoutServices;
use super::error::Error;
use super::event::paid_out;
use super::pay::of_gateway;
use kernel::{Id, id};
use store::job::Job;
use store::worker::Work;
use store::{Failure, JobKind, Keys, Retry, backoff};
use trade::payment::{self, RefundAsked, RefundStatus, RefundTold};

pub use trade::payment::REFUND;

/// What its writes are called in the log.
const NAME: &str = "buy.refund";
/// How many are sent at a time.
const AT_ONCE: usize = 8;

store::declare! { JobKind::new(REFUND, send_refund).at_once(AT_ONCE).retry(Retry::OUTSIDE) }

/// Does a job of kind [`REFUND`]: finishes it in the transaction of its effect, or puts it off while the provider is not done.
fn send_refund(work: &Work<'_>, job: &Job) -> Result<(), Failure> {
    let (db, services, ctx) = (work.db, work.services.get::<CheckoutServices>()?, work.ctx());
    let id: Id<id::Refund> = Id::from_raw(job.id);
    let finish_as_it_is = || work.finish(job, NAME, Keys::none(), |_| Ok::<_, Error>(()));
    let refund = db.read(|q| payment::refund(q, id))?;
    if refund.status != RefundStatus::Wanted {
        return finish_as_it_is();
    }
    let attempt = db.read(|q| payment::attempt(q, refund.payment))?;
    let gateway = services.gateway(attempt.provider.name())?;
    let Some(reference) = attempt.reference.clone() else {
        return Err(Error::NothingToRefund(attempt.id).into());
    };
    let told = gateway.refund(&RefundAsked { refund: id, reference, amount: refund.amount });
    let keys = Keys::from(payment::key(attempt.id));
    match told {
        Ok(RefundTold::Done) => {
            work.finish(job, NAME, keys, move |tx| paid_out(tx, &ctx, &attempt, id))?;
            services.notify_waiting(refund.purchase);
            Ok(())
        }
        Ok(RefundTold::Failed { why }) => {
            work.finish(job, NAME, keys, move |tx| payment::refund_failed(tx, &ctx, id, &why))?;
            Ok(())
        }
        // Somebody sends it and says so: nobody is asked again.
        Ok(RefundTold::ByHand) => finish_as_it_is(),
        // Its event ends it. If that is lost, the provider is asked again.
        Ok(RefundTold::Pending) => {
            let wait = backoff(job.tries, Retry::OUTSIDE.first, Retry::OUTSIDE.longest);
            work.again(job, ctx.now.plus_micros(wait), "the provider has not paid out yet")
        }
        Err(err) => Err(of_gateway(gateway.as_ref(), err).into()),
    }
}
