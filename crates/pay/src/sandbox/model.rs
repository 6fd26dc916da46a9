//! What a charge becomes, what is told of it and when. No clock, no database.

use super::{NAME, reference_of};
use kernel::{Currency, Id, Moment, Money, RawId, id};
use std::fmt;
use std::str::FromStr;
use trade::payment::{Event, GatewayError, What};

/// How the provider is to behave for one charge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Script {
    /// The buyer pays, and it is told at once.
    Ok,
    /// The buyer's bank refuses.
    Fail,
    /// The buyer pays, and it is told so many seconds later.
    Delay(i64),
    /// It is told twice, under two names.
    Double,
    /// It is told after every purchase of today has been closed: in a day.
    Late,
    /// So many minor units more come in than were asked for; fewer, if negative.
    Surplus(i64),
    /// The buyer pays, and nothing is told: it has to be found by looking.
    Silent,
}

/// A text that is no script.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{0}\" is no script of the sandbox: write ok, fail, delay:SECONDS, double, late, surplus:MINOR or silent"
)]
pub struct BadScript(String);

/// The longest delay: a day.
const LONGEST: i64 = 86_400;

impl FromStr for Script {
    type Err = BadScript;
    fn from_str(text: &str) -> Result<Self, BadScript> {
        let bad = || BadScript(text.chars().take(40).collect());
        let (word, number) = match text.split_once(':') {
            Some((word, number)) => (word, Some(number.parse::<i64>().map_err(|_| bad())?)),
            None => (text, None),
        };
        match (word, number) {
            ("ok", None) => Ok(Self::Ok),
            ("fail", None) => Ok(Self::Fail),
            ("delay", Some(seconds @ 0..=LONGEST)) => Ok(Self::Delay(seconds)),
            ("double", None) => Ok(Self::Double),
            ("late", None) => Ok(Self::Late),
            ("surplus", Some(minor @ -1_000_000..=1_000_000)) => Ok(Self::Surplus(minor)),
            ("silent", None) => Ok(Self::Silent),
            _ => Err(bad()),
        }
    }
}

impl fmt::Display for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ok => f.write_str("ok"),
            Self::Fail => f.write_str("fail"),
            Self::Delay(seconds) => write!(f, "delay:{seconds}"),
            Self::Double => f.write_str("double"),
            Self::Late => f.write_str("late"),
            Self::Surplus(minor) => write!(f, "surplus:{minor}"),
            Self::Silent => f.write_str("silent"),
        }
    }
}

/// Where a charge is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    /// The buyer has not decided.
    Open,
    /// The buyer paid.
    Captured,
    /// The buyer's bank refused.
    Failed,
}

impl Status {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Captured => "captured",
            Self::Failed => "failed",
        }
    }
    pub(super) fn parse(word: &str) -> Option<Self> {
        [Self::Open, Self::Captured, Self::Failed].into_iter().find(|status| status.as_str() == word)
    }
}

/// What a buyer is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Charge {
    pub payment: Id<id::Payment>,
    pub asked: Money,
    pub captured: Money,
    pub status: Status,
}

impl Charge {
    pub(super) const fn open(payment: Id<id::Payment>, asked: Money) -> Self {
        Self { payment, asked, captured: Money::new(0, asked.currency), status: Status::Open }
    }

    /// As it stands once the buyer has decided.
    pub(super) const fn confirmed(self, script: Script) -> Self {
        let asked = self.asked;
        let (status, minor) = match script {
            Script::Ok | Script::Delay(_) | Script::Double | Script::Late | Script::Silent => {
                (Status::Captured, asked.minor)
            }
            Script::Surplus(more) => {
                let minor = asked.minor.saturating_add(more);
                if minor > 0 { (Status::Captured, minor) } else { (Status::Failed, 0) }
            }
            Script::Fail => (Status::Failed, 0),
        };
        Self { status, captured: Money::new(minor, asked.currency), ..self }
    }

