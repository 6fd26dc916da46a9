//! Campaigns with stock of their own: what is sold in one comes from its pool, everything else never does.

use super::mall::{Buyer, Mall, Stall, ctx_at, place, write, write_with};
use super::race::{at_once, persist};
use flows::buy::{self, Ask, Error, Wanted};
use flows::promotion;
use kernel::id::{Campaign, Quote, Sku};
use kernel::{Id, Problem};
use supply::warehouse::{self, Figures, keys_of_pool};
use testkit::db::on_both;
use trade::order::PurchaseView;
use trade::scene::{Scene, Via};

fn open(mall: &Mall, stall: Stall, days: i64) -> Id<Campaign> {
    let (ctx, until) = (mall.ctx(), mall.now().plus_days(days));
    write(&mall.db, move |tx| promotion::open(tx, &ctx, stall.shop, "双十一", until)).unwrap().id
}

fn move_units(
    mall: &Mall,
    stall: Stall,
    campaign: Id<Campaign>,
    sku: Id<Sku>,
    units: i64,
) -> Result<Figures, promotion::Error> {
    let ctx = mall.ctx();
    let of = (sku, stall.site, units);
    write_with(&mall.db, keys_of_pool(sku, stall.site, campaign), move |tx| {
        promotion::move_units(tx, &ctx, stall.shop, campaign, of)
    })
}

fn quote(mall: &Mall, buyer: Buyer, sku: Id<Sku>, units: i64, campaign: Option<Id<Campaign>>) -> Id<Quote> {
    let via = match campaign {
        Some(id) => Via::new(Scene::Shop, Some(&format!("campaign:{id}"))).unwrap(),
        None => Via::mall(),
    };
    let lines = vec![Wanted { sku, quantity: units, via }];
    let ask = Ask { lines, address: Some(buyer.address), delivery_methods: Vec::new() };
    let ctx = mall.ctx();
    let ready = mall.db.read(|q| buy::price(q, &mall.services, ctx.now, buyer.member, &ask)).unwrap();
    write(&mall.db, move |tx| buy::keep(tx, &ctx, &ready)).unwrap().0
}

fn buy_in(
    mall: &Mall,
    buyer: Buyer,
    sku: Id<Sku>,
    units: i64,
    campaign: Option<Id<Campaign>>,
) -> Result<PurchaseView, Error> {
    let quote = quote(mall, buyer, sku, units, campaign);
    mall.place(buyer, quote)
}

/// On hand, reserved, sold; of the whole campaign.
fn seen(mall: &Mall, stall: Stall, campaign: Id<Campaign>) -> (i64, i64, i64) {
    let found = mall.db.read(|q| warehouse::one_campaign(q, stall.shop, campaign)).unwrap();
    (found.on_hand, found.reserved, found.sold)
}

#[test]
fn a_sale_in_a_campaign_takes_from_its_pool_and_no_other_sale_does() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (stall, buyer) = (mall.stall(), mall.buyer());
        let (_, cup) = mall.product(stall, 5_000, 10);
        let campaign = open(&mall, stall, 3);
        assert_eq!(move_units(&mall, stall, campaign, cup, 4).unwrap().available(), 4);
        assert_eq!((mall.left(stall, cup), seen(&mall, stall, campaign)), (6, (4, 0, 0)));
        assert_eq!(buy_in(&mall, buyer, cup, 7, None).unwrap_err().code(), "warehouse.short");
        assert_eq!(buy_in(&mall, buyer, cup, 5, Some(campaign)).unwrap_err().code(), "warehouse.short");
        let placed = buy_in(&mall, buyer, cup, 3, Some(campaign)).unwrap();
        assert_eq!((mall.left(stall, cup), seen(&mall, stall, campaign)), (6, (4, 3, 0)));
        // Only what is not spoken for comes out.
        let err = move_units(&mall, stall, campaign, cup, -2).unwrap_err();
        assert_eq!(err.code(), "warehouse.short");
        assert_eq!(move_units(&mall, stall, campaign, cup, -1).unwrap().available(), 0);
        assert_eq!(mall.left(stall, cup), 7);

        mall.pay(buyer, placed.purchase.id, Some("ok")).unwrap();
        mall.work();
        mall.ship(stall, placed.orders[0].id).unwrap();
        assert_eq!(seen(&mall, stall, campaign), (0, 0, 3));
        mall.is_sound();
    });
}

