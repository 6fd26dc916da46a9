//! Orders: their states and what happened, what ends by itself, lists, the promise to ship, where a line came from.

use super::checkout::number;
use super::compare::{self, Walked, amount, has, holds, same, text};
use super::market::{By, Market, order_of};
use super::{Row, Turn, row};
use serde_json::{Value, json};

pub(super) const ROWS: &[Row] = &[
    row(
        "G1",
        "States of an order, its timeline and notes",
        "an order is received before it ships, then paid, noted by shop and platform, shipped and received",
        "the first is refused; the steps are placed, paid, shipped, received; the shop sees its own note alone",
        g1,
    ),
    Row {
        id: "G3",
        title: "Unpaid orders close by themselves and give stock back; late money is safe",
        action: "a purchase is left unpaid; a provider tells of its 50.00 after it was closed",
        value: "it is closed, 3 units can be sold again, and 50.00 go back as late",
        turn: Turn::Beside,
        walk: g3,
    },
    row(
        "G7",
        "Lists of orders by key, as fast at a million",
        "three orders of a shop are read page by page, one on each, by the shop and by the platform",
        "each comes once, newest first, each page names the next; cargo xtask bench orders times a million of them",
        g7,
    ),
    row(
        "H2",
        "Rules by which an order finds its warehouse",
        "the shop's first warehouse has 1 unit and its second one 5; orders of 3 and then of 1 are placed",
        "the first leaves whole from the second warehouse, the other from the first one, whose turn comes before",
        h2,
    ),
    row(
        "H6",
        "A promise to ship for each product, with its countdown",
        "a product that ships within 48 hours is looked at and bought",
        "its page says until when it ships; the order has to ship 48 hours after it was placed, and its shop's desk counts it",
        h6,
    ),
    row(
        "W1",
        "The scene of every order line, with its evidence",
        "a thing is found by a search and bought with the link's token; then a token is forged",
        "the line says search with an evidence of the search; the forged one is refused with scene.bad_token",
        w1,
    ),
];

fn g1(market: &Market) -> Walked {
    let shop = &market.own;
    let goods = market.goods(shop, 5_000, 5)?;
    let buyer = market.buyer()?;
    let bought = market.buy(&buyer, &[(goods.sku(), 1)])?;
    let id = order_of(&bought)?;
    let receive = format!("/api/store/orders/{id}/receive");
    market.refused(&buyer.by, ("POST", &receive), None, (409, "order.wrong_status"))?;
    market.post(&shop.owner, &shop.at(&format!("/orders/{id}/notes")), &json!({"text": "易碎，多包一层"}))?;
    let sale = format!("/api/platform/sales/{id}/notes");
    market.post(&By::Operator, &sale, &json!({"text": "平台备注"}))?;
    let ship = json!({"carrier": "sf", "number": number(market)});
    market.post(&shop.owner, &shop.at(&format!("/orders/{id}/ship")), &ship)?;
    market.done(&buyer.by, "POST", &receive, None)?;
    let order = market.order(&buyer, &bought)?;
    let steps = compare::texts(order["steps"].as_array().map_or(&[], Vec::as_slice), "what");
    same("the steps", &json!(steps), json!(["placed", "paid", "shipped", "received"]))?;
    let own = market.get(&shop.owner, &shop.at(&format!("/orders/{id}/notes")))?;
    same(
        "the shop's notes",
        &json!(compare::texts(compare::items(&own)?, "text")),
        json!(["易碎，多包一层"]),
    )?;
    let all = market.get(&By::Operator, &sale)?;
    same("the platform's notes", &compare::items(&all)?.len().into(), 2)
}

fn g3(market: &Market) -> Walked {
    let shop = &market.own;
    let goods = market.goods(shop, 5_000, 3)?;
    let buyer = market.buyer()?;
    let purchase = market.place(&buyer, &[(goods.sku(), 1)])?;
    // The buyer pays now, and it is told once the purchase is over.
    let path = format!("/api/store/purchases/{}/payments", text(&purchase["purchase"])?);
    let late = format!("delay:{}", super::market::PAY_WITHIN + 4);
    market.post(&buyer.by, &path, &json!({"provider": "sandbox", "script": late}))?;
    market.until("the purchase to be closed", || {
        Ok((market.purchase(&buyer, &purchase)?["status"] == "closed").then_some(()))
    })?;
    same("units to sell again", &market.left(shop, goods.sku())?, 3)?;
    let back = market.until("the late money to go back", || {
        let order = market.order(&buyer, &purchase)?;
        Ok(order["refunds"].as_array().and_then(|all| all.first().cloned()))
    })?;
    same("why it goes back", &back["why"], "late")?;
    amount("how much goes back", &back["amount"], 5_000)?;
    same("the purchase", &market.purchase(&buyer, &purchase)?["status"], "closed")
}

/// All orders of a list, one on each page.
fn paged(market: &Market, by: &By, path: &str) -> Walked<Vec<String>> {
    let (mut all, mut after) = (Vec::new(), String::new());
    loop {
        let page = market.get(by, &format!("{path}limit=1{after}"))?;
        all.extend(compare::texts(compare::items(&page)?, "order"));
        match page["next"].as_str() {
            Some(next) if all.len() < 10 => after = format!("&after={next}"),
            _ => return Ok(all),
        }
    }
}

