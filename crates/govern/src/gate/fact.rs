//! What happens to gates. Its subject is the ruling, so that a gate can close any number of times.

use kernel::{Moment, facts};

facts! {
    /// A gate was closed: a privilege was taken.
    Closed "gate.closed" of ruling: Ruling {
        /// Which privilege.
        privilege: Box<str>,
        /// Whose, as an id: the shop's for privileges of shops.
        subject_id: Box<str>,
        /// The word of the reason.
        reason: Box<str>,
        /// By which policy; absent if a person did it.
        policy: Option<Box<str>>,
        /// By which version of it.
        version: Option<i64>,
        /// Until when; absent if it stays closed until it is opened.
        until: Option<Moment>,
    }

    /// A closing was lifted, or a gate was opened that is closed otherwise.
    Opened "gate.opened" of ruling: Ruling {
        /// Which privilege.
        privilege: Box<str>,
        /// Whose, as an id: the shop's for privileges of shops.
        subject_id: Box<str>,
        /// The word of the reason.
        reason: Box<str>,
        /// By which policy; absent if a person did it.
        policy: Option<Box<str>>,
        /// By which version of it.
        version: Option<i64>,
        /// Until when; absent if it stays open until it is closed.
        until: Option<Moment>,
        /// Whether the gate stands open now; it does not while another policy keeps it closed.
        is_open: bool,
    }
}
