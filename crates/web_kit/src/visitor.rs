//! Who reads the pages of a shop's score: the holder of its link, or somebody with a seat in it.

use crate::merchant::shop_of_link;
use crate::page::ShopFrame;
use crate::principal::Principal;
use crate::problem::Failure;
use crate::site::Site;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use kernel::Id;
use kernel::id::Shop;

/// The shop that reads: by the cookie of a link, or by a seat of whoever is signed in.
pub struct Visitor {
    /// Which shop.
    pub shop: Id<Shop>,
    /// Where its score stands: `/merchant/score`, `/merchant/shp_.../score`.
    pub root: String,
    /// The frame of the merchant center, for who has a seat.
    pub seat: Option<ShopFrame>,
}

impl FromRequestParts<Site> for Visitor {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Failure> {
        let seat = parts.uri.path().strip_prefix("/merchant/").and_then(|rest| rest.split('/').next());
        if let Some(named) = seat.filter(|named| *named != "score") {
            let shop = crate::input::id::<Shop>(named)?;
            let who = Principal::from_request_parts(parts, site).await?;
            let name = site.read(move |q| Ok(people::merchant::shop(q, shop)?.name)).await?;
            let many = who.shops().len() > 1;
            let seat = Some(ShopFrame { shop, name: name.to_string(), many });
            return Ok(Self { shop, root: format!("/merchant/{shop}/score"), seat });
        }
        let shop = shop_of_link(&parts.headers, site)?;
        Ok(Self { shop, root: "/merchant/score".to_owned(), seat: None })
    }
}
