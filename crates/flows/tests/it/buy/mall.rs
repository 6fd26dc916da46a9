//! A small market with shops, goods, stock and buyers, a sandbox that one plays by hand, and a clock of its own.

use super::script;
use flows::buy::{self, Ask, CheckoutServices, Error, Ingested, Paying, Wanted};
use flows::check::{self, Scope};
use kernel::id::{Address, Category, Member, Order, Product, Purchase, Quote, Shop, Sku, Warehouse};
use kernel::{Actor, Ctx, Currency, Entity, Id, Market, Moment, Money};
use offer::catalog::{self, AxisDraft, Content, Freight, GoodsKind, NewCategory, SkuDraft, ValueDraft};
use offer::media::{MediaSize, MediaView};
use pay::{Sandbox, Transfer};
use people::member::{self, Cost, Hashed, Rules, SignUp};
use people::merchant::{self, NewShop};
use people::vault::{Contact, Master, Postal, Vault};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use store::worker::{Waker, Workers};
use store::{Db, Keys, Services, StoreError, Tx, WriteError};
use supply::warehouse::{self, Change, Reason};
use trade::order::PurchaseView;
use trade::payment::{Attempt, Gateway};
use trade::scene::Via;

/// When the tests begin: a morning in Shanghai.
pub(crate) const NOW: Moment = Moment::from_micros(1_795_400_000_000_000);

/// Where buyers send their transfers.
const ACCOUNT: &str =
    "number = \"6222\"\nzh = { bank = \"行\", holder = \"三好\" }\nen = { bank = \"B\", holder = \"S\" }\n";

static SEED: AtomicU64 = AtomicU64::new(1);

/// A market.
pub(crate) struct Mall {
    pub db: Db,
    pub services: CheckoutServices,
    pub sandbox: Sandbox,
    pub workers: Workers,
    clock: Arc<AtomicI64>,
    category: Id<Category>,
}

/// A shop and where its goods lie.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stall {
    pub shop: Id<Shop>,
    pub site: Id<Warehouse>,
}

/// Somebody who buys.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Buyer {
    pub member: Id<Member>,
    pub address: Id<Address>,
}

pub(crate) fn yuan(minor: i64) -> Money {
    Money::new(minor, Currency::CNY)
}

impl Mall {
    pub(crate) fn new(db: &Db) -> Self {
        Self::new_beside(db)
    }

    /// A market in a database in which others were before: their figures stay, and agree.
    pub(crate) fn new_beside(db: &Db) -> Self {
        let clock = Arc::new(AtomicI64::new(NOW.micros()));
        let now = {
            let clock = clock.clone();
            Arc::new(move || Moment::from_micros(clock.load(Ordering::Relaxed)))
        };
        let vault = Vault::open(db, vec![Master::from_bytes([0x5a; 32])], NOW).unwrap();
        let market = Market { zone: "Asia/Shanghai".parse().unwrap(), currency: Currency::CNY };
        let sandbox = Sandbox::new(db.clone(), b"secret of the sandbox", now.clone());
        let terms = trade::terms::read(trade::terms::without_risk()).unwrap();
        let transfer = Transfer::read(db.clone(), ACCOUNT, now.clone()).unwrap();
        let gateways: Vec<Arc<dyn Gateway>> = vec![Arc::new(sandbox.clone()), Arc::new(transfer)];
        let services = CheckoutServices::new(market, terms, vault, gateways);
        let seed = SEED.fetch_add(1, Ordering::Relaxed) << 32;
        let of_workers = Services::default().with(services.clone());
        let workers = Workers::new(db.clone(), of_workers, now, seed, Waker::default());
        let n = SEED.fetch_add(1, Ordering::Relaxed);
        let code = format!("home{n}");
        let new = NewCategory { code: code.as_str().into(), zh: "家居".into(), en: "Home".into(), turn: 1 };
        let category = write(db, move |tx| catalog::add_category(tx, &ctx_at(NOW), &new)).unwrap().id;
        Self { db: db.clone(), services, sandbox, workers, clock, category }
    }

