//! What states, steps, reasons and carriers are called on the pages of shops and of the platform's desk.
//!
//! Invariants: a word of the store that is not listed here is shown as it is, never hidden; a state is a mark, a word and
//! a colour together.

use crate::fmt;
use crate::lang::Lang;
use crate::ui::{self, Look, State};
use kernel::{Actor, Moment};
use maud::{Markup, html};
use supply::warehouse::Moved;
use trade::order::{Status, Step};
use trade::scene::Scene;

/// A word of the store, its Chinese, its English.
type Word = (&'static str, &'static str, &'static str);

fn find(list: &[Word], look: &Look, word: &str) -> String {
    list.iter()
        .find(|(w, _, _)| *w == word)
        .map_or_else(|| word.to_owned(), |(_, zh, en)| look.t(zh, en).to_owned())
}

/// Where an order is in its life.
pub fn status(look: &Look, status: Status) -> &'static str {
    let (zh, en) = match status {
        Status::Unpaid => ("待付款", "Unpaid"),
        Status::Paid => ("待发货", "To ship"),
        Status::Shipped => ("已发出", "Shipped"),
        Status::Received => ("已收货", "Received"),
        Status::Cancelled => ("已取消", "Cancelled"),
        Status::Closed => ("超时关闭", "Closed, unpaid"),
        Status::Refunded => ("已退款", "Refunded"),
    };
    crate::lang::t(look.lang, zh, en)
}

/// The mark of an order's state. What should have been shipped by now is broken.
pub fn status_mark(look: &Look, now: Moment, of: Status, ship_by: Moment) -> Markup {
    let late = of == Status::Paid && ship_by < now;
    let state = match of {
        _ if late => State::Broken,
        Status::Unpaid => State::None,
        Status::Paid => State::Running,
        Status::Shipped => State::Running,
        Status::Received => State::Kept,
        Status::Cancelled | Status::Closed | Status::Refunded => State::None,
    };
    ui::state(state, if late { look.t("超时未发", "Overdue") } else { status(look, of) })
}

/// A step of a timeline.
pub fn step(look: &Look, step: Option<Step>) -> &'static str {
    let (zh, en) = match step {
        None => ("买家下单", "Placed"),
        Some(Step::Pay) => ("付款到账", "Paid"),
        Some(Step::Cancel) => ("买家取消", "Cancelled by the buyer"),
        Some(Step::Close) => ("没有按时付款，自动关闭", "Not paid in time, closed"),
        Some(Step::Refund) => ("发货前取消，钱原路退回", "Called off before shipping, refunded"),
        Some(Step::Readdress) => ("收货地址改了", "Address changed"),
        Some(Step::Ship) => ("发出", "Shipped"),
        Some(Step::Receive) => ("确认收货", "Received"),
        Some(Step::Hold) => ("交平台审核", "Held for review by the platform"),
        Some(Step::Clear) => ("平台审核通过", "Cleared by the platform"),
    };
    crate::lang::t(look.lang, zh, en)
}

/// Who took a step.
pub fn actor(look: &Look, actor: Actor) -> String {
    match actor {
        Actor::System => look.t("系统", "the program").to_owned(),
        Actor::Operator => look.t("平台操作者", "the operator").to_owned(),
        Actor::Outside => look.t("支付机构", "the payment provider").to_owned(),
        Actor::Member(id) => id.to_string(),
        Actor::Key(id) => format!("{} {id}", look.t("密钥", "key")),
    }
}

/// Where a buyer came upon something.
pub fn scene(look: &Look, scene: Scene) -> &'static str {
    let (zh, en) = match scene {
        Scene::Mall => ("商城", "Mall"),
        Scene::Search => ("搜索", "Search"),
        Scene::Shop => ("店铺", "Shop"),
        Scene::Showcase => ("橱窗", "Showcase"),
        Scene::Video => ("短视频", "Video"),
        Scene::Live => ("直播", "Live"),
    };
    crate::lang::t(look.lang, zh, en)
}

