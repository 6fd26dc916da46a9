//! The market that is walked: a synthetic one in a folder of its own, the program that serves it, and those who act in it.
//!
//! Invariants: every row that buys does so as a member of its own and sells goods of its own, so that no row sees what
//! another did; an answer other than a good one is a difference with its status and code.

use super::compare::{self, Walked};
use crate::run;
use crate::served::{self, Reply, Server};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// The password of everybody here: that of the demo's people.
const PASSWORD: &str = "sanhao-demo-618";
/// For how many seconds a purchase waits for its payment here, so that one can be seen to end.
pub(super) const PAY_WITHIN: i64 = 20;
/// The last day of the demo's history, which has the same days whenever it is made.
pub(super) const LAST_DAY: &str = "2026-06-23";
/// How long something that happens by itself is waited for.
const PATIENCE: Duration = Duration::from_secs(60);

/// Who asks.
#[derive(Debug, Clone)]
pub(super) enum By {
    Nobody,
    /// Whoever operates the platform, by the ticket that the program printed.
    Operator,
    /// A member, or a program with a key.
    Bearer(String),
}

/// A shop whose owner is signed in.
pub(super) struct Shop {
    pub(super) id: String,
    pub(super) owner: By,
    /// What it sold before the walk, newest first.
    pub(super) shelf: Vec<String>,
    warehouse: String,
    /// What its newest product says, for those that the walk lists.
    base: Value,
}

impl Shop {
    /// An address of its desk in the API.
    pub(super) fn at(&self, rest: &str) -> String {
        format!("/api/merchant/shops/{}{rest}", self.id)
    }
}

/// A member with an address.
pub(super) struct Buyer {
    pub(super) by: By,
    pub(super) phone: String,
    pub(super) address: String,
}

/// What a row sells.
pub(super) struct Goods {
    pub(super) product: String,
    pub(super) skus: Vec<String>,
    pub(super) warehouse: String,
}

impl Goods {
    /// Its first variant.
    pub(super) fn sku(&self) -> &str {
        self.skus.first().map_or("", String::as_str)
    }
}

/// The market.
pub(super) struct Market {
    program: PathBuf,
    pub(super) dir: PathBuf,
    pub(super) at: String,
    ticket: String,
    server: Mutex<Option<Server>>,
    next: AtomicU32,
    /// The demo's shop whose owner can sign in.
    pub(super) own: Shop,
    /// Another one, whose owner was invited for the walk.
    pub(super) other: Shop,
    /// The platform's administrator, and its clerk for the catalog.
    pub(super) admin: By,
    pub(super) clerk: By,
}

impl Market {
    /// Makes the market, serves it, and signs its people in.
    pub(super) fn open(program: &Path) -> Walked<Self> {
        let dir = run::target()?.join("walk-market");
        let _ = std::fs::remove_dir_all(&dir);
        let made = ["demo-market", "--shops", "12", "--orders", "3000"];
        let out = sanhao(program, &dir, &made)?;
        if !out.status.success() {
            return Err(String::from_utf8_lossy(&out.stderr).into_owned());
        }
        write_terms(&dir, &[])?;
        let tokens = invite_owner(program, &dir)?;
        let listen = free_address()?;
        let server = start(program, &dir, &listen)?;
        let market = |own, other, admin, clerk| Self {
            program: program.to_owned(),
            dir: dir.clone(),
            at: server.at.clone(),
            ticket: server.ticket.clone(),
            server: Mutex::new(None),
            next: AtomicU32::new(1),
            own,
            other,
            admin,
            clerk,
        };
        let nobody = || Shop {
            id: String::new(),
            owner: By::Nobody,
            shelf: Vec::new(),
            warehouse: String::new(),
            base: Value::Null,
        };
        // First without its shops, then with them: they are found by asking.
        let door = market(nobody(), nobody(), By::Nobody, By::Nobody);
        let owner = door.sign_in("13800000002")?;
        let own = door.shop_of(&owner, None)?;
        let new = json!({"contact": OWNER, "password": PASSWORD, "name": "方圆"});
        let signed = door.post(&By::Nobody, "/api/store/account", &new)?;
        let invited = By::Bearer(compare::text(&signed["token"])?);
        let (shop, token) = tokens.into_iter().find(|(shop, _)| *shop != own.id).ok_or("one shop alone")?;
        door.done(&invited, "POST", "/api/store/account/invitations", Some(&json!({"token": token})))?;
        let other = door.shop_of(&invited, Some(&shop))?;
        let (clerk, admin) = (door.sign_in("13800000003")?, door.sign_in("13800000004")?);
        let market = market(own, other, admin, clerk);
        market.put_server(server);
        Ok(market)
    }

