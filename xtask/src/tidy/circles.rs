//! Circles: modules of one crate that need each other, so that neither can be read, moved or tested alone.
//!
//! A module counts as one with everything below it while it is small, or if it is a flat folder with a `model`, whose files
//! share one anatomy; the parts of a larger one count by themselves. A folder stays flat when a file of its anatomy that grew
//! too long is split into a folder of its own (`sql/own.rs`): that is the same file in two.
//! What a module passes on (`pub use`) is not its own: a name is followed to the module that has it.

use super::source::Source;
use super::{Finding, Tree, crate_of};
use std::collections::{BTreeMap, BTreeSet};

/// Up to this many lines a module and what is below it are one: its files may lean on each other.
const SMALL: usize = 2_000;

/// The files of a module's anatomy: they need each other by nature.
const ANATOMY: [&str; 6] = ["command", "error", "fact", "model", "sql", "view"];

/// How many modules of a crate may stand in circles for now. The list is to become empty.
const LEFT: [(&str, usize); 0] = [];

/// Modules that need each other, directly or by way of others.
pub(super) struct Circle {
    pub(super) of: String,
    pub(super) modules: Vec<String>,
}

/// Where a module stands below its crate: `["order", "model"]`.
type Place = Vec<String>;

/// What a module passes on: the name it has here, and where it comes from; `*` for everything of a place.
type Passed = Vec<(String, Place)>;

/// The modules of one crate.
struct Modules<'a> {
    all: BTreeMap<Place, Module<'a>>,
}

struct Module<'a> {
    source: Source<'a>,
    lines: usize,
    passes: Passed,
}

pub(super) fn between_modules(tree: &Tree) -> Vec<Finding> {
    beyond(tree, &LEFT)
}

fn beyond(tree: &Tree, left: &[(&str, usize)]) -> Vec<Finding> {
    let mut counts = BTreeMap::<String, (usize, Vec<String>)>::new();
    for Circle { of, modules } in all(tree) {
        let count = counts.entry(of).or_default();
        count.0 += modules.len();
        count.1.push(modules.join(" - "));
    }
    let mut found = Vec::new();
    for (name, (count, circles)) in &counts {
        let most = left.iter().find(|(of, _)| of == name).map_or(0, |(_, most)| *most);
        if *count > most {
            let what = format!("{count} modules stand in circles, over {most}: {}", circles.join("; "));
            found.push(Finding::new(&format!("crates/{name}/src"), 1, what));
        }
    }
    for (name, most) in left {
        let count = counts.get(*name).map_or(0, |(count, _)| *count);
        if count < *most {
            let what = format!("only {count} modules of {name} stand in circles now: say so in the list");
            found.push(Finding::new("xtask/src/tidy/circles.rs", 1, what));
        }
    }
    found
}

/// Every circle between modules of one crate.
pub(super) fn all(tree: &Tree) -> Vec<Circle> {
    let mut crates = BTreeMap::<&str, BTreeMap<Place, Module<'_>>>::new();
    for (path, text) in tree.sources() {
        let source = Source::read(text).without_tests();
        let lines = text.lines().count();
        let module = Module { source, lines, passes: Vec::new() };
        crates.entry(crate_of(path)).or_default().insert(place(path), module);
    }
    let mut found = Vec::new();
    for (name, modules) in crates {
        let mut modules = Modules { all: modules };
        modules.read_what_is_passed_on();
        found.extend(
            modules
                .circles()
                .into_iter()
                .map(|circle| Circle { of: name.to_owned(), modules: circle.iter().map(shown).collect() }),
        );
    }
    found
}

fn shown(place: &Place) -> String {
    if place.is_empty() { "(top)".to_owned() } else { place.join("::") }
}

/// `["order", "model"]` for `crates/trade/src/order/model.rs`.
fn place(path: &str) -> Place {
    let below = path.split_once("/src/").map_or(path, |(_, below)| below).trim_end_matches(".rs");
    let mut place: Place = below.split('/').map(str::to_owned).collect();
    if matches!(place.last().map(String::as_str), Some("mod" | "lib" | "main")) {
        place.pop();
    }
    place
}