/// The colour of a scene in every drawing.
pub const fn scene_colour(scene: Scene) -> &'static str {
    match scene {
        Scene::Video => "data-1",
        Scene::Live => "data-2",
        Scene::Mall => "data-3",
        Scene::Search => "data-4",
        Scene::Showcase => "data-5",
        Scene::Shop => "data-6",
    }
}

/// What a movement of stock did.
pub fn moved(look: &Look, moved: Moved) -> &'static str {
    let (zh, en) = match moved {
        Moved::Received => ("入库", "Received"),
        Moved::Counted => ("盘点", "Counted"),
        Moved::Reserved => ("占用", "Reserved"),
        Moved::Released => ("释放", "Released"),
        Moved::Shipped => ("发出", "Shipped"),
        Moved::Returned => ("退回", "Returned"),
        Moved::Adjusted => ("调整", "Adjusted"),
        Moved::Pooled => ("活动池", "Pool"),
    };
    crate::lang::t(look.lang, zh, en)
}

/// Why goods arrive.
pub const RECEIVED_FOR: [Word; 3] = [
    ("purchase", "采购到货", "Bought in"),
    ("return", "退货入库", "Came back"),
    ("transfer", "别的仓调来", "From another warehouse"),
];

/// Why a shelf is counted.
pub const COUNTED_FOR: [Word; 2] =
    [("count", "例行盘点", "Routine count"), ("first", "第一次清点", "First count")];

/// Why the books are corrected.
pub const ADJUSTED_FOR: [Word; 5] = [
    ("damage", "破损", "Damaged"),
    ("loss", "丢失", "Lost"),
    ("sample", "样品领用", "Taken as a sample"),
    ("transfer", "调去别的仓", "To another warehouse"),
    ("error", "之前记错", "Booked wrongly"),
];

/// A reason of a movement.
pub fn reason(look: &Look, word: &str) -> String {
    const OURS: [Word; 8] = [
        ("order", "订单", "order"),
        ("sale", "订单", "order"),
        ("reserve", "下单占用", "order placed"),
        ("release", "订单释放", "order called off"),
        ("expired", "占用到期", "reservation expired"),
        ("ship", "发货", "shipped"),
        ("commit", "发货", "shipped"),
        ("rebuild", "按流水重算", "rebuilt from movements"),
    ];
    let all: Vec<Word> =
        RECEIVED_FOR.into_iter().chain(COUNTED_FOR).chain(ADJUSTED_FOR).chain(OURS).collect();
    find(&all, look, word)
}

/// The choices of a list of words.
pub fn choices(look: &Look, list: &[Word]) -> Vec<(String, String)> {
    list.iter().map(|(word, zh, en)| ((*word).to_owned(), look.t(zh, en).to_owned())).collect()
}

/// The carriers that a shop chooses from.
pub const CARRIERS: [Word; 8] = [
    ("zto", "中通", "ZTO"),
    ("yunda", "韵达", "Yunda"),
    ("yto", "圆通", "YTO"),
    ("jt", "极兔", "J&T"),
    ("sto", "申通", "STO"),
    ("sf", "顺丰", "SF"),
    ("ems", "邮政 EMS", "EMS"),
    ("jd", "京东快递", "JD"),
];

/// A carrier.
pub fn carrier(look: &Look, word: &str) -> String {
    find(&CARRIERS, look, word)
}

/// Why an edit is sent back.
pub const REJECTED_FOR: [Word; 7] = [
    ("banned_word", "用了禁用词", "Uses a banned word"),
    ("wrong_category", "类目不对", "Wrong category"),
    ("wrong_picture", "图片与商品不符", "Pictures do not show the product"),
    ("untrue_claim", "说法没有依据", "Claims without grounds"),
    ("missing_proof", "缺资质或授权", "A licence or an authorisation is missing"),
    ("wrong_price", "价格或划线价不实", "Price or list price is not true"),
    ("other", "其他，见说明", "Other, see the note"),
];

/// Why an edit was sent back.
pub fn rejected_for(look: &Look, word: &str) -> String {
    find(&REJECTED_FOR, look, word)
}

