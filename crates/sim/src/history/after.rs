//! What buyers say and claim about an order, and what the platform finds: by the hidden quality of the shop, by how the
//! way went, and a little by chance.

use super::calendar::Calendar;
use super::life::{After, Chat, Claim, HOUR, Life, MINUTE, Refund, Violation, Way};
use super::rand::Dice;
use super::shops::Shop;
use kernel::Moment;

/// Draws all that follows the way of an order that was paid.
pub(super) fn draw(life: &mut Life, calendar: &Calendar, shop: &Shop, went: &Way, dice: &mut Dice) {
    let Some(paid) = life.paid.map(|paid| paid.at) else { return };
    let mut after = After::default();
    claim(&mut after, life, paid, shop, went, dice);
    review_claim(&mut after, calendar, went, dice);
    chats(&mut after, life, paid, calendar, went, dice);
    find(&mut after, life, went, dice);
    escalate(&mut after, paid, went, dice);
    complain(&mut after, paid, went, dice);
    voices(&mut after, life, shop, went, dice);
    violate(&mut after, paid, went, dice);
    void(&mut after, life, went, dice);
    life.after = after;
}

/// How many of a million, rising with how bad a shop is.
fn ppm(base: u32, by: u32, bad: u32) -> u32 {
    base + by * bad
}

fn claim(after: &mut After, life: &Life, paid: Moment, shop: &Shop, went: &Way, dice: &mut Dice) {
    let trade = shop.trade();
    if life.delivered.is_none() {
        // Who cancels mostly asks for the money first: for having changed their mind, or for having waited in vain.
        let Some(cancelled) = life.cancelled else { return };
        if dice.below(10) < 7 {
            let reason = if cancelled < life.ship_by { "no_reason" } else { "logistics" };
            let at = Moment::from_micros(cancelled.micros() - MINUTE).max(paid);
            let sent = life.picked_up.is_some_and(|(picked_up, _)| picked_up <= at);
            after.claims[0] =
                Some(Claim { at, way: if sent { "refund_shipped" } else { "refund_unshipped" }, reason });
        }
        return;
    }
    let Some(((picked_up, _), delivered)) = life.picked_up.zip(life.delivered) else { return };
    let overdue = delivered > life.deliver_by;
    let quality = ppm(4_000, 400, went.bad) * trade.quality / 100;
    let damage = ppm(1_500, 140, went.bad) * trade.damage / 100;
    let logistics = ppm(300, 40, went.bad) + if overdue { 45_000 } else { 0 };
    let wrong = ppm(300, 70, went.bad);
    let other = ppm(1_000, 30, went.bad);
    let mut draw = dice.below(1_000_000) as u32;
    let reasons = [
        ("quality", quality),
        ("damage", damage),
        ("logistics", logistics),
        ("wrong_item", wrong),
        ("no_reason", trade.no_reason),
        ("other", other),
    ];
    let Some((reason, _)) = reasons.into_iter().find(|(_, ppm)| {
        let hit = draw < *ppm;
        draw = draw.wrapping_sub(*ppm);
        hit
    }) else {
        return;
    };
    // Who waits too long asks before the parcel comes, and a few do anyway.
    let early = match reason {
        "logistics" => dice.below(10) < 6,
        "no_reason" | "other" | "quality" => dice.below(20) == 0,
        _ => false,
    };
    let (at, way) = if early {
        let span = (delivered.micros() - picked_up.micros()).max(HOUR) as u64;
        (picked_up.plus_micros(dice.below(span) as i64), "refund_shipped")
    } else {
        let way =
            if reason == "no_reason" || dice.below(3) == 0 { "return_refund" } else { "refund_shipped" };
        (delivered.plus_micros(20 * MINUTE + dice.skewed() * 430_000), way)
    };
    after.claims[0] = Some(Claim { at, way, reason });
    if dice.below(25) == 0 {
        let at = at.plus_micros(5 * HOUR + dice.skewed() * 200_000);
        let reason = if reason == "quality" { "other" } else { "quality" };
        after.claims[1] = Some(Claim { at, way: "return_refund", reason });
    }
}

