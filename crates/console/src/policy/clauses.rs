//! A rule as numbered clauses, its inputs and actions in tables, and what it comes to on a try and on its cases.

use crate::policy::lines::{self, Line, Mark};
use crate::policy::said::said;
use crate::policy::words::{self, is_share, lasts, plain, title};
use govern::metric::Metric;
use govern::policy::{Case, Day, From, Input, Outcome, Part, Policy, Ty, Value, Within};
use kernel::{Market, Numerals};
use web_kit::prelude::*;
use web_kit::problem::Finding;
use web_kit::table::{cell, lead, sheet};
use web_kit::words::capital;
use web_kit::words::condition::tokens;
use web_kit::words::named::{POLICY_ACTION, POLICY_UNIT};

/// What is wrong with a line, and whether a press of a button repairs it.
pub struct Note<'a> {
    /// What is wrong.
    pub(crate) finding: &'a Finding,
    /// Whether the checker's text can stand there: the repaired text was checked, and the error is gone.
    pub(crate) repairs: bool,
}

impl Note<'_> {
    /// Whether it stands below a line; what is wrong after the last one stands there too.
    fn is_at(&self, line: &Line<'_>, last: usize) -> bool {
        self.finding.line == line.no || (line.no == last && self.finding.line > last)
    }
}

/// The text as numbered lines, marked against another, with the table of cases folded away. `then` is the word before a
/// value of the other text: 现行.
pub fn folded(look: &RenderContext, text: &str, other: Option<&str>, then: &str) -> Markup {
    let lines = lines::marked(text, other);
    let cases = lines.iter().position(|line| line.text.trim() == "[[cases]]").unwrap_or(lines.len());
    let (rule, cases) = lines.split_at(cases);
    let count = cases.iter().filter(|line| line.text.trim() == "[[cases]]").count();
    html! {
        ol.code { (items(look, rule, &[], lines.len(), then)) }
        @if count > 0 {
            details.fold {
                summary { (look.t("案例 ", "")) (count) (look.t(" 条", if count == 1 { " case" } else { " cases" })) }
                ol.code { (items(look, cases, &[], lines.len(), then)) }
            }
        }
    }
}

