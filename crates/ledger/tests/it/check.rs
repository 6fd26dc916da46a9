//! Damage that no booking does, and that a check finds.

use super::{balance, book, capture, escrow, of, payable, refund, release, reverse, sandbox, write, yuan};
use kernel::{Id, Problem, id};
use ledger::{Booked, Fault};
use store::{Db, Keys, Sql, Val, vals};
use testkit::db::on_both;

store::sql! {
    SKEW = "update ledger_entry set minor = minor + 1 where booking = $1 and account = $2";
    BLOW_UP = "update ledger_entry set minor = 9223372036854775807 where booking = $1 and account = $2";
    MOVE = "update ledger_entry set account = $3 where booking = $1 and account = $2";
    RECLASS = "update ledger_entry set class = $3 where booking = $1 and account = $2";
    RECURRENCY = "update ledger_entry set currency = $3 where booking = $1 and account = $2";
    LOSE_ENTRY = "delete from ledger_entry where booking = $1 and account = $2";
    LOSE_BOOKING = "delete from ledger_booking where id = $1";
    RETHINK = "update ledger_booking set reverses = $2 where id = $1";
    GUARD = "update ledger_guard set balance = balance + $2 where account = $1";
    FLOOR = "update ledger_guard set floor = -10, balance = -1 where account = $1";
    LOSE_GUARD = "delete from ledger_guard where account = $1";
    NEW_GUARD = "insert into ledger_guard (account, currency, balance, floor) values ($1, 'CNY', $2, 0)";
}

enum Param {
    Booking(Id<id::Booking>),
    Text(String),
    Int(i64),
}

fn damage(db: &Db, sql: &'static Sql, params: Vec<Param>) {
    let touched = write(db, Keys::none(), move |tx| {
        let vals: Vec<Val<'_>> = params
            .iter()
            .map(|param| match param {
                Param::Booking(id) => Val::from(*id),
                Param::Text(text) => Val::from(text),
                Param::Int(n) => Val::from(*n),
            })
            .collect();
        Ok(tx.exec(sql, &vals)?)
    });
    assert_eq!(touched, Ok(1), "{}", sql.name);
}

fn faults(db: &Db) -> Vec<Fault> {
    db.read(|q| ledger::check(q)).unwrap().faults
}

/// A capture, a refund, a release and its reversal.
fn some(db: &Db) -> [Booked; 4] {
    let captured = book(db, &capture(1, &[(11, 6_000), (12, 500)])).unwrap();
    let refunded = book(db, &refund("r1", 11, 1_000)).unwrap();
    let released = book(db, &release(12, 3, 500, 50)).unwrap();
    let reversed = reverse(db, released.id).unwrap();
    assert_eq!(faults(db), []);
    [captured, refunded, released, reversed]
}

fn text(account: impl ToString) -> Param {
    Param::Text(account.to_string())
}

#[test]
fn a_damaged_entry_is_found_with_its_booking_and_its_account() {
    on_both(|db| {
        let [captured, ..] = some(db);
        damage(db, &SKEW, vec![Param::Booking(captured.id), text(escrow(11))]);
        let (account, currency) = (escrow(11).to_string(), "CNY".to_owned());
        let found = faults(db);
        assert_eq!(
            found,
            [
                Fault::NotZero { currency: currency.clone(), sum: 1 },
                Fault::Unbalanced { booking: captured.id, currency: currency.clone(), sum: 1 },
                Fault::Guard { account, currency, row: Some(5_000), entries: 5_001 },
            ]
        );
        let said = found[2].to_string();
        assert!(said.contains("the guard of escrow:ord_") && said.contains("5000") && said.contains("5001"));
    });
}

#[test]
fn an_entry_that_was_damaged_into_a_huge_one_does_not_break_the_check() {
    on_both(|db| {
        let [captured, refunded, ..] = some(db);
        for booking in [captured, refunded] {
            damage(db, &BLOW_UP, vec![Param::Booking(booking.id), text(escrow(11))]);
        }
        let found = faults(db);
        let strays = found.iter().filter(|f| matches!(f, Fault::Stray { .. })).count();
        assert_eq!(strays, 2, "{found:?}");
        let sum = 2 * i128::from(i64::MAX) - 5_000;
        assert!(found.contains(&Fault::NotZero { currency: "CNY".to_owned(), sum }), "{found:?}");
        let trial = db.read(|q| ledger::trial(q)).unwrap();
        assert_eq!(trial.iter().map(ledger::Trial::balance).sum::<i128>(), sum);
    });
}

