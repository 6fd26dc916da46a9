//! A rule's text line by line: what changed against another text, and what stood there before.
//!
//! Invariants: every line of the text appears once and in order; a line without a mark is in the other text too; the
//! work is bounded by the product of both lengths, which are those of a policy.

/// How a line differs from the other text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mark {
    /// It stands there too.
    Same,
    /// It says the same thing with another value, which was this.
    Was(String),
    /// Nothing like it stands there.
    New,
}

/// One line of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line<'a> {
    /// From 1.
    pub(crate) no: usize,
    /// Its words, without the line break.
    pub(crate) text: &'a str,
    /// How it differs.
    pub(crate) mark: Mark,
}

/// The most lines that are compared; a longer text is shown without marks.
const LONGEST: usize = 2_000;

/// Which lines of `a` and `b` pair up, as a longest common subsequence.
fn pairs(a: &[&str], b: &[&str]) -> Vec<(usize, usize)> {
    let (n, m) = (a.len(), b.len());
    if n > LONGEST || m > LONGEST {
        return Vec::new();
    }
    let mut best = vec![0u32; (n + 1) * (m + 1)];
    for i in (0..n).rev() {
        for j in (0..m).rev() {
            best[i * (m + 1) + j] = if a[i] == b[j] {
                best[(i + 1) * (m + 1) + j + 1] + 1
            } else {
                best[(i + 1) * (m + 1) + j].max(best[i * (m + 1) + j + 1])
            };
        }
    }
    let (mut i, mut j, mut found) = (0, 0, Vec::new());
    while i < n && j < m {
        if a[i] == b[j] {
            found.push((i, j));
            (i, j) = (i + 1, j + 1);
        } else if best[(i + 1) * (m + 1) + j] >= best[i * (m + 1) + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    found
}

/// `key = value` of a line.
fn entry(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once('=')?;
    let key = key.trim();
    let plain = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || "_-.\"".contains(c));
    plain.then(|| (key, value.trim()))
}

/// The lines of `text`, marked against `other`; without another text nothing is marked.
pub fn marked<'a>(text: &'a str, other: Option<&str>) -> Vec<Line<'a>> {
    let lines: Vec<&str> = text.lines().collect();
    let old: Vec<&str> = other.map(|o| o.lines().collect()).unwrap_or_default();
    let mut same = pairs(&lines, &old);
    let long = lines.len() > LONGEST || old.len() > LONGEST;
    let mut out = Vec::with_capacity(lines.len());
    same.push((lines.len(), old.len()));
    let (mut i, mut j) = (0, 0);
    for (next, next_old) in same {
        // What lies between two common lines was changed: a line that sets the same key is that key's new value.
        let gone = &old[j.min(old.len())..next_old];
        for (no, line) in lines.iter().enumerate().take(next).skip(i) {
            let mark = if other.is_none() || long || line.trim().is_empty() {
                Mark::Same
            } else {
                entry(line)
                    .and_then(|(key, _)| gone.iter().filter_map(|g| entry(g)).find(|(k, _)| *k == key))
                    .map_or(Mark::New, |(_, value)| Mark::Was(value.to_owned()))
            };
            out.push(Line { no: no + 1, text: line, mark });
        }
        if next < lines.len() {
            out.push(Line { no: next + 1, text: lines[next], mark: Mark::Same });
        }
        (i, j) = (next + 1, next_old + 1);
    }
    out
}

/// Two texts side by side: rows of (left, right); a common line stands on both sides, a changed one opposite to what
/// replaced it.
pub fn beside<'a>(left: &'a str, right: &'a str) -> Vec<(Option<&'a str>, Option<&'a str>)> {
    let (a, b): (Vec<&str>, Vec<&str>) = (left.lines().collect(), right.lines().collect());
    let mut same = pairs(&a, &b);
    same.push((a.len(), b.len()));
    let (mut i, mut j, mut rows) = (0, 0, Vec::new());
    for (next, next_b) in same {
        let (olds, news) = (&a[i.min(next)..next], &b[j.min(next_b)..next_b]);
        for k in 0..olds.len().max(news.len()) {
            rows.push((olds.get(k).copied(), news.get(k).copied()));
        }
        if next < a.len() {
            rows.push((Some(a[next]), Some(b[next_b])));
        }
        (i, j) = (next + 1, next_b + 1);
    }
    rows
}

