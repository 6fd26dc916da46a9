//! The merchant center and the platform's desk, from a first draft to a parcel: over the API and over the pages, with every
//! refusal, and with another shop's ids everywhere.

use super::people::{By_, World, both};
use axum::body::Body;
use axum::http::{Request, header};
use kernel::id::{Member, Order, Product, Purchase, Shop, Sku};
use kernel::{Currency, Id, Money};
use people::staff::{Role, Scope};
use people::vault::Postal;
use serde_json::{Value, json};
use std::io::Cursor;
use supply::warehouse::{self, Basket, Line as Demand};
use trade::order::{self, Address, Line, NewOrder, Promise, Settled, Sums};
use trade::risk::{Checked, Reason};
use trade::scene::{Scene, Via};

fn yuan(minor: i64) -> Value {
    json!({"minor": minor, "currency": "CNY"})
}

fn png() -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let drawn = image::RgbImage::from_fn(320, 320, |x, y| image::Rgb([(x % 256) as u8, (y % 256) as u8, 90]));
    image::DynamicImage::from(drawn).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// A shop with an owner who is signed in, a category with a needed attribute, and a picture.
pub(super) struct Scenery {
    pub(super) shop: Id<Shop>,
    pub(super) owner: By_,
    category: String,
    attribute: String,
    picture: String,
}

pub(super) async fn scenery(world: &World) -> Scenery {
    let (member, token) = world.somebody();
    let shop = world.shop(Some(member));
    let owner = By_::Bearer(token);
    let op = By_::Operator;
    for (code, zh, en) in [("home", "家居", "Home"), ("home.cups", "杯壶", "Cups")] {
        let new = json!({"code": code, "zh": zh, "en": en});
        world.ask(&op, "POST", "/api/platform/categories", Some(&new)).await.is(201);
    }
    let all = world.ask(&op, "GET", "/api/platform/categories", None).await.is(200).json();
    let category = all["items"][1]["category"].as_str().unwrap().to_owned();
    let new = json!({"zh": "材质", "en": "Material", "kind": "choice", "required": true,
        "options": [{"code": "clay", "zh": "陶", "en": "Clay"}]});
    let made = world.ask(&op, "POST", "/api/platform/categories/home.cups/attributes", Some(&new)).await;
    let attribute = made.is(201).json()["attribute"].as_str().unwrap().to_owned();
    let upload = Request::post(format!("/api/merchant/shops/{shop}/media"))
        .header(header::CONTENT_TYPE, "application/octet-stream")
        .body(Body::from(png()))
        .unwrap();
    let picture = world.send(&owner, upload).await.is(201).json()["key"].as_str().unwrap().to_owned();
    Scenery { shop, owner, category, attribute, picture }
}

impl Scenery {
    /// The owner, reading pages.
    pub(super) fn owner_page(&self) -> By_ {
        match &self.owner {
            By_::Bearer(token) => By_::Cookie(token.clone()),
            other => other.clone(),
        }
    }

    pub(super) fn at(&self, rest: &str) -> String {
        format!("/api/merchant/shops/{}{rest}", self.shop)
    }

    pub(super) fn content(&self) -> Value {
        let sku = |choice: i64, price: i64| json!({"choice": [choice], "price": yuan(price), "list_price": yuan(price + 1_000), "limit": 5});
        json!({
            "category": self.category, "brand": null, "title": "青瓷手冲壶", "about": ["手工拉坯。", "容量 600 ml。"], "kind": "physical",
            "axes": [{"name": "颜色", "values": [{"name": "云白"}, {"name": "天青"}]}],
            "skus": [sku(0, 9_900), sku(1, 12_900)],
            "gallery": [self.picture],
            "attributes": [{"attribute": self.attribute, "value": "clay"}],
            "ship": "ship-48h", "freight": {"fee": yuan(800), "free_from": yuan(9_900)},
        })
    }

    /// A product that is on sale: its id, its SKUs, the edit that made it.
    pub(super) async fn listed(&self, world: &World) -> (String, Vec<String>, String) {
        let made = world.ask(&self.owner, "POST", &self.at("/products"), Some(&self.content())).await;
        let edit = made.is(201).json();
        let id = edit["edit"].as_str().unwrap().to_owned();
        world.ask(&self.owner, "POST", &self.at(&format!("/edits/{id}/submit")), None).await.is(200);
        world.ask(&By_::Operator, "POST", &format!("/api/platform/reviews/{id}/approve"), None).await.is(200);
        let skus = edit["content"]["skus"].as_array().unwrap();
        let skus = skus.iter().map(|sku| sku["sku"].as_str().unwrap().to_owned()).collect();
        (edit["product"].as_str().unwrap().to_owned(), skus, id)
    }

    /// A warehouse with so many of a SKU.
    pub(super) async fn stocked(&self, world: &World, sku: &str, units: i64) -> String {
        let new = json!({"name": "一号仓"});
        let made = world.ask(&self.owner, "POST", &self.at("/warehouses"), Some(&new)).await;
        let warehouse = made.is(201).json()["warehouse"].as_str().unwrap().to_owned();
        let body =
            json!({"warehouse": warehouse, "quantity": units, "reason": "purchase", "reference": "PO-1"});
        let path = self.at(&format!("/stock/{sku}/receive"));
        world.ask(&self.owner, "POST", &path, Some(&body)).await.is(200);
        warehouse
    }
}

