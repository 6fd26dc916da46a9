//! Decisions about bookings: the table of what each one moves, what is refused, and what always holds.

use super::*;
use kernel::{Moment, MoneyError, Problem, RawId};
use proptest::prelude::*;

fn id<T>(n: u128) -> Id<T> {
    Id::from_raw(RawId::new(Moment::from_micros(1_000_000), n))
}
fn yuan(minor: i64) -> Money {
    Money::new(minor, Currency::CNY)
}
fn real(minor: i64) -> Money {
    Money::new(minor, Currency::BRL)
}
fn sandbox() -> Provider {
    "sandbox".parse().unwrap()
}
fn terms(commission: i64, fee: i64, coupon: i64) -> Terms {
    Terms { commission: yuan(commission), fee: yuan(fee), coupon: yuan(coupon) }
}
fn refund(amount: Money) -> Refund {
    Refund {
        key: "refund:afs_1".to_owned(),
        order: id(1),
        payment: id(2),
        amount,
        reference: Reference::Order(id(1)),
    }
}
fn released(amount: Money, terms: Terms) -> ReleasedRefund {
    ReleasedRefund { refund: refund(amount), shop: id(3), terms }
}
fn release(paid: Money, terms: Terms) -> Release {
    Release { order: id(1), shop: id(3), paid, terms }
}
fn capture(received: Money, prices: &[Money]) -> Capture {
    let orders = prices.iter().enumerate().map(|(i, price)| (id(10 + i as u128), *price)).collect();
    Capture { payment: id(2), provider: sandbox(), received, before: Money { minor: 0, ..received }, orders }
}

/// One of every booking there is, with easy amounts.
fn one_of_each() -> Vec<Booking> {
    let (pay, shop, order) = (id(2), id(3), Reference::Order(id(1)));
    let first = Booking::capture(&capture(yuan(105), &[yuan(60), yuan(40)])).unwrap();
    let reversal = Booking::reversal(id(9), &first).unwrap();
    vec![
        first,
        Booking::late(pay, &sandbox(), yuan(100)).unwrap(),
        Booking::give_back(pay, yuan(5)).unwrap(),
        Booking::refund(&refund(yuan(30))).unwrap(),
        Booking::release(&release(yuan(100), terms(5, 1, 10))).unwrap(),
        Booking::refund_released(&released(yuan(100), terms(5, 1, 10))).unwrap(),
        Booking::refund_sent(pay, &sandbox(), yuan(30), "refund:afs_1").unwrap(),
        Booking::debt(&released(yuan(100), terms(5, 1, 10)), yuan(80)).unwrap().unwrap(),
        Booking::repay(shop, yuan(24), "k").unwrap(),
        Booking::hold(shop, yuan(7), order, "k").unwrap(),
        Booking::free(shop, yuan(7), order, "k").unwrap(),
        Booking::deposit(shop, &sandbox(), yuan(50_000), pay).unwrap(),
        Booking::cover(shop, yuan(24), order, "k").unwrap(),
        Booking::rounding(&sandbox(), yuan(-1), order, "k").unwrap(),
        reversal,
    ]
}

#[test]
fn every_booking_moves_what_the_table_says() {
    let table: Vec<String> = one_of_each()
        .iter()
        .map(|booking| {
            let entries: Vec<String> = booking
                .entries()
                .iter()
                .map(|e| format!("{} {:+}", e.account.class().as_str(), e.minor))
                .collect();
            format!("{}: {}", booking.kind().as_str(), entries.join(", "))
        })
        .collect();
    assert_eq!(
        table,
        [
            "capture: provider -105, escrow +60, escrow +40, surplus +5",
            "late: provider -100, surplus +100",
            "give_back: surplus -5, refund +5",
            "refund: escrow -30, refund +30",
            "release: escrow -100, payable +104, commission +5, fee +1, coupon -10, refundable +100, memo -100",
            "refund_released: refund +100, payable -104, commission -5, fee -1, coupon +10, refundable -100, memo +100",
            "refund_sent: provider +30, refund -30",
            "debt: payable +24, debt -24",
            "repay: payable -24, debt +24",
            "hold: payable -7, held +7",
            "free: payable +7, held -7",
            "deposit: provider -50000, deposit +50000",
            "cover: debt +24, deposit -24",
            "rounding: provider +1, rounding -1",
            "reversal: provider +105, escrow -60, escrow -40, surplus -5",
        ]
    );
    let kinds: Vec<Kind> = one_of_each().iter().map(Booking::kind).collect();
    assert_eq!(kinds, Kind::ALL, "every kind has its row");
    for kind in Kind::ALL {
        assert_eq!(Kind::parse(kind.as_str()), Some(kind));
    }
    assert_eq!(Kind::parse("gift"), None);
}

