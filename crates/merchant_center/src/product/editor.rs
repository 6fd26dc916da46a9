//! The editor of a product: one form for everything that is reviewed, with its pictures and its matrix of variants.
//!
//! Every button sends the whole form. With scripts a choice that changes the form (category, axes, pictures) brings it back
//! at once; without them a button does.
//!
//! Invariants: only 存草稿 and 送审 write a product; a refusal shows the form as it was typed, each fault beside its field;
//! a draft that somebody else wrote in between is never overwritten silently.

use crate::matrix::{self, MOST_AXES, Matrix};
use crate::product::enter;
use crate::product::form::{self, content, fields_of, keep_matrix, place as place_faults};
use axum::extract::{Multipart, State};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use flows::listing;
use kernel::id::{Edit, Shop};
use kernel::{Currency, Id};
use maud::{Markup, html};
use offer::catalog::edit::Status as EditStatus;
use offer::catalog::{self, Attribute, AttributeKind, Brand, Category, Content, EditView, Fault, Limits};
use offer::media::MediaView;
use serde::Deserialize;
use std::sync::{Arc, Mutex, PoisonError};
use store::{Keys, Read};
use web_kit::admin::frame::{ShopFrame, Tab, frame};
use web_kit::admin::home::edit_mark;
use web_kit::admin::parts::{self, Field};
use web_kit::admin::product::editor::sent;
use web_kit::admin::product::one::TREE;
use web_kit::admin::product::view::{self, Names, trail};
use web_kit::admin::words;
use web_kit::fmt;
use web_kit::form::Fields;
use web_kit::idempotency::IdempotentRequest;
use web_kit::lang::{Lang, t};
use web_kit::principal::Principal;
use web_kit::problem::{Failure, Path, Query};
use web_kit::site::Site;
use web_kit::ui::{self, Page, RenderContext, State as Mark};
use web_kit::view::product::rules_of;

#[derive(Debug, Default, Deserialize)]
pub struct Params {
    done: Option<String>,
    category: Option<String>,
    #[serde(rename = "lang")]
    _lang: Option<String>,
    #[serde(rename = "theme")]
    _theme: Option<String>,
}

/// What the form stands on.
struct Desk {
    place: ShopFrame,
    categories: Vec<Category>,
    attributes: Vec<Attribute>,
    brands: Vec<Brand>,
    edit: Option<EditView>,
    live: Option<Content>,
}

fn desk(
    q: &mut Read<'_>,
    shop: Id<Shop>,
    many: bool,
    category: Option<&str>,
    edit: Option<Id<Edit>>,
) -> Result<Desk, Failure> {
    let place = enter(q, shop, many)?;
    let edit = edit.map(|id| catalog::edit_of_shop(q, shop, id)).transpose()?;
    let categories = catalog::categories(q, None, TREE)?;
    let wanted = match (category, &edit) {
        (Some(text), _) => text.parse().ok(),
        (None, Some(edit)) => Some(edit.content.category),
        (None, None) => None,
    };
    let code =
        wanted.and_then(|id| categories.iter().find(|category| category.id == id)).map(|c| c.code.clone());
    let attributes = match code {
        Some(code) => catalog::attributes(q, &code)?,
        None => Vec::new(),
    };
    let brands = catalog::brands(q, None, TREE)?;
    let live = match &edit {
        Some(edit) if edit.base > 0 => Some(catalog::content(q, shop, edit.product)?),
        _ => None,
    };
    Ok(Desk { place, categories, attributes, brands, edit, live })
}

/// What stands above the form.
enum Say {
    Nothing,
    Done(String),
    Refused(Failure),
}

/// A new product.
pub async fn blank(
    State(site): State<Site>,
    look: RenderContext,
    who: Principal,
    Path(shop): Path<String>,
    Query(asked): Query<Params>,
) -> Result<Page, Failure> {
    let shop = web_kit::input::id::<Shop>(&shop)?;
    let many = who.shops().len() > 1;
    let category = asked.category.clone();
    let found = site.read(move |q| desk(q, shop, many, category.as_deref(), None)).await?;
    let mut fields = Fields::default();
    fields.set("category", asked.category.unwrap_or_default());
    fields.set("kind", "physical");
    fields.set("ship", ships(&look).first().map(|(id, _)| id.clone()).unwrap_or_default());
    form_page(&site, &look, &found, fields, Say::Nothing)
}

