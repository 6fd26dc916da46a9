//! Metrics: SQL files that return contributions, and the one engine that adds them up.
//!
//! A contribution (`subject, anchor, known_at, num, den, ref`) counts at the moment T in a window of D days while
//! `max(anchor, known_at) <= T < anchor + D x 24 h`. `known_at` is the latest moment of anything the contribution relies
//! on, so that no reading ever looks ahead.
//!
//! Invariants: sums are exact whole numbers, and become numbers only when they are shown; a definition stands in one
//! file and nowhere else; a reading whose numerator and denominator are both 0 is left out.

mod engine;
mod explain;
mod file;
mod read;

pub(crate) use engine::Ends;
pub use engine::{Grid, GridRow};
pub use explain::{Contribution, Explained, Touch, explain};
pub use file::{Kind, Metric, parse};
pub use read::{Reading, Row, as_of, number, rows, series, series_in, total};

use crate::{Error, FileDiagnostic, Result, files};
use std::sync::LazyLock;

static CATALOGUE: LazyLock<Vec<Metric>> = LazyLock::new(|| load().0);

/// The metrics of this program, in the order in which they are shown.
pub fn catalogue() -> &'static [Metric] {
    &CATALOGUE
}

/// The metric of a name.
pub fn named(name: &str) -> Result<&'static Metric> {
    catalogue().iter().find(|m| m.name == name).ok_or_else(|| Error::NoMetric {
        name: name.chars().take(80).collect(),
        known: catalogue().iter().map(|m| m.name.as_str()).collect::<Vec<_>>().join(", "),
    })
}

/// What is wrong with the built-in metric files: nothing.
pub fn problems() -> Vec<FileDiagnostic> {
    load().1
}

fn load() -> (Vec<Metric>, Vec<FileDiagnostic>) {
    let (mut metrics, mut wrong) = (Vec::new(), Vec::new());
    for (name, text) in files::METRICS {
        let file = format!("governance/metrics/{name}.sql");
        match parse(&file, text) {
            Ok(metric) => metrics.push(metric),
            Err(list) => {
                let file = &file;
                wrong.extend(
                    list.into_iter().map(|diagnostic| FileDiagnostic { file: file.clone(), diagnostic }),
                );
            }
        }
    }
    (metrics, wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_metrics_load_in_their_order_and_are_found_by_name() {
        assert_eq!(problems(), []);
        let names: Vec<_> = catalogue().iter().map(|m| m.name.as_str()).collect();
        assert_eq!(
            names,
            [
                "orders_paid",
                "late_ship_rate",
                "late_delivery_rate",
                "mean_pickup_hours",
                "cancel_rate",
                "rating_mean",
                "negative_review_rate",
                "product_rating",
                "quality_return_rate",
                "pickup_hours",
                "lane_on_time_rate",
                "damage_return_rate",
                "logistics_return_rate",
                "aftersale_review_hours",
                "im_response_seconds",
                "im_dissatisfaction_rate",
                "platform_help_rate",
                "valid_orders",
                "listings_on_sale",
                "growth_late_pickups",
                "next_day_share",
                "insurance_small_on",
                "insurance_bulky_on",
                "insured_small_orders",
                "insured_bulky_orders",
                "installation_share",
                "remote_orders",
                "deduct_after_sale_address",
                "deduct_invoice_refused",
                "deduct_fake_trade",
                "deduct_false_advertising",
                "deduct_fraud_shipping",
                "deduct_brand_qualification",
                "fault_negative_service",
                "deduct_mocking_buyer",
                "deduct_unjustified_refusal",
                "nps",
                "nps_promoter_rate",
                "nps_detractor_rate",
                "complaint_rate",
                "complaints_per_million",
                "contacts_per_order",
                "platform_incidence_rate",
            ]
        );
        assert_eq!(named("cancel_rate").unwrap().window_days, 30);
        let err = named("weather").unwrap_err().to_string();
        assert!(err.contains("\"weather\"") && err.contains("late_ship_rate"), "{err}");
    }
}
