//! Identities: a UUIDv7 inside, a prefixed word outside (`ord_06bz...`), one Rust type for each kind of thing.

use crate::Moment;
use sha2::{Digest, Sha256};
use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

/// Sixteen bytes laid out as UUIDv7: 48 bits of milliseconds, then version, variant and 74 free bits. Sorts by time.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct RawId(pub [u8; 16]);

impl RawId {
    /// Lays out an id of the given moment from 128 bits, of which 74 are kept.
    pub fn new(at: Moment, bits: u128) -> Self {
        let millis = at.micros().div_euclid(1000).clamp(0, (1 << 48) - 1) as u128;
        let rand = bits & ((1 << 74) - 1);
        let word =
            (millis << 80) | (0x7 << 76) | ((rand >> 62) << 64) | (0b10 << 62) | (rand & ((1 << 62) - 1));
        Self(word.to_be_bytes())
    }

    /// The id of something that another system named: the same source and key always give the same id.
    pub fn of_external(at: Moment, source: &str, key: &[&str]) -> Self {
        let mut hash = Sha256::new();
        hash.update(source.as_bytes());
        for part in key {
            hash.update([0]);
            hash.update(part.as_bytes());
        }
        let digest = hash.finalize();
        let mut bits = [0u8; 16];
        bits.copy_from_slice(&digest[..16]);
        Self::new(at, u128::from_be_bytes(bits))
    }

    /// The id of something that belongs to this one, told apart by `tag`. Repeatable: this is what makes a repeated
    /// import add nothing.
    pub fn child(self, at: Moment, tag: u64) -> Self {
        let word = u128::from_be_bytes(self.0);
        let low = mix((word as u64) ^ tag.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let high = mix(low ^ (word >> 64) as u64);
        Self::new(at, (u128::from(high) << 64) | u128::from(low))
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

/// A good 64-bit mixer (the finaliser of splitmix64).
pub(crate) fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

impl fmt::Debug for RawId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

impl fmt::Display for RawId {
    /// 26 digits of Crockford's base 32, in lower case.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = u128::from_be_bytes(self.0);
        let mut text = [0u8; 26];
        for (i, digit) in text.iter_mut().enumerate() {
            *digit = DIGITS[((word >> (125 - 5 * i)) & 31) as usize];
        }
        f.write_str(str::from_utf8(&text).map_err(|_| fmt::Error)?)
    }
}

impl FromStr for RawId {
    type Err = BadId;
    fn from_str(text: &str) -> Result<Self, BadId> {
        let bad = || BadId { text: text.chars().take(60).collect(), wanted: "26 letters and digits" };
        if text.len() != 26 {
            return Err(bad());
        }
        let mut word: u128 = 0;
        for (i, byte) in text.bytes().enumerate() {
            let digit = DIGITS.iter().position(|d| *d == byte).ok_or_else(bad)? as u128;
            if i == 0 && digit > 7 {
                return Err(bad());
            }
            word = (word << 5) | digit;
        }
        Ok(Self(word.to_be_bytes()))
    }
}

/// A text that is not an id, or an id of another kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{text}\" is not an id of this kind: expected {wanted}")]
pub struct BadId {
    /// What was given, at most 60 characters of it.
    pub text: String,
    /// What an id of this kind looks like.
    pub wanted: &'static str,
}

/// A kind of thing that has ids.
pub trait Entity {
    /// What its ids begin with, without the underscore.
    const PREFIX: &'static str;
    /// What its ids look like, for messages.
    const FORM: &'static str;
}

/// The identity of one `T`.
pub struct Id<T> {
    raw: RawId,
    of: PhantomData<fn() -> T>,
}

impl<T> Id<T> {
    /// Takes a raw id for one of a `T`; the caller knows that it is.
    pub const fn from_raw(raw: RawId) -> Self {
        Self { raw, of: PhantomData }
    }
    /// The sixteen bytes behind it.
    pub const fn raw(self) -> RawId {
        self.raw
    }
}

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Id<T> {}
impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.raw == other.raw
    }
}
impl<T> Eq for Id<T> {}
impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.raw.cmp(&other.raw)
    }
}
impl<T> std::hash::Hash for Id<T> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.raw.hash(state);
    }
}
impl<T: Entity> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", T::PREFIX, self.raw)
    }
}
impl<T: Entity> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
impl<T: Entity> FromStr for Id<T> {
    type Err = BadId;
    fn from_str(text: &str) -> Result<Self, BadId> {
        text.strip_prefix(T::PREFIX)
            .and_then(|rest| rest.strip_prefix('_'))
            .and_then(|rest| rest.parse().ok())
            .map(Self::from_raw)
            .ok_or_else(|| BadId { text: text.chars().take(60).collect(), wanted: T::FORM })
    }
}
impl<T: Entity> serde::Serialize for Id<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
impl<'de, T: Entity> serde::Deserialize<'de> for Id<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

