//! The API, the command line, the feed of facts, imports, and the program as one process that survives.

use super::compare::{self, Walked, has, holds, same, text};
use super::market::{By, Market, yuan};
use super::{Row, Turn, row};
use crate::run;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};

pub(super) const ROWS: &[Row] = &[
    row(
        "Y1",
        "A REST API",
        "an address is made, read, changed, read and removed",
        "201, the address, 204, the new street, 204, and then 404",
        y1,
    ),
    row(
        "Y3",
        "A published OpenAPI document, and a client made of it",
        "the document is read from the program and compared with the one in the repository",
        "OpenAPI 3.1, word for word the same, every operation with a name of its own; cargo xtask openapi compiles a client of it",
        y3,
    ),
    row(
        "Y4",
        "An API for each audience",
        "a buyer's token is used at a merchant's and at the platform's operation; the document's operations are counted",
        "404 and 403, and each of the three audiences has operations under an address of its own",
        y4,
    ),
    row(
        "Y6",
        "Events that are never lost or invented",
        "from the end of the feed of facts on an order is placed, and what is new is read in pages of 1000 and of 2",
        "every fact of the large page is in the small ones, each once, and exactly one order.placed of that order",
        y6,
    ),
    row(
        "Y7",
        "Idempotency on every write",
        "a coupon is offered twice under one key; every write of the document is looked at",
        "the same coupon twice, of which there is one; each write of somebody who is signed in takes Idempotency-Key",
        y7,
    ),
    row(
        "Y9",
        "Keys with a scope",
        "a shop makes a key that may see its orders, uses it for orders and products, and revokes it",
        "orders are read, products refused with 403, and afterwards the key is 401",
        y9,
    ),
    row(
        "Z1",
        "A command line",
        "metrics and help are asked for; then a metric that is not there, and a command that is not there",
        "one JSON value and exit code 0; then exit code 2 with what there is",
        z1,
    ),
    row(
        "Z2",
        "Imports with row errors, and going on where one stopped",
        "a history with a wrong price is imported, then without the mistake, then again, then with one order more",
        "file, line and column are named and nothing is there; then 2 paid orders, again 2, then 3",
        z2,
    ),
    row(
        "AD1",
        "One self-contained process",
        "the program serves pages and API, with timers, payments and figures, from one folder",
        "health is ok, the home page and its style sheet are served, and the folder holds the database, the lake and the pictures",
        ad1,
    ),
    row(
        "AE2",
        "Stock, money and states are checked against each other while the program runs",
        "the check is run over the API, and on the command line beside the program",
        "both find no difference over all bookings and orders, and health says sound",
        ae2,
    ),
    Row {
        id: "AE4",
        title: "No crash loses or doubles an order",
        action: "the program is killed while three buyers place orders, and started again",
        value: "every purchase that was answered is there, none twice, and the check finds no difference",
        turn: Turn::Last,
        walk: ae4,
    },
];

fn y1(market: &Market) -> Walked {
    let buyer = market.buyer()?;
    let list = "/api/store/account/addresses";
    let mut body = json!({"recipient": "张三", "phone": "13812341234", "province": "浙江省", "city": "杭州市",
        "district": "西湖区", "street": "文三路 90 号", "postcode": ""});
    let made = market.send(&buyer.by, ("POST", list), &[], Some(&body))?;
    same("the status of what was made", &made.status.into(), 201)?;
    let path = format!("{list}/{}", text(&made.json()["address"])?);
    same("the street", &market.get(&buyer.by, &path)?["street"], "文三路 90 号")?;
    body["street"] = json!("龙井路 1 号");
    let changed = market.send(&buyer.by, ("PUT", &path), &[], Some(&body))?;
    same("the status of a change", &changed.status.into(), 204)?;
    same("the street after", &market.get(&buyer.by, &path)?["street"], "龙井路 1 号")?;
    let removed = market.send(&buyer.by, ("DELETE", &path), &[], None)?;
    same("the status of a removal", &removed.status.into(), 204)?;
    let gone = market.send(&buyer.by, ("GET", &path), &[], None)?;
    same("the status afterwards", &gone.status.into(), 404)
}

/// Every operation of the document: method, address, what it says of itself.
fn operations(document: &Value) -> Vec<(&str, &str, &Value)> {
    let paths = document["paths"].as_object().into_iter().flatten();
    let methods = ["get", "post", "put", "patch", "delete"];
    paths
        .flat_map(|(path, item)| {
            methods.iter().filter_map(move |method| Some((*method, path.as_str(), item.get(*method)?)))
        })
        .collect()
}

