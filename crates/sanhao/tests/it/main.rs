//! The program from the outside: real processes, real files, real exit codes.

mod check;
mod cli;
mod crash;
mod exchange;
mod facts;
mod fixture;
mod folder;
mod market_rules;
mod rules;
mod score;
mod serving;
mod sharing;
mod staffing;
mod statements;
mod texts;
