//! Stock that is not all sold, campaigns, kits and goods without a parcel: over the API and on the pages, by whom it may be
//! and by nobody else.

use super::desk::{Scenery, scenery};
use super::people::{By_, World, both};
use super::site;
use axum::body::Body;
use axum::http::{Request, header};
use kernel::Id;
use kernel::id::{Order, Purchase};
use people::staff::{Role, Scope};
use serde_json::{Value, json};
use trade::order::{self, Settled};

/// Everybody who has no say in the shop's stock, with what each is told.
fn strangers(world: &World, own: &Scenery) -> Vec<(By_, [u16; 2])> {
    let (_, stranger) = world.somebody();
    let (other, token) = world.somebody();
    world.shop(Some(other));
    let seat = |role| By_::Bearer(world.seated(Scope::Shop(own.shop), role));
    vec![
        (By_::Nobody, [401, 403]),
        (By_::Bearer(stranger), [404, 403]),
        (By_::Bearer(token), [404, 403]),
        (seat(Role::ShopCare), [403, 403]),
        (seat(Role::ShopMoney), [403, 403]),
    ]
}

async fn refused_to_strangers(world: &World, own: &Scenery, asked: &[(&str, String, Option<Value>)]) {
    for (by, told) in strangers(world, own) {
        for (method, path, body) in asked {
            let status = world.ask(&by, method, path, body.as_ref()).await.status.as_u16();
            assert!(told.contains(&status), "{method} {path} by {by:?}: {status}");
        }
    }
}

/// A digital product of one variant, live.
async fn digital(world: &World, own: &Scenery) -> (String, String) {
    let mut content = own.content();
    content["kind"] = json!("digital");
    content["freight"] = json!({"fee": {"minor": 0, "currency": "CNY"}, "free_from": null});
    let made = world.ask(&own.owner, "POST", &own.at("/products"), Some(&content)).await;
    let edit = made.is(201).json();
    let id = edit["edit"].as_str().unwrap();
    world.ask(&own.owner, "POST", &own.at(&format!("/edits/{id}/submit")), None).await.is(200);
    world.ask(&By_::Operator, "POST", &format!("/api/platform/reviews/{id}/approve"), None).await.is(200);
    let sku = edit["content"]["skus"][0]["sku"].as_str().unwrap().to_owned();
    (edit["product"].as_str().unwrap().to_owned(), sku)
}

/// Buys over the API without an address, and the money comes in.
async fn bought(world: &World, buyer: &By_, lines: Value) -> Id<Order> {
    let quote = world.ask(buyer, "POST", "/api/store/quotes", Some(&json!({"lines": lines}))).await;
    let quote = quote.is(201).json();
    assert!(quote["shops"][0]["freight"]["minor"] == 0, "{quote}");
    let place = json!({"quote": quote["quote"]});
    let placed = world.ask(buyer, "POST", "/api/store/purchases", Some(&place)).await.is(201).json();
    let purchase: Id<Purchase> = placed["purchase"].as_str().unwrap().parse().unwrap();
    world.write(move |tx, ctx| {
        let there = order::purchase_of(tx, purchase)?;
        let by = Settled { payment: None, at: ctx.now, pickup_from: None, next_day_by: None };
        order::paid(tx, ctx, &there, &by).map(drop)
    });
    placed["orders"][0]["order"].as_str().unwrap().parse().unwrap()
}

