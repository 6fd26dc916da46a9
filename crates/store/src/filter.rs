//! Lists with optional clauses: static fragments, joined once, so that every combination is a statement of its own with a
//! name, which [`prepare_all`](crate::prepare_all) prepares like any other.
//!
//! Invariants:
//! - Every combination is made of the fragments that stand in the source and of nothing else, and is made once.
//! - A clause is in the statement if and only if its name was given. A name that the list does not know is an error, and so
//!   is a parameter that was not given: a filter never falls away by a slip of the pen.
//! - Combinations that differ in what drives them (an index on a status, an index on a product) are different lists: which
//!   of them answers is decided in Rust, so that no planner has to guess it.

use crate::sql::{Engines, Query, Row, Sql, Val};
use crate::{Engine, StoreError};
use std::sync::OnceLock;

/// The most clauses of one list: its combinations are two to that power.
const MOST: usize = 6;

/// A list with optional clauses, declared with [`filter!`](crate::filter!).
#[derive(Debug)]
pub struct List {
    /// `module::NAME`.
    pub name: &'static str,
    /// Up to the clauses that always hold.
    pub head: &'static str,
    /// Names and texts of the clauses that may hold besides.
    pub clauses: &'static [(&'static str, &'static str)],
    /// From `order by` on.
    pub tail: &'static str,
    /// The file it stands in.
    pub file: &'static str,
    made: OnceLock<Vec<Made>>,
}

/// One combination.
#[derive(Debug)]
struct Made {
    sql: &'static Sql,
    /// What `$1`, `$2`, ... are called.
    names: Vec<&'static str>,
}

