//! What a write is going to touch, said beforehand.

use crate::{Counter, Val};

/// One thing that two writes must not do at the same time: a stock key, an account with a floor, a coupon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    pub(crate) lock: i64,
    pub(crate) counted: Option<(&'static Counter, Held)>,
}

/// A key's value, kept: counters are looked up by it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Held {
    Int(i64),
    Text(Box<str>),
    Blob(Box<[u8]>),
}

impl Held {
    pub(crate) fn of(val: &Val<'_>) -> Option<Self> {
        match val {
            Val::Int(n) => Some(Self::Int(*n)),
            Val::Text(text) => Some(Self::Text((*text).into())),
            Val::Blob(bytes) => Some(Self::Blob((*bytes).into())),
            Val::Id(id) => Some(Self::Blob(id.0.as_slice().into())),
            Val::Null | Val::Real(_) => None,
        }
    }
    pub(crate) fn val(&self) -> Val<'_> {
        match self {
            Self::Int(n) => Val::Int(*n),
            Self::Text(text) => Val::Text(text),
            Self::Blob(bytes) => Val::Blob(bytes),
        }
    }
    fn hash(&self, space: &str) -> i64 {
        let mut hash = 0xcbf2_9ce4_8422_2325u64;
        let mut eat = |bytes: &[u8]| {
            for byte in bytes {
                hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
            }
        };
        eat(space.as_bytes());
        eat(&[0]);
        match self {
            Self::Int(n) => eat(&n.to_le_bytes()),
            Self::Text(text) => eat(text.as_bytes()),
            Self::Blob(bytes) => eat(bytes),
        }
        hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
        (hash ^ (hash >> 33)) as i64
    }
}

impl Key {
    /// A key of a kind (`space`, e.g. a table's name). Null and fractions are no keys and count as 0.
    pub fn new<'a>(space: &str, key: impl Into<Val<'a>>) -> Self {
        let held = Held::of(&key.into()).unwrap_or(Held::Int(0));
        Self { lock: held.hash(space), counted: None }
    }
    /// A row of a counter that the write will [`take`](crate::Tx::take) from; PostgreSQL then reads all rows that a
    /// batch takes from in one go.
    pub fn counter<'a>(counter: &'static Counter, key: impl Into<Val<'a>>) -> Self {
        let held = Held::of(&key.into()).unwrap_or(Held::Int(0));
        Self { lock: held.hash(counter.table), counted: Some((counter, held)) }
    }
}

/// The keys of one write, hottest first: on PostgreSQL the first one chooses the writer lane, and the sorted union of
/// a batch's keys is locked before any of its closures run. SQLite has one writer and needs none of it.
#[derive(Debug, Clone, Default)]
pub struct Keys {
    pub(crate) keys: Vec<Key>,
    pub(crate) bulk: bool,
}

impl Keys {
    /// A write that shares no hot row with others.
    pub const fn none() -> Self {
        Self { keys: Vec::new(), bulk: false }
    }
    /// A write of many rows, slow by its nature: it is not reported as slow.
    pub const fn bulk() -> Self {
        Self { keys: Vec::new(), bulk: true }
    }
    /// These, and further ones that are less hot.
    #[must_use]
    pub fn and(mut self, more: impl IntoIterator<Item = Key>) -> Self {
        self.keys.extend(more);
        self
    }
    /// These keys, hottest first.
    pub fn of(keys: impl IntoIterator<Item = Key>) -> Self {
        Self { keys: keys.into_iter().collect(), bulk: false }
    }
}

impl IntoIterator for Keys {
    type Item = Key;
    type IntoIter = std::vec::IntoIter<Key>;
    fn into_iter(self) -> Self::IntoIter {
        self.keys.into_iter()
    }
}

impl From<Key> for Keys {
    fn from(key: Key) -> Self {
        Self::of([key])
    }
}
