//! Stock as it is decided upon: places, figures, reservations, demands. No clock, no database.

use super::error::Error;
use kernel::id::{Campaign, Reservation as ReservationKind, Shop, Sku, Warehouse};
use kernel::{Entity, Id, Moment, RawId, text};
use std::collections::BTreeMap;

/// The most units that one command may move.
pub const MOST_UNITS: i64 = 1_000_000_000;
/// The most lines of one basket, and the most parts of one kit.
pub const MOST_LINES: usize = 200;
/// The most units of one part in a kit.
pub const MOST_IN_KIT: i64 = 1_000;
/// The most bytes of a warehouse's name or of a reference.
pub const LONGEST: usize = 120;

/// Where units of one SKU lie: in a warehouse, on its shelf or in the pool of a campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShelfKind {}
impl Entity for ShelfKind {
    const PREFIX: &'static str = "shf";
    const FORM: &'static str = "shf_ and 26 letters and digits";
}

/// The identity of a place where units of one SKU lie.
pub(super) type Shelf = Id<ShelfKind>;
/// What a demand is counted by: units of a SKU from the shelves, or from the pools of a campaign.
pub(super) type StockKey = (Id<Sku>, Option<Id<Campaign>>);

/// Where units of one SKU lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StockLocation {
    /// Of what.
    pub sku: Id<Sku>,
    /// In which warehouse.
    pub warehouse: Id<Warehouse>,
    /// In the pool of which campaign; without one, on the shelf.
    pub campaign: Option<Id<Campaign>>,
}

impl StockLocation {
    /// Its identity, always the same: two who stock a place for the first time stock one place.
    pub(super) fn shelf(&self) -> Shelf {
        let campaign = self.campaign.map(|id| id.to_string()).unwrap_or_default();
        let key = [self.sku.to_string(), self.warehouse.to_string(), campaign];
        let key = [key[0].as_str(), key[1].as_str(), key[2].as_str()];
        Id::from_raw(RawId::of_external(Moment::from_micros(0), "warehouse.shelf", &key))
    }
    /// The same units by what a demand is counted by.
    pub(super) const fn key(&self) -> StockKey {
        (self.sku, self.campaign)
    }
}

/// The three sums that stock is kept as. Each only ever changes by movements, and never is `stocked < shipped` or
/// `taken < shipped`; `taken` is beyond `stocked` by what is back-ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Figures {
    /// What came in, less what counts and corrections took out.
    pub stocked: i64,
    /// What was ever spoken for and not given back.
    pub taken: i64,
    /// What has left.
    pub shipped: i64,
}

impl Figures {
    /// What lies there.
    pub const fn on_hand(self) -> i64 {
        self.stocked - self.shipped
    }
    /// What lies there and is spoken for.
    pub const fn reserved(self) -> i64 {
        self.taken - self.shipped
    }
    /// What lies there and is not spoken for; negative by what is back-ordered.
    pub const fn available(self) -> i64 {
        self.stocked - self.taken
    }
    /// With a movement.
    pub const fn with(self, moved: Moved, quantity: i64) -> Self {
        let Self { stocked, taken, shipped } = self;
        match moved {
            Moved::Received | Moved::Counted | Moved::Returned | Moved::Adjusted | Moved::Pooled => {
                Self { stocked: stocked + quantity, taken, shipped }
            }
            Moved::Reserved => Self { stocked, taken: taken + quantity, shipped },
            Moved::Released => Self { stocked, taken: taken - quantity, shipped },
            Moved::Shipped => Self { stocked, taken, shipped: shipped + quantity },
        }
    }
    /// Whether nothing left that was not there or that nobody had asked for.
    pub const fn hold(self) -> bool {
        0 <= self.shipped && self.shipped <= self.taken && self.shipped <= self.stocked
    }
}

/// What a shop says of a place besides what lies there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Limits {
    /// The safety stock: so many units are not sold to buyers.
    pub safety: i64,
    /// The back-order ceiling: so many units may be sold beyond what lies there.
    pub backorder: i64,
}

impl Limits {
    /// What can be sold of what lies there.
    pub fn available(self, figures: Figures) -> i64 {
        (figures.available() - self.safety).max(0)
    }
    /// Whether so much may be sold and back-ordered as is.
    pub const fn allow(self, figures: Figures) -> bool {
        figures.hold() && figures.available() + self.backorder >= 0
    }
}

