//! One connection, used from one thread at a time.

use crate::StoreError;
use crate::keys::Held;
use crate::sql::{Row, Side, Sql, Val};
use crate::wait::park;
use futures::StreamExt;
use std::collections::HashMap;
use std::error::Error;
use std::future::Future;
use std::ops::ControlFlow;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use tokio_postgres::error::SqlState;
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{Client, Statement};

/// A client and the way to wait for it.
pub(crate) struct Link {
    pub(crate) client: Client,
    /// A lane drives its connection itself; a reader's connection is driven by the server's own thread, because a
    /// reader may be called from a thread that already drives something else.
    pub(super) own: Option<tokio::runtime::Runtime>,
    prepared: HashMap<(usize, Form), Statement>,
    snapshot: Snapshot,
}

/// How a reader's snapshot stands. It is begun together with its first statement and ended without waiting, so that one
/// statement is one round trip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Snapshot {
    /// None is wanted: a lane, which begins its transactions itself.
    None,
    /// The next statement begins it.
    Wanted,
    /// It is open.
    Open,
}

/// A statement as it was written, or one of the forms made from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Form {
    Plain,
    ManyRows,
    ManyChanges,
    LoadCounter,
    SaveCounter,
}

/// What an error of the driver means for us.
pub(super) fn failed(name: &'static str, err: &tokio_postgres::Error) -> StoreError {
    let Some(db) = err.as_db_error() else {
        let mut why = err.to_string();
        if let Some(source) = err.source() {
            why = format!("{why}: {source}");
        }
        return if err.is_closed() || why.contains("error communicating") {
            StoreError::Unreachable(why)
        } else {
            StoreError::Sql { statement: name, why }
        };
    };
    let why = match db.detail() {
        Some(detail) => format!("{} ({detail})", db.message()),
        None => db.message().to_owned(),
    };
    let code = db.code();
    if *code == SqlState::T_R_SERIALIZATION_FAILURE || *code == SqlState::T_R_DEADLOCK_DETECTED {
        StoreError::Again(why)
    } else if *code == SqlState::LOCK_NOT_AVAILABLE {
        StoreError::Locked(why)
    } else if code.code().starts_with("23") {
        StoreError::Constraint { statement: name, why }
    } else if code.code().starts_with("57P") || code.code().starts_with("08") || code.code() == "25P03" {
        StoreError::Unreachable(why)
    } else {
        StoreError::Sql { statement: name, why }
    }
}

impl Link {
    pub(super) fn new(client: Client, own: Option<tokio::runtime::Runtime>) -> Self {
        Self { client, own, prepared: HashMap::new(), snapshot: Snapshot::None }
    }

    pub(super) fn wait<F: Future>(&self, future: F) -> F::Output {
        match &self.own {
            Some(runtime) => runtime.block_on(future),
            None => park(future),
        }
    }

    /// Runs statements without parameters, in one round trip.
    pub(crate) fn batch(&self, text: &str) -> Result<(), StoreError> {
        self.wait(self.client.batch_execute(text)).map_err(|err| failed("transaction", &err))
    }

    /// From here on statements see one snapshot.
    pub(super) fn begin_snapshot(&mut self) {
        self.snapshot = Snapshot::Wanted;
    }

    /// Ends the snapshot; whoever comes next finds the connection free, or gone. False if it is gone.
    pub(super) fn end_snapshot(&mut self) -> bool {
        if std::mem::replace(&mut self.snapshot, Snapshot::None) == Snapshot::Open {
            // The first poll sends it. Answers come in order, so nobody has to wait for this one.
            let mut rollback = pin!(self.client.batch_execute("rollback"));
            let sent = rollback.as_mut().poll(&mut Context::from_waker(Waker::noop()));
            return !matches!(sent, Poll::Ready(Err(_)));
        }
        true
    }

    /// A prepared form of a statement; `text` makes it from the parameter types of the plain one.
    pub(super) fn form(
        &mut self,
        sql: &'static Sql,
        form: Form,
        text: impl FnOnce(&[Type]) -> Result<String, StoreError>,
    ) -> Result<Statement, StoreError> {
        let key = (std::ptr::from_ref(sql).addr(), form);
        if let Some(statement) = self.prepared.get(&key) {
            return Ok(statement.clone());
        }
        let text = match form {
            Form::Plain => sql.text.to_owned(),
            Form::ManyRows | Form::ManyChanges | Form::LoadCounter | Form::SaveCounter => {
                text(self.plain(sql)?.params())?
            }
        };
        let statement = self.wait(self.client.prepare(&text)).map_err(|err| failed(sql.name, &err))?;
        self.prepared.insert(key, statement.clone());
        Ok(statement)
    }

    pub(super) fn plain(&mut self, sql: &'static Sql) -> Result<Statement, StoreError> {
        self.form(sql, Form::Plain, |_| Ok(String::new()))
    }

