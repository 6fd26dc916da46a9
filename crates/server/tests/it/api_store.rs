//! The store's API: a shopper from the shelf to an order, with every refusal on the way, and how many statements it takes.

use super::desk::{Scenery, scenery};
use super::people::{By_, World, both};
use serde_json::{Value, json};

/// A shopper with an address, and a product of two variants of which one has stock.
struct Shopper {
    by: By_,
    address: String,
    product: String,
    skus: Vec<String>,
}

async fn shopper(world: &World, scene: &Scenery) -> Shopper {
    let (product, skus, _) = scene.listed(world).await;
    scene.stocked(world, &skus[0], 9).await;
    let (_, token) = world.somebody();
    let by = By_::Bearer(token);
    let address = json!({"recipient": "林小满", "phone": "13912345678", "province": "上海", "city": "上海",
        "district": "徐汇", "street": "漕溪北路 18 号", "postcode": ""});
    let made = world.ask(&by, "POST", "/api/store/account/addresses", Some(&address)).await;
    let address = made.is(201).json()["address"].as_str().unwrap().to_owned();
    Shopper { by, address, product, skus }
}

impl Shopper {
    async fn ask(
        &self,
        world: &World,
        method: &str,
        path: &str,
        body: Option<&Value>,
    ) -> super::people::Reply {
        world.ask(&self.by, method, &format!("/api/store{path}"), body).await
    }
    async fn add(&self, world: &World, sku: usize, quantity: i64) {
        let line = json!({"sku": self.skus[sku], "quantity": quantity});
        self.ask(world, "POST", "/cart/lines", Some(&line)).await.is(200);
    }
    async fn placed(&self, world: &World) -> Value {
        self.add(world, 0, 2).await;
        let quote = self.ask(world, "POST", "/quotes", Some(&json!({"address": self.address}))).await;
        let quote = quote.is(201).json();
        let body = json!({"quote": quote["quote"]});
        self.ask(world, "POST", "/purchases", Some(&body)).await.is(201).json()
    }
}

#[test]
fn from_the_shelf_to_an_order_the_price_is_the_one_that_was_quoted() {
    both(async |world| {
        let scene = scenery(&world).await;
        let me = shopper(&world, &scene).await;
        let list = me.ask(&world, "GET", "/products?category=home", None).await.is(200).json();
        let card = &list["items"][0];
        assert_eq!((card["product"].as_str(), card["ship"].as_str()), (Some(&*me.product), Some("ship-48h")));
        let shown = me.ask(&world, "GET", &format!("/products/{}", me.product), None).await.is(200).json();
        assert_eq!(
            (shown["variants"][0]["left"].as_i64(), shown["variants"][1]["left"].as_i64()),
            (Some(9), Some(0))
        );
        let prices =
            me.ask(&world, "GET", &format!("/products/{}/prices", me.product), None).await.is(200).json();
        assert_eq!(prices[0]["price"]["minor"], 9_900);

        let line = json!({"sku": me.skus[0], "quantity": 2, "via": card["via"]});
        assert_eq!(me.ask(&world, "POST", "/cart/lines", Some(&line)).await.is(200).json()["quantity"], 2);
        let cart = me.ask(&world, "GET", "/cart", None).await.is(200).json();
        assert_eq!(
            (cart["lines"][0]["scene"].as_str(), cart["total"]["minor"].as_i64()),
            (Some("mall"), Some(19_800))
        );

        let quote =
            me.ask(&world, "POST", "/quotes", Some(&json!({"address": me.address}))).await.is(201).json();
        assert_eq!(quote["total"]["minor"], 19_800, "free from 99.00 on");
        let again =
            me.ask(&world, "GET", &format!("/quotes/{}", quote["quote"].as_str().unwrap()), None).await;
        assert_eq!(again.is(200).json()["total"], quote["total"]);
        let body = json!({"quote": quote["quote"]});
        let placed = me.ask(&world, "POST", "/purchases", Some(&body)).await.is(201).json();
        assert_eq!((placed["status"].as_str(), &placed["total"]), (Some("unpaid"), &quote["total"]));
        me.ask(&world, "POST", "/purchases", Some(&body)).await.refused(409, "quote.taken");
        assert!(me.ask(&world, "GET", "/cart", None).await.json()["lines"].as_array().unwrap().is_empty());

        let order = placed["orders"][0]["order"].as_str().unwrap();
        let seen = me.ask(&world, "GET", &format!("/orders/{order}"), None).await.is(200).json();
        assert_eq!(
            (seen["steps"][0]["what"].as_str(), seen["due"][0]["what"].as_str()),
            (Some("placed"), Some("paid"))
        );
        let listed = me.ask(&world, "GET", "/orders?status=unpaid", None).await.is(200).json();
        assert_eq!(listed["items"][0]["order"].as_str(), Some(order));
    });
}

