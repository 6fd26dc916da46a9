//! A scorecard as plain sentences, chapter by chapter: what a person reads, and what two versions are compared by.
//!
//! Invariants: every sentence is made from the scorecard that runs; every number in one has its unit; every chapter
//! ends with its source and its version.

use crate::fmt::{self, Unit};
use crate::lang::{Lang, t};
use crate::say;
use crate::words::condition::condition;
use crate::words::{INDUSTRY, amount, cost, inner, input_title, points, stars, title};
use govern::scorecard::{Better, Case, Dimension, Gate, Indicator, Points, Scorecard};

/// One sentence, with what it is about, by which it is found in another version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// What it is about: `indicator product_rating`.
    pub key: String,
    /// What it says.
    pub text: String,
    /// Where it comes from, if not from where the whole does.
    pub source: Option<String>,
}

/// Sentences that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chapter {
    /// Its id on a page.
    pub id: &'static str,
    /// The question it answers.
    pub title: &'static str,
    /// Its sentences.
    pub clauses: Vec<Clause>,
    /// Whether the source leaves it open, so that it is assumed.
    pub assumed: bool,
}

fn clause(key: impl Into<String>, text: impl Into<String>) -> Clause {
    Clause { key: key.into(), text: text.into(), source: None }
}

/// The chapters of a scorecard.
pub fn chapters(lang: Lang, card: &Scorecard) -> Vec<Chapter> {
    let assumed = card.assumed.iter().enumerate();
    let assumed = assumed.map(|(i, words)| clause(format!("assumed {i}"), inner(lang, words))).collect();
    [
        ("formula", "分怎么算？", "How is the score computed?", formula(lang, card)),
        (
            "indicators",
            "看哪些指标，各占多少？",
            "Which indicators, and how much does each weigh?",
            indicators(lang, card),
        ),
        ("line", "一个指标怎么变成分？", "How does an indicator become points?", line(lang, card)),
        ("stages", "什么店有分？", "Which shops have a score?", stages(lang, card)),
        ("deductions", "什么扣分？", "What costs points?", deductions(lang, card)),
        ("bonuses", "什么加分？", "What brings points?", bonuses(lang, card)),
        ("stars", "买家看到几颗星？", "How many stars do buyers see?", star_rows(lang, card)),
        ("gates", "分打开哪些门？", "What does a score open?", gates(lang, card)),
        ("assumed", "哪些是假定的？", "What is assumed?", assumed),
    ]
    .into_iter()
    .filter(|(.., clauses)| !clauses.is_empty())
    .map(|(id, zh, en, clauses)| Chapter { id, title: t(lang, zh, en), clauses, assumed: id == "assumed" })
    .collect()
}

/// The window of all indicators, if they share one.
pub fn window(card: &Scorecard) -> Option<i64> {
    let mut windows = card.indicators().map(|(_, i)| card.need(i).window_days);
    let first = windows.next()?;
    windows.all(|w| w == first).then_some(first)
}

/// `50%`, or a fraction where it is not a whole per cent.
fn share(weight: i64, of: i64) -> String {
    if of > 0 && weight * 100 % of == 0 {
        format!("{}%", weight * 100 / of)
    } else {
        format!("{weight}/{of}")
    }
}

fn formula(lang: Lang, card: &Scorecard) -> Vec<Clause> {
    let mut clauses = vec![clause("text", inner(lang, &card.text))];
    for (industry, weights) in &card.weights {
        let whole: i64 = weights.iter().sum();
        let parts = card.dimensions.iter().zip(weights);
        let parts = parts.map(|(d, w)| format!("{} × {}", inner(lang, &d.title), share(*w, whole)));
        let sum = parts.collect::<Vec<_>>().join(" + ");
        let name = INDUSTRY.say(lang, industry);
        let who = match industry.as_str() {
            "default" => t(lang, "权重", "Weights").to_owned(),
            _ => say!(lang, "权重，行业：{name}", "Weights, industry: {name}"),
        };
        let text =
            say!(lang, "{who}：分 = {sum} + 加分 − 扣分。", "{who}: score = {sum} + bonuses − deductions.");
        clauses.push(clause(format!("weights {industry}"), text));
    }
    let (least, most) = card.scale;
    let scale = say!(
        lang,
        "分限于 {least} 分至 {most} 分；展示分向下取整到整分。",
        "A score lies from {least} to {most} points; the shown score is rounded down to whole points."
    );
    let no_data = t(
        lang,
        "没有数据的维度不计，权重按比例分给其他维度，分旁边写明「部分」。",
        "A dimension without data is left out, its weight goes to the others in proportion, and the score says \"partial\".",
    );
    clauses.extend([clause("scale", scale), clause("no data", no_data)]);
    clauses
}

