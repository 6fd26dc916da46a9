//! Attempts and refunds as they are decided upon. No clock, no database, no provider.

use super::error::Error;
use crate::order;
use kernel::{Actor, Id, Moment, Money, id};
use ledger::Provider;

/// Where an attempt is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// The provider is about to be asked.
    Started,
    /// The buyer can pay there.
    Pending,
    /// The money is there.
    Captured,
    /// It will not come.
    Failed,
    /// Nobody waits for it any more.
    Abandoned,
}

/// What can happen to an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// The provider is ready for the buyer.
    Begin,
    /// The money came in.
    Capture,
    /// The provider says that it will not come.
    Fail,
    /// Its lease ran out and its purchase is settled, or the provider never heard of it.
    Abandon,
}

impl Step {
    /// Every step.
    pub const ALL: [Self; 4] = [Self::Begin, Self::Capture, Self::Fail, Self::Abandon];
}

impl Status {
    /// Every status.
    pub const ALL: [Self; 5] = [Self::Started, Self::Pending, Self::Captured, Self::Failed, Self::Abandoned];

    /// The whole life of an attempt. Money that comes in after all is captured, whatever was thought before.
    pub const fn after(self, step: Step) -> Option<Self> {
        match (self, step) {
            (Self::Started, Step::Begin) => Some(Self::Pending),
            (Self::Started | Self::Pending, Step::Capture) => Some(Self::Captured),
            (Self::Started | Self::Pending, Step::Fail) => Some(Self::Failed),
            (Self::Started | Self::Pending, Step::Abandon) => Some(Self::Abandoned),
            (Self::Pending, Step::Begin) => None,
            (Self::Failed | Self::Abandoned, Step::Capture) => Some(Self::Captured),
            (Self::Failed | Self::Abandoned, Step::Begin | Step::Fail | Step::Abandon) => None,
            (Self::Captured, Step::Begin | Step::Capture | Step::Fail | Step::Abandon) => None,
        }
    }

    /// Whether it is still waited for.
    pub const fn is_open(self) -> bool {
        match self {
            Self::Started | Self::Pending => true,
            Self::Captured | Self::Failed | Self::Abandoned => false,
        }
    }

    /// Its word in the store and in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::Pending => "pending",
            Self::Captured => "captured",
            Self::Failed => "failed",
            Self::Abandoned => "abandoned",
        }
    }

    /// Reads its word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }
}

/// A try to pay for a purchase at a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Its id, which the provider keeps with it.
    pub id: Id<id::Payment>,
    /// What it pays for.
    pub purchase: Id<id::Purchase>,
    /// At which provider.
    pub provider: Provider,
    /// How much is asked for.
    pub amount: Money,
    /// Where it is.
    pub status: Status,
    /// Rises by one with every step, from 1.
    pub version: i64,
    /// The provider's id of it.
    pub reference: Option<Box<str>>,
    /// Where the buyer pays.
    pub redirect: Option<Box<str>>,
    /// How the embedded provider is to behave.
    pub script: Option<Box<str>>,
    /// Whether people record what comes, and send what goes back.
    pub by_hand: bool,
    /// When it is looked after, if nothing was told by then.
    pub lease_until: Moment,
    /// When it was started.
    pub started_at: Moment,
    /// When it was captured, failed or abandoned.
    pub settled_at: Option<Moment>,
    /// How much came in.
    pub captured: Option<Money>,
    /// How much of that was ever wanted back.
    pub refunding: Money,
    /// What came of it in parts, while it is too little.
    pub received: Money,
}

impl Attempt {
    /// What is still missing of what is asked for.
    pub const fn missing(&self) -> Money {
        let minor = self.amount.minor.saturating_sub(self.received.minor);
        Money { minor: if minor < 0 { 0 } else { minor }, ..self.amount }
    }

    /// What may still go back.
    pub fn left(&self) -> Money {
        let captured = self.captured.unwrap_or(Money { minor: 0, ..self.amount });
        Money { minor: captured.minor.saturating_sub(self.refunding.minor), ..captured }
    }
}

/// What money that came in is to its purchase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Came {
    /// It pays for it.
    Captures,
    /// It pays for it, and some of it is too much.
    Surplus,
    /// The purchase is over: cancelled or closed.
    Late,
    /// The purchase was paid for already, by another attempt.
    Double,
    /// It is too little, or in another currency.
    Short,
    /// It is a part of it, and what came before it waits with it for the rest.
    Part,
    /// It was taken in already.
    Nothing,
}

