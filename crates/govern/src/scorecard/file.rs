//! A scorecard's TOML file, read whole: everything that is wrong is told at once, each with its line, its column and
//! what to write instead.

use super::compose::eval;
use super::model::{
    Better, Bonus, Case, Cost, Deduction, Dimension, Gate, Indicator, LineRule, Need, Points, Scorecard,
    Shrink, Stage, Star,
};
use super::score::ATTRIBUTES;
use crate::Diagnostic;
use crate::diagnostic::{Severity, nearest};
use crate::document::{Reader, Section, is_word, not_toml, scalar};
use crate::metric::{self, Kind, Metric};
use crate::policy::{Day, Expr, From, Input, Ty, Words};
use toml::de::{DeTable, DeValue};

/// A scorecard if the text is one, and everything there is to say about the text.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked {
    /// The scorecard, if nothing is wrong.
    pub card: Option<Scorecard>,
    /// What is wrong, by line.
    pub diagnostics: Vec<Diagnostic>,
}

const KEYS: [&str; 20] = [
    "id",
    "version",
    "effective_from",
    "title",
    "text",
    "source",
    "assumed",
    "scale",
    "line",
    "interval",
    "weights",
    "inputs",
    "dimensions",
    "stages",
    "deductions",
    "deduction_cap",
    "bonuses",
    "stars",
    "gates",
    "cases",
];

/// Reads and checks a scorecard.
pub fn check(file: &str, text: &str) -> Checked {
    let (table, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        let diagnostics = not_toml(text, &errors);
        return Checked { card: None, diagnostics };
    }
    let mut reader = Reader { text, wrong: Vec::new(), draft: false };
    let card = reader.scorecard(file, table.get_ref());
    let mut diagnostics = reader.wrong;
    diagnostics.sort_by_key(|d| (d.severity, d.line, d.column));
    diagnostics.dedup();
    let failed = diagnostics.iter().any(|d| d.severity == Severity::Error);
    let card = card.filter(|_| !failed);
    if card.is_none() && !failed {
        let what = "every key of governance/packs/sanhao/scorecards";
        diagnostics.push(Diagnostic::error(text, 0, "the scorecard is not complete", what));
    }
    Checked { card, diagnostics }
}

/// What is read so far, for conditions.
struct Parts {
    inputs: Vec<Input>,
    /// Whether all of them could be read.
    complete: bool,
    needs: Vec<Need>,
}

impl Parts {
    /// The place of a need; the same need has one place.
    fn need(&mut self, metric: &'static Metric, window_days: i64) -> usize {
        let need = Need { metric, window_days };
        let there =
            self.needs.iter().position(|n| n.metric.name == metric.name && n.window_days == window_days);
        there.unwrap_or_else(|| {
            self.needs.push(need);
            self.needs.len() - 1
        })
    }
}

