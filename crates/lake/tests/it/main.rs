//! The lake from outside: what is asked, what is written, and what a kill leaves.

mod answers;
mod columns;
mod damage;
mod identity;
mod kill;
mod log;
mod told;

// Linked for the kinds of fact that they declare.
use {aftercare as _, offer as _, people as _, supply as _, trade as _};
