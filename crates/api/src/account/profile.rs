//! A member's account: what it is called, how it is reached, where it is signed in, its password, its end.

use kernel::id::Login;
use people::member::{self, Ended};
use people::vault::Contact;
use web_kit::prelude::*;
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
#[operation(get, "/store/account", tag = "account", needs = "member")]
pub async fn get(at: MemberContext) -> Answer<AccountView> {
    let (member, site) = (at.member, at.site.clone());
    at.answer(move |q| {
        let own = member::profile(q, &site.vault, member)?;
        Ok(AccountView {
            member: own.id.to_string(),
            status: own.status.as_str(),
            joined_at: site.time(own.joined_at),
            name: own.name,
            phone: own.phone,
            email: own.email,
        })
    })
    .await
}

/// A name.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NameBody {
    /// From 1 to 60 characters.
    name: String,
}

/// Changes what the member is called.
#[operation(put, "/store/account/name", tag = "account", needs = "member")]
pub async fn name(at: MemberContext, body: NameBody) -> Done {
    let (member, vault) = (at.member, at.site.vault.clone());
    at.write("member.name", member::key(member), move |tx, _| {
        member::set_name(tx, &vault, member, &body.name)
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
#[operation(put, "/store/account/contact", tag = "account", needs = "member")]
pub async fn contact(at: MemberContext, body: ContactBody) -> Done {
    set_contact(&at.site, &at.act, Contact::read(&body.contact, at.site.market.country())?, body.password)
        .await?;
    Ok(StatusCode::NO_CONTENT.into_response().into())
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
#[operation(put, "/store/account/password", tag = "account", needs = "member")]
pub async fn password(at: MemberContext, body: PasswordBody) -> Done {
    change_password(&at.site, &at.act, body.old, body.new).await?;
    Ok(StatusCode::NO_CONTENT.into_response().into())
}

/// The password again.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CloseBody {
    /// The password.
    password: String,
}

/// Closes the account: nothing personal of it is kept. Places among staff must be given up before.
#[operation(delete, "/store/account", tag = "account", needs = "member")]
pub async fn close(at: MemberContext, body: CloseBody) -> Done {
    end(&at.site, &at.act, body.password).await?;
    Ok(StatusCode::NO_CONTENT.into_response().into())
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
#[operation(get, "/store/account/sessions", tag = "account", needs = "member")]
pub async fn sessions(at: MemberContext, query: Paging) -> Answer<ListPage<SessionView>> {
    let (member, after, now, current) = (at.member, query.after_id()?, at.now(), at.act.who.session());
    let find = move |q: &mut Read<'_>, most| member::sessions(q, member, after, now, most);
    let view = |session: member::SessionView| SessionView {
        session: session.id.to_string(),
        device: session.device.as_str(),
        opened_at: at.time(session.opened_at),
        seen_at: at.time(session.seen_at),
        idle_until: at.time(session.idle_until),
        current: Some(session.id) == current,
    };
    at.page(query.limit()?, find, |session| session.id.to_string(), view).await
}

/// Ends a session of the member.
#[operation(delete, "/store/account/sessions/{session}", tag = "account", needs = "member")]
pub async fn revoke(at: MemberContext, session: Id<Login>) -> Done {
    let member = at.member;
    at.write("session.revoke", member::key(member), move |tx, ctx| {
        member::revoke(tx, ctx, member, session, Ended::Revoked)
    })
    .await
}
