//! The parts of a page that have a look of their own in the mall: messages, fields of forms, small pictures, what stands
//! where nothing is. The kit chooses them for the pages of the mall.
//!
//! Invariants: a state is always glyph, word and colour; a field's refusal is tied to it; a password is never shown again.

use crate::form::Fields;
use crate::icons::{self, Icon};
use crate::parts::Field;
use crate::ui::{self, RenderContext, State};
use maud::{Markup, PreEscaped, html};

/// A message on top of a page: what was done, or what was refused and why.
pub fn message(mark: State, title: &str, words: &str) -> Markup {
    let class = match mark {
        State::Kept => "msg good",
        State::Broken => "msg bad",
        _ => "msg",
    };
    html! { div class=(class) role="status" { (PreEscaped(mark.icon().0)) b { (title) } @if !words.is_empty() { p { (words) } } } }
}

/// What can be typed into a line.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Typing<'a> {
    /// The type of its input.
    pub kind: &'a str,
    /// What a browser may fill in by itself.
    pub fill: &'a str,
    /// The most characters.
    pub most: usize,
}

/// A field of a form: its label, its control, what is wrong with it and its hint.
fn field(
    look: &RenderContext,
    fields: &Fields,
    field: Field<'_>,
    control: impl FnOnce(Option<&str>, bool) -> Markup,
) -> Markup {
    let wrong = fields.wrong(field.name);
    let note = format!("{}-note", field.name);
    let note = (wrong.is_some() || !field.hint.is_empty()).then_some(note);
    html! {
        label.field {
            span { (field.label) }
            (control(note.as_deref(), wrong.is_some()))
            @if let Some(id) = &note {
                span.said id=(id) {
                    @if let Some(wrong) = wrong { small.no { (ui::state(State::Broken, wrong.text(look.lang))) } }
                    @if !field.hint.is_empty() { small { (field.hint) } }
                }
            }
        }
    }
}

/// A line of a form.
pub(crate) fn line(look: &RenderContext, fields: &Fields, of: Field<'_>, typing: Typing<'_>) -> Markup {
    let typed = if typing.kind == "password" { "" } else { fields.text(of.name) };
    field(look, fields, of, |note, bad| {
        html! {
            input type=(typing.kind) name=(of.name) value=(typed) autocomplete=(typing.fill) maxlength=(typing.most)
                required[of.needed] aria-describedby=[note] aria-invalid=[bad.then_some("true")];
        }
    })
}

/// Several lines of a form.
pub(crate) fn lines(
    look: &RenderContext,
    fields: &Fields,
    of: Field<'_>,
    (rows, most): (usize, usize),
) -> Markup {
    field(look, fields, of, |note, bad| {
        html! {
            textarea name=(of.name) rows=(rows) maxlength=(most) required[of.needed] aria-describedby=[note] aria-invalid=[bad.then_some("true")]
                // A browser drops the first line break of a textarea.
                { "\n" (fields.text(of.name)) }
        }
    })
}

/// One of some choices: their values and texts.
pub(crate) fn choice(
    look: &RenderContext,
    fields: &Fields,
    of: Field<'_>,
    choices: &[(String, String)],
) -> Markup {
    let now = fields.text(of.name);
    field(look, fields, of, |note, bad| {
        html! {
            select name=(of.name) aria-describedby=[note] aria-invalid=[bad.then_some("true")] {
                @for (value, text) in choices { option value=(value) selected[value == now] { (text) } }
            }
        }
    })
}

/// A small picture beside a line.
pub fn thumb(key: Option<&str>) -> Markup {
    html! {
        span.thumb {
            @match key {
                None => { span.nopic { (icons::NO_PICTURE) } }
                Some(key) => { img src={ "/media/" (key) } alt="" width="72" height="72" loading="lazy" decoding="async"; }
            }
        }
    }
}

/// Nothing is here: what, and the next step.
pub fn empty(icon: &Icon, title: &str, words: &str, acts: Markup) -> Markup {
    html! { div.empty { (PreEscaped(icon.0)) h2 { (title) } p { (words) } div.acts { (acts) } } }
}
