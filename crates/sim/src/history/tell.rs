//! A life as facts, in the order they happened.
//!
//! Invariant: of two steps the later one knows the earlier one, and never the other way round.

use super::life::{After, Life};
use super::shops::bits;
use aftercare::{aftersale, care};
use govern::incident;
use kernel::fact::Minor;
use kernel::{Fact, Id, Moment, RawId, Record};
use supply::logistics;
use trade::{order, payment};

/// What happens to an order, in the order of what happens at one moment; a number tells things of a kind apart.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    Placed,
    Recorded,
    Paid,
    Asked,
    PickedUp,
    Delivered,
    Cancelled,
    Found(u8),
    Claimed(u8),
    Escalated(u8),
    Complained(u8),
    Refunded,
    Closed(u8),
    Rated(u8),
    Installed,
    Reviewed,
    Surveyed,
    Violated,
    Reversed,
    Voided,
}

/// The most steps of one life.
const MOST: usize = 32;

/// Calls `each` with every step of a life, in no order.
pub(super) fn each_step(life: &Life, after: &After, mut each: impl FnMut(Moment, Step)) {
    each(life.placed, Step::Placed);
    if let Some(paid) = life.paid {
        each(paid.at, Step::Recorded);
        each(paid.at, Step::Paid);
    }
    let mut once = |at: Option<Moment>, step: Step| {
        if let Some(at) = at {
            each(at, step);
        }
    };
    once(after.asked, Step::Asked);
    once(life.picked_up.map(|(at, _)| at), Step::PickedUp);
    once(life.delivered, Step::Delivered);
    once(life.cancelled, Step::Cancelled);
    for (n, found) in (0..).zip(&after.found) {
        once(found.map(|(at, _)| at), Step::Found(n));
    }
    for (n, claim) in (0..).zip(&after.claims) {
        once(claim.map(|claim| claim.at), Step::Claimed(n));
    }
    for (n, escalated) in (0..).zip(&after.escalations) {
        once(escalated.map(|(at, _)| at), Step::Escalated(n));
    }
    for (n, complaint) in (0..).zip(&after.complaints) {
        once(complaint.map(|(at, _)| at), Step::Complained(n));
    }
    once(after.refund.map(|refund| refund.at), Step::Refunded);
    for (n, chat) in (0..).zip(&after.chats) {
        once(chat.map(|chat| chat.ended), Step::Closed(n));
        once(chat.and_then(|chat| chat.rated).map(|(at, _)| at), Step::Rated(n));
    }
    once(after.installed, Step::Installed);
    once(after.review.map(|(at, _)| at), Step::Reviewed);
    once(after.survey.map(|(at, _)| at), Step::Surveyed);
    once(after.violation.map(|violation| violation.at), Step::Violated);
    once(after.violation.and_then(|violation| violation.reversed), Step::Reversed);
    once(after.voided.map(|(at, _)| at), Step::Voided);
}

/// Whose order it is, and what is paid for it.
pub(super) struct Bill {
    pub(super) shop: Id<kernel::id::Shop>,
    /// From which its ids are made.
    pub(super) key: u64,
    pub(super) number: u64,
    pub(super) lines: i64,
    pub(super) goods: i64,
    pub(super) freight: i64,
    pub(super) method: &'static str,
}

/// The rule set that orders are placed under.
const RULES: &str = "sanhao";

/// Tells a life in the order it happened.
pub(super) fn tell(life: &Life, bill: &Bill, mut each: impl FnMut(Moment, Record)) {
    let mut steps = [(Moment::MIN, Step::Placed); MOST];
    let mut len = 0;
    each_step(life, &life.after, |at, step| {
        steps[len] = (at, step);
        len += 1;
    });
    let steps = &mut steps[..len];
    steps.sort_unstable();
    for (at, step) in steps {
        each(*at, Teller { life, bill, me: (*at, *step) }.record());
    }
}

/// Tells one step.
struct Teller<'a> {
    life: &'a Life,
    bill: &'a Bill,
    me: (Moment, Step),
}

