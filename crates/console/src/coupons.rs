//! `/console/mall/coupons`: the platform's coupons.

use crate::tabs::mall_tabs;
use trade::coupon::Issuer;
use web_kit::admin::coupons::{ABOUT, Desk, Params, blank, done, field_name, rows, said, sections};
use web_kit::admin::parts;
use web_kit::prelude::*;
use web_kit::ui::Area;

const HERE: &str = "/console/mall/coupons";

/// The page.
pub async fn page(at: PageContext) -> Result<Page, Failure> {
    let last = at.after()?;
    let found = at.read(move |q| rows(q, Issuer::Platform, last)).await?;
    let (tree, _) = at.site.known().await?;
    let asked = Params { after: at.query.raw("after").map(str::to_owned), ..Params::default() };
    let desk = Desk { action: HERE, key: &at.key(), tree: &tree, issuer: Issuer::Platform };
    let fields = if at.is_refused() { at.fields.clone() } else { blank() };
    let (look, title) = (&at.look, at.t("平台券", "Platform coupons"));
    let body = html! {
        (ui::head(html! { a href="/console/mall" { (at.t("商城", "Mall")) } " / " (title) }, html! { (title) }, false,
            html! { span { (at.t("优惠由平台承担，店铺照常结算。", "The platform bears the discount; shops are paid in full.")) } }, html! {}))
        (said(look, at.query.raw("done")))
        @if let Some(refused) = &at.refused { (parts::refused(look, refused)) }
        (parts::refusals(look, &fields, |name| field_name(look, name)))
        div.dk-top { (mall_tabs(look, HERE)) }
        (sections(look, &at.site.market, at.now(), &found, &asked, &desk, &fields))
    };
    Ok(ui::page(look, Area::Mall, title, body))
}

/// A press of a button.
pub async fn act(mut at: PageContext) -> Result<Response, Failure> {
    let (site, act) = (at.site.clone(), at.act.clone());
    let done = done(&site, &act, Issuer::Platform, &mut at.fields).await;
    let word = at.came(done, &ABOUT)?.flatten().unwrap_or_default();
    at.answer(&format!("{HERE}?done={word}"), page).await
}
