//! A condition of a scorecard in words, and which of its clauses decided for one shop.
//!
//! Invariant: what is said to have decided is found by evaluating the same text with the figures that were scored.

use crate::lang::{Lang, t};
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
    let parts = match node {
        Node::All(parts) => parts,
        one => vec![one],
    };
    let common: Vec<Node> = others
        .iter()
        .filter_map(|other| read(card, other))
        .flat_map(|other| match other {
            Node::All(parts) => parts,
            one => vec![one],
        })
        .collect();
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
    fn said(&self, lang: Lang, within: bool) -> String {
        let joined = match self {
            Self::Compared(input, less, op, value) => return compared(lang, input, less, op, value),
            Self::Truth(input, yes) => return truth(lang, input, *yes),
            Self::All(parts) => {
                let parts: Vec<String> = parts.iter().map(|part| part.said(lang, true)).collect();
                parts.join(t(lang, "，且", ", and "))
            }
            Self::Any(parts) => {
                let parts: Vec<String> = parts.iter().map(|part| part.said(lang, true)).collect();
                match (parts.len(), lang) {
                    (2, Lang::Zh) => parts.join("，或"),
                    (2, Lang::En) => parts.join(" or "),
                    (_, Lang::Zh) => format!("以下任一：{}", parts.join("；")),
                    (_, Lang::En) => format!("any of: {}", parts.join("; ")),
                }
            }
        };
        match (within, lang) {
            (false, _) => joined,
            (true, Lang::Zh) => format!("（{joined}）"),
            (true, Lang::En) => format!("({joined})"),
        }
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
                let said = self.said(lang, false);
                let now = truth(lang, input, !yes);
                found.push(match (holds, lang) {
                    (true, _) => said,
                    (false, Lang::Zh) => format!("{said}（现在{now}）"),
                    (false, Lang::En) => format!("{said} (now {now})"),
                });
            }
            Self::Compared(input, less, _, value) => {
                let said = self.said(lang, false);
                let now = Self::number(card, row, input, less).map(|n| amount(lang, input, &n.to_string()));
                found.push(match (now, value == "null", lang) {
                    (Some(now), false, Lang::Zh) => format!("{said}（现在 {now}）"),
                    (Some(now), false, Lang::En) => format!("{said} (now {now})"),
                    _ => said,
                });
            }
        }
    }
}

fn truth(lang: Lang, input: &Input, yes: bool) -> String {
    match (input.name.as_str(), yes, lang) {
        ("person", true, Lang::Zh) => "是个人店".to_owned(),
        ("person", false, Lang::Zh) => "不是个人店".to_owned(),
        ("person", true, Lang::En) => "it is a person's shop".to_owned(),
        ("person", false, Lang::En) => "it is not a person's shop".to_owned(),
        (_, true, _) => input_title(lang, input),
        (_, false, Lang::Zh) => format!("没有{}", input_title(lang, input)),
        (_, false, Lang::En) => format!("not {}", input_title(lang, input)),
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

fn compared(lang: Lang, input: &Input, less: &[Input], op: &str, value: &str) -> String {
    let mut name = input_title(lang, input);
    for less in less {
        name = format!("{name}{}{}", t(lang, "减去", " minus "), input_title(lang, less));
    }
    if value == "null" {
        return match (lang, op) {
            (Lang::Zh, "==") => format!("{name}不明"),
            (Lang::Zh, _) => format!("{name}已知"),
            (Lang::En, "==") => format!("{name} is not known"),
            (Lang::En, _) => format!("{name} is known"),
        };
    }
    if input.name == "kind" {
        let kind = kind(lang, value.trim_matches('"'));
        return match (lang, op) {
            (Lang::Zh, "==") => format!("是{kind}"),
            (Lang::Zh, _) => format!("不是{kind}"),
            (Lang::En, "==") => format!("it is {kind}"),
            (Lang::En, _) => format!("it is not {kind}"),
        };
    }
    let value = amount(lang, input, value);
    match (lang, op) {
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

const COMPARISONS: [&str; 6] = [">=", "<=", "==", "!=", ">", "<"];

/// Reads a condition; none if it holds something that there are no words for.
fn read(card: &Scorecard, text: &str) -> Option<Node> {
    let tokens = tokens(text);
    let mut reader = Reader { tokens: &tokens, at: 0, inputs: &card.inputs };
    reader.any().filter(|_| reader.at == tokens.len())
}

/// The words and signs of a condition.
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
    inputs: &'a [Input],
}

impl Reader<'_> {
    fn take(&mut self, token: &str) -> bool {
        let there = self.tokens.get(self.at).is_some_and(|t| t == token);
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
        let Some(op) = self.tokens.get(self.at).filter(|t| COMPARISONS.contains(&t.as_str())) else {
            return Some(Node::Truth(input, true));
        };
        let (op, value) = (op.clone(), self.tokens.get(self.at + 1)?.clone());
        self.at += 2;
        Some(Node::Compared(input, less, op, value))
    }

    fn input(&mut self) -> Option<Input> {
        let name = self.tokens.get(self.at)?;
        let input = self.inputs.iter().find(|input| input.name == *name)?.clone();
        self.at += 1;
        Some(input)
    }
}