impl Modules<'_> {
    fn read_what_is_passed_on(&mut self) {
        let passed: Vec<(Place, Passed)> = self
            .all
            .iter()
            .map(|(here, module)| {
                let passes = uses(&module.source.code).into_iter().filter(|(passes, _)| *passes);
                let leaves = passes.flat_map(|(_, text)| leaves(text));
                (
                    here.clone(),
                    leaves.filter_map(|(path, name)| Some((name, self.whole(here, &path)?))).collect(),
                )
            })
            .collect();
        for (here, passes) in passed {
            if let Some(module) = self.all.get_mut(&here) {
                module.passes = passes;
            }
        }
    }

    /// A path as it is written in a module, from the top of the crate; nothing for what is of another crate.
    fn whole(&self, here: &Place, path: &[String]) -> Option<Place> {
        let (first, mut rest) = path.split_first()?;
        let mut at = match first.as_str() {
            "crate" => Place::new(),
            "self" => here.clone(),
            "super" => here[..here.len().checked_sub(1)?].to_vec(),
            name => {
                let child = [&here[..], &[name.to_owned()]].concat();
                self.all.contains_key(&child).then_some(child)?
            }
        };
        while rest.first().is_some_and(|word| word == "super") {
            at.pop()?;
            rest = &rest[1..];
        }
        at.extend_from_slice(rest);
        Some(at)
    }

    /// The module that has what a whole path names.
    fn owner(&self, path: &[String], depth: u8) -> Place {
        let known = (0..=path.len()).rev().find(|len| self.all.contains_key(&path[..*len]));
        let (at, rest) = path.split_at(known.unwrap_or(0));
        let at = at.to_vec();
        let (Some(name), Some(module)) = (rest.first(), self.all.get(&at)) else { return at };
        if depth == 0 {
            return at;
        }
        if let Some((_, from)) = module.passes.iter().find(|(passed, _)| passed == name) {
            return self.owner(&[&from[..], &rest[1..]].concat(), depth - 1);
        }
        let all_of = module.passes.iter().filter(|(passed, _)| passed == "*").map(|(_, from)| from);
        let having =
            all_of.into_iter().find(|from| self.all.get(*from).is_some_and(|module| module.has(name)));
        having.cloned().unwrap_or(at)
    }

    /// The modules that a module needs.
    fn needs(&self, here: &Place) -> BTreeSet<Place> {
        let Some(module) = self.all.get(here) else { return BTreeSet::new() };
        let uses = uses(&module.source.code);
        let mut plain = module.source.code.clone();
        for (_, text) in &uses {
            let start = text.as_ptr() as usize - module.source.code.as_ptr() as usize;
            plain.replace_range(start..start + text.len(), &" ".repeat(text.len()));
        }
        let used = uses.iter().filter(|(passes, _)| !passes).flat_map(|(_, text)| leaves(text));
        let named = used.map(|(path, _)| path).chain(paths(&plain));
        let whole = named.filter_map(|path| self.whole(here, &path));
        let mut needs: BTreeSet<Place> = whole.map(|path| self.owner(&path, 8)).collect();
        needs.remove(here);
        needs
    }

    /// What a module counts as: itself, or the small module around it.
    fn part(&self, place: &Place) -> Place {
        let small = (1..=place.len()).find(|len| {
            let around = &place[..*len];
            let below = || self.all.iter().filter(|(other, _)| other.starts_with(around));
            let is_flat =
                below().all(|(other, _)| other.len() <= len + 1 || ANATOMY.contains(&other[*len].as_str()));
            let has_a_model = self.all.contains_key(&[around, &["model".to_owned()]].concat());
            below().map(|(_, module)| module.lines).sum::<usize>() <= SMALL || (is_flat && has_a_model)
        });
        small.map_or_else(|| place.clone(), |len| place[..len].to_vec())
    }

    fn circles(&self) -> Vec<Vec<Place>> {
        let parts: BTreeMap<&Place, Place> = self.all.keys().map(|place| (place, self.part(place))).collect();
        let mut needs = BTreeMap::<Place, BTreeSet<Place>>::new();
        for (place, part) in &parts {
            let others = self.needs(place).into_iter().filter_map(|other| parts.get(&other).cloned());
            needs.entry(part.clone()).or_default().extend(others.filter(|other| other != part));
        }
        let reach: BTreeMap<&Place, BTreeSet<&Place>> =
            needs.keys().map(|from| (from, reached(&needs, from))).collect();
        let mut circles = BTreeSet::new();
        for (from, reached) in &reach {
            let circle: Vec<Place> =
                reached.iter().filter(|to| reach[**to].contains(*from)).map(|to| (*to).clone()).collect();
            if circle.len() > 1 {
                circles.insert(circle);
            }
        }
        circles.into_iter().collect()
    }
}

