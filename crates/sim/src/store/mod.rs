//! The demo's storefront: what the history's shops sell, with pictures, stock, prices, coupons, and people to sign in as.
//!
//! Everything goes through the commands that people use. What a shop sells is decided first, from the plan's seed alone;
//! then the pictures that it needs are drawn, each once; then it is written, shop by shop.
//!
//! Invariants: the same plan makes the same shops, products, prices and stock; nothing happens before its shop opened or
//! after the plan's end; no title claims what the market's words forbid.

mod art;
mod bulk;
mod coupons;
mod goods;
mod listing;
mod people;
mod pictures;
mod place;
mod shelf;
mod sold;
mod tree;

pub use bulk::{Bulk, Stocked, bulk};
pub use people::{PASSWORD, Person};
pub use place::{Error, Place};
pub use sold::{Sample, Sold, Trades, sold};

use crate::history::{self, Plan};
use kernel::{Id, Progress, id};

/// What was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Storefront {
    /// Who can sign in.
    pub people: Vec<Person>,
    /// How many products.
    pub products: usize,
    /// How many variants of them.
    pub skus: usize,
    /// How many pictures.
    pub pictures: usize,
}

/// Makes the storefront of a plan whose history is told.
pub fn open(place: Place<'_>, plan: &Plan, progress: &dyn Progress) -> Result<Storefront, Error> {
    let shops = history::shops(plan)?;
    let own = shops.iter().position(|shop| shop.industry == "home").unwrap_or(0);
    let stock = listing::decide(plan, &shops, own);
    let pictures = pictures::draw(place.blobs, &stock, progress)?;
    let made = people::make(place, plan, &shops, own)?;
    let categories = tree::make(place.db, plan)?;
    let (mut products, mut skus, mut shown) = (0, 0, Vec::<Id<id::Product>>::new());
    for (n, shop) in shops.iter().enumerate() {
        progress.at("shops", n as u64, shops.len() as u64);
        let listings = stock[n].clone();
        let filled = shelf::fill(
            (place.db, place.vault),
            plan,
            (n, shop, n == own),
            listings,
            &categories,
            &pictures,
        )?;
        products += filled.products.len();
        skus += filled.skus;
        shown.extend(filled.products.iter().take(if n == own { 4 } else { 1 }));
    }
    coupons::make(place.db, plan, &shops, own, made.consumer)?;
    shelf::mall(place.db, plan, &shown, &pictures)?;
    Ok(Storefront { people: made.people, products, skus, pictures: pictures.count() })
}
