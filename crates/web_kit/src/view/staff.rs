//! Staff, invitations and keys of programs, of a shop and of the platform by the same functions; members and accesses for
//! the platform's staff.

use crate::idempotency::IdempotentRequest;
use crate::input::{Page, id};
use crate::problem::Failure;
use crate::site::Site;
use axum::http::StatusCode;
use axum::response::Response;
use kernel::id::{Access, ApiKey, Invitation, Member, Seat, Shop};
use kernel::{Actor, Id, Moment};
use people::api_key::{self, KeyView, NewKey};
use people::member::{self, Step, Token};
use people::staff::{self, Invite, Permission, Role, Scope};
use people::vault::{self, Contact, Field, Vault};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use store::Read;

/// The most keys that a place has in use.
pub const MOST_KEYS: i64 = 50;

/// How long an invitation lasts.
pub const INVITATION_DAYS: i64 = 7;

/// A value that is not what it should be.
pub fn bad<E: std::fmt::Display>(what: &str, why: E) -> Failure {
    Failure::invalid(format!("{what}: {why}"))
}

/// A place among the staff.
#[derive(Serialize, utoipa::ToSchema)]
pub struct SeatView {
    /// Its id.
    pub seat: String,
    /// Who has it.
    pub member: String,
    /// What the member is called, masked.
    pub name: Option<String>,
    /// The word of the role.
    pub role: &'static str,
    /// Since when, RFC 3339.
    pub since: String,
}

/// The staff of a place, a page of it.
pub async fn seats_of(
    site: &Site,
    scope: Scope,
    after: Option<Id<Seat>>,
    limit: usize,
) -> Result<Page<SeatView>, Failure> {
    let (vault, zone) = (site.vault.clone(), site.market.zone.clone());
    let views = site
        .read(move |q| {
            let seats = staff::of_scope(q, scope, after, limit as i64 + 1)?;
            seats
                .into_iter()
                .map(|seat| {
                    Ok(SeatView {
                        seat: seat.id.to_string(),
                        member: seat.member.to_string(),
                        name: vault::shown(q, &vault, seat.member.raw(), Field::Name)?,
                        role: seat.role.as_str(),
                        since: seat.since.rfc3339(&zone),
                    })
                })
                .collect::<Result<Vec<_>, Failure>>()
        })
        .await?;
    Ok(Page::of(views, limit, |view: &SeatView| view.seat.clone()))
}

/// What members are called, masked.
pub type StaffNames = HashMap<Id<Member>, String>;

/// What those are called who did something, as far as they are members and told their names; each is looked up once.
pub fn names_of(
    q: &mut Read<'_>,
    vault: &Vault,
    actors: impl IntoIterator<Item = Actor>,
) -> Result<StaffNames, Failure> {
    let mut names = StaffNames::new();
    for actor in actors {
        let Actor::Member(member) = actor else { continue };
        if !names.contains_key(&member)
            && let Some(name) = vault::shown(q, vault, member.raw(), Field::Name)?
        {
            names.insert(member, name);
        }
    }
    Ok(names)
}

/// Ends somebody's seat.
pub async fn unseat(
    site: &Site,
    act: &IdempotentRequest,
    scope: Scope,
    seat: &str,
) -> Result<Response, Failure> {
    let (by, seat) = (act.who.by()?, id::<Seat>(seat)?);
    act.json(site, "staff.remove", staff::key(scope).into(), StatusCode::NO_CONTENT, move |tx, ctx| {
        staff::remove(tx, ctx, by, scope, seat)
    })
    .await
}

/// An invitation to a place among the staff.
#[derive(Serialize, utoipa::ToSchema)]
pub struct InvitationView {
    /// Its id.
    pub invitation: String,
    /// The word of the role.
    pub role: &'static str,
    /// To whom, masked; null once it was answered.
    pub to: Option<String>,
    /// open, accepted or withdrawn.
    pub state: &'static str,
    /// When its time is over, RFC 3339.
    pub until: String,
}

/// The invitations of a place, a page of them.
pub async fn invitations_of(
    site: &Site,
    scope: Scope,
    after: Option<Id<Invitation>>,
    limit: usize,
) -> Result<Page<InvitationView>, Failure> {
    let vault = site.vault.clone();
    let all = site.read(move |q| Ok(staff::invitations(q, &vault, scope, after, limit as i64 + 1)?)).await?;
    let views = all
        .into_iter()
        .map(|one| InvitationView {
            invitation: one.invitation.id.to_string(),
            role: one.invitation.role.as_str(),
            to: one.to,
            state: one.invitation.state.as_str(),
            until: one.invitation.until.rfc3339(&site.market.zone),
        })
        .collect();
    Ok(Page::of(views, limit, |view: &InvitationView| view.invitation.clone()))
}

/// Somebody is to be invited.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InviteBody {
    /// shop_owner, shop_goods, shop_orders, shop_care, shop_money; or platform_admin, platform_catalog, platform_orders,
    /// platform_care, platform_money, platform_rules, platform_audit.
    pub role: String,
    /// A phone number or an e-mail address: only who is found by it can accept.
    pub to: String,
}

