//! Drafts of policies. Whoever saves says which version they saw; a draft that moved on in between is a 409.

use super::Page;
use super::policy;
use super::shop::Paging;
use crate::Site;
use crate::problem::{Failure, Finding, Json, Path};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use govern::draft::{self, Draft, DraftKind};
use kernel::{Id, Moment};
use serde::{Deserialize, Serialize};
use store::Keys;

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
            diagnostics: policy::checked(site, &draft.text).1,
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

/// The policy a draft was copied from, as `id@version`.
pub(crate) fn base(draft: &Draft) -> Option<String> {
    draft.base.as_ref().zip(draft.base_version).map(|(id, version)| format!("{id}@{version}"))
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

/// Reads one draft.
pub(crate) async fn load(site: &Site, id: Id<DraftKind>) -> Result<Draft, Failure> {
    let db = site.db.clone();
    let read = tokio::task::spawn_blocking(move || db.read(|q| draft::load(q, id)));
    Ok(read.await.map_err(Failure::panicked)??)
}

/// Begins a draft from a text, or from a copy of a policy.
pub(crate) async fn begin(site: &Site, text: Option<String>, copied: Option<&str>) -> Result<Draft, Failure> {
    let (text, base) = match (text, copied) {
        (Some(text), None) => (text, None),
        (text, Some(which)) => {
            let found = policy::find(which)?;
            (
                text.unwrap_or_else(|| found.text.to_string()),
                Some((found.id.clone(), i64::from(found.version))),
            )
        }
        (None, None) => {
            return Err(Failure::invalid("say what to start from: \"text\", or \"policy\" to copy")
                .zh("请说明从什么开始：一段条文，或要复制的规则。"));
        }
    };
    let ctx = site.jobs().ctx((site.now)());
    let create = site.db.write("draft.create", Keys::none(), move |tx| {
        draft::create(tx, &ctx.clone(), &text, base.as_ref().map(|(id, version)| (id.as_str(), *version)))
    });
    Ok(create.await?)
}

/// Saves a draft that is still at the version its writer saw.
pub(crate) async fn store(site: &Site, id: Id<DraftKind>, seen: i64, text: String) -> Result<Draft, Failure> {
    let ctx = site.jobs().ctx((site.now)());
    let save =
        site.db.write("draft.save", Keys::none(), move |tx| draft::save(tx, &ctx.clone(), id, seen, &text));
    save.await.map_err(translated)
}

/// Deletes a draft that is still at the version its reader saw.
pub(crate) async fn delete(site: &Site, id: Id<DraftKind>, seen: i64) -> Result<(), Failure> {
    let remove = site.db.write("draft.remove", Keys::none(), move |tx| draft::remove(tx, id, seen));
    remove.await.map_err(translated)
}

fn translated(err: store::WriteError<draft::Error>) -> Failure {
    let zh = match &err {
        store::WriteError::Refused(draft::Error::Stale { seen, now }) => {
            format!("没有保存：这份草案已经到第 {now} 版，你改的是第 {seen} 版。请重新打开，再改一次。")
        }
        store::WriteError::Refused(draft::Error::NoDraft(id)) => format!("没有草案 {id}，它可能已经被删除。"),
        store::WriteError::Refused(draft::Error::TooLong(bytes)) => {
            format!("没有保存：条文有 {bytes} 字节，最多 65536 字节。")
        }
        _ => String::new(),
    };
    Failure::from(err).zh(zh)
}

/// The version a writer saw: `If-Match` or the body's `version`; they must not differ.
fn seen(headers: &HeaderMap, body: Option<i64>) -> Result<i64, Failure> {
    let tag = headers.get(header::IF_MATCH).map(|value| {
        let text = value.to_str().unwrap_or("?").trim();
        let inner = text.strip_prefix('"').and_then(|t| t.strip_suffix('"')).unwrap_or(text);
        inner.parse::<i64>().map_err(|_| {
            Failure::invalid(format!(
                "If-Match must be the draft's version such as \"3\", not {}",
                crate::problem::brief(text)
            ))
        })
    });
    match (tag.transpose()?, body) {
        (Some(a), Some(b)) if a != b => {
            Err(Failure::invalid(format!("If-Match says version {a} and the body says {b}: they must agree")))
        }
        (Some(version), _) | (None, Some(version)) => Ok(version),
        (None, None) => Err(crate::refusal::Refusal::VersionNeeded.into()),
    }
}

/// The drafts, newest first.
#[utoipa::path(get, path = "/drafts", extensions(("x-needs" = json!("platform.view"))), tag = "policies", params(Paging), responses((status = 200, body = Page<DraftView>)))]
pub(crate) async fn list(
    State(site): State<Site>,
    crate::problem::Query(paging): crate::problem::Query<Paging>,
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
pub(crate) async fn create(State(site): State<Site>, Json(new): Json<NewDraft>) -> Result<Response, Failure> {
    let draft = begin(&site, new.text, new.policy.as_deref()).await?;
    Ok(DraftView::of(&draft, &site).answer(StatusCode::CREATED))
}

/// One draft with what is wrong with it.
#[utoipa::path(get, path = "/drafts/{draft}", extensions(("x-needs" = json!("platform.view"))), tag = "policies", params(("draft" = String, Path, description = "its id")), responses((status = 200, body = DraftView)))]
pub(crate) async fn get(State(site): State<Site>, Path(id): Path<String>) -> Result<Response, Failure> {
    let draft = load(&site, super::id(&id)?).await?;
    Ok(DraftView::of(&draft, &site).answer(StatusCode::OK))
}

/// Saves a draft. A text that is no valid policy yet is saved too, and the answer says what is wrong with it.
#[utoipa::path(
    put, path = "/drafts/{draft}", extensions(("x-needs" = json!("platform.rules"))), tag = "policies",
    params(("draft" = String, Path, description = "its id"), ("If-Match" = Option<String>, Header, description = "the version the writer saw")),
    request_body = ChangedDraft, responses((status = 200, body = DraftView))
)]
pub(crate) async fn save(
    State(site): State<Site>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Json(changed): Json<ChangedDraft>,
) -> Result<Response, Failure> {
    let draft = store(&site, super::id(&id)?, seen(&headers, changed.version)?, changed.text).await?;
    Ok(DraftView::of(&draft, &site).answer(StatusCode::OK))
}

/// Deletes a draft. Rehearsals that were run with it stay.
#[utoipa::path(
    delete, path = "/drafts/{draft}", extensions(("x-needs" = json!("platform.rules"))), tag = "policies",
    params(("draft" = String, Path, description = "its id"), ("If-Match" = String, Header, description = "the version the reader saw")),
    responses((status = 204, description = "Deleted"))
)]
pub(crate) async fn remove(
    State(site): State<Site>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, Failure> {
    delete(&site, super::id(&id)?, seen(&headers, None)?).await?;
    Ok(StatusCode::NO_CONTENT)
}