/// Only the lines that differ or that something is said about; the whole text is folded away.
pub fn noted(
    look: &RenderContext,
    text: &str,
    other: Option<&str>,
    notes: &[Note<'_>],
    then: &str,
) -> Markup {
    let lines = lines::marked(text, other);
    let last = lines.len();
    let told = |line: &&Line<'_>| line.mark != Mark::Same || notes.iter().any(|n| n.is_at(line, last));
    let shown: Vec<Line<'_>> = lines.iter().filter(told).cloned().collect();
    html! {
        @if shown.is_empty() && notes.is_empty() {
            p.calm {
                @if other.is_some() { (look.t("与它复制的那一版逐行相同。改一行，这里就会标出来。", "Line for line the version it was copied from. Change a line and it shows here.")) }
                @else { (look.t("没有错误。", "No errors.")) }
            }
        } @else {
            ol.code { (items(look, &shown, notes, last, then)) @if lines.is_empty() { @for note in notes { (message(look, note)) } } }
        }
        @if shown.len() < last {
            details.fold {
                summary { (look.t("全部条文，", "The whole text, ")) (last) (look.t(" 行", " lines")) }
                ol.code { (items(look, &lines, &[], last, then)) }
            }
        }
    }
}

fn items(look: &RenderContext, lines: &[Line<'_>], notes: &[Note<'_>], last: usize, then: &str) -> Markup {
    html! {
        @for line in lines {
            @let here: Vec<&Note<'_>> = notes.iter().filter(|note| note.is_at(line, last)).collect();
            @let changed = line.mark != Mark::Same;
            @let comment = line.text.trim_start().starts_with('#');
            @let section = line.text.trim_start().starts_with('[');
            @let wrong = here.iter().any(|n| n.finding.is_error());
            @let long = matches!(&line.mark, Mark::Was(value) if value.chars().count() > 12);
            li.chg[changed].err[wrong].wrn[!wrong && !here.is_empty()].sect[section].long[long] {
                span.no { (line.no) }
                code.cm[comment] { (styled(line.text, here.first().map(|n| n.finding.column), changed && !long)) }
                @match &line.mark {
                    Mark::Same => {},
                    Mark::New => em { (look.t("新增", "new")) },
                    Mark::Was(value) => em { (then) " " (value) },
                }
            }
            @for note in here { (message(look, note)) }
        }
    }
}

fn message(look: &RenderContext, note: &Note<'_>) -> Markup {
    let instead = note.finding.instead.as_deref().unwrap_or_default();
    let error = note.finding.is_error();
    html! {
        li.msg.brk[error].wrn[!error] {
            (ui::glyph(if error { ui::State::Broken } else { ui::State::Warning }))
            span {
                (said(look.lang, &note.finding.message))
                @if note.repairs {
                    " " button type="submit" name="repair" value=(format!("{}:{}", note.finding.line, note.finding.column))
                    { (look.t("换成 ", "Use ")) (instead) }
                } @else if !instead.is_empty() {
                    (look.t("。改成：", ". Instead: ")) (instead)
                }
            }
        }
    }
}

/// A line of TOML: the key in the interface's voice, the value in Song, the wrong word underlined, numbers set off.
fn styled(text: &str, wrong: Option<usize>, changed: bool) -> Markup {
    if let Some((start, end)) = wrong.and_then(|column| lines::word_at(text, column)) {
        return html! { (text[..start]) u { (text[start..end]) } (text[end..]) };
    }
    let Some((key, value)) = text.split_once('=').filter(|(key, _)| {
        let key = key.trim();
        !key.is_empty()
            && !text.trim_start().starts_with(['#', '"', '\'', '['])
            && key.chars().all(|c| c.is_ascii_alphanumeric() || "_-. ".contains(c))
    }) else {
        return html! { (text) };
    };
    html! { i { (key) "=" } @if changed { b { (value) } } @else { (value) } }
}

/// The metric that a policy turns on: the first that one of its inputs reads the value of.
pub fn main_metric(policy: &Policy) -> Option<&'static Metric> {
    let read = |value_only: bool| {
        policy.inputs.iter().find_map(move |input| match input.from {
            From::Metric { metric, part, day: Day::Today, window_days }
                if window_days == metric.window_days && (part == Part::Value || !value_only) =>
            {
                Some(metric)
            }
            _ => None,
        })
    };
    read(true).or_else(|| read(false))
}

fn named<'a>(policy: Option<&'a Policy>, name: &str) -> Option<&'a Input> {
    policy?.inputs.iter().find(|input| input.name == name)
}

/// What a reader calls an input of that name.
pub fn input_title(look: &RenderContext, policy: Option<&Policy>, name: &str) -> String {
    named(policy, name).map_or_else(|| name.to_owned(), |input| title(look, input))
}

/// Whether an input is the numerator or the denominator of a metric that stands beside it as a fraction already.
pub fn part_of(policy: Option<&Policy>, name: &str, metric: &Metric) -> bool {
    named(policy, name).is_some_and(|input| match input.from {
        From::Metric { metric: of, window_days, part, day: Day::Today } => {
            of.name == metric.name && window_days == metric.window_days && part != Part::Value
        }
        _ => false,
    })
}

/// The value of an input as a reader writes it.
pub fn input_value(
    look: &RenderContext,
    policy: Option<&Policy>,
    name: &str,
    value: Option<&serde_json::Value>,
) -> String {
    let share = named(policy, name).is_some_and(is_share);
    match value {
        None | Some(serde_json::Value::Null) => fmt::nothing(look.lang).to_owned(),
        Some(value) => match value.as_f64() {
            Some(number) if share => format!("{}%", fmt::decimal(number * 100.0, 2)),
            Some(number) => plain(number, 2),
            None => value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned),
        },
    }
}

/// How the value of an input is written into the try by hand.
pub fn hint(look: &RenderContext, input: &Input) -> String {
    let hint = match input.ty {
        _ if is_share(input) => look.t("0.25 或 25%", "0.25 or 25%"),
        Ty::Bool => look.t("true 或 false", "true or false"),
        Ty::Int => look.t("整数", "a whole number"),
        Ty::Number => look.t("数", "a number"),
        Ty::Text => look.t("文字", "a text"),
        Ty::Money(currency) => &format!("{currency} 100.00"),
    };
    let empty = if input.nullable() { look.t("；空着 = 暂无", "; empty = no data") } else { "" };
    format!("{hint}{empty}")
}

