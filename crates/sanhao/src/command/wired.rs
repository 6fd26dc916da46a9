//! What the commands and workers of a market stand on besides its database: its terms, keys and payment providers, joined once.

use crate::output::Exit;
use flows::buy::CheckoutServices;
use flows::rules::{BadFile, MarketRules};
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
        let rules = rules(dir)?;
        let merchant_key = super::merchant_link::key(dir)?;
        let now: Clock = Arc::new(|| Moment::from_timestamp(jiff::Timestamp::now()));
        let waker = Waker::default();
        let gateways = super::gateways::open(dir, db, &merchant_key, &now, &waker)?;
        let terms = rules.terms.clone();
        let checkout = CheckoutServices::new(market.clone(), terms, vault.clone(), gateways)
            .with_rules(rules)
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

/// The market's rules: of each file the one in its folder, if there is one, and else the one that comes with the program.
pub(super) fn rules(dir: &Path) -> Result<MarketRules, Exit> {
    let found = MarketRules::read(|name| {
        let path = dir.join(name);
        match std::fs::read_to_string(&path) {
            Ok(text) => Ok(Some(text)),
            Err(err) if err.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(err) => Err(Refused::Exit(Exit::failed(format!("{} cannot be read: {err}", path.display())))),
        }
    });
    found.map_err(|refused| match refused {
        Refused::Exit(exit) => exit,
        Refused::File(BadFile { file, what }) => Exit::Input(format!("{}: {what}", dir.join(file).display())),
    })
}

/// Why a market's rules were not read.
enum Refused {
    Exit(Exit),
    File(BadFile),
}

impl From<BadFile> for Refused {
    fn from(bad: BadFile) -> Self {
        Self::File(bad)
    }
}
