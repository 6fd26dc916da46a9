//! All shops by score: how scores are spread, how many shops are in which stage, and who moved most in a week.

use govern::Shops;
use govern::scorecard::Points;
use kernel::{Ask, Date, Market, Moment};
use report::data;
use serde_json::json;
use std::sync::Arc;
use web_kit::prelude::*;
use web_kit::score::{self, Day, Line};
use web_kit::table::{lead, sheet};
use web_kit::ui::Chart;
use web_kit::{draw, words};

/// How many days back a change is measured.
pub const BACK: i64 = 7;

/// The scores of a day, and those of a week before, each under the scorecard in force.
pub fn both(site: &Site, ask: &dyn Ask, date: Date) -> Result<(Arc<Day>, Arc<Day>), Failure> {
    let mut days = data::side_by_side(&[0, BACK], |back| {
        // Of a day that still runs the moment is compared with the same moment a week before.
        let end = data::end_of(site, date)?;
        let full = Moment::day_end(date, &site.market.zone) == Some(end);
        let end = if full { data::end_of(site, data::days_away(date, -back))? } else { end.plus_days(-back) };
        score::day(site, ask, score::card(site, ask, None, end)?, end)
    })?;
    match (days.pop(), days.pop()) {
        (Some(before), Some(now)) => Ok((now, before)),
        _ => Err(Failure::internal("two days were asked for")),
    }
}

/// By how much a shop's score moved in a week; none without both scores.
pub fn change(now: &Line, before: &Day) -> Option<Points> {
    let then = before.line(now.shop)?.raw?;
    Some(words::between(then, now.raw?))
}

/// Even bins that hold every score.
fn bins(scores: &[f64]) -> Vec<(f64, f64, i64)> {
    const STEP: f64 = 2.5;
    let low = scores.iter().copied().fold(100.0, f64::min);
    let first = ((low / STEP).floor() as i64).clamp(0, 39);
    let mut bins: Vec<_> = (first..40).map(|i| (i as f64 * STEP, (i + 1) as f64 * STEP, 0)).collect();
    for score in scores {
        let i = ((score / STEP).floor() as i64 - first).clamp(0, bins.len() as i64 - 1);
        bins[usize::try_from(i).unwrap_or(0)].2 += 1;
    }
    bins
}

/// What the drawing of scores says.
pub fn about_spread(lang: Lang, market: &Market, day: &Day) -> Markup {
    html! {
        (t(lang, "一柱 2.5 分，柱高是店铺数。评分卡 ", "Each bar is 2.5 points, its height the number of shops. Scorecard "))
        a href={ "/console/scorecards/" (day.card.name()) } { (day.card.name()) }
        (t(lang, "，截至 ", ", to ")) (fmt::until(lang, market, day.end)) (t(lang, "。", "."))
    }
}

