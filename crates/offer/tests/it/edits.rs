//! Edits: beside the live version, reviewed, refused when stale, filtered, and back again.

use crate::{Stall, ctx, facts, faults, new_id, permitted, rules, write, yuan};
use kernel::{Currency, Kind, Problem};
use offer::catalog::{self, Book, Content, EditFilter, Error, Flaw, Permits, Review, Rules, WordClass, edit};
use std::sync::Arc;
use store::Tx;
use testkit::db::on_both;

fn titled(title: &str) -> impl Fn(&mut Content) {
    let title: Box<str> = title.into();
    move |content| content.title = title.clone()
}

#[test]
fn the_live_version_stays_up_while_an_edit_waits() {
    on_both(|db| {
        let stall = Stall::new(db);
        let product = stall.live(stall.cup("旧名字的杯子", &[5900]));
        let mut content = stall.content(product);
        content.title = "新名字的杯子".into();
        let edit = stall.propose(product, content).unwrap();
        assert_eq!(edit.changes.iter().map(|c| &*c.field).collect::<Vec<_>>(), ["title"]);
        let waiting = stall.submit(&edit).unwrap();
        assert_eq!(waiting.status, edit::Status::Waiting);
        assert_eq!(&*db.read(|q| catalog::product(q, product)).unwrap().title, "旧名字的杯子");
        let approved = stall.approve(&edit).unwrap();
        assert_eq!(
            (approved.status, approved.decided_by.as_deref()),
            (edit::Status::Approved, Some("system"))
        );
        let page = db.read(|q| catalog::product(q, product)).unwrap();
        assert_eq!((&*page.title, page.version), ("新名字的杯子", 2));
        let find = |text: &str| {
            let shelf = catalog::Shelf { text: Some(text.into()), ..Default::default() };
            db.read(|q| catalog::cards(q, &shelf, None, 9)).unwrap().len()
        };
        assert_eq!((find("旧名字"), find("新名字"), find("杯子")), (0, 1, 1));
    });
}

#[test]
fn an_edit_of_an_older_version_is_refused_as_stale() {
    on_both(|db| {
        let stall = Stall::new(db);
        let product = stall.live(stall.cup("第一版的杯子", &[5900]));
        let late = stall
            .propose(product, {
                let mut c = stall.content(product);
                titled("晚到的杯子")(&mut c);
                c
            })
            .unwrap();
        stall.submit(&late).unwrap();
        let draft = stall
            .propose(product, {
                let mut c = stall.content(product);
                titled("更晚的杯子")(&mut c);
                c
            })
            .unwrap();
        stall.edit(product, titled("第二版的杯子")).unwrap();
        let err = stall.approve(&late).unwrap_err();
        assert_eq!(err, Error::Stale { edit: late.id, base: 1, live: 2 });
        assert_eq!((err.kind(), err.code()), (Kind::Conflict, "catalog.stale_edit"));
        assert!(matches!(stall.submit(&draft), Err(Error::Stale { base: 1, live: 2, .. })));
        assert_eq!(&*db.read(|q| catalog::product(q, product)).unwrap().title, "第二版的杯子");
        // It still waits: whoever reviews it says why it does not go live.
        let id = late.id;
        let refused =
            write(db, move |tx| catalog::reject(tx, &ctx(), id, ("stale", "看看新版本"), &rules())).unwrap();
        assert_eq!((refused.reason.as_deref(), refused.note.as_deref()), (Some("stale"), Some("看看新版本")));
    });
}

