//! The demo's categories and what each asks of its products.

use super::place::{Error, ctx, end, write};
use crate::history::Plan;
use crate::history::rand::Dice;
use ::store::{Db, Tx};
use kernel::{Ctx, Id, id};
use offer::catalog::{self, AttributeDraft, AttributeKind, AttributeOption, NewAttribute, NewCategory};
use std::collections::BTreeMap;

/// Code, Chinese, English; what is above comes first.
pub(super) const CATEGORIES: &[(&str, &str, &str)] = &[
    ("fashion", "服饰鞋包", "Fashion"),
    ("fashion.women", "女装", "Women"),
    ("fashion.men", "男装", "Men"),
    ("fashion.shoes", "鞋靴", "Shoes"),
    ("fashion.bags", "箱包", "Bags"),
    ("fashion.accessories", "配饰", "Accessories"),
    ("fresh", "水果生鲜", "Fresh food"),
    ("fresh.fruit", "水果", "Fruit"),
    ("fresh.vegetable", "蔬菜", "Vegetables"),
    ("fresh.meat", "肉禽蛋", "Meat and eggs"),
    ("fresh.seafood", "水产", "Seafood"),
    ("food", "食品茶饮", "Food and tea"),
    ("food.snacks", "休闲零食", "Snacks"),
    ("food.tea", "茶叶", "Tea"),
    ("food.staple", "粮油调味", "Staples"),
    ("electronics", "数码家电", "Electronics"),
    ("electronics.audio", "影音", "Audio"),
    ("electronics.computer", "电脑配件", "Computer"),
    ("electronics.phone", "手机配件", "Phone"),
    ("electronics.gift", "虚拟卡券", "Digital goods"),
    ("home", "家居厨具", "Home"),
    ("home.cups", "杯壶", "Cups and flasks"),
    ("home.kitchen", "厨房餐具", "Kitchen"),
    ("home.textile", "家纺", "Textiles"),
    ("home.light", "灯具", "Lamps"),
    ("home.decor", "家居饰品", "Decoration"),
    ("beauty", "美妆个护", "Beauty"),
    ("beauty.skin", "护肤", "Skin care"),
    ("beauty.makeup", "彩妆香氛", "Make-up and scents"),
    ("beauty.body", "身体护理", "Body care"),
    ("baby", "母婴玩具", "Children"),
    ("baby.toys", "玩具", "Toys"),
    ("baby.clothes", "童装", "Clothes"),
    ("baby.feeding", "喂养用品", "Feeding"),
    ("baby.books", "绘本文具", "Books and pens"),
    ("sports", "运动户外", "Sports"),
    ("sports.outdoor", "户外露营", "Outdoors"),
    ("sports.fitness", "健身", "Fitness"),
    ("sports.ball", "球类", "Balls"),
    ("sports.cycling", "骑行", "Cycling"),
];

/// What a category asks, and from what the demo's products answer.
enum Asks {
    Text(&'static [&'static str]),
    Number(&'static str, i64, i64),
    Choice(&'static [(&'static str, &'static str, &'static str)]),
    Flag,
}

