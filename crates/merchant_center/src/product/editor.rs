//! The editor of a product: one form for everything that is reviewed, with its pictures and its matrix of variants.
//!
//! Every button sends the whole form. With scripts a choice that changes the form (category, axes, pictures) brings it back
//! at once; without them a button does.
//!
//! Invariants: only 存草稿 and 送审 write a product; a refusal shows the form as it was typed, each fault beside its field;
//! a draft that somebody else wrote in between is never overwritten silently.

use crate::matrix::{self, MOST_AXES, Matrix};
use crate::product::form::{content, fields_of, keep_matrix, name_of, place as place_faults};
use axum::body::Bytes;
use flows::listing;
use kernel::id::{Edit, Shop, Sku};
use offer::catalog::edit::Status as EditStatus;
use offer::catalog::{self, Attribute, AttributeKind, Content, EditView, Fault, Limits};
use std::sync::{Arc, Mutex, PoisonError};
use supply::warehouse;
use web_kit::admin::home::edit_mark;
use web_kit::admin::product::one::TREE;
use web_kit::admin::product::view::{self, Names, title_of, trail};
use web_kit::admin::words::{self, PRODUCT_INPUT, REJECTED_FOR};
use web_kit::prelude::*;
use web_kit::ui::State as Mark;
use web_kit::view::product::rules_of;

/// What the form stands on.
struct Desk {
    names: Names,
    edit: Option<EditView>,
    live: Option<Content>,
    /// What is left of each live variant.
    left: Vec<(Id<Sku>, i64)>,
    /// Whether the shop has a warehouse that new variants can begin in.
    has_warehouse: bool,
}

fn desk(
    q: &mut Read<'_>,
    shop: Id<Shop>,
    category: Option<&str>,
    edit: Option<Id<Edit>>,
) -> Result<Desk, Failure> {
    let edit = edit.map(|id| catalog::edit_of_shop(q, shop, id)).transpose()?;
    let categories = catalog::categories(q, None, TREE)?;
    let wanted = match (category, &edit) {
        (Some(text), _) => text.parse().ok(),
        (None, edit) => edit.as_ref().map(|edit| edit.content.category),
    };
    let code = wanted.and_then(|id| categories.iter().find(|category| category.id == id)).map(|c| &c.code);
    let attributes = match code {
        Some(code) => catalog::attributes(q, code)?,
        None => Vec::new(),
    };
    let brands = catalog::brands(q, None, TREE)?;
    let live = match &edit {
        Some(edit) if edit.base > 0 => Some(catalog::content(q, shop, edit.product)?),
        _ => None,
    };
    let skus: Vec<Id<Sku>> = live.iter().flat_map(|live| &live.skus).filter_map(|sku| sku.id).collect();
    let left = warehouse::availables(q, shop, &skus)?;
    let has_warehouse = !warehouse::warehouses(q, shop, None, 1)?.is_empty();
    Ok(Desk { names: Names { categories, attributes, brands }, edit, live, left, has_warehouse })
}

/// The edit of an address; none is of a new product.
fn edit_of(at: &ShopPage) -> Result<Option<Id<Edit>>, Failure> {
    Some(at.param("edit")).filter(|text| !text.is_empty()).map(input::id).transpose()
}

/// A new product, or an edit; after a press of a button, as it was typed.
pub async fn page(at: ShopPage) -> Result<Page, Failure> {
    let (edit, typed) = (edit_of(&at)?, at.fields.has("do"));
    let category = match typed {
        true => Some(at.fields.text("category").to_owned()),
        false => at.query.raw("category").map(str::to_owned).filter(|_| edit.is_none()),
    };
    let asked = category.clone();
    let (place, found) = at.enter(move |q, shop| desk(q, shop, asked.as_deref(), edit)).await?;
    let fields = match &found.edit {
        Some(edit) if edit.status != EditStatus::Draft => return Ok(still(&at, &place, &found, edit)),
        _ if typed => at.fields.clone(),
        Some(edit) => fields_of(&edit.content),
        None => {
            let mut fields = Fields::default();
            fields.set("category", category.unwrap_or_default());
            fields.set("kind", "physical");
            fields.set("ship", ships(&at.look).first().map(|(id, _)| id.clone()).unwrap_or_default());
            fields
        }
    };
    form_page(&at, &place, &found, fields)
}

/// What was done.
const SAID: [(&str, &str, &str); 2] = [
    ("saved", "草稿已保存。", "The draft is saved."),
    (
        "sent",
        "已提交审核。通过后上线，线上版本照常卖。",
        "Submitted for review. Once approved it goes live; the live version keeps selling.",
    ),
];

