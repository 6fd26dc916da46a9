//! Who may stand on whom, checked against what cargo knows. Dev-dependencies are outside.

use super::{Finding, Tree};

/// Those who answer readers and programs, each in its own way.
const FACES: [&str; 4] = ["api", "storefront", "merchant_center", "console"];

const CONTEXTS: [&str; 8] = ["ledger", "people", "offer", "trade", "supply", "aftercare", "reach", "govern"];

/// Libraries that only some crates may know (by the start of their names), and those crates.
const OWNED: [(&[&str], &[&str]); 10] = [
    (
        &["rusqlite", "libsqlite3", "postgres", "tokio-postgres", "deadpool", "sqlx", "diesel"],
        &["store", "testkit", "bench"],
    ),
    (&["datafusion", "arrow", "parquet", "ballista"], &["lake"]),
    (&["object_store"], &["store", "lake"]),
    (&["resvg", "usvg", "tiny-skia"], &["sim"]),
    (&["cel"], &["govern"]),
    (&["ureq", "reqwest"], &["pay"]),
    (
        &["axum", "tower-http", "http", "hyper"],
        &["web_kit", "api", "storefront", "merchant_center", "console", "server"],
    ),
    (&["maud"], &["web_kit", "report", "storefront", "merchant_center", "console", "server"]),
    // What a struct is in the document stands beside the struct; only the API makes a document of it.
    (
        &["utoipa"],
        &["kernel", "people", "offer", "trade", "supply", "aftercare", "govern", "flows", "web_kit", "api"],
    ),
    (&["fluent"], &["kernel"]),
];

/// The crates of ours that a crate may stand on; none for a crate that the table does not know.
fn allowed(name: &str) -> Option<Vec<&'static str>> {
    let low = ["store", "kernel"];
    let over_contexts = [&CONTEXTS[..], &low].concat();
    Some(match name {
        "kernel_derive" | "web_derive" | "xtask" => vec![],
        "kernel" => vec!["kernel_derive"],
        "store" | "texts" => vec!["kernel"],
        "lake" => low.to_vec(),
        "flows" => over_contexts,
        // Payment providers know the port that they implement, and nothing else of the contexts.
        "pay" => [&low[..], &["trade"]].concat(),
        "web_kit" => [&over_contexts[..], &["flows", "texts", "web_derive"]].concat(),
        "report" => [&over_contexts[..], &["flows", "web_kit"]].concat(),
        // Faces never know each other.
        "api" => [&over_contexts[..], &["flows", "texts", "web_kit"]].concat(),
        "storefront" | "merchant_center" | "console" => {
            [&over_contexts[..], &["flows", "texts", "web_kit", "report"]].concat()
        }
        "server" => [&over_contexts[..], &["flows", "web_kit"], &FACES].concat(),
        "sim" => [&over_contexts[..], &["flows"]].concat(),
        // Whatever tests need of it, they build no more than that.
        "testkit" => low.to_vec(),
        "sanhao" => {
            [&over_contexts[..], &["flows", "lake", "pay", "web_kit", "api", "server", "sim"]].concat()
        }
        // Like the tests, the benchmarks are given to nobody: they may use the testkit.
        "bench" => {
            [&over_contexts[..], &["flows", "lake", "pay", "web_kit", "server", "sim", "testkit"]].concat()
        }
        // What is sold is booked: orders and payments speak of the ledger's providers and terms.
        "trade" => [&low[..], &["ledger"]].concat(),
        _ if CONTEXTS.contains(&name) => low.to_vec(),
        _ => return None,
    })
}

/// The crates whose tests may build DataFusion, which takes minutes: those that stand on the lake, and those whose
/// tests ask it.
const HEAVY: [&str; 5] = ["lake", "govern", "sim", "sanhao", "bench"];

