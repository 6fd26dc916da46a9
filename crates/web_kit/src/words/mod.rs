//! Governance in plain sentences: conditions, stages, industries, as one reads them aloud in both languages.
//!
//! Invariant: a condition is put into words from the text that runs, so the sentence cannot say something else; what
//! cannot be put into words is shown as written.

pub mod clauses;
pub mod condition;
pub mod named;

pub(crate) use named::lists;
pub use named::{INDUSTRY, List, ToBuyer, Word, of};

use crate::fmt::{self, Unit};
use crate::lang::{Lang, t};
use crate::say;
use govern::metric::Metric;
use govern::policy::{From, Input, Part, Words};
use govern::scorecard::{Cost, Points, Scorecard};

/// A title in the reader's language; an English one begins with a capital.
pub fn title(lang: Lang, words: &Words) -> String {
    capital(lang, inner(lang, words))
}

/// A text with which something begins: an English one with a capital.
pub fn capital(lang: Lang, text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) if lang == Lang::En => first.to_uppercase().chain(letters).collect(),
        _ => text.to_owned(),
    }
}

/// A title within a sentence.
pub fn inner(lang: Lang, words: &Words) -> &str {
    t(lang, &words.zh, &words.en)
}

/// Points as far as they are shown: to two decimals, cut off and not rounded, as the shown score is.
pub const fn shown(points: Points) -> Points {
    Points(points.0 / 100 * 100)
}

/// Points with two decimals: `82.49`.
pub fn points(points: Points) -> String {
    fmt::decimal(shown(points).number(), 2)
}

/// The difference of two scores as they are shown, so that who subtracts one from the other finds it.
pub const fn between(then: Points, now: Points) -> Points {
    Points(shown(now).0 - shown(then).0)
}

/// A difference of points with its sign: `+0.74`.
pub fn gain(points: Points) -> String {
    fmt::signed(shown(points).number(), 2)
}

/// How many decimals parts are shown with so that what is printed adds up: two, or four where two would not do.
pub fn digits(parts: impl IntoIterator<Item = Points>) -> usize {
    if parts.into_iter().all(|p| shown(p) == p) { 2 } else { 4 }
}

/// Points as a part of a sum, with its [`digits`]: `42.7413`.
pub fn part(points: Points, digits: usize) -> String {
    fmt::decimal(points.number(), digits)
}

/// A signed part of a sum: `+0.7413`.
pub fn signed_part(points: Points, digits: usize) -> String {
    fmt::signed(points.number(), digits)
}

/// Points as a rule gives them, without zeros that say nothing: `50`, `0.5`.
pub fn exactly(points: Points) -> String {
    points.to_string().replace('-', "−")
}

/// Tenths of a star: `4.6`.
pub fn stars(tenths: i64) -> String {
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// `partial: P, L` in the reader's language.
pub fn partial(lang: Lang, card: &Scorecard, dimensions: &[Option<Points>]) -> Option<String> {
    let there: Vec<_> = card.dimensions.iter().zip(dimensions).filter(|(_, p)| p.is_some()).collect();
    if there.is_empty() || there.len() == dimensions.len() {
        return None;
    }
    let names = there.iter().map(|(d, _)| t(lang, &d.title.zh, &d.short)).collect::<Vec<_>>();
    let names = names.join(t(lang, "、", ", "));
    Some(say!(lang, "部分：只有{names}", "partial: {names}"))
}

/// Where a rule comes from: its clause, and since when its source has it, without the name of the file that lists them.
pub fn source(lang: Lang, text: &str) -> String {
    let Some((before, rest)) = text.split_once("rules.md ").or_else(|| text.split_once("rules ")) else {
        return text.to_owned();
    };
    let of_clause = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | ' ');
    let end = rest.find(|c| !of_clause(c)).unwrap_or(rest.len());
    let clauses = rest[..end].trim_end_matches([' ', ',']);
    let rest = &rest[clauses.len()..];
    match lang {
        Lang::Zh => {
            let rest =
                rest.replace(", published ", "，发布于 ").replace(", in force from ", "，原规则施行于 ");
            format!("{before}第 {} 条{rest}", clauses.replace(", ", "、").replace('-', "–"))
        }
        Lang::En => {
            let rest = rest.replace(", in force from ", ", in force at its source from ");
            format!("{before}clause {clauses}{rest}")
        }
    }
}

/// What a scene costs, in words.
pub fn cost(lang: Lang, cost: Cost) -> String {
    match cost {
        Cost::Each { points, cap } => say!(
            lang,
            "每次扣 {points} 分，30 天内最多扣 {cap} 分",
            "{points} points each, at most {cap} points in 30 days"
        ),
        Cost::Once { points } => say!(
            lang,
            "30 天内有过就扣 {points} 分，只扣一次",
            "{points} points once in 30 days, however often"
        ),
    }
}

/// A window longer than this is a state and not a window: what is on sale, what is insured.
pub const STATE_DAYS: i64 = 3_000;

