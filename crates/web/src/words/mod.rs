//! Governance in plain sentences: conditions, stages, industries, as one reads them aloud in both languages.
//!
//! Invariant: a condition is put into words from the text that runs, so the sentence cannot say something else; what
//! cannot be put into words is shown as written.

pub mod clauses;

use crate::fmt::{self, Unit};
use crate::lang::{Lang, t};
use govern::policy::{From, Input, Part, Words};
use govern::scorecard::{Cost, Points, Scorecard};

/// A title in the reader's language; an English one begins with a capital.
pub fn title(lang: Lang, words: &Words) -> String {
    match lang {
        Lang::Zh => words.zh.clone(),
        Lang::En => {
            let mut letters = words.en.chars();
            letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
        }
    }
}

/// A title within a sentence.
pub fn inner(lang: Lang, words: &Words) -> &str {
    t(lang, &words.zh, &words.en)
}

/// What an industry is called.
pub fn industry(lang: Lang, word: &str) -> String {
    let zh = match word {
        "fashion" => "服饰",
        "beauty" => "美妆",
        "food" => "食品",
        "fresh" => "生鲜",
        "digital" => "数码",
        "home" => "家居",
        "baby" => "母婴",
        "sports" => "运动",
        _ => return word.to_owned(),
    };
    t(lang, zh, word).to_owned()
}

/// Points with two decimals, cut off and not rounded, as the shown score is: `82.49`.
pub fn points(points: Points) -> String {
    let hundredths = points.0.abs().div_euclid(100);
    let sign = if points.0 < 0 && hundredths > 0 { "−" } else { "" };
    format!("{sign}{}.{:02}", fmt::count(hundredths / 100), hundredths % 100)
}

/// Points to their last digit, without zeros that say nothing: `82.4963`.
pub fn exactly(points: Points) -> String {
    points.to_string().replace('-', "−")
}

/// A difference of points with its sign: `+0.74`; four decimals where two would show nothing.
pub fn gain(points: Points) -> String {
    let digits = if points.0 != 0 && points.0.abs() < 50 { 4 } else { 2 };
    fmt::signed(points.number(), digits)
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
    let names: Vec<&str> = match lang {
        Lang::Zh => there.iter().map(|(d, _)| d.title.zh.as_str()).collect(),
        Lang::En => there.iter().map(|(d, _)| d.short.as_str()).collect(),
    };
    Some(match lang {
        Lang::Zh => format!("部分：只有{}", names.join("、")),
        Lang::En => format!("partial: {}", names.join(", ")),
    })
}

/// What a scene costs, in words.
pub fn cost(lang: Lang, cost: Cost) -> String {
    match (cost, lang) {
        (Cost::Each { points, cap }, Lang::Zh) => format!("每次扣 {points} 分，30 天内最多扣 {cap} 分"),
        (Cost::Each { points, cap }, Lang::En) => {
            format!("{points} points each, at most {cap} points in 30 days")
        }
        (Cost::Once { points }, Lang::Zh) => format!("30 天内有过就扣 {points} 分，只扣一次"),
        (Cost::Once { points }, Lang::En) => format!("{points} points once in 30 days, however often"),
    }
}

/// A condition of a scorecard in words.
pub fn condition(lang: Lang, card: &Scorecard, text: &str) -> String {
    let tokens = tokens(text);
    let mut reader = Reader { tokens: &tokens, at: 0, lang, inputs: &card.inputs };
    match reader.any() {
        Some(words) if reader.at == tokens.len() => words,
        _ => text.to_owned(),
    }
}

fn tokens(text: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut letters = text.chars().peekable();
    while let Some(c) = letters.next() {
        if c.is_whitespace() {
            continue;
        }
        let mut token = c.to_string();
        let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
        if c == '"' {
            for c in letters.by_ref() {
                token.push(c);
                if c == '"' {
                    break;
                }
            }
        } else if word(c) {
            while let Some(c) = letters.next_if(|c| word(*c)) {
                token.push(c);
            }
        } else if matches!(c, '&' | '|' | '=' | '<' | '>' | '!')
            && let Some(next) = letters.next_if(|n| matches!((c, *n), ('&', '&') | ('|', '|') | (_, '=')))
        {
            token.push(next);
        }
        tokens.push(token);
    }
    tokens
}

struct Reader<'a> {
    tokens: &'a [String],
    at: usize,
    lang: Lang,
    inputs: &'a [Input],
}

