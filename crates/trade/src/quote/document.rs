//! What a quote holds.

use crate::price::Priced;
use crate::scene::Via;
use kernel::{Id, Moment, id};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// One variant as it was shown when the price was asked for: what an order will keep of it besides its amounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// Which.
    pub sku: Id<id::Sku>,
    /// Of which product.
    pub product: Id<id::Product>,
    /// Its product's title.
    pub title: Box<str>,
    /// Which of its variants, as `celadon, 350 ml`.
    pub variant: Box<str>,
    /// Its picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media: Option<Box<str>>,
    /// Which version of the listing that was.
    #[serde(default)]
    pub version: i64,
    /// What was promised for shipping it, as `ship-48h`.
    pub ship: Box<str>,
    /// Whether it is back-ordered: sold beyond what is in stock, under a promise of its own.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub backorder: bool,
    /// Whether it is sent by no parcel.
    #[serde(default)]
    pub digital: bool,
    /// Whether each unit of it is a code of a pool.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub codes: bool,
    /// Where its buyer came upon it.
    pub via: Via,
}

/// A quote that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// Its id.
    pub id: Id<id::Quote>,
    /// Whose.
    pub member: Id<id::Member>,
    /// The price.
    pub priced: Priced,
    /// Where it was to be sent.
    pub address: Option<Id<id::Address>>,
    /// What was shown, in the order of the price's shops and lines.
    pub lines: Vec<Shown>,
    /// Until when it held.
    pub until: Moment,
    /// What its caller kept with it.
    pub note: Option<Box<str>>,
    /// Whether it is bought apart from the cart, which then stays as it is.
    pub apart: bool,
}

/// As it is stored.
#[derive(Serialize, Deserialize)]
pub(super) struct Document<'a> {
    pub(super) priced: Cow<'a, Priced>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) address: Option<Id<id::Address>>,
    pub(super) lines: Cow<'a, [Shown]>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) note: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) apart: bool,
}
