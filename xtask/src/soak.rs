//! `soak`: the crash test of the suite, many more times.

use crate::postgres::{Cluster, Durability};
use crate::run::{self, Done};

/// How often the program is killed on each database, unless it is said.
const ROUNDS: &str = "100";

/// Kills the real process under load, N times on SQLite and N times on PostgreSQL, and looks each time whether all is there.
pub(crate) fn run(args: &[String]) -> Done {
    let rounds = match args {
        [] => ROUNDS,
        [n] if n.parse::<u32>().is_ok_and(|n| n > 0) => n,
        _ => {
            return Err(
                "soak takes how often the program is to be killed on each database, such as 100".into()
            );
        }
    };
    let given = std::env::var("SANHAO_TEST_POSTGRES").is_ok_and(|url| !url.is_empty());
    let cluster = if given { None } else { Some(Cluster::start(Durability::None)?) };
    let mut command =
        run::cargo(&["test", "--package", "sanhao", "--test", "it", "crash::", "--", "--nocapture"]);
    command.env("SANHAO_SOAK", rounds);
    if let Some(cluster) = &cluster {
        command.env("SANHAO_TEST_POSTGRES", cluster.url());
    }
    run::go(&mut command)
}
