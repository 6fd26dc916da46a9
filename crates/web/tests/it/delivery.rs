//! Ways of delivery over the API and over the pages of a shop.

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
        let at = format!("/api/merchant/shops/{shop}/ways");
        let one = format!("{at}/next-day");
        let yuan = |minor: i64| json!({"minor": minor, "currency": "CNY"});
        let body = json!({"zh": "次日达", "en": "Next day", "fee": yuan(1_200), "free_from": yuan(20_000),
            "scope": {"category": "home"}, "within_hours": 24});
        let set = world.ask(&own, "PUT", &one, Some(&body)).await.is(200).json();
        assert_eq!(
            (&set["way"], &set["fee"], &set["within_hours"]),
            (&json!("next-day"), &yuan(1_200), &json!(24))
        );
        let more = json!({"zh": "次日达", "en": "Next day", "fee": yuan(900)});
        world.ask(&own, "PUT", &one, Some(&more)).await.is(200);
        let all = world.ask(&own, "GET", &at, None).await.is(200).json();
        assert_eq!((all["items"].as_array().unwrap().len(), &all["items"][0]["fee"]), (1, &yuan(900)));

        let standard = format!("{at}/standard");
        world.ask(&own, "PUT", &standard, Some(&more)).await.refused(422, "delivery.bad_code");
        let slow = json!({"zh": "慢", "en": "Slow", "fee": yuan(0), "within_hours": 0});
        world.ask(&own, "PUT", &one, Some(&slow)).await.refused(422, "delivery.bad_within");
        let usd = json!({"zh": "慢", "en": "Slow", "fee": {"minor": 1, "currency": "USD"}});
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
