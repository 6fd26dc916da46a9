//! The site from outside: requests in, answers out, over a small market.

mod account;
mod act;
mod api;
mod api_desk;
mod api_store;
mod counts;
mod delivery;
mod desk;
mod held;
mod mall;
mod matrix;
mod media;
mod merchant;
mod pages;
mod people;
mod readable;
mod scores;
mod transfer;
mod webhook;
