//! What is wrong with a governance file, where, and what to write instead.

use std::fmt;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The text cannot be used.
    Error,
    /// It can, but something is missing.
    Warning,
}
impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
        })
    }
}

/// One thing that is wrong with a text.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// The line, from 1.
    pub line: usize,
    /// The character within the line, from 1.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub instead: String,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.line, self.column, self.message)?;
        if !self.instead.is_empty() {
            write!(f, "; write {}", self.instead)?;
        }
        Ok(())
    }
}

impl Diagnostic {
    /// A diagnostic at byte `offset` of `text`.
    pub(crate) fn error(
        text: &str,
        offset: usize,
        message: impl Into<String>,
        instead: impl Into<String>,
    ) -> Self {
        let mut end = offset.min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let before = &text[..end];
        let line_start = before.rfind('\n').map_or(0, |i| i + 1);
        Self {
            severity: Severity::Error,
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            message: message.into(),
            instead: instead.into(),
        }
    }

    /// The same as a warning.
    pub(crate) fn warning(self) -> Self {
        Self { severity: Severity::Warning, ..self }
    }

    /// As one line, with the name of the file it is about.
    pub fn at(&self, file: &str) -> String {
        format!("{file}:{self}")
    }
}

/// A diagnostic of a named file.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct FileDiagnostic {
    /// The file, from the root of the repository.
    pub file: String,
    /// What is wrong with it.
    #[serde(flatten)]
    pub diagnostic: Diagnostic,
}

impl fmt::Display for FileDiagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.diagnostic)
    }
}

/// The word of `words` that is most like `word`, if one is like it at all.
pub(crate) fn nearest<'a>(word: &str, words: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (word.chars().count() / 3).max(2);
    words
        .into_iter()
        .map(|candidate| {
            let part = candidate.len() >= 3 && word.len() >= 3;
            let close = if part && (candidate.contains(word) || word.contains(candidate)) {
                1
            } else {
                distance(word, candidate)
            };
            (close, candidate)
        })
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

/// How many single-letter edits lead from `a` to `b`.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let change = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_found_and_a_far_one_is_not() {
        let words = ["late_ship_rate", "due", "orders_paid"];
        assert_eq!(nearest("late_shp_rate", words), Some("late_ship_rate"));
        assert_eq!(nearest("duo", words), Some("due"));
        assert_eq!(nearest("weather", words), None);
    }

    #[test]
    fn lines_and_columns_count_characters() {
        let text = "ab\n晚发 x";
        let d = Diagnostic::error(text, text.find('x').unwrap(), "m", "i");
        assert_eq!((d.line, d.column), (2, 4));
        assert_eq!(d.to_string(), "2:4: m; write i");
    }
}