#[test]
fn the_amount_of_a_booking_is_what_moves_without_the_notes() {
    assert_eq!(Booking::release(&release(yuan(100), terms(5, 1, 10))).unwrap().amount(), yuan(110));
    assert_eq!(Booking::refund(&refund(yuan(30))).unwrap().amount(), yuan(30));
}

#[test]
fn amounts_of_nothing_less_than_nothing_or_two_currencies_are_refused() {
    let (pay, shop) = (id::<id::Payment>(2), id::<id::Shop>(3));
    let reference = Reference::Shop(shop);
    for amount in [yuan(0), yuan(-1), yuan(i64::MIN)] {
        let refused = [
            Booking::capture(&capture(amount, &[yuan(1)])),
            Booking::capture(&capture(yuan(1), &[amount])),
            Booking::late(pay, &sandbox(), amount),
            Booking::give_back(pay, amount),
            Booking::refund(&refund(amount)),
            Booking::refund_sent(pay, &sandbox(), amount, "k"),
            Booking::refund_released(&released(amount, Terms::none(Currency::CNY))),
            Booking::repay(shop, amount, "k"),
            Booking::cover(shop, amount, reference, "k"),
            Booking::hold(shop, amount, reference, "k"),
            Booking::free(shop, amount, reference, "k"),
            Booking::deposit(shop, &sandbox(), amount, pay),
        ];
        for (i, booking) in refused.into_iter().enumerate() {
            assert_eq!(booking.unwrap_err().code(), "ledger.not_positive", "{i} with {amount}");
        }
    }
    let code = |booking: Result<Booking, Error>| booking.unwrap_err().code();
    assert_eq!(code(Booking::release(&release(yuan(0), terms(0, 0, 0)))), "ledger.not_positive");
    assert_eq!(code(Booking::release(&release(yuan(-1), terms(0, 0, 5)))), "ledger.negative");
    assert_eq!(code(Booking::rounding(&sandbox(), yuan(0), reference, "k")), "ledger.not_positive");
    for terms in [terms(-1, 0, 0), terms(0, -1, 0), terms(0, 0, -1)] {
        assert_eq!(code(Booking::release(&release(yuan(100), terms))), "ledger.negative");
        assert_eq!(code(Booking::refund_released(&released(yuan(100), terms))), "ledger.negative");
    }
    for mixed in [
        Booking::capture(&capture(yuan(100), &[yuan(60), real(40)])),
        Booking::capture(&capture(real(100), &[yuan(60)])),
        Booking::release(&release(yuan(100), Terms { fee: real(1), ..terms(0, 0, 0) })),
        Booking::release(&release(yuan(100), Terms { coupon: real(0), ..terms(0, 0, 0) })),
        Booking::refund_released(&released(real(100), terms(1, 0, 0))),
    ] {
        assert_eq!(code(mixed), "ledger.mixed_currencies");
    }
    let debt = Booking::debt(&released(yuan(100), terms(0, 0, 0)), real(1));
    assert_eq!(debt.unwrap_err().code(), "ledger.mixed_currencies");
}

#[test]
fn sums_that_do_not_fit_are_refused() {
    let huge = yuan(i64::MAX);
    assert_eq!(Booking::capture(&capture(huge, &[huge, yuan(1)])), Err(MoneyError::TooLarge.into()));
    assert_eq!(Booking::late(id(2), &sandbox(), yuan(MOST)).unwrap().amount(), yuan(MOST));
    assert_eq!(
        Booking::late(id(2), &sandbox(), yuan(MOST + 1)),
        Err(Error::TooLarge(yuan(-MOST - 1))),
        "an entry above the most"
    );
    assert!(Booking::late(id(2), &sandbox(), huge).is_err());
    assert_eq!(Booking::release(&release(huge, terms(0, 0, 1))), Err(MoneyError::TooLarge.into()));
    let gain = yuan(i64::MIN);
    assert!(Booking::rounding(&sandbox(), gain, Reference::Shop(id(3)), "k").is_err());
}

#[test]
fn too_little_does_not_pay_and_too_much_stands_in_the_surplus() {
    let short = Booking::capture(&capture(yuan(99), &[yuan(60), yuan(40)])).unwrap_err();
    assert_eq!(short, Error::Short { received: yuan(99), due: yuan(100) });
    let exact = Booking::capture(&capture(yuan(100), &[yuan(60), yuan(40)])).unwrap();
    assert!(exact.entries().iter().all(|e| !matches!(e.account, Account::Surplus(_))));
    let late = Booking::late(id(2), &sandbox(), yuan(100)).unwrap();
    assert_eq!(late.key(), exact.key(), "a payment is booked once, whatever it is taken for");
}

