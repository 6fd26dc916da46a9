//! What happens to keys of programs. Their names are not told.

use kernel::id::Member;
use kernel::{Id, facts};

facts! {
    /// A key was made, for a shop or, if none is told, for the platform.
    Made "api_key.made" of key: ApiKey {
        /// By whom; absent: whoever operates the platform.
        by_id: Option<Id<Member>>,
        /// The words of its permissions, with spaces between them.
        permissions: Box<str>,
    }

    /// A key was revoked.
    Revoked "api_key.revoked" of key: ApiKey {
        /// By whom; absent: whoever operates the platform.
        by_id: Option<Id<Member>>,
    }
}
