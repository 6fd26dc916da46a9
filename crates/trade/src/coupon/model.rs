//! What a coupon is, and what may be done with it: no clock, no database.

use super::error::Error;
use kernel::{Currency, Id, Moment, Money, id, text};
use serde::{Deserialize, Serialize};

/// Who offers a coupon, and pays for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Issuer {
    /// The platform: shops get what it takes off.
    Platform,
    /// A shop, for its own goods.
    Shop(Id<id::Shop>),
}

impl Issuer {
    /// The shop, if it is one.
    pub const fn shop(self) -> Option<Id<id::Shop>> {
        match self {
            Self::Platform => None,
            Self::Shop(shop) => Some(shop),
        }
    }
}

/// What decides which coupons go together, as the market's terms say: of one class there are only so many, for each shop (of
/// its own ones) or for a purchase (of the platform's).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// A shop's deal over several units; it counts before coupons.
    Deal,
    /// A shop's, for goods.
    Shop,
    /// The platform's, for goods.
    Platform,
    /// A shop's, for freight.
    ShopFreight,
    /// The platform's, for freight.
    PlatformFreight,
}

impl Class {
    /// Every class.
    pub const ALL: [Self; 5] =
        [Self::Deal, Self::Shop, Self::Platform, Self::ShopFreight, Self::PlatformFreight];

    /// Its word in files, the store and documents.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Deal => "deal",
            Self::Shop => "shop",
            Self::Platform => "platform",
            Self::ShopFreight => "shop_freight",
            Self::PlatformFreight => "platform_freight",
        }
    }

    /// Reads its word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.as_str() == word)
    }

    /// The class of what an issuer offers.
    pub const fn new(issuer: Issuer, kind: &Kind) -> Self {
        match (issuer, kind) {
            (_, Kind::Deal { .. }) => Self::Deal,
            (Issuer::Shop(_), Kind::Off { .. } | Kind::Percent { .. }) => Self::Shop,
            (Issuer::Platform, Kind::Off { .. } | Kind::Percent { .. }) => Self::Platform,
            (Issuer::Shop(_), Kind::Freight { .. }) => Self::ShopFreight,
            (Issuer::Platform, Kind::Freight { .. }) => Self::PlatformFreight,
        }
    }
}

/// What a coupon takes off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// An amount off goods.
    Off {
        /// From which price of the goods in its scope on.
        over: Money,
        /// How much.
        off: Money,
    },
    /// A share of the price of goods.
    Percent {
        /// From which price of the goods in its scope on.
        over: Money,
        /// Which share is taken off, in parts per million: 100000 is 10 % off.
        ppm: i64,
        /// At most how much.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        most: Option<Money>,
    },
    /// An amount off freight.
    Freight {
        /// From which price of the goods in its scope on, before any coupon.
        over: Money,
        /// At most how much.
        off: Money,
    },
    /// Of every `buy + get` units in its scope the cheapest `get` cost less: two and one free, or every second one at half its
    /// price. With more units, as many times; the cheapest of all of them cost less.
    Deal {
        /// From which price of the goods in its scope on.
        over: Money,
        /// How many units cost what they cost.
        buy: i64,
        /// How many then cost less.
        get: i64,
        /// By which share, in parts per million: 1000000 is free.
        ppm: i64,
        /// At most how much.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        most: Option<Money>,
    },
}

/// Who may claim a coupon and spend it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Segment {
    /// Members who have paid for nothing yet: at the shop that offers it, or, if the platform does, at any.
    New,
    /// Members who bought enough within so many days: there, so many orders or for so much, whichever they reach.
    Regular {
        /// How many orders.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        orders: Option<i64>,
        /// For how much.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        amount: Option<Money>,
        /// Within how many days before.
        days: i64,
    },
    /// Members who follow the shop.
    Followers,
}

impl Segment {
    /// Its word in JSON and for texts.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Regular { .. } => "regular",
            Self::Followers => "followers",
        }
    }
}