#[test]
fn charges_above_what_they_are_taken_from_are_refused() {
    let err = Booking::release(&release(yuan(10), terms(8, 3, 0))).unwrap_err();
    assert_eq!(err, Error::ChargesExceed { charges: yuan(11), from: yuan(10) });
    let all = Booking::release(&release(yuan(10), terms(8, 2, 0))).unwrap();
    assert!(
        all.entries().iter().all(|e| e.account != Account::Payable(id(3))),
        "nothing is left for the shop"
    );
}

#[test]
fn an_order_that_coupons_paid_for_alone_is_released_without_escrow() {
    let booking = Booking::release(&release(yuan(0), terms(1, 0, 20))).unwrap();
    let entries: Vec<_> = booking.entries().iter().map(|e| (e.account.class().as_str(), e.minor)).collect();
    assert_eq!(entries, [("payable", 19), ("commission", 1), ("coupon", -20)]);
}

#[test]
fn a_shop_owes_only_what_it_has_too_little() {
    let refund = released(yuan(100), terms(5, 0, 0));
    for (payable, debt) in [(0, Some(95)), (94, Some(1)), (95, None), (200, None)] {
        let booking = Booking::debt(&refund, yuan(payable)).unwrap();
        assert_eq!(booking.map(|b| b.amount()), debt.map(yuan), "{payable}");
    }
}

#[test]
fn a_reversal_is_not_reversed_and_a_key_is_a_word() {
    let reversal = one_of_each().pop().unwrap();
    assert_eq!(Booking::reversal(id(8), &reversal), Err(Error::IsReversal(id(8))));
    for key in ["", "two words", "line\nbreak", "钥匙", &"k".repeat(201)] {
        assert!(matches!(Booking::repay(id(3), yuan(1), key), Err(Error::BadKey(_))), "{key}");
    }
}

#[test]
fn a_part_outside_of_its_whole_is_refused() {
    let all = terms(10, 5, 3);
    for (before, after) in [(0, 0), (5, 5), (5, 4), (-1, 5), (0, 101), (0, -1)] {
        let part = all.part(yuan(100), yuan(before), yuan(after));
        assert!(matches!(part, Err(Error::NotAPart { .. })), "{before} to {after}");
    }
    assert_eq!(all.part(yuan(100), real(0), yuan(1)).unwrap_err().code(), "ledger.mixed_currencies");
    assert_eq!(all.part(yuan(100), yuan(0), yuan(100)), Ok(all));
}

proptest! {
    #[test]
    fn every_booking_sums_to_zero_and_its_reversal_takes_it_back(
        amounts in proptest::collection::vec(1i64..1_000_000_000, 1..12),
        over in 0i64..1_000,
        commission in 0i64..1_000_000, fee in 0i64..1_000_000, coupon in 0i64..1_000_000,
    ) {
        let prices: Vec<Money> = amounts.iter().copied().map(yuan).collect();
        let received = yuan(amounts.iter().sum::<i64>() + over);
        let terms = terms(commission, fee, coupon);
        let made = [
            Booking::capture(&capture(received, &prices)),
            Booking::release(&release(prices[0], terms)),
            Booking::refund_released(&released(prices[0], terms)),
        ];
        for booking in made {
            let booking = match booking {
                Err(Error::ChargesExceed { .. }) => {
                    prop_assert!(commission + fee > amounts[0] + coupon);
                    continue;
                }
                booking => booking.unwrap(),
            };
            prop_assert_eq!(booking.entries().iter().map(|e| i128::from(e.minor)).sum::<i128>(), 0);
            prop_assert!(booking.entries().iter().all(|e| e.minor != 0));
            prop_assert!(booking.entries().is_sorted_by(|a, b| a.account < b.account));
            let back = Booking::reversal(id(9), &booking).unwrap();
            prop_assert!(booking.entries().iter().zip(back.entries()).all(|(a, b)| a.account == b.account && a.minor == -b.minor));
        }
    }

    #[test]
    fn parts_add_up_to_the_whole_however_it_is_cut(
        paid in 1i64..1_000_000_000,
        cuts in proptest::collection::vec(0.0f64..1.0, 0..8),
        commission in 0i64..1_000_000_000, fee in 0i64..10_000, coupon in 0i64..100,
    ) {
        let whole = terms(commission, fee, coupon);
        let mut at: Vec<i64> = cuts.iter().map(|cut| (*cut * paid as f64) as i64).collect();
        at.push(paid);
        at.sort_unstable();
        at.dedup();
        let (mut before, mut sum) = (0, (0, 0, 0));
        for after in at.into_iter().filter(|after| *after > 0) {
            let part = whole.part(yuan(paid), yuan(before), yuan(after)).unwrap();
            prop_assert!(part.commission.minor >= 0 && part.fee.minor >= 0 && part.coupon.minor >= 0);
            sum = (sum.0 + part.commission.minor, sum.1 + part.fee.minor, sum.2 + part.coupon.minor);
            before = after;
        }
        prop_assert_eq!(sum, (commission, fee, coupon));
    }
}
