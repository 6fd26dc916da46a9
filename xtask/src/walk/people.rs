//! Members, shops and staff: wishes, roles, holidays, and who sees what.

use super::compare::{self, Walked, has, holds, same, text};
use super::market::{By, Market, order_of};
use super::{Row, row};
use serde_json::{Value, json};

pub(super) const ROWS: &[Row] = &[
    row(
        "M6",
        "Wish list, footprints, followed shops",
        "a member puts a product on the wish list, looks at its page and follows its shop; then takes all of it back",
        "each list holds it once, the pages too; then all three are empty",
        m6,
    ),
    row(
        "N6",
        "A shop's staff and their roles",
        "an owner invites a member for the orders; the member takes the place, and loses it again",
        "the member reads orders, is refused products with staff.denied, and afterwards finds no shop",
        n6,
    ),
    row(
        "N7",
        "Holidays of shops",
        "a shop goes on holiday for days to come, first taking orders for later, then none; then it ends it",
        "its product says to ship after the holiday; a purchase is refused with buy.on_holiday; then it is quoted again",
        n7,
    ),
    row(
        "AB1",
        "Access by roles, denied by default",
        "nobody, a buyer, the catalog's clerk and the administrator each ask for the reviews and the ledger",
        "401 and 401, 403 and 403, 200 and 403, 200 and 200",
        ab1,
    ),
    row(
        "AB2",
        "What belongs to others is not there, and personal data is shown for a reason alone",
        "a shop asks for another shop's order; its own shop reads it, and has the recipient shown for the delivery",
        "404; name and phone are masked; then the name is shown, and the platform's auditor reads that it was looked at for the delivery",
        ab2,
    ),
];

fn m6(market: &Market) -> Walked {
    let goods = market.goods(&market.own, 5_000, 5)?;
    let buyer = market.buyer()?;
    let title = market.get(&By::Nobody, &format!("/api/store/products/{}", goods.product))?["title"].clone();
    let lists = [
        ("wishes", "product", &goods.product, "/wishes"),
        ("footprints", "product", &goods.product, "/footprints"),
        ("follows", "shop", &market.own.id, "/following"),
    ];
    let at = |list: &str| format!("/api/store/account/{list}");
    for (list, _, what, _) in lists.iter().filter(|(list, ..)| *list != "footprints") {
        market.done(&buyer.by, "PUT", &format!("{}/{what}", at(list)), None)?;
    }
    // The page writes footprints down by itself.
    market.page(&buyer.by, &format!("/product/{}", goods.product))?;
    for (list, name, what, page) in lists {
        let found = market.until(&format!("something among the {list}"), || {
            let found = market.get(&buyer.by, &at(list))?;
            Ok((!compare::items(&found)?.is_empty()).then_some(found))
        })?;
        same(list, &json!(compare::texts(compare::items(&found)?, name)), json!([what]))?;
        let shown = market.page(&buyer.by, page)?;
        let part = if list == "follows" { what.clone() } else { text(&title)? };
        has(&format!("the page {page}"), &shown, &part)?;
        market.done(&buyer.by, "DELETE", &format!("{}/{what}", at(list)), None)?;
        let left = market.get(&buyer.by, &at(list))?;
        same(list, &left["items"], json!([]))?;
    }
    Ok(())
}

fn n6(market: &Market) -> Walked {
    let shop = &market.own;
    let clerk = market.buyer()?;
    let invite = json!({"role": "shop_orders", "to": clerk.phone});
    let made = market.post(&shop.owner, &shop.at("/invitations"), &invite)?;
    let accept = json!({"token": made["token"]});
    market.post(&clerk.by, "/api/store/account/invitations", &accept)?;
    market.get(&clerk.by, &shop.at("/orders"))?;
    market.refused(&clerk.by, ("GET", &shop.at("/products")), None, (403, "staff.denied"))?;
    let seats = market.get(&shop.owner, &shop.at("/staff"))?;
    let seat = text(&compare::item(&seats, "role", "shop_orders")?["seat"])?;
    market.done(&shop.owner, "DELETE", &shop.at(&format!("/staff/{seat}")), None)?;
    market.refused(&clerk.by, ("GET", &shop.at("/orders")), None, (404, "staff.stranger")).map(drop)
}

