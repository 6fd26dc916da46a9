//! Products: the page, the offer, what a content must be, and coming and going.

use crate::{Stall, ctx, facts, faults, new_id, write, yuan};
use kernel::fact::Value;
use kernel::{Kind, Problem};
use offer::catalog::{
    self, AxisDraft, CategoryChange, Content, Error, Flaw, Freight, GoodsKind, SkuDraft, Status, ValueDraft,
};
use testkit::db::on_both;

#[test]
fn an_approved_product_is_on_sale_with_its_page_its_offers_and_its_facts() {
    on_both(|db| {
        let stall = Stall::new(db);
        let mut content = stall.cup("双层玻璃杯", &[5900, 4900]);
        content.axes[0].values[1].media = Some("b960".into());
        content.skus[0].list_price = Some(yuan(9900));
        content.skus[1].limit = Some(2);
        let product = stall.live(content);
        let page = db.read(|q| catalog::product(q, product)).unwrap();
        assert_eq!((page.status, page.version, page.shop), (Status::On, 1, stall.shop));
        assert!(page.listed_at.is_some());
        let trail: Vec<_> = page.trail.iter().map(|step| &*step.code).collect();
        assert_eq!(trail, ["home", "home.cups"]);
        // The attributes stand in the order of the tree.
        let shown: Vec<_> = page.attributes.iter().map(|a| (&*a.zh, &*a.value_zh, &*a.value_en)).collect();
        assert_eq!(shown, [("材质", "不锈钢", "steel"), ("容量", "350 ml", "350 ml")]);
        assert_eq!(page.gallery[0].at_least(480), "a480");
        let skus = stall.skus(product);
        let first = db.read(|q| catalog::offer(q, skus[0])).unwrap().unwrap();
        assert_eq!((&*first.title, &*first.variant, first.price), ("双层玻璃杯", "色0", yuan(5900)));
        assert_eq!((first.list_price, first.limit, first.on_sale), (Some(yuan(9900)), None, true));
        assert_eq!((&*first.category_code, &*first.ship, first.version), ("home.cups", "ship-48h", 1));
        assert_eq!(first.freight, Freight { fee: yuan(800), free_from: Some(yuan(9900)) });
        assert_eq!(first.media.as_deref(), Some("a160"));
        let both = db.read(|q| catalog::offers(q, &[skus[1], new_id(), skus[0], skus[1]])).unwrap();
        assert_eq!(both.iter().map(|offer| offer.sku).collect::<Vec<_>>(), [skus[1], skus[0]]);
        assert_eq!((both[0].media.as_deref(), both[0].limit), (Some("b160"), Some(2)));
        assert_eq!(db.read(|q| catalog::offer(q, new_id())).unwrap(), None);
        let told: Vec<_> = facts(db).iter().map(|fact| fact.spec.kind).collect();
        assert_eq!(told, ["edit.submitted", "product.listed", "edit.approved"]);
    });
}

