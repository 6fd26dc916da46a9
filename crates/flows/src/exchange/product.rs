//! Products as a sheet: a row for each variant, with what is its product's on every one of them.
//!
//! A product comes in under its own id. Where the sheet is somebody's own, any word names a product and the rows of its
//! variants: the same word gives the same product each time. Names of categories, brands and attributes come along, so that a
//! market without them can have them made; files of pictures do not, they are copied with the folder `blobs`.

use super::error::Error;
use super::sheet::{
    self, Checked, ColumnSpec, Line, Report, Sheet, Wrong, columns, escaped, joined, pair, pair_of, parted,
    plain,
};
use super::shop;
use crate::listing;
use kernel::id::{Brand as BrandKey, Product, Shop, Sku};
use kernel::{Actor, Ask, Ctx, Date, Id, Market, Moment, Money, Numerals, Progress, RawId};
use offer::catalog::{
    self, Attribute, AttributeDraft, AttributeKind, AxisDraft, Brought, Content, EditFilter, Fault, Freight,
    GoodsKind, NewAttribute, NewCategory, Rules, SkuDraft, Status, ValueDraft,
};
use offer::media::{MediaSize, MediaView};
use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;
use store::{Db, Keys, Query, StoreError, Tx, WriteError};
use supply::warehouse::{self, Change, Reason};

/// How many products go into one commit.
const CHUNK: usize = 50;
/// How many are read at once.
const PAGE: i64 = 200;
/// How many brands are read at once.
const BRANDS: i64 = 2_000;

/// The columns.
pub const COLUMNS: &[ColumnSpec] = columns! {
    "product" => "Its id, or any word of one's own: rows with the same one are the variants of one product.",
    "shop": "The id of its shop, which is here already. Left out where the sheet is one shop's own.",
    "status": "draft, on (on sale), off or banned; draft if left out.",
    "banned_for": "Why it is banned, in a word.",
    "category" => "The code of its category, such as home.cups.",
    "category_names": "What the category and those above it are called, a line for each: Chinese=English.",
    "brand": "Its brand: Chinese=English, or one of the two.",
    "kind": "physical or digital; physical if left out.",
    "title" => "What it is.",
    "about": "Paragraphs about it, a line for each.",
    "gallery": "The keys of its pictures, a line for each; the first one is its face.",
    "pictures": "The sizes of all of its pictures, a line for each: KEY=WIDTHxHEIGHT for each size, the whole one first.",
    "attributes": "What it says of its category's attributes, a line for each: Chinese=English=value, or name=value.",
    "ship" => "The promise by which it ships, such as ship-48h.",
    "freight_fee": "What shipping costs, in the units of the currency; nothing if left out.",
    "freight_free_from": "From which sum of goods on shipping is free.",
    "sku": "The id of the variant. Left out, it is made of product and options: the same one each time.",
    "code": "The shop's own number for the variant.",
    "options": "What tells the variant from the others, a line for each axis: axis=value, or axis=value=KEY with the picture of the value.",
    "picture": "The key of a picture of the variant.",
    "price" => "What the variant costs.",
    "list_price": "What it is said to cost elsewhere.",
    "limit": "How many of it one buyer may buy.",
    "currency": "ISO 4217, as the market's.",
    "stock": "How many units lie in the shop's first warehouse. Counts only if stock was asked for, and for variants that are new.",
};

/// A product of a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    id: Id<Product>,
    shop: Id<Shop>,
    status: Status,
    banned_for: Option<Box<str>>,
    category: Box<str>,
    category_names: Vec<(String, String)>,
    brand: Option<(String, String)>,
    kind: GoodsKind,
    title: Box<str>,
    about: Vec<Box<str>>,
    gallery: Vec<Box<str>>,
    pictures: Vec<MediaView>,
    /// Chinese, English and value; one name alone stands in both places.
    attributes: Vec<(String, String, String)>,
    ship: Box<str>,
    freight: (i64, Option<i64>),
    variants: Vec<Variant>,
}

/// A variant of a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Variant {
    line: u64,
    id: Id<Sku>,
    code: Box<str>,
    /// Axis, value, and the picture of the value.
    options: Vec<(String, String, Option<Box<str>>)>,
    picture: Option<Box<str>>,
    price: i64,
    list_price: Option<i64>,
    limit: Option<i64>,
    stock: Option<i64>,
}

/// How a sheet is read.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// Whose sheet it is, if one shop's alone.
    pub shop: Option<Id<Shop>>,
    /// Whether categories, brands and attributes that are missing are made; attributes as texts.
    pub with_catalog: bool,
    /// Whether units of new variants are received.
    pub with_stock: bool,
}

