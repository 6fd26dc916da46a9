//! `/console/metrics`: one definition, one number. `/console/metrics/{name}`: the definition in full, its SQL, and the market's value.

use axum::extract::State;
use govern::metric::{self, Kind, Metric};
use kernel::Date;
use maud::{Markup, PreEscaped, html};
use report::data::{self, History};
use serde::Deserialize;
use serde_json::json;
use std::sync::Arc;
use web_kit::fmt::{self, Unit};
use web_kit::lang::{Lang, t};
use web_kit::problem::{Failure, Path, Query, brief};
use web_kit::site::Site;
use web_kit::ui::{self, Area, Chart, RenderContext};

#[derive(Debug, Default, Clone, Deserialize)]
pub struct Params {
    as_of: Option<String>,
}

/// How many days the catalogue's lines and the charts show.
const DAYS: i64 = 84;

pub async fn catalogue(
    State(site): State<Site>,
    look: RenderContext,
    Query(asked): Query<Params>,
) -> Result<ui::Page, Failure> {
    let found = site
        .ask(move |site, ask| {
            let history = data::history(site, ask)?;
            let Some(known) = history.as_ref() else { return Ok(None) };
            let day = data::day_asked(known, asked.as_of.as_deref())?;
            let lines = data::side_by_side(metric::catalogue(), |m| {
                data::totals(site, ask, m, m.window_days, day, DAYS)
            })?;
            Ok(Some((history, day, lines)))
        })
        .await?;
    let lang = look.lang;
    // Definitions need no facts: without a market the catalogue shows them alone.
    let empty = Vec::new();
    let (picker, lines) = match &found {
        Some((history, day, lines)) => (
            history
                .as_ref()
                .as_ref()
                .map(|h| report::overview::day_picker(&look, "/console/metrics", h, *day, &[])),
            lines,
        ),
        None => (None, &empty),
    };
    let day = found.as_ref().map(|f| f.1);
    let title = match lang {
        Lang::Zh => format!("{} 项指标，一个定义一个数", metric::catalogue().len()),
        Lang::En => format!("{} metrics: one definition, one number", metric::catalogue().len()),
    };
    let body = html! {
        (ui::head(html! { (t(lang, "指标", "Metrics")) }, html! { (title) }, false, html! {
            @match picker { Some(picker) => (picker), None => span { (t(lang, "这个市场还没有事实，先看定义。", "This market has no facts yet; here are the definitions.")) } }
        }, html! {}))
        div.paper {
            table.cards.m {
                thead { tr {
                    th scope="col" { (t(lang, "指标", "Metric")) }
                    th.r scope="col" { (t(lang, "全市场", "Whole market")) }
                    th.r scope="col" { (t(lang, "分子 ÷ 分母", "num ÷ den")) }
                    th scope="col" { (t(lang, "意思", "Meaning")) }
                    th scope="col" { (t(lang, "来源", "Source")) }
                    th scope="col" { (t(lang, "12 周", "12 weeks")) }
                } }
                @for (g, metrics) in data::groups() {
                    tbody {
                        tr.dim id={ "group-" (g) } { th scope="rowgroup" colspan="6" { (t(lang, data::GROUPS[g].0, data::GROUPS[g].1)) span { (metrics.len()) (t(lang, " 项", " metrics")) } } }
                        @for m in metrics {
                            @let i = metric::catalogue().iter().position(|other| other.name == m.name);
                            (row(lang, m, i.and_then(|i| lines.get(i)).map(|l| l.as_slice()).unwrap_or_default(), day))
                        }
                    }
                }
            }
            div.foot {
                span { (t(lang, "定义是 governance/metrics 里的 SQL 文件，页面、命令行、规则和预演读同一份。", "Definitions are the SQL files in governance/metrics; pages, command line, policies and rehearsals read the same ones.")) }
            }
        }
    };
    Ok(ui::page(&look, Area::Metrics, t(lang, "指标", "Metrics"), body))
}

fn row(lang: Lang, metric: &Metric, line: &[(i64, i64)], day: Option<Date>) -> Markup {
    let unit = Unit::of(&metric.unit);
    let (num, den) = line.last().copied().unwrap_or_default();
    let value = if (num, den) == (0, 0) { None } else { metric.value(num, den) };
    let values: Vec<_> = line.iter().map(|p| data::plotted(metric, *p)).collect();
    let href = match day {
        Some(day) => format!("/console/metrics/{}?as_of={day}", metric.name),
        None => format!("/console/metrics/{}", metric.name),
    };
    html! {
        tr {
            td.nm.w { a href=(href) { (data::title(lang, metric)) } small.blk.mono { (&metric.name) } }
            td.r.big data-l=(t(lang, "全市场", "Whole market")) {
                @match value { None => span.none { (fmt::nothing(lang)) }, Some(v) => { (unit.number(v)) small { (unit.as_str(lang)) } } }
            }
            td.r.frac data-l=(t(lang, "分子 ÷ 分母", "num ÷ den")) { span.mono { (data::fraction(metric, num, den)) } small { (t(lang, &metric.den_zh, &metric.den_en)) } }
            td.sub.mean data-l=(t(lang, "意思", "Meaning")) { (t(lang, &metric.meaning_zh, &metric.meaning_en)) small.blk { (t(lang, "窗口 ", "window ")) (metric.window_days) (t(lang, " 天", " days")) } }
            td.src data-l=(t(lang, "来源", "Source")) { (web_kit::words::source(lang, &metric.source)) }
            td.sp data-l=(t(lang, "12 周", "12 weeks")) { (ui::spark(&values)) }
        }
    }
}