impl Came {
    /// Whether the purchase is paid for by it.
    pub const fn pays(self) -> bool {
        match self {
            Self::Captures | Self::Surplus => true,
            Self::Late | Self::Double | Self::Short | Self::Part | Self::Nothing => false,
        }
    }

    /// Why some of it, or all of it, goes back by itself.
    pub const fn why(self) -> Option<Why> {
        match self {
            Self::Captures | Self::Part | Self::Nothing => None,
            Self::Surplus => Some(Why::Surplus),
            Self::Late => Some(Why::Late),
            Self::Double => Some(Why::Double),
            Self::Short => Some(Why::Short),
        }
    }

    /// How much of it goes back by itself.
    pub fn back(self, came: Money, due: Money) -> Option<Money> {
        match self {
            Self::Captures | Self::Part | Self::Nothing => None,
            Self::Surplus => Some(Money { minor: came.minor.saturating_sub(due.minor), ..came }),
            Self::Late | Self::Double | Self::Short => Some(came),
        }
    }
}

impl Came {
    /// Everything that money can be.
    pub const ALL: [Self; 7] =
        [Self::Captures, Self::Surplus, Self::Late, Self::Double, Self::Short, Self::Part, Self::Nothing];

    /// Its word in the store and in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Captures => "paid",
            Self::Surplus => "surplus",
            Self::Late => "late",
            Self::Double => "double",
            Self::Short => "short",
            Self::Part => "part",
            Self::Nothing => "nothing",
        }
    }

    /// Reads its word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|came| came.as_str() == word)
    }
}

/// What a line of a bank's statement was to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moved {
    /// Money came in.
    In(Came),
    /// A refund went out.
    Out(Id<id::Refund>),
}

/// A line of a bank's statement that somebody recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// At which provider by hand.
    pub provider: Provider,
    /// The bank's own id of it.
    pub line: Box<str>,
    /// To which payment it belongs.
    pub payment: Id<id::Payment>,
    /// To which purchase that does.
    pub purchase: Id<id::Purchase>,
    /// The reference on it.
    pub reference: Box<str>,
    /// How much.
    pub amount: Money,
    /// What it was.
    pub moved: Moved,
    /// Who recorded it.
    pub by: Actor,
    /// When.
    pub at: Moment,
}

impl Line {
    /// Whether this is the same line, whoever recorded it, whenever.
    pub fn is_same(&self, other: &Self) -> bool {
        let refund = |line: &Self| match line.moved {
            Moved::In(_) => None,
            Moved::Out(refund) => Some(refund),
        };
        (&self.provider, &self.line, &self.reference, self.amount)
            == (&other.provider, &other.line, &other.reference, other.amount)
            && refund(self) == refund(other)
    }
}

/// Decides what `came` is to a purchase that is `purchase` and costs `due`. What people record adds up to what is due.
pub fn decide(purchase: order::Status, due: Money, attempt: &Attempt, came: Money) -> Came {
    if attempt.status.after(Step::Capture).is_none() {
        return Came::Nothing;
    }
    match purchase {
        order::Status::Unpaid => {}
        order::Status::Cancelled | order::Status::Closed => return Came::Late,
        order::Status::Paid | order::Status::Shipped | order::Status::Received | order::Status::Refunded => {
            return Came::Double;
        }
    }
    if came.currency != due.currency {
        return Came::Short;
    }
    let all = came.minor.saturating_add(attempt.received.minor);
    if all < due.minor {
        if attempt.by_hand && attempt.status.is_open() { Came::Part } else { Came::Short }
    } else if all > due.minor {
        Came::Surplus
    } else {
        Came::Captures
    }
}

/// Why money goes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Why {
    /// An order was called off after payment.
    Cancelled,
    /// It came after the purchase was over.
    Late,
    /// The purchase was paid for already.
    Double,
    /// It was too little.
    Short,
    /// Some of it was too much.
    Surplus,
    /// After the sale.
    Aftersale,
}

impl Why {
    /// Every reason.
    pub const ALL: [Self; 6] =
        [Self::Cancelled, Self::Late, Self::Double, Self::Short, Self::Surplus, Self::Aftersale];

