//! Cart and checkout: several shops in one purchase, prices that hold and explain themselves, limits, review.

use super::compare::{self, Walked, amount, holds, same, text, whole};
use super::market::{Buyer, Goods, Market, Shop, good, order_of, yuan};
use super::promotion::{claimed, offer};
use super::{Row, row};
use serde_json::{Value, json};

pub(super) const ROWS: &[Row] = &[
    row(
        "C1",
        "One cart with goods of many shops",
        "goods of two shops, 50.00 and 30.00, are put into one cart",
        "two lines of two shops, 80.00 together",
        c1,
    ),
    row(
        "C2",
        "An order for each shop under one purchase and one payment",
        "goods of two shops, 50.00 and 30.00, are placed at once and paid for once",
        "one payment of 80.00, after which two orders, 50.00 and 30.00, are paid",
        c2,
    ),
    row(
        "C3",
        "A way of delivery for each shop in one checkout",
        "of two shops one is asked for its next-day delivery at 12.00, the other for the standard one",
        "the first part costs 12.00 more, the second nothing, and both orders keep what was chosen",
        c3,
    ),
    row(
        "C4",
        "An idempotency key on placing",
        "the same purchase is sent twice under one key, and another one under the same key",
        "the same purchase is answered twice and there is one; the other is refused with web.key_reused",
        c4,
    ),
    row(
        "C5",
        "A price that holds for a while",
        "a price of 50.00 is quoted, the shop raises it to 60.00, the quote is placed",
        "the quote says until when it holds; 50.00 is what is to be paid, and a new quote says 60.00",
        c5,
    ),
    row(
        "C6",
        "The explanation of every price, kept with the order",
        "two coupons are held, of which one lowers 99.00 by 7.50 and the other begins at 500.00; then both are stopped",
        "the order names the first with 7.50, the second with short and 401.00, and the version of the terms",
        c6,
    ),
    row(
        "C7",
        "Purchase limits for each buyer",
        "of a thing that each buyer may have twice 3 are asked for; then 2 are bought, and 1 more is asked for",
        "the first and the last are refused with price.limit",
        c7,
    ),
    row(
        "C8",
        "Review of suspicious orders before they ship",
        "an account of today buys 21 units of one thing, where 20 pass; its shop ships; staff lets it go on",
        "the order is held for 21 of 20 units, its shipment refused with order.held, and ships once it is cleared",
        c8,
    ),
];

fn c1(market: &Market) -> Walked {
    let (one, two) = (market.goods(&market.own, 5_000, 5)?, market.goods(&market.other, 3_000, 5)?);
    let buyer = market.buyer()?;
    for goods in [&one, &two] {
        market.post(&buyer.by, "/api/store/cart/lines", &json!({"sku": goods.sku(), "quantity": 1}))?;
    }
    let cart = market.get(&buyer.by, "/api/store/cart")?;
    let mut shops = compare::texts(cart["lines"].as_array().map_or(&[], Vec::as_slice), "shop");
    shops.sort();
    let mut both = [market.own.id.clone(), market.other.id.clone()];
    both.sort();
    same("the shops of the lines", &json!(shops), json!(both))?;
    amount("the cart", &cart["total"], 8_000)
}

/// Goods of both shops, 50.00 and 30.00.
fn of_both(market: &Market) -> Walked<(Goods, Goods)> {
    Ok((market.goods(&market.own, 5_000, 5)?, market.goods(&market.other, 3_000, 5)?))
}

/// The order or the part of a price that is a shop's.
fn of_shop<'a>(list: &'a Value, shop: &Shop) -> Walked<&'a Value> {
    let found = list.as_array().into_iter().flatten().find(|one| one["shop"] == shop.id.as_str());
    found.ok_or_else(|| format!("expected a part of {}, found none", shop.id))
}