impl Kind {
    /// The same, taking off no more than what is left.
    #[must_use]
    pub fn up_to(self, left: Money) -> Self {
        let least = |money: Money| Money { minor: money.minor.min(left.minor), ..money };
        match self {
            Self::Off { over, off } => Self::Off { over, off: least(off) },
            Self::Freight { over, off } => Self::Freight { over, off: least(off) },
            Self::Percent { over, ppm, most } => {
                Self::Percent { over, ppm, most: Some(most.map_or(left, least)) }
            }
            Self::Deal { over, buy, get, ppm, most } => {
                Self::Deal { over, buy, get, ppm, most: Some(most.map_or(left, least)) }
            }
        }
    }
    /// Its word in the store.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Off { .. } => "off",
            Self::Percent { .. } => "percent",
            Self::Freight { .. } => "freight",
            Self::Deal { .. } => "deal",
        }
    }
    /// From which price on it counts.
    pub const fn over(&self) -> Money {
        match self {
            Self::Off { over, .. }
            | Self::Percent { over, .. }
            | Self::Freight { over, .. }
            | Self::Deal { over, .. } => *over,
        }
    }
    /// What its amounts are in.
    pub const fn currency(&self) -> Currency {
        self.over().currency
    }
}

/// Which goods a coupon is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// All of its issuer's: a shop's own, or everybody's.
    All,
    /// A category's, by its code, and those of all below it.
    Category(Box<str>),
    /// Of some products.
    Products(Vec<Id<id::Product>>),
}

impl Scope {
    /// Whether something lies in it.
    pub fn holds(&self, category: &str, product: Id<id::Product>) -> bool {
        match self {
            Self::All => true,
            Self::Category(code) => {
                category.strip_prefix(&**code).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            }
            Self::Products(products) => products.contains(&product),
        }
    }
}

/// A new offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCoupon {
    /// Who offers it.
    pub issuer: Issuer,
    /// What members read: 1 to 40 characters.
    pub title: Box<str>,
    /// What it takes off.
    pub kind: Kind,
    /// How many pieces there are.
    pub total: i64,
    /// How many of them one member may claim.
    pub each: i64,
    /// From when it may be claimed and spent.
    pub from: Moment,
    /// Until when: at that moment it is over.
    pub until: Moment,
    /// For which goods.
    pub scope: Scope,
}

/// A claim in a member's hand, with all that its price needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claimed {
    /// The claim.
    pub claim: Id<id::Claim>,
    /// Of which coupon.
    pub coupon: Id<id::Coupon>,
    /// What members read.
    pub title: Box<str>,
    /// Who pays for it.
    pub issuer: Issuer,
    /// What it takes off.
    pub kind: Kind,
    /// For which goods.
    pub scope: Scope,
    /// From when it may be spent.
    pub from: Moment,
    /// Until when.
    pub until: Moment,
    /// What is left of its budget, if it has one: it takes off no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<Money>,
    /// Whether it goes with no other coupon.
    #[serde(default, skip_serializing_if = "is_false")]
    pub exclusive: bool,
    /// Who may spend it; none: everybody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segment: Option<Segment>,
    /// Whether its member was not one of those when the price was asked for.
    #[serde(default, skip_serializing_if = "is_false")]
    pub outside: bool,
}

const fn is_false(truth: &bool) -> bool {
    !*truth
}

impl Claimed {
    /// Its class.
    pub const fn class(&self) -> Class {
        Class::new(self.issuer, &self.kind)
    }
}

/// Where a claim stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It may be spent.
    Held,
    /// A purchase spent it.
    Spent,
    /// It ended unspent, or was given back too late.
    Lost,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Held, Self::Spent, Self::Lost];

    /// Its word in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Spent => "spent",
            Self::Lost => "lost",
        }
    }
    /// Reads its word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

/// The most characters of a title.
const TITLE: usize = 40;
/// The most products that a scope names one by one.
pub(super) const PRODUCTS: usize = 100;
/// The most pieces of one coupon.
const PIECES: i64 = 1_000_000_000;
/// The most pieces of one coupon for one member.
const EACH: i64 = 100;

/// The fewest and the most letters of a code.
const CODE: (usize, usize) = (4, 24);

/// What an offer is guarded by, beside what it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Guard {
    /// The most that all its pieces may take off together.
    pub budget: Option<Money>,
    /// What members type to claim it; without one it stands in the claim centre.
    pub code: Option<Box<str>>,
    /// What its issuer said that all of it may cost, if it was asked.
    pub confirmed: Option<Money>,
    /// Whether it goes with no other coupon.
    pub exclusive: bool,
    /// Who may claim and spend it; none: everybody.
    pub segment: Option<Segment>,
}

