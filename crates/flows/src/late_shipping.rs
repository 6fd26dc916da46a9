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
use store::timer::{self, Timer};
use store::{Failure, Keys, Query, Services, StoreError, TimerKind, Tx, vals};
use toml::Spanned;
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

/// What a market's folder calls a policy of its own, which stands in for the one that was built in.
pub const FILE: &str = "late-shipping.toml";

/// The policy as it was built in.
const MARKET: &str = include_str!("../../../governance/market/late-shipping.toml");

/// The most hours of grace, and the most orders at which the gate closes.
const MOST: (i64, i64) = (8_784, 1_000_000);

/// A version of the policy.
#[derive(Debug, Clone)]
pub struct Version {
    /// Its number.
    pub number: i64,
    /// From which local day on it counts.
    pub effective_from: Date,
    /// For how many hours past its promise an order may wait before it counts.
    pub grace_hours: i64,
    /// At how many such orders the gate to presales closes.
    pub orders: i64,
    reason: Words,
    remedy: Words,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: Vec<Spanned<Row>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    number: i64,
    effective_from: toml::value::Datetime,
    grace_hours: i64,
    orders: i64,
    reason: Words,
    remedy: Words,
}

/// Reads a file of the policy: versions in their order, each with a number and a day of its own. An error says which line and
/// what is wrong.
pub fn read(text: &str) -> Result<Vec<Version>, String> {
    let line = |at: usize| text.bytes().take(at).filter(|b| *b == b'\n').count() + 1;
    let file: File = toml::from_str(text).map_err(|err| {
        format!("line {}: {}", line(err.span().map_or(0, |span| span.start)), err.message())
    })?;
    let mut all: Vec<Version> = Vec::new();
    for row in file.version {
        let at = line(row.span().start);
        let Row { number, effective_from, grace_hours, orders, reason, remedy } = row.into_inner();
        let bad = |what: &str| Err(format!("line {at}: {what}"));
        let Ok(from) = effective_from.to_string().parse::<Date>() else {
            return bad("effective_from is no day: write for example 2026-07-01");
        };
        if all.last().is_some_and(|before| before.number >= number || before.effective_from >= from) {
            return bad("a version has a higher number and a later day than the one before it");
        }
        if !(0..=MOST.0).contains(&grace_hours) {
            return bad("grace_hours has to be between 0 and 8784");
        }
        if !(1..=MOST.1).contains(&orders) {
            return bad("orders has to be between 1 and 1000000");
        }
        all.push(Version { number, effective_from: from, grace_hours, orders, reason, remedy });
    }
    if all.is_empty() { Err("there is no version: write [[version]]".to_owned()) } else { Ok(all) }
}

/// The policy as it was built in.
pub fn built_in() -> Result<Vec<Version>, String> {
    read(MARKET)
}

impl Version {
    /// The one that counts at a moment.
    fn at(services: &Services, now: Moment) -> Result<Self, StoreError> {
        let services = services.get::<CheckoutServices>()?;
        let day = now.date(&services.market().zone);
        let found = services.late_shipping().iter().rfind(|version| version.effective_from <= day);
        found.cloned().ok_or_else(|| StoreError::Unreadable(format!("{FILE}: no version counts on {day}")))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_in_versions_and_what_is_wrong_is_told_with_its_line() {
        assert_eq!(built_in().unwrap().len(), 1);
        let version = |number: i64, from: &str, orders: i64| {
            format!(
                "[[version]]\nnumber = {number}\neffective_from = {from}\ngrace_hours = 0\norders = {orders}\n\
                 reason = {{ zh = \"晚\", en = \"late\" }}\nremedy = {{ zh = \"发\", en = \"ship\" }}\n"
            )
        };
        let two = read(&format!("{}{}", version(1, "2016-01-01", 1), version(2, "2026-01-01", 3))).unwrap();
        assert_eq!(two.iter().map(|one| one.orders).collect::<Vec<_>>(), [1, 3]);
        for (text, said) in [
            (version(1, "2016-01-01", 0), "line 1: orders has"),
            (version(1, "12:00:00", 1), "line 1: effective_from is no day"),
            (format!("{}{}", version(1, "2016-01-01", 1), version(2, "2016-01-01", 1)), "line 8: a version"),
            (version(1, "2016-01-01", 1).replace("orders", "order"), "line 5: unknown field"),
            ("version = []".to_owned(), "there is no version"),
        ] {
            let err = read(&text).unwrap_err();
            assert!(err.starts_with(said), "{err}");
        }
    }
}
