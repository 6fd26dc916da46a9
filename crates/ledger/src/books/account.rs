//! Accounts: where money stands, each with a stable text such as `escrow:ord_...`, and what a booking refers to.

use super::error::Error;
use kernel::{Id, id};
use std::fmt;
use std::str::FromStr;

/// A payment provider's name: small letters, digits, `-` and `_`, at most 32.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Provider(Box<str>);

impl Provider {
    /// The name.
    pub const fn name(&self) -> &str {
        &self.0
    }
}
impl FromStr for Provider {
    type Err = Error;
    fn from_str(name: &str) -> Result<Self, Error> {
        let good = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_';
        if (1..=32).contains(&name.len()) && name.bytes().all(good) {
            return Ok(Self(name.into()));
        }
        Err(Error::BadProvider(shown(name)))
    }
}
impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// As much of a text of others as a message shows.
fn shown(text: &str) -> String {
    text.chars().take(60).collect()
}

/// Where money stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Account {
    /// What a provider holds for the platform.
    Provider(Provider),
    /// What was captured for a shop order and is not released.
    Escrow(Id<id::Order>),
    /// What a payment brought that pays for nothing: late, double or too much, or a part that waits for the rest.
    Surplus(Id<id::Payment>),
    /// What of a payment is on its way back to the buyer.
    Refund(Id<id::Payment>),
    /// What a shop has to get.
    Payable(Id<id::Shop>),
    /// What a shop owes the platform, because it gave back more than it had to get.
    Debt(Id<id::Shop>),
    /// What a shop has deposited.
    Deposit(Id<id::Shop>),
    /// What of a shop's money is held back.
    Held(Id<id::Shop>),
    /// Commission earned.
    Commission,
    /// Fees earned.
    Fee,
    /// Coupons that the platform pays for.
    Coupon,
    /// Differences of the last unit.
    Rounding,
    /// A note: what a released order may still give back.
    Refundable(Id<id::Order>),
    /// The other side of that note.
    Memo,
}

/// On which side an account grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// By positive entries: it is owed or earned.
    Credit,
    /// By negative entries: it is held or spent.
    Debit,
}

