//! `/console/scorecards`: the scorecards one can read; `/console/scorecards/{id}`: one of them in plain sentences, or two versions side
//! by side; `/console/scorecards/{id}/compare`: the same day under two versions.

use crate::day::{OnDay, on_day};
use govern::ShopName;
use govern::scorecard::{self, Adoptions, Points, Scorecard};
use report::data;
use report::scorecards::{in_force, readable};
use serde_json::json;
use std::sync::Arc;
use web_kit::prelude::*;
use web_kit::problem::brief;
use web_kit::table::{cell, lead, sheet};
use web_kit::ui::{Area, Chart, State as Mark};
use web_kit::words::clauses::{self, Chapter, Clause};
use web_kit::words::{self, title};
use web_kit::{draw, score};

/// Two scorecards side by side.
type Pair = (&'static Scorecard, &'static Scorecard);

async fn adoptions(at: &PageContext) -> Result<Arc<Adoptions>, Failure> {
    at.site.ask(|site, ask| score::adoptions(site, ask)).await
}

/// The way back to the list.
fn crumb(at: &PageContext) -> Markup {
    html! { a href="/console/scorecards" { (at.t("评分卡", "Scorecards")) } " / " }
}

/// Since when a scorecard's rules are in force where they come from.
fn at_its_source(at: &PageContext, card: &Scorecard, en: &str) -> Markup {
    html! { (at.t("原规则施行于 ", en)) (fmt::date(at.lang(), card.effective_from)) }
}

/// The question for another pair, with the form that chooses it.
fn another(at: &PageContext, action: &str, pair: Pair, keep: &[(&str, String)]) -> Markup {
    ui::question(
        at.t("换两个版本", "Compare other versions"),
        html! {},
        pairing(at.lang(), action, Some(pair), keep),
    )
}

/// `/console/scorecards`.
pub async fn list(at: PageContext) -> Result<Response, Failure> {
    // The form of two versions comes here, because it does not know yet which scorecard they are of.
    if let (Some(left), Some(right)) = (at.query.raw("left"), at.query.raw("right")) {
        let (left, right) = (score::named(left)?, score::named(right)?);
        let to = format!("/console/scorecards/{}?left={}&right={}", left.id, left.name(), right.name());
        return Ok(Redirect::to(&to).into_response());
    }
    let (lang, adoptions, cards) = (at.lang(), adoptions(&at).await?, scorecard::shipped());
    let count = cards.len();
    let heading = say!(lang, "{count} 张评分卡", "{count} scorecards");
    let cells = |card: &Scorecard| {
        let name = html! { a href={ "/console/scorecards/" (card.name()) } { (title(lang, &card.title)) } small.blk.mono { (card.name()) } };
        let here = html! {
            @match in_force(lang, &at.site.market, &adoptions, card) {
                Some(text) => { (ui::state(Mark::Kept, at.t("生效", "in force"))) small.blk { (text) } }
                None => (ui::state(Mark::None, at.t("没有生效", "not in force"))),
            }
            small.blk { (at_its_source(&at, card, "at its source from ")) }
        };
        vec![
            lead("nm w", at.t("评分卡", "Scorecard"), name),
            cell("sub mean", at.t("内容", "Terms"), words::inner(lang, &card.text)),
            cell("", at.t("在本市场", "In this market"), here),
            cell("src", at.t("规则出处", "Source"), words::source(lang, &card.source)),
        ]
    };
    let body = html! {
        (ui::head(html! { (at.t("评分卡", "Scorecards")) }, html! { (heading) }, false, html! {
            span { (at.t("分怎么算，都写在这里；打分程序读的就是这些文件。", "How scores are computed stands here; the scorer reads these very files.")) }
        }, html! {}))
        (ui::question(
            at.t("全部评分卡", "All scorecards"),
            html! { (at.t("新版本不改生效之前任何一天的分。", "A new version changes no score of days before it came into force.")) },
            html! { div.paper { (sheet("cards m", cards, cells)) } },
        ))
        (ui::question(
            at.t("版本对比", "Compare versions"),
            html! { (at.t("逐句对照，改了的标出来；也可以看同一天在两个版本下每家店的分。", "Sentence by sentence, with the differences marked; or every shop's score of one day under both.")) },
            pairing(lang, "/console/scorecards", None, &[]),
        ))
    };
    Ok(ui::page(&at.look, Area::Scorecards, &heading, body).into_response())
}

