//! What the workers could not do however often they tried, and sending it again.

use crate::idempotency::IdempotentRequest;
use crate::problem::Failure;
use crate::site::Site;
use kernel::{Id, Market, id};
use people::staff::Permission;
use serde::{Deserialize, Serialize};
use store::Keys;
use store::dead_letter::{self, DeadLetter};

/// What it takes to see them and to send them again: what gets stuck is money on its way, or a clock of an order.
pub const NEED: Permission = Permission::PlatformMoney;

/// Something that could not be done and waits for a person.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DeadLetterView {
    /// Its id.
    pub letter: String,
    /// What it is: `timer`, `job` or `fact`.
    pub sort: String,
    /// The kind of the timer or the job, or the name of the reaction that could not follow the fact.
    pub kind: String,
    /// What it is about: the id of the timer's or the fact's subject, or of the job, without its prefix.
    pub subject: String,
    /// How often it was tried.
    pub tries: i64,
    /// The code of the last failure.
    pub code: String,
    /// The last failure in words.
    pub why: String,
    /// When it was due.
    pub due_at: String,
    /// Since when it waits.
    pub died_at: String,
}

impl DeadLetterView {
    /// Of what the store keeps.
    pub fn of(letter: &DeadLetter, market: &Market) -> Self {
        Self {
            letter: letter.id.to_string(),
            sort: letter.sort.as_str().to_owned(),
            kind: letter.kind.clone(),
            subject: letter.subject.to_string(),
            tries: letter.tries,
            code: letter.code.clone(),
            why: letter.why.clone(),
            due_at: letter.due_at.rfc3339(&market.zone),
            died_at: letter.died_at.rfc3339(&market.zone),
        }
    }
}

/// Sends one again and wakes whoever does it.
pub async fn resend(
    site: &Site,
    act: &IdempotentRequest,
    letter: Id<id::DeadLetter>,
) -> Result<DeadLetterView, Failure> {
    let market = site.market.clone();
    let (view, worker): (_, String) = act
        .value(site, "dead_letter.resend", Keys::none(), move |tx, ctx| {
            dead_letter::resend(tx, ctx, letter)
                .map(|letter| (DeadLetterView::of(&letter, &market), letter.worker().to_owned()))
        })
        .await?;
    site.services.wake(&worker);
    Ok(view)
}

/// How many wait.
pub async fn count(site: &Site) -> Result<u64, Failure> {
    site.read_apart(|q| Ok(dead_letter::count(q)?)).await
}
