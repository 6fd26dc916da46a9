//! People for tests: members with their sessions, shops with their staff, the platform's staff, keys of programs.

use super::site;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use kernel::id::{Member, Shop};
use kernel::{Actor, Ctx, Id};
use people::member::{self, Device, Hashed, SignUp};
use people::merchant::{self, NewShop};
use people::staff::{self, By, Invite, Role, Scope};
use people::vault::{Contact, Vault};
use serde_json::Value;
use std::sync::atomic::{AtomicU64, Ordering};
use store::{Db, Keys, StoreError, Tx, WriteError};
use testkit::db::{TestDb, on_both};
use tower::ServiceExt;

pub(super) const PASSWORD: &str = "correct horse";

/// Who sends a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum By_ {
    Nobody,
    Operator,
    /// A session's token or a key, in the header.
    Bearer(String),
    /// A session's token, in the cookie.
    Cookie(String),
}

/// The site over a database of its own, and the commands beneath it.
pub(super) struct World {
    pub(super) router: Router,
    pub(super) db: Db,
    pub(super) vault: Vault,
    next: AtomicU64,
}

pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) text: String,
}

impl Reply {
    #[track_caller]
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|err| panic!("{err}: {}", self.text))
    }
    pub(super) fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }
    #[track_caller]
    pub(super) fn refused(&self, status: u16, code: &str) {
        assert_eq!((self.status.as_u16(), self.code().as_str()), (status, code), "{}", self.text);
        assert_eq!(self.headers[header::CONTENT_TYPE], "application/problem+json");
    }
    #[track_caller]
    pub(super) fn is(&self, status: u16) -> &Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self
    }
    pub(super) fn cookies(&self) -> Vec<&str> {
        self.headers.get_all(header::SET_COOKIE).iter().map(|v| v.to_str().unwrap()).collect()
    }
    #[track_caller]
    pub(super) fn location(&self) -> &str {
        self.headers[header::LOCATION].to_str().unwrap()
    }
}

impl World {
    pub(super) fn of(db: &Db) -> Self {
        Self::with(db, |app| app)
    }

    pub(super) fn with(db: &Db, change: impl FnOnce(web_kit::App) -> web_kit::App) -> Self {
        let app = change(site::app(db));
        let vault = (*app.vault).clone();
        Self { router: server::router(app), db: db.clone(), vault, next: AtomicU64::new(1) }
    }

