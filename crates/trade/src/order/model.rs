//! Purchases and orders as they are decided upon. No clock, no database.

use super::delivery_method::DeliveryMethod;
use super::error::Error;
use crate::risk::Reason;
use crate::scene::Via;
use kernel::id::{
    self, Member, Note as NoteKind, Payment, Product, Purchase as PurchaseKind, Quote, Reservation, Shop, Sku,
};
use kernel::{Actor, Currency, Id, Moment, Money, RawId, text};
use ledger::Terms;

/// The most letters of a note.
pub const LONGEST_NOTE: usize = 500;
/// The most letters of a carrier's number.
pub const LONGEST_NUMBER: usize = 64;

/// Where an order is in its life. A purchase has the same words up to its payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Placed, not paid for.
    Unpaid,
    /// Paid for; the shop has to ship it.
    Paid,
    /// On its way.
    Shipped,
    /// The buyer has it.
    Received,
    /// Called off before payment: by the buyer, its shop or the platform.
    Cancelled,
    /// Nobody paid in time.
    Closed,
    /// Called off after payment, before it was shipped.
    Refunded,
}

/// What can be done to an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// The buyer's money came in.
    Pay,
    /// It is called off before payment.
    Cancel,
    /// Its time to be paid is over.
    Close,
    /// It is called off after payment.
    Refund,
    /// It goes to somebody or somewhere else.
    Readdress,
    /// The shop hands it over.
    Ship,
    /// The buyer has it.
    Receive,
    /// It waits for a person of the platform; taken with its placing, and never later.
    Hold,
    /// The platform lets it go on.
    Clear,
    /// The shop corrects the carrier or the number.
    Correct,
    /// The carrier says that it has it.
    Collect,
    /// The shop takes a line off it.
    Reduce,
    /// The buyer says something to the shop.
    Remark,
}

impl Step {
    /// Every step.
    pub const ALL: [Self; 13] = [
        Self::Pay,
        Self::Cancel,
        Self::Close,
        Self::Refund,
        Self::Readdress,
        Self::Ship,
        Self::Receive,
        Self::Hold,
        Self::Clear,
        Self::Correct,
        Self::Collect,
        Self::Reduce,
        Self::Remark,
    ];

    /// Its word in the store and in JSON: what had happened after it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pay => "paid",
            Self::Cancel => "cancelled",
            Self::Close => "closed",
            Self::Refund => "refunded",
            Self::Readdress => "readdressed",
            Self::Ship => "shipped",
            Self::Receive => "received",
            Self::Hold => "held",
            Self::Clear => "cleared",
            Self::Correct => "corrected",
            Self::Collect => "picked_up",
            Self::Reduce => "reduced",
            Self::Remark => "remarked",
        }
    }

    /// Reads its word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.as_str() == word)
    }
}

impl Status {
    /// Every status.
    pub const ALL: [Self; 7] = [
        Self::Unpaid,
        Self::Paid,
        Self::Shipped,
        Self::Received,
        Self::Cancelled,
        Self::Closed,
        Self::Refunded,
    ];

    /// The whole life of an order. What has ended stays as it ended, so of two who end it one is first.
    pub const fn after(self, step: Step) -> Option<Self> {
        match (self, step) {
            (Self::Unpaid, Step::Pay) => Some(Self::Paid),
            (Self::Unpaid, Step::Cancel) => Some(Self::Cancelled),
            (Self::Unpaid, Step::Close) => Some(Self::Closed),
            (Self::Unpaid, Step::Readdress | Step::Clear | Step::Remark) => Some(Self::Unpaid),
            (
                Self::Unpaid,
                Step::Refund
                | Step::Ship
                | Step::Receive
                | Step::Hold
                | Step::Correct
                | Step::Collect
                | Step::Reduce,
            ) => None,
            (Self::Paid, Step::Refund) => Some(Self::Refunded),
            (Self::Paid, Step::Readdress | Step::Clear | Step::Reduce | Step::Remark) => Some(Self::Paid),
            (Self::Paid, Step::Ship) => Some(Self::Shipped),
            (
                Self::Paid,
                Step::Pay
                | Step::Cancel
                | Step::Close
                | Step::Receive
                | Step::Hold
                | Step::Correct
                | Step::Collect,
            ) => None,
            (Self::Shipped, Step::Receive) => Some(Self::Received),
            (Self::Shipped, Step::Correct | Step::Collect) => Some(Self::Shipped),
            (
                Self::Shipped,
                Step::Pay
                | Step::Cancel
                | Step::Close
                | Step::Refund
                | Step::Readdress
                | Step::Ship
                | Step::Hold
                | Step::Clear
                | Step::Reduce
                | Step::Remark,
            ) => None,
            (
                Self::Received | Self::Cancelled | Self::Closed | Self::Refunded,
                Step::Pay
                | Step::Cancel
                | Step::Close
                | Step::Refund
                | Step::Readdress
                | Step::Ship
                | Step::Receive
                | Step::Hold
                | Step::Clear
                | Step::Correct
                | Step::Collect
                | Step::Reduce
                | Step::Remark,
            ) => None,
        }
    }

