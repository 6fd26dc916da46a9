//! Coupons: of the platform and of shops, their conditions and what they take off, how many there are.

use super::compare::{self, Walked, amount, has, holds, same, text};
use super::market::{Buyer, By, Market, Shop, yuan};
use super::{Row, Turn, row};
use serde_json::{Value, json};

pub(super) const ROWS: &[Row] = &[
    row(
        "F1",
        "Coupons of the platform and of shops, in one place to claim them",
        "a shop offers 10.00 off and the platform 5.00 off; a member finds both among the coupons, claims and uses them",
        "both are on the page; 100.00 cost 85.00, and both claims are spent",
        f1,
    ),
    row(
        "F2",
        "Conditions and actions of promotions",
        "a shop's 10 % with 15.00 at most, the platform's freight coupon, and one for another category are held; goods for \
         200.00 with 8.00 freight are priced; then a shop's second unit at half its price, for its followers, with goods for 99.00",
        "15.00 and 8.00 come off, the third is refused with out_of_scope, and 185.00 are to be paid; coupon.not_in_segment \
         before the shop is followed, few_units for one unit, 148.50 for two",
        f2,
    ),
    row(
        "F3",
        "A usage limit that holds under concurrency",
        "the last piece of a coupon is claimed 6 times at once by two members",
        "one claim is made, five are refused, and the coupon counts 1",
        f3,
    ),
    Row {
        id: "F4",
        title: "Which promotions go together, and which go alone",
        action: "two coupons of a shop, 10.00 and 6.00, one of the platform, 5.00, and an exclusive one of 12.00 are held for \
                 goods of 100.00; then the market's terms take two of a shop",
        value: "85.00 are to be paid, and the two others name coupons.most and coupon.exclusive; then 79.00, and only the \
                exclusive one is left",
        turn: Turn::Last,
        walk: f4,
    },
];

/// Offers a coupon of a shop or of the platform: so many pieces, one for each member; its id.
pub(super) fn offer(
    market: &Market,
    shop: Option<&Shop>,
    worth: &Value,
    (total, scope): (i64, &Value),
) -> Walked<String> {
    offer_as(market, shop, worth, (total, scope), &json!({}))
}

/// The same, with more that is said of it.
fn offer_as(
    market: &Market,
    shop: Option<&Shop>,
    worth: &Value,
    (total, scope): (i64, &Value),
    more: &Value,
) -> Walked<String> {
    let mut body = json!({"title": format!("走查券 {}", market.number()), "worth": worth, "total": total, "each": 1,
        "from": "2025-01-01", "until": "2099-12-31", "scope": scope});
    for (name, value) in more.as_object().into_iter().flatten() {
        body[name] = value.clone();
    }
    let made = match shop {
        Some(shop) => market.post(&shop.owner, &shop.at("/coupons"), &body)?,
        None => market.post(&By::Operator, "/api/platform/coupons", &body)?,
    };
    text(&made["coupon"])
}

/// Somebody claims a piece of a coupon.
pub(super) fn claimed(market: &Market, buyer: &Buyer, coupon: &str) -> Walked {
    market.done(&buyer.by, "POST", &format!("/api/store/coupons/{coupon}/claims"), None).map(drop)
}

/// So much off from a price on.
pub(super) fn off(over: i64, off: i64) -> Value {
    json!({"kind": "off", "over": yuan(over), "off": yuan(off)})
}

fn f1(market: &Market) -> Walked {
    let shop = &market.own;
    let goods = market.goods(shop, 10_000, 5)?;
    let scope = json!({"products": [goods.product]});
    let buyer = market.buyer()?;
    let coupons = [
        offer(market, Some(shop), &off(5_000, 1_000), (10, &scope))?,
        offer(market, None, &off(5_000, 500), (10, &scope))?,
    ];
    let offered = market.get(&buyer.by, "/api/store/coupons?limit=99")?;
    let page = market.page(&buyer.by, "/coupons")?;
    for coupon in &coupons {
        let found = compare::item(&offered, "coupon", coupon)?;
        has("the page of coupons", &page, &text(&found["title"])?)?;
        claimed(market, &buyer, coupon)?;
    }
    let bought = market.buy(&buyer, &[(goods.sku(), 1)])?;
    amount("what was paid", &bought["total"], 8_500)?;
    let used = market.get(&buyer.by, "/api/store/claims?state=spent")?;
    same("claims that are spent", &compare::items(&used)?.len().into(), 2)
}

