//! Who takes part: members, the staff of shops and of the platform, merchants' shops, and who applies to open one.
//!
//! Invariants: never imports another context; says what happened only through facts; what is personal stands in the
//! vault alone, encrypted; what no role allows is refused.

pub mod api_key;
pub mod application;
pub mod member;
pub mod merchant;
pub mod notice;
pub mod region;
pub mod staff;
pub mod vault;