    /// What the clock shows.
    pub(crate) fn now(&self) -> Moment {
        Moment::from_micros(self.clock.load(Ordering::Relaxed))
    }
    /// Time goes by.
    pub(crate) fn wait(&self, seconds: i64) {
        self.clock.fetch_add(seconds * 1_000_000, Ordering::Relaxed);
    }
    /// The clock shows a moment.
    pub(crate) fn show(&self, at: Moment) {
        self.clock.store(at.micros(), Ordering::Relaxed);
    }
    /// A command's context, each a millisecond after the one before.
    pub(crate) fn ctx(&self) -> Ctx {
        self.clock.fetch_add(1_000, Ordering::Relaxed);
        ctx_at(self.now())
    }

    /// Everything that is due is done, and what follows from it, until nothing is.
    pub(crate) fn work(&self) {
        while self.workers.turn().unwrap().done > 0 {}
    }

    pub(crate) fn stall(&self) -> Stall {
        let ctx = self.ctx();
        let new = NewShop { name: "木子家居".into(), industry: None, kind: None, owner: None };
        let shop = write(&self.db, move |tx| merchant::open_shop(tx, &ctx, &new)).unwrap();
        let ctx = self.ctx();
        let site =
            write(&self.db, move |tx| warehouse::open_warehouse(tx, &ctx, shop, "Hall", 1)).unwrap().id;
        let ctx = self.ctx();
        let size = |width: u32| MediaSize { width, height: width, key: format!("a{width}").as_str().into() };
        let sizes = vec![size(160), size(480), size(960)];
        let media = MediaView { key: sizes[2].key.clone(), width: 960, height: 960, sizes };
        write(&self.db, move |tx| catalog::add_media(tx, &ctx, Some(shop), &media)).unwrap();
        Stall { shop, site }
    }

    /// A product with one variant, on sale, with so many units.
    pub(crate) fn product(&self, stall: Stall, price: i64, units: i64) -> (Id<Product>, Id<Sku>) {
        self.product_as(stall, price, units, |_| {})
    }

    pub(crate) fn product_as(
        &self,
        stall: Stall,
        price: i64,
        units: i64,
        change: impl Fn(&mut Content),
    ) -> (Id<Product>, Id<Sku>) {
        let sku = SkuDraft {
            id: None,
            code: "C-0".into(),
            choice: vec![0],
            price: yuan(price),
            list_price: None,
            media: None,
            limit: None,
            stock: None,
        };
        let mut content = Content {
            category: self.category,
            brand: None,
            title: "骨瓷咖啡杯".into(),
            about: vec!["双层，不烫手。".into()],
            kind: GoodsKind::Physical,
            axes: vec![AxisDraft {
                name: "颜色".into(),
                values: vec![ValueDraft { name: "白".into(), media: None }],
            }],
            skus: vec![sku],
            gallery: vec!["a960".into()],
            attributes: Vec::new(),
            ship: "ship-48h".into(),
            freight: Freight { fee: yuan(0), free_from: None },
        };
        change(&mut content);
        let digital = content.kind == GoodsKind::Digital;
        let rules = catalog::rules("2026-11-23".parse().unwrap(), Currency::CNY).unwrap();
        let (shop, first, second) = (stall.shop, self.ctx(), self.ctx());
        let product = write(&self.db, move |tx| {
            let draft = catalog::propose_new(tx, &first, shop, &content, &rules)?;
            flows::listing::submit(tx, &first, shop, draft.id, &rules)?;
            let edit = catalog::edit(tx, draft.id)?;
            if edit.status == catalog::edit::Status::Waiting {
                flows::listing::approve(tx, &second, draft.id, &rules)?;
            }
            Ok::<_, flows::listing::Error>(edit.product)
        })
        .unwrap();
        let sku = self.db.read(|q| catalog::product(q, product)).unwrap().skus[0].id;
        if !digital {
            self.receive(stall, sku, units);
        }
        (product, sku)
    }

