//! `timings`: which crates a build from nothing waits for, and at which level of optimisation each is built.

use crate::run::{self, Done};
use std::collections::BTreeMap;

/// How many crates are listed.
const LISTED: usize = 40;

/// Builds the program anew in a folder of its own, with cargo's own clock, and lists the crates that took longest. To be
/// run on a machine that does nothing else.
pub(crate) fn run() -> Done {
    let folder = run::target()?.join("timings");
    if folder.exists() {
        std::fs::remove_dir_all(&folder).map_err(|err| format!("{}: {err}", folder.display()))?;
    }
    let began = std::time::Instant::now();
    let mut cargo = run::cargo(&["build", "--package", "sanhao", "--timings", "--target-dir"]);
    run::go(cargo.arg(&folder))?;
    let whole = began.elapsed().as_secs_f64();
    let page = folder.join("cargo-timings/cargo-timing.html");
    let text = std::fs::read_to_string(&page).map_err(|err| format!("{}: {err}", page.display()))?;
    let manifest = std::fs::read_to_string(run::root().join("Cargo.toml")).map_err(|err| err.to_string())?;
    let ours = run::metadata()?;
    let ours =
        ours["packages"].as_array().into_iter().flatten().filter_map(|package| package["name"].as_str());
    let table = table(&text, &levels(&manifest), &ours.collect::<Vec<_>>())?;
    println!(
        "| seconds | crate | opt-level |\n|---:|---|---:|\n{table}\n{whole:.0} s in all; the rest: {}",
        page.display()
    );
    Ok(())
}

/// The crates of cargo's page, longest first; a crate's build script counts with it.
fn table(page: &str, levels: &BTreeMap<&str, &str>, ours: &[&str]) -> Result<String, String> {
    let data = page.split_once("const UNIT_DATA = ").and_then(|(_, rest)| rest.split_once("];"));
    let data = data.ok_or("cargo's page of timings names no units: has its form changed?")?;
    let units: Vec<serde_json::Value> = serde_json::from_str(&format!("{}]", data.0))
        .map_err(|err| format!("cargo's page of timings: {err}"))?;
    let mut sums = BTreeMap::<String, f64>::new();
    for unit in &units {
        let name = unit["name"].as_str().unwrap_or("?").to_owned();
        *sums.entry(name).or_default() += unit["duration"].as_f64().unwrap_or(0.0);
    }
    let mut sums: Vec<(String, f64)> = sums.into_iter().collect();
    sums.sort_by(|a, b| b.1.total_cmp(&a.1));
    let row = |(name, seconds): &(String, f64)| {
        let other =
            if ours.contains(&name.as_str()) { "0" } else { levels.get("\"*\"").copied().unwrap_or("0") };
        let level = levels.get(name.as_str()).copied().unwrap_or(other);
        format!("| {seconds:.1} | `{name}` | {level} |\n")
    };
    Ok(sums.iter().take(LISTED).map(row).collect())
}

/// The levels of optimisation that the development profile gives to single crates, by name; `"*"` for those of others.
fn levels(manifest: &str) -> BTreeMap<&str, &str> {
    let sections = manifest.split("[profile.dev.package.").skip(1);
    let levels = sections.filter_map(|section| {
        let (name, rest) = section.split_once(']')?;
        let own = rest.split("\n[").next()?;
        Some((name, own.split_once("opt-level = ")?.1.lines().next()?.trim()))
    });
    levels.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_stand_first_with_their_levels() {
        let manifest = "[profile.dev]\nx = 1\n[profile.dev.package.\"*\"]\ndebug = false\nopt-level = 1\n\
                        [profile.dev.package.image]\nopt-level = 3\n[profile.release]\nopt-level = 9\n";
        let page = "x\nconst UNIT_DATA = [{\"name\":\"a\",\"duration\":1.0},{\"name\":\"image\",\"duration\":4.0},\
                    {\"name\":\"a\",\"duration\":2.5},{\"name\":\"web\",\"duration\":9.0}];\ny";
        let expected = "| 9.0 | `web` | 0 |\n| 4.0 | `image` | 3 |\n| 3.5 | `a` | 1 |\n";
        assert_eq!(table(page, &levels(manifest), &["web"]), Ok(expected.to_owned()));
        assert!(table("", &BTreeMap::new(), &[]).is_err());
    }
}