#[test]
fn a_content_that_cannot_go_live_is_refused_field_by_field() {
    on_both(|db| {
        let stall = Stall::new(db);
        let sku = |choice: Vec<usize>, price| SkuDraft {
            id: None,
            code: "".into(),
            choice,
            price: yuan(price),
            list_price: None,
            media: None,
            limit: None,
            stock: None,
        };
        type Case = (&'static str, fn(&mut Content), &'static str, fn(&Flaw) -> bool);
        let cases: &[Case] = &[
            (
                "a title of one character",
                |c| c.title = "杯".into(),
                "title",
                |f| matches!(f, Flaw::Length { least: 2, .. }),
            ),
            (
                "an empty paragraph",
                |c| c.about = vec![" ".into()],
                "about.0",
                |f| matches!(f, Flaw::Length { .. }),
            ),
            ("no picture", |c| c.gallery.clear(), "gallery", |f| matches!(f, Flaw::Count { least: 1, .. })),
            ("a picture twice", |c| c.gallery.push("a960".into()), "gallery.1", |f| *f == Flaw::Twice),
            ("another's picture", |c| c.gallery.push("x960".into()), "gallery.1", |f| *f == Flaw::NoPicture),
            (
                "another's picture of a value",
                |c| c.axes[0].values[1].media = Some("x".into()),
                "axes.0.values.1.media",
                |f| *f == Flaw::NoPicture,
            ),
            (
                "another's picture of a variant",
                |c| c.skus[1].media = Some("x".into()),
                "skus.1.media",
                |f| *f == Flaw::NoPicture,
            ),
            ("no variant", |c| c.skus.clear(), "skus", |f| matches!(f, Flaw::Count { least: 1, .. })),
            (
                "two variants that choose the same",
                |c| c.skus[1].choice = vec![0],
                "skus.1.choice",
                |f| *f == Flaw::Twice,
            ),
            (
                "a value that nobody chooses",
                |c| drop(c.skus.pop()),
                "axes.0.values.1.name",
                |f| *f == Flaw::Unused,
            ),
            (
                "two values of one name",
                |c| c.axes[0].values[1].name = "色0".into(),
                "axes.0.values.1.name",
                |f| *f == Flaw::Twice,
            ),
            ("a price of nothing", |c| c.skus[0].price.minor = 0, "skus.0.price", |f| *f == Flaw::Amount),
            (
                "a list price below the price",
                |c| c.skus[0].list_price = Some(yuan(1)),
                "skus.0.list_price",
                |f| *f == Flaw::BelowPrice,
            ),
            ("the same code twice", |c| c.skus[1].code = "C-0".into(), "skus.1.code", |f| *f == Flaw::Twice),
            ("a promise that is no word", |c| c.ship = "in 48 h".into(), "ship", |f| *f == Flaw::Word),
            (
                "freight for digital goods",
                |c| c.kind = GoodsKind::Digital,
                "freight.fee",
                |f| *f == Flaw::NotShipped,
            ),
            ("a brand that is not", |c| c.brand = Some(new_id()), "brand", |f| *f == Flaw::NoBrand),
        ];
        for (what, spoil, field, is_it) in cases {
            let mut content = stall.cup("双层玻璃杯", &[5900, 4900]);
            spoil(&mut content);
            let edit = stall.draft(content);
            let found = faults(&stall.submit(&edit).unwrap_err());
            assert!(found.iter().any(|(at, flaw)| at == field && is_it(flaw)), "{what}: {found:?}");
        }
        // A product without axes has one variant, and attributes are of their kind.
        let mut plain = stall.cup("没有规格的杯子", &[100]);
        (plain.axes, plain.skus) = (Vec::new(), vec![sku(vec![], 100), sku(vec![], 200)]);
        let found = faults(&stall.submit(&stall.draft(plain.clone())).unwrap_err());
        assert!(found.contains(&("skus".into(), Flaw::Count { least: 1, most: 1 })), "{found:?}");
        plain.skus.pop();
        plain.attributes[0].value = "big".into();
        plain.attributes.pop();
        let found = faults(&stall.submit(&stall.draft(plain.clone())).unwrap_err());
        let expected = [
            (format!("attributes.{}", stall.volume.id), Flaw::Value("number")),
            (format!("attributes.{}", stall.material.id), Flaw::Missing),
        ];
        assert_eq!(found, expected);
        plain.attributes = stall.cup("x", &[1]).attributes;
        plain.attributes[0].attribute = new_id();
        let found = faults(&stall.submit(&stall.draft(plain.clone())).unwrap_err());
        assert_eq!(found.iter().map(|f| f.1.clone()).collect::<Vec<_>>(), [Flaw::Foreign]);
        // Nothing of all that is on sale.
        let shelf = catalog::Shelf::default();
        assert_eq!(db.read(|q| catalog::cards(q, &shelf, None, 9)).unwrap(), []);
    });
}

