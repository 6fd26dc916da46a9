//! A price for what a buyer wants: what is offered, for how much, with which coupons, and when it comes.

use super::error::Error;
use super::{CheckoutServices, limit};
use crate::promotion;
use kernel::id::{Address, Member, Product, Quote, Shop, Sku};
use kernel::{Ctx, Id, Moment, Money};
use offer::catalog::{self, GoodsKind, Offer};
use people::member;
use people::merchant::{self, Holiday, HolidayOrders};
use std::collections::{BTreeMap, BTreeSet};
use store::{Query, Tx};
use supply::digital::{self, Delivery};
use supply::warehouse;
use trade::delivery::{DeliveryMethod, STANDARD};
use trade::price::{self, Asked, Freight, LineAsked, Priced, ShopAsked};
use trade::quote::{Keep, Shown};
use trade::scene::Via;
use trade::{cart, coupon, delivery, quote};

/// An hour in microseconds.
const HOUR: i64 = 3_600_000_000;

/// One variant that a buyer wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Which.
    pub sku: Id<Sku>,
    /// How many.
    pub quantity: i64,
    /// Where the buyer came upon it.
    pub via: Via,
}

/// What a price is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// What is wanted; the same variant twice adds up, and the first scene of it stands.
    pub lines: Vec<Wanted>,
    /// Where it is to be sent. Without one the price can be seen, and only what needs no parcel can be bought.
    pub address: Option<Id<Address>>,
    /// By which way each shop is to send it, by the way's code (see [`trade::delivery`]); a shop that is not named sends it
    /// by the standard one. Shops of which nothing is wanted are left aside.
    pub delivery_methods: Vec<(Id<Shop>, Box<str>)>,
}

/// A price, and all that an order will keep of what was shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ready {
    /// For whom.
    pub member: Id<Member>,
    /// Where it goes.
    pub address: Option<Id<Address>>,
    /// The price.
    pub priced: Priced,
    /// What was shown, in the order of the price's shops and lines.
    pub lines: Vec<Shown>,
    /// From when each shop's promises count, in the order of the price's shops: now, or from the end of its holiday.
    pub from: Vec<Moment>,
    /// Until when it holds.
    pub until: Moment,
    /// Whether it is bought apart from the cart, which then stays as it is.
    pub apart: bool,
}

impl Ready {
    /// The same, bought apart from the cart: what lies there stays, also what is the same.
    pub fn apart(self) -> Self {
        Self { apart: true, ..self }
    }
}

/// What a member's cart holds, or the part of it that is named, as one wants it.
pub fn wanted_of_cart(
    q: &mut impl Query,
    member: Id<Member>,
    only: Option<&[Id<Sku>]>,
) -> Result<Vec<Wanted>, Error> {
    let lines = cart::lines(q, member)?;
    let named = |sku: &Id<Sku>| only.is_none_or(|only| only.contains(sku));
    let chosen = lines.into_iter().filter(|line| named(&line.sku));
    Ok(chosen.map(|line| Wanted { sku: line.sku, quantity: line.quantity, via: line.via }).collect())
}

