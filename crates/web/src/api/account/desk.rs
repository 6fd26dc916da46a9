//! Staff, invitations and keys of programs, of a shop and of the platform by the same functions; members and accesses for
//! the platform's staff.

use super::profile::private;
use crate::Site;
use crate::act::Act;
use crate::api::shop::Paging;
use crate::api::{Page, id};
use crate::problem::{Failure, Json, Path, Query};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kernel::id::{Access, ApiKey, Invitation, Member, Seat, Shop};
use kernel::{Id, Moment};
use people::api_key::{self, KeyView, NewKey};
use people::member::{self, Step, Token};
use people::merchant::{self, Industry, NewShop};
use people::staff::{self, Invite, Permission, Place, Role};
use people::vault::{self, Contact, Field, Vault};
use serde::{Deserialize, Serialize};

/// The most keys that a place has in use.
pub(crate) const MOST_KEYS: i64 = 50;
/// How long an invitation lasts.
const INVITATION_DAYS: i64 = 7;

fn at_shop(text: &str) -> Result<Place, Failure> {
    id::<Shop>(text).map(Place::Shop)
}

fn bad<E: std::fmt::Display>(what: &str, why: E) -> Failure {
    Failure::invalid(format!("{what}: {why}"))
}

/// A place among the staff.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct SeatView {
    /// Its id.
    pub(crate) seat: String,
    /// Who has it.
    pub(crate) member: String,
    /// What the member is called, masked.
    pub(crate) name: Option<String>,
    /// The word of the role.
    pub(crate) role: &'static str,
    /// Since when, RFC 3339.
    pub(crate) since: String,
}

/// The staff of a place, a page of it.
pub(crate) async fn seats_of(
    site: &Site,
    place: Place,
    after: Option<Id<Seat>>,
    limit: usize,
) -> Result<Page<SeatView>, Failure> {
    let (vault, zone) = (site.vault.clone(), site.market.zone.clone());
    let views = site
        .read(move |q| {
            let seats = staff::of_place(q, place, after, limit as i64 + 1)?;
            seats
                .into_iter()
                .map(|seat| {
                    Ok(SeatView {
                        seat: seat.id.to_string(),
                        member: seat.member.to_string(),
                        name: vault::shown(q, &vault, seat.member.raw(), Field::Name)?,
                        role: seat.role.word(),
                        since: seat.since.rfc3339(&zone),
                    })
                })
                .collect::<Result<Vec<_>, Failure>>()
        })
        .await?;
    Ok(Page::of(views, limit, |view: &SeatView| view.seat.clone()))
}

pub(crate) async fn unseat(site: &Site, act: &Act, place: Place, seat: &str) -> Result<Response, Failure> {
    let (by, seat) = (act.who.by()?, id::<Seat>(seat)?);
    act.json(site, "staff.remove", staff::key(place).into(), StatusCode::NO_CONTENT, move |tx, ctx| {
        staff::remove(tx, ctx, by, place, seat)
    })
    .await
}

/// An invitation to a place among the staff.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct InvitationView {
    /// Its id.
    pub(crate) invitation: String,
    /// The word of the role.
    pub(crate) role: &'static str,
    /// To whom, masked; null once it was answered.
    pub(crate) to: Option<String>,
    /// open, accepted or withdrawn.
    pub(crate) state: &'static str,
    /// When its time is over, RFC 3339.
    pub(crate) until: String,
}

/// The invitations of a place, a page of them.
pub(crate) async fn invitations_of(
    site: &Site,
    place: Place,
    after: Option<Id<Invitation>>,
    limit: usize,
) -> Result<Page<InvitationView>, Failure> {
    let vault = site.vault.clone();
    let all = site.read(move |q| Ok(staff::invitations(q, &vault, place, after, limit as i64 + 1)?)).await?;
    let views = all
        .into_iter()
        .map(|one| InvitationView {
            invitation: one.invitation.id.to_string(),
            role: one.invitation.role.word(),
            to: one.to,
            state: one.invitation.state.word(),
            until: one.invitation.until.rfc3339(&site.market.zone),
        })
        .collect();
    Ok(Page::of(views, limit, |view: &InvitationView| view.invitation.clone()))
}

