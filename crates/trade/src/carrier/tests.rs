//! Which numbers are whose, on both sides of every bound, and which files are none.

use super::*;
use kernel::Currency;

fn carriers() -> Carriers {
    built_in().unwrap()
}

fn took(code: &str, number: &str) -> Option<String> {
    carriers().checked(Currency::CNY, code, number).ok().map(|(_, number)| number)
}

#[test]
fn numbers_of_the_carriers_are_taken_in_capitals_and_without_spaces() {
    for (code, typed, kept) in [
        ("sf", "SF1234567890123", "SF1234567890123"),
        ("sf", " sf 1234 5678 90123\u{a0}", "SF1234567890123"),
        ("sf", "ＳＦ１２３４５６７８９０１２３", "SF1234567890123"),
        ("sf", "123456789012", "123456789012"),
        ("zto", "73123456789012", "73123456789012"),
        ("yto", "yt1234567890123", "YT1234567890123"),
        ("sto", "773123456789012", "773123456789012"),
        ("yunda", "4312345678901", "4312345678901"),
        ("jt", "JT1234567890123", "JT1234567890123"),
        ("ems", "EA123456785CN", "EA123456785CN"),
        ("jd", "JDVA12345678901-1-2-", "JDVA12345678901-1-2-"),
        ("db", "DPK123456789012", "DPK123456789012"),
        ("other", "ab-1234", "AB-1234"),
    ] {
        assert_eq!(took(code, typed).as_deref(), Some(kept), "{code} {typed}");
    }
}

#[test]
fn a_number_of_another_shape_is_refused_and_says_what_fits() {
    for (code, number) in [
        ("sf", "SF12345678901"),
        ("sf", "SF1234567890123456"),
        ("sf", "YT1234567890123"),
        ("zto", "SF1234567890123"),
        ("jt", "1234567890123"),
        ("ems", "EA123456786CN"),
        ("ems", "EA123456785BR"),
        ("sf", ""),
        ("other", "1234"),
        ("other", "12 34 号"),
    ] {
        assert_eq!(took(code, number), None, "{code} {number}");
    }
    let refused = carriers().checked(Currency::CNY, "sf", "yt 1").unwrap_err();
    assert_eq!(kernel::Problem::code(&refused), "carrier.bad_number");
    let text = refused.to_string();
    assert!(
        text.contains("YT1") && text.contains("SF Express") && text.contains("SF1234567890123"),
        "{text}"
    );
}

#[test]
fn a_carrier_is_chosen_in_its_markets_and_read_everywhere() {
    let carriers = carriers();
    let codes = |currency| carriers.offered(currency).map(|one| &*one.code).collect::<Vec<_>>();
    assert_eq!(codes(Currency::CNY), ["sf", "zto", "yto", "sto", "yunda", "jt", "ems", "jd", "db", "other"]);
    assert_eq!(codes("BRL".parse().unwrap()), ["correios", "other"]);
    assert!(carriers.checked("BRL".parse().unwrap(), "correios", "AA123456785BR").is_ok());
    let refused = carriers.checked(Currency::CNY, "correios", "AA123456785BR").unwrap_err();
    assert_eq!(kernel::Problem::code(&refused), "carrier.unknown");
    assert!(refused.to_string().contains("sf, zto"), "{refused}");
    assert!(
        carriers.checked(Currency::CNY, "digital", "ORD").is_err(),
        "nobody hands over what has no parcel"
    );
    assert_eq!(carriers.names("digital"), ("无需快递", "No parcel"));
    assert_eq!(carriers.names("gone"), ("gone", "gone"));
    let page = carriers.find("sf").unwrap().page_of("SF1234567890123").unwrap();
    assert!(page.ends_with("/SF1234567890123"), "{page}");
}

#[test]
fn a_file_that_cannot_be_used_says_where_and_what_instead() {
    let row = |more: &str| {
        format!(
            "\n[[carrier]]\ncode = \"a\"\nzh = \"甲\"\nen = \"A\"\ncurrencies = [\"CNY\"]\nexample = \"A1\"\n{more}\n"
        )
    };
    let good = row("number = [{ starts = \"A\", of = \"digits\", least = 1, most = 3 }]");
    assert!(read(&good).is_ok());
    for (text, line, what) in [
        (format!("{good}{good}"), 10, "twice"),
        (row("number = []"), 2, "no number"),
        (
            row("number = [{ starts = \"A\", of = \"words\", least = 1, most = 3 }]"),
            2,
            "digits, alnum or parcel",
        ),
        (row("number = [{ starts = \"A\", of = \"digits\", least = 2, most = 3 }]"), 2, "example"),
        (
            row("number = [{ starts = \"A\", of = \"digits\", least = 3, most = 2 }]"),
            2,
            "least before the most",
        ),
        (row("number = [{ upu = \"China\" }]"), 2, "two capitals"),
        (good.replace("CNY", "yuan"), 2, "no currency"),
        (good.replace("\"a\"", "\"A b\""), 2, "no code"),
        (good.replace("example", "sample"), 7, "sample"),
    ] {
        let err = read(&text).unwrap_err();
        assert!(err.what.contains(what), "{}: {what}", err.what);
        assert_eq!(err.line, line, "{}", err.what);
    }
}
