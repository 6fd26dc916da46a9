//! What can be read of stock.

use super::error::Error;
use super::model::{Available, Figures, Limits, Moved, Part, Reservation, StockLocation, kits};
use super::sql;
use kernel::id::{Campaign, Movement as MovementKind, Reservation as ReservationKind, Shop, Sku, Warehouse};
use kernel::{Id, Moment, RawId};
use store::{Query, Row, StoreError, Val, vals};

/// The most rows of a page.
const PAGE: i64 = 200;
/// The most places that the view of one SKU shows.
const PLACES: i64 = 500;

/// What can be sold in a place, back-orders included.
macro_rules! sells {
    () => {
        "cast(coalesce(sum(case when w.is_open = 1 and b.sells > b.taken then b.sells - b.taken else 0 end), 0) as bigint)"
    };
}

/// What of it lies there.
macro_rules! in_stock {
    () => {
        "cast(coalesce(sum(case when w.is_open = 1 and b.stocked - b.safety > b.taken
    then b.stocked - b.safety - b.taken else 0 end), 0) as bigint)"
    };
}

/// Parts of SKUs and kits of a shop, and how many of each are free.
macro_rules! availables {
    () => {
        concat!(
            "
select p.kit, p.part, p.quantity,
  ",
            sells!(),
            ",
  ",
            in_stock!(),
            "
from warehouse_part p
left join warehouse_shelf s on s.shop = p.shop and s.sku = p.part and s.campaign is null
left join warehouse_stock b on b.shelf = s.id
left join warehouse_site w on w.id = s.warehouse
where p.shop = $1"
        )
    };
}

