//! What an order has instead of a parcel: codes that are shown when their buyer asks, and files that are downloaded.
//!
//! Invariants: a code stands masked until its buyer asks for it, and each look is recorded; a download is counted.

use crate::prelude::*;
use flows::digital::{Contents, MaskedCode};
use kernel::id::{Code, Download, Order as OrderKind, Sku};
use supply::digital::Link;
use trade::order::Order;
use web_kit::view::goods::downloaded;

/// A code in the clear: which, and what it says.
pub type Clear = (Id<Code>, String);

/// The block of an order's page.
pub fn block(at: &PageContext, order: &Order, contents: &Contents, clear: Option<&Clear>) -> Markup {
    let Contents { codes, links } = contents;
    if codes.is_empty() && links.is_empty() {
        return html! {};
    }
    let title = |sku: Id<Sku>| order.lines.iter().find(|line| line.sku == sku).map_or("", |line| &line.title);
    html! {
        section.blk id="goods" {
            div.hd { h2 { (at.t("买到的东西在这里", "What you bought is here")) } }
            @for code in codes { (code_row(at, order, code, title(code.code.sku), clear)) }
            @for link in links { (link_row(at, order, link, title(link.sku))) }
            @if !codes.is_empty() { p.note { (at.t("卡密只有你能看，每次查看都有记录。别给别人看。", "Only you can see a code, and each look is recorded. Show it to nobody.")) } }
        }
    }
}

fn code_row(
    at: &PageContext,
    order: &Order,
    code: &MaskedCode,
    title: &str,
    clear: Option<&Clear>,
) -> Markup {
    let id = code.code.id;
    html! {
        div.kv {
            span { (title) small { @match code.code.seen_at {
                Some(seen) => { (at.t("第一次查看 ", "First seen ")) (at.moment(seen)) }
                None => (at.t("还没看过", "Not seen yet")),
            } } }
            @match clear.filter(|(of, _)| *of == id) {
                Some((_, text)) => b.mono { (text) },
                None => {
                    b.mono { (code.masked) }
                    (parts::press(at, &format!("/orders/{}/codes/{id}", order.id), "btn", at.t("查看", "Show")))
                }
            }
        }
    }
}

fn link_row(at: &PageContext, order: &Order, link: &Link, title: &str) -> Markup {
    let left = link.most - link.used;
    let over = link.until <= at.now();
    html! {
        div.kv {
            span { (title) " · " (link.file.name)
                small {
                    (at.pick(format!("还能下载 {left} 次，共 {} 次；", link.most), format!("{left} of {} downloads left; ", link.most)))
                    (at.t("到 ", "until ")) (at.moment(link.until))
                }
            }
            @if over { (ui::state(Mark::None, at.t("已过期", "Expired"))) }
            @else if left < 1 { (ui::state(Mark::None, at.t("次数用完了", "Used up"))) }
            @else { (parts::press(at, &format!("/orders/{}/files/{}", order.id, link.id), "btn", at.t("下载", "Download"))) }
        }
    }
}

/// `POST /orders/{id}/files/{download}`.
pub async fn download(at: MemberPage) -> Result<Response, Failure> {
    let (order, link) = (at.id::<OrderKind>("id")?, at.id::<Download>("download")?);
    downloaded(&at.site, at.who(), at.member, (order, link)).await
}