/// An edit.
pub async fn page(
    State(site): State<Site>,
    look: RenderContext,
    who: Principal,
    Path((shop, edit)): Path<(String, String)>,
    Query(asked): Query<Params>,
) -> Result<Page, Failure> {
    let shop = web_kit::input::id::<Shop>(&shop)?;
    let id = web_kit::input::id::<Edit>(&edit)?;
    let many = who.shops().len() > 1;
    let found = site.read(move |q| desk(q, shop, many, None, Some(id))).await?;
    let say = match asked.done.as_deref() {
        Some("saved") => Say::Done(look.t("草稿已存。", "The draft is saved.").to_owned()),
        Some("sent") => Say::Done(
            look.t(
                "已送审。平台看过就上线，线上的照卖。",
                "Submitted. It goes live once reviewed; what is live goes on selling.",
            )
            .to_owned(),
        ),
        _ => Say::Nothing,
    };
    let Some(edit) = &found.edit else {
        return Err(Failure::not_found("没有这次修改。", "there is no such edit"));
    };
    if edit.status == EditStatus::Draft {
        let fields = fields_of(&edit.content);
        form_page(&site, &look, &found, fields, say)
    } else {
        Ok(still(&site, &look, &found, edit, say))
    }
}

/// How a product may ship.
fn ships(look: &RenderContext) -> Vec<(String, String)> {
    let all = govern::promise::shipped().iter().map(|promise| promise.id.clone());
    let mut ids: Vec<String> = all.filter(|id| id.starts_with("ship-")).collect();
    ids.sort();
    ids.dedup();
    ids.into_iter().map(|id| (id.clone(), view::promise(look, &id))).collect()
}

/// Categories that take products, as choices: `家居 / 杯子`.
fn category_choices(look: &RenderContext, all: &[Category], chosen: &str) -> Vec<(String, String)> {
    let first = (String::new(), look.t("选一个", "Choose one").to_owned());
    let leaf = |category: &&Category| !all.iter().any(|other| other.parent == Some(category.id));
    let open = all.iter().filter(|category| category.open || category.id.to_string() == chosen).filter(leaf);
    std::iter::once(first)
        .chain(open.map(|category| (category.id.to_string(), trail(look, all, category))))
        .collect()
}

fn form_page(
    site: &Site,
    look: &RenderContext,
    found: &Desk,
    mut fields: Fields,
    say: Say,
) -> Result<Page, Failure> {
    let rules = rules_of(site)?;
    let matrix = Matrix::read(&fields);
    keep_matrix(&mut fields, &matrix);
    let place = &found.place;
    let new = found.edit.is_none();
    let title = match (&found.edit, fields.text("title")) {
        (None, _) => look.t("发布商品", "New product").to_owned(),
        (Some(_), "") => look.t("没写标题", "No title yet").to_owned(),
        (Some(_), title) => title.to_owned(),
    };
    let action = match &found.edit {
        Some(edit) => place.at(&format!("/edits/{}", edit.id)),
        None => place.at("/products/new"),
    };
    let attribute = |id: &str| {
        let found = found.attributes.iter().find(|attribute| attribute.id.to_string() == id)?;
        Some(look.t(&found.zh, &found.en).to_owned())
    };
    let field_name = |name: &str| form::name_of(look.lang == Lang::Zh, name, &matrix, attribute);
    let paint = Paint { look, site, found, fields: &fields, matrix: &matrix, limits: &rules.limits };
    let body = html! {
        (ui::head(
            match &found.edit {
                Some(edit) => place.crumb(&[("/products", look.t("商品", "Products")), (&format!("/products/{}", edit.product), look.t("商品", "Product")), ("", look.t("修改", "Edit"))]),
                None => place.crumb(&[("/products", look.t("商品", "Products")), ("", look.t("发布商品", "New product"))]),
            },
            html! { (title) },
            false,
            html! {
                @if let Some(edit) = &found.edit {
                    (edit_mark(look, edit.status))
                    span.mono.id { (edit.id) }
                    @if edit.base > 0 { span { (look.t("改第 ", "changes version ")) (edit.base) (look.t(" 版", "")) } }
                } @else {
                    span { (look.t("填完送审，平台看过就上架。随时可以存草稿。", "Fill it in and submit; it is live once reviewed. Save a draft at any time.")) }
                }
            },
            html! {},
        ))
        form.dk-editor id="editor" action=(action) method="post" enctype="multipart/form-data" autocomplete="off"
            hx-encoding="multipart/form-data" {
            input type="hidden" name="key" value=(site.form_key());
            @if let Some(edit) = &found.edit { input type="hidden" name="revision" value=(edit.revision); }
            // The first button is what Enter presses: it only looks.
            button.vh name="do" value="redraw" tabindex="-1" aria-hidden="true" {}
            @match &say {
                Say::Nothing => {},
                Say::Done(text) => (parts::done(text)),
                Say::Refused(failure) => (parts::refused(look, failure)),
            }
            (parts::refusals(look, &fields, field_name))
            (what(&paint, &action))
            (gallery(&paint, &action))
            (variants(&paint, &action))
            (shipping(&paint))
            @if let (Some(edit), Some(live)) = (&found.edit, &found.live) {
                (ui::question(look.t("和线上的差在哪？", "How does it differ from what is live?"),
                    html! { (look.t("按上次存的草稿比。", "By the draft as it was last saved.")) },
                    html! { div.paper { (view::compared(look, &paint.names(), Some(live), &edit.content, &edit.marks)) } }))
            }
            div.dk-bulk {
                p {
                    @if fields.is_good() {
                        (if new { look.t("草稿只有店里看得到。", "Only the shop sees a draft.") } else { look.t("送审后就不能改，撤回才能再改。", "Once submitted it cannot be changed; withdraw it to go on.") })
                    } @else {
                        (ui::state(Mark::Broken, &words::many(look, fields.refused().count() as i64, "处要改", "field to change", "fields to change")))
                    }
                }
                div.dk-row {
                    @if found.edit.is_some() { button.btn name="do" value="withdraw" data-sure=(look.t("撤回这次修改？写的内容不会再上线。", "Withdraw this edit? What it says will not go live.")) { (look.t("撤回", "Withdraw")) } }
                    button.btn name="do" value="save" { (look.t("存草稿", "Save draft")) }
                    button.btn.pri name="do" value="submit" { (look.t("送审", "Submit")) }
                }
            }
        }
    };
    Ok(frame(look, place, Tab::Goods, &title, body))
}

