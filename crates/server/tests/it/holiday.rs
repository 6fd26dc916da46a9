//! A shop's holiday over the API and on the pages, and the platform's letters to a shop.

use super::desk::scenery;
use super::people::{By_, both};
use super::site;
use people::notice;
use people::staff::{Role, Scope};
use serde_json::json;

#[test]
fn a_holiday_is_set_shown_and_ended_by_its_owner_and_by_nobody_else() {
    both(|world| async move {
        let scene = scenery(&world).await;
        let (product, skus, _) = scene.listed(&world).await;
        scene.stocked(&world, &skus[0], 5).await;
        let path = format!("/api/merchant/shops/{}/holiday", scene.shop);
        let page = format!("/merchant/{}/holiday", scene.shop);
        let zone = &"Asia/Shanghai".parse().unwrap();
        let (from, until) = (site::now().plus_hours(-1), site::now().plus_days(5));
        let body = |orders: &str| json!({"from": from.rfc3339(zone), "until": until.rfc3339(zone), "orders": orders});
        let dates = format!("from={0}&last={0}&orders=refused", until.date(zone));
        let none = world.ask(&scene.owner, "GET", &path, None).await.is(200).json();
        assert!(none["holiday"].is_null());

        // Who has no say in the shop's settings.
        let (_, stranger) = world.somebody();
        let (other, token) = world.somebody();
        world.shop(Some(other));
        let mut who = vec![(By_::Nobody, 401), (By_::Bearer(stranger), 404), (By_::Bearer(token), 404)];
        for role in [Role::ShopGoods, Role::ShopOrders, Role::ShopMoney, Role::ShopCare] {
            who.push((By_::Bearer(world.seated(Scope::Shop(scene.shop), role)), 403));
        }
        for role in Role::ALL.iter().filter(|role| role.area() == people::staff::Area::Platform) {
            who.push((By_::Bearer(world.seated(Scope::Platform, *role)), 404));
        }
        for (by, status) in &who {
            for (method, body) in [("PUT", Some(body("later"))), ("DELETE", None)] {
                let told = world.ask(by, method, &path, body.as_ref()).await.status.as_u16();
                assert!(told == *status || told == 403, "{method} by {by:?}: {told}");
            }
            // A page sends who is not signed in to sign in; what counts is that nothing is set, below.
            world.form(by, &page, &dates).await;
        }
        assert!(world.ask(&scene.owner, "GET", &path, None).await.json()["holiday"].is_null());

        // What is no holiday.
        let over = json!({"from": from.rfc3339(zone), "until": from.rfc3339(zone), "orders": "later"});
        world.ask(&scene.owner, "PUT", &path, Some(&over)).await.refused(422, "shop.holiday");
        for (field, bad) in [("orders", "maybe"), ("from", "2026-12-05"), ("until", "tomorrow")] {
            let mut body = body("later");
            body[field] = bad.into();
            let told = world.ask(&scene.owner, "PUT", &path, Some(&body)).await;
            assert!(matches!(told.status.as_u16(), 400 | 422), "{field}: {}", told.text);
        }
        world.ask(&scene.owner, "DELETE", &path, None).await.refused(404, "shop.no_holiday");

        let set = world.ask(&scene.owner, "PUT", &path, Some(&body("later"))).await.is(200).json();
        assert_eq!(set["holiday"]["until"], until.rfc3339(zone));
        let again = world.ask(&scene.owner, "PUT", &path, Some(&body("later"))).await.is(200).json();
        assert_eq!(again, set, "told twice is once");
        let seen =
            world.ask(&By_::Nobody, "GET", &format!("/api/store/shops/{}", scene.shop), None).await.json();
        assert_eq!(
            (&seen["holiday"]["orders"], &seen["holiday"]["until"]),
            (&json!("later"), &set["holiday"]["until"])
        );
        let seen =
            world.ask(&By_::Nobody, "GET", &format!("/api/store/products/{product}"), None).await.json();
        assert_eq!((&seen["holiday"], &seen["on_sale"]), (&set["holiday"], &json!(true)));
        assert!(seen["ship_by"].as_str().unwrap() > until.rfc3339(zone).as_str(), "{}", seen["ship_by"]);
        for path in [format!("/shop/{}", scene.shop), format!("/product/{product}")] {
            let text = world.page(&By_::Nobody, &path).await.is(200).text.clone();
            assert!(text.contains("店铺休假至") && text.contains("，之后发货"), "{path}");
        }
        let (_, buyer) = world.somebody();
        let buyer = By_::Bearer(buyer);
        let line = json!({"sku": skus[0], "quantity": 1});
        world.ask(&buyer, "POST", "/api/store/cart/lines", Some(&line)).await;
        for path in ["/cart", "/checkout"] {
            let text = world.page(&buyer, path).await.is(200).text.clone();
            assert!(text.contains("店铺休假至") && text.contains("，之后发货"), "{path}: {text}");
        }
        let settings = format!("/merchant/{}/settings", scene.shop);
        let text = world.page(&scene.owner, &settings).await.is(200).text.clone();
        assert!(text.contains("假期模式") && text.contains("结束假期"));

        let gone = world.form(&scene.owner, &page, "do=end").await;
        assert_eq!(gone.location(), format!("{settings}?done=ended"));
        assert!(world.ask(&scene.owner, "GET", &path, None).await.json()["holiday"].is_null());
        let (first, last) = (site::now().date(zone), site::now().plus_days(2).date(zone));
        let form = format!("from={first}&last={last}&orders=refused");
        let set = world.form(&scene.owner, &page, &form).await;
        assert_eq!(set.location(), format!("{settings}?done=holiday"));
        let seen = world.ask(&scene.owner, "GET", &path, None).await.json();
        let after = kernel::Moment::day_start(last.tomorrow().unwrap(), zone).unwrap();
        assert_eq!(seen["holiday"]["until"], after.rfc3339(zone), "its last day is part of it");
        // All that is wrong is said at once, each beside its field, and what was typed stays.
        let wrong = world.form(&scene.owner, &page, "from=5.12.&last=&orders=maybe").await;
        let text = wrong.is(422).text.clone();
        assert_eq!(text.matches("aria-invalid").count(), 3, "{text}");
        assert!(text.contains("value=\"5.12.\"") && text.contains("假期模式"), "{text}");
        let turned =
            world.form(&scene.owner, &page, &format!("from={last}&last={first}&orders=refused")).await;
        let text = turned.is(422).text.clone();
        assert_eq!(text.matches("aria-invalid").count(), 1, "beside the last day: {text}");
        assert!(text.contains(&format!("value=\"{first}\"")), "{text}");
        world.ask(&scene.owner, "DELETE", &path, None).await.is(200);
    });
}

#[test]
fn a_letter_stands_on_the_first_page_of_its_shop_until_it_is_read_there() {
    both(|world| async move {
        let scene = scenery(&world).await;
        let (shop, home) = (scene.shop, format!("/merchant/{}", scene.shop));
        world.write(move |tx, ctx| notice::send(tx, ctx, shop, "late_shipping", "ord_x"));
        let letter = world.db.read(|q| notice::unread(q, shop, 9)).unwrap()[0].id;
        let read = format!("{home}/notices/{letter}");
        let is_there =
            async || world.page(&scene.owner, &home).await.is(200).text.contains("超时的订单发完之前");
        assert!(is_there().await);
        let (other, token) = world.somebody();
        let others = world.shop(Some(other));
        let refused = world.form(&By_::Bearer(token.clone()), &read, "").await.status.as_u16();
        assert!(matches!(refused, 403 | 404), "{refused}");
        world.form(&By_::Bearer(token), &format!("/merchant/{others}/notices/{letter}"), "").await.is(303);
        assert!(is_there().await, "another shop reads its own letters");
        world.form(&scene.owner, &read, "").await.is(303);
        assert!(!is_there().await);
    });
}
