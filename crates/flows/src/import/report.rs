//! What an import did.

use crate::tell::Told;
use std::collections::BTreeMap;
use std::fmt;

/// A row that was left out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Skipped {
    /// The file's name.
    pub file: String,
    /// The physical line on which the row begins.
    pub line: u64,
    /// Why.
    pub reason: String,
}

/// What an import did. Prints every skipped row, then a summary.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Report {
    /// Rows read, by file.
    pub rows: BTreeMap<String, u64>,
    /// Facts by kind.
    pub facts: BTreeMap<&'static str, Told>,
    /// Rows left out, in the order of files and lines.
    pub skipped: Vec<Skipped>,
    /// Times that can be read and are odd, by what is odd about them: kept as they are.
    pub odd: BTreeMap<&'static str, u64>,
    /// Sellers of the folder that sold nothing in it: no shop was opened for them.
    pub sellers_without_orders: u64,
}

impl Report {
    /// All facts together.
    pub fn total(&self) -> Told {
        self.facts.values().fold(Told::default(), |sum, t| Told {
            new: sum.new + t.new,
            known: sum.known + t.known,
            kept: sum.kept + t.kept,
        })
    }
    /// How many rows were left out for each file and reason.
    pub fn reasons(&self) -> BTreeMap<(&str, &str), u64> {
        let mut reasons = BTreeMap::new();
        for row in &self.skipped {
            *reasons.entry((row.file.as_str(), row.reason.as_str())).or_default() += 1;
        }
        reasons
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for row in &self.skipped {
            writeln!(f, "skipped {}, line {}: {}", row.file, row.line, row.reason)?;
        }
        for (file, rows) in &self.rows {
            writeln!(f, "{file}: {rows} rows read")?;
        }
        writeln!(f, "{:<20} {:>12} {:>12} {:>12}", "facts", "new", "known", "as first told")?;
        let line = |f: &mut fmt::Formatter<'_>, what: &str, t: &Told| {
            writeln!(f, "{what:<20} {:>12} {:>12} {:>12}", t.new, t.known, t.kept)
        };
        for (kind, told) in &self.facts {
            line(f, kind, told)?;
        }
        line(f, "all", &self.total())?;
        for (what, count) in &self.odd {
            writeln!(f, "odd times kept: {what}: {count}")?;
        }
        if self.sellers_without_orders > 0 {
            writeln!(f, "sellers without orders, not opened as shops: {}", self.sellers_without_orders)?;
        }
        for ((file, reason), count) in self.reasons() {
            writeln!(f, "skipped in {file}: {count} rows: {reason}")?;
        }
        Ok(())
    }
}
