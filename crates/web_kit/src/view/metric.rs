//! Metrics: the catalogue, readings as of a moment, the orders behind one, and its course over days.

use crate::input::date;
use crate::problem::Failure;

/// The most days one answer covers.
pub const LONGEST: i64 = 3_660;

/// A period from two dates: in order, and not longer than ten years.
pub fn period(from: &str, to: &str) -> Result<(kernel::Date, kernel::Date), Failure> {
    let (from, to) = (date("from", from)?, date("to", to)?);
    if to < from {
        return Err(Failure::invalid(format!("to {to} is before from {from}: the period would hold no day"))
            .zh(format!("结束日 {to} 早于开始日 {from}，这段时间里一天也没有。")));
    }
    let days = from.until(to).map_or(LONGEST, |span| i64::from(span.get_days()));
    if days >= LONGEST {
        return Err(Failure::invalid(format!("a period has at most {LONGEST} days"))
            .zh(format!("一段时间最多 {LONGEST} 天。")));
    }
    Ok((from, to))
}
