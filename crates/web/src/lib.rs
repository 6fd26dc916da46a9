//! The mall, the console and the API over HTTP. The only crate that knows axum and status codes.
//!
//! Invariants: pages and API answer from the same functions; a page works without scripts, except that its charts are
//! then tables; nothing of the inside of an error reaches a reader; no page loads anything from another host.

mod account;
pub mod act;
pub mod api;
mod assets;
mod bar;
mod cache;
mod desk;
mod device;
mod draw;
pub mod fmt;
pub mod lang;
mod mall;
mod media;
pub mod merchant;
pub mod page;
pub mod problem;
pub mod refusal;
pub mod score;
mod security;
pub mod ui;
pub mod waits;
pub mod who;
pub mod words;

use axum::Router;
use cache::Cache;
use govern::scorecard::History;
use kernel::{Actor, Ask, AskError, Ctx, Market, Moment};
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::net::TcpListener;

/// Makes the snapshot a request answers from.
pub type Snapshots = Arc<dyn Fn() -> Result<Arc<dyn Ask>, AskError> + Send + Sync>;

/// What the site stands on.
#[derive(Clone)]
pub struct App {
    /// The store.
    pub db: store::Db,
    /// The market's zone and currency.
    pub market: Market,
    /// Today's facts, as a consistent snapshot.
    pub snapshot: Snapshots,
    /// The clock.
    pub now: Arc<dyn Fn() -> Moment + Send + Sync>,
    /// What links of merchants and tickets of the operator are signed with.
    pub merchant_key: merchant::Key,
    /// Where personal data is sealed.
    pub vault: Arc<people::vault::Vault>,
    /// What the market asks of passwords, attempts and sessions.
    pub member_rules: people::member::Rules,
    /// The market's terms and payment providers; it tells `waits`.
    pub till: flows::buy::Till,
    /// Where pictures are kept.
    pub blobs: store::blob::Blobs,
    /// Those who wait for a purchase.
    pub waits: waits::Waits,
    /// The address by which the world reaches this program, if a reverse proxy on this machine gives it one.
    pub origin: Option<api::Origin>,
}

/// The state of every handler: the [`App`] and what the site remembers between requests.
#[derive(Clone)]
pub struct Site(Arc<Inner>);

/// Behind a [`Site`].
pub struct Inner {
    app: App,
    /// Answers that were computed already.
    pub(crate) cache: Cache,
    /// Large ones: all scores of a day, one score down to its orders.
    large: Cache,
    /// The largest: some days of all shops.
    histories: Cache,
    /// The rehearsals that wait or run.
    jobs: api::Jobs,
    /// The writes with a key that are under way.
    running: store::answer::Running,
    /// How many passwords are hashed at once: each takes memory and a core.
    hashing: tokio::sync::Semaphore,
    /// Tells the contexts of one moment apart.
    seed: AtomicU64,
    /// What the mall remembers between requests.
    mall: mall::Known,
}

impl Deref for Site {
    type Target = App;
    fn deref(&self) -> &App {
        &self.0.app
    }
}

impl Site {
    fn new(app: App) -> Self {
        let jobs = api::Jobs::new(&app);
        Self(Arc::new(Inner {
            app,
            cache: Cache::new(512),
            large: Cache::new(48),
            histories: Cache::new(3),
            jobs,
            running: store::answer::Running::default(),
            hashing: tokio::sync::Semaphore::new(std::thread::available_parallelism().map_or(2, usize::from)),
            seed: AtomicU64::new(merchant::unguessable()),
            mall: mall::Known::default(),
        }))
    }

    /// The writes with a key that are under way.
    pub(crate) fn running(&self) -> &store::answer::Running {
        &self.0.running
    }

    /// Turns at hashing passwords.
    pub(crate) fn hashing(&self) -> &tokio::sync::Semaphore {
        &self.0.hashing
    }

    /// The context of a command of whoever asks.
    pub fn ctx(&self, who: &who::Who) -> Ctx {
        self.ctx_of(who.actor())
    }

    /// The context of a command of somebody.
    pub(crate) fn ctx_of(&self, actor: Actor) -> Ctx {
        Ctx::new((self.now)(), actor, self.0.seed.fetch_add(1, Ordering::Relaxed))
    }

    /// The idempotency key of a form that is being rendered: sent twice, it is one write.
    pub fn form_key(&self) -> String {
        self.ctx_of(Actor::System).id::<kernel::id::Job>().raw().to_string()
    }