/// Every product of a market or of one shop, by shops and products; with what lies in the warehouses, if asked.
pub fn export(
    q: &mut impl Query,
    market: &Market,
    shop: Option<Id<Shop>>,
    with_stock: bool,
) -> Result<String, Error> {
    let mut out = String::new();
    sheet::header(&mut out, COLUMNS);
    let mut shops = match shop {
        Some(shop) => vec![shop],
        None => shop::here(q)?.into_keys().collect(),
    };
    shops.sort_unstable();
    let names = Names::all(q)?;
    for shop in shops {
        let (mut products, mut after) = (Vec::new(), None);
        loop {
            let page = catalog::product::of_shop(q, shop, None, after, PAGE)?;
            let Some(last) = page.last() else { break };
            after = Some(last.id);
            products.extend(page);
        }
        products.sort_unstable_by_key(|product| product.id);
        for product in products {
            let Some(row) = Row::of(q, &names, shop, &product, with_stock)? else { continue };
            row.write(&mut out, market);
        }
    }
    Ok(out)
}

/// Brands by their ids.
struct Names(HashMap<Id<BrandKey>, (String, String)>);

impl Names {
    fn all(q: &mut impl Query) -> Result<Self, Error> {
        let (mut all, mut after) = (HashMap::new(), None);
        loop {
            let page = catalog::brands(q, after, BRANDS)?;
            let Some(last) = page.last() else { return Ok(Self(all)) };
            after = Some(last.id);
            all.extend(
                page.into_iter().map(|brand| (brand.id, (brand.zh.to_string(), brand.en.to_string()))),
            );
        }
    }
}

impl Row {
    /// A product that is here; nothing if it has no content: a draft that was given up.
    fn of(
        q: &mut impl Query,
        names: &Names,
        shop: Id<Shop>,
        product: &catalog::OwnProduct,
        with_stock: bool,
    ) -> Result<Option<Self>, Error> {
        let content = match product.version {
            0 => {
                let filter = EditFilter { status: None, product: Some(product.id) };
                let newest = catalog::edits_of_shop(q, shop, &filter, None, 1)?.into_iter().next();
                let Some(edit) = newest else { return Ok(None) };
                edit.content
            }
            _ => catalog::content(q, shop, product.id)?,
        };
        let code = &product.category_code;
        let mut category_names = Vec::new();
        for end in code.char_indices().filter(|(_, c)| *c == '.').map(|(at, _)| at).chain([code.len()]) {
            let above = catalog::category(q, &code[..end])?;
            category_names.push((above.zh.into(), above.en.into()));
        }
        let known = catalog::attributes(q, code)?;
        let attributes = content.attributes.iter().filter_map(|given| {
            let attribute = known.iter().find(|known| known.id == given.attribute)?;
            Some((attribute.zh.to_string(), attribute.en.to_string(), given.value.to_string()))
        });
        let attributes = attributes.collect();
        let mut pictures: Vec<MediaView> = Vec::new();
        for key in content.pictures() {
            if pictures.iter().all(|there| *there.key != *key) {
                pictures.extend(catalog::media(q, Some(shop), key)?);
            }
        }
        let mut variants = Vec::new();
        for sku in &content.skus {
            let Some(id) = sku.id else { continue };
            let stock = match with_stock {
                true => warehouse::available(q, shop, id, None).ok(),
                false => None,
            };
            let options = content.axes.iter().zip(&sku.choice).filter_map(|(axis, at)| {
                let value = axis.values.get(*at)?;
                Some((axis.name.to_string(), value.name.to_string(), value.media.clone()))
            });
            variants.push(Variant {
                line: 0,
                id,
                code: sku.code.clone(),
                options: options.collect(),
                picture: sku.media.clone(),
                price: sku.price.minor,
                list_price: sku.list_price.map(|price| price.minor),
                limit: sku.limit,
                stock,
            });
        }
        Ok(Some(Self {
            id: product.id,
            shop,
            status: product.status,
            banned_for: product.banned_for.clone(),
            category: code.clone(),
            category_names,
            brand: content.brand.and_then(|brand| names.0.get(&brand).cloned()),
            kind: content.kind,
            title: content.title.clone(),
            about: content.about.clone(),
            gallery: content.gallery.clone(),
            pictures,
            attributes,
            ship: content.ship.clone(),
            freight: (content.freight.fee.minor, content.freight.free_from.map(|money| money.minor)),
            variants,
        }))
    }

