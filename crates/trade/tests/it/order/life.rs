//! A purchase and its orders from their placing to their end.

use super::*;
use kernel::fact::Value;
use kernel::{Kind, Problem};
use testkit::db::on_both;
use trade::order::{Filter, NoteBy, OrderView, RECEIPT, Side, Status, Step, UNPAID};

fn steps(db: &Db, id: Id<kernel::id::Order>) -> Vec<(Option<Step>, Actor)> {
    let view = db.read(|q| order::order(q, id)).unwrap();
    view.steps.iter().map(|entry| (entry.step, entry.by)).collect()
}

#[test]
fn a_purchase_over_two_shops_is_kept_as_it_was_placed() {
    on_both(|db| {
        let placed = place(db, MEMBER, &[(SHOP, &[1, 2, 1]), (SHOP + 1, &[3])]);
        assert_eq!(placed.purchase.total, yuan(1_900 * 4 + 1_000));
        assert_eq!(placed.orders.iter().map(|order| order.lines.len()).collect::<Vec<_>>(), [3, 1]);
        let mut found = db.read(|q| order::purchase(q, member(), placed.purchase.id)).unwrap();
        found.orders.sort_by_key(|order| order.shop);
        assert_eq!(found, placed, "rows read back as they were written");
        let id = placed.orders[0].id;
        let view = db.read(|q| order::order_of_member(q, member(), id)).unwrap();
        assert_eq!((view.order, &*view.bill), (placed.orders[0].clone(), "{\"rules\":[]}"));
        let raw = placed.purchase.id.raw();
        assert_eq!(timers(db), [(UNPAID.to_owned(), raw, placed.purchase.pay_by)]);
        let told = facts(db);
        assert_eq!(told.len(), 2);
        assert_eq!(told[0].get("gmv"), Some(&Value::Int(1_900 * 3 + 500)));
        assert_eq!(told[0].get("rules"), Some(&Value::Text("sanhao".into())));
        assert_eq!(told[0].get("external_id"), Some(&Value::Text(id.to_string().into())));
    });
}

#[test]
fn what_is_paid_ships_and_is_received_with_every_step_told() {
    on_both(|db| {
        let (purchase, placed) = place_one(db);
        let (id, shop) = (placed.id, placed.shop);
        let paid = pay(db, purchase.id).unwrap();
        assert_eq!(
            (paid.status, paid.payment, paid.settled_at),
            (Status::Paid, Some(of(55)), Some(later(5)))
        );
        assert_eq!(timers(db), [], "what is paid is not closed any more");
        let shipped = ship(db, shop, id).unwrap();
        assert_eq!((shipped.status, shipped.version), (Status::Shipped, 3));
        assert_eq!(timers(db), [(RECEIPT.to_owned(), id.raw(), later(10 * 24 * 60))]);
        let now = later(3 * 24 * 60);
        let buyer = Actor::Member(member());
        let received = write(db, move |tx| order::receive(tx, &ctx_at(now, buyer), member(), id)).unwrap();
        assert_eq!((received.status, received.ended_at), (Status::Received, Some(now)));
        assert_eq!(timers(db), []);
        let view = db.read(|q| order::order_of_shop(q, shop, id)).unwrap();
        assert_eq!(view.order, received, "what a command answers is what is stored");
        assert_eq!(
            steps(db, id),
            [
                (None, Actor::System),
                (Some(Step::Pay), Actor::Outside),
                (Some(Step::Ship), Actor::Member(of(8))),
                (Some(Step::Receive), buyer)
            ]
        );
        let due: Vec<_> = view.due.iter().map(|due| (due.step, due.is_late(now))).collect();
        assert_eq!(due, [(Step::Pay, false), (Step::Ship, false), (Step::Receive, false)]);
        assert_eq!(kinds(db), ["order.placed", "order.paid", "order.shipped", "order.received"]);
        let told = facts(db);
        assert_eq!(told[1].get("pickup_from"), Some(&Value::Int(later(5).micros())));
        assert_eq!(told[1].get("insured"), Some(&Value::Text("small".into())));
        assert_eq!(told[2].get("carrier"), Some(&Value::Text("sf".into())));
        assert_eq!(told[3].get("how"), Some(&Value::Text("buyer".into())));
        let bodies: String = told.iter().map(|record| record.body()).collect();
        assert!(!bodies.contains("SF123") && !bodies.contains("Hangzhou"), "{bodies}");
        let handed = received.handed();
        assert_eq!((handed.paid_at, handed.picked_up_at), (Some(later(5)), Some(later(60))));
        assert_eq!(
            (handed.standard_by, handed.next_day_by),
            (Some(later(96 * 60)), Some(later(2 * 24 * 60)))
        );
    });
}

