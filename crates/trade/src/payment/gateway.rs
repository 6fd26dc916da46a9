//! The port to payment providers. Calls are synchronous and may be slow: never inside a write.

use kernel::{Id, Moment, Money, id};

/// A payment is to begin. Asked again under the same payment, a provider answers for the same charge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Begin {
    /// Our id, which the provider keeps with it and tells back.
    pub payment: Id<id::Payment>,
    /// How much.
    pub amount: Money,
    /// For what.
    pub purchase: Id<id::Purchase>,
    /// Where the buyer is sent afterwards.
    pub return_to: Option<Box<str>>,
    /// How the embedded provider is to behave; others leave it alone.
    pub script: Option<Box<str>>,
}

/// A payment has begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Begun {
    /// The provider's id of it.
    pub reference: Box<str>,
    /// Where the buyer pays; none if nothing is left to be done there.
    pub redirect: Option<Box<str>>,
}

/// Money is to go back. Asked again under the same refund, a provider pays it out once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundAsked {
    /// Our id.
    pub refund: Id<id::Refund>,
    /// The provider's id of the payment.
    pub reference: Box<str>,
    /// How much.
    pub amount: Money,
}

/// What a provider says of a refund.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefundTold {
    /// It is paid out.
    Done,
    /// It will tell by an event.
    Pending,
    /// Somebody sends it by hand, and says so afterwards: there is nobody to be asked again.
    ByHand,
    /// It will not be paid out.
    Failed {
        /// Why, in the provider's word.
        why: Box<str>,
    },
}

/// What a provider says of a payment when it is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// Nothing has happened yet.
    Pending,
    /// The money is there.
    Captured {
        /// How much.
        amount: Money,
    },
    /// It will not come.
    Failed,
}

/// What happened at a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// Money came in.
    Captured {
        /// How much.
        amount: Money,
    },
    /// It will not come.
    Failed,
    /// A refund was paid out.
    RefundDone {
        /// Which.
        refund: Id<id::Refund>,
    },
    /// A refund will not be paid out.
    RefundFailed {
        /// Which.
        refund: Id<id::Refund>,
        /// Why, in the provider's word.
        why: Box<str>,
    },
    /// So much of a payment went back in all, whoever sent it.
    RefundedInAll {
        /// How much.
        total: Money,
    },
    /// Something happened to a payment that nobody here did: a dispute, a refund made at the provider, or what this program
    /// does not understand.
    Outside {
        /// What, in the provider's word.
        word: Box<str>,
        /// How much it is about, if it says so.
        amount: Option<Money>,
    },
}

impl What {
    /// Whether it is about a payment that we have or about nothing of ours: nobody waits for it.
    pub const fn is_outside(&self) -> bool {
        matches!(self, Self::RefundedInAll { .. } | Self::Outside { .. })
    }

    /// Its word in the inbox.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Captured { .. } => "captured",
            Self::Failed => "failed",
            Self::RefundDone { .. } => "refund_done",
            Self::RefundFailed { .. } => "refund_failed",
            Self::RefundedInAll { .. } => "refunded_in_all",
            Self::Outside { .. } => "outside",
        }
    }
}

/// Something that a provider tells, read from a message whose signature was right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Who tells it.
    pub provider: Box<str>,
    /// The provider's id of the message.
    pub id: Box<str>,
    /// The provider's id of the payment.
    pub reference: Box<str>,
    /// Our id of the payment, if the provider tells it back: then a message that is faster than the answer to
    /// [`Gateway::begin`] finds its payment too.
    pub payment: Option<Id<id::Payment>>,
    /// What happened.
    pub what: What,
    /// When, as the provider says.
    pub at: Moment,
}

/// Why a provider could not be made use of.
#[derive(Debug, Clone, PartialEq, Eq, kernel::Problem)]
#[problem(code = "payment")]
pub enum GatewayError {
    /// It cannot be reached or is busy: the same call may succeed later.
    #[problem(Unavailable, code = "provider_unreachable", args(why))]
    Later(Box<str>),
    /// It says no, for good.
    #[problem(Conflict, code = "provider_refused", args(why))]
    Refused(Box<str>),
    /// A message that is not from it.
    #[problem(Unauthenticated, args(why))]
    Forged(Box<str>),
    /// A message that cannot be read.
    #[problem(Malformed, args(why))]
    Unreadable(Box<str>),
    /// A message of which nothing follows here: it is answered as if it had been taken in.
    #[problem(Invalid, args(why))]
    Aside(Box<str>),
}

/// Where buyers send their money themselves: what stands on the page, in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The bank, with its branch.
    pub bank: Box<str>,
    /// Whose account it is.
    pub holder: Box<str>,
    /// Its number, as it is typed.
    pub number: Box<str>,
}

/// An account to which buyers send their money; people record what came, and send back what goes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ByHand {
    /// In Chinese.
    pub zh: Account,
    /// In English.
    pub en: Account,
    /// Whether it is there to be tried only: then nobody is to send money to it.
    pub demo: bool,
}

/// The kind of the jobs in which the embedded provider leaves its messages.
pub const SANDBOX_WEBHOOK: &str = "sandbox.webhook";

/// A payment provider.
pub trait Gateway: Send + Sync {
    /// Its name, as accounts and addresses have it.
    fn name(&self) -> &str;
    /// Begins a payment, or finds the one that has begun under its id.
    fn begin(&self, begin: &Begin) -> Result<Begun, GatewayError>;
    /// Sends money back, or finds the refund that was made under its id.
    fn refund(&self, asked: &RefundAsked) -> Result<RefundTold, GatewayError>;
    /// Asks how a payment stands.
    fn fetch_status(&self, reference: &str) -> Result<Told, GatewayError>;
    /// Reads a message, after checking its signature.
    fn read(&self, headers: &[(String, String)], body: &[u8]) -> Result<Event, GatewayError>;

    /// The buyer decides at our own cashier, which only an embedded provider has: it pays, or does what the script says.
    fn confirm(&self, reference: &str, script: &str) -> Result<(), GatewayError> {
        let _ = (reference, script);
        Err(GatewayError::Refused("its buyers decide at its own cashier".into()))
    }
    /// The account to which its buyers send their money, if people record by hand what came; none where a provider tells.
    fn by_hand(&self) -> Option<&ByHand> {
        None
    }
    /// The reference in a text that somebody typed off a statement. None if there is none in it that could be ours: where
    /// people type, a reference has a character that catches their errors.
    fn reference_in(&self, text: &str) -> Option<Box<str>> {
        let _ = text;
        None
    }
    /// The kind of the jobs in which an embedded provider leaves its messages; others send theirs over HTTP.
    fn outbox(&self) -> Option<&'static str> {
        None
    }
    /// Signs a message of that kind: the headers with which it is delivered, through the same door as any other.
    fn sign(&self, body: &[u8]) -> Vec<(String, String)> {
        let _ = body;
        Vec::new()
    }
}
