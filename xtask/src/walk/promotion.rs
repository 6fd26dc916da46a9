//! Coupons: of the platform and of shops, their conditions and what they take off, how many there are.

use super::compare::{self, Walked, amount, has, same, text};
use super::market::{Buyer, By, Market, Shop, yuan};
use super::{Row, row};
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
         200.00 with 8.00 freight are priced",
        "15.00 and 8.00 come off, the third is refused with out_of_scope, and 185.00 are to be paid",
        f2,
    ),
    row(
        "F3",
        "A usage limit that holds under concurrency",
        "the last piece of a coupon is claimed 6 times at once by two members",
        "one claim is made, five are refused, and the coupon counts 1",
        f3,
    ),
];

/// Offers a coupon of a shop or of the platform: so many pieces, one for each member; its id.
pub(super) fn offer(
    market: &Market,
    shop: Option<&Shop>,
    worth: &Value,
    (total, scope): (i64, &Value),
) -> Walked<String> {
    let body = json!({"title": format!("走查券 {}", market.number()), "worth": worth, "total": total, "each": 1,
        "from": "2025-01-01", "until": "2099-12-31", "scope": scope});
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
    amount("what is to be paid", &quote["total"], 18_500)
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
