//! Use cases that span contexts: the stock of one's own variants, parcels that leave together, where an order goes, and
//! checkout at the price that was shown.

use crate::buy::mall::{Mall, write};
use flows::checkout::{self, Checkout, Lines};
use flows::ship::{self, Parcel};
use flows::stock::{self, Doing};
use flows::{address, buy};
use kernel::id::Sku;
use kernel::{Actor, Ctx, Id, Kind, Problem};
use people::member;
use people::vault::{Postal, Why};
use supply::warehouse::{self, Change, Part, Reason};
use testkit::db::on_both;
use trade::cart::{self, Add};
use trade::order::{self, Side, Status};
use trade::scene::Via;

#[test]
fn a_shop_keeps_stock_of_its_own_variants_alone_from_the_first_change_on() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (mine, other) = (mall.stall(), mall.stall());
        let (_, cup) = mall.product(mine, 5_000, 3);
        let (_, pot) = mall.product(mine, 9_000, 0);
        let change = |doing: Doing, shop, sku: Id<Sku>, quantity: i64| {
            let (ctx, warehouse) = (mall.ctx(), mine.site);
            let reason = Reason::new("test").unwrap();
            let change = Change { sku, warehouse, quantity, reason, reference: None };
            write(db, move |tx| stock::change(tx, &ctx, shop, doing, &change))
        };
        for (doing, quantity, on_hand) in
            [(Doing::Receive, 4, 7), (Doing::Adjust, -2, 5), (Doing::Count, 9, 9)]
        {
            let kept = change(doing, mine.shop, cup, quantity).unwrap();
            assert_eq!(kept.stock.places[0].figures.on_hand(), on_hand, "{doing:?}");
            assert_eq!(kept.offer.unwrap().shop, mine.shop);
        }
        let foreign = change(Doing::Receive, other.shop, cup, 1).unwrap_err();
        assert_eq!((foreign.kind(), foreign.code()), (Kind::NotFound, "warehouse.no_sku"));
        let low = |shop, sku| {
            let ctx = mall.ctx();
            write(db, move |tx| stock::set_low(tx, &ctx, shop, sku, Some(5)))
        };
        assert_eq!(low(mine.shop, cup).unwrap().stock.low_at, Some(5));
        assert_eq!(change(Doing::Count, mine.shop, cup, 2).unwrap().stock.low_at, Some(5), "a mark stays");
        assert_eq!(low(other.shop, cup).unwrap_err().code(), "warehouse.no_sku");
        let kit = |shop| {
            let parts = [Part { sku: cup, quantity: 1 }];
            write(db, move |tx| stock::make_kit(tx, shop, pot, &parts))
        };
        assert_eq!(kit(other.shop).unwrap_err().code(), "warehouse.no_sku");
        let made = kit(mine.shop).unwrap();
        assert!(made.stock.is_kit && made.stock.available == 2, "{:?}", made.stock);
    });
}

#[test]
fn parcels_leave_together_or_not_at_all() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (stall, buyer) = (mall.stall(), mall.buyer());
        let (_, cup) = mall.product(stall, 5_000, 10);
        let paid = || {
            let placed = mall.buy(buyer, &[(cup, 1)]).unwrap();
            mall.pay(buyer, placed.purchase.id, Some("ok")).unwrap();
            mall.work();
            placed.orders[0].id
        };
        let (one, two) = (paid(), paid());
        let parcel = |order, number: &str| Parcel { order, carrier: "sf".into(), number: number.into() };
        let ship = |parcels: Vec<Parcel>| {
            let (ctx, services, shop) = (mall.ctx(), mall.services.clone(), stall.shop);
            write(db, move |tx| ship::ship_all(tx, &ctx, &services, shop, &parcels))
        };
        let status = |id| db.read(|q| order::load(q, Side::Shop(stall.shop), id)).unwrap().status;
        let refused = ship(vec![parcel(one, "SF0000000000001"), parcel(two, " ")]).unwrap_err();
        assert_eq!((refused.code(), status(one)), ("carrier.bad_number", Status::Paid));
        assert_eq!(
            ship(vec![parcel(one, " sf 0000000000001 "), parcel(two, "SF0000000000002")]).unwrap().len(),
            2
        );
        assert_eq!((status(one), status(two)), (Status::Shipped, Status::Shipped));
        mall.is_sound();
    });
}