/// Somebody is to be invited.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct InviteBody {
    /// shop_owner, shop_goods, shop_orders, shop_care, shop_money; or platform_admin, platform_catalog, platform_orders,
    /// platform_care, platform_money, platform_rules, platform_audit.
    pub(crate) role: String,
    /// A phone number or an e-mail address: only who is found by it can accept.
    pub(crate) to: String,
}

/// An invitation that was made.
#[derive(Serialize, Deserialize, utoipa::ToSchema)]
pub(crate) struct Invited {
    /// Its id.
    pub(crate) invitation: String,
    /// What the invited one has to show; answered once, and null when the same request is sent again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) token: Option<String>,
}

fn invite_of(site: &Site, place: Place, body: &InviteBody) -> Result<Invite, Failure> {
    let role = Role::of(&body.role).filter(|role| role.area() == place.area());
    let role = role.ok_or_else(|| bad("role", "there is no such role here"))?;
    let to = Contact::read(&body.to)?;
    Ok(Invite::new(place, role, to, (site.now)().plus_days(INVITATION_DAYS))?)
}

/// Invites; answers with the invitation and, the first time, its token.
pub(crate) async fn invited(
    site: &Site,
    act: &Act,
    place: Place,
    body: &InviteBody,
) -> Result<Response, Failure> {
    let (by, cmd, vault) = (act.who.by()?, invite_of(site, place, body)?, site.vault.clone());
    let secret = ("token", cmd.token().expose());
    act.json_with(site, "staff.invite", staff::key(place).into(), secret, move |tx, ctx| {
        let made = staff::invite(tx, ctx, &vault, by, &cmd)?;
        Ok::<_, staff::Error>(Invited { invitation: made.to_string(), token: None })
    })
    .await
}

/// As [`invited`], for a page: the token, or nothing if the same form was sent before.
pub(crate) async fn invited_by_form(
    site: &Site,
    act: &Act,
    place: Place,
    body: &InviteBody,
) -> Result<Option<String>, Failure> {
    let (by, cmd, vault) = (act.who.by()?, invite_of(site, place, body)?, site.vault.clone());
    let mine = cmd.token().expose();
    let mark = mark(&mine);
    let shown = mark.clone();
    let kept = act
        .value(site, "staff.invite", staff::key(place).into(), move |tx, ctx| {
            staff::invite(tx, ctx, &vault, by, &cmd)?;
            Ok::<_, staff::Error>(mark.clone())
        })
        .await?;
    Ok((kept == shown).then_some(mine))
}

/// Tells one secret from another without being one: enough of a token's end to know it again.
fn mark(secret: &str) -> String {
    secret.chars().rev().take(8).collect()
}

pub(crate) async fn taken_back(site: &Site, act: &Act, place: Place, one: &str) -> Result<Response, Failure> {
    let (by, one) = (act.who.by()?, id::<Invitation>(one)?);
    act.json(site, "staff.withdraw", staff::key(place).into(), StatusCode::NO_CONTENT, move |tx, ctx| {
        staff::withdraw(tx, ctx, by, place, one)
    })
    .await
}

/// A key of a program, without its secret.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct KeyShown {
    /// Its id.
    pub(crate) key: String,
    /// What it is for.
    pub(crate) name: String,
    /// What it may.
    pub(crate) permissions: Vec<&'static str>,
    /// When it was made, RFC 3339.
    pub(crate) made_at: String,
    /// When its time is over; null: never.
    pub(crate) until: Option<String>,
    /// When it was revoked; null: it was not.
    pub(crate) revoked_at: Option<String>,
}

