//! The bookings that there are, decided from amounts alone: no clock, no database.

use super::account::{Account, Provider, Reference};
use super::error::Error;
use kernel::{Currency, Id, Money, id, split_by};
use std::collections::BTreeMap;
use store::Key;

/// The most minor units that one entry may move: ten trillion units of two digits. A sum of thousands of such entries
/// still fits.
pub const MOST: i64 = 1_000_000_000_000_000;

/// Which movement a booking is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A payment was captured for orders.
    Capture,
    /// A part of a payment came in, and waits for the rest.
    Part,
    /// A payment was captured that pays for nothing.
    Late,
    /// Such a payment, or what was too much of one, goes back.
    GiveBack,
    /// Money of an order that is not released goes back to the buyer.
    Refund,
    /// An order's money goes to the shop, less commission and fees.
    Release,
    /// Money of a released order goes back to the buyer.
    RefundReleased,
    /// The provider has paid a refund out.
    RefundSent,
    /// A shop's account is filled up by what the shop owes from here on.
    Debt,
    /// What a shop owes is taken from what it has to get.
    Repay,
    /// A shop pays for a coupon that its buyer gets because it broke a promise.
    Compensation,
    /// Money of a shop is held back.
    Hold,
    /// Money that was held back is the shop's again.
    Free,
    /// A shop pays a deposit.
    Deposit,
    /// What a shop owes is taken from its deposit.
    Cover,
    /// A provider's figure and ours differ by the last unit.
    Rounding,
    /// An earlier booking is taken back.
    Reversal,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 17] = [
        Self::Capture,
        Self::Part,
        Self::Late,
        Self::GiveBack,
        Self::Refund,
        Self::Release,
        Self::RefundReleased,
        Self::RefundSent,
        Self::Debt,
        Self::Repay,
        Self::Compensation,
        Self::Hold,
        Self::Free,
        Self::Deposit,
        Self::Cover,
        Self::Rounding,
        Self::Reversal,
    ];

    /// Its word in the store, in facts and in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Capture => "capture",
            Self::Part => "part",
            Self::Late => "late",
            Self::GiveBack => "give_back",
            Self::Refund => "refund",
            Self::Release => "release",
            Self::RefundReleased => "refund_released",
            Self::RefundSent => "refund_sent",
            Self::Debt => "debt",
            Self::Repay => "repay",
            Self::Compensation => "compensation",
            Self::Hold => "hold",
            Self::Free => "free",
            Self::Deposit => "deposit",
            Self::Cover => "cover",
            Self::Rounding => "rounding",
            Self::Reversal => "reversal",
        }
    }

    /// Reads its word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// What a booking does to one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Which account.
    pub account: Account,
    /// By how many minor units: positive is credit, negative debit, never zero.
    pub minor: i64,
}

impl Entry {
    /// By how much the account grows, on its own side.
    pub const fn growth(&self) -> i64 {
        match self.account.class().side() {
            super::Side::Credit => self.minor,
            super::Side::Debit => -self.minor,
        }
    }
}

/// A booking that may be written: made by the functions below alone, so it is in one currency, its entries sum to zero,
/// none of them is zero, and there is one for an account, in the accounts' order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booking {
    kind: Kind,
    reference: Reference,
    key: String,
    reverses: Option<Id<id::Booking>>,
    currency: Currency,
    entries: Vec<Entry>,
}

/// A payment that a provider captured for the orders of a purchase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capture {
    /// The payment; it is booked once, here or as [`Booking::late`].
    pub payment: Id<id::Payment>,
    /// Who holds the money.
    pub provider: Provider,
    /// How much came in, in all its parts.
    pub received: Money,
    /// How much of that came before and was booked with [`Booking::part`].
    pub before: Money,
    /// What each shop order of the purchase costs.
    pub orders: Vec<(Id<id::Order>, Money)>,
}

/// What was fixed for an order at its sale, besides what the buyer pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// The platform's commission.
    pub commission: Money,
    /// The platform's fees.
    pub fee: Money,
    /// What the platform pays to the shop for its coupons.
    pub coupon: Money,
}

/// An order's money goes to its shop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// Which order; it is released once.
    pub order: Id<id::Order>,
    /// Whose.
    pub shop: Id<id::Shop>,
    /// What is left of what the buyer paid.
    pub paid: Money,
    /// Commission, fees and coupons that fall to it (see [`Terms::part`] for an order that was partly refunded).
    pub terms: Terms,
}

/// Money of an order goes back to the buyer before its release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refund {
    /// The refund's own key: the same refund told twice is booked once.
    pub key: String,
    /// From which order.
    pub order: Id<id::Order>,
    /// To which payment it goes back.
    pub payment: Id<id::Payment>,
    /// How much.
    pub amount: Money,
    /// What it is booked for.
    pub reference: Reference,
}