macro_rules! classes {
    ($($(#[$doc:meta])* $name:ident $word:literal $side:ident $guarded:literal;)*) => {
        /// A kind of account.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Class {
            $($(#[$doc])* $name,)*
        }
        impl Class {
            /// Every class, in the order in which they are listed.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// Its word: what its accounts' texts begin with.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }
            /// On which side its accounts grow.
            pub const fn side(self) -> Side {
                match self {
                    $(Self::$name => Side::$side,)*
                }
            }
            /// Whether its accounts may not go below a floor and have a guard row for it. The others are booked on by
            /// everybody at once and have no row that all of them would have to update.
            pub const fn is_guarded(self) -> bool {
                match self {
                    $(Self::$name => $guarded,)*
                }
            }
        }
    };
}

classes! {
    /// [`Account::Provider`].
    Provider "provider" Debit false;
    /// [`Account::Escrow`].
    Escrow "escrow" Credit true;
    /// [`Account::Surplus`].
    Surplus "surplus" Credit true;
    /// [`Account::Refund`].
    Refund "refund" Credit true;
    /// [`Account::Payable`].
    Payable "payable" Credit true;
    /// [`Account::Debt`].
    Debt "debt" Debit true;
    /// [`Account::Deposit`].
    Deposit "deposit" Credit true;
    /// [`Account::Held`].
    Held "held" Credit true;
    /// [`Account::Commission`].
    Commission "commission" Credit false;
    /// [`Account::Fee`].
    Fee "fee" Credit false;
    /// [`Account::Coupon`].
    Coupon "coupon" Debit false;
    /// [`Account::Rounding`].
    Rounding "rounding" Credit false;
    /// [`Account::Refundable`].
    Refundable "refundable" Credit true;
    /// [`Account::Memo`].
    Memo "memo" Debit false;
}

impl Class {
    /// Reads its word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|class| class.as_str() == word)
    }
}

impl Account {
    /// What kind of account it is.
    pub const fn class(&self) -> Class {
        match self {
            Self::Provider(_) => Class::Provider,
            Self::Escrow(_) => Class::Escrow,
            Self::Surplus(_) => Class::Surplus,
            Self::Refund(_) => Class::Refund,
            Self::Payable(_) => Class::Payable,
            Self::Debt(_) => Class::Debt,
            Self::Deposit(_) => Class::Deposit,
            Self::Held(_) => Class::Held,
            Self::Commission => Class::Commission,
            Self::Fee => Class::Fee,
            Self::Coupon => Class::Coupon,
            Self::Rounding => Class::Rounding,
            Self::Refundable(_) => Class::Refundable,
            Self::Memo => Class::Memo,
        }
    }

    /// The shop whose account it is, if it is a shop's.
    pub const fn shop(&self) -> Option<Id<id::Shop>> {
        match self {
            Self::Payable(shop) | Self::Debt(shop) | Self::Deposit(shop) | Self::Held(shop) => Some(*shop),
            Self::Provider(_)
            | Self::Escrow(_)
            | Self::Surplus(_)
            | Self::Refund(_)
            | Self::Commission
            | Self::Fee
            | Self::Coupon
            | Self::Rounding
            | Self::Refundable(_)
            | Self::Memo => None,
        }
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.class().as_str())?;
        match self {
            Self::Provider(name) => write!(f, ":{name}"),
            Self::Escrow(order) | Self::Refundable(order) => write!(f, ":{order}"),
            Self::Surplus(payment) | Self::Refund(payment) => write!(f, ":{payment}"),
            Self::Payable(shop) | Self::Debt(shop) | Self::Deposit(shop) | Self::Held(shop) => {
                write!(f, ":{shop}")
            }
            Self::Commission | Self::Fee | Self::Coupon | Self::Rounding | Self::Memo => Ok(()),
        }
    }
}

impl FromStr for Account {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self, Error> {
        fn read<T: FromStr>(rest: Option<&str>) -> Option<T> {
            rest?.parse().ok()
        }
        let (word, rest) = text.split_once(':').map_or((text, None), |(word, rest)| (word, Some(rest)));
        let alone = |account: Self| rest.is_none().then_some(account);
        let account = Class::parse(word).and_then(|class| match class {
            Class::Provider => read(rest).map(Self::Provider),
            Class::Escrow => read(rest).map(Self::Escrow),
            Class::Surplus => read(rest).map(Self::Surplus),
            Class::Refund => read(rest).map(Self::Refund),
            Class::Payable => read(rest).map(Self::Payable),
            Class::Debt => read(rest).map(Self::Debt),
            Class::Deposit => read(rest).map(Self::Deposit),
            Class::Held => read(rest).map(Self::Held),
            Class::Commission => alone(Self::Commission),
            Class::Fee => alone(Self::Fee),
            Class::Coupon => alone(Self::Coupon),
            Class::Rounding => alone(Self::Rounding),
            Class::Refundable => read(rest).map(Self::Refundable),
            Class::Memo => alone(Self::Memo),
        });
        account.ok_or_else(|| Error::BadAccount(shown(text)))
    }
}

/// What a booking was made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reference {
    /// A purchase over several shops.
    Purchase(Id<id::Purchase>),
    /// A shop order.
    Order(Id<id::Order>),
    /// A payment.
    Payment(Id<id::Payment>),
    /// A buyer's request for money back.
    Aftersale(Id<id::Aftersale>),
    /// A finding that a shop broke a rule.
    Violation(Id<id::Violation>),
    /// A shop.
    Shop(Id<id::Shop>),
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Purchase(id) => id.fmt(f),
            Self::Order(id) => id.fmt(f),
            Self::Payment(id) => id.fmt(f),
            Self::Aftersale(id) => id.fmt(f),
            Self::Violation(id) => id.fmt(f),
            Self::Shop(id) => id.fmt(f),
        }
    }
}

