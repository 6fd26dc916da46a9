//! What the function of a job is given, and how it ends its job: in the transaction of its effect.

use crate::job::{self, Job};
use crate::waker::Waker;
use crate::{Db, Failure, Keys, Services, StoreError, Tx, WriteError};
use kernel::{Actor, Ctx, Moment};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The clock of the workers.
pub type Clock = Arc<dyn Fn() -> Moment + Send + Sync>;

/// What the function of a job is given.
pub struct Work<'a> {
    /// The store.
    pub db: &'a Db,
    /// What the program wired.
    pub services: &'a Services,
    now: &'a Clock,
    /// What the next context's ids begin with.
    seed: &'a AtomicU64,
    waker: &'a Waker,
}

impl std::fmt::Debug for Work<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Work").field("db", &self.db).finish_non_exhaustive()
    }
}

impl<'a> Work<'a> {
    pub(crate) const fn new(
        db: &'a Db,
        services: &'a Services,
        now: &'a Clock,
        seed: &'a AtomicU64,
        waker: &'a Waker,
    ) -> Self {
        Self { db, services, now, seed, waker }
    }

    /// What the clock shows.
    pub fn now(&self) -> Moment {
        (self.now)()
    }
    /// The context of a command of the program's own.
    pub fn ctx(&self) -> Ctx {
        self.ctx_of(Actor::System)
    }
    /// The context of a command of somebody else.
    pub fn ctx_of(&self, actor: Actor) -> Ctx {
        Ctx::new((self.now)(), actor, self.seed.fetch_add(1, Ordering::Relaxed))
    }
    /// Whether the program is stopping: long work breaks off, and is claimed again later.
    pub fn is_stopping(&self) -> bool {
        self.waker.is_stopped()
    }

    /// Finishes a job in the transaction of its effect; refused as moved if another worker has claimed it since.
    pub fn finish<T, E>(
        &self,
        job: &Job,
        name: &'static str,
        keys: Keys,
        effect: impl Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, Failure>
    where
        T: Send + 'static,
        Failure: From<E>,
    {
        let job = job.clone();
        self.write(name, keys, move |tx| {
            job::finish(tx, &job)?;
            Ok(effect(tx)?)
        })
    }

    /// Does something of a job that goes on for long, and holds its claim until then; refused as moved if another worker has
    /// claimed it since.
    pub fn hold<T, E>(
        &self,
        job: &Job,
        name: &'static str,
        until: Moment,
        effect: impl Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, Failure>
    where
        T: Send + 'static,
        Failure: From<E>,
    {
        let job = job.clone();
        self.write(name, Keys::none(), move |tx| {
            if !job::hold(tx, &job, until)? {
                return Err(StoreError::Moved { statement: name }.into());
            }
            Ok(effect(tx)?)
        })
    }

    /// Puts a job off until `due_at`, which is no failure.
    pub fn again(&self, job: &Job, due_at: Moment, why: &str) -> Result<(), Failure> {
        let (job, why) = (job.clone(), why.chars().take(300).collect::<String>());
        self.write("job.again", Keys::none(), move |tx| {
            Ok(job::again(tx, &job, due_at, Some(&why)).map(drop)?)
        })
    }

    /// Puts a job off in the transaction of an effect; refused as moved if another worker has claimed it since.
    pub(crate) fn put_off(
        &self,
        job: &Job,
        name: &'static str,
        keys: Keys,
        due_at: Moment,
        effect: impl Fn(&mut Tx<'_>) -> Result<(), Failure> + Send + 'static,
    ) -> Result<(), Failure> {
        let job = job.clone();
        self.write(name, keys, move |tx| {
            if !job::again(tx, &job, due_at, None)? {
                return Err(StoreError::Moved { statement: name }.into());
            }
            effect(tx)
        })
    }

    fn write<T: Send + 'static>(
        &self,
        name: &'static str,
        keys: Keys,
        f: impl Fn(&mut Tx<'_>) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        self.db.write_blocking(name, keys, f).map_err(WriteError::flatten)
    }
}
