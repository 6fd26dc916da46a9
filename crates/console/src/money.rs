//! `/console/money`: the ledger by class of account, drawn, and whether money, stock, orders and payments tell the same story.

use flows::check::{self, Fault, Report};
use kernel::Currency;
use ledger::Trial;
use people::staff::Permission;
use web_kit::admin::parts;
use web_kit::prelude::*;
use web_kit::ui::{Area, State as Mark};

/// Who is told of faults: whoever may open this page.
const NEED: Permission = Permission::PlatformMoney;

/// Results that are listed.
const RESULTS: i64 = 12;

/// The page.
pub async fn page(at: PageContext) -> Result<Page, Failure> {
    let (trial, results) = at.read(|q| Ok((ledger::trial(q)?, check::results(q, RESULTS)?))).await?;
    let stuck = crate::dead_letters::notice(&at).await?;
    let (look, title) = (&at.look, at.t("资金", "Finance"));
    let zero = sums(&trial).iter().all(|(_, credit, debit)| credit == debit);
    let verdict = match (trial.is_empty(), zero) {
        (true, _) => at.t("还没有资金流水", "No money has moved yet"),
        (false, true) => at.t("借贷平衡", "Debits and credits balance"),
        (false, false) => at.t("借贷不平，账有错", "Debits and credits do not balance"),
    };
    let (mark, word) = match results.first().map(Report::is_sound) {
        Some(true) => (Mark::Kept, at.t("上次核对无差异", "Last check: no differences")),
        Some(false) => (Mark::Broken, at.t("上次核对有对不上的", "The last check found faults")),
        None => (Mark::None, at.t("尚未核对", "Not checked yet")),
    };
    let body = html! {
        (ui::head(html! { (at.t("平台", "Platform")) }, html! { (verdict) }, true,
            html! { (ui::state(mark, word)) span { (fmt::moment(at.lang(), &at.site.market, at.now())) } },
            html! { (parts::press("/console/money/check", &at.key(), &[], at.t("立即核对", "Check now"), "btn pri")) }))
        div.dk-top { (crate::tabs::money_tabs(look, "/console/money")) }
        (stuck)
        (at.banners(&[("checked", "核对完了，结果在下面。", "Checked; the result is below.")]))
        (ui::question(
            at.t("科目余额", "Balances by account class"),
            html! { (at.t("左边借方，右边贷方，全部相加必须是 0。", "Debits to the left, credits to the right. All of it sums to zero.")) },
            html! { div.paper { (trial_table(look, &trial)) } },
        ))
        (ui::question(
            at.t("对账结果", "Reconciliation"),
            html! { (at.t("后台定时核对，只检查，不修改。", "Checked in the background regularly; it changes nothing.")) },
            html! { div.paper { (result(&at, results.first())) } },
        ))
        (ui::question(at.t("历史结果", "Earlier results"), html! {}, html! { div.paper { (history(&at, &results)) } }))
    };
    Ok(ui::page(look, Area::Money, title, body))
}

/// A banner where the last check of the books found a fault; nothing for who may not see them.
pub(crate) async fn notice(at: &PageContext) -> Result<Markup, Failure> {
    if at.who().need(NEED).is_err() {
        return Ok(html! {});
    }
    let (last, found) =
        at.site.read(|q| Ok((check::results(q, 1)?.pop(), trade::payment::open_findings(q)?))).await?;
    let outside = html! {
        @if found > 0 {
            div.banner role="alert" {
                span {
                    (say!(at.lang(), "有 {found} 笔钱在支付渠道那边动了，等人处理。", "Money moved at a payment provider, and waits for a person: {found}."))
                    " " a href="/console/money/findings" { (at.t("查看", "View")) }
                }
            }
        }
    };
    Ok(match last.filter(|report| !report.is_sound()) {
        None => outside,
        Some(report) => html! {
            (outside)
            @let n = report.faults.len();
            div.banner role="alert" {
                span {
                    (say!(at.lang(), "账、库存、订单、支付对不上：{n} 处。", "Money, stock, orders and payments do not agree: {n} faults."))
                    " " a href="/console/money" { (at.t("查看", "View")) }
                }
            }
        },
    })
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
        let none =
            look.t("第一笔付款到账后，这里就有数。", "There are figures once the first payment comes in.");
        return parts::empty(none, html! {});
    }
    let most = trial.iter().map(|row| row.credit.max(row.debit)).max().unwrap_or(1).max(1) as f64;
    let length = |minor: i128| minor as f64 / most * 158.0;
    let [debits, credits, balance, entries] = [
        look.t("借", "Debits"),
        look.t("贷", "Credits"),
        look.t("余额", "Balance"),
        look.t("分录", "Entries"),
    ];
    let amounts = |debit: i128, credit: i128, left: Markup, currency: Currency| {
        html! {
            td.r.nw data-l=(debits) { (money(look, debit, currency)) }
            td.r.nw data-l=(credits) { (money(look, credit, currency)) }
            td.r.nw data-l=(balance) { (left) }
        }
    };
    html! {
        table.cards.dk-list.dk-trial {
            thead { tr {
                th { (look.t("科目", "Account class")) } th { (look.t("借 ｜ 贷", "Debits | credits")) }
                @for name in [debits, credits, balance, entries] { th.r { (name) } }
            } }
            tbody {
                @for row in trial {
                    tr {
                        td.w { b { a href={ "/console/money/accounts?class=" (row.class.as_str()) } { (named::of(look.lang, &row.class)) } } small { (named::CLASS_ABOUT.text(look.lang, row.class.as_str()).unwrap_or_default()) } }
                        td.w {
                            svg.plot2 viewBox="0 0 320 18" preserveAspectRatio="none" aria-hidden="true" {
                                rect.debit x=(format!("{:.1}", 160.0 - length(row.debit))) y="4" width=(format!("{:.1}", length(row.debit))) height="10" {}
                                rect.credit x="160" y="4" width=(format!("{:.1}", length(row.credit))) height="10" {}
                                path d="M160 0V18" stroke="var(--sh-ink-3)" stroke-width="1" {}
                            }
                        }
                        (amounts(row.debit, row.credit, html! { b { (money(look, row.balance(), row.currency)) } }, row.currency))
                        td.r data-l=(entries) { (fmt::count(row.entries)) }
                    }
                }
            }
            tfoot {
                @for (currency, credit, debit) in sums(trial) {
                    tr {
                        th scope="row" { (look.t("合计 ", "Total ")) (currency) }
                        td.w { (if credit == debit { ui::state(Mark::Kept, look.t("平衡", "Balanced")) } else { ui::state(Mark::Broken, look.t("不平", "Not balanced")) }) }
                        (amounts(debit, credit, html! { (money(look, credit - debit, currency)) }, currency))
                        td.r {}
                    }
                }
            }
        }
    }
}

