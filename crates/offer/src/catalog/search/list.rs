//! The lists themselves. A list is led by one key, that of a shelf or of a word, and looks up the other ones for each row;
//! the statement itself picks the rarest word to lead.

use super::place::{everything, of_category, of_shop};
use super::term::words_wanted;
use crate::catalog::error::Error;
use crate::catalog::goods::GoodsKind;
use kernel::id::{Product, Shop};
use kernel::{Id, Moment, Money, RawId};
use serde::Serialize;
use std::fmt;
use std::str::FromStr;
use store::{Query, Row, Sql, StoreError, Val, vals};

/// The most cards of a page.
const PAGE: i64 = 100;
/// How many words of a search are looked at: the statements name each.
const WORDS: usize = 8;
/// How many products `cards_of` takes at once: its statement names each.
const AT_ONCE: usize = 24;

/// In which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Sort {
    /// Last put on sale first.
    #[default]
    Newest,
    /// Cheapest first.
    PriceUp,
    /// Dearest first.
    PriceDown,
}

impl Sort {
    /// As addresses of pages name it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Newest => "newest",
            Self::PriceUp => "price-up",
            Self::PriceDown => "price-down",
        }
    }
    /// The order of this word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Newest, Self::PriceUp, Self::PriceDown].into_iter().find(|sort| sort.as_str() == word)
    }
}

/// Which products.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Shelf {
    /// Of this category and everything below it, by code.
    pub category: Option<Box<str>>,
    /// Of this shop.
    pub shop: Option<Id<Shop>>,
    /// With all these words in the title. A text without any letter or digit finds nothing.
    pub text: Option<Box<str>>,
    /// In which order.
    pub sort: Sort,
}

/// Where a page ended. Written as `4250000.prd_...`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct After {
    /// When it was put on sale, or its price: what the order goes by.
    pub key: i64,
    /// Which.
    pub product: Id<Product>,
}

impl fmt::Display for After {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.key, self.product)
    }
}

impl FromStr for After {
    type Err = kernel::id::BadId;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = || kernel::id::BadId {
            text: text.chars().take(60).collect(),
            wanted: "a number, a dot and the id of a product",
        };
        let (key, product) = text.split_once('.').ok_or_else(bad)?;
        Ok(Self { key: key.parse().map_err(|_| bad())?, product: product.parse()? })
    }
}

/// A product in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Card {
    /// Which.
    pub id: Id<Product>,
    /// Whose.
    pub shop: Id<Shop>,
    /// What it is.
    pub title: Box<str>,
    /// The key of its picture, for lists.
    pub cover: Option<Box<str>>,
    /// Its lowest price.
    pub price: Money,
    /// Its highest price.
    pub price_to: Money,
    /// The list price of its cheapest variant.
    pub list_price: Option<Money>,
    /// What its lowest price may be compared with: the lowest of the days before it began, if that is higher and somebody
    /// looked for it (`strike`).
    pub struck: Option<Money>,
    /// Whether nothing of it is left, if somebody looked for it: the catalog itself keeps no stock.
    pub sold_out: bool,
    /// What sort of goods.
    pub kind: GoodsKind,
    /// Its category's code.
    pub category_code: Box<str>,
    /// Since when it is on sale.
    pub listed_at: Moment,
    /// The promise by which it ships: `ship-48h`.
    pub ship: Box<str>,
}

impl Card {
    /// Where a page ends that ends with this card.
    pub const fn after(&self, sort: Sort) -> After {
        let key = match sort {
            Sort::Newest => self.listed_at.micros(),
            Sort::PriceUp | Sort::PriceDown => self.price.minor,
        };
        After { key, product: self.id }
    }
}

/// The columns of a card.
macro_rules! card {
    () => {
        "
select p.id, p.shop, p.title, p.cover, p.price, p.price_to, p.list_price, p.currency, p.kind,
  p.category_code, p.listed_at, p.ship"
    };
}