    /// A command in a write of its own.
    pub(super) fn write<T, E>(&self, f: impl Fn(&mut Tx<'_>, &Ctx) -> Result<T, E> + Send + 'static) -> T
    where
        T: Send + 'static,
        E: Send + std::fmt::Debug + From<StoreError> + 'static,
    {
        let seed = self.next.fetch_add(1, Ordering::Relaxed);
        let ctx = Ctx::new(site::now(), Actor::System, seed);
        self.db
            .write_blocking("test", Keys::none(), move |tx| f(tx, &ctx.clone()))
            .map_err(WriteError::flatten)
            .unwrap()
    }

    /// A phone number that nobody has.
    pub(super) fn phone(&self) -> String {
        format!("138{:08}", self.next.fetch_add(1, Ordering::Relaxed))
    }

    pub(super) fn join(&self, phone: &str) -> Id<Member> {
        let rules = site::app(&self.db).member_rules;
        let cmd = SignUp {
            contacts: vec![Contact::read(phone, Some(kernel::Country::CN)).unwrap()],
            name: Some("张三丰".to_owned()),
            password: Hashed::new(&rules, PASSWORD).unwrap(),
        };
        let vault = self.vault.clone();
        self.write(move |tx, ctx| member::sign_up(tx, ctx, &vault, &cmd))
    }

    /// A new session of a member.
    pub(super) fn session(&self, phone: &str) -> String {
        let rules = site::app(&self.db).member_rules;
        let contact = Contact::read(phone, Some(kernel::Country::CN)).unwrap();
        let asked =
            self.db.read(|q| member::challenge(q, &self.vault, &rules, &contact, site::now())).unwrap();
        let answer = asked.answer(&rules, PASSWORD).unwrap();
        let token = answer.token().expose();
        self.write(move |tx, ctx| member::sign_in(tx, ctx, &rules, &answer, Device::Phone).map(drop));
        token
    }

    /// A new member with a session.
    pub(super) fn somebody(&self) -> (Id<Member>, String) {
        let phone = self.phone();
        let member = self.join(&phone);
        (member, self.session(&phone))
    }

    pub(super) fn shop(&self, owner: Option<Id<Member>>) -> Id<Shop> {
        let new = NewShop { name: "木子家居".into(), industry: None, kind: None, owner };
        self.write(move |tx, ctx| merchant::open_shop(tx, ctx, &new))
    }

    /// Seats a new member, and answers with its session.
    pub(super) fn seated(&self, place: Scope, role: Role) -> String {
        let phone = self.phone();
        let member = self.join(&phone);
        let until = site::now().plus_days(1);
        let cmd = Invite::new(place, role, Contact::read(&phone, Some(kernel::Country::CN)).unwrap(), until)
            .unwrap();
        let (token, vault) = (cmd.token().clone(), self.vault.clone());
        self.write(move |tx, ctx| staff::invite(tx, ctx, &vault, By::Operator, &cmd).map(drop));
        self.write(move |tx, ctx| staff::accept(tx, ctx, member, &token).map(drop));
        self.session(&phone)
    }

    pub(super) async fn send(&self, by: &By_, mut request: Request<Body>) -> Reply {
        let headers = request.headers_mut();
        match by {
            By_::Nobody => {}
            By_::Operator => {
                headers.append(header::COOKIE, site::operator().parse().unwrap());
            }
            By_::Bearer(token) => {
                headers.insert(header::AUTHORIZATION, format!("Bearer {token}").parse().unwrap());
            }
            By_::Cookie(token) => {
                let cookie = format!("{}={token}", web_kit::principal::SESSION);
                headers.append(header::COOKIE, cookie.parse().unwrap());
            }
        }
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = to_bytes(response.into_body(), 64 << 20).await.unwrap();
        Reply { status, headers, text: String::from_utf8_lossy(&bytes).into_owned() }
    }

    pub(super) async fn ask(&self, by: &By_, method: &str, path: &str, body: Option<&Value>) -> Reply {
        self.send(by, json(method, path, body, None)).await
    }

    pub(super) async fn form(&self, by: &By_, path: &str, body: &str) -> Reply {
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ACCEPT, "text/html")
            .header(header::COOKIE, "sanhao_lang=zh-CN")
            .body(Body::from(body.to_owned()));
        self.send(by, request.unwrap()).await
    }

    pub(super) async fn page(&self, by: &By_, path: &str) -> Reply {
        let request = Request::get(path)
            .header(header::ACCEPT, "text/html")
            .header(header::COOKIE, "sanhao_lang=zh-CN")
            .body(Body::empty());
        self.send(by, request.unwrap()).await
    }
}

pub(super) fn json(method: &str, path: &str, body: Option<&Value>, key: Option<&str>) -> Request<Body> {
    let mut request = Request::builder().method(Method::from_bytes(method.as_bytes()).unwrap()).uri(path);
    if let Some(key) = key {
        request = request.header("idempotency-key", key);
    }
    match body {
        None => request.body(Body::empty()).unwrap(),
        Some(body) => request
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_string()))
            .unwrap(),
    }
}

/// Runs an asynchronous body on both engines.
pub(super) fn both<F>(body: impl Fn(World) -> F)
where
    F: Future<Output = ()>,
{
    on_both(|db: &mut TestDb| {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let world = World::of(db);
        runtime.unwrap().block_on(body(world));
    });
}
