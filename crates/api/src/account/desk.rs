//! Staff, invitations and keys of programs, of a shop and of the platform by the same functions; members and accesses for
//! the platform's staff.

use crate::account::profile::private;
use crate::shop::Paging;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kernel::id::{Member, Shop};
use people::api_key;
use people::member::Step;
use people::merchant::{self, Industry, NewShop};
use people::staff::{self, Place};
use serde::{Deserialize, Serialize};
use web_kit::idempotency::IdempotentRequest;
use web_kit::input::{Page, id};
use web_kit::problem::{Failure, Json, Path, Query};
use web_kit::site::Site;
use web_kit::view::staff::{
    AccessView, InvitationView, InviteBody, KeyBody, KeyShown, MOST_KEYS, MemberView, SeatView, accepted,
    bad, found, invitations_of, invite_of, key_of, key_revoked, keys_of, looks_of, member_of, seats_of,
    stepped, taken_back, unseat,
};

fn at_shop(text: &str) -> Result<Place, Failure> {
    id::<Shop>(text).map(Place::Shop)
}

/// An invitation that was made.
#[derive(Serialize, Deserialize, utoipa::ToSchema)]
pub struct Invited {
    /// Its id.
    pub(crate) invitation: String,
    /// What the invited one has to show; answered once, and null when the same request is sent again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) token: Option<String>,
}

/// Invites; answers with the invitation and, the first time, its token.
pub async fn invited(
    site: &Site,
    act: &IdempotentRequest,
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

/// A key that was made.
#[derive(Serialize, Deserialize, utoipa::ToSchema)]
pub struct KeyMade {
    /// Its id.
    pub(crate) key: String,
    /// What the program sends as `Authorization: Bearer ...`; answered once, and null when the same request is sent again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) secret: Option<String>,
}

/// Makes a key; answers with it and, the first time, its secret.
pub async fn key_made(
    site: &Site,
    act: &IdempotentRequest,
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

/// An invitation's token.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptBody {
    /// 64 hexadecimal digits.
    token: String,
}

/// Takes an invitation.
#[utoipa::path(post, path = "/store/account/invitations", tag = "account", extensions(("x-needs" = json!("member"))),
    request_body = AcceptBody, responses((status = 204, description = "The member has the place now")))]
pub async fn accept(
    State(site): State<Site>,
    act: IdempotentRequest,
    Json(body): Json<AcceptBody>,
) -> Result<Response, Failure> {
    accepted(&site, &act, &body.token).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// The shop's staff, newest first.
#[utoipa::path(get, path = "/merchant/shops/{shop}/staff", tag = "staff", extensions(("x-needs" = json!("shop.staff"))),
    params(Paging), responses((status = 200, body = Page<SeatView>)))]
pub async fn shop_staff(
    State(site): State<Site>,
    Path(shop): Path<String>,
    Query(paging): Query<Paging>,
) -> Result<Response, Failure> {
    Ok(private(&seats_of(&site, at_shop(&shop)?, paging.after_id()?, paging.limit()?).await?))
}

/// Takes a place among the shop's staff away.
#[utoipa::path(delete, path = "/merchant/shops/{shop}/staff/{seat}", tag = "staff", extensions(("x-needs" = json!("shop.staff"))),
    responses((status = 204, description = "Taken away")))]
pub async fn shop_remove(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path((shop, seat)): Path<(String, String)>,
) -> Result<Response, Failure> {
    unseat(&site, &act, at_shop(&shop)?, &seat).await
}

/// Gives one's own place among the shop's staff up.
#[utoipa::path(delete, path = "/merchant/shops/{shop}/seat", tag = "staff", extensions(("x-needs" = json!("shop.view"))),
    responses((status = 204, description = "Given up")))]
pub async fn shop_leave(
    State(site): State<Site>,
    act: IdempotentRequest,
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
    params(Paging), responses((status = 200, body = Page<InvitationView>)))]
pub async fn shop_invitations(
    State(site): State<Site>,
    Path(shop): Path<String>,
    Query(paging): Query<Paging>,
) -> Result<Response, Failure> {
    Ok(private(&invitations_of(&site, at_shop(&shop)?, paging.after_id()?, paging.limit()?).await?))
}

/// Invites somebody to the shop's staff.
#[utoipa::path(post, path = "/merchant/shops/{shop}/invitations", tag = "staff", extensions(("x-needs" = json!("shop.staff"))),
    request_body = InviteBody, responses((status = 201, body = Invited)))]
