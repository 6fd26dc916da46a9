//! How answers are printed, and how refusals end the program.

use crate::cli::Format;
use kernel::{Kind, Problem};
use serde::Serialize;
use std::fmt;
use std::io::Write;
use unicode_width::UnicodeWidthStr;

/// Why the program ends early.
#[derive(Debug)]
pub(crate) enum Exit {
    /// Wrong usage or input: 2.
    Input(String),
    /// Everything else: 1.
    Failed(String),
    /// The reader of our output went away; nobody is left to tell.
    Quiet,
}

impl Exit {
    pub(crate) fn input(text: impl fmt::Display) -> Self {
        Self::Input(text.to_string())
    }
    pub(crate) fn failed(text: impl fmt::Display) -> Self {
        Self::Failed(text.to_string())
    }
    pub(crate) fn code(&self) -> u8 {
        match self {
            Self::Quiet => 0,
            Self::Failed(_) => 1,
            Self::Input(_) => 2,
        }
    }
    /// A refusal that the one who typed can mend is 2; what happens around them is 1.
    pub(crate) fn of(problem: &impl Problem) -> Self {
        match problem.kind() {
            Kind::Malformed | Kind::Invalid | Kind::NotFound => Self::input(problem),
            Kind::Unauthenticated
            | Kind::Forbidden
            | Kind::Conflict
            | Kind::Gone
            | Kind::TooMany
            | Kind::Unavailable
            | Kind::Internal => Self::failed(problem),
        }
    }
}

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Input(text) | Self::Failed(text) => f.write_str(text),
            Self::Quiet => Ok(()),
        }
    }
}

impl From<std::io::Error> for Exit {
    fn from(err: std::io::Error) -> Self {
        match err.kind() {
            std::io::ErrorKind::BrokenPipe => Self::Quiet,
            _ => Self::Failed(format!("the answer cannot be written: {err}")),
        }
    }
}

/// A table of text cells, and which columns are numbers.
pub(crate) struct Sheet {
    pub(crate) head: Vec<&'static str>,
    /// Columns set flush right.
    pub(crate) right: Vec<usize>,
    pub(crate) rows: Vec<Vec<String>>,
}

/// Prints `value` as JSON, or `sheet` as a table or CSV.
pub(crate) fn print<T: Serialize>(
    format: Format,
    value: &T,
    sheet: impl FnOnce() -> Sheet,
) -> Result<(), Exit> {
    print_below("", format, value, sheet)
}

/// As [`print()`], with some lines of text above the table; JSON and CSV stay without them.
pub(crate) fn print_below<T: Serialize>(
    above: &str,
    format: Format,
    value: &T,
    sheet: impl FnOnce() -> Sheet,
) -> Result<(), Exit> {
    let stdout = std::io::stdout();
    let mut out = std::io::BufWriter::new(stdout.lock());
    match format {
        Format::Json => {
            serde_json::to_writer(&mut out, value).map_err(|err| match err.io_error_kind() {
                Some(kind) => Exit::from(std::io::Error::from(kind)),
                None => Exit::failed(err),
            })?;
            writeln!(out)?;
        }
        Format::Csv => {
            let sheet = sheet();
            let mut csv = csv::Writer::from_writer(&mut out);
            let fail = |err: csv::Error| match err.into_kind() {
                csv::ErrorKind::Io(err) => Exit::from(err),
                other => Exit::failed(format!("the answer cannot be written: {other:?}")),
            };
            csv.write_record(&sheet.head).map_err(fail)?;
            for row in &sheet.rows {
                csv.write_record(row.iter().map(|text| kernel::text::cell(text).into_owned()))
                    .map_err(fail)?;
            }
            csv.flush()?;
        }
        Format::Table => {
            out.write_all(above.as_bytes())?;
            table(&mut out, &sheet())?;
        }
    }
    out.flush()?;
    Ok(())
}

/// Prints one sentence, for an answer that has no rows.
pub(crate) fn sentence(text: &str) -> Result<(), Exit> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{text}")?;
    out.flush()?;
    Ok(())
}

/// Writes an aligned table; a Chinese character is two cells wide.
pub(crate) fn table(out: &mut impl Write, sheet: &Sheet) -> std::io::Result<()> {
    let mut widths: Vec<usize> = sheet.head.iter().map(|h| h.width()).collect();
    for row in &sheet.rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.width());
        }
    }
    let line = |out: &mut dyn Write, cells: &mut dyn Iterator<Item = &str>| -> std::io::Result<()> {
        let mut text = String::new();
        for (i, cell) in cells.enumerate() {
            let pad = " ".repeat(widths[i] - cell.width());
            let (before, after) = if sheet.right.contains(&i) { (&*pad, "") } else { ("", &*pad) };
            text.extend([before, cell, after, "  "]);
        }
        writeln!(out, "{}", text.trim_end())
    };
    line(out, &mut sheet.head.iter().copied())?;
    for row in &sheet.rows {
        line(out, &mut row.iter().map(String::as_str))?;
    }
    Ok(())
}

/// A number as people read it: whole numbers whole, others with at most six digits after the point.
pub(crate) fn number(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 1e15 {
        return format!("{value:.0}");
    }
    let text = format!("{value:.6}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A number as JSON: whole numbers without a point.
pub(crate) fn json_number(value: f64) -> serde_json::Value {
    if value.fract() == 0.0 && value.abs() < 9e15 {
        return serde_json::Value::from(value as i64);
    }
    serde_json::Value::from(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_across_scripts_and_numbers_stand_right() {
        let sheet = Sheet {
            head: vec!["shop", "n"],
            right: vec![1],
            rows: vec![vec!["木禾家居".into(), "7".into()], vec!["ab".into(), "1284".into()]],
        };
        let mut out = Vec::new();
        table(&mut out, &sheet).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "shop         n\n木禾家居     7\nab        1284\n");
    }

    #[test]
    fn numbers_are_written_without_noise() {
        assert_eq!(number(3.0), "3");
        assert_eq!(number(1.0 / 3.0), "0.333333");
        assert_eq!(json_number(2.0).to_string(), "2");
        assert_eq!(json_number(0.5).to_string(), "0.5");
    }
}
