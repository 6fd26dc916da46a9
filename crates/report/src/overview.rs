//! What pages of the market's days share: the page without facts, and the choice of a day.

use crate::data::{self, History};
use kernel::Date;
use maud::{Markup, html};
use web_kit::fmt;
use web_kit::lang::t;
use web_kit::ui::{self, Area, RenderContext};

pub use web_kit::words::named::fact as kind_name;

/// A market without facts: a sentence and what to do.
pub fn empty(look: &RenderContext) -> ui::Page {
    empty_below(look, &html! {})
}

/// The same below what a reader is to know first.
pub fn empty_below(look: &RenderContext, notices: &Markup) -> ui::Page {
    let title = look.t("这个市场还没有事实", "This market has no facts yet");
    let body = html! {
        (ui::head(html! { (look.t("全平台", "Whole market")) }, html! { (title) }, true, html! {}, html! {}))
        (notices)
        section.q {
            div.side { h2 { (look.t("怎么开始", "Getting started")) } }
            div.answer {
                div.paper.pad {
                    p { (look.t("指标、店铺和预演都从事实算出。停下程序，导入一段历史，再打开：",
                        "Metrics, shops and rehearsals are computed from facts. Stop the program, import a history, and start it again:")) }
                    pre.sql { code { "sanhao --data DIR import olist PATH\nsanhao --data DIR serve" } }
                    p.s12.mut { (look.t("没有现成数据？在源码目录运行 cargo xtask demo，会生成一个合成市场。",
                        "No data at hand? In the source tree, cargo xtask demo makes a synthetic market.")) }
                }
            }
        }
    };
    ui::page(look, Area::Overview, title, body)
}

/// Previous day, a day field, next day. `keep` are the other choices of the page.
pub fn day_picker(
    look: &RenderContext,
    path: &str,
    history: &History,
    day: Date,
    keep: &[(&str, &str)],
) -> Markup {
    let lang = look.lang;
    let rest: String = keep.iter().map(|(k, v)| format!("&{k}={v}")).collect();
    let before = (day > history.first).then(|| data::days_away(day, -1));
    let after = (day < history.last).then(|| data::days_away(day, 1));
    html! {
        form.day action=(path) method="get" {
            @for (k, v) in keep { input type="hidden" name=(k) value=(v); }
            label {
                span.vh { (t(lang, "截至哪一天", "As of which day")) }
                input type="date" name="as_of" value=(day) min=(history.first) max=(history.last) data-go="" required;
            }
            @if let Some(before) = before {
                a.step href={ (path) "?as_of=" (before) (rest) } aria-label=(t(lang, "前一天", "Previous day")) title=(t(lang, "前一天", "Previous day")) { "‹" }
            }
            @if let Some(after) = after {
                a.step href={ (path) "?as_of=" (after) (rest) } aria-label=(t(lang, "后一天", "Next day")) title=(t(lang, "后一天", "Next day")) { "›" }
            }
            noscript { button.btn { (t(lang, "看这一天", "Show")) } }
            span { (fmt::weekday(lang, day)) }
        }
    }
}
