//! Prices: at once, in every place the same, with their history.

use crate::{NOW, Stall, ctx, ctx_at, new_id, write, yuan};
use kernel::id::{Product, Sku};
use kernel::{Currency, Id, Kind, Moment, Money, Problem};
use offer::catalog::{self, Card, Error, NewPrice, Shelf, Sort};
use proptest::prelude::*;
use testkit::db::{TestDb, on_both};

fn at(price: i64) -> NewPrice {
    NewPrice { price: yuan(price), list_price: None, limit: None }
}

fn set(stall: &Stall, product: Id<Product>, sku: Id<Sku>, new: NewPrice, when: Moment) -> Result<(), Error> {
    let shop = stall.shop;
    write(&stall.db, move |tx| catalog::set_price(tx, &ctx_at(when), shop, product, sku, &new))
}

/// The struck prices of a product's variants, looked for so many days before.
fn struck(stall: &Stall, product: Id<Product>, days: i64) -> Vec<(Id<Sku>, i64)> {
    let found = stall.db.read(|q| catalog::struck(q, &[product], days * DAY)).unwrap();
    found.iter().map(|one| (one.sku, one.prior.minor)).collect()
}

const DAY: i64 = 86_400_000_000;

#[test]
fn a_price_that_was_raised_first_or_stood_for_a_moment_is_no_reduction() {
    on_both(|db| {
        let stall = Stall::new(db);
        let raised = stall.live(stall.cup("先涨后降的杯子", &[4900]));
        let sku = stall.skus(raised)[0];
        let card = |product: Id<Product>| {
            let mut cards = db.read(|q| catalog::cards_of(q, &[product])).unwrap();
            db.read(|q| catalog::strike(q, &mut cards, 30 * DAY)).unwrap();
            cards[0].struck
        };
        set(&stall, raised, sku, at(49900), NOW.plus_days(40)).unwrap();
        set(&stall, raised, sku, at(4900), NOW.plus_days(41)).unwrap();
        assert_eq!((struck(&stall, raised, 30), card(raised)), (vec![], None));
        // 49,900 for a microsecond less than 30 days, and for all of them.
        set(&stall, raised, sku, at(49900), NOW.plus_days(50)).unwrap();
        set(&stall, raised, sku, at(4900), NOW.plus_days(80).plus_micros(-1)).unwrap();
        assert_eq!((struck(&stall, raised, 30), card(raised)), (vec![], None));
        set(&stall, raised, sku, at(49900), NOW.plus_days(90)).unwrap();
        set(&stall, raised, sku, at(4900), NOW.plus_days(120)).unwrap();
        assert_eq!((struck(&stall, raised, 30), card(raised)), (vec![(sku, 49900)], Some(yuan(49900))));
        let mut offers = vec![db.read(|q| catalog::offer(q, sku)).unwrap().unwrap()];
        db.read(|q| catalog::strike_offers(q, &mut offers, 30 * DAY)).unwrap();
        assert_eq!(offers[0].struck, Some(yuan(49900)));
        // A new thing at 499 and the next day at 49: nobody was asked 499 for 30 days.
        let fresh = stall.live(stall.cup("新品一天就打折", &[49900]));
        set(&stall, fresh, stall.skus(fresh)[0], at(4900), NOW.plus_days(1)).unwrap();
        assert_eq!((struck(&stall, fresh, 30), card(fresh)), (vec![], None));
        // A card says it only if each of its cheapest variants does; of two it says the lower.
        let two = stall.live(stall.cup("三种杯子", &[9000, 8000, 9900]));
        let skus = stall.skus(two);
        set(&stall, two, skus[0], at(5000), NOW.plus_days(40)).unwrap();
        assert_eq!(card(two), Some(yuan(9000)));
        set(&stall, two, skus[1], at(5000), NOW.plus_days(20)).unwrap();
        assert_eq!(card(two), None);
        set(&stall, two, skus[1], at(8000), NOW.plus_days(21)).unwrap();
        set(&stall, two, skus[1], at(5000), NOW.plus_days(60)).unwrap();
        assert_eq!(card(two), Some(yuan(8000)));
        let mut all = vec![(skus[0], 9000), (skus[1], 8000)];
        all.sort();
        let mut found = struck(&stall, two, 30);
        found.sort();
        assert_eq!(found, all);
        // A rise is none.
        set(&stall, two, skus[0], at(99000), NOW.plus_days(100)).unwrap();
        assert_eq!(struck(&stall, two, 30), [(skus[1], 8000)]);
    });
}

fn first(stall: &Stall, shelf: &Shelf) -> Card {
    stall.db.read(|q| catalog::cards(q, shelf, None, 1)).unwrap().remove(0)
}

