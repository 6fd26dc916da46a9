//! The pages of whoever is signed in: signing up and in, one's own things, addresses, where one is signed in; and who works
//! in a shop or for the platform.
//!
//! Invariants: every page is read by its owner alone; a form that is refused shows again what was typed, but never a
//! password; after signing in the reader is where they wanted to be, if that is a place of this program.

pub(crate) mod address;
pub(crate) mod home;
pub(crate) mod security;
pub(crate) mod sign;

use web_kit::operation::{Needs, Pages};

pub(crate) fn pages() -> Pages {
    Pages::new()
        .get("/sign-in", Needs::Public, sign::in_page)
        .post("/sign-in", Needs::Public, sign::sign_in)
        .get("/sign-up", Needs::Public, sign::up_page)
        .post("/sign-up", Needs::Public, sign::sign_up)
        .post("/sign-out", Needs::Public, sign::sign_out)
        .get("/invitation", Needs::Member, sign::invitation)
        .post("/invitation", Needs::Member, sign::accept)
        .get("/account", Needs::Member, home::page)
        .post("/account/name", Needs::Member, home::name)
        .get("/account/addresses", Needs::Member, address::list)
        .get("/account/addresses/new", Needs::Member, address::blank)
        .post("/account/addresses/new", Needs::Member, address::add)
        .get("/account/addresses/regions", Needs::Public, address::list_of_regions)
        .get("/account/addresses/{address}", Needs::Member, address::one)
        .post("/account/addresses/{address}", Needs::Member, address::change)
        .post("/account/addresses/{address}/remove", Needs::Member, address::remove)
        .post("/account/addresses/{address}/default", Needs::Member, address::make_default)
        .get("/account/security", Needs::Member, security::page)
        .post("/account/security/password", Needs::Member, security::password)
        .post("/account/security/contact", Needs::Member, security::contact)
        .post("/account/security/close", Needs::Member, security::close)
        .post("/account/security/sessions/{session}", Needs::Member, security::revoke)
}

/// The fields that refusals are about, in the forms of an account.
const ABOUT: [(&str, &str); 6] = [
    ("vault.contact", "contact"),
    ("member.no_contact", "contact"),
    ("member.taken", "contact"),
    ("member.password", "password"),
    ("member.wrong", "password"),
    ("member.name", "name"),
];
