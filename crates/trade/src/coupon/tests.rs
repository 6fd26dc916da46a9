//! What may be offered, and what a coupon is for.

use super::model::may_claim;
use super::*;
use kernel::{Currency, Id, Moment, Money, Problem, RawId};

const NOW: Moment = Moment::from_micros(1_795_000_000_000_000);

fn of<T>(n: u64) -> Id<T> {
    Id::from_raw(RawId::new(Moment::from_micros(1_000_000), n.into()))
}
fn yuan(minor: i64) -> Money {
    Money::new(minor, Currency::CNY)
}
fn brl(minor: i64) -> Money {
    Money::new(minor, Currency::BRL)
}
fn offer() -> NewCoupon {
    NewCoupon {
        issuer: Issuer::Platform,
        title: "满 150 减 15".into(),
        kind: Kind::Off { over: yuan(15_000), off: yuan(1_500) },
        total: 100,
        each: 1,
        from: NOW,
        until: NOW.plus_days(7),
        scope: Scope::All,
    }
}

#[test]
fn what_makes_no_coupon_is_refused_and_says_what_to_write() {
    assert_eq!(offer().check(NOW), Ok(()));
    let long: Box<str> = "长".repeat(41).into();
    let none = || Kind::Off { over: yuan(-1), off: yuan(1) };
    let bad: Vec<(&str, NewCoupon)> = vec![
        ("title", NewCoupon { title: "  ".into(), ..offer() }),
        ("title", NewCoupon { title: long, ..offer() }),
        ("title", NewCoupon { title: "two\nlines".into(), ..offer() }),
        ("pieces", NewCoupon { total: 0, ..offer() }),
        ("pieces", NewCoupon { total: i64::MAX, ..offer() }),
        ("each member", NewCoupon { each: 0, ..offer() }),
        ("each member", NewCoupon { each: 101, total: 1000, ..offer() }),
        ("each member", NewCoupon { each: 3, total: 2, ..offer() }),
        ("end", NewCoupon { until: NOW, ..offer() }),
        ("end", NewCoupon { from: NOW.plus_days(-2), until: NOW.plus_days(-1), ..offer() }),
        ("time", NewCoupon { until: Moment::from_micros(i64::MAX), ..offer() }),
        ("from which", NewCoupon { kind: none(), ..offer() }),
        ("takes off", NewCoupon { kind: Kind::Off { over: yuan(0), off: yuan(0) }, ..offer() }),
        ("takes off", NewCoupon { kind: Kind::Freight { over: yuan(0), off: brl(100) }, ..offer() }),
        ("share", NewCoupon { kind: Kind::Percent { over: yuan(0), ppm: 0, most: None }, ..offer() }),
        ("share", NewCoupon { kind: Kind::Percent { over: yuan(0), ppm: 1_000_001, most: None }, ..offer() }),
        ("most", NewCoupon { kind: Kind::Percent { over: yuan(0), ppm: 1, most: Some(yuan(0)) }, ..offer() }),
        ("category", NewCoupon { scope: Scope::Category("Home".into()), ..offer() }),
        ("category", NewCoupon { scope: Scope::Category("home..cups".into()), ..offer() }),
        ("category", NewCoupon { scope: Scope::Category("".into()), ..offer() }),
        ("products", NewCoupon { scope: Scope::Products(Vec::new()), ..offer() }),
        ("products", NewCoupon { scope: Scope::Products((0..101).map(of).collect()), ..offer() }),
    ];
    for (what, coupon) in bad {
        let err = coupon.check(NOW).unwrap_err();
        assert_eq!(err.code(), "coupon.bad");
        assert!(err.to_string().contains(what), "{what}: {err}");
    }
}

#[test]
fn a_category_holds_what_lies_below_it_and_not_what_begins_alike() {
    let home = Scope::Category("home".into());
    assert!(home.holds("home", of(1)) && home.holds("home.cups", of(1)));
    assert!(!home.holds("homeware", of(1)) && !home.holds("", of(1)));
    assert!(Scope::Products(vec![of(1)]).holds("any", of(1)));
    assert!(!Scope::Products(vec![of(1)]).holds("any", of(2)));
}

