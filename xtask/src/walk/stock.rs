//! Stock: places, what is kept for a while, no oversell, the journal.

use super::compare::{self, Walked, holds, same, text, whole};
use super::market::{Buyer, Market, PAY_WITHIN, order_of};
use super::{Row, Turn, row};
use serde_json::{Value, json};

pub(super) const ROWS: &[Row] = &[
    row(
        "B1",
        "Several stock locations",
        "3 units lie in one warehouse and 2 in a second one; 4 are bought in one order",
        "5 can be sold; the order is taken from both, 4 units in all, and 1 is left",
        b1,
    ),
    Row {
        id: "B2",
        title: "Stock kept for a checkout, for a limited time",
        action: "2 of 3 units are placed and not paid for, in a market where that may take 20 seconds",
        value: "1 is left meanwhile; once the time is over all 3 can be sold again",
        turn: Turn::Beside,
        walk: b2,
    },
    row(
        "B3",
        "No oversell by construction",
        "6 purchases of the last 3 units are placed at the same time",
        "3 are placed, 3 are refused with warehouse.short, 0 units are left",
        b3,
    ),
    row(
        "B4",
        "Ordered locking of several lines",
        "8 purchases of the same two things are placed at the same time, half of them in the opposite order",
        "all 8 are placed, and both things have 8 fewer",
        b4,
    ),
    row(
        "B6",
        "An append-only journal of stock that makes up the balance",
        "10 units arrive, 2 break, a count finds 7, 3 are bought and shipped",
        "the movements add up to the 4 on hand, and the check of all stock finds no difference",
        b6,
    ),
    row(
        "B9",
        "Receiving, counting and adjusting, with reason and reference",
        "5 units arrive by PO-7, 1 is written off as damage; then more is written off than lies there",
        "the journal holds +5 purchase PO-7 and -1 damage; the last is refused and 4 are left",
        b9,
    ),
];

fn b1(market: &Market) -> Walked {
    let shop = &market.own;
    let mut goods = market.goods(shop, 5_000, 3)?;
    let sku = goods.sku().to_owned();
    let second =
        market.post(&shop.owner, &shop.at("/warehouses"), &json!({"name": "走查二仓", "turn": 9}))?;
    goods.warehouse = text(&second["warehouse"])?;
    market.receive(shop, &goods, &sku, 2)?;
    same("units to sell", &market.left(shop, &sku)?, 5)?;
    let buyer = market.buyer()?;
    let bought = market.buy(&buyer, &[(&sku, 4)])?;
    let path = shop.at(&format!("/orders/{}", order_of(&bought)?));
    let order = market.get(&shop.owner, &path)?;
    let sites = order["sites"].as_array().cloned().unwrap_or_default();
    same("warehouses of the order", &sites.len().into(), 2)?;
    let units: i64 = sites.iter().filter_map(|site| site["lines"][0]["quantity"].as_i64()).sum();
    same("units of the order", &units.into(), 4)?;
    same("units left", &market.left(shop, &sku)?, 1)
}

fn b2(market: &Market) -> Walked {
    let shop = &market.own;
    let goods = market.goods(shop, 5_000, 3)?;
    let placed = market.place(&market.buyer()?, &[(goods.sku(), 2)])?;
    let held = compare::micros(&placed["pay_by"])? - compare::micros(&placed["placed_at"])?;
    same("the seconds to pay", &(held / 1_000_000).into(), PAY_WITHIN)?;
    same("units left meanwhile", &market.left(shop, goods.sku())?, 1)?;
    market.until("3 units to sell again", || Ok((market.left(shop, goods.sku())? == 3).then_some(())))
}

/// Places quotes at the same time; the status and code of each answer.
fn placed_at_once(market: &Market, quotes: &[(&Buyer, Value)]) -> Walked<Vec<(u16, String)>> {
    let place = |(buyer, quote): &(&Buyer, Value)| {
        let body = json!({"quote": quote["quote"]});
        let reply = market.send(&buyer.by, ("POST", "/api/store/purchases"), &[], Some(&body))?;
        Ok::<_, String>((reply.status, reply.json()["code"].as_str().unwrap_or_default().to_owned()))
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = quotes.iter().map(|quote| scope.spawn(move || place(quote))).collect();
        threads.into_iter().map(|thread| thread.join().map_err(|_| "a thread panicked".to_owned())?).collect()
    })
}

