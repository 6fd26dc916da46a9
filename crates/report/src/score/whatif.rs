//! What if: change the figures, and the production scorer says the score.

use crate::data;
use crate::score::ScoreModel;
use govern::metric::Metric;
use govern::scorecard::{Points, Scored};
use kernel::{Ask, Numerals};
use maud::{Markup, html};
use web_kit::fmt::{self, Unit};
use web_kit::lang::{Lang, t};
use web_kit::problem::{Failure, brief};
use web_kit::score::{self, Field, Given, Role, WhatIf};
use web_kit::ui::{self, State as Mark};
use web_kit::{say, words};

/// A numerator as a field shows it: whole, or with at most four decimals.
pub fn written(metric: &Metric, num: i64) -> String {
    if metric.scale == 1 {
        return num.to_string();
    }
    let text = format!("{:.4}", metric.scaled(num));
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// With how many decimals a figure is written, and read.
const DECIMALS: u32 = 4;

/// Reads a figure: figures are written alike in every market.
fn figure(text: &str) -> Option<f64> {
    let read = Numerals::PLAIN.read(text, DECIMALS).ok()?;
    Some(read as f64 / 10f64.powi(DECIMALS as i32))
}

/// Refuses a form in which a field comes twice.
pub fn once(pairs: &[(String, String)]) -> Result<(), Failure> {
    let twice = pairs.iter().enumerate().find(|(i, (key, _))| pairs[..*i].iter().any(|(k, _)| k == key));
    match twice {
        None => Ok(()),
        Some((_, (key, _))) => {
            let key = brief(key);
            Err(Failure::invalid(format!("the field \"{key}\" is given twice"))
                .zh(format!("「{key}」给了两次。")))
        }
    }
}

/// The figures of a form. A field that shows what the shop has is no change, whatever was rounded in showing it.
pub fn given(scene: &ScoreModel, pairs: &[(String, String)]) -> Result<Vec<Given>, Failure> {
    let fields = score::fields(scene.card);
    let mut given: Vec<Given> = Vec::new();
    for (key, text) in pairs {
        let Some((name, part)) = key.rsplit_once('.') else { continue };
        let text = text.trim();
        let field = fields.iter().find(|f| f.name == name).ok_or_else(|| {
            let (card, name) = (scene.card.name(), brief(name));
            Failure::invalid(format!("{card} reads no figure \"{name}\""))
                .zh(format!("{card} 不读「{name}」。"))
        })?;
        let cell = scene.row.cells[field.need];
        let place = given.iter().position(|g| g.name == name).unwrap_or_else(|| {
            given.push(Given { name: name.to_owned(), ..Given::default() });
            given.len() - 1
        });
        let bad =
            || {
                Failure::invalid(format!("{}: \"{}\" is not a number", field.metric.en, brief(text)))
                    .zh(format!("「{}」：「{}」不是数。", field.metric.zh, brief(text)))
            };
        match part {
            "num" if text == written(field.metric, cell.0) || text.is_empty() => {}
            "num" => given[place].num = Some(figure(text).ok_or_else(bad)?),
            "den" if text.is_empty() || !field.has_den() => {}
            "den" => given[place].den = Some(Numerals::PLAIN.read(text, 0).map_err(|_| bad())?),
            _ => return Err(bad()),
        }
    }
    given.retain(|g| g.num.is_some() || g.den.is_some());
    Ok(given)
}

/// The score with figures given by hand, and the gates then.
pub fn what_if(
    site: &web_kit::site::Site,
    ask: &dyn Ask,
    scene: &ScoreModel,
    no: i64,
    given: &[Given],
) -> Result<(WhatIf, Vec<govern::gate::Verdict>), Failure> {
    let what = score::what_if(scene.card, &scene.scores, &scene.row, given)?;
    let bounds = score::bounds(site, ask, scene.card, no, scene.day)?;
    let gates = score::gates(scene.card, &scene.scores, &what.changed, &scene.past, &bounds);
    Ok((what, gates))
}

/// The form with every figure, and beside it what comes of it.
pub fn form(lang: Lang, scene: &ScoreModel, pairs: &[(String, String)], outcome: Markup) -> Markup {
    let fields = score::fields(scene.card);
    let card = scene.card;
    let action = format!("{}/what-if", scene.place.root);
    let of = |d: usize| -> Vec<&Field> {
        fields
            .iter()
            .filter(|f| matches!(f.role, Role::Indicator(i) if card.indicators().nth(i).is_some_and(|(at, _)| at == d)))
            .collect()
    };
    let deductions: Vec<&Field> = fields.iter().filter(|f| matches!(f.role, Role::Deduction(_))).collect();
    let others: Vec<&Field> = fields.iter().filter(|f| f.role == Role::Condition).collect();
    html! {
        div id="what-if" {
            (ui::question(
                t(lang, "试算", "What if"),
                html! {
                    (t(lang, "改任何一个分子、分母或次数，服务器用正式的打分程序重算。行业标尺按当天的不动，所以只动这一家。什么都不改，就等于现在的分。",
                        "Change any numerator, denominator or count: the server computes it with the scorer itself. The industry's marks of the day stay, so only this shop moves. Unchanged, it is the score."))
                    " " (scene.card.name()) (t(lang, "，", ", ")) (scene.until(lang)) (t(lang, "。", "."))
                },
                html! {
                    form.whatif action={ (action) "#what-if" } method="get" hx-get=(action) hx-trigger="input delay:250ms, submit" hx-select="#what-if-answer" hx-target="#what-if-answer" hx-swap="outerHTML" hx-push-url="false" {
                        input type="hidden" name="as_of" value=(scene.day);
                        @if let Some(card) = scene.asked { input type="hidden" name="card" value=(card.name()); }
                        div.wfields {
                            @for (d, dimension) in card.dimensions.iter().enumerate() {
                                fieldset {
                                    legend { (crate::score::square(crate::score::colour(card, d))) (words::title(lang, &dimension.title)) }
                                    @for field in of(d) { (inputs(lang, scene, field, pairs)) }
                                }
                            }
                            @if !deductions.is_empty() {
                                fieldset {
                                    legend { (t(lang, "扣分", "Deductions")) }
                                    @for field in deductions { (inputs(lang, scene, field, pairs)) }
                                }
                            }
                            @if !others.is_empty() {
                                details.more open[others.iter().any(|f| pairs.iter().any(|(k, v)| k == &format!("{}.num", f.name) && *v != written(f.metric, scene.row.cells[f.need].0)))] {
                                    summary { (t(lang, "阶段与加分读的数", "What stages and bonuses read")) }
                                    fieldset {
                                        legend.vh { (t(lang, "阶段与加分", "Stages and bonuses")) }
                                        @for field in others { (inputs(lang, scene, field, pairs)) }
                                    }
                                }
                            }
                            div.wact {
                                button.btn.pri { (t(lang, "重算", "Compute")) }
                                a.btn href={ (scene.place.root) "?as_of=" (scene.day) "#what-if" } { (t(lang, "改回来", "Start over")) }
                            }
                        }
                        div.wout id="what-if-answer" aria-live="polite" { (outcome) }
                    }
                },
            ))
        }
    }
}

fn inputs(lang: Lang, scene: &ScoreModel, field: &Field, pairs: &[(String, String)]) -> Markup {
    let metric = field.metric;
    let (num, den) = scene.row.cells[field.need];
    let asked = |part: &str| {
        let key = format!("{}.{part}", field.name);
        pairs.iter().find(|(k, _)| *k == key).map(|(_, v)| v.chars().take(40).collect::<String>())
    };
    let name = match field.role {
        Role::Deduction(i) => words::title(lang, &scene.card.deductions[i].title),
        _ => data::title(lang, metric).to_owned(),
    };
    let unit = Unit::of(&metric.unit);
    let days = field.window_days;
    let window = if days > words::STATE_DAYS {
        t(lang, "当日", "that day").to_owned()
    } else {
        say!(lang, "{days} 天", "{days} days")
    };
    let mode = if metric.scale == 1 { "numeric" } else { "decimal" };
    html! {
        div.wf {
            div.wl {
                (name)
                small {
                    @if let Role::Deduction(i) = field.role { (words::cost(lang, scene.card.deductions[i].cost)) }
                    @else { (t(lang, "现在 ", "now ")) @match if field.has_den() && den <= 0 { None } else { metric.value(num, den) } { Some(v) => (unit.text(lang, v)), None => (fmt::nothing(lang)) } (t(lang, "，", ", ")) (window) }
                }
            }
            label {
                span { @if field.has_den() { (t(lang, &metric.num_zh, &metric.num_en)) } @else { (t(lang, "数量（", "count (")) (unit.as_str(lang)) (t(lang, "）", ")")) } }
                input name={ (field.name) ".num" } inputmode=(mode) autocomplete="off" maxlength="20" value=(asked("num").unwrap_or_else(|| written(metric, num)));
            }
            @if field.has_den() {
                i aria-hidden="true" { "÷" }
                label {
                    span { (t(lang, &metric.den_zh, &metric.den_en)) }
                    input name={ (field.name) ".den" } inputmode="numeric" autocomplete="off" maxlength="20" value=(asked("den").unwrap_or_else(|| den.to_string()));
                }
            }
        }
    }
}

/// What comes of it: before and after, dimension by dimension, gate by gate; or why it cannot be.
pub fn outcome(
    lang: Lang,
    scene: &ScoreModel,
    found: Result<(WhatIf, Vec<govern::gate::Verdict>), Failure>,
) -> Markup {
    let (what, gates) = match found {
        Ok(found) => found,
        Err(failure) => {
            return html! {
                div.paper.pad { (ui::state(Mark::Warning, t(lang, "这样不成立", "this cannot be"))) p { (failure.text(lang)) } }
            };
        }
    };
    let card = scene.card;
    let (before, after) = (&what.before, &what.after);
    let by = match (before.raw, after.raw) {
        (Some(b), Some(a)) => Some(words::between(b, a)),
        _ => None,
    };
    let unchanged = what.changed == what.row;
    let number = |p: Option<Points>| p.map_or(fmt::nothing(lang).to_owned(), words::points);
    let stage = |s: &Scored| {
        s.stage
            .and_then(|i| card.stages.get(i))
            .map_or(t(lang, "不在任何阶段", "no stage").to_owned(), |s| words::title(lang, &s.title))
    };
    let stars = |s: &Scored| s.stars(card).map_or("—".to_owned(), words::stars);
    let line = |name: String, b: String, a: String| {
        html! { tr { th scope="row" { (name) } td.r { (b) } td.r { @if a == b { (a) } @else { b { (a) } } } } }
    };
    html! {
        div.paper {
            div.wsum {
                span.s12.mut { @if unchanged { (t(lang, "没有改动：就是现在的分", "unchanged: the score as it is")) } @else { (t(lang, "改了 ", "")) (what.changes.len()) (t(lang, " 项之后", " changed")) } }
                p.wbig { @if !unchanged { span.mut { (number(before.raw)) } " → " } b { (number(after.raw)) } small { (t(lang, " 分", " points")) } }
                @if let Some(by) = by.filter(|by| by.0 != 0) { (ui::state(if by.0 > 0 { Mark::Kept } else { Mark::Broken }, &format!("{} {}", words::gain(by), t(lang, "分", "points")))) }
            }
            table.wt2 {
                thead { tr { th scope="col" { (t(lang, "由什么组成", "Made of")) } th.r scope="col" { (t(lang, "现在（分）", "Now (points)")) } th.r scope="col" { (t(lang, "那时（分）", "Then (points)")) } } }
                tbody {
                    @for (d, dimension) in card.dimensions.iter().enumerate() { (line(words::title(lang, &dimension.title), number(before.dimensions[d]), number(after.dimensions[d]))) }
                    @if !card.bonuses.is_empty() || after.bonus.0 != 0 { (line(t(lang, "加分", "Bonus").to_owned(), words::points(before.bonus), words::points(after.bonus))) }
                    (line(t(lang, "扣分", "Deductions").to_owned(), words::gain(Points(-before.deduction.0)), words::gain(Points(-after.deduction.0))))
                    (line(t(lang, "展示分", "Shown score").to_owned(), before.shown().map_or(fmt::nothing(lang).to_owned(), |s| s.to_string()), after.shown().map_or(fmt::nothing(lang).to_owned(), |s| s.to_string())))
                    (line(t(lang, "星级（星）", "Stars").to_owned(), stars(before), stars(after)))
                    (line(t(lang, "阶段", "Stage").to_owned(), stage(before), stage(after)))
                    @for (now, then) in scene.gates.iter().zip(&gates) {
                        @let word = |g: &govern::gate::Verdict| if g.open { t(lang, "开", "open") } else { t(lang, "关", "closed") }.to_owned();
                        (line(words::title(lang, &now.gate.title), word(now), word(then)))
                    }
                }
            }
            p.pad.s12.mut { (t(lang, "均值门槛只换掉当天的分，之前的日子不变。", "Of a gate on a mean only this day is replaced; the days before it stay.")) }
        }
    }
}