fn reached<'a>(needs: &'a BTreeMap<Place, BTreeSet<Place>>, from: &Place) -> BTreeSet<&'a Place> {
    let mut seen = BTreeSet::new();
    let mut next: Vec<&Place> = needs.get(from).into_iter().flatten().collect();
    while let Some(place) = next.pop() {
        if seen.insert(place) {
            next.extend(needs.get(place).into_iter().flatten());
        }
    }
    seen
}

impl Module<'_> {
    /// Whether an item of that name stands here.
    fn has(&self, name: &str) -> bool {
        let kinds = ["fn", "struct", "enum", "trait", "type", "const", "static"];
        kinds.iter().any(|kind| {
            let found = self.source.places(&format!("{kind} {name}"));
            found.iter().any(|at| {
                let after = self.source.code[at + kind.len() + 1 + name.len()..].chars().next();
                !after.is_some_and(is_of_a_word)
            })
        })
    }
}

fn is_of_a_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The `use` declarations: whether each passes its names on, and what stands between `use` and `;`.
fn uses(code: &str) -> Vec<(bool, &str)> {
    let starts = code.match_indices("use ").filter(|(at, _)| {
        let before = code[..*at].chars().next_back();
        !before.is_some_and(is_of_a_word)
    });
    let found = starts.filter_map(|(at, _)| {
        let before = code[..at].rsplit([';', '{', '}']).next().unwrap_or("").trim_end();
        let passes = before.ends_with("pub") || (before.ends_with(')') && before.contains("pub("));
        let text = code[at + 4..].split_once(';')?.0;
        Some((passes, text))
    });
    found.collect()
}

/// The paths of a `use` tree, each with the name it has afterwards.
fn leaves(tree: &str) -> Vec<(Place, String)> {
    let tree = tree.trim();
    if let Some((before, inside)) = tree.split_once('{') {
        let inside = inside.rsplit_once('}').map_or(inside, |(inside, _)| inside);
        let before: Place = words(before);
        return split(inside)
            .into_iter()
            .flat_map(leaves)
            .map(|(path, name)| {
                // `a::{self}` is `a`.
                let own = path.len() == 1 && path[0] == "self";
                let name = if own { before.last().cloned().unwrap_or_default() } else { name };
                let path = if own { before.clone() } else { [&before[..], &path[..]].concat() };
                (path, name)
            })
            .collect();
    }
    let (path, renamed) =
        tree.split_once(" as ").map_or((tree, None), |(path, name)| (path, Some(name.trim())));
    let mut path = words(path);
    let Some(name) = renamed.map(str::to_owned).or_else(|| path.last().cloned()) else { return Vec::new() };
    if name == "*" {
        path.pop();
    }
    vec![(path, name)]
}