/// A list in the registry.
#[derive(Debug)]
pub struct Declared(pub &'static List);
inventory::collect!(Declared);

/// Declares a list with optional clauses. Parameters are called by name, `:shop`, and numbered by the store. `when NAME`
/// adds a clause that holds if its name is given; a clause without a parameter of its own is given with nothing.
///
/// ```text
/// store::filter! {
///     /// Orders of a shop, newest first.
///     pub(super) OF_SHOP = "
/// select id, status
/// from trade_order
/// where shop = :shop
///   and id < :below";
///     when status: "status = :status";
///     when noted: "noted = 1";
///     then "order by id desc
/// limit :limit";
/// }
/// ```
#[macro_export]
macro_rules! filter {
    ($(#[$doc:meta])* $vis:vis $name:ident = $head:expr; $(when $clause:ident : $text:expr;)* then $tail:expr;) => {
        $(#[$doc])*
        $vis static $name: $crate::filter::List = $crate::filter::List::new(
            concat!(module_path!(), "::", stringify!($name)),
            $head,
            &[$((stringify!($clause), $text)),*],
            $tail,
            file!(),
        );
        $crate::inventory::submit! { $crate::filter::Declared(&$name) }
    };
}

impl List {
    /// Used by the macro.
    #[doc(hidden)]
    pub const fn new(
        name: &'static str,
        head: &'static str,
        clauses: &'static [(&'static str, &'static str)],
        tail: &'static str,
        file: &'static str,
    ) -> Self {
        assert!(clauses.len() <= MOST, "a list has at most six optional clauses");
        Self { name, head, clauses, tail, file, made: OnceLock::new() }
    }

    /// All combinations, by which clauses are in: bit 0 is the first clause.
    fn made(&'static self) -> &'static [Made] {
        self.made.get_or_init(|| (0..1usize << self.clauses.len()).map(|mask| self.make(mask)).collect())
    }

    fn make(&self, mask: usize) -> Made {
        let (mut text, mut chosen) = (self.head.trim_end().to_owned(), Vec::new());
        for (_, (name, clause)) in self.clauses.iter().enumerate().filter(|(i, _)| mask & (1 << i) != 0) {
            text += "\n  and ";
            text += clause;
            chosen.push(*name);
        }
        text += "\n";
        text += self.tail.trim();
        let (text, names) = number(&text);
        let names = names.into_iter().map(|name| &*String::leak(name)).collect();
        let name = format!("{}[{}]", self.name, chosen.join(","));
        Made { sql: leaked(name, text, self.file), names }
    }

    /// Every combination as a statement.
    pub fn statements(&'static self) -> impl Iterator<Item = &'static Sql> {
        self.made().iter().map(|made| made.sql)
    }

    fn wrong(&self, why: String) -> StoreError {
        StoreError::Sql { statement: self.name, why }
    }

    /// The combination that was asked for, and its parameters in their order.
    fn ask<'v>(
        &'static self,
        given: &[(&'static str, Val<'v>)],
    ) -> Result<(&'static Sql, Vec<Val<'v>>), StoreError> {
        let mut mask = 0;
        for (i, (name, _)) in self.clauses.iter().enumerate() {
            mask |= usize::from(given.iter().any(|(given, _)| given == name)) << i;
        }
        let made = &self.made()[mask];
        let unknown = given.iter().find(|(name, _)| {
            !made.names.contains(name) && !self.clauses.iter().any(|(clause, _)| clause == name)
        });
        if let Some((name, _)) = unknown {
            return Err(self.wrong(format!("it knows nothing called {name}")));
        }
        let of = |name: &&'static str| {
            let found = given.iter().find(|(given, _)| given == name).map(|(_, val)| *val);
            found.ok_or_else(|| self.wrong(format!("no value was given for {name}")))
        };
        Ok((made.sql, made.names.iter().map(of).collect::<Result<_, _>>()?))
    }

    /// All rows of the combination whose names were given: values of the parameters, and of the clauses that are to hold.
    pub fn rows<T>(
        &'static self,
        q: &mut impl Query,
        given: &[(&'static str, Val<'_>)],
        f: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let (sql, params) = self.ask(given)?;
        q.rows(sql, &params, f)
    }

    /// How the engine would go about every combination, for tests: the statement's name and the lines of its plan. `sample`
    /// has a value for every parameter.
    pub fn plans(
        &'static self,
        q: &mut impl Query,
        sample: &[(&'static str, Val<'_>)],
    ) -> Result<Vec<(&'static str, String)>, StoreError> {
        let (ask, column) = match q.engine() {
            Engine::Sqlite => ("explain query plan", 3),
            Engine::Postgres => ("explain (costs off)", 0),
        };
        let mut plans = Vec::new();
        for made in self.made() {
            let sql =
                leaked(format!("explain {}", made.sql.name), format!("{ask} {}", made.sql.text), self.file);
            let params = made.names.iter().map(|name| {
                let found = sample.iter().find(|(given, _)| given == name).map(|(_, val)| *val);
                found.ok_or_else(|| self.wrong(format!("no value was given for {name}")))
            });
            let params = params.collect::<Result<Vec<_>, _>>()?;
            let lines = q.rows(sql, &params, |row| Ok(row.text(column)?.to_owned()))?;
            plans.push((made.sql.name, lines.join("\n")));
        }
        Ok(plans)
    }
}

fn leaked(name: String, text: String, file: &'static str) -> &'static Sql {
    Box::leak(Box::new(Sql::new(String::leak(name), String::leak(text), file, Engines::Both)))
}

/// The text with `$1`, `$2`, ... for `:name`, and the names in that order. A name that stands twice is one parameter. What
/// stands in quotes stays.
fn number(text: &str) -> (String, Vec<String>) {
    let (mut out, mut names) = (String::with_capacity(text.len()), Vec::<String>::new());
    let mut quoted = false;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        quoted ^= c == '\'';
        let named = c == ':' && !quoted && after.starts_with(|c: char| c.is_ascii_lowercase());
        if !named {
            out.push(c);
            rest = after;
            continue;
        }
        let is_part = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        let end = after.find(|c: char| !is_part(c)).unwrap_or(after.len());
        let (name, after) = after.split_at(end);
        let at = names.iter().position(|known| known == name).unwrap_or_else(|| {
            names.push(name.to_owned());
            names.len() - 1
        });
        out += &format!("${}", at + 1);
        rest = after;
    }
    (out, names)
}

/// Every list that is linked into this program.
pub fn lists() -> impl Iterator<Item = &'static List> {
    inventory::iter::<Declared>.into_iter().map(|declared| declared.0)
}

/// Every combination of every list.
pub(crate) fn all() -> impl Iterator<Item = &'static Sql> {
    lists().flat_map(List::statements)
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::filter! {
        /// For the tests.
        LIST = "
select name
from t
where tenant = :tenant";
        when status: "status = :status";
        when late: "due < :now and note <> ':none'";
        then "
order by id
limit :limit";
    }

    #[test]
    fn every_combination_is_there_once_with_a_name_and_numbers() {
        let names: Vec<_> = LIST.statements().map(|sql| sql.name.rsplit("::").next().unwrap()).collect();
        assert_eq!(names, ["LIST[]", "LIST[status]", "LIST[late]", "LIST[status,late]"]);
        let all = LIST.statements().last().unwrap();
        assert_eq!(
            all.text,
            "\nselect name\nfrom t\nwhere tenant = $1\n  and status = $2\n  and due < $3 and note <> ':none'\n\
             order by id\nlimit $4"
        );
        assert!(std::ptr::eq(all, LIST.statements().last().unwrap()), "it is made once");
    }

    #[test]
    fn a_clause_holds_if_its_name_is_given_and_slips_are_errors() {
        let base = [("tenant", Val::Int(1)), ("limit", Val::Int(9))];
        let (sql, params) = LIST.ask(&base).unwrap();
        assert!(sql.name.ends_with("[]"));
        assert_eq!(params, [Val::Int(1), Val::Int(9)]);
        let late = [&base[..], &[("late", Val::Null), ("now", Val::Int(5))]].concat();
        let (sql, params) = LIST.ask(&late).unwrap();
        assert!(sql.name.ends_with("[late]"));
        assert_eq!(params, [Val::Int(1), Val::Int(5), Val::Int(9)]);
        let unknown = [&base[..], &[("shop", Val::Null)]].concat();
        assert!(LIST.ask(&unknown).unwrap_err().to_string().contains("nothing called shop"));
        let missing = [&base[..], &[("late", Val::Null)]].concat();
        assert!(LIST.ask(&missing).unwrap_err().to_string().contains("no value was given for now"));
    }

    #[test]
    fn a_name_that_stands_twice_is_one_parameter() {
        assert_eq!(
            number("a = :x and b = :y or c = :x"),
            ("a = $1 and b = $2 or c = $1".into(), vec!["x".into(), "y".into()])
        );
    }
}
