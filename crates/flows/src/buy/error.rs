//! What buying refuses.

use kernel::id::{Payment, Purchase, Shop, Sku};
use kernel::{Id, Kind, Money, Problem};
use store::{StoreError, WriteError};

/// The code of a write that found something else than what it was decided upon.
const MOVED: &str = "store.moved";

/// Why nothing was bought, paid, called off or sent.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nothing was chosen.
    #[error("nothing is chosen: put something into the cart, or tick what you want")]
    Nothing,
    /// Some of it is not on sale.
    #[error("{} is not on sale any more: take it out and go on with the rest", skus(.0))]
    NotOnSale(Vec<Id<Sku>>),
    /// The shop does not trade.
    #[error("{0} does not sell at the moment: take its goods out and go on with the rest")]
    ShopClosed(Id<Shop>),
    /// A parcel needs an address.
    #[error("choose the address that it is to be sent to")]
    NoAddress,
    /// More than one buyer may have.
    #[error("of {sku} one buyer may have {limit} in all: take some out")]
    Limit {
        /// Of which variant.
        sku: Id<Sku>,
        /// How many.
        limit: i64,
    },
    /// Nobody takes money under that name.
    #[error("there is no payment provider \"{0}\" in this market")]
    NoProvider(String),
    /// The market has no terms for today.
    #[error("the market has no terms that are in force today: see governance/market/terms.toml")]
    NoTerms,
    /// Nobody promises under that name.
    #[error("there is no promise \"{0}\" by which anything ships")]
    NoPromise(Box<str>),
    /// The purchase is not waiting for money.
    #[error("{0} is not waiting for a payment any more")]
    NotUnpaid(Id<Purchase>),
    /// A provider told of something that we do not know, or not yet.
    #[error("nothing is known of \"{reference}\" at {provider}, or not yet: tell it again")]
    UnknownReference {
        /// Which provider.
        provider: Box<str>,
        /// Its name for it.
        reference: Box<str>,
    },
    /// A provider did not do what was asked.
    #[error("{provider}: {why}")]
    Provider {
        /// Which provider.
        provider: Box<str>,
        /// What it said.
        why: Box<str>,
        /// Whether it may yet.
        later: bool,
    },
    /// A webhook that is not the provider's.
    #[error("the webhook is not believed: {0}")]
    NotBelieved(Box<str>),
    /// A webhook that cannot be read.
    #[error("the webhook cannot be read: {0}")]
    Unreadable(Box<str>),
    /// A payment that has no money to give back.
    #[error("{0} brought no money that could go back")]
    NothingToRefund(Id<Payment>),
    /// No provider of this market is one by hand.
    #[error("this market takes no bank transfers")]
    NoTransfers,
    /// The terms of a purchase say nothing of transfers.
    #[error("{0} cannot be paid for by a bank transfer: its terms do not say how long that may take")]
    NoTransferTime(Id<Purchase>),
    /// No reference of ours, or one that was mistyped.
    #[error(
        "there is no good reference in \"{0}\": a reference is SH and nine characters, of which the last checks the others; compare them one by one"
    )]
    MistypedReference(Box<str>),
    /// A good reference that was never given out.
    #[error("the reference {0} was never given out here: compare it with the statement")]
    UnknownTransfer(Box<str>),
    /// No id of a line.
    #[error("the bank's own id of the line has 1 to {max} characters", max = super::transfer::LONGEST_LINE)]
    BadLine,
    /// A line that was recorded otherwise.
    #[error("the line {line} is recorded already, as {amount} under {reference}")]
    LineKnown {
        /// The bank's id of it.
        line: Box<str>,
        /// Under which reference.
        reference: Box<str>,
        /// How much.
        amount: Money,
    },
    /// The catalog.
    #[error(transparent)]
    Catalog(#[from] offer::catalog::Error),
    /// The cart.
    #[error(transparent)]
    Cart(#[from] trade::cart::Error),
    /// Coupons.
    #[error(transparent)]
    Coupon(#[from] trade::coupon::Error),
    /// Ways of delivery.
    #[error(transparent)]
    Delivery(#[from] trade::delivery::Error),
    /// The price.
    #[error(transparent)]
    Price(#[from] trade::price::Error),
    /// The quote.
    #[error(transparent)]
    Quote(#[from] trade::quote::Error),
    /// Orders.
    #[error(transparent)]
    Order(#[from] trade::order::Error),
    /// Risk control.
    #[error(transparent)]
    Risk(#[from] trade::risk::Error),
    /// Payments.
    #[error(transparent)]
    Payment(#[from] trade::payment::Error),
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] trade::ledger::Error),
    /// Stock.
    #[error(transparent)]
    Stock(#[from] supply::warehouse::Error),
    /// Members and their addresses.
    #[error(transparent)]
    Member(#[from] people::member::Error),
    /// Shops.
    #[error(transparent)]
    Merchant(#[from] people::merchant::Error),
    /// Personal data.
    #[error(transparent)]
    Vault(#[from] people::vault::Error),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn skus(skus: &[Id<Sku>]) -> String {
    skus.iter().map(Id::to_string).collect::<Vec<_>>().join(", ")
}

impl Error {
    /// Whether somebody was faster, so that it is worth looking again and deciding anew.
    pub fn has_moved(&self) -> bool {
        self.code() == MOVED
    }

    /// Whether it is what a provider told before.
    pub(crate) fn is_repeated(&self) -> bool {
        match self {
            Self::Store(err) | Self::Payment(trade::payment::Error::Store(err)) => {
                trade::payment::is_repeated(err)
            }
            _ => false,
        }
    }
}

impl From<WriteError<Self>> for Error {
    fn from(err: WriteError<Self>) -> Self {
        err.flatten()
    }
}

impl Problem for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::Nothing | Self::NoAddress | Self::NoProvider(_) => Kind::Invalid,
            Self::NotOnSale(_) | Self::ShopClosed(_) | Self::Limit { .. } | Self::NotUnpaid(_) => {
                Kind::Conflict
            }
            Self::NothingToRefund(_) | Self::NoTransferTime(_) | Self::LineKnown { .. } => Kind::Conflict,
            Self::NoTransfers => Kind::NotFound,
            Self::MistypedReference(_) | Self::UnknownTransfer(_) | Self::BadLine => Kind::Invalid,
            Self::NoTerms | Self::NoPromise(_) => Kind::Internal,
            Self::UnknownReference { .. } | Self::Provider { later: true, .. } => Kind::Unavailable,
            Self::Provider { later: false, .. } => Kind::Conflict,
            Self::NotBelieved(_) => Kind::Forbidden,
            Self::Unreadable(_) => Kind::Malformed,
            Self::Catalog(err) => err.kind(),
            Self::Cart(err) => err.kind(),
            Self::Coupon(err) => err.kind(),
            Self::Delivery(err) => err.kind(),
            Self::Price(err) => err.kind(),
            Self::Quote(err) => err.kind(),
            Self::Order(err) => err.kind(),
            Self::Risk(err) => err.kind(),
            Self::Payment(err) => err.kind(),
            Self::Ledger(err) => err.kind(),
            Self::Stock(err) => err.kind(),
            Self::Member(err) => err.kind(),
            Self::Merchant(err) => err.kind(),
            Self::Vault(err) => err.kind(),
            Self::Store(err) => err.kind(),
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::Nothing => "buy.nothing",
            Self::NotOnSale(_) => "buy.not_on_sale",
            Self::ShopClosed(_) => "buy.shop_closed",
            Self::NoAddress => "buy.no_address",
            Self::Limit { .. } => "buy.limit",
            Self::NoProvider(_) => "buy.no_provider",
            Self::NoTerms => "buy.no_terms",
            Self::NoPromise(_) => "buy.no_promise",
            Self::NotUnpaid(_) => "buy.not_unpaid",
            Self::UnknownReference { .. } => "buy.unknown_reference",
            Self::Provider { .. } => "buy.provider",
            Self::NotBelieved(_) => "buy.not_believed",
            Self::Unreadable(_) => "buy.unreadable",
            Self::NothingToRefund(_) => "buy.nothing_to_refund",
            Self::NoTransfers => "buy.no_transfers",
            Self::NoTransferTime(_) => "buy.no_transfer_time",
            Self::MistypedReference(_) => "buy.mistyped_reference",
            Self::UnknownTransfer(_) => "buy.unknown_transfer",
            Self::BadLine => "buy.bad_line",
            Self::LineKnown { .. } => "buy.line_known",
            Self::Catalog(err) => err.code(),
            Self::Cart(err) => err.code(),
            Self::Coupon(err) => err.code(),
            Self::Delivery(err) => err.code(),
            Self::Price(err) => err.code(),
            Self::Quote(err) => err.code(),
            Self::Order(err) => err.code(),
            Self::Risk(err) => err.code(),
            Self::Payment(err) => err.code(),
            Self::Ledger(err) => err.code(),
            Self::Stock(err) => err.code(),
            Self::Member(err) => err.code(),
            Self::Merchant(err) => err.code(),
            Self::Vault(err) => err.code(),
            Self::Store(err) => err.code(),
        }
    }
}
