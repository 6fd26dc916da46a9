//! The tree of categories, what each asks of its products, and brands.
//!
//! Invariants: a category's code is its parent's, a dot and one word, and never changes; an attribute holds for its category
//! and everything below it, and keeps its kind; nothing is ever removed, only closed to new products.

mod command;
mod model;
mod sql;

pub use command::{
    AttributeEdit, add_attribute, add_brand, add_category, attributes, brand, brands, categories, category,
    change_attribute, change_brand, change_category, children, edit_attribute,
};
pub(crate) use model::line_of;
pub use model::{
    Attribute, AttributeKind, AttributeOption, Brand, Category, CategoryChange, DEEPEST, NewAttribute,
    NewCategory, Step,
};
pub(crate) use sql::{attributes_of, category_by_id, trail};
