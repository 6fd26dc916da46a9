//! Who asks, and what they may: nobody, a member with its seats, a program with a key, or the operator with a ticket.
//!
//! A member shows a session (the cookie `sanhao_session`, or `Authorization: Bearer` and 64 hexadecimal digits), a program
//! its key (`Authorization: Bearer shk_...`), the operator the ticket that `serve` prints (the cookie `sanhao_operator`).
//!
//! Invariants: a request is resolved once, in one statement, with a second one for a member that has seats; credentials in
//! the header that open nothing are refused and never taken for nobody; the ticket opens the platform's addresses only, and
//! never personal data; what no seat and no key names is refused, and another's shop is not there.

use crate::lang::{Lang, cookie};
use crate::problem::Failure;
use crate::refusal::Refusal;
use crate::site::Site;
use crate::words::named;
use ::cookie::{Cookie, SameSite};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use kernel::id::{Login, Member, Shop};
use kernel::{Actor, Ctx, Id, RawId};
use people::api_key::{self, Found, Secret};
use people::member::{self, Signed, Token};
use people::staff::{self, Area, By, Denied, Permission, Role, Scope, Standing};
use std::sync::Arc;

/// The cookie that holds a session's token.
pub const SESSION: &str = "sanhao_session";

/// The cookie that holds the operator's ticket.
pub const OPERATOR: &str = "sanhao_operator";

/// How many days the operator's ticket lasts.
pub const TICKET_DAYS: i64 = 7;

/// Whoever sends a request. Clones are the same one.
#[derive(Debug, Clone)]
pub struct Principal(Arc<Identity>);

#[derive(Debug)]
enum Identity {
    Nobody,
    Operator,
    Member { signed: Signed, standing: Standing, shops: Vec<Id<Shop>> },
    Key { found: Found, shops: Vec<Id<Shop>> },
}

/// Nobody is known to be asking.
pub fn unknown() -> Failure {
    Refusal::SignIn.into()
}

fn person() -> Failure {
    Refusal::Person.into()
}

/// Programs read which permission is missing; people read what it is about and which colleagues can help.
fn lacks(permission: Permission) -> Failure {
    let what = |lang| named::of(lang, &permission);
    let who = |lang, between: &str| {
        let able = Role::ALL.iter().filter(|role| role.allows(permission));
        able.map(|role| named::of(lang, role)).collect::<Vec<_>>().join(between)
    };
    Failure::from(Denied::Lacks(permission))
        .zh(format!("「{}」由这些角色的同事来做：{}。", what(Lang::Zh), who(Lang::Zh, "、")))
        .en(format!("\"{}\" is for colleagues of these roles: {}.", what(Lang::En), who(Lang::En, ", ")))
}

fn denied(why: Denied) -> Failure {
    match why {
        Denied::Lacks(permission) => lacks(permission),
        Denied::Stranger => Failure::from(why).zh("这里没有这家店，或者不归你管。"),
    }
}

impl Principal {
    fn of(principal: Identity) -> Self {
        Self(Arc::new(principal))
    }

    /// Nobody in particular: for what is the same for everybody, so that nobody is looked up.
    pub fn nobody() -> Self {
        Self::of(Identity::Nobody)
    }

    /// As whom it is written down.
    pub fn actor(&self) -> Actor {
        match &*self.0 {
            Identity::Nobody => Actor::Outside,
            Identity::Operator => Actor::Operator,
            Identity::Member { signed, .. } => Actor::Member(signed.member),
            Identity::Key { found, .. } => Actor::Key(found.id),
        }
    }

    /// The member who asks, to see to what is its own.
    pub fn member(&self) -> Result<Id<Member>, Failure> {
        match &*self.0 {
            Identity::Member { signed, .. } => Ok(signed.member),
            Identity::Key { .. } => Err(person()),
            Identity::Nobody | Identity::Operator => Err(unknown()),
        }
    }

