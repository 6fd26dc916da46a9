//! Shops.

use crate::shape;
use govern::ShopName;
use web_kit::prelude::*;
use web_kit::view::shops::all;

/// A shop.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ShopView {
    /// Our id.
    pub shop: String,
    /// What the system it came from calls it.
    pub external_id: String,
    /// Its public name.
    pub name: String,
    /// When it opened, RFC 3339.
    pub opened_at: String,
}

impl ShopView {
    fn of(shop: &ShopName, site: &Site) -> Self {
        Self {
            shop: shop.id.to_string(),
            external_id: shop.external_id.clone(),
            name: shop.name.clone(),
            opened_at: site.time(shop.opened_at),
        }
    }
}

/// The shops, by id.
#[operation(get, "/shops", tag = "shops", needs = "platform.view")]
pub async fn list(at: Context, query: Paging) -> Answer<ListPage<ShopView>> {
    let (after, limit) = (query.after_id()?, query.limit()?);
    at.ask(move |site, ask| {
        let shops = all(site, ask)?;
        let mut sorted: Vec<&ShopName> =
            shops.iter().filter(|s| after.is_none_or(|after| s.id > after)).collect();
        sorted.sort_by_key(|shop| shop.id);
        sorted.truncate(limit + 1);
        let page = ListPage::of(sorted, limit, |shop| shop.id.to_string());
        Ok(page.map(|shop| ShopView::of(shop, site)))
    })
    .await
}

/// One shop, by its id or its external id.
#[operation(get, "/shops/{shop}", tag = "shops", needs = "platform.view")]
pub async fn get(at: Context, shop: String) -> Answer<ShopView> {
    shape::ask_of_shop(&at, shop, |site, _, shop| Ok(ShopView::of(shop, site))).await
}
