//! What a policy is.

use super::tree::{Expr, Ty, Value};
use crate::Diagnostic;
use crate::metric::Metric;
use crate::words::Words;
use kernel::{Currency, Date};
use std::fmt;

/// When a policy acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// Before something may happen: admission.
    Before,
    /// While it happens.
    During,
    /// Afterwards: a violation that was found.
    After,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Before => "before",
            Self::During => "during",
            Self::After => "after",
        })
    }
}

/// Which part of a metric an input reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// Its value; no data when the denominator is 0.
    Value,
    /// Its numerator, in the metric's unit.
    Numerator,
    /// Its denominator.
    Denominator,
}

/// As of which day's end an input is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Day {
    /// The day that is judged.
    Today,
    /// The local day before it.
    Yesterday,
}

/// Over which time a policy's own episodes are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Within {
    /// The last days of 24 h.
    WindowDays(i64),
    /// The local calendar year.
    CalendarYear,
}

/// Where an input comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum From {
    /// A metric.
    Metric {
        /// Which.
        metric: &'static Metric,
        /// Over how many days.
        window_days: i64,
        /// Which part of it.
        part: Part,
        /// As of which day's end.
        day: Day,
    },
    /// How often this policy hit the shop before.
    Episodes(Within),
    /// Given by hand.
    Given,
}

/// One input of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// Its name in the condition.
    pub name: String,
    /// What it is.
    pub ty: Ty,
    /// Where it comes from.
    pub from: From,
    /// The unit of one that is given by hand.
    pub unit: Option<String>,
    /// What one that is given by hand means, if the file says so.
    pub meaning: Option<Words>,
    /// The only texts it can be; empty if it can be any.
    pub words: Vec<String>,
    /// Whether it stands in the trace only, for whoever reads the verdict, and decides nothing.
    pub context: bool,
}

impl Input {
    /// One that is read and not given by hand.
    pub(crate) fn read(name: &str, ty: Ty, from: From) -> Self {
        let (name, words) = (name.to_owned(), Vec::new());
        Self { name, ty, from, unit: None, meaning: None, words, context: false }
    }

    /// Whether a text is one of those it can be.
    pub(crate) fn can_be(&self, text: &str) -> bool {
        self.words.is_empty() || self.words.iter().any(|word| word == text)
    }

    /// Whether there may be no data.
    pub fn nullable(&self) -> bool {
        match self.from {
            From::Metric { metric, part: Part::Value, .. } => metric.kind != crate::metric::Kind::Count,
            From::Metric { .. } | From::Episodes(_) => false,
            From::Given => true,
        }
    }
}

/// How an amount is rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    /// To the nearest whole unit (yuan), halves away from zero: 7.50 becomes 8.
    HalfUpUnit,
    /// To the nearest minor unit (fen), halves away from zero.
    HalfUpMinor,
}

/// What an amount is before it is rounded and bounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// Parts per million of an input.
    Share {
        /// Parts per million.
        ppm: i64,
        /// Which input, by its place.
        of: usize,
    },
    /// Always the same, in minor units.
    Fixed(i64),
}

/// How much an action costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amount {
    /// Of which currency. In a market of another one the action does not apply.
    pub currency: Currency,
    /// Before rounding.
    pub basis: Basis,
    /// How it is rounded.
    pub rounding: Rounding,
    /// At least, in minor units.
    pub min: Option<i64>,
    /// At most, in minor units.
    pub max: Option<i64>,
}

/// The kinds of action there are.
pub const ACTIONS: [&str; 8] =
    ["order_cap", "hold", "notice", "warn", "compensate", "deduct", "hide", "close"];

/// What follows a hit.
#[derive(Debug, Clone, PartialEq)]
pub struct Action {
    /// One of [`ACTIONS`].
    pub kind: String,
    /// On which hits only: it follows where this is true, and not where it is false or without data.
    pub when: Option<Guard>,
    /// For how many days of 24 h.
    pub days: Option<i64>,
    /// Its parameters: whole numbers, numbers, truths and texts.
    pub parameters: serde_json::Map<String, serde_json::Value>,
    /// What it costs.
    pub amount: Option<Amount>,
}

/// A condition of one action.
#[derive(Debug, Clone, PartialEq)]
pub struct Guard {
    /// As checked.
    pub(crate) expr: Expr,
    /// As written.
    pub text: String,
}

/// On which terms a shop may appeal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Appeal {
    /// Until how many days after the verdict.
    pub window_days: i64,
    /// Within how many days it is answered.
    pub answer_days: i64,
    /// Whether the action waits for the answer.
    pub suspends: bool,
}