/// The spread of scores as a drawing, and the stages beside it. `id` is unique on the page.
pub fn spread(lang: Lang, day: &Day, lines: &[&Line], id: &str, shops: &str) -> Markup {
    let card = day.card;
    let mut scores: Vec<f64> = lines.iter().filter_map(|l| l.raw).map(Points::number).collect();
    scores.sort_by(f64::total_cmp);
    let unit = t(lang, "分", "points");
    let median = scores.get(scores.len() / 2).copied();
    let bins = bins(&scores);
    let show = |v: f64| fmt::decimal(v, 1);
    let n = scores.len();
    let label = match median.map(show) {
        Some(m) => say!(lang, "{n} 家店铺的分，中位 {m} 分", "Scores of {n} shops, median {m} points"),
        None => t(lang, "没有店铺有分", "No shop has a score").to_owned(),
    };
    let spec = json!({
        "kind": "hist", "bins": bins, "unit": unit, "digits": 1, "countName": t(lang, "店铺", "shops"),
        "mark": median.map(|m| json!({ "at": m, "label": format!("{} {}", t(lang, "中位", "median"), show(m)) })),
    });
    let table = sheet("", &bins, |(from, to, n)| {
        vec![
            lead("nw", t(lang, "分", "Points"), html! { (show(*from)) "–" (show(*to)) }),
            lead("r", t(lang, "店铺数", "Shops"), fmt::count(*n)),
        ]
    });
    let count = |stage: Option<usize>| lines.iter().filter(|l| l.stage == stage).count();
    let partial = lines
        .iter()
        .filter(|l| l.raw.is_some() && l.dimensions.iter().any(Option::is_none))
        .filter(|l| l.stage.and_then(|s| card.stages.get(s)).is_some_and(|s| s.score.is_none()))
        .count();
    let stages = card.stages.iter().enumerate();
    let stages = stages.map(|(i, stage)| (&*stage.id, words::title(lang, &stage.title), count(Some(i))));
    let none = ("none", t(lang, "没有阶段，没有分", "in no stage, no score").to_owned(), count(None));
    html! {
        div.paper.hs {
            div {
                div.lead {
                    b { (fmt::count(scores.len() as i64)) (t(lang, " 家有分", " shops with a score")) }
                    @if let Some(m) = median { span.sub { (t(lang, "中位 ", "median ")) (show(m)) " " (unit) } }
                    span.s12.mut { (card.name()) }
                }
                @if scores.is_empty() { p.pad { (t(lang, "这一天没有店铺有分。", "No shop has a score on this day.")) } }
                @else { div.chw { (ui::chart(lang, &Chart { id, label: &label, size: "h-200", spec, table })) } }
            }
            div.nb {
                (sheet("", stages.chain([none]), |(id, title, n)| vec![
                    lead("", t(lang, "阶段", "Stage"), html! { a href={ (shops) "&stage=" (id) } { (title) } }),
                    lead("r", t(lang, "店铺", "Shops"), html! { b { (fmt::count(n as i64)) } }),
                ]))
                @if partial > 0 { p { (t(lang, "其中 ", "")) (fmt::count(partial as i64)) (t(lang, " 家的分是部分的：有维度没有数据。", " scores are partial: a dimension has no data.")) } }
            }
        }
    }
}

/// Who rose and who fell most in a week.
pub fn movers(lang: Lang, shops: &Shops, now: &Day, before: &Day, date: Date) -> Markup {
    let mut moved: Vec<(&Line, Points)> = now
        .lines
        .iter()
        .filter_map(|l| change(l, before).map(|by| (l, by)))
        .filter(|(_, by)| by.0 != 0)
        .collect();
    moved.sort_by_key(|(line, by)| (by.0, line.shop));
    let fell: Vec<_> = moved.iter().take(6).filter(|(_, by)| by.0 < 0).collect();
    let rose: Vec<_> = moved.iter().rev().take(6).filter(|(_, by)| by.0 > 0).collect();
    let most = moved.iter().map(|(_, by)| by.number().abs()).fold(0.0, f64::max);
    html! {
        div.pair2 {
            @for (title, list) in [(t(lang, "升得最多", "Rose most"), rose), (t(lang, "降得最多", "Fell most"), fell)] {
                div.paper {
                    (sheet("", &list, |(line, by)| vec![
                        lead("", title, html! { @if let Some(shop) = shops.get(line.shop) { a href={ "/console/shops/" (shop.id) "?as_of=" (date) "#score-history" } { (shop.name) } } }),
                        lead("r", t(lang, "分", "Points"), html! { @if let Some(raw) = line.raw { (words::points(raw)) } }),
                        lead("r", t(lang, "7 天变化", "7 days"), html! { b { (words::gain(*by)) } }),
                        lead("", t(lang, "对比", "Compared"), draw::change(by.number(), most)),
                    ]))
                    @if list.is_empty() { p.pad { (title) (t(lang, "：", ": ")) span.mut { (t(lang, "7 天里没有。", "None in 7 days.")) } } }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_score_falls_into_one_bin() {
        for scores in [vec![0.0, 100.0, 49.99], vec![82.5], vec![]] {
            assert_eq!(bins(&scores).iter().map(|b| b.2).sum::<i64>(), scores.len() as i64);
        }
    }
}