/// The refusal of a role that there is not in a place: it names those that there are.
fn no_role(scope: Scope, word: &str) -> Failure {
    let there = Role::ALL.iter().filter(|role| role.area() == scope.area());
    let there = there.map(|role| role.as_str()).collect::<Vec<_>>().join(", ");
    let word = crate::problem::brief(word);
    bad("role", format!("there is no such role here as \"{word}\"; choose one of {there}"))
        .zh(format!("这里没有「{word}」这个角色，可选：{there}。"))
}

/// An invitation of a body.
pub fn invite_of(site: &Site, scope: Scope, body: &InviteBody) -> Result<Invite, Failure> {
    let role = Role::parse(&body.role).filter(|role| role.area() == scope.area());
    let role = role.ok_or_else(|| no_role(scope, &body.role))?;
    let to = Contact::read(&body.to, site.market.country())?;
    Ok(Invite::new(scope, role, to, (site.now)().plus_days(INVITATION_DAYS))?)
}

/// As [`invited`], for a page: the token, or nothing if the same form was sent before.
pub async fn invited_by_form(
    site: &Site,
    act: &IdempotentRequest,
    scope: Scope,
    body: &InviteBody,
) -> Result<Option<String>, Failure> {
    let (by, cmd, vault) = (act.who.by()?, invite_of(site, scope, body)?, site.vault.clone());
    let mine = cmd.token().expose();
    let mark = mark(&mine);
    let shown = mark.clone();
    let kept = act
        .value(site, "staff.invite", staff::key(scope).into(), move |tx, ctx| {
            staff::invite(tx, ctx, &vault, by, &cmd)?;
            Ok::<_, staff::Error>(mark.clone())
        })
        .await?;
    Ok((kept == shown).then_some(mine))
}

/// Tells one secret from another without being one: enough of a token's end to know it again.
pub fn mark(secret: &str) -> String {
    secret.chars().rev().take(8).collect()
}

/// Takes an invitation back.
pub async fn taken_back(
    site: &Site,
    act: &IdempotentRequest,
    scope: Scope,
    one: &str,
) -> Result<Response, Failure> {
    let (by, one) = (act.who.by()?, id::<Invitation>(one)?);
    act.json(site, "staff.withdraw", staff::key(scope).into(), StatusCode::NO_CONTENT, move |tx, ctx| {
        staff::withdraw(tx, ctx, by, scope, one)
    })
    .await
}

/// A key of a program, without its secret.
#[derive(Serialize, utoipa::ToSchema)]
pub struct KeyShown {
    /// Its id.
    pub key: String,
    /// What it is for.
    pub name: String,
    /// What it may.
    pub permissions: Vec<&'static str>,
    /// When it was made, RFC 3339.
    pub made_at: String,
    /// When its time is over; null: never.
    pub until: Option<String>,
    /// When it was revoked; null: it was not.
    pub revoked_at: Option<String>,
}

/// The keys of a place, a page of them.
pub async fn keys_of(
    site: &Site,
    scope: Scope,
    after: Option<Id<ApiKey>>,
    limit: usize,
) -> Result<Page<KeyShown>, Failure> {
    let all = site.read(move |q| Ok(api_key::list(q, scope, after, limit as i64 + 1)?)).await?;
    let time = |at: Moment| at.rfc3339(&site.market.zone);
    let views = all
        .into_iter()
        .map(|key: KeyView| KeyShown {
            key: key.id.to_string(),
            name: key.name.into(),
            permissions: key.permissions.iter().map(|permission| permission.as_str()).collect(),
            made_at: time(key.made_at),
            until: key.until.map(time),
            revoked_at: key.revoked_at.map(time),
        })
        .collect();
    Ok(Page::of(views, limit, |view: &KeyShown| view.key.clone()))
}

/// A key is to be made.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyBody {
    /// What it is for, up to 60 characters.
    pub name: String,
    /// What it may: permissions of this place, none of which takes a person.
    pub permissions: Vec<String>,
    /// For how many days, 1 to 3660; forever if not said.
    pub days: Option<i64>,
}

/// A key of a body.
pub fn key_of(site: &Site, scope: Scope, body: &KeyBody) -> Result<NewKey, Failure> {
    let mut permissions = Vec::new();
    for word in body.permissions.iter().take(Permission::ALL.len() + 1) {
        let unknown = || bad("permissions", format!("\"{}\" is none", crate::problem::brief(word)));
        permissions.push(Permission::parse(word).ok_or_else(unknown)?);
    }
    let until = match body.days {
        None => None,
        Some(days @ 1..=3660) => Some((site.now)().plus_days(days)),
        Some(days) => return Err(bad("days", format!("1 to 3660, not {days}"))),
    };
    Ok(NewKey::new(scope, &permissions, &body.name, until)?)
}

