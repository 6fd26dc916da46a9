//! Pictures: taken in, made smaller, kept, and served.
//!
//! Invariants:
//! - What is served was written by this program as JPEG and says so; a browser may not take it for anything else, nor run
//!   anything in it, and what lies in the blob store without being a picture is not served at all.
//! - A key's bytes never change, so that browsers and proxies keep them for good.
//! - Pictures are unpacked beside the requests, a few at a time: uploads wait for each other, pages for none of them.

use crate::problem::Failure;
use crate::site::Site;
use axum::body::{Bytes, to_bytes};
use axum::extract::{FromRequest, Path, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use offer::media::{Bounds, Error, MediaView, process};
use std::sync::LazyLock;
use tokio::sync::Semaphore;

/// How many pictures are unpacked at a time. One of the largest takes some 200 MB for a moment.
const AT_ONCE: usize = 2;

static DESKS: Semaphore = Semaphore::const_new(AT_ONCE);

/// What is taken in.
static BOUNDS: LazyLock<Bounds> = LazyLock::new(Bounds::default);

/// How every JPEG begins.
const JPEG: &[u8] = b"\xff\xd8\xff";

/// The body of an upload: the bytes of one file, up to what a picture may have.
#[derive(Debug)]
pub struct Upload(pub Bytes);

impl FromRequest<Site> for Upload {
    type Rejection = Failure;
    async fn from_request(request: Request, _: &Site) -> Result<Self, Failure> {
        // More than other bodies may have, so their limit does not count here.
        match to_bytes(request.into_body(), BOUNDS.bytes).await {
            Ok(bytes) => Ok(Self(bytes)),
            Err(_) => Err(said(Error::TooLarge { most: BOUNDS.bytes })),
        }
    }
}

/// A refusal of a picture.
fn said(err: Error) -> Failure {
    let too_large = matches!(err, Error::TooLarge { .. });
    let failure = Failure::from(err);
    if too_large { failure.under(StatusCode::PAYLOAD_TOO_LARGE) } else { failure }
}

/// Takes a picture in: reads it, makes its sizes and keeps them. What it is part of is for the caller to write.
pub async fn keep(site: &Site, bytes: Bytes) -> Result<MediaView, Failure> {
    let made = {
        let _desk = DESKS.acquire().await.map_err(Failure::internal)?;
        let work = tokio::task::spawn_blocking(move || process(&bytes, &BOUNDS));
        work.await.map_err(Failure::panicked)?.map_err(said)?
    };
    for (key, file) in made.files {
        let kept = site.blobs.put(file.into()).await?;
        if *kept != *key {
            return Err(Failure::internal("a picture was kept under another key than its own"));
        }
    }
    Ok(made.media)
}

/// The bytes of a picture.
pub async fn serve(
    State(site): State<Site>,
    Path(key): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let missing = || Failure::from(crate::refusal::Refusal::NoPicture);
    let is_key = key.len() == 64 && key.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    if !is_key {
        return Err(missing());
    }
    let etag = format!("\"{key}\"");
    let common = [
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
        (header::ETAG, etag.as_str()),
    ];
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let bytes = site.blobs.get(&key).await?.filter(|bytes| bytes.starts_with(JPEG)).ok_or_else(missing)?;
    if known.is_some_and(|known| known.split(',').any(|one| one.trim() == etag)) {
        return Ok((StatusCode::NOT_MODIFIED, common).into_response());
    }
    Ok((common, [(header::CONTENT_TYPE, "image/jpeg")], bytes).into_response())
}