    fn write(&self, out: &mut String, market: &Market) {
        let amount = |minor: i64| Numerals::PLAIN.write(minor, market.currency.digits());
        let maybe = |minor: Option<i64>| minor.map_or_else(String::new, amount);
        let text = |text: &Option<Box<str>>| text.as_deref().unwrap_or_default().to_owned();
        let pictures = self.pictures.iter().map(|media| {
            let whole = format!("{}={}x{}", media.key, media.width, media.height);
            let sizes =
                media.sizes.iter().map(|size| format!(" {}={}x{}", size.key, size.width, size.height));
            whole + &sizes.collect::<String>()
        });
        let attributes = self.attributes.iter().map(|(zh, en, value)| pair(zh, &pair(en, value)));
        let (pictures, attributes) = (joined(pictures), joined(attributes));
        for variant in &self.variants {
            let options = variant.options.iter().map(|(axis, value, media)| match media {
                Some(media) => pair(axis, &pair(value, media)),
                // A value may hold the mark itself.
                None => pair(axis, &escaped(value)),
            });
            sheet::add(
                out,
                [
                    self.id.to_string(),
                    self.shop.to_string(),
                    self.status.as_str().to_owned(),
                    text(&self.banned_for),
                    self.category.to_string(),
                    joined(self.category_names.iter().map(|(zh, en)| pair(zh, en))),
                    self.brand.as_ref().map_or_else(String::new, |(zh, en)| pair(zh, en)),
                    self.kind.as_str().to_owned(),
                    self.title.to_string(),
                    joined(&self.about),
                    joined(&self.gallery),
                    pictures.clone(),
                    attributes.clone(),
                    self.ship.to_string(),
                    amount(self.freight.0),
                    maybe(self.freight.1),
                    variant.id.to_string(),
                    variant.code.to_string(),
                    joined(options),
                    text(&variant.picture),
                    amount(variant.price),
                    maybe(variant.list_price),
                    variant.limit.map_or_else(String::new, |limit| limit.to_string()),
                    market.currency.to_string(),
                    variant.stock.map_or_else(String::new, |stock| stock.to_string()),
                ],
            );
        }
    }
}

/// What stands in the columns of a product, on each of its rows.
const OF_PRODUCT: [&str; 15] = [
    "shop",
    "status",
    "banned_for",
    "category",
    "category_names",
    "brand",
    "kind",
    "title",
    "about",
    "gallery",
    "pictures",
    "attributes",
    "ship",
    "freight_fee",
    "freight_free_from",
];

/// Reads a file whole.
pub fn check(
    q: &mut impl Query,
    ask: &dyn Ask,
    path: &Path,
    market: &Market,
    options: Options,
) -> Result<Checked<Row>, Error> {
    let sheet = Sheet::open(path, COLUMNS)?;
    let shops = shop::known(q, ask)?;
    Ok(checked(sheet, market, &shops, options))
}

/// Reads a sheet of one shop whole.
pub fn check_own(
    name: String,
    bytes: Vec<u8>,
    market: &Market,
    shop: Id<Shop>,
) -> Result<Checked<Row>, Error> {
    let sheet = Sheet::of(name, bytes, COLUMNS)?;
    let options = Options { shop: Some(shop), ..Options::default() };
    Ok(checked(sheet, market, &HashSet::from([shop]), options))
}

fn checked(mut sheet: Sheet, market: &Market, shops: &HashSet<Id<Shop>>, options: Options) -> Checked<Row> {
    let mut good: Vec<Row> = Vec::new();
    // Where the product of a word stands, the cells of its first row, and whether one of its rows is wrong.
    let mut places: HashMap<String, (Option<usize>, Vec<String>)> = HashMap::new();
    let mut bad: HashSet<usize> = HashSet::new();
    let mut skus = HashSet::new();
    let rows = sheet.rows(|line| {
        let word = line.cell("product").to_owned();
        let cells = || OF_PRODUCT.iter().map(|name| line.cell(name).to_owned()).collect::<Vec<_>>();
        let at = match places.get(&word) {
            None => {
                let cells = cells();
                let row = Row::read(line, market, shops, options);
                let at = row.map(|row| {
                    good.push(row);
                    good.len() - 1
                });
                places.insert(word, (at, cells));
                at
            }
            Some((at, first)) => {
                let at = *at;
                let differing = OF_PRODUCT.iter().zip(first).zip(cells());
                let differing: Vec<&str> = differing
                    .filter(|((_, first), here)| !here.is_empty() && *first != here)
                    .map(|((name, _), _)| *name)
                    .collect();
                for name in differing {
                    line.refuse(name, "the first row of this product says something else");
                }
                at
            }
        };
        let product = at.map(|at| good[at].id);
        let variant = Variant::read(line, market, product);
        if let Some(variant) = &variant
            && !skus.insert(variant.id)
        {
            line.refuse("options", "a variant like this stands in this file already");
        }
        match (at, variant) {
            (Some(at), Some(variant)) if line.wrong.is_empty() => good[at].variants.push(variant),
            (Some(at), _) => drop(bad.insert(at)),
            (None, _) => {}
        }
    });
    // A product is taken whole or not at all.
    let good = good.into_iter().enumerate().filter(|(at, _)| !bad.contains(at)).map(|(_, row)| row).collect();
    Checked { rows, good, wrong: sheet.wrong }
}

