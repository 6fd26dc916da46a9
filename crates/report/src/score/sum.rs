//! The head: the score as a dial and as the sum it is.

use crate::score::{ScoreModel, colour, square};
use govern::policy::{From, Part};
use govern::scorecard::{Cost, Points, Scorecard, Stage};
use maud::{Markup, html};
use web_kit::draw::{Dial, Segment, dial};
use web_kit::lang::{Lang, t};
use web_kit::ui::{self, State as Mark};
use web_kit::words::condition::{condition, decided, failing};
use web_kit::{fmt, say, words};

/// Stage, scorecard and window, for the head of a page.
pub fn meta(lang: Lang, scene: &ScoreModel) -> Markup {
    let scored = &scene.explained.scored;
    let card = scene.card;
    html! {
        @match scored.stage.and_then(|s| card.stages.get(s)) {
            Some(stage) => (ui::state(if stage.score.is_none() { Mark::Kept } else { Mark::Running }, &words::title(lang, &stage.title))),
            None => (ui::state(Mark::None, t(lang, "没有分", "no score"))),
        }
        @if let Some(partial) = words::partial(lang, card, &scored.dimensions).filter(|_| scored.formal(card)) { (ui::state(Mark::Hold, &partial)) }
        @if let Some(word) = &scene.row.member.industry { span { (t(lang, "行业 ", "Industry ")) (words::INDUSTRY.say(lang, word)) } }
        span {
            (t(lang, "评分卡 ", "Scorecard ")) a href=(scene.place.card(card)) { (words::inner(lang, &card.title)) " " (card.name()) }
            @if scene.asked.is_some() { " " (t(lang, "（指定的，不一定生效）", "(as asked for, perhaps not in force)")) }
        }
    }
}

/// The section that says how the score comes about.
pub fn sum(lang: Lang, scene: &ScoreModel) -> Markup {
    let card = scene.card;
    let scored = &scene.explained.scored;
    let note = html! {
        (t(lang, "表盘的每一段就是旁边的一行，扣分从末尾往回画斜纹；相加等于总分，任何人可以用同一批事实重算。",
            "Each segment of the dial is a row beside it, and deductions are hatched from its end backwards; they add up to the score, and anyone can compute it again from the same facts."))
        " " (t(lang, "口径：", "Basis: ")) (card.name()) (t(lang, "，", ", ")) (scene.until(lang)) (t(lang, "。来源：规则出处", ". Source of the rules: ")) (words::source(lang, &card.source))
        @if let Some(day) = scene.adopted { (t(lang, "；本市场采用于 ", "; adopted by this market on ")) (fmt::date(lang, day)) }
        (t(lang, "。", "."))
    };
    let title = if scene.place.merchant {
        t(lang, "我的体验分构成", "What makes up my score")
    } else {
        t(lang, "体验分构成", "What makes up this score")
    };
    let stage = scored.stage.and_then(|s| card.stages.get(s));
    let answer = match (stage, scored.raw) {
        (Some(stage), Some(raw)) if stage.score.is_none() => formal(lang, scene, raw),
        (Some(stage), Some(raw)) => growth(lang, scene, stage, raw),
        (stage, _) => none(lang, scene, stage),
    };
    ui::question(title, note, answer)
}