/// The shop reviews the first claim, quickly or not, and mostly grants it.
fn review_claim(after: &mut After, calendar: &Calendar, went: &Way, dice: &mut Dice) {
    let Some(claim) = after.claims[0] else { return };
    let review_from = calendar.review_from(claim.at);
    if claim.way == "refund_unshipped" {
        // Nothing to look at: the money goes back by itself.
        after.refund = Some(Refund { at: claim.at.plus_micros(40_000_000), review_from, reviewed: claim.at });
        return;
    }
    if dice.chance(ppm(30_000, 2_600, went.bad)) {
        return;
    }
    let hours = 2 + i64::from(went.bad) * i64::from(went.bad) / 130;
    let reviewed = review_from.plus_micros(10 * MINUTE + dice.skewed() * hours * 7_200);
    let back = if claim.way == "return_refund" { dice.between(40, 150) * HOUR } else { MINUTE };
    after.refund = Some(Refund { at: reviewed.plus_micros(back), review_from, reviewed });
}

fn chats(after: &mut After, life: &Life, paid: Moment, calendar: &Calendar, went: &Way, dice: &mut Dice) {
    let mut next = 0;
    let mut add = |after: &mut After, began: Moment, about: bool, dice: &mut Dice| {
        if let Some(slot) = after.chats.get_mut(next) {
            *slot = Some(chat(began, about, calendar, went, dice));
            next += 1;
        }
    };
    // A question soon after paying, or at the same hour of one of the next days.
    if dice.chance(ppm(185_000, 1_200, went.bad)) {
        let days = if dice.below(5) < 3 { 0 } else { dice.between(1, 3) };
        let began = paid.plus_micros(days * 24 * HOUR + 30_000_000 + dice.skewed() * 7_200);
        after.asked = Some(began);
        add(after, began, true, dice);
        if dice.below(6) == 0 {
            add(after, began.plus_micros(dice.between(2, 60) * HOUR), true, dice);
        }
    }
    // Most who claim something have asked the shop before.
    if let Some(claim) = after.claims[0].filter(|_| life.picked_up.is_some())
        && dice.below(10) < 6
    {
        let began = Moment::from_micros(claim.at.micros() - dice.between(5, 900) * MINUTE);
        if began > paid {
            after.asked = Some(after.asked.map_or(began, |asked| asked.min(began)));
            add(after, began, true, dice);
        }
    }
    // Others talk to the shop about nothing they have bought.
    if dice.below(25) == 0 {
        add(after, paid.plus_micros(HOUR + dice.skewed() * 14_400), false, dice);
    }
}

fn chat(began: Moment, about: bool, calendar: &Calendar, went: &Way, dice: &mut Dice) -> Chat {
    let human = dice.below(20) < 17;
    let in_hours = calendar.in_hours(began);
    let busy = i64::from(went.load.max(100) - 100);
    let bad = i64::from(went.bad);
    let turns = if human { 1 + dice.skewed() / 120_000 } else { 0 };
    let (mut answered, mut reply) = (0, 0);
    for _ in 0..turns {
        // At night nobody sits there.
        if dice.chance(ppm(8_000, 1_500, went.bad) + if in_hours { 0 } else { 250_000 }) {
            continue;
        }
        answered += 1;
        let usual = 12 + bad * bad / 22;
        reply += 4_000_000 + dice.skewed() * (usual + usual * busy * (20 + bad) / 10_000) * 3;
    }
    let ended = began.plus_micros(2 * MINUTE + turns * 40_000_000 + reply + (turns - answered) * 10 * MINUTE);
    let rated = dice.chance(450_000).then(|| {
        let waited = if turns > 0 { (turns - answered) * 30 / turns } else { 0 };
        let mood = dice.between(0, 99) - bad * 2 / 5 - waited;
        let score = match mood {
            i64::MIN..=-20 => 1,
            -19..=-8 => 2,
            -7..=0 => 3,
            1..=25 => 4,
            _ => 5,
        };
        (ended.plus_micros(MINUTE + dice.skewed() * 600), score)
    });
    Chat { began, ended, human, in_hours, turns, answered, reply, rated, about }
}

