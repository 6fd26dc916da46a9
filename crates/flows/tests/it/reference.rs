//! The same mapping written once more, naively, and compared fact by fact.

use flows::import::olist;
use kernel::fact::Value;
use kernel::{Moment, Quiet, RawId, Record, Zone};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// Kind, time, order and seller as the files name them, and the columns that hold no ids.
type Plain = (String, i64, String, String, Vec<(String, String)>);

fn table(dir: &Path, name: &str) -> Vec<HashMap<String, String>> {
    let bytes = match std::fs::File::open(dir.join(format!("{name}.csv.zst"))) {
        Ok(file) => zstd::decode_all(file).unwrap(),
        Err(_) => std::fs::read(dir.join(format!("{name}.csv"))).unwrap(),
    };
    let mut reader = csv::Reader::from_reader(&bytes[..]);
    reader.deserialize().map(Result::unwrap).collect()
}

fn moment(text: &str) -> Option<i64> {
    let zone: Zone = "America/Sao_Paulo".parse().unwrap();
    let at = text.replace(' ', "T").parse().ok()?;
    Some(Moment::local(at, &zone).unwrap().micros())
}

fn cents(text: &str) -> i64 {
    (text.parse::<f64>().unwrap() * 100.0).round() as i64
}

type Lines = BTreeMap<(String, String), Vec<HashMap<String, String>>>;

/// The shop orders of an order.
fn parts<'l>(lines: &'l Lines, order: &'l str) -> impl Iterator<Item = &'l (String, String)> {
    lines.range((order.to_owned(), String::new())..).map(|(key, _)| key).take_while(move |(o, _)| o == order)
}

/// The mapping, in the words of its description.
pub fn naive(dir: &Path) -> Vec<Plain> {
    let zone: Zone = "America/Sao_Paulo".parse().unwrap();
    let orders: HashMap<String, HashMap<String, String>> =
        table(dir, "olist_orders_dataset").into_iter().map(|row| (row["order_id"].clone(), row)).collect();
    let mut lines = Lines::new();
    for row in table(dir, "olist_order_items_dataset") {
        lines.entry((row["order_id"].clone(), row["seller_id"].clone())).or_default().push(row);
    }
    let mut facts = Vec::new();
    let mut first: BTreeMap<String, i64> = BTreeMap::new();
    let mut say = |kind: &str, at: i64, order: &str, seller: &str, columns: &[(&str, Option<String>)]| {
        let mut columns: Vec<_> =
            columns.iter().filter_map(|(name, value)| Some(((*name).to_owned(), value.clone()?))).collect();
        columns.sort();
        facts.push((kind.to_owned(), at, order.to_owned(), seller.to_owned(), columns));
    };
    let s = |n: i64| Some(n.to_string());
    for ((order, seller), lines) in &lines {
        let row = &orders[order];
        let placed = moment(&row["order_purchase_timestamp"]).unwrap();
        let opened = first.entry(seller.clone()).or_insert(placed);
        *opened = placed.min(*opened);
        let paid = moment(&row["order_approved_at"]);
        let picked_up = moment(&row["order_delivered_carrier_date"]);
        let delivered = moment(&row["order_delivered_customer_date"]);
        let gone = ["canceled", "unavailable"].contains(&row["order_status"].as_str());
        let cancelled = gone.then(|| [Some(placed), paid, picked_up].into_iter().flatten().max().unwrap());
        let ship_by = lines.iter().map(|l| moment(&l["shipping_limit_date"]).unwrap()).max().unwrap();
        let day = row["order_estimated_delivery_date"][..10].parse().unwrap();
        let deliver_by = Moment::day_end(day, &zone).unwrap().micros();
        let goods: i64 = lines.iter().map(|l| cents(&l["price"])).sum();
        let freight: i64 = lines.iter().map(|l| cents(&l["freight_value"])).sum();
        say(
            "order.placed",
            placed,
            order,
            seller,
            &[
                ("external_id", Some(order.clone())),
                ("lines", s(lines.len() as i64)),
                ("goods", s(goods)),
                ("freight", s(freight)),
                ("gmv", s(goods + freight)),
                ("ship_by", s(ship_by)),
                ("deliver_by", s(deliver_by)),
            ],
        );
        let known = |other: Option<i64>, at: i64, first_if_even: bool| {
            other.filter(|o| *o < at || (*o == at && first_if_even)).and_then(s)
        };
        if let Some(at) = paid {
            say("order.paid", at, order, seller, &[("placed_at", s(placed))]);
        }
        if let Some(at) = picked_up {
            let columns = [
                ("placed_at", s(placed)),
                ("paid_at", known(paid, at, true)),
                ("ship_by", s(ship_by)),
                ("cancelled_at", known(cancelled, at, false)),
            ];
            say("parcel.picked_up", at, order, seller, &columns);
        }
        if let Some(at) = delivered {
            let columns = [
                ("placed_at", s(placed)),
                ("picked_up_at", known(picked_up, at, true)),
                ("deliver_by", s(deliver_by)),
                ("cancelled_at", known(cancelled, at, false)),
            ];
            say("parcel.delivered", at, order, seller, &columns);
        }
        if let Some(at) = cancelled {
            let columns = [
                ("placed_at", s(placed)),
                ("ship_by", s(ship_by)),
                ("deliver_by", s(deliver_by)),
                ("picked_up_at", known(picked_up, at, true)),
                ("delivered_at", known(delivered, at, true)),
            ];
            say("order.cancelled", at, order, seller, &columns);
        }
    }
    for row in table(dir, "olist_order_reviews_dataset") {
        for (order, seller) in parts(&lines, &row["order_id"]) {
            let at = moment(&row["review_creation_date"]).unwrap();
            say("review.created", at, order, seller, &[("score", Some(row["review_score"].clone()))]);
        }
    }
    for row in table(dir, "olist_order_payments_dataset") {
        let order = &row["order_id"];
        if parts(&lines, order).next().is_some() {
            let at = moment(&orders[order]["order_approved_at"])
                .or(moment(&orders[order]["order_purchase_timestamp"]))
                .unwrap();
            let columns = [
                ("method", Some(row["payment_type"].clone())),
                ("installments", Some(row["payment_installments"].clone())),
                ("amount", s(cents(&row["payment_value"]))),
            ];
            say("payment.recorded", at, order, "", &columns);
        }
    }
    for (seller, at) in first {
        say("shop.opened", at, "", &seller, &[("external_id", Some(seller.clone()))]);
    }
    facts.sort();
    facts
}