/// How a product may ship.
fn ships(look: &RenderContext) -> Vec<(String, String)> {
    let all = govern::promise::shipped().iter().map(|promise| promise.id.clone());
    let mut ids: Vec<String> = all.filter(|id| id.starts_with("ship-")).collect();
    ids.sort();
    ids.dedup();
    ids.into_iter().map(|id| (id.clone(), view::promise(look, &id))).collect()
}

/// The way to an edit, above its title.
fn crumb(at: &ShopPage, place: &ShopFrame, edit: &EditView) -> Markup {
    let product = format!("/products/{}", edit.product);
    place.crumb(&[
        ("/products", at.t("商品", "Products")),
        (&product, at.t("商品", "Product")),
        ("", at.t("修改", "Edit")),
    ])
}

fn form_page(at: &ShopPage, place: &ShopFrame, found: &Desk, mut fields: Fields) -> Result<Page, Failure> {
    let rules = rules_of(&at.site)?;
    let matrix = Matrix::read(&fields);
    keep_matrix(&mut fields, &matrix);
    let title = match &found.edit {
        None => at.t("发布商品", "Add product"),
        Some(_) => title_of(&at.look, fields.text("title")),
    };
    let attribute = |id: &str| {
        let found = found.names.attributes.iter().find(|attribute| attribute.id.to_string() == id)?;
        Some(at.t(&found.zh, &found.en).to_owned())
    };
    let field_name = |name: &str| name_of(at.lang(), name, &matrix, attribute);
    let action = action(at, found.edit.as_ref());
    let paint = Paint { at, found, fields: &fields, matrix: &matrix, limits: &rules.limits, action: &action };
    let body = html! {
        (ui::head(
            match &found.edit {
                Some(edit) => crumb(at, place, edit),
                None => place.crumb(&[("/products", at.t("商品", "Products")), ("", at.t("发布商品", "Add product"))]),
            },
            html! { (title) },
            false,
            html! {
                @if let Some(edit) = &found.edit {
                    (edit_mark(&at.look, edit.status))
                    span.mono.id { (edit.id) }
                    @if edit.base > 0 { span { (at.t("修改第 ", "edits version ")) (edit.base) (at.t(" 版", "")) } }
                } @else {
                    span { (at.t("填完提交审核，通过后上架；随时可以保存草稿。", "Fill it in and submit it for review; once approved it is live. Save a draft at any time.")) }
                }
            },
            html! {},
        ))
        form.dk-editor id="editor" action=(action) method="post" enctype="multipart/form-data" autocomplete="off"
            hx-encoding="multipart/form-data" {
            input type="hidden" name="key" value=(at.key());
            @if let Some(edit) = &found.edit { input type="hidden" name="revision" value=(edit.revision); }
            // The first button is what Enter presses: it only looks.
            button.vh name="do" value="redraw" tabindex="-1" aria-hidden="true" {}
            (at.banners_with(&SAID, &fields, field_name))
            (undo(at, &fields))
            (what(&paint))
            (gallery(&paint))
            (variants(&paint))
            (shipping(&paint))
            @if let (Some(edit), Some(live)) = (&found.edit, &found.live) {
                (ui::question(at.t("和线上版本的差别", "Differences from the live version"),
                    html! { (at.t("按上次保存的草稿比较。", "Compared with the draft as last saved.")) },
                    html! { div.paper { (view::compared(&at.look, &found.names, Some(live), &edit.content, &edit.marks)) } }))
            }
            div.dk-bulk {
                p {
                    @if !fields.is_good() {
                        (ui::state(Mark::Broken, &words::many(&at.look, fields.refused().count() as i64, "处要改", "field to change", "fields to change")))
                    } @else if found.edit.is_none() {
                        (at.t("草稿只有店里看得到。", "Only the shop sees a draft."))
                    } @else {
                        (at.t("提交后不能修改，撤回后才能再改。", "Once submitted it cannot be edited; withdraw it to edit again."))
                    }
                }
                div.dk-row {
                    @if found.edit.is_some() { button.btn name="do" value="withdraw" data-sure=(at.t("撤回这次修改？这次的内容不会上线。", "Withdraw this edit? It will not go live.")) { (at.t("撤回", "Withdraw")) } }
                    button.btn name="do" value="preview" { (at.t("保存并预览", "Save and preview")) }
                    button.btn name="do" value="save" { (at.t("保存草稿", "Save draft")) }
                    button.btn.pri name="do" value="submit" { (at.t("提交审核", "Submit for review")) }
                }
            }
        }
    };
    Ok(frame(&at.look, place, Tab::Goods, title, body))
}