    /// Whether something is still to be done about it; such orders are few.
    pub const fn is_open(self) -> bool {
        match self {
            Self::Unpaid | Self::Paid | Self::Shipped => true,
            Self::Received | Self::Cancelled | Self::Closed | Self::Refunded => false,
        }
    }

    /// Its word in the store and in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unpaid => "unpaid",
            Self::Paid => "paid",
            Self::Shipped => "shipped",
            Self::Received => "received",
            Self::Cancelled => "cancelled",
            Self::Closed => "closed",
            Self::Refunded => "refunded",
        }
    }

    /// Reads its word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }
}

/// As whom an order is looked for: what is another's is not found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Its buyer.
    Buyer(Id<Member>),
    /// Its shop.
    Shop(Id<Shop>),
    /// The platform, or the program itself.
    Platform,
}

/// A promise in the version that was in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promise {
    /// What all its versions are called, e.g. `ship-48h`.
    pub id: Box<str>,
    /// Which version.
    pub version: i64,
}

/// Where an order goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// As staff see it, personal data masked.
    pub shown: Box<str>,
    /// Under which subject the vault keeps it in the clear.
    pub subject: RawId,
}

/// One line of an order, as it was when it was placed.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[schema(as = OrderLine)]
pub struct Line {
    /// What.
    #[schema(value_type = String)]
    pub sku: Id<Sku>,
    /// Of which product.
    #[schema(value_type = String)]
    pub product: Id<Product>,
    /// The product's title then.
    pub title: Box<str>,
    /// Which variant, in words.
    pub variant: Box<str>,
    /// The key of its picture.
    pub media: Option<Box<str>>,
    /// How many, from 1.
    pub quantity: i64,
    /// The price of one.
    pub unit: Money,
    /// What the buyer pays for the line after every discount, without freight.
    pub paid: Money,
    /// Whether it needs no parcel.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub digital: bool,
    /// Through which scene it came into the cart, with evidence; told as the scene's word.
    #[serde(rename = "scene", serialize_with = "scene_word")]
    #[schema(value_type = String)]
    pub via: Via,
}

fn scene_word<S: serde::Serializer>(via: &Via, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(via.scene.as_str())
}

/// The sums of an order, frozen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct Sums {
    /// Prices times quantities.
    pub goods: Money,
    /// What is off, not below zero.
    pub discount: Money,
    /// What the buyer pays for freight.
    pub freight: Money,
    /// What the buyer pays: goods less discount, and freight.
    pub total: Money,
    /// What of the discount the platform pays to the shop.
    pub coupon: Money,
    /// The technical service fee that the shop will pay.
    pub fee: Money,
    /// The commission that the shop will pay.
    pub commission: Money,
}

/// The most letters of what a buyer says to a shop.
pub const LONGEST_REMARK: usize = 200;

/// What a buyer says to a shop, as it is kept: one line, nothing if nothing is said.
pub fn remark_of(text: &str) -> Result<Option<Box<str>>, Error> {
    if text.chars().any(|c| c.is_control() && !c.is_whitespace()) {
        return Err(Error::Remark);
    }
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() > LONGEST_REMARK {
        return Err(Error::Remark);
    }
    Ok((!text.is_empty()).then(|| text.into()))
}

/// The most letters of what is said beside a reason.
pub const LONGEST_WHY: usize = 200;