#[test]
fn safety_stock_and_back_orders_are_set_by_their_shop_and_seen_by_buyers() {
    both(|world| async move {
        let own = scenery(&world).await;
        let (product, skus, _) = own.listed(&world).await;
        let sku = &skus[0];
        let warehouse = own.stocked(&world, sku, 3).await;
        let path = own.at(&format!("/stock/{sku}/limits"));
        let limits = |safety: i64, backorder: i64| json!({"warehouse": warehouse, "safety": safety, "backorder": backorder, "ship": null});
        refused_to_strangers(&world, &own, &[("PUT", path.clone(), Some(limits(1, 1)))]).await;
        let kept = world.ask(&own.owner, "PUT", &path, Some(&limits(3, 4))).await.is(200).json();
        assert_eq!((&kept["available"], &kept["backorder"]), (&json!(0), &json!(4)));
        assert_eq!((&kept["places"][0]["safety"], &kept["places"][0]["backorder"]), (&json!(3), &json!(4)));
        world.ask(&own.owner, "PUT", &path, Some(&limits(-1, 0))).await.refused(422, "warehouse.quantity");
        let mut other = limits(0, 1);
        other["ship"] = json!("ship-48h");
        world.ask(&own.owner, "PUT", &path, Some(&other)).await.refused(422, "catalog.no_presale");
        let seen =
            world.ask(&By_::Nobody, "GET", &format!("/api/store/products/{product}"), None).await.json();
        assert_eq!(seen["variants"][0]["left"], json!(4), "{seen}");
        let page = world.page(&By_::Nobody, &format!("/product/{product}?sku={sku}")).await;
        assert!(page.is(200).text.contains("现货卖完，补货后发"));
        let page = format!("/merchant/{}/stock/{sku}", own.shop);
        let bad = world
            .form(&own.owner, &page, &format!("do=limits&warehouse={warehouse}&safety=x&backorder=1"))
            .await;
        assert!(bad.is(422).text.contains("value=\"x\""));
        let good = world
            .form(&own.owner, &page, &format!("do=limits&warehouse={warehouse}&safety=1&backorder=0"))
            .await;
        assert!(good.is(303).location().ends_with("?done=saved"));
        let text = world.page(&own.owner, &page).await.is(200).text.clone();
        assert!(text.contains("安全库存") && text.contains("超卖上限"));
    });
}

#[test]
fn a_kit_is_put_together_by_the_names_of_its_parts() {
    both(|world| async move {
        let own = scenery(&world).await;
        let (_, skus, _) = own.listed(&world).await;
        own.stocked(&world, &skus[0], 7).await;
        let (kit, page) = (&skus[1], format!("/merchant/{}/stock/{}", own.shop, skus[1]));
        world
            .ask(&own.owner, "PUT", &own.at(&format!("/stock/{kit}")), Some(&json!({"low_at": null})))
            .await
            .is(200);
        let found = world.page(&own.owner, &format!("{page}?find=%E4%BA%91%E7%99%BD")).await;
        let field = format!("name=\"part.{}\"", skus[0]);
        assert!(
            found.is(200).text.contains(&field) && found.text.contains("青瓷手冲壶 · 云白"),
            "{}",
            found.text
        );
        let none = world.page(&own.owner, &format!("{page}?find=zzz")).await;
        assert!(!none.is(200).text.contains(&field));
        let empty = world.form(&own.owner, &page, "do=kit").await;
        assert!(empty.is(422).text.contains("至少选一个组件"));
        let bad = world.form(&own.owner, &page, &format!("do=kit&part.{}=two", skus[0])).await;
        assert!(bad.is(422).text.contains("value=\"two\""));
        let good = world.form(&own.owner, &page, &format!("do=kit&part.{}=2", skus[0])).await;
        assert!(good.is(303).location().ends_with("?done=saved"));
        let kept = world.ask(&own.owner, "GET", &own.at(&format!("/stock/{kit}")), None).await.is(200).json();
        assert_eq!(
            (&kept["is_kit"], &kept["available"]),
            (&json!(true), &json!(3)),
            "seven make three of two"
        );
        let text = world.page(&own.owner, &page).await.is(200).text.clone();
        assert!(text.contains("还能配出 <b>3</b>") && text.contains("value=\"2\""), "{text}");
    });
}

