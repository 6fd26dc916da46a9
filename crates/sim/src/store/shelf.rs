//! One shop's products, prices and stock, and the mall's places.

use super::goods::Goods;
use super::listing::Listing;
use super::pictures::Pictures;
use super::place::{Error, ctx, end, write};
use super::tree::Categories;
use crate::history::rand::Dice;
use crate::history::{Plan, Sketch};
use ::store::{Db, Tx};
use flows::{digital, listing};
use kernel::{Ctx, Currency, Id, Moment, Money, id};
use offer::catalog::{
    self, AxisDraft, Content, Freight, GoodsKind, NewPrice, ProductView, Rules, SkuDraft, SlotContent,
    SlotHead, ValueDraft,
};
use people::vault::Vault;
use std::sync::Arc;
use supply::warehouse::{self, Change, Part, Reason};

/// What a shop has now.
#[derive(Debug, Clone)]
pub(super) struct Filled {
    pub(super) products: Vec<Id<id::Product>>,
    pub(super) skus: usize,
}

/// From how many units on stock is low.
const LOW: i64 = 5;
/// Where shops keep their goods.
const CITIES: [&str; 8] = ["杭州", "广州", "义乌", "成都", "武汉", "苏州", "青岛", "泉州"];

/// The words of a day for a plan's currency.
pub(super) fn rules(plan: &Plan, at: Moment) -> Result<Arc<Rules>, Error> {
    Ok(catalog::rules(at.date(&plan.zone), plan.currency)?)
}

/// Lists what a shop sells, with what it cost before, and puts it into its warehouses: one transaction.
pub(super) fn fill(
    (db, vault): (&Db, &Vault),
    plan: &Plan,
    (n, shop, is_own): (usize, &Sketch, bool),
    listings: Vec<Listing>,
    categories: &Categories,
    pictures: &Pictures,
) -> Result<Filled, Error> {
    let now = end(plan);
    let listed = shop.opened.plus_hours(2).max(now.plus_days(-120)).min(now);
    let rules = rules(plan, listed)?;
    let ship = match shop.promise {
        24 => "ship-next-day",
        _ => "ship-48h",
    };
    let mut contents = Vec::new();
    for listing in &listings {
        contents.push(content(plan.currency, listing, categories, pictures, ship, n)?);
    }
    let media: Vec<_> = listings
        .iter()
        .flat_map(|listing| listing.tints.iter().filter_map(|tint| pictures.of((listing.goods, *tint))))
        .cloned()
        .collect();
    let (plan, shop, categories) = (plan.clone(), shop.clone(), categories.clone());
    let vault = vault.clone();
    write(db, "demo.shop", move |tx| {
        let at = |moment: Moment, purpose: u64| ctx(&plan, moment, purpose, n as u64);
        for picture in &media {
            catalog::add_media(tx, &at(listed, 10), Some(shop.id), picture)?;
        }
        let views = listing::publish(tx, &at(listed, 11), shop.id, &contents, &rules)?;
        let mut products: Vec<_> = views.iter().map(|view| view.id).collect();
        for (view, listing) in views.iter().zip(&listings) {
            reprice(tx, &plan, (n, shop.id), listed, listing, view)?;
        }
        let mut skus =
            stock(tx, &at(now.plus_days(-3).max(listed), 12), &vault, (shop.id, n), &listings, &views)?;
        if is_own && let [first, second, ..] = &views[..] {
            let kit = kit(&contents, [first, second], &categories);
            let made = listing::publish(tx, &at(now.plus_days(-2).max(listed), 13), shop.id, &[kit], &rules)?;
            for view in made {
                let parts = [first, second].map(|view| view.skus.first().map(|sku| sku.id));
                let parts: Vec<Part> =
                    parts.into_iter().flatten().map(|sku| Part { sku, quantity: 1 }).collect();
                for sku in &view.skus {
                    warehouse::define_kit(tx, shop.id, sku.id, &parts)?;
                    skus += 1;
                }
                products.push(view.id);
            }
        }
        Ok(Filled { products, skus })
    })
}

