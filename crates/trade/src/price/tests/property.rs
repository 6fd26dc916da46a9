//! What holds of every price.

use super::*;
use crate::coupon::Class;
use proptest::prelude::*;
use std::cmp::Reverse;

fn a_line() -> impl Strategy<Value = (i64, i64, usize, i64, Option<i64>)> {
    (
        prop_oneof![1i64..4, 1i64..3000],
        1i64..4,
        0usize..4,
        prop_oneof![Just(0i64), 1i64..900],
        proptest::option::of(0i64..9000),
    )
}

fn shops() -> impl Strategy<Value = Vec<ShopAsked>> {
    proptest::collection::vec(proptest::collection::vec(a_line(), 1..4), 1..4).prop_map(|shops| {
        let mut n = 0;
        let mut line = |(unit, quantity, category, fee, free): (i64, i64, usize, i64, Option<i64>)| {
            n += 1;
            let category = ["home.cups", "home", "food.tea", "books"][category];
            with_freight(in_category(super::line(n, unit, quantity), category), fee, free)
        };
        (1..).zip(shops).map(|(s, lines)| shop(s, lines.into_iter().map(&mut line).collect())).collect()
    })
}

/// Issuer, kind, over, off, share, most, scope and product.
type AClaim = (u64, usize, i64, i64, i64, Option<i64>, usize, u64);

fn a_claim() -> impl Strategy<Value = AClaim> {
    (
        0u64..5,
        0usize..4,
        prop_oneof![Just(0i64), 1i64..9000],
        1i64..4000,
        1i64..=1_000_000,
        proptest::option::of(1i64..2000),
        0usize..4,
        1u64..12,
    )
}

fn claims() -> impl Strategy<Value = Vec<Claimed>> {
    proptest::collection::vec(a_claim(), 0..8).prop_map(|claims| {
        let claimed = |(n, one): (u64, AClaim)| {
            let (issuer, kind, over, off, ppm, most, scope, product) = one;
            let issuer = if issuer < 2 && kind < 3 { Issuer::Platform } else { its(issuer.max(2) - 1) };
            let kind = match kind {
                3 => Kind::Deal {
                    over: yuan(over),
                    buy: 1 + off % 3,
                    get: 1 + off % 2,
                    ppm,
                    most: most.map(yuan),
                },
                0 => Kind::Off { over: yuan(over), off: yuan(off) },
                1 => Kind::Percent { over: yuan(over), ppm, most: most.map(yuan) },
                _ => Kind::Freight { over: yuan(over), off: yuan(off) },
            };
            let mut claim = claim(n, issuer, kind);
            claim.exclusive = off % 7 == 0;
            claim.scope = match scope {
                0 => Scope::Category("home".into()),
                1 => Scope::Products(vec![of(1000 + product), of(1001 + product)]),
                _ => Scope::All,
            };
            claim
        };
        (1..).zip(claims).map(claimed).collect()
    })
}

fn some_terms() -> impl Strategy<Value = Terms> {
    let pairs: Vec<(usize, usize)> = (0..5).flat_map(|a| (a + 1..5).map(move |b| (a, b))).collect();
    (proptest::sample::subsequence(pairs, 0..=10), 0i64..=3).prop_map(|(pairs, most)| {
        let word = |i: usize| Class::ALL[i].as_str();
        let pair = |(a, b): &(usize, usize)| format!("  [\"{}\", \"{}\"],", word(*a), word(*b));
        let pairs = pairs.iter().map(pair).collect::<Vec<_>>().join("\n");
        most_of_shop(&combining_text(&pairs), most)
    })
}

fn sum(amounts: impl Iterator<Item = Money>) -> i64 {
    amounts.map(|amount| amount.minor).sum()
}