/// Why a shop, or the platform, cancels an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CancelReason {
    /// It is not there.
    OutOfStock,
    /// The buyer asked for it.
    BuyerAsked,
    /// The address cannot be served.
    Address,
    /// The price was wrong.
    Price,
    /// Something else, in words.
    Other,
}

impl CancelReason {
    /// Every reason, in the order in which people choose from them.
    pub const ALL: [Self; 5] = [Self::OutOfStock, Self::BuyerAsked, Self::Address, Self::Price, Self::Other];

    /// Its word in the store, in facts and in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OutOfStock => "out_of_stock",
            Self::BuyerAsked => "buyer_asked",
            Self::Address => "address_unserved",
            Self::Price => "price_error",
            Self::Other => "other",
        }
    }

    /// Reads its word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == word)
    }
}

/// Why something is cancelled: a reason of the list, and what is said beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cancellation {
    /// The reason.
    pub reason: CancelReason,
    /// More about it, for the buyer to read; one line. Another reason than those of the list has to be said.
    pub text: Option<Box<str>>,
}

impl Cancellation {
    /// One of a reason's word and a text, if they are any.
    pub fn read(reason: &str, text: &str) -> Result<Self, Error> {
        let reason = CancelReason::parse(reason).ok_or(Error::CancelReason)?;
        if text.chars().any(|c| c.is_control() && !c.is_whitespace()) {
            return Err(Error::CancelText);
        }
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let fits = text.chars().count() <= LONGEST_WHY;
        if !fits || (reason == CancelReason::Other && text.is_empty()) {
            return Err(Error::CancelText);
        }
        Ok(Self { reason, text: (!text.is_empty()).then(|| text.into()) })
    }

    /// As a timeline keeps it.
    pub(super) fn about(&self) -> String {
        let text = self.text.as_deref().unwrap_or_default();
        format!("{} {text}", self.reason.as_str()).trim_end().to_owned()
    }

    /// Reads what [`about`](Self::about) wrote.
    fn of(about: &str) -> Option<Self> {
        let (reason, text) = about.split_once(' ').unwrap_or((about, ""));
        let text = (!text.is_empty()).then(|| text.into());
        Some(Self { reason: CancelReason::parse(reason)?, text })
    }
}

/// A line that its shop took off an order after it was paid for: what of the agreed sums falls to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cut {
    /// Which line.
    pub sku: Id<Sku>,
    /// What goes back for the goods.
    pub paid: Money,
    /// What of the freight goes back with it.
    pub freight: Money,
    /// What of the discount falls to it.
    pub discount: Money,
    /// What of the shop's technical service fee falls away.
    pub fee: Money,
    /// What of its commission.
    pub commission: Money,
    /// What of the platform's coupons.
    pub coupon: Money,
    /// When.
    pub at: Moment,
    /// Why.
    pub why: Cancellation,
}

impl Cut {
    /// What goes back to the buyer.
    pub fn back(&self) -> Money {
        Money { minor: self.paid.minor + self.freight.minor, ..self.paid }
    }
}

