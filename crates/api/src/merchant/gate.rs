//! What a shop may do now, why not, until when, and how it opens again.

use crate::platform::gate::Gates;
use axum::extract::State;
use people::staff::Permission;
use web_kit::principal::Principal;
use web_kit::problem::{Failure, Path};
use web_kit::site::Site;
use web_kit::view::money::shop_of;

/// What the shop may do now; where it may not, why, by which version of which rule, until when, and how it opens again.
#[utoipa::path(get, path = "/shops/{shop}/gates", tag = "gates", responses((status = 200, body = Gates)), extensions(("x-needs" = json!("shop.view"))))]
pub async fn list(
    State(site): State<Site>,
    who: Principal,
    Path(shop): Path<String>,
) -> Result<axum::Json<Gates>, Failure> {
    Gates::of(&site, shop_of(&who, &shop, Permission::ShopView)?).await
}
