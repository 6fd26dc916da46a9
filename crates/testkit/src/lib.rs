//! testkit

pub mod olist;