    /// Its word in the store, in facts and in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::Late => "late",
            Self::Double => "double",
            Self::Short => "short",
            Self::Surplus => "surplus",
            Self::Aftersale => "aftersale",
        }
    }

    /// Reads its word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|why| why.as_str() == word)
    }
}

/// Where a refund is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RefundStatus {
    /// It is to be paid out.
    Wanted,
    /// The provider paid it out.
    Sent,
    /// The provider will not pay it out: somebody has to look at it.
    Failed,
}

/// What can happen to a refund.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RefundStep {
    /// The provider paid it out.
    Send,
    /// The provider will not.
    Fail,
    /// It is tried again.
    Retry,
}

impl RefundStep {
    /// Every step.
    pub const ALL: [Self; 3] = [Self::Send, Self::Fail, Self::Retry];
}

impl RefundStatus {
    /// Every status.
    pub const ALL: [Self; 3] = [Self::Wanted, Self::Sent, Self::Failed];

    /// The whole life of a refund. A provider that failed and paid out after all is believed.
    pub const fn after(self, step: RefundStep) -> Option<Self> {
        match (self, step) {
            (Self::Wanted | Self::Failed, RefundStep::Send) => Some(Self::Sent),
            (Self::Wanted, RefundStep::Fail) => Some(Self::Failed),
            (Self::Failed, RefundStep::Retry) => Some(Self::Wanted),
            (Self::Wanted, RefundStep::Retry) | (Self::Failed, RefundStep::Fail) => None,
            (Self::Sent, RefundStep::Send | RefundStep::Fail | RefundStep::Retry) => None,
        }
    }

    /// Its word in the store and in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Wanted => "wanted",
            Self::Sent => "sent",
            Self::Failed => "failed",
        }
    }

    /// Reads its word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }
}

/// Money on its way back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refund {
    /// Its id, under which the provider is asked.
    pub id: Id<id::Refund>,
    /// From which payment.
    pub payment: Id<id::Payment>,
    /// Of which purchase that was.
    pub purchase: Id<id::Purchase>,
    /// For which order, if for one.
    pub order: Option<Id<id::Order>>,
    /// How much.
    pub amount: Money,
    /// Where it is.
    pub status: RefundStatus,
    /// Rises by one with every step, from 1.
    pub version: i64,
    /// Why it goes back.
    pub why: Why,
    /// Whether people send it.
    pub by_hand: bool,
    /// Why it failed, in the provider's word.
    pub failed: Option<Box<str>>,
    /// When it was wanted.
    pub wanted_at: Moment,
    /// When it was paid out, or failed.
    pub settled_at: Option<Moment>,
}