    fn put_server(&self, server: Server) {
        if let Ok(mut there) = self.server.lock() {
            *there = Some(server);
        }
    }

    /// Kills the program where it stands.
    pub(super) fn kill(&self) {
        if let Ok(mut there) = self.server.lock() {
            drop(there.take());
        }
    }

    /// Serves the market again, at the same address.
    pub(super) fn restart(&self) -> Walked {
        self.put_server(start(&self.program, &self.dir, &self.at)?);
        Ok(())
    }

    /// Serves the market again with other terms.
    pub(super) fn restart_with(&self, changes: &[(&str, &str)]) -> Walked {
        self.kill();
        write_terms(&self.dir, changes)?;
        self.restart()
    }

    /// A number that no other row has.
    pub(super) fn number(&self) -> u32 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    // The command line.

    /// The program on this market.
    pub(super) fn cli(&self, args: &[&str]) -> Walked<Output> {
        sanhao(&self.program, &self.dir, args)
    }

    /// The program on another folder.
    pub(super) fn cli_in(&self, dir: &Path, args: &[&str]) -> Walked<Output> {
        sanhao(&self.program, dir, args)
    }

    /// What it prints with `--format json`.
    pub(super) fn cli_json(&self, args: &[&str]) -> Walked<Value> {
        let out = self.cli(&[args, &["--format", "json"]].concat())?;
        serde_json::from_slice(&out.stdout)
            .map_err(|_| format!("sanhao {}: {}", args.join(" "), String::from_utf8_lossy(&out.stderr)))
    }

    // HTTP.

