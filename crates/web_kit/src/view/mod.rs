//! What pages and API show alike: views of the contexts with their schema, and the reads and writes behind both.

pub mod campaign;
pub mod check;
pub mod coupon;
pub mod dead_letter;
pub mod draft;
pub mod gate;
pub mod goods;
pub mod metric;
pub mod order;
pub mod policy;
pub mod product;
pub mod profile;
pub mod rehearsal;
pub mod review;
pub mod shop;
pub mod shops;
pub mod sign;
pub mod staff;
pub mod stock;
pub mod transfer;
