//! `/console/money/transfers`: bank transfers that are awaited, a form to record a line of the bank's statement, refunds that
//! somebody sends, and what came of every line.
//!
//! Invariants: what is refused stays as it was typed; a line that is recorded twice is one; what is recorded here goes
//! through the same door as what a provider tells.

use crate::tabs::money_tabs;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use flows::buy::{self, Awaited, Incoming, LONGEST_LINE, ToSend};
use kernel::id::Refund;
use kernel::{Id, Money};
use maud::{Markup, html};
use serde::Deserialize;
use trade::order::Status;
use trade::payment::{Came, Line, Moved, Why};
use web_kit::admin::parts::{self, Field};
use web_kit::admin::{done_of, words};
use web_kit::fmt;
use web_kit::form::{Fields, plain};
use web_kit::idempotency::{IdempotentForm, IdempotentRequest};
use web_kit::lang::{Lang, t};
use web_kit::problem::{Failure, Query};
use web_kit::site::Site;
use web_kit::storefront::transfer::grouped;
use web_kit::ui::{self, Area, Page, RenderContext, State as Mark};
use web_kit::view::stock::after;
use web_kit::view::transfer::{key, key_of, lines_of, record, send};

const HERE: &str = "/console/money/transfers";

/// Rows of one page of a list.
const PAGE: usize = 30;

/// The longest text of a line that is looked for a reference.
const LONGEST: usize = 200;

#[derive(Debug, Default, Deserialize)]
pub struct Params {
    /// Where the list of lines begins.
    after: Option<String>,
    /// Where the list of those that are awaited begins.
    waiting: Option<String>,
    /// Where the list of refunds begins.
    back: Option<String>,
    /// What was done.
    done: Option<String>,
    /// Which one is about to be recorded.
    reference: Option<String>,
    /// How much it should be.
    amount: Option<String>,
    #[serde(rename = "lang")]
    _lang: Option<String>,
    #[serde(rename = "theme")]
    _theme: Option<String>,
}

/// What the page shows.
struct Found {
    awaited: Vec<Awaited>,
    to_send: Vec<ToSend>,
    lines: Vec<Line>,
}

/// The page.
pub async fn page(
    State(site): State<Site>,
    look: RenderContext,
    Query(asked): Query<Params>,
) -> Result<Page, Failure> {
    if buy::by_hand(&site.services).is_err() {
        return Ok(none(&look));
    }
    let found = found(&site, &asked).await?;
    let mut fields = Fields::default();
    fields.set("reference", asked.reference.as_deref().unwrap_or_default());
    fields.set("amount", asked.amount.as_deref().unwrap_or_default());
    Ok(drawn(&site, &look, &found, &asked, &fields, None))
}

/// A market without an account.
fn none(look: &RenderContext) -> Page {
    let title = look.t("银行转账", "Bank transfers");
    let body = html! {
        (ui::head(html! { a href="/console/money" { (look.t("钱", "Money")) } " / " (title) }, html! { (title) }, false, html! {}, html! {}))
        div.dk-top { (money_tabs(look, HERE)) }
        div.paper { (parts::empty(look.t("这个商城不收银行转账。要收，把账户写进市场文件夹的 transfer.toml（见 README），再启动一次。", "This mall takes no bank transfers. To take them, write its account into transfer.toml in the market's folder (see the README) and start again."), html! {})) }
    };
    ui::page(look, Area::Money, title, body)
}

async fn found(site: &Site, asked: &Params) -> Result<Found, Failure> {
    let services = site.services.clone();
    let (waiting, back) = (after(asked.waiting.as_deref())?, after(asked.back.as_deref())?);
    let last = key(asked.after.as_deref())?;
    let most = PAGE as i64 + 1;
    site.read(move |q| {
        Ok(Found {
            awaited: buy::awaited(q, &services, waiting, most)?,
            to_send: buy::to_send(q, &services, back, most)?,
            lines: lines_of(q, &services, last.as_ref(), most)?,
        })
    })
    .await
}

