//! Dimensions and indicators: each figure with what made it and what it was compared with.

use crate::data;
use crate::score::{ScoreModel, colour, square};
use govern::metric::Metric;
use govern::scorecard::{ExplainedIndicator, Indicator, Points};
use maud::{Markup, html};
use web_kit::fmt::{self, Unit};
use web_kit::lang::{Lang, t};
use web_kit::ui::{self, State as Mark};
use web_kit::{say, words};

/// The section.
pub fn indicators(lang: Lang, scene: &ScoreModel) -> Markup {
    let card = scene.card;
    let scored = &scene.explained.scored;
    let composed = scored.composed(card, &scene.row).filter(|_| scored.formal(card));
    let digits = digits(scene);
    // The place of the first indicator of each dimension among all.
    let first = |d: usize| card.dimensions[..d].iter().map(|other| other.indicators.len()).sum::<usize>();
    ui::question(
        t(lang, "各项指标", "Indicators"),
        html! {
            (t(lang, "分子 ÷ 分母，点它看每一单。行业：", "Numerator ÷ denominator; press it to see every order. Industry: ")) (scene.industry(lang))
            (t(lang, "；", "; ")) (line_rule(lang, scene)) (t(lang, "。", ". "))
            (scene.until(lang)) (t(lang, "，", ", ")) (card.name()) (t(lang, "。", "."))
        },
        html! {
            div.paper {
                table.cards.m.ind {
                    thead { tr {
                        th scope="col" { (t(lang, "指标", "Indicator")) }
                        th.r scope="col" { (t(lang, "现在", "Now")) }
                        th.r scope="col" { (t(lang, "分子 ÷ 分母", "num ÷ den")) }
                        th scope="col" { (t(lang, "行业标尺与位置", "Marks and position")) }
                        th.r scope="col" { (t(lang, "得分", "Points")) }
                        th scope="col" { (t(lang, "规则出处", "Source")) }
                        th scope="col" { (t(lang, "30 天", "30 days")) }
                    } }
                    @for (d, dimension) in card.dimensions.iter().enumerate() {
                        tbody {
                            tr.dim id={ "dim-" (dimension.id) } {
                                th scope="rowgroup" colspan="7" {
                                    (square(colour(card, d))) (words::title(lang, &dimension.title))
                                    span {
                                        @match (scored.dimensions[d], composed.as_ref().and_then(|c| c.weights[d].map(|w| (w, c.weight)))) {
                                            (Some(p), Some((w, of))) => {
                                                (words::part(p, digits)) (t(lang, " 分 × ", " points × ")) (w) "/" (of) " = "
                                                b { (words::part(Points::mean([(p, w), (Points(0), of - w)].into_iter()).unwrap_or_default(), digits)) (t(lang, " 分", " points")) }
                                            }
                                            (Some(p), None) => { (words::part(p, digits)) (t(lang, " 分（不算进总分）", " points (not counted)")) }
                                            (None, _) => { (t(lang, "没有数据，不算也不扣", "no data: left out, not counted as low")) }
                                        }
                                    }
                                }
                            }
                            @for (i, indicator) in dimension.indicators.iter().enumerate() {
                                @if let Some(explained) = scene.explained.indicators.get(first(d) + i) {
                                    (row(lang, scene, indicator, explained, dimension.indicators.iter().map(|i| i.weight).sum()))
                                }
                            }
                        }
                    }
                }
                div.foot {
                    span { (t(lang, "没有数据是「暂无」，不是 0，也不是低分。", "No data is \"no data\": neither 0 nor low.")) }
                    @if !scene.place.merchant { a href={ "/console/metrics?as_of=" (scene.day) } { (t(lang, "每个数怎么算", "How each is computed")) } }
                }
            }
        },
    )
}

/// How many decimals the points of indicators and dimensions take: all the same, so that one can be computed from others.
pub fn digits(scene: &ScoreModel) -> usize {
    let scored = &scene.explained.scored;
    words::digits(scored.points.iter().chain(&scored.dimensions).flatten().copied())
}

fn line_rule(lang: Lang, scene: &ScoreModel) -> String {
    let line = &scene.card.line;
    let q = |x: f64| fmt::decimal(x * 100.0, 0);
    let (low, low_points) = (q(line.low), line.low_points);
    let (high, high_points) = (q(line.high), line.high_points);
    say!(
        lang,
        "当天从差到好第 {low}% 处得 {low_points} 分，第 {high}% 处得 {high_points} 分，其间是直线",
        "from the worst, the shop at {low}% of the day gets {low_points} points and the one at {high}% gets {high_points} points, with a straight line between"
    )
}

/// The last sentence of a source, which names the clause.
fn clause(lang: Lang, source: &str) -> String {
    let source = source.trim_end_matches('.');
    let last = source.rsplit_once(". ").map_or(source, |(_, last)| last);
    words::source(lang, last.trim_start_matches("Counterpart of "))
}

