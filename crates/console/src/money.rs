//! `/console/money`: the ledger by class of account, drawn, and whether money, stock, orders and payments tell the same story.

use axum::extract::State;
use axum::response::Redirect;
use flows::check::{self, Report, Where};
use kernel::{Currency, Money};
use maud::{Markup, html};
use serde::Deserialize;
use trade::ledger::{self, Class, Trial};
use web_kit::admin::{done_of, parts};
use web_kit::fmt;
use web_kit::idempotency::IdempotentForm;
use web_kit::lang::Lang;
use web_kit::principal::Principal;
use web_kit::problem::{Failure, Query};
use web_kit::site::Site;
use web_kit::ui::{self, Area, Page, RenderContext, State as Mark};

/// Results that are listed.
const RESULTS: i64 = 12;

#[derive(Debug, Default, Deserialize)]
pub struct Params {
    done: Option<String>,
    #[serde(rename = "lang")]
    _lang: Option<String>,
    #[serde(rename = "theme")]
    _theme: Option<String>,
}

/// What a class of accounts is.
fn class(look: &RenderContext, class: Class) -> (&'static str, &'static str) {
    let pick = |zh: (&'static str, &'static str), en: (&'static str, &'static str)| match look.lang {
        Lang::Zh => zh,
        Lang::En => en,
    };
    match class {
        Class::Provider => {
            pick(("支付机构", "机构替平台收着的"), ("Provider", "held for the platform by providers"))
        }
        Class::Escrow => {
            pick(("担保", "买家付了、还没结算给店的"), ("Escrow", "paid by buyers, not settled"))
        }
        Class::Surplus => {
            pick(("多收", "晚到、重复、多付的，要退"), ("Surplus", "late, double or too much, to go back"))
        }
        Class::Refund => pick(("退款在途", "正退给买家的"), ("Refund", "on its way back to buyers")),
        Class::Payable => {
            pick(("应付店铺", "结算了、还没打款的"), ("Payable", "settled, to be paid out to shops"))
        }
        Class::Debt => pick(("店铺欠款", "退得比得的多"), ("Debt", "gave back more than they had")),
        Class::Deposit => pick(("保证金", "店铺存的"), ("Deposit", "deposited by shops")),
        Class::Held => pick(("冻结", "扣着的店铺货款"), ("Held", "shops' money kept back")),
        Class::Commission => pick(("佣金收入", ""), ("Commission", "earned")),
        Class::Fee => pick(("服务费收入", ""), ("Fee", "earned")),
        Class::Coupon => pick(("平台券支出", "平台替买家付的"), ("Coupon", "paid by the platform")),
        Class::Rounding => pick(("尾差", "最后一分的去处"), ("Rounding", "differences of the last unit")),
        Class::Refundable => {
            pick(("可退备忘", "结算后还能退多少"), ("Refundable", "what released orders may give back"))
        }
        Class::Memo => pick(("备忘对方", "可退备忘的另一边"), ("Memo", "the other side of that note")),
    }
}

/// The page.
pub async fn page(
    State(site): State<Site>,
    look: RenderContext,
    who: Principal,
    Query(asked): Query<Params>,
) -> Result<Page, Failure> {
    let (trial, results) = site.read(|q| Ok((ledger::trial(q)?, check::results(q, RESULTS)?))).await?;
    let stuck = crate::dead_letters::notice(&site, &look, &who).await?;
    let now = (site.now)();
    let title = look.t("钱", "Money");
    let sound = results.first().map(Report::is_sound);
    let zero = sums(&trial).iter().all(|(_, credit, debit)| credit == debit);
    let verdict = match (trial.is_empty(), zero, look.lang) {
        (true, _, Lang::Zh) => "账上还没有一笔钱",
        (true, _, Lang::En) => "No money has moved yet",
        (false, true, Lang::Zh) => "借贷相等，一分不差",
        (false, true, Lang::En) => "Credits and debits are equal, to the last unit",
        (false, false, Lang::Zh) => "借贷不等，账错了",
        (false, false, Lang::En) => "Credits and debits differ: the ledger is wrong",
    };
    let body = html! {
        (ui::head(html! { (look.t("平台", "Platform")) }, html! { (verdict) }, true,
            html! {
                @match sound {
                    Some(true) => (ui::state(Mark::Kept, look.t("上次核对全对", "The last check found nothing"))),
                    Some(false) => (ui::state(Mark::Broken, look.t("上次核对有对不上的", "The last check found faults"))),
                    None => (ui::state(Mark::None, look.t("还没核对过", "Not checked yet"))),
                }
                span { (fmt::moment(look.lang, &site.market, now)) }
            },
            html! { (parts::press("/console/money/check", &site.form_key(), &[], look.t("现在核对一遍", "Check now"), "btn pri")) }))
        div.dk-top { (crate::tabs::money_tabs(&look, "/console/money")) }
        (stuck)
        (done_of(&look, asked.done.as_deref(), &[("checked", "核对完了，结果在下面。", "Checked; the result is below.")]))
        (ui::question(
            look.t("每类账户合计多少？", "What does each class of accounts sum to?"),
            html! { (look.t("左边是借方，右边是贷方，同一把尺。全部相加必须是 0。", "Debits to the left, credits to the right, on one scale. All of it sums to zero.")) },
            html! { div.paper { (trial_table(&look, &trial)) } },
        ))
        (ui::question(
            look.t("账、库存、订单、支付对得上吗？", "Do money, stock, orders and payments agree?"),
            html! { (look.t("后台每隔一会儿核对一次，只看不改。", "Checked in the background every so often; it changes nothing.")) },
            html! { (result(&look, &site, results.first(), now)) },
        ))
        (ui::question(look.t("之前核对的结果", "Earlier results"), html! {}, html! { div.paper { (history(&look, &site, &results)) } }))
    };
    Ok(ui::page(&look, Area::Money, title, body))
}

