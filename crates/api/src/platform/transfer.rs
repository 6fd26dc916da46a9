//! Bank transfers: those that are awaited, the lines of the bank's statement, and the refunds that somebody sends.

use crate::merchant::order::by;
use crate::shape::time;
use flows::buy::{self, Awaited, Incoming, ToSend};
use kernel::Market;
use kernel::id::Refund;
use trade::payment::{Line, Moved};
use web_kit::prelude::*;
use web_kit::view::transfer::{key, key_of, lines_of, record, send};

/// A transfer that is awaited.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct AwaitedView {
    /// The payment.
    pub payment: String,
    /// The purchase that it pays for.
    pub purchase: String,
    /// What has to stand on it; absent for a moment after its beginning.
    pub reference: Option<String>,
    /// How much it has to be, in one or in several transfers.
    pub amount: Money,
    /// How much of that came.
    pub received: Money,
    /// How much is missing.
    pub missing: Money,
    /// Since when it is awaited.
    pub started_at: String,
    /// Until when.
    pub pay_by: String,
    /// Whether it pays if it comes now; otherwise, because its purchase was paid for or ended, it goes back.
    pub pays: bool,
}

impl AwaitedView {
    fn of(awaited: Awaited, market: &Market) -> Self {
        let pays = awaited.pays();
        let Awaited { attempt, purchase } = awaited;
        Self {
            payment: attempt.id.to_string(),
            purchase: purchase.id.to_string(),
            reference: attempt.reference.as_deref().map(str::to_owned),
            amount: attempt.amount,
            received: attempt.received,
            missing: attempt.missing(),
            started_at: time(market, attempt.started_at),
            pay_by: time(market, purchase.pay_by),
            pays,
        }
    }
}

/// The transfers that are awaited, oldest first.
#[operation(get, "/transfers/awaited", tag = "money", needs = "platform.money")]
pub async fn awaited(at: Context, query: Paging<50, 199>) -> Answer<ListPage<AwaitedView>> {
    let (last, services) = (query.after_id()?, at.site.services.clone());
    let find = move |q: &mut Read<'_>, most| buy::awaited(q, &services, last, most);
    let view = |one| AwaitedView::of(one, &at.site.market);
    at.page(query.limit()?, find, |one| one.attempt.id.to_string(), view).await
}

/// A line of the bank's statement, as it was recorded.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct StatementLine {
    /// The bank's own id of it.
    pub line: String,
    /// The reference on it.
    pub reference: String,
    /// How much.
    pub amount: Money,
    /// `in` or `out`.
    pub way: &'static str,
    /// Of money that came in: `paid`, `part` (it waits for the rest), `surplus` (it pays, and some of it goes back), `short`,
    /// `late` or `double` (all of it goes back).
    pub came: Option<&'static str>,
    /// Of money that went out: which refund it was.
    pub refund: Option<String>,
    /// The payment it belongs to.
    pub payment: String,
    /// The purchase that belongs to.
    pub purchase: String,
    /// When it was recorded.
    pub at: String,
    /// By whom: a member, a key, `operator`.
    pub by: String,
    /// Whether this request recorded it; otherwise it was there already, just so.
    pub new: bool,
}

impl StatementLine {
    fn of(line: Line, new: bool, market: &Market) -> Self {
        let (way, came, refund) = match line.moved {
            Moved::In(came) => ("in", Some(came.as_str()), None),
            Moved::Out(refund) => ("out", None, Some(refund.to_string())),
        };
        Self {
            line: line.line.into(),
            reference: line.reference.into(),
            amount: line.amount,
            way,
            came,
            refund,
            payment: line.payment.to_string(),
            purchase: line.purchase.to_string(),
            at: time(market, line.at),
            by: by(line.by),
            new,
        }
    }
}

