//! Places on the mall's pages that the platform fills: banners, rows of products, rows of categories.
//!
//! Invariant: a slot is shown from a moment until another one, in its turn; what it shows is looked up when it is shown, so
//! what is off sale does not appear.

use super::error::Error;
use super::rules::Rules;
use super::search::Sort;
use super::{gallery, parsed, written};
use crate::media::MediaView;
use kernel::id::{Product, Slot as SlotKey};
use kernel::{Ctx, Id, Moment, text};
use serde::{Deserialize, Serialize};
use store::{Query, Row, StoreError, Tx, vals};

/// The most slots of a page.
const PAGE: i64 = 200;

store::sql! {
    /// A new slot, or a slot anew.
    SET = "
insert into catalog_slot (id, turn, from_at, until_at, document)
values ($1, $2, $3, $4, $5)
on conflict (id) do update
set turn = excluded.turn, from_at = excluded.from_at, until_at = excluded.until_at, document = excluded.document";

    /// Away with one.
    REMOVE = "
delete from catalog_slot
where id = $1";

    /// Those that are shown.
    SHOWN = "
select id, turn, from_at, until_at, document
from catalog_slot
where from_at <= $1
  and (until_at is null or until_at > $1)
order by turn, id
limit $2";

    /// All of them.
    ALL = "
select id, turn, from_at, until_at, document
from catalog_slot
where (turn, id) > ($1, $2)
order by turn, id
limit $3";

    /// Whether there is one.
    ONE = "
select 1
from catalog_slot
where id = $1";
}

/// What a slot shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum SlotContent {
    /// A picture with a title that leads to a page of the market.
    Banner {
        /// The picture.
        media: Option<MediaView>,
        /// Where it leads: a path such as `/c/home`.
        link: Box<str>,
    },
    /// A row of these products, in this order.
    Products {
        /// Which.
        products: Vec<Id<Product>>,
    },
    /// A row of a category's products.
    Shelf {
        /// Its code.
        category: Box<str>,
        /// In which order: `newest`, `price-up`, `price-down`.
        sort: Box<str>,
    },
    /// A row of categories.
    Categories {
        /// Their codes.
        categories: Vec<Box<str>>,
    },
}

/// A place on the mall's pages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Slot {
    /// Which.
    pub id: Id<SlotKey>,
    /// Its turn, lowest first.
    pub turn: i64,
    /// From when.
    pub from: Moment,
    /// Until before when.
    pub until: Option<Moment>,
    /// What stands above it.
    #[serde(flatten)]
    pub head: SlotHead,
}

/// A slot's titles and what it shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlotHead {
    /// In Chinese.
    pub zh: Box<str>,
    /// In English.
    pub en: Box<str>,
    /// What it shows.
    #[serde(flatten)]
    pub content: SlotContent,
}

impl std::ops::Deref for Slot {
    type Target = SlotHead;
    fn deref(&self) -> &SlotHead {
        &self.head
    }
}

fn to_slot(row: &Row<'_>) -> Result<Slot, StoreError> {
    Ok(Slot {
        id: Id::from_raw(row.id(0)?),
        turn: row.int(1)?,
        from: row.moment(2)?,
        until: row.maybe_int(3)?.map(Moment::from_micros),
        head: parsed(row.text(4)?)?,
    })
}

/// The most characters of a name.
const LONGEST_NAME: usize = 60;

fn checked(slot: &Slot, rules: &Rules) -> Result<(), Error> {
    let most = rules.limits.slot_most;
    if slot.until.is_some_and(|until| until <= slot.from) {
        return Err(Error::Slot { most });
    }
    let fits = |count: usize| if (1..=most).contains(&count) { Ok(()) } else { Err(Error::Slot { most }) };
    match &slot.content {
        SlotContent::Banner { link, .. } => {
            // `//elsewhere` and `/\elsewhere` are addresses of other hosts to a browser.
            let inside = link.starts_with('/') && !link.starts_with("//") && link.len() <= 300;
            let plain = !link.chars().any(|c| c.is_control() || c.is_whitespace() || c == '\\');
            if inside && plain { Ok(()) } else { Err(Error::Link) }
        }
        SlotContent::Products { products } => fits(products.len()),
        SlotContent::Categories { categories } => fits(categories.len()),
        SlotContent::Shelf { category, sort } => {
            if Sort::parse(sort).is_none() {
                Err(Error::Slot { most })
            } else {
                fits(category.len().min(1))
            }
        }
    }
}

/// Makes a slot (without an id) or changes one.
pub fn set_slot(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: Option<Id<SlotKey>>,
    (turn, from, until): (i64, Moment, Option<Moment>),
    head: &SlotHead,
    rules: &Rules,
) -> Result<Slot, Error> {
    if let Some(id) = id {
        tx.one(&ONE, vals![id], |_| Ok(()))?.ok_or(Error::NoSlot(id))?;
    }
    let name = |name: &str| text::line(name, 1, LONGEST_NAME).ok_or(Error::Name { most: LONGEST_NAME });
    let head = SlotHead { zh: name(&head.zh)?.into(), en: name(&head.en)?.into(), ..head.clone() };
    let slot = Slot { id: id.unwrap_or_else(|| ctx.id()), turn, from, until, head };
    checked(&slot, rules)?;
    let document = written(&slot.head)?;
    tx.exec(&SET, vals![slot.id, turn, from, until, &document])?;
    Ok(slot)
}

/// A slot as somebody writes it: its picture is still to be looked up.
#[derive(Debug, Clone)]
pub struct NewSlot {
    /// Its turn.
    pub turn: i64,
    /// From when; none: from now on.
    pub from: Option<Moment>,
    /// Until when.
    pub until: Option<Moment>,
    /// Titles and content; a banner's picture is not there yet.
    pub head: SlotHead,
    /// The key of a banner's picture.
    pub media: Option<String>,
}

/// Makes a slot (without an id) or changes one; a banner's picture must be the platform's.
pub fn write_slot(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: Option<Id<SlotKey>>,
    new: &NewSlot,
    rules: &Rules,
) -> Result<Slot, Error> {
    let mut head = new.head.clone();
    if let (SlotContent::Banner { media, .. }, Some(key)) = (&mut head.content, &new.media) {
        *media = gallery::media(tx, None, key)?;
    }
    set_slot(tx, ctx, id, (new.turn, new.from.unwrap_or(ctx.now), new.until), &head, rules)
}

/// Removes a slot.
pub fn remove_slot(tx: &mut Tx<'_>, id: Id<SlotKey>) -> Result<(), Error> {
    if tx.exec(&REMOVE, vals![id])? == 0 { Err(Error::NoSlot(id)) } else { Ok(()) }
}

/// The slots that are shown at a moment, in their turn. One statement.
pub fn slots(q: &mut impl Query, now: Moment) -> Result<Vec<Slot>, Error> {
    Ok(q.rows(&SHOWN, vals![now, PAGE], to_slot)?)
}

/// A page of all slots, also of those that are over or to come.
pub fn all_slots(
    q: &mut impl Query,
    after: Option<(i64, Id<SlotKey>)>,
    limit: i64,
) -> Result<Vec<Slot>, Error> {
    let (turn, id) = after.map_or((i64::MIN, kernel::RawId::default()), |(turn, id)| (turn, id.raw()));
    Ok(q.rows(&ALL, vals![turn, id, limit.clamp(1, PAGE)], to_slot)?)
}
