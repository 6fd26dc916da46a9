//! The market's file, and what is wrong with others.

use super::*;
use crate::coupon::Class;
use crate::risk::{Rule, Sign};
use kernel::{Currency, Moment, Money, Zone};
use proptest::prelude::*;

const HOUR: i64 = 3_600_000_000;

fn market() -> Terms {
    built_in().unwrap().remove(0)
}

#[test]
fn the_markets_file_reads_and_says_where_each_number_comes_from() {
    let terms = market();
    assert_eq!(&*terms.version, "market-1");
    assert_eq!(terms.pay_within, 15 * 60 * 1_000_000);
    assert_eq!(terms.confirm_after, 10 * 24 * 3600 * 1_000_000);
    assert_eq!(terms.transfer_within, Some(3 * 24 * 3600 * 1_000_000));
    assert_eq!(terms.cart(), crate::cart::Most { lines: 120, units: 999 });
    assert!(terms.stated.len() > 20);
    for stated in &terms.stated {
        assert_ne!(stated.source.is_some(), stated.assumed.is_some(), "{}", stated.key);
    }
    let now = Moment::from_micros(0);
    assert_eq!(terms.pay_by(now), terms.quote_until(now));
    assert_eq!(terms.transfer_by(now), Some(now.plus_days(3)));
}

#[test]
fn a_file_that_knows_no_transfers_reads_and_has_none() {
    let older: String =
        MARKET.lines().filter(|line| !line.starts_with("transfer_within")).collect::<Vec<_>>().join("\n");
    let terms = read(&older).unwrap().remove(0);
    assert_eq!((terms.transfer_within, terms.transfer_by(Moment::from_micros(0))), (None, None));
    let shorter = MARKET.replace(
        "transfer_within = { value = 3, unit = \"days\"",
        "transfer_within = { value = 1, unit = \"minutes\"",
    );
    let terms = read(&shorter).unwrap().remove(0);
    assert_eq!(
        terms.transfer_by(Moment::from_micros(0)),
        Some(terms.pay_by(Moment::from_micros(0))),
        "never sooner"
    );
    let wrong = read(&MARKET.replace(
        "transfer_within = { value = 3, unit = \"days\"",
        "transfer_within = { value = 3, unit = \"moons\"",
    ))
    .unwrap_err();
    assert!(wrong.what.contains("times.transfer_within"), "{wrong}");
}

#[test]
fn rules_of_risk_are_read_and_a_market_may_do_without() {
    let rules = market().risk.unwrap();
    let words: Vec<String> = rules
        .all()
        .iter()
        .map(|rule| {
            format!(
                "{}>{} in {}h {}",
                rule.sign.as_str(),
                rule.most,
                rule.within / HOUR,
                rule.action.as_str()
            )
        })
        .collect();
    assert_eq!(words[0], "member>10 in 1h hold");
    assert!(Sign::ALL.into_iter().all(|sign| rules.asks(sign)), "{words:?}");
    let young = |rule: &&Rule| rule.new_for.is_some();
    assert_eq!(rules.all().iter().filter(young).map(|rule| rule.sign).collect::<Vec<_>>(), [Sign::Units]);
    let stated = market().stated;
    let units = stated.iter().find(|one| &*one.key == "risk.units.hold").unwrap();
    assert_eq!(&*units.value, "20 units in 24 hours, accounts younger than 168 hours");
    let without = read(without_risk()).unwrap().remove(0);
    assert_eq!(without.risk, None);
}

#[test]
fn the_longest_code_of_a_category_has_its_rate() {
    let terms = market();
    assert_eq!(terms.fee.rate("home.cups.mugs"), ("home", 50_000));
    assert_eq!(terms.fee.rate("books"), ("books", 20_000));
    assert_eq!(terms.fee.rate("bookshelves"), ("", 50_000));
    assert_eq!(terms.fee.rate(""), ("", 50_000));
    assert_eq!(terms.commission.rate("home"), ("", 0));
    let more = MARKET.replace(
        "{ category = \"books\", value = 20000,",
        "{ category = \"books.rare\", value = 1000, unit = \"ppm\", assumed = \"a test\" },\n  { category = \"books\", value = 20000,",
    );
    let terms = read(&more).unwrap().remove(0);
    assert_eq!(terms.fee.rate("books.rare.maps"), ("books.rare", 1000));
    assert_eq!(terms.fee.rate("books.rares"), ("books", 20_000));
}

#[test]
fn an_amount_of_the_terms_counts_in_their_currency_only() {
    assert_eq!(market().most_total(Currency::CNY), Some(Money::new(5_000_000, Currency::CNY)));
    assert_eq!(market().most_total(Currency::BRL), None);
}

