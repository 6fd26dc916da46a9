//! Amounts as all three faces show them: what adds up, what one payment takes, what a shop does not get, what goes back.

use super::desk::{Scenery, scenery_of_two};
use super::people::{By_, World, both};
use flows::check::{self, Fault, Report, Where};
use kernel::Moment;
use serde_json::{Value, json};

fn yuan(minor: i64) -> Value {
    json!({"minor": minor, "currency": "CNY"})
}

/// A shop's coupon, claimed by somebody.
async fn claimed(world: &World, scene: &Scenery, me: &By_, (title, over, off): (&str, i64, i64)) {
    let coupon = json!({"title": title, "worth": {"kind": "off", "over": yuan(over), "off": yuan(off)}, "total": 10,
        "each": 1, "from": "2025-06-01", "until": "2025-07-01"});
    let made = world.ask(&scene.owner, "POST", &scene.at("/coupons"), Some(&coupon)).await;
    assert_eq!(made.status.as_u16(), 201, "{}", made.text);
    let id = made.json()["coupon"].as_str().unwrap().to_owned();
    world.ask(me, "POST", &format!("/api/store/coupons/{id}/claims"), None).await.is(201);
}

/// What somebody placed of these variants, one of each.
async fn placed(world: &World, me: &By_, skus: &[&str]) -> Value {
    for sku in skus {
        let line = json!({"sku": sku, "quantity": 1});
        let added = world.ask(me, "POST", "/api/store/cart/lines", Some(&line)).await;
        assert!(added.status.is_success(), "{}", added.text);
    }
    let address = json!({"recipient": "林小满", "phone": "13912345678", "province": "上海", "city": "上海",
        "district": "徐汇", "street": "漕溪北路 18 号", "postcode": ""});
    let made = world.ask(me, "POST", "/api/store/account/addresses", Some(&address)).await.is(201).json();
    let ask = json!({"address": made["address"]});
    let quote = world.ask(me, "POST", "/api/store/quotes", Some(&ask)).await.is(201).json();
    let body = json!({"quote": quote["quote"]});
    let placed = world.ask(me, "POST", "/api/store/purchases", Some(&body)).await;
    assert!(placed.status.is_success(), "{}", placed.text);
    placed.json()
}

#[test]
fn an_order_adds_up_says_what_its_payment_takes_and_which_coupons_were_not_taken() {
    both(async |world| {
        let (scene, other) = scenery_of_two(&world).await;
        let (_, one, _) = scene.listed(&world).await;
        let (_, two, _) = other.listed(&world).await;
        scene.stocked(&world, &one[0], 9).await;
        other.stocked(&world, &two[0], 9).await;
        let (_, token) = world.somebody();
        let (me, page) = (By_::Bearer(token.clone()), By_::Cookie(token));
        claimed(&world, &scene, &me, ("满 50 减 7.5", 5_000, 750)).await;
        claimed(&world, &scene, &me, ("满 500 减 20", 50_000, 2_000)).await;
        let purchase = placed(&world, &me, &[&one[0], &two[0]]).await;
        let orders = purchase["orders"].as_array().unwrap();
        assert_eq!(orders.len(), 2, "{purchase}");
        let of = |shop: &str| orders.iter().find(|order| order["shop"] == shop).unwrap();
        let order = of(&scene.shop.to_string());
        let id = order["order"].as_str().unwrap();
        let shown = world.ask(&me, "GET", &format!("/api/store/orders/{id}"), None).await.is(200).json();
        let minor = |name: &str| shown[name]["minor"].as_i64().unwrap();
        assert_eq!((minor("goods"), minor("discount")), (9_900, 750), "{shown}");
        assert_eq!(minor("goods") - minor("discount") + minor("freight"), minor("total"));
        let other_total = of(&other.shop.to_string())["total"]["minor"].as_i64().unwrap();
        let whole = minor("total") + other_total;
        assert_eq!(shown["to_pay"], yuan(whole));
        assert_eq!(shown["applied"][0]["amount"], yuan(750), "{shown}");
        assert_eq!(
            (&shown["refused"][0]["title"], &shown["refused"][0]["reason"]),
            (&json!("满 500 减 20"), &json!("short"))
        );

        let text = |minor: i64| format!("¥{}.{:02}", minor / 100, minor % 100);
        let pay = format!("付款 {}（含另外 1 单）", text(whole));
        let freight = match minor("freight") {
            0 => String::new(),
            freight => format!(" + 运费 {}", text(freight)),
        };
        let made = format!("商品 ¥99.00{freight} − 优惠 ¥7.50");
        let own = world.page(&page, &format!("/orders/{id}")).await;
        let beside = format!("一起付款的订单 {}", text(other_total));
        for words in [pay.as_str(), beside.as_str(), "不可用的优惠券", "满 500 减 20"] {
            assert!(own.text.contains(words), "{words}: {}", own.text);
        }
        for (by, path) in [
            (&page, "/orders".to_owned()),
            (&By_::Operator, "/console/sales".to_owned()),
            (&scene.owner_page(), format!("/merchant/{}/orders", scene.shop)),
        ] {
            let list = world.page(by, &path).await;
            assert!(list.is(200).text.contains(&made), "{path}: {}", list.text);
        }
        assert!(world.page(&page, "/orders").await.text.contains(&pay));

        // Called off, it brings its shop nothing, wherever one looks.
        let path = scene.at(&format!("/orders/{id}"));
        let before = world.ask(&scene.owner, "GET", &path, None).await.is(200).json();
        let gets = before["sums"]["shop_gets"]["minor"].as_i64().unwrap();
        assert!(gets > 0 && gets < minor("total"), "{before}");
        let cancel = format!("/api/store/purchases/{}/cancel", purchase["purchase"].as_str().unwrap());
        world.ask(&me, "POST", &cancel, None).await.is(200);
        let after = world.ask(&scene.owner, "GET", &path, None).await.is(200).json();
        assert_eq!((&after["status"], &after["sums"]["shop_gets"]), (&json!("cancelled"), &yuan(0)));
        let shop = format!("/merchant/{}/orders/{id}", scene.shop);
        for reply in [
            world.page(&scene.owner_page(), &shop).await,
            world.page(&By_::Operator, &format!("/console/sales/{id}")).await,
        ] {
            assert!(reply.text.contains("这一单没有成交"), "{}", reply.text);
            assert!(!reply.text.contains(&text(gets)), "{}", reply.text);
        }
        let own = world.ask(&me, "GET", &format!("/api/store/orders/{id}"), None).await.is(200).json();
        assert_eq!(own["to_pay"], json!(null));
    });
}