/// After a picture was removed: the way back.
fn undo(at: &ShopPage, fields: &Fields) -> Markup {
    let Some(("drop", n)) = fields.text("do").split_once('.') else { return html! {} };
    let gone = fields.text("dropped");
    html! {
        @if !gone.is_empty() {
            div.banner.ok role="status" {
                span { (at.t("已删除一张图。", "One picture removed.")) }
                input type="hidden" name="dropped" value=(gone);
                button.btn.dk-sm name="do" value=(format!("undrop.{n}")) { (at.t("撤销", "Undo")) }
            }
        }
    }
}

/// Where the form is sent.
fn action(at: &ShopPage, edit: Option<&EditView>) -> String {
    edit.map_or_else(|| at.at("/products/new"), |edit| at.at(&format!("/edits/{}", edit.id)))
}

/// What the sections of the form are drawn with.
struct Paint<'a> {
    at: &'a ShopPage,
    found: &'a Desk,
    fields: &'a Fields,
    matrix: &'a Matrix,
    limits: &'a Limits,
    action: &'a str,
}

impl Paint<'_> {
    fn t<'b>(&self, zh: &'b str, en: &'b str) -> &'b str {
        self.at.t(zh, en)
    }
    /// The keys of its pictures.
    fn pictures(&self) -> Vec<&str> {
        self.fields.all("gallery").filter(|key| !key.is_empty()).collect()
    }
    /// A field by its name.
    fn field<'b>(&self, name: &'b str) -> Field<'b> {
        Field { name, label: PRODUCT_INPUT.text(self.at.lang(), name).unwrap_or(name), ..Field::default() }
    }
}

/// Choices that begin with none of them.
fn choices(none: &str, all: impl Iterator<Item = (String, String)>) -> Vec<(String, String)> {
    std::iter::once((String::new(), none.to_owned())).chain(all).collect()
}

/// Categories that take products, as choices: `家居 / 杯子`.
fn category_choices(paint: &Paint<'_>) -> Vec<(String, String)> {
    let (all, chosen) = (&paint.found.names.categories, paint.fields.text("category"));
    let open = all.iter().filter(|category| category.open || category.id.to_string() == chosen);
    let leaves = open.filter(|category| !all.iter().any(|other| other.parent == Some(category.id)));
    let named = leaves.map(|category| (category.id.to_string(), trail(&paint.at.look, all, category)));
    choices(paint.t("选一个", "Choose one"), named)
}

fn what(paint: &Paint<'_>) -> Markup {
    let (look, fields, limits, lang) = (&paint.at.look, paint.fields, paint.limits, paint.at.lang());
    let brand = fields.text("brand");
    let brands = paint.found.names.brands.iter().filter(|one| one.open || one.id.to_string() == brand);
    let brands = brands.map(|one| (one.id.to_string(), look.t(&one.zh, &one.en).to_owned()));
    let kinds = [
        ("physical".to_owned(), paint.t("实物商品，需要发货", "Physical, shipped").to_owned()),
        ("digital".to_owned(), paint.t("虚拟商品，付款即交付", "Digital, delivered when paid").to_owned()),
    ];
    let (least, most) = (limits.title_least, limits.title_most);
    let title = say!(
        lang,
        "{least} 到 {most} 个字。写它是什么，不写「最」「第一」。",
        "{least} to {most} characters. Say what it is; no superlatives."
    );
    let (count, length) = (limits.paragraphs_most, limits.paragraph_most);
    let about = say!(
        lang,
        "一行一段，最多 {count} 段，每段最多 {length} 字。",
        "One paragraph a line, at most {count} of {length} characters."
    );
    ui::question(
        paint.t("基本信息", "Basics"),
        html! { (paint.t("先选类目，类目决定要填哪些属性。", "Choose the category first: it decides which attributes are asked for.")) },
        html! {
            div.paper.dk-form {
                (parts::field(look, fields, Field { needed: true, ..paint.field("category") }, |id, note, bad| html! {
                    select id=(id) name="category" aria-describedby=[note] aria-invalid=[bad.then_some("true")]
                        hx-post=(paint.action) hx-trigger="change" hx-vals="{\"do\":\"redraw\"}" hx-target="#editor" hx-select="#editor" hx-swap="outerHTML" {
                        @for (value, text) in &category_choices(paint) { option value=(value) selected[value == fields.text("category")] { (text) } }
                    }
                    noscript { button.btn.dk-sm name="do" value="redraw" { (paint.t("换成这个类目的属性", "Show this category's attributes")) } }
                }))
                (parts::choice(look, fields, paint.field("brand"), &choices(paint.t("无品牌", "No brand"), brands)))
                (parts::line(look, fields, Field { needed: true, wide: true, hint: &title, ..paint.field("title") }, most))
                (parts::choice(look, fields, paint.field("kind"), &kinds))
                @if !paint.found.names.attributes.is_empty() {
                    h3 { (paint.t("属性", "Attributes")) }
                    @for attribute in paint.found.names.attributes.iter().filter(|attribute| attribute.open) { (attribute_field(paint, attribute)) }
                }
                (parts::lines(look, fields, Field { wide: true, hint: &about, ..paint.field("about") }, 6, count * (length + 1)))
            }
        },
    )
}