fn c2(market: &Market) -> Walked {
    let (one, two) = of_both(market)?;
    let buyer = market.buyer()?;
    let bought = market.buy(&buyer, &[(one.sku(), 1), (two.sku(), 1)])?;
    let payments = bought["payments"].as_array().cloned().unwrap_or_default();
    same("payments", &payments.len().into(), 1)?;
    amount("the payment", &payments[0]["amount"], 8_000)?;
    for (shop, total) in [(&market.own, 5_000), (&market.other, 3_000)] {
        let order = of_shop(&bought["orders"], shop)?;
        amount("an order", &order["total"], total)?;
        same("an order", &order["status"], "paid")?;
    }
    Ok(())
}

fn c3(market: &Market) -> Walked {
    let (one, two) = of_both(market)?;
    let buyer = market.buyer()?;
    let code = format!("walk-{}", market.number());
    let path = market.own.at(&format!("/delivery-methods/{code}"));
    let way = json!({"zh": "次日达", "en": "Next day", "fee": yuan(1_200), "free_from": null, "scope": {}, "within_hours": 24});
    market.put(&market.own.owner, &path, &way)?;
    let body = json!({"address": buyer.address, "lines": [{"sku": one.sku(), "quantity": 1}, {"sku": two.sku(), "quantity": 1}],
        "delivery_methods": [{"shop": market.own.id, "delivery_method": code}]});
    let quote = market.post(&buyer.by, "/api/store/quotes", &body)?;
    amount("the first shop's freight", &of_shop(&quote["shops"], &market.own)?["freight"], 1_200)?;
    amount("the second shop's freight", &of_shop(&quote["shops"], &market.other)?["freight"], 0)?;
    let placed = market.post(&buyer.by, "/api/store/purchases", &json!({"quote": quote["quote"]}))?;
    amount("the purchase", &placed["total"], 9_200)?;
    let of = |shop| Ok::<_, String>(of_shop(&placed["orders"], shop)?["delivery_method"].clone());
    same("the first order's way", &of(&market.own)?, code.as_str())?;
    same("the second order's way", &of(&market.other)?, Value::Null)?;
    market.done(&market.own.owner, "DELETE", &path, None).map(drop)
}

fn c4(market: &Market) -> Walked {
    let goods = market.goods(&market.own, 5_000, 5)?;
    let buyer = market.buyer()?;
    let key = format!("walk-{}", market.number());
    let place = |quote: &Value| {
        let body = json!({"quote": quote["quote"]});
        market.send(&buyer.by, ("POST", "/api/store/purchases"), &[("Idempotency-Key", &key)], Some(&body))
    };
    let quote = market.quote(&buyer, &[(goods.sku(), 1)])?;
    let (first, again) = (place(&quote)?, place(&quote)?);
    let first = good(("POST", "/api/store/purchases"), &first)?;
    same("the second answer", &again.json()["purchase"], first["purchase"].clone())?;
    let all = market.get(&buyer.by, "/api/store/purchases")?;
    same("purchases", &compare::items(&all)?.len().into(), 1)?;
    let other = place(&market.quote(&buyer, &[(goods.sku(), 2)])?)?;
    same("another purchase under the key", &other.json()["code"], "web.key_reused")?;
    same("units left", &market.left(&market.own, goods.sku())?, 4)
}

fn c5(market: &Market) -> Walked {
    let shop = &market.own;
    let goods = market.goods(shop, 5_000, 5)?;
    let buyer = market.buyer()?;
    let quote = market.quote(&buyer, &[(goods.sku(), 1)])?;
    let kept = market.get(&buyer.by, &format!("/api/store/quotes/{}", text(&quote["quote"])?))?;
    same("until when it holds", &kept["until"], quote["until"].clone())?;
    let price =
        json!({"prices": [{"sku": goods.sku(), "price": yuan(6_000), "list_price": null, "limit": null}]});
    market.put(&shop.owner, &shop.at(&format!("/products/{}/prices", goods.product)), &price)?;
    let placed = market.post(&buyer.by, "/api/store/purchases", &json!({"quote": quote["quote"]}))?;
    amount("what is to be paid", &placed["total"], 5_000)?;
    amount("a new quote", &market.quote(&buyer, &[(goods.sku(), 1)])?["total"], 6_000)
}

