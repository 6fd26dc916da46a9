//! `/console/goods/brands`.

use crate::tabs::goods_tabs;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::id::Brand as BrandKey;
use maud::html;
use offer::catalog::{self, Brand};
use serde::Deserialize;
use store::Keys;
use web_kit::admin::done_of;
use web_kit::admin::parts::{self, Field};
use web_kit::form::Fields;
use web_kit::idempotency::IdempotentForm;
use web_kit::problem::{Failure, Query};
use web_kit::site::Site;
use web_kit::ui::{self, Area, Page, RenderContext, State as Mark};
use web_kit::view::stock::after;

/// Brands of one page.
const PAGE: usize = 50;

#[derive(Debug, Default, Deserialize)]
pub struct Params {
    after: Option<String>,
    done: Option<String>,
    #[serde(rename = "lang")]
    _lang: Option<String>,
    #[serde(rename = "theme")]
    _theme: Option<String>,
}

/// The page.
pub async fn page(
    State(site): State<Site>,
    look: RenderContext,
    Query(asked): Query<Params>,
) -> Result<Page, Failure> {
    let last = after::<BrandKey>(asked.after.as_deref())?;
    let rows = site.read(move |q| Ok(catalog::brands(q, last, PAGE as i64 + 1)?)).await?;
    Ok(drawn(&site, &look, &rows, &asked, &Fields::default(), None))
}

fn drawn(
    site: &Site,
    look: &RenderContext,
    rows: &[Brand],
    asked: &Params,
    fields: &Fields,
    refused: Option<&Failure>,
) -> Page {
    let title = look.t("品牌", "Brands");
    let key = site.form_key();
    let shown = &rows[..rows.len().min(PAGE)];
    let next = shown.last().filter(|_| rows.len() > PAGE);
    let next = next.map(|row| parts::with(look, &[("after", &row.id.to_string())]));
    let body = html! {
        (ui::head(html! { a href="/console/goods" { (look.t("商品", "Goods")) } " / " (title) }, html! { (title) }, false,
            html! { span { (look.t("停用的品牌新商品不能选，已有的照卖。", "New products cannot carry a closed one.")) } }, html! {}))
        (done_of(look, asked.done.as_deref(), &[("saved", "已保存。", "Saved.")]))
        @if let Some(refused) = refused { (parts::refused(look, refused)) }
        (parts::refusals(look, fields, |name| if name == "zh" { look.t("中文名", "Chinese name").to_owned() } else { look.t("英文名", "English name").to_owned() }))
        div.dk-top { (goods_tabs(look, "/console/goods/brands")) }
        div.paper {
            @if shown.is_empty() { (parts::empty(look.t("还没有品牌。", "No brands yet."), html! {})) }
            @else {
                table.cards.dk-list {
                    thead { tr { th { (look.t("中文名", "Chinese")) } th { (look.t("英文名", "English")) } th { (look.t("状态", "State")) } th {} } }
                    tbody {
                        @for brand in shown {
                            @let form = format!("b-{}", brand.id);
                            tr {
                                td.w {
                                    form id=(form) action="/console/goods/brands" method="post" { input type="hidden" name="key" value=(format!("{key}{}", brand.id)); input type="hidden" name="brand" value=(brand.id); @if brand.open { input type="hidden" name="open" value="1"; } }
                                    input.dk-in form=(form) name="zh" value=(brand.zh) maxlength="60" required aria-label=(look.t("中文名", "Chinese name"));
                                }
                                td.w { input.dk-in form=(form) name="en" value=(brand.en) maxlength="60" required aria-label=(look.t("英文名", "English name")); }
                                td data-l=(look.t("状态", "State")) { (if brand.open { ui::state(Mark::Kept, look.t("在用", "In use")) } else { ui::state(Mark::None, look.t("停用", "Closed")) }) }
                                td.w { div.dk-row.end {
                                    button.btn.dk-sm form=(form) name="do" value="save" { (look.t("保存", "Save")) }
                                    button.btn.dk-sm form=(form) name="do" value="flip" { (if brand.open { look.t("停用", "Close") } else { look.t("启用", "Open") }) }
                                } }
                            }
                        }
                    }
                }
                (parts::pager(look, asked.after.as_ref().map(|_| parts::with(look, &[])).as_deref(), next.as_deref(), html! { (look.t("先建的在上", "Oldest first")) }))
            }
        }
        form.paper.dk-form.three action="/console/goods/brands" method="post" {
            input type="hidden" name="key" value=(key);
            (parts::line(look, fields, Field { name: "zh", label: look.t("新品牌的中文名", "Chinese name of a new brand"), needed: true, ..Field::default() }, 60))
            (parts::line(look, fields, Field { name: "en", label: look.t("英文名", "English name"), needed: true, ..Field::default() }, 60))
            div.dk-f { span.dk-lab aria-hidden="true" { "\u{a0}" } button.btn name="do" value="add" { (look.t("添加品牌", "Add")) } }
        }
    };
    ui::page(look, Area::Goods, title, body)
}

/// A press of one of the page's buttons.
pub async fn act(
    State(site): State<Site>,
    look: RenderContext,
    IdempotentForm { act, form }: IdempotentForm<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let mut fields = Fields::of(form);
    let (zh, en) = (fields.needed("zh", 60), fields.needed("en", 60));
    let refused = if fields.is_good() {
        let written = match fields.text("do") {
            "add" => {
                act.value(&site, "catalog.add_brand", Keys::none(), move |tx, ctx| {
                    catalog::add_brand(tx, ctx, &zh, &en).map(drop)
                })
                .await
            }
            doing => {
                let id = web_kit::input::id::<BrandKey>(fields.text("brand"))?;
                let open = fields.has("open") != (doing == "flip");
                act.value(&site, "catalog.change_brand", Keys::none(), move |tx, _| {
                    catalog::change_brand(tx, id, (&zh, &en), open).map(drop)
                })
                .await
            }
        };
        match written {
            Ok(()) => return Ok(Redirect::to("/console/goods/brands?done=saved").into_response()),
            Err(failure) => Some(failure),
        }
    } else {
        None
    };
    let rows = site.read(move |q| Ok(catalog::brands(q, None, PAGE as i64 + 1)?)).await?;
    let look = RenderContext { here: "/console/goods/brands".into(), ..look };
    let status = refused.as_ref().map_or(StatusCode::UNPROCESSABLE_ENTITY, |f| f.status_code());
    Ok((status, drawn(&site, &look, &rows, &Params::default(), &fields, refused.as_ref())).into_response())
}
