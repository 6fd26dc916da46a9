//! What every operation needs of whoever asks: declared beside its route, and asked before its handler runs.
//!
//! A face declares its pages with [`Pages`]; the API's declaration is its document. Both stand behind [`gate`], and
//! navigation, the test of every page with every role and the refusals read the same list.
//!
//! Invariants: an operation that declares nothing is refused to everybody; what is declared is asked before the handler
//! runs, so that a handler cannot forget it; an operation of one shop (`{shop}` in its address) is asked for that shop.

use crate::principal::{Principal, unknown};
use crate::problem::Failure;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::ui::MayOpen;
use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRequestParts, MatchedPath, RawPathParams, Request, State};
use axum::handler::Handler;
use axum::http::Method;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use people::staff::{Area, Permission};
use std::collections::HashMap;
use std::sync::Arc;

/// What an operation needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Nothing: everybody may.
    Public,
    /// A member, for its own things.
    Member,
    /// A permission, in the platform or in the shop of the address.
    Permission(Permission),
    /// The link of a shop, which opens the shop's score without an account.
    ShopLink,
}

impl Needs {
    /// Reads the word of `x-needs`. No operation of the API is opened by a link.
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
            // No principal has a link: it is the cookie's, which the gate looks at.
            Self::ShopLink => Err(Refusal::NoLink.into()),
            Self::Permission(permission) => match (permission.area(), shop) {
                (Area::Consumer, _) => who.member().map(drop),
                (Area::Platform, _) => who.need(permission),
                (Area::Shop, Some(shop)) => {
                    if who.is_nobody() {
                        return Err(unknown());
                    }
                    who.need_in(crate::input::id(shop)?, permission)
                }
                // The shop is known to the handler alone, which asks.
                (Area::Shop, None) if who.is_nobody() => Err(unknown()),
                (Area::Shop, None) => Ok(()),
            },
        }
    }
}

/// One page operation, as it is declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// How it is asked for.
    pub method: Method,
    /// The address: `/merchant/{shop}/orders`.
    pub path: &'static str,
    /// What it needs.
    pub needs: Needs,
    /// The most bytes of its body, where it takes more than others.
    pub body_limit: Option<usize>,
}

/// The pages of a face: their routes, and what each needs.
#[derive(Debug, Default)]
pub struct Pages {
    routes: Router<Site>,
    operations: Vec<Operation>,
}

