//! What the interface itself refuses, before and beside what the contexts refuse.

use kernel::Kind;

/// Why a request got no further than the door.
#[derive(Debug, Clone, PartialEq, Eq, kernel::Problem)]
#[problem(code = "web")]
pub enum Refusal {
    /// An address that leads nowhere.
    #[problem(NotFound)]
    NoRoute {
        /// Which.
        path: String,
    },
    /// A method that an address does not know.
    #[problem(Invalid)]
    Method {
        /// The address.
        path: String,
        /// The method.
        method: String,
    },
    /// A body of another type.
    #[problem(Invalid)]
    MediaType {
        /// What it must be.
        wanted: &'static str,
        /// What it is said to be.
        sent: String,
    },
    /// A body that is not JSON.
    #[problem(Malformed)]
    Json {
        /// Where it ends to be.
        why: String,
    },
    /// It was read and breaks a rule of the interface.
    #[problem(Invalid)]
    Invalid {
        /// Which.
        why: String,
    },
    /// It is not there.
    #[problem(NotFound)]
    NotFound {
        /// What.
        why: String,
    },
    /// A body beyond its bound.
    #[problem(Invalid)]
    TooLarge {
        /// The bound, as it is read.
        most: &'static str,
    },
    /// A body that ended too early.
    #[problem(Malformed)]
    Body,
    /// A form with files that ended too early.
    #[problem(Malformed)]
    Form,
    /// An address that is no text.
    #[problem(Malformed)]
    Path,
    /// A NUL character.
    #[problem(Malformed)]
    Nul,
    /// Our fault: what it was stands in the log.
    #[problem(Internal)]
    Internal,
    /// A key that is none.
    #[problem(Invalid)]
    Key {
        /// The most characters of one.
        most: usize,
    },
    /// The same request is at work.
    #[problem(Conflict)]
    KeyRunning,
    /// The key was another request's.
    #[problem(Invalid)]
    KeyReused,
    /// Nobody is signed in.
    #[problem(Unauthenticated)]
    SignIn,
    /// A program asks for what only people may do.
    #[problem(Forbidden)]
    Person,
    /// A program asks to see personal data.
    #[problem(Forbidden)]
    NeedsAPerson,
    /// A header of identity that cannot be read.
    #[problem(Unauthenticated)]
    Credentials,
    /// An operation that does not say who may.
    #[problem(Forbidden)]
    Closed,
    /// A host that is not ours.
    #[problem(Forbidden)]
    ForeignHost {
        /// Which.
        host: String,
    },
    /// A write that comes from a page of somebody else.
    #[problem(Forbidden)]
    CrossSite {
        /// Whose.
        origin: String,
    },
    /// A ticket that is none of ours.
    #[problem(Unauthenticated, code = "ticket")]
    ForgedTicket,
    /// A ticket that is over.
    #[problem(Unauthenticated)]
    TicketEnded,
    /// A link of a shop that is none of ours.
    #[problem(Unauthenticated, code = "merchant.link")]
    ForgedLink,
    /// A link of a shop that is over.
    #[problem(Unauthenticated, code = "merchant.link_ended")]
    LinkEnded,
    /// A page of a shop, without its link.
    #[problem(Unauthenticated, code = "merchant.no_link")]
    NoLink,
    /// A page of the platform, to who reads as a shop.
    #[problem(Forbidden, code = "merchant.confined")]
    Confined,
    /// The name or the password is wrong: which of them is not told.
    #[problem(kind = *kind, code = "member.wrong", args())]
    Wrong {
        /// Whether nobody is signed in yet, or somebody is.
        kind: Kind,
    },
    /// There is no such picture.
    #[problem(NotFound, code = "media.none")]
    NoPicture,
    /// A source of a product that is not one of ours.
    #[problem(Invalid, code = "scene.bad_token")]
    BadToken,
    /// The provider has not begun the payment.
    #[problem(Conflict, code = "payment.not_begun")]
    NotBegun,
    /// A draft is saved without saying over which version.
    #[problem(Invalid, code = "draft.version_needed")]
    VersionNeeded,
    /// A rehearsal that has no result.
    #[problem(Conflict, code = "rehearsal.no_result")]
    NoResult {
        /// Which.
        run: String,
        /// Where it is.
        state: &'static str,
    },
    /// Two rehearsals over different days.
    #[problem(Invalid, code = "rehearsal.other_days")]
    OtherDays {
        /// The days of one.
        one: String,
        /// The days of the other.
        other: String,
    },
    /// A text that is no policy.
    #[problem(Invalid, code = "policy.invalid")]
    Policy {
        /// What is wrong first.
        first: String,
    },
}
