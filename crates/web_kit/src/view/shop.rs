//! The shops somebody works in, and what one of them is.

use crate::principal::Principal;
use crate::problem::Failure;
use crate::site::Site;
use kernel::id::{Order, Shop};
use kernel::{Id, Market, Moment, Money};
use ledger::Account;
use offer::catalog;
use people::merchant::{self, ShopView};
use store::Read;
use trade::order::{self, DueOrders, Filter, Standing};

/// The most shops of one member that are shown.
pub const MOST: usize = 50;

/// The shops somebody works in.
pub async fn shops(site: &Site, who: &Principal) -> Result<Vec<ShopView>, Failure> {
    let ids: Vec<Id<Shop>> = who.shops().iter().copied().take(MOST).collect();
    site.read(move |q| {
        let mut found = Vec::new();
        for id in ids {
            match merchant::shop(q, id) {
                Ok(shop) => found.push(shop),
                Err(merchant::Error::NoShop(_)) => {}
                Err(other) => return Err(other.into()),
            }
        }
        Ok(found)
    })
    .await
}

/// What a shop has to do today, and where its money stands.
pub struct Today {
    /// The shop.
    pub shop: ShopView,
    /// What to ship, by the hour.
    pub due: Vec<DueOrders>,
    /// Paid and not received.
    pub standing: Vec<Standing>,
    /// What the shop has to get.
    pub payable: Money,
    /// SKUs whose stock is low.
    pub low: Vec<crate::view::stock::StockRow>,
    /// Edits that wait, were sent back, or are drafts.
    pub edits: Vec<catalog::EditView>,
    /// The newest orders of today.
    pub orders: Vec<order::Order>,
    /// Whether there were more than those.
    pub more: bool,
}

/// How many of the day's orders are read for where they came from.
pub const NEWEST: usize = 150;

/// Everything the first page of a shop shows: as many statements, however large the shop.
pub fn today_of(q: &mut Read<'_>, market: &Market, now: Moment, shop: Id<Shop>) -> Result<Today, Failure> {
    let view = merchant::shop(q, shop)?;
    let due = order::due_of_shop(q, shop, 24)?;
    let standing = order::standing_of_shop(q, shop)?;
    let payable = ledger::balance(q, &Account::Payable(shop), market.currency)?;
    let low = crate::view::stock::rows(q, shop, true, None, 12)?;
    let edits = crate::view::product::edits_of(q, shop, &catalog::EditFilter::default(), None, 20)?;
    let from = Moment::day_start(now.date(&market.zone), &market.zone);
    let filter = Filter { from, ..Filter::default() };
    let mut orders = order::of_shop(q, shop, &filter, None::<Id<Order>>, NEWEST as i64 + 1)?;
    let more = orders.len() > NEWEST;
    orders.truncate(NEWEST);
    Ok(Today { shop: view, due, standing, payable, low, edits, orders, more })
}
