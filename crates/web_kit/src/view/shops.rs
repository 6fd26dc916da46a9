//! Shops.

use crate::problem::{Failure, brief};
use crate::site::Site;
use govern::{ShopName, Shops};
use kernel::Ask;
use std::sync::Arc;

/// Every shop of the snapshot; remembered, because nearly every answer names shops.
pub fn all(site: &Site, ask: &dyn Ask) -> Result<Arc<Shops>, Failure> {
    site.remember(ask, "api shops", || Ok(govern::shops(ask)?))
}

/// The shop of an id or an external id.
pub fn find<'a>(shops: &'a Shops, text: &str) -> Result<&'a ShopName, Failure> {
    shops.named(text).map_err(|err| {
        Failure::from(err).zh(format!("没有店铺「{}」。请写它的编号（shp_…）或外部编号。", brief(text)))
    })
}
