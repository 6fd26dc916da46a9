//! Bank transfers: those that are awaited, the lines of the bank's statement, and the refunds that somebody sends.

use crate::merchant::order::by;
use crate::merchant::stock::page_limit;
use crate::merchant::{Amount, time};
use axum::extract::State;
use flows::buy::{self, Awaited, Incoming, ToSend};
use kernel::Id;
use kernel::Market;
use kernel::id::{Payment, Refund};
use serde::{Deserialize, Serialize};
use trade::payment::{Line, Moved};
use web_kit::idempotency::IdempotentRequest;
use web_kit::input::Page;
use web_kit::principal::Principal;
use web_kit::problem::{Failure, Json, Path, Query};
use web_kit::site::Site;
use web_kit::view::stock::after;
use web_kit::view::transfer::{NEED, key, key_of, lines_of, record, send};

/// Which page.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PageQuery {
    /// The `next` of the page before.
    after: Option<String>,
    /// How many, 1 to 199; 50 if not said.
    limit: Option<String>,
}

/// A transfer that is awaited.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct AwaitedView {
    /// The payment.
    pub payment: String,
    /// The purchase that it pays for.
    pub purchase: String,
    /// What has to stand on it; absent for a moment after its beginning.
    pub reference: Option<String>,
    /// How much it has to be.
    pub amount: Amount,
    /// Since when it is awaited.
    pub started_at: String,
    /// Until when.
    pub pay_by: String,
    /// Whether it pays if it comes now; otherwise, because its purchase was paid for or ended, it goes back.
    pub pays: bool,
}

impl AwaitedView {
    fn of(awaited: &Awaited, market: &Market) -> Self {
        let Awaited { attempt, purchase } = awaited;
        Self {
            payment: attempt.id.to_string(),
            purchase: purchase.id.to_string(),
            reference: attempt.reference.as_ref().map(ToString::to_string),
            amount: attempt.amount.into(),
            started_at: time(market, attempt.started_at),
            pay_by: time(market, purchase.pay_by),
            pays: awaited.pays(),
        }
    }
}

/// The transfers that are awaited, oldest first.
#[utoipa::path(get, path = "/transfers/awaited", tag = "money", params(PageQuery), responses((status = 200, body = Page<AwaitedView>)), extensions(("x-needs" = json!("platform.money"))))]
pub async fn awaited(
    State(site): State<Site>,
    who: Principal,
    Query(query): Query<PageQuery>,
) -> Result<axum::Json<Page<AwaitedView>>, Failure> {
    who.need(NEED)?;
    let limit = page_limit(query.limit.as_deref(), 50, 199)?;
    let last = after::<Payment>(query.after.as_deref())?;
    let services = site.services.clone();
    let found = site.read(move |q| Ok(buy::awaited(q, &services, last, limit as i64 + 1)?)).await?;
    let rows = found.iter().map(|one| AwaitedView::of(one, &site.market)).collect();
    Ok(axum::Json(Page::of(rows, limit, |row: &AwaitedView| row.payment.clone())))
}

/// A line of the bank's statement, as it was recorded.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct LineView {
    /// The bank's own id of it.
    pub line: String,
    /// The reference on it.
    pub reference: String,
    /// How much.
    pub amount: Amount,
    /// `in` or `out`.
    pub way: &'static str,
    /// Of money that came in: `paid`, `surplus` (it pays, and some of it goes back), `short`, `late` or `double` (all of it
    /// goes back).
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

