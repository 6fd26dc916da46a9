//! Applications of whoever asks to open a shop.

use kernel::id::Application as ApplicationKey;
use people::application::{self, Application, Apply};
use people::merchant::{Industry, Kind};
use people::vault::Contact;
use web_kit::prelude::*;

/// An application to open a shop, as its sender sees it.
#[derive(Serialize, utoipa::ToSchema)]
pub struct ShopApplication {
    /// Its id.
    pub application: String,
    /// `pending`, `approved`, `declined` or `withdrawn`.
    pub state: &'static str,
    /// What the shop is to be called.
    pub name: Box<str>,
    /// `company`, `flagship` or `person`.
    pub kind: &'static str,
    /// What it will mainly sell.
    pub industry: Option<&'static str>,
    /// The number of the business licence.
    pub licence: Option<Box<str>>,
    /// What else was said.
    pub note: Box<str>,
    /// Why it was declined.
    pub reason: Option<Box<str>>,
    /// The shop that was opened.
    pub shop: Option<String>,
    /// Since when it waits, RFC 3339.
    pub sent_at: String,
    /// When it was decided or withdrawn, RFC 3339.
    pub decided_at: Option<String>,
}

pub(crate) fn shown(site: &Site, one: Application) -> ShopApplication {
    ShopApplication {
        application: one.id.to_string(),
        state: one.state.as_str(),
        name: one.name,
        kind: one.kind.as_str(),
        industry: one.industry.map(Industry::as_str),
        licence: one.licence,
        note: one.note,
        reason: one.reason,
        shop: one.shop.map(|shop| shop.to_string()),
        sent_at: site.time(one.sent_at),
        decided_at: one.decided_at.map(|at| site.time(at)),
    }
}

/// The applications of whoever asks, newest first.
#[operation(get, "/store/account/shop-applications", tag = "account", needs = "member")]
pub async fn list(at: MemberContext, query: Paging) -> Answer<ListPage<ShopApplication>> {
    let (member, after) = (at.member, query.after_id()?);
    let find = move |q: &mut Read<'_>, most| application::of_member(q, member, after, most);
    let view = |one| shown(&at.site, one);
    at.page(query.limit()?, find, |one| one.id.to_string(), view).await
}

/// What is said to open a shop.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "Muzi Home", "kind": "person", "contact": "13800000000" }))]
pub struct ApplyBody {
    /// What the shop is to be called, 1 to 60 characters.
    name: String,
    /// `company`, `flagship` or `person`.
    kind: String,
    /// What it will mainly sell: `fashion`, `beauty`, `food`, `fresh`, `digital`, `home`, `baby` or `sports`.
    #[serde(default)]
    industry: Option<String>,
    /// The number of the business licence; a `person` needs none.
    #[serde(default)]
    licence: Option<String>,
    /// The phone number or e-mail address by which the applicant is reached about it; it is kept sealed until the decision.
    contact: String,
    /// What else there is to say, at most 500 characters.
    #[serde(default)]
    note: Option<String>,
}

fn word<T>(name: &str, text: &str, read: impl FnOnce(&str) -> Option<T>) -> Result<T, Failure> {
    let brief = web_kit::problem::brief(text);
    read(text).ok_or_else(|| Failure::invalid(format!("{name} has no word \"{brief}\"")))
}

/// Applies to open a shop; one application at a time.
#[operation(post, "/store/account/shop-applications", tag = "account", needs = "member")]
pub async fn apply(at: MemberContext, body: ApplyBody) -> Created<ShopApplication> {
    let (member, vault, site) = (at.member, at.site.vault.clone(), at.site.clone());
    let cmd = Apply {
        name: body.name.into(),
        kind: word("kind", &body.kind, Kind::parse)?,
        industry: body.industry.map(|text| word("industry", &text, Industry::parse)).transpose()?,
        licence: body.licence.map(Into::into),
        contact: Contact::read(&body.contact, at.site.market.country())?,
        note: body.note.unwrap_or_default().into(),
    };
    at.write("application.send", application::key(member), move |tx, ctx| {
        application::apply(tx, ctx, &vault, member, &cmd).map(|made| shown(&site, made))
    })
    .await
}

/// Takes an application back while it waits.
#[operation(
    post,
    "/store/account/shop-applications/{application}/withdraw",
    tag = "account",
    needs = "member"
)]
pub async fn withdraw(at: MemberContext, application: Id<ApplicationKey>) -> Written<ShopApplication> {
    let (member, site) = (at.member, at.site.clone());
    at.write("application.withdraw", application::key(member), move |tx, ctx| {
        application::withdraw(tx, ctx, member, application).map(|now| shown(&site, now))
    })
    .await
}