/// How many units of a SKU or a kit can be sold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Available {
    /// From what lies on the shelves of open warehouses.
    pub in_stock: i64,
    /// Beyond that, back-ordered.
    pub backorder: i64,
}

impl Available {
    /// Both.
    pub const fn all(self) -> i64 {
        self.in_stock + self.backorder
    }
}

/// What a movement did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Moved {
    /// Goods arrived.
    Received,
    /// A count found more or fewer than the books had.
    Counted,
    /// Units were spoken for.
    Reserved,
    /// Units that were spoken for can be sold again.
    Released,
    /// Units that were spoken for left.
    Shipped,
    /// Units that had left came back.
    Returned,
    /// Somebody corrected the books.
    Adjusted,
    /// Units went from the shelf into a campaign's pool, or back.
    Pooled,
}

impl Moved {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::Received,
        Self::Counted,
        Self::Reserved,
        Self::Released,
        Self::Shipped,
        Self::Returned,
        Self::Adjusted,
        Self::Pooled,
    ];

    /// Its word in the store and in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Counted => "counted",
            Self::Reserved => "reserved",
            Self::Released => "released",
            Self::Shipped => "shipped",
            Self::Returned => "returned",
            Self::Adjusted => "adjusted",
            Self::Pooled => "pooled",
        }
    }

    /// Reads its word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|moved| moved.as_str() == word)
    }
}

/// Why something was moved: a word of small letters, digits and underscores, never a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason(Box<str>);

impl Reason {
    /// Reads a word of at most 32 letters.
    pub fn new(word: &str) -> Result<Self, Error> {
        let plain = word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        if word.is_empty() || word.len() > 32 || !plain {
            return Err(Error::Reason);
        }
        Ok(Self(word.into()))
    }
    /// One of ours.
    pub(super) fn ours(word: &'static str) -> Self {
        Self(word.into())
    }
    /// The word.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Where a reservation is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Its units are kept for it.
    Held,
    /// Its units have left.
    Committed,
    /// It was given back.
    Released,
    /// Nobody came for it in time.
    Expired,
}

/// What can be done to a reservation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Ship its units.
    Commit,
    /// Give them back.
    Release,
    /// Give them back because its time is over.
    Expire,
    /// Let it last longer, or until it ships.
    Extend,
}

impl Step {
    /// Every step.
    pub const ALL: [Self; 4] = [Self::Commit, Self::Release, Self::Expire, Self::Extend];
}

impl Status {
    /// Every status.
    pub const ALL: [Self; 4] = [Self::Held, Self::Committed, Self::Released, Self::Expired];

    /// The whole life of a reservation. What has ended stays as it ended, so of two who end it one is first.
    pub const fn after(self, step: Step) -> Option<Self> {
        match (self, step) {
            (Self::Held, Step::Commit) => Some(Self::Committed),
            (Self::Held, Step::Release) => Some(Self::Released),
            (Self::Held, Step::Expire) => Some(Self::Expired),
            (Self::Held, Step::Extend) => Some(Self::Held),
            (Self::Committed | Self::Released | Self::Expired, _) => None,
        }
    }

    /// Its word in the store and in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Committed => "committed",
            Self::Released => "released",
            Self::Expired => "expired",
        }
    }

    /// Reads its word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }
}

/// Whose clock ends a reservation that has a deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Clock {
    /// A timer of its own.
    #[default]
    Own,
    /// Its caller's, who ends it together with what it is for: there is no timer here.
    Caller,
}

impl Clock {
    /// Its word in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Caller => "caller",
        }
    }

    /// Reads its word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Own, Self::Caller].into_iter().find(|clock| clock.as_str() == word)
    }
}

/// Units of one place that a reservation keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    /// Where they lie, or lay.
    pub place: StockLocation,
    /// How many.
    pub quantity: i64,
    /// How many of them came back after they had left.
    pub returned: i64,
}

/// Stock that is kept for somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reservation {
    /// Its id.
    pub id: Id<ReservationKind>,
    /// Whose stock.
    pub shop: Id<Shop>,
    /// Where it is in its life.
    pub status: Status,
    /// Rises by one with every change, from 1.
    pub version: i64,
    /// When it expires; absent if it lasts until it ships or is given back.
    pub due_at: Option<Moment>,
    /// Whose clock that is.
    pub clock: Clock,
    /// What it is for, in the caller's words.
    pub reference: Option<Box<str>>,
    /// When it was made.
    pub made_at: Moment,
    /// What it keeps, in the order of the places' identities.
    pub claims: Vec<Claim>,
}

