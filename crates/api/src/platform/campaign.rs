//! The campaigns of all shops.

use kernel::id::{Campaign as CampaignKind, Shop};
use supply::warehouse;
use web_kit::prelude::*;
use web_kit::view::campaign::CampaignView;

/// A place in the list: a campaign and its shop.
fn place(text: &str) -> Option<(Id<CampaignKind>, Id<Shop>)> {
    let (campaign, shop) = text.split_once('.')?;
    Some((campaign.parse().ok()?, shop.parse().ok()?))
}

/// The campaigns of all shops with the stock of their pools, newest first.
#[operation(get, "/campaigns", tag = "mall", needs = "platform.view")]
pub async fn list(at: Context, query: Paging<50, 199>) -> Answer<ListPage<CampaignView>> {
    let last = query.after_key(place)?;
    let find = move |q: &mut Read<'_>, most| warehouse::all_campaigns(q, last, most);
    let key = |campaign: &warehouse::Campaign| format!("{}.{}", campaign.id, campaign.shop);
    at.page(query.limit()?, find, key, |campaign| CampaignView::of(&campaign, &at.site.market)).await
}
