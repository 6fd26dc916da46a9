//! Staff, invitations and keys of programs, of a shop and of the platform by the same functions; members and accesses for
//! the platform's staff.

use kernel::id::Member;
use people::api_key;
use people::member::Step;
use people::merchant::{self, Industry, NewShop};
use people::staff::{self, Scope};
use web_kit::prelude::*;
use web_kit::view::staff::{
    AccessView, InvitationView, InviteBody, KeyBody, KeyShown, MOST_KEYS, MemberView, SeatView, accepted,
    bad, found, invitations_of, invite_of, key_of, key_revoked, keys_of, looks_of, member_of, seats_of,
    stepped, taken_back, unseat,
};

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
async fn invited(at: &Context, scope: Scope, body: &InviteBody) -> Created<Invited> {
    let (by, cmd, vault) = (at.act.who.by()?, invite_of(&at.site, scope, body)?, at.site.vault.clone());
    let secret = ("token", cmd.token().expose());
    let invite =
        at.act.json_with(&at.site, "staff.invite", staff::key(scope).into(), secret, move |tx, ctx| {
            let made = staff::invite(tx, ctx, &vault, by, &cmd)?;
            Ok::<_, staff::Error>(Invited { invitation: made.to_string(), token: None })
        });
    invite.await.map(Into::into)
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
async fn key_made(at: &Context, scope: Scope, body: &KeyBody) -> Created<KeyMade> {
    let (by, cmd) = (at.act.who.by()?, key_of(&at.site, scope, body)?);
    let secret = ("secret", cmd.secret().expose());
    let make =
        at.act.json_with(&at.site, "api_key.make", staff::key(scope).into(), secret, move |tx, ctx| {
            let made = api_key::make(tx, ctx, by, &cmd, MOST_KEYS)?;
            Ok::<_, api_key::Error>(KeyMade { key: made.to_string(), secret: None })
        });
    make.await.map(Into::into)
}

/// An invitation's token.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptBody {
    /// 64 hexadecimal digits.
    token: String,
}

/// Takes an invitation.
#[operation(post, "/store/account/invitations", tag = "account", needs = "member")]
pub async fn accept(at: MemberContext, body: AcceptBody) -> Done {
    accepted(&at.site, &at.act, &body.token).await?;
    Ok(StatusCode::NO_CONTENT.into_response().into())
}

/// The shop's staff, newest first.
#[operation(get, "/merchant/shops/{shop}/staff", tag = "staff", needs = "shop.staff")]
pub async fn shop_staff(at: ShopContext, query: Paging) -> Answer<ListPage<SeatView>> {
    seats_of(&at.site, Scope::Shop(at.shop), query.after_id()?, query.limit()?).await.map(axum::Json)
}

/// Takes a place among the shop's staff away.
#[operation(delete, "/merchant/shops/{shop}/staff/{seat}", tag = "staff", needs = "shop.staff")]
pub async fn shop_remove(at: ShopContext, seat: String) -> Done {
    unseat(&at.site, &at.act, Scope::Shop(at.shop), &seat).await.map(Into::into)
}

/// Gives one's own place among the shop's staff up.
#[operation(delete, "/merchant/shops/{shop}/seat", tag = "staff", needs = "shop.view")]
pub async fn shop_leave(at: ShopContext) -> Done {
    let (member, scope) = (at.act.who.member()?, Scope::Shop(at.shop));
    at.write("staff.leave", staff::key(scope), move |tx, ctx| staff::leave(tx, ctx, member, scope)).await
}

/// The shop's invitations, newest first.
#[operation(get, "/merchant/shops/{shop}/invitations", tag = "staff", needs = "shop.staff")]
pub async fn shop_invitations(at: ShopContext, query: Paging) -> Answer<ListPage<InvitationView>> {
    invitations_of(&at.site, Scope::Shop(at.shop), query.after_id()?, query.limit()?).await.map(axum::Json)
}

/// Invites somebody to the shop's staff.
#[operation(post, "/merchant/shops/{shop}/invitations", tag = "staff", needs = "shop.staff")]
pub async fn shop_invite(at: ShopContext, body: InviteBody) -> Created<Invited> {
    invited(&at, Scope::Shop(at.shop), &body).await
}

/// Takes an open invitation of the shop back.
#[operation(delete, "/merchant/shops/{shop}/invitations/{invitation}", tag = "staff", needs = "shop.staff")]
pub async fn shop_withdraw(at: ShopContext, invitation: String) -> Done {
    taken_back(&at.site, &at.act, Scope::Shop(at.shop), &invitation).await.map(Into::into)
}

/// The shop's keys, newest first, without their secrets.
#[operation(get, "/merchant/shops/{shop}/keys", tag = "staff", needs = "shop.staff")]
pub async fn shop_keys(at: ShopContext, query: Paging) -> Answer<ListPage<KeyShown>> {
    keys_of(&at.site, Scope::Shop(at.shop), query.after_id()?, query.limit()?).await.map(axum::Json)
}

/// Makes a key with which a program acts in the shop.
#[operation(post, "/merchant/shops/{shop}/keys", tag = "staff", needs = "shop.staff")]
pub async fn shop_make_key(at: ShopContext, body: KeyBody) -> Created<KeyMade> {
    key_made(&at, Scope::Shop(at.shop), &body).await
}

