//! Payments and the ledger: providers, what comes late or twice, what goes back, and that it all adds up.

use super::checkout::number;
use super::compare::{self, Walked, amount, has, holds, money, same, text, whole};
use super::market::{Buyer, By, Market, order_of, yuan};
use super::promotion::{claimed, off, offer};
use super::{Row, Turn, row};
use serde_json::{Value, json};

pub(super) const ROWS: &[Row] = &[
    row(
        "D1",
        "Several payment providers behind one port",
        "two purchases are paid for, one at the sandbox and one by bank transfer; a third asks for a provider that is not there",
        "the first is captured, the second leads to the account, the third is refused with buy.no_provider",
        d1,
    ),
    row(
        "D3",
        "What providers tell counts once, in any order",
        "a payment of 50.00 is told twice under two names; then something is told without a signature",
        "the purchase is paid once, nothing goes back, and what is not signed is answered 401",
        d3,
    ),
    row(
        "D4",
        "Never more goes back than came in, also at the same time",
        "a paid order of 50.00 is cancelled by its buyer and its shop at the same moment, three times each",
        "one of the six is taken, and 50.00 go back, once",
        d4,
    ),
    row(
        "D5",
        "Late, double and surplus payments go back by themselves",
        "50.00 come twice, 50.00 come for a purchase that was called off, and 1.00 too much comes at the sandbox",
        "the refunds are double 50.00, late 50.00 and surplus 1.00, and that of the sandbox is sent",
        d5,
    ),
    row(
        "D7",
        "Payment by bank transfer",
        "a purchase of 50.00 is to be paid by transfer; staff records a line with a mistyped reference, then with the right one",
        "the page shows the account, 50.00 and the reference; the first line is refused; then the purchase is paid",
        d7,
    ),
    row(
        "E1",
        "An immutable double-entry ledger inside",
        "the trial balance is read, 50.00 are paid and an order is shipped and received, and it is read again",
        "credits equal debits before and after; there are more entries; the check of all money finds no difference",
        e1,
    ),
    Row {
        id: "E3",
        title: "Fees frozen at the sale",
        action: "goods for 100.00 are sold at a fee of 5 %; the market's terms go to 10 %; the same is sold again",
        value: "the fee of the first order stays 5.00, that of the second is 10.00",
        turn: Turn::Last,
        walk: e3,
    },
    row(
        "E5",
        "Who bears a promotion",
        "goods for 100.00 are sold once with 10.00 off by the shop and once with 10.00 off by the platform, the fee being 5 %",
        "the buyer pays 90.00 each time; the shop gets 85.50, and 95.00",
        e5,
    ),
    row(
        "E14",
        "Money in whole minor units everywhere",
        "the API's document and the tables are read",
        "every amount of the API is a 64-bit integer with a currency, and no column of any table is a float",
        e14,
    ),
];

/// A purchase of 50.00 that is not paid for.
fn placed(market: &Market) -> Walked<(Buyer, Value)> {
    let goods = market.goods(&market.own, 5_000, 5)?;
    let buyer = market.buyer()?;
    let placed = market.place(&buyer, &[(goods.sku(), 1)])?;
    Ok((buyer, placed))
}

/// What of a purchase goes back or went, as its buyer sees it.
fn refunds(market: &Market, buyer: &Buyer, purchase: &Value) -> Walked<Vec<Value>> {
    Ok(market.order(buyer, purchase)?["refunds"].as_array().cloned().unwrap_or_default())
}

/// The buyer chooses the bank transfer; where it leads, and its reference.
fn transfer(market: &Market, buyer: &Buyer, purchase: &Value) -> Walked<(String, String)> {
    let path = format!("/api/store/purchases/{}/payments", text(&purchase["purchase"])?);
    let payment = market.post(&buyer.by, &path, &json!({"provider": "transfer"}))?;
    let page = text(&payment["redirect"])?;
    let awaited = market.get(&By::Operator, "/api/platform/transfers/awaited?limit=100")?;
    let of = compare::item(&awaited, "purchase", &text(&purchase["purchase"])?)?;
    Ok((page, text(&of["reference"])?))
}

/// Staff records a line of the statement; what came of it.
fn line(market: &Market, reference: &str, minor: i64) -> Walked<Value> {
    let line = format!("W-{}", market.number());
    let body = json!({"line": line, "reference": reference, "amount": yuan(minor)});
    Ok(market.post(&By::Operator, "/api/platform/transfers/lines", &body)?["came"].clone())
}

fn d1(market: &Market) -> Walked {
    let (buyer, first) = placed(market)?;
    let paid = market.pay(&buyer, &first, &json!({"provider": "sandbox", "script": "ok"}))?;
    same("the payment at the sandbox", &paid["status"], "captured")?;
    let (buyer, second) = placed(market)?;
    let (page, _) = transfer(market, &buyer, &second)?;
    has("where the transfer leads", &page, "/pay/transfer/pay_")?;
    let (buyer, third) = placed(market)?;
    let path = format!("/api/store/purchases/{}/payments", text(&third["purchase"])?);
    let body = json!({"provider": "nobody"});
    market.refused(&buyer.by, ("POST", &path), Some(&body), (422, "buy.no_provider")).map(drop)
}

