//! What a price is, as it is kept: in a quote the whole, in an order its shop's bill. Amounts are written as
//! `[minor, "CNY"]`.

use super::ask::{Asked, Freight, LineAsked, ShopAsked};
use crate::amount::{maybe_money, money};
use crate::coupon::{Claimed, Class, Issuer, Segment};
use crate::delivery::DeliveryMethod;
use crate::terms::Rounding;
use kernel::{Id, Moment, Money, id};
use serde::{Deserialize, Serialize};

/// A whole price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Priced {
    /// The version of the market's terms that it was counted with.
    pub terms: Box<str>,
    /// When.
    pub at: Moment,
    /// Each shop's part, in the order in which they were asked for.
    pub shops: Vec<ShopPriced>,
    /// The goods at their prices.
    #[serde(with = "money")]
    pub goods: Money,
    /// What coupons take off the goods.
    #[serde(with = "money")]
    pub discount: Money,
    /// What freight is due, after coupons for freight.
    #[serde(with = "money")]
    pub freight: Money,
    /// What coupons take off freight.
    #[serde(with = "money")]
    pub freight_discount: Money,
    /// What is to be paid: goods, less the discount, and freight.
    #[serde(with = "money")]
    pub total: Money,
    /// The coupons that were taken: shops' own, the platform's, then those for freight.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub applied: Vec<Applied>,
    /// The claims in hand that were not taken, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<Refused>,
}

/// One shop's part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShopPriced {
    /// Whose.
    pub shop: Id<id::Shop>,
    /// Its lines, in the order in which they were asked for.
    pub lines: Vec<LinePriced>,
    /// The goods at their prices.
    #[serde(with = "money")]
    pub goods: Money,
    /// What coupons take off the goods.
    #[serde(with = "money")]
    pub discount: Money,
    /// Freight and how it came to be.
    pub freight: FreightPriced,
    /// What the buyer pays: goods, less the discount, and freight. More than nothing.
    #[serde(with = "money")]
    pub total: Money,
    /// What of the discounts, on goods and freight, the platform pays to the shop.
    #[serde(with = "money")]
    pub subsidy: Money,
    /// What the platform takes, line by line, frozen.
    pub charges: Vec<Charged>,
    /// The technical service fee, all lines of it.
    #[serde(with = "money")]
    pub fee: Money,
    /// The platform's commission, all lines of it.
    #[serde(with = "money")]
    pub commission: Money,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinePriced {
    /// Which variant.
    pub sku: Id<id::Sku>,
    /// Of which product.
    pub product: Id<id::Product>,
    /// In which category.
    pub category: Box<str>,
    /// How many.
    pub quantity: i64,
    /// The price of one.
    #[serde(with = "money")]
    pub unit: Money,
    /// The list price of one, if it is another.
    #[serde(default, with = "maybe_money", skip_serializing_if = "Option::is_none")]
    pub list: Option<Money>,
    /// What its product says of freight.
    pub freight: Freight,
    /// How many one buyer may have, if that is limited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
    /// How many this buyer had bought.
    #[serde(default)]
    pub had: i64,
    /// All units at their price.
    #[serde(with = "money")]
    pub goods: Money,
    /// What of all discounts falls to it.
    #[serde(with = "money")]
    pub discount: Money,
    /// What is paid for it, without freight.
    #[serde(with = "money")]
    pub paid: Money,
}

/// A shop's freight: one parcel, so the highest fee among the lines that do not go free.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FreightPriced {
    /// The fee that decided: the highest one due, or the highest one spared.
    #[serde(with = "money")]
    pub fee: Money,
    /// From which price of the shop's goods on that fee is spared.
    #[serde(default, with = "maybe_money", skip_serializing_if = "Option::is_none")]
    pub free_from: Option<Money>,
    /// The price of the shop's goods that was counted, before coupons.
    #[serde(with = "money")]
    pub counted: Money,
    /// How much is missing for the fee to be spared, if it is due and can be spared.
    #[serde(default, with = "maybe_money", skip_serializing_if = "Option::is_none")]
    pub short: Option<Money>,
    /// The delivery method, if the buyer chose another than the standard one.
    #[serde(default, skip_serializing_if = "Option::is_none", rename = "way")]
    pub delivery_method: Option<DeliveryMethodPriced>,
    /// What is due before coupons: the fee, or nothing, and what the delivery method costs more.
    #[serde(with = "money")]
    pub due: Money,
    /// What coupons take off it.
    #[serde(with = "money")]
    pub discount: Money,
    /// What the buyer pays.
    #[serde(with = "money")]
    pub paid: Money,
}