#[test]
fn even_a_draft_stays_within_bounds() {
    on_both(|db| {
        let stall = Stall::new(db);
        let shop = stall.shop;
        let good = stall.cup("双层玻璃杯", &[100]);
        let value = || ValueDraft { name: "一".into(), media: None };
        let axis = || AxisDraft { name: "一".into(), values: vec![value()] };
        let mut cases = vec![good.clone(); 8];
        cases[0].title = "长".repeat(121).as_str().into();
        cases[1].about = vec!["一".into(); 41];
        cases[2].axes = vec![axis(), axis(), axis(), axis()];
        cases[3].skus = vec![cases[3].skus[0].clone(); 201];
        cases[4].skus[0].choice = vec![7];
        cases[5].skus[0].price.currency = kernel::Currency::BRL;
        cases[6].gallery = vec!["a960".into(); 13];
        cases[7].title = "a\u{0}b".into();
        for bad in cases {
            let err = write(db, move |tx| catalog::propose_new(tx, &ctx(), shop, &bad, &crate::rules()));
            assert!(!faults(&err.unwrap_err()).is_empty());
        }
        let mut nowhere = good.clone();
        nowhere.category = new_id();
        let err = write(db, move |tx| catalog::propose_new(tx, &ctx(), shop, &nowhere, &crate::rules()));
        assert!(matches!(err, Err(Error::NoCategory(_))));
        // An empty draft may wait for its words.
        let mut empty = good;
        (empty.title, empty.skus, empty.gallery) = ("".into(), Vec::new(), Vec::new());
        assert_eq!(stall.draft(empty).revision, 1);
    });
}

#[test]
fn three_axes_make_a_matrix_and_a_subset_of_it_is_enough() {
    on_both(|db| {
        let stall = Stall::new(db);
        let axis = |name: &str, values: &[&str]| AxisDraft {
            name: name.into(),
            values: values.iter().map(|v| ValueDraft { name: (*v).into(), media: None }).collect(),
        };
        let mut content = stall.cup("保温杯", &[100]);
        content.axes =
            vec![axis("颜色", &["黑", "白"]), axis("容量", &["大", "小"]), axis("盖", &["有", "无"])];
        let sku = |choice: [usize; 3]| SkuDraft {
            id: None,
            code: "".into(),
            choice: choice.to_vec(),
            price: yuan(100),
            list_price: None,
            media: None,
            limit: None,
            stock: None,
        };
        content.skus = vec![sku([0, 0, 0]), sku([0, 1, 1]), sku([1, 0, 1])];
        let product = stall.live(content);
        let offers = db.read(|q| catalog::offers(q, &stall.skus(product))).unwrap();
        let names: Vec<_> = offers.iter().map(|offer| &*offer.variant).collect();
        assert_eq!(names, ["黑 / 大 / 有", "黑 / 小 / 无", "白 / 大 / 无"]);
    });
}

#[test]
fn digital_goods_go_without_freight() {
    on_both(|db| {
        let stall = Stall::new(db);
        let mut content = stall.cup("茶艺课程", &[19_900]);
        (content.kind, content.freight) = (GoodsKind::Digital, Freight { fee: yuan(0), free_from: None });
        let product = stall.live(content);
        let offer = db.read(|q| catalog::offer(q, stall.skus(product)[0])).unwrap().unwrap();
        assert_eq!((offer.kind, offer.freight.fee), (GoodsKind::Digital, yuan(0)));
    });
}

#[test]
fn nothing_new_is_listed_in_a_closed_category_and_what_is_there_stays() {
    on_both(|db| {
        let stall = Stall::new(db);
        let product = stall.live(stall.cup("早来的杯子", &[100]));
        let waits = stall.draft(stall.cup("晚来的杯子", &[100]));
        stall.submit(&waits).unwrap();
        let close = CategoryChange { zh: "杯壶".into(), en: "Cups".into(), turn: 1, open: false };
        write(db, move |tx| catalog::change_category(tx, "home.cups", &close)).unwrap();
        let found = faults(&stall.approve(&waits).unwrap_err());
        assert_eq!(found, [("category".to_owned(), Flaw::Closed)]);
        assert_eq!(db.read(|q| catalog::product(q, product)).unwrap().status, Status::On);
        assert_eq!(db.read(|q| catalog::edit(q, waits.id)).unwrap().status.as_str(), "waiting");
    });
}

