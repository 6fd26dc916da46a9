//! `/console/scorecards`: the scorecards one can read; `/console/scorecards/{id}`: one of them in plain sentences, or two versions side
//! by side; `/console/scorecards/{id}/compare`: the same day under two versions.

use axum::extract::State;
use govern::scorecard::{self, Adoptions, Points, Scorecard};
use govern::{ShopName, Shops};
use kernel::{Date, Market};
use maud::{Markup, html};
use report::data::{self, History};
use report::scorecards::{in_force, readable};
use serde::Deserialize;
use serde_json::json;
use std::sync::Arc;
use web_kit::lang::{Lang, t};
use web_kit::problem::{Failure, Path, Query, brief};
use web_kit::site::Site;
use web_kit::ui::{self, Area, Chart, RenderContext, State as Mark};
use web_kit::words::{self, clauses};
use web_kit::{draw, fmt, score};

#[derive(Debug, Default, Deserialize)]
pub struct Params {
    left: Option<String>,
    right: Option<String>,
    as_of: Option<String>,
    page: Option<String>,
}

/// `/console/scorecards`.
pub async fn list(
    State(site): State<Site>,
    look: RenderContext,
    Query(asked): Query<Params>,
) -> Result<axum::response::Response, Failure> {
    use axum::response::{IntoResponse, Redirect};
    // The form of two versions comes here, because it does not know yet which scorecard they are of.
    if let (Some(left), Some(right)) = (&asked.left, &asked.right) {
        let (left, right) = (score::named(left)?, score::named(right)?);
        let to = format!("/console/scorecards/{}?left={}&right={}", left.id, left.name(), right.name());
        return Ok(Redirect::to(&to).into_response());
    }
    let lang = look.lang;
    let adoptions = site.ask(|site, ask| score::adoptions(site, ask)).await?;
    let market = &site.market;
    let cards = scorecard::shipped();
    let title = match lang {
        Lang::Zh => format!("{} 张评分卡", cards.len()),
        Lang::En => format!("{} scorecards", cards.len()),
    };
    let body = html! {
        (ui::head(html! { (t(lang, "评分卡", "Scorecards")) }, html! { (title) }, false, html! {
            span { (t(lang, "分怎么算，都写在这里；打分程序读的就是这些文件。", "How scores are computed stands here; the scorer reads these very files.")) }
        }, html! {}))
        (ui::question(
            t(lang, "有哪些评分卡？", "Which are there?"),
            html! { (t(lang, "新版本不改生效之前任何一天的分。", "A new version changes no score of days before it came into force.")) },
            html! {
                div.paper {
                    table.cards.m {
                        thead { tr {
                            th scope="col" { (t(lang, "评分卡", "Scorecard")) }
                            th scope="col" { (t(lang, "说什么", "What it says")) }
                            th scope="col" { (t(lang, "在本市场", "In this market")) }
                            th scope="col" { (t(lang, "规则出处", "Source")) }
                        } }
                        tbody { @for card in cards {
                            tr {
                                td.nm.w { a href={ "/console/scorecards/" (card.name()) } { (words::title(lang, &card.title)) } small.blk.mono { (card.name()) } }
                                td.sub.mean data-l=(t(lang, "说什么", "What it says")) { (words::inner(lang, &card.text)) }
                                td data-l=(t(lang, "在本市场", "In this market")) {
                                    @match in_force(lang, market, &adoptions, card) {
                                        Some(text) => { (ui::state(Mark::Kept, t(lang, "生效", "in force"))) small.blk { (text) } }
                                        None => (ui::state(Mark::None, t(lang, "没有生效", "not in force"))),
                                    }
                                    small.blk { (t(lang, "原规则施行于 ", "at its source from ")) (fmt::date(lang, card.effective_from)) }
                                }
                                td.src data-l=(t(lang, "规则出处", "Source")) { (words::source(lang, &card.source)) }
                            }
                        } }
                    }
                }
            },
        ))
        (ui::question(
            t(lang, "两个版本差在哪？", "How do two versions differ?"),
            html! { (t(lang, "逐句对照，改了的标出来；也可以看同一天在两个版本下每家店的分。", "Sentence by sentence, with the differences marked; or every shop's score of one day under both.")) },
            pairing(lang, "/console/scorecards", None, &[]),
        ))
    };
    Ok(ui::page(&look, Area::Scorecards, &title, body).into_response())
}

