//! Damage that no command does, one statement each, done and undone.

use flows::check::Where;
use store::{Db, Keys, Sql, StoreError, WriteError};

store::sql! {
    BOOK = "update ledger_entry set minor = minor + 1 where class = 'escrow'";
    UNBOOK = "update ledger_entry set minor = minor - 1 where class = 'escrow'";
    GUARD = "update ledger_guard set balance = balance + 5 where account like 'escrow:%'";
    UNGUARD = "update ledger_guard set balance = balance - 5 where account like 'escrow:%'";
    STOCK = "update warehouse_stock set taken = taken + 1";
    UNSTOCK = "update warehouse_stock set taken = taken - 1";
    ORDER = "update order_head set status = 'shipped'";
    UNORDER = "update order_head set status = 'paid'";
    PURCHASE = "update order_purchase set status = 'closed'";
    UNPURCHASE = "update order_purchase set status = 'paid'";
    PAYMENT = "update payment_attempt set captured = captured - 1";
    UNPAYMENT = "update payment_attempt set captured = captured + 1";
    REFUND = "update payment_attempt set refunding = 7";
    UNREFUND = "update payment_attempt set refunding = 0";
    HELD = "update warehouse_reservation set due_at = 5";
    UNHELD = "update warehouse_reservation set due_at = null";
    LIMIT = "update limit_bought set units = units + 1";
    UNLIMIT = "update limit_bought set units = units - 1";
}

/// What can be damaged, where the check finds it, and what it says of it.
pub(crate) const ALL: &[(&str, Where, &str)] = &[
    ("book", Where::Ledger, "not to zero"),
    ("guard", Where::Order, "of its money is kept"),
    ("guard", Where::Ledger, "the guard of escrow:"),
    ("stock", Where::Stock, "taken of sku_"),
    ("order", Where::Order, "its stock is held, which should be committed"),
    ("purchase", Where::Order, "is closed"),
    ("payment", Where::Order, "did not bring"),
    ("refund", Where::Payment, "is taken for refunds"),
    ("held", Where::Order, "for a while only"),
    ("limit", Where::Limit, "is said to have bought 2"),
];

fn of(damage: &str) -> [&'static Sql; 2] {
    match damage {
        "book" => [&BOOK, &UNBOOK],
        "guard" => [&GUARD, &UNGUARD],
        "stock" => [&STOCK, &UNSTOCK],
        "order" => [&ORDER, &UNORDER],
        "purchase" => [&PURCHASE, &UNPURCHASE],
        "payment" => [&PAYMENT, &UNPAYMENT],
        "refund" => [&REFUND, &UNREFUND],
        "held" => [&HELD, &UNHELD],
        "limit" => [&LIMIT, &UNLIMIT],
        other => panic!("{other}"),
    }
}

/// Looks while something is damaged.
pub(crate) fn with<T>(db: &Db, damage: &str, look: impl FnOnce() -> T) -> T {
    let exec = |sql: &'static Sql| {
        db.write_blocking("test", Keys::none(), move |tx| tx.exec(sql, &[]).map(drop))
            .map_err(WriteError::<StoreError>::flatten)
            .unwrap();
    };
    let [done, undone] = of(damage);
    exec(done);
    let seen = look();
    exec(undone);
    seen
}
