//! What a shop may do now, why not, until when, and how it opens again.

use web_kit::prelude::*;
use web_kit::view::gate::{ShopGateView, gates};

/// The gates of the shop of an address, one for each privilege of shops.
pub async fn all(at: ShopContext) -> Answer<Items<ShopGateView>> {
    let (_, standings) = gates(&at.site, at.shop).await?;
    Ok(axum::Json(standings.iter().map(|one| ShopGateView::of(one, &at.site.market)).collect()))
}

/// What the shop may do now; where it may not, why, by which version of which rule, until when, and how it opens again.
#[operation(get, "/shops/{shop}/gates", tag = "gates", needs = "shop.view")]
pub async fn list(at: ShopContext) -> Answer<Items<ShopGateView>> {
    all(at).await
}