#[test]
fn a_price_changes_at_once_and_says_the_same_everywhere() {
    on_both(|db| {
        let stall = Stall::new(db);
        let product = stall.live(stall.cup("会变价的杯子", &[5900, 4900]));
        let skus = stall.skus(product);
        let new = NewPrice { price: yuan(3900), list_price: Some(yuan(5900)), limit: Some(3) };
        set(&stall, product, skus[0], new, NOW.plus_days(1)).unwrap();
        let page = db.read(|q| catalog::product(q, product)).unwrap();
        let live = &page.skus[0];
        assert_eq!((live.price, live.list_price, live.limit), (yuan(3900), Some(yuan(5900)), Some(3)));
        assert_eq!(page.version, 1);
        let offer = db.read(|q| catalog::offer(q, skus[0])).unwrap().unwrap();
        assert_eq!((offer.price, offer.list_price, offer.limit), (yuan(3900), Some(yuan(5900)), Some(3)));
        for shelf in [
            Shelf::default(),
            Shelf { sort: Sort::PriceUp, category: Some("home".into()), ..Default::default() },
            Shelf { sort: Sort::PriceDown, text: Some("变价".into()), ..Default::default() },
            Shelf { sort: Sort::PriceUp, shop: Some(stall.shop), ..Default::default() },
        ] {
            let card = first(&stall, &shelf);
            assert_eq!(
                (card.price, card.price_to, card.list_price),
                (yuan(3900), yuan(4900), Some(yuan(5900)))
            );
        }
        // The key of the lists moved with it: the page after it is empty.
        let shelf = Shelf { sort: Sort::PriceUp, text: Some("杯子".into()), ..Default::default() };
        let after = first(&stall, &shelf).after(Sort::PriceUp);
        assert_eq!(after.key, 3900);
        assert_eq!(db.read(|q| catalog::cards(q, &shelf, Some(after), 9)).unwrap(), []);
    });
}

#[test]
fn an_approved_edit_leaves_live_prices_alone_and_prices_what_is_new() {
    on_both(|db| {
        let stall = Stall::new(db);
        let product = stall.live(stall.cup("边改边卖的杯子", &[5900]));
        let sku = stall.skus(product)[0];
        let mut content = stall.content(product);
        content.title = "改好了的杯子".into();
        let mut second = content.skus[0].clone();
        (second.id, second.code, second.choice, second.price) = (None, "C-9".into(), vec![1], yuan(8800));
        content.skus.push(second);
        content.axes[0].values.push(catalog::ValueDraft { name: "新色".into(), media: None });
        let edit = stall.propose(product, content).unwrap();
        stall.submit(&edit).unwrap();
        set(&stall, product, sku, at(4500), NOW.plus_days(1)).unwrap();
        stall.approve(&edit).unwrap();
        let page = db.read(|q| catalog::product(q, product)).unwrap();
        assert_eq!(page.skus.iter().map(|s| s.price).collect::<Vec<_>>(), [yuan(4500), yuan(8800)]);
        assert_eq!(first(&stall, &Shelf::default()).price, yuan(4500));
        // What the version keeps is what went live.
        let versions = db.read(|q| catalog::versions(q, stall.shop, product, None, 1)).unwrap();
        assert_eq!(versions[0].content.skus[0].price, yuan(4500));
        let history = db.read(|q| catalog::price_history(q, sku, Moment::MIN, None, 9)).unwrap();
        assert_eq!(
            history.iter().map(|p| (p.number, p.price.minor)).collect::<Vec<_>>(),
            [(2, 4500), (1, 5900)]
        );
    });
}

#[test]
fn the_lowest_price_counts_what_was_in_force_when_the_span_began() {
    on_both(|db| {
        let stall = Stall::new(db);
        let product = stall.live(stall.cup("三十天的杯子", &[5000]));
        let sku = stall.skus(product)[0];
        for (day, price) in [(10, 3000), (20, 6000), (60, 5500), (70, 4800)] {
            set(&stall, product, sku, at(price), NOW.plus_days(day)).unwrap();
        }
        let low = |day| db.read(|q| catalog::lowest_price(q, sku, NOW.plus_days(day))).unwrap();
        assert_eq!(low(0), Some(yuan(3000)));
        // 3,000 counted until day 20.
        assert_eq!(low(19), Some(yuan(3000)));
        assert_eq!((low(20), low(50), low(71)), (Some(yuan(4800)), Some(yuan(4800)), Some(yuan(4800))));
        assert_eq!(db.read(|q| catalog::lowest_price(q, new_id(), NOW)).unwrap(), None);
        let all = db.read(|q| catalog::lowest_prices(q, product, NOW.plus_days(19))).unwrap();
        assert_eq!(all, [(sku, yuan(3000))]);
        // Before the present price: 5,500 and 6,000 in the 30 days before day 70.
        assert_eq!(struck(&stall, product, 30), [(sku, 5500)]);
        // Not priced through all of them.
        assert_eq!(struck(&stall, product, 365), []);
        // Another list price is another line, not another price.
        let list = NewPrice { list_price: Some(yuan(9900)), ..at(4800) };
        set(&stall, product, sku, list, NOW.plus_days(80)).unwrap();
        assert_eq!(struck(&stall, product, 30), [(sku, 5500)]);
        // The same again is no line at all.
        set(&stall, product, sku, list, NOW.plus_days(90)).unwrap();
        let history = |since, before, limit| {
            let found = db.read(|q| catalog::price_history(q, sku, since, before, limit)).unwrap();
            found.iter().map(|p| p.number).collect::<Vec<_>>()
        };
        assert_eq!(history(Moment::MIN, None, 9), [6, 5, 4, 3, 2, 1]);
        assert_eq!(history(NOW.plus_days(65), None, 9), [6, 5, 4]);
        assert_eq!(history(Moment::MIN, Some(5), 2), [4, 3]);
        let view = db.read(|q| catalog::product(q, product)).unwrap();
        let (shown, since) = (view.skus.iter().find(|s| s.id == sku).unwrap(), NOW.plus_days(65));
        let recent = db.read(|q| catalog::recent_prices(q, shown, since, 9)).unwrap();
        assert_eq!(recent, db.read(|q| catalog::price_history(q, sku, since, None, 9)).unwrap());
    });
}

