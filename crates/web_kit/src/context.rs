//! What an operation of the API is asked with: the site, who asks, and of whom it is (a member, a shop).
//!
//! Invariant: none of these can be had before [`crate::operation::gate`] has asked what the operation needs, so that a
//! handler that takes one runs for nobody who may not ask.

use crate::idempotency::{Answers, IdempotentRequest, Refuses};
use crate::operation::Passed;
use crate::problem::Failure;
use crate::refusal::Refusal;
use crate::site::Site;
use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use kernel::id::{Member, Shop};
use kernel::{Ctx, Id, Moment};
use std::marker::PhantomData;
use std::ops::Deref;
use store::{Keys, Read, Tx};

/// What a read answers.
pub type Answer<T> = Result<axum::Json<T>, Failure>;

/// What a write answers, as it is kept under its key.
#[derive(Debug)]
pub struct Answered<T, const STATUS: u16>(Response, PhantomData<fn() -> T>);

/// What a write answers.
pub type Written<T> = Result<Answered<T, 200>, Failure>;

/// What a write answers that made something.
pub type Created<T> = Result<Answered<T, 201>, Failure>;

/// What a write answers that goes on.
pub type Accepted<T> = Result<Answered<T, 202>, Failure>;

/// What a write answers that has nothing to say.
pub type Done = Result<Answered<(), 204>, Failure>;

impl<T, const STATUS: u16> IntoResponse for Answered<T, STATUS> {
    fn into_response(self) -> Response {
        self.0
    }
}

impl<T, const STATUS: u16> From<Response> for Answered<T, STATUS> {
    fn from(response: Response) -> Self {
        Self(response, PhantomData)
    }
}

/// The site and who asks.
#[derive(Debug, Clone)]
pub struct Context {
    /// The site.
    pub site: Site,
    /// Who asks, and under which key if it is a write.
    pub act: IdempotentRequest,
}

impl Context {
    /// The moment of the site's clock.
    pub fn now(&self) -> Moment {
        (self.site.now)()
    }

    /// A moment as answers have it: RFC 3339 in the market's zone.
    pub fn time(&self, at: Moment) -> String {
        at.rfc3339(&self.site.market.zone)
    }

    /// Reads from one snapshot and answers.
    pub async fn answer<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Read<'_>) -> Result<T, Failure> + Send + 'static,
    ) -> Answer<T> {
        self.site.read(f).await.map(axum::Json)
    }

    /// Writes once and answers with what is written.
    pub async fn write<T: Answers, E: Refuses, const STATUS: u16>(
        &self,
        name: &'static str,
        keys: impl Into<Keys>,
        f: impl Fn(&mut Tx<'_>, &Ctx) -> Result<T, E> + Send + 'static,
    ) -> Result<Answered<T, STATUS>, Failure> {
        let status = StatusCode::from_u16(STATUS).map_err(Failure::internal)?;
        Ok(self.act.json(&self.site, name, keys.into(), status, f).await?.into())
    }
}

/// Only behind the gate.
fn passed(parts: &Parts) -> Result<(), Failure> {
    parts.extensions.get::<Passed>().map(|_| ()).ok_or_else(|| Refusal::Closed.into())
}

impl FromRequestParts<Site> for Context {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Failure> {
        passed(parts)?;
        let act = IdempotentRequest::from_request_parts(parts, site).await?;
        Ok(Self { site: site.clone(), act })
    }
}

/// An operation of the member who asks.
#[derive(Debug, Clone)]
pub struct MemberContext {
    context: Context,
    /// Who asks.
    pub member: Id<Member>,
}

impl FromRequestParts<Site> for MemberContext {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Failure> {
        let context = Context::from_request_parts(parts, site).await?;
        Ok(Self { member: context.act.who.member()?, context })
    }
}

/// An operation in the shop of its address.
#[derive(Debug, Clone)]
pub struct ShopContext {
    context: Context,
    /// Which.
    pub shop: Id<Shop>,
}

/// The shop of an address.
pub(crate) async fn shop(parts: &mut Parts, site: &Site) -> Result<Id<Shop>, Failure> {
    let params = RawPathParams::from_request_parts(parts, site).await.map_err(|_| Refusal::Path)?;
    let shop = params.iter().find(|(name, _)| *name == "shop").map(|(_, text)| text);
    crate::input::id(shop.unwrap_or_default())
}

impl FromRequestParts<Site> for ShopContext {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Failure> {
        let context = Context::from_request_parts(parts, site).await?;
        Ok(Self { shop: shop(parts, site).await?, context })
    }
}

impl Deref for MemberContext {
    type Target = Context;
    fn deref(&self) -> &Context {
        &self.context
    }
}

impl Deref for ShopContext {
    type Target = Context;
    fn deref(&self) -> &Context {
        &self.context
    }
}
