//! Every statement about products and their variants.

use super::diff::diff;
use super::model::{Content, Freight};
use super::price::{NewPrice, PricePoint, Struck};
use super::view::{Offer, OwnFilter, OwnProduct, ProductView, Shown, SkuOf, SkuView, VersionView};
use crate::catalog::error::Error;
use crate::catalog::goods::GoodsKind;
use crate::catalog::product_status::Status;
use crate::catalog::search::Stand;
use crate::catalog::{parsed, written};
use crate::media::CARD;
use kernel::id::{Edit, Product, Shop, Sku};
use kernel::{Ctx, Currency, Id, Moment, Money};
use store::{Query, Row, StoreError, Tx, Val, vals};

/// How many variants `offers` takes at once: its statement names each.
const AT_ONCE: usize = 20;

/// How many products the statements of struck prices take at once.
const PRODUCTS_AT_ONCE: usize = 24;

/// Since when each live variant of some products costs what it costs now.
macro_rules! began {
    () => {
        "
with began (product, sku, price, number, at) as (
  select s.product, s.id, s.price, c.number, c.at
  from catalog_sku s
  join catalog_price c on c.sku = s.id
    and c.number = (
      select coalesce(max(o.number), 0) + 1
      from catalog_price o
      where o.sku = s.id
        and o.price <> s.price)
  where s.product in (
      $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,
      $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)
    and s.is_live = 1
)"
    };
}

store::sql! {
    /// A product that is live from its first row, or a draft of one.
    NEW = "
insert into catalog_product
  (id, shop, status, version, revision, category_code, kind, title, cover, price, price_to, list_price,
   currency, ship, freight_fee, freight_free_from, listings, listed_at, banned_for, made_at, document)
values ($1, $2, $3, $4, 1, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, null, $18, $19)";

    /// A product changes, unless somebody else was quicker.
    SAVE = "
update catalog_product
set revision = revision + 1, status = $3, version = $4, category_code = $5, kind = $6, title = $7, cover = $8,
  price = $9, price_to = $10, list_price = $11, ship = $12, freight_fee = $13, freight_free_from = $14,
  listings = $15, listed_at = $16, document = $17
where id = $1
  and revision = $2";

    /// A product comes or goes.
    MOVE = "
update catalog_product
set revision = revision + 1, status = $3, listings = $4, listed_at = $5, banned_for = $6
where id = $1
  and revision = $2";

    /// A draft that was never live is called what its latest edit calls it.
    RENAME = "
update catalog_product
set title = $3, category_code = $4, price = $5, price_to = $6
where id = $1
  and shop = $2
  and version = 0";

    /// What a command needs of a product.
    HEAD = "
select id, shop, status, version, revision, category_code, title, price, currency, listings, listed_at, document
from catalog_product
where id = $1";

    /// A product's page.
    PAGE = "
select id, shop, status, version, listed_at, document
from catalog_product
where id = $1
  and version > 0";

    /// What cart and checkout need of some variants.
    OFFERS = "
select s.id, s.product, p.shop, p.title, s.variant, s.media, s.price, s.list_price, p.currency, p.category_code,
  p.kind, p.ship, p.freight_fee, p.freight_free_from, s.most, p.version,
  case when s.is_live = 1 and p.status = 'on' then 1 else 0 end, s.backorder
from catalog_sku s
join catalog_product p on p.id = s.product
where s.id in ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)";

    /// The variants of some products that are live.
    LIVE_SKUS = "
select s.product, s.id
from catalog_sku s
where s.product in (
    $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,
    $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)
  and s.is_live = 1
order by s.product, s.id";

    /// One of a shop's products.
    OWN_ONE = "
select p.id, p.status, p.version, p.title, p.cover, p.category_code, p.price, p.price_to, p.currency, p.listed_at,
  p.made_at,
  (select count(*) from catalog_edit e where e.product = p.id and e.status in ('draft', 'waiting')),
  p.banned_for
from catalog_product p
where p.shop = $1
  and p.id = $2";

    /// A new variant.
    NEW_SKU = "
