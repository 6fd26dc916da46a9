//! Why an import does not happen.

use kernel::{Kind, Problem};
use std::fmt;

/// A file that cannot be taken as it is. Nothing has been written.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
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

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        if let Some(column) = &self.column {
            write!(f, ", column {column}")?;
        }
        write!(f, ": {}", self.wrong)
    }
}
impl std::error::Error for ImportError {}
impl Problem for ImportError {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }
    fn code(&self) -> &'static str {
        "import.file"
    }
}