#[test]
fn a_price_that_cannot_be_is_refused_and_nothing_changes() {
    on_both(|db| {
        let stall = Stall::new(db);
        let product = stall.live(stall.cup("不变价的杯子", &[5900, 4900]));
        let skus = stall.skus(product);
        let bad = |new| set(&stall, product, skus[0], new, NOW).unwrap_err();
        assert_eq!(bad(at(0)), Error::Price);
        assert_eq!(bad(at(-1)), Error::Price);
        assert_eq!(bad(at(i64::MAX)), Error::Price);
        assert_eq!(bad(NewPrice { list_price: Some(yuan(99)), ..at(100) }), Error::Price);
        assert_eq!(bad(NewPrice { price: Money::new(1, Currency::BRL), ..at(1) }), Error::Price);
        assert_eq!(bad(NewPrice { limit: Some(0), ..at(1) }), Error::Limit);
        let stranger: Id<Sku> = new_id();
        let (shop, good) = (stall.shop, skus[1]);
        let both = [(good, at(100)), (stranger, at(100))];
        let err = write(db, move |tx| catalog::set_prices(tx, &ctx(), shop, product, &both)).unwrap_err();
        assert_eq!((err.kind(), err), (Kind::NotFound, Error::NoSku(stranger)));
        let many = vec![(good, at(100)); 501];
        let err = write(db, move |tx| catalog::set_prices(tx, &ctx(), shop, product, &many)).unwrap_err();
        assert_eq!(err, Error::TooMany { most: 500 });
        let draft = stall.draft(stall.cup("还没上架的杯子", &[100]));
        let id = draft.content.skus[0].id.unwrap();
        let err = set(&stall, draft.product, id, at(5), NOW).unwrap_err();
        assert_eq!(err.kind(), Kind::Conflict);
        let page = db.read(|q| catalog::product(q, product)).unwrap();
        assert_eq!(page.skus.iter().map(|s| s.price).collect::<Vec<_>>(), [yuan(5900), yuan(4900)]);
        let history = db.read(|q| catalog::price_history(q, good, Moment::MIN, None, 9)).unwrap();
        assert_eq!(history.len(), 1);
    });
}

#[test]
fn a_product_off_sale_changes_its_price_and_comes_back_with_it() {
    on_both(|db| {
        let stall = Stall::new(db);
        let (shop, product) = (stall.shop, stall.live(stall.cup("歇业的杯子", &[5900])));
        write(db, move |tx| catalog::take_off(tx, &ctx(), shop, product)).unwrap();
        set(&stall, product, stall.skus(product)[0], at(3300), NOW).unwrap();
        let shelf = Shelf { sort: Sort::PriceUp, ..Default::default() };
        assert_eq!(db.read(|q| catalog::cards(q, &shelf, None, 9)).unwrap(), []);
        crate::put_on(db, shop, product).unwrap();
        assert_eq!(first(&stall, &shelf).after(Sort::PriceUp).key, 3300);
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn the_lowest_price_of_a_span_is_what_a_plain_walk_finds(
        steps in proptest::collection::vec((1i64..5, 1i64..9), 1..12), since in 0i64..40
    ) {
        let test = TestDb::new(store::Engine::Sqlite);
        let stall = Stall::new(&test);
        let product = stall.live(stall.cup("随机的杯子", &[7]));
        let sku = stall.skus(product)[0];
        let (mut day, mut walk) = (0, vec![(0, 7)]);
        for (days, price) in steps {
            day += days;
            walk.push((day, price));
            set(&stall, product, sku, at(price), NOW.plus_days(day)).unwrap();
        }
        // The first price counted from some seconds after the first day began; asked is an hour after some day began.
        let found = test
            .read(|q| catalog::lowest_price(q, sku, NOW.plus_days(since).plus_hours(1)))
            .unwrap();
        let in_force = walk.iter().rev().find(|(day, _)| *day <= since);
        let later = walk.iter().filter(|(day, _)| *day > since);
        let plain = in_force.into_iter().chain(later).map(|(_, price)| *price).min();
        prop_assert_eq!(found.map(|money| money.minor), plain);
    }
}