/// What the sections of the form are drawn with.
struct Paint<'a> {
    look: &'a RenderContext,
    site: &'a Site,
    found: &'a Desk,
    fields: &'a Fields,
    matrix: &'a Matrix,
    limits: &'a Limits,
}

impl Paint<'_> {
    fn names(&self) -> Names {
        Names {
            categories: self.found.categories.clone(),
            attributes: self.found.attributes.clone(),
            brands: self.found.brands.clone(),
        }
    }
    const fn t<'b>(&self, zh: &'b str, en: &'b str) -> &'b str {
        t(self.look.lang, zh, en)
    }
}

fn what(paint: &Paint<'_>, action: &str) -> Markup {
    let (look, fields) = (paint.look, paint.fields);
    let categories = category_choices(look, &paint.found.categories, fields.text("category"));
    let chosen_brand = fields.text("brand");
    let brands: Vec<(String, String)> =
        std::iter::once((String::new(), paint.t("无品牌", "No brand").to_owned()))
            .chain(
                paint
                    .found
                    .brands
                    .iter()
                    .filter(|b| b.open || b.id.to_string() == chosen_brand)
                    .map(|brand| (brand.id.to_string(), look.t(&brand.zh, &brand.en).to_owned())),
            )
            .collect();
    let kinds = [
        ("physical".to_owned(), paint.t("实物，要发货", "Goods that are shipped").to_owned()),
        ("digital".to_owned(), paint.t("虚拟，付款即交付", "Digital, handed over when paid").to_owned()),
    ];
    let axis_names: Vec<&str> = paint.matrix.axes.iter().map(|axis| axis.name.as_str()).collect();
    ui::question(
        paint.t("卖什么？", "What is it?"),
        html! { (paint.t("先选类目，要填的属性跟着类目走。", "The category comes first: it says which attributes are asked for.")) },
        html! {
            div.paper.dk-form {
                (parts::field(look, fields, Field { name: "category", label: paint.t("类目", "Category"), needed: true, ..Field::default() }, |id, note, bad| html! {
                    select id=(id) name="category" aria-describedby=[note] aria-invalid=[bad.then_some("true")]
                        hx-post=(action) hx-trigger="change" hx-vals="{\"do\":\"redraw\"}" hx-target="#editor" hx-select="#editor" hx-swap="outerHTML" {
                        @for (value, text) in &categories { option value=(value) selected[value == fields.text("category")] { (text) } }
                    }
                    noscript { button.btn.dk-sm name="do" value="redraw" { (paint.t("换成这个类目的属性", "Show this category's attributes")) } }
                }))
                (parts::choice(look, fields, Field { name: "brand", label: paint.t("品牌", "Brand"), ..Field::default() }, &brands))
                (parts::line(look, fields, Field {
                    name: "title", label: paint.t("标题", "Title"), needed: true, wide: true, form: "",
                    hint: &match look.lang {
                        Lang::Zh => format!("{} 到 {} 个字。写它是什么，不写「最」「第一」。", paint.limits.title_least, paint.limits.title_most),
                        Lang::En => format!("{} to {} characters. Say what it is; no superlatives.", paint.limits.title_least, paint.limits.title_most),
                    },
                }, paint.limits.title_most))
                (parts::choice(look, fields, Field { name: "kind", label: paint.t("商品类型", "Kind"), ..Field::default() }, &kinds))
                @if !paint.found.attributes.is_empty() {
                    h3 { (paint.t("属性", "Attributes")) }
                    @for attribute in paint.found.attributes.iter().filter(|attribute| attribute.open) {
                        @let is_axis = axis_names.iter().any(|name| *name == &*attribute.zh || *name == &*attribute.en);
                        (attribute_field(paint, attribute, is_axis))
                    }
                }
                (parts::lines(look, fields, Field {
                    name: "about", label: paint.t("详情", "Details"), wide: true, needed: false, form: "",
                    hint: &match look.lang {
                        Lang::Zh => format!("一行一段，最多 {} 段，每段最多 {} 字。", paint.limits.paragraphs_most, paint.limits.paragraph_most),
                        Lang::En => format!("One paragraph a line, at most {} of {} characters.", paint.limits.paragraphs_most, paint.limits.paragraph_most),
                    },
                }, 6, paint.limits.paragraphs_most * (paint.limits.paragraph_most + 1)))
            }
        },
    )
}

