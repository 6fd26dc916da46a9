//! What the workers could not do: listed, sent again by a person over the API and on the page, and the worker woken.

use super::people::{By_, World, json as request};
use super::site;
use super::well_made::well_made;
use axum::body::Body;
use axum::http::{Request, header};
use flows::buy::REFUND;
use kernel::{Moment, RawId};
use people::staff::{Role, Scope};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use store::worker::{Waker, Workers};
use store::{Db, Services, StoreError};
use testkit::db::{TestDb, on_both};

const LIST: &str = "/api/platform/dead-letters";
const PAGE: &str = "/console/dead-letters";

/// The site on both engines, and which kinds of workers it woke.
fn both<F: Future<Output = ()>>(body: impl Fn(World, Arc<Mutex<Vec<String>>>) -> F) {
    on_both(|db: &mut TestDb| {
        let woken = Arc::new(Mutex::new(Vec::new()));
        let world = World::with(db, |app| {
            let told = woken.clone();
            let services =
                app.services.clone().telling(|_| {}, move |kind| told.lock().unwrap().push(kind.to_owned()));
            web_kit::App { services, ..app }
        });
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        runtime.unwrap().block_on(body(world, woken));
    });
}

/// Jobs of which nothing comes: what sends refunds stands on the payment providers, and these workers have none.
fn stuck(world: &World, jobs: u64) {
    for n in 1..=jobs {
        let id = RawId::new(site::now(), n.into());
        world.write(move |tx, ctx| store::job::enqueue(tx, id, REFUND, "x", ctx.now));
    }
    let clock = Arc::new(AtomicI64::new(site::now().micros()));
    let now = {
        let clock = clock.clone();
        Arc::new(move || Moment::from_micros(clock.load(Ordering::Relaxed)))
    };
    let workers = Workers::new(world.db.clone(), Services::default(), now, 7, Waker::default());
    let waiting = |db: &Db| db.read(|q| store::dead_letter::count(q)).map_err(|err: StoreError| err).unwrap();
    for _ in 0..200 {
        if waiting(&world.db) == jobs {
            return;
        }
        workers.turn().unwrap();
        clock.fetch_add(24 * 3_600 * 1_000_000, Ordering::Relaxed);
    }
    panic!("{} dead letters", waiting(&world.db));
}

async fn read(world: &World, path: &str, lang: &str) -> String {
    let asked = Request::get(path).header(header::ACCEPT, "text/html").header(header::ACCEPT_LANGUAGE, lang);
    let reply = world.send(&By_::Operator, asked.body(Body::empty()).unwrap()).await;
    assert_eq!(reply.status.as_u16(), 200, "{path}: {}", reply.text);
    well_made(path, &reply.text, lang);
    reply.text
}

#[test]
fn a_dead_letter_is_listed_with_its_reason_and_sent_again_once_over_the_api() {
    both(async |world, woken| {
        let op = By_::Operator;
        let none = world.ask(&op, "GET", LIST, None).await.is(200).json();
        assert_eq!(none, serde_json::json!({"items": [], "next": null}));
        stuck(&world, 3);
        let mut seen = Vec::new();
        let mut next = String::new();
        loop {
            let page = world.ask(&op, "GET", &format!("{LIST}?limit=2{next}"), None).await.is(200).json();
            seen.extend(page["items"].as_array().unwrap().clone());
            let Some(last) = page["next"].as_str() else { break };
            next = format!("&after={last}");
        }
        assert_eq!(seen.len(), 3);
        let one = &seen[0];
        assert_eq!((one["sort"].as_str(), one["kind"].as_str()), (Some("job"), Some(REFUND)));
        assert_eq!(one["code"], "store.no_service");
        assert!(one["tries"].as_i64().unwrap() > 1 && !one["why"].as_str().unwrap().is_empty(), "{one}");

        let letter = one["letter"].as_str().unwrap();
        let resend = format!("{LIST}/{letter}/resend");
        assert!(woken.lock().unwrap().is_empty());
        let send = |key| world.send(&op, request("POST", &resend, None, Some(key)));
        let first = send("once").await.is(200).json();
        assert_eq!(first["letter"], one["letter"]);
        assert_eq!(*woken.lock().unwrap(), [REFUND]);
        assert_eq!(send("once").await.is(200).json(), first, "the same press");
        send("twice").await.refused(404, "store.no_dead_letter");
        let left = world.ask(&op, "GET", LIST, None).await.json();
        assert_eq!(left["items"].as_array().unwrap().len(), 2);
        world.ask(&op, "POST", &format!("{LIST}/xyz/resend"), None).await.refused(404, "web.not_found");
        world.ask(&op, "GET", &format!("{LIST}?after=xyz"), None).await.refused(422, "web.invalid");

        world.seated(Scope::Platform, Role::PlatformAdmin);
        let clerk = By_::Bearer(world.seated(Scope::Platform, Role::PlatformRules));
        assert_eq!(world.ask(&clerk, "GET", LIST, None).await.status.as_u16(), 403);
        assert_eq!(world.ask(&clerk, "POST", &resend, None).await.status.as_u16(), 403);
        let keeper = By_::Bearer(world.seated(Scope::Platform, Role::PlatformMoney));
        world.ask(&keeper, "GET", LIST, None).await.is(200);
    });
}

#[test]
fn a_person_sends_it_again_on_the_page_where_the_money_page_says_that_it_waits() {
    both(async |world, woken| {
        for (lang, words) in [("zh-CN", "没有等着重发的"), ("en", "Nothing waits to be sent again")] {
            assert!(read(&world, PAGE, lang).await.contains(words));
        }
        assert!(!read(&world, "/console/money", "en").await.contains("and wait for a person"));
        stuck(&world, 2);
        for (lang, words) in [
            ("zh-CN", ["2 件事没办成", "重新发送", "任务", REFUND]),
            ("en", ["2 things could not be done", "Send again", "job", REFUND]),
        ] {
            let page = read(&world, PAGE, lang).await;
            for word in words {
                assert!(page.contains(word), "{word}: {page}");
            }
            for from in ["/console/money", "/console/money/transfers"] {
                assert!(read(&world, from, lang).await.contains(PAGE), "{from} leads there");
            }
        }
        assert!(
            read(&world, "/console/money", "en")
                .await
                .contains("2 things could not be done, and wait for a person.")
        );

        let all = world.ask(&By_::Operator, "GET", LIST, None).await.json();
        let letter = all["items"][0]["letter"].as_str().unwrap();
        let press = |key: &str| format!("key={key}&letter={letter}");
        for _ in 0..2 {
            let sent = world.form(&By_::Operator, PAGE, &press("a")).await;
            assert_eq!(sent.is(303).location(), format!("{PAGE}?done=sent"));
        }
        assert!(woken.lock().unwrap().iter().all(|kind| kind == REFUND));
        assert_eq!(world.form(&By_::Operator, PAGE, &press("b")).await.status.as_u16(), 404);
        let page = read(&world, &format!("{PAGE}?done=sent"), "en").await;
        assert!(page.contains("1 thing could not be done"), "{page}");
        assert!(page.contains("Sent again"));
        let (_, stranger) = world.somebody();
        assert_eq!(world.page(&By_::Cookie(stranger.clone()), PAGE).await.status.as_u16(), 403);
        assert_eq!(world.form(&By_::Cookie(stranger), PAGE, &press("c")).await.status.as_u16(), 403);
    });
}
