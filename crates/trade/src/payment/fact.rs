//! What happens to payments.

use kernel::fact::Minor;
use kernel::{Id, Moment, facts, id::Order, id::Payment, id::Purchase};

facts! {
    /// A payment towards a purchase was made.
    Recorded "payment.recorded" of payment: Payment {
        /// The purchase it pays for.
        purchase: Id<Purchase>,
        /// By what means, in the word of the system it came from.
        method: Box<str>,
        /// In how many instalments.
        installments: i64,
        /// How much.
        amount: Minor,
    }

    /// A payment failed: its provider says that the money will not come.
    Failed "payment.failed" of payment: Payment {
        /// The purchase it was for.
        purchase: Id<Purchase>,
        /// At which provider.
        provider: Box<str>,
        /// How much was asked for.
        amount: Minor,
    }

    /// Money came in that pays for nothing, or more than was due; it goes back by itself.
    Unmatched "payment.unmatched" of payment: Payment {
        /// The purchase it was for.
        purchase: Id<Purchase>,
        /// At which provider.
        provider: Box<str>,
        /// Why: late, double, short or surplus.
        why: Box<str>,
        /// How much of it goes back.
        amount: Minor,
        /// In which currency that is.
        currency: Box<str>,
    }

    /// A provider paid a refund out.
    Refunded "payment.refunded" of refund: Refund {
        /// From which payment.
        payment: Id<Payment>,
        /// For which purchase that was.
        purchase: Id<Purchase>,
        /// For which order, if for one.
        order_id: Option<Id<Order>>,
        /// Why: cancelled, late, double, short, surplus or aftersale.
        why: Box<str>,
        /// How much.
        amount: Minor,
        /// In which currency that is.
        currency: Box<str>,
        /// When it was wanted.
        wanted_at: Moment,
    }
}