insert into catalog_sku (id, product, is_live, variant, media, price, list_price, most, prices)
values ($1, $2, 1, $3, $4, $5, $6, $7, 1)";

    /// A variant that was there changes with a version; its price stays.
    SHOW_SKU = "
update catalog_sku
set is_live = 1, variant = $3, media = $4
where id = $1
  and product = $2";

    /// The variants of a product are not live until they are named again.
    HIDE_SKUS = "
update catalog_sku
set is_live = 0
where product = $1";

    /// Every variant that a product ever had.
    SKUS = "
select id, is_live, price, list_price, most, prices
from catalog_sku
where product = $1
order by id";

    /// A variant costs something else.
    PRICE_SKU = "
update catalog_sku
set price = $3, list_price = $4, most = $5, prices = $6
where id = $1
  and product = $2";

    /// By which promise a variant of a shop ships when it is back-ordered.
    pub(super) SET_BACKORDER = "
update catalog_sku
set backorder = $3
where id = $2
  and product in (select id from catalog_product where shop = $1)";

    /// A line of a variant's history.
    PRICED = "
insert into catalog_price (sku, number, at, price, list_price, made_by)
values ($1, $2, $3, $4, $5, $6)";

    /// The prices of a variant since the one that was in force at a moment, newest first.
    HISTORY = "
select h.number, h.at, h.price, h.list_price, p.currency
from catalog_price h
join catalog_sku s on s.id = h.sku
join catalog_product p on p.id = s.product
where h.sku = $1
  and h.number >= (select coalesce(max(b.number), 0) from catalog_price b where b.sku = $1 and b.at <= $2)
  and h.number < $3
order by h.number desc
limit $4";

    /// The same for who knows the currency.
    HISTORY_IN = "
select h.number, h.at, h.price, h.list_price
from catalog_price h
where h.sku = $1
  and h.number >= (select coalesce(max(b.number), 0) from catalog_price b where b.sku = $1 and b.at <= $2)
order by h.number desc
limit $3";

    /// The lowest price of a variant that was in force at any moment from one until before another.
    LOWEST = "
select min(h.price), min(p.currency)
from catalog_price h
join catalog_sku s on s.id = h.sku
join catalog_product p on p.id = s.product
where h.sku = $1
  and h.number >= (select coalesce(max(b.number), 0) from catalog_price b where b.sku = $1 and b.at <= $2)
  and h.at < $3";

    /// The same for every live variant of a product.
    LOWEST_ALL = "
select s.id, min(h.price), min(p.currency)
from catalog_sku s
join catalog_product p on p.id = s.product
join catalog_price h on h.sku = s.id
where s.product = $1
  and s.is_live = 1
  and h.number >= (select coalesce(max(b.number), 0) from catalog_price b where b.sku = s.id and b.at <= $2)
group by s.id
order by s.id";

    /// Of some products: the live variants whose lowest price in so many microseconds before the present one began was
    /// higher. Prices that followed each other without a change count as one.
    STRUCK = concat!(began!(), "
select b.product, b.sku, min(h.price), min(p.currency)
from began b
join catalog_product p on p.id = b.product
join catalog_price h on h.sku = b.sku
where h.number < b.number
  and h.number >= (select max(f.number) from catalog_price f where f.sku = b.sku and f.at <= b.at - $25)
group by b.product, b.sku, b.price
having min(h.price) > b.price");

    /// The same for each product's variants of lowest price: the lowest such price, if all of them have one.
    STRUCK_CHEAPEST = concat!(began!(), ", prior (product, was) as (
  select b.product, (
    select min(h.price)
    from catalog_price h
    where h.sku = b.sku
      and h.number < b.number
      and h.number >= (select max(f.number) from catalog_price f where f.sku = b.sku and f.at <= b.at - $25)
      and b.price < (
        select min(l.price)
        from catalog_price l
        where l.sku = b.sku
          and l.number < b.number
          and l.number >= (select max(f.number) from catalog_price f where f.sku = b.sku and f.at <= b.at - $25)))
  from began b
  where b.price = (select min(o.price) from began o where o.product = b.product)
)
select r.product, min(r.was), min(p.currency)
from prior r
join catalog_product p on p.id = r.product
group by r.product
having count(r.was) = count(*)");

    /// A version goes into the history. What it holds stands in its edit.
    NEW_VERSION = "
insert into catalog_version (product, version, edit, at)
values ($1, $2, $3, $4)";

    /// What a version held.
    VERSION = "
select e.content
from catalog_version v
join catalog_edit e on e.id = v.edit
where v.product = $1
  and v.version = $2";

    /// A page of versions, newest first.
    VERSIONS = "
select v.version, v.edit, v.at, e.content
from catalog_version v
join catalog_edit e on e.id = v.edit
where v.product = $1
  and v.version < $2
order by v.version desc
limit $3";
}

