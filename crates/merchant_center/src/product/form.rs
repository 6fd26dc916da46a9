//! The content of a product as fields of a form, there and back.
//!
//! Invariants: a content that goes into a form comes out the same; every fault of the catalog finds the field that it is
//! about; what cannot be read is refused beside its field, and the rest is kept.

use crate::matrix::{self, Axis, MOST_AXES, Matrix, Row};
use kernel::{Currency, Entity, Id, Money, RawId};
use offer::catalog::{
    AttributeDraft, AxisDraft, Content, Fault, Flaw, Freight, GoodsKind, SkuDraft, ValueDraft,
};
use web_kit::admin::words::PRODUCT_INPUT;
use web_kit::form::{Fields, plain};
use web_kit::lang::Lang;

/// The most units that a limit for one buyer may say.
const MOST_LIMIT: i64 = 1_000_000;

/// A content as the fields of its form.
pub fn fields_of(content: &Content) -> Fields {
    let mut fields = Fields::default();
    fields.set("category", content.category.to_string());
    fields.set("brand", content.brand.map(|brand| brand.to_string()).unwrap_or_default());
    fields.set("title", &*content.title);
    fields.set("about", content.about.iter().map(|text| &**text).collect::<Vec<_>>().join("\n"));
    fields.set("kind", content.kind.as_str());
    let money = |money: Option<Money>| money.map(plain).unwrap_or_default();
    let named = |choice: &[usize]| -> Vec<String> {
        let chosen = choice.iter().zip(&content.axes).filter_map(|(v, axis)| axis.values.get(*v));
        chosen.map(|value| value.name.to_string()).collect()
    };
    let axis = |axis: &AxisDraft| Axis {
        name: axis.name.to_string(),
        values: axis.values.iter().map(|value| value.name.to_string()).collect(),
    };
    let row = |sku: &SkuDraft| {
        let of_value =
            || sku.choice.first().and_then(|v| content.axes.first()?.values.get(*v)?.media.as_deref());
        Row {
            choice: named(&sku.choice),
            sku: sku.id.map(|id| id.to_string()).unwrap_or_default(),
            code: sku.code.to_string(),
            price: money(Some(sku.price).filter(|price| price.minor != 0)),
            list: money(sku.list_price),
            limit: sku.limit.map(|limit| limit.to_string()).unwrap_or_default(),
            stock: sku.stock.map(|stock| stock.to_string()).unwrap_or_default(),
            media: sku.media.as_deref().or_else(of_value).unwrap_or_default().to_owned(),
            off: false,
        }
    };
    let axes = content.axes.iter().take(MOST_AXES).map(axis).collect();
    let mut matrix = Matrix { axes, rows: content.skus.iter().map(row).collect() }.whole();
    // Combinations that are not made say so, so that the matrix does not bring them back.
    for row in &mut matrix.rows {
        row.off = !content.skus.iter().any(|sku| named(&sku.choice) == row.choice);
    }
    keep_matrix(&mut fields, &matrix);
    for key in &content.gallery {
        fields.push("gallery", &**key);
    }
    for given in &content.attributes {
        fields.set(format!("attr.{}", given.attribute), &*given.value);
    }
    fields.set("ship", &*content.ship);
    fields.set("fee", plain(content.freight.fee));
    fields.set("free_from", money(content.freight.free_from));
    fields
}

/// An id in a field; what is none is refused there.
fn id<T: Entity>(fields: &mut Fields, name: &str) -> Option<Id<T>> {
    let text = fields.text(name).to_owned();
    if text.is_empty() {
        return None;
    }
    let read = text.parse().ok();
    if read.is_none() {
        fields.refuse(name, "没有这一项。", "There is no such thing.");
    }
    read
}

