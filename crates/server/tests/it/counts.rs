//! What a shopper's request costs in statements: a fixed number, however much there is. A change of one is a decision.

use super::desk::scenery;
use super::people::{By_, World, both};
use serde_json::{Value, json};

/// How many statements a request runs. What the mall remembers may be read anew beside one request, not beside each of three.
async fn cost(world: &World, by: &By_, path: &str) -> u64 {
    let mut costs = Vec::new();
    for _ in 0..3 {
        let before = world.db.statements();
        if path.starts_with("/api") {
            world.ask(by, "GET", path, None).await.is(200);
        } else {
            world.page(by, path).await.is(200);
        }
        costs.push(world.db.statements() - before);
    }
    costs.into_iter().min().unwrap_or(0)
}

/// A write and how many statements it ran.
async fn done(world: &World, by: &By_, path: &str, body: &Value) -> (Value, u64) {
    let before = world.db.statements();
    let reply = world.ask(by, "POST", path, Some(body)).await;
    assert!(reply.status.is_success(), "{path}: {}", reply.text);
    (reply.json(), world.db.statements() - before)
}

#[test]
fn a_shoppers_request_asks_a_fixed_number_of_statements_however_much_there_is() {
    both(async |world| {
        let scene = scenery(&world).await;
        let (product, skus, _) = scene.listed(&world).await;
        scene.stocked(&world, &skus[0], 90).await;
        let (_, token) = world.somebody();
        let me = By_::Bearer(token);
        let address = json!({"recipient": "林小满", "phone": "13912345678", "province": "上海", "city": "上海",
            "district": "徐汇", "street": "漕溪北路 18 号", "postcode": ""});
        let (made, _) = done(&world, &me, "/api/store/account/addresses", &address).await;
        let buy = async |sku: &str| {
            let line = json!({"sku": sku, "quantity": 1});
            let (_, added) = done(&world, &me, "/api/store/cart/lines", &line).await;
            let ask = json!({"address": made["address"]});
            let (quote, priced) = done(&world, &me, "/api/store/quotes", &ask).await;
            let body = json!({"quote": quote["quote"]});
            let (placed, bought) = done(&world, &me, "/api/store/purchases", &body).await;
            (placed, [added, priced, bought])
        };
        let (placed, _) = buy(&skus[0]).await;
        let (purchase, order) = (&placed["purchase"], &placed["orders"][0]["order"]);
        let (purchase, order) = (purchase.as_str().unwrap(), order.as_str().unwrap());
        let line = json!({"sku": skus[0], "quantity": 1});
        done(&world, &me, "/api/store/cart/lines", &line).await;

        let shop = scene.shop;
        let open: [(String, u64); 12] = [
            ("/api/store/products".to_owned(), 2),
            ("/api/store/products?category=home&sort=price-up".to_owned(), 2),
            (format!("/api/store/products?shop={shop}"), 2),
            ("/api/store/products?q=%E9%9D%92%E7%93%B7".to_owned(), 2),
            (format!("/api/store/products/{product}"), 3),
            (format!("/api/store/products/{product}/prices"), 2),
            ("/".to_owned(), 5),
            ("/c/home".to_owned(), 4),
            ("/search?q=%E9%9D%92%E7%93%B7".to_owned(), 4),
            (format!("/product/{product}"), 4),
            (format!("/shop/{shop}"), 5),
            ("/coupons".to_owned(), 2),
        ];
        // Who is asking is one of them.
        let own: [(String, u64); 12] = [
            ("/".to_owned(), 7),
            (format!("/product/{product}"), 6),
            ("/api/store/cart".to_owned(), 10),
            ("/api/store/orders".to_owned(), 2),
            ("/api/store/orders?status=unpaid".to_owned(), 2),
            (format!("/api/store/orders/{order}"), 6),
            (format!("/api/store/purchases/{purchase}"), 4),
            ("/cart".to_owned(), 10),
            ("/checkout".to_owned(), 14),
            ("/orders".to_owned(), 4),
            (format!("/orders/{order}"), 6),
            (format!("/pay/{purchase}"), 5),
        ];
        let staff: [(String, u64); 3] = [
            ("/api/platform/sales".to_owned(), 1),
            ("/api/platform/sales?status=unpaid".to_owned(), 1),
            ("/console/sales".to_owned(), 2),
        ];
        let nobody = By_::Nobody;
        let all = [(&nobody, &open[..]), (&me, &own[..]), (&By_::Operator, &staff[..])];
        let mut rounds = Vec::new();
        let mut writes = Vec::new();
        for round in 0..2 {
            let mut found = Vec::new();
            for (by, paths) in all {
                for (path, _) in paths {
                    found.push((path.clone(), cost(&world, by, path).await));
                }
            }
            rounds.push(found);
            for _ in 0..if round == 0 { 4 } else { 0 } {
                let (_, more, _) = scene.listed(&world).await;
                scene.stocked(&world, &more[0], 90).await;
                writes.push(buy(&more[0]).await.1);
                let line = json!({"sku": more[0], "quantity": 1});
                done(&world, &me, "/api/store/cart/lines", &line).await;
            }
        }
        let expected: Vec<(String, u64)> = all.iter().flat_map(|(_, paths)| paths.to_vec()).collect();
        assert_eq!(rounds[0], expected);
        assert_eq!(rounds[1], expected, "as many with more rows");
        // Adding, pricing and buying two lines.
        let least = |n: usize| writes.iter().map(|costs: &[u64; 3]| costs[n]).min();
        assert_eq!([least(0), least(1), least(2)], [Some(3), Some(9), Some(33)], "{writes:?}");
    });
}