impl Row {
    /// What the first row of a product says of it.
    fn read(line: &mut Line, market: &Market, shops: &HashSet<Id<Shop>>, options: Options) -> Option<Self> {
        let is_here = |cell: &str| {
            let shop = sheet::id::<Shop>(cell)?;
            match options.shop {
                Some(own) if own != shop => Err("this is another shop's".to_owned()),
                _ if !shops.contains(&shop) => {
                    Err("there is no such shop here: bring the shops in first".to_owned())
                }
                _ => Ok(shop),
            }
        };
        let shop = match options.shop {
            Some(own) => line.maybe("shop", is_here).or(Some(own)),
            None => line.must("shop", is_here),
        };
        let word = line.must("product", |cell| Ok(cell.to_owned()));
        let all = Status::ALL.map(Status::as_str);
        let status = line.maybe("status", sheet::word(Status::parse, all)).unwrap_or(Status::Draft);
        let kinds = [GoodsKind::Physical, GoodsKind::Digital].map(GoodsKind::as_str);
        let kind = line.maybe("kind", sheet::word(GoodsKind::parse, kinds)).unwrap_or(GoodsKind::Physical);
        let category = line.must("category", |cell| Ok(Box::<str>::from(cell)));
        let names = |cell: &str| {
            let named =
                |part: String| pair_of(&part).ok_or_else(|| "write Chinese=English on each line".to_owned());
            parted(cell).into_iter().map(named).collect::<Result<Vec<_>, _>>()
        };
        let category_names = line.maybe("category_names", names).unwrap_or_default();
        let brand =
            line.maybe("brand", |cell| Ok(pair_of(cell).unwrap_or_else(|| (cell.into(), cell.into()))));
        // A draft may lack them; what goes live may not, and the catalog says so.
        let (title, ship) = (line.cell("title").into(), line.cell("ship").into());
        let amount = line.amount(market.currency);
        let fee = line.maybe("freight_fee", &amount).unwrap_or(0);
        let free_from = line.maybe("freight_free_from", &amount);
        let boxed = |name: &str, line: &Line| parted(line.cell(name)).into_iter().map(Into::into).collect();
        let (about, gallery) = (boxed("about", line), boxed("gallery", line));
        let pictures = line
            .maybe("pictures", |cell| parted(cell).iter().map(|line| picture(line)).collect())
            .unwrap_or_default();
        let said = |cell: &str| {
            let read = |part: &str| {
                let (zh, rest) = pair_of(part).ok_or_else(|| "write name=value on each line".to_owned())?;
                Ok(match pair_of(&rest) {
                    Some((en, value)) => (zh, en, value),
                    None => (zh.clone(), zh, rest),
                })
            };
            parted(cell).iter().map(|part| read(part)).collect::<Result<Vec<_>, String>>()
        };
        let attributes = line.maybe("attributes", said).unwrap_or_default();
        let banned_for = line.maybe("banned_for", |cell| Ok(Box::<str>::from(cell)));
        let currency = market.currency;
        line.maybe("currency", |cell| match cell == currency.code() {
            true => Ok(()),
            false => Err(format!("this market's money is {currency}")),
        });
        let (shop, word) = (shop?, word?);
        let id = match word.parse::<Id<Product>>() {
            Ok(id) => id,
            Err(_) => made(&["product", &shop.to_string(), &word]),
        };
        Some(Self {
            id,
            shop,
            status,
            banned_for,
            category: category?,
            category_names,
            brand,
            kind,
            title,
            about,
            gallery,
            pictures,
            attributes,
            ship,
            freight: (fee, free_from),
            variants: Vec::new(),
        })
    }

