//! The port of `trade::payment`.

use kernel::{Id, Moment, Money, id};

/// A payment is to begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Begin {
    pub payment: Id<id::Payment>,
    pub amount: Money,
    pub purchase: Id<id::Purchase>,
    pub return_to: Option<Box<str>>,
    pub script: Option<Box<str>>,
}
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Begun {
    pub reference: Box<str>,
    pub redirect: Option<Box<str>>,
}
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundAsked {
    pub refund: Id<id::Refund>,
    pub reference: Box<str>,
    pub amount: Money,
}
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefundTold { Done, Pending, Failed { why: Box<str> } }
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told { Pending, Captured { amount: Money }, Failed }
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    Captured { amount: Money },
    Failed,
    RefundDone { refund: Id<id::Refund> },
    RefundFailed { refund: Id<id::Refund>, why: Box<str> },
}
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    pub provider: Box<str>,
    pub id: Box<str>,
    pub reference: Box<str>,
    pub what: What,
    pub at: Moment,
}
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GatewayError {
    #[error("{0}")] Later(Box<str>),
    #[error("{0}")] Refused(Box<str>),
    #[error("{0}")] Forged(Box<str>),
    #[error("{0}")] Unreadable(Box<str>),
}
pub trait Gateway: Send + Sync {
    fn name(&self) -> &str;
    fn begin(&self, begin: &Begin) -> Result<Begun, GatewayError>;
    fn refund(&self, asked: &RefundAsked) -> Result<RefundTold, GatewayError>;
    fn look(&self, reference: &str) -> Result<Told, GatewayError>;
    fn read(&self, headers: &[(String, String)], body: &[u8]) -> Result<Event, GatewayError>;
}
