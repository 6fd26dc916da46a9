//! Failures on the wire: every one is RFC 9457 problem+json, made from a `kernel::Problem` or from what the HTTP layer
//! itself refuses. Only this module maps kinds to statuses.
//!
//! Invariants: what went wrong inside goes to the log and never to the client; a status of 503 always says when to come
//! back; a panic is a 500 like any other.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request, rejection::BytesRejection};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kernel::Kind;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::borrow::Cow;

/// The media type of a refusal.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// After how many seconds to try again when nothing better is known.
const RETRY_AFTER: u32 = 2;

/// All that a client learns of what failed inside.
const INSIDE: &str = "something failed on our side; it has been logged";
const INSIDE_ZH: &str = "我们这边出了错，已经记入日志。";

/// The status of a kind of problem.
pub const fn status(kind: Kind) -> StatusCode {
    match kind {
        Kind::Malformed => StatusCode::BAD_REQUEST,
        Kind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        Kind::Unauthenticated => StatusCode::UNAUTHORIZED,
        Kind::Forbidden => StatusCode::FORBIDDEN,
        Kind::NotFound => StatusCode::NOT_FOUND,
        Kind::Conflict => StatusCode::CONFLICT,
        Kind::Gone => StatusCode::GONE,
        Kind::TooMany => StatusCode::TOO_MANY_REQUESTS,
        Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Kind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// A status in Chinese words.
const fn title_zh(status: StatusCode) -> &'static str {
    match status.as_u16() {
        400 => "请求读不懂",
        401 => "请先登录",
        403 => "没有权限",
        404 => "没有找到",
        405 => "这个地址不能这样用",
        409 => "现在做不了",
        410 => "已经不在了",
        413 => "内容太大",
        415 => "内容的格式不对",
        422 => "内容不对",
        429 => "太频繁了",
        503 => "暂时做不了",
        _ => "没有做成",
    }
}

/// A refusal on its way out. It travels in the response's extensions too, so that pages can show it as a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure(Box<Problem>);

impl std::ops::Deref for Failure {
    type Target = Problem;
    fn deref(&self) -> &Problem {
        &self.0
    }
}

/// One refusal, as the client sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Problem {
    /// A URI that names this refusal; it is a name, not an address.
    #[serde(rename = "type")]
    pub kind: String,
    /// The status in words.
    pub title: Cow<'static, str>,
    /// The status again, for those who only keep the body.
    pub status: u16,
    /// What is true and which limit applies.
    pub detail: String,
    /// The stable name of the refusal: `module.code`.
    pub code: Cow<'static, str>,
    /// `detail` in Chinese, for pages and for clients that ask for Chinese; empty where only English is there.
    #[serde(skip)]
    pub zh: String,
    /// What the text of a policy breaks, if that is what was refused.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub diagnostics: Vec<Finding>,
    /// In how many seconds trying again makes sense (503 and 429).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
}

/// One thing that is wrong with a policy's text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Finding {
    /// `error`: it cannot be rehearsed; `warning`: it can, and could not be published.
    pub severity: &'static str,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// What to write instead, if the checker knows.
    pub instead: Option<String>,
}

impl Finding {
    /// Whether it stops a rehearsal.
    pub fn is_error(&self) -> bool {
        self.severity == "error"
    }
}

impl Failure {
    /// A refusal of a kind.
    pub fn new(kind: Kind, code: impl Into<Cow<'static, str>>, detail: impl Into<String>) -> Self {
        Self::of(status(kind), code, detail)
    }

    /// A refusal of the HTTP layer, which has statuses that no `Kind` stands for (405, 413, 415).
    pub fn of(status: StatusCode, code: impl Into<Cow<'static, str>>, detail: impl Into<String>) -> Self {
        let (code, detail) = (code.into(), detail.into());
        let later = matches!(status, StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS);
        Self(Box::new(Problem {
            kind: format!("urn:sanhao:problem:{code}"),
            title: Cow::Borrowed(status.canonical_reason().unwrap_or("Refused")),
            status: status.as_u16(),
            zh: crate::words::refusals::zh(&code, &detail).unwrap_or_default(),
            detail,
            code,
            diagnostics: Vec::new(),
            retry_after: later.then_some(RETRY_AFTER),
        }))
    }

    /// The same refusal with what is wrong, line by line.
    #[must_use]
    pub fn with(mut self, diagnostics: Vec<Finding>) -> Self {
        self.0.diagnostics = diagnostics;
        self
    }

    /// The same refusal with its text in Chinese, for pages.
    #[must_use]
    pub fn zh(mut self, zh: impl Into<String>) -> Self {
        self.0.zh = zh.into();
        self
    }

    /// The same refusal with when to try again, in seconds.
    #[must_use]
    pub fn again_in(mut self, seconds: u32) -> Self {
        self.0.retry_after = Some(seconds);
        self
    }

