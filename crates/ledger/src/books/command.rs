//! What can be done to the ledger.

use super::account::{Account, Class};
use super::error::Error;
use super::model::{Booking, ReleasedRefund};
use super::{fact, sql, view};
use kernel::fact::Minor;
use kernel::{Ctx, Id, id};
use store::Tx;

/// What came of a booking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Booked {
    /// The booking's id.
    pub id: Id<id::Booking>,
    /// Whether it was written now; false: it was there already, and nothing was changed.
    pub new: bool,
}

/// Books. The same booking under its key again is the one that is there; another one under that key is
/// [`Error::KeyTaken`]; an account that would go below its floor is [`Error::BelowFloor`]. A refusal leaves the
/// transaction as it was. The write should name [`Booking::keys`].
pub fn book(tx: &mut Tx<'_>, ctx: &Ctx, booking: &Booking) -> Result<Booked, Error> {
    match already(tx, booking)? {
        Some(there) => Ok(there),
        None => book_new(tx, ctx, booking).map(|id| Booked { id, new: true }),
    }
}

/// [`book`] for a caller who knows that there is nothing under the key, because what the booking follows from happens once:
/// a booking that is there all the same refuses the write.
pub fn book_new(tx: &mut Tx<'_>, ctx: &Ctx, booking: &Booking) -> Result<Id<id::Booking>, Error> {
    sql::shift_guards(tx, booking)?;
    let id = ctx.id();
    sql::insert(tx, id, ctx.now, booking)?;
    tx.append(ctx, &told(ctx, id, booking))?;
    Ok(id)
}

/// Books a refund after release; what the shop has to get too little for it, the shop owes from here on, by a booking of
/// its own. The write should name [`ReleasedRefund::keys`], and an error has to refuse the write.
pub fn refund_released(tx: &mut Tx<'_>, ctx: &Ctx, released: &ReleasedRefund) -> Result<Booked, Error> {
    let booking = Booking::refund_released(released)?;
    if let Some(there) = already(tx, &booking)? {
        return Ok(there);
    }
    let (asked, currency) = (released.refund.amount, booking.currency());
    let account = Account::Refundable(released.refund.order);
    let there = view::balance(tx, &account, currency)?;
    if there.minor < asked.minor {
        return Err(Error::BelowFloor { account, asked, there });
    }
    let payable = view::balance(tx, &Account::Payable(released.shop), currency)?;
    if let Some(debt) = Booking::debt(released, payable)? {
        book(tx, ctx, &debt)?;
    }
    book(tx, ctx, &booking)
}

/// Takes a booking back, whole, by another one; a second time changes nothing. Floors hold for it as for any booking:
/// money that has moved on since is not taken back.
pub fn reverse(tx: &mut Tx<'_>, ctx: &Ctx, id: Id<id::Booking>) -> Result<Booked, Error> {
    let there = view::booking(tx, id)?;
    book(tx, ctx, &Booking::reversal(id, &there.booking)?)
}

/// The booking that is there under this one's key, if it is this one.
fn already(tx: &mut Tx<'_>, booking: &Booking) -> Result<Option<Booked>, Error> {
    match view::by_key(tx, booking.key())? {
        None => Ok(None),
        Some(there) if there.booking == *booking => Ok(Some(Booked { id: there.id, new: false })),
        Some(there) => Err(Error::KeyTaken { key: booking.key().to_owned(), booking: there.id }),
    }
}

/// The fact of a booking.
fn told(ctx: &Ctx, id: Id<id::Booking>, booking: &Booking) -> fact::Booked {
    let of = |class: Class| {
        let mut entries = booking.entries().iter().filter(|e| e.account.class() == class).peekable();
        entries.peek()?;
        Some(Minor(entries.fold(0i64, |sum, e| sum.saturating_add(e.minor))))
    };
    fact::Booked {
        at: ctx.now,
        shop: booking.shop(),
        booking: id,
        movement: booking.kind().as_str().into(),
        reference: booking.reference().to_string().into(),
        currency: booking.currency().code().into(),
        amount: Minor(booking.amount().minor),
        reverses: booking.reverses(),
        provider: of(Class::Provider),
        escrow: of(Class::Escrow),
        surplus: of(Class::Surplus),
        refund: of(Class::Refund),
        payable: of(Class::Payable),
        debt: of(Class::Debt),
        deposit: of(Class::Deposit),
        held: of(Class::Held),
        commission: of(Class::Commission),
        fee: of(Class::Fee),
        coupon: of(Class::Coupon),
        rounding: of(Class::Rounding),
        refundable: of(Class::Refundable),
        memo: of(Class::Memo),
    }
}
