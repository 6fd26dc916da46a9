//! Very many products at once, for benchmarks: everything but the pictures' bytes.

use super::goods::GOODS;
use super::place::{Error, write};
use super::tree;
use crate::history::rand::{Dice, key, mix};
use ::store::Db;
use kernel::{Actor, Ctx, Currency, Id, Moment, Money, Zone, id};
use offer::catalog::{self, AxisDraft, Content, Freight, GoodsKind, SkuDraft, ValueDraft};
use offer::media::{CARD, MediaSize, MediaView};
use people::merchant::{self, Industry, NewShop};
use std::sync::Arc;
use supply::warehouse::{self, Change, Reason};

/// Which catalog.
#[derive(Debug, Clone)]
pub struct Bulk {
    /// Another seed, another catalog.
    pub seed: u64,
    /// How many shops.
    pub shops: u32,
    /// How many products, over all shops.
    pub products: u32,
    /// How many units of each variant there are.
    pub units: i64,
    /// When it all happens.
    pub at: Moment,
    /// The market's zone.
    pub zone: Zone,
    /// The market's currency.
    pub currency: Currency,
}

/// A variant that can be bought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stocked {
    /// Which.
    pub sku: Id<id::Sku>,
    /// Of which product.
    pub product: Id<id::Product>,
    /// Whose.
    pub shop: Id<id::Shop>,
}

/// How many products go into one transaction.
const CHUNK: usize = 100;

/// Makes them; returns every variant.
pub fn bulk(db: &Db, plan: &Bulk) -> Result<Vec<Stocked>, Error> {
    let at = plan.at;
    let ctx =
        move |seed: u64, purpose: u64, n: u64| Ctx::new(at, Actor::Operator, key(seed, 200 + purpose, n));
    let seed = plan.seed;
    let categories = write(db, "bulk.categories", move |tx| tree::made(tx, &ctx(seed, 0, 0)))?;
    let rules = catalog::rules(at.date(&plan.zone), plan.currency)?;
    let plan = Arc::new(plan.clone());
    let mut all = Vec::new();
    for n in 0..plan.shops {
        let industry = Industry::ALL[n as usize % Industry::ALL.len()];
        let (share, rest) = (plan.products / plan.shops, plan.products % plan.shops);
        let count = share + u32::from(n < rest);
        let (shop, site) = write(db, "bulk.shop", move |tx| {
            let ctx = ctx(seed, 1, u64::from(n));
            let new = NewShop {
                name: format!("{n} 号店").into(),
                industry: Some(industry),
                kind: None,
                owner: None,
            };
            let shop = merchant::open_shop(tx, &ctx, &new)?;
            for goods in GOODS.iter().filter(|goods| goods.industry() == industry.as_str()) {
                catalog::add_media(tx, &ctx, Some(shop), &face(goods.name()))?;
            }
            Ok((shop, warehouse::open_warehouse(tx, &ctx, shop, "仓", 0)?.id))
        })?;
        for (part, chunk) in (0..count).collect::<Vec<_>>().chunks(CHUNK).enumerate() {
            let (plan, rules, categories) = (Arc::clone(&plan), Arc::clone(&rules), categories.clone());
            let numbers = chunk.to_vec();
            all.extend(write(db, "bulk.products", move |tx| {
                let ctx = ctx(seed, 2, u64::from(n) << 32 | part as u64);
                let mut contents = Vec::with_capacity(numbers.len());
                for number in &numbers {
                    let dice = Dice::new(key(seed, 210, u64::from(n) << 32 | u64::from(*number)));
                    contents.extend(content(&plan, industry, dice, &categories));
                }
                let reason = Reason::new("opening")?;
                let mut made = Vec::new();
                for view in flows::listing::publish(tx, &ctx, shop, &contents, &rules)? {
                    let product = view.id;
                    for sku in &view.skus {
                        let change = Change {
                            sku: sku.id,
                            warehouse: site,
                            quantity: plan.units,
                            reason: reason.clone(),
                            reference: None,
                        };
                        warehouse::receive(tx, &ctx, shop, &change)?;
                        made.push(Stocked { sku: sku.id, product, shop });
                    }
                }
                Ok(made)
            })?);
        }
    }
    Ok(all)
}

/// A picture that nobody drew.
fn face(name: &str) -> MediaView {
    let key = |width: u32| -> Box<str> {
        let begin = name.bytes().fold(u64::from(width), |hash, byte| mix(hash ^ u64::from(byte)));
        (0..4).map(|part| format!("{:016x}", mix(begin ^ part))).collect::<String>().into()
    };
    let sizes = [160, CARD, 960].map(|width| MediaSize { width, height: width * 4 / 3, key: key(width) });
    MediaView { key: key(960), width: 960, height: 1280, sizes: sizes.to_vec() }
}

fn content(
    plan: &Bulk,
    industry: Industry,
    mut dice: Dice,
    categories: &tree::Categories,
) -> Option<Content> {
    let kinds: Vec<_> = GOODS.iter().filter(|goods| goods.industry() == industry.as_str()).collect();
    let goods = kinds.get(dice.below(kinds.len() as u64) as usize)?;
    let mut pick = |list: &[&'static str]| list[dice.below(list.len() as u64) as usize];
    let title = format!("{} {} {}", pick(goods.nouns), pick(goods.features), pick(goods.features));
    let price = dice.between(goods.price.0, goods.price.1) * 100;
    let variants = dice.between(1, 2) as usize;
    let names = ["甲", "乙"];
    let axes = if variants > 1 {
        let values = names.iter().map(|name| ValueDraft { name: (*name).into(), media: None });
        vec![AxisDraft { name: "款式".into(), values: values.collect() }]
    } else {
        Vec::new()
    };
    let sku = |i: usize| SkuDraft {
        id: None,
        code: format!("B-{i}").into(),
        choice: if variants > 1 { vec![i] } else { Vec::new() },
        price: Money::new(price + i as i64 * 500, plan.currency),
        list_price: None,
        media: None,
        limit: None,
        stock: None,
    };
    Some(Content {
        category: categories.of(goods.category)?,
        brand: None,
        title: title.into(),
        about: vec!["一段说明。".into()],
        kind: GoodsKind::Physical,
        axes,
        skus: (0..variants).map(sku).collect(),
        gallery: vec![face(goods.name()).key],
        attributes: categories.answers(goods.category, &mut dice),
        ship: "ship-48h".into(),
        freight: Freight { fee: Money::new(0, plan.currency), free_from: None },
    })
}
