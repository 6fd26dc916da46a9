//! `/merchant/{shop}/delivery`: by which ways a shop delivers besides the standard one, and a form for another.

use crate::fmt;
use crate::lang::{Lang, t};
use trade::delivery::Way;

/// What a way costs more, in one line.
pub fn cost(lang: Lang, way: &Way) -> String {
    let fee = match way.fee.minor {
        0 => t(lang, "不加钱", "costs no more").to_owned(),
        _ => match lang {
            Lang::Zh => format!("加 {}", fmt::money(lang, way.fee)),
            Lang::En => format!("{} more", fmt::money(lang, way.fee)),
        },
    };
    match (way.free_from, lang) {
        (Some(from), Lang::Zh) => format!("{fee}，满 {} 不加", fmt::money(lang, from)),
        (Some(from), Lang::En) => format!("{fee}, spared from {}", fmt::money(lang, from)),
        (None, _) => fee,
    }
}

/// How soon a way brings.
pub fn soon(lang: Lang, way: &Way) -> String {
    match (way.within, lang) {
        (Some(hours), Lang::Zh) => format!("下单后 {hours} 小时内送到"),
        (Some(hours), Lang::En) => format!("within {hours} hours of the order"),
        (None, _) => t(lang, "和标准配送一样", "as the standard way").to_owned(),
    }
}