/// A form that chooses two scorecards.
fn pairing(
    lang: Lang,
    action: &str,
    chosen: Option<(&Scorecard, &Scorecard)>,
    keep: &[(&str, String)],
) -> Markup {
    let field = |name: &str, label: &str, on: Option<&Scorecard>, fallback: &str| {
        html! {
            label { span.s12.mut { (label) " " }
                select name=(name) {
                    @for card in scorecard::shipped() {
                        option value=(card.name()) selected[on.map_or(card.name() == fallback, |c| c.name() == card.name())] { (card.name()) }
                    }
                }
            }
        }
    };
    html! {
        form.pairing action=(action) method="get" {
            @for (name, value) in keep { input type="hidden" name=(name) value=(value); }
            (field("left", t(lang, "左", "left"), chosen.map(|c| c.0), "sanhao@1"))
            (field("right", t(lang, "右", "right"), chosen.map(|c| c.1), "sanhao@3"))
            button.btn { (t(lang, "并排看", "Side by side")) }
        }
    }
}

/// Reads the two sides: version numbers of the scorecard in the address, or names of their own.
fn sides(id: &str, asked: &Params) -> Result<Option<(&'static Scorecard, &'static Scorecard)>, Failure> {
    let own = id.split('@').next().unwrap_or(id);
    let side = |text: &str| {
        let text = text.trim();
        if text.bytes().all(|b| b.is_ascii_digit()) && !text.is_empty() {
            score::named(&format!("{own}@{text}"))
        } else {
            score::named(text)
        }
    };
    match (asked.left.as_deref(), asked.right.as_deref()) {
        (None, None) => Ok(None),
        (Some(left), Some(right)) => Ok(Some((side(left)?, side(right)?))),
        _ => Err(Failure::invalid(
            "give left and right: the versions to set side by side, such as left=1&right=3",
        )
        .zh("要并排看，请同时给出 left 和 right，例如 left=1&right=3。")),
    }
}

/// `/console/scorecards/{id}`.
pub async fn page(
    State(site): State<Site>,
    look: RenderContext,
    Path(id): Path<String>,
    Query(asked): Query<Params>,
) -> Result<ui::Page, Failure> {
    let lang = look.lang;
    let adoptions = site.ask(|site, ask| score::adoptions(site, ask)).await?;
    if let Some((left, right)) = sides(&id, &asked)? {
        return Ok(side_by_side(&site.market, &look, &adoptions, left, right));
    }
    let card = score::named(&id)?;
    let versions: Vec<&Scorecard> = scorecard::shipped().iter().filter(|c| c.id == card.id).collect();
    let title = words::title(lang, &card.title);
    let crumb = html! { a href="/console/scorecards" { (t(lang, "评分卡", "Scorecards")) } " / " span.mono { (card.name()) } };
    let meta = html! {
        @match in_force(lang, &site.market, &adoptions, card) {
            Some(text) => { (ui::state(Mark::Kept, t(lang, "生效", "in force"))) span { (text) } }
            None => (ui::state(Mark::None, t(lang, "没有在本市场生效", "not in force in this market"))),
        }
        span { (t(lang, "原规则施行于 ", "At its source from ")) (fmt::date(lang, card.effective_from)) }
        @if versions.len() > 1 {
            span {
                (t(lang, "版本 ", "Versions "))
                @for v in &versions { a.chip href={ "/console/scorecards/" (v.name()) } aria-current=[(v.version == card.version).then_some("page")] { (v.version) } }
            }
        }
    };
    let before = versions.iter().rev().find(|v| v.version < card.version);
    let acts = html! {
        a.btn href={ "/api/platform/scorecards/" (card.name()) } { (t(lang, "导出 JSON", "JSON")) }
        @if let Some(before) = before { a.btn.pri href={ "/console/scorecards/" (card.id) "?left=" (before.version) "&right=" (card.version) } { (t(lang, "与上一版并排", "Beside the version before")) } }
    };
    let body = html! {
        (ui::head(crumb, html! { (title) " " span.mono { (card.name()) } }, false, meta, acts))
        (readable(lang, card))
        (ui::question(
            t(lang, "和别的版本差在哪？", "How does it differ from others?"),
            html! { (t(lang, "逐句对照，改了的标出来。", "Sentence by sentence, with the differences marked.")) },
            pairing(lang, "/console/scorecards", before.map(|b| (*b, card)), &[]),
        ))
    };
    Ok(ui::page(&look, Area::Scorecards, &title, body))
}