#[test]
fn what_is_called_off_before_payment_gives_its_stock_back_once() {
    both(async |world| {
        let scene = scenery(&world).await;
        let me = shopper(&world, &scene).await;
        let placed = me.placed(&world).await;
        let purchase = placed["purchase"].as_str().unwrap().to_owned();
        let left = async |world: &World| {
            let shown = me.ask(world, "GET", &format!("/products/{}", me.product), None).await.json();
            shown["variants"][0]["left"].as_i64().unwrap()
        };
        assert_eq!(left(&world).await, 7);
        let order = placed["orders"][0]["order"].as_str().unwrap();
        me.ask(&world, "POST", &format!("/orders/{order}/receive"), None)
            .await
            .refused(409, "order.wrong_status");
        me.ask(&world, "POST", &format!("/orders/{order}/cancel"), None)
            .await
            .refused(409, "order.wrong_status");
        let path = format!("/purchases/{purchase}/cancel");
        assert_eq!(me.ask(&world, "POST", &path, None).await.is(200).json()["status"], "cancelled");
        me.ask(&world, "POST", &path, None).await.refused(409, "order.wrong_status");
        assert_eq!(left(&world).await, 9);
    });
}

#[test]
fn what_belongs_to_one_member_is_not_there_for_another() {
    both(async |world| {
        let scene = scenery(&world).await;
        let me = shopper(&world, &scene).await;
        me.add(&world, 0, 1).await;
        let quote = me.ask(&world, "POST", "/quotes", Some(&json!({"address": me.address}))).await.json();
        let quote = quote["quote"].as_str().unwrap().to_owned();
        let placed = me.placed(&world).await;
        let (purchase, order) =
            (placed["purchase"].as_str().unwrap(), placed["orders"][0]["order"].as_str().unwrap());
        let (_, token) = world.somebody();
        let other = By_::Bearer(token);
        for (method, path) in [
            ("GET", format!("/quotes/{quote}")),
            ("GET", format!("/purchases/{purchase}")),
            ("POST", format!("/purchases/{purchase}/cancel")),
            ("GET", format!("/orders/{order}")),
            ("POST", format!("/orders/{order}/cancel")),
            ("POST", format!("/orders/{order}/receive")),
        ] {
            let reply = world.ask(&other, method, &format!("/api/store{path}"), None).await;
            assert_eq!(reply.status.as_u16(), 404, "{method} {path}: {}", reply.text);
            let nobody = world.ask(&By_::Nobody, method, &format!("/api/store{path}"), None).await;
            assert_eq!(nobody.status.as_u16(), 401, "{method} {path}: {}", nobody.text);
        }
        let stolen = json!({"address": me.address});
        me.add(&world, 0, 1).await;
        let theirs =
            world.ask(&other, "POST", "/api/store/cart/lines", Some(&json!({"sku": me.skus[0]}))).await;
        theirs.is(200);
        let refused = world.ask(&other, "POST", "/api/store/quotes", Some(&stolen)).await;
        assert_eq!(refused.status.as_u16(), 404, "{}", refused.text);
    });
}

