//! `/console/metrics`: one definition, one number. `/console/metrics/{name}`: the definition in full, its SQL, and the market's value.

use crate::day::{OnDay, on_day};
use govern::metric::{self, Kind, Metric};
use kernel::Date;
use maud::PreEscaped;
use report::data;
use serde_json::json;
use std::sync::Arc;
use web_kit::fmt::Unit;
use web_kit::prelude::*;
use web_kit::problem::brief;
use web_kit::table::{lead, sheet};
use web_kit::ui::{Area, Chart};

/// How many days the catalogue's lines and the charts show.
const DAYS: i64 = 84;

/// Numerator and denominator of the whole market, day by day.
type Line = Arc<Vec<(i64, i64)>>;

/// The last numbers of a line, and what they come to; nothing without data.
fn last(metric: &Metric, line: &[(i64, i64)]) -> ((i64, i64), Option<f64>) {
    let (num, den) = line.last().copied().unwrap_or_default();
    ((num, den), if (num, den) == (0, 0) { None } else { metric.value(num, den) })
}

pub async fn catalogue(at: PageContext) -> Result<Page, Failure> {
    let found = on_day(&at, |site, ask, day| {
        data::side_by_side(metric::catalogue(), |m| data::totals(site, ask, m, m.window_days, day, DAYS))
    })
    .await?;
    // Definitions need no facts: without a market the catalogue shows them alone.
    let empty = Vec::new();
    let lines: &Vec<Line> = found.as_ref().map_or(&empty, |found| &found.found);
    let day = found.as_ref().map(|f| f.day);
    let count = metric::catalogue().len();
    let title =
        say!(at.lang(), "{count} 项指标，一个定义一个数", "{count} metrics: one definition, one number");
    let body = html! {
        (ui::head(html! { (at.t("指标", "Metrics")) }, html! { (title) }, false, html! {
            @match &found { Some(found) => (found.picker(&at.look, "/console/metrics", &[])), None => span { (at.t("这个市场还没有事实，先看定义。", "This market has no facts yet; here are the definitions.")) } }
        }, html! {}))
        div.paper {
            table.cards.m {
                thead { tr {
                    th scope="col" { (at.t("指标", "Metric")) }
                    th.r scope="col" { (at.t("全市场", "Whole market")) }
                    th.r scope="col" { (at.t("分子 ÷ 分母", "num ÷ den")) }
                    th scope="col" { (at.t("意思", "Meaning")) }
                    th scope="col" { (at.t("来源", "Source")) }
                    th scope="col" { (at.t("12 周", "12 weeks")) }
                } }
                @for (g, metrics) in data::groups() {
                    tbody {
                        tr.dim id={ "group-" (g) } { th scope="rowgroup" colspan="6" { (at.t(data::GROUPS[g].0, data::GROUPS[g].1)) span { (metrics.len()) (at.t(" 项", " metrics")) } } }
                        @for m in metrics {
                            @let i = metric::catalogue().iter().position(|other| other.name == m.name);
                            (row(&at, m, i.and_then(|i| lines.get(i)).map(|l| l.as_slice()).unwrap_or_default(), day))
                        }
                    }
                }
            }
            div.foot {
                span { (at.t("定义是 governance/metrics 里的 SQL 文件，页面、命令行、规则和预演读同一份。", "Definitions are the SQL files in governance/metrics; pages, command line, policies and rehearsals read the same ones.")) }
            }
        }
    };
    Ok(ui::page(&at.look, Area::Metrics, at.t("指标", "Metrics"), body))
}

fn row(at: &PageContext, metric: &Metric, line: &[(i64, i64)], day: Option<Date>) -> Markup {
    let (lang, unit) = (at.lang(), Unit::of(&metric.unit));
    let ((num, den), value) = last(metric, line);
    let values: Vec<_> = line.iter().map(|p| data::plotted(metric, *p)).collect();
    let day = day.map_or(String::new(), |day| format!("?as_of={day}"));
    let href = format!("/console/metrics/{}{day}", metric.name);
    html! {
        tr {
            td.nm.w { a href=(href) { (data::title(lang, metric)) } small.blk.mono { (&metric.name) } }
            td.r.big data-l=(at.t("全市场", "Whole market")) {
                @match value { None => span.none { (fmt::nothing(lang)) }, Some(v) => { (unit.number(v)) small { (unit.as_str(lang)) } } }
            }
            td.r.frac data-l=(at.t("分子 ÷ 分母", "num ÷ den")) { span.mono { (data::fraction(metric, num, den)) } small { (at.t(&metric.den_zh, &metric.den_en)) } }
            td.sub.mean data-l=(at.t("意思", "Meaning")) { (at.t(&metric.meaning_zh, &metric.meaning_en)) small.blk { (at.t("窗口 ", "window ")) (metric.window_days) (at.t(" 天", " days")) } }
            td.src data-l=(at.t("来源", "Source")) { (web_kit::words::source(lang, &metric.source)) }
            td.sp data-l=(at.t("12 周", "12 weeks")) { (ui::spark(&values)) }
        }
    }
}

