//! Paying: `/pay/{purchase}` offers the ways to pay, `/pay/{purchase}/result` says how it went, `/cashier/{payment}` is the
//! embedded provider's own cashier, where one can also fail, pay twice or pay late on purpose.
//!
//! Invariants: whether something is paid is what the store says, never what a provider's page sent along; the page that waits
//! asks again by itself without scripts; only the buyer sees any of it.

use crate::principal::Principal;
use crate::problem::Failure;
use crate::site::Site;
use flows::buy;
use kernel::Id;
use kernel::id::{Payment, Purchase};
use trade::{order, payment};

/// Asks the provider to begin, on a thread that may wait; where the buyer pays.
pub async fn begin(
    site: &Site,
    who: &Principal,
    payment: Id<Payment>,
    back: Option<String>,
) -> Result<Option<String>, Failure> {
    let (inner, ctx) = (site.clone(), site.ctx(who));
    let origin = site.origin.as_ref().map(ToString::to_string);
    let paying = tokio::task::spawn_blocking(move || {
        let attempt = inner.db.read(|q| payment::attempt(q, payment))?;
        let return_to = back.zip(origin).map(|(path, origin)| format!("{origin}{path}"));
        buy::begin(&inner.db, &inner.services, &ctx, &attempt, return_to.as_deref())
    });
    Ok(paying.await.map_err(Failure::panicked)??.redirect.map(String::from))
}

/// The buyer's payment, if it is open at an embedded provider.
pub async fn at_cashier(site: &Site, who: &Principal, id: Id<Payment>) -> Result<payment::Attempt, Failure> {
    let member = who.member()?;
    let attempt = site
        .read(move |q| {
            let attempt = payment::attempt(q, id)?;
            order::purchase(q, member, attempt.purchase)?;
            Ok(attempt)
        })
        .await?;
    let gateway = site.services.gateway(attempt.provider.name())?;
    if gateway.outbox().is_none() {
        return Err(Failure::not_found("这笔付款有自己的收银台。", "this payment has a cashier of its own"));
    }
    Ok(attempt)
}

/// Tells the embedded provider what the buyer does; which purchase it is about.
pub async fn confirm(
    site: &Site,
    who: &Principal,
    id: Id<Payment>,
    script: String,
) -> Result<Id<Purchase>, Failure> {
    let attempt = at_cashier(site, who, id).await?;
    let inner = site.clone();
    let (provider, reference) = (attempt.provider.name().to_owned(), attempt.reference.clone());
    let reference = reference.ok_or_else(|| Failure::from(crate::refusal::Refusal::NotBegun))?;
    tokio::task::spawn_blocking(move || {
        inner.services.gateway(&provider)?.confirm(&reference, &script).map_err(Failure::from)
    })
    .await
    .map_err(Failure::panicked)??;
    site.services.wake_worker();
    Ok(attempt.purchase)
}