    /// It is not there: what is true, in Chinese and in English.
    pub fn not_found(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::new(Kind::NotFound, "web.not_found", en).zh(zh)
    }

    /// It was read and breaks a rule of the interface.
    pub fn invalid(detail: impl Into<String>) -> Self {
        Self::new(Kind::Invalid, "web.invalid", detail)
    }

    /// Our fault. `err` goes to the log; the client learns only that it happened.
    pub fn internal(err: impl std::fmt::Display) -> Self {
        tracing::error!(error = %err, "a request failed inside");
        Self::new(Kind::Internal, "web.internal", INSIDE).zh(INSIDE_ZH)
    }

    /// The lake could not answer. Our fault: every question is ours.
    pub fn lake(err: kernel::AskError) -> Self {
        Self::internal(err)
    }

    /// Work on another thread panicked.
    pub fn panicked(err: tokio::task::JoinError) -> Self {
        Self::internal(err)
    }

    /// The text in the reader's language.
    pub fn text(&self, lang: crate::lang::Lang) -> &str {
        if lang == crate::lang::Lang::Zh && !self.zh.is_empty() { &self.zh } else { &self.detail }
    }

    /// The same refusal for a client that reads this language best: what it says, not what it is.
    #[must_use]
    pub fn told(&self, lang: crate::lang::Lang) -> Self {
        let mut told = self.clone();
        if lang == crate::lang::Lang::Zh && !self.zh.is_empty() {
            told.0.title = Cow::Borrowed(title_zh(self.status_code()));
            told.0.detail.clone_from(&self.zh);
        }
        told
    }

    /// The answer with this refusal's texts in Chinese; what else `before` says stays.
    pub fn spoken(self, before: &Response) -> Response {
        let mut response = self.into_response();
        for (name, value) in before.headers() {
            if name != header::CONTENT_LENGTH && !response.headers().contains_key(name) {
                response.headers_mut().append(name.clone(), value.clone());
            }
        }
        response.headers_mut().insert(header::CONTENT_LANGUAGE, HeaderValue::from_static("zh-CN"));
        response.headers_mut().append(header::VARY, HeaderValue::from_static("accept-language"));
        response
    }

    /// The status as a number that HTTP accepts.
    pub fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

/// At most 80 characters of what a client sent, for repeating it back; `…` says that there was more.
pub fn brief(text: &str) -> String {
    const MOST: usize = 80;
    match text.char_indices().nth(MOST) {
        Some(_) => text.chars().take(MOST - 1).chain(['…']).collect(),
        None => text.to_owned(),
    }
}

/// A text in which no word is longer than what [`brief`] leaves of it.
fn tamed(text: &str) -> String {
    text.split(' ').map(brief).collect::<Vec<_>>().join(" ")
}

impl<E: kernel::Problem> From<E> for Failure {
    fn from(err: E) -> Self {
        match err.kind() {
            Kind::Internal => {
                tracing::error!(error = %err, code = err.code(), "a request failed inside");
                Self::new(Kind::Internal, err.code(), INSIDE).zh(INSIDE_ZH)
            }
            kind => {
                let failure = Self::new(kind, err.code(), tamed(&err.to_string()));
                match err.zh() {
                    Some(zh) => failure.zh(zh),
                    None => failure,
                }
            }
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let body = serde_json::to_vec(&self.0).unwrap_or_else(|_| b"{}".to_vec());
        let mut response = (self.status_code(), body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if self.status == 401 {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// The refusal for an address that leads nowhere.
pub async fn no_such_route(uri: axum::http::Uri) -> Failure {
    Failure::new(
        Kind::NotFound,
        "web.no_route",
        format!("there is nothing at {}; /api/openapi.json lists what is", brief(uri.path())),
    )
}

/// The refusal for a method that an address does not know.
pub async fn no_such_method(method: axum::http::Method, uri: axum::http::Uri) -> Failure {
    Failure::of(
        StatusCode::METHOD_NOT_ALLOWED,
        "web.method",
        format!("{} does not take {}", brief(uri.path()), brief(method.as_str())),
    )
}

/// What a panic becomes: a 500 like any other, with its text in the log.
pub fn panicked(panic: Box<dyn std::any::Any + Send + 'static>) -> Response {
    let text = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no text");
    Failure::internal(format_args!("a handler panicked: {text}")).into_response()
}

/// The JSON body of a request: an object that says nothing twice. Bytes that are not JSON are 400, JSON of another shape
/// is 422.
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Failure;
    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let sent = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("");
        let media = sent.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
        if media != "application/json" {
            return Err(Failure::of(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "web.media_type",
                format!("the body must be application/json, not \"{}\"", brief(sent)),
            ));
        }
        let bytes = bytes(request, state).await?;
        let refused = |err: serde_json::Error| match err.classify() {
            serde_json::error::Category::Data => Failure::invalid(format!("the body does not fit: {err}")),
            _ => Failure::new(Kind::Malformed, "web.json", format!("the body is not JSON: {err}")),
        };
        serde_json::from_slice::<Once>(&bytes).map_err(refused)?;
        // A NUL stands in no text of a market; in JSON it can only be written so.
        if bytes.windows(6).any(|word| word.eq_ignore_ascii_case(b"\\u0000")) {
            return Err(Failure::invalid("the body does not fit: a text holds no NUL character"));
        }
        if bytes.iter().find(|b| !b.is_ascii_whitespace()) != Some(&b'{') {
            return Err(Failure::invalid("the body does not fit: it must be an object: {...}"));
        }
        serde_json::from_slice(&bytes).map(Self).map_err(refused)
    }
}

/// Any JSON in which no object says a key twice: which of two would count is nobody's guess.
struct Once;

impl<'de> serde::Deserialize<'de> for Once {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Once)
    }
}

impl<'de> serde::de::Visitor<'de> for Once {
    type Value = Self;
    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JSON")
    }
    fn visit_bool<E>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }
    fn visit_i64<E>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }
    fn visit_u64<E>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }
    fn visit_f64<E>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }
    fn visit_str<E>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }
    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }
    fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut items: A) -> Result<Self, A::Error> {
        while items.next_element::<Once>()?.is_some() {}
        Ok(self)
    }
    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut entries: A) -> Result<Self, A::Error> {
        let mut keys = std::collections::HashSet::new();
        while let Some(key) = entries.next_key::<String>()? {
            entries.next_value::<Once>()?;
            if keys.contains(&key) {
                return Err(serde::de::Error::custom(format!("\"{}\" is given twice", brief(&key))));
            }
            keys.insert(key);
        }
        Ok(self)
    }
}