/// Two versions, sentence by sentence.
fn side_by_side(
    market: &Market,
    look: &RenderContext,
    adoptions: &Adoptions,
    left: &'static Scorecard,
    right: &'static Scorecard,
) -> ui::Page {
    let lang = look.lang;
    let (a, b) = (clauses::chapters(lang, left), clauses::chapters(lang, right));
    let mut chapters: Vec<(&str, &str)> = b.iter().map(|c| (c.id, c.title)).collect();
    for chapter in &a {
        if !chapters.iter().any(|(id, _)| *id == chapter.id) {
            chapters.push((chapter.id, chapter.title));
        }
    }
    let of = |list: &'_ [clauses::Chapter], id: &str| -> Vec<clauses::Clause> {
        list.iter().find(|c| c.id == id).map(|c| c.clauses.clone()).unwrap_or_default()
    };
    let rows = |id: &str| -> Vec<(Option<clauses::Clause>, Option<clauses::Clause>)> {
        let (old, new) = (of(&a, id), of(&b, id));
        let mut rows: Vec<_> = old
            .iter()
            .map(|o| (Some(o.clone()), new.iter().find(|n| n.key == o.key || n.text == o.text).cloned()))
            .collect();
        rows.extend(
            new.iter()
                .filter(|n| !old.iter().any(|o| o.key == n.key || o.text == n.text))
                .map(|n| (None, Some(n.clone()))),
        );
        rows
    };
    let all: usize =
        chapters.iter().map(|(id, _)| rows(id).iter().filter(|(l, r)| differ(l, r)).count()).sum();
    let title = match lang {
        Lang::Zh => format!("{} 与 {}：{all} 处不同", left.name(), right.name()),
        Lang::En => format!("{} and {}: {all} differences", left.name(), right.name()),
    };
    let crumb = html! { a href="/console/scorecards" { (t(lang, "评分卡", "Scorecards")) } " / " a href={ "/console/scorecards/" (left.name()) } { (left.name()) } " / " a href={ "/console/scorecards/" (right.name()) } { (right.name()) } };
    let acts = html! { a.btn.pri href={ "/console/scorecards/" (left.id) "/compare?left=" (left.name()) "&right=" (right.name()) } { (t(lang, "同一天两个版本", "One day under both")) } };
    let top = |card: &Scorecard| {
        html! { b { (words::title(lang, &card.title)) " " (card.name()) } small.blk { (t(lang, "原规则施行于 ", "at its source from ")) (fmt::date(lang, card.effective_from)) (t(lang, "；", "; ")) (in_force(lang, market, adoptions, card).unwrap_or_else(|| t(lang, "没有在本市场生效", "not in force in this market").to_owned())) } }
    };
    let body = html! {
        (ui::head(crumb, html! { (title) }, false, html! { span.s12.mut { (t(lang, "有底色的一行是不同的；一边空着是另一边没有。", "A marked row differs; an empty side has no such sentence.")) } }, acts))
        div.duo.heads { div { (top(left)) } div { (top(right)) } }
        @for (id, title) in &chapters {
            @let rows = rows(id);
            @let different = rows.iter().filter(|(l, r)| differ(l, r)).count();
            (ui::question(
                title,
                html! { @if different == 0 { (t(lang, "没有不同。", "No difference.")) } @else { (different) (t(lang, " 处不同。", " differences.")) } " " (left.name()) (t(lang, "，", ", ")) (right.name()) (t(lang, "。", ".")) },
                html! {
                    div.duos {
                        @for (l, r) in &rows {
                            div.duo.diff[differ(l, r)] {
                                @for (side, other) in [(l, r), (r, l)] {
                                    div {
                                        @match side {
                                            Some(clause) => p.clause { @if other.is_none() { (ui::state(Mark::Running, t(lang, "只有这边", "only here"))) " " } @else if differ(l, r) { (ui::state(Mark::Warning, t(lang, "不同", "differs"))) " " } (clause.text) },
                                            None => p.mut { (t(lang, "没有这一句", "no such sentence")) },
                                        }
                                    }
                                }
                            }
                        }
                    }
                },
            ))
        }
        (ui::question(t(lang, "换一对看？", "Another pair?"), html! {}, pairing(lang, "/console/scorecards", Some((left, right)), &[])))
    };
    ui::page(look, Area::Scorecards, &title, body)
}

