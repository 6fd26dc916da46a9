//! The market's own rules, file by file.

use flows::rules::RuleFile;
use web_kit::prelude::*;

/// What a file of rules says under a key.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct MarketRule {
    /// Its key in the file, as `times.pay_within`.
    pub key: String,
    /// What it says, with its unit, as `15 minutes`.
    pub value: String,
    /// Where it comes from.
    pub source: Option<String>,
    /// Why it was assumed, if no source gives it.
    pub assumed: Option<String>,
}

/// A version of a file of rules.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct MarketRuleVersion {
    /// Its word or number, if it has one.
    pub version: Option<String>,
    /// From which local day on it counts; null: since ever.
    pub effective_from: Option<String>,
    /// Whether it counts today.
    pub in_force: bool,
    /// What it says.
    pub values: Vec<MarketRule>,
}

/// A file of rules.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct MarketRuleFile {
    /// Its name in the market's folder.
    pub file: String,
    /// Whose it is.
    pub origin: &'static str,
    /// Its versions, oldest first.
    pub versions: Vec<MarketRuleVersion>,
}

impl MarketRuleFile {
    fn of(file: RuleFile) -> Self {
        let text = |text: Option<Box<str>>| text.map(String::from);
        let versions = file.versions.into_iter().map(|version| MarketRuleVersion {
            version: text(version.version),
            effective_from: version.effective_from.map(|day| day.to_string()),
            in_force: version.in_force,
            values: version
                .values
                .into_iter()
                .map(|value| MarketRule {
                    key: value.key.into(),
                    value: value.value.into(),
                    source: text(value.source),
                    assumed: text(value.assumed),
                })
                .collect(),
        });
        let versions = versions.collect();
        Self { file: file.name.to_owned(), origin: if file.own { "own" } else { "default" }, versions }
    }
}

/// The market's own rules: fees, times, limits, coupons that go together, risk control, carriers, words. Each file with its
/// versions, and whether it is the market's own.
#[operation(get, "/rules/market", tag = "policies", needs = "platform.view")]
pub async fn list(at: Context) -> Answer<Items<MarketRuleFile>> {
    let found = at.site.services.rule_files(at.now())?;
    Ok(axum::Json(Items { items: found.into_iter().map(MarketRuleFile::of).collect() }))
}
