//! A scorecard as plain sentences, chapter by chapter: what a person reads, and what two versions are compared by.
//!
//! Invariants: every sentence is made from the scorecard that runs; every number in one has its unit; every chapter
//! ends with its source and its version.

use crate::fmt::{self, Unit};
use crate::lang::{Lang, t};
use crate::words::condition::condition;
use crate::words::{cost, inner, input_title, points, stars, title};
use govern::scorecard::{Better, Case, Gate, Indicator, Points, Scorecard};

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
    let chapter = |id, zh, en, clauses| Chapter { id, title: t(lang, zh, en), clauses, assumed: false };
    let mut chapters = vec![
        chapter("formula", "分怎么算？", "How is the score computed?", formula(lang, card)),
        chapter(
            "indicators",
            "看哪些指标，各占多少？",
            "Which indicators, and how much does each weigh?",
            indicators(lang, card),
        ),
        chapter("line", "一个指标怎么变成分？", "How does an indicator become points?", line(lang, card)),
        chapter("stages", "什么店有分？", "Which shops have a score?", stages(lang, card)),
        chapter("deductions", "什么扣分？", "What costs points?", deductions(lang, card)),
        chapter("bonuses", "什么加分？", "What brings points?", bonuses(lang, card)),
        chapter("stars", "买家看到几颗星？", "How many stars do buyers see?", star_rows(lang, card)),
        chapter("gates", "分打开哪些门？", "What does a score open?", gates(lang, card)),
    ];
    let assumed: Vec<Clause> = card
        .assumed
        .iter()
        .enumerate()
        .map(|(i, words)| clause(format!("assumed {i}"), inner(lang, words)))
        .collect();
    chapters.push(Chapter {
        id: "assumed",
        title: t(lang, "哪些是假定的？", "What is assumed?"),
        clauses: assumed,
        assumed: true,
    });
    chapters.retain(|chapter| !chapter.clauses.is_empty());
    chapters
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
        let parts: Vec<String> = card
            .dimensions
            .iter()
            .zip(weights)
            .map(|(d, w)| format!("{} × {}", inner(lang, &d.title), share(*w, whole)))
            .collect();
        let sum = parts.join(" + ");
        let who = if industry == "default" {
            t(lang, "权重", "Weights").to_owned()
        } else {
            format!(
                "{}{}",
                t(lang, "权重，行业：", "Weights, industry: "),
                super::INDUSTRY.say(lang, industry)
            )
        };
        clauses.push(match lang {
            Lang::Zh => clause(format!("weights {industry}"), format!("{who}：分 = {sum} + 加分 − 扣分。")),
            Lang::En => {
                clause(format!("weights {industry}"), format!("{who}: score = {sum} + bonuses − deductions."))
            }
        });
    }
    let (least, most) = card.scale;
    clauses.push(match lang {
        Lang::Zh => clause("scale", format!("分限于 {least} 分至 {most} 分；展示分向下取整到整分。")),
        Lang::En => clause(
            "scale",
            format!(
                "A score lies from {least} to {most} points; the shown score is rounded down to whole points."
            ),
        ),
    });
    clauses.push(clause(
        "no data",
        t(
            lang,
            "没有数据的维度不计，权重按比例分给其他维度，分旁边写明「部分」。",
            "A dimension without data is left out, its weight goes to the others in proportion, and the score says \"partial\".",
        ),
    ));
    clauses
}

