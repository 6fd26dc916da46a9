//! What happens to personal data. Neither the value nor whose it is is told.

use kernel::id::Member;
use kernel::{Id, facts};

facts! {
    /// Somebody was shown personal data in the clear.
    Revealed "personal.revealed" of access: Access {
        /// Who looked.
        member_id: Id<Member>,
        /// What: phone, email, name, address or code.
        field: Box<str>,
        /// Why: delivery, service, dispute, risk or law.
        why: Box<str>,
    }
}
