//! The pages of whoever is signed in: signing up and in, one's own things, addresses, where one is signed in; and who works
//! in a shop or for the platform.
//!
//! Invariants: every page is read by its owner alone; a form that is refused shows again what was typed, but never a
//! password; after signing in the reader is where they wanted to be, if that is a place of this program.

mod address;
mod home;
mod security;
mod sign;
mod staff;

use crate::Site;
use crate::lang::t;
use crate::mall::parts::{Mark, message, state};
use crate::problem::Failure;
use crate::ui::Look;
use axum::Router;
use axum::routing::{get, post};
use maud::{Markup, html};

pub(crate) fn router() -> Router<Site> {
    Router::new()
        .route("/sign-in", get(sign::in_page).post(sign::sign_in))
        .route("/sign-up", get(sign::up_page).post(sign::sign_up))
        .route("/sign-out", post(sign::sign_out))
        .route("/invitation", get(sign::invitation).post(sign::accept))
        .route("/account", get(home::page))
        .route("/account/name", post(home::name))
        .route("/account/addresses", get(address::list))
        .route("/account/addresses/new", get(address::blank).post(address::add))
        .route("/account/addresses/{address}", get(address::one).post(address::change))
        .route("/account/addresses/{address}/remove", post(address::remove))
        .route("/account/addresses/{address}/default", post(address::make_default))
        .route("/account/security", get(security::page))
        .route("/account/security/password", post(security::password))
        .route("/account/security/contact", post(security::contact))
        .route("/account/security/close", post(security::close))
        .route("/account/security/sessions/{session}", post(security::revoke))
        .merge(staff::router())
}

/// A line of a form. `kind` is the input's type, `fill` what a browser may fill in by itself.
struct Line<'a> {
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
fn beside<'a>(look: &Look, failure: Option<&'a Failure>, name: &str) -> &'a str {
    failure
        .filter(|failure| field_of(&failure.code) == Some(name))
        .map_or("", |failure| failure.text(look.lang))
}

/// Why a form was refused, above it; what is about one field stands beside that.
fn refusal(look: &Look, failure: Option<&Failure>) -> Markup {
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
fn done(look: &Look, word: Option<&str>, said: &[(&str, &str, &str)]) -> Markup {
    match said.iter().find(|(one, ..)| Some(*one) == word) {
        Some((_, zh, en)) => html! { div role="status" { (message(Mark::Kept, t(look.lang, zh, en), "")) } },
        None => html! {},
    }
}

/// What pages of this part read from their address.
#[derive(Debug, Default, serde::Deserialize)]
struct Asked {
    back: Option<String>,
    done: Option<String>,
    token: Option<String>,
    after: Option<String>,
}

/// Reads the query; what is not known there is somebody else's.
struct At(Asked);

impl<S: Send + Sync> axum::extract::FromRequestParts<S> for At {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut axum::http::request::Parts, state: &S) -> Result<Self, Failure> {
        axum::extract::Query::<Asked>::from_request_parts(parts, state)
            .await
            .map(|asked| Self(asked.0))
            .map_err(|_| Failure::invalid("the address has something twice").zh("地址里有重复的内容。"))
    }
}
