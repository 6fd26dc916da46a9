//! The ledger by class of account, and the check of everything.

use crate::shape::time;
use flows::check::{self, Fault, Report};
use kernel::Market;
use web_kit::prelude::*;
use web_kit::view::check::now;

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
#[operation(get, "/ledger/trial", tag = "money", needs = "platform.money")]
pub async fn ledger(at: Context) -> Answer<Items<TrialView>> {
    let view = |row: &ledger::Trial| TrialView {
        class: row.class.as_str(),
        currency: row.currency.code().to_owned(),
        entries: row.entries,
        credit: row.credit.to_string(),
        debit: row.debit.to_string(),
        balance: row.balance().to_string(),
    };
    at.answer(move |q| Ok(ledger::trial(q)?.iter().map(view).collect())).await
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
    pub faults: Vec<Fault>,
}

impl ReportView {
    fn of(report: Report, market: &Market) -> Self {
        Self {
            at: time(market, report.at),
            whole: report.whole,
            sound: report.is_sound(),
            bookings: report.bookings,
            entries: report.entries,
            shops: report.shops,
            orders: report.orders,
            faults: report.faults,
        }
    }
}

/// What the newest checks found, newest first, at most 50 of them.
#[operation(get, "/checks", tag = "money", needs = "platform.money")]
pub async fn last(at: Context) -> Answer<Items<ReportView>> {
    let market = at.site.market.clone();
    at.answer(move |q| {
        Ok(check::results(q, 50)?.into_iter().map(|report| ReportView::of(report, &market)).collect())
    })
    .await
}

/// Checks now: open orders and the newest, all money and all stock.
#[operation(post, "/checks", tag = "money", needs = "platform.money")]
pub async fn run(at: Context) -> Answer<ReportView> {
    Ok(axum::Json(ReportView::of(now(&at.site).await?, &at.site.market)))
}
