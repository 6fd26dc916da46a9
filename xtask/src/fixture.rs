//! `fixture`: a small market of this program, kept for the programs to come.

use crate::postgres::{Cluster, Durability};
use crate::run::{self, Done};
use crate::setup;

/// Makes `crates/sanhao/tests/fixtures/NAME.{sqlite,postgres}.tar.zst`. Whoever releases does it once, at that commit.
pub(crate) fn run(args: &[String]) -> Done {
    let [name] = args else {
        return Err("fixture takes the name of the release, such as 0.9.0".into());
    };
    if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')) {
        return Err(format!("\"{name}\" names no file: write letters, digits, dots and dashes"));
    }
    let folder = run::root().join("crates/sanhao/tests/fixtures");
    if folder.join(format!("{name}.sqlite.tar.zst")).exists() {
        return Err(format!("{name} is there already: what an earlier program wrote is never made anew"));
    }
    let cluster = Cluster::start(Durability::None)?;
    run::go(
        run::cargo(&["test", "--package", "sanhao", "--test", "it", "fixture::a_market_is_packed"])
            .env("SANHAO_FIXTURE", name)
            .env("SANHAO_TEST_POSTGRES", cluster.url())
            .env("SANHAO_PG_DUMP", setup::postgres()?.join("pg_dump")),
    )?;
    println!("{}/{name}.*.tar.zst: add them with the release", folder.display());
    Ok(())
}
