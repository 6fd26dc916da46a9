//! Orders: those of a shop, and one with everything that was told about it.

use crate::shape::ask_of_shop;
use govern::view::{self, OrderView as Order};
use kernel::ask::Cell;
use kernel::fact::Type;
use kernel::id;
use serde_json::{Map, Value};
use web_kit::prelude::*;
use web_kit::problem::brief;
use web_kit::view::order::{recorded_after, recorded_key};
use web_kit::view::shops;

/// A shop order.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct OrderView {
    /// Its id.
    pub order: String,
    /// What the system it came from calls it.
    pub external_id: String,
    /// The shop.
    pub shop: String,
    /// The purchase it is part of.
    pub purchase: String,
    /// `placed`, `paid`, `picked_up`, `delivered` or `cancelled`.
    pub status: String,
    /// How many lines it has.
    pub lines: i64,
    /// Price of the goods.
    pub goods: Money,
    /// Freight.
    pub freight: Money,
    /// Both together.
    pub gmv: Money,
    /// When it was placed.
    pub placed_at: String,
    /// When it was paid.
    pub paid_at: Option<String>,
    /// By when it was to be picked up.
    pub ship_by: String,
    /// When it was picked up.
    pub picked_up_at: Option<String>,
    /// By when it was to be delivered.
    pub deliver_by: String,
    /// When it was delivered.
    pub delivered_at: Option<String>,
    /// When it was cancelled.
    pub cancelled_at: Option<String>,
}

impl OrderView {
    fn of(order: &Order, shop: &govern::ShopName, site: &Site) -> Self {
        let time = |at: Moment| site.time(at);
        let money = |minor| Money::new(minor, site.market.currency);
        Self {
            order: order.id.to_string(),
            external_id: order.external_id.clone(),
            shop: shop.id.to_string(),
            purchase: order.purchase.to_string(),
            status: status(order).to_owned(),
            lines: order.lines,
            goods: money(order.goods),
            freight: money(order.freight),
            gmv: money(order.gmv),
            placed_at: time(order.placed_at),
            paid_at: order.paid_at.map(time),
            ship_by: time(order.ship_by),
            picked_up_at: order.picked_up_at.map(time),
            deliver_by: time(order.deliver_by),
            delivered_at: order.delivered_at.map(time),
            cancelled_at: order.cancelled_at.map(time),
        }
    }
}

fn status(order: &Order) -> &'static str {
    match order.status() {
        view::Status::Placed => "placed",
        view::Status::Paid => "paid",
        view::Status::PickedUp => "picked_up",
        view::Status::Delivered => "delivered",
        view::Status::Cancelled => "cancelled",
    }
}

/// A fact about an order.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct FactView {
    /// Its id.
    pub fact: String,
    /// Its kind.
    pub kind: String,
    /// What happened.
    pub meaning: String,
    /// When it happened.
    pub at: String,
    /// Its columns; absent ones are left out.
    #[schema(value_type = Object)]
    pub values: Map<String, Value>,
}

/// An order and everything that was told about it, by when it happened.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct TimelineView {
    /// The order.
    #[serde(flatten)]
    pub order: OrderView,
    /// Its facts.
    pub facts: Vec<FactView>,
}

/// The orders of a shop, from the latest back.
#[operation(get, "/shops/{shop}/orders", tag = "shops", needs = "platform.view")]
pub async fn of_shop(at: Context, shop: String, query: Paging) -> Answer<ListPage<OrderView>> {
    let limit = query.limit()?;
    let after = query.after().map(recorded_after).transpose()?;
    ask_of_shop(&at, shop, move |site, ask, shop| {
        let orders = view::orders(ask, &view::OrderFilter::of_shop(shop.no), after.as_ref(), limit + 1)?;
        Ok(ListPage::of(orders, limit, recorded_key).map(|order| OrderView::of(&order, shop, site)))
    })
    .await
}

/// One order with its timeline of facts.
#[operation(get, "/orders/{order}", tag = "shops", needs = "platform.view")]
pub async fn get(at: Context, order: String) -> Answer<TimelineView> {
    at.ask(move |site, ask| {
        let page = view::order(ask, &order).map_err(|err| {
            Failure::from(err).zh(format!("没有订单「{}」。请写它的编号（ord_…）或外部编号。", brief(&order)))
        })?;
        let shops = shops::all(site, ask)?;
        let shop = shops.get(page.order.shop).ok_or_else(|| Failure::internal("an order of no shop"))?;
        let facts = page.facts.iter().map(|fact| FactView {
            fact: Id::<id::FactKind>::from_raw(fact.id).to_string(),
            kind: fact.kind.to_owned(),
            meaning: fact.meaning.to_owned(),
            at: site.time(fact.at),
            values: fact
                .values
                .iter()
                .filter_map(|v| Some((v.column.name.to_owned(), value(v.column.ty, &v.value, site)?)))
                .collect(),
        });
        Ok(TimelineView { order: OrderView::of(&page.order, shop, site), facts: facts.collect() })
    })
    .await
}

/// A column as JSON: times with the market's offset, amounts with the market's currency.
pub(crate) fn value(ty: Type, cell: &Cell, site: &Site) -> Option<Value> {
    Some(match (ty, cell) {
        (_, Cell::Null) => return None,
        (Type::Time, Cell::Int(micros)) => site.time(Moment::from_micros(*micros)).into(),
        (Type::Minor, Cell::Int(minor)) => {
            serde_json::json!({ "minor": minor, "currency": site.market.currency.code() })
        }
        (Type::Flag, Cell::Int(flag)) => (*flag != 0).into(),
        (_, Cell::Int(n)) => (*n).into(),
        (_, Cell::Float(x)) => (*x).into(),
        (_, Cell::Text(text)) => text.as_str().into(),
        (_, Cell::Id(id)) => id.to_string().into(),
    })
}
