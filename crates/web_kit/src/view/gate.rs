//! What a shop may do now, why not, and opening and closing its gates by hand.

use crate::idempotency::IdempotentRequest;
use crate::problem::Failure;
use crate::site::Site;
use flows::gate::Reason;
use govern::gate::{self, By, Ruling, Standing};
use kernel::id::Shop;
use kernel::{Id, Market, Moment};
use people::merchant::{self, ShopView};
use people::staff::Permission;
use serde::{Deserialize, Serialize};

/// What it takes to open or close a gate.
pub const NEED: Permission = Permission::PlatformRules;

/// What decides how a gate stands.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RulingView {
    /// The reason in a word.
    pub reason: String,
    /// The reason in Chinese.
    pub zh: String,
    /// The reason in English.
    pub en: String,
    /// The policy that says so; null if a person does.
    pub policy: Option<String>,
    /// Its version.
    pub version: Option<i64>,
    /// Since when.
    pub since: String,
    /// Until when; null until somebody says otherwise.
    pub until: Option<String>,
    /// How the gate opens again, in Chinese; empty if it stands open.
    pub remedy_zh: String,
    /// How the gate opens again, in English; empty if it stands open.
    pub remedy_en: String,
}

impl RulingView {
    fn of(ruling: &Ruling, market: &Market) -> Self {
        let (policy, version) = match &ruling.why.by {
            By::Hand => (None, None),
            By::Policy { id, version } => (Some(id.to_string()), Some(*version)),
        };
        Self {
            reason: ruling.why.reason.to_string(),
            zh: ruling.why.text.zh.clone(),
            en: ruling.why.text.en.clone(),
            policy,
            version,
            since: ruling.since.rfc3339(&market.zone),
            until: ruling.until.map(|until| until.rfc3339(&market.zone)),
            remedy_zh: ruling.why.remedy.zh.clone(),
            remedy_en: ruling.why.remedy.en.clone(),
        }
    }
}

/// A gate of a shop.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ShopGateView {
    /// The privilege's code.
    pub privilege: String,
    /// What the shop may do while it is open, in Chinese.
    pub zh: String,
    /// What the shop may do while it is open, in English.
    pub en: String,
    /// Whether it is open.
    pub is_open: bool,
    /// What decides it; null if nobody has said anything.
    pub by: Option<RulingView>,
}

impl ShopGateView {
    /// Of how a gate stands.
    pub fn of(standing: &Standing, market: &Market) -> Self {
        let privilege = standing.gate.privilege;
        Self {
            privilege: privilege.code.to_owned(),
            zh: privilege.zh.to_owned(),
            en: privilege.en.to_owned(),
            is_open: standing.is_open,
            by: standing.by.as_ref().map(|ruling| RulingView::of(ruling, market)),
        }
    }
}

/// A shop with its gates.
pub async fn gates(site: &Site, shop: Id<Shop>) -> Result<(ShopView, Vec<Standing>), Failure> {
    let now = (site.now)();
    site.read(move |q| Ok((merchant::shop(q, shop)?, gate::standings(q, shop, now)?))).await
}

/// Opens or closes a gate of a shop that there is.
pub async fn rule(
    site: &Site,
    act: &IdempotentRequest,
    (shop, privilege): (Id<Shop>, String),
    opens: bool,
    (reason, until): (Reason, Option<Moment>),
) -> Result<ShopGateView, Failure> {
    site.read_apart(move |q| Ok(merchant::shop(q, shop).map(drop)?)).await?;
    let market = site.market.clone();
    act.value(site, "gate.rule", gate::keys(shop), move |tx, ctx| {
        let gate = (shop, &*privilege);
        let change = if opens { flows::gate::open } else { flows::gate::close };
        change(tx, ctx, gate, reason, until).map(|standing| ShopGateView::of(&standing, &market))
    })
    .await
}