/// A delivery method that a buyer chose, as it was then, and what it comes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryMethodPriced {
    /// The method.
    #[serde(rename = "way")]
    pub delivery_method: DeliveryMethod,
    /// What it costs more: its fee, or nothing.
    #[serde(with = "money")]
    pub due: Money,
    /// How much is missing for its fee to be spared, if it is due and can be spared.
    #[serde(default, with = "maybe_money", skip_serializing_if = "Option::is_none")]
    pub short: Option<Money>,
}

/// What the platform takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Charge {
    /// The technical service fee.
    Fee,
    /// The platform's commission.
    Commission,
}

/// One line of what the platform takes, frozen with its base and rate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Charged {
    /// What it is.
    pub what: Charge,
    /// The category's code that its rate was found under; empty: everything else.
    pub category: Box<str>,
    /// The rate in parts per million.
    pub ppm: i64,
    /// Of what: paid for goods and freight, and what the platform pays for coupons.
    #[serde(with = "money")]
    pub base: Money,
    /// How a fraction was rounded.
    pub rounding: Rounding,
    /// How much.
    #[serde(with = "money")]
    pub amount: Money,
}

/// A coupon that was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applied {
    /// Which claim, of which coupon.
    pub claimed: Claimed,
    /// What it counted: the goods in its scope as they stood, or for freight the freight that was due.
    #[serde(with = "money")]
    pub base: Money,
    /// What it takes off, all shops together.
    #[serde(with = "money")]
    pub amount: Money,
    /// How that was split over the shops, by their part of the base.
    pub parts: Vec<Part>,
}

/// A shop's part of what a coupon takes off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Whose.
    pub shop: Id<id::Shop>,
    /// Its part of the base.
    #[serde(with = "money")]
    pub base: Money,
    /// Its part of the amount.
    #[serde(with = "money")]
    pub amount: Money,
    /// How that was split over its lines; empty for freight.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<PartLine>,
}

/// A line's part of what a coupon takes off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartLine {
    /// Which variant.
    pub sku: Id<id::Sku>,
    /// Its part of the base.
    #[serde(with = "money")]
    pub base: Money,
    /// Its part of the amount.
    #[serde(with = "money")]
    pub amount: Money,
}

/// A claim that was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// Which claim, of which coupon.
    pub claimed: Claimed,
    /// Why.
    pub reason: Reason,
}

/// Why a claim was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// It begins later.
    NotYet {
        /// When.
        from: Moment,
    },
    /// It ended.
    Expired {
        /// When.
        until: Moment,
    },
    /// Its amounts are in another currency: they do not apply, and are not converted.
    OtherCurrency,
    /// Nothing asked for lies in its scope.
    OutOfScope,
    /// The goods in its scope come to too little.
    Short {
        /// From which price on it counts.
        #[serde(with = "money")]
        over: Money,
        /// What they come to.
        #[serde(with = "money")]
        counted: Money,
        /// How much is missing.
        #[serde(with = "money")]
        short: Money,
    },
    /// There is no freight to take it off, or nothing that may be taken off.
    NothingToTake,
    /// It is for some members only, and the buyer is none of them.
    NotInSegment {
        /// For whom it is.
        segment: Segment,
    },
    /// A deal needs more units than there are in its scope.
    FewUnits {
        /// How many it needs.
        needs: i64,
        /// How many there are.
        counted: i64,
    },
    /// The market's terms take no coupons of its class.
    Barred {
        /// Which clause says so.
        clause: Clause,
    },
    /// Other coupons that it does not go with save more, or as much.
    Outdone {
        /// What was taken in its stead.
        by: Vec<Id<id::Claim>>,
        /// How much dearer it would be with it: zero if it makes no difference.
        #[serde(with = "money")]
        saves: Money,
        /// By which clause of the market's terms it does not go with them; none where it is a threshold that it would take the
        /// goods below.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        clause: Option<Clause>,
    },
}