fn attribute_field(paint: &Paint<'_>, attribute: &Attribute, is_axis: bool) -> Markup {
    let (look, fields) = (paint.look, paint.fields);
    let name = format!("attr.{}", attribute.id);
    let hint = if is_axis {
        paint.t("它是规格项，可以不填", "It is an option of the variants; may be left out")
    } else {
        ""
    };
    let of = Field {
        name: &name,
        label: look.t(&attribute.zh, &attribute.en),
        needed: attribute.required && !is_axis,
        hint,
        wide: false,
        form: "",
    };
    let blank = (String::new(), paint.t("没说", "not said").to_owned());
    match &attribute.kind {
        AttributeKind::Text => parts::line(look, fields, of, paint.limits.value_most),
        AttributeKind::Number { unit } => parts::number(look, fields, of, unit),
        AttributeKind::Flag => {
            let yes_no = [
                blank,
                ("yes".to_owned(), paint.t("是", "Yes").to_owned()),
                ("no".to_owned(), paint.t("否", "No").to_owned()),
            ];
            parts::choice(look, fields, of, &yes_no)
        }
        AttributeKind::Choice { options } => {
            let choices: Vec<(String, String)> = std::iter::once(blank)
                .chain(options.iter().map(|o| (o.code.to_string(), look.t(&o.zh, &o.en).to_owned())))
                .collect();
            parts::choice(look, fields, of, &choices)
        }
    }
}

fn gallery(paint: &Paint<'_>, action: &str) -> Markup {
    let keys: Vec<&str> = paint.fields.all("gallery").filter(|key| !key.is_empty()).collect();
    let wrong = paint.fields.wrong("gallery");
    let full = keys.len() >= paint.limits.gallery_most;
    ui::question(
        paint.t("长什么样？", "What does it look like?"),
        html! {
            (paint.t("第一张是封面。JPEG、PNG、WebP，每张最多 8 MB，会缩成三种尺寸。", "The first is its face. JPEG, PNG or WebP, at most 8 MB each; three sizes are made."))
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
                                span { (if n == 0 { paint.t("封面", "Face").to_owned() } else { (n + 1).to_string() }) }
                                span {
                                    @if n > 0 { button name="do" value=(format!("up.{n}")) title=(paint.t("往前", "Earlier")) aria-label=(format!("{} {}", paint.t("往前移图", "Move earlier: picture"), n + 1)) { "←" } }
                                    @if n + 1 < keys.len() { button name="do" value=(format!("down.{n}")) title=(paint.t("往后", "Later")) aria-label=(format!("{} {}", paint.t("往后移图", "Move later: picture"), n + 1)) { "→" } }
                                    button name="do" value=(format!("drop.{n}")) title=(paint.t("拿掉", "Remove")) aria-label=(format!("{} {}", paint.t("拿掉图", "Remove picture"), n + 1)) { "×" }
                                }
                            }
                        }
                    }
                    @if !full {
                        li.add id=(parts::field_id("gallery")) {
                                                        input.dk-file type="file" id="files" name="files" accept="image/jpeg,image/png,image/webp" multiple
                                hx-post=(action) hx-trigger="change" hx-vals="{\"do\":\"redraw\"}" hx-target="#editor" hx-select="#editor" hx-swap="outerHTML"
                                hx-encoding="multipart/form-data";
                            label.btn for="files" { (paint.t("加图片", "Add pictures")) }
                            noscript { button.btn.dk-sm name="do" value="redraw" { (paint.t("上传", "Upload")) } }
                            @if let Some(wrong) = wrong { span.dk-cellno { (ui::state(Mark::Broken, wrong.text(paint.look.lang))) } }
                        }
                    }
                }
            }
        },
    )
}

