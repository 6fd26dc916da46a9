//! The market's rules: what the keys of its files mean, and their values in words.

use kernel::Currency;
use web_kit::prelude::*;
use web_kit::storefront::words::COUPON_CLASS;

/// What a file of rules is about.
pub(super) fn file_words(lang: Lang, name: &str) -> (&'static str, &'static str) {
    match name {
        "terms.toml" => (
            t(lang, "交易条款", "Terms of trade"),
            t(
                lang,
                "付款和收货的时限、购物车上限、技术服务费、券怎么叠加、付款前的风控",
                "Times to pay and to confirm, limits of carts, fees, which coupons go together, risk control before payment",
            ),
        ),
        "carriers.toml" => (
            t(lang, "承运商", "Carriers"),
            t(
                lang,
                "店铺能选谁发货、单号长什么样、谁的话算揽收",
                "Whom shops may ship by, what numbers look like, whose word of a pick-up counts",
            ),
        ),
        "catalog.toml" => (
            t(lang, "商品的上限", "Limits of products"),
            t(lang, "商品能写多大、哪些修改要审", "How large a product may be, which edits are reviewed"),
        ),
        "words.toml" => (
            t(lang, "关注的词", "Watched words"),
            t(
                lang,
                "哪些词不能写、哪些词要看一眼",
                "Which words keep an edit out, which bring it before a reviewer",
            ),
        ),
        "late-shipping.toml" => (
            t(lang, "发货超时", "Late shipping"),
            t(lang, "过了承诺多久、几单，就关掉预售", "How late, and how many orders, until presales close"),
        ),
        _ => (t(lang, "别的规则", "Other rules"), ""),
    }
}

