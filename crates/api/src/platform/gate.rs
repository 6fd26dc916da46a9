//! The gates of a shop, opened and closed by hand.

use axum::extract::State;
use flows::gate::Reason;
use kernel::id::Shop;
use serde::{Deserialize, Serialize};
use web_kit::idempotency::IdempotentRequest;
use web_kit::input::id;
use web_kit::problem::{Failure, Json, Path};
use web_kit::site::Site;
use web_kit::view::gate::{ShopGateView, gates, rule};

/// The gates of a shop.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Gates {
    /// One for each privilege of shops.
    pub items: Vec<ShopGateView>,
}

impl Gates {
    /// Of the shop of an address.
    pub(crate) async fn of(site: &Site, shop: kernel::Id<Shop>) -> Result<axum::Json<Self>, Failure> {
        let (_, standings) = gates(site, shop).await?;
        let items = standings.iter().map(|standing| ShopGateView::of(standing, &site.market)).collect();
        Ok(axum::Json(Self { items }))
    }
}

/// What a shop may do now, and why not.
#[utoipa::path(get, path = "/shops/{shop}/gates", tag = "gates", responses((status = 200, body = Gates)), extensions(("x-needs" = json!("platform.view"))))]
pub async fn list(State(site): State<Site>, Path(shop): Path<String>) -> Result<axum::Json<Gates>, Failure> {
    Gates::of(&site, id::<Shop>(&shop)?).await
}

/// Why a gate is opened or closed, and until when.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GateBody {
    /// To close: `investigation`, `complaints`, `law` or `asked`. To open: `mended`, `cleared`, `mistake` or `admitted`.
    reason: String,
    /// RFC 3339, or a date, which means its end; until somebody says otherwise if it is left out.
    #[serde(default)]
    until: Option<String>,
}

async fn ruled(
    site: &Site,
    act: &IdempotentRequest,
    (shop, privilege): (String, String),
    opens: bool,
    body: &GateBody,
) -> Result<axum::Json<ShopGateView>, Failure> {
    let reason = Reason::parse(&body.reason)
        .ok_or_else(|| Failure::invalid("reason: there is no such one").zh("reason：没有这个原因。"))?;
    let until = body.until.as_deref().map(|text| crate::moment(text, &site.market)).transpose()?;
    rule(site, act, (id(&shop)?, privilege), opens, (reason, until)).await.map(axum::Json)
}

/// Closes a gate of a shop, until a moment or until somebody opens it.
#[utoipa::path(post, path = "/shops/{shop}/gates/{privilege}/close", tag = "gates", request_body = GateBody, responses((status = 200, body = ShopGateView)), extensions(("x-needs" = json!("platform.rules"))))]
pub async fn close(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path(gate): Path<(String, String)>,
    Json(body): Json<GateBody>,
) -> Result<axum::Json<ShopGateView>, Failure> {
    ruled(&site, &act, gate, false, &body).await
}

/// Opens a gate of a shop, whoever closed it.
#[utoipa::path(post, path = "/shops/{shop}/gates/{privilege}/open", tag = "gates", request_body = GateBody, responses((status = 200, body = ShopGateView)), extensions(("x-needs" = json!("platform.rules"))))]
pub async fn open(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path(gate): Path<(String, String)>,
    Json(body): Json<GateBody>,
) -> Result<axum::Json<ShopGateView>, Failure> {
    ruled(&site, &act, gate, true, &body).await
}