fn drawn(
    site: &Site,
    look: &RenderContext,
    found: &Found,
    asked: &Params,
    fields: &Fields,
    refused: Option<&Failure>,
) -> Page {
    let title = look.t("银行转账", "Bank transfers");
    let back = found.to_send.len();
    let verdict = match (back, look.lang) {
        (0, Lang::Zh) => "没有要退出去的".to_owned(),
        (0, Lang::En) => "Nothing is to be sent back".to_owned(),
        (n, Lang::Zh) => format!("{} 笔要退出去", some(n)),
        (1, Lang::En) => "One refund is to be sent".to_owned(),
        (n, Lang::En) => format!("{} refunds are to be sent", some(n)),
    };
    let body = html! {
        (ui::head(html! { a href="/console/money" { (look.t("钱", "Money")) } " / " (title) }, html! { (verdict) }, false,
            html! {
                (ui::state(if found.awaited.is_empty() { Mark::None } else { Mark::Running }, &match look.lang { Lang::Zh => format!("在等 {} 笔", some(found.awaited.len())), Lang::En => format!("{} awaited", some(found.awaited.len())) }))
                span { (fmt::moment(look.lang, &site.market, (site.now)())) }
            }, html! {}))
        (done_of(look, asked.done.as_deref(), &DONE))
        @if let Some(refused) = refused { (parts::refused(look, refused)) }
        (parts::refusals(look, fields, |name| field_name(look, name)))
        div.dk-top { (money_tabs(look, HERE)) }
        (ui::question(
            look.t("账上来了一笔？", "Did money come in?"),
            html! { (look.t("照银行流水抄。附言抄错一个字会被拦下；同一条流水只记一次。", "Type it off the statement. A reference with an error in it is caught; a line counts once.")) },
            html! { (form(look, site, fields)) },
        ))
        (ui::question(
            look.t("在等哪些转账？", "Which transfers are awaited?"),
            html! { (look.t("等得最久的在前。过了时间自动关闭，之后到的整笔退回。", "Those that waited longest first. Past its time a purchase closes; what comes later goes back whole.")) },
            html! { div.paper { (awaited(look, site, found, asked)) } },
        ))
        (ui::question(
            look.t("哪些要退出去？", "What is to be sent back?"),
            html! { (look.t("退回它来的那个账户，再写下银行的流水号。", "Send it to the account it came from, then write down the bank's id of that line.")) },
            html! { div.paper { (to_send(look, site, found, asked)) } },
        ))
        (ui::question(
            look.t("记过的流水，都成了什么？", "What came of every line?"),
            html! { (look.t("新的在上。", "Newest first.")) },
            html! { div.paper { (lines(look, site, found, asked)) } },
        ))
    };
    ui::page(look, Area::Money, title, body)
}

const DONE: [(&str, &str, &str); 7] = [
    ("paid", "记好了：一分不差，订单已付款。", "Recorded: exact, and its orders are paid."),
    (
        "surplus",
        "记好了：订单已付款，多出来的列在要退的里。",
        "Recorded: its orders are paid, and the rest is to be sent back.",
    ),
    ("short", "记好了：不够，整笔列在要退的里。", "Recorded: too little, and all of it is to be sent back."),
    (
        "late",
        "记好了：订单已经结束，整笔列在要退的里。",
        "Recorded: its purchase was over, and all of it is to be sent back.",
    ),
    (
        "double",
        "记好了：早就付过，整笔列在要退的里。",
        "Recorded: it was paid for already, and all of it is to be sent back.",
    ),
    ("known", "这条流水早就记过，什么都没有变。", "This line was recorded before; nothing has changed."),
    ("sent", "记好了：这笔已经退出去。", "Recorded: this refund was sent."),
];

/// A count, with a plus if there are more than one page.
fn some(n: usize) -> String {
    if n > PAGE { format!("{PAGE}+") } else { n.to_string() }
}

