//! Bank transfers over HTTP: the page of the account, the platform's desk, and their operations.

use super::desk::{Scenery, scenery};
use super::people::{By_, Reply, World, json as request};
use super::well_made::well_made;
use super::{people, site};
use axum::body::Body;
use axum::http::{Request, header};
use serde_json::{Value, json};
use std::sync::Arc;
use testkit::db::{TestDb, on_both};

const ACCOUNT: &str = "number = \"6222 0200 1234\"\ndemo = true\n[zh]\nbank = \"工商银行西湖支行\"\nholder = \"三好商城\"\n[en]\nbank = \"ICBC West Lake\"\nholder = \"Sanhao Mall\"\n";

/// A body on both engines, in a market that takes transfers, and nothing else.
fn both<F: Future<Output = ()>>(body: impl Fn(World) -> F) {
    on_both(|db: &mut TestDb| {
        let transfer = pay::Transfer::read((**db).clone(), ACCOUNT, Arc::new(site::now)).unwrap();
        let world = World::with(db, |app| {
            let terms = trade::terms::built_in().unwrap();
            let vault = (*app.vault).clone();
            let services = flows::buy::CheckoutServices::new(
                app.market.clone(),
                terms,
                vault,
                vec![Arc::new(transfer.clone())],
            );
            web_kit::App { services, ..app }
        });
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        runtime.unwrap().block_on(body(world));
    });
}

struct Buyer {
    cookie: By_,
    bearer: By_,
}

/// Somebody with a purchase of two units, 198.00, that is not paid for.
async fn bought(world: &World, scene: &Scenery) -> (Buyer, String) {
    let (_, skus, _) = scene.listed(world).await;
    scene.stocked(world, &skus[0], 9).await;
    let (_, token) = world.somebody();
    let me = Buyer { cookie: By_::Cookie(token.clone()), bearer: By_::Bearer(token) };
    let address = json!({"recipient": "林小满", "phone": "13912345678", "province": "上海", "city": "上海",
        "district": "徐汇", "street": "漕溪北路 18 号", "postcode": ""});
    let post = async |path: &str, body: &Value| {
        let reply = world.ask(&me.bearer, "POST", &format!("/api/store{path}"), Some(body)).await;
        reply.is(201).json()
    };
    let address = post("/account/addresses", &address).await["address"].clone();
    let quote =
        post("/quotes", &json!({"address": address, "lines": [{"sku": skus[0], "quantity": 2}]})).await;
    let placed = post("/purchases", &json!({"quote": quote["quote"]})).await;
    assert_eq!(placed["total"]["minor"], 19_800);
    let purchase = placed["purchase"].as_str().unwrap().to_owned();
    (me, purchase)
}

/// The buyer chooses the transfer; its page and its reference.
async fn chosen(world: &World, me: &Buyer, purchase: &str) -> (String, String) {
    let pay = world.form(&me.cookie, &format!("/pay/{purchase}"), "key=k&provider=transfer").await;
    let page = pay.is(303).location().to_owned();
    assert!(page.starts_with("/pay/transfer/pay_"), "{page}");
    let awaited = world.ask(&By_::Operator, "GET", "/api/platform/transfers/awaited", None).await;
    let awaited = awaited.is(200).json();
    let of = awaited["items"].as_array().unwrap().iter().find(|one| one["purchase"] == purchase).unwrap();
    (page, of["reference"].as_str().unwrap().to_owned())
}

async fn read(world: &World, by: &By_, path: &str, lang: &str) -> String {
    let asked = Request::get(path).header(header::ACCEPT, "text/html").header(header::ACCEPT_LANGUAGE, lang);
    let reply = world.send(by, asked.body(Body::empty()).unwrap()).await;
    assert_eq!(reply.status.as_u16(), 200, "{path}: {}", reply.text);
    well_made(path, &reply.text, lang);
    reply.text
}

async fn record(world: &World, by: &By_, line: &str, reference: &str, minor: i64) -> Reply {
    let body = json!({"line": line, "reference": reference, "amount": {"minor": minor, "currency": "CNY"}});
    world.ask(by, "POST", "/api/platform/transfers/lines", Some(&body)).await
}

const DESK: &str = "/console/money/transfers";

