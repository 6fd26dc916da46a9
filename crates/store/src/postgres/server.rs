//! A database on a server: connecting, migrating, and knowing whether the cluster is still the same.

use super::link::{Link, failed};
use crate::pool::Pool;
use crate::wait::park;
use crate::{Engine, OpenError, StoreError, migration};
use std::path::Path;
use std::time::Duration;
use tokio_postgres::{Config, NoTls};

/// Where the database is, and the thread that drives the readers' connections.
pub(crate) struct Server {
    config: Config,
    runtime: Option<tokio::runtime::Runtime>,
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// A commit is on disk when it is acknowledged, whatever the server's default; a transaction that hangs ends, because
/// it would keep every reader of the log in the cluster waiting.
const SESSION: &str = "
set synchronous_commit = on;
set client_min_messages = warning;
set lock_timeout = '30s';
set idle_in_transaction_session_timeout = '10min'";

/// A lane's statements find rows by their keys, and are the same all day: each is planned once, and by its index.
const LANE: &str = "
set plan_cache_mode = force_generic_plan;
set enable_seqscan = off;
set enable_hashjoin = off;
set enable_mergejoin = off";

/// Keeps two programs that start at the same time from migrating together.
const MIGRATING: i64 = 0x5361_6e68_616f;

impl Server {
    pub(crate) fn new(url: &str) -> Result<Self, OpenError> {
        let mut config: Config =
            url.parse().map_err(|err| OpenError::Server(format!("its address is wrong: {err}")))?;
        config.connect_timeout(Duration::from_secs(10));
        if config.get_application_name().is_none() {
            config.application_name("sanhao");
        }
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("store-readers")
            .enable_all()
            .build()
            .map_err(|err| OpenError::Server(err.to_string()))?;
        Ok(Self { config, runtime: Some(runtime) })
    }

    /// A connection for a lane, which drives it itself.
    pub(crate) fn lane(&self) -> Result<Link, StoreError> {
        let unreachable = |err: std::io::Error| StoreError::Unreachable(err.to_string());
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(unreachable)?;
        let config = self.config.clone();
        let client = runtime.block_on(async {
            let (client, connection) = config.connect(NoTls).await?;
            tokio::spawn(async move {
                if let Err(err) = connection.await {
                    tracing::warn!(%err, "a connection to the database ended");
                }
            });
            Ok(client)
        });
        let client = client.map_err(|err| unreachable_server(&err))?;
        let link = Link::new(client, Some(runtime));
        link.batch(SESSION)?;
        link.batch(LANE)?;
        Ok(link)
    }

    /// A connection for a reader.
    pub(crate) fn reader(&self) -> Result<Link, StoreError> {
        let Some(runtime) = &self.runtime else { return Err(StoreError::Closed) };
        let config = self.config.clone();
        let connecting = runtime.spawn(async move {
            let (client, connection) = config.connect(NoTls).await?;
            tokio::spawn(connection);
            Ok(client)
        });
        let client = park(connecting)
            .map_err(|err| StoreError::Unreachable(err.to_string()))?
            .map_err(|err: tokio_postgres::Error| unreachable_server(&err))?;
        let link = Link::new(client, None);
        link.batch(SESSION)?;
        Ok(link)
    }

    /// Runs `f` in one snapshot, or each of its statements in one of its own.
    pub(crate) fn read<T, E: From<StoreError>>(
        &self,
        pool: &Pool<Link>,
        held: bool,
        f: impl FnOnce(&mut Link) -> Result<T, E>,
    ) -> Result<T, E> {
        pool.with(
            || self.reader(),
            |link| {
                // An idle connection may have been closed by the server meanwhile.
                if link.client.is_closed() {
                    match self.reader() {
                        Ok(fresh) => *link = fresh,
                        Err(err) => return (Err(err.into()), false),
                    }
                }
                if held {
                    link.begin_snapshot();
                }
                let result = f(link);
                let ended = link.end_snapshot();
                (result, ended)
            },
        )
        .unwrap_or_else(|err| Err(err.into()))
    }

