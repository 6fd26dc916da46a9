//! What buying refuses.

use kernel::id::{Payment, Purchase, Shop, Sku};
use kernel::{Id, Kind, Moment, Money, Problem};
use store::{StoreError, WriteError};

/// The code of a write that found something else than what it was decided upon.
const MOVED: &str = "store.moved";

/// The longest id of a line of a bank's statement, in characters.
pub const LONGEST_LINE: usize = 64;

/// Why nothing was bought, paid, called off or sent.
#[derive(Debug, kernel::Problem)]
#[problem(code = "buy")]
pub enum Error {
    /// Nothing was chosen.
    #[problem(Invalid)]
    Nothing,
    /// Some of it is not on sale.
    #[problem(Conflict, args(skus = skus(_0)))]
    NotOnSale(Vec<Id<Sku>>),
    /// The shop does not trade.
    #[problem(Conflict, args(shop))]
    ShopClosed(Id<Shop>),
    /// The shop is on holiday and takes no orders.
    #[problem(Conflict)]
    OnHoliday {
        /// Which.
        shop: Id<Shop>,
        /// Until before when.
        until: Moment,
    },
    /// A parcel needs an address.
    #[problem(Invalid)]
    NoAddress,
    /// Fewer are in stock than when the price was shown: the rest would be back-ordered, by a later promise.
    #[problem(Conflict)]
    Backordered {
        /// Which variant.
        sku: Id<Sku>,
        /// How many are in stock.
        there: i64,
    },
    /// An order lacks codes that come with its parcel.
    #[problem(Conflict)]
    NoCodes {
        /// Of which variant.
        sku: Id<Sku>,
        /// How many it needs.
        wanted: i64,
        /// How many there are.
        there: i64,
    },
    /// More than one buyer may have.
    #[problem(Conflict)]
    Limit {
        /// Of which variant.
        sku: Id<Sku>,
        /// How many.
        limit: i64,
    },
    /// Nobody takes money under that name.
    #[problem(Invalid, args(provider))]
    NoProvider(String),
    /// The market has no terms for today.
    #[problem(Internal)]
    NoTerms,
    /// Nobody promises under that name.
    #[problem(Internal, args(promise))]
    NoPromise(Box<str>),
    /// The purchase is not waiting for money.
    #[problem(Conflict, args(purchase))]
    NotUnpaid(Id<Purchase>),
    /// A provider told of something that we do not know, or not yet.
    #[problem(Unavailable)]
    UnknownReference {
        /// Which provider.
        provider: Box<str>,
        /// Its name for it.
        reference: Box<str>,
    },
    /// A provider did not do what was asked.
    #[problem(kind = provider_kind(*later), args(provider, why))]
    Provider {
        /// Which provider.
        provider: Box<str>,
        /// What it said.
        why: Box<str>,
        /// Whether it may yet.
        later: bool,
    },
    /// A webhook that is not the provider's.
    #[problem(Forbidden, args(why))]
    NotBelieved(Box<str>),
    /// A webhook that cannot be read.
    #[problem(Malformed, args(why))]
    Unreadable(Box<str>),
    /// A payment that has no money to give back.
    #[problem(Conflict, args(payment))]
    NothingToRefund(Id<Payment>),
    /// No provider of this market is one by hand.
    #[problem(NotFound)]
    NoTransfers,
    /// The terms of a purchase say nothing of transfers.
    #[problem(Conflict, args(purchase))]
    NoTransferTime(Id<Purchase>),
    /// No reference of ours, or one that was mistyped.
    #[problem(Invalid, args(text))]
    MistypedReference(Box<str>),
    /// A good reference that was never given out.
    #[problem(Invalid, args(reference))]
    UnknownTransfer(Box<str>),
    /// No id of a line.
    #[problem(Invalid, args(most = LONGEST_LINE))]
    BadLine,
    /// A line that was recorded otherwise.
    #[problem(Conflict)]
    LineKnown {
        /// The bank's id of it.
        line: Box<str>,
        /// Under which reference.
        reference: Box<str>,
        /// How much.
        amount: Money,
    },
    /// The catalog.
    #[problem(from)]
    Catalog(offer::catalog::Error),
    /// The cart.
    #[problem(from)]
    Cart(trade::cart::Error),
    /// Coupons.
    #[problem(from)]
    Coupon(trade::coupon::Error),
    /// Ways of delivery.
    #[problem(from)]
    Delivery(trade::delivery::Error),
    /// The price.
    #[problem(from)]
    Price(trade::price::Error),
    /// The quote.
    #[problem(from)]
    Quote(trade::quote::Error),
    /// Carriers and their numbers.
    #[problem(from)]
    Carrier(trade::carrier::Error),
    /// Orders.
    #[problem(from)]
    Order(trade::order::Error),
    /// Risk control.
    #[problem(from)]
    Risk(trade::risk::Error),
    /// Payments.
    #[problem(from)]
    Payment(trade::payment::Error),
    /// The ledger.
    #[problem(from)]
    Ledger(ledger::Error),
    /// Stock.
    #[problem(from)]
    Stock(supply::warehouse::Error),
    /// Members and their addresses.
    #[problem(from)]
    Member(people::member::Error),
    /// Shops.
    #[problem(from)]
    Merchant(people::merchant::Error),
    /// Personal data.
    #[problem(from)]
    Vault(people::vault::Error),
    /// The database.
    #[problem(from)]
    Store(StoreError),
}

const fn provider_kind(later: bool) -> Kind {
    if later { Kind::Unavailable } else { Kind::Conflict }
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
