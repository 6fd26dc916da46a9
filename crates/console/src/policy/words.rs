//! Policies as one reads them aloud in both languages: their states, inputs, conditions, amounts and values.
//!
//! Invariant: a condition is put into words from the text that runs; what cannot be put into words gives none, and is
//! shown by its signs instead.

use govern::policy::{Action, Basis, Day, From, Input, Part, Policy, Rounding, Ty, Value, Within};
use kernel::Currency;
use web_kit::prelude::*;
use web_kit::ui::State as Mark;
use web_kit::words::condition::{Signs, either, holds, inside, tokens};
use web_kit::words::named::{POLICY_INPUT, POLICY_STAGE, POLICY_SUBJECT, POLICY_UNIT, POLICY_WORD};
use web_kit::words::{amount, part_name};

/// Whether a version is in force, as a mark with its word.
pub fn standing(look: &RenderContext, state: &str) -> Markup {
    match state {
        "in_force" => ui::state(Mark::Kept, look.t("现行", "In force")),
        "announced" => ui::state(Mark::Running, look.t("待生效", "Announced")),
        _ => ui::state(Mark::None, look.t("已被取代", "Replaced")),
    }
}

/// At which point a policy acts.
pub fn stage(look: &RenderContext, policy: &Policy) -> String {
    POLICY_STAGE.say(look.lang, &policy.stage.to_string())
}

/// What a policy judges.
pub fn subject(look: &RenderContext, policy: &Policy) -> String {
    POLICY_SUBJECT.say(look.lang, &policy.subject)
}

/// The title of a draft: its policy's; while its text is no policy, the id it gives itself.
pub fn draft_title(look: &RenderContext, policy: Option<&Policy>, text: &str) -> String {
    if let Some(policy) = policy {
        return look.t(&policy.title_zh, &policy.title_en).to_owned();
    }
    let id = text.lines().filter_map(|line| line.split_once('=')).find(|(key, _)| key.trim() == "id");
    let id = id.map(|(_, value)| value.trim().trim_matches('"')).filter(|id| !id.is_empty());
    id.unwrap_or(look.t("没有名字的草案", "Draft without a name")).to_owned()
}

/// A button that begins a draft as a copy of a version.
pub fn copied(policy: &str, version: i64, label: &str, class: &str) -> Markup {
    html! {
        form action="/console/drafts" method="post" {
            input type="hidden" name="policy" value=(format!("{policy}@{version}"));
            button class=(class) { (label) }
        }
    }
}

/// What a reader calls an input.
pub fn title(look: &RenderContext, input: &Input) -> String {
    match input.from {
        From::Metric { metric, window_days, part, day } => {
            let name = part_name(look.lang, metric, part);
            let yesterday = if day == Day::Yesterday { look.t("昨日", "yesterday's ") } else { "" };
            let of_its_own = window_days != metric.window_days;
            let window = of_its_own.then(|| say!(look.lang, "（{window_days} 天）", " ({window_days} d)"));
            format!("{yesterday}{name}{}", window.unwrap_or_default())
        }
        From::Episodes(Within::WindowDays(days)) => {
            say!(look.lang, "近 {days} 天命中次数", "hits in {days} days")
        }
        From::Episodes(Within::CalendarYear) => look.t("本年命中次数", "hits this year").to_owned(),
        From::Given => POLICY_INPUT.plainly(look.lang, &input.name),
    }
}

/// A word that a text can be, as a reader says it.
pub fn said(look: &RenderContext, word: &str) -> String {
    POLICY_WORD.plainly(look.lang, word)
}

/// How long something lasts.
pub fn lasts(look: &RenderContext, days: i64) -> String {
    let word = if days == 1 { "day" } else { "days" };
    format!("{days} {}", look.t("天", word))
}

/// Whether a rehearsal can say whom a policy would hit: it judges shops, and nothing it reads is given by hand.
pub fn rehearses(policy: &Policy) -> bool {
    policy.subject == "shop" && !policy.inputs.iter().any(|input| matches!(input.from, From::Given))
}

/// Whether an input is a share, which is written in per cent.
pub fn is_share(input: &Input) -> bool {
    matches!(input.from, From::Metric { metric, part: Part::Value, .. } if metric.unit == "ratio")
}

