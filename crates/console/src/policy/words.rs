//! Conditions, amounts and values of policies, as one reads them aloud in both languages.
//!
//! Invariant: a condition is put into words from the text that runs; what cannot be put into words gives none, and is
//! shown by its signs instead.

use crate::policy::clauses::{plain, title, tokens};
use govern::policy::{Action, Basis, From, Input, Part, Policy, Rounding, Ty, Value};
use kernel::{Currency, Money};
use web_kit::fmt;
use web_kit::lang::Lang;
use web_kit::ui::RenderContext;
use web_kit::words::amount;

/// What the inputs of the shipped policies that are given by hand are called within a sentence.
const GIVEN: [(&str, &str, &str); 16] = [
    ("paid", "订单实付金额", "the amount paid"),
    ("promise_hours", "承诺发货时长", "the promised time"),
    ("late_hours", "超出承诺的时间", "the time past the promise"),
    ("silent_hours", "距上次记录的时间", "the time since the last record"),
    ("days_since_number", "距填写单号的时间", "the time since the number was given"),
    ("days_since_notice", "距通知的时间", "the time since the notice"),
    ("ground", "依据", "the ground"),
    ("goods", "商品", "the kind of goods"),
    ("scan", "所等的扫描", "the scan that is waited for"),
    ("lane", "线路", "the lane"),
    ("exempt", "已认定豁免", "an exemption was granted"),
    ("positive", "商品的好评数", "positive reviews of the product"),
    ("negative", "商品的差评数", "negative reviews of the product"),
    ("reviews", "商品的评价总数", "reviews of the product"),
    ("shop_positive_rate", "全店好评率", "the shop's share of positive reviews"),
    ("shop_negative_rate", "全店差评率", "the shop's share of negative reviews"),
];

/// The words that a text can be, as the shipped policies list them.
const SAID: [(&str, &str, &str); 29] = [
    ("admitted", "商家承认", "the merchant admits it"),
    ("refused", "商家拒绝", "the merchant refuses"),
    ("unreachable", "联系不上", "the merchant cannot be reached"),
    ("stalled", "轨迹超时", "tracking stalled"),
    ("abnormal", "轨迹异常", "tracking abnormal"),
    ("empty_parcel", "空包裹", "an empty parcel"),
    ("other_goods", "货不对板", "other goods than ordered"),
    ("more_than_half_missing", "短少过半", "more than half missing"),
    ("lured_confirmation", "诱导提前确认", "a lured confirmation"),
    ("presale_trick", "预售套路", "a presale trick"),
    ("cash_on_delivery_extra", "到付另行收费", "extra charges on delivery"),
    ("investment_metal", "投资贵金属", "investment metal"),
    ("precious_metal", "贵金属", "precious metal"),
    ("inspected_used_3c", "经质检的二手数码", "inspected second-hand electronics"),
    ("pet_self_delivered", "商家自配送的宠物", "a pet the merchant delivers"),
    ("other", "其他", "anything else"),
    ("no_scan", "无扫描", "no scan"),
    ("number_reused", "单号重复", "a number used again"),
    ("address_mismatch", "地址不符", "another address"),
    ("picked_up_before_payment", "揽收早于付款", "a pick-up before the payment"),
    ("recalled", "撤回或终止", "recalled or ended"),
    ("resent_while_late", "超时期间反复重发", "sent again while late"),
    ("pickup", "揽收", "the pick-up"),
    ("sort", "分拨", "the sorting centre"),
    ("transit", "运输途中", "the next one on the way"),
    ("near", "省内或同一区域", "near"),
    ("remote", "偏远省份", "remote"),
    ("amount not found", "来源没有给出金额", "the source gives no amount"),
    ("mall_recommendation", "商城推荐", "what the mall recommends"),
];

/// What an input that is given by hand is called: a known name, or its own with spaces.
pub fn given_title(look: &RenderContext, input: &Input) -> String {
    match GIVEN.iter().find(|(name, _, _)| *name == input.name) {
        Some((_, zh, en)) => look.t(zh, en).to_owned(),
        None => input.name.replace('_', " "),
    }
}

