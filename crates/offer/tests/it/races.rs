//! Who meets at one product: one truth in the end, and one of the answers says so.

use crate::{Stall, ctx, permitted, rules, write, write_with, yuan};
use kernel::Moment;
use offer::catalog::{self, Error, NewPrice, Shelf};
use std::sync::Barrier;
use testkit::db::{on_both, settle};

/// Runs both at the same time.
fn together<A: Send, B: Send>(one: impl FnOnce() -> A + Send, other: impl FnOnce() -> B + Send) -> (A, B) {
    let gate = Barrier::new(2);
    std::thread::scope(|scope| {
        let first = scope.spawn(|| {
            gate.wait();
            one()
        });
        let second = scope.spawn(|| {
            gate.wait();
            other()
        });
        (first.join().unwrap(), second.join().unwrap())
    })
}

#[test]
fn of_two_edits_against_one_version_one_goes_live() {
    on_both(|db| {
        let stall = Stall::new(db);
        for round in 0..5 {
            let product = stall.live(stall.cup("抢着改的杯子", &[100]));
            let edit = |name: &str| {
                let mut content = stall.content(product);
                content.title = format!("{name}的杯子{round}").as_str().into();
                stall.submit(&stall.propose(product, content).unwrap()).unwrap()
            };
            let (one, two) = (edit("甲"), edit("乙"));
            let shop = stall.shop;
            let approve = |id| {
                write_with(db, catalog::keys(product), move |tx| {
                    permitted(shop, |permits| catalog::approve(tx, &ctx(), permits, id, &rules()))
                })
            };
            let (first, second) = together(|| approve(one.id), || approve(two.id));
            let (won, lost) = match (first, second) {
                (Ok(won), Err(lost)) | (Err(lost), Ok(won)) => (won, lost),
                other => panic!("{other:?}"),
            };
            assert!(matches!(lost, Error::Stale { .. } | Error::Moved), "{lost}");
            let page = db.read(|q| catalog::product(q, product)).unwrap();
            assert_eq!((page.version, &page.title), (2, &won.content.title));
        }
    });
}

#[test]
fn approving_twice_at_once_makes_one_version() {
    on_both(|db| {
        let stall = Stall::new(db);
        for _ in 0..5 {
            let edit = stall.submit(&stall.draft(stall.cup("点了两下的杯子", &[100]))).unwrap();
            let approve = || stall.approve(&edit);
            let (first, second) = together(approve, approve);
            assert_eq!(
                [&first, &second].iter().filter(|result| result.is_ok()).count(),
                1,
                "{first:?} {second:?}"
            );
            let versions = db.read(|q| catalog::versions(q, stall.shop, edit.product, None, 9)).unwrap();
            assert_eq!(versions.len(), 1);
        }
        settle(db);
        let listed = crate::facts(db).iter().filter(|f| f.spec.kind == "product.listed").count();
        let cards = db.read(|q| catalog::cards(q, &Shelf::default(), None, 99)).unwrap();
        assert_eq!((listed, cards.len()), (5, 5));
    });
}

#[test]
fn prices_that_change_while_a_product_comes_and_goes_agree_with_the_lists() {
    on_both(|db| {
        let stall = Stall::new(db);
        let (shop, product) = (stall.shop, stall.live(stall.cup("忙碌的杯子", &[100])));
        let sku = stall.skus(product)[0];
        let keys = || catalog::keys(product);
        // Without the keys a writer may be told to try again, and nothing else.
        let fine = |result: Result<(), Error>| match result {
            Ok(()) | Err(Error::Moved) => {}
            Err(err) => panic!("{err}"),
        };
        together(
            || {
                for n in 1..=20 {
                    let new = NewPrice { price: yuan(100 + n), list_price: None, limit: None };
                    let set = move |tx: &mut store::Tx<'_>| {
                        catalog::set_price(tx, &ctx(), shop, product, sku, &new)
                    };
                    if n % 2 == 0 { fine(write_with(db, keys(), set)) } else { fine(write(db, set)) }
                }
            },
            || {
                for _ in 0..10 {
                    fine(write_with(db, keys(), move |tx| {
                        catalog::take_off(tx, &ctx(), shop, product).map(drop)
                    }));
                    while let Err(Error::Moved) = crate::put_on(db, shop, product) {}
                }
            },
        );
        let page = db.read(|q| catalog::product(q, product)).unwrap();
        let offer = db.read(|q| catalog::offer(q, sku)).unwrap().unwrap();
        let last = db.read(|q| catalog::price_history(q, sku, Moment::MIN, None, 1)).unwrap();
        assert_eq!((page.skus[0].price, last[0].price), (offer.price, offer.price));
        for text in [None, Some("忙碌")] {
            let shelf =
                Shelf { sort: catalog::Sort::PriceUp, text: text.map(Into::into), ..Default::default() };
            let cards = db.read(|q| catalog::cards(q, &shelf, None, 9)).unwrap();
            assert_eq!(cards.iter().map(|card| card.price).collect::<Vec<_>>(), [offer.price]);
            let after = catalog::After { key: offer.price.minor - 1, product };
            assert_eq!(db.read(|q| catalog::cards(q, &shelf, Some(after), 9)).unwrap().len(), 1);
        }
    });
}
