//! Shops.

use axum::extract::State;
use govern::ShopName;
use serde::{Deserialize, Serialize};
use web_kit::input::Page;
use web_kit::problem::{Failure, Path, Query};
use web_kit::site::Site;
use web_kit::view::shops::{all, find};

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
            opened_at: shop.opened_at.rfc3339(&site.market.zone),
        }
    }
}

/// Which page.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Paging {
    /// The `next` of the page before.
    after: Option<String>,
    /// How many, 1 to 500; 100 if not said.
    limit: Option<String>,
}

impl Paging {
    /// The key to begin after.
    pub(crate) fn after(&self) -> Option<&str> {
        self.after.as_deref()
    }
    /// How many items.
    pub(crate) fn limit(&self) -> Result<usize, Failure> {
        crate::limit(self.limit.as_deref())
    }
    /// The id to begin after.
    pub(crate) fn after_id<T: kernel::Entity>(&self) -> Result<Option<kernel::Id<T>>, Failure> {
        let read = |text: &str| {
            text.parse().map_err(|err: kernel::id::BadId| Failure::invalid(format!("after: {err}")))
        };
        self.after().map(read).transpose()
    }
}

/// The shops, by id.
#[utoipa::path(get, path = "/shops", extensions(("x-needs" = json!("platform.view"))), tag = "shops", params(Paging), responses((status = 200, body = Page<ShopView>)))]
pub async fn list(
    State(site): State<Site>,
    Query(paging): Query<Paging>,
) -> Result<axum::Json<Page<ShopView>>, Failure> {
    let (after, limit) = (paging.after_id::<kernel::id::Shop>()?, paging.limit()?);
    let page = site
        .ask(move |site, ask| {
            let shops = all(site, ask)?;
            let mut sorted: Vec<&ShopName> =
                shops.iter().filter(|s| after.is_none_or(|after| s.id > after)).collect();
            sorted.sort_by_key(|shop| shop.id);
            sorted.truncate(limit + 1);
            let views = sorted.into_iter().map(|shop| ShopView::of(shop, site)).collect();
            Ok(Page::of(views, limit, |view: &ShopView| view.shop.clone()))
        })
        .await?;
    Ok(axum::Json(page))
}

/// One shop, by its id or its external id.
#[utoipa::path(get, path = "/shops/{shop}", extensions(("x-needs" = json!("platform.view"))), tag = "shops", responses((status = 200, body = ShopView)))]
pub async fn get(
    State(site): State<Site>,
    Path(shop): Path<String>,
) -> Result<axum::Json<ShopView>, Failure> {
    let view = site.ask(move |site, ask| Ok(ShopView::of(find(&*all(site, ask)?, &shop)?, site))).await?;
    Ok(axum::Json(view))
}