/// An order of two units that is paid for, with its stock kept; placed by the commands that checkout uses.
fn ordered(world: &World, shop: Id<Shop>, product: &str, sku: &str) -> Id<Order> {
    let (member, _) = world.somebody();
    ordered_by(world, member, (shop, product, sku), &[])
}

/// A shop with something on sale that is in stock, and somebody who buys it.
pub(super) struct Sale {
    pub shop: Scenery,
    pub skus: Vec<String>,
    pub buyer: By_,
    product: String,
    member: Id<Member>,
}

impl Sale {
    pub(super) async fn begin(world: &World) -> Self {
        let shop = scenery(world).await;
        let (product, skus, _) = shop.listed(world).await;
        shop.stocked(world, &skus[0], 10).await;
        let (member, token) = world.somebody();
        Self { shop, skus, buyer: By_::Bearer(token), product, member }
    }

    /// A paid order of one of it.
    pub(super) fn ordered(&self, world: &World) -> Id<Order> {
        ordered_by(world, self.member, (self.shop.shop, &self.product, &self.skus[0]), &[])
    }
}

/// The same by a member; the order waits for a person if there are reasons.
pub(super) fn ordered_by(
    world: &World,
    member: Id<Member>,
    (shop, product, sku): (Id<Shop>, &str, &str),
    reasons: &[Reason],
) -> Id<Order> {
    let reasons = reasons.to_vec();
    let (product, sku): (Id<Product>, Id<Sku>) = (product.parse().unwrap(), sku.parse().unwrap());
    let vault = world.vault.clone();
    world.write(move |tx, ctx| {
        let cny = |minor| Money::new(minor, Currency::CNY);
        let postal = Postal {
            recipient: "王小明".into(),
            phone: "13912345678".into(),
            province: "浙江".into(),
            city: "杭州".into(),
            district: "西湖".into(),
            street: "龙井路 1 号".into(),
            postcode: String::new(),
        };
        let address =
            people::member::add_address(tx, ctx, &vault, member, &postal, Some(kernel::Country::CN)).unwrap();
        let (purchase, order): (Id<Purchase>, Id<Order>) = (ctx.id(), ctx.id());
        let shown = people::member::copy_address(tx, &vault, member, address, purchase.raw()).unwrap().shown;
        let basket = Basket {
            shop,
            lines: vec![Demand { sku, quantity: 2, campaign: None }],
            nearest: Vec::new(),
            until: None,
            reference: None,
            clock: warehouse::Clock::Caller,
        };
        let kept = warehouse::reserve(tx, ctx, &[basket]).unwrap();
        let line = Line {
            sku,
            product,
            title: "青瓷手冲壶".into(),
            variant: "云白".into(),
            media: None,
            quantity: 2,
            unit: cny(9_900),
            paid: cny(18_800),
            digital: false,
            via: Via { scene: Scene::Search, evidence: None },
        };
        let sums = Sums {
            goods: cny(19_800),
            discount: cny(1_000),
            freight: cny(800),
            total: cny(19_600),
            fee: cny(980),
            commission: cny(0),
            coupon: cny(500),
        };
        let new = NewOrder {
            id: order,
            shop,
            lines: vec![line],
            sums,
            promise: Promise { id: "ship-48h".into(), version: 1 },
            ship_by: ctx.now.plus_hours(5),
            deliver_by: ctx.now.plus_hours(90),
            reservation: Some(kept[0].id),
            delivery_method: None,
            excluded: None,
            insured: None,
            code: Some(
                order::free_code(tx, ctx.now.date(&"Asia/Shanghai".parse().unwrap()), order, &[]).unwrap(),
            ),
            sites: 1,
            remark: None,
            bill: "{}".into(),
        };
        let place = order::PlaceOrder {
            member,
            purchase,
            quote: ctx.id(),
            address: Address {
                shown: format!("{} {} {} {}", shown.recipient, shown.phone, shown.province, shown.city)
                    .into(),
                subject: purchase.raw(),
            },
            pay_by: ctx.now.plus_hours(1),
            terms: "2025-01".into(),
            rules: None,
            orders: vec![new],
            checked: Checked { reasons: reasons.clone(), ..Checked::default() },
        };
        let placed = order::place(tx, ctx, &place)?;
        let settled = Settled { payment: None, at: ctx.now, pickup_from: None, next_day_by: None };
        order::paid(tx, ctx, &placed.purchase, &settled)?;
        Ok::<_, order::Error>(order)
    })
}

