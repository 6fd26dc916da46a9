//! SQL of the store: a module touches only its own tables, and one test prepares every statement.

use super::source::Source;
use super::{Finding, Tree, crate_of};
use std::collections::BTreeMap;

/// The words before a table's name.
const BEFORE: [&str; 5] = ["from", "join", "into", "update", "table"];

/// The tables that a statement names, without those it makes itself (`with x as (...)`).
fn tables(sql: &str) -> Vec<String> {
    let lower = sql.to_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| !c.is_alphanumeric() && !"_.{}".contains(c))
        .filter(|word| !word.is_empty())
        .collect();
    let made = made_here(&lower);
    let mut found = Vec::new();
    for (i, word) in words.iter().enumerate().filter(|(_, word)| BEFORE.contains(word)) {
        // `do update set`, `for update`, `is distinct from x`, `extract(... from x)` name no table.
        let before = i.checked_sub(1).map_or("", |i| words[i]);
        if (*word == "update" && matches!(before, "do" | "for" | "on"))
            || (*word == "from" && before == "distinct")
        {
            continue;
        }
        let mut rest =
            words[i + 1..].iter().skip_while(|word| matches!(**word, "if" | "not" | "exists" | "only"));
        match rest.next() {
            Some(name)
                if !matches!(*name, "select" | "set" | "values" | "lateral")
                    && !made.iter().any(|made| made == name) =>
            {
                found.push((*name).to_owned());
            }
            _ => {}
        }
    }
    found
}

/// The names that a statement, or a piece of one, gives to its own parts: `x as (...)`, `x (a, b) as (...)`.
fn made_here(lower: &str) -> Vec<String> {
    let plain = lower.split_whitespace().collect::<Vec<_>>().join(" ");
    let parts: Vec<&str> = plain.split(" as (").collect();
    let before = parts.split_last().map_or(&[][..], |(_, before)| before);
    let name = |part: &&str| {
        let part = match part.strip_suffix(')') {
            Some(columns) => columns.rsplit_once('(').map_or("", |(before, _)| before).trim_end(),
            None => part,
        };
        part.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().map(str::to_owned)
    };
    before.iter().filter_map(name).collect()
}

/// What the engines bring along.
fn is_of_the_engine(table: &str) -> bool {
    ["pg_", "sqlite_", "information_schema", "pragma_", "json_"]
        .iter()
        .any(|prefix| table.starts_with(prefix))
        || matches!(table, "generate_series" | "unnest" | "dual")
}

/// The module a file belongs to: `order` for `crates/trade/src/order/sql.rs`.
fn module_of(path: &str) -> &str {
    path.split("/src/").nth(1).and_then(|rest| rest.split(['/', '.']).next()).unwrap_or("")
}

/// Who may touch a table: the crate that makes it; in a context, the module.
fn owner_of(path: &str) -> (&str, &str) {
    let krate = crate_of(path);
    (krate, if matches!(krate, "store" | "lake" | "flows") { "" } else { module_of(path) })
}

fn said((krate, module): (&str, &str)) -> String {
    if module.is_empty() { krate.to_owned() } else { format!("{krate}::{module}") }
}

