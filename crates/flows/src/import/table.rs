//! CSV files, plain or compressed with zstd, as rows that know where they stand.
//!
//! Invariants: a file is read whole before its first row is given out; every refusal knows the physical line, also
//! behind quoted line breaks, and the column. RFC 4180 quoting; CRLF, a byte order mark, empty lines, columns in any
//! order and further columns are tolerated; a row that is too short or too long, or a quote that stays open, is not.

use super::ImportError;
use std::borrow::Cow;
use std::io::Read;
use std::path::Path;

/// One file of a folder, read whole.
pub(crate) struct Table {
    file: String,
    text: String,
    header: Vec<String>,
    /// Where the rows begin, and on which line.
    body: (usize, u64),
    /// What stands between two fields.
    mark: u8,
}

#[derive(Clone, Copy)]
struct Field {
    start: usize,
    end: usize,
    line: u64,
    escaped: bool,
}

/// The place of a column that is read.
#[derive(Clone, Copy)]
pub(crate) struct Column(usize);

/// One row.
pub(crate) struct Row<'t, 'f> {
    table: &'t Table,
    fields: &'f [Field],
}

/// What broke while a row was being cut into fields.
struct Broken {
    line: u64,
    field: usize,
    wrong: &'static str,
}

impl Table {
    /// Reads `dir/name.csv` or `dir/name.csv.zst`.
    pub(crate) fn open(dir: &Path, name: &str) -> Result<Self, ImportError> {
        let (plain, packed) = (format!("{name}.csv"), format!("{name}.csv.zst"));
        let (has_plain, has_packed) = (dir.join(&plain).is_file(), dir.join(&packed).is_file());
        match (has_plain, has_packed) {
            (true, true) => {
                Err(ImportError::file(&plain, format!("{packed} is there as well: keep only one of the two")))
            }
            (false, false) => {
                Err(ImportError::file(&plain, format!("the file is missing, and so is {packed}")))
            }
            (true, false) => {
                let bytes = std::fs::read(dir.join(&plain))
                    .map_err(|err| ImportError::file(&plain, format!("cannot be read: {err}")))?;
                Self::parse(plain, bytes)
            }
            (false, true) => {
                let file = std::fs::File::open(dir.join(&packed))
                    .map_err(|err| ImportError::file(&packed, format!("cannot be read: {err}")))?;
                let mut bytes = Vec::new();
                let read = zstd::Decoder::new(file).and_then(|mut zstd| zstd.read_to_end(&mut bytes));
                if let Err(err) = read {
                    let lines = bytes.iter().filter(|b| **b == b'\n').count() as u64;
                    let mut error = ImportError::file(
                        &packed,
                        format!("the compressed file is damaged or cut off here: {err}"),
                    );
                    error.line = Some(lines + 1);
                    return Err(error);
                }
                Self::parse(packed, bytes)
            }
        }
    }

    /// Takes a file's bytes.
    pub(crate) fn parse(file: String, bytes: Vec<u8>) -> Result<Self, ImportError> {
        Self::with_mark(file, bytes, b',')
    }

    /// Takes the bytes of a sheet, whose program may have set semicolons or tabs between fields: the mark that finds most of
    /// the known columns in the header is the one.
    pub(crate) fn of_sheet(file: String, bytes: Vec<u8>, known: &[&str]) -> Result<Self, ImportError> {
        let header = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let header = String::from_utf8_lossy(header);
        let header = header.trim_start_matches('\u{feff}').trim_end_matches('\r');
        let found = |mark: &u8| {
            header.split(char::from(*mark)).filter(|name| known.contains(&name.trim_matches('"'))).count()
        };
        // Of equal ones the first counts.
        let mark = b",;\t".iter().copied().rev().max_by_key(found).unwrap_or(b',');
        Self::with_mark(file, bytes, mark)
    }

