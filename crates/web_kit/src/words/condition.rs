//! A condition of a scorecard in words, and which of its clauses decided for one shop.
//!
//! Invariant: what is said to have decided is found by evaluating the same text with the figures that were scored.

use crate::lang::{Lang, t};
use crate::say;
use crate::words::{amount, input_title};
use govern::policy::{From, Input, Part};
use govern::scorecard::{Row, Scorecard};

/// A condition in words; as written where there are none for it.
pub fn condition(lang: Lang, card: &Scorecard, text: &str) -> String {
    read(card, text).map_or_else(|| text.to_owned(), |node| node.said(lang, false))
}

/// The clauses by which a condition holds for a shop, each with the shop's figure. Clauses that stand in the conditions
/// of `others` too are left out: they did not decide between them.
pub fn decided(lang: Lang, card: &Scorecard, row: &Row, text: &str, others: &[&str]) -> Vec<String> {
    let Some(node) = read(card, text) else { return Vec::new() };
    let parts = node.parts();
    let common: Vec<Node> =
        others.iter().filter_map(|other| read(card, other)).flat_map(Node::parts).collect();
    let own: Vec<&Node> = parts.iter().filter(|part| !common.contains(part)).collect();
    let own = if own.is_empty() { parts.iter().collect() } else { own };
    let mut found = Vec::new();
    for part in own {
        part.reasons(lang, card, row, true, &mut found);
    }
    found
}

/// The clauses by which a condition does not hold for a shop, each with the shop's figure.
pub fn failing(lang: Lang, card: &Scorecard, row: &Row, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    if let Some(node) = read(card, text).filter(|node| !node.holds(card, row)) {
        node.reasons(lang, card, row, false, &mut found);
    }
    found
}

#[derive(Debug, Clone, PartialEq)]
enum Node {
    Any(Vec<Node>),
    All(Vec<Node>),
    /// An input, less others, that is compared with a value.
    Compared(Input, Vec<Input>, String, String),
    /// An input that is true, or is not.
    Truth(Input, bool),
}

/// What a shop has for an input.
enum Have {
    Nothing,
    Number(f64),
    Truth(bool),
    Text(String),
}

fn have(card: &Scorecard, row: &Row, input: &Input) -> Have {
    let text = |text: Option<&str>| text.map_or(Have::Nothing, |text| Have::Text(text.to_owned()));
    let From::Metric { metric, window_days, part, .. } = input.from else {
        return match input.name.as_str() {
            "age_days" => {
                let age = row.at.micros().saturating_sub(row.member.opened_at.micros());
                Have::Number(age.div_euclid(86_400_000_000) as f64)
            }
            "person" => Have::Truth(row.member.kind.as_deref() == Some("person")),
            "industry" => text(row.member.industry.as_deref()),
            "kind" => text(row.member.kind.as_deref()),
            _ => Have::Nothing,
        };
    };
    let need = card.needs.iter().position(|n| n.metric.name == metric.name && n.window_days == window_days);
    let Some((num, den)) = need.and_then(|need| row.cells.get(need)).copied() else { return Have::Nothing };
    match part {
        Part::Denominator => Have::Number(den as f64),
        Part::Numerator => Have::Number(metric.scaled(num)),
        Part::Value => metric.value(num, den).map_or(Have::Nothing, Have::Number),
    }
}

impl Node {
    /// What must all hold for it.
    fn parts(self) -> Vec<Self> {
        match self {
            Self::All(parts) => parts,
            one => vec![one],
        }
    }

    fn said(&self, lang: Lang, within: bool) -> String {
        let each = |parts: &[Self]| parts.iter().map(|part| part.said(lang, true)).collect::<Vec<_>>();
        let joined = match self {
            Self::Compared(input, less, op, value) => return compared(lang, input, less, op, value),
            Self::Truth(input, yes) => return truth(lang, input, *yes),
            Self::All(parts) => each(parts).join(t(lang, "，且", ", and ")),
            Self::Any(parts) => either(lang, &each(parts)),
        };
        if within { inside(lang, &joined) } else { joined }
    }

    /// The number that is compared: the input less the others.
    fn number(card: &Scorecard, row: &Row, input: &Input, less: &[Input]) -> Option<f64> {
        let mut numbers = std::iter::once(input).chain(less).map(|input| match have(card, row, input) {
            Have::Number(number) => Some(number),
            _ => None,
        });
        let first = numbers.next()??;
        numbers.try_fold(first, |sum, next| Some(sum - next?))
    }