    fn signed_in(&self) -> Option<(&Signed, &Standing)> {
        match &*self.0 {
            Identity::Member { signed, standing, .. } => Some((signed, standing)),
            Identity::Nobody | Identity::Operator | Identity::Key { .. } => None,
        }
    }

    /// The member who asks, if it is one.
    pub fn signed(&self) -> Option<Id<Member>> {
        self.signed_in().map(|(signed, _)| signed.member)
    }

    /// The session of the member who asks.
    pub fn session(&self) -> Option<Id<Login>> {
        self.signed_in().map(|(signed, _)| signed.session)
    }

    /// The seats of the member who asks.
    pub fn standing(&self) -> Option<&Standing> {
        self.signed_in().map(|(_, standing)| standing)
    }

    /// Whether nobody is known to be asking.
    pub fn is_nobody(&self) -> bool {
        matches!(&*self.0, Identity::Nobody)
    }

    /// Whether it is the operator, by the ticket.
    pub fn is_operator(&self) -> bool {
        matches!(&*self.0, Identity::Operator)
    }

    /// Something of the platform: 401 for nobody, 403 for whoever lacks it.
    pub fn need(&self, permission: Permission) -> Result<(), Failure> {
        let allowed = match &*self.0 {
            Identity::Nobody => return Err(unknown()),
            Identity::Operator => {
                permission.area() == Area::Platform
                    && !matches!(permission, Permission::PlatformReveal | Permission::PlatformAudit)
            }
            Identity::Member { standing, .. } => standing.may(permission, Scope::Platform).is_ok(),
            Identity::Key { found, .. } => found.may(permission, Scope::Platform).is_ok(),
        };
        if allowed { Ok(()) } else { Err(lacks(permission)) }
    }

    /// Something of a shop: 401 for nobody, 404 for whoever has nothing to do with the shop, 403 for whoever lacks it.
    pub fn need_in(&self, shop: Id<Shop>, permission: Permission) -> Result<(), Failure> {
        match &*self.0 {
            Identity::Nobody => Err(unknown()),
            Identity::Operator => Err(denied(Denied::Stranger)),
            Identity::Member { standing, .. } => standing.may(permission, Scope::Shop(shop)).map_err(denied),
            Identity::Key { found, .. } => found.may(permission, Scope::Shop(shop)).map_err(denied),
        }
    }

    /// The shops in which whoever asks has a seat; of a key the one it acts in.
    pub fn shops(&self) -> &[Id<Shop>] {
        match &*self.0 {
            Identity::Nobody | Identity::Operator => &[],
            Identity::Member { shops, .. } | Identity::Key { shops, .. } => shops,
        }
    }

    /// Whether there is anything of the platform for whoever asks.
    pub fn in_platform(&self) -> bool {
        self.need(Permission::PlatformView).is_ok()
    }

    /// Who does something about staff and keys: it takes a person.
    pub fn by(&self) -> Result<By, Failure> {
        match &*self.0 {
            Identity::Nobody => Err(unknown()),
            Identity::Operator => Ok(By::Operator),
            Identity::Member { signed, .. } => Ok(By::Member(signed.member)),
            Identity::Key { .. } => Err(person()),
        }
    }

    /// Whose idempotency keys these are.
    pub fn raw(&self) -> RawId {
        match &*self.0 {
            Identity::Nobody => RawId([0; 16]),
            Identity::Operator => RawId([0xff; 16]),
            Identity::Member { signed, .. } => signed.member.raw(),
            Identity::Key { found, .. } => found.id.raw(),
        }
    }
}

impl Site {
    /// The context of a command of whoever asks.
    pub fn ctx(&self, who: &Principal) -> Ctx {
        self.ctx_of(who.actor())
    }
}

impl FromRequestParts<Site> for Principal {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Failure> {
        if let Some(who) = parts.extensions.get::<Self>() {
            return Ok(who.clone());
        }
        let who = resolve(parts.uri.path(), &parts.headers, site).await?;
        parts.extensions.insert(who.clone());
        Ok(who)
    }
}

/// What somebody showed.
enum Shown {
    Session(Token),
    Key(Secret),
}

