//! Sheets: cells that come out as they went in, and all that is wrong with them in one report.
//!
//! Invariants: a cell that a program of sheets would take for a formula stands behind an apostrophe, and so does one that
//! begins with an apostrophe, so that reading takes away exactly what writing put there.

use crate::import::ImportError;
use crate::import::table::{Column, Table};
use kernel::{Currency, Moment, Numerals, Zone, text};
use std::fmt;
use std::path::Path;

/// How many of the wrong cells a report shows.
pub const SHOWN: usize = 50;

/// A column of a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ColumnSpec {
    /// Its name in the header.
    pub name: &'static str,
    /// What stands in it.
    pub what: &'static str,
    /// Whether a file without it cannot be read.
    pub needed: bool,
}

/// Declares the columns of a sheet: those with `=>` have to be there.
macro_rules! columns {
    (@needed =>) => { true };
    (@needed :) => { false };
    ($($name:literal $needed:tt $what:literal,)*) => {
        &[$($crate::exchange::ColumnSpec {
            name: $name, what: $what, needed: $crate::exchange::sheet::columns!(@needed $needed),
        }),*]
    };
}
pub(super) use columns;

/// A cell that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct Wrong {
    /// The physical line, from 1.
    pub line: u64,
    /// The column's name; none if it is the row.
    pub column: Option<String>,
    /// What stands there.
    pub value: String,
    /// What is wrong, and what was expected instead.
    pub wrong: String,
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}", self.line)?;
        if let Some(column) = &self.column {
            write!(f, ", column {column}")?;
        }
        if !self.value.is_empty() {
            let shown: String = self.value.chars().take(60).collect();
            write!(f, ", \"{}\"", shown.escape_debug())?;
        }
        write!(f, ": {}", self.wrong)
    }
}

/// A sheet that was read: what can be taken, and what cannot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked<T> {
    /// How many rows it has.
    pub rows: u64,
    /// What can be taken.
    pub good: Vec<T>,
    /// Everything that is wrong, by lines.
    pub wrong: Vec<Wrong>,
}

/// What became of a sheet.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[schema(as = SheetReport)]
pub struct Report {
    /// How many rows it has.
    pub rows: u64,
    /// How many things are new here.
    pub new: u64,
    /// How many were here, in the same words.
    pub known: u64,
    /// How many were here with other values, and stay as they are.
    pub kept: u64,
    /// Everything that is wrong, by lines.
    pub wrong: Vec<Wrong>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for wrong in self.wrong.iter().take(SHOWN) {
            writeln!(f, "{wrong}")?;
        }
        if self.wrong.len() > SHOWN {
            writeln!(f, "... and {} more", self.wrong.len() - SHOWN)?;
        }
        let Self { rows, new, known, kept, wrong } = self;
        writeln!(
            f,
            "{rows} rows: {new} new, {known} here already, {kept} here with other values and kept, {} wrong",
            wrong.len()
        )
    }
}

/// A sheet that is being read.
pub(super) struct Sheet {
    table: Table,
    columns: &'static [ColumnSpec],
    places: Vec<Option<Column>>,
    pub(super) wrong: Vec<Wrong>,
}

/// A row that is being read.
pub(super) struct Line {
    /// The physical line on which it begins.
    pub(super) number: u64,
    columns: &'static [ColumnSpec],
    cells: Vec<String>,
    decimal_comma: bool,
    pub(super) wrong: Vec<Wrong>,
}

impl Sheet {
    /// Opens a file: plain UTF-8, with commas, semicolons or tabs between fields.
    pub(super) fn open(path: &Path, columns: &'static [ColumnSpec]) -> Result<Self, ImportError> {
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        let bytes =
            std::fs::read(path).map_err(|err| ImportError::file(&name, format!("cannot be read: {err}")))?;
        Self::of(name, bytes, columns)
    }

