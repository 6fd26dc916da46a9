//! `docs`: the pages of `docs/generated`, printed by the program itself, and `docs/capabilities.md`, printed by the walk.

use crate::run::{self, Done};
use crate::walk;
use std::process::Command;

const PAGES: [(&str, &str); 5] = [
    ("facts", "facts.md"),
    ("metrics", "metrics.md"),
    ("tables", "tables.md"),
    ("openapi", "openapi.json"),
    ("csv", "csv.md"),
];

/// Writes them, or with `--check` compares them.
pub(crate) fn run(args: &[String]) -> Done {
    run::go(&mut run::cargo(&["build", "--package", "sanhao"]))?;
    match args {
        [] => walk::write().and_then(|()| {
            pages(|path, page| {
                std::fs::write(&path, page).map_err(|err| format!("{}: {err}", path.display()))
            })
        }),
        [flag] if flag == "--check" => check(),
        _ => Err("docs takes --check, or nothing".into()),
    }
}

/// Whether they are what the program that was built last prints.
pub(crate) fn check() -> Done {
    walk::check()?;
    pages(|path, page| {
        if std::fs::read_to_string(&path).is_ok_and(|there| there == page) {
            return Ok(());
        }
        Err(format!("{} is not up to date: run `cargo xtask docs` and commit what it writes", path.display()))
    })
}

fn pages(each: impl Fn(std::path::PathBuf, String) -> Done) -> Done {
    let dir = run::root().join("docs/generated");
    std::fs::create_dir_all(&dir).map_err(|err| format!("{}: {err}", dir.display()))?;
    let program = run::target()?.join("debug/sanhao");
    for (what, file) in PAGES {
        each(dir.join(file), run::output(Command::new(&program).args(["docs", what]))?)?;
    }
    Ok(())
}