fn state(lang: Lang, scene: &ScoreModel, e: &ExplainedIndicator) -> Option<(Mark, &'static str)> {
    let line = &scene.card.line;
    let points = e.points?;
    Some(if e.fixed {
        (Mark::Hold, t(lang, "样本少，定分", "few, fixed"))
    } else if e.cell.1 < 5 {
        (Mark::None, t(lang, "样本少", "few samples"))
    } else if points >= line.high_points {
        (Mark::Kept, t(lang, "同行前列", "among the best"))
    } else if points <= line.low_points {
        (Mark::Broken, t(lang, "同行末尾", "among the last"))
    } else if points.number() < 65.0 {
        (Mark::Warning, t(lang, "偏低", "low"))
    } else {
        return None;
    })
}

/// An interval in the unit of its metric: `2.4–9.8%`.
fn interval(lang: Lang, metric: &Metric, low: f64, high: f64) -> String {
    let unit = Unit::of(&metric.unit);
    match unit {
        Unit::Percent => format!("{}–{}%", fmt::decimal(low * 100.0, 1), fmt::decimal(high * 100.0, 1)),
        _ => format!("{}–{} {}", unit.number(low), unit.number(high), unit.as_str(lang)),
    }
}

fn row(
    lang: Lang,
    scene: &ScoreModel,
    indicator: &Indicator,
    e: &ExplainedIndicator,
    weights: i64,
) -> Markup {
    let need = scene.card.need(indicator);
    let metric = need.metric;
    let unit = Unit::of(&metric.unit);
    let (num, den) = e.cell;
    let value = if den <= 0 { None } else { metric.value(num, den) };
    let smoothed = match (value, e.value, indicator.shrink) {
        (Some(own), Some(used), Some(shrink)) if (own - used).abs() > 1e-12 => Some((used, shrink.prior)),
        _ => None,
    };
    let line: Vec<Option<f64>> = scene.lines[e.place]
        .iter()
        .map(|p| if p.1 <= 0 { None } else { data::plotted(metric, *p) })
        .collect();
    let behind = scene.place.behind(&metric.name, need.window_days, scene.day);
    html! {
        tr {
            td.nm.w {
                @if scene.place.merchant { (data::title(lang, metric)) } @else { a href={ "/console/metrics/" (metric.name) "?as_of=" (scene.day) } { (data::title(lang, metric)) } }
                @if let Some((mark, word)) = state(lang, scene, e) { " " (ui::state(mark, word)) }
                @if scene.place.merchant { small.blk { (t(lang, &metric.meaning_zh, &metric.meaning_en)) } }
            }
            td.r.big data-l=(t(lang, "现在", "Now")) {
                @match value {
                    None => span.none { (fmt::nothing(lang)) },
                    Some(v) => {
                        (unit.number(v)) small { (unit.as_str(lang)) }
                        @if let Some(range) = e.interval { small.blk { (interval(lang, metric, range.low, range.high)) } }
                    }
                }
            }
            td.r.frac data-l=(t(lang, "分子 ÷ 分母", "num ÷ den")) {
                a.mono href=(behind) { @if value.is_some() { (data::fraction(metric, num, den)) } @else { "0 ÷ 0" } }
                small { (t(lang, &metric.den_zh, &metric.den_en)) }
            }
            td.marks data-l=(t(lang, "行业标尺与位置", "Marks and position")) {
                @match e.mark {
                    None => span.mut { (t(lang, "同行也没有数据", "no data in the industry")) },
                    Some(mark) => {
                        (scene.card.line.low_points) (t(lang, " 分：", " points: ")) (unit.text(lang, mark.low))
                        small.blk { (scene.card.line.high_points) (t(lang, " 分：", " points: ")) (unit.text(lang, mark.high)) }
                        small.blk {
                            @if let Some((not_better, all)) = e.position {
                                (t(lang, "不差于 ", "no worse than ")) (fmt::count(not_better as i64)) " / " (fmt::count(all as i64)) (t(lang, " 家", " shops"))
                            } @else { (fmt::count(mark.shops as i64)) (t(lang, " 家", " shops")) }
                            @if mark.market && scene.row.member.industry.is_some() { (t(lang, "（同行太少，比全市场）", " (whole market)")) }
                        }
                    }
                }
            }
            td.r.pt data-l=(t(lang, "得分", "Points")) {
                @match e.points {
                    None => span.mut { (fmt::nothing(lang)) },
                    Some(p) => b { (words::part(p, digits(scene))) small { (t(lang, " 分", " points")) } }
                }
                small.blk { (t(lang, "占 ", "weight ")) (indicator.weight) "/" (weights) }
                @if let Some((used, prior)) = smoothed { small.blk { (t(lang, "加 ", "with ")) (prior) (t(lang, " 个行业样本后 ", " samples of the industry ")) (unit.text(lang, used)) } }
            }
            td.src data-l=(t(lang, "规则出处", "Source")) { (clause(lang, &metric.source)) small.blk { (t(lang, "窗口 ", "window ")) (need.window_days) (t(lang, " 天", " days")) } }
            td.sp data-l=(t(lang, "30 天", "30 days")) { (ui::spark(&line)) }
        }
    }
}