/// The condition in words: names of inputs become what readers call them, shares become per cent.
pub fn condition(look: &RenderContext, policy: &Policy) -> Markup {
    let text = policy.condition_printed();
    if let Some(said) = words::condition(look, policy, &text) {
        return html! { b { (said) } };
    }
    // That a whole number becomes one with decimals says nothing to a reader.
    let text = text.replace("double(", "(");
    let tokens = tokens(&text);
    let known = |word: &str| policy.inputs.iter().find(|input| input.name == word);
    // A number beside a comparison with a share is a share.
    let beside = |i: usize| {
        let near = [i.checked_sub(2), Some(i + 2)];
        near.into_iter().flatten().filter_map(|j| tokens.get(j)).any(|word| known(word).is_some_and(is_share))
    };
    html! {
        @for (i, token) in tokens.iter().enumerate() {
            @if i > 0 && !matches!(*token, ")" | ",") && !matches!(tokens[i - 1], "(" | "!") { " " }
            @match (*token, known(token)) {
                (_, Some(input)) => b { (title(look, input)) },
                ("&&", _) => (look.t("且", "and")),
                ("||", _) => (look.t("或", "or")),
                ("!", _) => (look.t("非", "not ")),
                (">=", _) => "≥",
                ("<=", _) => "≤",
                ("!=", _) => "≠",
                ("*", _) => "×",
                ("/", _) => "÷",
                ("==", _) => "=",
                ("null", _) => (look.t("暂无", "no data")),
                (word, _) => {
                    @match word.parse::<f64>() {
                        Ok(number) if beside(i) => b { (plain(number * 100.0, 4)) "%" },
                        Ok(number) => b { (plain(number, 4)) },
                        Err(_) => (word),
                    }
                }
            }
        }
    }
}

/// A parameter of an action in words.
fn parameter(look: &RenderContext, name: &str, value: &serde_json::Value) -> String {
    match (name, value.as_i64().map(fmt::count)) {
        ("orders_per_day", Some(n)) => say!(look.lang, "每天 {n} 单", "{n} orders a day"),
        ("surface" | "compensation", None) => words::said(look, value.as_str().unwrap_or_default()),
        _ => format!("{name} = {value}"),
    }
}

/// The parameters of an action in words, and how long it lasts.
fn details(
    look: &RenderContext,
    parameters: &serde_json::Map<String, serde_json::Value>,
    days: Option<i64>,
) -> Vec<String> {
    let parts = parameters.iter().map(|(name, value)| parameter(look, name, value));
    parts.chain(days.map(|days| lasts(look, days))).collect()
}

/// An action in a few words: 每日限单，每天 100 单，7 天.
fn action(
    look: &RenderContext,
    kind: &str,
    parameters: &serde_json::Map<String, serde_json::Value>,
    days: Option<i64>,
) -> String {
    let mut parts = details(look, parameters, days);
    parts.insert(0, POLICY_ACTION.say(look.lang, kind));
    parts.join(look.t("，", ", "))
}

/// The rule in one sentence, read from what was checked and not from what its author says about it.
pub fn sentence(look: &RenderContext, policy: &Policy) -> Markup {
    let one = |a: &govern::policy::Action| {
        let mut said = action(look, &a.kind, &a.parameters, a.days);
        if let Some(cost) = words::cost(look, policy, a) {
            said = said + look.t("，", ", ") + &cost;
        }
        match words::when(look, policy, a) {
            Some(when) => say!(look.lang, "{when}时，{said}", "where {when}, {said}"),
            None => said,
        }
    };
    let actions: Vec<String> = policy.actions.iter().map(one).collect();
    html! {
        (look.t("当 ", "When "))
        (condition(look, policy))
        (look.t(" 时：", ": "))
        b { (actions.join(look.t("；", "; "))) }
        (look.t("。", "."))
    }
}

