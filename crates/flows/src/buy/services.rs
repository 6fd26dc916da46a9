//! What buying stands on besides the store: fixed when the program starts.

use super::error::Error;
use crate::late_rules::{self, Version};
use crate::rules::{self, MarketRules, RuleFile};
use govern::promise::{self, Promise};
use kernel::id::Purchase;
use kernel::{Id, Market, Moment};
use offer::catalog;
use people::vault::Vault;
use std::sync::Arc;
use trade::carrier::Carriers;
use trade::payment::Gateway;
use trade::terms::{self, Terms};

/// The promise by which parcels arrive, and its step that is counted from the moment by which they are shipped.
const DELIVERY: &str = "delivery";
/// Its step that is counted from the pick-up: what the lane takes.
const LANE: &str = "lane";
/// From when the hours to the pick-up count.
const PICKUP: &str = "pickup-clock";
/// The promise of the day after.
const NEXT_DAY: &str = "ship-next-day";

/// The market's rules, keys and payment providers. Clones are the same one.
#[derive(Clone)]
pub struct CheckoutServices {
    inner: Arc<Inner>,
}

struct Inner {
    market: Market,
    terms: Vec<Terms>,
    vault: Vault,
    gateways: Vec<Arc<dyn Gateway>>,
    carriers: Arc<Carriers>,
    late_shipping: Arc<[Version]>,
    own_files: Arc<[&'static str]>,
    notify_waiting: Arc<dyn Fn(Id<Purchase>) + Send + Sync>,
    wake: Arc<dyn Fn(&str) + Send + Sync>,
}

impl Inner {
    fn same(&self) -> Self {
        Self {
            market: self.market.clone(),
            terms: self.terms.clone(),
            vault: self.vault.clone(),
            gateways: self.gateways.clone(),
            carriers: self.carriers.clone(),
            late_shipping: self.late_shipping.clone(),
            own_files: self.own_files.clone(),
            notify_waiting: self.notify_waiting.clone(),
            wake: self.wake.clone(),
        }
    }
}

impl std::fmt::Debug for CheckoutServices {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<&str> = self.inner.gateways.iter().map(|gateway| gateway.name()).collect();
        f.debug_struct("Till").field("gateways", &names).finish_non_exhaustive()
    }
}

impl CheckoutServices {
    /// A till that takes money through these providers; the first one is offered first.
    pub fn new(market: Market, terms: Vec<Terms>, vault: Vault, gateways: Vec<Arc<dyn Gateway>>) -> Self {
        let notify_waiting = Arc::new(|_| {});
        let wake = Arc::new(|_: &str| {});
        // A test reads the file that was built in; were it none, no shop could ship, and every page would say so.
        let carriers = Arc::new(trade::carrier::built_in().unwrap_or_default());
        let late_shipping = late_rules::built_in().unwrap_or_default().into();
        let own_files = Arc::new([]);
        let inner = Inner {
            market,
            terms,
            vault,
            gateways,
            carriers,
            late_shipping,
            own_files,
            notify_waiting,
            wake,
        };
        Self { inner: Arc::new(inner) }
    }

    /// The same till, which says when something of a purchase has changed, after it is on disk (`notify_waiting`), and when there is
    /// work for the worker of a kind (`wake`).
    #[must_use]
    pub fn telling(
        self,
        notify_waiting: impl Fn(Id<Purchase>) + Send + Sync + 'static,
        wake: impl Fn(&str) + Send + Sync + 'static,
    ) -> Self {
        let inner =
            Inner { notify_waiting: Arc::new(notify_waiting), wake: Arc::new(wake), ..self.inner.same() };
        Self { inner: Arc::new(inner) }
    }

    /// The same till with carriers of the market's own.
    #[must_use]
    pub fn with_carriers(self, carriers: Carriers) -> Self {
        Self { inner: Arc::new(Inner { carriers: Arc::new(carriers), ..self.inner.same() }) }
    }

    /// The same till with the rules of a market's files.
    #[must_use]
    pub fn with_rules(self, rules: MarketRules) -> Self {
        let MarketRules { terms, carriers, late_shipping, own_files } = rules;
        let (carriers, late_shipping, own_files) =
            (Arc::new(carriers), late_shipping.into(), own_files.into());
        Self { inner: Arc::new(Inner { terms, carriers, late_shipping, own_files, ..self.inner.same() }) }
    }

    /// Every version of the market's terms.
    pub fn all_terms(&self) -> &[Terms] {
        &self.inner.terms
    }

    /// Every version of what follows from orders that wait past their promise.
    pub fn late_shipping(&self) -> &[Version] {
        &self.inner.late_shipping
    }