/// What the platform finds about the way of an order: some of it before the parcel comes or somebody claims, some after.
fn find(after: &mut After, life: &Life, went: &Way, dice: &mut Dice) {
    let mut next = 0;
    let mut add = |after: &mut After, at: Moment, what: &'static str| {
        if let Some(slot) = after.found.get_mut(next) {
            *slot = Some((at, what));
            next += 1;
        }
    };
    if went.late && dice.below(3) == 0 {
        let at = life.ship_by.plus_micros(dice.between(1, 40) * HOUR);
        add(after, at, if life.picked_up.is_none() { "out_of_stock" } else { "late" });
    }
    if let Some((picked_up, _)) = life.picked_up {
        if went.stray > 60 && dice.below(2) == 0 {
            let at = picked_up.plus_micros(dice.between(50, 50 + went.stray) * HOUR);
            add(after, at, if dice.below(4) == 0 { "abnormal" } else { "stalled" });
        } else if dice.chance(ppm(100, 25, went.bad)) {
            // Scans that do not fit each other: seen days later, whenever the parcel came.
            add(after, picked_up.plus_micros(dice.between(30, 200) * HOUR), "abnormal");
        }
    }
    if let Some(claim) = after.claims[0] {
        let (share, what) = match claim.reason {
            "wrong_item" => (4, "wrong_item"),
            "logistics" => (5, if dice.below(5) == 0 { "false_claim" } else { "late" }),
            _ => return,
        };
        if dice.below(10) < share {
            add(after, claim.at.plus_micros(dice.between(2, 90) * HOUR), what);
        }
    } else if went.late && dice.chance(ppm(0, 400, went.bad)) {
        add(after, life.ship_by.plus_micros(dice.between(24, 120) * HOUR), "fraud");
    }
}

/// Some take it to the platform: mostly who asked the shop in vain, rarely somebody who never asked.
fn escalate(after: &mut After, paid: Moment, went: &Way, dice: &mut Dice) {
    let refused = after.claims[0].is_some() && after.refund.is_none();
    let by = |dice: &mut Dice| if dice.below(5) < 3 { "arbitration" } else { "service" };
    let moved = if after.claims[0].is_some() { 60_000 } else { 0 } + if refused { 250_000 } else { 0 };
    let from = match (after.asked, after.claims[0]) {
        (Some(asked), claim) if dice.chance(ppm(2_000, 1_000, went.bad) + moved) => {
            Some(asked.max(claim.map_or(asked, |claim| claim.at)))
        }
        (None, Some(claim)) if dice.chance(moved / 3) => Some(claim.at),
        (None, None) if dice.chance(ppm(40, 6, went.bad)) => Some(paid),
        _ => None,
    };
    let Some(from) = from else { return };
    let at = from.plus_micros(8 * HOUR + dice.skewed() * 300_000);
    after.escalations[0] = Some((at, by(dice)));
    if dice.below(12) == 0 {
        after.escalations[1] = Some((at.plus_micros(dice.between(20, 200) * HOUR), by(dice)));
    }
    if after.asked.is_none() && dice.below(3) == 0 {
        // Sent back to the shop.
        after.asked = Some(at.plus_micros(dice.between(1, 30) * HOUR));
    }
}