#[test]
fn a_decided_edit_is_decided() {
    on_both(|db| {
        let stall = Stall::new(db);
        let shop = stall.shop;
        let (one, two, three) = (
            stall.draft(stall.cup("一号杯子", &[1])),
            stall.draft(stall.cup("二号杯子", &[1])),
            stall.draft(stall.cup("三号杯子", &[1])),
        );
        let reject = |id, reason: &'static str| {
            write(db, move |tx| catalog::reject(tx, &ctx(), id, (reason, ""), &rules()))
        };
        let withdraw = |id| write(db, move |tx| catalog::withdraw(tx, &ctx(), shop, id));
        // A draft is not the platform's to decide.
        assert!(matches!(stall.approve(&one), Err(Error::WrongStep { status: edit::Status::Draft, .. })));
        assert!(matches!(reject(one.id, "bad"), Err(Error::WrongStep { .. })));
        for waits in [&one, &two] {
            stall.submit(waits).unwrap();
        }
        assert_eq!(reject(one.id, "Bad!").unwrap_err(), Error::Reason);
        reject(one.id, "bad_picture").unwrap();
        stall.approve(&two).unwrap();
        withdraw(three.id).unwrap();
        for decided in [&one, &two, &three] {
            let content = decided.content.clone();
            let id = decided.id;
            for err in [
                stall.approve(decided).unwrap_err(),
                stall.submit(decided).unwrap_err(),
                reject(id, "again").unwrap_err(),
                withdraw(id).unwrap_err(),
                write(db, move |tx| catalog::change(tx, &ctx(), shop, (id, 2), &content, &rules()))
                    .unwrap_err(),
            ] {
                assert!(matches!(err, Error::WrongStep { .. }), "{err}");
                assert_eq!(err.kind(), Kind::Conflict);
            }
        }
        let kinds: Vec<_> =
            facts(db).iter().map(|fact| fact.spec.kind).filter(|k| k.starts_with("edit")).collect();
        assert_eq!(kinds, ["edit.submitted", "edit.submitted", "edit.rejected", "edit.approved"]);
        let nobody = new_id();
        let approve =
            move |tx: &mut Tx<'_>| catalog::approve(tx, &ctx(), Permits::default(), nobody, &rules());
        let err = write(db, approve).unwrap_err();
        assert_eq!((err.kind(), err), (Kind::NotFound, Error::NoEdit(nobody)));
        let long = "长".repeat(501);
        let id = three.id;
        let err =
            write(db, move |tx| catalog::reject(tx, &ctx(), id, ("long", &long), &rules())).unwrap_err();
        assert_eq!(err, Error::Note { most: 500 });
    });
}

#[test]
fn a_draft_is_written_on_and_nobody_writes_over_another() {
    on_both(|db| {
        let stall = Stall::new(db);
        let shop = stall.shop;
        let draft = stall.draft(stall.cup("草稿杯", &[100]));
        assert!(draft.content.skus[0].id.is_some());
        let change = |revision, title: &str| {
            let (id, mut content) = (draft.id, draft.content.clone());
            content.title = title.into();
            write(db, move |tx| catalog::change(tx, &ctx(), shop, (id, revision), &content, &rules()))
        };
        let changed = change(1, "改过的草稿杯").unwrap();
        assert_eq!((changed.revision, &*changed.content.title), (2, "改过的草稿杯"));
        assert_eq!(change(1, "盖掉别人的").unwrap_err(), Error::Moved);
        let own = db.read(|q| catalog::own(q, shop, draft.product)).unwrap();
        assert_eq!(&*own.title, "改过的草稿杯");
        // The variant keeps the id that the draft was given.
        let product = stall.approve(&stall.submit(&draft).unwrap()).unwrap().product;
        assert_eq!(Some(stall.skus(product)[0]), draft.content.skus[0].id);
    });
}

