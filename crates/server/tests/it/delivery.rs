//! Ways of delivery over the API and over the pages of a shop.

use super::desk::scenery;
use super::people::{By_, both};
use serde_json::json;

#[test]
fn a_shop_offers_a_way_changes_it_and_takes_it_away() {
    both(|world| async move {
        let (member, token) = world.somebody();
        let shop = world.shop(Some(member));
        let own = By_::Bearer(token);
        let (_, token) = world.somebody();
        let stranger = By_::Bearer(token);
        let at = format!("/api/merchant/shops/{shop}/delivery-methods");
        let one = format!("{at}/next-day");
        let yuan = |minor: i64| json!({"minor": minor, "currency": "CNY"});
        let body = json!({"zh": "次日达", "en": "Next day", "fee": yuan(1_200), "free_from": yuan(20_000),
            "scope": {"category": "home"}, "within_hours": 24});
        // What it is for has to be there.
        world.ask(&own, "PUT", &one, Some(&body)).await.refused(422, "coupon.no_category");
        let home = json!({"code": "home", "zh": "家居", "en": "Home"});
        world.ask(&By_::Operator, "POST", "/api/platform/categories", Some(&home)).await.is(201);
        let set = world.ask(&own, "PUT", &one, Some(&body)).await.is(200).json();
        assert_eq!(
            (&set["code"], &set["fee"], &set["within_hours"]),
            (&json!("next-day"), &yuan(1_200), &json!(24))
        );
        let more = json!({"zh": "次日达", "en": "Next day", "fee": yuan(900), "free_from": null, "scope": {},
            "within_hours": null});
        let short = json!({"zh": "次日达", "en": "Next day", "fee": yuan(900)});
        let refused = world.ask(&own, "PUT", &one, Some(&short)).await;
        refused.refused(422, "web.invalid");
        assert!(refused.text.contains("free_from, scope, within_hours"), "{}", refused.text);
        let all = world.ask(&own, "GET", &at, None).await.is(200).json();
        assert_eq!(all["items"][0]["free_from"], yuan(20_000), "nothing was taken away");
        world.ask(&own, "PUT", &one, Some(&more)).await.is(200);
        let all = world.ask(&own, "GET", &at, None).await.is(200).json();
        assert_eq!((all["items"].as_array().unwrap().len(), &all["items"][0]["fee"]), (1, &yuan(900)));

        let standard = format!("{at}/standard");
        world.ask(&own, "PUT", &standard, Some(&more)).await.refused(422, "delivery.bad_code");
        let slow = json!({"zh": "慢", "en": "Slow", "fee": yuan(0), "free_from": null, "scope": {}, "within_hours": 0});
        world.ask(&own, "PUT", &one, Some(&slow)).await.refused(422, "delivery.bad_within");
        let usd = json!({"zh": "慢", "en": "Slow", "fee": {"minor": 1, "currency": "USD"}, "free_from": null,
            "scope": {}, "within_hours": null});
        assert_eq!(world.ask(&own, "PUT", &one, Some(&usd)).await.status, 422);
        for (by, status) in [(&stranger, 404), (&By_::Nobody, 401)] {
            assert_eq!(world.ask(by, "GET", &at, None).await.status, status);
            assert_eq!(world.ask(by, "PUT", &one, Some(&more)).await.status, status);
            assert_eq!(world.ask(by, "DELETE", &one, None).await.status, status);
        }

        let page = world.page(&own, &format!("/merchant/{shop}/delivery")).await;
        page.is(200);
        assert!(page.text.contains("次日达") && page.text.contains("next-day"), "{}", page.text);
        let form = "do=set&key=k1&code=door&zh=%E9%80%81%E4%B8%8A%E9%97%A8&en=To+the+door&fee=5&within=48";
        assert_eq!(world.form(&own, &format!("/merchant/{shop}/delivery"), form).await.status, 303);
        let poor = "do=set&key=k2&code=&zh=&en=x&fee=abc";
        let refused = world.form(&own, &format!("/merchant/{shop}/delivery"), poor).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text.contains("abc"), "what was typed stays");
        let away =
            world.form(&own, &format!("/merchant/{shop}/delivery"), "do=remove&key=k3&code=door").await;
        assert_eq!(away.status, 303);

        let left = world.ask(&own, "DELETE", &one, None).await.is(200).json();
        assert_eq!(left["items"], json!([]));
        world.ask(&own, "DELETE", &one, None).await.refused(404, "delivery.no_way");
    });
}

