//! Bank transfers: those that are awaited, the lines of the bank's statement, and the refunds that somebody sends.

use crate::idempotency::IdempotentRequest;
use crate::problem::Failure;
use crate::site::Site;
use flows::buy::{self, Error as BuyError, Incoming, Ingested, Recorded};
use kernel::id::{Purchase, Refund};
use kernel::{Id, Moment};
use people::staff::Permission;
use serde::{Deserialize, Serialize};
use store::Keys;
use trade::payment::{self, Came, Line};

/// What transfers take.
pub const NEED: Permission = Permission::PlatformMoney;

/// Where a page of lines begins, as it stands in an address: when the last one was recorded, and the bank's id of it.
pub fn key_of(line: &Line) -> String {
    format!("{}.{}", line.at.micros(), line.line)
}

/// Reads it.
pub fn key(text: Option<&str>) -> Result<Option<(Moment, String)>, Failure> {
    let read = |text: &str| {
        let (at, line) = text.split_once('.')?;
        Some((Moment::from_micros(at.parse().ok()?), line.to_owned()))
    };
    text.filter(|text| !text.is_empty())
        .map(|text| read(text).ok_or_else(|| Failure::invalid("after: give the next of the page before")))
        .transpose()
}

/// A page of lines.
pub fn lines_of(
    q: &mut store::Read<'_>,
    services: &buy::CheckoutServices,
    last: Option<&(Moment, String)>,
    limit: i64,
) -> Result<Vec<Line>, Failure> {
    let last = last.map(|(at, line)| (*at, line.as_str()));
    Ok(payment::lines(q, buy::by_hand(services)?.name(), last, limit)?)
}

/// What a write of this page keeps as its answer.
#[derive(Serialize, Deserialize)]
pub struct Kept {
    /// The line of the statement.
    pub line: String,
    /// Whether it was new.
    pub new: bool,
    /// The purchase it is for.
    pub purchase: Id<Purchase>,
    /// What came of it.
    pub came: Option<String>,
}

impl Kept {
    /// Of what was recorded.
    pub fn of(recorded: &Recorded) -> Self {
        let Ingested { purchase, new, came } = recorded.ingested();
        let came = came.map(|came| came.as_str().to_owned());
        Self { line: recorded.line.line.to_string(), new, purchase, came }
    }

    /// Says it to whoever waits, and reads the line as it stands.
    pub async fn told(self, site: &Site) -> Result<(Line, bool), Failure> {
        let Self { line, new, purchase, came } = self;
        Ingested { purchase, new, came: came.as_deref().and_then(Came::parse) }.publish(&site.services);
        let services = site.services.clone();
        let found = site.read(move |q| Ok(payment::line(q, buy::by_hand(&services)?.name(), &line)?)).await?;
        Ok((found.ok_or_else(|| Failure::internal("a line that was just recorded is not there"))?, new))
    }
}

/// Records money that came in: for the operation and for the page.
pub async fn record(site: &Site, act: &IdempotentRequest, cmd: Incoming) -> Result<(Line, bool), Failure> {
    let (services, asked) = (site.services.clone(), cmd.clone());
    let keys: Keys = site.read(move |q| Ok(buy::keys_to_record(q, &services, &asked)?)).await?;
    let services = site.services.clone();
    let kept = act
        .value(site, "transfer.record", keys, move |tx, ctx| {
            Ok::<_, BuyError>(Kept::of(&buy::record(tx, ctx, &services, &cmd)?))
        })
        .await?;
    kept.told(site).await
}

/// Records that a refund was sent: for the operation and for the page.
pub async fn send(
    site: &Site,
    act: &IdempotentRequest,
    refund: Id<Refund>,
    line: String,
) -> Result<(Line, bool), Failure> {
    let keys: Keys = site.read(move |q| Ok(buy::keys_to_send(q, refund)?)).await?;
    let services = site.services.clone();
    let kept = act
        .value(site, "transfer.sent", keys, move |tx, ctx| {
            Ok::<_, BuyError>(Kept::of(&buy::sent(tx, ctx, &services, refund, &line)?))
        })
        .await?;
    kept.told(site).await
}
