//! The parts that the pages of shops and of the platform's desk are made of: clocks on one scale, fields with their
//! refusals, pictures, bars, pages of lists.
//!
//! Invariants: every length that is drawn stands beside it as a number; every field has a label, and its refusal is tied
//! to it; nothing here asks the store.

use crate::fmt;
use crate::form::{Fields, Wrong};
use crate::known::Tree;
use crate::lang::Lang;
use crate::say;
use crate::ui::{self, RenderContext, State};
use kernel::{Market, Moment, Money};
use maud::{Markup, PreEscaped, html};

/// One thing to do before a moment.
pub struct Clock {
    /// By when.
    pub due: Moment,
    /// What to do.
    pub what: Markup,
    /// More about it, in one sentence.
    pub about: Markup,
    /// What happens if it is missed.
    pub cost: Markup,
    /// How that comes about.
    pub why: Markup,
    /// The way to do it.
    pub act: Markup,
}

/// An hour in microseconds.
pub const HOUR: i64 = 3_600_000_000;

/// The right end of the scale of some clocks: the end of today if the nearest is due today, else some days on.
pub fn horizon(now: Moment, clocks: &[Clock], market: &Market) -> Moment {
    let today = Moment::day_end(now.date(&market.zone), &market.zone).unwrap_or(now.plus_hours(24));
    let nearest = clocks.iter().map(|clock| clock.due).filter(|due| *due > now).min();
    match nearest {
        Some(due) if due > today => now.plus_hours(72),
        _ if today.micros() - now.micros() < 4 * HOUR => now.plus_hours(24),
        _ => today,
    }
}

/// Where a moment stands between two others, 0 to 1.
pub fn along(from: Moment, to: Moment, at: Moment) -> f64 {
    let whole = (to.micros() - from.micros()).max(1) as f64;
    ((at.micros() - from.micros()) as f64 / whole).clamp(0.0, 1.0)
}

/// The marks of a scale: round hours, or midnights if it is longer than a day and a half.
pub fn marks(look: &RenderContext, market: &Market, from: Moment, to: Moment) -> Vec<(f64, String)> {
    let hours = (to.micros() - from.micros()) / HOUR;
    let step = match hours {
        0..=7 => 2,
        8..=14 => 4,
        15..=36 => 8,
        _ => 24,
    };
    let mut found = Vec::new();
    let Some(midnight) = Moment::day_start(from.date(&market.zone), &market.zone) else { return found };
    let mut at = midnight;
    while at < to && found.len() < 8 {
        at = at.plus_hours(step);
        let share = along(from, to, at);
        if at > from && share > 0.12 && share < 0.9 {
            let text =
                if step == 24 { fmt::day(look.lang, at.date(&market.zone)) } else { clock_text(market, at) };
            found.push((share, text));
        }
    }
    found
}

/// A moment as a clock shows it.
pub fn clock_text(market: &Market, at: Moment) -> String {
    let local = at.zoned(&market.zone);
    format!("{:02}:{:02}", local.hour(), local.minute())
}

/// A deadline as one reads it: the time alone if it is today.
pub fn deadline(look: &RenderContext, market: &Market, now: Moment, due: Moment) -> String {
    if due.date(&market.zone) == now.date(&market.zone) {
        clock_text(market, due)
    } else {
        fmt::minute(look.lang, market, due)
    }
}

/// What is left until a moment, or how late it is.
pub fn left(look: &RenderContext, now: Moment, due: Moment) -> String {
    let micros = due.micros() - now.micros();
    let text = fmt::duration(look.lang, micros);
    match micros >= 0 {
        true => say!(look.lang, "还剩 {text}", "{text} left"),
        false => say!(look.lang, "晚了 {text}", "{text} late"),
    }
}

/// Clocks on one scale, nearest first: the length of a bar is the time that is left.
pub fn clocks(look: &RenderContext, market: &Market, now: Moment, list: &[Clock]) -> Markup {
    let end = horizon(now, list, market);
    let scale = marks(look, market, now, end);
    let end_text = if end.date(&market.zone) == now.date(&market.zone) || clock_text(market, end) == "00:00" {
        "24:00".to_owned()
    } else {
        fmt::day(look.lang, end.date(&market.zone))
    };
    html! {
        ol.ck.dk-ck {
            li.ax aria-hidden="true" {
                span { (look.t("到点", "Due")) }
                span { (look.t("做什么", "What to do")) }
                div.rl { (axis(look, &format!("{} {}", look.t("现在", "now"), clock_text(market, now)), &scale, &end_text)) }
                span { (look.t("错过了会怎样", "If it is missed")) }
                span {}
            }
            @for clock in list {
                li data-due=(clock.due.micros() / 1000) {
                    div.dl.late[clock.due < now] {
                        time datetime=(clock.due.rfc3339(&market.zone)) { (deadline(look, market, now, clock.due)) }
                        small { (left(look, now, clock.due)) }
                    }
                    div.wh { b { (clock.what) } p { (clock.about) } }
                    div.rl { (rail(now, end, clock.due, &scale)) }
                    div.co { b { (clock.cost) } p { (clock.why) } }
                    div.go { (clock.act) }
                }
            }
        }
    }
}