fn n7(market: &Market) -> Walked {
    let shop = &market.other;
    let goods = market.goods(shop, 5_000, 5)?;
    let buyer = market.buyer()?;
    let path = format!("/api/store/products/{}", goods.product);
    // The days count from the clock of the program.
    let until = text(&market.get(&By::Nobody, &path)?["ship_by"])?;
    let later = format!("{}{}", &until[..11], "23:00:00+08:00");
    let holiday =
        |orders: &str| json!({"from": "2026-01-01T00:00:00+08:00", "until": later, "orders": orders});
    market.put(&shop.owner, &shop.at("/holiday"), &holiday("later"))?;
    // What shops are like is remembered for some seconds.
    let shown = market.until("the holiday on the product", || {
        let shown = market.get(&By::Nobody, &path)?;
        Ok((!shown["holiday"].is_null()).then_some(shown))
    })?;
    same("the holiday", &shown["holiday"]["orders"], "later")?;
    let after = compare::micros(&shown["ship_by"])? > compare::micros(&json!(later))?;
    holds(&format!("it ships after {later}, found {}", shown["ship_by"]), after)?;
    market.put(&shop.owner, &shop.at("/holiday"), &holiday("refused"))?;
    let body = json!({"address": buyer.address, "lines": [{"sku": goods.sku(), "quantity": 1}]});
    let refused =
        market.refused(&buyer.by, ("POST", "/api/store/quotes"), Some(&body), (409, "buy.on_holiday"));
    // It ends whatever was found: other rows buy here as well.
    market.done(&shop.owner, "DELETE", &shop.at("/holiday"), None)?;
    refused?;
    let quote = market.post(&buyer.by, "/api/store/quotes", &body)?;
    same("no holiday any more", &quote["shops"][0]["holiday_until"], Value::Null)
}

fn ab1(market: &Market) -> Walked {
    let buyer = market.buyer()?.by;
    let (reviews, ledger) = ("/api/platform/reviews", "/api/platform/ledger/trial");
    for (who, by, expected) in [
        ("nobody", &By::Nobody, [401, 401]),
        ("a buyer", &buyer, [403, 403]),
        ("the catalog's clerk", &market.clerk, [200, 403]),
        ("the administrator", &market.admin, [200, 200]),
    ] {
        for (path, expected) in [reviews, ledger].into_iter().zip(expected) {
            let reply = market.send(by, ("GET", path), &[], None)?;
            same(&format!("{path} for {who}"), &reply.status.into(), expected)?;
        }
    }
    Ok(())
}

fn ab2(market: &Market) -> Walked {
    let goods = market.goods(&market.own, 5_000, 5)?;
    let buyer = market.buyer()?;
    let bought = market.buy(&buyer, &[(goods.sku(), 1)])?;
    let path = format!("/orders/{}", order_of(&bought)?);
    let foreign = market.send(&market.other.owner, ("GET", &market.other.at(&path)), &[], None)?;
    same("another shop's order", &foreign.status.into(), 404)?;
    let own = market.own.at(&path);
    let seen = market.get(&market.own.owner, &own)?.to_string();
    holds("the name is masked", !seen.contains("林小满"))?;
    holds("the phone is masked", !seen.contains(&buyer.phone))?;
    let why = json!({"why": "delivery"});
    let shown = market.post(&market.own.owner, &format!("{own}/recipient"), &why)?;
    same("the name, once it is asked for", &shown["recipient"], "林小满")?;
    let auditor = market.buyer()?;
    let invite = json!({"role": "platform_audit", "to": auditor.phone});
    let made = market.post(&market.admin, "/api/platform/invitations", &invite)?;
    market.post(&auditor.by, "/api/store/account/invitations", &json!({"token": made["token"]}))?;
    let looks = market.get(&auditor.by, "/api/platform/accesses?limit=99")?;
    let newest = &looks["items"][0];
    same("the newest record", &json!([newest["field"], newest["why"]]), json!(["address", "delivery"]))
}
