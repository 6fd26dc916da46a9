//! A member's account: what it is called, how it is reached, where it is signed in, its password, its end.

use super::{answered, proved, wrong};
use crate::Site;
use crate::act::Act;
use crate::api::shop::Paging;
use crate::api::{Page, id};
use crate::problem::{Failure, Json, Path, Query};
use crate::who::Who;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kernel::id::Login;
use kernel::{Kind, Moment};
use people::member::{self, Change, Ended, Proof, Step};
use people::staff;
use people::vault::Contact;
use serde::{Deserialize, Serialize};

/// A member, for itself.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct AccountView {
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
pub(super) async fn get(State(site): State<Site>, who: Who) -> Result<Response, Failure> {
    let (member, vault) = (who.member()?, site.vault.clone());
    let own = site.read(move |q| Ok(member::profile(q, &vault, member)?)).await?;
    let view = AccountView {
        member: own.id.to_string(),
        status: own.status.word(),
        joined_at: own.joined_at.rfc3339(&site.market.zone),
        name: own.name,
        phone: own.phone,
        email: own.email,
    };
    Ok(private(&view))
}

/// An answer that nobody between us keeps.
pub(super) fn private<T: Serialize>(view: &T) -> Response {
    ([(axum::http::header::CACHE_CONTROL, "no-store")], axum::Json(view)).into_response()
}

/// A name.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NameBody {
    /// From 1 to 60 characters.
    name: String,
}

/// Changes what the member is called.
#[utoipa::path(put, path = "/store/account/name", tag = "account", extensions(("x-needs" = json!("member"))),
    request_body = NameBody, responses((status = 204, description = "Changed")))]
pub(super) async fn name(
    State(site): State<Site>,
    act: Act,
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
pub(crate) struct ContactBody {
    /// It takes the place of the one of its kind.
    contact: String,
    /// The password again.
    password: String,
}

/// Whether a password that was asked for again was right.
#[derive(Serialize, Deserialize)]
pub(crate) enum Came {
    /// It was, and the thing is done.
    Done,
    /// It was not.
    Wrong { until: Option<i64> },
}

impl Came {
    pub(crate) fn wrong(until: Option<Moment>) -> Self {
        Self::Wrong { until: until.map(Moment::micros) }
    }
    pub(crate) fn stays(&self) -> bool {
        matches!(self, Self::Done)
    }
    pub(crate) fn told(self) -> Result<(), Failure> {
        match self {
            Self::Done => Ok(()),
            Self::Wrong { until } => Err(wrong(Kind::Forbidden, until.map(Moment::from_micros))),
        }
    }
}

/// Sets the phone number or the e-mail address.
#[utoipa::path(put, path = "/store/account/contact", tag = "account", extensions(("x-needs" = json!("member"))),
    request_body = ContactBody, responses((status = 204, description = "Changed")))]
pub(super) async fn contact(
    State(site): State<Site>,
    act: Act,
    Json(new): Json<ContactBody>,
) -> Result<StatusCode, Failure> {
    let contact = Contact::read(&new.contact)?;
    set_contact(&site, &act, contact, new.password).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sets a contact of whoever asks, and gave the password again.
pub(crate) async fn set_contact(
    site: &Site,
    act: &Act,
    contact: Contact,
    password: String,
) -> Result<(), Failure> {
    let (member, vault, rules) = (act.who.member()?, site.vault.clone(), site.member_rules);
    let answer = answered(site, member, password).await?;
    let keys = member::keys_to_answer(&answer);
    let came = act
        .value_if(site, "member.contact", keys, Came::stays, move |tx, ctx| -> Result<_, member::Error> {
            Ok(match member::prove(tx, ctx, &rules, &answer)? {
                Proof::Wrong { until } => Came::wrong(until),
                Proof::Given(member) => {
                    member::set_contact(tx, &vault, member, &contact)?;
                    Came::Done
                }
            })
        })
        .await?;
    came.told()
}

/// Another password.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PasswordBody {
    /// The one so far.
    old: String,
    /// The new one, from 8 to 256 characters.
    new: String,
}