fn words(path: &str) -> Place {
    path.split("::").map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// The parts between commas that stand in no braces.
fn split(inside: &str) -> Vec<&str> {
    let (mut depth, mut start, mut parts) = (0usize, 0, Vec::new());
    for (at, c) in inside.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(&inside[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&inside[start..]);
    parts.into_iter().filter(|part| !part.trim().is_empty()).collect()
}

/// The paths that stand in code: words joined by `::`. A macro of the crate belongs to no module.
fn paths(code: &str) -> Vec<Place> {
    let found = code.split(|c: char| !is_of_a_word(c) && c != ':' && c != '!');
    found
        .filter(|word| word.contains("::") && !word.ends_with('!'))
        .map(|word| words(word.trim_start_matches(':')))
        .filter(|path| path.len() > 1)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::tree;
    use super::*;

    fn circles(files: &[(&str, &str)]) -> Vec<String> {
        // Each module is larger than small, so that it counts by itself.
        let long = "\n".repeat(SMALL);
        let files: Vec<(String, String)> = files
            .iter()
            .map(|(path, text)| (format!("crates/x/src/{path}"), format!("{text}{long}")))
            .collect();
        let files: Vec<(&str, &str)> =
            files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        all(&tree(&files)).into_iter().map(|circle| circle.modules.join(" ")).collect()
    }

    #[test]
    fn modules_that_need_each_other_are_a_circle_however_they_say_so() {
        for (a, b, expected) in [
            ("use crate::b::B;", "use crate::a::A;", "a b"),
            ("use crate::{c, b::{self, B}};", "fn f() { super::a::f() }", "a b"),
            ("use super::b as other;", "use super::a::*;", "a b"),
            ("use crate::b::B;", "use crate::c::C;", ""),
            ("// crate::b::B", "use crate::a::A;", ""),
            ("use other::b::B;", "use crate::a::A;", ""),
            ("fn f() { crate::b!() }", "use crate::a::A;", ""),
            ("#[cfg(test)]\nmod tests { use crate::b::B; }", "use crate::a::A;", ""),
        ] {
            let found =
                circles(&[("lib.rs", "mod a; mod b; mod c;"), ("a.rs", a), ("b.rs", b), ("c.rs", "")]);
            assert_eq!(found.join(" "), expected, "{a} {b}");
        }
    }

    #[test]
    fn a_circle_by_way_of_a_third_is_one() {
        let found = circles(&[
            ("a.rs", "use crate::b::B;"),
            ("b.rs", "use crate::c::C;"),
            ("c.rs", "use crate::a::A;"),
        ]);
        assert_eq!(found, ["a b c"]);
    }

    #[test]
    fn what_a_module_passes_on_is_not_its_own() {
        let passes = ("lib.rs", "mod a; mod b; pub use a::A; pub(crate) use b::*;");
        assert_eq!(
            circles(&[passes, ("a.rs", "use crate::B;"), ("b.rs", "pub struct B;")]),
            Vec::<String>::new()
        );
        let found = circles(&[passes, ("a.rs", "use crate::B;"), ("b.rs", "use super::A; pub struct B;")]);
        assert_eq!(found, ["a b"]);
        let own = ("lib.rs", "mod a; pub struct Top; fn f() { a::f() }");
        assert_eq!(circles(&[own, ("a.rs", "use crate::Top;")]), ["(top) a"]);
    }

    #[test]
    fn the_files_of_a_small_module_may_lean_on_each_other() {
        let files = [
            ("crates/x/src/lib.rs", "mod a;"),
            ("crates/x/src/a/mod.rs", "mod b; mod c; pub struct A;"),
            ("crates/x/src/a/b.rs", "use super::{A, c::C}; pub struct B;"),
            ("crates/x/src/a/c.rs", "use super::b::B; pub struct C;"),
        ];
        assert!(all(&tree(&files)).is_empty());
        // So may those of a folder with a model, however long it is.
        let flat = [
            ("a/mod.rs", ""),
            ("a/model.rs", "use super::error::E;"),
            ("a/error.rs", "use super::model::M;"),
        ];
        assert_eq!(circles(&flat), Vec::<String>::new());
        // A file of the anatomy may be a folder; any other folder is a part of its own.
        for (below, expected) in [("sql", Vec::new()), ("lists", vec!["a::lists a::model".to_owned()])] {
            let own = format!("a/{below}/own.rs");
            let model = format!("use super::{below}::own::O;");
            let split = [("a/mod.rs", ""), ("a/model.rs", &*model), (&own, "use crate::a::model::M;")];
            assert_eq!(circles(&split), expected);
        }
        let other =
            [("a/mod.rs", ""), ("a/one.rs", "use super::two::E;"), ("a/two.rs", "use super::one::M;")];
        assert_eq!(circles(&other), ["a::one a::two"]);
    }

    #[test]
    fn more_than_what_is_left_is_caught_and_so_is_less() {
        let long = format!("use crate::b::B;{}", "\n".repeat(SMALL));
        let tree = tree(&[("crates/x/src/a.rs", &long), ("crates/x/src/b.rs", "use crate::a::A;")]);
        assert_eq!(beyond(&tree, &[]).len(), 1);
        assert_eq!(beyond(&tree, &[("x", 2)]), []);
        assert_eq!(beyond(&tree, &[("x", 3)]).len(), 1);
    }
}
