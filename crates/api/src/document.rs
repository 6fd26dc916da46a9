//! What follows of an operation from its method, its address, what it needs and what it takes: written into the OpenAPI
//! document once, when it is put together, so that no declaration repeats it.
//!
//! Invariants: an operation's id is its area, its resource and its function, and no other operation has it; every `{name}` of
//! an address is a parameter and every other parameter is not one of the address; every answer has a description.

use crate::needs::{operations, said};
use crate::words;
use axum::http::Method;
use people::staff::Area;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{
    Components, ContentBuilder, ObjectBuilder, OpenApi, Ref, RefOr, Required, Response, ResponseBuilder, Type,
};
use web_kit::idempotency;
use web_kit::operation::Needs;
use web_kit::problem::PROBLEM_JSON;

/// The parts of addresses. What is not here is described by its name.
const PARTS: [(&str, &str); 10] = [
    ("code", "The category's code"),
    ("metric", "The metric's name"),
    ("order", "The order's id; for the platform's figures its external id does as well"),
    ("policy", "The policy's id, the same in all versions"),
    ("privilege", "The privilege's code"),
    ("scorecard", "ID or ID@VERSION"),
    ("shop", "The shop's id; for the platform's figures its external id does as well"),
    ("sku", "The variant's id"),
    ("version", "The version's number"),
    ("way", "The delivery way's word"),
];

/// How an operation may refuse, by status: the name of the answer in the document, and what it means.
const REFUSALS: [(&str, &str, &str); 7] = [
    ("400", "Malformed", "What was sent cannot be read"),
    ("401", "Unauthenticated", "Nobody is signed in"),
    ("403", "Forbidden", "Whoever asks may not"),
    ("404", "NotFound", "There is no such thing, or it is somebody else's"),
    ("409", "Conflict", "It is not so any more, or the same write is still running"),
    ("422", "Invalid", "It can be read, and cannot be done: `detail` says what to send instead"),
    ("503", "Unavailable", "Too much is under way: send it again after `Retry-After`"),
];

/// The answer of every operation to what none of [`REFUSALS`] names.
const REFUSED: (&str, &str) = ("Refused", "Refused: `status` and `code` say how, `detail` says why");

/// Finishes the document.
pub(crate) fn finish(doc: &mut OpenApi) {
    let components = doc.components.get_or_insert_default();
    schemes(components);
    words::declare(components);
    for (name, what) in REFUSALS.iter().map(|(_, name, what)| (*name, *what)).chain([REFUSED]) {
        components.responses.insert(name.to_owned(), RefOr::T(refusal(what)));
    }
    for (path, item) in &mut doc.paths.paths {
        for (method, operation) in operations(item) {
            let Some(operation) = operation else { continue };
            let needs = said(operation.extensions.as_ref());
            operation.operation_id = operation.operation_id.take().map(|function| id(path, &function));
            operation.security = security(needs);
            parameters(path, operation);
            let id = operation.operation_id.clone().unwrap_or_default();
            for one in operation.parameters.iter_mut().flatten() {
                if let RefOr::T(one) = one {
                    words::of_parameter(&id, one);
                }
            }
            refusals(path, &method, needs, operation);
            if method != Method::GET && needs != Some(Needs::Public) {
                operation.parameters.get_or_insert_default().push(RefOr::T(key()));
            }
        }
    }
}

/// `/api/merchant/shops/{shop}/orders/{order}/ship` and `ship` make `merchant_orders_ship`: the area, the first word that
/// says of what (a shop's or an account's own come after those), and the function, which need not say that word again.
fn id(path: &str, function: &str) -> String {
    let mut words =
        path.split('/').filter(|word| !word.is_empty() && *word != "api" && !word.starts_with('{'));
    let Some(area) = words.next() else { return function.to_owned() };
    let (first, second) = (words.next(), words.next());
    let is_scope = matches!(first, Some("shops" | "account"));
    let resource = if is_scope { second.or(first) } else { first };
    let name = match resource {
        None => function.to_owned(),
        Some(resource) if resource == function => format!("{area}_{function}"),
        Some(resource) => format!("{area}_{resource}_{function}"),
    };
    name.replace(['-', '.'], "_")
}

/// Puts the parameters of the address before those of the query and the head.
fn parameters(path: &str, operation: &mut Operation) {
    let names = path.split(['{', '}']).skip(1).step_by(2);
    let mut all: Vec<RefOr<Parameter>> = names.map(|name| RefOr::T(part(name))).collect();
    all.extend(operation.parameters.take().unwrap_or_default());
    operation.parameters = Some(all).filter(|all| !all.is_empty());
}

fn part(name: &str) -> Parameter {
    let known = PARTS.iter().find(|(part, _)| *part == name).map(|(_, what)| (*what).to_owned());
    let kind = if name == "version" { Type::Integer } else { Type::String };
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .description(Some(known.unwrap_or_else(|| format!("The {name}'s id"))))
        .schema(Some(ObjectBuilder::new().schema_type(kind)))
        .build()
}