/// Prices what is wanted. Changes nothing; [`keep`] makes the price hold.
pub fn price(
    q: &mut impl Query,
    services: &CheckoutServices,
    now: Moment,
    member: Id<Member>,
    ask: &Ask,
) -> Result<Ready, Error> {
    let terms = services.terms(now)?;
    let wanted = added_up(&ask.lines);
    if wanted.is_empty() {
        return Err(Error::Nothing);
    }
    if wanted.len() as i64 > terms.most_lines {
        return Err(price::Error::Lines { lines: wanted.len() as i64, most: terms.most_lines }.into());
    }
    let skus: Vec<Id<Sku>> = wanted.iter().map(|wanted| wanted.sku).collect();
    let offers: BTreeMap<Id<Sku>, Offer> =
        catalog::offers(q, &skus)?.into_iter().map(|offer| (offer.sku, offer)).collect();
    let missing: Vec<Id<Sku>> =
        skus.iter().filter(|sku| !offers.get(*sku).is_some_and(|offer| offer.on_sale)).copied().collect();
    if !missing.is_empty() {
        return Err(Error::NotOnSale(missing));
    }
    if let Some(address) = ask.address {
        member::has_address(q, member, address)?;
    }
    let late = late(q, &offers, &wanted)?;
    let codes = codes(q, &offers)?;
    let mut shops: Vec<ShopAsked> = Vec::new();
    let mut shown: Vec<Vec<Shown>> = Vec::new();
    let mut from: Vec<Moment> = Vec::new();
    for wanted in &wanted {
        let Some(offer) = offers.get(&wanted.sku) else { continue };
        // Shops stand in the order in which they are first named.
        let at = match shops.iter().position(|shop| shop.shop == offer.shop) {
            Some(at) => at,
            None => {
                from.push(trades(q, offer.shop, now)?);
                let delivery_method = chosen(q, &ask.delivery_methods, offer.shop)?;
                shops.push(ShopAsked { shop: offer.shop, lines: Vec::new(), delivery_method });
                shown.push(Vec::new());
                shops.len() - 1
            }
        };
        let had = match offer.limit {
            Some(_) => limit::had(q, member, wanted.sku)?,
            None => 0,
        };
        shops[at].lines.push(asked(offer, wanted, had));
        shown[at].push(as_shown(offer, wanted, late.contains(&wanted.sku), codes.contains(&wanted.sku)));
    }
    for (shop, shown) in shops.iter().zip(&shown) {
        if let Some(delivery_method) = &shop.delivery_method
            && !delivery_method.takes(parcel(shop, shown))
        {
            return Err(
                delivery::Error::NotForThese { shop: shop.shop, code: delivery_method.code.clone() }.into()
            );
        }
    }
    let mut claims = coupon::in_hand(q, member, now, terms.most_claims)?;
    crate::coupon::mark_outside(q, now, member, &mut claims)?;
    let priced = price::price(&Asked { shops, claims }, terms, now)?;
    let until = terms.quote_until(now);
    let until = priced.ends().map_or(until, |ends| ends.min(until));
    Ok(Ready {
        member,
        address: ask.address,
        priced,
        lines: shown.into_iter().flatten().collect(),
        from,
        until,
        apart: false,
    })
}

/// Keeps a price: until it ends, what was asked for can be placed at it, once.
pub fn keep(tx: &mut Tx<'_>, ctx: &Ctx, ready: &Ready) -> Result<(Id<Quote>, Moment), Error> {
    let Ready { member, address, priced, lines, until, apart, .. } = ready;
    let keep = Keep { priced, address: *address, lines, until: *until, note: None, apart: *apart };
    Ok(quote::keep(tx, ctx, *member, &keep)?)
}

/// The way that was chosen of a shop, if it is not the standard one.
fn chosen(
    q: &mut impl Query,
    delivery_methods: &[(Id<Shop>, Box<str>)],
    shop: Id<Shop>,
) -> Result<Option<DeliveryMethod>, Error> {
    match delivery_methods.iter().find(|(of, _)| *of == shop) {
        Some((_, code)) if **code != *STANDARD => Ok(Some(delivery::delivery_method(q, shop, code)?)),
        Some(_) | None => Ok(None),
    }
}

/// What of a shop's goods goes into its parcel.
fn parcel<'a>(shop: &'a ShopAsked, shown: &'a [Shown]) -> impl Iterator<Item = (&'a str, Id<Product>)> + 'a {
    let lines = shop.lines.iter().zip(shown).filter(|(_, shown)| !shown.digital);
    lines.map(|(line, _)| (&*line.category, line.product))
}

/// When a shop's part ships and arrives that would ship by a moment: a way may promise to bring it sooner or later than
/// that, counted from the purchase.
pub(crate) fn times(
    services: &CheckoutServices,
    now: Moment,
    ship_by: Moment,
    delivery_method: Option<&DeliveryMethod>,
) -> (Moment, Moment) {
    match delivery_method.and_then(|delivery_method| delivery_method.within) {
        Some(hours) => {
            let deliver_by = now.plus_micros(hours.saturating_mul(HOUR));
            (ship_by.min(deliver_by), deliver_by)
        }
        None => (ship_by, services.deliver_by(ship_by)),
    }
}