#[test]
fn an_entry_on_the_wrong_account_is_found_though_all_still_sums_to_zero() {
    on_both(|db| {
        let [captured, ..] = some(db);
        damage(db, &MOVE, vec![Param::Booking(captured.id), text(escrow(11)), text(escrow(13))]);
        let guards: Vec<_> = faults(db)
            .into_iter()
            .map(|fault| match fault {
                Fault::Guard { account, row, entries, .. } => (account, row, entries),
                other => panic!("{other}"),
            })
            .collect();
        assert_eq!(
            guards,
            [(escrow(11).to_string(), Some(5_000), -1_000), (escrow(13).to_string(), None, 6_000)]
        );
    });
}

#[test]
fn an_account_that_is_none_a_wrong_class_and_a_wrong_currency_are_found() {
    on_both(|db| {
        let [captured, refunded, released, _] = some(db);
        damage(db, &MOVE, vec![Param::Booking(captured.id), text(escrow(11)), text("my pocket")]);
        damage(db, &RECLASS, vec![Param::Booking(released.id), text("commission"), text("fee")]);
        damage(db, &RECURRENCY, vec![Param::Booking(refunded.id), text(escrow(11)), text("BRL")]);
        let found = faults(db);
        let bad = |account: &str, class: &str| Fault::BadAccount {
            account: account.to_owned(),
            class: class.to_owned(),
        };
        assert!(found.contains(&bad("my pocket", "escrow")), "{found:?}");
        assert!(found.contains(&bad("commission", "fee")), "{found:?}");
        let stray = Fault::Stray { booking: refunded.id, account: escrow(11).to_string() };
        assert!(found.contains(&stray), "{found:?}");
    });
}

#[test]
fn lost_entries_lost_bookings_and_false_reversals_are_found() {
    on_both(|db| {
        let [captured, refunded, released, reversed] = some(db);
        damage(db, &LOSE_ENTRY, vec![Param::Booking(released.id), text("commission")]);
        damage(db, &LOSE_BOOKING, vec![Param::Booking(refunded.id)]);
        let found = faults(db);
        for fault in [
            Fault::Miscounted { booking: released.id, said: 5, there: 4 },
            Fault::Unbalanced { booking: released.id, currency: "CNY".to_owned(), sum: -50 },
            Fault::NotReversed { booking: reversed.id },
            Fault::Orphan { booking: refunded.id },
        ] {
            assert!(found.contains(&fault), "{fault}: {found:?}");
        }
        damage(db, &RETHINK, vec![Param::Booking(reversed.id), Param::Booking(captured.id)]);
        assert!(faults(db).contains(&Fault::NotReversed { booking: reversed.id }));
    });
}

#[test]
fn guard_rows_that_differ_are_missing_or_needless_are_found() {
    on_both(|db| {
        some(db);
        damage(db, &GUARD, vec![text(escrow(11)), Param::Int(7)]);
        damage(db, &LOSE_GUARD, vec![text(ledger::Account::Refund(of(1)))]);
        damage(db, &NEW_GUARD, vec![text("commission"), Param::Int(0)]);
        damage(db, &NEW_GUARD, vec![text(payable(99)), Param::Int(5)]);
        damage(db, &FLOOR, vec![text(escrow(12))]);
        // Below its floor the database itself takes no row.
        let below = write(db, Keys::none(), |tx| {
            let account = escrow(11).to_string();
            Ok(tx.exec(&GUARD, vals![&account, -5_008])?)
        });
        assert_eq!(below.unwrap_err().code(), "store.constraint");
        let currency = || "CNY".to_owned();
        let guard = |account: ledger::Account, row, entries| Fault::Guard {
            account: account.to_string(),
            currency: currency(),
            row,
            entries,
        };
        let found = faults(db);
        let expected = [
            guard(payable(99), Some(5), 0),
            guard(escrow(11), Some(5_007), 5_000),
            guard(escrow(12), Some(-1), 500),
            guard(ledger::Account::Refund(of(1)), None, 1_000),
            Fault::NeedlessGuard { account: "commission".to_owned(), currency: currency() },
        ];
        assert_eq!(found, expected);
    });
}

#[test]
fn an_account_at_the_end_of_its_range_takes_no_unit_more() {
    on_both(|db| {
        let account = ledger::Account::Deposit(of(3));
        damage(db, &NEW_GUARD, vec![text(&account), Param::Int(i64::MAX - 10)]);
        let deposit = |minor, payment| {
            book(db, &ledger::Booking::deposit(of(3), &sandbox(), yuan(minor), of(payment)).unwrap())
        };
        assert_eq!(deposit(11, 1).unwrap_err().code(), "ledger.too_large");
        assert_eq!(balance(db, &account), i64::MAX - 10);
        assert!(deposit(10, 2).is_ok_and(|booked| booked.new));
        assert_eq!(balance(db, &account), i64::MAX);
    });
}

#[test]
fn an_empty_ledger_is_sound() {
    on_both(|db| {
        let checked = db.read(|q| ledger::check(q)).unwrap();
        assert!(checked.is_sound());
        assert_eq!((checked.bookings, checked.entries), (0, 0));
    });
}