#[test]
fn a_product_goes_from_a_draft_to_the_shelf_and_an_edit_waits_beside_it() {
    both(|world| async move {
        let own = scenery(&world).await;
        // A draft may lack anything; what is handed in may not, and each fault names its field.
        let mut poor = own.content();
        (poor["title"], poor["gallery"], poor["attributes"]) = (json!(""), json!([]), json!([]));
        let draft = world.ask(&own.owner, "POST", &own.at("/products"), Some(&poor)).await.is(201).json();
        let edit = draft["edit"].as_str().unwrap();
        let submit = own.at(&format!("/edits/{edit}/submit"));
        let refused = world.ask(&own.owner, "POST", &submit, None).await;
        refused.refused(422, "catalog.content");
        for field in ["title", "gallery", &format!("attributes.{}", own.attribute)] {
            assert!(refused.text.contains(field), "{}", refused.text);
        }
        // The draft is written on by whoever saw it last.
        let body = json!({"revision": draft["revision"], "content": own.content()});
        let path = own.at(&format!("/edits/{edit}"));
        world.ask(&own.owner, "PUT", &path, Some(&body)).await.is(200);
        world.ask(&own.owner, "PUT", &path, Some(&body)).await.refused(409, "catalog.moved");
        world.ask(&own.owner, "POST", &submit, None).await.is(200);
        world.ask(&own.owner, "POST", &submit, None).await.refused(409, "catalog.wrong_step");

        // The platform sees it in its queue and sends it back; the shop sees why.
        let queue = world.ask(&By_::Operator, "GET", "/api/platform/reviews", None).await.is(200).json();
        assert_eq!(queue["items"][0]["edit"], json!(edit));
        let no = json!({"reason": "wrong_picture", "note": "第一张要白底"});
        let reject = format!("/api/platform/reviews/{edit}/reject");
        world.ask(&By_::Operator, "POST", &reject, Some(&no)).await.is(200);
        world.ask(&By_::Operator, "POST", &reject, Some(&no)).await.refused(409, "catalog.wrong_step");
        let page = world.page(&own.owner, &format!("/merchant/{}/edits/{edit}", own.shop)).await;
        assert!(
            page.is(200).text.contains("第一张要白底") && page.text.contains("图片与商品不符"),
            "{}",
            page.text
        );

        // Another one goes live, and from then on its stock is kept.
        let (product, skus, _) = own.listed(&world).await;
        let row = world.ask(&own.owner, "GET", &own.at(&format!("/products/{product}")), None).await.json();
        assert_eq!((&row["status"], &row["version"]), (&json!("on"), &json!(1)));
        world.ask(&own.owner, "GET", &own.at(&format!("/stock/{}", skus[0])), None).await.is(200);

        // Prices change at once; content waits while the old one is live.
        let prices =
            json!({"prices": [{"sku": skus[0], "price": yuan(8_800), "list_price": null, "limit": null}]});
        let path = own.at(&format!("/products/{product}/prices"));
        let row = world.ask(&own.owner, "PUT", &path, Some(&prices)).await.is(200).json();
        assert_eq!(row["price"], yuan(8_800));
        let mut next = row_content(&world, &own, &product).await;
        next["title"] = json!("青瓷手冲壶 大容量");
        let revise = own.at(&format!("/products/{product}/edits"));
        let edit = world.ask(&own.owner, "POST", &revise, Some(&next)).await.is(201).json();
        let id = edit["edit"].as_str().unwrap();
        world.ask(&own.owner, "POST", &own.at(&format!("/edits/{id}/submit")), None).await.is(200);
        let page = world.page(&own.owner, &format!("/merchant/{}/products/{product}", own.shop)).await;
        assert!(page.is(200).text.contains("大容量") && page.text.contains("审核中"));
        let row = world.ask(&own.owner, "GET", &own.at(&format!("/products/{product}")), None).await.json();
        assert_eq!(row["title"], json!("青瓷手冲壶"));
        world.ask(&By_::Operator, "POST", &format!("/api/platform/reviews/{id}/approve"), None).await.is(200);

        // Every version is there, and an old one comes back as a draft.
        let versions =
            world.ask(&own.owner, "GET", &own.at(&format!("/products/{product}/versions")), None).await;
        assert_eq!(versions.is(200).json()["items"].as_array().unwrap().len(), 2);
        let back = own.at(&format!("/products/{product}/versions/1/roll-back"));
        let draft = world.ask(&own.owner, "POST", &back, None).await.is(201).json();
        assert_eq!(draft["content"]["title"], json!("青瓷手冲壶"));
        let twice = own.at(&format!("/products/{product}/versions/9/roll-back"));
        world.ask(&own.owner, "POST", &twice, None).await.refused(404, "catalog.no_version");
        for (path, status) in [("take-off", "off"), ("put-on", "on")] {
            let path = own.at(&format!("/products/{product}/{path}"));
            assert_eq!(
                world.ask(&own.owner, "POST", &path, None).await.is(200).json()["status"],
                json!(status)
            );
        }
    });
}

async fn row_content(world: &World, own: &Scenery, product: &str) -> Value {
    let row = world.ask(&own.owner, "GET", &own.at(&format!("/products/{product}")), None).await;
    row.is(200).json()["live"].clone()
}