/// How many faults there are.
fn faults(at: &PageContext, n: usize) -> Markup {
    match n {
        0 => ui::state(Mark::Kept, at.t("一致", "Agree")),
        n => ui::state(Mark::Broken, &format!("{n} {}", at.t("处不对", "faults"))),
    }
}

fn result(at: &PageContext, last: Option<&Report>) -> Markup {
    let Some(last) = last else {
        let none = at.t("尚未核对，点「立即核对」。", "Not checked yet. Press Check now.");
        return parts::empty(none, html! {});
    };
    let of = |place: &str| -> Vec<&Fault> {
        last.faults.iter().filter(|fault| fault.place.as_str() == place).collect()
    };
    html! {
        div.dk-hd {
            h3 { (fmt::moment(at.lang(), &at.site.market, last.at)) " · " (fmt::duration(at.lang(), at.now().micros() - last.at.micros())) (at.t("前", " ago")) }
            span.note {
                (fmt::count(last.bookings)) (at.t(" 笔记账，", " bookings, ")) (fmt::count(last.entries)) (at.t(" 条分录，", " entries, "))
                (fmt::count(last.orders)) (at.t(" 单，", " orders, ")) (fmt::count(last.shops)) (at.t(" 家店的库存", " shops' stock"))
            }
        }
        table.cards.dk-list {
            tbody {
                @for (place, name) in named::CHECKED.choices(at.lang()) {
                    @let wrong = of(&place);
                    tr {
                        td { b { (name) } }
                        td.w { (named::CHECK_ABOUT.say(at.lang(), &place)) @for fault in &wrong { small.mono { (fault.what) } } }
                        td.r { (faults(at, wrong.len())) }
                    }
                }
            }
        }
        @if !of("stock").is_empty() { p.dk-note { (at.t("库存数字可以按流水重算：停下 serve，运行 sanhao check --rebuild-stock。", "Stock figures can be rebuilt from their movements: stop serve and run `sanhao check --rebuild-stock`.")) } }
        @if !last.whole { p.dk-note { (at.t("订单查的是没走完的和最新的；全查用命令 sanhao check。", "Open and newest orders; `sanhao check` looks at all.")) } }
    }
}

fn history(at: &PageContext, results: &[Report]) -> Markup {
    if results.is_empty() {
        return parts::empty(at.t("还没有。", "None yet."), html! {});
    }
    let columns = [
        Column::line("时间", "When"),
        Column::text("结果", "Result"),
        Column::number("记账", "Bookings"),
        Column::number("订单", "Orders"),
    ];
    table::table(&at.look, columns, results, |report| {
        [
            html! { (fmt::moment(at.lang(), &at.site.market, report.at)) },
            if report.is_sound() {
                ui::state(Mark::Kept, at.t("无差异", "No differences"))
            } else {
                faults(at, report.faults.len())
            },
            html! { (fmt::count(report.bookings)) },
            html! { (fmt::count(report.orders)) },
        ]
    })
}

/// Checks now.
pub async fn check(at: PageContext) -> Result<Redirect, Failure> {
    web_kit::view::check::now(&at.site).await?;
    Ok(Redirect::to("/console/money?done=checked"))
}
