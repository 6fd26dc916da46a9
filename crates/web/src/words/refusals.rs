//! What refusals say in Chinese, by their codes: one table for pages and interface. The English texts are the errors' own.
//!
//! Invariants: every refusal that a person can meet has its text here (a test reads the codes out of the sources); figures
//! come from the English text, so that they are the same in both languages.

/// Codes and texts, by code; `{0}` is the first number of the English text.
const TEXTS: [(&str, &str); 227] = [
    ("api_key.closed", "这个密钥打不开任何东西：吊销了、到期了，或者从来没有过。"),
    ("api_key.crowded", "在用的密钥太多，请先吊销一个。"),
    ("api_key.ended", "密钥的到期时间要晚于现在。"),
    ("api_key.name", "密钥的名字要 1 到 60 个字。"),
    ("api_key.no_key", "这里没有这个在用的密钥。"),
    ("api_key.nothing", "密钥至少要有一项权限。"),
    ("api_key.ungrantable", "程序的密钥不能有这项权限。"),
    ("buy.bad_line", "银行流水号写 {0} 到 {1} 个字。"),
    ("buy.limit", "超过了每人限购的数量，请减少几件。"),
    ("buy.line_known", "这条流水早就记过，而且和这次写的不一样：在下面找到它，对一对。"),
    ("buy.mistyped_reference", "附言里没有对得上的编号：SH 加九个字，最后一个用来查错。一个一个对一遍。"),
    ("buy.no_address", "请先选收货地址。"),
    ("buy.no_promise", "这件商品的发货承诺找不到，暂时不能下单。"),
    ("buy.no_provider", "没有这种付款方式。"),
    ("buy.no_terms", "商城今天没有生效的交易条款，暂时不能下单。"),
    ("buy.no_transfer_time", "这笔购买的条款里没有银行转账，请换一种付法。"),
    ("buy.no_transfers", "这个商城不收银行转账。"),
    ("buy.not_believed", "这条通知不是付款渠道发的。"),
    ("buy.not_on_sale", "其中有商品已经下架，请拿出去再继续。"),
    ("buy.not_unpaid", "这笔购买已经不在等付款了。"),
    ("buy.nothing", "还没有选商品：先放进购物车，或勾选要买的。"),
    ("buy.nothing_to_refund", "这笔付款没有可以退的钱。"),
    ("buy.provider", "付款渠道没有办成，请换一种付法或稍后再试。"),
    ("buy.shop_closed", "有一家店现在不营业，请先拿出它的商品。"),
    ("buy.unknown_reference", "还不知道这笔付款，请稍后再通知一次。"),
    ("buy.unknown_transfer", "这个编号没有发出过，照流水再对一遍。"),
    ("buy.unreadable", "付款渠道的通知读不懂。"),
    ("cart.full", "购物车最多放 {0} 种规格，已经满了。先拿出一种再放。"),
    ("cart.no_line", "购物车里没有这一件，可能已经拿出去了。"),
    ("cart.not_positive", "数量至少是 1 件。"),
    ("cart.too_many", "购物车里同一规格最多放 {0} 件：已有 {1} 件，又要 {2} 件。"),
    ("catalog.banned_words", "里面有禁用词，拿掉再送审。"),
    ("catalog.code", "类目代码是上级代码、一个点、再一个词；词用小写字母、数字和连字符。"),
    ("catalog.code_taken", "这个类目代码已经有了，换一个。"),
    ("catalog.content", "有几项没填对，看下面每一项。"),
    ("catalog.crowded", "一件商品最多同时有 {0} 个没完的修改：先送审或撤回一个。"),
    ("catalog.kind_fixed", "属性的类型、单位和已有选项不能改：另建一个，停用这个。"),
    ("catalog.limit", "限购至少 1 件。"),
    ("catalog.link", "只能去本站的页面，写成 /c/home 这样的路径。"),
    ("catalog.moved", "刚才有人也改了它，你的没有存。打开新的再改。"),
    ("catalog.name", "名字在两种语言里都要 1 到 60 个字。"),
    ("catalog.no_attribute", "没有这个属性。"),
    ("catalog.no_brand", "没有这个品牌。"),
    ("catalog.no_category", "没有这个分类。"),
    ("catalog.no_edit", "没有这次修改。"),
    ("catalog.no_product", "没有这件商品。"),
    ("catalog.no_sku", "没有这个规格。"),
    ("catalog.no_slot", "没有这个位置。"),
    ("catalog.no_version", "没有这个版本。"),
    ("catalog.note", "说明最多 {0} 个字。"),
    ("catalog.options", "选项要有代码和两种语言的名字，代码不能重复。"),
    ("catalog.price", "价格要大于 0，不能高于划线价。"),
    ("catalog.reason", "要选一个原因。"),
    ("catalog.slot", "一个位置放 1 到 {0} 样，结束要晚于开始。"),
    ("catalog.stale_edit", "这次修改对着的版本已经不是线上的了：看看线上改了什么，再写一份。"),
    ("catalog.too_deep", "类目最多 {0} 层。"),
    ("catalog.too_many", "一次最多 {0} 个。"),
    ("catalog.unchanged", "和线上的没有差别，不用送审。价格直接在商品页改。"),
    ("catalog.unit", "数要有单位，1 到 16 个字。"),
    ("catalog.wrong_status", "商品现在的状态做不了这一步，刷新看看。"),
    ("catalog.wrong_step", "这次修改已经定下或已送审，做不了这一步。刷新看看。"),
    ("coupon.bad", "券的内容不对，看看金额、张数和时间。"),
    ("coupon.enough", "每人限领 {0} 张，你已经领过。"),
    ("coupon.none_left", "{0} 张券都已经领完。"),
    ("coupon.not_found", "没有这张券。"),
    ("coupon.not_held", "有一张券已经用不了，请重新看价格。"),
    ("coupon.not_yet", "这张券还没到可以领的时间。"),
    ("coupon.over", "这张券已经过期。"),
    ("coupon.stopped", "这张券已经不发了。"),
    ("delivery.bad_code", "代号用 1 到 {1} 个小写字母、数字和连字符，不能叫 standard。"),
    ("delivery.bad_fee", "加收的钱要是 0 或以上的金额。"),
    ("delivery.bad_free_from", "免收的起点要大于 0。"),
    ("delivery.bad_title", "中文名和英文名都要 1 到 {1} 个字。"),
    ("delivery.bad_within", "时限写 1 到 {1} 小时，或空着。"),
    ("delivery.full", "除了标准配送，最多 {0} 种方式，请先停掉一种。"),
    ("delivery.no_way", "这家店已经没有这种配送方式，请换一种。"),
    ("delivery.not_for_these", "选的商品不能都用这种方式送，换一种，或分开买。"),
    ("ledger.bad_account", "账户写得不对，如 commission、provider:sandbox、escrow:ord_…。"),
    ("ledger.bad_currency", "金额的币种不对。"),
    ("ledger.bad_key", "记账号写 1 到 200 个字。"),
    ("ledger.bad_provider", "付款渠道的名字写得不对。"),
    ("ledger.bad_reference", "要写一个编号，如 ord_…、pay_…。"),
    ("ledger.below_floor", "这个账户里的钱不够。"),
    ("ledger.charges_exceed", "佣金和费用超过了要扣的金额。"),
    ("ledger.is_reversal", "它本身就是冲销，不能再冲：请记一笔对的。"),
    ("ledger.key_taken", "这个记账号已经用在别的一笔上。"),
    ("ledger.mixed_currencies", "两种币种不能记在一笔里。"),
    ("ledger.negative", "金额不能小于 0。"),
    ("ledger.not_a_part", "退的钱超出了付的钱。"),
    ("ledger.not_found", "没有这笔记账。"),
    ("ledger.not_positive", "金额要大于 0。"),
    ("ledger.short_capture", "到账的钱不够这些订单。"),
    ("ledger.too_large", "一笔的金额太大。"),
    ("media.damaged", "图片坏了，读不完。"),
    ("media.format", "只收 JPEG、PNG 和 WebP 图片。"),
    ("media.too_large", "一张图片最多 {0} 字节。"),
    ("media.too_many_pixels", "图片的像素太多。"),
    ("media.too_small", "图片的宽和高至少 {0} 像素。"),
    ("member.crowded", "最多存 {0} 个地址，请先删掉一个。"),
    ("member.locked", "试错次数太多，请过一会儿再试。"),
    ("member.moved", "别处刚改过这个账号，什么都没有动，请再试一次。"),
    ("member.name", "名字要 1 到 60 个字。"),
    ("member.no_address", "这里没有这个地址。"),
    ("member.no_contact", "请写手机号或邮箱。"),
    ("member.no_session", "这个登录已经退出。"),
    ("member.not_active", "这个账号现在不能用。"),
    ("member.not_found", "没有这个会员。"),
    ("member.not_signed_in", "请先登录。"),
    ("member.password", "密码要 8 到 256 个字。"),
    ("member.seated", "你还在店铺或平台任职，请先退出再注销。"),
    ("member.taken", "这个手机号或邮箱已经注册过：请直接登录，或换一个。"),
    ("member.wrong_status", "这个账号已经是这个状态。"),
    ("merchant.moved", "刚才有人也改了设置，你的没有存。刷新再改。"),
    ("merchant.name", "店名 1 到 60 个字。"),
    ("merchant.no_shop", "没有这家店。"),
    ("order.bad_carrier", "要选一个承运商。"),
    ("order.bad_note", "备注 1 到 500 个字。"),
    ("order.bad_number", "运单号 1 到 64 个字，前后不能有空格。"),
    ("order.empty", "还没有要买的：一单至少一件。"),
    ("order.held", "平台正在核实这个订单，核实完才能发货或改地址。"),
    ("order.money", "金额的币种不一致，或者太大。"),
    ("order.moved", "刚才有人同时改了它，请刷新再看。"),
    ("order.no_purchase", "这里没有这笔购买。"),
    ("order.not_due", "付款时间还没到期。"),
    ("order.not_found", "这里没有这个订单。"),
    ("order.not_held", "这个订单没有在核实，不用放行。"),
    ("order.past", "期限要在以后。"),
    ("order.sums", "订单的金额对不上，请重新看价格。"),
    ("order.wrong_status", "订单的状态已经变了，这一步做不了。刷新看现在的状态。"),
    ("payment.aside", "付款渠道的这条通知说的是别的事。"),
    ("payment.bad_reference", "付款渠道的编号要 1 到 255 个字。"),
    ("payment.forged", "这条通知没有付款渠道的签名。"),
    ("payment.moved", "这笔付款刚才变了，请刷新再看。"),
    ("payment.no_refund", "这里没有这笔退款。"),
    ("payment.not_found", "这里没有这笔付款。"),
    ("payment.not_positive", "付的钱要大于 0。"),
    ("payment.past", "期限要在以后。"),
    ("payment.provider_refused", "付款渠道没有接受，请换一种付法。"),
    ("payment.provider_unreachable", "付款渠道暂时连不上，请稍后再试。"),
    ("payment.refund_status", "这笔退款已经有结果了。"),
    ("payment.too_much", "退款超过了付的金额。"),
    ("payment.unreadable", "付款渠道的通知读不懂。"),
    ("payment.wrong_status", "这笔付款已经有结果了。"),
    ("price.bad_price", "这件商品的价格不对，暂时不能买。"),
    ("price.bad_way", "这种配送方式的价格不对，请换一种。"),
    ("price.limit", "这件商品每人限购 {0} 件。"),
    ("price.lines", "一次最多买 {0} 种，现在有 {1} 种。"),
    ("price.mixed_currencies", "不同币种不能一起付，请分开买。"),
    ("price.nothing", "还没有选商品：至少选一件。"),
    ("price.quantity", "这件商品一次买的数量不对。"),
    ("price.too_dear", "一次付的金额超过上限，请分几次买。"),
    ("price.twice", "同一规格写了两次，请合成一行。"),
    ("quote.expired", "报价已经过期，请重新看价格。"),
    ("quote.not_found", "没有这个报价，请重新看价格。"),
    ("quote.not_its_lines", "报价和商品对不上，请重新看价格。"),
    ("quote.over", "报价保留的时间已过。"),
    ("quote.taken", "这个报价已经下过单。看看我的订单，或重新看价格。"),
    ("risk.too_many", "短时间里这样下的单太多，请过一会儿再下，或找客服。"),
    ("risk.units", "新账号一次买不了这么多，少买几件。"),
    ("risk.unpaid", "有订单在等你付款，请先付掉或取消。"),
    ("scene.bad_evidence", "来源的凭据写得不对。"),
    ("scene.unknown", "没有这种来源。"),
    ("shop.known", "这家店已经在了。"),
    ("shop.moved", "别处刚改过这家店，什么都没有动，请看一眼再改。"),
    ("shop.name", "店名要 1 到 60 个字。"),
    ("shop.not_found", "没有这家店。"),
    ("shop.unknown", "没有这家店。"),
    ("shop.wrong_status", "这家店已经是这个状态。"),
    ("staff.answered", "这个邀请已经处理过。"),
    ("staff.denied", "没有权限。"),
    ("staff.founded", "这里已经有负责人，请让对方发邀请。"),
    ("staff.last", "最后一位负责人不能离开：请先把角色交给别人。"),
    ("staff.no_invitation", "这个邀请不是发给你的，或者不存在。"),
    ("staff.no_seat", "这里没有这个岗位。"),
    ("staff.seated", "这个会员已经在这里任职。"),
    ("staff.stranger", "这里没有这家店，或者不归你管。"),
    ("staff.too_old", "这个邀请已经过期，请让对方再发一个。"),
    ("staff.unfounded", "这里还没有负责人，请先邀请负责人。"),
    ("staff.unknown_invitation", "这里没有这个邀请。"),
    ("staff.void", "发邀请的人已经不能给这个角色，请让别人再发一个。"),
    ("stock.short", "库存不够了。减少数量，或收藏它等补货。"),
    ("store.again", "刚才有人同时改了它，请再试一次。"),
    ("store.busy", "现在人太多，请稍后再试。"),
    ("store.closed", "程序正在停，请稍后再试。"),
    ("store.commit_failed", "没有存下，什么都没有动，请再试一次。"),
    ("store.commit_unknown", "不确定存下了没有，请先看一眼再试。"),
    ("store.locked", "数据正被别的程序用着，请稍后再试。"),
    ("store.unreachable", "数据库暂时连不上，请稍后再试。"),
    ("vault.absent", "这个商城还没有存过个人信息。"),
    ("vault.contact", "请写手机号（如 13812345678、+5511987654321）或邮箱。"),
    ("vault.nothing", "这里没有这项个人信息。"),
    ("vault.postal", "地址没写全：收件人、省、市和街道都要写，也不能太长。"),
    ("vault.too_long", "写得太长了。"),
    ("warehouse.below_reserved", "那里有被占用的，盘点数不能低于它。"),
    ("warehouse.campaign_over", "活动已经结束，货已回到货架。"),
    ("warehouse.has_stock", "它有过自己的库存，不能变成套装。"),
    ("warehouse.is_kit", "套装没有自己的库存，给组件记。"),
    ("warehouse.lines", "组件 1 到 {0} 种。"),
    ("warehouse.moved", "刚才有人也动了这份库存，没有入账，再试一次。"),
    ("warehouse.nested", "套装的组件不能是套装。"),
    ("warehouse.no_campaign", "这家店没有给这个活动留货。"),
    ("warehouse.no_name", "仓库要有名字。"),
    ("warehouse.no_reservation", "没有这次占用。"),
    ("warehouse.no_sku", "库存里没有这个规格。"),
    ("warehouse.no_warehouse", "没有这个仓库。"),
    ("warehouse.not_due", "这次占用还没到期。"),
    ("warehouse.not_shipped", "没发出的货不用退回。"),
    ("warehouse.over", "这次占用已经结束。"),
    ("warehouse.past", "占用的期限要在以后。"),
    ("warehouse.quantity", "件数不对。"),
    ("warehouse.reason", "要选一个原因。"),
    ("warehouse.short", "库存不够了。减少数量，或等补货。"),
    ("warehouse.too_long", "名字或单号太长了。"),
    ("warehouse.too_many_back", "退回的比发出的多。"),
    ("web.body", "内容没有收完，请再发一次。"),
    ("web.busy", "前一次还在做，请稍等再看。"),
    ("web.form", "表单没有读懂，请刷新页面再试。"),
    ("web.invalid", "填的内容不对，请检查后再试。"),
    ("web.json", "内容不是 JSON。"),
    ("web.key_reused", "这个请求已经用过，请刷新页面再试。"),
    ("web.media_type", "内容的格式不对。"),
    ("web.method", "这个地址不能这样用。"),
    ("web.no_route", "这个地址下没有东西。"),
    ("web.not_found", "这里没有这样东西。"),
    ("web.path", "这个地址写得不对。"),
    ("web.sign_in", "请先登录。"),
    ("web.too_large", "发来的内容太大。"),
];

