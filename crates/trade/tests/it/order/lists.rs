//! Lists: what every filter finds, in pages, and that no filter makes an engine read what it need not.

use super::*;
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
        assert_eq!(purchases, [mine.purchase.clone()]);
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
