//! The review of products: what waits, what changes, yes or no.

use crate::merchant::content::EditShape;
use crate::shape::time;
use kernel::Market;
use kernel::id::{Edit, Product};
use offer::catalog;
use offer::catalog::edit::Waiting;
use web_kit::prelude::*;
use web_kit::view::product::rules_of;
use web_kit::view::review::{key, key_of};

/// An edit that waits.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct WaitingView {
    /// Its id.
    pub edit: String,
    /// Of which shop.
    pub shop: String,
    /// Of which product.
    pub product: String,
    /// The version it changes; 0 for a product that was never live.
    pub base: i64,
    /// What the product is to be called.
    pub title: String,
    /// Whether it holds sensitive words.
    pub marked: bool,
    /// Since when it waits.
    pub submitted_at: String,
}

impl WaitingView {
    fn of(waiting: Waiting, market: &Market) -> Self {
        Self {
            edit: waiting.id.to_string(),
            shop: waiting.shop.to_string(),
            product: waiting.product.to_string(),
            base: waiting.base,
            title: waiting.title.into(),
            marked: waiting.marked,
            submitted_at: time(market, waiting.submitted_at),
        }
    }
}

/// What waits for a decision, longest first.
#[operation(get, "/reviews", tag = "catalog", needs = "platform.catalog")]
pub async fn queue(at: Context, query: Paging<50, 199>) -> Answer<ListPage<WaitingView>> {
    let after = key(query.after())?;
    let find = move |q: &mut Read<'_>, most| catalog::review_queue(q, after, most);
    at.page(query.limit()?, find, key_of, |waiting| WaitingView::of(waiting, &at.site.market)).await
}

/// One edit, whatever became of it.
#[operation(get, "/reviews/{edit}", tag = "catalog", needs = "platform.catalog")]
pub async fn get(at: Context, edit: Id<Edit>) -> Answer<EditShape> {
    let market = at.site.market.clone();
    at.answer(move |q| Ok(EditShape::of(catalog::edit(q, edit)?, &market))).await
}

/// Lets an edit go live. From then on its variants have stock to keep.
#[operation(post, "/reviews/{edit}/approve", tag = "catalog", needs = "platform.catalog")]
pub async fn approve(at: Context, edit: Id<Edit>) -> Written<EditShape> {
    let (rules, market) = (rules_of(&at.site)?, at.site.market.clone());
    at.write("catalog.approve", Keys::none(), move |tx, ctx| {
        flows::listing::approve(tx, ctx, edit, &rules).map(|edit| EditShape::of(edit, &market))
    })
    .await
}

/// Why an edit is sent back.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RejectBody {
    /// A word of small letters, digits and underscores.
    #[schema(pattern = "^[a-z0-9_]{1,32}$")]
    reason: String,
    /// What its shop should know.
    #[serde(default)]
    note: String,
}

/// Sends an edit back.
#[operation(post, "/reviews/{edit}/reject", tag = "catalog", needs = "platform.catalog")]
pub async fn reject(at: Context, edit: Id<Edit>, body: RejectBody) -> Written<EditShape> {
    let (rules, market) = (rules_of(&at.site)?, at.site.market.clone());
    at.write("catalog.reject", Keys::none(), move |tx, ctx| {
        let why = (&*body.reason, &*body.note);
        catalog::reject(tx, ctx, edit, why, &rules).map(|edit| EditShape::of(edit, &market))
    })
    .await
}

/// Why a product is banned.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BanBody {
    /// A word of small letters, digits and underscores.
    #[schema(pattern = "^[a-z0-9_]{1,32}$")]
    reason: String,
}

/// What became of a product.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Banned {
    /// The product.
    pub product: String,
    /// Whether it is banned now.
    pub banned: bool,
}

/// Takes a product off sale; its shop cannot put it on again until the ban is lifted.
#[operation(post, "/products/{product}/ban", tag = "catalog", needs = "platform.catalog")]
pub async fn ban(at: Context, product: Id<Product>, body: BanBody) -> Written<Banned> {
    at.write("catalog.ban", catalog::keys(product), move |tx, ctx| {
        catalog::ban(tx, ctx, product, &body.reason)
            .map(|()| Banned { product: product.to_string(), banned: true })
    })
    .await
}

/// Lifts a product's ban.
#[operation(post, "/products/{product}/lift", tag = "catalog", needs = "platform.catalog")]
pub async fn lift(at: Context, product: Id<Product>) -> Written<Banned> {
    at.write("catalog.lift", catalog::keys(product), move |tx, _| {
        catalog::lift_ban(tx, product).map(|()| Banned { product: product.to_string(), banned: false })
    })
    .await
}