#[test]
fn a_banned_word_is_refused_with_its_place_and_a_sensitive_one_is_marked() {
    on_both(|db| {
        let stall = Stall::new(db);
        let mut bad = stall.cup("国家级玻璃杯", &[100]);
        bad.about.push("用了它，包治百病".into());
        let err = stall.submit(&stall.draft(bad)).unwrap_err();
        let Error::Banned(marks) = &err else { panic!("{err}") };
        let places: Vec<_> = marks.iter().map(|m| (&*m.field, m.from, m.to, &*m.word)).collect();
        assert_eq!(places, [("title", 0, 3, "国家级"), ("about.1", 4, 8, "包治百病")]);
        assert_eq!((err.kind(), err.code()), (Kind::Invalid, "catalog.banned_words"));
        assert!(err.to_string().contains("\"国家级\" in title"), "{err}");
        // Over a gap, or within other words, somebody looks at it.
        let gap = stall.submit(&stall.draft(stall.cup("国 家 级 玻璃杯", &[100]))).unwrap();
        let places: Vec<_> = gap.marks.iter().map(|m| (m.from, m.to, &*m.word, m.class)).collect();
        assert_eq!(places, [(0, 5, "国家级", WordClass::Sensitive)]);
        let mut careful = stall.cup("原装进口玻璃杯", &[100]);
        careful.axes[0].values[0].name = "有机绿".into();
        let edit = stall.submit(&stall.draft(careful)).unwrap();
        assert!(edit.marks.iter().all(|mark| mark.class == WordClass::Sensitive));
        let words: Vec<_> = edit.marks.iter().map(|m| (&*m.field, &*m.word)).collect();
        assert_eq!(words, [("title", "原装进口"), ("title", "进口"), ("axes.0.values.0.name", "有机")]);
        let queue = db.read(|q| catalog::review_queue(q, None, 9)).unwrap();
        assert_eq!(
            queue.iter().map(|w| (w.id, w.marked)).collect::<Vec<_>>(),
            [(gap.id, true), (edit.id, true)]
        );
    });
}

/// The rules as they are, with a review of marked edits only.
fn lenient() -> Arc<Rules> {
    let book = Book::built_in().unwrap();
    let rules = book.on("2026-11-23".parse().unwrap(), Currency::CNY).unwrap();
    Arc::new(Rules { review: Review::Marked, ..rules })
}

#[test]
fn where_only_marked_edits_are_reviewed_the_others_go_live_at_once() {
    on_both(|db| {
        let stall = Stall::new(db);
        let shop = stall.shop;
        let submit = |title: &str| {
            let id = stall.draft(stall.cup(title, &[100])).id;
            write(db, move |tx| {
                permitted(shop, |permits| catalog::submit(tx, &ctx(), (shop, permits), id, &lenient()))
            })
            .unwrap()
        };
        assert_eq!(submit("进口玻璃杯").status, edit::Status::Waiting);
        let plain = submit("玻璃杯子");
        assert_eq!((plain.status, plain.decided_by.as_deref()), (edit::Status::Approved, Some("system")));
        assert_eq!(db.read(|q| catalog::product(q, plain.product)).unwrap().version, 1);
    });
}

#[test]
fn a_word_that_was_banned_while_an_edit_waited_keeps_it_out() {
    on_both(|db| {
        let stall = Stall::new(db);
        let edit = stall.submit(&stall.draft(stall.cup("今天还行的杯子", &[100]))).unwrap();
        let word = "[[word]]\ntext = \"还行\"\nclass = \"banned\"\nwhy = { zh = \"\", en = \"\" }\nsource = \"t\"\nfrom = 2026-01-01";
        let limits = include_str!("../../../../governance/market/catalog.toml");
        let tomorrow = Arc::new(
            Book::read(limits, word).unwrap().on("2026-11-24".parse().unwrap(), Currency::CNY).unwrap(),
        );
        let id = edit.id;
        let approve = move |tx: &mut Tx<'_>| catalog::approve(tx, &ctx(), Permits::default(), id, &tomorrow);
        let err = write(db, approve).unwrap_err();
        assert!(matches!(err, Error::Banned(_)), "{err}");
        assert_eq!(stall.approve(&edit).unwrap().status, edit::Status::Approved);
    });
}

