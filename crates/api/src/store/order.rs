//! The orders of whoever asks.

use super::buy::{NotTaken, Taken, taken};
use crate::shape::CompensationView;
use flows::buy::{self, Error as BuyError};
use flows::view;
use kernel::id::{Address, Code, Download, Order as OrderKind};
use trade::carrier::Carrier;
use trade::order::{Cut, Filter, Line, Order, Side, Step};
use trade::price::Bill;
use web_kit::input::id;
use web_kit::prelude::*;
use web_kit::view::goods::{ContentsView, downloaded, revealed};
use web_kit::view::order::{named, status};

/// An order.
#[derive(Serialize, utoipa::ToSchema)]
pub struct OrderHead {
    /// Its id.
    order: String,
    /// Its number, short enough to say; null for what was placed before there were any.
    code: Option<String>,
    /// The purchase it is part of.
    purchase: String,
    /// Of which shop.
    shop: String,
    /// `unpaid`, `paid`, `shipped`, `received`, `cancelled`, `closed` or `refunded`.
    status: &'static str,
    /// What was bought.
    lines: Vec<Line>,
    /// Prices times quantities.
    goods: Money,
    /// What coupons took off.
    discount: Money,
    /// What is paid for freight.
    freight: Money,
    /// What is paid, as it was placed.
    total: Money,
    /// What is left of it without the lines that the shop cancelled.
    net_total: Money,
    /// Those lines, by their variants, and what goes back for each.
    cancelled_lines: Vec<CancelledLine>,
    /// When it was placed, RFC 3339.
    placed_at: String,
    /// By when it has to be paid, RFC 3339.
    pay_by: String,
    /// By when the shop promised to ship it, RFC 3339.
    ship_by: String,
    /// By when it was promised to arrive, RFC 3339.
    deliver_by: String,
    /// By which way of its shop it goes; null: the standard one.
    delivery_method: Option<Box<str>>,
    /// When it was shipped, as its shop says, RFC 3339.
    shipped_at: Option<String>,
    /// When it was picked up, as far as somebody said so whose word counts, RFC 3339.
    picked_up_at: Option<String>,
    /// Whose word that is: `carrier`; `shop`, where the carrier cannot tell; `buyer`, who has it though the carrier never told.
    picked_up_by: Option<&'static str>,
    /// By which carrier: a code of `GET /api/store/carriers`.
    carrier: Option<Box<str>>,
    /// What it is called.
    carrier_name: Option<CarrierName>,
    /// Under which number.
    number: Option<Box<str>>,
    /// When its receipt confirms itself, RFC 3339.
    confirm_by: Option<String>,
    /// From how many warehouses it leaves, if they are several; it may arrive in as many parcels. Else 0.
    warehouses: i64,
    /// What the buyer says to the shop.
    remark: Option<Box<str>>,
    /// Whether the mall has a look at it first: it ships after that.
    held: bool,
}

/// An order, for its buyer.
pub fn head(site: &Site, order: &Order) -> OrderHead {
    OrderHead {
        order: order.id.to_string(),
        code: order.code.as_deref().map(trade::order::said),
        purchase: order.purchase.to_string(),
        shop: order.shop.to_string(),
        status: order.status.as_str(),
        lines: order.lines.clone(),
        goods: order.sums.goods,
        discount: order.sums.discount,
        freight: order.sums.freight,
        total: order.sums.total,
        net_total: order.net().total,
        cancelled_lines: order.cuts.iter().map(CancelledLine::of).collect(),
        placed_at: site.time(order.placed_at),
        pay_by: site.time(order.pay_by),
        ship_by: site.time(order.ship_by),
        deliver_by: site.time(order.deliver_by),
        delivery_method: order.delivery_method.as_ref().map(|delivery_method| delivery_method.code.clone()),
        shipped_at: order.shipped_at.map(|at| site.time(at)),
        picked_up_at: order.picked_up.map(|told| site.time(told.at)),
        picked_up_by: order.picked_up.map(|told| told.by.as_str()),
        carrier: order.carrier.clone(),
        carrier_name: order.carrier.as_deref().map(|code| {
            let (zh, en) = site.services.carriers().names(code);
            CarrierName { zh: zh.into(), en: en.into() }
        }),
        number: order.number.clone(),
        confirm_by: order.confirm_by.map(|at| site.time(at)),
        warehouses: order.sites,
        remark: order.remark.clone(),
        held: order.held,
    }
}

