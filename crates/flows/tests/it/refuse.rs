//! What an import refuses: file, line and column are named, and nothing is written.

use crate::folder::{Folder, ITEMS, ORDERS, PAYMENTS, REVIEWS, SELLERS, pack};
use flows::import::{ImportError, olist};
use kernel::Quiet;
use std::path::Path;

fn check(dir: &Path) -> Result<olist::Checked, ImportError> {
    olist::check(dir, &Quiet)
}

/// One damage, and what the refusal must say: file, line (0 = none), column ("" = none), words.
pub struct Damage {
    pub name: &'static str,
    pub harm: fn(&Path),
    pub says: (&'static str, u64, &'static str, &'static str),
}

fn edit(dir: &Path, file: &str, from: &str, to: &str) {
    let path = dir.join(file);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{file} holds no {from}");
    std::fs::write(&path, text.replacen(from, to, 1)).unwrap();
}

fn bytes(dir: &Path, file: &str, change: impl FnOnce(&mut Vec<u8>)) {
    let path = dir.join(file);
    let mut bytes = std::fs::read(&path).unwrap();
    change(&mut bytes);
    std::fs::write(&path, bytes).unwrap();
}

fn add(dir: &Path, file: &str, line: &str) {
    bytes(dir, file, |b| b.extend_from_slice(line.as_bytes()));
}

macro_rules! damages {
    ($($name:literal: |$dir:ident| $harm:expr => $file:expr, $line:literal, $column:literal, $words:literal;)*) => {
        &[$(Damage { name: $name, harm: |$dir| { $harm; }, says: ($file, $line, $column, $words) }),*]
    };
}

pub const DAMAGES: &[Damage] = damages! {
    "a missing orders file": |d| std::fs::remove_file(d.join(ORDERS)).unwrap() => ORDERS, 0, "", "missing";
    "a missing items file": |d| std::fs::remove_file(d.join(ITEMS)).unwrap() => ITEMS, 0, "", "missing";
    "a missing sellers file": |d| std::fs::remove_file(d.join(SELLERS)).unwrap() => SELLERS, 0, "", "missing";
    "a missing payments file": |d| std::fs::remove_file(d.join(PAYMENTS)).unwrap() => PAYMENTS, 0, "", "missing";
    "a missing reviews file": |d| std::fs::remove_file(d.join(REVIEWS)).unwrap() => REVIEWS, 0, "", "missing";
    "both a plain and a packed file": |d| { let p = d.join(ITEMS); let all = std::fs::read(&p).unwrap(); pack(&p); std::fs::write(&p, all).unwrap() } => ITEMS, 0, "", "keep only one";
    "an empty file": |d| std::fs::write(d.join(SELLERS), "").unwrap() => SELLERS, 1, "", "empty";
    "a missing column": |d| edit(d, ITEMS, "freight_value", "freight") => ITEMS, 1, "freight_value", "missing";
    "a missing status column": |d| edit(d, ORDERS, "order_status", "status") => ORDERS, 1, "order_status", "missing";
    "a column that is there twice": |d| edit(d, ITEMS, "product_id", "price") => ITEMS, 1, "price", "twice";
    "a price in words": |d| edit(d, ITEMS, "51.0", "cheap") => ITEMS, 3, "price", "\"cheap\" is not an amount";
    "an empty price": |d| edit(d, ITEMS, "51.0", "") => ITEMS, 3, "price", "not an amount";
    "a price with a comma": |d| edit(d, ITEMS, "51.0", "\"51,0\"") => ITEMS, 3, "price", "not an amount";
    "a price of three decimals": |d| edit(d, ITEMS, "199.9", "199.901") => ITEMS, 2, "price", "more than two decimals";
    "a negative price": |d| edit(d, ITEMS, "199.9", "-199.9") => ITEMS, 2, "price", "negative";
    "a negative freight": |d| edit(d, ITEMS, "18.14", "-0.01") => ITEMS, 2, "freight_value", "negative";
    "an exponent": |d| edit(d, ITEMS, "199.9", "2e2") => ITEMS, 2, "price", "not an amount";
    "an amount beyond all sums": |d| edit(d, PAYMENTS, "269.04", "99999999999999999999.00") => PAYMENTS, 2, "payment_value", "too large";
    "a bad line number": |d| edit(d, ITEMS, "o2,1,", "o2,one,") => ITEMS, 4, "order_item_id", "whole number";
    "a bad payment number": |d| edit(d, PAYMENTS, "o2,1,", "o2,1.5,") => PAYMENTS, 3, "payment_sequential", "whole number";
    "bad instalments": |d| edit(d, PAYMENTS, "credit_card,3,58", "credit_card,many,58") => PAYMENTS, 3, "payment_installments", "whole number";
    "a payment method in prose": |d| edit(d, PAYMENTS, "credit_card", "Card of Ana, 4242") => PAYMENTS, 2, "payment_value", "too long";
    "a payment method with signs": |d| edit(d, PAYMENTS, "credit_card", "Ana Souza") => PAYMENTS, 2, "payment_type", "not a word";
    "a score of six": |d| edit(d, REVIEWS, "o1,4,", "o1,6,") => REVIEWS, 2, "review_score", "from 1 to 5";
    "a score of zero": |d| edit(d, REVIEWS, "o1,4,", "o1,0,") => REVIEWS, 2, "review_score", "from 1 to 5";
    "a purchase at no time": |d| edit(d, ORDERS, "2017-03-02 09:00:00", "soon") => ORDERS, 3, "order_purchase_timestamp", "\"soon\" is not a time";
    "a purchase without a time": |d| edit(d, ORDERS, "2017-03-02 09:00:00", "") => ORDERS, 3, "order_purchase_timestamp", "empty";
    "a day that does not exist": |d| edit(d, ORDERS, "2017-03-01 10:30:00", "2017-02-29 10:30:00") => ORDERS, 2, "order_approved_at", "not a time";
    "an hour that does not exist": |d| edit(d, ORDERS, "2017-03-03 12:00:00", "2017-03-03 25:00:00") => ORDERS, 2, "order_delivered_carrier_date", "not a time";
    "a time in another form": |d| edit(d, ORDERS, "2017-03-08 18:00:00", "08/03/2017 18:00") => ORDERS, 2, "order_delivered_customer_date", "not a time";
    "no estimated day": |d| edit(d, ORDERS, "2017-03-20 00:00:00", "") => ORDERS, 2, "order_estimated_delivery_date", "empty";
    "a bad shipping limit": |d| edit(d, ITEMS, "2017-03-06 10:30:00", "2017-03-06") => ITEMS, 3, "shipping_limit_date", "not a time";
    "a bad review day": |d| edit(d, REVIEWS, "2017-03-09 00:00:00", "yesterday") => REVIEWS, 3, "review_creation_date", "not a time";
    "an unknown status": |d| edit(d, ORDERS, "delivered,2017-03-02", "lost,2017-03-02") => ORDERS, 3, "order_status", "\"lost\" is not a status";
    "an empty order id": |d| edit(d, ORDERS, "\no2,", "\n,") => ORDERS, 3, "order_id", "empty";
    "an order id with spaces": |d| edit(d, ORDERS, "\no2,", "\no 2,") => ORDERS, 3, "order_id", "not an id";
    "an item of an unknown order": |d| edit(d, ITEMS, "o2,1", "o9,1") => ITEMS, 4, "order_id", "no order o9";
    "an item of an unknown seller": |d| edit(d, ITEMS, ",s2,", ",s9,") => ITEMS, 3, "seller_id", "no seller s9";
    "an order told twice differently": |d| add(d, ORDERS, "o1,c,shipped,2017-03-01 10:00:00,,,,2017-03-20 00:00:00\n") => ORDERS, 4, "order_id", "on line 2 already";
    "an item told twice differently": |d| add(d, ITEMS, "o1,1,p1,s1,2017-03-05 10:30:00,199.8,18.14\n") => ITEMS, 5, "order_item_id", "on line 2 already";
    "a payment told twice differently": |d| add(d, PAYMENTS, "o1,1,boleto,3,269.04\n") => PAYMENTS, 4, "payment_sequential", "on line 2 already";
    "a review told twice differently": |d| add(d, REVIEWS, "r1,o1,5,,,2017-03-09 00:00:00,2017-03-09 20:00:00\n") => REVIEWS, 4, "review_id", "on line 2 already";
    "a seller told twice differently": |d| add(d, SELLERS, "s1,1,santos,SP\n") => SELLERS, 4, "seller_id", "on line 2 already";
    "a row cut short": |d| edit(d, ITEMS, ",51,7.5", "") => ITEMS, 4, "price", "cut short: it has 5 fields, the header has 7";
    "a last row cut in the middle": |d| bytes(d, ORDERS, |b| b.truncate(b.len() - 25)) => ORDERS, 3, "order_estimated_delivery_date", "cut short";
    "a time cut in the middle": |d| bytes(d, ORDERS, |b| b.truncate(b.len() - 4)) => ORDERS, 3, "order_estimated_delivery_date", "not a time";
    "a row too long": |d| edit(d, ITEMS, ",51,7.5", ",51,7.5,1") => ITEMS, 4, "freight_value", "too long: it has 8 fields, the header has 7";
    "a quote that stays open": |d| edit(d, REVIEWS, "certeza\"\"\"", "certeza") => REVIEWS, 2, "review_comment_message", "never closed";
    "text behind a quote": |d| edit(d, REVIEWS, "certeza\"\"\"", "certeza\"\"\"x") => REVIEWS, 3, "review_comment_message", "follows a closing quote";
    "a number behind a quoted line break": |d| add(d, REVIEWS, "r2,o2,nine,,,2017-03-09 00:00:00,2017-03-09 20:00:00\n") => REVIEWS, 4, "review_score", "whole number";
    "latin-1 in a comment": |d| bytes(d, REVIEWS, |b| { let at = b.windows(8).position(|w| w == b"Perfeita").unwrap(); b[at] = 0xe7 }) => REVIEWS, 2, "review_comment_message", "not UTF-8";
    "latin-1 on the comment's second line": |d| bytes(d, REVIEWS, |b| { let at = b.windows(9).position(|w| w == b"Recomendo").unwrap(); b[at] = 0xe7 }) => REVIEWS, 3, "review_comment_message", "not UTF-8";
    "latin-1 in the header": |d| bytes(d, SELLERS, |b| b[3] = 0xff) => SELLERS, 1, "", "not UTF-8";
    "utf-16": |d| bytes(d, SELLERS, |b| *b = [0xff, 0xfe].into_iter().chain(b.iter().flat_map(|x| [*x, 0])).collect()) => SELLERS, 1, "", "not UTF-8";
    "a packed file cut off": |d| { let p = pack(&d.join(ITEMS)); let b = std::fs::read(&p).unwrap(); std::fs::write(&p, &b[..b.len() - 9]).unwrap() } => "olist_order_items_dataset.csv.zst", 1, "", "damaged or cut off";
    "a packed file that is not packed": |d| std::fs::rename(d.join(ITEMS), d.join("olist_order_items_dataset.csv.zst")).unwrap() => "olist_order_items_dataset.csv.zst", 1, "", "damaged or cut off";
};

#[test]
fn every_damage_is_named_by_file_line_and_column() {
    for damage in DAMAGES {
        let dir = tempfile::tempdir().unwrap();
        Folder::small().write(dir.path());
        check(dir.path()).unwrap();
        (damage.harm)(dir.path());
        let err = check(dir.path()).expect_err(damage.name);
        let (file, line, column, words) = damage.says;
        let found = (err.file.as_str(), err.line.unwrap_or(0), err.column.as_deref().unwrap_or(""));
        assert_eq!(found, (file, line, column), "{}: {err}", damage.name);
        assert!(err.wrong.contains(words), "{}: {err}", damage.name);
        assert!(err.to_string().starts_with(file), "{}: {err}", damage.name);
    }
}

#[test]
fn a_path_that_is_no_folder_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let err = check(&dir.path().join("nowhere")).unwrap_err();
    assert_eq!((err.file.as_str(), err.line), ("nowhere", None));
    assert!(err.to_string().contains("not a folder"), "{err}");
}

