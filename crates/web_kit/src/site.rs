//! What handlers stand on: the store, the market, the clock, and what the site remembers between requests.

use crate::cache::Cache;
use crate::problem::Failure;
use govern::scorecard::History;
use kernel::{Actor, Ask, AskError, Ctx, Market, Moment};
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use store::answer::Running;
use store::{Db, Engine, Read};

/// Makes the snapshot a request answers from.
pub type Snapshots = Arc<dyn Fn() -> Result<Arc<dyn Ask>, AskError> + Send + Sync>;

/// What the site stands on.
#[derive(Clone)]
pub struct App {
    /// The store.
    pub db: Db,
    /// The market's zone and currency.
    pub market: Market,
    /// Today's facts, as a consistent snapshot.
    pub snapshot: Snapshots,
    /// The clock.
    pub now: Arc<dyn Fn() -> Moment + Send + Sync>,
    /// What links of merchants and tickets of the operator are signed with.
    pub merchant_key: crate::link::Key,
    /// Where personal data is sealed.
    pub vault: Arc<people::vault::Vault>,
    /// What the market asks of passwords, attempts and sessions.
    pub member_rules: people::member::Rules,
    /// The market's terms and payment providers; it tells `waits`.
    pub services: flows::buy::CheckoutServices,
    /// Where pictures are kept.
    pub blobs: store::blob::Blobs,
    /// Those who wait for a purchase.
    pub waits: crate::waits::Waits,
    /// The address by which the world reaches this program, if a reverse proxy on this machine gives it one.
    pub origin: Option<crate::origin::Origin>,
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
    jobs: crate::jobs::Jobs,
    /// The writes with a key that are under way.
    running: Running,
    /// How many passwords are hashed at once: each takes memory and a core.
    hashing: tokio::sync::Semaphore,
    /// Tells the contexts of one moment apart.
    seed: AtomicU64,
    /// What the mall remembers between requests.
    mall: crate::known::Known,
}

impl Deref for Site {
    type Target = App;
    fn deref(&self) -> &App {
        &self.0.app
    }
}

impl std::fmt::Debug for Site {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Site").finish_non_exhaustive()
    }
}

impl Site {
    /// The site of an app, with nothing remembered yet.
    pub fn new(app: App) -> Self {
        let jobs = crate::jobs::Jobs::new(&app.db, (app.now)());
        Self(Arc::new(Inner {
            app,
            cache: Cache::new(512),
            large: Cache::new(48),
            histories: Cache::new(3),
            jobs,
            running: Running::default(),
            hashing: tokio::sync::Semaphore::new(std::thread::available_parallelism().map_or(2, usize::from)),
            seed: AtomicU64::new(crate::link::unguessable()),
            mall: crate::known::Known::default(),
        }))
    }

    /// The writes with a key that are under way.
    pub fn running(&self) -> &Running {
        &self.0.running
    }

    /// Turns at hashing passwords.
    pub fn hashing(&self) -> &tokio::sync::Semaphore {
        &self.0.hashing
    }

    /// The context of a command of somebody.
    pub fn ctx_of(&self, actor: Actor) -> Ctx {
        Ctx::new((self.now)(), actor, self.0.seed.fetch_add(1, Ordering::Relaxed))
    }

    /// The idempotency key of a form that is being rendered: sent twice, it is one write.
    pub fn form_key(&self) -> String {
        self.ctx_of(Actor::System).id::<kernel::id::Job>().raw().to_string()
    }

    /// Reads from one snapshot of the store. On SQLite, where a read takes tens of microseconds, on this very thread; on
    /// PostgreSQL, where it waits for the server, on one that may.
    pub async fn read<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Read<'_>) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        self.reading(move |db| db.read(f)).await
    }

    /// As [`read`](Self::read), for one statement, or several whose answers need not fit together.
    pub async fn read_apart<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Read<'_>) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        self.reading(move |db| db.read_apart(f)).await
    }

    async fn reading<T: Send + 'static>(
        &self,
        f: impl FnOnce(&Db) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        match self.db.engine() {
            Engine::Sqlite => f(&self.db),
            Engine::Postgres => {
                let db = self.db.clone();
                tokio::task::spawn_blocking(move || f(&db)).await.map_err(Failure::panicked)?
            }
        }
    }

    /// What the mall remembers between requests.
    pub fn mall(&self) -> &crate::known::Known {
        &self.0.mall
    }

    /// The rehearsals that wait or run.
    pub fn jobs(&self) -> &crate::jobs::Jobs {
        &self.0.jobs
    }

    /// Runs `f` on a thread that may block, with a snapshot of the facts. Lake and store are asked nowhere else.
    pub async fn ask<T: Send + 'static>(
        &self,
        f: impl FnOnce(&Site, &dyn Ask) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let site = self.clone();
        let work = tokio::task::spawn_blocking(move || {
            let snapshot = (site.snapshot)().map_err(Failure::lake)?;
            f(&site, &*snapshot)
        });
        work.await.map_err(Failure::panicked)?
    }

    /// The answer to a question about a snapshot: computed once for each version of the facts, then remembered.
    pub fn remember<T: Send + Sync + 'static>(
        &self,
        ask: &dyn Ask,
        question: impl Into<String>,
        f: impl FnOnce() -> Result<T, Failure>,
    ) -> Result<Arc<T>, Failure> {
        self.0.cache.get(ask.version(), question.into(), f)
    }

    /// As [`Site::remember`], for answers that take much memory: fewer of them are kept.
    pub fn remember_large<T: Send + Sync + 'static>(
        &self,
        ask: &dyn Ask,
        question: impl Into<String>,
        f: impl FnOnce() -> Result<T, Failure>,
    ) -> Result<Arc<T>, Failure> {
        self.0.large.get(ask.version(), question.into(), f)
    }

    /// As [`Site::remember`], for some days of all shops: very few of them are kept.
    pub fn remember_history(
        &self,
        ask: &dyn Ask,
        question: String,
        f: impl FnOnce() -> Result<History, Failure>,
    ) -> Result<Arc<History>, Failure> {
        self.0.histories.get(ask.version(), question, f)
    }
}
