//! Draws what becomes of one order: its way until it is delivered, then what follows.

use super::after;
use super::calendar::Calendar;
use super::life::{After, HOUR, Life, MINUTE, Paid, Way};
use super::provinces::{distance, remote};
use super::rand::Dice;
use super::shops::{CARRIERS, Shop, Shops};
use kernel::Moment;

/// Draws an order's life.
pub(super) fn draw(
    calendar: &Calendar,
    shops: &Shops,
    shop: &Shop,
    day: usize,
    placed: Moment,
    dice: &mut Dice,
) -> Life {
    let ship_by = placed.plus_hours(shop.promise);
    let to = shops.buyers.draw(dice) as u8;
    let way = distance(shop.province, to);
    let mut life = Life {
        placed,
        ship_by,
        deliver_by: calendar.day_end(ship_by.plus_hours(40 + way * 3 + way / 2)),
        excluded: match dice.below(1_000) {
            0..=3 => Some("gift"),
            4..=6 => Some("lucky_bag"),
            7..=9 => Some("low_price"),
            _ => None,
        },
        paid: None,
        picked_up: None,
        delivered: None,
        cancelled: None,
        install: dice.below(100) < shop.trade().bulky,
        remote: remote(to),
        after: After::default(),
    };
    // Three in a hundred never pay; their order lapses.
    if dice.chance(30_000) {
        life.cancelled = Some(placed.plus_micros(30 * MINUTE + dice.below(23 * HOUR as u64) as i64));
        return life;
    }
    let paid = placed.plus_micros(5_000_000 + dice.skewed() * 1_800);
    life.paid = Some(Paid {
        at: paid,
        pickup_from: calendar.pickup_from(paid),
        next_day_end: calendar.next_day_end(paid),
        insured: shop.insured(if life.install { "bulky" } else { "small" }, paid),
    });
    let went = ship(&mut life, calendar, shop, day, (to, way), dice);
    after::draw(&mut life, calendar, shop, &went, dice);
    life
}

/// From the payment to the delivery.
fn ship(
    life: &mut Life,
    calendar: &Calendar,
    shop: &Shop,
    day: usize,
    (to, way): (u8, i64),
    dice: &mut Dice,
) -> Way {
    let (placed, ship_by) = (life.placed, life.ship_by);
    let paid = life.paid.map_or(placed, |paid| paid.at);
    let load = calendar.load(day);
    let mut went = Way { bad: shop.bad(day), load, late: false, stray: 0, regret: false };
    // Some change their mind at once.
    let regret = dice.chance(shop.cancel).then(|| paid.plus_micros(10 * MINUTE + dice.skewed() * 72_000));
    let late = dice.chance(shop.late(day, load));
    went.late = late;
    let pick_up = if late {
        // Lateness has a long tail.
        ship_by.plus_micros(HOUR + dice.skewed() * 250_000)
    } else {
        let room = (ship_by.micros() - paid.micros() - 10 * MINUTE).max(HOUR);
        let (least, more) = if shop.promise < 48 { (50, 450) } else { (150, 800) };
        let share = least + dice.skewed() * more / 1_000_000;
        let at = paid.plus_micros(room / 1_000 * share);
        let moved = calendar.working_hours(at, day, dice);
        if moved <= ship_by { moved } else { at }
    };
    // One in ten that is late is never sent: the buyer gives up.
    if late && dice.below(10) == 0 {
        life.cancelled = Some(ship_by.plus_micros(6 * HOUR + dice.skewed() * 300_000));
        return went;
    }
    if let Some(regret) = regret {
        life.cancelled = Some(regret);
        // Rarely the parcel was already on its way, or leaves all the same.
        if pick_up >= regret && dice.below(25) != 0 {
            went.regret = true;
            return went;
        }
    }
    let lane = calendar.day_end(pick_up.plus_hours(27 + way * 36 / 10));
    life.picked_up = Some((pick_up, lane));
    let carrier =
        if dice.below(4) == 0 { dice.below(CARRIERS.len() as u64) } else { u64::from(shop.carrier) };
    let (still, speed, stray) = CARRIERS[carrier as usize];
    let sent = day as u32 + ((pick_up.micros() - placed.micros()) / (24 * HOUR)) as u32;
    let storm = calendar.storm(sent, shop.province, to);
    let jam = i64::from(load.saturating_sub(100)) * 8 / 100;
    let hours = still + way * speed / 10 + jam + storm;
    went.stray = if dice.chance(stray) { dice.between(48, 240) } else { 0 };
    if life.cancelled.is_some() {
        // Sent back.
        return went;
    }
    if dice.chance(1_500) {
        // Lost: some wait on, others give up.
        went.stray = 200;
        life.cancelled = (dice.below(2) == 0).then(|| lane.plus_micros(dice.between(8, 200) * HOUR));
        return went;
    }
    life.delivered = Some(pick_up.plus_micros((hours + went.stray) * HOUR + dice.skewed() * 108_000));
    went
}