store::sql! {
    /// A page of SKUs with their sums over all places, all of them or those whose stock is low.
    STOCKS = concat!("
select *
from (
  select k.sku, k.is_kit, k.low_at,
    (select cast(coalesce(sum(b.stocked - b.shipped), 0) as bigint)
      from warehouse_shelf s
      join warehouse_stock b on b.shelf = s.id
      where s.shop = k.shop and s.sku = k.sku) as on_hand,
    (select cast(coalesce(sum(b.taken - b.shipped), 0) as bigint)
      from warehouse_shelf s
      join warehouse_stock b on b.shelf = s.id
      where s.shop = k.shop and s.sku = k.sku) as reserved,
    (select cast(coalesce(sum(b.stocked - b.taken), 0) as bigint)
      from warehouse_shelf s
      join warehouse_stock b on b.shelf = s.id
      where s.shop = k.shop and s.sku = k.sku and s.campaign is not null) as pooled,
    (select cast(coalesce(min(x.n), 0) as bigint)
      from (
        select ", in_stock!(), "
          / p.quantity as n
        from warehouse_part p
        left join warehouse_shelf s on s.shop = p.shop and s.sku = p.part and s.campaign is null
        left join warehouse_stock b on b.shelf = s.id
        left join warehouse_site w on w.id = s.warehouse
        where p.shop = k.shop and p.kit = k.sku
        group by p.part, p.quantity
      ) x) as available,
    (select ", sells!(), "
      from warehouse_shelf s
      join warehouse_stock b on b.shelf = s.id
      join warehouse_site w on w.id = s.warehouse
      where s.shop = k.shop and s.sku = k.sku and s.campaign is null) as sells
  from warehouse_sku k
  where k.shop = $1 and k.sku > $2
) t
where $3 = 0 or available <= low_at
order by sku
limit $4");

    /// What a SKU is made of, and how many units of that can be sold.
    AVAILABLE = concat!("
select p.part, p.quantity,
  ", sells!(), ",
  ", in_stock!(), "
from warehouse_part p
left join warehouse_shelf s on s.shop = p.shop and s.sku = p.part and s.campaign is not distinct from $3
left join warehouse_stock b on b.shelf = s.id
left join warehouse_site w on w.id = s.warehouse
where p.shop = $1 and p.kit = $2
group by p.part, p.quantity
order by p.part");

    /// How much of a few SKUs and kits there is on the shelves of open warehouses, part by part. Most products have few
    /// variants, and naming twenty-four costs as much as finding a few.
    AVAILABLES_FEW = concat!(availables!(), "
  and p.kit in ($2, $3, $4, $5)
group by p.kit, p.part, p.quantity
order by p.kit, p.part");

    /// The same of more of them.
    AVAILABLES = concat!(availables!(), "
  and p.kit in ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24,
    $25)
group by p.kit, p.part, p.quantity
order by p.kit, p.part");

    /// How much of many SKUs and kits of some shops there is on the shelves of open warehouses, part by part.
    AVAILABLES_OF_SHOPS = concat!("
select p.kit, p.part, p.quantity,
  ", sells!(), ",
  ", in_stock!(), "
from warehouse_part p
left join warehouse_shelf s on s.shop = p.shop and s.sku = p.part and s.campaign is null
left join warehouse_stock b on b.shelf = s.id
left join warehouse_site w on w.id = s.warehouse
where p.shop in (
    $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
    $24)
  and p.kit in (
    $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45,
    $46, $47, $48, $49, $50, $51, $52, $53, $54, $55, $56, $57, $58, $59, $60, $61, $62, $63, $64, $65, $66,
    $67, $68, $69, $70, $71, $72, $73, $74, $75, $76, $77, $78, $79, $80, $81, $82, $83, $84, $85, $86, $87,
    $88, $89, $90, $91, $92, $93, $94, $95, $96)
group by p.kit, p.part, p.quantity
order by p.kit, p.part");

    /// The places of a SKU in the shop's order of warehouses; pools only while something is in them.
    PLACES_OF = "
select s.sku, s.warehouse, s.campaign, b.stocked, b.taken, b.shipped, b.safety, b.backorder
from warehouse_shelf s
join warehouse_stock b on b.shelf = s.id
join warehouse_site w on w.id = s.warehouse
where s.shop = $1 and s.sku = $2 and (s.campaign is null or b.stocked > b.shipped)
order by w.turn, s.warehouse, s.id
limit $3";

    /// From how many units on a SKU's stock is low.
    LOW_AT = "
select low_at, is_kit
from warehouse_sku
where shop = $1 and sku = $2";

    /// A page of the journal of a SKU, newest first.
    MOVEMENTS = "
select sku, warehouse, campaign, id, moved, quantity, reservation, reason, reference, at
from warehouse_movement
where shop = $1 and sku = $2 and id < $3
order by id desc
limit $4";

    /// A page of a shop's warehouses in its own order.
    SITES = "
select id, name, turn, is_open
from warehouse_site
where shop = $1 and (turn, id) > ($2, $3)
order by turn, id
limit $4";

    /// A page of the shops that keep stock.
    SHOPS = "
select distinct shop
from warehouse_sku
where shop > $1
order by shop
limit $2";
}

/// A warehouse of a shop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Its id.
    pub id: Id<Warehouse>,
    /// How the shop calls it.
    pub name: Box<str>,
    /// Its turn in the shop's own order: lower ones are taken from first.
    pub turn: i64,
    /// Whether anything is sold from it.
    pub is_open: bool,
}

/// The stock of a SKU in one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceStock {
    /// Where.
    pub place: StockLocation,
    /// How much.
    pub figures: Figures,
    /// What its shop says of it.
    pub limits: Limits,
}

/// The stock of a SKU.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stock {
    /// Of what.
    pub sku: Id<Sku>,
    /// What one unit is made of: itself, or the parts of the kit.
    pub parts: Vec<Part>,
    /// Whether it is a kit. A kit has no places.
    pub is_kit: bool,
    /// From how many units on its stock is low.
    pub low_at: Option<i64>,
    /// How many can be sold from the shelves of open warehouses; of a kit, how many can be made of what is there.
    pub available: i64,
    /// How many can be back-ordered beyond that.
    pub backorder: i64,
    /// Where it lies, in the shop's own order: the shelves, and the pools with something in them.
    pub places: Vec<PlaceStock>,
}

/// The stock of a SKU, for lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StockHead {
    /// Of what.
    pub sku: Id<Sku>,
    /// Whether it is a kit: then only `available` and `low_at` say something.
    pub is_kit: bool,
    /// From how many units on its stock is low.
    pub low_at: Option<i64>,
    /// Units in all places.
    pub on_hand: i64,
    /// Units in all places that are spoken for.
    pub reserved: i64,
    /// Units that can be sold, but only within a campaign.
    pub pooled: i64,
    /// Units that can be sold from the shelves of open warehouses.
    pub available: i64,
    /// Units that can be back-ordered beyond that.
    pub backorder: i64,
}

