//! What the commands and workers of a market stand on besides its database: its terms, keys and payment providers, joined once.

use crate::output::Exit;
use flows::buy::CheckoutServices;
use kernel::{Id, Market, Moment, id::Purchase};
use people::vault::Vault;
use std::path::Path;
use std::sync::Arc;
use store::worker::{Clock, Waker};
use store::{Db, Services};

/// The wiring of a market.
pub(super) struct Wired {
    pub(super) checkout: CheckoutServices,
    pub(super) vault: Vault,
    pub(super) merchant_key: web_kit::merchant::Key,
    pub(super) now: Clock,
    pub(super) waker: Waker,
    /// What the functions of timers, jobs and reactions may ask for.
    pub(super) services: Services,
}

impl Wired {
    /// Wires a market whose database is open for writing; `ingested` is called when something of a purchase has changed.
    pub(super) fn new(
        dir: &Path,
        db: &Db,
        market: &Market,
        ingested: impl Fn(Id<Purchase>) + Send + Sync + 'static,
    ) -> Result<Self, Exit> {
        let vault = super::vault::open(db)?;
        words(dir)?;
        let (terms, carriers) = (terms(dir)?, carriers(dir)?);
        let merchant_key = super::merchant_link::key(dir)?;
        let now: Clock = Arc::new(|| Moment::from_timestamp(jiff::Timestamp::now()));
        let waker = Waker::default();
        let gateways = super::gateways::open(dir, db, &merchant_key, &now, &waker)?;
        let checkout = CheckoutServices::new(market.clone(), terms, vault.clone(), gateways)
            .with_carriers(carriers)
            .telling(ingested, {
                let waker = waker.clone();
                move |kind| waker.wake(kind)
            });
        let services = Services::default()
            .with(checkout.clone())
            .with(vault.clone())
            .with(people::member::Rules::default());
        Ok(Self { checkout, vault, merchant_key, now, waker, services })
    }
}

/// The words that the market watches: those that were built in, unless its folder has a file of its own.
fn words(dir: &Path) -> Result<(), Exit> {
    let path = dir.join(offer::catalog::WORDS_FILE);
    match std::fs::read_to_string(&path) {
        Ok(text) => offer::catalog::Book::with_words(&text)
            .map_err(|err| Exit::Input(format!("{}: {err}", path.display()))),
        Err(err) if err.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(err) => Err(Exit::failed(format!("{} cannot be read: {err}", path.display()))),
    }
}

/// The market's terms: those that were built in, unless its folder has a file of its own.
fn terms(dir: &Path) -> Result<Vec<trade::terms::Terms>, Exit> {
    let path = dir.join(trade::terms::FILE);
    match std::fs::read_to_string(&path) {
        Ok(text) => {
            trade::terms::read(&text).map_err(|err| Exit::Input(format!("{}: {err}", path.display())))
        }
        Err(err) if err.kind() == std::io::ErrorKind::NotFound => {
            trade::terms::built_in().map_err(|err| Exit::failed(err.to_string()))
        }
        Err(err) => Err(Exit::failed(format!("{} cannot be read: {err}", path.display()))),
    }
}

/// The carriers that shops hand parcels to: those that were built in, unless its folder has a file of its own.
fn carriers(dir: &Path) -> Result<trade::carrier::Carriers, Exit> {
    let path = dir.join(trade::carrier::FILE);
    match std::fs::read_to_string(&path) {
        Ok(text) => {
            trade::carrier::read(&text).map_err(|err| Exit::Input(format!("{}: {err}", path.display())))
        }
        Err(err) if err.kind() == std::io::ErrorKind::NotFound => {
            trade::carrier::built_in().map_err(|err| Exit::failed(err.to_string()))
        }
        Err(err) => Err(Exit::failed(format!("{} cannot be read: {err}", path.display()))),
    }
}
