//! Drafts of policies. Whoever saves says which version they saw; a draft that moved on in between is a 409.

use crate::shop::Paging;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use govern::draft::{self, Draft, DraftKind};
use kernel::Moment;
use serde::{Deserialize, Serialize};
use web_kit::input::Page;
use web_kit::problem::{Failure, Finding, Json, Path};
use web_kit::site::Site;
use web_kit::view::draft::{base, begin, delete, load, seen, store};

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
        let time = |at: Moment| at.rfc3339(&site.market.zone);
        Self {
            draft: draft.id.to_string(),
            version: draft.version,
            text: draft.text.clone(),
            base: base(draft),
            created_at: time(draft.created_at),
            updated_at: time(draft.updated_at),
            diagnostics: web_kit::view::policy::checked(site, &draft.text).1,
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
#[utoipa::path(get, path = "/drafts", extensions(("x-needs" = json!("platform.view"))), tag = "policies", params(Paging), responses((status = 200, body = Page<DraftView>)))]
pub async fn list(
    State(site): State<Site>,
    web_kit::problem::Query(paging): web_kit::problem::Query<Paging>,
) -> Result<axum::Json<Page<DraftView>>, Failure> {
    let (after, limit) = (paging.after_id::<DraftKind>()?, paging.limit()?);
    let work = tokio::task::spawn_blocking(move || -> Result<_, Failure> {
        let drafts = site.db.read(|q| draft::list(q, after, limit as i64 + 1))?;
        let views = drafts.iter().map(|draft| DraftView::of(draft, &site)).collect();
        Ok(Page::of(views, limit, |view: &DraftView| view.draft.clone()))
    });
    Ok(axum::Json(work.await.map_err(Failure::panicked)??))
}

/// Begins a draft.
#[utoipa::path(post, path = "/drafts", extensions(("x-needs" = json!("platform.rules"))), tag = "policies", request_body = NewDraft, responses((status = 201, body = DraftView)))]
pub async fn create(State(site): State<Site>, Json(new): Json<NewDraft>) -> Result<Response, Failure> {
    let draft = begin(&site, new.text, new.policy.as_deref()).await?;
    Ok(DraftView::of(&draft, &site).answer(StatusCode::CREATED))
}

/// One draft with what is wrong with it.
#[utoipa::path(get, path = "/drafts/{draft}", extensions(("x-needs" = json!("platform.view"))), tag = "policies", responses((status = 200, body = DraftView)))]
pub async fn get(State(site): State<Site>, Path(id): Path<String>) -> Result<Response, Failure> {
    let draft = load(&site, web_kit::input::id(&id)?).await?;
    Ok(DraftView::of(&draft, &site).answer(StatusCode::OK))
}

/// Saves a draft. A text that is no valid policy yet is saved too, and the answer says what is wrong with it.
#[utoipa::path(
    put, path = "/drafts/{draft}", extensions(("x-needs" = json!("platform.rules"))), tag = "policies",
    params(("If-Match" = Option<String>, Header, description = "the version the writer saw")),
    request_body = ChangedDraft, responses((status = 200, body = DraftView))
)]
pub async fn save(
    State(site): State<Site>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Json(changed): Json<ChangedDraft>,
) -> Result<Response, Failure> {
    let draft =
        store(&site, web_kit::input::id(&id)?, seen(&headers, changed.version)?, changed.text).await?;
    Ok(DraftView::of(&draft, &site).answer(StatusCode::OK))
}

/// Deletes a draft. Rehearsals that were run with it stay.
#[utoipa::path(
    delete, path = "/drafts/{draft}", extensions(("x-needs" = json!("platform.rules"))), tag = "policies",
    params(("If-Match" = String, Header, description = "the version the reader saw")),
    responses((status = 204, description = "Deleted"))
)]
pub async fn remove(
    State(site): State<Site>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, Failure> {
    delete(&site, web_kit::input::id(&id)?, seen(&headers, None)?).await?;
    Ok(StatusCode::NO_CONTENT)
}
