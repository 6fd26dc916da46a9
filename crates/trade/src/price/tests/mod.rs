//! Prices as tables, and what always holds of them.

mod property;

use super::best::{self, Field};
use super::*;
use crate::coupon::{Claimed, Class, Issuer, Kind, Scope, Segment};
use crate::terms::{self, Terms};
use kernel::{Currency, Id, Moment, Money, Problem, RawId, id};

pub(super) const NOW: Moment = Moment::from_micros(1_795_000_000_000_000);

pub(super) fn of<T>(n: u64) -> Id<T> {
    Id::from_raw(RawId::new(Moment::from_micros(1_000_000), n.into()))
}
pub(super) const fn yuan(minor: i64) -> Money {
    Money::new(minor, Currency::CNY)
}
pub(super) fn market() -> Terms {
    terms::built_in().unwrap().remove(0)
}

/// The market's terms with other pairs of classes that go together.
pub(super) fn combining(pairs: &str) -> Terms {
    terms::read(&combining_text(pairs)).unwrap().remove(0)
}
pub(super) fn combining_text(pairs: &str) -> String {
    let (before, after) = terms::MARKET.split_once("combine = [\n").unwrap();
    let (_, after) = after.split_once("\n]\n").unwrap();
    format!("{before}combine = [\n{pairs}\n]\n{after}")
}

/// A line of one variant: its number, its price, how many.
pub(super) fn line(n: u64, unit: i64, quantity: i64) -> LineAsked {
    LineAsked {
        sku: of(n),
        product: of(1000 + n),
        category: "home.cups".into(),
        quantity,
        unit: yuan(unit),
        list: None,
        freight: Freight { fee: yuan(0), free_from: None },
        limit: None,
        had: 0,
    }
}
fn with_freight(line: LineAsked, fee: i64, free_from: Option<i64>) -> LineAsked {
    LineAsked { freight: Freight { fee: yuan(fee), free_from: free_from.map(yuan) }, ..line }
}
fn in_category(line: LineAsked, category: &str) -> LineAsked {
    LineAsked { category: category.into(), ..line }
}
pub(super) fn shop(n: u64, lines: Vec<LineAsked>) -> ShopAsked {
    ShopAsked { shop: of(n), lines, delivery_method: None }
}
pub(super) fn claim(n: u64, issuer: Issuer, kind: Kind) -> Claimed {
    Claimed {
        left: None,
        claim: of(n),
        coupon: of(500 + n),
        title: format!("coupon {n}").into(),
        issuer,
        kind,
        scope: Scope::All,
        from: NOW.plus_days(-1),
        until: NOW.plus_days(1),
        exclusive: false,
        segment: None,
        outside: false,
    }
}
fn off(n: u64, issuer: Issuer, over: i64, off: i64) -> Claimed {
    claim(n, issuer, Kind::Off { over: yuan(over), off: yuan(off) })
}
fn percent(n: u64, issuer: Issuer, over: i64, ppm: i64, most: Option<i64>) -> Claimed {
    claim(n, issuer, Kind::Percent { over: yuan(over), ppm, most: most.map(yuan) })
}
fn freight(n: u64, issuer: Issuer, over: i64, off: i64) -> Claimed {
    claim(n, issuer, Kind::Freight { over: yuan(over), off: yuan(off) })
}
fn its(n: u64) -> Issuer {
    Issuer::Shop(of(n))
}
fn ask(shops: Vec<ShopAsked>, claims: Vec<Claimed>) -> Priced {
    price(&Asked { shops, claims }, &market(), NOW).unwrap()
}
fn refuse(shops: Vec<ShopAsked>) -> &'static str {
    price(&Asked { shops, claims: Vec::new() }, &market(), NOW).unwrap_err().code()
}
fn reason(priced: &Priced, n: u64) -> &Reason {
    &priced.refused.iter().find(|refused| refused.claimed.claim == of(n)).unwrap().reason
}
fn outdone(by: &[u64], saves: i64, clause: Option<Clause>) -> Reason {
    Reason::Outdone { by: by.iter().map(|n| of(*n)).collect(), saves: yuan(saves), clause }
}
const fn most(class: Class) -> Clause {
    Clause::Most { class, most: 1 }
}
fn deal(n: u64, issuer: Issuer, buy: i64, get: i64, ppm: i64) -> Claimed {
    claim(n, issuer, Kind::Deal { over: yuan(0), buy, get, ppm, most: None })
}
/// The market's terms with so many coupons of the class shop.
pub(super) fn most_of_shop(terms: &str, n: i64) -> Terms {
    let one = "{ class = \"shop\", value = 1,";
    assert!(terms.contains(one));
    terms::read(&terms.replacen(one, &format!("{{ class = \"shop\", value = {n},"), 1)).unwrap().remove(0)
}
fn taken(priced: &Priced) -> Vec<Id<id::Claim>> {
    priced.applied.iter().map(|applied| applied.claimed.claim).collect()
}

