//! `bench`: the benchmarks of `crates/bench`, on a release build; `store`, and those with
//! `--postgres`, get a PostgreSQL that loses nothing. `pages --browser` is what a browser sees of the same pages.

use crate::assets;
use crate::browser::Browser;
use crate::postgres::{Cluster, Durability};
use crate::run::{self, Done};
use std::process::Command;

/// Builds and runs one.
pub(crate) fn run(args: &[String]) -> Done {
    let Some(name) = args.first() else {
        return Err("bench takes a name: store, import, lake, score, checkout, hot, pages, orders; and perhaps --quick or --postgres, or pages --browser".into());
    };
    let more = &args[1..];
    let in_browser = more.iter().any(|arg| arg == "--browser");
    if in_browser && (name != "pages" || more.iter().any(|arg| arg != "--browser" && arg != "--quick")) {
        return Err("--browser is for pages, alone or with --quick".into());
    }
    let browser = if in_browser { Some(Browser::ready()?) } else { None };
    // Built together with the program, so that both share what they stand on: alone, the bench would have other features
    // and everything would be built twice.
    assets::build()?;
    run::go(&mut run::cargo(&["build", "--release", "--package", "bench", "--package", "sanhao"]))?;
    if let Some(browser) = browser {
        return browser.paint(more);
    }
    let over_http = ["checkout", "hot", "pages", "orders"].contains(&name.as_str());
    let program = if over_http { "release/bench-http" } else { "release/bench" };
    let mut bench = Command::new(run::target()?.join(program));
    bench.args(args);
    let given = std::env::var("SANHAO_TEST_POSTGRES").is_ok_and(|url| !url.is_empty());
    let postgres = name == "store" || args.iter().any(|arg| arg == "--postgres");
    let cluster = if postgres && !given { Some(Cluster::start(Durability::Full)?) } else { None };
    if let Some(cluster) = &cluster {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let dirs = std::iter::once(cluster.bin.clone()).chain(std::env::split_paths(&path));
        let path = std::env::join_paths(dirs).map_err(|err| err.to_string())?;
        bench.env("SANHAO_TEST_POSTGRES", cluster.url()).env("PATH", path);
    }
    run::go(&mut bench)
}
