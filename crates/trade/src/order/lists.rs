//! The lists of orders. They differ in what drives them, and the rest of their clauses is written so that no planner takes it
//! for a way in (`coalesce(status, '')`): which way is best is known here, and need not be guessed.

use super::sql::columns;

/// Whether an order has a line of a product: a value and not `exists`, which SQLite would make a join and lead with; by `seq`,
/// which stands in the index that leads, so that no row is read for nothing.
macro_rules! has_product {
    () => {
        "(select 1 from order_product p where p.shop = :shop and p.product = :product and p.id = o.seq) = 1"
    };
}

store::filter! {
    /// A member's orders.
    pub(super) OF_MEMBER = concat!(columns!(), "
from order_head o
where o.member = :member
  and o.seq < :below and o.seq >= :from");
    when status: "coalesce(o.status, '') = :status";
    then "
order by o.seq desc
limit :limit";
}

store::filter! {
    /// Orders of a shop.
    pub(super) OF_SHOP = concat!(columns!(), "
from order_head o
where o.shop = :shop
  and o.seq < :below and o.seq >= :from");
    then "
order by o.seq desc
limit :limit";
}

store::filter! {
    /// The order of a shop with a number.
    pub(super) OF_SHOP_BY_ORDER = concat!(columns!(), "
from order_head o
where o.shop = :shop
  and o.id = :order
  and o.id < :below and o.id >= :from");
    when status: "coalesce(o.status, '') = :status";
    when overdue: "o.ship_by + 0 < :now and o.held + 0 = 0";
    when noted: "o.noted + 0 = 1";
    when number: "coalesce(o.number, '') = :number";
    when product: has_product!();
    then "
order by o.id desc
limit :limit";
}

store::filter! {
    /// Orders of a shop by the carrier's number.
    pub(super) OF_SHOP_BY_NUMBER = concat!(columns!(), "
from order_head o
where o.shop = :shop
  and o.number = :number
  and o.seq < :below and o.seq >= :from");
    when status: "coalesce(o.status, '') = :status";
    when overdue: "o.ship_by < :now and o.held + 0 = 0";
    when noted: "coalesce(o.noted, 0) = 1";
    when product: has_product!();
    then "
order by o.seq desc
limit :limit";
}

store::filter! {
    /// Orders of a shop with notes.
    pub(super) OF_SHOP_NOTED = concat!(columns!(), "
from order_head o
where o.shop = :shop
  and o.noted = 1
  and o.seq < :below and o.seq >= :from");
    when product: has_product!();
    then "
order by o.seq desc
limit :limit";
}

store::filter! {
    /// Orders of a shop with notes, by their status.
    pub(super) OF_SHOP_NOTED_BY_STATUS = concat!(columns!(), "
from order_head o
where o.shop = :shop
  and o.noted = 1
  and o.status = :status
  and o.seq < :below and o.seq >= :from");
    when overdue: "o.ship_by < :now and o.held + 0 = 0";
    when product: has_product!();
    then "
order by o.seq desc
limit :limit";
}

store::filter! {
    /// Orders of a shop by their status.
    pub(super) OF_SHOP_BY_STATUS = concat!(columns!(), "
from order_head o
where o.shop = :shop
  and o.status = :status
  and o.seq < :below and o.seq >= :from");
    when overdue: "o.ship_by < :now and o.held + 0 = 0";
    when product: has_product!();
    then "
order by o.seq desc
limit :limit";
}

store::filter! {
    /// Orders of a shop by a product. Whether one has a status is asked of the index of statuses, where a shop's orders of one
    /// stand side by side, before its row is read.
    pub(super) OF_SHOP_BY_PRODUCT = concat!(columns!(), "
from order_product p
join order_head o on o.id = p.id
where p.shop = :shop
  and p.product = :product
  and p.id < :below and p.id >= :from");
    when status: "(select 1 from order_head h where h.shop = p.shop and h.status = :status and h.seq = p.id) = 1";
    then "
order by p.id desc
limit :limit";
}

store::filter! {
    /// Orders of all shops.
    pub(super) OF_PLATFORM = concat!(columns!(), "
from order_head o
where o.id < :below and o.id >= :from");
    then "
order by o.id desc
limit :limit";
}

store::filter! {
    /// Orders that wait for a person, of all shops: they are few.
    pub(super) OF_PLATFORM_HELD = concat!(columns!(), "
from order_head o
where o.held = 1
  and o.seq < :below and o.seq >= :from");
    when status: "coalesce(o.status, '') = :status";
    when shop: "coalesce(o.shop, o.id) = :shop";
    then "
order by o.seq desc
limit :limit";
}

store::filter! {
    /// Orders of all shops by their status.
    pub(super) OF_PLATFORM_BY_STATUS = concat!(columns!(), "
from order_head o
where o.status = :status
  and o.seq < :below and o.seq >= :from");
    then "
order by o.seq desc
limit :limit";
}