    /// Whether so much can be given back, if `before` minor units were already.
    pub(super) fn can_give_back(&self, before: i64, amount: Money) -> Result<(), &'static str> {
        if self.status != Status::Captured {
            return Err("nothing was captured");
        }
        if amount.currency != self.captured.currency {
            return Err("another currency than the charge's");
        }
        if amount.minor <= 0 || amount.minor > self.captured.minor.saturating_sub(before) {
            return Err("more than is left of the charge");
        }
        Ok(())
    }
}

/// What is told by one webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Letter {
    /// The event's id, and the job's.
    pub id: RawId,
    /// How many microseconds later it is sent.
    pub after: i64,
    tells: Tells,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tells {
    Captured,
    Failed,
    RefundDone(Id<id::Refund>),
}

impl Letter {
    fn of(charge: &Charge, nth: u64, after: i64, tells: Tells) -> Self {
        Self { id: charge.payment.raw().child(EVENTS, nth), after, tells }
    }

    /// A refund was paid out.
    pub(super) fn refund_done(refund: Id<id::Refund>) -> Self {
        Self { id: refund.raw().child(EVENTS, 0), after: 0, tells: Tells::RefundDone(refund) }
    }

    /// What stands in it, sent at a moment.
    pub(super) fn body(&self, charge: &Charge, at: Moment) -> String {
        let mut body = serde_json::json!({
            "id": format!("evt_{}", self.id),
            "charge": reference_of(charge.payment),
            "payment": charge.payment.to_string(),
            "currency": charge.captured.currency.code(),
            "at": at.micros(),
        });
        match self.tells {
            Tells::Captured => {
                body["type"] = "charge.captured".into();
                body["amount"] = charge.captured.minor.into();
            }
            Tells::Failed => body["type"] = "charge.failed".into(),
            Tells::RefundDone(refund) => {
                body["type"] = "refund.done".into();
                body["refund"] = refund.to_string().into();
            }
        }
        body.to_string()
    }
}

/// Ids of events are made from the ids of what they tell; their time says nothing.
const EVENTS: Moment = Moment::from_micros(0);

impl Script {
    /// What is told of a charge that was decided so.
    pub(super) fn letters(self, decided: &Charge) -> Vec<Letter> {
        let second = 1_000_000;
        let tells = match decided.status {
            Status::Captured => Tells::Captured,
            Status::Open | Status::Failed => Tells::Failed,
        };
        let one = |after| vec![Letter::of(decided, 0, after, tells)];
        match self {
            Self::Ok | Self::Fail | Self::Surplus(_) => one(0),
            Self::Delay(seconds) => one(seconds * second),
            Self::Late => one(LONGEST * second),
            Self::Double => vec![Letter::of(decided, 0, 0, tells), Letter::of(decided, 1, 0, tells)],
            Self::Silent => Vec::new(),
        }
    }
}

#[derive(serde::Deserialize)]
struct Body {
    id: Box<str>,
    #[serde(rename = "type")]
    kind: Box<str>,
    charge: Box<str>,
    payment: Id<id::Payment>,
    currency: Box<str>,
    at: i64,
    amount: Option<i64>,
    refund: Option<Id<id::Refund>>,
}

