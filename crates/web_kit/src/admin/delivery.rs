//! `/merchant/{shop}/delivery`: by which ways a shop delivers besides the standard one, and a form for another.

use crate::fmt;
use crate::lang::{Lang, t};
use crate::say;
use trade::delivery::DeliveryMethod;

/// What a way costs more, in one line.
pub fn cost(lang: Lang, delivery_method: &DeliveryMethod) -> String {
    let more = fmt::money(lang, delivery_method.fee);
    let fee = match delivery_method.fee.minor {
        0 => t(lang, "不加钱", "costs no more").to_owned(),
        _ => say!(lang, "加 {more}", "{more} more"),
    };
    let spared = delivery_method.free_from.map(|from| fmt::money(lang, from));
    let spared = spared.map(|from| say!(lang, "{fee}，满 {from} 不加", "{fee}, spared from {from}"));
    spared.unwrap_or(fee)
}

/// How soon a way brings.
pub fn soon(lang: Lang, delivery_method: &DeliveryMethod) -> String {
    match delivery_method.within {
        Some(hours) => say!(lang, "下单后 {hours} 小时内送到", "within {hours} hours of the order"),
        None => t(lang, "和标准配送一样", "as standard").to_owned(),
    }
}