/// The checkout of the mock `store-checkout`: two shops, shops' coupons, the platform's over both, freight.
fn mock() -> Asked {
    let cups = shop(1, vec![with_freight(line(1, 8900, 2), 1000, Some(5900))]);
    let fruit = |n, unit| in_category(with_freight(line(n, unit, 1), 600, Some(7900)), "fresh.fruit");
    let mut fresh = off(4, Issuer::Platform, 0, 800);
    fresh.scope = Scope::Category("fresh".into());
    Asked {
        shops: vec![cups, shop(2, vec![fruit(2, 3990), fruit(3, 2880)])],
        claims: vec![
            off(1, its(1), 0, 2000),
            off(2, Issuer::Platform, 15000, 1500),
            off(3, its(2), 0, 300),
            fresh,
            percent(5, its(1), 23700, 100_000, None),
        ],
    }
}

#[test]
fn a_checkout_of_two_shops_adds_up_as_its_page_shows() {
    let priced = price(&mock(), &market(), NOW).unwrap();
    assert_eq!(priced.goods, yuan(24670));
    assert_eq!(priced.discount, yuan(3800));
    assert_eq!(priced.freight, yuan(600));
    assert_eq!(priced.total, yuan(21470));
    assert_eq!(priced.shops[0].total, yuan(14741));
    assert_eq!(priced.shops[1].total, yuan(6729));
    assert_eq!(taken(&priced), [of(1), of(3), of(2)]);
    let platform = &priced.applied[2];
    let parts: Vec<(i64, i64)> = platform.parts.iter().map(|p| (p.base.minor, p.amount.minor)).collect();
    assert_eq!(parts, [(15800, 1059), (6570, 441)]);
    let freight = &priced.shops[1].freight;
    assert_eq!((freight.counted, freight.short, freight.paid), (yuan(6870), Some(yuan(1030)), yuan(600)));
    assert_eq!(priced.shops[0].freight.due, yuan(0));
    assert_eq!(reason(&priced, 4), &outdone(&[2], 700, Some(most(Class::Platform))));
    let short = Reason::Short { over: yuan(23700), counted: yuan(17800), short: yuan(5900) };
    assert_eq!(reason(&priced, 5), &short);
}

#[test]
fn the_fee_is_of_what_is_paid_and_of_what_the_platform_gives_but_not_of_what_the_shop_gives() {
    let priced = price(&mock(), &market(), NOW).unwrap();
    let [cups, fruit] = &*priced.shops else { panic!() };
    // 178.00 - 20.00 of its own, at 5 %.
    assert_eq!(cups.subsidy, yuan(1059));
    assert_eq!(cups.charges.len(), 1);
    assert_eq!((&*cups.charges[0].category, cups.charges[0].ppm), ("home", 50_000));
    assert_eq!((cups.charges[0].base, cups.fee), (yuan(15800), yuan(790)));
    // 68.70 - 3.00 of its own + 6.00 of freight, at 2 %.
    assert_eq!((fruit.charges[0].base, fruit.fee), (yuan(7170), yuan(143)));
    assert_eq!(fruit.commission, yuan(0));
    assert_eq!(
        fruit.ledger_terms(),
        ledger::Terms { commission: yuan(0), fee: yuan(143), coupon: yuan(441) }
    );
}

#[test]
fn categories_of_one_shop_are_charged_apart_each_at_its_own_rate() {
    let priced = ask(
        vec![shop(
            1,
            vec![
                line(1, 1000, 1),
                in_category(line(2, 3000, 1), "books"),
                in_category(line(3, 500, 2), "garden"),
            ],
        )],
        Vec::new(),
    );
    let charges: Vec<(&str, i64, i64, i64)> =
        priced.shops[0].charges.iter().map(|c| (&*c.category, c.ppm, c.base.minor, c.amount.minor)).collect();
    assert_eq!(charges, [("", 50_000, 1000, 50), ("books", 20_000, 3000, 60), ("home", 50_000, 1000, 50)]);
}

