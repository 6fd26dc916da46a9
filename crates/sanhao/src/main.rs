//! The program: configuration, wiring and the command line.
//!
//! Invariants: the only place that knows every crate; the only place (with tests and benchmarks) that reads a clock;
//! with `--format json` stdout holds one JSON value and nothing else; exit codes are 0 done, 2 wrong usage or input,
//! 1 everything else.

mod cli;
mod command;
mod market;
mod output;
mod progress;

// Linked for the kinds of fact that they declare.
use offer as _;

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("SANHAO_LOG").unwrap_or_else(|_| "warn".into()),
        )
        .with_writer(std::io::stderr)
        .init();
    let cli = cli::Cli::parse();
    match command::run(&cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(output::Exit::Quiet) => ExitCode::SUCCESS,
        Err(exit) => {
            eprintln!("sanhao: {exit}");
            ExitCode::from(exit.code())
        }
    }
}
