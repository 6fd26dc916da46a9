//! The browser journeys of `e2e/`: Node drives a real Chromium against the program that `cargo build` left.

use crate::run::{self, Done};
use crate::{assets, setup};
use std::path::PathBuf;
use std::process::Command;

/// What the journeys need, found or installed before anything is built.
pub(crate) struct Browser {
    chromium: PathBuf,
}

impl Browser {
    /// Finds or installs it.
    pub(crate) fn ready() -> Result<Self, String> {
        let chromium = setup::chromium()?;
        assets::install(&run::root().join("e2e"))?;
        Ok(Self { chromium })
    }

    /// Runs all journeys.
    pub(crate) fn run(&self) -> Done {
        // Every *.test.mjs of the folder, one after the other: each has a server and a browser of its own.
        self.node(&["--test", "--test-concurrency=1"], "debug/sanhao")
    }

    /// Loads the pages of the mall and says when each is painted: `bench pages --browser`, on a release build.
    pub(crate) fn paint(&self, more: &[String]) -> Done {
        let more = more.iter().map(String::as_str);
        self.node(&["lcp.mjs"].into_iter().chain(more).collect::<Vec<_>>(), "release/sanhao")
    }

    fn node(&self, args: &[&str], program: &str) -> Done {
        run::go(
            Command::new("node")
                .args(args)
                .current_dir(run::root().join("e2e"))
                .env("SANHAO_CHROMIUM", &self.chromium)
                .env("SANHAO_PROGRAM", run::target()?.join(program)),
        )
    }
}
