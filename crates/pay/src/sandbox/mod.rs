//! The embedded provider: it holds no money, remembers every charge in the market's own database, and behaves as badly
//! as it is asked to.
//!
//! Invariants:
//! - What a buyer confirmed is not forgotten: the charge and its webhook are written in one transaction, before the buyer
//!   is answered.
//! - It tells by webhooks alone, signed, later and in any order, left as jobs in the store; whoever delivers them goes
//!   through the same door as those of any provider.
//! - A charge is begun once and confirmed once; a refund under one id is made once, and never more is given back than was captured.

mod model;
mod sql;

pub use model::{BadScript, Script};

use crate::signature;
use kernel::{Id, Moment, RawId, id};
use model::{Charge, Letter, Status};
use std::sync::Arc;
use store::{Db, Keys, StoreError, Tx, WriteError, job};
use trade::payment::{
    Begin, Begun, Event, Gateway, GatewayError, RefundAsked, RefundTold, SANDBOX_WEBHOOK, Told,
};

/// What the provider is called.
pub const NAME: &str = "sandbox";
/// The header of its signature.
const HEADER: &str = "sanhao-signature";
/// What a charge's reference begins with; what follows is the payment's id.
const PREFIX: &str = "sbx_";
/// Where a buyer decides: what follows is the payment's id.
const CASHIER: &str = "/cashier/";

/// The embedded provider of one market.
#[derive(Clone)]
pub struct Sandbox {
    db: Db,
    secret: Arc<[u8]>,
    now: Arc<dyn Fn() -> Moment + Send + Sync>,
    wake: Arc<dyn Fn() + Send + Sync>,
}

impl std::fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sandbox").finish_non_exhaustive()
    }
}

impl Sandbox {
    /// The provider, with the secret that its webhooks are signed with.
    pub fn new(db: Db, secret: &[u8], now: Arc<dyn Fn() -> Moment + Send + Sync>) -> Self {
        Self { db, secret: secret.into(), now, wake: Arc::new(|| {}) }
    }

    /// Calls `wake` whenever a webhook was left to be delivered.
    #[must_use]
    pub fn waking(self, wake: Arc<dyn Fn() + Send + Sync>) -> Self {
        Self { wake, ..self }
    }

    fn write<T: Send + 'static>(
        &self,
        name: &'static str,
        payment: Id<id::Payment>,
        f: impl Fn(&mut Tx<'_>) -> Result<T, Oops> + Send + 'static,
    ) -> Result<T, Oops> {
        let keys = Keys::from(store::Key::new("sandbox_charge", payment));
        self.db.write_blocking(name, keys, f).map_err(WriteError::flatten)
    }

    fn charge(&self, payment: Id<id::Payment>) -> Result<Charge, Oops> {
        self.db.read(|q| sql::charge(q, payment))?.ok_or_else(|| Oops::no_charge(payment))
    }
}

/// Why nothing was done.
enum Oops {
    Store(StoreError),
    Refused(Box<str>),
}
impl Oops {
    fn no_charge(payment: Id<id::Payment>) -> Self {
        Self::Refused(format!("the sandbox knows no charge for {payment}").into())
    }
}
impl From<Oops> for GatewayError {
    fn from(err: Oops) -> Self {
        match err {
            Oops::Store(err) => Self::Later(err.to_string().into()),
            Oops::Refused(why) => Self::Refused(why),
        }
    }
}
impl From<StoreError> for Oops {
    fn from(err: StoreError) -> Self {
        Self::Store(err)
    }
}

/// Leaves letters to be delivered.
fn leave(tx: &mut Tx<'_>, charge: &Charge, letters: Vec<Letter>, now: Moment) -> Result<(), StoreError> {
    for letter in letters {
        let due = now.plus_micros(letter.after);
        let body = letter.body(charge, due);
        job::enqueue(tx, letter.id, SANDBOX_WEBHOOK, &body, due)?;
    }
    Ok(())
}

/// The payment of a charge.
fn payment_of(reference: &str) -> Result<Id<id::Payment>, GatewayError> {
    let raw: Option<RawId> = reference.strip_prefix(PREFIX).and_then(|rest| rest.parse().ok());
    let known: String = reference.chars().take(60).collect();
    raw.map(Id::from_raw)
        .ok_or_else(|| GatewayError::Refused(format!("the sandbox knows no charge \"{known}\"").into()))
}