    fn holds(&self, card: &Scorecard, row: &Row) -> bool {
        match self {
            Self::Any(parts) => parts.iter().any(|part| part.holds(card, row)),
            Self::All(parts) => parts.iter().all(|part| part.holds(card, row)),
            Self::Truth(input, yes) => matches!(have(card, row, input), Have::Truth(is) if is == *yes),
            Self::Compared(input, less, op, value) => {
                if value == "null" {
                    return matches!(have(card, row, input), Have::Nothing) == (op == "==");
                }
                if let Have::Text(text) = have(card, row, input) {
                    return (text == value.trim_matches('"')) == (op == "==");
                }
                let number = Self::number(card, row, input, less);
                let (Some(number), Ok(value)) = (number, value.parse::<f64>()) else { return op == "!=" };
                match op.as_str() {
                    ">=" => number >= value,
                    ">" => number > value,
                    "<=" => number <= value,
                    "<" => number < value,
                    "==" => number == value,
                    _ => number != value,
                }
            }
        }
    }

    /// How many clauses it has.
    fn clauses(&self) -> usize {
        match self {
            Self::Any(parts) | Self::All(parts) => parts.iter().map(Self::clauses).sum(),
            _ => 1,
        }
    }

    /// The clauses by which this holds, or does not.
    fn reasons(&self, lang: Lang, card: &Scorecard, row: &Row, holds: bool, found: &mut Vec<String>) {
        match self {
            Self::Any(parts) => {
                // That something is known says nothing beside a clause about what it is.
                let telling =
                    |part: &&Self| !matches!(part, Self::Compared(_, _, _, value) if value == "null");
                let all: Vec<&Self> = parts.iter().filter(|part| part.holds(card, row) == holds).collect();
                let told: Vec<&Self> = all.iter().copied().filter(|part| telling(part)).collect();
                for part in if told.is_empty() { all } else { told } {
                    part.reasons(lang, card, row, holds, found);
                }
            }
            Self::All(parts) => {
                // Any one that fails is enough: a plain one is said rather than a list of which nothing holds.
                let all: Vec<&Self> = parts.iter().filter(|part| part.holds(card, row) == holds).collect();
                let plain: Vec<&Self> = all.iter().copied().filter(|part| part.clauses() <= 2).collect();
                for part in if holds || plain.is_empty() { all } else { plain } {
                    part.reasons(lang, card, row, holds, found);
                }
            }
            Self::Truth(input, yes) => {
                let (said, now) = (self.said(lang, false), truth(lang, input, !yes));
                found.push(if holds {
                    said
                } else {
                    say!(lang, "{said}（现在{now}）", "{said} (now {now})")
                });
            }
            Self::Compared(input, less, _, value) => {
                let said = self.said(lang, false);
                let now = Self::number(card, row, input, less).map(|n| amount(lang, input, &n.to_string()));
                found.push(match now {
                    Some(now) if value != "null" => say!(lang, "{said}（现在 {now}）", "{said} (now {now})"),
                    _ => said,
                });
            }
        }
    }
}

fn truth(lang: Lang, input: &Input, yes: bool) -> String {
    let name = input_title(lang, input);
    match (input.name.as_str(), yes) {
        ("person", true) => t(lang, "是个人店", "it is a person's shop").to_owned(),
        ("person", false) => t(lang, "不是个人店", "it is not a person's shop").to_owned(),
        (_, true) => name,
        (_, false) => say!(lang, "没有{name}", "not {name}"),
    }
}

/// A kind of shop, as in "it is ...".
fn kind(lang: Lang, word: &str) -> String {
    match word {
        "flagship" => t(lang, "旗舰店", "a flagship shop").to_owned(),
        "company" => t(lang, "企业店", "a company's shop").to_owned(),
        "person" => t(lang, "个人店", "a person's shop").to_owned(),
        other => other.to_owned(),
    }
}