/// The dependencies of a package that are built into it.
pub(super) fn built_in(package: &serde_json::Value) -> impl Iterator<Item = &serde_json::Value> {
    package["dependencies"].as_array().into_iter().flatten().filter(|dep| dep["kind"] != "dev")
}

fn manifest(name: &str) -> String {
    if name == "xtask" { "xtask/Cargo.toml".into() } else { format!("crates/{name}/Cargo.toml") }
}

pub(super) fn between_crates(tree: &Tree) -> Vec<Finding> {
    let ours: Vec<&str> = tree.packages().filter_map(|p| p["name"].as_str()).collect();
    let mut found = Vec::new();
    for package in tree.packages() {
        let name = package["name"].as_str().unwrap_or("");
        let Some(allowed) = allowed(name) else {
            found.push(Finding::new(
                &manifest(name),
                1,
                "the table of directions in xtask has no row for this crate",
            ));
            continue;
        };
        for dep in built_in(package).filter_map(|dep| dep["name"].as_str()) {
            if ours.contains(&dep) && !allowed.contains(&dep) {
                let may = if allowed.is_empty() { "none of ours".to_owned() } else { allowed.join(", ") };
                found.push(Finding::new(
                    &manifest(name),
                    1,
                    format!("{name} may not stand on {dep}, only on {may}"),
                ));
            }
        }
    }
    found
}

pub(super) fn owned_libraries(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for package in tree.packages() {
        let name = package["name"].as_str().unwrap_or("");
        for dep in built_in(package).filter_map(|dep| dep["name"].as_str()) {
            let of = |library: &&str| dep == *library || dep.starts_with(&format!("{library}-"));
            for (_, owners) in OWNED.iter().filter(|(libraries, _)| libraries.iter().any(of)) {
                if !owners.contains(&name) {
                    let what = format!("{name} may not know {dep}: only {} may", owners.join(", "));
                    found.push(Finding::new(&manifest(name), 1, what));
                }
            }
        }
    }
    for (path, text) in tree.sources() {
        if path.starts_with("crates/govern/src/") && !path.starts_with("crates/govern/src/policy") {
            let source = super::source::Source::read(text);
            // `policy::cel` is a module of ours.
            for at in source.places("cel::").into_iter().filter(|at| !source.code[..*at].ends_with("::")) {
                found.push(Finding::new(path, source.line(at), "only govern::policy may know CEL"));
            }
        }
    }
    found
}

