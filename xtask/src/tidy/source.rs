//! Rust text as the rules see it: code without comments and strings, and the strings with their places. Not a parser;
//! enough to find a word that is meant.

use std::ops::Range;

/// One Rust file.
pub(super) struct Source<'a> {
    /// The text.
    text: &'a str,
    /// The same bytes, with comments and the insides of strings blanked.
    pub(super) code: String,
    /// The insides of the string literals.
    strings: Vec<Range<usize>>,
}

impl<'a> Source<'a> {
    pub(super) fn read(text: &'a str) -> Self {
        let bytes = text.as_bytes();
        let mut code = bytes.to_vec();
        let mut strings = Vec::new();
        let mut at = 0;
        while at < bytes.len() {
            let rest = &bytes[at..];
            let word_before = at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'_');
            let blank = if rest.starts_with(b"//") {
                at..at + rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len())
            } else if rest.starts_with(b"/*") {
                at..at + text[at..].find("*/").map_or(rest.len(), |end| end + 2)
            } else if let Some((open, close)) = raw_string(rest).filter(|_| !word_before) {
                let inside = at + open..at + close;
                strings.push(inside.clone());
                inside
            } else if rest[0] == b'"' {
                let inside = at + 1..at + 1 + quoted(&rest[1..]);
                strings.push(inside.clone());
                inside
            } else if let Some(len) = character(rest) {
                at + 1..at + len - 1
            } else {
                at += 1;
                continue;
            };
            for byte in &mut code[blank.clone()] {
                if *byte != b'\n' {
                    *byte = b' ';
                }
            }
            // Past the closing quote; a comment has none.
            let closing = if bytes[at] == b'/' { 0 } else { 1 };
            at = blank.end + closing;
        }
        // Only whole characters inside comments and strings were blanked, byte by byte.
        let code = String::from_utf8_lossy(&code).into_owned();
        Self { text, code, strings }
    }

    /// Blanks what stands under `#[cfg(test)]`.
    pub(super) fn without_tests(mut self) -> Self {
        while let Some(start) = self.code.find("#[cfg(test)]") {
            let rest = &self.code[start..];
            let end = match (rest.find('{'), rest.find(';')) {
                (Some(open), semicolon) if semicolon.is_none_or(|semicolon| open < semicolon) => {
                    start + open + braces(&rest[open..])
                }
                (_, Some(semicolon)) => start + semicolon + 1,
                _ => self.code.len(),
            };
            let blank: String =
                self.code[start..end].chars().map(|c| if c == '\n' { c } else { ' ' }).collect();
            self.code.replace_range(start..end, &blank);
        }
        self
    }

    /// Each place of a piece of code that does not continue a word on its left.
    pub(super) fn places(&self, piece: &str) -> Vec<usize> {
        let starts_word = piece.starts_with(|c: char| c.is_alphanumeric());
        let found = self.code.match_indices(piece).map(|(at, _)| at);
        found
            .filter(|at| {
                let before = self.code[..*at].chars().next_back();
                !starts_word || !before.is_some_and(|c| c.is_alphanumeric() || c == '_')
            })
            .collect()
    }

    /// The strings inside each call of a macro: `macro_strings("sql!")`, with their lines.
    pub(super) fn macro_strings(&self, name: &str) -> Vec<(usize, &'a str)> {
        let calls = self.places(name).into_iter().filter_map(|at| {
            let open = at + self.code[at..].find(['{', '('])?;
            Some(open..open + braces(&self.code[open..]))
        });
        let calls: Vec<_> = calls.collect();
        let inside = self.strings.iter().filter(|s| calls.iter().any(|c| c.start < s.start && s.end < c.end));
        inside.map(|s| (self.line(s.start), &self.text[s.clone()])).collect()
    }

    /// The line of a byte, from 1.
    pub(super) fn line(&self, at: usize) -> usize {
        self.code[..at].matches('\n').count() + 1
    }
}

