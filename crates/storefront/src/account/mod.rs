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
use axum::Router;
use axum::routing::{get, post};
use maud::{Markup, html};
use web_kit::lang::t;
use web_kit::problem::Failure;
use web_kit::site::Site;
use web_kit::ui::RenderContext;

pub(crate) fn router() -> Router<Site> {
    Router::new()
        .route("/sign-in", get(crate::account::sign::in_page).post(crate::account::sign::sign_in))
        .route("/sign-up", get(crate::account::sign::up_page).post(crate::account::sign::sign_up))
        .route("/sign-out", post(crate::account::sign::sign_out))
        .route("/invitation", get(crate::account::sign::invitation).post(crate::account::sign::accept))
        .route("/account", get(crate::account::home::page))
        .route("/account/name", post(crate::account::home::name))
        .route("/account/addresses", get(crate::account::address::list))
        .route(
            "/account/addresses/new",
            get(crate::account::address::blank).post(crate::account::address::add),
        )
        .route(
            "/account/addresses/{address}",
            get(crate::account::address::one).post(crate::account::address::change),
        )
        .route("/account/addresses/{address}/remove", post(crate::account::address::remove))
        .route("/account/addresses/{address}/default", post(crate::account::address::make_default))
        .route("/account/security", get(crate::account::security::page))
        .route("/account/security/password", post(crate::account::security::password))
        .route("/account/security/contact", post(crate::account::security::contact))
        .route("/account/security/close", post(crate::account::security::close))
        .route("/account/security/sessions/{session}", post(crate::account::security::revoke))
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