fn attribute_field(paint: &Paint<'_>, attribute: &Attribute) -> Markup {
    let (look, fields) = (&paint.at.look, paint.fields);
    let name = format!("attr.{}", attribute.id);
    let is_axis =
        paint.matrix.axes.iter().any(|axis| *axis.name == *attribute.zh || *axis.name == *attribute.en);
    let of = Field {
        name: &name,
        label: look.t(&attribute.zh, &attribute.en),
        needed: attribute.required && !is_axis,
        hint: if is_axis {
            paint.t("已是规格项，可以不填", "Already a variant option; may be left empty")
        } else {
            ""
        },
        ..Field::default()
    };
    let choice = |all: &mut dyn Iterator<Item = (String, String)>| {
        parts::choice(look, fields, of, &choices(paint.t("未填", "not set"), all))
    };
    match &attribute.kind {
        AttributeKind::Text => parts::line(look, fields, of, paint.limits.value_most),
        AttributeKind::Number { unit } => parts::number(look, fields, of, unit),
        AttributeKind::Flag => {
            let all = [("yes", paint.t("是", "Yes")), ("no", paint.t("否", "No"))];
            choice(&mut all.into_iter().map(|(word, text)| (word.to_owned(), text.to_owned())))
        }
        AttributeKind::Choice { options } => {
            choice(&mut options.iter().map(|o| (o.code.to_string(), look.t(&o.zh, &o.en).to_owned())))
        }
    }
}

/// A small button on a picture.
fn tool(
    paint: &Paint<'_>,
    (word, n): (&str, usize),
    (zh, en): (&str, &str),
    (of_zh, of_en): (&str, &str),
    sign: &str,
) -> Markup {
    html! {
        button name="do" value=(format!("{word}.{n}")) title=(paint.t(zh, en)) aria-label=(format!("{} {}", paint.t(of_zh, of_en), n + 1)) { (sign) }
    }
}

fn gallery(paint: &Paint<'_>) -> Markup {
    let keys = paint.pictures();
    let full = keys.len() >= paint.limits.gallery_most;
    ui::question(
        paint.t("图片", "Media"),
        html! {
            (paint.t("第一张是主图。支持 JPEG、PNG、WebP，每张最多 8 MB。", "The first is the cover. JPEG, PNG or WebP, at most 8 MB each."))
            " " (paint.t("最多 ", "At most ")) (paint.limits.gallery_most) (paint.t(" 张。", "."))
        },
        html! {
            div.paper {
                ol.dk-gal {
                    @for (n, key) in keys.iter().enumerate() {
                        li {
                            img src=(format!("/media/{key}")) alt=(format!("{} {}", paint.t("图", "Picture"), n + 1)) width="160" height="160";
                            input type="hidden" name="gallery" value=(key);
                            div.b {
                                span { (if n == 0 { paint.t("主图", "Cover").to_owned() } else { (n + 1).to_string() }) }
                                span {
                                    @if n > 0 { (tool(paint, ("up", n), ("前移", "Move earlier"), ("前移图片", "Move earlier: picture"), "←")) }
                                    @if n + 1 < keys.len() { (tool(paint, ("down", n), ("后移", "Move later"), ("后移图片", "Move later: picture"), "→")) }
                                    (tool(paint, ("drop", n), ("删除", "Remove"), ("删除图片", "Remove picture"), "×"))
                                }
                            }
                        }
                    }
                    @if !full {
                        li.add id=(parts::field_id("gallery")) {
                            input.dk-file type="file" id="files" name="files" accept="image/jpeg,image/png,image/webp" multiple
                                hx-post=(paint.action) hx-trigger="change" hx-vals="{\"do\":\"redraw\"}" hx-target="#editor" hx-select="#editor" hx-swap="outerHTML"
                                hx-encoding="multipart/form-data";
                            label.btn for="files" { (paint.t("上传图片", "Add pictures")) }
                            noscript { button.btn.dk-sm name="do" value="redraw" { (paint.t("上传", "Upload")) } }
                            @if let Some(wrong) = paint.fields.wrong("gallery") { span.dk-cellno { (ui::state(Mark::Broken, wrong.text(paint.at.lang()))) } }
                        }
                    }
                }
            }
        },
    )
}

