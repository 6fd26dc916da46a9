//! What an operation needs of whoever asks, said in the OpenAPI document (`x-needs`) and kept from there.
//!
//! Invariants: the document is the declaration that [`web_kit::operation`] asks; an operation that says nothing is refused
//! to everybody.

use crate::openapi;
use axum::http::Method;
use people::staff::Area;
use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::path::{Operation, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{ObjectBuilder, OpenApi, RefOr, Required, Type};
use web_kit::idempotency;
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

fn said(extensions: Option<&Extensions>) -> Option<Needs> {
    extensions?.get("x-needs")?.as_str().and_then(Needs::parse)
}

/// What the document says of every operation.
pub fn declared() -> Declared {
    let mut all = Vec::new();
    for (path, item) in &openapi().paths.paths {
        for (method, operation) in operations(&mut item.clone()) {
            if let Some(operation) = operation {
                all.push((method, path.clone(), said(operation.extensions.as_ref())));
            }
        }
    }
    Declared::new(all)
}

/// Adds to the document what all operations share: how to say who asks, and the key of a write.
pub fn finish(doc: &mut OpenApi) {
    let token = |what: &str| {
        SecurityScheme::Http(
            HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(what)).build(),
        )
    };
    let cookie = |name: &str, what: &str| {
        SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description(name, what)))
    };
    let components = doc.components.get_or_insert_default();
    for (name, scheme) in [
        ("token", token("The token of a session (64 hexadecimal digits), or the key of a program (shk_...)")),
        ("session", cookie(web_kit::principal::SESSION, "The session of a member")),
        (
            "operator",
            cookie(
                web_kit::principal::OPERATOR,
                "The ticket of whoever operates the platform on its machine",
            ),
        ),
    ] {
        components.security_schemes.insert(name.to_owned(), RefOr::T(scheme));
    }
    for item in doc.paths.paths.values_mut() {
        for (method, operation) in operations(item) {
            let Some(operation) = operation else { continue };
            let needs = said(operation.extensions.as_ref());
            let asked = |name: &str| SecurityRequirement::new::<_, _, String>(name, []);
            operation.security = match needs {
                None | Some(Needs::Public) => None,
                Some(Needs::Permission(permission)) if permission.area() == Area::Platform => {
                    Some(["token", "session", "operator"].map(asked).to_vec())
                }
                Some(Needs::Member | Needs::Permission(_) | Needs::ShopLink) => {
                    Some(["token", "session"].map(asked).to_vec())
                }
            };
            if method != Method::GET && !matches!(needs, Some(Needs::Public)) {
                operation.parameters.get_or_insert_default().push(RefOr::T(key()));
            }
        }
    }
}

/// The header that names a write.
fn key() -> utoipa::openapi::path::Parameter {
    ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(
            "Names this write. Sent again with the same request it gives the stored answer; with another request it is \
             refused (422); while the first is running, 409.",
        ))
        .schema(Some(
            ObjectBuilder::new()
                .schema_type(Type::String)
                .min_length(Some(1))
                .max_length(Some(idempotency::LONGEST))
                .pattern(Some("^[!-~]+$")),
        ))
        .build()
}
