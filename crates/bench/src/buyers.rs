//! A market with goods in it, and buyers who are signed in and have an address.

use crate::cluster::Cluster;
use kernel::{Actor, Ctx, Currency, Id, Market, Moment, id};
use people::member::{self, Answer, Device, Hashed, Rules, SignIn, SignUp};
use people::vault::{Contact, Postal, Vault};
use sim::store::{Bulk, Stocked, bulk};
use store::{Db, Keys, Source, Tx};

/// Somebody with a session.
#[derive(Debug, Clone)]
pub(crate) struct Buyer {
    pub(crate) member: Id<id::Member>,
    /// The header line of its requests.
    pub(crate) signed: String,
    pub(crate) address: Id<id::Address>,
}

/// A market on disk, closed, ready to be served.
pub(crate) struct Ground {
    pub(crate) dir: tempfile::TempDir,
    pub(crate) url: Option<String>,
    pub(crate) goods: Vec<Stocked>,
    pub(crate) buyers: Vec<Buyer>,
    _cluster: Option<Cluster>,
}

/// How much of everything.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    pub(crate) shops: u32,
    pub(crate) products: u32,
    pub(crate) units: i64,
    pub(crate) buyers: usize,
}

pub(crate) fn now() -> Moment {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    Moment::from_micros(since.as_micros() as i64)
}

impl Ground {
    pub(crate) fn source(&self) -> Source {
        match &self.url {
            Some(url) => Source::Postgres { url: url.clone(), dir: self.dir.path().to_owned() },
            None => Source::Dir(self.dir.path().to_owned()),
        }
    }

    /// Makes a market, on PostgreSQL if asked for.
    pub(crate) fn make(postgres: bool, name: &str, size: Size) -> Self {
        let dir = tempfile::tempdir().unwrap();
        // Nobody buys like a benchmark.
        std::fs::write(dir.path().join(trade::terms::FILE), trade::terms::without_risk()).unwrap();
        let cluster = postgres.then(Cluster::durable);
        let url = cluster.as_ref().map(|cluster| cluster.database(name));
        let mut ground = Self { dir, url, goods: Vec::new(), buyers: Vec::new(), _cluster: cluster };
        let db = Db::open(&ground.source()).unwrap();
        let market = Market { zone: "Asia/Shanghai".parse().unwrap(), currency: Currency::CNY };
        let set = market.clone();
        db.write_blocking("market", Keys::none(), move |tx: &mut Tx<'_>| store::market::set(tx, &set))
            .unwrap();
        let began = std::time::Instant::now();
        let at = now().plus_days(-1);
        let Size { shops, products, units, .. } = size;
        let (zone, currency) = (market.zone, market.currency);
        ground.goods = bulk(&db, &Bulk { seed: 7, shops, products, units, at, zone, currency }).unwrap();
        ground.buyers = buyers(&db, size.buyers);
        eprintln!(
            "  made {products} products of {shops} shops and {} buyers in {:.1} s",
            size.buyers,
            began.elapsed().as_secs_f64()
        );
        ground
    }
}

fn buyers(db: &Db, count: usize) -> Vec<Buyer> {
    let rules = Rules::default();
    let vault = Vault::of_folder(db, now()).unwrap();
    let password = Hashed::new(&rules, "correct horse").unwrap();
    // Hashing is the slow part of signing in, by intent.
    let one = |n: usize| -> Buyer {
        let contact = Contact::read(&format!("+86139{n:08}"), None).unwrap();
        let up = SignUp { contacts: vec![contact.clone()], name: None, password: password.clone() };
        let ctx = Ctx::new(now(), Actor::System, 0x9e37_79b9 ^ n as u64);
        let (their, postal) = (vault.clone(), postal(n));
        let up_ctx = ctx.clone();
        let (member, address) = db
            .write_blocking("up", Keys::bulk(), move |tx: &mut Tx<'_>| {
                let member = member::sign_up(tx, &up_ctx, &their, &up)?;
                let address =
                    member::add_address(tx, &up_ctx, &their, member, &postal, Some(kernel::Country::CN))?;
                Ok::<_, member::Error>((member, address))
            })
            .unwrap();
        let challenge = db.read(|q| member::challenge(q, &vault, &rules, &contact, now())).unwrap();
        let answer: Answer = challenge.answer(&rules, "correct horse").unwrap();
        let in_ctx = Ctx::new(now(), Actor::System, 0x51_7cc1 ^ n as u64);
        let (rules, kept) = (rules, answer.clone());
        let signed = db
            .write_blocking("in", Keys::bulk(), move |tx: &mut Tx<'_>| {
                member::sign_in(tx, &in_ctx, &rules, &kept, Device::Phone)
            })
            .unwrap();
        assert!(matches!(signed, SignIn::Open(_)), "a right password signs in");
        Buyer { member, signed: format!("authorization: Bearer {}\r\n", answer.token().expose()), address }
    };
    let half = count / 2;
    std::thread::scope(|scope| {
        let first = scope.spawn(move || (0..half).map(one).collect::<Vec<_>>());
        let rest: Vec<_> = (half..count).map(one).collect();
        let mut all = first.join().unwrap();
        all.extend(rest);
        all
    })
}

fn postal(n: usize) -> Postal {
    Postal {
        recipient: "林小满".to_owned(),
        phone: format!("139{n:08}"),
        province: "上海市".to_owned(),
        city: "上海市".to_owned(),
        district: "徐汇区".to_owned(),
        street: format!("漕溪北路 {n} 号"),
        postcode: "200030".to_owned(),
    }
}