#[test]
fn stock_is_what_its_journal_adds_up_to_and_refuses_what_cannot_be() {
    both(|world| async move {
        let own = scenery(&world).await;
        let (_, skus, _) = own.listed(&world).await;
        let sku = &skus[0];
        let warehouse = own.stocked(&world, sku, 30).await;
        let at = |what: &str| own.at(&format!("/stock/{sku}/{what}"));
        let change = |quantity: i64, reason: &str| json!({"warehouse": warehouse, "quantity": quantity, "reason": reason});
        let left =
            world.ask(&own.owner, "POST", &at("adjust"), Some(&change(-3, "damage"))).await.is(200).json();
        assert_eq!(left["available"], json!(27));
        let left =
            world.ask(&own.owner, "POST", &at("count"), Some(&change(20, "count"))).await.is(200).json();
        assert_eq!(left["places"][0]["on_hand"], json!(20));
        for (what, body, code) in [
            ("receive", change(0, "purchase"), "warehouse.quantity"),
            ("receive", change(1, "Because!"), "warehouse.reason"),
            ("adjust", change(0, "damage"), "warehouse.quantity"),
        ] {
            world.ask(&own.owner, "POST", &at(what), Some(&body)).await.refused(422, code);
        }
        world
            .ask(&own.owner, "POST", &at("adjust"), Some(&change(-21, "loss")))
            .await
            .refused(409, "warehouse.below_reserved");
        let journal = world.ask(&own.owner, "GET", &at("movements"), None).await.is(200).json();
        let mut moved: Vec<i64> =
            journal["items"].as_array().unwrap().iter().map(|m| m["quantity"].as_i64().unwrap()).collect();
        // The clock of these tests stands still, so that nothing tells which came first.
        moved.sort_unstable();
        assert_eq!(moved, [-7, -3, 30]);
        // The mark makes it low, in the list and on the first page of the shop.
        let low = json!({"low_at": 25});
        world.ask(&own.owner, "PUT", &own.at(&format!("/stock/{sku}")), Some(&low)).await.is(200);
        let list = world.ask(&own.owner, "GET", &own.at("/stock?low=true"), None).await.is(200).json();
        assert_eq!((list["items"].as_array().unwrap().len(), &list["items"][0]["is_low"]), (1, &json!(true)));
        let home = world.page(&own.owner, &format!("/merchant/{}", own.shop)).await;
        assert!(home.is(200).text.contains("青瓷手冲壶 · 云白"), "{}", home.text);
        // The same by the page's own form; what is typed stays when it is refused.
        let page = format!("/merchant/{}/stock/{sku}", own.shop);
        let bad = world
            .form(
                &own.owner,
                &page,
                &format!("do=receive&warehouse={warehouse}&quantity=abc&reason=purchase&reference=PO-7"),
            )
            .await;
        assert!(
            bad.is(422).text.contains("PO-7") && bad.text.contains("要一个 1 到 1000000000 的整数"),
            "{}",
            bad.text
        );
        let good = world
            .form(
                &own.owner,
                &page,
                &format!("key=k1&do=receive&warehouse={warehouse}&quantity=5&reason=purchase"),
            )
            .await;
        assert!(good.is(303).location().ends_with("?done=moved"));
        let again = world
            .form(
                &own.owner,
                &page,
                &format!("key=k1&do=receive&warehouse={warehouse}&quantity=5&reason=purchase"),
            )
            .await;
        again.is(303);
        let stock = world.ask(&own.owner, "GET", &own.at(&format!("/stock/{sku}")), None).await.json();
        assert_eq!(stock["available"], json!(25), "a double click is one write");
    });
}

#[test]
fn an_order_is_seen_noted_revealed_and_shipped_with_its_stock() {
    both(|world| async move {
        let own = scenery(&world).await;
        let (product, skus, _) = own.listed(&world).await;
        own.stocked(&world, &skus[0], 10).await;
        let (one, two) =
            (ordered(&world, own.shop, &product, &skus[0]), ordered(&world, own.shop, &product, &skus[0]));
        let today = world.ask(&own.owner, "GET", &own.at("/today"), None).await.is(200).json();
        assert_eq!((&today["to_ship"], &today["in_escrow"]), (&json!(2), &yuan(39_200)));
        assert_eq!((today["due"].as_array().unwrap().len(), &today["due"][0]["orders"]), (1, &json!(2)));

        let row = world.ask(&own.owner, "GET", &own.at(&format!("/orders/{one}")), None).await.is(200).json();
        assert_eq!(row["sums"]["shop_gets"], yuan(19_600 + 500 - 980));
        assert!(!row.to_string().contains("13912345678") && !row.to_string().contains("王小明"), "{row}");
        let note = json!({"text": "易碎，多包一层"});
        world.ask(&own.owner, "POST", &own.at(&format!("/orders/{one}/notes")), Some(&note)).await.is(201);
        let noted = world.ask(&own.owner, "GET", &own.at("/orders?noted=true"), None).await.json();
        assert_eq!(noted["items"].as_array().unwrap().len(), 1);

        // The recipient is shown for a reason, to a person, and leaves a record.
        let path = own.at(&format!("/orders/{one}/recipient"));
        let seen =
            world.ask(&own.owner, "POST", &path, Some(&json!({"why": "delivery"}))).await.is(200).json();
        assert_eq!(seen["recipient"], json!("王小明"));
        world
            .ask(&own.owner, "POST", &path, Some(&json!({"why": "curiosity"})))
            .await
            .refused(422, "web.invalid");
        // The operator's ticket is no person: it may not look, wherever it stands.
        let op = format!("/api/platform/sales/{one}/recipient");
        world.ask(&By_::Operator, "POST", &op, Some(&json!({"why": "delivery"}))).await.is(403);
        let looks = world.db.read(|q| people::vault::looks(q, None, 10)).unwrap();
        assert_eq!(looks.len(), 1);

        // All ship, or none does.
        let parcel =
            |order: Id<Order>, number: &str| json!({"order": order, "carrier": "zto", "number": number});
        let half = json!({"parcels": [parcel(one, "73000000000001"), parcel(two, "")]});
        world
            .ask(&own.owner, "POST", &own.at("/shipments"), Some(&half))
            .await
            .refused(422, "carrier.bad_number");
        let still = world.ask(&own.owner, "GET", &own.at(&format!("/orders/{one}")), None).await.json();
        assert_eq!(still["status"], json!("paid"));
        let page = format!("/merchant/{}/ship", own.shop);
        let form = world.page(&own.owner, &format!("{page}?order={one}&order={two}")).await;
        assert!(form.is(200).text.contains("发出 2 单"));
        let missing =
            world.form(&own.owner, &page, &format!("order={one}&carrier.{one}=zto&number.{one}=")).await;
        assert!(missing.is(422).text.contains("要填。"));
        let sent = world
            .form(&own.owner, &page, &format!("order={one}&order={two}&carrier.{one}=zto&number.{one}=73000000000001&carrier.{two}=sf&number.{two}=sf+0000000000002"))
            .await;
        assert!(sent.is(303).location().ends_with("done=shipped&n=2"));
        let stock = world.ask(&own.owner, "GET", &own.at(&format!("/stock/{}", skus[0])), None).await.json();
        assert_eq!((&stock["places"][0]["on_hand"], &stock["places"][0]["reserved"]), (&json!(6), &json!(0)));
        let again = json!({"carrier": "zto", "number": "73000000000009"});
        world
            .ask(&own.owner, "POST", &own.at(&format!("/orders/{one}/ship")), Some(&again))
            .await
            .refused(409, "order.wrong_status");
        let found =
            world.ask(&own.owner, "GET", &own.at("/orders?number=SF0000000000002"), None).await.json();
        assert_eq!(found["items"][0]["order"], json!(two));
        // The platform sees it too, with a note of its own that the shop does not see.
        let note = json!({"text": "平台备注"});
        world
            .ask(&By_::Operator, "POST", &format!("/api/platform/sales/{one}/notes"), Some(&note))
            .await
            .is(201);
        let shops = world.ask(&own.owner, "GET", &own.at(&format!("/orders/{one}/notes")), None).await.json();
        assert_eq!(shops["items"].as_array().unwrap().len(), 1);
        let page = world.page(&By_::Operator, &format!("/console/sales/{one}")).await;
        assert!(page.is(200).text.contains("平台备注") && page.text.contains("易碎"));
    });
}

