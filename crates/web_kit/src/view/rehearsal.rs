//! Rehearsals: ask for one, follow it, read its result, compare two.

use crate::problem::Failure;
use crate::refusal::Refusal;
use crate::site::Site;
use govern::draft::{self, Begin, DraftKind, Run};
use kernel::{Id, id};
use serde::Deserialize;

/// Which policy: exactly one of the three.
#[derive(Debug, Default, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// A TOML text.
    #[serde(default)]
    pub text: Option<String>,
    /// A draft, as it is saved now.
    #[serde(default)]
    pub draft: Option<String>,
    /// A policy: `id` for its newest version, or `id@version`.
    #[serde(default)]
    pub policy: Option<String>,
}

/// What is to be rehearsed.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// A TOML text.
    #[serde(default)]
    pub text: Option<String>,
    /// A draft, as it is saved now.
    #[serde(default)]
    pub draft: Option<String>,
    /// A policy: `id` for its newest version, or `id@version`.
    #[serde(default)]
    pub policy: Option<String>,
    /// What to compare it with.
    #[serde(default)]
    pub against: Option<Source>,
    /// The first day.
    pub from: String,
    /// The last day.
    pub to: String,
}

/// One rehearsal from the store.
pub async fn load(site: &Site, id: Id<id::Rehearsal>) -> Result<Run, Failure> {
    let db = site.db.clone();
    let read = tokio::task::spawn_blocking(move || db.read(|q| draft::run(q, id)));
    Ok(read.await.map_err(Failure::panicked)??)
}

/// A text and the draft it came from.
pub struct Found {
    /// The text of the policy.
    pub text: String,
    /// The draft it is of.
    pub draft: Option<(Id<DraftKind>, i64)>,
}

/// Reads it.
pub async fn source(site: &Site, what: &str, source: &Source) -> Result<Found, Failure> {
    match (&source.text, &source.draft, &source.policy) {
        (Some(text), None, None) => Ok(Found { text: text.clone(), draft: None }),
        (None, Some(draft), None) => {
            let id =
                draft.parse().map_err(|err: kernel::id::BadId| Failure::invalid(format!("{what}: {err}")))?;
            let draft = crate::view::draft::load(site, id).await?;
            Ok(Found { text: draft.text, draft: Some((draft.id, draft.version)) })
        }
        (None, None, Some(policy)) => {
            Ok(Found { text: crate::view::policy::find(policy)?.text.to_string(), draft: None })
        }
        _ => Err(Failure::invalid(format!("{what}: give exactly one of \"text\", \"draft\" and \"policy\""))),
    }
}

/// Checks an order and lets it run.
pub async fn start(site: &Site, order: Order) -> Result<Id<id::Rehearsal>, Failure> {
    let (from, to) = crate::view::metric::period(&order.from, &order.to)?;
    let main = Source { text: order.text, draft: order.draft, policy: order.policy };
    let found = source(site, "what to rehearse", &main).await?;
    let policy = crate::view::policy::valid(site, &found.text)?;
    let other = match &order.against {
        Some(against) => Some(source(site, "against", against).await?.text),
        None => None,
    };
    other.as_deref().map(|text| crate::view::policy::valid(site, text)).transpose()?;
    let begin = Begin {
        policy: policy.id.clone(),
        version: i64::from(policy.version),
        text: found.text,
        draft: found.draft,
        against: other,
        from,
        to,
    };
    let ctx = site.ctx_of(kernel::Actor::Operator);
    let begun = site.db.write("rehearsal.begin", store::Keys::none(), move |tx| {
        flows::rehearsal::begin(tx, &ctx.clone(), &begin)
    });
    let id = begun.await?;
    site.services.wake(flows::rehearsal::REHEARSE);
    Ok(id)
}

/// Takes a rehearsal back.
pub async fn take_back(site: &Site, id: Id<id::Rehearsal>) -> Result<(), Failure> {
    let at = (site.now)();
    let end = site
        .db
        .write("rehearsal.cancel", store::Keys::none(), move |tx| flows::rehearsal::take_back(tx, id, at));
    Ok(end.await?)
}

/// The refusal of a rehearsal that has no result.
pub fn no_result(run: &Run) -> Failure {
    Refusal::NoResult { run: run.head.id.to_string(), state: run.head.state.as_str() }.into()
}

/// The refusal of two rehearsals that are not over the same days.
pub fn other_days<D: std::fmt::Display>(one: (D, D), other: (D, D)) -> Failure {
    let days = |(from, to): (D, D)| format!("{from} to {to}");
    Refusal::OtherDays { one: days(one), other: days(other) }.into()
}
