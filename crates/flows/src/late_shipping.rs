//! A shop whose orders wait past their promise gets a letter and lists no presales until they have shipped; and where the market
//! says so, it pays the buyer of each such order a compensation (`governance/market/late-shipping.toml`).
//!
//! Invariants: a timer of each paid order finds what is late, and nothing scans; an order counts once as late, and once no
//! more; the row of the shop's count makes writes about one shop follow each other; the gate opens when the last one went. An
//! order is compensated once: the shop's money, the coupon in its buyer's hand and the note are one transaction. What the shop
//! has too little for, it owes.

use crate::buy::CheckoutServices;
use govern::gate::{self, By, Gate, Why};
use govern::policy::Words;
use kernel::fact::Minor;
use kernel::id::{Coupon as CouponKind, Order as OrderKind, Shop};
use kernel::{Ctx, Currency, Date, Id, Moment, Money, RawId};
use ledger::{Account, Booking};
use offer::catalog::Presale;
use people::notice;
use serde::Deserialize;
use store::timer::{self, Timer};
use store::{Failure, Keys, Query, Services, StoreError, TimerKind, Tx, vals};
use toml::Spanned;
use trade::coupon::{self, Guard, Issuer, Kind, NewCoupon, Scope};
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
    /// What the shop pays the buyer of each; none: nothing.
    pub compensation: Option<Compensation>,
    reason: Words,
    remedy: Words,
}

/// What a shop pays its buyer for an order that waits past its promise: a share of what was paid, in a coupon of the mall for
/// anything.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Compensation {
    /// Which share of what was paid, in parts per million.
    pub ppm: i64,
    /// At least so much, in minor units.
    pub least: i64,
    /// At most so much, in minor units.
    pub most: i64,
    /// In which currency these are; orders in another one are not compensated.
    pub currency: Currency,
    /// It is rounded half up to a multiple of so many minor units, before the two bounds.
    pub round_to: i64,
    /// Orders that were promised to ship within so many hours of their payment, or sooner, are not compensated.
    pub over_hours: i64,
    /// For how many days the coupon may be spent.
    pub days: i64,
    /// Where the figures come from.
    pub source: Box<str>,
}

impl Compensation {
    /// What is wrong with it, if anything is.
    fn wrong(&self) -> Option<&'static str> {
        if !(1..=1_000_000).contains(&self.ppm) {
            return Some("compensation.ppm has to be between 1 and 1000000");
        }
        if self.least < 1 || self.most < self.least || self.most > ledger::MOST {
            return Some("compensation.least has to be more than nothing, and most no less than that");
        }
        if self.round_to < 1 || !(0..=MOST.0).contains(&self.over_hours) || !(1..=366).contains(&self.days) {
            return Some("compensation: round_to is at least 1, over_hours 0 to 8784, days 1 to 366");
        }
        self.source.trim().is_empty().then_some("compensation.source has to say where the figures come from")
    }

    /// What is paid for an order of which so much was paid, and which was promised to ship within so many microseconds of
    /// that; none if nothing is. Never more than was paid.
    fn amount(&self, paid: Money, promised: i64) -> Option<Money> {
        if paid.currency != self.currency || promised <= self.over_hours * HOUR {
            return None;
        }
        let exact = i128::from(paid.minor) * i128::from(self.ppm);
        let step = i128::from(self.round_to) * 1_000_000;
        let rounded = (exact + step / 2) / step * i128::from(self.round_to);
        let minor = i64::try_from(rounded).ok()?.clamp(self.least, self.most).min(paid.minor);
        (minor > 0).then_some(Money { minor, ..paid })
    }
}

/// An hour in microseconds.
const HOUR: i64 = 3_600_000_000;

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
    compensation: Option<Compensation>,
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
        let Row { number, effective_from, grace_hours, orders, compensation, reason, remedy } =
            row.into_inner();
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
        if let Some(what) = compensation.as_ref().and_then(Compensation::wrong) {
            return bad(what);
        }
        all.push(Version { number, effective_from: from, grace_hours, orders, compensation, reason, remedy });
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
        let compensation = |ppm: i64, least: i64, most: i64| {
            format!(
                "[version.compensation]\nppm = {ppm}\nleast = {least}\nmost = {most}\ncurrency = \"CNY\"\n\
                 round_to = 100\nover_hours = 48\ndays = 30\nsource = \"a test\"\n"
            )
        };
        let two = read(&format!("{}{}", version(1, "2016-01-01", 1), version(2, "2026-01-01", 3))).unwrap();
        assert_eq!(two.iter().map(|one| one.orders).collect::<Vec<_>>(), [1, 3]);
        for (text, said) in [
            (version(1, "2016-01-01", 0), "line 1: orders has"),
            (version(1, "12:00:00", 1), "line 1: effective_from is no day"),
            (format!("{}{}", version(1, "2016-01-01", 1), version(2, "2016-01-01", 1)), "line 8: a version"),
            (version(1, "2016-01-01", 1).replace("orders", "order"), "line 5: unknown field"),
            (
                format!("{}{}", version(1, "2016-01-01", 1), compensation(0, 200, 5_000)),
                "line 1: compensation.ppm",
            ),
            (
                format!("{}{}", version(1, "2016-01-01", 1), compensation(1, 0, 5_000)),
                "line 1: compensation.least",
            ),
            (
                format!("{}{}", version(1, "2016-01-01", 1), compensation(1, 200, 199)),
                "line 1: compensation.least",
            ),
            ("version = []".to_owned(), "there is no version"),
        ] {
            let err = read(&text).unwrap_err();
            assert!(err.starts_with(said), "{err}");
        }
    }

    #[test]
    fn a_compensation_is_a_share_between_its_bounds_and_never_more_than_was_paid() {
        let one = built_in().unwrap().remove(0).compensation.unwrap();
        let yuan = |minor| Money::new(minor, Currency::CNY);
        let of = |paid: i64, hours: i64| one.amount(yuan(paid), hours * HOUR).map(|amount| amount.minor);
        // Of 150.00, 1 % is 1.50: rounded half up to whole yuan.
        for (paid, hours, amount) in [
            (15_000, 72, Some(200)),
            (35_000, 72, Some(400)),
            (34_900, 72, Some(300)),
            (1_000_000, 72, Some(5_000)),
            (5_000, 72, Some(200)),
            (150, 72, Some(150)),
            (15_000, 48, None),
        ] {
            assert_eq!(of(paid, hours), amount, "{paid} {hours}");
        }
        assert_eq!(one.amount(Money::new(15_000, Currency::BRL), 72 * HOUR), None);
    }
}
