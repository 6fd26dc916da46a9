//! `/console/goods/categories`: the tree of categories at the left, what one of them asks of products at the right.

use crate::tabs::goods_tabs;
use kernel::id::Attribute as AttributeKey;
use offer::catalog::{
    self, Attribute, AttributeEdit, AttributeKind, AttributeOption, Category, CategoryChange, NewAttribute,
    NewCategory,
};
use web_kit::admin::parts;
use web_kit::admin::product::one::TREE;
use web_kit::admin::product::view::trail;
use web_kit::forms::Chosen;
use web_kit::prelude::*;
use web_kit::ui::{Area, State as Mark};

const HERE: &str = "/console/goods/categories";

/// The fields that the refusals of commands are about.
const ABOUT: [(&str, &str); 5] = [
    ("catalog.code", "code"),
    ("catalog.code_taken", "code"),
    ("catalog.too_deep", "code"),
    ("catalog.unit", "unit"),
    ("catalog.options", "options"),
];

/// A new category.
#[derive(Form)]
#[form("category")]
struct CategoryForm {
    #[field(wide)]
    parent: Chosen,
    #[field(wide, hint, most = 60)]
    code: Box<str>,
    #[field(wide, most = 60)]
    zh: Box<str>,
    #[field(wide, most = 60)]
    en: Box<str>,
}

/// What a category is changed to.
#[derive(Form)]
#[form("category_change")]
struct ChangeForm {
    #[field(most = 60)]
    zh: Box<str>,
    #[field(most = 60)]
    en: Box<str>,
    #[field(most = 100_000)]
    turn: Option<i64>,
}

