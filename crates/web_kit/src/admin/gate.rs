//! The gates of a shop as its staff and the platform's see them: whether each is open, why not, until when, what opens it.

use crate::fmt;
use crate::lang::Lang;
use crate::table::{self, Column};
use crate::ui::{self, RenderContext, State};
use govern::gate::{By, Standing};
use kernel::{Market, PrivilegeSpec};
use maud::{Markup, html};

/// What a gate is a gate to.
pub fn privilege(look: &RenderContext, spec: &PrivilegeSpec) -> String {
    match look.lang {
        Lang::Zh => spec.zh.to_owned(),
        Lang::En => {
            let mut letters = spec.en.chars();
            letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
        }
    }
}

/// A table of gates.
pub fn table(look: &RenderContext, market: &Market, gates: &[Standing]) -> Markup {
    let columns = [
        Column::wide("做什么", "What"),
        Column::line("现在", "Now"),
        Column::long("为什么", "Why"),
        Column::text("到什么时候", "Until"),
    ];
    let cells = |gate: &Standing| {
        let (mark, zh, en) = match gate.is_open {
            true => (State::Kept, "可以", "Allowed"),
            false => (State::Broken, "不可以", "Not allowed"),
        };
        [
            html! { b { (privilege(look, gate.gate.privilege)) } },
            ui::state(mark, look.t(zh, en)),
            reason(look, gate),
            end(look, market, gate),
        ]
    };
    table::table(look, columns, gates, cells)
}

fn reason(look: &RenderContext, gate: &Standing) -> Markup {
    let Some(ruling) = &gate.by else {
        return html! {
            @if gate.is_open { "—" }
            @else { (look.t("要先由平台开通，请联系平台。", "It has to be opened first; ask the platform.")) }
        };
    };
    let words = |words: &govern::policy::Words| look.t(&words.zh, &words.en).to_owned();
    html! {
        (words(&ruling.why.text))
        @if let By::Policy { id, version } = &ruling.why.by {
            small { (look.t("规则 ", "rule ")) span.mono { (id) } (look.t("，第 ", ", version ")) (version) (look.t(" 版", "")) }
        }
        @if !gate.is_open { small { (words(&ruling.why.remedy)) } }
    }
}

fn end(look: &RenderContext, market: &Market, gate: &Standing) -> Markup {
    let Some(ruling) = &gate.by else { return html! { "—" } };
    html! {
        @match ruling.until {
            Some(until) => (fmt::moment(look.lang, market, until)),
            None if gate.is_open => (look.t("有人关上为止", "somebody closes it")),
            None => (look.t("有人打开为止", "somebody opens it")),
        }
        small { (look.t("自 ", "since ")) (fmt::moment(look.lang, market, ruling.since)) }
    }
}