fn variants(paint: &Paint<'_>) -> Markup {
    let (look, matrix, lang) = (&paint.at.look, paint.matrix, paint.at.lang());
    let axes = paint.found.names.attributes.iter().filter(|attribute| attribute.axis);
    let (made, most) = (matrix.count(), paint.limits.skus_most);
    ui::question(
        paint.t("规格与价格", "Variants and prices"),
        html! {
            (paint.t("规格值一行一个。在售规格的价格和库存在商品页改，马上生效。", "One value a line. Prices and stock of live variants are changed on the product's page, at once."))
        },
        html! {
            div.paper {
                datalist id="axis-names" { @for axis in axes { option value=(look.t(&axis.zh, &axis.en)) {} } }
                div.dk-axes {
                    @for n in (0..MOST_AXES).take(matrix.axes.len() + 1) { div { (axis_fields(paint, n)) } }
                    div { span {} button.btn.dk-sm name="do" value="redraw" { (paint.t("生成规格", "Generate variants")) } }
                }
                @if matrix.rows.is_empty() {
                    p.dk-note { (ui::state(Mark::Broken, &say!(lang, "这样有 {made} 个规格，最多 {most} 个。减几个值。", "That makes {made} variants, at most {most} are allowed. Use fewer values."))) }
                } @else { (rows(paint)) }
            }
        },
    )
}

/// What varies, and its values.
fn axis_fields(paint: &Paint<'_>, n: usize) -> Markup {
    let (look, fields, lang, no) = (&paint.at.look, paint.fields, paint.at.lang(), n + 1);
    let (name, values) = (format!("axis.{n}.name"), format!("axis.{n}.values"));
    let label = say!(lang, "规格项 {no}", "Option {no}");
    let of_values = say!(lang, "规格项 {no} 的值", "Values of option {no}");
    let hint = paint.t("如：云白、天青（逗号、顿号或换行隔开）", "such as: white, blue (commas or lines)");
    html! {
        (parts::field(look, fields, Field { name: &name, label: &label, ..Field::default() }, |id, note, bad| html! {
            input id=(id) name=(name) value=(fields.text(&name)) list="axis-names" maxlength=(paint.limits.name_most) autocomplete="off"
                placeholder=(paint.t("颜色", "Colour")) aria-describedby=[note] aria-invalid=[bad.then_some("true")];
        }))
        (parts::field(look, fields, Field { name: &values, label: &of_values, hint, ..Field::default() }, |id, note, bad| html! {
            textarea id=(id) name=(values) rows="2" maxlength="2000" aria-describedby=[note] aria-invalid=[bad.then_some("true")]
                hx-post=(paint.action) hx-trigger="change" hx-vals="{\"do\":\"redraw\"}" hx-target="#editor" hx-select="#editor" hx-swap="outerHTML"
                { "\n" (fields.text(&values)) }
        }))
    }
}