/// A word that a text can be, as a reader says it.
pub fn said(look: &RenderContext, word: &str) -> String {
    match SAID.iter().find(|(name, _, _)| *name == word) {
        Some((_, zh, en)) => look.t(zh, en).to_owned(),
        None => word.replace('_', " "),
    }
}

/// The unit of an input that is given by hand.
pub fn unit<'a>(look: &RenderContext, unit: &'a str) -> &'a str {
    match unit {
        "hours" => look.t("小时", "hours"),
        "days" => look.t("天", "days"),
        "orders" => look.t("单", "orders"),
        "reviews" => look.t("条评价", "reviews"),
        "share" => look.t("百分比", "per cent"),
        other => other,
    }
}

/// What a policy judges.
pub fn subject<'a>(look: &RenderContext, subject: &'a str) -> &'a str {
    match subject {
        "shop" => look.t("店铺", "Shop"),
        "order" => look.t("订单", "Order"),
        "product" => look.t("商品", "Product"),
        other => other,
    }
}

/// Whether a rehearsal can say whom a policy would hit: it judges shops, and nothing it reads is given by hand.
pub fn rehearses(policy: &Policy) -> bool {
    policy.subject == "shop" && !policy.inputs.iter().any(|input| matches!(input.from, From::Given))
}

/// A number of an input with its unit.
fn measured(look: &RenderContext, input: &Input, number: f64) -> String {
    match input.from {
        From::Metric { metric, part: Part::Value, .. } if metric.unit == "ratio" => {
            format!("{}%", plain(number * 100.0, 4))
        }
        From::Metric { .. } => amount(look.lang, input, &number.to_string()),
        From::Episodes(_) => format!("{} {}", plain(number, 0), look.t("次", "times")),
        From::Given => match input.unit.as_deref() {
            Some("share") => format!("{}%", plain(number * 100.0, 4)),
            Some(word) => format!("{} {}", plain(number, 4), unit(look, word)),
            None => plain(number, 4),
        },
    }
}

/// A value of an input as a reader writes it, with its unit.
pub fn value(look: &RenderContext, input: &Input, value: &Value) -> String {
    match (value, input.ty) {
        (Value::Null, _) => look.t("暂无", "no data").to_owned(),
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
    let said: Vec<String> = known
        .map(|(input, v)| format!("{}{}{}", title(look, input), look.t("：", ": "), value(look, input, v)))
        .collect();
    if said.is_empty() {
        look.t("什么也不知道", "nothing is known").to_owned()
    } else {
        said.join(look.t("；", "; "))
    }
}

/// The whole unit of a currency.
fn whole(look: &RenderContext, currency: Currency) -> String {
    if currency == Currency::CNY {
        return look.t("元", "yuan").to_owned();
    }
    match look.lang {
        Lang::Zh => format!("{currency} 的整数单位"),
        Lang::En => format!("units of {currency}"),
    }
}

/// How much an action costs: what share of which input, how it is rounded, and its bounds.
pub fn cost(look: &RenderContext, policy: &Policy, action: &Action) -> Option<String> {
    let rule = action.amount.as_ref()?;
    let money = |minor: i64| fmt::money(look.lang, Money::new(minor, rule.currency));
    let Basis::Share { ppm, of } = rule.basis else {
        let Basis::Fixed(minor) = rule.basis else { return None };
        return Some(money(minor));
    };
    let (percent, of) = (plain(ppm as f64 / 10_000.0, 4), title(look, policy.inputs.get(of)?));
    let unit = whole(look, rule.currency);
    let mut parts = vec![match look.lang {
        Lang::Zh => format!("{of}的 {percent}%"),
        Lang::En => format!("{percent}% of {of}"),
    }];
    parts.push(match (rule.rounding, look.lang) {
        (Rounding::HalfUpUnit, Lang::Zh) => format!("四舍五入到整{unit}"),
        (Rounding::HalfUpUnit, Lang::En) => format!("rounded half up to whole {unit}"),
        (Rounding::HalfUpMinor, Lang::Zh) => "四舍五入到最小货币单位".to_owned(),
        (Rounding::HalfUpMinor, Lang::En) => "rounded half up to the smallest unit".to_owned(),
    });
    parts.extend(rule.min.map(|min| format!("{} {}", look.t("最低", "at least"), money(min))));
    parts.extend(rule.max.map(|max| format!("{} {}", look.t("最高", "at most"), money(max))));
    let currency = match look.lang {
        Lang::Zh => format!("（币种 {}）", rule.currency),
        Lang::En => format!(" (currency {})", rule.currency),
    };
    Some(parts.join(look.t("，", ", ")) + &currency)
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
            Some(about) => format!("{about}{}{}", look.t("", " "), self.holds),
            None => self.holds,
        }
    }
}

