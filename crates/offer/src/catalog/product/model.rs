//! The content of a product: what a shop writes and the platform reviews. Drafts hold it, versions keep it.

use crate::catalog::category::{Attribute, Category};
use crate::catalog::fault::{Fault, Faults, Flaw};
use crate::catalog::goods::GoodsKind;
use crate::catalog::rules::Limits;
use kernel::id::{Attribute as AttributeKey, Brand, Category as CategoryKey, Sku};
use kernel::{Currency, Id, Money, text};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// How many axes a matrix has at most.
pub const MOST_AXES: usize = 3;
/// The most that is asked for anything, in minor units.
const MOST_MONEY: i64 = 1_000_000_000_000;
/// The most units that a variant begins with.
const MOST_STOCK: i64 = 1_000_000;

/// What shipping costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Freight {
    /// For what a shop ships of one order.
    pub fee: Money,
    /// From which sum of goods on it is free.
    pub free_from: Option<Money>,
}

/// One way in which variants differ: colour, size.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AxisDraft {
    /// What the shop calls it.
    pub name: Box<str>,
    /// Which there are.
    pub values: Vec<ValueDraft>,
}

/// One value of an axis.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValueDraft {
    /// What the shop calls it.
    pub name: Box<str>,
    /// The key of a picture of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media: Option<Box<str>>,
}

/// One variant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SkuDraft {
    /// Which; given when the draft is kept, if it is new.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Id<Sku>>,
    /// The shop's own number for it; may be empty.
    #[serde(default)]
    pub code: Box<str>,
    /// For each axis, which of its values.
    #[serde(default)]
    pub choice: Vec<usize>,
    /// What it costs. Of a variant that is live already, the live price stands: prices do not wait for a review.
    pub price: Money,
    /// What it is said to cost elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list_price: Option<Money>,
    /// The key of a picture of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media: Option<Box<str>>,
    /// How many one buyer may buy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
    /// How many there are when it goes live for the first time. A version does not keep it: from then on the warehouse knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stock: Option<i64>,
}

/// What a product has to say of one attribute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttributeDraft {
    /// Of which.
    pub attribute: Id<AttributeKey>,
    /// `350`, an option's code, `yes`, or a text, as its kind asks.
    pub value: Box<str>,
}

/// Everything of a product that is reviewed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// Where it stands.
    pub category: Id<CategoryKey>,
    /// By whom it is made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brand: Option<Id<Brand>>,
    /// What it is.
    pub title: Box<str>,
    /// Paragraphs about it.
    #[serde(default)]
    pub about: Vec<Box<str>>,
    /// What sort of goods.
    pub kind: GoodsKind,
    /// In what its variants differ; none for a product of one variant.
    #[serde(default)]
    pub axes: Vec<AxisDraft>,
    /// Its variants: all combinations, or some.
    pub skus: Vec<SkuDraft>,
    /// Keys of its pictures, the first one is its face.
    #[serde(default)]
    pub gallery: Vec<Box<str>>,
    /// What it says of its category's attributes.
    #[serde(default)]
    pub attributes: Vec<AttributeDraft>,
    /// The promise by which it ships: `ship-48h`.
    pub ship: Box<str>,
    /// What shipping costs.
    pub freight: Freight,
}

impl Content {
    /// The same content with its texts as they are kept.
    pub(crate) fn kept(&self) -> Self {
        let kept = |text: &mut Box<str>| *text = text::kept(text).into();
        let mut content = self.clone();
        kept(&mut content.title);
        content.about.iter_mut().for_each(kept);
        for axis in &mut content.axes {
            kept(&mut axis.name);
            axis.values.iter_mut().for_each(|value| kept(&mut value.name));
        }
        content.skus.iter_mut().for_each(|sku| kept(&mut sku.code));
        content.attributes.iter_mut().for_each(|given| kept(&mut given.value));
        content
    }