fn field_name(look: &RenderContext, name: &str) -> String {
    match name {
        "reference" => look.t("附言", "Reference").to_owned(),
        "amount" => look.t("金额", "Amount").to_owned(),
        "line" => look.t("银行流水号", "The bank's id of the line").to_owned(),
        name => name.to_owned(),
    }
}

fn form(look: &RenderContext, site: &Site, fields: &Fields) -> Markup {
    let unit = site.market.currency.symbol().to_owned();
    html! {
        form.paper.dk-form.three id="record" action=(HERE) method="post" {
            input type="hidden" name="key" value=(site.form_key());
            (parts::line(look, fields, Field { name: "reference", label: look.t("附言", "Reference"), needed: true, hint: look.t("SH 加九个字，整段附言抄来也行", "SH and nine characters; the whole text of the line will do"), ..Field::default() }, LONGEST))
            (parts::number(look, fields, Field { name: "amount", label: look.t("金额", "Amount"), needed: true, ..Field::default() }, &unit))
            (parts::line(look, fields, Field { name: "line", label: look.t("银行流水号", "The bank's id of the line"), needed: true, hint: look.t("同一条记两次也只算一次", "Typed twice it counts once"), ..Field::default() }, LONGEST_LINE))
            div.dk-f { span.dk-lab aria-hidden="true" { "\u{a0}" } button.btn.pri name="do" value="record" { (look.t("登记到账", "Record it")) } }
        }
    }
}

/// Where a purchase stands that is not waiting any more.
fn over(look: &RenderContext, status: Status) -> Markup {
    let text = match status {
        Status::Unpaid => return html! {},
        Status::Cancelled => look.t("已取消，到了就退", "Called off: would go back"),
        Status::Closed => look.t("已关闭，到了就退", "Closed: would go back"),
        Status::Paid | Status::Shipped | Status::Received | Status::Refunded => {
            look.t("另付过了，到了就退", "Paid otherwise: would go back")
        }
    };
    ui::state(Mark::Warning, text)
}

fn awaited(look: &RenderContext, site: &Site, found: &Found, asked: &Params) -> Markup {
    let now = (site.now)();
    let shown = &found.awaited[..found.awaited.len().min(PAGE)];
    if shown.is_empty() {
        return parts::empty(look.t("一笔也没有。", "None."), html! {});
    }
    let next = shown.last().filter(|_| found.awaited.len() > PAGE);
    let next = next.map(|one| parts::with(look, &[("waiting", &one.attempt.id.to_string())]));
    html! {
        table.cards.dk-list {
            thead { tr { th { (look.t("附言", "Reference")) } th.r { (look.t("金额", "Amount")) } th { (look.t("最迟", "Until")) } th { (look.t("下单", "Placed")) } th {} } }
            tbody {
                @for one in shown {
                    @let reference = one.attempt.reference.as_deref().unwrap_or_default();
                    tr {
                        td.w { b { (grouped(reference)) } small { a href={ "/console/sales/" (first(one)) } { (look.t("订单", "order")) } } }
                        td.r.nw data-l=(look.t("金额", "Amount")) { (fmt::money(look.lang, one.attempt.amount)) }
                        td.nw data-l=(look.t("最迟", "Until")) {
                            @if one.pays() { (parts::deadline(look, &site.market, now, one.purchase.pay_by)) small { (parts::left(look, now, one.purchase.pay_by)) } } @else { (over(look, one.purchase.status)) }
                        }
                        td.nw data-l=(look.t("下单", "Placed")) { (fmt::minute(look.lang, &site.market, one.purchase.placed_at)) }
                        td.r { a.btn.dk-sm href={ (HERE) "?reference=" (reference) "&amount=" (plain(one.attempt.amount)) "#record" } { (look.t("登记", "Record")) } }
                    }
                }
            }
        }
        (foot(look, asked.waiting.as_deref(), "waiting", next))
    }
}

