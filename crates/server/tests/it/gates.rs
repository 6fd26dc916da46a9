//! The gates of a shop: closed and opened by staff over the API and on the page, and told to the shop.

use super::desk::{Scenery, scenery};
use super::people::{By_, World, both, json as request};
use super::well_made::well_made;
use axum::body::Body;
use axum::http::{Request, header};
use people::staff::{Role, Scope};
use serde_json::{Value, json};

async fn read(world: &World, by: &By_, path: &str, lang: &str) -> String {
    let asked = Request::get(path).header(header::ACCEPT, "text/html").header(header::ACCEPT_LANGUAGE, lang);
    let reply = world.send(by, asked.body(Body::empty()).unwrap()).await;
    assert_eq!(reply.status.as_u16(), 200, "{path}: {}", reply.text);
    well_made(path, &reply.text, lang);
    reply.text
}

/// A product that is taken off sale: the addresses of its shop and of what puts it on again.
async fn off(world: &World, own: &Scenery) -> (String, String) {
    let (product, _, _) = own.listed(world).await;
    let at = |what: &str| format!("/api/merchant/shops/{}/products/{product}/{what}", own.shop);
    world.ask(&own.owner, "POST", &at("take-off"), None).await.is(200);
    (format!("/merchant/{}/products/{product}", own.shop), at("put-on"))
}

fn gate<'a>(gates: &'a Value, code: &str) -> &'a Value {
    gates["items"].as_array().unwrap().iter().find(|gate| gate["privilege"] == code).unwrap()
}

#[test]
fn staff_closes_a_gate_over_the_api_and_the_shop_reads_why_and_how_it_opens() {
    both(|world| async move {
        let own = scenery(&world).await;
        let (_, put_on) = off(&world, &own).await;
        world.seated(Scope::Platform, Role::PlatformAdmin);
        let clerk = By_::Bearer(world.seated(Scope::Platform, Role::PlatformRules));
        let at = format!("/api/platform/shops/{}/gates", own.shop);
        let close = format!("{at}/put_on_sale/close");
        let open = format!("{at}/put_on_sale/open");
        let all = world.ask(&clerk, "GET", &at, None).await.is(200).json();
        assert_eq!(
            (&gate(&all, "put_on_sale")["is_open"], &gate(&all, "put_on_sale")["by"]),
            (&json!(true), &Value::Null)
        );

        for (body, status, code) in [
            (json!({"reason": "whim"}), 422, "web.invalid"),
            (json!({"reason": "mended"}), 422, "gate.reason"),
            (json!({"reason": "law", "until": "soon"}), 422, "web.invalid"),
            (json!({"reason": "law", "until": "2025-06-09"}), 422, "gate.past"),
        ] {
            world.ask(&clerk, "POST", &close, Some(&body)).await.refused(status, code);
        }
        let why = json!({"reason": "complaints", "until": "2025-06-20T12:00:00+08:00"});
        world
            .ask(&clerk, "POST", &format!("{at}/fly/close"), Some(&why))
            .await
            .refused(404, "gate.no_privilege");
        let nowhere = format!("/api/platform/shops/shp_{}/gates", "0".repeat(26));
        world.ask(&clerk, "GET", &nowhere, None).await.refused(404, "shop.not_found");
        let nowhere = format!("{nowhere}/put_on_sale/close");
        world.ask(&clerk, "POST", &nowhere, Some(&why)).await.refused(404, "shop.not_found");
        for role in [Role::PlatformMoney, Role::PlatformCatalog] {
            let other = By_::Bearer(world.seated(Scope::Platform, role));
            assert_eq!(world.ask(&other, "POST", &close, Some(&why)).await.status.as_u16(), 403);
            world.ask(&other, "GET", &at, None).await.is(200);
        }
        world.ask(&own.owner, "POST", &put_on, None).await.is(200);
        world.ask(&own.owner, "POST", &put_on.replace("put-on", "take-off"), None).await.is(200);

        let send = || world.send(&clerk, request("POST", &close, Some(&why), Some("press")));
        let (first, again) = (send().await.is(200).json(), send().await.is(200).json());
        assert_eq!((&first, &first["is_open"]), (&again, &json!(false)));
        let refused = world.ask(&own.owner, "POST", &put_on, None).await;
        refused.refused(403, "gate.closed");
        assert!(refused.json()["detail"].as_str().unwrap().contains("too many buyers complain"));

        let own_gates = format!("/api/merchant/shops/{}/gates", own.shop);
        let told = world.ask(&own.owner, "GET", &own_gates, None).await.is(200).json();
        let by = &gate(&told, "put_on_sale")["by"];
        assert_eq!(
            (&by["reason"], &by["until"], &by["policy"]),
            (&json!("complaints"), &json!("2025-06-20T12:00:00+08:00"), &Value::Null)
        );
        assert!(by["remedy_en"].as_str().unwrap().contains("ask the platform"), "{by}");
        assert_eq!(gate(&told, "presale")["is_open"], true, "its neighbour stands open");
        let (_, stranger) = world.somebody();
        world.ask(&By_::Bearer(stranger), "GET", &own_gates, None).await.is(404);

        // A policy's closing names its rule and version.
        let shop = own.shop;
        world.write(move |tx, ctx| {
            use govern::gate::{By, Gate, Why};
            let words = |text: &str| govern::policy::Words { zh: text.into(), en: text.into() };
            let by = By::Policy { id: "late-presale".into(), version: 3 };
            let why = Why { by, reason: "late".into(), text: words("late"), remedy: words("Ship.") };
            govern::gate::close(tx, ctx, Gate::named("presale", shop).unwrap(), &why, None)
        });
        let told = world.ask(&own.owner, "GET", &own_gates, None).await.is(200).json();
        let by = &gate(&told, "presale")["by"];
        assert_eq!(
            (&by["policy"], &by["version"], &by["until"]),
            (&json!("late-presale"), &json!(3), &Value::Null)
        );

        world.ask(&clerk, "POST", &open, Some(&json!({"reason": "law"}))).await.refused(422, "gate.reason");
        let opened =
            world.ask(&clerk, "POST", &open, Some(&json!({"reason": "mended"}))).await.is(200).json();
        assert_eq!((&opened["is_open"], &opened["by"]), (&json!(true), &Value::Null));
        world.ask(&own.owner, "POST", &put_on, None).await.is(200);
    });
}

