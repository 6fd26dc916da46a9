//! A shop's orders: to find, to ship, to note something on.

use crate::lang::{Lang, t};
use crate::principal::Principal;
use crate::problem::Failure;
use crate::site::Site;
use flows::ship::Parcel;
use kernel::id::{Order, Shop};
use kernel::{Actor, Id, Market, Moment};
use people::vault::{Postal, Why as Reason};
use serde::Serialize;
use store::{Key, Keys};
use supply::warehouse;
use trade::order::{self, Side, Status};
use trade::payment::{Refund, RefundStatus, Why};

/// What a shop gets of an order.
pub fn shop_gets(sums: &order::Sums) -> kernel::Money {
    let minor = sums.total.minor + sums.coupon.minor - sums.fee.minor - sums.commission.minor;
    kernel::Money::new(minor, sums.total.currency)
}

/// What a shop gets of an order as it stands: nothing of one that ended without a sale.
pub fn shop_gets_of(order: &order::Order) -> kernel::Money {
    match order.status {
        Status::Unpaid | Status::Paid | Status::Shipped | Status::Received => shop_gets(&order.net()),
        Status::Cancelled | Status::Closed | Status::Refunded => {
            kernel::Money::new(0, order.sums.total.currency)
        }
    }
}

/// What an order's total is made of, in one line that adds up; none where it is the price of the goods alone.
pub fn made_of(lang: Lang, sums: &order::Sums) -> Option<String> {
    let money = |amount| crate::fmt::money(lang, amount);
    let mut line = format!("{}{}", t(lang, "商品 ", "Goods "), money(sums.goods));
    if sums.freight.minor != 0 {
        line += &format!(" + {}{}", t(lang, "运费 ", "shipping "), money(sums.freight));
    }
    if sums.discount.minor != 0 {
        line += &format!(" − {}{}", t(lang, "优惠 ", "discounts "), money(sums.discount));
    }
    (sums.freight.minor != 0 || sums.discount.minor != 0).then_some(line)
}

/// Money of an order, or of its whole purchase, that goes back or went.
pub fn refunds_of(q: &mut store::Read<'_>, view: &order::OrderView) -> Result<Vec<Refund>, Failure> {
    let mut all = trade::payment::refunds_of_purchase(q, view.order.purchase)?;
    all.retain(|refund| refund.order.is_none_or(|of| of == view.order.id));
    Ok(all)
}

/// Why money of a purchase goes back, in a sentence.
pub const fn back_why(lang: Lang, refund: &Refund) -> &'static str {
    match refund.why {
        Why::Cancelled => t(lang, "付款后取消", "Cancelled after payment"),
        Why::Late => t(lang, "到账时订单已经结束", "The money came after the order was over"),
        Why::Double => t(lang, "重复付款", "Paid twice"),
        Why::Short => t(lang, "付少了，不够付这笔购买", "Too little came to pay for the purchase"),
        Why::Surplus => t(lang, "多付的部分", "More came than was due"),
        Why::Aftersale => t(lang, "售后退款", "Return or refund"),
    }
}

/// What comes next for money that goes back.
pub const fn back_next(lang: Lang, refund: &Refund) -> &'static str {
    match (refund.status, refund.by_hand) {
        (RefundStatus::Sent, _) => t(lang, "已退回付款的账户", "Sent back to the account that paid"),
        (RefundStatus::Failed, _) => {
            t(lang, "没退成，平台的人会再退一次", "It failed; the platform's staff send it again")
        }
        (RefundStatus::Wanted, true) => {
            t(lang, "等平台财务转回付款的账户", "The platform's finance staff transfer it back")
        }
        (RefundStatus::Wanted, false) => {
            t(lang, "正在退回付款的账户", "On its way back to the account that paid")
        }
    }
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

/// What a page of the order record begins after, from the `next` of the page before.
pub fn recorded_after(text: &str) -> Result<govern::view::After, Failure> {
    let parts = text.split_once('-').and_then(|(at, id)| Some((at.parse::<i64>().ok()?, id)));
    let (at, id) = parts.ok_or_else(|| Failure::invalid("after must be the \"next\" of the page before"))?;
    Ok(govern::view::After { placed_at: Moment::from_micros(at), external_id: id.to_owned() })
}

/// The `next` of a page of the order record that ends with this order.
pub fn recorded_key(order: &govern::view::OrderView) -> String {
    format!("{}-{}", order.placed_at.micros(), order.external_id)
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
pub fn why(text: &str) -> Result<Reason, Failure> {
    Reason::parse(text).ok_or_else(|| {
        let words = Reason::ALL.map(Reason::as_str).join(", ");
        Failure::invalid(format!("why must be one of {words}"))
    })
}

/// The write behind a look. What it answers is never stored: a stored answer would be personal data in the clear.
pub async fn revealed(
    site: &Site,
    who: &Principal,
    side: Side,
    order: Id<Order>,
    why: Reason,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_of_another_list_is_refused() {
        let after = recorded_after("17-a-b").unwrap();
        assert_eq!((after.placed_at.micros(), after.external_id.as_str()), (17, "a-b"));
        for bad in ["", "17", "x-y", "-"] {
            assert!(recorded_after(bad).is_err(), "{bad}");
        }
    }
}
