//! `/footprints`: what the reader looked at last, and the button that wipes it.

use crate::prelude::*;
use crate::shelf::{Kept, look_around};
use people::member;
use web_kit::storefront::footprints::cursor;
use web_kit::storefront::shelf::PAGE;

/// The page.
pub async fn page(at: MemberPage) -> Result<Page, Failure> {
    let (member, after) = (at.member, Some(at.query.text("after")).filter(|text| !text.is_empty()));
    let before = after.map(cursor).transpose()?;
    let within = crate::shelf::compared(&at)?;
    let (_, shops) = at.site.known().await?;
    let seen = at
        .read(move |q| {
            let seen = member::footprints(q, member, before, PAGE as i64 + 1)?;
            let seen = Rows::of(seen, PAGE, |one| one.at.micros().to_string());
            Kept::of(q, seen, within, |one| one.product)
        })
        .await?;
    let title = at.t("浏览记录", "Recently viewed");
    let body = html! {
        (seen.show(&at, &shops, empty(&icons::CLOCK, at.t("还没有浏览记录", "Nothing viewed yet"), at.t("登录后看过的商品会显示在这里，只有你能看到。", "Products you view while signed in appear here. Only you can see them."), look_around(&at))))
        @if !seen.is_empty() {
            form.pad-x action="/footprints" method="post" { button.btn { (at.t("清空浏览记录", "Clear history")) } }
        }
    };
    Ok(Frame::of(Tab::Mine).back("/account").tabs().page(&at.look, title, &body))
}

/// Forgets all of it.
pub async fn wipe(at: MemberPage) -> Result<Redirect, Failure> {
    let member = at.member;
    at.once("mall.forget", member::key(member), move |tx, _| member::forget_footprints(tx, member, None))
        .await?;
    Ok(Redirect::to("/footprints"))
}
