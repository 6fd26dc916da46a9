//! The content of a product in JSON, there and back.

use crate::shape::time;
use kernel::{Currency, Market};
use offer::catalog::{
    AttributeDraft, AxisDraft, Change, Content, EditView, Freight, GoodsKind, Mark, SkuDraft, ValueDraft,
};
use web_kit::prelude::*;

/// One value of an axis.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ValueShape {
    /// What the shop calls it.
    pub name: Box<str>,
    /// The key of a picture of it.
    #[serde(default)]
    pub media: Option<Box<str>>,
}

/// One way in which variants differ.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AxisShape {
    /// What the shop calls it.
    pub name: Box<str>,
    /// Which there are.
    pub values: Vec<ValueShape>,
}

/// One variant.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SkuShape {
    /// Which; leave it out for a new one.
    #[serde(default)]
    pub sku: Option<String>,
    /// The shop's own number for it.
    #[serde(default)]
    pub code: Box<str>,
    /// For each axis, which of its values, from 0.
    #[serde(default)]
    pub choice: Vec<u16>,
    /// What it costs. Of a variant that is live it has to be the present one: that changes at once, under `prices`.
    pub price: Money,
    /// What the shop says that it should cost; shown as its word and never struck.
    #[serde(default)]
    pub list_price: Option<Money>,
    /// The key of a picture of it.
    #[serde(default)]
    pub media: Option<Box<str>>,
    /// How many one buyer may buy.
    #[serde(default)]
    pub limit: Option<i64>,
}

/// What a product says of one attribute.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AttributeShape {
    /// Of which.
    pub attribute: String,
    /// `350`, an option's code, `yes`, or a text, as its kind asks.
    pub value: Box<str>,
}

/// What shipping costs.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FreightShape {
    /// For what ships of one order.
    pub fee: Money,
    /// From which sum of goods on it is free.
    #[serde(default)]
    pub free_from: Option<Money>,
}

/// Everything of a product that is reviewed.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContentShape {
    /// Where it stands.
    pub category: String,
    /// By whom it is made.
    #[serde(default)]
    pub brand: Option<String>,
    /// What it is.
    pub title: Box<str>,
    /// Paragraphs about it.
    #[serde(default)]
    pub about: Vec<Box<str>>,
    /// `physical` or `digital`.
    #[schema(pattern = "^(physical|digital)$")]
    pub kind: String,
    /// In what its variants differ, at most 3 ways.
    #[serde(default)]
    pub axes: Vec<AxisShape>,
    /// Its variants.
    pub skus: Vec<SkuShape>,
    /// Keys of its pictures, the first one is its face.
    #[serde(default)]
    pub gallery: Vec<Box<str>>,
    /// What it says of its category's attributes.
    #[serde(default)]
    pub attributes: Vec<AttributeShape>,
    /// The promise by which it ships: `ship-48h`.
    pub ship: Box<str>,
    /// What shipping costs.
    pub freight: FreightShape,
}

impl ContentShape {
    /// Of what the catalog has.
    pub(crate) fn of(content: Content) -> Self {
        let value = |value: ValueDraft| ValueShape { name: value.name, media: value.media };
        let axis = |axis: AxisDraft| AxisShape {
            name: axis.name,
            values: axis.values.into_iter().map(value).collect(),
        };
        let sku = |sku: SkuDraft| SkuShape {
            sku: sku.id.map(|id| id.to_string()),
            code: sku.code,
            choice: sku.choice.iter().map(|n| u16::try_from(*n).unwrap_or(u16::MAX)).collect(),
            price: sku.price,
            list_price: sku.list_price,
            media: sku.media,
            limit: sku.limit,
        };
        let given = |given: AttributeDraft| AttributeShape {
            attribute: given.attribute.to_string(),
            value: given.value,
        };
        let Freight { fee, free_from } = content.freight;
        Self {
            category: content.category.to_string(),
            brand: content.brand.map(|brand| brand.to_string()),
            title: content.title,
            about: content.about,
            kind: content.kind.as_str().to_owned(),
            axes: content.axes.into_iter().map(axis).collect(),
            skus: content.skus.into_iter().map(sku).collect(),
            gallery: content.gallery,
            attributes: content.attributes.into_iter().map(given).collect(),
            ship: content.ship,
            freight: FreightShape { fee, free_from },
        }
    }