    pub(super) fn of(
        name: String,
        bytes: Vec<u8>,
        columns: &'static [ColumnSpec],
    ) -> Result<Self, ImportError> {
        let names: Vec<&str> = columns.iter().map(|column| column.name).collect();
        let table = Table::of_sheet(name, bytes, &names)?;
        let mut places = vec![None; columns.len()];
        let mut wrong = Vec::new();
        let mut refuse = |column: &str, text: String| {
            wrong.push(Wrong { line: 1, column: Some(column.to_owned()), value: String::new(), wrong: text });
        };
        for (place, name) in table.header() {
            match names.iter().position(|known| *known == name.trim()) {
                Some(i) if places[i].is_none() => places[i] = Some(place),
                Some(_) => refuse(name, "the column is there twice".to_owned()),
                None => refuse(name, format!("there is no such column; there are {}", names.join(", "))),
            }
        }
        for (column, place) in columns.iter().zip(&places) {
            if column.needed && place.is_none() {
                refuse(column.name, "the column is missing".to_owned());
            }
        }
        Ok(Self { table, columns, places, wrong })
    }

    /// Calls `each` with every row; answers how many there are. What is wrong with a row is kept.
    pub(super) fn rows(&mut self, mut each: impl FnMut(&mut Line)) -> u64 {
        let mut rows = 0;
        if !self.wrong.is_empty() {
            return 0;
        }
        let (table, columns, places, wrong) = (&self.table, self.columns, &self.places, &mut self.wrong);
        let decimal_comma = table.mark() == b';';
        table.each_row(|row| {
            rows += 1;
            let row = match row {
                Ok(row) => row,
                Err(ImportError { line, column, wrong: text, .. }) => {
                    let line = line.unwrap_or_default();
                    return wrong.push(Wrong { line, column, value: String::new(), wrong: text });
                }
            };
            let cell =
                |place: &Option<Column>| place.map_or_else(String::new, |place| unquoted(&row.text(place)));
            let cells = places.iter().map(cell).collect();
            let mut line = Line { number: row.line(), columns, cells, decimal_comma, wrong: Vec::new() };
            each(&mut line);
            wrong.append(&mut line.wrong);
        });
        rows
    }
}

/// A cell without the apostrophe that keeps it from being a formula.
fn unquoted(cell: &str) -> String {
    cell.strip_prefix('\'').unwrap_or(cell).to_owned()
}

impl Line {
    /// What stands in a column; nothing if the file has none.
    pub(super) fn cell(&self, name: &str) -> &str {
        let at = self.columns.iter().position(|column| column.name == name);
        at.and_then(|at| self.cells.get(at)).map_or("", String::as_str)
    }

    /// Refuses what stands in a column.
    pub(super) fn refuse(&mut self, name: &str, wrong: impl Into<String>) {
        let value = self.cell(name).to_owned();
        let column = Some(name.to_owned());
        self.wrong.push(Wrong { line: self.number, column, value, wrong: wrong.into() });
    }

    /// What stands in a column, read; nothing if it is empty or refused.
    pub(super) fn maybe<T>(&mut self, name: &str, read: impl FnOnce(&str) -> Result<T, String>) -> Option<T> {
        let cell = self.cell(name);
        if cell.is_empty() {
            return None;
        }
        match read(cell) {
            Ok(value) => Some(value),
            Err(wrong) => {
                self.refuse(name, wrong);
                None
            }
        }
    }

    /// The same for a column that may not be empty.
    pub(super) fn must<T>(&mut self, name: &str, read: impl FnOnce(&str) -> Result<T, String>) -> Option<T> {
        if self.cell(name).is_empty() {
            self.refuse(name, "it is needed, and empty");
            return None;
        }
        self.maybe(name, read)
    }