#[test]
fn another_shops_things_are_not_there_under_any_operation() {
    both(|world| async move {
        let theirs = scenery_of_two(&world).await;
        let (own, other) = (&theirs.0, &theirs.1);
        let (product, skus, edit) = other.listed(&world).await;
        let warehouse = other.stocked(&world, &skus[0], 10).await;
        let order = ordered(&world, other.shop, &product, &skus[0]);
        let coupon = json!({"title": "减", "worth": {"kind": "off", "over": yuan(0), "off": yuan(100)}, "total": 1, "each": 1,
            "from": "2025-06-01", "until": "2025-07-01"});
        let made = world.ask(&other.owner, "POST", &other.at("/coupons"), Some(&coupon)).await.is(201).json();
        let coupon = made["coupon"].as_str().unwrap();
        let content = own.content();
        let change = json!({"warehouse": warehouse, "quantity": 1, "reason": "purchase"});
        let (sku, none) = (&skus[0], None);
        let operations: Vec<(&str, String, Option<Value>)> = vec![
            ("GET", format!("/products/{product}"), none.clone()),
            ("POST", format!("/products/{product}/edits"), Some(content.clone())),
            ("POST", format!("/products/{product}/put-on"), none.clone()),
            ("POST", format!("/products/{product}/take-off"), none.clone()),
            ("GET", format!("/products/{product}/versions"), none.clone()),
            ("POST", format!("/products/{product}/versions/1/roll-back"), none.clone()),
            (
                "PUT",
                format!("/products/{product}/prices"),
                Some(json!({"prices": [{"sku": sku, "price": yuan(1), "list_price": null, "limit": null}]})),
            ),
            ("GET", format!("/edits/{edit}"), none.clone()),
            ("PUT", format!("/edits/{edit}"), Some(json!({"revision": 1, "content": content}))),
            ("POST", format!("/edits/{edit}/submit"), none.clone()),
            ("POST", format!("/edits/{edit}/withdraw"), none.clone()),
            ("GET", format!("/stock/{sku}"), none.clone()),
            ("PUT", format!("/stock/{sku}"), Some(json!({"low_at": 1}))),
            ("GET", format!("/stock/{sku}/movements"), none.clone()),
            ("POST", format!("/stock/{sku}/receive"), Some(change.clone())),
            ("POST", format!("/stock/{sku}/count"), Some(change.clone())),
            ("POST", format!("/stock/{sku}/adjust"), Some(change.clone())),
            ("PUT", format!("/stock/{sku}/parts"), Some(json!({"parts": [{"sku": skus[1], "quantity": 1}]}))),
            (
                "PUT",
                format!("/warehouses/{warehouse}"),
                Some(json!({"name": "x", "turn": 0, "is_open": false})),
            ),
            ("GET", format!("/orders/{order}"), none.clone()),
            (
                "POST",
                format!("/orders/{order}/ship"),
                Some(json!({"carrier": "zto", "number": "73000000000001"})),
            ),
            (
                "POST",
                "/shipments".to_owned(),
                Some(json!({"parcels": [{"order": order, "carrier": "zto", "number": "73000000000001"}]})),
            ),
            ("GET", format!("/orders/{order}/notes"), none.clone()),
            ("POST", format!("/orders/{order}/notes"), Some(json!({"text": "x"}))),
            ("POST", format!("/orders/{order}/recipient"), Some(json!({"why": "delivery"}))),
            ("POST", format!("/coupons/{coupon}/stop"), none.clone()),
        ];
        for (method, rest, body) in &operations {
            // Another's thing under my shop, and my own hand under another's shop.
            let mine = world.ask(&own.owner, method, &own.at(rest), body.as_ref()).await;
            assert_eq!(mine.status, 404, "{method} {rest}: {}", mine.text);
            let there = world.ask(&own.owner, method, &other.at(rest), body.as_ref()).await;
            assert_eq!(there.status, 404, "{method} {rest}: {}", there.text);
            let nobody = world.ask(&By_::Nobody, method, &other.at(rest), body.as_ref()).await;
            assert_eq!(nobody.status, 401, "{method} {rest}: {}", nobody.text);
        }
        for rest in [
            "",
            "/today",
            "/products",
            "/edits",
            "/stock",
            "/warehouses",
            "/orders",
            "/coupons",
            "/categories",
        ] {
            assert_eq!(world.ask(&own.owner, "GET", &other.at(rest), None).await.status, 404, "{rest}");
        }
        // Pages too; and lists never show what is another's.
        for rest in [
            String::new(),
            "/orders".into(),
            format!("/orders/{order}"),
            format!("/products/{product}"),
            format!("/edits/{edit}"),
            format!("/stock/{sku}"),
            "/coupons".into(),
            "/settings".into(),
        ] {
            let page = format!("/merchant/{}{rest}", other.shop);
            assert_eq!(world.page(&own.owner, &page).await.status, 404, "{page}");
        }
        for rest in [
            format!("/orders/{order}"),
            format!("/products/{product}"),
            format!("/edits/{edit}"),
            format!("/stock/{sku}"),
            format!("/ship?order={order}"),
        ] {
            let page = format!("/merchant/{}{rest}", own.shop);
            assert_eq!(world.page(&own.owner, &page).await.status, 404, "{page}");
        }
        let orders =
            world.ask(&own.owner, "GET", &own.at(&format!("/orders?order={order}")), None).await.json();
        assert_eq!(orders["items"], json!([]));
        // Nothing of all this changed anything there.
        let row = world.ask(&other.owner, "GET", &other.at(&format!("/orders/{order}")), None).await.json();
        assert_eq!((&row["status"], &row["noted"]), (&json!("paid"), &json!(false)));
    });
}

