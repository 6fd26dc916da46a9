//! What shops list: drafts, attributes, reviews, edits beside the live version, kits, prices.

use super::compare::{self, Walked, amount, has, holds, same, text, whole};
use super::market::{Buyer, By, Goods, Market, yuan};
use super::{Row, row};
use crate::served;
use serde_json::{Value, json};

pub(super) const ROWS: &[Row] = &[
    row(
        "A1",
        "Products with variants, options, pictures and drafts",
        "a shop uploads a picture, writes a draft of two options, and hands it in; the platform approves it",
        "the draft is on no shelf; then two variants at 99.00 and 129.00 and the picture in its sizes are on sale",
        a1,
    ),
    row(
        "A2",
        "Attributes of a category, some of them required",
        "the platform makes a category with a required choice; a product is handed in without it, then with it",
        "the first is refused by the attribute's name; the second shows the option that was chosen",
        a2,
    ),
    row(
        "A5",
        "Review of listings: approved, rejected, with the reason",
        "an edit is handed in, rejected with a reason and a note, and approved when it is handed in anew",
        "it waits in the queue; its shop reads wrong_picture and the note; then it is on sale",
        a5,
    ),
    row(
        "A6",
        "A shop's changes as edits beside the live version",
        "the title of a live product is edited and handed in",
        "buyers read the old title until the edit is approved, which names the field with before and after",
        a6,
    ),
    row(
        "A8",
        "Banned words on listings",
        "a title that calls itself the first of all is handed in",
        "it is refused and names the word; without the word it is taken",
        a8,
    ),
    row(
        "A10",
        "Versions of a listing, with differences and a way back",
        "a product's title is changed twice and rolled back to its first version",
        "three versions, each with what it changed, and a draft with the first title",
        a10,
    ),
    row(
        "A11",
        "Kits that share the stock of their parts",
        "a kit of two of one thing (10 units) and one of another (6 units) is bought twice",
        "5 kits can be sold, then 3; the parts have 6 and 4 left",
        a11,
    ),
    row(
        "A12",
        "Digital and virtual goods",
        "a thing with 2 codes, 30.00 each, and a file are bought without an address; then something that has neither code nor \
         file is asked for, and a unit of it counted by hand",
        "the code is masked until its buyer asks for it; the file comes 5 times, and no sixth time; what has nothing to be \
         delivered is refused, and so is the unit; with 2 codes there are 2 to sell",
        a12,
    ),
    row(
        "A14",
        "History of prices, and the lowest price before",
        "a price that stood for more than 30 days is lowered by 1.00, and raised again",
        "the lowest price of 30 days is struck, over the API and on the page; a price that was raised has none",
        a14,
    ),
    row(
        "U8",
        "A search that is never behind",
        "a product is approved under a word of its own, found, and its title changed to another word",
        "the very next search finds it by the first word, then by the second one and by the first no more",
        fresh,
    ),
];

fn a1(market: &Market) -> Walked {
    let shop = &market.own;
    // A picture of the market itself, taken in anew.
    let shown = market.get(&By::Nobody, &format!("/api/store/products/{}", shop.shelf[0]))?;
    let sizes = shown["gallery"][0].as_array().ok_or("a product of the demo has no picture")?;
    let largest = sizes.iter().max_by_key(|size| size["width"].as_i64()).ok_or("a picture has no sizes")?;
    let file = served::ask(&market.at, ("GET", &format!("/media/{}", text(&largest["key"])?)), &[], b"")?;
    let picture = text(&market.upload(shop, ("POST", &shop.at("/media")), &file.body)?["key"])?;

    let mut content = market.content(shop, &[9_900, 12_900]);
    content["gallery"] = json!([picture]);
    let draft = market.post(&shop.owner, &shop.at("/products"), &content)?;
    same("the edit", &draft["status"], "draft")?;
    let path = format!("/api/store/products/{}", text(&draft["product"])?);
    let hidden = market.send(&By::Nobody, ("GET", &path), &[], None)?;
    same("the status of what is a draft", &hidden.status.into(), 404)?;
    market.approve(shop, &draft)?;
    let live = market.get(&By::Nobody, &path)?;
    let variants = live["variants"].as_array().ok_or("a product without variants")?;
    same("the variants", &variants.len().into(), 2)?;
    amount("the first variant", &variants[0]["price"], 9_900)?;
    amount("the second variant", &variants[1]["price"], 12_900)?;
    same("the option", &live["axes"][0]["values"][1], "2 号")?;
    holds("the picture in its sizes", live["gallery"][0].as_array().is_some_and(|all| !all.is_empty()))
}