#[test]
fn a_shops_parcel_costs_its_highest_fee_and_what_goes_free_does_not_count() {
    let freight_of = |lines| ask(vec![shop(1, lines)], Vec::new()).shops.remove(0).freight;
    let both = freight_of(vec![
        with_freight(line(1, 1000, 1), 600, Some(1500)),
        with_freight(line(2, 1000, 1), 900, Some(5000)),
    ]);
    assert_eq!((both.due, both.short), (yuan(900), Some(yuan(3000))));
    let one = freight_of(vec![
        with_freight(line(1, 4000, 1), 600, None),
        with_freight(line(2, 1000, 1), 900, Some(5000)),
    ]);
    assert_eq!((one.due, one.free_from, one.short), (yuan(600), None, None));
    let free = freight_of(vec![with_freight(line(1, 5000, 1), 900, Some(5000))]);
    assert_eq!((free.due, free.fee, free.free_from), (yuan(0), yuan(900), Some(yuan(5000))));
}

#[test]
fn coupons_do_not_make_freight_due() {
    let lines = vec![with_freight(line(1, 5900, 1), 1000, Some(5900))];
    let priced = ask(vec![shop(1, lines)], vec![off(1, its(1), 0, 500)]);
    assert_eq!((priced.freight, priced.total), (yuan(0), yuan(5400)));
}

#[test]
fn the_platforms_threshold_counts_what_the_shops_coupons_leave() {
    // With the shop's 20.00 only 140.00 is left, and the platform's 30.00 from 150.00 on would be lost.
    let priced = ask(
        vec![shop(1, vec![line(1, 16000, 1)])],
        vec![off(1, its(1), 0, 2000), off(2, Issuer::Platform, 15000, 3000)],
    );
    assert_eq!(taken(&priced), [of(2)]);
    assert_eq!(reason(&priced, 1), &outdone(&[2], 1000, None), "no clause: it is the threshold");
    // A dearer basket keeps both.
    let priced = ask(
        vec![shop(1, vec![line(1, 17000, 1)])],
        vec![off(1, its(1), 0, 2000), off(2, Issuer::Platform, 15000, 3000)],
    );
    assert_eq!(priced.total, yuan(12000));
}

#[test]
fn a_small_coupon_stays_in_hand_where_a_larger_one_still_reaches_the_threshold() {
    let shops = vec![shop(1, vec![line(1, 10_000, 1)]), shop(2, vec![line(2, 10_000, 1)])];
    let claims =
        vec![off(1, its(1), 0, 1000), off(2, its(2), 0, 3000), off(3, Issuer::Platform, 17_000, 5000)];
    let priced = ask(shops, claims);
    assert_eq!(taken(&priced), [of(2), of(3)]);
    assert_eq!(reason(&priced, 1), &outdone(&[2], 2000, None));
}

#[test]
fn classes_that_do_not_go_together_leave_the_better_one() {
    let apart = combining("  [\"shop\", \"shop_freight\"]");
    let shops = vec![shop(1, vec![line(1, 10000, 1)]), shop(2, vec![line(2, 10000, 1)])];
    let claims = vec![off(1, its(1), 0, 2000), off(2, Issuer::Platform, 0, 3000)];
    let priced = price(&Asked { shops: shops.clone(), claims: claims.clone() }, &apart, NOW).unwrap();
    // The platform's is taken off the other shop's goods, where no coupon of the shop stands in its way.
    assert_eq!(priced.total, yuan(15000));
    assert_eq!(priced.applied[1].parts.len(), 1);
    let one = Asked { shops: vec![shops[0].clone()], claims };
    let priced = price(&one, &apart, NOW).unwrap();
    assert_eq!(taken(&priced), [of(2)]);
    let apart = Clause::Apart { class: Class::Shop, with: Class::Platform };
    assert_eq!(reason(&priced, 1), &outdone(&[2], 1000, Some(apart)));
}

#[test]
fn of_equal_savings_fewer_coupons_are_spent_and_those_that_end_first() {
    let mut late = off(1, its(1), 0, 500);
    late.until = NOW.plus_days(9);
    let priced = ask(vec![shop(1, vec![line(1, 1000, 1)])], vec![late, off(2, its(1), 0, 500)]);
    assert_eq!(taken(&priced), [of(2)]);
    assert_eq!(reason(&priced, 1), &outdone(&[2], 0, Some(most(Class::Shop))));
    // Freight of 6.00 is paid for by the shop's coupon; the platform's would take off nothing more.
    let lines = vec![with_freight(line(1, 1000, 1), 600, None)];
    let terms = combining("  [\"shop_freight\", \"platform_freight\"]");
    let claims = vec![freight(1, Issuer::Platform, 0, 600), freight(2, its(1), 0, 600)];
    let priced = price(&Asked { shops: vec![shop(1, lines)], claims }, &terms, NOW).unwrap();
    assert_eq!((priced.applied.len(), priced.freight), (1, yuan(0)));
}

