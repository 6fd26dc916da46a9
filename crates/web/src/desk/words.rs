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
        Actor::Member(id) => format!("{} {}", look.t("员工", "staff"), tail(&id.to_string())),
        Actor::Key(id) => format!("{} {}", look.t("程序密钥", "key"), tail(&id.to_string())),
    }
}

/// The last letters of an id: enough to tell colleagues apart.
fn tail(id: &str) -> String {
    id.get(id.len().saturating_sub(5)..).unwrap_or(id).to_owned()
}

/// Who took a step of an order: what buyers do is done by the buyer.
pub fn by(look: &Look, step: Option<Step>, by: Actor) -> String {
    match (step, by) {
        (None | Some(Step::Cancel | Step::Readdress | Step::Receive | Step::Refund), Actor::Member(_)) => {
            look.t("买家", "the buyer").to_owned()
        }
        (Some(Step::Ship), Actor::Member(_)) => look.t("店里的人", "the shop's staff").to_owned(),
        _ => actor(look, by),
    }
}

/// What a promise is called.
pub fn promise(look: &Look, id: &str) -> String {
    govern::promise::named(id)
        .map_or_else(|| id.to_owned(), |promise| look.t(&promise.titles.zh, &promise.titles.en).to_owned())
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
    const OURS: [Word; 10] = [
        ("opening", "期初", "opening stock"),
        ("initial", "期初", "opening stock"),
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