    /// The content, with the ids of what it names here.
    fn content(
        &self,
        tx: &mut Tx<'_>,
        ctx: &Ctx,
        market: &Market,
        options: Options,
    ) -> Result<Content, Refused> {
        let money = |minor| Money::new(minor, market.currency);
        let category = match catalog::category(tx, &self.category) {
            Err(catalog::Error::NoCategory(_)) if options.with_catalog => self.make_category(tx, ctx)?,
            found => found?,
        };
        let brand = match &self.brand {
            None => None,
            Some(name) => Some(brand_of(tx, ctx, name, options)?),
        };
        let mut known = catalog::attributes(tx, &category.code)?;
        let mut attributes = Vec::with_capacity(self.attributes.len());
        for (zh, en, value) in &self.attributes {
            let is_it = |one: &&Attribute| {
                *one.zh == **zh && (zh == en || *one.en == **en) || zh == en && *one.en == **en
            };
            let id = match known.iter().find(is_it) {
                Some(found) => found.id,
                None if options.with_catalog => {
                    let new = NewAttribute {
                        zh: zh.as_str().into(),
                        en: en.as_str().into(),
                        kind: AttributeKind::Text,
                        required: false,
                        axis: false,
                        turn: known.len() as i64 + 1,
                        open: true,
                    };
                    let made = catalog::add_attribute(tx, ctx, &category.code, &new)?;
                    known.push(made.clone());
                    made.id
                }
                None => {
                    let names: Vec<&str> = known.iter().map(|one| &*one.zh).collect();
                    let wrong =
                        format!("{} has no attribute {zh}; it has {}", self.category, names.join(", "));
                    return Err(Refused::Cell("attributes", wrong));
                }
            };
            attributes.push(AttributeDraft { attribute: id, value: value.as_str().into() });
        }
        // A shop by itself has the pictures that it uploaded, and no others.
        for media in self.pictures.iter().filter(|_| options.shop.is_none()) {
            catalog::add_media(tx, ctx, Some(self.shop), media)?;
        }
        let (mut axes, mut skus): (Vec<AxisDraft>, Vec<SkuDraft>) = (Vec::new(), Vec::new());
        let first = &self.variants[0];
        for (name, ..) in &first.options {
            axes.push(AxisDraft { name: name.as_str().into(), values: Vec::new() });
        }
        for (n, variant) in self.variants.iter().enumerate() {
            let same = variant.options.len() == axes.len()
                && variant.options.iter().zip(&axes).all(|((name, ..), axis)| **name == *axis.name);
            if !same {
                return Err(Refused::Variant(
                    n,
                    "options",
                    "it names other axes than the first variant".to_owned(),
                ));
            }
            let mut choice = Vec::with_capacity(axes.len());
            for ((_, value, media), axis) in variant.options.iter().zip(&mut axes) {
                let at = axis.values.iter().position(|there| *there.name == **value);
                choice.push(at.unwrap_or_else(|| {
                    axis.values.push(ValueDraft { name: value.as_str().into(), media: media.clone() });
                    axis.values.len() - 1
                }));
            }
            skus.push(SkuDraft {
                id: Some(variant.id),
                code: variant.code.clone(),
                choice,
                price: money(variant.price),
                list_price: variant.list_price.map(money),
                media: variant.picture.clone(),
                limit: variant.limit,
                stock: None,
            });
        }
        Ok(Content {
            category: category.id,
            brand,
            title: self.title.clone(),
            about: self.about.clone(),
            kind: self.kind,
            axes,
            skus,
            gallery: self.gallery.clone(),
            attributes,
            ship: self.ship.clone(),
            freight: Freight { fee: money(self.freight.0), free_from: self.freight.1.map(money) },
        })
    }

    /// Makes the category and those above it that are missing.
    fn make_category(&self, tx: &mut Tx<'_>, ctx: &Ctx) -> Result<catalog::Category, Refused> {
        let code = &self.category;
        let ends = code.char_indices().filter(|(_, c)| *c == '.').map(|(at, _)| at).chain([code.len()]);
        for (n, end) in ends.enumerate() {
            let above = &code[..end];
            if catalog::category(tx, above).is_ok() {
                continue;
            }
            let word = above.rsplit('.').next().unwrap_or(above).to_owned();
            let (zh, en) = self.category_names.get(n).cloned().unwrap_or_else(|| (word.clone(), word));
            let new = NewCategory { code: above.into(), zh: zh.into(), en: en.into(), turn: 0 };
            catalog::add_category(tx, ctx, &new)?;
        }
        Ok(catalog::category(tx, code)?)
    }
}

fn brand_of(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    (zh, en): &(String, String),
    options: Options,
) -> Result<Id<BrandKey>, Refused> {
    let Names(all) = Names::all(tx).map_err(|err| Refused::Cell("brand", err.to_string()))?;
    let fits = |there: &(String, String)| {
        there.0 == *zh && there.1 == *en || zh == en && (there.0 == *zh || there.1 == *en)
    };
    let mut found: Vec<Id<BrandKey>> =
        all.iter().filter(|(_, there)| fits(there)).map(|(id, _)| *id).collect();
    found.sort_unstable();
    match found.first() {
        Some(id) => Ok(*id),
        None if options.with_catalog => Ok(catalog::add_brand(tx, ctx, zh, en)?.id),
        None => Err(Refused::Cell("brand", "there is no such brand here".to_owned())),
    }
}

