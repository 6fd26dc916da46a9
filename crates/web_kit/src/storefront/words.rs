//! What shoppers read of steps, devices, ways to pay and reasons: lists of words, as the texts have them.

use crate::words::lists;

lists! {
    /// Steps of an order, as its buyer calls them.
    STEPS = "buyer_step" ["placed" "paid" "shipped" "corrected" "picked_up" "reduced" "remarked" "received" "readdressed" "held" "cleared" "cancelled" "closed" "refunded"];
    /// More about some of them.
    STEP_NOTES = "buyer_step_note" ["received" "held" "cancelled" "closed"];
    /// Providers of payments.
    PROVIDERS = "provider" ["sandbox" "stripe" "transfer" "other"];
    /// More about some of them.
    PROVIDER_NOTES = "provider_note" ["sandbox" "stripe" "transfer"];
    /// What a buyer can do at the embedded provider's cashier.
    CASHIER = "cashier" ["ok" "fail" "delay" "double" "late" "surplus" "silent"];
    /// What comes of it.
    CASHIER_NOTES = "cashier_note" ["ok" "fail" "delay" "double" "late" "surplus" "silent"];
    /// How a payment went.
    PAYMENT_RESULT = "payment_result" ["transfer" "waiting" "failed" "paid" "closed" "cancelled" "unpaid"];
    /// What that means; of a transfer and of what is unpaid after the word until when.
    PAYMENT_RESULT_NOTES = "payment_result_note" ["transfer" "waiting" "failed" "paid" "returned" "kept" "unpaid"];
    /// How an order stands, in a sentence that names nobody.
    VERDICTS = "order_verdict" ["unpaid" "held" "received" "cancelled" "closed" "refunded"];
    /// What the holiday of a shop is to its buyers.
    HOLIDAY_NOTES = "holiday_note" ["later" "refused"];
    /// Why a line of a cart cannot be bought, and what now.
    TROUBLE = "cart_trouble" ["not_on_sale" "shop_closed" "on_holiday" "sold_out"];
    /// Why a coupon was not taken, in a word.
    NOT_TAKEN = "coupon_refused" ["not_yet" "expired" "other_currency" "out_of_scope" "nothing_to_take" "not_in_segment" "barred" "outdone"];
    /// Why it was not, where that takes no figures.
    NOT_TAKEN_WHY = "coupon_refused_why" ["other_currency" "out_of_scope" "nothing_to_take" "barred"];
    /// What the classes of coupons are called.
    COUPON_CLASS = "coupon_class" ["deal" "shop" "platform" "shop_freight" "platform_freight"];
    /// On what somebody is signed in.
    DEVICES = "device" ["phone" "tablet" "computer" "program"];
}
