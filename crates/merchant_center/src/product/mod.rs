//! product

pub(crate) mod editor;
pub(crate) mod form;
pub(crate) mod list;
pub(crate) mod one;

use kernel::Id;
use kernel::id::Shop;
use web_kit::admin::frame::ShopFrame;

/// The shop of a page, with its name.
pub(crate) fn enter(
    q: &mut store::Read<'_>,
    shop: Id<Shop>,
    many: bool,
) -> Result<ShopFrame, web_kit::problem::Failure> {
    Ok(ShopFrame { shop, name: people::merchant::shop(q, shop)?.name.to_string(), many })
}