pub async fn shop_invite(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path(shop): Path<String>,
    Json(body): Json<InviteBody>,
) -> Result<Response, Failure> {
    invited(&site, &act, at_shop(&shop)?, &body).await
}

/// Takes an open invitation of the shop back.
#[utoipa::path(delete, path = "/merchant/shops/{shop}/invitations/{invitation}", tag = "staff", extensions(("x-needs" = json!("shop.staff"))),
    responses((status = 204, description = "Taken back")))]
pub async fn shop_withdraw(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path((shop, one)): Path<(String, String)>,
) -> Result<Response, Failure> {
    taken_back(&site, &act, at_shop(&shop)?, &one).await
}

/// The shop's keys, newest first, without their secrets.
#[utoipa::path(get, path = "/merchant/shops/{shop}/keys", tag = "staff", extensions(("x-needs" = json!("shop.staff"))),
    params(Paging), responses((status = 200, body = Page<KeyShown>)))]
pub async fn shop_keys(
    State(site): State<Site>,
    Path(shop): Path<String>,
    Query(paging): Query<Paging>,
) -> Result<Response, Failure> {
    Ok(private(&keys_of(&site, at_shop(&shop)?, paging.after_id()?, paging.limit()?).await?))
}

/// Makes a key with which a program acts in the shop.
#[utoipa::path(post, path = "/merchant/shops/{shop}/keys", tag = "staff", extensions(("x-needs" = json!("shop.staff"))),
    request_body = KeyBody, responses((status = 201, body = KeyMade)))]
pub async fn shop_make_key(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path(shop): Path<String>,
    Json(body): Json<KeyBody>,
) -> Result<Response, Failure> {
    key_made(&site, &act, at_shop(&shop)?, &body).await
}

/// Revokes a key of the shop.
#[utoipa::path(delete, path = "/merchant/shops/{shop}/keys/{key}", tag = "staff", extensions(("x-needs" = json!("shop.staff"))),
    responses((status = 204, description = "Revoked")))]
pub async fn shop_revoke_key(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path((shop, key)): Path<(String, String)>,
) -> Result<Response, Failure> {
    key_revoked(&site, &act, at_shop(&shop)?, &key).await
}

/// The platform's staff, newest first.
#[utoipa::path(get, path = "/platform/staff", tag = "staff", extensions(("x-needs" = json!("platform.staff"))),
    params(Paging), responses((status = 200, body = Page<SeatView>)))]
pub async fn staff(State(site): State<Site>, Query(paging): Query<Paging>) -> Result<Response, Failure> {
    Ok(private(&seats_of(&site, Place::Platform, paging.after_id()?, paging.limit()?).await?))
}

/// Takes a place among the platform's staff away.
#[utoipa::path(delete, path = "/platform/staff/{seat}", tag = "staff", extensions(("x-needs" = json!("platform.staff"))),
    responses((status = 204, description = "Taken away")))]
pub async fn remove(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path(seat): Path<String>,
) -> Result<Response, Failure> {
    unseat(&site, &act, Place::Platform, &seat).await
}

/// The platform's invitations, newest first.
#[utoipa::path(get, path = "/platform/invitations", tag = "staff", extensions(("x-needs" = json!("platform.staff"))),
    params(Paging), responses((status = 200, body = Page<InvitationView>)))]
pub async fn invitations(
    State(site): State<Site>,
    Query(paging): Query<Paging>,
) -> Result<Response, Failure> {
    Ok(private(&invitations_of(&site, Place::Platform, paging.after_id()?, paging.limit()?).await?))
}

/// Invites somebody to the platform's staff.
#[utoipa::path(post, path = "/platform/invitations", tag = "staff", extensions(("x-needs" = json!("platform.staff"))),
    request_body = InviteBody, responses((status = 201, body = Invited)))]
pub async fn invite(
    State(site): State<Site>,
    act: IdempotentRequest,
    Json(body): Json<InviteBody>,
) -> Result<Response, Failure> {
    invited(&site, &act, Place::Platform, &body).await
}

/// Takes an open invitation of the platform back.
#[utoipa::path(delete, path = "/platform/invitations/{invitation}", tag = "staff", extensions(("x-needs" = json!("platform.staff"))),
    responses((status = 204, description = "Taken back")))]