/// Money of an order goes back to the buyer after its release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleasedRefund {
    /// What goes back, and where.
    pub refund: Refund,
    /// The shop that the order's money went to.
    pub shop: Id<id::Shop>,
    /// What of commission and fees goes back to the shop and what of the coupons it gives back (see [`Terms::part`]).
    pub terms: Terms,
}

/// Entries in the making.
struct Draft {
    currency: Currency,
    entries: BTreeMap<Account, i64>,
}

impl Draft {
    const fn new(currency: Currency) -> Self {
        Self { currency, entries: BTreeMap::new() }
    }

    /// Adds to an account: positive is credit.
    fn add(&mut self, account: Account, amount: Money) -> Result<(), Error> {
        let before = self.entries.get(&account).copied().unwrap_or(0);
        let sum = Money::new(before, self.currency).plus(amount)?;
        self.entries.insert(account, sum.minor);
        Ok(())
    }
    fn credit(mut self, account: Account, amount: Money) -> Result<Self, Error> {
        self.add(account, amount)?;
        Ok(self)
    }
    fn debit(mut self, account: Account, amount: Money) -> Result<Self, Error> {
        self.add(account, negated(amount)?)?;
        Ok(self)
    }

    fn finish(
        self,
        kind: Kind,
        reference: Reference,
        key: String,
        reverses: Option<Id<id::Booking>>,
    ) -> Result<Booking, Error> {
        if !(1..=200).contains(&key.len()) || !key.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(Error::BadKey(key.chars().take(60).collect()));
        }
        let currency = self.currency;
        let entries: Vec<Entry> = self
            .entries
            .into_iter()
            .filter(|(_, minor)| *minor != 0)
            .map(|(account, minor)| Entry { account, minor })
            .collect();
        if let Some(large) = entries.iter().find(|e| e.minor.unsigned_abs() > MOST.unsigned_abs()) {
            return Err(Error::TooLarge(Money::new(large.minor, currency)));
        }
        let sum: i128 = entries.iter().map(|e| i128::from(e.minor)).sum();
        if sum != 0 || entries.len() < 2 {
            return Err(Error::Unbalanced(sum));
        }
        Ok(Booking { kind, reference, key, reverses, currency, entries })
    }
}

fn negated(amount: Money) -> Result<Money, Error> {
    let minor = amount.minor.checked_neg().ok_or(kernel::MoneyError::TooLarge)?;
    Ok(Money { minor, ..amount })
}

fn less(amount: Money, by: Money) -> Result<Money, Error> {
    Ok(amount.plus(negated(by)?)?)
}

const fn positive(what: &'static str, amount: Money) -> Result<(), Error> {
    if amount.minor > 0 { Ok(()) } else { Err(Error::NotPositive { what, amount }) }
}

impl Terms {
    /// Nothing besides what the buyer pays.
    pub const fn none(currency: Currency) -> Self {
        let nothing = Money::new(0, currency);
        Self { commission: nothing, fee: nothing, coupon: nothing }
    }

    /// What of them falls to the part of `paid` from `before` to `after`. Whatever the steps from nothing to the whole,
    /// the parts add up to these terms, to the last unit.
    pub fn part(&self, paid: Money, before: Money, after: Money) -> Result<Self, Error> {
        if before.currency != paid.currency || after.currency != paid.currency {
            let other = if before.currency == paid.currency { after } else { before };
            return Err(kernel::MoneyError::Mixed(paid.currency, other.currency).into());
        }
        self.check()?;
        let ordered = 0 <= before.minor && before.minor < after.minor && after.minor <= paid.minor;
        if !ordered {
            return Err(Error::NotAPart { before, after, paid });
        }
        let up_to = |line: Money, at: Money| {
            let weights = [at.minor.unsigned_abs(), (paid.minor - at.minor).unsigned_abs()];
            split_by(line.minor, &weights).first().copied().unwrap_or(0)
        };
        let of = |line: Money| Money { minor: up_to(line, after) - up_to(line, before), ..line };
        Ok(Self { commission: of(self.commission), fee: of(self.fee), coupon: of(self.coupon) })
    }

    const fn check(&self) -> Result<(), Error> {
        let lines = [("the commission", self.commission), ("the fee", self.fee), ("the coupon", self.coupon)];
        let mut i = 0;
        while i < lines.len() {
            let (what, amount) = lines[i];
            if amount.minor < 0 {
                return Err(Error::Negative { what, amount });
            }
            i += 1;
        }
        Ok(())
    }