#[test]
fn a_coupon_is_claimed_from_its_beginning_until_before_its_end() {
    let (from, until) = (NOW, NOW.plus_days(1));
    let at = |now| may_claim(from, until, false, now).map_err(|err| err.code());
    assert_eq!(at(NOW.plus_micros(-1)), Err("coupon.not_yet"));
    assert_eq!(at(NOW), Ok(()));
    assert_eq!(at(until.plus_micros(-1)), Ok(()));
    assert_eq!(at(until), Err("coupon.over"));
    assert_eq!(may_claim(from, until, true, NOW), Err(Error::Stopped));
}

#[test]
fn issuer_and_kind_make_the_class() {
    let shop = Issuer::Shop(of(1));
    let (goods, freight) = (offer().kind, Kind::Freight { over: yuan(0), off: yuan(600) });
    let deal = Kind::Deal { over: yuan(0), buy: 2, get: 1, ppm: 1_000_000, most: None };
    let classes = [
        (shop, &deal),
        (shop, &goods),
        (Issuer::Platform, &goods),
        (shop, &freight),
        (Issuer::Platform, &freight),
    ];
    assert_eq!(classes.map(|(issuer, kind)| Class::new(issuer, kind)), Class::ALL);
    for class in Class::ALL {
        assert_eq!(Class::parse(class.as_str()), Some(class));
    }
    for state in State::ALL {
        assert_eq!(State::parse(state.as_str()), Some(state));
    }
}

#[test]
fn a_steep_or_a_dear_coupon_is_asked_about_and_confirmed_with_what_it_may_cost() {
    let bounds =
        Bounds { share: 500_000, steep: yuan(100_000), cost: yuan(10_000_000), purchase: yuan(5_000_000) };
    let of = |kind: Kind, total: i64| NewCoupon { kind, total, ..offer() };
    let cost = |coupon: &NewCoupon, guard: &Guard| match coupon.ask(guard, &bounds) {
        Ok(()) => None,
        Err(Error::Confirm { cost, .. }) => Some(cost.minor),
        Err(other) => panic!("{other}"),
    };
    let free = Guard::default();
    // 200 off from 1 on: five pieces cost 1,000 and pass, six are asked about.
    let steep = |total| of(Kind::Off { over: yuan(100), off: yuan(20_000) }, total);
    assert_eq!((cost(&steep(5), &free), cost(&steep(6), &free)), (None, Some(120_000)));
    let said = |minor| Guard { confirmed: Some(yuan(minor)), ..Guard::default() };
    assert_eq!((cost(&steep(6), &said(120_000)), cost(&steep(6), &said(119_999))), (None, Some(120_000)));
    // A budget is what it may cost at most.
    let budget = |minor| Guard { budget: Some(yuan(minor)), ..Guard::default() };
    assert_eq!((cost(&steep(6), &budget(100_000)), cost(&steep(6), &budget(100_001))), (None, Some(100_001)));
    // At half of the price it is not steep; then only the whole counts.
    let fair = |total| of(Kind::Off { over: yuan(20_000), off: yuan(10_000) }, total);
    assert_eq!((cost(&fair(1_000), &free), cost(&fair(1_001), &free)), (None, Some(10_010_000)));
    // A share without an end is counted on the most that a purchase may cost.
    let share = |ppm, most| of(Kind::Percent { over: yuan(0), ppm, most }, 10);
    assert_eq!(cost(&share(200_000, None), &free), None);
    assert_eq!(cost(&share(200_001, None), &free), Some(10_000_050));
    assert_eq!(cost(&share(900_000, Some(yuan(10_000))), &free), None);
    assert_eq!(cost(&share(900_000, Some(yuan(10_001))), &free), Some(100_010));
    // Other money is not compared.
    let other = NewCoupon { kind: Kind::Off { over: brl(1), off: brl(90_000) }, ..offer() };
    assert_eq!(other.ask(&free, &bounds), Ok(()));
    let text = steep(6).ask(&free, &bounds).unwrap_err().to_string();
    assert!(text.contains("1200.00") || text.contains("1,200.00"), "{text}");
}

