//! What tests of every crate share: databases on both engines, and folders shaped like public data sets. It names only
//! what it uses, since every crate that is tested builds it.

pub mod db;
pub mod olist;
