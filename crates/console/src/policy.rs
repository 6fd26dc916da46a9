//! The pages of policies: the list, one with its versions, and the drafts.

pub(crate) mod clauses;
pub(crate) mod draft;
pub(crate) mod lines;
pub(crate) mod one;
pub(crate) mod words;

use axum::extract::State;
use govern::policy::Policy;
use maud::{Markup, html};
use people::staff::Permission::{PlatformRules, PlatformView};
use web_kit::fmt;
use web_kit::operation::{Needs, Pages};
use web_kit::problem::Failure;
use web_kit::site::Site;
use web_kit::ui::{self, Area, Page, RenderContext, State as Mark};

pub(crate) fn pages() -> Pages {
    Pages::new()
        .get("/console/policies", Needs::Permission(PlatformView), list)
        .get("/console/policies/{policy}", Needs::Permission(PlatformView), crate::policy::one::page)
        .post("/console/drafts", Needs::Permission(PlatformRules), crate::policy::draft::create)
        .get("/console/drafts/{draft}", Needs::Permission(PlatformView), crate::policy::draft::page)
        .post("/console/drafts/{draft}", Needs::Permission(PlatformRules), crate::policy::draft::submit)
        .post(
            "/console/drafts/{draft}/checks",
            Needs::Permission(PlatformRules),
            crate::policy::draft::checks,
        )
        .post(
            "/console/drafts/{draft}/delete",
            Needs::Permission(PlatformRules),
            crate::policy::draft::delete,
        )
}

/// Whether a version is in force, as a mark with its word.
pub fn standing(look: &RenderContext, state: &str) -> Markup {
    match state {
        "in_force" => ui::state(Mark::Kept, look.t("现行", "In force")),
        "announced" => ui::state(Mark::Running, look.t("待生效", "Announced")),
        _ => ui::state(Mark::None, look.t("已被取代", "Replaced")),
    }
}

/// At which point a policy acts.
pub fn stage<'a>(look: &RenderContext, stage: &'a str) -> &'a str {
    match stage {
        "before" => look.t("事前", "Before"),
        "during" => look.t("事中", "During"),
        "after" => look.t("事后", "After"),
        other => other,
    }
}

/// The title of a draft: its policy's; while its text is no policy, the id it gives itself.
pub fn draft_title(look: &RenderContext, policy: Option<&Policy>, text: &str) -> String {
    if let Some(policy) = policy {
        return look.t(&policy.title_zh, &policy.title_en).to_owned();
    }
    let id = text.lines().filter_map(|line| line.split_once('=')).find(|(key, _)| key.trim() == "id");
    let id = id.map(|(_, value)| value.trim().trim_matches('"')).filter(|id| !id.is_empty());
    id.unwrap_or(look.t("没有名字的草案", "Draft without a name")).to_owned()
}

