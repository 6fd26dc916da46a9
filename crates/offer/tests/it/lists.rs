//! Lists and search: what stands where, in which order, page by page, compared with a plain walk over all products.

use crate::{NOW, Stall, add_category, ctx_at, new_id, write};
use kernel::id::Product;
use kernel::{Id, Moment};
use offer::catalog::{self, After, Card, Content, Error, Shelf, Sort};
use testkit::db::on_both;

const SORTS: [Sort; 3] = [Sort::Newest, Sort::PriceUp, Sort::PriceDown];

/// Puts products up at a moment each, two of them always at the same one.
fn publish(stall: &Stall, contents: Vec<Content>) -> Vec<Id<Product>> {
    let mut made = Vec::new();
    for (n, pair) in contents.chunks(2).enumerate() {
        let when = NOW.plus_hours(n as i64);
        made.extend(crate::publish(&stall.db, stall.shop, when, pair.to_vec()).unwrap());
    }
    made
}

fn walk(stall: &Stall, shelf: &Shelf, size: i64) -> Vec<Card> {
    let (mut after, mut all) = (None, Vec::new());
    loop {
        let page = stall.db.read(|q| catalog::cards(q, shelf, after, size)).unwrap();
        assert!(page.len() as i64 <= size);
        let Some(last) = page.last() else { return all };
        // As it travels in an address.
        after = Some(last.after(shelf.sort).to_string().parse::<After>().unwrap());
        all.extend(page);
    }
}

#[test]
fn every_list_is_what_a_plain_walk_finds_in_every_order_and_page_size() {
    on_both(|db| {
        let stall = Stall::new(db);
        let other = stall.beside();
        let mugs = add_category(db, "home.cups.mugs", "马克杯");
        let food = db.read(|q| catalog::category(q, "food")).unwrap();
        let titles =
            ["双层玻璃杯", "大号马克杯 Mug 350ml", "玻璃茶杯", "绿茶 春茶", "mug 红色 玻璃", "不锈钢保温杯"];
        let mut words = Vec::new();
        for (shop, who) in [&stall, &other].into_iter().enumerate() {
            let contents: Vec<_> = (0..12)
                .map(|n| {
                    let title = titles[(n + shop) % titles.len()];
                    let price = 100 + (n as i64 * 37) % 5 * 100;
                    let mut content = who.cup(title, &[price, price + 50]);
                    match n % 3 {
                        0 => content.category = mugs.id,
                        1 => {
                            content.category = food.id;
                            content.attributes.clear();
                        }
                        _ => {}
                    }
                    content
                })
                .collect();
            words.extend(publish(who, contents));
        }
        let everything = walk(&stall, &Shelf::default(), 100);
        assert_eq!(everything.len(), 24);
        let has = |card: &Card, text: &str| {
            let title = card.title.to_lowercase();
            text.to_lowercase().split(' ').all(|word| title.contains(word))
        };
        let below = |card: &Card, code: &str| {
            *card.category_code == *code || card.category_code.starts_with(&format!("{code}."))
        };
        for category in
            [None, Some("home"), Some("home.cups"), Some("home.cups.mugs"), Some("food"), Some("x")]
        {
            for shop in [None, Some(stall.shop), Some(other.shop), Some(new_id())] {
                for text in [
                    None,
                    Some("玻璃"),
                    Some("杯"),
                    Some("mug"),
                    Some("玻璃 MUG"),
                    Some("350 ml"),
                    Some("没有"),
                ] {
                    for sort in SORTS {
                        let shelf = Shelf {
                            category: category.map(Into::into),
                            shop,
                            text: text.map(Into::into),
                            sort,
                        };
                        let mut expected: Vec<_> = everything
                            .iter()
                            .filter(|card| category.is_none_or(|code| below(card, code)))
                            .filter(|card| shop.is_none_or(|shop| card.shop == shop))
                            .filter(|card| {
                                text.is_none_or(|text| has(card, &text.replace("350 ml", "350ml")))
                            })
                            .cloned()
                            .collect();
                        expected.sort_by_key(|card| {
                            let after = card.after(sort);
                            (after.key, after.product)
                        });
                        if sort != Sort::PriceUp {
                            expected.reverse();
                        }
                        for size in [5, 100] {
                            assert_eq!(walk(&stall, &shelf, size), expected, "{shelf:?}");
                        }
                    }
                }
            }
        }
    });
}