#[test]
fn nobody_pays_and_the_purchase_closes_by_its_timer_once_and_not_before() {
    on_both(|db| {
        let placed = place(db, MEMBER, &[(SHOP, &[1]), (SHOP + 1, &[2])]);
        let (id, pay_by) = (placed.purchase.id, placed.purchase.pay_by);
        let timer = timer_of(db, UNPAID);
        let close = |now| {
            let timer = timer.clone();
            write(db, move |tx| fire(tx, &timer, now, order::close)).unwrap()
        };
        assert_eq!(close(pay_by.plus_micros(-1)), None);
        let closed = close(pay_by).unwrap();
        assert_eq!((closed.status, closed.settled_at), (Status::Closed, Some(pay_by)));
        assert_eq!(closed.parts.iter().filter_map(|part| part.reservation).count(), 2);
        assert_eq!(close(pay_by.plus_micros(1)), None, "a timer fires once");
        let err = pay(db, id).unwrap_err();
        assert_eq!((err.kind(), err.code()), (Kind::Conflict, "order.wrong_status"));
        assert!(err.to_string().contains("is closed: it can no longer be paid"), "{err}");
        let view = db.read(|q| order::purchase(q, member(), id)).unwrap();
        assert!(view.orders.iter().all(|order| order.status == Status::Closed));
        assert_eq!(kinds(db), ["order.placed", "order.placed", "order.cancelled", "order.cancelled"]);
        let order = view.orders[0].id;
        let view = db.read(|q| order::order(q, order)).unwrap();
        let due: Vec<_> = view.due.iter().map(|due| (due.step, due.is_late(pay_by))).collect();
        assert_eq!(due, [(Step::Pay, false)], "what was closed need not be shipped");
    });
}

#[test]
fn a_buyer_cancels_before_payment_the_whole_and_after_payment_an_order() {
    on_both(|db| {
        let first = place(db, MEMBER, &[(SHOP, &[1])]).purchase.id;
        let stranger = write(db, move |tx| order::cancel(tx, &ctx(), of(2), first)).unwrap_err();
        assert_eq!(stranger, Error::NoPurchase(first));
        let cancelled = write(db, move |tx| order::cancel(tx, &ctx(), member(), first)).unwrap();
        assert_eq!(cancelled.status, Status::Cancelled);
        assert_eq!(timers(db), []);
        let again = write(db, move |tx| order::cancel(tx, &ctx(), member(), first)).unwrap_err();
        assert_eq!(again.code(), "order.wrong_status");

        let second = place(db, MEMBER, &[(SHOP, &[1]), (SHOP + 1, &[2])]);
        let (id, kept) = (second.orders[0].id, second.orders[1].id);
        let refund = |side, id| {
            write(db, move |tx| order::refunded(tx, &ctx_at(later(9), Actor::System), side, id, None))
        };
        let early = refund(Side::Buyer(member()), id).unwrap_err();
        assert_eq!(early.code(), "order.wrong_status", "before payment the purchase is cancelled as a whole");
        pay(db, second.purchase.id).unwrap();
        let late = write(db, move |tx| order::cancel(tx, &ctx(), member(), second.purchase.id)).unwrap_err();
        assert_eq!(late.code(), "order.wrong_status");
        assert_eq!(refund(Side::Buyer(of(2)), id).unwrap_err(), Error::NoOrder(id));
        assert_eq!(refund(Side::Shop(of(SHOP + 1)), id).unwrap_err(), Error::NoOrder(id));
        let refunded = refund(Side::Buyer(member()), id).unwrap();
        assert_eq!((refunded.status, refunded.payment), (Status::Refunded, Some(of(55))));
        assert_eq!(refund(Side::Platform, id).unwrap_err().code(), "order.wrong_status");
        assert_eq!(ship(db, of(SHOP), id).unwrap_err().code(), "order.wrong_status");
        ship(db, of(SHOP + 1), kept).unwrap();
        assert_eq!(refund(Side::Shop(of(SHOP + 1)), kept).unwrap_err().code(), "order.wrong_status");
        let cancellations = facts(db).into_iter().filter(|r| r.spec.kind == "order.cancelled");
        let known: Vec<_> = cancellations.map(|r| r.get("pass_pickup_by").cloned().unwrap()).collect();
        assert_eq!(known, [Value::Null, Value::Int(later(2 * 24 * 60).micros())]);
    });
}