/// What a shop mainly sells.
pub const INDUSTRIES: [Word; 8] = [
    ("fashion", "服饰鞋包", "Fashion"),
    ("beauty", "美妆个护", "Beauty"),
    ("food", "食品饮料", "Food"),
    ("fresh", "生鲜", "Fresh food"),
    ("digital", "数码家电", "Digital"),
    ("home", "家居家装", "Home"),
    ("baby", "母婴", "Baby"),
    ("sports", "运动户外", "Sports"),
];

/// Who stands behind a shop.
pub const KINDS: [Word; 3] =
    [("company", "企业店", "Company"), ("flagship", "旗舰店", "Flagship"), ("person", "个人店", "Person")];

/// One of the words of a list.
pub fn word(look: &Look, list: &[Word], word: &str) -> String {
    find(list, look, word)
}

/// The role of somebody on the staff.
pub fn role(look: &Look, role: people::staff::Role) -> &'static str {
    use people::staff::Role as R;
    let (zh, en) = match role {
        R::Consumer => ("买家", "Consumer"),
        R::ShopOwner => ("店长", "Owner"),
        R::ShopGoods => ("商品与库存", "Goods and stock"),
        R::ShopOrders => ("订单与发货", "Orders and shipping"),
        R::ShopCare => ("客服", "Care"),
        R::ShopMoney => ("财务", "Money"),
        R::PlatformAdmin => ("平台管理员", "Administrator"),
        R::PlatformCatalog => ("类目与审核", "Catalog"),
        R::PlatformOrders => ("订单", "Orders"),
        R::PlatformCare => ("纠纷", "Care"),
        R::PlatformMoney => ("财务", "Money"),
        R::PlatformRules => ("规则", "Rules"),
        R::PlatformAudit => ("审计", "Audit"),
    };
    crate::lang::t(look.lang, zh, en)
}

/// A number of things: `3 单`, `3 orders`, `1 order`.
pub fn many(look: &Look, n: i64, zh: &str, one: &str, more: &str) -> String {
    let count = fmt::count(n);
    match (look.lang, n) {
        (Lang::Zh, _) => format!("{count} {zh}"),
        (Lang::En, 1) => format!("{count} {one}"),
        (Lang::En, _) => format!("{count} {more}"),
    }
}

/// A moment, and what it is called, for timelines.
pub fn at(look: &Look, market: &kernel::Market, at: Moment) -> Markup {
    html! { time datetime=(at.rfc3339(&market.zone)) { (fmt::minute(look.lang, market, at)) } }
}

