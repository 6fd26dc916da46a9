//! What a shop says of a shipment, what its carrier says, and which of both counts.

use super::mall::{Mall, Stall, write};
use flows::buy::{self, Error};
use flows::ship;
use kernel::fact::Value;
use kernel::id::Order as OrderKind;
use kernel::{Actor, Ctx, Id, Moment, Problem, Record};
use testkit::db::on_both;
use trade::order::{self, Order, Side, Step, ToldBy};

const SF: (&str, &str) = ("sf", "SF1234567890123");
const ZTO: (&str, &str) = ("zto", "73123456789012");

/// A market whose carriers report their pick-ups, if `reports`.
fn mall(db: &store::Db, reports: bool) -> Mall {
    let mut mall = Mall::new(db);
    if reports {
        let own = trade::carrier::MARKET.replacen("code = \"sf\"\n", "code = \"sf\"\nreports = true\n", 1);
        mall.services = mall.services.clone().with_carriers(trade::carrier::read(&own).unwrap());
    }
    mall
}

fn paid(mall: &Mall, stall: Stall) -> (super::mall::Buyer, Id<OrderKind>) {
    let buyer = mall.buyer();
    let (_, cup) = mall.product(stall, 5_000, 10);
    (buyer, mall.bought(buyer, &[(cup, 1)]).orders[0].id)
}

fn correct(mall: &Mall, stall: Stall, id: Id<OrderKind>, to: (&str, &str)) -> Result<Order, Error> {
    let (ctx, services, shop) = (mall.ctx(), mall.services.clone(), stall.shop);
    let ctx = Ctx::new(ctx.now, Actor::Member(super::mall::new_id()), ctx.now.micros() as u64);
    let to = (to.0.to_owned(), to.1.to_owned());
    write(&mall.db, move |tx| ship::correct(tx, &ctx, &services, shop, id, (&to.0, &to.1)))
}

fn collected(mall: &Mall, id: Id<OrderKind>, by: (&str, &str), at: Moment) -> Result<Order, Error> {
    let (ctx, by) = (mall.ctx(), (by.0.to_owned(), by.1.to_owned()));
    write(&mall.db, move |tx| ship::collected(tx, &ctx, id, (&by.0, &by.1), at))
}

/// What was told of a kind about an order.
fn told(mall: &Mall, kind: &str, id: Id<OrderKind>) -> Vec<Record> {
    testkit::db::settle(&mall.db);
    let all: Result<_, store::StoreError> =
        mall.db.read(|q| store::log::after(q, store::log::Position::default(), 10_000));
    let records = all.unwrap().into_iter().map(|entry| entry.record);
    let of = |record: &Record| {
        record.spec.kind == kind
            && (record.subject == id.raw() || record.get("order_id") == Some(&Value::Id(id.raw())))
    };
    records.filter(of).collect()
}

fn by(record: &Record) -> Option<&Value> {
    record.get("by")
}

