//! Asking and deciding.

use super::error::Error;
use super::model::{Checked, New, Rules, Traces, Verdict, joined};
use crate::order;
use kernel::id::{Member, Sku};
use kernel::{Id, Moment};
use store::Query;

/// A purchase that is about to be placed.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Whose.
    pub member: Id<Member>,
    /// What it is traced by.
    pub traces: Traces,
    /// What is bought, and how many of it; one thing may stand here twice.
    pub units: &'a [(Id<Sku>, i64)],
    /// When.
    pub now: Moment,
}

/// Holds a purchase against the rules, in one statement. Answers with what is to be kept with it; its orders wait for a person
/// if there are reasons.
pub fn check(q: &mut impl Query, rules: &Rules, asked: &Asked<'_>) -> Result<Checked, Error> {
    let Asked { member, traces, units, now } = *asked;
    let new = New { joined_at: joined(member), units, now };
    let seen = order::before(q, member, &traces, &rules.reach(&new))?;
    match rules.judge(&seen, &new) {
        Verdict::Refuse(reason) => Err(reason.sign.into()),
        Verdict::Pass => Ok(Checked { traces, units: rules.kept(&new), reasons: Vec::new() }),
        Verdict::Hold(reasons) => Ok(Checked { traces, units: rules.kept(&new), reasons }),
    }
}
