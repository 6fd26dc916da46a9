//! Bookings one after the other: what they leave, and what is refused.

use super::{
    balance, book, capture, ctx, escrow, late_refund, of, payable, refund, refund_released, release, reverse,
    sandbox, sound, write, yuan,
};
use kernel::{Currency, Kind, Money, Problem, fact::Minor, id};
use ledger::{Account, Booking, Class, Error, Reference};
use store::{Keys, StoreError, log};
use testkit::db::{on_both, settle};

#[test]
fn an_order_is_captured_released_and_refunded_and_every_unit_is_somewhere() {
    on_both(|db| {
        book(db, &capture(1, &[(11, 6_000), (12, 4_000)])).unwrap();
        book(db, &refund("r1", 11, 1_000)).unwrap();
        book(db, &release(11, 3, 5_000, 250)).unwrap();
        assert_eq!(balance(db, &payable(3)), 4_750);
        refund_released(db, &late_refund("r2", 11, 3, 2_000, 100)).unwrap();
        book(db, &Booking::refund_sent(of(1), &sandbox(), yuan(3_000), "r1+r2").unwrap()).unwrap();
        for (account, minor) in [
            (Account::Provider(sandbox()), -7_000),
            (escrow(11), 0),
            (escrow(12), 4_000),
            (Account::Refund(of(1)), 0),
            (payable(3), 2_850),
            (Account::Commission, 150),
            (Account::Refundable(of(11)), 3_000),
            (Account::Memo, -3_000),
        ] {
            assert_eq!(balance(db, &account), minor, "{account}");
        }
        sound(db, 5);
        let trial = db.read(|q| ledger::trial(q)).unwrap();
        assert_eq!(trial.iter().map(ledger::Trial::balance).sum::<i128>(), 0);
        let refund = trial.iter().find(|t| t.class == Class::Refund).unwrap();
        assert_eq!((refund.entries, refund.credit, refund.debit), (3, 3_000, 3_000));
    });
}

#[test]
fn late_double_and_surplus_money_goes_back_and_no_further() {
    on_both(|db| {
        let late = Booking::late(of(2), &sandbox(), yuan(500)).unwrap();
        book(db, &late).unwrap();
        let more = Booking::give_back(of(2), yuan(501)).unwrap();
        assert_eq!(book(db, &more).unwrap_err().code(), "ledger.below_floor");
        book(db, &Booking::give_back(of(2), yuan(500)).unwrap()).unwrap();
        book(db, &Booking::refund_sent(of(2), &sandbox(), yuan(500), "a").unwrap()).unwrap();
        let twice = Booking::refund_sent(of(2), &sandbox(), yuan(500), "b").unwrap();
        assert_eq!(book(db, &twice).unwrap_err().code(), "ledger.below_floor");
        // The same payment cannot pay for an order after all.
        assert_eq!(book(db, &capture(2, &[(11, 500)])).unwrap_err().code(), "ledger.key_taken");
        assert_eq!(balance(db, &Account::Provider(sandbox())), 0);
        sound(db, 3);
    });
}

#[test]
fn the_same_key_is_the_same_booking_and_another_body_is_refused() {
    on_both(|db| {
        book(db, &capture(1, &[(11, 6_000)])).unwrap();
        let first = book(db, &refund("r1", 11, 1_000)).unwrap();
        let again = book(db, &refund("r1", 11, 1_000)).unwrap();
        assert!(first.new && !again.new);
        assert_eq!(first.id, again.id);
        for other in [refund("r1", 11, 1_001), refund("r1", 12, 1_000)] {
            let err = book(db, &other).unwrap_err();
            assert_eq!(err, Error::KeyTaken { key: "r1".to_owned(), booking: first.id });
            assert_eq!(err.kind(), Kind::Invalid);
        }
        // In one write, too.
        let twice = write(db, Keys::none(), |tx| {
            let ctx = ctx(7_000);
            let a = ledger::book(tx, &ctx, &refund("r2", 11, 1))?;
            let b = ledger::book(tx, &ctx, &refund("r2", 11, 1))?;
            Ok((a, b))
        });
        let (a, b) = twice.unwrap();
        assert!(a.new && !b.new && a.id == b.id);
        assert_eq!(balance(db, &escrow(11)), 4_999);
        sound(db, 3);
    });
}