#[test]
fn a_buyer_sees_account_amount_reference_and_deadline_and_the_result_follows() {
    both(async |world| {
        let scene = scenery(&world).await;
        let (me, purchase) = bought(&world, &scene).await;
        let offered = read(&world, &me.cookie, &format!("/pay/{purchase}"), "zh-CN").await;
        assert!(offered.contains("银行转账") && offered.contains("周五 12:00 前到账有效"), "{offered}");
        let (page, reference) = chosen(&world, &me, &purchase).await;
        for (lang, words) in [
            ("zh-CN", ["工商银行西湖支行", "三好商城", "周五 12:00 前到账有效", "演示账户"]),
            ("en", ["ICBC West Lake", "Sanhao Mall", "by 12:00 Fri", "don't send real money"]),
        ] {
            let text = read(&world, &me.cookie, &page, lang).await;
            for word in words {
                assert!(text.contains(word), "{word}: {text}");
            }
            for copied in [&*reference, "198.00", "6222 0200 1234"] {
                assert!(text.contains(&format!("data-copy=\"{copied}\"")), "{copied}");
            }
            let waits = read(&world, &me.cookie, &format!("/pay/{purchase}/result"), lang).await;
            assert!(waits.contains(&page), "the way back to the account");
            assert!(read(&world, &me.cookie, &format!("/pay/{purchase}"), lang).await.contains(&page));
        }
        // It is nobody else's, and no cashier of the sandbox.
        let (_, other) = world.somebody();
        assert_eq!(world.page(&By_::Cookie(other), &page).await.status.as_u16(), 404);
        assert_eq!(world.page(&By_::Nobody, &page).await.status.as_u16(), 303);
        let cashier = page.replace("/pay/transfer/", "/cashier/");
        assert_eq!(world.page(&me.cookie, &cashier).await.status.as_u16(), 404);

        record(&world, &By_::Operator, "B-1", &reference, 19_800).await.is(200);
        let over = world.page(&me.cookie, &page).await;
        assert_eq!(over.is(303).location(), format!("/pay/{purchase}/result"));
        assert!(
            read(&world, &me.cookie, &format!("/pay/{purchase}/result"), "zh-CN").await.contains("支付成功")
        );
    });
}

#[test]
fn a_line_is_recorded_over_the_api_once_and_what_is_wrong_is_refused_by_name() {
    both(async |world| {
        let scene = scenery(&world).await;
        let (me, purchase) = bought(&world, &scene).await;
        let (_, reference) = chosen(&world, &me, &purchase).await;
        let op = By_::Operator;
        let mut wrong = reference.clone().into_bytes();
        wrong[4] = if wrong[4] == b'A' { b'B' } else { b'A' };
        let wrong = String::from_utf8(wrong).unwrap();
        record(&world, &op, "B-1", &wrong, 19_800).await.refused(422, "buy.mistyped_reference");
        record(&world, &op, "B-1", "SH111111111", 19_800).await.refused(422, "buy.unknown_transfer");
        record(&world, &op, " ", &reference, 19_800).await.refused(422, "buy.bad_line");
        record(&world, &op, "B-1", &reference, 0).await.refused(422, "payment.not_positive");
        let dollars =
            json!({"line": "B-1", "reference": reference, "amount": {"minor": 1, "currency": "USD"}});
        let path = "/api/platform/transfers/lines";
        world.ask(&op, "POST", path, Some(&dollars)).await.refused(422, "web.invalid");
        for by in [&me.bearer, &By_::Nobody] {
            assert!(matches!(record(&world, by, "B-1", &reference, 19_800).await.status.as_u16(), 401 | 403));
        }

        let body =
            json!({"line": "B-1", "reference": reference, "amount": {"minor": 19_900, "currency": "CNY"}});
        let send = || world.send(&op, request("POST", path, Some(&body), Some("one-press")));
        let (first, again) = (send().await.is(200).json(), send().await.is(200).json());
        assert_eq!((&first, first["came"].as_str()), (&again, Some("surplus")));
        let known = record(&world, &op, "B-1", &reference, 19_900).await.is(200).json();
        assert_eq!((known["new"].as_bool(), &known["payment"]), (Some(false), &first["payment"]));
        record(&world, &op, "B-1", &reference, 19_800).await.refused(409, "buy.line_known");
        let double = record(&world, &op, "B-2", &reference, 19_800).await.is(200).json();
        assert_eq!((double["came"].as_str(), double["way"].as_str()), (Some("double"), Some("in")));

        // What is too much is listed, and sent once.
        let list = "/api/platform/transfers/refunds";
        let refunds = world.ask(&op, "GET", list, None).await.is(200).json();
        let items = refunds["items"].as_array().unwrap();
        let [one, other] =
            ["surplus", "double"].map(|why| items.iter().find(|one| one["why"] == why).unwrap());
        assert_eq!(
            (items.len(), one["came_on"].as_str(), other["came_on"].as_str()),
            (2, Some("B-1"), Some("B-2"))
        );
        assert_eq!(
            (one["amount"]["minor"].as_i64(), one["reference"].as_str()),
            (Some(100), Some(&*reference))
        );
        let sent = format!("{list}/{}/sent", one["refund"].as_str().unwrap());
        let out = |line: &str| json!({"line": line});
        world.ask(&op, "POST", &sent, Some(&out("B-2"))).await.refused(409, "buy.line_known");
        let gone = world.ask(&op, "POST", &sent, Some(&out("O-1"))).await.is(200).json();
        assert_eq!((gone["way"].as_str(), gone["refund"].as_str()), (Some("out"), one["refund"].as_str()));
        let same = world.ask(&op, "POST", &sent, Some(&out("O-1"))).await.is(200).json();
        assert_eq!(same["new"], false);
        world.ask(&op, "POST", &sent, Some(&out("O-2"))).await.refused(409, "payment.refund_status");
        let left = world.ask(&op, "GET", list, None).await.is(200).json();
        assert_eq!(left["items"].as_array().unwrap().len(), 1);

        // Page by page, newest first, nothing twice.
        let mut seen = Vec::new();
        let mut next = String::new();
        loop {
            let page = world.ask(&op, "GET", &format!("{path}?limit=1{next}"), None).await.is(200).json();
            seen.extend(
                page["items"].as_array().unwrap().iter().map(|one| one["line"].as_str().unwrap().to_owned()),
            );
            let Some(last) = page["next"].as_str() else { break };
            next = format!("&after={last}");
        }
        seen.sort_unstable();
        assert_eq!(seen, ["B-1", "B-2", "O-1"]);
        world.ask(&op, "GET", &format!("{path}?after=x"), None).await.refused(422, "web.invalid");
    });
}