/// A product of two others, for a little less than both.
fn kit(contents: &[Content], parts: [&ProductView; 2], _: &Categories) -> Content {
    let [first, second] = parts;
    let price = |view: &ProductView| view.skus.first().map_or(0, |sku| sku.price.minor);
    let sum = price(first) + price(second);
    let mut kit = contents[0].clone();
    let short = |title: &str| title.split(' ').next().unwrap_or(title).to_owned();
    kit.title = format!("组合装 {} + {}", short(&first.title), short(&second.title)).into();
    kit.about = vec!["两件一起发，比分开买省一点。任何一件没货时，组合装也下不了单。".into()];
    kit.axes = Vec::new();
    let currency = kit.freight.fee.currency;
    kit.skus = vec![SkuDraft {
        id: None,
        code: "KIT-1".into(),
        choice: Vec::new(),
        price: Money::new((sum * 92 / 100 / 100).max(1) * 100, currency),
        list_price: Some(Money::new(sum, currency)),
        media: None,
        limit: None,
        stock: None,
    }];
    kit.gallery = contents.iter().take(2).filter_map(|content| content.gallery.first().cloned()).collect();
    kit.gallery.dedup();
    kit
}

/// What a shop writes about one product.
fn content(
    currency: Currency,
    listing: &Listing,
    categories: &Categories,
    pictures: &Pictures,
    ship: &str,
    shop: usize,
) -> Result<Content, Error> {
    let goods: &Goods = listing.goods();
    let category =
        categories.of(goods.category).ok_or_else(|| catalog::Error::NoCategory(goods.category.into()))?;
    let money = |minor: i64| Money::new(minor, currency);
    let picture = |tint: &usize| pictures.of((listing.goods, *tint)).map(|media| media.key.clone());
    let mut axes = Vec::new();
    let has_tints = listing.tints.len() > 1;
    if has_tints {
        let values = listing.tints.iter().map(|tint| ValueDraft {
            name: goods.tints[*tint % goods.tints.len()].0.into(),
            media: picture(tint),
        });
        axes.push(AxisDraft { name: goods.tint_axis.into(), values: values.collect() });
    }
    let sizes = goods.sizes.filter(|_| listing.sizes > 1);
    if let Some((name, values)) = sizes {
        let values =
            values[..listing.sizes].iter().map(|(name, _)| ValueDraft { name: (*name).into(), media: None });
        axes.push(AxisDraft { name: name.into(), values: values.collect() });
    }
    let mut skus = Vec::new();
    for (t, tint) in listing.tints.iter().enumerate() {
        for s in 0..sizes.map_or(1, |_| listing.sizes) {
            let percent = goods.sizes.map_or(100, |(_, values)| values[s].1);
            let price = priced(listing.price, percent);
            let list = listing.list.map(|percent| priced(price, percent).max(price));
            skus.push(SkuDraft {
                id: None,
                code: format!("{}-{}{:02}", goods.name().to_uppercase(), shop + 1, t * 10 + s).into(),
                choice: has_tints.then_some(t).into_iter().chain(sizes.map(|_| s)).collect(),
                price: money(price),
                list_price: list.map(money),
                media: if has_tints { picture(tint) } else { None },
                limit: listing.limit,
                stock: None,
            });
        }
    }
    let mut dice = listing.dice;
    let (fee, free_from) = listing.freight;
    Ok(Content {
        category,
        brand: None,
        title: listing.title.as_str().into(),
        about: listing.about.iter().map(|text| text.as_str().into()).collect(),
        kind: if goods.is_digital() { GoodsKind::Digital } else { GoodsKind::Physical },
        axes,
        skus,
        gallery: listing.tints.iter().filter_map(picture).collect(),
        attributes: categories.answers(goods.category, &mut dice),
        ship: ship.into(),
        freight: Freight { fee: money(fee), free_from: free_from.map(money) },
    })
}

/// A share of a price, ending as prices do.
fn priced(price: i64, percent: i64) -> i64 {
    if percent == 100 {
        return price;
    }
    let scaled = price * percent / 100;
    if scaled < 6_000 { (scaled / 100).max(1) * 100 + 90 } else { scaled / 100 * 100 }
}

/// What the product cost before, day by day up to today's price.
fn reprice(
    tx: &mut Tx<'_>,
    plan: &Plan,
    (n, shop): (usize, Id<id::Shop>),
    listed: Moment,
    listing: &Listing,
    view: &ProductView,
) -> Result<(), Error> {
    let now = end(plan);
    let steps = listing.before.iter().copied().chain((!listing.before.is_empty()).then_some((12, 100)));
    for (i, (days, percent)) in steps.enumerate() {
        let at = now.plus_days(-days);
        if at <= listed {
            continue;
        }
        let number = (n as u64) << 24 | (i as u64) << 16 | view.skus.len() as u64;
        let ctx: Ctx = ctx(plan, at, 14, number);
        let new = |price: i64, list: Option<i64>| NewPrice {
            price: Money::new(price, plan.currency),
            list_price: list.map(|list| Money::new(list.max(price), plan.currency)),
            limit: listing.limit,
        };
        let prices: Vec<_> = view
            .skus
            .iter()
            .map(|sku| {
                let list = sku.list_price.map(|list| list.minor);
                (sku.id, new(priced(sku.price.minor, percent), list))
            })
            .collect();
        catalog::set_prices(tx, &ctx, shop, view.id, &prices)?;
    }
    Ok(())
}