#[test]
fn no_order_gives_back_more_than_it_took_before_or_after_its_release() {
    on_both(|db| {
        book(db, &capture(1, &[(11, 6_000), (12, 9_000)])).unwrap();
        let err = book(db, &refund("r1", 11, 6_001)).unwrap_err();
        let (asked, there) = (yuan(6_001), yuan(6_000));
        assert_eq!(err, Error::BelowFloor { account: escrow(11), asked, there });
        assert_eq!((err.kind(), err.code()), (Kind::Conflict, "ledger.below_floor"));
        book(db, &refund("r1", 11, 2_000)).unwrap();
        book(db, &release(11, 3, 4_000, 0)).unwrap();
        book(db, &release(12, 3, 9_000, 0)).unwrap();
        // The shop has 13,000 to get, but the order took 4,000 of them.
        refund_released(db, &late_refund("r2", 11, 3, 3_000, 0)).unwrap();
        let err = refund_released(db, &late_refund("r3", 11, 3, 1_001, 0)).unwrap_err();
        let (asked, there) = (yuan(1_001), yuan(1_000));
        assert_eq!(err, Error::BelowFloor { account: Account::Refundable(of(11)), asked, there });
        refund_released(db, &late_refund("r3", 11, 3, 1_000, 0)).unwrap();
        assert_eq!(balance(db, &payable(3)), 9_000);
        sound(db, 6);
    });
}

#[test]
fn what_a_shop_has_too_little_for_a_refund_it_owes_and_pays_back_once() {
    on_both(|db| {
        let shop = of(3);
        book(db, &capture(1, &[(11, 6_000), (12, 9_000)])).unwrap();
        book(db, &release(11, 3, 6_000, 600)).unwrap();
        book(db, &Booking::hold(shop, yuan(5_000), Reference::Violation(of(8)), "h").unwrap()).unwrap();
        let refund = late_refund("r1", 11, 3, 6_000, 600);
        let first = refund_released(db, &refund).unwrap();
        let again = refund_released(db, &refund).unwrap();
        assert!(first.id == again.id && !again.new, "the shop's balance is another one by now");
        assert_eq!(balance(db, &Account::Debt(shop)), -5_000);
        assert_eq!((balance(db, &payable(3)), balance(db, &Account::Commission)), (0, 0));
        book(db, &Booking::free(shop, yuan(5_000), Reference::Violation(of(8)), "f").unwrap()).unwrap();
        book(db, &Booking::repay(shop, yuan(2_000), "d1").unwrap()).unwrap();
        book(db, &Booking::deposit(shop, &sandbox(), yuan(50_000), of(5)).unwrap()).unwrap();
        book(db, &Booking::cover(shop, yuan(3_000), Reference::Shop(shop), "d2").unwrap()).unwrap();
        let more = Booking::repay(shop, yuan(1), "d3").unwrap();
        let err = book(db, &more).unwrap_err();
        let account = Account::Debt(shop);
        assert_eq!(err, Error::BelowFloor { account, asked: yuan(1), there: yuan(0) });
        assert_eq!(balance(db, &Account::Deposit(shop)), 47_000);
        assert_eq!(balance(db, &payable(3)), 3_000);
        sound(db, 9);
    });
}

#[test]
fn a_booking_is_reversed_once_and_only_if_the_money_is_still_there() {
    on_both(|db| {
        let captured = book(db, &capture(1, &[(11, 6_000)])).unwrap();
        let released = book(db, &release(11, 3, 6_000, 600)).unwrap();
        assert_eq!(reverse(db, captured.id).unwrap_err().code(), "ledger.below_floor");
        let back = reverse(db, released.id).unwrap();
        let again = reverse(db, released.id).unwrap();
        assert!(back.new && !again.new && back.id == again.id);
        assert_eq!((balance(db, &escrow(11)), balance(db, &payable(3))), (6_000, 0));
        assert_eq!((balance(db, &Account::Commission), balance(db, &Account::Memo)), (0, 0));
        assert_eq!(reverse(db, back.id).unwrap_err(), Error::IsReversal(back.id));
        assert_eq!(reverse(db, of(99)).unwrap_err(), Error::NoBooking(of(99)));
        let view = db.read(|q| ledger::booking(q, back.id)).unwrap();
        assert_eq!(view.booking.reverses(), Some(released.id));
        sound(db, 3);
    });
}

#[test]
fn a_refusal_leaves_the_write_as_it_was_even_if_the_caller_goes_on() {
    on_both(|db| {
        book(db, &capture(1, &[(11, 6_000)])).unwrap();
        let refused = write(db, Keys::none(), |tx| {
            let ctx = ctx(8_000);
            // The shop's account would grow before the note of the order is found too small.
            let err = ledger::book(tx, &ctx, &release(11, 3, 6_001, 0)).unwrap_err();
            ledger::book(tx, &ctx, &release(11, 3, 6_000, 0))?;
            let next = late_refund("r", 11, 3, 6_001, 0);
            let next = ledger::book(tx, &ctx, &Booking::refund_released(&next)?).unwrap_err();
            Ok((err.code(), next.code()))
        });
        assert_eq!(refused.unwrap(), ("ledger.below_floor", "ledger.below_floor"));
        assert_eq!((balance(db, &payable(3)), balance(db, &Account::Refund(of(1)))), (6_000, 0));
        sound(db, 2);
    });
}