    /// The files of the market's rules as they count on the local day of a moment.
    pub fn rule_files(&self, now: Moment) -> Result<Vec<RuleFile>, catalog::Error> {
        let Inner { market, terms, carriers, late_shipping, own_files, .. } = &*self.inner;
        rules::files(now.date(&market.zone), terms, carriers, late_shipping, own_files)
    }

    /// Which files of rules are the market's own.
    pub fn own_files(&self) -> &[&'static str] {
        &self.inner.own_files
    }

    /// The carriers that shops hand parcels to.
    pub fn carriers(&self) -> &Carriers {
        &self.inner.carriers
    }

    /// The market's zone and currency.
    pub fn market(&self) -> &Market {
        &self.inner.market
    }
    /// The keys of personal data.
    pub fn vault(&self) -> &Vault {
        &self.inner.vault
    }
    /// The payment providers, the one that is offered first first.
    pub fn gateways(&self) -> &[Arc<dyn Gateway>] {
        &self.inner.gateways
    }

    /// A payment provider by its name.
    pub fn gateway(&self, name: &str) -> Result<&Arc<dyn Gateway>, Error> {
        let found = self.inner.gateways.iter().find(|gateway| gateway.name() == name);
        found.ok_or_else(|| Error::NoProvider(name.chars().take(40).collect()))
    }

    /// The terms in force at a moment.
    pub fn terms(&self, now: Moment) -> Result<&Terms, Error> {
        terms::in_force(&self.inner.terms, now, &self.inner.market.zone).ok_or(Error::NoTerms)
    }

    /// The terms of a version, for what was agreed earlier; if the program knows it no more, those in force.
    pub fn terms_of(&self, version: &str, now: Moment) -> Result<&Terms, Error> {
        match self.inner.terms.iter().find(|terms| &*terms.version == version) {
            Some(terms) => Ok(terms),
            None => self.terms(now),
        }
    }

    /// Says that something of a purchase has changed; to be called after the commit.
    pub fn notify_waiting(&self, purchase: Id<Purchase>) {
        (self.inner.notify_waiting)(purchase);
    }
    /// Says that money may go back; to be called after the commit.
    pub fn wake_worker(&self) {
        self.wake(trade::payment::REFUND);
    }
    /// Says that there is work for the worker of a kind; to be called after the commit.
    pub fn wake(&self, kind: &str) {
        (self.inner.wake)(kind);
    }

    /// A promise in the version that counts at a moment.
    pub fn promise(&self, id: &str, now: Moment) -> Option<&'static Promise> {
        let today = now.date(&self.inner.market.zone);
        promise::shipped()
            .iter()
            .filter(|promise| promise.id == id && promise.effective_from <= today)
            .max_by_key(|promise| promise.version)
            // A market may be younger in its own time than the oldest version: then that one counts.
            .or_else(|| {
                promise::shipped().iter().filter(|promise| promise.id == id).min_by_key(|p| p.version)
            })
    }

    /// By when something ships that is bought now under a promise, and which version promises it. It is counted from the
    /// placing, as the buyer was shown it; paying takes minutes of it.
    pub fn ship_by(&self, id: &str, now: Moment) -> Result<(Moment, i64), Error> {
        let promise = self.promise(id, now).ok_or_else(|| Error::NoPromise(id.into()))?;
        let due = promise.due(now, &self.inner.market.zone).ok_or_else(|| Error::NoPromise(id.into()))?;
        Ok((due, promise.version.into()))
    }

    /// By when what ships by a moment arrives.
    pub fn deliver_by(&self, ship_by: Moment) -> Moment {
        let promise = self.promise(DELIVERY, ship_by);
        promise
            .and_then(|promise| promise.due_for(Some(DELIVERY), ship_by, &self.inner.market.zone))
            .unwrap_or(ship_by)
    }

    /// By when the lane has delivered what was picked up at a moment.
    pub(crate) fn lane_by(&self, picked_up: Moment) -> Option<Moment> {
        self.promise(DELIVERY, picked_up)?.due_for(Some(LANE), picked_up, &self.inner.market.zone)
    }

    /// From when the hours to the pick-up count of what was paid at a moment.
    pub(crate) fn pickup_from(&self, paid: Moment) -> Option<Moment> {
        Some(self.promise(PICKUP, paid)?.start(paid, &self.inner.market.zone))
    }

    /// The last moment of the day after payment.
    pub(crate) fn next_day_by(&self, paid: Moment) -> Option<Moment> {
        self.promise(NEXT_DAY, paid)?.due(paid, &self.inner.market.zone)
    }
}
