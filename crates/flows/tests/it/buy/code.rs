//! Numbers of orders that people say: each once, and found in every list.

use super::mall::Mall;
use kernel::Id;
use testkit::db::on_both;
use trade::order::{self, Filter, Order};

#[test]
fn an_order_has_a_number_of_its_day_by_which_every_side_finds_it_and_nobody_else() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (one, two, buyer, other) = (mall.stall(), mall.stall(), mall.buyer(), mall.buyer());
        let ((_, cup), (_, pot)) = (mall.product(one, 5_000, 10), mall.product(two, 3_000, 10));
        let orders = mall.buy(buyer, &[(cup, 1), (pot, 1)]).unwrap().orders;
        let code = |order: &Order| order.code.clone().unwrap();
        assert_ne!(code(&orders[0]), code(&orders[1]));
        let day = mall.now().date(&mall.services.market().zone);
        let begins = format!("{:02}{:02}{:02}", day.year() % 100, day.month(), day.day());
        assert!(orders.iter().all(|order| code(order).len() == 12 && code(order).starts_with(&begins)));
        let mine = orders.iter().find(|order| order.shop == one.shop).unwrap();
        let typed = order::code_of(&order::said(&code(mine)));
        let filter = Filter { code: typed, ..Filter::default() };
        let ids = |found: Vec<Order>| found.into_iter().map(|order| order.id).collect::<Vec<Id<_>>>();
        let by_member = |member| ids(db.read(|q| order::of_member(q, member, &filter, None, 9)).unwrap());
        assert_eq!((by_member(buyer.member), by_member(other.member)), (vec![mine.id], vec![]));
        let by_shop = |shop| ids(db.read(|q| order::of_shop(q, shop, &filter, None, 9)).unwrap());
        assert_eq!((by_shop(one.shop), by_shop(two.shop)), (vec![mine.id], vec![]));
        assert_eq!(ids(db.read(|q| order::of_platform(q, &filter, None, 9)).unwrap()), [mine.id]);
        let none = Filter { code: order::code_of("000101000000"), ..Filter::default() };
        assert_eq!(ids(db.read(|q| order::of_platform(q, &none, None, 9)).unwrap()), []);
        // One that is taken is not given twice.
        let again = db.read(|q| order::free_code(q, day, mine.id, &[])).unwrap();
        assert_ne!(again, code(mine));
    });
}