fn indicators(lang: Lang, card: &Scorecard) -> Vec<Clause> {
    let mut clauses = Vec::new();
    for dimension in &card.dimensions {
        clauses.extend(dimension.indicators.iter().map(|indicator| Clause {
            key: format!("indicator {}", indicator.id),
            text: one(lang, card, dimension, indicator),
            source: Some(card.need(indicator).metric.source.clone()),
        }));
        if let Some((points, _, text)) = &dimension.extra {
            let (when, name) = (condition(lang, card, text), inner(lang, &dimension.title));
            let most = card.line.high_points;
            let text = say!(
                lang,
                "{when}时，{name}维度加 {points} 分，至多 {most} 分。",
                "While {when}, {name} has {points} points more, {most} points at most."
            );
            clauses.push(clause(format!("extra {}", dimension.id), text));
        }
    }
    clauses
}

fn one(lang: Lang, card: &Scorecard, dimension: &Dimension, indicator: &Indicator) -> String {
    let need = card.need(indicator);
    let metric = need.metric;
    let unit = match Unit::of(&metric.unit) {
        Unit::Percent => t(lang, "百分比", "per cent"),
        Unit::Plain => t(lang, "数", "a number"),
        other => other.as_str(lang),
    };
    let better = match indicator.better {
        Better::More => t(lang, "越高越好", "more is better"),
        Better::Less => t(lang, "越低越好", "less is better"),
    };
    let (of, name) = (title(lang, &dimension.title), t(lang, &metric.zh, &metric.en));
    let (num, den) = (t(lang, &metric.num_zh, &metric.num_en), t(lang, &metric.den_zh, &metric.den_en));
    let days = need.window_days;
    let share = share(indicator.weight, dimension.indicators.iter().map(|i| i.weight).sum());
    let mut text = say!(
        lang,
        "{of} · {name}：{num} ÷ {den}，窗口 {days} 天，单位：{unit}，{better}；占本维度 {share}",
        "{of} · {name}: {num} ÷ {den}, window {days} days, unit: {unit}, {better}; {share} of the dimension"
    );
    if let Some(prior) = indicator.shrink.map(|shrink| shrink.prior) {
        text += &say!(
            lang,
            "；先加入 {prior} 个行业均值样本再比较",
            "; compared after {prior} samples of the industry's mean are added"
        );
    }
    if let Some((points, _, when)) = &indicator.fixed {
        let when = condition(lang, card, when);
        text += &say!(lang, "；{when}时固定为 {points} 分", "; fixed at {points} points while {when}");
    }
    text + t(lang, "。", ".")
}

fn line(lang: Lang, card: &Scorecard) -> Vec<Clause> {
    let line = &card.line;
    let percent = |x: f64| fmt::decimal(x * 100.0, 0);
    let (low, high) = (percent(line.low), percent(line.high));
    let (least, most, shops) = (line.low_points, line.high_points, line.least_shops);
    let marks = say!(
        lang,
        "当天同行业的店从差到好排：第 {low}% 处及更差得 {least} 分，第 {high}% 处及更好得 {most} 分，其间是直线。",
        "The shops of the industry that day from worst to best: at {low}% of them and worse {least} points, at {high}% and better {most} points, a straight line between."
    );
    let few = say!(
        lang,
        "一个行业有这项数据的店少于 {shops} 家时，与全市场比。",
        "An industry with fewer than {shops} shops that have the figure is compared with the whole market."
    );
    let mut clauses = vec![clause("line", marks), clause("least", few)];
    clauses.extend(line.step.map(|step| {
        clause(
            "step",
            say!(
                lang,
                "分数每 {step} 分一档，向下取档。",
                "Points come in steps of {step} points, rounded down."
            ),
        )
    }));
    let frozen = t(
        lang,
        "行业的标尺按天冻结：改一家店的数，只动这一家的分。",
        "The industry's marks are frozen by day: changing one shop's figures moves that shop's score only.",
    );
    clauses.push(clause("frozen", frozen));
    clauses
}