fn a2(market: &Market) -> Walked {
    let shop = &market.own;
    let code = format!("home.walk{}", market.number());
    let new = json!({"code": code, "zh": "走查", "en": "Walk"});
    let category = market.post(&By::Operator, "/api/platform/categories", &new)?;
    let asked = json!({"zh": "走查材质", "en": "Walked material", "kind": "choice", "required": true,
        "options": [{"code": "clay", "zh": "陶", "en": "Clay"}, {"code": "glass", "zh": "玻璃", "en": "Glass"}]});
    let path = format!("/api/platform/categories/{code}/attributes");
    let attribute = text(&market.post(&By::Operator, &path, &asked)?["attribute"])?;
    // What its parents require is answered as well, with the first option of each.
    let all = market.get(&shop.owner, &shop.at(&format!("/categories/{code}/attributes")))?;
    let answer = |of: &Value| {
        let value = match of["options"][0]["code"].as_str() {
            Some(code) => code.to_owned(),
            None => "1".to_owned(),
        };
        json!({"attribute": of["attribute"], "value": value})
    };
    let needed = compare::items(&all)?.iter().filter(|of| of["required"] == true);
    let (own, above): (Vec<&Value>, Vec<&Value>) =
        needed.partition(|of| of["attribute"] == attribute.as_str());
    let mut content = market.content(shop, &[9_900]);
    content["category"] = category["category"].clone();
    content["attributes"] = above.into_iter().map(answer).collect();
    let draft = market.post(&shop.owner, &shop.at("/products"), &content)?;
    let edit = shop.at(&format!("/edits/{}", text(&draft["edit"])?));
    let submit = format!("{edit}/submit");
    let said = market.refused(&shop.owner, ("POST", &submit), None, (422, "catalog.content"))?;
    has("the refusal", &said, &attribute)?;
    let answers: Vec<Value> = content["attributes"]
        .as_array()
        .into_iter()
        .flatten()
        .cloned()
        .chain(own.into_iter().map(answer))
        .collect();
    content["attributes"] = json!(answers);
    let saved = json!({"revision": draft["revision"], "content": content});
    let draft = market.put(&shop.owner, &edit, &saved)?;
    market.approve(shop, &draft)?;
    let live = market.get(&By::Nobody, &format!("/api/store/products/{}", text(&draft["product"])?))?;
    let said = live["attributes"].as_array().into_iter().flatten().find(|said| said["zh"] == "走查材质");
    same("the attribute", &said.map_or(Value::Null, |said| said["value_zh"].clone()), "陶")
}

fn a5(market: &Market) -> Walked {
    let shop = &market.own;
    let draft = market.post(&shop.owner, &shop.at("/products"), &market.content(shop, &[9_900]))?;
    let id = text(&draft["edit"])?;
    let edit = shop.at(&format!("/edits/{id}"));
    market.done(&shop.owner, "POST", &format!("{edit}/submit"), None)?;
    let queue = market.get(&market.clerk, "/api/platform/reviews?limit=100")?;
    compare::item(&queue, "edit", &id)?;
    let why = json!({"reason": "wrong_picture", "note": "第一张要白底"});
    market.post(&market.clerk, &format!("/api/platform/reviews/{id}/reject"), &why)?;
    let seen = market.get(&shop.owner, &edit)?;
    same("the edit", &seen["status"], "rejected")?;
    same("the reason", &seen["reason"], "wrong_picture")?;
    same("the note", &seen["note"], "第一张要白底")?;
    let goods = market.list(shop, &market.content(shop, &[9_900]))?;
    let row = market.get(&shop.owner, &shop.at(&format!("/products/{}", goods.product)))?;
    same("what was approved", &row["status"], "on")
}

/// Edits the title of a live product; the edit, not yet handed in.
fn retitled(market: &Market, product: &str, title: &str) -> Walked<Value> {
    let shop = &market.own;
    let row = market.get(&shop.owner, &shop.at(&format!("/products/{product}")))?;
    let mut content = row["live"].clone();
    content["title"] = json!(title);
    market.post(&shop.owner, &shop.at(&format!("/products/{product}/edits")), &content)
}

fn a6(market: &Market) -> Walked {
    let shop = &market.own;
    let goods = market.goods(shop, 9_900, 3)?;
    let path = format!("/api/store/products/{}", goods.product);
    let before = market.get(&By::Nobody, &path)?["title"].clone();
    let title = format!("{} 大容量", text(&before)?);
    let edit = retitled(market, &goods.product, &title)?;
    let id = text(&edit["edit"])?;
    let waiting = market.done(&shop.owner, "POST", &shop.at(&format!("/edits/{id}/submit")), None)?;
    same("the changed field", &waiting["changes"][0]["field"], "title")?;
    same("before", &waiting["changes"][0]["before"], before.clone())?;
    same("after", &waiting["changes"][0]["after"], title.as_str())?;
    same("the live title meanwhile", &market.get(&By::Nobody, &path)?["title"], before)?;
    market.done(&By::Operator, "POST", &format!("/api/platform/reviews/{id}/approve"), None)?;
    same("the live title", &market.get(&By::Nobody, &path)?["title"], title.as_str())
}