/// Credits and debits of each currency.
fn sums(trial: &[Trial]) -> Vec<(Currency, i128, i128)> {
    let mut found: Vec<(Currency, i128, i128)> = Vec::new();
    for row in trial {
        match found.iter_mut().find(|(currency, _, _)| *currency == row.currency) {
            Some(sum) => {
                sum.1 += row.credit;
                sum.2 += row.debit;
            }
            None => found.push((row.currency, row.credit, row.debit)),
        }
    }
    found
}

fn money(look: &RenderContext, minor: i128, currency: Currency) -> String {
    fmt::money(look.lang, Money::new(i64::try_from(minor).unwrap_or(i64::MAX), currency))
}

fn trial_table(look: &RenderContext, trial: &[Trial]) -> Markup {
    if trial.is_empty() {
        return parts::empty(
            look.t("第一笔付款到账后，这里就有数。", "There are figures once the first payment comes in."),
            html! {},
        );
    }
    let most = trial.iter().map(|row| row.credit.max(row.debit)).max().unwrap_or(1).max(1) as f64;
    let length = |minor: i128| minor as f64 / most * 158.0;
    html! {
        table.cards.dk-list.dk-trial {
            thead { tr {
                th { (look.t("账户类", "Class")) } th { (look.t("借 ｜ 贷", "Debits | credits")) }
                th.r { (look.t("借", "Debits")) } th.r { (look.t("贷", "Credits")) } th.r { (look.t("余额", "Balance")) } th.r { (look.t("分录", "Entries")) }
            } }
            tbody {
                @for row in trial {
                    @let (name, about) = class(look, row.class);
                    tr {
                        td.w { b { (name) } small { (about) } }
                        td.w {
                            svg.plot2 viewBox="0 0 320 18" preserveAspectRatio="none" aria-hidden="true" {
                                rect.debit x=(format!("{:.1}", 160.0 - length(row.debit))) y="4" width=(format!("{:.1}", length(row.debit))) height="10" {}
                                rect.credit x="160" y="4" width=(format!("{:.1}", length(row.credit))) height="10" {}
                                path d="M160 0V18" stroke="var(--sh-ink-3)" stroke-width="1" {}
                            }
                        }
                        td.r.nw data-l=(look.t("借", "Debits")) { (money(look, row.debit, row.currency)) }
                        td.r.nw data-l=(look.t("贷", "Credits")) { (money(look, row.credit, row.currency)) }
                        td.r.nw data-l=(look.t("余额", "Balance")) { b { (money(look, row.balance(), row.currency)) } }
                        td.r data-l=(look.t("分录", "Entries")) { (fmt::count(row.entries)) }
                    }
                }
            }
            tfoot {
                @for (currency, credit, debit) in sums(trial) {
                    tr {
                        th scope="row" { (look.t("合计 ", "In all ")) (currency) }
                        td.w { (if credit == debit { ui::state(Mark::Kept, look.t("相等", "Equal")) } else { ui::state(Mark::Broken, look.t("不等", "Differ")) }) }
                        td.r.nw data-l=(look.t("借", "Debits")) { (money(look, debit, currency)) }
                        td.r.nw data-l=(look.t("贷", "Credits")) { (money(look, credit, currency)) }
                        td.r.nw data-l=(look.t("余额", "Balance")) { (money(look, credit - debit, currency)) }
                        td.r {}
                    }
                }
            }
        }
    }
}