/// The keys of a place, a page of them.
pub(crate) async fn keys_of(
    site: &Site,
    place: Place,
    after: Option<Id<ApiKey>>,
    limit: usize,
) -> Result<Page<KeyShown>, Failure> {
    let all = site.read(move |q| Ok(api_key::list(q, place, after, limit as i64 + 1)?)).await?;
    let time = |at: Moment| at.rfc3339(&site.market.zone);
    let views = all
        .into_iter()
        .map(|key: KeyView| KeyShown {
            key: key.id.to_string(),
            name: key.name.into(),
            permissions: key.permissions.iter().map(|permission| permission.word()).collect(),
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
pub(crate) struct KeyBody {
    /// What it is for, up to 60 characters.
    pub(crate) name: String,
    /// What it may: permissions of this place, none of which takes a person.
    pub(crate) permissions: Vec<String>,
    /// For how many days, 1 to 3660; forever if not said.
    pub(crate) days: Option<i64>,
}

/// A key that was made.
#[derive(Serialize, Deserialize, utoipa::ToSchema)]
pub(crate) struct KeyMade {
    /// Its id.
    pub(crate) key: String,
    /// What the program sends as `Authorization: Bearer ...`; answered once, and null when the same request is sent again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) secret: Option<String>,
}

fn key_of(site: &Site, place: Place, body: &KeyBody) -> Result<NewKey, Failure> {
    let mut permissions = Vec::new();
    for word in body.permissions.iter().take(Permission::ALL.len() + 1) {
        let unknown = || bad("permissions", format!("\"{}\" is none", crate::problem::brief(word)));
        permissions.push(Permission::of(word).ok_or_else(unknown)?);
    }
    let until = match body.days {
        None => None,
        Some(days @ 1..=3660) => Some((site.now)().plus_days(days)),
        Some(days) => return Err(bad("days", format!("1 to 3660, not {days}"))),
    };
    Ok(NewKey::new(place, &permissions, &body.name, until)?)
}

/// Makes a key; answers with it and, the first time, its secret.
pub(crate) async fn key_made(
    site: &Site,
    act: &Act,
    place: Place,
    body: &KeyBody,
) -> Result<Response, Failure> {
    let (by, cmd) = (act.who.by()?, key_of(site, place, body)?);
    let secret = ("secret", cmd.secret().expose());
    act.json_with(site, "api_key.make", staff::key(place).into(), secret, move |tx, ctx| {
        let made = api_key::make(tx, ctx, by, &cmd, MOST_KEYS)?;
        Ok::<_, api_key::Error>(KeyMade { key: made.to_string(), secret: None })
    })
    .await
}

/// As [`key_made`], for a page: the secret, or nothing if the same form was sent before.
pub(crate) async fn key_by_form(
    site: &Site,
    act: &Act,
    place: Place,
    body: &KeyBody,
) -> Result<Option<String>, Failure> {
    let (by, cmd) = (act.who.by()?, key_of(site, place, body)?);
    let mine = cmd.secret().expose();
    let mark = mark(&mine);
    let shown = mark.clone();
    let kept = act
        .value(site, "api_key.make", staff::key(place).into(), move |tx, ctx| {
            api_key::make(tx, ctx, by, &cmd, MOST_KEYS)?;
            Ok::<_, api_key::Error>(mark.clone())
        })
        .await?;
    Ok((kept == shown).then_some(mine))
}

pub(crate) async fn key_revoked(
    site: &Site,
    act: &Act,
    place: Place,
    key: &str,
) -> Result<Response, Failure> {
    let (by, key) = (act.who.by()?, id::<ApiKey>(key)?);
    act.json(site, "api_key.revoke", staff::key(place).into(), StatusCode::NO_CONTENT, move |tx, ctx| {
        api_key::revoke(tx, ctx, by, place, key)
    })
    .await
}

/// An invitation's token.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AcceptBody {
    /// 64 hexadecimal digits.
    token: String,
}

/// Takes an invitation.
#[utoipa::path(post, path = "/store/account/invitations", tag = "account", extensions(("x-needs" = json!("member"))),
    request_body = AcceptBody, responses((status = 204, description = "The member has the place now")))]
pub(super) async fn accept(
    State(site): State<Site>,
    act: Act,
    Json(body): Json<AcceptBody>,
) -> Result<Response, Failure> {
    accepted(&site, &act, &body.token).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Takes the invitation of a token for whoever asks. Answers where it was.
pub(crate) async fn accepted(site: &Site, act: &Act, token: &str) -> Result<Option<Id<Shop>>, Failure> {
    let member = act.who.member()?;
    let token = Token::read(token).ok_or(staff::Error::NoInvitation)?;
    let shop = act
        .value(site, "staff.accept", member::key(member).into(), move |tx, ctx| {
            let seat = staff::accept(tx, ctx, member, &token)?;
            Ok::<_, staff::Error>(seat.place.shop().map(|shop| shop.to_string()))
        })
        .await?;
    Ok(shop.and_then(|shop| shop.parse().ok()))
}

/// The shop's staff, newest first.
#[utoipa::path(get, path = "/merchant/shops/{shop}/staff", tag = "staff", extensions(("x-needs" = json!("shop.staff"))),
    params(("shop" = String, Path, description = "its id"), Paging), responses((status = 200, body = Page<SeatView>)))]
