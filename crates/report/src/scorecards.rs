//! `/console/scorecards`: the scorecards one can read; `/console/scorecards/{id}`: one of them in plain sentences, or two versions side
//! by side; `/console/scorecards/{id}/compare`: the same day under two versions.

use govern::scorecard::{self, Adoptions, Scorecard};
use kernel::Market;
use maud::{Markup, html};
use web_kit::fmt;
use web_kit::lang::{Lang, t};
use web_kit::ui::{self, State as Mark};
use web_kit::words::{self, clauses};

/// From when a market has a scorecard in force, in words.
pub fn in_force(lang: Lang, market: &Market, adoptions: &Adoptions, card: &Scorecard) -> Option<String> {
    let mine = |a: &&scorecard::Adopted| a.scorecard == card.id && a.version == card.version;
    match adoptions.0.iter().rev().find(mine) {
        Some(adopted) => Some(match lang {
            Lang::Zh => format!("本市场从 {} 起", fmt::moment(lang, market, adopted.from)),
            Lang::En => format!("in this market from {}", fmt::moment(lang, market, adopted.from)),
        }),
        None if adoptions.0.is_empty() && card.id == scorecard::DEFAULT => {
            Some(t(lang, "本市场没有选过，一直用它", "this market chose none and has this one").to_owned())
        }
        None => None,
    }
}

/// Source, version and window, as they stand below every chapter.
pub fn basis(lang: Lang, card: &Scorecard) -> Markup {
    html! {
        (t(lang, "版本 ", "Version ")) span.mono { (card.name()) }
        @if let Some(days) = clauses::window(card) { (t(lang, "；指标窗口 ", "; window of the indicators ")) (days) (t(lang, " 天", " days")) }
        (t(lang, "；规则出处：", "; source of the rules: ")) (words::source(lang, &card.source)) (t(lang, "。", "."))
    }
}

/// A scorecard in sentences, and its table of cases.
pub fn readable(lang: Lang, card: &Scorecard) -> Markup {
    html! {
        @for chapter in clauses::chapters(lang, card) {
            div id=(chapter.id) {
                (ui::question(
                    chapter.title,
                    basis(lang, card),
                    html! {
                        ol.clauses {
                            @for clause in &chapter.clauses {
                                li.assumed[chapter.assumed] {
                                    p.clause { @if chapter.assumed { (ui::state(Mark::Hold, t(lang, "假定", "assumed"))) " " } (clause.text) }
                                    @if let Some(source) = &clause.source { p.s12.mut { (t(lang, "规则出处：", "Source: ")) (words::source(lang, source)) } }
                                }
                            }
                        }
                    },
                ))
            }
        }
        div id="cases" {
            (ui::question(
                t(lang, "拿例子验一验？", "Do examples bear it out?"),
                basis(lang, card),
                html! {
                    div.paper {
                        table.cards.m {
                            thead { tr {
                                th scope="col" { (t(lang, "例子", "Example")) }
                                th scope="col" { (t(lang, "给定", "Given")) }
                                th scope="col" { (t(lang, "得出", "Comes to")) }
                                th scope="col" { (t(lang, "条款", "Clause")) }
                            } }
                            tbody { @for case in &card.cases {
                                @let (given, comes) = clauses::case(lang, card, case);
                                tr {
                                    td.nm.w lang="en" { (case.name) }
                                    td data-l=(t(lang, "给定", "Given")) { (given) }
                                    td data-l=(t(lang, "得出", "Comes to")) { b { (comes) } }
                                    td.src data-l=(t(lang, "条款", "Clause")) { (words::source(lang, &case.clause)) }
                                }
                            } }
                        }
                        div.foot { span { (t(lang, "程序启动前逐条验过；有一条不符，这张评分卡就不能用。", "Each is checked before the scorecard may be used; one that does not hold forbids it.")) } span.mono { (card.file) } }
                    }
                },
            ))
        }
    }
}