impl LineView {
    fn of(line: &Line, new: bool, market: &Market) -> Self {
        let (way, came, refund) = match line.moved {
            Moved::In(came) => ("in", Some(came.as_str()), None),
            Moved::Out(refund) => ("out", None, Some(refund.to_string())),
        };
        Self {
            line: line.line.to_string(),
            reference: line.reference.to_string(),
            amount: line.amount.into(),
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
#[utoipa::path(get, path = "/transfers/lines", tag = "money", params(PageQuery), responses((status = 200, body = Page<LineView>)), extensions(("x-needs" = json!("platform.money"))))]
pub async fn lines(
    State(site): State<Site>,
    who: Principal,
    Query(query): Query<PageQuery>,
) -> Result<axum::Json<Page<LineView>>, Failure> {
    who.need(NEED)?;
    let limit = page_limit(query.limit.as_deref(), 50, 199)?;
    let last = key(query.after.as_deref())?;
    let services = site.services.clone();
    let mut found = site.read(move |q| lines_of(q, &services, last.as_ref(), limit as i64 + 1)).await?;
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| more).map(key_of);
    let items = found.iter().map(|line| LineView::of(line, false, &site.market)).collect();
    Ok(axum::Json(Page { items, next }))
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
    amount: Amount,
}

/// Records money that came in, as it stands on the bank's statement, with all that follows: it pays, or goes onto the list of
/// refunds. The same line again changes nothing; otherwise than it was recorded it is refused (409).
#[utoipa::path(post, path = "/transfers/lines", tag = "money", request_body = IncomingBody, responses((status = 200, body = LineView)), extensions(("x-needs" = json!("platform.money"))))]
pub async fn incoming(
    State(site): State<Site>,
    act: IdempotentRequest,
    Json(body): Json<IncomingBody>,
) -> Result<axum::Json<LineView>, Failure> {
    act.who.need(NEED)?;
    let amount = body.amount.money("amount", site.market.currency)?;
    let cmd = Incoming { line: body.line.into(), text: body.reference.into(), amount };
    let (line, new) = record(&site, &act, cmd).await?;
    Ok(axum::Json(LineView::of(&line, new, &site.market)))
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
    /// The bank's own id of the line on which its money came: it goes back to where that came from.
    pub came_on: Option<String>,
    /// How much.
    pub amount: Amount,
    /// Why: `cancelled`, `late`, `double`, `short`, `surplus` or `aftersale`.
    pub why: &'static str,
    /// Since when.
    pub wanted_at: String,
}

impl ToSendView {
    fn of(to_send: &ToSend, market: &Market) -> Self {
        let ToSend { refund, came } = to_send;
        Self {
            refund: refund.id.to_string(),
            payment: refund.payment.to_string(),
            purchase: refund.purchase.to_string(),
            order: refund.order.as_ref().map(ToString::to_string),
            reference: came.as_ref().map(|line| line.reference.to_string()),
            came_on: came.as_ref().map(|line| line.line.to_string()),
            amount: refund.amount.into(),
            why: refund.why.as_str(),
            wanted_at: time(market, refund.wanted_at),
        }
    }
}

/// The refunds that are to be sent by hand, oldest first.
#[utoipa::path(get, path = "/transfers/refunds", tag = "money", params(PageQuery), responses((status = 200, body = Page<ToSendView>)), extensions(("x-needs" = json!("platform.money"))))]
pub async fn refunds(
    State(site): State<Site>,
    who: Principal,
    Query(query): Query<PageQuery>,
) -> Result<axum::Json<Page<ToSendView>>, Failure> {
    who.need(NEED)?;
    let limit = page_limit(query.limit.as_deref(), 50, 199)?;
    let last = after::<Refund>(query.after.as_deref())?;
    let services = site.services.clone();
    let found = site.read(move |q| Ok(buy::to_send(q, &services, last, limit as i64 + 1)?)).await?;
    let rows = found.iter().map(|one| ToSendView::of(one, &site.market)).collect();
    Ok(axum::Json(Page::of(rows, limit, |row: &ToSendView| row.refund.clone())))
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
#[utoipa::path(post, path = "/transfers/refunds/{refund}/sent", tag = "money", request_body = SentBody, responses((status = 200, body = LineView)), extensions(("x-needs" = json!("platform.money"))))]
pub async fn sent(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path(refund): Path<Id<Refund>>,
    Json(body): Json<SentBody>,
) -> Result<axum::Json<LineView>, Failure> {
    act.who.need(NEED)?;
    let (line, new) = send(&site, &act, refund, body.line).await?;
    Ok(axum::Json(LineView::of(&line, new, &site.market)))
}
