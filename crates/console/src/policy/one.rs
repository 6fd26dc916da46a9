//! One policy: what it says, what it reads, what it does, how its cases come out, and how its versions differ.

use crate::policy::words::{copied, rehearses, stage, standing, subject};
use crate::policy::{clauses, lines};
use govern::policy::Policy;
use web_kit::prelude::*;
use web_kit::table::{cell, lead, sheet};
use web_kit::ui::{Area, State as Mark};
use web_kit::view::policy;

/// One version (`v`), with another one beside it.
pub async fn page(at: PageContext) -> Result<Page, Failure> {
    let (look, id) = (&at.look, at.param("policy"));
    let versions = policy::versions(id)?;
    let asked = |name: &str| at.query.raw(name).map(|version| policy::find(&format!("{id}@{version}")));
    let shown: &Policy = asked("v").unwrap_or_else(|| policy::find(id))?;
    let before = versions.iter().copied().find(|p| p.version < shown.version);
    let other: Option<&Policy> = asked("beside").transpose()?.or(before);
    let today = at.now().date(&at.site.market.zone);
    let title = look.t(&shown.title_zh, &shown.title_en);
    let address = |p: &Policy| format!("/console/policies/{id}?v={}", p.version);
    let text = html! {
        section.paper.ed {
            div.hd {
                h2 { (look.t("条文", "Text")) " v" (shown.version) }
                div.tabs { @for p in &versions { a href=(address(p)) aria-current=[(p.version == shown.version).then_some("true")] { "v" (p.version) } } }
            }
            p.says.clause { (look.t(&shown.text_zh, &shown.text_en)) }
            p.says { (look.t("程序读作：", "Read by the program as: ")) (clauses::sentence(look, shown)) }
            details.fold {
                summary { (look.t("文件全文，", "The whole file, ")) (shown.text.lines().count()) (look.t(" 行", " lines")) }
                (clauses::folded(look, &shown.text, other.map(|p| &*p.text), look.t("上一版", "before")))
            }
        }
    };
    let body = html! {
        (ui::head(
            html! { a href="/console/policies" { (look.t("规则", "Policies")) } " / " span.mono { (id) } },
            html! { (title) },
            false,
            html! {
                span { (look.t("版本 ", "Version ")) (shown.version) }
                span { (look.t("从 ", "from ")) (fmt::date(look.lang, shown.effective_from)) (look.t(" 起", "")) }
                span { (subject(look, shown)) (look.t("，", ", ")) (stage(look, shown)) }
                @if let Some(pack) = govern::pack::of_policy(id) { span { (look.t(&pack.titles.zh, &pack.titles.en)) } }
                (standing(look, policy::standing(shown, today)))
            },
            html! { @if rehearses(shown) { (copied(id, shown.version.into(), look.t("复制成草案，改一行预演", "Copy to a draft and rehearse"), "btn pri")) } },
        ))
        (ui::question(
            look.t("这条规则说什么？", "What does the rule say?"),
            html! {
                @if other.is_some() { (look.t("左边有色边的行与上一版不同。", "Lines with a coloured edge differ from the version before.")) " " }
                @if let Some(source) = &shown.source { (look.t("来源：", "Source: ")) (source) }
            },
            text,
        ))
        (ui::question(
            look.t("它读什么？", "What does it read?"),
            html! { @if rehearses(shown) { (look.t("每个数都有一个口径，点开看怎么算。", "Every number has one definition; open it to see the sum.")) } @else { (look.t("判定一单或一件商品时，把这些事实交给它。", "It is handed these facts when an order or a product is judged.")) } },
            clauses::inputs_table(look, shown),
        ))
        (ui::question(
            look.t("命中后做什么？", "What does it do?"),
            html! { @if shown.days() > 0 { (look.t("动作从命中那一刻起算，到期自动结束。", "An action begins at the moment that hit and ends by itself.")) } },
            clauses::actions_table(look, &at.site.market, shown),
        ))
        (ui::question(
            look.t("案例怎么判？", "How do its cases come out?"),
            html! { (look.t("没有案例表的规则不能装载。", "A rule without its table of cases does not load.")) },
            cases(look, shown),
        ))
        @if let Some(other) = other {
            (ui::question(
                look.t("两版差在哪里？", "How do two versions differ?"),
                html! { "v" (other.version) " → v" (shown.version) },
                beside(look, other, shown),
            ))
        }
    };
    Ok(ui::page(look, Area::Policies, title, body))
}

/// Two versions side by side.
fn beside(look: &RenderContext, old: &Policy, new: &Policy) -> Markup {
    html! {
        div.paper.scroll { table.beside {
            thead { tr { th { "v" (old.version) } th { "v" (new.version) } } }
            tbody {
                @for (left, right) in lines::beside(&old.text, &new.text) {
                    @let changed = left != right;
                    tr {
                        td.old[changed] { code { (left.unwrap_or_default()) } @if changed && left.is_some() { span.vh { (look.t("（旧）", "(old)")) } } }
                        td.new[changed && right.is_some()] { code { (right.unwrap_or_default()) } @if changed && right.is_some() { span.vh { (look.t("（新）", "(new)")) } } }
                    }
                }
            }
        } }
    }
}

/// The cases of a policy with what they should and do come to.
fn cases(look: &RenderContext, policy: &Policy) -> Markup {
    let results = clauses::case_results(look, policy);
    if results.is_empty() {
        return html! { div.paper.sec { p.empty { (look.t("这一版没有案例。", "This version has no cases.")) } } };
    }
    let cells = |result: &clauses::CaseResult<'_>| {
        vec![
            lead("nm w", look.t("例子", "Example"), html! { span lang="en" { (result.case.name) } }),
            cell("w", look.t("给定", "Given"), html! { (result.given) }),
            cell("", look.t("应得", "Should come to"), html! { b { (result.expected) } }),
            cell("src", look.t("条款", "Clause"), html! { (result.case.clause.as_deref().unwrap_or("—")) }),
            lead(
                "",
                look.t("结果", "Result"),
                html! {
                    @if result.passes { (ui::state(Mark::Kept, look.t("相符", "Agrees"))) }
                    @else { (ui::state(Mark::Broken, look.t("不符", "Differs"))) small.blk { (result.actual) } }
                },
            ),
        ]
    };
    html! { div.paper.scroll { (sheet("cards m", &results, cells)) } }
}