/// The widths are those of the column; on a phone the drawing grows with it.
pub const W: f64 = 232.0;

pub(crate) fn axis(look: &RenderContext, now: &str, marks: &[(f64, String)], end: &str) -> Markup {
    let _ = look;
    html! {
        svg.dk-axis viewBox="0 0 232 18" {
            text.now x="0" y="13" { (now) }
            @for (share, text) in marks.iter().filter(|(share, text)| *share > 0.34 && *share < 0.8 && text != end) {
                text x=(format!("{:.1}", share * W)) y="13" text-anchor="middle" { (text) }
            }
            text x="232" y="13" text-anchor="end" { (end) }
        }
    }
}

pub(crate) fn rail(now: Moment, end: Moment, due: Moment, marks: &[(f64, String)]) -> Markup {
    let late = due < now;
    let beyond = due > end;
    let x = if late { W } else { along(now, end, due) * W };
    let class = match (late, x / W < 0.1) {
        (true, _) => "dk-rail b",
        (_, true) => "dk-rail w",
        _ => "dk-rail",
    };
    let bar = if beyond { W - 8.0 } else { x };
    html! {
        svg class=(class) viewBox="0 0 232 28" aria-hidden="true" {
            path.base d="M0 14.5H232" {}
            @for (share, _) in marks { path.tick d=(format!("M{:.1} 3V25", share * W)) {} }
            rect.len x="0" y="10.5" width=(format!("{:.1}", bar.max(0.0))) height="8" rx="2" {}
            @if beyond {
                path.on d=(format!("M{:.1} 8.5l8 6-8 6z", W - 8.0)) {}
            } @else if !late {
                path.end d=(format!("M{:.1} 14.5l6-6 6 6-6 6z", (x - 6.0).clamp(0.0, W - 12.0))) {}
            }
        }
    }
}

/// One part of a whole: its name in the tokens, and how much it is.
pub struct Part {
    /// One of the colour tokens.
    pub colour: &'static str,
    /// How much.
    pub amount: i64,
}

/// One bar that is a whole, cut into its parts in order. What it says must stand beside it.
pub fn whole(parts: &[Part], label: &str) -> Markup {
    let sum = parts.iter().map(|part| part.amount.max(0)).sum::<i64>().max(1) as f64;
    let shown: Vec<&Part> = parts.iter().filter(|part| part.amount > 0).collect();
    let gaps = shown.len().saturating_sub(1) as f64 * 2.0;
    let mut bars = Vec::with_capacity(shown.len());
    let mut x = 0.0;
    for part in &shown {
        let width = (part.amount as f64 / sum * (968.0 - gaps)).max(3.0);
        bars.push((x, width, part.colour));
        x += width + 2.0;
    }
    html! {
        svg.dk-whole viewBox="0 0 968 28" preserveAspectRatio="none" role="img" aria-label=(label) {
            @if shown.is_empty() { rect x="0" y="0" width="968" height="28" rx="3" fill="var(--sh-sunken)" {} }
            @for (x, width, colour) in bars {
                rect x=(format!("{x:.1}")) y="0" width=(format!("{width:.1}")) height="28" rx="2" fill=(format!("var(--sh-{colour})")) {}
            }
        }
    }
}

/// On hand, as what can be sold and what is spoken for; the mark is where stock is low.
pub fn stock_bar(available: i64, reserved: i64, low: Option<i64>, most: i64) -> Markup {
    let most = most.max(available + reserved).max(low.unwrap_or(0)).max(1) as f64;
    let share = |n: i64| n.max(0) as f64 / most * 160.0;
    let is_low = low.is_some_and(|low| available <= low);
    html! {
        svg.dk-stock viewBox="0 0 160 16" aria-hidden="true" {
            rect.well x="0" y="4" width="160" height="8" rx="1" {}
            rect class=(if is_low { "low" } else { "free" }) x="0" y="4" width=(format!("{:.1}", share(available))) height="8" rx="1" {}
            rect.held x=(format!("{:.1}", share(available))) y="4" width=(format!("{:.1}", share(reserved))) height="8" {}
            @if let Some(low) = low { path.mark d=(format!("M{:.1} 1V15", share(low).clamp(1.0, 159.0))) {} }
        }
    }
}

