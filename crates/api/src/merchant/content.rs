//! The content of a product in JSON, there and back.

use crate::merchant::Amount;
use kernel::id::{Attribute, Brand, Category, Sku};
use kernel::{Currency, Market};
use offer::catalog::{
    self, AttributeDraft, AxisDraft, Change, Content, EditView, GoodsKind, SkuDraft, ValueDraft,
};
use serde::{Deserialize, Serialize};
use web_kit::input::id;
use web_kit::problem::Failure;

/// One value of an axis.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ValueShape {
    /// What the shop calls it.
    pub name: String,
    /// The key of a picture of it.
    #[serde(default)]
    pub media: Option<String>,
}

/// One way in which variants differ.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AxisShape {
    /// What the shop calls it.
    pub name: String,
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
    pub code: String,
    /// For each axis, which of its values, from 0.
    #[serde(default)]
    pub choice: Vec<u16>,
    /// What it costs. Of a variant that is live, the live price stands.
    pub price: Amount,
    /// The price struck through.
    #[serde(default)]
    pub list_price: Option<Amount>,
    /// The key of a picture of it.
    #[serde(default)]
    pub media: Option<String>,
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
    pub value: String,
}

/// What shipping costs.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FreightShape {
    /// For what ships of one order.
    pub fee: Amount,
    /// From which sum of goods on it is free.
    #[serde(default)]
    pub free_from: Option<Amount>,
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
    pub title: String,
    /// Paragraphs about it.
    #[serde(default)]
    pub about: Vec<String>,
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
    pub gallery: Vec<String>,
    /// What it says of its category's attributes.
    #[serde(default)]
    pub attributes: Vec<AttributeShape>,
    /// The promise by which it ships: `ship-48h`.
    pub ship: String,
    /// What shipping costs.
    pub freight: FreightShape,
}

impl ContentShape {
    pub(crate) fn of(content: &Content) -> Self {
        Self {
            category: content.category.to_string(),
            brand: content.brand.map(|brand| brand.to_string()),
            title: content.title.to_string(),
            about: content.about.iter().map(ToString::to_string).collect(),
            kind: content.kind.as_str().to_owned(),
            axes: content
                .axes
                .iter()
                .map(|axis| AxisShape {
                    name: axis.name.to_string(),
                    values: axis
                        .values
                        .iter()
                        .map(|value| ValueShape {
                            name: value.name.to_string(),
                            media: value.media.as_deref().map(str::to_owned),
                        })
                        .collect(),
                })
                .collect(),
            skus: content
                .skus
                .iter()
                .map(|sku| SkuShape {
                    sku: sku.id.map(|id| id.to_string()),
                    code: sku.code.to_string(),
                    choice: sku.choice.iter().map(|n| u16::try_from(*n).unwrap_or(u16::MAX)).collect(),
                    price: sku.price.into(),
                    list_price: sku.list_price.map(Into::into),
                    media: sku.media.as_deref().map(str::to_owned),
                    limit: sku.limit,
                })
                .collect(),
            gallery: content.gallery.iter().map(ToString::to_string).collect(),
            attributes: content
                .attributes
                .iter()
                .map(|given| AttributeShape {
                    attribute: given.attribute.to_string(),
                    value: given.value.to_string(),
                })
                .collect(),
            ship: content.ship.to_string(),
            freight: FreightShape {
                fee: content.freight.fee.into(),
                free_from: content.freight.free_from.map(Into::into),
            },
        }
    }

    /// As the catalog has it.
    pub(crate) fn content(&self, currency: Currency) -> Result<Content, Failure> {
        let money = |name: &str, amount: &Amount| amount.money(name, currency);
        let skus = self.skus.iter().map(|sku| {
            Ok(SkuDraft {
                id: sku.sku.as_deref().map(id::<Sku>).transpose()?,
                code: sku.code.as_str().into(),
                choice: sku.choice.iter().map(|n| usize::from(*n)).collect(),
                price: money("price", &sku.price)?,
                list_price: sku.list_price.as_ref().map(|list| money("list_price", list)).transpose()?,
                media: sku.media.as_deref().map(Into::into),
                limit: sku.limit,
            })
        });
        let attributes = self.attributes.iter().map(|given| {
            Ok(AttributeDraft {
                attribute: id::<Attribute>(&given.attribute)?,
                value: given.value.as_str().into(),
            })
        });
        let axes = self.axes.iter().map(|axis| AxisDraft {
            name: axis.name.as_str().into(),
            values: axis
                .values
                .iter()
                .map(|value| ValueDraft {
                    name: value.name.as_str().into(),
                    media: value.media.as_deref().map(Into::into),
                })
                .collect(),
        });
        Ok(Content {
            category: id::<Category>(&self.category)?,
            brand: self.brand.as_deref().map(id::<Brand>).transpose()?,
            title: self.title.as_str().into(),
            about: self.about.iter().map(|text| text.as_str().into()).collect(),
            kind: GoodsKind::parse(&self.kind)
                .ok_or_else(|| Failure::invalid("kind must be physical or digital"))?,
            axes: axes.collect(),
            skus: skus.collect::<Result<_, Failure>>()?,
            gallery: self.gallery.iter().map(|key| key.as_str().into()).collect(),
            attributes: attributes.collect::<Result<_, Failure>>()?,
            ship: self.ship.as_str().into(),
            freight: catalog::Freight {
                fee: money("freight.fee", &self.freight.fee)?,
                free_from: self
                    .freight
                    .free_from
                    .as_ref()
                    .map(|from| money("freight.free_from", from))
                    .transpose()?,
            },
        })
    }
}

/// One field that differs.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ChangeView {
    /// Which.
    pub field: String,
    /// What it was.
    pub before: Option<String>,
    /// What it becomes.
    pub after: Option<String>,
}

impl ChangeView {
    pub(crate) fn of(change: &Change) -> Self {
        Self {
            field: change.field.to_string(),
            before: change.before.as_deref().map(str::to_owned),
            after: change.after.as_deref().map(str::to_owned),
        }
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
    pub changes: Vec<ChangeView>,
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
    pub(crate) fn of(edit: &EditView, market: &Market) -> Self {
        let time = |at: kernel::Moment| crate::merchant::time(market, at);
        Self {
            edit: edit.id.to_string(),
            shop: edit.shop.to_string(),
            product: edit.product.to_string(),
            base: edit.base,
            status: edit.status.as_str(),
            revision: edit.revision,
            content: ContentShape::of(&edit.content),
            changes: edit.changes.iter().map(ChangeView::of).collect(),
            marks: edit
                .marks
                .iter()
                .map(|mark| MarkView {
                    field: mark.field.to_string(),
                    from: mark.from,
                    to: mark.to,
                    word: mark.word.to_string(),
                    zh: mark.zh.to_string(),
                    en: mark.en.to_string(),
                })
                .collect(),
            reason: edit.reason.as_deref().map(str::to_owned),
            note: edit.note.as_deref().map(str::to_owned),
            made_at: time(edit.made_at),
            submitted_at: edit.submitted_at.map(time),
            decided_at: edit.decided_at.map(time),
        }
    }
}
