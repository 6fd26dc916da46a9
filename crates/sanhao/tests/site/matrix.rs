//! Every operation of the document with everybody who may ask, and every operation with garbage.

use super::askers::{askers, filled};
use super::people::World;
use axum::body::Body;
use axum::http::{Method, Request, header};
use people::staff::Area;
use serde_json::Value;
use store::{Db, Source};
use web_kit::operation::Needs;

/// One operation of the document.
struct Operation {
    method: String,
    path: String,
    needs: Option<Needs>,
    takes_body: bool,
}

fn operations() -> Vec<Operation> {
    let doc: Value = serde_json::from_str(&::api::openapi_json()).unwrap();
    let mut all = Vec::new();
    for (path, item) in doc["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            if !["get", "post", "put", "patch", "delete"].contains(&method.as_str()) {
                continue;
            }
            all.push(Operation {
                method: method.to_uppercase(),
                path: path.clone(),
                needs: operation["x-needs"].as_str().and_then(Needs::parse),
                takes_body: operation.get("requestBody").is_some(),
            });
        }
    }
    all
}

fn world() -> (tempfile::TempDir, World) {
    let dir = tempfile::tempdir().unwrap();
    let db = Db::open(&Source::Dir(dir.path().to_owned())).unwrap();
    let world = World::of(&db);
    (dir, world)
}

fn run(body: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(body);
}

/// What would end the very session or seat that asks; their own tests do it.
const ENDS_ITSELF: [(&str, &str); 2] =
    [("DELETE", "/api/store/account/session"), ("DELETE", "/api/merchant/shops/{shop}/seat")];

#[test]
fn every_operation_says_what_it_needs_and_one_of_a_shop_names_the_shop() {
    let all = operations();
    assert!(all.len() > 60, "{}", all.len());
    for Operation { method, path, needs, .. } in &all {
        let Some(needs) = needs else { panic!("{method} {path} says nothing in x-needs") };
        if let Needs::Permission(permission) = needs
            && permission.area() == Area::Shop
        {
            assert!(path.starts_with("/api/merchant/shops/{shop}"), "{method} {path}");
        }
        let of_platform = matches!(needs, Needs::Permission(p) if p.area() == Area::Platform);
        assert!(!path.starts_with("/api/platform") || of_platform, "{method} {path} is open to others");
    }
}

#[test]
fn every_write_that_somebody_signs_takes_an_idempotency_key() {
    let doc: Value = serde_json::from_str(&::api::openapi_json()).unwrap();
    for Operation { method, path, needs, .. } in operations() {
        let operation = &doc["paths"][&path][method.to_lowercase()];
        let takes = operation["parameters"]
            .as_array()
            .is_some_and(|all| all.iter().any(|one| one["name"] == "Idempotency-Key"));
        let signed = needs != Some(Needs::Public);
        assert_eq!(takes, method != "GET" && signed, "{method} {path}");
        assert_eq!(operation.get("security").is_some(), signed, "{method} {path}");
    }
    for scheme in ["token", "session", "operator"] {
        assert!(doc["components"]["securitySchemes"][scheme].is_object(), "{scheme}");
    }
}

#[test]
fn every_operation_answers_everybody_as_its_needs_say() {
    let (_dir, world) = world();
    let (shop, other) = (world.shop(None), world.shop(None));
    let askers = askers(&world, shop, other);
    run(async {
        let mut wrong = Vec::new();
        for operation in operations() {
            let needs = operation.needs.unwrap();
            let path = filled(&operation.path, shop);
            for asker in &askers {
                let expected = asker.refusal(needs, operation.path.starts_with("/api/platform"), shop);
                let itself = (operation.method.as_str(), operation.path.as_str());
                if expected.is_none() && ENDS_ITSELF.contains(&itself) {
                    continue;
                }
                let body = operation.takes_body.then(|| serde_json::json!({}));
                let reply = world.ask(&asker.by, &operation.method, &path, body.as_ref()).await;
                let status = reply.status.as_u16();
                let fine = match expected {
                    Some(expected) => status == expected && reply.code() != "web.closed",
                    None => !matches!(status, 401 | 403) && status < 500,
                };
                if !fine {
                    let (method, name) = (&operation.method, &asker.name);
                    wrong.push(format!(
                        "{method} {path} by {name}: {status}, not {expected:?}: {}",
                        reply.text
                    ));
                }
            }
        }
        assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong[..wrong.len().min(30)].join("\n"));
    });
}

/// A small generator: the same garbage each time.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
    fn of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[(self.next() % list.len() as u64) as usize]
    }
}

const WORDS: [&str; 16] = [
    "x",
    "0",
    "-1",
    "9223372036854775808",
    "1e309",
    "null",
    "%00",
    "%FF%FE",
    "..%2F..",
    "%27%20or%201%3D1",
    "%E5%BA%97",
    "shp_00000000000000000000000000",
    "prd_zzzzzzzzzzzzzzzzzzzzzzzzzz",
    "ord_0000000000000000000000000",
    "2025-02-30",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
];

