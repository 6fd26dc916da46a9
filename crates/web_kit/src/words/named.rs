//! What states, sorts and choices are called: words of the program as people read them, from the texts under
//! `word-LIST-WORD`.
//!
//! Invariants: every word of a list has its text in every language (a test says so); a word that no list has is shown as it
//! is, never hidden.

use crate::lang::Lang;
use govern::draft;
use ledger::Class;
use people::application;
use people::merchant::{self, HolidayOrders, Industry};
use people::staff::{Permission, Role};
use store::dead_letter;
use supply::warehouse::Moved;
use trade::order::{CancelReason, Status, Step};
use trade::payment;
use trade::scene::Scene;

/// Something that has a word for each of its values.
pub trait Word {
    /// The list that its words stand in.
    const LIST: &'static str;
    /// Its word in the store and in JSON.
    fn as_str(&self) -> &'static str;
}

/// What something is called.
pub fn of<W: Word>(lang: Lang, what: &W) -> &'static str {
    text(lang, W::LIST, what.as_str()).unwrap_or(what.as_str())
}

/// What a kind of fact is called.
pub fn fact(lang: Lang, kind: &str) -> &str {
    text(lang, "fact", kind).unwrap_or(kind)
}
kernel::inventory::submit! {
    texts::Words { list: "fact", all: || kernel::fact::all().into_iter().map(|fact| fact.kind).collect() }
}

/// Words that stand in no type, in the order in which people choose from them.
#[derive(Debug)]
pub struct List {
    /// The name of the list.
    pub name: &'static str,
    /// Its words in the store and in JSON.
    pub words: &'static [&'static str],
}

impl List {
    /// What a word of it is called.
    pub fn text(&self, lang: Lang, word: &str) -> Option<&'static str> {
        text(lang, self.name, word)
    }

    /// What a word of it is called; a word that it does not have, as it is.
    pub fn say(&self, lang: Lang, word: &str) -> String {
        self.text(lang, word).unwrap_or(word).to_owned()
    }

    /// What a word of it is called; one that it does not have, in words of its own: `late_hours` as late hours.
    pub fn plainly(&self, lang: Lang, word: &str) -> String {
        self.text(lang, word).map_or_else(|| word.replace('_', " "), ToOwned::to_owned)
    }

    /// Its words and what they are called, for a choice.
    pub fn choices(&self, lang: Lang) -> Vec<(String, String)> {
        self.words.iter().map(|word| ((*word).to_owned(), self.say(lang, word))).collect()
    }
}

fn text(lang: Lang, list: &str, word: &str) -> Option<&'static str> {
    texts::word(lang.tag(), &format!("word-{list}-{}", word.replace(['.', ' '], "-")))
}

