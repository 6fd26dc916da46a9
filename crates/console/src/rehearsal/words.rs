//! What is said of a rehearsal wherever one is named: its state, its days, how long it took.

use govern::draft::{RunHead, State as Life};
use web_kit::prelude::*;
use web_kit::ui::State as Mark;

/// A state of a rehearsal as a mark with its word.
pub fn life(look: &RenderContext, state: Life) -> Markup {
    let mark = match state {
        Life::Queued | Life::Cancelled => Mark::None,
        Life::Running => Mark::Running,
        Life::Done => Mark::Kept,
        Life::Failed => Mark::Broken,
        Life::CutOff => Mark::Warning,
    };
    ui::state(mark, named::of(look.lang, &state))
}

/// The days of a rehearsal.
pub fn days(look: &RenderContext, head: &RunHead) -> String {
    let (from, to) = (fmt::date(look.lang, head.from), fmt::date(look.lang, head.to));
    say!(look.lang, "{from} 至 {to}", "{from} to {to}")
}

/// A short time: `0.42 秒`.
pub fn seconds(lang: Lang, micros: i64) -> String {
    let seconds = micros as f64 / 1e6;
    let digits = if seconds < 10.0 { 2 } else { 1 };
    format!("{} {}", fmt::decimal(seconds, digits), t(lang, "秒", "s"))
}