#[test]
fn a_found_fault_is_a_state_of_health() {
    both(async |world| {
        let health = async || world.ask(&By_::Nobody, "GET", "/api/health", None).await.is(200).json();
        let at = |second: i64| Moment::from_micros(super::site::now().micros() + second * 1_000_000);
        assert_eq!(health().await, json!({"status": "ok", "books": "unchecked", "checked_at": null}));
        let report = |at: Moment, faults: Vec<Fault>| Report {
            at,
            whole: false,
            bookings: 1,
            entries: 2,
            shops: 1,
            orders: 1,
            faults,
        };
        let sound = report(at(1), Vec::new());
        world.write(move |tx, _| check::keep(tx, &sound));
        assert_eq!(health().await["books"], "sound");
        let fault = Fault { place: Where::Order, what: "money of somebody@example.com is short".into() };
        let wrong = report(at(2), vec![fault]);
        world.write(move |tx, _| check::keep(tx, &wrong));
        let found = health().await;
        assert_eq!((&found["status"], &found["books"]), (&json!("fault"), &json!("fault")));
        assert!(!found.to_string().contains("somebody"), "{found}");
        assert!(world.page(&By_::Operator, "/console/money").await.text.contains("上次核对有对不上的"));
    });
}

#[test]
fn a_coupon_names_what_is_there_and_a_dear_one_is_confirmed() {
    both(async |world| {
        let (scene, other) = scenery_of_two(&world).await;
        let (mine, _, _) = scene.listed(&world).await;
        let (theirs, _, _) = other.listed(&world).await;
        let coupon = |over: i64, off: i64, total: i64, scope: Value| {
            json!({"title": "减", "worth": {"kind": "off", "over": yuan(over), "off": yuan(off)}, "total": total,
                "each": 1, "from": "2025-06-01T00:00:00+08:00", "until": "2025-07-01", "scope": scope})
        };
        let offer = async |scene: &Scenery, body: &Value| {
            world.ask(&scene.owner, "POST", &scene.at("/coupons"), Some(body)).await
        };
        // What it names is there, and its shop's own.
        for (scope, code) in [
            (json!({"category": "nowhere"}), "coupon.no_category"),
            (json!({"products": [theirs]}), "coupon.no_product"),
            (json!({"products": [mine, format!("prd_{}", "0".repeat(26))]}), "coupon.no_product"),
        ] {
            offer(&scene, &coupon(9_900, 500, 9, scope)).await.refused(422, code);
        }
        for scope in [json!({}), json!({"category": "home"}), json!({"products": [mine]})] {
            let made = offer(&scene, &coupon(9_900, 500, 9, scope)).await.is(201).json();
            assert_eq!(made["from"], "2025-06-01T00:00:00+08:00");
        }
        let platform = coupon(9_900, 500, 9, json!({"products": [mine, theirs]}));
        world.ask(&By_::Operator, "POST", "/api/platform/coupons", Some(&platform)).await.is(201);

        // 200 off from 1 on, a hundred times.
        let mut steep = coupon(100, 20_000, 100, json!({}));
        let asked = offer(&scene, &steep).await;
        asked.refused(409, "coupon.confirm");
        assert!(asked.text.contains("20000.00") || asked.text.contains("20,000.00"), "{}", asked.text);
        steep["confirm"] = yuan(1);
        offer(&scene, &steep).await.refused(409, "coupon.confirm");
        steep["confirm"] = yuan(2_000_000);
        offer(&scene, &steep).await.is(201);
        // The page asks the same, and the field is there to answer.
        let form = "title=%E5%87%8F&kind=off&over=1&off=200&total=100&each=1&from=2025-06-01&until=2025-06-30&category=&do=make&key=";
        let path = format!("/merchant/{}/coupons", scene.shop);
        let asked = world.form(&scene.owner_page(), &path, &format!("{form}one")).await;
        assert!(asked.text.contains("确认最多花费") && asked.text.contains("20000.00"), "{}", asked.text);
        world.form(&scene.owner_page(), &path, &format!("{form}two&confirm=20000")).await.is(303);

        // A code is typed, in whatever letters.
        let mut coded = coupon(0, 500, 9, json!({}));
        coded["code"] = json!("spring-26");
        coded["budget"] = yuan(1_000);
        let made = offer(&scene, &coded).await.is(201).json();
        assert_eq!(
            (&made["code"], &made["budget"], &made["used"]),
            (&json!("SPRING-26"), &yuan(1_000), &yuan(0))
        );
        offer(&scene, &coded).await.refused(409, "coupon.code_taken");
        coded["code"] = json!("春天");
        offer(&scene, &coded).await.refused(422, "coupon.bad_code");
        let (_, token) = world.somebody();
        let (me, page) = (By_::Bearer(token.clone()), By_::Cookie(token));
        let id = made["coupon"].as_str().unwrap();
        world
            .ask(&me, "POST", &format!("/api/store/coupons/{id}/claims"), None)
            .await
            .refused(404, "coupon.not_found");
        let code = |text: &str| json!({"code": text});
        let by = "/api/store/coupons/by-code/claims";
        world.ask(&me, "POST", by, Some(&code("winter"))).await.refused(404, "coupon.no_code");
        world.form(&page, "/coupons/code", "key=typed&code=Spring-26").await.is(303);
        world.ask(&me, "POST", by, Some(&code("SPRING-26"))).await.refused(409, "coupon.enough");
        let held = world.ask(&me, "GET", "/api/store/claims?state=held", None).await.is(200).json();
        assert_eq!(held["items"][0]["coupon"], json!(id), "{held}");
    });
}

