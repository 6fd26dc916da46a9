//! `/merchant/{shop}/coupons`: a shop's coupons; the platform's page is made of the same parts.

use crate::enter;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::id::Shop;
use maud::html;
use trade::coupon::{Coupon, Issuer};
use web_kit::admin::coupons::{Desk, Params, blank, done, field_name, rows, said, sections};
use web_kit::admin::frame::{ShopFrame, Tab, frame};
use web_kit::admin::parts;
use web_kit::form::Fields;
use web_kit::idempotency::IdempotentForm;
use web_kit::known::Tree;
use web_kit::principal::Principal;
use web_kit::problem::{Failure, Path, Query};
use web_kit::site::Site;
use web_kit::ui::{self, Page, RenderContext};
use web_kit::view::stock::after;

struct List {
    place: ShopFrame,
    rows: Vec<Coupon>,
}

/// The list and the form.
pub async fn page(
    State(site): State<Site>,
    look: RenderContext,
    who: Principal,
    Path(shop): Path<String>,
    Query(asked): Query<Params>,
) -> Result<Page, Failure> {
    let shop = web_kit::input::id::<Shop>(&shop)?;
    let last = after(asked.after.as_deref())?;
    let many = who.shops().len() > 1;
    let found = site
        .read(move |q| Ok(List { place: enter(q, shop, many)?, rows: rows(q, Issuer::Shop(shop), last)? }))
        .await?;
    let (tree, _) = site.known().await?;
    Ok(drawn(&site, &look, (&found, &tree), &asked, &blank(), None))
}

fn drawn(
    site: &Site,
    look: &RenderContext,
    (found, tree): (&List, &Tree),
    asked: &Params,
    fields: &Fields,
    refused: Option<&Failure>,
) -> Page {
    let place = &found.place;
    let title = look.t("优惠券", "Coupons");
    let action = place.at("/coupons");
    let body = html! {
        (ui::head(place.crumb(&[("", title)]), html! { (look.t("店铺的优惠券", "The shop's coupons")) }, false,
            html! { span { (look.t("店铺出钱，只减自己的商品。发出去的券，停发后照样能用。", "The shop pays, for its own goods. Claimed ones stay good after a stop.")) } }, html! {}))
        (said(look, asked.done.as_deref()))
        @if let Some(refused) = refused { (parts::refused(look, refused)) }
        (parts::refusals(look, fields, |name| field_name(look, name)))
        (sections(look, &site.market, (site.now)(), &found.rows, asked, &Desk { action: &action, key: &site.form_key(), tree }, fields))
    };
    frame(look, place, Tab::Coupons, title, body)
}

/// A press of a button.
pub async fn act(
    State(site): State<Site>,
    look: RenderContext,
    Path(shop): Path<String>,
    IdempotentForm { act, form }: IdempotentForm<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let shop = web_kit::input::id::<Shop>(&shop)?;
    let mut fields = Fields::of(form);
    let refused = match done(&site, &act, Issuer::Shop(shop), &mut fields).await {
        Ok(Some(word)) => {
            return Ok(Redirect::to(&format!("/merchant/{shop}/coupons?done={word}")).into_response());
        }
        Ok(None) => None,
        Err(failure) if failure.status == 404 => return Err(failure),
        Err(failure) => Some(failure),
    };
    let many = act.who.shops().len() > 1;
    let found = site
        .read(move |q| Ok(List { place: enter(q, shop, many)?, rows: rows(q, Issuer::Shop(shop), None)? }))
        .await?;
    let look = RenderContext { here: found.place.at("/coupons"), ..look };
    let status = refused.as_ref().map_or(StatusCode::UNPROCESSABLE_ENTITY, |f| f.status_code());
    let (tree, _) = site.known().await?;
    let page = drawn(&site, &look, (&found, &tree), &Params::default(), &fields, refused.as_ref());
    Ok((status, page).into_response())
}