pub async fn page(at: PageContext) -> Result<Page, Failure> {
    let asked = at.param("name");
    let metric = metric::named(asked)
        .map_err(|err| Failure::from(err).zh(format!("没有指标「{}」。", brief(asked))))?;
    let found: Option<OnDay<Line>> =
        on_day(&at, move |site, ask, day| data::totals(site, ask, metric, metric.window_days, day, DAYS))
            .await?;
    let (look, lang) = (&at.look, at.lang());
    let name = data::title(lang, metric);
    let (last, value) = last(metric, found.as_ref().map(|f| &**f.found).unwrap_or_default());
    let value_text = value.map_or(fmt::nothing(lang).to_owned(), |v| Unit::of(&metric.unit).text(lang, v));
    let path = format!("/console/metrics/{}", metric.name);
    let kind = match metric.kind {
        Kind::Ratio => at.t("比率：分子 ÷ 分母", "share: numerator ÷ denominator"),
        Kind::Mean => at.t("均值：分子 ÷ 分母", "mean: numerator ÷ denominator"),
        Kind::Count => at.t("计数：就是分子", "count: the numerator"),
    };
    let body = html! {
        (ui::head(
            html! { a href="/console/metrics" { (at.t("指标", "Metrics")) } " / " span.mono { (&metric.name) } },
            html! { (name) },
            false,
            html! { @if let Some(found) = &found { (found.picker(look, &path, &[])) } },
            html! { @if let Some(found) = &found { a.btn href={ "/console/shops?as_of=" (found.day) "&sort=" (metric.name) } { (at.t("按它排店铺", "Shops by this")) } } },
        ))
        (ui::question(
            at.t("它说的是什么？", "What does it say?"),
            html! { (at.t("一个定义，一个数。谁在分母里，谁在分子里，什么时候离开窗口。", "One definition, one number: who is in the denominator, who in the numerator, when they leave the window.")) },
            html! {
                p.means { (at.t(&metric.meaning_zh, &metric.meaning_en)) }
                dl.sum2 {
                    div { dt { (at.t("分子：", "Numerator: ")) (at.t(&metric.num_zh, &metric.num_en)) } dd.mono { (data::numerator(metric, last.0)) } }
                    @if metric.kind != Kind::Count { div { dt { (at.t("分母：", "Denominator: ")) (at.t(&metric.den_zh, &metric.den_en)) } dd.mono { (fmt::count(last.1)) } } }
                    div.tot { dt { "= " (name) (at.t("，全市场", ", whole market")) } dd { (value_text) } }
                    div.win { dt { (at.t("算法", "How")) } dd { (kind) } }
                    div.win { dt { (at.t("窗口", "Window")) } dd { (metric.window_days) " × 24 h" (at.t("，不含起点，含终点", ", the start excluded, the end included")) } }
                    div.win { dt { (at.t("来源", "Source")) } dd { (web_kit::words::source(lang, &metric.source)) } }
                    div.win { dt { (at.t("版本", "Version")) } dd { (metric.source.split(", ").next().unwrap_or_default()) } }
                }
            },
        ))
        @if let Some(found) = &found { (history_section(&at, metric, found, &value_text)) }
        (ui::question(
            at.t("它怎么算？", "How is it computed?"),
            html! {
                (at.t("每行是一条贡献：从 anchor 与 known_at 的较晚者起计入，满窗口后离开。更正用新的负贡献，历史不改写。",
                    "Each row is a contribution: it counts from the later of anchor and known_at until the window has passed. Corrections are new negative rows; history is not rewritten."))
            },
            html! { div.paper { div.codehead { span.mono { (&metric.file) } } pre.sql tabindex="0" { code { (sql(&metric.sql)) } } } },
        ))
    };
    Ok(ui::page(look, Area::Metrics, name, body))
}

fn history_section(at: &PageContext, metric: &Metric, found: &OnDay<Line>, value_text: &str) -> Markup {
    let (lang, unit, line) = (at.lang(), Unit::of(&metric.unit), &found.found);
    let name = data::title(lang, metric);
    let days = data::days_to(found.day, DAYS);
    let values: Vec<_> = line.iter().map(|p| data::plotted(metric, *p)).collect();
    let (word, digits) = data::unit(lang, metric);
    let label = say!(
        lang,
        "全市场{name},12 周，现在 {value_text}",
        "{name} of the whole market over 12 weeks, now {value_text}"
    );
    let spec = json!({
        "kind": "line", "days": days, "series": [{ "name": "", "values": values, "color": "ink" }],
        "unit": word, "digits": digits, "zero": false,
        "num": line.iter().map(|p| data::rounded(metric.scaled(p.0))).collect::<Vec<_>>(),
        "den": line.iter().map(|p| p.1).collect::<Vec<_>>(),
    });
    let (num, den) = (at.t(&metric.num_zh, &metric.num_en), at.t(&metric.den_zh, &metric.den_en));
    let counted = if metric.kind == Kind::Count { num.to_owned() } else { format!("{num} ÷ {den}") };
    let table = sheet("", days.iter().zip(line.iter()).rev(), |(day, (num, den))| {
        let value = metric.value(*num, *den).map_or(fmt::nothing(lang).to_owned(), |v| unit.text(lang, v));
        vec![
            lead("nw", at.t("截至", "As of"), fmt::date(lang, *day)),
            lead("r", name, value),
            lead("r mono nw", &counted, data::fraction(metric, *num, *den)),
        ]
    });
    ui::question(
        at.t("全市场在变好吗？", "Is the market getting better?"),
        html! { (at.t("每一点是那天结束时的 ", "Each point is the ")) (metric.window_days) (at.t(" 天窗口，只用当时已知的事实。纵轴不从零起。", "-day window at the end of that day, from what was known then. The scale does not start at zero.")) },
        html! {
            div.paper {
                div.lead { b { (value_text) } span.sub { (at.t("截至 ", "as of ")) (fmt::date(lang, found.day)) } }
                div.chw { (ui::chart(lang, &Chart { id: "metric-chart", label: &label, size: "h-260", spec, table })) }
            }
        },
    )
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
