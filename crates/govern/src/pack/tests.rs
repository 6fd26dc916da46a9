//! Whole packs: the shipped ones hold, and a copy with one thing broken is refused where it is broken.

use super::*;
use kernel::Currency;

/// The default pack with its files as texts.
fn copy() -> Vec<File> {
    shipped_files("sanhao")
}

fn file<'f>(files: &'f mut [File], path: &str) -> &'f mut File {
    files.iter_mut().find(|file| file.path == path).unwrap_or_else(|| panic!("there is no {path}"))
}

fn text(file: &File) -> &str {
    std::str::from_utf8(&file.bytes).unwrap()
}

#[test]
fn the_shipped_packs_hold_as_a_whole() {
    assert_eq!(problems(), []);
    assert_eq!(crate::problems(), []);
    let all: Vec<_> = shipped().iter().map(|p| (p.id.as_str(), p.scorecard.as_deref())).collect();
    assert_eq!(all, [("sanhao", Some("sanhao")), ("douyin-2026", Some("douyin-2026"))]);
    let ours = &shipped()[0];
    assert!(!ours.promises.is_empty() && !ours.policies.is_empty() && !ours.scorecards.is_empty());
    // What we promise better than the peers: an action waits for the answer to an appeal.
    for pack in shipped() {
        let waits = pack.id == "sanhao";
        assert!(pack.policies.iter().all(|p| p.appeal.is_some_and(|appeal| appeal.suspends == waits)));
        assert!(pack.policies.iter().all(|p| p.source.is_some()));
        assert!(
            pack.policies
                .iter()
                .flat_map(|p| &p.cases)
                .all(|case| case.clause.is_some() && !case.name.is_empty())
        );
    }
    // An id means one policy in the whole program.
    let mut ids: Vec<_> =
        shipped().iter().flat_map(|p| p.policies.iter().map(|p| (&p.id, p.version))).collect();
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count);
    assert_eq!(of_policy("ship-late").map(|pack| pack.id.as_str()), Some("sanhao"));
    assert_eq!(of_policy("late-ship-cap"), None);
}

const LATE: &str = "policies/ship-late.toml";
const STOP: &str = "policies/ship-late-stop.toml";
const DAY: &str = "promises/ship-same-day.toml";
const CLOCK: &str = "promises/pickup-clock.toml";
const CARD: &str = "scorecards/sanhao-3.toml";
const HEAD: &str = "pack.toml";

