//! Whole policies: what is read, what is refused and how, and what a verdict says.

use super::*;
use kernel::{Market, Money};

const EXAMPLE: &str = include_str!("../../../../governance/examples/late-ship-cap.toml");

fn market(currency: &str) -> Market {
    Market { zone: "Asia/Shanghai".parse().unwrap(), currency: currency.parse().unwrap() }
}

fn draft(condition: &str, inputs: &str) -> String {
    format!(
        "id = \"draft\"\nversion = 2\neffective_from = \"2026-01-01\"\nstage = \"after\"\nsubject = \"shop\"\n\
         condition = {condition}\ntitle = {{ zh = \"规\", en = \"t\" }}\ntext = {{ zh = \"规\", en = \"t\" }}\n\
         {inputs}\n[[actions]]\nkind = \"warn\"\n"
    )
}

const INPUTS: &str = "[inputs.rate]\nmetric = \"late_ship_rate\"\n[inputs.due]\nmetric = \"late_ship_rate\"\npart = \"denominator\"\n\
    [inputs.paid]\ntype = \"money\"\ncurrency = \"CNY\"\n[inputs.why]\ntype = \"text\"\n[inputs.vip]\ntype = \"bool\"\n\
    [inputs.hits]\nepisodes = { calendar = \"year\" }\n";

fn given(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect()
}

fn refusal(condition: &str) -> Diagnostic {
    let text = draft(&format!("'''{condition}'''"), INPUTS);
    match check(&text, None) {
        Err(wrong) => wrong.into_iter().next().unwrap(),
        Ok(policy) => panic!("{condition} was read as {}", policy.condition_printed()),
    }
}

#[test]
fn the_shipped_policies_load_with_cases_and_without_a_word() {
    assert_eq!(problems(), []);
    let ids: Vec<_> = shipped().iter().map(|p| (p.id.as_str(), p.version, p.days())).collect();
    assert_eq!(
        ids,
        [
            ("douyin-ship-late", 1, 0),
            ("douyin-ship-late", 2, 0),
            ("douyin-ship-late-limit", 1, 7),
            ("douyin-ship-late-stop", 1, 7),
            ("douyin-ship-out-of-stock", 1, 0),
            ("late-ship-cap", 1, 7),
            ("late-ship-cap-lighter", 1, 3),
            ("mall-product", 1, 1),
            ("refusal-unjustified", 1, 0),
            ("ship-fraud", 1, 0),
            ("ship-late", 1, 0),
            ("ship-late-limit", 1, 7),
            ("ship-late-stop", 1, 7),
            ("ship-out-of-stock", 1, 0),
            ("track-abnormal", 1, 0),
            ("track-stalled", 1, 0),
        ]
    );
    assert!(shipped().iter().all(|p| p.cases.len() >= 3 && p.warnings.is_empty()));
}

#[test]
fn a_verdict_names_its_actions_and_every_step() {
    let policy = check(EXAMPLE, Some(&market("BRL"))).unwrap();
    let verdict = policy.eval_text(&given(&[("late_ship_rate", "0.25"), ("due", "8")])).unwrap();
    assert_eq!(
        serde_json::to_value(&verdict).unwrap(),
        serde_json::json!({
            "verdict": "hit",
            "actions": [{ "action": "order_cap", "days": 7, "parameters": { "orders_per_day": 100 } }],
            "trace": [
                { "text": "late_ship_rate", "value": 0.25 },
                { "text": "late_ship_rate >= 0.2", "value": true },
                { "text": "due", "value": 8 },
                { "text": "due >= 5", "value": true },
                { "text": "late_ship_rate >= 0.2 && due >= 5", "value": true },
            ],
            "policy": "late-ship-cap",
            "version": 1,
        })
    );
    let verdict = policy.eval_text(&given(&[("late_ship_rate", "null"), ("due", "8")])).unwrap();
    assert_eq!((verdict.verdict, verdict.actions), (Outcome::Unknown, vec![]));
    let verdict = policy.eval_text(&given(&[("due", "4")])).unwrap();
    assert_eq!(verdict.verdict, Outcome::Miss);
}