pub(super) fn own_tables_only(tree: &Tree) -> Vec<Finding> {
    let sources: Vec<(&str, Source<'_>)> =
        tree.sources().map(|(path, text)| (path, Source::read(text).without_tests())).collect();
    let mut found = Vec::new();
    let mut owners = BTreeMap::<String, (&str, &str)>::new();
    for (path, source) in &sources {
        let owner = owner_of(path);
        for (line, table) in source.macro_strings("migration!").into_iter().flat_map(|(line, sql)| {
            let made = tables_made(sql);
            made.into_iter().map(move |table| (line, table))
        }) {
            let (krate, module) = owner;
            let named =
                [krate, module].iter().any(|name| table == *name || table.starts_with(&format!("{name}_")));
            if !module.is_empty() && !named {
                let what =
                    format!("the name of {table} does not begin with its module or context ({module}_...)");
                found.push(Finding::new(path, line, what));
            }
            if let Some(other) = owners.insert(table.clone(), owner).filter(|other| *other != owner) {
                found.push(Finding::new(path, line, format!("{} makes a table {table} too", said(other))));
            }
        }
    }
    for (path, source) in &sources {
        let here = owner_of(path);
        // Statements are put together from pieces (`concat!`), some of which stand in macros of the file.
        let whole = ["sql!", "filter!"].into_iter().flat_map(|name| source.macro_strings(name));
        let pieces = source.macro_strings("macro_rules!").into_iter();
        let pieces = pieces.filter(|(_, text)| text.split_whitespace().any(|w| matches!(w, "from" | "join")));
        let statements: Vec<_> = whole.chain(pieces).filter(|(_, sql)| sql.contains(' ')).collect();
        let made: Vec<String> =
            statements.iter().flat_map(|(_, sql)| made_here(&sql.to_lowercase())).collect();
        for (line, sql) in statements {
            let own = |table: &String| made.contains(table) || is_of_the_engine(table);
            for table in tables(sql).into_iter().filter(|table| !own(table)) {
                match owners.get(&table) {
                    None => {
                        found.push(Finding::new(path, line, format!("no migration makes the table {table}")))
                    }
                    Some(owner) if *owner != here => {
                        let what = format!("{table} belongs to {}, not to {}", said(*owner), said(here));
                        found.push(Finding::new(path, line, what));
                    }
                    Some(_) => {}
                }
            }
        }
    }
    found
}

/// The tables that a migration makes.
fn tables_made(sql: &str) -> Vec<String> {
    let lower = sql.to_lowercase();
    let made = lower.split("create table").skip(1).filter_map(|rest| {
        let rest = rest.trim_start().trim_start_matches("if not exists").trim_start();
        rest.split(|c: char| !c.is_alphanumeric() && c != '_').next()
    });
    made.map(str::to_owned).collect()
}

pub(super) fn statements_are_prepared(tree: &Tree) -> Vec<Finding> {
    let mut tests = tree.under("crates/sanhao/tests/", ".rs");
    if tests.any(|(_, text)| !Source::read(text).places("prepare_all").is_empty()) {
        return Vec::new();
    }
    vec![Finding::new("crates/sanhao/tests", 1, "no test here calls store::prepare_all on both engines")]
}

#[cfg(test)]
mod tests {
    use super::super::tree;
    use super::*;

    #[test]
    fn a_statements_tables_are_seen() {
        for (sql, expected) in [
            ("select a from trade_order o join trade_line l on true", &["trade_order", "trade_line"][..]),
            ("insert into stock_item (a) values ($1) on conflict (a) do update set a = $2", &["stock_item"]),
            ("update stock_item set held = $1 where a is distinct from b", &["stock_item"]),
            ("delete from job where id in (select id from job_done)", &["job", "job_done"]),
            ("with due as (select 1 from timer) select * from due", &["timer"]),
            ("with due (a, b) as (select 1 from timer), x as (select 2) select * from due, x", &["timer"]),
            ("create table if not exists lake_file (a bigint)", &["lake_file"]),
            ("select 1", &[]),
        ] {
            assert_eq!(tables(sql), expected, "{sql}");
        }
    }

    const MAKES: &str = "store::migration! { context: \"x\", number: 1, name: \"n\", sql: \"create table order_line (a bigint)\" }";

    #[test]
    fn a_module_that_touches_a_strangers_table_is_caught() {
        let reads = "store::sql! { A = \"select a from order_line\"; }";
        for (path, fine) in [
            ("crates/trade/src/order/view.rs", true),
            ("crates/trade/src/cart/sql.rs", false),
            ("crates/supply/src/order/sql.rs", false),
        ] {
            let tree = tree(&[("crates/trade/src/order/migration.rs", MAKES), (path, reads)]);
            assert_eq!(own_tables_only(&tree).is_empty(), fine, "{path}");
        }
    }

    #[test]
    fn a_table_that_nobody_makes_is_caught() {
        let tree =
            tree(&[("crates/trade/src/order/sql.rs", "store::sql! { A = \"select a from nowhere\"; }")]);
        assert_eq!(own_tables_only(&tree)[0].what, "no migration makes the table nowhere");
    }

    #[test]
    fn a_table_is_named_after_its_module_or_context() {
        for (path, fine) in [("crates/order/src/x/sql.rs", true), ("crates/trade/src/cart/sql.rs", false)] {
            assert_eq!(own_tables_only(&tree(&[(path, MAKES)])).is_empty(), fine, "{path}");
        }
        assert_eq!(
            tables_made("create table if not exists a_b(c bigint); create table d ( e int)"),
            ["a_b", "d"]
        );
    }

    #[test]
    fn two_crates_may_not_make_one_table() {
        let tree = tree(&[("crates/trade/src/order.rs", MAKES), ("crates/supply/src/order.rs", MAKES)]);
        assert_eq!(own_tables_only(&tree).len(), 1);
    }

    #[test]
    fn a_missing_prepare_test_is_caught() {
        assert_eq!(
            statements_are_prepared(&tree(&[("crates/sanhao/tests/it.rs", "// prepare_all")])).len(),
            1
        );
        let there = [("crates/sanhao/tests/it.rs", "store::prepare_all(&db)")];
        assert_eq!(statements_are_prepared(&tree(&there)), []);
    }
}