#[test]
fn coupons_for_freight_pay_no_more_than_there_is() {
    let lines = vec![with_freight(line(1, 1000, 1), 600, None)];
    let priced = ask(vec![shop(1, lines.clone())], vec![freight(1, Issuer::Platform, 1000, 900)]);
    assert_eq!(
        (priced.total, priced.freight_discount, priced.shops[0].subsidy),
        (yuan(1000), yuan(600), yuan(600))
    );
    assert_eq!(priced.shops[0].fee, yuan(80), "of 10.00 paid and 6.00 that the platform gives");
    let priced = ask(vec![shop(1, lines)], vec![freight(1, its(1), 1001, 900)]);
    assert_eq!(reason(&priced, 1).as_str(), "short");
    let priced = ask(vec![shop(1, vec![line(1, 1000, 1)])], vec![freight(1, its(1), 0, 900)]);
    assert_eq!(reason(&priced, 1), &Reason::NothingToTake);
}

#[test]
fn of_two_bought_and_one_got_the_cheapest_unit_is_free_and_every_line_bears_its_share() {
    let lines = || vec![line(1, 3_000, 1), line(2, 5_000, 1), line(3, 2_000, 1)];
    let priced = ask(vec![shop(1, lines())], vec![deal(1, its(1), 2, 1, 1_000_000)]);
    assert_eq!((priced.discount, priced.total), (yuan(2_000), yuan(8_000)));
    // What goes back for a line is what was paid for it: no line is free, so none can be kept for nothing.
    let paid: Vec<i64> = priced.shops[0].lines.iter().map(|line| line.paid.minor).collect();
    assert_eq!(paid, [2_400, 4_000, 1_600]);
    assert_eq!(priced.applied[0].parts[0].lines.len(), 3);
    // Units of one line count as well; with six, the two cheapest of all are free.
    let priced =
        ask(vec![shop(1, vec![line(1, 1_000, 3), line(2, 100, 3)])], vec![deal(1, its(1), 2, 1, 1_000_000)]);
    assert_eq!(priced.discount, yuan(200));
    // Two are too few, and that is what it says.
    let priced = ask(vec![shop(1, vec![line(1, 3_000, 2)])], vec![deal(1, its(1), 2, 1, 1_000_000)]);
    assert_eq!(reason(&priced, 1), &Reason::FewUnits { needs: 3, counted: 2 });
    // Another shop's units are none of it.
    let priced = ask(
        vec![shop(1, vec![line(1, 3_000, 2)]), shop(2, vec![line(2, 1_000, 5)])],
        vec![deal(1, its(1), 2, 1, 1_000_000)],
    );
    assert_eq!(reason(&priced, 1), &Reason::FewUnits { needs: 3, counted: 2 });
}

#[test]
fn every_second_unit_is_at_half_its_price_within_the_scope_of_the_deal() {
    let half = |scope: Scope| Claimed { scope, ..deal(1, its(1), 1, 1, 500_000) };
    let lines = || vec![line(1, 1_001, 1), line(2, 3_000, 2), line(3, 400, 1)];
    // Of four units the two cheapest: 4.00 and 10.01, of which half is 7.005, rounded half up.
    let priced = ask(vec![shop(1, lines())], vec![half(Scope::All)]);
    assert_eq!(priced.discount, yuan(701));
    let some = Scope::Products(vec![of(1001), of(1002)]);
    let priced = ask(vec![shop(1, lines())], vec![half(some)]);
    assert_eq!((priced.discount, priced.shops[0].lines[2].discount), (yuan(501), yuan(0)));
    assert_eq!(priced.applied[0].base, yuan(7_001));
    let capped =
        claim(1, its(1), Kind::Deal { over: yuan(0), buy: 1, get: 1, ppm: 500_000, most: Some(yuan(300)) });
    assert_eq!(ask(vec![shop(1, lines())], vec![capped]).discount, yuan(300));
}

#[test]
fn a_deal_counts_before_coupons_which_count_what_it_leaves() {
    let shops = || vec![shop(1, vec![line(1, 10_000, 2)])];
    let free = deal(1, its(1), 1, 1, 1_000_000);
    let priced = ask(
        shops(),
        vec![free.clone(), percent(2, its(1), 0, 100_000, None), off(3, Issuer::Platform, 9_000, 1_000)],
    );
    assert_eq!(taken(&priced), [of(1), of(2), of(3)]);
    let counted: Vec<(i64, i64)> = priced.applied.iter().map(|a| (a.base.minor, a.amount.minor)).collect();
    assert_eq!(counted, [(20_000, 10_000), (10_000, 1_000), (9_000, 1_000)]);
    // A threshold that only the deal takes the goods below is no clause: what saves more is taken.
    let priced = ask(shops(), vec![free, off(2, its(1), 15_000, 3_000)]);
    assert_eq!(taken(&priced), [of(1)]);
    assert_eq!(reason(&priced, 2), &outdone(&[1], 7_000, None));
}