/// A line of the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movement {
    /// Its id.
    pub id: Id<MovementKind>,
    /// Where.
    pub place: StockLocation,
    /// What it did.
    pub moved: Moved,
    /// How many units; negative if a count, a correction or a pool took some out.
    pub quantity: i64,
    /// For which reservation.
    pub reservation: Option<Id<ReservationKind>>,
    /// The word of the reason.
    pub reason: Box<str>,
    /// What it was noted down with.
    pub reference: Option<Box<str>>,
    /// When.
    pub at: Moment,
}

/// Which of a place's figures is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Figure {
    /// What came in, by the movements.
    Stocked,
    /// What was ever spoken for, by the movements.
    Taken,
    /// What has left, by the movements.
    Shipped,
    /// What is spoken for, by the reservations that are held.
    Reserved,
    /// What lies in the pool of a campaign that has ended and can be sold by nobody: it should be none.
    Stranded,
}

/// A figure that is not what it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Where.
    pub place: StockLocation,
    /// Which.
    pub figure: Figure,
    /// As it is stored; absent if the row is gone.
    pub stored: Option<i64>,
    /// As it should be.
    pub rebuilt: i64,
}

fn page(limit: i64) -> i64 {
    limit.clamp(1, PAGE)
}

/// How many SKUs [`availables`] asks for in one statement, which names each.
const AT_ONCE: usize = 24;
/// Up to how many it asks for in the smaller one.
const FEW: usize = 4;

/// Before the first.
fn after<T>(id: Option<Id<T>>) -> RawId {
    id.map_or(RawId([0; 16]), Id::raw)
}

/// The stock of a SKU over all its places.
pub fn stock(q: &mut impl Query, shop: Id<Shop>, sku: Id<Sku>) -> Result<Stock, Error> {
    let head = q.one(&LOW_AT, vals![shop, sku], |row| Ok((row.maybe_int(0)?, row.int(1)? == 1)))?;
    let (low_at, is_kit) = head.ok_or(Error::NoSku(sku))?;
    let (parts, Available { in_stock, backorder }) = parts_and_available(q, shop, sku, None)?;
    let places = q.rows(&PLACES_OF, vals![shop, sku, PLACES], |row| {
        let (place, figures) = (sql::place(row, 0)?, sql::figures(row, 3)?);
        Ok(PlaceStock { place, figures, limits: sql::limits(row, 6)? })
    })?;
    Ok(Stock { sku, parts, is_kit, low_at, available: in_stock, backorder, places })
}

/// How many units of a SKU or a kit can be sold: from the shelves with what can be back-ordered, or from the pools of a campaign.
pub fn available(
    q: &mut impl Query,
    shop: Id<Shop>,
    sku: Id<Sku>,
    campaign: Option<Id<Campaign>>,
) -> Result<i64, Error> {
    Ok(parts_and_available(q, shop, sku, campaign)?.1.all())
}

/// As [`available`], of some SKUs and kits of one shop at once: one statement for every 24. What has no stock record is left
/// out. Sorted by id.
pub fn availables(
    q: &mut impl Query,
    shop: Id<Shop>,
    skus: &[Id<Sku>],
) -> Result<Vec<(Id<Sku>, i64)>, Error> {
    Ok(in_stock(q, shop, skus)?.into_iter().map(|(sku, available)| (sku, available.all())).collect())
}

/// As [`availables`], what lies there and what can be back-ordered apart.
pub fn in_stock(
    q: &mut impl Query,
    shop: Id<Shop>,
    skus: &[Id<Sku>],
) -> Result<Vec<(Id<Sku>, Available)>, Error> {
    let mut found: Vec<(Id<Sku>, Available)> = Vec::with_capacity(skus.len());
    for some in skus.chunks(AT_ONCE) {
        let mut params = [Val::from(RawId([0; 16])); AT_ONCE + 1];
        params[0] = Val::from(shop);
        for (param, sku) in params[1..].iter_mut().zip(some) {
            *param = Val::from(*sku);
        }
        let (sql, given) =
            if some.len() <= FEW { (&AVAILABLES_FEW, FEW + 1) } else { (&AVAILABLES, AT_ONCE + 1) };
        let rows =
            q.rows(sql, &params[..given], |row| Ok((Id::<Sku>::from_raw(row.id(0)?), left(row, 1)?)))?;
        for kit in rows.chunk_by(|a, b| a.0 == b.0) {
            let parts: Vec<Left> = kit.iter().map(|(_, left)| *left).collect();
            found.push((kit[0].0, of_parts(kit[0].0, &parts)));
        }
    }
    found.sort_by_key(|(sku, _)| *sku);
    Ok(found)
}