fn stages(lang: Lang, card: &Scorecard) -> Vec<Clause> {
    let one = |stage: &govern::scorecard::Stage| {
        let name = title(lang, &stage.title);
        let when = condition(lang, card, &stage.when_text);
        let what = match stage.score {
            Some(points) => say!(lang, "固定 {points} 分", "a fixed score of {points} points"),
            None => t(lang, "按公式算分", "the score of the formula").to_owned(),
        };
        let seen = match stage.stars {
            true => t(lang, "买家看得到星级", "buyers see stars"),
            false => t(lang, "买家看不到星级", "buyers see no stars"),
        };
        let text = say!(lang, "{name}：{when}。{what}，{seen}。", "{name}: {when}. It has {what}; {seen}.");
        clause(format!("stage {}", stage.id), text)
    };
    let mut clauses: Vec<Clause> = card.stages.iter().map(one).collect();
    let order = t(
        lang,
        "从上往下第一个满足的阶段算数；都不满足就没有分，没有分不等于低分。",
        "The first stage from above whose condition holds counts; a shop in none has no score, which is not a low one.",
    );
    clauses.push(clause("stage order", order));
    clauses
}

fn deductions(lang: Lang, card: &Scorecard) -> Vec<Clause> {
    let one = |d: &govern::scorecard::Deduction| {
        let need = &card.needs[d.need];
        let (name, cost, days) = (title(lang, &d.title), cost(lang, d.cost), need.window_days);
        Clause {
            key: format!("deduction {}", d.id),
            text: say!(
                lang,
                "{name}：{cost}，窗口 {days} 天，所有订单都算。",
                "{name}: {cost}, window {days} days, all orders count."
            ),
            source: Some(need.metric.source.clone()),
        }
    };
    let mut clauses: Vec<Clause> = card.deductions.iter().map(one).collect();
    clauses.extend(card.deduction_cap.map(|cap| {
        let text =
            say!(lang, "所有扣分合计最多 {cap} 分。", "All deductions together cost at most {cap} points.");
        clause("deduction cap", text)
    }));
    clauses
}

fn bonuses(lang: Lang, card: &Scorecard) -> Vec<Clause> {
    let one = |b: &govern::scorecard::Bonus| {
        let (name, when, points) = (title(lang, &b.title), condition(lang, card, &b.when_text), b.points);
        let text = say!(
            lang,
            "{name}：{when}，加 {points} 分，只加一次。",
            "{name}: {when}: {points} points, once."
        );
        clause(format!("bonus {}", b.id), text)
    };
    card.bonuses.iter().map(one).collect()
}

fn star_rows(lang: Lang, card: &Scorecard) -> Vec<Clause> {
    let mut from = card.scale.0.floor();
    let mut clauses = Vec::new();
    for row in &card.stars {
        let (base, upto, over, every) = (stars(row.tenths), row.upto, row.over, row.every);
        let text = if every == 0 {
            say!(
                lang,
                "展示分 {from} 分至 {upto} 分：{base} 星。",
                "A shown score from {from} to {upto} points: {base} stars."
            )
        } else {
            say!(
                lang,
                "展示分 {from} 分至 {upto} 分：从 {over} 分的 {base} 星起，每满或不满 {every} 分加 0.1 星。",
                "A shown score from {from} to {upto} points: {base} stars at {over} points and 0.1 stars more for every {every} points begun."
            )
        };
        clauses.push(clause(format!("stars {upto}"), text));
        from = upto + 1;
    }
    clauses
}

