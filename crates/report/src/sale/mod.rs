//! Orders of the mall as both desks show them: a row of a list, the sections of one order's page, what waits for a person.

pub mod held;
pub mod list;
pub mod page;