/// What a command needs of a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Head {
    pub id: Id<Product>,
    pub shop: Id<Shop>,
    pub status: Status,
    pub version: i64,
    pub revision: i64,
    pub category_code: Box<str>,
    pub title: Box<str>,
    pub price: i64,
    pub currency: Currency,
    pub listings: i64,
    pub listed_at: Option<Moment>,
    /// Nothing before the first version.
    pub shown: Option<Shown>,
}

impl Head {
    /// As it stands on shelves, if it does.
    pub(super) fn stand(&self) -> Option<Stand<'_>> {
        let listed_at = self.listed_at.filter(|_| self.status == Status::On)?;
        let (product, shop, price) = (self.id, self.shop, self.price);
        let (category_code, title) = (&*self.category_code, &*self.title);
        Some(Stand { product, shop, category_code, title, listed_at, price })
    }
}

fn unreadable(what: &str) -> StoreError {
    StoreError::Unreadable(what.to_owned())
}

fn currency(row: &Row<'_>, i: usize) -> Result<Currency, StoreError> {
    row.text(i)?.parse().map_err(|_| unreadable("a product's currency"))
}

fn status(row: &Row<'_>, i: usize) -> Result<Status, StoreError> {
    Status::parse(row.text(i)?).ok_or_else(|| unreadable("a product's state"))
}

/// A product for a command of the platform.
pub(crate) fn lead_of(q: &mut impl Query, id: Id<Product>) -> Result<Head, Error> {
    let found = q.one(&HEAD, vals![id], |row| {
        let version = row.int(3)?;
        Ok(Head {
            id: Id::from_raw(row.id(0)?),
            shop: Id::from_raw(row.id(1)?),
            status: status(row, 2)?,
            version,
            revision: row.int(4)?,
            category_code: row.text(5)?.into(),
            title: row.text(6)?.into(),
            price: row.int(7)?,
            currency: currency(row, 8)?,
            listings: row.int(9)?,
            listed_at: row.maybe_int(10)?.map(Moment::from_micros),
            shown: if version > 0 { Some(parsed(row.text(11)?)?) } else { None },
        })
    })?;
    found.ok_or(Error::NoProduct(id))
}

/// A product for a command of its shop.
pub(crate) fn head_of_shop(q: &mut impl Query, shop: Id<Shop>, id: Id<Product>) -> Result<Head, Error> {
    let head = lead_of(q, id)?;
    if head.shop == shop { Ok(head) } else { Err(Error::NoProduct(id)) }
}

/// A product that is not live yet.
pub(crate) fn new_draft(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    (shop, id): (Id<Shop>, Id<Product>),
    (content, category_code): (&Content, &str),
    currency: Currency,
) -> Result<(), StoreError> {
    let (low, high) = span(content);
    let none = Option::<i64>::None;
    tx.exec(
        &NEW,
        vals![
            id,
            shop,
            Status::Draft.as_str(),
            0,
            category_code,
            content.kind.as_str(),
            &content.title,
            Option::<&str>::None,
            low,
            high,
            none,
            currency.code(),
            &content.ship,
            content.freight.fee.minor,
            none,
            0,
            none,
            ctx.now,
            ""
        ],
    )?;
    Ok(())
}

fn span(content: &Content) -> (i64, i64) {
    let prices = content.skus.iter().map(|sku| sku.price.minor);
    (prices.clone().min().unwrap_or(0), prices.max().unwrap_or(0))
}

