//! `/console/goods/categories`: the tree of categories at the left, what one of them asks of products at the right.

use crate::tabs::goods_tabs;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::id::Attribute as AttributeKey;
use maud::{Markup, html};
use offer::catalog::{
    self, Attribute, AttributeEdit, AttributeKind, AttributeOption, Category, CategoryChange, NewAttribute,
    NewCategory,
};
use serde::Deserialize;
use store::{Keys, Read};
use web_kit::admin::done_of;
use web_kit::admin::parts::{self, Field};
use web_kit::admin::product::one::TREE;
use web_kit::form::Fields;
use web_kit::idempotency::IdempotentForm;
use web_kit::problem::{Failure, Query};
use web_kit::site::Site;
use web_kit::ui::{self, Area, Page, RenderContext, State as Mark};

#[derive(Debug, Default, Deserialize)]
pub struct Params {
    c: Option<String>,
    done: Option<String>,
    #[serde(rename = "lang")]
    _lang: Option<String>,
    #[serde(rename = "theme")]
    _theme: Option<String>,
}

struct Found {
    all: Vec<Category>,
    chosen: Option<Category>,
    attributes: Vec<Attribute>,
}

fn found(q: &mut Read<'_>, code: Option<&str>) -> Result<Found, Failure> {
    let all = catalog::categories(q, None, TREE)?;
    let chosen = match code.filter(|code| !code.is_empty()) {
        Some(code) => Some(catalog::category(q, code)?),
        None => all.iter().filter(|one| one.parent.is_none()).min_by_key(|one| (one.turn, one.id)).cloned(),
    };
    let attributes = match &chosen {
        Some(category) => catalog::attributes(q, &category.code)?,
        None => Vec::new(),
    };
    Ok(Found { all, chosen, attributes })
}

/// The page.
pub async fn page(
    State(site): State<Site>,
    look: RenderContext,
    Query(asked): Query<Params>,
) -> Result<Page, Failure> {
    let code = asked.c.clone();
    let found = site.read(move |q| found(q, code.as_deref())).await?;
    Ok(drawn(&site, &look, &found, asked.done.as_deref(), &Fields::default(), None))
}

fn tree(look: &RenderContext, found: &Found, parent: Option<&Category>, depth: usize) -> Markup {
    let mut here: Vec<&Category> =
        found.all.iter().filter(|category| category.parent == parent.map(|p| p.id)).collect();
    here.sort_by_key(|category| (category.turn, category.id));
    if here.is_empty() || depth > catalog::category::DEEPEST {
        return html! {};
    }
    html! {
        ul.dk-tree[depth == 0] {
            @for category in here {
                @let on = found.chosen.as_ref().is_some_and(|chosen| chosen.id == category.id);
                li {
                    a href=(format!("/console/goods/categories?c={}", category.code)) aria-current=[on.then_some("true")] {
                        span { (look.t(&category.zh, &category.en)) }
                        @if !category.open { small { (look.t("停用", "closed")) } }
                    }
                    (tree(look, found, Some(category), depth + 1))
                }
            }
        }
    }
}

fn kind_word(look: &RenderContext, kind: &AttributeKind) -> String {
    match kind {
        AttributeKind::Text => look.t("文字", "text").to_owned(),
        AttributeKind::Flag => look.t("是 / 否", "yes / no").to_owned(),
        AttributeKind::Number { unit } => format!("{} {unit}", look.t("数，单位", "number of")),
        AttributeKind::Choice { options } => {
            let names: Vec<&str> = options.iter().map(|option| look.t(&option.zh, &option.en)).collect();
            format!("{}{}", look.t("选项：", "one of: "), names.join(look.t("、", ", ")))
        }
    }
}

/// Options as they are typed: one a line, code, Chinese, English.
fn options_text(kind: &AttributeKind) -> String {
    match kind {
        AttributeKind::Choice { options } => {
            let line = |option: &AttributeOption| format!("{} {} {}", option.code, option.zh, option.en);
            options.iter().map(line).collect::<Vec<_>>().join("\n")
        }
        _ => String::new(),
    }
}

