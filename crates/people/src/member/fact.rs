//! What happens to members. Nothing here says who they are.

use kernel::id::{Member, Product};
use kernel::{Id, facts};

facts! {
    /// Somebody signed up.
    Joined "member.joined" of member: Member {
        /// By what: phone or email.
        by: Box<str>,
    }

    /// A member was suspended or restored, or left.
    Changed "member.changed" of change: MemberChange {
        /// Whose state.
        member_id: Id<Member>,
        /// The state now: active, suspended or closed.
        status: Box<str>,
    }

    /// A member signed in.
    SessionOpened "login.opened" of login: Login {
        /// Who.
        member_id: Id<Member>,
        /// On what: phone, tablet, computer or program.
        device: Box<str>,
    }

    /// A member was signed out before the session's time was over.
    SessionClosed "login.closed" of login: Login {
        /// Who.
        member_id: Id<Member>,
        /// Why: sign_out, revoked, password, crowded or status.
        why: Box<str>,
    }

    /// A member began to follow a shop.
    Followed "follow.began" of follow: Follow {
        /// Who.
        member_id: Id<Member>,
    }

    /// A member no longer follows a shop.
    Unfollowed "follow.ended" of follow: Follow {
        /// Who.
        member_id: Id<Member>,
    }

    /// A member put a product on the wish list.
    Wished "wish.made" of wish: Wish {
        /// Who.
        member_id: Id<Member>,
        /// For what.
        product_id: Id<Product>,
    }

    /// A member took a product off the wish list.
    Unwished "wish.dropped" of wish: Wish {
        /// Who.
        member_id: Id<Member>,
        /// What.
        product_id: Id<Product>,
    }
}
