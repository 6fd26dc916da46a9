//! What of an edit waits for a review, and the words that it holds.

use crate::catalog::error::Error;
use crate::catalog::product::{Change, Content};
use crate::catalog::rules::Rules;
use crate::catalog::word::{Mark, WordClass};

/// Whether a change waits for a review: prices, list prices and limits of variants that are live do not.
pub(super) fn is_reviewed(change: &Change) -> bool {
    let at_once = [".price", ".list_price", ".limit"].iter().any(|end| change.field.ends_with(end));
    !(at_once && change.field.starts_with("sku.sku_"))
}

/// Every place in a content where a watched word stands.
pub(super) fn marks(content: &Content, rules: &Rules) -> Vec<Mark> {
    let mut marks = rules.words.find("title", &content.title);
    for (i, text) in content.about.iter().enumerate() {
        marks.extend(rules.words.find(&format!("about.{i}"), text));
    }
    for given in &content.attributes {
        marks.extend(rules.words.find(&format!("attributes.{}", given.attribute), &given.value));
    }
    for (a, axis) in content.axes.iter().enumerate() {
        marks.extend(rules.words.find(&format!("axes.{a}.name"), &axis.name));
        for (v, value) in axis.values.iter().enumerate() {
            marks.extend(rules.words.find(&format!("axes.{a}.values.{v}.name"), &value.name));
        }
    }
    marks
}

/// The sensitive places of a content, or a refusal with the banned ones.
pub(super) fn sifted(content: &Content, rules: &Rules) -> Result<Vec<Mark>, Error> {
    let (banned, sensitive): (Vec<_>, Vec<_>) =
        marks(content, rules).into_iter().partition(|mark| mark.class == WordClass::Banned);
    if banned.is_empty() { Ok(sensitive) } else { Err(Error::Banned(banned)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::product::{AxisDraft, Freight, GoodsKind, SkuDraft, ValueDraft, diff};
    use kernel::{Currency, Id, Money, RawId};

    fn content() -> Content {
        let yuan = |minor| Money::new(minor, Currency::CNY);
        Content {
            category: Id::from_raw(RawId::default()),
            brand: None,
            title: "杯子".into(),
            about: vec!["好".into()],
            kind: GoodsKind::Physical,
            axes: vec![AxisDraft {
                name: "颜色".into(),
                values: vec![ValueDraft { name: "白".into(), media: None }],
            }],
            skus: vec![SkuDraft {
                id: Some(Id::from_raw(RawId::default())),
                code: "".into(),
                choice: vec![0],
                price: yuan(100),
                list_price: None,
                media: None,
                limit: None,
                stock: None,
            }],
            gallery: vec!["k".into()],
            attributes: Vec::new(),
            ship: "ship-48h".into(),
            freight: Freight { fee: yuan(0), free_from: None },
        }
    }

    #[test]
    fn a_difference_names_field_before_and_after() {
        let old = content();
        assert_eq!(diff(Some(&old), &old), []);
        let mut new = content();
        new.title = "茶杯".into();
        new.about.clear();
        new.skus[0].price = Money::new(90, Currency::CNY);
        let changes = diff(Some(&old), &new);
        let told: Vec<_> =
            changes.iter().map(|c| (&*c.field, c.before.as_deref(), c.after.as_deref())).collect();
        let price = format!("sku.{}.price", old.skus[0].id.unwrap());
        assert_eq!(
            told,
            [
                ("title", Some("杯子"), Some("茶杯")),
                (price.as_str(), Some("CNY 1.00"), Some("CNY 0.90")),
                ("about", Some("好"), None),
            ]
        );
        let reviewed: Vec<_> = changes.iter().filter(|c| is_reviewed(c)).map(|c| &*c.field).collect();
        assert_eq!(reviewed, ["title", "about"]);
        assert!(diff(None, &old).iter().all(|change| change.before.is_none()));
    }
}
