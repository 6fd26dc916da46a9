//! The program from the outside: real processes, real files, real exit codes.

mod cli;
mod folder;
mod rules;
mod score;
mod serving;
mod statements;
