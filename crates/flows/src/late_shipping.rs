//! A shop whose orders wait past their promise gets a letter and lists no presales until they have shipped
//! (`governance/market/late-shipping.toml`).
//!
//! Invariants: a timer of each paid order finds what is late, and nothing scans; an order counts once as late, and once no
//! more; the row of the shop's count makes writes about one shop follow each other; the gate opens when the last one went.

use crate::buy::CheckoutServices;
use govern::gate::{self, By, Gate, Why};
use govern::policy::Words;
use kernel::id::{Order as OrderKind, Shop};
use kernel::{Ctx, Date, Id, Moment, RawId};
use offer::catalog::Presale;
use people::notice;
use serde::Deserialize;
use std::collections::BTreeMap;
use store::timer::{self, Timer};
use store::{Failure, Keys, Query, Services, StoreError, TimerKind, Tx, vals};
use trade::order::{self, Order, Side, Status, fact};

const LATE: &str = "late_shipping.due";
const POLICY: &str = "late-shipping";

store::migration! { context: "flows", number: 3, name: "late orders", sql: "
create table late_shipping_order (
  id {blob} not null primary key,
  shop {blob} not null
);
create table late_shipping_shop (
  shop {blob} not null primary key,
  orders bigint not null check (orders >= 0)
);
" }

store::sql! {
    /// An order is late.
    ADD = "
insert into late_shipping_order (id, shop)
values ($1, $2)
on conflict (id) do nothing";

    /// It is not any more.
    REMOVE = "
delete from late_shipping_order
where id = $1";

    /// How many are late with one more, or one less.
    COUNT = "
insert into late_shipping_shop (shop, orders)
values ($1, 1)
on conflict (shop) do update
set orders = late_shipping_shop.orders + $2
returning orders";
}

store::reaction! {
    "late_shipping.watch" since Now {
        fact::Paid => |tx, ctx, services, paid: &fact::Paid| watch(tx, ctx, services, paid.order),
        fact::Cleared => |tx, ctx, services, cleared: &fact::Cleared| watch(tx, ctx, services, cleared.order),
        fact::Shipped => |tx, ctx, services, done: &fact::Shipped| ended(tx, ctx, services, (done.shop, done.order)),
        fact::Cancelled => |tx, ctx, services, done: &fact::Cancelled| ended(tx, ctx, services, (done.shop, done.order)),
    }
}

store::declare! {
    TimerKind::new(LATE, |tx, ctx, services, id| watch(tx, ctx, services, Id::from_raw(id)))
        .keys(|_, _, id| Ok(Keys::of([order::key(Id::from_raw(id))])))
}

/// A version of the policy.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Version {
    number: i64,
    effective_from: toml::value::Datetime,
    grace_hours: i64,
    orders: i64,
    reason: Words,
    remedy: Words,
}

impl Version {
    /// The one that counts at a moment.
    fn at(services: &Services, now: Moment) -> Result<Self, StoreError> {
        let day = now.date(&services.get::<CheckoutServices>()?.market().zone);
        let bad = |what: String| StoreError::Unreadable(format!("late-shipping.toml: {what}"));
        let mut file: BTreeMap<String, Vec<Self>> =
            toml::from_str(include_str!("../../../governance/market/late-shipping.toml"))
                .map_err(|err| bad(err.to_string()))?;
        let counts = |v: &Self| v.effective_from.to_string().parse().is_ok_and(|from: Date| from <= day);
        let versions = file.remove("version").unwrap_or_default();
        versions.into_iter().rfind(counts).ok_or_else(|| bad(format!("no version counts on {day}")))
    }

    fn why(self) -> Why {
        let by = By::Policy { id: POLICY.into(), version: self.number };
        Why { by, reason: "late_shipping".into(), text: self.reason, remedy: self.remedy }
    }
}

/// An order is paid, or may go on: it has until its promise. Of one that was imported there is no order.
fn watch(tx: &mut Tx<'_>, ctx: &Ctx, services: &Services, id: Id<OrderKind>) -> Result<(), Failure> {
    match order::load(tx, Side::Platform, id) {
        Err(order::Error::NoOrder(_)) => Ok(()),
        order => look(tx, ctx, &order?, Version::at(services, ctx.now)?),
    }
}

/// The time of an order is over, or was.
fn look(tx: &mut Tx<'_>, ctx: &Ctx, order: &Order, policy: Version) -> Result<(), Failure> {
    let due_at = order.ship_by.plus_hours(policy.grace_hours);
    // What is held waits for the platform, not for its shop.
    if order.status != Status::Paid || order.held {
        return Ok(());
    }
    if due_at > ctx.now {
        let (id, subject) = (timer_of(order.id), order.id.raw());
        return Ok(timer::set(tx, &Timer { id, kind: LATE.to_owned(), subject, due_at })?);
    }
    if tx.exec(&ADD, vals![order.id, order.shop])? == 0 || count(tx, order.shop, 1)? < policy.orders {
        return Ok(());
    }
    let gate = Gate::of(Presale, order.shop);
    let is_ours = |by: &By| matches!(by, By::Policy { id, .. } if **id == *POLICY);
    if gate::standing(tx, gate, ctx.now)?.rulings.iter().any(|ruling| is_ours(&ruling.why.by)) {
        return Ok(());
    }
    gate::close(tx, ctx, gate, &policy.why(), None)?;
    Ok(notice::send(tx, ctx, order.shop, "late_shipping", &order.id.to_string())?)
}

type Which = (Option<Id<Shop>>, Id<OrderKind>);
/// An order has shipped or is called off.
fn ended(tx: &mut Tx<'_>, ctx: &Ctx, services: &Services, (shop, id): Which) -> Result<(), Failure> {
    timer::stop(tx, timer_of(id))?;
    let Some(shop) = shop else { return Ok(()) };
    if tx.exec(&REMOVE, vals![id])? == 1 && count(tx, shop, -1)? == 0 {
        gate::open(tx, ctx, Gate::of(Presale, shop), &Version::at(services, ctx.now)?.why(), None)?;
    }
    Ok(())
}

fn timer_of(id: Id<OrderKind>) -> RawId {
    RawId::of_external(Moment::from_micros(0), LATE, &[&id.to_string()])
}

/// How many orders of a shop are late, with one more or one less.
fn count(tx: &mut Tx<'_>, shop: Id<Shop>, more: i64) -> Result<i64, StoreError> {
    Ok(tx.one(&COUNT, vals![shop, more], |row| row.int(0))?.unwrap_or(0))
}
