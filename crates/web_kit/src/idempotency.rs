//! Writes that happen once, however often they are sent.
//!
//! A client names a write with `Idempotency-Key` (a form with its hidden field `key`). The same key with the same request
//! gives the stored answer; with another request it is refused (422); while the first is still running, the second is told
//! to come back (409).
//!
//! Invariants: effect and stored answer are in one transaction; a refused write changed nothing and is not stored; keys of
//! different people never meet; no secret is stored with an answer.

use crate::principal::Principal;
use crate::problem::Failure;
use crate::refusal::Refusal;
use crate::site::Site;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use kernel::{Ctx, Moment, Problem, RawId};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use store::answer::{self, Asked, Before};
use store::{Keys, Read, StoreError, Tx, WriteError};

/// The header that names a write.
pub const HEADER: &str = "idempotency-key";

/// The most characters of a key.
pub const LONGEST: usize = 120;

/// The most bytes of a request that can be told apart from another.
const MOST: usize = 16 << 20;

/// What makes a request the one it is; put there by [`print`].
#[derive(Debug, Clone, Copy)]
struct RequestFingerprint([u8; 32]);

/// What a write may answer.
pub trait Answers: Serialize + Send + 'static {}
impl<T: Serialize + Send + 'static> Answers for T {}

/// With what a write may be refused.
pub trait Refuses: Problem + From<StoreError> + Send + 'static {}
impl<E: Problem + From<StoreError> + Send + 'static> Refuses for E {}

/// A write, and who asks for it.
#[derive(Debug, Clone)]
pub struct IdempotentRequest {
    /// Who.
    pub who: Principal,
    key: Option<(Box<str>, [u8; 32])>,
}

/// An HTML form: its fields, and the write it is.
#[derive(Debug)]
pub struct IdempotentForm<T> {
    /// The write.
    pub act: IdempotentRequest,
    /// The fields.
    pub form: T,
}

fn digest(method: &Method, target: &str, body: &[u8]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in [method.as_str().as_bytes(), target.as_bytes()] {
        hash.update(part);
        hash.update([0]);
    }
    hash.update(body);
    hash.finalize().into()
}

fn target(uri: &axum::http::Uri) -> &str {
    uri.path_and_query().map_or("/", |p| p.as_str())
}

impl IdempotentRequest {
    /// A request that writes nothing.
    pub const fn of_read(who: Principal) -> Self {
        Self { who, key: None }
    }

    /// The write of a form that was not read by [`IdempotentForm`], one with files in it: what is in it makes it what it is, since
    /// a browser frames the same form in other bytes each time.
    pub fn of_form<'a>(
        who: Principal,
        key: &str,
        place: &str,
        parts: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Self {
        let mut all = Vec::new();
        for (name, value) in parts {
            for text in [name, value] {
                all.extend_from_slice(text.as_bytes());
                all.push(0);
            }
        }
        let key = Some(key).filter(|key| fine(key));
        Self { who, key: key.map(|key| (key.into(), digest(&Method::POST, place, &all))) }
    }
}

/// The layer that tells requests with a key apart: it reads the whole body, and hands it on.
pub async fn print(request: Request, next: Next) -> Response {
    if !request.headers().contains_key(HEADER) || request.method().is_safe() {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    let Ok(bytes) = to_bytes(body, MOST).await else {
        return crate::problem::too_large("16 MiB").into_response();
    };
    let print = digest(&parts.method, target(&parts.uri), &bytes);
    parts.extensions.insert(RequestFingerprint(print));
    next.run(Request::from_parts(parts, Body::from(bytes))).await
}

/// The key of a header, if there is one.
fn key(headers: &HeaderMap) -> Result<Option<Box<str>>, Failure> {
    let mut all = headers.get_all(HEADER).iter();
    let Some(value) = all.next() else { return Ok(None) };
    let text = value.to_str().ok().filter(|_| all.next().is_none());
    text.filter(|text| fine(text))
        .map(|text| Some(text.into()))
        .ok_or_else(|| Failure::from(Refusal::Key { most: LONGEST }))
}

fn fine(key: &str) -> bool {
    (1..=LONGEST).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic())
}

impl FromRequestParts<Site> for IdempotentRequest {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Failure> {
        let who = Principal::from_request_parts(parts, site).await?;
        let print = parts.extensions.get::<RequestFingerprint>().map(|print| print.0);
        Ok(Self { who, key: key(&parts.headers)?.zip(print) })
    }
}