    /// As the catalog has it.
    pub(crate) fn content(self, currency: Currency) -> Result<Content, Failure> {
        let money = |name, amount| input::money(name, amount, currency);
        let maybe = |name, amount: Option<Money>| amount.map(|amount| money(name, amount)).transpose();
        let value = |value: ValueShape| ValueDraft { name: value.name, media: value.media };
        let axis = |axis: AxisShape| AxisDraft {
            name: axis.name,
            values: axis.values.into_iter().map(value).collect(),
        };
        let sku = |sku: SkuShape| {
            Ok(SkuDraft {
                id: sku.sku.as_deref().map(input::id).transpose()?,
                code: sku.code,
                choice: sku.choice.into_iter().map(usize::from).collect(),
                price: money("price", sku.price)?,
                list_price: maybe("list_price", sku.list_price)?,
                media: sku.media,
                limit: sku.limit,
                stock: None,
            })
        };
        let given = |given: AttributeShape| {
            Ok(AttributeDraft { attribute: input::id(&given.attribute)?, value: given.value })
        };
        Ok(Content {
            category: input::id(&self.category)?,
            brand: self.brand.as_deref().map(input::id).transpose()?,
            title: self.title,
            about: self.about,
            kind: GoodsKind::parse(&self.kind)
                .ok_or_else(|| Failure::invalid("kind must be physical or digital"))?,
            axes: self.axes.into_iter().map(axis).collect(),
            skus: self.skus.into_iter().map(sku).collect::<Result<_, Failure>>()?,
            gallery: self.gallery,
            attributes: self.attributes.into_iter().map(given).collect::<Result<_, Failure>>()?,
            ship: self.ship,
            freight: Freight {
                fee: money("freight.fee", self.freight.fee)?,
                free_from: maybe("freight.free_from", self.freight.free_from)?,
            },
        })
    }
}

/// A place where a watched word stands.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct MarkView {
    /// In which field: `title`, `about.2`.
    pub field: String,
    /// From which character, from 0.
    pub from: usize,
    /// Until before which.
    pub to: usize,
    /// Which word.
    pub word: String,
    /// Why it is watched, in Chinese.
    pub zh: String,
    /// Why it is watched, in English.
    pub en: String,
}

/// An edit of a product.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct EditShape {
    /// Its id.
    pub edit: String,
    /// Of which shop.
    pub shop: String,
    /// Of which product.
    pub product: String,
    /// The version it changes; 0 for a product that was never live.
    pub base: i64,
    /// `draft`, `waiting`, `approved`, `rejected` or `withdrawn`.
    pub status: &'static str,
    /// How often it was written: send it back with a change.
    pub revision: i64,
    /// What the product becomes.
    pub content: ContentShape,
    /// What differs from the version it changes.
    pub changes: Vec<Change>,
    /// Sensitive words, once it was handed in.
    pub marks: Vec<MarkView>,
    /// Why it was rejected, in a word.
    pub reason: Option<String>,
    /// What the reviewer wrote.
    pub note: Option<String>,
    /// When it was begun.
    pub made_at: String,
    /// When it was handed in.
    pub submitted_at: Option<String>,
    /// When it was decided.
    pub decided_at: Option<String>,
}

impl EditShape {
    pub(crate) fn of(edit: EditView, market: &Market) -> Self {
        let moment = |at| time(market, at);
        let mark = |mark: Mark| MarkView {
            field: mark.field.into(),
            from: mark.from,
            to: mark.to,
            word: mark.word.into(),
            zh: mark.zh.into(),
            en: mark.en.into(),
        };
        Self {
            edit: edit.id.to_string(),
            shop: edit.shop.to_string(),
            product: edit.product.to_string(),
            base: edit.base,
            status: edit.status.as_str(),
            revision: edit.revision,
            content: ContentShape::of(edit.content),
            changes: edit.changes,
            marks: edit.marks.into_iter().map(mark).collect(),
            reason: edit.reason.map(String::from),
            note: edit.note.map(String::from),
            made_at: moment(edit.made_at),
            submitted_at: edit.submitted_at.map(moment),
            decided_at: edit.decided_at.map(moment),
        }
    }
}