fn indicators(lang: Lang, card: &Scorecard) -> Vec<Clause> {
    let mut clauses = Vec::new();
    for dimension in &card.dimensions {
        let whole: i64 = dimension.indicators.iter().map(|i| i.weight).sum();
        for indicator in &dimension.indicators {
            clauses.push(Clause {
                key: format!("indicator {}", indicator.id),
                text: one(lang, card, &title(lang, &dimension.title), indicator, whole),
                source: Some(card.need(indicator).metric.source.clone()),
            });
        }
        if let Some((points, _, text)) = &dimension.extra {
            let when = condition(lang, card, text);
            let name = inner(lang, &dimension.title);
            clauses.push(match lang {
                Lang::Zh => clause(
                    format!("extra {}", dimension.id),
                    format!("{when}时，{name}维度加 {points} 分，至多 {} 分。", card.line.high_points),
                ),
                Lang::En => clause(
                    format!("extra {}", dimension.id),
                    format!(
                        "While {when}, {name} has {points} points more, {} points at most.",
                        card.line.high_points
                    ),
                ),
            });
        }
    }
    clauses
}

fn one(lang: Lang, card: &Scorecard, dimension: &str, indicator: &Indicator, whole: i64) -> String {
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
    let mut text = match lang {
        Lang::Zh => format!(
            "{dimension} · {}：{} ÷ {}，窗口 {} 天，单位：{unit}，{better}；占本维度 {}",
            metric.zh,
            metric.num_zh,
            metric.den_zh,
            need.window_days,
            share(indicator.weight, whole)
        ),
        Lang::En => format!(
            "{dimension} · {}: {} ÷ {}, window {} days, unit: {unit}, {better}; {} of the dimension",
            metric.en,
            metric.num_en,
            metric.den_en,
            need.window_days,
            share(indicator.weight, whole)
        ),
    };
    if let Some(shrink) = indicator.shrink {
        text.push_str(&match lang {
            Lang::Zh => format!("；先加入 {} 个行业均值样本再比较", shrink.prior),
            Lang::En => format!("; compared after {} samples of the industry's mean are added", shrink.prior),
        });
    }
    if let Some((points, _, when)) = &indicator.fixed {
        let when = condition(lang, card, when);
        text.push_str(&match lang {
            Lang::Zh => format!("；{when}时固定为 {points} 分"),
            Lang::En => format!("; fixed at {points} points while {when}"),
        });
    }
    text.push_str(t(lang, "。", "."));
    text
}

fn line(lang: Lang, card: &Scorecard) -> Vec<Clause> {
    let line = &card.line;
    let q = |x: f64| fmt::decimal(x * 100.0, 0);
    let mut clauses = vec![match lang {
        Lang::Zh => clause(
            "line",
            format!(
                "当天同行业的店从差到好排：第 {}% 处及更差得 {} 分，第 {}% 处及更好得 {} 分，其间是直线。",
                q(line.low),
                line.low_points,
                q(line.high),
                line.high_points
            ),
        ),
        Lang::En => clause(
            "line",
            format!(
                "The shops of the industry that day from worst to best: at {}% of them and worse {} points, at {}% and better {} points, a straight line between.",
                q(line.low),
                line.low_points,
                q(line.high),
                line.high_points
            ),
        ),
    }];
    clauses.push(match lang {
        Lang::Zh => clause("least", format!("一个行业有这项数据的店少于 {} 家时，与全市场比。", line.least_shops)),
        Lang::En => clause(
            "least",
            format!("An industry with fewer than {} shops that have the figure is compared with the whole market.", line.least_shops),
        ),
    });
    if let Some(step) = line.step {
        clauses.push(match lang {
            Lang::Zh => clause("step", format!("分数每 {step} 分一档，向下取档。")),
            Lang::En => clause("step", format!("Points come in steps of {step} points, rounded down.")),
        });
    }
    clauses.push(clause(
        "frozen",
        t(
            lang,
            "行业的标尺按天冻结：改一家店的数，只动这一家的分。",
            "The industry's marks are frozen by day: changing one shop's figures moves that shop's score only.",
        ),
    ));
    clauses
}

