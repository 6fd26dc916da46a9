//! Whole lives of orders, with claims, findings, questions and voidings, and what else a score is made of; their facts,
//! lakes of them, and what the definitions of the metrics say about them.

use crate::history::{DAY, at, shop_id};
use aftercare::aftersale::fact::{Escalated, Filed, InsuranceOff, InsuranceOn, Refunded};
use aftercare::care::fact::{Answered, Asked, Closed, Complained, Created, Rated};
use govern::incident::fact::{Found, Reversed, Violated};
use kernel::fact::Minor;
use kernel::{Fact, Id, Moment, RawId, Record};
use lake::{Bulk, Snapshot};
use offer::catalog::fact::{Delisted, Listed};
use people::merchant::fact::Opened;
use supply::logistics::fact::{Delivered, Installed, PickedUp};
use trade::order::fact::{Cancelled, Paid, Placed, Voided};

/// Everything that happened to one order; times are microseconds since `START`. Of what can happen twice, the first one
/// is the one that was told first.
#[derive(Debug, Clone, Default)]
pub struct Life {
    pub shop: u64,
    pub rules: bool,
    pub excluded: Option<&'static str>,
    pub placed: i64,
    pub paid: Option<i64>,
    pub pickup_from: Option<i64>,
    /// The end of the day after payment: for the growth stage's pick-up and for the next day's delivery.
    pub next_day_by: i64,
    pub insured: Option<&'static str>,
    pub picked_up: Option<i64>,
    pub standard_by: i64,
    pub delivered: Option<i64>,
    pub cancelled: Option<i64>,
    pub install: bool,
    pub installed: Option<i64>,
    pub remote: bool,
    pub claims: Vec<(i64, &'static str)>,
    /// Succeeded at; the clock of the review from; reviewed at.
    pub refund: Option<(i64, i64, i64)>,
    pub way: &'static str,
    pub found: Vec<(i64, &'static str)>,
    pub asked: Option<i64>,
    pub escalated: Vec<i64>,
    pub complaints: Vec<(i64, &'static str)>,
    pub review: Option<(i64, i64)>,
    /// After everything else, and told last.
    pub voided: Option<i64>,
    /// By which numbers the steps were told, after the placing and the payment.
    pub told: [u8; STEPS],
}

pub const STEPS: usize = 14;

/// The steps whose order of telling is drawn. Steps that need an earlier one are told after it (see [`Life::order`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    PickedUp,
    Delivered,
    Installed,
    Cancelled,
    Claim(usize),
    Refund,
    Found(usize),
    Asked,
    Escalated(usize),
    Complaint(usize),
    Review,
}

const ALL: [Step; STEPS] = [
    Step::PickedUp,
    Step::Delivered,
    Step::Installed,
    Step::Cancelled,
    Step::Claim(0),
    Step::Claim(1),
    Step::Refund,
    Step::Found(0),
    Step::Found(1),
    Step::Asked,
    Step::Escalated(0),
    Step::Escalated(1),
    Step::Complaint(0),
    Step::Review,
];

fn tracking(what: &str) -> bool {
    matches!(what, "stalled" | "abnormal")
}

impl Life {
    /// The steps that there are, in the order in which they were told.
    fn order(&self) -> Vec<Step> {
        let mut keys = self.told;
        // A delivery is told after its pick-up, a refund after its claim, the second of a kind after the first.
        for chain in [&[0, 1, 2][..], &[4, 5], &[4, 6], &[7, 8], &[10, 11]] {
            for pair in chain.windows(2) {
                keys[pair[1]] = keys[pair[1]].max(keys[pair[0]]);
            }
        }
        let mut order: Vec<usize> = (0..STEPS).filter(|i| self.at(ALL[*i]).is_some()).collect();
        order.sort_by_key(|i| (keys[*i], *i));
        order.into_iter().map(|i| ALL[i]).collect()
    }

    fn at(&self, step: Step) -> Option<i64> {
        match step {
            Step::PickedUp => self.picked_up,
            Step::Delivered => self.delivered.filter(|_| self.picked_up.is_some()),
            Step::Installed => self.installed.filter(|_| self.install && self.at(Step::Delivered).is_some()),
            Step::Cancelled => self.cancelled,
            Step::Claim(n) => self.claims.get(n).map(|c| c.0),
            Step::Refund => self.refund.map(|r| r.0).filter(|_| !self.claims.is_empty()),
            Step::Found(n) => self.found.get(n).map(|f| f.0),
            Step::Asked => self.asked,
            Step::Escalated(n) => self.escalated.get(n).copied(),
            Step::Complaint(n) => self.complaints.get(n).map(|c| c.0),
            Step::Review => self.review.map(|r| r.0),
        }
        // What was not paid has no way and nothing after it.
        .filter(|_| self.paid.is_some() || matches!(step, Step::Cancelled | Step::Review))
    }
}

pub fn id<T>(kind: u64, n: u64) -> Id<T> {
    Id::from_raw(RawId::new(at(0), (u128::from(kind) << 64) | u128::from(n + 1)))
}

/// The facts of one life, in the order in which they were told.
pub fn facts(n: usize, life: &Life) -> Vec<Record> {
    let n = n as u64;
    let (shop, order) = (Some(shop_id(life.shop)), id(20, n));
    let moment = |micros: Option<i64>| micros.map(at);
    let text = |word: Option<&'static str>| word.map(Into::into);
    let (placed_at, far) = (at(life.placed), at(life.placed + 90 * DAY));
    let excluded = || text(life.excluded);
    let rules = || text(life.rules.then_some("sanhao"));
    let paid_at = moment(life.paid);
    let paid = paid_at.unwrap_or(placed_at);
    let by = moment(life.paid.map(|_| life.next_day_by));
    let mut facts = vec![
        Placed {
            at: placed_at,
            shop,
            order,
            purchase: id(3, n),
            external_id: format!("o{n:03}").into(),
            lines: 1,
            goods: Minor(100),
            freight: Minor(0),
            gmv: Minor(100),
            ship_by: far,
            deliver_by: far,
            excluded: excluded(),
            rules: rules(),
        }
        .record(),
    ];
    facts.extend(paid_at.map(|at| {
        Paid {
            at,
            shop,
            order,
            placed_at,
            excluded: excluded(),
            rules: rules(),
            pickup_from: moment(life.pickup_from),
            pass_pickup_by: by,
            insured: text(life.insured),
        }
        .record()
    }));
    let told = life.order();
    for (i, step) in told.iter().enumerate() {
        let when = at(life.at(*step).unwrap());
        let known = |step: Step| told[..i].contains(&step).then(|| at(life.at(step).unwrap()));
        let claimed = || known(Step::Claim(0)).map(|_| life.claims[0].1.into());
        let found = |tracked: bool| {
            let of = |n: &usize| !tracked || tracking(life.found[*n].1);
            (0..life.found.len()).filter(of).find_map(|n| known(Step::Found(n)))
        };
        let standard = known(Step::PickedUp).map(|_| at(life.standard_by));
        facts.push(match *step {
            Step::PickedUp => PickedUp {
                at: when,
                shop,
                order,
                placed_at,
                paid_at: paid_at.filter(|paid| *paid <= when),
                ship_by: far,
                cancelled_at: known(Step::Cancelled),
                excluded: excluded(),
                rules: rules(),
                pickup_from: moment(life.pickup_from),
                standard_by: Some(at(life.standard_by)),
                pass_pickup_by: by,
                by: None,
            }
            .record(),
            Step::Delivered => Delivered {
                at: when,
                shop,
                order,
                placed_at,
                picked_up_at: known(Step::PickedUp),
                deliver_by: far,
                cancelled_at: known(Step::Cancelled),
                excluded: excluded(),
                rules: rules(),
                paid_at,
                standard_by: standard,
                next_day_by: by,
                claimed_at: known(Step::Claim(0)),
                claimed: claimed(),
                found_at: found(true),
                install: Some(life.install),
                remote: Some(life.remote),
            }
            .record(),
            Step::Installed => {
                let delivered_at = known(Step::Delivered).unwrap();
                Installed { at: when, shop, order, delivered_at, excluded: excluded() }.record()
            }
            Step::Cancelled => Cancelled {
                at: when,
                shop,
                order,
                placed_at,
                ship_by: far,
                deliver_by: far,
                picked_up_at: known(Step::PickedUp),
                delivered_at: known(Step::Delivered),
                excluded: excluded(),
                pass_pickup_by: by,
                standard_by: standard,
                stalled_at: found(true),
                by: None,
                reason: None,
            }
            .record(),
            Step::Claim(c) => Filed {
                at: when,
                shop,
                aftersale: id(21 + c as u64, n),
                order_id: order,
                way: life.way.into(),
                reason: life.claims[c].1.into(),
                first: c == 0,
                paid_at: paid,
                delivered_at: known(Step::Delivered),
                found_at: found(false),
                excluded: excluded(),
                rules: rules(),
            }
            .record(),
            Step::Refund => {
                let (_, from, reviewed) = life.refund.unwrap();
                Refunded {
                    at: when,
                    shop,
                    aftersale: id(21, n),
                    order_id: order,
                    way: life.way.into(),
                    filed_at: known(Step::Claim(0)).unwrap(),
                    review_from: at(from),
                    reviewed_at: at(reviewed),
                    excluded: excluded(),
                }
                .record()
            }
            Step::Found(f) => Found {
                at: when,
                shop,
                incident: id(23 + f as u64, n),
                order_id: order,
                what: life.found[f].1.into(),
                paid_at: paid,
                claimed_at: known(Step::Claim(0)),
                claimed: claimed(),
                delivered_at: known(Step::Delivered),
                standard_by: standard,
                excluded: excluded(),
                rules: rules(),
                first: f == 0,
                stalled_at: found(true),
                cancelled_at: known(Step::Cancelled),
            }
            .record(),
            Step::Asked => Asked {
                at: when,
                shop,
                order,
                paid_at: paid,
                excluded: excluded(),
                escalated_at: known(Step::Escalated(0)),
            }
            .record(),
            Step::Escalated(e) => Escalated {
                at: when,
                shop,
                dispute: id(25 + e as u64, n),
                order_id: order,
                by: "arbitration".into(),
                first: e == 0,
                asked_at: known(Step::Asked),
                paid_at: paid,
                excluded: excluded(),
                rules: rules(),
            }
            .record(),
            Step::Complaint(c) => Complained {
                at: when,
                shop,
                complaint: id(27 + c as u64, n),
                order_id: order,
                by: life.complaints[c].1.into(),
                first: c == 0,
                paid_at: paid,
                excluded: excluded(),
                rules: rules(),
            }
            .record(),
            Step::Review => Created {
                at: when,
                shop,
                review: id(29, n),
                order_id: order,
                score: life.review.unwrap().1,
                excluded: excluded(),
                rules: rules(),
            }
            .record(),
        });
    }
    facts.extend(life.voided.map(|voided| voiding(life, &told, at(voided), order).record()));
    facts
}

fn voiding(life: &Life, told: &[Step], voided: Moment, order: Id<kernel::id::Order>) -> Voided {
    let text = |word: Option<&'static str>| word.map(Into::into);
    let known = |step: Step| told.contains(&step).then(|| at(life.at(step).unwrap()));
    let paid = |micros: i64| life.paid.map(|_| at(micros));
    let found = |tracked: bool| {
        let of = |n: &usize| !tracked || tracking(life.found[*n].1);
        (0..life.found.len()).filter(of).find_map(|n| known(Step::Found(n)))
    };
    let review = known(Step::Review).and(life.review);
    let refund = known(Step::Refund).and(life.refund).filter(|_| life.way != "refund_unshipped");
    Voided {
        at: voided,
        shop: Some(shop_id(life.shop)),
        order,
        reason: "abnormal".into(),
        placed_at: at(life.placed),
        paid_at: life.paid.map(at),
        pickup_from: life.pickup_from.map(at),
        picked_up_at: known(Step::PickedUp),
        pass_pickup_by: paid(life.next_day_by),
        standard_by: known(Step::PickedUp).map(|_| at(life.standard_by)),
        delivered_at: known(Step::Delivered),
        next_day_by: paid(life.next_day_by),
        review_at: review.map(|r| at(r.0)),
        review_score: review.map(|r| r.1),
        rules: text(life.rules.then_some("sanhao")),
        excluded: text(life.excluded),
        cancelled_at: known(Step::Cancelled),
        claimed_at: known(Step::Claim(0)),
        claimed: known(Step::Claim(0)).map(|_| life.claims[0].1.into()),
        found_at: found(false),
        stalled_at: found(true),
        refunded_at: refund.map(|r| at(r.0)),
        review_micros: refund.map(|(_, from, reviewed)| (reviewed - from).max(0)),
        asked_at: known(Step::Asked),
        escalated_at: known(Step::Escalated(0)),
        complained_at: known(Step::Complaint(0)),
        install: known(Step::Delivered).map(|_| life.install),
        installed_at: known(Step::Installed),
        remote: known(Step::Delivered).map(|_| life.remote),
        insured: text(life.insured),
    }
}

/// What happened that is not a step of an order.
#[derive(Debug, Clone, Copy)]
pub enum Other {
    /// When it ended, whether with a human and in hours, its turns, how many were answered, in how many microseconds,
    /// and about which order.
    Chat(i64, bool, bool, i64, i64, i64, Option<usize>),
    /// When it was rated, whether with a human and in hours, and how.
    Rating(i64, bool, bool, i64),
    /// When it was answered, and how.
    Survey(i64, i64),
    /// When something was found, and when that was taken back.
    Violation(i64, usize, Option<i64>),
    /// From when to when.
    Listing(i64, Option<i64>),
    /// From when to when, and of which size.
    Insurance(i64, Option<i64>, bool),
}

/// What a shop can be found to have done, and the metric that counts it.
pub const SCENES: [(&str, &str); 9] = [
    ("after_sale_address", "deduct_after_sale_address"),
    ("invoice_refused", "deduct_invoice_refused"),
    ("fake_trade", "deduct_fake_trade"),
    ("false_advertising", "deduct_false_advertising"),
    ("fraud_shipping", "deduct_fraud_shipping"),
    ("brand_qualification", "deduct_brand_qualification"),
    ("negative_service", "fault_negative_service"),
    ("mocking_buyer", "deduct_mocking_buyer"),
    ("unjustified_refusal", "deduct_unjustified_refusal"),
];

fn size(bulky: bool) -> Box<str> {
    if bulky { "bulky" } else { "small" }.into()
}

/// The facts of one of the other things.
pub fn other_facts(n: usize, shop: u64, other: Other) -> Vec<Record> {
    let n = n as u64;
    let shop = Some(shop_id(shop));
    match other {
        Other::Chat(when, human, in_hours, turns, answered, reply_micros, order) => vec![
            Closed {
                at: at(when),
                shop,
                session: id(40, n),
                began_at: at(when),
                human,
                in_hours,
                turns,
                answered,
                reply_micros,
                order_id: order.map(|o| id(20, o as u64)),
            }
            .record(),
        ],
        Other::Rating(when, human, in_hours, score) => {
            let (at, session) = (at(when), id(40, n));
            vec![Rated { at, shop, session, began_at: at, human, in_hours, score }.record()]
        }
        Other::Survey(when, score) => {
            vec![Answered { at: at(when), shop, survey: id(41, n), order_id: id(20, n), score }.record()]
        }
        Other::Violation(when, scene, reversed) => {
            let (violation, scene) = (id(42, n), SCENES[scene % 9].0);
            let found = Violated { at: at(when), shop, violation, scene: scene.into(), order_id: None };
            let back = reversed.map(|back| {
                let found_at = at(when);
                Reversed { at: at(back), shop, violation, scene: scene.into(), found_at, order_id: None }
                    .record()
            });
            std::iter::once(found.record()).chain(back).collect()
        }
        Other::Listing(from, to) => {
            let (listed_at, product) = (at(from), id(43, n));
            let listed = Listed { at: listed_at, shop, product, again_of: None }.record();
            let off = to.map(|to| {
                Delisted { at: at(to), shop, product, listed_at, again_of: None, taken_by: None }.record()
            });
            std::iter::once(listed).chain(off).collect()
        }
        Other::Insurance(from, to, bulky) => {
            let (on_at, insurance) = (at(from), id(44, n));
            let on = InsuranceOn { at: on_at, shop, insurance, size: size(bulky) }.record();
            let off =
                to.map(|to| InsuranceOff { at: at(to), shop, insurance, size: size(bulky), on_at }.record());
            std::iter::once(on).chain(off).collect()
        }
    }
}

/// A lake of three shops, the lives and the other things, without what is after `until`.
pub fn lake(lives: &[Life], others: &[(u64, Other)], until: Option<i64>) -> (Snapshot, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let mut bulk = Bulk::new(dir.path()).unwrap();
    let opened = (0..3u64).map(|n| {
        Opened {
            at: at(-30 * DAY),
            shop: Some(shop_id(n)),
            subject: shop_id(n),
            external_id: format!("s{n}").into(),
            name: format!("Shop {n}").into(),
            industry: None,
            kind: None,
        }
        .record()
    });
    let lives = lives.iter().enumerate().flat_map(|(n, life)| facts(n, life));
    let others = others.iter().enumerate().flat_map(|(n, (shop, other))| other_facts(n, *shop, *other));
    for record in opened.chain(lives).chain(others) {
        if until.is_none_or(|until| record.at <= at(until)) {
            bulk.push(&record).unwrap();
        }
    }
    (bulk.finish(govern::relations()).unwrap(), dir)
}

/// Numerator and denominator of a metric over the lives at a moment, straight from the definitions.
pub fn by_definition(lives: &[Life], metric: &str, shop: u64, t: i64, days: i64) -> (i64, i64) {
    let within = |moment: i64| moment <= t && moment > t - days * DAY;
    let (mut num, mut den) = (0, 0);
    for life in lives.iter().filter(|life| life.shop == shop) {
        let told = life.order();
        let when = |step: Step| told.contains(&step).then(|| life.at(step).unwrap());
        let by = |step: Step| when(step).is_some_and(|at| at <= t);
        let in_window = |step: Step| when(step).is_some_and(within);
        let valid = life.excluded.is_none() && life.voided.is_none_or(|voided| voided > t);
        let counted = valid && life.rules;
        let paid = life.paid.is_some_and(within);
        let reason = |reason: &str| by(Step::Claim(0)) && life.claims[0].1 == reason;
        let tracked = (0..life.found.len()).find(|n| tracking(life.found[*n].1));
        let mut count = |n: i64| {
            num += n;
            den += 1;
        };
        match metric {
            "product_rating" if valid && in_window(Step::Review) => count(life.review.unwrap().1),
            "quality_return_rate" if counted && in_window(Step::Delivered) => {
                count(i64::from(reason("quality")))
            }
            "pickup_hours" if valid && in_window(Step::PickedUp) => {
                let (picked, paid) = (life.picked_up.unwrap(), life.paid.unwrap());
                if paid <= picked {
                    count((picked - life.pickup_from.unwrap_or(paid)).max(0));
                }
            }
            "lane_on_time_rate" if valid && when(Step::PickedUp).is_some() && within(life.standard_by) => {
                let in_time = |step: Step| when(step).is_some_and(|at| at <= life.standard_by);
                if !in_time(Step::Cancelled) {
                    let stalled = tracked.is_some_and(|n| by(Step::Found(n)));
                    count(i64::from(in_time(Step::Delivered) && !stalled));
                }
            }
            "damage_return_rate" if counted && paid => count(i64::from(reason("damage"))),
            "logistics_return_rate" if counted && paid => {
                count(i64::from(reason("logistics") && by(Step::Found(0))));
            }
            "aftersale_review_hours"
                if valid && in_window(Step::Refund) && life.way != "refund_unshipped" =>
            {
                let (_, from, reviewed) = life.refund.unwrap();
                count((reviewed - from).max(0));
            }
            "platform_help_rate" if valid && in_window(Step::Asked) => {
                count(i64::from(by(Step::Escalated(0))))
            }
            "valid_orders" if valid && paid => count(1),
            "growth_late_pickups" if valid && life.paid.is_some() && within(life.next_day_by) => {
                let in_time = |step: Step| when(step).is_some_and(|at| at <= life.next_day_by);
                if !in_time(Step::PickedUp) && !in_time(Step::Cancelled) {
                    count(1);
                }
            }
            "next_day_share" if valid && in_window(Step::Delivered) => {
                count(i64::from(when(Step::Delivered).unwrap() <= life.next_day_by));
            }
            "insured_small_orders" if valid && paid && life.insured == Some("small") => count(1),
            "insured_bulky_orders" if valid && paid && life.insured == Some("bulky") => count(1),
            "installation_share" if valid && life.install && in_window(Step::Delivered) => {
                count(i64::from(by(Step::Installed)));
            }
            "remote_orders" if valid && life.remote && in_window(Step::Delivered) => count(1),
            "complaint_rate" if counted && paid => count(i64::from(by(Step::Complaint(0)))),
            "complaints_per_million" if counted && paid => {
                count(1_000_000 * i64::from(by(Step::Complaint(0))))
            }
            "contacts_per_order" if life.rules && paid => count(0),
            "platform_incidence_rate" if life.rules && paid => {
                let disputes = (0..2).filter(|n| by(Step::Escalated(*n))).count() as i64;
                let platform = life.complaints.first().is_some_and(|c| c.1 == "platform");
                count(disputes + i64::from(by(Step::Complaint(0)) && platform));
            }
            "orders_paid" if paid => count(1),
            "rating_mean" | "negative_review_rate" if in_window(Step::Review) => {
                let score = life.review.unwrap().1;
                count(if metric == "rating_mean" { score } else { i64::from(score <= 2) });
            }
            "mean_pickup_hours" if in_window(Step::PickedUp) => {
                let (picked, paid) = (life.picked_up.unwrap(), life.paid.unwrap());
                if paid <= picked {
                    count(picked - paid);
                }
            }
            // What the platform held is no shop's doing.
            "cancel_rate" | "late_ship_rate" | "late_delivery_rate" if life.excluded == Some("held") => {}
            "cancel_rate" if within(life.placed) => count(i64::from(by(Step::Cancelled))),
            "late_ship_rate" if within(life.placed + 90 * DAY) && !by(Step::Cancelled) => {
                count(i64::from(!by(Step::PickedUp)));
            }
            "late_delivery_rate" if within(life.placed + 90 * DAY) && !by(Step::Cancelled) => {
                count(i64::from(!by(Step::Delivered)));
            }
            _ => {}
        }
    }
    (num, den)
}

/// As [`by_definition`], over the other things.
pub fn others_by_definition(
    others: &[(u64, Other)],
    metric: &str,
    shop: u64,
    t: i64,
    days: i64,
) -> (i64, i64) {
    let within = |moment: i64| moment <= t && moment > t - days * DAY;
    let (mut num, mut den) = (0, 0);
    for (_, other) in others.iter().filter(|(of, _)| *of == shop) {
        let on = |from: i64, to: Option<i64>| within(from) && to.is_none_or(|to| to > t);
        let (n, d) = match (metric, *other) {
            ("im_response_seconds", Other::Chat(at, true, true, turns, answered, reply, _)) if within(at) => {
                (reply + (turns - answered) * 600_000_000, turns)
            }
            ("contacts_per_order", Other::Chat(at, .., Some(_))) if within(at) => (1, 0),
            ("im_dissatisfaction_rate", Other::Rating(at, true, true, score)) if within(at) => {
                (i64::from(score <= 3), 1)
            }
            ("nps", Other::Survey(at, score)) if within(at) => {
                (100 * (i64::from(score >= 9) - i64::from(score <= 6)), 1)
            }
            ("nps_promoter_rate", Other::Survey(at, score)) if within(at) => (i64::from(score >= 9), 1),
            ("nps_detractor_rate", Other::Survey(at, score)) if within(at) => (i64::from(score <= 6), 1),
            ("listings_on_sale", Other::Listing(from, to)) if on(from, to) => (1, 1),
            ("insurance_small_on", Other::Insurance(from, to, false)) if on(from + 2 * DAY, to) => (1, 1),
            ("insurance_bulky_on", Other::Insurance(from, to, true)) if on(from + 2 * DAY, to) => (1, 1),
            (name, Other::Violation(at, scene, back)) if name == SCENES[scene % 9].1 && on(at, back) => {
                (1, 1)
            }
            _ => (0, 0),
        };
        num += n;
        den += d;
    }
    (num, den)
}
