//! Personal data at rest: one table of sealed values, each under a numbered data key, the data keys under a master key.
//!
//! Invariants:
//! - No value stands in the database in the clear. A value opens only in its own row (subject and field) and under the
//!   key whose number stands beside it; anything else is damage, never an answer.
//! - A data key goes only when no value is sealed under it: the table refuses it otherwise.
//! - Rotation can be cut off anywhere: every value is sealed under one key that is there.
//! - Finding somebody by phone or e-mail compares keyed digests; nothing is opened for it.
//! - Whoever is shown a value in the clear that is not theirs left a record in the same transaction.
//!
//! Absent: who may look ([`staff`](crate::staff) says), and any number of a key outside this module's face.

mod command;
mod crypt;
mod error;
pub mod fact;
mod model;
mod phone;
mod sql;

pub use command::{
    Rotated, Vault, accesses, claim, forget, holder, looks, put, release, reveal, rewrap, rotate, shown,
};
pub(crate) use command::{open, put_new};
pub use crypt::{Digest, Master, Secret};
pub(crate) use crypt::{hash, random, same};
pub use error::Error;
pub use model::{
    Access, Contact, Field, Postal, Reveal, ShownPostal, Trace, Why, mask_email, mask_name, mask_phone,
};
pub use phone::phone_shown;