fn d3(market: &Market) -> Walked {
    let (buyer, purchase) = placed(market)?;
    let paid = market.pay(&buyer, &purchase, &json!({"provider": "sandbox", "script": "double"}))?;
    same("the payment", &paid["status"], "captured")?;
    let forged = json!({"id": "x", "what": "captured", "payment": paid["payment"]});
    let told = market.send(&By::Nobody, ("POST", "/api/webhooks/sandbox"), &[], Some(&forged))?;
    same("what is not signed", &told.status.into(), 401)?;
    let after = market.purchase(&buyer, &purchase)?;
    same("the purchase", &after["status"], "paid")?;
    same("its payments", &after["payments"].as_array().map(Vec::len).into(), 1)?;
    same("what goes back", &json!(refunds(market, &buyer, &purchase)?), json!([]))
}

fn d4(market: &Market) -> Walked {
    let goods = market.goods(&market.own, 5_000, 5)?;
    let buyer = market.buyer()?;
    let bought = market.buy(&buyer, &[(goods.sku(), 1)])?;
    let id = order_of(&bought)?;
    let (theirs, ours) =
        (format!("/api/store/orders/{id}/cancel"), market.own.at(&format!("/orders/{id}/cancel")));
    let why = json!({"reason": "out_of_stock"});
    let cancel = |n: usize| match n % 2 {
        0 => market.send(&buyer.by, ("POST", &theirs), &[], None),
        _ => market.send(&market.own.owner, ("POST", &ours), &[], Some(&why)),
    };
    let told: Vec<u16> = std::thread::scope(|scope| {
        let threads: Vec<_> =
            (0..6).map(|n| scope.spawn(move || cancel(n).map(|reply| reply.status))).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().map_err(|_| "a thread panicked".to_owned())?)
            .collect::<Walked<_>>()
    })?;
    same("cancellations that were taken", &told.iter().filter(|status| **status == 200).count().into(), 1)?;
    let back = refunds(market, &buyer, &bought)?;
    same("refunds", &back.len().into(), 1)?;
    amount("the refund", &back[0]["amount"], 5_000)?;
    same("units to sell again", &market.left(&market.own, goods.sku())?, 5)
}

fn d5(market: &Market) -> Walked {
    let (buyer, twice) = placed(market)?;
    let (_, reference) = transfer(market, &buyer, &twice)?;
    same("the first line", &line(market, &reference, 5_000)?, "paid")?;
    same("the second line", &line(market, &reference, 5_000)?, "double")?;
    let (buyer, called_off) = placed(market)?;
    let (_, other) = transfer(market, &buyer, &called_off)?;
    let path = format!("/api/store/purchases/{}/cancel", text(&called_off["purchase"])?);
    market.done(&buyer.by, "POST", &path, None)?;
    same("a line for what was called off", &line(market, &other, 5_000)?, "late")?;
    let wanted = market.get(&By::Operator, "/api/platform/transfers/refunds?limit=100")?;
    for (purchase, why) in [(&twice, "double"), (&called_off, "late")] {
        let refund = compare::item(&wanted, "purchase", &text(&purchase["purchase"])?)?;
        same("why it goes back", &refund["why"], why)?;
        amount("how much goes back", &refund["amount"], 5_000)?;
    }
    let (buyer, dear) = placed(market)?;
    market.pay(&buyer, &dear, &json!({"provider": "sandbox", "script": "surplus:100"}))?;
    let back = market.until("the surplus to be sent back", || {
        Ok(refunds(market, &buyer, &dear)?.into_iter().find(|refund| refund["status"] == "sent"))
    })?;
    same("why it went back", &back["why"], "surplus")?;
    amount("how much went back", &back["amount"], 100)?;
    same("the purchase", &market.purchase(&buyer, &dear)?["status"], "paid")
}

fn d7(market: &Market) -> Walked {
    let (buyer, purchase) = placed(market)?;
    let (page, reference) = transfer(market, &buyer, &purchase)?;
    let shown = market.page(&buyer.by, &page)?;
    for part in ["演示银行", "50.00", &reference] {
        has("the page of the account", &shown, part)?;
    }
    // Its last character checks the others.
    let (start, last) = reference.split_at(reference.len() - 1);
    let mistyped = format!("{start}{}", if last == "2" { "3" } else { "2" });
    let body =
        json!({"line": format!("W-{}", market.number()), "reference": mistyped, "amount": yuan(5_000)});
    let of = ("POST", "/api/platform/transfers/lines");
    market.refused(&By::Operator, of, Some(&body), (422, "buy.mistyped_reference"))?;
    same("the purchase before", &market.purchase(&buyer, &purchase)?["status"], "unpaid")?;
    same("the line", &line(market, &reference, 5_000)?, "paid")?;
    same("the purchase", &market.purchase(&buyer, &purchase)?["status"], "paid")
}

