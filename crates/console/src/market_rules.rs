//! `/console/rules/market`: the market's own rules, file by file: what counts today, from which day on, and where it comes from.
//!
//! Invariant: what stands here is what the program counts with; nothing of it is written here.

mod words;

use flows::rules::{RuleFile, RuleValue, RuleVersion};
use web_kit::prelude::*;
use web_kit::table::{cell, lead, sheet};
use web_kit::ui::{Area, State as Mark};
use words::{file_words, key_words, value_words};

/// How many values of a version stand open; more fold away.
const OPEN: usize = 60;

/// The page.
pub async fn page(at: PageContext) -> Result<Page, Failure> {
    let files = at.site.services.rule_files(at.now())?;
    let title = at.t("市场自己的规则", "The market's own rules");
    let own = files.iter().filter(|file| file.own).count();
    let verdict = match at.lang() {
        Lang::Zh if own == 0 => "全部用程序自带的".to_owned(),
        Lang::En if own == 0 => "All of them came with the program".to_owned(),
        Lang::Zh => format!("{own} 个文件是市场自己的"),
        Lang::En => format!("{own} of the files are the market's own"),
    };
    let body = html! {
        (ui::head(
            html! { a href="/console/policies" { (at.t("规则", "Policies")) } " / " (title) },
            html! { (verdict) },
            false,
            html! { span { (at.t("市场文件夹里同名的文件顶替自带的，启动时读，读不懂就不启动，并说出第几行。", "A file of the same name in the market's folder stands in for the one that came with the program. It is read at the start; one that cannot be used stops it, with its line.")) } },
            html! { a.btn href="/console/promises" { (at.t("承诺与计时", "Promises and clocks")) } },
        ))
        @for file in &files { (section(&at, file)) }
    };
    Ok(ui::page(&at.look, Area::Policies, title, body))
}

/// One file.
fn section(at: &PageContext, file: &RuleFile) -> Markup {
    let (title, about) = file_words(at.lang(), file.name);
    let origin = match file.own {
        true => ui::state(Mark::Kept, at.t("市场自己的", "The market's own")),
        false => ui::state(Mark::None, at.t("程序自带", "Came with the program")),
    };
    ui::question(
        title,
        html! { (about) " · " span.mono { (file.name) } " " (origin) },
        html! { @for version in file.versions.iter().rev() { (one(at, file, version)) } },
    )
}

/// One version of it.
fn one(at: &PageContext, file: &RuleFile, version: &RuleVersion) -> Markup {
    let later = version.effective_from.is_some_and(|from| from > at.now().date(&at.site.market.zone));
    let state = match (version.in_force, later) {
        (true, _) => ui::state(Mark::Kept, at.t("现行", "In force")),
        (false, true) => ui::state(Mark::Running, at.t("待生效", "Announced")),
        (false, false) => ui::state(Mark::None, at.t("已被取代", "Replaced")),
    };
    let values = values(at, file, version);
    html! {
        div.paper {
            p.dk-note {
                @if let Some(word) = &version.version { b.mono { (word) } " " }
                @if let Some(from) = version.effective_from { (at.t("从 ", "from ")) (fmt::date(at.lang(), from)) (at.t(" 起 ", " on ")) }
                (state)
            }
            @if version.values.len() > OPEN || !version.in_force {
                details.fold { summary { (fmt::many(at.lang(), version.values.len() as i64, "条", "entry", "entries")) } (values) }
            } @else { (values) }
        }
    }
}

fn values(at: &PageContext, file: &RuleFile, version: &RuleVersion) -> Markup {
    let named = file.name == trade::carrier::FILE;
    let cells = |value: &RuleValue| {
        let key = html! { (key_words(at.lang(), &value.key)) small.blk.mono { (value.key) } };
        let said = if named { value.value.to_string() } else { value_words(at.lang(), &value.value) };
        let from = match (&value.source, &value.assumed) {
            (Some(source), _) => html! { (source) },
            (None, Some(assumed)) => html! { (at.t("假定：", "Assumed: ")) (assumed) },
            (None, None) => html! { "—" },
        };
        vec![
            lead("nm w", at.t("规则", "Rule"), key),
            cell("", at.t("写着", "Says"), said),
            cell("src much", at.t("依据", "Source"), from),
        ]
    };
    sheet("cards m", &version.values, cells)
}
