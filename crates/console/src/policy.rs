//! The pages of policies: the list, one with its versions, and the drafts.

pub(crate) mod clauses;
mod draft;
mod fields;
mod lines;
mod one;
mod places;
mod said;
pub(crate) mod words;

use crate::policy::words::{copied, draft_title, stage, standing, subject};
use people::staff::Permission::{PlatformRules, PlatformView};
use web_kit::operation::{Needs, Pages};
use web_kit::prelude::*;
use web_kit::table::{cell, lead, sheet};
use web_kit::ui::Area;
use web_kit::view;

pub(crate) fn pages() -> Pages {
    let (reads, writes) = (Needs::Permission(PlatformView), Needs::Permission(PlatformRules));
    Pages::new()
        .get("/console/policies", reads, list)
        .get("/console/policies/{policy}", reads, one::page)
        .post("/console/drafts", writes, draft::create)
        .get("/console/drafts/{draft}", reads, draft::page)
        .post("/console/drafts/{draft}", writes, draft::submit)
        .post("/console/drafts/{draft}/checks", writes, draft::checks)
        .post("/console/drafts/{draft}/delete", writes, draft::delete)
}

/// Whose a rule is, as seen from this market.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Whose {
    /// The pack that this market is scored by.
    Own,
    /// No pack's: an example.
    Example,
    /// Another pack's, which stands here to compare with.
    Compared,
}

/// Whose a rule is; `own` is the pack of this market.
fn whose(id: &str, own: &str) -> Whose {
    match govern::pack::of_policy(id) {
        Some(pack) if pack.id == own => Whose::Own,
        Some(_) => Whose::Compared,
        None => Whose::Example,
    }
}

/// The pack that this market is scored by: that of the scorecard it adopted last, else the default one.
async fn own_pack(at: &PageContext) -> Result<&'static str, Failure> {
    let adopted = at.site.ask(|site, ask| web_kit::score::adoptions(site, ask)).await?;
    let card = adopted.0.last().map_or(govern::scorecard::DEFAULT, |last| last.scorecard.as_str());
    let packs = govern::pack::shipped();
    let has = |pack: &&govern::pack::Pack| pack.scorecards.iter().any(|one| one.id == card);
    // The first pack is the default one.
    Ok(packs.iter().find(has).or_else(|| packs.first()).map_or("", |pack| &pack.id))
}

/// Every version of every rule: this market's own first, those of packs to compare with last.
async fn rules(at: &PageContext) -> Result<Markup, Failure> {
    let look = &at.look;
    let today = at.now().date(&at.site.market.zone);
    let own = own_pack(at).await?;
    let mut ids = view::policy::ids();
    ids.sort_by_key(|id| (whose(id, own), *id));
    let mut versions = Vec::new();
    for id in ids {
        versions.extend(view::policy::versions(id)?.into_iter().enumerate());
    }
    if versions.is_empty() {
        return Ok(html! { div.paper.sec { p.empty { (at.t("还没有规则。", "No policies yet.")) } } });
    }
    let cells = |(i, p): (usize, &govern::policy::Policy)| {
        let id = &p.id;
        let policy = html! { @if i == 0 { a href=(format!("/console/policies/{id}")) { (at.t(&p.title_zh, &p.title_en)) } br; span.mono.mut { (id) } } };
        let version =
            html! { a href=(format!("/console/policies/{id}?v={}", p.version)) { "v" (p.version) } };
        let pack = html! { @match govern::pack::of_policy(id) { Some(pack) => (at.t(&pack.titles.zh, &pack.titles.en)), None => (at.t("示例", "example")) } };
        let state = match whose(id, own) {
            Whose::Compared => ui::state(ui::State::None, at.t("只作对照", "For comparison only")),
            Whose::Own | Whose::Example => standing(look, view::policy::standing(p, today)),
        };
        let act = html! { @if words::rehearses(p) { (copied(id, p.version.into(), at.t("复制成草案", "Copy to a draft"), "btn")) } };
        vec![
            lead("w", at.t("规则", "Policy"), policy),
            cell("", at.t("版本", "Version"), version),
            cell("", at.t("适用对象", "Applies to"), subject(look, p)),
            cell("", at.t("执行环节", "Stage"), stage(look, p)),
            cell("", at.t("规则包", "Pack"), pack),
            cell("nw", at.t("生效日期", "Effective from"), fmt::date(at.lang(), p.effective_from)),
            lead("", at.t("状态", "Status"), state),
            lead("r", "", act),
        ]
    };
    Ok(html! { div.paper { (sheet("cards", versions, cells)) } })
}

/// What is being written.
async fn drafts(at: &PageContext) -> Result<Markup, Failure> {
    let drafts = at.read(|q| Ok(govern::draft::list(q, None, 50)?)).await?;
    if drafts.is_empty() {
        let none = at.t(
            "还没有草案。从现行规则复制一份，改一行就能预演。",
            "No drafts yet. Copy a rule in force, change one line and rehearse it.",
        );
        return Ok(html! { div.paper.sec { p.empty { (none) } } });
    }
    let cells = |d: &govern::draft::Draft| {
        let (policy, findings) = view::policy::checked(&at.site, &d.text);
        let title = draft_title(&at.look, policy.as_ref(), &d.text);
        let draft = html! { a href=(format!("/console/drafts/{}", d.id)) { (title) } };
        vec![
            lead("w", at.t("草案", "Draft"), draft),
            cell("", at.t("基于", "Based on"), view::draft::base(d).unwrap_or_else(|| "—".to_owned())),
            cell("r", at.t("保存次数", "Saves"), fmt::many(at.lang(), d.version, "次", "time", "times")),
            cell(
                "nw mut",
                at.t("上次保存", "Last saved"),
                fmt::moment(at.lang(), &at.site.market, d.updated_at),
            ),
            lead("", at.t("检查", "Checks"), clauses::errors(&at.look, &findings)),
        ]
    };
    Ok(html! { div.paper { (sheet("cards", &drafts, cells)) } })
}

async fn list(at: PageContext) -> Result<Page, Failure> {
    let (rules, drafts) = (rules(&at).await?, drafts(&at).await?);
    let body = html! {
        (ui::head(
            html! { (at.t("每条规则的每一版都在这里", "Every version of every policy")) },
            html! { (at.t("规则", "Policies")) },
            false,
            html! { span { (at.t("草案只能预演，不会碰到任何店铺。", "A draft can only be rehearsed; it touches no shop.")) } },
            html! {
                a.btn href="/console/rules/market" { (at.t("市场自己的规则", "The market's own rules")) }
                a.btn href="/console/promises" { (at.t("承诺与计时", "Promises and clocks")) }
                a.btn href="/console/rehearsals" { (at.t("查看预演", "Rehearsals")) }
            },
        ))
        (ui::question(
            at.t("全部规则", "All policies"),
            html! { (at.t("本市场的在前，对照用的规则包在后；每条规则最新的一版在前。按订单或商品判的规则没有预演。", "This market's own first, packs to compare with last; of each rule the newest version first. Rules that judge an order or a product are not rehearsed.")) },
            rules,
        ))
        (ui::question(
            at.t("草案", "Drafts"),
            html! { (at.t("草案可以随时离开，回来再改。", "You can leave a draft and come back.")) },
            drafts,
        ))
    };
    Ok(ui::page(&at.look, Area::Policies, at.t("规则", "Policies"), body))
}