#[test]
fn a_campaign_has_its_page_and_its_pools_and_the_platform_sees_them() {
    both(|world| async move {
        let own = scenery(&world).await;
        let (product, skus, _) = own.listed(&world).await;
        let sku = &skus[0];
        let warehouse = own.stocked(&world, sku, 9).await;
        let list = own.at("/campaigns");
        let new = json!({"name": "双十一", "until": "2025-06-20"});
        let opened = world.ask(&own.owner, "POST", &list, Some(&new)).await.is(201).json();
        let id = opened["campaign"].as_str().unwrap().to_owned();
        let stock = own.at(&format!("/campaigns/{id}/stock"));
        let units = |quantity: i64| json!({"sku": sku, "warehouse": warehouse, "quantity": quantity});
        refused_to_strangers(
            &world,
            &own,
            &[
                ("GET", list.clone(), None),
                ("POST", list.clone(), Some(new.clone())),
                ("GET", own.at(&format!("/campaigns/{id}")), None),
                ("POST", stock.clone(), Some(units(1))),
                ("POST", own.at(&format!("/campaigns/{id}/end")), None),
            ],
        )
        .await;
        let past = json!({"name": "x", "until": "2025-06-01"});
        world.ask(&own.owner, "POST", &list, Some(&past)).await.refused(422, "warehouse.campaign_past");
        let pool = world.ask(&own.owner, "POST", &stock, Some(&units(4))).await.is(200).json();
        assert_eq!(pool["available"], json!(4));
        world.ask(&own.owner, "POST", &stock, Some(&units(6))).await.refused(409, "warehouse.short");
        world.ask(&own.owner, "POST", &stock, Some(&units(-5))).await.refused(409, "warehouse.short");
        let seen =
            world.ask(&own.owner, "GET", &own.at(&format!("/campaigns/{id}")), None).await.is(200).json();
        assert_eq!((&seen["on_hand"], &seen["stock"][0]["title"]), (&json!(4), &json!("青瓷手冲壶")));
        let all = world.ask(&By_::Operator, "GET", "/api/platform/campaigns", None).await.is(200).json();
        assert_eq!(all["items"][0]["campaign"], json!(id));
        let (_, stranger) = world.somebody();
        let told = world.ask(&By_::Bearer(stranger), "GET", "/api/platform/campaigns", None).await;
        assert!(matches!(told.status.as_u16(), 403 | 404));

        // The pages: the list, the campaign, what buyers see of it, and the platform's.
        let home = format!("/merchant/{}/campaigns", own.shop);
        assert!(world.page(&own.owner, &home).await.is(200).text.contains("双十一"));
        let page = format!("{home}/{id}");
        assert!(world.page(&own.owner, &page).await.is(200).text.contains("青瓷手冲壶 · 云白"));
        let inside = world.page(&By_::Nobody, &format!("/product/{product}?sku={sku}&campaign={id}")).await;
        assert!(inside.is(200).text.contains("活动还剩 4 件"));
        let bad = world
            .form(&own.owner, &page, &format!("do=move&sku={sku}&warehouse={warehouse}&quantity=50"))
            .await;
        assert!(bad.is(422).text.contains("value=\"50\""));
        let good = world
            .form(&own.owner, &page, &format!("do=move&sku={sku}&warehouse={warehouse}&quantity=-1"))
            .await;
        assert!(good.is(303).location().ends_with("?done=moved"));
        assert!(world.page(&By_::Operator, "/console/mall/campaigns").await.is(200).text.contains("双十一"));

        // Somebody buys in it: from its pool, as the cart says.
        let (_, buyer) = world.somebody();
        let buyer = By_::Cookie(buyer);
        let shown = world
            .page(&buyer, &format!("/product/{product}?sku={sku}&campaign={id}"))
            .await
            .is(200)
            .text
            .clone();
        let token = shown.split("name=\"via\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        assert!(token.contains("campaign:"), "{token}");
        let add =
            world.form(&buyer, "/cart/add", &format!("sku={sku}&quantity=4&via={token}&then=cart")).await;
        assert_eq!(add.location(), "/cart");
        assert!(world.page(&buyer, "/cart").await.is(200).text.contains('3'), "three are left in the pool");
        let ended = world.form(&own.owner, &page, "do=end").await;
        assert!(ended.is(303).location().ends_with("?done=ended"));
        let kept = world.ask(&own.owner, "GET", &own.at(&format!("/stock/{sku}")), None).await.json();
        assert_eq!(kept["available"], json!(9));
        let over = world.page(&By_::Nobody, &format!("/product/{product}?sku={sku}&campaign={id}")).await;
        assert!(over.is(200).text.contains("活动结束了"));
    });
}

#[test]
fn codes_are_added_by_their_shop_and_seen_by_their_buyer_alone() {
    both(|world| async move {
        let own = scenery(&world).await;
        let (product, sku) = digital(&world, &own).await;
        let at = |what: &str| own.at(&format!("/stock/{sku}/{what}"));
        let codes = |all: &[&str]| Some(json!({"codes": all}));
        refused_to_strangers(
            &world,
            &own,
            &[
                ("GET", at("delivery"), None),
                ("POST", at("codes"), codes(&["x"])),
                ("POST", at("codes/withdraw"), Some(json!({"units": 1}))),
            ],
        )
        .await;
        let joined = codes(&["SECRET-CODE-0008\nSECRET-CODE-0009"]);
        world.ask(&own.owner, "POST", &at("codes"), joined.as_ref()).await.refused(422, "goods.code");
        let first = ["SECRET-CODE-0001", "SECRET-CODE-0002"];
        let added = world.ask(&own.owner, "POST", &at("codes"), codes(&first).as_ref()).await.is(200).json();
        assert_eq!((&added["delivery"], &added["free"]), (&json!("codes"), &json!(2)));
        let again = codes(&["SECRET-CODE-0002", "SECRET-CODE-0003"]);
        world.ask(&own.owner, "POST", &at("codes"), again.as_ref()).await.refused(409, "digital.known");
        world
            .ask(&own.owner, "POST", &at("codes/withdraw"), Some(&json!({"units": 3})))
            .await
            .refused(409, "goods.lack");
        let page = format!("/merchant/{}/stock/{sku}", own.shop);
        let more = world.form(&own.owner, &page, "do=codes&codes=SECRET-CODE-0004%0ASECRET-CODE-0005").await;
        assert!(more.is(303).location().ends_with("?done=moved"));
        let twice = world.form(&own.owner, &page, "do=codes&codes=SECRET-CODE-0001").await;
        assert!(twice.is(422).text.contains("重复"));
        let text = world.page(&own.owner, &page).await.is(200).text.clone();
        assert!(text.contains("没发出") && !text.contains("SECRET-CODE"), "nobody sees a code there again");
        let seen =
            world.ask(&By_::Nobody, "GET", &format!("/api/store/products/{product}"), None).await.json();
        assert_eq!(seen["variants"][0]["left"], json!(4));
        assert!(
            world
                .page(&By_::Nobody, &format!("/product/{product}?sku={sku}"))
                .await
                .is(200)
                .text
                .contains("/cart/add")
        );

        let ((_, buyer), (_, other)) = (world.somebody(), world.somebody());
        let (mine, theirs) = (By_::Bearer(buyer.clone()), By_::Bearer(other));
        let line = json!([{"sku": sku, "quantity": 1}]);
        let order = bought(&world, &mine, line).await;
        let services = site::services(site::market(), site::vault(&world.db));
        let before =
            world.ask(&mine, "GET", &format!("/api/store/orders/{order}"), None).await.is(200).json();
        assert_eq!(before["contents"], json!({"codes": [], "downloads": []}));
        let shop = own.shop;
        world.write(move |tx, ctx| {
            flows::ship::ship(tx, ctx, &services, shop, order, ("zto", "73000000000001")).map(drop)
        });
        let after = world.ask(&mine, "GET", &format!("/api/store/orders/{order}"), None).await.is(200).json();
        let code = after["contents"]["codes"][0].clone();
        // All of them came at one moment of this test's clock: any may be the first.
        let masked = code["masked"].as_str().unwrap().to_owned();
        let clear = masked.replace("****", "SECRET-CODE-");
        assert!(["0001", "0002", "0004", "0005"].contains(&&masked[4..]), "{masked}");
        assert_eq!(code["seen_at"], Value::Null);
        let reveal = format!("/api/store/orders/{order}/codes/{}", code["code"].as_str().unwrap());
        for (by, status) in [(&By_::Nobody, 401), (&theirs, 404)] {
            world.ask(by, "POST", &reveal, None).await.is(status);
        }
        let shown = world.ask(&mine, "POST", &reveal, None).await.is(200).json();
        assert_eq!(shown["text"], json!(clear));
        let cookie = By_::Cookie(buyer);
        let text = world.page(&cookie, &format!("/orders/{order}")).await.is(200).text.clone();
        assert!(text.contains(&masked) && !text.contains(&clear));
        let path = format!("/orders/{order}/codes/{}", code["code"].as_str().unwrap());
        let revealed = world.form(&cookie, &path, "").await;
        assert!(revealed.is(200).text.contains(&clear));
        let looks = world.db.read(|q| people::vault::looks(q, None, 9)).unwrap();
        assert_eq!(looks.iter().filter(|look| look.look.field == people::vault::Field::Code).count(), 2);
    });
}

#[test]
fn a_file_is_served_to_its_buyer_as_often_as_its_link_opens() {
    both(|world| async move {
        let own = scenery(&world).await;
        let (_, sku) = digital(&world, &own).await;
        let path = own.at(&format!("/stock/{sku}/file?name=%E8%AF%B4%E6%98%8E.pdf"));
        let bytes = b"%PDF and so on".to_vec();
        let put = |bytes: Vec<u8>| {
            let request = Request::put(&path).header(header::CONTENT_TYPE, "application/octet-stream");
            request.body(Body::from(bytes)).unwrap()
        };
        for (by, told) in strangers(&world, &own) {
            let status = world.send(&by, put(bytes.clone())).await.status.as_u16();
            assert!(told.contains(&status), "{by:?}: {status}");
        }
        world.send(&own.owner, put(Vec::new())).await.refused(422, "goods.file");
        // A file that looks like a picture is no picture that is served to everybody.
        let picture = b"\xff\xd8\xff and so on".to_vec();
        let key = store::blob::key(&picture);
        world.send(&own.owner, put(picture)).await.is(200);
        world.page(&By_::Nobody, &format!("/media/{key}")).await.is(404);
        let now = world.send(&own.owner, put(bytes)).await.is(200).json();
        assert_eq!(
            (&now["delivery"], &now["file"], &now["bytes"]),
            (&json!("file"), &json!("说明.pdf"), &json!(14))
        );

        let ((_, buyer), (_, other)) = (world.somebody(), world.somebody());
        let (mine, theirs) = (By_::Bearer(buyer.clone()), By_::Bearer(other));
        let order = bought(&world, &mine, json!([{"sku": sku, "quantity": 1}])).await;
        let (services, shop) = (site::services(site::market(), site::vault(&world.db)), own.shop);
        world.write(move |tx, ctx| {
            flows::ship::ship(tx, ctx, &services, shop, order, ("zto", "73000000000001")).map(drop)
        });
        let seen = world.ask(&mine, "GET", &format!("/api/store/orders/{order}"), None).await.is(200).json();
        let link = seen["contents"]["downloads"][0].clone();
        assert_eq!((&link["name"], &link["most"], &link["used"]), (&json!("说明.pdf"), &json!(5), &json!(0)));
        let get = format!("/api/store/orders/{order}/downloads/{}", link["download"].as_str().unwrap());
        for (by, status) in [(&By_::Nobody, 401), (&theirs, 404)] {
            world.ask(by, "POST", &get, None).await.is(status);
        }
        for _ in 0..4 {
            let file = world.ask(&mine, "POST", &get, None).await;
            assert_eq!(file.is(200).text, "%PDF and so on");
            assert!(file.headers[header::CONTENT_DISPOSITION].to_str().unwrap().starts_with("attachment"));
            assert_eq!(file.headers[header::CONTENT_TYPE], "application/octet-stream");
        }
        let cookie = By_::Cookie(buyer);
        let page = format!("/orders/{order}/files/{}", link["download"].as_str().unwrap());
        world.form(&cookie, &page, "").await.is(200);
        world.ask(&mine, "POST", &get, None).await.refused(410, "digital.link_used");
        assert!(world.page(&cookie, &format!("/orders/{order}")).await.is(200).text.contains("次数用完了"));
    });
}
