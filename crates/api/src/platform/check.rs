//! The ledger by class of account, and the check of everything.

use crate::merchant::time;
use axum::extract::State;
use flows::check::{self, Report};
use kernel::Market;
use people::staff::Permission;
use serde::Serialize;
use trade::ledger;
use web_kit::principal::Principal;
use web_kit::problem::Failure;
use web_kit::site::Site;
use web_kit::view::check::now;

const NEED: Permission = Permission::PlatformMoney;

/// What the accounts of one class sum to.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct TrialView {
    /// Which accounts: `escrow`, `payable`.
    pub class: &'static str,
    /// ISO 4217.
    pub currency: String,
    /// How many entries.
    pub entries: i64,
    /// The positive entries, in minor units, as a decimal text: sums may be larger than any one amount.
    pub credit: String,
    /// The negative entries, as a positive number.
    pub debit: String,
    /// Credits less debits; over all classes of a currency these sum to zero.
    pub balance: String,
}

/// The ledger by class of account.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct TrialBalance {
    /// One for each class and currency.
    pub items: Vec<TrialView>,
}

/// The ledger by class of account.
#[utoipa::path(get, path = "/ledger/trial", tag = "money", responses((status = 200, body = TrialBalance)), extensions(("x-needs" = json!("platform.money"))))]
pub async fn ledger(State(site): State<Site>, who: Principal) -> Result<axum::Json<TrialBalance>, Failure> {
    who.need(NEED)?;
    let trial = site.read(|q| Ok(ledger::trial(q)?)).await?;
    let items = trial
        .iter()
        .map(|row| TrialView {
            class: row.class.as_str(),
            currency: row.currency.code().to_owned(),
            entries: row.entries,
            credit: row.credit.to_string(),
            debit: row.debit.to_string(),
            balance: row.balance().to_string(),
        })
        .collect();
    Ok(axum::Json(TrialBalance { items }))
}

/// One thing that does not agree.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct FaultView {
    /// Where: `ledger`, `stock`, `payment`, `order`, `limit`.
    #[serde(rename = "where")]
    pub place: &'static str,
    /// What, in a sentence.
    pub what: String,
}

/// What a check found.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ReportView {
    /// When.
    pub at: String,
    /// Whether all orders were looked at.
    pub whole: bool,
    /// Whether everything agrees.
    pub sound: bool,
    /// How many bookings.
    pub bookings: i64,
    /// How many entries.
    pub entries: i64,
    /// How many shops' stock.
    pub shops: i64,
    /// How many orders.
    pub orders: i64,
    /// What does not agree.
    pub faults: Vec<FaultView>,
}

impl ReportView {
    fn of(report: &Report, market: &Market) -> Self {
        Self {
            at: time(market, report.at),
            whole: report.whole,
            sound: report.is_sound(),
            bookings: report.bookings,
            entries: report.entries,
            shops: report.shops,
            orders: report.orders,
            faults: report
                .faults
                .iter()
                .map(|fault| FaultView { place: fault.place.as_str(), what: fault.what.to_string() })
                .collect(),
        }
    }
}

/// The newest results.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Reports {
    /// Newest first, at most 50.
    pub items: Vec<ReportView>,
}

/// What the newest checks found.
#[utoipa::path(get, path = "/checks", tag = "money", responses((status = 200, body = Reports)), extensions(("x-needs" = json!("platform.money"))))]
pub async fn last(State(site): State<Site>, who: Principal) -> Result<axum::Json<Reports>, Failure> {
    who.need(NEED)?;
    let found = site.read(|q| Ok(check::results(q, 50)?)).await?;
    Ok(axum::Json(Reports {
        items: found.iter().map(|report| ReportView::of(report, &site.market)).collect(),
    }))
}

/// Checks now: open orders and the newest, all money and all stock.
#[utoipa::path(post, path = "/checks", tag = "money", responses((status = 200, body = ReportView)), extensions(("x-needs" = json!("platform.money"))))]
pub async fn run(State(site): State<Site>, who: Principal) -> Result<axum::Json<ReportView>, Failure> {
    who.need(NEED)?;
    let report = now(&site).await?;
    Ok(axum::Json(ReportView::of(&report, &site.market)))
}