/// What the operation answers if all goes well is described, and what it may refuse is named.
fn refusals(path: &str, method: &Method, needs: Option<Needs>, operation: &mut Operation) {
    let responses = &mut operation.responses.responses;
    for (status, response) in responses.iter_mut() {
        if let RefOr::T(response) = response
            && response.description.is_empty()
        {
            response.description = good(status).to_owned();
        }
    }
    let signed = needs != Some(Needs::Public);
    let writes = *method != Method::GET;
    let asks = operation.parameters.iter().flatten().any(|one| match one {
        RefOr::T(one) => one.parameter_in == ParameterIn::Query,
        RefOr::Ref(_) => false,
    });
    let takes = operation.request_body.is_some();
    for (status, name, _) in REFUSALS {
        let may = match status {
            "400" => takes || asks,
            "401" | "403" => signed,
            "404" => path.contains('{'),
            "409" | "503" => writes,
            _ => takes || asks || writes,
        };
        if may {
            responses.entry(status.to_owned()).or_insert_with(|| RefOr::Ref(Ref::from_response_name(name)));
        }
    }
    responses.insert("default".to_owned(), RefOr::Ref(Ref::from_response_name(REFUSED.0)));
}

/// What an answer that is no refusal means.
fn good(status: &str) -> &'static str {
    match status {
        "201" => "It is made",
        "202" => "It is taken, and goes on",
        "204" => "It is done",
        _ => "The answer",
    }
}

/// Every refusal looks the same.
fn refusal(what: &str) -> Response {
    let problem = ContentBuilder::new().schema(Some(RefOr::Ref(Ref::from_schema_name("Problem")))).build();
    ResponseBuilder::new().description(what).content(PROBLEM_JSON, problem).build()
}

/// Who may ask says so in one of these ways.
fn security(needs: Option<Needs>) -> Option<Vec<SecurityRequirement>> {
    let asked = |name: &str| SecurityRequirement::new::<_, _, String>(name, []);
    match needs {
        None | Some(Needs::Public) => None,
        Some(Needs::Permission(permission)) if permission.area() == Area::Platform => {
            Some(["token", "session", "operator"].map(asked).to_vec())
        }
        Some(Needs::Member | Needs::Permission(_) | Needs::ShopLink) => {
            Some(["token", "session"].map(asked).to_vec())
        }
    }
}

/// The ways to say who asks.
fn schemes(components: &mut Components) {
    let token = |what: &str| {
        SecurityScheme::Http(
            HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(what)).build(),
        )
    };
    let cookie = |name: &str, what: &str| {
        SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description(name, what)))
    };
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
}

/// The header that names a write.
fn key() -> Parameter {
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn an_operation_is_named_by_area_resource_and_function() {
        for (path, function, expected) in [
            ("/api/merchant/shops/{shop}/orders/{order}/ship", "ship", "merchant_orders_ship"),
            ("/api/merchant/shops/{shop}", "get", "merchant_shops_get"),
            ("/api/merchant/shops/{shop}/today", "today", "merchant_today"),
            ("/api/store/account", "get", "store_account_get"),
            ("/api/store/account/addresses/{address}", "get", "store_addresses_get"),
            ("/api/platform/dead-letters", "list", "platform_dead_letters_list"),
            ("/api/openapi.json", "openapi_document", "openapi_document"),
        ] {
            assert_eq!(id(path, function), expected, "{path}");
        }
    }

    #[test]
    fn ids_are_unique_parameters_stand_where_they_are_and_every_answer_is_described() {
        let doc = crate::openapi();
        let mut ids = BTreeSet::new();
        for (path, item) in &doc.paths.paths {
            for (method, operation) in operations(&mut item.clone()) {
                let Some(operation) = operation else { continue };
                let id = operation.operation_id.clone().unwrap();
                assert!(ids.insert(id.clone()), "{id} is given twice");
                let mut named = BTreeSet::new();
                for one in operation.parameters.iter().flatten() {
                    let RefOr::T(one) = one else { panic!("{id}: a parameter by reference") };
                    let in_path = path.contains(&format!("{{{}}}", one.name));
                    assert_eq!(one.parameter_in == ParameterIn::Path, in_path, "{id}: {}", one.name);
                    assert!(named.insert(one.name.clone()), "{id}: {} twice", one.name);
                }
                let responses = &operation.responses.responses;
                for (status, response) in responses {
                    let RefOr::T(response) = response else { continue };
                    assert!(!response.description.is_empty(), "{id}: {status}");
                }
                let public = said(operation.extensions.as_ref()) == Some(Needs::Public);
                assert_eq!(responses.contains_key("401"), !public, "{id}");
                assert_eq!(responses.contains_key("409"), method != Method::GET, "{id}");
            }
        }
        assert!(ids.len() > 150, "{}", ids.len());
    }
}
