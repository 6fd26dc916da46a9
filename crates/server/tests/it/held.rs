//! Orders that wait for a person of the platform: what the platform, the shop and the buyer see of them, and who may decide.

use super::desk::{Scenery, ordered_by, scenery};
use super::people::{By_, World, both};
use kernel::Id;
use kernel::id::{Member, Order};
use people::staff::{Role, Scope};
use serde_json::{Value, json};
use trade::risk::{Reason, Sign};

const REASONS: [Reason; 2] = [
    Reason { sign: Sign::Member, figure: 11, most: 10, within: 3_600_000_000 },
    Reason { sign: Sign::Units, figure: 24, most: 20, within: 24 * 3_600_000_000 },
];

/// A shop's goods, and a buyer with a session.
struct Set {
    own: Scenery,
    product: String,
    sku: String,
    buyer: (Id<Member>, By_),
}

async fn set(world: &World) -> Set {
    let own = scenery(world).await;
    let (product, skus, _) = own.listed(world).await;
    own.stocked(world, &skus[0], 20).await;
    let (member, token) = world.somebody();
    Set { own, product, sku: skus[0].clone(), buyer: (member, By_::Bearer(token)) }
}

impl Set {
    fn order(&self, world: &World, reasons: &[Reason]) -> Id<Order> {
        ordered_by(world, self.buyer.0, (self.own.shop, &self.product, &self.sku), reasons)
    }
}

async fn listed(world: &World, query: &str) -> Vec<Value> {
    let page = world.ask(&By_::Operator, "GET", &format!("/api/platform/sales?{query}"), None).await;
    page.is(200).json()["items"].as_array().unwrap().iter().map(|row| row["order"].clone()).collect()
}