/// Everything of a price adds up, and nothing is below zero.
fn adds_up(priced: &Priced, asked: &Asked) -> Result<(), TestCaseError> {
    prop_assert_eq!(priced.goods.minor, sum(priced.shops.iter().map(|s| s.goods)));
    prop_assert_eq!(priced.total.minor, sum(priced.shops.iter().map(|s| s.total)));
    prop_assert_eq!(priced.discount.minor, sum(priced.shops.iter().map(|s| s.discount)));
    prop_assert_eq!(priced.freight.minor, sum(priced.shops.iter().map(|s| s.freight.paid)));
    prop_assert_eq!(priced.total.minor, priced.goods.minor - priced.discount.minor + priced.freight.minor);
    prop_assert_eq!(sum(priced.applied.iter().map(|a| a.amount)), priced.saved().minor);
    prop_assert_eq!(priced.applied.len() + priced.refused.len(), asked.claims.len());
    for shop in &priced.shops {
        prop_assert_eq!(shop.goods.minor, sum(shop.lines.iter().map(|l| l.goods)));
        prop_assert_eq!(shop.discount.minor, sum(shop.lines.iter().map(|l| l.discount)));
        prop_assert_eq!(shop.total.minor, sum(shop.lines.iter().map(|l| l.paid)) + shop.freight.paid.minor);
        prop_assert_eq!(shop.freight.due.minor, shop.freight.paid.minor + shop.freight.discount.minor);
        prop_assert!(
            shop.total.minor > 0 && shop.freight.paid.minor >= 0 && shop.freight.discount.minor >= 0
        );
        for line in &shop.lines {
            prop_assert!(line.paid.minor >= 0 && line.discount.minor >= 0);
            prop_assert_eq!(line.paid.minor, line.goods.minor - line.discount.minor);
        }
        let parts = priced.applied.iter().flat_map(|a| a.parts.iter().map(move |part| (a, part)));
        let mine: Vec<_> = parts.filter(|(_, part)| part.shop == shop.shop).collect();
        let platform = mine.iter().filter(|(a, _)| a.claimed.issuer == Issuer::Platform);
        prop_assert_eq!(shop.subsidy.minor, sum(platform.map(|(_, part)| part.amount)));
        prop_assert_eq!(
            shop.discount.minor + shop.freight.discount.minor,
            sum(mine.iter().map(|(_, part)| part.amount))
        );
        let fees = shop.charges.iter().filter(|c| c.what == Charge::Fee);
        let bases = sum(fees.clone().map(|c| c.base));
        prop_assert_eq!(bases, shop.total.minor + shop.subsidy.minor);
        prop_assert_eq!(shop.fee.minor, sum(fees.map(|c| c.amount)));
        let terms = shop.ledger_terms();
        let release = ledger::Release { order: of(1), shop: shop.shop, paid: shop.total, terms };
        prop_assert!(ledger::Booking::release(&release).is_ok());
    }
    for applied in &priced.applied {
        prop_assert_eq!(applied.amount.minor, sum(applied.parts.iter().map(|part| part.amount)));
        prop_assert_eq!(applied.base.minor, sum(applied.parts.iter().map(|part| part.base)));
        prop_assert!(applied.amount.minor > 0 && applied.amount.minor <= applied.base.minor);
        for part in applied.parts.iter().filter(|part| !part.lines.is_empty()) {
            prop_assert_eq!(part.amount.minor, sum(part.lines.iter().map(|line| line.amount)));
            prop_assert!(part.lines.iter().all(|l| l.amount.minor >= 0 && l.amount.minor <= l.base.minor));
        }
    }
    Ok(())
}

/// What the best allowed set of claims saves and how few they are, all sets tried one by one: a second, slow way to the
/// answer.
fn by_trying(asked: &Asked, terms: &Terms) -> (i64, usize) {
    let mut best = (0, Reverse(0));
    for set in 0u32..1 << asked.claims.len() {
        let some: Vec<&Claimed> =
            (0..asked.claims.len()).filter(|i| set >> i & 1 == 1).map(|i| &asked.claims[i]).collect();
        if let Some(saved) = saved_by(asked, terms, &some) {
            best = best.max((saved, Reverse(some.len())));
        }
    }
    (best.0, best.1.0)
}