/// As [`key_made`], for a page: the secret, or nothing if the same form was sent before.
pub async fn key_by_form(
    site: &Site,
    act: &IdempotentRequest,
    scope: Scope,
    body: &KeyBody,
) -> Result<Option<String>, Failure> {
    let (by, cmd) = (act.who.by()?, key_of(site, scope, body)?);
    let mine = cmd.secret().expose();
    let mark = mark(&mine);
    let shown = mark.clone();
    let kept = act
        .value(site, "api_key.make", staff::key(scope).into(), move |tx, ctx| {
            api_key::make(tx, ctx, by, &cmd, MOST_KEYS)?;
            Ok::<_, api_key::Error>(mark.clone())
        })
        .await?;
    Ok((kept == shown).then_some(mine))
}

/// Revokes a key.
pub async fn key_revoked(
    site: &Site,
    act: &IdempotentRequest,
    scope: Scope,
    key: &str,
) -> Result<Response, Failure> {
    let (by, key) = (act.who.by()?, id::<ApiKey>(key)?);
    act.json(site, "api_key.revoke", staff::key(scope).into(), StatusCode::NO_CONTENT, move |tx, ctx| {
        api_key::revoke(tx, ctx, by, scope, key)
    })
    .await
}

/// Takes the invitation of a token for whoever asks. Answers where it was.
pub async fn accepted(
    site: &Site,
    act: &IdempotentRequest,
    token: &str,
) -> Result<Option<Id<Shop>>, Failure> {
    let member = act.who.member()?;
    let token = Token::read(token).ok_or(staff::Error::NoInvitation)?;
    let shop = act
        .value(site, "staff.accept", member::key(member).into(), move |tx, ctx| {
            let seat = staff::accept(tx, ctx, member, &token)?;
            Ok::<_, staff::Error>(seat.scope.shop().map(|shop| shop.to_string()))
        })
        .await?;
    Ok(shop.and_then(|shop| shop.parse().ok()))
}

/// A member as the platform's staff sees it: masked.
#[derive(Serialize, utoipa::ToSchema)]
pub struct MemberView {
    /// Its id.
    pub member: String,
    /// active, suspended or closed.
    pub status: &'static str,
    /// When it signed up, RFC 3339.
    pub joined_at: String,
    /// `张*`
    pub name: Option<String>,
    /// `138****1234`
    pub phone: Option<String>,
    /// `z***@example.com`
    pub email: Option<String>,
}

/// A member, masked.
pub async fn member_of(site: &Site, member: Id<Member>) -> Result<MemberView, Failure> {
    let vault: std::sync::Arc<Vault> = site.vault.clone();
    let shown = site.read(move |q| Ok(member::shown_profile(q, &vault, member)?)).await?;
    Ok(MemberView {
        member: shown.id.to_string(),
        status: shown.status.as_str(),
        joined_at: shown.joined_at.rfc3339(&site.market.zone),
        name: shown.name,
        phone: shown.phone,
        email: shown.email,
    })
}

/// Who is found by a contact.
pub async fn found(site: &Site, contact: &str) -> Result<MemberView, Failure> {
    let digest = site.vault.digest(&Contact::read(contact, site.market.country())?);
    let holder = site.read(move |q| Ok(vault::holder(q, &digest)?)).await?;
    let holder =
        holder.ok_or_else(|| Failure::from(member::Error::NoMember).zh("没有会员用这个手机号或邮箱。"))?;
    member_of(site, Id::from_raw(holder)).await
}

/// Suspends or restores a member.
pub async fn stepped(
    site: &Site,
    act: &IdempotentRequest,
    member: &str,
    step: Step,
) -> Result<Response, Failure> {
    let member = id::<Member>(member)?;
    act.json(site, "member.status", member::key(member).into(), StatusCode::NO_CONTENT, move |tx, ctx| {
        member::change_status(tx, ctx, member, step).map(drop)
    })
    .await
}

/// A look at somebody's personal data.
#[derive(Serialize, utoipa::ToSchema)]
pub struct AccessView {
    /// Its id.
    pub access: String,
    /// Who looked.
    pub by: String,
    /// phone, email, name or address.
    pub field: &'static str,
    /// Of whom: the number of a member, of an address, or of the purchase that keeps a copy.
    pub subject: String,
    /// delivery, service, dispute, risk or law.
    pub why: &'static str,
    /// In which matter, if said.
    pub about: Option<String>,
    /// When, RFC 3339.
    pub at: String,
}

/// All looks, a page of them.
pub async fn looks_of(
    site: &Site,
    after: Option<Id<Access>>,
    limit: usize,
) -> Result<Page<AccessView>, Failure> {
    let all = site.read(move |q| Ok(vault::looks(q, after, limit as i64 + 1)?)).await?;
    let views = all
        .into_iter()
        .map(|access| AccessView {
            access: access.id.to_string(),
            by: access.look.by.to_string(),
            field: access.look.field.as_str(),
            subject: access.look.subject.to_string(),
            why: access.look.why.as_str(),
            about: access.look.about.map(|about| about.to_string()),
            at: access.at.rfc3339(&site.market.zone),
        })
        .collect();
    Ok(Page::of(views, limit, |view: &AccessView| view.access.clone()))
}