fn y3(market: &Market) -> Walked {
    let served = market.send(&By::Nobody, ("GET", "/api/openapi.json"), &[], None)?.json();
    has("the version", &text(&served["openapi"])?, "3.1")?;
    let file = run::root().join("docs/generated/openapi.json");
    let kept = std::fs::read_to_string(&file).map_err(|err| format!("{}: {err}", file.display()))?;
    let kept: Value = serde_json::from_str(&kept).map_err(|err| format!("{}: {err}", file.display()))?;
    holds("the document of the repository is the one that is served", served == kept)?;
    let all = operations(&served);
    let names: BTreeSet<&str> = all.iter().filter_map(|(.., one)| one["operationId"].as_str()).collect();
    same("operations with a name of their own", &names.len().into(), all.len())
}

fn y4(market: &Market) -> Walked {
    let buyer = market.buyer()?.by;
    let foreign = market.send(&buyer, ("GET", &market.own.at("/orders")), &[], None)?;
    same("a buyer at a shop's operation", &foreign.status.into(), 404)?;
    let foreign = market.send(&buyer, ("GET", "/api/platform/shops"), &[], None)?;
    same("a buyer at the platform's operation", &foreign.status.into(), 403)?;
    let document = market.get(&By::Nobody, "/api/openapi.json")?;
    for audience in ["/api/store/", "/api/merchant/", "/api/platform/"] {
        let count = operations(&document).iter().filter(|(_, path, _)| path.starts_with(audience)).count();
        holds(&format!("operations under {audience}, found {count}"), count > 20)?;
    }
    Ok(())
}

/// All facts after a place of the feed, and where it ended.
fn feed(market: &Market, after: Option<&str>, limit: usize) -> Walked<(Vec<String>, String)> {
    let (mut all, mut after) = (Vec::new(), after.map(str::to_owned));
    loop {
        let from = after.map_or_else(String::new, |after| format!("&after={after}"));
        let page = market.get(&By::Operator, &format!("/api/platform/facts?limit={limit}{from}"))?;
        for fact in compare::items(&page)? {
            all.push(format!("{} {}", text(&fact["kind"])?, text(&fact["fact"])?));
        }
        let next = text(&page["next"])?;
        if page["more"] == false {
            return Ok((all, next));
        }
        after = Some(next);
    }
}

fn y6(market: &Market) -> Walked {
    let goods = market.goods(&market.own, 5_000, 5)?;
    let buyer = market.buyer()?;
    let (_, end) = feed(market, None, 1_000)?;
    let placed = market.place(&buyer, &[(goods.sku(), 1)])?;
    let id = text(&placed["orders"][0]["order"])?;
    let (whole, _) = feed(market, Some(&end), 1_000)?;
    let (paged, _) = feed(market, Some(&end), 2)?;
    let (once, small): (BTreeSet<&String>, BTreeSet<&String>) =
        (whole.iter().collect(), paged.iter().collect());
    same("facts that came twice", &(paged.len() - small.len()).into(), 0)?;
    holds("every fact of the large page is in the small ones", once.is_subset(&small))?;
    let path = format!("/api/platform/facts?limit=1000&kinds=order.placed&after={end}");
    let later = market.get(&By::Operator, &path)?;
    let of_it = compare::items(&later)?.iter().filter(|fact| fact["subject"] == id.as_str()).count();
    same("facts of the order that was placed", &of_it.into(), 1)
}

fn y7(market: &Market) -> Walked {
    let shop = &market.own;
    let title = format!("走查券 {}", market.number());
    let body = json!({"title": title, "worth": {"kind": "off", "over": yuan(5_000), "off": yuan(100)}, "total": 5, "each": 1,
        "from": "2025-01-01", "until": "2099-12-31", "scope": {}});
    let key = format!("walk-{}", market.number());
    let path = shop.at("/coupons");
    let offer = || market.send(&shop.owner, ("POST", &path), &[("Idempotency-Key", &key)], Some(&body));
    let (first, again) = (offer()?, offer()?);
    same("the status of the first", &first.status.into(), 201)?;
    same("the second answer", &again.json()["coupon"], first.json()["coupon"].clone())?;
    let all = market.get(&shop.owner, &format!("{path}?limit=99"))?;
    let count = compare::items(&all)?.iter().filter(|one| one["title"] == title.as_str()).count();
    same("coupons", &count.into(), 1)?;
    let document = market.get(&By::Nobody, "/api/openapi.json")?;
    let without: Vec<String> = operations(&document)
        .into_iter()
        .filter(|(method, _, one)| *method != "get" && one["x-needs"] != "public")
        .filter(|(.., one)| !one["parameters"].to_string().to_lowercase().contains("idempotency-key"))
        .map(|(method, path, _)| format!("{method} {path}"))
        .collect();
    same("writes that take no key", &json!(without), json!([]))
}