#[test]
fn an_input_that_does_not_fit_is_refused_by_name() {
    let policy = check(EXAMPLE, None).unwrap();
    for (pairs, why) in [
        (vec![("late_ship_rate", "0.3")], "input due: it is not given"),
        (vec![("due", "many")], "input due: \"many\" does not fit; it is int, such as 5"),
        (vec![("due", "null")], "input due: its value does not fit"),
        (vec![("due", "9999999999999999")], "input due: its value does not fit"),
        (vec![("late_ship_rate", "inf")], "input late_ship_rate: \"inf\" does not fit"),
        (vec![("due", "5"), ("due", "6")], "input due: it is given twice"),
        (vec![("duo", "5")], "did you mean due?"),
        (vec![("weather", "5")], "it has late_ship_rate, due"),
    ] {
        let err = policy.eval_text(&given(&pairs)).unwrap_err().to_string();
        assert!(err.contains(why), "{pairs:?}: {err}");
    }
}

fn compensation(extra: &str) -> String {
    let text = draft(
        "\"hours_late >= 48\"",
        "[inputs.hours_late]\ntype = \"int\"\nunit = \"hours\"\n[inputs.paid]\ntype = \"money\"\ncurrency = \"CNY\"",
    );
    text.replace(
        "kind = \"warn\"",
        &format!("kind = \"compensate\"\namount = {{ percent = 5, of = \"paid\", min = 2, max = 50, currency = \"CNY\" }}\n{extra}"),
    )
}

#[test]
fn an_amount_is_a_share_rounded_half_up_and_bounded() {
    let policy = check(&compensation(""), Some(&market("CNY"))).unwrap();
    for (paid, minor) in
        [("15000", 800), ("CNY 149.99", 700), ("CNY 10.00", 200), ("500000", 5000), ("0", 200)]
    {
        let inputs = given(&[("hours_late", "48"), ("paid", paid)]);
        let verdict = policy.eval_text(&inputs).unwrap();
        assert_eq!(policy.follows_text(&inputs).unwrap(), verdict.actions, "the actions alone are the same");
        let amount = verdict.actions[0].amount;
        assert_eq!(amount, Some(Money::new(minor, "CNY".parse().unwrap())), "{paid}");
        assert_eq!(serde_json::to_value(amount).unwrap()["minor"], minor);
    }
    let none = policy.eval_text(&given(&[("hours_late", "48")])).unwrap();
    assert!(none.actions[0].not_applicable.as_deref().unwrap().contains("no data for paid"));
    let missed = policy.follows_text(&given(&[("hours_late", "47"), ("paid", "15000")])).unwrap();
    assert_eq!(missed, [], "of a miss nothing follows");
}

const TIERS: &str = r#"
id = "tiers"
version = 1
effective_from = 2026-01-01
stage = "after"
subject = "order"
source = "a table"
title = { zh = "规", en = "t" }
text = { zh = "规", en = "t" }
condition = "late > 0.0 && (exempt == null || !exempt)"
[inputs.late]
type = "number"
unit = "hours"
meaning = { zh = "晚了多久", en = "how late" }
[inputs.promise]
type = "number"
unit = "hours"
[inputs.exempt]
type = "bool"
[inputs.goods]
type = "text"
words = ["gold", "other"]
[inputs.scan]
type = "text"
context = true
[inputs.paid]
type = "money"
currency = "CNY"
[[actions]]
kind = "deduct"
when = "promise > 48.0"
amount = { percent = 1, of = "paid", min = 2, max = 50, currency = "CNY" }
[[actions]]
kind = "hide"
days = 3
when = "goods == 'gold'"
[[cases]]
name = "over the line"
clause = "the table's second row"
inputs = { late = 1, promise = 48.01, paid = 150 }
verdict = "hit"
actions = [{ kind = "deduct", amount = 2 }]
[[cases]]
name = "on the line"
inputs = { late = 1, promise = 48, goods = "gold" }
verdict = "hit"
actions = ["hide"]
"#;