#[test]
fn a_number_is_corrected_by_its_shop_until_the_carrier_confirms_it_and_who_changed_what_stays() {
    on_both(|db| {
        let mall = mall(db, false);
        let (stall, other) = (mall.stall(), mall.stall());
        let (buyer, id) = paid(&mall, stall);
        assert_eq!(correct(&mall, stall, id, ZTO).unwrap_err().code(), "order.wrong_status", "not shipped");
        let shipped = mall.ship(stall, id).unwrap();
        assert_eq!(shipped.picked_up.map(|told| told.by), Some(ToldBy::Shop));
        assert_eq!(correct(&mall, other, id, ZTO).unwrap_err().code(), "order.not_found");
        assert_eq!(correct(&mall, stall, id, SF).unwrap_err().code(), "order.same_waybill");
        assert_eq!(correct(&mall, stall, id, ("zto", "SF1")).unwrap_err().code(), "carrier.bad_number");
        assert_eq!(correct(&mall, stall, id, ("ups", "1")).unwrap_err().code(), "carrier.unknown");
        let corrected = correct(&mall, stall, id, ("zto", " 7312 3456 7890 12 ")).unwrap();
        assert_eq!(corrected.number.as_deref(), Some(ZTO.1));
        correct(&mall, stall, id, ("zto", "73123456789013")).unwrap();
        let seen = db.read(|q| order::order_of_member(q, buyer.member, id)).unwrap();
        assert_eq!(seen.order.number.as_deref(), Some("73123456789013"), "the buyer sees the new one");
        let changes: Vec<_> = seen.steps.iter().filter(|step| step.step == Some(Step::Correct)).collect();
        assert_eq!(changes.len(), 2);
        let (was, is) = changes[0].corrected().unwrap();
        assert_eq!(((&*was.carrier, &*was.number), (&*is.carrier, &*is.number)), (SF, ZTO));
        assert!(matches!(changes[0].by, Actor::Member(_)));
        let facts = told(&mall, "order.corrected", id);
        assert_eq!(facts.len(), 2, "each of them");
        assert!(facts.iter().all(|fact| !fact.body().contains("7312")), "no number stands in a fact");
        assert_eq!(told(&mall, "parcel.picked_up", id).len(), 1);

        let at = mall.now();
        assert_eq!(collected(&mall, id, SF, at).unwrap_err().code(), "order.other_waybill");
        let late = mall.now().plus_micros(60_000_000);
        let number = ("zto", "73123456789013");
        assert_eq!(collected(&mall, id, number, late).unwrap_err().code(), "order.pick_up_time");
        let confirmed = collected(&mall, id, number, at).unwrap();
        assert_eq!(confirmed.confirmed_at, Some(at));
        assert_eq!(
            confirmed.picked_up, shipped.picked_up,
            "its word does not count here: nobody is connected"
        );
        assert_eq!(correct(&mall, stall, id, ZTO).unwrap_err().code(), "order.confirmed");
        assert_eq!(collected(&mall, id, number, mall.now()).unwrap(), confirmed, "told again");
        let picked = told(&mall, "parcel.picked_up", id);
        assert_eq!((picked.len(), by(&picked[0])), (1, Some(&Value::Text("shop".into()))));
        mall.is_sound();
    });
}

#[test]
fn where_a_carrier_can_tell_its_word_is_the_pick_up_and_the_shops_is_none() {
    on_both(|db| {
        let mall = mall(db, true);
        let stall = mall.stall();
        let (buyer, id) = paid(&mall, stall);
        let shipped = mall.ship(stall, id).unwrap();
        assert_eq!((shipped.shipped_at.is_some(), shipped.picked_up), (true, None));
        assert_eq!(told(&mall, "parcel.picked_up", id), [], "a click is no pick-up");
        assert_eq!(told(&mall, "order.shipped", id).len(), 1);
        mall.wait(3_600);
        let at = mall.now();
        collected(&mall, id, ("sf", "sf1234567890123"), at).unwrap();
        mall.wait(3_600);
        collected(&mall, id, SF, mall.now()).unwrap();
        let picked = told(&mall, "parcel.picked_up", id);
        assert_eq!(picked.len(), 1);
        assert_eq!((by(&picked[0]), picked[0].at), (Some(&Value::Text("carrier".into())), at));
        let (ctx, member) = (mall.ctx(), buyer.member);
        write(db, move |tx| buy::receive(tx, &ctx, member, id)).unwrap();
        let delivered = told(&mall, "parcel.delivered", id);
        assert_eq!(delivered[0].get("picked_up_at"), Some(&Value::Int(at.micros())));

        // A feed that was silent: whoever has the parcel, and the shop's word for when.
        let (buyer, silent) = paid(&mall, stall);
        let shipped = mall.ship(stall, silent).unwrap().shipped_at.unwrap();
        mall.wait(3_600);
        let (ctx, member) = (mall.ctx(), buyer.member);
        write(db, move |tx| buy::receive(tx, &ctx, member, silent)).unwrap();
        let picked = told(&mall, "parcel.picked_up", silent);
        assert_eq!((by(&picked[0]), picked[0].at), (Some(&Value::Text("buyer".into())), shipped));

        // A correction to a carrier that cannot tell: the shop's word counts from here on.
        let (_, moved) = paid(&mall, stall);
        let shipped = mall.ship(stall, moved).unwrap().shipped_at.unwrap();
        mall.wait(60);
        let order = correct(&mall, stall, moved, ZTO).unwrap();
        assert_eq!(order.picked_up.map(|told| (told.at, told.by)), Some((shipped, ToldBy::Shop)));
        assert_eq!(told(&mall, "parcel.picked_up", moved).len(), 1);
        let stored = db.read(|q| order::load(q, Side::Platform, moved)).unwrap();
        assert_eq!(stored, order);
        mall.is_sound();
    });
}