    /// Brings the tables up to date.
    pub(crate) fn migrate(&self, link: &Link) -> Result<(), OpenError> {
        let broken = |err: StoreError| OpenError::Server(err.to_string());
        link.batch(&format!("select pg_advisory_lock({MIGRATING})")).map_err(broken)?;
        let result = self.migrate_locked(link);
        link.batch(&format!("select pg_advisory_unlock({MIGRATING})")).map_err(broken)?;
        result
    }

    fn migrate_locked(&self, link: &Link) -> Result<(), OpenError> {
        let broken = |err: StoreError| OpenError::Server(err.to_string());
        link.batch(migration::CREATE).map_err(broken)?;
        for step in migration::missing(&applied(link).map_err(broken)?, Engine::Postgres)? {
            let remember = format!(
                "insert into store_migration (context, number, name, checksum) values ('{}', {}, '{}', '{}')",
                step.context.replace('\'', "''"),
                step.number,
                step.name.replace('\'', "''"),
                step.checksum(Engine::Postgres)
            );
            let text = format!("begin;\n{}\n;{remember};\ncommit", step.text(Engine::Postgres));
            link.batch(&text).map_err(|err| {
                let _ = link.batch("rollback");
                let why = match err {
                    StoreError::Sql { why, .. } | StoreError::Constraint { why, .. } => why,
                    other => other.to_string(),
                };
                OpenError::Migration { migration: step.title(), why }
            })?;
        }
        Ok(())
    }

    /// Refuses what this program cannot read.
    pub(crate) fn check(&self, pool: &Pool<Link>, dir: &Path) -> Result<(), OpenError> {
        let applied = self.read(pool, true, |link| applied(link));
        let applied = match applied {
            Ok(applied) => applied,
            Err(StoreError::Sql { .. }) => return Err(OpenError::NoMarket(dir.to_owned())),
            Err(err) => return Err(OpenError::Server(err.to_string())),
        };
        migration::missing(&applied, Engine::Postgres)?
            .first()
            .map_or(Ok(()), |step| Err(OpenError::Older { migration: step.title() }))
    }
}

fn unreachable_server(err: &tokio_postgres::Error) -> StoreError {
    match failed("connect", err) {
        StoreError::Sql { why, .. } | StoreError::Unreachable(why) => StoreError::Unreachable(why),
        other => StoreError::Unreachable(other.to_string()),
    }
}

fn applied(link: &Link) -> Result<Vec<migration::Applied>, StoreError> {
    let rows =
        link.wait(link.client.query(migration::LIST, &[])).map_err(|err| failed("migrations", &err))?;
    Ok(rows
        .iter()
        .map(|row| migration::Applied {
            context: row.get(0),
            number: row.get(1),
            name: row.get(2),
            checksum: row.get(3),
        })
        .collect())
}

/// The cluster's epoch: one more whenever the cluster is not the one of last time. A restored copy has another system
/// identifier or another timeline, and its transaction numbers say nothing about the old ones.
pub(super) fn epoch(link: &Link) -> Result<i64, StoreError> {
    let client = &link.client;
    link.wait(async {
        let row = client
            .query_one(
                "select s.system_identifier::text || ':' || c.timeline_id::text
                 from pg_control_system() as s, pg_control_checkpoint() as c",
                &[],
            )
            .await?;
        let identity: String = row.get(0);
        client
            .execute(
                "insert into store_cluster (epoch, identity)
                 select coalesce(max(epoch), 0) + 1, $1
                 from store_cluster
                 having not exists (
                   select 1 from store_cluster
                   where identity = $1 and epoch = (select max(epoch) from store_cluster))
                 on conflict (epoch) do nothing",
                &[&identity],
            )
            .await?;
        let row = client.query_one("select max(epoch) from store_cluster", &[]).await?;
        Ok(row.get(0))
    })
    .map_err(|err: tokio_postgres::Error| failed("epoch", &err))
}