#[test]
fn an_action_follows_only_where_its_own_condition_is_true() {
    let policy = check(TIERS, None).unwrap();
    assert_eq!(policy.source.as_deref(), Some("a table"));
    assert_eq!(policy.cases[0].clause.as_deref(), Some("the table's second row"));
    assert_eq!(policy.when_printed(&policy.actions[0]).as_deref(), Some("promise > 48.0"));
    let ask = |pairs: &[(&str, &str)]| {
        let verdict = policy.eval_text(&given(pairs)).unwrap();
        let actions: Vec<_> = verdict.actions.iter().map(ToString::to_string).collect();
        (verdict.verdict, actions.join("; "))
    };
    let hit = |actions: &str| (Outcome::Hit, actions.to_owned());
    assert_eq!(ask(&[("late", "1"), ("promise", "48"), ("paid", "15000")]), hit(""));
    assert_eq!(ask(&[("late", "1"), ("promise", "72"), ("paid", "15000")]), hit("deduct CNY 2.00"));
    assert_eq!(
        ask(&[("late", "1"), ("promise", "72"), ("paid", "15000"), ("goods", "gold")]),
        hit("deduct CNY 2.00; hide for 3 days")
    );
    // Without data an action does not follow; without a word about an exemption there is none.
    assert_eq!(ask(&[("late", "1"), ("paid", "15000")]), hit(""));
    assert_eq!(ask(&[("late", "1"), ("exempt", "false")]), hit(""));
    assert_eq!(ask(&[("late", "1"), ("exempt", "true")]).0, Outcome::Miss);
    assert_eq!(ask(&[("exempt", "null")]).0, Outcome::Unknown);
    // What is given in another currency costs nothing, and the other actions still follow.
    assert_eq!(
        ask(&[("late", "1"), ("promise", "72"), ("paid", "BRL 150.00"), ("goods", "gold")]),
        hit(
            "deduct (not applicable: paid is in BRL and the action's money in CNY; amounts are never converted); \
             hide for 3 days"
        )
    );
    let verdict = policy
        .eval_text(&given(&[("late", "2"), ("promise", "72"), ("paid", "15050"), ("scan", "none")]))
        .unwrap();
    let steps: Vec<_> = verdict.trace.iter().map(|step| format!("{} -> {}", step.text, step.value)).collect();
    assert_eq!(
        steps,
        [
            "scan -> \"none\"",
            "late -> 2.0",
            "late > 0.0 -> true",
            "exempt -> null",
            "exempt == null -> true",
            "!exempt -> null",
            "exempt == null || !exempt -> true",
            "late > 0.0 && (exempt == null || !exempt) -> true",
            "promise -> 72.0",
            "promise > 48.0 -> true",
            "paid -> {\"minor\":15050,\"currency\":\"CNY\"}",
            "deduct: 1% of paid -> \"CNY 1.505\"",
            "deduct: half up to a whole unit, at least CNY 2.00, at most CNY 50.00 -> {\"minor\":200,\"currency\":\"CNY\"}",
            "goods -> null",
            "goods == \"gold\" -> null",
        ]
    );
}

#[test]
fn words_shares_and_conditions_of_actions_are_checked_where_they_stand() {
    for (old, new, message, instead) in [
        ("promise > 48.0", "promse > 48.0", "there is no input \"promse\"", "promise"),
        ("promise > 48.0", "promise > 48", "do not mix", "48.0"),
        ("promise > 48.0", "promise", "is a number, not true or false", "comparison"),
        ("percent = 1", "percent = 100.1", "up to 100", "percent = 5"),
        ("percent = 1", "percent = 0", "up to 100", "percent = 5"),
        ("words = [\"gold\", \"other\"]", "words = []", "not a list of the texts", "words = ["),
        ("goods = \"gold\"", "goods = \"gild\"", "none of its words", "goods = \"gold\" or \"other\""),
        ("context = true", "context = 1", "\"context\" is not true or false", "context = true"),
        (
            "amount = 2 }]",
            "amount = 3 }]",
            "deduct costs CNY 2.00, not CNY 3.00",
            "a condition for which it holds",
        ),
        (
            "promise = 48.01",
            "promise = 48",
            "its actions are none, not deduct",
            "a condition for which it holds",
        ),
        ("source = \"a table\"", "source = 5", "\"source\" is not a text", "the clause"),
    ] {
        let text = TIERS.replacen(old, new, 1);
        assert_ne!(text, TIERS, "{old}");
        let wrong = check(&text, None).unwrap_err();
        let line = 1 + TIERS[..TIERS.find(old).unwrap()].matches('\n').count();
        let hit = wrong.iter().find(|d| d.message.contains(message));
        let hit = hit.unwrap_or_else(|| panic!("{new}: {wrong:?}"));
        // A case that does not hold is named where it begins.
        let line = if hit.message.contains("does not hold") { 37 } else { line };
        assert!(hit.line == line && hit.instead.contains(instead), "{new}: {hit}, not line {line}");
    }
    let policy = check(TIERS, None).unwrap();
    for (pair, why) in [
        (("goods", "gild"), "it is one of gold, other"),
        (("paid", "150.00"), "such as CNY 100.00 (or 10000 in minor units)"),
        (("paid", "1e3"), "such as CNY 100.00"),
    ] {
        let err = policy.eval_text(&given(&[pair])).unwrap_err().to_string();
        assert!(err.contains(why), "{pair:?}: {err}");
    }
}

