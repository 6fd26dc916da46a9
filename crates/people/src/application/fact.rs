//! What happens to applications. What they say is not told.

use kernel::id::{Member, Shop};
use kernel::{Id, facts};

facts! {
    /// A member applied to open a shop.
    Sent "application.sent" of application: Application {
        /// Who applies.
        member_id: Id<Member>,
        /// Who stands behind the shop: company, flagship or person.
        kind: Box<str>,
    }

    /// An application was taken back by its sender.
    Withdrawn "application.withdrawn" of application: Application {
        /// Who applied.
        member_id: Id<Member>,
    }

    /// An application was approved and its shop opened.
    Approved "application.approved" of application: Application {
        /// Who applied.
        member_id: Id<Member>,
        /// The shop that was opened.
        shop_id: Id<Shop>,
        /// By which member of the platform's staff; absent: whoever operates the platform, or a program.
        by_id: Option<Id<Member>>,
    }

    /// An application was declined.
    Declined "application.declined" of application: Application {
        /// Who applied.
        member_id: Id<Member>,
        /// By which member of the platform's staff; absent: whoever operates the platform, or a program.
        by_id: Option<Id<Member>>,
    }
}