/// The foot of a list that has another page.
fn foot(look: &RenderContext, asked: Option<&str>, name: &str, next: Option<String>) -> Markup {
    let first = asked.map(|_| parts::with(look, &[(name, "")]));
    if first.is_none() && next.is_none() {
        return html! {};
    }
    parts::pager(look, first.as_deref(), next.as_deref(), html! {})
}

/// The first order of a purchase.
fn first(one: &Awaited) -> String {
    one.purchase.parts.first().map(|part| part.order.to_string()).unwrap_or_default()
}

fn why(look: &RenderContext, why: Why) -> &'static str {
    let (zh, en) = match why {
        Why::Cancelled => ("订单取消", "Order called off"),
        Why::Late => ("到得太晚", "Came too late"),
        Why::Double => ("付重了", "Paid twice"),
        Why::Short => ("不够", "Too little"),
        Why::Surplus => ("多出来的", "Too much"),
        Why::Aftersale => ("售后", "After the sale"),
    };
    t(look.lang, zh, en)
}

fn to_send(look: &RenderContext, site: &Site, found: &Found, asked: &Params) -> Markup {
    let now = (site.now)();
    let shown = &found.to_send[..found.to_send.len().min(PAGE)];
    if shown.is_empty() {
        return parts::empty(look.t("没有要退的。", "Nothing is to be sent back."), html! {});
    }
    let next = shown.last().filter(|_| found.to_send.len() > PAGE);
    let next = next.map(|one| parts::with(look, &[("back", &one.refund.id.to_string())]));
    let key = site.form_key();
    html! {
        table.cards.dk-list {
            thead { tr { th { (look.t("从哪来的", "Where it came from")) } th.r { (look.t("退多少", "Amount")) } th { (look.t("为什么", "Why")) } th { (look.t("等了", "Waits")) } th { (look.t("已转出？银行流水号", "Sent? The bank's id")) } } }
            tbody {
                @for one in shown {
                    tr {
                        td.w {
                            @if let Some(came) = &one.came { b { (grouped(&came.reference)) } small { (look.t("流水 ", "line ")) span.mono { (came.line) } } }
                            @if let Some(order) = one.refund.order { small { a href={ "/console/sales/" (order) } { (look.t("订单", "order")) } } }
                        }
                        td.r.nw data-l=(look.t("退多少", "Amount")) { b { (fmt::money(look.lang, one.refund.amount)) } }
                        td data-l=(look.t("为什么", "Why")) { (why(look, one.refund.why)) }
                        td.nw data-l=(look.t("等了", "Waits")) { (fmt::duration(look.lang, now.micros() - one.refund.wanted_at.micros())) }
                        td.w {
                            form.dk-line action=(HERE) method="post" {
                                input type="hidden" name="key" value={ (key) (one.refund.id) };
                                input type="hidden" name="refund" value=(one.refund.id);
                                input.dk-in name="out" required maxlength=(LONGEST_LINE) autocomplete="off" aria-label=(look.t("银行流水号", "The bank's id of the line"));
                                button.btn.dk-sm name="do" value="sent" { (look.t("已转出", "Sent")) }
                            }
                        }
                    }
                }
            }
        }
        (foot(look, asked.back.as_deref(), "back", next))
    }
}

fn moved(look: &RenderContext, moved: Moved) -> Markup {
    match moved {
        Moved::In(Came::Captures) => ui::state(Mark::Kept, look.t("付清", "Paid")),
        Moved::In(Came::Surplus) => ui::state(Mark::Kept, look.t("付清，多的退", "Paid, rest goes back")),
        Moved::In(Came::Short) => ui::state(Mark::Warning, look.t("不够，整笔退", "Short, goes back")),
        Moved::In(Came::Late) => ui::state(Mark::Warning, look.t("太晚，整笔退", "Late, goes back")),
        Moved::In(Came::Double) => ui::state(Mark::Warning, look.t("付重，整笔退", "Double, goes back")),
        Moved::In(Came::Nothing) => ui::state(Mark::None, look.t("什么也没变", "Nothing")),
        Moved::Out(_) => ui::state(Mark::None, look.t("退出去", "Sent back")),
    }
}

