//! The catalog: categories with typed attributes, brands, products with their variants, edits under review, prices with
//! their history, lists and search, and the places on the mall's pages.
//!
//! Invariants:
//! - What is live is changed by an approved edit alone, and whole; prices, list prices and limits of live variants are
//!   changed at once and never by an edit.
//! - An edit changes the version it was made against, or is refused.
//! - A product stands on shelves and under words exactly as long as it is on sale.
//! - Every price of a variant stands in its history, numbered without gaps; the last one is the live one.
//! - A listing begins once and ends at most once; one that comes back is a listing of its own.
//! - A product goes on sale, and a presale goes live, under its shop's permit and never without.
//! - What is another shop's is not found.
//!
//! Absent: stock (`supply`), what a buyer pays in the end (`trade`), promises (`govern`), and who may do any of it (the
//! callers know). That a promise of that name exists is the caller's to check.

pub mod category;
pub mod edit;
mod edit_status;
mod error;
pub mod fact;
mod fault;
mod gallery;
mod goods;
mod privilege;
pub mod product;
mod product_status;
mod reason;
pub mod rules;
pub mod search;
pub mod slot;
mod tables;
pub mod word;

pub use category::{
    Attribute, AttributeEdit, AttributeKind, AttributeOption, Brand, Category, CategoryChange, NewAttribute,
    NewCategory, add_attribute, add_brand, add_category, attributes, brands, categories, category,
    change_attribute, change_brand, change_category, children, edit_attribute,
};
pub use edit::{
    Brought, Change, EditFilter, EditView, approve, bring_in, change, edit, edit_of_shop, edits_of_shop,
    propose, propose_again, propose_new, publish, reject, review_queue, revise, roll_back, submit, withdraw,
};
pub use error::Error;
pub use gallery::{add_media, media};
pub use privilege::{Permits, Presale, PutOnSale};
pub use product::{
    AttributeDraft, Axis, AxisDraft, AxisValue, Content, Fault, Flaw, Freight, GoodsKind, NewPrice, Offer,
    OwnFilter, OwnPage, OwnProduct, PricePoint, ProductView, SkuDraft, SkuOf, SkuView, Status, Struck,
    ValueDraft, VersionView, ban, clear_backorder, content, faults, is_presale, keys, lift_ban, live_skus,
    lowest_price, lowest_prices, of_shop, offer, offers, own, own_pages, preview, price_history, product,
    put_on, recent_prices, search_shop, set_backorder, set_price, set_prices, strike, strike_offers, struck,
    take_off, versions,
};
pub use rules::{Book, CATALOG_FILE, Limits, Review, Rules, WORDS_FILE, rules};
pub use search::{After, Card, Reindexed, Shelf, Sort, cards, cards_of, folded, reindex, reindexed};
pub use slot::{NewSlot, Slot, SlotContent, SlotHead, all_slots, remove_slot, set_slot, slots, write_slot};
pub use word::{Mark, Word, WordClass};

/// A document as it is stored.
fn written(value: &impl serde::Serialize) -> Result<String, store::StoreError> {
    serde_json::to_string(value).map_err(|err| store::StoreError::Unreadable(err.to_string()))
}

/// A document as it was stored.
fn parsed<'a, T: serde::Deserialize<'a>>(text: &'a str) -> Result<T, store::StoreError> {
    serde_json::from_str(text).map_err(|err| store::StoreError::Unreadable(err.to_string()))
}