/// The trial balance: entries, and credits less debits over all classes, in minor units.
fn trial(market: &Market) -> Walked<(i64, i64)> {
    let page = market.get(&By::Operator, "/api/platform/ledger/trial")?;
    let (mut entries, mut balance) = (0, 0);
    for row in compare::items(&page)? {
        let minor: i64 = text(&row["balance"])?
            .parse()
            .map_err(|_| format!("expected an amount, found {}", row["balance"]))?;
        (entries, balance) = (entries + whole(&row["entries"])?, balance + minor);
    }
    Ok((entries, balance))
}

fn e1(market: &Market) -> Walked {
    let (before, balance) = trial(market)?;
    same("credits less debits before", &balance.into(), 0)?;
    let shop = &market.own;
    let goods = market.goods(shop, 5_000, 5)?;
    let buyer = market.buyer()?;
    let id = order_of(&market.buy(&buyer, &[(goods.sku(), 1)])?)?;
    let ship = json!({"carrier": "sf", "number": number(market)});
    market.post(&shop.owner, &shop.at(&format!("/orders/{id}/ship")), &ship)?;
    market.done(&buyer.by, "POST", &format!("/api/store/orders/{id}/receive"), None)?;
    let (after, balance) = trial(market)?;
    same("credits less debits after", &balance.into(), 0)?;
    holds(&format!("more than {before} entries, found {after}"), after > before)?;
    let report = market.post(&By::Operator, "/api/platform/checks", &Value::Null)?;
    let faults = report["faults"].as_array().cloned().unwrap_or_default();
    let of_money: Vec<&Value> = faults.iter().filter(|fault| fault["where"] != "stock").collect();
    holds(&format!("no difference of money, found {of_money:?}"), of_money.is_empty())
}

fn e3(market: &Market) -> Walked {
    let shop = &market.own;
    let goods = market.goods(shop, 10_000, 5)?;
    let buyer = market.buyer()?;
    let fee = |purchase: &Value| {
        let order = market.get(&shop.owner, &shop.at(&format!("/orders/{}", order_of(purchase)?)))?;
        Ok::<_, String>(order["sums"]["fee"].clone())
    };
    let before = market.buy(&buyer, &[(goods.sku(), 1)])?;
    amount("the fee", &fee(&before)?, 500)?;
    market.restart_with(&[("category = \"home\", value = 50000", "category = \"home\", value = 100000")])?;
    let after = market.buy(&buyer, &[(goods.sku(), 1)]);
    let (first, second) = (fee(&before), after.and_then(|after| fee(&after)));
    // The terms go back whatever was found.
    market.restart_with(&[])?;
    amount("the fee of the first order", &first?, 500)?;
    amount("the fee of the second order", &second?, 1_000)
}

fn e5(market: &Market) -> Walked {
    let shop = &market.own;
    for (issuer, gets) in [(Some(shop), 8_550), (None, 9_500)] {
        let goods = market.goods(shop, 10_000, 5)?;
        let buyer = market.buyer()?;
        let scope = json!({"products": [goods.product]});
        claimed(market, &buyer, &offer(market, issuer, &off(5_000, 1_000), (10, &scope))?)?;
        let bought = market.buy(&buyer, &[(goods.sku(), 1)])?;
        amount("what the buyer pays", &bought["total"], 9_000)?;
        let order = market.get(&shop.owner, &shop.at(&format!("/orders/{}", order_of(&bought)?)))?;
        let who = if issuer.is_some() { "by the shop" } else { "by the platform" };
        amount(&format!("what the shop gets of {} {who}", money(9_000)), &order["sums"]["shop_gets"], gets)?;
    }
    Ok(())
}

fn e14(market: &Market) -> Walked {
    let document = market.get(&By::Nobody, "/api/openapi.json")?;
    let schemas = document["components"]["schemas"].as_object().ok_or("the document has no schemas")?;
    let minor = &schemas.get("Money").ok_or("the document has no Money")?["properties"]["minor"];
    same("an amount", &json!([minor["type"], minor["format"]]), json!(["integer", "int64"]))?;
    // Whatever is called as money is a Money, not a number of its own.
    let names =
        ["price", "total", "amount", "fee", "freight", "discount", "goods", "paid", "payable", "in_escrow"];
    for (schema, shape) in schemas {
        for (name, property) in shape["properties"].as_object().into_iter().flatten() {
            if names.contains(&name.as_str()) && property["type"] == "number" {
                return Err(format!("{schema}.{name}: expected Money, found a number"));
            }
        }
    }
    let tables = market.cli(&["docs", "tables"])?;
    let tables = String::from_utf8_lossy(&tables.stdout).into_owned();
    has("the tables", &tables, "bigint")?;
    let float = tables.lines().find(|line| {
        line.split_whitespace()
            .nth(1)
            .is_some_and(|sort| matches!(sort, "real" | "float" | "double" | "numeric"))
    });
    same("a column of floats", &float.into(), Value::Null)
}