#[test]
fn as_many_coupons_of_a_shop_as_the_terms_say_count_one_after_the_other() {
    let asked = Asked {
        shops: vec![shop(1, vec![line(1, 10_000, 1)])],
        claims: vec![
            off(1, its(1), 0, 1_000),
            percent(2, its(1), 0, 100_000, None),
            off(3, its(1), 8_500, 700),
        ],
    };
    let one = price(&asked, &market(), NOW).unwrap();
    assert_eq!((one.discount, one.applied.len()), (yuan(1_000), 1));
    assert_eq!(reason(&one, 3).clause(), Some(most(Class::Shop)));
    let two = price(&asked, &most_of_shop(terms::MARKET, 2), NOW).unwrap();
    // The share of the whole first, then the amount; 90.00 is left for it.
    assert_eq!((two.discount, taken(&two)), (yuan(2_000), vec![of(1), of(2)]));
    assert_eq!(two.applied[0].base, yuan(9_000));
    // 80.00 would be left for the third one, which counts from 85.00 on.
    let three = price(&asked, &most_of_shop(terms::MARKET, 3), NOW).unwrap();
    assert_eq!((three.discount, reason(&three, 3).clause()), (yuan(2_000), None));
    let none = price(&asked, &most_of_shop(terms::MARKET, 0), NOW).unwrap();
    let clause = Clause::Most { class: Class::Shop, most: 0 };
    assert!(none.refused.iter().all(|refused| refused.reason == Reason::Barred { clause }), "{none:?}");
}

#[test]
fn an_exclusive_coupon_goes_with_no_other_one() {
    let shops = || vec![shop(1, vec![with_freight(line(1, 10_000, 1), 600, None)])];
    let alone = |off| Claimed { exclusive: true, ..self::off(1, its(1), 0, off) };
    let others = || vec![off(2, Issuer::Platform, 0, 1_000), freight(3, its(1), 0, 600)];
    let all = |off| std::iter::once(alone(off)).chain(others()).collect();
    let priced = ask(shops(), all(1_601));
    assert_eq!(taken(&priced), [of(1)]);
    assert_eq!(reason(&priced, 2).clause(), Some(Clause::Exclusive));
    let priced = ask(shops(), all(1_599));
    assert_eq!(taken(&priced), [of(2), of(3)]);
    assert_eq!(reason(&priced, 1), &outdone(&[2, 3], 1, Some(Clause::Exclusive)));
    // The platform's lowers no part that another one lowers.
    let mine = Claimed { exclusive: true, ..off(2, Issuer::Platform, 0, 500) };
    let two = vec![shop(1, vec![line(1, 10_000, 1)]), shop(2, vec![line(2, 10_000, 1)])];
    let priced = ask(two, vec![off(1, its(1), 0, 2_000), mine]);
    assert_eq!((priced.applied.len(), priced.applied[1].parts.len()), (2, 1));
    assert_eq!(priced.applied[1].parts[0].shop, of(2));
}

#[test]
fn a_coupon_for_some_members_is_taken_for_those_alone() {
    let segment = Segment::Regular { orders: Some(3), amount: None, days: 90 };
    let theirs = |outside| Claimed { segment: Some(segment), outside, ..off(1, its(1), 0, 500) };
    let priced = ask(vec![shop(1, vec![line(1, 1_000, 1)])], vec![theirs(false)]);
    assert_eq!(priced.total, yuan(500));
    let priced = ask(vec![shop(1, vec![line(1, 1_000, 1)])], vec![theirs(true)]);
    assert_eq!((priced.total, reason(&priced, 1)), (yuan(1_000), &Reason::NotInSegment { segment }));
}

#[test]
fn a_document_of_an_earlier_program_is_read() {
    let now = r#"{"outdone":{"by":[],"saves":[700,"CNY"]}}"#;
    let read: Reason = serde_json::from_str(now).unwrap();
    assert_eq!(read, outdone(&[], 700, None));
    let mut claimed = serde_json::to_value(off(1, its(1), 0, 500)).unwrap();
    for added in ["exclusive", "segment", "outside"] {
        assert!(
            claimed.as_object_mut().unwrap().remove(added).is_none(),
            "what is usual is not written: {added}"
        );
    }
    assert_eq!(serde_json::from_value::<Claimed>(claimed).unwrap(), off(1, its(1), 0, 500));
}

