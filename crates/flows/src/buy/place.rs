//! Placing: one transaction from a quote to orders that wait for their money.

use super::error::Error;
use super::price::{times, trades};
use super::{CheckoutServices, limit, risk};
use crate::promotion;
use kernel::id::{Member, Order, Purchase, Quote, Shop, Sku};
use kernel::{Ctx, Id, Moment};
use offer::catalog;
use people::member;
use people::vault::Postal;
use std::collections::BTreeSet;
use store::{Key, Keys, Query, Tx};
use supply::warehouse::{self, Basket, Clock, Line as Demand};
use trade::delivery::DeliveryMethod;
use trade::order::{self, Address, Line, NewOrder, PlaceOrder, PurchaseView, Sums};
use trade::price::{LinePriced, ShopPriced};
use trade::quote::{self, Shown};
use trade::{cart, coupon};

/// What placing a quote has to know, found before its write: the price that holds, where the goods lie, where they go. The
/// write is refused if the quote was taken meanwhile or the stock is not there; the rest is as if it had come a moment
/// earlier.
#[derive(Debug, Clone)]
pub struct Placing {
    quote: quote::Quote,
    /// From when the promises of each part count.
    from: Vec<Moment>,
    plan: warehouse::Plan,
    postal: Option<Postal>,
    /// What the buyer says to the shops.
    remarks: Vec<(Id<Shop>, Box<str>)>,
}

impl Placing {
    /// The same with what the buyer says to shops; what is said to one that is not bought from is dropped.
    pub fn saying(mut self, remarks: &[(Id<Shop>, String)]) -> Result<Self, Error> {
        for (shop, text) in remarks {
            if let Some(text) = order::remark_of(text)? {
                self.remarks.push((*shop, text));
            }
        }
        Ok(self)
    }

    /// What its write touches.
    pub fn keys(&self) -> Keys {
        let own = [Key::new("quote", self.quote.id), Key::new("cart_line", self.quote.member)];
        self.plan.keys().and(own)
    }
}

/// Finds what placing a quote has to know, or why it cannot be placed.
pub fn find(
    q: &mut impl Query,
    services: &CheckoutServices,
    now: Moment,
    member: Id<Member>,
    quote: Id<Quote>,
) -> Result<Placing, Error> {
    let quote = quote::standing(q, now, member, quote)?;
    let skus: Vec<Id<Sku>> = quote.lines.iter().map(|line| line.sku).collect();
    still_on_sale(q, &skus)?;
    let parts = parts(&quote.priced.shops, &quote.lines);
    let from = parts.iter().map(|part| trades(q, part.priced.shop, now)).collect::<Result<_, _>>()?;
    let baskets: Vec<Basket> = parts.iter().filter_map(|part| part.basket(None)).collect();
    let plan = warehouse::plan(q, &baskets)?;
    let postal = match quote.address {
        // What needs no parcel goes nowhere, and nobody's address is copied for it.
        _ if quote.lines.iter().all(|line| line.digital) => None,
        Some(address) => Some(member::address(q, services.vault(), member, address)?.postal),
        None => return Err(Error::NoAddress),
    };
    Ok(Placing { quote, from, plan, postal, remarks: Vec::new() })
}

/// Places what a quote holds, over all its shops or not at all. It waits for its payment as long as the terms say.
pub fn place(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    services: &CheckoutServices,
    member: Id<Member>,
    quote: Id<Quote>,
) -> Result<PurchaseView, Error> {
    place_from(tx, ctx, services, (member, None), quote)
}

/// The same for a buyer whose device is known by a word of its own.
pub fn place_from(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    services: &CheckoutServices,
    (member, device): (Id<Member>, Option<&str>),
    quote: Id<Quote>,
) -> Result<PurchaseView, Error> {
    place_saying(tx, ctx, services, (member, device), quote, &[])
}

/// The same with what the buyer says to the shops.
pub fn place_saying(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    services: &CheckoutServices,
    (member, device): (Id<Member>, Option<&str>),
    quote: Id<Quote>,
    remarks: &[(Id<Shop>, String)],
) -> Result<PurchaseView, Error> {
    let placing = find(tx, services, ctx.now, member, quote)?.saying(remarks)?;
    place_found(tx, ctx, services, device, &placing)
}