fn place(look: &RenderContext, place: Where) -> &'static str {
    let (zh, en) = match place {
        Where::Ledger => ("账", "Ledger"),
        Where::Stock => ("库存", "Stock"),
        Where::Payment => ("支付", "Payments"),
        Where::Order => ("订单", "Orders"),
        Where::Limit => ("限购", "Limits"),
    };
    web_kit::lang::t(look.lang, zh, en)
}

const PLACES: [Where; 5] = [Where::Ledger, Where::Stock, Where::Payment, Where::Order, Where::Limit];

fn about(look: &RenderContext, place: Where) -> &'static str {
    let (zh, en) = match place {
        Where::Ledger => {
            ("每笔分录相加为 0，余额等于分录之和", "bookings sum to zero, balances are their sums")
        }
        Where::Stock => (
            "在仓、占用等于流水之和，占用等于没结束的预留",
            "figures are the sums of movements and of held reservations",
        ),
        Where::Payment => ("收款不少于退款", "no payment gave back more than it brought"),
        Where::Order => {
            ("订单、付款、账和库存说的是同一件事", "orders, payments, money and stock tell the same")
        }
        Where::Limit => ("限购数等于买到的件数", "limits equal what was bought"),
    };
    web_kit::lang::t(look.lang, zh, en)
}

fn result(look: &RenderContext, site: &Site, last: Option<&Report>, now: kernel::Moment) -> Markup {
    let Some(last) = last else {
        return html! { div.paper { (parts::empty(look.t("还没核对过。按「现在核对一遍」。", "Not checked yet. Press Check now."), html! {})) } };
    };
    html! {
        div.paper {
            div.dk-hd {
                h3 { (fmt::moment(look.lang, &site.market, last.at)) " · " (fmt::duration(look.lang, now.micros() - last.at.micros())) (look.t("前", " ago")) }
                span.note {
                    (fmt::count(last.bookings)) (look.t(" 笔记账，", " bookings, ")) (fmt::count(last.entries)) (look.t(" 条分录，", " entries, "))
                    (fmt::count(last.orders)) (look.t(" 单，", " orders, ")) (fmt::count(last.shops)) (look.t(" 家店的库存", " shops' stock"))
                }
            }
            table.cards.dk-list {
                tbody {
                    @for one in PLACES {
                        @let faults: Vec<&check::Fault> = last.faults.iter().filter(|fault| fault.place == one).collect();
                        tr {
                            td { b { (place(look, one)) } }
                            td.w { (about(look, one)) @for fault in &faults { small.mono { (fault.what) } } }
                            td.r { (if faults.is_empty() { ui::state(Mark::Kept, look.t("对得上", "Agree")) } else { ui::state(Mark::Broken, &match look.lang { Lang::Zh => format!("{} 处不对", faults.len()), Lang::En => format!("{} faults", faults.len()) }) }) }
                        }
                    }
                }
            }
            @if last.faults.iter().any(|fault| fault.place == Where::Stock) { p.dk-note { (look.t("库存数字可以按流水重算：停下 serve，运行 sanhao check --rebuild-stock。", "Stock figures can be rebuilt from their movements: stop serve and run `sanhao check --rebuild-stock`.")) } }
            @if !last.whole { p.dk-note { (look.t("订单查的是没走完的和最新的；全查用命令 sanhao check。", "Open and newest orders; `sanhao check` looks at all.")) } }
        }
    }
}

fn history(look: &RenderContext, site: &Site, results: &[Report]) -> Markup {
    if results.is_empty() {
        return parts::empty(look.t("还没有。", "None yet."), html! {});
    }
    html! {
        table.cards.dk-list {
            thead { tr { th { (look.t("时间", "When")) } th { (look.t("结果", "Result")) } th.r { (look.t("记账", "Bookings")) } th.r { (look.t("订单", "Orders")) } } }
            tbody {
                @for report in results {
                    tr {
                        td.nw { (fmt::moment(look.lang, &site.market, report.at)) }
                        td data-l=(look.t("结果", "Result")) { (if report.is_sound() { ui::state(Mark::Kept, look.t("全对", "Sound")) } else { ui::state(Mark::Broken, &format!("{} {}", report.faults.len(), look.t("处不对", "faults"))) }) }
                        td.r data-l=(look.t("记账", "Bookings")) { (fmt::count(report.bookings)) }
                        td.r data-l=(look.t("订单", "Orders")) { (fmt::count(report.orders)) }
                    }
                }
            }
        }
    }
}

/// Checks now.
pub async fn check(
    State(site): State<Site>,
    _: IdempotentForm<Vec<(String, String)>>,
) -> Result<Redirect, Failure> {
    web_kit::view::check::now(&site).await?;
    Ok(Redirect::to("/console/money?done=checked"))
}
