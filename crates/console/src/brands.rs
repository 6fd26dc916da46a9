//! `/console/goods/brands`.

use crate::tabs::goods_tabs;
use kernel::id::Brand as BrandKey;
use offer::catalog;
use web_kit::admin::parts;
use web_kit::prelude::*;
use web_kit::ui::{Area, State as Mark};

const PLACE: &str = "/console/goods/brands";

/// Brands of one page.
const PAGE: usize = 50;

/// What a brand is called.
#[derive(Form)]
#[form("brand")]
struct BrandForm {
    #[field(most = 60)]
    zh: String,
    #[field(most = 60)]
    en: String,
}

/// The page.
pub async fn page(at: PageContext) -> Result<Page, Failure> {
    let last = at.after::<BrandKey>()?;
    let found = at.read(move |q| Ok(catalog::brands(q, last, PAGE as i64 + 1)?)).await?;
    let rows = Rows::of(found, PAGE, |row| row.id.to_string());
    let (look, title, key) = (&at.look, at.t("品牌", "Brands"), at.key());
    let columns = [
        Column::wide("中文名", "Chinese"),
        Column::long("英文名", "English"),
        Column::text("状态", "State"),
        Column::acts(),
    ];
    let cells = |brand: &catalog::Brand| {
        let form = format!("b-{}", brand.id);
        [
            html! {
                form id=(form) action=(PLACE) method="post" { input type="hidden" name="key" value=(format!("{key}{}", brand.id)); input type="hidden" name="brand" value=(brand.id); @if brand.open { input type="hidden" name="open" value="1"; } }
                input.dk-in form=(form) name="zh" value=(brand.zh) maxlength="60" required aria-label=(at.t("中文名", "Chinese name"));
            },
            html! { input.dk-in form=(form) name="en" value=(brand.en) maxlength="60" required aria-label=(at.t("英文名", "English name")); },
            if brand.open {
                ui::state(Mark::Kept, at.t("在用", "In use"))
            } else {
                ui::state(Mark::None, at.t("停用", "Disabled"))
            },
            html! { div.dk-row.end {
                button.btn.dk-sm form=(form) name="do" value="save" { (at.t("保存", "Save")) }
                button.btn.dk-sm form=(form) name="do" value="flip" { (if brand.open { at.t("停用", "Disable") } else { at.t("启用", "Enable") }) }
            } },
        ]
    };
    let body = html! {
        (ui::head(html! { a href="/console/goods" { (at.t("商品", "Products")) } " / " (title) }, html! { (title) }, false,
            html! { span { (at.t("停用的品牌新商品不能选，已有商品照常卖。", "New products cannot use a disabled brand; existing ones stay.")) } }, html! {}))
        (at.banners(&[("saved", "已保存。", "Saved.")]))
        div.dk-top { (goods_tabs(look, PLACE)) }
        div.paper {
            (rows.list(&at, columns, cells, at.t("先建的在上", "Oldest first"), parts::empty(at.t("还没有品牌。", "No brands yet."), html! {})))
        }
        form.paper.dk-form.three action=(PLACE) method="post" {
            input type="hidden" name="key" value=(key);
            (BrandForm::draw(look, &at.fields, |_| Vec::new()))
            div.dk-f { span.dk-lab aria-hidden="true" { "\u{a0}" } button.btn name="do" value="add" { (at.t("新增品牌", "Add brand")) } }
        }
    };
    Ok(ui::page(look, Area::Goods, title, body))
}

/// A press of one of the page's buttons.
pub async fn act(mut at: PageContext) -> Result<Response, Failure> {
    if let Some(BrandForm { zh, en }) = at.typed() {
        let doing = at.fields.text("do").to_owned();
        if doing == "add" {
            at.write("catalog.add_brand", Keys::none(), &[], move |tx, ctx| {
                catalog::add_brand(tx, ctx, &zh, &en).map(drop)
            })
            .await?;
        } else {
            let id = input::id::<BrandKey>(at.fields.text("brand"))?;
            let open = at.fields.has("open") != (doing == "flip");
            at.write("catalog.change_brand", Keys::none(), &[], move |tx, _| {
                catalog::change_brand(tx, id, (&zh, &en), open).map(drop)
            })
            .await?;
        }
    }
    at.answer("/console/goods/brands?done=saved", page).await
}
