//! The score over time, and what moved it on each day.

use crate::score::{RANGES, ScoreModel};
use govern::scorecard::{Move, Points};
use maud::{Markup, html};
use serde_json::json;
use web_kit::lang::{Lang, t};
use web_kit::score::Past;
use web_kit::ui::{self, Chart};
use web_kit::{draw, fmt, say, words};

/// The kinds of what moves a score, with their words and colours.
const KINDS: [(Move, &str, &str, &str); 7] = [
    (Move::New, "新的事实", "new facts", "data-1"),
    (Move::Left, "移出窗口", "left the window", "data-3"),
    (Move::Industry, "同行变化", "the industry", "data-2"),
    (Move::Bonus, "加分变化", "bonuses", "data-5"),
    (Move::Deduction, "扣分变化", "deductions", "data-6"),
    (Move::Stage, "换阶段", "another stage", "ink-3"),
    (Move::Version, "换评分卡", "another scorecard", "data-4"),
];

/// The section.
pub fn history(lang: Lang, scene: &ScoreModel) -> Markup {
    let shown = usize::try_from(scene.days).unwrap_or(30).min(scene.past.len());
    let past = &scene.past[scene.past.len() - shown..];
    let address = |days: i64| {
        let card = scene.asked.map_or(String::new(), |c| format!("&card={}", c.name()));
        format!("{}?as_of={}&days={days}{card}", scene.place.root, scene.day)
    };
    let title = t(lang, "分数变化", "Score changes");
    let known = past.iter().filter(|day| day.raw.is_some()).count();
    html! {
        div id="score-history" {
            (ui::question(
                title,
                html! {
                    (t(lang, "每一点是那天结束时、按当时生效的评分卡算的分；竖线是换评分卡。每天的变化拆成几部分，相加正好等于变化。",
                        "Each point is the score at the end of that day under the scorecard then in force; a vertical rule is a change of scorecard. The parts of a day add up to its change exactly."))
                },
                html! {
                    div.bar2 {
                        span.s13.sub { (past.first().map_or(String::new(), |d| fmt::date(lang, d.date))) (t(lang, " 至 ", " to ")) (fmt::date(lang, scene.day)) (t(lang, "，单位：分", ", in points")) }
                        div.pick role="group" aria-label=(t(lang, "多长", "How long")) {
                            @for (n, zh, en) in RANGES {
                                a.chip href={ (address(n)) "#score-history" } hx-get=(address(n)) hx-select="#score-history" hx-target="#score-history" hx-swap="outerHTML" hx-replace-url="true"
                                    aria-current=[(n == scene.days).then_some("true")] { (t(lang, zh, en)) }
                            }
                        }
                    }
                    @if known == 0 {
                        div.paper { p.pad { (t(lang, "这段时间没有分。", "There is no score in these days.")) } }
                    } @else {
                        (movers(lang, past))
                        div.paper { div.chw { (line(lang, scene, past)) } }
                        @if past.iter().any(|d| !d.moves.is_empty()) { div.paper.below { div.chw { (moves(lang, past)) } } }
                    }
                },
            ))
        }
    }
}

/// The name and the colour of what moves a score.
fn kind(lang: Lang, kind: Move) -> (&'static str, &'static str) {
    let (_, zh, en, colour) = KINDS.iter().find(|(of, ..)| *of == kind).copied().unwrap_or(KINDS[0]);
    (t(lang, zh, en), colour)
}

/// How many decimals scores and what moved them take, so that they add up as printed.
fn digits(past: &[Past]) -> usize {
    words::digits(past.iter().flat_map(|day| day.raw.into_iter().chain(day.moves.iter().map(|(_, by)| *by))))
}

