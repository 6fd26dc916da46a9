//! Scores by the API: what-if is the scorer, what has moved a score adds up, and what cannot be is refused.

use super::api::{Market, asked, plan};
use kernel::Quiet;
use serde_json::{Value, json};

const DAY: &str = "2025-05-20";

async fn scores(market: &Market, card: &str) -> Vec<Value> {
    let page =
        market.get(&format!("/api/platform/scores?as_of={DAY}&scorecard={card}&limit=500")).await.json();
    page["items"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_of_scores_is_what_the_scorer_says() {
    let market = Market::new();
    for name in ["sanhao@3", "small-market@1"] {
        let card = govern::scorecard::find(name).unwrap();
        let day: jiff::civil::Date = DAY.parse().unwrap();
        let direct = asked(|ask| {
            let mut lines = Vec::new();
            govern::scorecard::each_day(ask, &plan().market(), Some(card), day, day, &Quiet, &mut |day| {
                lines = day.lines.clone();
                Ok(())
            })
            .unwrap();
            let shops = govern::shops(ask).unwrap();
            lines.iter().map(|l| (shops.get(l.shop).unwrap().id.to_string(), l.raw)).collect::<Vec<_>>()
        });
        let listed = scores(&market, name).await;
        assert!(listed.iter().filter(|s| s["raw"].is_number()).count() > 5, "{name}: {listed:?}");
        for (shop, raw) in direct {
            let line = listed.iter().find(|s| s["shop"] == *shop).unwrap();
            assert_eq!(line["raw"], serde_json::to_value(raw).unwrap(), "{name} {shop}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_if_with_nothing_changed_is_the_score() {
    let market = Market::new();
    for card in ["sanhao@3", "small-market"] {
        for score in scores(&market, card).await {
            let shop = score["shop"].as_str().unwrap();
            let uri = format!("/api/platform/shops/{shop}/score/what-if");
            let what = market.post(&uri, &json!({ "as_of": DAY, "scorecard": card })).await.json();
            assert_eq!(what["before"], what["after"], "{what}");
            for key in ["score", "raw", "stage", "stars", "dimensions"] {
                assert_eq!(what["after"][key], score[key], "{key} of {shop}");
            }
            // The figures of the explanation, given back as they are, change nothing either.
            let explained = market
                .get(&format!("/api/platform/shops/{shop}/score?as_of={DAY}&scorecard={card}"))
                .await
                .json();
            let mut changes = serde_json::Map::new();
            for i in explained["indicators"].as_array().unwrap() {
                let name = i["indicator"].as_str().unwrap().to_owned();
                changes.insert(name, json!({ "numerator": i["numerator"], "denominator": i["denominator"] }));
            }
            let again = json!({ "as_of": DAY, "scorecard": card, "changes": changes });
            assert_eq!(market.post(&uri, &again).await.json()["after"], what["after"], "{shop}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_if_is_the_scorecard_applied_to_the_dimensions_it_comes_to() {
    let market = Market::new();
    let mut compared = 0;
    for card in ["sanhao@3", "douyin-2026@1", "small-market@1"] {
        for score in scores(&market, card).await.iter().take(8) {
            let shop = score["shop"].as_str().unwrap();
            let explained = market
                .get(&format!("/api/platform/shops/{shop}/score?as_of={DAY}&scorecard={card}"))
                .await
                .json();
            for (i, indicator) in explained["indicators"].as_array().unwrap().iter().enumerate() {
                let den = indicator["denominator"].as_i64().unwrap();
                if den < 2 {
                    continue;
                }
                // Everything as good, or as bad, as the figures allow.
                let num = match indicator["unit"].as_str().unwrap() {
                    "stars" => json!(den * if i % 2 == 0 { 5 } else { 1 }),
                    "ratio" => json!(if i % 2 == 0 { 0 } else { den }),
                    _ => json!(indicator["numerator"].as_f64().unwrap() / 2.0),
                };
                let mut changes = json!({ "fake_trade": { "numerator": i % 2 } });
                changes[indicator["indicator"].as_str().unwrap()] = json!({ "numerator": num });
                let order = json!({ "as_of": DAY, "scorecard": card, "changes": changes });
                let what = market.post(&format!("/api/platform/shops/{shop}/score/what-if"), &order).await;
                assert_eq!(what.status, 200, "{}", what.text);
                let what = what.json();
                let after = &what["after"];
                if after["stage"] != "formal" {
                    continue;
                }
                let mut inputs = json!({ "bonus": after["bonus"], "deduction": after["deduction"] });
                for (name, points) in after["dimensions"].as_object().unwrap() {
                    inputs[name.as_str()] = points.clone();
                }
                if let Some(industry) = what["industry"].as_str() {
                    inputs["industry"] = json!(industry);
                }
                let (uri, hand) =
                    (format!("/api/platform/scorecards/{card}/eval"), json!({ "inputs": inputs }));
                let given = market.post(&uri, &hand).await.json();
                for key in ["raw", "score", "stars"] {
                    assert_eq!(given[key], after[key], "{key} of {shop}: {inputs}");
                }
                compared += 1;
            }
        }
    }
    assert!(compared > 20, "{compared}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_moved_a_score_adds_up_to_its_change() {
    let market = Market::new();
    let (mut days, mut moved) = (0, 0);
    for score in scores(&market, "small-market").await.iter().take(5) {
        let shop = score["shop"].as_str().unwrap();
        let history = market
            .get(&format!("/api/platform/shops/{shop}/score/history?from=2025-04-20&to={DAY}"))
            .await
            .json();
        let history = history.as_array().unwrap();
        assert_eq!(history.len(), 31);
        for pair in history.windows(2) {
            let (Some(then), Some(now)) = (pair[0]["raw"].as_f64(), pair[1]["raw"].as_f64()) else {
                continue;
            };
            let parts = pair[1]["moves"].as_array().unwrap();
            let sum: f64 = parts.iter().map(|m| m["points"].as_f64().unwrap()).sum();
            assert!((now - then - sum).abs() < 1e-6, "{pair:?}");
            days += 1;
            moved += usize::from(!parts.is_empty());
        }
        if history.last().unwrap()["scorecard"] == "small-market" {
            assert_eq!(history.last().unwrap()["raw"], score["raw"]);
        }
    }
    assert!(days > 30 && moved > 10, "{days} {moved}");
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_that_cannot_be_are_refused_with_what_can() {
    let market = Market::new();
    let shop = market.get("/api/platform/shops?limit=1").await.json()["items"][0]["shop"]
        .as_str()
        .unwrap()
        .to_owned();
    let what = format!("/api/platform/shops/{shop}/score/what-if");
    for (changes, part) in [
        (json!({ "weather": { "numerator": 1 } }), "reads no figure \"weather\""),
        (json!({ "product_rating": 5 }), "numerator"),
        (json!({ "product_rating": { "rating": 5 } }), "no \"rating\""),
        (json!({ "product_rating": { "numerator": "5" } }), "must be a number"),
        (json!({ "product_rating": { "numerator": 60, "denominator": 10 } }), "outside 1 to 5"),
        (json!({ "product_rating": { "numerator": 2.5, "denominator": 1 } }), "whole number"),
        (
            json!({ "quality_return_rate": { "numerator": 11, "denominator": 10 } }),
            "more than the denominator",
        ),
        (json!({ "quality_return_rate": { "numerator": -1 } }), "from 0"),
        (json!({ "quality_return_rate": { "denominator": -1 } }), "whole number from 0"),
        (json!({ "quality_return_rate": { "denominator": 1.5 } }), "whole number"),
        (json!({ "quality_return_rate": { "numerator": 1, "denominator": 0 } }), "denominator of 0"),
        (json!({ "fake_trade": { "numerator": 1e300 } }), "from 0"),
        (json!({ "fake_trade": { "denominator": 1 } }), "no denominator"),
    ] {
        let order = json!({ "as_of": DAY, "scorecard": "sanhao@3", "changes": changes });
        let detail = market.post(&what, &order).await.refused(422, "web.invalid");
        assert!(detail.contains(part), "{changes}: {detail}");
    }
    let card = |name: &str| json!({ "as_of": DAY, "scorecard": name });
    market.post(&what, &card("sanhao@9")).await.refused(404, "scorecard.unknown");
    market.post(&what, &json!({ "as_of": "someday" })).await.refused(422, "web.invalid");
    market.post(&what, &json!({ "as_of": "1999-01-01" })).await.refused(422, "web.invalid");
    market.post("/api/platform/shops/S-404/score/what-if", &json!({})).await.refused(404, "shop.unknown");
    for (uri, status, code) in [
        ("/api/platform/scores?scorecard=moon", 404, "scorecard.unknown"),
        ("/api/platform/scores?as_of=3000", 422, "web.invalid"),
        ("/api/platform/scores?limit=0", 422, "web.invalid"),
        ("/api/platform/scores?after=x", 422, "web.invalid"),
        ("/api/platform/scorecards/moon", 404, "scorecard.unknown"),
        ("/api/platform/shops/S-404/score", 404, "shop.unknown"),
    ] {
        market.get(uri).await.refused(status, code);
    }
    let history = |q: &str| format!("/api/platform/shops/{shop}/score/history?{q}");
    market.get(&history("from=2025-05-02&to=2025-05-01")).await.refused(422, "web.invalid");
    market.get(&history("from=2020-01-01&to=2025-05-01")).await.refused(422, "web.invalid");
    market.get(&history("from=2025-05-01")).await.refused(422, "web.invalid");
    let eval = |inputs: Value| json!({ "inputs": inputs });
    let by_hand = market.post("/api/platform/scorecards/default/eval", &eval(json!({ "produkt": 69 }))).await;
    assert!(by_hand.refused(422, "policy.input").contains("product"));
    market
        .post("/api/platform/scorecards/default/eval", &eval(json!({ "product": 101 })))
        .await
        .refused(422, "policy.input");
    market
        .post("/api/platform/scorecards/default/eval", &eval(json!({ "product": [] })))
        .await
        .refused(422, "web.invalid");
    market
        .post("/api/platform/scorecards/moon/eval", &eval(json!({})))
        .await
        .refused(404, "scorecard.unknown");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_published_example_comes_to_82_and_scorecards_say_what_they_are() {
    let market = Market::new();
    let inputs = json!({ "product": 69, "logistics": 99, "service": 85, "bonus": 2, "deduction": 0 });
    let given =
        market.post("/api/platform/scorecards/default/eval", &json!({ "inputs": inputs })).await.json();
    assert_eq!((&given["score"], &given["stars"], &given["raw"]), (&json!(82), &json!(4.6), &json!(82.5)));
    let list = market.get("/api/platform/scorecards").await.json();
    assert_eq!(list.as_array().unwrap().len(), govern::scorecard::shipped().len());
    let one = market.get("/api/platform/scorecards/sanhao@3").await.json();
    assert!(one["text"].as_str().unwrap().contains("id = \"sanhao\""));
    assert_eq!(one["indicators"].as_array().unwrap().len(), 9);
    let adoptions = market.get("/api/platform/scorecards/adoptions").await.json();
    let direct = asked(|ask| govern::scorecard::adoptions(ask).unwrap());
    assert_eq!(adoptions.as_array().unwrap().len(), direct.0.len());
}
