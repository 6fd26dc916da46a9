//! What a shop may lose in its warehouse: each command that uses it takes its permit.

use kernel::privileges;

privileges! {
    /// A shop enters a promotion: it sets stock aside for a campaign.
    PromotionEntry "promotion" of Shop { zh: "报名活动", en: "enter promotions", open: true }
}