    /// An amount of money in the units of a currency, as minor units.
    pub(super) fn amount(&self, currency: Currency) -> impl Fn(&str) -> Result<i64, String> + use<> {
        let comma = self.decimal_comma;
        move |cell| {
            let digits = currency.digits();
            // A program that sets semicolons between fields sets commas before decimals.
            let plain = if comma && !cell.contains('.') { cell.replace(',', ".") } else { cell.to_owned() };
            let example = Numerals::PLAIN.write(12_345, digits);
            Numerals::PLAIN
                .read(&plain, digits)
                .map_err(|_| format!("write an amount of {currency} such as {example}, without its sign"))
        }
    }
}

/// A whole number.
pub(super) fn whole(cell: &str) -> Result<i64, String> {
    Numerals::PLAIN.read(cell, 0).map_err(|_| "write a whole number".to_owned())
}

/// An id of one kind.
pub(super) fn id<T: kernel::Entity>(cell: &str) -> Result<kernel::Id<T>, String> {
    cell.parse::<kernel::Id<T>>().map_err(|err| err.to_string())
}

/// A moment.
pub(super) fn moment(zone: &Zone) -> impl Fn(&str) -> Result<Moment, String> + '_ {
    move |cell| {
        let bad = |_| {
            format!("write a moment such as {}", Moment::from_micros(1_790_000_000_000_000).rfc3339(zone))
        };
        match cell.len() {
            10 => Err(bad(())),
            _ => Moment::parse_as_of(cell, zone).map_err(|_| bad(())),
        }
    }
}

/// A word of a list.
pub(super) fn word<T>(
    parse: impl Fn(&str) -> Option<T>,
    words: impl IntoIterator<Item = &'static str>,
) -> impl FnOnce(&str) -> Result<T, String> {
    let words: Vec<&str> = words.into_iter().collect();
    move |cell| parse(cell).ok_or_else(|| format!("choose one of {}", words.join(", ")))
}

/// Adds a row to the text of a sheet.
pub(super) fn add<S: AsRef<str>>(out: &mut String, cells: impl IntoIterator<Item = S>) {
    for (n, cell) in cells.into_iter().enumerate() {
        if n > 0 {
            out.push(',');
        }
        let cell = cell.as_ref();
        let cell = match cell.starts_with('\'') {
            true => format!("'{cell}").into(),
            false => text::cell(cell),
        };
        if cell.contains(['"', ',', ';', '\t', '\n', '\r']) {
            out.push('"');
            out.push_str(&cell.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(&cell);
        }
    }
    out.push('\n');
}

/// The header of a sheet.
pub(super) fn header(out: &mut String, columns: &[ColumnSpec]) {
    add(out, columns.iter().map(|column| column.name));
}

/// Several texts in a cell, one on each line: a line within one of them is written `\n`, a `\` twice.
pub(super) fn joined<S: AsRef<str>>(parts: impl IntoIterator<Item = S>) -> String {
    let escaped = |part: S| part.as_ref().replace('\\', "\\\\").replace('\n', "\\n");
    parts.into_iter().map(escaped).collect::<Vec<_>>().join("\n")
}

/// The texts of a cell that [`joined`] wrote.
pub(super) fn parted(cell: &str) -> Vec<String> {
    let lines = cell.lines().filter(|line| !line.is_empty());
    lines.map(|line| unescaped(line, None).0).collect()
}

/// `name=value`, with a `\` before each `=` or `\` of the name itself.
pub(super) fn pair(name: &str, value: &str) -> String {
    format!("{}={value}", escaped(name))
}

/// A text in which no mark stands alone.
pub(super) fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('=', "\\=")
}

/// The text that [`escaped`] wrote.
pub(super) fn plain(text: &str) -> String {
    unescaped(text, None).0
}

/// The name and the value of what [`pair`] wrote.
pub(super) fn pair_of(text: &str) -> Option<(String, String)> {
    let (name, rest) = unescaped(text, Some('='));
    Some((name, rest?.to_owned()))
}