#[test]
fn a_held_order_is_listed_with_its_reasons_and_ships_once_a_person_clears_it() {
    both(|world| async move {
        let set = set(&world).await;
        let (free, held) = (set.order(&world, &[]), set.order(&world, &REASONS));
        let shop = set.own.shop;
        assert_eq!(listed(&world, "held=true").await, [json!(held)]);
        assert_eq!(
            listed(&world, &format!("held=true&shop={shop}&status=paid&order={held}")).await,
            [json!(held)]
        );
        assert_eq!(listed(&world, &format!("held=true&shop={shop}&status=shipped")).await, [] as [Value; 0]);
        assert_eq!(listed(&world, &format!("held=true&order={free}")).await, [] as [Value; 0]);
        assert_eq!(listed(&world, "held=false").await.len(), 2);
        let api = format!("/api/platform/sales/{held}");
        let seen = world.ask(&By_::Operator, "GET", &api, None).await.is(200).json();
        assert_eq!(seen["held"], json!(true));
        let reasons = json!([
            {"sign": "member", "figure": 11, "most": 10, "unit": "purchases", "within_hours": 1},
            {"sign": "units", "figure": 24, "most": 20, "unit": "units", "within_hours": 24},
        ]);
        assert_eq!(seen["reasons"], reasons);
        let other = world.ask(&By_::Operator, "GET", &format!("/api/platform/sales/{free}"), None).await;
        assert_eq!((&other.json()["held"], &other.json()["reasons"]), (&json!(false), &json!([])));
        // The console says them in words, in both languages, with the two buttons.
        let page = format!("/console/sales/{held}");
        let zh = world.page(&By_::Operator, &page).await.is(200).text.clone();
        assert!(
            zh.contains("1 小时内 11 次，上限 10 次") && zh.contains("放行") && zh.contains("取消并退款"),
            "{zh}"
        );
        let en = world.page(&By_::Operator, &format!("{page}?lang=en")).await.is(200).text.clone();
        assert!(en.contains("24 within a day; up to 20 pass"), "{en}");
        let list = world.page(&By_::Operator, "/console/sales?held=1").await.is(200).text.clone();
        assert!(
            list.contains(&held.to_string())
                && !list.contains(&free.to_string())
                && list.contains("平台审核中")
        );

        // The shop sees that it is reviewed, not why, and does not ship it, by whichever way.
        let at = |rest: &str| format!("/api/merchant/shops/{shop}{rest}");
        let row =
            world.ask(&set.own.owner, "GET", &at(&format!("/orders/{held}")), None).await.is(200).json();
        assert_eq!(
            (&row["held"], &row["is_overdue"], row.get("reasons")),
            (&json!(true), &json!(false), None)
        );
        let ship = json!({"carrier": "zto", "number": "73000000000001"});
        world
            .ask(&set.own.owner, "POST", &at(&format!("/orders/{held}/ship")), Some(&ship))
            .await
            .refused(409, "order.held");
        let parcel =
            |order: Id<Order>, number: &str| json!({"order": order, "carrier": "zto", "number": number});
        let both = json!({"parcels": [parcel(free, "73000000000001"), parcel(held, "73000000000002")]});
        world.ask(&set.own.owner, "POST", &at("/shipments"), Some(&both)).await.refused(409, "order.held");
        let own =
            world.page(&set.own.owner, &format!("/merchant/{shop}/orders/{held}")).await.is(200).text.clone();
        assert!(
            own.contains("平台审核中") && !own.contains("value=\"ship\"") && !own.contains("同一账号"),
            "{own}"
        );
        let form =
            world.page(&set.own.owner, &format!("/merchant/{shop}/ship?order={free}&order={held}")).await;
        assert!(form.is(200).text.contains("发出 1 单") && form.text.contains("取消"));
        let due = world.ask(&set.own.owner, "GET", &at("/today"), None).await.is(200).json();
        assert_eq!(due["due"][0]["orders"], json!(1), "what is held is nothing to do for the shop: {due}");

        // The buyer reads a kind word, may not change the address, and may call it off.
        let theirs =
            world.ask(&set.buyer.1, "GET", &format!("/api/store/orders/{held}"), None).await.is(200).json();
        assert_eq!((&theirs["held"], theirs.get("reasons")), (&json!(true), None));
        let page = world.page(&set.buyer.1, &format!("/orders/{held}")).await.is(200).text.clone();
        assert!(page.contains("需要平台人工审核") && !page.contains("上限"), "{page}");

        // A person of the platform clears it, once.
        let clear = format!("{api}/clear");
        let cleared = world.ask(&By_::Operator, "POST", &clear, None).await.is(200).json();
        assert_eq!((&cleared["held"], &cleared["status"]), (&json!(false), &json!("paid")));
        world.ask(&By_::Operator, "POST", &clear, None).await.refused(409, "order.not_held");
        world
            .ask(&By_::Operator, "POST", &format!("{api}/refuse"), None)
            .await
            .refused(409, "order.not_held");
        assert_eq!(listed(&world, "held=true").await, [] as [Value; 0]);
        world.ask(&set.own.owner, "POST", &at(&format!("/orders/{held}/ship")), Some(&ship)).await.is(200);
        let after = world.page(&By_::Operator, &format!("/console/sales/{held}")).await.is(200).text.clone();
        assert!(
            after.contains("为什么审核过")
                && after.contains("平台审核通过")
                && !after.contains("value=\"clear\""),
            "{after}"
        );
    });
}