/// What moved the score over the whole time: the change as the sum of its parts.
fn movers(lang: Lang, past: &[Past]) -> Markup {
    let first = past.iter().find_map(|d| d.raw.map(|raw| (d.date, raw)));
    let last = past.iter().rev().find_map(|d| d.raw.map(|raw| (d.date, raw)));
    let (Some((from, then)), Some((to, now))) = (first, last) else { return html! {} };
    let sums: Vec<(Move, Points)> = KINDS
        .iter()
        .map(|(kind, ..)| {
            let of_kind = past.iter().flat_map(|d| &d.moves).filter(|(k, _)| k == kind);
            (*kind, Points(of_kind.map(|(_, by)| by.0).sum()))
        })
        .filter(|(_, by)| by.0 != 0)
        .collect();
    let most = sums.iter().map(|(_, by)| by.number().abs()).fold(0.0, f64::max);
    let points = t(lang, "分", "points");
    let digits = digits(past);
    let at = |p: Points| words::part(p, digits);
    let gain = |p: Points| words::signed_part(p, digits);
    // Days without a score break the chain: what they hide is said, not spread over the parts.
    let rest = Points(now.0 - then.0 - sums.iter().map(|(_, by)| by.0).sum::<i64>());
    html! {
        table.movers {
            caption.vh { (t(lang, "这段时间的变化由什么组成", "What the change of these days is made of")) }
            tbody {
                tr.tot { th scope="row" colspan="2" { (fmt::date(lang, from)) " → " (fmt::date(lang, to)) span.sub.score { (at(then)) " → " (at(now)) " " (points) } } td.r { b { (gain(Points(now.0 - then.0))) } } }
                @for (of, by) in &sums {
                    tr { th scope="row" { (kind(lang, *of).0) } td { (draw::change(by.number(), most)) } td.r { (gain(*by)) } }
                }
                @if rest.0 != 0 { tr { th scope="row" { (t(lang, "没有分的日子之间", "across days without a score")) } td {} td.r { (gain(rest)) } } }
            }
        }
    }
}

fn line(lang: Lang, scene: &ScoreModel, past: &[Past]) -> Markup {
    let days: Vec<_> = past.iter().map(|d| d.date).collect();
    let cut = |p: Points| p.0.div_euclid(100) as f64 / 100.0;
    let values: Vec<Option<f64>> = past.iter().map(|d| d.raw.map(cut)).collect();
    let rules: Vec<_> = past
        .windows(2)
        .filter(|pair| !std::ptr::eq(pair[0].card, pair[1].card))
        .map(|pair| json!({ "day": pair[1].date, "label": format!("{}{}", pair[1].card.name(), t(lang, " 生效", " in force")) }))
        .collect();
    let low = values.iter().flatten().copied().fold(100.0, f64::min);
    let mut gates: Vec<_> = Vec::new();
    for gate in &scene.card.gates {
        let at = gate.score.number();
        if at >= low - 10.0 && gates.iter().all(|(other, _)| *other != at) {
            gates.push((at, words::inner(lang, &gate.title)));
        }
    }
    gates.sort_by(|a, b| a.0.total_cmp(&b.0));
    // Gates that lie close together share one label, which would otherwise cover another.
    let mut labels: Vec<(f64, String)> = Vec::new();
    for (at, name) in gates {
        let text = format!("{name} {at}");
        let near = labels.iter().rposition(|(other, label)| at - other < 6.0 && !label.is_empty());
        match near {
            Some(i) => {
                labels[i].1 = format!("{} · {text}", labels[i].1);
                labels.push((at, String::new()));
            }
            None => labels.push((at, text)),
        }
    }
    let gates: Vec<_> = labels.iter().map(|(at, label)| json!({ "at": at, "label": label })).collect();
    let now = past.last().and_then(|d| d.raw);
    let n = days.len();
    let label = match now.map(words::points) {
        Some(now) => {
            say!(lang, "近 {n} 天的分，现在 {now} 分", "The score over {n} days, now {now} points")
        }
        None => say!(lang, "近 {n} 天的分，现在没有分", "The score over {n} days, now none"),
    };
    let spec = json!({
        "kind": "line", "days": days, "unit": t(lang, "分", "points"), "digits": 2, "zero": false,
        "series": [{ "name": "", "values": values, "color": "ink" }],
        "rules": rules, "gates": gates,
    });
    let part = |d: &Past, kind: Move| d.moves.iter().find(|(k, _)| *k == kind).map(|(_, by)| *by);
    let digits = digits(past);
    let gain = |p: Points| words::signed_part(p, digits);
    let versions = past.iter().any(|d| part(d, Move::Version).is_some());
    let table = html! {
        table {
            thead { tr {
                th scope="col" { (t(lang, "日期", "Day")) }
                th.r scope="col" { (t(lang, "分", "Score")) }
                th.r scope="col" { (t(lang, "变化", "Change")) }
                @for (kind, zh, en, _) in KINDS { @if kind != Move::Version || versions { th.r scope="col" { (t(lang, zh, en)) } } }
                th scope="col" { (t(lang, "评分卡", "Scorecard")) }
            } }
            tbody { @for d in past.iter().rev() {
                @let change: i64 = d.moves.iter().map(|(_, by)| by.0).sum();
                tr {
                    td.nw { (fmt::date(lang, d.date)) }
                    td.r { @match d.raw { Some(raw) => (words::part(raw, digits)), None => (fmt::nothing(lang)) } }
                    td.r { @if d.raw.is_some() { (gain(Points(change))) } }
                    @for (kind, ..) in KINDS { @if kind != Move::Version || versions { td.r { @if let Some(by) = part(d, kind) { (gain(by)) } } } }
                    td.mono.nw { (d.card.name()) }
                }
            } }
        }
    };
    ui::chart(lang, &Chart { id: "score-line", label: &label, size: "h-260", spec, table })
}

