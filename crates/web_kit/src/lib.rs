//! What every face of the market is made of: who asks, writes that happen once, refusals, forms, pages and their parts,
//! formats and words, and the views that pages and API share.
//!
//! Invariants: nothing here serves an address of its own but assets and pictures; the faces (`api`, `storefront`,
//! `merchant_center`, `console`) stand on this crate and never on each other; nothing of the inside of an error reaches a
//! reader.

// What is derived here names this crate as others do.
extern crate self as web_kit;

pub mod account;
pub mod admin;
pub mod assets;
pub mod cache;
pub mod context;
pub mod device;
pub mod draw;
pub mod fmt;
pub mod form;
pub mod forms;
pub mod history;
pub mod icons;
pub mod idempotency;
pub mod input;
pub mod known;
pub mod lang;
pub mod link;
pub mod mall;
pub mod media;
pub mod merchant;
pub mod operation;
pub mod origin;
pub mod page;
pub mod parts;
pub mod prelude;
pub mod principal;
pub mod problem;
pub mod refusal;
pub mod score;
pub mod site;
pub mod storefront;
pub mod table;
pub mod ui;
pub mod view;
pub mod visitor;
pub mod waits;
pub mod when;
pub mod words;

pub use ui::bar;

pub use site::{App, Site, Snapshots};
