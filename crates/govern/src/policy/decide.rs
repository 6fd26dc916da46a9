//! One question answered: a verdict, what follows from it, and how it came about.

use super::cel::{MOST_NUMBER, money};
use super::model::{Action, Amount, Basis, Case, Outcome, Policy, Rounding};
use super::tree::{Expr, Op, Ty, Value, json, show};
use crate::diagnostic::nearest;
use crate::number::MOST_INT;
use crate::{Error, Result};
use kernel::{Currency, Money};
use std::fmt;

/// What one step of the condition came to.
#[derive(Debug, Clone, PartialEq, serde::Serialize, utoipa::ToSchema)]
#[schema(as = PolicyStep)]
pub struct Step {
    /// The sub-expression, as a policy has it.
    pub text: String,
    /// Its value; null is "no data".
    pub value: serde_json::Value,
}

/// What follows from a hit.
#[derive(Debug, Clone, PartialEq, serde::Serialize, utoipa::ToSchema)]
#[schema(as = PolicyAction)]
pub struct Done {
    /// The kind of action.
    pub action: String,
    /// What it costs, if it costs something.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// For how many days of 24 h, if it lasts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days: Option<i64>,
    /// Its parameters.
    #[serde(skip_serializing_if = "serde_json::Map::is_empty")]
    #[schema(value_type = Object)]
    pub parameters: serde_json::Map<String, serde_json::Value>,
    /// Why it does not apply, if it does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_applicable: Option<String>,
}

impl fmt::Display for Done {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.action)?;
        if let Some(amount) = &self.amount {
            write!(f, " {amount}")?;
        }
        if let Some(days) = self.days {
            write!(f, " for {days} days")?;
        }
        for (name, value) in &self.parameters {
            write!(f, ", {name} {value}")?;
        }
        if let Some(why) = &self.not_applicable {
            write!(f, " (not applicable: {why})")?;
        }
        Ok(())
    }
}

/// The answer to one question.
#[derive(Debug, Clone, PartialEq, serde::Serialize, utoipa::ToSchema)]
#[schema(as = VerdictShape)]
pub struct Verdict {
    /// Hit, miss, or unknown.
    pub verdict: Outcome,
    /// What follows from a hit.
    pub actions: Vec<Done>,
    /// How it came about: every input and every sub-expression with its value.
    pub trace: Vec<Step>,
    /// The policy that was asked.
    pub policy: String,
    /// Its version.
    pub version: u32,
}

/// The inputs that were given in another currency than theirs: the place of each among the inputs, and the currency.
type Foreign = Vec<(usize, Currency)>;

impl Policy {
    /// What the condition comes to on a row that holds a value for each input.
    pub(crate) fn outcome(&self, row: &[Value]) -> Outcome {
        match self.condition.eval(row) {
            Value::Bool(true) => Outcome::Hit,
            Value::Bool(false) => Outcome::Miss,
            _ => Outcome::Unknown,
        }
    }

    /// Answers one question. Inputs are by name; one that may be without data may be left out.
    pub fn eval(&self, inputs: &[(String, Value)]) -> Result<Verdict> {
        Ok(self.verdict(&self.row(inputs)?))
    }

    /// A value for each input.
    fn row(&self, inputs: &[(String, Value)]) -> Result<Vec<Value>> {
        let mut row = vec![Value::Null; self.inputs.len()];
        let mut given = vec![false; self.inputs.len()];
        for (name, value) in inputs {
            let i = self.place(name)?;
            let fits = match (value, self.inputs[i].ty) {
                (Value::Bool(_), Ty::Bool) => true,
                (Value::Text(text), Ty::Text) => self.inputs[i].can_be(text),
                // An amount that was paid is not below zero.
                (Value::Int(n), Ty::Money(_)) if self.inputs[i].from == super::From::Given => {
                    (0..=MOST_INT).contains(n)
                }
                (Value::Int(n), Ty::Int | Ty::Money(_)) => (-MOST_INT..=MOST_INT).contains(n),
                (Value::Number(x), Ty::Number) => x.abs() <= MOST_NUMBER,
                (Value::Null, _) => self.inputs[i].nullable() || self.inputs[i].from == super::From::Given,
                _ => false,
            };
            if !fits {
                return Err(self.unfit(i, None));
            }
            given[i] = true;
            row[i] = match value {
                // Negative zero is zero.
                Value::Number(x) => Value::Number(x + 0.0),
                other => other.clone(),
            };
        }
        for (i, input) in self.inputs.iter().enumerate() {
            if !given[i] && !input.nullable() {
                let why = format!("it is not given; give --input {}={}", input.name, sample(input.ty));
                return Err(Error::Input { name: input.name.clone(), why });
            }
        }
        Ok(row)
    }