macro_rules! entities {
    ($($(#[$doc:meta])* $name:ident $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name {}
        impl Entity for $name {
            const PREFIX: &'static str = $prefix;
            const FORM: &'static str = concat!($prefix, "_ and 26 letters and digits");
        }
    )*};
}

entities! {
    /// One immutable thing that happened.
    FactKind "fct";
    /// A merchant's storefront: the unit that is scored.
    Shop "shp";
    /// One shop's part of a purchase.
    Order "ord";
    /// What a buyer bought in one go, over any number of shops.
    Purchase "pur";
    /// A payment towards a purchase.
    Payment "pay";
    /// A buyer's review of one shop order.
    Review "rev";
    /// A run of a draft policy over past facts.
    Rehearsal "reh";
    /// A background job.
    Job "job";
    /// A buyer's request for money back or a return.
    Aftersale "afs";
    /// A conversation between a buyer and a shop.
    Session "ses";
    /// A request that was taken to the platform.
    Dispute "dsp";
    /// A complaint about an order.
    Complaint "cmp";
    /// A buyer's answer to a survey.
    Survey "srv";
    /// A finding of the platform about how an order was fulfilled.
    Incident "inc";
    /// A finding that a shop broke a rule.
    Violation "vio";
    /// A listing: one product that a shop offers.
    Product "prd";
    /// A span of time over which a shop insures the freight of returns.
    Insurance "ins";
    /// A version of a rule set that this market took up.
    Adoption "adp";
    /// A movement of money in the ledger: several entries that sum to zero.
    Booking "bkg";
    /// What is stocked, priced and sold: one variant of a product.
    Sku "sku";
    /// A place where a shop keeps goods.
    Warehouse "whs";
    /// One change of stock, or of what of it is spoken for.
    Movement "mov";
    /// Stock that is set aside for somebody until it ships, is given back or expires.
    Reservation "rsv";
    /// A change of the carrier or the number under which an order was shipped.
    Correction "cor";
    /// A line that was taken off an order after it was paid for.
    LineCancel "lcn";
    /// A code that is delivered instead of a parcel.
    Code "cod";
    /// A link under which a file is delivered.
    Download "dwn";
    /// A sale with stock, prices or places of its own.
    Campaign "cam";
    /// A person who signed up.
    Member "mbr";
    /// A change of a member's state.
    MemberChange "mch";
    /// A change of what a shop is called, or of whether it trades.
    ShopChange "sch";
    /// A letter of the platform to a shop.
    Notice "ntc";
    /// A member's application to open a shop.
    Application "apl";
    /// A device on which a member is signed in.
    Login "lgn";
    /// An address of a member.
    Address "adr";
    /// A member's place among the staff of a shop or of the platform.
    Seat "sea";
    /// An invitation to such a place.
    Invitation "inv";
    /// A look at personal data.
    Access "acc";
    /// A member's following of a shop.
    Follow "flw";
    /// A product on a member's wish list.
    Wish "wsh";
    /// A secret with which a program acts for a shop, the platform or a member.
    ApiKey "key";
    /// A place in the tree of what can be sold.
    Category "cat";
    /// A typed property of the products of a category.
    Attribute "att";
    /// A maker's name under which products are sold.
    Brand "brd";
    /// An edit of a product, from draft to live.
    Edit "edt";
    /// A picture or another file, with its sizes.
    Media "med";
    /// A place on the mall's pages that the platform fills.
    Slot "slt";
    /// A price that holds for a while, with all that made it.
    Quote "quo";
    /// An offer of money off, for those who claim it.
    Coupon "cpn";
    /// A member's own piece of a coupon.
    Claim "clm";
    /// A payment's way back to the buyer.
    Refund "rfd";
    /// A remark on an order, for staff.
    Note "nte";
    /// What somebody ruled about a gate: open or closed, and why.
    Ruling "rul";
    /// A timer, a job or a fact of which nothing came, however often it was tried.
    DeadLetter "dlt";
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_id_of_another_kind_is_refused() {
        let order: Id<Order> = Id::from_raw(RawId::new(Moment::from_micros(1), 7));
        let err = order.to_string().parse::<Id<Shop>>().unwrap_err();
        assert!(err.to_string().contains("shp_ and 26"), "{err}");
        assert!("ord_".parse::<Id<Order>>().is_err());
        assert!("ord_zzzzzzzzzzzzzzzzzzzzzzzzzz".parse::<Id<Order>>().is_err());
    }

    #[test]
    fn ids_are_uuid_version_7_and_sort_by_time() {
        let early = RawId::of_external(Moment::from_micros(1_000_000), "olist", &["a", "b"]);
        let late = RawId::of_external(Moment::from_micros(2_000_000), "olist", &["a", "b"]);
        assert!(early < late);
        assert_eq!(early.0[6] >> 4, 7);
        assert_eq!(early.0[8] >> 6, 0b10);
        assert_ne!(
            RawId::of_external(Moment::from_micros(0), "s", &["ab", "c"]),
            RawId::of_external(Moment::from_micros(0), "s", &["a", "bc"])
        );
    }

    proptest! {
        #[test]
        fn printing_and_parsing_agree(bits: u128, micros in 0i64..4_000_000_000_000_000) {
            let id: Id<Order> = Id::from_raw(RawId::new(Moment::from_micros(micros), bits));
            prop_assert_eq!(id.to_string().parse::<Id<Order>>().unwrap(), id);
        }
    }
}
