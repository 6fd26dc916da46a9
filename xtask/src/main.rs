//! `cargo xtask`: every task of the repository, from the demo to the checks of CI.
//!
//! Invariants: a task does its own set-up and says in a sentence what it could not get; it leaves nothing running.

mod assets;
mod bench;
mod browser;
mod ci;
mod demo;
mod docs;
mod fixture;
mod openapi;
mod postgres;
mod python;
mod realdata;
mod run;
mod schema;
mod served;
mod setup;
mod soak;
mod stripe;
mod test;
mod tidy;
mod timings;
mod walk;

const HELP: &str = "\
cargo xtask TASK

  demo [--data DIR]     builds, makes a synthetic market (once) and serves it on http://127.0.0.1:8618
  build                 the release program, assets included: target/release/sanhao
  test                  everything: unit, both databases, the real process, the browser
  test -- FILTER        only the Rust tests whose names contain FILTER (any argument of cargo nextest or cargo test)
  test --browser        only the browser journeys
  openapi               the OpenAPI document is valid (PyPI's validator), and a TypeScript client made of it type-checks
  schema                schemathesis (PyPI) over the live program's OpenAPI document
  ci                    what CI runs: format, assets, clippy, tidy, test, packs, generated pages
  tidy                  the rules of the house that no compiler checks
  fixture NAME          a small market of this program on both databases, for the tests of the programs to come
  docs [--check]        writes docs/generated and docs/capabilities.md (--check: says whether they are up to date)
  assets                style sheets and scripts of the pages, only if their sources changed
  bench NAME [--quick]  a benchmark: store, import, lake, score, checkout, hot, pages, orders (these four also --postgres);
                        pages --browser: when the largest thing of each page is painted on a phone, beside the limit
  walk [ROW ...]        does what docs/capabilities.md claims, on a market of its own: Y or the first difference per row
  soak [N]              kills the program under load, N times on each database (100)
  timings               builds from nothing and lists the crates that took longest, with their levels of optimisation
  realdata              runs over real histories: SANHAO_REALDATA is the folder that holds them
  help                  this page
";

fn main() -> std::process::ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (task, rest) = args.split_first().map_or(("help", &[][..]), |(task, rest)| (task.as_str(), rest));
    let done = match task {
        "demo" => demo::run(rest),
        "build" => none(rest).and_then(|()| demo::release()),
        "test" => test::run(rest),
        "openapi" => none(rest).and_then(|()| openapi::run()),
        "schema" => none(rest).and_then(|()| schema::run()),
        "ci" => none(rest).and_then(|()| ci::run()),
        "tidy" => none(rest).and_then(|()| tidy::run()),
        "fixture" => fixture::run(rest),
        "docs" => docs::run(rest),
        "assets" => none(rest).and_then(|()| assets::build()),
        "bench" => bench::run(rest),
        "timings" => none(rest).and_then(|()| timings::run()),
        "soak" => soak::run(rest),
        "walk" => walk::run(rest),
        "realdata" => none(rest).and_then(|()| realdata::run()),
        "help" | "--help" | "-h" => {
            print!("{HELP}");
            Ok(())
        }
        _ => Err(format!("there is no task \"{task}\".\n\n{HELP}")),
    };
    match done {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("xtask: {why}");
            std::process::ExitCode::FAILURE
        }
    }
}

fn none(rest: &[String]) -> run::Done {
    match rest.first() {
        None => Ok(()),
        Some(arg) => Err(format!("this task takes no \"{arg}\"; `cargo xtask help` lists what each takes")),
    }
}