fn c6(market: &Market) -> Walked {
    let shop = &market.own;
    let goods = market.goods(shop, 9_900, 5)?;
    let buyer = market.buyer()?;
    let scope = json!({"products": [goods.product]});
    let off = |over: i64, off: i64| json!({"kind": "off", "over": yuan(over), "off": yuan(off)});
    let mut coupons = Vec::new();
    for worth in [off(5_000, 750), off(50_000, 2_000)] {
        let coupon = offer(market, Some(shop), &worth, (10, &scope))?;
        claimed(market, &buyer, &coupon)?;
        coupons.push(coupon);
    }
    let bought = market.buy(&buyer, &[(goods.sku(), 1)])?;
    for coupon in coupons {
        market.done(&shop.owner, "POST", &shop.at(&format!("/coupons/{coupon}/stop")), None)?;
    }
    let order = market.order(&buyer, &bought)?;
    same("coupons that were taken", &order["applied"].as_array().map(Vec::len).into(), 1)?;
    amount("what the first took off", &order["applied"][0]["amount"], 750)?;
    same("why the second was not taken", &order["refused"][0]["reason"], "short")?;
    amount("how much was missing", &order["refused"][0]["short"], 40_100)?;
    amount("what was paid", &order["total"], 9_150)?;
    let seen = market.get(&shop.owner, &shop.at(&format!("/orders/{}", order_of(&bought)?)))?;
    same("the version of the terms", &seen["terms"], "market-1")
}

fn c7(market: &Market) -> Walked {
    let shop = &market.own;
    let mut content = market.content(shop, &[5_000]);
    content["skus"][0]["limit"] = json!(2);
    let goods = market.list(shop, &content)?;
    market.receive(shop, &goods, goods.sku(), 9)?;
    let buyer = market.buyer()?;
    let refused = |quantity: i64| {
        let body = json!({"address": buyer.address, "lines": [{"sku": goods.sku(), "quantity": quantity}]});
        market.refused(&buyer.by, ("POST", "/api/store/quotes"), Some(&body), (409, "price.limit"))
    };
    refused(3)?;
    market.buy(&buyer, &[(goods.sku(), 2)])?;
    refused(1).map(drop)
}

fn c8(market: &Market) -> Walked {
    let shop = &market.own;
    let goods = market.goods(shop, 500, 30)?;
    let buyer: Buyer = market.buyer()?;
    let bought = market.buy(&buyer, &[(goods.sku(), 21)])?;
    let id = order_of(&bought)?;
    let sale = format!("/api/platform/sales/{id}");
    let seen = market.get(&market.admin, &sale)?;
    same("held", &seen["held"], true)?;
    let reason = seen["reasons"].as_array().into_iter().flatten().find(|reason| reason["sign"] == "units");
    let reason = reason.ok_or("expected the sign units, found none")?;
    same("its figure", &reason["figure"], 21)?;
    same("how many pass", &reason["most"], 20)?;
    let ship = (shop.at(&format!("/orders/{id}/ship")), json!({"carrier": "sf", "number": number(market)}));
    market.refused(&shop.owner, ("POST", &ship.0), Some(&ship.1), (409, "order.held"))?;
    market.done(&market.admin, "POST", &format!("{sale}/clear"), None)?;
    let shipped = market.post(&shop.owner, &ship.0, &ship.1)?;
    same("once it is cleared", &shipped["status"], "shipped")?;
    holds("no unit is kept any more", whole(&market.left(shop, goods.sku())?)? == 9)
}

/// A carrier's number that no other order has.
pub(super) fn number(market: &Market) -> String {
    format!("SF{:013}", market.number())
}
