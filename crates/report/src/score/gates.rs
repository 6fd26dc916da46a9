//! What a score opens, how far away it is, and what would clear it.

use crate::data;
use crate::score::{ScoreModel, whatif};
use govern::gate::{self, Beyond, Verdict};
use govern::metric::Kind;
use govern::scorecard::{Better, Change, Clears, Points, Scorecard};
use kernel::Market;
use maud::{Markup, html};
use web_kit::fmt::{self, Unit};
use web_kit::lang::{Lang, t};
use web_kit::ui::{self, State as Mark};
use web_kit::words::clauses::terms;
use web_kit::{draw, say, score, words};

/// The section of distances.
pub fn gates(lang: Lang, scene: &ScoreModel) -> Markup {
    if scene.gates.is_empty() {
        return html! {};
    }
    ui::question(
        t(lang, "离各项门槛还差多少？", "Distance to each threshold"),
        html! {
            (t(lang, "竖线是门槛，色条是现在，标尺从评分卡的最低分到最高分，单位是分。均值按这几天每天的分算，只数有分的日子。", "The tick is the gate, the bar is now, on a scale from the least to the most points of the scorecard. A mean is of the scores of those days; only days with a score count."))
            " " (t(lang, "门槛写在评分卡 ", "The thresholds stand in scorecard ")) (scene.card.name()) (t(lang, " 里。", "."))
        },
        list(lang, scene.card, &scene.gates),
    )
}

/// The gates as bars on the scale of the scorecard.
pub fn list(lang: Lang, card: &Scorecard, gates: &[Verdict]) -> Markup {
    let (least, most) = card.scale;
    let scale = (least.number(), most.number());
    let points = t(lang, " 分", " points");
    html! {
        ul.gates {
            @for (i, state) in gates.iter().enumerate() { (bar(lang, card, state, scale, i)) }
            li.scale aria-hidden="true" { span {} div { span { (words::exactly(least)) (points) } span { (words::exactly(most)) (points) } } span {} }
        }
    }
}

fn bar(lang: Lang, card: &Scorecard, state: &Verdict, scale: (f64, f64), i: usize) -> Markup {
    let gate = state.gate;
    let title = words::title(lang, &gate.title);
    let now = state.judged.map(|p| format!("{} {}", words::points(p), t(lang, "分", "points")));
    let (need, now) = (gate.score, now.as_deref().unwrap_or(t(lang, "暂无", "no data")));
    let label = say!(lang, "{title}：需要 {need} 分，现在 {now}", "{title}: needs {need} points, now {now}");
    let few = gate.mean_days > 1 && state.days > 0 && (state.days as i64) < gate.mean_days;
    html! {
        li {
            div.gl { b { (title) } span.mut.s12 { (terms(lang, card, gate)) } }
            (draw::gate(&format!("hg{i}"), scale, state.judged.map(Points::number), gate.score.number(), state.open, &label))
            div.gd {
                @match state.judged {
                    None => (ui::state(Mark::None, fmt::nothing(lang))),
                    Some(judged) if state.open => (ui::state(Mark::Kept, &format!("{}{}", t(lang, "多 ", "over by "), words::points(Points(judged.0 - gate.score.0))))),
                    Some(_) if state.missing.0 > 0 => (ui::state(Mark::Warning, &format!("{}{}", t(lang, "差 ", "short by "), up(state.missing)))),
                    Some(_) => @for (d, by) in &state.short { (ui::state(Mark::Warning, &format!("{}{} {}", words::inner(lang, &card.dimensions[*d].title), t(lang, "差", " short by"), up(*by)))) },
                }
            }
            @if few { p.s12.mut { (t(lang, "只有 ", "mean of ")) (state.days) (t(lang, " 天有分，按这几天的均值", " days with a score so far")) } }
        }
    }
}

/// What is missing, rounded up: never so little that it would not be enough.
pub fn up(points: Points) -> String {
    words::points(Points((points.0 + 99).div_euclid(100) * 100))
}

/// The address of what-if with changes filled in.
fn try_it(scene: &ScoreModel, changes: &[(usize, Change)]) -> String {
    let fields = score::fields(scene.card);
    let mut address = format!("{}/what-if?as_of={}", scene.place.root, scene.day);
    if let Some(card) = scene.asked {
        address.push_str(&format!("&card={}", card.name()));
    }
    for (_, change) in changes {
        if let Some(field) = fields.iter().find(|f| f.need == change.need) {
            let (name, num) = (&field.name, whatif::written(field.metric, change.num));
            address.push_str(&format!("&{name}.num={num}&{name}.den={}", change.den));
        }
    }
    address.push_str("#what-if");
    address
}

