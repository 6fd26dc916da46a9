//! What could not be done and waits for a person, who sends it again.

use crate::shop::Paging;
use axum::extract::State;
use kernel::id::DeadLetter;
use store::dead_letter;
use web_kit::idempotency::IdempotentRequest;
use web_kit::input::{Page, id};
use web_kit::problem::{Failure, Path, Query};
use web_kit::site::Site;
use web_kit::view::dead_letter::{self as view, DeadLetterView};

/// The dead letters: timers, jobs and facts of which nothing came however often they were tried. Newest first.
#[utoipa::path(get, path = "/dead-letters", tag = "operations", params(Paging), responses((status = 200, body = Page<DeadLetterView>)), extensions(("x-needs" = json!("platform.money"))))]
pub async fn list(
    State(site): State<Site>,
    Query(paging): Query<Paging>,
) -> Result<axum::Json<Page<DeadLetterView>>, Failure> {
    let (after, limit) = (paging.after_id::<DeadLetter>()?, paging.limit()?);
    let found = site.read(move |q| Ok(dead_letter::list(q, after, limit as i64 + 1)?)).await?;
    let views = found.iter().map(|letter| DeadLetterView::of(letter, &site.market)).collect();
    Ok(axum::Json(Page::of(views, limit, |view: &DeadLetterView| view.letter.clone())))
}

/// Sends a dead letter again: it is due at once, and tried as often as one that is new.
#[utoipa::path(post, path = "/dead-letters/{letter}/resend", tag = "operations", responses((status = 200, body = DeadLetterView)), extensions(("x-needs" = json!("platform.money"))))]
pub async fn resend(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path(letter): Path<String>,
) -> Result<axum::Json<DeadLetterView>, Failure> {
    view::resend(&site, &act, id(&letter)?).await.map(axum::Json)
}
