//! A shop's coupons; the platform's are of the same shapes.

use crate::shape::time;
use kernel::Market;
use kernel::id::Coupon as CouponKey;
use trade::coupon::{self, Coupon, Guard, Issuer, Kind, NewCoupon, Scope, Segment};
use web_kit::prelude::*;
use web_kit::view::coupon::state;

/// What a coupon takes off. `kind` says which of the amounts count.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Worth {
    /// `off`: an amount off goods; `percent`: a share of them; `freight`: an amount off freight; `deal`, of shops: of every
    /// `buy` + `get` units in its scope the `get` cheapest cost less.
    #[schema(pattern = "^(off|percent|freight|deal)$")]
    pub kind: String,
    /// From which price of the goods on.
    pub over: Money,
    /// How much: `off` and `freight`.
    #[serde(default)]
    pub off: Option<Money>,
    /// Which share, in parts per million: `percent`, and `deal` of the units that cost less. 100000 is 10 % off, 1000000 is free.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 1000000)]
    pub ppm: Option<i64>,
    /// At most how much: `percent` and `deal`.
    #[serde(default)]
    pub most: Option<Money>,
    /// How many units cost what they cost: `deal`.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 99)]
    pub buy: Option<i64>,
    /// How many then cost less: `deal`.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 99)]
    pub get: Option<i64>,
}

impl Worth {
    fn of(kind: &Kind) -> Self {
        let (off, ppm, most) = match *kind {
            Kind::Off { off, .. } | Kind::Freight { off, .. } => (Some(off), None, None),
            Kind::Percent { ppm, most, .. } | Kind::Deal { ppm, most, .. } => (None, Some(ppm), most),
        };
        let (buy, get) = match *kind {
            Kind::Deal { buy, get, .. } => (Some(buy), Some(get)),
            _ => (None, None),
        };
        Self { kind: kind.as_str().to_owned(), over: kind.over(), off, ppm, most, buy, get }
    }

    fn kind(&self, market: &Market) -> Result<Kind, Failure> {
        let money = |name, amount| input::money(name, amount, market.currency);
        let over = money("over", self.over)?;
        let off = || money("off", self.off.ok_or_else(|| Failure::invalid("off is needed"))?);
        match self.kind.as_str() {
            "off" => Ok(Kind::Off { over, off: off()? }),
            "freight" => Ok(Kind::Freight { over, off: off()? }),
            "percent" => {
                let ppm = self.ppm.ok_or_else(|| Failure::invalid("ppm is needed"))?;
                let most = self.most.map(|most| money("most", most)).transpose()?;
                Ok(Kind::Percent { over, ppm, most })
            }
            "deal" => {
                let (Some(buy), Some(get)) = (self.buy, self.get) else {
                    return Err(Failure::invalid("buy and get are needed"));
                };
                let most = self.most.map(|most| money("most", most)).transpose()?;
                Ok(Kind::Deal { over, buy, get, ppm: self.ppm.unwrap_or(1_000_000), most })
            }
            other => Err(Failure::invalid(format!(
                "kind must be off, percent, freight or deal, not \"{}\"",
                web_kit::problem::brief(other)
            ))),
        }
    }
}

/// For which goods: all of the issuer's, those of a category, or some products.
#[derive(Debug, Clone, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScopeShape {
    /// The code of a category.
    #[serde(default)]
    pub category: Option<String>,
    /// Products, 1 to 100.
    #[serde(default)]
    pub products: Vec<String>,
}

impl ScopeShape {
    pub(crate) fn of(scope: &Scope) -> Self {
        match scope {
            Scope::All => Self::default(),
            Scope::Category(code) => Self { category: Some(code.to_string()), products: Vec::new() },
            Scope::Products(some) => {
                Self { category: None, products: some.iter().map(ToString::to_string).collect() }
            }
        }
    }

    pub(crate) fn scope(&self) -> Result<Scope, Failure> {
        match (&self.category, self.products.as_slice()) {
            (None, []) => Ok(Scope::All),
            (Some(code), []) => Ok(Scope::Category(code.as_str().into())),
            (None, some) => {
                Ok(Scope::Products(some.iter().map(|text| input::id(text)).collect::<Result<_, _>>()?))
            }
            (Some(_), _) => Err(Failure::invalid("a scope is a category or some products, not both")),
        }
    }
}

