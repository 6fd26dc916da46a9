//! Lists: what every filter finds, in pages, and that no filter makes an engine read what it need not.

use super::*;
use store::Query;
use testkit::db::on_both;
use trade::order::{Filter, Status};

fn ids(found: &[Order]) -> Vec<Id<kernel::id::Order>> {
    found.iter().map(|order| order.id).collect()
}

fn of_shop(db: &Db, filter: &Filter) -> Vec<Id<kernel::id::Order>> {
    ids(&db.read(|q| order::of_shop(q, of(SHOP), filter, None, 50)).unwrap())
}

#[test]
fn every_filter_of_a_shop_finds_what_it_says_and_nothing_else() {
    on_both(|db| {
        // Newest last: unpaid, paid and noted, shipped, two products, another shop's.
        let all: Vec<Order> = [&[1][..], &[2], &[1], &[1, 2]]
            .into_iter()
            .map(|products| place(db, MEMBER, &[(SHOP, products)]).orders.remove(0))
            .collect();
        let strange = place(db, MEMBER, &[(SHOP + 1, &[1])]).orders.remove(0);
        for order in [&all[1], &all[2], &strange] {
            pay(db, order.purchase).unwrap();
        }
        ship(db, all[2].shop, all[2].id).unwrap();
        let (noted, shop) = (all[1].id, all[1].shop);
        write(db, move |tx| order::note(tx, &ctx(), Some(shop), noted, "soon")).unwrap();
        let [a, b, c, d] = [all[0].id, all[1].id, all[2].id, all[3].id];
        let any = Filter::default();
        let status = |status| Filter { status: Some(status), ..any.clone() };
        let overdue = |at| Filter { overdue: Some(at), ..any.clone() };
        let late = later(49 * 60);
        let cases = [
            (any.clone(), vec![d, c, b, a]),
            (status(Status::Unpaid), vec![d, a]),
            (status(Status::Paid), vec![b]),
            (status(Status::Received), vec![]),
            (Filter { product: Some(product(1)), ..any.clone() }, vec![d, c, a]),
            (Filter { product: Some(product(1)), ..status(Status::Shipped) }, vec![c]),
            (Filter { product: Some(product(2)), ..status(Status::Shipped) }, vec![]),
            (Filter { product: Some(product(2)), ..status(Status::Closed) }, vec![]),
            (overdue(late), vec![b]),
            (overdue(NOW), vec![]),
            (Filter { overdue: Some(late), ..status(Status::Paid) }, vec![b]),
            (Filter { overdue: Some(late), ..status(Status::Shipped) }, vec![]),
            (Filter { overdue: Some(late), product: Some(product(1)), ..any.clone() }, vec![]),
            (Filter { noted: true, ..any.clone() }, vec![b]),
            (Filter { noted: true, product: Some(product(1)), ..any.clone() }, vec![]),
            (Filter { noted: true, overdue: Some(late), ..status(Status::Paid) }, vec![b]),
            (Filter { order: Some(c), ..any.clone() }, vec![c]),
            (Filter { order: Some(c), noted: true, ..any.clone() }, vec![]),
            (Filter { order: Some(c), number: Some("SF123".into()), ..status(Status::Shipped) }, vec![c]),
            (Filter { order: Some(strange.id), ..any.clone() }, vec![]),
            (Filter { number: Some("SF123".into()), ..any.clone() }, vec![c]),
            (Filter { number: Some("SF12".into()), ..any.clone() }, vec![]),
            (Filter { number: Some("SF123".into()), product: Some(product(2)), ..any.clone() }, vec![]),
            (Filter { from: Some(all[1].placed_at), ..any.clone() }, vec![d, c, b]),
            (Filter { until: Some(all[1].placed_at), ..any.clone() }, vec![a]),
            (
                Filter {
                    from: Some(all[1].placed_at),
                    until: Some(all[3].placed_at),
                    product: Some(product(1)),
                    ..any.clone()
                },
                vec![c],
            ),
        ];
        for (filter, expected) in cases {
            assert_eq!(of_shop(db, &filter), expected, "{filter:?}");
        }
    });
}

