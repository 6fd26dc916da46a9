//! testkit

pub mod db;
pub mod olist;