/// One shop's part of a purchase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Its id.
    pub id: Id<id::Order>,
    /// What it is part of.
    pub purchase: Id<PurchaseKind>,
    /// Whose.
    pub member: Id<Member>,
    /// Of which shop.
    pub shop: Id<Shop>,
    /// Where it is in its life.
    pub status: Status,
    /// Rises by one with every step, from 1.
    pub version: i64,
    /// What was bought.
    pub lines: Vec<Line>,
    /// For how much.
    pub sums: Sums,
    /// The lines that its shop took off it since.
    pub cuts: Vec<Cut>,
    /// The promise of its shipment.
    pub promise: Promise,
    /// The version of the terms it was placed under.
    pub terms: Box<str>,
    /// The word of the rule set it was placed under, for facts.
    pub rules: Option<Box<str>>,
    /// Why indicators leave it out; absent if it counts.
    pub excluded: Option<Box<str>>,
    /// Which insurance of return freight it carries.
    pub insured: Option<Box<str>>,
    /// What keeps its stock.
    pub reservation: Option<Id<Reservation>>,
    /// The delivery method; none is the standard one.
    pub delivery_method: Option<DeliveryMethod>,
    /// Where it goes.
    pub address: Address,
    /// When it was placed.
    pub placed_at: Moment,
    /// By when it has to be paid.
    pub pay_by: Moment,
    /// By when the shop promised to hand it over.
    pub ship_by: Moment,
    /// By when the buyer was promised to have it.
    pub deliver_by: Moment,
    /// When it was paid.
    pub paid_at: Option<Moment>,
    /// By which payment.
    pub payment: Option<Id<Payment>>,
    /// When the pick-up clock started.
    pub pickup_from: Option<Moment>,
    /// The last moment of the day after payment.
    pub next_day_by: Option<Moment>,
    /// When the shop handed it over, as it says itself.
    pub shipped_at: Option<Moment>,
    /// When it was picked up, as far as somebody said so whose word counts.
    pub picked_up: Option<PickUp>,
    /// When the carrier first said that it has it: from then on its number stands.
    pub confirmed_at: Option<Moment>,
    /// To which carrier, a word.
    pub carrier: Option<Box<str>>,
    /// Under which number of the carrier.
    pub number: Option<Box<str>>,
    /// By when the standard of its lane has it delivered.
    pub standard_by: Option<Moment>,
    /// When its receipt confirms itself.
    pub confirm_by: Option<Moment>,
    /// When it ended: received, cancelled, closed or refunded.
    pub ended_at: Option<Moment>,
    /// Its number, short enough to say; none for what was placed before there were any.
    pub code: Option<Box<str>>,
    /// From how many warehouses it leaves; none and one are no news.
    pub sites: i64,
    /// What its buyer says to the shop.
    pub remark: Option<Box<str>>,
    /// Whether its shop has noted something.
    pub noted: bool,
    /// Whether it waits for a person of the platform.
    pub held: bool,
    /// Why it waited, or waits; empty if it never did.
    pub reasons: Vec<Reason>,
}

/// Whose word it is that a parcel was picked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToldBy {
    /// The shop's: where no carrier can tell.
    Shop,
    /// The carrier's.
    Carrier,
    /// The buyer's, who has it: where a carrier could have told and did not.
    Buyer,
}

impl ToldBy {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Shop, Self::Carrier, Self::Buyer];

    /// Its word in the store, in facts and in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Shop => "shop",
            Self::Carrier => "carrier",
            Self::Buyer => "buyer",
        }
    }

    /// Reads its word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|by| by.as_str() == word)
    }
}

/// A pick-up, and who told it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PickUp {
    /// When.
    pub at: Moment,
    /// Whose word that is.
    pub by: ToldBy,
}

/// A parcel as it was handed over: carrier and number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waybill {
    /// The carrier's word.
    pub carrier: Box<str>,
    /// Its number.
    pub number: Box<str>,
}

impl Waybill {
    fn checked(&self) -> Result<(), Error> {
        let word = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-';
        if !(1..=32).contains(&self.carrier.len()) || !self.carrier.bytes().all(word) {
            return Err(Error::Carrier);
        }
        let number = &*self.number;
        let fits = (1..=LONGEST_NUMBER).contains(&number.chars().count());
        if !fits || number.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err(Error::Number);
        }
        Ok(())
    }
}

/// How an order leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shipment {
    /// By which carrier, a word of small letters, digits, `_` and `-`, at most 32; under which number.
    pub waybill: Waybill,
    /// Whether the shop's word counts as the pick-up, because the carrier's does not come in.
    pub shop_tells: bool,
    /// By when the standard of its lane has it delivered, if there is one.
    pub standard_by: Option<Moment>,
    /// When its receipt confirms itself.
    pub confirm_by: Moment,
}

impl Shipment {
    fn checked(&self, now: Moment) -> Result<(), Error> {
        self.waybill.checked()?;
        if self.confirm_by <= now { Err(Error::Past) } else { Ok(()) }
    }
}

/// How an order was received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Received {
    /// Its buyer said so.
    Buyer,
    /// Nobody said anything for as long as the terms allow.
    Clock,
}

impl Received {
    /// Its word in facts.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Buyer => "buyer",
            Self::Clock => "clock",
        }
    }
}