#[test]
fn members_and_the_platform_find_theirs() {
    on_both(|db| {
        let mine = place(db, MEMBER, &[(SHOP, &[1]), (SHOP + 1, &[2])]);
        let other = place(db, MEMBER + 1, &[(SHOP, &[1])]);
        pay(db, other.purchase.id).unwrap();
        let theirs = other.orders[0].id;
        let of_member = |filter: &Filter| {
            let mut found = ids(&db.read(|q| order::of_member(q, member(), filter, None, 50)).unwrap());
            found.sort_unstable();
            found
        };
        let of_platform =
            |filter: &Filter| ids(&db.read(|q| order::of_platform(q, filter, None, 50)).unwrap()).len();
        let mut both = ids(&mine.orders);
        both.sort_unstable();
        let any = Filter::default();
        let status = |status| Filter { status: Some(status), ..any.clone() };
        assert_eq!(of_member(&any), both);
        assert_eq!(of_member(&status(Status::Unpaid)), both);
        assert_eq!(of_member(&status(Status::Paid)), []);
        assert_eq!(of_member(&Filter { order: Some(both[0]), ..any.clone() }), [both[0]]);
        assert_eq!(of_member(&Filter { order: Some(theirs), ..any.clone() }), []);
        assert_eq!(of_platform(&any), 3);
        assert_eq!(of_platform(&status(Status::Unpaid)), 2);
        assert_eq!(of_platform(&Filter { shop: Some(of(SHOP)), ..any.clone() }), 2);
        assert_eq!(of_platform(&Filter { shop: Some(of(SHOP)), ..status(Status::Paid) }), 1);
        assert_eq!(of_platform(&Filter { order: Some(theirs), ..status(Status::Paid) }), 1);
        assert_eq!(of_platform(&Filter { order: Some(theirs), ..status(Status::Shipped) }), 0);
        assert_eq!(of_platform(&Filter { from: Some(other.purchase.placed_at), ..any.clone() }), 1);
        let purchases = db.read(|q| order::purchases(q, member(), None, 50)).unwrap();
        assert_eq!(purchases, std::slice::from_ref(&mine.purchase));
        let after = Some(mine.purchase.id);
        assert_eq!(db.read(|q| order::purchases(q, member(), after, 50)).unwrap(), []);
    });
}

#[test]
fn pages_follow_one_another_without_gap_or_overlap() {
    on_both(|db| {
        let mut all: Vec<_> = (0..7).map(|_| place_one(db).1.id).collect();
        all.reverse();
        let filters = [
            Filter::default(),
            Filter { status: Some(Status::Unpaid), ..Filter::default() },
            Filter { product: Some(product(1)), ..Filter::default() },
        ];
        for filter in filters {
            let (mut seen, mut after) = (Vec::new(), None);
            loop {
                let page = db.read(|q| order::of_shop(q, of(SHOP), &filter, after, 3)).unwrap();
                seen.extend(ids(&page));
                after = page.last().map(|order| order.id);
                if page.len() < 3 {
                    break;
                }
            }
            assert_eq!(seen, all, "{filter:?}");
        }
    });
}

store::sql! {
    /// Takes a way of going about it from PostgreSQL's planner, which on few rows would rather read them all.
    OFF on Postgres = "select set_config($1, 'off', true)";

    /// Lets PostgreSQL's planner know what is there.
    KNOW on Postgres = "analyze";
}

/// A market of many shops, with orders in every status that a filter may ask for.
fn fill(db: &Db) {
    for round in 0..10 {
        let placed = write(db, move |tx| {
            let mut placed = Vec::new();
            for n in 0..200 {
                let at = ctx();
                let cmd = cmd(&at, n % 50, &[(SHOP + n % 20, &[n % 30, 30 + n % 7])]);
                placed.push(order::place(tx, &at, &cmd)?);
            }
            Ok::<_, Error>(placed)
        });
        let paid = placed.unwrap().into_iter().step_by(3);
        write(db, move |tx| {
            for view in paid.clone() {
                let at = ctx_at(later(5), Actor::Outside);
                order::paid(tx, &at, &view.purchase, &settled(at.now))?;
                let (id, shop) = (view.orders[0].id, view.orders[0].shop);
                if round % 2 == 0 {
                    order::ship(tx, &at, shop, id, &shipment())?;
                }
                if round % 5 == 0 {
                    order::note(tx, &at, Some(shop), id, "look")?;
                }
            }
            Ok::<_, Error>(())
        })
        .unwrap();
    }
    if db.engine() == store::Engine::Postgres {
        write(db, |tx| tx.exec(&KNOW, &[]).map_err(Error::from)).unwrap();
    }
}