struct Found {
    history: Arc<Option<History>>,
    day: Date,
    line: Arc<Vec<(i64, i64)>>,
}

pub async fn page(
    State(site): State<Site>,
    look: RenderContext,
    Path(name): Path<String>,
    Query(asked): Query<Params>,
) -> Result<ui::Page, Failure> {
    let metric = metric::named(&name)
        .map_err(|err| Failure::from(err).zh(format!("没有指标「{}」。", brief(&name))))?;
    let found = site
        .ask(move |site, ask| {
            let history = data::history(site, ask)?;
            let Some(known) = history.as_ref() else { return Ok(None) };
            let day = data::day_asked(known, asked.as_of.as_deref())?;
            let line = data::totals(site, ask, metric, metric.window_days, day, DAYS)?;
            Ok(Some(Found { history, day, line }))
        })
        .await?;
    Ok(show(&look, metric, found.as_ref()))
}

fn show(look: &RenderContext, metric: &Metric, found: Option<&Found>) -> ui::Page {
    let lang = look.lang;
    let unit = Unit::of(&metric.unit);
    let name = data::title(lang, metric);
    let last = found.and_then(|f| f.line.last().copied()).unwrap_or_default();
    let value = if last == (0, 0) { None } else { metric.value(last.0, last.1) };
    let value_text = value.map_or(fmt::nothing(lang).to_owned(), |v| unit.text(lang, v));
    let history = found.and_then(|f| f.history.as_ref().as_ref().map(|h| (h, f)));
    let path = format!("/console/metrics/{}", metric.name);
    let kind = match metric.kind {
        Kind::Ratio => t(lang, "比率：分子 ÷ 分母", "share: numerator ÷ denominator"),
        Kind::Mean => t(lang, "均值：分子 ÷ 分母", "mean: numerator ÷ denominator"),
        Kind::Count => t(lang, "计数：就是分子", "count: the numerator"),
    };
    let body = html! {
        (ui::head(
            html! { a href="/console/metrics" { (t(lang, "指标", "Metrics")) } " / " span.mono { (&metric.name) } },
            html! { (name) },
            false,
            html! { @if let Some((history, found)) = history { (report::overview::day_picker(look, &path, history, found.day, &[])) } },
            html! { @if let Some((_, found)) = history { a.btn href={ "/console/shops?as_of=" (found.day) "&sort=" (metric.name) } { (t(lang, "按它排店铺", "Shops by this")) } } },
        ))
        (ui::question(
            t(lang, "它说的是什么？", "What does it say?"),
            html! { (t(lang, "一个定义，一个数。谁在分母里，谁在分子里，什么时候离开窗口。", "One definition, one number: who is in the denominator, who in the numerator, when they leave the window.")) },
            html! {
                p.means { (t(lang, &metric.meaning_zh, &metric.meaning_en)) }
                dl.sum2 {
                    div { dt { (t(lang, "分子：", "Numerator: ")) (t(lang, &metric.num_zh, &metric.num_en)) } dd.mono { (data::numerator(metric, last.0)) } }
                    @if metric.kind != Kind::Count { div { dt { (t(lang, "分母：", "Denominator: ")) (t(lang, &metric.den_zh, &metric.den_en)) } dd.mono { (fmt::count(last.1)) } } }
                    div.tot { dt { "= " (name) (t(lang, "，全市场", ", whole market")) } dd { (value_text) } }
                    div.win { dt { (t(lang, "算法", "How")) } dd { (kind) } }
                    div.win { dt { (t(lang, "窗口", "Window")) } dd { (metric.window_days) " × 24 h" (t(lang, "，不含起点，含终点", ", the start excluded, the end included")) } }
                    div.win { dt { (t(lang, "来源", "Source")) } dd { (web_kit::words::source(lang, &metric.source)) } }
                    div.win { dt { (t(lang, "版本", "Version")) } dd { (metric.source.split(", ").next().unwrap_or_default()) } }
                }
            },
        ))
        @if let Some((_, found)) = history { (history_section(lang, metric, found, &value_text)) }
        (ui::question(
            t(lang, "它怎么算？", "How is it computed?"),
            html! {
                (t(lang, "每行是一条贡献：从 anchor 与 known_at 的较晚者起计入，满窗口后离开。更正用新的负贡献，历史不改写。",
                    "Each row is a contribution: it counts from the later of anchor and known_at until the window has passed. Corrections are new negative rows; history is not rewritten."))
            },
            html! { div.paper { div.codehead { span.mono { (&metric.file) } } pre.sql tabindex="0" { code { (sql(&metric.sql)) } } } },
        ))
    };
    ui::page(look, Area::Metrics, name, body)
}