/// Our facts in the same plain form: ids are replaced by what the files call the things.
pub fn plain(facts: &[Record]) -> Vec<Plain> {
    let text = |f: &Record, name: &str| match f.get(name) {
        Some(Value::Text(text)) => text.to_string(),
        other => panic!("{name}: {other:?}"),
    };
    let mut shops: HashMap<RawId, String> = HashMap::new();
    let mut orders: HashMap<RawId, String> = HashMap::new();
    for fact in facts {
        match fact.spec.kind {
            "shop.opened" => drop(shops.insert(fact.subject, text(fact, "external_id"))),
            "order.placed" => {
                let Some(Value::Id(purchase)) = fact.get("purchase") else { panic!("no purchase") };
                orders.insert(fact.subject, text(fact, "external_id"));
                orders.insert(*purchase, text(fact, "external_id"));
            }
            _ => {}
        }
    }
    let mut plain: Vec<Plain> = facts
        .iter()
        .map(|fact| {
            let order = match (fact.get("order_id"), fact.get("purchase"), fact.spec.kind) {
                (Some(Value::Id(id)), _, _) | (_, Some(Value::Id(id)), "payment.recorded") => {
                    orders[id].clone()
                }
                (_, _, "shop.opened") => String::new(),
                _ => orders[&fact.subject].clone(),
            };
            let mut columns: Vec<_> = fact
                .spec
                .columns
                .iter()
                .zip(&fact.values)
                .filter(|(column, _)| column.name != "name")
                .filter_map(|(column, value)| match value {
                    Value::Int(n) => Some((column.name.to_owned(), n.to_string())),
                    Value::Text(text) => Some((column.name.to_owned(), text.to_string())),
                    Value::Null | Value::Id(_) => None,
                })
                .collect();
            columns.sort();
            let seller = fact.shop.map_or_else(String::new, |shop| shops[&shop].clone());
            (fact.spec.kind.to_owned(), fact.at.micros(), order, seller, columns)
        })
        .collect();
    plain.sort();
    plain
}

#[test]
fn the_import_agrees_with_a_naive_reference_fact_by_fact() {
    for (seed, packed) in [(1, false), (2, true)] {
        let dir = tempfile::tempdir().unwrap();
        let written = testkit::olist::write(
            dir.path(),
            &testkit::olist::Plan { seed, orders: 1_200, sellers: 40, packed },
        )
        .unwrap();
        let checked = olist::check(dir.path(), &Quiet).unwrap();
        let facts: Vec<_> = checked.facts().collect();
        let (ours, theirs) = (plain(&facts), naive(dir.path()));
        if let Some((a, b)) = ours.iter().zip(&theirs).find(|(a, b)| a != b) {
            panic!("first difference:\n ours  {a:?}\n naive {b:?}");
        }
        assert_eq!(ours.len(), theirs.len());
        let lost = checked.skipped().iter().filter(|s| s.file.contains("payments")).count() as u64;
        assert_eq!(lost, written.lost_payments);
        let lost = checked.skipped().iter().filter(|s| s.file.contains("reviews")).count() as u64;
        assert_eq!(lost, written.lost_reviews);
        let empty = checked.skipped().iter().filter(|s| s.file.contains("olist_orders_")).count() as u64;
        assert_eq!(empty, written.orders_without_items);
        assert_eq!(checked.sellers_without_orders(), 4);
        assert!(checked.odd().len() > 4);
    }
}
