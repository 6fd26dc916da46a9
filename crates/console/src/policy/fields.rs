//! A draft as cards with fields: when it hits, over which days it reads, what it does, how one appeals, what it says.
//!
//! Invariants: a field changes its own place in the text and nothing else; what was typed and cannot be read stays in its field
//! and is refused beside it; a field that nobody touched writes nothing.

use crate::policy::places::{Place, Sort, places, put};
use crate::policy::said::said;
use crate::policy::words::{is_share, plain, title};
use govern::policy::{Input, Policy};
use kernel::{Date, Numerals};
use web_kit::admin::parts::{self, Field};
use web_kit::prelude::*;
use web_kit::problem::Finding;
use web_kit::words::named::POLICY_ACTION;

/// With how many decimals of a per cent a share is typed.
const SHARE_DECIMALS: u32 = 4;

/// The most characters of a sentence.
const LONGEST: usize = 2_000;

/// The cards, each with what its places begin with.
const CARDS: [(&str, &str, &[&str]); 5] = [
    ("什么时候命中？", "When does it hit?", &["condition.", "effective_from", "version"]),
    ("看多少天的数？", "Over how many days does it look?", &["inputs."]),
    ("命中后做什么？", "What follows a hit?", &["actions."]),
    ("怎么申诉？", "How can one appeal?", &["appeal."]),
    ("怎么说给店铺听？", "What is the shop told?", &["title.", "text.", "notice.", "exemptions."]),
];

/// The input that a number of a condition is compared with.
fn input_of<'a>(policy: Option<&'a Policy>, place: &Place) -> Option<&'a Input> {
    let (name, _) = place.against.as_ref()?;
    policy?.inputs.iter().find(|input| input.name == *name)
}

/// Whether a place is typed in per cent.
fn in_percent(policy: Option<&Policy>, place: &Place) -> bool {
    input_of(policy, place).is_some_and(is_share)
}

/// A value as it stands in its field.
fn shown(policy: Option<&Policy>, place: &Place) -> String {
    match place.value.parse::<f64>() {
        Ok(share) if in_percent(policy, place) => {
            plain(share * 100.0, SHARE_DECIMALS as usize).replace(',', "")
        }
        _ => place.value.clone(),
    }
}

/// What a place is called.
fn label(look: &RenderContext, policy: Option<&Policy>, place: &Place) -> String {
    let parts: Vec<&str> = place.path.split('.').collect();
    if let Some((name, sign)) = &place.against {
        let name = input_of(policy, place).map_or_else(|| name.clone(), |input| title(look, input));
        let sign = match sign.as_str() {
            ">=" => look.t("至少", "at least"),
            ">" => look.t("超过", "more than"),
            "<=" => look.t("至多", "at most"),
            "<" => look.t("不到", "less than"),
            "==" => look.t("等于", "equal to"),
            _ => look.t("不等于", "other than"),
        };
        let only = if parts[0] == "actions" { look.t("只在：", "only where: ") } else { "" };
        return format!("{only}{name} {sign}");
    }
    let input = |name: &str| {
        let found = policy.and_then(|policy| policy.inputs.iter().find(|input| input.name == name));
        found.map_or_else(|| name.to_owned(), |input| title(look, input))
    };
    let nth = |n: &str| n.parse::<usize>().map_or(0, |n| n + 1);
    let action = |n: &str| {
        let kind = policy.zip(n.parse::<usize>().ok()).and_then(|(policy, n)| policy.actions.get(n));
        kind.map_or_else(
            || format!("{} {}", look.t("动作", "action"), nth(n)),
            |action| POLICY_ACTION.say(look.lang, &action.kind),
        )
    };
    let colon = look.t("：", ": ");
    match *parts.as_slice() {
        ["effective_from"] => look.t("从哪天起生效", "Effective from").to_owned(),
        ["version"] => look.t("第几版", "Version").to_owned(),
        ["inputs", name, ..] => input(name),
        ["actions", n, "days"] => format!("{}{colon}{}", action(n), look.t("持续", "lasts")),
        ["actions", n, "parameters", "orders_per_day"] => {
            format!("{}{colon}{}", action(n), look.t("每天最多", "at most a day"))
        }
        ["actions", n, "parameters", name] => format!("{}{colon}{name}", action(n)),
        ["actions", n, "amount", what] => {
            let what = match what {
                "percent" => look.t("百分比", "per cent"),
                "fixed" => look.t("金额", "amount"),
                "min" => look.t("最低", "at least"),
                _ => look.t("最高", "at most"),
            };
            format!("{}{colon}{what}", action(n))
        }
        ["appeal", "window_days"] => look.t("几天内可以申诉", "Appeal within").to_owned(),
        ["appeal", "answer_days"] => look.t("几天内答复", "Answered within").to_owned(),
        ["appeal", "suspends"] => look.t("申诉期间动作暂停", "The action waits meanwhile").to_owned(),
        [what, .., lang] => {
            let what = match what {
                "title" => look.t("标题", "Title").to_owned(),
                "text" => look.t("条文", "Text").to_owned(),
                "notice" => look.t("告诉店铺", "Notice to the shop").to_owned(),
                _ => format!("{} {}", look.t("豁免", "Exemption"), nth(parts[1])),
            };
            let lang = if lang == "zh" { look.t("中文", "Chinese") } else { look.t("英文", "English") };
            say!(look.lang, "{what}（{lang}）", "{what} ({lang})")
        }
        _ => place.path.clone(),
    }
}

