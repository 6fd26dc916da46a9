//! score

pub(crate) mod ranking;
