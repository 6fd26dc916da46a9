//! Why an import does not happen.

/// A file that cannot be taken as it is. Nothing has been written.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, kernel::Problem)]
#[problem(Invalid, code = "import.file", args(place = place(file, *line, column.as_deref()), wrong))]
pub struct ImportError {
    /// The file's name inside the folder; the folder itself if that is what is wrong.
    pub file: String,
    /// The physical line, from 1: where the field begins.
    pub line: Option<u64>,
    /// The column's name in the header.
    pub column: Option<String>,
    /// What is wrong, and what was expected instead.
    pub wrong: String,
}

impl ImportError {
    pub(crate) fn file(file: &str, wrong: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line: None, column: None, wrong: wrong.into() }
    }
}

/// Where it is: the file, and the line and the column as far as they are known.
fn place(file: &str, line: Option<u64>, column: Option<&str>) -> String {
    let line = line.map_or_else(String::new, |line| format!(", line {line}"));
    let column = column.map_or_else(String::new, |column| format!(", column {column}"));
    format!("{file}{line}{column}")
}