/// A product that was never live is called what its latest edit calls it.
pub(crate) fn rename_draft(
    tx: &mut Tx<'_>,
    (shop, id): (Id<Shop>, Id<Product>),
    (content, category_code): (&Content, &str),
) -> Result<(), StoreError> {
    let (low, high) = span(content);
    tx.exec(&RENAME, vals![id, shop, &content.title, category_code, low, high]).map(drop)
}

/// Writes a product: the first time as a row of its own, unless a draft's row is there (`was`).
pub(super) fn save(tx: &mut Tx<'_>, ctx: &Ctx, was: Option<i64>, head: &Head) -> Result<(), Error> {
    let Some(shown) = &head.shown else { return Err(Error::NoProduct(head.id)) };
    let document = written(shown)?;
    let (low, high) = shown.prices();
    let list = shown.cheapest().and_then(|sku| sku.list_price).map(|money| money.minor);
    let cover = shown.gallery.first().map(|picture| picture.at_least(CARD));
    let (fee, free_from) = (shown.freight.fee.minor, shown.freight.free_from.map(|money| money.minor));
    match was {
        None => tx.insert(
            &NEW,
            vals![
                head.id,
                head.shop,
                head.status.as_str(),
                head.version,
                &shown.category_code,
                shown.kind.as_str(),
                &shown.title,
                cover,
                low,
                high,
                list,
                head.currency.code(),
                &shown.ship,
                fee,
                free_from,
                head.listings,
                head.listed_at,
                ctx.now,
                &document
            ],
        )?,
        Some(revision) => {
            let params = vals![
                head.id,
                revision,
                head.status.as_str(),
                head.version,
                &shown.category_code,
                shown.kind.as_str(),
                &shown.title,
                cover,
                low,
                high,
                list,
                &shown.ship,
                fee,
                free_from,
                head.listings,
                head.listed_at,
                &document
            ];
            if tx.exec(&SAVE, params)? == 0 {
                return Err(Error::Moved);
            }
        }
    }
    Ok(())
}

/// Writes that a product comes or goes.
pub(super) fn save_move(tx: &mut Tx<'_>, head: &Head, banned_for: Option<&str>) -> Result<(), Error> {
    let params =
        vals![head.id, head.revision, head.status.as_str(), head.listings, head.listed_at, banned_for];
    if tx.exec(&MOVE, params)? == 0 { Err(Error::Moved) } else { Ok(()) }
}

pub(super) fn product(q: &mut impl Query, id: Id<Product>) -> Result<Option<ProductView>, StoreError> {
    q.one(&PAGE, vals![id], |row| {
        Ok(ProductView {
            id: Id::from_raw(row.id(0)?),
            shop: Id::from_raw(row.id(1)?),
            status: status(row, 2)?,
            version: row.int(3)?,
            listed_at: row.maybe_int(4)?.map(Moment::from_micros),
            shown: parsed(row.text(5)?)?,
        })
    })
}

fn to_offer(row: &Row<'_>) -> Result<Offer, StoreError> {
    let currency = currency(row, 8)?;
    let money = |minor| Money::new(minor, currency);
    Ok(Offer {
        sku: Id::from_raw(row.id(0)?),
        product: Id::from_raw(row.id(1)?),
        shop: Id::from_raw(row.id(2)?),
        title: row.text(3)?.into(),
        variant: row.text(4)?.into(),
        media: row.maybe_text(5)?.map(Into::into),
        price: money(row.int(6)?),
        list_price: row.maybe_int(7)?.map(money),
        struck: None,
        category_code: row.text(9)?.into(),
        kind: GoodsKind::parse(row.text(10)?).ok_or_else(|| unreadable("a product's kind"))?,
        ship: row.text(11)?.into(),
        freight: Freight { fee: money(row.int(12)?), free_from: row.maybe_int(13)?.map(money) },
        limit: row.maybe_int(14)?,
        version: row.int(15)?,
        on_sale: row.int(16)? == 1,
        backorder: row.maybe_text(17)?.map(Into::into),
    })
}

/// False if the shop has no such variant.
pub(super) fn set_backorder(
    tx: &mut Tx<'_>,
    shop: Id<Shop>,
    sku: Id<Sku>,
    ship: Option<&str>,
) -> Result<bool, StoreError> {
    Ok(tx.exec(&SET_BACKORDER, vals![shop, sku, ship])? == 1)
}

