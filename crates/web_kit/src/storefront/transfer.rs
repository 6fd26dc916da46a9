//! `/pay/transfer/{payment}`: where a bank transfer goes, how much, with which reference, and until when.
//!
//! Invariants: only the buyer sees it; what is copied is what stands there; whether the money came is what the store says.

use maud::{Markup, html};

/// A reference in groups, as people read it out; a copy has no spaces in it.
pub fn grouped(reference: &str) -> Markup {
    let letters: Vec<char> = reference.chars().collect();
    let (begin, rest) = letters.split_at(2.min(letters.len()));
    html! { span.refno { (begin.iter().collect::<String>()) @for some in rest.chunks(3) { span { (some.iter().collect::<String>()) } } } }
}