    /// Reads from one snapshot of the store. On SQLite, where a read takes tens of microseconds, on this very thread; on
    /// PostgreSQL, where it waits for the server, on one that may.
    pub async fn read<T, F>(&self, f: F) -> Result<T, problem::Failure>
    where
        T: Send + 'static,
        F: FnOnce(&mut store::Read<'_>) -> Result<T, problem::Failure> + Send + 'static,
    {
        self.reading(move |db| db.read(f)).await
    }

    /// As [`read`](Self::read), for one statement, or several whose answers need not fit together.
    pub async fn read_apart<T, F>(&self, f: F) -> Result<T, problem::Failure>
    where
        T: Send + 'static,
        F: FnOnce(&mut store::Read<'_>) -> Result<T, problem::Failure> + Send + 'static,
    {
        self.reading(move |db| db.read_apart(f)).await
    }

    async fn reading<T: Send + 'static>(
        &self,
        f: impl FnOnce(&store::Db) -> Result<T, problem::Failure> + Send + 'static,
    ) -> Result<T, problem::Failure> {
        match self.db.engine() {
            store::Engine::Sqlite => f(&self.db),
            store::Engine::Postgres => {
                let db = self.db.clone();
                tokio::task::spawn_blocking(move || f(&db)).await.map_err(problem::Failure::panicked)?
            }
        }
    }

    /// What the mall remembers between requests.
    pub(crate) fn mall(&self) -> &mall::Known {
        &self.0.mall
    }

    /// The rehearsals that wait or run.
    pub(crate) fn jobs(&self) -> &api::Jobs {
        &self.0.jobs
    }

    /// Runs `f` on a thread that may block, with a snapshot of the facts. Lake and store are asked nowhere else.
    pub async fn ask<T, F>(&self, f: F) -> Result<T, problem::Failure>
    where
        T: Send + 'static,
        F: FnOnce(&Site, &dyn Ask) -> Result<T, problem::Failure> + Send + 'static,
    {
        let site = self.clone();
        let work = tokio::task::spawn_blocking(move || {
            let snapshot = (site.snapshot)().map_err(problem::Failure::lake)?;
            f(&site, &*snapshot)
        });
        work.await.map_err(problem::Failure::panicked)?
    }

    /// The answer to a question about a snapshot: computed once for each version of the facts, then remembered.
    pub fn remember<T, F>(
        &self,
        ask: &dyn Ask,
        question: impl Into<String>,
        f: F,
    ) -> Result<Arc<T>, problem::Failure>
    where
        T: Send + Sync + 'static,
        F: FnOnce() -> Result<T, problem::Failure>,
    {
        self.0.cache.get(ask.version(), question.into(), f)
    }

    /// As [`Site::remember`], for answers that take much memory: fewer of them are kept.
    pub fn remember_large<T, F>(
        &self,
        ask: &dyn Ask,
        question: impl Into<String>,
        f: F,
    ) -> Result<Arc<T>, problem::Failure>
    where
        T: Send + Sync + 'static,
        F: FnOnce() -> Result<T, problem::Failure>,
    {
        self.0.large.get(ask.version(), question.into(), f)
    }

    /// As [`Site::remember`], for some days of all shops: very few of them are kept.
    pub(crate) fn remember_history<F>(
        &self,
        ask: &dyn Ask,
        question: String,
        f: F,
    ) -> Result<Arc<History>, problem::Failure>
    where
        F: FnOnce() -> Result<History, problem::Failure>,
    {
        self.0.histories.get(ask.version(), question, f)
    }
}

/// The whole site: pages, assets, and `/api`.
pub fn router(app: App) -> Router {
    of(Site::new(app))
}

fn of(site: Site) -> Router {
    Router::new()
        .merge(assets::router())
        .merge(media::router())
        .merge(mall::router())
        .merge(account::router())
        .merge(desk::router())
        .merge(page::router())
        .merge(page::policy::router())
        .merge(page::rehearsal::router())
        .merge(page::merchant::router())
        .merge(api::router(&site))
        .fallback(page::not_found)
        .with_state(site.clone())
        .layer(axum::middleware::from_fn(act::print))
        .layer(axum::middleware::from_fn_with_state(site.clone(), who::door))
        .layer(axum::middleware::from_fn(merchant::confine))
        .layer(tower_http::catch_panic::CatchPanicLayer::custom(problem::panicked))
        .layer(axum::middleware::from_fn_with_state(site, api::guard))
        .layer(axum::middleware::from_fn(page::refusals))
        .layer(axum::middleware::from_fn(security::headers))
        .layer(tower_http::compression::CompressionLayer::new())
}

/// Answers on `listener` until `stop` is ready; requests under way are answered to the end.
pub async fn serve(
    listener: TcpListener,
    app: App,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let site = Site::new(app);
    // What the first reader will ask for is computed beside the first answers, not before them.
    tokio::spawn({
        let site = site.clone();
        async move {
            if let Err(failure) = site.ask(score::warm).await {
                tracing::warn!("scores are not computed ahead: {}", failure.detail);
            }
        }
    });
    axum::serve(listener, of(site)).with_graceful_shutdown(stop).await
}
