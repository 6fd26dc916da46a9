//! Ways of delivery: chosen for each shop, in the price with its reason, in the order for good.

use super::mall::{Buyer, Mall, Stall, write, yuan};
use flows::buy::{self, Ask, Error, Ready, Wanted};
use flows::view;
use kernel::Id;
use kernel::Problem;
use kernel::id::{Product, Sku};
use testkit::db::on_both;
use trade::coupon::Scope;
use trade::delivery::{self, DeliveryMethod};
use trade::scene::Via;

fn express(fee: i64) -> DeliveryMethod {
    DeliveryMethod {
        code: "express".into(),
        zh: "次日达".into(),
        en: "Next day".into(),
        fee: yuan(fee),
        free_from: Some(yuan(9_000)),
        scope: Scope::All,
        within: Some(24),
    }
}

fn offer(mall: &Mall, stall: Stall, delivery_method: DeliveryMethod) {
    let ctx = mall.ctx();
    write(&mall.db, move |tx| delivery::set(tx, &ctx, stall.shop, &delivery_method, 8)).unwrap();
}

fn ask(buyer: Buyer, skus: &[Id<Sku>], delivery_methods: &[(Stall, &str)]) -> Ask {
    let wanted = |sku: &Id<Sku>| Wanted { sku: *sku, quantity: 1, via: Via::mall() };
    Ask {
        lines: skus.iter().map(wanted).collect(),
        address: Some(buyer.address),
        delivery_methods: delivery_methods.iter().map(|(stall, code)| (stall.shop, (*code).into())).collect(),
    }
}

fn price(mall: &Mall, buyer: Buyer, ask: &Ask) -> Result<Ready, Error> {
    let now = mall.now();
    mall.db.read(|q| buy::price(q, &mall.services, now, buyer.member, ask))
}

fn place(mall: &Mall, buyer: Buyer, ready: Ready) -> trade::order::PurchaseView {
    let ctx = mall.ctx();
    let (quote, _) = write(&mall.db, move |tx| buy::keep(tx, &ctx, &ready)).unwrap();
    mall.place(buyer, quote).unwrap()
}

#[test]
fn each_shop_sends_its_part_by_the_way_that_was_chosen_of_it() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (near, far, buyer) = (mall.stall(), mall.stall(), mall.buyer());
        let (_, cup) = mall.product(near, 5_000, 10);
        let (_, pot) = mall.product(far, 5_000, 10);
        offer(&mall, near, express(1_200));
        let plain = price(&mall, buyer, &ask(buyer, &[cup, pot], &[])).unwrap();
        let ready =
            price(&mall, buyer, &ask(buyer, &[cup, pot], &[(near, "express"), (far, "standard")])).unwrap();
        assert_eq!(ready.priced.total.minor, plain.priced.total.minor + 1_200);
        let freight = &ready.priced.shops[0].freight;
        let taken = freight.delivery_method.as_ref().unwrap();
        assert_eq!(
            (&*taken.delivery_method.code, taken.due, taken.short),
            ("express", yuan(1_200), Some(yuan(4_000)))
        );
        assert!(ready.priced.shops[1].freight.delivery_method.is_none());
        let delivery_methods = db.read(|q| view::delivery_methods(q, &ready)).unwrap();
        assert_eq!(delivery_methods, [(near.shop, vec![express(1_200)])]);

        let total = ready.priced.total;
        let placed = place(&mall, buyer, ready);
        assert_eq!(placed.purchase.total, total);
        let of = |stall: Stall| placed.orders.iter().find(|order| order.shop == stall.shop).unwrap();
        let delivery_method = of(near).delivery_method.as_ref().unwrap();
        assert_eq!(
            (&*delivery_method.code, &*delivery_method.zh, &*delivery_method.en),
            ("express", "次日达", "Next day")
        );
        assert_eq!(of(near).deliver_by.micros() - of(near).placed_at.micros(), 24 * 3_600_000_000);
        assert!(of(near).ship_by <= of(near).deliver_by && of(near).deliver_by < of(far).deliver_by);
        assert!(of(far).delivery_method.is_none());
        // Taken away afterwards: what was bought stays what it is.
        let ctx = mall.ctx();
        write(db, move |tx| delivery::remove(tx, &ctx, near.shop, "express")).unwrap();
        let seen = mall.seen(buyer, placed.purchase.id);
        for order in &placed.orders {
            assert!(seen.orders.contains(order), "{order:?}");
        }
        mall.pay(buyer, placed.purchase.id, Some("ok")).unwrap();
        mall.work();
        mall.is_sound();
    });
}