#[test]
fn a_product_comes_and_goes_and_each_listing_is_told_once() {
    on_both(|db| {
        let stall = Stall::new(db);
        let (shop, product) = (stall.shop, stall.live(stall.cup("来来去去的杯子", &[100])));
        let shown = || db.read(|q| catalog::cards(q, &catalog::Shelf::default(), None, 9)).unwrap().len();
        assert_eq!(shown(), 1);
        for round in 0..2 {
            write(db, move |tx| catalog::take_off(tx, &ctx(), shop, product)).unwrap();
            assert_eq!(shown(), 0, "{round}");
            let sku = stall.skus(product)[0];
            assert!(!db.read(|q| catalog::offer(q, sku)).unwrap().unwrap().on_sale);
            crate::put_on(db, shop, product).unwrap();
            assert_eq!(shown(), 1, "{round}");
        }
        write(db, move |tx| catalog::ban(tx, &ctx(), product, "false_claim")).unwrap();
        assert_eq!(shown(), 0);
        let listings: Vec<_> =
            facts(db).into_iter().filter(|fact| fact.spec.kind.starts_with("product.")).collect();
        let kinds: Vec<_> = listings.iter().map(|fact| &fact.spec.kind[8..]).collect();
        assert_eq!(kinds, ["listed", "delisted", "listed", "delisted", "listed", "delisted"]);
        let mut subjects: Vec<_> = listings.iter().map(|fact| fact.subject).collect();
        for pair in listings.chunks(2) {
            assert_eq!(pair[0].subject, pair[1].subject);
            assert_eq!(pair[1].get("listed_at"), Some(&Value::Int(pair[0].at.micros())));
        }
        subjects.dedup();
        assert_eq!((subjects.len(), subjects[0]), (3, product.raw()));
        assert_eq!(listings[0].get("again_of"), Some(&Value::Null));
        assert_eq!(listings[4].get("again_of"), Some(&Value::Id(product.raw())));
        assert_eq!(listings[5].get("taken_by"), Some(&Value::Text("platform".into())));
    });
}

#[test]
fn a_banned_product_waits_for_the_platform_whatever_its_shop_does() {
    on_both(|db| {
        let stall = Stall::new(db);
        let (shop, product) = (stall.shop, stall.live(stall.cup("可疑的杯子", &[100])));
        write(db, move |tx| catalog::ban(tx, &ctx(), product, "fake")).unwrap();
        let own = db.read(|q| catalog::own(q, shop, product)).unwrap();
        assert_eq!((own.status, own.banned_for.as_deref()), (Status::Banned, Some("fake")));
        let wrong = Error::WrongStatus { product, status: Status::Banned };
        assert_eq!(crate::put_on(db, shop, product).unwrap_err(), wrong);
        let err = write(db, move |tx| catalog::take_off(tx, &ctx(), shop, product)).unwrap_err();
        assert_eq!(err, wrong);
        let err = write(db, move |tx| catalog::ban(tx, &ctx(), product, "fake")).unwrap_err();
        assert_eq!((err.kind(), err), (Kind::Conflict, wrong));
        stall.edit(product, |content| content.title = "老实的杯子".into()).unwrap();
        assert_eq!(db.read(|q| catalog::product(q, product)).unwrap().status, Status::Banned);
        write(db, move |tx| catalog::lift_ban(tx, product)).unwrap();
        let err = write(db, move |tx| catalog::lift_ban(tx, product)).unwrap_err();
        assert_eq!(err, Error::WrongStatus { product, status: Status::Off });
        crate::put_on(db, shop, product).unwrap();
        let cards = db.read(|q| catalog::cards(q, &catalog::Shelf::default(), None, 9)).unwrap();
        assert_eq!(&*cards[0].title, "老实的杯子");
        let err = write(db, move |tx| catalog::ban(tx, &ctx(), product, "No Word")).unwrap_err();
        assert_eq!(err, Error::Reason);
    });
}