#[test]
fn every_shops_part_costs_at_least_one_minor_unit() {
    let shops = vec![shop(1, vec![line(1, 1, 1)]), shop(2, vec![line(2, 700, 1), line(3, 300, 1)])];
    let priced = ask(shops, vec![off(1, Issuer::Platform, 0, 5000), off(2, its(2), 0, 400)]);
    let totals: Vec<i64> = priced.shops.iter().map(|shop| shop.total.minor).collect();
    assert_eq!(totals, [1, 1]);
    assert_eq!(priced.saved(), yuan(999));
}

#[test]
fn what_cannot_be_taken_says_why() {
    let mut later = off(1, its(1), 0, 100);
    later.from = NOW.plus_micros(1);
    let mut over = off(2, its(1), 0, 100);
    over.until = NOW;
    let mut books = off(3, Issuer::Platform, 0, 100);
    books.scope = Scope::Category("books".into());
    let brl = |minor| Money::new(minor, Currency::BRL);
    let foreign = claim(4, its(1), Kind::Off { over: brl(0), off: brl(100) });
    let other = off(5, its(2), 0, 100);
    let mut product = off(6, its(1), 0, 100);
    product.scope = Scope::Products(vec![of(9)]);
    let claims = vec![later, over, books, foreign, other, product];
    let priced = ask(vec![shop(1, vec![line(1, 1000, 1)])], claims);
    let words: Vec<&str> = priced.refused.iter().map(|refused| refused.reason.as_str()).collect();
    assert_eq!(
        words,
        ["not_yet", "expired", "out_of_scope", "other_currency", "out_of_scope", "out_of_scope"]
    );
    assert_eq!(priced.total, yuan(1000));
    assert_eq!(reason(&priced, 1), &Reason::NotYet { from: NOW.plus_micros(1) });
    assert_eq!(reason(&priced, 2), &Reason::Expired { until: NOW });
}

#[test]
fn a_share_has_a_named_rounding_and_a_most() {
    let off_of = |unit, claim| ask(vec![shop(1, vec![line(1, unit, 1)])], vec![claim]).discount;
    assert_eq!(off_of(1005, percent(1, its(1), 0, 100_000, None)), yuan(101));
    assert_eq!(off_of(1004, percent(1, its(1), 0, 100_000, None)), yuan(100));
    assert_eq!(off_of(10_000, percent(1, its(1), 0, 100_000, Some(300))), yuan(300));
    assert_eq!(off_of(10_000, percent(1, its(1), 0, 1_000_000, None)), yuan(9_999));
}

#[test]
fn what_cannot_be_bought_is_refused_with_its_figures() {
    assert_eq!(refuse(Vec::new()), "price.nothing");
    assert_eq!(refuse(vec![shop(1, Vec::new()), shop(2, vec![line(1, 1, 1)])]), "price.nothing");
    assert_eq!(refuse(vec![shop(1, vec![line(1, 1, 1), line(1, 1, 1)])]), "price.twice");
    assert_eq!(refuse(vec![shop(1, vec![line(1, 1, 1)]), shop(1, vec![line(2, 1, 1)])]), "price.twice");
    for quantity in [0, -1, 1000, i64::MAX] {
        assert_eq!(refuse(vec![shop(1, vec![line(1, 1, quantity)])]), "price.quantity");
    }
    for unit in [0, -1, i64::MAX, ledger::MOST] {
        assert_eq!(refuse(vec![shop(1, vec![line(1, unit, 2)])]), "price.bad_price");
    }
    let lines = (1..=121).map(|n| line(n, 1, 1)).collect();
    assert_eq!(refuse(vec![shop(1, lines)]), "price.lines");
    assert_eq!(refuse(vec![shop(1, vec![line(1, 5_000_001, 1)])]), "price.too_dear");
    let mut real = line(2, 1, 1);
    real.unit = Money::new(1, Currency::BRL);
    assert_eq!(refuse(vec![shop(1, vec![line(1, 1, 1), real])]), "price.mixed_currencies");
    let limited = LineAsked { limit: Some(3), had: 2, ..line(1, 1, 2) };
    let asked = Asked { shops: vec![shop(1, vec![limited])], claims: Vec::new() };
    let err = price(&asked, &market(), NOW).unwrap_err();
    assert_eq!(err, Error::Limit { sku: of(1), limit: 3, had: 2, asked: 2 });
    assert_eq!(over_limits(&asked), [err]);
}