fn rows(paint: &Paint<'_>) -> Markup {
    let (fields, matrix, keys) = (paint.fields, paint.matrix, paint.pictures());
    let many = matrix.rows.len() > 1;
    let live = paint.found.live.iter().flat_map(|live| &live.skus).filter_map(|sku| sku.id);
    let live: Vec<String> = live.map(|id| id.to_string()).collect();
    let asked = [
        ("price", paint.t("售价", "Price"), paint.t("售价", "price"), "decimal"),
        ("list", paint.t("建议价", "List price"), paint.t("建议价", "list price"), "decimal"),
        ("limit", paint.t("每人限购", "Limit per buyer"), paint.t("限购", "limit"), "numeric"),
        ("stock", paint.t("库存", "Stock"), paint.t("库存", "stock"), "numeric"),
        ("code", paint.t("商家编码", "SKU"), paint.t("商家编码", "SKU"), "text"),
    ];
    let left = |row: &matrix::Row| {
        let found = paint.found.left.iter().find(|(sku, _)| sku.to_string() == row.sku);
        found.map_or_else(|| "—".to_owned(), |(_, left)| fmt::count(*left))
    };
    let product =
        paint.found.edit.as_ref().map(|edit| paint.at.at(&format!("/products/{}#prices", edit.product)));
    html! {
        @if !paint.found.has_warehouse {
            p.dk-note { (paint.t("填库存之前，", "Before stock can be entered, ")) a href=(paint.at.at("/stock")) { (paint.t("先新增一个仓库", "add a warehouse")) } (paint.t("。", ".")) }
        }
        table.cards.dk-mx {
            thead { tr {
                th { (paint.t("规格", "Variant")) }
                @for (what, head, ..) in asked { th { (head) @if what == "price" { " " (paint.at.site.market.currency.symbol()) } } }
                @if !keys.is_empty() { th { (paint.t("图", "Picture")) } }
                @if many { th { (paint.t("不卖", "Not offered")) } }
            } }
            tbody {
                @for (n, row) in matrix.rows.iter().enumerate() {
                    @let shown = if row.choice.is_empty() { paint.t("单一规格", "Default variant").to_owned() } else { row.choice.join(" / ") };
                    @let of = |what: &str| format!("row.{n}.{what}");
                    tr {
                        td.v.w {
                            (shown)
                            input type="hidden" name=(of("choice")) value=(matrix::join(&row.choice));
                            input type="hidden" name=(of("sku")) value=(row.sku);
                            @if live.contains(&row.sku) { small.mut { " " (paint.t("在售", "live")) } }
                        }
                        @for (what, head, label, mode) in asked {
                            @if what == "stock" && live.contains(&row.sku) {
                                td.m data-l=(head) {
                                    b { (left(row)) } input type="hidden" name=(of("stock")) value=(row.stock);
                                    @if let Some(product) = &product { " " a href=(product) { (paint.t("编辑", "Edit")) } }
                                }
                            } @else if what == "stock" && !paint.found.has_warehouse {
                                td.m data-l=(head) { "—" }
                            } @else { td.m data-l=(head) { (parts::cell(&paint.at.look, fields, (&of(what), &format!("{shown} {label}")), ("n", mode, 40))) } }
                        }
                        @if !keys.is_empty() {
                            td.m data-l=(paint.t("图", "Picture")) {
                                select.dk-in name=(of("media")) aria-label=(format!("{shown} {}", paint.t("的图", "picture"))) {
                                    option value="" selected[row.media.is_empty()] { (paint.t("用主图", "cover")) }
                                    @for (i, key) in keys.iter().enumerate() { option value=(key) selected[row.media == **key] { (paint.t("图 ", "No. ")) (i + 1) } }
                                }
                            }
                        }
                        @if many { td data-l=(paint.t("不卖", "Not offered")) { input.dk-off type="checkbox" name=(of("off")) value="1" checked[row.off] aria-label=(format!("{} {shown}", paint.t("不卖", "Do not offer"))); } }
                    }
                }
            }
            @if many {
                tfoot { tr {
                    th scope="row" { (paint.t("批量设置（只填空的）", "Bulk edit (empty ones)")) }
                    @for (what, _, label, _) in asked.iter().take(4) {
                        td.m data-l=(label) { input.dk-in.n data-fill=(format!("row.*.{what}")) inputmode="decimal" maxlength="20" autocomplete="off" aria-label=(format!("{} {label}", paint.t("所有空着的", "All empty"))); }
                    }
                    td colspan="3" {}
                } }
            }
        }
    }
}

fn shipping(paint: &Paint<'_>) -> Markup {
    let (look, fields, market, now) = (&paint.at.look, paint.fields, &paint.at.site.market, paint.at.now());
    let unit = market.currency.symbol();
    let due = |(id, title): (String, String)| {
        let due = govern::promise::named(&id).and_then(|promise| promise.due(now, &market.zone));
        let due = due.map(|due| parts::deadline(look, market, now, due));
        let due = due.map(|due| format!("{title}（{} {due}）", paint.t("现在付款", "paid now:")));
        (id, due.unwrap_or(title))
    };
    let choices: Vec<(String, String)> = ships(look).into_iter().map(due).collect();
    ui::question(
        paint.t("发货与运费", "Shipping"),
        html! { (paint.t("按承诺时间发货；超时会影响体验分。", "Ship by the promised time; late shipping lowers the experience score.")) },
        html! {
            div.paper.dk-form.three {
                (parts::choice(look, fields, Field { needed: true, ..paint.field("ship") }, &choices))
                (parts::number(look, fields, Field { hint: paint.t("空着或 0 是包邮", "Empty or 0: free"), ..paint.field("fee") }, unit))
                (parts::number(look, fields, Field { hint: paint.t("不填就不设", "Empty: never"), ..paint.field("free_from") }, unit))
            }
        },
    )
}