/// A line that the shop cancelled.
#[derive(Serialize, utoipa::ToSchema)]
pub struct CancelledLine {
    /// Of what.
    sku: String,
    /// What goes back, with its part of the freight.
    back: Money,
    /// Why: `out_of_stock`, `buyer_asked`, `address_unserved`, `price_error` or `other`.
    reason: &'static str,
    /// What was said beside it.
    text: Option<Box<str>>,
}

impl CancelledLine {
    fn of(cut: &Cut) -> Self {
        let (reason, text) = (cut.why.reason.as_str(), cut.why.text.clone());
        Self { sku: cut.sku.to_string(), back: cut.back(), reason, text }
    }
}

/// What a carrier is called.
#[derive(Serialize, utoipa::ToSchema)]
pub struct CarrierName {
    /// In Chinese.
    zh: Box<str>,
    /// In English.
    en: Box<str>,
}

/// A carrier.
#[derive(Serialize, utoipa::ToSchema)]
pub struct CarrierView {
    /// Its word wherever a carrier is named.
    code: Box<str>,
    /// What it is called.
    name: CarrierName,
    /// A number that it could give.
    example: Box<str>,
    /// Where everybody can look a parcel up, with `{number}` in it.
    page: Option<String>,
    /// Whether its own word of a pick-up comes in, so that the shop's is none.
    reports: bool,
}

/// The carriers that shops of this market hand parcels to.
#[operation(get, "/carriers", tag = "store", needs = "public")]
pub async fn carriers(at: Context) -> Answer<Items<CarrierView>> {
    let view = |one: &Carrier| CarrierView {
        code: one.code.clone(),
        name: CarrierName { zh: one.zh.clone(), en: one.en.clone() },
        example: one.example.clone(),
        page: one.page_of("{number}"),
        reports: one.reports,
    };
    let offered = at.site.services.carriers().offered(at.site.market.currency);
    Ok(axum::Json(offered.map(view).collect()))
}

/// The keys of a write. SQLite has one writer and is not asked.
pub async fn keys(
    site: &Site,
    f: impl FnOnce(&mut Read<'_>) -> Result<Keys, BuyError> + Send + 'static,
) -> Result<Keys, Failure> {
    if site.db.engine() == store::Engine::Sqlite {
        return Ok(Keys::none());
    }
    site.read(move |q| Ok(f(q)?)).await
}

/// Which orders.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Which {
    /// In this state.
    status: Option<String>,
    /// This order, by its id or its number (`code`).
    order: Option<String>,
    /// The `next` of the page before.
    after: Option<String>,
    /// How many, 1 to 100; 20 if not said.
    limit: Option<String>,
}

/// The orders of whoever asks, newest first.
#[operation(get, "/orders", tag = "store", needs = "member")]
pub async fn list(at: MemberContext, query: Which) -> Answer<ListPage<OrderHead>> {
    let (member, limit) = (at.member, input::limit(query.limit.as_deref(), 20, 100)?);
    let status = query.status.as_deref().map(status).transpose()?;
    let after = query.after.as_deref().map(id).transpose()?;
    let (order, code) = named(query.order.as_deref())?;
    let filter = Filter { status, order, code, ..Filter::default() };
    let read =
        move |q: &mut Read<'_>| Ok(trade::order::of_member(q, member, &filter, after, limit as i64 + 1)?);
    let page = ListPage::of(at.site.read_apart(read).await?, limit, |order| order.id.to_string());
    Ok(axum::Json(page.map(|order| head(&at.site, &order))))
}

