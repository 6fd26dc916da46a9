//! The browser journeys of `e2e/`: Node drives a real Chromium against the program that `cargo build` left.

use crate::run::{self, Done};
use crate::{assets, setup};
use std::process::Command;

/// Runs them all.
pub(crate) fn run() -> Done {
    let dir = run::root().join("e2e");
    assets::install(&dir)?;
    let chromium = setup::chromium()?;
    let program = run::target()?.join("debug/sanhao");
    run::go(
        Command::new("node")
            .args(["--test", "journeys.test.mjs"])
            .current_dir(&dir)
            .env("SANHAO_CHROMIUM", chromium)
            .env("SANHAO_PROGRAM", program),
    )
}
