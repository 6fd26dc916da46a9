//! What pages show that lies in several contexts: a product with its stock, a cart with its prices, a checkout, an order.
//!
//! Invariants: nothing is written here; what stands in one page is of one snapshot; the number of statements does not grow
//! with the number of variants, but with that of shops.

use crate::buy::{self, Ask, CheckoutServices, Error, Ready, Wanted};
use crate::digital::{self as goods, Contents};
use crate::late_shipping;
use kernel::id::{self, Member, Product, Shop, Sku};
use kernel::{Id, Moment};
use offer::catalog::{self, Card, Offer, ProductView};
use people::member::{self, AddressView};
use people::merchant::{self, Holiday, HolidayOrders, ShopView};
use people::vault::Postal;
use std::collections::{BTreeMap, BTreeSet};
use store::Query;
use supply::digital::{self, Delivery};
use supply::warehouse;
use trade::coupon::{self, Issuer, Offered, Shelf};
use trade::delivery::{self, DeliveryMethod};
use trade::order::{self, Filter, Order, OrderView, Purchase, PurchaseView};
use trade::payment::{self, Attempt, Refund};
use trade::quote::Shown;
use trade::{cart, price};

/// How many of a shop's coupons a product's page shows.
const COUPONS: i64 = 6;

/// A product's page.
#[derive(Debug, Clone)]
pub struct ProductPage {
    /// The product.
    pub product: ProductView,
    /// Who sells it.
    pub shop: ShopView,
    /// How many of each variant can be bought; of what goes without a parcel and is no code there is no end, and it is left out.
    pub stock: BTreeMap<Id<Sku>, i64>,
    /// By when it ships, if it is bought now.
    pub ship_by: Option<Moment>,
    /// By when it arrives then.
    pub deliver_by: Option<Moment>,
    /// The shop's coupons that may be claimed now.
    pub coupons: Vec<Offered>,
}

/// A product's page, for a member or for anybody.
pub fn product(
    q: &mut impl Query,
    services: &CheckoutServices,
    now: Moment,
    id: Id<Product>,
    member: Option<Id<Member>>,
) -> Result<ProductPage, Error> {
    let product = catalog::product(q, id)?;
    let shop = merchant::shop(q, product.shop)?;
    let skus: Vec<Id<Sku>> = product.skus.iter().map(|sku| sku.id).collect();
    let stock = match product.kind {
        catalog::GoodsKind::Physical => warehouse::availables(q, product.shop, &skus)?.into_iter().collect(),
        catalog::GoodsKind::Digital => {
            let codes = codes_of(q, product.shop, &skus)?;
            warehouse::availables(q, product.shop, &codes)?.into_iter().collect()
        }
    };
    let ship_by = services.ship_by(&product.ship, shop.promises_from(now)).ok().map(|(by, _)| by);
    let deliver_by = ship_by.map(|by| services.deliver_by(by));
    let shelf = Shelf::Of(Issuer::Shop(product.shop));
    let coupons = coupon::offered(q, shelf, member, now, None, COUPONS)?;
    Ok(ProductPage { product, shop, stock, ship_by, deliver_by, coupons })
}

/// Marks the cards of which nothing is left; what goes without a parcel has no end. Two statements for every 24 of them.
pub fn mark_sold_out<'a>(
    q: &mut impl Query,
    cards: impl IntoIterator<Item = &'a mut Card>,
) -> Result<(), Error> {
    let physical = |card: &&mut Card| card.kind == catalog::GoodsKind::Physical;
    let mut cards: Vec<&mut Card> = cards.into_iter().filter(physical).collect();
    if cards.is_empty() {
        return Ok(());
    }
    let shops: BTreeMap<Id<Product>, Id<Shop>> = cards.iter().map(|card| (card.id, card.shop)).collect();
    let products: Vec<Id<Product>> = shops.keys().copied().collect();
    let skus = catalog::live_skus(q, &products)?;
    let named: Vec<(Id<Shop>, Id<Sku>)> =
        skus.iter().filter_map(|(product, sku)| Some((*shops.get(product)?, *sku))).collect();
    let left = warehouse::sellable(q, &named)?;
    let has = |sku: &Id<Sku>| left.binary_search(sku).is_ok();
    let there: BTreeSet<Id<Product>> =
        skus.iter().filter(|(_, sku)| has(sku)).map(|(product, _)| *product).collect();
    for card in &mut cards {
        card.sold_out = !there.contains(&card.id);
    }
    Ok(())
}

