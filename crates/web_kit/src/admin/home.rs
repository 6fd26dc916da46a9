//! `/merchant`: which shop; `/merchant/{shop}`: what to do today, where the money stands, what runs out, what waits.

use crate::admin::words::REJECTED_FOR;
use crate::ui::{self, RenderContext, State as Mark};
use maud::{Markup, html};
use offer::catalog::EditView;
use offer::catalog::edit::Status as EditStatus;
use people::merchant::Status as Shop;

/// Whether a shop trades.
pub fn shop_state(look: &RenderContext, status: Shop) -> Markup {
    match status {
        Shop::Open => ui::state(Mark::Kept, look.t("营业中", "Open")),
        Shop::Suspended => ui::state(Mark::Hold, look.t("平台暂停", "Suspended")),
        Shop::Closed => ui::state(Mark::None, look.t("已关店", "Closed")),
    }
}

/// Where an edit is, and why it was sent back.
pub fn edit_state(look: &RenderContext, edit: &EditView) -> Markup {
    html! {
        (edit_mark(look, edit.status))
        @if let Some(reason) = &edit.reason { small { (REJECTED_FOR.say(look.lang, reason)) @if let Some(note) = &edit.note { (look.t("：", ": ")) (note) } } }
    }
}

/// Where an edit is.
pub fn edit_mark(look: &RenderContext, status: EditStatus) -> Markup {
    match status {
        EditStatus::Draft => ui::state(Mark::None, look.t("草稿", "Draft")),
        EditStatus::Waiting => ui::state(Mark::Running, look.t("审核中", "In review")),
        EditStatus::Approved => ui::state(Mark::Kept, look.t("已通过", "Approved")),
        EditStatus::Rejected => ui::state(Mark::Broken, look.t("已驳回", "Rejected")),
        EditStatus::Withdrawn => ui::state(Mark::None, look.t("已撤回", "Withdrawn")),
    }
}
