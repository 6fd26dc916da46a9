//! The program from the outside: real processes, real files, real exit codes.

mod cli;
mod folder;
mod score;
mod rules;
mod serving;
mod statements;