/// What stands behind a number.
fn unit<'a>(look: &RenderContext, policy: Option<&Policy>, place: &Place) -> &'a str {
    let path = place.path.as_str();
    if in_percent(policy, place) || path.ends_with(".percent") {
        return "%";
    }
    let days = path.ends_with("days");
    match (days, path.ends_with("orders_per_day"), look.lang) {
        (true, _, Lang::Zh) => "天",
        (true, _, Lang::En) => "days",
        (_, true, Lang::Zh) => "单",
        (_, true, Lang::En) => "orders",
        _ => "",
    }
}

/// The cards; what is wrong with a line stands under its field.
pub fn cards(
    look: &RenderContext,
    (text, policy): (&str, Option<&Policy>),
    typed: &Fields,
    findings: &[Finding],
) -> Markup {
    let all = places(text);
    html! {
        @for (zh, en, heads) in CARDS {
            @let mine: Vec<&Place> = all.iter().filter(|place| heads.iter().any(|head| place.path.starts_with(head))).collect();
            @if !mine.is_empty() {
                fieldset.dk-card {
                    legend { (look.t(zh, en)) }
                    div.dk-form { @for place in &mine { (field(look, policy, place, typed, findings)) } }
                }
            }
        }
        @if all.is_empty() { p.calm { (look.t("这份条文还读不出字段，先在 TOML 里改。", "No field can be read from this text yet: change it under TOML.")) } }
    }
}

fn field(
    look: &RenderContext,
    policy: Option<&Policy>,
    place: &Place,
    typed: &Fields,
    findings: &[Finding],
) -> Markup {
    let (name, was) = (format!("c.{}", place.path), format!("w.{}", place.path));
    let now = shown(policy, place);
    // What was refused stays as it was typed; everything else is as the text has it.
    let mut fields = Fields::default();
    let kept = typed.raw(&name).filter(|_| typed.wrong(&name).is_some());
    fields.set(name.as_str(), kept.unwrap_or(&now));
    if let Some(wrong) = typed.wrong(&name) {
        fields.refuse(&name, wrong.zh.clone(), wrong.en.clone());
    }
    let label = label(look, policy, place);
    let wide = place.sort == Sort::Sentence;
    let of = Field { name: &name, label: &label, wide, ..Field::default() };
    let here = findings.iter().filter(|finding| finding.line == place.line && finding.is_error());
    html! {
        input type="hidden" name=(was) value=(now);
        @match place.sort {
            Sort::Number => (parts::number(look, &fields, of, unit(look, policy, place))),
            Sort::Day => (parts::day(look, &fields, of)),
            Sort::Text => (parts::line(look, &fields, of, LONGEST)),
            Sort::Sentence => (parts::lines(look, &fields, of, 2, LONGEST)),
            Sort::Truth => (parts::choice(look, &fields, of, &[
                ("true".to_owned(), look.t("是", "Yes").to_owned()),
                ("false".to_owned(), look.t("否", "No").to_owned()),
            ])),
        }
        @for finding in here {
            p.dk-wide.dk-under { (ui::state(ui::State::Broken, &under(look, finding))) }
        }
    }
}

/// What is wrong with a line, with the line.
fn under(look: &RenderContext, finding: &Finding) -> String {
    let (line, said) = (finding.line, said(look.lang, &finding.message));
    say!(look.lang, "第 {line} 行：{said}", "line {line}: {said}")
}