/// Refusals of commands in Chinese, by their codes; `{0}` is the first number of the English text.
const REFUSALS: [(&str, &str); 58] = [
    ("catalog.no_category", "没有这个类目。"),
    ("catalog.no_attribute", "没有这个属性。"),
    ("catalog.no_brand", "没有这个品牌。"),
    ("catalog.no_product", "没有这件商品。"),
    ("catalog.no_sku", "没有这个规格。"),
    ("catalog.no_edit", "没有这次修改。"),
    ("catalog.no_version", "没有这个版本。"),
    ("catalog.no_slot", "没有这个位置。"),
    ("catalog.code", "类目代码是上级代码、一个点、再一个词；词用小写字母、数字和连字符。"),
    ("catalog.code_taken", "这个类目代码已经有了，换一个。"),
    ("catalog.too_deep", "类目最多 {0} 层。"),
    ("catalog.name", "名字在两种语言里都要 1 到 60 个字。"),
    ("catalog.unit", "数要有单位，1 到 16 个字。"),
    ("catalog.options", "选项要有代码和两种语言的名字，代码不能重复。"),
    ("catalog.kind_fixed", "属性的类型、单位和已有选项不能改：另建一个，停用这个。"),
    ("catalog.content", "有几项没填对，看下面每一项。"),
    ("catalog.banned_words", "里面有禁用词，拿掉再送审。"),
    ("catalog.wrong_status", "商品现在的状态做不了这一步，刷新看看。"),
    ("catalog.wrong_step", "这次修改已经定下或已送审，做不了这一步。刷新看看。"),
    ("catalog.stale_edit", "这次修改对着的版本已经不是线上的了：看看线上改了什么，再写一份。"),
    ("catalog.unchanged", "和线上的没有差别，不用送审。价格直接在商品页改。"),
    ("catalog.crowded", "一件商品最多同时有 {0} 个没完的修改：先送审或撤回一个。"),
    ("catalog.reason", "要选一个原因。"),
    ("catalog.note", "说明最多 {0} 个字。"),
    ("catalog.price", "价格要大于 0，不能高于划线价。"),
    ("catalog.limit", "限购至少 1 件。"),
    ("catalog.slot", "一个位置放 1 到 {0} 样，结束要晚于开始。"),
    ("catalog.link", "只能去本站的页面，写成 /c/home 这样的路径。"),
    ("catalog.too_many", "一次最多 {0} 个。"),
    ("catalog.moved", "刚才有人也改了它，你的没有存。打开新的再改。"),
    ("warehouse.no_sku", "库存里没有这个规格。"),
    ("warehouse.no_warehouse", "没有这个仓库。"),
    ("warehouse.short", "没被占用的不够这么多。"),
    ("warehouse.below_reserved", "那里有被占用的，盘点数不能低于它。"),
    ("warehouse.is_kit", "套装没有自己的库存，给组件记。"),
    ("warehouse.has_stock", "它有过自己的库存，不能变成套装。"),
    ("warehouse.nested", "套装的组件不能是套装。"),
    ("warehouse.quantity", "件数不对。"),
    ("warehouse.lines", "组件 1 到 {0} 种。"),
    ("warehouse.reason", "要选一个原因。"),
    ("warehouse.too_long", "名字或单号太长了。"),
    ("warehouse.no_name", "仓库要有名字。"),
    ("warehouse.moved", "刚才有人也动了这份库存，没有入账，再试一次。"),
    ("order.no_purchase", "没有这笔购买。"),
    ("order.not_found", "没有这个订单。"),
    ("order.wrong_status", "订单的状态已经变了，做不了这一步。刷新看看。"),
    ("order.moved", "刚才有人也改了它，刷新再看。"),
    ("order.bad_carrier", "要选一个承运商。"),
    ("order.bad_number", "运单号 1 到 64 个字，前后不能有空格。"),
    ("order.bad_note", "备注 1 到 500 个字。"),
    ("coupon.not_found", "没有这张券。"),
    ("coupon.stopped", "这张券已经停发。"),
    ("coupon.over", "这张券已经过期。"),
    ("coupon.bad", "券的内容不对，看看金额、张数和时间。"),
    ("merchant.no_shop", "没有这家店。"),
    ("merchant.name", "店名 1 到 60 个字。"),
    ("merchant.moved", "刚才有人也改了设置，你的没有存。刷新再改。"),
    ("web.key_reused", "这一页发过别的内容了，刷新后再试。"),
];

/// A refusal in the reader's language.
pub fn refusal(look: &Look, failure: &crate::problem::Failure) -> String {
    let told = failure.text(look.lang);
    if look.lang == Lang::En || !failure.zh.is_empty() {
        return told.to_owned();
    }
    let Some((_, zh)) = REFUSALS.iter().find(|(code, _)| *code == failure.code) else {
        return told.to_owned();
    };
    let number = told.split(|c: char| !c.is_ascii_digit()).find(|n| !n.is_empty());
    zh.replace("{0}", number.unwrap_or("?"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Failure;

    #[test]
    fn refusals_are_told_in_chinese_with_their_figure_and_in_english_as_they_are() {
        let failure = Failure::new(kernel::Kind::Conflict, "catalog.crowded", "at most 5 edits under way");
        let zh = Look::default();
        assert!(refusal(&zh, &failure).contains("最多同时有 5 个"));
        let en = Look { lang: Lang::En, ..Look::default() };
        assert_eq!(refusal(&en, &failure), "at most 5 edits under way");
        let other = Failure::new(kernel::Kind::Conflict, "x.y", "as it is");
        assert_eq!(refusal(&zh, &other), "as it is");
    }
}