/// For whom a coupon is. `kind` says which of the rest counts.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SegmentShape {
    /// `new`: who has paid for nothing yet, of the shop or at all; `regular`: who bought enough; `followers`: of the shop.
    #[schema(pattern = "^(new|regular|followers)$")]
    kind: String,
    /// So many orders, or ...: `regular`.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 10000)]
    orders: Option<i64>,
    /// ... for so much: `regular`.
    #[serde(default)]
    amount: Option<Money>,
    /// Within how many days before: `regular`.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 3660)]
    days: Option<i64>,
}

impl SegmentShape {
    fn of(segment: Segment) -> Self {
        let (orders, amount, days) = match segment {
            Segment::Regular { orders, amount, days } => (orders, amount, Some(days)),
            Segment::New | Segment::Followers => (None, None, None),
        };
        Self { kind: segment.as_str().to_owned(), orders, amount, days }
    }

    fn segment(&self, market: &Market) -> Result<Segment, Failure> {
        match self.kind.as_str() {
            "new" => Ok(Segment::New),
            "followers" => Ok(Segment::Followers),
            "regular" => Ok(Segment::Regular {
                orders: self.orders,
                amount: self
                    .amount
                    .map(|amount| input::money("amount", amount, market.currency))
                    .transpose()?,
                days: self.days.ok_or_else(|| Failure::invalid("days is needed"))?,
            }),
            other => Err(Failure::invalid(format!(
                "kind must be new, regular or followers, not \"{}\"",
                web_kit::problem::brief(other)
            ))),
        }
    }
}

/// A coupon.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct CouponView {
    /// Its id.
    pub coupon: String,
    /// The shop that pays for it; null for the platform's.
    pub shop: Option<String>,
    /// What members read.
    pub title: String,
    /// What it takes off.
    pub worth: Worth,
    /// For which goods.
    pub scope: ScopeShape,
    /// Whether it goes with no other coupon.
    pub exclusive: bool,
    /// For whom it is; null: everybody.
    pub segment: Option<SegmentShape>,
    /// How many pieces there are.
    pub total: i64,
    /// How many of them are claimed.
    pub claimed: i64,
    /// How many one member may claim.
    pub each: i64,
    /// From when it may be claimed and spent.
    pub from: String,
    /// Until when.
    pub until: String,
    /// The most that all its pieces may take off together; null: no end.
    pub budget: Option<Money>,
    /// What they took off, if there is a budget.
    pub used: Option<Money>,
    /// What members type to claim it; null: it stands in the claim centre.
    pub code: Option<String>,
    /// `coming`, `open`, `gone` (no pieces or no budget left), `over` or `stopped`.
    pub state: &'static str,
}

impl CouponView {
    fn of(coupon: Coupon, market: &Market, now: Moment) -> Self {
        Self {
            state: state(&coupon, now),
            coupon: coupon.id.to_string(),
            shop: coupon.issuer.shop().map(|shop| shop.to_string()),
            title: coupon.title.into(),
            worth: Worth::of(&coupon.kind),
            scope: ScopeShape::of(&coupon.scope),
            exclusive: coupon.exclusive,
            segment: coupon.segment.map(SegmentShape::of),
            total: coupon.total,
            claimed: coupon.claimed,
            each: coupon.each,
            from: time(market, coupon.from),
            until: time(market, coupon.until),
            used: coupon.budget.map(|_| coupon.used),
            budget: coupon.budget,
            code: coupon.code.map(String::from),
        }
    }
}

/// A new coupon.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CouponBody {
    /// What members read.
    #[schema(min_length = 1, max_length = 40)]
    title: String,
    /// What it takes off.
    worth: Worth,
    /// How many pieces there are.
    #[schema(minimum = 1, maximum = 1000000000)]
    total: i64,
    /// How many one member may claim.
    #[schema(minimum = 1, maximum = 100)]
    each: i64,
    /// From when: RFC 3339 or a date.
    from: String,
    /// Until when: RFC 3339, or a date, which means its end.
    until: String,
    /// For which goods; all if not said.
    #[serde(default)]
    scope: ScopeShape,
    /// The most that all its pieces may take off together; no end if not said.
    #[serde(default)]
    budget: Option<Money>,
    /// What members type to claim it: 4 to 24 letters, digits and -. Without one it stands in the claim centre.
    #[serde(default)]
    #[schema(min_length = 4, max_length = 24)]
    code: Option<String>,
    /// What all of it may cost, where `coupon.confirm` asked for it.
    #[serde(default)]
    confirm: Option<Money>,
    /// Whether it goes with no other coupon.
    #[serde(default)]
    exclusive: bool,
    /// For whom it is; for everybody if not said.
    #[serde(default)]
    segment: Option<SegmentShape>,
}