    fn with_mark(file: String, bytes: Vec<u8>, mark: u8) -> Result<Self, ImportError> {
        let (text, bad) = match String::from_utf8(bytes) {
            Ok(text) => (text, None),
            Err(err) => {
                let at = err.utf8_error().valid_up_to();
                // What stands before the bad byte keeps its place.
                (String::from_utf8_lossy(err.as_bytes()).into_owned(), Some(at))
            }
        };
        let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let mut table = Self { file, text, header: Vec::new(), body: (start, 1), mark };
        let mut fields = Vec::new();
        let mut at = table.body;
        match table.cut(&mut at, &mut fields) {
            Ok(true) => {}
            Ok(false) => {
                return Err(table.error(
                    1,
                    None,
                    "the file is empty: a header with the columns' names was expected",
                ));
            }
            Err(broken) => return Err(table.error(broken.line, None, broken.wrong)),
        }
        table.header = fields.iter().map(|f| table.text(f).into_owned()).collect();
        table.body = at;
        if let Some(bad) = bad {
            return Err(table.not_utf8(bad));
        }
        Ok(table)
    }

    fn not_utf8(&self, bad: usize) -> ImportError {
        let line = 1 + self.text.as_bytes()[..bad].iter().filter(|b| **b == b'\n').count() as u64;
        let mut at = self.body;
        let mut fields = Vec::new();
        let mut column = None;
        while at.0 <= bad && matches!(self.cut(&mut at, &mut fields), Ok(true)) {
            column = fields.iter().rposition(|f| f.start <= bad).and_then(|i| self.header.get(i).cloned());
        }
        let column = if bad < self.body.0 { None } else { column };
        self.error(line, column, "the text is not UTF-8")
    }

    /// The file's name.
    pub(crate) fn file(&self) -> &str {
        &self.file
    }

    /// How many bytes of text there are.
    pub(crate) fn len(&self) -> u64 {
        self.text.len() as u64
    }

    /// Finds a column that must be there, once.
    pub(crate) fn column(&self, name: &str) -> Result<Column, ImportError> {
        let mut found = self.header.iter().enumerate().filter(|(_, h)| *h == name).map(|(i, _)| i);
        match (found.next(), found.next()) {
            (Some(i), None) => Ok(Column(i)),
            (Some(_), Some(_)) => Err(self.error(1, Some(name.to_owned()), "the column is there twice")),
            (None, _) => Err(self.error(
                1,
                Some(name.to_owned()),
                format!("the column is missing; the header has {}", self.header.join(", ")),
            )),
        }
    }

    /// What stands between two fields.
    pub(crate) const fn mark(&self) -> u8 {
        self.mark
    }

    /// What the columns are called, in their order.
    pub(crate) fn header(&self) -> impl Iterator<Item = (Column, &str)> {
        self.header.iter().enumerate().map(|(i, name)| (Column(i), name.as_str()))
    }

