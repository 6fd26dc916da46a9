//! Promises and clocks in plain sentences, read from what runs and not from what their authors say of them.
//!
//! Invariants: the sentence names the step, the cut-off and the deadline of every row, in the order in which they are
//! tried; local times are those of the market.

use govern::promise::{By, Case, Expect, Promise, Row, Rule};
use web_kit::lang::{Lang, t};
use web_kit::say;
use web_kit::words::capital;
use web_kit::words::named::PROMISE_STEP;

/// What kind a promise is.
pub fn kind(lang: Lang, promise: &Promise) -> &'static str {
    match promise.rule {
        Rule::Due(_) => t(lang, "时限", "Deadline"),
        Rule::Clock { .. } => t(lang, "计时起点", "Clock"),
        Rule::Hours { .. } => t(lang, "计入时段", "Hours that count"),
    }
}

/// What a promise says, sentence by sentence.
pub fn sentences(lang: Lang, promise: &Promise) -> Vec<String> {
    match &promise.rule {
        Rule::Due(rows) => rows.iter().map(|row| deadline(lang, rows, row)).collect(),
        Rule::Clock { stands_from, until } => {
            let to = match *stands_from > *until {
                true => say!(lang, "次日 {until}", "{until} of the next day"),
                false => say!(lang, " {until}", "{until}"),
            };
            vec![
                say!(
                    lang,
                    "每天 {stands_from} 至{to}（当地时间）不计时：这段时间里发生的，从 {until} 起算。",
                    "From {stands_from} to {to} (local time) the clock stands: what happens then is counted from {until}."
                ),
                say!(
                    lang,
                    "其余时间发生的，从发生那一刻起算；恰在 {stands_from} 的不计时，恰在 {until} 的当即计时。",
                    "What happens at any other time is counted from that moment; at exactly {stands_from} the clock stands already, at exactly {until} it runs again."
                ),
            ]
        }
        Rule::Hours { from, to, unanswered_seconds } => {
            let hours = say!(
                lang,
                "只计每天 {from} 至 {to}（当地时间，两端这一秒都含）发生的；其余不计。",
                "Only what happens from {from} to {to} each day counts (local time, both seconds included)."
            );
            let never = unanswered_seconds.map(|seconds| {
                say!(
                    lang,
                    "一直没有回复的，按 {seconds} 秒计。",
                    "What is never answered counts as {seconds} seconds."
                )
            });
            std::iter::once(hours).chain(never).collect()
        }
    }
}

/// A deadline: who has it, from when it is counted, and when it is.
fn deadline(lang: Lang, rows: &[Row], row: &Row) -> String {
    // Where further steps follow, the first one is not a shipment to the buyer.
    let what = match &row.step {
        None if rows.iter().any(|r| r.step.is_some()) => t(lang, "首次送出", "the first step").to_owned(),
        of => PROMISE_STEP.plainly(lang, of.as_deref().unwrap_or("shipment")),
    };
    // A step of its own is counted from what went before it, and not from the payment.
    let from = match row.step {
        None => t(lang, "付款", "the payment"),
        Some(_) => t(lang, "退回", "the rejection"),
    };
    let earlier = rows.iter().filter(|r| r.step == row.step).take_while(|r| *r != row);
    let who = match (row.paid_before, earlier.filter_map(|r| r.paid_before).last()) {
        (Some(before), _) => say!(lang, "当天 {before} 之前付款的，", "What is paid before {before}: "),
        (None, Some(since)) => {
            say!(lang, "当天 {since} 及以后付款的，", "What is paid at {since} or later: ")
        }
        (None, None) => String::new(),
    };
    let by = match row.by {
        By::Hours(hours) => say!(
            lang,
            "{what}最迟在{from}后 {hours} 小时，恰好 {hours} 小时不算晚。",
            "{what} is due {hours} hours after {from}; at exactly {hours} hours it is not late."
        ),
        By::Day { day, at } => {
            let day = match day {
                0 => say!(lang, "{from}当天", "of the day of {from}"),
                1 => say!(lang, "{from}次日", "of the day after {from}"),
                n => say!(lang, "{from}第 {n} 天", "{n} days after {from}"),
            };
            say!(
                lang,
                "{what}最迟在{day} {at}（当地时间，含这一秒）。",
                "{what} is due at {at} {day} (local time, that second included)."
            )
        }
    };
    capital(lang, &format!("{who}{by}"))
}

/// What the columns of its cases are called: what they begin with, and what comes out.
pub fn columns(lang: Lang, promise: &Promise) -> (&'static str, &'static str) {
    match promise.rule {
        Rule::Due(ref rows) if rows.iter().any(|row| row.step.is_some()) => {
            (t(lang, "付款或退回", "Paid or rejected"), t(lang, "最迟", "Due"))
        }
        Rule::Due(_) => (t(lang, "付款", "Paid"), t(lang, "最迟", "Due")),
        Rule::Clock { .. } => (t(lang, "发生", "Happens"), t(lang, "从何时起算", "Counted from")),
        Rule::Hours { .. } => (t(lang, "发生", "Happens"), t(lang, "计不计", "Counts")),
    }
}

/// A row of the table of cases: what is given, and what it comes to.
pub fn case(lang: Lang, case: &Case) -> (String, String) {
    let time = |at: &jiff::civil::DateTime| at.to_string().replace('T', " ");
    let given = time(&case.at);
    match &case.expect {
        Expect::Due(None, due) => (given, time(due)),
        Expect::Due(Some(of), due) => {
            (given + t(lang, "，", ", ") + &PROMISE_STEP.plainly(lang, of), time(due))
        }
        Expect::Start(start) => (given, time(start)),
        Expect::Within(true) => (given, t(lang, "计入", "counts").to_owned()),
        Expect::Within(false) => (given, t(lang, "不计", "does not count").to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use govern::promise::named;

    #[test]
    fn deadlines_clocks_and_hours_are_said_in_sentences() {
        let zh = |id: &str| sentences(Lang::Zh, named(id).unwrap());
        let en = |id: &str| sentences(Lang::En, named(id).unwrap());
        assert_eq!(zh("ship-48h"), ["发货最迟在付款后 48 小时，恰好 48 小时不算晚。"]);
        assert_eq!(
            en("ship-same-day"),
            [
                "What is paid before 16:00:00: the shipment is due at 23:59:59 of the day of the payment (local time, that second included).",
                "What is paid at 16:00:00 or later: the shipment is due at 23:59:59 of the day after the payment (local time, that second included)."
            ]
        );
        assert_eq!(
            zh("ship-same-day")[1],
            "当天 16:00:00 及以后付款的，发货最迟在付款次日 23:59:59（当地时间，含这一秒）。"
        );
        assert!(zh("pickup-clock")[0].contains("18:00:00 至次日 06:00:00"));
        assert!(
            en("ship-qic")[2].contains("made to order or a presale is due 120 hours after the rejection")
        );
        assert!(en("chat-hours")[1].contains("600 seconds"));
        for promise in govern::promise::shipped() {
            for lang in [Lang::Zh, Lang::En] {
                assert!(sentences(lang, promise).iter().all(|s| !s.contains('_')), "{}", promise.id);
            }
        }
    }
}