pub(super) async fn scenery_of_two(world: &World) -> (Scenery, Scenery) {
    let first = scenery(world).await;
    let (member, token) = world.somebody();
    let shop = world.shop(Some(member));
    let owner = By_::Bearer(token);
    let upload = Request::post(format!("/api/merchant/shops/{shop}/media")).body(Body::from(png())).unwrap();
    let picture = world.send(&owner, upload).await.is(201).json()["key"].as_str().unwrap().to_owned();
    let second = Scenery {
        shop,
        owner,
        category: first.category.clone(),
        attribute: first.attribute.clone(),
        picture,
    };
    (first, second)
}

#[test]
fn a_role_does_what_its_row_names_and_nothing_else() {
    both(|world| async move {
        let own = scenery(&world).await;
        let place = Scope::Shop(own.shop);
        let seated = |role| By_::Bearer(world.seated(place, role));
        let (goods, orders, money) =
            (seated(Role::ShopGoods), seated(Role::ShopOrders), seated(Role::ShopMoney));
        for (by, rest, status) in [
            (&goods, "/products", 200),
            (&goods, "/orders", 403),
            (&orders, "/orders", 200),
            (&orders, "/products", 403),
            (&money, "/stock", 403),
            (&money, "/today", 200),
        ] {
            assert_eq!(world.ask(by, "GET", &own.at(rest), None).await.status, status, "{by:?} {rest}");
        }
        let page = format!("/merchant/{}/settings", own.shop);
        world.page(&goods, &page).await.is(200);
        world.form(&goods, &page, "name=x&version=1").await.is(403);
        // Whoever works in one shop lands in it; the platform's desk is not a shop's.
        assert!(world.page(&goods, "/merchant").await.is(303).location().ends_with(&own.shop.to_string()));
        for page in ["/console/goods", "/console/sales", "/console/money", "/console/mall"] {
            assert_eq!(world.page(&goods, page).await.status, 403, "{page}");
        }
    });
}

#[test]
fn lists_and_pages_ask_a_fixed_number_of_statements() {
    both(|world| async move {
        let own = scenery(&world).await;
        let (product, skus, edit) = own.listed(&world).await;
        own.stocked(&world, &skus[0], 50).await;
        // What the mall remembers may be read anew beside one request, not beside each of three.
        let count = async |path: &str| {
            let mut costs = Vec::new();
            for _ in 0..3 {
                let before = world.db.statements();
                if path.starts_with("/api") {
                    world.ask(&own.owner, "GET", path, None).await.is(200);
                } else {
                    world.page(&own.owner, path).await.is(200);
                }
                costs.push(world.db.statements() - before);
            }
            costs.into_iter().min().unwrap_or(0)
        };
        let order = ordered(&world, own.shop, &product, &skus[0]);
        let page = |rest: &str| format!("/merchant/{}{rest}", own.shop);
        let paths = [
            own.at("/products"),
            own.at("/orders"),
            own.at("/stock"),
            own.at("/edits"),
            own.at("/today"),
            own.at("/coupons"),
            page(""),
            page("/orders"),
            page("/products"),
            page("/stock"),
            page("/coupons"),
            page(&format!("/orders/{order}")),
            page(&format!("/products/{product}")),
            page(&format!("/edits/{edit}")),
        ];
        let mut first = Vec::new();
        for path in &paths {
            first.push(count(path).await);
        }
        // Whoever asks takes two statements, the question itself as many as it says.
        let told: Vec<u64> = first.iter().map(|n| n - 2).collect();
        // The home of a shop asks for its letters and its gates besides what is to be done today.
        // The list of products says what is left of each; a product's page and its editor, what is left of each variant.
        assert_eq!(told, [1, 1, 2, 1, 7, 1, 9, 2, 4, 4, 2, 4, 19, 7], "{paths:?}");
        for _ in 0..4 {
            own.listed(&world).await;
            ordered(&world, own.shop, &product, &skus[0]);
        }
        for (path, before) in paths.iter().zip(first) {
            assert_eq!(count(path).await, before, "{path}: as many with more rows");
        }
    });
}

