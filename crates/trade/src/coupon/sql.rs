//! Every statement of coupons, and rows to values and back.

use super::model::{Guard, Issuer, Kind, NewCoupon, PRODUCTS, Scope, Segment};
use super::view::Coupon;
use crate::coupon::Class;
use kernel::{Id, Money, id, text};
use serde::{Deserialize, Serialize};
use store::{Row, StoreError};

store::migration! { context: "trade", number: 3, name: "coupons", sql: "
create table coupon_offer (
  id {blob} not null primary key,
  issuer text not null,
  document text not null,
  total bigint not null,
  claimed bigint not null check (claimed between 0 and total),
  each_member bigint not null,
  from_at bigint not null,
  until_at bigint not null,
  stopped_at bigint
);
create index coupon_offer_until on coupon_offer (until_at, id);
create index coupon_offer_issuer_until on coupon_offer (issuer, until_at, id);
create index coupon_offer_issuer on coupon_offer (issuer, id);
create table coupon_claim (
  id {blob} not null primary key,
  coupon {blob} not null,
  member {blob} not null,
  nth bigint not null,
  state text not null check (state in ('held', 'spent', 'lost')),
  claimed_at bigint not null,
  until_at bigint not null,
  purchase {blob},
  spent_at bigint,
  unique (coupon, member, nth)
);
create index coupon_claim_member on coupon_claim (member, id);
create index coupon_claim_held on coupon_claim (member, until_at, id) where state = 'held';
create index coupon_claim_purchase on coupon_claim (purchase) where purchase is not null;
" }

store::migration! { context: "trade", number: 17, name: "guarded coupons", sql: "
alter table coupon_offer add column code text;
alter table coupon_offer add column budget bigint;
alter table coupon_offer add column used bigint not null default 0;
alter table coupon_claim add column amount bigint;
create unique index coupon_offer_code on coupon_offer (code) where code is not null;
" }

store::counter! {
    /// Pieces of a coupon that are claimed.
    pub(super) PIECES: coupon_offer[id] claimed <= total;
}

store::sql! {
    /// A new coupon.
    pub(super) OFFER = "
insert into coupon_offer (id, issuer, document, total, claimed, each_member, from_at, until_at, code, budget)
values ($1, $2, $3, $4, 0, $5, $6, $7, $8, $9)";

    /// The coupon of a code.
    pub(super) OF_CODE = "
select id
from coupon_offer
where code = $1";

    /// Takes some of a budget, if so much is left.
    pub(super) USE = "
update coupon_offer
set used = used + $2
where id = $1
  and (budget is null or used + $2 <= budget)";

    /// Gives some of a budget back.
    pub(super) UNUSE = "
update coupon_offer
set used = used - $2
where id = $1
  and budget is not null";

    /// Stops one, if it is its issuer's and not stopped.
    pub(super) STOP = "
update coupon_offer
set stopped_at = $3
where id = $1 and issuer = $2
  and stopped_at is null";

    /// One coupon.
    pub(super) COUPON = "
select id, issuer, document, total, claimed, each_member, from_at, until_at, stopped_at, code, budget, used
from coupon_offer
where id = $1";

    /// What claiming needs of it; the pieces are counted apart.
    pub(super) TO_CLAIM = "
select issuer, total, each_member, from_at, until_at, stopped_at, code,
  case when budget is null or used < budget then 1 else 0 end, document
from coupon_offer
where id = $1";

    /// A page of what an issuer offers and offered, newest first.
    pub(super) OF_ISSUER = "
select id, issuer, document, total, claimed, each_member, from_at, until_at, stopped_at, code, budget, used
from coupon_offer
where issuer = $1 and id < $2
order by id desc
limit $3";

    /// A page of what is offered at a moment, what ends first first; with how many of it a member has.
    pub(super) OPEN = "
select id, issuer, document, total, claimed, each_member, from_at, until_at, stopped_at, code, budget, used,
  (select count(*) from coupon_claim as c where c.coupon = o.id and c.member = $4)
from coupon_offer as o
where (until_at, id) > ($1, $2)
  and from_at <= $3
  and stopped_at is null
  and code is null
order by until_at, id
limit $5";

    /// [`OPEN`] of one issuer.
    pub(super) OPEN_OF = "
select id, issuer, document, total, claimed, each_member, from_at, until_at, stopped_at, code, budget, used,
  (select count(*) from coupon_claim as c where c.coupon = o.id and c.member = $4)
from coupon_offer as o
where issuer = $6
  and (until_at, id) > ($1, $2)
  and from_at <= $3
  and stopped_at is null
  and code is null
order by until_at, id
limit $5";

    /// A member's next piece, if that one may have another.
    pub(super) CLAIM = "
insert into coupon_claim (id, coupon, member, nth, state, claimed_at, until_at)
select $1, $2, $3, count(*) + 1, 'held', $4, $5
from coupon_claim
where coupon = $2 and member = $3
having count(*) < $6
returning nth";

    /// Spends a claim, if it is held by this member and not over.
    pub(super) SPEND = "
update coupon_claim
set state = 'spent', purchase = $3, spent_at = $4, amount = $5
where id = $1 and member = $2
  and state = 'held'
  and until_at > $4";

    /// Gives back what a purchase spent.
    pub(super) GIVE_BACK = "
update coupon_claim
set state = case when until_at > $2 then 'held' else 'lost' end,
  purchase = case when until_at > $2 then null else purchase end,
  spent_at = case when until_at > $2 then null else spent_at end
where purchase = $1
  and state = 'spent'
returning state, coupon, amount";

    /// Gives back what a purchase spent of one issuer's.
    pub(super) GIVE_BACK_OF = "
update coupon_claim
set state = case when until_at > $2 then 'held' else 'lost' end,
  purchase = case when until_at > $2 then null else purchase end,
  spent_at = case when until_at > $2 then null else spent_at end
where purchase = $1
  and state = 'spent'
  and coupon in (select o.id from coupon_offer as o where o.issuer = $3)
returning state, coupon, amount";

    /// What a member may spend at a moment, what ends first first.
    pub(super) IN_HAND = "
select o.id, o.issuer, o.document, o.total, o.claimed, o.each_member, o.from_at, o.until_at, o.stopped_at,
  o.code, o.budget, o.used, c.id
from coupon_claim as c
join coupon_offer as o on o.id = c.coupon
where c.member = $1
  and c.state = 'held'
  and c.until_at > $2
  and (o.budget is null or o.used < o.budget)
order by c.until_at, c.id
limit $3";

    /// A page of a member's claims, newest first.
    pub(super) CLAIMS = "
select o.id, o.issuer, o.document, o.total, o.claimed, o.each_member, o.from_at, o.until_at, o.stopped_at,
  o.code, o.budget, o.used,
  c.id, c.nth, c.state, c.claimed_at, c.until_at, c.purchase
from coupon_claim as c
join coupon_offer as o on o.id = c.coupon
where c.member = $1 and c.id < $2
order by c.id desc
limit $3";

    /// [`CLAIMS`] that may be spent at a moment.
    pub(super) CLAIMS_HELD = "
select o.id, o.issuer, o.document, o.total, o.claimed, o.each_member, o.from_at, o.until_at, o.stopped_at,
  o.code, o.budget, o.used,
  c.id, c.nth, c.state, c.claimed_at, c.until_at, c.purchase
from coupon_claim as c
join coupon_offer as o on o.id = c.coupon
where c.member = $1 and c.id < $2
  and c.state = 'held' and c.until_at > $4
order by c.id desc
limit $3";

    /// [`CLAIMS`] that were spent.
    pub(super) CLAIMS_SPENT = "
select o.id, o.issuer, o.document, o.total, o.claimed, o.each_member, o.from_at, o.until_at, o.stopped_at,
  o.code, o.budget, o.used,
  c.id, c.nth, c.state, c.claimed_at, c.until_at, c.purchase
from coupon_claim as c
join coupon_offer as o on o.id = c.coupon
where c.member = $1 and c.id < $2
  and c.state = 'spent'
order by c.id desc
limit $3";

    /// [`CLAIMS`] that are over at a moment, or were given back too late.
    pub(super) CLAIMS_LOST = "
select o.id, o.issuer, o.document, o.total, o.claimed, o.each_member, o.from_at, o.until_at, o.stopped_at,
  o.code, o.budget, o.used,
  c.id, c.nth, c.state, c.claimed_at, c.until_at, c.purchase
from coupon_claim as c
join coupon_offer as o on o.id = c.coupon
where c.member = $1 and c.id < $2
  and (c.state = 'lost' or (c.state = 'held' and c.until_at <= $4))
order by c.id desc
limit $3";
}

/// What the statements never look into.
#[derive(Serialize, Deserialize)]
struct Document {
    title: Box<str>,
    kind: Kind,
    scope: Scope,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    exclusive: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    segment: Option<Segment>,
}

pub(super) fn unreadable(what: &str) -> StoreError {
    StoreError::Unreadable(format!("coupon: {what}"))
}

/// An issuer's text in the store.
pub(super) fn issuer_text(issuer: Issuer) -> String {
    match issuer {
        Issuer::Platform => "platform".to_owned(),
        Issuer::Shop(shop) => shop.to_string(),
    }
}

/// Reads an issuer's text.
pub(super) fn issuer(text: &str) -> Result<Issuer, StoreError> {
    if text == "platform" {
        return Ok(Issuer::Platform);
    }
    let shop: Id<id::Shop> = text.parse().map_err(|_| unreadable("an issuer that is none"))?;
    Ok(Issuer::Shop(shop))
}

/// The document of a new coupon.
pub(super) fn document(new: &NewCoupon, guard: &Guard) -> Result<String, StoreError> {
    let mut scope = new.scope.clone();
    if let Scope::Products(products) = &mut scope {
        products.sort_unstable();
        products.dedup();
        products.truncate(PRODUCTS);
    }
    let document = Document {
        title: text::kept(&new.title).into(),
        kind: new.kind.clone(),
        scope,
        exclusive: guard.exclusive,
        segment: guard.segment,
    };
    serde_json::to_string(&document).map_err(|_| unreadable("a document that cannot be written"))
}

fn read(text: &str) -> Result<Document, StoreError> {
    serde_json::from_str(text).map_err(|_| unreadable("a document that this program does not know"))
}

/// Who may claim the coupon of a document.
pub(super) fn segment(text: &str) -> Result<Option<Segment>, StoreError> {
    Ok(read(text)?.segment)
}

/// From the first twelve columns of [`COUPON`] and its sisters.
pub(super) fn coupon(row: &Row<'_>) -> Result<Coupon, StoreError> {
    let Document { title, kind, scope, exclusive, segment } = read(row.text(2)?)?;
    let issuer = issuer(row.text(1)?)?;
    let currency = kind.currency();
    let budget = row.maybe_int(10)?.map(|minor| Money::new(minor, currency));
    Ok(Coupon {
        code: row.maybe_text(9)?.map(Into::into),
        budget,
        used: Money::new(row.int(11)?, currency),
        id: Id::from_raw(row.id(0)?),
        issuer,
        title,
        class: Class::new(issuer, &kind),
        kind,
        scope,
        exclusive,
        segment,
        total: row.int(3)?,
        claimed: row.int(4)?,
        each: row.int(5)?,
        from: row.moment(6)?,
        until: row.moment(7)?,
        stopped: row.maybe_int(8)?.map(kernel::Moment::from_micros),
    })
}