#[test]
fn a_long_packed_file_cut_off_is_named_with_its_line() {
    let dir = tempfile::tempdir().unwrap();
    let plan = testkit::olist::Plan { seed: 3, orders: 20_000, sellers: 50, packed: true };
    testkit::olist::write(dir.path(), &plan).unwrap();
    let path = dir.path().join("olist_orders_dataset.csv.zst");
    let bytes = std::fs::read(&path).unwrap();
    std::fs::write(&path, &bytes[..bytes.len() * 2 / 3]).unwrap();
    let err = check(dir.path()).unwrap_err();
    assert_eq!(err.file, "olist_orders_dataset.csv.zst");
    assert!(err.line.unwrap() > 1_000, "{err}");
}

#[test]
fn harmless_differences_are_tolerated() {
    let dir = tempfile::tempdir().unwrap();
    let folder = Folder::small();
    folder.write(dir.path());
    let facts: Vec<_> = check(dir.path()).unwrap().facts().collect();
    // A byte order mark, CRLF, no line break at the end, empty lines, other columns in another order, files unknown.
    let items = "\u{feff}note,price,freight_value,order_item_id,order_id,seller_id,shipping_limit_date\r\n\
        ,199.90,18.14,1,o1,s1,2017-03-05 10:30:00\r\n\r\n\
        \"a, \"\"b\"\"\r\nc\",51.00,0,2,o1,s2,2017-03-06 10:30:00\r\n\
        ,51.0,7.50,1,o2,\"s1\",2017-03-06 09:10:00";
    std::fs::write(dir.path().join(ITEMS), items).unwrap();
    std::fs::write(dir.path().join("olist_products_dataset.csv"), b"\xff\xfe\x00 not even text").unwrap();
    pack(&dir.path().join(ORDERS));
    let again: Vec<_> = check(dir.path()).unwrap().facts().collect();
    assert_eq!(facts, again);
    assert_eq!(facts.len(), 2 + 3 * 4 + 2 + 2);
}