fn history_section(lang: Lang, metric: &Metric, found: &Found, value_text: &str) -> Markup {
    let unit = Unit::of(&metric.unit);
    let name = data::title(lang, metric);
    let days = data::days_to(found.day, DAYS);
    let values: Vec<_> = found.line.iter().map(|p| data::plotted(metric, *p)).collect();
    let (word, digits) = data::unit(lang, metric);
    let label = match lang {
        Lang::Zh => format!("全市场{name},12 周，现在 {value_text}"),
        Lang::En => format!("{name} of the whole market over 12 weeks, now {value_text}"),
    };
    let spec = json!({
        "kind": "line", "days": days, "series": [{ "name": "", "values": values, "color": "ink" }],
        "unit": word, "digits": digits, "zero": false,
        "num": found.line.iter().map(|p| data::rounded(metric.scaled(p.0))).collect::<Vec<_>>(),
        "den": found.line.iter().map(|p| p.1).collect::<Vec<_>>(),
    });
    let table = html! {
        table {
            thead { tr { th scope="col" { (t(lang, "截至", "As of")) } th.r scope="col" { (name) } th.r scope="col" { (counted(lang, metric)) } } }
            tbody { @for (d, p) in days.iter().zip(found.line.iter()).rev() {
                tr { td.nw { (fmt::date(lang, *d)) } td.r { (metric.value(p.0, p.1).map_or(fmt::nothing(lang).to_owned(), |v| unit.text(lang, v))) } td.r.mono.nw { (data::fraction(metric, p.0, p.1)) } }
            } }
        }
    };
    ui::question(
        t(lang, "全市场在变好吗？", "Is the market getting better?"),
        html! { (t(lang, "每一点是那天结束时的 ", "Each point is the ")) (metric.window_days) (t(lang, " 天窗口，只用当时已知的事实。纵轴不从零起。", "-day window at the end of that day, from what was known then. The scale does not start at zero.")) },
        html! {
            div.paper {
                div.lead { b { (value_text) } span.sub { (t(lang, "截至 ", "as of ")) (fmt::date(lang, found.day)) } }
                div.chw { (ui::chart(lang, &Chart { id: "metric-chart", label: &label, size: "h-260", spec, table })) }
            }
        },
    )
}

/// What numerator and denominator count: the heading of a column of them.
fn counted(lang: Lang, metric: &Metric) -> String {
    let (num, den) = (t(lang, &metric.num_zh, &metric.num_en), t(lang, &metric.den_zh, &metric.den_en));
    match metric.kind {
        Kind::Count => num.to_owned(),
        _ => format!("{num} ÷ {den}"),
    }
}

/// SQL with its words, comments and texts marked.
fn sql(text: &str) -> Markup {
    const WORDS: [&str; 30] = [
        "select", "from", "where", "and", "or", "not", "is", "null", "as", "case", "when", "then", "else",
        "end", "union", "all", "join", "left", "on", "group", "by", "order", "cast", "coalesce", "greatest",
        "least", "in", "between", "with", "filter",
    ];
    let escape = |s: &str| s.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let mut out = String::with_capacity(text.len() * 2);
    for line in text.trim().lines() {
        let (code, comment) = match line.find("--") {
            Some(i) => line.split_at(i),
            None => (line, ""),
        };
        let mut word = String::new();
        let flush = |word: &mut String, out: &mut String| {
            if WORDS.contains(&word.as_str()) {
                out.push_str(&format!("<b>{word}</b>"));
            } else {
                out.push_str(&escape(word));
            }
            word.clear();
        };
        for c in code.chars() {
            if c.is_ascii_alphanumeric() || c == '_' {
                word.push(c);
            } else {
                flush(&mut word, &mut out);
                out.push_str(&escape(c.encode_utf8(&mut [0; 4])));
            }
        }
        flush(&mut word, &mut out);
        if !comment.is_empty() {
            out.push_str(&format!("<i>{}</i>", escape(comment)));
        }
        out.push('\n');
    }
    PreEscaped(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shown_sql_is_escaped_and_its_words_are_marked() {
        let html = sql("select a\nfrom b\nwhere at <= 1 -- as <they> say").0;
        assert_eq!(
            html,
            "<b>select</b> a\n<b>from</b> b\n<b>where</b> at &lt;= 1 <i>-- as &lt;they&gt; say</i>\n"
        );
    }
}