#[test]
fn money_of_another_currency_is_not_applicable_and_never_converted() {
    let foreign = check(&compensation(""), Some(&market("BRL"))).unwrap();
    let verdict = foreign.eval_text(&given(&[("hours_late", "50"), ("paid", "15000")])).unwrap();
    assert_eq!((verdict.verdict, verdict.actions[0].amount), (Outcome::Hit, None));
    assert!(verdict.actions[0].not_applicable.as_deref().unwrap().contains("in CNY and the market's in BRL"));
    assert_eq!(foreign.applicable().count(), 0);

    let policy = check(&compensation(""), None).unwrap();
    let verdict = policy.eval_text(&given(&[("hours_late", "50"), ("paid", "BRL 150.00")])).unwrap();
    assert_eq!(verdict.actions[0].amount, None);
    assert!(verdict.actions[0].not_applicable.as_deref().unwrap().contains("paid is in BRL"));
    let follows = policy.follows_text(&given(&[("hours_late", "50"), ("paid", "BRL 150.00")])).unwrap();
    assert_eq!(follows, verdict.actions);
}

#[test]
fn cases_are_checked_when_the_file_is_read() {
    let case = |inputs: &str, rest: &str| {
        compensation(&format!("[[cases]]\nname = \"x\"\ninputs = {{ {inputs} }}\n{rest}"))
    };
    let good = case(
        "hours_late = 48, paid = 150",
        "verdict = \"hit\"\nactions = [{ kind = \"compensate\", amount = 8 }]",
    );
    assert_eq!(check(&good, None).unwrap().cases.len(), 1);
    // The cases hold in the rule's own currency, whatever the market's.
    assert!(check(&good, Some(&market("BRL"))).is_ok());
    for (inputs, rest, why) in [
        (
            "hours_late = 47, paid = 150",
            "verdict = \"hit\"",
            "case \"x\" does not hold: it comes to miss, not hit: hours_late is 47",
        ),
        (
            "hours_late = 48, paid = 150",
            "verdict = \"hit\"\nactions = [{ kind = \"compensate\", amount = 7.5 }]",
            "costs CNY 8.00, not CNY 7.50",
        ),
        (
            "hours_late = 48, paid = 150",
            "verdict = \"hit\"\nactions = []",
            "its actions are compensate, not none",
        ),
        (
            "hours_late = 48, paid = 150",
            "verdict = \"hit\"\nactions = [{ kind = \"compensate\", days = 3 }]",
            "lasts no days, not 3",
        ),
        ("hours_late = 48.5", "verdict = \"hit\"", "\"hours_late\" is not int"),
        ("hours = 48", "verdict = \"hit\"", "\"hours\" is not a key of the inputs of a case"),
        ("hours_late = null", "verdict = \"hit\"", "not TOML"),
        ("hours_late = 48", "verdict = \"perhaps\"", "\"verdict\" is none of the words"),
    ] {
        let wrong = check(&case(inputs, rest), None).unwrap_err();
        assert!(wrong.iter().any(|d| d.message.contains(why)), "{inputs} {rest}: {wrong:?}");
    }
    // A draft may be without, with a warning; a rule may not.
    let draft = check(&compensation(""), None).unwrap();
    assert!(draft.warnings.iter().any(|d| d.message.contains("no table of cases")));
    let text = compensation("");
    let (_, wrong) = load([("a.toml", text.as_str())]);
    assert!(wrong.iter().any(|d| d.diagnostic.message.contains("no table of cases")), "{wrong:?}");
}

#[test]
fn versions_that_overlap_are_refused_and_the_newest_begun_is_in_force() {
    let second = EXAMPLE.replace("version = 1", "version = 2").replace("2017-01-01", "2018-06-01");
    let (all, wrong) = load([("two.toml", second.as_str()), ("one.toml", EXAMPLE)]);
    assert_eq!(wrong, []);
    for (day, version) in
        [("2016-12-31", None), ("2017-01-01", Some(1)), ("2018-05-31", Some(1)), ("2018-06-01", Some(2))]
    {
        assert_eq!(
            in_force(&all, "late-ship-cap", day.parse().unwrap()).map(|p| p.version),
            version,
            "{day}"
        );
    }
    let early = EXAMPLE.replace("version = 1", "version = 2");
    let (_, wrong) = load([("one.toml", EXAMPLE), ("two.toml", early.as_str())]);
    let wrong = wrong.first().unwrap();
    assert_eq!((wrong.file.as_str(), wrong.diagnostic.line), ("two.toml", 4));
    assert!(wrong.to_string().contains("overlaps version 1"), "{wrong}");
    let (_, wrong) = load([("one.toml", EXAMPLE), ("two.toml", EXAMPLE)]);
    assert!(
        wrong[0]
            .to_string()
            .starts_with("two.toml:3:1: version 1 of late-ship-cap stands in one.toml as well"),
        "{}",
        wrong[0]
    );
}