/// The same by what was found before the write, which should name [`Placing::keys`].
pub fn place_found(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    services: &CheckoutServices,
    device: Option<&str>,
    Placing { quote, from, plan, postal, remarks }: &Placing,
) -> Result<PurchaseView, Error> {
    quote::take_standing(tx, ctx, quote)?;
    let member = quote.member;
    let parts = parts(&quote.priced.shops, &quote.lines);
    let skus: Vec<Id<Sku>> = quote.lines.iter().map(|line| line.sku).collect();

    let purchase: Id<Purchase> = ctx.id();
    let taken: Vec<_> = quote.priced.applied.iter().map(|one| (&one.claimed, one.amount)).collect();
    coupon::spend(tx, ctx, member, purchase, &taken)?;
    for line in quote.priced.shops.iter().flat_map(|shop| &shop.lines) {
        if let Some(most) = line.limit
            && !limit::buy(tx, member, purchase, (line.sku, line.quantity, most))?
        {
            return Err(Error::Limit { sku: line.sku, limit: most });
        }
    }

    let terms = services.terms_of(&quote.priced.terms, ctx.now)?;
    let pay_by = terms.pay_by(ctx.now);
    let ids: Vec<Id<Order>> = parts.iter().map(|_| ctx.id()).collect();
    let baskets: Vec<Basket> =
        parts.iter().zip(&ids).filter_map(|(part, id)| part.basket(Some((*id, pay_by)))).collect();
    let reserved = warehouse::reserve_as(tx, ctx, &baskets, plan)?;
    for (sku, there) in reserved.iter().flat_map(|made| &made.late) {
        if quote.lines.iter().any(|line| line.sku == *sku && !line.backorder) {
            return Err(Error::Backordered { sku: *sku, there: *there });
        }
    }

    let address = sent_to(tx, services, purchase, postal.as_ref())?;
    let bought = (&quote.priced, postal.as_ref(), device);
    let checked = risk::check(tx, services, terms.risk.as_ref(), (member, ctx.now), bought)?;
    let (day, mut codes) = (ctx.now.date(&services.market().zone), Vec::with_capacity(parts.len()));
    let mut orders = Vec::with_capacity(parts.len());
    for ((part, from), id) in parts.iter().zip(from).zip(ids) {
        let reserved =
            reserved.iter().map(|made| &made.reservation).find(|held| held.shop == part.priced.shop);
        let warehouses: BTreeSet<_> =
            reserved.iter().flat_map(|held| &held.claims).map(|claim| claim.place.warehouse).collect();
        let reservation = reserved.map(|held| held.id);
        let code = order::free_code(tx, day, id, &codes).map_err(order::Error::from)?;
        codes.push(code.clone());
        let bill = quote.priced.bill(part.priced.shop);
        let bill = serde_json::to_string(&bill)
            .map_err(|err| store::StoreError::Unreadable(format!("a bill cannot be written: {err}")))?;
        orders.push(NewOrder {
            reservation,
            code: Some(code),
            sites: i64::try_from(warehouses.len()).unwrap_or(i64::MAX),
            bill: bill.into(),
            remark: remarks.iter().find(|(shop, _)| *shop == part.priced.shop).map(|(_, text)| text.clone()),
            ..part.order(services, ctx.now.max(*from), id)?
        });
    }
    let placed = order::place(
        tx,
        ctx,
        &PlaceOrder {
            member,
            purchase,
            quote: quote.id,
            address,
            pay_by,
            terms: terms.version.clone(),
            rules: Some(terms.version.clone()),
            orders,
            checked,
        },
    )?;
    if !quote.apart {
        cart::clear_bought(tx, member, &skus)?;
    }
    Ok(placed)
}

/// Fails unless all of it is still on sale. Prices and texts stay those of the quote.
fn still_on_sale(q: &mut impl Query, skus: &[Id<Sku>]) -> Result<(), Error> {
    let offers = catalog::offers(q, skus)?;
    let on_sale = |sku: &&Id<Sku>| offers.iter().any(|offer| offer.sku == **sku && offer.on_sale);
    let gone: Vec<Id<Sku>> = skus.iter().filter(|sku| !on_sale(sku)).copied().collect();
    if gone.is_empty() { Ok(()) } else { Err(Error::NotOnSale(gone)) }
}

