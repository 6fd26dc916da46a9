//! The site from outside: requests in, answers out. What reads the lake is tested in `crates/sanhao/tests/site`, so that
//! these tests build without it.

mod account;
mod act;
mod api_desk;
mod api_store;
mod applications;
mod askers;
mod buy_now;
mod cancel;
mod counts;
mod coupons;
mod dead_letter;
mod delivery;
mod desk;
mod desks;
mod facts;
mod feed;
mod forms;
mod gates;
mod goods;
mod held;
mod holiday;
mod mall;
mod market_rules;
mod media;
mod money;
mod pages_matrix;
mod people;
mod sheet;
mod shipment;
mod site;
mod transfer;
mod webhook;
mod well_made;