#[test]
fn a_condition_that_could_go_wrong_is_refused_with_what_to_write() {
    for (condition, column, message, instead) in [
        ("rate >= 1 && due >= 5", 9, "a number and a whole number do not mix", "1.0"),
        ("due >= 5.0", 8, "do not mix", "5"),
        ("due >= 5.5", 1, "do not mix", "double(...)"),
        ("due / rate > 1.0", 1, "do not mix", "double(...)"),
        ("rte > 0.2", 1, "there is no input \"rte\"", "rate"),
        (
            "rate > 0.2 && cancel_rate > 0.1",
            15,
            "there is no input \"cancel_rate\"",
            "[inputs.cancel_rate] with metric = \"cancel_rate\"",
        ),
        ("shop.rate > 0.2", 1, "one plain name", "rate"),
        ("due * due * due > 5", 1, "beyond what a whole number holds", "double(x)"),
        ("due", 1, "must", "comparison"),
        ("due && vip", 1, "must be true or false", "x > 0"),
        ("why > \"a\"", 1, "has no order", "=="),
        ("paid > 10", 8, "do not mix", "money(\"CNY 10.00\")"),
        ("paid > money(\"BRL 10.00\")", 8, "do not mix", "never converted"),
        ("paid * paid > paid", 1, "only be added", "one currency"),
        ("money(\"10\") < paid", 7, "not an amount", "money(\"CNY 10.00\")"),
        ("due == null", 1, "never null", "false"),
        ("null == null", 1, "null is compared", "x == null"),
        ("rate + null > 0.1", 8, "null can only stand", "x == null"),
        ("due in []", 8, "list is empty", "x in [1"),
        ("due in [1, 2.0]", 12, "constants of one type", "x in [1"),
        ("due in due", 8, "must be a list", "x in [1"),
        ("[1] == [1]", 1, "a list can only", "x in [1"),
        ("due > 5u", 7, "no unsigned", "5"),
        ("size(why) > 3", 1, "size() is not known", "double()"),
        ("int(rate) > 3", 1, "int() is not known", "double(x)"),
        ("why.startsWith(\"a\")", 1, "startsWith() is not known", "operators"),
        ("-why == why", 2, "has no negative", "!"),
        ("rate % 0.1 > 0.2", 1, "no remainder", "%"),
        ("rate >= ", 9, "not CEL", "late_ship_rate"),
        ("rate >= 0.2 &&& due > 1", 15, "not CEL", "late_ship_rate"),
    ] {
        let found = refusal(condition);
        let wanted = if condition == "due" { "is a whole number, not true or false" } else { message };
        assert!(found.message.contains(wanted) && found.instead.contains(instead), "{condition}: {found}");
        assert_eq!((found.line, found.column), (6, 15 + column), "{condition}: {found}");
    }
}

#[test]
fn an_error_inside_the_condition_is_found_in_any_kind_of_text() {
    for (condition, line, column) in [
        ("\"why == '晚发' && rte > 0.2\"", 6, 29),
        ("'why == \"晚发\" && rte > 0.2'", 6, 29),
        ("\"why == \\\"晚\\u53d1\\\" && rte > 0.2\"", 6, 36),
        ("\"\"\"\nwhy == '晚发'\n  && rte > 0.2\"\"\"", 8, 6),
        ("'''\nwhy == '晚发'\n  && rte > 0.2\n'''", 8, 6),
        ("\"\"\"why == '晚发' \\\n     && rte > 0.2\"\"\"", 7, 9),
    ] {
        let wrong = check(&draft(condition, INPUTS), None).unwrap_err();
        let found: Vec<_> = wrong.iter().map(|d| (d.line, d.column)).collect();
        assert_eq!(found, [(line, column)], "{condition}: {wrong:?}");
        assert!(wrong[0].message.contains("\"rte\""));
    }
}

