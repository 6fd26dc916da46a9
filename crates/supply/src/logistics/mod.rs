//! Carriers, parcels and where they are.

pub mod fact;
