//! The pages of rehearsals: the list, one that runs, one that has ended, two side by side.

pub(crate) mod result;

use axum::extract::State;
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Redirect, Response};
use govern::draft::{self, Run, RunHead, State as Life};
use kernel::{Id, id};
use maud::{Markup, html};
use people::staff::Permission::{PlatformRules, PlatformView};
use web_kit::fmt;
use web_kit::lang::Lang;
use web_kit::operation::{Needs, Pages};
use web_kit::problem::{Failure, Path, Query};
use web_kit::site::Site;
use web_kit::ui::{self, Area, Page, RenderContext, State as Mark};

pub(crate) fn pages() -> Pages {
    Pages::new()
        .get("/console/rehearsals", Needs::Permission(PlatformView), list)
        .get("/console/rehearsals/compare", Needs::Permission(PlatformView), compare)
        .get("/console/rehearsals/{rehearsal}", Needs::Permission(PlatformView), page)
        .get("/console/rehearsals/{rehearsal}/progress", Needs::Permission(PlatformView), progress)
        .post("/console/rehearsals/{rehearsal}/cancel", Needs::Permission(PlatformRules), cancel)
}

/// How many rehearsals a page of the list shows.
const PAGE: usize = 50;

/// Which page of the list.
#[derive(Debug, serde::Deserialize)]
struct ListQuery {
    after: Option<String>,
    lang: Option<String>,
    theme: Option<String>,
}

/// A state of a rehearsal as a mark with its word.
pub(crate) fn life(look: &RenderContext, state: Life) -> Markup {
    match state {
        Life::Queued => ui::state(Mark::None, look.t("排队", "Waiting")),
        Life::Running => ui::state(Mark::Running, look.t("在跑", "Running")),
        Life::Done => ui::state(Mark::Kept, look.t("完成", "Done")),
        Life::Failed => ui::state(Mark::Broken, look.t("失败", "Failed")),
        Life::Cancelled => ui::state(Mark::None, look.t("已取消", "Cancelled")),
        Life::CutOff => ui::state(Mark::Warning, look.t("被重启打断", "Cut off by a restart")),
    }
}

/// The days of a rehearsal.
pub(crate) fn days(look: &RenderContext, head: &RunHead) -> String {
    let (from, to) = (fmt::date(look.lang, head.from), fmt::date(look.lang, head.to));
    match look.lang {
        Lang::Zh => format!("{from} 至 {to}"),
        Lang::En => format!("{from} to {to}"),
    }
}

async fn list(
    State(site): State<Site>,
    look: RenderContext,
    Query(query): Query<ListQuery>,
) -> Result<Page, Failure> {
    let _ = (&query.lang, &query.theme);
    let after = query.after.as_deref().and_then(|text| text.parse::<Id<id::Rehearsal>>().ok());
    let db = site.db.clone();
    let read = tokio::task::spawn_blocking(move || db.read(|q| draft::runs(q, after, PAGE as i64 + 1)));
    let mut runs = read.await.map_err(Failure::panicked)??;
    let more = runs.len() > PAGE;
    runs.truncate(PAGE);
    let next = runs.last().filter(|_| more).map(|head| format!("/console/rehearsals?after={}", head.id));
    let done = runs.iter().filter(|head| head.state == Life::Done).count();
    let table = html! {
        form.paper action="/console/rehearsals/compare" method="get" {
            table.cards {
                thead { tr {
                    th { (look.t("对比", "Compare")) }
                    th { (look.t("规则", "Policy")) }
                    th { (look.t("用哪段事实", "Days")) }
                    th.r { (look.t("命中店铺", "Shops hit")) }
                    th.r { (look.t("用时", "Took")) }
                    th { (look.t("什么时候问的", "Asked")) }
                    th { (look.t("状态", "State")) }
                } }
                tbody {
                    @for head in &runs {
                        tr {
                            td data-l=(look.t("对比", "Compare")) {
                                @if head.state == Life::Done {
                                    input type="checkbox" name="r" value=(head.id)
                                        aria-label=(format!("{} {} {}", look.t("对比", "Compare"), head.policy, days(&look, head)));
                                } @else { "—" }
                            }
                            td.w { a href=(format!("/console/rehearsals/{}", head.id)) { (head.policy) } " " span.mut { "v" (head.version) } }
                            td.nw data-l=(look.t("用哪段事实", "Days")) { (days(&look, head)) }
                            td.r data-l=(look.t("命中店铺", "Shops hit")) { (head.shops_hit.map_or("—".to_owned(), fmt::count)) }
                            td.r.nw data-l=(look.t("用时", "Took")) { (head.took.map_or("—".to_owned(), |took| seconds(look.lang, took))) }
                            td.nw.mut data-l=(look.t("什么时候问的", "Asked")) { (fmt::moment(look.lang, &site.market, head.created_at)) }
                            td { (life(&look, head.state)) }
                        }
                    }
                }
            }
            div.foot {
                span { (look.t("勾选两次完成的预演，看它们差在哪里。", "Tick two finished rehearsals to see how they differ.")) }
                @if done >= 2 { button.btn { (look.t("对比勾选的两次", "Compare the two")) } }
                @if let Some(next) = &next { a href=(next) { (look.t("更早的", "Earlier")) } }
            }
        }
    };
    let empty = html! {
        div.paper.sec { p.empty {
            (look.t("还没有预演。从现行规则复制一份草案，改一行，就能在过去的日子里看它会命中谁。", "No rehearsals yet. Copy a rule in force, change one line and see whom it would have hit."))
            " " a href="/console/policies" { (look.t("去看规则", "See the policies")) }
        } }
    };
    Ok(ui::page(
        &look,
        Area::Rehearsals,
        look.t("预演", "Rehearsals"),
        html! {
            (ui::head(
                html! { (look.t("规则在过去的日子里", "Rules over past days")) },
                html! { (look.t("预演", "Rehearsals")) },
                false,
                html! { span { (look.t("结果会留着；同样的事实，同样的结果。", "Results stay; the same facts give the same result.")) } },
                html! { a.btn href="/console/policies" { (look.t("从规则开始", "Start from a policy")) } },
            ))
            section.q {
                div.side { h2 { (look.t("预演过什么？", "What was rehearsed?")) } p { (look.t("最新的在前。", "Newest first.")) } }
                div.answer { @if runs.is_empty() { (empty) } @else { (table) } }
            }
        },
    ))
}

