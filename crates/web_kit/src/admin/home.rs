//! `/merchant`: which shop; `/merchant/{shop}`: what to do today, where the money stands, what runs out, what waits.

use crate::ui::{self, RenderContext, State as Mark};
use maud::Markup;
use offer::catalog::edit::Status as EditStatus;

/// Where an edit is.
pub fn edit_mark(look: &RenderContext, status: EditStatus) -> Markup {
    match status {
        EditStatus::Draft => ui::state(Mark::None, look.t("草稿", "Draft")),
        EditStatus::Waiting => ui::state(Mark::Running, look.t("待审核", "Under review")),
        EditStatus::Approved => ui::state(Mark::Kept, look.t("已通过", "Approved")),
        EditStatus::Rejected => ui::state(Mark::Broken, look.t("被退回", "Sent back")),
        EditStatus::Withdrawn => ui::state(Mark::None, look.t("已撤回", "Withdrawn")),
    }
}