fn complain(after: &mut After, paid: Moment, went: &Way, dice: &mut Dice) {
    let sore = u32::from(after.claims[0].is_some()) * 15_000
        + u32::from(went.late) * 6_000
        + u32::from(after.escalations[0].is_some()) * 60_000;
    if !dice.chance(ppm(150, 45, went.bad) + sore) {
        return;
    }
    let by = |dice: &mut Dice| match dice.below(10) {
        0..=4 => "merchant",
        5..=8 => "platform",
        _ => "regulator",
    };
    let from = after.claims[0].map_or(paid, |claim| claim.at);
    let at = from.plus_micros(3 * HOUR + dice.skewed() * 500_000);
    after.complaints[0] = Some((at, by(dice)));
    if dice.below(8) == 0 {
        after.complaints[1] = Some((at.plus_micros(dice.between(10, 150) * HOUR), by(dice)));
    }
}

/// Reviews, surveys, and what is installed.
fn voices(after: &mut After, life: &Life, shop: &Shop, went: &Way, dice: &mut Dice) {
    let Some(delivered) = life.delivered else { return };
    let late_days = ((delivered.micros() - life.deliver_by.micros()).max(0) / (24 * HOUR)).min(4);
    let sore = 14 * late_days
        + if went.late { 12 } else { 0 }
        + match after.claims[0].map(|claim| claim.reason) {
            Some("quality" | "damage" | "wrong_item") => 35,
            _ => 0,
        };
    if dice.below(100) < 34 {
        let goods = (2 * i64::from(shop.goods) + 100 - i64::from(went.bad)) / 3;
        let mood = goods + dice.between(-45, 45) - sore;
        let score = match mood {
            i64::MIN..=12 => 1,
            13..=24 => 2,
            25..=40 => 3,
            41..=58 => 4,
            _ => 5,
        };
        after.review = Some((delivered.plus_micros(HOUR + dice.skewed() * 800_000), score));
    }
    if dice.below(100) < 3 {
        let mood = 118 - i64::from(went.bad) + dice.between(-50, 30) - sore;
        after.survey =
            Some((delivered.plus_micros(20 * HOUR + dice.skewed() * 300_000), (mood / 10).clamp(0, 10)));
    }
    if life.install && dice.below(100) < u64::from(95 - went.bad / 2) {
        after.installed = Some(delivered.plus_micros(4 * HOUR + dice.skewed() * 400_000));
    }
}

/// What a bad shop does with an order, when it is found out.
fn violate(after: &mut After, paid: Moment, went: &Way, dice: &mut Dice) {
    let bad = went.bad;
    let scene = if after.claims[0].is_some() && after.refund.is_none() && dice.chance(ppm(0, 1_500, bad)) {
        "unjustified_refusal"
    } else if after.chats[0].is_some() && dice.chance(bad * bad / 4) {
        if dice.below(3) == 0 { "mocking_buyer" } else { "negative_service" }
    } else if went.late && dice.chance(bad * bad / 2) {
        "fraud_shipping"
    } else if dice.chance(bad * bad / 40) {
        "invoice_refused"
    } else {
        return;
    };
    let from = after.claims[0].map_or(paid, |claim| claim.at);
    let at = from.plus_micros(20 * HOUR + dice.skewed() * 600_000);
    let reversed = (dice.below(7) == 0).then(|| at.plus_micros(dice.between(20, 240) * HOUR));
    after.violation = Some(Violation { at, scene, reversed });
}

/// Two in a thousand turn out to be fake, and some are refunded before anything happened.
fn void(after: &mut After, life: &Life, went: &Way, dice: &mut Dice) {
    let instant = went.regret && after.refund.is_some() && dice.below(8) == 0;
    if !instant && !dice.chance(1_900) {
        return;
    }
    let mut last = life.placed;
    super::tell::each_step(life, after, |at, _| last = last.max(at));
    after.voided = Some(if instant {
        (last.plus_micros(20_000_000), "instant_refund")
    } else {
        (last.plus_micros(5 * HOUR + dice.skewed() * 600_000), "abnormal")
    });
}