/// Of which of some digital variants there are only as many as there are codes: all but those that are files. One whose delivery
/// nobody said has none.
pub fn codes_of(q: &mut impl Query, shop: Id<Shop>, skus: &[Id<Sku>]) -> Result<Vec<Id<Sku>>, Error> {
    let goods = digital::goods(q, shop, skus)?;
    let is_file =
        |sku: &Id<Sku>| goods.iter().any(|good| good.sku == *sku && good.delivery == Delivery::File);
    Ok(skus.iter().filter(|sku| !is_file(sku)).copied().collect())
}

/// Why a line of a cart cannot be bought as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// It is not on sale any more.
    NotOnSale,
    /// Its shop does not trade.
    ShopClosed,
    /// Its shop is on holiday and takes no orders.
    OnHoliday {
        /// Until before when.
        until: Moment,
    },
    /// There is none left.
    SoldOut,
    /// There are fewer left than wanted.
    Short {
        /// How many.
        left: i64,
    },
}

impl Trouble {
    /// Its word in JSON and for texts.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotOnSale => "not_on_sale",
            Self::ShopClosed => "shop_closed",
            Self::OnHoliday { .. } => "on_holiday",
            Self::SoldOut => "sold_out",
            Self::Short { .. } => "short",
        }
    }
}

/// One line of a cart or a checkout.
#[derive(Debug, Clone)]
pub struct CartLine {
    /// What was put in.
    pub wanted: Wanted,
    /// Of which product.
    pub product: Id<Product>,
    /// As it is offered now; none if it never was.
    pub offer: Option<Offer>,
    /// How many there are; none if there is no end of it.
    pub left: Option<i64>,
    /// Why it cannot be bought as it stands.
    pub trouble: Option<Trouble>,
}

/// One shop's lines.
#[derive(Debug, Clone)]
pub struct CartShop {
    /// Whose.
    pub shop: Id<Shop>,
    /// The shop, if it is known.
    pub view: Option<ShopView>,
    /// Its lines.
    pub lines: Vec<CartLine>,
}

/// A cart.
#[derive(Debug, Clone)]
pub struct CartPage {
    /// Its shops, the one that was put in last first.
    pub shops: Vec<CartShop>,
    /// The price of all that can be bought; none if nothing can, or if it is refused.
    pub priced: Option<Ready>,
    /// Why there is no price though something can be bought: a limit of the terms or of a product.
    pub refused: Option<price::Error>,
}

/// A member's cart: `only` prices some of it, the page shows all.
pub fn cart(
    q: &mut impl Query,
    services: &CheckoutServices,
    now: Moment,
    member: Id<Member>,
    only: Option<&[Id<Sku>]>,
) -> Result<CartPage, Error> {
    let lines = cart::lines(q, member)?;
    let wanted = lines.into_iter().map(|line| {
        let wanted = Wanted { sku: line.sku, quantity: line.quantity, via: line.via };
        (line.shop, line.product, wanted)
    });
    let mut shops = shops(q, now, wanted.collect())?;
    if let Some(within) = services.terms(now)?.compare_within {
        let lines = shops.iter_mut().flat_map(|shop| &mut shop.lines);
        catalog::strike_offers(q, lines.filter_map(|line| line.offer.as_mut()), within)?;
    }
    let good =
        |line: &&CartLine| line.trouble.is_none() && only.is_none_or(|only| only.contains(&line.wanted.sku));
    let lines: Vec<Wanted> =
        shops.iter().flat_map(|shop| &shop.lines).filter(good).map(|line| line.wanted.clone()).collect();
    if lines.is_empty() {
        return Ok(CartPage { shops, priced: None, refused: None });
    }
    match buy::price(q, services, now, member, &Ask { lines, address: None, delivery_methods: Vec::new() }) {
        Ok(ready) => Ok(CartPage { shops, priced: Some(ready), refused: None }),
        Err(Error::Price(why)) => Ok(CartPage { shops, priced: None, refused: Some(why) }),
        Err(err) => Err(err),
    }
}

