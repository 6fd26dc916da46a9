//! What the ledger tells: that money moved, with one column for each class of account.
//!
//! A column is positive where something is owed or earned and negative where it is held or spent, as in the ledger; the
//! columns of a fact sum to zero.

use kernel::fact::Minor;
use kernel::{Id, facts, id};

facts! {
    /// Money moved in the ledger.
    Booked "ledger.booked" of booking: Booking {
        /// Which movement: capture, late, give_back, refund, release, refund_released, refund_sent, debt, repay, hold,
        /// free, deposit, cover, rounding or reversal.
        movement: Box<str>,
        /// The id of what it was booked for: an order, a payment, a purchase, a request for money back, a shop.
        reference: Box<str>,
        /// In which currency.
        currency: Box<str>,
        /// How much moved: the sum of its positive entries.
        amount: Minor,
        /// The booking that this one takes back.
        reverses: Option<Id<id::Booking>>,
        /// What the providers hold for the platform: negative, more of it held.
        provider: Option<Minor>,
        /// What is kept for orders that are not released.
        escrow: Option<Minor>,
        /// What came in and pays for nothing: late, double or too much.
        surplus: Option<Minor>,
        /// What is on its way back to buyers.
        refund: Option<Minor>,
        /// What shops have to get.
        payable: Option<Minor>,
        /// What shops owe: negative, more of it owed.
        debt: Option<Minor>,
        /// What shops have deposited.
        deposit: Option<Minor>,
        /// What of the shops' money is held back.
        held: Option<Minor>,
        /// Commission earned.
        commission: Option<Minor>,
        /// Fees earned.
        fee: Option<Minor>,
        /// Coupons that the platform pays for: negative, more of it spent.
        coupon: Option<Minor>,
        /// Differences of the last unit.
        rounding: Option<Minor>,
        /// What released orders may still give back; a note beside the money.
        refundable: Option<Minor>,
        /// The other side of that note.
        memo: Option<Minor>,
    }
}