/// What exactly these claims save, if they may be taken together and each takes something off.
fn saved_by(asked: &Asked, terms: &Terms, some: &[&Claimed]) -> Option<i64> {
    let goods = |line: &LineAsked| line.unit.minor * line.quantity;
    let find = |class: Class, shop: Option<Id<id::Shop>>| -> Vec<&Claimed> {
        some.iter().copied().filter(|c| c.class() == class && c.issuer.shop() == shop).collect()
    };
    let holds = |claim: &Claimed, line: &LineAsked| claim.scope.holds(&line.category, line.product);
    let goes = |a: &Claimed, b: &Claimed| {
        !a.exclusive && !b.exclusive && (a.class() == b.class() || terms.combine(a.class(), b.class()))
    };
    let (platform, free) = (find(Class::Platform, None), find(Class::PlatformFreight, None));
    if platform.len() > 1 || free.len() > 1 {
        return None;
    }
    if platform.iter().any(|one| free.iter().any(|other| !goes(one, other))) {
        return None;
    }
    let (mut saved, mut used) = (0, 0);
    let (mut base, mut cap, mut freight_base, mut freight_counted) = (0, 0, 0, 0);
    for shop in &asked.shops {
        let its = |class| find(class, Some(shop.shop));
        let (deals, mut coupons, freights) = (its(Class::Deal), its(Class::Shop), its(Class::ShopFreight));
        if deals.len() > 1 || freights.len() > 1 || coupons.len() as i64 > terms.most_of(Class::Shop) {
            return None;
        }
        let own: Vec<&Claimed> = deals.iter().chain(&coupons).chain(&freights).copied().collect();
        if own.iter().enumerate().any(|(i, one)| own[i + 1..].iter().any(|other| !goes(one, other))) {
            return None;
        }
        // Shares before amounts, each in the order of their ids.
        coupons.sort_by_key(|c| (!matches!(c.kind, Kind::Percent { .. }), c.claim));
        let all: i64 = shop.lines.iter().map(goods).sum();
        let mut left: Vec<i64> = shop.lines.iter().map(goods).collect();
        for claim in deals.iter().chain(&coupons) {
            let counted: i64 =
                shop.lines.iter().zip(&left).filter(|(l, _)| holds(claim, l)).map(|(_, left)| left).sum();
            let amount = match &claim.kind {
                Kind::Deal { buy, get, ppm, most, .. } => {
                    // Unit by unit, the dearest first.
                    let inside = shop.lines.iter().filter(|line| holds(claim, line));
                    let mut units: Vec<i64> =
                        inside.flat_map(|line| vec![line.unit.minor; line.quantity as usize]).collect();
                    units.sort_unstable_by_key(|unit| Reverse(*unit));
                    let cheaper = units.len() as i64 / (buy + get) * get;
                    let price: i64 = units.iter().rev().take(cheaper as usize).sum();
                    let amount = terms.discount_rounding.part(price, *ppm);
                    most.map_or(amount, |most| amount.min(most.minor))
                }
                _ => amount(claim, terms, counted).min(counted),
            };
            let amount = amount.min(left.iter().sum::<i64>() - 1);
            if counted < claim.kind.over().minor || amount < 1 {
                return None;
            }
            // Split as the engine splits: which line bears how much is tested elsewhere, here it is only followed.
            let mut order: Vec<usize> = (0..left.len()).collect();
            order.sort_by_key(|i| shop.lines[*i].sku);
            let weights: Vec<u64> = order
                .iter()
                .map(|i| if holds(claim, &shop.lines[*i]) { left[*i].unsigned_abs() } else { 0 })
                .collect();
            for (i, part) in order.iter().zip(kernel::split_by(amount, &weights)) {
                left[*i] -= part;
            }
            saved += amount;
            used += 1;
        }
        let counted =
            |claim: &Claimed| -> i64 { shop.lines.iter().filter(|l| holds(claim, l)).map(goods).sum() };
        let due = super::super::ask::freight(shop, all, Currency::CNY).due.minor;
        let mut freight_left = due;
        if let Some(claim) = freights.first() {
            let amount = amount(claim, terms, 0).min(due);
            let counted = counted(claim);
            if counted < claim.kind.over().minor || amount < 1 || !shop.lines.iter().any(|l| holds(claim, l))
            {
                return None;
            }
            saved += amount;
            freight_left -= amount;
            used += 1;
        }
        if let Some(claim) = platform.first() {
            let mine: i64 =
                shop.lines.iter().zip(&left).filter(|(l, _)| holds(claim, l)).map(|(_, left)| left).sum();
            if own.iter().all(|other| goes(claim, other)) {
                base += mine;
                cap += mine.min(left.iter().sum::<i64>() - 1);
            }
        }
        if let Some(claim) = free.first() {
            freight_counted += counted(claim);
            if own.iter().all(|other| goes(claim, other)) && shop.lines.iter().any(|l| holds(claim, l)) {
                freight_base += freight_left;
            }
        }
    }
    if let Some(claim) = platform.first() {
        let amount = amount(claim, terms, base).min(cap);
        if base < claim.kind.over().minor || amount < 1 {
            return None;
        }
        saved += amount;
        used += 1;
    }
    if let Some(claim) = free.first() {
        let amount = amount(claim, terms, 0).min(freight_base);
        if freight_counted < claim.kind.over().minor || amount < 1 {
            return None;
        }
        saved += amount;
        used += 1;
    }
    (used == some.len()).then_some(saved)
}