/// An edit that is not written on any more.
fn still(at: &ShopPage, place: &ShopFrame, found: &Desk, edit: &EditView) -> Page {
    let (look, title) = (&at.look, title_of(&at.look, &edit.content.title));
    let press = |doing: &str, label: &str, class: &str| {
        html! {
            form.dk-press action=(action(at, Some(edit))) method="post" enctype="multipart/form-data" {
                input type="hidden" name="key" value=(at.key());
                button class=(class) name="do" value=(doing) { (label) }
            }
        }
    };
    let minute = |at_moment| fmt::minute(look.lang, &at.site.market, at_moment);
    let body = html! {
        (ui::head(
            crumb(at, place, edit),
            html! { (title) }, false,
            html! {
                (edit_mark(look, edit.status))
                @if let Some(at_moment) = edit.submitted_at { span { (at.t("提交于 ", "submitted ")) (minute(at_moment)) } }
                @if let Some(at_moment) = edit.decided_at { span { (at.t("审完 ", "decided ")) (minute(at_moment)) } }
                a href=(at.at(&format!("/edits/{}/preview", edit.id))) { (at.t("预览", "Preview")) }
            },
            html! {
                @match edit.status {
                    EditStatus::Waiting => (press("withdraw", at.t("撤回再改", "Withdraw and edit"), "btn")),
                    EditStatus::Rejected | EditStatus::Withdrawn => (press("again", at.t("复制为新草稿", "Copy to a new draft"), "btn pri")),
                    EditStatus::Approved | EditStatus::Draft => a.btn href=(place.at(&format!("/products/{}", edit.product))) { (at.t("查看商品", "View product")) },
                }
            },
        ))
        (at.banners_with(&SAID, &Fields::default(), str::to_owned))
        @if edit.status == EditStatus::Rejected {
            div.banner role="note" {
                div {
                    b { (at.t("被驳回：", "Rejected: ")) (REJECTED_FOR.say(look.lang, edit.reason.as_deref().unwrap_or("other"))) }
                    @if let Some(note) = &edit.note { p { (note) } }
                }
            }
        }
        @if !edit.marks.is_empty() {
            (ui::question(at.t("敏感词", "Sensitive words"), html! {}, html! { div.paper { (view::words(look, &edit.marks)) } }))
        }
        (ui::question(
            at.t("改了什么？", "What does it change?"),
            html! { (if found.live.is_some() { at.t("左边是线上版本，右边是这次修改。", "Left: live version. Right: this edit.") } else { at.t("这件商品还没上过架。", "This product has not been live yet.") }) },
            html! { div.paper { (view::compared(look, &found.names, found.live.as_ref(), &edit.content, &edit.marks)) } },
        ))
    };
    frame(look, place, Tab::Goods, title, body)
}

/// Takes pictures in and puts them at the end of the gallery; what is no picture is said beside it.
async fn take_in(at: &mut ShopPage, files: Vec<Bytes>, most: usize) -> Result<(), Failure> {
    for bytes in files.into_iter().take(most) {
        if at.fields.all("gallery").filter(|key| !key.is_empty()).count() >= most {
            at.fields.refuse("gallery", format!("最多 {most} 张。"), format!("At most {most}."));
            return Ok(());
        }
        let media = match web_kit::media::keep(&at.site, bytes).await {
            Ok(media) => media,
            Err(failure) if failure.status < 500 => {
                at.fields.refuse("gallery", failure.text(Lang::Zh), failure.text(Lang::En));
                continue;
            }
            Err(failure) => return Err(failure),
        };
        let key = media.key.to_string();
        let (ctx, shop) = (at.site.ctx(at.who()), at.shop);
        let write = at.site.db.write("catalog.media", Keys::none(), move |tx| {
            catalog::add_media(tx, &ctx.clone(), Some(shop), &media)
        });
        write.await.map_err(Failure::from)?;
        if !at.fields.all("gallery").any(|other| other == key) {
            at.fields.push("gallery", key);
        }
    }
    Ok(())
}

/// Moves or removes a picture, if that is what the button says.
fn arrange(fields: &mut Fields, doing: &str) -> bool {
    let Some((what, n)) = doing.split_once('.') else { return false };
    let Ok(n) = n.parse::<usize>() else { return false };
    let mut keys: Vec<String> =
        fields.all("gallery").filter(|key| !key.is_empty()).map(str::to_owned).collect();
    match what {
        "up" if n > 0 && n < keys.len() => keys.swap(n, n - 1),
        "down" if n + 1 < keys.len() => keys.swap(n, n + 1),
        "drop" if n < keys.len() => {
            let gone = keys.remove(n);
            fields.set("dropped", gone);
        }
        "undrop" if n <= keys.len() && fields.has("dropped") => {
            let back = fields.text("dropped").to_owned();
            fields.clear("dropped");
            keys.retain(|key| *key != back);
            keys.insert(n.min(keys.len()), back);
        }
        _ => return false,
    }
    fields.clear("gallery");
    for key in keys {
        fields.push("gallery", key);
    }
    true
}

/// What a command said is wrong, field by field.
type Told = Arc<Mutex<(Vec<Fault>, Vec<catalog::Mark>)>>;

fn tell(told: &Told, err: &listing::Error) {
    let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
    match err {
        listing::Error::Catalog(catalog::Error::Faults(faults)) => told.0.clone_from(faults),
        listing::Error::Catalog(catalog::Error::Banned(marks)) => told.1.clone_from(marks),
        _ => {}
    }
}

/// The field of the form that a marked word stands in.
fn marked_field(mark: &catalog::Mark) -> String {
    match mark.field.split('.').collect::<Vec<_>>().as_slice() {
        ["about", ..] => "about".to_owned(),
        ["axes", n, "name"] => format!("axis.{n}.name"),
        ["axes", n, ..] => format!("axis.{n}.values"),
        ["attributes", id] => format!("attr.{id}"),
        _ => mark.field.to_string(),
    }
}