fn variants(paint: &Paint<'_>, action: &str) -> Markup {
    let (look, fields, matrix) = (paint.look, paint.fields, paint.matrix);
    let axes: Vec<String> = paint
        .found
        .attributes
        .iter()
        .filter(|attribute| attribute.axis)
        .map(|attribute| look.t(&attribute.zh, &attribute.en).to_owned())
        .collect();
    ui::question(
        paint.t("有哪些规格，卖多少钱？", "Which variants, at what price?"),
        html! {
            (paint.t("规格值一行一个。已上架的规格，价格在商品页改，马上生效。", "One value a line. Prices of live variants change on the product's page, at once."))
        },
        html! {
            div.paper {
                datalist id="axis-names" { @for name in &axes { option value=(name) {} } }
                div.dk-axes {
                    @for n in 0..MOST_AXES {
                        @let (name, values) = (format!("axis.{n}.name"), format!("axis.{n}.values"));
                        @let known = matrix.axes.get(n);
                        @if n == 0 || n <= matrix.axes.len() {
                            div {
                                (axis_field(paint, &name, &match look.lang { Lang::Zh => format!("规格项 {}", n + 1), Lang::En => format!("Option {}", n + 1) }, known.map_or("", |axis| &axis.name), action, false))
                                (axis_field(paint, &values, &match look.lang { Lang::Zh => format!("规格项 {} 的值", n + 1), Lang::En => format!("Values of option {}", n + 1) }, &known.map(|axis| axis.values.join("\n")).unwrap_or_default(), action, true))
                            }
                        }
                    }
                    div { span {} button.btn.dk-sm name="do" value="redraw" { (paint.t("排出规格表", "Lay out the variants")) } }
                }
                @if matrix.rows.is_empty() {
                    p.dk-note { (ui::state(Mark::Broken, &match look.lang {
                        Lang::Zh => format!("这样有 {} 个规格，最多 {} 个。减几个值。", matrix.count(), paint.limits.skus_most),
                        Lang::En => format!("That makes {} variants, at most {} are allowed. Use fewer values.", matrix.count(), paint.limits.skus_most),
                    })) }
                } @else { (rows(paint)) }
            }
            @let _ = fields;
        },
    )
}

fn axis_field(paint: &Paint<'_>, name: &str, label: &str, value: &str, action: &str, many: bool) -> Markup {
    let mut own = Fields::default();
    own.set(name, value);
    if let Some(wrong) = paint.fields.wrong(name) {
        own.refuse(name, wrong.zh.clone(), wrong.en.clone());
    }
    let again = "{\"do\":\"redraw\"}";
    let hint = if many {
        paint.t("如：云白、天青（逗号、顿号或换行隔开）", "such as: white, blue (commas or lines)")
    } else {
        ""
    };
    parts::field(paint.look, &own, Field { name, label, hint, ..Field::default() }, |id, note, bad| {
        html! {
            @if many {
                textarea id=(id) name=(name) rows="2" maxlength="2000" aria-describedby=[note] aria-invalid=[bad.then_some("true")]
                    hx-post=(action) hx-trigger="change" hx-vals=(again) hx-target="#editor" hx-select="#editor" hx-swap="outerHTML"
                    { "\n" (value) }
            } @else {
                input id=(id) name=(name) value=(value) list="axis-names" maxlength=(paint.limits.name_most) autocomplete="off"
                    placeholder=(paint.t("颜色", "Colour")) aria-describedby=[note] aria-invalid=[bad.then_some("true")];
            }
        }
    })
}