/// A text up to a mark that no `\` stands before, and what follows the mark.
fn unescaped(text: &str, mark: Option<char>) -> (String, Option<&str>) {
    let (mut out, mut chars) = (String::new(), text.char_indices());
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some((_, 'n')) => out.push('\n'),
                Some((_, other)) => out.push(other),
                None => out.push('\\'),
            },
            c if Some(c) == mark => return (out, Some(&text[at + c.len_utf8()..])),
            c => out.push(c),
        }
    }
    (out, None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const COLUMNS: &[ColumnSpec] = columns! { "a" => "One.", "b": "Two.", };

    fn read(text: &str) -> Sheet {
        Sheet::of("x.csv".to_owned(), text.as_bytes().to_vec(), COLUMNS).unwrap()
    }

    fn cells(sheet: &mut Sheet) -> Vec<(String, String)> {
        let mut all = Vec::new();
        sheet.rows(|line| all.push((line.cell("a").to_owned(), line.cell("b").to_owned())));
        all
    }

    #[test]
    fn sheets_of_other_programs_are_read() {
        let wanted = vec![("1".to_owned(), "x".to_owned()), ("2".to_owned(), "y,z".to_owned())];
        for text in [
            "a,b\n1,x\n2,\"y,z\"\n",
            "\u{feff}a,b\r\n1,x\r\n\r\n2,\"y,z\"",
            "a;b\r\n1;x\r\n2;y,z\r\n",
            "b\ta\nx\t1\ny,z\t2\n",
            "\u{feff}\"a\";\"b\"\n\"1\";\"x\"\n\"2\";\"y,z\"\n",
        ] {
            let mut sheet = read(text);
            assert_eq!(cells(&mut sheet), wanted, "{text:?}");
            assert_eq!(sheet.wrong, [], "{text:?}");
        }
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_once_with_its_place() {
        let mut sheet = read("a,b,c,b\n1,2,3,4\n");
        sheet.rows(|_| panic!("a header that is wrong has no rows"));
        let told: Vec<_> = sheet.wrong.iter().map(|wrong| (wrong.line, wrong.column.as_deref())).collect();
        assert_eq!(told, [(1, Some("c")), (1, Some("b"))]);
        assert_eq!(read("b\n1\n").wrong[0].to_string(), "line 1, column a: the column is missing");
        let mut sheet = read("a,b\n1,x\n,y\n3\nfour,z\n");
        let rows = sheet.rows(|line| {
            line.must("a", whole);
        });
        let told: Vec<_> = sheet.wrong.iter().map(ToString::to_string).collect();
        assert_eq!(rows, 4);
        assert_eq!(
            told,
            [
                "line 3, column a: it is needed, and empty",
                "line 4, column b: the row is cut short: it has 1 fields, the header has 2",
                "line 5, column a, \"four\": write a whole number",
            ]
        );
    }

    #[test]
    fn a_cell_is_no_formula() {
        let mut out = String::new();
        add(&mut out, ["=1+1", "'=x", "-5", "-x", "@a"]);
        assert_eq!(out, "'=1+1,''=x,-5,'-x,'@a\n");
    }

    proptest! {
        #[test]
        fn what_was_written_reads_back(a in "[^\r]{1,12}", b in "[=+'\"@,;\t\n -z]{0,9}") {
            let mut out = String::new();
            header(&mut out, COLUMNS);
            add(&mut out, [&a, &b]);
            let mut sheet = read(&out);
            prop_assert_eq!(cells(&mut sheet), vec![(a, b)]);
        }

        #[test]
        fn parts_and_pairs_read_back(parts in proptest::collection::vec("[a=\\\\n\n]{1,6}", 0..5)) {
            prop_assert_eq!(&parted(&joined(&parts)), &parts);
            for name in &parts {
                let both = (name.clone(), "v=\\".to_owned());
                prop_assert_eq!(pair_of(&pair(name, "v=\\")), Some(both));
            }
        }
    }
}
