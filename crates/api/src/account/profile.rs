//! A member's account: what it is called, how it is reached, where it is signed in, its password, its end.

use crate::shop::Paging;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kernel::Id;
use kernel::Moment;
use kernel::id::Login;
use people::member::{self, Ended};
use people::vault::Contact;
use serde::{Deserialize, Serialize};
use web_kit::idempotency::IdempotentRequest;
use web_kit::input::Page;
use web_kit::principal::Principal;
use web_kit::problem::{Failure, Json, Path, Query};
use web_kit::site::Site;
use web_kit::view::profile::{change_password, end, set_contact};

/// A member, for itself.
#[derive(Serialize, utoipa::ToSchema)]
pub struct AccountView {
    /// Its id.
    member: String,
    /// active, suspended or closed.
    status: &'static str,
    /// When it signed up, RFC 3339.
    joined_at: String,
    /// What it is called.
    name: Option<String>,
    /// Its phone number.
    phone: Option<String>,
    /// Its e-mail address.
    email: Option<String>,
}

/// The account of whoever asks.
#[utoipa::path(get, path = "/store/account", tag = "account", extensions(("x-needs" = json!("member"))),
    responses((status = 200, body = AccountView)))]
pub async fn get(State(site): State<Site>, who: Principal) -> Result<Response, Failure> {
    let (member, vault) = (who.member()?, site.vault.clone());
    let own = site.read(move |q| Ok(member::profile(q, &vault, member)?)).await?;
    let view = AccountView {
        member: own.id.to_string(),
        status: own.status.as_str(),
        joined_at: own.joined_at.rfc3339(&site.market.zone),
        name: own.name,
        phone: own.phone,
        email: own.email,
    };
    Ok(private(&view))
}

/// An answer that nobody between us keeps.
pub fn private<T: Serialize>(view: &T) -> Response {
    ([(axum::http::header::CACHE_CONTROL, "no-store")], axum::Json(view)).into_response()
}

/// A name.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NameBody {
    /// From 1 to 60 characters.
    name: String,
}

/// Changes what the member is called.
#[utoipa::path(put, path = "/store/account/name", tag = "account", extensions(("x-needs" = json!("member"))),
    request_body = NameBody, responses((status = 204, description = "Changed")))]
pub async fn name(
    State(site): State<Site>,
    act: IdempotentRequest,
    Json(new): Json<NameBody>,
) -> Result<Response, Failure> {
    let (member, vault) = (act.who.member()?, site.vault.clone());
    act.json(&site, "member.name", member::key(member).into(), StatusCode::NO_CONTENT, move |tx, _| {
        member::set_name(tx, &vault, member, &new.name)
    })
    .await
}

/// Another phone number or e-mail address.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactBody {
    /// It takes the place of the one of its kind.
    contact: String,
    /// The password again.
    password: String,
}

/// Sets the phone number or the e-mail address.
#[utoipa::path(put, path = "/store/account/contact", tag = "account", extensions(("x-needs" = json!("member"))),
    request_body = ContactBody, responses((status = 204, description = "Changed")))]
pub async fn contact(
    State(site): State<Site>,
    act: IdempotentRequest,
    Json(new): Json<ContactBody>,
) -> Result<StatusCode, Failure> {
    let contact = Contact::read(&new.contact)?;
    set_contact(&site, &act, contact, new.password).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Another password.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordBody {
    /// The one so far.
    old: String,
    /// The new one, from 8 to 256 characters.
    new: String,
}

/// Changes the password, and ends every session but the one that asks.
#[utoipa::path(put, path = "/store/account/password", tag = "account", extensions(("x-needs" = json!("member"))),
    request_body = PasswordBody, responses((status = 204, description = "Changed")))]
pub async fn password(
    State(site): State<Site>,
    act: IdempotentRequest,
    Json(body): Json<PasswordBody>,
) -> Result<StatusCode, Failure> {
    change_password(&site, &act, body.old, body.new).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The password again.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CloseBody {
    /// The password.
    password: String,
}

/// Closes the account: nothing personal of it is kept. Places among staff must be given up before.
#[utoipa::path(delete, path = "/store/account", tag = "account", extensions(("x-needs" = json!("member"))),
    request_body = CloseBody, responses((status = 204, description = "Closed")))]
pub async fn close(
    State(site): State<Site>,
    act: IdempotentRequest,
    Json(body): Json<CloseBody>,
) -> Result<StatusCode, Failure> {
    end(&site, &act, body.password).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A session of the member who asks.
#[derive(Serialize, utoipa::ToSchema)]
pub struct SessionView {
    /// Its id.
    session: String,
    /// phone, tablet, computer or program.
    device: &'static str,
    /// Since when, RFC 3339.
    opened_at: String,
    /// When it was last used, to about an hour.
    seen_at: String,
    /// When it ends if nobody uses it.
    idle_until: String,
    /// Whether it is the one that asks.
    current: bool,
}

/// Where the member is signed in, newest first.
#[utoipa::path(get, path = "/store/account/sessions", tag = "account", extensions(("x-needs" = json!("member"))),
    params(Paging), responses((status = 200, body = Page<SessionView>)))]
pub async fn sessions(
    State(site): State<Site>,
    who: Principal,
    Query(paging): Query<Paging>,
) -> Result<Response, Failure> {
    let (member, current, now) = (who.member()?, who.session(), (site.now)());
    let (after, limit) = (paging.after_id::<Login>()?, paging.limit()?);
    let all = site.read(move |q| Ok(member::sessions(q, member, after, now, limit as i64 + 1)?)).await?;
    let time = |at: Moment| at.rfc3339(&site.market.zone);
    let views = all
        .iter()
        .map(|session| SessionView {
            session: session.id.to_string(),
            device: session.device.as_str(),
            opened_at: time(session.opened_at),
            seen_at: time(session.seen_at),
            idle_until: time(session.idle_until),
            current: Some(session.id) == current,
        })
        .collect();
    Ok(private(&Page::of(views, limit, |view: &SessionView| view.session.clone())))
}

/// Ends a session of the member.
#[utoipa::path(delete, path = "/store/account/sessions/{session}", tag = "account", extensions(("x-needs" = json!("member"))),
    responses((status = 204, description = "Ended")))]
pub async fn revoke(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path(session): Path<Id<Login>>,
) -> Result<Response, Failure> {
    let member = act.who.member()?;
    act.json(&site, "session.revoke", member::key(member).into(), StatusCode::NO_CONTENT, move |tx, ctx| {
        member::revoke(tx, ctx, member, session, Ended::Revoked)
    })
    .await
}
