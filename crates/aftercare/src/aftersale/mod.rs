//! Money back and returns, disputes about them, and the insurance of their freight.

pub mod fact;
