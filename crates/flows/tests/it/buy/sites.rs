//! A purchase whose goods lie in several warehouses says so.

use super::mall::{Mall, write};
use supply::warehouse::{self, Change, Reason};
use testkit::db::on_both;
use trade::order::{self, Side};

#[test]
fn an_order_that_is_split_over_warehouses_knows_from_how_many_it_leaves() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (stall, buyer) = (mall.stall(), mall.buyer());
        let (_, cup) = mall.product(stall, 5_000, 3);
        let (ctx, shop) = (mall.ctx(), stall.shop);
        let other = write(db, move |tx| warehouse::open_warehouse(tx, &ctx, shop, "North", 2)).unwrap().id;
        let change = Change {
            sku: cup,
            warehouse: other,
            quantity: 3,
            reason: Reason::new("test").unwrap(),
            reference: None,
        };
        let ctx = mall.ctx();
        write(db, move |tx| warehouse::receive(tx, &ctx, shop, &change)).unwrap();
        let one = mall.bought(buyer, &[(cup, 1)]).orders.remove(0);
        assert_eq!(one.sites, 0, "one is no news");
        let two = mall.bought(buyer, &[(cup, 4)]).orders.remove(0);
        assert_eq!(two.sites, 2);
        let stored = db.read(|q| order::load(q, Side::Shop(shop), two.id)).unwrap();
        assert_eq!(stored.sites, 2);
        mall.is_sound();
    });
}