impl Reservation {
    /// Whether a timer of its own waits for it.
    pub const fn has_timer(&self) -> bool {
        matches!((self.clock, self.due_at), (Clock::Own, Some(_)))
    }

    /// Decides a step. A reservation that is due but was not expired yet can still ship or last longer: the stock is still
    /// kept for it.
    pub fn step(&self, step: Step, now: Moment) -> Result<Status, Error> {
        let Some(status) = self.status.after(step) else {
            return Err(Error::Over { id: self.id, status: self.status });
        };
        match (step, self.due_at) {
            (Step::Expire, Some(due)) if due <= now => Ok(status),
            (Step::Expire, _) => Err(Error::NotDue { id: self.id }),
            (Step::Commit | Step::Release | Step::Extend, _) => Ok(status),
        }
    }

    /// Which of its claims units that come back belong to: their positions, and how many come back to each.
    pub fn take_back(&self, sku: Id<Sku>, quantity: i64) -> Result<Vec<(usize, i64)>, Error> {
        if self.status != Status::Committed {
            return Err(Error::NotShipped { id: self.id, status: self.status });
        }
        let mut open = quantity;
        let mut back = Vec::new();
        for (i, claim) in self.claims.iter().enumerate().filter(|(_, claim)| claim.place.sku == sku) {
            let n = open.min(claim.quantity - claim.returned);
            if n > 0 {
                back.push((i, n));
                open -= n;
            }
        }
        if open > 0 {
            return Err(Error::TooManyBack { sku, left: quantity - open });
        }
        Ok(back)
    }
}

/// How many units of which SKU are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// A SKU with stock of its own, or a kit.
    pub sku: Id<Sku>,
    /// How many, from 1.
    pub quantity: i64,
    /// From the pool of this campaign only; without one, from the shelves only.
    pub campaign: Option<Id<Campaign>>,
}

/// What is wanted of one shop; it becomes one reservation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Basket {
    /// Whose stock.
    pub shop: Id<Shop>,
    /// What is wanted; a SKU may stand on several lines.
    pub lines: Vec<Line>,
    /// The warehouses from the nearest on. Those that are left out come after, in the shop's own order.
    pub nearest: Vec<Id<Warehouse>>,
    /// When it expires; absent if it lasts until it ships or is given back.
    pub until: Option<Moment>,
    /// Whose clock that is.
    pub clock: Clock,
    /// What it is for, e.g. an order's id. Not told in facts.
    pub reference: Option<Box<str>>,
}

impl Basket {
    /// Whether it can be asked for at all.
    pub fn check(&self, now: Moment) -> Result<(), Error> {
        if self.lines.is_empty() || self.lines.len() > MOST_LINES {
            return Err(Error::Lines { most: MOST_LINES });
        }
        if self.lines.iter().any(|line| !(1..=MOST_UNITS).contains(&line.quantity)) {
            return Err(Error::Quantity { least: 1, most: MOST_UNITS });
        }
        if self.until.is_some_and(|until| until <= now) {
            return Err(Error::Past);
        }
        checked_reference(self.reference.as_deref()).map(drop)
    }
}

/// What stands beside a movement, as it is kept; nothing if there is nothing to see in it.
pub(super) fn checked_reference(text: Option<&str>) -> Result<Option<Box<str>>, Error> {
    match text.map(text::kept).filter(|text| !text.is_empty()) {
        Some(text) if text.len() > LONGEST => Err(Error::TooLong { most: LONGEST }),
        kept => Ok(kept.map(Into::into)),
    }
}

/// What one unit of a SKU is made of: a kit of its parts, everything else of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Part {
    /// Of which SKU.
    pub sku: Id<Sku>,
    /// How many units.
    pub quantity: i64,
}

