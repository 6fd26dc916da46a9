//! The gates of a shop, opened and closed by hand.

use crate::merchant::gate::all;
use flows::gate::Reason;
use web_kit::prelude::*;
use web_kit::view::gate::{ShopGateView, rule};

/// What a shop may do now, and why not.
#[operation(get, "/shops/{shop}/gates", tag = "gates", needs = "platform.view")]
pub async fn list(at: ShopContext) -> Answer<Items<ShopGateView>> {
    all(at).await
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

async fn ruled(at: ShopContext, privilege: String, opens: bool, body: GateBody) -> Answer<ShopGateView> {
    let reason = Reason::parse(&body.reason)
        .ok_or_else(|| Failure::invalid("reason: there is no such one").zh("reason：没有这个原因。"))?;
    let until = body.until.as_deref().map(|text| crate::moment(text, &at.site.market)).transpose()?;
    rule(&at.site, &at.act, (at.shop, privilege), opens, (reason, until)).await.map(axum::Json)
}

/// Closes a gate of a shop, until a moment or until somebody opens it.
#[operation(post, "/shops/{shop}/gates/{privilege}/close", tag = "gates", needs = "platform.rules")]
pub async fn close(at: ShopContext, privilege: String, body: GateBody) -> Answer<ShopGateView> {
    ruled(at, privilege, false, body).await
}

/// Opens a gate of a shop, whoever closed it.
#[operation(post, "/shops/{shop}/gates/{privilege}/open", tag = "gates", needs = "platform.rules")]
pub async fn open(at: ShopContext, privilege: String, body: GateBody) -> Answer<ShopGateView> {
    ruled(at, privilege, true, body).await
}
