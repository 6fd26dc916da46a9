//! `/console/money/accounts` and `/console/money/entries`: from what a class of accounts sums to, to its accounts, to the
//! entries of one, to the orders that they were booked for.

use crate::review::shop_names;
use crate::tabs::money_tabs;
use kernel::Currency;
use kernel::id::{Booking as BookingKey, Shop};
use ledger::{Account, AccountSum, Class, Line, Reference};
use std::collections::BTreeMap;
use trade::order;
use trade::payment;
use web_kit::admin::parts;
use web_kit::prelude::*;
use web_kit::ui::Area;

/// Rows of one page.
const PAGE: usize = 30;

fn entries_of(account: &Account, currency: Currency) -> String {
    let account = ui::encode(&account.to_string());
    format!("/console/money/entries?account={account}&currency={currency}")
}

/// The shop that an account is of, if it is one's.
const fn shop_of(account: &Account) -> Option<Id<Shop>> {
    match account {
        Account::Payable(shop) | Account::Debt(shop) | Account::Deposit(shop) | Account::Held(shop) => {
            Some(*shop)
        }
        _ => None,
    }
}

/// The accounts of a class.
pub async fn accounts(at: PageContext) -> Result<Page, Failure> {
    let class = Class::parse(at.query.text("class")).unwrap_or(Class::Payable);
    let after = at.query.raw("after").map(str::to_owned);
    let read = at.read(move |q| {
        let found = ledger::accounts(q, class, after.as_deref(), PAGE as i64 + 1)?;
        let names = shop_names(q, found.iter().filter_map(|row| shop_of(&row.account)))?;
        Ok((found, names))
    });
    let (found, names) = read.await?;
    let rows = Rows::of(found, PAGE, |row| row.account.to_string());
    let (look, title) = (&at.look, named::of(at.lang(), &class).to_owned());
    let columns = [
        Column::wide("账户", "Account"),
        Column::number("分录", "Entries"),
        Column::number("余额", "Balance"),
    ];
    let cells = |row: &AccountSum| {
        [
            html! {
                @match shop_of(&row.account).and_then(|shop| names.get(&shop)) {
                    Some(name) => { a.nm href=(entries_of(&row.account, row.balance.currency)) { (name) } small.mono { (row.account) } }
                    None => a.mono href=(entries_of(&row.account, row.balance.currency)) { (row.account) },
                }
            },
            html! { (fmt::count(row.entries)) },
            html! { b { (fmt::money(look.lang, row.balance)) } },
        ]
    };
    let none = parts::empty(at.t("这类账户还没有分录。", "No entries in this class yet."), html! {});
    let body = html! {
        (ui::head(html! { a href="/console/money" { (at.t("资金", "Finance")) } " / " (title) }, html! { (title) }, false,
            html! { span { (named::CLASS_ABOUT.text(look.lang, class.as_str()).unwrap_or_default()) } }, html! {}))
        div.dk-top { (money_tabs(look, "/console/money")) }
        div.paper { (rows.list(&at, columns, cells, at.t("按账户排", "By account"), none)) }
    };
    Ok(ui::page(look, Area::Money, &title, body))
}

/// The orders that a booking was made for.
fn orders_of(q: &mut Read<'_>, reference: Reference) -> Result<Vec<String>, Failure> {
    let purchase = match reference {
        Reference::Order(order) => return Ok(vec![order.to_string()]),
        Reference::Purchase(purchase) => purchase,
        Reference::Payment(id) => match payment::attempt(q, id) {
            Ok(attempt) => attempt.purchase,
            // A payment of something else than orders, as a deposit.
            Err(payment::Error::NoPayment(_)) => return Ok(Vec::new()),
            Err(err) => return Err(err.into()),
        },
        Reference::Aftersale(_) | Reference::Violation(_) | Reference::Shop(_) => return Ok(Vec::new()),
    };
    Ok(order::of_purchase(q, purchase)?.iter().map(|order| order.id.to_string()).collect())
}

/// The entries of an account, newest first.
pub async fn entries(at: PageContext) -> Result<Page, Failure> {
    let asked = Some(at.query.text("account")).filter(|text| !text.is_empty()).unwrap_or("fee");
    let account: Account = asked.parse().map_err(Failure::from)?;
    let currency = match at.query.text("currency") {
        "" => at.site.market.currency,
        text => text.parse().map_err(|err: kernel::MoneyError| Failure::invalid(err.to_string()))?,
    };
    let after = at.after::<BookingKey>()?;
    let of = account.clone();
    let (found, balance, orders) = at
        .read(move |q| {
            let found = ledger::statement(q, &of, currency, after, PAGE as i64 + 1)?;
            let mut orders: BTreeMap<Reference, Vec<String>> = BTreeMap::new();
            for line in found.iter().take(PAGE) {
                if let std::collections::btree_map::Entry::Vacant(entry) = orders.entry(line.reference) {
                    entry.insert(orders_of(q, line.reference)?);
                }
            }
            Ok((found, ledger::balance(q, &of, currency)?, orders))
        })
        .await?;
    let rows = Rows::of(found, PAGE, |line| line.booking.to_string());
    let (look, title) = (&at.look, account.to_string());
    let class = account.class();
    let columns = [
        Column::line("时间", "When"),
        Column::text("记账", "Booking"),
        Column::wide("为什么", "For what"),
        Column::number("金额", "Amount"),
    ];
    let cells = |line: &Line| {
        [
            html! { (fmt::moment(look.lang, &at.site.market, line.at)) },
            html! { span.mono { (line.kind.as_str()) } small.mono { (line.booking) } },
            html! {
                span.mono { (line.reference) }
                @for order in orders.get(&line.reference).into_iter().flatten() { small { a.mono href={ "/console/sales/" (order) } { (order) } } }
            },
            html! { b { (fmt::money(look.lang, line.amount)) } },
        ]
    };
    let none = parts::empty(at.t("这个账户还没有分录。", "No entries in this account yet."), html! {});
    let crumb = html! {
        a href="/console/money" { (at.t("资金", "Finance")) } " / "
        a href={ "/console/money/accounts?class=" (class.as_str()) } { (named::of(look.lang, &class)) } " / " span.mono { (title) }
    };
    let body = html! {
        (ui::head(crumb, html! { (fmt::money(look.lang, balance)) }, true,
            html! { span { (at.t("余额：贷方为正，借方为负。", "Balance: credits are positive, debits negative.")) } }, html! {}))
        div.dk-top { (money_tabs(look, "/console/money")) }
        div.paper { (rows.list(&at, columns, cells, at.t("新的在上", "Newest first"), none)) }
    };
    Ok(ui::page(look, Area::Money, &title, body))
}