impl FromStr for Reference {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self, Error> {
        let purchase = text.parse().map(Self::Purchase);
        purchase
            .or_else(|_| text.parse().map(Self::Order))
            .or_else(|_| text.parse().map(Self::Payment))
            .or_else(|_| text.parse().map(Self::Aftersale))
            .or_else(|_| text.parse().map(Self::Violation))
            .or_else(|_| text.parse().map(Self::Shop))
            .map_err(|_| Error::BadReference(shown(text)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::{Moment, RawId};
    use proptest::prelude::*;

    fn accounts(raw: RawId) -> Vec<Account> {
        vec![
            Account::Provider("sandbox".parse().unwrap()),
            Account::Escrow(Id::from_raw(raw)),
            Account::Surplus(Id::from_raw(raw)),
            Account::Refund(Id::from_raw(raw)),
            Account::Payable(Id::from_raw(raw)),
            Account::Debt(Id::from_raw(raw)),
            Account::Deposit(Id::from_raw(raw)),
            Account::Held(Id::from_raw(raw)),
            Account::Commission,
            Account::Fee,
            Account::Coupon,
            Account::Rounding,
            Account::Refundable(Id::from_raw(raw)),
            Account::Memo,
        ]
    }

    #[test]
    fn every_class_has_its_word_its_side_and_its_guard() {
        let raw = RawId::new(Moment::from_micros(1), 7);
        let accounts = accounts(raw);
        assert_eq!(accounts.iter().map(Account::class).collect::<Vec<_>>(), Class::ALL);
        let table: Vec<String> = Class::ALL
            .iter()
            .map(|c| format!("{} {:?} {}", c.as_str(), c.side(), if c.is_guarded() { "floor" } else { "-" }))
            .collect();
        assert_eq!(
            table,
            [
                "provider Debit -",
                "escrow Credit floor",
                "surplus Credit floor",
                "refund Credit floor",
                "payable Credit floor",
                "debt Debit floor",
                "deposit Credit floor",
                "held Credit floor",
                "commission Credit -",
                "fee Credit -",
                "coupon Debit -",
                "rounding Credit -",
                "refundable Credit floor",
                "memo Debit -",
            ]
        );
    }

    #[test]
    fn what_is_not_an_account_is_refused() {
        let order: Id<id::Order> = Id::from_raw(RawId::new(Moment::from_micros(1), 7));
        for text in [
            String::new(),
            "escrow".to_owned(),
            "escrow:".to_owned(),
            format!("payable:{order}"),
            format!("escrow:{order} "),
            format!("Escrow:{order}"),
            "commission:".to_owned(),
            "commission:all".to_owned(),
            "provider:".to_owned(),
            "provider:Sandbox".to_owned(),
            format!("provider:{}", "x".repeat(33)),
            "savings".to_owned(),
        ] {
            assert_eq!(text.parse::<Account>(), Err(Error::BadAccount(shown(&text))), "{text}");
        }
        assert!(matches!("bkg_1".parse::<Reference>(), Err(Error::BadReference(_))));
    }

    proptest! {
        #[test]
        fn an_account_and_a_reference_read_back_from_their_text(bits: u128, micros in 0i64..4_000_000_000_000_000) {
            let raw = RawId::new(Moment::from_micros(micros), bits);
            for account in accounts(raw) {
                prop_assert_eq!(account.to_string().parse::<Account>(), Ok(account));
            }
            for reference in [
                Reference::Purchase(Id::from_raw(raw)),
                Reference::Order(Id::from_raw(raw)),
                Reference::Payment(Id::from_raw(raw)),
                Reference::Aftersale(Id::from_raw(raw)),
                Reference::Violation(Id::from_raw(raw)),
                Reference::Shop(Id::from_raw(raw)),
            ] {
                prop_assert_eq!(reference.to_string().parse::<Reference>(), Ok(reference));
            }
        }
    }
}
