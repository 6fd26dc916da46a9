//! What happens to seats. Whom an invitation was sent to is not told.

use kernel::id::Member;
use kernel::{Id, facts};

facts! {
    /// A member got a place among the staff of a shop, or of the platform if no shop is told.
    Seated "seat.taken" of seat: Seat {
        /// Who.
        member_id: Id<Member>,
        /// The word of the role.
        role: Box<str>,
    }

    /// A member lost or left its place among the staff.
    Unseated "seat.left" of seat: Seat {
        /// Who.
        member_id: Id<Member>,
        /// The word of the role.
        role: Box<str>,
        /// By whom; the same member if it left; absent: whoever operates the platform.
        by_id: Option<Id<Member>>,
    }

    /// Somebody was invited to a place among the staff.
    Invited "invitation.sent" of invitation: Invitation {
        /// Who invites; absent: whoever operates the platform.
        by_id: Option<Id<Member>>,
        /// The word of the role.
        role: Box<str>,
    }

    /// An invitation was taken back.
    Withdrawn "invitation.withdrawn" of invitation: Invitation {
        /// By whom; absent: whoever operates the platform.
        by_id: Option<Id<Member>>,
    }
}
