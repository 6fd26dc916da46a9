//! What happens to payments.

use kernel::fact::Minor;
use kernel::{Id, facts, id::Purchase};

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
}
