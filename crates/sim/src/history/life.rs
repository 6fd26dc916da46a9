//! What becomes of one order: when what happened to it, and what is fixed about it on the way.

use kernel::Moment;

pub(super) const MINUTE: i64 = 60_000_000;
pub(super) const HOUR: i64 = 60 * MINUTE;

/// When what happened to an order.
pub(super) struct Life {
    pub(super) placed: Moment,
    pub(super) ship_by: Moment,
    pub(super) deliver_by: Moment,
    /// Why indicators leave it out from the start.
    pub(super) excluded: Option<&'static str>,
    pub(super) paid: Option<Paid>,
    /// When it was picked up, and by when the standard of its lane has it delivered.
    pub(super) picked_up: Option<(Moment, Moment)>,
    pub(super) delivered: Option<Moment>,
    pub(super) cancelled: Option<Moment>,
    /// Whether it is bulky and installed at the buyer's.
    pub(super) install: bool,
    pub(super) remote: bool,
    pub(super) after: After,
}

/// What a payment fixes.
#[derive(Clone, Copy)]
pub(super) struct Paid {
    pub(super) at: Moment,
    pub(super) pickup_from: Moment,
    /// The end of the day after payment.
    pub(super) next_day_end: Moment,
    pub(super) insured: Option<&'static str>,
}

/// How the way of an order went, for what is drawn after it.
pub(super) struct Way {
    /// How much is wrong with the shop's service now: 0 to 100.
    pub(super) bad: u32,
    /// How much busier than usual the shop is, in percent.
    pub(super) load: u32,
    pub(super) late: bool,
    /// How many hours the parcel stood still for no reason.
    pub(super) stray: i64,
    /// Whether the buyer changed their mind before anything was sent.
    pub(super) regret: bool,
}

/// What happens besides the way of the parcel.
#[derive(Default)]
pub(super) struct After {
    pub(super) asked: Option<Moment>,
    pub(super) chats: [Option<Chat>; 3],
    /// The second one of an order does not count.
    pub(super) claims: [Option<Claim>; 2],
    /// Of the first claim.
    pub(super) refund: Option<Refund>,
    pub(super) escalations: [Option<(Moment, &'static str)>; 2],
    pub(super) found: [Option<(Moment, &'static str)>; 2],
    pub(super) complaints: [Option<(Moment, &'static str)>; 2],
    pub(super) review: Option<(Moment, i64)>,
    pub(super) survey: Option<(Moment, i64)>,
    pub(super) installed: Option<Moment>,
    pub(super) violation: Option<Violation>,
    /// When it turned out not to count, and why: after everything else.
    pub(super) voided: Option<(Moment, &'static str)>,
}

/// A conversation.
#[derive(Clone, Copy)]
pub(super) struct Chat {
    pub(super) began: Moment,
    pub(super) ended: Moment,
    pub(super) human: bool,
    pub(super) in_hours: bool,
    pub(super) turns: i64,
    pub(super) answered: i64,
    pub(super) reply: i64,
    pub(super) rated: Option<(Moment, i64)>,
    /// Whether it is about this order.
    pub(super) about: bool,
}

/// A request for money back or a return.
#[derive(Clone, Copy)]
pub(super) struct Claim {
    pub(super) at: Moment,
    pub(super) way: &'static str,
    pub(super) reason: &'static str,
}

/// A refund that succeeded.
#[derive(Clone, Copy)]
pub(super) struct Refund {
    pub(super) at: Moment,
    pub(super) review_from: Moment,
    pub(super) reviewed: Moment,
}

/// What the shop is found to have done with this order.
#[derive(Clone, Copy)]
pub(super) struct Violation {
    pub(super) at: Moment,
    pub(super) scene: &'static str,
    pub(super) reversed: Option<Moment>,
}