    /// As [`Policy::eval`], with values as texts: `0.25`, `5`, `true`, `null`, and for an amount its minor units
    /// (`15000`) or the amount with its currency (`CNY 150.00`).
    pub fn eval_text(&self, inputs: &[(String, String)]) -> Result<Verdict> {
        let (row, foreign) = self.read_texts(inputs)?;
        Ok(self.verdict_of(&row, &foreign))
    }

    /// The actions alone of [`Policy::eval_text`], for who shows what follows and not how it came about.
    pub fn follows_text(&self, inputs: &[(String, String)]) -> Result<Vec<Done>> {
        let (row, foreign) = self.read_texts(inputs)?;
        let hit = self.outcome(&row) == Outcome::Hit;
        let following = self.actions.iter().filter(|action| hit && action.follows(&row));
        Ok(following.map(|action| self.done(action, &row, &foreign)).collect())
    }

    /// A row of inputs as texts, and which were given in another currency than theirs.
    fn read_texts(&self, inputs: &[(String, String)]) -> Result<(Vec<Value>, Foreign)> {
        let mut values = Vec::with_capacity(inputs.len());
        let mut foreign = Foreign::new();
        for (name, text) in inputs {
            let i = self.place(name)?;
            if values.iter().any(|(given, _)| given == name) {
                return Err(Error::Input { name: name.clone(), why: "it is given twice".to_owned() });
            }
            let text = text.trim();
            let value = match self.inputs[i].ty {
                _ if text == "null" => Some(Value::Null),
                Ty::Bool => text.parse().ok().map(Value::Bool),
                Ty::Int => text.parse().ok().map(Value::Int),
                Ty::Number => text.parse().ok().filter(|x: &f64| x.is_finite()).map(Value::Number),
                Ty::Text => Some(Value::Text(text.to_owned())),
                Ty::Money(currency) => match money(text) {
                    Some(other) if other.currency != currency => {
                        foreign.push((i, other.currency));
                        Some(Value::Null)
                    }
                    Some(amount) => Some(Value::Int(amount.minor)),
                    // "150.00" alone could be meant either way, so it is neither.
                    None => text.parse().ok().map(Value::Int),
                },
            };
            values.push((name.clone(), value.ok_or_else(|| self.unfit(i, Some(text)))?));
        }
        Ok((self.row(&values)?, foreign))
    }

    fn place(&self, name: &str) -> Result<usize> {
        self.inputs.iter().position(|input| input.name == name).ok_or_else(|| {
            let names = self.names();
            let why = match nearest(name, names.iter().copied()) {
                Some(like) => format!("{} has no such input; did you mean {like}?", self.id),
                None => format!("{} has no such input; it has {}", self.id, names.join(", ")),
            };
            Error::Input { name: name.chars().take(80).collect(), why }
        })
    }

    fn unfit(&self, i: usize, text: Option<&str>) -> Error {
        let input = &self.inputs[i];
        let what = text.map_or_else(
            || "its value does not fit".to_owned(),
            |text| format!("\"{}\" does not fit", text.chars().take(80).collect::<String>()),
        );
        let why = if input.words.is_empty() {
            format!("{what}; it is {}, such as {}", input.ty, sample(input.ty))
        } else {
            format!("{what}; it is one of {}", input.words.join(", "))
        };
        Error::Input { name: input.name.clone(), why }
    }

    pub(crate) fn verdict(&self, row: &[Value]) -> Verdict {
        self.verdict_of(row, &[])
    }