    /// What keeps it from being kept even as a draft: it is larger than anything may be, or points beside its own lists.
    pub(crate) fn unbounded(&self, limits: &Limits, currency: Currency) -> Vec<Fault> {
        let mut faults = Faults::default();
        faults.text(&self.title, (0, limits.title_most), || "title".to_owned());
        faults.count(self.about.len(), (0, limits.paragraphs_most), "about");
        for (i, text) in self.about.iter().enumerate() {
            faults.text(text, (0, limits.paragraph_most), || format!("about.{i}"));
        }
        faults.count(self.axes.len(), (0, MOST_AXES), "axes");
        for (a, axis) in self.axes.iter().enumerate() {
            faults.text(&axis.name, (0, limits.name_most), || format!("axes.{a}.name"));
            faults.count(axis.values.len(), (0, limits.values_most), &format!("axes.{a}.values"));
            for (v, value) in axis.values.iter().enumerate() {
                faults.text(&value.name, (0, limits.name_most), || format!("axes.{a}.values.{v}.name"));
            }
        }
        faults.count(self.skus.len(), (0, limits.skus_most), "skus");
        let mut known = HashSet::new();
        for (i, sku) in self.skus.iter().enumerate() {
            let field = |name: &str| format!("skus.{i}.{name}");
            faults.text(&sku.code, (0, limits.name_most), || field("code"));
            faults.unless(self.chooses(sku), || field("choice"), Flaw::Choice);
            faults.unless(sku.id.is_none_or(|id| known.insert(id)), || field("id"), Flaw::Twice);
            for (name, money) in [("price", Some(sku.price)), ("list_price", sku.list_price)] {
                let Some(money) = money else { continue };
                faults.unless(money.currency == currency, || field(name), Flaw::Currency(currency));
                faults.unless((0..=MOST_MONEY).contains(&money.minor), || field(name), Flaw::Amount);
            }
            faults.unless(
                sku.limit.is_none_or(|limit| (1..=1_000_000).contains(&limit)),
                || field("limit"),
                Flaw::Amount,
            );
            let fits = sku.stock.is_none_or(|stock| (0..=MOST_STOCK).contains(&stock));
            faults.unless(fits, || field("stock"), Flaw::Amount);
        }
        faults.count(self.gallery.len(), (0, limits.gallery_most), "gallery");
        faults.count(self.attributes.len(), (0, limits.attributes_most), "attributes");
        for given in &self.attributes {
            faults.text(&given.value, (0, limits.value_most), || format!("attributes.{}", given.attribute));
        }
        faults.unless(self.ship.len() <= 40, || "ship".to_owned(), Flaw::Word);
        for (name, money) in [("fee", Some(self.freight.fee)), ("free_from", self.freight.free_from)] {
            let Some(money) = money else { continue };
            let field = || format!("freight.{name}");
            faults.unless(money.currency == currency, field, Flaw::Currency(currency));
            faults.unless((0..=MOST_MONEY).contains(&money.minor), field, Flaw::Amount);
        }
        faults.0
    }

    fn chooses(&self, sku: &SkuDraft) -> bool {
        sku.choice.len() == self.axes.len()
            && sku.choice.iter().zip(&self.axes).all(|(value, axis)| *value < axis.values.len())
    }

    /// Everything that keeps it from going live in `category`, whose attributes (with those above it) are `attributes`; without
    /// a category, everything that does not turn on it.
    pub(crate) fn faults(
        &self,
        limits: &Limits,
        currency: Currency,
        section: Option<(&Category, &[Attribute])>,
    ) -> Vec<Fault> {
        let mut faults = Faults(self.unbounded(limits, currency));
        faults.unless(
            section.is_none_or(|(category, _)| category.open),
            || "category".to_owned(),
            Flaw::Closed,
        );
        faults.text(&self.title, (limits.title_least, limits.title_most), || "title".to_owned());
        for (i, text) in self.about.iter().enumerate() {
            faults.text(text, (1, limits.paragraph_most), || format!("about.{i}"));
        }
        self.matrix_faults(limits, &mut faults);
        faults.count(self.gallery.len(), (1, limits.gallery_most), "gallery");
        for (i, key) in self.gallery.iter().enumerate() {
            faults.unless(!self.gallery[..i].contains(key), || format!("gallery.{i}"), Flaw::Twice);
        }
        if let Some((_, attributes)) = section {
            self.attribute_faults(attributes, &mut faults);
        }
        let is_word = |text: &str| {
            !text.is_empty()
                && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        };
        faults.unless(is_word(&self.ship), || "ship".to_owned(), Flaw::Word);
        let no_freight = self.freight.fee.minor == 0 && self.freight.free_from.is_none();
        faults.unless(
            self.kind == GoodsKind::Physical || no_freight,
            || "freight.fee".to_owned(),
            Flaw::NotShipped,
        );
        let mut seen = HashSet::new();
        faults.0.retain(|fault| seen.insert((fault.field.clone(), fault.flaw.to_string())));
        faults.0
    }

