//! What the mall remembers between requests, so that a page need not ask for it: the tree of categories, the names of the
//! shops, and their stars and scores.
//!
//! Invariants: what is remembered is a few seconds old at most, or being read anew while the old goes on being shown;
//! scores are the ones of the console, of the same day; nothing in here decides anything, it is only shown.

use crate::lang::{Lang, t};
use crate::problem::Failure;
use kernel::id::Shop;
use kernel::{Id, Moment};
use offer::catalog::{self, Category};
use people::merchant::{self, Holiday, HolidayOrders};
use std::collections::HashMap;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, RwLock};
use std::time::{Duration, Instant};

/// How old names and categories may be.
pub const FRESH: Duration = Duration::from_secs(5);

/// How old scores may be: they change with the day.
pub const SCORES_FRESH: Duration = Duration::from_secs(120);

/// The most shops whose names are kept at hand; others are asked for.
pub const MOST_SHOPS: usize = 20_000;

/// A shop as shoppers see it.
#[derive(Debug, Clone)]
pub struct ShopCard {
    /// Which.
    pub id: Id<Shop>,
    /// What it is called.
    pub name: Box<str>,
    /// Its name as it is looked for.
    pub folded: Box<str>,
    /// Whether it trades.
    pub open: bool,
    /// Its holiday, if it has or had one.
    pub holiday: Option<Holiday>,
    /// Since when it is here.
    pub opened_at: Moment,
    /// What is known of its service; none before its first score.
    pub score: Option<Arc<Score>>,
}

/// What the platform measured of a shop's service.
#[derive(Debug, Clone)]
pub struct Score {
    /// Tenths of a star, where shoppers see stars.
    pub stars: Option<i64>,
    /// The score from 0 to 100; none in a stage without one.
    pub points: Option<f64>,
    /// Dimensions: name in both languages, and points.
    pub dimensions: Vec<(String, String, Option<f64>)>,
}

impl ShopCard {
    /// Its holiday, if a moment lies in it.
    pub fn holiday_at(&self, now: Moment) -> Option<Holiday> {
        self.holiday.filter(|holiday| holiday.is_on(now))
    }
    /// Whether it takes orders.
    pub fn sells(&self, now: Moment) -> bool {
        self.open && self.holiday_at(now).is_none_or(|holiday| holiday.orders == HolidayOrders::Later)
    }
    /// From when its promises count that are given at a moment.
    pub fn promises_from(&self, now: Moment) -> Moment {
        self.holiday_at(now).map_or(now, |holiday| holiday.until)
    }
    /// Tenths of a star, where shoppers see stars.
    pub fn stars(&self) -> Option<i64> {
        self.score.as_ref().and_then(|score| score.stars)
    }
}

/// The tree of categories.
#[derive(Debug, Default)]
pub struct Tree(pub Vec<Category>);

impl Tree {
    /// The category of a code.
    pub fn get(&self, code: &str) -> Option<&Category> {
        self.0.iter().find(|category| &*category.code == code)
    }
    /// What stands directly below a category, or the roots, in their turn.
    pub fn below(&self, code: &str) -> Vec<&Category> {
        let mut found: Vec<&Category> = self
            .0
            .iter()
            .filter(|category| {
                let parent = category.code.rsplit_once('.').map_or("", |(parent, _)| parent);
                parent == code
            })
            .collect();
        found.sort_by_key(|category| category.turn);
        found
    }
    /// From the root to a category.
    pub fn trail(&self, code: &str) -> Vec<&Category> {
        let ends = code.char_indices().filter(|(_, c)| *c == '.').map(|(i, _)| i).chain([code.len()]);
        ends.filter_map(|end| self.get(&code[..end])).collect()
    }
    /// Those whose name, in one language or the other, holds a text.
    pub fn named(&self, text: &str) -> Vec<&Category> {
        let wanted = catalog::folded(text);
        let holds = |name: &str| !wanted.is_empty() && catalog::folded(name).contains(&wanted);
        self.0.iter().filter(|category| holds(&category.zh) || holds(&category.en)).collect()
    }
    /// All of them, by code.
    pub fn all(&self) -> &[Category] {
        &self.0
    }
}

/// A category's name in the reader's language.
pub fn name(lang: Lang, category: &Category) -> &str {
    t(lang, &category.zh, &category.en)
}

#[derive(Default)]
pub(crate) struct Now {
    pub(crate) read: Option<Instant>,
    pub(crate) tree: Arc<Tree>,
    pub(crate) shops: Arc<HashMap<Id<Shop>, ShopCard>>,
}

/// What each shop is scored.
pub type Scores = Arc<HashMap<Id<Shop>, Arc<Score>>>;

/// See the module.
#[derive(Default)]
pub struct Known {
    pub(crate) now: RwLock<Now>,
    pub(crate) scores: RwLock<(Option<Instant>, Scores)>,
    pub(crate) reading: AtomicBool,
    pub(crate) scoring: AtomicBool,
}

/// A shop's card for each shop of a list.
pub type Shops = Arc<HashMap<Id<Shop>, ShopCard>>;

/// Open shops whose name holds a text, by name, at most so many.
pub fn shops_named<'a>(shops: &'a HashMap<Id<Shop>, ShopCard>, text: &str, most: usize) -> Vec<&'a ShopCard> {
    let wanted = catalog::folded(text);
    let holds = |shop: &&ShopCard| shop.open && !wanted.is_empty() && shop.folded.contains(&*wanted);
    let mut found: Vec<&ShopCard> = shops.values().filter(holds).collect();
    found.sort_by(|a, b| (a.name.len(), &a.name, a.id).cmp(&(b.name.len(), &b.name, b.id)));
    found.truncate(most);
    found
}

/// The shop of an id: from memory, or asked for.
pub fn shop(
    q: &mut store::Read,
    shops: &HashMap<Id<Shop>, ShopCard>,
    id: Id<Shop>,
) -> Result<ShopCard, Failure> {
    match shops.get(&id) {
        Some(card) => Ok(card.clone()),
        None => Ok(card(merchant::shop(q, id)?, None)),
    }
}

pub(crate) fn card(shop: merchant::ShopView, score: Option<Arc<Score>>) -> ShopCard {
    ShopCard {
        id: shop.id,
        folded: catalog::folded(&shop.name).into(),
        name: shop.name,
        open: shop.status == merchant::Status::Open,
        holiday: shop.holiday,
        opened_at: shop.opened_at,
        score,
    }
}