/// Lines by their shops, with what is offered, what is left and what stands against them.
fn shops(
    q: &mut impl Query,
    now: Moment,
    wanted: Vec<(Id<Shop>, Id<Product>, Wanted)>,
) -> Result<Vec<CartShop>, Error> {
    let skus: Vec<Id<Sku>> = wanted.iter().map(|(_, _, wanted)| wanted.sku).collect();
    let mut offers: BTreeMap<Id<Sku>, Offer> =
        catalog::offers(q, &skus)?.into_iter().map(|offer| (offer.sku, offer)).collect();
    let mut shops: Vec<CartShop> = Vec::new();
    for (shop, product, wanted) in wanted {
        let offer = offers.remove(&wanted.sku);
        let line = CartLine { wanted, product, offer, left: None, trouble: None };
        match shops.iter_mut().find(|there| there.shop == shop) {
            Some(there) => there.lines.push(line),
            None => shops.push(CartShop { shop, view: None, lines: vec![line] }),
        }
    }
    for shop in &mut shops {
        shop.view = match merchant::shop(q, shop.shop) {
            Ok(view) => Some(view),
            Err(merchant::Error::NoShop(_)) => None,
            Err(err) => return Err(err.into()),
        };
        let skus: Vec<Id<Sku>> = shop.lines.iter().map(|line| line.wanted.sku).collect();
        let left: BTreeMap<Id<Sku>, i64> = warehouse::availables(q, shop.shop, &skus)?.into_iter().collect();
        let trades = shop.view.as_ref().is_some_and(|view| view.status == merchant::Status::Open);
        let holiday = shop.view.as_ref().and_then(|view| view.holiday_at(now));
        let digital = shop.lines.iter().filter(|line| !line.is_physical()).map(|line| line.wanted.sku);
        let digital: Vec<Id<Sku>> = digital.collect();
        let codes = if digital.is_empty() { Vec::new() } else { codes_of(q, shop.shop, &digital)? };
        for line in &mut shop.lines {
            let is_stock = line.is_physical() || codes.contains(&line.wanted.sku);
            let left = match crate::promotion::campaign_of(&line.wanted.via) {
                None => left.get(&line.wanted.sku).copied().unwrap_or(0),
                Some(campaign) => in_campaign(q, shop.shop, line.wanted.sku, campaign)?,
            };
            line.look(trades, holiday, is_stock.then_some(left));
        }
    }
    Ok(shops)
}

/// How many of a variant a campaign's pools have; none once it is over.
pub fn in_campaign(
    q: &mut impl Query,
    shop: Id<Shop>,
    sku: Id<Sku>,
    campaign: Id<id::Campaign>,
) -> Result<i64, Error> {
    match warehouse::one_campaign(q, shop, campaign) {
        Ok(found) if found.ended_at.is_none() => match warehouse::available(q, shop, sku, Some(campaign)) {
            Err(warehouse::Error::NoSku(_)) => Ok(0),
            left => Ok(left?),
        },
        Ok(_) | Err(warehouse::Error::NoCampaign(_)) => Ok(0),
        Err(err) => Err(err.into()),
    }
}

impl CartLine {
    /// Whether it is shipped, as far as anybody knows.
    fn is_physical(&self) -> bool {
        self.offer.as_ref().is_none_or(|offer| offer.kind == catalog::GoodsKind::Physical)
    }

    /// Finds what stands against it; none left is no end of it.
    fn look(&mut self, trades: bool, holiday: Option<Holiday>, left: Option<i64>) {
        self.left = left;
        let left = left.unwrap_or(i64::MAX);
        self.trouble = if !self.offer.as_ref().is_some_and(|offer| offer.on_sale) {
            Some(Trouble::NotOnSale)
        } else if !trades {
            Some(Trouble::ShopClosed)
        } else if let Some(Holiday { orders: HolidayOrders::Refused, until, .. }) = holiday {
            Some(Trouble::OnHoliday { until })
        } else if left >= self.wanted.quantity {
            None
        } else if left <= 0 {
            Some(Trouble::SoldOut)
        } else {
            Some(Trouble::Short { left })
        };
    }
}

/// When one shop's part of a checkout ships and arrives.
#[derive(Debug, Clone)]
pub struct Promised {
    /// Whose.
    pub shop: Id<Shop>,
    /// The promise that counts for it: that of its last line to ship.
    pub promise: Box<str>,
    /// Until before when its shop is on holiday, if it is: its promises count from there.
    pub holiday_until: Option<Moment>,
    /// By when it ships.
    pub ship_by: Moment,
    /// By when it arrives.
    pub deliver_by: Moment,
}

