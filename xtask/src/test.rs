//! `test`: the Rust tests on SQLite and PostgreSQL, then the browser journeys.

use crate::browser::Browser;
use crate::postgres::{Cluster, Durability};
use crate::run::{self, Done};
use crate::stripe::Stripe;
use crate::{assets, openapi, schema, setup, walk};

/// All of it; or what the arguments say. What is missing is said before anything is built.
pub(crate) fn run(args: &[String]) -> Done {
    match args {
        [] => {
            setup::postgres()?;
            let browser = Browser::ready()?;
            assets::build()?;
            rust(&[])?;
            openapi::run()?;
            schema::run()?;
            walk::run(&[])?;
            browser.run()
        }
        [flag] if flag == "--browser" => {
            let browser = Browser::ready()?;
            assets::build()?;
            run::go(&mut run::cargo(&["build", "--package", "sanhao"]))?;
            browser.run()
        }
        [dashes, filter @ ..] if dashes == "--" => {
            assets::build()?;
            rust(filter)
        }
        [other, ..] => Err(format!("test takes --browser, or -- and a filter, not \"{other}\"")),
    }
}

fn rust(filter: &[String]) -> Done {
    let given = std::env::var("SANHAO_TEST_POSTGRES").is_ok_and(|url| !url.is_empty());
    let cluster = if given { None } else { Some(Cluster::start(Durability::None)?) };
    let stripe = match std::env::var("SANHAO_TEST_STRIPE") {
        Ok(at) if !at.is_empty() => None,
        _ => Some(Stripe::start()?),
    };
    let cargo = |args: &[&str], more: &[String]| {
        let mut command = run::cargo(args);
        command.args(more);
        if let Some(cluster) = &cluster {
            command.env("SANHAO_TEST_POSTGRES", cluster.url());
        }
        if let Some(stripe) = &stripe {
            command.env("SANHAO_TEST_STRIPE", stripe.at());
        }
        run::go(&mut command)
    };
    let some = filter.iter().any(|arg| arg == "-p" || arg.starts_with("--package"));
    let all: &[&str] = if some { &[] } else { &["--workspace"] };
    if run::which("cargo-nextest").is_none() {
        return cargo(&[&["test"], all].concat(), filter);
    }
    cargo(&[&["nextest", "run", "--no-fail-fast"], all].concat(), filter)?;
    if filter.is_empty() { cargo(&["test", "--workspace", "--doc", "--quiet"], &[]) } else { Ok(()) }
}
