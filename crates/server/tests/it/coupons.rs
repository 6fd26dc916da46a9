//! Coupons as their issuers offer them and buyers read them: deals over several units, coupons for some members, and the
//! clauses that keep them apart.

use super::desk::scenery;
use super::people::{By_, both};
use serde_json::{Value, json};

fn yuan(minor: i64) -> Value {
    json!({"minor": minor, "currency": "CNY"})
}

fn coupon(title: &str, worth: Value, more: &Value) -> Value {
    let mut body = json!({"title": title, "worth": worth, "total": 10, "each": 2, "from": "2025-06-01", "until": "2025-07-01"});
    let fields = more.as_object().unwrap().clone();
    body.as_object_mut().unwrap().extend(fields);
    body
}

#[test]
fn a_deal_and_an_exclusive_coupon_are_offered_claimed_and_one_is_explained_by_its_clause() {
    both(async |world| {
        let scene = scenery(&world).await;
        let (_, skus, _) = scene.listed(&world).await;
        scene.stocked(&world, &skus[0], 9).await;
        let (shop, platform) = (scene.at("/coupons"), "/api/platform/coupons");
        let half = json!({"kind": "deal", "over": yuan(0), "buy": 1, "get": 1, "ppm": 500_000, "most": yuan(100_000)});
        let deal = coupon("第二件半价", half, &json!({}));
        let made = world.ask(&scene.owner, "POST", &shop, Some(&deal)).await.is(201).json();
        assert_eq!(
            (&made["worth"]["buy"], &made["worth"]["get"], &made["exclusive"]),
            (&json!(1), &json!(1), &json!(false))
        );
        world.ask(&By_::Operator, "POST", platform, Some(&deal)).await.refused(422, "coupon.of_shop");
        let off = json!({"kind": "off", "over": yuan(1_000), "off": yuan(500)});
        let fresh = json!({"segment": {"kind": "new"}, "exclusive": true});
        let alone = coupon("新客减 5", off.clone(), &fresh);
        let alone = world.ask(&scene.owner, "POST", &shop, Some(&alone)).await.is(201).json();
        assert_eq!((&alone["segment"]["kind"], &alone["exclusive"]), (&json!("new"), &json!(true)));
        let vague = coupon("x", off.clone(), &json!({"segment": {"kind": "regular", "orders": 3}}));
        world.ask(&scene.owner, "POST", &shop, Some(&vague)).await.refused(422, "web.invalid");
        let fans = coupon("x", off, &json!({"segment": {"kind": "followers"}}));
        world.ask(&By_::Operator, "POST", platform, Some(&fans)).await.refused(422, "coupon.of_shop");
        let fans = world.ask(&scene.owner, "POST", &shop, Some(&fans)).await.is(201).json();

        let (_, token) = world.somebody();
        let (me, page) = (By_::Bearer(token.clone()), By_::Cookie(token));
        let claim = |id: &Value| format!("/api/store/coupons/{}/claims", id.as_str().unwrap());
        world.ask(&me, "POST", &claim(&fans["coupon"]), None).await.refused(409, "coupon.not_in_segment");
        for one in [&made, &alone] {
            world.ask(&me, "POST", &claim(&one["coupon"]), None).await.is(201);
        }
        let listed = world.ask(&me, "GET", "/api/store/coupons", None).await.is(200).json();
        let of = |kind: &str| {
            listed["items"].as_array().unwrap().iter().find(|one| one["kind"] == kind).unwrap().clone()
        };
        assert_eq!((&of("deal")["buy"], &of("deal")["ppm"]), (&json!(1), &json!(500_000)));
        let centre = world.page(&page, "/coupons").await.is(200).text.clone();
        for words in ["第 2 件半价", "在这家店还没付过款的新客", "不和别的券同用", "关注了店铺的人"]
        {
            assert!(centre.contains(words), "{words}: {centre}");
        }

        // Two of 99.00: half of one is 49.50, which is more than 5.00 alone.
        let line = json!({"sku": skus[0], "quantity": 2});
        assert!(world.ask(&me, "POST", "/api/store/cart/lines", Some(&line)).await.status.is_success());
        let quote = world.ask(&me, "POST", "/api/store/quotes", Some(&json!({}))).await.is(201).json();
        assert_eq!(
            (&quote["applied"][0]["amount"], &quote["applied"][0]["title"]),
            (&yuan(4_950), &json!("第二件半价"))
        );
        assert_eq!(
            (&quote["refused"][0]["reason"], &quote["refused"][0]["clause"]),
            (&json!("outdone"), &json!("coupon.exclusive"))
        );
        let shown = world.page(&page, &format!("/checkout?sku={}", skus[0])).await.is(200).text.clone();
        for words in ["每 2 件里，最便宜的 1 件减 50%", "规则：这张券不和别的券同用", "没用上，为什么"]
        {
            assert!(shown.contains(words), "{words}: {shown}");
        }
    });
}

#[test]
fn a_shop_types_a_deal_on_its_page_and_the_platform_is_not_offered_one() {
    both(async |world| {
        let scene = scenery(&world).await;
        let (page, owner) = (format!("/merchant/{}/coupons", scene.shop), scene.owner_page());
        let form = "do=make&title=%E4%B9%B02%E9%80%811&kind=deal&total=5&each=1&from=2025-06-01&until=2025-07-01&category=";
        let poor =
            world.form(&owner, &page, &format!("key=a&{form}&buy=2&get=&segment=regular&orders=3")).await;
        assert!(
            poor.is(422).text.contains("要填几件") && poor.text.contains("要填最近几天"),
            "{}",
            poor.text
        );
        let more = "buy=2&get=1&segment=regular&orders=3&days=90&exclusive=1";
        let made = world.form(&owner, &page, &format!("key=b&{form}&{more}")).await;
        assert_eq!(made.is(303).location(), format!("{page}?done=made"));
        let listed = world.page(&owner, &page).await.is(200).text.clone();
        for words in ["每 3 件里，最便宜的 1 件免单", "最近 90 天在这家店买满 3 单 的人", "不和别的券同用"]
        {
            assert!(listed.contains(words), "{words}: {listed}");
        }
        assert!(listed.contains("value=\"deal\"") && listed.contains("value=\"followers\""), "{listed}");
        let desk = world.page(&By_::Operator, "/console/mall/coupons").await.is(200).text.clone();
        assert!(!desk.contains("value=\"deal\"") && !desk.contains("value=\"followers\""), "{desk}");
        assert!(desk.contains("value=\"regular\""), "{desk}");
    });
}