/// The most units of one round of a deal.
const ROUND: i64 = 99;
/// The most orders that a segment asks for.
const ORDERS: i64 = 10_000;
/// The most days that a segment looks back.
const DAYS: i64 = 3_660;

/// From where on an issuer is asked whether a coupon is meant: the market's terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Above which share of the price from which it counts it is steep, in parts per million.
    pub share: i64,
    /// What all pieces of a steep one may cost without a question.
    pub steep: Money,
    /// What all pieces of any may cost without a question.
    pub cost: Money,
    /// The most that one purchase may cost: what a share without an end is counted on.
    pub purchase: Money,
}

/// A code as it is kept: without spaces around, in capitals, full-width letters as plain ones. None if it is no code.
pub fn code_of(text: &str) -> Option<Box<str>> {
    let plain = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        other => other,
    };
    let code: String = text.trim().chars().map(plain).map(|c| c.to_ascii_uppercase()).collect();
    let good = |c: char| c.is_ascii_alphanumeric() || c == '-';
    ((CODE.0..=CODE.1).contains(&code.chars().count()) && code.chars().all(good)).then(|| code.into())
}

impl NewCoupon {
    /// Whether it can be offered from now on.
    pub fn check(&self, now: Moment) -> Result<(), Error> {
        let bad = |what: &'static str, least: i64, most: i64| Err(Error::Bad { what, least, most });
        if text::line(&self.title, 1, TITLE).is_none() {
            return bad("title", 1, TITLE as i64);
        }
        if !(1..=PIECES).contains(&self.total) {
            return bad("pieces", 1, PIECES);
        }
        if !(1..=EACH).contains(&self.each) || self.each > self.total {
            return bad("each", 1, EACH.min(self.total));
        }
        if self.until <= self.from || self.until <= now {
            return bad("end", 0, 0);
        }
        if self.until > Moment::MAX || self.from < Moment::MIN {
            return bad("time", 1, 9999);
        }
        self.check_kind()?;
        match &self.scope {
            Scope::All => Ok(()),
            Scope::Category(code) if is_code(code) => Ok(()),
            Scope::Category(_) => bad("category", 1, 80),
            Scope::Products(some) if (1..=PRODUCTS).contains(&some.len()) => Ok(()),
            Scope::Products(_) => bad("products", 1, PRODUCTS as i64),
        }
    }

    /// Whether it may be guarded so.
    pub fn check_guard(&self, guard: &Guard) -> Result<(), Error> {
        let fits = |budget: Money| {
            budget.currency == self.kind.currency() && (1..=ledger::MOST).contains(&budget.minor)
        };
        if !guard.budget.is_none_or(fits) {
            return Err(Error::Bad { what: "budget", least: 1, most: ledger::MOST });
        }
        if guard.code.as_deref().is_some_and(|code| code_of(code).as_deref() != Some(code)) {
            return Err(Error::BadCode { least: CODE.0 as i64, most: CODE.1 as i64 });
        }
        guard.segment.map_or(Ok(()), |segment| self.check_segment(segment))
    }

    fn check_segment(&self, segment: Segment) -> Result<(), Error> {
        match segment {
            Segment::New => Ok(()),
            Segment::Followers if self.issuer == Issuer::Platform => Err(Error::OfShop),
            Segment::Followers => Ok(()),
            Segment::Regular { days, .. } if !(1..=DAYS).contains(&days) => {
                Err(Error::Bad { what: "days", least: 1, most: DAYS })
            }
            Segment::Regular { orders: Some(orders), .. } if !(1..=ORDERS).contains(&orders) => {
                Err(Error::Bad { what: "orders", least: 1, most: ORDERS })
            }
            Segment::Regular { amount: Some(amount), .. }
                if amount.currency != self.kind.currency() || !(1..=ledger::MOST).contains(&amount.minor) =>
            {
                Err(Error::Bad { what: "amount", least: 1, most: ledger::MOST })
            }
            Segment::Regular { orders: None, amount: None, .. } => {
                Err(Error::Bad { what: "orders", least: 1, most: ORDERS })
            }
            Segment::Regular { .. } => Ok(()),
        }
    }

