//! Putting a product on its shelves and under its words, and taking it down.

use super::term::{number, words_of};
use crate::catalog::category::line_of;
use kernel::id::{Product, Shop};
use kernel::{Id, Moment, RawId};
use store::{StoreError, Tx, vals};

store::sql! {
    /// Stands in a place.
    PUT_SHELF = "
insert into catalog_shelf (place, listed_at, product, price)
values ($1, $2, $3, $4)";

    /// Stands under a word.
    PUT_WORD = "
insert into catalog_word (word, listed_at, product, price)
values ($1, $2, $3, $4)";

    /// Stands under a word, also if it did already.
    KEEP_WORD = "
insert into catalog_word (word, listed_at, product, price)
values ($1, $2, $3, $4)
on conflict (word, listed_at, product) do nothing";

    /// Stands in a place no more.
    TAKE_SHELF = "
delete from catalog_shelf
where place = $1 and listed_at = $2 and product = $3";

    /// Stands under a word no more.
    TAKE_WORD = "
delete from catalog_word
where word = $1 and listed_at = $2 and product = $3";

    /// Its price in a place.
    PRICE_SHELF = "
update catalog_shelf
set price = $4
where place = $1 and listed_at = $2 and product = $3";

    /// Its price under a word.
    PRICE_WORD = "
update catalog_word
set price = $4
where word = $1 and listed_at = $2 and product = $3";
}

/// The number of the whole market.
pub(super) fn everything() -> i64 {
    number(b'*', &[])
}
/// The number of a shop's shelf.
pub(super) fn of_shop(shop: Id<Shop>) -> i64 {
    number(b's', shop.raw().bytes())
}
/// The number of a category's shelf, on which everything below it stands too.
pub(super) fn of_category(code: &str) -> i64 {
    number(b'c', code.as_bytes())
}

/// A product as it stands on shelves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stand<'a> {
    /// Which.
    pub product: Id<Product>,
    /// Whose.
    pub shop: Id<Shop>,
    /// Where in the tree.
    pub category_code: &'a str,
    /// What it is called.
    pub title: &'a str,
    /// Since when it is on sale.
    pub listed_at: Moment,
    /// Its lowest price.
    pub price: i64,
}

impl Stand<'_> {
    fn places(&self) -> Vec<i64> {
        let mut places = vec![everything(), of_shop(self.shop)];
        places.extend(line_of(self.category_code).into_iter().map(of_category));
        places
    }
}

/// Puts it up everywhere.
pub(crate) fn put_up(tx: &mut Tx<'_>, stand: &Stand<'_>) -> Result<(), StoreError> {
    let Stand { product, listed_at, price, .. } = *stand;
    for place in stand.places() {
        tx.insert(&PUT_SHELF, vals![place, listed_at, product, price])?;
    }
    for word in words_of(stand.title) {
        tx.insert(&PUT_WORD, vals![word, listed_at, product, price])?;
    }
    Ok(())
}

/// Puts a product that is on sale under the words of its title where it does not stand yet: which, since when, for how much.
pub(super) fn put_under(
    tx: &mut Tx<'_>,
    title: &str,
    (product, listed_at, price): (RawId, Moment, i64),
) -> Result<(), StoreError> {
    for word in words_of(title) {
        tx.insert(&KEEP_WORD, vals![word, listed_at, product, price])?;
    }
    Ok(())
}

/// Takes it down from where it stood.
pub(crate) fn take_down(tx: &mut Tx<'_>, stand: &Stand<'_>) -> Result<(), StoreError> {
    let Stand { product, listed_at, .. } = *stand;
    for place in stand.places() {
        tx.exec(&TAKE_SHELF, vals![place, listed_at, product])?;
    }
    for word in words_of(stand.title) {
        tx.exec(&TAKE_WORD, vals![word, listed_at, product])?;
    }
    Ok(())
}

/// Gives it another price where it stands.
pub(crate) fn set_price(tx: &mut Tx<'_>, stand: &Stand<'_>) -> Result<(), StoreError> {
    let Stand { product, listed_at, price, .. } = *stand;
    for place in stand.places() {
        tx.exec(&PRICE_SHELF, vals![place, listed_at, product, price])?;
    }
    for word in words_of(stand.title) {
        tx.exec(&PRICE_WORD, vals![word, listed_at, product, price])?;
    }
    Ok(())
}