    pub(crate) fn receive(&self, stall: Stall, sku: Id<Sku>, quantity: i64) {
        if quantity == 0 {
            return;
        }
        let reason = Reason::new("test").unwrap();
        let change = Change { sku, warehouse: stall.site, quantity, reason, reference: None };
        let ctx = self.ctx();
        write(&self.db, move |tx| warehouse::receive(tx, &ctx, stall.shop, &change)).unwrap();
    }

    pub(crate) fn buyer(&self) -> Buyer {
        let ctx = self.ctx();
        let rules = Rules { cost: Cost { memory_kib: 16, passes: 1, lanes: 1 }, ..Rules::default() };
        let n = SEED.fetch_add(1, Ordering::Relaxed);
        let cmd = SignUp {
            contacts: vec![Contact::read(&format!("buyer{n}@example.com"), None).unwrap()],
            name: Some("张三丰".to_owned()),
            password: Hashed::new(&rules, "a long enough password").unwrap(),
        };
        let vault = self.services.vault().clone();
        let member = write(&self.db, move |tx| member::sign_up(tx, &ctx, &vault, &cmd)).unwrap();
        let postal = Postal {
            recipient: "张三丰".to_owned(),
            phone: "13812341234".to_owned(),
            province: "浙江省".to_owned(),
            city: "杭州市".to_owned(),
            district: "西湖区".to_owned(),
            street: "文三路 1 号".to_owned(),
            postcode: String::new(),
        };
        let (ctx, vault) = (self.ctx(), self.services.vault().clone());
        let address = write(&self.db, move |tx| {
            member::add_address(tx, &ctx, &vault, member, &postal, Some(kernel::Country::CN))
        })
        .unwrap();
        Buyer { member, address }
    }

    /// A price for what is wanted, kept.
    pub(crate) fn quote(&self, buyer: Buyer, lines: &[(Id<Sku>, i64)]) -> Result<Id<Quote>, Error> {
        let wanted =
            |(sku, quantity): &(Id<Sku>, i64)| Wanted { sku: *sku, quantity: *quantity, via: Via::mall() };
        let ask = Ask {
            lines: lines.iter().map(wanted).collect(),
            address: Some(buyer.address),
            delivery_methods: Vec::new(),
        };
        let ctx = self.ctx();
        let ready = self.db.read(|q| buy::price(q, &self.services, ctx.now, buyer.member, &ask))?;
        Ok(write(&self.db, move |tx| buy::keep(tx, &ctx, &ready))?.0)
    }

    pub(crate) fn place(&self, buyer: Buyer, quote: Id<Quote>) -> Result<PurchaseView, Error> {
        place(&self.db, &self.services, self.ctx(), buyer, quote)
    }

    /// Asks, and places.
    pub(crate) fn buy(&self, buyer: Buyer, lines: &[(Id<Sku>, i64)]) -> Result<PurchaseView, Error> {
        let quote = self.quote(buyer, lines)?;
        self.place(buyer, quote)
    }

    pub(crate) fn start(&self, buyer: Buyer, id: Id<Purchase>, how: Option<&str>) -> Result<Attempt, Error> {
        start(&self.db, &self.services, self.ctx(), buyer, id, how)
    }

    /// Starts to pay, and begins.
    pub(crate) fn pay(&self, buyer: Buyer, id: Id<Purchase>, how: Option<&str>) -> Result<Paying, Error> {
        let attempt = self.start(buyer, id, how)?;
        buy::begin(&self.db, &self.services, &self.ctx(), &attempt, None)
    }