/// Checks the parts of a kit and sums those that are named twice.
pub(super) fn kit_of(kit: Id<Sku>, parts: &[Part]) -> Result<Vec<Part>, Error> {
    let mut sums = BTreeMap::<Id<Sku>, i64>::new();
    for part in parts {
        if !(1..=MOST_IN_KIT).contains(&part.quantity) {
            return Err(Error::Quantity { least: 1, most: MOST_IN_KIT });
        }
        *sums.entry(part.sku).or_default() += part.quantity;
    }
    if sums.is_empty() || parts.len() > MOST_LINES {
        return Err(Error::Lines { most: MOST_LINES });
    }
    if sums.contains_key(&kit) {
        return Err(Error::Nested { sku: kit });
    }
    Ok(sums.into_iter().map(|(sku, quantity)| Part { sku, quantity }).collect())
}

/// How many kits can be made of parts of which so many are left.
pub(super) fn kits(parts: &[Part], left: impl Fn(Id<Sku>) -> i64) -> i64 {
    parts.iter().map(|part| left(part.sku) / part.quantity).min().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id<T>(n: u128) -> Id<T> {
        Id::from_raw(RawId::new(Moment::from_micros(1_000_000), n))
    }
    fn at(micros: i64) -> Moment {
        Moment::from_micros(micros)
    }
    fn reservation(status: Status, due_at: Option<Moment>) -> Reservation {
        let place = |warehouse| StockLocation { sku: id(1), warehouse: id(warehouse), campaign: None };
        let claims = vec![
            Claim { place: place(1), quantity: 2, returned: 1 },
            Claim { place: place(2), quantity: 3, returned: 0 },
        ];
        let (id, shop) = (id(9), id(8));
        let clock = Clock::Own;
        Reservation { id, shop, status, version: 1, due_at, clock, reference: None, made_at: at(0), claims }
    }

    #[test]
    fn every_status_and_step_has_its_answer() {
        let mut table = String::new();
        for status in Status::ALL {
            table += &format!("{:<9}", status.as_str());
            for step in Step::ALL {
                let after = status.after(step).map_or("-", Status::as_str);
                table += &format!(" {step:?}={after}");
            }
            table.push('\n');
        }
        assert_eq!(
            table,
            "held      Commit=committed Release=released Expire=expired Extend=held\n\
             committed Commit=- Release=- Expire=- Extend=-\n\
             released  Commit=- Release=- Expire=- Extend=-\n\
             expired   Commit=- Release=- Expire=- Extend=-\n"
        );
    }

    #[test]
    fn a_reservation_expires_when_it_is_due_and_not_before() {
        for (due, now, expires) in
            [(Some(5), 4, false), (Some(5), 5, true), (Some(5), 6, true), (None, 9, false)]
        {
            let held = reservation(Status::Held, due.map(at));
            assert_eq!(held.step(Step::Expire, at(now)).is_ok(), expires, "{due:?} {now}");
            assert!(held.step(Step::Commit, at(now)).is_ok(), "what is still held can ship");
        }
    }

    #[test]
    fn no_more_comes_back_than_left() {
        let shipped = reservation(Status::Committed, None);
        assert_eq!(shipped.take_back(id(1), 3).unwrap(), [(0, 1), (1, 2)]);
        assert!(matches!(shipped.take_back(id(1), 5), Err(Error::TooManyBack { left: 4, .. })));
        assert!(matches!(shipped.take_back(id(2), 1), Err(Error::TooManyBack { left: 0, .. })));
        let held = reservation(Status::Held, None);
        assert!(matches!(held.take_back(id(1), 1), Err(Error::NotShipped { .. })));
    }

    #[test]
    fn words_read_back_and_reasons_are_words() {
        for moved in Moved::ALL {
            assert_eq!(Moved::parse(moved.as_str()), Some(moved));
        }
        for status in Status::ALL {
            assert_eq!(Status::parse(status.as_str()), Some(status));
        }
        assert_eq!(Reason::new("supplier_2").unwrap().as_str(), "supplier_2");
        for bad in ["", "Two Words", "ünicode", &"x".repeat(33)] {
            assert!(Reason::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_kit_is_not_made_of_itself_nor_of_nothing() {
        let part = |sku, quantity| Part { sku: id(sku), quantity };
        assert_eq!(kit_of(id(1), &[part(2, 1), part(2, 2)]).unwrap(), [part(2, 3)]);
        assert!(matches!(kit_of(id(1), &[]), Err(Error::Lines { .. })));
        assert!(matches!(kit_of(id(1), &[part(1, 1)]), Err(Error::Nested { .. })));
        assert!(matches!(kit_of(id(1), &[part(2, 0)]), Err(Error::Quantity { .. })));
    }
}
