//! Gates: what a shop may, until somebody closes it, and again when it is over.

use crate::buy::mall::{Mall, write};
use flows::gate::{Error as ByHand, Reason};
use flows::{listing, promotion};
use govern::gate::{self, By, Closed, Error as GateError, Gate, Standing, Why};
use govern::policy::Words;
use kernel::fact::Value;
use kernel::id::{Product, Shop};
use kernel::{Currency, Id, Kind, Moment, Problem, Record};
use offer::catalog::{self, OwnProduct, Presale, PutOnSale, Rules, Status};
use std::sync::Arc;
use store::Db;
use supply::warehouse::{Figures, PromotionEntry};
use testkit::db::on_both;

fn rules() -> Arc<Rules> {
    catalog::rules("2026-11-23".parse().unwrap(), Currency::CNY).unwrap()
}

fn by(id: &str, version: i64) -> By {
    By::Policy { id: id.into(), version }
}

/// Orders wait past their promise.
fn late(by: By) -> Why {
    Why {
        by,
        reason: "late".into(),
        text: Words { zh: "订单过了承诺还没发".into(), en: "orders wait past their promise".into() },
        remedy: Words { zh: "发完就打开。".into(), en: "Ship them, and it opens.".into() },
    }
}

fn close(mall: &Mall, gate: Gate, why: Why, until: Option<Moment>) -> Result<Standing, GateError> {
    let ctx = mall.ctx();
    write(&mall.db, move |tx| gate::close(tx, &ctx, gate, &why, until))
}

fn open(mall: &Mall, gate: Gate, why: Why, until: Option<Moment>) -> Result<Standing, GateError> {
    let ctx = mall.ctx();
    write(&mall.db, move |tx| gate::open(tx, &ctx, gate, &why, until))
}

fn put_on(mall: &Mall, shop: Id<Shop>, product: Id<Product>) -> Result<OwnProduct, listing::Error> {
    let ctx = mall.ctx();
    write(&mall.db, move |tx| listing::put_on(tx, &ctx, shop, product, &rules()))
}

fn take_off(mall: &Mall, shop: Id<Shop>, product: Id<Product>) {
    let ctx = mall.ctx();
    write(&mall.db, move |tx| catalog::take_off(tx, &ctx, shop, product)).unwrap();
}

/// What shut a gate.
fn closed(err: &listing::Error) -> &Closed {
    match err {
        listing::Error::Gate(GateError::Closed(closed)) => closed,
        other => panic!("{other}"),
    }
}

fn told(db: &Db) -> Vec<Record> {
    testkit::db::settle(db);
    let all = db
        .read(|q| store::log::after(q, store::log::Position::default(), 1_000))
        .map_err(|err: store::StoreError| err)
        .unwrap();
    all.into_iter().map(|entry| entry.record).filter(|record| record.spec.kind.starts_with("gate.")).collect()
}

