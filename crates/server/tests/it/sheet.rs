//! A shop's products as a CSV file, by the API and by its page.

use super::desk::Sale;
use super::people::{By_, both};
use axum::body::Body;
use axum::http::Request;
use people::staff::{Role, Scope};
use serde_json::json;

fn post(path: &str, text: String) -> Request<Body> {
    Request::post(path).header("content-type", "text/csv").body(Body::from(text)).unwrap()
}

#[test]
fn a_shop_takes_its_products_out_and_others_in_as_drafts_and_learns_all_that_is_wrong() {
    both(|world| async move {
        let sale = Sale::begin(&world).await;
        let (own, path) = (&sale.shop, sale.shop.at("/products.csv"));
        let first = world.ask(&own.owner, "GET", &path, None).await.is(200).text.clone();
        assert!(first.starts_with("product,shop,status,") && first.contains(&sale.skus[0]), "{first}");
        // What is here already stays, whoever sends it.
        let same = world.send(&own.owner, post(&path, first.clone())).await.is(200).json();
        assert_eq!((&same["new"], &same["known"], &same["kept"]), (&json!(0), &json!(1), &json!(0)));
        let watcher = By_::Bearer(world.seated(Scope::Shop(own.shop), Role::ShopMoney));
        world.send(&watcher, post(&path, first.clone())).await.refused(403, "staff.denied");

        let sheet =
            |rows: &str| format!("product;category;title;ship;options;price;status;attributes\r\n{rows}");
        let wrong = sheet(
            "a;home.cups;Mug;ship-48h;;cheap;;\r\nb;no.such;Pot;ship-48h;;10;;\r\nc;home.cups;Jar;ship-48h;;10;on;\r\n",
        );
        let refused = world.send(&own.owner, post(&path, wrong)).await;
        refused.refused(422, "exchange.sheet");
        let detail = refused.json()["detail"].as_str().unwrap().to_owned();
        for part in ["line 2, column price, \"cheap\"", "line 3, column category", "line 4, column status"] {
            assert!(detail.contains(part), "{part}: {detail}");
        }
        assert_eq!(world.ask(&own.owner, "GET", &path, None).await.is(200).text, first);
        let good = sheet(
            "a;home.cups;青瓷杯;ship-48h;颜色=青;12,50;;\r\na;home.cups;青瓷杯;ship-48h;颜色=白;12;;\r\n",
        );
        let taken = world.send(&own.owner, post(&path, good.clone())).await.is(200).json();
        assert_eq!((&taken["rows"], &taken["new"]), (&json!(2), &json!(1)), "{taken}");
        let again = world.send(&own.owner, post(&path, good)).await.is(200).json();
        assert_eq!((&again["new"], &again["known"]), (&json!(0), &json!(1)), "{again}");
        let list = world.ask(&own.owner, "GET", &own.at("/products?status=draft"), None).await.is(200).json();
        assert_eq!(list["items"][0]["title"], json!("青瓷杯"), "{list}");
        let page = world.page(&own.owner, &format!("/merchant/{}/sheet", own.shop)).await;
        assert!(page.is(200).text.contains("products.csv"), "{}", page.text);
    });
}
