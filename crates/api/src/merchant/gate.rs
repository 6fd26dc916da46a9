//! What a shop may do now, why not, until when, and how it opens again.

use crate::platform::gate::all;
use web_kit::prelude::*;
use web_kit::view::gate::ShopGateView;

/// What the shop may do now; where it may not, why, by which version of which rule, until when, and how it opens again.
#[operation(get, "/shops/{shop}/gates", tag = "gates", needs = "shop.view")]
pub async fn list(at: ShopContext) -> Answer<Items<ShopGateView>> {
    all(at).await
}