async fn list(State(site): State<Site>, look: RenderContext) -> Result<Page, Failure> {
    let today = (site.now)().date(&site.market.zone);
    let db = site.db.clone();
    let read = tokio::task::spawn_blocking(move || db.read(|q| govern::draft::list(q, None, 50)));
    let drafts = read.await.map_err(Failure::panicked)??;
    let ids = web_kit::view::policy::ids();
    let rules = html! {
        div.paper { table.cards {
            thead { tr {
                th { (look.t("规则", "Policy")) }
                th { (look.t("版本", "Version")) }
                th { (look.t("判什么", "Judges")) }
                th { (look.t("管哪一段", "Acts")) }
                th { (look.t("规则包", "Pack")) }
                th { (look.t("从哪天起", "Effective from")) }
                th { (look.t("状态", "State")) }
                th {}
            } }
            tbody {
                @for id in &ids {
                    @let versions = web_kit::view::policy::versions(id)?;
                    @for (i, p) in versions.iter().enumerate() {
                        tr {
                            td.w { @if i == 0 { a href=(format!("/console/policies/{id}")) { (look.t(&p.title_zh, &p.title_en)) } br; span.mono.mut { (id) } } }
                            td data-l=(look.t("版本", "Version")) { a href=(format!("/console/policies/{id}?v={}", p.version)) { "v" (p.version) } }
                            td data-l=(look.t("判什么", "Judges")) { (crate::policy::words::subject(&look, &p.subject)) }
                            td data-l=(look.t("管哪一段", "Acts")) { (stage(&look, &p.stage.to_string())) }
                            td data-l=(look.t("规则包", "Pack")) { @match govern::pack::of_policy(id) { Some(pack) => span.mono { (pack.id) }, None => (look.t("示例", "example")) } }
                            td.nw data-l=(look.t("从哪天起", "Effective from")) { (fmt::date(look.lang, p.effective_from)) }
                            td { (standing(&look, web_kit::view::policy::standing(p, today))) }
                            td.r { @if crate::policy::words::rehearses(p) {
                                form action="/console/drafts" method="post" {
                                    input type="hidden" name="policy" value=(format!("{id}@{}", p.version));
                                    button.btn { (look.t("复制成草案", "Copy to a draft")) }
                                }
                            } }
                        }
                    }
                }
            }
        } }
    };
    let written = html! {
        div.paper { table.cards {
            thead { tr {
                th { (look.t("草案", "Draft")) }
                th { (look.t("基于", "Based on")) }
                th.r { (look.t("保存过", "Saved")) }
                th { (look.t("上次保存", "Last saved")) }
                th { (look.t("检查", "Checks")) }
            } }
            tbody {
                @for d in &drafts {
                    @let (policy, findings) = web_kit::view::policy::checked(&site, &d.text);
                    tr {
                        td.w { a href=(format!("/console/drafts/{}", d.id)) { (draft_title(&look, policy.as_ref(), &d.text)) } }
                        td data-l=(look.t("基于", "Based on")) { (web_kit::view::draft::base(d).unwrap_or_else(|| "—".to_owned())) }
                        td.r data-l=(look.t("保存过", "Saved")) { (d.version) (look.t(" 次", if d.version == 1 { " time" } else { " times" })) }
                        td.nw.mut data-l=(look.t("上次保存", "Last saved")) { (fmt::moment(look.lang, &site.market, d.updated_at)) }
                        td { (crate::policy::clauses::errors(&look, &findings)) }
                    }
                }
            }
        } }
    };
    Ok(ui::page(
        &look,
        Area::Policies,
        look.t("规则", "Policies"),
        html! {
            (ui::head(
                html! { (look.t("规则是数据：每一版都在这里", "Rules are data: every version stands here")) },
                html! { (look.t("规则", "Policies")) },
                false,
                html! { span { (look.t("草案只能预演，不会碰到任何店铺。", "A draft can only be rehearsed; it touches no shop.")) } },
                html! {
                    a.btn href="/console/promises" { (look.t("承诺与计时", "Promises and clocks")) }
                    a.btn href="/console/rehearsals" { (look.t("看预演", "See rehearsals")) }
                },
            ))
            (ui::question(
                look.t("现在有哪些规则？", "Which rules are there?"),
                html! { (look.t("每条规则的每一版，最新的在前。按订单或商品判的规则没有预演。", "Every version of every rule, newest first. Rules that judge an order or a product are not rehearsed.")) },
                html! { @if ids.is_empty() { div.paper.sec { p.empty { (look.t("还没有规则。", "There are no rules yet.")) } } } @else { (rules) } },
            ))
            (ui::question(
                look.t("谁在写什么？", "What is being written?"),
                html! { (look.t("草案可以随时离开，回来再改。", "You can leave a draft and come back.")) },
                html! {
                    @if drafts.is_empty() {
                        div.paper.sec { p.empty { (look.t("还没有草案。从现行规则复制一份，改一行就能预演。", "No drafts yet. Copy a rule in force, change one line and rehearse it.")) } }
                    } @else { (written) }
                },
            ))
        },
    ))
}