fn rows(paint: &Paint<'_>) -> Markup {
    let (look, fields, matrix) = (paint.look, paint.fields, paint.matrix);
    let currency: Currency = paint.site.market.currency;
    let keys: Vec<&str> = fields.all("gallery").filter(|key| !key.is_empty()).collect();
    let many = matrix.rows.len() > 1;
    let live: Vec<String> = paint
        .found
        .live
        .iter()
        .flat_map(|live| &live.skus)
        .filter_map(|sku| sku.id)
        .map(|id| id.to_string())
        .collect();
    let cell = |name: String, label: String, value: &str, mode: &'static str| {
        let wrong = fields.wrong(&name);
        html! {
            input.dk-in.n id=(parts::field_id(&name)) name=(name) value=(value) inputmode=(mode) maxlength="40" autocomplete="off"
                aria-label=(label) aria-invalid=[wrong.map(|_| "true")];
            @if let Some(wrong) = wrong { span.dk-cellno { (ui::state(Mark::Broken, wrong.text(look.lang))) } }
        }
    };
    html! {
        table.cards.dk-mx {
            thead { tr {
                th { (paint.t("规格", "Variant")) }
                th { (paint.t("售价", "Price")) " " (currency.symbol()) }
                th { (paint.t("划线价", "List price")) }
                th { (paint.t("每人限购", "Limit")) }
                th { (paint.t("商家编码", "Your code")) }
                @if !keys.is_empty() { th { (paint.t("图", "Picture")) } }
                @if many { th { (paint.t("不做", "Not made")) } }
            } }
            tbody {
                @for (n, row) in matrix.rows.iter().enumerate() {
                    @let shown = if row.choice.is_empty() { paint.t("单一规格", "One variant").to_owned() } else { row.choice.join(" / ") };
                    @let of = |what: &str| format!("row.{n}.{what}");
                    @let is_live = live.contains(&row.sku);
                    tr {
                        td.v.w {
                            (shown)
                            input type="hidden" name=(of("choice")) value=(matrix::join(&row.choice));
                            input type="hidden" name=(of("sku")) value=(row.sku);
                            @if is_live { small.mut { " " (paint.t("在售", "live")) } }
                        }
                        td.m data-l=(paint.t("售价", "Price")) { (cell(of("price"), format!("{shown} {}", paint.t("售价", "price")), &row.price, "decimal")) }
                        td.m data-l=(paint.t("划线价", "List price")) { (cell(of("list"), format!("{shown} {}", paint.t("划线价", "list price")), &row.list, "decimal")) }
                        td.m data-l=(paint.t("每人限购", "Limit")) { (cell(of("limit"), format!("{shown} {}", paint.t("限购", "limit")), &row.limit, "numeric")) }
                        td.m data-l=(paint.t("商家编码", "Your code")) { (cell(of("code"), format!("{shown} {}", paint.t("商家编码", "code")), &row.code, "text")) }
                        @if !keys.is_empty() {
                            td.m data-l=(paint.t("图", "Picture")) {
                                select.dk-in name=(of("media")) aria-label=(format!("{shown} {}", paint.t("的图", "picture"))) {
                                    option value="" selected[row.media.is_empty()] { (paint.t("用封面", "the face")) }
                                    @for (i, key) in keys.iter().enumerate() { option value=(key) selected[row.media == **key] { (paint.t("图 ", "No. ")) (i + 1) } }
                                }
                            }
                        }
                        @if many { td data-l=(paint.t("不做", "Not made")) { input.dk-off type="checkbox" name=(of("off")) value="1" checked[row.off] aria-label=(format!("{} {shown}", paint.t("不做", "Do not make"))); } }
                    }
                }
            }
            @if many {
                tfoot { tr {
                    th scope="row" { (paint.t("没填的都填成", "Fill all empty ones")) }
                    @for (what, label) in [("price", paint.t("售价", "price")), ("list", paint.t("划线价", "list price")), ("limit", paint.t("限购", "limit"))] {
                        td.m data-l=(label) { input.dk-in.n data-fill=(format!("row.*.{what}")) inputmode="decimal" maxlength="20" autocomplete="off" aria-label=(format!("{} {label}", paint.t("所有空着的", "All empty"))); }
                    }
                    td colspan="3" {}
                } }
            }
        }
    }
}

fn shipping(paint: &Paint<'_>) -> Markup {
    let (look, fields) = (paint.look, paint.fields);
    let unit = paint.site.market.currency.symbol().to_owned();
    let now = (paint.site.now)();
    let choices: Vec<(String, String)> = ships(look)
        .into_iter()
        .map(|(id, title)| {
            let due =
                govern::promise::named(&id).and_then(|promise| promise.due(now, &paint.site.market.zone));
            let text = match due {
                Some(due) => format!(
                    "{title}（{} {}）",
                    paint.t("现在付款", "paid now:"),
                    parts::deadline(look, &paint.site.market, now, due)
                ),
                None => title,
            };
            (id, text)
        })
        .collect();
    ui::question(
        paint.t("多久发，运费多少？", "When does it ship, at what freight?"),
        html! { (paint.t("承诺多快就要守多快：没守住会赔给买家，也进体验分。", "A promise binds: what is broken is paid to the buyer and counts in the score.")) },
        html! {
            div.paper.dk-form.three {
                (parts::choice(look, fields, Field { name: "ship", label: paint.t("发货承诺", "Ship-by promise"), needed: true, ..Field::default() }, &choices))
                (parts::number(look, fields, Field { name: "fee", label: paint.t("运费", "Freight"), hint: paint.t("空着或 0 是包邮", "Empty or 0: free"), ..Field::default() }, &unit))
                (parts::number(look, fields, Field { name: "free_from", label: paint.t("满多少包邮", "Free from"), hint: paint.t("空着就不设", "Empty: never"), ..Field::default() }, &unit))
            }
        },
    )
}