pub(super) async fn shop_staff(
    State(site): State<Site>,
    Path(shop): Path<String>,
    Query(paging): Query<Paging>,
) -> Result<Response, Failure> {
    Ok(private(&seats_of(&site, at_shop(&shop)?, paging.after_id()?, paging.limit()?).await?))
}

/// Takes a place among the shop's staff away.
#[utoipa::path(delete, path = "/merchant/shops/{shop}/staff/{seat}", tag = "staff", extensions(("x-needs" = json!("shop.staff"))),
    params(("shop" = String, Path, description = "its id"), ("seat" = String, Path, description = "its id")),
    responses((status = 204, description = "Taken away")))]
pub(super) async fn shop_remove(
    State(site): State<Site>,
    act: Act,
    Path((shop, seat)): Path<(String, String)>,
) -> Result<Response, Failure> {
    unseat(&site, &act, at_shop(&shop)?, &seat).await
}

/// Gives one's own place among the shop's staff up.
#[utoipa::path(delete, path = "/merchant/shops/{shop}/seat", tag = "staff", extensions(("x-needs" = json!("shop.view"))),
    params(("shop" = String, Path, description = "its id")), responses((status = 204, description = "Given up")))]
pub(super) async fn shop_leave(
    State(site): State<Site>,
    act: Act,
    Path(shop): Path<String>,
) -> Result<Response, Failure> {
    let (member, place) = (act.who.member()?, at_shop(&shop)?);
    act.json(&site, "staff.leave", staff::key(place).into(), StatusCode::NO_CONTENT, move |tx, ctx| {
        staff::leave(tx, ctx, member, place)
    })
    .await
}

/// The shop's invitations, newest first.
#[utoipa::path(get, path = "/merchant/shops/{shop}/invitations", tag = "staff", extensions(("x-needs" = json!("shop.staff"))),
    params(("shop" = String, Path, description = "its id"), Paging), responses((status = 200, body = Page<InvitationView>)))]
pub(super) async fn shop_invitations(
    State(site): State<Site>,
    Path(shop): Path<String>,
    Query(paging): Query<Paging>,
) -> Result<Response, Failure> {
    Ok(private(&invitations_of(&site, at_shop(&shop)?, paging.after_id()?, paging.limit()?).await?))
}

/// Invites somebody to the shop's staff.
#[utoipa::path(post, path = "/merchant/shops/{shop}/invitations", tag = "staff", extensions(("x-needs" = json!("shop.staff"))),
    params(("shop" = String, Path, description = "its id")), request_body = InviteBody, responses((status = 201, body = Invited)))]
pub(super) async fn shop_invite(
    State(site): State<Site>,
    act: Act,
    Path(shop): Path<String>,
    Json(body): Json<InviteBody>,
) -> Result<Response, Failure> {
    invited(&site, &act, at_shop(&shop)?, &body).await
}

/// Takes an open invitation of the shop back.
#[utoipa::path(delete, path = "/merchant/shops/{shop}/invitations/{invitation}", tag = "staff", extensions(("x-needs" = json!("shop.staff"))),
    params(("shop" = String, Path, description = "its id"), ("invitation" = String, Path, description = "its id")),
    responses((status = 204, description = "Taken back")))]
pub(super) async fn shop_withdraw(
    State(site): State<Site>,
    act: Act,
    Path((shop, one)): Path<(String, String)>,
) -> Result<Response, Failure> {
    taken_back(&site, &act, at_shop(&shop)?, &one).await
}

/// The shop's keys, newest first, without their secrets.
#[utoipa::path(get, path = "/merchant/shops/{shop}/keys", tag = "staff", extensions(("x-needs" = json!("shop.staff"))),
    params(("shop" = String, Path, description = "its id"), Paging), responses((status = 200, body = Page<KeyShown>)))]