/// One thing broken: the file, what stands there, what is put in its place, how many lines below its beginning that is
/// found, what is said, and what to write instead.
type Broken = (&'static str, &'static str, &'static str, isize, &'static str, &'static str);

#[rustfmt::skip]
const BROKEN: [Broken; 48] = [
    (HEAD, "id = \"sanhao\"", "name = \"sanhao\"", 0, "\"name\" is not a key of a pack", "id"),
    (HEAD, "currency = \"CNY\"", "currency = \"Yuan\"", 0, "\"Yuan\" is not a currency", "currency = \"CNY\""),
    (HEAD, "scorecard = \"sanhao\"", "scorecard = \"sanhoa\"", 0, "there is no scorecard \"sanhoa\"", "scorecard = \"sanhao\""),
    (HEAD, "scorecard = \"sanhao\"", "scorecard = 3", 0, "\"scorecard\" is not a text", "scorecard = \"sanhao\""),
    (LATE, "id = \"ship-late\"", "id = \"ship-late", 0, "not TOML", "texts in quotes"),
    (LATE, "id = \"ship-late\"", "id = \"Ship Late\"", 0, "small letters", "id = \"ship-late\""),
    (LATE, "version = 1", "version = 0", 0, "\"version\" is not a whole number from 1", "version = "),
    (LATE, "effective_from = 2026-08-10", "effective_from = \"2026-08-32\"", 0, "\"effective_from\" is not a date", "2026-01-01"),
    (LATE, "effective_from = 2026-08-10", "effective_from = 2026-08-32", 0, "not TOML: invalid date", "a date such as 2026-01-01"),
    (LATE, "stage = ", "staging = ", 0, "\"staging\" is not a key of a policy", "stage"),
    (LATE, "subject = \"order\"", "subject = \"orders\"", 0, "\"subject\" is none of the words", "\"order\""),
    (LATE, "condition = \"late_hours >", "condition = \"lates_hours >", 0, "there is no input \"lates_hours\"", "late_hours"),
    (LATE, "condition = \"late_hours > 0.0 &&", "condition = \"late_hours > 0 &&", 0, "do not mix", "0.0"),
    (LATE, "condition = \"late_hours > 0.0 &&", "condition = \"late_hours &&", 0, "must be true or false", "x > 0.0"),
    (LATE, "en = \"Late shipment\"", "en = \"\"", 0, "\"en\" is empty", "en = "),
    (LATE, "zh = \"发货超时\"", "chinese = \"发货超时\"", 0, "\"chinese\" is not a key of \"title\"", "zh, en"),
    (LATE, "[title]\nzh = \"发货超时\"\n", "[title]\n", 0, "\"title\" has no \"zh\"", "zh = "),
    (LATE, "type = \"money\"", "type = \"cash\"", 0, "\"cash\" is not a type", "\"money\""),
    (LATE, "[inputs.paid]\ntype = \"money\"\ncurrency = \"CNY\"\n", "[inputs.paid]\ntype = \"money\"\n", 0, "input \"paid\" has no \"currency\"", "currency = \"CNY\""),
    (LATE, "[inputs.paid]\n", "[inputs.paid]\nprice = 5\n", 1, "\"price\" is not a key of input \"paid\"", "metric"),
    (LATE, "[inputs.promise_hours]\ntype = \"number\"\nunit = \"hours\"\n", "[inputs.promise_hours]\ntype = \"number\"\n", 0, "input \"promise_hours\" has no \"unit\"", "unit = \"hours\""),
    (LATE, "[[actions]]\n", "[[actions]]\nkind = \"warn\"\n", 2, "not TOML: duplicate key", "each key once"),
    (LATE, "kind = \"deduct\"", "kind = \"deductt\"", 0, "\"deductt\" is not a kind of action", "deduct"),
    (LATE, "when = \"promise_hours > 48.0 &&", "when = \"promised_hours > 48.0 &&", 0, "there is no input \"promised_hours\"", "promise_hours"),
    (LATE, "percent = 1, of", "percent = 101, of", 0, "\"percent\" is not a number above 0 and up to 100", "percent = 5"),
    (LATE, "min = 2, max = 50", "min = 60, max = 50", 0, "\"min\" is above \"max\"", "the smaller one first"),
    (LATE, "rounding = \"half_up_unit\"", "rounding = \"up\"", 0, "\"rounding\" is none of the words", "\"half_up_unit\""),
    (LATE, "of = \"paid\"", "of = \"pay\"", 0, "there is no input \"pay\"", "of = \"paid\""),
    (LATE, "suspends = true", "suspends = \"yes\"", 0, "\"suspends\" is not true or false", "suspends = true"),
    (LATE, "verdict = \"miss\"", "verdict = \"misses\"", 0, "\"verdict\" is none of the words", "\"miss\""),
    (LATE, "[[cases]]\nname = \"at exactly the promise\"", "[[cases]]\nversion = 2\nname = \"at exactly the promise\"", 1, "\"version\" is not a key of a case", "verdict"),
    (LATE, "[[cases]]\nname = \"a promise of exactly 48 h\"\nclause = \"0: nothing when the promise is <= 48 h\"\ninputs = { promise_hours = 48,", "[[cases]]\nname = \"a promise of exactly 48 h\"\nclause = \"0\"\ninputs = { promise_hours = 49,", 0, "case \"a promise of exactly 48 h\" does not hold: its actions are deduct, not none", "a condition for which it holds"),
    (STOP, "metric = \"late_ship_rate\"", "metric = \"late_ship\"", 0, "there is no metric \"late_ship\"", "late_ship_rate"),
    (STOP, "window_days = 1", "window_days = 0", 0, "whole number from 1 to 3660", "window_days = "),
    (STOP, "[[actions]]\nkind = \"order_cap\"\ndays = 7\n", "[[actions]]\nkind = \"order_cap\"\n", 0, "an action has no \"days\"", "days = 7"),
    (DAY, "paid_before = \"16:00:00\"", "paid_before = \"24:00:00\"", 0, "\"paid_before\" is not a time of day", "from 00:00:00 to 23:59:59"),
    (DAY, "[[due]]\npaid_before = \"16:00:00\"\nday = 0\n", "[[due]]\npaid_before = \"16:00:00\"\nday = 0\nhours = 24\n", 0, "either \"hours\" or both", "hours = 48"),
    (CLOCK, "until = \"06:00:00\"", "till = \"06:00:00\"", 0, "\"till\" is not a key of [clock]", "until"),
    (CARD, "default = { product = 50", "default = { product = 51", 0, "come to 101, not 100", "come to 100"),
    (CARD, "metric = \"lane_on_time_rate\"", "metric = \"lane_on_time\"", 0, "there is no metric \"lane_on_time\"", "lane_on_time_rate"),
    (CARD, "id = \"sanhao\"\n", "id = \"sanhao\"\nid = \"sanhao\"\n", 1, "not TOML: duplicate key", "each key once"),
    (CARD, "weight = 90", "weight = 80", -4, "come to 90, not 100", "come to 100"),
    (CARD, "when = \"valid_orders >= 30\"", "when = \"valid_orders >= true\"", 0, "do not mix", "a whole number on both sides"),
    (CARD, "when = \"valid_orders >= 30\"", "when = \"valid_order >= 30\"", 0, "no input \"valid_order\"", "valid_orders"),
    (CARD, "upto = 60\n", "upto = 40\n", -1, "do not rise", "upto above 50"),
    (CARD, "unit = \"days\"\n", "", -2, "has no \"unit\"", "unit = "),
    (CARD, "once = 10\n", "once = 10\neach = 2\n", -4, "for each, up to a cap, or once", "once = 10"),
    (CARD, "score = 82\n", "score = 83\n", -4, "does not hold: the score is 82", "a rule for which it holds"),
];

fn refused(files: &[File], market: Option<Currency>) -> Vec<FileDiagnostic> {
    load("pack/", files, market).map(|pack| pack.id).expect_err("the pack is taken")
}

#[test]
fn a_pack_with_one_thing_broken_is_refused_where_it_is_broken() {
    for (path, old, new, below, message, instead) in BROKEN {
        let mut files = copy();
        let broken = file(&mut files, path);
        let whole = text(broken).to_owned();
        let place = whole.find(old).unwrap_or_else(|| panic!("{path} has no {old}"));
        broken.bytes = whole.replacen(old, new, 1).into_bytes();
        let line = (1 + whole[..place].matches('\n').count()).strict_add_signed(below);
        let (wrong, name) = (refused(&files, None), format!("pack/{path}"));
        let hit = wrong.iter().find(|d| d.file == name && d.diagnostic.message.contains(message));
        let hit = hit.unwrap_or_else(|| panic!("{new}: {wrong:#?}"));
        assert!(hit.diagnostic.instead.contains(instead), "{new}: {hit}");
        assert_eq!(hit.diagnostic.line, line, "{new}: {hit}");
        // Only the broken file is complained of.
        assert!(wrong.iter().all(|d| d.file == name), "{new}: {wrong:#?}");
    }
}

#[test]
fn what_is_wrong_between_files_is_found_as_well() {
    let one = |files: &[File], market| {
        let wrong = refused(files, market);
        assert_eq!(wrong.len(), 1, "{wrong:#?}");
        wrong[0].to_string()
    };
    // A table of cases is part of a rule, of a promise and of a scorecard.
    for (path, what) in [(LATE, "policy"), (DAY, "promise"), (CARD, "scorecard")] {
        let mut files = copy();
        let bare = file(&mut files, path);
        bare.bytes = text(bare).split("[[cases]]").next().unwrap().as_bytes().to_vec();
        let wrong = refused(&files, None);
        let hit = wrong.iter().find(|d| d.diagnostic.message.contains("no table of cases"));
        let hit = hit.unwrap_or_else(|| panic!("{what}: {wrong:#?}"));
        assert!(hit.file == format!("pack/{path}") && hit.diagnostic.instead.contains("[[cases]]"), "{hit}");
    }
    // The same version in two files, and a version that begins before the one it follows.
    for (path, line) in [(LATE, 4), (DAY, 3), (CARD, 3)] {
        let mut files = copy();
        let again = File { path: path.replace(".toml", "-again.toml"), ..file(&mut files, path).clone() };
        files.push(again.clone());
        let said = one(&files, None);
        let wanted = format!("pack/{}:{line}:1: version ", again.path);
        assert!(said.starts_with(&wanted) && said.contains("as well; write version = "), "{said}");
        let before = files.pop().unwrap();
        let newer =
            text(&before).replacen("version = 1", "version = 5", 1).replacen("version = 3", "version = 5", 1);
        files.push(File { bytes: newer.into_bytes(), ..before });
        let said = one(&files, None);
        assert!(
            said.contains("-again.toml:")
                && said.contains(" overlaps version ")
                && said.contains("; write a date after 2026-"),
            "{said}"
        );
    }
    // Money that is not the pack's, and a pack that is not the market's: every place is named.
    let mut files = copy();
    let foreign = file(&mut files, LATE);
    foreign.bytes = text(foreign).replace("CNY\"", "USD\"").into_bytes();
    let wrong = refused(&files, None);
    assert_eq!(wrong.len(), 3, "{wrong:#?}");
    assert!(
        wrong[0].to_string().contains("ship-late.toml:21:12: this money is in USD, and the pack's in CNY"),
        "{}",
        wrong[0]
    );
    assert!(wrong[0].diagnostic.instead.starts_with("currency = \"CNY\""), "{}", wrong[0]);
    let wrong = refused(&copy(), Some(Currency::BRL));
    assert!(
        wrong[0]
            .to_string()
            .starts_with("pack/pack.toml:3:12: the pack's money is in CNY and the market's in BRL"),
        "{}",
        wrong[0]
    );
    assert!(wrong.iter().any(|d| d.file == format!("pack/{LATE}") && d.diagnostic.message.contains("the market's in BRL")));
    assert!(load("pack", &copy(), Some(Currency::CNY)).is_ok());
}

#[test]
fn what_is_no_pack_is_refused_with_how_to_make_it_one() {
    let one = |files: &[File]| {
        let wrong = refused(files, None);
        assert_eq!(wrong.len(), 1, "{wrong:#?}");
        wrong[0].to_string()
    };
    let mut files = copy();
    let latin = file(&mut files, LATE);
    latin.bytes = text(latin).replacen("zh = \"发货超时\"", "zh = \"\u{0}\"", 1).into_bytes();
    let place = latin.bytes.iter().position(|byte| *byte == 0).unwrap();
    latin.bytes[place] = 0xe9;
    assert_eq!(
        one(&files),
        format!("pack/{LATE}:12:7: from here on this is not UTF-8 text; write the file saved as UTF-8")
    );

    let mut files = copy();
    files.retain(|file| file.path != HEAD);
    assert_eq!(
        one(&files),
        "pack/pack.toml:1:1: the pack has no pack.toml; write a file pack.toml with id, currency, title and text"
    );

    let mut files = copy();
    file(&mut files, LATE).path = "policy/ship-late.toml".to_owned();
    assert_eq!(
        one(&files),
        "pack/policy/ship-late.toml:1:1: nothing of a pack stands here; write policies/ship-late.toml"
    );

    let mut files = copy();
    files.retain(|file| !file.path.starts_with("scorecards/"));
    assert!(
        one(&files).contains("there is no scorecard \"sanhao\" in the pack; write a file in scorecards/")
    );

    let head = File { path: HEAD.to_owned(), bytes: b"id = \"x\"\ncurrency = \"CNY\"\ntitle = { zh = \"a\", en = \"b\" }\ntext = { zh = \"a\", en = \"b\" }\n".to_vec() };
    assert!(one(&[head]).contains("there is nothing in the pack"));
    assert!(one(&[]).contains("no pack.toml"));
}

#[test]
fn a_folder_is_read_as_the_pack_it_holds() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../governance/packs");
    for pack in shipped() {
        let read = load_dir(&root.join(&pack.id), Some(pack.currency)).unwrap();
        assert_eq!((read.policies.len(), &read.titles), (pack.policies.len(), &pack.titles));
        let mut there = shipped_files(&pack.id);
        there.sort_by(|a, b| a.path.cmp(&b.path));
        assert_eq!(read_dir(&root.join(&pack.id)).unwrap(), there);
    }
    assert!(matches!(load_dir(&root.join("absent"), None), Err(DirError::Unreadable { .. })));
    let Err(DirError::Broken(wrong)) = load_dir(&root, None) else {
        panic!("a folder of packs is taken for a pack");
    };
    assert!(wrong.iter().any(|d| d.to_string().contains("no pack.toml")), "{wrong:?}");
}