impl<T: DeserializeOwned> FromRequest<Site> for IdempotentForm<T> {
    type Rejection = Failure;
    async fn from_request(request: Request, site: &Site) -> Result<Self, Failure> {
        #[derive(serde::Deserialize)]
        struct Key {
            key: Option<String>,
        }
        let (mut parts, body) = request.into_parts();
        let mut act = IdempotentRequest::from_request_parts(&mut parts, site).await?;
        let bytes = Bytes::from_request(Request::from_parts(parts.clone(), body), site)
            .await
            .map_err(crate::problem::unread)?;
        if bytes.windows(3).any(|word| word == b"%00") {
            return Err(Refusal::Nul.into());
        }
        if act.key.is_none() {
            let again = Request::from_parts(parts.clone(), Body::from(bytes.clone()));
            let crate::problem::Form(Key { key }) = crate::problem::Form::from_request(again, site).await?;
            let print = || digest(&parts.method, target(&parts.uri), &bytes);
            act.key = key.filter(|key| fine(key)).map(|key| (key.into(), print()));
        }
        let again = Request::from_parts(parts, Body::from(bytes));
        let crate::problem::Form(form) = crate::problem::Form::from_request(again, site).await?;
        Ok(Self { act, form })
    }
}

/// What came of a write.
struct Done {
    status: StatusCode,
    body: String,
    /// Whether it had happened before.
    again: bool,
}

impl Done {
    fn response(self) -> Response {
        let mut response = match self.status {
            StatusCode::NO_CONTENT => self.status.into_response(),
            status => (status, [(header::CONTENT_TYPE, "application/json")], self.body).into_response(),
        };
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if self.again {
            headers.insert("idempotency-replayed", HeaderValue::from_static("true"));
        }
        response
    }
}

