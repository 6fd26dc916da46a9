//! Failures on the wire: every one is RFC 9457 problem+json, made from a `kernel::Problem` or from what the HTTP layer
//! itself refuses. Only this module maps kinds to statuses.
//!
//! Invariants: what went wrong inside goes to the log and never to the client; a status of 503 always says when to come
//! back; a panic is a 500 like any other.

use crate::lang::Lang;
use crate::refusal::Refusal;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kernel::{Kind, Problem as _, Value};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The media type of a refusal.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// After how many seconds to try again when nothing better is known.
const RETRY_AFTER: u32 = 2;

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
    /// The text of `detail` for readers, by the tags of languages, for pages and for clients that read them better.
    #[serde(skip)]
    pub said: Vec<(&'static str, String)>,
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
    /// A refusal of a kind, said in English alone.
    fn new(kind: Kind, code: impl Into<Cow<'static, str>>, detail: impl Into<String>) -> Self {
        let (code, status) = (code.into(), status(kind));
        let later = matches!(status, StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS);
        let failure = Self(Box::new(Problem {
            kind: format!("urn:sanhao:problem:{code}"),
            title: Cow::Borrowed(""),
            status: 0,
            said: Vec::new(),
            detail: detail.into(),
            code,
            diagnostics: Vec::new(),
            retry_after: later.then_some(RETRY_AFTER),
        }));
        failure.under(status)
    }

    /// The same refusal under a status that no `Kind` stands for (405, 413, 415).
    #[must_use]
    pub fn under(mut self, status: StatusCode) -> Self {
        self.0.title = Cow::Borrowed(status.canonical_reason().unwrap_or("Refused"));
        self.0.status = status.as_u16();
        self
    }

    /// The same refusal with what is wrong, line by line.
    #[must_use]
    pub fn with(mut self, diagnostics: Vec<Finding>) -> Self {
        self.0.diagnostics = diagnostics;
        self
    }

    /// The same refusal with a text in Chinese of its own, for pages.
    #[must_use]
    pub fn zh(self, zh: impl Into<String>) -> Self {
        self.saying(Lang::Zh, zh.into())
    }

    /// The same refusal with a text in English for people, where `detail` speaks to programs.
    #[must_use]
    pub fn en(self, en: impl Into<String>) -> Self {
        self.saying(Lang::En, en.into())
    }

    fn saying(mut self, lang: Lang, text: String) -> Self {
        self.0.said.retain(|(tag, _)| *tag != lang.tag());
        self.0.said.push((lang.tag(), text));
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
        Self::from(Refusal::NotFound { why: en.into() }).zh(zh)
    }

    /// It was read and breaks a rule of the interface.
    pub fn invalid(detail: impl Into<String>) -> Self {
        Self::from(Refusal::Invalid { why: detail.into() })
    }

    /// Our fault. `err` goes to the log; the client learns only that it happened.
    pub fn internal(err: impl std::fmt::Display) -> Self {
        tracing::error!(error = %err, "a request failed inside");
        Self::inside(Refusal::Internal.code())
    }

    /// What a client learns of what failed inside.
    fn inside(code: &'static str) -> Self {
        let mut failure = Self::new(Kind::Internal, code, Refusal::Internal.to_string());
        failure.0.said = others(Refusal::Internal.code(), &[]);
        failure
    }

    /// The lake could not answer. Our fault: every question is ours.
    pub fn lake(err: kernel::AskError) -> Self {
        Self::internal(err)
    }

    /// Work on another thread panicked.
    pub fn panicked(err: tokio::task::JoinError) -> Self {
        Self::internal(err)
    }

    /// The text for readers of a language, if there is one of its own.
    fn said_in(&self, lang: Lang) -> Option<&str> {
        self.said.iter().find(|(tag, _)| *tag == lang.tag()).map(|(_, text)| text.as_str())
    }

    /// The text in the reader's language.
    pub fn text(&self, lang: Lang) -> &str {
        self.said_in(lang).unwrap_or(&self.detail)
    }

    /// The answer with this refusal's texts in a language, if it speaks it: what it says, not what it is. What else
    /// `before` says stays.
    pub fn spoken(&self, lang: Lang, before: &Response) -> Option<Response> {
        let detail = self.said_in(lang)?.to_owned();
        let mut told = self.clone();
        if let Some(title) = texts::say(lang.tag(), &format!("status-{}", self.status), &[]) {
            told.0.title = title;
        }
        told.0.detail = detail;
        let mut response = told.into_response();
        for (name, value) in before.headers() {
            if name != header::CONTENT_LENGTH && !response.headers().contains_key(name) {
                response.headers_mut().append(name.clone(), value.clone());
            }
        }
        response.headers_mut().insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(lang.tag()));
        response.headers_mut().append(header::VARY, HeaderValue::from_static("accept-language"));
        Some(response)
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

/// A refusal's text in every language but English.
fn others(code: &str, args: &[(&'static str, Value)]) -> Vec<(&'static str, String)> {
    let others = texts::languages().filter(|tag| *tag != texts::ENGLISH);
    others.filter_map(|tag| Some((tag, texts::say(tag, code, args)?.into_owned()))).collect()
}

impl<E: kernel::Problem> From<E> for Failure {
    fn from(err: E) -> Self {
        if err.kind() == Kind::Internal {
            tracing::error!(error = %err, code = err.code(), "a request failed inside");
            return Self::inside(err.code());
        }
        let mut args = err.args();
        for (_, value) in &mut args {
            if let Value::Text(text) = value {
                *text = tamed(text);
            }
        }
        let mut failure = Self::new(err.kind(), err.code(), tamed(&err.to_string()));
        failure.0.said = others(err.code(), &args);
        failure
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
            // RFC 6750: which scheme, and whether a token came along that is none any more.
            let challenge = match &*self.code {
                "member.not_signed_in" => "Bearer realm=\"sanhao\", error=\"invalid_token\"",
                _ => "Bearer realm=\"sanhao\"",
            };
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
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
    Refusal::NoRoute { path: brief(uri.path()) }.into()
}

/// The refusal for a method that an address does not know.
pub async fn no_such_method(method: axum::http::Method, uri: axum::http::Uri) -> Failure {
    let refusal = Refusal::Method { path: brief(uri.path()), method: brief(method.as_str()) };
    Failure::from(refusal).under(StatusCode::METHOD_NOT_ALLOWED)
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
/// is 422. That of a PUT says the whole: a field that it leaves out is refused by its name.
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Failure;
    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let put = request.method() == axum::http::Method::PUT;
        let sent = media_type(request.headers());
        let media = sent.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
        if media != "application/json" {
            return Err(other_type("application/json", sent));
        }
        let bytes = bytes(request, state).await?;
        let refused = |err: serde_json::Error| match err.classify() {
            serde_json::error::Category::Data => Failure::invalid(format!("the body does not fit: {err}")),
            _ => Refusal::Json { why: err.to_string() }.into(),
        };
        serde_json::from_slice::<Once>(&bytes).map_err(refused)?;
        // A NUL stands in no text of a market; in JSON it can only be written so.
        if bytes.windows(6).any(|word| word.eq_ignore_ascii_case(b"\\u0000")) {
            return Err(Failure::invalid("the body does not fit: a text holds no NUL character"));
        }
        if bytes.iter().find(|b| !b.is_ascii_whitespace()) != Some(&b'{') {
            return Err(Failure::invalid("the body does not fit: it must be an object: {...}"));
        }
        if put {
            let given: BTreeMap<String, serde::de::IgnoredAny> =
                serde_json::from_slice(&bytes).map_err(refused)?;
            let left_out: Vec<&str> = left_out::<T>(|field| given.contains_key(field));
            if !left_out.is_empty() {
                return Err(left_out_of_put(&left_out));
            }
        }
        serde_json::from_slice(&bytes).map(Self).map_err(refused)
    }
}

/// A PUT says how all of something is to be: what is left out would be taken away without a word.
fn left_out_of_put(fields: &[&str]) -> Failure {
    let names = fields.join(", ");
    Failure::invalid(format!(
        "the body does not fit: a PUT says the whole, and leaves out {names}; write each, null, false, \"\" or [] where there is none"
    ))
    .zh(format!("PUT 要写全，少了 {names}。没有的写 null、false、\"\" 或 []。"))
}

/// Which fields of a `T` are not there. The version that its writer saw is none of what is written: `If-Match` may say it.
pub(crate) fn left_out<T: DeserializeOwned>(there: impl Fn(&str) -> bool) -> Vec<&'static str> {
    fields_of::<T>().iter().copied().filter(|field| *field != "version" && !there(field)).collect()
}

/// The names of the fields that a body of type `T` may have; none if it is no plain struct.
fn fields_of<T: DeserializeOwned>() -> &'static [&'static str] {
    /// Reads nothing: it only hears which fields are asked for.
    struct Hear<'a>(&'a mut &'static [&'static str]);
    impl<'de> serde::Deserializer<'de> for Hear<'_> {
        type Error = serde::de::value::Error;
        fn deserialize_any<V: serde::de::Visitor<'de>>(self, _: V) -> Result<V::Value, Self::Error> {
            Err(serde::de::Error::custom("nothing is read"))
        }
        fn deserialize_struct<V: serde::de::Visitor<'de>>(
            self,
            _: &'static str,
            fields: &'static [&'static str],
            _: V,
        ) -> Result<V::Value, Self::Error> {
            *self.0 = fields;
            Err(serde::de::Error::custom("nothing is read"))
        }
        serde::forward_to_deserialize_any! {
            bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
            unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
        }
    }
    let mut fields: &'static [&'static str] = &[];
    let _heard = T::deserialize(Hear(&mut fields));
    fields
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
        let sent = media_type(request.headers()).to_owned();
        match axum::extract::Form::<T>::from_request(request, state).await {
            Ok(axum::extract::Form(form)) => Ok(Self(form)),
            Err(FormRejection::InvalidFormContentType(_)) => {
                Err(other_type("application/x-www-form-urlencoded", &sent))
            }
            Err(FormRejection::BytesRejection(rejection)) => Err(unread(rejection)),
            Err(other) => Err(Failure::invalid(format!("the form does not fit: {}", other.body_text()))),
        }
    }
}