/// What a policy reads: what each is, its unit, and the metric behind it.
pub fn inputs_table(look: &RenderContext, policy: &Policy) -> Markup {
    let cells = |input: &Input| {
        let words: Vec<String> = input.words.iter().map(|w| words::said(look, w)).collect();
        let called = html! { (capital(look.lang, &title(look, input))) br; span.mono.mut { (input.name) } };
        let what_it_is = html! {
            @if let Some(meaning) = &input.meaning { (look.t(&meaning.zh, &meaning.en)) } @else { "—" }
            @if !words.is_empty() { small.blk { (look.t("取值：", "One of: ")) (words.join(look.t("、", "; "))) } }
            @if input.context { small.blk { (look.t("只供看判定的人参考，不影响结果。", "For whoever reads the verdict; it decides nothing.")) } }
        };
        let window = html! {
            @match input.from {
                From::Metric { window_days, day, .. } => { (lasts(look, window_days)) (if day == Day::Yesterday { look.t("，到昨天为止", ", until yesterday") } else { "" }) }
                From::Episodes(Within::WindowDays(days)) => (lasts(look, days)),
                From::Episodes(Within::CalendarYear) => (look.t("本自然年", "calendar year")),
                From::Given => "—",
            }
        };
        let without_data = html! {
            @if input.context { "—" }
            @else if !input.nullable() { (look.t("计为没有", "counts as none")) }
            @else if policy.subject == "shop" { (look.t("不命中任何店", "hits nobody")) }
            @else { (look.t("按暂无处理", "is taken as no data")) }
        };
        vec![
            lead("w", look.t("叫什么", "Called"), called),
            cell("w", look.t("是什么", "What it is"), what_it_is),
            cell("", look.t("单位", "Unit"), measure(look, input)),
            cell("", look.t("从哪来", "From"), source(look, policy, input)),
            cell("nw", look.t("窗口", "Window"), window),
            cell("", look.t("没有数据时", "Without data"), without_data),
        ]
    };
    html! { div.paper.scroll { (sheet("cards", &policy.inputs, cells)) } }
}

/// Where an input comes from.
fn source(look: &RenderContext, policy: &Policy, input: &Input) -> Markup {
    html! {
        @match input.from {
            From::Metric { metric, part, .. } => {
                a href=(format!("/console/metrics/{}", metric.name)) { (look.t(&metric.zh, &metric.en)) }
                @match part {
                    Part::Value => {},
                    Part::Numerator => (look.t(" 的分子", ", its numerator")),
                    Part::Denominator => (look.t(" 的分母", ", its denominator")),
                }
            }
            From::Episodes(_) => (look.t("本规则以前的命中", "earlier hits of this rule")),
            From::Given => (match policy.subject.as_str() {
                "order" => look.t("判定这一单时给出", "given with the order"),
                "product" => look.t("判定这件商品时给出", "given with the product"),
                _ => look.t("判定时给出", "given by hand"),
            }),
        }
    }
}

/// In what an input is measured.
fn measure(look: &RenderContext, input: &Input) -> String {
    let text = match (input.from, input.ty) {
        (From::Metric { metric, part: Part::Value, .. }, _) => fmt::Unit::of(&metric.unit).as_str(look.lang),
        (From::Metric { metric, .. }, _) => web_kit::words::counted(look.lang, metric),
        (From::Episodes(_), _) => look.t("次", "times"),
        (From::Given, Ty::Money(currency)) if currency == kernel::Currency::CNY => {
            return say!(look.lang, "元（{currency}）", "{currency}");
        }
        (From::Given, Ty::Money(currency)) => return currency.to_string(),
        (From::Given, Ty::Bool) => look.t("是或否", "yes or no"),
        (From::Given, Ty::Text) => look.t("词", "a word"),
        (From::Given, _) => {
            return input.unit.as_deref().map_or("—".to_owned(), |unit| POLICY_UNIT.say(look.lang, unit));
        }
    };
    text.to_owned()
}