#[test]
fn a_code_is_read_however_it_is_typed() {
    for text in ["spring-26", " SPRING-26 ", "ＳＰＲＩＮＧ－２６", "Spring-26"] {
        assert_eq!(code_of(text).as_deref(), Some("SPRING-26"), "{text}");
    }
    for text in ["", "ABC", "春天来了", "A B C D", "ABCDEFGHIJKLMNOPQRSTUVWXY"] {
        assert_eq!(code_of(text), None, "{text}");
    }
    let guard = Guard { code: Some("abcd".into()), ..Guard::default() };
    assert_eq!(offer().check_guard(&guard), Err(Error::BadCode { least: 4, most: 24 }));
    let guard = Guard { budget: Some(yuan(0)), ..Guard::default() };
    assert_eq!(offer().check_guard(&guard).unwrap_err().code(), "coupon.bad");
}

#[test]
fn a_deal_and_a_coupon_for_followers_are_a_shops_to_offer() {
    let shop = Issuer::Shop(of(1));
    let deal = |buy, get, ppm, most| Kind::Deal { over: yuan(0), buy, get, ppm, most };
    let new = |issuer, kind| NewCoupon { issuer, kind, ..offer() };
    assert_eq!(new(shop, deal(2, 1, 1_000_000, None)).check(NOW), Ok(()));
    assert_eq!(new(Issuer::Platform, deal(2, 1, 1_000_000, None)).check(NOW), Err(Error::OfShop));
    for (what, kind) in [
        ("units are bought", deal(0, 1, 1, None)),
        ("units are bought", deal(100, 1, 1, None)),
        ("cost less", deal(1, 0, 1, None)),
        ("share", deal(1, 1, 0, None)),
        ("share", deal(1, 1, 1_000_001, None)),
        ("most", deal(1, 1, 1, Some(yuan(0)))),
        ("most", deal(1, 1, 1, Some(brl(1)))),
    ] {
        let err = new(shop, kind).check(NOW).unwrap_err();
        assert!(err.to_string().contains(what), "{what}: {err}");
    }
    let guard = |segment| Guard { segment: Some(segment), ..Guard::default() };
    let ofs = |issuer, segment| new(issuer, offer().kind).check_guard(&guard(segment));
    assert_eq!(ofs(shop, Segment::Followers), Ok(()));
    assert_eq!(ofs(Issuer::Platform, Segment::Followers), Err(Error::OfShop));
    assert_eq!(ofs(Issuer::Platform, Segment::New), Ok(()));
    let regular = |orders, amount, days| Segment::Regular { orders, amount, days };
    assert_eq!(ofs(shop, regular(Some(3), Some(yuan(100)), 90)), Ok(()));
    for (what, segment) in [
        ("orders", regular(None, None, 90)),
        ("orders", regular(Some(0), None, 90)),
        ("amount", regular(None, Some(yuan(0)), 90)),
        ("amount", regular(None, Some(brl(5)), 90)),
        ("days", regular(Some(1), None, 0)),
    ] {
        let err = ofs(shop, segment).unwrap_err();
        assert!(err.to_string().contains(what), "{what}: {err}");
    }
    // Of every two the cheaper one free takes off half, as if all cost the same.
    let bounds =
        Bounds { share: 400_000, steep: yuan(100), cost: yuan(10_000_000), purchase: yuan(5_000_000) };
    let asked = new(shop, deal(1, 1, 1_000_000, None)).ask(&Guard::default(), &bounds).unwrap_err();
    assert!(matches!(asked, Error::Confirm { each, .. } if each == yuan(2_500_000)), "{asked:?}");
    assert_eq!(new(shop, deal(4, 1, 1_000_000, Some(yuan(100)))).ask(&Guard::default(), &bounds), Ok(()));
}