/// What the body is said to be.
fn media_type(headers: &HeaderMap) -> &str {
    headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("")
}

fn other_type(wanted: &'static str, sent: &str) -> Failure {
    Failure::from(Refusal::MediaType { wanted, sent: brief(sent) }).under(StatusCode::UNSUPPORTED_MEDIA_TYPE)
}

/// The refusal of a body beyond a bound, which is said as people read it.
pub fn too_large(most: &'static str) -> Failure {
    Failure::from(Refusal::TooLarge { most }).under(StatusCode::PAYLOAD_TOO_LARGE)
}

async fn bytes<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Failure> {
    Bytes::from_request(request, state).await.map_err(unread)
}

/// A body that could not be read to its end.
pub fn unread(rejection: BytesRejection) -> Failure {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return too_large("256 KiB");
    }
    Refusal::Body.into()
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
                ErrorKind::InvalidUtf8InPathParam { .. } => Refusal::Path.into(),
                ErrorKind::ParseErrorAtKey { value, expected_type, .. }
                | ErrorKind::ParseErrorAtIndex { value, expected_type, .. }
                | ErrorKind::ParseError { value, expected_type, .. } => {
                    let value = brief(&value);
                    let why = format!("there is nothing at \"{value}\": expected {expected_type}");
                    Refusal::NotFound { why }.into()
                }
                // A typed part of the address, an id, says itself what it is not.
                ErrorKind::DeserializeError { message, .. } | ErrorKind::Message(message) => {
                    Refusal::NotFound { why: message }.into()
                }
                other => Failure::internal(other),
            }),
            Err(other) => Err(Failure::internal(other)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_told_in_chinese_with_its_figures_and_in_english_as_it_is() {
        let full = Failure::from(trade::cart::Error::Full { most: 120 });
        assert_eq!(full.text(Lang::Zh), "购物车最多放 120 种规格，已经满了。先拿出一种再放。");
        assert!(full.text(Lang::En).starts_with("a cart holds at most 120"));
        let many = Failure::from(trade::cart::Error::TooMany { most: 99, there: 98, asked: 4 });
        assert_eq!(many.text(Lang::Zh), "购物车里同一规格最多放 99 件：已有 98 件，又要 4 件。");
        let strange = Failure::new(Kind::Invalid, "no.such", "as it is");
        assert_eq!(strange.text(Lang::Zh), "as it is");
    }

    #[test]
    fn what_failed_inside_is_told_to_nobody_in_any_language() {
        let inside = Failure::from(people::vault::Error::MasterFile("/secret".into()));
        assert_eq!((inside.status, &*inside.code), (500, "vault.master_file"));
        for lang in [Lang::Zh, Lang::En] {
            assert!(!inside.text(lang).contains("secret") && !inside.text(lang).is_empty());
        }
    }

    #[test]
    fn a_long_word_of_a_client_is_cut_in_every_language() {
        let long = Failure::from(ledger::Error::BadCurrency("x".repeat(5_000)));
        for lang in [Lang::Zh, Lang::En] {
            assert!(long.text(lang).chars().count() < 200, "{}", long.text(lang));
        }
    }
}