#[test]
fn staff_closes_and_opens_a_gate_on_the_page_and_the_shops_home_tells_it_while_it_is_closed() {
    both(|world| async move {
        let own = scenery(&world).await;
        let (product, _) = off(&world, &own).await;
        let op = By_::Operator;
        let home = format!("/merchant/{}", own.shop);
        let page = format!("/console/shops/{}/gates", own.shop);
        for (lang, words) in [
            ("zh-CN", ["什么都可以做", "上架商品", "要关上哪一道"]),
            ("en", ["It may do everything", "Put products on sale", "Which one is to be closed"]),
        ] {
            let text = read(&world, &op, &page, lang).await;
            for word in words {
                assert!(text.contains(word), "{word}: {text}");
            }
        }
        assert!(!read(&world, &own.owner, &home, "en").await.contains("What is restricted?"));
        assert!(
            !read(&world, &op, &page, "en").await.contains("Which one is to be opened?"),
            "none is closed"
        );

        let form = |key: &str, what: &str| format!("key={key}&do=close&close.privilege=put_on_sale&{what}");
        let past = world.form(&op, &page, &form("a", "close.reason=law&close.until=2025-06-01")).await;
        assert!(past.is(422).text.contains("value=\"2025-06-01\""), "what was typed stays: {}", past.text);
        let bad = world.form(&op, &page, &form("b", "close.reason=mended")).await;
        assert_eq!(bad.status.as_u16(), 422, "{}", bad.text);
        assert!(
            world.form(&op, &page, &form("c", "close.reason=")).await.is(422).text.contains("选一个原因")
        );
        assert!(!read(&world, &own.owner, &home, "en").await.contains("What is restricted?"));

        for _ in 0..2 {
            let closed =
                world.form(&op, &page, &form("d", "close.reason=investigation&close.until=2025-06-20")).await;
            assert_eq!(closed.is(303).location(), format!("{page}?done=closed"));
        }
        let told = world.form(&own.owner, &product, "do=on").await;
        assert!(told.is(403).text.contains("平台正在核查"), "{}", told.text);
        for (lang, words) in [
            ("zh-CN", ["哪些功能受限？", "上架商品", "平台正在核查", "核查结束后由平台打开"]),
            (
                "en",
                [
                    "What is restricted?",
                    "Put products on sale",
                    "looking into the shop",
                    "when it has looked",
                ],
            ),
        ] {
            let text = read(&world, &own.owner, &home, lang).await;
            for word in words {
                assert!(text.contains(word), "{word}: {text}");
            }
            assert!(
                !text.contains("发布预售商品") && !text.contains("List presales"),
                "what is open is not told"
            );
        }

        world.seated(Scope::Platform, Role::PlatformAdmin);
        let viewer = By_::Cookie(world.seated(Scope::Platform, Role::PlatformMoney));
        assert!(
            !read(&world, &viewer, &page, "en").await.contains("Which one is to be"),
            "no form for who may not"
        );
        let opening = "key=e&do=open&open.privilege=put_on_sale&open.reason=cleared";
        assert_eq!(world.form(&viewer, &page, opening).await.status.as_u16(), 403);
        let opened = world.form(&op, &page, opening).await;
        assert_eq!(opened.is(303).location(), format!("{page}?done=opened"));
        assert!(!read(&world, &own.owner, &home, "en").await.contains("What is restricted?"));
        world.form(&own.owner, &product, "do=on").await.is(303);
        let (_, stranger) = world.somebody();
        assert_eq!(world.page(&By_::Cookie(stranger), &page).await.status.as_u16(), 403);
        let nowhere = page.replace(&own.shop.to_string(), &format!("shp_{}", "0".repeat(26)));
        assert_eq!(world.page(&op, &nowhere).await.status.as_u16(), 404);
    });
}