fn g7(market: &Market) -> Walked {
    let shop = &market.own;
    let goods = market.goods(shop, 5_000, 5)?;
    let buyer = market.buyer()?;
    let mut placed = Vec::new();
    for _ in 0..3 {
        placed.push(order_of(&market.place(&buyer, &[(goods.sku(), 1)])?)?);
    }
    placed.reverse();
    let own = paged(market, &shop.owner, &shop.at(&format!("/orders?product={}&", goods.product)))?;
    same("the shop's list", &json!(own), json!(placed))?;
    let mine = paged(market, &buyer.by, "/api/store/orders?")?;
    same("the buyer's list", &json!(mine), json!(placed))?;
    let all =
        market.get(&By::Operator, &format!("/api/platform/sales?shop={}&order={}", shop.id, placed[0]))?;
    same("the platform's list", &json!(compare::texts(compare::items(&all)?, "order")), json!([placed[0]]))
}

fn h2(market: &Market) -> Walked {
    let shop = &market.own;
    let goods = market.goods(shop, 5_000, 1)?;
    let second =
        market.post(&shop.owner, &shop.at("/warehouses"), &json!({"name": "走查远仓", "turn": 9}))?;
    let second = text(&second["warehouse"])?;
    let body = json!({"warehouse": second, "quantity": 5, "reason": "purchase"});
    market.post(&shop.owner, &shop.at(&format!("/stock/{}/receive", goods.sku())), &body)?;
    let buyer = market.buyer()?;
    for (quantity, expected) in [(3, &second), (1, &goods.warehouse)] {
        market.place(&buyer, &[(goods.sku(), quantity)])?;
        let moves = market.get(&shop.owner, &shop.at(&format!("/stock/{}/movements", goods.sku())))?;
        let newest = &moves["items"][0];
        same(
            "the newest movement",
            &json!([newest["moved"], newest["quantity"]]),
            json!(["reserved", quantity]),
        )?;
        same(&format!("the warehouse of {quantity}"), &newest["warehouse"], expected.as_str())?;
    }
    Ok(())
}

fn h6(market: &Market) -> Walked {
    let shop = &market.own;
    let goods = market.goods(shop, 5_000, 5)?;
    let shown = market.get(&By::Nobody, &format!("/api/store/products/{}", goods.product))?;
    same("the promise", &shown["ship"], "ship-48h")?;
    holds("until when it ships", shown["ship_by"].is_string())?;
    let page = market.page(&By::Nobody, &format!("/product/{}", goods.product))?;
    has("the product's page", &page, "前发出")?;
    let buyer = market.buyer()?;
    let bought = market.buy(&buyer, &[(goods.sku(), 1)])?;
    let order = market.get(&shop.owner, &shop.at(&format!("/orders/{}", order_of(&bought)?)))?;
    let within = compare::micros(&order["ship_by"])? - compare::micros(&order["placed_at"])?;
    same("the hours to ship", &(within / 3_600_000_000).into(), 48)?;
    let today = market.get(&shop.owner, &shop.at("/today"))?;
    let due = today["due"].as_array().into_iter().flatten();
    let counted: i64 = due.filter_map(|due| due["orders"].as_i64()).sum();
    holds(&format!("orders to ship at the shop's desk, found {counted}"), counted > 0)
}

fn w1(market: &Market) -> Walked {
    let shop = &market.own;
    let mut content = market.content(shop, &[5_000]);
    // A word that no other product has.
    let word = format!("wk{}", market.number());
    content["title"] = json!(format!("走查 {word}"));
    let goods = market.list(shop, &content)?;
    market.receive(shop, &goods, goods.sku(), 5)?;
    let found = market.get(&By::Nobody, &format!("/api/store/products?q={word}"))?;
    let via = text(&compare::item(&found, "product", &goods.product)?["via"])?;
    let buyer = market.buyer()?;
    let line = |via: &str| json!({"sku": goods.sku(), "quantity": 1, "via": via});
    let of = ("POST", "/api/store/cart/lines");
    market.refused(&buyer.by, of, Some(&line("live.20000.room:1.00")), (422, "scene.bad_token"))?;
    market.post(&buyer.by, of.1, &line(&via))?;
    let quote = market.post(&buyer.by, "/api/store/quotes", &json!({"address": buyer.address}))?;
    let placed = market.post(&buyer.by, "/api/store/purchases", &json!({"quote": quote["quote"]}))?;
    let order = market.get(&shop.owner, &shop.at(&format!("/orders/{}", order_of(&placed)?)))?;
    same("the scene", &order["lines"][0]["scene"], "search")?;
    let evidence: &Value = &order["lines"][0]["evidence"];
    holds(
        &format!("an evidence of the search, found {evidence}"),
        evidence.as_str().is_some_and(|text| !text.is_empty()),
    )?;
    holds("the words of the search stand nowhere", !evidence.to_string().contains(&word))
}
