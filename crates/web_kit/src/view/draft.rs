//! Drafts of policies. Whoever saves says which version they saw; a draft that moved on in between is a 409.

use crate::problem::Failure;
use crate::site::Site;
use axum::http::{HeaderMap, header};
use govern::draft::{self, Draft, DraftKind};
use kernel::Id;
use store::Keys;

/// The policy a draft was copied from, as `id@version`.
pub fn base(draft: &Draft) -> Option<String> {
    draft.base.as_ref().zip(draft.base_version).map(|(id, version)| format!("{id}@{version}"))
}

/// Reads one draft.
pub async fn load(site: &Site, id: Id<DraftKind>) -> Result<Draft, Failure> {
    let db = site.db.clone();
    let read = tokio::task::spawn_blocking(move || db.read(|q| draft::load(q, id)));
    Ok(read.await.map_err(Failure::panicked)??)
}

/// Begins a draft from a text, or from a copy of a policy.
pub async fn begin(site: &Site, text: Option<String>, copied: Option<&str>) -> Result<Draft, Failure> {
    let (text, base) = match (text, copied) {
        (Some(text), None) => (text, None),
        (text, Some(which)) => {
            let found = crate::view::policy::find(which)?;
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
    let ctx = site.ctx_of(kernel::Actor::Operator);
    let create = site.db.write("draft.create", Keys::none(), move |tx| {
        draft::create(tx, &ctx.clone(), &text, base.as_ref().map(|(id, version)| (id.as_str(), *version)))
    });
    Ok(create.await?)
}

/// Saves a draft that is still at the version its writer saw.
pub async fn store(site: &Site, id: Id<DraftKind>, seen: i64, text: String) -> Result<Draft, Failure> {
    let ctx = site.ctx_of(kernel::Actor::Operator);
    let save =
        site.db.write("draft.save", Keys::none(), move |tx| draft::save(tx, &ctx.clone(), id, seen, &text));
    save.await.map_err(translated)
}

/// Deletes a draft that is still at the version its reader saw.
pub async fn delete(site: &Site, id: Id<DraftKind>, seen: i64) -> Result<(), Failure> {
    let remove = site.db.write("draft.remove", Keys::none(), move |tx| draft::remove(tx, id, seen));
    remove.await.map_err(translated)
}

/// What the store refused, as a failure.
pub fn translated(err: store::WriteError<draft::Error>) -> Failure {
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
pub fn seen(headers: &HeaderMap, body: Option<i64>) -> Result<i64, Failure> {
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
