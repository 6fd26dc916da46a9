//! Every policy and every metric of `governance/` loads, by the program's own word.

use super::Tree;
use crate::run::{self, Done};
use std::path::Path;
use std::process::Command;

pub(super) fn load(tree: &Tree, program: &Path) -> Done {
    let sanhao = |args: &[&str]| {
        let mut command = Command::new(program);
        command.args(args).current_dir(run::root());
        run::output(&mut command)
    };
    let policies = policies(tree);
    for policy in &policies {
        sanhao(&["policy", "check", policy])?;
    }
    let inputs = sanhao(&["policy", "inputs"])?;
    let metrics = metrics(tree);
    for metric in &metrics {
        if !inputs.contains(metric) {
            return Err(format!(
                "governance/metrics/{metric}.sql is no input of a policy: it was not loaded"
            ));
        }
    }
    println!("{} policies and {} metrics load", policies.len(), metrics.len());
    Ok(())
}

fn policies(tree: &Tree) -> Vec<&str> {
    let files = tree.under("governance/", ".toml").map(|(path, _)| path);
    files.filter(|path| path.starts_with("governance/examples/") || path.contains("/policies/")).collect()
}

fn metrics(tree: &Tree) -> Vec<&str> {
    tree.under("governance/metrics/", ".sql")
        .filter_map(|(path, _)| Path::new(path).file_stem()?.to_str())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::tree;
    use super::*;

    const FILES: [(&str, &str); 4] = [
        ("governance/examples/a.toml", ""),
        ("governance/packs/p/policies/b.toml", ""),
        ("governance/packs/p/promises/c.toml", ""),
        ("governance/metrics/late_ship_rate.sql", ""),
    ];

    #[test]
    fn policies_and_metrics_are_found() {
        let tree = tree(&FILES);
        assert_eq!(policies(&tree), ["governance/examples/a.toml", "governance/packs/p/policies/b.toml"]);
        assert_eq!(metrics(&tree), ["late_ship_rate"]);
    }

    #[test]
    fn a_policy_that_the_program_refuses_and_a_metric_it_does_not_know_are_caught() {
        assert!(
            load(&tree(&FILES[..1]), Path::new("false"))
                .unwrap_err()
                .contains("policy check governance/examples")
        );
        assert!(load(&tree(&FILES[3..]), Path::new("true")).unwrap_err().contains("late_ship_rate"));
        assert_eq!(load(&tree(&FILES[..1]), Path::new("true")), Ok(()));
    }
}
