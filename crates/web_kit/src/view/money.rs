//! Amounts and moments as answers have them, and the shop of an address.

use crate::principal::Principal;
use crate::problem::Failure;
use kernel::Id;
use kernel::id::Shop;
use people::staff::Permission;

/// The shop of an address, for whoever may do this there.
pub fn shop_of(who: &Principal, text: &str, permission: Permission) -> Result<Id<Shop>, Failure> {
    let shop = crate::input::id::<Shop>(text)?;
    who.need_in(shop, permission)?;
    Ok(shop)
}
