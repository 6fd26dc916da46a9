//! Coupons of the platform and of some shops; the demo's consumer holds two.

use super::place::{Error, ctx, end, write};
use crate::history::{Plan, Sketch};
use ::store::Db;
use kernel::{Id, Money, id};
use trade::coupon::{self, Issuer, Kind, NewCoupon, Scope};

/// Makes them.
pub(super) fn make(
    db: &Db,
    plan: &Plan,
    shops: &[Sketch],
    own: usize,
    consumer: Id<id::Member>,
) -> Result<(), Error> {
    let now = end(plan);
    let money = |minor: i64| Money::new(minor, plan.currency);
    let (from, until) = (now, now.plus_days(900));
    let new = |issuer: Issuer, title: &str, kind: Kind, total: i64, scope: Scope| NewCoupon {
        issuer,
        title: title.into(),
        kind,
        total,
        each: 1,
        from,
        until,
        scope,
    };
    let off = |over: i64, off: i64| Kind::Off { over: money(over), off: money(off) };
    let mut all = vec![
        new(Issuer::Platform, "全场满 199 减 20", off(19_900, 2_000), 5_000, Scope::All),
        new(
            Issuer::Platform,
            "家居厨具九五折",
            Kind::Percent { over: money(5_000), ppm: 50_000, most: Some(money(3_000)) },
            2_000,
            Scope::Category("home".into()),
        ),
        new(
            Issuer::Platform,
            "运费券 满 39 可用",
            Kind::Freight { over: money(3_900), off: money(1_000) },
            3_000,
            Scope::All,
        ),
    ];
    for (n, shop) in shops.iter().enumerate().filter(|(n, _)| *n == own || n % 5 == 2) {
        let issuer = Issuer::Shop(shop.id);
        let (title, kind) = match n % 3 {
            0 => ("店铺满 99 减 10", off(9_900, 1_000)),
            1 => ("店铺满 158 减 18", off(15_800, 1_800)),
            _ => ("进店九折", Kind::Percent { over: money(3_000), ppm: 100_000, most: Some(money(2_000)) }),
        };
        all.push(new(issuer, title, kind, 400, Scope::All));
    }
    let plan = plan.clone();
    write(db, "demo.coupons", move |tx| {
        let ctx = ctx(&plan, now, 4, 0);
        let mut made = Vec::new();
        for new in &all {
            made.push(coupon::create(tx, &ctx, new)?.id);
        }
        for coupon in made.iter().take(2) {
            coupon::claim(tx, &ctx, consumer, *coupon)?;
        }
        Ok(())
    })
}
