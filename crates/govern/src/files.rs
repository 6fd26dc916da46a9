//! The files of `governance/`, built into the program.
//!
//! Invariant: every file of those folders stands here (a test compares).

macro_rules! files {
    ($(#[$doc:meta])* $name:ident: $folder:literal, $ext:literal, [$($file:literal),* $(,)?]) => {
        $(#[$doc])*
        pub(crate) static $name: &[(&str, &str)] = &[
            $(($file, include_str!(concat!("../../../governance/", $folder, "/", $file, $ext)))),*
        ];
    };
}

files! {
    /// Views that everything shares.
    RELATIONS: "relations", ".sql", ["shop", "shop_order"]
}
files! {
    /// Metrics, in the order in which they are shown.
    METRICS: "metrics", ".sql", [
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
}
files! {
    /// Policies that come with the program.
    EXAMPLES: "examples", ".toml", ["late-ship-cap", "late-ship-cap-lighter"]
}
files! {
    /// Promises and clocks of the default pack.
    SANHAO_PROMISES: "packs/sanhao/promises", ".toml", [
        "aftersale-review-clock",
        "chat-hours",
        "delivery",
        "pickup-clock",
        "ship-48h",
        "ship-next-day",
        "ship-presale",
        "ship-qic",
        "ship-same-day",
    ]
}
files! {
    /// Scorecards of the default pack.
    SANHAO_SCORECARDS: "packs/sanhao/scorecards", ".toml", ["sanhao-1", "sanhao-2", "sanhao-3", "small-market-1"]
}
files! {
    /// Scorecards of the pack that keeps the peers' practice.
    DOUYIN_SCORECARDS: "packs/douyin-2026/scorecards", ".toml", ["douyin-2026-1", "douyin-2026-2", "douyin-2026-3"]
}
files! {
    /// Policies of the default pack.
    SANHAO_POLICIES: "packs/sanhao/policies", ".toml", [
        "mall-product",
        "refusal-unjustified",
        "ship-fraud",
        "ship-late",
        "ship-late-limit",
        "ship-late-stop",
        "ship-out-of-stock",
        "track-abnormal",
        "track-stalled",
    ]
}
files! {
    /// Policies of the pack that keeps the peers' practice.
    DOUYIN_POLICIES: "packs/douyin-2026/policies", ".toml", [
        "ship-late-1",
        "ship-late-2",
        "ship-late-limit",
        "ship-late-stop",
        "ship-out-of-stock",
    ]
}

/// A folder of a pack: its name, and its files as (name, text).
pub(crate) type Folder = (&'static str, &'static [(&'static str, &'static str)]);

/// The files of a pack that comes with the program.
pub(crate) struct PackFiles {
    /// The name of its folder.
    pub(crate) name: &'static str,
    /// Its `pack.toml`.
    pub(crate) head: &'static str,
    /// The folders in it.
    pub(crate) folders: &'static [Folder],
}

/// The packs that come with the program, the default one first.
pub(crate) static PACKS: &[PackFiles] = &[
    PackFiles {
        name: "sanhao",
        head: include_str!("../../../governance/packs/sanhao/pack.toml"),
        folders: &[
            ("promises", SANHAO_PROMISES),
            ("policies", SANHAO_POLICIES),
            ("scorecards", SANHAO_SCORECARDS),
        ],
    },
    PackFiles {
        name: "douyin-2026",
        head: include_str!("../../../governance/packs/douyin-2026/pack.toml"),
        folders: &[("policies", DOUYIN_POLICIES), ("scorecards", DOUYIN_SCORECARDS)],
    },
];

#[cfg(test)]
mod tests {
    #[test]
    fn every_governance_file_is_built_in() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../governance");
        for (folder, ext, files) in [
            ("relations", "sql", super::RELATIONS),
            ("metrics", "sql", super::METRICS),
            ("examples", "toml", super::EXAMPLES),
            ("packs/sanhao/promises", "toml", super::SANHAO_PROMISES),
            ("packs/sanhao/policies", "toml", super::SANHAO_POLICIES),
            ("packs/douyin-2026/policies", "toml", super::DOUYIN_POLICIES),
            ("packs/sanhao/scorecards", "toml", super::SANHAO_SCORECARDS),
            ("packs/douyin-2026/scorecards", "toml", super::DOUYIN_SCORECARDS),
        ] {
            let mut there: Vec<_> = std::fs::read_dir(root.join(folder))
                .unwrap()
                .map(|entry| entry.unwrap().path())
                .filter(|path| path.extension().is_some_and(|e| e == ext))
                .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
                .collect();
            there.sort();
            let mut here: Vec<_> = files.iter().map(|(name, _)| (*name).to_owned()).collect();
            here.sort();
            assert_eq!(here, there, "governance/{folder}");
        }
        let mut packs: Vec<_> = std::fs::read_dir(root.join("packs"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        packs.sort();
        let mut here: Vec<_> = super::PACKS.iter().map(|pack| pack.name.to_owned()).collect();
        here.sort();
        assert_eq!(here, packs);
    }
}