#[test]
fn the_desk_records_and_sends_and_keeps_what_was_typed_when_it_refuses() {
    both(async |world| {
        let scene = scenery(&world).await;
        let (me, purchase) = bought(&world, &scene).await;
        let (page, reference) = chosen(&world, &me, &purchase).await;
        let op = By_::Operator;
        let desk = read(&world, &op, DESK, "zh-CN").await;
        let prefilled = format!("{DESK}?reference={reference}&amp;amount=198.00#record");
        assert!(desk.contains(&prefilled) && desk.contains("还剩"), "{desk}");
        let form = |key: &str, reference: &str, amount: &str, line: &str| {
            format!("key={key}&do=record&reference={reference}&amount={amount}&line={line}")
        };
        let refused = world.form(&op, DESK, &form("a", "SH123", "198.00", "B-1")).await;
        assert!(
            refused.is(422).text.contains("value=\"SH123\"") && refused.text.contains("value=\"198.00\"")
        );
        assert!(refused.text.contains("SH 加九个字"), "{}", refused.text);
        let refused = world.form(&op, DESK, &form("b", &reference, "a lot", "")).await;
        assert!(refused.is(422).text.contains("不是金额") && refused.text.contains("要填"));

        let short = form("c", &reference, "100", "B-1");
        for _ in 0..2 {
            assert_eq!(world.form(&op, DESK, &short).await.is(303).location(), format!("{DESK}?done=part"));
        }
        let known = world.form(&op, DESK, &form("d", &reference, "100.00", "B-1")).await;
        assert_eq!(known.is(303).location(), format!("{DESK}?done=known"));
        // What is missing is asked for from here on.
        let desk = read(&world, &op, DESK, "zh-CN").await;
        assert!(desk.contains("还差") && desk.contains("amount=98.00#record"), "{desk}");
        let page = read(&world, &me.cookie, &page, "zh-CN").await;
        assert!(page.contains("已到") && page.contains("还差") && page.contains("98.00"), "{page}");
        let waits = world.ask(&op, "GET", "/api/platform/transfers/awaited", None).await.json();
        let amounts = ["amount", "received", "missing"].map(|name| waits["items"][0][name]["minor"].as_i64());
        assert_eq!(amounts, [Some(19_800), Some(10_000), Some(9_800)]);
        let paid = world.form(&op, DESK, &form("e", &reference, "198", "B-2")).await;
        assert_eq!(paid.is(303).location(), format!("{DESK}?done=surplus"));
        for (lang, words) in [
            ("zh-CN", ["1 笔要退出去", "一部分，等其余的", "多出来的"]),
            ("en", ["One refund", "A part, waits for the rest", "Too much"]),
        ] {
            let desk = read(&world, &op, DESK, lang).await;
            for word in words {
                assert!(desk.contains(word), "{word}: {desk}");
            }
        }
        let refunds = world.ask(&op, "GET", "/api/platform/transfers/refunds", None).await.json();
        let refund = refunds["items"][0]["refund"].as_str().unwrap();
        let send = |key: &str, line: &str| format!("key={key}&do=sent&refund={refund}&out={line}");
        let taken = world.form(&op, DESK, &send("f", "B-2")).await;
        assert!(taken.is(409).text.contains("早就记过"), "{}", taken.text);
        for _ in 0..2 {
            let sent = world.form(&op, DESK, &send("g", "O-1")).await;
            assert_eq!(sent.is(303).location(), format!("{DESK}?done=sent"));
        }
        let desk = read(&world, &op, DESK, "zh-CN").await;
        assert!(desk.contains("没有要退的") && desk.contains("退出去"), "{desk}");
        assert_eq!(world.page(&me.cookie, DESK).await.status.as_u16(), 403);
    });
}

