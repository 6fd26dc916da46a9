//! Where payment providers tell what happened: what is believed, what is refused, and what it does to a purchase.

use super::desk::scenery;
use super::people::{By_, Reply, World};
use super::site;
use axum::body::Body;
use axum::http::Request;
use pay::Sandbox;
use serde_json::{Value, json};
use std::sync::Arc;
use store::{Db, job};
use testkit::db::{TestDb, on_both};
use trade::payment::Gateway;

/// A body on both engines, in a market with the embedded provider alone, and the provider.
fn both<F: Future<Output = ()>>(body: impl Fn(World, Db, Sandbox) -> F) {
    on_both(|db: &mut TestDb| {
        let sandbox = Sandbox::new((**db).clone(), b"a secret of this test", Arc::new(site::now));
        let world = World::with(db, |app| {
            let terms = trade::terms::built_in().unwrap();
            let (market, vault) = (app.market.clone(), (*app.vault).clone());
            let services =
                flows::buy::CheckoutServices::new(market, terms, vault, vec![Arc::new(sandbox.clone())]);
            web_kit::App { services, ..app }
        });
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        runtime.unwrap().block_on(body(world, (**db).clone(), sandbox.clone()));
    });
}

/// A buyer with a purchase, begun to be paid with a script; the purchase and the payment.
async fn begun(world: &World, script: &str) -> (By_, String, String) {
    let scene = scenery(world).await;
    let (_, skus, _) = scene.listed(world).await;
    scene.stocked(world, &skus[0], 9).await;
    let (_, token) = world.somebody();
    let me = By_::Bearer(token);
    let post = async |path: &str, body: Value| {
        let reply = world.ask(&me, "POST", &format!("/api/store{path}"), Some(&body)).await;
        reply.is(201).json()
    };
    let address = json!({"recipient": "林小满", "phone": "13912345678", "province": "上海", "city": "上海",
        "district": "徐汇", "street": "漕溪北路 18 号", "postcode": ""});
    let address = post("/account/addresses", address).await["address"].clone();
    let lines = json!([{"sku": skus[0], "quantity": 2}]);
    let quote = post("/quotes", json!({"address": address, "lines": lines})).await["quote"].clone();
    let purchase = post("/purchases", json!({"quote": quote})).await["purchase"].as_str().unwrap().to_owned();
    let pay = json!({"provider": "sandbox", "script": script});
    let payment = post(&format!("/purchases/{purchase}/payments"), pay).await;
    assert_eq!(payment["status"], "pending", "{payment}");
    (me, purchase, payment["payment"].as_str().unwrap().to_owned())
}

/// What the provider has left to be told.
fn letters(db: &Db, sandbox: &Sandbox) -> Vec<Vec<u8>> {
    let until = site::now().plus_days(9);
    let jobs = db.read(|q| job::due(q, sandbox.outbox().unwrap(), until, 9)).unwrap();
    jobs.into_iter().map(|job| job.body.into_bytes()).collect()
}

async fn tell(world: &World, provider: &str, body: &[u8], headers: &[(String, String)]) -> Reply {
    let asked = Request::post(format!("/api/webhooks/{provider}"));
    let asked = headers.iter().fold(asked, |asked, (name, value)| asked.header(name, value));
    world.send(&By_::Nobody, asked.body(Body::from(body.to_vec())).unwrap()).await
}

async fn status(world: &World, me: &By_, purchase: &str, payment: &str) -> (String, String) {
    let one = async |path: String| {
        let reply = world.ask(me, "GET", &format!("/api/store/{path}"), None).await;
        reply.is(200).json()["status"].as_str().unwrap().to_owned()
    };
    (one(format!("purchases/{purchase}")).await, one(format!("payments/{payment}")).await)
}

fn now_it_is(status: &(String, String)) -> (&str, &str) {
    (&status.0, &status.1)
}

#[test]
fn what_is_signed_pays_once_and_what_is_not_changes_nothing() {
    both(async |world, db, sandbox| {
        let (me, purchase, payment) = begun(&world, "double").await;
        let letters = letters(&db, &sandbox);
        assert_eq!(letters.len(), 2, "it is told twice, under two names");
        let (first, signed) = (&letters[0], sandbox.sign(&letters[0]));
        let unpaid = ("unpaid", "pending");

        tell(&world, "sandbox", first, &[]).await.is(401);
        let of_another = sandbox.sign(b"{}");
        tell(&world, "sandbox", first, &of_another).await.is(401);
        let mut changed = first.clone();
        let last = changed.len() - 1;
        changed[last] = b' ';
        tell(&world, "sandbox", &changed, &signed).await.is(401);
        tell(&world, "nobody", first, &signed).await.is(404);
        tell(&world, "transfer", first, &signed).await.is(404);
        for garbage in [&b""[..], b"{}", b"[1]", b"\xff\xfe", "{\"id\":\"\u{0}\"}".as_bytes()] {
            tell(&world, "sandbox", garbage, &sandbox.sign(garbage)).await.is(400);
        }
        assert_eq!(now_it_is(&status(&world, &me, &purchase, &payment).await), unpaid);

        tell(&world, "sandbox", first, &signed).await.is(200);
        let paid = status(&world, &me, &purchase, &payment).await;
        assert_eq!(now_it_is(&paid), ("paid", "captured"));
        // Told again, and under its other name: the money is there once and nothing goes back.
        for letter in [first, &letters[1]] {
            tell(&world, "sandbox", letter, &sandbox.sign(letter)).await.is(200);
        }
        assert_eq!(status(&world, &me, &purchase, &payment).await, paid);
        let owed = db.read(|q| trade::payment::refunds(q, payment.parse().unwrap())).unwrap();
        assert!(owed.is_empty(), "{owed:?}");
    });
}

#[test]
fn too_much_is_taken_and_what_is_over_goes_back() {
    both(async |world, db, sandbox| {
        let (me, purchase, payment) = begun(&world, "surplus:100").await;
        for letter in letters(&db, &sandbox) {
            tell(&world, "sandbox", &letter, &sandbox.sign(&letter)).await.is(200);
        }
        assert_eq!(now_it_is(&status(&world, &me, &purchase, &payment).await), ("paid", "captured"));
        let owed = db.read(|q| trade::payment::refunds(q, payment.parse().unwrap())).unwrap();
        assert_eq!(owed.iter().map(|refund| refund.amount.minor).collect::<Vec<_>>(), [100]);
    });
}
