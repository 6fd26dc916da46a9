//! What an operation needs of whoever asks, said in the OpenAPI document (`x-needs`) and kept from there.
//!
//! Invariants: the document is the declaration that [`web_kit::operation`] asks; an operation that says nothing is refused
//! to everybody.

use axum::http::Method;
use utoipa::openapi::OpenApi;
use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::path::{Operation, PathItem};
use web_kit::operation::{Declared, Needs};

/// The methods of an address with what they do.
pub fn operations(item: &mut PathItem) -> [(Method, &mut Option<Operation>); 5] {
    [
        (Method::GET, &mut item.get),
        (Method::POST, &mut item.post),
        (Method::PUT, &mut item.put),
        (Method::PATCH, &mut item.patch),
        (Method::DELETE, &mut item.delete),
    ]
}

/// What an operation says in its `x-needs`.
pub(crate) fn said(extensions: Option<&Extensions>) -> Option<Needs> {
    extensions?.get("x-needs")?.as_str().and_then(Needs::parse)
}

/// What a document says of every operation.
pub fn declared(doc: &OpenApi) -> Declared {
    let mut all = Vec::new();
    for (path, item) in &doc.paths.paths {
        for (method, operation) in operations(&mut item.clone()) {
            if let Some(operation) = operation {
                all.push((method, path.clone(), said(operation.extensions.as_ref())));
            }
        }
    }
    Declared::new(all)
}