#[test]
fn an_edit_that_changes_nothing_reviewed_is_refused() {
    on_both(|db| {
        let stall = Stall::new(db);
        let product = stall.live(stall.cup("不变的杯子", &[5900]));
        let edit = stall.propose(product, stall.content(product)).unwrap();
        assert_eq!(stall.submit(&edit).unwrap_err(), Error::Unchanged);
    });
}

#[test]
fn an_edit_says_where_it_would_change_a_live_price_and_drops_none() {
    on_both(|db| {
        let stall = Stall::new(db);
        let product = stall.live(stall.cup("明码标价的杯子", &[5900]));
        let (shop, sku) = (stall.shop, stall.skus(product)[0]);
        let refused = |result: Result<_, Error>| match result {
            Err(Error::Faults(faults)) => {
                faults.into_iter().map(|fault| (fault.field.to_string(), fault.flaw)).collect::<Vec<_>>()
            }
            other => panic!("{other:?}"),
        };
        let at_once = |name: &str| (format!("skus.0.{name}"), catalog::Flaw::AtOnce);
        let mut other = stall.content(product);
        (other.skus[0].price, other.skus[0].limit) = (yuan(4900), Some(3));
        assert_eq!(refused(stall.propose(product, other)), [at_once("price"), at_once("limit")]);

        // A draft whose price somebody changed meanwhile is saved as it stands, and says the new price.
        let mut content = stall.content(product);
        content.title = "明码标价的大杯子".into();
        let edit = stall.propose(product, content.clone()).unwrap();
        let new = catalog::NewPrice { price: yuan(4500), list_price: None, limit: None };
        write(db, move |tx| catalog::set_price(tx, &ctx(), shop, product, sku, &new)).unwrap();
        let change = |content: catalog::Content, at: i64| {
            let id = edit.id;
            write(db, move |tx| catalog::change(tx, &ctx(), shop, (id, at), &content, &rules()))
        };
        let saved = change(content.clone(), edit.revision).unwrap();
        assert_eq!(saved.content.skus[0].price, yuan(4500));
        content.skus[0].price = yuan(3900);
        assert_eq!(refused(change(content, saved.revision)), [at_once("price")]);
        stall.submit(&saved).unwrap();
        stall.approve(&saved).unwrap();
        let live = db.read(|q| catalog::product(q, product)).unwrap();
        assert_eq!((&*live.title, live.skus[0].price), ("明码标价的大杯子", yuan(4500)));
    });
}

#[test]
fn a_variant_that_a_version_leaves_out_is_off_sale_and_comes_back_as_itself() {
    on_both(|db| {
        let stall = Stall::new(db);
        let product = stall.live(stall.cup("两种颜色的杯子", &[5900, 4900]));
        let skus = stall.skus(product);
        stall
            .edit(product, |content| {
                content.skus.pop();
                content.axes[0].values.pop();
            })
            .unwrap();
        assert_eq!(stall.skus(product), [skus[0]]);
        let gone = db.read(|q| catalog::offer(q, skus[1])).unwrap().unwrap();
        assert!(!gone.on_sale);
        // Back to version 1: a draft like any other, which brings the same variant back.
        let shop = stall.shop;
        let back = write(db, move |tx| catalog::roll_back(tx, &ctx(), shop, product, 1, &rules())).unwrap();
        assert_eq!((back.base, back.status), (2, edit::Status::Draft));
        stall.submit(&back).unwrap();
        stall.approve(&back).unwrap();
        assert_eq!(stall.skus(product), skus);
        assert!(db.read(|q| catalog::offer(q, skus[1])).unwrap().unwrap().on_sale);
        let page = db.read(|q| catalog::product(q, product)).unwrap();
        assert_eq!(page.version, 3);
        // The history tells each version and what it changed.
        let versions = db.read(|q| catalog::versions(q, shop, product, None, 9)).unwrap();
        assert_eq!(versions.iter().map(|v| v.version).collect::<Vec<_>>(), [3, 2, 1]);
        let fields = |i: usize| versions[i].changes.iter().map(|c| c.field.to_string()).collect::<Vec<_>>();
        assert!(fields(1).contains(&"axes.0".to_owned()), "{:?}", fields(1));
        assert!(versions[2].changes.iter().all(|change| change.before.is_none()));
        let page = db.read(|q| catalog::versions(q, shop, product, Some(3), 1)).unwrap();
        assert_eq!((page.len(), page[0].version, &page[0].changes), (1, 2, &versions[1].changes));
        let roll =
            |version| write(db, move |tx| catalog::roll_back(tx, &ctx(), shop, product, version, &rules()));
        assert_eq!(roll(3).unwrap_err(), Error::Unchanged);
        assert_eq!(roll(9).unwrap_err(), Error::NoVersion { product, version: 9 });
    });
}

