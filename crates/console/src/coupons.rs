//! `/console/mall/coupons`: the platform's coupons.

use crate::tabs::mall_tabs;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::html;
use trade::coupon::{Coupon, Issuer};
use web_kit::admin::coupons::{Desk, Params, blank, done, field_name, rows, said, sections};
use web_kit::admin::parts;
use web_kit::form::Fields;
use web_kit::idempotency::IdempotentForm;
use web_kit::known::Tree;
use web_kit::problem::{Failure, Query};
use web_kit::site::Site;
use web_kit::ui::{self, Area, Page, RenderContext};
use web_kit::view::stock::after;

const HERE: &str = "/console/mall/coupons";

/// The page.
pub async fn page(
    State(site): State<Site>,
    look: RenderContext,
    Query(asked): Query<Params>,
) -> Result<Page, Failure> {
    let last = after(asked.after.as_deref())?;
    let found = site.read(move |q| rows(q, Issuer::Platform, last)).await?;
    let (tree, _) = site.known().await?;
    Ok(drawn(&site, &look, (&found, &tree), &asked, &blank(), None))
}

fn drawn(
    site: &Site,
    look: &RenderContext,
    (found, tree): (&[Coupon], &Tree),
    asked: &Params,
    fields: &Fields,
    refused: Option<&Failure>,
) -> Page {
    let title = look.t("平台券", "The platform's coupons");
    let body = html! {
        (ui::head(html! { a href="/console/mall" { (look.t("商城", "Mall")) } " / " (title) }, html! { (title) }, false,
            html! { span { (look.t("平台出钱：减掉的部分照付给店铺。", "The platform pays: shops get what is taken off.")) } }, html! {}))
        (said(look, asked.done.as_deref()))
        @if let Some(refused) = refused { (parts::refused(look, refused)) }
        (parts::refusals(look, fields, |name| field_name(look, name)))
        div.dk-top { (mall_tabs(look, HERE)) }
        (sections(look, &site.market, (site.now)(), found, asked, &Desk { action: HERE, key: &site.form_key(), tree }, fields))
    };
    ui::page(look, Area::Mall, title, body)
}

/// A press of a button.
pub async fn act(
    State(site): State<Site>,
    look: RenderContext,
    IdempotentForm { act, form }: IdempotentForm<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let mut fields = Fields::of(form);
    let refused = match done(&site, &act, Issuer::Platform, &mut fields).await {
        Ok(Some(word)) => return Ok(Redirect::to(&format!("{HERE}?done={word}")).into_response()),
        Ok(None) => None,
        Err(failure) if failure.status == 404 => return Err(failure),
        Err(failure) => Some(failure),
    };
    let found = site.read(move |q| rows(q, Issuer::Platform, None)).await?;
    let look = RenderContext { here: HERE.into(), ..look };
    let status = refused.as_ref().map_or(StatusCode::UNPROCESSABLE_ENTITY, |f| f.status_code());
    let (tree, _) = site.known().await?;
    Ok((status, drawn(&site, &look, (&found, &tree), &Params::default(), &fields, refused.as_ref()))
        .into_response())
}
