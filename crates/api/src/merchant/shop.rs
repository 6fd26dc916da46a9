//! The shops somebody works in, and what one of them is.

use crate::shape::time;
use kernel::Market;
use people::merchant::{self, ChangeShop, Industry, Kind, ShopView};
use web_kit::prelude::*;
use web_kit::view::shop::{shops, today_of};
use web_kit::view::stock::StockRow;

/// A shop.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct OwnShop {
    /// Its id.
    pub shop: String,
    /// Its public name.
    pub name: String,
    /// What it mainly sells.
    pub industry: Option<&'static str>,
    /// Who stands behind it.
    pub kind: Option<&'static str>,
    /// `open`, `suspended` or `closed`.
    pub status: &'static str,
    /// Since when it is here.
    pub opened_at: String,
    /// Send it back with a change.
    pub version: i64,
}

impl OwnShop {
    fn of(shop: &ShopView, market: &Market) -> Self {
        Self {
            shop: shop.id.to_string(),
            name: shop.name.to_string(),
            industry: shop.industry.map(Industry::as_str),
            kind: shop.kind.map(Kind::as_str),
            status: shop.status.as_str(),
            opened_at: time(market, shop.opened_at),
            version: shop.version,
        }
    }
}

/// The shops you work in.
#[operation(get, "/shops", tag = "own shops", needs = "member")]
pub async fn mine(at: MemberContext) -> Answer<Items<OwnShop>> {
    let shops = shops(&at.site, &at.act.who).await?;
    Ok(axum::Json(shops.iter().map(|shop| OwnShop::of(shop, &at.site.market)).collect()))
}

/// One of them.
#[operation(get, "/shops/{shop}", tag = "own shops", needs = "shop.view")]
pub async fn get(at: ShopContext) -> Answer<OwnShop> {
    let (shop, market) = (at.shop, at.site.market.clone());
    at.answer(move |q| Ok(OwnShop::of(&merchant::shop(q, shop)?, &market))).await
}

/// What a shop is to be called, and what it is.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnShopBody {
    /// Its public name.
    #[schema(min_length = 1, max_length = 60)]
    name: String,
    /// `fashion`, `beauty`, `food`, `fresh`, `digital`, `home`, `baby` or `sports`.
    #[serde(default)]
    #[schema(required)]
    industry: Option<String>,
    /// `company`, `flagship` or `person`.
    #[serde(default)]
    #[schema(required)]
    kind: Option<String>,
    /// The version that the writer saw.
    version: i64,
}

/// Changes what a shop is called and what it is.
#[operation(put, "/shops/{shop}", tag = "own shops", needs = "shop.settings")]
pub async fn change(at: ShopContext, body: OwnShopBody) -> Written<OwnShop> {
    let (shop, market) = (at.shop, at.site.market.clone());
    let unknown = |name: &str| Failure::invalid(format!("{name}: there is no such one"));
    let industry = |text: &str| Industry::parse(text).ok_or_else(|| unknown("industry"));
    let kind = |text: &str| Kind::parse(text).ok_or_else(|| unknown("kind"));
    let change = ChangeShop {
        name: body.name.into(),
        industry: body.industry.as_deref().filter(|text| !text.is_empty()).map(industry).transpose()?,
        kind: body.kind.as_deref().map(kind).transpose()?,
        version: body.version,
    };
    at.write("shop.change", merchant::key(shop), move |tx, ctx| {
        merchant::change_shop(tx, ctx, shop, &change).map(|shop| OwnShop::of(&shop, &market))
    })
    .await
}

/// Orders to be shipped by about the same time.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ToShip {
    /// By when the first of them.
    pub by: String,
    /// How many.
    pub orders: i64,
    /// What their buyers paid.
    pub total: Money,
}

/// A shop's day.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct TodayView {
    /// What to ship, by the hour.
    pub due: Vec<ToShip>,
    /// How many orders are paid and not shipped.
    pub to_ship: i64,
    /// How many are on their way.
    pub on_the_way: i64,
    /// What buyers paid for both.
    pub in_escrow: Money,
    /// What the shop has to get.
    pub payable: Money,
    /// SKUs whose stock is low: at most 12.
    pub low: Vec<StockRow>,
}

/// What to ship by when, where the money stands, and what is running out.
#[operation(get, "/shops/{shop}/today", tag = "own shops", needs = "shop.view")]
pub async fn today(at: ShopContext) -> Answer<TodayView> {
    let (shop, market, now) = (at.shop, at.site.market.clone(), at.now());
    at.answer(move |q| {
        let today = today_of(q, &market, now, shop)?;
        let orders = |shipped: bool| {
            today.standing.iter().filter(|one| one.shipped == shipped).map(|one| one.orders).sum()
        };
        let held = today.standing.iter().map(|one| one.total.minor).sum();
        let to_ship = |due: &trade::order::DueOrders| ToShip {
            by: time(&market, due.by),
            orders: due.orders,
            total: due.total,
        };
        Ok(TodayView {
            due: today.due.iter().map(to_ship).collect(),
            to_ship: orders(false),
            on_the_way: orders(true),
            in_escrow: Money::new(held, market.currency),
            payable: today.payable,
            low: today.low,
        })
    })
    .await
}