/// A checkout.
#[derive(Debug, Clone)]
pub struct CheckoutPage {
    /// The member's addresses, the default first.
    pub addresses: Vec<AddressView>,
    /// Where it goes: what was asked for, else the default.
    pub address: Option<Id<id::Address>>,
    /// Its lines with what stands against them; those of a cart that cannot be bought are left out of the price.
    pub shops: Vec<CartShop>,
    /// The price; none if nothing can be bought.
    pub ready: Option<Ready>,
    /// When each shop's part ships and arrives.
    pub promised: Vec<Promised>,
    /// The delivery methods that each shop offers for its part besides the standard one; shops without any are left out.
    pub delivery_methods: Vec<ShopDeliveryMethods>,
}

/// A checkout of what is wanted. Keep the price with [`buy::keep`], and place that.
pub fn checkout(
    q: &mut impl Query,
    services: &CheckoutServices,
    now: Moment,
    member: Id<Member>,
    ask: &Ask,
) -> Result<CheckoutPage, Error> {
    let addresses = member::addresses(q, services.vault(), member)?;
    let address = ask.address.or_else(|| addresses.first().map(|address| address.id));
    let skus: Vec<Id<Sku>> = ask.lines.iter().map(|line| line.sku).collect();
    let offers = catalog::offers(q, &skus)?;
    let wanted = ask.lines.iter().filter_map(|wanted| {
        let offer = offers.iter().find(|offer| offer.sku == wanted.sku)?;
        Some((offer.shop, offer.product, wanted.clone()))
    });
    let shops = shops(q, now, wanted.collect())?;
    let good = shops.iter().flat_map(|shop| &shop.lines).filter(|line| line.trouble.is_none());
    let lines: Vec<Wanted> = good.map(|line| line.wanted.clone()).collect();
    let ready = match lines.is_empty() {
        true => None,
        false => Some(buy::price(
            q,
            services,
            now,
            member,
            &Ask { lines, address, delivery_methods: ask.delivery_methods.clone() },
        )?),
    };
    let promised = match &ready {
        Some(ready) => promised(services, now, ready)?,
        None => Vec::new(),
    };
    let delivery_methods = match &ready {
        Some(ready) => delivery_methods(q, ready)?,
        None => Vec::new(),
    };
    Ok(CheckoutPage { addresses, address, shops, ready, promised, delivery_methods })
}

/// A shop and its delivery methods besides the standard one.
pub type ShopDeliveryMethods = (Id<Shop>, Vec<DeliveryMethod>);

/// The ways by which each shop's part of a price could go besides the standard one.
pub fn delivery_methods(q: &mut impl Query, ready: &Ready) -> Result<Vec<ShopDeliveryMethods>, Error> {
    let mut lines = ready.lines.iter();
    let mut all = Vec::new();
    for part in &ready.priced.shops {
        let shown: Vec<&Shown> = lines.by_ref().take(part.lines.len()).collect();
        let of = part.lines.iter().zip(shown).filter(|(_, shown)| !shown.digital);
        let parcel: Vec<(&str, Id<Product>)> = of.map(|(line, _)| (&*line.category, line.product)).collect();
        if parcel.is_empty() {
            continue;
        }
        let mut delivery_methods = delivery::delivery_methods(q, part.shop)?;
        delivery_methods.retain(|delivery_method| delivery_method.takes(parcel.iter().copied()));
        if !delivery_methods.is_empty() {
            all.push((part.shop, delivery_methods));
        }
    }
    Ok(all)
}

/// When each shop's part of a price ships and arrives, if it is placed now.
pub fn promised(services: &CheckoutServices, now: Moment, ready: &Ready) -> Result<Vec<Promised>, Error> {
    let mut lines = ready.lines.iter();
    let mut promised = Vec::with_capacity(ready.priced.shops.len());
    for (part, from) in ready.priced.shops.iter().zip(&ready.from) {
        let from = now.max(*from);
        let mut last: Option<(Moment, Box<str>)> = None;
        for shown in lines.by_ref().take(part.lines.len()) {
            let (by, _) = services.ship_by(&shown.ship, from)?;
            if last.as_ref().is_none_or(|(latest, _)| *latest < by) {
                last = Some((by, shown.ship.clone()));
            }
        }
        if let Some((ship_by, promise)) = last {
            let delivery_method = part.freight.delivery_method.as_ref().map(|priced| &priced.delivery_method);
            let (ship_by, deliver_by) = buy::times(services, from, ship_by, delivery_method);
            let holiday_until = (from > now).then_some(from);
            promised.push(Promised { shop: part.shop, promise, holiday_until, ship_by, deliver_by });
        }
    }
    Ok(promised)
}