/// Which clause about coupons that go together decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Clause {
    /// Of a class there are at most so many.
    Most {
        /// Of which.
        class: Class,
        /// How many.
        most: i64,
    },
    /// Two classes do not go together.
    Apart {
        /// Its class.
        class: Class,
        /// The other one's.
        with: Class,
    },
    /// One of them goes with no other coupon.
    Exclusive,
}

impl Clause {
    /// Where it stands: a key of the terms, or of the coupon.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Most { .. } => "coupons.most",
            Self::Apart { .. } => "coupons.combine",
            Self::Exclusive => "coupon.exclusive",
        }
    }
}

impl Reason {
    /// The clause about coupons that go together that it follows from.
    pub const fn clause(&self) -> Option<Clause> {
        match self {
            Self::Barred { clause } => Some(*clause),
            Self::Outdone { clause, .. } => *clause,
            _ => None,
        }
    }
    /// Its word in JSON and for texts.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::NotYet { .. } => "not_yet",
            Self::Expired { .. } => "expired",
            Self::OtherCurrency => "other_currency",
            Self::OutOfScope => "out_of_scope",
            Self::Short { .. } => "short",
            Self::NothingToTake => "nothing_to_take",
            Self::NotInSegment { .. } => "not_in_segment",
            Self::FewUnits { .. } => "few_units",
            Self::Barred { .. } => "barred",
            Self::Outdone { .. } => "outdone",
        }
    }
}

/// The part of a price that a shop order keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bill {
    /// The version of the market's terms.
    pub terms: Box<str>,
    /// When it was counted.
    pub at: Moment,
    /// The shop's part.
    pub shop: ShopPriced,
    /// The coupons that lower it, with this shop's part of them alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub applied: Vec<Applied>,
    /// The shop's own and the platform's coupons that were not taken, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<Refused>,
}

impl ShopPriced {
    /// What the ledger has to know of it besides what the buyer pays.
    pub const fn ledger_terms(&self) -> ledger::Terms {
        ledger::Terms { commission: self.commission, fee: self.fee, coupon: self.subsidy }
    }
}

impl Priced {
    /// The question that this answers: asked again with the same terms at the same moment, the answer is this.
    pub fn asked(&self) -> Asked {
        let line = |line: &LinePriced| LineAsked {
            sku: line.sku,
            product: line.product,
            category: line.category.clone(),
            quantity: line.quantity,
            unit: line.unit,
            list: line.list,
            freight: line.freight,
            limit: line.limit,
            had: line.had,
        };
        let shop = |shop: &ShopPriced| ShopAsked {
            shop: shop.shop,
            lines: shop.lines.iter().map(line).collect(),
            delivery_method: shop
                .freight
                .delivery_method
                .as_ref()
                .map(|priced| priced.delivery_method.clone()),
        };
        let taken = self.applied.iter().map(|applied| &applied.claimed);
        let left = self.refused.iter().map(|refused| &refused.claimed);
        Asked { shops: self.shops.iter().map(shop).collect(), claims: taken.chain(left).cloned().collect() }
    }

    /// Until when it may hold at most: the first end of a coupon in it.
    pub fn ends(&self) -> Option<Moment> {
        self.applied.iter().map(|applied| applied.claimed.until).min()
    }

    /// All that is saved: on goods and on freight.
    pub const fn saved(&self) -> Money {
        Money::new(self.discount.minor + self.freight_discount.minor, self.discount.currency)
    }

    /// What an order of one shop keeps of it, if the shop is in it.
    pub fn bill(&self, shop: Id<id::Shop>) -> Option<Bill> {
        let part = self.shops.iter().find(|part| part.shop == shop)?;
        let applied = self.applied.iter().filter_map(|applied| {
            let mine: Vec<Part> = applied.parts.iter().filter(|part| part.shop == shop).cloned().collect();
            (!mine.is_empty()).then(|| Applied { parts: mine, ..applied.clone() })
        });
        let about = |issuer: Issuer| issuer.shop().is_none_or(|of| of == shop);
        Some(Bill {
            terms: self.terms.clone(),
            at: self.at,
            shop: part.clone(),
            applied: applied.collect(),
            refused: self.refused.iter().filter(|refused| about(refused.claimed.issuer)).cloned().collect(),
        })
    }
}
