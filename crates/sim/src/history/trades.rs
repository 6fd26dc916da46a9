//! The industries, and how they differ.

/// What an industry sells and what goes wrong with it.
pub(super) struct Trade {
    /// Its word in facts.
    pub(super) word: &'static str,
    /// What shops of it are named after.
    pub(super) goods: &'static [&'static str],
    /// Its prices, in percent of a usual one.
    pub(super) price: i64,
    /// How often goods are returned for their quality, in percent of what is usual.
    pub(super) quality: u32,
    /// How often they arrive broken, in percent of what is usual.
    pub(super) damage: u32,
    /// How many of a million orders come back without a reason.
    pub(super) no_reason: u32,
    /// How many of a hundred orders are bulky and installed at the buyer's.
    pub(super) bulky: u64,
}

/// The industries, all with equally many shops.
pub(super) const TRADES: [Trade; 8] = [
    Trade {
        word: "fashion",
        goods: &["潮鞋", "女装", "男装", "箱包", "内衣", "珠宝", "钟表", "眼镜"],
        price: 110,
        quality: 110,
        damage: 50,
        no_reason: 62_000,
        bulky: 0,
    },
    Trade {
        word: "beauty",
        goods: &["美妆", "个护", "护肤", "香氛"],
        price: 90,
        quality: 55,
        damage: 110,
        no_reason: 14_000,
        bulky: 0,
    },
    Trade {
        word: "food",
        goods: &["零食", "茶叶", "粮油", "坚果", "糕点"],
        price: 45,
        quality: 65,
        damage: 120,
        no_reason: 5_000,
        bulky: 0,
    },
    Trade {
        word: "fresh",
        goods: &["水果", "生鲜", "海鲜", "蔬果"],
        price: 55,
        quality: 170,
        damage: 190,
        no_reason: 2_000,
        bulky: 0,
    },
    Trade {
        word: "digital",
        goods: &["数码", "家电", "影音", "手机配件"],
        price: 380,
        quality: 135,
        damage: 80,
        no_reason: 22_000,
        bulky: 22,
    },
    Trade {
        word: "home",
        goods: &["家纺", "厨具", "家居", "灯饰", "五金"],
        price: 170,
        quality: 90,
        damage: 150,
        no_reason: 18_000,
        bulky: 38,
    },
    Trade {
        word: "baby",
        goods: &["母婴", "玩具", "童装", "绘本", "文具"],
        price: 100,
        quality: 70,
        damage: 70,
        no_reason: 20_000,
        bulky: 0,
    },
    Trade {
        word: "sports",
        goods: &["户外", "运动", "骑行", "露营", "健身"],
        price: 140,
        quality: 85,
        damage: 70,
        no_reason: 30_000,
        bulky: 0,
    },
];

/// Who stands behind a shop: its word in facts, and what names of such shops end with.
pub(super) const KINDS: [(&str, &[&str]); 3] = [
    ("company", &["工厂店", "专营店", "企业店", "优选店", "源头店"]),
    ("flagship", &["旗舰店", "官方旗舰店"]),
    ("person", &["小铺", "小店", "杂货铺"]),
];