/// The signs that compare, and what is said for each in both languages.
pub type Signs = [(&'static str, &'static str, &'static str); 6];

const SIGNS: Signs = [
    (">=", "至少 ", "at least"),
    (">", "多于 ", "more than"),
    ("<=", "至多 ", "at most"),
    ("<", "少于 ", "less than"),
    ("==", "是 ", "is"),
    ("!=", "不是 ", "is not"),
];

/// What holds of something that is compared with a value, or with nothing: `is known`, `at least 30 orders`.
pub fn holds(lang: Lang, signs: &Signs, op: &str, value: Option<&str>) -> String {
    let Some(value) = value else {
        return match op {
            "==" => t(lang, "不明", "is not known").to_owned(),
            _ => t(lang, "已知", "is known").to_owned(),
        };
    };
    let sign = signs.iter().find(|(sign, ..)| *sign == op).map_or(op, |(_, zh, en)| t(lang, zh, en));
    say!(lang, "{sign}{value}", "{sign} {value}")
}

/// Several of which one is enough.
pub fn either(lang: Lang, parts: &[String]) -> String {
    match parts {
        [one] => one.clone(),
        [_, _] => parts.join(t(lang, "，或", " or ")),
        _ => t(lang, "以下任一：", "any of: ").to_owned() + &parts.join(t(lang, "；", "; ")),
    }
}

/// Part of a condition that stands for itself.
pub fn inside(lang: Lang, part: &str) -> String {
    say!(lang, "（{part}）", "({part})")
}

fn compared(lang: Lang, input: &Input, less: &[Input], op: &str, value: &str) -> String {
    let mut name = input_title(lang, input);
    for less in less {
        name = name + t(lang, "减去", " minus ") + &input_title(lang, less);
    }
    let holds = match value {
        "null" => holds(lang, &SIGNS, op, None),
        _ if input.name == "kind" => {
            let kind = kind(lang, value.trim_matches('"'));
            return match op {
                "==" => say!(lang, "是{kind}", "it is {kind}"),
                _ => say!(lang, "不是{kind}", "it is not {kind}"),
            };
        }
        _ => holds(lang, &SIGNS, op, Some(&amount(lang, input, value))),
    };
    say!(lang, "{name}{holds}", "{name} {holds}")
}

/// Reads a condition; none if it holds something that there are no words for.
fn read(card: &Scorecard, text: &str) -> Option<Node> {
    let tokens = tokens(text);
    let mut reader = Reader { tokens: &tokens, at: 0, inputs: &card.inputs };
    reader.any().filter(|_| reader.at == tokens.len())
}

/// A condition's words, numbers and signs.
pub fn tokens(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let len = if first == '"' {
            rest[1..].find('"').map_or(rest.len(), |end| end + 2)
        } else if first.is_alphanumeric() || first == '_' {
            rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.'))).unwrap_or(rest.len())
        } else if ["&&", "||", ">=", "<=", "==", "!="].iter().any(|sign| rest.starts_with(sign)) {
            2
        } else {
            first.len_utf8()
        };
        out.push(&rest[..len]);
        rest = rest[len..].trim_start();
    }
    out
}

struct Reader<'a> {
    tokens: &'a [&'a str],
    at: usize,
    inputs: &'a [Input],
}

impl Reader<'_> {
    fn take(&mut self, token: &str) -> bool {
        let there = self.tokens.get(self.at).is_some_and(|t| *t == token);
        self.at += usize::from(there);
        there
    }

    fn any(&mut self) -> Option<Node> {
        let mut parts = vec![self.all()?];
        while self.take("||") {
            parts.push(self.all()?);
        }
        Some(if parts.len() == 1 { parts.remove(0) } else { Node::Any(parts) })
    }

    fn all(&mut self) -> Option<Node> {
        let mut parts = vec![self.one()?];
        while self.take("&&") {
            parts.push(self.one()?);
        }
        Some(if parts.len() == 1 { parts.remove(0) } else { Node::All(parts) })
    }

    fn one(&mut self) -> Option<Node> {
        if self.take("!") {
            return Some(Node::Truth(self.input()?, false));
        }
        if self.take("(") {
            let inner = self.any()?;
            return self.take(")").then_some(inner);
        }
        let input = self.input()?;
        let mut less = Vec::new();
        while self.take("-") {
            less.push(self.input()?);
        }
        let Some(op) = self.tokens.get(self.at).filter(|t| SIGNS.iter().any(|(sign, ..)| sign == *t)) else {
            return Some(Node::Truth(input, true));
        };
        let value = self.tokens.get(self.at + 1)?;
        self.at += 2;
        Some(Node::Compared(input, less, (*op).to_owned(), (*value).to_owned()))
    }

    fn input(&mut self) -> Option<Input> {
        let name = self.tokens.get(self.at)?;
        let input = self.inputs.iter().find(|input| input.name == *name)?.clone();
        self.at += 1;
        Some(input)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_falls_into_words_numbers_and_signs() {
        assert_eq!(
            tokens("late_ship_rate >= 0.20 && !(due<5||x == \"a b\")").join(" "),
            "late_ship_rate >= 0.20 && ! ( due < 5 || x == \"a b\" )"
        );
        assert_eq!(tokens(""), Vec::<&str>::new());
    }
}