#[test]
fn without_an_account_there_are_no_transfers_and_the_desk_says_how_to_have_them() {
    people::both(async |world| {
        for path in ["awaited", "lines", "refunds"] {
            let reply =
                world.ask(&By_::Operator, "GET", &format!("/api/platform/transfers/{path}"), None).await;
            reply.refused(404, "buy.no_transfers");
        }
        for (lang, words) in [("zh-CN", "transfer.toml"), ("en", "transfer.toml")] {
            assert!(read(&world, &By_::Operator, DESK, lang).await.contains(words));
        }
    });
}

#[test]
fn what_is_not_paid_for_is_cancelled_by_its_shop_or_the_platform_with_a_reason() {
    both(async |world| {
        let scene = scenery(&world).await;
        let order_of = async |me: &Buyer, purchase: &str| {
            let path = format!("/api/store/purchases/{purchase}");
            let seen = world.ask(&me.bearer, "GET", &path, None).await.is(200).json();
            seen["orders"][0]["order"].as_str().unwrap().to_owned()
        };
        let (me, purchase) = bought(&world, &scene).await;
        let order = order_of(&me, &purchase).await;
        let page = format!("/merchant/{}/orders/{order}?ask=cancel", scene.shop);
        let asked = read(&world, &scene.owner_page(), &page, "zh-CN").await;
        assert!(asked.contains("买家还没付款") && !asked.contains("确认取消并退款"), "{asked}");
        let body = json!({"reason": "price_error", "text": "标错了价"});
        let path = scene.at(&format!("/orders/{order}/cancel"));
        let ended = world.ask(&scene.owner, "POST", &path, Some(&body)).await.is(200).json();
        assert_eq!(ended["status"], "cancelled");
        world.ask(&scene.owner, "POST", &path, Some(&body)).await.refused(409, "order.wrong_status");
        let mine = read(&world, &me.cookie, &format!("/orders/{order}"), "zh-CN").await;
        assert!(mine.contains("标错了价"), "{mine}");

        let (me, purchase) = bought(&world, &scene).await;
        let order = order_of(&me, &purchase).await;
        let path = format!("/api/platform/sales/{order}/cancel");
        for by in [&me.bearer, &scene.owner, &By_::Nobody] {
            let refused = world.ask(by, "POST", &path, Some(&body)).await;
            assert!(matches!(refused.status.as_u16(), 401 | 403), "{}", refused.status);
        }
        let desk = format!("/console/sales/{order}");
        let asked = read(&world, &By_::Operator, &format!("{desk}?ask=cancel"), "en").await;
        assert!(asked.contains("Cancel the whole order?") && asked.contains("Not paid for yet"), "{asked}");
        let silent = world.form(&By_::Operator, &desk, "key=a&do=cancel&reason=other&explanation=").await;
        assert_eq!(silent.status, 422);
        let done =
            world.form(&By_::Operator, &desk, "key=b&do=cancel&reason=out_of_stock&explanation=").await;
        assert_eq!(done.is(303).location(), format!("{desk}?done=cancelled"));
        world.ask(&By_::Operator, "POST", &path, Some(&body)).await.refused(409, "order.wrong_status");
        let theirs = read(&world, &By_::Operator, &desk, "zh-CN").await;
        assert!(theirs.contains("缺货") && theirs.contains("付款前取消"), "{theirs}");
    });
}