/// What a condition came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// The policy hits.
    Hit,
    /// It does not.
    Miss,
    /// There is not enough data to say; nobody is hit.
    Unknown,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Hit => "hit",
            Self::Miss => "miss",
            Self::Unknown => "unknown",
        })
    }
}

/// What a case expects of one action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// Its kind.
    pub kind: String,
    /// For how many days.
    pub days: Option<i64>,
    /// What it costs, in minor units.
    pub amount: Option<i64>,
}

/// One row of a policy's table of cases.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// What it is about.
    pub name: String,
    /// The clause it comes from, if the file says so.
    pub clause: Option<String>,
    /// The line it stands on.
    pub line: usize,
    /// A value for each input, in their order.
    pub inputs: Vec<Value>,
    /// What the policy must say.
    pub verdict: Outcome,
    /// What must follow, if the case says so.
    pub actions: Option<Vec<Expected>>,
}

/// A policy that can run: everything in it has been checked, and its cases hold.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// What all its versions are called.
    pub id: String,
    /// Which version this is, from 1.
    pub version: u32,
    /// The first local day on which it is in force.
    pub effective_from: Date,
    /// When it acts.
    pub stage: Stage,
    /// What it judges: `shop`, `order` or `product`.
    pub subject: String,
    /// The clause it comes from, if the file says so.
    pub source: Option<String>,
    /// Its title in Chinese.
    pub title_zh: String,
    /// Its title in English.
    pub title_en: String,
    /// What it says, in Chinese.
    pub text_zh: String,
    /// What it says, in English.
    pub text_en: String,
    /// What it reads.
    pub inputs: Vec<Input>,
    /// Its condition as written.
    pub condition_text: String,
    /// Its condition as checked.
    pub(crate) condition: Expr,
    /// What follows a hit.
    pub actions: Vec<Action>,
    /// What the shop is told.
    pub notice: Option<Words>,
    /// Who or what is exempt.
    pub exemptions: Vec<Words>,
    /// How a shop may appeal.
    pub appeal: Option<Appeal>,
    /// Its table of cases.
    pub cases: Vec<Case>,
    /// The currency of the market it was checked for, if it was for one.
    pub currency: Option<Currency>,
    /// What is missing without being wrong.
    pub warnings: Vec<Diagnostic>,
    /// The file as written.
    pub text: String,
}

impl Policy {
    /// For how many days a hit can restrict a shop: the longest of the actions that apply in its market.
    pub fn days(&self) -> i64 {
        self.applicable().filter_map(|action| action.days).max().unwrap_or(0)
    }

    /// For how many days a hit on a row restricts a shop: the longest of the actions that follow on it.
    pub(crate) fn days_on(&self, row: &[Value]) -> i64 {
        self.applicable()
            .filter(|action| action.follows(row))
            .filter_map(|action| action.days)
            .max()
            .unwrap_or(0)
    }

    /// Whether its condition, or that of an action, reads an input for which `which` holds.
    pub(crate) fn reads(&self, which: &dyn Fn(usize) -> bool) -> bool {
        let guards = self.actions.iter().filter_map(|action| action.when.as_ref());
        self.condition.reads(which) || guards.into_iter().any(|guard| guard.expr.reads(which))
    }

    /// The actions that apply in its market.
    pub fn applicable(&self) -> impl Iterator<Item = &Action> {
        self.actions.iter().filter(|action| self.applies(action))
    }

    /// Whether an action applies in its market: its money is of the market's currency.
    pub fn applies(&self, action: &Action) -> bool {
        match (&action.amount, self.currency) {
            (Some(amount), Some(currency)) => amount.currency == currency,
            _ => true,
        }
    }

    /// The condition of an action with canonical spacing, if it has one.
    pub fn when_printed(&self, action: &Action) -> Option<String> {
        action.when.as_ref().map(|guard| guard.expr.text(&self.names()))
    }

    /// The condition with canonical spacing.
    pub fn condition_printed(&self) -> String {
        self.condition.text(&self.names())
    }

    pub(crate) fn names(&self) -> Vec<&str> {
        self.inputs.iter().map(|input| input.name.as_str()).collect()
    }
}

impl Action {
    /// Whether it follows a hit on a row; a condition of its own that is without data never acts.
    pub(crate) fn follows(&self, row: &[Value]) -> bool {
        self.when.as_ref().is_none_or(|guard| guard.expr.eval(row) == Value::Bool(true))
    }
}
