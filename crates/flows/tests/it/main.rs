//! Tests of the flows.

mod folder;
mod mapping;
mod reference;
mod refuse;
