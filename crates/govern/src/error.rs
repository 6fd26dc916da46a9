//! Why a question was not answered.

use kernel::AskError;

/// What a question to `govern` gives back.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a question to `govern` was not answered.
#[derive(Debug, Clone, PartialEq, Eq, kernel::Problem)]
#[problem(code = "rehearsal", texts = "govern")]
pub enum Error {
    /// The lake did not answer.
    #[problem(Internal, from, code = "govern.ask", args(why))]
    Ask(AskError),
    /// A metric's SQL does not return contributions.
    #[problem(Internal, code = "metric.broken")]
    Metric {
        /// Its file.
        file: String,
        /// What is wrong, and what to write instead.
        why: String,
    },
    /// There is no metric of this name.
    #[problem(NotFound, code = "metric.unknown")]
    NoMetric {
        /// What was asked for.
        name: String,
        /// What there is.
        known: String,
    },
    /// There is no such shop.
    #[problem(NotFound, code = "shop.unknown", args(shop))]
    NoShop(String),
    /// There is no such order.
    #[problem(NotFound, code = "order.unknown", args(order))]
    NoOrder(String),
    /// There is no such scorecard.
    #[problem(NotFound, code = "scorecard.unknown")]
    NoScorecard {
        /// What was asked for.
        name: String,
        /// What there is.
        known: String,
    },
    /// The days asked about are none, or not in order.
    #[problem(Invalid)]
    NoDays {
        /// First day.
        from: String,
        /// Last day.
        to: String,
    },
    /// A rehearsal over more days than one can ask for.
    #[problem(Invalid)]
    TooManyDays {
        /// How many days.
        days: usize,
        /// How many there may be.
        most: usize,
    },
    /// The answer would not fit into memory.
    #[problem(Invalid, code = "metric.too_large")]
    TooLarge {
        /// How many shops.
        shops: usize,
        /// How many days.
        days: usize,
    },
    /// An input of an evaluation is missing a type, is of another one, or is not known.
    #[problem(Invalid, code = "policy.input")]
    Input {
        /// Its name.
        name: String,
        /// What is wrong, and what to give instead.
        why: String,
    },
    /// The policy cannot be rehearsed on facts.
    #[problem(Invalid, args(why))]
    NotRehearsable(String),
    /// Whoever asked has lost interest.
    #[problem(Unavailable)]
    Cancelled,
}