#[test]
fn in_another_currency_rates_count_and_amounts_of_the_terms_do_not() {
    let brl = |minor| Money::new(minor, Currency::BRL);
    let mut dear = line(1, 1, 1);
    dear.unit = brl(9_000_000);
    dear.freight = Freight { fee: brl(0), free_from: None };
    let asked = Asked { shops: vec![shop(1, vec![dear])], claims: vec![off(1, Issuer::Platform, 0, 100)] };
    let priced = price(&asked, &market(), NOW).unwrap();
    assert_eq!(priced.total, brl(9_000_000));
    assert_eq!(priced.shops[0].fee, brl(450_000));
    assert_eq!(reason(&priced, 1), &Reason::OtherCurrency);
}

#[test]
fn a_document_is_read_as_it_was_written_and_one_of_before_too() {
    let priced = price(&mock(), &market(), NOW).unwrap();
    let text = serde_json::to_string(&priced).unwrap();
    assert_eq!(serde_json::from_str::<Priced>(&text).unwrap(), priced);
    assert!(text.contains(r#""total":[21470,"CNY"]"#), "{text}");
    assert!(text.contains(r#""reason":{"short":{"over":[23700,"CNY"]"#), "{text}");
    let old = r#"{"terms":"market-1","at":1,"shops":[{"shop":"shp_00000000000000000000000000","lines":[{"sku":"sku_00000000000000000000000000",
        "product":"prd_00000000000000000000000000","category":"home","quantity":1,"unit":[500,"CNY"],"freight":{"fee":[0,"CNY"]},
        "goods":[500,"CNY"],"discount":[0,"CNY"],"paid":[500,"CNY"]}],"goods":[500,"CNY"],"discount":[0,"CNY"],
        "freight":{"fee":[0,"CNY"],"counted":[500,"CNY"],"due":[0,"CNY"],"discount":[0,"CNY"],"paid":[0,"CNY"]},
        "total":[500,"CNY"],"subsidy":[0,"CNY"],"charges":[{"what":"fee","category":"home","ppm":50000,"base":[500,"CNY"],
        "rounding":"half_up","amount":[25,"CNY"]}],"fee":[25,"CNY"],"commission":[0,"CNY"]}],"goods":[500,"CNY"],
        "discount":[0,"CNY"],"freight":[0,"CNY"],"freight_discount":[0,"CNY"],"total":[500,"CNY"]}"#;
    let read: Priced = serde_json::from_str(old).unwrap();
    let again = price(&read.asked(), &market(), read.at).unwrap();
    assert_eq!(again, read);
}

#[test]
fn a_bill_holds_a_shops_part_with_the_rules_that_concern_it() {
    let priced = price(&mock(), &market(), NOW).unwrap();
    let bill = priced.bill(of(2)).unwrap();
    assert_eq!(bill.shop, priced.shops[1]);
    assert_eq!(bill.applied.len(), 2);
    let parts: i64 =
        bill.applied.iter().flat_map(|applied| &applied.parts).map(|part| part.amount.minor).sum();
    assert_eq!(parts, bill.shop.discount.minor);
    assert_eq!(bill.refused.len(), 1, "the other shop's coupon is no business of this one");
    let text = serde_json::to_string(&bill).unwrap();
    assert_eq!(serde_json::from_str::<Bill>(&text).unwrap(), bill);
    assert_eq!(priced.bill(of(3)), None);
}

/// The work of a price, in steps.
fn steps(lines: u64, shops: u64) -> u64 {
    let terms = market();
    let shops: Vec<ShopAsked> = (0..shops)
        .map(|s| shop(s + 1, (0..lines).map(|l| line(s * 1000 + l + 1, 1000 + l as i64, 1)).collect()))
        .collect();
    let claims = vec![
        off(1, its(1), 0, 300),
        percent(2, its(1), 500, 50_000, None),
        off(3, Issuer::Platform, 500, 800),
        percent(4, Issuer::Platform, 0, 20_000, Some(500)),
    ];
    let asked = Asked { shops, claims };
    let field = Field::new(&asked, &terms, NOW, Currency::CNY);
    let chosen = best::choose(&field);
    best::refused(&field, &chosen);
    field.steps.get()
}

#[test]
fn the_work_of_a_price_grows_with_its_lines_and_no_faster() {
    assert!(steps(100, 1) <= 10 * steps(10, 1), "{} {}", steps(100, 1), steps(10, 1));
    assert!(steps(2, 50) <= 11 * steps(2, 5), "{} {}", steps(2, 50), steps(2, 5));
    assert!(steps(100, 1) < 2_000, "{}", steps(100, 1));
}