#[test]
fn a_price_that_was_kept_holds_though_the_way_costs_more_or_is_gone() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (stall, buyer) = (mall.stall(), mall.buyer());
        let (_, cup) = mall.product(stall, 5_000, 10);
        offer(&mall, stall, express(1_200));
        let ready = price(&mall, buyer, &ask(buyer, &[cup], &[(stall, "express")])).unwrap();
        let total = ready.priced.total;
        offer(&mall, stall, express(9_900));
        assert_eq!(place(&mall, buyer, ready).purchase.total, total);
        let dearer = price(&mall, buyer, &ask(buyer, &[cup], &[(stall, "express")])).unwrap();
        assert_eq!(dearer.priced.total.minor, total.minor + 8_700);
    });
}

#[test]
fn a_way_that_is_anothers_or_not_for_all_of_the_parcel_is_refused() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (stall, other, buyer) = (mall.stall(), mall.stall(), mall.buyer());
        let (only, cup) = mall.product(stall, 5_000, 10);
        let (_, pot) = mall.product(stall, 5_000, 10);
        let scope = Scope::Products(Vec::<Id<Product>>::from([only]));
        offer(&mall, stall, DeliveryMethod { scope, ..express(500) });
        offer(&mall, other, DeliveryMethod { code: "door".into(), ..express(500) });
        let code = |skus: &[Id<Sku>], delivery_method: &str| {
            price(&mall, buyer, &ask(buyer, skus, &[(stall, delivery_method)])).unwrap_err().code()
        };
        assert!(price(&mall, buyer, &ask(buyer, &[cup], &[(stall, "express")])).is_ok());
        assert_eq!(code(&[cup, pot], "express"), "delivery.not_for_these");
        assert_eq!(code(&[cup], "door"), "delivery.no_way");
        let aside = ask(buyer, &[cup], &[(other, "door")]);
        assert!(price(&mall, buyer, &aside).is_ok(), "a shop of which nothing is wanted is left aside");
        let both = price(&mall, buyer, &ask(buyer, &[cup, pot], &[])).unwrap();
        assert!(
            db.read(|q| view::delivery_methods(q, &both)).unwrap().is_empty(),
            "what cannot be taken is not shown"
        );
    });
}

#[test]
fn the_standard_way_costs_no_statement() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (stall, buyer) = (mall.stall(), mall.buyer());
        let (_, cup) = mall.product(stall, 5_000, 10);
        offer(&mall, stall, express(1_200));
        let count = |delivery_methods: &[(Stall, &str)]| {
            let before = db.statements();
            price(&mall, buyer, &ask(buyer, &[cup], delivery_methods)).unwrap();
            db.statements() - before
        };
        let (plain, standard, chosen) =
            (count(&[]), count(&[(stall, "standard")]), count(&[(stall, "express")]));
        assert_eq!((standard, chosen), (plain, plain + 1));
    });
}

#[test]
fn a_scope_names_what_is_there_and_is_the_shops_own() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (stall, other) = (mall.stall(), mall.stall());
        let (cup, sku) = mall.product(stall, 5_000, 1);
        let (pot, _) = mall.product(other, 5_000, 1);
        let set = |scope: Scope| {
            let (ctx, method) = (mall.ctx(), DeliveryMethod { scope, ..express(100) });
            write(db, move |tx| flows::delivery::set(tx, &ctx, stall.shop, &method, 8))
        };
        let code = |scope| set(scope).unwrap_err().code();
        assert_eq!(code(Scope::Category("nowhere".into())), "coupon.no_category");
        assert_eq!(code(Scope::Products(vec![cup, pot])), "coupon.no_product");
        assert_eq!(db.read(|q| delivery::delivery_methods(q, stall.shop)).unwrap(), []);
        let home = db.read(|q| offer::catalog::offers(q, &[sku])).unwrap().remove(0).category_code;
        for scope in [Scope::All, Scope::Category(home), Scope::Products(vec![cup])] {
            set(scope).unwrap();
        }
        assert_eq!(db.read(|q| delivery::delivery_methods(q, stall.shop)).unwrap().len(), 1);
    });
}
