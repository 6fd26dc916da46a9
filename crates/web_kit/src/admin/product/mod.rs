//! A product as merchant center and console show it.

pub mod editor;
pub mod one;
pub mod view;