#[test]
fn many_choices_that_a_threshold_keeps_open_are_bounded() {
    // Twenty shops with two coupons each, and a platform's threshold that is just out of reach of most choices.
    let shops: Vec<ShopAsked> = (1..=20).map(|s| shop(s, vec![line(s, 10_000 + 37 * s as i64, 1)])).collect();
    let mut claims: Vec<Claimed> = (1..=20)
        .flat_map(|s| {
            [off(2 * s, its(s), 0, 100 + 3 * s as i64), off(2 * s + 1, its(s), 0, 900 + 7 * s as i64)]
        })
        .collect();
    claims.push(off(99, Issuer::Platform, 195_000, 20_000));
    let asked = Asked { shops, claims };
    let terms = market();
    let field = Field::new(&asked, &terms, NOW, Currency::CNY);
    let chosen = best::choose(&field);
    assert!(chosen.claims(&field).len() > 10);
    assert!(field.steps.get() < 100_000, "{}", field.steps.get());
}

fn delivery_method(fee: i64, free_from: Option<i64>) -> crate::delivery::DeliveryMethod {
    crate::delivery::DeliveryMethod {
        code: "express".into(),
        zh: "次日达".into(),
        en: "Next day".into(),
        fee: yuan(fee),
        free_from: free_from.map(yuan),
        scope: Scope::All,
        within: Some(24),
    }
}

#[test]
fn a_way_of_delivery_costs_more_than_the_freight_and_the_price_says_which_and_why() {
    let by = |delivery_method, goods| {
        let line = with_freight(line(1, goods, 1), 800, None);
        let asked =
            Asked { shops: vec![ShopAsked { delivery_method, ..shop(1, vec![line]) }], claims: Vec::new() };
        let priced = price(&asked, &market(), NOW).unwrap();
        assert_eq!(priced.asked(), asked, "a document can be asked again");
        let text = serde_json::to_string(&priced).unwrap();
        assert_eq!(serde_json::from_str::<Priced>(&text).unwrap(), priced);
        priced
    };
    let standard = by(None, 5_000);
    assert_eq!((standard.shops[0].freight.delivery_method.as_ref(), standard.total), (None, yuan(5_800)));
    let express = by(Some(delivery_method(1_200, Some(9_000))), 5_000);
    let freight = &express.shops[0].freight;
    let taken = freight.delivery_method.as_ref().unwrap();
    assert_eq!((taken.due, taken.short), (yuan(1_200), Some(yuan(4_000))));
    assert_eq!((freight.fee, freight.due, express.total), (yuan(800), yuan(2_000), yuan(7_000)));
    let spared = by(Some(delivery_method(1_200, Some(9_000))), 9_000);
    let taken = spared.shops[0].freight.delivery_method.as_ref().unwrap();
    assert_eq!((taken.due, taken.short, spared.total), (yuan(0), None, yuan(9_800)));
}

#[test]
fn a_coupon_for_freight_takes_off_what_a_way_costs_too() {
    let line = with_freight(line(1, 5_000, 1), 800, None);
    let kind = Kind::Freight { over: yuan(1_000), off: yuan(1_500) };
    let free = claim(1, Issuer::Shop(of(1)), kind);
    let asked = Asked {
        shops: vec![ShopAsked { delivery_method: Some(delivery_method(1_200, None)), ..shop(1, vec![line]) }],
        claims: vec![free],
    };
    let priced = price(&asked, &market(), NOW).unwrap();
    assert_eq!(
        (priced.freight_discount, priced.freight, priced.total),
        (yuan(1_500), yuan(500), yuan(5_500))
    );
}

#[test]
fn what_a_way_costs_in_another_currency_or_out_of_all_bounds_is_refused() {
    let with = |fee| {
        let delivery_method =
            crate::delivery::DeliveryMethod { fee, free_from: None, ..delivery_method(0, None) };
        let asked = Asked {
            shops: vec![ShopAsked { delivery_method: Some(delivery_method), ..shop(1, vec![line(1, 5, 1)]) }],
            claims: Vec::new(),
        };
        price(&asked, &market(), NOW).unwrap_err().code()
    };
    assert_eq!(with(Money::new(1, Currency::BRL)), "price.mixed_currencies");
    assert_eq!(with(yuan(-1)), "price.bad_delivery_method");
    assert_eq!(with(yuan(i64::MAX)), "price.bad_delivery_method");
}