/// What is told of an order's pick-up and delivery, with the names that those facts have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handed {
    /// Whose shop.
    pub shop: Id<Shop>,
    /// Which order.
    pub order: Id<id::Order>,
    /// When it was placed.
    pub placed_at: Moment,
    /// When it was paid.
    pub paid_at: Option<Moment>,
    /// By when the pick-up was promised.
    pub ship_by: Moment,
    /// By when the delivery was promised.
    pub deliver_by: Moment,
    /// When it was picked up: as its carrier says, and where no carrier can tell, as the shop does.
    pub picked_up_at: Option<Moment>,
    /// Why indicators leave it out.
    pub excluded: Option<Box<str>>,
    /// The word of its rule set.
    pub rules: Option<Box<str>>,
    /// When the pick-up clock started.
    pub pickup_from: Option<Moment>,
    /// By when the standard of its lane has it delivered.
    pub standard_by: Option<Moment>,
    /// By when a shop in its growth stage must have handed it over.
    pub pass_pickup_by: Option<Moment>,
    /// The last moment of the day after payment.
    pub next_day_by: Option<Moment>,
}

impl Order {
    /// What `parcel.picked_up` and `parcel.delivered` tell of it. An order that was shipped was not cancelled before it.
    pub fn handed(&self) -> Handed {
        Handed {
            shop: self.shop,
            order: self.id,
            placed_at: self.placed_at,
            paid_at: self.paid_at,
            ship_by: self.ship_by,
            deliver_by: self.deliver_by,
            picked_up_at: self.picked_up.map(|told| told.at),
            excluded: self.excluded.clone(),
            rules: self.rules.clone(),
            pickup_from: self.pickup_from,
            standard_by: self.standard_by,
            pass_pickup_by: self.next_day_by,
            next_day_by: self.next_day_by,
        }
    }

    fn after(&self, step: Step) -> Result<Status, Error> {
        self.status.after(step).ok_or(Error::Status { what: self.id.to_string(), status: self.status, step })
    }

    /// What waits for a person does not leave and does not go elsewhere.
    fn free(&self) -> Result<(), Error> {
        if self.held { Err(Error::Held(self.id)) } else { Ok(()) }
    }

    /// Decides that it may go on, and applies it. Its deadlines move by the time for which it was paid for and could not be
    /// shipped, which is the answer: before its payment nobody ships anyway.
    pub(super) fn clear(&mut self, now: Moment) -> Result<i64, Error> {
        self.status = self.after(Step::Clear)?;
        if !self.held {
            return Err(Error::NotHeld(self.id));
        }
        let lost = self.paid_at.map_or(0, |paid| (now.micros() - paid.micros()).max(0));
        self.held = false;
        self.ship_by = self.ship_by.plus_micros(lost);
        self.deliver_by = self.deliver_by.plus_micros(lost);
        Ok(lost)
    }

    /// Decides its shipment, and applies it.
    pub(super) fn ship(&mut self, shipment: &Shipment, now: Moment) -> Result<(), Error> {
        let status = self.after(Step::Ship)?;
        self.free()?;
        shipment.checked(now)?;
        self.status = status;
        self.shipped_at = Some(now);
        self.carrier = Some(shipment.waybill.carrier.clone());
        self.number = Some(shipment.waybill.number.clone());
        self.picked_up = shipment.shop_tells.then_some(PickUp { at: now, by: ToldBy::Shop });
        self.standard_by = shipment.standard_by;
        self.confirm_by = Some(shipment.confirm_by);
        Ok(())
    }

    /// Decides under which number it travels, and applies it; what it was before is the answer. Once its carrier said that it
    /// has it, the number stands.
    pub(super) fn correct(&mut self, waybill: &Waybill, shop_tells: bool) -> Result<Waybill, Error> {
        let status = self.after(Step::Correct)?;
        let was = self.waybill().ok_or(Error::NoWaybill(self.id))?;
        if self.confirmed_at.is_some() {
            return Err(Error::Confirmed(self.id));
        }
        waybill.checked()?;
        if *waybill == was {
            return Err(Error::SameWaybill(self.id));
        }
        self.status = status;
        self.carrier = Some(waybill.carrier.clone());
        self.number = Some(waybill.number.clone());
        if shop_tells {
            self.tell(ToldBy::Shop);
        }
        Ok(was)
    }

    /// If nobody told its pick-up, it was when the shop says, by whose word that counts.
    fn tell(&mut self, by: ToldBy) {
        self.picked_up = self.picked_up.or(self.shipped_at.map(|at| PickUp { at, by }));
    }

