//! Metrics, scores and policies: one number wherever it is asked, followed to its orders; rules as data, rehearsed.

use super::compare::{self, Walked, has, holds, same, text, whole};
use super::market::{By, LAST_DAY, Market};
use super::{Row, row};
use crate::run;
use serde_json::{Value, json};

pub(super) const ROWS: &[Row] = &[
    row(
        "O1",
        "A composite score of goods, logistics and service from facts",
        "all scores of the market are listed, one of them is asked for on the command line, and the published example is scored \
         by hand",
        "scores from 0 to 100 with three dimensions, the same on both ways; the example comes to 82 and 4.6 stars",
        o1,
    ),
    row(
        "O2",
        "From a figure of the score to the orders that caused it",
        "the late-ship rate of a shop with late orders is explained, and one of them is opened",
        "as many orders are listed as the numerator says; the opened one has its ship-by time and its facts",
        o2,
    ),
    row(
        "O5",
        "What-if of a score",
        "a score is asked for with nothing changed, and with parcels picked up in half the hours",
        "the same score before and after; then at least as much as before",
        o5,
    ),
    row(
        "P1",
        "Policies as versioned, machine-readable rules with effective dates",
        "the policies are listed, late-ship-cap is asked with 20 % late of 5 orders and with 19.99 %, and its file is checked",
        "each version says from when it counts; hit with order_cap for 7 days, then miss; the file has no errors",
        p1,
    ),
    row(
        "P5",
        "A statement of reasons for whom a rule hits",
        "staff closes a shop's gate to putting on sale for complaints; the shop tries, reads why, and is let in again",
        "gate.closed with the reason, until when and the remedy, at its desk as well; then it puts on sale",
        p5,
    ),
    row(
        "P7",
        "Rehearsal of a draft policy on past orders",
        "a draft that is stricter than late-ship-cap is rehearsed over 54 days by the API and on the command line",
        "the same shops and episodes on both ways, and at least as many as under the shipped rule",
        p7,
    ),
    row(
        "X5",
        "A catalogue of metrics: one definition, one number",
        "every shop's late-ship rate is read over the API, on the command line and from the explanation",
        "the same numerator and denominator on all three, and a definition with its source and its SQL",
        x5,
    ),
];

/// Where the rehearsed days begin; they are over, and what is true of them never changes.
const FIRST_DAY: &str = "2026-05-01";

fn o1(market: &Market) -> Walked {
    let listed = market.get(&By::Operator, &format!("/api/platform/scores?as_of={LAST_DAY}&limit=100"))?;
    let scored: Vec<&Value> = compare::items(&listed)?.iter().filter(|line| line["score"].is_i64()).collect();
    let best = scored.first().ok_or("expected a score, found none")?;
    for line in &scored {
        let score = whole(&line["score"])?;
        holds(&format!("a score from 0 to 100, found {score}"), (0..=100).contains(&score))?;
        let dimensions = line["dimensions"].as_object().map_or(0, serde_json::Map::len);
        same("dimensions", &dimensions.into(), 3)?;
    }
    let as_of = text(&best["as_of"])?;
    let told = market.cli_json(&["score", "--as-of", &as_of, "--shop", &text(&best["shop"])?])?;
    for name in ["score", "raw", "stage", "scorecard", "version"] {
        same(&format!("{name} on the command line"), &told[0][name], best[name].clone())?;
    }
    let inputs = json!({"product": 69, "logistics": 99, "service": 85, "bonus": 2, "deduction": 0});
    let path = "/api/platform/scorecards/default/eval";
    let given = market.post(&By::Operator, path, &json!({"inputs": inputs}))?;
    same("the example", &json!([given["score"], given["stars"]]), json!([82, 4.6]))
}

/// A shop with a late order, and the explanation of its rate.
fn late_shop(market: &Market) -> Walked<Value> {
    let day = LAST_DAY;
    let path = format!("/api/platform/metrics/readings?metric=late_ship_rate&as_of={day}");
    let readings = market.get(&By::Operator, &path)?;
    let late = readings.as_array().into_iter().flatten().find(|one| one["numerator"].as_f64() > Some(0.0));
    let shop = text(&late.ok_or("expected a shop with late orders, found none")?["shop"])?;
    market.get(&By::Operator, &format!("/api/platform/shops/{shop}/metrics/late_ship_rate?as_of={day}"))
}