#[test]
fn a_buyer_chooses_the_way_at_checkout_and_both_sides_see_it_in_the_order() {
    both(|world| async move {
        let own = scenery(&world).await;
        let (_, skus, _) = own.listed(&world).await;
        own.stocked(&world, &skus[0], 5).await;
        let yuan = |minor: i64| json!({"minor": minor, "currency": "CNY"});
        let delivery_method = json!({"zh": "次日达", "en": "Next day", "fee": yuan(1_200), "free_from": null, "scope": {},
                "within_hours": 24});
        let shop = own.shop;
        let path = format!("/api/merchant/shops/{shop}/delivery-methods/next-day");
        world.ask(&own.owner, "PUT", &path, Some(&delivery_method)).await.is(200);
        let offered =
            world.ask(&By_::Nobody, "GET", &format!("/api/store/shops/{shop}/delivery-methods"), None).await;
        assert_eq!(offered.is(200).json()["items"][0]["code"], json!("next-day"));

        let buyer = By_::Bearer(world.somebody().1);
        let home = json!({"recipient": "张三", "phone": "13812341234", "province": "浙江省", "city": "杭州市", "street": "文三路"});
        let kept =
            world.ask(&buyer, "POST", "/api/store/account/addresses", Some(&home)).await.is(201).json();
        let address = kept["address"].as_str().unwrap();
        let line = json!({"sku": skus[0], "quantity": 1});
        let quote = |delivery_method: &str| json!({"lines": [line], "address": address, "delivery_methods": [{"shop": shop.to_string(), "delivery_method": delivery_method}]});
        let plain =
            world.ask(&buyer, "POST", "/api/store/quotes", Some(&quote("standard"))).await.is(201).json();
        let dear =
            world.ask(&buyer, "POST", "/api/store/quotes", Some(&quote("next-day"))).await.is(201).json();
        assert_eq!((&plain["shops"][0]["delivery_method"], &plain["total"]), (&json!(null), &yuan(9_900)));
        let part = &dear["shops"][0];
        assert_eq!(
            (&part["delivery_method"], &part["delivery_method_due"], &dear["total"]),
            (&json!("next-day"), &yuan(1_200), &yuan(11_100))
        );
        world
            .ask(&buyer, "POST", "/api/store/quotes", Some(&quote("door")))
            .await
            .refused(404, "delivery.no_way");

        world.ask(&buyer, "POST", "/api/store/cart/lines", Some(&line)).await.is(200);
        let sku = &skus[0];
        let page = world.page(&buyer, &format!("/checkout?sku={sku}&address={address}")).await;
        assert!(
            page.is(200).text.contains("次日达") && page.text.contains("value=\"9900\""),
            "{}",
            page.text
        );
        let chosen = world
            .page(&buyer, &format!("/checkout?sku={sku}&address={address}&delivery_method={shop}.next-day"))
            .await;
        assert!(chosen.is(200).text.contains("value=\"11100\""), "{}", chosen.text);
        let form = |total: i64| {
            format!(
                "key=k{total}&skus={sku}&address={address}&delivery_methods={shop}.next-day&total={total}"
            )
        };
        let changed = world.form(&buyer, "/checkout", &form(9_900)).await;
        assert!(changed.is(303).location().contains("say=changed"), "what is placed costs what was shown");
        let placed = world.form(&buyer, "/checkout", &form(11_100)).await;
        assert!(placed.is(303).location().starts_with("/pay/"), "{}", placed.text);

        let orders = world.ask(&buyer, "GET", "/api/store/orders", None).await.is(200).json();
        let order = &orders["items"][0];
        assert_eq!((&order["delivery_method"], &order["total"]), (&json!("next-day"), &yuan(11_100)));
        let id = order["order"].as_str().unwrap();
        let theirs =
            world.ask(&own.owner, "GET", &format!("/api/merchant/shops/{shop}/orders/{id}"), None).await;
        assert_eq!(theirs.is(200).json()["delivery_method"], json!("next-day"));
        for (by, page) in
            [(&buyer, format!("/orders/{id}")), (&own.owner, format!("/merchant/{shop}/orders/{id}"))]
        {
            let page = world.page(by, &page).await;
            assert!(page.is(200).text.contains("次日达"), "{}", page.text);
        }
    });
}
