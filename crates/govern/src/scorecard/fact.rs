//! What happens to scorecards.

use kernel::{Moment, facts};

facts! {
    /// The market took a version of a scorecard into force from a moment on; days before it keep what they had.
    Adopted "scorecard.adopted" of adoption: Adoption {
        /// The scorecard's id.
        scorecard: Box<str>,
        /// The version.
        version: i64,
        /// From when on.
        from: Moment,
    }
}