impl Reader<'_> {
    fn scorecard(&mut self, file: &str, table: &DeTable<'_>) -> Option<Scorecard> {
        let top = self.section(table, 0, "a scorecard", &KEYS);
        let id = self.id(&top, "small-market");
        if top.get("version").is_none() {
            self.missing(&top, "version", "1");
        }
        let version = self.whole(&top, "version", 1..=1_000_000).and_then(|n| u32::try_from(n).ok());
        let effective_from = self.date(&top);
        for key in ["title", "text"] {
            if top.get(key).is_none() {
                self.missing(&top, key, "{ zh = \"...\", en = \"...\" }");
            }
        }
        let (title, text) = (self.words(&top, "title"), self.words(&top, "text"));
        let source = self.string(&top, "source", "\"where the rule comes from\"").map(str::to_owned);
        let assumed = self.assumed(&top);
        let scale = self.scale(&top);
        let line = self.line_rule(&top);
        let z = self.z(&top);
        let before = self.wrong.len();
        let inputs = if top.get("inputs").is_some() { self.inputs(&top) } else { Vec::new() };
        self.attributes(&top, &inputs);
        let mut parts = Parts { inputs, complete: self.wrong.len() == before, needs: Vec::new() };
        let sources: Vec<From> = parts.inputs.iter().map(|input| input.from).collect();
        let input_needs: Vec<Option<usize>> = sources
            .into_iter()
            .map(|from| match from {
                From::Metric { metric, window_days, .. } => Some(parts.need(metric, window_days)),
                From::Episodes(_) | From::Given => None,
            })
            .collect();
        let dimensions = self.dimensions(&top, &mut parts);
        let weights = self.weights(&top, &dimensions);
        let stages = self.stages(&top, &parts);
        let deductions = self.deductions(&top, &mut parts);
        let deduction_cap = top.get("deduction_cap").and_then(|_| self.points(&top, "deduction_cap"));
        let bonuses = self.bonuses(&top, &parts);
        let stars = self.stars(&top);
        let gates = self.gates(&top, &dimensions);
        let mut card = Scorecard {
            id: id?,
            version: version?,
            effective_from: effective_from?,
            title: title?,
            text: text?,
            source: source?,
            assumed,
            scale: scale?,
            line: line?,
            z: z?,
            weights,
            inputs: parts.inputs,
            input_needs,
            dimensions,
            stages,
            deductions,
            deduction_cap,
            bonuses,
            stars,
            gates,
            needs: parts.needs,
            cases: Vec::new(),
            body: self.text.to_owned(),
            file: file.to_owned(),
        };
        if self.wrong.is_empty() {
            self.card_cases(&top, &mut card);
        }
        Some(card)
    }

    fn assumed(&mut self, top: &Section<'_, '_>) -> Vec<Words> {
        let list = self.tables(top, "assumed", &["zh", "en"], "an assumption").unwrap_or_default();
        list.iter()
            .filter_map(|section| {
                let (zh, en) = (self.string(section, "zh", "\"...\""), self.string(section, "en", "\"...\""));
                Some(Words { zh: zh?.to_owned(), en: en?.to_owned() })
            })
            .collect()
    }

    /// A table of the file that must be there.
    fn table_of<'d, 'i>(
        &mut self,
        top: &Section<'d, 'i>,
        key: &str,
        keys: &[&str],
    ) -> Option<Section<'d, 'i>> {
        match top.get(key) {
            Some((DeValue::Table(table), at)) => {
                Some(self.section(table, at.start, format!("[{key}]"), keys))
            }
            Some((_, at)) => {
                self.say(at.start, format!("\"{key}\" is not a table"), format!("[{key}]"));
                None
            }
            None => {
                self.say(
                    top.at,
                    format!("{} has no [{key}]", top.name),
                    match keys {
                        [] => format!("[{key}]"),
                        keys => format!("[{key}] with {}", keys.join(", ")),
                    },
                );
                None
            }
        }
    }

    /// Points: a number with at most four decimals.
    fn points(&mut self, section: &Section<'_, '_>, key: &str) -> Option<Points> {
        let Some((value, at)) = section.get(key) else {
            self.missing(section, key, "10");
            return None;
        };
        let number = !matches!(value, DeValue::String(_));
        let found = scalar(value).filter(|_| number).and_then(|text| Points::parse(&text));
        let found = found.filter(|points| (0..=1_000 * Points::ONE).contains(&points.0));
        if found.is_none() {
            let message =
                format!("\"{key}\" is not a number of points from 0 to 1000 with at most four decimals");
            self.say(at.start, message, format!("{key} = 10"));
        }
        found
    }

    /// A number of a range.
    fn share(
        &mut self,
        section: &Section<'_, '_>,
        key: &str,
        low: f64,
        high: f64,
        sample: &str,
    ) -> Option<f64> {
        let Some((value, at)) = section.get(key) else {
            self.missing(section, key, sample);
            return None;
        };
        let number = !matches!(value, DeValue::String(_));
        let found = scalar(value).filter(|_| number).and_then(|t| t.parse::<f64>().ok());
        let found = found.filter(|x| (low..=high).contains(x));
        if found.is_none() {
            let message = format!("\"{key}\" is not a number from {low} to {high}");
            self.say(at.start, message, format!("{key} = {sample}"));
        }
        found
    }

    fn scale(&mut self, top: &Section<'_, '_>) -> Option<(Points, Points)> {
        let section = self.table_of(top, "scale", &["least", "most"])?;
        let (least, most) = (self.points(&section, "least")?, self.points(&section, "most")?);
        if least >= most {
            let at = section.get("most").map_or(section.at, |(_, at)| at.start);
            self.say(at, "\"most\" is not above \"least\"", "most = 100");
            return None;
        }
        Some((least, most))
    }

    fn line_rule(&mut self, top: &Section<'_, '_>) -> Option<LineRule> {
        let keys = ["low", "low_points", "high", "high_points", "least_shops", "step"];
        let section = self.table_of(top, "line", &keys)?;
        let low = self.share(&section, "low", 0.0, 1.0, "0.10");
        let high = self.share(&section, "high", 0.0, 1.0, "0.90");
        let (low_points, high_points) =
            (self.points(&section, "low_points"), self.points(&section, "high_points"));
        if section.get("least_shops").is_none() {
            self.missing(&section, "least_shops", "20");
        }
        let least_shops = self.whole(&section, "least_shops", 1..=1_000_000);
        let step = match section.get("step") {
            Some(_) => Some(self.points(&section, "step")?),
            None => None,
        };
        let (low, high, low_points, high_points) = (low?, high?, low_points?, high_points?);
        if low >= high {
            let at = section.get("high").map_or(section.at, |(_, at)| at.start);
            self.say(at, "\"high\" is not above \"low\"", "high = 0.90");
        }
        if low_points >= high_points {
            let at = section.get("high_points").map_or(section.at, |(_, at)| at.start);
            self.say(at, "\"high_points\" is not above \"low_points\"", "high_points = 100");
        }
        let least_shops = usize::try_from(least_shops?).ok()?;
        Some(LineRule { low, low_points, high, high_points, least_shops, step })
    }

    fn z(&mut self, top: &Section<'_, '_>) -> Option<f64> {
        let section = self.table_of(top, "interval", &["z"])?;
        self.share(&section, "z", 0.1, 6.0, "1.96")
    }

    /// A scorecard reads metrics of today, and what it may be given of a shop.
    fn attributes(&mut self, top: &Section<'_, '_>, inputs: &[Input]) {
        let at = |name: &str| match top.get("inputs") {
            Some((DeValue::Table(table), at)) => table
                .iter()
                .find(|(key, _)| &**key.get_ref() == name)
                .map_or(at.start, |(key, _)| key.span().start),
            _ => 0,
        };
        let all =
            || ATTRIBUTES.iter().map(|(name, ty)| format!("{name} ({ty})")).collect::<Vec<_>>().join(", ");
        for input in inputs {
            match input.from {
                From::Metric { day: Day::Today, .. } => {}
                From::Metric { .. } => {
                    self.say(
                        at(&input.name),
                        "a scorecard reads figures of the day itself",
                        "day = \"today\"",
                    );
                }
                From::Episodes(_) => {
                    self.say(at(&input.name), "a scorecard has no episodes", "an input that is a metric");
                }
                From::Given => {
                    let word = match input.ty {
                        Ty::Int => "int",
                        Ty::Bool => "bool",
                        Ty::Text => "text",
                        Ty::Number => "number",
                        Ty::Money(_) => "money",
                    };
                    match ATTRIBUTES.iter().find(|(name, _)| *name == input.name) {
                        None => {
                            let message = format!("a scorecard is not given \"{}\" of a shop", input.name);
                            let like = nearest(&input.name, ATTRIBUTES.iter().map(|(name, _)| *name));
                            self.say(at(&input.name), message, like.map_or_else(all, str::to_owned));
                        }
                        Some((name, ty)) if *ty != word => {
                            let message = format!("\"{name}\" is {ty}, not {word}");
                            self.say(at(&input.name), message, format!("type = \"{ty}\""));
                        }
                        Some(_) => {}
                    }
                }
            }
        }
    }

    fn metric_of(&mut self, section: &Section<'_, '_>) -> Option<&'static Metric> {
        let name = self.string(section, "metric", "\"product_rating\"")?;
        let found = metric::catalogue().iter().find(|m| m.name == name);
        if found.is_none() {
            let names = metric::catalogue().iter().map(|m| m.name.as_str());
            let like = nearest(name, names).map_or_else(
                || "a name of `sanhao policy inputs`".to_owned(),
                |n| format!("metric = \"{n}\""),
            );
            let at = section.get("metric").map_or(section.at, |(_, at)| at.start);
            self.say(at, format!("there is no metric \"{name}\""), like);
        }
        found
    }

    fn title_of(&mut self, section: &Section<'_, '_>) -> Option<Words> {
        if section.get("title").is_none() {
            self.missing(section, "title", "{ zh = \"...\", en = \"...\" }");
        }
        self.words(section, "title")
    }

    fn id_of(&mut self, section: &Section<'_, '_>, there: &mut Vec<String>) -> Option<String> {
        let id = self.string(section, "id", "\"product\"")?.to_owned();
        let at = section.get("id").map_or(section.at, |(_, at)| at.start);
        if !is_word(&id, '_') {
            self.say(
                at,
                format!("\"{id}\" cannot be an id"),
                "small letters, digits and _, beginning with a letter",
            );
            return None;
        }
        if there.contains(&id) || ["bonus", "deduction", "industry"].contains(&id.as_str()) {
            self.say(at, format!("\"{id}\" is the name of something else here"), "an id of its own");
            return None;
        }
        there.push(id.clone());
        Some(id)
    }

    fn when(&mut self, section: &Section<'_, '_>, parts: &Parts) -> Option<(Expr, String)> {
        self.condition(section, "when", &parts.inputs, parts.complete)
    }

    /// Points under a condition, as a small table.
    fn points_when(
        &mut self,
        section: &Section<'_, '_>,
        key: &str,
        parts: &Parts,
    ) -> Option<(Points, Expr, String)> {
        let (value, at) = section.get(key)?;
        let DeValue::Table(table) = value else {
            self.say(
                at.start,
                format!("\"{key}\" is not a table"),
                format!("{key} = {{ points = 80, when = \"valid_orders < 500\" }}"),
            );
            return None;
        };
        let inner = self.section(table, at.start, format!("\"{key}\""), &["points", "when"]);
        let points = self.points(&inner, "points");
        let (expr, text) = self.when(&inner, parts)?;
        Some((points?, expr, text))
    }

    fn dimensions(&mut self, top: &Section<'_, '_>, parts: &mut Parts) -> Vec<Dimension> {
        let keys = ["id", "short", "title", "indicators", "extra"];
        let Some(list) = self.tables(top, "dimensions", &keys, "a dimension") else {
            if top.get("dimensions").is_none() {
                self.say(
                    top.at,
                    "the scorecard has no dimensions",
                    "[[dimensions]] with id, short, title and indicators",
                );
            }
            return Vec::new();
        };
        let mut names: Vec<String> = Vec::new();
        let mut found = Vec::new();
        for section in &list {
            let id = self.id_of(section, &mut names);
            let short = self.string(section, "short", "\"P\"").map(str::to_owned);
            let title = self.title_of(section);
            let indicators = self.indicators(section, parts, &mut names);
            let extra = self.points_when(section, "extra", parts);
            if let (Some(id), Some(short), Some(title)) = (id, short, title) {
                found.push(Dimension { id, short, title, indicators, extra });
            }
        }
        found
    }

    fn indicators(
        &mut self,
        dimension: &Section<'_, '_>,
        parts: &mut Parts,
        names: &mut Vec<String>,
    ) -> Vec<Indicator> {
        let keys = ["id", "metric", "window_days", "better", "weight", "fixed", "shrink"];
        let Some(list) = self.tables(dimension, "indicators", &keys, "an indicator") else {
            if dimension.get("indicators").is_none() {
                self.say(
                    dimension.at,
                    "the dimension has no indicators",
                    "[[dimensions.indicators]] with id, metric, better and weight",
                );
            }
            return Vec::new();
        };
        let mut found = Vec::new();
        let mut sum = 0;
        for section in &list {
            let id = self.id_of(section, names);
            let metric = self.metric_of(section);
            let better =
                self.as_str(section, "better", &[("more", Better::More), ("less", Better::Less)], None);
            if section.get("weight").is_none() {
                self.missing(section, "weight", "50");
            }
            let weight = self.whole(section, "weight", 0..=100);
            sum += weight.unwrap_or(0);
            let window = self.whole(section, "window_days", 1..=3_660);
            let fixed = self.points_when(section, "fixed", parts);
            let shrink = match section.get("shrink") {
                None => None,
                Some((DeValue::Table(table), at)) => {
                    let inner = self.section(table, at.start, "\"shrink\"", &["prior"]);
                    if inner.get("prior").is_none() {
                        self.missing(&inner, "prior", "50");
                    }
                    self.whole(&inner, "prior", 1..=1_000_000).map(|prior| Shrink { prior })
                }
                Some((_, at)) => {
                    self.say(at.start, "\"shrink\" is not a table", "shrink = { prior = 50 }");
                    None
                }
            };
            if let Some(metric) = metric
                && metric.kind == Kind::Count
            {
                let at = section.get("metric").map_or(section.at, |(_, at)| at.start);
                self.say(
                    at,
                    format!("\"{}\" is a count: it says nothing of how well a shop does", metric.name),
                    "a ratio or a mean",
                );
            }
            if let (Some(id), Some(metric), Some(better), Some(weight)) = (id, metric, better, weight) {
                let need = parts.need(metric, window.unwrap_or(metric.window_days));
                let bounds = metric.low.zip(metric.high);
                found.push(Indicator { id, need, better, weight, fixed, shrink, bounds });
            }
        }
        if found.len() == list.len() && sum != 100 {
            let at = dimension.get("indicators").map_or(dimension.at, |(_, at)| at.start);
            let at = if at == 0 { dimension.at } else { at };
            self.say(
                at,
                format!("the weights of the indicators come to {sum}, not 100"),
                "weights that come to 100",
            );
        }
        found
    }

    fn weights(&mut self, top: &Section<'_, '_>, dimensions: &[Dimension]) -> Vec<(String, Vec<i64>)> {
        let Some(section) = self.table_of(top, "weights", &[]) else { return Vec::new() };
        let mut found: Vec<(String, Vec<i64>)> = Vec::new();
        let ids: Vec<&str> = dimensions.iter().map(|d| d.id.as_str()).collect();
        let pairs: Vec<_> = section.pairs.iter().map(|(k, a, v, b)| (*k, a.clone(), *v, b.clone())).collect();
        for (name, name_at, value, at) in pairs {
            let sample = ids
                .iter()
                .map(|id| format!("{id} = {}", 100 / ids.len().max(1)))
                .collect::<Vec<_>>()
                .join(", ");
            let DeValue::Table(table) = value else {
                self.say(
                    at.start,
                    format!("the weights of \"{name}\" are not a table"),
                    format!("{name} = {{ {sample} }}"),
                );
                continue;
            };
            let inner = self.section(table, name_at.start, format!("the weights of \"{name}\""), &ids);
            let mut own = Vec::new();
            for id in &ids {
                if inner.get(id).is_none() {
                    self.missing(&inner, id, "25");
                }
                own.push(self.whole(&inner, id, 0..=100).unwrap_or(-1));
            }
            let sum: i64 = own.iter().sum();
            if own.iter().all(|w| *w >= 0) && sum != 100 && !own.is_empty() {
                self.say(
                    name_at.start,
                    format!("the weights of \"{name}\" come to {sum}, not 100"),
                    "weights that come to 100",
                );
            }
            found.push((name.to_owned(), own));
        }
        match found.iter().position(|(name, _)| name == "default") {
            Some(place) => {
                let default = found.remove(place);
                found.insert(0, default);
            }
            None => self.say(
                section.at,
                "there are no default weights",
                "default = { product = 50, logistics = 25, service = 25 }",
            ),
        }
        found
    }

    fn stages(&mut self, top: &Section<'_, '_>, parts: &Parts) -> Vec<Stage> {
        let keys = ["id", "title", "when", "score", "stars"];
        let Some(list) = self.tables(top, "stages", &keys, "a stage") else {
            if top.get("stages").is_none() {
                self.say(top.at, "the scorecard has no stages", "[[stages]] with id, title and when");
            }
            return Vec::new();
        };
        let mut names = Vec::new();
        let mut found = Vec::new();
        for section in &list {
            let id = self.id_of(section, &mut names);
            let title = self.title_of(section);
            let when = self.when(section, parts);
            let score = match section.get("score") {
                Some(_) => match self.points(section, "score") {
                    Some(points) => Some(points),
                    None => continue,
                },
                None => None,
            };
            let stars = match section.get("stars") {
                None => score.is_none(),
                Some((DeValue::Boolean(truth), _)) => *truth,
                Some((_, at)) => {
                    self.say(at.start, "\"stars\" is not true or false", "stars = false");
                    continue;
                }
            };
            if let (Some(id), Some(title), Some((when, when_text))) = (id, title, when) {
                found.push(Stage { id, title, when, when_text, score, stars });
            }
        }
        if found.len() == list.len() && !found.iter().any(|stage| stage.score.is_none()) {
            self.say(top.at, "no stage is scored by the formula", "a stage without a score of its own");
        }
        found
    }

    fn deductions(&mut self, top: &Section<'_, '_>, parts: &mut Parts) -> Vec<Deduction> {
        let keys = ["id", "title", "metric", "window_days", "each", "cap", "once"];
        let list = self.tables(top, "deductions", &keys, "a deduction").unwrap_or_default();
        let mut names = Vec::new();
        let mut found = Vec::new();
        for section in &list {
            let id = self.id_of(section, &mut names);
            let title = self.title_of(section);
            let metric = self.metric_of(section);
            let window = self.whole(section, "window_days", 1..=3_660);
            let cost = match (section.get("each").is_some(), section.get("once").is_some()) {
                (true, false) => {
                    let (points, cap) = (self.points(section, "each"), self.points(section, "cap"));
                    points.zip(cap).map(|(points, cap)| Cost::Each { points, cap })
                }
                (false, true) => self.points(section, "once").map(|points| Cost::Once { points }),
                _ => {
                    self.say(
                        section.at,
                        "a deduction costs points for each, up to a cap, or once",
                        "each = 2 and cap = 10, or once = 10",
                    );
                    None
                }
            };
            if let Some(metric) = metric
                && metric.kind != Kind::Count
            {
                let at = section.get("metric").map_or(section.at, |(_, at)| at.start);
                self.say(
                    at,
                    format!("\"{}\" does not count anything", metric.name),
                    "a metric of kind count",
                );
            }
            if let (Some(id), Some(title), Some(metric), Some(cost)) = (id, title, metric, cost) {
                let need = parts.need(metric, window.unwrap_or(metric.window_days));
                found.push(Deduction { id, title, need, cost });
            }
        }
        found
    }

    fn bonuses(&mut self, top: &Section<'_, '_>, parts: &Parts) -> Vec<Bonus> {
        let list =
            self.tables(top, "bonuses", &["id", "title", "when", "points"], "a bonus").unwrap_or_default();
        let mut names = Vec::new();
        let mut found = Vec::new();
        for section in &list {
            let (id, title) = (self.id_of(section, &mut names), self.title_of(section));
            let when = self.when(section, parts);
            let points = self.points(section, "points");
            if let (Some(id), Some(title), Some((when, when_text)), Some(points)) = (id, title, when, points)
            {
                found.push(Bonus { id, title, when, when_text, points });
            }
        }
        found
    }

    fn stars(&mut self, top: &Section<'_, '_>) -> Vec<Star> {
        let keys = ["upto", "stars", "over", "every"];
        let list = self.tables(top, "stars", &keys, "a row of stars").unwrap_or_default();
        let mut found: Vec<Star> = Vec::new();
        for section in &list {
            if section.get("upto").is_none() {
                self.missing(section, "upto", "100");
            }
            let upto = self.whole(section, "upto", 0..=1_000);
            let stars = self.share(section, "stars", 0.0, 10.0, "3.0").map(|x| (x * 10.0).round() as i64);
            let over = self.whole(section, "over", 0..=1_000);
            let every = self.whole(section, "every", 1..=1_000);
            let (Some(upto), Some(tenths)) = (upto, stars) else { continue };
            if found.last().is_some_and(|before| before.upto >= upto) {
                self.say(
                    section.at,
                    "the rows of stars do not rise",
                    format!("upto above {}", found.last().map_or(0, |b| b.upto)),
                );
            }
            found.push(Star { upto, tenths, over: over.unwrap_or(0), every: every.unwrap_or(0) });
        }
        found
    }

    fn gates(&mut self, top: &Section<'_, '_>, dimensions: &[Dimension]) -> Vec<Gate> {
        let keys = ["id", "title", "score", "dimensions", "mean_days", "judged", "source"];
        let list = self.tables(top, "gates", &keys, "a gate").unwrap_or_default();
        let ids: Vec<&str> = dimensions.iter().map(|d| d.id.as_str()).collect();
        let mut names = Vec::new();
        let mut found = Vec::new();
        for section in &list {
            let (id, title) = (self.id_of(section, &mut names), self.title_of(section));
            let score = self.points(section, "score");
            let mut own = Vec::new();
            if let Some((value, at)) = section.get("dimensions") {
                if let DeValue::Table(table) = value {
                    let inner = self.section(table, at.start, "the dimensions of a gate", &ids);
                    for (d, id) in ids.iter().enumerate() {
                        if inner.get(id).is_some()
                            && let Some(points) = self.points(&inner, id)
                        {
                            own.push((d, points));
                        }
                    }
                } else {
                    self.say(at.start, "\"dimensions\" is not a table", "dimensions = { product = 65 }");
                }
            }
            let mean_days = self.whole(section, "mean_days", 1..=366).unwrap_or(1);
            let bound = self.as_str(section, "judged", &[("score", false), ("bound", true)], Some(false));
            let source = self.string(section, "source", "\"...\"").map(str::to_owned);
            if let (Some(id), Some(title), Some(score), Some(bound), Some(source)) =
                (id, title, score, bound, source)
            {
                found.push(Gate { id, title, score, dimensions: own, mean_days, bound, source });
            }
        }
        found
    }

    fn card_cases(&mut self, top: &Section<'_, '_>, card: &mut Scorecard) {
        let keys = ["name", "clause", "inputs", "score", "stars", "stage"];
        let list = self.tables(top, "cases", &keys, "a case").unwrap_or_default();
        if list.is_empty() {
            self.say(
                0,
                "the scorecard has no table of cases",
                "[[cases]] with inputs = { product = 69, ... } and score = 82",
            );
        }
        for section in &list {
            let name = self.string(section, "name", "\"at the line\"").unwrap_or_default().to_owned();
            let clause = self.string(section, "clause", "\"rules.md 1.2\"").unwrap_or_default().to_owned();
            let Some((DeValue::Table(table), at)) = section.get("inputs") else {
                self.missing(section, "inputs", "{ product = 69, logistics = 99, service = 85 }");
                continue;
            };
            let inner = self.section(table, at.start, "the inputs of a case", &[]);
            let inputs: Vec<(String, String)> = inner
                .pairs
                .iter()
                .filter_map(|(key, _, value, _)| {
                    let text = match value {
                        DeValue::Boolean(truth) => Some(truth.to_string()),
                        other => scalar(other),
                    };
                    text.map(|text| ((*key).to_owned(), text))
                })
                .collect();
            let score = self.whole(section, "score", 0..=1_000);
            let stars = match section.get("stars") {
                Some(_) => self.share(section, "stars", 0.0, 10.0, "4.6").map(|x| (x * 10.0).round() as i64),
                None => None,
            };
            let stage = match section.get("stage") {
                Some(_) => self.string(section, "stage", "\"formal\"").map(str::to_owned),
                None => None,
            };
            let line = Diagnostic::error(self.text, section.at, "", "").line;
            let case = Case { name, clause, line, inputs, score, stars, stage };
            let difference = match eval(card, &case.inputs) {
                Err(err) => Some(err.to_string()),
                Ok(given) => {
                    let tenths = given.stars.map(|x| (x * 10.0).round() as i64);
                    if given.score != case.score {
                        Some(format!(
                            "the score is {}",
                            given.score.map_or("none".to_owned(), |s| s.to_string())
                        ))
                    } else if case.stars.is_some() && tenths != case.stars {
                        Some(format!(
                            "the stars are {}",
                            given.stars.map_or("none".to_owned(), |s| format!("{s:.1}"))
                        ))
                    } else if case.stage.is_some() && given.stage != case.stage {
                        Some(format!("the stage is {}", given.stage.as_deref().unwrap_or("none")))
                    } else {
                        None
                    }
                }
            };
            if let Some(difference) = difference {
                self.say(
                    section.at,
                    format!("case \"{}\" does not hold: {difference}", case.name),
                    "a rule for which it holds, or the score that is meant",
                );
            }
            card.cases.push(case);
        }
    }
}
