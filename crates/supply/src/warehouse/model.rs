//! Stock as it is decided upon: places, figures, reservations, and where a demand is taken from. No clock, no database.

use super::error::{Error, Lack};
use kernel::id::{Campaign, Reservation as ReservationKind, Shop, Sku, Warehouse};
use kernel::{Entity, Id, Moment, RawId};
use std::collections::{BTreeMap, BTreeSet};

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
pub struct Place {
    /// Of what.
    pub sku: Id<Sku>,
    /// In which warehouse.
    pub warehouse: Id<Warehouse>,
    /// In the pool of which campaign; without one, on the shelf.
    pub campaign: Option<Id<Campaign>>,
}

impl Place {
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

/// The three sums that stock is kept as. Each only ever changes by movements, and never is
/// `stocked < taken` or `taken < shipped`.
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
    /// What lies there and can be sold.
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
    /// Whether nobody was promised what is not there.
    pub const fn hold(self) -> bool {
        0 <= self.shipped && self.shipped <= self.taken && self.taken <= self.stocked
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
    pub const fn word(self) -> &'static str {
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
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|moved| moved.word() == word)
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
    pub fn word(&self) -> &str {
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
    pub const fn word(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Committed => "committed",
            Self::Released => "released",
            Self::Expired => "expired",
        }
    }

    /// Reads its word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.word() == word)
    }
}

/// Units of one place that a reservation keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    /// Where they lie, or lay.
    pub place: Place,
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
    /// What it is for, in the caller's words.
    pub reference: Option<Box<str>>,
    /// When it was made.
    pub made_at: Moment,
    /// What it keeps, in the order of the places' identities.
    pub claims: Vec<Claim>,
}

impl Reservation {
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
        checked_reference(self.reference.as_deref())
    }
}

/// Whether a text can stand beside a movement.
pub(super) fn checked_reference(text: Option<&str>) -> Result<(), Error> {
    match text {
        Some(text) if text.len() > LONGEST => Err(Error::TooLong { most: LONGEST }),
        Some(_) | None => Ok(()),
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

/// A place that a demand may be taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Source {
    pub place: Place,
    /// The warehouse's turn in the shop's own order.
    pub turn: i64,
    /// What can be sold there.
    pub left: i64,
}

/// Units that are wanted under one key, and by whom.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Need {
    pub units: i64,
    pub asked: BTreeSet<Id<Sku>>,
}

/// What is wanted, by what it is counted by.
pub(super) type Needs = BTreeMap<StockKey, Need>;
/// Where it may be taken from.
pub(super) type Sources = BTreeMap<StockKey, Vec<Source>>;

/// Units that are taken from a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pick {
    pub place: Place,
    pub quantity: i64,
}

/// Sums the lines of a basket, kits as their parts: two lines that share a part are one need.
pub(super) fn needs(lines: &[Line], parts: &BTreeMap<Id<Sku>, Vec<Part>>) -> Needs {
    let mut needs = Needs::new();
    for line in lines {
        for part in parts.get(&line.sku).into_iter().flatten() {
            let need = needs.entry((part.sku, line.campaign)).or_default();
            need.units += part.quantity * line.quantity;
            need.asked.insert(line.sku);
        }
    }
    needs
}

/// What lacks for all baskets together.
fn lacks(baskets: &[Needs], sources: &Sources) -> Vec<Lack> {
    let mut sums = Needs::new();
    for (key, need) in baskets.iter().flatten() {
        let sum = sums.entry(*key).or_default();
        sum.units += need.units;
        sum.asked.extend(&need.asked);
    }
    let left = |key| sources.get(&key).into_iter().flatten().map(|source| source.left).sum::<i64>();
    sums.into_iter()
        .map(|((sku, campaign), need)| Lack {
            sku,
            campaign,
            wanted: need.units,
            left: left((sku, campaign)),
            asked: need.asked.into_iter().collect(),
        })
        .filter(|lack| lack.left < lack.wanted)
        .collect()
}

/// Decides where baskets are taken from, all of them or none. A basket comes from one warehouse if one has all of it;
/// else each SKU from one warehouse that has all of it; else a SKU is split. Nearer warehouses come first throughout.
pub(super) fn allocate(
    baskets: &[(Needs, &[Id<Warehouse>])],
    sources: &mut Sources,
) -> Result<Vec<Vec<Pick>>, Vec<Lack>> {
    let all: Vec<Needs> = baskets.iter().map(|(needs, _)| needs.clone()).collect();
    let lacks = lacks(&all, sources);
    if !lacks.is_empty() {
        return Err(lacks);
    }
    Ok(baskets.iter().map(|(needs, nearest)| allocate_one(needs, nearest, sources)).collect())
}

