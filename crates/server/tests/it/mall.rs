//! The mall's pages: well made in both languages, the same without scripts, and closed where they are somebody's own.

use super::desk::scenery;
use super::people::{By_, World, both};
use super::well_made::well_made;
use axum::body::Body;
use axum::http::{Request, header};

async fn read(world: &World, by: &By_, path: &str, lang: &str) -> String {
    let request =
        Request::get(path).header(header::ACCEPT, "text/html").header(header::ACCEPT_LANGUAGE, lang);
    let reply = world.send(by, request.body(Body::empty()).unwrap()).await;
    assert_eq!(reply.status.as_u16(), 200, "{path}: {}", reply.text);
    well_made(path, &reply.text, lang);
    reply.text
}

#[test]
fn every_page_stands_in_both_languages() {
    both(async |world| {
        let scene = scenery(&world).await;
        let (product, skus, _) = scene.listed(&world).await;
        scene.stocked(&world, &skus[0], 9).await;
        let (_, token) = world.somebody();
        let me = By_::Cookie(token);
        let shop = scene.shop;
        let paths = [
            "/".to_owned(),
            "/?sort=price-up".to_owned(),
            "/c/home".to_owned(),
            "/c/home.cups?sort=price-down".to_owned(),
            "/search".to_owned(),
            "/search?q=%E9%9D%92%E7%93%B7".to_owned(),
            "/search?q=zzz".to_owned(),
            format!("/product/{product}"),
            format!("/product/{product}?sku={}&via=forged", skus[1]),
            format!("/shop/{shop}"),
            format!("/shop/{shop}/score"),
            "/coupons".to_owned(),
            "/coupons/mine".to_owned(),
            "/cart".to_owned(),
            "/orders".to_owned(),
            "/orders?status=paid".to_owned(),
            "/wishes".to_owned(),
            "/footprints".to_owned(),
            "/following".to_owned(),
            "/rules".to_owned(),
            "/rules/ship-48h".to_owned(),
            "/rules/ship-next-day".to_owned(),
        ];
        for lang in ["zh-CN", "en"] {
            for path in &paths {
                read(&world, &me, path, lang).await;
            }
        }
        let page = read(&world, &me, &format!("/product/{product}"), "zh-CN").await;
        for words in ["青瓷手冲壶", "¥<", "仅剩 9", "前发出", "全额退款", "满 ¥99.00 包邮"]
        {
            assert!(page.contains(words), "{words}");
        }
        let sold_out = read(&world, &me, &format!("/product/{product}?sku={}", skus[1]), "zh-CN").await;
        assert!(sold_out.contains("缺货") && !sold_out.contains("/cart/add"));
    });
}

#[test]
fn what_a_member_looked_at_is_remembered_for_that_member_alone_until_it_is_wiped() {
    both(async |world| {
        let scene = scenery(&world).await;
        let (product, _, _) = scene.listed(&world).await;
        let [(me, mine), (_, yours)] = [(); 2].map(|()| {
            let (_, token) = world.somebody();
            (By_::Cookie(token.clone()), By_::Bearer(token))
        });
        let path = "/api/store/account/footprints";
        let seen = async |by: &By_| world.ask(by, "GET", path, None).await.is(200).json()["items"].clone();
        read(&world, &me, &format!("/product/{product}"), "zh-CN").await;
        // It is written down beside the answer.
        let until = std::time::Instant::now() + std::time::Duration::from_secs(10);
        while seen(&mine).await == serde_json::json!([]) {
            assert!(std::time::Instant::now() < until, "it was never written down");
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        assert_eq!(seen(&mine).await[0]["product"], product.as_str());
        assert_eq!(seen(&yours).await, serde_json::json!([]));
        assert!(read(&world, &me, "/footprints", "zh-CN").await.contains("青瓷手冲壶"));
        let one = format!("{path}/{product}");
        world.ask(&yours, "PUT", &one, None).await.is(204);
        world.ask(&yours, "DELETE", &one, None).await.is(204);
        assert_eq!(seen(&yours).await, serde_json::json!([]));
        let nothing = format!("{path}/prd_{}", "0".repeat(26));
        world.ask(&mine, "PUT", &nothing, None).await.is(404);
        world.ask(&mine, "GET", &format!("{path}?after=x"), None).await.refused(422, "web.invalid");
        assert_eq!(world.form(&me, "/footprints", "").await.is(303).location(), "/footprints");
        assert_eq!(seen(&mine).await, serde_json::json!([]));
        assert!(read(&world, &me, "/footprints", "en").await.contains("Nothing viewed yet"));
        world.ask(&mine, "PUT", &one, None).await.is(204);
        world.ask(&mine, "DELETE", path, None).await.is(204);
        assert_eq!(seen(&mine).await, serde_json::json!([]));
    });
}

#[test]
fn what_is_somebodys_own_asks_who_it_is_and_leads_back() {
    both(async |world| {
        for path in ["/cart", "/checkout", "/orders", "/wishes", "/footprints", "/following", "/coupons/mine"]
        {
            let reply = world.page(&By_::Nobody, path).await;
            assert_eq!(reply.status.as_u16(), 303, "{path}: {}", reply.text);
            let back = format!("/sign-in?back={}", path.replace('/', "%2F"));
            assert_eq!(reply.location(), back, "{path}");
        }
        for path in ["/product/prd_x", "/shop/shp_x", "/c/nowhere", "/rules/none", "/nowhere"] {
            let reply = world.page(&By_::Nobody, path).await;
            assert_eq!(reply.status.as_u16(), 404, "{path}");
            assert!(reply.text.contains("<h1"), "{path} is a page");
        }
    });
}

#[test]
fn a_press_puts_one_thing_into_the_cart_however_often_it_is_sent() {
    both(async |world| {
        let scene = scenery(&world).await;
        let (product, skus, _) = scene.listed(&world).await;
        scene.stocked(&world, &skus[0], 9).await;
        let (_, token) = world.somebody();
        let me = By_::Cookie(token);
        let form = format!("key=one-press&sku={}&quantity=2&then=cart", skus[0]);
        for _ in 0..2 {
            let reply = world.form(&me, "/cart/add", &form).await;
            assert_eq!((reply.status.as_u16(), reply.location()), (303, "/cart"));
            assert!(
                reply.cookies().iter().any(|cookie| cookie.starts_with("sanhao_cart=2;")),
                "{:?}",
                reply.cookies()
            );
        }
        let cart = read(&world, &me, "/cart", "zh-CN").await;
        assert!(cart.contains("value=\"2\"") && cart.contains("¥198.00"), "{cart}");
        let out = world.form(&me, "/cart/remove", &format!("key=two&sku={}", skus[0])).await;
        assert_eq!(out.status.as_u16(), 303);
        assert!(read(&world, &me, "/cart", "zh-CN").await.contains("购物车是空的"));
        let _ = product;
    });
}