#[test]
fn a_held_order_is_refused_or_called_off_and_a_press_in_the_console_does_the_same() {
    both(|world| async move {
        let set = set(&world).await;
        let orders: Vec<Id<Order>> = (0..4).map(|_| set.order(&world, &REASONS)).collect();
        let stock = format!("/api/merchant/shops/{}/stock/{}", set.own.shop, set.sku);
        let left = async || world.ask(&set.own.owner, "GET", &stock, None).await.json()["available"].clone();
        assert_eq!(left().await, json!(12));
        let api = format!("/api/platform/sales/{}/refuse", orders[0]);
        let refused = world.ask(&By_::Operator, "POST", &api, None).await.is(200).json();
        assert_eq!((&refused["held"], &refused["status"]), (&json!(false), &json!("refunded")));
        world
            .ask(&set.buyer.1, "POST", &format!("/api/store/orders/{}/cancel", orders[1]), None)
            .await
            .is(200);
        assert_eq!(left().await, json!(16));
        for (order, press, status) in [(orders[2], "clear", "paid"), (orders[3], "refuse", "refunded")] {
            let page = format!("/console/sales/{order}");
            let done = world.form(&By_::Operator, &page, &format!("key=k{press}&do={press}")).await;
            assert!(done.is(303).location().contains("done="));
            // A double click is one press.
            world.form(&By_::Operator, &page, &format!("key=k{press}&do={press}")).await.is(303);
            let seen =
                world.ask(&By_::Operator, "GET", &format!("/api/platform/sales/{order}"), None).await.json();
            assert_eq!((&seen["held"], &seen["status"]), (&json!(false), &json!(status)));
            let late = world.form(&By_::Operator, &page, &format!("key=again{press}&do={press}")).await;
            assert!(late.is(409).text.contains("不用放行"), "{}", late.text);
        }
        assert_eq!(listed(&world, "held=true").await, [] as [Value; 0]);
    });
}

#[test]
fn who_sees_orders_need_not_decide_about_them() {
    both(|world| async move {
        let set = set(&world).await;
        let held = set.order(&world, &REASONS);
        // Seats of the platform are founded by an administrator.
        world.seated(Scope::Platform, Role::PlatformAdmin);
        let care = By_::Bearer(world.seated(Scope::Platform, Role::PlatformCare));
        let clerk = By_::Bearer(world.seated(Scope::Platform, Role::PlatformOrders));
        let (api, page) = (format!("/api/platform/sales/{held}"), format!("/console/sales/{held}"));
        world.ask(&care, "GET", &api, None).await.is(200);
        world.ask(&care, "POST", &format!("{api}/clear"), None).await.is(403);
        world.ask(&care, "POST", &format!("{api}/refuse"), None).await.is(403);
        let seen = world.page(&care, &page).await.is(200).text.clone();
        assert!(seen.contains("你的角色不能放行") && !seen.contains("value=\"clear\""), "{seen}");
        world.form(&care, &page, "key=k1&do=clear").await.is(403);
        world.form(&care, &page, "key=k2&do=refuse").await.is(403);
        world.ask(&set.own.owner, "POST", &format!("{api}/clear"), None).await.is(403);
        world.ask(&clerk, "POST", &format!("{api}/clear"), None).await.is(200);
    });
}

#[test]
fn a_browser_is_given_one_word_for_good_and_keeps_it_whoever_signs_in() {
    both(|world| async move {
        let word = |reply: &super::people::Reply| {
            let found = reply.cookies().into_iter().find(|cookie| cookie.starts_with("sanhao_device="));
            found.map(|cookie| cookie.split(';').next().unwrap_or_default().to_owned())
        };
        let (one, two) = (world.phone(), world.phone());
        world.join(&one);
        world.join(&two);
        let path = "/api/store/account/sessions";
        let body = |phone: &str| json!({"contact": phone, "password": super::people::PASSWORD});
        let first = world.ask(&By_::Nobody, "POST", path, Some(&body(&one))).await;
        let device = word(first.is(201)).unwrap();
        assert_eq!(device.len(), "sanhao_device=".len() + 32);
        let mut request = super::people::json("POST", path, Some(&body(&two)), None);
        request.headers_mut().insert(axum::http::header::COOKIE, device.parse().unwrap());
        assert_eq!(word(world.send(&By_::Nobody, request).await.is(201)), None);
        // A word that is none is replaced.
        let mut request = super::people::json("POST", path, Some(&body(&two)), None);
        request.headers_mut().insert(axum::http::header::COOKIE, "sanhao_device=mine".parse().unwrap());
        assert!(word(world.send(&By_::Nobody, request).await.is(201)).is_some());
    });
}