pub(super) async fn shop_keys(
    State(site): State<Site>,
    Path(shop): Path<String>,
    Query(paging): Query<Paging>,
) -> Result<Response, Failure> {
    Ok(private(&keys_of(&site, at_shop(&shop)?, paging.after_id()?, paging.limit()?).await?))
}

/// Makes a key with which a program acts in the shop.
#[utoipa::path(post, path = "/merchant/shops/{shop}/keys", tag = "staff", extensions(("x-needs" = json!("shop.staff"))),
    params(("shop" = String, Path, description = "its id")), request_body = KeyBody, responses((status = 201, body = KeyMade)))]
pub(super) async fn shop_make_key(
    State(site): State<Site>,
    act: Act,
    Path(shop): Path<String>,
    Json(body): Json<KeyBody>,
) -> Result<Response, Failure> {
    key_made(&site, &act, at_shop(&shop)?, &body).await
}

/// Revokes a key of the shop.
#[utoipa::path(delete, path = "/merchant/shops/{shop}/keys/{key}", tag = "staff", extensions(("x-needs" = json!("shop.staff"))),
    params(("shop" = String, Path, description = "its id"), ("key" = String, Path, description = "its id")),
    responses((status = 204, description = "Revoked")))]
pub(super) async fn shop_revoke_key(
    State(site): State<Site>,
    act: Act,
    Path((shop, key)): Path<(String, String)>,
) -> Result<Response, Failure> {
    key_revoked(&site, &act, at_shop(&shop)?, &key).await
}

/// The platform's staff, newest first.
#[utoipa::path(get, path = "/platform/staff", tag = "staff", extensions(("x-needs" = json!("platform.staff"))),
    params(Paging), responses((status = 200, body = Page<SeatView>)))]
pub(super) async fn staff(
    State(site): State<Site>,
    Query(paging): Query<Paging>,
) -> Result<Response, Failure> {
    Ok(private(&seats_of(&site, Place::Platform, paging.after_id()?, paging.limit()?).await?))
}

/// Takes a place among the platform's staff away.
#[utoipa::path(delete, path = "/platform/staff/{seat}", tag = "staff", extensions(("x-needs" = json!("platform.staff"))),
    params(("seat" = String, Path, description = "its id")), responses((status = 204, description = "Taken away")))]
pub(super) async fn remove(
    State(site): State<Site>,
    act: Act,
    Path(seat): Path<String>,
) -> Result<Response, Failure> {
    unseat(&site, &act, Place::Platform, &seat).await
}

/// The platform's invitations, newest first.
#[utoipa::path(get, path = "/platform/invitations", tag = "staff", extensions(("x-needs" = json!("platform.staff"))),
    params(Paging), responses((status = 200, body = Page<InvitationView>)))]
pub(super) async fn invitations(
    State(site): State<Site>,
    Query(paging): Query<Paging>,
) -> Result<Response, Failure> {
    Ok(private(&invitations_of(&site, Place::Platform, paging.after_id()?, paging.limit()?).await?))
}

/// Invites somebody to the platform's staff.
#[utoipa::path(post, path = "/platform/invitations", tag = "staff", extensions(("x-needs" = json!("platform.staff"))),
    request_body = InviteBody, responses((status = 201, body = Invited)))]
pub(super) async fn invite(
    State(site): State<Site>,
    act: Act,
    Json(body): Json<InviteBody>,
) -> Result<Response, Failure> {
    invited(&site, &act, Place::Platform, &body).await
}

/// Takes an open invitation of the platform back.
#[utoipa::path(delete, path = "/platform/invitations/{invitation}", tag = "staff", extensions(("x-needs" = json!("platform.staff"))),
    params(("invitation" = String, Path, description = "its id")), responses((status = 204, description = "Taken back")))]
pub(super) async fn withdraw(
    State(site): State<Site>,
    act: Act,
    Path(one): Path<String>,
) -> Result<Response, Failure> {
    taken_back(&site, &act, Place::Platform, &one).await
}