#[test]
fn a_shop_sees_all_its_products_in_pages_and_by_state() {
    on_both(|db| {
        let stall = Stall::new(db);
        let shop = stall.shop;
        let made: Vec<_> = (0..3).map(|n| stall.live(stall.cup(&format!("杯子{n}号"), &[100]))).collect();
        let draft = stall.draft(stall.cup("草稿", &[700, 300]));
        let off = made[1];
        write(db, move |tx| catalog::take_off(tx, &ctx(), shop, off)).unwrap();
        let page = |status, after, limit| {
            let found = db.read(|q| catalog::of_shop(q, shop, status, after, limit)).unwrap();
            found.into_iter().map(|own| own.id).collect::<Vec<_>>()
        };
        assert_eq!(page(None, None, 2), [draft.product, made[2]]);
        assert_eq!(page(None, Some(made[2]), 9), [made[1], made[0]]);
        assert_eq!(page(Some(Status::On), None, 9), [made[2], made[0]]);
        assert_eq!(page(Some(Status::Off), None, 9), [made[1]]);
        let own = db.read(|q| catalog::own(q, shop, draft.product)).unwrap();
        assert_eq!((own.status, own.version, own.edits), (Status::Draft, 0, 1));
        assert_eq!((own.price, own.price_to, &*own.title), (yuan(300), yuan(700), "草稿"));
        assert_eq!(
            db.read(|q| catalog::product(q, draft.product)).unwrap_err(),
            Error::NoProduct(draft.product)
        );
    });
}

#[test]
fn what_is_another_shops_is_not_found() {
    on_both(|db| {
        let mine = Stall::new(db);
        let other = mine.beside();
        let product = mine.live(mine.cup("我的杯子", &[100]));
        let edit = mine.propose(product, mine.cup("我的新杯子", &[100])).unwrap();
        let (shop, sku, content) = (other.shop, mine.skus(product)[0], mine.content(product));
        let price = catalog::NewPrice { price: yuan(1), list_price: None, limit: None };
        let (one, two, three, id) = (content.clone(), content.clone(), content, edit.id);
        let refusals: Vec<Error> = vec![
            write(db, move |tx| catalog::propose(tx, &ctx(), shop, product, &one, &crate::rules()).map(drop)),
            write(db, move |tx| catalog::change(tx, &ctx(), shop, (id, 1), &two, &crate::rules()).map(drop)),
            write(db, move |tx| {
                catalog::submit(tx, &ctx(), (shop, catalog::Permits::default()), id, &crate::rules())
                    .map(drop)
            }),
            write(db, move |tx| catalog::withdraw(tx, &ctx(), shop, id).map(drop)),
            write(db, move |tx| catalog::roll_back(tx, &ctx(), shop, product, 1, &crate::rules()).map(drop)),
            crate::put_on(db, shop, product).map(drop),
            write(db, move |tx| catalog::take_off(tx, &ctx(), shop, product).map(drop)),
            write(db, move |tx| catalog::set_price(tx, &ctx(), shop, product, sku, &price)),
            db.read(|q| catalog::own(q, shop, product)).map(drop),
            db.read(|q| catalog::content(q, shop, product)).map(drop),
            db.read(|q| catalog::versions(q, shop, product, None, 9)).map(drop),
            db.read(|q| catalog::edit_of_shop(q, shop, id)).map(drop),
        ]
        .into_iter()
        .map(Result::unwrap_err)
        .collect();
        for err in refusals {
            assert_eq!(err.kind(), Kind::NotFound, "{err}");
        }
        let filter = catalog::EditFilter { product: Some(product), ..Default::default() };
        assert_eq!(db.read(|q| catalog::edits_of_shop(q, shop, &filter, None, 9)).unwrap(), []);
        // Another product's variant is no variant of this one.
        let mut stolen = other.cup("偷来的杯子", &[100]);
        stolen.skus[0].id = Some(sku);
        let (by_draft, by_bulk) = (three.clone(), three);
        let err = write(db, move |tx| {
            catalog::propose_new(
                tx,
                &ctx(),
                shop,
                &Content { gallery: vec![], ..by_draft.clone() },
                &crate::rules(),
            )
        });
        assert_eq!(faults(&err.unwrap_err()), [("skus.0.id".to_owned(), Flaw::OtherSku)]);
        let err = crate::publish(db, shop, crate::NOW, vec![by_bulk]);
        assert_eq!(faults(&err.unwrap_err()), [("skus.0.id".to_owned(), Flaw::OtherSku)]);
        let own = other.live(other.cup("自己的杯子", &[100]));
        stolen.title = "自己的新杯子".into();
        assert_eq!(
            faults(&other.propose(own, stolen).unwrap_err()),
            [("skus.0.id".to_owned(), Flaw::OtherSku)]
        );
    });
}
