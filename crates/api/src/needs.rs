//! What an operation needs of whoever asks, said in the OpenAPI document (`x-needs`) and kept from there.
//!
//! Invariants: an operation that says nothing is refused to everybody; what the document says is asked before the handler
//! runs, so that a handler cannot forget it; an operation of one shop (`{shop}` in its address) is asked for that shop.

use crate::openapi;
use axum::extract::{FromRequestParts, MatchedPath, RawPathParams, Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use people::staff::{Area, Permission};
use std::collections::HashMap;
use std::sync::LazyLock;
use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::path::{Operation, PathItem};
use web_kit::principal::{Principal, unknown};
use web_kit::problem::Failure;
use web_kit::site::Site;

/// What an operation needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Nothing: everybody may.
    Public,
    /// A member, for its own things.
    Member,
    /// A permission, in the platform or in the shop of the address.
    Permission(Permission),
}

impl Needs {
    /// Reads the word of `x-needs`.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "public" => Some(Self::Public),
            "member" => Some(Self::Member),
            word => Permission::parse(word).map(Self::Permission),
        }
    }

    fn ask(self, who: &Principal, shop: Option<&str>) -> Result<(), Failure> {
        match self {
            Self::Public => Ok(()),
            Self::Member => who.member().map(drop),
            Self::Permission(permission) => match (permission.area(), shop) {
                (Area::Consumer, _) => who.member().map(drop),
                (Area::Platform, _) => who.need(permission),
                (Area::Shop, Some(shop)) => {
                    if who.is_nobody() {
                        return Err(unknown());
                    }
                    who.need_in(web_kit::input::id(shop)?, permission)
                }
                // The shop is known to the handler alone, which asks.
                (Area::Shop, None) if who.is_nobody() => Err(unknown()),
                (Area::Shop, None) => Ok(()),
            },
        }
    }
}

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

/// What every operation needs, by method and address.
fn table() -> &'static HashMap<(Method, String), Option<Needs>> {
    static TABLE: LazyLock<HashMap<(Method, String), Option<Needs>>> = LazyLock::new(|| {
        let mut table = HashMap::new();
        for (path, item) in &openapi().paths.paths {
            for (method, operation) in operations(&mut item.clone()) {
                if let Some(operation) = operation {
                    table.insert((method, path.clone()), said(operation.extensions.as_ref()));
                }
            }
        }
        table
    });
    &TABLE
}

/// The layer: see the module. It stands behind the choice of the route.
pub async fn gate(State(site): State<Site>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let method = if parts.method == Method::HEAD { Method::GET } else { parts.method.clone() };
    let path = parts.extensions.get::<MatchedPath>().map(|path| path.as_str().to_owned()).unwrap_or_default();
    let asked = match table().get(&(method, path)) {
        // A method that the address does not know, which is said by the route itself.
        None => Ok(()),
        Some(None) => Err(web_kit::refusal::Refusal::Closed.into()),
        Some(Some(Needs::Public)) => Ok(()),
        Some(Some(needs)) => ask(*needs, &mut parts, &site).await,
    };
    match asked {
        Ok(()) => next.run(Request::from_parts(parts, body)).await,
        Err(failure) => failure.into_response(),
    }
}

async fn ask(needs: Needs, parts: &mut axum::http::request::Parts, site: &Site) -> Result<(), Failure> {
    let who = Principal::from_request_parts(parts, site).await?;
    let shop = match RawPathParams::from_request_parts(parts, site).await {
        Ok(params) => params.iter().find(|(name, _)| *name == "shop").map(|(_, value)| value.to_owned()),
        Err(_) => None,
    };
    needs.ask(&who, shop.as_deref())
}
