//! Campaigns of a shop, with stock of their own.

use flows::promotion;
use kernel::id::{Campaign as CampaignKind, Sku, Warehouse};
use supply::warehouse::{self, keys_of_pool};
use web_kit::prelude::*;
use web_kit::view::campaign::{CampaignView, PoolView, named_pools, of_pool};

/// A campaign with its pools.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct CampaignDetail {
    /// The campaign.
    #[serde(flatten)]
    campaign: CampaignView,
    /// Its pools, by SKU and warehouse, up to 200.
    stock: Vec<PoolView>,
}

/// A shop's campaigns, newest first.
#[operation(get, "/shops/{shop}/campaigns", tag = "stock", needs = "shop.stock")]
pub async fn list(at: ShopContext, query: Paging<50, 199>) -> Answer<ListPage<CampaignView>> {
    let (shop, last) = (at.shop, query.after_id()?);
    let find = move |q: &mut Read<'_>, most| warehouse::campaigns(q, shop, last, most);
    let view = |campaign| CampaignView::of(&campaign, &at.site.market);
    at.page(query.limit()?, find, |campaign| campaign.id.to_string(), view).await
}

/// A campaign to be opened.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CampaignBody {
    /// How the shop calls it.
    #[schema(min_length = 1, max_length = 60)]
    name: String,
    /// When it ends by itself: RFC 3339, or a date.
    until: String,
}

/// Opens a campaign. What it sells has to be moved into its pools.
#[operation(post, "/shops/{shop}/campaigns", tag = "stock", needs = "shop.stock")]
pub async fn open(at: ShopContext, body: CampaignBody) -> Created<CampaignView> {
    let (shop, market) = (at.shop, at.site.market.clone());
    let until = crate::moment(&body.until, &market)?;
    at.write("campaign.open", Keys::none(), move |tx, ctx| {
        promotion::open(tx, ctx, shop, &body.name, until).map(|campaign| CampaignView::of(&campaign, &market))
    })
    .await
}

/// A campaign with what lies in its pools.
#[operation(get, "/shops/{shop}/campaigns/{campaign}", tag = "stock", needs = "shop.stock")]
pub async fn get(at: ShopContext, campaign: Id<CampaignKind>) -> Answer<CampaignDetail> {
    let (shop, market) = (at.shop, at.site.market.clone());
    at.answer(move |q| {
        let found = warehouse::one_campaign(q, shop, campaign)?;
        let stock = named_pools(q, shop, campaign)?;
        Ok(CampaignDetail { campaign: CampaignView::of(&found, &market), stock })
    })
    .await
}

/// Units that go into a pool, or out of it.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PoolBody {
    /// Of which SKU.
    sku: String,
    /// In which warehouse.
    warehouse: String,
    /// How many go from the shelf into the pool; negative: back onto the shelf.
    #[schema(minimum = -1000000, maximum = 1000000)]
    quantity: i64,
}

/// Moves units between a shelf and a campaign's pool: no more than nobody has spoken for. Into a pool takes the gate to
/// promotions.
#[operation(post, "/shops/{shop}/campaigns/{campaign}/stock", tag = "stock", needs = "shop.stock")]
pub async fn move_units(at: ShopContext, campaign: Id<CampaignKind>, body: PoolBody) -> Written<PoolView> {
    let (shop, quantity) = (at.shop, body.quantity);
    let (sku, site) = (input::id::<Sku>(&body.sku)?, input::id::<Warehouse>(&body.warehouse)?);
    at.write("campaign.stock", keys_of_pool(sku, site, campaign), move |tx, ctx| {
        promotion::move_units(tx, ctx, shop, campaign, (sku, site, quantity))
            .map(|figures| of_pool((sku, site), figures))
    })
    .await
}

/// Ends a campaign now: what is not spoken for is back on the shelves. Done when `ended` says so; a campaign of more than 200
/// pools is to be ended again.
#[operation(post, "/shops/{shop}/campaigns/{campaign}/end", tag = "stock", needs = "shop.stock")]
pub async fn end(at: ShopContext, campaign: Id<CampaignKind>) -> Written<CampaignView> {
    let (shop, market) = (at.shop, at.site.market.clone());
    let keys = at.site.read(move |q| Ok(warehouse::keys_to_end(q, shop, campaign)?)).await?;
    at.write("campaign.end", keys, move |tx, ctx| {
        promotion::end(tx, ctx, shop, campaign).map(|campaign| CampaignView::of(&campaign, &market))
    })
    .await
}
