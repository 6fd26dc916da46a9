//! Every page with everybody who may ask, as its declaration says; and what navigation shows them.

use super::askers::{Asker, askers, filled};
use super::people::{By_, World};
use super::site;
use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use axum::routing::get;
use people::staff::{Area, Permission, Role, Scope};
use std::collections::BTreeSet;
use store::{Db, Source};
use tower::ServiceExt;
use web_kit::operation::{Declared, Needs, Operation, gate};

fn world() -> (tempfile::TempDir, World) {
    let dir = tempfile::tempdir().unwrap();
    let db = Db::open(&Source::Dir(dir.path().to_owned())).unwrap();
    (dir, World::of(&db))
}

/// What answers by what is sent rather than by who asks, or ends the session that asks; their own tests do it.
const BY_ITSELF: [(&str, &str); 3] = [
    ("GET", "/merchant/score/link/{token}"),
    ("POST", "/sign-out"),
    // A wrong password is refused as what is not allowed.
    ("POST", "/account/security/close"),
];

#[test]
fn every_page_is_declared_once_and_on_the_side_that_its_address_is_on() {
    let all = server::operations();
    assert!(all.len() > 140, "{}", all.len());
    let mut seen = BTreeSet::new();
    for Operation { method, path, needs, .. } in &all {
        assert!(seen.insert((method.as_str(), *path)), "{method} {path} twice");
        let area = match needs {
            Needs::Permission(permission) => Some(permission.area()),
            Needs::Public | Needs::Member | Needs::ShopLink => None,
        };
        assert_eq!(path.starts_with("/console"), area == Some(Area::Platform), "{method} {path}");
        assert_eq!(path.starts_with("/merchant/{shop}"), area == Some(Area::Shop), "{method} {path}");
    }
}