impl Pages {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// A page to read.
    #[must_use]
    pub fn get<H, T>(mut self, path: &'static str, needs: Needs, handler: H) -> Self
    where
        H: Handler<T, Site>,
        T: 'static,
    {
        self.operations.push(Operation { method: Method::GET, path, needs, body_limit: None });
        Self { routes: self.routes.route(path, get(handler)), ..self }
    }

    /// A form that is sent.
    #[must_use]
    pub fn post<H, T>(mut self, path: &'static str, needs: Needs, handler: H) -> Self
    where
        H: Handler<T, Site>,
        T: 'static,
    {
        self.operations.push(Operation { method: Method::POST, path, needs, body_limit: None });
        Self { routes: self.routes.route(path, post(handler)), ..self }
    }

    /// A form with files in it, of up to `limit` bytes.
    #[must_use]
    pub fn upload<H, T>(mut self, path: &'static str, limit: usize, needs: Needs, handler: H) -> Self
    where
        H: Handler<T, Site>,
        T: 'static,
    {
        self.operations.push(Operation { method: Method::POST, path, needs, body_limit: Some(limit) });
        let handler = post(handler).layer(DefaultBodyLimit::max(limit));
        Self { routes: self.routes.route(path, handler), ..self }
    }

    /// These and others.
    #[must_use]
    pub fn merge(mut self, others: Self) -> Self {
        self.operations.extend(others.operations);
        Self { routes: self.routes.merge(others.routes), ..self }
    }

    /// What is declared, in order.
    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// The routes, to be put behind the [`gate`], and what it asks.
    pub fn into_parts(self) -> (Router<Site>, Declared) {
        let declared =
            self.operations.iter().map(|one| (one.method.clone(), one.path.to_owned(), Some(one.needs)));
        (self.routes, Declared::new(declared))
    }
}

/// What the operations behind a [`gate`] need, by address and method. Clones are the same.
#[derive(Debug, Clone)]
pub struct Declared(Arc<Table>);

#[derive(Debug, Default)]
struct Table {
    needs: HashMap<String, Vec<(Method, Option<Needs>)>>,
    /// Finds the declared address that one of a request belongs to, as axum does.
    addresses: matchit::Router<String>,
}

impl Declared {
    /// From methods, addresses and needs; an operation without needs is closed.
    pub fn new(operations: impl IntoIterator<Item = (Method, String, Option<Needs>)>) -> Self {
        let mut table = Table::default();
        for (method, path, needs) in operations {
            // An address of several methods is there once.
            if !table.needs.contains_key(&path)
                && let Err(err) = table.addresses.insert(path.clone(), path.clone())
            {
                tracing::error!("{path} is in nobody's navigation: {err}");
            }
            table.needs.entry(path).or_default().push((method, needs));
        }
        Self(Arc::new(table))
    }

    /// Whether `who` may open the page at an address.
    fn may_open(&self, who: &Principal, address: &str) -> bool {
        let path = address.split('?').next().unwrap_or_default();
        let Ok(found) = self.0.addresses.at(path) else { return false };
        let needs = self.0.needs.get(found.value).and_then(|all| all.iter().find(|(m, _)| *m == Method::GET));
        let Some((_, Some(needs))) = needs else { return false };
        needs.ask(who, found.params.get("shop")).is_ok()
    }
}

/// A request that the gate has let pass; nothing else makes one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Passed(());

/// The layer: see the module. It stands behind the choice of the route.
pub async fn gate(
    State((site, declared)): State<(Site, Declared)>,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let asked = ask(&declared, &mut parts, &site).await;
    // Who has been found out, for the page's navigation: its own, and that of a refusal.
    let may_open = parts.extensions.get::<Principal>().cloned().map(|who| {
        let declared = declared.clone();
        MayOpen::new(move |address| declared.may_open(&who, address))
    });
    if let Some(may_open) = may_open.clone() {
        parts.extensions.insert(may_open);
    }
    if asked.is_ok() {
        parts.extensions.insert(Passed(()));
    }
    let mut response = match asked {
        Ok(()) => next.run(Request::from_parts(parts, body)).await,
        Err(failure) => failure.into_response(),
    };
    if let Some(may_open) = may_open {
        response.extensions_mut().insert(may_open);
    }
    response
}

async fn ask(declared: &Declared, parts: &mut Parts, site: &Site) -> Result<(), Failure> {
    // No route was found: whoever answers says so.
    let Some(path) = parts.extensions.get::<MatchedPath>() else { return Ok(()) };
    let Some(methods) = declared.0.needs.get(path.as_str()) else { return Err(Refusal::Closed.into()) };
    let method = if parts.method == Method::HEAD { Method::GET } else { parts.method.clone() };
    let needs = match methods.iter().find(|(one, _)| *one == method) {
        // A method that the address does not know, which is said by the route itself.
        None | Some((_, Some(Needs::Public))) => return Ok(()),
        Some((_, None)) => return Err(Refusal::Closed.into()),
        Some((_, Some(Needs::ShopLink))) => {
            return crate::merchant::shop_of_link(&parts.headers, site).map(drop);
        }
        Some((_, Some(needs))) => *needs,
    };
    let who = Principal::from_request_parts(parts, site).await?;
    let shop = match RawPathParams::from_request_parts(parts, site).await {
        Ok(params) => params.iter().find(|(name, _)| *name == "shop").map(|(_, value)| value.to_owned()),
        Err(_) => None,
    };
    needs.ask(&who, shop.as_deref())
}