/// How many shops, and how many of their SKUs, [`sellable`] asks for in one statement.
const SHOPS_AT_ONCE: usize = 24;
const SKUS_AT_ONCE: usize = 72;

/// Which of some SKUs, each with its shop, can be sold now. One statement for every 72 of up to 24 shops.
pub fn sellable(q: &mut impl Query, skus: &[(Id<Shop>, Id<Sku>)]) -> Result<Vec<Id<Sku>>, Error> {
    let mut skus = skus.to_vec();
    skus.sort_unstable();
    let mut found = Vec::new();
    let mut rest = &skus[..];
    while let Some(first) = rest.first() {
        let mut shops: Vec<Id<Shop>> = vec![first.0];
        let mut end = 0;
        for (shop, _) in rest.iter().take(SKUS_AT_ONCE) {
            if shops.last() != Some(shop) {
                if shops.len() == SHOPS_AT_ONCE {
                    break;
                }
                shops.push(*shop);
            }
            end += 1;
        }
        let (some, more) = rest.split_at(end);
        rest = more;
        let params: [Val<'_>; SHOPS_AT_ONCE + SKUS_AT_ONCE] = std::array::from_fn(|i| match i {
            ..SHOPS_AT_ONCE => Val::from(shops[i.min(shops.len() - 1)]),
            _ => Val::from(some[(i - SHOPS_AT_ONCE).min(some.len() - 1)].1),
        });
        let rows = q.rows(&AVAILABLES_OF_SHOPS, &params, |row| {
            Ok((Id::<Sku>::from_raw(row.id(0)?), left(row, 1)?))
        })?;
        for kit in rows.chunk_by(|a, b| a.0 == b.0) {
            let parts: Vec<Left> = kit.iter().map(|(_, left)| *left).collect();
            if of_parts(kit[0].0, &parts).all() > 0 {
                found.push(kit[0].0);
            }
        }
    }
    found.sort_unstable();
    Ok(found)
}

/// A part, how many of it can be sold, and how many of these lie there.
type Left = (Part, i64, i64);

fn left(row: &Row<'_>, i: usize) -> Result<Left, StoreError> {
    let part = Part { sku: Id::from_raw(row.id(i)?), quantity: row.int(i + 1)? };
    Ok((part, row.int(i + 2)?, row.int(i + 3)?))
}

/// How many can be sold of what is made of these parts; a kit is made of what lies there alone.
fn of_parts(sku: Id<Sku>, found: &[Left]) -> Available {
    let parts: Vec<Part> = found.iter().map(|(part, ..)| *part).collect();
    let there = |part| found.iter().find(|(of, ..)| of.sku == part).map_or(0, |(.., there)| *there);
    let in_stock = kits(&parts, there);
    let backorder = match found {
        [(part, all, there)] if part.sku == sku => all - there,
        _ => 0,
    };
    Available { in_stock, backorder }
}

fn parts_and_available(
    q: &mut impl Query,
    shop: Id<Shop>,
    sku: Id<Sku>,
    campaign: Option<Id<Campaign>>,
) -> Result<(Vec<Part>, Available), Error> {
    let rows = q.rows(&AVAILABLE, vals![shop, sku, campaign], |row| left(row, 0))?;
    if rows.is_empty() {
        return Err(Error::NoSku(sku));
    }
    let available = of_parts(sku, &rows);
    Ok((rows.into_iter().map(|(part, ..)| part).collect(), available))
}

