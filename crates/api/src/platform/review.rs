//! The review of products: what waits, what changes, yes or no.

use crate::merchant::content::EditShape;
use crate::merchant::stock::page_limit;
use crate::merchant::time;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kernel::Id;
use kernel::Market;
use kernel::id::{Edit, Product};
use offer::catalog;
use offer::catalog::edit::Waiting;
use people::staff::Permission;
use serde::{Deserialize, Serialize};
use store::Keys;
use web_kit::idempotency::IdempotentRequest;
use web_kit::input::Page;
use web_kit::principal::Principal;
use web_kit::problem::{Failure, Json, Path, Query};
use web_kit::site::Site;
use web_kit::view::product::rules_of;
use web_kit::view::review::{key, key_of};

const NEED: Permission = Permission::PlatformCatalog;

/// An edit that waits.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct WaitingView {
    /// Its id.
    pub edit: String,
    /// Of which shop.
    pub shop: String,
    /// Of which product.
    pub product: String,
    /// The version it changes; 0 for a product that was never live.
    pub base: i64,
    /// What the product is to be called.
    pub title: String,
    /// Whether it holds sensitive words.
    pub marked: bool,
    /// Since when it waits.
    pub submitted_at: String,
}

impl WaitingView {
    fn of(waiting: &Waiting, market: &Market) -> Self {
        Self {
            edit: waiting.id.to_string(),
            shop: waiting.shop.to_string(),
            product: waiting.product.to_string(),
            base: waiting.base,
            title: waiting.title.to_string(),
            marked: waiting.marked,
            submitted_at: time(market, waiting.submitted_at),
        }
    }
}

/// Which page of the queue.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct QueueQuery {
    /// The `next` of the page before.
    after: Option<String>,
    /// How many, 1 to 199; 50 if not said.
    limit: Option<String>,
}

/// What waits for a decision, longest first.
#[utoipa::path(get, path = "/reviews", tag = "catalog", params(QueueQuery), responses((status = 200, body = Page<WaitingView>)), extensions(("x-needs" = json!("platform.catalog"))))]
pub async fn queue(
    State(site): State<Site>,
    who: Principal,
    Query(query): Query<QueueQuery>,
) -> Result<axum::Json<Page<WaitingView>>, Failure> {
    who.need(NEED)?;
    let limit = page_limit(query.limit.as_deref(), 50, 199)?;
    let after = key(query.after.as_deref())?;
    let mut found = site.read(move |q| Ok(catalog::review_queue(q, after, limit as i64 + 1)?)).await?;
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| more).map(key_of);
    let items = found.iter().map(|waiting| WaitingView::of(waiting, &site.market)).collect();
    Ok(axum::Json(Page { items, next }))
}

/// One edit, whatever became of it.
#[utoipa::path(get, path = "/reviews/{edit}", tag = "catalog", responses((status = 200, body = EditShape)), extensions(("x-needs" = json!("platform.catalog"))))]
pub async fn get(
    State(site): State<Site>,
    who: Principal,
    Path(edit): Path<Id<Edit>>,
) -> Result<axum::Json<EditShape>, Failure> {
    who.need(NEED)?;
    let view = site.read(move |q| Ok(catalog::edit(q, edit)?)).await?;
    Ok(axum::Json(EditShape::of(&view, &site.market)))
}

/// Lets an edit go live. From then on its variants have stock to keep.
#[utoipa::path(post, path = "/reviews/{edit}/approve", tag = "catalog", responses((status = 200, body = EditShape)), extensions(("x-needs" = json!("platform.catalog"))))]
pub async fn approve(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path(edit): Path<Id<Edit>>,
) -> Result<Response, Failure> {
    act.who.need(NEED)?;
    let (rules, market) = (rules_of(&site)?, site.market.clone());
    act.json(&site, "catalog.approve", Keys::none(), StatusCode::OK, move |tx, ctx| {
        flows::listing::approve(tx, ctx, edit, &rules).map(|edit| EditShape::of(&edit, &market))
    })
    .await
}

/// Why an edit is sent back.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RejectBody {
    /// A word of small letters, digits and underscores.
    #[schema(pattern = "^[a-z0-9_]{1,32}$")]
    reason: String,
    /// What its shop should know.
    #[serde(default)]
    note: String,
}

/// Sends an edit back.
#[utoipa::path(post, path = "/reviews/{edit}/reject", tag = "catalog", request_body = RejectBody, responses((status = 200, body = EditShape)), extensions(("x-needs" = json!("platform.catalog"))))]
pub async fn reject(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path(edit): Path<Id<Edit>>,
    Json(body): Json<RejectBody>,
) -> Result<Response, Failure> {
    act.who.need(NEED)?;
    let (rules, market) = (rules_of(&site)?, site.market.clone());
    act.json(&site, "catalog.reject", Keys::none(), StatusCode::OK, move |tx, ctx| {
        catalog::reject(tx, ctx, edit, (&body.reason, &body.note), &rules)
            .map(|edit| EditShape::of(&edit, &market))
    })
    .await
}

/// Why a product is banned.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BanBody {
    /// A word of small letters, digits and underscores.
    #[schema(pattern = "^[a-z0-9_]{1,32}$")]
    reason: String,
}

/// What became of a product.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Banned {
    /// The product.
    pub product: String,
    /// Whether it is banned now.
    pub banned: bool,
}

/// Takes a product off sale; its shop cannot put it on again until the ban is lifted.
#[utoipa::path(post, path = "/products/{product}/ban", tag = "catalog", request_body = BanBody, responses((status = 200, body = Banned)), extensions(("x-needs" = json!("platform.catalog"))))]
pub async fn ban(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path(product): Path<Id<Product>>,
    Json(body): Json<BanBody>,
) -> Result<Response, Failure> {
    act.who.need(NEED)?;
    act.json(&site, "catalog.ban", catalog::keys(product), StatusCode::OK, move |tx, ctx| {
        catalog::ban(tx, ctx, product, &body.reason)
            .map(|()| Banned { product: product.to_string(), banned: true })
    })
    .await
}

/// Lifts a product's ban.
#[utoipa::path(post, path = "/products/{product}/lift", tag = "catalog", responses((status = 200, body = Banned)), extensions(("x-needs" = json!("platform.catalog"))))]
pub async fn lift(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path(product): Path<Id<Product>>,
) -> Result<Response, Failure> {
    act.who.need(NEED)?;
    act.json(&site, "catalog.lift", catalog::keys(product), StatusCode::OK, move |tx, _| {
        catalog::lift_ban(tx, product).map(|()| Banned { product: product.to_string(), banned: false })
    })
    .await
}
