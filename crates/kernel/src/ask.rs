//! `Ask`: the port by which anyone asks the lake. SQL and parameters go in, typed columns come out, batch by batch.
//!
//! In the SQL every kind of fact is a table (`order_placed`) with columns `id`, `at`, `shop`, `subject` and the spec's
//! own, and every file of `governance/relations` is a view. `shop` is a small number that stands for the shop in this
//! lake (0, 1, 2, ... without gaps); times are microseconds; ids are sixteen bytes.

use crate::RawId;
use std::fmt;

/// A parameter: `$1` is the first.
#[derive(Debug, Clone, PartialEq)]
pub enum Param {
    /// Nothing.
    Null,
    /// A whole number, a time, a flag.
    Int(i64),
    /// A number.
    Float(f64),
    /// A text.
    Text(String),
    /// An id.
    Id(RawId),
}

/// A column that the asker brings along.
#[derive(Debug, Clone, PartialEq)]
pub enum Given {
    /// Whole numbers.
    Int(Vec<Option<i64>>),
    /// Numbers.
    Float(Vec<Option<f64>>),
    /// Truths.
    Bool(Vec<Option<bool>>),
    /// Texts.
    Text(Vec<Option<String>>),
}

/// A small table that the asker brings along; its columns are of one length.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// Its name in the SQL.
    pub name: String,
    /// Its columns by name.
    pub columns: Vec<(String, Given)>,
}

/// One question.
#[derive(Debug, Clone, Copy, Default)]
pub struct Query<'a> {
    /// A `select`.
    pub sql: &'a str,
    /// `$1`, `$2`, ...
    pub params: &'a [Param],
    /// Tables that exist for this question only.
    pub given: &'a [Table],
}

/// One column of an answer. `None` for validity means that no value is null.
#[derive(Debug)]
pub enum Col<'a> {
    /// Whole numbers, times, flags; booleans come as 0 and 1.
    Int(std::borrow::Cow<'a, [i64]>, Option<Vec<bool>>),
    /// Numbers.
    Float(std::borrow::Cow<'a, [f64]>, Option<Vec<bool>>),
    /// Texts.
    Text(Vec<Option<&'a str>>),
    /// Ids.
    Id(Vec<Option<RawId>>),
}

/// Some rows of an answer.
#[derive(Debug)]
pub struct Batch<'a> {
    /// The columns' names.
    pub names: &'a [String],
    /// The columns, each of `rows` values.
    pub cols: Vec<Col<'a>>,
    /// How many rows.
    pub rows: usize,
}

impl<'a> Batch<'a> {
    /// Column `i` as whole numbers without nulls; anything else is an error that names the column.
    pub fn ints(&self, i: usize) -> Result<&[i64], AskError> {
        match self.cols.get(i) {
            Some(Col::Int(values, None)) => Ok(values),
            _ => Err(AskError(format!(
                "column {} (\"{}\") must be whole numbers without nulls",
                i + 1,
                self.names.get(i).map_or("?", String::as_str)
            ))),
        }
    }
    /// One value.
    pub fn cell(&self, row: usize, i: usize) -> Cell {
        let ok = |valid: &Option<Vec<bool>>| valid.as_ref().is_none_or(|v| v[row]);
        match &self.cols[i] {
            Col::Int(values, valid) if ok(valid) => Cell::Int(values[row]),
            Col::Float(values, valid) if ok(valid) => Cell::Float(values[row]),
            Col::Text(values) => values[row].map_or(Cell::Null, |t| Cell::Text(t.to_owned())),
            Col::Id(values) => values[row].map_or(Cell::Null, Cell::Id),
            Col::Int(..) | Col::Float(..) => Cell::Null,
        }
    }
}

/// One value of an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Nothing.
    Null,
    /// A whole number, a time, a flag or a truth.
    Int(i64),
    /// A number.
    Float(f64),
    /// A text.
    Text(String),
    /// An id.
    Id(RawId),
}

/// One row of a small answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Row(pub Vec<Cell>);

impl Row {
    /// Column `i` as a whole number; null is an error.
    pub fn int(&self, i: usize) -> Result<i64, AskError> {
        self.maybe_int(i)?.ok_or_else(|| AskError(format!("column {} is null", i + 1)))
    }
    /// Column `i` as a whole number or null.
    pub fn maybe_int(&self, i: usize) -> Result<Option<i64>, AskError> {
        match self.0.get(i) {
            Some(Cell::Int(n)) => Ok(Some(*n)),
            Some(Cell::Null) => Ok(None),
            other => Err(AskError(format!("column {} is not a whole number: {other:?}", i + 1))),
        }
    }
    /// Column `i` as a text; null is the empty text.
    pub fn text(&self, i: usize) -> Result<String, AskError> {
        match self.0.get(i) {
            Some(Cell::Text(text)) => Ok(text.clone()),
            Some(Cell::Null) => Ok(String::new()),
            other => Err(AskError(format!("column {} is not a text: {other:?}", i + 1))),
        }
    }
    /// Column `i` as an id; null is an error.
    pub fn id(&self, i: usize) -> Result<RawId, AskError> {
        match self.0.get(i) {
            Some(Cell::Id(id)) => Ok(*id),
            other => Err(AskError(format!("column {} is not an id: {other:?}", i + 1))),
        }
    }
}

/// Why a question was not answered. The text is for the log and for those who write metrics.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct AskError(pub String);
impl fmt::Display for AskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Anyone who can answer questions about the facts of one moment. Answers of one `Ask` never differ: it is a snapshot.
pub trait Ask: Send + Sync {
    /// Answers `query`, calling `each` with every batch, from the calling thread, in no particular order unless the
    /// SQL orders.
    fn ask(
        &self,
        query: &Query<'_>,
        each: &mut dyn FnMut(&Batch<'_>) -> Result<(), AskError>,
    ) -> Result<(), AskError>;

    /// A number that is the same for two snapshots only if they hold the same facts.
    fn version(&self) -> u64;

    /// A small answer as rows.
    fn rows(&self, sql: &str, params: &[Param]) -> Result<Vec<Row>, AskError> {
        let mut rows = Vec::new();
        self.ask(&Query { sql, params, given: &[] }, &mut |batch| {
            rows.extend(
                (0..batch.rows).map(|r| Row((0..batch.cols.len()).map(|c| batch.cell(r, c)).collect())),
            );
            Ok(())
        })?;
        Ok(rows)
    }
}