/// The platform's keys, newest first, without their secrets.
#[utoipa::path(get, path = "/platform/keys", tag = "staff", extensions(("x-needs" = json!("platform.staff"))),
    params(Paging), responses((status = 200, body = Page<KeyShown>)))]
pub(super) async fn keys(
    State(site): State<Site>,
    Query(paging): Query<Paging>,
) -> Result<Response, Failure> {
    Ok(private(&keys_of(&site, Place::Platform, paging.after_id()?, paging.limit()?).await?))
}

/// Makes a key with which a program acts for the platform.
#[utoipa::path(post, path = "/platform/keys", tag = "staff", extensions(("x-needs" = json!("platform.staff"))),
    request_body = KeyBody, responses((status = 201, body = KeyMade)))]
pub(super) async fn make_key(
    State(site): State<Site>,
    act: Act,
    Json(body): Json<KeyBody>,
) -> Result<Response, Failure> {
    key_made(&site, &act, Place::Platform, &body).await
}

/// Revokes a key of the platform.
#[utoipa::path(delete, path = "/platform/keys/{key}", tag = "staff", extensions(("x-needs" = json!("platform.staff"))),
    params(("key" = String, Path, description = "its id")), responses((status = 204, description = "Revoked")))]
pub(super) async fn revoke_key(
    State(site): State<Site>,
    act: Act,
    Path(key): Path<String>,
) -> Result<Response, Failure> {
    key_revoked(&site, &act, Place::Platform, &key).await
}

/// A member as the platform's staff sees it: masked.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct MemberView {
    /// Its id.
    pub(crate) member: String,
    /// active, suspended or closed.
    pub(crate) status: &'static str,
    /// When it signed up, RFC 3339.
    pub(crate) joined_at: String,
    /// `张*`
    pub(crate) name: Option<String>,
    /// `138****1234`
    pub(crate) phone: Option<String>,
    /// `z***@example.com`
    pub(crate) email: Option<String>,
}

/// A member, masked.
pub(crate) async fn member_of(site: &Site, member: Id<Member>) -> Result<MemberView, Failure> {
    let vault: std::sync::Arc<Vault> = site.vault.clone();
    let shown = site.read(move |q| Ok(member::shown_profile(q, &vault, member)?)).await?;
    Ok(MemberView {
        member: shown.id.to_string(),
        status: shown.status.word(),
        joined_at: shown.joined_at.rfc3339(&site.market.zone),
        name: shown.name,
        phone: shown.phone,
        email: shown.email,
    })
}

/// By what to find a member.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FindBody {
    /// The whole phone number or e-mail address.
    contact: String,
}

/// Who is found by a contact.
pub(crate) async fn found(site: &Site, contact: &str) -> Result<MemberView, Failure> {
    let digest = site.vault.digest(&Contact::read(contact)?);
    let holder = site.read(move |q| Ok(vault::holder(q, &digest)?)).await?;
    let holder =
        holder.ok_or_else(|| Failure::from(member::Error::NoMember).zh("没有会员用这个手机号或邮箱。"))?;
    member_of(site, Id::from_raw(holder)).await
}

/// Finds a member by the whole phone number or e-mail address, which stands in the body and so in no log.
#[utoipa::path(post, path = "/platform/members/find", tag = "members", extensions(("x-needs" = json!("platform.members"))),
    request_body = FindBody, responses((status = 200, body = MemberView)))]
pub(super) async fn find_member(
    State(site): State<Site>,
    Json(body): Json<FindBody>,
) -> Result<Response, Failure> {
    Ok(private(&found(&site, &body.contact).await?))
}

/// One member, masked.
#[utoipa::path(get, path = "/platform/members/{member}", tag = "members", extensions(("x-needs" = json!("platform.members"))),
    params(("member" = String, Path, description = "its id")), responses((status = 200, body = MemberView)))]
pub(super) async fn member(
    State(site): State<Site>,
    Path(member): Path<String>,
) -> Result<Response, Failure> {
    Ok(private(&member_of(&site, id(&member)?).await?))
}

/// Suspends or restores a member.
pub(crate) async fn stepped(site: &Site, act: &Act, member: &str, step: Step) -> Result<Response, Failure> {
    let member = id::<Member>(member)?;
    act.json(site, "member.status", member::key(member).into(), StatusCode::NO_CONTENT, move |tx, ctx| {
        member::change_status(tx, ctx, member, step).map(drop)
    })
    .await
}

