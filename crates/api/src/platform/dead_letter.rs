//! What could not be done and waits for a person, who sends it again.

use kernel::id::DeadLetter;
use store::dead_letter;
use web_kit::prelude::*;
use web_kit::view::dead_letter::{self as view, DeadLetterView};

/// The dead letters: timers, jobs and facts of which nothing came however often they were tried. Newest first.
#[operation(get, "/dead-letters", tag = "operations", needs = "platform.money")]
pub async fn list(at: Context, query: Paging) -> Answer<ListPage<DeadLetterView>> {
    let after = query.after_id()?;
    let find = move |q: &mut Read<'_>, most| dead_letter::list(q, after, most);
    let view = |letter| DeadLetterView::of(&letter, &at.site.market);
    at.page(query.limit()?, find, |letter| letter.id.to_string(), view).await
}

/// Sends a dead letter again: it is due at once, and tried as often as one that is new.
#[operation(post, "/dead-letters/{letter}/resend", tag = "operations", needs = "platform.money")]
pub async fn resend(at: Context, letter: Id<DeadLetter>) -> Answer<DeadLetterView> {
    view::resend(&at.site, &at.act, letter).await.map(axum::Json)
}