/// A form that chooses two scorecards.
fn pairing(lang: Lang, action: &str, chosen: Option<Pair>, keep: &[(&str, String)]) -> Markup {
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
            button.btn { (t(lang, "对比", "Compare")) }
        }
    }
}

/// The two sides of the address: version numbers of its scorecard, or names of their own.
fn sides(at: &PageContext) -> Result<Option<Pair>, Failure> {
    let own = at.param("id").split('@').next().unwrap_or_default();
    let side = |text: &str| {
        let text = text.trim();
        if text.bytes().all(|b| b.is_ascii_digit()) && !text.is_empty() {
            return score::named(&format!("{own}@{text}"));
        }
        score::named(text)
    };
    match (at.query.raw("left"), at.query.raw("right")) {
        (None, None) => Ok(None),
        (Some(left), Some(right)) => Ok(Some((side(left)?, side(right)?))),
        _ => Err(Failure::invalid(
            "give left and right: the versions to set side by side, such as left=1&right=3",
        )
        .zh("要并排看，请同时给出 left 和 right，例如 left=1&right=3。")),
    }
}

/// `/console/scorecards/{id}`.
pub async fn page(at: PageContext) -> Result<Page, Failure> {
    let (lang, adoptions) = (at.lang(), adoptions(&at).await?);
    if let Some(pair) = sides(&at)? {
        return Ok(side_by_side(&at, &adoptions, pair));
    }
    let card = score::named(at.param("id"))?;
    let versions: Vec<&'static Scorecard> = scorecard::shipped().iter().filter(|c| c.id == card.id).collect();
    let name = title(lang, &card.title);
    let meta = html! {
        @match in_force(lang, &at.site.market, &adoptions, card) {
            Some(text) => { (ui::state(Mark::Kept, at.t("生效", "in force"))) span { (text) } }
            None => (ui::state(Mark::None, at.t("没有在本市场生效", "not in force in this market"))),
        }
        span { (at_its_source(&at, card, "At its source from ")) }
        @if versions.len() > 1 {
            span {
                (at.t("版本 ", "Versions "))
                @for v in &versions { a.chip href={ "/console/scorecards/" (v.name()) } aria-current=[(v.version == card.version).then_some("page")] { (v.version) } }
            }
        }
    };
    let before = versions.iter().copied().rev().find(|v| v.version < card.version);
    let acts = html! {
        a.btn href={ "/api/platform/scorecards/" (card.name()) } { (at.t("导出 JSON", "JSON")) }
        @if let Some(before) = before { a.btn.pri href={ "/console/scorecards/" (card.id) "?left=" (before.version) "&right=" (card.version) } { (at.t("与上一版对比", "Compare with previous version")) } }
    };
    let body = html! {
        (ui::head(html! { (crumb(&at)) span.mono { (card.name()) } }, html! { (name) " " span.mono { (card.name()) } }, false, meta, acts))
        (readable(lang, card))
        (ui::question(
            at.t("与其他版本对比", "Compare with other versions"),
            html! { (at.t("逐句对照，改了的标出来。", "Sentence by sentence, with the differences marked.")) },
            pairing(lang, "/console/scorecards", before.map(|b| (b, card)), &[]),
        ))
    };
    Ok(ui::page(&at.look, Area::Scorecards, &name, body))
}

/// A sentence of either side, found by what it is about; nothing where a side has none.
type Sentences<'a> = (Option<&'a Clause>, Option<&'a Clause>);

fn differ((l, r): &Sentences<'_>) -> bool {
    l.map(|c| &c.text) != r.map(|c| &c.text)
}

/// The sentences of a chapter on both sides, in the order of the left, then what only the right has.
fn paired<'a>(old: &'a [Clause], new: &'a [Clause]) -> Vec<Sentences<'a>> {
    let alike = |o: &Clause, n: &Clause| n.key == o.key || n.text == o.text;
    let mut rows: Vec<Sentences<'a>> =
        old.iter().map(|o| (Some(o), new.iter().find(|n| alike(o, n)))).collect();
    let added = new.iter().filter(|n| !old.iter().any(|o| alike(o, n)));
    rows.extend(added.map(|n| (None, Some(n))));
    rows
}