/// A value as it was typed, as the text has it; nothing if it cannot be read.
fn read(policy: Option<&Policy>, place: &Place, typed: &str) -> Option<String> {
    match place.sort {
        Sort::Number => {
            let bare = typed.trim().trim_end_matches(['%', '％']).trim_end();
            if in_percent(policy, place) {
                let share = Numerals::PLAIN.read(bare, SHARE_DECIMALS).ok()?;
                let text = Numerals::PLAIN.write(share, SHARE_DECIMALS + 2);
                let text = text.trim_end_matches('0');
                // A share is a number, and no whole one.
                return Some(if text.ends_with('.') { format!("{text}0") } else { text.to_owned() });
            }
            bare.parse::<f64>().ok().filter(|number| number.is_finite())?;
            let whole = place.value.contains('.') && !bare.contains('.');
            Some(if whole { format!("{bare}.0") } else { bare.to_owned() })
        }
        Sort::Day => typed.trim().parse::<Date>().ok().map(|day| day.to_string()),
        Sort::Truth => Some(typed).filter(|typed| matches!(*typed, "true" | "false")).map(str::to_owned),
        Sort::Text | Sort::Sentence => {
            let text = typed.split_whitespace().collect::<Vec<_>>().join(" ");
            Some(text).filter(|text| !text.is_empty())
        }
    }
}

/// The text with what was typed into the fields of its cards; what cannot be read is refused beside its field.
pub fn applied(text: &str, policy: Option<&Policy>, fields: &mut Fields) -> String {
    let (all, mut changes, mut wrong) = (places(text), Vec::new(), Vec::new());
    for place in &all {
        let (name, was) = (format!("c.{}", place.path), format!("w.{}", place.path));
        let (Some(typed), Some(was)) = (fields.raw(&name), fields.raw(&was)) else { continue };
        // A browser may trim or break lines; what means the same was not touched.
        if typed.trim() == was.trim() {
            continue;
        }
        match read(policy, place, typed) {
            Some(value) => changes.push((place, value)),
            None => wrong.push((name, place.sort)),
        }
    }
    for (name, sort) in wrong {
        match sort {
            Sort::Number => fields.refuse(&name, "要一个数。", "A number is needed."),
            Sort::Day => fields.refuse(&name, "日期写成 2026-06-18 这样。", "Write a date as 2026-06-18."),
            Sort::Truth => fields.refuse(&name, "选是或否。", "Choose yes or no."),
            Sort::Text | Sort::Sentence => fields.refuse(&name, "要填。", "Needed."),
        }
    }
    put(text, changes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule() -> &'static Policy {
        govern::policy::shipped().iter().find(|policy| policy.id == "late-ship-cap").unwrap()
    }

    fn typed(path: &str, was: &str, value: &str) -> Fields {
        Fields::of(vec![(format!("c.{path}"), value.to_owned()), (format!("w.{path}"), was.to_owned())])
    }

    #[test]
    fn a_threshold_is_typed_in_per_cent_and_stands_as_a_share() {
        let rule = rule();
        let mut fields = typed("condition.0", "20", "25 %");
        let text = applied(&rule.text, Some(rule), &mut fields);
        assert!(fields.is_good());
        assert_eq!(text, rule.text.replace("late_ship_rate >= 0.20", "late_ship_rate >= 0.25"));
        let whole = applied(&rule.text, Some(rule), &mut typed("condition.0", "20", "100"));
        assert!(whole.contains("late_ship_rate >= 1.0 &&"), "a share stays a number");
    }

    #[test]
    fn what_nobody_touched_writes_nothing_though_the_text_says_something_else_by_now() {
        let rule = rule();
        let newer = rule.text.replace("0.20", "0.31");
        assert_eq!(applied(&newer, Some(rule), &mut typed("condition.0", "20", "20")), newer);
    }

    #[test]
    fn what_cannot_be_read_is_refused_beside_its_field_and_the_rest_counts() {
        let rule = rule();
        let mut fields = typed("condition.0", "20", "many");
        fields.push("c.actions.0.days", "3");
        fields.push("w.actions.0.days", "7");
        let text = applied(&rule.text, Some(rule), &mut fields);
        assert!(fields.wrong("c.condition.0").is_some());
        assert!(text.contains("days = 3") && text.contains("0.20"));
    }
}