/// What a key means; the key itself, if it is a category's, a carrier's or a word's.
pub(super) fn key_words(lang: Lang, key: &str) -> String {
    let fixed = match key {
        "times.pay_within" => t(lang, "下单后多久要付款", "Time to pay after placing"),
        "times.quote_for" => t(lang, "报价保留多久", "How long a price holds"),
        "times.confirm_after" => t(lang, "送达后多久自动确认收货", "Receipt confirms itself after delivery"),
        "times.attempt_lease" => {
            t(lang, "付款没消息，多久去问渠道", "A provider without news is asked after")
        }
        "times.transfer_within" => t(lang, "银行转账等多久", "How long a bank transfer is awaited"),
        "times.compare_within" => t(lang, "划线价看之前多久的最低价", "Struck prices look back"),
        "limits.lines" => t(lang, "购物车最多几种商品", "The most lines of a cart"),
        "limits.units" => t(lang, "一种最多几件", "The most units of a line"),
        "limits.claims" => t(lang, "算价时最多看几张券", "The most coupons that a price looks at"),
        "limits.ways" => t(lang, "店铺最多几种配送方式", "The most delivery methods of a shop"),
        "limits.total" => t(lang, "一次最多买多少钱", "The most that a purchase may cost"),
        "fee.rounding" => t(lang, "技术服务费怎么取整", "How the service fee is rounded"),
        "commission.rounding" => t(lang, "佣金怎么取整", "How the commission is rounded"),
        "fee." => t(lang, "技术服务费：其余类目", "Service fee: every other category"),
        "commission." => t(lang, "佣金：其余类目", "Commission: every other category"),
        "coupons.rounding" => t(lang, "打折怎么取整", "How a share is rounded"),
        "coupons.combine" => t(lang, "哪些券能叠加", "Which classes of coupons go together"),
        "coupons.off_share" => t(lang, "减到价格的多少算陡", "A coupon is steep above this share"),
        "coupons.steep" => t(lang, "陡的券，最多花多少不用确认", "A steep one is confirmed above"),
        "coupons.cost" => t(lang, "任何券，最多花多少不用确认", "Any coupon is confirmed above"),
        "coupons.most.deal" => t(lang, "每店最多几个多件优惠", "Deals of each shop"),
        "coupons.most.shop" => t(lang, "每店最多几张店铺券", "Coupons of each shop"),
        "coupons.most.platform" => t(lang, "一次最多几张平台券", "Coupons of the mall in a purchase"),
        "coupons.most.shop_freight" => t(lang, "每店最多几张店铺运费券", "Freight coupons of each shop"),
        "coupons.most.platform_freight" => {
            t(lang, "一次最多几张平台运费券", "Freight coupons of the mall in a purchase")
        }
        "risk.member.hold" => t(lang, "同一买家下单太密：等人看", "Purchases of one member: held above"),
        "risk.member.refuse" => t(lang, "同一买家下单太密：不让下", "Purchases of one member: refused above"),
        "risk.phone.hold" => t(lang, "同一电话收货太多：等人看", "Purchases to one phone: held above"),
        "risk.address.hold" => t(lang, "同一地址收货太多：等人看", "Purchases to one address: held above"),
        "risk.device.hold" => t(lang, "同一设备下单太多：等人看", "Purchases from one device: held above"),
        "risk.unpaid.refuse" => t(lang, "没付的单太多：不让再下", "Unpaid purchases: refused above"),
        "risk.units.hold" => {
            t(lang, "新账号一种买太多：等人看", "Units of one thing by a new account: held above")
        }
        "review" => t(lang, "哪些修改要审", "Which edits are reviewed"),
        "presale" => t(lang, "哪些承诺算预售", "Promises that make a presale"),
        "limits.title_least" => t(lang, "标题最短", "The shortest title"),
        "limits.title_most" => t(lang, "标题最长", "The longest title"),
        "limits.paragraphs_most" => t(lang, "介绍最多几段", "The most paragraphs"),
        "limits.paragraph_most" => t(lang, "一段最长", "The longest paragraph"),
        "limits.name_most" => t(lang, "规格名最长", "The longest name of an option"),
        "limits.values_most" => t(lang, "一种规格最多几个值", "The most values of an option"),
        "limits.skus_most" => t(lang, "最多几个规格组合", "The most variants"),
        "limits.gallery_most" => t(lang, "最多几张图", "The most pictures"),
        "limits.attributes_most" => t(lang, "最多几个属性", "The most attributes"),
        "limits.value_most" => t(lang, "属性值最长", "The longest value of an attribute"),
        "limits.note_most" => t(lang, "退回说明最长", "The longest note of a refusal"),
        "limits.edits_most" => t(lang, "一件商品同时几个修改", "Edits of a product at once"),
        "limits.slot_most" => t(lang, "首页一个位置最多放几个", "The most things in a slot of the home page"),
        "grace_hours" => t(lang, "过了承诺还等几小时", "Hours of grace past the promise"),
        "compensation.ppm" => {
            t(lang, "店铺赔给买家：实付的多少", "The shop pays its buyer: of what was paid")
        }
        "compensation.least" => t(lang, "最少赔", "At least"),
        "compensation.most" => t(lang, "最多赔", "At most"),
        "compensation.round_to" => t(lang, "四舍五入到", "Rounded half up to"),
        "compensation.over_hours" => t(lang, "承诺多久以内的不赔", "Nothing for promises of up to"),
        "compensation.days" => t(lang, "赔的券能用几天", "For how long the coupon may be spent"),
        "orders" => t(lang, "几单没发就关预售", "Late orders at which presales close"),
        _ => "",
    };
    if !fixed.is_empty() {
        return fixed.to_owned();
    }
    let (of, rest) = key.split_once('.').unwrap_or(("", key));
    match of {
        "fee" => format!("{}{rest}", t(lang, "技术服务费：", "Service fee: ")),
        "commission" => format!("{}{rest}", t(lang, "佣金：", "Commission: ")),
        "banned" | "sensitive" | "allow" => rest.to_owned(),
        _ => key.to_owned(),
    }
}