#[test]
fn of_a_class_there_are_as_many_as_the_file_says_and_one_where_it_says_nothing() {
    assert!(Class::ALL.iter().all(|class| market().most_of(*class) == 1));
    let (before, after) = MARKET.split_once("most = [\n").unwrap();
    let (_, after) = after.split_once("]\n").unwrap();
    let with = |rows: &str| read(&format!("{before}most = [{rows}]\n{after}"));
    assert_eq!(with("").unwrap()[0].most_of(Class::Shop), 1, "as before there was such a line");
    let row = |class: &str, value: i64, unit: &str| {
        format!("{{ class = \"{class}\", value = {value}, unit = \"{unit}\", assumed = \"a test\" }},")
    };
    let terms = with(&(row("shop", 3, "coupons") + &row("platform", 0, "coupons"))).unwrap().remove(0);
    assert_eq!((terms.most_of(Class::Shop), terms.most_of(Class::Platform)), (3, 0));
    assert!(terms.stated.iter().any(|said| &*said.key == "coupons.most.shop" && &*said.value == "3 coupons"));
    for (rows, what) in [
        (row("mall", 1, "coupons"), "deal, shop, platform, shop_freight, platform_freight"),
        (row("shop", 4, "coupons"), "0 to 3"),
        (row("platform", 2, "coupons"), "0 to 1"),
        (row("shop", 1, "units"), "unit = \"coupons\""),
        (row("shop", 1, "coupons") + &row("shop", 2, "coupons"), "twice"),
        (row("shop", 1, "coupons").replace("a test", " "), "has to say where"),
    ] {
        let bad = with(&rows).unwrap_err();
        assert!(bad.what.contains(what), "{rows}: {bad}");
        assert!(bad.line > 40, "{bad}");
    }
}

#[test]
fn classes_go_together_as_the_file_says_in_either_order() {
    let terms = market();
    assert!(terms.combine(Class::Deal, Class::Shop) && terms.combine(Class::Platform, Class::Deal));
    assert!(terms.combine(Class::Shop, Class::Platform) && terms.combine(Class::Platform, Class::Shop));
    assert!(!terms.combine(Class::ShopFreight, Class::PlatformFreight));
    for class in Class::ALL {
        assert!(!terms.combine(class, class));
    }
}

#[test]
fn a_version_counts_from_its_local_day_on() {
    let second = MARKET
        .replace("\"market-1\"", "\"market-2\"")
        .replace("effective_from = 2000-01-01", "effective_from = 2026-07-15");
    // Versions may stand in any order.
    let terms = read(&format!("{second}\n{MARKET}")).unwrap();
    let zone: Zone = "Asia/Shanghai".parse().unwrap();
    let at = |text: &str| Moment::parse_as_of(text, &zone).unwrap();
    let word = |text: &str| in_force(&terms, at(text), &zone).map(|terms| &*terms.version);
    assert_eq!(word("2026-07-14T23:59:59.999999+08:00"), Some("market-1"));
    assert_eq!(word("2026-07-15T00:00:00+08:00"), Some("market-2"));
    assert_eq!(word("1999-12-31T23:59:59+08:00"), None);
}

/// What is said of the market's file with a text in place of another, and about which line's text.
fn said(of: &str, instead: &str) -> (String, String) {
    assert!(MARKET.contains(of), "{of}");
    let text = MARKET.replacen(of, instead, 1);
    let bad = read(&text).unwrap_err();
    (bad.to_string(), text.lines().nth(bad.line - 1).unwrap_or_default().to_owned())
}