/// Revokes a key of the shop.
#[operation(delete, "/merchant/shops/{shop}/keys/{key}", tag = "staff", needs = "shop.staff")]
pub async fn shop_revoke_key(at: ShopContext, key: String) -> Done {
    key_revoked(&at.site, &at.act, Scope::Shop(at.shop), &key).await.map(Into::into)
}

/// The platform's staff, newest first.
#[operation(get, "/platform/staff", tag = "staff", needs = "platform.staff")]
pub async fn staff(at: Context, query: Paging) -> Answer<ListPage<SeatView>> {
    seats_of(&at.site, Scope::Platform, query.after_id()?, query.limit()?).await.map(axum::Json)
}

/// Takes a place among the platform's staff away.
#[operation(delete, "/platform/staff/{seat}", tag = "staff", needs = "platform.staff")]
pub async fn remove(at: Context, seat: String) -> Done {
    unseat(&at.site, &at.act, Scope::Platform, &seat).await.map(Into::into)
}

/// The platform's invitations, newest first.
#[operation(get, "/platform/invitations", tag = "staff", needs = "platform.staff")]
pub async fn invitations(at: Context, query: Paging) -> Answer<ListPage<InvitationView>> {
    invitations_of(&at.site, Scope::Platform, query.after_id()?, query.limit()?).await.map(axum::Json)
}

/// Invites somebody to the platform's staff.
#[operation(post, "/platform/invitations", tag = "staff", needs = "platform.staff")]
pub async fn invite(at: Context, body: InviteBody) -> Created<Invited> {
    invited(&at, Scope::Platform, &body).await
}

/// Takes an open invitation of the platform back.
#[operation(delete, "/platform/invitations/{invitation}", tag = "staff", needs = "platform.staff")]
pub async fn withdraw(at: Context, invitation: String) -> Done {
    taken_back(&at.site, &at.act, Scope::Platform, &invitation).await.map(Into::into)
}

/// The platform's keys, newest first, without their secrets.
#[operation(get, "/platform/keys", tag = "staff", needs = "platform.staff")]
pub async fn keys(at: Context, query: Paging) -> Answer<ListPage<KeyShown>> {
    keys_of(&at.site, Scope::Platform, query.after_id()?, query.limit()?).await.map(axum::Json)
}

/// Makes a key with which a program acts for the platform.
#[operation(post, "/platform/keys", tag = "staff", needs = "platform.staff")]
pub async fn make_key(at: Context, body: KeyBody) -> Created<KeyMade> {
    key_made(&at, Scope::Platform, &body).await
}

/// Revokes a key of the platform.
#[operation(delete, "/platform/keys/{key}", tag = "staff", needs = "platform.staff")]
pub async fn revoke_key(at: Context, key: String) -> Done {
    key_revoked(&at.site, &at.act, Scope::Platform, &key).await.map(Into::into)
}

/// By what to find a member.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FindBody {
    /// The whole phone number or e-mail address.
    contact: String,
}

/// Finds a member by the whole phone number or e-mail address, which stands in the body and so in no log.
#[operation(post, "/platform/members/find", tag = "members", needs = "platform.members")]
pub async fn find_member(at: Context, body: FindBody) -> Answer<MemberView> {
    found(&at.site, &body.contact).await.map(axum::Json)
}

/// One member, masked.
#[operation(get, "/platform/members/{member}", tag = "members", needs = "platform.members")]
pub async fn member(at: Context, member: Id<Member>) -> Answer<MemberView> {
    member_of(&at.site, member).await.map(axum::Json)
}

/// Suspends a member, who is signed out everywhere.
#[operation(post, "/platform/members/{member}/suspend", tag = "members", needs = "platform.members")]
pub async fn suspend(at: Context, member: String) -> Done {
    stepped(&at.site, &at.act, &member, Step::Suspend).await.map(Into::into)
}

/// Restores a suspended member.
#[operation(post, "/platform/members/{member}/restore", tag = "members", needs = "platform.members")]
pub async fn restore(at: Context, member: String) -> Done {
    stepped(&at.site, &at.act, &member, Step::Restore).await.map(Into::into)
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
#[operation(post, "/platform/shops", tag = "shops", needs = "platform.members")]
pub async fn open_shop(at: Context, body: ShopBody) -> Created<ShopMade> {
    let word = |name: &str, found: bool| if found { Ok(()) } else { Err(bad(name, "there is no such word")) };
    let industry = body.industry.as_deref().map(Industry::parse);
    let kind = body.kind.as_deref().map(merchant::Kind::parse);
    word("industry", industry != Some(None))?;
    word("kind", kind != Some(None))?;
    let owner = body.owner.as_deref().map(input::id::<Member>).transpose()?;
    let new = NewShop { name: body.name.into(), industry: industry.flatten(), kind: kind.flatten(), owner };
    at.write("shop.open", Keys::none(), move |tx, ctx| {
        let shop = merchant::open_shop(tx, ctx, &new)?;
        Ok::<_, merchant::Error>(ShopMade { shop: shop.to_string() })
    })
    .await
}

/// Who looked at whose personal data, and why; newest first.
#[operation(get, "/platform/accesses", tag = "members", needs = "platform.audit")]
pub async fn accesses(at: Context, query: Paging) -> Answer<ListPage<AccessView>> {
    looks_of(&at.site, query.after_id()?, query.limit()?).await.map(axum::Json)
}