    /// The verdict on a row; `foreign` are the inputs that were given in another currency than theirs.
    fn verdict_of(&self, row: &[Value], foreign: &[(usize, Currency)]) -> Verdict {
        let verdict = self.outcome(row);
        let mut trace = Vec::new();
        let names = self.names();
        for (i, input) in self.inputs.iter().enumerate().filter(|(_, input)| input.context) {
            trace.push(Step { text: input.name.clone(), value: json(&row[i], input.ty) });
        }
        steps(&self.condition, row, &names, &mut trace);
        let mut actions = Vec::new();
        if verdict == Outcome::Hit {
            for action in &self.actions {
                if let Some(guard) = &action.when {
                    steps(&guard.expr, row, &names, &mut trace);
                }
                if action.follows(row) {
                    let done = self.done(action, row, foreign);
                    if let (Some(amount), None) = (&action.amount, &done.not_applicable) {
                        self.sum(action, amount, row, &mut trace);
                    }
                    actions.push(done);
                }
            }
        }
        Verdict { verdict, actions, trace, policy: self.id.clone(), version: self.version }
    }

    /// Adds the arithmetic of an amount to the steps: what it is a share of, the share, and what rounding and bounds
    /// make of it.
    fn sum(&self, action: &Action, amount: &Amount, row: &[Value], steps: &mut Vec<Step>) {
        let Some(minor) = amount.minor(row) else {
            return;
        };
        if let (Basis::Share { ppm, of }, Some(millionths)) = (amount.basis, amount.millionths(row)) {
            let text =
                format!("{}: {}% of {}", action.kind, decimals(i128::from(ppm), 4), self.inputs[of].name);
            let share = decimals(millionths, 6 + amount.currency.digits());
            let name = &self.inputs[of].name;
            if steps.iter().all(|step| step.text != *name) {
                steps.push(Step { text: name.clone(), value: json(&row[of], self.inputs[of].ty) });
            }
            steps.push(Step { text, value: format!("{} {share}", amount.currency).into() });
        }
        let mut text = format!(
            "{}: {}",
            action.kind,
            match amount.rounding {
                Rounding::HalfUpUnit => "half up to a whole unit",
                Rounding::HalfUpMinor => "half up to a minor unit",
            }
        );
        for (word, bound) in [("at least", amount.min), ("at most", amount.max)] {
            if let Some(bound) = bound {
                text += &format!(", {word} {}", Money::new(bound, amount.currency));
            }
        }
        steps.push(Step { text, value: json(&Value::Int(minor), Ty::Money(amount.currency)) });
    }

    fn done(&self, action: &Action, row: &[Value], foreign: &[(usize, Currency)]) -> Done {
        let mut done = Done {
            action: action.kind.clone(),
            amount: None,
            days: action.days,
            parameters: action.parameters.clone(),
            not_applicable: None,
        };
        if let Some(amount) = &action.amount {
            match self.currency {
                Some(market) if market != amount.currency => {
                    done.not_applicable = Some(format!(
                        "its money is in {} and the market's in {market}; amounts are never converted",
                        amount.currency
                    ));
                }
                _ => match amount.minor(row) {
                    Some(minor) => done.amount = Some(Money::new(minor, amount.currency)),
                    None => {
                        let of = match amount.basis {
                            Basis::Share { of, .. } => of,
                            Basis::Fixed(_) => 0,
                        };
                        let name = &self.inputs[of].name;
                        // An amount in another currency is never converted: what is counted from it does not apply.
                        done.not_applicable = Some(match foreign.iter().find(|(i, _)| *i == of) {
                            Some((_, other)) => format!(
                                "{name} is in {other} and the action's money in {}; amounts are never converted",
                                amount.currency
                            ),
                            None => format!("there is no data for {name}"),
                        });
                    }
                },
            }
        }
        done
    }