pub async fn withdraw(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path(one): Path<String>,
) -> Result<Response, Failure> {
    taken_back(&site, &act, Place::Platform, &one).await
}

/// The platform's keys, newest first, without their secrets.
#[utoipa::path(get, path = "/platform/keys", tag = "staff", extensions(("x-needs" = json!("platform.staff"))),
    params(Paging), responses((status = 200, body = Page<KeyShown>)))]
pub async fn keys(State(site): State<Site>, Query(paging): Query<Paging>) -> Result<Response, Failure> {
    Ok(private(&keys_of(&site, Place::Platform, paging.after_id()?, paging.limit()?).await?))
}

/// Makes a key with which a program acts for the platform.
#[utoipa::path(post, path = "/platform/keys", tag = "staff", extensions(("x-needs" = json!("platform.staff"))),
    request_body = KeyBody, responses((status = 201, body = KeyMade)))]
pub async fn make_key(
    State(site): State<Site>,
    act: IdempotentRequest,
    Json(body): Json<KeyBody>,
) -> Result<Response, Failure> {
    key_made(&site, &act, Place::Platform, &body).await
}

/// Revokes a key of the platform.
#[utoipa::path(delete, path = "/platform/keys/{key}", tag = "staff", extensions(("x-needs" = json!("platform.staff"))),
    responses((status = 204, description = "Revoked")))]
pub async fn revoke_key(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path(key): Path<String>,
) -> Result<Response, Failure> {
    key_revoked(&site, &act, Place::Platform, &key).await
}

/// By what to find a member.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FindBody {
    /// The whole phone number or e-mail address.
    contact: String,
}

/// Finds a member by the whole phone number or e-mail address, which stands in the body and so in no log.
#[utoipa::path(post, path = "/platform/members/find", tag = "members", extensions(("x-needs" = json!("platform.members"))),
    request_body = FindBody, responses((status = 200, body = MemberView)))]
pub async fn find_member(State(site): State<Site>, Json(body): Json<FindBody>) -> Result<Response, Failure> {
    Ok(private(&found(&site, &body.contact).await?))
}

/// One member, masked.
#[utoipa::path(get, path = "/platform/members/{member}", tag = "members", extensions(("x-needs" = json!("platform.members"))),
    responses((status = 200, body = MemberView)))]
pub async fn member(State(site): State<Site>, Path(member): Path<String>) -> Result<Response, Failure> {
    Ok(private(&member_of(&site, id(&member)?).await?))
}

/// Suspends a member, who is signed out everywhere.
#[utoipa::path(post, path = "/platform/members/{member}/suspend", tag = "members", extensions(("x-needs" = json!("platform.members"))),
    responses((status = 204, description = "Suspended")))]
pub async fn suspend(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path(member): Path<String>,
) -> Result<Response, Failure> {
    stepped(&site, &act, &member, Step::Suspend).await
}

/// Restores a suspended member.
#[utoipa::path(post, path = "/platform/members/{member}/restore", tag = "members", extensions(("x-needs" = json!("platform.members"))),
    responses((status = 204, description = "Restored")))]
pub async fn restore(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path(member): Path<String>,
) -> Result<Response, Failure> {
    stepped(&site, &act, &member, Step::Restore).await
}

/// A shop is to be opened.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ShopBody {
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
pub struct ShopMade {
    /// Its id.
    shop: String,
}

/// Opens a shop.
#[utoipa::path(post, path = "/platform/shops", tag = "shops", extensions(("x-needs" = json!("platform.members"))),
    request_body = ShopBody, responses((status = 201, body = ShopMade)))]
pub async fn open_shop(
    State(site): State<Site>,
    act: IdempotentRequest,
    Json(body): Json<ShopBody>,
) -> Result<Response, Failure> {
    let word = |name: &str, found: bool| if found { Ok(()) } else { Err(bad(name, "there is no such word")) };
    let industry = body.industry.as_deref().map(Industry::parse);
    let kind = body.kind.as_deref().map(merchant::Kind::parse);
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

/// Who looked at whose personal data, and why; newest first.
#[utoipa::path(get, path = "/platform/accesses", tag = "members", extensions(("x-needs" = json!("platform.audit"))),
    params(Paging), responses((status = 200, body = Page<AccessView>)))]
pub async fn accesses(State(site): State<Site>, Query(paging): Query<Paging>) -> Result<Response, Failure> {
    Ok(private(&looks_of(&site, paging.after_id()?, paging.limit()?).await?))
}