impl Variant {
    fn read(line: &mut Line, market: &Market, product: Option<Id<Product>>) -> Option<Self> {
        let given = line.maybe("sku", sheet::id::<Sku>);
        let read = |part: &str| {
            let (axis, rest) = pair_of(part).ok_or_else(|| "write axis=value on each line".to_owned())?;
            Ok(match pair_of(&rest) {
                Some((value, media)) => (axis, value, Some(media.into())),
                None => (axis, plain(&rest), None),
            })
        };
        let options = line.maybe("options", |cell| {
            parted(cell).iter().map(|part| read(part)).collect::<Result<Vec<_>, String>>()
        });
        let options = options.unwrap_or_default();
        let amount = line.amount(market.currency);
        let price = line.must("price", &amount);
        let list_price = line.maybe("list_price", &amount);
        let limit = line.maybe("limit", sheet::whole);
        let stock = line.maybe("stock", sheet::whole);
        if stock.is_some_and(|stock| stock < 0) {
            line.refuse("stock", "it is not negative");
        }
        let picture = line.maybe("picture", |cell| Ok(Box::<str>::from(cell)));
        let code = line.cell("code").into();
        let sku = given.or_else(|| {
            let named: Vec<String> = options.iter().map(|(axis, value, _)| pair(axis, value)).collect();
            Some(made(&["sku", &product?.to_string(), &joined(&named)]))
        });
        Some(Self {
            line: line.number,
            id: sku?,
            code,
            options,
            picture,
            price: price?,
            list_price,
            limit,
            stock,
        })
    }
}

/// `KEY=960x640 KEY=160x107 ...`: the whole picture, then its sizes.
fn picture(line: &str) -> Result<MediaView, String> {
    let bad = || "write KEY=WIDTHxHEIGHT for the whole picture and for each size".to_owned();
    let size = |part: &str| {
        let (key, size) = part.split_once('=').ok_or_else(bad)?;
        let (width, height) = size.split_once('x').ok_or_else(bad)?;
        let number = |text: &str| text.parse::<u32>().map_err(|_| bad());
        let is_key = key.len() == 64 && key.bytes().all(|byte| byte.is_ascii_hexdigit());
        let fits = is_key || key.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !fits || key.is_empty() {
            return Err(bad());
        }
        Ok(MediaSize { width: number(width)?, height: number(height)?, key: key.into() })
    };
    let mut all = line.split(' ').map(size).collect::<Result<Vec<_>, String>>()?;
    let whole = all.remove(0);
    Ok(MediaView { key: whole.key, width: whole.width, height: whole.height, sizes: all })
}

/// The id of what a sheet names in words of its own: the same one each time.
fn made<T: kernel::Entity>(of: &[&str]) -> Id<T> {
    Id::from_raw(RawId::of_external(Moment::from_micros(0), "csv", of))
}

/// What keeps a product out.
#[derive(Debug)]
enum Refused {
    /// A cell of the product.
    Cell(&'static str, String),
    /// A cell of a variant.
    Variant(usize, &'static str, String),
    /// The catalog, the gates or the warehouse.
    Listing(listing::Error),
}

impl<E> From<E> for Refused
where
    listing::Error: From<E>,
{
    fn from(err: E) -> Self {
        Self::Listing(err.into())
    }
}

/// What became of a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Came {
    New,
    Known,
    Kept,
}

/// Takes a product in, unless it is here already.
fn take_in(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    row: &Row,
    (market, rules): (&Market, &Rules),
    options: Options,
) -> Result<Came, Refused> {
    match catalog::own(tx, row.shop, row.id) {
        Ok(there) => return Ok(if row.is(tx, market, &there)? { Came::Known } else { Came::Kept }),
        Err(catalog::Error::NoProduct(_)) => {}
        Err(err) => return Err(err.into()),
    }
    // What a shop writes by itself is looked at before it goes live.
    if options.shop.is_some() && row.status != Status::Draft {
        let wrong = "a new product of a shop's own sheet is a draft: hand it in, and it goes live";
        return Err(Refused::Cell("status", wrong.to_owned()));
    }
    let content = row.content(tx, ctx, market, options)?;
    let brought = Brought { id: row.id, content, status: row.status, banned_for: row.banned_for.clone() };
    listing::bring_in(tx, ctx, row.shop, &brought, rules)?;
    if options.with_stock {
        for variant in &row.variants {
            stock(tx, ctx, row.shop, variant)?;
        }
    }
    Ok(Came::New)
}

/// Receives the units of a new variant in its shop's first warehouse; a shop that has none gets one.
fn stock(tx: &mut Tx<'_>, ctx: &Ctx, shop: Id<Shop>, variant: &Variant) -> Result<(), listing::Error> {
    let Some(quantity) = variant.stock.filter(|quantity| *quantity > 0) else { return Ok(()) };
    let first = warehouse::warehouses(tx, shop, None, 1)?.into_iter().next();
    let warehouse = match first {
        Some(site) => site.id,
        None => warehouse::open_warehouse(tx, ctx, shop, "1", 1)?.id,
    };
    warehouse::add_sku(tx, shop, variant.id, None)?;
    let change =
        Change { sku: variant.id, warehouse, quantity, reason: Reason::new("opening")?, reference: None };
    warehouse::receive(tx, ctx, shop, &change).map(drop)?;
    Ok(())
}

impl Row {
    /// Whether a product that is here says the same.
    fn is(&self, q: &mut impl Query, market: &Market, there: &catalog::OwnProduct) -> Result<bool, Refused> {
        let unread = |err: Error| Refused::Cell("product", err.to_string());
        let names = Names::all(q).map_err(unread)?;
        let Some(there) = Self::of(q, &names, self.shop, there, false).map_err(unread)? else {
            return Ok(false);
        };
        let written = |row: &Self| {
            let mut row = row.clone();
            row.variants.iter_mut().for_each(|variant| variant.stock = None);
            // What a sheet leaves out says nothing against what is here.
            if self.category_names.is_empty() {
                row.category_names.clear();
            }
            if self.pictures.is_empty() {
                row.pictures.clear();
            }
            if self.brand.as_ref().is_none_or(|(zh, en)| zh == en) {
                row.brand = self.brand.clone();
            }
            for (there, (zh, en, _)) in row.attributes.iter_mut().zip(&self.attributes) {
                if zh == en && (there.0 == *zh || there.1 == *zh) {
                    (there.0, there.1) = (zh.clone(), en.clone());
                }
            }
            let mut out = String::new();
            row.write(&mut out, market);
            out
        };
        Ok(written(self) == written(&there))
    }