/// A purchase, for its buyer.
#[derive(Debug, Clone)]
pub struct PurchasePage {
    /// The purchase and its orders.
    pub purchase: PurchaseView,
    /// The shops of its orders, in their order.
    pub shops: Vec<ShopView>,
    /// The attempts to pay for it, newest first.
    pub attempts: Vec<Attempt>,
}

/// A member's purchase.
pub fn purchase(q: &mut impl Query, member: Id<Member>, id: Id<id::Purchase>) -> Result<PurchasePage, Error> {
    let purchase = order::purchase(q, member, id)?;
    let shops = purchase.orders.iter().map(|order| merchant::shop(q, order.shop));
    let shops = shops.collect::<Result<Vec<_>, _>>()?;
    let attempts = payment::attempts(q, id)?;
    Ok(PurchasePage { purchase, shops, attempts })
}

/// Orders with their shops.
#[derive(Debug, Clone)]
pub struct OrdersPage {
    /// The orders, newest first.
    pub orders: Vec<Order>,
    /// Their shops, each once.
    pub shops: BTreeMap<Id<Shop>, ShopView>,
    /// What those of them that are to be paid are paid with.
    pub purchases: Vec<Purchase>,
}

/// A page of a member's orders.
pub fn orders(
    q: &mut impl Query,
    member: Id<Member>,
    filter: &Filter,
    after: Option<Id<id::Order>>,
    limit: i64,
) -> Result<OrdersPage, Error> {
    let orders = order::of_member(q, member, filter, after, limit)?;
    let mut shops = BTreeMap::new();
    for order in &orders {
        if let std::collections::btree_map::Entry::Vacant(e) = shops.entry(order.shop) {
            e.insert(merchant::shop(q, order.shop)?);
        }
    }
    let mut unpaid: Vec<Id<id::Purchase>> = orders
        .iter()
        .filter(|order| order.status == order::Status::Unpaid)
        .map(|order| order.purchase)
        .collect();
    unpaid.dedup();
    let purchases = order::purchases_of(q, &unpaid)?;
    Ok(OrdersPage { orders, shops, purchases })
}

/// An order, for its buyer.
#[derive(Debug, Clone)]
pub struct OrderPage {
    /// The order with its bill, its timeline and what is due.
    pub view: OrderView,
    /// Whose.
    pub shop: ShopView,
    /// Where it goes, in the clear: to be shown to its buyer alone; none if it needs no parcel.
    pub address: Option<Postal>,
    /// What it has instead of a parcel.
    pub contents: Contents,
    /// What of its money, or of its whole purchase's, goes back or went.
    pub refunds: Vec<Refund>,
    /// What it is paid with, as long as it is to be paid: the purchase with its other orders.
    pub purchase: Option<Purchase>,
    /// The transfer that it waits for, if one was begun.
    pub transfer: Option<Attempt>,
    /// What its shop paid for shipping it late.
    pub compensation: Option<late_shipping::Paid>,
}

/// A member's order.
pub fn order(
    q: &mut impl Query,
    services: &CheckoutServices,
    now: Moment,
    member: Id<Member>,
    id: Id<id::Order>,
) -> Result<OrderPage, Error> {
    let view = order::order_of_member(q, member, id)?;
    let shop = merchant::shop(q, view.order.shop)?;
    let address = match view.order.address.shown.is_empty() {
        true => None,
        false => Some(member::copied_address(q, services.vault(), view.order.address.subject)?),
    };
    let contents = goods::contents(q, services.vault(), &view.order)?;
    let all = payment::refunds_of_purchase(q, view.order.purchase)?;
    let refunds = all.into_iter().filter(|refund| refund.order.is_none_or(|of| of == id)).collect();
    let purchase = match view.order.status {
        order::Status::Unpaid => Some(order::purchase_of(q, view.order.purchase)?),
        _ => None,
    };
    // Only what waits for a transfer waits longer than it was placed for.
    let transfer = match &purchase {
        Some(purchase) if purchase.moved > 0 => payment::awaited_of(q, purchase.id)?.into_iter().next(),
        _ => None,
    };
    let compensation = late_shipping::paid_for(q, &view.order, now)?;
    Ok(OrderPage { view, shop, address, contents, refunds, purchase, transfer, compensation })
}