fn b3(market: &Market) -> Walked {
    let shop = &market.own;
    let goods = market.goods(shop, 5_000, 3)?;
    let buyers = [market.buyer()?, market.buyer()?];
    let mut quotes = Vec::new();
    for n in 0..6 {
        let buyer = &buyers[n % 2];
        quotes.push((buyer, market.quote(buyer, &[(goods.sku(), 1)])?));
    }
    let told = placed_at_once(market, &quotes)?;
    let short = (409, "warehouse.short".to_owned());
    let (placed, refused) =
        (told.iter().filter(|told| told.0 == 201), told.iter().filter(|told| **told == short));
    same("purchases that were placed", &placed.count().into(), 3)?;
    same("purchases that were refused with warehouse.short", &refused.count().into(), 3)?;
    same("units left", &market.left(shop, goods.sku())?, 0)
}

fn b4(market: &Market) -> Walked {
    let shop = &market.own;
    let (one, two) = (market.goods(shop, 5_000, 20)?, market.goods(shop, 3_000, 20)?);
    let buyers = [market.buyer()?, market.buyer()?];
    let mut quotes = Vec::new();
    for n in 0..8 {
        let buyer = &buyers[n % 2];
        let mut lines = [(one.sku(), 1), (two.sku(), 1)];
        if n >= 4 {
            lines.reverse();
        }
        quotes.push((buyer, market.quote(buyer, &lines)?));
    }
    let told = placed_at_once(market, &quotes)?;
    same("purchases that were placed", &told.iter().filter(|told| told.0 == 201).count().into(), 8)?;
    same("units of the first", &market.left(shop, one.sku())?, 12)?;
    same("units of the second", &market.left(shop, two.sku())?, 12)
}

/// What ever moved a variant.
fn journal(market: &Market, sku: &str) -> Walked<Vec<Value>> {
    let shop = &market.own;
    let page = market.get(&shop.owner, &shop.at(&format!("/stock/{sku}/movements?limit=100")))?;
    Ok(compare::items(&page)?.clone())
}

fn b6(market: &Market) -> Walked {
    let shop = &market.own;
    let goods = market.goods(shop, 5_000, 10)?;
    let at = |what: &str| shop.at(&format!("/stock/{}/{what}", goods.sku()));
    let change = |quantity: i64, reason: &str| json!({"warehouse": goods.warehouse, "quantity": quantity, "reason": reason});
    market.post(&shop.owner, &at("adjust"), &change(-2, "damage"))?;
    market.post(&shop.owner, &at("count"), &change(7, "count"))?;
    let bought = market.buy(&market.buyer()?, &[(goods.sku(), 3)])?;
    let ship = json!({"carrier": "sf", "number": format!("SF{:013}", market.number())});
    market.post(&shop.owner, &shop.at(&format!("/orders/{}/ship", order_of(&bought)?)), &ship)?;
    let stock = market.get(&shop.owner, &shop.at(&format!("/stock/{}", goods.sku())))?;
    let hand = whole(&stock["places"][0]["on_hand"])?;
    same("units on hand", &hand.into(), 4)?;
    // What is kept for an order still lies there.
    let sum: i64 = journal(market, goods.sku())?
        .iter()
        .filter_map(|one| {
            let quantity = one["quantity"].as_i64()?;
            match one["moved"].as_str()? {
                "reserved" | "released" => None,
                "shipped" => Some(-quantity),
                _ => Some(quantity),
            }
        })
        .sum();
    same("the movements together", &sum.into(), hand)?;
    let report = market.cli_json(&["check"])?;
    let faults = report["faults"].as_array().cloned().unwrap_or_default();
    let of_stock: Vec<&Value> = faults.iter().filter(|fault| fault["where"] == "stock").collect();
    holds(&format!("no difference of stock, found {of_stock:?}"), of_stock.is_empty())
}

fn b9(market: &Market) -> Walked {
    let shop = &market.own;
    let goods = market.list(shop, &market.content(shop, &[5_000]))?;
    let at = |what: &str| shop.at(&format!("/stock/{}/{what}", goods.sku()));
    let change = |quantity: i64, reason: &str, reference: Option<&str>| json!({"warehouse": goods.warehouse, "quantity": quantity, "reason": reason, "reference": reference});
    market.post(&shop.owner, &at("receive"), &change(5, "purchase", Some("PO-7")))?;
    market.post(&shop.owner, &at("adjust"), &change(-1, "damage", None))?;
    let too_many = change(-5, "loss", None);
    let below = (409, "warehouse.below_reserved");
    market.refused(&shop.owner, ("POST", &at("adjust")), Some(&too_many), below)?;
    let moves = journal(market, goods.sku())?;
    let told: Vec<Value> =
        moves.iter().map(|one| json!([one["quantity"], one["reason"], one["reference"]])).collect();
    same("the journal, newest first", &json!(told), json!([[-1, "damage", null], [5, "purchase", "PO-7"]]))?;
    let stock = market.get(&shop.owner, &shop.at(&format!("/stock/{}", goods.sku())))?;
    same("units left", &stock["available"], 4)
}
