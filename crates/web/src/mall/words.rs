//! Refusals in a shopper's words. The English ones are the errors' own; here stand the Chinese ones by their codes, with the
//! figures of the English text where it has any.

use crate::lang::Lang;
use crate::problem::Failure;

/// Codes and texts; `{0}` is the first number of the English text.
const TEXTS: [(&str, &str); 60] = [
    ("cart.not_positive", "数量至少是 1 件。"),
    ("cart.too_many", "购物车里同一规格最多放 {0} 件：已有 {1} 件，又要 {2} 件。"),
    ("cart.full", "购物车最多放 {0} 种规格，已经满了。先拿出一种再放。"),
    ("cart.no_line", "购物车里没有这一件，可能已经拿出去了。"),
    ("delivery.no_way", "这家店已经没有这种配送方式，请换一种。"),
    ("delivery.not_for_these", "选的商品不能都用这种方式送，换一种，或分开买。"),
    ("coupon.not_found", "没有这张券。"),
    ("coupon.not_yet", "这张券还没到可以领的时间。"),
    ("coupon.over", "这张券已经过期。"),
    ("coupon.stopped", "这张券已经不发了。"),
    ("coupon.none_left", "{0} 张券都已经领完。"),
    ("coupon.enough", "每人限领 {0} 张，你已经领过。"),
    ("coupon.not_held", "有一张券已经用不了，请重新看价格。"),
    ("price.nothing", "还没有选商品：至少选一件。"),
    ("price.twice", "同一规格写了两次，请合成一行。"),
    ("price.quantity", "这件商品一次买的数量不对。"),
    ("price.lines", "一次最多买 {0} 种，现在有 {1} 种。"),
    ("price.limit", "这件商品每人限购 {0} 件。"),
    ("price.mixed_currencies", "不同币种不能一起付，请分开买。"),
    ("price.too_dear", "一次付的金额超过上限，请分几次买。"),
    ("quote.not_found", "没有这个报价，请重新看价格。"),
    ("quote.expired", "报价已经过期，请重新看价格。"),
    ("quote.taken", "这个报价已经下过单。看看我的订单，或重新看价格。"),
    ("quote.over", "报价保留的时间已过。"),
    ("order.no_purchase", "没有这笔购买，或者不是你的。"),
    ("order.not_found", "没有这个订单，或者不是你的。"),
    ("order.wrong_status", "订单的状态已经变了，这一步做不了。刷新看现在的状态。"),
    ("order.moved", "刚才有人同时改了它，请刷新再看。"),
    ("order.not_due", "付款时间还没到期。"),
    ("payment.not_found", "没有这笔付款，或者不是你的。"),
    ("payment.wrong_status", "这笔付款已经有结果了。"),
    ("payment.too_much", "退款超过了付的金额。"),
    ("payment.moved", "这笔付款刚才变了，请刷新再看。"),
    ("payment.provider_unreachable", "付款渠道暂时连不上，请稍后再试。"),
    ("payment.provider_refused", "付款渠道没有接受，请换一种付法。"),
    ("buy.nothing", "还没有选商品：先放进购物车，或勾选要买的。"),
    ("buy.not_on_sale", "其中有商品已经下架，请拿出去再继续。"),
    ("buy.shop_closed", "有一家店现在不营业，请先拿出它的商品。"),
    ("buy.no_address", "请先选收货地址。"),
    ("buy.limit", "超过了每人限购的数量，请减少几件。"),
    ("buy.no_provider", "没有这种付款方式。"),
    ("buy.no_terms", "商城今天没有生效的交易条款，暂时不能下单。"),
    ("buy.no_promise", "这件商品的发货承诺找不到，暂时不能下单。"),
    ("buy.not_unpaid", "这笔购买已经不在等付款了。"),
    ("buy.provider", "付款渠道没有办成，请换一种付法或稍后再试。"),
    ("warehouse.short", "库存不够了。减少数量，或收藏它等补货。"),
    ("stock.short", "库存不够了。减少数量，或收藏它等补货。"),
    ("catalog.no_product", "没有这件商品。"),
    ("catalog.no_sku", "没有这个规格。"),
    ("catalog.no_category", "没有这个分类。"),
    ("member.no_address", "没有这个地址，或者不是你的。"),
    ("member.crowded", "地址最多留 {0} 个，先删一个。"),
    ("merchant.no_shop", "没有这家店。"),
    ("shop.unknown", "没有这家店。"),
    ("web.not_found", "这个地址下没有东西。"),
    ("web.key_reused", "这个请求已经用过，请刷新页面再试。"),
    ("web.too_large", "发来的内容太大。"),
    ("web.invalid", "填的内容不对，请检查后再试。"),
    ("web.form", "表单没有读懂，请刷新页面再试。"),
    ("store.busy", "现在人太多，请稍后再试。"),
];

/// What a refusal says in the reader's language.
pub(crate) fn tell(lang: Lang, failure: &Failure) -> String {
    if lang == Lang::En || !failure.zh.is_empty() {
        return failure.text(lang).to_owned();
    }
    let Some((_, text)) = TEXTS.iter().find(|(code, _)| *code == failure.code) else {
        return failure.text(lang).to_owned();
    };
    let numbers: Vec<&str> =
        failure.detail.split(|c: char| !c.is_ascii_digit()).filter(|word| !word.is_empty()).collect();
    let mut out = (*text).to_owned();
    for (i, number) in numbers.iter().enumerate().take(4) {
        out = out.replace(&format!("{{{i}}}"), number);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Kind;

    #[test]
    fn a_refusal_is_told_in_chinese_with_its_figures() {
        let full = Failure::from(trade::cart::Error::Full { most: 120 });
        assert_eq!(tell(Lang::Zh, &full), "购物车最多放 120 种规格，已经满了。先拿出一种再放。");
        assert!(tell(Lang::En, &full).starts_with("a cart holds at most 120"));
        let many = Failure::from(trade::cart::Error::TooMany { most: 99, there: 98, asked: 4 });
        assert_eq!(tell(Lang::Zh, &many), "购物车里同一规格最多放 99 件：已有 98 件，又要 4 件。");
        let strange = Failure::new(Kind::Invalid, "no.such", "as it is");
        assert_eq!(tell(Lang::Zh, &strange), "as it is");
    }
}
