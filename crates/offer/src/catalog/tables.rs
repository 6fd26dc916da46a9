//! The tables of the catalog.
//!
//! Two of them are made to be read in order: `catalog_shelf` has a row for each place in which a product stands (the whole
//! market, its shop, its category and each one above), `catalog_word` one for each word of its title. Both begin with a
//! number made from the place or the word, then the time, so that a page of a list is a walk along one key; a second key has
//! the price instead. On SQLite they are nothing but these keys.

store::migration! { context: "offer", number: 2, name: "promises of back-orders", sql: "
alter table catalog_sku add column backorder text;
" }

store::migration! { context: "offer", number: 1, name: "catalog", sqlite: "
create table catalog_category (
  id blob not null primary key,
  parent blob,
  code text not null unique,
  zh text not null,
  en text not null,
  turn bigint not null,
  is_open bigint not null check (is_open in (0, 1))
);
create table catalog_attribute (
  id blob not null primary key,
  category blob not null,
  category_code text not null,
  zh text not null,
  en text not null,
  kind text not null,
  is_required bigint not null check (is_required in (0, 1)),
  is_axis bigint not null check (is_axis in (0, 1)),
  turn bigint not null,
  is_open bigint not null check (is_open in (0, 1))
);
create index catalog_attribute_category on catalog_attribute (category_code, turn, id);
create table catalog_brand (
  id blob not null primary key,
  zh text not null,
  en text not null,
  is_open bigint not null check (is_open in (0, 1))
);
create table catalog_media (
  owner blob not null,
  key text not null,
  document text not null,
  at bigint not null,
  primary key (owner, key)
);
create table catalog_product (
  id blob not null primary key,
  shop blob not null,
  status text not null check (status in ('draft', 'on', 'off', 'banned')),
  version bigint not null,
  revision bigint not null,
  category_code text not null,
  kind text not null,
  title text not null,
  cover text,
  price bigint not null,
  price_to bigint not null,
  list_price bigint,
  currency text not null,
  ship text not null,
  freight_fee bigint not null,
  freight_free_from bigint,
  listings bigint not null,
  listed_at bigint,
  banned_for text,
  made_at bigint not null,
  document text not null
);
create index catalog_product_shop on catalog_product (shop, id);
create index catalog_product_status on catalog_product (shop, status, id);
create table catalog_sku (
  id blob not null primary key,
  product blob not null,
  is_live bigint not null check (is_live in (0, 1)),
  variant text not null,
  media text,
  price bigint not null check (price > 0),
  list_price bigint,
  most bigint,
  prices bigint not null
);
create index catalog_sku_product on catalog_sku (product, id);
create table catalog_price (
  sku blob not null,
  number bigint not null,
  at bigint not null,
  price bigint not null,
  list_price bigint,
  made_by text not null,
  primary key (sku, number)
) without rowid;
create table catalog_edit (
  id blob not null primary key,
  shop blob not null,
  product blob not null,
  base bigint not null,
  status text not null check (status in ('draft', 'waiting', 'approved', 'rejected', 'withdrawn')),
  revision bigint not null,
  title text not null,
  content text not null,
  marks text not null,
  is_marked bigint not null check (is_marked in (0, 1)),
  reason text,
  note text,
  made_by text not null,
  made_at bigint not null,
  submitted_at bigint,
  decided_by text,
  decided_at bigint
);
create index catalog_edit_shop on catalog_edit (shop, id);
create index catalog_edit_product on catalog_edit (product, id);
create index catalog_edit_queue on catalog_edit (submitted_at, id) where status = 'waiting';
create table catalog_version (
  product blob not null,
  version bigint not null,
  edit blob not null,
  at bigint not null,
  primary key (product, version)
);
create table catalog_shelf (
  place bigint not null,
  listed_at bigint not null,
  product blob not null,
  price bigint not null,
  primary key (place, listed_at, product)
) without rowid;
create index catalog_shelf_price on catalog_shelf (place, price, product);
create table catalog_word (
  word bigint not null,
  listed_at bigint not null,
  product blob not null,
  price bigint not null,
  primary key (word, listed_at, product)
) without rowid;
create index catalog_word_price on catalog_word (word, price, product);
create table catalog_slot (
  id blob not null primary key,
  turn bigint not null,
  from_at bigint not null,
  until_at bigint,
  document text not null
);
create index catalog_slot_turn on catalog_slot (turn, id);
",
postgres: "
create table catalog_category (
  id bytea not null primary key,
  parent bytea,
  code text collate \"C\" not null unique,
  zh text not null,
  en text not null,
  turn bigint not null,
  is_open bigint not null check (is_open in (0, 1))
);
create table catalog_attribute (
  id bytea not null primary key,
  category bytea not null,
  category_code text not null,
  zh text not null,
  en text not null,
  kind text not null,
  is_required bigint not null check (is_required in (0, 1)),
  is_axis bigint not null check (is_axis in (0, 1)),
  turn bigint not null,
  is_open bigint not null check (is_open in (0, 1))
);
create index catalog_attribute_category on catalog_attribute (category_code, turn, id);
create table catalog_brand (
  id bytea not null primary key,
  zh text not null,
  en text not null,
  is_open bigint not null check (is_open in (0, 1))
);
create table catalog_media (
  owner bytea not null,
  key text not null,
  document text not null,
  at bigint not null,
  primary key (owner, key)
);
create table catalog_product (
  id bytea not null primary key,
  shop bytea not null,
  status text not null check (status in ('draft', 'on', 'off', 'banned')),
  version bigint not null,
  revision bigint not null,
  category_code text not null,
  kind text not null,
  title text not null,
  cover text,
  price bigint not null,
  price_to bigint not null,
  list_price bigint,
  currency text not null,
  ship text not null,
  freight_fee bigint not null,
  freight_free_from bigint,
  listings bigint not null,
  listed_at bigint,
  banned_for text,
  made_at bigint not null,
  document text not null
);
create index catalog_product_shop on catalog_product (shop, id);
create index catalog_product_status on catalog_product (shop, status, id);
create table catalog_sku (
  id bytea not null primary key,
  product bytea not null,
  is_live bigint not null check (is_live in (0, 1)),
  variant text not null,
  media text,
  price bigint not null check (price > 0),
  list_price bigint,
  most bigint,
  prices bigint not null
);
create index catalog_sku_product on catalog_sku (product, id);
create table catalog_price (
  sku bytea not null,
  number bigint not null,
  at bigint not null,
  price bigint not null,
  list_price bigint,
  made_by text not null,
  primary key (sku, number)
);
create table catalog_edit (
  id bytea not null primary key,
  shop bytea not null,
  product bytea not null,
  base bigint not null,
  status text not null check (status in ('draft', 'waiting', 'approved', 'rejected', 'withdrawn')),
  revision bigint not null,
  title text not null,
  content text not null,
  marks text not null,
  is_marked bigint not null check (is_marked in (0, 1)),
  reason text,
  note text,
  made_by text not null,
  made_at bigint not null,
  submitted_at bigint,
  decided_by text,
  decided_at bigint
);
create index catalog_edit_shop on catalog_edit (shop, id);
create index catalog_edit_product on catalog_edit (product, id);
create index catalog_edit_queue on catalog_edit (submitted_at, id) where status = 'waiting';
create table catalog_version (
  product bytea not null,
  version bigint not null,
  edit bytea not null,
  at bigint not null,
  primary key (product, version)
);
create table catalog_shelf (
  place bigint not null,
  listed_at bigint not null,
  product bytea not null,
  price bigint not null,
  primary key (place, listed_at, product)
);
create index catalog_shelf_price on catalog_shelf (place, price, product);
create table catalog_word (
  word bigint not null,
  listed_at bigint not null,
  product bytea not null,
  price bigint not null,
  primary key (word, listed_at, product)
);
create index catalog_word_price on catalog_word (word, price, product, listed_at);
create table catalog_slot (
  id bytea not null primary key,
  turn bigint not null,
  from_at bigint not null,
  until_at bigint,
  document text not null
);
create index catalog_slot_turn on catalog_slot (turn, id);
" }

store::migration! { context: "offer", number: 3, name: "titles under the words of a later version", sql: "
create table catalog_reindex (
  version bigint not null primary key,
  after {blob} not null,
  done bigint not null,
  finished_at bigint
)" }
