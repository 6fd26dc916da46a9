//! What one content changes against another.

use super::model::{Content, SkuDraft, ValueDraft};
use kernel::Money;
use serde::Serialize;

/// One field that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
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
        let value = |value: &ValueDraft| match &value.media {
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