/// So many decimals at most, none that say nothing.
pub fn plain(value: f64, digits: usize) -> String {
    let text = fmt::decimal(value, digits);
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// A share in per cent.
fn percent(share: f64) -> String {
    format!("{}%", plain(share * 100.0, 4))
}

/// A number of an input with its unit.
fn measured(look: &RenderContext, input: &Input, number: f64) -> String {
    match (input.from, input.unit.as_deref()) {
        (From::Metric { .. }, _) if is_share(input) => percent(number),
        (From::Metric { .. }, _) => amount(look.lang, input, &number.to_string()),
        (From::Episodes(_), _) => format!("{} {}", plain(number, 0), look.t("次", "times")),
        (From::Given, Some("share")) => percent(number),
        (From::Given, Some(word)) => format!("{} {}", plain(number, 4), POLICY_UNIT.say(look.lang, word)),
        (From::Given, None) => plain(number, 4),
    }
}

/// A value of an input as a reader writes it, with its unit.
fn value(look: &RenderContext, input: &Input, value: &Value) -> String {
    match (value, input.ty) {
        (Value::Null, _) => fmt::nothing(look.lang).to_owned(),
        (Value::Bool(true), _) => look.t("是", "yes").to_owned(),
        (Value::Bool(false), _) => look.t("否", "no").to_owned(),
        (Value::Int(minor), Ty::Money(currency)) => fmt::money(look.lang, Money::new(*minor, currency)),
        (Value::Int(n), _) => measured(look, input, *n as f64),
        (Value::Number(x), _) => measured(look, input, *x),
        (Value::Text(text), _) => said(look, text),
    }
}

/// What a case is given, as one reads it.
pub fn row(look: &RenderContext, policy: &Policy, row: &[Value]) -> String {
    let known = policy.inputs.iter().zip(row).filter(|(_, value)| **value != Value::Null);
    let colon = look.t("：", ": ");
    let one =
        |(input, v): (&Input, &Value)| format!("{}{colon}{}", title(look, input), value(look, input, v));
    let said: Vec<String> = known.map(one).collect();
    if said.is_empty() {
        return look.t("什么也不知道", "nothing is known").to_owned();
    }
    said.join(look.t("；", "; "))
}

/// The whole unit of a currency.
fn whole(look: &RenderContext, currency: Currency) -> String {
    if currency == Currency::CNY {
        return look.t("元", "yuan").to_owned();
    }
    say!(look.lang, "{currency} 的整数单位", "units of {currency}")
}

/// How much an action costs: what share of which input, how it is rounded, and its bounds.
pub fn cost(look: &RenderContext, policy: &Policy, action: &Action) -> Option<String> {
    let rule = action.amount.as_ref()?;
    let (lang, currency) = (look.lang, rule.currency);
    let money = |minor: i64| fmt::money(lang, Money::new(minor, currency));
    let Basis::Share { ppm, of } = rule.basis else {
        let Basis::Fixed(minor) = rule.basis else { return None };
        return Some(money(minor));
    };
    let (percent, of) = (plain(ppm as f64 / 10_000.0, 4), title(look, policy.inputs.get(of)?));
    let unit = whole(look, currency);
    let mut parts = vec![
        say!(lang, "{of}的 {percent}%", "{percent}% of {of}"),
        match rule.rounding {
            Rounding::HalfUpUnit => say!(lang, "四舍五入到整{unit}", "rounded half up to whole {unit}"),
            Rounding::HalfUpMinor => {
                look.t("四舍五入到最小货币单位", "rounded half up to the smallest unit").to_owned()
            }
        },
    ];
    parts.extend(rule.min.map(|min| format!("{} {}", look.t("最低", "at least"), money(min))));
    parts.extend(rule.max.map(|max| format!("{} {}", look.t("最高", "at most"), money(max))));
    let parts = parts.join(look.t("，", ", "));
    Some(say!(lang, "{parts}（币种 {currency}）", "{parts} (currency {currency})"))
}

/// When an action follows a hit: `promise_hours > 240.0` in words.
pub fn when(look: &RenderContext, policy: &Policy, action: &Action) -> Option<String> {
    let text = policy.when_printed(action)?;
    Some(condition(look, policy, &text).unwrap_or(text))
}

/// A condition in words, if all of it can be put into words.
pub fn condition(look: &RenderContext, policy: &Policy, text: &str) -> Option<String> {
    let tokens = tokens(text);
    let mut reader = Reader { tokens: &tokens, at: 0, look, inputs: &policy.inputs };
    let words = reader.any()?;
    (reader.at == tokens.len()).then_some(words)
}

/// An amount as the checked text prints it: `CNY 10.00`, every minor unit written.
fn money(text: &str) -> Option<Money> {
    let (currency, amount) = text.split_once(' ')?;
    Some(Money::new(amount.replace('.', "").parse().ok()?, currency.parse().ok()?))
}

/// What the signs that compare are called.
const SIGNS: Signs = [
    (">=", "至少 ", "is at least"),
    (">", "超过 ", "is more than"),
    ("<=", "至多 ", "is at most"),
    ("<", "不到 ", "is less than"),
    ("==", "是", "is"),
    ("!=", "不是", "is not"),
];

struct Reader<'a> {
    tokens: &'a [&'a str],
    at: usize,
    look: &'a RenderContext,
    inputs: &'a [Input],
}