/// The sentences of a chapter; none where there is no such chapter.
fn clauses_of<'a>(chapters: &'a [Chapter], id: &str) -> &'a [Clause] {
    chapters.iter().find(|c| c.id == id).map_or(&[], |c| &c.clauses)
}

/// Two versions, sentence by sentence.
fn side_by_side(at: &PageContext, adoptions: &Adoptions, (left, right): Pair) -> Page {
    let lang = at.lang();
    let (a, b) = (clauses::chapters(lang, left), clauses::chapters(lang, right));
    let only = a.iter().filter(|chapter| !b.iter().any(|other| other.id == chapter.id));
    let chapters: Vec<(&Chapter, Vec<Sentences<'_>>)> =
        b.iter().chain(only).map(|of| (of, paired(clauses_of(&a, of.id), clauses_of(&b, of.id)))).collect();
    let all = chapters.iter().flat_map(|(_, rows)| rows).filter(|row| differ(row)).count();
    let (ln, rn) = (left.name(), right.name());
    let heading = say!(lang, "{ln} 与 {rn}：{all} 处不同", "{ln} and {rn}: {all} differences");
    let crumb = html! { (crumb(at)) a href={ "/console/scorecards/" (ln) } { (ln) } " / " a href={ "/console/scorecards/" (rn) } { (rn) } };
    let acts = html! { a.btn.pri href={ "/console/scorecards/" (left.id) "/compare?left=" (ln) "&right=" (rn) } { (at.t("同一天两个版本", "One day under both")) } };
    let top = |card: &Scorecard| {
        html! { b { (title(lang, &card.title)) " " (card.name()) } small.blk { (at_its_source(at, card, "at its source from ")) (at.t("；", "; ")) (in_force(lang, &at.site.market, adoptions, card).unwrap_or_else(|| at.t("没有在本市场生效", "not in force in this market").to_owned())) } }
    };
    let body = html! {
        (ui::head(crumb, html! { (heading) }, false, html! { span.s12.mut { (at.t("有底色的一行是不同的；一边空着是另一边没有。", "A marked row differs; an empty side has no such sentence.")) } }, acts))
        div.duo.heads { div { (top(left)) } div { (top(right)) } }
        @for (chapter, rows) in &chapters {
            @let different = rows.iter().filter(|row| differ(row)).count();
            (ui::question(
                chapter.title,
                html! { @if different == 0 { (at.t("没有不同。", "No difference.")) } @else { (different) (at.t(" 处不同。", " differences.")) } " " (ln) (at.t("，", ", ")) (rn) (at.t("。", ".")) },
                html! {
                    div.duos {
                        @for row in rows {
                            @let (l, r) = row;
                            div.duo.diff[differ(row)] {
                                @for (side, other) in [(l, r), (r, l)] {
                                    div {
                                        @match side {
                                            Some(clause) => p.clause { @if other.is_none() { (ui::state(Mark::Running, at.t("只有这边", "only here"))) " " } @else if differ(row) { (ui::state(Mark::Warning, at.t("不同", "differs"))) " " } (clause.text) },
                                            None => p.mut { (at.t("没有这一句", "no such sentence")) },
                                        }
                                    }
                                }
                            }
                        }
                    }
                },
            ))
        }
        (another(at, "/console/scorecards", (left, right), &[]))
    };
    ui::page(&at.look, Area::Scorecards, &heading, body)
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

/// `/console/scorecards/{id}/compare`.
pub async fn compare(at: PageContext) -> Result<Page, Failure> {
    let pair = match sides(&at)? {
        Some(pair) => pair,
        None => {
            let card = score::named(at.param("id"))?;
            let mut shipped = scorecard::shipped().iter().rev();
            (shipped.find(|c| c.id == card.id && c.version < card.version).unwrap_or(card), card)
        }
    };
    let page = match at.query.raw("page") {
        None => 1,
        Some(text) => text.parse().ok().filter(|n| (1..=1_000_000).contains(n)).ok_or_else(|| {
            Failure::invalid(format!("page must be a whole number from 1, not \"{}\"", brief(text)))
                .zh("页码是从 1 开始的整数。")
        })?,
    };
    let found = on_day(&at, move |site, ask, day| {
        let end = data::end_of(site, day)?;
        let shops = web_kit::view::shops::all(site, ask)?;
        let mut days = data::side_by_side(&[pair.0, pair.1], |card| score::day(site, ask, card, end))?;
        let (Some(b), Some(a)) = (days.pop(), days.pop()) else { return Ok(Vec::new()) };
        let both = |line: &score::Line| {
            let other = b.line(line.shop)?;
            let (shop, stages) = (shops.get(line.shop)?.clone(), (line.stage, other.stage));
            Some(Both { shop, left: line.raw, right: other.raw, stages })
        };
        let both = a.lines.iter().filter_map(both);
        let mut both: Vec<Both> = both.filter(|both| both.left.is_some() || both.right.is_some()).collect();
        both.sort_by_key(|b| (b.by().is_none(), b.by().map(|by| -by.0.abs()), b.shop.no));
        Ok(both)
    })
    .await?;
    let Some(found) = found else { return Ok(report::overview::empty(&at.look)) };
    let (lang, (left, right)) = (at.lang(), pair);
    let (ln, rn) = (left.name(), right.name());
    let heading = say!(lang, "同一天两个版本：{ln} 与 {rn}", "One day under {ln} and {rn}");
    let path = format!("/console/scorecards/{}/compare", left.id);
    let picker = found.picker(&at.look, &path, &[("left", &ln), ("right", &rn)]);
    let crumb = html! { (crumb(&at)) a href={ "/console/scorecards/" (left.id) "?left=" (ln) "&right=" (rn) } { (at.t("并排看", "side by side")) } };
    let body = html! {
        (ui::head(crumb, html! { (heading) }, false, picker, html! {}))
        (ui::question(
            at.t("分差了多少？", "How far apart are the scores?"),
            html! { (at.t("同一天的事实，两张评分卡各算一遍；差 = 右 − 左，单位是分。", "The same facts of one day under both scorecards; difference = right − left, in points.")) " " (fmt::date(lang, found.day)) },
            spread(&at, &found.found),
        ))
        (ui::question(
            at.t("哪些店变得最多？", "Which shops move most?"),
            html! { (at.t("按差的大小排。点店名看那张评分卡下的整个算式。", "By the size of the difference. Press a score to see the whole sum under that scorecard.")) },
            shops(&at, &found, pair, &path, page),
        ))
        (another(&at, &path, pair, &[("as_of", found.day.to_string())]))
    };
    Ok(ui::page(&at.look, Area::Scorecards, &heading, body))
}

fn differences(both: &[Both]) -> Vec<f64> {
    both.iter().filter_map(|b| b.by().map(Points::number)).collect()
}

/// How the differences are spread, and how many shops each of the two favours.
fn spread(at: &PageContext, both: &[Both]) -> Markup {
    let (lang, differences) = (at.lang(), differences(both));
    if differences.is_empty() {
        return html! { div.paper { p.pad { (at.t("这一天没有店铺在两张评分卡下都有分。", "On this day no shop has a score under both.")) } } };
    }
    let how_many = |f: &dyn Fn(f64) -> bool| differences.iter().filter(|d| f(**d)).count();
    let only = |f: fn(&Both) -> bool| both.iter().filter(|b| f(b)).count();
    let counts = [
        (at.t("变高", "higher"), how_many(&|d| d > 0.0)),
        (at.t("变低", "lower"), how_many(&|d| d < 0.0)),
        (at.t("一样", "the same"), how_many(&|d| d == 0.0)),
        (at.t("只在左边有分", "a score at the left only"), only(|b| b.right.is_none())),
        (at.t("只在右边有分", "a score at the right only"), only(|b| b.left.is_none())),
    ];
    let mean = differences.iter().sum::<f64>() / differences.len() as f64;
    let (mean, count, unit) = (fmt::signed(mean, 2), differences.len(), at.t("分", "points"));
    let bins = bins(&differences);
    let label =
        say!(lang, "{count} 家店铺的差，平均 {mean} 分", "Differences of {count} shops, mean {mean} points");
    let spec = json!({
        "kind": "hist", "bins": bins, "unit": unit, "digits": 1, "countName": at.t("店铺", "shops"),
        "mark": { "at": 0.0, "label": at.t("没有差别", "no difference") },
    });
    let table = sheet("", &bins, |(from, to, n)| {
        let (from, to) = (fmt::signed(*from, 1), fmt::signed(*to, 1));
        vec![
            lead(
                "nw",
                at.t("差（分）", "Difference in points"),
                say!(lang, "{from} 至 {to}", "{from} to {to}"),
            ),
            lead("r", at.t("店铺数", "Shops"), n),
        ]
    });
    html! {
        div.paper.hs {
            div {
                div.lead { b { (mean) " " (unit) } span.sub { (at.t("平均差，", "mean difference of ")) (fmt::count(count as i64)) (at.t(" 家店铺", " shops")) } }
                div.chw { (ui::chart(lang, &Chart { id: "difference", label: &label, size: "h-260", spec, table })) }
            }
            div.nb {
                table { tbody {
                    @for (name, n) in counts { tr { td { (name) } td.r { b { (fmt::count(n as i64)) } (at.t(" 家", " shops")) } } }
                } }
            }
        }
    }
}

/// The shops by the size of their difference.
fn shops(at: &PageContext, found: &OnDay<Vec<Both>>, pair: Pair, path: &str, page: usize) -> Markup {
    let (lang, (left, right), day, both) = (at.lang(), pair, found.day, &found.found);
    let (ln, rn) = (left.name(), right.name());
    let most = differences(both).iter().fold(0.0f64, |m, d| m.max(d.abs()));
    let pages = both.len().div_ceil(PAGE).max(1);
    let page = page.min(pages);
    let from = (page - 1) * PAGE;
    let to = (from + PAGE).min(both.len());
    let number = |p: Option<Points>| p.map_or(at.t("没有分", "no score").to_owned(), words::points);
    let stage = |card: &'static Scorecard, s: Option<usize>| {
        let stage = s.and_then(|s| card.stages.get(s));
        stage.map_or(at.t("无阶段", "no stage"), |s| words::inner(lang, &s.title))
    };
    let address = |page: usize| format!("{path}?as_of={day}&left={ln}&right={rn}&page={page}");
    html! {
        div.paper {
            table.cards.list {
                thead { tr {
                    th scope="col" { (at.t("店铺", "Shop")) }
                    @for name in [&ln, &rn] { th.r scope="col" { (name) (at.t("（分）", " (points)")) } }
                    th.r scope="col" { (at.t("差（分）", "Difference (points)")) }
                    th scope="col" { (at.t("往哪边", "Which way")) }
                    th scope="col" { (at.t("阶段", "Stage")) }
                } }
                tbody {
                    @for b in both.iter().take(to).skip(from) {
                        @let by = b.by();
                        @let (l, r) = (stage(left, b.stages.0), stage(right, b.stages.1));
                        tr {
                            td.w { a.nm href={ "/console/shops/" (b.shop.id) "?as_of=" (day) } { (b.shop.name) } }
                            @for (name, points) in [(&ln, b.left), (&rn, b.right)] {
                                td.r data-l=(name) { a href={ "/console/shops/" (b.shop.id) "?as_of=" (day) "&card=" (name) } { (number(points)) } }
                            }
                            td.r data-l=(at.t("差", "Difference")) { b { @match by { Some(by) => (words::gain(by)), None => "—" } } }
                            td data-l=(at.t("往哪边", "Which way")) { @if let Some(by) = by { (draw::change(by.number(), most)) " " span.s12.sub { (clauses::difference(lang, by)) } } }
                            td data-l=(at.t("阶段", "Stage")) { (l) @if l != r { " → " (r) } }
                        }
                    }
                    @if both.is_empty() { tr { td.w colspan="6" { (at.t("没有店铺有分。", "No shop has a score.")) } } }
                }
            }
            div.foot {
                span { @if !both.is_empty() { (fmt::count(from as i64 + 1)) "–" (fmt::count(to as i64)) " / " (fmt::count(both.len() as i64)) (at.t(" 家", " shops")) } }
                span.pages {
                    @if page > 1 { a rel="prev" href=(address(page - 1)) { (at.t("上一页", "Previous page")) } }
                    @if page < pages { a rel="next" href=(address(page + 1)) { (at.t("下一页", "Next page")) } }
                }
            }
        }
    }
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