/// An edit that is not written on any more.
fn still(site: &Site, look: &RenderContext, found: &Desk, edit: &EditView, say: Say) -> Page {
    let place = &found.place;
    let title = if edit.content.title.is_empty() {
        look.t("没写标题", "No title yet").to_owned()
    } else {
        edit.content.title.to_string()
    };
    let action = place.at(&format!("/edits/{}", edit.id));
    let key = site.form_key();
    let names = Names {
        categories: found.categories.clone(),
        attributes: found.attributes.clone(),
        brands: found.brands.clone(),
    };
    let press = |doing: &str, label: &str, class: &str| {
        html! {
            form.dk-press action=(action) method="post" enctype="multipart/form-data" {
                input type="hidden" name="key" value=(format!("{key}{doing}"));
                button class=(class) name="do" value=(doing) { (label) }
            }
        }
    };
    let body = html! {
        (ui::head(
            place.crumb(&[("/products", look.t("商品", "Products")), (&format!("/products/{}", edit.product), look.t("商品", "Product")), ("", look.t("修改", "Edit"))]),
            html! { (title) }, false,
            html! {
                (edit_mark(look, edit.status))
                @if let Some(at) = edit.submitted_at { span { (look.t("送审 ", "submitted ")) (fmt::minute(look.lang, &site.market, at)) } }
                @if let Some(at) = edit.decided_at { span { (look.t("定下 ", "decided ")) (fmt::minute(look.lang, &site.market, at)) } }
            },
            html! {
                @match edit.status {
                    EditStatus::Waiting => (press("withdraw", look.t("撤回再改", "Withdraw"), "btn")),
                    EditStatus::Rejected | EditStatus::Withdrawn => (press("again", look.t("照着再写一份", "Write it again"), "btn pri")),
                    EditStatus::Approved | EditStatus::Draft => a.btn href=(place.at(&format!("/products/{}", edit.product))) { (look.t("看商品", "The product")) },
                }
            },
        ))
        @match &say {
            Say::Nothing => {},
            Say::Done(text) => (parts::done(text)),
            Say::Refused(failure) => (parts::refused(look, failure)),
        }
        @if edit.status == EditStatus::Rejected {
            div.banner role="note" {
                div {
                    b { (look.t("被退回：", "Sent back: ")) (words::REJECTED_FOR.say(look.lang, edit.reason.as_deref().unwrap_or("other"))) }
                    @if let Some(note) = &edit.note { p { (note) } }
                }
            }
        }
        @if !edit.marks.is_empty() {
            (ui::question(look.t("哪些词会被多看一眼？", "Which words are looked at twice?"), html! {}, html! { div.paper { (view::words(look, &edit.marks)) } }))
        }
        (ui::question(
            look.t("改了什么？", "What does it change?"),
            html! { (if found.live.is_some() { look.t("左边是线上的，右边是这次修改。", "Left: live. Right: this edit.") } else { look.t("这件商品还没上过架。", "This product was never live.") }) },
            html! { div.paper { (view::compared(look, &names, found.live.as_ref(), &edit.content, &edit.marks)) } },
        ))
    };
    frame(look, place, Tab::Goods, &title, body)
}