/// Offers in the order asked.
pub(super) fn offers(q: &mut impl Query, skus: &[Id<Sku>]) -> Result<Vec<Offer>, StoreError> {
    let mut found = Vec::with_capacity(skus.len());
    for chunk in skus.chunks(AT_ONCE) {
        let params: [Val<'_>; AT_ONCE] = std::array::from_fn(|i| Val::from(chunk[i.min(chunk.len() - 1)]));
        found.extend(q.rows(&OFFERS, &params, to_offer)?);
    }
    if skus.len() > 1 {
        found.sort_by_key(|offer| skus.iter().position(|sku| *sku == offer.sku));
        found.dedup_by_key(|offer| offer.sku);
    }
    Ok(found)
}

/// The live variants of some products, each after its product. One statement for every 24 products.
pub fn live_skus(q: &mut impl Query, products: &[Id<Product>]) -> Result<Vec<SkuOf>, StoreError> {
    let mut found = Vec::new();
    for chunk in products.chunks(PRODUCTS_AT_ONCE) {
        let params: [Val<'_>; PRODUCTS_AT_ONCE] =
            std::array::from_fn(|i| Val::from(chunk[i.min(chunk.len() - 1)]));
        let pair = |row: &Row<'_>| Ok((Id::from_raw(row.id(0)?), Id::from_raw(row.id(1)?)));
        found.extend(q.rows(&LIVE_SKUS, &params, pair)?);
    }
    Ok(found)
}

fn to_own(row: &Row<'_>) -> Result<OwnProduct, StoreError> {
    let currency = currency(row, 8)?;
    Ok(OwnProduct {
        id: Id::from_raw(row.id(0)?),
        status: status(row, 1)?,
        version: row.int(2)?,
        title: row.text(3)?.into(),
        cover: row.maybe_text(4)?.map(Into::into),
        category_code: row.text(5)?.into(),
        price: Money::new(row.int(6)?, currency),
        price_to: Money::new(row.int(7)?, currency),
        listed_at: row.maybe_int(9)?.map(Moment::from_micros),
        made_at: row.moment(10)?,
        edits: row.int(11)?,
        banned_for: row.maybe_text(12)?.map(Into::into),
    })
}

pub(super) fn of_shop(
    q: &mut impl Query,
    shop: Id<Shop>,
    filter: &OwnFilter,
    after: Option<Id<Product>>,
    limit: i64,
) -> Result<Vec<OwnProduct>, StoreError> {
    let after = after.map_or(kernel::RawId([0xff; 16]), Id::raw);
    let patterns = filter.text.as_deref().map(patterns);
    let mut given = vec![("shop", Val::from(shop)), ("below", Val::from(after)), ("limit", Val::from(limit))];
    given.extend(filter.status.map(|status| ("status", Val::from(status.as_str()))));
    given.extend(filter.id.map(|id| ("id", Val::from(id))));
    if let Some((text, code)) = &patterns {
        given.extend([("text", Val::from(text.as_str())), ("code", Val::from(code.as_str()))]);
    }
    OWN.rows(q, &given, to_own)
}

/// What titles and the shop's own codes are compared with: a part of a title, the beginning of a code. A code stands in the
/// document behind the id of its variant.
fn patterns(text: &str) -> (String, String) {
    let escaped = |text: &str| text.replace('!', "!!").replace('%', "!%").replace('_', "!_");
    let quoted = serde_json::Value::from(text).to_string();
    let code = escaped(quoted.trim_matches('"'));
    let id = "_".repeat(ID_LETTERS);
    (format!("%{}%", escaped(text)), format!("%\"id\":\"sku!_{id}\",\"code\":\"{code}%"))
}

/// Letters of an id behind its kind.
const ID_LETTERS: usize = 26;

pub(super) fn own(
    q: &mut impl Query,
    shop: Id<Shop>,
    id: Id<Product>,
) -> Result<Option<OwnProduct>, StoreError> {
    q.one(&OWN_ONE, vals![shop, id], to_own)
}

/// A row of a variant, live or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SkuRow {
    pub id: Id<Sku>,
    pub live: bool,
    pub price: i64,
    pub list_price: Option<i64>,
    pub limit: Option<i64>,
    /// How many lines its history has.
    pub prices: i64,
}

/// Every variant that a product ever had.
pub(super) fn skus(q: &mut impl Query, product: Id<Product>) -> Result<Vec<SkuRow>, StoreError> {
    q.rows(&SKUS, vals![product], |row| {
        Ok(SkuRow {
            id: Id::from_raw(row.id(0)?),
            live: row.int(1)? == 1,
            price: row.int(2)?,
            list_price: row.maybe_int(3)?,
            limit: row.maybe_int(4)?,
            prices: row.int(5)?,
        })
    })
}

pub(super) fn hide_skus(tx: &mut Tx<'_>, product: Id<Product>) -> Result<(), StoreError> {
    tx.exec(&HIDE_SKUS, vals![product]).map(drop)
}

/// The name and the picture of a variant, as its row keeps them.
pub(super) struct Face<'a> {
    pub variant: &'a str,
    pub media: Option<&'a str>,
}

