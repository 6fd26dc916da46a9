//! Every statement of the cart.

store::migration! { context: "trade", number: 2, name: "cart", sql: "
create table cart_line (
  member {blob} not null,
  sku {blob} not null,
  product {blob} not null,
  shop {blob} not null,
  quantity bigint not null check (quantity > 0),
  scene text not null,
  evidence text,
  added_at bigint not null,
  primary key (member, sku)
);
" }

store::sql! {
    /// Puts in, or adds up; nothing if there would be too many lines or units.
    pub(super) ADD = "
insert into cart_line (member, sku, product, shop, quantity, scene, evidence, added_at)
select $1, $2, $3, $4, $5, $6, $7, $8
where exists (select 1 from cart_line as l where l.member = $1 and l.sku = $2)
  or (select count(*) from cart_line as l where l.member = $1) < $9
on conflict (member, sku) do update
set quantity = cart_line.quantity + excluded.quantity,
  scene = excluded.scene,
  evidence = excluded.evidence,
  added_at = excluded.added_at
where cart_line.quantity + excluded.quantity <= $10
returning quantity";

    /// Sets how many.
    pub(super) SET = "
update cart_line
set quantity = $3
where member = $1 and sku = $2";

    /// How many there are.
    pub(super) QUANTITY = "
select quantity
from cart_line
where member = $1 and sku = $2";

    /// Takes one out.
    pub(super) REMOVE = "
delete from cart_line
where member = $1 and sku = $2";

    /// Takes up to eight out.
    pub(super) REMOVE_EIGHT = "
delete from cart_line
where member = $1
  and sku in ($2, $3, $4, $5, $6, $7, $8, $9)";

    /// All lines, last put in first.
    pub(super) LINES = "
select sku, product, shop, quantity, scene, evidence, added_at
from cart_line
where member = $1
order by added_at desc, sku
limit $2";

    /// How many lines and units.
    pub(super) COUNT = "
select count(*), cast(coalesce(sum(quantity), 0) as bigint)
from cart_line
where member = $1";
}
