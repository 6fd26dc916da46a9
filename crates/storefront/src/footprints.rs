//! `/footprints`: what the reader looked at last, and the button that wipes it.

use crate::parts;
use axum::extract::State;
use axum::response::Redirect;
use maud::html;
use offer::catalog;
use people::member;
use serde::Deserialize;
use web_kit::lang::{Lang, t};
use web_kit::principal::Principal;
use web_kit::problem::{Failure, Query};
use web_kit::site::Site;
use web_kit::storefront::footprints::cursor;
use web_kit::storefront::frame::{Frame, Tab};
use web_kit::storefront::icons;
use web_kit::ui::{Page, RenderContext};

#[derive(Debug, Default, Deserialize)]
pub struct Paged {
    after: Option<String>,
}

/// The page.
pub async fn page(
    State(site): State<Site>,
    who: Principal,
    look: RenderContext,
    Query(asked): Query<Paged>,
) -> Result<Page, Failure> {
    let (lang, now, member) = (look.lang, (site.now)(), who.member()?);
    let before = asked.after.as_deref().map(cursor).transpose()?;
    let (_, shops) = site.known().await?;
    let limit = web_kit::storefront::shelf::PAGE;
    let (seen, cards, more) = site
        .read(move |q| {
            let mut seen = member::footprints(q, member, before, limit as i64 + 1)?;
            let more = seen.len() > limit;
            seen.truncate(limit);
            let products: Vec<_> = seen.iter().map(|one| one.product).collect();
            let cards = if products.is_empty() { Vec::new() } else { catalog::cards_of(q, &products)? };
            Ok((seen, cards, more))
        })
        .await?;
    let next = seen.last().filter(|_| more).map(|one| format!("/footprints?after={}", one.at.micros()));
    let gone = seen.len() - cards.len().min(seen.len());
    let title = t(lang, "看过的", "Looked at");
    let body = html! {
        @if seen.is_empty() { (parts::empty(&icons::CLOCK, t(lang, "还没有看过的商品", "Nothing looked at yet"), t(lang, "登录后看过的商品会在这里，只有你看得见。", "What you look at while signed in stands here, for you alone."), &html! { a.btn.pri href="/" { (t(lang, "去逛逛", "Look around")) } })) }
        @else {
            (crate::shelf::grid(&site, lang, now, &shops, &cards, &trade::scene::Via::mall(), crate::shelf::Stand::Shelf { first: true }))
            @if gone > 0 { p.note.pad-x { @match lang { Lang::Zh => { "有 " (gone) " 件已下架，没有列出。" } Lang::En => { (gone) " of them are off sale and left out." } } } }
        }
        @if let Some(href) = &next { (parts::more(lang, href, "#shelf")) }
        @if !seen.is_empty() {
            form.pad-x action="/footprints" method="post" { button.btn { (t(lang, "全部清空", "Wipe all of it")) } }
        }
    };
    Ok(Frame::of(Tab::Mine).back("/account").tabs().page(&look, title, &body))
}

/// Forgets all of it.
pub async fn wipe(State(site): State<Site>, who: Principal) -> Result<Redirect, Failure> {
    let member = who.member()?;
    let keys = member::key(member).into();
    site.db
        .write("mall.forget", keys, move |tx| member::forget_footprints(tx, member, None))
        .await
        .map_err(store::WriteError::flatten)?;
    Ok(Redirect::to("/footprints"))
}