#[test]
fn a_text_without_words_finds_nothing() {
    on_both(|db| {
        let stall = Stall::new(db);
        stall.live(stall.cup("杯子", &[100]));
        for text in ["", " ", "！？", "--"] {
            let shelf = Shelf { text: Some(text.into()), ..Default::default() };
            assert_eq!(db.read(|q| catalog::cards(q, &shelf, None, 9)).unwrap(), [], "{text}");
        }
    });
}

#[test]
fn a_product_that_moves_in_the_tree_or_is_renamed_stands_where_it_belongs() {
    on_both(|db| {
        let stall = Stall::new(db);
        let product = stall.live(stall.cup("搬家的杯子", &[100]));
        let food = db.read(|q| catalog::category(q, "food")).unwrap();
        let count = |category: Option<&str>, text: Option<&str>| {
            let shelf = Shelf {
                category: category.map(Into::into),
                text: text.map(Into::into),
                ..Default::default()
            };
            db.read(|q| catalog::cards(q, &shelf, None, 9)).unwrap().len()
        };
        assert_eq!(
            (count(Some("home"), None), count(Some("food"), None), count(None, Some("搬家"))),
            (1, 0, 1)
        );
        let listed = db.read(|q| catalog::product(q, product)).unwrap().listed_at;
        stall
            .edit(product, |content| {
                content.category = food.id;
                content.attributes.clear();
                content.title = "安家的杯子".into();
            })
            .unwrap();
        assert_eq!((count(Some("home"), None), count(Some("food"), None)), (0, 1));
        assert_eq!((count(None, Some("搬家")), count(None, Some("安家")), count(None, None)), (0, 1, 1));
        assert_eq!(db.read(|q| catalog::product(q, product)).unwrap().listed_at, listed);
    });
}

#[test]
fn cards_of_products_come_in_the_order_asked_without_those_off_sale() {
    on_both(|db| {
        let stall = Stall::new(db);
        let made = publish(&stall, (0..30).map(|n| stall.cup(&format!("杯子{n}号"), &[100])).collect());
        let (shop, gone) = (stall.shop, made[7]);
        write(db, move |tx| catalog::take_off(tx, &ctx_at(NOW), shop, gone)).unwrap();
        let mut asked: Vec<_> = made.iter().rev().copied().collect();
        asked.push(new_id());
        let found = db.read(|q| catalog::cards_of(q, &asked)).unwrap();
        let expected: Vec<_> = made.iter().rev().copied().filter(|id| *id != gone).collect();
        assert_eq!(found.iter().map(|card| card.id).collect::<Vec<_>>(), expected);
    });
}

#[test]
fn a_place_in_a_list_that_is_none_is_refused() {
    for bad in ["", "5", "5.", "x.prd_00000000000000000000000000", "5.shp_00000000000000000000000000"] {
        assert!(bad.parse::<After>().is_err(), "{bad}");
    }
    for sort in SORTS {
        assert_eq!(Sort::parse(sort.as_str()), Some(sort));
    }
    assert_eq!(Sort::parse("best"), None);
}

#[test]
fn products_made_in_bulk_are_checked_like_any_other_and_all_or_none() {
    on_both(|db| {
        let stall = Stall::new(db);
        let shop = stall.shop;
        let many = vec![stall.cup("杯子", &[100]); 201];
        let err = crate::publish(db, shop, NOW, many).unwrap_err();
        assert_eq!(err, Error::TooMany { most: 200 });
        let mut spoilt = vec![stall.cup("好杯子", &[100]), stall.cup("全网第一的杯子", &[100])];
        let err = crate::publish(db, shop, NOW, spoilt.clone()).unwrap_err();
        assert!(matches!(err, Error::Banned(_)), "{err}");
        assert_eq!(db.read(|q| catalog::of_shop(q, shop, None, None, 9)).unwrap(), []);
        spoilt.pop();
        let made = crate::publish(db, shop, NOW, spoilt).unwrap();
        // It has its version, its edit and its first price like one that went the whole way.
        let versions = db.read(|q| catalog::versions(q, shop, made[0], None, 9)).unwrap();
        let edit = db.read(|q| catalog::edit(q, versions[0].edit)).unwrap();
        assert_eq!((versions.len(), edit.product, edit.status.as_str()), (1, made[0], "approved"));
        let sku = stall.skus(made[0])[0];
        let history = db.read(|q| catalog::price_history(q, sku, Moment::MIN, None, 9)).unwrap();
        assert_eq!(history.len(), 1);
        stall.edit(made[0], |content| content.title = "更好的杯子".into()).unwrap();
    });
}