/// What follows a hit.
pub fn actions_table(look: &RenderContext, market: &Market, policy: &Policy) -> Markup {
    let comma = look.t("，", ", ");
    html! {
        div.paper {
            dl.facts {
                @for a in &policy.actions {
                    @let details = details(look, &a.parameters, a.days);
                    dt { (capital(look.lang, &POLICY_ACTION.say(look.lang, &a.kind))) }
                    dd {
                        @if let Some(when) = words::when(look, policy, a) { (look.t("当", "Where ")) (when) (look.t("时：", ": ")) }
                        (details.join(comma))
                        @if let Some(cost) = words::cost(look, policy, a) {
                            @if !details.is_empty() { (comma) }
                            (cost) (look.t("。", "."))
                        }
                        @if a.amount.is_some_and(|amount| amount.currency != market.currency) { " " (ui::state(ui::State::Warning, look.t("本市场不适用：币种不同", "not applicable here: another currency"))) }
                    }
                }
                @if let Some(notice) = &policy.notice { dt { (look.t("告诉店铺", "The shop is told")) } dd.clause { (look.t(&notice.zh, &notice.en)) } }
                @for exemption in &policy.exemptions { dt { (look.t("豁免", "Exempt")) } dd.clause { (look.t(&exemption.zh, &exemption.en)) } }
                @if let Some(appeal) = &policy.appeal {
                    dt { (look.t("申诉", "Appeal")) }
                    dd {
                        @match look.lang {
                            Lang::Zh => { (appeal.window_days) " 天内可以申诉，" (appeal.answer_days) " 天内答复，" (if appeal.suspends { "期间动作暂停" } else { "期间动作不停" }) "。" }
                            Lang::En => { "Within " (lasts(look, appeal.window_days)) ", answered within " (lasts(look, appeal.answer_days)) "; the action " (if appeal.suspends { "waits" } else { "goes on" }) " meanwhile." }
                        }
                    }
                }
            }
        }
    }
}

fn outcome(look: &RenderContext, outcome: Outcome) -> &str {
    match outcome {
        Outcome::Hit => look.t("命中", "hit"),
        Outcome::Miss => look.t("不命中", "miss"),
        Outcome::Unknown => look.t("数据不足", "unknown"),
    }
}

/// With how many decimals a share in per cent is read.
const SHARE_DECIMALS: u32 = 4;

/// The verdict on inputs given by hand, with its steps.
pub fn verdict<'a>(
    look: &RenderContext,
    policy: &Policy,
    given: impl Iterator<Item = (&'a str, &'a str)>,
) -> Markup {
    let read = |(name, text): (&str, &str)| {
        let share = named(Some(policy), name).is_some_and(is_share);
        let percent = text.strip_suffix(['%', '％']).filter(|_| share);
        let read = percent.and_then(|n| Numerals::PLAIN.read(n, SHARE_DECIMALS).ok());
        // Hundredths of a hundredth more: the same digits as a share of one.
        let share = read.map(|n| Numerals::PLAIN.write(n, SHARE_DECIMALS + 2));
        (name.to_owned(), share.unwrap_or_else(|| text.to_owned()))
    };
    let verdict = match policy.eval_text(&given.map(read).collect::<Vec<_>>()) {
        Ok(verdict) => verdict,
        Err(err) => {
            return html! { p { (ui::state(ui::State::Broken, look.t("没有算成", "Not computed"))) " " (err) } };
        }
    };
    let mark = match verdict.verdict {
        Outcome::Hit => ui::State::Broken,
        Outcome::Miss => ui::State::Kept,
        Outcome::Unknown => ui::State::None,
    };
    html! {
        p.big {
            (ui::state(mark, outcome(look, verdict.verdict))) " "
            @for done in &verdict.actions {
                (action(look, &done.action, &done.parameters, done.days))
                @if let Some(amount) = done.amount { " " (fmt::money(look.lang, amount)) }
                @if let Some(why) = &done.not_applicable { span.hint { " " (why) } }
                " "
            }
            @if verdict.actions.is_empty() { (look.t("什么也不做", "nothing happens")) }
        }
        (sheet("", &verdict.trace, |step| vec![
            lead("mono", look.t("一步一步", "Step by step"), &step.text),
            lead("r mono", look.t("得到", "Comes to"), html! {
                @match step.value.as_f64() {
                    _ if step.value.is_null() => (fmt::nothing(look.lang)),
                    Some(number) => (plain(number, 4)),
                    None => (step.value),
                }
            }),
        ]))
    }
}

/// A row of a policy's table of cases, with what it comes to.
pub struct CaseResult<'a> {
    /// What it is about, and the clause it comes from.
    pub(crate) case: &'a Case,
    /// What it is given.
    pub(crate) given: String,
    /// What it should come to.
    pub(crate) expected: String,
    /// What it comes to.
    pub(crate) actual: String,
    /// Whether the two agree.
    pub(crate) passes: bool,
}

/// What follows a hit: an action, how long it lasts, and what it costs; of a case, as far as it says so.
type Follows<'a> = (&'a str, Option<i64>, Option<Money>);

