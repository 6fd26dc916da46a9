//! The places on the mall's pages.

use crate::{NOW, ctx, new_id, picture, rules, write};
use kernel::id::Slot as SlotKey;
use kernel::{Id, Kind, Moment, Problem};
use offer::catalog::{self, Error, Slot, SlotContent, SlotHead};
use store::Db;
use testkit::db::on_both;

fn head(content: SlotContent) -> SlotHead {
    SlotHead { zh: "囤果季".into(), en: "Fruit season".into(), content }
}

fn banner(link: &str) -> SlotHead {
    head(SlotContent::Banner { media: Some(picture("s")), link: link.into() })
}

fn set(
    db: &Db,
    id: Option<Id<SlotKey>>,
    when: (i64, Moment, Option<Moment>),
    head: SlotHead,
) -> Result<Slot, Error> {
    write(db, move |tx| catalog::set_slot(tx, &ctx(), id, when, &head, &rules()))
}

#[test]
fn slots_are_shown_in_their_turn_and_time() {
    on_both(|db| {
        let ids = vec![new_id(), new_id()];
        let row = set(db, None, (2, NOW, None), head(SlotContent::Products { products: ids })).unwrap();
        let top = set(db, None, (1, NOW.plus_days(1), Some(NOW.plus_days(3))), banner("/c/food")).unwrap();
        let categories = head(SlotContent::Categories { categories: vec!["home".into(), "food".into()] });
        let tree = set(db, None, (3, NOW.plus_days(2), None), categories).unwrap();
        let shown = |day: i64| db.read(|q| catalog::slots(q, NOW.plus_days(day))).unwrap();
        assert_eq!(shown(-1), []);
        assert_eq!(shown(0), std::slice::from_ref(&row));
        assert_eq!(shown(2), [top.clone(), row.clone(), tree.clone()]);
        assert_eq!(shown(3), [row.clone(), tree.clone()]);
        let first = db.read(|q| catalog::all_slots(q, None, 2)).unwrap();
        assert_eq!(first, [top.clone(), row.clone()]);
        let rest = db.read(|q| catalog::all_slots(q, Some((2, row.id)), 2)).unwrap();
        assert_eq!(rest, [tree]);
        let shelf = head(SlotContent::Shelf { category: "home".into(), sort: "newest".into() });
        let moved = set(db, Some(top.id), (9, NOW, None), shelf).unwrap();
        assert_eq!(shown(3).last(), Some(&moved));
        write(db, move |tx| catalog::remove_slot(tx, row.id)).unwrap();
        assert_eq!(shown(0), [moved]);
        let err = write(db, move |tx| catalog::remove_slot(tx, row.id)).unwrap_err();
        assert_eq!((err.kind(), err), (Kind::NotFound, Error::NoSlot(row.id)));
    });
}

#[test]
fn a_slot_that_cannot_be_is_refused() {
    on_both(|db| {
        let always = (1, NOW, None);
        for link in ["", "c/food", "//elsewhere.example", "https://elsewhere.example", "/a b", "/\\x", "/a\n"]
        {
            assert_eq!(set(db, None, always, banner(link)).unwrap_err(), Error::Link, "{link}");
        }
        let nobody = new_id();
        let bad = [
            (set(db, Some(nobody), always, banner("/")), Error::NoSlot(nobody)),
            (set(db, None, (1, NOW, Some(NOW)), banner("/")), Error::Slot { most: 24 }),
            (set(db, None, always, SlotHead { zh: "".into(), ..banner("/") }), Error::Name { most: 60 }),
            (
                set(db, None, always, head(SlotContent::Products { products: vec![] })),
                Error::Slot { most: 24 },
            ),
            (
                set(db, None, always, head(SlotContent::Categories { categories: vec!["a".into(); 25] })),
                Error::Slot { most: 24 },
            ),
            (
                set(db, None, always, head(SlotContent::Shelf { category: "a".into(), sort: "best".into() })),
                Error::Slot { most: 24 },
            ),
        ];
        for (result, expected) in bad {
            assert_eq!(result.unwrap_err(), expected);
        }
        assert_eq!(db.read(|q| catalog::all_slots(q, None, 9)).unwrap(), []);
    });
}