#[test]
fn a_page_a_list_and_an_offer_are_one_statement_each() {
    on_both(|db| {
        let stall = Stall::new(db);
        let product = stall.live(stall.cup("一句话的杯子", &[100, 200, 300]));
        let skus = stall.skus(product);
        let cost = |what: &dyn Fn()| {
            let before = db.statements();
            what();
            db.statements() - before
        };
        assert_eq!(cost(&|| drop(db.read(|q| catalog::product(q, product)).unwrap())), 1);
        assert_eq!(cost(&|| drop(db.read(|q| catalog::offer(q, skus[0])).unwrap())), 1);
        assert_eq!(cost(&|| drop(db.read(|q| catalog::offers(q, &skus)).unwrap())), 1);
        assert_eq!(cost(&|| drop(db.read(|q| catalog::cards_of(q, &[product])).unwrap())), 1);
        assert_eq!(cost(&|| drop(db.read(|q| catalog::lowest_prices(q, product, NOW)).unwrap())), 1);
        assert_eq!(cost(&|| drop(db.read(|q| catalog::slots(q, NOW)).unwrap())), 1);
        for (category, shop, text) in [
            (None, None, None),
            (Some("home"), None, None),
            (Some("home"), Some(stall.shop), None),
            (Some("home"), Some(stall.shop), Some("杯子")),
            (None, None, Some("一句话的杯子")),
        ] {
            for sort in SORTS {
                let shelf =
                    Shelf { category: category.map(Into::into), shop, text: text.map(Into::into), sort };
                let list = || {
                    let found = db.read(|q| catalog::cards(q, &shelf, None, 24)).unwrap();
                    assert_eq!(found.len(), 1, "{shelf:?}");
                };
                assert_eq!(cost(&list), 1, "{shelf:?}");
            }
        }
    });
}

store::sql! {
    /// What a program left that put titles under other words.
    CLEAR_WORDS = "delete from catalog_word where product = $1";
}

#[test]
fn titles_of_an_earlier_version_are_found_once_they_are_put_under_the_words_of_today() {
    on_both(|db| {
        let stall = Stall::new(db);
        let contents = (0..130).map(|n| stall.cup(&format!("陶瓷馬克杯 No{n}x"), &[100 + n])).collect();
        let made = publish(&stall, contents);
        let gone = made[5];
        let shop = stall.shop;
        let old = made.clone();
        write(db, move |tx| {
            for product in &old {
                tx.exec(&CLEAR_WORDS, store::vals![*product])?;
            }
            Ok(())
        })
        .unwrap();
        let search = |text: &str| Shelf { text: Some(text.into()), ..Shelf::default() };
        assert_eq!(walk(&stall, &search("马克杯"), 100), []);
        let step = |db: &store::Db| {
            write(db, |tx| Ok(catalog::reindex(tx, NOW)?)).map(|step| (step.done, step.finished_at)).unwrap()
        };
        assert_eq!(step(db), (100, None));
        assert_eq!(walk(&stall, &search("马克杯"), 100).len(), 100);
        assert_eq!(step(db), (130, None));
        assert_eq!(step(db), (130, Some(NOW)));
        assert_eq!(step(db), (130, Some(NOW)));
        for text in ["马克杯", "馬克杯", "陶瓷"] {
            assert_eq!(walk(&stall, &search(text), 100).len(), 130, "{text}");
        }
        // A product is taken down from all of its words.
        write(db, move |tx| catalog::take_off(tx, &crate::ctx(), shop, gone)).unwrap();
        for text in ["马克杯", "馬克杯"] {
            assert!(walk(&stall, &search(text), 100).iter().all(|card| card.id != gone), "{text}");
        }
        assert_eq!(db.read(|q| catalog::reindexed(q)).unwrap().done, 130);
    });
}