    /// Where in the sheet something is wrong.
    fn wrong(&self, refused: Refused) -> Vec<Wrong> {
        let first = self.variants[0].line;
        let wrong = |line, column: &str, wrong: String| Wrong {
            line,
            column: Some(column.to_owned()),
            value: String::new(),
            wrong,
        };
        match refused {
            Refused::Cell(column, text) => vec![wrong(first, column, text)],
            Refused::Variant(n, column, text) => vec![wrong(self.variants[n].line, column, text)],
            Refused::Listing(listing::Error::Catalog(catalog::Error::Faults(faults))) => {
                let of = |fault: &Fault| {
                    let (line, column) = self.place(&fault.field);
                    wrong(line, column, fault.flaw.to_string())
                };
                faults.iter().map(of).collect()
            }
            Refused::Listing(err) => {
                let column = match &err {
                    listing::Error::Catalog(catalog::Error::NoCategory(_)) => "category",
                    listing::Error::Catalog(catalog::Error::Banned(_)) => "title",
                    listing::Error::Gate(_) => "status",
                    listing::Error::Stock(_) => "stock",
                    _ => "product",
                };
                vec![wrong(first, column, err.to_string())]
            }
        }
    }

    /// The line and the column of a field of the content.
    fn place(&self, field: &str) -> (u64, &'static str) {
        let mut parts = field.split('.');
        let first = self.variants[0].line;
        match (parts.next().unwrap_or_default(), parts.next(), parts.next()) {
            ("skus", Some(n), part) => {
                let line =
                    n.parse::<usize>().ok().and_then(|n| self.variants.get(n)).map_or(first, |v| v.line);
                let column = match part {
                    Some("code") => "code",
                    Some("list_price") => "list_price",
                    Some("limit") => "limit",
                    Some("media") => "picture",
                    Some("choice") => "options",
                    Some("id") => "sku",
                    _ => "price",
                };
                (line, column)
            }
            ("freight", Some("free_from"), _) => (first, "freight_free_from"),
            ("freight", ..) => (first, "freight_fee"),
            ("axes" | "skus", ..) => (first, "options"),
            (part, ..) => {
                (first, COLUMNS.iter().find(|column| column.name == part).map_or("product", |c| c.name))
            }
        }
    }
}

/// How many rows of a shop's own sheet are taken at once.
pub const MOST_ROWS: u64 = 200;

/// Takes a sheet of a shop's own in, as drafts: all of it or nothing. What is here already stays as it is.
pub fn take_own(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    shop: Id<Shop>,
    sheet: &Checked<Row>,
    (market, rules): (&Market, &Rules),
) -> Result<Report, Error> {
    if sheet.rows > MOST_ROWS {
        return Err(Error::Rows { rows: sheet.rows as i64, most: MOST_ROWS as i64 });
    }
    let options = Options { shop: Some(shop), ..Options::default() };
    let mut report = Report { rows: sheet.rows, ..Report::default() };
    let mut wrong = sheet.wrong.clone();
    for row in &sheet.good {
        match take_in(tx, ctx, row, (market, rules), options) {
            Ok(Came::New) => report.new += 1,
            Ok(Came::Known) => report.known += 1,
            Ok(Came::Kept) => report.kept += 1,
            Err(refused) => wrong.append(&mut row.wrong(refused)),
        }
    }
    wrong.sort_by_key(|wrong| wrong.line);
    if wrong.is_empty() { Ok(report) } else { Err(Error::Sheet { wrong }) }
}

/// Why a chunk was not taken.
enum Tried {
    /// It was only tried: what came, or what is wrong, of each.
    Tried(Vec<Result<Came, Vec<Wrong>>>),
    Store(StoreError),
}

impl From<StoreError> for Tried {
    fn from(err: StoreError) -> Self {
        Self::Store(err)
    }
}

/// When and for whom products come in.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// The market.
    pub market: Market,
    /// The moment.
    pub now: Moment,
    /// By whom.
    pub by: Actor,
}

