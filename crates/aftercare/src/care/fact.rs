//! What happens to reviews, conversations, complaints and surveys. Nobody's words ever enter a fact.

use kernel::{Id, Moment, facts, id::Order};

facts! {
    /// A buyer reviewed a shop order. A review of a purchase counts once for each of its shop orders.
    Created "review.created" of review: Review {
        /// The shop order it is about.
        order_id: Id<Order>,
        /// 1 (worst) to 5.
        score: i64,
        /// Why indicators leave the order out, as told by then; absent if it counts.
        excluded: Option<Box<str>>,
        /// The word of the rule set the order was placed under; absent for an imported order.
        rules: Option<Box<str>>,
    }

    /// A buyer asked the merchant about a shop order for the first time.
    Asked "service.asked" of order: Order {
        /// When the order was paid.
        paid_at: Moment,
        /// Why indicators leave the order out, as told by then; absent if it counts.
        excluded: Option<Box<str>>,
        /// When the order had first been taken to the platform, if that was told before this.
        escalated_at: Option<Moment>,
    }

    /// A conversation between a buyer and a shop ended.
    Closed "chat.closed" of session: Session {
        /// When it began.
        began_at: Moment,
        /// Whether a human of the shop took part.
        human: bool,
        /// Whether it began within the hours in which answers are timed.
        in_hours: bool,
        /// How many turns of the buyer went to a human.
        turns: i64,
        /// How many of them were answered.
        answered: i64,
        /// How long the answers took, in microseconds, summed over the answered turns.
        reply_micros: i64,
        /// The shop order it was about, if one.
        order_id: Option<Id<Order>>,
    }

    /// A buyer rated a conversation.
    Rated "chat.rated" of session: Session {
        /// When the conversation began.
        began_at: Moment,
        /// Whether a human of the shop took part.
        human: bool,
        /// Whether it began within the hours in which answers are timed.
        in_hours: bool,
        /// 1 (worst) to 5.
        score: i64,
    }

    /// Somebody complained about a shop order.
    Complained "complaint.filed" of complaint: Complaint {
        /// The shop order it is about.
        order_id: Id<Order>,
        /// To whom: merchant, platform or regulator.
        by: Box<str>,
        /// Whether it is the first complaint about the order.
        first: bool,
        /// When the order was paid.
        paid_at: Moment,
        /// Why indicators leave the order out, as told by then; absent if it counts.
        excluded: Option<Box<str>>,
        /// The word of the rule set the order was placed under; absent for an imported order.
        rules: Option<Box<str>>,
    }

    /// A buyer said how likely they are to recommend the shop.
    Answered "survey.answered" of survey: Survey {
        /// The shop order they were asked about.
        order_id: Id<Order>,
        /// 0 (not at all) to 10.
        score: i64,
    }
}
