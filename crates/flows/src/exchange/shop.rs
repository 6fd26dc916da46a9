//! Shops as a sheet.
//!
//! A shop that facts know and nobody runs here, of an import, has no status; one that has a status is taken up, without an
//! owner: who runs it is invited.

use super::error::Error;
use super::sheet::{self, Checked, ColumnSpec, Report, Sheet, columns};
use crate::tell::tell;
use kernel::id::Shop;
use kernel::{Actor, Ask, Ctx, Fact, Id, Market, Moment, Progress, RawId};
use people::merchant::{self, Industry, Kind, NewShop, Status, Step};
use std::collections::{HashMap, HashSet};
use std::path::Path;
use store::{Db, Keys, Query, Tx, WriteError};

/// How many shops go into one commit.
const CHUNK: usize = 200;
/// How many are read at once.
const PAGE: i64 = 500;

/// The columns.
pub const COLUMNS: &[ColumnSpec] = columns! {
    "shop": "Its id. Left out, it is made of the external id: the same one each time.",
    "external_id" => "What the system it came from calls it.",
    "name" => "Its public name, up to 60 characters.",
    "industry": "What it mainly sells: fashion, beauty, food, fresh, digital, home, baby or sports.",
    "kind": "Who stands behind it: company, flagship or person.",
    "status": "Whether it trades here: open, suspended or closed. Empty: only its history is here.",
    "opened_at" => "When it opened, RFC 3339.",
};

/// A shop of a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its id.
    pub id: Id<Shop>,
    /// What the system it came from calls it.
    pub external_id: Box<str>,
    /// Its public name.
    pub name: Box<str>,
    /// What it mainly sells.
    pub industry: Option<Industry>,
    /// Who stands behind it.
    pub kind: Option<Kind>,
    /// Whether it trades here.
    pub status: Option<Status>,
    /// When it opened.
    pub opened_at: Moment,
}

const OPENED: &str =
    "select subject, external_id, name, industry, kind, at from shop_opened order by at, subject";

/// Every shop of a market, the oldest first.
pub fn export(q: &mut impl Query, ask: &dyn Ask, market: &Market) -> Result<String, Error> {
    let run = here(q)?;
    let mut out = String::new();
    sheet::header(&mut out, COLUMNS);
    for row in ask.rows(OPENED, &[])? {
        let id: Id<Shop> = Id::from_raw(row.id(0)?);
        let text = |i: usize| match row.0.get(i) {
            Some(kernel::ask::Cell::Text(text)) => text.clone(),
            _ => String::new(),
        };
        let (mut name, mut industry, mut kind, mut status) = (text(2), text(3), text(4), "");
        if let Some(shop) = run.get(&id) {
            name = shop.name.to_string();
            industry = shop.industry.map_or_else(String::new, |word| word.as_str().to_owned());
            kind = shop.kind.map_or_else(String::new, |word| word.as_str().to_owned());
            status = shop.status.as_str();
        }
        let opened = Moment::from_micros(row.int(5)?).rfc3339(&market.zone);
        sheet::add(&mut out, [id.to_string(), text(1), name, industry, kind, status.to_owned(), opened]);
    }
    Ok(out)
}

/// The shops that are run here.
pub(super) fn here(q: &mut impl Query) -> Result<HashMap<Id<Shop>, merchant::ShopView>, Error> {
    let (mut all, mut after) = (HashMap::new(), None);
    loop {
        let page = merchant::shops(q, after, PAGE)?;
        let Some(last) = page.last() else { return Ok(all) };
        after = Some(last.id);
        all.extend(page.into_iter().map(|shop| (shop.id, shop)));
    }
}

