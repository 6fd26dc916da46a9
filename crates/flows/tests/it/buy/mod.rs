//! Buying over real databases: whole lives, refusals, races, and what each costs in statements.

mod backorder;
mod campaign;
mod cancel;
mod code;
mod count;
mod coupon;
mod damage;
mod delivery_method;
mod digital;
mod holiday;
mod late;
mod life;
pub(crate) mod mall;
mod money;
mod outside;
mod race;
mod remark;
mod risk;
mod shipment;
mod sites;
mod transfer;

/// How the sandbox is to behave.
fn script(word: &str) -> String {
    word.to_owned()
}