    /// Asks for something with further headers; any answer is one.
    pub(super) fn send(
        &self,
        by: &By,
        of: (&str, &str),
        more: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Walked<Reply> {
        let who = match by {
            By::Nobody => None,
            By::Operator => Some(("Cookie", format!("sanhao_operator={}", self.ticket))),
            By::Bearer(token) => Some(("Authorization", format!("Bearer {token}"))),
        };
        let mut headers = more.to_vec();
        headers.extend(who.iter().map(|(name, value)| (*name, value.as_str())));
        let text = body.map(Value::to_string).unwrap_or_default();
        if body.is_some() {
            headers.push(("Content-Type", "application/json"));
        }
        served::ask(&self.at, of, &headers, text.as_bytes())
    }

    /// Asks for what must be answered well.
    pub(super) fn done(&self, by: &By, method: &str, path: &str, body: Option<&Value>) -> Walked<Value> {
        good((method, path), &self.send(by, (method, path), &[], body)?)
    }

    pub(super) fn get(&self, by: &By, path: &str) -> Walked<Value> {
        self.done(by, "GET", path, None)
    }

    pub(super) fn post(&self, by: &By, path: &str, body: &Value) -> Walked<Value> {
        self.done(by, "POST", path, Some(body))
    }

    pub(super) fn put(&self, by: &By, path: &str, body: &Value) -> Walked<Value> {
        self.done(by, "PUT", path, Some(body))
    }

    /// Asks for what must be refused, by this status and code; what it says.
    pub(super) fn refused(
        &self,
        by: &By,
        of: (&str, &str),
        body: Option<&Value>,
        expected: (u16, &str),
    ) -> Walked<String> {
        let reply = self.send(by, of, &[], body)?;
        let problem = reply.json();
        let code = problem["code"].as_str().unwrap_or("no refusal");
        if (reply.status, code) != expected {
            let ((method, path), (status, expected)) = (of, expected);
            return Err(format!(
                "{method} {path}: expected {status} {expected}, found {} {code}",
                reply.status
            ));
        }
        Ok(problem["detail"].as_str().unwrap_or_default().to_owned())
    }

    /// Takes a picture in; its key.
    pub(super) fn upload(&self, shop: &Shop, file: &[u8]) -> Walked<String> {
        let By::Bearer(token) = &shop.owner else { return Err("the shop has no owner".to_owned()) };
        let (path, bearer) = (shop.at("/media"), format!("Bearer {token}"));
        let of = ("POST", path.as_str());
        let reply = served::ask(&self.at, of, &[("Authorization", &bearer)], file)?;
        compare::text(&good(of, &reply)?["key"])
    }

    /// A page as a browser reads it, in Chinese.
    pub(super) fn page(&self, by: &By, path: &str) -> Walked<String> {
        let who = match by {
            By::Nobody => String::new(),
            By::Operator => format!("; sanhao_operator={}", self.ticket),
            By::Bearer(token) => format!("; sanhao_session={token}"),
        };
        let cookie = format!("sanhao_lang=zh-CN{who}");
        let headers = [("Accept", "text/html"), ("Cookie", cookie.as_str())];
        let reply = served::ask(&self.at, ("GET", path), &headers, b"")?;
        compare::same(&format!("the status of {path}"), &reply.status.into(), 200)?;
        Ok(reply.text())
    }

    /// Looks again and again until there is something.
    pub(super) fn until<T>(&self, what: &str, look: impl Fn() -> Walked<Option<T>>) -> Walked<T> {
        let begun = Instant::now();
        loop {
            if let Some(found) = look()? {
                return Ok(found);
            }
            if begun.elapsed() > PATIENCE {
                return Err(format!("{what}: expected within {} s, not found", PATIENCE.as_secs()));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    // People.

    fn sign_in(&self, phone: &str) -> Walked<By> {
        let body = json!({"contact": phone, "password": PASSWORD});
        let signed = self.post(&By::Nobody, "/api/store/account/sessions", &body)?;
        Ok(By::Bearer(compare::text(&signed["token"])?))
    }

    /// A shop of an owner, with what it needs to list more.
    fn shop_of(&self, owner: &By, id: Option<&str>) -> Walked<Shop> {
        let id = match id {
            Some(id) => id.to_owned(),
            None => {
                let shops = self.get(owner, "/api/merchant/shops")?;
                compare::text(&shops["items"][0]["shop"])?
            }
        };
        let mut shop =
            Shop { id, owner: owner.clone(), shelf: Vec::new(), warehouse: String::new(), base: Value::Null };
        let listed = self.get(owner, &shop.at("/products?status=on&limit=100"))?;
        for row in compare::items(&listed)? {
            shop.shelf.push(compare::text(&row["product"])?);
        }
        let first = shop.shelf.last().ok_or("the demo's shop sells nothing")?;
        shop.base = self.get(owner, &shop.at(&format!("/products/{first}")))?["live"].clone();
        let places = self.get(owner, &shop.at("/warehouses"))?;
        shop.warehouse = compare::text(&places["items"][0]["warehouse"])?;
        Ok(shop)
    }

    /// A new member with an address of their own.
    pub(super) fn buyer(&self) -> Walked<Buyer> {
        let n = self.number();
        let phone = format!("139{n:08}");
        let new = json!({"contact": phone, "password": PASSWORD, "name": "林小满"});
        let signed = self.post(&By::Nobody, "/api/store/account", &new)?;
        let by = By::Bearer(compare::text(&signed["token"])?);
        let address = json!({"recipient": "林小满", "phone": phone, "province": "上海市", "city": "上海市",
            "district": "徐汇区", "street": format!("漕溪北路 {n} 号"), "postcode": "200030"});
        let made = self.post(&by, "/api/store/account/addresses", &address)?;
        Ok(Buyer { by, phone, address: compare::text(&made["address"])? })
    }

    // Goods.

    /// What a shop says of a product with these prices, one variant for each.
    pub(super) fn content(&self, shop: &Shop, prices: &[i64]) -> Value {
        let mut content = shop.base.clone();
        content["title"] = json!(format!("走查样品 {}", self.number()));
        content["brand"] = Value::Null;
        content["kind"] = json!("physical");
        content["ship"] = json!("ship-48h");
        content["freight"] = json!({"fee": yuan(0), "free_from": null});
        let names: Vec<Value> = (0..prices.len()).map(|n| json!({"name": format!("{} 号", n + 1)})).collect();
        let many = prices.len() > 1;
        content["axes"] = if many { json!([{"name": "款式", "values": names}]) } else { json!([]) };
        let sku = |(n, price): (usize, &i64)| {
            let choice = if many { json!([n]) } else { json!([]) };
            json!({"choice": choice, "price": yuan(*price), "list_price": null, "limit": null})
        };
        content["skus"] = prices.iter().enumerate().map(sku).collect();
        content
    }

    /// Lists a product: written, handed in, approved. None of it is in stock.
    pub(super) fn list(&self, shop: &Shop, content: &Value) -> Walked<Goods> {
        let edit = self.post(&shop.owner, &shop.at("/products"), content)?;
        self.approve(shop, &edit)?;
        let skus = edit["content"]["skus"].as_array().into_iter().flatten();
        Ok(Goods {
            product: compare::text(&edit["product"])?,
            skus: skus.map(|sku| compare::text(&sku["sku"])).collect::<Walked<_>>()?,
            warehouse: shop.warehouse.clone(),
        })
    }

    /// Hands an edit in, and lets it go live.
    pub(super) fn approve(&self, shop: &Shop, edit: &Value) -> Walked {
        let id = compare::text(&edit["edit"])?;
        self.done(&shop.owner, "POST", &shop.at(&format!("/edits/{id}/submit")), None)?;
        let path = format!("/api/platform/reviews/{id}/approve");
        self.done(&By::Operator, "POST", &path, None).map(drop)
    }

    /// A product of one variant that is on sale, with so many units of it.
    pub(super) fn goods(&self, shop: &Shop, price: i64, units: i64) -> Walked<Goods> {
        let goods = self.list(shop, &self.content(shop, &[price]))?;
        self.receive(shop, &goods, goods.sku(), units)?;
        Ok(goods)
    }

    /// So many units arrive.
    pub(super) fn receive(&self, shop: &Shop, goods: &Goods, sku: &str, units: i64) -> Walked {
        let body = json!({"warehouse": goods.warehouse, "quantity": units, "reason": "purchase"});
        self.post(&shop.owner, &shop.at(&format!("/stock/{sku}/receive")), &body).map(drop)
    }

    /// How many units can be sold.
    pub(super) fn left(&self, shop: &Shop, sku: &str) -> Walked<Value> {
        Ok(self.get(&shop.owner, &shop.at(&format!("/stock/{sku}")))?["available"].clone())
    }

    // Purchases.

    /// A price of some lines that is kept.
    pub(super) fn quote(&self, buyer: &Buyer, lines: &[(&str, i64)]) -> Walked<Value> {
        let lines: Vec<Value> =
            lines.iter().map(|(sku, quantity)| json!({"sku": sku, "quantity": quantity})).collect();
        self.post(&buyer.by, "/api/store/quotes", &json!({"lines": lines, "address": buyer.address}))
    }

    /// A purchase of some lines that is not paid for.
    pub(super) fn place(&self, buyer: &Buyer, lines: &[(&str, i64)]) -> Walked<Value> {
        let quote = self.quote(buyer, lines)?;
        self.post(&buyer.by, "/api/store/purchases", &json!({"quote": quote["quote"]}))
    }

    /// Starts to pay at a provider, and waits until it is decided; the payment.
    pub(super) fn pay(&self, buyer: &Buyer, purchase: &Value, body: &Value) -> Walked<Value> {
        let path = format!("/api/store/purchases/{}/payments", compare::text(&purchase["purchase"])?);
        let of = ("POST", path.as_str());
        good(of, &self.send(&buyer.by, of, &[("Prefer", "wait=30")], Some(body))?)
    }

    /// A purchase of some lines that is paid for at the sandbox.
    pub(super) fn buy(&self, buyer: &Buyer, lines: &[(&str, i64)]) -> Walked<Value> {
        let placed = self.place(buyer, lines)?;
        let payment = self.pay(buyer, &placed, &json!({"provider": "sandbox", "script": "ok"}))?;
        compare::same("the payment", &payment["status"], "captured")?;
        self.purchase(buyer, &placed)
    }

    /// A purchase as it is now.
    pub(super) fn purchase(&self, buyer: &Buyer, purchase: &Value) -> Walked<Value> {
        self.get(&buyer.by, &format!("/api/store/purchases/{}", compare::text(&purchase["purchase"])?))
    }

    /// The first order of a purchase, as its buyer sees it.
    pub(super) fn order(&self, buyer: &Buyer, purchase: &Value) -> Walked<Value> {
        self.get(&buyer.by, &format!("/api/store/orders/{}", order_of(purchase)?))
    }
}

/// The id of a purchase's first order.
pub(super) fn order_of(purchase: &Value) -> Walked<String> {
    compare::text(&purchase["orders"][0]["order"])
}

/// An amount of the market's currency.
pub(super) fn yuan(minor: i64) -> Value {
    json!({"minor": minor, "currency": "CNY"})
}

/// An answer that must be a good one.
pub(super) fn good((method, path): (&str, &str), reply: &Reply) -> Walked<Value> {
    match reply.status {
        200..300 => Ok(reply.json()),
        status => {
            let problem = reply.json();
            let say = |name: &str| problem[name].as_str().unwrap_or_default().to_owned();
            Err(format!(
                "{method} {path}: expected an answer, found {status} {} {}",
                say("code"),
                say("detail")
            ))
        }
    }
}

fn sanhao(program: &Path, dir: &Path, args: &[&str]) -> Walked<Output> {
    let mut command = Command::new(program);
    command.env_remove("SANHAO_DATABASE").env_remove("SANHAO_DATA").arg("--data").arg(dir).args(args);
    command.output().map_err(|err| format!("the program does not start: {err}"))
}

fn start(program: &Path, dir: &Path, listen: &str) -> Walked<Server> {
    let mut command = Command::new(program);
    command.env_remove("SANHAO_DATABASE").env_remove("SANHAO_DATA").arg("--data").arg(dir);
    Server::start(command.args(["serve", "--listen", listen]))
}

/// An address that nobody listens on; the program keeps it over its restarts.
fn free_address() -> Walked<String> {
    let found = std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    found.map(|at| at.to_string()).map_err(|err| format!("no port is free: {err}"))
}

/// The phone of the second shop's owner.
const OWNER: &str = "13900000000";

/// Invites an owner to two of the demo's shops, of which one at least is not the demo owner's; shops with their tokens.
fn invite_owner(program: &Path, dir: &Path) -> Walked<Vec<(String, String)>> {
    let out = sanhao(
        program,
        dir,
        &["metrics", "--as-of", LAST_DAY, "--metric", "orders_paid", "--format", "json"],
    )?;
    let rows: Value = serde_json::from_slice(&out.stdout).map_err(|err| format!("metrics: {err}"))?;
    let mut shops = Vec::new();
    for row in rows.as_array().into_iter().flatten().take(2) {
        let shop = compare::text(&row["shop"])?;
        let args = ["staff", "invite", "--role", "shop_owner", "--to", OWNER, "--shop", &shop];
        let said = sanhao(program, dir, &args)?;
        let text = String::from_utf8_lossy(&said.stdout).into_owned();
        let token = text.split("token=").nth(1).map(str::trim).ok_or("no invitation was printed")?;
        shops.push((shop, token.to_owned()));
    }
    Ok(shops)
}

/// Writes the market's own terms: those of the program, with a short time to pay and other changes.
fn write_terms(dir: &Path, changes: &[(&str, &str)]) -> Walked {
    let file = run::root().join("governance/market/terms.toml");
    let mut terms = std::fs::read_to_string(&file).map_err(|err| format!("{}: {err}", file.display()))?;
    let short = format!("pay_within = {{ value = {PAY_WITHIN}, unit = \"seconds\"");
    let pay = ("pay_within = { value = 15, unit = \"minutes\"", short.as_str());
    for (built_in, own) in [pay].iter().chain(changes) {
        if !terms.contains(built_in) {
            return Err(format!("{} does not hold `{built_in}` any more", file.display()));
        }
        terms = terms.replace(built_in, own);
    }
    let path = dir.join("terms.toml");
    std::fs::write(&path, terms).map_err(|err| format!("{}: {err}", path.display()))
}
