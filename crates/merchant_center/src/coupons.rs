//! `/merchant/{shop}/coupons`: a shop's coupons; the platform's page is made of the same parts.

use trade::coupon::Issuer;
use web_kit::admin::coupons::{ABOUT, Desk, Params, blank, done, field_name, rows, said, sections};
use web_kit::prelude::*;

/// The list and the form.
pub async fn page(at: ShopPage) -> Result<Page, Failure> {
    let last = at.after()?;
    let (place, found) = at.enter(move |q, shop| rows(q, Issuer::Shop(shop), last)).await?;
    let (tree, _) = at.site.known().await?;
    let (look, title, action) = (&at.look, at.t("优惠券", "Coupons"), place.at("/coupons"));
    let fields = if at.is_refused() { at.fields.clone() } else { blank() };
    let asked = Params { after: at.is_further().then(|| at.query.text("after").to_owned()), done: None };
    let desk = Desk { action: &action, key: &at.key(), tree: &tree, issuer: Issuer::Shop(at.shop) };
    let body = html! {
        (ui::head(place.crumb(&[("", title)]), html! { (at.t("优惠券", "Coupons")) }, false,
            html! { span { (at.t("优惠由店铺承担，只用于本店商品。停发后，已领取的仍可使用。", "The shop bears the discount, on its own products. After stopping, claimed ones stay valid.")) } }, html! {}))
        (said(look, Some(at.query.text("done"))))
        @if let Some(refused) = &at.refused { (parts::refused(look, refused)) }
        (parts::refusals(look, &fields, |name| field_name(look, name)))
        (sections(look, &at.site.market, at.now(), &found, &asked, &desk, &fields))
    };
    Ok(frame(look, &place, Tab::Coupons, title, body))
}

/// A press of a button.
pub async fn act(mut at: ShopPage) -> Result<Response, Failure> {
    let (site, act, issuer) = (at.site.clone(), at.act.clone(), Issuer::Shop(at.shop));
    let done = done(&site, &act, issuer, &mut at.fields).await;
    let word = at.came(done, &ABOUT)?.flatten().unwrap_or_default();
    let to = at.at(&format!("/coupons?done={word}"));
    at.answer(&to, page).await
}