#[test]
fn a_put_that_leaves_something_out_is_refused_by_its_name_and_changes_nothing() {
    both(async |world| {
        let (scene, _) = scenery_of_two(&world).await;
        let (product, skus, _) = scene.listed(&world).await;
        let prices = scene.at(&format!("/products/{product}/prices"));
        for (body, name) in [
            (json!({"sku": skus[0], "price": yuan(8_800), "list_price": null}), "limit"),
            (json!({"sku": skus[0], "price": yuan(8_800), "limit": 3}), "list_price"),
        ] {
            let refused = world.ask(&scene.owner, "PUT", &prices, Some(&json!({"prices": [body]}))).await;
            refused.refused(422, "web.invalid");
            assert!(refused.text.contains(name), "{name}: {}", refused.text);
        }
        let shop = world.ask(&scene.owner, "GET", &scene.at(""), None).await.is(200).json();
        let body = json!({"name": "木子家居", "version": shop["version"]});
        let refused = world.ask(&scene.owner, "PUT", &scene.at(""), Some(&body)).await;
        refused.refused(422, "web.invalid");
        assert!(refused.text.contains("industry, kind"), "{}", refused.text);
        // A draft's content too.
        let revise = scene.at(&format!("/products/{product}/edits"));
        let live = world
            .ask(&By_::Nobody, "GET", &format!("/api/store/products/{product}"), None)
            .await
            .is(200)
            .json();
        let mut content = scene.content();
        for (i, sku) in live["variants"].as_array().unwrap().iter().enumerate() {
            content["skus"][i]["sku"] = sku["sku"].clone();
        }
        let draft = world.ask(&scene.owner, "POST", &revise, Some(&content)).await.is(201).json();
        let edit = scene.at(&format!("/edits/{}", draft["edit"].as_str().unwrap()));
        let mut short = content.clone();
        short.as_object_mut().unwrap().remove("about");
        let body = json!({"revision": draft["revision"], "content": short});
        let refused = world.ask(&scene.owner, "PUT", &edit, Some(&body)).await;
        refused.refused(422, "web.invalid");
        assert!(refused.text.contains("leaves out about"), "{}", refused.text);
        // And a price of a live variant is not dropped without a word.
        content["skus"][0]["price"] = yuan(1_000);
        let body = json!({"revision": draft["revision"], "content": content});
        let refused = world.ask(&scene.owner, "PUT", &edit, Some(&body)).await;
        refused.refused(422, "catalog.content");
        assert!(refused.text.contains("skus.0.price"), "{}", refused.text);
    });
}