/// That a row has a word, unless none is asked for there (null). A subquery that gives a value is looked up for each row;
/// with `exists`, PostgreSQL would read every title with the word beforehand.
macro_rules! word {
    ($word:literal) => {
        word!("", $word)
    };
    ($or:literal, $word:literal) => {
        concat!(
            "
  and (cast(",
            $word,
            " as bigint) is null",
            $or,
            " or (
    select 1 from catalog_word o where o.word = ",
            $word,
            " and o.listed_at = s.listed_at and o.product = s.product) = 1)"
        )
    };
}

/// That a row of a shelf has all words.
macro_rules! words {
    () => {
        concat!(
            word!("$6"),
            word!("$7"),
            word!("$8"),
            word!("$9"),
            word!("$10"),
            word!("$11"),
            word!("$12"),
            word!("$13")
        )
    };
}

/// That a row has all words beside the one that leads it.
macro_rules! other_words {
    () => {
        concat!(
            word!(" or s.word = $1", "$1"),
            word!(" or s.word = $6", "$6"),
            word!(" or s.word = $7", "$7"),
            word!(" or s.word = $8", "$8"),
            word!(" or s.word = $9", "$9"),
            word!(" or s.word = $10", "$10"),
            word!(" or s.word = $11", "$11"),
            word!(" or s.word = $12", "$12")
        )
    };
}

/// That a row stands in the other place too, if one is asked for.
macro_rules! other_place {
    () => {
        "
  and (cast($5 as bigint) is null or (
    select 1 from catalog_shelf o where o.place = $5 and o.listed_at = s.listed_at and o.product = s.product) = 1)"
    };
}

/// The rarest of the words: that whose 256th newest title is oldest. Any word of fewer titles is rare enough.
macro_rules! leader {
    () => {
        "
with wanted (word) as (
  select cast($1 as bigint) union all select cast($6 as bigint) union all select cast($7 as bigint)
  union all select cast($8 as bigint) union all select cast($9 as bigint) union all select cast($10 as bigint)
  union all select cast($11 as bigint) union all select cast($12 as bigint)
), leader (word) as (
  select w.word
  from wanted w
  where w.word is not null
  order by coalesce((
    select c.listed_at
    from catalog_word c
    where c.word = w.word
    order by c.listed_at desc
    limit 1 offset 255), 0), w.word
  limit 1
)"
    };
}

store::sql! {
    /// One shelf, newest first.
    BROWSE_NEWEST = concat!(card!(), "
from catalog_shelf s
join catalog_product p on p.id = s.product
where s.place = $1
  and (s.listed_at, s.product) < ($2, $3)
order by s.listed_at desc, s.product desc
limit $4");

    /// One shelf, cheapest first.
    BROWSE_UP = concat!(card!(), "
from catalog_shelf s
join catalog_product p on p.id = s.product
where s.place = $1
  and (s.price, s.product) > ($2, $3)
order by s.price, s.product
limit $4");

    /// One shelf, dearest first.
    BROWSE_DOWN = concat!(card!(), "
from catalog_shelf s
join catalog_product p on p.id = s.product
where s.place = $1
  and (s.price, s.product) < ($2, $3)
order by s.price desc, s.product desc
limit $4");

    /// A small shelf, with what must be true beside it, newest first.
    WITHIN_NEWEST = concat!(card!(), "
from catalog_shelf s
join catalog_product p on p.id = s.product
where s.place = $1
  and (s.listed_at, s.product) < ($2, $3)", other_place!(), words!(), "
order by s.listed_at desc, s.product desc
limit $4");

    /// A small shelf, with what must be true beside it, cheapest first.
    WITHIN_UP = concat!(card!(), "
from catalog_shelf s
join catalog_product p on p.id = s.product
where s.place = $1
  and (s.price, s.product) > ($2, $3)", other_place!(), words!(), "
order by s.price, s.product
limit $4");

    /// A small shelf, with what must be true beside it, dearest first.
    WITHIN_DOWN = concat!(card!(), "
from catalog_shelf s
join catalog_product p on p.id = s.product
where s.place = $1
  and (s.price, s.product) < ($2, $3)", other_place!(), words!(), "
order by s.price desc, s.product desc
limit $4");

    /// All words, newest first.
    FIND_NEWEST = concat!(leader!(), ", found (turn, product) as (
  select s.listed_at, s.product
  from catalog_word s
  where s.word = (select word from leader)
    and (s.listed_at, s.product) < ($2, $3)", other_place!(), other_words!(), "
  order by s.listed_at desc, s.product desc
  limit $4
)", card!(), "
from found f
join catalog_product p on p.id = f.product
order by f.turn desc, f.product desc");

    /// All words, cheapest first.
    FIND_UP = concat!(leader!(), ", found (turn, product) as (
  select s.price, s.product
  from catalog_word s
  where s.word = (select word from leader)
    and (s.price, s.product) > ($2, $3)", other_place!(), other_words!(), "
  order by s.price, s.product
  limit $4
)", card!(), "
from found f
join catalog_product p on p.id = f.product
order by f.turn, f.product");

    /// All words, dearest first.
    FIND_DOWN = concat!(leader!(), ", found (turn, product) as (
  select s.price, s.product
  from catalog_word s
  where s.word = (select word from leader)
    and (s.price, s.product) < ($2, $3)", other_place!(), other_words!(), "
  order by s.price desc, s.product desc
  limit $4
)", card!(), "
from found f
join catalog_product p on p.id = f.product
order by f.turn desc, f.product desc");

    /// Some products by id, those of them that are on sale.
    OF = "
select p.id, p.shop, p.title, p.cover, p.price, p.price_to, p.list_price, p.currency, p.kind,
  p.category_code, p.listed_at, p.ship
from catalog_product p
where p.id in (
    $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,
    $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)
  and p.status = 'on'";
}

fn to_card(row: &Row<'_>) -> Result<Card, StoreError> {
    let unreadable = |what: &str| StoreError::Unreadable(what.to_owned());
    let currency = row.text(7)?.parse().map_err(|_| unreadable("a product's currency"))?;
    let money = |minor| Money::new(minor, currency);
    Ok(Card {
        id: Id::from_raw(row.id(0)?),
        shop: Id::from_raw(row.id(1)?),
        title: row.text(2)?.into(),
        cover: row.maybe_text(3)?.map(Into::into),
        price: money(row.int(4)?),
        price_to: money(row.int(5)?),
        list_price: row.maybe_int(6)?.map(money),
        struck: None,
        sold_out: false,
        kind: GoodsKind::parse(row.text(8)?).ok_or_else(|| unreadable("a product's kind"))?,
        category_code: row.text(9)?.into(),
        listed_at: row.moment(10)?,
        ship: row.text(11)?.into(),
    })
}

/// A page of what is on sale. One statement.
pub fn cards(
    q: &mut impl Query,
    shelf: &Shelf,
    after: Option<After>,
    limit: i64,
) -> Result<Vec<Card>, Error> {
    let limit = limit.clamp(1, PAGE);
    let (key, product) = match (after, shelf.sort) {
        (Some(after), _) => (after.key, after.product.raw()),
        (None, Sort::PriceUp) => (i64::MIN, RawId([0; 16])),
        (None, Sort::Newest | Sort::PriceDown) => (i64::MAX, RawId([0xff; 16])),
    };
    let category = shelf.category.as_deref().map(of_category);
    let shop = shelf.shop.map(of_shop);
    let pick = |newest: &'static Sql, up: &'static Sql, down: &'static Sql| match shelf.sort {
        Sort::Newest => newest,
        Sort::PriceUp => up,
        Sort::PriceDown => down,
    };
    let words = shelf.text.as_deref().map(|text| words_wanted(text, WORDS));
    if words.as_ref().is_some_and(Vec::is_empty) {
        return Ok(Vec::new());
    }
    let word = |i: usize| words.as_ref().and_then(|words| words.get(i)).copied();
    let rest = (word(1), word(2), word(3), word(4), word(5), word(6), word(7));
    let sql = match (shop, &words) {
        (None, None) => {
            let place = category.unwrap_or_else(everything);
            let sql = pick(&BROWSE_NEWEST, &BROWSE_UP, &BROWSE_DOWN);
            return Ok(q.rows(sql, vals![place, key, product, limit], to_card)?);
        }
        (Some(shop), None) if category.is_none() => {
            let sql = pick(&BROWSE_NEWEST, &BROWSE_UP, &BROWSE_DOWN);
            return Ok(q.rows(sql, vals![shop, key, product, limit], to_card)?);
        }
        // A shop is small: its shelf leads, whatever else is asked.
        (Some(shop), _) => {
            let sql = pick(&WITHIN_NEWEST, &WITHIN_UP, &WITHIN_DOWN);
            let params = vals![
                shop,
                key,
                product,
                limit,
                category,
                rest.0,
                rest.1,
                rest.2,
                rest.3,
                rest.4,
                rest.5,
                rest.6,
                word(0)
            ];
            return Ok(q.rows(sql, params, to_card)?);
        }
        (None, Some(_)) => pick(&FIND_NEWEST, &FIND_UP, &FIND_DOWN),
    };
    let params =
        vals![word(0), key, product, limit, category, rest.0, rest.1, rest.2, rest.3, rest.4, rest.5, rest.6];
    Ok(q.rows(sql, params, to_card)?)
}

/// Cards of some products, in the order asked; what is not on sale is left out. One statement for every 24.
pub fn cards_of(q: &mut impl Query, products: &[Id<Product>]) -> Result<Vec<Card>, Error> {
    let mut found = Vec::with_capacity(products.len());
    for chunk in products.chunks(AT_ONCE) {
        let params: [Val<'_>; AT_ONCE] = std::array::from_fn(|i| Val::from(chunk[i.min(chunk.len() - 1)]));
        found.extend(q.rows(&OF, &params, to_card)?);
    }
    let turn = |card: &Card| products.iter().position(|product| *product == card.id);
    found.sort_by_key(turn);
    Ok(found)
}
