//! A rule as numbered clauses, and its inputs and conditions in words.

use super::lines::{self, Mark};
use crate::problem::Finding;
use crate::ui::{self, Look};
use govern::metric::{self, Metric};
use govern::policy::Policy;
use maud::{Markup, PreEscaped, html};

const CROSS: &str = "<svg viewBox=\"0 0 12 12\" aria-hidden=\"true\"><path d=\"M2.6 2.6l6.8 6.8M9.4 2.6 2.6 9.4\" stroke=\"currentColor\" stroke-width=\"1.8\" stroke-linecap=\"round\"/></svg>";

/// What is wrong with a line, and whether a press of a button repairs it.
pub(crate) struct Note<'a> {
    /// What is wrong.
    pub(crate) finding: &'a Finding,
    /// Whether the checker's text can stand there: the repaired text was checked and has fewer errors.
    pub(crate) repairs: bool,
}

/// The text as numbered lines, marked against another, with what is wrong under each line.
pub(crate) fn list(look: &Look, text: &str, other: Option<&str>, notes: &[Note<'_>]) -> Markup {
    let lines = lines::marked(text, other);
    let last = lines.len();
    html! {
        ol.code {
            @for line in &lines {
                @let here: Vec<&Note<'_>> = notes.iter().filter(|n| n.finding.line == line.no || (line.no == last && n.finding.line > last)).collect();
                @let changed = line.mark != Mark::Same;
                @let comment = line.text.trim_start().starts_with('#');
                @let section = line.text.trim_start().starts_with('[');
                li.chg[changed].err[!here.is_empty()].sect[section] {
                    span.no { (line.no) }
                    code.cm[comment] { (words(line.text, here.first().map(|n| n.finding.column), changed)) }
                    @match &line.mark {
                        Mark::Same => {},
                        Mark::New => em { (look.t("新增", "new")) },
                        Mark::Was(value) => em { (look.t("现行 ", "now ")) (value) },
                    }
                }
                @for note in here { (message(look, note)) }
            }
            @if lines.is_empty() { @for note in notes { (message(look, note)) } }
        }
    }
}

fn message(look: &Look, note: &Note<'_>) -> Markup {
    let instead = note.finding.instead.as_deref().unwrap_or_default();
    html! {
        li.msg.brk role="note" {
            (PreEscaped(CROSS))
            span {
                (note.finding.message)
                @if note.repairs {
                    " " button type="submit" name="repair" value=(format!("{}:{}", note.finding.line, note.finding.column))
                    { (look.t("换成 ", "Use ")) (instead) }
                } @else if !instead.is_empty() {
                    (look.t("。改成:", ". Instead: ")) (instead)
                }
            }
        }
    }
}

/// A line of TOML: the key in the interface's voice, the value in Song, the wrong word underlined, numbers set off.
fn words(text: &str, wrong: Option<usize>, changed: bool) -> Markup {
    if let Some((start, end)) = wrong.and_then(|column| lines::word_at(text, column)) {
        return html! { (text[..start]) u { (text[start..end]) } (text[end..]) };
    }
    let Some((key, value)) = text.split_once('=').filter(|(key, _)| {
        let key = key.trim();
        !key.is_empty() && !text.trim_start().starts_with(['#', '"', '\'', '[']) && key.chars().all(|c| c.is_ascii_alphanumeric() || "_-. ".contains(c))
    }) else {
        return html! { (text) };
    };
    html! { i { (key) "=" } @if changed { b { (value) } } @else { (value) } }
}

/// The metric that a policy turns on: the first that one of its inputs reads.
pub(crate) fn main_metric(policy: &Policy) -> Option<&'static Metric> {
    policy.inputs.iter().filter_map(|input| metric_of(&input.reads)).next()
}

/// The metric behind what an input reads.
pub(crate) fn metric_of(reads: &str) -> Option<&'static Metric> {
    let name = reads.split(['.', '@', ' ', '(']).next().unwrap_or(reads);
    metric::named(name).ok()
}

/// What a reader calls an input.
pub(crate) fn input_title(look: &Look, policy: Option<&Policy>, name: &str) -> String {
    let _ = (look, policy);
    name.to_owned()
}

/// The value of an input as a reader writes it.
pub(crate) fn input_value(look: &Look, policy: Option<&Policy>, name: &str, value: Option<&serde_json::Value>) -> String {
    let _ = (look, policy, name);
    value.map_or_else(|| "—".to_owned(), ToString::to_string)
}

/// A mark for a number of errors.
pub(crate) fn errors(look: &Look, n: usize) -> Markup {
    match n {
        0 => ui::state(ui::State::Kept, look.t("可以预演", "Can be rehearsed")),
        n => ui::state(ui::State::Broken, &format!("{n}{}", look.t(" 处错误", if n == 1 { " error" } else { " errors" }))),
    }
}