/// Something that happened to an order.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Happened {
    /// `placed`, `paid`, `shipped` (as the shop says), `corrected`, `picked_up` (as the carrier says),
    /// `reduced` (a line was cancelled), `received`, `cancelled`, `closed`, `refunded`, `readdressed`, `remarked`, `held` or `cleared`.
    what: &'static str,
    /// When, RFC 3339.
    at: String,
    /// Why the shop or the platform cancelled: `out_of_stock`, `buyer_asked`, `address_unserved`, `price_error` or `other`.
    reason: Option<&'static str>,
    /// What was said beside it.
    text: Option<Box<str>>,
}

/// Something that was or is due.
#[derive(Serialize, utoipa::ToSchema)]
pub struct StoreDue {
    /// What: `paid`, `shipped` or `received`.
    what: &'static str,
    /// By when, RFC 3339.
    by: String,
    /// When it happened, RFC 3339.
    met: Option<String>,
    /// Whether it was missed.
    late: bool,
}

/// Money that goes back.
#[derive(Serialize, utoipa::ToSchema)]
pub struct BackView {
    /// How much.
    amount: Money,
    /// `wanted`, `sent` or `failed`.
    status: &'static str,
    /// Why: `cancelled`, `late`, `double`, `short`, `surplus` or `aftersale`.
    why: &'static str,
    /// Whether it is of the whole purchase, not of this order.
    of_purchase: bool,
    /// When it was decided, RFC 3339.
    at: String,
}

/// An order with its timeline.
#[derive(Serialize, utoipa::ToSchema)]
pub struct BuyerOrder {
    #[serde(flatten)]
    head: OrderHead,
    /// What the shop is called.
    shop_name: Box<str>,
    /// What happened, in that order.
    steps: Vec<Happened>,
    /// What was and is due, earliest first.
    due: Vec<StoreDue>,
    /// What it has instead of a parcel, once it is delivered.
    contents: ContentsView,
    /// What of its money, or of its whole purchase's, goes back or went.
    refunds: Vec<BackView>,
    /// What its shop paid for shipping it late, in a coupon of the mall that is in the buyer's hand; null if nothing.
    compensation: Option<CompensationView>,
    /// What is to be paid for it and the other orders of its purchase together; null if nothing is to be paid.
    to_pay: Option<Money>,
    /// The coupons that lower it, each with this order's part of it.
    applied: Vec<Taken>,
    /// Those that were not taken when it was placed, and why.
    refused: Vec<NotTaken>,
}

/// One order of whoever asks.
#[operation(get, "/orders/{order}", tag = "store", needs = "member")]
pub async fn get(at: MemberContext, order: Id<OrderKind>) -> Answer<BuyerOrder> {
    let (member, now, site) = (at.member, at.now(), at.site.clone());
    at.answer(move |q| {
        let page = view::order(q, &site.services, now, member, order)?;
        let steps = page.view.steps.iter().map(|entry| {
            let why = entry.cancelled();
            Happened {
                what: entry.step.map_or("placed", Step::as_str),
                at: site.time(entry.at),
                reason: why.as_ref().map(|why| why.reason.as_str()),
                text: why.and_then(|why| why.text),
            }
        });
        let due = page.view.due.iter().map(|due| StoreDue {
            what: due.step.as_str(),
            by: site.time(due.by),
            met: due.met.map(|at| site.time(at)),
            late: due.is_late(now),
        });
        let refunds = page.refunds.iter().map(|refund| BackView {
            amount: refund.amount,
            status: refund.status.as_str(),
            why: refund.why.as_str(),
            of_purchase: refund.order.is_none(),
            at: site.time(refund.wanted_at),
        });
        let bill: Option<Bill> = serde_json::from_str::<Option<Bill>>(&page.view.bill).ok().flatten();
        let (applied, refused) =
            bill.map_or_else(Default::default, |bill| taken(&bill.applied, &bill.refused, true));
        Ok(BuyerOrder {
            head: head(&site, &page.view.order),
            shop_name: page.shop.name.clone(),
            steps: steps.collect(),
            due: due.collect(),
            contents: ContentsView::of(&page.contents, &site),
            refunds: refunds.collect(),
            compensation: page.compensation.map(|paid| CompensationView::of(&paid, &site.market)),
            to_pay: page.purchase.as_ref().map(|purchase| purchase.total),
            applied,
            refused,
        })
    })
    .await
}