fn y9(market: &Market) -> Walked {
    let shop = &market.own;
    let new = json!({"name": "走查", "permissions": ["shop.view", "shop.orders"], "days": 1});
    let made = market.post(&shop.owner, &shop.at("/keys"), &new)?;
    let key = By::Bearer(text(&made["secret"])?);
    market.get(&key, &shop.at("/orders"))?;
    market.refused(&key, ("GET", &shop.at("/products")), None, (403, "staff.denied"))?;
    let path = shop.at(&format!("/keys/{}", text(&made["key"])?));
    market.done(&shop.owner, "DELETE", &path, None)?;
    let gone = market.send(&key, ("GET", &shop.at("/orders")), &[], None)?;
    same("the status of a key that is revoked", &gone.status.into(), 401)
}

fn z1(market: &Market) -> Walked {
    let told =
        market.cli_json(&["metrics", "--as-of", super::market::LAST_DAY, "--metric", "orders_paid"])?;
    holds("readings", told.as_array().is_some_and(|all| !all.is_empty()))?;
    for (args, part) in [(&["metrics", "--metric", "speed"][..], "late_ship_rate"), (&["fly"], "fly")] {
        let out = market.cli(args)?;
        same("the exit code of what is not there", &json!(out.status.code()), 2)?;
        has("what it says", &String::from_utf8_lossy(&out.stderr), part)?;
    }
    let help = market.cli(&["--help"])?;
    same("the exit code of the help", &json!(help.status.code()), 0)?;
    has("the help", &String::from_utf8_lossy(&help.stdout), "demo-market")
}

const SELLERS: &str = "seller_id,seller_zip_code_prefix,seller_city,seller_state\ns1,01001,sao paulo,SP\n";
const ITEMS: &str = "order_id,order_item_id,product_id,seller_id,shipping_limit_date,price,freight_value
o1,1,p1,s1,2018-03-05 10:00:00,100.00,10.50
o2,1,p1,s1,2018-03-06 10:00:00,50.00,5.00
";
const ORDERS: &str = "order_id,customer_id,order_status,order_purchase_timestamp,order_approved_at,order_delivered_carrier_date,order_delivered_customer_date,order_estimated_delivery_date
o1,c1,delivered,2018-03-01 10:00:00,2018-03-01 11:00:00,2018-03-02 11:00:00,2018-03-06 09:00:00,2018-03-10 00:00:00
o2,c2,delivered,2018-03-02 10:00:00,2018-03-02 12:00:00,2018-03-09 12:00:00,2018-03-20 09:00:00,2018-03-12 00:00:00
";
const PAYMENTS: &str = "order_id,payment_sequential,payment_type,payment_installments,payment_value\no1,1,credit_card,2,110.50\n";
const REVIEWS: &str = "review_id,order_id,review_score,review_comment_title,review_comment_message,review_creation_date,review_answer_timestamp\nr1,o1,5,,,2018-03-07 00:00:00,2018-03-08 10:00:00\n";

fn z2(market: &Market) -> Walked {
    let (files, data) = (market.dir.join("walk-olist"), market.dir.join("walk-import"));
    let _ = std::fs::remove_dir_all(&data);
    std::fs::create_dir_all(&files).map_err(|err| format!("{}: {err}", files.display()))?;
    let write = |name: &str, text: &str| {
        let file = files.join(format!("olist_{name}_dataset.csv"));
        std::fs::write(&file, text).map_err(|err| format!("{}: {err}", file.display()))
    };
    for (name, text) in
        [("sellers", SELLERS), ("orders", ORDERS), ("order_payments", PAYMENTS), ("order_reviews", REVIEWS)]
    {
        write(name, text)?;
    }
    let folder = files.display().to_string();
    let import = |expected: i32| {
        let out = market.cli_in(&data, &["import", "olist", &folder])?;
        let said = String::from_utf8_lossy(&out.stderr).into_owned();
        same(&format!("the exit code ({said})"), &json!(out.status.code()), expected)?;
        Ok::<_, String>(said)
    };
    let paid = || {
        let args = ["metrics", "--as-of", "2018-03-25", "--metric", "orders_paid", "--format", "json"];
        let out = market.cli_in(&data, &args)?;
        let rows: Value = serde_json::from_slice(&out.stdout).map_err(|err| format!("metrics: {err}"))?;
        Ok::<_, String>(rows[0]["numerator"].clone())
    };
    write("order_items", &ITEMS.replace("50.00", "5x.00"))?;
    let said = import(2)?;
    for part in ["olist_order_items_dataset.csv", "3", "price"] {
        has("what is wrong", &said, part)?;
    }
    holds("nothing is there", !data.join("sanhao.db").exists())?;
    write("order_items", ITEMS)?;
    import(0)?;
    same("paid orders", &paid()?, 2)?;
    import(0)?;
    same("paid orders after the same again", &paid()?, 2)?;
    let (item, order) = (
        "o3,1,p1,s1,2018-03-07 10:00:00,30.00,3.00\n",
        "o3,c3,delivered,2018-03-03 10:00:00,2018-03-03 12:00:00,2018-03-04 12:00:00,2018-03-08 09:00:00,2018-03-13 00:00:00\n",
    );
    write("order_items", &format!("{ITEMS}{item}"))?;
    write("orders", &format!("{ORDERS}{order}"))?;
    import(0)?;
    same("paid orders after one more", &paid()?, 3)
}

