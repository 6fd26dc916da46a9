//! What goes live and on sale goes under its shop's permit.

use crate::{NOW, Stall, ctx, facts, permitted, rules, sale, write};
use kernel::id::{Edit, Product, Shop};
use kernel::{Id, Kind, Permit, Problem};
use offer::catalog::{self, Content, EditView, Error, OwnProduct, Permits, Presale, Status};
use store::Db;
use testkit::db::on_both;

fn presale(shop: Id<Shop>) -> Permit<Presale> {
    Permit::by_gate(shop)
}

/// A cup that ships as a presale.
fn waiting(stall: &Stall) -> Content {
    Content { ship: "ship-presale".into(), ..stall.cup("等待的杯子", &[100]) }
}

fn approve_without(db: &Db, edit: Id<Edit>) -> EditView {
    write(db, move |tx| catalog::approve(tx, &ctx(), Permits::default(), edit, &rules())).unwrap()
}

fn put_on(
    db: &Db,
    (sale_of, presale_of): (Id<Shop>, Option<Id<Shop>>),
    product: Id<Product>,
) -> Result<OwnProduct, Error> {
    write(db, move |tx| {
        let presale = presale_of.map(presale);
        catalog::put_on(tx, &ctx(), (&sale(sale_of), presale.as_ref()), product, &rules())
    })
}

#[test]
fn a_first_version_without_leave_to_sell_lies_off_sale_until_its_shop_puts_it_on() {
    on_both(|db| {
        let stall = Stall::new(db);
        let draft = stall.draft(stall.cup("暂时不卖的杯子", &[100]));
        stall.submit(&draft).unwrap();
        let (shop, product) = (stall.shop, draft.product);
        approve_without(db, draft.id);
        let own = db.read(|q| catalog::own(q, shop, product)).unwrap();
        assert_eq!((own.status, own.version), (Status::Off, 1));
        let listed = || facts(db).iter().filter(|fact| fact.spec.kind == "product.listed").count();
        assert_eq!(listed(), 0);
        assert_eq!(put_on(db, (shop, None), product).unwrap().status, Status::On);
        assert_eq!(listed(), 1);
        // What is on sale stays so, whatever its shop may do when a version goes live.
        let edit = stall.propose(product, stall.content(product)).unwrap();
        let mut content = edit.content.clone();
        content.title = "换了名字的杯子".into();
        let edit = stall.propose(product, content).unwrap();
        stall.submit(&edit).unwrap();
        approve_without(db, edit.id);
        let own = db.read(|q| catalog::own(q, shop, product)).unwrap();
        assert_eq!((own.status, own.version), (Status::On, 2));
    });
}

#[test]
fn a_presale_is_refused_at_every_step_without_its_permit_and_passes_with_it() {
    on_both(|db| {
        let stall = Stall::new(db);
        let (shop, draft) = (stall.shop, stall.draft(waiting(&stall)));
        let refused = Error::NoPermit("presale");
        assert_eq!((stall.submit(&draft).unwrap_err(), refused.kind()), (refused.clone(), Kind::Internal));
        let id = draft.id;
        write(db, move |tx| {
            let presale = presale(shop);
            let permits = Permits { sale: None, presale: Some(&presale) };
            catalog::submit(tx, &ctx(), (shop, permits), id, &rules())
        })
        .unwrap();
        assert_eq!(stall.approve(&draft).unwrap_err(), refused);
        write(db, move |tx| {
            let (sale, presale) = (sale(shop), presale(shop));
            let permits = Permits { sale: Some(&sale), presale: Some(&presale) };
            catalog::approve(tx, &ctx(), permits, id, &rules())
        })
        .unwrap();
        let product = draft.product;
        assert!(db.read(|q| catalog::is_presale(q, shop, product, &rules())).unwrap());
        write(db, move |tx| catalog::take_off(tx, &ctx(), shop, product)).unwrap();
        assert_eq!(put_on(db, (shop, None), product).unwrap_err(), refused);
        assert_eq!(put_on(db, (shop, Some(shop)), product).unwrap().status, Status::On);
        let content = vec![waiting(&stall)];
        assert_eq!(crate::publish(db, shop, NOW, content.clone()).unwrap_err(), refused);
        write(db, move |tx| {
            catalog::publish(tx, &ctx(), (&sale(shop), Some(&presale(shop))), &content, &rules())
        })
        .unwrap();
    });
}

#[test]
fn another_shops_permit_opens_nothing() {
    on_both(|db| {
        let stall = Stall::new(db);
        let other = stall.beside().shop;
        let (shop, product) = (stall.shop, stall.live(stall.cup("自己的杯子", &[100])));
        assert!(!db.read(|q| catalog::is_presale(q, shop, product, &rules())).unwrap());
        write(db, move |tx| catalog::take_off(tx, &ctx(), shop, product)).unwrap();
        assert_eq!(put_on(db, (other, None), product).unwrap_err(), Error::NoProduct(product));
        let draft = stall.draft(stall.cup("别人的许可", &[100]));
        stall.submit(&draft).unwrap();
        let id = draft.id;
        write(db, move |tx| permitted(other, |permits| catalog::approve(tx, &ctx(), permits, id, &rules())))
            .unwrap();
        let own = db.read(|q| catalog::own(q, shop, draft.product)).unwrap();
        assert_eq!(own.status, Status::Off, "another shop's leave to sell is none");
        let id = stall.draft(waiting(&stall)).id;
        let err = write(db, move |tx| {
            let presale = presale(other);
            let permits = Permits { sale: None, presale: Some(&presale) };
            catalog::submit(tx, &ctx(), (shop, permits), id, &rules())
        });
        assert_eq!(err.unwrap_err(), Error::NoPermit("presale"));
    });
}
