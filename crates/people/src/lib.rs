//! Who takes part: merchants and their shops (and, later, members).
//!
//! Invariants: never imports another context; says what happened only through facts.

pub mod merchant;