/// Takes pictures in and puts them at the end of the gallery; what is no picture is said beside it.
async fn take_in(
    site: &Site,
    act: &IdempotentRequest,
    shop: Id<Shop>,
    files: Vec<axum::body::Bytes>,
    most: usize,
    fields: &mut Fields,
) -> Result<(), Failure> {
    for bytes in files {
        if fields.all("gallery").filter(|key| !key.is_empty()).count() >= most {
            fields.refuse("gallery", format!("最多 {most} 张。"), format!("At most {most}."));
            return Ok(());
        }
        let media: MediaView = match web_kit::media::keep(site, bytes).await {
            Ok(media) => media,
            Err(failure) if failure.status < 500 => {
                fields.refuse(
                    "gallery",
                    failure.text(Lang::Zh).to_owned(),
                    failure.text(Lang::En).to_owned(),
                );
                continue;
            }
            Err(failure) => return Err(failure),
        };
        let key = media.key.to_string();
        let ctx = site.ctx(&act.who);
        let write = site.db.write("catalog.media", Keys::none(), move |tx| {
            catalog::add_media(tx, &ctx.clone(), Some(shop), &media)
        });
        write.await.map_err(Failure::from)?;
        if !fields.all("gallery").any(|other| other == key) {
            fields.push("gallery", key);
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
        "drop" if n < keys.len() => drop(keys.remove(n)),
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

/// A press in the form of a new product.
pub async fn begin(
    State(site): State<Site>,
    look: RenderContext,
    who: Principal,
    Path(shop): Path<String>,
    uri: Uri,
    form: Multipart,
) -> Result<Response, Failure> {
    let shop = web_kit::input::id::<Shop>(&shop)?;
    pressed(site, look, who, shop, None, uri, form).await
}

/// A press in the form of an edit.
pub async fn submit(
    State(site): State<Site>,
    look: RenderContext,
    who: Principal,
    Path((shop, edit)): Path<(String, String)>,
    uri: Uri,
    form: Multipart,
) -> Result<Response, Failure> {
    let shop = web_kit::input::id::<Shop>(&shop)?;
    let edit = web_kit::input::id::<Edit>(&edit)?;
    pressed(site, look, who, shop, Some(edit), uri, form).await
}

async fn pressed(
    site: Site,
    look: RenderContext,
    who: Principal,
    shop: Id<Shop>,
    edit: Option<Id<Edit>>,
    uri: Uri,
    form: Multipart,
) -> Result<Response, Failure> {
    let rules = rules_of(&site)?;
    let (mut fields, files) = sent(form, rules.limits.gallery_most).await?;
    let doing = fields.text("do").to_owned();
    let act = {
        let all: Vec<(String, String)> =
            fields.under("").map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
        let parts = all.iter().map(|(n, v)| (n.as_str(), v.as_str()));
        IdempotentRequest::of_form(who.clone(), fields.text("key"), uri.path(), parts)
    };
    let to = |edit: &str, done: &str| {
        Redirect::to(&format!("/merchant/{shop}/edits/{edit}?done={done}")).into_response()
    };
    let refused: Option<Failure> = match (doing.as_str(), edit) {
        ("withdraw", Some(id)) => {
            let write = act.value(&site, "catalog.withdraw", Keys::none(), move |tx, ctx| {
                catalog::withdraw(tx, ctx, shop, id).map(|edit| edit.product.to_string())
            });
            match write.await {
                Ok(product) => {
                    return Ok(Redirect::to(&format!("/merchant/{shop}/products/{product}")).into_response());
                }
                Err(failure) => Some(failure),
            }
        }
        ("again", Some(id)) => {
            let rules = rules.clone();
            let write = act.value(&site, "catalog.again", Keys::none(), move |tx, ctx| {
                catalog::propose_again(tx, ctx, shop, id, &rules).map(|edit| edit.id.to_string())
            });
            match write.await {
                Ok(edit) => return Ok(to(&edit, "")),
                Err(failure) => Some(failure),
            }
        }
        ("save" | "submit", _) => {
            take_in(&site, &act, shop, files, rules.limits.gallery_most, &mut fields).await?;
            let matrix = Matrix::read(&fields);
            keep_matrix(&mut fields, &matrix);
            match content(&mut fields, &matrix, site.market.currency) {
                None => None,
                Some(next) => {
                    let told: Told = Arc::default();
                    let (ingested, handed_in) = (told.clone(), doing == "submit");
                    let revision = fields.whole("revision", 0, i64::MAX).unwrap_or(0);
                    let rules = rules.clone();
                    let draft = edit.map(|id| (id, revision));
                    let writing = listing::Writing { draft, content: next, hand_in: handed_in };
                    let write = act.value(&site, "catalog.write", Keys::none(), move |tx, ctx| {
                        let written = listing::write(tx, ctx, shop, &writing, &rules);
                        written.map(|edit| edit.id.to_string()).inspect_err(|err| tell(&ingested, err))
                    });
                    match write.await {
                        Ok(id) => return Ok(to(&id, if handed_in { "sent" } else { "saved" })),
                        Err(failure) => {
                            let told = told.lock().unwrap_or_else(PoisonError::into_inner);
                            place_faults(&mut fields, &matrix, &told.0);
                            for mark in &told.1 {
                                let name = match mark.field.split('.').collect::<Vec<_>>().as_slice() {
                                    ["about", ..] => "about".to_owned(),
                                    ["axes", n, "name"] => format!("axis.{n}.name"),
                                    ["axes", n, ..] => format!("axis.{n}.values"),
                                    ["attributes", id] => format!("attr.{id}"),
                                    _ => mark.field.to_string(),
                                };
                                fields.refuse(
                                    &name,
                                    format!("「{}」是禁用词：{}", mark.word, mark.zh),
                                    format!("\"{}\" is banned: {}", mark.word, mark.en),
                                );
                            }
                            // What stands beside its field is not said a second time above.
                            let by_field = !told.0.is_empty() || !told.1.is_empty();
                            if by_field { None } else { Some(failure) }
                        }
                    }
                }
            }
        }
        (doing, _) => {
            let doing = doing.to_owned();
            take_in(&site, &act, shop, files, rules.limits.gallery_most, &mut fields).await?;
            arrange(&mut fields, &doing);
            None
        }
    };
    if let Some(failure) = refused.as_ref().filter(|failure| failure.status == 404) {
        return Err(failure.clone());
    }
    let many = who.shops().len() > 1;
    let category = fields.text("category").to_owned();
    let found = site.read(move |q| desk(q, shop, many, Some(&category), edit)).await?;
    let status = match (&refused, fields.is_good()) {
        (Some(failure), _) => failure.status_code(),
        (None, true) => StatusCode::OK,
        (None, false) if matches!(doing.as_str(), "save" | "submit") => StatusCode::UNPROCESSABLE_ENTITY,
        (None, false) => StatusCode::OK,
    };
    let here = match edit {
        Some(edit) => format!("/merchant/{shop}/edits/{edit}"),
        None => format!("/merchant/{shop}/products/new"),
    };
    let look = RenderContext { here, ..look };
    let say = refused.map_or(Say::Nothing, Say::Refused);
    if let Some(edit) = found.edit.as_ref().filter(|edit| edit.status != EditStatus::Draft) {
        return Ok((status, still(&site, &look, &found, edit, say)).into_response());
    }
    Ok((status, form_page(&site, &look, &found, fields, say)?).into_response())
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
        for nothing in ["up.0", "down.1", "drop.9", "up.x", "redraw"] {
            assert!(!arrange(&mut fields, nothing), "{nothing}");
        }
        assert_eq!(keys(&fields), "ca");
    }
}
