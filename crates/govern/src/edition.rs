//! Versions of governance files that share an id: which of them cannot stand beside each other.

use crate::{Diagnostic, FileDiagnostic};
use kernel::Date;

/// One version of something that has versions, and the file it stands in.
#[derive(Debug, Clone)]
pub(crate) struct Edition<'a> {
    pub(crate) file: &'a str,
    pub(crate) id: &'a str,
    pub(crate) version: u32,
    pub(crate) effective_from: Date,
    /// The file as written.
    pub(crate) text: &'a str,
}

/// What is wrong with the versions of a set of files: one that stands twice, and one that is in force before, or on the
/// same day as, the version it follows.
pub(crate) fn overlaps(mut editions: Vec<Edition<'_>>) -> Vec<FileDiagnostic> {
    editions.sort_by_key(|edition| (edition.id, edition.version));
    let mut wrong = Vec::new();
    for pair in editions.windows(2) {
        let [a, b] = pair else {
            continue;
        };
        if a.id != b.id {
            continue;
        }
        let (key, message, instead) = if a.version == b.version {
            let message = format!("version {} of {} stands in {} as well", b.version, b.id, a.file);
            ("version", message, format!("version = {}", b.version + 1))
        } else if a.effective_from >= b.effective_from {
            let message = format!(
                "version {} of {} overlaps version {}, which is in force from {}",
                b.version, b.id, a.version, a.effective_from
            );
            ("effective_from", message, format!("a date after {}", a.effective_from))
        } else {
            continue;
        };
        let at = key_at(b.text, key);
        let diagnostic = Diagnostic::error(b.text, at, message, instead);
        wrong.push(FileDiagnostic { file: b.file.to_owned(), diagnostic });
    }
    wrong
}

/// The byte at which a key of the top of a file begins; 0 if it is not at the beginning of a line.
fn key_at(text: &str, key: &str) -> usize {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if line.strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('=')) {
            return at;
        }
        at += line.len();
    }
    0
}