fn ad1(market: &Market) -> Walked {
    same("health", &market.get(&By::Nobody, "/api/health")?["status"], "ok")?;
    let home = market.page(&By::Nobody, "/")?;
    let sheet =
        home.split("href=\"").find(|rest| rest.split('"').next().is_some_and(|link| link.ends_with(".css")));
    let sheet = sheet.and_then(|rest| rest.split('"').next()).ok_or("the home page names no style sheet")?;
    holds("it is of the program's own", sheet.starts_with("/assets/"))?;
    let served = market.send(&By::Nobody, ("GET", sheet), &[], None)?;
    same("the status of the style sheet", &served.status.into(), 200)?;
    for part in ["sanhao.db", "lake", "blobs", "vault.key"] {
        holds(&format!("{part} in the folder"), market.dir.join(part).exists())?;
    }
    Ok(())
}

/// No difference, by the check over the API and by the one on the command line.
fn sound(market: &Market) -> Walked {
    let report = market.post(&By::Operator, "/api/platform/checks", &Value::Null)?;
    same("differences that the program finds", &report["faults"], json!([]))?;
    let told = market.cli_json(&["check"])?;
    same("differences on the command line", &told["faults"], json!([]))?;
    holds(
        &format!("bookings that were looked at, found {}", told["bookings"]),
        told["bookings"].as_i64() > Some(0),
    )
}

fn ae2(market: &Market) -> Walked {
    // Something to look at, if nothing else was walked.
    let goods = market.goods(&market.own, 5_000, 5)?;
    market.buy(&market.buyer()?, &[(goods.sku(), 1)])?;
    sound(market)?;
    same("health", &market.get(&By::Nobody, "/api/health")?["books"], "sound")
}

fn ae4(market: &Market) -> Walked {
    let goods = market.goods(&market.own, 5_000, 50)?;
    let buyers = [market.buyer()?, market.buyer()?, market.buyer()?];
    let is_over = AtomicBool::new(false);
    // Each places up to its bound of unpaid purchases, and pays in between; what was answered is remembered.
    let answered: Vec<Vec<String>> = std::thread::scope(|scope| {
        let load: Vec<_> = buyers
            .iter()
            .map(|buyer| {
                let (goods, is_over) = (&goods, &is_over);
                scope.spawn(move || {
                    let mut told = Vec::new();
                    while !is_over.load(Ordering::Relaxed) && told.len() < 8 {
                        match market.place(buyer, &[(goods.sku(), 1)]) {
                            Ok(placed) => told.extend(placed["purchase"].as_str().map(str::to_owned)),
                            Err(_) => break,
                        }
                        if told.len() == 3 {
                            is_over.store(true, Ordering::Relaxed);
                            market.kill();
                        }
                    }
                    told
                })
            })
            .collect();
        load.into_iter().map(|thread| thread.join().unwrap_or_default()).collect()
    });
    market.restart()?;
    for (buyer, told) in buyers.iter().zip(&answered) {
        let all = market.get(&buyer.by, "/api/store/purchases?limit=100")?;
        let there = compare::texts(compare::items(&all)?, "purchase");
        let once: BTreeSet<&String> = there.iter().collect();
        same("purchases that are there twice", &(there.len() - once.len()).into(), 0)?;
        let lost: Vec<&String> = told.iter().filter(|purchase| !once.contains(purchase)).collect();
        same("purchases that are lost", &json!(lost), json!([]))?;
    }
    sound(market)
}