    /// Decides that its carrier has it since a moment, and applies it; false if that is known already. Where the shop's word
    /// counts as the pick-up it goes on counting.
    pub(super) fn collect(&mut self, waybill: &Waybill, at: Moment, now: Moment) -> Result<bool, Error> {
        if self.waybill().is_some_and(|own| own != *waybill) {
            return Err(Error::OtherWaybill(self.id));
        }
        if self.confirmed_at.is_some() {
            return Ok(false);
        }
        self.status = self.after(Step::Collect)?;
        if at > now || at < self.placed_at {
            return Err(Error::PickUpTime);
        }
        self.confirmed_at = Some(at);
        self.picked_up = self.picked_up.or(Some(PickUp { at, by: ToldBy::Carrier }));
        Ok(true)
    }

    /// Under which number of which carrier it travels; none before it ships, and for what needs no parcel nothing to correct.
    pub fn waybill(&self) -> Option<Waybill> {
        let (carrier, number) = (self.carrier.clone()?, self.number.clone()?);
        Some(Waybill { carrier, number })
    }

    /// Whether its shop can still correct the carrier and the number.
    pub const fn is_correctable(&self) -> bool {
        matches!(self.status, Status::Shipped) && self.confirmed_at.is_none()
    }

    /// Decides that it was received, and applies it.
    pub(super) fn receive(&mut self, now: Moment) -> Result<(), Error> {
        self.status = self.after(Step::Receive)?;
        self.tell(ToldBy::Buyer);
        self.ended_at = Some(now);
        Ok(())
    }

    /// Decides that it is called off before payment, and applies it.
    pub(super) fn call_off(&mut self, now: Moment) -> Result<(), Error> {
        self.status = self.after(Step::Cancel)?;
        self.held = false;
        self.ended_at = Some(now);
        Ok(())
    }

    /// Decides that it is called off after payment, and applies it.
    pub(super) fn refund(&mut self, now: Moment) -> Result<(), Error> {
        self.status = self.after(Step::Refund)?;
        self.held = false;
        self.ended_at = Some(now);
        Ok(())
    }

    /// What is left of its sums: as agreed, less the lines that were taken off.
    pub fn net(&self) -> Sums {
        let mut net = self.sums;
        for cut in &self.cuts {
            net.goods.minor -= cut.paid.minor + cut.discount.minor;
            net.discount.minor -= cut.discount.minor;
            net.freight.minor -= cut.freight.minor;
            net.total.minor -= cut.back().minor;
            net.fee.minor -= cut.fee.minor;
            net.commission.minor -= cut.commission.minor;
            net.coupon.minor -= cut.coupon.minor;
        }
        net
    }

    /// How a line was taken off, if it was.
    pub fn cut(&self, sku: Id<Sku>) -> Option<&Cut> {
        self.cuts.iter().find(|cut| cut.sku == sku)
    }

    /// The lines that are still to be had.
    pub fn open_lines(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(|line| self.cut(line.sku).is_none())
    }

    /// Whether its buyer can still say something to the shop.
    pub const fn is_remarkable(&self) -> bool {
        matches!(self.status, Status::Unpaid | Status::Paid)
    }

    /// Decides what its buyer says to the shop, and applies it: until it ships.
    pub(super) fn say(&mut self, remark: Option<Box<str>>) -> Result<(), Error> {
        self.status = self.after(Step::Remark)?;
        self.remark = remark;
        Ok(())
    }

