//! Bank transfer: buyers send money to an account of the market's, and people record what came by the reference on it.
//!
//! Invariants:
//! - A payment has one reference, and a reference one payment: it is found again, however often it is asked for.
//! - Whoever mistypes one character of a reference, or changes two about, is told so: it is nobody else's reference.
//! - It tells nothing by itself and sends nothing back by itself: no message of it is believed, and there is nobody to ask.

mod account;
mod reference;
mod sql;

pub use account::BadAccount;

use kernel::{Id, Moment, id};
use reference::Reference;
use std::sync::Arc;
use store::{Db, Keys, StoreError, Tx, WriteError};
use trade::payment::{Begin, Begun, ByHand, Event, Gateway, GatewayError, RefundAsked, RefundTold, Told};

/// What the provider is called.
pub const NAME: &str = "transfer";
/// Where a buyer reads the account: what follows is the payment's id.
const PAGE: &str = "/pay/transfer/";
/// How many references of a payment are tried before it is given up: of 31^8 there are enough.
const TRIES: u8 = 8;

/// The account of one market.
#[derive(Clone)]
pub struct Transfer {
    db: Db,
    account: ByHand,
    now: Arc<dyn Fn() -> Moment + Send + Sync>,
}

impl std::fmt::Debug for Transfer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Transfer").finish_non_exhaustive()
    }
}

impl Transfer {
    /// The provider with the account that a file describes.
    pub fn read(db: Db, file: &str, now: Arc<dyn Fn() -> Moment + Send + Sync>) -> Result<Self, BadAccount> {
        Ok(Self { db, account: account::read(file)?, now })
    }

    /// Whether its account is there to be tried only.
    pub const fn is_demo(&self) -> bool {
        self.account.demo
    }

    /// The reference of a payment: the one that it has, or a new one.
    fn reference(&self, payment: Id<id::Payment>) -> Result<Box<str>, GatewayError> {
        let now = (self.now)();
        let keys = Keys::from(store::Key::new("transfer_reference", payment));
        let written = self.db.write_blocking("transfer.begin", keys, move |tx| take(tx, payment, now));
        let found = written.map_err(WriteError::flatten);
        let later = |err: StoreError| GatewayError::Later(err.to_string().into());
        found
            .map_err(later)?
            .ok_or_else(|| GatewayError::Later("every reference that was tried is taken".into()))
    }
}

fn take(tx: &mut Tx<'_>, payment: Id<id::Payment>, now: Moment) -> Result<Option<Box<str>>, StoreError> {
    if let Some(there) = sql::of_payment(tx, payment)? {
        return Ok(Some(there));
    }
    for nth in 0..TRIES {
        let reference = Reference::of(payment, nth).to_string();
        if sql::take(tx, &reference, payment, now)? {
            return Ok(Some(reference.into()));
        }
    }
    Ok(None)
}

impl Gateway for Transfer {
    fn name(&self) -> &str {
        NAME
    }

    fn begin(&self, begin: &Begin) -> Result<Begun, GatewayError> {
        let reference = self.reference(begin.payment)?;
        Ok(Begun { reference, redirect: Some(format!("{PAGE}{}", begin.payment).into()) })
    }

    fn refund(&self, _: &RefundAsked) -> Result<RefundTold, GatewayError> {
        Ok(RefundTold::ByHand)
    }

    fn fetch_status(&self, _: &str) -> Result<Told, GatewayError> {
        Ok(Told::Pending)
    }

    fn read(&self, _: &[(String, String)], _: &[u8]) -> Result<Event, GatewayError> {
        Err(GatewayError::Forged("a bank transfer is recorded by the platform's staff".into()))
    }

    fn by_hand(&self) -> Option<&ByHand> {
        Some(&self.account)
    }

    fn reference_in(&self, text: &str) -> Option<Box<str>> {
        Reference::within(text).map(|reference| reference.to_string().into())
    }
}