/// A short time: `0.42 秒`.
pub(crate) fn seconds(lang: Lang, micros: i64) -> String {
    let seconds = micros as f64 / 1e6;
    let text = fmt::decimal(seconds, if seconds < 10.0 { 2 } else { 1 });
    match lang {
        Lang::Zh => format!("{text} 秒"),
        Lang::En => format!("{text} s"),
    }
}

async fn load(site: &Site, id: &str) -> Result<Run, Failure> {
    let id: Id<id::Rehearsal> =
        id.parse().map_err(|_| Failure::not_found("没有这次预演。", "there is no such rehearsal"))?;
    web_kit::view::rehearsal::load(site, id).await
}

/// How one looks at a result.
#[derive(Debug, Default, serde::Deserialize)]
struct View {
    who: Option<String>,
    page: Option<String>,
    lang: Option<String>,
    theme: Option<String>,
}

async fn page(
    State(site): State<Site>,
    look: RenderContext,
    Path(id): Path<String>,
    Query(view): Query<View>,
) -> Result<Response, Failure> {
    let _ = (&view.lang, &view.theme);
    let run = load(&site, &id).await?;
    if run.head.state == Life::Done {
        let page = view.page.as_deref().and_then(|p| p.parse::<usize>().ok()).unwrap_or(1).max(1);
        let who = crate::rehearsal::result::Who::of(view.who.as_deref());
        return Ok(crate::rehearsal::result::page(&site, look, run, who, page).await?.into_response());
    }
    Ok(waiting(&site, &look, &run).into_response())
}

fn waiting(site: &Site, look: &RenderContext, run: &Run) -> Page {
    let head = &run.head;
    let title = match head.state {
        Life::Queued | Life::Running => look.t("预演在跑", "Rehearsal under way"),
        Life::Failed => look.t("预演没有做成", "The rehearsal failed"),
        Life::Cancelled => look.t("预演已取消", "The rehearsal was cancelled"),
        Life::CutOff => look.t("预演被重启打断", "A restart cut the rehearsal off"),
        Life::Done => look.t("预演完成", "Rehearsal done"),
    };
    ui::page(
        look,
        Area::Rehearsals,
        title,
        html! {
            (ui::head(
                html! { a href="/console/rehearsals" { (look.t("预演", "Rehearsals")) } " / " (head.id) },
                html! { (head.policy) " v" (head.version) },
                false,
                html! { span { (days(look, head)) } span { (fmt::moment(look.lang, &site.market, head.created_at)) } (life(look, head.state)) },
                html! { @if let Some((draft, _)) = head.draft { a.btn href=(format!("/console/drafts/{draft}")) { (look.t("回到草案", "Back to the draft")) } } },
            ))
            div.two {
                (crate::rehearsal::result::draft_card(site, look, run))
                div { (standing(site, look, run)) }
            }
        },
    )
}

