//! Applications to open a shop, over the pages and the API: sent once at a time, decided once, by whom it may; an approved
//! one is a shop whose owner works in it.

use super::people::{By_, both};
use people::staff::{Role, Scope};
use serde_json::json;

const MINE: &str = "/api/store/account/shop-applications";
const QUEUE: &str = "/api/platform/shop-applications";

#[test]
fn an_approved_application_is_a_shop_whose_owner_works_in_it() {
    both(|world| async move {
        let (_, token) = world.somebody();
        let me = By_::Cookie(token);
        let page = world.page(&me, "/open-a-shop").await.is(200).text.clone();
        assert!(page.contains("填写开店申请") && page.contains("name=\"licence\""), "{page}");
        // A company without its licence, a contact that is none: each beside its field, and nothing is lost.
        let poor = "key=a&name=%E6%9C%A8%E5%AD%90&kind=company&industry=home&licence=&contact=x&note=";
        let refused = world.form(&me, "/open-a-shop", poor).await.is(422).text.clone();
        assert!(refused.contains("value=\"木子\"") && refused.contains("aria-invalid"), "{refused}");
        let poor = poor.replace("contact=x", "contact=13800138000").replace("key=a", "key=b");
        let refused = world.form(&me, "/open-a-shop", &poor).await.is(422).text.clone();
        assert!(refused.contains("企业店和品牌店要填营业执照号"), "{refused}");
        let good =
            "key=c&name=%E6%9C%A8%E5%AD%90&kind=person&industry=home&licence=&contact=13800138000&note=hi";
        for _ in 0..2 {
            let sent = world.form(&me, "/open-a-shop", good).await;
            assert_eq!(sent.is(303).location(), "/open-a-shop?done=sent", "pressed twice it is one");
        }
        let page = world.page(&me, "/open-a-shop").await.is(200).text.clone();
        assert!(page.contains("审核中") && !page.contains("填写开店申请"), "one at a time: {page}");
        world.form(&me, "/open-a-shop", &good.replace("key=c", "key=d")).await.is(409);

        let desk = world.page(&By_::Operator, "/console/applications").await.is(200).text.clone();
        assert!(
            desk.contains("木子") && desk.contains("138****8000") && !desk.contains("13800138000"),
            "{desk}"
        );
        let queue = world.ask(&By_::Operator, "GET", QUEUE, None).await.is(200).json();
        let id = queue["items"][0]["application"].as_str().unwrap().to_owned();
        assert_eq!(queue["items"][0]["contact"], "138****8000");
        let yes = format!("key=y&do=approve&application={id}");
        let done = world.form(&By_::Operator, "/console/applications", &yes).await;
        assert_eq!(done.is(303).location(), "/console/applications?done=approved");
        let again = world.ask(&By_::Operator, "POST", &format!("{QUEUE}/{id}/approve"), None).await;
        again.refused(409, "application.decided");

        let mine = world.ask(&me, "GET", MINE, None).await.is(200).json();
        let shop = mine["items"][0]["shop"].as_str().unwrap().to_owned();
        assert_eq!(mine["items"][0]["state"], "approved");
        world.page(&me, &format!("/merchant/{shop}")).await.is(200);
        assert_eq!(world.page(&me, "/merchant").await.is(303).location(), format!("/merchant/{shop}"));
        let page = world.page(&me, "/open-a-shop").await.is(200).text.clone();
        assert!(page.contains("已通过") && page.contains(&format!("/merchant/{shop}")), "{page}");
        let queue = world.ask(&By_::Operator, "GET", QUEUE, None).await.is(200).json();
        assert_eq!(queue["items"], json!([]));
    });
}

#[test]
fn a_declined_one_says_why_a_withdrawn_one_leaves_and_another_may_follow() {
    both(|world| async move {
        let me = By_::Bearer(world.somebody().1);
        let other = By_::Bearer(world.somebody().1);
        let body = json!({"name": "木子家居", "kind": "company", "industry": "home",
            "licence": "91330106MA2TESTX8K", "contact": "Li@Example.com", "note": "自有工厂"});
        let sent = world.ask(&me, "POST", MINE, Some(&body)).await.is(201).json();
        world.ask(&me, "POST", MINE, Some(&body)).await.refused(409, "application.pending");
        let id = sent["application"].as_str().unwrap().to_owned();
        let no = format!("{QUEUE}/{id}/decline");
        world
            .ask(&By_::Operator, "POST", &no, Some(&json!({"reason": " "})))
            .await
            .refused(422, "application.no_reason");
        let silent = world
            .form(
                &By_::Operator,
                "/console/applications",
                &format!("key=n&do=decline&application={id}&reason="),
            )
            .await;
        silent.is(422);
        let why = json!({"reason": "营业执照已过期"});
        assert_eq!(
            world.ask(&By_::Operator, "POST", &no, Some(&why)).await.is(200).json()["state"],
            "declined"
        );
        let page = world.page(&me, "/open-a-shop").await.is(200).text.clone();
        assert!(
            page.contains("未通过") && page.contains("营业执照已过期") && page.contains("填写开店申请"),
            "{page}"
        );

        let again = world.ask(&me, "POST", MINE, Some(&body)).await.is(201).json();
        let id = again["application"].as_str().unwrap().to_owned();
        let back = format!("{MINE}/{id}/withdraw");
        world.ask(&other, "POST", &back, None).await.refused(404, "application.not_found");
        let theirs = world.ask(&other, "GET", MINE, None).await.is(200).json();
        assert_eq!(theirs["items"], json!([]));
        assert_eq!(world.ask(&me, "POST", &back, None).await.is(200).json()["state"], "withdrawn");
        world.ask(&me, "POST", &back, None).await.refused(409, "application.decided");
        let yes = format!("{QUEUE}/{id}/approve");
        world.ask(&By_::Operator, "POST", &yes, None).await.refused(409, "application.decided");
        for (kind, licence, code) in
            [("robot", "", "web.invalid"), ("flagship", "", "application.no_licence")]
        {
            let body = json!({"name": "x", "kind": kind, "licence": licence, "contact": "13800138000"});
            world.ask(&me, "POST", MINE, Some(&body)).await.refused(422, code);
        }
    });
}

#[test]
fn only_who_looks_after_members_decides() {
    both(|world| async move {
        let me = By_::Bearer(world.somebody().1);
        let body = json!({"name": "x", "kind": "person", "contact": "13800138000"});
        let sent = world.ask(&me, "POST", MINE, Some(&body)).await.is(201).json();
        let yes = format!("{QUEUE}/{}/approve", sent["application"].as_str().unwrap());
        for role in [Role::PlatformOrders, Role::PlatformMoney, Role::PlatformCatalog, Role::PlatformAudit] {
            let by = By_::Bearer(world.seated(Scope::Platform, role));
            world.ask(&by, "GET", QUEUE, None).await.refused(403, "staff.denied");
            world.ask(&by, "POST", &yes, None).await.refused(403, "staff.denied");
            world.page(&by, "/console/applications").await.is(403);
        }
        world.ask(&me, "POST", &yes, None).await.is(403);
        world.ask(&By_::Nobody, "GET", QUEUE, None).await.is(401);
        let by = By_::Bearer(world.seated(Scope::Platform, Role::PlatformRules));
        assert_eq!(world.ask(&by, "POST", &yes, None).await.is(200).json()["state"], "approved");
    });
}
