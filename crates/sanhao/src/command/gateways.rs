//! The payment providers of a market: what the environment names, and the embedded one where there is no other.

use crate::output::Exit;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use store::Db;
use store::worker::{Clock, Waker};
use trade::payment::{Gateway, SANDBOX_WEBHOOK};

/// Stripe's secret key; with it Stripe is a provider of the market.
const STRIPE_KEY: &str = "SANHAO_STRIPE_KEY";
/// The secret of Stripe's webhooks.
const STRIPE_WEBHOOK: &str = "SANHAO_STRIPE_WEBHOOK_SECRET";
/// Where Stripe's API is, if it is a stand-in.
const STRIPE_AT: &str = "SANHAO_STRIPE_AT";
/// The file of the account for bank transfers, if it is not [`ACCOUNT`] in the market's folder.
const TRANSFER: &str = "SANHAO_TRANSFER";
/// That file in the market's folder; a market without it takes no bank transfers.
const ACCOUNT: &str = "transfer.toml";
/// What a synthetic market has there: an account of nobody.
pub(super) const DEMO_ACCOUNT: &str = "\
# Where buyers send their money by bank transfer, as the page shows it. This one is for trying out: with demo = true the page
# says that nobody is to send money, and the sandbox stays beside it.
number = \"6222 0000 0000 0000 618\"
demo = true

[zh]
bank = \"演示银行 杭州西湖支行\"
holder = \"三好商城（演示）\"

[en]
bank = \"Demo Bank, Hangzhou West Lake branch\"
holder = \"Sanhao Mall (demo)\"
";
/// `1` keeps the embedded provider beside others.
const SANDBOX: &str = "SANHAO_SANDBOX";

fn given(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Writes the account of a synthetic market.
pub(super) fn write_demo_account(dir: &Path) -> Result<(), Exit> {
    let path = dir.join(ACCOUNT);
    std::fs::write(&path, DEMO_ACCOUNT)
        .map_err(|err| Exit::failed(format!("{} cannot be written: {err}", path.display())))
}

/// Bank transfers, if an account is named for them or lies in the market's folder.
fn transfer(dir: &Path, db: &Db, now: &Clock) -> Result<Option<pay::Transfer>, Exit> {
    let named = given(TRANSFER);
    let path = named.as_ref().map_or_else(|| dir.join(ACCOUNT), PathBuf::from);
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(err) if err.kind() == ErrorKind::NotFound && named.is_none() => return Ok(None),
        Err(err) => {
            return Err(Exit::Input(format!(
                "{}, the account for bank transfers, cannot be read: {err}",
                path.display()
            )));
        }
    };
    let transfer = pay::Transfer::read(db.clone(), &text, now.clone());
    transfer.map(Some).map_err(|err| Exit::Input(format!("{}, {err}", path.display())))
}

/// The providers, the one that is offered first first.
pub(super) fn open(
    dir: &Path,
    db: &Db,
    key: &web_kit::merchant::Key,
    now: &Clock,
    waker: &Waker,
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
    let transfer = transfer(dir, db, now)?;
    let is_real = transfer.as_ref().is_some_and(|transfer| !transfer.is_demo());
    if (all.is_empty() && !is_real) || given(SANDBOX).as_deref() == Some("1") {
        let secret = key
            .mac(b"sanhao sandbox webhooks 1", &[])
            .ok_or_else(|| Exit::failed("the market's key signs nothing"))?;
        let waker = waker.clone();
        let sandbox = pay::Sandbox::new(db.clone(), &secret, now.clone());
        all.push(Arc::new(sandbox.waking(Arc::new(move || waker.wake(SANDBOX_WEBHOOK)))));
    }
    if let Some(transfer) = transfer {
        all.push(Arc::new(transfer));
    }
    Ok(all)
}