/// A value of the kind the schema names, spoiled now and then.
fn value(dice: &mut Dice, doc: &Value, schema: &Value, depth: u8) -> Value {
    let odd = [
        Value::Null,
        serde_json::json!(-1),
        serde_json::json!(9_223_372_036_854_775_807_i64),
        serde_json::json!(1e300),
        serde_json::json!("\u{0}\u{1f}\u{7f}"),
        serde_json::json!("店".repeat(3_000)),
        serde_json::json!([[[[]]]]),
        serde_json::json!({"a": {"b": 1}}),
        serde_json::json!(""),
        serde_json::json!(true),
    ];
    if dice.next().is_multiple_of(5) || depth > 6 {
        return dice.of(&odd).clone();
    }
    if let Some(name) = schema["$ref"].as_str() {
        let found = doc.pointer(name.trim_start_matches('#')).cloned().unwrap_or_default();
        return value(dice, doc, &found, depth + 1);
    }
    for of in ["oneOf", "anyOf", "allOf"] {
        if let Some(list) = schema[of].as_array().filter(|list| !list.is_empty()) {
            let roll = dice.next();
            return value(dice, doc, dice_pick(roll, list), depth + 1);
        }
    }
    let kind = schema["type"].as_str().or_else(|| schema["type"][0].as_str()).unwrap_or("object");
    match kind {
        "object" => {
            let mut out = serde_json::Map::new();
            if let Some(fields) = schema["properties"].as_object() {
                for (name, of) in fields {
                    if !dice.next().is_multiple_of(8) {
                        out.insert(name.clone(), value(dice, doc, of, depth + 1));
                    }
                }
            }
            if dice.next().is_multiple_of(9) {
                out.insert("unknown".into(), Value::Null);
            }
            Value::Object(out)
        }
        "array" => {
            let items = schema["items"].clone();
            (0..dice.next() % 4).map(|_| value(dice, doc, &items, depth + 1)).collect()
        }
        "integer" | "number" => serde_json::json!(*dice.of(&[0_i64, 1, -1, 7, i64::MAX, i64::MIN, 1 << 53])),
        "boolean" => serde_json::json!(dice.next().is_multiple_of(2)),
        _ => {
            let text = [
                "a",
                "CNY",
                "13812341234",
                "shp_00000000000000000000000001",
                "2025-06-01",
                "\u{202e}x",
                "零",
            ];
            serde_json::json!(*dice.of(&text))
        }
    }
}

fn dice_pick(roll: u64, list: &[Value]) -> &Value {
    &list[(roll % list.len() as u64) as usize]
}

#[test]
fn garbage_never_makes_an_operation_fail_inside() {
    let (_dir, world) = world();
    let (shop, other) = (world.shop(None), world.shop(None));
    let mut askers = askers(&world, shop, other);
    askers.retain(|one| {
        matches!(
            one.name.as_str(),
            "operator" | "consumer" | "shop_owner" | "platform_admin" | "platform_audit"
        )
    });
    let doc: Value = serde_json::from_str(&::api::openapi_json()).unwrap();
    run(async {
        let mut dice = Dice(0x5eed_0f02_0225);
        let mut wrong = Vec::new();
        for operation in operations() {
            let itself = (operation.method.as_str(), operation.path.as_str());
            if ENDS_ITSELF.contains(&itself) {
                continue;
            }
            let schema = doc["paths"][&operation.path][operation.method.to_lowercase()]["requestBody"]["content"]
                ["application/json"]["schema"]
                .clone();
            let params = doc["paths"][&operation.path][operation.method.to_lowercase()]["parameters"].clone();
            for round in 0..14 {
                let asker = dice.of(&askers);
                let mut path = String::new();
                for part in operation.path.split('/').skip(1) {
                    path.push('/');
                    match part {
                        "{shop}" if round % 3 != 0 => path.push_str(&shop.to_string()),
                        part if part.starts_with('{') => path.push_str(dice.of::<&str>(&WORDS)),
                        part => path.push_str(part),
                    }
                }
                let mut query = Vec::new();
                for param in params.as_array().into_iter().flatten().filter(|p| p["in"] == "query") {
                    if dice.next().is_multiple_of(3) {
                        query.push(format!(
                            "{}={}",
                            param["name"].as_str().unwrap(),
                            dice.of::<&str>(&WORDS)
                        ));
                    }
                }
                if !query.is_empty() {
                    path.push('?');
                    path.push_str(&query.join("&"));
                }
                let body: Vec<u8> = match round % 7 {
                    _ if !operation.takes_body => Vec::new(),
                    0 => Vec::new(),
                    1 => b"{".to_vec(),
                    2 => vec![0xff, 0xfe, 0x00],
                    3 => b"[[[[[[[[[[".repeat(2_000),
                    _ => value(&mut dice, &doc, &schema, 0).to_string().into_bytes(),
                };
                let method = Method::from_bytes(operation.method.as_bytes()).unwrap();
                let mut request = Request::builder().method(method).uri(&path);
                if round % 7 != 5 {
                    request = request.header(header::CONTENT_TYPE, "application/json");
                }
                if round % 4 == 0 {
                    request = request.header("idempotency-key", format!("k-{round}-{}", dice.next()));
                }
                let text = String::from_utf8_lossy(&body).chars().take(300).collect::<String>();
                let reply = world.send(&asker.by, request.body(Body::from(body)).unwrap()).await;
                if reply.status.as_u16() >= 500 && reply.status.as_u16() != 503 {
                    let (method, name) = (&operation.method, &asker.name);
                    wrong.push(format!("{method} {path} by {name} with {text}: {}", reply.text));
                }
            }
        }
        assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong[..wrong.len().min(20)].join("\n"));
    });
}