/// The sentence that a Chinese reader gets.
fn chinese(err: &impl kernel::Problem) -> String {
    match err.args().into_iter().find(|(name, _)| *name == "zh") {
        Some((_, kernel::Value::Text(text))) => text,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_closed_gate_refuses_with_its_reason_until_its_time_is_over() {
    on_both(|db| {
        let mall = Mall::new(db);
        let stall = mall.stall();
        let (shop, (product, _)) = (stall.shop, mall.product(stall, 5_000, 10));
        take_off(&mall, shop, product);
        assert_eq!(put_on(&mall, shop, product).unwrap().status, Status::On, "open by default");
        take_off(&mall, shop, product);

        let until = mall.now().plus_hours(24);
        close(&mall, Gate::of(PutOnSale, shop), late(by("late-ship", 3)), Some(until)).unwrap();
        let err = put_on(&mall, shop, product).unwrap_err();
        let ruling = closed(&err).by.clone().unwrap();
        assert_eq!((ruling.why, ruling.until), (late(by("late-ship", 3)), Some(until)));
        assert_eq!((err.kind(), err.code()), (Kind::Forbidden, "gate.closed"));
        let text = err.to_string();
        for part in ["put products on sale", "orders wait past", "late-ship, version 3", "Ship them"] {
            assert!(text.contains(part), "{text}");
        }
        let zh = chinese(&err);
        assert!(zh.contains("不能上架商品") && zh.contains("第 3 版") && zh.contains("发完就打开"), "{zh}");
        assert_eq!(db.read(|q| catalog::own(q, shop, product)).unwrap().status, Status::Off);
        // Another shop, and another privilege, have gates of their own.
        let other = mall.stall();
        let (others, _) = mall.product(other, 5_000, 1);
        take_off(&mall, other.shop, others);
        put_on(&mall, other.shop, others).unwrap();

        mall.wait(24 * 3_600);
        assert_eq!(put_on(&mall, shop, product).unwrap().status, Status::On, "its time is over");
    });
}

#[test]
fn what_one_policy_opens_another_keeps_shut_and_a_person_opens_all() {
    on_both(|db| {
        let mall = Mall::new(db);
        let shop = mall.stall().shop;
        let gate = Gate::of(PutOnSale, shop);
        assert!(!close(&mall, gate, late(by("late-ship", 1)), None).unwrap().is_open);
        assert!(!close(&mall, gate, late(by("fraud", 1)), None).unwrap().is_open);
        let standing = open(&mall, gate, late(by("late-ship", 1)), None).unwrap();
        assert!(!standing.is_open, "the other policy keeps it shut");
        assert_eq!(standing.by.unwrap().why.by, by("fraud", 1));
        // Lifting again what was lifted changes nothing and is not told.
        open(&mall, gate, late(by("late-ship", 1)), None).unwrap();
        close(&mall, gate, late(by("late-ship", 2)), None).unwrap();
        let standing = open(&mall, gate, late(By::Hand), None).unwrap();
        assert!(standing.is_open && standing.rulings.is_empty());
        let facts: Vec<_> = told(db)
            .iter()
            .map(|fact| {
                let word = |name| match fact.get(name) {
                    Some(Value::Text(text)) => text.to_string(),
                    Some(Value::Int(n)) => n.to_string(),
                    _ => String::new(),
                };
                assert_eq!((fact.shop, word("subject_id")), (Some(shop.raw()), shop.to_string()));
                assert_eq!((word("privilege"), word("reason")), ("put_on_sale".into(), "late".into()));
                (fact.spec.kind, word("policy"), word("version"), word("is_open"))
            })
            .collect();
        let fact = |kind, policy: &str, version: &str, open: &str| {
            (kind, policy.to_owned(), version.to_owned(), open.to_owned())
        };
        assert_eq!(
            facts,
            [
                fact("gate.closed", "late-ship", "1", ""),
                fact("gate.closed", "fraud", "1", ""),
                fact("gate.opened", "late-ship", "1", "0"),
                fact("gate.closed", "late-ship", "2", ""),
                fact("gate.opened", "", "", "1"),
            ]
        );
    });
}

#[test]
fn closing_twice_for_the_same_reason_is_told_once_and_longer_is_another_ruling() {
    on_both(|db| {
        let mall = Mall::new(db);
        let gate = Gate::of(PutOnSale, mall.stall().shop);
        let until = mall.now().plus_hours(1);
        let first = close(&mall, gate, late(by("late-ship", 1)), Some(until)).unwrap();
        assert_eq!(close(&mall, gate, late(by("late-ship", 1)), Some(until)).unwrap(), first);
        assert_eq!(told(db).len(), 1);
        let longer = close(&mall, gate, late(by("late-ship", 1)), Some(until.plus_hours(1))).unwrap();
        assert_eq!(longer.rulings.len(), 1, "it takes the place of the first");
        assert_eq!(longer.by.unwrap().until, Some(until.plus_hours(1)));
        assert_eq!(told(db).len(), 2);
        let past = mall.now();
        assert_eq!(close(&mall, gate, late(By::Hand), Some(past)).unwrap_err(), GateError::Past);
        assert_eq!(open(&mall, gate, late(By::Hand), Some(past)).unwrap_err(), GateError::Past);
        assert_eq!((GateError::Past.kind(), GateError::Past.code()), (Kind::Invalid, "gate.past"));
    });
}

#[test]
fn a_first_version_of_a_shop_that_may_not_sell_waits_off_sale_and_its_mended_listings_go_live() {
    on_both(|db| {
        let mall = Mall::new(db);
        let stall = mall.stall();
        let shop = stall.shop;
        let (old, _) = mall.product(stall, 5_000, 1);
        close(&mall, Gate::of(PutOnSale, shop), late(by("late-ship", 1)), None).unwrap();
        let (new, _) = mall.product(stall, 5_000, 1);
        let status = |product| db.read(|q| catalog::own(q, shop, product)).unwrap().status;
        assert_eq!((status(old), status(new)), (Status::On, Status::Off));
        assert!(matches!(put_on(&mall, shop, new), Err(listing::Error::Gate(_))));
        let (edit, ctx) = (mall.ctx(), mall.ctx());
        let version = write(db, move |tx| {
            let mut content = catalog::content(tx, shop, old)?;
            content.title = "改好的杯子".into();
            let draft = catalog::propose(tx, &edit, shop, old, &content, &rules())?;
            listing::submit(tx, &edit, shop, draft.id, &rules())?;
            listing::approve(tx, &ctx, draft.id, &rules())?;
            Ok::<_, listing::Error>(catalog::product(tx, old)?.version)
        });
        assert_eq!((version.unwrap(), status(old)), (2, Status::On));
        open(&mall, Gate::of(PutOnSale, shop), late(by("late-ship", 1)), None).unwrap();
        assert_eq!(put_on(&mall, shop, new).unwrap().status, Status::On);
    });
}

#[test]
fn a_presale_is_handed_in_approved_and_put_on_while_its_gate_is_open() {
    on_both(|db| {
        let mall = Mall::new(db);
        let stall = mall.stall();
        let shop = stall.shop;
        let (product, _) = mall.product_as(stall, 5_000, 0, |content| content.ship = "ship-presale".into());
        let ship = db.read(|q| catalog::product(q, product)).unwrap().ship.clone();
        assert!(mall.services.ship_by(&ship, mall.now()).is_ok(), "the promise of presales is one");
        close(&mall, Gate::of(Presale, shop), late(by("late-presale", 1)), None).unwrap();
        take_off(&mall, shop, product);
        assert_eq!(closed(&put_on(&mall, shop, product).unwrap_err()).privilege.code, "presale");
        let ctx = mall.ctx();
        let submitted = write(db, move |tx| {
            let content = catalog::content(tx, shop, product)?;
            let draft = catalog::propose_new(tx, &ctx, shop, &fresh(content), &rules())?;
            listing::submit(tx, &ctx, shop, draft.id, &rules())
        });
        assert_eq!(closed(&submitted.unwrap_err()).privilege.code, "presale");
        let ctx = mall.ctx();
        let published = write(db, move |tx| {
            let content = fresh(catalog::content(tx, shop, product)?);
            listing::publish(tx, &ctx, shop, &[content], &rules())
        });
        assert_eq!(closed(&published.unwrap_err()).privilege.code, "presale");
        // What is no presale goes on.
        mall.product(stall, 5_000, 1);
        open(&mall, Gate::of(Presale, shop), late(by("late-presale", 1)), None).unwrap();
        assert_eq!(put_on(&mall, shop, product).unwrap().status, Status::On);
    });
}

/// The same as another product.
fn fresh(mut content: catalog::Content) -> catalog::Content {
    for sku in &mut content.skus {
        sku.id = None;
    }
    content
}

#[test]
fn a_shop_enters_promotions_while_its_gate_is_open() {
    on_both(|db| {
        let mall = Mall::new(db);
        let stall = mall.stall();
        let (_, sku) = mall.product(stall, 5_000, 10);
        let campaign = mall.ctx().id();
        let enter = |units: i64| -> Result<Figures, promotion::Error> {
            let (ctx, shop, site) = (mall.ctx(), stall.shop, stall.site);
            write(db, move |tx| promotion::enter(tx, &ctx, shop, campaign, (sku, site, units)))
        };
        assert_eq!(enter(4).unwrap().available(), 4);
        let gate = Gate::of(PromotionEntry, stall.shop);
        close(&mall, gate, late(by("score", 1)), None).unwrap();
        let err = enter(1).unwrap_err();
        assert_eq!((err.kind(), err.code()), (Kind::Forbidden, "gate.closed"));
        assert!(chinese(&err).contains("不能报名活动"));
        open(&mall, gate, late(by("score", 1)), None).unwrap();
        assert_eq!(enter(1).unwrap().available(), 5);
    });
}

#[test]
fn the_platform_opens_and_closes_by_hand_for_a_reason_of_the_list() {
    on_both(|db| {
        let mall = Mall::new(db);
        let shop = mall.stall().shop;
        let by_hand = |opens: bool, code: &'static str, reason: Reason| {
            let ctx = mall.ctx();
            write(db, move |tx| match opens {
                true => flows::gate::open(tx, &ctx, (shop, code), reason, None),
                false => flows::gate::close(tx, &ctx, (shop, code), reason, None),
            })
        };
        let standing = by_hand(false, "put_on_sale", Reason::Complaints).unwrap();
        let ruling = standing.by.unwrap();
        assert_eq!(
            (standing.is_open, &*ruling.why.reason, &*ruling.made_by),
            (false, "complaints", "system")
        );
        let all = db.read(|q| gate::standings(q, shop, mall.now())).unwrap();
        let found: Vec<_> = all.iter().map(|s| (s.gate.privilege.code, s.is_open)).collect();
        let expected = [("presale", true), ("promotion", true), ("put_on_sale", false), ("test_gold", false)];
        assert_eq!(found, expected);
        assert!(by_hand(true, "put_on_sale", Reason::Mended).unwrap().is_open);
        let no_such = by_hand(false, "fly", Reason::Law).unwrap_err();
        assert_eq!((no_such.kind(), no_such.code()), (Kind::NotFound, "gate.no_privilege"));
        for (opens, reason) in [(true, Reason::Law), (false, Reason::Cleared)] {
            let err = by_hand(opens, "presale", reason).unwrap_err();
            assert_eq!((err.kind(), err.code()), (Kind::Invalid, "gate.reason"));
            assert_eq!(err, ByHand::Reason(reason.as_str()));
        }
        assert_eq!(told(db).len(), 2);
    });
}

mod closed_by_default {
    use super::*;

    kernel::privileges! {
        /// A shop sells gold.
        SellGold "test_gold" of Shop { zh: "卖黄金", en: "sell gold", open: false }
    }

    #[test]
    fn what_is_closed_by_default_is_open_as_long_as_somebody_opens_it() {
        on_both(|db| {
            let mall = Mall::new(db);
            let shop = mall.stall().shop;
            let gate = Gate::of(SellGold, shop);
            let may = || {
                let ctx = mall.ctx();
                write(db, move |tx| gate::permit(tx, &ctx, SellGold, shop).map(|permit| permit.subject()))
            };
            let err = may().unwrap_err();
            assert!(matches!(&err, GateError::Closed(closed) if closed.by.is_none()), "{err}");
            let until = mall.now().plus_hours(1);
            assert!(open(&mall, gate, late(By::Hand), Some(until)).unwrap().is_open);
            open(&mall, gate, late(By::Hand), Some(until)).unwrap();
            assert_eq!((may().unwrap(), told(db).len()), (shop, 1));
            assert!(!close(&mall, gate, late(by("gold", 1)), None).unwrap().is_open, "a closing weighs more");
            assert!(open(&mall, gate, late(by("gold", 1)), None).unwrap().is_open);
            close(&mall, gate, late(by("gold", 1)), Some(mall.now().plus_hours(2))).unwrap();
            mall.wait(3 * 3_600);
            assert!(may().is_err(), "every ruling is over, and the default counts again");
        });
    }
}