/// Reads a sheet whole.
pub fn check(path: &Path, market: &Market) -> Result<Checked<Row>, Error> {
    let mut sheet = Sheet::open(path, COLUMNS)?;
    let (mut good, mut seen) = (Vec::new(), HashSet::new());
    let rows = sheet.rows(|line| {
        let external_id = line.must("external_id", |cell| Ok(Box::<str>::from(cell)));
        let name = line.must("name", |cell| Ok(Box::<str>::from(cell)));
        let industry = line
            .maybe("industry", sheet::word(Industry::parse, Industry::ALL.iter().map(|one| one.as_str())));
        let kind = line.maybe("kind", sheet::word(Kind::parse, Kind::ALL.iter().map(|one| one.as_str())));
        let status =
            line.maybe("status", sheet::word(Status::parse, Status::ALL.iter().map(|one| one.as_str())));
        let opened_at = line.must("opened_at", sheet::moment(&market.zone));
        let given = line.maybe("shop", sheet::id::<Shop>);
        let made = external_id
            .as_ref()
            .zip(opened_at)
            .map(|(external, at)| Id::from_raw(RawId::of_external(at, "csv", &["shop", external])));
        let (Some(external_id), Some(name), Some(opened_at), Some(id)) =
            (external_id, name, opened_at, given.or(made))
        else {
            return;
        };
        if !seen.insert(id) {
            line.refuse("shop", "the shop stands in this file already");
        }
        if line.wrong.is_empty() {
            good.push(Row { id, external_id, name, industry, kind, status, opened_at });
        }
    });
    Ok(Checked { rows, good, wrong: sheet.wrong })
}

/// Tells of the shops, and takes up those that trade here.
pub fn apply(
    db: &Db,
    market: &Market,
    shops: &Checked<Row>,
    progress: &dyn Progress,
) -> Result<Report, Error> {
    let facts = shops.good.iter().map(|shop| {
        let fact = merchant::fact::Opened {
            at: shop.opened_at,
            shop: Some(shop.id),
            subject: shop.id,
            external_id: shop.external_id.clone(),
            name: shop.name.clone(),
            industry: shop.industry.map(|word| word.as_str().into()),
            kind: shop.kind.map(|word| word.as_str().into()),
        };
        fact.record()
    });
    let told = tell(db, market, facts, shops.good.len() as u64, progress)?;
    let told = told.values().next().copied().unwrap_or_default();
    let run: Vec<Row> = shops.good.iter().filter(|shop| shop.status.is_some()).cloned().collect();
    for chunk in run.chunks(CHUNK) {
        let chunk = chunk.to_vec();
        db.write_blocking("exchange.shops", Keys::bulk(), move |tx| -> Result<(), merchant::Error> {
            chunk.iter().try_for_each(|shop| take_up(tx, shop))
        })
        .map_err(WriteError::<merchant::Error>::flatten)?;
    }
    let Checked { rows, wrong, .. } = shops;
    Ok(Report { rows: *rows, new: told.new, known: told.known, kept: told.kept, wrong: wrong.clone() })
}

fn take_up(tx: &mut Tx<'_>, shop: &Row) -> Result<(), merchant::Error> {
    match merchant::shop(tx, shop.id) {
        // It is run here already, and stays as it is.
        Ok(_) => return Ok(()),
        Err(merchant::Error::NoShop(_)) => {}
        Err(err) => return Err(err),
    }
    let ctx = Ctx::new(shop.opened_at, Actor::Operator, seed(shop.id));
    let new = NewShop { name: shop.name.clone(), industry: shop.industry, kind: shop.kind, owner: None };
    merchant::adopt_shop(tx, &ctx, shop.id, &new)?;
    let step = match shop.status {
        Some(Status::Suspended) => Step::Suspend,
        Some(Status::Closed) => Step::Close,
        Some(Status::Open) | None => return Ok(()),
    };
    merchant::change_status(tx, &ctx, shop.id, step).map(drop)
}

/// The shops that a sheet may name: all that facts or people know.
pub(super) fn known(q: &mut impl Query, ask: &dyn Ask) -> Result<HashSet<Id<Shop>>, Error> {
    let mut all: HashSet<Id<Shop>> = here(q)?.into_keys().collect();
    for row in ask.rows("select subject from shop_opened", &[])? {
        all.insert(Id::from_raw(row.id(0)?));
    }
    Ok(all)
}

/// What the ids of a shop's import begin with: the same each time, and another's for no other shop.
fn seed(shop: Id<Shop>) -> u64 {
    shop.raw().bytes().iter().fold(0, |seed: u64, byte| seed.wrapping_mul(257).wrapping_add(u64::from(*byte)))
}