fn differ(l: &Option<clauses::Clause>, r: &Option<clauses::Clause>) -> bool {
    l.as_ref().map(|c| &c.text) != r.as_ref().map(|c| &c.text)
}

/// How many shops a page of a comparison holds.
const PAGE: usize = 40;

/// A shop under two scorecards.
struct Both {
    shop: ShopName,
    left: Option<Points>,
    right: Option<Points>,
    stages: (Option<usize>, Option<usize>),
}

impl Both {
    fn by(&self) -> Option<Points> {
        Some(words::between(self.left?, self.right?))
    }
}

struct Compared {
    history: Arc<Option<History>>,
    day: Date,
    left: &'static Scorecard,
    right: &'static Scorecard,
    both: Vec<Both>,
    page: usize,
}

/// `/console/scorecards/{id}/compare`.
pub async fn compare(
    State(site): State<Site>,
    look: RenderContext,
    Path(id): Path<String>,
    Query(asked): Query<Params>,
) -> Result<ui::Page, Failure> {
    let (left, right) = match sides(&id, &asked)? {
        Some(pair) => pair,
        None => {
            let card = score::named(&id)?;
            let before =
                scorecard::shipped().iter().rev().find(|c| c.id == card.id && c.version < card.version);
            (before.unwrap_or(card), card)
        }
    };
    let page = match asked.page.as_deref() {
        None => 1,
        Some(text) => text.parse().ok().filter(|n| (1..=1_000_000).contains(n)).ok_or_else(|| {
            Failure::invalid(format!("page must be a whole number from 1, not \"{}\"", brief(text)))
                .zh("页码是从 1 开始的整数。")
        })?,
    };
    let found = site
        .ask(move |site, ask| {
            let history = data::history(site, ask)?;
            let Some(known) = history.as_ref() else { return Ok(None) };
            let day = data::day_asked(known, asked.as_of.as_deref())?;
            let end = data::end_of(site, day)?;
            let shops: Arc<Shops> = web_kit::view::shops::all(site, ask)?;
            let mut days = data::side_by_side(&[left, right], |card| score::day(site, ask, card, end))?;
            let (b, a) = (days.pop(), days.pop());
            let (Some(a), Some(b)) = (a, b) else { return Ok(None) };
            let mut both: Vec<Both> = a
                .lines
                .iter()
                .filter_map(|line| {
                    let other = b.line(line.shop)?;
                    Some(Both {
                        shop: shops.get(line.shop)?.clone(),
                        left: line.raw,
                        right: other.raw,
                        stages: (line.stage, other.stage),
                    })
                })
                .filter(|both| both.left.is_some() || both.right.is_some())
                .collect();
            both.sort_by_key(|b| (b.by().is_none(), b.by().map(|by| -by.0.abs()), b.shop.no));
            Ok(Some(Compared { history, day, left, right, both, page }))
        })
        .await?;
    Ok(match &found {
        None => report::overview::empty(&look),
        Some(found) => show_compared(&look, found),
    })
}

