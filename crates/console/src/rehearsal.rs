//! The pages of rehearsals: the list, one that runs, one that has ended, two side by side.

mod result;
mod words;

use crate::rehearsal::words::{days, life, seconds};
use govern::draft::{self, Run, RunHead, State as Life};
use kernel::id;
use people::staff::Permission::{PlatformRules, PlatformView};
use web_kit::operation::{Needs, Pages};
use web_kit::prelude::*;
use web_kit::table::{cell, lead, sheet};
use web_kit::ui::Area;
use web_kit::view::rehearsal;

pub(crate) fn pages() -> Pages {
    let (reads, writes) = (Needs::Permission(PlatformView), Needs::Permission(PlatformRules));
    Pages::new()
        .get("/console/rehearsals", reads, list)
        .get("/console/rehearsals/compare", reads, compare)
        .get("/console/rehearsals/{rehearsal}", reads, page)
        .get("/console/rehearsals/{rehearsal}/progress", reads, progress)
        .post("/console/rehearsals/{rehearsal}/cancel", writes, cancel)
}

/// How many rehearsals a page of the list shows.
const PAGE: usize = 50;

async fn list(at: PageContext) -> Result<Page, Failure> {
    let after = at.query.text("after").parse::<Id<id::Rehearsal>>().ok();
    let runs = at.read(move |q| Ok(draft::runs(q, after, PAGE as i64 + 1)?)).await?;
    let runs = Rows::of(runs, PAGE, |head| head.id.to_string());
    let done = runs.rows.iter().filter(|head| head.state == Life::Done).count();
    let (look, lang) = (&at.look, at.lang());
    let dash = || "—".to_owned();
    let cells = |head: &RunHead| {
        let compare = at.t("对比", "Compare");
        let act = html! {
            @if head.state == Life::Done {
                input type="checkbox" name="r" value=(head.id) aria-label=(format!("{compare} {} {}", head.policy, days(look, head)));
            } @else { "—" }
        };
        let policy = html! { a href=(format!("/console/rehearsals/{}", head.id)) { (head.policy) } " " span.mut { "v" (head.version) } };
        vec![
            cell("", compare, act),
            lead("w", at.t("规则", "Policy"), policy),
            cell("nw", at.t("时间范围", "Period"), days(look, head)),
            cell("r", at.t("命中店铺", "Shops hit"), head.shops_hit.map_or_else(dash, fmt::count)),
            cell("r nw", at.t("耗时", "Duration"), head.took.map_or_else(dash, |took| seconds(lang, took))),
            cell(
                "nw mut",
                at.t("发起时间", "Started at"),
                fmt::moment(lang, &at.site.market, head.created_at),
            ),
            lead("", at.t("状态", "State"), life(look, head.state)),
        ]
    };
    let answer = html! {
        @if runs.is_empty() {
            div.paper.sec { p.empty {
                (at.t("还没有预演。从现行规则复制一份草案，改一行，就能在过去的日子里看它会命中谁。", "No rehearsals yet. Copy a rule in force, change one line and see whom it would have hit."))
                " " a href="/console/policies" { (at.t("查看规则", "See policies")) }
            } }
        } @else {
            form.paper action="/console/rehearsals/compare" method="get" {
                (sheet("cards", &runs.rows, cells))
                div.foot {
                    span { (at.t("勾选两次完成的预演，看它们差在哪里。", "Tick two finished rehearsals to see how they differ.")) }
                    @if done >= 2 { button.btn { (at.t("对比勾选的两次", "Compare the two")) } }
                    @if let Some(next) = &runs.next { a href=(format!("/console/rehearsals?after={next}")) { (at.t("更早的", "Earlier")) } }
                }
            }
        }
    };
    let body = html! {
        (ui::head(
            html! { (at.t("规则在过去的日子里", "Rules over past days")) },
            html! { (at.t("预演", "Rehearsals")) },
            false,
            html! { span { (at.t("结果会留着；同样的事实，同样的结果。", "Results stay; the same facts give the same result.")) } },
            html! { a.btn href="/console/policies" { (at.t("从规则开始", "Start from a policy")) } },
        ))
        (ui::question(at.t("预演记录", "Rehearsals"), html! { (at.t("最新的在前。", "Newest first.")) }, answer))
    };
    Ok(ui::page(look, Area::Rehearsals, at.t("预演", "Rehearsals"), body))
}