#[test]
fn the_queue_is_read_in_pages_longest_waiting_first() {
    on_both(|db| {
        let stall = Stall::new(db);
        let edits: Vec<_> = (0..5).map(|n| stall.draft(stall.cup(&format!("排队{n}号"), &[100]))).collect();
        for edit in edits.iter().rev() {
            stall.submit(edit).unwrap();
        }
        let (mut after, mut seen) = (None, Vec::new());
        loop {
            let page = db.read(|q| catalog::review_queue(q, after, 2)).unwrap();
            let Some(last) = page.last() else { break };
            after = Some((last.submitted_at, last.id));
            seen.extend(page.iter().map(|waiting| waiting.id));
        }
        assert_eq!(seen, edits.iter().rev().map(|edit| edit.id).collect::<Vec<_>>());
        stall.approve(&edits[4]).unwrap();
        assert_eq!(db.read(|q| catalog::review_queue(q, None, 9)).unwrap().len(), 4);
        let mine = |status| {
            let filter = EditFilter { status, product: None };
            db.read(|q| catalog::edits_of_shop(q, stall.shop, &filter, None, 9)).unwrap().len()
        };
        assert_eq!(
            (mine(None), mine(Some(edit::Status::Waiting)), mine(Some(edit::Status::Approved))),
            (5, 4, 1)
        );
        let filter = EditFilter { status: None, product: Some(edits[0].product) };
        let of_one = db.read(|q| catalog::edits_of_shop(q, stall.shop, &filter, None, 9)).unwrap();
        assert_eq!(of_one.iter().map(|e| e.id).collect::<Vec<_>>(), [edits[0].id]);
        let rest = db
            .read(|q| catalog::edits_of_shop(q, stall.shop, &EditFilter::default(), Some(edits[2].id), 9))
            .unwrap();
        assert_eq!(rest.len(), 2);
    });
}

#[test]
fn a_product_has_only_so_many_edits_under_way() {
    on_both(|db| {
        let stall = Stall::new(db);
        let product = stall.live(stall.cup("热门的杯子", &[100]));
        let propose = |n: i64| {
            let mut content = stall.content(product);
            content.title = format!("热门的杯子{n}").as_str().into();
            stall.propose(product, content)
        };
        let drafts: Vec<_> = (0..10).map(|n| propose(n).unwrap()).collect();
        assert_eq!(propose(10).unwrap_err(), Error::Crowded { most: 10 });
        let (shop, id) = (stall.shop, drafts[0].id);
        write(db, move |tx| catalog::withdraw(tx, &ctx(), shop, id)).unwrap();
        propose(11).unwrap();
    });
}

#[test]
fn a_variant_twice_in_one_edit_is_refused() {
    on_both(|db| {
        let stall = Stall::new(db);
        let product = stall.live(stall.cup("成对的杯子", &[100, 200]));
        let mut content = stall.content(product);
        content.skus[1].id = content.skus[0].id;
        let found = faults(&stall.propose(product, content).unwrap_err());
        assert_eq!(found, [("skus.1.id".to_owned(), Flaw::Twice)]);
    });
}
