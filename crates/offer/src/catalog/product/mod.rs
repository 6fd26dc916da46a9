//! Products with their variants and prices.
//!
//! Invariants: a product's page is one document, written whole whenever its content or a price changes; its variants stand
//! in rows as well, with the same prices; a variant that a version leaves out stays a row that is not live, so that its
//! history and the carts that hold it stay true.

mod command;
mod diff;
mod live;
mod model;
mod price;
mod sql;
mod view;

pub use super::fault::{Fault, Flaw};
pub use super::goods::GoodsKind;
pub use super::product_status::{Move, Status};
pub use command::{ban, clear_backorder, is_presale, keys, lift_ban, put_on, set_backorder, take_off};
pub use diff::{Change, diff};
pub(crate) use live::{Desk, Target, as_priced, go_live, known_skus, own_skus_only};
pub use live::{faults, preview};
pub use model::{AttributeDraft, AxisDraft, Content, Freight, MOST_AXES, SkuDraft, ValueDraft};
pub use price::{
    NewPrice, PricePoint, Struck, lowest_price, lowest_prices, price_history, recent_prices, set_price,
    set_prices, strike, strike_offers, struck,
};
pub(crate) use sql::{Head, content as content_of, head_of_shop, lead_of, new_draft, rename_draft};
pub use view::{
    AttributeView, Axis, AxisValue, BrandView, Offer, OwnFilter, OwnPage, OwnProduct, ProductView, Shown,
    SkuOf, SkuView, VersionView, content, live_skus, of_shop, offer, offers, own, own_pages, product,
    search_shop, versions,
};