    /// What a shop gets or gives for `paid`: with the coupons, without commission and fees.
    fn net(&self, paid: Money) -> Result<Money, Error> {
        self.check()?;
        let from = paid.plus(self.coupon)?;
        let charges = self.commission.plus(self.fee)?;
        let net = less(from, charges)?;
        if net.minor < 0 {
            return Err(Error::ChargesExceed { charges, from });
        }
        Ok(net)
    }
}

impl Booking {
    /// A payment came in for orders: the provider holds it, the escrow of each order gets its price, and what is too
    /// much stands in the payment's surplus until it is given back. Parts that came before are taken from there. Too little
    /// is refused: then nothing is paid for, and the money is [`late`](Self::late).
    pub fn capture(capture: &Capture) -> Result<Self, Error> {
        let Capture { payment, provider, received, before, orders } = capture;
        positive("what came in", *received)?;
        if before.minor < 0 || before.minor > received.minor {
            return Err(Error::NotPositive { what: "what came before", amount: *before });
        }
        let mut due = Money::new(0, received.currency);
        let mut draft = Draft::new(received.currency);
        for (order, price) in orders {
            positive("the price of an order", *price)?;
            due = due.plus(*price)?;
            draft.add(Account::Escrow(*order), *price)?;
        }
        let surplus = less(*received, due)?;
        if surplus.minor < 0 {
            return Err(Error::Short { received: *received, due });
        }
        draft
            .credit(Account::Surplus(*payment), surplus)?
            .debit(Account::Surplus(*payment), *before)?
            .debit(Account::Provider(provider.clone()), less(*received, *before)?)?
            .finish(Kind::Capture, Reference::Payment(*payment), capture_key(*payment), None)
    }

    /// A part of a payment came in, after `before` of it: it waits in the payment's surplus for the rest, or to go back.
    pub fn part(
        payment: Id<id::Payment>,
        provider: &Provider,
        amount: Money,
        before: Money,
    ) -> Result<Self, Error> {
        positive("what came in", amount)?;
        let key = format!("part:{payment}:{}", before.minor);
        Draft::new(amount.currency)
            .credit(Account::Surplus(payment), amount)?
            .debit(Account::Provider(provider.clone()), amount)?
            .finish(Kind::Part, Reference::Payment(payment), key, None)
    }

    /// A payment came in that pays for nothing: after the order was closed, a second time, or too little.
    pub fn late(payment: Id<id::Payment>, provider: &Provider, received: Money) -> Result<Self, Error> {
        positive("what came in", received)?;
        Draft::new(received.currency)
            .credit(Account::Surplus(payment), received)?
            .debit(Account::Provider(provider.clone()), received)?
            .finish(Kind::Late, Reference::Payment(payment), capture_key(payment), None)
    }

    /// What a payment brought for nothing begins its way back.
    pub fn give_back(payment: Id<id::Payment>, amount: Money) -> Result<Self, Error> {
        positive("what is given back", amount)?;
        Draft::new(amount.currency)
            .debit(Account::Surplus(payment), amount)?
            .credit(Account::Refund(payment), amount)?
            .finish(Kind::GiveBack, Reference::Payment(payment), format!("give_back:{payment}"), None)
    }

    /// Money of an order begins its way back before the order is released.
    pub fn refund(refund: &Refund) -> Result<Self, Error> {
        positive("the refund", refund.amount)?;
        Draft::new(refund.amount.currency)
            .debit(Account::Escrow(refund.order), refund.amount)?
            .credit(Account::Refund(refund.payment), refund.amount)?
            .finish(Kind::Refund, refund.reference, refund.key.clone(), None)
    }

    /// The provider has paid a refund out; `key` is that of the refund or of its attempt.
    pub fn refund_sent(
        payment: Id<id::Payment>,
        provider: &Provider,
        amount: Money,
        key: &str,
    ) -> Result<Self, Error> {
        positive("the refund", amount)?;
        Draft::new(amount.currency)
            .debit(Account::Refund(payment), amount)?
            .credit(Account::Provider(provider.clone()), amount)?
            .finish(Kind::RefundSent, Reference::Payment(payment), format!("sent:{key}"), None)
    }

