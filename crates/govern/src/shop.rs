//! Which shops there are: the lake's small numbers and what people call them.

use crate::{Error, Result};
use kernel::{Ask, Id, Moment, id::Shop};
use std::collections::HashMap;

/// One shop and what it is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShopName {
    /// Its number in this lake.
    pub no: i64,
    /// Its id.
    pub id: Id<Shop>,
    /// What the system it came from calls it.
    pub external_id: String,
    /// Its public name.
    pub name: String,
    /// When it began to trade.
    pub opened_at: Moment,
}

/// All shops of a market.
#[derive(Debug, Clone, Default)]
pub struct Shops {
    list: Vec<ShopName>,
    by_no: HashMap<i64, usize>,
}

/// Reads all shops.
pub fn shops(ask: &dyn Ask) -> Result<Shops> {
    let rows = ask.rows("select shop, id, external_id, name, opened_at from shop order by shop", &[])?;
    let mut list = Vec::with_capacity(rows.len());
    for row in &rows {
        list.push(ShopName {
            no: row.int(0)?,
            id: Id::from_raw(row.id(1)?),
            external_id: row.text(2)?,
            name: row.text(3)?,
            opened_at: Moment::from_micros(row.int(4)?),
        });
    }
    let by_no = list.iter().enumerate().map(|(i, shop)| (shop.no, i)).collect();
    Ok(Shops { list, by_no })
}

impl Shops {
    /// The shop of a number.
    pub fn get(&self, no: i64) -> Option<&ShopName> {
        self.by_no.get(&no).map(|i| &self.list[*i])
    }
    /// The shop of an id (`shp_...`) or an external id.
    pub fn find(&self, text: &str) -> Option<&ShopName> {
        if let Ok(id) = text.parse::<Id<Shop>>() {
            return self.list.iter().find(|shop| shop.id == id);
        }
        self.list.iter().find(|shop| shop.external_id == text)
    }
    /// As [`Shops::find`], with an error that says what to give.
    pub fn named(&self, text: &str) -> Result<&ShopName> {
        self.find(text).ok_or_else(|| Error::NoShop(text.chars().take(80).collect()))
    }
    /// Every shop, by number.
    pub fn iter(&self) -> std::slice::Iter<'_, ShopName> {
        self.list.iter()
    }
    /// How many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}