fn lines(look: &RenderContext, site: &Site, found: &Found, asked: &Params) -> Markup {
    let shown = &found.lines[..found.lines.len().min(PAGE)];
    if shown.is_empty() {
        return parts::empty(look.t("还没有记过流水。", "No line was recorded yet."), html! {});
    }
    let next = shown.last().filter(|_| found.lines.len() > PAGE);
    let next = next.map(|line| parts::with(look, &[("after", &key_of(line))]));
    let amount = |line: &Line| match line.moved {
        Moved::In(_) => html! { (fmt::money(look.lang, line.amount)) },
        Moved::Out(_) => {
            html! { (fmt::money(look.lang, Money::new(-line.amount.minor, line.amount.currency))) }
        }
    };
    html! {
        table.cards.dk-list {
            thead { tr { th { (look.t("银行流水号", "The bank's id")) } th.r { (look.t("金额", "Amount")) } th { (look.t("附言", "Reference")) } th { (look.t("成了什么", "What it was")) } th { (look.t("谁、何时", "By whom, when")) } } }
            tbody {
                @for line in shown {
                    tr {
                        td.w { b.mono { (line.line) } }
                        td.r.nw data-l=(look.t("金额", "Amount")) { (amount(line)) }
                        td.nw data-l=(look.t("附言", "Reference")) { (grouped(&line.reference)) }
                        td data-l=(look.t("成了什么", "What it was")) { (moved(look, line.moved)) }
                        td data-l=(look.t("谁、何时", "By whom, when")) { (fmt::moment(look.lang, &site.market, line.at)) small { (words::actor(look, line.by)) } }
                    }
                }
            }
        }
        (foot(look, asked.after.as_deref(), "after", next))
    }
}

/// A press of a button.
pub async fn act(
    State(site): State<Site>,
    look: RenderContext,
    IdempotentForm { act, form }: IdempotentForm<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let mut fields = Fields::of(form);
    let refused = match done(&site, &act, &mut fields).await {
        Ok(Some(word)) => return Ok(Redirect::to(&format!("{HERE}?done={word}")).into_response()),
        Ok(None) => None,
        Err(failure) if failure.status == 404 => return Err(failure),
        Err(failure) => Some(failure),
    };
    let found = found(&site, &Params::default()).await?;
    let look = RenderContext { here: HERE.into(), ..look };
    let status = refused.as_ref().map_or(StatusCode::UNPROCESSABLE_ENTITY, |f| f.status_code());
    let page = drawn(&site, &look, &found, &Params::default(), &fields, refused.as_ref());
    Ok((status, page).into_response())
}

/// Does it; the word of what was done, or nothing if fields were refused.
async fn done(
    site: &Site,
    act: &IdempotentRequest,
    fields: &mut Fields,
) -> Result<Option<&'static str>, Failure> {
    if fields.text("do") == "sent" {
        let refund: Id<Refund> = web_kit::input::id(fields.text("refund"))?;
        let (_, new) = send(site, act, refund, fields.text("out").to_owned()).await?;
        return Ok(Some(if new { "sent" } else { "known" }));
    }
    let reference = fields.needed("reference", LONGEST);
    let line = fields.needed("line", LONGEST_LINE);
    let amount = fields.money("amount", site.market.currency);
    if amount.is_none() {
        fields.refuse("amount", "要填。", "Needed.");
    }
    let Some(amount) = amount.filter(|_| fields.is_good()) else { return Ok(None) };
    let cmd = Incoming { line: line.into(), text: reference.into(), amount };
    let (line, new) = record(site, act, cmd).await?;
    Ok(Some(match line.moved {
        _ if !new => "known",
        Moved::In(came) => came.as_str(),
        Moved::Out(_) => "sent",
    }))
}