#[test]
fn findings_wait_in_a_queue_and_a_balance_leads_to_its_orders() {
    both(async |world| {
        let (scene, _) = scenery_of_two(&world).await;
        let (_, skus, _) = scene.listed(&world).await;
        scene.stocked(&world, &skus[0], 9).await;
        let (_, token) = world.somebody();
        let me = By_::Bearer(token);
        let placed = placed(&world, &me, &[&skus[0]]).await;
        let (purchase, order) =
            (placed["purchase"].as_str().unwrap(), placed["orders"][0]["order"].as_str().unwrap());
        let id: kernel::Id<kernel::id::Purchase> = purchase.parse().unwrap();
        let due = world.db.read(|q| trade::order::purchase_of(q, id)).unwrap().total;
        let start = trade::payment::Start {
            purchase: id,
            provider: "sandbox".parse().unwrap(),
            amount: due,
            script: None,
            by_hand: false,
            lease_until: super::site::now().plus_days(1),
        };
        let found = world.write(move |tx, ctx| trade::payment::start(tx, ctx, &start));
        let (services, event) =
            (super::site::services(super::site::market(), world.vault.clone()), |id: &str, what| {
                trade::payment::Event {
                    provider: "sandbox".into(),
                    id: id.into(),
                    reference: found.reference.clone().unwrap_or_else(|| "sbx_x".into()),
                    payment: Some(found.id),
                    what,
                    at: super::site::now(),
                }
            });
        let captured = event("evt_c", trade::payment::What::Captured { amount: found.amount });
        let outside = event(
            "evt_d",
            trade::payment::What::Outside {
                word: "charge.dispute.created".into(),
                amount: Some(found.amount),
            },
        );
        for event in [captured, outside] {
            let services = services.clone();
            world.write(move |tx, ctx| flows::buy::take_event(tx, ctx, &services, &event));
        }
        let list = world.ask(&By_::Operator, "GET", "/api/platform/findings", None).await.is(200).json();
        let one = list["items"].as_array().unwrap().iter().find(|one| one["purchase"] == purchase).unwrap();
        assert_eq!((&one["word"], &one["open"]), (&json!("charge.dispute.created"), &json!(true)));
        let page = world.page(&By_::Operator, "/console/money/findings").await;
        assert!(page.is(200).text.contains("charge.dispute.created") && page.text.contains(purchase));
        let path = format!("/api/platform/findings/{}/close", found.id);
        world.ask(&me, "POST", &path, Some(&json!({"note": "x"}))).await.is(403);
        let closed = world.ask(&By_::Operator, "POST", &path, Some(&json!({"note": "银行驳回"}))).await;
        assert_eq!(closed.is(200).json()["open"], json!(false));
        world
            .ask(&By_::Operator, "POST", &path, Some(&json!({"note": "x"})))
            .await
            .refused(404, "payment.no_finding");
        let again = format!("/api/platform/refunds/rfd_{}/retry", "0".repeat(26));
        world.ask(&By_::Operator, "POST", &again, None).await.is(404);

        // From what a class sums to, to the order.
        let money = world.page(&By_::Operator, "/console/money").await;
        assert!(money.is(200).text.contains("/console/money/accounts?class=escrow"));
        let accounts = world.page(&By_::Operator, "/console/money/accounts?class=escrow").await;
        let account = format!("escrow:{order}");
        assert!(accounts.is(200).text.contains(&account), "{}", accounts.text);
        let entries = world
            .page(&By_::Operator, &format!("/console/money/entries?account={account}&currency=CNY"))
            .await;
        assert!(entries.is(200).text.contains(&format!("/console/sales/{order}")), "{}", entries.text);
        assert_eq!(
            world.page(&By_::Operator, "/console/money/entries?account=nothing").await.status.as_u16(),
            422
        );
    });
}