/// How long what opens here is, to its closing bracket.
fn braces(code: &str) -> usize {
    let (open, close) = if code.starts_with('(') { ('(', ')') } else { ('{', '}') };
    let mut depth = 0usize;
    for (at, c) in code.char_indices() {
        if c == open {
            depth += 1;
        } else if c == close {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return at + 1;
            }
        }
    }
    code.len()
}

/// Where the inside of a raw string that starts here begins and ends.
fn raw_string(rest: &[u8]) -> Option<(usize, usize)> {
    let after = rest.strip_prefix(b"br").or_else(|| rest.strip_prefix(b"r"))?;
    let hashes = after.iter().take_while(|b| **b == b'#').count();
    if after.get(hashes) != Some(&b'"') {
        return None;
    }
    let open = rest.len() - after.len() + hashes + 1;
    let mut close = vec![b'"'];
    close.resize(hashes + 1, b'#');
    let len = rest[open..].windows(close.len()).position(|w| w == close).unwrap_or(rest.len() - open);
    Some((open, open + len))
}

/// How many bytes stand before the closing quote.
fn quoted(inside: &[u8]) -> usize {
    let mut at = 0;
    while at < inside.len() && inside[at] != b'"' {
        at += if inside[at] == b'\\' { 2 } else { 1 };
    }
    at.min(inside.len())
}

/// How long a character literal that starts here is; a lifetime is none.
fn character(rest: &[u8]) -> Option<usize> {
    if rest[0] != b'\'' {
        return None;
    }
    let text = std::str::from_utf8(&rest[1..rest.len().min(16)])
        .or_else(|err| std::str::from_utf8(&rest[1..1 + err.valid_up_to()]));
    let mut chars = text.ok()?.char_indices();
    match chars.next()?.1 {
        '\\' => {
            chars.next()?;
            let end = chars.find(|(_, c)| *c == '\'')?.0;
            Some(end + 2)
        }
        _ => {
            let (end, c) = chars.next()?;
            (c == '\'').then_some(end + 2)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_strings_are_no_code() {
        let text = "a(); // b()\n/* c() */ d(\"e() \\\" f()\", r#\"g() \" h()\"#, '\"', 'x'); fn i<'a>() {} '\\n' j()";
        let source = Source::read(text);
        for (piece, there) in
            [("a()", true), ("b()", false), ("c()", false), ("d(", true), ("e()", false), ("f()", false)]
        {
            assert_eq!(!source.places(piece).is_empty(), there, "{piece}");
        }
        for (piece, there) in [("g()", false), ("h()", false), ("fn i<'a>() {}", true), ("j()", true)] {
            assert_eq!(!source.places(piece).is_empty(), there, "{piece}");
        }
        assert_eq!(source.code.len(), text.len());
        assert_eq!(source.line(source.places("d(")[0]), 2);
    }

    #[test]
    fn tests_are_left_out() {
        let text = "one();\n#[cfg(test)]\nmod tests { fn f() { two(); } }\nthree();\n#[cfg(test)]\nuse four;\nfive();";
        let source = Source::read(text).without_tests();
        for (piece, there) in
            [("one", true), ("two", false), ("three", true), ("four", false), ("five", true)]
        {
            assert_eq!(!source.places(piece).is_empty(), there, "{piece}");
        }
    }

    #[test]
    fn a_piece_does_not_continue_a_word() {
        assert_eq!(Source::read("my_sql!{} sql!{}").places("sql!"), [10]);
    }

    #[test]
    fn a_macros_strings_are_found_with_their_lines() {
        let source = Source::read(
            "x(\"no\");\nstore::sql! {\n /// doc\n A = \"select {x}\";\n B = r#\"delete\"#; }\ny(\"no\")",
        );
        assert_eq!(source.macro_strings("sql!"), [(4, "select {x}"), (5, "delete")]);
    }
}