fn moves(lang: Lang, past: &[Past]) -> Markup {
    let days: Vec<_> = past.iter().map(|d| d.date).collect();
    let mut legend = Vec::new();
    let mut series = Vec::new();
    for (of, ..) in KINDS {
        let of_day = |d: &Past| d.moves.iter().filter(|(k, _)| *k == of).map(|(_, by)| by.number()).sum();
        let values: Vec<f64> = past.iter().map(of_day).collect();
        let (name, colour) = kind(lang, of);
        if past.iter().any(|d| d.moves.iter().any(|(k, _)| *k == of)) {
            legend.push((name, colour));
        }
        if values.iter().any(|v| *v != 0.0) {
            series.push(json!({ "name": name, "values": values, "color": colour }));
        }
    }
    let biggest = past
        .iter()
        .flat_map(|d| d.moves.iter().map(move |m| (d.date, m)))
        .max_by_key(|(_, (_, by))| by.0.abs());
    let digits = digits(past);
    let gain = |p: Points| words::signed_part(p, digits);
    let said = biggest.map(|(date, (of, by))| {
        let (date, name, by) = (fmt::date(lang, date), kind(lang, *of).0, gain(*by));
        say!(lang, "最大的一步：{date}，{name} {by} 分", "The largest step: {date}, {name} {by} points")
    });
    let what = t(lang, "每天的分为什么变", "What moved the score each day");
    let label = match &said {
        Some(said) => say!(lang, "{what}。{said}", "{what}. {said}"),
        None => what.to_owned(),
    };
    let spec = json!({ "kind": "stack", "days": days, "series": series, "unit": t(lang, "分", "points"), "digits": digits });
    let table = html! {
        table {
            thead { tr { th scope="col" { (t(lang, "日期", "Day")) } th scope="col" { (t(lang, "因为", "Because of")) } th.r scope="col" { (t(lang, "分", "Points")) } } }
            tbody { @for d in past.iter().rev() { @for (of, by) in &d.moves {
                tr { td.nw { (fmt::date(lang, d.date)) } td { (kind(lang, *of).0) } td.r { (gain(*by)) } }
            } } }
        }
    };
    html! {
        p.lead2 {
            @if let Some(said) = said { (said) (t(lang, "。", ". ")) }
            @for (name, colour) in legend { span.leg { (crate::score::square(colour)) (name) } " " }
        }
        (ui::chart(lang, &Chart { id: "score-moves", label: &label, size: "h-200", spec, table }))
    }
}
