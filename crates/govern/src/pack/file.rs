//! A pack's own file, `pack.toml`.

use crate::Diagnostic;
use crate::diagnostic::nearest;
use crate::document::{Reader, not_toml};
use crate::policy::Words;
use kernel::Currency;
use toml::de::DeTable;

/// What `pack.toml` says.
pub(super) struct Head {
    pub(super) id: String,
    pub(super) titles: Words,
    pub(super) texts: Words,
    pub(super) currency: Currency,
    pub(super) scorecard: Option<String>,
    pub(super) notes: Vec<Words>,
}

/// What could be read of `pack.toml`, the currency even where the rest is wrong.
pub(super) struct Read {
    pub(super) head: Option<Head>,
    pub(super) currency: Option<Currency>,
    pub(super) wrong: Vec<Diagnostic>,
}

/// Reads `pack.toml`; `scorecards` are the ids of those in the pack.
pub(super) fn read(text: &str, market: Option<Currency>, scorecards: &[String]) -> Read {
    let (table, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        return Read { head: None, currency: None, wrong: not_toml(text, &errors) };
    }
    let mut reader = Reader { text, wrong: Vec::new(), draft: false };
    let (head, currency) = reader.pack(table.get_ref(), market, scorecards);
    Read { head, currency, wrong: reader.wrong }
}

impl Reader<'_> {
    fn pack(
        &mut self,
        table: &DeTable<'_>,
        market: Option<Currency>,
        scorecards: &[String],
    ) -> (Option<Head>, Option<Currency>) {
        let top =
            self.section(table, 0, "a pack", &["id", "currency", "scorecard", "title", "text", "notes"]);
        let id = self.id(&top, "sanhao");
        let currency = self.currency(&top);
        if let (Some(own), Some(market)) = (currency, market)
            && own != market
        {
            let at = top.get("currency").map_or(0, |(_, at)| at.start);
            self.say(
                at,
                format!(
                    "the pack's money is in {own} and the market's in {market}: amounts are never converted"
                ),
                format!("currency = \"{market}\", and amounts meant in {market} in every policy"),
            );
        }
        let scorecard = match top.get("scorecard") {
            Some((_, at)) => {
                let found = self.string(&top, "scorecard", "\"sanhao\"").map(str::to_owned);
                if let Some(name) = &found
                    && !scorecards.contains(name)
                {
                    let ids = scorecards.iter().map(String::as_str);
                    let instead = match nearest(name, ids) {
                        Some(like) => format!("scorecard = \"{like}\""),
                        None if scorecards.is_empty() => {
                            "a file in scorecards/, or no \"scorecard\"".to_owned()
                        }
                        None => format!("one of {}", scorecards.join(", ")),
                    };
                    self.say(at.start, format!("there is no scorecard \"{name}\" in the pack"), instead);
                }
                found
            }
            None => None,
        };
        for key in ["title", "text"] {
            if top.get(key).is_none() {
                self.missing(&top, key, "{ zh = \"...\", en = \"...\" }");
            }
        }
        let (titles, texts) = (self.words(&top, "title"), self.words(&top, "text"));
        let mut notes = Vec::new();
        for section in self.tables(&top, "notes", &["zh", "en"], "a note").unwrap_or_default() {
            let (zh, en) = (self.string(&section, "zh", "\"...\""), self.string(&section, "en", "\"...\""));
            notes.extend(zh.zip(en).map(|(zh, en)| Words { zh: zh.to_owned(), en: en.to_owned() }));
        }
        let head = (|| {
            Some(Head { id: id?, titles: titles?, texts: texts?, currency: currency?, scorecard, notes })
        })();
        (head, currency)
    }
}
