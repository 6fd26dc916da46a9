//! `realdata`: runs over real histories, in the folder that `SANHAO_REALDATA` names. The suite itself needs none.

use crate::run::{self, Done};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The tests that want real data, then an import, metrics and a rehearsal by the program.
pub(crate) fn run() -> Done {
    let Some(folder) = std::env::var_os("SANHAO_REALDATA").map(PathBuf::from) else {
        return Err(
            "SANHAO_REALDATA is not set: it is to name a folder that holds real histories, such as olist/ \
                    with Olist's CSV files"
                .into(),
        );
    };
    let folder =
        folder.canonicalize().map_err(|err| format!("SANHAO_REALDATA ({}): {err}", folder.display()))?;
    let olist = folder.join("olist");
    if !olist.is_dir() {
        return Err(format!("{} holds no folder olist with Olist's CSV files", folder.display()));
    }
    let data = run::target()?.join("realdata");
    if data.exists() {
        std::fs::remove_dir_all(&data).map_err(|err| format!("{}: {err}", data.display()))?;
    }
    // A test that finds real data runs on it and passes over it where there is none.
    run::go(run::cargo(&["test", "--package", "flows", "--", "realdata"]).env("SANHAO_REALDATA", &folder))?;
    run::go(&mut run::cargo(&["build", "--package", "sanhao"]))?;
    program(&data, &["import", "olist", &olist.to_string_lossy()])?;
    let again = program(&data, &["import", "olist", &olist.to_string_lossy()])?;
    println!("{again}");
    let metrics = program(&data, &["metrics", "--as-of", "2018-04-30", "--format", "json"])?;
    let policy = run::root().join("governance/examples/late-ship-cap.toml");
    let days = ["--from", "2017-01-01", "--to", "2018-04-30", "--format", "json"];
    let rehearsal = program(&data, &[&["rehearse", &policy.to_string_lossy()], &days[..]].concat())?;
    summary(&metrics, &rehearsal)
}

fn program(data: &Path, args: &[&str]) -> Result<String, String> {
    let began = std::time::Instant::now();
    let mut command = Command::new(run::target()?.join("debug/sanhao"));
    let out = run::output(command.arg("--data").arg(data).args(args))?;
    println!("{:7.2} s  sanhao {}", began.elapsed().as_secs_f64(), args.join(" "));
    Ok(out)
}

fn summary(metrics: &str, rehearsal: &str) -> Done {
    let parse = |text: &str| {
        serde_json::from_str::<serde_json::Value>(text).map_err(|err| format!("not JSON: {err}"))
    };
    let (metrics, rehearsal) = (parse(metrics)?, parse(rehearsal)?);
    let rows = metrics.as_array().ok_or("metrics printed no array")?;
    let mut sums = std::collections::BTreeMap::<&str, (f64, f64, u64)>::new();
    for row in rows {
        let sum = sums.entry(row["metric"].as_str().unwrap_or("?")).or_default();
        sum.0 += row["numerator"].as_f64().unwrap_or(0.0);
        sum.1 += row["denominator"].as_f64().unwrap_or(0.0);
        sum.2 += 1;
    }
    for (metric, (num, den, shops)) in sums {
        println!("{metric:>22}: {num} / {den} in {shops} shops");
    }
    for key in ["shops_hit", "restricted_shop_days", "orders_touched", "gmv_touched"] {
        println!("{key:>22}: {}", rehearsal[key]);
    }
    println!("{:>22}: {}", "episodes", rehearsal["episodes"].as_array().map_or(0, Vec::len));
    Ok(())
}