fn f2(market: &Market) -> Walked {
    let shop = &market.own;
    let mut content = market.content(shop, &[20_000]);
    content["freight"] = json!({"fee": yuan(800), "free_from": null});
    let goods = market.list(shop, &content)?;
    market.receive(shop, &goods, goods.sku(), 5)?;
    let buyer = market.buyer()?;
    let percent = json!({"kind": "percent", "over": yuan(3_000), "ppm": 100_000, "most": yuan(1_500)});
    let freight = json!({"kind": "freight", "over": yuan(3_900), "off": yuan(1_000)});
    let here = json!({"products": [goods.product]});
    for coupon in [
        offer(market, Some(shop), &percent, (10, &here))?,
        offer(market, None, &freight, (10, &json!({})))?,
        offer(market, None, &off(0, 3_000), (10, &json!({"category": "fresh"})))?,
    ] {
        claimed(market, &buyer, &coupon)?;
    }
    let quote = market.quote(&buyer, &[(goods.sku(), 1)])?;
    let mut taken: Vec<i64> = quote["applied"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|one| one["amount"]["minor"].as_i64())
        .collect();
    taken.sort_unstable();
    same("what comes off, in minor units", &json!(taken), json!([800, 1_500]))?;
    same("why the third does not", &quote["refused"][0]["reason"], "out_of_scope")?;
    amount("what is to be paid", &quote["total"], 18_500)?;

    let goods = market.goods(shop, 9_900, 5)?;
    let half =
        json!({"kind": "deal", "over": yuan(0), "buy": 1, "get": 1, "ppm": 500_000, "most": yuan(10_000)});
    let here = json!({"products": [goods.product]});
    let followers = json!({"segment": {"kind": "followers"}});
    let deal = offer_as(market, Some(shop), &half, (10, &here), &followers)?;
    let claims = format!("/api/store/coupons/{deal}/claims");
    market.refused(&buyer.by, ("POST", &claims), None, (409, "coupon.not_in_segment"))?;
    market.done(&buyer.by, "PUT", &format!("/api/store/account/follows/{}", shop.id), None)?;
    claimed(market, &buyer, &deal)?;
    let one = market.quote(&buyer, &[(goods.sku(), 1)])?;
    let reasons = compare::texts(one["refused"].as_array().map_or(&[], Vec::as_slice), "reason");
    holds(
        &format!("few_units among the reasons, found {reasons:?}"),
        reasons.iter().any(|why| why == "few_units"),
    )?;
    amount("one unit", &one["total"], 9_900)?;
    amount("two units", &market.quote(&buyer, &[(goods.sku(), 2)])?["total"], 14_850)
}

fn f3(market: &Market) -> Walked {
    let shop = &market.own;
    let coupon = offer(market, Some(shop), &off(5_000, 100), (1, &json!({})))?;
    let buyers = [market.buyer()?, market.buyer()?];
    let path = format!("/api/store/coupons/{coupon}/claims");
    let claim =
        |n: usize| market.send(&buyers[n % 2].by, ("POST", &path), &[], None).map(|reply| reply.status);
    let told: Vec<u16> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..6).map(|n| scope.spawn(move || claim(n))).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().map_err(|_| "a thread panicked".to_owned())?)
            .collect::<Walked<_>>()
    })?;
    same("claims that were made", &told.iter().filter(|status| **status == 201).count().into(), 1)?;
    same("claims that were refused", &told.iter().filter(|status| **status == 409).count().into(), 5)?;
    let all = market.get(&shop.owner, &shop.at("/coupons?limit=99"))?;
    same("pieces that are claimed", &compare::item(&all, "coupon", &coupon)?["claimed"], 1)
}

fn f4(market: &Market) -> Walked {
    let shop = &market.own;
    let goods = market.goods(shop, 10_000, 5)?;
    let scope = json!({"products": [goods.product]});
    let buyer = market.buyer()?;
    let of = (10, &scope);
    for coupon in [
        offer(market, Some(shop), &off(5_000, 1_000), of)?,
        offer(market, Some(shop), &off(5_000, 600), of)?,
        offer(market, None, &off(5_000, 500), of)?,
        offer_as(market, None, &off(5_000, 1_200), of, &json!({"exclusive": true}))?,
    ] {
        claimed(market, &buyer, &coupon)?;
    }
    let before = market.quote(&buyer, &[(goods.sku(), 1)])?;
    amount("what is to be paid", &before["total"], 8_500)?;
    same(
        "the clauses of those that were not taken",
        &clauses(&before),
        json!(["coupon.exclusive", "coupons.most"]),
    )?;
    market.restart_with(&[("class = \"shop\", value = 1", "class = \"shop\", value = 2")])?;
    let after = market.quote(&buyer, &[(goods.sku(), 1)]);
    // The terms go back whatever was found.
    market.restart_with(&[])?;
    let after = after?;
    amount("what is to be paid where two of a shop go together", &after["total"], 7_900)?;
    same("the clause of the one that was not taken", &clauses(&after), json!(["coupon.exclusive"]))
}

/// By which clauses the coupons of a price were not taken, in order.
fn clauses(quote: &Value) -> Value {
    let mut all = compare::texts(quote["refused"].as_array().map_or(&[], Vec::as_slice), "clause");
    all.sort();
    json!(all)
}
