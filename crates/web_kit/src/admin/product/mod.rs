//! A product as merchant center and console show it.

pub mod one;
pub mod view;