fn drawn(
    site: &Site,
    look: &RenderContext,
    found: &Found,
    done: Option<&str>,
    fields: &Fields,
    refused: Option<&Failure>,
) -> Page {
    let key = site.form_key();
    let title = look.t("类目与属性", "Categories and attributes");
    let body = html! {
        (ui::head(html! { a href="/console/goods" { (look.t("商品", "Goods")) } " / " (title) }, html! { (title) }, false,
            html! { span { (look.t("类目代码不变，费率按它算；停用的类目不收新商品，已有的照卖。", "A category's code never changes: fees are keyed by it. A closed one takes no new products.")) } }, html! {}))
        (done_of(look, done, &[("saved", "已保存。", "Saved."), ("added", "已添加。", "Added.")]))
        @if let Some(refused) = refused { (parts::refused(look, refused)) }
        (parts::refusals(look, fields, |name| field_name(look, name)))
        div.dk-top { (goods_tabs(look, "/console/goods/categories")) }
        div.dk-side {
            div {
                nav.paper aria-label=(look.t("类目", "Categories")) {
                    @if found.all.is_empty() { (parts::empty(look.t("还没有类目。", "No categories yet."), html! {})) }
                    (tree(look, found, None, 0))
                }
                form.paper.dk-form action="/console/goods/categories" method="post" {
                    h3 { (look.t("加一个类目", "Add a category")) }
                    input type="hidden" name="key" value=(format!("{key}c"));
                    @let own = own(fields, "add");
                    (parts::line(look, &own, Field { name: "code", label: look.t("代码", "Code"), hint: look.t("上级代码.一个词，如 home.cups；根类目就一个词", "parent's code.word, as home.cups; a root is one word"), needed: true, wide: true }, 120))
                    (parts::line(look, &own, Field { name: "zh", label: look.t("中文名", "Chinese"), needed: true, wide: true, ..Field::default() }, 60))
                    (parts::line(look, &own, Field { name: "en", label: look.t("英文名", "English"), needed: true, wide: true, ..Field::default() }, 60))
                    div.dk-wide.dk-row.end { button.btn name="do" value="add" { (look.t("添加", "Add")) } }
                }
            }
            div {
                @match &found.chosen {
                    None => div.paper { (parts::empty(look.t("先加一个类目。", "Add a category first."), html! {})) },
                    Some(category) => (chosen(look, found, category, &key, fields)),
                }
            }
        }
    };
    ui::page(look, Area::Goods, title, body)
}

/// What was typed, in the form it was typed into.
fn own(fields: &Fields, doing: &str) -> Fields {
    if fields.text("do") == doing { fields.clone() } else { Fields::default() }
}

