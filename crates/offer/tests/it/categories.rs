//! The tree, its attributes, and brands.

use crate::{add_attribute, add_category, ctx, new_id, write};
use kernel::{Kind, Problem};
use offer::catalog::{
    self, AttributeEdit, AttributeKind, AttributeOption, CategoryChange, Error, NewAttribute, NewCategory,
};
use testkit::db::on_both;

fn new(code: &str) -> NewCategory {
    NewCategory { code: code.into(), zh: "类".into(), en: "Kind".into(), turn: 0 }
}

#[test]
fn the_tree_grows_under_parents_that_are_there_and_reads_in_order() {
    on_both(|db| {
        for code in ["home", "food", "home-x", "home.cups", "home.cups.mugs", "home.pots"] {
            add_category(db, code, "类");
        }
        let page = |after: Option<&str>| db.read(|q| catalog::categories(q, after, 3)).unwrap();
        let codes =
            |found: &[catalog::Category]| found.iter().map(|c| c.code.to_string()).collect::<Vec<_>>();
        let first = page(None);
        assert_eq!(codes(&first), ["food", "home", "home.cups"]);
        assert_eq!(codes(&page(Some("home.cups"))), ["home.cups.mugs", "home.pots", "home-x"]);
        let home = db.read(|q| catalog::category(q, "home")).unwrap();
        let below = db.read(|q| catalog::children(q, Some(home.id))).unwrap();
        assert_eq!(codes(&below), ["home.cups", "home.pots"]);
        assert!(below.iter().all(|child| child.parent == Some(home.id)));
        let roots = db.read(|q| catalog::children(q, None)).unwrap();
        assert_eq!(codes(&roots), ["food", "home", "home-x"]);
    });
}

#[test]
fn a_category_that_cannot_be_is_refused() {
    on_both(|db| {
        add_category(db, "a", "类");
        for code in ["a.b", "a.b.c", "a.b.c.d", "a.b.c.d.e", "a.b.c.d.e.f"] {
            add_category(db, code, "类");
        }
        for (bad, expected) in [
            (new("a"), Error::CodeTaken("a".into())),
            (new("A b"), Error::Code),
            (new("x.y"), Error::NoCategory("x".into())),
            (new("a.b.c.d.e.f.g"), Error::TooDeep { most: 6 }),
            (NewCategory { zh: " ".into(), ..new("z") }, Error::Name { most: 60 }),
            (NewCategory { en: "x".repeat(61).as_str().into(), ..new("z") }, Error::Name { most: 60 }),
        ] {
            let err = write(db, move |tx| catalog::add_category(tx, &ctx(), &bad)).unwrap_err();
            assert_eq!(err, expected);
        }
        let change = CategoryChange { zh: "新".into(), en: "New".into(), turn: 4, open: false };
        let same = change.clone();
        let changed = write(db, move |tx| catalog::change_category(tx, "a", &change)).unwrap();
        assert_eq!((&*changed.zh, changed.turn, changed.open), ("新", 4, false));
        let err = write(db, move |tx| catalog::change_category(tx, "q", &same)).unwrap_err();
        assert_eq!((err.kind(), err.code()), (Kind::NotFound, "catalog.no_category"));
    });
}

#[test]
fn attributes_come_down_the_tree_and_keep_their_kind() {
    on_both(|db| {
        for code in ["home", "home.cups", "homely"] {
            add_category(db, code, "类");
        }
        let flag = add_attribute(db, "home", "可洗", AttributeKind::Flag, false);
        let text = add_attribute(db, "home.cups", "产地", AttributeKind::Text, true);
        let of = |code: &'static str| {
            let found = db.read(|q| catalog::attributes(q, code)).unwrap();
            found.into_iter().map(|a| a.id).collect::<Vec<_>>()
        };
        assert_eq!(
            (of("home"), of("home.cups"), of("homely")),
            (vec![flag.id], vec![flag.id, text.id], vec![])
        );
        assert!(matches!(db.read(|q| catalog::attributes(q, "nowhere")), Err(Error::NoCategory(_))));
        let option = |code: &str| AttributeOption { code: code.into(), zh: "甲".into(), en: "A".into() };
        let choice =
            |codes: &[&str]| AttributeKind::Choice { options: codes.iter().map(|c| option(c)).collect() };
        let change = |kind| NewAttribute {
            zh: "材质".into(),
            en: "Material".into(),
            kind,
            required: true,
            axis: true,
            turn: 2,
            open: false,
        };
        let made = add_attribute(db, "home", "材质", choice(&["a", "b"]), false);
        let set = |kind: AttributeKind| {
            let change = change(kind);
            write(db, move |tx| catalog::change_attribute(tx, made.id, &change))
        };
        let changed = set(choice(&["c", "b", "a"])).unwrap();
        assert_eq!((changed.required, changed.axis, changed.open, changed.turn), (true, true, false, 2));
        assert_eq!(set(choice(&["a"])).unwrap_err(), Error::KindFixed);
        assert_eq!(set(AttributeKind::Text).unwrap_err(), Error::KindFixed);
        assert_eq!(set(choice(&["a", "a"])).unwrap_err(), Error::Options { most: 200 });
        assert_eq!(set(AttributeKind::Number { unit: "".into() }).unwrap_err(), Error::Unit);
        // What the console writes anew keeps kind and turn.
        let edit = |options: &[&str]| {
            let AttributeKind::Choice { options } = choice(options) else { panic!("a choice") };
            let (zh, en) = ("材料".into(), "Stuff".into());
            let edit = AttributeEdit { zh, en, options, required: false, axis: false, open: true };
            write(db, move |tx| catalog::edit_attribute(tx, made.id, &edit))
        };
        let edited = edit(&["a", "b", "c", "d"]).unwrap();
        assert_eq!((&*edited.zh, edited.required, edited.open, edited.turn), ("材料", false, true, 2));
        assert_eq!(edit(&["a"]).unwrap_err(), Error::KindFixed);
        let (nobody, any) = (new_id(), change(AttributeKind::Text));
        let err = write(db, move |tx| catalog::change_attribute(tx, nobody, &any)).unwrap_err();
        assert_eq!(err, Error::NoAttribute(nobody));
    });
}

#[test]
fn brands_are_made_changed_and_read_in_pages() {
    on_both(|db| {
        let add = |zh: &'static str| write(db, move |tx| catalog::add_brand(tx, &ctx(), zh, "B")).unwrap();
        let (one, two, three) = (add("一"), add("二"), add("三"));
        let first = db.read(|q| catalog::brands(q, None, 2)).unwrap();
        let rest = db.read(|q| catalog::brands(q, Some(two.id), 2)).unwrap();
        assert_eq!((first, rest), (vec![one.clone(), two], vec![three]));
        let closed = write(db, move |tx| catalog::change_brand(tx, one.id, ("壹", "One"), false)).unwrap();
        assert_eq!((&*closed.zh, &*closed.en, closed.open), ("壹", "One", false));
        let nobody = new_id();
        let err = write(db, move |tx| catalog::change_brand(tx, nobody, ("a", "b"), true)).unwrap_err();
        assert_eq!(err, Error::NoBrand(nobody));
        let err = write(db, move |tx| catalog::add_brand(tx, &ctx(), "\u{7}", "b")).unwrap_err();
        assert_eq!(err, Error::Name { most: 60 });
    });
}
