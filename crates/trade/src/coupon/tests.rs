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
    let classes =
        [(shop, &goods), (Issuer::Platform, &goods), (shop, &freight), (Issuer::Platform, &freight)];
    assert_eq!(classes.map(|(issuer, kind)| Class::new(issuer, kind)), Class::ALL);
    for class in Class::ALL {
        assert_eq!(Class::parse(class.as_str()), Some(class));
    }
    for state in State::ALL {
        assert_eq!(State::parse(state.as_str()), Some(state));
    }
}