    /// Checks one row of the table of cases; says what differs.
    pub(crate) fn differs(&self, case: &Case) -> Option<String> {
        let verdict = self.verdict(&case.inputs);
        if verdict.verdict != case.verdict {
            let trace: Vec<_> =
                verdict.trace.iter().map(|step| format!("{} is {}", step.text, step.value)).collect();
            return Some(format!(
                "it comes to {}, not {}: {}",
                verdict.verdict,
                case.verdict,
                trace.join("; ")
            ));
        }
        let Some(expected) = &case.actions else {
            return None;
        };
        let list = |kinds: Vec<&str>| if kinds.is_empty() { "none".to_owned() } else { kinds.join(", ") };
        let want = list(expected.iter().map(|e| e.kind.as_str()).collect());
        let got = list(verdict.actions.iter().map(|d| d.action.as_str()).collect());
        if want != got {
            return Some(format!("its actions are {got}, not {want}"));
        }
        for (expected, done) in expected.iter().zip(&verdict.actions) {
            if expected.days.is_some() && expected.days != done.days {
                let days = done.days.map_or("no".to_owned(), |days| days.to_string());
                return Some(format!(
                    "{} lasts {days} days, not {}",
                    done.action,
                    expected.days.unwrap_or(0)
                ));
            }
            let amount = done.amount.map(|money| money.minor);
            if expected.amount.is_some() && expected.amount != amount {
                let is = done.amount.map_or("nothing".to_owned(), |money| money.to_string());
                let want = Money::new(
                    expected.amount.unwrap_or(0),
                    done.amount.map_or(Currency::CNY, |money| money.currency),
                );
                return Some(format!("{} costs {is}, not {want}", done.action));
            }
        }
        None
    }
}

impl Amount {
    /// The amount on a row before it is rounded and bounded, in millionths of a minor unit; none without data.
    fn millionths(&self, row: &[Value]) -> Option<i128> {
        match self.basis {
            Basis::Fixed(minor) => Some(i128::from(minor) * 1_000_000),
            Basis::Share { ppm, of } => match row[of] {
                Value::Int(minor) => Some(i128::from(minor) * i128::from(ppm)),
                _ => None,
            },
        }
    }

    /// The amount on a row, in minor units; none without data.
    fn minor(&self, row: &[Value]) -> Option<i64> {
        let millionths = self.millionths(row)?;
        let grain = match self.rounding {
            Rounding::HalfUpUnit => i128::from(self.currency.unit()),
            Rounding::HalfUpMinor => 1,
        };
        let step = 1_000_000 * grain;
        let rounded = (millionths.abs() + step / 2) / step * grain * millionths.signum();
        let minor = i64::try_from(rounded).ok()?;
        let minor = self.max.map_or(minor, |max| minor.min(max));
        Some(self.min.map_or(minor, |min| minor.max(min)))
    }
}

/// A whole number of the last of `digits` decimals, without needless zeros.
fn decimals(value: i128, digits: u32) -> String {
    let unit = 10i128.pow(digits);
    let part = format!("{:0width$}", value.abs() % unit, width = digits as usize);
    let part = part.trim_end_matches('0');
    let (sign, point) = (if value < 0 { "-" } else { "" }, if part.is_empty() { "" } else { "." });
    format!("{sign}{}{point}{part}", value.abs() / unit)
}

/// Inputs and sub-expressions with their values, inner ones first, each once.
fn steps(expr: &Expr, row: &[Value], names: &[&str], out: &mut Vec<Step>) {
    for part in expr.parts() {
        steps(part, row, names, out);
    }
    if matches!(expr.op, Op::Const(_)) {
        return;
    }
    let text = expr.text(names);
    if out.iter().all(|step| step.text != text) {
        out.push(Step { text, value: json(&expr.eval(row), expr.ty) });
    }
}

fn sample(ty: Ty) -> String {
    match ty {
        Ty::Bool => "true".to_owned(),
        Ty::Int => "5".to_owned(),
        Ty::Number => "0.25".to_owned(),
        Ty::Text => "word".to_owned(),
        Ty::Money(currency) => {
            show(&Value::Int(100 * currency.unit()), Ty::Money(currency))
                .trim_start_matches("money(\"")
                .trim_end_matches("\")")
                .to_owned()
                + &format!(" (or {} in minor units)", 100 * currency.unit())
        }
    }
}
