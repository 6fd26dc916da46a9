//! `openapi`: the document of the API is valid, and a client's types made of it fit what a programmer writes.
//!
//! The validator is PyPI's `openapi-spec-validator`, the types are npm's `openapi-typescript`, and `e2e/client/usage.ts` is
//! what is written against them.

use crate::run::{self, Done};
use crate::{assets, python};
use std::process::Command;

const VALIDATOR: &str = "openapi-spec-validator==0.9.0";
const DOCUMENT: &str = "docs/generated/openapi.json";

/// Checks the document that stands in the repository; that it is what the program prints, `docs --check` says.
pub(crate) fn run() -> Done {
    let document = run::root().join(DOCUMENT);
    let programs = python::programs_of(VALIDATOR)?;
    run::go(
        Command::new(programs.join("openapi-spec-validator"))
            .args(["--validation-errors", "all"])
            .arg(&document),
    )?;
    let client = run::root().join("e2e/client");
    assets::install(&client)?;
    let npm = |program: &str| {
        let mut command = Command::new(client.join("node_modules/.bin").join(program));
        command.current_dir(&client);
        command
    };
    run::go(npm("openapi-typescript").arg(&document).args(["--output", "schema.ts"]))?;
    run::go(npm("tsc").args(["--project", "."]))
}