/// Reads a webhook whose signature is good.
pub(super) fn read(body: &[u8]) -> Result<Event, GatewayError> {
    let unreadable = |why: String| GatewayError::Unreadable(why.into());
    let body: Body = serde_json::from_slice(body).map_err(|err| unreadable(err.to_string()))?;
    let currency: Currency = body.currency.parse().map_err(|_| unreadable("no currency".to_owned()))?;
    let what = match (&*body.kind, body.amount, body.refund) {
        ("charge.captured", Some(minor), _) => What::Captured { amount: Money::new(minor, currency) },
        ("charge.failed", _, _) => What::Failed,
        ("refund.done", _, Some(refund)) => What::RefundDone { refund },
        _ => return Err(unreadable("an event that the sandbox does not send".to_owned())),
    };
    Ok(Event {
        provider: NAME.into(),
        id: body.id,
        reference: body.charge,
        payment: Some(body.payment),
        what,
        at: Moment::from_micros(body.at),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn charge() -> Charge {
        let payment = Id::from_raw(RawId::new(Moment::from_micros(1_700_000_000_000_000), 7));
        Charge::open(payment, Money::new(1_000, Currency::CNY))
    }

    #[test]
    fn every_script_has_its_word_its_charge_and_its_letters() {
        let table: Vec<String> =
            ["ok", "fail", "delay:3", "double", "late", "surplus:5", "surplus:-5", "silent"]
                .iter()
                .map(|word| {
                    let script: Script = word.parse().unwrap();
                    assert_eq!(script.to_string(), *word);
                    let decided = charge().confirmed(script);
                    let letters = script.letters(&decided);
                    let ids: std::collections::BTreeSet<_> = letters.iter().map(|letter| letter.id).collect();
                    assert_eq!(ids.len(), letters.len());
                    let after: Vec<_> = letters.iter().map(|letter| letter.after / 1_000_000).collect();
                    format!("{word} {} {} {after:?}", decided.status.as_str(), decided.captured.minor)
                })
                .collect();
        assert_eq!(
            table,
            [
                "ok captured 1000 [0]",
                "fail failed 0 [0]",
                "delay:3 captured 1000 [3]",
                "double captured 1000 [0, 0]",
                "late captured 1000 [86400]",
                "surplus:5 captured 1005 [0]",
                "surplus:-5 captured 995 [0]",
                "silent captured 1000 []",
            ]
        );
    }

    #[test]
    fn what_is_no_script_is_refused_with_all_that_are() {
        for word in ["", "OK", "ok:1", "delay", "delay:-1", "delay:86401", "surplus", "surplus:x", "late:2"] {
            let err = word.parse::<Script>().unwrap_err().to_string();
            assert!(err.contains("delay:SECONDS"), "{err}");
        }
    }

    #[test]
    fn a_letter_reads_back_as_what_it_tells() {
        let at = Moment::from_micros(5);
        let paid = charge().confirmed(Script::Surplus(7));
        let letter = Script::Surplus(7).letters(&paid)[0];
        let event = read(letter.body(&paid, at).as_bytes()).unwrap();
        assert_eq!(event.what, What::Captured { amount: Money::new(1_007, Currency::CNY) });
        assert_eq!((&*event.provider, event.at), ("sandbox", at));
        assert_eq!((&*event.reference, event.payment), (&*reference_of(paid.payment), Some(paid.payment)));

        let failed = charge().confirmed(Script::Fail);
        let event = read(Script::Fail.letters(&failed)[0].body(&failed, at).as_bytes()).unwrap();
        assert_eq!(event.what, What::Failed);

        let refund = Id::from_raw(RawId::new(at, 9));
        let event = read(Letter::refund_done(refund).body(&paid, at).as_bytes()).unwrap();
        assert_eq!(event.what, What::RefundDone { refund });
        assert!(matches!(read(b"{}"), Err(GatewayError::Unreadable(_))));
        assert!(matches!(read(b"\xff"), Err(GatewayError::Unreadable(_))));
    }

    #[test]
    fn no_more_is_given_back_than_was_captured() {
        let yuan = |minor| Money::new(minor, Currency::CNY);
        let paid = charge().confirmed(Script::Ok);
        assert!(paid.can_give_back(0, yuan(1_000)).is_ok());
        assert!(paid.can_give_back(400, yuan(600)).is_ok());
        assert!(paid.can_give_back(400, yuan(601)).is_err());
        assert!(paid.can_give_back(0, yuan(0)).is_err());
        assert!(paid.can_give_back(0, Money::new(1, Currency::BRL)).is_err());
        assert!(charge().can_give_back(0, yuan(1)).is_err());
    }
}
