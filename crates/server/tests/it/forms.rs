//! Every form that is declared: what it keeps reads back.

use kernel::id::{Category, Order, Product, Shop, Sku, Warehouse};
use kernel::{Id, Market, Moment, Numerals, RawId};
use people::merchant::{HolidayOrders, Industry, Kind};
use proptest::prelude::*;
use web_kit::form::Fields;
use web_kit::forms::{Again, Declared, inventory};

/// What can be typed into fields of any sort, beside a text and a number that are drawn.
fn candidates(market: &Market, text: &str, number: i64) -> Vec<String> {
    let raw = RawId::new(Moment::from_micros(1_700_000_000_000_000), 7);
    let numerals = Numerals::of(market.currency);
    let mut all = vec![text.to_owned(), numerals.write(number, market.currency.digits()), number.to_string()];
    all.extend(["7", "2026-06-18", "13812341234", "Zhang@Example.COM", "correct horse"].map(str::to_owned));
    all.push(numerals.write(number % 9_999 + 1, 2));
    all.push((number % 100 + 1).to_string());
    all.extend([
        Id::<Warehouse>::from_raw(raw).to_string(),
        Id::<Category>::from_raw(raw).to_string(),
        Id::<Product>::from_raw(raw).to_string(),
        Id::<Order>::from_raw(raw).to_string(),
        Id::<Shop>::from_raw(raw).to_string(),
        Id::<Sku>::from_raw(raw).to_string(),
    ]);
    all.extend(HolidayOrders::ALL.iter().map(|one| one.as_str().to_owned()));
    all.extend(Industry::ALL.iter().map(|one| one.as_str().to_owned()));
    all.extend(Kind::ALL.iter().map(|one| one.as_str().to_owned()));
    all
}

/// A form in which each field holds the first thing that it takes, beginning with the one of its turn.
fn accepted(form: &Declared, market: &Market, all: &[String], turn: usize) -> Again {
    let mut turns: Vec<usize> = (0..form.fields.len()).map(|n| turn + n).collect();
    let mut last = Fields::default();
    for _ in 0..=all.len() {
        let value = |n: &usize| all[*n % all.len()].clone();
        let sent = form.fields.iter().zip(&turns).map(|(spec, n)| (spec.name.to_owned(), value(n))).collect();
        match (form.again)(market, &Fields::of(sent)) {
            Ok(kept) => return Ok(kept),
            Err(refused) => last = refused,
        }
        for (spec, turn) in form.fields.iter().zip(&mut turns) {
            *turn += usize::from(last.wrong(spec.name).is_some());
        }
    }
    Err(last)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_kept_in_any_form_reads_back(
        text in "[ -~\u{a0}-\u{24f}\u{300}-\u{36f}\u{200b}-\u{2029}\u{feff}一-龥！-～\n]{0,40}",
        number in 0i64..1_000_000_000,
        turn in 0usize..3,
        code in "(CNY|BRL|JPY)",
    ) {
        let market = Market { zone: "Asia/Shanghai".parse().unwrap(), currency: code.parse().unwrap() };
        let all = candidates(&market, &text, number);
        for form in inventory::iter::<Declared> {
            match accepted(form, &market, &all, turn) {
                Ok((once, twice)) => {
                    let twice = twice.map(|twice| twice.sent);
                    prop_assert_eq!(twice.as_ref(), Some(&once.sent), "{}", form.name);
                }
                Err(refused) => prop_assert!(false, "{} takes nothing: {:?}", form.name, refused.wrong),
            }
        }
    }
}

#[test]
fn the_forms_of_all_faces_are_found() {
    let names: Vec<&str> = inventory::iter::<Declared>.into_iter().map(|form| form.name).collect();
    for name in ["coupon", "stock", "address", "slot", "delivery_method", "holiday"] {
        assert!(names.contains(&name), "{name} of {names:?}");
    }
}