async fn load(at: &PageContext, id: &str) -> Result<Run, Failure> {
    let id: Id<id::Rehearsal> =
        id.parse().map_err(|_| Failure::not_found("没有这次预演。", "there is no such rehearsal"))?;
    rehearsal::load(&at.site, id).await
}

async fn page(at: PageContext) -> Result<Page, Failure> {
    let run = load(&at, at.param("rehearsal")).await?;
    if run.head.state == Life::Done { result::page(&at, run).await } else { Ok(waiting(&at, &run)) }
}

fn waiting(at: &PageContext, run: &Run) -> Page {
    let (look, head) = (&at.look, &run.head);
    let title = match head.state {
        Life::Queued | Life::Running => look.t("预演进行中", "Rehearsal running"),
        Life::Failed => look.t("预演失败", "Rehearsal failed"),
        Life::Cancelled => look.t("预演已取消", "The rehearsal was cancelled"),
        Life::CutOff => look.t("预演被重启打断", "A restart cut the rehearsal off"),
        Life::Done => look.t("预演完成", "Rehearsal done"),
    };
    let body = html! {
        (ui::head(
            html! { a href="/console/rehearsals" { (look.t("预演", "Rehearsals")) } " / " (head.id) },
            html! { (head.policy) " v" (head.version) },
            false,
            html! { span { (days(look, head)) } span { (fmt::moment(look.lang, &at.site.market, head.created_at)) } (life(look, head.state)) },
            html! { @if let Some((draft, _)) = head.draft { a.btn href=(format!("/console/drafts/{draft}")) { (look.t("回到草案", "Back to the draft")) } } },
        ))
        div.two {
            (result::draft_card(at, run))
            div { (standing(at, run)) }
        }
    };
    ui::page(look, Area::Rehearsals, title, body)
}

/// What stands where the result will be; the page's script asks for it again while it runs.
fn standing(at: &PageContext, run: &Run) -> Markup {
    let (look, head) = (&at.look, &run.head);
    let here = format!("/console/rehearsals/{}", head.id);
    let why = match head.state {
        Life::Queued | Life::Running => return under_way(at, head, &here),
        Life::Done => {
            return html! { div id="progress" { a href=(here) { (look.t("看结果", "See the result")) } } };
        }
        Life::Cancelled => {
            look.t("这次预演被取消了，没有结果。", "This rehearsal was cancelled; it has no result.")
        }
        Life::CutOff => {
            look.t("程序在预演当中停了，没有结果。", "The program stopped in the middle; there is no result.")
        }
        Life::Failed => look.t("这次预演没有做成。", "This rehearsal failed."),
    };
    let draft = head.draft.map(|(draft, _)| format!("/console/drafts/{draft}"));
    let again = draft.as_deref().unwrap_or("/console/policies");
    html! {
        div.verdict id="progress" {
            h2 { (why) }
            @if let Some(why) = &run.error { p { (why) } }
            p { (look.t("条文和日期都还在，再跑一次就好：", "Text and days are kept; run it again: ")) a href=(again) { (look.t("重新预演", "Rehearse again")) } }
        }
    }
}

