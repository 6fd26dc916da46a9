//! What states, steps, reasons and carriers are called on the pages of shops and of the platform's desk.
//!
//! Invariants: a word of the store that is not listed here is shown as it is, never hidden; a state is a mark, a word and
//! a colour together.

use crate::fmt;
use crate::lang::Lang;
use crate::ui::{self, RenderContext, State};
use crate::view::staff::StaffNames;
use crate::words::lists;
use kernel::{Actor, Moment};
use maud::{Markup, html};
use trade::carrier::Carriers;
use trade::order::{Cancellation, Entry, Order, Status, Step, Waybill};
use trade::scene::Scene;

/// The mark of an order's state. What should have been shipped by now is broken.
pub fn status_mark(look: &RenderContext, now: Moment, of: Status, ship_by: Moment) -> Markup {
    let late = of == Status::Paid && ship_by < now;
    let state = match of {
        _ if late => State::Broken,
        Status::Unpaid => State::None,
        Status::Paid => State::Running,
        Status::Shipped => State::Running,
        Status::Received => State::Kept,
        Status::Cancelled | Status::Closed | Status::Refunded => State::None,
    };
    ui::state(
        state,
        if late { look.t("超时未发", "Overdue") } else { crate::words::named::of(look.lang, &of) },
    )
}

/// Who took a step.
pub fn actor(look: &RenderContext, actor: Actor) -> String {
    match actor {
        Actor::System => look.t("系统", "the program").to_owned(),
        Actor::Operator => look.t("平台操作者", "the operator").to_owned(),
        Actor::Outside => look.t("支付机构", "the payment provider").to_owned(),
        Actor::Member(id) => format!("{} {}", look.t("员工", "staff"), tail(&id.to_string())),
        Actor::Key(id) => format!("{} {}", look.t("程序密钥", "key"), tail(&id.to_string())),
    }
}

/// Who took a step, by name if it is known.
pub fn named_actor(look: &RenderContext, by: Actor, names: &StaffNames) -> String {
    match by {
        Actor::Member(id) => names.get(&id).cloned().unwrap_or_else(|| actor(look, by)),
        _ => actor(look, by),
    }
}

/// The last letters of an id: enough to tell colleagues apart.
pub fn tail(id: &str) -> String {
    id.get(id.len().saturating_sub(5)..).unwrap_or(id).to_owned()
}

/// Who took a step of an order: what buyers do is done by the buyer.
pub fn by(look: &RenderContext, entry: &Entry) -> String {
    match (entry.step, entry.by) {
        // A reason is what a shop or the platform gives.
        (Some(Step::Refund | Step::Reduce), Actor::Member(_)) if entry.about.is_some() => {
            look.t("店里的人", "the shop's staff").to_owned()
        }
        (
            None | Some(Step::Cancel | Step::Remark | Step::Readdress | Step::Receive | Step::Refund),
            Actor::Member(_),
        ) => look.t("买家", "the buyer").to_owned(),
        (Some(Step::Ship | Step::Correct), Actor::Member(_)) => {
            look.t("店里的人", "the shop's staff").to_owned()
        }
        (_, by) => actor(look, by),
    }
}

/// What a carrier is called.
pub fn carrier(look: &RenderContext, carriers: &Carriers, code: &str) -> String {
    let (zh, en) = carriers.names(code);
    look.t(zh, en).to_owned()
}

/// A correction of a shipment: what it was, and what it is.
pub fn correction(look: &RenderContext, carriers: &Carriers, step: &Entry) -> Option<String> {
    let (was, is) = step.corrected()?;
    let said =
        |waybill: &Waybill| format!("{} {}", carrier(look, carriers, &waybill.carrier), waybill.number);
    Some(format!("{} → {}", said(&was), said(&is)))
}

/// Why something was cancelled, in the reader's words and those of whoever did it.
pub fn why_cancelled(look: &RenderContext, why: &Cancellation) -> String {
    let reason = crate::words::named::of(look.lang, &why.reason);
    match &why.text {
        Some(text) => format!("{reason}{}{text}", look.t("：", ": ")),
        None => reason.to_owned(),
    }
}

