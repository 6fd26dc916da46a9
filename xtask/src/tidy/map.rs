//! The map: the crates with their files and lines and what each stands on, and the circles between their modules.

use super::circles::{self, Circle};
use super::{Finding, Tree, crate_of};
use std::collections::BTreeMap;

/// The most lines of a crate.
const MOST: usize = 14_000;

/// Crates that are larger for now, with the lines they may have. The list is to become empty.
const LARGER: [(&str, usize); 0] = [];

/// Files and lines of the sources of each crate, tests within them included.
fn sizes(tree: &Tree) -> BTreeMap<&str, (usize, usize)> {
    let mut sizes = BTreeMap::<&str, (usize, usize)>::new();
    for (path, text) in tree.under("crates/", ".rs").filter(|(path, _)| path.split('/').nth(2) == Some("src"))
    {
        let size = sizes.entry(crate_of(path)).or_default();
        size.0 += 1;
        size.1 += text.lines().count();
    }
    sizes
}

pub(super) fn crates_are_of_a_size(tree: &Tree) -> Vec<Finding> {
    too_large(tree, &LARGER)
}

fn too_large(tree: &Tree, larger: &[(&str, usize)]) -> Vec<Finding> {
    let sizes = sizes(tree);
    let mut found = Vec::new();
    for (name, (_, lines)) in &sizes {
        let most = larger.iter().find(|(of, _)| of == name).map_or(MOST, |(_, most)| *most);
        if *lines > most {
            let what = format!("{name} has {lines} lines, over {most}: split it on its seams");
            found.push(Finding::new(&format!("crates/{name}"), 1, what));
        }
    }
    for (name, _) in larger {
        if sizes.get(name).is_none_or(|(_, lines)| *lines <= MOST) {
            let what = format!("{name} is not over {MOST} lines any more: take it out of the list");
            found.push(Finding::new("xtask/src/tidy/map.rs", 1, what));
        }
    }
    found
}

/// Prints the map.
pub(super) fn print(tree: &Tree) {
    let sizes = sizes(tree);
    println!("{:>16} {:>6} {:>7}  stands on", "crate", "files", "lines");
    let mut all = (0, 0);
    for (name, (files, lines)) in &sizes {
        all = (all.0 + files, all.1 + lines);
        println!("{name:>16} {files:>6} {lines:>7}  {}", stands_on(tree, name).join(" "));
    }
    println!("{:>16} {:>6} {:>7}", "all", all.0, all.1);
    let circles = circles::all(tree);
    println!("circles between modules: {}", circles.len());
    for Circle { of, modules } in circles {
        println!("     {of}: {}", modules.join(" "));
    }
}

/// The crates of ours that are built into a crate.
fn stands_on<'a>(tree: &'a Tree, name: &str) -> Vec<&'a str> {
    let package = tree.packages().find(|package| package["name"] == name);
    let built_in = package.into_iter().flat_map(super::directions::built_in);
    built_in.filter(|dep| !dep["path"].is_null()).filter_map(|dep| dep["name"].as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tree;
    use super::*;

    #[test]
    fn a_crate_over_its_size_is_caught_and_so_is_a_leave_that_is_not_needed() {
        let long = "x\n".repeat(MOST + 1);
        let tree = tree(&[
            ("crates/a/src/lib.rs", &long),
            ("crates/b/src/lib.rs", "x"),
            ("crates/a/tests/t.rs", &long),
        ]);
        let whats = |larger: &[(&str, usize)]| -> Vec<String> {
            too_large(&tree, larger).into_iter().map(|found| found.what).collect()
        };
        assert_eq!(whats(&[]), ["a has 14001 lines, over 14000: split it on its seams"]);
        assert_eq!(whats(&[("a", 14_001)]), Vec::<String>::new());
        let needless = "b is not over 14000 lines any more: take it out of the list";
        assert_eq!(whats(&[("a", 14_001), ("b", 14_001)]), [needless]);
    }
}
