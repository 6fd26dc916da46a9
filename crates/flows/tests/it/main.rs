//! Tests of the flows.

mod apply;
mod buy;
mod cases;
mod crash;
mod folder;
mod gates;
mod mapping;
mod realdata;
mod reference;
mod refuse;