pub(super) fn new_sku(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    product: Id<Product>,
    sku: &SkuView,
    face: &Face<'_>,
) -> Result<(), StoreError> {
    let list = sku.list_price.map(|money| money.minor);
    tx.insert(&NEW_SKU, vals![sku.id, product, face.variant, face.media, sku.price.minor, list, sku.limit])?;
    priced(tx, ctx, sku.id, 1, (sku.price.minor, list))
}

pub(super) fn show_sku(
    tx: &mut Tx<'_>,
    product: Id<Product>,
    sku: Id<Sku>,
    face: &Face<'_>,
) -> Result<(), StoreError> {
    tx.exec(&SHOW_SKU, vals![sku, product, face.variant, face.media]).map(drop)
}

/// A line of the history.
fn priced(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    sku: Id<Sku>,
    number: i64,
    (price, list): (i64, Option<i64>),
) -> Result<(), StoreError> {
    tx.insert(&PRICED, vals![sku, number, ctx.now, price, list, &ctx.actor.to_string()])
}

/// Sets what a variant costs; the history gets a line if the price or the list price changes.
pub(super) fn price_sku(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    product: Id<Product>,
    row: &SkuRow,
    new: &NewPrice,
) -> Result<(), StoreError> {
    let (price, list) = (new.price.minor, new.list_price.map(|money| money.minor));
    let changes = (row.price, row.list_price) != (price, list);
    let number = row.prices + i64::from(changes);
    tx.exec(&PRICE_SKU, vals![row.id, product, price, list, new.limit, number])?;
    if changes { priced(tx, ctx, row.id, number, (price, list)) } else { Ok(()) }
}