/// What a field looks like besides its name and label.
#[derive(Debug, Clone, Copy, Default)]
pub struct Field<'a> {
    /// Its name in the form.
    pub name: &'a str,
    /// What it asks for.
    pub label: &'a str,
    /// One sentence below it.
    pub hint: &'a str,
    /// Whether it must be filled.
    pub needed: bool,
    /// Over the whole width of the form.
    pub wide: bool,
    /// Which form it is of, where several on a page have a field of its name.
    pub form: &'a str,
}

/// The id of a field; names have points in them.
pub fn field_id(name: &str) -> String {
    format!("f-{}", name.replace('.', "-"))
}

/// Why a field was refused, with its mark.
fn why(look: &RenderContext, wrong: &Wrong) -> Markup {
    ui::state(State::Broken, wrong.text(look.lang))
}

/// A field: its label, its control, its refusal and its hint. `control` gets the ids that describe it.
pub fn field(
    look: &RenderContext,
    fields: &Fields,
    field: Field<'_>,
    control: impl FnOnce(&str, Option<&str>, bool) -> Markup,
) -> Markup {
    let id = match field.form {
        "" => field_id(field.name),
        form => field_id(&format!("{form}.{}", field.name)),
    };
    let wrong = fields.wrong(field.name);
    let note = format!("{id}-note");
    let described = (wrong.is_some() || !field.hint.is_empty()).then_some(note.as_str());
    html! {
        div.dk-f.dk-wide[field.wide].bad[wrong.is_some()] {
            label for=(id) {
                (field.label)
                @if field.needed { span.need { (look.t("必填", "needed")) } }
            }
            (control(&id, described, wrong.is_some()))
            @if described.is_some() {
                p id=(note) {
                    @if let Some(wrong) = wrong { span.no { (why(look, wrong)) } }
                    @if !field.hint.is_empty() { span { (field.hint) } }
                }
            }
        }
    }
}

/// A line of text.
pub fn line(look: &RenderContext, fields: &Fields, of: Field<'_>, most: usize) -> Markup {
    field(look, fields, of, |id, note, bad| {
        html! {
            input id=(id) name=(of.name) value=(fields.text(of.name)) maxlength=(most) autocomplete="off"
                aria-describedby=[note] aria-invalid=[bad.then_some("true")];
        }
    })
}

/// A number or an amount.
pub fn number(look: &RenderContext, fields: &Fields, of: Field<'_>, unit: &str) -> Markup {
    field(look, fields, of, |id, note, bad| {
        html! {
            span.dk-unit {
                input.n id=(id) name=(of.name) value=(fields.text(of.name)) inputmode="decimal" maxlength="20" autocomplete="off"
                    aria-describedby=[note] aria-invalid=[bad.then_some("true")];
                @if !unit.is_empty() { span aria-hidden="true" { (unit) } }
            }
        }
    })
}

/// A day.
pub fn day(look: &RenderContext, fields: &Fields, of: Field<'_>) -> Markup {
    field(look, fields, of, |id, note, bad| {
        html! {
            input type="date" id=(id) name=(of.name) value=(fields.text(of.name))
                aria-describedby=[note] aria-invalid=[bad.then_some("true")];
        }
    })
}

/// Several lines of text.
pub fn lines(look: &RenderContext, fields: &Fields, of: Field<'_>, rows: usize, most: usize) -> Markup {
    field(look, fields, of, |id, note, bad| {
        html! {
            textarea id=(id) name=(of.name) rows=(rows) maxlength=(most)
                aria-describedby=[note] aria-invalid=[bad.then_some("true")]
                // A browser drops the first line break of a textarea.
                { "\n" (fields.text(of.name)) }
        }
    })
}

/// One of some choices: their values and texts.
pub fn choice(look: &RenderContext, fields: &Fields, of: Field<'_>, choices: &[(String, String)]) -> Markup {
    let now = fields.text(of.name);
    field(look, fields, of, |id, note, bad| {
        html! {
            select id=(id) name=(of.name) aria-describedby=[note] aria-invalid=[bad.then_some("true")] {
                @for (value, text) in choices { option value=(value) selected[value == now] { (text) } }
            }
        }
    })
}

