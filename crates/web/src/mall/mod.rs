//! The mall: what a consumer sees. Phone first, both languages, every page works without scripts.
//!
//! Invariants: a page answers from the same functions as `/api/store`; nothing here shows what belongs to one member to
//! another; a price stands beside its sum, a promise beside its end.

use crate::Site;
use crate::assets;
use crate::lang::{Lang, t};
use crate::problem::Failure;
use crate::ui::{Look, Page};
use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use maud::{DOCTYPE, Markup, html};

pub(crate) fn router() -> Router<Site> {
    Router::new().route("/", get(home))
}

/// `/`.
async fn home(look: Look) -> Page {
    let title = look.t("商城", "Mall");
    frame(&look, title, html! { h1 { (title) } })
}

/// The frame of a page of the mall. `body` holds its one `h1`.
pub(crate) fn frame(look: &Look, title: &str, body: Markup) -> Page {
    let lang = look.lang;
    Page(html! {
        (DOCTYPE)
        html lang=(lang.tag()) data-theme=[look.theme.name()] {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · " (t(lang, "三好", "Sanhao")) }
                link rel="icon" href="/favicon.svg" type="image/svg+xml";
                link rel="stylesheet" href=(assets::CSS);
            }
            body {
                a.skip href="#main" { (t(lang, "跳到正文", "Skip to content")) }
                main id="main" tabindex="-1" { (body) }
            }
        }
    })
}

/// A refusal as a page of the mall.
pub(crate) fn refusal(look: &Look, refusal: &Failure) -> Page {
    let title = match refusal.status_code() {
        StatusCode::NOT_FOUND => look.t("这里没有", "Not here"),
        status if status.is_server_error() => {
            look.t("没有做成，是我们的问题", "Not done, and the fault is ours")
        }
        _ => look.t("没有做成", "Not done"),
    };
    let detail = match (refusal.code.as_ref(), refusal.status_code(), look.lang) {
        ("web.no_route", _, Lang::Zh) => "这个地址下没有页面。",
        ("web.no_route", _, Lang::En) => "There is no page at this address.",
        (_, StatusCode::INTERNAL_SERVER_ERROR, Lang::Zh) => "程序内部出错，已记入日志。数据没有被改动。",
        (_, StatusCode::INTERNAL_SERVER_ERROR, Lang::En) => {
            "Something failed inside; it has been logged. Nothing was changed."
        }
        _ => refusal.text(look.lang),
    };
    frame(
        look,
        title,
        html! {
            h1 { (title) }
            p { (detail) }
            p { (look.t("接下来：", "What now: ")) a href="/" { (look.t("回到商城", "go to the mall")) } }
        },
    )
}
