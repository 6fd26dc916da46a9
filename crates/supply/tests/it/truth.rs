//! Movements and figures say the same, whatever is done; what was damaged is found.

use crate::{NOW, Yard, ctx, fire, later, new_id, raw, reason, write};
use kernel::id::{Campaign, Reservation, Sku};
use kernel::{Id, Permit};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use store::{Db, Keys, StoreError, Tx, WriteError, timer, vals};
use supply::warehouse::{
    self, Basket, Difference, Error, Figure, Line, Moved, Part, StockLocation, TakeBack,
};
use testkit::db::on_both;

store::sql! {
    DAMAGE_STOCK = "update warehouse_stock set stocked = stocked + 1 where shop = $1";
    LOSE_STOCK = "delete from warehouse_stock where shop = $1";
    DAMAGE_MOVEMENT = "update warehouse_movement set quantity = quantity + 2 where shop = $1 and moved = 'reserved'";
    DAMAGE_CLAIM = "update warehouse_claim set quantity = quantity + 3 where shop = $1";
    STRAND = "update warehouse_campaign set ended_at = 1 where shop = $1";
}

fn damage(db: &Db, sql: &'static store::Sql, yard: &Yard) {
    let shop = yard.shop;
    let hit: Result<u64, WriteError<StoreError>> =
        db.write_blocking("damage", Keys::none(), move |tx: &mut Tx<'_>| tx.exec(sql, vals![shop]));
    assert!(hit.unwrap() > 0);
}

#[test]
fn a_damaged_row_is_found_and_named() {
    on_both(|db| {
        let cases: [(&'static store::Sql, Figure, Option<i64>, i64); 5] = [
            (&DAMAGE_STOCK, Figure::Stocked, Some(6), 5),
            (&DAMAGE_MOVEMENT, Figure::Taken, Some(2), 4),
            (&DAMAGE_CLAIM, Figure::Reserved, Some(2), 5),
            (&LOSE_STOCK, Figure::Stocked, None, 5),
            (&STRAND, Figure::Stranded, Some(4), 0),
        ];
        for (sql, figure, stored, rebuilt) in cases {
            let yard = Yard::new(db, 1);
            let sku = yard.sku(&[if figure == Figure::Stranded { 9 } else { 5 }]);
            let (shop, warehouse) = (yard.shop, yard.sites[0].id);
            yard.reserve(&[(sku, 2)]).unwrap();
            let campaign = (figure == Figure::Stranded).then(new_id::<Campaign>);
            if let Some(campaign) = campaign {
                write(db, move |tx| {
                    warehouse::set_aside(tx, &ctx(), &Permit::by_gate(shop), campaign, (sku, warehouse, 4))
                })
                .unwrap();
            }
            yard.is_sound();
            damage(db, sql, &yard);
            let found = db.read(|q| warehouse::check(q, shop)).unwrap();
            let place = StockLocation { sku, warehouse, campaign };
            assert_eq!(found[0], Difference { place, figure, stored, rebuilt });
            if figure == Figure::Stocked {
                let put_right = write(db, move |tx| warehouse::rebuild(tx, shop)).unwrap();
                assert_eq!(put_right, found);
                assert_eq!(yard.figures(sku), (5, 2, 3));
                yard.is_sound();
            }
        }
    });
}

/// One thing that somebody does, with numbers that are made to fit.
#[derive(Debug, Clone)]
enum Act {
    Receive { sku: usize, site: usize, n: i64 },
    Count { sku: usize, site: usize, n: i64 },
    Adjust { sku: usize, site: usize, n: i64 },
    Reserve { lines: Vec<(usize, i64)>, pooled: bool, near: usize },
    Commit { which: usize },
    Release { which: usize },
    Extend { which: usize },
    Expire { seconds: i64 },
    Back { which: usize, sku: usize, n: i64 },
    Pool { sku: usize, n: i64 },
    End,
}

fn act() -> impl Strategy<Value = Act> {
    let (sku, site, n) = (0..4usize, 0..2usize, 1..9i64);
    prop_oneof![
        3 => (sku.clone(), site.clone(), n.clone()).prop_map(|(sku, site, n)| Act::Receive { sku, site, n }),
        1 => (sku.clone(), site.clone(), 0..12i64).prop_map(|(sku, site, n)| Act::Count { sku, site, n }),
        1 => (sku.clone(), site.clone(), -5..5i64).prop_map(|(sku, site, n)| Act::Adjust { sku, site, n }),
        6 => (proptest::collection::vec((sku.clone(), 1..4i64), 1..4), prop::bool::weighted(0.3), site.clone())
            .prop_map(|(lines, pooled, near)| Act::Reserve { lines, pooled, near }),
        3 => (0..9usize).prop_map(|which| Act::Commit { which }),
        2 => (0..9usize).prop_map(|which| Act::Release { which }),
        1 => (0..9usize).prop_map(|which| Act::Extend { which }),
        1 => (0..2000i64).prop_map(|seconds| Act::Expire { seconds }),
        2 => (0..9usize, sku.clone(), n.clone()).prop_map(|(which, sku, n)| Act::Back { which, sku, n }),
        2 => (sku, n).prop_map(|(sku, n)| Act::Pool { sku, n }),
        1 => Just(Act::End),
    ]
}

/// A shop with two plain SKUs and two kits that share a part.
struct Play {
    yard: Yard,
    skus: Vec<Id<Sku>>,
    campaign: Id<Campaign>,
    made: Vec<Id<Reservation>>,
}

impl Play {
    fn new(db: &Db) -> Self {
        let yard = Yard::new(db, 2);
        let (one, two) = (yard.sku(&[6, 3]), yard.sku(&[2]));
        let double = yard.sku(&[]);
        let (shop, parts) = (yard.shop, vec![Part { sku: one, quantity: 2 }, Part { sku: two, quantity: 1 }]);
        write(db, move |tx| warehouse::define_kit(tx, shop, double, &parts)).unwrap();
        let single = yard.kit(&[one]);
        Self { skus: vec![one, two, double, single], yard, campaign: new_id(), made: Vec::new() }
    }

    /// Does it; refusals are welcome.
    fn act(&mut self, act: &Act) -> Result<(), Error> {
        let (db, shop) = (self.yard.db.clone(), self.yard.shop);
        let change = |sku: usize, site, n| self.yard.change(self.skus[sku], site, n);
        let which =
            |n: usize| self.made.get(n % self.made.len().max(1)).copied().unwrap_or(Id::from_raw(raw(1)));
        match act {
            Act::Receive { sku, site, n } => {
                let change = change(*sku, *site, *n);
                write(&db, move |tx| warehouse::receive(tx, &ctx(), shop, &change)).map(drop)
            }
            Act::Count { sku, site, n } => {
                let change = change(*sku, *site, *n);
                write(&db, move |tx| warehouse::count(tx, &ctx(), shop, &change)).map(drop)
            }
            Act::Adjust { sku, site, n } => {
                let change = change(*sku, *site, *n);
                write(&db, move |tx| warehouse::adjust(tx, &ctx(), shop, &change)).map(drop)
            }
            Act::Reserve { lines, pooled, near } => {
                let campaign = pooled.then_some(self.campaign);
                let line = |(sku, quantity): &(usize, i64)| Line {
                    sku: self.skus[*sku],
                    quantity: *quantity,
                    campaign,
                };
                let basket = Basket {
                    lines: lines.iter().map(line).collect(),
                    nearest: vec![self.yard.sites[*near].id],
                    until: Some(later(60 * lines.len() as i64)),
                    ..self.yard.basket(&[])
                };
                self.made.push(crate::reserve(&db, basket)?.id);
                Ok(())
            }
            Act::Commit { which: n } => {
                let id = which(*n);
                write(&db, move |tx| warehouse::commit(tx, &ctx(), shop, id)).map(drop)
            }
            Act::Release { which: n } => {
                let id = which(*n);
                write(&db, move |tx| warehouse::release(tx, &ctx(), shop, id, &reason())).map(drop)
            }
            Act::Extend { which: n } => {
                let id = which(*n);
                write(&db, move |tx| warehouse::extend(tx, &ctx(), shop, id, Some(later(1500)))).map(drop)
            }
            Act::Expire { seconds } => {
                let now = later(*seconds);
                for due in db.read(|q| timer::due(q, now, 100)).unwrap() {
                    write(&db, move |tx| fire(tx, now, &due))?;
                }
                Ok(())
            }
            Act::Back { which: n, sku, n: quantity } => {
                let back = TakeBack {
                    reservation: which(*n),
                    sku: self.skus[*sku],
                    warehouse: self.yard.sites[1].id,
                    quantity: *quantity,
                    reason: reason(),
                    reference: None,
                };
                write(&db, move |tx| warehouse::take_back(tx, &ctx(), shop, &back)).map(drop)
            }
            Act::Pool { sku, n } => {
                let (campaign, what) = (self.campaign, (self.skus[*sku], self.yard.sites[0].id, *n));
                let entry = move |tx: &mut Tx<'_>| {
                    warehouse::set_aside(tx, &ctx(), &Permit::by_gate(shop), campaign, what)
                };
                write(&db, entry).map(drop)
            }
            Act::End => {
                let campaign = self.campaign;
                write(&db, move |tx| warehouse::end_campaign(tx, &ctx(), shop, campaign))?;
                self.campaign = new_id();
                Ok(())
            }
        }
    }

    /// What is stored, place by place, and how many movements there are.
    fn state(&self) -> (Vec<warehouse::PlaceStock>, Vec<warehouse::Movement>) {
        let read = |sku: &Id<Sku>| {
            let stock = self.yard.db.read(|q| warehouse::stock(q, self.yard.shop, *sku)).unwrap();
            let moved =
                self.yard.db.read(|q| warehouse::movements(q, self.yard.shop, *sku, None, 200)).unwrap();
            (stock.places, moved)
        };
        let (places, moved): (Vec<_>, Vec<_>) = self.skus.iter().map(read).unzip();
        (places.concat(), moved.concat())
    }
}

#[test]
fn whatever_is_done_movements_rebuild_the_figures_and_nothing_falls_below_zero() {
    on_both(|db| {
        let mut runner = TestRunner::new(Config { cases: 20, max_shrink_iters: 200, ..Config::default() });
        let acts = proptest::collection::vec(act(), 1..30);
        let ran = runner.run(&acts, |acts| {
            let mut play = Play::new(db);
            for act in &acts {
                let before = play.state();
                let answer = play.act(act);
                let (places, moved) = play.state();
                if let Err(err) = answer {
                    prop_assert!(!matches!(err, Error::Moved | Error::Store(_)), "{act:?}: {err}");
                    prop_assert_eq!(&before, &(places.clone(), moved.clone()), "a refusal changed something");
                }
                for stock in &places {
                    let here = moved.iter().filter(|m| m.place == stock.place);
                    let sum =
                        here.fold(Default::default(), |f: warehouse::Figures, m| f.with(m.moved, m.quantity));
                    prop_assert_eq!(sum, stock.figures);
                    prop_assert!(stock.figures.hold() && stock.figures.available() >= 0);
                }
                let found = db.read(|q| warehouse::check(q, play.yard.shop)).unwrap();
                prop_assert!(found.is_empty(), "{act:?}: {found:?}");
            }
            let moved = play.state().1;
            prop_assert!(moved.iter().all(|m| m.moved == Moved::Counted || m.quantity != 0));
            prop_assert!(moved.iter().all(|m| m.at >= NOW));
            Ok(())
        });
        if let Err(err) = ran {
            panic!("{err}");
        }
    });
}