/// Which of what is wanted would be back-ordered. Nobody is asked about what is never sold beyond its stock.
fn late(
    q: &mut impl Query,
    offers: &BTreeMap<Id<Sku>, Offer>,
    wanted: &[Wanted],
) -> Result<BTreeSet<Id<Sku>>, Error> {
    let mut asked: BTreeMap<Id<Shop>, Vec<Id<Sku>>> = BTreeMap::new();
    for offer in offers.values().filter(|offer| offer.backorder.is_some()) {
        asked.entry(offer.shop).or_default().push(offer.sku);
    }
    let mut late = BTreeSet::new();
    for (shop, skus) in asked {
        for (sku, available) in warehouse::in_stock(q, shop, &skus)? {
            // What is sold in a campaign comes from its pool, and is never back-ordered.
            let of = |wanted: &&Wanted| wanted.sku == sku && promotion::campaign_of(&wanted.via).is_none();
            let want = wanted.iter().find(of).map_or(0, |wanted| wanted.quantity);
            if available.in_stock < want && available.backorder > 0 {
                late.insert(sku);
            }
        }
    }
    Ok(late)
}

/// Which of what is offered is delivered as codes. What goes without a parcel and has nothing to be delivered, no code and no
/// file, cannot be bought. Nobody is asked about what is shipped.
fn codes(q: &mut impl Query, offers: &BTreeMap<Id<Sku>, Offer>) -> Result<BTreeSet<Id<Sku>>, Error> {
    let mut asked: BTreeMap<Id<Shop>, Vec<Id<Sku>>> = BTreeMap::new();
    for offer in offers.values().filter(|offer| offer.kind == GoodsKind::Digital) {
        asked.entry(offer.shop).or_default().push(offer.sku);
    }
    let (mut codes, mut unsaid) = (BTreeSet::new(), Vec::new());
    for (shop, skus) in asked {
        let goods = digital::goods(q, shop, &skus)?;
        unsaid.extend(skus.into_iter().filter(|sku| !goods.iter().any(|good| good.sku == *sku)));
        codes.extend(goods.into_iter().filter(|good| good.delivery == Delivery::Codes).map(|good| good.sku));
    }
    if unsaid.is_empty() { Ok(codes) } else { Err(Error::NotOnSale(unsaid)) }
}

/// From when a shop's promises count; fails unless it takes orders.
pub(super) fn trades(q: &mut impl Query, shop: Id<Shop>, now: Moment) -> Result<Moment, Error> {
    let view = merchant::shop(q, shop)?;
    match view.status {
        merchant::Status::Open => match view.holiday_at(now) {
            Some(Holiday { orders: HolidayOrders::Refused, until, .. }) => {
                Err(Error::OnHoliday { shop, until })
            }
            _ => Ok(view.promises_from(now)),
        },
        merchant::Status::Suspended | merchant::Status::Closed => Err(Error::ShopClosed(shop)),
    }
}

/// The same variant twice adds up.
fn added_up(lines: &[Wanted]) -> Vec<Wanted> {
    let mut all: Vec<Wanted> = Vec::with_capacity(lines.len());
    for line in lines {
        match all.iter_mut().find(|there| there.sku == line.sku) {
            Some(there) => there.quantity = there.quantity.saturating_add(line.quantity),
            None => all.push(line.clone()),
        }
    }
    all
}

fn asked(offer: &Offer, wanted: &Wanted, had: i64) -> LineAsked {
    LineAsked {
        sku: offer.sku,
        product: offer.product,
        category: offer.category_code.clone(),
        quantity: wanted.quantity,
        unit: offer.price,
        list: offer.list_price,
        freight: match offer.kind {
            GoodsKind::Physical => Freight { fee: offer.freight.fee, free_from: offer.freight.free_from },
            // What needs no parcel costs none.
            GoodsKind::Digital => Freight { fee: Money { minor: 0, ..offer.freight.fee }, free_from: None },
        },
        limit: offer.limit,
        had,
    }
}

fn as_shown(offer: &Offer, wanted: &Wanted, late: bool, codes: bool) -> Shown {
    let product: Id<Product> = offer.product;
    let backorder = offer.backorder.as_ref().filter(|_| late);
    Shown {
        sku: offer.sku,
        product,
        title: offer.title.clone(),
        variant: offer.variant.clone(),
        media: offer.media.clone(),
        version: offer.version,
        ship: backorder.unwrap_or(&offer.ship).clone(),
        backorder: backorder.is_some(),
        digital: offer.kind == GoodsKind::Digital,
        codes,
        via: wanted.via.clone(),
    }
}