#[test]
fn an_order_confirms_itself_when_its_buyer_says_nothing() {
    on_both(|db| {
        let (purchase, placed) = place_one(db);
        pay(db, purchase.id).unwrap();
        ship(db, placed.shop, placed.id).unwrap();
        let timer = timer_of(db, RECEIPT);
        let confirm = |now| {
            let timer = timer.clone();
            write(db, move |tx| fire(tx, &timer, now, order::confirm)).unwrap()
        };
        let due = later(10 * 24 * 60);
        assert_eq!(confirm(due.plus_micros(-1)), None);
        assert_eq!(confirm(due).map(|order| order.status), Some(Status::Received));
        assert_eq!(confirm(due), None);
        let id = placed.id;
        let again = write(db, move |tx| order::receive(tx, &ctx(), member(), id)).unwrap_err();
        assert_eq!(again.code(), "order.wrong_status");
        assert_eq!(facts(db)[3].get("how"), Some(&Value::Text("clock".into())));
    });
}

#[test]
fn an_address_changes_until_the_order_ships_and_leaves_a_line_in_its_timeline() {
    on_both(|db| {
        let (purchase, placed) = place_one(db);
        let (id, shop) = (placed.id, placed.shop);
        let change = |side, n: u64| {
            let address = Address { shown: "Ningbo, 李**".into(), subject: of::<PurchaseKind>(n).raw() };
            let buyer = ctx_at(later(2), Actor::Member(member()));
            write(db, move |tx| order::change_address(tx, &buyer, side, id, &address))
        };
        assert_eq!(change(Side::Buyer(of(2)), 70).unwrap_err(), Error::NoOrder(id));
        change(Side::Buyer(member()), 70).unwrap();
        pay(db, purchase.id).unwrap();
        let changed = change(Side::Buyer(member()), 71).unwrap();
        assert_eq!((changed.status, &*changed.address.shown), (Status::Paid, "Ningbo, 李**"));
        assert_eq!(changed.address.subject, of::<PurchaseKind>(71).raw());
        assert_eq!(db.read(|q| order::load(q, Side::Platform, id)).unwrap(), changed);
        let steps: Vec<_> = steps(db, id).into_iter().map(|(step, _)| step).collect();
        assert_eq!(steps, [None, Some(Step::Readdress), Some(Step::Pay), Some(Step::Readdress)]);
        ship(db, shop, id).unwrap();
        assert_eq!(change(Side::Buyer(member()), 72).unwrap_err().code(), "order.wrong_status");
    });
}

#[test]
fn what_is_anothers_is_not_found() {
    on_both(|db| {
        let (purchase, placed) = place_one(db);
        let (id, strange): (_, Id<Shop>) = (placed.id, of(SHOP + 9));
        pay(db, purchase.id).unwrap();
        let gone = Error::NoOrder(id);
        assert_eq!(ship(db, strange, id).unwrap_err(), gone);
        assert_eq!(db.read(|q| order::order_of_shop(q, strange, id)).unwrap_err(), gone);
        assert_eq!(db.read(|q| order::order_of_member(q, of(2), id)).unwrap_err(), gone);
        assert_eq!(
            db.read(|q| order::purchase(q, of(2), purchase.id)).unwrap_err(),
            Error::NoPurchase(purchase.id)
        );
        let received = write(db, move |tx| order::receive(tx, &ctx(), of(2), id)).unwrap_err();
        assert_eq!(received, gone);
        let noted = write(db, move |tx| order::note(tx, &ctx(), Some(strange), id, "mine?")).unwrap_err();
        assert_eq!(noted, gone);
    });
}

#[test]
fn notes_are_seen_by_those_they_are_for() {
    on_both(|db| {
        let (_, placed) = place_one(db);
        let (id, shop) = (placed.id, placed.shop);
        let note = |shop: Option<Id<Shop>>, text: &'static str| {
            write(db, move |tx| order::note(tx, &ctx(), shop, id, text))
        };
        note(None, "watch this one").unwrap();
        assert!(
            !db.read(|q| order::load(q, Side::Platform, id)).unwrap().noted,
            "the platform's note is its own"
        );
        note(Some(shop), "  call before delivery ").unwrap();
        assert_eq!(note(Some(shop), " ").unwrap_err(), Error::Note);
        let seen = |side| {
            let notes = db.read(|q| order::notes(q, side, id)).unwrap();
            notes.iter().map(|note| (note.side, note.text.to_string())).collect::<Vec<_>>()
        };
        let own = (NoteBy::Shop, "call before delivery".to_owned());
        assert_eq!(seen(Side::Shop(shop)), std::slice::from_ref(&own));
        assert_eq!(seen(Side::Platform), [own, (NoteBy::Platform, "watch this one".to_owned())]);
        assert_eq!(seen(Side::Buyer(member())), []);
        assert!(db.read(|q| order::load(q, Side::Platform, id)).unwrap().noted);
        assert_eq!(kinds(db), ["order.placed"], "notes are told to nobody");
    });
}