pub(super) fn history(
    q: &mut impl Query,
    sku: Id<Sku>,
    since: Moment,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<PricePoint>, StoreError> {
    let before = before.unwrap_or(i64::MAX);
    q.rows(&HISTORY, vals![sku, since, before, limit], |row| point(row, currency(row, 4)?))
}

pub(super) fn history_in(
    q: &mut impl Query,
    sku: Id<Sku>,
    currency: Currency,
    since: Moment,
    limit: i64,
) -> Result<Vec<PricePoint>, StoreError> {
    q.rows(&HISTORY_IN, vals![sku, since, limit], |row| point(row, currency))
}

fn point(row: &Row<'_>, currency: Currency) -> Result<PricePoint, StoreError> {
    Ok(PricePoint {
        number: row.int(0)?,
        at: row.moment(1)?,
        price: Money::new(row.int(2)?, currency),
        list_price: row.maybe_int(3)?.map(|minor| Money::new(minor, currency)),
    })
}

pub(super) fn lowest(
    q: &mut impl Query,
    sku: Id<Sku>,
    since: Moment,
    until: Moment,
) -> Result<Option<Money>, StoreError> {
    let found = q.one(&LOWEST, vals![sku, since, until], |row| match row.maybe_int(0)? {
        None => Ok(None),
        Some(minor) => Ok(Some(Money::new(minor, currency(row, 1)?))),
    })?;
    Ok(found.flatten())
}

pub(super) fn lowest_all(
    q: &mut impl Query,
    product: Id<Product>,
    since: Moment,
) -> Result<Vec<(Id<Sku>, Money)>, StoreError> {
    q.rows(&LOWEST_ALL, vals![product, since], |row| {
        Ok((Id::from_raw(row.id(0)?), Money::new(row.int(1)?, currency(row, 2)?)))
    })
}

/// The parameters of a statement that names some products, with a span of time behind them.
fn products_within(chunk: &[Id<Product>], within: i64) -> [Val<'static>; PRODUCTS_AT_ONCE + 1] {
    std::array::from_fn(|i| match i {
        PRODUCTS_AT_ONCE => Val::from(within),
        _ => Val::from(chunk[i.min(chunk.len() - 1)]),
    })
}

/// Which live variants of some products were dearer before, and the lowest that they were then.
pub(super) fn struck(
    q: &mut impl Query,
    products: &[Id<Product>],
    within: i64,
) -> Result<Vec<Struck>, StoreError> {
    let mut found = Vec::new();
    for chunk in products.chunks(PRODUCTS_AT_ONCE) {
        found.extend(q.rows(&STRUCK, &products_within(chunk, within), |row| {
            let prior = Money::new(row.int(2)?, currency(row, 3)?);
            Ok(Struck { product: Id::from_raw(row.id(0)?), sku: Id::from_raw(row.id(1)?), prior })
        })?);
    }
    Ok(found)
}

/// Of which products every variant of lowest price was dearer before, and the lowest that one was then.
pub(super) fn struck_cheapest(
    q: &mut impl Query,
    products: &[Id<Product>],
    within: i64,
) -> Result<Vec<(Id<Product>, Money)>, StoreError> {
    let mut found = Vec::new();
    for chunk in products.chunks(PRODUCTS_AT_ONCE) {
        found.extend(q.rows(&STRUCK_CHEAPEST, &products_within(chunk, within), |row| {
            Ok((Id::from_raw(row.id(0)?), Money::new(row.int(1)?, currency(row, 2)?)))
        })?);
    }
    Ok(found)
}

/// A version goes into the history.
pub(crate) fn version_written(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    (product, version): (Id<Product>, i64),
    edit: Id<Edit>,
) -> Result<(), StoreError> {
    tx.insert(&NEW_VERSION, vals![product, version, edit, ctx.now])
}

/// What a version held.
pub(crate) fn content(
    q: &mut impl Query,
    product: Id<Product>,
    version: i64,
) -> Result<Option<Content>, StoreError> {
    q.one(&VERSION, vals![product, version], |row| parsed(row.text(0)?))
}

pub(super) fn versions(
    q: &mut impl Query,
    product: Id<Product>,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<VersionView>, StoreError> {
    // One more than asked for: the last one is compared with the one before it.
    let mut found = q.rows(&VERSIONS, vals![product, before.unwrap_or(i64::MAX), limit + 1], |row| {
        Ok(VersionView {
            version: row.int(0)?,
            edit: Id::from_raw(row.id(1)?),
            at: row.moment(2)?,
            content: parsed(row.text(3)?)?,
            changes: Vec::new(),
        })
    })?;
    for i in 0..found.len() {
        let before = found.get(i + 1).map(|older| &older.content);
        let changes = diff(before, &found[i].content);
        found[i].changes = changes;
    }
    found.truncate(limit as usize);
    Ok(found)
}

store::filter! {
    /// A page of a shop's products.
    OWN = "
select p.id, p.status, p.version, p.title, p.cover, p.category_code, p.price, p.price_to, p.currency, p.listed_at,
  p.made_at,
  (select count(*) from catalog_edit e where e.product = p.id and e.status in ('draft', 'waiting')),
  p.banned_for
from catalog_product p
where p.shop = :shop
  and p.id < :below";
    when status: "p.status = :status";
    when id: "p.id = :id";
    when text: "(lower(p.title) like :text escape '!' or lower(p.document) like :code escape '!')";
    then "
order by p.id desc
limit :limit";
}