/// Changes the password, and ends every session but the one that asks.
#[utoipa::path(put, path = "/store/account/password", tag = "account", extensions(("x-needs" = json!("member"))),
    request_body = PasswordBody, responses((status = 204, description = "Changed")))]
pub(super) async fn password(
    State(site): State<Site>,
    act: Act,
    Json(body): Json<PasswordBody>,
) -> Result<StatusCode, Failure> {
    change_password(&site, &act, body.old, body.new).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Changes the password of whoever asks.
pub(crate) async fn change_password(site: &Site, act: &Act, old: String, new: String) -> Result<(), Failure> {
    let (member, keep, rules) = (act.who.member()?, act.who.session(), site.member_rules);
    rules.checked_password(&new)?;
    let answer = answered(site, member, old).await?;
    let hashed = proved(site, new).await?;
    let keys = member::keys_to_answer(&answer);
    let came = act
        .value_if(site, "member.password", keys, Came::stays, move |tx, ctx| -> Result<_, member::Error> {
            Ok(match member::change_password(tx, ctx, &rules, &answer, &hashed, keep)? {
                Change::Done(_) => Came::Done,
                Change::Wrong { until } => Came::wrong(until),
            })
        })
        .await?;
    came.told()
}

/// The password again.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CloseBody {
    /// The password.
    password: String,
}

/// Closes the account: nothing personal of it is kept. Places among staff must be given up before.
#[utoipa::path(delete, path = "/store/account", tag = "account", extensions(("x-needs" = json!("member"))),
    request_body = CloseBody, responses((status = 204, description = "Closed")))]
pub(super) async fn close(
    State(site): State<Site>,
    act: Act,
    Json(body): Json<CloseBody>,
) -> Result<StatusCode, Failure> {
    end(&site, &act, body.password).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Closes the account of whoever asks, and gave the password again.
pub(crate) async fn end(site: &Site, act: &Act, password: String) -> Result<(), Failure> {
    let (member, rules) = (act.who.member()?, site.member_rules);
    let answer = answered(site, member, password).await?;
    let keys = member::keys_to_answer(&answer);
    let came = act
        .value_if(site, "member.close", keys, Came::stays, move |tx, ctx| -> Result<_, Closing> {
            if !staff::of_member(tx, member)?.is_empty() {
                return Err(Closing::Seated);
            }
            Ok(match member::prove(tx, ctx, &rules, &answer)? {
                Proof::Wrong { until } => Came::wrong(until),
                Proof::Given(member) => {
                    member::change_status(tx, ctx, member, Step::Close)?;
                    Came::Done
                }
            })
        })
        .await?;
    came.told()
}

/// Why an account was not closed.
#[derive(Debug, kernel::Problem)]
#[problem(code = "member")]
enum Closing {
    #[problem(Conflict)]
    Seated,
    #[problem(from)]
    Staff(staff::Error),
}

impl From<member::Error> for Closing {
    fn from(err: member::Error) -> Self {
        Self::Staff(err.into())
    }
}

impl From<store::StoreError> for Closing {
    fn from(err: store::StoreError) -> Self {
        Self::Staff(err.into())
    }
}

/// A session of the member who asks.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct SessionView {
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
pub(super) async fn sessions(
    State(site): State<Site>,
    who: Who,
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
            device: session.device.word(),
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
    params(("session" = String, Path, description = "its id")), responses((status = 204, description = "Ended")))]
pub(super) async fn revoke(
    State(site): State<Site>,
    act: Act,
    Path(session): Path<String>,
) -> Result<Response, Failure> {
    let (member, session) = (act.who.member()?, id::<Login>(&session)?);
    act.json(&site, "session.revoke", member::key(member).into(), StatusCode::NO_CONTENT, move |tx, ctx| {
        member::revoke(tx, ctx, member, session, Ended::Revoked)
    })
    .await
}
