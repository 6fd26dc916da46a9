//! Members: who signed up, on which devices they are signed in, where they receive parcels, what they follow,
//! wish for and looked at last.
//!
//! Invariants:
//! - A phone number or e-mail address finds at most one member, whoever signs up at the same time.
//! - Passwords are hashed outside every write, with parameters that stand beside each hash; only a hash of a session's
//!   token is stored.
//! - An unknown name takes the same work and gives the same answer as a wrong password, and is locked like one.
//! - While a name is locked nothing opens it, not even the right password.
//! - A session that was closed, has idled too long or is too old opens nothing; neither does one of a member who is
//!   suspended or has left.
//! - What is personal is in the vault; no row here and no fact holds it. Of somebody who left nothing personal stays.
//! - A member has at most one default address. What is another member's is not found.
//!
//! Absent: proving that a phone number is one's own (codes by message), and who may do what ([`staff`](crate::staff)).

mod address;
mod command;
mod error;
pub mod fact;
mod footprint;
mod liking;
mod model;
mod password;
mod session;
mod sql;
mod view;

pub use address::{
    Copied, MOST_ADDRESSES, RevealAddress, add_address, address, addresses, change_address, copied_address,
    copy_address, has_address, keep_address, make_default, remove_address, reveal_address,
};
pub use command::{
    Change, Proof, SignIn, SignUp, change_password, change_status, key, keys_to_answer, keys_to_sign_up,
    prove, set_contact, set_name, sign_in, sign_up, sweep,
};
pub(crate) use command::{active, seated};
pub use error::Error;
pub use footprint::{Footprint, MOST_FOOTPRINTS, footprints, forget_footprints, look_at, stance};
pub use liking::{
    Follow, Wish, follow, followers, follows, is_following, unfollow, unwish, wish, wishers, wishes,
};
pub use model::{Device, Ended, Rules, Status, Step};
pub use password::{Answer, Challenge, Cost, Hashed, challenge, challenge_of};
pub use session::{Signed, Token, close_sessions, revoke, sign_out, signed_in, touch};
pub use view::{AddressView, Profile, SessionView, ShownProfile, profile, sessions, shown_profile};