fn a8(market: &Market) -> Walked {
    let shop = &market.own;
    let mut content = market.content(shop, &[9_900]);
    let plain = content["title"].clone();
    content["title"] = json!(format!("全网第一 {}", text(&plain)?));
    let draft = market.post(&shop.owner, &shop.at("/products"), &content)?;
    let edit = shop.at(&format!("/edits/{}", text(&draft["edit"])?));
    let submit = format!("{edit}/submit");
    let said = market.refused(&shop.owner, ("POST", &submit), None, (422, "catalog.banned_words"))?;
    has("the refusal", &said, "第一")?;
    content["title"] = plain;
    market.put(&shop.owner, &edit, &json!({"revision": draft["revision"], "content": content}))?;
    let taken = market.done(&shop.owner, "POST", &submit, None)?;
    same("without the word", &taken["status"], "waiting")
}

fn a10(market: &Market) -> Walked {
    let shop = &market.own;
    let goods = market.list(shop, &market.content(shop, &[9_900]))?;
    let path = shop.at(&format!("/products/{}", goods.product));
    let first = market.get(&shop.owner, &path)?["title"].clone();
    for word in ["二版", "三版"] {
        let edit = retitled(market, &goods.product, &format!("{} {word}", text(&first)?))?;
        market.approve(shop, &edit)?;
    }
    let versions = market.get(&shop.owner, &format!("{path}/versions"))?;
    same("the versions", &compare::items(&versions)?.len().into(), 3)?;
    let newest = &versions["items"][0];
    same("the newest version", &newest["version"], 3)?;
    same("what it changed", &newest["changes"][0]["before"], format!("{} 二版", text(&first)?))?;
    let back = market.done(&shop.owner, "POST", &format!("{path}/versions/1/roll-back"), None)?;
    same("the draft", &back["status"], "draft")?;
    same("its title", &back["content"]["title"], first)
}

fn a11(market: &Market) -> Walked {
    let shop = &market.own;
    let (cup, plate) = (market.goods(shop, 3_000, 10)?, market.goods(shop, 2_000, 6)?);
    let kit = market.list(shop, &market.content(shop, &[7_500]))?;
    let parts = json!({"parts": [{"sku": cup.sku(), "quantity": 2}, {"sku": plate.sku(), "quantity": 1}]});
    let made = market.put(&shop.owner, &shop.at(&format!("/stock/{}/parts", kit.sku())), &parts)?;
    same("kits that can be sold", &made["available"], 5)?;
    let buyer = market.buyer()?;
    let bought = market.buy(&buyer, &[(kit.sku(), 2)])?;
    amount("two kits", &bought["total"], 15_000)?;
    same("kits left", &market.left(shop, kit.sku())?, 3)?;
    same("units of the first part", &market.left(shop, cup.sku())?, 6)?;
    same("units of the second part", &market.left(shop, plate.sku())?, 4)
}

/// Something of one variant without a parcel.
fn digital(market: &Market, price: i64) -> Walked<Goods> {
    let mut content = market.content(&market.own, &[price]);
    content["kind"] = json!("digital");
    market.list(&market.own, &content)
}

/// What comes instead of a parcel, once it came by itself.
fn delivered(market: &Market, buyer: &Buyer, lines: &Value) -> Walked<Value> {
    let quote = market.post(&buyer.by, "/api/store/quotes", &json!({"lines": lines}))?;
    let bought = market.buy_quoted(buyer, &quote)?;
    market.until("the order to be delivered by itself", || {
        let order = market.order(buyer, &bought)?;
        Ok((order["status"] == "received").then_some(order))
    })
}