fn stages(lang: Lang, card: &Scorecard) -> Vec<Clause> {
    let mut clauses: Vec<Clause> = card
        .stages
        .iter()
        .map(|stage| {
            let name = title(lang, &stage.title);
            let when = condition(lang, card, &stage.when_text);
            let what = match (stage.score, lang) {
                (Some(points), Lang::Zh) => format!("固定 {points} 分"),
                (Some(points), Lang::En) => format!("a fixed score of {points} points"),
                (None, Lang::Zh) => "按公式算分".to_owned(),
                (None, Lang::En) => "the score of the formula".to_owned(),
            };
            let seen = match (stage.stars, lang) {
                (true, Lang::Zh) => "买家看得到星级",
                (false, Lang::Zh) => "买家看不到星级",
                (true, Lang::En) => "buyers see stars",
                (false, Lang::En) => "buyers see no stars",
            };
            match lang {
                Lang::Zh => {
                    clause(format!("stage {}", stage.id), format!("{name}：{when}。{what}，{seen}。"))
                }
                Lang::En => {
                    clause(format!("stage {}", stage.id), format!("{name}: {when}. It has {what}; {seen}."))
                }
            }
        })
        .collect();
    clauses.push(clause(
        "stage order",
        t(
            lang,
            "从上往下第一个满足的阶段算数；都不满足就没有分，没有分不等于低分。",
            "The first stage from above whose condition holds counts; a shop in none has no score, which is not a low one.",
        ),
    ));
    clauses
}

fn deductions(lang: Lang, card: &Scorecard) -> Vec<Clause> {
    let mut clauses: Vec<Clause> = card
        .deductions
        .iter()
        .map(|d| {
            let window = card.needs[d.need].window_days;
            Clause {
                key: format!("deduction {}", d.id),
                text: match lang {
                    Lang::Zh => {
                        format!("{}：{}，窗口 {window} 天，所有订单都算。", d.title.zh, cost(lang, d.cost))
                    }
                    Lang::En => format!(
                        "{}: {}, window {window} days, all orders count.",
                        title(lang, &d.title),
                        cost(lang, d.cost)
                    ),
                },
                source: Some(card.needs[d.need].metric.source.clone()),
            }
        })
        .collect();
    if let Some(cap) = card.deduction_cap {
        clauses.push(match lang {
            Lang::Zh => clause("deduction cap", format!("所有扣分合计最多 {cap} 分。")),
            Lang::En => {
                clause("deduction cap", format!("All deductions together cost at most {cap} points."))
            }
        });
    }
    clauses
}

fn bonuses(lang: Lang, card: &Scorecard) -> Vec<Clause> {
    card.bonuses
        .iter()
        .map(|b| {
            let when = condition(lang, card, &b.when_text);
            match lang {
                Lang::Zh => clause(
                    format!("bonus {}", b.id),
                    format!("{}：{when}，加 {} 分，只加一次。", b.title.zh, b.points),
                ),
                Lang::En => clause(
                    format!("bonus {}", b.id),
                    format!("{}: {when}: {} points, once.", title(lang, &b.title), b.points),
                ),
            }
        })
        .collect()
}

fn star_rows(lang: Lang, card: &Scorecard) -> Vec<Clause> {
    let mut from = card.scale.0.floor();
    let mut clauses = Vec::new();
    for row in &card.stars {
        let base = stars(row.tenths);
        clauses.push(match (row.every, lang) {
            (0, Lang::Zh) => clause(format!("stars {}", row.upto), format!("展示分 {from} 分至 {} 分：{base} 星。", row.upto)),
            (0, Lang::En) => clause(
                format!("stars {}", row.upto),
                format!("A shown score from {from} to {} points: {base} stars.", row.upto),
            ),
            (every, Lang::Zh) => clause(
                format!("stars {}", row.upto),
                format!(
                    "展示分 {from} 分至 {} 分：从 {} 分的 {base} 星起，每满或不满 {every} 分加 0.1 星。",
                    row.upto, row.over
                ),
            ),
            (every, Lang::En) => clause(
                format!("stars {}", row.upto),
                format!(
                    "A shown score from {from} to {} points: {base} stars at {} points and 0.1 stars more for every {every} points begun.",
                    row.upto, row.over
                ),
            ),
        });
        from = row.upto + 1;
    }
    clauses
}

