//! Drafts of policies. Whoever saves says which version they saw; a draft that moved on in between is a 409.

use axum::http::{HeaderMap, header};
use govern::draft::{self, Draft, DraftKind};
use web_kit::prelude::*;
use web_kit::problem::Finding;
use web_kit::view::draft::{base, begin, delete, load, seen, store};
use web_kit::view::policy::checked;

/// A draft.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct DraftView {
    /// Its id.
    pub draft: String,
    /// Rises by one with every save. Send it back as `If-Match` or `version`.
    pub version: i64,
    /// The TOML text.
    pub text: String,
    /// The policy it was copied from, as `id@version`.
    pub base: Option<String>,
    /// When it was begun.
    pub created_at: String,
    /// When it was last saved.
    pub updated_at: String,
    /// What is wrong with it; empty: it can be rehearsed.
    pub diagnostics: Vec<Finding>,
}

impl DraftView {
    fn of(draft: &Draft, site: &Site) -> Self {
        Self {
            draft: draft.id.to_string(),
            version: draft.version,
            text: draft.text.clone(),
            base: base(draft),
            created_at: site.time(draft.created_at),
            updated_at: site.time(draft.updated_at),
            diagnostics: checked(site, &draft.text).1,
        }
    }

    fn answer(self, status: StatusCode) -> Response {
        let tag = format!("\"{}\"", self.version);
        let place = format!("/api/platform/drafts/{}", self.draft);
        let mut response = (status, [(header::ETAG, tag)], axum::Json(self)).into_response();
        if status == StatusCode::CREATED
            && let Ok(place) = place.parse()
        {
            response.headers_mut().insert(header::LOCATION, place);
        }
        response
    }
}

/// What a new draft starts from: a text, or a copy of a policy.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDraft {
    /// The text.
    #[serde(default)]
    text: Option<String>,
    /// The policy to copy: `id` for its newest version, or `id@version`.
    #[serde(default)]
    policy: Option<String>,
}

/// A changed draft.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangedDraft {
    /// The text.
    text: String,
    /// The version the writer saw; `If-Match` says the same.
    #[serde(default)]
    version: Option<i64>,
}

/// The drafts, newest first.
#[operation(get, "/drafts", tag = "policies", needs = "platform.view")]
pub async fn list(at: Context, query: Paging) -> Answer<ListPage<DraftView>> {
    let (after, limit) = (query.after_id()?, query.limit()?);
    let work = tokio::task::spawn_blocking(move || -> Result<_, Failure> {
        let drafts = at.site.db.read(|q| draft::list(q, after, limit as i64 + 1))?;
        let page = ListPage::of(drafts, limit, |draft| draft.id.to_string());
        Ok(axum::Json(page.map(|draft| DraftView::of(&draft, &at.site))))
    });
    work.await.map_err(Failure::panicked)?
}

/// Begins a draft.
#[operation(post, "/drafts", tag = "policies", needs = "platform.rules")]
pub async fn create(at: Context, body: NewDraft) -> Created<DraftView> {
    let draft = begin(&at.site, body.text, body.policy.as_deref()).await?;
    Ok(DraftView::of(&draft, &at.site).answer(StatusCode::CREATED).into())
}

/// One draft with what is wrong with it.
#[operation(get, "/drafts/{draft}", tag = "policies", needs = "platform.view")]
pub async fn get(at: Context, draft: Id<DraftKind>) -> Written<DraftView> {
    let draft = load(&at.site, draft).await?;
    Ok(DraftView::of(&draft, &at.site).answer(StatusCode::OK).into())
}

/// Saves a draft. A text that is no valid policy yet is saved too, and the answer says what is wrong with it.
#[operation(put, "/drafts/{draft}", tag = "policies", needs = "platform.rules",
    params(("If-Match" = Option<String>, Header, description = "the version the writer saw")))]
pub async fn save(
    at: Context,
    draft: Id<DraftKind>,
    headers: HeaderMap,
    body: ChangedDraft,
) -> Written<DraftView> {
    let draft = store(&at.site, draft, seen(&headers, body.version)?, body.text).await?;
    Ok(DraftView::of(&draft, &at.site).answer(StatusCode::OK).into())
}

/// Deletes a draft. Rehearsals that were run with it stay.
#[operation(delete, "/drafts/{draft}", tag = "policies", needs = "platform.rules",
    params(("If-Match" = String, Header, description = "the version the reader saw")))]
pub async fn remove(at: Context, draft: Id<DraftKind>, headers: HeaderMap) -> Done {
    delete(&at.site, draft, seen(&headers, None)?).await?;
    Ok(StatusCode::NO_CONTENT.into_response().into())
}