    fn matrix_faults(&self, limits: &Limits, faults: &mut Faults) {
        for (a, axis) in self.axes.iter().enumerate() {
            faults.text(&axis.name, (1, limits.name_most), || format!("axes.{a}.name"));
            faults.count(axis.values.len(), (1, limits.values_most), &format!("axes.{a}.values"));
            let again = self.axes[..a].iter().any(|other| text::key(&other.name) == text::key(&axis.name));
            faults.unless(!again, || format!("axes.{a}.name"), Flaw::Twice);
            let mut values = HashSet::new();
            for (v, value) in axis.values.iter().enumerate() {
                let field = || format!("axes.{a}.values.{v}.name");
                faults.text(&value.name, (1, limits.name_most), field);
                let again = !values.insert(text::key(&value.name));
                faults.unless(!again, field, Flaw::Twice);
                let used = self.skus.iter().any(|sku| sku.choice.get(a) == Some(&v));
                faults.unless(used, field, Flaw::Unused);
            }
        }
        let most = if self.axes.is_empty() { 1 } else { limits.skus_most };
        faults.count(self.skus.len(), (1, most), "skus");
        let (mut choices, mut codes) = (HashSet::new(), HashSet::new());
        for (i, sku) in self.skus.iter().enumerate() {
            faults.unless(choices.insert(&sku.choice), || format!("skus.{i}.choice"), Flaw::Twice);
            let new = sku.code.is_empty() || codes.insert(text::key(&sku.code));
            faults.unless(new, || format!("skus.{i}.code"), Flaw::Twice);
            faults.unless(sku.price.minor > 0, || format!("skus.{i}.price"), Flaw::Amount);
            let fits = sku.list_price.is_none_or(|list| list.minor >= sku.price.minor);
            faults.unless(fits, || format!("skus.{i}.list_price"), Flaw::BelowPrice);
        }
    }

    fn attribute_faults(&self, attributes: &[Attribute], faults: &mut Faults) {
        let mut given = HashSet::new();
        for draft in &self.attributes {
            let field = || format!("attributes.{}", draft.attribute);
            faults.unless(given.insert(draft.attribute), field, Flaw::Twice);
            match attributes.iter().find(|attribute| attribute.id == draft.attribute) {
                None => faults.add(field(), Flaw::Foreign),
                Some(attribute) => {
                    let fine = attribute.kind.shown(&draft.value).is_some();
                    faults.unless(fine, field, Flaw::Value(attribute.kind.as_str()));
                }
            }
        }
        for attribute in attributes.iter().filter(|attribute| attribute.required && attribute.open) {
            let named = |axis: &AxisDraft| *axis.name == *attribute.zh || *axis.name == *attribute.en;
            let fine = given.contains(&attribute.id) || (attribute.axis && self.axes.iter().any(named));
            faults.unless(fine, || format!("attributes.{}", attribute.id), Flaw::Missing);
        }
    }

    /// The keys of all its pictures, each once.
    pub fn pictures(&self) -> Vec<&str> {
        let values =
            self.axes.iter().flat_map(|axis| &axis.values).filter_map(|value| value.media.as_deref());
        let skus = self.skus.iter().filter_map(|sku| sku.media.as_deref());
        let mut keys: Vec<&str> = self.gallery.iter().map(|key| &**key).chain(values).chain(skus).collect();
        let mut seen = HashSet::new();
        keys.retain(|key| seen.insert(*key));
        keys
    }

    /// What a variant is called: the values that it chooses.
    pub(crate) fn variant(&self, sku: &SkuDraft) -> String {
        let chosen = sku.choice.iter().zip(&self.axes).filter_map(|(value, axis)| axis.values.get(*value));
        chosen.map(|value| &*value.name).collect::<Vec<_>>().join(" / ")
    }
}
