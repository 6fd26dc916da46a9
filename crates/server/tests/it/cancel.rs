//! A shop cancels what it cannot ship: asked first, with a reason that the buyer reads, once, and by whom it may.

use super::desk::Sale;
use super::people::{By_, both, json as request};
use people::staff::{Role, Scope};
use serde_json::json;

#[test]
fn a_shop_is_asked_before_it_cancels_and_its_buyer_reads_the_reason() {
    both(|world| async move {
        let sale = Sale::begin(&world).await;
        let (own, buyer) = (&sale.shop, &sale.buyer);
        let id = sale.ordered(&world);
        let page = format!("/merchant/{}/orders/{id}", own.shop);
        let seen = world.page(&own.owner, &page).await.is(200).text.clone();
        assert!(seen.contains("?ask=cancel#ask") && !seen.contains("确认取消并退款"), "{seen}");
        let asked = world.page(&own.owner, &format!("{page}?ask=cancel")).await.is(200).text.clone();
        assert!(
            asked.contains("取消整个订单") && asked.contains("确认取消并退款") && asked.contains("缺货"),
            "{asked}"
        );

        // Another reason has to be said, beside its field.
        let silent = world.form(&own.owner, &page, "key=a&do=cancel&reason=other&text=").await;
        assert!(silent.is(422).text.contains("要写明原因"), "{}", silent.text);
        let path = own.at(&format!("/orders/{id}/cancel"));
        world
            .ask(&own.owner, "POST", &path, Some(&json!({"reason": "bored"})))
            .await
            .refused(422, "order.bad_cancel_reason");
        let watcher = By_::Bearer(world.seated(Scope::Shop(own.shop), Role::ShopMoney));
        let body = json!({"reason": "out_of_stock", "text": "窑里碎了"});
        world.ask(&watcher, "POST", &path, Some(&body)).await.refused(403, "staff.denied");
        world.ask(buyer, "POST", &path, Some(&body)).await.is(404);
        let line = own.at(&format!("/orders/{id}/lines/{}/cancel", sale.skus[1]));
        world.ask(&own.owner, "POST", &line, Some(&body)).await.refused(404, "order.no_line");

        // Once, however often it is sent.
        let first = world.send(&own.owner, request("POST", &path, Some(&body), Some("k-9"))).await;
        let again = world.send(&own.owner, request("POST", &path, Some(&body), Some("k-9"))).await;
        assert_eq!(first.is(200).json()["status"], json!("refunded"));
        assert_eq!(again.text, first.text);
        world.ask(&own.owner, "POST", &path, Some(&body)).await.refused(409, "order.wrong_status");
        let detail = world.ask(&own.owner, "GET", &own.at(&format!("/orders/{id}")), None).await.json();
        let last = detail["steps"].as_array().unwrap().last().unwrap().clone();
        assert_eq!((&last["reason"], &last["text"]), (&json!("out_of_stock"), &json!("窑里碎了")));
        let mine = world.page(buyer, &format!("/orders/{id}")).await.is(200).text.clone();
        assert!(mine.contains("缺货：窑里碎了"), "{mine}");
        let theirs = world.page(&By_::Operator, &format!("/console/sales/{id}")).await.is(200).text.clone();
        assert!(theirs.contains("缺货：窑里碎了") && theirs.contains("店里的人"), "{theirs}");
    });
}

#[test]
fn a_buyer_is_asked_before_an_order_is_cancelled_or_received_and_the_rail_fills_what_happened() {
    both(|world| async move {
        let sale = Sale::begin(&world).await;
        let (own, buyer) = (&sale.shop, &sale.buyer);
        let of = |rest: &str| format!("/orders/{rest}");
        let [kept, gone] = [(); 2].map(|()| sale.ordered(&world));
        let page = world.page(buyer, &of(&gone.to_string())).await.is(200).text.clone();
        let post = format!("action=\"/orders/{gone}/cancel\"");
        assert!(
            page.contains("?ask=cancel#ask") && !page.contains(&post),
            "a press alone cancels nothing: {page}"
        );
        let rail = page.split("<div class=\"rail\">").nth(1).unwrap().split("</div></div>").next().unwrap();
        assert_eq!((rail.matches("done\"").count(), rail.matches("now").count()), (1, 0), "{rail}");
        let asked = world.page(buyer, &of(&format!("{gone}?ask=cancel"))).await.is(200).text.clone();
        assert!(asked.contains(&post) && asked.contains("原路退回，订单不能恢复"), "{asked}");
        world.form(buyer, &of(&format!("{gone}/cancel")), "key=k").await.is(303);

        // Nothing is asked that cannot be done.
        let late = world.page(buyer, &of(&format!("{gone}?ask=cancel"))).await.is(200).text.clone();
        assert!(!late.contains(&post), "{late}");
        let ship = json!({"carrier": "sf", "number": "SF1234567890123"});
        world.ask(&own.owner, "POST", &own.at(&format!("/orders/{kept}/ship")), Some(&ship)).await.is(200);
        let receive = format!("action=\"/orders/{kept}/receive\"");
        let list = world.page(buyer, "/orders").await.is(200).text.clone();
        assert!(list.contains("?ask=receive#ask") && !list.contains(&receive), "{list}");
        let asked = world.page(buyer, &of(&format!("{kept}?ask=receive"))).await.is(200).text.clone();
        assert!(asked.contains(&receive) && asked.contains("东西都收到了吗"), "{asked}");
    });
}