fn a12(market: &Market) -> Walked {
    let shop = &market.own;
    let at = |goods: &Goods, what: &str| shop.at(&format!("/stock/{}/{what}", goods.sku()));
    let book = digital(market, 500)?;
    let file = market.upload(shop, ("PUT", &at(&book, "file?name=walk.txt")), b"chapter one")?;
    same("how it is delivered", &json!([file["delivery"], file["bytes"]]), json!(["file", 11]))?;
    // A pool of two codes that nobody had.
    let pool = |goods: &Goods| {
        let n = market.number();
        let codes = json!({"codes": [format!("WALK-{n:08}-0001"), format!("WALK-{n:08}-0002")]});
        let pool = market.post(&shop.owner, &at(goods, "codes"), &codes)?;
        same("codes that nobody has", &pool["free"], 2)?;
        Ok::<_, String>(n)
    };
    let card = digital(market, 3_000)?;
    let n = pool(&card)?;
    same("units to sell", &market.left(shop, card.sku())?, 2)?;
    let buyer = market.buyer()?;
    let one = |goods: &Goods| json!({"sku": goods.sku(), "quantity": 1});
    let order = delivered(market, &buyer, &json!([one(&card), one(&book)]))?;
    let path = format!("/api/store/orders/{}", text(&order["order"])?);
    let codes = order["contents"]["codes"].as_array().cloned().unwrap_or_default();
    let masked: Vec<&Value> = codes.iter().map(|code| &code["masked"]).collect();
    let suffix = masked
        .first()
        .and_then(|one| one.as_str())
        .and_then(|one| one.strip_prefix("****"))
        .unwrap_or_default();
    let is_ours = masked.len() == 1 && ["0001", "0002"].contains(&suffix);
    same("the code as everybody may see it", &json!(is_ours), true)?;
    let code = format!("{path}/codes/{}", text(&codes[0]["code"])?);
    let stranger = market.buyer()?;
    market.refused(&stranger.by, ("POST", &code), None, (404, "order.not_found"))?;
    let clear = market.done(&buyer.by, "POST", &code, None)?;
    same("the code, once it is asked for", &clear["text"], format!("WALK-{n:08}-{suffix}"))?;
    let link = &order["contents"]["downloads"][0];
    let download = format!("{path}/downloads/{}", text(&link["download"])?);
    for _ in 0..whole(&link["most"])? {
        let got = market.send(&buyer.by, ("POST", &download), &[], None)?;
        same("the file", &json!([got.status, got.text()]), json!([200, "chapter one"]))?;
    }
    same("downloads that the link opens", &link["most"], 5)?;
    market.refused(&buyer.by, ("POST", &download), None, (410, "digital.link_used"))?;

    // What has nothing to be delivered is not sold, and nobody counts units of it by hand.
    let gift = digital(market, 3_000)?;
    let asked = json!({"lines": [one(&gift)]});
    market.refused(&buyer.by, ("POST", "/api/store/quotes"), Some(&asked), (409, "buy.not_on_sale"))?;
    let count = json!({"warehouse": gift.warehouse, "quantity": 1, "reason": "purchase"});
    market.refused(&shop.owner, ("POST", &at(&gift, "receive")), Some(&count), (409, "stock.codes"))?;
    pool(&gift)?;
    same("units left, as many as codes", &market.left(shop, gift.sku())?, 2)
}

fn a14(market: &Market) -> Walked {
    let shop = &market.own;
    // The demo's products have had their prices since its last day.
    let mut found = None;
    for product in &shop.shelf {
        let shown = market.get(&By::Nobody, &format!("/api/store/products/{product}"))?;
        let first = &shown["variants"][0];
        let (sku, now) = (text(&first["sku"])?, whole(&first["price"]["minor"])?);
        let points =
            market.get(&By::Nobody, &format!("/api/store/products/{product}/prices?sku={sku}&days=31"))?;
        let points = points.as_array().map_or(0, Vec::len);
        if points == 1 && now < 100_000 {
            found = Some((product, sku, now));
            break;
        }
    }
    let (product, sku, now) = found.ok_or("no product of the demo has cost the same for 31 days")?;
    let path = format!("/api/store/products/{product}");
    let set = |minor: i64| {
        let one = json!({"sku": sku, "price": yuan(minor), "list_price": null, "limit": null});
        market.put(&shop.owner, &shop.at(&format!("/products/{product}/prices")), &json!({"prices": [one]}))
    };
    let struck = || Ok::<_, String>(market.get(&By::Nobody, &path)?["variants"][0]["struck"].clone());
    set(now - 100)?;
    amount("the struck price", &struck()?, now)?;
    let page = market.page(&By::Nobody, &format!("/product/{product}?sku={sku}"))?;
    has("the page", &page, &format!("<s>¥{}</s>", compare::money(now)))?;
    set(now)?;
    same("the struck price of what was raised", &struck()?, Value::Null)
}

fn fresh(market: &Market) -> Walked {
    let shop = &market.own;
    let (first, second) = (format!("fa{}", market.number()), format!("fb{}", market.number()));
    let mut content = market.content(shop, &[5_000]);
    content["title"] = json!(format!("走查 {first}"));
    let goods = market.list(shop, &content)?;
    let found = |word: &str| {
        let list = market.get(&By::Nobody, &format!("/api/store/products?q={word}"))?;
        Ok::<_, String>(json!(compare::texts(compare::items(&list)?, "product")))
    };
    same("by the first word", &found(&first)?, json!([goods.product]))?;
    let edit = retitled(market, &goods.product, &format!("走查 {second}"))?;
    market.approve(shop, &edit)?;
    same("by the second word", &found(&second)?, json!([goods.product]))?;
    same("by the first word afterwards", &found(&first)?, json!([]))
}