/// One change in words.
fn change(lang: Lang, scene: &ScoreModel, place: usize, change: &Change) -> Markup {
    let Some((_, indicator)) = scene.card.indicators().nth(place) else { return html! {} };
    let need = scene.card.need(indicator);
    let metric = need.metric;
    let unit = Unit::of(&metric.unit);
    let (num, den) = scene.row.cells[indicator.need];
    let text =
        |num, den| metric.value(num, den).map_or(fmt::nothing(lang).to_owned(), |v| unit.text(lang, v));
    let (before, after) = (text(num, den), text(change.num, change.den));
    let title = data::title(lang, metric);
    let counted = words::counted(lang, metric);
    let what = match (metric.kind, indicator.better) {
        (Kind::Ratio, Better::Less) => {
            let by = num - change.num;
            say!(lang, "{title}：少 {by} {counted}", "{title}: {by} fewer {counted}")
        }
        (Kind::Ratio, Better::More) => {
            let by = change.num - num;
            say!(lang, "{title}：多做到 {by} {counted}", "{title}: {by} more {counted} kept")
        }
        (_, Better::More) => {
            let (by, best) = (change.den - den, metric.high.unwrap_or_default());
            say!(lang, "{title}：再有 {by} 个 {best} 分", "{title}: {by} more of {best}")
        }
        (_, Better::Less) => {
            say!(lang, "{title}：从 {before} 降到 {after}", "{title}: from {before} down to {after}")
        }
    };
    html! {
        b { (what) }
        p {
            (before) " → " (after) (t(lang, "；", "; "))
            span.mono { (data::fraction(metric, num, den)) " → " (data::fraction(metric, change.num, change.den)) }
            (t(lang, "，窗口 ", ", window ")) (need.window_days) (t(lang, " 天", " days"))
        }
    }
}

/// Of a gate on a mean: that one such day is not enough, and how many are.
fn mean_note(lang: Lang, scene: &ScoreModel, state: &Verdict, way: &Clears) -> Markup {
    if state.gate.mean_days <= 1 {
        return html! {};
    }
    let name = words::inner(lang, &state.gate.title);
    let n = state.gate.mean_days;
    let text = match state.days_of(scene.card, &scene.scores.bench, &scene.row, way) {
        Some(1) => say!(
            lang,
            "「{name}」看 {n} 天的均值：再有 1 天这样的分就够。",
            "\"{name}\" is judged on the mean of {n} days: one such day is enough."
        ),
        Some(days) => say!(
            lang,
            "只有一天这样还不够：「{name}」看 {n} 天的均值，按窗口里已知的分，要连着 {days} 天这样。",
            "One such day is not enough: \"{name}\" is judged on the mean of {n} days, and by the scores known in the window it takes {days} such days in a row."
        ),
        None => say!(
            lang,
            "只有一天这样还不够：「{name}」看 {n} 天的均值。",
            "One such day is not enough: \"{name}\" is judged on the mean of {n} days."
        ),
    };
    html! { p { (text) } }
}

/// What takes more new samples than the window had: how many, how many there were, of what.
fn beyond_words(lang: Lang, beyond: &Beyond) -> String {
    let (more, had) = (fmt::count(beyond.more), fmt::count(beyond.had));
    let of = t(lang, &beyond.metric.den_zh, &beyond.metric.den_en);
    say!(
        lang,
        "要再多 {more} 个样本（{of}），窗口里原来只有 {had} 个。",
        "It takes {more} more samples ({of}); the window had {had}."
    )
}