fn allocate_one(needs: &Needs, nearest: &[Id<Warehouse>], sources: &mut Sources) -> Vec<Pick> {
    let rank = |source: &Source| {
        let near = nearest.iter().position(|warehouse| *warehouse == source.place.warehouse);
        (near.unwrap_or(nearest.len()), source.turn, source.place.warehouse)
    };
    let mut warehouses: Vec<_> =
        needs.keys().filter_map(|key| sources.get(key)).flatten().map(rank).collect();
    warehouses.sort_unstable();
    warehouses.dedup();
    let has_all = |warehouse: Id<Warehouse>| {
        needs.iter().all(|(key, need)| {
            let found = sources.get(key).into_iter().flatten();
            found.filter(|s| s.place.warehouse == warehouse).any(|s| need.units <= s.left)
        })
    };
    let one = warehouses.iter().map(|(.., warehouse)| *warehouse).find(|warehouse| has_all(*warehouse));
    let mut picks = Vec::new();
    for (key, need) in needs {
        let Some(found) = sources.get_mut(key) else { continue };
        found.sort_by_key(rank);
        let whole = found.iter().position(|source| match one {
            Some(one) => source.place.warehouse == one,
            None => need.units <= source.left,
        });
        let mut open = need.units;
        let from = whole.map_or(0..found.len(), |i| i..i + 1);
        for source in &mut found[from] {
            let quantity = open.min(source.left);
            if quantity > 0 {
                source.left -= quantity;
                open -= quantity;
                picks.push(Pick { place: source.place, quantity });
            }
        }
    }
    picks.sort_by_key(|pick| pick.place.shelf());
    picks
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn id<T>(n: u128) -> Id<T> {
        Id::from_raw(RawId::new(Moment::from_micros(1_000_000), n))
    }
    fn at(micros: i64) -> Moment {
        Moment::from_micros(micros)
    }
    fn source(sku: u128, warehouse: u128, left: i64) -> Source {
        let place = Place { sku: id(sku), warehouse: id(warehouse), campaign: None };
        Source { place, turn: warehouse as i64, left }
    }
    fn sources(all: &[(u128, u128, i64)]) -> Sources {
        let mut sources = Sources::new();
        for (sku, warehouse, left) in all {
            let source = source(*sku, *warehouse, *left);
            sources.entry(source.place.key()).or_default().push(source);
        }
        sources
    }
    fn plain(lines: &[(u128, i64)]) -> Needs {
        let parts =
            lines.iter().map(|(sku, _)| (id(*sku), vec![Part { sku: id(*sku), quantity: 1 }])).collect();
        let line =
            |(sku, quantity): &(u128, i64)| Line { sku: id(*sku), quantity: *quantity, campaign: None };
        needs(&lines.iter().map(line).collect::<Vec<_>>(), &parts)
    }
    fn reservation(status: Status, due_at: Option<Moment>) -> Reservation {
        let place = |warehouse| Place { sku: id(1), warehouse: id(warehouse), campaign: None };
        let claims = vec![
            Claim { place: place(1), quantity: 2, returned: 1 },
            Claim { place: place(2), quantity: 3, returned: 0 },
        ];
        let (id, shop) = (id(9), id(8));
        Reservation { id, shop, status, version: 1, due_at, reference: None, made_at: at(0), claims }
    }

    #[test]
    fn every_status_and_step_has_its_answer() {
        let mut table = String::new();
        for status in Status::ALL {
            table += &format!("{:<9}", status.word());
            for step in Step::ALL {
                let after = status.after(step).map_or("-", Status::word);
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
            assert_eq!(Moved::of(moved.word()), Some(moved));
        }
        for status in Status::ALL {
            assert_eq!(Status::of(status.word()), Some(status));
        }
        assert_eq!(Reason::new("supplier_2").unwrap().word(), "supplier_2");
        for bad in ["", "Two Words", "ünicode", &"x".repeat(33)] {
            assert!(Reason::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn allocation_prefers_one_warehouse_then_the_nearest_and_splits_last() {
        let near = [id(1), id(2), id(3)];
        let picked = |stock: &[(u128, u128, i64)], lines: &[(u128, i64)]| {
            let mut sources = sources(stock);
            let picks = allocate(&[(plain(lines), &near)], &mut sources).unwrap();
            let mut found = Vec::new();
            for pick in &picks[0] {
                let n = |raw: RawId| raw.0[15];
                found.push((n(pick.place.sku.raw()), n(pick.place.warehouse.raw()), pick.quantity));
            }
            found.sort_unstable();
            found
        };
        // The nearest that has it; the farther one if only that has all; the nearest for each SKU; a split.
        assert_eq!(picked(&[(1, 1, 5), (1, 2, 5)], &[(1, 3)]), [(1, 1, 3)]);
        assert_eq!(picked(&[(1, 1, 2), (1, 2, 5)], &[(1, 3)]), [(1, 2, 3)]);
        assert_eq!(picked(&[(1, 1, 9), (1, 3, 9), (2, 3, 9)], &[(1, 1), (2, 1)]), [(1, 3, 1), (2, 3, 1)]);
        assert_eq!(picked(&[(1, 1, 9), (2, 2, 1), (2, 3, 9)], &[(1, 1), (2, 2)]), [(1, 1, 1), (2, 3, 2)]);
        assert_eq!(picked(&[(1, 1, 2), (1, 2, 2), (1, 3, 2)], &[(1, 5)]), [(1, 1, 2), (1, 2, 2), (1, 3, 1)]);
    }

    #[test]
    fn a_warehouse_that_is_not_named_comes_in_the_shops_own_order() {
        let mut sources = sources(&[(1, 1, 5), (1, 2, 5), (1, 3, 5)]);
        let far: &[Id<Warehouse>] = &[id(3)];
        let picks = allocate(&[(plain(&[(1, 5)]), far), (plain(&[(1, 5)]), far)], &mut sources).unwrap();
        assert_eq!(picks[0][0].place.warehouse, id(3));
        assert_eq!(picks[1][0].place.warehouse, id(1));
    }

    #[test]
    fn two_kits_that_share_a_part_are_one_need() {
        let parts = BTreeMap::from([
            (id(10), vec![Part { sku: id(1), quantity: 2 }, Part { sku: id(2), quantity: 1 }]),
            (id(11), vec![Part { sku: id(1), quantity: 1 }]),
        ]);
        let line = |sku| Line { sku: id(sku), quantity: 2, campaign: None };
        let needs = needs(&[line(10), line(11)], &parts);
        let mut sources = sources(&[(1, 1, 5), (2, 1, 9)]);
        let lacks = allocate(&[(needs, &[])], &mut sources).unwrap_err();
        let asked = vec![id(10), id(11)];
        assert_eq!(lacks, [Lack { sku: id(1), campaign: None, wanted: 6, left: 5, asked }]);
        assert_eq!(kits(&parts[&id(10)], |sku| if sku == id(1) { 5 } else { 9 }), 2);
    }

    #[test]
    fn a_kit_is_not_made_of_itself_nor_of_nothing() {
        let part = |sku, quantity| Part { sku: id(sku), quantity };
        assert_eq!(kit_of(id(1), &[part(2, 1), part(2, 2)]).unwrap(), [part(2, 3)]);
        assert!(matches!(kit_of(id(1), &[]), Err(Error::Lines { .. })));
        assert!(matches!(kit_of(id(1), &[part(1, 1)]), Err(Error::Nested { .. })));
        assert!(matches!(kit_of(id(1), &[part(2, 0)]), Err(Error::Quantity { .. })));
    }

    proptest! {
        #[test]
        fn what_is_allocated_is_what_was_asked_and_never_more_than_there_is(
            stock in proptest::collection::vec((1u128..4, 1u128..5, 0i64..12), 0..12),
            first in proptest::collection::vec((1u128..4, 1i64..9), 1..4),
            second in proptest::collection::vec((1u128..4, 1i64..9), 1..4),
            nearest in proptest::collection::vec(1u128..5, 0..4),
        ) {
            let stock: BTreeMap<_, _> = stock.into_iter().map(|(sku, at, n)| ((sku, at), n)).collect();
            let stock: Vec<_> = stock.into_iter().map(|((sku, at), n)| (sku, at, n)).collect();
            let nearest: Vec<Id<Warehouse>> = nearest.into_iter().map(id).collect();
            let baskets = [(plain(&first), &nearest[..]), (plain(&second), &nearest[..])];
            let wanted = |sku| first.iter().chain(&second).filter(|l| l.0 == sku).map(|l| l.1).sum::<i64>();
            let there = |sku| stock.iter().filter(|s| s.0 == sku).map(|s| s.2).sum::<i64>();
            let mut after = sources(&stock);
            match allocate(&baskets, &mut after) {
                Ok(picks) => {
                    for ((needs, _), picks) in baskets.iter().zip(&picks) {
                        for (key, need) in needs {
                            let got = picks.iter().filter(|p| p.place.key() == *key).map(|p| p.quantity);
                            prop_assert_eq!(got.sum::<i64>(), need.units);
                        }
                    }
                    prop_assert!(after.values().flatten().all(|source| source.left >= 0));
                }
                Err(lacks) => {
                    for sku in 1..4u128 {
                        let told = lacks.iter().find(|lack| lack.sku == id(sku));
                        prop_assert_eq!(told.is_some(), there(sku) < wanted(sku));
                        if let Some(lack) = told {
                            prop_assert_eq!((lack.wanted, lack.left), (wanted(sku), there(sku)));
                        }
                    }
                }
            }
        }
    }
}