/// A field within a row of a table: `label` is read out, and its refusal stands below it. `class` is the class of its
/// control, `mode` the keyboard of a phone.
pub fn cell(
    look: &RenderContext,
    fields: &Fields,
    (name, label): (&str, &str),
    (class, mode, most): (&str, &str, usize),
) -> Markup {
    let wrong = fields.wrong(name);
    html! {
        input class={ "dk-in " (class) } id=(field_id(name)) name=(name) value=(fields.text(name)) inputmode=(mode) maxlength=(most)
            autocomplete="off" aria-label=(label) aria-invalid=[wrong.map(|_| "true")];
        @if let Some(wrong) = wrong { span.dk-cellno { (why(look, wrong)) } }
    }
}

/// A button in a row of fields: it stands as high as they do.
pub fn beside(button: Markup) -> Markup {
    html! { div.dk-f { span.dk-lab aria-hidden="true" { "\u{a0}" } (button) } }
}

/// A yes or no.
pub fn tick(name: &str, value: &str, label: Markup, on: bool) -> Markup {
    html! {
        label.dk-tick {
            input type="checkbox" name=(name) value=(value) checked[on];
            span { (label) }
        }
    }
}

/// What is wrong with a form as a whole, with a link to every field that was refused.
pub fn refusals(look: &RenderContext, fields: &Fields, names: impl Fn(&str) -> String) -> Markup {
    if fields.is_good() {
        return html! {};
    }
    html! {
        div.banner.dk-no role="alert" {
            div {
                b { (look.t("没有保存。", "Not saved.")) " " (look.t("下面的要改：", "These need a change:")) }
                ul {
                    @for (name, wrong) in fields.refused() {
                        li { a href=(format!("#{}", field_id(name))) { (names(name)) } (look.t("：", ": ")) (wrong.text(look.lang)) }
                    }
                }
            }
        }
    }
}

/// A refusal of a command, above a page that shows everything as it was typed.
pub fn refused(look: &RenderContext, failure: &crate::problem::Failure) -> Markup {
    html! {
        div.banner role="alert" { span { (failure.text(look.lang)) } }
    }
}

/// What was done.
pub fn done(text: &str) -> Markup {
    html! { div.banner.ok role="status" { span { (text) } } }
}

/// What was done, with a form that takes it back.
pub fn done_undo(text: &str, undo: Markup) -> Markup {
    html! { div.banner.ok role="status" { span { (text) } (undo) } }
}

/// What was done, by the word in the address.
pub fn done_of(look: &RenderContext, word: Option<&str>, said: &[(&str, &str, &str)]) -> Markup {
    match said.iter().find(|(one, _, _)| Some(*one) == word) {
        Some((_, zh, en)) => done(look.t(zh, en)),
        None => Markup::default(),
    }
}

/// A list with nothing in it: why, and what to do.
pub fn empty(text: &str, act: Markup) -> Markup {
    html! { div.dk-empty { p { (text) } (act) } }
}

/// The foot of a list: where it begins, what follows.
pub fn pager(look: &RenderContext, first: Option<&str>, next: Option<&str>, note: Markup) -> Markup {
    html! {
        div.foot {
            span { (note) }
            span.pages {
                @if let Some(first) = first { a href=(first) { (look.t("回到第一页", "First page")) } }
                @if let Some(next) = next { a href=(next) rel="next" { (look.t("下一页", "Next page")) } }
            }
        }
    }
}

/// Choices of one thing as links, the present one marked.
pub fn chips(label: &str, list: &[(String, String, bool)]) -> Markup {
    html! {
        nav.pick aria-label=(label) {
            @for (href, text, on) in list { a.chip href=(href) aria-current=[on.then_some("true")] { (text) } }
        }
    }
}

/// A category with what is above it: `家居厨具 / 杯壶`; its code if nobody knows it.
pub fn category(look: &RenderContext, tree: &Tree, code: &str) -> String {
    let trail = tree.trail(code);
    if trail.is_empty() {
        return code.to_owned();
    }
    trail.iter().map(|one| look.t(&one.zh, &one.en)).collect::<Vec<_>>().join(" / ")
}

/// All categories to choose from, each below what it belongs to; the first choice is all of them.
pub fn categories(look: &RenderContext, tree: &Tree) -> Vec<(String, String)> {
    fn below(look: &RenderContext, tree: &Tree, code: &str, found: &mut Vec<(String, String)>) {
        for one in tree.below(code) {
            found.push((one.code.to_string(), category(look, tree, &one.code)));
            below(look, tree, &one.code, found);
        }
    }
    let mut found = vec![(String::new(), look.t("全部商品", "All goods").to_owned())];
    below(look, tree, "", &mut found);
    found
}

