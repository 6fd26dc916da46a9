//! `ci`: what must pass before a change is taken.

use crate::run::{self, Done};
use crate::{assets, docs, test, tidy};
use std::time::Instant;

type Step = (&'static str, fn() -> Done);

/// One step after the other, with their times; the first that fails ends it.
pub(crate) fn run() -> Done {
    let steps: [Step; 7] = [
        ("format", || run::go(&mut run::cargo(&["fmt", "--all", "--check"]))),
        ("assets", assets::build),
        ("clippy", || {
            let args = ["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"];
            run::go(&mut run::cargo(&args))
        }),
        ("tidy", tidy::sources),
        ("test", || test::run(&[])),
        ("packs", tidy::packs),
        ("docs", docs::check),
    ];
    let start = Instant::now();
    let mut times = String::new();
    for (name, step) in steps {
        println!("== {name}");
        let began = Instant::now();
        step().map_err(|why| format!("{name}: {why}"))?;
        times += &format!("{name:>8} {:7.1} s\n", began.elapsed().as_secs_f64());
    }
    println!("{times}{:>8} {:7.1} s", "all", start.elapsed().as_secs_f64());
    Ok(())
}
