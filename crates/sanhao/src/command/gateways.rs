//! The payment providers of a market: what the environment names, and the embedded one where there is no other.

use crate::output::Exit;
use flows::worker::Bell;
use kernel::Moment;
use std::sync::Arc;
use store::Db;
use trade::payment::Gateway;

/// Stripe's secret key; with it Stripe is a provider of the market.
const STRIPE_KEY: &str = "SANHAO_STRIPE_KEY";
/// The secret of Stripe's webhooks.
const STRIPE_WEBHOOK: &str = "SANHAO_STRIPE_WEBHOOK_SECRET";
/// Where Stripe's API is, if it is a stand-in.
const STRIPE_AT: &str = "SANHAO_STRIPE_AT";
/// `1` keeps the embedded provider beside others.
const SANDBOX: &str = "SANHAO_SANDBOX";

fn given(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The providers, the one that is offered first first.
pub(super) fn open(
    db: &Db,
    key: &web::merchant::Key,
    now: &Arc<dyn Fn() -> Moment + Send + Sync>,
    bell: &Bell,
) -> Result<Vec<Arc<dyn Gateway>>, Exit> {
    let mut all: Vec<Arc<dyn Gateway>> = Vec::new();
    if let Some(stripe) = given(STRIPE_KEY) {
        let Some(secret) = given(STRIPE_WEBHOOK) else {
            return Err(Exit::Input(format!(
                "{STRIPE_KEY} is set, and {STRIPE_WEBHOOK} is not: without it nobody could tell Stripe's messages from \
                 forged ones. Stripe shows it beside the endpoint ORIGIN/api/webhooks/stripe"
            )));
        };
        let at = given(STRIPE_AT).unwrap_or_else(|| pay::Stripe::AT.to_owned());
        all.push(Arc::new(pay::Stripe::new(&at, &stripe, &secret, now.clone())));
    }
    if all.is_empty() || given(SANDBOX).as_deref() == Some("1") {
        let secret = key
            .mac(b"sanhao sandbox webhooks 1", &[])
            .ok_or_else(|| Exit::failed("the market's key signs nothing"))?;
        let bell = bell.clone();
        let sandbox = pay::Sandbox::new(db.clone(), &secret, now.clone());
        all.push(Arc::new(sandbox.poking(Arc::new(move || bell.ring()))));
    }
    Ok(all)
}