/// A press in the form of a new product, or of an edit.
pub async fn act(mut at: ShopPage) -> Result<Response, Failure> {
    let files = std::mem::take(&mut at.files);
    let rules = rules_of(&at.site)?;
    let (shop, edit, doing) = (at.shop, edit_of(&at)?, at.fields.text("do").to_owned());
    let here = edit.map_or_else(|| at.at("/products/new"), |edit| at.at(&format!("/edits/{edit}")));
    match (doing.as_str(), edit) {
        ("withdraw", Some(id)) => {
            let write = at.write("catalog.withdraw", Keys::none(), &[], move |tx, ctx| {
                catalog::withdraw(tx, ctx, shop, id).map(|edit| edit.product.to_string())
            });
            let to = write.await?.map_or(here, |product| at.at(&format!("/products/{product}")));
            at.answer(&to, page).await
        }
        ("again", Some(id)) => {
            let write = at.write("catalog.again", Keys::none(), &[], move |tx, ctx| {
                catalog::propose_again(tx, ctx, shop, id, &rules).map(|edit| edit.id.to_string())
            });
            let to = write.await?.map_or(here, |edit| at.at(&format!("/edits/{edit}?done=")));
            at.answer(&to, page).await
        }
        ("save" | "submit" | "preview", _) => {
            take_in(&mut at, files, rules.limits.gallery_most).await?;
            let matrix = Matrix::read(&at.fields);
            keep_matrix(&mut at.fields, &matrix);
            let (currency, hand_in) = (at.site.market.currency, doing == "submit");
            let content = content(&mut at.fields, &matrix, currency);
            if !at.fields.is_good() {
                // What could not be read is said together with what else keeps it from going live.
                if hand_in {
                    let faults = at.read(move |q| Ok(catalog::faults(q, shop, &content, &rules)?)).await?;
                    place_faults(&mut at.fields, &matrix, &faults);
                }
                return at.answer(&here, page).await;
            }
            let revision = at.fields.whole("revision", 0, i64::MAX).unwrap_or(0);
            let writing = listing::Writing { draft: edit.map(|id| (id, revision)), content, hand_in };
            let told: Told = Arc::default();
            let ingested = told.clone();
            let write = at.write("catalog.write", Keys::none(), &[], move |tx, ctx| {
                let written = listing::write(tx, ctx, shop, &writing, &rules);
                written.map(|edit| edit.id.to_string()).inspect_err(|err| tell(&ingested, err))
            });
            let rest = match doing.as_str() {
                "submit" => "?done=sent",
                "preview" => "/preview",
                _ => "?done=saved",
            };
            let to = write.await?.map_or(here, |edit| at.at(&format!("/edits/{edit}{rest}")));
            let (faults, marks) = told.lock().unwrap_or_else(PoisonError::into_inner).clone();
            place_faults(&mut at.fields, &matrix, &faults);
            for mark in &marks {
                at.fields.refuse(
                    &marked_field(mark),
                    format!("「{}」是禁用词：{}", mark.word, mark.zh),
                    format!("\"{}\" is banned: {}", mark.word, mark.en),
                );
            }
            // What stands beside its field is not said a second time above.
            at.refused = at.refused.take().filter(|_| faults.is_empty() && marks.is_empty());
            at.answer(&to, page).await
        }
        _ => {
            take_in(&mut at, files, rules.limits.gallery_most).await?;
            arrange(&mut at.fields, &doing);
            at.look.here = here;
            Ok(page(at).await?.into_response())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_moved_and_taken_out_and_nothing_else_happens() {
        let mut fields = Fields::default();
        for key in ["a", "b", "c"] {
            fields.push("gallery", key);
        }
        let keys = |fields: &Fields| fields.all("gallery").collect::<Vec<_>>().join("");
        assert!(arrange(&mut fields, "up.1"));
        assert_eq!(keys(&fields), "bac");
        assert!(arrange(&mut fields, "down.1"));
        assert_eq!(keys(&fields), "bca");
        assert!(arrange(&mut fields, "drop.0"));
        assert_eq!(keys(&fields), "ca");
        assert!(arrange(&mut fields, "undrop.0"));
        assert_eq!(keys(&fields), "bca", "what was removed comes back to its place");
        assert!(!arrange(&mut fields, "undrop.0"), "once");
        assert!(arrange(&mut fields, "drop.0"));
        fields.clear("dropped");
        for nothing in ["up.0", "down.1", "drop.9", "up.x", "redraw"] {
            assert!(!arrange(&mut fields, nothing), "{nothing}");
        }
        assert_eq!(keys(&fields), "ca");
    }
}