impl Teller<'_> {
    /// The moment of another step, if it was told before this one.
    fn known(&self, at: Option<Moment>, step: Step) -> Option<Moment> {
        at.filter(|at| (*at, step) < self.me)
    }

    fn id<T>(&self, n: u64) -> Id<T> {
        Id::from_raw(RawId::new(self.life.placed, bits(self.bill.key ^ n)))
    }

    fn excluded(&self) -> Option<Box<str>> {
        let voided =
            self.life.after.voided.filter(|(at, _)| (*at, Step::Voided) < self.me).map(|(_, why)| why);
        self.life.excluded.or(voided).map(Into::into)
    }

    fn picked_up(&self) -> Option<(Moment, Moment)> {
        self.life.picked_up.filter(|(at, _)| (*at, Step::PickedUp) < self.me)
    }

    fn delivered(&self) -> Option<Moment> {
        self.known(self.life.delivered, Step::Delivered)
    }

    fn cancelled(&self) -> Option<Moment> {
        self.known(self.life.cancelled, Step::Cancelled)
    }

    /// The first claim told before this, and its reason.
    fn claimed(&self) -> (Option<Moment>, Option<Box<str>>) {
        match self.life.after.claims[0].filter(|claim| (claim.at, Step::Claimed(0)) < self.me) {
            Some(claim) => (Some(claim.at), Some(claim.reason.into())),
            None => (None, None),
        }
    }

    /// The first finding told before this; of all, or of those about the tracking.
    fn found(&self, tracking: bool) -> Option<Moment> {
        let of = |what: &str| !tracking || matches!(what, "stalled" | "abnormal");
        let found = (0..).zip(&self.life.after.found).filter_map(|(n, found)| {
            let (at, what) = (*found)?;
            (of(what) && (at, Step::Found(n)) < self.me).then_some(at)
        });
        found.min()
    }

    fn escalated(&self) -> Option<Moment> {
        self.known(self.life.after.escalations[0].map(|(at, _)| at), Step::Escalated(0))
    }

    fn asked(&self) -> Option<Moment> {
        self.known(self.life.after.asked, Step::Asked)
    }

    fn record(&self) -> Record {
        match self.me.1 {
            Step::Placed | Step::Recorded | Step::Paid | Step::Cancelled | Step::Voided => self.trade(),
            Step::PickedUp | Step::Delivered | Step::Installed => self.way(),
            Step::Claimed(n) => self.claim(n),
            Step::Refunded => self.refund(),
            Step::Escalated(n) => self.escalation(n),
            Step::Found(n) => self.finding(n),
            Step::Complained(n) => self.complaint(n),
            Step::Asked | Step::Closed(_) | Step::Rated(_) | Step::Reviewed | Step::Surveyed => self.voice(),
            Step::Violated | Step::Reversed => self.violation(),
        }
    }

    fn trade(&self) -> Record {
        let Life { placed: placed_at, ship_by, deliver_by, .. } = *self.life;
        let (at, shop, order) = (self.me.0, Some(self.bill.shop), self.id(0));
        let amount = Minor(self.bill.goods + self.bill.freight);
        match self.me.1 {
            Step::Recorded => payment::fact::Recorded {
                at,
                shop: None,
                payment: self.id(2),
                purchase: self.id(1),
                method: self.bill.method.into(),
                installments: 1,
                amount,
            }
            .record(),
            Step::Paid => {
                let paid = self.life.paid;
                order::fact::Paid {
                    at,
                    shop,
                    order,
                    placed_at,
                    excluded: self.excluded(),
                    rules: Some(RULES.into()),
                    pickup_from: paid.map(|paid| paid.pickup_from),
                    pass_pickup_by: paid.map(|paid| paid.next_day_end),
                    insured: paid.and_then(|paid| paid.insured).map(Into::into),
                }
                .record()
            }
            Step::Cancelled => order::fact::Cancelled {
                at,
                shop,
                order,
                placed_at,
                ship_by,
                deliver_by,
                picked_up_at: self.picked_up().map(|(at, _)| at),
                delivered_at: self.delivered(),
                excluded: self.excluded(),
                pass_pickup_by: self.life.paid.map(|paid| paid.next_day_end),
                standard_by: self.picked_up().map(|(_, standard_by)| standard_by),
                stalled_at: self.found(true),
                by: None,
                reason: None,
            }
            .record(),
            Step::Voided => self.voided(),
            _ => order::fact::Placed {
                at,
                shop,
                order,
                purchase: self.id(1),
                external_id: format!("T{:011}", self.bill.number).into(),
                lines: self.bill.lines,
                goods: Minor(self.bill.goods),
                freight: Minor(self.bill.freight),
                gmv: amount,
                ship_by,
                deliver_by,
                excluded: self.excluded(),
                rules: Some(RULES.into()),
            }
            .record(),
        }
    }

    fn voided(&self) -> Record {
        let (life, after) = (self.life, &self.life.after);
        let (claimed_at, claimed) = self.claimed();
        let delivered_at = self.delivered();
        let review = after.review.filter(|(at, _)| (*at, Step::Reviewed) < self.me);
        let refund = after
            .refund
            .filter(|refund| (refund.at, Step::Refunded) < self.me)
            .filter(|_| after.claims[0].is_some_and(|claim| claim.way != "refund_unshipped"));
        order::fact::Voided {
            at: self.me.0,
            shop: Some(self.bill.shop),
            order: self.id(0),
            reason: after.voided.map_or("abnormal", |(_, why)| why).into(),
            placed_at: life.placed,
            paid_at: life.paid.map(|paid| paid.at),
            pickup_from: life.paid.map(|paid| paid.pickup_from),
            picked_up_at: self.picked_up().map(|(at, _)| at),
            pass_pickup_by: life.paid.map(|paid| paid.next_day_end),
            standard_by: self.picked_up().map(|(_, standard_by)| standard_by),
            delivered_at,
            next_day_by: delivered_at.and(life.paid).map(|paid| paid.next_day_end),
            review_at: review.map(|(at, _)| at),
            review_score: review.map(|(_, score)| score),
            rules: Some(RULES.into()),
            excluded: life.excluded.map(Into::into),
            cancelled_at: self.cancelled(),
            claimed_at,
            claimed,
            found_at: self.found(false),
            stalled_at: self.found(true),
            refunded_at: refund.map(|refund| refund.at),
            review_micros: refund.map(|r| (r.reviewed.micros() - r.review_from.micros()).max(0)),
            asked_at: self.asked(),
            escalated_at: self.escalated(),
            complained_at: self.known(after.complaints[0].map(|(at, _)| at), Step::Complained(0)),
            install: delivered_at.map(|_| life.install),
            installed_at: self.known(after.installed, Step::Installed),
            remote: delivered_at.map(|_| life.remote),
            insured: life.paid.and_then(|paid| paid.insured).map(Into::into),
        }
        .record()
    }

    fn way(&self) -> Record {
        let Life { placed: placed_at, ship_by, deliver_by, .. } = *self.life;
        let (at, shop, order) = (self.me.0, Some(self.bill.shop), self.id(0));
        let (paid, excluded, rules) = (self.life.paid, self.excluded(), Some(RULES.into()));
        match self.me.1 {
            Step::PickedUp => logistics::fact::PickedUp {
                at,
                shop,
                order,
                placed_at,
                paid_at: self.known(paid.map(|paid| paid.at), Step::Paid),
                ship_by,
                cancelled_at: self.cancelled(),
                excluded,
                rules,
                pickup_from: paid.map(|paid| paid.pickup_from),
                standard_by: self.life.picked_up.map(|(_, standard_by)| standard_by),
                pass_pickup_by: paid.map(|paid| paid.next_day_end),
                by: None,
            }
            .record(),
            Step::Installed => logistics::fact::Installed {
                at,
                shop,
                order,
                delivered_at: self.life.delivered.unwrap_or(at),
                excluded,
            }
            .record(),
            _ => {
                let (claimed_at, claimed) = self.claimed();
                logistics::fact::Delivered {
                    at,
                    shop,
                    order,
                    placed_at,
                    picked_up_at: self.picked_up().map(|(at, _)| at),
                    deliver_by,
                    cancelled_at: self.cancelled(),
                    excluded,
                    rules,
                    paid_at: paid.map(|paid| paid.at),
                    standard_by: self.life.picked_up.map(|(_, standard_by)| standard_by),
                    next_day_by: paid.map(|paid| paid.next_day_end),
                    claimed_at,
                    claimed,
                    found_at: self.found(true),
                    install: Some(self.life.install),
                    remote: Some(self.life.remote),
                }
                .record()
            }
        }
    }

    /// Everything after the sale follows a payment.
    fn paid_at(&self) -> Moment {
        self.life.paid.map_or(self.life.placed, |paid| paid.at)
    }

    fn claim(&self, n: u8) -> Record {
        let claim = self.life.after.claims[usize::from(n)];
        aftersale::fact::Filed {
            at: self.me.0,
            shop: Some(self.bill.shop),
            aftersale: self.id(16 + u64::from(n)),
            order_id: self.id(0),
            way: claim.map_or("return_refund", |claim| claim.way).into(),
            reason: claim.map_or("other", |claim| claim.reason).into(),
            first: n == 0,
            paid_at: self.paid_at(),
            delivered_at: self.delivered(),
            found_at: self.found(false),
            excluded: self.excluded(),
            rules: Some(RULES.into()),
        }
        .record()
    }

    fn refund(&self) -> Record {
        let at = self.me.0;
        let (claim, refund) = (self.life.after.claims[0], self.life.after.refund);
        aftersale::fact::Refunded {
            at,
            shop: Some(self.bill.shop),
            aftersale: self.id(16),
            order_id: self.id(0),
            way: claim.map_or("return_refund", |claim| claim.way).into(),
            filed_at: claim.map_or(at, |claim| claim.at),
            review_from: refund.map_or(at, |refund| refund.review_from),
            reviewed_at: refund.map_or(at, |refund| refund.reviewed),
            excluded: self.excluded(),
        }
        .record()
    }

    fn escalation(&self, n: u8) -> Record {
        let by = self.life.after.escalations[usize::from(n)].map_or("service", |(_, by)| by);
        aftersale::fact::Escalated {
            at: self.me.0,
            shop: Some(self.bill.shop),
            dispute: self.id(24 + u64::from(n)),
            order_id: self.id(0),
            by: by.into(),
            first: n == 0,
            asked_at: self.asked(),
            paid_at: self.paid_at(),
            excluded: self.excluded(),
            rules: Some(RULES.into()),
        }
        .record()
    }

    fn finding(&self, n: u8) -> Record {
        let (claimed_at, claimed) = self.claimed();
        let what = self.life.after.found[usize::from(n)].map_or("late", |(_, what)| what);
        incident::fact::Found {
            at: self.me.0,
            shop: Some(self.bill.shop),
            incident: self.id(40 + u64::from(n)),
            order_id: self.id(0),
            what: what.into(),
            paid_at: self.paid_at(),
            claimed_at,
            claimed,
            delivered_at: self.delivered(),
            standard_by: self.picked_up().map(|(_, standard_by)| standard_by),
            excluded: self.excluded(),
            rules: Some(RULES.into()),
            first: self.found(false).is_none(),
            stalled_at: self.found(true),
            cancelled_at: self.cancelled(),
        }
        .record()
    }

    fn complaint(&self, n: u8) -> Record {
        let by = self.life.after.complaints[usize::from(n)].map_or("merchant", |(_, by)| by);
        care::fact::Complained {
            at: self.me.0,
            shop: Some(self.bill.shop),
            complaint: self.id(32 + u64::from(n)),
            order_id: self.id(0),
            by: by.into(),
            first: n == 0,
            paid_at: self.paid_at(),
            excluded: self.excluded(),
            rules: Some(RULES.into()),
        }
        .record()
    }

    fn voice(&self) -> Record {
        let (at, shop, order_id) = (self.me.0, Some(self.bill.shop), self.id(0));
        let after = &self.life.after;
        let chat = |n: u8| (self.id(8 + u64::from(n)), after.chats[usize::from(n)]);
        match self.me.1 {
            Step::Closed(n) => {
                let (session, chat) = chat(n);
                care::fact::Closed {
                    at,
                    shop,
                    session,
                    began_at: chat.map_or(at, |chat| chat.began),
                    human: chat.is_some_and(|chat| chat.human),
                    in_hours: chat.is_some_and(|chat| chat.in_hours),
                    turns: chat.map_or(0, |chat| chat.turns),
                    answered: chat.map_or(0, |chat| chat.answered),
                    reply_micros: chat.map_or(0, |chat| chat.reply),
                    order_id: chat.filter(|chat| chat.about).map(|_| order_id),
                }
                .record()
            }
            Step::Rated(n) => {
                let (session, chat) = chat(n);
                care::fact::Rated {
                    at,
                    shop,
                    session,
                    began_at: chat.map_or(at, |chat| chat.began),
                    human: chat.is_some_and(|chat| chat.human),
                    in_hours: chat.is_some_and(|chat| chat.in_hours),
                    score: chat.and_then(|chat| chat.rated).map_or(5, |(_, score)| score),
                }
                .record()
            }
            Step::Reviewed => care::fact::Created {
                at,
                shop,
                review: self.id(3),
                order_id,
                score: after.review.map_or(5, |(_, score)| score),
                excluded: self.excluded(),
                rules: Some(RULES.into()),
            }
            .record(),
            Step::Surveyed => {
                let score = after.survey.map_or(10, |(_, score)| score);
                care::fact::Answered { at, shop, survey: self.id(48), order_id, score }.record()
            }
            _ => care::fact::Asked {
                at,
                shop,
                order: order_id,
                paid_at: self.paid_at(),
                excluded: self.excluded(),
                escalated_at: self.escalated(),
            }
            .record(),
        }
    }

    fn violation(&self) -> Record {
        let (at, shop, violation) = (self.me.0, Some(self.bill.shop), self.id(56));
        let found = self.life.after.violation;
        let scene = found.map_or("negative_service", |found| found.scene).into();
        let order_id = Some(self.id(0));
        if self.me.1 == Step::Reversed {
            let found_at = found.map_or(at, |found| found.at);
            return incident::fact::Reversed { at, shop, violation, scene, found_at, order_id }.record();
        }
        incident::fact::Violated { at, shop, violation, scene, order_id }.record()
    }
}