    /// Decides that a line is taken off, and applies it: what was paid for it goes back with its part of the freight, and of
    /// fees, commission and coupons falls away what falls to that. The last line is not taken off: then the order is cancelled.
    pub(super) fn reduce(
        &mut self,
        sku: Id<Sku>,
        why: &Cancellation,
        now: Moment,
    ) -> Result<(Line, Cut), Error> {
        let status = self.after(Step::Reduce)?;
        let no_line = || Error::NoLine { order: self.id, sku };
        let place = self.lines.iter().position(|line| line.sku == sku).ok_or_else(no_line)?;
        if self.cut(sku).is_some() {
            return Err(Error::LineCancelled { order: self.id, sku });
        }
        if self.open_lines().count() < 2 {
            return Err(Error::LastLine(self.id));
        }
        let (line, sums, before) = (self.lines[place].clone(), self.sums, self.net());
        // Freight falls to the lines by what was paid for them; to all alike where nothing was.
        let paid = self.lines.iter().any(|line| line.paid.minor > 0);
        let weight = |line: &Line| if paid { line.paid.minor.unsigned_abs() } else { 1 };
        let weights: Vec<u64> = self.lines.iter().map(weight).collect();
        let freight = kernel::split_by(sums.freight.minor, &weights).get(place).copied().unwrap_or(0);
        let freight = Money { minor: freight, ..sums.freight };
        let back = line.paid.minor + freight.minor;
        let terms = Terms { commission: sums.commission, fee: sums.fee, coupon: sums.coupon };
        let gone = sums.total.minor - before.total.minor;
        let at = |minor| Money { minor, ..sums.total };
        let part = match back {
            0 => Terms::none(sums.total.currency),
            _ => terms.part(sums.total, at(gone), at(gone + back)).map_err(|_| Error::Sums)?,
        };
        let goods = line.unit.minor.checked_mul(line.quantity).ok_or(kernel::MoneyError::TooLarge)?;
        let cut = Cut {
            sku,
            paid: line.paid,
            freight,
            discount: at(goods - line.paid.minor),
            fee: part.fee,
            commission: part.commission,
            coupon: part.coupon,
            at: now,
            why: why.clone(),
        };
        self.status = status;
        self.cuts.push(cut.clone());
        Ok((line, cut))
    }

    /// Decides where it goes from here on, and applies it.
    pub(super) fn readdress(&mut self, address: &Address) -> Result<(), Error> {
        let status = self.after(Step::Readdress)?;
        self.free()?;
        self.status = status;
        self.address = address.clone();
        Ok(())
    }
}

/// What a purchase remembers of each of its orders: what settling it needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Which order.
    pub order: Id<id::Order>,
    /// Of which shop.
    pub shop: Id<Shop>,
    /// What the buyer pays for it.
    pub total: Money,
    /// What keeps its stock.
    pub reservation: Option<Id<Reservation>>,
    /// By when the shop promised to hand it over.
    pub ship_by: Moment,
    /// By when the buyer was promised to have it.
    pub deliver_by: Moment,
    /// Why indicators leave it out.
    pub excluded: Option<Box<str>>,
    /// Which insurance of return freight it carries.
    pub insured: Option<Box<str>>,
    /// Whether it was held when it was placed; whether it still is, the order knows.
    pub held: bool,
    /// Whether none of it needs a parcel.
    pub digital: bool,
}

/// What a member bought in one go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Purchase {
    /// Its id.
    pub id: Id<PurchaseKind>,
    /// Whose.
    pub member: Id<Member>,
    /// Unpaid, Paid, Cancelled or Closed.
    pub status: Status,
    /// Rises by one with every step, from 1.
    pub version: i64,
    /// What the buyer pays for all of it.
    pub total: Money,
    /// When it was placed.
    pub placed_at: Moment,
    /// By when it has to be paid.
    pub pay_by: Moment,
    /// When it was paid, cancelled or closed.
    pub settled_at: Option<Moment>,
    /// By which payment it was paid.
    pub payment: Option<Id<Payment>>,
    /// By how many microseconds its promises moved on, because its money takes its time; its parts have them as they are.
    pub moved: i64,
    /// From which quote it was made.
    pub quote: Id<Quote>,
    /// The version of the terms it was placed under.
    pub terms: Box<str>,
    /// The word of the rule set it was placed under, for facts.
    pub rules: Option<Box<str>>,
    /// Its orders, in the order of the quote's shops; not those that their shop or the platform took out before payment.
    pub parts: Vec<Part>,
}

impl Purchase {
    /// Its currency.
    pub const fn currency(&self) -> Currency {
        self.total.currency
    }

    /// Decides how it is settled. It is closed when its time is over, and not before.
    pub(super) fn settle(&self, step: Step, now: Moment) -> Result<Status, Error> {
        let what = || self.id.to_string();
        let status = match step {
            Step::Pay | Step::Cancel | Step::Close => self.status.after(step),
            Step::Refund
            | Step::Readdress
            | Step::Ship
            | Step::Receive
            | Step::Hold
            | Step::Clear
            | Step::Correct
            | Step::Collect
            | Step::Reduce
            | Step::Remark => None,
        };
        let status = status.ok_or_else(|| Error::Status { what: what(), status: self.status, step })?;
        if step == Step::Close && now < self.pay_by { Err(Error::NotDue) } else { Ok(status) }
    }
}