/// Opens the shop's warehouses and puts its goods there; returns how many variants there are.
fn stock(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    vault: &Vault,
    (shop, n): (Id<id::Shop>, usize),
    listings: &[Listing],
    views: &[ProductView],
) -> Result<usize, Error> {
    let mut sites = vec![warehouse::open_warehouse(tx, ctx, shop, &format!("{}仓", CITIES[n % 8]), 0)?.id];
    if n.is_multiple_of(3) {
        sites.push(warehouse::open_warehouse(tx, ctx, shop, &format!("{}仓", CITIES[(n + 3) % 8]), 1)?.id);
    }
    let reason = Reason::new("opening")?;
    let mut count = 0;
    for (listing, view) in listings.iter().zip(views) {
        let mut dice = listing.dice;
        for sku in &view.skus {
            count += 1;
            if listing.goods().is_digital() {
                let codes = codes(&mut dice, sku.id);
                digital::add_codes(tx, ctx, vault, shop, (sku.id, &codes))?;
                continue;
            }
            warehouse::add_sku(tx, shop, sku.id, Some(LOW))?;
            for (turn, warehouse) in sites.iter().enumerate() {
                let quantity = quantity(&mut dice, turn);
                if quantity > 0 {
                    let change = Change {
                        sku: sku.id,
                        warehouse: *warehouse,
                        quantity,
                        reason: reason.clone(),
                        reference: None,
                    };
                    warehouse::receive(tx, ctx, shop, &change)?;
                }
            }
        }
    }
    Ok(count)
}

/// How many codes of a card a shop has.
const CODES: usize = 40;

/// Codes of a card, one a line.
fn codes(dice: &mut Dice, sku: Id<id::Sku>) -> String {
    let of = &sku.to_string()[4..12];
    let code = |n| format!("{}-{n:02}-{:06}\n", of.to_uppercase(), dice.below(1_000_000));
    (0..CODES).map(code).collect()
}

/// How many units come: some variants are sold out, some are nearly so.
fn quantity(dice: &mut Dice, turn: usize) -> i64 {
    match dice.below(100) {
        0..=4 => 0,
        5..=11 if turn == 0 => dice.between(1, 4),
        5..=40 if turn > 0 => 0,
        _ => dice.between(20, 400),
    }
}

/// The places of the mall's home page.
pub(super) fn mall(
    db: &Db,
    plan: &Plan,
    shown: &[Id<id::Product>],
    pictures: &Pictures,
) -> Result<(), Error> {
    let now = end(plan);
    let rules = rules(plan, now)?;
    let head = |zh: &str, en: &str, content: SlotContent| SlotHead { zh: zh.into(), en: en.into(), content };
    let banner = |name: &str, link: &str| SlotContent::Banner {
        media: pictures.any(name).cloned(),
        link: link.into(),
    };
    let shelf = |category: &str| SlotContent::Shelf { category: category.into(), sort: "newest".into() };
    let step = (shown.len() / 12).max(1);
    let products: Vec<_> = shown.iter().copied().step_by(step).take(12).collect();
    let roots = ["fashion", "fresh", "home", "electronics", "beauty", "baby", "sports", "food"];
    let mut heads = vec![
        head("今年的新橘子到了", "This year's oranges are here", banner("citrus", "/c/fresh.fruit")),
        head("把厨房换一口好锅", "A good pot for your kitchen", banner("pot", "/c/home.kitchen")),
        head(
            "逛一逛",
            "Look around",
            SlotContent::Categories { categories: roots.into_iter().map(Into::into).collect() },
        ),
    ];
    if !products.is_empty() {
        heads.push(head("店铺推荐", "Shops recommend", SlotContent::Products { products }));
    }
    heads.push(head("家居厨具上新", "New for the home", shelf("home")));
    heads.push(head("水果生鲜", "Fresh food", shelf("fresh")));
    heads.push(head("服饰鞋包", "Fashion", shelf("fashion")));
    let plan = plan.clone();
    write(db, "demo.mall", move |tx| {
        for (turn, head) in heads.iter().enumerate() {
            let ctx = ctx(&plan, now, 15, turn as u64);
            catalog::set_slot(tx, &ctx, None, (turn as i64, now.plus_days(-1), None), head, &rules)?;
        }
        Ok(())
    })
}