fn show_compared(look: &RenderContext, found: &Compared) -> ui::Page {
    let lang = look.lang;
    let Some(history) = found.history.as_ref() else { return report::overview::empty(look) };
    let (left, right) = (found.left, found.right);
    let differences: Vec<f64> = found.both.iter().filter_map(|b| b.by().map(Points::number)).collect();
    let up = differences.iter().filter(|d| **d > 0.0).count();
    let down = differences.iter().filter(|d| **d < 0.0).count();
    let same = differences.len() - up - down;
    let only = |f: fn(&Both) -> bool| found.both.iter().filter(|b| f(b)).count();
    let (only_left, only_right) = (only(|b| b.right.is_none()), only(|b| b.left.is_none()));
    let mean = differences.iter().sum::<f64>() / differences.len().max(1) as f64;
    let title = match lang {
        Lang::Zh => format!("同一天两个版本：{} 与 {}", left.name(), right.name()),
        Lang::En => format!("One day under {} and {}", left.name(), right.name()),
    };
    let path = format!("/console/scorecards/{}/compare", left.id);
    let (ln, rn) = (left.name(), right.name());
    let keep = [("left", ln.as_str()), ("right", rn.as_str())];
    let crumb = html! { a href="/console/scorecards" { (t(lang, "评分卡", "Scorecards")) } " / " a href={ "/console/scorecards/" (left.id) "?left=" (ln) "&right=" (rn) } { (t(lang, "并排看", "side by side")) } };
    let bins = bins(&differences);
    let unit = t(lang, "分", "points");
    let label = match lang {
        Lang::Zh => format!("{} 家店铺的差，平均 {} 分", differences.len(), fmt::signed(mean, 2)),
        Lang::En => {
            format!("Differences of {} shops, mean {} points", differences.len(), fmt::signed(mean, 2))
        }
    };
    let spec = json!({
        "kind": "hist", "bins": bins, "unit": unit, "digits": 1, "countName": t(lang, "店铺", "shops"),
        "mark": { "at": 0.0, "label": t(lang, "没有差别", "no difference") },
    });
    let table = html! {
        table {
            thead { tr { th scope="col" { (t(lang, "差（分）", "Difference in points")) } th.r scope="col" { (t(lang, "店铺数", "Shops")) } } }
            tbody { @for (from, to, n) in &bins { tr { td.nw { (fmt::signed(*from, 1)) (t(lang, " 至 ", " to ")) (fmt::signed(*to, 1)) } td.r { (n) } } } }
        }
    };
    let most = differences.iter().fold(0.0f64, |m, d| m.max(d.abs()));
    let pages = found.both.len().div_ceil(PAGE).max(1);
    let page = found.page.min(pages);
    let from = (page - 1) * PAGE;
    let to = (from + PAGE).min(found.both.len());
    let number = |p: Option<Points>| p.map_or(t(lang, "没有分", "no score").to_owned(), words::points);
    let stage = |card: &Scorecard, s: Option<usize>| {
        s.and_then(|s| card.stages.get(s))
            .map_or(t(lang, "无阶段", "no stage").to_owned(), |s| words::inner(lang, &s.title).to_owned())
    };
    let address = |page: usize| format!("{path}?as_of={}&left={ln}&right={rn}&page={page}", found.day);
    let body = html! {
        (ui::head(crumb, html! { (title) }, false, html! { (report::overview::day_picker(look, &path, history, found.day, &keep)) }, html! {}))
        (ui::question(
            t(lang, "分差了多少？", "How far apart are the scores?"),
            html! { (t(lang, "同一天的事实，两张评分卡各算一遍；差 = 右 − 左，单位是分。", "The same facts of one day under both scorecards; difference = right − left, in points.")) " " (fmt::date(lang, found.day)) },
            html! {
                @if differences.is_empty() {
                    div.paper { p.pad { (t(lang, "这一天没有店铺在两张评分卡下都有分。", "On this day no shop has a score under both.")) } }
                } @else {
                    div.paper.hs {
                        div {
                            div.lead { b { (fmt::signed(mean, 2)) " " (unit) } span.sub { (t(lang, "平均差，", "mean difference of ")) (fmt::count(differences.len() as i64)) (t(lang, " 家店铺", " shops")) } }
                            div.chw { (ui::chart(lang, &Chart { id: "difference", label: &label, size: "h-260", spec, table })) }
                        }
                        div.nb {
                            table { tbody {
                                tr { td { (t(lang, "变高", "higher")) } td.r { b { (fmt::count(up as i64)) } (t(lang, " 家", " shops")) } }
                                tr { td { (t(lang, "变低", "lower")) } td.r { b { (fmt::count(down as i64)) } (t(lang, " 家", " shops")) } }
                                tr { td { (t(lang, "一样", "the same")) } td.r { b { (fmt::count(same as i64)) } (t(lang, " 家", " shops")) } }
                                tr { td { (t(lang, "只在左边有分", "a score at the left only")) } td.r { b { (fmt::count(only_left as i64)) } (t(lang, " 家", " shops")) } }
                                tr { td { (t(lang, "只在右边有分", "a score at the right only")) } td.r { b { (fmt::count(only_right as i64)) } (t(lang, " 家", " shops")) } }
                            } }
                        }
                    }
                }
            },
        ))
        (ui::question(
            t(lang, "哪些店变得最多？", "Which shops move most?"),
            html! { (t(lang, "按差的大小排。点店名看那张评分卡下的整个算式。", "By the size of the difference. Press a score to see the whole sum under that scorecard.")) },
            html! {
                div.paper {
                    table.cards.list {
                        thead { tr {
                            th scope="col" { (t(lang, "店铺", "Shop")) }
                            th.r scope="col" { (ln) (t(lang, "（分）", " (points)")) }
                            th.r scope="col" { (rn) (t(lang, "（分）", " (points)")) }
                            th.r scope="col" { (t(lang, "差（分）", "Difference (points)")) }
                            th scope="col" { (t(lang, "往哪边", "Which way")) }
                            th scope="col" { (t(lang, "阶段", "Stage")) }
                        } }
                        tbody {
                            @for b in &found.both[from..to] {
                                @let by = b.by();
                                tr {
                                    td.w { a.nm href={ "/console/shops/" (b.shop.id) "?as_of=" (found.day) } { (b.shop.name) } }
                                    td.r data-l=(ln) { a href={ "/console/shops/" (b.shop.id) "?as_of=" (found.day) "&card=" (ln) } { (number(b.left)) } }
                                    td.r data-l=(rn) { a href={ "/console/shops/" (b.shop.id) "?as_of=" (found.day) "&card=" (rn) } { (number(b.right)) } }
                                    td.r data-l=(t(lang, "差", "Difference")) { b { @match by { Some(by) => (words::gain(by)), None => "—" } } }
                                    td data-l=(t(lang, "往哪边", "Which way")) { @if let Some(by) = by { (draw::change(by.number(), most)) " " span.s12.sub { (clauses::difference(lang, by)) } } }
                                    td data-l=(t(lang, "阶段", "Stage")) { @let (l, r) = (stage(left, b.stages.0), stage(right, b.stages.1)); @if l == r { (l) } @else { (l) " → " (r) } }
                                }
                            }
                            @if found.both.is_empty() { tr { td.w colspan="6" { (t(lang, "没有店铺有分。", "No shop has a score.")) } } }
                        }
                    }
                    div.foot {
                        span { @if !found.both.is_empty() { (fmt::count(from as i64 + 1)) "–" (fmt::count(to as i64)) " / " (fmt::count(found.both.len() as i64)) (t(lang, " 家", " shops")) } }
                        span.pages {
                            @if page > 1 { a rel="prev" href=(address(page - 1)) { (t(lang, "上一页", "Previous page")) } }
                            @if page < pages { a rel="next" href=(address(page + 1)) { (t(lang, "下一页", "Next page")) } }
                        }
                    }
                }
            },
        ))
        (ui::question(t(lang, "换一对看？", "Another pair?"), html! {}, pairing(lang, &path, Some((left, right)), &[("as_of", found.day.to_string())])))
    };
    ui::page(look, Area::Scorecards, &title, body)
}

/// Even bins around 0 that hold every difference.
fn bins(values: &[f64]) -> Vec<(f64, f64, i64)> {
    let far = values.iter().fold(0.0f64, |m, v| m.max(v.abs()));
    let step = [0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0].into_iter().find(|s| far / s <= 12.0).unwrap_or(10.0);
    let half = ((far / step).ceil() as i64).max(1);
    let mut bins: Vec<(f64, f64, i64)> = (-half..half)
        .map(|i| (data::rounded(i as f64 * step), data::rounded((i + 1) as f64 * step), 0))
        .collect();
    for v in values {
        let i = ((v / step).floor() as i64 + half).clamp(0, 2 * half - 1);
        bins[usize::try_from(i).unwrap_or(0)].2 += 1;
    }
    bins
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_difference_falls_into_one_bin_and_zero_is_an_edge() {
        for values in [vec![0.0], vec![-3.2, 0.1, 3.2], vec![40.0, -0.001], vec![]] {
            let bins = bins(&values);
            assert_eq!(bins.iter().map(|b| b.2).sum::<i64>(), values.len() as i64);
            assert!(bins.iter().any(|b| b.0 == 0.0) && bins.first().unwrap().0 == -bins.last().unwrap().1);
        }
    }
}