/// Declares lists, so that the test of the texts knows their words.
macro_rules! lists {
    ($($(#[$doc:meta])* $name:ident = $list:literal [$($word:literal)*];)*) => {$(
        $(#[$doc])*
        pub const $name: $crate::words::List = $crate::words::List { name: $list, words: &[$($word),*] };
        kernel::inventory::submit! { texts::Words { list: $list, all: || vec![$($word),*] } }
    )*};
}
pub(crate) use lists;

/// Declares the lists of types.
macro_rules! types {
    ($($type:ty = $list:literal, $all:expr, $word:expr;)*) => {$(
        impl Word for $type {
            const LIST: &'static str = $list;
            fn as_str(&self) -> &'static str {
                ($word)(*self)
            }
        }
        kernel::inventory::submit! {
            texts::Words { list: $list, all: || $all.into_iter().map($word).collect() }
        }
    )*};
}

/// The status of an order as its buyer calls it.
#[derive(Debug, Clone, Copy)]
pub struct ToBuyer(pub Status);

types! {
    Status = "order_status", Status::ALL, Status::as_str;
    ToBuyer = "buyer_order_status", Status::ALL.map(ToBuyer), |status: ToBuyer| status.0.as_str();
    Option<Step> = "order_step", [None].into_iter().chain(Step::ALL.map(Some)),
        |step: Option<Step>| step.map_or("placed", Step::as_str);
    CancelReason = "cancel_reason", CancelReason::ALL, CancelReason::as_str;
    Scene = "scene", Scene::ALL, Scene::as_str;
    Moved = "stock_movement", Moved::ALL, Moved::as_str;
    HolidayOrders = "holiday_orders", HolidayOrders::ALL.to_vec(), HolidayOrders::as_str;
    Industry = "shop_industry", Industry::ALL.to_vec(), Industry::as_str;
    merchant::Kind = "shop_kind", merchant::Kind::ALL.to_vec(), merchant::Kind::as_str;
    application::State = "application_state", application::State::ALL, application::State::as_str;
    draft::State = "rehearsal_state", draft::State::ALL.to_vec(), draft::State::as_str;
    Role = "role", Role::ALL.to_vec(), Role::as_str;
    Permission = "permission", Permission::ALL.to_vec(), Permission::as_str;
    payment::Why = "refund_reason", payment::Why::ALL, payment::Why::as_str;
    payment::Came = "transfer_came", payment::Came::ALL, payment::Came::as_str;
    Class = "ledger_class", Class::ALL.to_vec(), Class::as_str;
    dead_letter::Sort = "dead_letter", [dead_letter::Sort::Timer, dead_letter::Sort::Job, dead_letter::Sort::Fact],
        dead_letter::Sort::as_str;
}

lists! {
    /// What a class of accounts is.
    CLASS_ABOUT = "ledger_class_about" ["provider" "escrow" "surplus" "refund" "payable" "debt" "deposit" "held" "commission" "fee" "coupon" "rounding" "refundable" "memo"];
    /// Where a check looks.
    CHECKED = "check" ["ledger" "stock" "payment" "order" "limit"];
    /// What a check asks there.
    CHECK_ABOUT = "check_about" ["ledger" "stock" "payment" "order" "limit"];
    /// Why a transfer for a purchase would go back, by the status of the purchase.
    TRANSFER_OVER = "transfer_over" ["paid" "shipped" "received" "refunded" "cancelled" "closed"];
    /// What was done with a line of a bank's statement.
    TRANSFER_DONE = "transfer_done" ["paid" "part" "surplus" "short" "late" "double" "known" "sent"];
    /// What the values of an attribute are.
    ATTRIBUTE_KIND = "attribute_kind" ["text" "number" "choice" "flag"];
    /// What a slot of the home page shows.
    SLOT_KIND = "slot_kind" ["banner" "products" "shelf" "categories"];
    /// In which order a slot shows the products of a category.
    SLOT_SORT = "slot_sort" ["newest" "price-up" "price-down"];
    /// What a form that opens or closes a gate asks for.
    GATE_FIELD = "gate_field" ["privilege" "reason" "until"];
    /// How a member's account stands.
    MEMBER_STATE = "member_state" ["active" "suspended" "closed"];
    /// Which personal data somebody looked at.
    ACCESS_FIELD = "access_field" ["phone" "email" "name" "address" "code"];
    /// Why somebody looked at it.
    ACCESS_WHY = "access_why" ["delivery" "service" "dispute" "risk" "law"];
    /// What shops mainly sell, in a word.
    INDUSTRY = "industry" ["fashion" "beauty" "food" "fresh" "digital" "home" "baby" "sports"];
    /// What letters of the platform to a shop say.
    NOTICE = "notice" ["late_shipping" "low_stock" "codes_lacked"];
    /// What the inputs of the shipped policies that are given by hand are called within a sentence.
    POLICY_INPUT = "policy_input" [
        "paid" "promise_hours" "late_hours" "silent_hours" "days_since_number" "days_since_notice" "ground"
        "goods" "scan" "lane" "exempt" "positive" "negative" "reviews" "shop_positive_rate"
        "shop_negative_rate"
    ];
    /// The words that a text of a policy can be, as the shipped ones list them.
    POLICY_WORD = "policy_word" [
        "admitted" "refused" "unreachable" "stalled" "abnormal" "empty_parcel" "other_goods"
        "more_than_half_missing" "lured_confirmation" "presale_trick" "cash_on_delivery_extra"
        "investment_metal" "precious_metal" "inspected_used_3c" "pet_self_delivered" "other" "no_scan"
        "number_reused" "address_mismatch" "picked_up_before_payment" "recalled" "resent_while_late"
        "pickup" "sort" "transit" "near" "remote" "amount-not-found" "mall_recommendation"
    ];
    /// What the actions of policies are called.
    POLICY_ACTION = "policy_action" ["order_cap" "hold" "notice" "warn" "compensate" "deduct" "hide" "close"];
    /// The units of inputs that are given by hand.
    POLICY_UNIT = "policy_unit" ["hours" "days" "orders" "reviews" "share"];
    /// What policies judge.
    POLICY_SUBJECT = "policy_subject" ["shop" "order" "product"];
    /// At which point a policy acts.
    POLICY_STAGE = "policy_stage" ["before" "during" "after"];
    /// What the steps of a promise are called within a sentence.
    PROMISE_STEP = "promise_step" ["shipment" "delivery" "lane" "resend" "resend_custom_or_presale"];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_said_in_the_readers_language_and_an_unknown_one_as_it_is() {
        assert_eq!(of(Lang::Zh, &Status::Paid), "待发货");
        assert_eq!(of(Lang::En, &ToBuyer(Status::Paid)), "To ship");
        assert_eq!(of(Lang::En, &None::<Step>), "Placed");
        assert_eq!(INDUSTRY.say(Lang::Zh, "food"), "食品");
        assert_eq!(INDUSTRY.say(Lang::Zh, "rockets"), "rockets");
    }
}