fn chosen(look: &RenderContext, found: &Found, category: &Category, key: &str, fields: &Fields) -> Markup {
    let action = format!("/console/goods/categories?c={}", category.code);
    let mut head = own(fields, "change");
    if head.text("do").is_empty() {
        head.set("zh", &*category.zh);
        head.set("en", &*category.en);
        head.set("turn", category.turn.to_string());
    }
    let kinds: Vec<(String, String)> = [
        ("text", "文字", "Text"),
        ("number", "数（带单位）", "Number with a unit"),
        ("choice", "选项", "Choice"),
        ("flag", "是 / 否", "Yes / no"),
    ]
    .into_iter()
    .map(|(word, zh, en)| (word.to_owned(), look.t(zh, en).to_owned()))
    .collect();
    html! {
        form.paper action=(action) method="post" {
            div.dk-hd { h2.dk-h { (look.t(&category.zh, &category.en)) " " span.mono.mut { (category.code) } }
                (if category.open { ui::state(Mark::Kept, look.t("收新商品", "Open")) } else { ui::state(Mark::None, look.t("停用", "Closed")) }) }
            input type="hidden" name="key" value=(format!("{key}h"));
            div.dk-form.three {
                (parts::line(look, &head, Field { name: "zh", label: look.t("中文名", "Chinese"), needed: true, ..Field::default() }, 60))
                (parts::line(look, &head, Field { name: "en", label: look.t("英文名", "English"), needed: true, ..Field::default() }, 60))
                (parts::number(look, &head, Field { name: "turn", label: look.t("排第几", "Turn"), ..Field::default() }, ""))
                div.dk-wide.dk-row {
                    (parts::tick("open", "1", html! { (look.t("收新商品", "Takes new products")) }, category.open))
                    button.btn name="do" value="change" { (look.t("保存类目", "Save")) }
                }
            }
        }
        div.paper {
            div.dk-hd { h3 { (look.t("商家发布时要填什么", "What products are asked for")) } span.note { (look.t("上级的属性也算在内", "attributes of those above count too")) } }
            @if found.attributes.is_empty() { (parts::empty(look.t("没有属性。", "No attributes."), html! {})) }
            @else {
                table.cards.dk-list {
                    thead { tr { th { (look.t("属性", "Attribute")) } th { (look.t("值", "Values")) } th { (look.t("要求", "Asked")) } th { (look.t("来自", "From")) } } }
                    tbody {
                        @for attribute in &found.attributes {
                            tr {
                                td.w { b { (look.t(&attribute.zh, &attribute.en)) } @if !attribute.open { small { (ui::state(Mark::None, look.t("停用", "Closed"))) } } }
                                td.w data-l=(look.t("值", "Values")) { (kind_word(look, &attribute.kind)) }
                                td data-l=(look.t("要求", "Asked")) {
                                    (if attribute.required { look.t("必填", "needed") } else { look.t("选填", "optional") })
                                    @if attribute.axis { small { (look.t("可作规格项", "may be an option of variants")) } }
                                }
                                td data-l=(look.t("来自", "From")) {
                                    @if attribute.category == category.id { (look.t("本类目", "here")) details.dk-more { summary { (look.t("改", "Change")) } (attribute_form(look, attribute, &action, key)) } }
                                    @else {
                                        @match found.all.iter().find(|c| c.id == attribute.category) {
                                            Some(above) => a href=(format!("/console/goods/categories?c={}", above.code)) { (look.t(&above.zh, &above.en)) },
                                            None => "—",
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
        form.paper.dk-form.three action=(action) method="post" {
            h3 { (look.t("加一个属性", "Add an attribute")) }
            input type="hidden" name="key" value=(format!("{key}a"));
            @let own = own(fields, "attribute");
            (parts::line(look, &own, Field { name: "azh", label: look.t("中文名", "Chinese"), needed: true, ..Field::default() }, 60))
            (parts::line(look, &own, Field { name: "aen", label: look.t("英文名", "English"), needed: true, ..Field::default() }, 60))
            (parts::choice(look, &own, Field { name: "kind", label: look.t("值是什么", "Kind"), hint: look.t("定了就不能改", "never changes"), ..Field::default() }, &kinds))
            (parts::line(look, &own, Field { name: "unit", label: look.t("单位", "Unit"), hint: look.t("数才要，如 ml", "for numbers, as ml"), ..Field::default() }, 16))
            (parts::lines(look, &own, Field { name: "options", label: look.t("选项", "Options"), hint: look.t("一行一个：代码 中文 英文，如 steel 不锈钢 Steel", "one a line: code Chinese English"), ..Field::default() }, 3, 8000))
            div.dk-f { (parts::tick("required", "1", html! { (look.t("必填", "Needed")) }, own.has("required"))) (parts::tick("axis", "1", html! { (look.t("可作规格项", "May be an option of variants")) }, own.has("axis"))) }
            div.dk-wide.dk-row.end { button.btn name="do" value="attribute" { (look.t("添加属性", "Add")) } }
        }
    }
}

fn attribute_form(look: &RenderContext, attribute: &Attribute, action: &str, key: &str) -> Markup {
    let id = |name: &str| format!("x-{}-{name}", attribute.id);
    html! {
        form.dk-inline action=(action) method="post" {
            input type="hidden" name="key" value=(format!("{key}{}", attribute.id));
            input type="hidden" name="attribute" value=(attribute.id);
            label for=(id("zh")) { (look.t("中文名", "Chinese")) } input.dk-in id=(id("zh")) name="azh" value=(attribute.zh) maxlength="60" required;
            label for=(id("en")) { (look.t("英文名", "English")) } input.dk-in id=(id("en")) name="aen" value=(attribute.en) maxlength="60" required;
            @if let AttributeKind::Choice { .. } = &attribute.kind {
                label for=(id("options")) { (look.t("选项（只能加）", "Options (only added)")) }
                textarea.dk-in id=(id("options")) name="options" rows="4" { "\n" (options_text(&attribute.kind)) }
            }
            (parts::tick("required", "1", html! { (look.t("必填", "Needed")) }, attribute.required))
            (parts::tick("axis", "1", html! { (look.t("可作规格项", "May be an option of variants")) }, attribute.axis))
            (parts::tick("open", "1", html! { (look.t("还在用", "In use")) }, attribute.open))
            button.btn.dk-sm name="do" value="mend" { (look.t("保存", "Save")) }
        }
    }
}

fn field_name(look: &RenderContext, name: &str) -> String {
    let (zh, en) = match name {
        "code" => ("代码", "Code"),
        "zh" | "azh" => ("中文名", "Chinese name"),
        "en" | "aen" => ("英文名", "English name"),
        "turn" => ("排第几", "Turn"),
        "unit" => ("单位", "Unit"),
        "options" => ("选项", "Options"),
        other => return other.to_owned(),
    };
    look.t(zh, en).to_owned()
}

fn options(fields: &mut Fields) -> Vec<AttributeOption> {
    let text = fields.text("options").to_owned();
    let mut found = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let mut words = line.split_whitespace();
        match (words.next(), words.next(), words.collect::<Vec<_>>().join(" ")) {
            (Some(code), Some(zh), en) if !en.is_empty() => {
                found.push(AttributeOption { code: code.into(), zh: zh.into(), en: en.into() });
            }
            _ => fields.refuse(
                "options",
                format!("「{}」少了一项：代码 中文 英文。", web_kit::problem::brief(line)),
                format!("\"{}\" lacks a part: code, Chinese, English.", web_kit::problem::brief(line)),
            ),
        }
    }
    found
}

/// A press of one of the page's buttons.
pub async fn act(
    State(site): State<Site>,
    look: RenderContext,
    Query(asked): Query<Params>,
    IdempotentForm { act, form }: IdempotentForm<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let mut fields = Fields::of(form);
    let code = asked.c.clone().unwrap_or_default();
    let doing = fields.text("do").to_owned();
    let written: Result<(String, &str), Failure> = match doing.as_str() {
        "add" => {
            let new = NewCategory {
                code: fields.needed("code", 120).into(),
                zh: fields.needed("zh", 60).into(),
                en: fields.needed("en", 60).into(),
                turn: 0,
            };
            let to = new.code.to_string();
            match fields.is_good() {
                false => Ok((to, "")),
                true => act
                    .value(&site, "catalog.add_category", Keys::none(), move |tx, ctx| {
                        catalog::add_category(tx, ctx, &new).map(drop)
                    })
                    .await
                    .map(|()| (to, "added")),
            }
        }
        "change" => {
            let change = CategoryChange {
                zh: fields.needed("zh", 60).into(),
                en: fields.needed("en", 60).into(),
                turn: fields.whole("turn", 0, 100_000).unwrap_or(0),
                open: fields.has("open"),
            };
            let to = code.clone();
            match fields.is_good() {
                false => Ok((code.clone(), "")),
                true => act
                    .value(&site, "catalog.change_category", Keys::none(), move |tx, _| {
                        catalog::change_category(tx, &to, &change).map(drop)
                    })
                    .await
                    .map(|()| (code.clone(), "saved")),
            }
        }
        "attribute" => {
            let (zh, en) = (fields.needed("azh", 60), fields.needed("aen", 60));
            let kind = match fields.text("kind") {
                "number" => AttributeKind::Number { unit: fields.needed("unit", 16).into() },
                "choice" => {
                    let options = options(&mut fields);
                    if options.is_empty() {
                        fields.refuse("options", "至少写一个选项。", "Name at least one.");
                    }
                    AttributeKind::Choice { options }
                }
                "flag" => AttributeKind::Flag,
                _ => AttributeKind::Text,
            };
            let new = NewAttribute {
                zh: zh.into(),
                en: en.into(),
                kind,
                required: fields.has("required"),
                axis: fields.has("axis"),
                turn: 0,
                open: true,
            };
            let to = code.clone();
            match fields.is_good() {
                false => Ok((code.clone(), "")),
                true => act
                    .value(&site, "catalog.add_attribute", Keys::none(), move |tx, ctx| {
                        catalog::add_attribute(tx, ctx, &to, &new).map(drop)
                    })
                    .await
                    .map(|()| (code.clone(), "added")),
            }
        }
        "mend" => {
            let id = web_kit::input::id::<AttributeKey>(fields.text("attribute"))?;
            let (zh, en) = (fields.needed("azh", 60), fields.needed("aen", 60));
            let options = options(&mut fields);
            let (required, axis, open) = (fields.has("required"), fields.has("axis"), fields.has("open"));
            let edit = AttributeEdit { zh: zh.into(), en: en.into(), options, required, axis, open };
            match fields.is_good() {
                false => Ok((code.clone(), "")),
                true => act
                    .value(&site, "catalog.change_attribute", Keys::none(), move |tx, _| {
                        catalog::edit_attribute(tx, id, &edit).map(drop)
                    })
                    .await
                    .map(|()| (code.clone(), "saved")),
            }
        }
        _ => Err(Failure::invalid("there is no such button").zh("没有这个按钮。")),
    };
    let refused = match written {
        Ok((to, done)) if fields.is_good() => {
            return Ok(Redirect::to(&format!("/console/goods/categories?c={}&done={done}", ui::encode(&to)))
                .into_response());
        }
        Ok(_) => None,
        Err(failure) => fields.aside(
            failure,
            &[
                ("catalog.code", "code"),
                ("catalog.code_taken", "code"),
                ("catalog.too_deep", "code"),
                ("catalog.unit", "unit"),
                ("catalog.options", "options"),
            ],
        ),
    };
    let found = site.read(move |q| found(q, Some(&code))).await?;
    let look = RenderContext { here: "/console/goods/categories".into(), ..look };
    let status = refused.as_ref().map_or(StatusCode::UNPROCESSABLE_ENTITY, |f| f.status_code());
    Ok((status, drawn(&site, &look, &found, None, &fields, refused.as_ref())).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read_one_a_line_and_a_short_line_is_refused() {
        let of = |text: &str| Fields::of(vec![("options".to_owned(), text.to_owned())]);
        let mut good = of("steel 不锈钢 Stainless steel\nwood 木 Wood\n");
        let read = options(&mut good);
        assert!(good.is_good());
        assert_eq!(&*read[0].en, "Stainless steel");
        let kind = AttributeKind::Choice { options: read };
        assert_eq!(options_text(&kind), "steel 不锈钢 Stainless steel\nwood 木 Wood");
        let mut bad = of("steel");
        assert!(options(&mut bad).is_empty() && !bad.is_good());
    }
}
