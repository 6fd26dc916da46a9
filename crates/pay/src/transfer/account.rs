//! The file that says where buyers send their money.

use serde::Deserialize;
use trade::payment::{Account, ByHand};

/// The longest text of it, in characters.
const LONGEST: usize = 120;

/// Why a file of an account cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct BadAccount {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong and what to write instead.
    pub what: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    number: toml::Spanned<String>,
    #[serde(default)]
    demo: bool,
    zh: Words,
    en: Words,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    bank: toml::Spanned<String>,
    holder: toml::Spanned<String>,
}

/// Reads it.
pub(super) fn read(text: &str) -> Result<ByHand, BadAccount> {
    let file: File = toml::from_str(text).map_err(|err| BadAccount {
        line: line(text, err.span().map_or(0, |span| span.start)),
        what: err.message().to_owned(),
    })?;
    let good = |name: &str, value: &toml::Spanned<String>| {
        let inner = value.get_ref().trim();
        if (1..=LONGEST).contains(&inner.chars().count()) && !inner.chars().any(char::is_control) {
            return Ok(Box::<str>::from(inner));
        }
        let what =
            format!("{name} has 1 to {LONGEST} characters on one line: write it as buyers are to read it");
        Err(BadAccount { line: line(text, value.span().start), what })
    };
    let number = good("number", &file.number)?;
    let account = |of: &str, words: &Words| {
        let bank = good(&format!("{of}.bank"), &words.bank)?;
        let holder = good(&format!("{of}.holder"), &words.holder)?;
        Ok(Account { bank, holder, number: number.clone() })
    };
    Ok(ByHand { zh: account("zh", &file.zh)?, en: account("en", &file.en)?, demo: file.demo })
}

fn line(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|b| *b == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "number = \"6222 0000\"\n\n[zh]\nbank = \"工商银行\"\nholder = \"三好\"\n\n[en]\nbank = \"ICBC\"\nholder = \"Sanhao\"\n";

    #[test]
    fn an_account_is_read_in_both_languages() {
        let account = read(FILE).unwrap();
        assert_eq!((&*account.zh.bank, &*account.en.holder, account.demo), ("工商银行", "Sanhao", false));
        assert_eq!((&*account.zh.number, &*account.en.number), ("6222 0000", "6222 0000"));
        assert!(read(&format!("demo = true\n{FILE}")).unwrap().demo);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        for (from, to, line, said) in [
            ("bank = \"ICBC\"", "bank = \" \"", 8, "en.bank"),
            ("6222 0000", "", 1, "number"),
            ("[en]", "[fr]", 7, "fr"),
            ("三好", "三\\n好", 5, "zh.holder"),
        ] {
            let wrong = read(&FILE.replacen(from, to, 1)).unwrap_err();
            assert_eq!(wrong.line, line, "{wrong}");
            assert!(wrong.what.contains(said), "{wrong}");
        }
        assert!(read("").is_err());
    }
}
