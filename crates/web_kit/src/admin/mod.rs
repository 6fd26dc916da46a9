//! Parts that the merchant center and the console are both made of.

pub mod coupons;
pub mod delivery;
pub mod frame;
pub mod gate;
pub mod home;
pub mod product;
pub mod staff;
pub mod words;

pub use crate::parts::{self, done_of};

use crate::problem::Failure;
use crate::ui::{self, Page, RenderContext};
use maud::html;

/// A refusal as a page of the merchant center.
pub fn refusal(look: &RenderContext, refusal: &Failure) -> Page {
    let title = match refusal.status {
        404 => look.t("这里没有", "Not here"),
        403 => look.t("你的角色做不了这个", "Your role may not do this"),
        500.. => look.t("没有做成，是我们的问题", "Not done, and the fault is ours"),
        _ => look.t("没有做成", "Not done"),
    };
    let detail = match (refusal.status, refusal.code.as_ref()) {
        (_, "web.no_route") => look.t("这个地址下没有页面。", "There is no page at this address.").to_owned(),
        _ => refusal.text(look.lang).to_owned(),
    };
    let body = html! {
        (ui::head(html! { (refusal.status) }, html! { (title) }, false, html! {}, html! {}))
        section.q {
            div.side { h2 { (look.t("怎么了？", "What happened?")) } }
            div.answer.prose-like {
                p { (detail) }
                p {
                    (look.t("接下来：", "What now: ")) a href="/merchant" { (look.t("回到我的店铺", "go to your shops")) }
                    @if refusal.status == 403 { (look.t("，或请店长给你换个角色。", ", or ask the shop's owner for another role.")) }
                }
            }
        }
    };
    crate::admin::frame::lobby(look, title, body)
}
