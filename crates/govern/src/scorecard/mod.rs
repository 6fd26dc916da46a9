//! Scorecards: which metrics make which dimension, how an indicator becomes points, stages, deductions, bonuses, stars.
//!
//! A day's score of a shop is `clamp(sum of dimension x weight + bonuses - deductions)`. Every indicator is compared
//! with its industry on the same day: the industry's marks of a day ([`Bench`]) are frozen, so that a change of one
//! shop's figures moves that shop only.
//!
//! Invariants: points are whole ten-thousandths, so that the same facts give the same digits; a dimension without data
//! is left out and said to be, never counted as low; no threshold is a constant in code; a version of a scorecard never
//! touches days before the market adopted it; what-if, explanation and ranking are the same function.

mod adopt;
mod bench;
mod board;
mod compose;
mod explain;
pub mod fact;
mod file;
mod interval;
mod model;
mod moves;
mod reach;
mod score;
#[cfg(test)]
mod tests;
mod versions;

pub use adopt::{AdoptError, Adopted, Adoptions, DEFAULT, adopt, adopted, adoptions};
pub use bench::{Bench, Mark};
pub use board::{Board, Day, Line, each_day};
pub use compose::{Composed, Given, Step, eval, partial};
pub use explain::{Explained, ExplainedIndicator, explain, explain_on};
pub use file::{Checked, check};
pub use interval::{Interval, interval, measured};
pub use model::{
    Better, Bonus, Case, Cost, Deduction, Dimension, Gate, Indicator, Need, Points, Scorecard, Shrink, Stage,
    Star,
};
pub use moves::{History, Move, Moved, moves};
pub use reach::{Clears, Reach, reach};
pub use score::{Change, Member, Row, Scored, score};
pub use versions::{find, load, newest, problems, shipped};