#[tokio::test]
async fn every_page_answers_everybody_as_it_declares() {
    let (_dir, world) = world();
    let (shop, other) = (world.shop(None), world.shop(None));
    let askers = askers(&world, shop, other);
    let mut wrong = Vec::new();
    for Operation { method, path, needs, .. } in server::operations() {
        let address = filled(path, shop);
        for asker in &askers {
            let expected = asker.refusal(needs, path.starts_with("/console"), shop);
            if expected.is_none() && BY_ITSELF.contains(&(method.as_str(), path)) {
                continue;
            }
            let reply = match method {
                Method::GET => world.page(&asker.by, &address).await,
                _ => world.form(&asker.by, &address, "").await,
            };
            let signs_in = reply.status == StatusCode::SEE_OTHER
                && reply.headers[header::LOCATION].to_str().unwrap().starts_with("/sign-in?back=");
            let status = reply.status.as_u16();
            let fine = match expected {
                // Whom nobody knows goes to sign in; a shop's link is asked for in words.
                Some(401) if needs != Needs::ShopLink => signs_in,
                Some(expected) => status == expected && !reply.text.contains("不对任何人开放"),
                None => !signs_in && !matches!(status, 401 | 403) && status < 500,
            };
            if !fine {
                let name = &asker.name;
                wrong.push(format!("{method} {path} by {name}: {status}, not {expected:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test]
async fn what_a_handler_is_asked_with_cannot_be_had_without_the_gate() {
    use web_kit::context::{Context, MemberContext, ShopContext};
    use web_kit::page::{MemberPage, OpenPage, PageContext, ShopPage};
    let (_dir, world) = world();
    let site = web_kit::Site::new(site::app(&world.db));
    let router = Router::new()
        .route("/1/{shop}", get(async |_: Context| "in"))
        .route("/2/{shop}", get(async |_: MemberContext| "in"))
        .route("/3/{shop}", get(async |_: ShopContext| "in"))
        .route("/4/{shop}", get(async |_: PageContext| "in"))
        .route("/5/{shop}", get(async |_: MemberPage| "in"))
        .route("/6/{shop}", get(async |_: ShopPage| "in"))
        .route("/7/{shop}", get(async |_: OpenPage| "in"))
        .with_state(site);
    let owner = world.seated(Scope::Platform, Role::PlatformAdmin);
    for n in 1..=7 {
        let request = Request::get(format!("/{n}/shp_00000000000000000000000001"))
            .header(header::AUTHORIZATION, format!("Bearer {owner}"));
        let answer = router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{n}");
    }
}

#[tokio::test]
async fn a_page_that_declares_nothing_is_closed_to_everybody() {
    let dir = tempfile::tempdir().unwrap();
    let db = Db::open(&Source::Dir(dir.path().to_owned())).unwrap();
    let world = World::of(&db);
    let owner = By_::Bearer(world.seated(Scope::Platform, Role::PlatformAdmin));
    let site = web_kit::Site::new(site::app(&db));
    let declared = Declared::new([
        (Method::GET, "/open".to_owned(), Some(Needs::Public)),
        (Method::GET, "/silent".to_owned(), None),
    ]);
    let router = Router::new()
        .route("/open", get(async || "in"))
        .route("/silent", get(async || "in"))
        .route("/forgotten", get(async || "in"))
        .layer(axum::middleware::from_fn_with_state((site.clone(), declared), gate))
        .with_state(site);
    for (path, status) in [("/open", 200), ("/silent", 403), ("/forgotten", 403)] {
        for by in [&By_::Nobody, &owner] {
            let mut request = Request::get(path);
            if let By_::Bearer(token) = by {
                request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
            }
            let request = request.body(Body::empty()).unwrap();
            let response = router.clone().oneshot(request).await.unwrap();
            assert_eq!(response.status().as_u16(), status, "{path}");
        }
    }
}

/// Where the bar on top of a page leads to, of what is below a place.
fn bar<'a>(text: &'a str, below: &str) -> BTreeSet<&'a str> {
    let bar = text.split("<header").nth(1).and_then(|rest| rest.split("</header>").next()).unwrap();
    let links = bar.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
    // The search beside the areas is for everybody who sees the console.
    links.filter(|link| link.starts_with(below) && *link != "/console/search").collect()
}

const AREAS: [&str; 16] = [
    "/console",
    "/console/shops",
    "/console/sales",
    "/console/goods",
    "/console/mall",
    "/console/money",
    "/console/applications",
    "/console/metrics",
    "/console/scorecards",
    "/console/promises",
    "/console/policies",
    "/console/rehearsals",
    "/console/staff",
    "/console/keys",
    "/console/members",
    "/console/accesses",
];

const TABS: [&str; 7] = ["", "/orders", "/products", "/stock", "/coupons", "/score", "/settings"];

/// What of some addresses somebody may open, asked by opening it.
async fn opened<'a>(world: &World, by: &By_, all: &[&'a str], root: &str) -> BTreeSet<&'a str> {
    let mut open = BTreeSet::new();
    for one in all {
        let reply = world.page(by, &format!("{root}{one}")).await;
        if reply.status != StatusCode::FORBIDDEN {
            // A shop without figures has no score yet.
            assert!(matches!(reply.status.as_u16(), 200 | 404), "{root}{one}: {}", reply.text);
            open.insert(*one);
        }
    }
    open
}

#[tokio::test]
async fn navigation_shows_what_the_role_may_open_and_nothing_else() {
    let (_dir, world) = world();
    let (shop, other) = (world.shop(None), world.shop(None));
    let root = format!("/merchant/{shop}");
    let (mut of_console, mut of_shop) = (0, 0);
    for Asker { name, by, scope, .. } in askers(&world, shop, other) {
        match scope {
            Some(Scope::Platform) => {
                let page = world.page(&by, "/console").await;
                let open = opened(&world, &by, &AREAS, "").await;
                assert_eq!(bar(&page.is(200).text, "/console"), open, "{name}");
                of_console += 1;
            }
            Some(Scope::Shop(of)) if of == shop => {
                let page = world.page(&by, &root).await;
                let open: BTreeSet<String> = opened(&world, &by, &TABS, &root)
                    .await
                    .iter()
                    .map(|tab| format!("{root}{tab}"))
                    .collect();
                let shown: BTreeSet<String> =
                    bar(&page.is(200).text, &root).into_iter().map(str::to_owned).collect();
                assert_eq!(shown, open, "{name}");
                of_shop += 1;
            }
            Some(Scope::Shop(_)) | None => {}
        }
    }
    assert_eq!((of_console, of_shop), (9, 6), "operator, seven roles and a key; five roles and a key");
}

#[tokio::test]
async fn a_clerk_sees_no_money_an_owner_everything_and_the_operator_what_the_ticket_opens() {
    let (_dir, world) = world();
    let shop = world.shop(None);
    world.seated(Scope::Platform, Role::PlatformAdmin);
    let clerk = By_::Bearer(world.seated(Scope::Platform, Role::PlatformOrders));
    let page = world.page(&clerk, "/console").await;
    let areas = bar(&page.is(200).text, "/console");
    assert!(areas.contains("/console/sales") && !areas.contains("/console/money"), "{areas:?}");
    let owner = By_::Bearer(world.seated(Scope::Shop(shop), Role::ShopOwner));
    let page = world.page(&owner, &format!("/merchant/{shop}")).await;
    assert_eq!(bar(&page.is(200).text, &format!("/merchant/{shop}")).len(), TABS.len());
    let page = world.page(&By_::Operator, "/console").await;
    let areas = bar(&page.is(200).text, "/console");
    let closed: Vec<_> = AREAS.into_iter().filter(|area| !areas.contains(area)).collect();
    assert_eq!(closed, ["/console/accesses"], "who looked at personal data is not the ticket's");
}

#[tokio::test]
async fn a_refused_page_keeps_its_navigation_and_says_who_can_help_in_the_readers_words() {
    let (_dir, world) = world();
    let shop = world.shop(None);
    world.seated(Scope::Platform, Role::PlatformAdmin);
    world.seated(Scope::Shop(shop), Role::ShopOwner);
    let clerk = By_::Bearer(world.seated(Scope::Platform, Role::PlatformOrders));
    let keeper = By_::Bearer(world.seated(Scope::Shop(shop), Role::ShopGoods));
    for (by, path, permission, zh, en) in [
        (
            &clerk,
            "/console/money".to_owned(),
            Permission::PlatformMoney,
            "平台管理员、财务",
            "Administrator, Money",
        ),
        (
            &keeper,
            format!("/merchant/{shop}/orders"),
            Permission::ShopOrders,
            "店长、订单与发货、客服",
            "Owner, Orders and shipping, Care",
        ),
    ] {
        for (lang, words) in [("zh-CN", zh), ("en", en)] {
            let request = Request::get(&path)
                .header(header::ACCEPT, "text/html")
                .header(header::COOKIE, format!("sanhao_lang={lang}"));
            let page = world.send(by, request.body(Body::empty()).unwrap()).await;
            assert_eq!(page.status, StatusCode::FORBIDDEN);
            assert!(page.text.contains(words), "{path} {lang}: {}", page.text);
            assert!(!page.text.contains(permission.as_str()), "{path} names {}", permission.as_str());
        }
    }
    let page = world.page(&clerk, "/console/money").await;
    let areas = bar(&page.text, "/console");
    assert!(areas.contains("/console/sales") && !areas.contains("/console/money"), "{areas:?}");
    // A program still reads which permission it lacks.
    let reply = world.ask(&clerk, "GET", "/api/platform/accesses", None).await;
    reply.refused(403, "staff.denied");
    assert!(reply.json()["detail"].as_str().unwrap().contains("platform.audit"), "{}", reply.text);
}
