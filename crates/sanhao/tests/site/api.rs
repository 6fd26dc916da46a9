//! `/api`: every operation, every refusal, and that nothing a client sends makes it fail inside.

use super::site::{app, by_operator};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, StatusCode, header};
use kernel::{Date, Moment, Quiet};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};
use store::worker::{Waker, Workers};
use tower::ServiceExt;

/// A small synthetic market behind the real router. Its facts are the same for every test, so they are made once.
pub(super) struct Market {
    _dir: tempfile::TempDir,
    db: store::Db,
    router: Router,
    workers: Arc<Workers>,
}

pub(super) fn plan() -> sim::history::Plan {
    sim::history::Plan {
        seed: 7,
        shops: 24,
        orders: 3_000,
        days: 90,
        from: "2025-03-01".parse().unwrap(),
        zone: "Asia/Shanghai".parse().unwrap(),
        currency: kernel::Currency::CNY,
        until: None,
    }
}

pub(super) fn facts() -> Arc<lake::Snapshot> {
    static FACTS: OnceLock<(tempfile::TempDir, Arc<lake::Snapshot>)> = OnceLock::new();
    let made = FACTS.get_or_init(|| {
        let dir = tempfile::tempdir().unwrap();
        let mut bulk = lake::Bulk::new(dir.path()).unwrap();
        for record in sim::history::facts(&plan()).unwrap() {
            bulk.push(&record).unwrap();
        }
        let snapshot = Arc::new(bulk.finish(govern::relations()).unwrap());
        (dir, snapshot)
    });
    made.1.clone()
}

/// Asks the facts directly. They may not be asked from a thread that drives futures.
pub(super) fn asked<T: Send>(f: impl FnOnce(&lake::Snapshot) -> T + Send) -> T {
    std::thread::scope(|scope| scope.spawn(|| f(&facts())).join().unwrap())
}

/// The workers of a market that has facts, at a moment.
fn workers(db: &store::Db, at: Moment) -> Arc<Workers> {
    workers_of(db, at, Waker::default())
}

fn workers_of(db: &store::Db, at: Moment, waker: Waker) -> Arc<Workers> {
    let history = flows::rehearsal::History {
        market: super::site::market(),
        snapshot: Arc::new(|| Ok(super::facts::snapshot())),
    };
    let services = store::Services::default().with(history);
    Arc::new(Workers::new(db.clone(), services, Arc::new(move || at), at.micros().unsigned_abs(), waker))
}

impl Market {
    pub(super) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let db = store::Db::open(&store::Source::Dir(dir.path().to_owned())).unwrap();
        let router = server::router(app(&db));
        let workers = workers(&db, super::site::now());
        Self { _dir: dir, db, router, workers }
    }

    /// Does what is due, as the workers of the program do.
    async fn work(&self) {
        let workers = self.workers.clone();
        tokio::task::spawn_blocking(move || workers.turn().unwrap()).await.unwrap();
    }

    /// Sends a request from the operator, unless it says who asks.
    pub(super) async fn send(&self, request: Request<Body>) -> Answer {
        self.send_as_is(by_operator(request)).await
    }

    pub(super) async fn send_as_is(&self, request: Request<Body>) -> Answer {
        Answer::of(self.router.clone().oneshot(request).await.unwrap()).await
    }

    pub(super) async fn get(&self, uri: &str) -> Answer {
        self.send(Request::get(uri).body(Body::empty()).unwrap()).await
    }

    pub(super) async fn post(&self, uri: &str, body: &Value) -> Answer {
        self.send(json_request(Method::POST, uri, body)).await
    }

    /// Asks for a rehearsal and follows it to its end.
    async fn rehearsed(&self, order: &Value) -> Value {
        let begun = self.post("/api/platform/rehearsals", order).await;
        assert_eq!(begun.status, StatusCode::ACCEPTED, "{}", begun.text);
        let id = begun.json()["rehearsal"].as_str().unwrap().to_owned();
        self.ended(&id).await
    }

    async fn ended(&self, id: &str) -> Value {
        loop {
            let view = self.get(&format!("/api/platform/rehearsals/{id}")).await.json();
            if !matches!(view["state"].as_str().unwrap(), "queued" | "running") {
                return view;
            }
            self.work().await;
        }
    }

    async fn a_shop(&self) -> Value {
        self.get("/api/platform/shops?limit=1").await.json()["items"][0].clone()
    }
}

pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: axum::http::HeaderMap,
    pub(super) text: String,
}

impl Answer {
    async fn of(response: axum::response::Response) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 64 << 20).await.unwrap();
        Self {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|err| panic!("{err}: {}", self.text))
    }
    /// Asserts that this is a refusal of that status and code, as problem+json.
    #[track_caller]
    pub(super) fn refused(&self, status: u16, code: &str) -> String {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        assert_eq!(self.headers[header::CONTENT_TYPE], "application/problem+json", "{}", self.text);
        let body = self.json();
        assert_eq!((body["status"].as_u64(), body["code"].as_str()), (Some(u64::from(status)), Some(code)));
        assert_eq!(body["type"], format!("urn:sanhao:problem:{code}"));
        body["detail"].as_str().unwrap().to_owned()
    }
}

pub(super) fn json_request(method: Method, uri: &str, body: &Value) -> Request<Body> {
    Request::builder()
        .method(method)
        .uri(uri)
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(body.to_string()))
        .unwrap()
}

fn example() -> &'static govern::policy::Policy {
    govern::policy::shipped().iter().find(|p| p.id == "late-ship-cap").expect("the example is shipped")
}

fn a_rehearsal() -> Value {
    json!({ "policy": "late-ship-cap", "from": "2025-04-01", "to": "2025-05-20" })
}

#[tokio::test(flavor = "multi_thread")]
async fn the_market_says_how_far_its_facts_reach() {
    let market = Market::new();
    let view = market.get("/api/platform/market").await.json();
    assert_eq!(view["zone"], "Asia/Shanghai");
    assert_eq!(view["currency"], "CNY");
    assert_eq!(view["shops"], 24);
    assert_eq!(view["facts"].as_u64().unwrap(), facts().facts());
    assert!(view["first_day"].as_str().unwrap() >= "2025-03-01", "{view}");
    assert!(view["first_day"].as_str().unwrap() < view["last_day"].as_str().unwrap(), "{view}");
}