    pub(crate) fn prepare(&mut self, sql: &'static Sql) -> Result<(), StoreError> {
        self.plain(sql).map(drop)
    }

    pub(super) fn exec(&mut self, sql: &'static Sql, params: &[Val<'_>]) -> Result<u64, StoreError> {
        let statement = self.plain(sql)?;
        let params: Vec<&(dyn ToSql + Sync)> = params.iter().map(|p| p as _).collect();
        self.wait(self.client.execute(&statement, &params)).map_err(|err| failed(sql.name, &err))
    }

    pub(crate) fn each(
        &mut self,
        sql: &'static Sql,
        params: &[Val<'_>],
        f: &mut dyn FnMut(&Row<'_>) -> Result<ControlFlow<()>, StoreError>,
    ) -> Result<(), StoreError> {
        let statement = self.plain(sql)?;
        if statement.params().len() != params.len() {
            let why = format!("{} parameters were given, it has {}", params.len(), statement.params().len());
            return Err(StoreError::Sql { statement: sql.name, why });
        }
        let begins = self.snapshot == Snapshot::Wanted;
        if begins {
            self.snapshot = Snapshot::Open;
        }
        self.wait(async {
            let asked = self.client.query_raw(&statement, params.iter().map(|p| p as &(dyn ToSql + Sync)));
            let rows = if begins {
                let begin = self.client.batch_execute("begin isolation level repeatable read read only");
                let (begun, rows) = futures::future::join(begin, asked).await;
                begun.map_err(|err| failed("begin", &err))?;
                rows
            } else {
                asked.await
            };
            let mut rows = pin!(rows.map_err(|err| failed(sql.name, &err))?);
            while let Some(row) = rows.next().await {
                let row = row.map_err(|err| failed(sql.name, &err))?;
                if f(&Row(Side::Postgres(&row)))?.is_break() {
                    break;
                }
            }
            Ok(())
        })
    }
}

type Raised = Box<dyn Error + Sync + Send>;

impl ToSql for Val<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Raised> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(n) => match *ty {
                Type::INT4 => i32::try_from(*n)?.to_sql(ty, out),
                Type::INT2 => i16::try_from(*n)?.to_sql(ty, out),
                Type::BOOL => (*n != 0).to_sql(ty, out),
                Type::FLOAT8 => (*n as f64).to_sql(ty, out),
                Type::INT8 => n.to_sql(ty, out),
                _ => Err(format!("a whole number was given for a {ty}").into()),
            },
            Self::Real(x) => match *ty {
                Type::FLOAT8 => x.to_sql(ty, out),
                _ => Err(format!("a number was given for a {ty}").into()),
            },
            Self::Text(text) => match <&str as ToSql>::accepts(ty) {
                true => text.to_sql(ty, out),
                false => Err(format!("a text was given for a {ty}").into()),
            },
            Self::Blob(bytes) => blob(bytes, ty, out),
            Self::Id(id) => blob(&id.0, ty, out),
        }
    }
    fn accepts(_: &Type) -> bool {
        true
    }
    to_sql_checked!();
}

fn blob(bytes: &[u8], ty: &Type, out: &mut BytesMut) -> Result<IsNull, Raised> {
    match *ty {
        Type::BYTEA => bytes.to_sql(ty, out),
        _ => Err(format!("bytes were given for a {ty}").into()),
    }
}

/// A parameter that outlives the closure it came from.
#[derive(Debug, Clone)]
pub(super) enum Kept {
    Null,
    Int(i64),
    Real(f64),
    Text(Box<str>),
    Blob(Box<[u8]>),
    Id(kernel::RawId),
}

impl Kept {
    pub(super) fn of(val: &Val<'_>) -> Self {
        match val {
            Val::Null => Self::Null,
            Val::Int(n) => Self::Int(*n),
            Val::Real(x) => Self::Real(*x),
            Val::Text(text) => Self::Text((*text).into()),
            Val::Blob(bytes) => Self::Blob((*bytes).into()),
            Val::Id(id) => Self::Id(*id),
        }
    }
    fn val(&self) -> Val<'_> {
        match self {
            Self::Null => Val::Null,
            Self::Int(n) => Val::Int(*n),
            Self::Real(x) => Val::Real(*x),
            Self::Text(text) => Val::Text(text),
            Self::Blob(bytes) => Val::Blob(bytes),
            Self::Id(id) => Val::Id(*id),
        }
    }
}

impl ToSql for Kept {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Raised> {
        self.val().to_sql(ty, out)
    }
    fn accepts(_: &Type) -> bool {
        true
    }
    to_sql_checked!();
}

impl ToSql for Held {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Raised> {
        self.val().to_sql(ty, out)
    }
    fn accepts(_: &Type) -> bool {
        true
    }
    to_sql_checked!();
}
