//! Why a question was not answered.

use kernel::{AskError, Kind, Problem};

/// Why a question to `govern` was not answered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The lake did not answer.
    #[error("the facts could not be read: {0}")]
    Ask(#[from] AskError),
    /// A metric's SQL does not return contributions.
    #[error("{file}: {why}")]
    Metric {
        /// Its file.
        file: String,
        /// What is wrong, and what to write instead.
        why: String,
    },
    /// There is no metric of this name.
    #[error("there is no metric \"{name}\"; there are {known}")]
    NoMetric {
        /// What was asked for.
        name: String,
        /// What there is.
        known: String,
    },
    /// There is no such shop.
    #[error("there is no shop \"{0}\": give its id (shp_...) or its external id")]
    NoShop(String),
    /// There is no such order.
    #[error("there is no shop order \"{0}\": give its id (ord_...) or its external id")]
    NoOrder(String),
    /// There is no such scorecard.
    #[error("there is no scorecard \"{name}\"; there are {known}")]
    NoScorecard {
        /// What was asked for.
        name: String,
        /// What there is.
        known: String,
    },
    /// The days asked about are none, or not in order.
    #[error("the days from {from} to {to} are none: the first must not be after the last")]
    NoDays {
        /// First day.
        from: String,
        /// Last day.
        to: String,
    },
    /// A rehearsal over more days than one can ask for.
    #[error("{days} days are more than one rehearsal takes: ask for at most {most}")]
    TooManyDays {
        /// How many days.
        days: usize,
        /// How many there may be.
        most: usize,
    },
    /// The answer would not fit into memory.
    #[error("{shops} shops over {days} days are more than fit into memory at once: ask for fewer days")]
    TooLarge {
        /// How many shops.
        shops: usize,
        /// How many days.
        days: usize,
    },
    /// An input of an evaluation is missing a type, is of another one, or is not known.
    #[error("input {name}: {why}")]
    Input {
        /// Its name.
        name: String,
        /// What is wrong, and what to give instead.
        why: String,
    },
    /// The policy cannot be rehearsed on facts.
    #[error("{0}")]
    NotRehearsable(String),
    /// Whoever asked has lost interest.
    #[error("cancelled")]
    Cancelled,
}

impl Problem for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::Ask(_) | Self::Metric { .. } => Kind::Internal,
            Self::NoMetric { .. } | Self::NoShop(_) | Self::NoOrder(_) | Self::NoScorecard { .. } => {
                Kind::NotFound
            }
            Self::NoDays { .. }
            | Self::TooManyDays { .. }
            | Self::TooLarge { .. }
            | Self::Input { .. }
            | Self::NotRehearsable(_) => Kind::Invalid,
            Self::Cancelled => Kind::Unavailable,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::Ask(_) => "govern.ask",
            Self::Metric { .. } => "metric.broken",
            Self::NoMetric { .. } => "metric.unknown",
            Self::NoShop(_) => "shop.unknown",
            Self::NoScorecard { .. } => "scorecard.unknown",
            Self::NoOrder(_) => "order.unknown",
            Self::NoDays { .. } => "rehearsal.no_days",
            Self::TooManyDays { .. } => "rehearsal.too_many_days",
            Self::TooLarge { .. } => "metric.too_large",
            Self::Input { .. } => "policy.input",
            Self::NotRehearsable(_) => "rehearsal.not_rehearsable",
            Self::Cancelled => "rehearsal.cancelled",
        }
    }
}