/// What an input of a scorecard is, with its window.
pub fn input_title(lang: Lang, input: &Input) -> String {
    let From::Metric { metric, window_days, part, .. } = input.from else {
        let (zh, en) = match input.name.as_str() {
            "age_days" => ("开店时间", "the shop's age"),
            "industry" => ("行业", "its industry"),
            "kind" | "person" => ("店铺类型", "its kind"),
            other => (other, other),
        };
        return t(lang, zh, en).to_owned();
    };
    let name = part_name(lang, metric, part);
    let name = if lang == Lang::En { lower(name) } else { name.to_owned() };
    if window_days > STATE_DAYS {
        return name;
    }
    say!(lang, "近 {window_days} 天{name}", "{name} in {window_days} days")
}

/// What a metric, or a part of it, is called.
pub fn part_name(lang: Lang, metric: &Metric, part: Part) -> &str {
    match part {
        Part::Value => t(lang, &metric.zh, &metric.en),
        Part::Numerator => t(lang, &metric.num_zh, &metric.num_en),
        Part::Denominator => t(lang, &metric.den_zh, &metric.den_en),
    }
}

/// As it stands within a sentence; an abbreviation stays in capitals.
fn lower(name: &str) -> String {
    if name.chars().nth(1).is_some_and(char::is_uppercase) {
        return name.to_owned();
    }
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// A number of an input with its unit.
pub fn amount(lang: Lang, input: &Input, value: &str) -> String {
    let Ok(number) = value.parse::<f64>() else { return value.trim_matches('"').to_owned() };
    match input.from {
        From::Metric { metric, part: Part::Value, .. } => match Unit::of(&metric.unit) {
            Unit::Percent => format!("{}%", fmt::decimal(number * 100.0, 0)),
            unit => unit.text(lang, number),
        },
        From::Metric { metric, .. } => format!("{} {}", fmt::count(number as i64), counted(lang, metric)),
        _ if input.name == "age_days" => format!("{value} {}", t(lang, "天", "days")),
        _ => value.to_owned(),
    }
}

/// What a metric counts one by one.
pub fn counted(lang: Lang, metric: &Metric) -> &'static str {
    match metric.refs.as_str() {
        "session" => t(lang, "次会话", "conversations"),
        "violation" => t(lang, "次", "findings"),
        "product" => t(lang, "件商品", "listings"),
        "survey" => t(lang, "份问卷", "answers"),
        "insurance" | "shop" => t(lang, "项", "insurances"),
        _ => t(lang, "单", "orders"),
    }
}

#[cfg(test)]
mod tests {
    use super::condition::condition;
    use super::*;

    #[test]
    fn every_condition_of_the_shipped_scorecards_is_said_in_words() {
        for card in govern::scorecard::shipped() {
            let texts = card
                .stages
                .iter()
                .map(|s| &s.when_text)
                .chain(card.bonuses.iter().map(|b| &b.when_text))
                .chain(card.indicators().filter_map(|(_, i)| i.fixed.as_ref().map(|f| &f.2)))
                .chain(card.dimensions.iter().filter_map(|d| d.extra.as_ref().map(|e| &e.2)));
            for text in texts {
                for lang in [Lang::Zh, Lang::En] {
                    let said = condition(lang, card, text);
                    assert!(
                        !said.contains("&&") && !said.contains('_') && !said.contains("=="),
                        "{}: {text}: {said}",
                        card.name()
                    );
                }
            }
        }
        let card = govern::scorecard::find("sanhao@3").unwrap();
        assert_eq!(condition(Lang::Zh, card, "valid_orders >= 30"), "近 30 天有效支付订单至少 30 单");
    }

    #[test]
    fn a_source_names_its_clause_and_no_file() {
        let text = "rules.md 1.1, 1.3 [S1], published 2026-06-23, in force from 2026-07-14";
        assert_eq!(source(Lang::Zh, text), "第 1.1、1.3 条 [S1]，发布于 2026-06-23，原规则施行于 2026-07-14");
        assert_eq!(source(Lang::En, "rules.md 1.6 [S5]"), "clause 1.6 [S5]");
        assert_eq!(
            source(Lang::Zh, "Voice of the customer, rules 4, NPS"),
            "Voice of the customer, 第 4 条, NPS"
        );
        assert_eq!(source(Lang::Zh, "Sanhao 2026-11"), "Sanhao 2026-11");
    }

    #[test]
    fn points_are_cut_and_their_differences_are_those_of_what_is_shown() {
        assert_eq!(points(Points(699_960)), "69.99");
        assert_eq!(points(Points(-20_000)), "−2.00");
        assert_eq!(points(Points(-12)), "0.00");
        assert_eq!((gain(Points(7_400)), gain(Points(12))), ("+0.74".into(), "0.00".into()));
        let (then, now) = (Points(831_234), Points(1_000_000));
        assert_eq!((points(then), gain(between(then, now))), ("83.12".into(), "+16.88".into()));
        assert_eq!(gain(between(Points(413_099), Points(403_501))), "−0.95");
        assert_eq!((digits([Points(100)]), digits([Points(100), Points(7)])), (2, 4));
        assert_eq!(
            (part(Points(824_963), 4), signed_part(Points(-7), 4)),
            ("82.4963".into(), "−0.0007".into())
        );
    }
}