impl Refund {
    /// Decides a step.
    pub fn step(&self, step: RefundStep) -> Result<RefundStatus, Error> {
        self.status.after(step).ok_or(Error::RefundStatus { refund: self.id, status: self.status })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::{Currency, RawId};

    fn yuan(minor: i64) -> Money {
        Money::new(minor, Currency::CNY)
    }
    fn attempt(status: Status) -> Attempt {
        let id = RawId::new(Moment::from_micros(1), 1);
        Attempt {
            id: Id::from_raw(id),
            purchase: Id::from_raw(id),
            provider: "sandbox".parse().unwrap(),
            amount: yuan(100),
            status,
            version: 1,
            reference: None,
            redirect: None,
            script: None,
            by_hand: false,
            lease_until: Moment::from_micros(9),
            started_at: Moment::from_micros(1),
            settled_at: None,
            captured: None,
            refunding: yuan(0),
            received: yuan(0),
        }
    }

    #[test]
    fn every_status_and_step_has_its_answer() {
        let mut table = String::new();
        for status in Status::ALL {
            table += &format!("{:<9}", status.as_str());
            for step in Step::ALL {
                table += &format!(" {step:?}={}", status.after(step).map_or("-", Status::as_str));
            }
            table.push('\n');
        }
        for status in RefundStatus::ALL {
            table += &format!("{:<9}", status.as_str());
            for step in RefundStep::ALL {
                table += &format!(" {step:?}={}", status.after(step).map_or("-", RefundStatus::as_str));
            }
            table.push('\n');
        }
        assert_eq!(
            table,
            "started   Begin=pending Capture=captured Fail=failed Abandon=abandoned\n\
             pending   Begin=- Capture=captured Fail=failed Abandon=abandoned\n\
             captured  Begin=- Capture=- Fail=- Abandon=-\n\
             failed    Begin=- Capture=captured Fail=- Abandon=-\n\
             abandoned Begin=- Capture=captured Fail=- Abandon=-\n\
             wanted    Send=sent Fail=failed Retry=-\n\
             sent      Send=- Fail=- Retry=-\n\
             failed    Send=sent Fail=- Retry=wanted\n"
        );
    }

    #[test]
    fn money_that_comes_in_pays_or_goes_back_and_never_both_twice() {
        use order::Status as Purchase;
        let brl = Money::new(100, Currency::BRL);
        for (purchase, status, came, is, back) in [
            (Purchase::Unpaid, Status::Pending, yuan(100), Came::Captures, None),
            (Purchase::Unpaid, Status::Started, yuan(100), Came::Captures, None),
            (Purchase::Unpaid, Status::Failed, yuan(100), Came::Captures, None),
            (Purchase::Unpaid, Status::Abandoned, yuan(100), Came::Captures, None),
            (Purchase::Unpaid, Status::Pending, yuan(101), Came::Surplus, Some(yuan(1))),
            (Purchase::Unpaid, Status::Pending, yuan(99), Came::Short, Some(yuan(99))),
            (Purchase::Unpaid, Status::Pending, brl, Came::Short, Some(brl)),
            (Purchase::Cancelled, Status::Pending, yuan(100), Came::Late, Some(yuan(100))),
            (Purchase::Closed, Status::Abandoned, yuan(150), Came::Late, Some(yuan(150))),
            (Purchase::Paid, Status::Pending, yuan(100), Came::Double, Some(yuan(100))),
            (Purchase::Paid, Status::Captured, yuan(100), Came::Nothing, None),
            (Purchase::Closed, Status::Captured, yuan(100), Came::Nothing, None),
            (Purchase::Unpaid, Status::Captured, yuan(100), Came::Nothing, None),
        ] {
            let decided = decide(purchase, yuan(100), &attempt(status), came);
            assert_eq!(decided, is, "{purchase:?} {status:?} {came}");
            assert_eq!(decided.back(came, yuan(100)), back);
            assert_eq!(decided.why().is_some(), back.is_some());
        }
    }

    #[test]
    fn what_people_record_adds_up_and_what_a_provider_tells_does_not() {
        use order::Status as Purchase;
        let brl = Money::new(40, Currency::BRL);
        let by_hand = |status, minor| Attempt { by_hand: true, received: yuan(minor), ..attempt(status) };
        for (purchase, at, came, is) in [
            (Purchase::Unpaid, by_hand(Status::Pending, 0), yuan(60), Came::Part),
            (Purchase::Unpaid, by_hand(Status::Pending, 60), yuan(39), Came::Part),
            (Purchase::Unpaid, by_hand(Status::Pending, 60), yuan(40), Came::Captures),
            (Purchase::Unpaid, by_hand(Status::Pending, 60), yuan(41), Came::Surplus),
            (Purchase::Unpaid, by_hand(Status::Pending, 60), brl, Came::Short),
            (Purchase::Unpaid, by_hand(Status::Abandoned, 0), yuan(60), Came::Short),
            (Purchase::Unpaid, attempt(Status::Pending), yuan(60), Came::Short),
            (Purchase::Closed, by_hand(Status::Pending, 0), yuan(60), Came::Late),
        ] {
            assert_eq!(decide(purchase, yuan(100), &at, came), is, "{at:?} {came}");
        }
        assert_eq!(by_hand(Status::Pending, 60).missing(), yuan(40));
        assert_eq!(by_hand(Status::Pending, 160).missing(), yuan(0));
    }

    #[test]
    fn words_read_back() {
        for why in Why::ALL {
            assert_eq!(Why::parse(why.as_str()), Some(why));
        }
        for came in Came::ALL {
            assert_eq!(Came::parse(came.as_str()), Some(came));
        }
        for status in Status::ALL {
            assert_eq!(Status::parse(status.as_str()), Some(status));
        }
        for status in RefundStatus::ALL {
            assert_eq!(RefundStatus::parse(status.as_str()), Some(status));
        }
    }
}