/// The indexes that may lead each list, by the list's name.
const LEADS: [(&str, &[&str]); 11] = [
    ("OF_MEMBER", &["order_head_member"]),
    ("OF_SHOP", &["order_head_shop"]),
    ("OF_SHOP_BY_ORDER", &["order_head", "order_head_shop"]),
    ("OF_SHOP_BY_NUMBER", &["order_head_number"]),
    ("OF_SHOP_NOTED", &["order_head_noted"]),
    ("OF_SHOP_NOTED_BY_STATUS", &["order_head_noted_status"]),
    ("OF_SHOP_BY_STATUS", &["order_head_shop_status"]),
    ("OF_SHOP_BY_PRODUCT", &["order_product"]),
    ("OF_PLATFORM", &["order_head"]),
    ("OF_PLATFORM_HELD", &["order_head_held"]),
    ("OF_PLATFORM_BY_STATUS", &["order_head_status"]),
];

/// How a plan names an index; what has a table's own name is its primary key.
fn used(engine: store::Engine, index: &str) -> String {
    let primary = matches!(index, "order_head" | "order_product");
    match (engine, primary) {
        (store::Engine::Sqlite, true) => format!("INDEX sqlite_autoindex_{index}_1 ("),
        (store::Engine::Sqlite, false) => format!("INDEX {index} ("),
        (store::Engine::Postgres, true) => format!("using {index}_pkey "),
        (store::Engine::Postgres, false) => format!("using {index} "),
    }
}

#[test]
fn every_combination_of_every_list_is_led_by_its_index_and_sorts_nothing() {
    on_both(|db| {
        fill(db);
        let some: RawId = of::<Shop>(SHOP).raw();
        let sample: Vec<(&'static str, store::Val<'_>)> = vec![
            ("member", some.into()),
            ("shop", some.into()),
            ("order", some.into()),
            ("product", some.into()),
            ("from", RawId([0; 16]).into()),
            ("below", RawId([255; 16]).into()),
            ("status", "paid".into()),
            ("number", "SF123".into()),
            ("now", NOW.into()),
            ("limit", 24.into()),
        ];
        let plans = db.read(|q| {
            if q.engine() == store::Engine::Postgres {
                for delivery_method in [
                    "enable_seqscan",
                    "enable_bitmapscan",
                    "enable_sort",
                    "enable_hashjoin",
                    "enable_mergejoin",
                ] {
                    q.rows(&OFF, &[delivery_method.into()], |_| Ok(()))?;
                }
            }
            let mut plans = Vec::new();
            for list in store::filter::lists().filter(|list| list.name.starts_with("trade::order::")) {
                let name = list.name.rsplit("::").next().unwrap_or_default();
                plans.extend(list.plans(q, &sample)?.into_iter().map(|(of, plan)| (name, of, plan)));
            }
            Ok::<_, store::StoreError>(plans)
        });
        let plans = plans.unwrap();
        assert_eq!(plans.len(), 2 + 1 + 32 + 16 + 2 + 4 + 4 + 2 + 1 + 4 + 1);
        for (list, name, plan) in plans {
            let leads = LEADS.iter().find(|(of, _)| *of == list).unwrap().1;
            let led = leads.iter().any(|lead| plan.contains(&used(db.engine(), lead)));
            assert!(led, "{name} is not led by {leads:?}:\n{plan}");
            for slow in ["SCAN", "TEMP B-TREE", "Seq Scan", "Sort"] {
                assert!(!plan.contains(slow), "{name}:\n{plan}");
            }
        }
    });
}