/// A code in the clear.
#[derive(Serialize, utoipa::ToSchema)]
pub struct ClearCode {
    /// What it says.
    text: String,
}

/// Shows a code of an order in the clear, and records that it was seen.
#[operation(post, "/orders/{order}/codes/{code}", tag = "store", needs = "member")]
pub async fn reveal(at: MemberContext, order: Id<OrderKind>, code: Id<Code>) -> Answer<ClearCode> {
    let text = revealed(&at.site, &at.act.who, at.member, (order, code)).await?;
    Ok(axum::Json(ClearCode { text }))
}

/// Downloads a file of an order: each time counts, until its link has opened all it opens.
#[operation(post, "/orders/{order}/downloads/{download}", tag = "store", needs = "member",
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>)))]
pub async fn download(
    at: MemberContext,
    order: Id<OrderKind>,
    download: Id<Download>,
) -> Result<Response, Failure> {
    downloaded(&at.site, &at.act.who, at.member, (order, download)).await
}

/// Calls a paid order off before it ships: its money goes back.
#[operation(post, "/orders/{order}/cancel", tag = "store", needs = "member")]
pub async fn cancel(at: MemberContext, order: Id<OrderKind>) -> Written<OrderHead> {
    let (side, site) = (Side::Buyer(at.member), at.site.clone());
    let keys = keys(&at.site, move |q| buy::keys_of_order(q, side, order)).await?;
    let cancel = at.write("store.order.cancel", keys, move |tx, ctx| {
        let (ended, _) = buy::cancel_paid(tx, ctx, side, order, None)?;
        Ok::<_, BuyError>(head(&site, &ended))
    });
    let answer = cancel.await?;
    at.site.services.wake_worker();
    Ok(answer)
}

/// Confirms that an order was received: its money goes to the shop.
#[operation(post, "/orders/{order}/receive", tag = "store", needs = "member")]
pub async fn receive(at: MemberContext, order: Id<OrderKind>) -> Written<OrderHead> {
    let (member, site) = (at.member, at.site.clone());
    let keys = keys(&at.site, move |q| buy::keys_of_order(q, Side::Buyer(member), order)).await?;
    at.write("store.order.receive", keys, move |tx, ctx| {
        Ok::<_, BuyError>(head(&site, &buy::receive(tx, ctx, member, order)?))
    })
    .await
}

/// What is said to the shop.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RemarkBody {
    /// At most 200 characters; nothing takes back what was said.
    #[schema(max_length = 200)]
    text: String,
}

/// Says something to the shop of an order that has not shipped, instead of what was said before.
#[operation(put, "/orders/{order}/remark", tag = "store", needs = "member")]
pub async fn remark(at: MemberContext, order: Id<OrderKind>, body: RemarkBody) -> Written<OrderHead> {
    let (member, site) = (at.member, at.site.clone());
    at.write("store.order.remark", trade::order::key(order), move |tx, ctx| {
        let said = trade::order::remark(tx, ctx, member, order, &body.text)?;
        Ok::<_, BuyError>(head(&site, &said))
    })
    .await
}

/// Where it is to go.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "address": "adr_0640yw3hg0d5v8wxfrgcp6ztr0" }))]
pub struct AddressTo {
    /// One of the member's addresses.
    address: String,
}

/// Sends an order that has not shipped to another address.
#[operation(put, "/orders/{order}/address", tag = "store", needs = "member")]
pub async fn readdress(at: MemberContext, order: Id<OrderKind>, body: AddressTo) -> Written<OrderHead> {
    let (member, site, address) = (at.member, at.site.clone(), id::<Address>(&body.address)?);
    at.write("store.order.address", trade::order::key(order), move |tx, ctx| {
        let moved = flows::address::change(tx, ctx, &site.services, member, order, address)?;
        Ok::<_, BuyError>(head(&site, &moved))
    })
    .await
}