    /// Buys, pays, and lets the worker do what follows.
    pub(crate) fn bought(&self, buyer: Buyer, lines: &[(Id<Sku>, i64)]) -> PurchaseView {
        let placed = self.buy(buyer, lines).unwrap();
        self.pay(buyer, placed.purchase.id, Some("ok")).unwrap();
        self.work();
        self.seen(buyer, placed.purchase.id)
    }

    pub(crate) fn seen(&self, buyer: Buyer, id: Id<Purchase>) -> PurchaseView {
        self.db.read(|q| trade::order::purchase(q, buyer.member, id)).unwrap()
    }

    pub(crate) fn ingest_webhook(&self, event: &trade::payment::Event) -> Result<Ingested, Error> {
        buy::ingest_webhook(&self.db, &self.services, &self.ctx(), event)
    }

    pub(crate) fn ship(&self, stall: Stall, id: Id<Order>) -> Result<trade::order::Order, Error> {
        let (ctx, services, shop) = (self.ctx(), self.services.clone(), stall.shop);
        let side = trade::order::Side::Shop(shop);
        let keys = self.db.read(|q| buy::keys_of_order(q, side, id))?;
        write_with(&self.db, keys, move |tx| {
            flows::ship::ship(tx, &ctx, &services, shop, id, ("sf", "SF1234567890123"))
        })
    }

    /// Units that can be sold.
    pub(crate) fn left(&self, stall: Stall, sku: Id<Sku>) -> i64 {
        self.db.read(|q| warehouse::available(q, stall.shop, sku, None)).unwrap()
    }

    pub(crate) fn balance(&self, account: &ledger::Account) -> i64 {
        self.db.read(|q| ledger::balance(q, account, Currency::CNY)).unwrap().minor
    }

    /// Fails unless money, stock, orders and payments agree.
    pub(crate) fn is_sound(&self) {
        let report = self.db.read(|q| check::run(q, self.now(), Scope::Whole)).unwrap();
        assert_eq!(report.faults, []);
    }
}

pub(crate) fn ctx_at(now: Moment) -> Ctx {
    Ctx::new(now, Actor::System, SEED.fetch_add(1, Ordering::Relaxed))
}

pub(crate) fn new_id<T: Entity>() -> Id<T> {
    ctx_at(NOW).id()
}

/// Runs a command in a write of its own.
pub(crate) fn write<T, E>(db: &Db, f: impl Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static) -> Result<T, E>
where
    T: Send + 'static,
    E: Send + 'static + From<StoreError>,
{
    write_with(db, Keys::none(), f)
}

pub(crate) fn write_with<T, E>(
    db: &Db,
    keys: Keys,
    f: impl Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
) -> Result<T, E>
where
    T: Send + 'static,
    E: Send + 'static + From<StoreError>,
{
    db.write_blocking("test", keys, f).map_err(WriteError::flatten)
}

/// Places, with its keys, from any thread.
pub(crate) fn place(
    db: &Db,
    services: &CheckoutServices,
    ctx: Ctx,
    buyer: Buyer,
    quote: Id<Quote>,
) -> Result<PurchaseView, Error> {
    loop {
        let found = db.read(|q| buy::find(q, services, ctx.now, buyer.member, quote))?;
        let (ctx, services) = (ctx.clone(), services.clone());
        let placed =
            write_with(db, found.keys(), move |tx| buy::place_found(tx, &ctx, &services, None, &found));
        match placed {
            // Somebody was faster: what there is to say about that is found anew.
            Err(err) if err.has_moved() => {}
            placed => return placed,
        }
    }
}

/// Starts to pay, from any thread.
pub(crate) fn start(
    db: &Db,
    services: &CheckoutServices,
    ctx: Ctx,
    buyer: Buyer,
    id: Id<Purchase>,
    how: Option<&str>,
) -> Result<Attempt, Error> {
    let (services, how) = (services.clone(), how.map(script));
    write_with(db, Keys::from(trade::order::purchase_key(id)), move |tx| {
        buy::start(tx, &ctx, &services, buyer.member, id, ("sandbox", how.as_deref()))
    })
}