/// No other crate's tests reach DataFusion, by whatever way.
pub(super) fn tests_are_light(tree: &Tree) -> Vec<Finding> {
    let named = |dep: &serde_json::Value| dep["name"].as_str().unwrap_or("").to_owned();
    let mut found = Vec::new();
    for package in tree.packages().filter(|package| !HEAVY.iter().any(|heavy| package["name"] == *heavy)) {
        let all = package["dependencies"].as_array().into_iter().flatten();
        let mut ways: Vec<Vec<String>> = all.map(|dep| vec![named(dep)]).collect();
        let mut seen = std::collections::BTreeSet::new();
        while let Some(way) = ways.pop() {
            let Some(last) = way.last().cloned().filter(|last| seen.insert(last.clone())) else { continue };
            if last == "datafusion" {
                let name = package["name"].as_str().unwrap_or("");
                let what = format!("testing {name} builds DataFusion, by way of {}", way.join(", "));
                found.push(Finding::new(&manifest(name), 1, what));
                break;
            }
            let of_ours = tree.packages().filter(|package| package["name"] == *last);
            ways.extend(of_ours.flat_map(built_in).map(|dep| [&way[..], &[named(dep)]].concat()));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A dependency and its kind.
    type Dep = (&'static str, Option<&'static str>);

    fn packages(packages: &[(&str, &[Dep])]) -> Tree {
        let packages: Vec<_> = packages
            .iter()
            .map(|(name, deps)| {
                let deps: Vec<_> =
                    deps.iter().map(|(dep, kind)| serde_json::json!({ "name": dep, "kind": kind })).collect();
                serde_json::json!({ "name": name, "dependencies": deps })
            })
            .collect();
        Tree { metadata: serde_json::json!({ "packages": packages }), ..Tree::default() }
    }

    fn whats(found: &[Finding]) -> Vec<&str> {
        found.iter().map(|f| f.what.as_str()).collect()
    }

    #[test]
    fn a_context_may_not_stand_on_another() {
        let tree =
            packages(&[("trade", &[("kernel", None), ("people", None)]), ("people", &[]), ("kernel", &[])]);
        assert_eq!(
            whats(&between_crates(&tree)),
            ["trade may not stand on people, only on store, kernel, ledger"]
        );
    }

    #[test]
    fn the_kernel_stands_on_nothing_and_nobody_ships_the_testkit() {
        let tree =
            packages(&[("kernel", &[("store", None)]), ("store", &[]), ("sanhao", &[("testkit", None)])]);
        assert_eq!(whats(&between_crates(&tree)), ["kernel may not stand on store, only on kernel_derive"]);
        let tree =
            packages(&[("testkit", &[]), ("sanhao", &[("testkit", None), ("sim", None)]), ("sim", &[])]);
        assert_eq!(between_crates(&tree).len(), 1);
    }

    #[test]
    fn dev_dependencies_are_outside() {
        let tree =
            packages(&[("govern", &[("lake", Some("dev")), ("rusqlite", Some("dev"))]), ("lake", &[])]);
        assert_eq!(between_crates(&tree), []);
        assert_eq!(owned_libraries(&tree), []);
    }

    #[test]
    fn a_build_dependency_is_a_dependency() {
        let tree = packages(&[("kernel", &[("store", Some("build"))]), ("store", &[])]);
        assert_eq!(between_crates(&tree).len(), 1);
    }

    #[test]
    fn a_crate_without_a_row_is_reported() {
        assert_eq!(between_crates(&packages(&[("utils", &[])])).len(), 1);
    }

    #[test]
    fn drivers_and_engines_have_their_owners() {
        for (name, dep, allowed) in [
            ("flows", "rusqlite", false),
            ("flows", "tokio-postgres", false),
            ("store", "postgres", true),
            ("govern", "datafusion-expr", false),
            ("lake", "datafusion", true),
            ("flows", "cel", false),
            ("govern", "cel", true),
            ("sanhao", "axum", false),
            ("console", "axum", true),
            ("flows", "ureq", false),
            ("pay", "ureq", true),
        ] {
            assert_eq!(
                owned_libraries(&packages(&[(name, &[(dep, None)])])).is_empty(),
                allowed,
                "{name} {dep}"
            );
        }
    }

    #[test]
    fn a_crate_whose_tests_reach_datafusion_is_caught() {
        let lake: (&str, &[Dep]) = ("lake", &[("datafusion", None)]);
        let kit: (&str, &[Dep]) = ("testkit", &[("lake", None)]);
        let store: (&str, &[Dep]) = ("store", &[("testkit", Some("dev"))]);
        assert_eq!(tests_are_light(&packages(&[lake, kit, store])).len(), 2);
        let kit: (&str, &[Dep]) = ("testkit", &[("store", None), ("lake", Some("dev"))]);
        let found = tests_are_light(&packages(&[lake, kit, store]));
        assert_eq!(whats(&found), ["testing testkit builds DataFusion, by way of lake, datafusion"]);
    }

    #[test]
    fn within_govern_only_policies_know_cel() {
        let tree = super::super::tree(&[
            ("crates/govern/src/metric.rs", "use cel::Program;"),
            ("crates/govern/src/policy/parse.rs", "use cel::Program;"),
            ("crates/govern/src/rehearsal.rs", "use crate::policy::cel::MOST;"),
        ]);
        assert_eq!(owned_libraries(&tree).len(), 1);
    }
}