/// A value with its unit, in words.
pub(super) fn value_words(lang: Lang, value: &str) -> String {
    if let Some(ppm) = value
        .strip_suffix(" ppm")
        .or_else(|| value.strip_suffix(" × ppm"))
        .and_then(|n| n.parse::<i64>().ok())
    {
        return format!("{}%", fmt::decimal(ppm as f64 / 10_000.0, if ppm % 10_000 == 0 { 0 } else { 2 }));
    }
    if let Some((number, unit)) = value.split_once(" × ") {
        let money = unit.split_once(' ').and_then(|(code, _)| code.parse::<Currency>().ok());
        return match (number.parse::<i64>(), money) {
            (Ok(minor), Some(currency)) => fmt::money(lang, Money::new(minor, currency)),
            _ => counted(lang, number, unit),
        };
    }
    match value {
        "half_up" => t(lang, "四舍五入", "half a unit and more counts as one").to_owned(),
        "down" => t(lang, "不足一分的不算", "what is less than a unit is left out").to_owned(),
        "always" => t(lang, "全部要审", "all of them").to_owned(),
        "marked" => t(lang, "有敏感词的要审", "those with a sensitive word").to_owned(),
        "banned" => t(lang, "不能写", "keeps an edit out").to_owned(),
        "sensitive" => t(lang, "要看一眼", "is looked at").to_owned(),
        "allowed" => t(lang, "里面的词不算", "nothing is found within it").to_owned(),
        _ if value.contains('+') => combined(lang, value),
        _ => match value.split_once(' ') {
            Some((number, unit)) if number.parse::<i64>().is_ok() => counted(lang, number, unit),
            _ => value.to_owned(),
        },
    }
}

/// Pairs of classes of coupons.
fn combined(lang: Lang, pairs: &str) -> String {
    let class = |word: &str| COUPON_CLASS.say(lang, word);
    let pair = |pair: &str| pair.split('+').map(class).collect::<Vec<_>>().join(" + ");
    pairs.split(", ").map(pair).collect::<Vec<_>>().join(t(lang, "；", "; "))
}

/// A number of something.
fn counted(lang: Lang, number: &str, unit: &str) -> String {
    if lang == Lang::En {
        return format!("{number} {unit}");
    }
    // What stands behind the unit stays as the file has it.
    let (word, rest) = unit.split_once(' ').map_or((unit, ""), |(word, rest)| (word, rest));
    let of = match word {
        "seconds" => "秒",
        "minutes" => "分钟",
        "hours" => "小时",
        "days" => "天",
        "lines" => "种",
        "units" => "件",
        "claims" | "coupons" => "张",
        "ways" => "种",
        "purchases" => "次",
        "orders" => "单",
        other => other,
    };
    let rest = rest
        .replace(", accounts younger than ", "，账号不满 ")
        .replace("in ", "，每 ")
        .replace(" hours", " 小时");
    format!("{number} {of}{rest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_of_the_files_has_words_and_every_value_reads_as_people_say_it() {
        let rules = flows::rules::MarketRules::read(|_| Ok::<_, flows::rules::BadFile>(None)).unwrap();
        let files = flows::rules::files_of(&rules, "2026-11-30".parse().unwrap()).unwrap();
        for file in &files {
            for lang in [Lang::Zh, Lang::En] {
                assert!(!file_words(lang, file.name).1.is_empty(), "{}", file.name);
            }
            for value in file.versions.iter().flat_map(|version| &version.values) {
                let is_name = matches!(file.name, "carriers.toml" | "words.toml");
                for lang in [Lang::Zh, Lang::En] {
                    let words = key_words(lang, &value.key);
                    assert!(is_name || words != *value.key, "{}: {}", file.name, value.key);
                    assert!(!value_words(lang, &value.value).is_empty(), "{}", value.key);
                }
            }
        }
        for (value, zh, en) in [
            ("15 minutes", "15 分钟", "15 minutes"),
            ("50000 ppm", "5%", "5%"),
            ("500000 × ppm", "50%", "50%"),
            ("120 × lines", "120 种", "120 lines"),
            ("1 coupons", "1 张", "1 coupons"),
            ("half_up", "四舍五入", "half a unit and more counts as one"),
        ] {
            assert_eq!((&*value_words(Lang::Zh, value), &*value_words(Lang::En, value)), (zh, en));
        }
        assert!(value_words(Lang::En, "5000000 × CNY 0.01").contains("50,000"));
        assert!(value_words(Lang::Zh, "shop+platform").contains("店铺券 + 平台券"));
        assert_eq!(value_words(Lang::Zh, "10 purchases in 1 hours"), "10 次，每 1 小时");
    }
}
