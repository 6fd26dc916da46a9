//! What pages of an account read from their address.

use crate::problem::Failure;

/// What pages of this part read from their address.
#[derive(Debug, Default, serde::Deserialize)]
pub struct Params {
    /// Where to go afterwards.
    pub back: Option<String>,
    /// What was done, by its word.
    pub done: Option<String>,
    /// A token of the address.
    pub token: Option<String>,
    /// Where the page before ended.
    pub after: Option<String>,
}

/// Reads the query; what is not known there is somebody else's.
pub struct At(pub Params);

impl<S: Send + Sync> axum::extract::FromRequestParts<S> for At {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut axum::http::request::Parts, state: &S) -> Result<Self, Failure> {
        axum::extract::Query::<Params>::from_request_parts(parts, state)
            .await
            .map(|asked| Self(asked.0))
            .map_err(|_| Failure::invalid("the address has something twice").zh("地址里有重复的内容。"))
    }
}
