//! A policy's TOML file, read whole: everything that is wrong is told at once, each with its line, its column and what
//! to write instead.

use super::cel::{self, Known, money};
use super::model::{
    ACTIONS, Action, Amount, Appeal, Basis, Case, Day, Expected, From, Guard, Input, Outcome, Part, Policy,
    Rounding, Stage, Within,
};
use super::tree::{Expr, Ty, Value};
use crate::Diagnostic;
use crate::diagnostic::{Severity, nearest};
use crate::document::{Reader, Section, integer, is_word, not_toml, places, scalar};
use crate::metric::{self, Kind};
use crate::number::{MOST_INT, decimal, minor};
use crate::words::Words;
use kernel::{Currency, Market};
use toml::de::{DeTable, DeValue};

/// A policy if the text is one, and everything there is to say about the text.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked {
    /// The policy, if nothing is wrong.
    pub policy: Option<Policy>,
    /// Errors first, then warnings, each by line.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads and checks a policy for a market, or for none in particular.
pub fn check_all(text: &str, market: Option<&Market>) -> Checked {
    read(text, market, false)
}

/// As [`check_all`], for a draft that is being changed: its rule must be sound, but its table of cases may still say what
/// the rule said before. What is wrong in the table is a warning here; it keeps a rule from being published only.
pub fn check_draft(text: &str, market: Option<&Market>) -> Checked {
    read(text, market, true)
}

fn read(text: &str, market: Option<&Market>, draft: bool) -> Checked {
    let (table, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        return Checked { policy: None, diagnostics: not_toml(text, &errors) };
    }
    let mut reader = Reader { text, wrong: Vec::new(), draft };
    let policy = reader.policy(table.get_ref(), market.map(|m| m.currency));
    let mut diagnostics = reader.wrong;
    diagnostics.sort_by_key(|d| (d.severity, d.line, d.column));
    let failed = diagnostics.iter().any(|d| d.severity == Severity::Error);
    let policy = policy.filter(|_| !failed).map(|policy| Policy { warnings: diagnostics.clone(), ..policy });
    if policy.is_none() && !failed {
        diagnostics.push(Diagnostic::error(
            text,
            0,
            "the policy is not complete",
            "every key of the example",
        ));
    }
    Checked { policy, diagnostics }
}