/// What a gate takes, in the rule's own terms.
pub fn terms(lang: Lang, card: &Scorecard, gate: &Gate) -> String {
    let mut text = match (lang, gate.mean_days, gate.bound) {
        (Lang::Zh, 1, false) => format!("当日 ≥ {} 分", gate.score),
        (Lang::Zh, 1, true) => format!("当日区间上界 ≥ {} 分", gate.score),
        (Lang::Zh, n, false) => format!("{n} 日均 ≥ {} 分", gate.score),
        (Lang::Zh, n, true) => format!("{n} 日区间上界均值 ≥ {} 分", gate.score),
        (Lang::En, 1, false) => format!("the day ≥ {} points", gate.score),
        (Lang::En, 1, true) => format!("upper bound of the day ≥ {} points", gate.score),
        (Lang::En, n, false) => format!("{n}-day mean ≥ {} points", gate.score),
        (Lang::En, n, true) => format!("{n}-day mean of upper bounds ≥ {} points", gate.score),
    };
    for (d, least) in &gate.dimensions {
        if let Some(dimension) = card.dimensions.get(*d) {
            let (comma, unit) = (t(lang, "，", ", "), t(lang, "分", "points"));
            text.push_str(&format!("{comma}{} ≥ {least} {unit}", inner(lang, &dimension.title)));
        }
    }
    text
}

fn gates(lang: Lang, card: &Scorecard) -> Vec<Clause> {
    card.gates
        .iter()
        .map(|gate| Clause {
            key: format!("gate {}", gate.id),
            text: format!(
                "{}{}{}{}",
                title(lang, &gate.title),
                t(lang, "：", ": "),
                terms(lang, card, gate),
                t(lang, "。", ".")
            ),
            source: Some(gate.source.clone()),
        })
        .collect()
}

/// A row of the table of cases: what is given, and what it comes to.
pub fn case(lang: Lang, card: &Scorecard, case: &Case) -> (String, String) {
    let unit = t(lang, "分", "points");
    let given: Vec<String> = case
        .inputs
        .iter()
        .map(|(name, value)| {
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
            match card.inputs.iter().find(|input| input.name == *name) {
                Some(input) if value == "true" => input_title(lang, input) + t(lang, "：是", ": yes"),
                Some(input) if value == "false" => input_title(lang, input) + t(lang, "：否", ": no"),
                Some(input) => {
                    format!("{} {}", input_title(lang, input), crate::words::amount(lang, input, value))
                }
                None => format!("{name} {value}"),
            }
        })
        .collect();
    let mut comes = match (case.score, lang) {
        (Some(score), _) => format!("{score} {unit}"),
        (None, Lang::Zh) => "没有分".to_owned(),
        (None, Lang::En) => "no score".to_owned(),
    };
    if let Some(tenths) = case.stars {
        comes.push_str(&format!("{}{} {}", t(lang, "，", ", "), stars(tenths), t(lang, "星", "stars")));
    }
    if let Some(stage) = case.stage.as_ref().and_then(|id| card.stages.iter().find(|s| s.id == *id)) {
        comes.push_str(&format!("{}{}", t(lang, "，", ", "), inner(lang, &stage.title)));
    }
    (given.join(t(lang, "；", "; ")), comes)
}

/// A difference in words: `sanhao@3 is 1.20 points higher`.
pub fn difference(lang: Lang, by: Points) -> String {
    match (by.0, lang) {
        (0, Lang::Zh) => "一样".to_owned(),
        (0, Lang::En) => "the same".to_owned(),
        (n, Lang::Zh) if n > 0 => format!("高 {} 分", points(by)),
        (n, Lang::En) if n > 0 => format!("{} points higher", points(by)),
        (_, Lang::Zh) => format!("低 {} 分", points(Points(-by.0))),
        (_, Lang::En) => format!("{} points lower", points(Points(-by.0))),
    }
}
