//! Signing up, in and out.

use crate::principal::{Principal, SESSION, set_cookie};
use crate::problem::Failure;
use crate::site::Site;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kernel::id::Member;
use kernel::{Actor, Id, Kind, Moment};
use people::member::{self, Answer, Challenge, Device, Hashed, SessionView, SignIn, SignUp};
use people::vault::Contact;
use serde::{Deserialize, Serialize};
use store::WriteError;

/// Somebody wants to be a member.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignUpBody {
    /// A phone number (`13812345678`, `+5511987654321`) or an e-mail address.
    pub contact: String,
    /// From 8 to 256 characters.
    pub password: String,
    /// What to call the person.
    pub name: Option<String>,
}

/// A session that was opened just now.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Opened {
    /// Whose it is.
    pub member: String,
    /// Its id.
    pub session: String,
    /// What to send as `Authorization: Bearer ...`. Nobody is told it a second time; browsers get it as a cookie as well.
    pub token: String,
    /// When it ends if nobody uses it, RFC 3339.
    pub idle_until: String,
    /// For how many seconds a browser keeps it.
    #[serde(skip)]
    pub seconds: i64,
}

impl Opened {
    /// The answer to a sign-in.
    pub fn of(site: &Site, member: Id<Member>, session: &SessionView, answer: &Answer) -> Self {
        Self {
            member: member.to_string(),
            session: session.id.to_string(),
            token: answer.token().expose(),
            idle_until: session.idle_until.rfc3339(&site.market.zone),
            seconds: (session.idle_until.micros() - session.opened_at.micros()) / 1_000_000,
        }
    }

    /// Adds the cookies to an answer.
    pub fn signed(&self, site: &Site, headers: &HeaderMap, mut response: Response) -> Response {
        if let Some(cookie) = set_cookie(site, SESSION, Some((&self.token, self.seconds))) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        crate::device::mark(site, headers, &self.token, &mut response);
        response
    }

    /// The response, with the session's cookie.
    pub fn answer(&self, site: &Site, headers: &HeaderMap) -> Response {
        let body = (StatusCode::CREATED, [(header::CACHE_CONTROL, "no-store")], axum::Json(self));
        self.signed(site, headers, body.into_response())
    }
}

/// What came of a wrong password.
pub fn wrong(kind: Kind, until: Option<Moment>) -> Failure {
    match until {
        Some(until) => Failure::from(member::Error::Locked { until }),
        None => crate::refusal::Refusal::Wrong { kind }.into(),
    }
}

/// Does the slow work of a password on a thread for it, a few at a time.
pub async fn slow<T, F>(site: &Site, f: F) -> Result<T, Failure>
where
    T: Send + 'static,
    F: FnOnce() -> Result<T, member::Error> + Send + 'static,
{
    let _turn = site.hashing().acquire().await.map_err(Failure::internal)?;
    Ok(tokio::task::spawn_blocking(f).await.map_err(Failure::panicked)??)
}

pub(crate) async fn compared(site: &Site, challenge: Challenge, password: String) -> Result<Answer, Failure> {
    let rules = site.member_rules;
    slow(site, move || challenge.answer(&rules, &password)).await
}

/// A member's password, asked for again before something that matters.
pub async fn answered(site: &Site, member: Id<Member>, password: String) -> Result<Answer, Failure> {
    let (vault, rules, now) = (site.vault.clone(), site.member_rules, (site.now)());
    let challenge = site.read(move |q| Ok(member::challenge_of(q, &vault, &rules, member, now)?)).await?;
    compared(site, challenge, password).await
}

/// A new password, hashed.
pub async fn proved(site: &Site, password: String) -> Result<Hashed, Failure> {
    let rules = site.member_rules;
    slow(site, move || Hashed::new(&rules, &password)).await
}

/// Signs somebody in.
pub async fn sign_in(
    site: &Site,
    contact: &str,
    password: String,
    device: Device,
) -> Result<Opened, Failure> {
    let contact = Contact::read(contact, site.market.country())?;
    let (vault, rules, now) = (site.vault.clone(), site.member_rules, (site.now)());
    let challenge = site.read(move |q| Ok(member::challenge(q, &vault, &rules, &contact, now)?)).await?;
    let answer = compared(site, challenge, password).await?;
    // Written down also if it opens nothing: that it was wrong must be kept.
    let (came, answer) = opened(site, answer, device).await?;
    match (came, answer.member()) {
        (SignIn::Open(session), Some(member)) => Ok(Opened::of(site, member, &session, &answer)),
        (SignIn::Open(_), None) => Err(wrong(Kind::Unauthenticated, None)),
        (SignIn::Wrong { until }, _) => Err(wrong(Kind::Unauthenticated, until)),
    }
}

pub(crate) async fn opened(site: &Site, answer: Answer, device: Device) -> Result<(SignIn, Answer), Failure> {
    let ctx = site.ctx_of(answer.member().map_or(Actor::Outside, Actor::Member));
    let (rules, keys, same) = (site.member_rules, member::keys_to_answer(&answer), answer.clone());
    let came = site
        .db
        .write("session.open", keys, move |tx| member::sign_in(tx, &ctx.clone(), &rules, &same, device))
        .await
        .map_err(WriteError::<member::Error>::flatten)?;
    Ok((came, answer))
}

/// Signs somebody up, and in.
pub async fn join(site: &Site, new: SignUpBody, device: Device) -> Result<Opened, Failure> {
    let contact = Contact::read(&new.contact, site.market.country())?;
    let password = proved(site, new.password.clone()).await?;
    let name = new.name.filter(|name| !name.trim().is_empty());
    let cmd = SignUp { contacts: vec![contact], name, password };
    let (vault, ctx) = (site.vault.clone(), site.ctx_of(Actor::Outside));
    let keys = member::keys_to_sign_up(&vault, &cmd);
    let joined =
        site.db.write("member.sign_up", keys, move |tx| member::sign_up(tx, &ctx.clone(), &vault, &cmd));
    joined.await.map_err(WriteError::<member::Error>::flatten)?;
    sign_in(site, &new.contact, new.password, device).await
}

/// On what somebody signs in, as far as it says.
pub fn device(headers: &HeaderMap) -> Device {
    let agent = headers.get(header::USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or_default();
    match agent {
        agent if agent.contains("iPad") || agent.contains("Tablet") => Device::Tablet,
        agent if agent.contains("Mobi") || agent.contains("Android") => Device::Phone,
        agent if agent.contains("Mozilla/") => Device::Computer,
        _ => Device::Program,
    }
}

/// Ends the session that asks, if there is one.
pub async fn leave(site: &Site, who: &Principal) -> Result<(), Failure> {
    let (Some(member), Some(session)) = (who.signed(), who.session()) else { return Ok(()) };
    let ctx = site.ctx(who);
    let ended = site.db.write("session.close", member::key(member).into(), move |tx| {
        member::sign_out(tx, &ctx.clone(), member, session)
    });
    Ok(ended.await.map_err(WriteError::<member::Error>::flatten)?)
}