/// The Chinese text of a refusal, with the figures of its English one; nothing if it has none.
pub(crate) fn zh(code: &str, en: &str) -> Option<String> {
    let at = TEXTS.binary_search_by_key(&code, |(code, _)| code).ok()?;
    let mut text = TEXTS[at].1.to_owned();
    if text.contains('{') {
        let numbers = en.split(|c: char| !c.is_ascii_digit()).filter(|word| !word.is_empty());
        for (i, number) in numbers.enumerate().take(4) {
            text = text.replace(&format!("{{{i}}}"), number);
        }
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Lang;
    use crate::problem::Failure;
    use std::path::Path;

    /// Codes of faults of the program or of its keeping: a client learns only that something failed.
    const INSIDE: [&str; 13] = [
        "catalog.rules",
        "import.file",
        "ledger.unbalanced",
        "member.cost",
        "tell.other_market",
        "tell.stopped",
        "terms.bad_file",
        "vault.damaged",
        "vault.lost_master",
        "vault.master_file",
        "vault.no_entropy",
        "vault.no_key",
        "vault.wrong_master",
    ];

    /// The codes that an error type's `fn code` in a file names.
    fn codes(file: &Path, found: &mut Vec<String>) {
        let text = std::fs::read_to_string(file).unwrap();
        for part in text.split("fn code(&self)").skip(1) {
            let body = part.split("\n    }\n").next().unwrap();
            found.extend(
                body.split('"').skip(1).step_by(2).filter(|word| word.contains('.')).map(str::to_owned),
            );
        }
    }

    fn walk(folder: &Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|end| end == "rs") {
                codes(&path, found);
            }
        }
    }

    #[test]
    fn every_refusal_that_a_person_can_meet_speaks_chinese() {
        let mut found = Vec::new();
        for context in ["people", "offer", "supply", "trade", "flows"] {
            walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(context).join("src"), &mut found);
        }
        assert!(found.len() > 100, "{}", found.len());
        found.retain(|code| zh(code, "").is_none() && !INSIDE.contains(&code.as_str()));
        assert!(found.is_empty(), "no Chinese text: {found:?}");
    }

    #[test]
    fn the_table_is_in_order_and_says_each_code_once() {
        assert!(TEXTS.is_sorted_by(|(one, _), (next, _)| one < next));
    }

    #[test]
    fn a_refusal_is_told_in_chinese_with_its_figures_and_in_english_as_it_is() {
        let full = Failure::from(trade::cart::Error::Full { most: 120 });
        assert_eq!(full.text(Lang::Zh), "购物车最多放 120 种规格，已经满了。先拿出一种再放。");
        assert!(full.text(Lang::En).starts_with("a cart holds at most 120"));
        let many = Failure::from(trade::cart::Error::TooMany { most: 99, there: 98, asked: 4 });
        assert_eq!(many.text(Lang::Zh), "购物车里同一规格最多放 99 件：已有 98 件，又要 4 件。");
        let strange = Failure::new(kernel::Kind::Invalid, "no.such", "as it is");
        assert_eq!(strange.text(Lang::Zh), "as it is");
    }
}