/// An attribute: a new one, or what one is changed to.
#[derive(Form)]
#[form("attribute")]
struct AttributeForm {
    #[field(most = 60)]
    azh: Box<str>,
    #[field(most = 60)]
    aen: Box<str>,
    #[field(hint)]
    kind: Chosen,
    #[field(hint, most = 16)]
    unit: Option<Box<str>>,
    #[field(hint, most = 8000, lines = 3)]
    options: Option<String>,
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

/// What a new category can stand below, by name; the first choice is nothing.
fn parents(look: &RenderContext, found: &Found) -> Vec<(String, String)> {
    let none = (String::new(), look.t("没有，是一级类目", "None: a top category").to_owned());
    let all = found.all.iter().map(|one| (one.code.to_string(), trail(look, &found.all, one)));
    std::iter::once(none).chain(all).collect()
}

/// The page of a category.
fn address(category: &Category) -> String {
    format!("{HERE}?c={}", category.code)
}

/// The page.
pub async fn page(at: PageContext) -> Result<Page, Failure> {
    let code = at.query.text("c").to_owned();
    let found = at.read(move |q| found(q, Some(&code))).await?;
    let (look, key, title) = (&at.look, at.key(), at.t("类目与属性", "Categories and attributes"));
    let body = html! {
        (ui::head(html! { a href="/console/goods" { (at.t("商品", "Products")) } " / " (title) }, html! { (title) }, false,
            html! { span { (at.t("类目代码不能改，费率按它算；停用后不接收新商品，已有商品照常卖。", "A category's code never changes: fees depend on it. A disabled one accepts no new products; existing ones stay.")) } }, html! {}))
        (at.banners(&[("saved", "已保存。", "Saved."), ("added", "已添加。", "Added.")]))
        div.dk-top { (goods_tabs(look, HERE)) }
        div.dk-side {
            div {
                nav.paper aria-label=(at.t("类目", "Categories")) {
                    @if found.all.is_empty() { (parts::empty(at.t("还没有类目。", "No categories yet."), html! {})) }
                    (tree(look, &found, None, 0))
                }
                form.paper.dk-form action=(HERE) method="post" {
                    h3 { (at.t("新增类目", "Add category")) }
                    input type="hidden" name="key" value=(format!("{key}c"));
                    (CategoryForm::draw(look, &own(&at, "add"), |_| parents(look, &found)))
                    div.dk-wide.dk-row.end { button.btn name="do" value="add" { (at.t("新增", "Add")) } }
                }
            }
            div {
                @match &found.chosen {
                    None => div.paper { (parts::empty(at.t("先新增一个类目。", "Add a category first."), html! {})) },
                    Some(category) => (chosen(&at, &found, category, &key)),
                }
            }
        }
    };
    Ok(ui::page(look, Area::Goods, title, body))
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
                    a href=(address(category)) aria-current=[on.then_some("true")] {
                        span { (look.t(&category.zh, &category.en)) }
                        @if !category.open { small { (look.t("停用", "disabled")) } }
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
        AttributeKind::Number { unit } => format!("{} {unit}", look.t("数值，单位", "number, in")),
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

/// What was typed, in the form it was typed into.
fn own(at: &PageContext, doing: &str) -> Fields {
    if at.fields.text("do") == doing { at.fields.clone() } else { Fields::default() }
}

/// Whether products have to say it, and whether variants can differ in it.
fn ticks(at: &PageContext, required: bool, axis: bool) -> Markup {
    html! {
        (parts::tick("required", "1", html! { (at.t("必填", "Required")) }, required))
        (parts::tick("axis", "1", html! { (at.t("可作规格项", "Can be a variant option")) }, axis))
    }
}

fn chosen(at: &PageContext, found: &Found, category: &Category, key: &str) -> Markup {
    let (look, action) = (&at.look, address(category));
    let mut head = own(at, "change");
    if !head.has("do") {
        let Category { zh, en, turn, .. } = category.clone();
        head = ChangeForm { zh, en, turn: Some(turn) }.fill(&at.site.market);
    }
    let typed = own(at, "attribute");
    let columns = [
        Column::wide("属性", "Attribute"),
        Column::long("值", "Values"),
        Column::text("是否必填", "Required"),
        Column::text("来自", "From"),
    ];
    let cells = |attribute: &Attribute| {
        [
            html! { b { (at.t(&attribute.zh, &attribute.en)) } @if !attribute.open { small { (ui::state(Mark::None, at.t("停用", "Disabled"))) } } },
            html! { (kind_word(look, &attribute.kind)) },
            html! {
                (if attribute.required { at.t("必填", "required") } else { at.t("选填", "optional") })
                @if attribute.axis { small { (at.t("可作规格项", "can be a variant option")) } }
            },
            html! {
                @if attribute.category == category.id { (at.t("本类目", "this category")) details.dk-more { summary { (at.t("编辑", "Edit")) } (attribute_form(at, attribute, &action, key)) } }
                @else {
                    @match found.all.iter().find(|c| c.id == attribute.category) {
                        Some(above) => a href=(address(above)) { (at.t(&above.zh, &above.en)) },
                        None => "—",
                    }
                }
            },
        ]
    };
    html! {
        form.paper action=(action) method="post" {
            div.dk-hd { h2.dk-h { (at.t(&category.zh, &category.en)) " " span.mono.mut { (category.code) } }
                (if category.open { ui::state(Mark::Kept, at.t("启用", "Active")) } else { ui::state(Mark::None, at.t("停用", "Disabled")) }) }
            input type="hidden" name="key" value=(format!("{key}h"));
            div.dk-form.three {
                (ChangeForm::draw(look, &head, |_| Vec::new()))
                div.dk-wide.dk-row {
                    (parts::tick("open", "1", html! { (at.t("接收新商品", "Accepts new products")) }, category.open))
                    button.btn name="do" value="change" { (at.t("保存类目", "Save category")) }
                }
            }
        }
        div.paper {
            div.dk-hd { h3 { (at.t("商品要填的属性", "Product attributes")) } span.note { (at.t("包括上级类目的属性", "including those of parent categories")) } }
            @if found.attributes.is_empty() { (parts::empty(at.t("没有属性。", "No attributes."), html! {})) }
            @else { (table::table(look, columns, &found.attributes, cells)) }
        }
        form.paper.dk-form.three action=(action) method="post" {
            h3 { (at.t("新增属性", "Add attribute")) }
            input type="hidden" name="key" value=(format!("{key}a"));
            (AttributeForm::draw(look, &typed, |_| named::ATTRIBUTE_KIND.choices(look.lang)))
            div.dk-f { (ticks(at, typed.has("required"), typed.has("axis"))) }
            div.dk-wide.dk-row.end { button.btn name="do" value="attribute" { (at.t("新增属性", "Add attribute")) } }
        }
    }
}

fn attribute_form(at: &PageContext, attribute: &Attribute, action: &str, key: &str) -> Markup {
    let id = |name: &str| format!("x-{}-{name}", attribute.id);
    html! {
        form.dk-inline action=(action) method="post" {
            input type="hidden" name="key" value=(format!("{key}{}", attribute.id));
            input type="hidden" name="attribute" value=(attribute.id);
            label for=(id("zh")) { (at.t("中文名", "Chinese")) } input.dk-in id=(id("zh")) name="azh" value=(attribute.zh) maxlength="60" required;
            label for=(id("en")) { (at.t("英文名", "English")) } input.dk-in id=(id("en")) name="aen" value=(attribute.en) maxlength="60" required;
            @if let AttributeKind::Choice { .. } = &attribute.kind {
                label for=(id("options")) { (at.t("选项（只能新增）", "Options (can only be added)")) }
                textarea.dk-in id=(id("options")) name="options" rows="4" { "\n" (options_text(&attribute.kind)) }
            }
            (ticks(at, attribute.required, attribute.axis))
            (parts::tick("open", "1", html! { (at.t("启用", "Active")) }, attribute.open))
            button.btn.dk-sm name="do" value="mend" { (at.t("保存", "Save")) }
        }
    }
}

/// A name as a code: small letters and digits, with _ between words.
fn coded(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { ' ' };
    let text: String = name.chars().map(plain).collect();
    text.split_whitespace().collect::<Vec<_>>().join("_")
}

fn options(fields: &mut Fields) -> Vec<AttributeOption> {
    let text = fields.text("options").to_owned();
    let mut found = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let mut words: Vec<&str> = line.split_whitespace().collect();
        // Without a code of its own an option has its English name as one.
        let is_code = |word: &&&str| word.is_ascii() && !word.bytes().any(|b| b.is_ascii_uppercase());
        let code =
            words.first().filter(|word| is_code(word) && words.len() > 2).map(|word| (*word).to_owned());
        if code.is_some() {
            words.remove(0);
        }
        let (zh, en) = words.split_first().map_or(("", String::new()), |(zh, en)| (*zh, en.join(" ")));
        let code = code.unwrap_or_else(|| coded(&en));
        match en.is_empty() || code.is_empty() {
            false => found.push(AttributeOption { code: code.into(), zh: zh.into(), en: en.into() }),
            true => fields.refuse(
                "options",
                format!("「{}」少了一项：中文 英文。", web_kit::problem::brief(line)),
                format!("\"{}\" lacks a part: Chinese, English.", web_kit::problem::brief(line)),
            ),
        }
    }
    found
}

/// What an attribute's values are, as it was typed.
fn kind(fields: &mut Fields) -> AttributeKind {
    match fields.text("kind") {
        "number" => AttributeKind::Number { unit: fields.needed("unit", 16).into() },
        "choice" => {
            let options = options(fields);
            if options.is_empty() {
                fields.refuse("options", "至少写一个选项。", "Name at least one.");
            }
            AttributeKind::Choice { options }
        }
        "flag" => AttributeKind::Flag,
        _ => AttributeKind::Text,
    }
}

/// A press of one of the page's buttons.
pub async fn act(mut at: PageContext) -> Result<Response, Failure> {
    let mut to = at.query.text("c").to_owned();
    let code = to.clone();
    let done = match at.fields.text("do") {
        "add" => {
            if let Some(CategoryForm { parent, code, zh, en }) = at.typed() {
                // What was typed with its parent's code is taken as it is.
                let whole = parent.0.is_empty() || code.starts_with(&format!("{}.", parent.0));
                let code: Box<str> = if whole { code } else { format!("{}.{code}", parent.0).into() };
                to = code.to_string();
                let new = NewCategory { code, zh, en, turn: 0 };
                at.write("catalog.add_category", Keys::none(), &ABOUT, move |tx, ctx| {
                    catalog::add_category(tx, ctx, &new).map(drop)
                })
                .await?;
            }
            "added"
        }
        "change" => {
            if let Some(ChangeForm { zh, en, turn }) = at.typed() {
                let open = at.fields.has("open");
                let change = CategoryChange { zh, en, turn: turn.unwrap_or(0), open };
                at.write("catalog.change_category", Keys::none(), &ABOUT, move |tx, _| {
                    catalog::change_category(tx, &code, &change).map(drop)
                })
                .await?;
            }
            "saved"
        }
        "attribute" => {
            let kind = kind(&mut at.fields);
            if let Some(AttributeForm { azh: zh, aen: en, .. }) = at.typed() {
                let (required, axis) = (at.fields.has("required"), at.fields.has("axis"));
                let new = NewAttribute { zh, en, kind, required, axis, turn: 0, open: true };
                at.write("catalog.add_attribute", Keys::none(), &ABOUT, move |tx, ctx| {
                    catalog::add_attribute(tx, ctx, &code, &new).map(drop)
                })
                .await?;
            }
            "added"
        }
        "mend" => {
            let id = input::id::<AttributeKey>(at.fields.text("attribute"))?;
            let options = options(&mut at.fields);
            if let Some(AttributeForm { azh: zh, aen: en, .. }) = at.typed() {
                let has = |name| at.fields.has(name);
                let (required, axis, open) = (has("required"), has("axis"), has("open"));
                let edit = AttributeEdit { zh, en, options, required, axis, open };
                at.write("catalog.change_attribute", Keys::none(), &ABOUT, move |tx, _| {
                    catalog::edit_attribute(tx, id, &edit).map(drop)
                })
                .await?;
            }
            "saved"
        }
        _ => return at.no_button(),
    };
    at.answer(&format!("{HERE}?c={}&done={done}", ui::encode(&to)), page).await
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
        let mut named = of("不锈钢 Stainless steel\n");
        assert_eq!(&*options(&mut named)[0].code, "stainless_steel", "a code is made of the English name");
        let mut bad = of("steel");
        assert!(options(&mut bad).is_empty() && !bad.is_good());
    }
}