/// A picture of a product, or an empty frame of the same size.
pub fn thumb(src: Option<&str>, alt: &str) -> Markup {
    html! {
        @match src {
            Some(src) => img.dk-thumb src=(src) alt=(alt) width="56" height="56" loading="lazy";,
            None => span.dk-thumb.none role="img" aria-label=(alt) { (PreEscaped(FRAME)) },
        }
    }
}

/// What a row is about: a picture by its key, and beside it what it is.
pub fn item(media: Option<&str>, about: Markup) -> Markup {
    let src = media.map(|key| format!("/media/{key}"));
    html! { div.dk-item { (thumb(src.as_deref(), "")) div { (about) } } }
}

pub(crate) const FRAME: &str = "<svg viewBox=\"0 0 24 24\" aria-hidden=\"true\"><rect x=\"3.5\" y=\"5.5\" width=\"17\" height=\"13\" rx=\"1.5\" fill=\"none\" stroke=\"currentColor\"/><path d=\"m6 16 4-4 3 3 2.5-2.5L19 16\" fill=\"none\" stroke=\"currentColor\"/></svg>";

/// Names and values below each other.
pub fn facts(rows: &[(&str, Markup)]) -> Markup {
    html! {
        dl.dk-kv {
            @for (name, value) in rows { div { dt { (name) } dd { (value) } } }
        }
    }
}

/// A row of a sum; the last one stands under a strong rule.
pub fn sum(rows: &[(Markup, Markup)], total: (Markup, Markup)) -> Markup {
    html! {
        dl.sum2.dk-sum {
            @for (name, value) in rows { div { dt { (name) } dd { (value) } } }
            div.tot { dt { (total.0) } dd { (total.1) } }
        }
    }
}

/// A form of one button. `key` makes a double click one write.
pub fn press(action: &str, key: &str, hidden: &[(&str, &str)], label: &str, class: &str) -> Markup {
    html! {
        form.dk-press action=(action) method="post" {
            input type="hidden" name="key" value=(key);
            @for (name, value) in hidden { input type="hidden" name=(name) value=(value); }
            button class=(class) { (label) }
        }
    }
}

/// An amount that is taken off, with its minus, or a dash if it is nothing.
pub fn minus(lang: Lang, money: Money) -> Markup {
    let text = if money.minor == 0 {
        "—".to_owned()
    } else {
        fmt::money(lang, Money::new(-money.minor.abs(), money.currency))
    };
    html! { span.nw { (text) } }
}

/// The address of this page with some parts of its query changed; an empty value takes the part out. Where the page
/// begins is always taken out: another list begins at its top.
pub fn with(look: &RenderContext, changes: &[(&str, &str)]) -> String {
    let (path, query) = look.here.split_once('?').unwrap_or((&look.here, ""));
    let kept = query.split('&').filter(|part| !part.is_empty()).filter(|part| {
        let name = part.split('=').next().unwrap_or_default();
        !matches!(name, "after" | "done" | "key") && !changes.iter().any(|(changed, _)| *changed == name)
    });
    let mut parts: Vec<String> = kept.map(str::to_owned).collect();
    parts.extend(
        changes
            .iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("{name}={}", ui::encode(value))),
    );
    if parts.is_empty() { path.to_owned() } else { format!("{path}?{}", parts.join("&")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn market() -> Market {
        Market { zone: "Asia/Shanghai".parse().unwrap(), currency: kernel::Currency::CNY }
    }

    fn clock(due: Moment) -> Clock {
        let none = || html! {};
        Clock { due, what: none(), about: none(), cost: none(), why: none(), act: none() }
    }

    #[test]
    fn the_scale_of_the_clocks_ends_where_the_nearest_is_seen() {
        let market = market();
        let now = Moment::parse_as_of("2026-11-22T02:42:00Z", &market.zone).unwrap();
        let end = horizon(now, &[clock(now.plus_hours(1))], &market);
        assert_eq!(end, Moment::day_end(now.date(&market.zone), &market.zone).unwrap());
        assert_eq!(horizon(now, &[clock(now.plus_hours(40))], &market), now.plus_hours(72));
        let night = Moment::parse_as_of("2026-11-22T14:00:00Z", &market.zone).unwrap();
        assert_eq!(horizon(night, &[clock(night.plus_hours(1))], &market), night.plus_hours(24));
    }

    #[test]
    fn a_part_of_the_query_is_changed_and_the_rest_stays() {
        let look = RenderContext { here: "/a?status=paid&after=x&q=1".into(), ..RenderContext::default() };
        assert_eq!(with(&look, &[("status", "")]), "/a?q=1");
        assert_eq!(with(&look, &[("status", "shipped")]), "/a?q=1&status=shipped");
        assert_eq!(with(&look, &[("status", ""), ("q", "")]), "/a");
    }
}
