//! A shop's coupons; the platform's are of the same shapes.

use crate::fmt;
use crate::lang::{Lang, t};
use kernel::Moment;
use trade::coupon::{Coupon, Issuer, Segment};

/// Where a coupon stands at a moment.
pub fn state(coupon: &Coupon, now: Moment) -> &'static str {
    if coupon.stopped.is_some() {
        "stopped"
    } else if now >= coupon.until {
        "over"
    } else if now < coupon.from {
        "coming"
    } else if coupon.left() <= 0 || coupon.budget_left().is_some_and(|left| left.minor == 0) {
        "gone"
    } else {
        "open"
    }
}

/// What a deal is, in a few letters.
pub fn deal_short(lang: Lang, buy: i64, get: i64, ppm: i64) -> String {
    match (lang, ppm == 1_000_000) {
        (Lang::Zh, true) => format!("买 {buy} 送 {get}"),
        (Lang::En, true) => format!("{buy} + {get} free"),
        (Lang::Zh, false) if ppm == 500_000 && (buy, get) == (1, 1) => "第 2 件半价".to_owned(),
        (Lang::En, false) if ppm == 500_000 && (buy, get) == (1, 1) => "2nd half price".to_owned(),
        (Lang::Zh, false) => format!("买 {buy}，{get} 件减 {}", percent(ppm)),
        (Lang::En, false) => format!("{buy} + {get} at {} off", percent(ppm)),
    }
}

/// What a deal takes off, in a sentence.
pub fn deal_words(lang: Lang, buy: i64, get: i64, ppm: i64) -> String {
    let (all, share) = (buy + get, percent(ppm));
    match (lang, ppm == 1_000_000) {
        (Lang::Zh, true) => format!("每 {all} 件里，最便宜的 {get} 件免单"),
        (Lang::En, true) => format!("of every {all} units, the {get} cheapest free"),
        (Lang::Zh, false) => format!("每 {all} 件里，最便宜的 {get} 件减 {share}"),
        (Lang::En, false) => format!("of every {all} units, {share} off the {get} cheapest"),
    }
}

fn percent(ppm: i64) -> String {
    format!("{}%", fmt::decimal(ppm as f64 / 10_000.0, if ppm % 10_000 == 0 { 0 } else { 2 }))
}

/// For whom a coupon is, in words.
pub fn segment_words(lang: Lang, issuer: Issuer, segment: Segment) -> String {
    let here = match issuer {
        Issuer::Shop(_) => t(lang, "这家店", "at this shop"),
        Issuer::Platform => t(lang, "商城", "in the mall"),
    };
    match (segment, lang) {
        (Segment::New, Lang::Zh) => format!("在{here}还没付过款的新客"),
        (Segment::New, Lang::En) => format!("for who has paid for nothing yet {here}"),
        (Segment::Followers, Lang::Zh) => "关注了店铺的人".to_owned(),
        (Segment::Followers, Lang::En) => "for followers of the shop".to_owned(),
        (Segment::Regular { orders, amount, days }, _) => {
            let orders = orders.map(|n| match (lang, n) {
                (Lang::Zh, _) => format!("{n} 单"),
                (Lang::En, 1) => "1 order".to_owned(),
                (Lang::En, _) => format!("{n} orders"),
            });
            let amount = amount.map(|amount| fmt::money(lang, amount));
            let enough: Vec<String> = [orders, amount].into_iter().flatten().collect();
            let enough = enough.join(t(lang, " 或 ", " or "));
            match lang {
                Lang::Zh => format!("最近 {days} 天在{here}买满 {enough} 的人"),
                Lang::En => format!("for who bought {enough} {here} within {days} days"),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::{Currency, Id, Money, RawId};

    #[test]
    fn deals_and_members_are_said_in_words_of_both_languages() {
        assert_eq!(deal_short(Lang::Zh, 2, 1, 1_000_000), "买 2 送 1");
        assert_eq!(deal_short(Lang::Zh, 1, 1, 500_000), "第 2 件半价");
        assert_eq!(deal_short(Lang::En, 2, 1, 333_300), "2 + 1 at 33.33% off");
        assert_eq!(deal_words(Lang::En, 1, 1, 500_000), "of every 2 units, 50% off the 1 cheapest");
        let shop = Issuer::Shop(Id::from_raw(RawId([1; 16])));
        let amount = Some(Money::new(50_000, Currency::CNY));
        let regular = Segment::Regular { orders: Some(3), amount, days: 90 };
        assert!(segment_words(Lang::Zh, shop, regular).contains("90 天在这家店买满 3 单 或 "));
        assert!(segment_words(Lang::En, Issuer::Platform, Segment::New).contains("in the mall"));
    }
}