#[test]
fn a_cart_refuses_what_it_cannot_hold_and_a_scene_that_was_forged() {
    both(async |world| {
        let scene = scenery(&world).await;
        let me = shopper(&world, &scene).await;
        let line =
            |quantity: i64, via: Option<&str>| json!({"sku": me.skus[0], "quantity": quantity, "via": via});
        me.ask(&world, "POST", "/cart/lines", Some(&line(0, None))).await.refused(422, "cart.not_positive");
        me.ask(&world, "POST", "/cart/lines", Some(&line(1_000_000, None)))
            .await
            .refused(409, "cart.too_many");
        me.ask(&world, "POST", "/cart/lines", Some(&line(1, Some("live.20000.room:1.00"))))
            .await
            .refused(422, "scene.bad_token");
        me.ask(&world, "PUT", &format!("/cart/lines/{}", me.skus[1]), Some(&json!({"quantity": 1})))
            .await
            .refused(404, "cart.no_line");
        me.ask(&world, "POST", "/quotes", Some(&json!({}))).await.refused(422, "buy.nothing");
        me.add(&world, 0, 1).await;
        me.ask(&world, "DELETE", &format!("/cart/lines/{}", me.skus[0]), None).await.is(204);
        assert!(me.ask(&world, "GET", "/cart", None).await.json()["lines"].as_array().unwrap().is_empty());
        for wrong in
            ["/products?sort=sideways", "/products?limit=0", "/products?after=x", "/orders?status=lost"]
        {
            me.ask(&world, "GET", wrong, None).await.refused(422, "web.invalid");
        }
    });
}

#[test]
fn a_list_of_orders_of_a_status_that_is_none_says_which_there_are() {
    both(async |world| {
        let scene = scenery(&world).await;
        let me = shopper(&world, &scene).await;
        let refused = me.ask(&world, "GET", "/orders?status=weird", None).await;
        assert_eq!(refused.status, 422);
        let detail = refused.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains("unpaid, paid") && detail.contains("\"weird\""), "{detail}");
    });
}

#[test]
fn a_list_is_two_statements_its_page_two_more_and_a_product_three() {
    both(async |world| {
        let scene = scenery(&world).await;
        let me = shopper(&world, &scene).await;
        let nobody = By_::Nobody;
        let (list, product) =
            ("/api/store/products".to_owned(), format!("/api/store/products/{}", me.product));
        let page = format!("/product/{}", me.product);
        for (path, most) in [(list, 2), (product, 3), ("/c/home".to_owned(), 4), (page, 4)] {
            world.ask(&nobody, "GET", &path, None).await.is(200);
            let before = world.db.statements();
            world.ask(&nobody, "GET", &path, None).await.is(200);
            let ran = world.db.statements() - before;
            assert_eq!(ran, most, "{path}");
        }
    });
}

#[test]
fn a_search_knows_other_spellings_and_an_unknown_category_leads_nowhere() {
    both(async |world| {
        let scene = scenery(&world).await;
        let me = shopper(&world, &scene).await;
        me.ask(&world, "GET", "/products?category=nothing", None).await.refused(404, "catalog.no_category");
        let coded = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
        for (text, found) in [("青瓷手沖壺", 1), ("手冲壶", 1), ("ＣＵＰ", 1), ("cup", 1), ("zzz", 0)]
        {
            let path = format!("/products?q={}", coded(text));
            let list = me.ask(&world, "GET", &path, None).await.is(200).json();
            assert_eq!(list["items"].as_array().map(Vec::len), Some(found), "{text}");
        }
        let page = world.ask(&me.by, "GET", &format!("/search?q={}", coded("木子")), None).await;
        assert!(page.is(200).text.contains(&format!("/shop/{}", scene.shop)), "{}", page.text);
    });
}

#[test]
fn a_method_that_a_page_does_not_know_is_refused_with_a_body() {
    both(async |world| {
        let (_, token) = world.somebody();
        for by in [By_::Bearer(token), By_::Nobody] {
            let refused = world.ask(&by, "GET", "/cart/set", None).await;
            assert!(refused.is(405).text.contains("/cart/set"), "{}", refused.text);
        }
    });
}

#[test]
fn a_role_that_there_is_not_is_refused_with_those_that_there_are() {
    both(async |world| {
        let scene = scenery(&world).await;
        let path = format!("/api/merchant/shops/{}/invitations", scene.shop);
        let body = json!({"role": "boss", "to": world.phone()});
        let refused = world.ask(&scene.owner, "POST", &path, Some(&body)).await;
        let text = &refused.is(422).text;
        assert!(
            text.contains("boss") && text.contains("shop_owner") && !text.contains("platform_admin"),
            "{text}"
        );
    });
}