impl Arrival {
    fn rules(&self) -> Result<Arc<Rules>, Error> {
        let day: Date = self.now.date(&self.market.zone);
        Ok(catalog::rules(day, self.market.currency)?)
    }

    fn ctx(&self, row: &Row) -> Ctx {
        let seed =
            row.id.raw().bytes().iter().fold(0u64, |seed, byte| seed.wrapping_mul(257) + u64::from(*byte));
        Ctx::new(self.now, self.by, seed)
    }
}

/// Tries every product of a sheet without keeping any of it, so that all that is wrong is known before the first write: what the
/// catalog and the gates refuse stands beside what could not be read.
pub fn try_all(
    db: &Db,
    to: &Arrival,
    mut sheet: Checked<Row>,
    options: Options,
) -> Result<Checked<Row>, Error> {
    let mut good = Vec::with_capacity(sheet.good.len());
    for (chunk, tried) in each_chunk(db, to, &sheet.good, options, false)? {
        for (row, came) in chunk.into_iter().zip(tried) {
            match came {
                Ok(_) => good.push(row),
                Err(mut wrong) => sheet.wrong.append(&mut wrong),
            }
        }
    }
    sheet.wrong.sort_by_key(|wrong| wrong.line);
    Ok(Checked { good, ..sheet })
}

/// Takes the products of a sheet in; those that are here already stay as they are.
pub fn apply(
    db: &Db,
    to: &Arrival,
    sheet: &Checked<Row>,
    options: Options,
    progress: &dyn Progress,
) -> Result<Report, Error> {
    let mut report = Report { rows: sheet.rows, wrong: sheet.wrong.clone(), ..Report::default() };
    let about = sheet.good.len() as u64;
    progress.at("products", 0, about);
    let mut done = 0;
    for chunk in sheet.good.chunks(CHUNK) {
        for (_, came) in each_chunk(db, to, chunk, options, true)? {
            let whole = came.iter().all(Result::is_ok);
            for came in came {
                match came {
                    // What stood beside something that was refused after all did not come in.
                    Ok(Came::New) => report.new += u64::from(whole),
                    Ok(Came::Known) => report.known += 1,
                    Ok(Came::Kept) => report.kept += 1,
                    Err(mut wrong) => report.wrong.append(&mut wrong),
                }
            }
        }
        done += chunk.len() as u64;
        progress.at("products", done, about);
    }
    Ok(report)
}

/// What came of the products of each chunk.
type Chunks = Vec<(Vec<Row>, Vec<Result<Came, Vec<Wrong>>>)>;

fn each_chunk(db: &Db, to: &Arrival, rows: &[Row], options: Options, keep: bool) -> Result<Chunks, Error> {
    let rules = to.rules()?;
    let mut all = Vec::new();
    for chunk in rows.chunks(CHUNK) {
        let (rows, to, rules): (Arc<[Row]>, _, _) = (chunk.into(), to.clone(), Arc::clone(&rules));
        let tried = db.write_blocking("exchange.products", Keys::bulk(), move |tx| {
            let mut came = Vec::with_capacity(rows.len());
            for row in rows.iter() {
                let done = take_in(tx, &to.ctx(row), row, (&to.market, &rules), options);
                came.push(done.map_err(|refused| row.wrong(refused)));
            }
            // A chunk in which something is refused after all leaves nothing behind.
            match keep && came.iter().all(Result::is_ok) {
                true => Ok(came),
                false => Err(Tried::Tried(came)),
            }
        });
        let came = match tried {
            Ok(came) | Err(WriteError::Refused(Tried::Tried(came))) => came,
            Err(WriteError::Refused(Tried::Store(err)) | WriteError::Store(err)) => return Err(err.into()),
        };
        all.push((chunk.to_vec(), came));
    }
    Ok(all)
}
