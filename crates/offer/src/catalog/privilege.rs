//! What a shop may lose in the catalog: each command that uses one of these takes its permit.

use super::error::Error;
use kernel::id::Shop;
use kernel::{Id, Permit, Privilege, privileges};

privileges! {
    /// A shop puts products on sale, the first time and again.
    PutOnSale "put_on_sale" of Shop { zh: "上架商品", en: "put products on sale", open: true }

    /// A shop lists presales: products that ship by one of the market's promises for presales.
    Presale "presale" of Shop { zh: "发布预售商品", en: "list presales", open: true }
}

/// What lets a version go live.
#[derive(Debug, Clone, Copy, Default)]
pub struct Permits<'a> {
    /// Puts a first version on sale. Without it that version is live and off sale, until its shop puts it on.
    pub sale: Option<&'a Permit<PutOnSale>>,
    /// Lets a presale go live. Without it a presale is refused.
    pub presale: Option<&'a Permit<Presale>>,
}

/// The permit, if it is the shop's.
pub(super) fn of<P: Privilege<Subject = Shop>>(
    permit: Option<&Permit<P>>,
    shop: Id<Shop>,
) -> Option<&Permit<P>> {
    permit.filter(|permit| permit.subject() == shop)
}

/// Refuses a presale without its permit.
pub(super) fn checked(
    is_presale: bool,
    permit: Option<&Permit<Presale>>,
    shop: Id<Shop>,
) -> Result<(), Error> {
    if is_presale && of(permit, shop).is_none() {
        return Err(Error::NoPermit(Presale::SPEC.code));
    }
    Ok(())
}