#[test]
fn what_is_wrong_is_told_with_its_line_and_with_what_to_write() {
    for (of, instead, line, what) in [
        ("version = \"market-1\"", "version = \"Market 1\"", "Market 1", "\"market-2\""),
        ("effective_from = 2000-01-01", "effective_from = 07:30:00", "07:30", "2026-07-01"),
        (
            "effective_from = 2000-01-01",
            "effective_from = 2000-01-01T00:00:00Z",
            "effective_from",
            "is not a day",
        ),
        ("currency = \"CNY\"", "currency = \"yuan\"", "yuan", "three capitals"),
        (
            "value = 15, unit = \"minutes\"",
            "value = 15, unit = \"moments\"",
            "pay_within",
            "minutes, hours or days",
        ),
        ("value = 15, unit = \"minutes\"", "value = 0, unit = \"minutes\"", "pay_within", "between 1 second"),
        (
            "value = 15, unit = \"minutes\"",
            "value = 9000000000000000000, unit = \"days\"",
            "pay_within",
            "366 days",
        ),
        ("value = 120, unit = \"lines\"", "value = 120, unit = \"units\"", "lines =", "unit = \"lines\""),
        ("value = 120, unit = \"lines\"", "value = 0, unit = \"lines\"", "lines =", "between 1 and 500"),
        ("unit = \"CNY 0.01\"", "unit = \"USD 0.01\"", "total =", "unit = \"CNY 0.01\""),
        ("rounding = \"half_up\"", "rounding = \"half\"", "half", "half_up or down"),
        ("value = 50000, unit = \"ppm\"", "value = 5, unit = \"percent\"", "percent", "unit = \"ppm\""),
        ("value = 50000, unit = \"ppm\"", "value = 1000001, unit = \"ppm\"", "1000001", "50000 is 5 %"),
        ("value = 50000, unit = \"ppm\"", "value = 600000, unit = \"ppm\"", "[[terms]]", "at most 500000"),
        ("category = \"shoes\"", "category = \"bags\"", "bags", "keep one"),
        ("{ category = \"\"", "{ category = \"rest\"", "rates = [", "category = \"\""),
        (
            "assumed = \"the source's most common rate, for what it does not name\"",
            "assumed = \" \"",
            "category = \"\"",
            "has to say where",
        ),
        (
            "source = \"rules.md 6 [S48]: 2 % (3C)\"",
            "assumed = \"a\", source = \"b\"",
            "electronics",
            "and not both",
        ),
        ("[\"shop\", \"platform\"]", "[\"shop\", \"mall\"]", "mall", "platform_freight"),
        ("[\"shop\", \"platform\"]", "[\"shop\", \"shop\"]", "\"shop\", \"shop\"", "two classes"),
        (
            "{ what = \"member\", value = 10",
            "{ what = \"moon\", value = 10",
            "moon",
            "member, phone, address",
        ),
        (
            "value = 10, unit = \"purchases\"",
            "value = 10, unit = \"units\"",
            "member",
            "unit = \"purchases\"",
        ),
        (
            "value = 10, unit = \"purchases\"",
            "value = 0, unit = \"purchases\"",
            "member",
            "between 1 and 150",
        ),
        ("hours = 1, then = \"hold\"", "hours = 0, then = \"hold\"", "member", "between 1 and 8784"),
        ("hours = 1, then = \"hold\"", "hours = 1, then = \"shout\"", "shout", "hold, refuse"),
        (
            "hours = 1, then = \"hold\"",
            "hours = 1, new_for_hours = 1, then = \"hold\"",
            "member",
            "only there",
        ),
        ("new_for_hours = 168, ", "", "\"units\"", "only there"),
        (
            "hours = 24, then = \"refuse\", assumed = \"no person",
            "hours = 1, then = \"hold\", assumed = \"no person",
            "no person",
            "keep one",
        ),
        ("pay_within =", "pay_inside =", "pay_inside", "unknown field `pay_inside`"),
        ("[terms.times]", "[terms.time]", "[terms.time]", "unknown field `time`"),
    ] {
        let (bad, at) = said(of, instead);
        assert!(bad.contains(what), "{instead}: {bad}");
        assert!(at.contains(line), "{instead}: {bad}, but that line is {at}");
    }
    let twice = read(&format!("{MARKET}\n{MARKET}")).unwrap_err();
    assert!(twice.what.contains("stands here twice"), "{twice}");
    let same_day = MARKET.replace("\"market-1\"", "\"market-2\"");
    let same_day = read(&format!("{MARKET}\n{same_day}")).unwrap_err();
    assert!(same_day.what.contains("two versions begin on 2000-01-01"), "{same_day}");
    assert!(read("").unwrap_err().to_string().contains("write [[terms]]"));
    assert_eq!(read("# one\n\nterms = 3").unwrap_err().line, 3);
}

#[test]
fn a_fraction_is_rounded_as_its_name_says() {
    assert_eq!(Rounding::HalfUp.part(10, 50_000), 1);
    assert_eq!(Rounding::HalfUp.part(9, 50_000), 0);
    assert_eq!(Rounding::Down.part(19, 50_000), 0);
    assert_eq!(Rounding::Down.part(20, 50_000), 1);
    for way in Rounding::ALL {
        assert_eq!(Rounding::parse(way.as_str()), Some(way));
        assert_eq!(way.part(ledger::MOST, 1_000_000), ledger::MOST);
    }
}

proptest! {
    #[test]
    fn no_text_breaks_the_reader(text in ".{0,200}", cut in 0usize..6000) {
        let _ = read(&text);
        let at = (0..=cut.min(MARKET.len())).rev().find(|at| MARKET.is_char_boundary(*at)).unwrap_or(0);
        let _ = read(&MARKET[..at]);
    }

    #[test]
    fn what_is_taken_never_grows_faster_than_its_base(base in 0i64..1_000_000_000, more in 0i64..1_000_000, ppm in 0i64..=1_000_000) {
        for way in Rounding::ALL {
            let growth = way.part(base + more, ppm) - way.part(base, ppm);
            prop_assert!((0..=more).contains(&growth));
        }
    }
}