#[test]
fn a_refused_write_and_a_panic_leave_nothing() {
    on_both(|db| {
        book(db, &capture(1, &[(11, 6_000)])).unwrap();
        let refused = write(db, Keys::none(), |tx| {
            ledger::book(tx, &ctx(8_100), &refund("r1", 11, 1_000))?;
            ledger::book(tx, &ctx(8_101), &refund("r2", 11, 6_000))
        });
        assert_eq!(refused.unwrap_err().code(), "ledger.below_floor");
        let panicked = write(db, Keys::none(), |tx| -> Result<(), Error> {
            ledger::book(tx, &ctx(8_200), &refund("r3", 11, 1_000))?;
            panic!("a test's own");
        });
        assert_eq!(panicked.unwrap_err(), Error::Store(StoreError::Panicked("test")));
        assert_eq!(balance(db, &escrow(11)), 6_000);
        settle(db);
        let facts = db.read(|q| log::after(q, log::Position::default(), 10)).unwrap();
        assert_eq!(facts.len(), 1, "only the capture is told");
        sound(db, 1);
    });
}

#[test]
fn two_currencies_of_an_account_stand_apart() {
    on_both(|db| {
        let real = |minor| Money::new(minor, Currency::BRL);
        book(db, &Booking::deposit(of(3), &sandbox(), yuan(500), of(1)).unwrap()).unwrap();
        book(db, &Booking::deposit(of(3), &sandbox(), real(70), of(2)).unwrap()).unwrap();
        let cover = Booking::cover(of(3), real(71), Reference::Shop(of(3)), "c").unwrap();
        assert_eq!(book(db, &cover).unwrap_err().code(), "ledger.below_floor");
        let there = db.read(|q| ledger::balance(q, &Account::Deposit(of(3)), Currency::BRL)).unwrap();
        assert_eq!(there, real(70));
        assert_eq!(balance(db, &Account::Deposit(of(3))), 500);
        sound(db, 2);
    });
}

#[test]
fn a_booking_is_told_once_without_a_person_in_it() {
    on_both(|db| {
        book(db, &capture(1, &[(11, 6_000)])).unwrap();
        let released = book(db, &release(11, 3, 6_000, 600)).unwrap();
        book(db, &release(11, 3, 6_000, 600)).unwrap();
        settle(db);
        let facts = db.read(|q| log::after(q, log::Position::default(), 10)).unwrap();
        assert_eq!(facts.len(), 2);
        let told = &facts[1].record;
        assert_eq!((told.spec.kind, told.subject), ("ledger.booked", released.id.raw()));
        assert_eq!(told.shop, Some(of::<id::Shop>(3).raw()));
        let value = |name: &str| told.get(name).cloned().unwrap();
        let minor = |minor| kernel::fact::Field::value(&Minor(minor));
        assert_eq!(value("movement"), kernel::fact::Value::Text("release".into()));
        assert_eq!((value("escrow"), value("payable")), (minor(-6_000), minor(5_400)));
        assert_eq!((value("commission"), value("amount")), (minor(600), minor(6_000)));
        assert_eq!(value("provider"), kernel::fact::Value::Null);
    });
}

#[test]
fn a_statement_is_read_page_by_page_newest_first() {
    on_both(|db| {
        book(db, &capture(1, &[(11, 6_000)])).unwrap();
        for n in 1..=5 {
            book(db, &refund(&format!("r{n}"), 11, n)).unwrap();
        }
        let (mut after, mut amounts) = (None, Vec::new());
        loop {
            let page = db.read(|q| ledger::statement(q, &escrow(11), Currency::CNY, after, 2)).unwrap();
            let Some(last) = page.last() else { break };
            after = Some(last.booking);
            amounts.extend(page.iter().map(|line| line.amount.minor));
        }
        assert_eq!(amounts, [-5, -4, -3, -2, -1, 6_000]);
        let of_order = db.read(|q| ledger::of_reference(q, Reference::Order(of(11)), None, 3)).unwrap();
        assert_eq!(of_order.iter().map(|b| b.booking.key()).collect::<Vec<_>>(), ["r5", "r4", "r3"]);
        let none = db.read(|q| ledger::statement(q, &escrow(12), Currency::CNY, None, 2)).unwrap();
        assert_eq!(none, []);
    });
}

#[test]
fn bookings_and_entries_are_only_ever_inserted_and_read() {
    let mut seen = 0;
    for store::Declared(sql) in store::inventory::iter::<store::Declared> {
        let immutable = ["ledger_booking", "ledger_entry"].iter().any(|table| sql.text.contains(table));
        if sql.name.starts_with("ledger") && immutable {
            let verb = sql.text.split_whitespace().next();
            assert!(matches!(verb, Some("select" | "insert")), "{}", sql.name);
            assert!(!sql.text.contains("do update"), "{}", sql.name);
            seen += 1;
        }
    }
    assert!(seen > 10);
}
