//! The pages of whoever is signed in: signing up and in, one's own things, addresses, where one is signed in; and who works
//! in a shop or for the platform.
//!
//! Invariants: every page is read by its owner alone; a form that is refused shows again what was typed, but never a
//! password; after signing in the reader is where they wanted to be, if that is a place of this program.

pub(crate) mod address;
pub(crate) mod home;
pub(crate) mod security;
pub(crate) mod sign;

use crate::parts::{Mark, message, state};
use maud::{Markup, html};
use web_kit::lang::t;
use web_kit::operation::{Needs, Pages};
use web_kit::problem::Failure;
use web_kit::ui::RenderContext;

pub(crate) fn pages() -> Pages {
    Pages::new()
        .get("/sign-in", Needs::Public, crate::account::sign::in_page)
        .post("/sign-in", Needs::Public, crate::account::sign::sign_in)
        .get("/sign-up", Needs::Public, crate::account::sign::up_page)
        .post("/sign-up", Needs::Public, crate::account::sign::sign_up)
        .post("/sign-out", Needs::Public, crate::account::sign::sign_out)
        .get("/invitation", Needs::Member, crate::account::sign::invitation)
        .post("/invitation", Needs::Member, crate::account::sign::accept)
        .get("/account", Needs::Member, crate::account::home::page)
        .post("/account/name", Needs::Member, crate::account::home::name)
        .get("/account/addresses", Needs::Member, crate::account::address::list)
        .get("/account/addresses/new", Needs::Member, crate::account::address::blank)
        .post("/account/addresses/new", Needs::Member, crate::account::address::add)
        .get("/account/addresses/{address}", Needs::Member, crate::account::address::one)
        .post("/account/addresses/{address}", Needs::Member, crate::account::address::change)
        .post("/account/addresses/{address}/remove", Needs::Member, crate::account::address::remove)
        .post("/account/addresses/{address}/default", Needs::Member, crate::account::address::make_default)
        .get("/account/security", Needs::Member, crate::account::security::page)
        .post("/account/security/password", Needs::Member, crate::account::security::password)
        .post("/account/security/contact", Needs::Member, crate::account::security::contact)
        .post("/account/security/close", Needs::Member, crate::account::security::close)
        .post("/account/security/sessions/{session}", Needs::Member, crate::account::security::revoke)
}

/// A line of a form. `kind` is the input's type, `fill` what a browser may fill in by itself.
pub(crate) struct Line<'a> {
    name: &'a str,
    label: &'a str,
    kind: &'a str,
    fill: &'a str,
    value: &'a str,
    hint: &'a str,
    most: u32,
    needed: bool,
    /// Why what was typed was refused.
    wrong: &'a str,
}

impl Default for Line<'_> {
    fn default() -> Self {
        Self {
            name: "",
            label: "",
            kind: "text",
            fill: "off",
            value: "",
            hint: "",
            most: 60,
            needed: true,
            wrong: "",
        }
    }
}

impl Line<'_> {
    fn show(&self) -> Markup {
        let said = [self.wrong, self.hint].iter().any(|text| !text.is_empty());
        let note = said.then(|| format!("{}-note", self.name));
        let bad = !self.wrong.is_empty();
        html! {
            label.field {
                span { (self.label) }
                input type=(self.kind) name=(self.name) value=(self.value) autocomplete=(self.fill) maxlength=(self.most)
                    required[self.needed] aria-describedby=[note.as_deref()] aria-invalid=[bad.then_some("true")];
                @if let Some(id) = &note {
                    span.said id=(id) {
                        @if bad { small.no { (state(Mark::Broken, self.wrong)) } }
                        @if !self.hint.is_empty() { small { (self.hint) } }
                    }
                }
            }
        }
    }
}

/// The field that a refusal is about, in the forms of an account.
fn field_of(code: &str) -> Option<&'static str> {
    Some(match code {
        "vault.contact" | "member.no_contact" | "member.taken" => "contact",
        "member.password" | "member.wrong" => "password",
        "member.name" => "name",
        _ => return None,
    })
}

/// What a refusal says beside a field; nothing if it is about another one.
pub(crate) fn beside<'a>(look: &RenderContext, failure: Option<&'a Failure>, name: &str) -> &'a str {
    failure
        .filter(|failure| field_of(&failure.code) == Some(name))
        .map_or("", |failure| failure.text(look.lang))
}

/// Why a form was refused, above it; what is about one field stands beside that.
pub(crate) fn refusal(look: &RenderContext, failure: Option<&Failure>) -> Markup {
    match failure {
        None => html! {},
        Some(failure) if field_of(&failure.code).is_some() => html! {
            div role="alert" { (message(Mark::Broken, look.t("没有做成，下面有一项要改", "Not done: one line below needs a change"), "")) }
        },
        Some(failure) => html! {
            div role="alert" { (message(Mark::Broken, look.t("没有做成", "Not done"), failure.text(look.lang))) }
        },
    }
}

/// What was done, by the word in the address.
pub(crate) fn done(look: &RenderContext, word: Option<&str>, said: &[(&str, &str, &str)]) -> Markup {
    match said.iter().find(|(one, ..)| Some(*one) == word) {
        Some((_, zh, en)) => html! { div role="status" { (message(Mark::Kept, t(look.lang, zh, en), "")) } },
        None => html! {},
    }
}