#[test]
fn what_is_wrong_with_a_file_is_named_with_its_line_and_what_to_write() {
    for (old, new, line, message, instead) in [
        ("id = ", "name = ", 2, "\"name\" is not a key of a policy", "title"),
        ("\"late-ship-cap\"", "\"Late Ship\"", 2, "small letters", "id = \"late-ship\""),
        ("version = 1", "version = 0", 3, "whole number from 1", "version = "),
        ("2017-01-01", "2017-01-01T00:00:00", 4, "not a date", "2026-01-01"),
        ("\"during\"", "\"whenever\"", 5, "none of the words", "\"before\" or \"during\" or \"after\""),
        ("\"shop\"", "\"buyer\"", 6, "none of the words", "\"shop\""),
        (
            "metric = \"late_ship_rate\"",
            "metric = \"late_ship\"",
            18,
            "no metric \"late_ship\"",
            "late_ship_rate",
        ),
        ("window_days = 30", "window_days = 0", 19, "whole number from 1 to 3660", "window_days = 7"),
        ("part = \"value\"", "part = \"all\"", 20, "none of the words", "\"numerator\""),
        ("day = \"today\"", "day = \"tomorrow\"", 21, "none of the words", "\"yesterday\""),
        ("metric = \"late_ship_rate\"", "type = \"number\"", 17, "has no \"unit\"", "unit = "),
        (
            "metric = \"late_ship_rate\"\nwindow",
            "episodes = { window_days = 9 }\nwindow",
            19,
            "does not go with",
            "episodes",
        ),
        ("kind = \"order_cap\"\n", "kind = \"order_cup\"\n", 30, "not a kind of action", "order_cap"),
        ("days = 7\n", "", 29, "has no \"days\"", "days = 7"),
        ("en = \"Order cap", "english = \"Order cap", 11, "not a key of \"title\"", "en"),
        ("inputs.late_ship_rate]", "inputs.Late]", 17, "cannot be the name of an input", "small letters"),
        ("due >= 5", "due >= late", 7, "there is no input \"late\"", "late_ship_rate"),
    ] {
        let text = EXAMPLE.replacen(old, new, 1);
        assert_ne!(text, EXAMPLE, "{old}");
        let wrong = check(&text, None).unwrap_err();
        let hit = wrong.iter().find(|d| d.message.contains(message));
        let hit = hit.unwrap_or_else(|| panic!("{new}: {wrong:?}"));
        assert_eq!(hit.line, line, "{new}: {hit}");
        assert!(hit.instead.contains(instead), "{new}: {hit}");
    }
    let wrong = check("id = \"x\nversion", None).unwrap_err();
    assert!(wrong[0].message.contains("not TOML") && wrong[0].line == 1, "{wrong:?}");
    let wrong = check("", None).unwrap_err();
    assert!(wrong.iter().any(|d| d.message.contains("no \"condition\"")), "{wrong:?}");
}

#[test]
fn division_by_zero_is_no_data_and_missing_data_never_hits() {
    let ask = |condition: &str, pairs: &[(&str, &str)]| {
        let text = draft(&format!("'{condition}'"), INPUTS);
        let mut all = vec![("due", "10"), ("hits", "0")];
        all.retain(|(name, _)| pairs.iter().all(|(n, _)| n != name));
        all.extend(pairs);
        check(&text, None).unwrap().eval_text(&given(&all)).unwrap().verdict
    };
    assert_eq!(ask("due / hits > 1", &[]), Outcome::Unknown);
    assert_eq!(ask("due % hits > 1", &[]), Outcome::Unknown);
    assert_eq!(ask("double(due) / double(hits) > 1.0", &[]), Outcome::Unknown);
    assert_eq!(ask("due / hits > 1 || due == 10", &[]), Outcome::Hit);
    assert_eq!(ask("due / hits == null", &[]), Outcome::Hit);
    assert_eq!(ask("rate > 0.1 && due < 5", &[]), Outcome::Miss);
    assert_eq!(ask("!(rate > 0.1)", &[]), Outcome::Unknown);
    assert_eq!(ask("rate == null ? due > 5 : rate > 0.5", &[]), Outcome::Hit);
    assert_eq!(ask("due in [1, 10]", &[]), Outcome::Hit);
    assert_eq!(ask("paid - money(\"CNY 0.50\") >= money(\"CNY 10\")", &[("paid", "1050")]), Outcome::Hit);
    assert_eq!(ask("vip && why == \"storm\"", &[("vip", "true"), ("why", "storm")]), Outcome::Hit);
}