    /// An order's money goes to its shop, less commission and fees, with the coupons that the platform pays for. A note
    /// remembers how much the order may still give back. An order that coupons paid for alone has no money in escrow.
    pub fn release(release: &Release) -> Result<Self, Error> {
        let Release { order, shop, paid, terms } = release;
        if paid.minor < 0 {
            return Err(Error::Negative { what: "what is released", amount: *paid });
        }
        let net = terms.net(*paid)?;
        positive("what is released", paid.plus(terms.coupon)?)?;
        Draft::new(paid.currency)
            .debit(Account::Escrow(*order), *paid)?
            .debit(Account::Coupon, terms.coupon)?
            .credit(Account::Commission, terms.commission)?
            .credit(Account::Fee, terms.fee)?
            .credit(Account::Payable(*shop), net)?
            .credit(Account::Refundable(*order), *paid)?
            .debit(Account::Memo, *paid)?
            .finish(Kind::Release, Reference::Order(*order), format!("release:{order}"), None)
    }

    /// Money of a released order begins its way back: from the shop, with its part of commission and fees, less the
    /// coupons. Where the shop has too little, [`debt`](Self::debt) comes before it.
    pub fn refund_released(released: &ReleasedRefund) -> Result<Self, Error> {
        let ReleasedRefund { refund, shop, terms } = released;
        positive("the refund", refund.amount)?;
        let net = terms.net(refund.amount)?;
        Draft::new(refund.amount.currency)
            .debit(Account::Payable(*shop), net)?
            .debit(Account::Commission, terms.commission)?
            .debit(Account::Fee, terms.fee)?
            .credit(Account::Coupon, terms.coupon)?
            .credit(Account::Refund(refund.payment), refund.amount)?
            .debit(Account::Refundable(refund.order), refund.amount)?
            .credit(Account::Memo, refund.amount)?
            .finish(Kind::RefundReleased, refund.reference, refund.key.clone(), None)
    }

    /// What the shop has to owe so that a refund after release can be taken from it, if it has to get only `payable`.
    pub fn debt(released: &ReleasedRefund, payable: Money) -> Result<Option<Self>, Error> {
        let net = released.terms.net(released.refund.amount)?;
        let short = less(net, payable)?;
        if short.minor <= 0 {
            return Ok(None);
        }
        Draft::new(short.currency)
            .debit(Account::Debt(released.shop), short)?
            .credit(Account::Payable(released.shop), short)?
            .finish(Kind::Debt, released.refund.reference, format!("debt:{}", released.refund.key), None)
            .map(Some)
    }

    /// What a shop owes is taken from what it has to get.
    pub fn repay(shop: Id<id::Shop>, amount: Money, key: &str) -> Result<Self, Error> {
        let (from, to) = (Account::Payable(shop), Account::Debt(shop));
        within(Kind::Repay, from, to, amount, Reference::Shop(shop), key)
    }

    /// What a shop owes is taken from its deposit.
    pub fn cover(shop: Id<id::Shop>, amount: Money, reference: Reference, key: &str) -> Result<Self, Error> {
        within(Kind::Cover, Account::Deposit(shop), Account::Debt(shop), amount, reference, key)
    }

    /// A shop pays for a coupon of the platform that the buyer of an order gets, once for an order: what the coupon takes off
    /// later is the platform's to pay, and paid for from here on. Where the shop has too little, [`owed`](Self::owed) comes
    /// before it.
    pub fn compensation(order: Id<id::Order>, shop: Id<id::Shop>, amount: Money) -> Result<Self, Error> {
        let key = format!("compensation:{order}");
        within(
            Kind::Compensation,
            Account::Payable(shop),
            Account::Coupon,
            amount,
            Reference::Order(order),
            &key,
        )
    }

    /// What a shop has to owe so that a compensation can be taken from it, if it has to get only `payable`.
    pub fn owed(
        order: Id<id::Order>,
        shop: Id<id::Shop>,
        amount: Money,
        payable: Money,
    ) -> Result<Option<Self>, Error> {
        let short = less(amount, payable)?;
        if short.minor <= 0 {
            return Ok(None);
        }
        let key = format!("debt:compensation:{order}");
        let (from, to) = (Account::Debt(shop), Account::Payable(shop));
        within(Kind::Debt, from, to, short, Reference::Order(order), &key).map(Some)
    }

    /// Money of a shop is held back for a reason.
    pub fn hold(shop: Id<id::Shop>, amount: Money, reference: Reference, key: &str) -> Result<Self, Error> {
        within(Kind::Hold, Account::Payable(shop), Account::Held(shop), amount, reference, key)
    }

    /// Money that was held back is the shop's again.
    pub fn free(shop: Id<id::Shop>, amount: Money, reference: Reference, key: &str) -> Result<Self, Error> {
        within(Kind::Free, Account::Held(shop), Account::Payable(shop), amount, reference, key)
    }