impl CouponBody {
    fn guard(&self, market: &Market) -> Result<Guard, Failure> {
        let money = |name, amount: Option<Money>| {
            amount.map(|amount| input::money(name, amount, market.currency)).transpose()
        };
        Ok(Guard {
            budget: money("budget", self.budget)?,
            // What is no code goes on as it is, and is refused with what one is.
            code: self.code.as_deref().map(|code| coupon::code_of(code).unwrap_or_else(|| code.into())),
            confirmed: money("confirm", self.confirm)?,
            exclusive: self.exclusive,
            segment: self.segment.as_ref().map(|segment| segment.segment(market)).transpose()?,
        })
    }

    fn read(self, issuer: Issuer, market: &Market) -> Result<NewCoupon, Failure> {
        // A date alone means its beginning here, and its end there.
        let from = match self.from.contains('T') {
            false => {
                let date = input::date("from", &self.from)?;
                Moment::day_start(date, &market.zone).ok_or_else(|| Failure::invalid("from: no such day"))?
            }
            true => crate::moment(&self.from, market)?,
        };
        Ok(NewCoupon {
            issuer,
            title: self.title.into(),
            kind: self.worth.kind(market)?,
            total: self.total,
            each: self.each,
            from,
            until: crate::moment(&self.until, market)?,
            scope: self.scope.scope()?,
        })
    }
}

/// Which page of coupons.
pub type CouponPaging = Paging<50, 99>;

/// A page of somebody's coupons.
pub async fn page(at: &Context, issuer: Issuer, query: CouponPaging) -> Answer<ListPage<CouponView>> {
    let (last, now) = (query.after_id()?, at.now());
    let find = move |q: &mut Read<'_>, most| coupon::of_issuer(q, issuer, last, most);
    let view = |coupon| CouponView::of(coupon, &at.site.market, now);
    at.page(query.limit()?, find, |coupon| coupon.id.to_string(), view).await
}

/// Offers a coupon of somebody's.
pub async fn made(at: &Context, issuer: Issuer, body: CouponBody) -> Created<CouponView> {
    let market = at.site.market.clone();
    let (guard, services) = (body.guard(&market)?, at.site.services.clone());
    let new = body.read(issuer, &market)?;
    at.write("coupon.create", Keys::none(), move |tx, ctx| {
        flows::coupon::create(tx, ctx, &services, &new, &guard)
            .map(|coupon| CouponView::of(coupon, &market, ctx.now))
    })
    .await
}

/// Offers one no more.
pub async fn stopped(at: &Context, issuer: Issuer, id: Id<CouponKey>) -> Written<CouponView> {
    let market = at.site.market.clone();
    at.write("coupon.stop", Keys::none(), move |tx, ctx| {
        coupon::stop(tx, ctx, issuer, id).map(|coupon| CouponView::of(coupon, &market, ctx.now))
    })
    .await
}

/// A shop's coupons, newest first.
#[operation(get, "/shops/{shop}/coupons", tag = "coupons", needs = "shop.goods")]
pub async fn list(at: ShopContext, query: CouponPaging) -> Answer<ListPage<CouponView>> {
    page(&at, Issuer::Shop(at.shop), query).await
}

/// Offers a coupon of the shop.
#[operation(post, "/shops/{shop}/coupons", tag = "coupons", needs = "shop.goods")]
pub async fn create(at: ShopContext, body: CouponBody) -> Created<CouponView> {
    made(&at, Issuer::Shop(at.shop), body).await
}

/// Offers a coupon no more. Those in members' hands stay good.
#[operation(post, "/shops/{shop}/coupons/{coupon}/stop", tag = "coupons", needs = "shop.goods")]
pub async fn stop(at: ShopContext, coupon: Id<CouponKey>) -> Written<CouponView> {
    stopped(&at, Issuer::Shop(at.shop), coupon).await
}