impl Reader<'_> {
    fn policy(&mut self, table: &DeTable<'_>, market: Option<Currency>) -> Option<Policy> {
        const KEYS: [&str; 15] = [
            "id",
            "version",
            "effective_from",
            "stage",
            "subject",
            "source",
            "condition",
            "title",
            "text",
            "inputs",
            "actions",
            "notice",
            "exemptions",
            "appeal",
            "cases",
        ];
        let top = self.section(table, 0, "a policy", &KEYS);
        let id = self.id(&top, "late-ship-cap");
        if top.get("version").is_none() {
            self.missing(&top, "version", "1");
        }
        let version = self.whole(&top, "version", 1..=1_000_000).and_then(|n| u32::try_from(n).ok());
        let effective_from = self.date(&top);
        let stages = [("before", Stage::Before), ("during", Stage::During), ("after", Stage::After)];
        let stage = self.as_str(&top, "stage", &stages, None);
        let subjects = [("shop", "shop"), ("order", "order"), ("product", "product")];
        let subject = self.as_str(&top, "subject", &subjects, None);
        let source = match top.get("source") {
            Some(_) => self.string(&top, "source", "\"the clause it comes from\"").map(str::to_owned),
            None => None,
        };
        for key in ["title", "text"] {
            if top.get(key).is_none() {
                self.missing(&top, key, "{ zh = \"...\", en = \"...\" }");
            }
        }
        let (title, body) = (self.words(&top, "title"), self.words(&top, "text"));
        let before = self.wrong.len();
        let inputs = self.inputs(&top);
        let inputs_fine = self.wrong.len() == before;
        let condition = self.condition(&top, "condition", &inputs, inputs_fine);
        let actions = self.actions(&top, &inputs, inputs_fine);
        let notice = self.words(&top, "notice");
        let exemptions = self.exemptions(&top);
        let appeal = self.appeal(&top);
        let (condition, condition_text) = condition?;
        for (i, input) in inputs.iter().enumerate() {
            let of_action = actions.iter().any(|action: &Action| {
                matches!(action.amount, Some(Amount { basis: Basis::Share { of, .. }, .. }) if of == i)
                    || action.when.as_ref().is_some_and(|guard| guard.expr.reads(&|place| place == i))
            });
            if !of_action && !input.context && !condition.reads(&|place| place == i) {
                let at = self.key_at(&top, &input.name);
                self.warn(
                    at,
                    format!("input \"{}\" is declared and not read", input.name),
                    "a condition that reads it, context = true if it is only shown, or leave it out",
                );
            }
        }
        let mut policy = Policy {
            id: id?,
            version: version?,
            effective_from: effective_from?,
            stage: stage?,
            subject: subject?.to_owned(),
            source,
            title_zh: title.as_ref()?.zh.clone(),
            title_en: title?.en,
            text_zh: body.as_ref()?.zh.clone(),
            text_en: body?.en,
            inputs,
            condition_text,
            condition,
            actions,
            notice,
            exemptions,
            appeal,
            cases: Vec::new(),
            // Cases are the rule's own arithmetic: they hold in the rule's currency, whatever the market's is.
            currency: None,
            warnings: Vec::new(),
            text: self.text.to_owned(),
        };
        if self.wrong.iter().all(|d| d.severity != Severity::Error) {
            let before = self.wrong.len();
            self.cases(&top, &mut policy);
            for found in self.wrong.iter_mut().skip(before).filter(|_| self.draft) {
                found.severity = Severity::Warning;
            }
        }
        policy.currency = market;
        Some(policy)
    }

    fn key_at(&self, top: &Section<'_, '_>, input: &str) -> usize {
        match top.get("inputs") {
            Some((DeValue::Table(table), at)) => table
                .iter()
                .find(|(key, _)| &**key.get_ref() == input)
                .map_or(at.start, |(key, _)| key.span().start),
            _ => 0,
        }
    }

    pub(crate) fn inputs(&mut self, top: &Section<'_, '_>) -> Vec<Input> {
        let Some((value, at)) = top.get("inputs") else {
            self.missing(top, "inputs", "a table [inputs.NAME] for each input");
            return Vec::new();
        };
        let DeValue::Table(table) = value else {
            self.say(
                at.start,
                "\"inputs\" is not a table",
                "[inputs.late_ship_rate] with metric = \"late_ship_rate\"",
            );
            return Vec::new();
        };
        let all = self.section(table, at.start, "[inputs]", &[]);
        let mut inputs: Vec<Input> = Vec::new();
        for (name, name_at, value, at) in &all.pairs {
            const RESERVED: [&str; 20] = [
                "true",
                "false",
                "null",
                "in",
                "as",
                "break",
                "const",
                "continue",
                "else",
                "for",
                "function",
                "if",
                "import",
                "let",
                "loop",
                "package",
                "namespace",
                "return",
                "var",
                "void",
            ];
            if !is_word(name, '_') || RESERVED.contains(name) {
                self.say(
                    name_at.start,
                    format!("\"{name}\" cannot be the name of an input"),
                    "small letters, digits and _, beginning with a letter",
                );
                continue;
            }
            let DeValue::Table(table) = value else {
                self.say(
                    at.start,
                    format!("input \"{name}\" is not a table"),
                    format!("[inputs.{name}] with metric = \"late_ship_rate\""),
                );
                continue;
            };
            if let Some(input) = self.input(name, table, name_at.start) {
                inputs.push(input);
            }
        }
        inputs
    }

    fn input(&mut self, name: &str, table: &DeTable<'_>, at: usize) -> Option<Input> {
        const KEYS: [&str; 11] = [
            "metric",
            "window_days",
            "part",
            "day",
            "episodes",
            "type",
            "unit",
            "currency",
            "meaning",
            "words",
            "context",
        ];
        let section = self.section(table, at, format!("input \"{name}\""), &KEYS);
        let kinds: Vec<_> =
            ["metric", "episodes", "type"].into_iter().filter(|key| section.get(key).is_some()).collect();
        let [kind] = kinds[..] else {
            self.say(
                at,
                format!("input \"{name}\" must have exactly one of metric, episodes and type"),
                "metric = \"late_ship_rate\"",
            );
            return None;
        };
        let allowed: &[&str] = match kind {
            "metric" => &["metric", "window_days", "part", "day"],
            "episodes" => &["episodes"],
            _ => &["type", "unit", "currency", "meaning", "words", "context"],
        };
        for (key, key_at, ..) in &section.pairs {
            if !allowed.contains(key) {
                self.say(key_at.start, format!("\"{key}\" does not go with \"{kind}\""), allowed.join(", "));
            }
        }
        match kind {
            "metric" => {
                let wanted = self.string(&section, "metric", "\"late_ship_rate\"")?;
                let Ok(metric) = metric::named(wanted) else {
                    let names = metric::catalogue().iter().map(|m| m.name.as_str());
                    let instead = nearest(wanted, names.clone()).map_or_else(
                        || format!("one of {}", names.collect::<Vec<_>>().join(", ")),
                        str::to_owned,
                    );
                    let at = section.get("metric").map_or(at, |(_, at)| at.start);
                    self.say(at, format!("there is no metric \"{wanted}\""), instead);
                    return None;
                };
                let window_days = match section.get("window_days") {
                    Some(_) => self.whole(&section, "window_days", 1..=3_660)?,
                    None => metric.window_days,
                };
                let parts = [
                    ("value", Part::Value),
                    ("numerator", Part::Numerator),
                    ("denominator", Part::Denominator),
                ];
                let part = self.as_str(&section, "part", &parts, Some(Part::Value))?;
                let days = [("today", Day::Today), ("yesterday", Day::Yesterday)];
                let day = self.as_str(&section, "day", &days, Some(Day::Today))?;
                let ty = match part {
                    Part::Denominator => Ty::Int,
                    Part::Numerator if metric.scale == 1 => Ty::Int,
                    Part::Value if metric.kind == Kind::Count => Ty::Int,
                    Part::Numerator | Part::Value => Ty::Number,
                };
                let from = From::Metric { metric, window_days, part, day };
                Some(Input::read(name, ty, from))
            }
            "episodes" => {
                let (value, at) = section.get("episodes")?;
                let DeValue::Table(table) = value else {
                    self.say(
                        at.start,
                        "\"episodes\" says over which time they are counted",
                        "episodes = { window_days = 90 }",
                    );
                    return None;
                };
                let inner = self.section(table, at.start, "\"episodes\"", &["window_days", "calendar"]);
                let within = match (inner.get("window_days"), inner.get("calendar")) {
                    (Some(_), None) => Within::WindowDays(self.whole(&inner, "window_days", 1..=3_660)?),
                    (None, Some(_)) => {
                        self.as_str(&inner, "calendar", &[("year", Within::CalendarYear)], None)?
                    }
                    _ => {
                        let message = "\"episodes\" must have exactly one of window_days and calendar";
                        self.say(at.start, message, "episodes = { calendar = \"year\" }");
                        return None;
                    }
                };
                Some(Input::read(name, Ty::Int, From::Episodes(within)))
            }
            _ => {
                let ty = self.string(&section, "type", "\"number\"")?;
                let ty = match ty {
                    "bool" => Ty::Bool,
                    "int" => Ty::Int,
                    "number" => Ty::Number,
                    "text" => Ty::Text,
                    "money" => Ty::Money(self.currency(&section)?),
                    _ => {
                        let at = section.get("type").map_or(at, |(_, at)| at.start);
                        self.say(
                            at,
                            format!("\"{ty}\" is not a type"),
                            "\"bool\", \"int\", \"number\", \"text\" or \"money\"",
                        );
                        return None;
                    }
                };
                if !matches!(ty, Ty::Money(_))
                    && let Some((_, at)) = section.get("currency")
                {
                    self.say(at.start, "only money has a currency", "type = \"money\"");
                }
                let unit = match section.get("unit") {
                    Some(_) => Some(self.string(&section, "unit", "\"hours\"")?.to_owned()),
                    None if matches!(ty, Ty::Int | Ty::Number) => {
                        self.missing(&section, "unit", "\"hours\"");
                        return None;
                    }
                    None => None,
                };
                let meaning = self.words(&section, "meaning");
                let words = self.allowed_words(&section, ty);
                let context = match section.get("context") {
                    Some((DeValue::Boolean(truth), _)) => *truth,
                    Some((_, at)) => {
                        self.say(at.start, "\"context\" is not true or false", "context = true");
                        false
                    }
                    None => false,
                };
                Some(Input { unit, meaning, words, context, ..Input::read(name, ty, From::Given) })
            }
        }
    }

    /// The only texts an input can be; none if it can be any.
    fn allowed_words(&mut self, section: &Section<'_, '_>, ty: Ty) -> Vec<String> {
        let Some((value, at)) = section.get("words") else {
            return Vec::new();
        };
        let list: Option<Vec<String>> = match value {
            DeValue::Array(list) if ty == Ty::Text && !list.is_empty() => list
                .iter()
                .map(|item| match item.get_ref() {
                    DeValue::String(word) if !word.trim().is_empty() => Some(word.to_string()),
                    _ => None,
                })
                .collect(),
            _ => None,
        };
        if list.is_none() {
            self.say(
                at.start,
                "\"words\" is not a list of the texts that an input of type \"text\" can be",
                "words = [\"first\", \"second\"]",
            );
        }
        list.unwrap_or_default()
    }

    /// A condition over inputs; `complete` says whether all of them could be read.
    pub(crate) fn condition(
        &mut self,
        top: &Section<'_, '_>,
        key: &str,
        inputs: &[Input],
        complete: bool,
    ) -> Option<(Expr, String)> {
        let sample = "\"late_ship_rate >= 0.20 && due >= 5\"";
        let text = self.string(top, key, sample)?;
        let (_, span) = top.get(key)?;
        let known: Vec<Known> = inputs
            .iter()
            .map(|input| Known { name: input.name.clone(), ty: input.ty, nullable: input.nullable() })
            .collect();
        match cel::condition(text, &known) {
            Ok(expr) => Some((expr, text.trim().to_owned())),
            Err(list) => {
                let places = places(self.text, span.clone());
                for wrong in list {
                    // An input whose declaration is wrong is not missing as well.
                    if !complete && wrong.message.starts_with("there is no input") {
                        continue;
                    }
                    let at = places.get(wrong.at).copied().unwrap_or(span.start);
                    self.say(at, wrong.message, wrong.instead);
                }
                None
            }
        }
    }

    fn actions(&mut self, top: &Section<'_, '_>, inputs: &[Input], complete: bool) -> Vec<Action> {
        let keys = ["kind", "when", "days", "parameters", "amount"];
        let Some(list) = self.tables(top, "actions", &keys, "an action") else {
            if top.get("actions").is_none() {
                self.say(
                    0,
                    "the policy has no actions",
                    "[[actions]] with kind = \"order_cap\" and days = 7",
                );
            }
            return Vec::new();
        };
        let mut actions = Vec::new();
        for section in list {
            let Some(kind) = self.string(&section, "kind", "\"order_cap\"") else {
                continue;
            };
            if !ACTIONS.contains(&kind) {
                let at = section.get("kind").map_or(section.at, |(_, at)| at.start);
                let instead = nearest(kind, ACTIONS)
                    .map_or_else(|| format!("one of {}", ACTIONS.join(", ")), str::to_owned);
                self.say(at, format!("\"{kind}\" is not a kind of action"), instead);
            }
            let when = match section.get("when") {
                Some(_) => self
                    .condition(&section, "when", inputs, complete)
                    .map(|(expr, text)| Guard { expr, text }),
                None => None,
            };
            let days = self.whole(&section, "days", 1..=3_660);
            if matches!(kind, "order_cap" | "hold" | "hide" | "close") && section.get("days").is_none() {
                self.missing(&section, "days", "7");
            }
            let amount = self.action_amount(&section, inputs);
            if matches!(kind, "compensate" | "deduct") && section.get("amount").is_none() {
                self.missing(&section, "amount", "{ percent = 5, of = \"paid\", currency = \"CNY\" }");
            }
            let mut parameters = serde_json::Map::new();
            if let Some((value, at)) = section.get("parameters") {
                if let DeValue::Table(table) = value {
                    let inner = self.section(table, at.start, "the parameters", &[]);
                    for (name, _, value, at) in &inner.pairs {
                        match parameter(value) {
                            Some(value) => {
                                parameters.insert((*name).to_owned(), value);
                            }
                            None => self.say(
                                at.start,
                                format!("parameter \"{name}\" is not a number, a text or a truth"),
                                format!("{name} = 100"),
                            ),
                        }
                    }
                } else {
                    self.say(
                        at.start,
                        "\"parameters\" is not a table",
                        "parameters = { orders_per_day = 100 }",
                    );
                }
            }
            actions.push(Action { kind: kind.to_owned(), when, days, parameters, amount });
        }
        actions
    }

    fn action_amount(&mut self, action: &Section<'_, '_>, inputs: &[Input]) -> Option<Amount> {
        let (value, at) = action.get("amount")?;
        let DeValue::Table(table) = value else {
            let instead = "amount = { percent = 5, of = \"paid\", currency = \"CNY\" }";
            self.say(at.start, "\"amount\" is not a table", instead);
            return None;
        };
        let keys = ["percent", "fixed", "of", "rounding", "min", "max", "currency"];
        let section = self.section(table, at.start, "the amount", &keys);
        let currency = self.currency(&section)?;
        let basis = match (section.get("percent"), section.get("fixed")) {
            (Some((percent, at)), None) => {
                let Some(ppm) = scalar(percent)
                    .and_then(|text| decimal(&text, 4))
                    .filter(|p| (1..=1_000_000).contains(p))
                else {
                    self.say(
                        at.start,
                        "\"percent\" is not a number above 0 and up to 100, of at most 4 decimals",
                        "percent = 5",
                    );
                    return None;
                };
                let of = self.string(&section, "of", "\"paid\"")?;
                let of_at = section.get("of").map_or(section.at, |(_, at)| at.start);
                let Some(place) = inputs.iter().position(|input| input.name == of) else {
                    let like = nearest(of, inputs.iter().map(|i| i.name.as_str()));
                    let instead = like.map_or_else(
                        || format!("an input declared as [inputs.{of}] with type = \"money\""),
                        |like| format!("of = \"{like}\""),
                    );
                    self.say(of_at, format!("there is no input \"{of}\""), instead);
                    return None;
                };
                if inputs[place].ty != Ty::Money(currency) {
                    let message =
                        format!("input \"{of}\" is {}, and the amount is in {currency}", inputs[place].ty);
                    self.say(
                        of_at,
                        message,
                        format!("an input of type = \"money\", currency = \"{currency}\""),
                    );
                    return None;
                }
                Basis::Share { ppm, of: place }
            }
            (None, Some(_)) => {
                if let Some((_, at)) = section.get("of") {
                    self.say(at.start, "a fixed amount is not of anything", "percent, or no \"of\"");
                }
                Basis::Fixed(self.amount(&section, "fixed", currency)?)
            }
            _ => {
                let instead = "percent = 5, of = \"paid\"";
                self.say(at.start, "the amount must have exactly one of percent and fixed", instead);
                return None;
            }
        };
        let words = [("half_up_unit", Rounding::HalfUpUnit), ("half_up_minor", Rounding::HalfUpMinor)];
        let rounding = self.as_str(&section, "rounding", &words, Some(Rounding::HalfUpUnit))?;
        let (min, max) = (self.amount(&section, "min", currency), self.amount(&section, "max", currency));
        if let (Some(min), Some(max)) = (min, max)
            && min > max
        {
            self.say(section.at, "\"min\" is above \"max\"", "the smaller one first");
        }
        Some(Amount { currency, basis, rounding, min, max })
    }

    fn exemptions(&mut self, top: &Section<'_, '_>) -> Vec<Words> {
        let Some(list) = self.tables(top, "exemptions", &["zh", "en"], "an exemption") else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for section in list {
            let (zh, en) = (self.string(&section, "zh", "\"...\""), self.string(&section, "en", "\"...\""));
            if let (Some(zh), Some(en)) = (zh, en) {
                found.push(Words { zh: zh.to_owned(), en: en.to_owned() });
            }
        }
        found
    }

    fn appeal(&mut self, top: &Section<'_, '_>) -> Option<Appeal> {
        let (value, at) = top.get("appeal")?;
        let DeValue::Table(table) = value else {
            let instead = "appeal = { window_days = 7, answer_days = 5, suspends = true }";
            self.say(at.start, "\"appeal\" is not a table", instead);
            return None;
        };
        let section =
            self.section(table, at.start, "the appeal", &["window_days", "answer_days", "suspends"]);
        for key in ["window_days", "answer_days"] {
            if section.get(key).is_none() {
                self.missing(&section, key, "7");
            }
        }
        let suspends = match section.get("suspends") {
            Some((DeValue::Boolean(truth), _)) => Some(*truth),
            Some((_, at)) => {
                self.say(at.start, "\"suspends\" is not true or false", "suspends = true");
                None
            }
            None => {
                self.missing(&section, "suspends", "true");
                None
            }
        };
        Some(Appeal {
            window_days: self.whole(&section, "window_days", 1..=365)?,
            answer_days: self.whole(&section, "answer_days", 1..=365)?,
            suspends: suspends?,
        })
    }

    fn cases(&mut self, top: &Section<'_, '_>, policy: &mut Policy) {
        let keys = ["name", "clause", "inputs", "verdict", "actions"];
        let list = self.tables(top, "cases", &keys, "a case").unwrap_or_default();
        if list.is_empty() {
            let message = "the policy has no table of cases";
            self.warn(0, message, "[[cases]] with inputs = { ... } and verdict = \"hit\", at least one on each side of every boundary");
        }
        for section in list {
            let name = match section.get("name") {
                Some(_) => self.string(&section, "name", "\"at the line\"").unwrap_or_default(),
                None => "",
            };
            let clause = match section.get("clause") {
                Some(_) => self.string(&section, "clause", "\"the clause it comes from\"").map(str::to_owned),
                None => None,
            };
            let words = [("hit", Outcome::Hit), ("miss", Outcome::Miss), ("unknown", Outcome::Unknown)];
            let Some(verdict) = self.as_str(&section, "verdict", &words, None) else {
                continue;
            };
            let Some(inputs) = self.case_inputs(&section, policy) else {
                continue;
            };
            let Some(actions) = self.case_actions(&section, policy) else {
                continue;
            };
            let line = Diagnostic::error(self.text, section.at, "", "").line;
            let case = Case { name: name.to_owned(), clause, line, inputs, verdict, actions };
            if let Some(difference) = policy.differs(&case) {
                let name = if name.is_empty() { "the case" } else { name };
                self.say(
                    section.at,
                    format!("case \"{name}\" does not hold: {difference}"),
                    "a condition for which it holds, or the verdict that is meant",
                );
            }
            policy.cases.push(case);
        }
    }

    fn case_inputs(&mut self, section: &Section<'_, '_>, policy: &Policy) -> Option<Vec<Value>> {
        let Some((DeValue::Table(table), at)) = section.get("inputs") else {
            self.missing(section, "inputs", "{ late_ship_rate = 0.25, due = 8 }");
            return None;
        };
        let names = policy.names();
        let inner = self.section(table, at.start, "the inputs of a case", &names);
        let mut row = Vec::with_capacity(names.len());
        let mut fine = true;
        for input in &policy.inputs {
            let value = match inner.get(&input.name) {
                None if input.nullable() => Some(Value::Null),
                None => {
                    self.say(
                        at.start,
                        format!("the case has no \"{}\"", input.name),
                        format!("{} = 0", input.name),
                    );
                    fine = false;
                    continue;
                }
                Some((value, _)) => match (input.ty, value) {
                    (Ty::Bool, DeValue::Boolean(truth)) => Some(Value::Bool(*truth)),
                    (Ty::Int, value) => integer(value).filter(|n| n.abs() <= MOST_INT).map(Value::Int),
                    (Ty::Number, value) => scalar(value)
                        .and_then(|text| text.parse::<f64>().ok())
                        .filter(|x| x.abs() <= cel::MOST_NUMBER)
                        .map(|x| Value::Number(x + 0.0)),
                    (Ty::Text, DeValue::String(text)) => {
                        Some(text.to_string()).filter(|text| input.can_be(text)).map(Value::Text)
                    }
                    (Ty::Money(currency), value) => scalar(value)
                        .and_then(|text| {
                            money(&text)
                                .filter(|money| money.currency == currency)
                                .map(|money| money.minor)
                                .or_else(|| minor(&text, currency))
                        })
                        .map(Value::Int),
                    _ => None,
                },
            };
            match value {
                Some(value) => row.push(value),
                None => {
                    let at = inner.get(&input.name).map_or(at.start, |(_, at)| at.start);
                    let (message, instead) = if input.words.is_empty() {
                        let sample = match input.ty {
                            Ty::Bool => "true",
                            Ty::Int => "5",
                            Ty::Number => "0.25",
                            Ty::Text => "\"word\"",
                            Ty::Money(_) => "150.00",
                        };
                        (format!("\"{}\" is not {}", input.name, input.ty), sample.to_owned())
                    } else {
                        let words: Vec<_> = input.words.iter().map(|word| format!("\"{word}\"")).collect();
                        (format!("\"{}\" is none of its words", input.name), words.join(" or "))
                    };
                    self.say(at, message, format!("{} = {instead}", input.name));
                    fine = false;
                }
            }
        }
        fine.then_some(row)
    }

    /// What a case expects to follow. Outer none: something is wrong. Inner none: it does not say.
    #[allow(clippy::option_option)]
    fn case_actions(&mut self, section: &Section<'_, '_>, policy: &Policy) -> Option<Option<Vec<Expected>>> {
        let Some((value, at)) = section.get("actions") else {
            return Some(None);
        };
        let DeValue::Array(list) = value else {
            self.say(at.start, "\"actions\" is not a list", "actions = [\"order_cap\"]");
            return None;
        };
        let mut expected = Vec::new();
        for item in list.iter() {
            let at = item.span().start;
            match item.get_ref() {
                DeValue::String(kind) => {
                    expected.push(Expected { kind: kind.to_string(), days: None, amount: None });
                }
                DeValue::Table(table) => {
                    let inner = self.section(table, at, "an action of a case", &["kind", "days", "amount"]);
                    let kind = self.string(&inner, "kind", "\"order_cap\"")?.to_owned();
                    let days = self.whole(&inner, "days", 1..=3_660);
                    let currency = policy
                        .actions
                        .iter()
                        .filter(|action| action.kind == kind)
                        .find_map(|action| action.amount.map(|amount| amount.currency));
                    let amount = match (inner.get("amount"), currency) {
                        (Some(_), Some(currency)) => self.amount(&inner, "amount", currency),
                        (Some((_, at)), None) => {
                            self.say(at.start, format!("{kind} has no amount"), "no \"amount\" here");
                            None
                        }
                        (None, _) => None,
                    };
                    expected.push(Expected { kind, days, amount });
                }
                _ => {
                    self.say(at, "an action of a case is a kind, or a table", "actions = [\"order_cap\"]");
                    return None;
                }
            }
        }
        Some(Some(expected))
    }
}

fn parameter(value: &DeValue<'_>) -> Option<serde_json::Value> {
    match value {
        DeValue::Integer(_) => integer(value).map(Into::into),
        DeValue::Float(x) => {
            x.as_str().parse().ok().and_then(serde_json::Number::from_f64).map(serde_json::Value::Number)
        }
        DeValue::String(text) => Some(text.to_string().into()),
        DeValue::Boolean(truth) => Some((*truth).into()),
        _ => None,
    }
}