    /// A shop pays a deposit through a provider.
    pub fn deposit(
        shop: Id<id::Shop>,
        provider: &Provider,
        amount: Money,
        payment: Id<id::Payment>,
    ) -> Result<Self, Error> {
        let from = Account::Provider(provider.clone());
        let reference = Reference::Payment(payment);
        within(Kind::Deposit, from, Account::Deposit(shop), amount, reference, &capture_key(payment))
    }

    /// A provider holds a little more for us than we thought (`gain`), or less, if it is negative.
    pub fn rounding(
        provider: &Provider,
        gain: Money,
        reference: Reference,
        key: &str,
    ) -> Result<Self, Error> {
        if gain.minor == 0 {
            return Err(Error::NotPositive { what: "the difference", amount: gain });
        }
        Draft::new(gain.currency)
            .debit(Account::Provider(provider.clone()), gain)?
            .credit(Account::Rounding, gain)?
            .finish(Kind::Rounding, reference, key.to_owned(), None)
    }

    /// Takes an earlier booking back, whole. A booking is reversed at most once.
    pub fn reversal(of: Id<id::Booking>, booking: &Self) -> Result<Self, Error> {
        if booking.kind == Kind::Reversal {
            return Err(Error::IsReversal(of));
        }
        let mut draft = Draft::new(booking.currency);
        for entry in &booking.entries {
            draft.add(entry.account.clone(), negated(Money::new(entry.minor, booking.currency))?)?;
        }
        draft.finish(Kind::Reversal, booking.reference, format!("reversal:{of}"), Some(of))
    }

    /// A booking as it was stored.
    pub(super) fn stored(
        kind: Kind,
        reference: Reference,
        key: String,
        reverses: Option<Id<id::Booking>>,
        currency: Currency,
        entries: Vec<Entry>,
    ) -> Self {
        Self { kind, reference, key, reverses, currency, entries }
    }

    /// Which movement it is.
    pub const fn kind(&self) -> Kind {
        self.kind
    }
    /// What it was made for.
    pub const fn reference(&self) -> Reference {
        self.reference
    }
    /// What it is told apart by: the same key is the same booking.
    pub fn key(&self) -> &str {
        &self.key
    }
    /// The booking that it takes back.
    pub const fn reverses(&self) -> Option<Id<id::Booking>> {
        self.reverses
    }
    /// In which currency.
    pub const fn currency(&self) -> Currency {
        self.currency
    }
    /// Its entries, in the order of their accounts.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }
    /// How much moves: the sum of its positive entries, without notes beside the money.
    pub fn amount(&self) -> Money {
        let moved = self
            .entries
            .iter()
            .filter(|e| e.minor > 0 && !matches!(e.account, Account::Memo | Account::Refundable(_)));
        Money::new(moved.fold(0i64, |sum, e| sum.saturating_add(e.minor)), self.currency)
    }
    /// The shop it concerns, if it moves a shop's money.
    pub fn shop(&self) -> Option<Id<id::Shop>> {
        self.entries.iter().find_map(|e| e.account.shop())
    }

    /// What a write of this booking touches, for [`store::Db::write`]: its key and its accounts with a floor, those of
    /// shops first because most bookings meet there. Two writes of one key that name it never meet at the same time.
    pub fn keys(&self) -> Vec<Key> {
        let guarded = self.entries.iter().map(|e| &e.account).filter(|a| a.class().is_guarded());
        let (mut shops, mut others): (Vec<&Account>, Vec<&Account>) =
            guarded.partition(|a| a.shop().is_some());
        shops.append(&mut others);
        let mut keys: Vec<Key> = shops.into_iter().map(account_key).collect();
        keys.push(Key::new("ledger_booking", self.key.as_str()));
        keys
    }
}

impl ReleasedRefund {
    /// What a write of it touches: the refund, and what the shop may come to owe.
    pub fn keys(&self) -> Result<Vec<Key>, Error> {
        let mut keys = Booking::refund_released(self)?.keys();
        keys.insert(0, account_key(&Account::Payable(self.shop)));
        keys.push(account_key(&Account::Debt(self.shop)));
        Ok(keys)
    }
}

fn account_key(account: &Account) -> Key {
    Key::new("ledger_guard", account.to_string().as_str())
}

/// A payment of a provider is booked once, whatever it is taken for.
fn capture_key(payment: Id<id::Payment>) -> String {
    format!("capture:{payment}")
}

fn within(
    kind: Kind,
    from: Account,
    to: Account,
    amount: Money,
    reference: Reference,
    key: &str,
) -> Result<Booking, Error> {
    positive("the amount", amount)?;
    Draft::new(amount.currency).debit(from, amount)?.credit(to, amount)?.finish(
        kind,
        reference,
        key.to_owned(),
        None,
    )
}

#[cfg(test)]
mod tests;