/// What more there is to say of a step: what was corrected, which line went, why.
pub fn about_step(look: &RenderContext, carriers: &Carriers, order: &Order, step: &Entry) -> Option<String> {
    let line = step.line_off().and_then(|sku| order.lines.iter().find(|line| line.sku == sku));
    let line = line.map(|line| format!("{} {} × {}", line.title, line.variant, line.quantity));
    let why = step.cancelled().map(|why| why_cancelled(look, &why));
    let said: Vec<String> = [correction(look, carriers, step), line, why].into_iter().flatten().collect();
    if said.is_empty() { None } else { Some(said.join(" · ")) }
}

/// What a promise is called.
pub fn promise(look: &RenderContext, id: &str) -> String {
    govern::promise::named(id)
        .map_or_else(|| id.to_owned(), |promise| look.t(&promise.titles.zh, &promise.titles.en).to_owned())
}

/// The colour of a scene in every drawing.
pub const fn scene_colour(scene: Scene) -> &'static str {
    match scene {
        Scene::Video => "data-1",
        Scene::Live => "data-2",
        Scene::Mall => "data-3",
        Scene::Search => "data-4",
        Scene::Showcase => "data-5",
        Scene::Shop => "data-6",
    }
}

lists! {
    /// Why goods arrive.
    RECEIVED_FOR = "received_for" ["purchase" "return" "transfer"];
    /// Why a shelf is counted.
    COUNTED_FOR = "counted_for" ["count" "first"];
    /// Why the books are corrected.
    ADJUSTED_FOR = "adjusted_for" ["damage" "loss" "sample" "transfer" "error"];
    /// Why stock moves with orders.
    MOVED_FOR = "movement_reason" ["opening" "initial" "order" "sale" "reserve" "release" "expired" "ship" "commit" "rebuild"];
    /// Whose word of a pick-up it is.
    TOLD_BY = "told_by" ["shop" "carrier" "buyer"];
    /// What became of an invitation.
    INVITATION = "invitation_state" ["open" "accepted" "withdrawn"];
    /// What a version of a product changes.
    PRODUCT_FIELD = "product_field" ["category" "title" "kind" "brand" "about" "gallery" "axes" "attributes" "sku" "ship" "freight"];
    /// What the form of a product asks for; of a variant, what is asked for each.
    PRODUCT_INPUT = "product_input" [
        "category" "brand" "title" "kind" "about" "gallery" "ship" "fee" "free_from" "axis_name" "axis_values" "attr"
        "row_price" "row_list" "row_limit" "row_stock" "row_code" "row"
    ];
    /// Why an edit is sent back.
    REJECTED_FOR = "rejected_for" ["banned_word" "wrong_category" "wrong_picture" "untrue_claim" "missing_proof" "wrong_price" "other"];
}

/// A reason of a movement.
pub fn reason(look: &RenderContext, word: &str) -> String {
    let lists = [&RECEIVED_FOR, &COUNTED_FOR, &ADJUSTED_FOR, &MOVED_FOR];
    lists.iter().find_map(|list| list.text(look.lang, word)).unwrap_or(word).to_owned()
}

/// A number of things: `3 单`, `3 orders`, `1 order`.
pub fn many(look: &RenderContext, n: i64, zh: &str, one: &str, more: &str) -> String {
    let count = fmt::count(n);
    match (look.lang, n) {
        (Lang::Zh, _) => format!("{count} {zh}"),
        (Lang::En, 1) => format!("{count} {one}"),
        (Lang::En, _) => format!("{count} {more}"),
    }
}

/// A moment, and what it is called, for timelines.
pub fn at(look: &RenderContext, market: &kernel::Market, at: Moment) -> Markup {
    html! { time datetime=(at.rfc3339(&market.zone)) { (fmt::minute(look.lang, market, at)) } }
}
