//! The parts of a page that have a look of their own in the mall: messages, fields of forms, small pictures, what stands
//! where nothing is. The kit chooses them for the pages of the mall.
//!
//! Invariants: a state is always glyph, word and colour; a field's refusal is tied to it; a password is never shown again.

use crate::form::Fields;
use crate::forms::FieldSpec;
use crate::page::PageContext;
use crate::storefront::icons::{self, Icon};
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

/// What stands above a page or a form: what was done, by the word in the address, or what is wrong with the form.
pub(crate) fn banners(at: &PageContext, said: &[(&str, &str, &str)]) -> Markup {
    let done = said.iter().find(|(word, ..)| *word == at.query.text("done") && !at.is_refused());
    html! {
        @if let Some((_, zh, en)) = done { div role="status" { (message(State::Kept, at.t(zh, en), "")) } }
        @if let Some(failure) = &at.refused {
            div role="alert" { (message(State::Broken, at.t("没有做成", "Not done"), failure.text(at.lang()))) }
        } @else if !at.fields.is_good() {
            div role="alert" { (message(State::Broken, at.t("没有做成，下面标出的要改", "Not done: what is marked below needs a change"), "")) }
        }
    }
}

/// A line of a form.
pub(crate) fn line(look: &RenderContext, fields: &Fields, spec: &FieldSpec) -> Markup {
    let (field, wrong) = (spec.field(look), fields.wrong(spec.name));
    let typed = if spec.kind == "password" { "" } else { fields.text(spec.name) };
    let note = format!("{}-note", spec.name);
    let note = (wrong.is_some() || !field.hint.is_empty()).then_some(note);
    html! {
        label.field {
            span { (field.label) }
            input type=(spec.kind) name=(spec.name) value=(typed) autocomplete=(spec.fill) maxlength=(spec.most())
                required[spec.needed] aria-describedby=[note.as_deref()] aria-invalid=[wrong.map(|_| "true")];
            @if let Some(id) = &note {
                span.said id=(id) {
                    @if let Some(wrong) = wrong { small.no { (ui::state(State::Broken, wrong.text(look.lang))) } }
                    @if !field.hint.is_empty() { small { (field.hint) } }
                }
            }
        }
    }
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

/// A button of the mall that is a form. The key makes a double click one write.
pub fn press(at: &PageContext, action: &str, class: &str, text: &str) -> Markup {
    html! { form action=(action) method="post" { input type="hidden" name="key" value=(at.key()); button class=(class) { (text) } } }
}