fn o2(market: &Market) -> Walked {
    let explained = late_shop(market)?;
    let orders = explained["orders"].as_array().cloned().unwrap_or_default();
    let late: Vec<&Value> = orders.iter().filter(|order| order["numerator"].as_f64() == Some(1.0)).collect();
    let numerator = explained["numerator"].as_f64().unwrap_or_default();
    same("late orders in the list", &json!(late.len() as f64), json!(numerator))?;
    // One that was cancelled before its time is listed and counts for nothing.
    let due: i64 = orders.iter().filter_map(|order| order["denominator"].as_i64()).sum();
    same("orders in the list that were due", &due.into(), explained["denominator"].clone())?;
    let one = late.first().ok_or("expected a late order, found none")?;
    let opened = market.get(&By::Operator, &format!("/api/platform/orders/{}", text(&one["order"])?))?;
    same("the order's shop", &opened["shop"], explained["shop"].clone())?;
    let by = compare::micros(&opened["ship_by"])?;
    let late = opened["picked_up_at"].is_null() || compare::micros(&opened["picked_up_at"])? > by;
    holds("it was not picked up by then", late)?;
    holds("its facts", opened["facts"].as_array().is_some_and(|facts| !facts.is_empty()))
}

fn o5(market: &Market) -> Walked {
    let listed = market.get(&By::Operator, &format!("/api/platform/scores?as_of={LAST_DAY}&limit=100"))?;
    let scored = compare::items(&listed)?.iter().find(|line| line["score"].is_i64());
    let line = scored.ok_or("expected a score, found none")?;
    let (shop, as_of) = (text(&line["shop"])?, text(&line["as_of"])?);
    let ask = |changes: Value| {
        let body = json!({"as_of": as_of, "changes": changes});
        market.post(&By::Operator, &format!("/api/platform/shops/{shop}/score/what-if"), &body)
    };
    let same_as = ask(json!({}))?;
    same("with nothing changed", &same_as["after"], same_as["before"].clone())?;
    same("the score", &same_as["before"]["score"], line["score"].clone())?;
    let path = format!("/api/platform/shops/{shop}/score?as_of={}", as_of.replace('+', "%2B"));
    let explained = market.get(&By::Operator, &path)?;
    let all = explained["indicators"].as_array().into_iter().flatten();
    let hours = all.into_iter().find(|one| one["indicator"] == "pickup_hours");
    let hours = hours.and_then(|one| one["numerator"].as_f64()).ok_or("expected pickup_hours, found none")?;
    let better = ask(json!({"pickup_hours": {"numerator": hours / 2.0}}))?;
    let (before, after) = (better["before"]["raw"].as_f64(), better["after"]["raw"].as_f64());
    holds(&format!("at least {before:?} at half the hours, found {after:?}"), after >= before)
}

fn p1(market: &Market) -> Walked {
    let all = market.get(&By::Operator, "/api/platform/policies")?;
    for policy in all.as_array().into_iter().flatten() {
        for version in policy["versions"].as_array().into_iter().flatten() {
            holds(
                &format!("a day of effect of {}", policy["policy"]),
                version["effective_from"].is_string(),
            )?;
        }
    }
    let eval = |rate: f64| {
        let body = json!({"policy": "late-ship-cap", "inputs": {"late_ship_rate": rate, "due": 5}});
        market.post(&By::Operator, "/api/platform/policies/eval", &body)
    };
    let hit = eval(0.2)?;
    same("at 20 %", &hit["verdict"], "hit")?;
    let action = &hit["actions"][0];
    same("what follows", &json!([action["action"], action["days"]]), json!(["order_cap", 7]))?;
    same("at 19.99 %", &eval(0.1999)?["verdict"], "miss")?;
    let file = run::root().join("governance/examples/late-ship-cap.toml");
    let checked = market.cli_json(&["policy", "check", &file.display().to_string()])?;
    let errors = checked.as_array().map_or(0, Vec::len);
    same("errors of the file", &errors.into(), 0)
}