#[test]
fn what_does_not_add_up_is_not_placed() {
    on_both(|db| {
        let refused = |change: &(dyn Fn(&mut PlaceOrder) + Sync)| {
            let at = ctx();
            let mut cmd = cmd(&at, MEMBER, &[(SHOP, &[1, 2])]);
            change(&mut cmd);
            write(db, move |tx| order::place(tx, &at, &cmd)).unwrap_err()
        };
        assert_eq!(refused(&|cmd| cmd.orders.clear()), Error::Empty);
        assert_eq!(refused(&|cmd| cmd.orders[0].lines.clear()), Error::Empty);
        assert_eq!(refused(&|cmd| cmd.orders[0].lines[0].quantity = 0), Error::Empty);
        assert_eq!(refused(&|cmd| cmd.pay_by = NOW), Error::Past);
        assert_eq!(refused(&|cmd| cmd.orders[0].sums.total = yuan(1)), Error::Sums);
        assert_eq!(refused(&|cmd| cmd.orders[0].sums.goods = yuan(1)), Error::Sums);
        assert_eq!(refused(&|cmd| cmd.orders[0].sums.fee = yuan(-1)), Error::Sums);
        assert_eq!(refused(&|cmd| cmd.orders[0].lines[0].paid = yuan(1)), Error::Sums);
        let mixed = refused(&|cmd| cmd.orders[0].sums.freight = Money::new(500, Currency::BRL));
        assert_eq!(mixed.code(), "order.money");
        assert_eq!(timers(db), []);
        assert!(facts(db).is_empty());
    });
}

#[test]
fn what_an_order_costs_in_statements() {
    let db = testkit::db::TestDb::new(store::Engine::Sqlite);
    let count = |run: &mut dyn FnMut()| {
        let before = db.statements();
        run();
        db.statements() - before
    };
    let mut placed = None;
    // A purchase, two orders, three products, two facts, a timer.
    assert_eq!(count(&mut || placed = Some(place(&db, MEMBER, &[(SHOP, &[1, 2]), (SHOP + 1, &[3])]))), 9);
    let placed = placed.unwrap();
    let (id, orders) = (placed.purchase.id, placed.orders);
    // The purchase is read, its timer is stopped, it and each order is changed and each order tells a fact: what changes
    // goes out together with that of other buyers.
    assert_eq!(count(&mut || drop(pay(&db, id).unwrap())), 7);
    assert_eq!(count(&mut || drop(ship(&db, orders[0].shop, orders[0].id).unwrap())), 4);
    let (first, second) = (orders[0].id, orders[1].id);
    let receive = move |tx: &mut Tx<'_>| order::receive(tx, &ctx(), member(), first);
    assert_eq!(count(&mut || drop(write(&db, receive).unwrap())), 4);
    let refund = move |tx: &mut Tx<'_>| order::refunded(tx, &ctx(), Side::Platform, second, None);
    assert_eq!(count(&mut || drop(write(&db, refund).unwrap())), 3);
    assert_eq!(count(&mut || drop(db.read(|q| order::order(q, first)).unwrap())), 1);
    assert_eq!(count(&mut || drop(db.read(|q| order::purchase(q, member(), id)).unwrap())), 2);
}

#[test]
fn what_is_adopted_reads_like_what_was_placed_and_tells_nothing() {
    on_both(|db| {
        let (purchase, order) = place_one(db);
        let paid = pay(db, purchase.id).unwrap();
        let shipped = ship(db, order.shop, order.id).unwrap();
        let placed = db.read(|q| order::order(q, order.id)).unwrap();
        let told = (kinds(db), timers(db));
        let (purchase, id) = (Purchase { id: of(901), ..paid }, of(902));
        let adopted = Order { id, purchase: purchase.id, ..shipped };
        let (theirs, orders, bill) = (purchase.clone(), vec![adopted.clone()], placed.bill.clone());
        write(db, move |tx| order::adopt(tx, &theirs, &orders, &bill)).unwrap();
        let view = db.read(|q| order::order(q, id)).unwrap();
        assert_eq!((&view.order, &view.bill, &view.due), (&adopted, &placed.bill, &placed.due));
        let steps =
            |view: &OrderView| view.steps.iter().map(|entry| (entry.step, entry.at)).collect::<Vec<_>>();
        assert_eq!(steps(&view), steps(&placed));
        assert_eq!(db.read(|q| order::purchase_of(q, purchase.id)).unwrap(), purchase);
        let filter = Filter { product: Some(product(1)), ..Filter::default() };
        let found = db.read(|q| order::of_shop(q, adopted.shop, &filter, None, 9)).unwrap();
        assert!(found.contains(&adopted), "{found:?}");
        assert_eq!((kinds(db), timers(db)), told);
    });
}