#[test]
fn rows_that_can_be_left_out_are_reported_one_by_one() {
    let dir = tempfile::tempdir().unwrap();
    let mut folder = Folder::small();
    folder.order("o3", "unavailable", ["2017-03-05 10:00:00", "", "", ""], "2017-03-20");
    folder.payment("o3", 1, "10").payment("gone", 1, "11.5");
    folder.review("r2", "gone", 1, "", "2017-03-09").review("r3", "o3", 2, "", "2017-03-09");
    folder.item("o2", 1, "s1", "2017-03-06 09:10:00", "51.00", "7.50");
    folder.review("r3", "o1", 5, "", "2017-03-10").review("r3", "o1", 5, "another text", "2017-03-10");
    folder.write(dir.path());
    let checked = check(dir.path()).unwrap();
    let skipped: Vec<_> =
        checked.skipped().iter().map(|s| (s.file.as_str(), s.line, s.reason.as_str())).collect();
    assert_eq!(
        skipped,
        [
            (ITEMS, 5, "the row repeats line 4"),
            (PAYMENTS, 4, "its order has no items"),
            (PAYMENTS, 5, "its order is not there"),
            (REVIEWS, 4, "its order is not there"),
            (REVIEWS, 5, "its order has no items"),
            (REVIEWS, 7, "the row repeats line 6"),
            (ORDERS, 4, "the order has no items"),
        ]
    );
}