#[test]
fn money_is_drawn_and_checked_and_the_result_is_kept() {
    both(|world| async move {
        let page = world.page(&By_::Operator, "/console/money").await;
        assert!(page.is(200).text.contains("尚未核对"));
        let report = world.ask(&By_::Operator, "POST", "/api/platform/checks", None).await.is(200).json();
        assert_eq!(report["sound"], json!(true));
        let kept = world.ask(&By_::Operator, "GET", "/api/platform/checks", None).await.is(200).json();
        assert_eq!(kept["items"].as_array().unwrap().len(), 1);
        let page = world.page(&By_::Operator, "/console/money?done=checked").await;
        assert!(page.is(200).text.contains("上次核对无差异"));
        world.form(&By_::Operator, "/console/money/check", "").await.is(303);
    });
}

#[test]
fn the_platforms_pages_keep_categories_brands_slots_and_coupons() {
    both(|world| async move {
        let op = By_::Operator;
        let page = "/console/goods/categories";
        let made = world.form(&op, page, "do=add&code=home&zh=家居&en=Home").await;
        assert!(made.is(303).location().contains("c=home"));
        let bad = world.form(&op, page, "do=add&code=Home&zh=家居&en=").await;
        assert!(bad.is(422).text.contains("要填。"));
        let at = format!("{page}?c=home");
        let options = "do=attribute&azh=材质&aen=Material&kind=choice&options=clay 陶 Clay&required=1";
        world.form(&op, &at, options).await.is(303);
        let shown = world.page(&op, &at).await;
        assert!(shown.is(200).text.contains("材质") && shown.text.contains("选项：陶"));
        world.form(&op, "/console/goods/brands", "do=add&zh=青屿&en=Qingyu").await.is(303);
        assert!(world.page(&op, "/console/goods/brands").await.is(200).text.contains("青屿"));
        let coupon =
            "do=make&title=满减&kind=off&over=99&off=10&total=5&each=1&from=2025-06-01&until=2025-06-30";
        world.form(&op, "/console/mall/coupons", coupon).await.is(303);
        let shown = world.page(&op, "/console/mall/coupons").await;
        assert!(shown.is(200).text.contains("满 ¥99.00 减 ¥10.00"), "{}", shown.text);
        let slot =
            json!({"turn": 1, "zh": "家居", "en": "Home", "content": {"kind": "shelf", "category": "home"}});
        let made = world.ask(&op, "POST", "/api/platform/slots", Some(&slot)).await.is(201).json();
        assert!(world.page(&op, "/console/mall").await.is(200).text.contains("类目：家居"));
        let path = format!("/api/platform/slots/{}", made["slot"].as_str().unwrap());
        world.ask(&op, "DELETE", &path, None).await.is(200);
        world.ask(&op, "DELETE", &path, None).await.refused(404, "catalog.no_slot");
        let foreign =
            json!({"turn": 1, "zh": "x", "en": "x", "content": {"kind": "banner", "link": "//evil.example"}});
        world.ask(&op, "POST", "/api/platform/slots", Some(&foreign)).await.refused(422, "catalog.link");
    });
}

