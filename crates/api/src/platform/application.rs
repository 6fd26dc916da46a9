//! Applications to open a shop, for those who decide them.

use crate::account::application::{ShopApplication, shown};
use kernel::id::Application as ApplicationKey;
use people::application::{self, Waiting};
use web_kit::prelude::*;

/// An application that waits.
#[derive(Serialize, utoipa::ToSchema)]
pub struct WaitingApplication {
    /// Who applies.
    member: String,
    /// How the applicant is reached, masked.
    contact: Option<String>,
    #[serde(flatten)]
    application: ShopApplication,
}

/// The applications that wait, longest first.
#[operation(get, "/shop-applications", tag = "members", needs = "platform.members")]
pub async fn queue(at: Context, query: Paging) -> Answer<ListPage<WaitingApplication>> {
    let (after, vault) = (query.after_id()?, at.site.vault.clone());
    let find = move |q: &mut Read<'_>, most| application::queue(q, &vault, after, most);
    let view = |row: Waiting| WaitingApplication {
        member: row.application.member.to_string(),
        contact: row.contact,
        application: shown(&at.site, row.application),
    };
    at.page(query.limit()?, find, |row| row.application.id.to_string(), view).await
}

/// Approves an application: its shop is open then, with the applicant as its owner.
#[operation(post, "/shop-applications/{application}/approve", tag = "members", needs = "platform.members")]
pub async fn approve(at: Context, application: Id<ApplicationKey>) -> Written<ShopApplication> {
    let site = at.site.clone();
    at.write("application.approve", Keys::none(), move |tx, ctx| {
        application::approve(tx, ctx, application).map(|now| shown(&site, now))
    })
    .await
}

/// Why an application is declined.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeclineBody {
    /// What the applicant reads, 1 to 500 characters.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// Declines an application with a reason.
#[operation(post, "/shop-applications/{application}/decline", tag = "members", needs = "platform.members")]
pub async fn decline(
    at: Context,
    application: Id<ApplicationKey>,
    body: DeclineBody,
) -> Written<ShopApplication> {
    let site = at.site.clone();
    at.write("application.decline", Keys::none(), move |tx, ctx| {
        application::decline(tx, ctx, application, &body.reason).map(|now| shown(&site, now))
    })
    .await
}
