//! The site from outside: requests in, answers out, over a small market.

mod api;
mod api_desk;
mod merchant;
mod pages;
mod readable;
mod scores;