/// What stands where the result will be; the page's script asks for it again while it runs.
fn standing(site: &Site, look: &RenderContext, run: &Run) -> Markup {
    let head = &run.head;
    let again = head
        .draft
        .map_or_else(|| "/console/policies".to_owned(), |(draft, _)| format!("/console/drafts/{draft}"));
    match head.state {
        Life::Queued | Life::Running => {
            let (done, total) = head.far.as_ref().map_or((0, 0), |far| (far.done, far.total));
            let share = if total > 0 { done as f64 / total as f64 } else { 0.0 };
            let say = sentence(site, look, head);
            html! {
                div.prog id="progress" hx-get=(format!("/console/rehearsals/{}/progress", head.id)) hx-trigger="every 500ms" hx-swap="outerHTML" {
                    p.say role="status" { (say) }
                    @if total > 0 {
                        progress value=(done) max=(total) aria-label=(look.t("预演进度", "Progress of the rehearsal")) { (fmt::decimal(share * 100.0, 0)) "%" }
                    } @else {
                        progress value="0" max="1" aria-label=(look.t("预演进度", "Progress of the rehearsal")) {}
                    }
                    p.hint { (look.t("可以离开，结果会留在这里。", "You can leave; the result stays here.")) }
                    form.row action=(format!("/console/rehearsals/{}/cancel", head.id)) method="post" {
                        button.btn { (look.t("取消预演", "Cancel")) }
                    }
                    noscript { meta http-equiv="refresh" content="2"; }
                }
            }
        }
        Life::Done => {
            html! { div id="progress" { a href=(format!("/console/rehearsals/{}", head.id)) { (look.t("看结果", "See the result")) } } }
        }
        Life::Failed | Life::Cancelled | Life::CutOff => html! {
            div.verdict id="progress" {
                h2 {
                    @match head.state {
                        Life::Cancelled => (look.t("这次预演被取消了，没有结果。", "This rehearsal was cancelled; it has no result.")),
                        Life::CutOff => (look.t("程序在预演当中停了，没有结果。", "The program stopped in the middle; there is no result.")),
                        _ => (look.t("这次预演没有做成。", "This rehearsal failed.")),
                    }
                }
                @if let Some(why) = &run.error { p { (why) } }
                p { (look.t("条文和日期都还在，再跑一次就好：", "Text and days are kept; run it again: ")) a href=(again) { (look.t("重新预演", "Rehearse again")) } }
            }
        },
    }
}

/// 正在重放过去的日子，已到 2018-03-07(71%)，约 2 秒。
fn sentence(site: &Site, look: &RenderContext, head: &RunHead) -> String {
    let Some((far, since)) = head.far.as_ref().and_then(|far| Some((far, far.since?))) else {
        return look
            .t(
                "在排队，前面的预演结束就开始。",
                "Waiting for its turn: it starts when an earlier rehearsal ends.",
            )
            .to_owned();
    };
    let share = far.done as f64 / far.total.max(1) as f64;
    let spent = ((site.now)().micros() - since.micros()).max(0) as f64;
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
            let day = fmt::date(look.lang, head.from.saturating_add(jiff::Span::new().days(passed as i64)));
            match look.lang {
                Lang::Zh => format!("正在重放过去的日子，已到 {day}"),
                Lang::En => format!("Replaying past days, at {day}"),
            }
        }
    };
    match (look.lang, left) {
        (Lang::Zh, Some(left)) => format!("{doing}（{percent}%)，还要约 {left} 秒。"),
        (Lang::Zh, None) => format!("{doing}({percent}%)。"),
        (Lang::En, Some(left)) => format!("{doing} ({percent}%), about {left} s left."),
        (Lang::En, None) => format!("{doing} ({percent}%)."),
    }
}

async fn progress(
    State(site): State<Site>,
    look: RenderContext,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let run = load(&site, &id).await?;
    let mut response = standing(&site, &look, &run).into_string().into_response();
    let headers = response.headers_mut();
    headers.insert(axum::http::header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(axum::http::header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if run.head.state.ended() {
        headers.insert(HeaderName::from_static("hx-refresh"), HeaderValue::from_static("true"));
    }
    Ok(response)
}

async fn cancel(State(site): State<Site>, Path(id): Path<String>) -> Result<Redirect, Failure> {
    let run = load(&site, &id).await?;
    match web_kit::view::rehearsal::take_back(&site, run.head.id).await {
        // It ended in between: its page says how.
        Err(failure) if failure.status == 409 => {}
        other => other?,
    }
    Ok(Redirect::to(&format!("/console/rehearsals/{}", run.head.id)))
}

async fn compare(
    State(site): State<Site>,
    look: RenderContext,
    uri: axum::http::Uri,
) -> Result<Page, Failure> {
    let chosen: Vec<String> = uri
        .query()
        .unwrap_or_default()
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .filter(|(key, _)| matches!(*key, "r" | "a" | "b"))
        .map(|(_, value)| value.to_owned())
        .collect();
    let [a, b] = chosen.as_slice() else {
        return Err(Failure::invalid("choose exactly two finished rehearsals to compare")
            .zh(format!("请勾选两次预演来对比，现在勾选了 {} 次。", chosen.len())));
    };
    let (a, b) = (load(&site, a).await?, load(&site, b).await?);
    crate::rehearsal::result::compare(&site, look, a, b).await
}