/// How much of a line a diagnostic at `column` (from 1, in characters) is about: the byte range of the word or quoted
/// text that stands there.
pub fn word_at(line: &str, column: usize) -> Option<(usize, usize)> {
    let start = line.char_indices().nth(column.checked_sub(1)?)?.0;
    let rest = &line[start..];
    let first = rest.chars().next()?;
    let len = if matches!(first, '"' | '\'') {
        rest[1..].find(first).map_or(rest.len(), |end| end + 2)
    } else if first.is_alphanumeric() || first == '_' {
        rest.find(|c: char| !(c.is_alphanumeric() || "_.-".contains(c))).unwrap_or(rest.len())
    } else {
        first.len_utf8()
    };
    Some((start, start + len))
}

/// The text with the word at line and column (both from 1) replaced.
pub fn replaced(text: &str, line: usize, column: usize, by: &str) -> Option<String> {
    let mut offset = 0;
    for (no, whole) in text.split_inclusive('\n').enumerate() {
        if no + 1 == line {
            let bare = whole.trim_end_matches(['\n', '\r']);
            let (start, end) = word_at(bare, column)?;
            return Some(format!("{}{by}{}", &text[..offset + start], &text[offset + end..]));
        }
        offset += whole.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_value_shows_what_it_was_and_a_new_line_is_new() {
        let old = "id = \"x\"\nat_least = 0.30\n\n[action]\ndays = 7\n";
        let new = "id = \"x\"\nat_least = 0.25\nand = 5\n\n[action]\ndays = 3";
        let marks: Vec<_> = marked(new, Some(old)).into_iter().map(|l| (l.no, l.mark)).collect();
        assert_eq!(
            marks,
            [
                (1, Mark::Same),
                (2, Mark::Was("0.30".into())),
                (3, Mark::New),
                (4, Mark::Same),
                (5, Mark::Same),
                (6, Mark::Was("7".into())),
            ]
        );
        assert!(marked(new, None).iter().all(|l| l.mark == Mark::Same));
        assert!(marked(new, Some(new)).iter().all(|l| l.mark == Mark::Same));
        assert_eq!(marked("", Some(old)), []);
        assert_eq!(marked("a\nb", Some("")).len(), 2);
    }

    #[test]
    fn two_versions_stand_side_by_side() {
        assert_eq!(
            beside("a\nb\nc", "a\nx\ny\nc"),
            [(Some("a"), Some("a")), (Some("b"), Some("x")), (None, Some("y")), (Some("c"), Some("c"))]
        );
        assert_eq!(beside("", ""), []);
        assert_eq!(beside("a", ""), [(Some("a"), None)]);
    }

    #[test]
    fn a_repair_replaces_the_word_it_is_about() {
        let text = "when = late_shp_rate >= 0.2\nkind = \"order.cp\"\n";
        assert_eq!(
            replaced(text, 1, 8, "late_ship_rate").unwrap(),
            "when = late_ship_rate >= 0.2\nkind = \"order.cp\"\n"
        );
        assert_eq!(
            replaced(text, 2, 8, "\"order.cap\"").unwrap(),
            "when = late_shp_rate >= 0.2\nkind = \"order.cap\"\n"
        );
        assert_eq!(replaced(text, 9, 1, "x"), None);
        assert_eq!(replaced(text, 1, 900, "x"), None);
        assert_eq!(replaced("晚发 x", 1, 4, "y").unwrap(), "晚发 y");
    }

    proptest::proptest! {
        #[test]
        fn every_line_appears_once_and_in_order(a in "[ab=\n]{0,40}", b in "[ab=\n]{0,40}", line in 0usize..9, column in 0usize..9) {
            let lines = marked(&a, Some(&b));
            proptest::prop_assert_eq!(lines.iter().map(|l| l.text).collect::<Vec<_>>(), a.lines().collect::<Vec<_>>());
            let rows = beside(&a, &b);
            proptest::prop_assert_eq!(rows.iter().filter_map(|r| r.0).collect::<Vec<_>>(), a.lines().collect::<Vec<_>>());
            proptest::prop_assert_eq!(rows.iter().filter_map(|r| r.1).collect::<Vec<_>>(), b.lines().collect::<Vec<_>>());
            let _ = replaced(&a, line, column, &b);
        }
    }
}