async fn resolve(path: &str, headers: &HeaderMap, site: &Site) -> Result<Principal, Failure> {
    let said = shown(headers)?;
    let asked = said.is_some();
    if !asked && of_platform(path) && operator(headers, site) {
        return Ok(Principal::of(Identity::Operator));
    }
    let shown = said.or_else(|| cookie(headers, SESSION).and_then(Token::read).map(Shown::Session));
    let Some(shown) = shown else { return Ok(Principal::of(Identity::Nobody)) };
    let (now, rules) = ((site.now)(), site.member_rules);
    let found = site
        .read_apart(move |q| {
            Ok(match shown {
                Shown::Key(secret) => {
                    let found = api_key::find(q, &secret, now)?;
                    let shops = found.scope.shop().into_iter().collect();
                    Identity::Key { found, shops }
                }
                Shown::Session(token) => {
                    let signed = match member::signed_in(q, &rules, &token, now) {
                        Err(member::Error::NotSignedIn) if !asked => return Ok(Identity::Nobody),
                        signed => signed?,
                    };
                    let standing = match signed.seated {
                        true => staff::standing(q, signed.member)?,
                        false => Standing { member: signed.member, seats: Vec::new() },
                    };
                    let shops = standing.seats.iter().filter_map(|seat| seat.scope.shop()).collect();
                    Identity::Member { signed, standing, shops }
                }
            })
        })
        .await?;
    if let Identity::Member { signed, .. } = &found
        && signed.due
    {
        touch(site, *signed);
    }
    Ok(Principal::of(found))
}

/// Credentials of the header: read, or refused.
fn shown(headers: &HeaderMap) -> Result<Option<Shown>, Failure> {
    let Some(value) = headers.get(header::AUTHORIZATION) else { return Ok(None) };
    let refused = || Failure::from(Refusal::Credentials);
    let text = value.to_str().map_err(|_| refused())?;
    let (scheme, token) = text.split_once(' ').ok_or_else(refused)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(refused());
    }
    let token = token.trim();
    let shown = Secret::read(token).map(Shown::Key).or_else(|| Token::read(token).map(Shown::Session));
    shown.map(Some).ok_or_else(refused)
}

/// Writes a use of a session down, beside the answer and not before it.
fn touch(site: &Site, signed: Signed) {
    let (site, rules) = (site.clone(), site.member_rules);
    let ctx = site.ctx_of(Actor::Member(signed.member));
    tokio::spawn(async move {
        let keys = member::key(signed.member).into();
        let write = site.db.write("session.touch", keys, move |tx| member::touch(tx, &ctx, &rules, &signed));
        if let Err(err) = write.await {
            tracing::warn!("the use of a session was not written down: {err}");
        }
    });
}

/// Whether an address is the platform's.
pub fn of_platform(path: &str) -> bool {
    ["/console", "/api/platform"]
        .iter()
        .any(|scope| path.strip_prefix(scope).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
}

/// Whether the browser holds the operator's ticket.
pub fn operator(headers: &HeaderMap, site: &Site) -> bool {
    cookie(headers, OPERATOR)
        .is_some_and(|ticket| site.merchant_key.read_ticket(ticket, (site.now)()).is_ok())
}

/// A cookie that no script can read; without a value it is taken back.
pub fn set_cookie(site: &Site, name: &str, value: Option<(&str, i64)>) -> Option<HeaderValue> {
    let (value, seconds) = value.unwrap_or(("", 0));
    let cookie = Cookie::build((name, value))
        .path("/")
        .max_age(::cookie::time::Duration::seconds(seconds))
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(site.origin.as_ref().is_some_and(|origin| origin.secure));
    HeaderValue::try_from(cookie.to_string()).ok()
}

/// Where to go back to, if it is a place of this program.
pub fn own_path(back: Option<&str>) -> &str {
    back.filter(|b| {
        b.starts_with('/') && !b.starts_with("//") && !b.contains(['\\', '\r', '\n']) && b.len() < 2_000
    })
    .unwrap_or("/")
}
