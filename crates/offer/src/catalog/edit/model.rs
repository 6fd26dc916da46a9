//! The states of an edit, and what one content changes against another.

use crate::catalog::error::Error;
use crate::catalog::product::{Content, SkuDraft};
use crate::catalog::rules::Rules;
use crate::catalog::word::{Mark, WordClass};
use kernel::Money;
use serde::{Deserialize, Serialize};

/// Where an edit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Being written.
    Draft,
    /// Handed in.
    Waiting,
    /// Live, or once was.
    Approved,
    /// Refused.
    Rejected,
    /// Taken back.
    Withdrawn,
}

/// What can happen to an edit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// It is written on.
    Change,
    /// It is handed in.
    Submit,
    /// It is taken back.
    Withdraw,
    /// It goes live.
    Approve,
    /// It is refused.
    Reject,
}

impl Status {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Draft, Self::Waiting, Self::Approved, Self::Rejected, Self::Withdrawn];

    /// As it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Waiting => "waiting",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
        }
    }
    /// The status of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }
    /// In a sentence.
    pub const fn told(self) -> &'static str {
        match self {
            Self::Draft => "a draft that was not handed in",
            Self::Waiting => "waiting for its review",
            Self::Approved => "approved already",
            Self::Rejected => "rejected already",
            Self::Withdrawn => "withdrawn already",
        }
    }
    /// The whole life of an edit.
    pub const fn after(self, step: Step) -> Option<Self> {
        match (self, step) {
            (Self::Draft, Step::Change) => Some(Self::Draft),
            (Self::Draft, Step::Submit) => Some(Self::Waiting),
            (Self::Draft | Self::Waiting, Step::Withdraw) => Some(Self::Withdrawn),
            (Self::Waiting, Step::Approve) => Some(Self::Approved),
            (Self::Waiting, Step::Reject) => Some(Self::Rejected),
            (Self::Draft, Step::Approve | Step::Reject)
            | (Self::Waiting, Step::Change | Step::Submit)
            | (Self::Approved | Self::Rejected | Self::Withdrawn, _) => None,
        }
    }
}

/// One field that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Which: `title`, `about`, `axes`, `sku.sku_....price`, `attributes.att_...`.
    pub field: Box<str>,
    /// What it was; nothing if it was not there.
    pub before: Option<Box<str>>,
    /// What it becomes; nothing if it goes.
    pub after: Option<Box<str>>,
}

/// What a content is made of, as fields and texts.
fn fields(content: &Content) -> Vec<(String, String)> {
    let money = |money: Money| money.to_string();
    let mut fields: Vec<(String, String)> = vec![
        ("category".into(), content.category.to_string()),
        ("title".into(), content.title.to_string()),
        ("kind".into(), content.kind.as_str().into()),
        ("ship".into(), content.ship.to_string()),
        ("freight.fee".into(), money(content.freight.fee)),
    ];
    let mut add = |field: String, value: Option<String>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            fields.push((field, value));
        }
    };
    add("brand".into(), content.brand.map(|id| id.to_string()));
    add("freight.free_from".into(), content.freight.free_from.map(money));
    add("about".into(), Some(content.about.join("\n")));
    add("gallery".into(), Some(content.gallery.join(" ")));
    for (i, axis) in content.axes.iter().enumerate() {
        let value = |value: &crate::catalog::product::ValueDraft| match &value.media {
            None => value.name.to_string(),
            Some(key) => format!("{} ({key})", value.name),
        };
        let values: Vec<_> = axis.values.iter().map(value).collect();
        add(format!("axes.{i}"), Some(format!("{}: {}", axis.name, values.join(", "))));
    }
    for given in &content.attributes {
        add(format!("attributes.{}", given.attribute), Some(given.value.to_string()));
    }
    for sku in &content.skus {
        let named = sku_name(content, sku);
        let mut add = |field: &str, value: Option<String>| add(format!("{named}.{field}"), value);
        let variant = content.variant(sku);
        add("variant", Some(if variant.is_empty() { "-".to_owned() } else { variant }));
        add("code", Some(sku.code.to_string()));
        add("price", Some(money(sku.price)));
        add("list_price", sku.list_price.map(money));
        add("media", sku.media.as_ref().map(ToString::to_string));
        add("limit", sku.limit.map(|limit| limit.to_string()));
    }
    fields
}

/// A variant by its id, or by what it chooses as long as it has none.
fn sku_name(content: &Content, sku: &SkuDraft) -> String {
    match sku.id {
        Some(id) => format!("sku.{id}"),
        None => format!("sku.new({})", content.variant(sku)),
    }
}

/// Which fields differ, in the order of the new content, then what went. Against nothing, everything is new.
pub fn diff(before: Option<&Content>, after: &Content) -> Vec<Change> {
    let old = before.map(fields).unwrap_or_default();
    let new = fields(after);
    let find = |all: &[(String, String)], field: &str| -> Option<Box<str>> {
        all.iter().find(|(name, _)| name == field).map(|(_, value)| value.as_str().into())
    };
    let changed = new.iter().filter_map(|(field, value)| {
        let was = find(&old, field);
        (was.as_deref() != Some(value.as_str())).then(|| Change {
            field: field.as_str().into(),
            before: was,
            after: Some(value.as_str().into()),
        })
    });
    let gone = old.iter().filter(|(field, _)| find(&new, field).is_none()).map(|(field, value)| Change {
        field: field.as_str().into(),
        before: Some(value.as_str().into()),
        after: None,
    });
    changed.chain(gone).collect()
}

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

/// A reason is a word: reports count by it.
pub(crate) fn checked_reason(reason: &str) -> Result<(), Error> {
    let is_word = (1..=32).contains(&reason.len())
        && reason.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if is_word { Ok(()) } else { Err(Error::Reason) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::product::{AxisDraft, Freight, GoodsKind, ValueDraft};
    use kernel::{Currency, Id, RawId};

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
            }],
            gallery: vec!["k".into()],
            attributes: Vec::new(),
            ship: "ship-48h".into(),
            freight: Freight { fee: yuan(0), free_from: None },
        }
    }

    #[test]
    fn an_edit_is_decided_once() {
        let steps = [Step::Change, Step::Submit, Step::Withdraw, Step::Approve, Step::Reject];
        let table: Vec<_> = Status::ALL
            .iter()
            .map(|status| steps.map(|step| status.after(step).map(Status::as_str)))
            .collect();
        assert_eq!(
            table,
            [
                [Some("draft"), Some("waiting"), Some("withdrawn"), None, None],
                [None, None, Some("withdrawn"), Some("approved"), Some("rejected")],
                [None; 5],
                [None; 5],
                [None; 5],
            ]
        );
        assert!(Status::ALL.iter().all(|status| Status::parse(status.as_str()) == Some(*status)));
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

    #[test]
    fn a_reason_is_one_word() {
        assert_eq!(checked_reason("false_claim"), Ok(()));
        for bad in ["", "False", "two words", "a-b", "x".repeat(33).as_str()] {
            assert_eq!(checked_reason(bad), Err(Error::Reason), "{bad}");
        }
    }
}