/// The lines that were recorded, newest first.
#[operation(get, "/transfers/lines", tag = "money", needs = "platform.money")]
pub async fn lines(at: Context, query: Paging<50, 199>) -> Answer<ListPage<StatementLine>> {
    let (last, services) = (key(query.after())?, at.site.services.clone());
    let find = move |q: &mut Read<'_>, most| lines_of(q, &services, last.as_ref(), most);
    let view = |line| StatementLine::of(line, false, &at.site.market);
    at.page(query.limit()?, find, key_of, view).await
}

/// Money that came in.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IncomingBody {
    /// The bank's own id of the line, 1 to 64 characters: the same one is taken in once.
    #[schema(min_length = 1, max_length = 64)]
    line: String,
    /// What stands on it: the reference (`SH` and nine characters), and whatever else. Its last character catches errors of
    /// typing.
    reference: String,
    /// How much.
    amount: Money,
}

/// Records money that came in, as it stands on the bank's statement, with all that follows: it pays, waits with others under its
/// reference until they come to what is due, or goes onto the list of refunds. The same line again changes nothing; otherwise than it was recorded it is refused (409).
#[operation(post, "/transfers/lines", tag = "money", needs = "platform.money")]
pub async fn incoming(at: Context, body: IncomingBody) -> Answer<StatementLine> {
    let amount = input::money("amount", body.amount, at.site.market.currency)?;
    let cmd = Incoming { line: body.line.into(), text: body.reference.into(), amount };
    let (line, new) = record(&at.site, &at.act, cmd).await?;
    Ok(axum::Json(StatementLine::of(line, new, &at.site.market)))
}

/// A refund that is to be sent to the account from which its money came.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ToSendView {
    /// Its id.
    pub refund: String,
    /// From which payment.
    pub payment: String,
    /// Of which purchase that was.
    pub purchase: String,
    /// For which order, if for one.
    pub order: Option<String>,
    /// The reference under which its money came.
    pub reference: Option<String>,
    /// The bank's own ids of the lines on which its money came, joined by commas: it goes back to where that came from.
    pub came_on: Option<String>,
    /// How much.
    pub amount: Money,
    /// Why: `cancelled`, `late`, `double`, `short`, `surplus` or `aftersale`.
    pub why: &'static str,
    /// Since when.
    pub wanted_at: String,
}

impl ToSendView {
    fn of(to_send: ToSend, market: &Market) -> Self {
        let ToSend { refund, came } = to_send;
        Self {
            refund: refund.id.to_string(),
            payment: refund.payment.to_string(),
            purchase: refund.purchase.to_string(),
            order: refund.order.map(|order| order.to_string()),
            reference: came.first().map(|line| line.reference.to_string()),
            came_on: (!came.is_empty())
                .then(|| came.iter().map(|line| &*line.line).collect::<Vec<_>>().join(", ")),
            amount: refund.amount,
            why: refund.why.as_str(),
            wanted_at: time(market, refund.wanted_at),
        }
    }
}

/// The refunds that are to be sent by hand, oldest first.
#[operation(get, "/transfers/refunds", tag = "money", needs = "platform.money")]
pub async fn refunds(at: Context, query: Paging<50, 199>) -> Answer<ListPage<ToSendView>> {
    let (last, services) = (query.after_id()?, at.site.services.clone());
    let find = move |q: &mut Read<'_>, most| buy::to_send(q, &services, last, most);
    let view = |one| ToSendView::of(one, &at.site.market);
    at.page(query.limit()?, find, |one| one.refund.id.to_string(), view).await
}

/// Under which line a refund went out.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SentBody {
    /// The bank's own id of the line, 1 to 64 characters.
    #[schema(min_length = 1, max_length = 64)]
    line: String,
}

/// Records that a refund was sent. The same line again changes nothing; another one is refused (409): it was sent already.
#[operation(post, "/transfers/refunds/{refund}/sent", tag = "money", needs = "platform.money")]
pub async fn sent(at: Context, refund: Id<Refund>, body: SentBody) -> Answer<StatementLine> {
    let (line, new) = send(&at.site, &at.act, refund, body.line).await?;
    Ok(axum::Json(StatementLine::of(line, new, &at.site.market)))
}