impl IdempotentRequest {
    /// Writes and answers with JSON. With 204 the body is left out.
    pub async fn json<T: Answers, E: Refuses>(
        &self,
        site: &Site,
        name: &'static str,
        keys: Keys,
        status: StatusCode,
        f: impl Fn(&mut Tx<'_>, &Ctx) -> Result<T, E> + Send + 'static,
    ) -> Result<Response, Failure> {
        Ok(self.run(site, name, keys, status, f).await?.response())
    }

    /// As [`IdempotentRequest::json`], with a secret that is shown once: it is added to the answer as `name`, and not kept with it. Sent
    /// again, the answer has `null` there.
    pub async fn json_with<T: Answers, E: Refuses>(
        &self,
        site: &Site,
        name: &'static str,
        keys: Keys,
        secret: (&str, String),
        f: impl Fn(&mut Tx<'_>, &Ctx) -> Result<T, E> + Send + 'static,
    ) -> Result<Response, Failure> {
        let mut done = self.run(site, name, keys, StatusCode::CREATED, f).await?;
        let mut value: serde_json::Value = serde_json::from_str(&done.body).map_err(Failure::internal)?;
        if let Some(fields) = value.as_object_mut() {
            let shown = if done.again { serde_json::Value::Null } else { secret.1.into() };
            fields.insert(secret.0.to_owned(), shown);
        }
        done.body = value.to_string();
        Ok(done.response())
    }

    /// Writes what may come out one way or the other, and keeps an answer only if it `stays`: a wrong password is written
    /// down, and the same request may be sent again.
    pub async fn value_if<T: Answers + DeserializeOwned, E: Refuses>(
        &self,
        site: &Site,
        name: &'static str,
        keys: Keys,
        stays: fn(&T) -> bool,
        f: impl Fn(&mut Tx<'_>, &Ctx) -> Result<T, E> + Send + 'static,
    ) -> Result<T, Failure> {
        let done = self.run_if(site, name, keys, StatusCode::OK, stays, f).await?;
        serde_json::from_str(&done.body).map_err(Failure::internal)
    }

    /// Writes and answers with the value itself: for pages, which show it their own way. A write that had happened before
    /// gives the value of that time.
    pub async fn value<T: Answers + DeserializeOwned, E: Refuses>(
        &self,
        site: &Site,
        name: &'static str,
        keys: Keys,
        f: impl Fn(&mut Tx<'_>, &Ctx) -> Result<T, E> + Send + 'static,
    ) -> Result<T, Failure> {
        self.value_if(site, name, keys, |_| true, f).await
    }

    async fn run<T: Answers, E: Refuses>(
        &self,
        site: &Site,
        name: &'static str,
        keys: Keys,
        status: StatusCode,
        f: impl Fn(&mut Tx<'_>, &Ctx) -> Result<T, E> + Send + 'static,
    ) -> Result<Done, Failure> {
        self.run_if(site, name, keys, status, |_| true, f).await
    }

    async fn run_if<T: Answers, E: Refuses>(
        &self,
        site: &Site,
        name: &'static str,
        keys: Keys,
        status: StatusCode,
        stays: fn(&T) -> bool,
        f: impl Fn(&mut Tx<'_>, &Ctx) -> Result<T, E> + Send + 'static,
    ) -> Result<Done, Failure> {
        let ctx = site.ctx(&self.who);
        let write = |kept: Option<Kept>| async move {
            let written = site.db.write(name, keys, move |tx| {
                let value = f(tx, &ctx.clone())?;
                let stays = stays(&value);
                kept_answer::<_, E>(tx, kept.as_ref().filter(|_| stays), status, ctx.now, &value)
            });
            written.await.map_err(refused)
        };
        self.once(site, status, write).await
    }

    /// As [`IdempotentRequest::json`], prepared by reading: `find` sees one snapshot and says what it found and which keys the write has; `f`
    /// writes by that, and is refused with [`StoreError::Moved`] if it is not so any more. Then both are done again.
    pub async fn json_found<A: Send + 'static, T: Answers, E: Refuses>(
        &self,
        site: &Site,
        name: &'static str,
        status: StatusCode,
        find: impl Fn(&mut Read<'_>) -> Result<(A, Keys), E> + Clone + Send + 'static,
        f: impl Fn(&mut Tx<'_>, &Ctx, &A) -> Result<T, E> + Clone + Send + 'static,
    ) -> Result<Response, Failure> {
        let ctx = site.ctx(&self.who);
        let write = |kept: Option<Kept>| async move {
            let mut tries = 0;
            loop {
                let find = find.clone();
                let (found, keys) = site.read(move |q| Ok(find(q)?)).await?;
                let (f, ctx, kept) = (f.clone(), ctx.clone(), kept.clone());
                let written = site.db.write(name, keys, move |tx| {
                    let value = f(tx, &ctx.clone(), &found)?;
                    kept_answer::<_, E>(tx, kept.as_ref(), status, ctx.now, &value)
                });
                tries += 1;
                match written.await.map_err(refused) {
                    Err(failure) if failure.code == MOVED && tries < TRIES => {}
                    written => return written,
                }
            }
        };
        Ok(self.once(site, status, write).await?.response())
    }

    /// Does a write under its key: once, or what it was answered the first time.
    async fn once<F: Future<Output = Result<String, Failure>>>(
        &self,
        site: &Site,
        status: StatusCode,
        write: impl FnOnce(Option<Kept>) -> F,
    ) -> Result<Done, Failure> {
        let Some((key, print)) = self.key.clone() else {
            return Ok(Done { status, body: write(None).await?, again: false });
        };
        let who = self.who.raw();
        let Some(_running) = site.running().begin(who, &key) else {
            return Err(Failure::from(Refusal::KeyRunning).again_in(1));
        };
        let failure = match write(Some(Kept { who, key: key.clone(), print })).await {
            Ok(body) => return Ok(Done { status, body, again: false }),
            Err(failure) => failure,
        };
        // Nearly every key is new, so that it is only asked what was answered once a write was refused.
        match site.read(move |q| Ok(answer::before(q, &Asked { who, key: &key, print })?)).await? {
            Before::None => Err(failure),
            Before::Same { status, body } => {
                let status = u16::try_from(status).ok().and_then(|code| StatusCode::from_u16(code).ok());
                Ok(Done { status: status.unwrap_or(StatusCode::OK), body, again: true })
            }
            Before::Other => Err(Refusal::KeyReused.into()),
        }
    }
}

/// How often a write is prepared anew that others were faster than.
const TRIES: usize = 5;

/// The code of a write that found something else than what it was prepared by.
const MOVED: &str = "store.moved";

/// Under which key an answer is kept.
#[derive(Debug, Clone)]
struct Kept {
    who: RawId,
    key: Box<str>,
    print: [u8; 32],
}

/// An answer as JSON, kept if it has a key.
fn kept_answer<T: Serialize, E: From<StoreError>>(
    tx: &mut Tx<'_>,
    kept: Option<&Kept>,
    status: StatusCode,
    now: Moment,
    value: &T,
) -> Result<String, E> {
    let body = serde_json::to_string(value)
        .map_err(|err| E::from(StoreError::Unreadable(format!("an answer as JSON: {err}"))))?;
    if let Some(Kept { who, key, print }) = kept {
        let asked = Asked { who: *who, key, print: *print };
        answer::keep(tx, &asked, i64::from(status.as_u16()), &body, now)?;
    }
    Ok(body)
}

fn refused<E: Problem>(err: WriteError<E>) -> Failure {
    match err {
        WriteError::Refused(err) => Failure::from(err),
        WriteError::Store(err) => Failure::from(err),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_one_visible_word() {
        let of = |values: &[&str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(HEADER, HeaderValue::from_bytes(value.as_bytes()).unwrap());
            }
            key(&headers)
        };
        assert_eq!(of(&[]).unwrap(), None);
        assert_eq!(of(&["a-1"]).unwrap().as_deref(), Some("a-1"));
        for wrong in [&[""][..], &["a b"], &["ä"], &["a", "a"], &[&"x".repeat(121)]] {
            assert_eq!(of(wrong).unwrap_err().code, "web.key", "{wrong:?}");
        }
    }

    #[test]
    fn method_address_and_body_make_a_request_what_it_is() {
        let one = digest(&Method::POST, "/a?b", b"{}");
        assert_eq!(one, digest(&Method::POST, "/a?b", b"{}"));
        for other in [
            digest(&Method::PUT, "/a?b", b"{}"),
            digest(&Method::POST, "/a?c", b"{}"),
            digest(&Method::POST, "/a?b", b"{ }"),
        ] {
            assert_ne!(one, other);
        }
    }
}
