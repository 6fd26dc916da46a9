//! The feed of facts: everything that happened in the market, in the order in which it became known, for programs outside.

use crate::order::value;
use kernel::ask::Cell;
use kernel::fact::Value as FactValue;
use kernel::id;
use serde_json::{Map, Value};
use store::log::{self, Entry, Position};
use web_kit::prelude::*;
use web_kit::problem::brief;

/// The most facts of one page, and how many are looked at for them.
const MOST: usize = 1_000;
const USUAL: usize = 100;
const LOOKED_AT: usize = 5_000;

/// From where on, and which.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct FeedQuery {
    /// The `next` of the page before; without it the feed begins with the oldest fact.
    after: Option<String>,
    /// The most facts of the page, up to 1,000; 100 if not said.
    limit: Option<usize>,
    /// Only these kinds, joined by commas, such as `order.paid,order.cancelled`.
    kinds: Option<String>,
}

/// A fact.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct FeedFact {
    /// Its id: a fact that is read twice has the same one.
    fact: String,
    /// Its kind, such as `order.paid`.
    kind: &'static str,
    /// When it happened, RFC 3339.
    at: String,
    /// The shop it concerns, if one.
    shop: Option<String>,
    /// What it is about: an order for `order.paid`.
    subject: String,
    /// Its columns; absent ones are left out.
    #[schema(value_type = Object)]
    values: Map<String, Value>,
}

/// A page of facts.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Feed {
    /// The facts, in the order in which they became known.
    items: Vec<FeedFact>,
    /// What to ask after next, now or later: nothing between is lost, and nothing comes twice.
    next: String,
    /// Whether there is more already.
    more: bool,
}

fn written(position: Position) -> String {
    format!("{}-{}-{}", position.epoch, position.xid, position.seq)
}

fn position(text: &str) -> Result<Position, Failure> {
    let parts: Vec<i64> = text.split('-').map_while(|part| part.parse().ok().filter(|n| *n >= 0)).collect();
    match (parts.as_slice(), text.matches('-').count()) {
        ([epoch, xid, seq], 2) => Ok(Position { epoch: *epoch, xid: *xid, seq: *seq }),
        _ => Err(Failure::invalid("after must be the \"next\" of the page before")),
    }
}

fn kinds(text: &str) -> Result<Vec<&'static str>, Failure> {
    let all = kernel::fact::all();
    let named = |word: &str| {
        all.iter().map(|spec| spec.kind).find(|kind| *kind == word).ok_or_else(|| {
            let known = all.iter().map(|spec| spec.kind).collect::<Vec<_>>().join(", ");
            Failure::invalid(format!(
                "kinds: there is no kind of fact \"{}\"; there are {known}",
                brief(word)
            ))
        })
    };
    text.split(',').map(str::trim).map(named).collect()
}

fn shown(site: &Site, Entry { record, .. }: &Entry) -> FeedFact {
    let cell = |value: &FactValue| match value {
        FactValue::Null => Cell::Null,
        FactValue::Int(n) => Cell::Int(*n),
        FactValue::Text(text) => Cell::Text(text.to_string()),
        FactValue::Id(id) => Cell::Id(*id),
    };
    let columns = record.spec.columns.iter().zip(&record.values);
    FeedFact {
        fact: Id::<id::FactKind>::from_raw(record.id).to_string(),
        kind: record.spec.kind,
        at: site.time(record.at),
        shop: record.shop.map(|shop| Id::<id::Shop>::from_raw(shop).to_string()),
        subject: format!("{}_{}", record.spec.subject, record.subject),
        values: columns
            .filter_map(|(column, of)| Some((column.name.to_owned(), value(column.ty, &cell(of), site)?)))
            .collect(),
    }
}

/// Everything that happened, in the order in which it became known: asked again with `next`, a reader misses nothing and gets
/// nothing twice, whatever is cut off.
#[operation(get, "/facts", tag = "market", needs = "platform.view")]
pub async fn feed(at: Context, query: FeedQuery) -> Answer<Feed> {
    let from = query.after.as_deref().map_or(Ok(Position::default()), position)?;
    let limit = query.limit.unwrap_or(USUAL);
    if !(1..=MOST).contains(&limit) {
        return Err(Failure::invalid(format!("limit: a page has 1 to {MOST} facts")));
    }
    let kinds = query.kinds.as_deref().map(kinds).transpose()?;
    let site = at.site.clone();
    at.answer(move |q| {
        // Of a few kinds among many a page may be short, or empty: what was looked at is behind it all the same.
        let look = if kinds.is_some() { LOOKED_AT } else { limit + 1 };
        let entries = log::after(q, from, look)?;
        let mut feed = Feed { items: Vec::new(), next: written(from), more: entries.len() == look };
        for entry in &entries {
            if feed.items.len() == limit {
                feed.more = true;
                break;
            }
            if kinds.as_ref().is_none_or(|kinds| kinds.contains(&entry.record.spec.kind)) {
                feed.items.push(shown(&site, entry));
            }
            feed.next = written(entry.position);
        }
        Ok(feed)
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_in_the_feed_is_read_as_it_is_written_and_nothing_else_is() {
        let place = Position { epoch: 1, xid: 20, seq: 300 };
        assert_eq!(position(&written(place)).unwrap(), place);
        for bad in ["", "1", "1-2", "1-2-3-4", "a-b-c", "1--2-3", "1-2-x"] {
            assert!(position(bad).is_err(), "{bad}");
        }
        assert!(kinds("order.paid, order.cancelled").is_ok());
        assert!(kinds("order.paid,").is_err() && kinds("weather").is_err());
    }
}
