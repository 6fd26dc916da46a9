//! What buyers say to shops: at the checkout, and until the order ships.

use super::mall::{Mall, ctx_at, write};
use flows::buy;
use kernel::Problem;
use testkit::db::on_both;
use trade::order::{self, LONGEST_REMARK, Step};

#[test]
fn a_buyer_says_something_to_each_shop_and_changes_it_until_it_ships() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (one, two, buyer) = (mall.stall(), mall.stall(), mall.buyer());
        let ((_, cup), (_, pot)) = (mall.product(one, 5_000, 10), mall.product(two, 3_000, 10));
        let quote = mall.quote(buyer, &[(cup, 1), (pot, 1)]).unwrap();
        let (ctx, services) = (mall.ctx(), mall.services.clone());
        let remarks = vec![(one.shop, "  请包\n严实 ".to_owned()), (two.shop, "   ".to_owned())];
        let too_long = vec![(one.shop, "x".repeat(LONGEST_REMARK + 1))];
        let found = db.read(|q| buy::find(q, &services, ctx.now, buyer.member, quote)).unwrap();
        assert_eq!(found.clone().saying(&too_long).unwrap_err().code(), "order.bad_remark");
        let found = found.saying(&remarks).unwrap();
        let placed = write(db, move |tx| buy::place_found(tx, &ctx, &services, None, &found)).unwrap();
        let of = |shop| placed.orders.iter().find(|order| order.shop == shop).unwrap();
        assert_eq!(of(one.shop).remark.as_deref(), Some("请包 严实"));
        assert_eq!(of(two.shop).remark, None);
        let (id, member, now) = (of(one.shop).id, buyer.member, mall.now());
        let say = |member, text: &'static str| {
            write(db, move |tx| order::remark(tx, &ctx_at(now), member, id, text))
        };
        assert_eq!(say(super::mall::new_id(), "x").unwrap_err().code(), "order.not_found");
        say(member, "周末送").unwrap();
        let seen = db.read(|q| order::order_of_shop(q, one.shop, id)).unwrap();
        assert_eq!(seen.order.remark.as_deref(), Some("周末送"));
        assert!(seen.steps.iter().any(|step| step.step == Some(Step::Remark)));
        assert_eq!(say(member, " ").unwrap().remark, None, "taken back");
        mall.pay(buyer, placed.purchase.id, Some("ok")).unwrap();
        mall.work();
        say(member, "放门口").unwrap();
        let shipped = mall.ship(one, id).unwrap();
        assert_eq!(shipped.remark.as_deref(), Some("放门口"));
        assert_eq!(say(member, "太晚了").unwrap_err().code(), "order.wrong_status");
        mall.is_sound();
    });
}