#[test]
fn the_editor_keeps_what_was_typed_and_says_each_fault_beside_its_field() {
    both(|world| async move {
        let own = scenery(&world).await;
        let page = format!("/merchant/{}/products/new", own.shop);
        let blank = world.page(&own.owner, &page).await;
        assert!(blank.is(200).text.contains("发布商品") && blank.text.contains("multipart/form-data"));
        let form = |fields: &[(&str, &str)], file: Option<&[u8]>| {
            let mut body = Vec::new();
            for (name, value) in fields {
                body.extend_from_slice(
                    format!("--xx\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
                        .as_bytes(),
                );
            }
            if let Some(bytes) = file {
                body.extend_from_slice(b"--xx\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\n");
                body.extend_from_slice(bytes);
                body.extend_from_slice(b"\r\n");
            }
            body.extend_from_slice(b"--xx--\r\n");
            Request::post(&page)
                .header(header::CONTENT_TYPE, "multipart/form-data; boundary=xx")
                .header(header::ACCEPT, "text/html")
                .header(header::COOKIE, "sanhao_lang=zh-CN")
                .body(Body::from(body))
                .unwrap()
        };
        // A category brings its attributes, axes their rows, a file its picture; nothing is written.
        let fields = [
            ("do", "redraw"),
            ("category", &*own.category),
            ("title", "青瓷壶"),
            ("axis.0.name", "颜色"),
            ("axis.0.values", "云白、天青"),
        ];
        let drawn = world.send(&own.owner, form(&fields, Some(&png()))).await;
        assert!(drawn.is(200).text.contains("材质"), "{}", drawn.text);
        for part in ["value=\"青瓷壶\"", "row.1.price", "天青", &format!("value=\"{}\"", own.picture)] {
            assert!(drawn.text.contains(part), "{part}");
        }
        let junk = world.send(&own.owner, form(&fields, Some(b"no picture"))).await;
        assert!(junk.is(200).text.contains("只收 JPEG、PNG 和 WebP 图片"), "{}", junk.text);
        let list = world.ask(&own.owner, "GET", &own.at("/products"), None).await.json();
        assert_eq!(list["items"], json!([]));
        // What cannot be read, and what the catalog refuses, stands beside its field.
        let bad =
            [("do", "submit"), ("category", &*own.category), ("title", "青瓷壶"), ("row.0.price", "很贵")];
        let refused = world.send(&own.owner, form(&bad, None)).await;
        assert!(refused.is(422).text.contains("「很贵」不是金额"), "{}", refused.text);
        // A slip of one mark is no amount a hundred times as large.
        let slip =
            [("do", "submit"), ("category", &*own.category), ("title", "青瓷壶"), ("row.0.price", "12,50")];
        let refused = world.send(&own.owner, form(&slip, None)).await;
        assert!(
            refused.is(422).text.contains("「12,50」不是金额：如果是 12.50，请写成 12.50。"),
            "{}",
            refused.text
        );
        assert!(refused.text.contains("value=\"12,50\""), "{}", refused.text);
        let attr = format!("attr.{}", own.attribute);
        let poor = [
            ("do", "submit"),
            ("category", &*own.category),
            ("title", "青瓷壶"),
            ("row.0.price", "99"),
            ("ship", "ship-48h"),
        ];
        let refused = world.send(&own.owner, form(&poor, None)).await;
        assert!(
            refused.is(422).text.contains(&format!("href=\"#f-{}\"", attr.replace('.', "-"))),
            "{}",
            refused.text
        );
        let full = [
            ("key", "one"),
            ("do", "submit"),
            ("category", &*own.category),
            ("title", "青瓷手冲壶"),
            ("kind", "physical"),
            ("row.0.price", "99"),
            ("ship", "ship-48h"),
            (&*attr, "clay"),
            ("gallery", &*own.picture),
        ];
        let sent = world.send(&own.owner, form(&full, None)).await;
        let first = sent.is(303).location().to_owned();
        assert!(first.ends_with("?done=sent"));
        let again = world.send(&own.owner, form(&full, None)).await;
        assert_eq!(again.is(303).location(), first, "a double click is one product");
        let waiting = world.page(&own.owner, &first).await;
        assert!(waiting.is(200).text.contains("已提交审核") && waiting.text.contains("撤回再改"));
    });
}

#[test]
fn a_closed_gate_is_told_over_the_api_and_on_the_page_with_its_reason_and_how_it_opens() {
    use flows::gate::{self, Reason};
    both(|world| async move {
        let own = scenery(&world).await;
        let (product, _, _) = own.listed(&world).await;
        let shop = own.shop;
        let at = |what: &str| own.at(&format!("/products/{product}/{what}"));
        world.ask(&own.owner, "POST", &at("take-off"), None).await.is(200);
        world.write(move |tx, ctx| gate::close(tx, ctx, (shop, "put_on_sale"), Reason::Complaints, None));

        let refused = world.ask(&own.owner, "POST", &at("put-on"), None).await;
        refused.refused(403, "gate.closed");
        let detail = refused.json()["detail"].as_str().unwrap().to_owned();
        for part in [
            "may not put products on sale",
            "too many buyers complain",
            "until it is opened again",
            "ask the platform",
        ] {
            assert!(detail.contains(part), "{detail}");
        }
        let page = format!("/merchant/{shop}/products/{product}");
        let told = world.form(&own.owner, &page, "do=on").await;
        assert_eq!(told.status.as_u16(), 403, "{}", told.text);
        for part in ["现在不能上架商品", "买家投诉集中", "处理完投诉后联系平台打开"]
        {
            assert!(told.text.contains(part), "{}", told.text);
        }
        // A presale stops where it is handed in; what is none is handed in, approved, and stays off sale.
        world.write(move |tx, ctx| gate::close(tx, ctx, (shop, "presale"), Reason::Investigation, None));
        let mut content = own.content();
        content["ship"] = json!("ship-presale");
        let made = world.ask(&own.owner, "POST", &own.at("/products"), Some(&content)).await.is(201).json();
        let edit = made["edit"].as_str().unwrap();
        let submit = world.ask(&own.owner, "POST", &own.at(&format!("/edits/{edit}/submit")), None).await;
        submit.refused(403, "gate.closed");
        assert!(submit.json()["detail"].as_str().unwrap().contains("may not list presales"));
        let (other, _, _) = own.listed(&world).await;
        let row = world.ask(&own.owner, "GET", &own.at(&format!("/products/{other}")), None).await;
        assert_eq!(row.is(200).json()["status"], json!("off"));

        world.write(move |tx, ctx| gate::open(tx, ctx, (shop, "put_on_sale"), Reason::Mended, None));
        assert_eq!(
            world.ask(&own.owner, "POST", &at("put-on"), None).await.is(200).json()["status"],
            json!("on")
        );
    });
}