fn p5(market: &Market) -> Walked {
    let shop = &market.other;
    let goods = market.goods(shop, 5_000, 5)?;
    let at = |what: &str| shop.at(&format!("/products/{}/{what}", goods.product));
    market.done(&shop.owner, "POST", &at("take-off"), None)?;
    let gate = format!("/api/platform/shops/{}/gates/put_on_sale", shop.id);
    let why = json!({"reason": "complaints", "until": "2099-06-20T12:00:00+08:00"});
    market.post(&market.admin, &format!("{gate}/close"), &why)?;
    let said = market.refused(&shop.owner, ("POST", &at("put-on")), None, (403, "gate.closed"));
    let told = market.get(&shop.owner, &shop.at("/gates"));
    // It opens whatever was found: other rows list products here as well.
    market.post(&market.admin, &format!("{gate}/open"), &json!({"reason": "mended"}))?;
    let (said, told) = (said?, told?);
    has("the refusal", &said, "too many buyers complain")?;
    has("the refusal", &said, "2099-06-20")?;
    let by = &compare::item(&told, "privilege", "put_on_sale")?["by"];
    same("the reason at the desk", &by["reason"], "complaints")?;
    same("until when", &by["until"], why["until"].clone())?;
    has("the remedy", &text(&by["remedy_en"])?, "ask the platform")?;
    same("once it is open", &market.done(&shop.owner, "POST", &at("put-on"), None)?["status"], "on")
}

fn p7(market: &Market) -> Walked {
    let file = run::root().join("governance/examples/late-ship-cap.toml");
    let shipped = std::fs::read_to_string(&file).map_err(|err| format!("{}: {err}", file.display()))?;
    // Stricter by its condition; the cases that it brings along are about the other one.
    let text_of = shipped.replace("late_ship_rate >= 0.20 && due >= 5", "late_ship_rate >= 0.10 && due >= 5");
    let strict = text_of.split("\n[[cases]]").next().unwrap_or_default().to_owned();
    let (from, day) = (FIRST_DAY, LAST_DAY);
    let draft = market.dir.join("stricter.toml");
    std::fs::write(&draft, &strict).map_err(|err| format!("{}: {err}", draft.display()))?;
    let told = market.cli_json(&["rehearse", &draft.display().to_string(), "--from", from, "--to", day])?;
    let order = json!({"text": strict, "against": {"policy": "late-ship-cap"}, "from": from, "to": day});
    let begun = market.post(&By::Operator, "/api/platform/rehearsals", &order)?;
    let path = format!("/api/platform/rehearsals/{}", text(&begun["rehearsal"])?);
    let ended = market.until("the rehearsal to end", || {
        let view = market.get(&By::Operator, &path)?;
        Ok((!matches!(view["state"].as_str(), Some("queued" | "running"))).then_some(view))
    })?;
    same("the rehearsal", &ended["state"], "done")?;
    for name in ["shops_hit", "episodes", "orders_touched", "gmv_touched"] {
        same(&format!("{name} on both ways"), &told[name], ended["result"][name].clone())?;
    }
    let (strict, shipped) = (whole(&ended["result"]["shops_hit"])?, whole(&ended["against"]["shops_hit"])?);
    holds(&format!("shops that are hit, found {strict}"), strict > 0)?;
    holds(&format!("at least {shipped} shops under the stricter rule, found {strict}"), strict >= shipped)
}

fn x5(market: &Market) -> Walked {
    let catalogue = market.get(&By::Operator, "/api/platform/metrics")?;
    let all = catalogue.as_array().into_iter().flatten();
    let metric = all.into_iter().find(|one| one["metric"] == "late_ship_rate").ok_or("no late_ship_rate")?;
    holds("its source", metric["source"].as_str().is_some_and(|text| !text.is_empty()))?;
    has("its SQL", &text(&metric["sql"])?, "select")?;
    let day = LAST_DAY;
    let path = format!("/api/platform/metrics/readings?metric=late_ship_rate&as_of={day}");
    let api = market.get(&By::Operator, &path)?;
    let told = market.cli_json(&["metrics", "--metric", "late_ship_rate", "--as-of", day])?;
    let key = |one: &Value| text(&one["shop"]);
    let list = api.as_array().cloned().unwrap_or_default();
    holds("a reading", !list.is_empty())?;
    same("shops on the command line", &told.as_array().map(Vec::len).into(), list.len())?;
    for one in &list {
        let shop = key(one)?;
        let line = told.as_array().into_iter().flatten().find(|line| line["shop"] == one["shop"]);
        let line = line.ok_or_else(|| format!("expected {shop} on the command line, found none"))?;
        let explained = market
            .get(&By::Operator, &format!("/api/platform/shops/{shop}/metrics/late_ship_rate?as_of={day}"))?;
        for name in ["numerator", "denominator"] {
            let expected = one[name].as_f64();
            for (way, found) in [("the command line", &line[name]), ("the explanation", &explained[name])] {
                let what = format!("{name} of {shop} from {way}");
                same(&what, &json!(found.as_f64()), json!(expected))?;
            }
        }
    }
    Ok(())
}
