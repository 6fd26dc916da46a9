//! Campaigns and the stock of their pools.

use super::stock::SkuName;
use crate::problem::Failure;
use kernel::id::{Campaign as CampaignKind, Shop, Sku, Warehouse};
use kernel::{Id, Market};
use offer::catalog;
use serde::{Deserialize, Serialize};
use store::Read;
use supply::warehouse::{self, Figures};

pub use supply::warehouse::{Campaign, all_campaigns};

/// A campaign of a shop.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CampaignView {
    /// Its id.
    pub campaign: String,
    /// Whose.
    pub shop: String,
    /// How its shop calls it; null of one that was entered by its id alone.
    pub name: Option<Box<str>>,
    /// When it ends by itself, RFC 3339.
    pub until: Option<String>,
    /// When it ended, RFC 3339; null while it runs.
    pub ended: Option<String>,
    /// How many pools it has.
    pub pools: i64,
    /// Units in them.
    pub on_hand: i64,
    /// Those of them that are spoken for.
    pub reserved: i64,
    /// Those of them that can be sold.
    pub available: i64,
    /// Units that were sold from them and have left.
    pub sold: i64,
}

impl CampaignView {
    /// Of a campaign.
    pub fn of(campaign: &Campaign, market: &Market) -> Self {
        let time = |at: kernel::Moment| at.rfc3339(&market.zone);
        Self {
            campaign: campaign.id.to_string(),
            shop: campaign.shop.to_string(),
            name: campaign.name.clone(),
            until: campaign.until.map(time),
            ended: campaign.ended_at.map(time),
            pools: campaign.pools,
            on_hand: campaign.on_hand,
            reserved: campaign.reserved,
            available: campaign.on_hand - campaign.reserved,
            sold: campaign.sold,
        }
    }
}

/// The pool of a campaign for a SKU in a warehouse.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PoolView {
    /// Of which SKU.
    pub sku: String,
    /// What it is.
    #[serde(flatten)]
    pub name: SkuName,
    /// In which warehouse.
    pub warehouse: String,
    /// Units in it.
    pub on_hand: i64,
    /// Those of them that are spoken for.
    pub reserved: i64,
    /// Those of them that can be sold.
    pub available: i64,
    /// Units that were sold from it and have left.
    pub sold: i64,
}

/// A pool by what lies in it, without the name of what it is of.
pub fn of_pool((sku, site): (Id<Sku>, Id<Warehouse>), figures: Figures) -> PoolView {
    PoolView {
        sku: sku.to_string(),
        name: SkuName::default(),
        warehouse: site.to_string(),
        on_hand: figures.on_hand(),
        reserved: figures.reserved(),
        available: figures.available(),
        sold: figures.shipped,
    }
}

/// The pools of a campaign with the names of what they are of.
pub fn named_pools(
    q: &mut Read<'_>,
    shop: Id<Shop>,
    campaign: Id<CampaignKind>,
) -> Result<Vec<PoolView>, Failure> {
    let pools = warehouse::pools(q, shop, campaign)?;
    let mut skus: Vec<Id<Sku>> = pools.iter().map(|pool| pool.place.sku).collect();
    skus.dedup();
    let offers = if skus.is_empty() { Vec::new() } else { catalog::offers(q, &skus)? };
    let named = |pool: &warehouse::CampaignPool| {
        let name = offers.iter().find(|offer| offer.sku == pool.place.sku).map(SkuName::of);
        let view = of_pool((pool.place.sku, pool.place.warehouse), pool.figures);
        PoolView { name: name.unwrap_or_default(), ..view }
    };
    Ok(pools.iter().map(named).collect())
}