impl<'a> Reader<'a> {
    fn peek(&self, ahead: usize) -> &'a str {
        self.tokens.get(self.at + ahead).copied().unwrap_or_default()
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
        if self.peek(1) == "=="
            && self.peek(2) == "null"
            && self.peek(3) == "||"
            && self.peek(4) == "!"
            && same
        {
            let input = self.input()?;
            self.at += 5;
            return Some(self.truth(input, false));
        }
        let mut parts = vec![self.all()?];
        while self.take("||") {
            parts.push(self.all()?);
        }
        Some(match (parts.len(), self.look.lang) {
            (1, _) => parts.remove(0),
            (2, Lang::Zh) => parts.join("，或"),
            (2, Lang::En) => parts.join(" or "),
            (_, Lang::Zh) => format!("以下任一：{}", parts.join("；")),
            (_, Lang::En) => format!("any of: {}", parts.join("; ")),
        })
    }

    fn all(&mut self) -> Option<String> {
        let mut out = String::new();
        let mut before: Option<String> = None;
        loop {
            // That it is known goes without saying where it is compared next.
            if self.peek(1) == "!="
                && self.peek(2) == "null"
                && self.peek(3) == "&&"
                && self.peek(4) == self.peek(0)
            {
                self.at += 4;
            }
            let part = self.one()?;
            let again = part.about.is_some() && part.about == before;
            before.clone_from(&part.about);
            match (out.is_empty(), again) {
                (true, _) => out = part.whole(self.look),
                (false, true) => out = format!("{out}{}{}", self.look.t("且", " and "), part.holds),
                (false, false) => {
                    out = format!("{out}{}{}", self.look.t("，且", ", and "), part.whole(self.look))
                }
            }
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
            let many = self.tokens[start..self.at].contains(&"&&");
            let list = inner.contains('；') || inner.contains("; ");
            let either = self.tokens[start..self.at].contains(&"||");
            let plain = !(many || list || either) || inner == self.negated(start);
            return self.take(")").then(|| Said {
                about: None,
                holds: match (plain, self.look.lang) {
                    (true, _) => inner,
                    (false, Lang::Zh) => format!("（{inner}）"),
                    (false, Lang::En) => format!("({inner})"),
                },
            });
        }
        let input = self.input()?;
        let op = self.peek(0);
        if !["==", "!=", ">=", "<=", ">", "<"].contains(&op) {
            return Some(Said { about: None, holds: self.truth(input, true) });
        }
        self.at += 1;
        let value = self.value(input)?;
        let zh = self.look.lang == Lang::Zh;
        let holds = match (zh, op, value) {
            (true, "==", None) => "不明".to_owned(),
            (true, _, None) => "已知".to_owned(),
            (false, "==", None) => "is not known".to_owned(),
            (false, _, None) => "is known".to_owned(),
            (true, op, Some(value)) => {
                let sign = match op {
                    ">=" => "至少 ",
                    ">" => "超过 ",
                    "<=" => "至多 ",
                    "<" => "不到 ",
                    "==" => "是",
                    _ => "不是",
                };
                format!("{sign}{value}")
            }
            (false, op, Some(value)) => {
                let sign = match op {
                    ">=" => "is at least",
                    ">" => "is more than",
                    "<=" => "is at most",
                    "<" => "is less than",
                    "==" => "is",
                    _ => "is not",
                };
                format!("{sign} {value}")
            }
        };
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
        match (input.name.as_str(), yes, self.look.lang) {
            (_, true, _) => name,
            ("exempt", false, Lang::Zh) => "没有认定豁免".to_owned(),
            ("exempt", false, Lang::En) => "no exemption was granted".to_owned(),
            (_, false, Lang::Zh) => format!("并非{name}"),
            (_, false, Lang::En) => format!("not {name}"),
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