impl Reader<'_> {
    fn take(&mut self, token: &str) -> bool {
        let there = self.tokens.get(self.at).is_some_and(|t| t == token);
        self.at += usize::from(there);
        there
    }

    fn any(&mut self) -> Option<String> {
        let mut parts = vec![self.all()?];
        while self.take("||") {
            parts.push(self.all()?);
        }
        Some(match (parts.len(), self.lang) {
            (1, _) => parts.remove(0),
            (2, Lang::Zh) => parts.join("，或"),
            (2, Lang::En) => parts.join(" or "),
            (_, Lang::Zh) => format!("以下任一：{}", parts.join("；")),
            (_, Lang::En) => format!("any of: {}", parts.join("; ")),
        })
    }

    fn all(&mut self) -> Option<String> {
        let mut parts = vec![self.one()?];
        while self.take("&&") {
            parts.push(self.one()?);
        }
        Some(parts.join(t(self.lang, "，且", ", and ")))
    }

    fn one(&mut self) -> Option<String> {
        if self.take("!") {
            let input = self.input()?;
            return Some(self.truth(&input, false));
        }
        if self.take("(") {
            let start = self.at;
            let inner = self.any()?;
            let many = self.tokens[start..self.at].iter().any(|t| t == "||" || t == "&&");
            return self.take(")").then(|| match (many, self.lang) {
                (false, _) => inner,
                (true, Lang::Zh) => format!("（{inner}）"),
                (true, Lang::En) => format!("({inner})"),
            });
        }
        let input = self.input()?;
        let mut name = input_title(self.lang, &input);
        while self.take("-") {
            let less = self.input()?;
            name = format!("{name}{}{}", t(self.lang, "减去", " minus "), input_title(self.lang, &less));
        }
        let Some(op) = self.tokens.get(self.at).filter(|t| COMPARISONS.contains(&t.as_str())) else {
            return Some(self.truth(&input, true));
        };
        let op = op.clone();
        self.at += 1;
        let value = self.tokens.get(self.at)?.clone();
        self.at += 1;
        Some(self.compared(&input, name, &op, &value))
    }

    fn input(&mut self) -> Option<Input> {
        let name = self.tokens.get(self.at)?;
        let input = self.inputs.iter().find(|input| input.name == *name)?.clone();
        self.at += 1;
        Some(input)
    }

    fn truth(&self, input: &Input, yes: bool) -> String {
        match (input.name.as_str(), yes, self.lang) {
            ("person", true, Lang::Zh) => "是个人店".to_owned(),
            ("person", false, Lang::Zh) => "不是个人店".to_owned(),
            ("person", true, Lang::En) => "it is a person's shop".to_owned(),
            ("person", false, Lang::En) => "it is not a person's shop".to_owned(),
            (_, true, _) => input_title(self.lang, input),
            (_, false, Lang::Zh) => format!("没有{}", input_title(self.lang, input)),
            (_, false, Lang::En) => format!("not {}", input_title(self.lang, input)),
        }
    }

    fn compared(&self, input: &Input, name: String, op: &str, value: &str) -> String {
        if value == "null" {
            return match (self.lang, op) {
                (Lang::Zh, "==") => format!("{name}不明"),
                (Lang::Zh, _) => format!("{name}已知"),
                (Lang::En, "==") => format!("{name} is not known"),
                (Lang::En, _) => format!("{name} is known"),
            };
        }
        let value = amount(self.lang, input, value);
        match (self.lang, op) {
            (Lang::Zh, ">=") => format!("{name}至少 {value}"),
            (Lang::Zh, ">") => format!("{name}多于 {value}"),
            (Lang::Zh, "<=") => format!("{name}至多 {value}"),
            (Lang::Zh, "<") => format!("{name}少于 {value}"),
            (Lang::Zh, "==") => format!("{name}是 {value}"),
            (Lang::Zh, _) => format!("{name}不是 {value}"),
            (Lang::En, ">=") => format!("{name} at least {value}"),
            (Lang::En, ">") => format!("{name} more than {value}"),
            (Lang::En, "<=") => format!("{name} at most {value}"),
            (Lang::En, "<") => format!("{name} less than {value}"),
            (Lang::En, "==") => format!("{name} is {value}"),
            (Lang::En, _) => format!("{name} is not {value}"),
        }
    }
}

const COMPARISONS: [&str; 6] = [">=", "<=", "==", "!=", ">", "<"];

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
    let name = match part {
        Part::Value => t(lang, &metric.zh, &metric.en),
        Part::Numerator => t(lang, &metric.num_zh, &metric.num_en),
        Part::Denominator => t(lang, &metric.den_zh, &metric.den_en),
    };
    match (lang, window_days > STATE_DAYS) {
        (_, true) => lower(lang, name),
        (Lang::Zh, false) => format!("近 {window_days} 天{name}"),
        (Lang::En, false) => format!("{} in {window_days} days", lower(lang, name)),
    }
}

fn lower(lang: Lang, name: &str) -> String {
    if lang == Lang::Zh || name.chars().nth(1).is_some_and(char::is_uppercase) {
        return name.to_owned();
    }
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// A number of an input with its unit.
pub fn amount(lang: Lang, input: &Input, value: &str) -> String {
    let Ok(number) = value.parse::<f64>() else { return value.trim_matches('"').to_owned() };
    match input.from {
        From::Metric { metric, part: Part::Value, .. } => {
            let unit = Unit::of(&metric.unit);
            if unit == Unit::Percent {
                format!("{}%", fmt::decimal(number * 100.0, 0))
            } else {
                unit.text(lang, number)
            }
        }
        From::Metric { metric, .. } => format!("{} {}", fmt::count(number as i64), counted(lang, metric)),
        _ => match input.name.as_str() {
            "age_days" => format!("{value} {}", t(lang, "天", "days")),
            _ => value.to_owned(),
        },
    }
}

/// What a metric counts one by one.
pub fn counted(lang: Lang, metric: &govern::metric::Metric) -> &'static str {
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
    fn points_are_cut_and_not_rounded() {
        assert_eq!(points(Points(699_960)), "69.99");
        assert_eq!(points(Points(-20_000)), "−2.00");
        assert_eq!(
            (gain(Points(7_400)), gain(Points(12)), gain(Points(0))),
            ("+0.74".into(), "+0.0012".into(), "0.00".into())
        );
        assert_eq!(exactly(Points(824_963)), "82.4963");
    }
}