/// The fields of an HTML form.
#[derive(Debug)]
pub struct Form<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Form<T> {
    type Rejection = Failure;
    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        use axum::extract::rejection::FormRejection;
        match axum::extract::Form::<T>::from_request(request, state).await {
            Ok(axum::extract::Form(form)) => Ok(Self(form)),
            Err(FormRejection::InvalidFormContentType(_)) => Err(Failure::of(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "web.media_type",
                "the body must be application/x-www-form-urlencoded",
            )),
            Err(FormRejection::BytesRejection(rejection)) => Err(unread(rejection)),
            Err(other) => Err(Failure::invalid(format!("the form does not fit: {}", other.body_text()))),
        }
    }
}

async fn bytes<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Failure> {
    Bytes::from_request(request, state).await.map_err(unread)
}

pub(crate) fn unread(rejection: BytesRejection) -> Failure {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return Failure::of(
            StatusCode::PAYLOAD_TOO_LARGE,
            "web.too_large",
            "the body is larger than 256 KiB",
        );
    }
    Failure::new(Kind::Malformed, "web.body", "the body could not be read to its end")
}

/// The query of a request. A parameter that nobody knows, comes twice or does not fit is 422.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        axum::extract::Query::<T>::from_request_parts(parts, state).await.map(|q| Self(q.0)).map_err(|err| {
            let text = err.body_text();
            let why = text.split_once(": ").map_or(text.as_str(), |(_, why)| why);
            Failure::invalid(format!("the query does not fit: {why}"))
        })
    }
}

/// The variable parts of an address. They are read as texts or ids; what does not fit leads nowhere, so it is 404.
#[derive(Debug)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        use axum::extract::path::ErrorKind;
        use axum::extract::rejection::PathRejection;
        match axum::extract::Path::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(path)) => Ok(Self(path)),
            Err(PathRejection::FailedToDeserializePathParams(err)) => Err(match err.into_kind() {
                ErrorKind::InvalidUtf8InPathParam { .. } => {
                    Failure::new(Kind::Malformed, "web.path", "the address is not UTF-8")
                }
                ErrorKind::ParseErrorAtKey { value, expected_type, .. }
                | ErrorKind::ParseErrorAtIndex { value, expected_type, .. }
                | ErrorKind::ParseError { value, expected_type, .. } => Failure::new(
                    Kind::NotFound,
                    "web.not_found",
                    format!("there is nothing at \"{}\": expected {expected_type}", brief(&value)),
                ),
                ErrorKind::DeserializeError { message, .. } | ErrorKind::Message(message) => Failure::new(
                    Kind::NotFound,
                    "web.not_found",
                    format!("there is nothing at this address: {message}"),
                ),
                other => Failure::internal(other),
            }),
            Err(other) => Err(Failure::internal(other)),
        }
    }
}