/// Category, Chinese, English, kind, and whether it must be answered.
const ATTRIBUTES: &[(&str, &str, &str, Asks, bool)] = &[
    (
        "fashion",
        "材质",
        "Material",
        Asks::Choice(&[
            ("cotton", "棉", "Cotton"),
            ("wool", "羊毛混纺", "Wool blend"),
            ("polyester", "聚酯纤维", "Polyester"),
            ("leather", "牛皮", "Leather"),
        ]),
        true,
    ),
    (
        "fashion",
        "季节",
        "Season",
        Asks::Choice(&[
            ("spring", "春秋", "Spring and autumn"),
            ("summer", "夏季", "Summer"),
            ("winter", "冬季", "Winter"),
        ]),
        false,
    ),
    (
        "fresh",
        "产地",
        "Origin",
        Asks::Text(&["浙江临海", "江西赣州", "陕西眉县", "新疆阿克苏", "福建宁德", "云南蒙自"]),
        true,
    ),
    (
        "fresh",
        "储存方式",
        "Storage",
        Asks::Choice(&[
            ("cool", "冷藏", "Cool"),
            ("frozen", "冷冻", "Frozen"),
            ("room", "阴凉处", "Cool and dark"),
        ]),
        true,
    ),
    ("food", "保质期", "Shelf life", Asks::Number("天", 120, 540), true),
    (
        "food",
        "产地",
        "Origin",
        Asks::Text(&["福建武夷山", "浙江杭州", "黑龙江五常", "云南普洱", "山东临沂"]),
        true,
    ),
    ("electronics", "质保", "Warranty", Asks::Number("月", 6, 24), true),
    ("electronics", "支持无线", "Wireless", Asks::Flag, false),
    (
        "home",
        "材质",
        "Material",
        Asks::Choice(&[
            ("ceramic", "陶瓷", "Ceramic"),
            ("steel", "不锈钢", "Steel"),
            ("cotton", "棉", "Cotton"),
            ("iron", "铸铁", "Cast iron"),
            ("wood", "实木", "Wood"),
        ]),
        true,
    ),
    ("home", "产地", "Origin", Asks::Text(&["江西景德镇", "福建德化", "浙江永康", "江苏南通"]), false),
    ("beauty", "保质期", "Shelf life", Asks::Number("月", 24, 48), true),
    (
        "beauty",
        "适用肤质",
        "Skin",
        Asks::Choice(&[("all", "所有肤质", "All"), ("dry", "干性", "Dry"), ("oily", "油性", "Oily")]),
        false,
    ),
    (
        "baby",
        "适用年龄",
        "Age",
        Asks::Choice(&[
            ("0", "0–1 岁", "0-1"),
            ("1", "1–3 岁", "1-3"),
            ("3", "3–6 岁", "3-6"),
            ("6", "6 岁以上", "6 and up"),
        ]),
        true,
    ),
    ("sports", "重量", "Weight", Asks::Number("g", 180, 4_200), false),
    ("sports", "适用场景", "Used", Asks::Text(&["室内外通用", "户外", "健身房", "通勤"]), false),
];

/// The categories and attributes that were made.
#[derive(Debug, Clone, Default)]
pub(super) struct Categories {
    by_code: BTreeMap<&'static str, Id<id::Category>>,
    /// In the order of [`ATTRIBUTES`].
    attributes: Vec<Id<id::Attribute>>,
}

impl Categories {
    pub(super) fn of(&self, code: &str) -> Option<Id<id::Category>> {
        self.by_code.get(code).copied()
    }
    /// What a product of a category says of itself.
    pub(super) fn answers(&self, code: &str, dice: &mut Dice) -> Vec<AttributeDraft> {
        let asked = ATTRIBUTES.iter().zip(&self.attributes);
        asked
            .filter(|((root, ..), _)| code.split('.').next() == Some(root))
            .map(|((.., asks, _), id)| {
                let pick = |dice: &mut Dice, many: usize| dice.below(many as u64) as usize;
                let value: Box<str> = match asks {
                    Asks::Text(texts) => texts[pick(dice, texts.len())].into(),
                    Asks::Number(_, low, high) => dice.between(*low, *high).to_string().into(),
                    Asks::Choice(options) => options[pick(dice, options.len())].0.into(),
                    Asks::Flag => ["yes", "no"][pick(dice, 2)].into(),
                };
                AttributeDraft { attribute: *id, value }
            })
            .collect()
    }
}

/// Makes them.
pub(super) fn make(db: &Db, plan: &Plan) -> Result<Categories, Error> {
    let plan = plan.clone();
    write(db, "demo.categories", move |tx| made(tx, &ctx(&plan, end(&plan).plus_days(-200), 1, 0)))
}

/// Makes them within a transaction.
pub(super) fn made(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Categories, Error> {
    let mut categories = Categories::default();
    for (turn, (code, zh, en)) in CATEGORIES.iter().enumerate() {
        let new = NewCategory { code: (*code).into(), zh: (*zh).into(), en: (*en).into(), turn: turn as i64 };
        categories.by_code.insert(code, catalog::add_category(tx, ctx, &new)?.id);
    }
    for (turn, (code, zh, en, asks, required)) in ATTRIBUTES.iter().enumerate() {
        let kind = match asks {
            Asks::Text(_) => AttributeKind::Text,
            Asks::Number(unit, ..) => AttributeKind::Number { unit: (*unit).into() },
            Asks::Choice(options) => AttributeKind::Choice {
                options: options
                    .iter()
                    .map(|(code, zh, en)| AttributeOption {
                        code: (*code).into(),
                        zh: (*zh).into(),
                        en: (*en).into(),
                    })
                    .collect(),
            },
            Asks::Flag => AttributeKind::Flag,
        };
        let new = NewAttribute {
            zh: (*zh).into(),
            en: (*en).into(),
            kind,
            required: *required,
            axis: false,
            turn: turn as i64,
            open: true,
        };
        categories.attributes.push(catalog::add_attribute(tx, ctx, code, &new)?.id);
    }
    Ok(categories)
}
