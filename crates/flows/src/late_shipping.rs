//! A shop whose orders wait past their promise gets a letter and lists no presales until they have shipped; and where the market
//! says so, it pays the buyer of each such order a compensation (`governance/market/late-shipping.toml`).
//!
//! Invariants: a timer of each paid order finds what is late, and nothing scans; an order counts once as late, and once no
//! more; the row of the shop's count makes writes about one shop follow each other; the gate opens when the last one went. An
//! order is compensated once: the shop's money, the coupon in its buyer's hand and the note are one transaction. What the shop
//! has too little for, it owes.

use crate::buy::CheckoutServices;
use crate::late_rules::{FILE, POLICY, Version};
use govern::gate::{self, By, Gate};
use kernel::fact::Minor;
use kernel::id::{Coupon as CouponKind, Order as OrderKind, Shop};
use kernel::{Ctx, Id, Moment, Money, RawId};
use ledger::{Account, Booking};
use offer::catalog::Presale;
use people::notice;
use store::timer::{self, Timer};
use store::{Failure, Keys, Query, Services, StoreError, TimerKind, Tx, vals};
use trade::coupon::{self, Guard, Issuer, Kind, NewCoupon, Scope};
use trade::order::{self, Order, Side, Status, fact};

const LATE: &str = "late_shipping.due";

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

store::migration! { context: "flows", number: 4, name: "compensations of late orders", sql: "
create table late_shipping_paid (
  id {blob} not null primary key,
  shop {blob} not null,
  coupon {blob} not null,
  currency text not null,
  amount bigint not null check (amount > 0),
  policy bigint not null,
  at bigint not null
);
" }

store::sql! {
    /// A compensation, once for an order.
    PAID = "
insert into late_shipping_paid (id, shop, coupon, currency, amount, policy, at)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (id) do nothing";

    /// The compensation of an order.
    PAID_OF = "
select coupon, currency, amount, at
from late_shipping_paid
where id = $1";

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

/// The version of the policy that counts at a moment.
fn policy_at(services: &Services, now: Moment) -> Result<Version, StoreError> {
    let services = services.get::<CheckoutServices>()?;
    let day = now.date(&services.market().zone);
    let found = services.late_shipping().iter().rfind(|version| version.effective_from <= day);
    found.cloned().ok_or_else(|| StoreError::Unreadable(format!("{FILE}: no version counts on {day}")))
}

/// An order is paid, or may go on: it has until its promise. Of one that was imported there is no order.
fn watch(tx: &mut Tx<'_>, ctx: &Ctx, services: &Services, id: Id<OrderKind>) -> Result<(), Failure> {
    match order::load(tx, Side::Platform, id) {
        Err(order::Error::NoOrder(_)) => Ok(()),
        order => look(tx, ctx, &order?, policy_at(services, ctx.now)?),
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
    if tx.exec(&ADD, vals![order.id, order.shop])? == 0 {
        return Ok(());
    }
    compensate(tx, ctx, order, &policy)?;
    if count(tx, order.shop, 1)? < policy.orders {
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

/// The shop pays its buyer what the policy says, once: its money pays for a coupon that is in the buyer's hand with it.
fn compensate(tx: &mut Tx<'_>, ctx: &Ctx, order: &Order, policy: &Version) -> Result<(), Failure> {
    let Some(compensation) = &policy.compensation else { return Ok(()) };
    let since = order.paid_at.unwrap_or(order.placed_at);
    let promised = order.ship_by.micros() - since.micros();
    let Some(amount) = compensation.amount(order.net().total, promised) else { return Ok(()) };
    let (coupon, member) = (coupon_for(tx, ctx, amount, compensation.days)?, order.member);
    let (currency, minor, number) = (amount.currency, amount.minor, policy.number);
    let params = vals![order.id, order.shop, coupon.0, currency.code(), minor, number, ctx.now];
    if tx.exec(&PAID, params)? == 0 {
        return Err(StoreError::Unreadable(format!("{} was compensated before", order.id)).into());
    }
    coupon::claim_admitted(tx, ctx, member, coupon.0, Some(&coupon.1))?;
    let payable = ledger::balance(tx, &Account::Payable(order.shop), currency)?;
    if let Some(owed) = Booking::owed(order.id, order.shop, amount, payable)? {
        ledger::book(tx, ctx, &owed)?;
    }
    ledger::book(tx, ctx, &Booking::compensation(order.id, order.shop, amount)?)?;
    tx.append(
        ctx,
        &fact::Compensated {
            at: ctx.now,
            shop: Some(order.shop),
            order: order.id,
            placed_at: order.placed_at,
            ship_by: order.ship_by,
            amount: Minor(minor),
            currency: currency.code().into(),
            coupon_id: coupon.0,
            excluded: order.excluded.clone(),
            rules: order.rules.clone(),
        },
    )?;
    Ok(())
}

/// A coupon of the platform for one member, off anything: it has a code that nobody knows, so it stands in no list.
fn coupon_for(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    amount: Money,
    days: i64,
) -> Result<(Id<CouponKind>, Box<str>), coupon::Error> {
    let word = ctx.id::<CouponKind>().raw().to_string();
    let tail: String = word.chars().rev().filter(char::is_ascii_alphanumeric).take(18).collect();
    let code: Box<str> = format!("LATE-{}", tail.to_ascii_uppercase()).into();
    let new = NewCoupon {
        issuer: Issuer::Platform,
        title: TITLE.into(),
        kind: Kind::Off { over: Money { minor: 0, ..amount }, off: amount },
        total: 1,
        each: 1,
        from: ctx.now,
        until: ctx.now.plus_days(days),
        scope: Scope::All,
    };
    let guard = Guard { code: Some(code.clone()), ..Guard::default() };
    Ok((coupon::create_guarded(tx, ctx, &new, &guard)?.id, code))
}

/// What the coupon is called, for buyers of both languages.
const TITLE: &str = "晚发赔付 Late shipment";

/// A compensation that was paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paid {
    /// How much.
    pub amount: Money,
    /// In which coupon.
    pub coupon: Id<CouponKind>,
    /// When.
    pub at: Moment,
}

/// What the shop of an order paid its buyer because it waited past its promise, if it did. Of an order that is in time nobody
/// asks.
pub fn paid_for(q: &mut impl Query, order: &Order, now: Moment) -> Result<Option<Paid>, StoreError> {
    if order.paid_at.is_none() || order.shipped_at.unwrap_or(now) < order.ship_by {
        return Ok(None);
    }
    q.one(&PAID_OF, vals![order.id], |row| {
        let currency = row.text(1)?.parse();
        let currency =
            currency.map_err(|_| StoreError::Unreadable("late_shipping_paid: a currency".to_owned()))?;
        Ok(Paid {
            coupon: Id::from_raw(row.id(0)?),
            amount: Money::new(row.int(2)?, currency),
            at: row.moment(3)?,
        })
    })
}

type Which = (Option<Id<Shop>>, Id<OrderKind>);
/// An order has shipped or is called off.
fn ended(tx: &mut Tx<'_>, ctx: &Ctx, services: &Services, (shop, id): Which) -> Result<(), Failure> {
    timer::stop(tx, timer_of(id))?;
    let Some(shop) = shop else { return Ok(()) };
    if tx.exec(&REMOVE, vals![id])? == 1 && count(tx, shop, -1)? == 0 {
        gate::open(tx, ctx, Gate::of(Presale, shop), &policy_at(services, ctx.now)?.why(), None)?;
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
