//! What the mall remembers is read anew here, and its scores are computed: see [`crate::known`].

use crate::known::{FRESH, MOST_SHOPS, Now, SCORES_FRESH, Score, Scores, Shops, Tree, card};
use crate::lang::Lang;
use crate::problem::Failure;
use crate::site::Site;
use govern::scorecard::Points;
use kernel::Id;
use kernel::id::Shop;
use offer::catalog::{self, Category};
use people::merchant;
use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::Instant;

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

pub(crate) fn scores_of_all(
    site: &Site,
    ask: &dyn kernel::Ask,
) -> Result<HashMap<Id<Shop>, Arc<Score>>, Failure> {
    let history = crate::history::history(site, ask)?;
    let Some(known) = history.as_ref() else { return Ok(HashMap::new()) };
    let end = crate::history::end_of(site, known.shown)?;
    let Ok(card) = crate::score::card(site, ask, None, end) else { return Ok(HashMap::new()) };
    let day = crate::score::day(site, ask, card, end)?;
    let shops = crate::view::shops::all(site, ask)?;
    let mut found = HashMap::new();
    for line in &day.lines {
        let Some(shop) = shops.get(line.shop) else { continue };
        let dimensions = card.dimensions.iter().zip(&line.dimensions).map(|(of, points)| {
            let title = |lang| crate::words::title(lang, &of.title);
            (title(Lang::Zh), title(Lang::En), points.map(Points::number))
        });
        let score = Score {
            stars: line.stars,
            points: line.raw.map(Points::number),
            dimensions: dimensions.collect(),
        };
        found.insert(shop.id, Arc::new(score));
    }
    Ok(found)
}