fn reference_of(payment: Id<id::Payment>) -> String {
    format!("{PREFIX}{}", payment.raw())
}

impl Gateway for Sandbox {
    fn name(&self) -> &str {
        NAME
    }

    /// Without a script the buyer is sent to the cashier; with one the buyer has decided already.
    fn begin(&self, begin: &Begin) -> Result<Begun, GatewayError> {
        let script = begin.script.as_deref().map(str::parse::<Script>).transpose();
        let script = script.map_err(|why| GatewayError::Refused(why.to_string().into()))?;
        let now = (self.now)();
        let charge = Charge::open(begin.payment, begin.amount);
        let payment = begin.payment;
        let made = self.write("sandbox.begin", payment, move |tx| match script {
            Some(script) => {
                let decided = charge.confirmed(script);
                sql::insert(tx, &decided, now)?;
                Ok(leave(tx, &decided, script.letters(&decided), now)?)
            }
            None => Ok(sql::insert(tx, &charge, now)?),
        });
        let is_open = match made {
            Ok(()) => script.is_none(),
            // Asked again: it is the charge that is there, whatever was asked this time.
            Err(Oops::Store(StoreError::Constraint { .. })) => self.charge(payment)?.status == Status::Open,
            Err(err) => return Err(err.into()),
        };
        if !is_open {
            (self.wake)();
        }
        let redirect = is_open.then(|| format!("{CASHIER}{payment}").into());
        Ok(Begun { reference: reference_of(payment).into(), redirect })
    }

    fn refund(&self, asked: &RefundAsked) -> Result<RefundTold, GatewayError> {
        let (payment, now) = (payment_of(&asked.reference)?, (self.now)());
        let (refund, amount) = (asked.refund, asked.amount);
        let told = self.write("sandbox.refund", payment, move |tx| {
            let charge = sql::charge(tx, payment)?.ok_or_else(|| Oops::no_charge(payment))?;
            // Asked again: it was made, whether or not its letter has come.
            if sql::refunded(tx, refund)? {
                return Ok(RefundTold::Done);
            }
            let before = sql::given_back(tx, payment)?;
            if let Err(why) = charge.can_give_back(before, amount) {
                return Ok(RefundTold::Failed { why: why.into() });
            }
            sql::give_back(tx, refund, &charge, amount, now)?;
            leave(tx, &charge, vec![Letter::refund_done(refund)], now)?;
            Ok(RefundTold::Pending)
        })?;
        (self.wake)();
        Ok(told)
    }

    fn fetch_status(&self, reference: &str) -> Result<Told, GatewayError> {
        let charge = self.charge(payment_of(reference)?)?;
        Ok(match charge.status {
            Status::Open => Told::Pending,
            Status::Captured => Told::Captured { amount: charge.captured },
            Status::Failed => Told::Failed,
        })
    }

    fn read(&self, headers: &[(String, String)], body: &[u8]) -> Result<Event, GatewayError> {
        let header = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case(HEADER));
        signature::check(&self.secret, header.map(|(_, value)| value.as_str()), (self.now)(), body)
            .map_err(|doubt| GatewayError::Forged(doubt.to_string().into()))?;
        model::read(body)
    }

    /// A second time changes nothing.
    fn confirm(&self, reference: &str, script: &str) -> Result<(), GatewayError> {
        let payment = payment_of(reference)?;
        let script: Script =
            script.parse().map_err(|why: BadScript| GatewayError::Refused(why.to_string().into()))?;
        let now = (self.now)();
        self.write("sandbox.confirm", payment, move |tx| {
            let charge = sql::charge(tx, payment)?.ok_or_else(|| Oops::no_charge(payment))?;
            if charge.status == Status::Open {
                let decided = charge.confirmed(script);
                sql::decide(tx, &decided)?;
                leave(tx, &decided, script.letters(&decided), now)?;
            }
            Ok(())
        })?;
        (self.wake)();
        Ok(())
    }

    fn outbox(&self) -> Option<&'static str> {
        Some(SANDBOX_WEBHOOK)
    }

    fn sign(&self, body: &[u8]) -> Vec<(String, String)> {
        vec![(HEADER.to_owned(), signature::sign(&self.secret, (self.now)(), body))]
    }
}