/// What a gate takes, in the rule's own terms.
pub fn terms(lang: Lang, card: &Scorecard, gate: &Gate) -> String {
    let days = gate.mean_days;
    let what = match (days, gate.bound) {
        (1, false) => t(lang, "当日", "the day").to_owned(),
        (1, true) => t(lang, "当日区间上界", "upper bound of the day").to_owned(),
        (_, false) => say!(lang, "{days} 日均", "{days}-day mean"),
        (_, true) => say!(lang, "{days} 日区间上界均值", "{days}-day mean of upper bounds"),
    };
    let unit = t(lang, "分", "points");
    let mut terms = vec![format!("{what} ≥ {} {unit}", gate.score)];
    for (d, least) in &gate.dimensions {
        let dimension = card.dimensions.get(*d);
        terms.extend(dimension.map(|of| format!("{} ≥ {least} {unit}", inner(lang, &of.title))));
    }
    terms.join(t(lang, "，", ", "))
}

fn gates(lang: Lang, card: &Scorecard) -> Vec<Clause> {
    let one = |gate: &Gate| {
        let (name, terms) = (title(lang, &gate.title), terms(lang, card, gate));
        Clause {
            key: format!("gate {}", gate.id),
            text: say!(lang, "{name}：{terms}。", "{name}: {terms}."),
            source: Some(gate.source.clone()),
        }
    };
    card.gates.iter().map(one).collect()
}

/// A row of the table of cases: what is given, and what it comes to.
pub fn case(lang: Lang, card: &Scorecard, case: &Case) -> (String, String) {
    let (unit, comma) = (t(lang, "分", "points"), t(lang, "，", ", "));
    let given = |(name, value): &(String, String)| {
        let dimension = card.dimensions.iter().find(|d| d.id == *name).map(|d| title(lang, &d.title));
        let indicator = || {
            let (_, found) = card.indicators().find(|(_, i)| i.id == *name)?;
            let metric = card.need(found).metric;
            Some(t(lang, &metric.zh, &metric.en).to_owned())
        };
        let of_points = match name.as_str() {
            "bonus" => Some(t(lang, "加分", "Bonus").to_owned()),
            "deduction" => Some(t(lang, "扣分", "Deduction").to_owned()),
            _ => dimension.or_else(indicator),
        };
        if let Some(of_points) = of_points {
            return format!("{of_points} {value} {unit}");
        }
        match (card.inputs.iter().find(|input| input.name == *name), value.as_str()) {
            (Some(input), "true") => input_title(lang, input) + t(lang, "：是", ": yes"),
            (Some(input), "false") => input_title(lang, input) + t(lang, "：否", ": no"),
            (Some(input), _) => format!("{} {}", input_title(lang, input), amount(lang, input, value)),
            (None, _) => format!("{name} {value}"),
        }
    };
    let given: Vec<String> = case.inputs.iter().map(given).collect();
    let score = case.score.map(|score| format!("{score} {unit}"));
    let mut comes = vec![score.unwrap_or_else(|| t(lang, "没有分", "no score").to_owned())];
    comes.extend(case.stars.map(|tenths| format!("{} {}", stars(tenths), t(lang, "星", "stars"))));
    let stage = case.stage.as_ref().and_then(|id| card.stages.iter().find(|s| s.id == *id));
    comes.extend(stage.map(|stage| inner(lang, &stage.title).to_owned()));
    (given.join(t(lang, "；", "; ")), comes.join(comma))
}

/// A difference in words: `sanhao@3 is 1.20 points higher`.
pub fn difference(lang: Lang, by: Points) -> String {
    let size = points(Points(by.0.abs()));
    match by.0 {
        0 => t(lang, "一样", "the same").to_owned(),
        1.. => say!(lang, "高 {size} 分", "{size} points higher"),
        _ => say!(lang, "低 {size} 分", "{size} points lower"),
    }
}
