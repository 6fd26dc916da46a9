//! What a policy may read: the list a writer of policies looks things up in.

use super::{From, Input, Ty, shipped};
use crate::metric::{self, Kind};

/// One thing a policy may read.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Readable {
    /// A name for it in the condition; any other will do.
    pub name: String,
    /// Its type in the condition.
    #[serde(rename = "type")]
    pub ty: String,
    /// The TOML that declares it.
    pub declare: String,
    /// What it means, in Chinese.
    pub meaning_zh: String,
    /// What it means, in English.
    pub meaning_en: String,
    /// Its unit.
    pub unit: String,
    /// Whether there may be no data.
    pub nullable: bool,
    /// The metric behind it, if one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metric: Option<&'static str>,
    /// The shipped policies that are given it by hand.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub policies: Vec<&'static str>,
}

/// Everything a policy may read.
pub fn inputs() -> Vec<Readable> {
    let mut list = Vec::new();
    for m in metric::catalogue() {
        let declare = |part: &str, name: &str| {
            format!(
                "[inputs.{name}]\nmetric = \"{}\"\nwindow_days = {}\npart = \"{part}\"\nday = \"today\"",
                m.name, m.window_days
            )
        };
        let whole = if m.scale == 1 { "int" } else { "number" };
        let value = if m.kind == Kind::Count { whole } else { "number" };
        let unit = if m.scale == 1 { "" } else { &m.unit };
        let mut parts = vec![(
            "value",
            m.name.clone(),
            value,
            &m.meaning_zh,
            &m.meaning_en,
            m.unit.as_str(),
            m.kind != Kind::Count,
        )];
        if m.kind != Kind::Count {
            parts.push((
                "numerator",
                format!("{}_numerator", m.name),
                whole,
                &m.num_zh,
                &m.num_en,
                unit,
                false,
            ));
            parts.push((
                "denominator",
                format!("{}_denominator", m.name),
                "int",
                &m.den_zh,
                &m.den_en,
                "",
                false,
            ));
        }
        for (part, name, ty, zh, en, unit, nullable) in parts {
            list.push(Readable {
                declare: declare(part, &name),
                name,
                ty: ty.to_owned(),
                meaning_zh: zh.clone(),
                meaning_en: en.clone(),
                unit: unit.to_owned(),
                nullable,
                metric: Some(&m.name),
                policies: Vec::new(),
            });
        }
    }
    let mut episodes = |name: &str, declare: &str, zh: &str, en: &str| {
        list.push(Readable {
            name: name.to_owned(),
            ty: "int".to_owned(),
            declare: format!("[inputs.{name}]\n{declare}"),
            meaning_zh: zh.to_owned(),
            meaning_en: en.to_owned(),
            unit: "episodes".to_owned(),
            nullable: false,
            metric: None,
            policies: Vec::new(),
        });
    };
    episodes(
        "hits_in_90_days",
        "episodes = { window_days = 90 }",
        "此前这段时间内，本规则命中该店铺的次数。",
        "How often this policy hit the shop in the window, before now.",
    );
    episodes(
        "hits_this_year",
        "episodes = { calendar = \"year\" }",
        "本自然年内，本规则此前命中该店铺的次数。",
        "How often this policy hit the shop in the local calendar year, before now.",
    );
    given(&mut list);
    list
}

/// What the shipped policies are given by hand; any other name will do for an input of one's own.
fn given(list: &mut Vec<Readable>) {
    let from = list.len();
    for policy in shipped() {
        for input in policy.inputs.iter().filter(|input| input.from == From::Given) {
            let declare = declaration(input);
            let meaning = input.meaning.clone().unwrap_or_default();
            match list[from..].iter_mut().find(|there| there.declare == declare) {
                Some(there) if there.policies.contains(&policy.id.as_str()) => {}
                Some(there) => there.policies.push(&policy.id),
                None => list.push(Readable {
                    name: input.name.clone(),
                    ty: match input.ty {
                        Ty::Money(_) => "money".to_owned(),
                        ty => ty.to_string(),
                    },
                    declare,
                    meaning_zh: meaning.zh,
                    meaning_en: meaning.en,
                    unit: match input.ty {
                        Ty::Money(currency) => currency.to_string(),
                        _ => input.unit.clone().unwrap_or_default(),
                    },
                    nullable: true,
                    metric: None,
                    policies: vec![&policy.id],
                }),
            }
        }
    }
    list[from..].sort_by(|a, b| a.name.cmp(&b.name));
}

/// The TOML that declares an input that is given by hand.
fn declaration(input: &Input) -> String {
    let mut text = format!("[inputs.{}]\ntype = ", input.name);
    text += &match input.ty {
        Ty::Money(currency) => format!("\"money\"\ncurrency = \"{currency}\""),
        ty => format!("\"{ty}\""),
    };
    if let Some(unit) = &input.unit {
        text += &format!("\nunit = \"{unit}\"");
    }
    if !input.words.is_empty() {
        let words: Vec<_> = input.words.iter().map(|word| format!("\"{word}\"")).collect();
        text += &format!("\nwords = [{}]", words.join(", "));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::check;

    #[test]
    fn every_declaration_that_is_offered_can_be_written() {
        for input in inputs() {
            let text = format!(
                "id = \"x\"\nversion = 1\neffective_from = 2026-01-01\nstage = \"during\"\nsubject = \"shop\"\n\
                 condition = \"{name} == {name}\"\ntitle = {{ zh = \"规\", en = \"t\" }}\ntext = {{ zh = \"规\", en = \"t\" }}\n\
                 {declare}\n[[actions]]\nkind = \"warn\"\n",
                name = input.name,
                declare = input.declare
            );
            let policy = check(&text, None).unwrap_or_else(|wrong| panic!("{}: {wrong:?}", input.name));
            let word = policy.inputs[0].ty.to_string();
            assert_eq!(word.split(' ').next(), Some(input.ty.as_str()), "{}", input.name);
            assert_eq!(policy.inputs[0].nullable(), input.nullable, "{}", input.name);
        }
    }
}
