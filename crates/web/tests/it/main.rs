//! The site from outside: requests in, answers out, over a small market.

mod account;
mod act;
mod api;
mod api_desk;
mod delivery;
mod desk;
mod media;
mod matrix;
mod merchant;
mod pages;
mod people;
mod readable;
mod scores;