#[test]
fn an_order_goes_where_its_buyer_says_and_who_looks_is_a_member_with_a_reason() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (stall, buyer, other) = (mall.stall(), mall.buyer(), mall.buyer());
        let (_, cup) = mall.product(stall, 5_000, 10);
        let id = mall.buy(buyer, &[(cup, 1)]).unwrap().orders[0].id;
        let postal = Postal {
            recipient: "李四".into(),
            phone: "+8613900000000".into(),
            province: "四川省".into(),
            city: "成都市".into(),
            district: String::new(),
            street: "人民路 1 号".into(),
            postcode: String::new(),
        };
        let (ctx, services, same) = (mall.ctx(), mall.services.clone(), postal.clone());
        let there = write(db, move |tx| {
            member::add_address(tx, &ctx, services.vault(), buyer.member, &same, Some(kernel::Country::CN))
        })
        .unwrap();
        let change = |member| {
            let (ctx, services) = (mall.ctx(), mall.services.clone());
            write(db, move |tx| address::change(tx, &ctx, &services, member, id, there))
        };
        assert_eq!(change(other.member).unwrap_err().kind(), Kind::NotFound);
        assert!(change(buyer.member).unwrap().address.shown.contains("成都市"));
        let reveal = |actor: Actor| {
            let (ctx, services) = (Ctx::new(mall.now(), actor, 7), mall.services.clone());
            let side = Side::Shop(stall.shop);
            write(db, move |tx| address::reveal(tx, &ctx, services.vault(), side, id, Why::Delivery))
        };
        assert_eq!(reveal(Actor::System).unwrap_err().kind(), Kind::NotFound, "a look has a name");
        assert_eq!(reveal(Actor::Member(other.member)).unwrap(), postal);
        let looks = db.read(|q| people::vault::looks(q, None, 9)).unwrap();
        assert_eq!((looks.len(), looks[0].look.by), (1, other.member));
    });
}

#[test]
fn a_checkout_places_what_was_shown_at_the_price_that_was_shown() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (stall, buyer) = (mall.stall(), mall.buyer());
        let (product, cup) = mall.product(stall, 5_000, 10);
        let (ctx, now) = (mall.ctx(), mall.now());
        let most = mall.services.terms(now).unwrap().cart();
        let add = Add { sku: cup, product, shop: stall.shop, quantity: 2, via: Via::mall() };
        write(db, move |tx| cart::add(tx, &ctx, buyer.member, &add, most)).unwrap();
        let place = |skus: Vec<Id<Sku>>, total: i64| {
            let (ctx, services) = (mall.ctx(), mall.services.clone());
            let (member, address) = (buyer.member, Some(buyer.address));
            let checkout = Checkout {
                member,
                device: None,
                lines: Lines::OfCart(skus),
                address,
                delivery_methods: Vec::new(),
                remarks: Vec::new(),
                total,
            };
            write(db, move |tx| checkout::place(tx, &ctx, &services, &checkout))
        };
        let changed = place(vec![cup], 9_999).unwrap_err();
        assert_eq!((changed.kind(), changed.code()), (Kind::Conflict, checkout::CHANGED));
        let gone = place(vec![cup, mall.product(stall, 1, 1).1], 10_000).unwrap_err();
        assert_eq!(gone.code(), checkout::CHANGED, "one of them is not in the cart");
        assert_eq!(mall.left(stall, cup), 10);
        let placed = place(vec![cup], 10_000).unwrap();
        assert_eq!((placed.units, mall.left(stall, cup)), (0, 8));
        let seen = mall.seen(buyer, placed.purchase);
        assert_eq!(seen.purchase.total.minor, 10_000);
        let refused = place(Vec::new(), 0).unwrap_err();
        assert!(matches!(refused, checkout::Error::Buy(buy::Error::Nothing)), "{refused}");
        let left = db.read(|q| warehouse::stock(q, stall.shop, cup)).unwrap();
        assert_eq!(left.places[0].figures.reserved(), 2);
        mall.is_sound();
    });
}