#[test]
fn a_campaign_ends_by_itself_and_what_is_left_is_on_the_shelf() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (stall, other, buyer) = (mall.stall(), mall.stall(), mall.buyer());
        let (_, cup) = mall.product(stall, 5_000, 10);
        let campaign = open(&mall, stall, 1);
        move_units(&mall, stall, campaign, cup, 6).unwrap();
        let err = move_units(&mall, other, campaign, cup, 1).unwrap_err();
        assert_eq!(err.code(), "warehouse.no_campaign", "another shop's campaign");
        buy_in(&mall, buyer, cup, 2, Some(campaign)).unwrap();
        let unpaid = quote(&mall, buyer, cup, 1, Some(campaign));
        let until = db.read(|q| warehouse::one_campaign(q, stall.shop, campaign)).unwrap().until.unwrap();
        mall.show(until.plus_micros(-1));
        mall.work();
        assert!(db.read(|q| warehouse::one_campaign(q, stall.shop, campaign)).unwrap().ended_at.is_none());
        mall.show(until);
        mall.work();
        let found = db.read(|q| warehouse::one_campaign(q, stall.shop, campaign)).unwrap();
        assert!(found.ended_at.is_some());
        // The two that were ordered were never paid for: they are on the shelf with the rest.
        assert_eq!((mall.left(stall, cup), found.on_hand), (10, 0));
        assert!(mall.place(buyer, unpaid).is_err(), "a quote of the campaign is good no more");
        assert_eq!(
            buy_in(&mall, buyer, cup, 1, Some(campaign)).unwrap_err().code(),
            "warehouse.campaign_over"
        );
        assert_eq!(move_units(&mall, stall, campaign, cup, 1).unwrap_err().code(), "warehouse.campaign_over");
        let ctx = mall.ctx();
        let past = mall.now();
        let err = write(db, move |tx| promotion::open(tx, &ctx, stall.shop, "x", past)).unwrap_err();
        assert_eq!(err.code(), "warehouse.campaign_past");
        mall.is_sound();
    });
}

#[test]
fn buyers_at_once_empty_the_pool_and_the_shelf_and_neither_the_others() {
    on_both(|db| {
        let mall = Mall::new(db);
        let stall = mall.stall();
        let (_, cup) = mall.product(stall, 5_000, 7);
        let campaign = open(&mall, stall, 3);
        move_units(&mall, stall, campaign, cup, 3).unwrap();
        let buyers: Vec<(Buyer, Id<Quote>, bool)> = (0..16)
            .map(|n| {
                let (buyer, inside) = (mall.buyer(), n % 2 == 0);
                (buyer, quote(&mall, buyer, cup, 1, inside.then_some(campaign)), inside)
            })
            .collect();
        let now = mall.now();
        let click = |(buyer, quote, _): &(Buyer, Id<Quote>, bool)| {
            let (db, services, buyer, quote) = (mall.db.clone(), mall.services.clone(), *buyer, *quote);
            Box::new(move || persist(|| place(&db, &services, ctx_at(now), buyer, quote)))
                as Box<dyn FnOnce() -> Result<PurchaseView, Error> + Send>
        };
        let answers = at_once(buyers.iter().map(click).collect());
        let won = |wanted: bool| {
            let of =
                |((_, _, inside), answer): &(&(Buyer, Id<Quote>, bool), &Result<PurchaseView, Error>)| {
                    *inside == wanted && answer.is_ok()
                };
            buyers.iter().zip(&answers).filter(of).count()
        };
        assert_eq!((won(true), won(false)), (3, 4));
        assert_eq!((mall.left(stall, cup), seen(&mall, stall, campaign)), (0, (3, 3, 0)));
        mall.is_sound();
    });
}