/// The formula's score.
fn formal(lang: Lang, scene: &ScoreModel, raw: Points) -> Markup {
    let card = scene.card;
    let scored = &scene.explained.scored;
    let Some(composed) = scored.composed(card, &scene.row) else { return html! {} };
    let part = |points: Points, weight: i64| {
        Points::mean([(points, weight), (Points(0), composed.weight - weight)].into_iter())
            .unwrap_or_default()
    };
    // The rows of the sum, each as it is drawn: colour, address, name, points.
    let mut rows: Vec<(&'static str, String, String, Points)> = Vec::new();
    for (d, dimension) in card.dimensions.iter().enumerate() {
        if let (Some(points), Some(weight)) = (scored.dimensions[d], composed.weights[d]) {
            let name = words::title(lang, &dimension.title);
            rows.push((colour(card, d), format!("#dim-{}", dimension.id), name, part(points, weight)));
        }
    }
    for (bonus, _) in card.bonuses.iter().zip(&scored.bonuses).filter(|(_, earned)| **earned) {
        let name = format!("{}{}", t(lang, "加分：", "Bonus: "), words::inner(lang, &bonus.title));
        rows.push(("data-6", "#bonuses".to_owned(), name, bonus.points));
    }
    let lost: Vec<(String, Points)> = card
        .deductions
        .iter()
        .zip(&scored.deductions)
        .filter(|(_, cost)| cost.0 > 0)
        .map(|(deduction, cost)| (words::inner(lang, &deduction.title).to_owned(), *cost))
        .collect();
    let shown = rows.iter().map(|row| row.3).chain(lost.iter().map(|(_, cost)| *cost));
    let digits = words::digits(shown.chain([raw, scored.deduction, composed.base]));
    let at = |p: Points| words::part(p, digits);
    let dimensions: i64 = (0..card.dimensions.len())
        .filter_map(|d| Some(part(scored.dimensions[d]?, composed.weights[d]?).0))
        .sum();
    let rounding = Points(composed.base.0 - dimensions);
    let inner = words::digits(scored.dimensions.iter().flatten().copied());
    let segments = segments(lang, &rows, scored.deduction, digits);
    let mut gates: Vec<(i64, &str)> =
        card.gates.iter().map(|g| (g.score.floor(), words::inner(lang, &g.title))).collect();
    gates.sort_by_key(|(score, _)| *score);
    let comma = t(lang, "，", ", ");
    let named: Vec<String> = gates.iter().map(|(score, name)| format!("{score} {name}")).collect();
    let named = named.join(comma);
    let mut ticks: Vec<i64> = gates.iter().map(|(score, _)| *score).collect();
    ticks.dedup();
    let stars = scored.stars(card);
    let shown = raw.floor();
    let below = say!(lang, "展示 {shown} 分", "shown {shown}")
        + &stars
            .map(words::stars)
            .map_or_else(String::new, |stars| say!(lang, " · {stars} 星", " · {stars} stars"));
    let week = scene.past.iter().rev().nth(7).and_then(|day| day.raw).map(|then| words::between(then, raw));
    let foot = week
        .map_or_else(String::new, |by| format!("{}{}", t(lang, "较 7 天前 ", "7 days: "), words::gain(by)));
    let costs = lost.iter().map(|(name, cost)| {
        let cost = words::signed_part(Points(-cost.0), digits);
        say!(lang, "扣分：{name} {cost}", "Deduction: {name} {cost}")
    });
    let terms = rows.iter().map(|(_, _, name, points)| format!("{name} {}", at(*points)));
    let terms = terms.chain(costs).collect::<Vec<_>>().join(comma);
    let centre = words::points(raw);
    let label = say!(
        lang,
        "体验分 {centre}。由这些行组成：{terms}。刻度是门槛（分）：{named}。",
        "Score {centre}. Made of: {terms}. The ticks are gates (points): {named}."
    );
    let drawing = Dial {
        segments: &segments,
        lost: scored.deduction.number(),
        gates: &ticks,
        centre: &centre,
        below: &below,
        foot: &foot,
        label: &label,
    };
    let points = t(lang, " 分", "");
    let zero = |id: Option<&str>, name: &str, why: &str| {
        html! { tr id=[id] { th scope="row" { (name) } td.mut { (why) } td { (at(Points(0))) (points) } } }
    };
    let clamped = composed.base.0 + scored.bonus.0 - scored.deduction.0 != raw.0;
    let answer = html! {
        table.sum {
            caption.vh { (t(lang, "这个分的每一项", "The terms of this score")) }
            tbody {
                @for (d, dimension) in card.dimensions.iter().enumerate() {
                    tr {
                        th scope="row" { (square(colour(card, d))) a href={ "#dim-" (dimension.id) } { (words::title(lang, &dimension.title)) } }
                        @match (scored.dimensions[d], composed.weights[d]) {
                            (Some(p), Some(w)) => {
                                td.sub { (words::part(p, inner)) (points) " × " (share(w, composed.weight)) }
                                td { (at(part(p, w))) (points) }
                            }
                            _ => { td.mut { (t(lang, "没有数据，权重分给其他维度", "no data; its weight goes to the others")) } td.mut { (fmt::nothing(lang)) } }
                        }
                    }
                }
                @if card.bonuses.is_empty() {
                    (zero(None, t(lang, "加分", "Bonus"), t(lang, "这张评分卡没有加分项", "this scorecard has none")))
                } @else if scored.bonus.0 == 0 {
                    (zero(Some("bonuses"), t(lang, "加分", "Bonus"), t(lang, "窗口内没有挣到", "none earned in the window")))
                } @else {
                    @for (i, (bonus, _)) in card.bonuses.iter().zip(&scored.bonuses).filter(|(_, earned)| **earned).enumerate() {
                        tr id=[(i == 0).then_some("bonuses")] {
                            th scope="row" { (square("data-6")) (t(lang, "加分：", "Bonus: ")) (words::inner(lang, &bonus.title)) }
                            td.sub.cond { (condition(lang, card, &bonus.when_text)) }
                            td { "+" (at(bonus.points)) (points) }
                        }
                    }
                }
                @let costs = card.deductions.iter().zip(&scored.deductions).enumerate().filter(|(_, (_, cost))| cost.0 > 0);
                @if scored.deduction.0 == 0 {
                    (zero(None, t(lang, "扣分", "Deductions"), t(lang, "窗口内没有", "none in the window")))
                } @else {
                    @for (i, (deduction, cost)) in costs {
                        tr.lost {
                            th scope="row" {
                                (hatched()) (t(lang, "扣分：", "Deduction: ")) (words::inner(lang, &deduction.title))
                                div.cases { (cases(lang, scene, i)) }
                            }
                            td.sub {
                                @match deduction.cost {
                                    Cost::Each { points: each, cap } => { (scene.row.cells[deduction.need].0) (t(lang, " 次 × ", " × ")) (words::exactly(each)) (points) (t(lang, "，最多 ", ", at most ")) (words::exactly(cap)) (points) }
                                    Cost::Once { .. } => { (t(lang, "30 天内有过，只扣一次", "once in 30 days")) }
                                }
                            }
                            td { "−" (at(*cost)) (points) }
                        }
                    }
                    @if let Some(cap) = card.deduction_cap.filter(|cap| scored.deductions.iter().map(|c| c.0).sum::<i64>() > cap.0) {
                        tr { th scope="row" { (t(lang, "扣分合计封顶", "Deductions are capped")) } td {} td { "−" (at(cap)) (points) } }
                    }
                }
                @if rounding.0 != 0 {
                    tr { th scope="row" { (t(lang, "舍入", "Rounding")) } td.mut { (t(lang, "各行四舍五入到万分之一分", "rows are rounded to a ten-thousandth")) } td { (words::signed_part(rounding, digits)) (points) } }
                }
                @if clamped {
                    tr { th scope="row" { (t(lang, "分数限于", "Within the scale")) } td.sub { (words::exactly(card.scale.0)) "–" (words::exactly(card.scale.1)) (points) } td {} }
                }
                tr.tot {
                    th scope="row" { (words::title(lang, &card.title)) }
                    td.sub { @if let Some(partial) = words::partial(lang, card, &scored.dimensions) { (partial) } }
                    td { (at(raw)) (points) }
                }
            }
        }
        p.s12.mut { (t(lang, "表盘的刻度是门槛（分）：", "The dial's ticks are gates (points): ")) (named) (t(lang, "。", ".")) }
        p.after {
            (t(lang, "展示分向下取整，是 ", "The shown score is rounded down: ")) b { (shown) (points) }
            @if let Some(stars) = stars { (t(lang, "；买家看到 ", "; buyers see ")) b { (words::stars(stars)) (t(lang, " 星", " stars")) } }
            (t(lang, "。", "."))
            @if let Some((low, high)) = scene.explained.bound.filter(|(low, high)| low != high) {
                " " (t(lang, "样本有限：按 95% 区间，分在 ", "Samples are few: at 95% the score lies from "))
                (words::points(low)) (t(lang, " 到 ", " to ")) (words::points(high)) (points) (t(lang, " 之间。", "."))
            }
        }
    };
    hero(&drawing, answer)
}

/// A dial and what stands beside it.
fn hero(drawing: &Dial<'_>, answer: Markup) -> Markup {
    html! { div.hero { div.dial { (dial(drawing)) } div { (answer) } } }
}

/// The segments of the dial. Deductions eat from the end: what a segment has left is said with it.
fn segments(
    lang: Lang,
    rows: &[(&'static str, String, String, Points)],
    lost: Points,
    digits: usize,
) -> Vec<Segment> {
    let mut lost = lost.0;
    let mut segments: Vec<Segment> = rows
        .iter()
        .rev()
        .map(|(colour, href, name, points)| {
            let eaten = lost.clamp(0, points.0.max(0));
            lost -= eaten;
            let mut title = format!("{name} {}", words::part(*points, digits));
            if eaten > 0 {
                let left = words::part(Points(points.0 - eaten), digits);
                title.push_str(&say!(lang, "，扣分之后剩 {left}", ", {left} left after deductions"));
            }
            Segment { points: points.number(), colour, href: href.clone(), title }
        })
        .collect();
    segments.reverse();
    segments
}

/// A weight of a whole: `50%`, or as a fraction where it is not a whole per cent.
fn share(weight: i64, of: i64) -> String {
    if of > 0 && (weight * 100) % of == 0 {
        format!("{}%", weight * 100 / of)
    } else {
        format!("{weight}/{of}")
    }
}

/// A square as the lost part of the dial is drawn.
fn hatched() -> Markup {
    html! { svg.sq viewBox="0 0 10 10" aria-hidden="true" { rect width="10" height="10" rx="2" fill="var(--sh-broken-soft)" {} path d="M0 6 6 0M4 10 10 4" stroke="var(--sh-broken)" stroke-width="2" {} } }
}

/// The cases behind a deduction, each by its id.
fn cases(lang: Lang, scene: &ScoreModel, deduction: usize) -> Markup {
    let need = scene.card.needs[scene.card.deductions[deduction].need];
    let cases: Vec<_> =
        scene.explained.deductions.get(deduction).into_iter().flatten().filter(|c| c.num != 0).collect();
    let href = scene.place.behind(&need.metric.name, need.window_days, scene.day);
    html! {
        @for c in cases.iter().take(3) { a.mono href=(href) { (need.metric.ref_id(c.of)) } " " }
        @if cases.len() > 3 { a href=(href) { (t(lang, "共 ", "all ")) (cases.len()) (t(lang, " 件", "")) } }
    }
}

/// A dial without an arc, that says something.
fn bare<'a>(centre: &'a str, below: &'a str, label: &'a str) -> Dial<'a> {
    Dial { segments: &[], lost: 0.0, gates: &[], centre, below, foot: "", label }
}

/// A stage with a score of its own: no arc, but what is missing for the formula.
fn growth(lang: Lang, scene: &ScoreModel, stage: &Stage, raw: Points) -> Markup {
    let name = words::title(lang, &stage.title);
    let card = scene.card;
    // The conditions of the other stages: what a stage shares with them did not decide.
    let others = card.stages.iter().filter(|other| other.id != stage.id);
    let others: Vec<&str> = others.map(|other| other.when_text.as_str()).collect();
    let because = decided(lang, card, &scene.row, &stage.when_text, &others);
    let answer = html! {
        p.means { (t(lang, "这个阶段的分是固定的：", "In this stage the score is fixed: ")) b { (words::exactly(raw)) (t(lang, " 分", " points")) } (t(lang, "，买家看不到星级。", "; buyers see no stars.")) }
        dl.sum2 {
            div { dt { (t(lang, "在这个阶段，因为", "In this stage because")) } dd.cond { (clauses(lang, card, &because, &stage.when_text)) } }
            @for formal in card.stages.iter().filter(|s| s.score.is_none()) {
                div { dt { (t(lang, "没有进入", "Not in ")) (words::inner(lang, &formal.title)) (t(lang, "，因为不满足", ", because this does not hold")) } dd.cond { (broken(lang, scene, formal)) } }
                @if let Some(missing) = missing(lang, scene, &formal.when_text) { div.tot { dt { (t(lang, "还差", "Missing")) } dd { (missing) } } }
            }
        }
        (stages(lang, scene))
    };
    hero(&bare(&raw.floor().to_string(), &name, &format!("{name} {}", raw.floor())), answer)
}

/// What does not hold of a stage's conditions.
fn broken(lang: Lang, scene: &ScoreModel, stage: &Stage) -> Markup {
    let failing = failing(lang, scene.card, &scene.row, &stage.when_text);
    clauses(lang, scene.card, &failing, &stage.when_text)
}

/// Clauses below each other; the whole condition where none was found.
fn clauses(lang: Lang, card: &Scorecard, found: &[String], whole: &str) -> Markup {
    html! {
        @if found.is_empty() { (condition(lang, card, whole)) }
        @else { ul.plain { @for clause in found { li { (clause) } } } }
    }
}

/// No stage, or no data: says so, and what it takes.
fn none(lang: Lang, scene: &ScoreModel, stage: Option<&Stage>) -> Markup {
    let answer = html! {
        p.means {
            @if stage.is_some() { (t(lang, "在正式期，但窗口内没有任何维度有数据，所以没有分。没有数据不等于低分。", "In the formal stage, but no dimension has data in the window, so there is no score. No data is not a low score.")) }
            @else { (t(lang, "这家店不在任何阶段，所以没有分。没有分不等于低分，也不影响已有订单。", "This shop is in no stage, so it has no score. No score is not a low score, and no order is affected.")) }
        }
        dl.sum2 {
            @for stage in &scene.card.stages {
                div { dt { (words::title(lang, &stage.title)) @if let Some(score) = stage.score { (t(lang, "，", ", ")) (words::exactly(score)) (t(lang, " 分", " points")) } (t(lang, "：不满足", ": does not hold")) } dd.cond { (broken(lang, scene, stage)) } }
                @if let Some(missing) = missing(lang, scene, &stage.when_text) { div.win { dt { (t(lang, "还差", "missing")) } dd { (missing) } } }
            }
        }
        (stages(lang, scene))
    };
    hero(&bare(t(lang, "暂无", "no score"), "", t(lang, "没有分", "no score")), answer)
}

/// Where the stages stand in full, and what the dimensions already say, although they make no score yet.
fn stages(lang: Lang, scene: &ScoreModel) -> Markup {
    let dimensions = scene.card.dimensions.iter().zip(&scene.explained.scored.dimensions);
    let known: Vec<String> = dimensions
        .filter_map(|(d, p)| p.map(|p| format!("{} {}", words::inner(lang, &d.title), words::points(p))))
        .map(|known| known + t(lang, " 分", " points"))
        .collect();
    html! {
        p.after { a href={ (scene.place.card(scene.card)) "#stages" } { (t(lang, "各阶段的完整条件", "The conditions of all stages in full")) } }
        @if !known.is_empty() {
            p.after { (t(lang, "眼下的维度分（还不算进总分）：", "The dimensions so far (not yet counted): ")) (known.join(t(lang, "，", ", "))) (t(lang, "。", ".")) }
        }
    }
}

/// How much is missing of a condition that is one count: `18 orders`.
fn missing(lang: Lang, scene: &ScoreModel, text: &str) -> Option<String> {
    let (name, least) = text.split_once(">=")?;
    let least: i64 = least.trim().parse().ok()?;
    let input = scene.card.inputs.iter().find(|input| input.name == name.trim())?;
    let From::Metric { metric, window_days, part, .. } = input.from else { return None };
    let need =
        scene.card.needs.iter().position(|n| n.metric.name == metric.name && n.window_days == window_days)?;
    let (num, den) = scene.row.cells[need];
    let have = if part == Part::Denominator { den } else { num };
    let unit = fmt::Unit::of(&metric.unit).as_str(lang);
    let more = least - have;
    (have < least)
        .then(|| say!(lang, "{more} {unit}（现有 {have} {unit}）", "{more} {unit} (there are {have} {unit})"))
}