fn under_way(at: &PageContext, head: &RunHead, here: &str) -> Markup {
    let look = &at.look;
    let (done, total) = head.far.as_ref().map_or((0, 0), |far| (far.done, far.total));
    let percent = (total > 0).then(|| fmt::decimal(done as f64 / total as f64 * 100.0, 0));
    html! {
        div.prog id="progress" hx-get=(format!("{here}/progress")) hx-trigger="every 500ms" hx-swap="outerHTML" {
            p.say role="status" { (sentence(at, head)) }
            progress value=(done) max=(total.max(1)) aria-label=(look.t("预演进度", "Progress of the rehearsal")) { @if let Some(percent) = percent { (percent) "%" } }
            p.hint { (look.t("可以离开，结果会留在这里。", "You can leave; the result stays here.")) }
            form.row action=(format!("{here}/cancel")) method="post" {
                button.btn { (look.t("取消预演", "Cancel")) }
            }
            noscript { meta http-equiv="refresh" content="2"; }
        }
    }
}

/// 正在重放过去的日子，已到 2018-03-07(71%)，约 2 秒。
fn sentence(at: &PageContext, head: &RunHead) -> String {
    let (look, lang) = (&at.look, at.lang());
    let Some((far, since)) = head.far.as_ref().and_then(|far| Some((far, far.since?))) else {
        let waits = (
            "在排队，前面的预演结束就开始。",
            "Waiting for its turn: it starts when an earlier rehearsal ends.",
        );
        return look.t(waits.0, waits.1).to_owned();
    };
    let share = far.done as f64 / far.total.max(1) as f64;
    let spent = (at.now().micros() - since.micros()).max(0) as f64;
    let left = (share > 0.05).then(|| ((spent / share) * (1.0 - share) / 1e6).ceil() as i64);
    let percent = fmt::decimal(share * 100.0, 0);
    let doing = match &*far.step {
        "metrics" => {
            look.t("正在从事实算出每家店每一天的数", "Adding up the facts of every shop and day").to_owned()
        }
        "orders" => look.t("正在数受限期间的订单", "Counting the orders touched").to_owned(),
        _ => {
            // Days are gone through in order, so a share of the way is a day.
            let length = head.from.until(head.to).map_or(0, |span| span.get_days());
            let within = far.done % 1_000;
            let passed =
                (f64::from(length) * (within.saturating_sub(400) as f64 / 450.0)).min(f64::from(length));
            let day = fmt::date(lang, head.from.saturating_add(jiff::Span::new().days(passed as i64)));
            say!(lang, "正在重放过去的日子，已到 {day}", "Replaying past days, at {day}")
        }
    };
    match left {
        Some(left) => say!(
            lang,
            "{doing}（{percent}%)，还要约 {left} 秒。",
            "{doing} ({percent}%), about {left} s left."
        ),
        None => say!(lang, "{doing}({percent}%)。", "{doing} ({percent}%)."),
    }
}

async fn progress(at: PageContext) -> Result<Response, Failure> {
    let run = load(&at, at.param("rehearsal")).await?;
    let part = ui::fragment(standing(&at, &run));
    Ok(if run.head.state.ended() { ([("hx-refresh", "true")], part).into_response() } else { part })
}

async fn cancel(at: PageContext) -> Result<Redirect, Failure> {
    let run = load(&at, at.param("rehearsal")).await?;
    match rehearsal::take_back(&at.site, run.head.id).await {
        // It ended in between: its page says how.
        Err(failure) if failure.status == 409 => {}
        other => other?,
    }
    Ok(Redirect::to(&format!("/console/rehearsals/{}", run.head.id)))
}

async fn compare(at: PageContext) -> Result<Page, Failure> {
    let chosen = at.query.sent.iter().filter(|(name, _)| matches!(&**name, "r" | "a" | "b"));
    let chosen: Vec<&str> = chosen.map(|(_, id)| id.as_str()).collect();
    let [a, b] = chosen.as_slice() else {
        return Err(Failure::invalid("choose exactly two finished rehearsals to compare")
            .zh(format!("请勾选两次预演来对比，现在勾选了 {} 次。", chosen.len())));
    };
    let (a, b) = (load(&at, a).await?, load(&at, b).await?);
    result::compare(&at, a, b).await
}
