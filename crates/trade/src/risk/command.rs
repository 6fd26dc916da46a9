//! Deciding.

use super::error::Error;
use super::model::{Checked, New, Rules, Seen, Traces, Verdict};

/// Holds a purchase against the rules, by what was placed before it as far back as they [reach](Rules::reach). Answers with
/// what is to be kept with it; its orders wait for a person if there are reasons.
pub fn check(rules: &Rules, traces: Traces, seen: &[Seen], new: &New<'_>) -> Result<Checked, Error> {
    match rules.judge(seen, new) {
        Verdict::Refuse(reason) => Err(reason.sign.into()),
        Verdict::Pass => Ok(Checked { traces, units: rules.kept(new), reasons: Vec::new() }),
        Verdict::Hold(reasons) => Ok(Checked { traces, units: rules.kept(new), reasons }),
    }
}