/// Up to `limit` SKUs of a shop by their ids, after the one of the page before; `low` leaves out those with enough stock.
pub fn stocks(
    q: &mut impl Query,
    shop: Id<Shop>,
    low: bool,
    last: Option<Id<Sku>>,
    limit: i64,
) -> Result<Vec<StockHead>, Error> {
    Ok(q.rows(&STOCKS, vals![shop, after(last), i64::from(low), page(limit)], |row| {
        Ok(StockHead {
            sku: Id::from_raw(row.id(0)?),
            is_kit: row.int(1)? == 1,
            low_at: row.maybe_int(2)?,
            on_hand: row.int(3)?,
            reserved: row.int(4)?,
            pooled: row.int(5)?,
            available: row.int(6)?,
            // A kit lies nowhere: nothing of it is back-ordered.
            backorder: (row.int(7)? - row.int(6)?).max(0),
        })
    })?)
}

/// Up to `limit` movements of a SKU, newest first, after the one of the page before.
pub fn movements(
    q: &mut impl Query,
    shop: Id<Shop>,
    sku: Id<Sku>,
    last: Option<Id<MovementKind>>,
    limit: i64,
) -> Result<Vec<Movement>, Error> {
    sql::is_kit(q, shop, sku)?;
    let before = last.map_or(RawId([0xff; 16]), Id::raw);
    Ok(q.rows(&MOVEMENTS, vals![shop, sku, before, page(limit)], movement)?)
}

fn movement(row: &Row<'_>) -> Result<Movement, StoreError> {
    let moved = Moved::parse(row.text(4)?)
        .ok_or_else(|| StoreError::Unreadable("warehouse_movement: an unknown kind".to_owned()))?;
    Ok(Movement {
        place: sql::place(row, 0)?,
        id: Id::from_raw(row.id(3)?),
        moved,
        quantity: row.int(5)?,
        reservation: row.maybe_id(6)?.map(Id::from_raw),
        reason: row.text(7)?.into(),
        reference: row.maybe_text(8)?.map(Into::into),
        at: row.moment(9)?,
    })
}

/// One reservation with what it keeps.
pub fn reservation(
    q: &mut impl Query,
    shop: Id<Shop>,
    id: Id<ReservationKind>,
) -> Result<Reservation, Error> {
    sql::load(q, shop, id)
}

/// Up to `limit` warehouses of a shop in its own order, after the one of the page before.
pub fn warehouses(
    q: &mut impl Query,
    shop: Id<Shop>,
    last: Option<(i64, Id<Warehouse>)>,
    limit: i64,
) -> Result<Vec<Site>, Error> {
    let turn = last.map_or(i64::MIN, |last| last.0);
    Ok(q.rows(&SITES, vals![shop, turn, after(last.map(|last| last.1)), page(limit)], |row| {
        Ok(Site {
            id: Id::from_raw(row.id(0)?),
            name: row.text(1)?.into(),
            turn: row.int(2)?,
            is_open: row.int(3)? == 1,
        })
    })?)
}

/// Up to `limit` shops that keep stock, by their ids, after the one of the page before.
pub fn shops(q: &mut impl Query, last: Option<Id<Shop>>, limit: i64) -> Result<Vec<Id<Shop>>, Error> {
    Ok(q.rows(&SHOPS, vals![after(last), page(limit)], |row| Ok(Id::from_raw(row.id(0)?)))?)
}

/// Compares the figures of a shop with its movements and its held reservations, and names what differs and where: up to
/// 200 places at once, none if all is well.
pub fn check(q: &mut impl Query, shop: Id<Shop>) -> Result<Vec<Difference>, Error> {
    let mut found = Vec::new();
    for sql::Differs { place, stored, moved, held, over } in sql::differing(q, shop, PAGE)? {
        let mut tell = |figure, stored: Option<i64>, rebuilt| {
            if stored != Some(rebuilt) {
                found.push(Difference { place, figure, stored, rebuilt });
            }
        };
        tell(Figure::Stocked, stored.map(|f| f.stocked), moved.stocked);
        tell(Figure::Taken, stored.map(|f| f.taken), moved.taken);
        tell(Figure::Shipped, stored.map(|f| f.shipped), moved.shipped);
        tell(Figure::Reserved, stored.map(Figures::reserved), held);
        if over && let Some(stored) = stored {
            tell(Figure::Stranded, Some(stored.available()), 0);
        }
    }
    Ok(found)
}