/// The content of a form. What cannot be read at all is refused in `fields` and left out of it, so that the rest can be checked.
pub fn content(fields: &mut Fields, matrix: &Matrix, currency: Currency) -> Content {
    let category = id(fields, "category");
    if category.is_none() {
        fields.refuse("category", "要选一个类目。", "A category is needed.");
    }
    let brand = id(fields, "brand");
    let about = fields.text("about").to_owned();
    let paragraphs = about.lines().map(str::trim).filter(|line| !line.is_empty());
    let axes = matrix.axes.iter().map(|axis| AxisDraft {
        name: axis.name.as_str().into(),
        values: axis
            .values
            .iter()
            .map(|name| ValueDraft { name: name.as_str().into(), media: None })
            .collect(),
    });
    let (axes, about): (Vec<_>, Vec<Box<str>>) = (axes.collect(), paragraphs.map(Into::into).collect());
    let mut skus = Vec::new();
    for (n, row) in matrix.rows.iter().enumerate().filter(|(_, row)| !row.off) {
        let price = fields.money(&format!("row.{n}.price"), currency);
        skus.push(SkuDraft {
            id: row.sku.parse().ok(),
            code: row.code.as_str().into(),
            choice: matrix.places(row),
            price: price.unwrap_or(Money::new(0, currency)),
            list_price: fields.money(&format!("row.{n}.list"), currency),
            media: Some(row.media.as_str()).filter(|key| !key.is_empty()).map(Into::into),
            limit: fields.whole(&format!("row.{n}.limit"), 1, MOST_LIMIT),
            stock: fields.whole(&format!("row.{n}.stock"), 0, MOST_LIMIT),
        });
    }
    let given: Vec<(String, String)> = fields
        .under("attr.")
        .filter(|(_, value)| !value.is_empty())
        .map(|(id, value)| (id.to_owned(), value.to_owned()))
        .collect();
    let attributes = given
        .into_iter()
        .filter_map(|(id, value)| Some(AttributeDraft { attribute: id.parse().ok()?, value: value.into() }));
    let kind = GoodsKind::parse(fields.text("kind")).unwrap_or(GoodsKind::Physical);
    let freight = Freight {
        fee: fields.money("fee", currency).unwrap_or(Money::new(0, currency)),
        free_from: fields.money("free_from", currency),
    };
    Content {
        category: category.unwrap_or_else(|| Id::from_raw(RawId::default())),
        brand,
        title: fields.text("title").into(),
        about,
        kind,
        axes,
        skus,
        gallery: fields.all("gallery").filter(|key| !key.is_empty()).map(Into::into).collect(),
        attributes: attributes.collect(),
        ship: fields.text("ship").into(),
        freight,
    }
}

/// Puts what the form has as its matrix into the fields: every axis and every row under its present number.
pub fn keep_matrix(fields: &mut Fields, matrix: &Matrix) {
    for n in 0..MOST_AXES {
        let axis = matrix.axes.get(n).cloned().unwrap_or_default();
        fields.set(format!("axis.{n}.name"), axis.name);
        fields.set(format!("axis.{n}.values"), axis.values.join("\n"));
    }
    let old: Vec<String> = fields.under("row.").map(|(rest, _)| format!("row.{rest}")).collect();
    for name in old {
        fields.clear(&name);
    }
    for (n, row) in matrix.rows.iter().enumerate() {
        fields.set(format!("row.{n}.choice"), matrix::join(&row.choice));
        for (what, value) in [
            ("sku", &row.sku),
            ("code", &row.code),
            ("price", &row.price),
            ("list", &row.list),
            ("limit", &row.limit),
            ("stock", &row.stock),
            ("media", &row.media),
        ] {
            fields.set(format!("row.{n}.{what}"), value);
        }
        if row.off {
            fields.set(format!("row.{n}.off"), "1");
        }
    }
}

/// Puts the faults of a content beside the fields they are about.
pub fn place(fields: &mut Fields, matrix: &Matrix, faults: &[Fault]) {
    let sold: Vec<usize> =
        matrix.rows.iter().enumerate().filter(|(_, row)| !row.off).map(|(n, _)| n).collect();
    for fault in faults {
        let name = field_of(&fault.field, &sold);
        fields.refuse(&name, flaw_zh(&fault.flaw), sentence(&fault.flaw.to_string()));
    }
}

/// The field of the form that a path of the content stands in.
fn field_of(path: &str, sold: &[usize]) -> String {
    let parts: Vec<&str> = path.split('.').collect();
    match *parts.as_slice() {
        ["about", ..] => "about".to_owned(),
        ["gallery", ..] => "gallery".to_owned(),
        ["skus"] => "axis.0.values".to_owned(),
        ["axes"] => "axis.0.name".to_owned(),
        ["axes", n, "name"] => format!("axis.{n}.name"),
        ["axes", n, ..] => format!("axis.{n}.values"),
        ["skus", n, what] => {
            let row = n.parse::<usize>().ok().and_then(|n| sold.get(n)).copied().unwrap_or_default();
            match what {
                "list_price" => format!("row.{row}.list"),
                "code" | "limit" | "stock" | "media" => format!("row.{row}.{what}"),
                _ => format!("row.{row}.price"),
            }
        }
        ["attributes", id] => format!("attr.{id}"),
        ["freight", "free_from"] => "free_from".to_owned(),
        ["freight", ..] => "fee".to_owned(),
        _ => path.to_owned(),
    }
}

fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect::<String>() + ".").unwrap_or_default()
}

/// What is wrong with a field, in Chinese.
pub fn flaw_zh(flaw: &Flaw) -> String {
    match flaw {
        Flaw::Length { least, most } => format!("要 {least} 到 {most} 个字。"),
        Flaw::Count { least, most } => format!("要 {least} 到 {most} 个。"),
        Flaw::Control => "里面有不能显示的字符。".to_owned(),
        Flaw::Twice => "和另一个重复。".to_owned(),
        Flaw::Choice => "每个规格项要选一个值。".to_owned(),
        Flaw::Unused => "没有一个规格用到它。".to_owned(),
        Flaw::Amount => "不是能收的数。".to_owned(),
        Flaw::BelowPrice => "不能低于售价。".to_owned(),
        Flaw::Currency(currency) => format!("要用 {currency}。"),
        Flaw::Word => "要从列表里选一个。".to_owned(),
        Flaw::Foreign => "这个类目没有这个属性。".to_owned(),
        Flaw::Value(_) => "不是这个属性的值。".to_owned(),
        Flaw::Missing => "要填。".to_owned(),
        Flaw::NotShipped => "虚拟商品不发货，不能收运费。".to_owned(),
        Flaw::Closed => "这个类目不再收新商品，换一个。".to_owned(),
        Flaw::OtherSku => "这不是这件商品的规格。".to_owned(),
        Flaw::NoPicture => "这家店没有这张图，重新上传。".to_owned(),
        Flaw::AtOnce => "在售规格的价格、建议价和限购在商品页改，马上生效；这里要和现在的一样。".to_owned(),
        Flaw::NoBrand => "这个品牌没有或已停用，换一个。".to_owned(),
    }
}