/// The section of what would clear the next gates.
pub fn clears(lang: Lang, market: &Market, scene: &ScoreModel) -> Markup {
    let leaving = gate::leaving(scene.card, &scene.scores.bench, &scene.row, &scene.explained);
    if scene.explained.scored.raw.is_none() || !scene.explained.scored.formal(scene.card) {
        return html! {};
    }
    let title = if scene.place.merchant {
        t(lang, "下一步做什么？", "What to do next?")
    } else {
        t(lang, "怎么提分？", "How to improve?")
    };
    let points = t(lang, "分", "points");
    let note = html! {
        (t(lang, "用正式打分程序逐项试出来的改法，改得少的在前，行业标尺不动，每条单独算；不是预测。", "Changes found by asking the scorer itself with the industry's marks held still, the fewest first, each on its own; not a forecast."))
        " " (t(lang, "按 ", "Under ")) (scene.card.name()) (t(lang, "，", ", ")) (scene.until(lang)) (t(lang, "。", "."))
    };
    let nearest = gate::nearest(&scene.gates);
    let ways = gate::ways(scene.card, &scene.row, &scene.gates);
    let following: Vec<&&Verdict> = nearest.iter().filter(|g| g.reach.open).collect();
    let beyond: Vec<&&Verdict> =
        nearest.iter().filter(|g| g.reach.ways.is_empty() && !g.reach.open).collect();
    let names = |states: &[&&Verdict]| {
        let names = states
            .iter()
            .map(|g| format!("{} {}", words::title(lang, &g.gate.title), terms(lang, scene.card, g.gate)));
        names.collect::<Vec<_>>().join(t(lang, "；", "; "))
    };
    let way = |way: &Clears, states: &[&Verdict], beyond: Option<&Beyond>| {
        html! {
            li {
                span.gain { (words::gain(scene.explained.scored.raw.map_or(way.gain, |raw| words::between(raw, way.score)))) }
                div {
                    @for (place, c) in &way.changes { (change(lang, scene, *place, c)) }
                    @for state in states { (mean_note(lang, scene, state, way)) }
                    @if let Some(beyond) = beyond {
                        p { (ui::state(Mark::Warning, t(lang, "做不快", "not soon"))) " " (beyond_words(lang, beyond)) }
                    }
                    p {
                        (t(lang, "当日分到 ", "The day's score then: ")) b { (words::points(way.score)) " " (points) }
                        @for state in states {
                            (t(lang, "，够「", ", enough for ")) (words::inner(lang, &state.gate.title)) (t(lang, "」（", " (")) (terms(lang, scene.card, state.gate)) (t(lang, "）", ")"))
                        }
                        (t(lang, "。", "."))
                    }
                }
                a.act href=(try_it(scene, &way.changes)) { (t(lang, "试一试", "Try it")) }
            }
        }
    };
    ui::question(
        title,
        note,
        html! {
            div.paper {
                ul.clr {
                    @for l in &leaving {
                        li {
                            span.gain { (words::gain(words::between(l.before, l.after))) }
                            div {
                                b { (fmt::moment(lang, market, l.at)) (t(lang, " 起，扣分「", ": the deduction \"")) (words::inner(lang, &scene.card.deductions[l.deduction].title)) (t(lang, "」移出 30 天窗口", "\" leaves the window of 30 days")) }
                                p { (t(lang, "不需要做任何事；其他都不变的话，那时是 ", "Nothing to do; all else unchanged the score is then ")) b { (words::points(l.after)) " " (points) } (t(lang, "。案件 ", ". Case ")) span.mono { (l.case) } (t(lang, "。", ".")) }
                            }
                            span {}
                        }
                    }
                    @for found in &ways { (way(found.clears, &found.opens, found.beyond.as_ref())) }
                    @if !following.is_empty() {
                        li {
                            span.gain.mut { "—" }
                            div { b { (names(&following)) } p {
                                (t(lang, "当日的分已经够了，等均值跟上。", "The day's score is enough already; the mean has to follow."))
                                @for state in &following {
                                    @if let Some(days) = state.reach.judged.and_then(|judged| state.days_to(judged)) {
                                        " " (words::title(lang, &state.gate.title)) (t(lang, "：再有 ", ": ")) (days) (t(lang, " 天和今天一样的分。", " more days with the score of this day."))
                                    }
                                }
                            } }
                            span {}
                        }
                    }
                    @if !beyond.is_empty() {
                        li {
                            span.gain.mut { "—" }
                            div { b { (names(&beyond)) } p { (t(lang, "只改指标的数到不了；先等扣分移出，或先过前面的门。", "Figures alone do not reach it: deductions have to leave first, or nearer gates come first.")) } }
                            span {}
                        }
                    }
                    @if nearest.is_empty() {
                        li { span.gain { (ui::state(Mark::Kept, t(lang, "全部达到", "all met"))) } div { b { (t(lang, "各项门槛都已达到。", "Every threshold is met.")) } } span {} }
                    }
                }
                div.foot {
                    span { (t(lang, "「少几单」指窗口里本该不同的那几单；时长按比例降。", "\"Fewer\" means orders of the window that would have had to go otherwise; durations fall in proportion.")) }
                    span.mono { (scene.card.name()) }
                }
            }
        },
    )
}