/// Part of a condition: what it is about, if that may be left out where it is said again, and what holds of it.
struct Said {
    about: Option<String>,
    holds: String,
}

impl Said {
    fn whole(self, look: &RenderContext) -> String {
        match self.about {
            Some(about) => about + look.t("", " ") + &self.holds,
            None => self.holds,
        }
    }
}

impl<'a> Reader<'a> {
    fn peek(&self, ahead: usize) -> &'a str {
        self.tokens.get(self.at + ahead).copied().unwrap_or_default()
    }

    /// Whether these stand next; an empty one is any.
    fn sees(&self, tokens: &[&str]) -> bool {
        tokens.iter().enumerate().all(|(i, token)| token.is_empty() || self.peek(i) == *token)
    }

    fn take(&mut self, token: &str) -> bool {
        let there = self.peek(0) == token;
        self.at += usize::from(there);
        there
    }

    fn any(&mut self) -> Option<String> {
        // What is not known counts as not so: `exempt == null || !exempt`.
        let name = self.peek(0);
        let same = self.peek(5) == name || (self.peek(4) == name && self.peek(5) != "==");
        if same && self.sees(&["", "==", "null", "||", "!"]) {
            let input = self.input()?;
            self.at += 5;
            return Some(self.truth(input, false));
        }
        let mut parts = vec![self.all()?];
        while self.take("||") {
            parts.push(self.all()?);
        }
        Some(either(self.look.lang, &parts))
    }

    fn all(&mut self) -> Option<String> {
        let mut out = String::new();
        let mut before: Option<String> = None;
        loop {
            // That it is known goes without saying where it is compared next.
            if self.sees(&["", "!=", "null", "&&", self.peek(0)]) {
                self.at += 4;
            }
            let part = self.one()?;
            let again = part.about.is_some() && part.about == before;
            before.clone_from(&part.about);
            out = match (out.is_empty(), again) {
                (true, _) => part.whole(self.look),
                (false, true) => out + self.look.t("且", " and ") + &part.holds,
                (false, false) => out + self.look.t("，且", ", and ") + &part.whole(self.look),
            };
            if !self.take("&&") {
                return Some(out);
            }
        }
    }

    fn one(&mut self) -> Option<Said> {
        if self.take("!") {
            let input = self.input()?;
            return Some(Said { about: None, holds: self.truth(input, false) });
        }
        if self.take("(") {
            let start = self.at;
            let inner = self.any()?;
            let list = inner.contains('；') || inner.contains("; ");
            let joined = self.tokens[start..self.at].iter().any(|token| matches!(*token, "&&" | "||"));
            let plain = !(list || joined) || inner == self.negated(start);
            let holds = if plain { inner } else { inside(self.look.lang, &inner) };
            return self.take(")").then_some(Said { about: None, holds });
        }
        let input = self.input()?;
        let op = self.peek(0);
        if !SIGNS.iter().any(|(sign, ..)| *sign == op) {
            return Some(Said { about: None, holds: self.truth(input, true) });
        }
        self.at += 1;
        let value = self.value(input)?;
        let holds = holds(self.look.lang, &SIGNS, op, value.as_deref());
        Some(Said { about: Some(title(self.look, input)), holds })
    }

    /// What `x == null || !x` that begins at a token is in words; nothing if something else stands there.
    fn negated(&self, start: usize) -> String {
        let input = self.tokens.get(start).and_then(|name| self.inputs.iter().find(|i| i.name == *name));
        input.filter(|i| i.ty == Ty::Bool).map_or_else(String::new, |input| self.truth(input, false))
    }

    fn input(&mut self) -> Option<&'a Input> {
        let input = self.inputs.iter().find(|input| input.name == self.peek(0))?;
        self.at += 1;
        Some(input)
    }

    /// What an input is compared with; inside, nothing for null.
    fn value(&mut self, input: &Input) -> Option<Option<String>> {
        if self.take("null") {
            return Some(None);
        }
        let negative = self.take("-");
        let word = self.peek(0);
        self.at += 1;
        if word == "money" && self.take("(") {
            let money = money(self.peek(0).trim_matches('"'))?;
            self.at += 1;
            return self.take(")").then(|| Some(fmt::money(self.look.lang, money)));
        }
        if let Some(text) = word.strip_prefix('"').and_then(|t| t.strip_suffix('"')) {
            return Some(Some(said(self.look, text)));
        }
        // A number, unless it is the beginning of a sum.
        let number: f64 = word.parse().ok()?;
        let number = if negative { -number } else { number };
        (!["+", "-", "*", "/", "%"].contains(&self.peek(0))).then(|| Some(measured(self.look, input, number)))
    }

    fn truth(&self, input: &Input, yes: bool) -> String {
        let name = title(self.look, input);
        match (input.name.as_str(), yes) {
            (_, true) => name,
            ("exempt", false) => self.look.t("没有认定豁免", "no exemption was granted").to_owned(),
            (_, false) => say!(self.look.lang, "并非{name}", "not {name}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(lang: Lang) -> RenderContext {
        RenderContext { lang, ..RenderContext::default() }
    }

    #[test]
    fn actions_and_amounts_of_shipped_policies_are_said_in_words() {
        for policy in govern::policy::shipped() {
            for action in &policy.actions {
                for lang in [Lang::Zh, Lang::En] {
                    let look = look(lang);
                    let when = when(&look, policy, action).unwrap_or_default();
                    assert!(
                        !when.contains("&&") && !when.contains('_') && !when.contains("=="),
                        "{}: {when}",
                        policy.id
                    );
                    assert_eq!(
                        cost(&look, policy, action).is_some(),
                        action.amount.is_some(),
                        "{}",
                        policy.id
                    );
                }
            }
        }
        let late = govern::policy::shipped().iter().find(|p| p.id == "ship-late").unwrap();
        let (zh, en) = (look(Lang::Zh), look(Lang::En));
        assert_eq!(when(&zh, late, &late.actions[0]).unwrap(), "承诺发货时长超过 48 小时且至多 240 小时");
        assert_eq!(
            when(&en, late, &late.actions[0]).unwrap(),
            "the promised time is more than 48 hours and is at most 240 hours"
        );
        assert_eq!(
            cost(&zh, late, &late.actions[1]).unwrap(),
            "订单实付金额的 1%，四舍五入到整元，最低 ¥3.00，最高 ¥50.00（币种 CNY）"
        );
        assert_eq!(
            cost(&en, late, &late.actions[1]).unwrap(),
            "1% of the amount paid, rounded half up to whole yuan, at least CNY 3.00, at most CNY 50.00 (currency CNY)"
        );
        assert_eq!(
            condition(&en, late, &late.condition_printed()).unwrap(),
            "the time past the promise is more than 0 hours, and no exemption was granted"
        );
    }

    #[test]
    fn only_shop_rules_that_read_facts_offer_a_rehearsal() {
        let offers: Vec<_> =
            govern::policy::shipped().iter().filter(|p| rehearses(p)).map(|p| p.id.as_str()).collect();
        assert!(offers.contains(&"late-ship-cap") && offers.contains(&"ship-late-stop"), "{offers:?}");
        assert!(!offers.contains(&"ship-late") && !offers.contains(&"mall-product"), "{offers:?}");
    }
}