/// Keeps the address under the purchase's id, and says as much of it as shops may see.
fn sent_to(
    tx: &mut Tx<'_>,
    services: &CheckoutServices,
    purchase: Id<Purchase>,
    postal: Option<&Postal>,
) -> Result<Address, Error> {
    let subject = purchase.raw();
    let Some(postal) = postal else { return Ok(Address { shown: "".into(), subject }) };
    let shown = member::keep_address(tx, services.vault(), postal, subject)?;
    let shown = format!("{} {} {} {}", shown.recipient, shown.phone, shown.province, shown.city);
    Ok(Address { shown: shown.into(), subject })
}

/// One shop's part of a quote: its price, and what was shown.
struct Part<'a> {
    priced: &'a ShopPriced,
    shown: &'a [Shown],
}

/// The parts of a quote; what was shown stands in the order of the price's shops and lines.
fn parts<'a>(shops: &'a [ShopPriced], mut shown: &'a [Shown]) -> Vec<Part<'a>> {
    let mut parts = Vec::with_capacity(shops.len());
    for priced in shops {
        let (mine, rest) = shown.split_at(priced.lines.len().min(shown.len()));
        shown = rest;
        parts.push(Part { priced, shown: mine });
    }
    parts
}

impl Part<'_> {
    fn lines(&self) -> impl Iterator<Item = (&LinePriced, &Shown)> {
        self.priced.lines.iter().zip(self.shown)
    }

    /// What of it is kept as stock, codes included; none if there is no end of all of it.
    fn basket(&self, order: Option<(Id<Order>, Moment)>) -> Option<Basket> {
        let stocked = self.lines().filter(|(_, shown)| !shown.digital || shown.codes);
        let lines: Vec<Demand> = stocked
            .map(|(line, shown)| {
                let campaign = promotion::campaign_of(&shown.via);
                Demand { sku: line.sku, quantity: line.quantity, campaign }
            })
            .collect();
        (!lines.is_empty()).then(|| Basket {
            shop: self.priced.shop,
            lines,
            nearest: Vec::new(),
            // The purchase has the clock: whatever ends it gives the stock back with it.
            until: order.map(|(_, pay_by)| pay_by),
            clock: Clock::Caller,
            reference: order.map(|(id, _)| id.to_string().into()),
        })
    }

    /// The order that it becomes, its promises counted from a moment, without its stock and its bill.
    fn order(&self, services: &CheckoutServices, from: Moment, id: Id<Order>) -> Result<NewOrder, Error> {
        let mut promise: Option<(Moment, order::Promise)> = None;
        for (_, shown) in self.lines() {
            let (by, version) = services.ship_by(&shown.ship, from)?;
            // Goods under several promises go together: the last one counts.
            if promise.as_ref().is_none_or(|(latest, _)| *latest < by) {
                promise = Some((by, order::Promise { id: shown.ship.clone(), version }));
            }
        }
        let (ship_by, promise) = promise.ok_or(Error::Nothing)?;
        let delivery_method =
            self.priced.freight.delivery_method.as_ref().map(|priced| &priced.delivery_method);
        let (ship_by, deliver_by) = times(services, from, ship_by, delivery_method);
        let named = |delivery_method: &DeliveryMethod| order::DeliveryMethod {
            code: delivery_method.code.clone(),
            zh: delivery_method.zh.clone(),
            en: delivery_method.en.clone(),
        };
        let line = |(line, shown): (&LinePriced, &Shown)| Line {
            sku: line.sku,
            product: line.product,
            title: shown.title.clone(),
            variant: shown.variant.clone(),
            media: shown.media.clone(),
            quantity: line.quantity,
            unit: line.unit,
            paid: line.paid,
            digital: shown.digital,
            via: shown.via.clone(),
        };
        let ShopPriced { shop, goods, discount, freight, total, subsidy, fee, commission, .. } = self.priced;
        Ok(NewOrder {
            id,
            shop: *shop,
            lines: self.lines().map(line).collect(),
            sums: Sums {
                goods: *goods,
                discount: *discount,
                freight: freight.paid,
                total: *total,
                fee: *fee,
                commission: *commission,
                coupon: *subsidy,
            },
            promise,
            ship_by,
            deliver_by,
            reservation: None,
            delivery_method: delivery_method.map(named),
            excluded: None,
            insured: None,
            code: None,
            sites: 0,
            remark: None,
            bill: "".into(),
        })
    }
}
