//! Bank transfers: those that are awaited, the lines of the bank's statement, and the refunds that somebody sends.

use crate::act::Act;
use crate::problem::Failure;
use crate::site::Site;
use flows::buy::{self, Error as BuyError, Heard, Incoming, Recorded};
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
    till: &buy::Till,
    last: Option<&(Moment, String)>,
    limit: i64,
) -> Result<Vec<Line>, Failure> {
    let last = last.map(|(at, line)| (*at, line.as_str()));
    Ok(payment::lines(q, buy::by_hand(till)?.name(), last, limit)?)
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
        let Heard { purchase, new, came } = recorded.heard();
        let came = came.map(|came| came.word().to_owned());
        Self { line: recorded.line.line.to_string(), new, purchase, came }
    }

    /// Says it to whoever waits, and reads the line as it stands.
    pub async fn told(self, site: &Site) -> Result<(Line, bool), Failure> {
        let Self { line, new, purchase, came } = self;
        Heard { purchase, new, came: came.as_deref().and_then(Came::of) }.tell(&site.till);
        let till = site.till.clone();
        let found = site.read(move |q| Ok(payment::line(q, buy::by_hand(&till)?.name(), &line)?)).await?;
        Ok((found.ok_or_else(|| Failure::internal("a line that was just recorded is not there"))?, new))
    }
}

/// Records money that came in: for the operation and for the page.
pub async fn record(site: &Site, act: &Act, cmd: Incoming) -> Result<(Line, bool), Failure> {
    let (till, asked) = (site.till.clone(), cmd.clone());
    let keys: Keys = site.read(move |q| Ok(buy::keys_to_record(q, &till, &asked)?)).await?;
    let till = site.till.clone();
    let kept = act
        .value(site, "transfer.record", keys, move |tx, ctx| {
            Ok::<_, BuyError>(Kept::of(&buy::record(tx, ctx, &till, &cmd)?))
        })
        .await?;
    kept.told(site).await
}

/// Records that a refund was sent: for the operation and for the page.
pub async fn send(site: &Site, act: &Act, refund: Id<Refund>, line: String) -> Result<(Line, bool), Failure> {
    let keys: Keys = site.read(move |q| Ok(buy::keys_to_send(q, refund)?)).await?;
    let till = site.till.clone();
    let kept = act
        .value(site, "transfer.sent", keys, move |tx, ctx| {
            Ok::<_, BuyError>(Kept::of(&buy::sent(tx, ctx, &till, refund, &line)?))
        })
        .await?;
    kept.told(site).await
}
