//! What can be done to delivery methods.

use super::error::Error;
use super::model::DeliveryMethod;
use super::{fact, sql};
use kernel::fact::Minor;
use kernel::{Ctx, Id, id};
use store::{Key, Keys, Query, Tx, vals};

/// What a write that sets or removes one should name beforehand: without it two at once could be one too many.
pub fn keys(shop: Id<id::Shop>) -> Keys {
    Keys::from(Key::new("delivery_way", shop))
}

/// Offers a way, or offers it otherwise. The write should name [`keys`].
pub fn set(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    shop: Id<id::Shop>,
    delivery_method: &DeliveryMethod,
    most: i64,
) -> Result<(), Error> {
    let delivery_method = delivery_method.kept();
    delivery_method.checked()?;
    let document = sql::to_json(&delivery_method)?;
    let params = vals![shop, &delivery_method.code, &document, ctx.now, most];
    if tx.one(&sql::SET, params, |row| row.text(0).map(drop))?.is_none() {
        return Err(Error::Full { most });
    }
    let (fee, within) = (Some(Minor(delivery_method.fee.minor)), delivery_method.within);
    tx.append(ctx, &fact::Changed { fee, within, ..changed(ctx, shop, &delivery_method.code, true) })?;
    Ok(())
}

/// Offers a way no more; returns those that are left.
pub fn remove(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    shop: Id<id::Shop>,
    code: &str,
) -> Result<Vec<DeliveryMethod>, Error> {
    if tx.exec(&sql::REMOVE, vals![shop, code])? == 0 {
        let code = code.chars().take(super::LONGEST_CODE).collect::<String>().into();
        return Err(Error::NoWay { shop, code });
    }
    tx.append(ctx, &changed(ctx, shop, code, false))?;
    super::view::delivery_methods(tx, shop)
}

fn changed(ctx: &Ctx, shop: Id<id::Shop>, code: &str, offered: bool) -> fact::Changed {
    fact::Changed {
        at: ctx.now,
        shop: Some(shop),
        change: ctx.id(),
        shop_id: shop,
        way: code.into(),
        offered,
        fee: None,
        within: None,
    }
}