/// A verdict and what follows it: 命中：扣款 ¥2.00.
fn comes_to(look: &RenderContext, verdict: Outcome, actions: &[Follows<'_>]) -> String {
    let one = |(kind, days, amount): &Follows<'_>| {
        let amount = amount.map(|amount| fmt::money(look.lang, amount));
        let days = days.map(|days| lasts(look, days));
        let said = [Some(POLICY_ACTION.say(look.lang, kind)), amount, days];
        said.into_iter().flatten().collect::<Vec<_>>().join(" ")
    };
    let said: Vec<String> = actions.iter().map(one).collect();
    let verdict = outcome(look, verdict);
    if said.is_empty() {
        return verdict.to_owned();
    }
    format!("{verdict}{}{}", look.t("：", ": "), said.join(look.t("，", ", ")))
}

/// The cases of a policy, computed now.
pub fn case_results<'a>(look: &RenderContext, policy: &'a Policy) -> Vec<CaseResult<'a>> {
    let currency = policy.actions.iter().find_map(|a| a.amount.map(|amount| amount.currency));
    let money = |minor: i64| currency.map(|currency| Money::new(minor, currency));
    let row = |case: &'a Case| {
        let named = policy.inputs.iter().zip(&case.inputs);
        let inputs: Vec<(String, Value)> =
            named.map(|(of, value)| (of.name.clone(), value.clone())).collect();
        // A case that says nothing of actions expects a verdict only.
        let wanted: Option<Vec<Follows<'_>>> = case.actions.as_ref().map(|wanted| {
            wanted.iter().map(|a| (a.kind.as_str(), a.days, a.amount.and_then(money))).collect()
        });
        let mut expected = comes_to(look, case.verdict, wanted.as_deref().unwrap_or_default());
        if case.verdict == Outcome::Hit && wanted.as_ref().is_some_and(Vec::is_empty) {
            expected.push_str(look.t("，没有动作", ", nothing follows"));
        }
        let (actual, passes) = match policy.eval(&inputs) {
            Ok(verdict) => {
                let follows = verdict.actions.iter().filter(|_| wanted.is_some());
                let follows: Vec<Follows<'_>> =
                    follows.map(|a| (a.action.as_str(), a.days, a.amount)).collect();
                let agrees = wanted.is_none_or(|wanted| {
                    let same = |(a, b): (&Follows<'_>, &Follows<'_>)| {
                        a.0 == b.0 && (a.1.is_none() || a.1 == b.1) && (a.2.is_none() || a.2 == b.2)
                    };
                    wanted.len() == follows.len() && wanted.iter().zip(&follows).all(same)
                });
                (comes_to(look, verdict.verdict, &follows), agrees && verdict.verdict == case.verdict)
            }
            Err(err) => (err.to_string(), false),
        };
        CaseResult { case, given: words::row(look, policy, &case.inputs), expected, actual, passes }
    };
    policy.cases.iter().map(row).collect()
}

/// Marks for the number of errors and of warnings.
pub fn errors(look: &RenderContext, findings: &[Finding]) -> Markup {
    let errors = findings.iter().filter(|f| f.is_error()).count() as i64;
    let warnings = findings.len() as i64 - errors;
    html! {
        @if errors == 0 { (ui::state(ui::State::Kept, look.t("可以预演", "Can be rehearsed"))) }
        @else { (ui::state(ui::State::Broken, &fmt::many(look.lang, errors, "处错误", "error", "errors"))) }
        @if warnings > 0 { " " (ui::state(ui::State::Warning, &fmt::many(look.lang, warnings, "处提醒", "warning", "warnings"))) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_rule_reads_as_a_sentence_in_both_languages() {
        let policy = govern::policy::shipped().iter().find(|p| p.id == "late-ship-cap").unwrap();
        let zh = sentence(&RenderContext::default(), policy).into_string();
        assert!(
            zh.contains("20%") && zh.contains('且') && zh.contains("每日限单，每天 100 单，7 天"),
            "{zh}"
        );
        let en =
            sentence(&RenderContext { lang: Lang::En, ..RenderContext::default() }, policy).into_string();
        assert!(
            en.contains("20%")
                && en.contains("and")
                && en.contains("cap on orders, 100 orders a day, 7 days"),
            "{en}"
        );
        assert!(case_results(&RenderContext::default(), policy).iter().all(|case| case.passes));
    }
}