/// What a field of the form is called.
pub fn name_of(
    lang: Lang,
    name: &str,
    matrix: &Matrix,
    attribute: impl Fn(&str) -> Option<String>,
) -> String {
    let say = |word: &str| PRODUCT_INPUT.say(lang, word);
    let parts: Vec<&str> = name.split('.').collect();
    match *parts.as_slice() {
        ["axis", _, "name"] => say("axis_name"),
        ["axis", _, _] => say("axis_values"),
        ["attr", id] => attribute(id).unwrap_or_else(|| say("attr")),
        ["row", n, what] => {
            let row = n.parse::<usize>().ok().and_then(|n| matrix.rows.get(n));
            let which = row.map(|row| row.choice.join(" / ")).unwrap_or_default();
            let what = PRODUCT_INPUT.text(lang, &format!("row_{what}"));
            format!("{which} {}", what.map_or_else(|| say("row"), str::to_owned)).trim().to_owned()
        }
        _ => say(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cny(minor: i64) -> Money {
        Money::new(minor, Currency::CNY)
    }

    fn mug() -> Content {
        let value = |name: &str| ValueDraft { name: name.into(), media: None };
        let sku = |n: u8, choice: Vec<usize>, price: i64| SkuDraft {
            id: Some(Id::from_raw(RawId([n; 16]))),
            code: format!("C-{n}").into(),
            choice,
            price: cny(price),
            list_price: Some(cny(price + 500)),
            media: None,
            limit: Some(3),
            stock: Some(40),
        };
        Content {
            category: Id::from_raw(RawId([1; 16])),
            brand: None,
            title: "云白手冲壶".into(),
            about: vec!["一。".into(), "二。".into()],
            kind: GoodsKind::Physical,
            axes: vec![
                AxisDraft { name: "颜色".into(), values: vec![value("云白"), value("天青")] },
                AxisDraft { name: "容量".into(), values: vec![value("300 ml"), value("600 ml")] },
            ],
            // 天青 600 ml is not made.
            skus: vec![sku(2, vec![0, 0], 9_900), sku(3, vec![0, 1], 12_900), sku(4, vec![1, 0], 9_900)],
            gallery: vec!["aa".into(), "bb".into()],
            attributes: vec![AttributeDraft {
                attribute: Id::from_raw(RawId([5; 16])),
                value: "steel".into(),
            }],
            ship: "ship-48h".into(),
            freight: Freight { fee: cny(800), free_from: Some(cny(9_900)) },
        }
    }

    #[test]
    fn a_content_goes_through_its_form_unchanged() {
        let mut fields = fields_of(&mug());
        let matrix = Matrix::read(&fields);
        assert_eq!(matrix.rows.len(), 4);
        keep_matrix(&mut fields, &matrix);
        let matrix = Matrix::read(&fields);
        assert_eq!(content(&mut fields, &matrix, Currency::CNY), mug());
        assert!(fields.is_good());
    }

    #[test]
    fn what_cannot_be_read_is_refused_beside_its_field() {
        let mut fields = fields_of(&mug());
        fields.set("row.1.price", "很贵");
        fields.set("category", "");
        let matrix = Matrix::read(&fields);
        let read = content(&mut fields, &matrix, Currency::CNY);
        assert_eq!((read.skus[1].price.minor, &*read.title), (0, "云白手冲壶"), "the rest is read");
        assert!(fields.wrong("row.1.price").is_some() && fields.wrong("category").is_some());
    }

    #[test]
    fn a_fault_stands_beside_the_row_it_is_about_though_some_rows_are_not_made() {
        let mut fields = fields_of(&mug());
        fields.set("row.0.off", "1");
        let matrix = Matrix::read(&fields);
        let fault = |field: &str, flaw| Fault { field: field.into(), flaw };
        place(
            &mut fields,
            &matrix,
            &[
                fault("skus.0.price", Flaw::Amount),
                fault("axes.1.values.0.name", Flaw::Twice),
                fault("attributes.att_x", Flaw::Missing),
                fault("about.3", Flaw::Control),
            ],
        );
        for name in ["row.1.price", "axis.1.values", "attr.att_x", "about"] {
            assert!(fields.wrong(name).is_some(), "{name}");
        }
    }
}