    /// The most that one piece takes off, with purchases of at most so much.
    fn piece(&self, purchase: Money) -> i128 {
        match &self.kind {
            Kind::Off { off, .. } | Kind::Freight { off, .. } => i128::from(off.minor),
            Kind::Percent { ppm, most, .. } => {
                let share = (i128::from(purchase.minor) * i128::from(*ppm) + 500_000) / 1_000_000;
                most.map_or(share, |most| share.min(i128::from(most.minor)))
            }
            Kind::Deal { buy, get, ppm, most, .. } => {
                // As if all units cost the same: that is the dearest deal.
                let share = i128::from(purchase.minor) * i128::from(*get) * i128::from(*ppm);
                let share = share / (i128::from(buy + get) * 1_000_000);
                most.map_or(share, |most| share.min(i128::from(most.minor)))
            }
        }
    }

    /// Asks whether it is meant, where it takes off more than the bounds let pass: the issuer has to have said what all of
    /// it may cost. Bounds in another currency ask nothing.
    pub fn ask(&self, guard: &Guard, bounds: &Bounds) -> Result<(), Error> {
        let over = self.kind.over();
        if bounds.cost.currency != over.currency {
            return Ok(());
        }
        let money = |minor: i128| {
            Money::new(i64::try_from(minor).unwrap_or(i64::MAX).min(ledger::MOST), over.currency)
        };
        let piece = self.piece(bounds.purchase);
        let all = piece * i128::from(self.total);
        let cost = money(guard.budget.map_or(all, |budget| all.min(i128::from(budget.minor))));
        let share = i128::from(bounds.share);
        let steep = match &self.kind {
            Kind::Off { off, .. } => i128::from(off.minor) * 1_000_000 > i128::from(over.minor) * share,
            Kind::Percent { ppm, .. } => i128::from(*ppm) > share,
            Kind::Deal { buy, get, ppm, .. } => {
                i128::from(*ppm) * i128::from(*get) > share * i128::from(buy + get)
            }
            Kind::Freight { .. } => false,
        };
        let asked = cost.minor > bounds.cost.minor || (steep && cost.minor > bounds.steep.minor);
        if asked && guard.confirmed != Some(cost) {
            return Err(Error::Confirm { each: money(piece), over, cost });
        }
        Ok(())
    }

    fn check_kind(&self) -> Result<(), Error> {
        let most_money = ledger::MOST;
        let bad = |what: &'static str, least: i64, most: i64| Err(Error::Bad { what, least, most });
        let currency = self.kind.currency();
        let same = |money: Money| money.currency == currency && money.minor <= most_money;
        let over = self.kind.over();
        if over.minor < 0 || over.minor > most_money {
            return bad("over", 0, most_money);
        }
        match &self.kind {
            Kind::Off { off, .. } | Kind::Freight { off, .. } if off.minor < 1 || !same(*off) => {
                bad("off", 1, most_money)
            }
            Kind::Percent { ppm, .. } if !(1..=1_000_000).contains(ppm) => bad("share", 1, 1_000_000),
            Kind::Percent { most: Some(most), .. } | Kind::Deal { most: Some(most), .. }
                if most.minor < 1 || !same(*most) =>
            {
                bad("most", 1, most_money)
            }
            Kind::Deal { .. } if self.issuer == Issuer::Platform => Err(Error::OfShop),
            Kind::Deal { buy, .. } if !(1..=ROUND).contains(buy) => bad("buy", 1, ROUND),
            Kind::Deal { get, .. } if !(1..=ROUND).contains(get) => bad("get", 1, ROUND),
            Kind::Deal { ppm, .. } if !(1..=1_000_000).contains(ppm) => bad("share", 1, 1_000_000),
            Kind::Off { .. } | Kind::Percent { .. } | Kind::Freight { .. } | Kind::Deal { .. } => Ok(()),
        }
    }
}

/// Whether a text is a category's code: words of small letters, digits, - and _, joined by dots.
fn is_code(code: &str) -> bool {
    let good = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_';
    code.len() <= 80 && code.split('.').all(|word| !word.is_empty() && word.bytes().all(good))
}

/// Whether a coupon may be claimed at a moment.
pub(super) fn may_claim(from: Moment, until: Moment, stopped: bool, now: Moment) -> Result<(), Error> {
    if stopped {
        return Err(Error::Stopped);
    }
    if now < from {
        return Err(Error::NotYet { from });
    }
    if now >= until {
        return Err(Error::Over { until });
    }
    Ok(())
}