/// A step of an order's life, as its timeline shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What was done; none is the placing itself.
    pub step: Option<Step>,
    /// When.
    pub at: Moment,
    /// By whom.
    pub by: Actor,
    /// What of it changed, or why, in the words of its step; one line.
    pub about: Option<Box<str>>,
}

impl Entry {
    /// As it is stored: one line.
    pub(super) fn line(&self) -> String {
        let step = self.step.map_or("placed", Step::as_str);
        let about = self.about.as_deref().map_or_else(String::new, |about| {
            let line = about.split_whitespace().collect::<Vec<_>>().join(" ");
            if line.is_empty() { line } else { format!(" {line}") }
        });
        format!("{step} {} {}{about}\n", self.at.micros(), word_of(self.by))
    }

    /// Of a correction: what the carrier and the number were, and what they are.
    pub fn corrected(&self) -> Option<(Waybill, Waybill)> {
        if self.step != Some(Step::Correct) {
            return None;
        }
        let mut words = self.about.as_deref()?.split(' ');
        let mut waybill = || Some(Waybill { carrier: words.next()?.into(), number: words.next()?.into() });
        Some((waybill()?, waybill()?))
    }

    /// Of something that was cancelled by its shop or the platform: why.
    pub fn cancelled(&self) -> Option<Cancellation> {
        match self.step {
            Some(Step::Refund | Step::Cancel) => Cancellation::of(self.about.as_deref()?),
            Some(Step::Reduce) => Cancellation::of(self.about.as_deref()?.split_once(' ')?.1),
            _ => None,
        }
    }

    /// Of a line that was taken off: which.
    pub fn line_off(&self) -> Option<Id<Sku>> {
        let about = self.about.as_deref().filter(|_| self.step == Some(Step::Reduce))?;
        about.split(' ').next()?.parse().ok()
    }

    /// Reads what [`line`](Self::line) wrote.
    pub(super) fn read(line: &str) -> Option<Self> {
        let mut words = line.splitn(4, ' ');
        let (step, at, by) = (words.next()?, words.next()?, words.next()?);
        let step = if step == "placed" { None } else { Some(Step::parse(step)?) };
        let about = words.next().map(Into::into);
        Some(Self { step, at: Moment::from_micros(at.parse().ok()?), by: actor_of(by)?, about })
    }
}

pub(crate) fn word_of(actor: Actor) -> String {
    match actor {
        Actor::System => "system".to_owned(),
        Actor::Operator => "operator".to_owned(),
        Actor::Outside => "outside".to_owned(),
        Actor::Member(id) => id.to_string(),
        Actor::Key(id) => id.to_string(),
    }
}

pub(crate) fn actor_of(word: &str) -> Option<Actor> {
    match word {
        "system" => Some(Actor::System),
        "operator" => Some(Actor::Operator),
        "outside" => Some(Actor::Outside),
        word if word.starts_with("mbr_") => word.parse().ok().map(Actor::Member),
        word => word.parse().ok().map(Actor::Key),
    }
}

/// Whose note.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoteBy {
    /// The shop's: its staff and the platform's see it.
    Shop,
    /// The platform's: only its own staff sees it.
    Platform,
}

impl NoteBy {
    /// Its word in the store and in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Shop => "shop",
            Self::Platform => "platform",
        }
    }
    /// Reads its word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Shop, Self::Platform].into_iter().find(|by| by.as_str() == word)
    }
}

/// A remark of staff on an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Its id.
    pub id: Id<NoteKind>,
    /// Whose.
    pub side: NoteBy,
    /// Who wrote it.
    pub by: Actor,
    /// When.
    pub at: Moment,
    /// What it says.
    pub text: Box<str>,
}

impl Note {
    /// How its writer is stored.
    pub(super) fn writer(&self) -> String {
        word_of(self.by)
    }
    /// Reads [`writer`](Self::writer).
    pub(super) fn read_writer(word: &str) -> Option<Actor> {
        actor_of(word)
    }
    /// Whether a text can be a note: something, and not too long.
    pub(super) fn checked(text: &str) -> Result<String, Error> {
        text::lines(text, 1, LONGEST_NOTE).ok_or(Error::Note)
    }
}

#[cfg(test)]
mod tests;
