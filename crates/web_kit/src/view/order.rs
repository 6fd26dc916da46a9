//! A shop's orders: to find, to ship, to note something on.

use crate::principal::Principal;
use crate::problem::Failure;
use crate::site::Site;
use flows::ship::Parcel;
use kernel::id::{Order, Shop};
use kernel::{Actor, Id, Market, Moment};
use people::vault::{Postal, Why};
use serde::Serialize;
use store::{Key, Keys};
use supply::warehouse;
use trade::order::{self, Side, Status};

/// What a shop gets of an order.
pub fn shop_gets(sums: &order::Sums) -> kernel::Money {
    let minor = sums.total.minor + sums.coupon.minor - sums.fee.minor - sums.commission.minor;
    kernel::Money::new(minor, sums.total.currency)
}

/// What people call an order: its number, or its id where it has none.
pub fn called(order: &order::Order) -> String {
    order.code.as_deref().map_or_else(|| order.id.to_string(), order::said)
}

/// An order that is asked for by its id or its number.
pub type Named = (Option<Id<Order>>, Option<Box<str>>);

/// What a filter asks for: an id, or a number that people say.
pub fn named(text: Option<&str>) -> Result<Named, Failure> {
    match text.and_then(order::code_of) {
        Some(code) => Ok((None, Some(code))),
        None => Ok((crate::input::asked_id("order", text)?, None)),
    }
}

/// Whether an order should have shipped by now.
pub fn is_overdue(order: &order::Order, now: Moment) -> bool {
    order.status == Status::Paid && !order.held && order.ship_by < now
}

/// A status by its word.
pub fn status(text: &str) -> Result<Status, Failure> {
    Status::parse(text).ok_or_else(|| {
        let words = Status::ALL.map(Status::as_str).join(", ");
        Failure::invalid(format!("status must be one of {words}, not \"{}\"", crate::problem::brief(text)))
    })
}

/// The beginning of a day and the end of another, as a filter has them.
pub fn days(
    market: &Market,
    from: Option<&str>,
    until: Option<&str>,
) -> Result<(Option<Moment>, Option<Moment>), Failure> {
    let from = from.map(|text| crate::input::date("from", text)).transpose()?;
    let until = until.map(|text| crate::input::date("until", text)).transpose()?;
    let start = |date| Moment::day_start(date, &market.zone);
    let end = |date: kernel::Date| date.tomorrow().ok().and_then(start);
    Ok((from.and_then(start), until.and_then(end)))
}

/// The most orders of one write.
pub const MOST_PARCELS: usize = 50;

/// The keys of a write that ships; an order of another shop is not found here already.
pub async fn keys_to_ship(site: &Site, shop: Id<Shop>, parcels: &[Parcel]) -> Result<Keys, Failure> {
    let ids: Vec<Id<Order>> = parcels.iter().map(|parcel| parcel.order).collect();
    site.read(move |q| {
        let mut keys = Keys::none();
        for id in ids {
            keys = keys.and(flows::buy::keys_of_order(q, Side::Shop(shop), id)?);
        }
        Ok(keys)
    })
    .await
}

/// A recipient in the clear.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Recipient {
    /// Who receives.
    pub recipient: String,
    /// The number the courier calls.
    pub phone: String,
    /// Province, state or the like.
    pub province: String,
    /// City.
    pub city: String,
    /// District; may be empty.
    pub district: String,
    /// Street, house, room.
    pub street: String,
    /// Postal code; may be empty.
    pub postcode: String,
}

impl From<Postal> for Recipient {
    fn from(postal: Postal) -> Self {
        Self {
            recipient: postal.recipient,
            phone: postal.phone,
            province: postal.province,
            city: postal.city,
            district: postal.district,
            street: postal.street,
            postcode: postal.postcode,
        }
    }
}

/// A reason by its word.
pub fn why(text: &str) -> Result<Why, Failure> {
    Why::parse(text).ok_or_else(|| {
        let words = Why::ALL.map(Why::as_str).join(", ");
        Failure::invalid(format!("why must be one of {words}"))
    })
}

/// The write behind a look. What it answers is never stored: a stored answer would be personal data in the clear.
pub async fn revealed(
    site: &Site,
    who: &Principal,
    side: Side,
    order: Id<Order>,
    why: Why,
) -> Result<Recipient, Failure> {
    if !matches!(who.actor(), Actor::Member(_)) {
        return Err(crate::refusal::Refusal::NeedsAPerson.into());
    }
    let (ctx, vault) = (site.ctx(who), site.vault.clone());
    let keys = Keys::of([Key::new("order_head", order)]);
    let shown = site.db.write("order.reveal", keys, move |tx| {
        flows::address::reveal(tx, &ctx.clone(), &vault, side, order, why)
    });
    Ok(shown.await?.into())
}

/// What of an order leaves from a warehouse.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct FromSite {
    /// Which.
    pub warehouse: String,
    /// What it is called.
    pub name: String,
    /// What leaves from it: of a kit, the parts.
    pub lines: Vec<FromSiteLine>,
}

/// Units that leave from a warehouse.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct FromSiteLine {
    /// Of what.
    pub sku: String,
    /// How many.
    pub quantity: i64,
}

/// From which warehouses an order leaves; nothing, if it is one.
pub fn sites(q: &mut store::Read<'_>, order: &order::Order) -> Result<Vec<FromSite>, Failure> {
    let Some(reservation) = order.reservation.filter(|_| order.sites > 1) else { return Ok(Vec::new()) };
    let kept = warehouse::reservation(q, order.shop, reservation)?;
    let named = warehouse::warehouses(q, order.shop, None, MOST_SITES)?;
    let mut sites: Vec<FromSite> = Vec::new();
    for claim in &kept.claims {
        let id = claim.place.warehouse.to_string();
        let line = FromSiteLine { sku: claim.place.sku.to_string(), quantity: claim.quantity };
        match sites.iter_mut().find(|site| site.warehouse == id) {
            Some(site) => site.lines.push(line),
            None => {
                let name = named.iter().find(|site| site.id == claim.place.warehouse);
                let name = name.map_or_else(|| id.clone(), |site| site.name.to_string());
                sites.push(FromSite { warehouse: id, name, lines: vec![line] });
            }
        }
    }
    Ok(sites)
}

/// How many warehouses of a shop are looked through for their names.
const MOST_SITES: i64 = 200;