/// Suspends a member, who is signed out everywhere.
#[utoipa::path(post, path = "/platform/members/{member}/suspend", tag = "members", extensions(("x-needs" = json!("platform.members"))),
    params(("member" = String, Path, description = "its id")), responses((status = 204, description = "Suspended")))]
pub(super) async fn suspend(
    State(site): State<Site>,
    act: Act,
    Path(member): Path<String>,
) -> Result<Response, Failure> {
    stepped(&site, &act, &member, Step::Suspend).await
}

/// Restores a suspended member.
#[utoipa::path(post, path = "/platform/members/{member}/restore", tag = "members", extensions(("x-needs" = json!("platform.members"))),
    params(("member" = String, Path, description = "its id")), responses((status = 204, description = "Restored")))]
pub(super) async fn restore(
    State(site): State<Site>,
    act: Act,
    Path(member): Path<String>,
) -> Result<Response, Failure> {
    stepped(&site, &act, &member, Step::Restore).await
}

/// A shop is to be opened.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ShopBody {
    /// Its public name, up to 60 characters.
    name: String,
    /// fashion, beauty, food, fresh, digital, home, baby or sports.
    industry: Option<String>,
    /// company, flagship or person.
    kind: Option<String>,
    /// The member who will own it; an owner can be invited later.
    owner: Option<String>,
}

/// A shop that was opened.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct ShopMade {
    /// Its id.
    shop: String,
}

/// Opens a shop.
#[utoipa::path(post, path = "/platform/shops", tag = "shops", extensions(("x-needs" = json!("platform.members"))),
    request_body = ShopBody, responses((status = 201, body = ShopMade)))]
pub(super) async fn open_shop(
    State(site): State<Site>,
    act: Act,
    Json(body): Json<ShopBody>,
) -> Result<Response, Failure> {
    let word = |name: &str, found: bool| if found { Ok(()) } else { Err(bad(name, "there is no such word")) };
    let industry = body.industry.as_deref().map(Industry::of);
    let kind = body.kind.as_deref().map(merchant::Kind::of);
    word("industry", industry != Some(None))?;
    word("kind", kind != Some(None))?;
    let owner = body.owner.as_deref().map(id::<Member>).transpose()?;
    let new = NewShop { name: body.name.into(), industry: industry.flatten(), kind: kind.flatten(), owner };
    act.json(&site, "shop.open", store::Keys::none(), StatusCode::CREATED, move |tx, ctx| {
        let shop = merchant::open_shop(tx, ctx, &new)?;
        Ok::<_, merchant::Error>(ShopMade { shop: shop.to_string() })
    })
    .await
}

/// A look at somebody's personal data.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct AccessView {
    /// Its id.
    pub(crate) access: String,
    /// Who looked.
    pub(crate) by: String,
    /// phone, email, name or address.
    pub(crate) field: &'static str,
    /// Of whom: the number of a member, of an address, or of the purchase that keeps a copy.
    pub(crate) subject: String,
    /// delivery, service, dispute, risk or law.
    pub(crate) why: &'static str,
    /// In which matter, if said.
    pub(crate) about: Option<String>,
    /// When, RFC 3339.
    pub(crate) at: String,
}

/// All looks, a page of them.
pub(crate) async fn looks_of(
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
            field: access.look.field.word(),
            subject: access.look.subject.to_string(),
            why: access.look.why.word(),
            about: access.look.about.map(|about| about.to_string()),
            at: access.at.rfc3339(&site.market.zone),
        })
        .collect();
    Ok(Page::of(views, limit, |view: &AccessView| view.access.clone()))
}

/// Who looked at whose personal data, and why; newest first.
#[utoipa::path(get, path = "/platform/accesses", tag = "members", extensions(("x-needs" = json!("platform.audit"))),
    params(Paging), responses((status = 200, body = Page<AccessView>)))]
pub(super) async fn accesses(
    State(site): State<Site>,
    Query(paging): Query<Paging>,
) -> Result<Response, Failure> {
    Ok(private(&looks_of(&site, paging.after_id()?, paging.limit()?).await?))
}