fn amount(claim: &Claimed, terms: &Terms, counted: i64) -> i64 {
    match claim.kind {
        Kind::Off { off, .. } | Kind::Freight { off, .. } => off.minor,
        Kind::Percent { ppm, most, .. } => {
            let share = terms.discount_rounding.part(counted, ppm);
            most.map_or(share, |most| share.min(most.minor))
        }
        Kind::Deal { .. } => 0,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn every_price_adds_up_and_is_the_best_there_is(shops in shops(), claims in claims(), terms in some_terms()) {
        let asked = Asked { shops, claims };
        let priced = price(&asked, &terms, NOW).unwrap();
        adds_up(&priced, &asked)?;
        prop_assert_eq!((priced.saved().minor, priced.applied.len()), by_trying(&asked, &terms));
    }

    #[test]
    fn a_threshold_that_not_all_coupons_leave_is_reached_in_the_best_way(
        parts in proptest::collection::vec((500i64..3000, (1i64..9).prop_map(|n| n * 100), 1i64..900), 2..5),
        within in (0i64..30).prop_map(|n| n * 100),
        off in prop_oneof![Just(500i64), 1i64..2000],
        share in 1i64..=1_000_000,
        fixed: bool,
    ) {
        let shops = (1..).zip(&parts).map(|(n, (unit, ..))| shop(n, vec![super::line(n, *unit, 1)])).collect();
        let own = (1..).zip(&parts).flat_map(|(n, (_, a, b))| [super::off(2 * n, its(n), 0, *a), super::off(2 * n + 1, its(n), 0, *b)]);
        let over = yuan((parts.iter().map(|part| part.0).sum::<i64>() - within).max(0));
        let kind = if fixed { Kind::Off { over, off: yuan(off) } } else { Kind::Percent { over, ppm: share, most: None } };
        let claims = own.chain([claim(99, Issuer::Platform, kind)]).collect();
        let asked = Asked { shops, claims };
        let priced = price(&asked, &market(), NOW).unwrap();
        adds_up(&priced, &asked)?;
        prop_assert_eq!((priced.saved().minor, priced.applied.len()), by_trying(&asked, &market()));
    }

    #[test]
    fn neither_lines_nor_claims_have_an_order(shops in shops(), claims in claims(), terms in some_terms(), turn in 0usize..7) {
        let asked = Asked { shops, claims };
        let mut turned = asked.clone();
        turned.claims.reverse();
        let by = turn % turned.claims.len().max(1);
        turned.claims.rotate_left(by);
        turned.shops.reverse();
        for shop in &mut turned.shops {
            shop.lines.reverse();
        }
        let mut one = price(&asked, &terms, NOW).unwrap();
        let mut other = price(&turned, &terms, NOW).unwrap();
        for priced in [&mut one, &mut other] {
            priced.shops.sort_by_key(|shop| shop.shop);
            for shop in &mut priced.shops {
                shop.lines.sort_by_key(|line| line.sku);
            }
        }
        prop_assert_eq!(one, other);
    }

    #[test]
    fn another_claim_never_makes_it_dearer(shops in shops(), claims in claims(), terms in some_terms()) {
        let mut asked = Asked { shops, claims: Vec::new() };
        let mut before = price(&asked, &terms, NOW).unwrap().total.minor;
        for claim in claims {
            asked.claims.push(claim);
            let total = price(&asked, &terms, NOW).unwrap().total.minor;
            prop_assert!(total <= before);
            before = total;
        }
    }

    #[test]
    fn a_document_asked_again_answers_itself(shops in shops(), claims in claims(), terms in some_terms()) {
        let priced = price(&Asked { shops, claims }, &terms, NOW).unwrap();
        let text = serde_json::to_string(&priced).unwrap();
        let read: Priced = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(&read, &priced);
        prop_assert_eq!(price(&read.asked(), &terms, read.at).unwrap(), read);
    }

    #[test]
    fn what_was_refused_for_another_would_not_have_been_cheaper(shops in shops(), claims in claims(), terms in some_terms()) {
        let asked = Asked { shops, claims };
        let priced = price(&asked, &terms, NOW).unwrap();
        for refused in &priced.refused {
            if let Reason::Outdone { by, saves, .. } = &refused.reason {
                prop_assert!(!by.is_empty() && saves.minor >= 0);
                let mine = refused.claimed.claim;
                let fewer = asked.claims.iter().filter(|c| c.claim == mine || !by.contains(&c.claim));
                let without = Asked { shops: asked.shops.clone(), claims: fewer.cloned().collect() };
                prop_assert!(price(&without, &terms, NOW).unwrap().total.minor <= priced.total.minor + saves.minor);
            }
        }
    }
}