#[tokio::test(flavor = "multi_thread")]
async fn readings_are_what_govern_says_and_look_like_the_command_line() {
    let market = Market::new();
    let rows = market.get("/api/platform/metrics/readings?as_of=2025-05-01").await.json();
    let rows = rows.as_array().unwrap();
    let at = Moment::parse_as_of("2025-05-01", &plan().zone).unwrap();
    let all: Vec<_> = govern::metric::catalogue().iter().collect();
    let (readings, shops) =
        asked(|ask| (govern::metric::as_of(ask, &all, at, None).unwrap(), govern::shops(ask).unwrap()));
    assert_eq!(rows.len(), readings.len());
    assert!(!rows.is_empty());
    for row in rows {
        let keys: Vec<_> = row.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(keys, ["shop", "external_id", "metric", "numerator", "denominator", "value"]);
        assert!(row["numerator"].is_number() && row["denominator"].is_i64(), "{row}");
    }
    let shop = market.a_shop().await;
    let (id, external) = (shop["shop"].as_str().unwrap(), shop["external_id"].as_str().unwrap());
    let by_id = market
        .get(&format!("/api/platform/metrics/readings?as_of=2025-05-01&shop={id}&metric=late_ship_rate"))
        .await;
    let by_external = market
        .get(&format!(
            "/api/platform/metrics/readings?as_of=2025-05-01&shop={external}&metric=late_ship_rate"
        ))
        .await;
    assert_eq!(by_id.text, by_external.text);
    assert_eq!(by_id.json().as_array().unwrap().len(), 1);
    let no = shops.find(id).unwrap().no;
    let expect = readings.iter().find(|r| r.shop == no && r.metric.name == "late_ship_rate").unwrap();
    assert_eq!(by_id.json()[0]["denominator"], expect.den);
    assert_eq!(by_id.json()[0]["value"].as_f64(), expect.value());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_explanation_adds_up_to_the_reading_and_to_the_last_point_of_the_series() {
    let market = Market::new();
    let shop = market.a_shop().await["shop"].as_str().unwrap().to_owned();
    let mut seen = 0;
    for metric in govern::metric::catalogue() {
        let name = &metric.name;
        let explained =
            market.get(&format!("/api/platform/shops/{shop}/metrics/{name}?as_of=2025-05-10")).await.json();
        let sum: i64 =
            explained["orders"].as_array().unwrap().iter().map(|o| o["denominator"].as_i64().unwrap()).sum();
        assert_eq!(explained["denominator"].as_i64().unwrap(), sum, "{name}");
        let series = market
            .get(&format!("/api/platform/shops/{shop}/metrics/{name}/series?from=2025-05-01&to=2025-05-10"))
            .await
            .json();
        let last = series.as_array().unwrap().last().filter(|point| point["day"] == "2025-05-10");
        match last {
            Some(last) => {
                assert_eq!(
                    (&last["numerator"], &last["denominator"]),
                    (&explained["numerator"], &explained["denominator"]),
                    "{name}"
                );
                seen += 1;
            }
            // A point without contributions is left out.
            None => {
                assert_eq!((explained["numerator"].as_f64(), sum), (Some(0.0), 0), "{name}");
            }
        }
    }
    assert!(seen >= 7, "{seen}");
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_paged_by_key_and_every_item_comes_once() {
    let market = Market::new();
    let (mut seen, mut after) = (Vec::new(), String::new());
    loop {
        let page = market.get(&format!("/api/platform/shops?limit=7{after}")).await.json();
        seen.extend(page["items"].as_array().unwrap().iter().map(|s| s["shop"].as_str().unwrap().to_owned()));
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    assert_eq!(seen.len(), 24);
    assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), 24);

    let shop = &seen[0];
    let (mut orders, mut after) = (Vec::new(), String::new());
    loop {
        let page = market.get(&format!("/api/platform/shops/{shop}/orders?limit=50{after}")).await.json();
        for order in page["items"].as_array().unwrap() {
            assert_eq!(order["shop"].as_str(), Some(shop.as_str()));
            orders.push((
                order["placed_at"].as_str().unwrap().to_owned(),
                order["order"].as_str().unwrap().to_owned(),
            ));
        }
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    assert!(orders.len() > 50, "{}", orders.len());
    assert!(orders.is_sorted_by(|a, b| a.0 >= b.0));
    assert_eq!(orders.iter().collect::<BTreeSet<_>>().len(), orders.len());

    let order = market.get(&format!("/api/platform/orders/{}", orders[0].1)).await.json();
    let facts = order["facts"].as_array().unwrap();
    assert_eq!(facts[0]["kind"], "order.placed");
    assert_eq!(facts[0]["values"]["gmv"]["minor"], order["gmv"]["minor"]);
    assert!(facts[0]["values"]["ship_by"].as_str().unwrap().ends_with("+08:00"));
    let again = market.get(&format!("/api/platform/orders/{}", order["external_id"].as_str().unwrap())).await;
    assert_eq!(again.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn policies_say_which_version_is_in_force() {
    let market = Market::new();
    let list = market.get("/api/platform/policies").await.json();
    let example = list.as_array().unwrap().iter().find(|p| p["policy"] == "late-ship-cap").unwrap();
    let one = market.get("/api/platform/policies/late-ship-cap").await.json();
    assert_eq!(&one, example);
    let newest = &one["versions"][0];
    let version = market
        .get(&format!("/api/platform/policies/late-ship-cap/versions/{}", newest["version"]))
        .await
        .json();
    assert_eq!(&version, newest);
    assert_eq!(version["text"].as_str().unwrap(), &*super::api::example().text);
    let inputs = market.get("/api/platform/policies/inputs").await.json();
    assert!(inputs.as_array().unwrap().iter().any(|i| i["name"] == "late_ship_rate"), "{inputs}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_is_checked_line_by_line() {
    let market = Market::new();
    let good = market.post("/api/platform/policies/check", &json!({ "text": &*example().text })).await.json();
    assert_eq!((&good["ok"], &good["policy"]), (&json!(true), &json!("late-ship-cap")));
    let broken = example().text.replace("late_ship_rate", "late_shp_rate");
    let bad = market.post("/api/platform/policies/check", &json!({ "text": broken })).await.json();
    assert_eq!(bad["ok"], false);
    let first = &bad["diagnostics"][0];
    assert!(first["line"].as_u64().unwrap() > 1, "{bad}");
    assert!(bad.to_string().contains("late_ship_rate"), "{bad}");
    // The same text where a policy is needed is a refusal with the same findings.
    let refused = market
        .post(
            "/api/platform/rehearsals",
            &json!({ "text": broken, "from": "2025-04-01", "to": "2025-04-02" }),
        )
        .await;
    refused.refused(422, "policy.invalid");
    assert_eq!(refused.json()["diagnostics"], bad["diagnostics"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_whose_cases_are_behind_can_be_rehearsed_and_says_so() {
    let market = Market::new();
    let text = example().text.replacen("0.20", "0.35", 1);
    let checked = market.post("/api/platform/policies/check", &json!({ "text": text })).await.json();
    assert_eq!(checked["ok"], true, "{checked}");
    let found = checked["diagnostics"].as_array().unwrap();
    assert!(!found.is_empty() && found.iter().all(|d| d["severity"] == "warning"), "{checked}");
    let view = market.rehearsed(&json!({ "text": text, "from": "2025-04-01", "to": "2025-04-10" })).await;
    assert_eq!(view["state"], "done", "{view}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_is_tried_by_hand() {
    let market = Market::new();
    let inputs = |rate: f64, due: i64| {
        let mut inputs = serde_json::Map::new();
        for input in &example().inputs {
            let value = if input.name.contains("rate") { json!(rate) } else { json!(due) };
            inputs.insert(input.name.clone(), value);
        }
        inputs
    };
    let ask = |inputs: serde_json::Map<String, Value>| json!({ "policy": "late-ship-cap", "inputs": inputs });
    let hit = market.post("/api/platform/policies/eval", &ask(inputs(0.5, 10))).await;
    assert_eq!(hit.status, StatusCode::OK, "{}", hit.text);
    let hit = hit.json();
    assert!(!hit["actions"].as_array().unwrap().is_empty(), "{hit}");
    assert!(!hit["trace"].as_array().unwrap().is_empty(), "{hit}");
    let miss = market.post("/api/platform/policies/eval", &ask(inputs(0.1, 10))).await.json();
    assert_ne!(miss["verdict"], hit["verdict"]);
    assert_eq!(miss["actions"], json!([]));
    let strange = market
        .post(
            "/api/platform/policies/eval",
            &json!({ "policy": "late-ship-cap", "inputs": { "weather": 1 } }),
        )
        .await;
    assert!(strange.refused(422, "policy.input").contains("weather"));
    let nested = market
        .post("/api/platform/policies/eval", &json!({ "policy": "late-ship-cap", "inputs": { "x": [] } }))
        .await;
    nested.refused(422, "web.invalid");
    let both = market
        .post("/api/platform/policies/eval", &json!({ "policy": "a", "text": "b", "inputs": {} }))
        .await;
    both.refused(422, "web.invalid");
    let unknown =
        market.post("/api/platform/policies/eval", &json!({ "policy": "nothing", "inputs": {} })).await;
    assert!(unknown.refused(404, "web.not_found").contains("late-ship-cap"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_lives_from_copy_to_deletion() {
    let market = Market::new();
    let made = market.post("/api/platform/drafts", &json!({ "policy": "late-ship-cap" })).await;
    assert_eq!(made.status, StatusCode::CREATED);
    let draft = made.json();
    let id = draft["draft"].as_str().unwrap();
    assert_eq!(made.headers[header::LOCATION], format!("/api/platform/drafts/{id}"));
    assert_eq!(made.headers[header::ETAG], "\"1\"");
    assert_eq!(draft["base"], format!("late-ship-cap@{}", example().version));
    assert_eq!(draft["diagnostics"], json!([]));
    assert_eq!(market.get(&format!("/api/platform/drafts/{id}")).await.json(), draft);

    let put = json_request(
        Method::PUT,
        &format!("/api/platform/drafts/{id}"),
        &json!({ "text": "half a", "version": 1 }),
    );
    let saved = market.send(put).await;
    assert_eq!((saved.status, saved.json()["version"].as_i64()), (StatusCode::OK, Some(2)));
    assert!(!saved.json()["diagnostics"].as_array().unwrap().is_empty());

    let list = market.get("/api/platform/drafts").await.json();
    assert_eq!(list["items"].as_array().unwrap().len(), 1);

    let delete = |tag: &'static str| {
        Request::delete(format!("/api/platform/drafts/{id}"))
            .header(header::IF_MATCH, tag)
            .body(Body::empty())
            .unwrap()
    };
    market.send(delete("\"1\"")).await.refused(409, "draft.stale");
    assert_eq!(market.send(delete("\"2\"")).await.status, StatusCode::NO_CONTENT);
    market.get(&format!("/api/platform/drafts/{id}")).await.refused(404, "draft.not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_writers_who_saw_the_same_version_one_is_refused_and_nothing_is_lost() {
    let market = Market::new();
    let id = market.post("/api/platform/drafts", &json!({ "text": "start" })).await.json()["draft"]
        .as_str()
        .unwrap()
        .to_owned();
    let put = |text: &str| {
        let mut request =
            json_request(Method::PUT, &format!("/api/platform/drafts/{id}"), &json!({ "text": text }));
        request.headers_mut().insert(header::IF_MATCH, "\"1\"".parse().unwrap());
        request
    };
    let (a, b) = tokio::join!(market.send(put("mine")), market.send(put("yours")));
    let mut both = [a, b];
    both.sort_by_key(|answer| answer.status);
    assert_eq!(both[0].status, StatusCode::OK);
    let detail = both[1].refused(409, "draft.stale");
    assert!(detail.contains("version 2") && detail.contains("version 1"), "{detail}");
    let kept = market.get(&format!("/api/platform/drafts/{id}")).await.json();
    assert_eq!(kept["text"], both[0].json()["text"]);

    let bare = json_request(Method::PUT, &format!("/api/platform/drafts/{id}"), &json!({ "text": "x" }));
    market.send(bare).await.refused(422, "draft.version_needed");
    let mut torn = json_request(
        Method::PUT,
        &format!("/api/platform/drafts/{id}"),
        &json!({ "text": "x", "version": 2 }),
    );
    torn.headers_mut().insert(header::IF_MATCH, "\"1\"".parse().unwrap());
    market.send(torn).await.refused(422, "web.invalid");
    let long = "x".repeat(70_000);
    let long = json_request(
        Method::PUT,
        &format!("/api/platform/drafts/{id}"),
        &json!({ "text": long, "version": 2 }),
    );
    market.send(long).await.refused(422, "draft.too_long");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rehearsal_by_the_api_is_what_govern_says() {
    let market = Market::new();
    let view = market.rehearsed(&a_rehearsal()).await;
    assert_eq!(view["state"], "done", "{view}");
    let (from, to): (Date, Date) = ("2025-04-01".parse().unwrap(), "2025-05-20".parse().unwrap());
    let direct =
        asked(|ask| govern::rehearsal::rehearse(ask, &plan().market(), example(), from, to, &Quiet).unwrap());
    let exactly = serde_json::to_string(&direct).unwrap();
    assert_eq!(view["result"], serde_json::from_str::<Value>(&exactly).unwrap());
    let text =
        market.get(&format!("/api/platform/rehearsals/{}", view["rehearsal"].as_str().unwrap())).await.text;
    assert!(text.contains(&format!("\"result\":{exactly}")), "the result goes out to the last digit");
    assert_eq!(view["shops_hit"], view["result"]["shops_hit"]);
    assert!(view["shops_hit"].as_i64().unwrap() > 0, "the fixture must have something to show");
    assert_eq!(view["progress"], Value::Null);

    let id = view["rehearsal"].as_str().unwrap();
    let json = market.get(&format!("/api/platform/rehearsals/{id}/episodes.json")).await;
    assert_eq!(json.json(), view["result"]);
    let csv = market.get(&format!("/api/platform/rehearsals/{id}/episodes.csv")).await;
    assert!(csv.headers[header::CONTENT_TYPE].to_str().unwrap().starts_with("text/csv"));
    assert!(csv.headers[header::CONTENT_DISPOSITION].to_str().unwrap().contains(&format!("{id}.csv")));
    assert_eq!(csv.text.lines().count(), 1 + view["result"]["episodes"].as_array().unwrap().len());
    assert!(csv.text.starts_with("shop,external_id,start,end,"));
    let list = market.get("/api/platform/rehearsals").await.json();
    assert_eq!(list["items"][0]["rehearsal"], view["rehearsal"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_rehearsed_against_the_rule_it_was_copied_from() {
    let market = Market::new();
    let text = example().text.replace("0.20", "0.35");
    assert_ne!(text, *example().text);
    let draft =
        market.post("/api/platform/drafts", &json!({ "text": text, "policy": "late-ship-cap" })).await.json();
    let order = json!({
        "draft": draft["draft"], "against": { "policy": "late-ship-cap" }, "from": "2025-04-01", "to": "2025-05-20"
    });
    let view = market.rehearsed(&order).await;
    assert_eq!(view["state"], "done", "{view}");
    assert_eq!(view["draft"], draft["draft"]);
    assert!(view["result"]["shops_hit"].as_i64() <= view["against"]["shops_hit"].as_i64());
    assert!(view["comparison"].is_object());
    let other = market.rehearsed(&a_rehearsal()).await;
    let (a, b) = (view["rehearsal"].as_str().unwrap(), other["rehearsal"].as_str().unwrap());
    let compared = market.get(&format!("/api/platform/rehearsals/compare?a={a}&b={b}")).await;
    assert_eq!(compared.json(), view["comparison"]);
    let short = market
        .rehearsed(&json!({ "policy": "late-ship-cap", "from": "2025-04-01", "to": "2025-04-02" }))
        .await;
    let short = short["rehearsal"].as_str().unwrap();
    market
        .get(&format!("/api/platform/rehearsals/compare?a={a}&b={short}"))
        .await
        .refused(422, "rehearsal.other_days");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rehearsal_is_refused_with_the_reason() {
    let market = Market::new();
    for (order, status, code) in [
        (json!({ "policy": "late-ship-cap", "from": "2025-04-02", "to": "2025-04-01" }), 422, "web.invalid"),
        (json!({ "policy": "late-ship-cap", "from": "2025-04-02", "to": "soon" }), 422, "web.invalid"),
        (json!({ "policy": "late-ship-cap", "from": "1990-01-01", "to": "2025-04-01" }), 422, "web.invalid"),
        (
            json!({ "policy": "late-ship-cap@77", "from": "2025-04-01", "to": "2025-04-02" }),
            404,
            "web.not_found",
        ),
        (json!({ "policy": "x", "text": "y", "from": "2025-04-01", "to": "2025-04-02" }), 422, "web.invalid"),
        (json!({ "from": "2025-04-01", "to": "2025-04-02" }), 422, "web.invalid"),
        (
            json!({ "draft": "dft_00000000000000000000000000", "from": "2025-04-01", "to": "2025-04-02" }),
            404,
            "draft.not_found",
        ),
        (json!({ "draft": "me", "from": "2025-04-01", "to": "2025-04-02" }), 422, "web.invalid"),
        (
            json!({ "policy": "late-ship-cap", "against": {}, "from": "2025-04-01", "to": "2025-04-02" }),
            422,
            "web.invalid",
        ),
        (json!({ "policy": "late-ship-cap", "form": "2025-04-01", "to": "2025-04-02" }), 422, "web.invalid"),
    ] {
        market.post("/api/platform/rehearsals", &order).await.refused(status, code);
    }
    let nobody = "/api/platform/rehearsals/reh_00000000000000000000000000";
    market.get(nobody).await.refused(404, "rehearsal.not_found");
    market.get(&format!("{nobody}/episodes.csv")).await.refused(404, "rehearsal.not_found");
    market.get(&format!("{nobody}/episodes.json")).await.refused(404, "rehearsal.not_found");
    let delete = |uri: &str| Request::delete(uri).body(Body::empty()).unwrap();
    market.send(delete(nobody)).await.refused(404, "rehearsal.not_found");
    let done = market.rehearsed(&a_rehearsal()).await;
    let done = format!("/api/platform/rehearsals/{}", done["rehearsal"].as_str().unwrap());
    market.send(delete(&done)).await.refused(409, "rehearsal.ended");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rehearsal_that_is_taken_back_has_no_result() {
    let market = Market::new();
    let mut cancelled = 0;
    // Whether the run or the cancel is first is not ours to say; whichever it is, the state says so and stays.
    for _ in 0..50 {
        let begun = market.post("/api/platform/rehearsals", &a_rehearsal()).await.json();
        let uri = format!("/api/platform/rehearsals/{}", begun["rehearsal"].as_str().unwrap());
        let at_work = market.workers.clone();
        let at_work = tokio::task::spawn_blocking(move || at_work.turn().unwrap());
        let answer = market.send(Request::delete(&uri).body(Body::empty()).unwrap()).await;
        at_work.await.unwrap();
        let view = market.ended(begun["rehearsal"].as_str().unwrap()).await;
        if answer.status == StatusCode::NO_CONTENT {
            cancelled += 1;
            assert_eq!((&view["state"], &view["result"]), (&json!("cancelled"), &Value::Null));
            market.get(&format!("{uri}/episodes.csv")).await.refused(409, "rehearsal.no_result");
        } else {
            answer.refused(409, "rehearsal.ended");
            assert_eq!(view["state"], "done");
        }
        if cancelled == 2 {
            return;
        }
    }
    panic!("fifty rehearsals ended before they could be taken back");
}

#[tokio::test(flavor = "multi_thread")]
async fn when_too_many_wait_the_next_one_is_told_when_to_come_back() {
    let market = Market::new();
    let mut asked = tokio::task::JoinSet::new();
    for _ in 0..60 {
        let request = json_request(Method::POST, "/api/platform/rehearsals", &a_rehearsal());
        let router = market.router.clone();
        asked.spawn(async move { Answer::of(router.oneshot(by_operator(request)).await.unwrap()).await });
    }
    let answers = asked.join_all().await;
    let told = answers.iter().find(|answer| answer.status != StatusCode::ACCEPTED);
    let told = told.expect("sixty rehearsals at once were all taken");
    told.refused(503, "rehearsal.busy");
    assert_eq!(told.headers[header::RETRY_AFTER], "2");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rehearsal_that_is_cut_off_is_run_again_and_results_before_it_stay() {
    let market = Market::new();
    let done = market.rehearsed(&a_rehearsal()).await;
    let begun = market.post("/api/platform/rehearsals", &a_rehearsal()).await.json();
    let id = begun["rehearsal"].as_str().unwrap().to_owned();
    // What a killed program leaves behind: a claim, a row that says it runs, and nobody who runs it.
    let key: kernel::Id<kernel::id::Rehearsal> = id.parse().unwrap();
    let now = super::site::now();
    cut_off(&market.db, key, now).await;
    let again = Market { workers: workers(&market.db, now.plus_micros(16_000_000)), ..market };
    assert_eq!(again.get(&format!("/api/platform/rehearsals/{id}")).await.json()["state"], "running");
    let run = again.ended(&id).await;
    assert_eq!((&run["state"], &run["result"]), (&json!("done"), &done["result"]));
    let kept =
        again.get(&format!("/api/platform/rehearsals/{}", done["rehearsal"].as_str().unwrap())).await.json();
    assert_eq!(kept, done);

    // A program that is told to stop puts it back, and the next one goes on with it at once.
    let begun = again.post("/api/platform/rehearsals", &a_rehearsal()).await.json();
    let id = begun["rehearsal"].as_str().unwrap().to_owned();
    let waker = Waker::default();
    waker.stop();
    let stopping = Market { workers: workers_of(&again.db, now, waker), ..again };
    stopping.work().await;
    let view = stopping.get(&format!("/api/platform/rehearsals/{id}")).await.json();
    assert_eq!((&view["state"], &view["result"]), (&json!("running"), &Value::Null));
    let again = Market { workers: workers(&stopping.db, now), ..stopping };
    assert_eq!(again.ended(&id).await["state"], "done");

    // One that is cut off each time ends, and says so.
    let begun = again.post("/api/platform/rehearsals", &a_rehearsal()).await.json();
    let id = begun["rehearsal"].as_str().unwrap().to_owned();
    let key = id.parse().unwrap();
    for tried in 0..3 {
        cut_off(&again.db, key, now.plus_micros(tried * 16_000_000)).await;
    }
    let again = Market { workers: workers(&again.db, now.plus_micros(48_000_000)), ..again };
    let cut = again.ended(&id).await;
    assert_eq!(
        (&cut["state"], &cut["result"], &cut["progress"]),
        (&json!("cut_off"), &Value::Null, &Value::Null)
    );
    assert!(cut["ended_at"].is_string());
}

/// A worker claims a rehearsal, says that it runs, and is gone.
async fn cut_off(db: &store::Db, id: kernel::Id<kernel::id::Rehearsal>, at: Moment) {
    let claimed = db.write("test.cut_off", store::Keys::none(), move |tx| {
        let until = at.plus_micros(15_000_000);
        let claimed = store::job::claim(tx, flows::rehearsal::REHEARSE, at, until, 1)?;
        govern::draft::start(tx, id, at)?;
        Ok::<_, govern::draft::Error>(claimed.len())
    });
    assert_eq!(claimed.await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_leads_nowhere_is_a_problem_too() {
    let market = Market::new();
    for uri in ["/api", "/api/", "/api/platform/nothing", "/api/platform/shops/a/b/c"] {
        market.get(uri).await.refused(404, "web.no_route");
    }
    market.get("/api/platform/shops/none-such").await.refused(404, "shop.unknown");
    market.get("/api/platform/orders/none-such").await.refused(404, "order.unknown");
    let shop = market.a_shop().await["shop"].as_str().unwrap().to_owned();
    market.get(&format!("/api/platform/shops/{shop}/metrics/weather")).await.refused(404, "metric.unknown");
    market
        .get(&format!("/api/platform/shops/{shop}/metrics/weather/series?from=2025-01-01&to=2025-01-02"))
        .await
        .refused(404, "metric.unknown");
    market.get("/api/platform/shops/%FF").await.refused(400, "web.path");
    market.get("/api/platform/policies/none").await.refused(404, "web.not_found");
    market.get("/api/platform/policies/late-ship-cap/versions/99").await.refused(404, "web.not_found");
    market.get("/api/platform/drafts/ord_00000000000000000000000000").await.refused(404, "web.not_found");
    for uri in [
        "/api/platform/metrics/readings?as_of=yesterday",
        "/api/platform/metrics/readings?asof=2025-05-01",
        "/api/platform/metrics/readings?as_of=2025-05-01&as_of=2025-05-02",
        "/api/platform/metrics/readings?as_of=0001-01-01",
        "/api/platform/shops?limit=0",
        "/api/platform/shops?limit=501",
        "/api/platform/shops?after=x",
        "/api/platform/rehearsals?after=x",
        "/api/platform/drafts?after=x",
        "/api/platform/rehearsals/compare?a=x",
    ] {
        market.get(uri).await.refused(422, "web.invalid");
    }
    market.get(&format!("/api/platform/shops/{shop}/orders?after=x")).await.refused(422, "web.invalid");
    market
        .get(&format!("/api/platform/shops/{shop}/metrics/late_ship_rate/series?from=2025-01-01"))
        .await
        .refused(422, "web.invalid");
    let put = Request::put("/api/platform/market").body(Body::empty()).unwrap();
    market.send(put).await.refused(405, "web.method");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_cannot_be_taken_says_why() {
    let market = Market::new();
    let post = |kind: &'static str, body: Vec<u8>| {
        let request = Request::post("/api/platform/policies/check").header(header::CONTENT_TYPE, kind);
        request.body(Body::from(body)).unwrap()
    };
    market.send(post("text/plain", b"{}".to_vec())).await.refused(415, "web.media_type");
    market
        .send(Request::post("/api/platform/drafts").body(Body::empty()).unwrap())
        .await
        .refused(415, "web.media_type");
    market.send(post("application/json", b"{".to_vec())).await.refused(400, "web.json");
    market.send(post("application/json", b"\xff".to_vec())).await.refused(400, "web.json");
    market.send(post("application/json", b"{\"text\":1}".to_vec())).await.refused(422, "web.invalid");
    market
        .send(post("application/json; charset=utf-8", b"{\"txt\":\"\"}".to_vec()))
        .await
        .refused(422, "web.invalid");
    let huge = format!("{{\"text\":\"{}\"}}", "x".repeat(300 * 1024));
    market.send(post("application/json", huge.into_bytes())).await.refused(413, "web.too_large");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_another_site_can_neither_read_nor_write() {
    let market = Market::new();
    let read = Request::get("/api/platform/market")
        .header(header::HOST, "evil.example")
        .body(Body::empty())
        .unwrap();
    market.send(read).await.refused(403, "web.foreign_host");
    let mut write = json_request(Method::POST, "/api/platform/drafts", &json!({ "text": "x" }));
    write.headers_mut().insert(header::HOST, "localhost:8618".parse().unwrap());
    write.headers_mut().insert(header::ORIGIN, "https://evil.example".parse().unwrap());
    market.send(write).await.refused(403, "web.cross_site");
    let mut own = json_request(Method::POST, "/api/platform/drafts", &json!({ "text": "x" }));
    own.headers_mut().insert(header::HOST, "localhost:8618".parse().unwrap());
    own.headers_mut().insert(header::ORIGIN, "http://localhost:8618".parse().unwrap());
    assert_eq!(market.send(own).await.status, StatusCode::CREATED);
    let page =
        Request::get("/console/policies").header(header::HOST, "evil.example").body(Body::empty()).unwrap();
    assert_eq!(market.send(page).await.status, StatusCode::FORBIDDEN);
}

/// Every operation: how it is called well. The address is concrete: `{}` parts are filled in by the test.
pub(super) const OPERATIONS: &[(&str, &str)] = &[
    ("get", "/api/openapi.json"),
    ("get", "/api/platform/market"),
    ("get", "/api/platform/metrics"),
    ("get", "/api/platform/metrics/readings"),
    ("get", "/api/platform/shops"),
    ("get", "/api/platform/shops/{shop}"),
    ("get", "/api/platform/shops/{shop}/metrics/{metric}"),
    ("get", "/api/platform/shops/{shop}/metrics/{metric}/series"),
    ("get", "/api/platform/shops/{shop}/orders"),
    ("get", "/api/platform/orders/{order}"),
    ("get", "/api/platform/policies"),
    ("get", "/api/platform/policies/inputs"),
    ("get", "/api/platform/policies/{policy}"),
    ("get", "/api/platform/policies/{policy}/versions/{version}"),
    ("post", "/api/platform/policies/check"),
    ("post", "/api/platform/policies/eval"),
    ("get", "/api/platform/drafts"),
    ("post", "/api/platform/drafts"),
    ("get", "/api/platform/drafts/{draft}"),
    ("put", "/api/platform/drafts/{draft}"),
    ("delete", "/api/platform/drafts/{draft}"),
    ("get", "/api/platform/rehearsals"),
    ("post", "/api/platform/rehearsals"),
    ("get", "/api/platform/rehearsals/compare"),
    ("get", "/api/platform/rehearsals/{rehearsal}"),
    ("delete", "/api/platform/rehearsals/{rehearsal}"),
    ("get", "/api/platform/rehearsals/{rehearsal}/episodes.csv"),
    ("get", "/api/platform/rehearsals/{rehearsal}/episodes.json"),
    ("get", "/api/platform/scores"),
    ("get", "/api/platform/shops/{shop}/score"),
    ("get", "/api/platform/shops/{shop}/score/history"),
    ("post", "/api/platform/shops/{shop}/score/what-if"),
    ("get", "/api/platform/scorecards"),
    ("get", "/api/platform/scorecards/adoptions"),
    ("get", "/api/platform/scorecards/{scorecard}"),
    ("post", "/api/platform/scorecards/{scorecard}/eval"),
];

#[tokio::test(flavor = "multi_thread")]
async fn the_document_lists_exactly_the_operations_and_each_answers() {
    let market = Market::new();
    let document = market.get("/api/openapi.json").await.json();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"), "{}", document["openapi"]);
    let mut listed = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            if !["get", "post", "put", "delete", "patch"].contains(&method.as_str()) {
                continue;
            }
            listed.insert((method.clone(), path.clone()));
            let responses = operation["responses"].as_object().unwrap();
            assert!(responses.contains_key("default"), "{path}");
            for (status, response) in responses.iter().filter(|(status, _)| !status.starts_with('2')) {
                let name =
                    response["$ref"].as_str().and_then(|to| to.strip_prefix("#/components/responses/"));
                let refusal = &document["components"]["responses"][name.unwrap()];
                assert!(refusal["content"]["application/problem+json"].is_object(), "{path}: {status}");
            }
            assert!(operation["summary"].is_string() || operation["description"].is_string(), "{path}");
        }
    }
    let known: BTreeSet<_> = OPERATIONS.iter().map(|(m, p)| ((*m).to_owned(), (*p).to_owned())).collect();
    // The others are tried one by one, with everybody, by the matrix.
    let lost: Vec<_> = known.difference(&listed).collect();
    assert!(lost.is_empty(), "{lost:?}");
    // What the document refers to is there.
    let text = document.to_string();
    for reference in text.split("\"$ref\":\"#/components/schemas/").skip(1) {
        let name = reference.split('"').next().unwrap();
        assert!(document["components"]["schemas"][name].is_object(), "{name} is referred to and not there");
    }
    // An operation that is not routed would be 404 web.no_route or 405.
    for (method, path) in OPERATIONS {
        let uri = path.replace(['{', '}'], "");
        let request =
            Request::builder().method(method.to_uppercase().as_str()).uri(&uri).body(Body::empty()).unwrap();
        let answer = market.send(request).await;
        assert!(
            !answer.text.contains("web.no_route") && !answer.text.contains("web.method"),
            "{method} {path}"
        );
    }
}

#[test]
fn nothing_a_client_sends_makes_it_fail_inside() {
    use proptest::prelude::*;
    use proptest::test_runner::{Config, TestRunner};
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let market = Market::new();
    let (shop, order, draft, done) = runtime.block_on(async {
        let shop = market.a_shop().await["shop"].as_str().unwrap().to_owned();
        let orders = market.get(&format!("/api/platform/shops/{shop}/orders?limit=1")).await.json();
        let draft = market.post("/api/platform/drafts", &json!({ "policy": "late-ship-cap" })).await.json();
        let done = market.rehearsed(&a_rehearsal()).await;
        let of = |v: &Value| v.as_str().unwrap().to_owned();
        (shop, of(&orders["items"][0]["order"]), of(&draft["draft"]), of(&done["rehearsal"]))
    });
    let piece = prop_oneof![
        Just(shop.clone()),
        Just(order),
        Just(draft),
        Just(done),
        Just("late_ship_rate".to_owned()),
        Just("late-ship-cap".to_owned()),
        Just("late-ship-cap@1".to_owned()),
        Just("sanhao@3".to_owned()),
        Just("1".to_owned()),
        Just("2025-04-01".to_owned()),
        Just("9998-12-31".to_owned()),
        Just("-9223372036854775808".to_owned()),
        Just("%00".to_owned()),
        Just("%FF%FE".to_owned()),
        Just("..".to_owned()),
        "[a-z0-9_@.%'\"-]{1,12}",
    ];
    let name = prop_oneof![
        Just("as_of"),
        Just("shop"),
        Just("metric"),
        Just("after"),
        Just("limit"),
        Just("scorecard"),
        Just("from"),
        Just("to"),
        Just("a"),
        Just("b"),
        Just("x")
    ];
    let query = proptest::collection::vec((name, piece.clone()), 0..4);
    let body = prop_oneof![
        Just(json!({ "text": &*example().text, "version": 1 }).to_string()),
        Just(json!({ "policy": "late-ship-cap", "from": "2025-04-01", "to": "2025-04-03" }).to_string()),
        Just(
            json!({ "policy": "late-ship-cap", "inputs": { "late_ship_rate": 1e308, "due": -1 } })
                .to_string()
        ),
        Just(json!({ "text": "[[a]]\nb = {", "inputs": {} }).to_string()),
        Just(
            json!({ "changes": { "product_rating": { "numerator": 1e308, "denominator": 0 } } }).to_string()
        ),
        Just(json!({ "as_of": "2025-05-01", "changes": { "fake_trade": { "numerator": 3 } } }).to_string()),
        "\\{\"(text|policy|draft|from|inputs|against)\":(null|1|\"[ -~]{0,20}\"|\\{\\}|\\[\\])\\}",
        "[ -~]{0,40}",
        // Any cut of the example, where a text is taken.
        (0..example().text.len()).prop_map(|cut| {
            let text: String = example().text.chars().take(cut).collect();
            json!({ "text": text }).to_string()
        }),
    ];
    let case = (0..OPERATIONS.len(), proptest::collection::vec(piece, 3), query, body);
    let mut runner = TestRunner::new(Config { cases: 400, failure_persistence: None, ..Config::default() });
    let outcome = runner.run(&case, |(which, pieces, query, body)| {
        let (method, path) = OPERATIONS[which];
        let mut parts = pieces.iter();
        let path: Vec<&str> = path
            .split('/')
            .map(|p| if p.starts_with('{') { parts.next().map_or("x", String::as_str) } else { p })
            .collect();
        let query: Vec<String> = query.iter().map(|(k, v)| format!("{k}={v}")).collect();
        let uri = format!("{}?{}", path.join("/"), query.join("&").replace(['"', '\''], "%27"));
        let request = Request::builder()
            .method(method.to_uppercase().as_str())
            .uri(uri.replace('"', "%22"))
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::IF_MATCH, "\"1\"")
            .body(Body::from(body));
        let Ok(request) = request else { return Ok(()) };
        let answer = runtime.block_on(market.send(request));
        prop_assert!(
            answer.status != StatusCode::INTERNAL_SERVER_ERROR,
            "{} {}: {}",
            method,
            uri,
            answer.text
        );
        if !answer.status.is_success() {
            prop_assert_eq!(
                answer.headers[header::CONTENT_TYPE].to_str().unwrap(),
                "application/problem+json"
            );
        }
        Ok(())
    });
    outcome.unwrap();
}

fn form(uri: &str, fields: &[(&str, &str)]) -> Request<Body> {
    let escaped = |text: &str| -> String {
        text.bytes()
            .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
            .collect()
    };
    let body: Vec<String> =
        fields.iter().map(|(name, value)| format!("{}={}", escaped(name), escaped(value))).collect();
    Request::post(uri)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(body.join("&")))
        .unwrap()
}

/// From the list of rules to a draft, a repair, a try, a conflict, a rehearsal and its result, without any script.
#[tokio::test(flavor = "multi_thread")]
async fn a_rule_is_copied_changed_and_rehearsed_without_scripts() {
    let market = Market::new();
    for lang in ["zh", "en"] {
        for page in [
            "/console/policies",
            "/console/policies/late-ship-cap",
            "/console/promises",
            "/console/promises/ship-48h",
            "/console/rehearsals",
        ] {
            let answer = market.get(&format!("{page}?lang={lang}")).await;
            assert_eq!(answer.status, StatusCode::OK, "{page}: {}", answer.text);
        }
    }
    assert_eq!(market.get("/console/policies/none").await.status, StatusCode::NOT_FOUND);
    assert_eq!(market.get("/console/promises/none").await.status, StatusCode::NOT_FOUND);
    assert_eq!(market.get("/console/promises/ship-48h?v=9").await.status, StatusCode::NOT_FOUND);
    let made = market.send(form("/console/drafts", &[("policy", "late-ship-cap@1")])).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER);
    let draft = made.headers[header::LOCATION].to_str().unwrap().to_owned();
    assert_eq!(market.get(&draft).await.status, StatusCode::OK);

    // A wrong word stands under its line with a button; pressing it mends the text and saves nothing.
    let wrong = example().text.replace("late_ship_rate >=", "late_shp_rate >=").replace('\n', "\r\n");
    let checks = market.send(form(&format!("{draft}/checks"), &[("text", &wrong), ("version", "1")])).await;
    assert!(checks.text.contains("name=\"repair\" value=\"7:14\""), "{}", checks.text);
    let mended = market.send(form(&draft, &[("text", &wrong), ("version", "1"), ("repair", "7:14")])).await;
    assert!(mended.text.contains("late_ship_rate &gt;= 0.20") && !mended.text.contains("late_shp_rate"));

    let text = &*example().text;
    let tried =
        [("text", text), ("version", "1"), ("do", "try"), ("in.late_ship_rate", "30%"), ("in.due", "8")];
    let tried = market.send(form(&draft, &tried)).await;
    assert!(tried.text.contains("命中") && tried.text.contains("每日限单"), "{}", tried.text);

    let saved = market
        .send(form(&draft, &[("text", &format!("{text}\n# a")), ("version", "1"), ("do", "save")]))
        .await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER);
    // Somebody who still sees the first version is refused, and keeps what was typed.
    let late = market.send(form(&draft, &[("text", "# mine"), ("version", "1"), ("do", "save")])).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.text.contains("# mine") && late.text.contains("value=\"override\""));

    let fields = [
        ("text", text),
        ("version", "2"),
        ("do", "rehearse"),
        ("from", "2025-04-01"),
        ("to", "2025-05-20"),
        ("against", "late-ship-cap-lighter@1"),
    ];
    let begun = market.send(form(&draft, &fields)).await;
    assert_eq!(begun.status, StatusCode::SEE_OTHER, "{}", begun.text);
    let page = begun.headers[header::LOCATION].to_str().unwrap().to_owned();
    assert_eq!(market.get(&page).await.status, StatusCode::OK);
    market.ended(page.rsplit('/').next().unwrap()).await;
    let progress = market.get(&format!("{page}/progress")).await;
    assert_eq!(progress.headers["hx-refresh"], "true");
    for view in ["?lang=zh", "?lang=en", "?who=new", "?who=both", "?who=gone&page=9"] {
        let result = market.get(&format!("{page}{view}")).await;
        assert_eq!(result.status, StatusCode::OK, "{}", result.text);
        assert!(result.text.contains("episodes.csv") && result.text.contains("id=\"when\""), "{view}");
    }
    let id = page.rsplit('/').next().unwrap();
    let compared = market.get(&format!("/console/rehearsals/compare?r={id}&r={id}")).await;
    assert_eq!(compared.status, StatusCode::OK, "{}", compared.text);
    assert_eq!(market.get("/console/rehearsals/compare?r=x").await.status, StatusCode::UNPROCESSABLE_ENTITY);

    let backwards =
        [("text", text), ("version", "3"), ("do", "rehearse"), ("from", "2025-04-02"), ("to", "2025-04-01")];
    let backwards = market.send(form(&draft, &backwards)).await;
    assert_eq!(backwards.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(backwards.text.contains("role=\"alert\""));
    let deleted = market.send(form(&format!("{draft}/delete"), &[("version", "3")])).await;
    assert_eq!(deleted.status, StatusCode::SEE_OTHER);
    assert_eq!(market.get(&draft).await.status, StatusCode::NOT_FOUND);
}