    /// Calls `each` with every row, or with what is wrong with it as a row. Behind a quote that stays open nothing is one.
    pub(crate) fn each_row<'t>(&'t self, mut each: impl FnMut(Result<&Row<'t, '_>, ImportError>)) {
        let mut fields = Vec::with_capacity(self.header.len());
        let mut at = self.body;
        loop {
            match self.cut(&mut at, &mut fields) {
                Ok(true) => {}
                Ok(false) => return,
                Err(broken) => {
                    let column = self.header.get(broken.field).cloned();
                    return each(Err(self.error(broken.line, column, broken.wrong)));
                }
            }
            match self.fits(&fields) {
                Ok(()) => each(Ok(&Row { table: self, fields: &fields })),
                Err(err) => each(Err(err)),
            }
        }
    }

    /// Whether a row has as many fields as the header.
    fn fits(&self, fields: &[Field]) -> Result<(), ImportError> {
        let (has, wants) = (fields.len(), self.header.len());
        if has == wants {
            return Ok(());
        }
        let (column, line) = if has < wants {
            (self.header.get(has), fields.last().map_or(1, |f| f.line))
        } else {
            (self.header.last(), fields[0].line)
        };
        let why = if has < wants { "the row is cut short" } else { "the row is too long" };
        let wrong = format!("{why}: it has {has} fields, the header has {wants}");
        Err(self.error(line, column.cloned(), wrong))
    }

    /// Calls `each` with every row and the number of bytes before it.
    pub(crate) fn rows<'t>(
        &'t self,
        mut each: impl FnMut(&Row<'t, '_>, u64) -> Result<(), ImportError>,
    ) -> Result<(), ImportError> {
        let mut fields = Vec::with_capacity(self.header.len());
        let mut at = self.body;
        loop {
            let before = at.0;
            match self.cut(&mut at, &mut fields) {
                Ok(true) => {}
                Ok(false) => return Ok(()),
                Err(broken) => {
                    return Err(self.error(
                        broken.line,
                        self.header.get(broken.field).cloned(),
                        broken.wrong,
                    ));
                }
            }
            self.fits(&fields)?;
            each(&Row { table: self, fields: &fields }, before as u64)?;
        }
    }

    /// Cuts the next row that is not empty into fields. `false` at the end of the file.
    fn cut(&self, at: &mut (usize, u64), fields: &mut Vec<Field>) -> Result<bool, Broken> {
        let bytes = self.text.as_bytes();
        fields.clear();
        let (mut pos, mut line) = *at;
        // Empty lines are nothing.
        loop {
            match bytes.get(pos..) {
                Some([b'\n', ..]) => pos += 1,
                Some([b'\r', b'\n', ..]) => pos += 2,
                Some([]) | None => {
                    *at = (pos, line);
                    return Ok(false);
                }
                Some(_) => break,
            }
            line += 1;
        }
        loop {
            let begun = line;
            if bytes.get(pos) == Some(&b'"') {
                let start = pos + 1;
                let mut escaped = false;
                pos = start;
                loop {
                    match bytes.get(pos) {
                        Some(b'"') if bytes.get(pos + 1) == Some(&b'"') => {
                            escaped = true;
                            pos += 2;
                        }
                        Some(b'"') => break,
                        Some(b'\n') => {
                            line += 1;
                            pos += 1;
                        }
                        Some(_) => pos += 1,
                        None => {
                            return Err(Broken {
                                line: begun,
                                field: fields.len(),
                                wrong: "a quote is opened here and never closed: the row is cut short",
                            });
                        }
                    }
                }
                fields.push(Field { start, end: pos, line: begun, escaped });
                pos += 1;
            } else {
                let start = pos;
                let rest = &bytes[pos..];
                pos += rest.iter().position(|b| *b == self.mark || *b == b'\n').unwrap_or(rest.len());
                let mut end = pos;
                if bytes.get(pos) != Some(&self.mark) && end > start && bytes[end - 1] == b'\r' {
                    end -= 1;
                }
                fields.push(Field { start, end, line: begun, escaped: false });
            }
            match bytes.get(pos..) {
                Some([mark, ..]) if *mark == self.mark => {
                    pos += 1;
                    continue;
                }
                Some([b'\n', ..]) => (pos, line) = (pos + 1, line + 1),
                Some([b'\r', b'\n', ..]) => (pos, line) = (pos + 2, line + 1),
                Some([b'\r']) => pos += 1,
                Some([]) | None => {}
                Some(_) => {
                    return Err(Broken {
                        line,
                        field: fields.len() - 1,
                        wrong: "text follows a closing quote: the end of the field or of the row was expected",
                    });
                }
            }
            *at = (pos, line);
            return Ok(true);
        }
    }

    fn text(&self, field: &Field) -> Cow<'_, str> {
        let text = &self.text[field.start..field.end];
        if field.escaped { Cow::Owned(text.replace("\"\"", "\"")) } else { Cow::Borrowed(text) }
    }

    pub(crate) fn error(&self, line: u64, column: Option<String>, wrong: impl Into<String>) -> ImportError {
        ImportError { file: self.file.clone(), line: Some(line), column, wrong: wrong.into() }
    }
}

impl<'t> Row<'t, '_> {
    /// The line on which the row begins.
    pub(crate) fn line(&self) -> u64 {
        self.fields[0].line
    }
    /// A field's text, without its quotes.
    pub(crate) fn text(&self, column: Column) -> Cow<'t, str> {
        self.table.text(&self.fields[column.0])
    }
    /// A field's text as long as the table; with its quotes doubled if it has any.
    pub(crate) fn borrowed(&self, column: Column) -> &'t str {
        let field = &self.fields[column.0];
        &self.table.text[field.start..field.end]
    }
    /// A refusal of what stands in a column.
    pub(crate) fn wrong(&self, column: Column, wrong: impl Into<String>) -> ImportError {
        self.table.error(self.fields[column.0].line, self.table.header.get(column.0).cloned(), wrong)
    }
}
