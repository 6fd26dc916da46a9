//! What the mall remembers between requests, so that a page need not ask for it: the tree of categories, the names of the
//! shops, and their stars and scores.
//!
//! Invariants: what is remembered is a few seconds old at most, or being read anew while the old goes on being shown;
//! scores are the ones of the console, of the same day; nothing in here decides anything, it is only shown.

use crate::lang::{Lang, t};
use crate::problem::Failure;
use crate::site::Site;
use kernel::id::Shop;
use kernel::{Id, Moment};
use offer::catalog::{self, Category};
use people::merchant::{self, Holiday, HolidayOrders};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
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

impl Site {
    /// The tree of categories and all shops.
    pub async fn known(&self) -> Result<(Arc<Tree>, Shops), Failure> {
        let known = self.mall();
        let (age, tree, shops) = {
            let now = known.now.read().unwrap_or_else(PoisonError::into_inner);
            (now.read.map(|at| at.elapsed()), now.tree.clone(), now.shops.clone())
        };
        match age {
            Some(age) if age < FRESH => Ok((tree, shops)),
            None => self.learn().await,
            Some(_) => {
                if !known.reading.swap(true, Ordering::AcqRel) {
                    let site = self.clone();
                    tokio::spawn(async move {
                        if let Err(failure) = site.learn().await {
                            tracing::warn!("names of the mall are not read anew: {}", failure.detail);
                        }
                        site.mall().reading.store(false, Ordering::Release);
                    });
                }
                Ok((tree, shops))
            }
        }
    }

    /// Reads names and categories now.
    pub async fn learn(&self) -> Result<(Arc<Tree>, Shops), Failure> {
        let scores = self.shop_scores();
        let (tree, shops) = self
            .read(move |q| {
                let mut tree = Vec::new();
                loop {
                    let last = tree.last().map(|category: &Category| category.code.to_string());
                    let page = catalog::categories(q, last.as_deref(), 500)?;
                    let more = page.len() == 500;
                    tree.extend(page);
                    if !more {
                        break;
                    }
                }
                let mut shops = HashMap::new();
                let mut after = None;
                while shops.len() < MOST_SHOPS {
                    let page = merchant::shops(q, after, 500)?;
                    after = page.last().map(|shop| shop.id);
                    let more = page.len() == 500;
                    for shop in page {
                        let score = scores.get(&shop.id).cloned();
                        shops.insert(shop.id, card(shop, score));
                    }
                    if !more {
                        break;
                    }
                }
                Ok((Arc::new(Tree(tree)), Arc::new(shops)))
            })
            .await?;
        let mut now = self.mall().now.write().unwrap_or_else(PoisonError::into_inner);
        *now = Now { read: Some(Instant::now()), tree: tree.clone(), shops: shops.clone() };
        Ok((tree, shops))
    }

    /// The scores as they were last computed; if they are old, they are computed anew meanwhile.
    pub fn shop_scores(&self) -> Scores {
        let known = self.mall();
        let (at, scores) = known.scores.read().unwrap_or_else(PoisonError::into_inner).clone();
        let old = at.is_none_or(|at| at.elapsed() > SCORES_FRESH);
        if old && !known.scoring.swap(true, Ordering::AcqRel) {
            let site = self.clone();
            tokio::spawn(async move {
                let found = site.ask(scores_of_all).await;
                let mut kept = site.mall().scores.write().unwrap_or_else(PoisonError::into_inner);
                match found {
                    Ok(found) => *kept = (Some(Instant::now()), Arc::new(found)),
                    Err(failure) => {
                        tracing::warn!("scores of the mall are not computed: {}", failure.detail);
                        kept.0 = Some(Instant::now());
                    }
                }
                drop(kept);
                site.mall().scoring.store(false, Ordering::Release);
            });
        }
        scores
    }
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
        name: shop.name,
        open: shop.status == merchant::Status::Open,
        holiday: shop.holiday,
        opened_at: shop.opened_at,
        score,
    }
}

pub(crate) fn scores_of_all(
    site: &Site,
    ask: &dyn kernel::Ask,
) -> Result<HashMap<Id<Shop>, Arc<Score>>, Failure> {
    let history = crate::history::history(site, ask)?;
    let Some(known) = history.as_ref() else { return Ok(HashMap::new()) };
    let Some(end) = Moment::day_end(known.shown, &site.market.zone) else { return Ok(HashMap::new()) };
    let Ok(card) = crate::score::card(site, ask, None, end) else { return Ok(HashMap::new()) };
    let day = crate::score::day(site, ask, card, end)?;
    let shops = crate::view::shops::all(site, ask)?;
    let mut found = HashMap::new();
    for line in &day.lines {
        let Some(shop) = shops.get(line.shop) else { continue };
        let dimensions = card.dimensions.iter().zip(&line.dimensions);
        let score = Score {
            stars: line.stars,
            points: line.raw.map(govern::scorecard::Points::number),
            dimensions: dimensions
                .map(|(of, points)| {
                    let points = points.map(govern::scorecard::Points::number);
                    (
                        crate::words::title(Lang::Zh, &of.title),
                        crate::words::title(Lang::En, &of.title),
                        points,
                    )
                })
                .collect(),
        };
        found.insert(shop.id, Arc::new(score));
    }
    Ok(found)
}
