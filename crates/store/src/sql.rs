//! Statements, parameters and rows: what every crate above sees of a database.

use crate::StoreError;
use kernel::{Id, Moment, RawId};
use std::ops::ControlFlow;
use std::sync::OnceLock;

/// Which engines a statement is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engines {
    /// One text for both: the rule.
    Both,
    /// SQLite only.
    Sqlite,
    /// PostgreSQL only.
    Postgres,
}

/// One static statement, declared with [`sql!`](crate::sql). Parameters are `$1`, `$2`, ...
#[derive(Debug)]
pub struct Sql {
    /// `module::NAME`.
    pub name: &'static str,
    /// As it was written.
    pub text: &'static str,
    /// The file it stands in.
    pub file: &'static str,
    /// For which engines.
    pub engines: Engines,
    lite: OnceLock<String>,
}

impl Sql {
    /// Used by the macros.
    #[doc(hidden)]
    pub const fn new(name: &'static str, text: &'static str, file: &'static str, engines: Engines) -> Self {
        Self { name, text, file, engines, lite: OnceLock::new() }
    }

    /// The text with `?n` for `$n`: SQLite takes `$1` for a *name* and binds by order of appearance.
    pub(crate) fn lite(&self) -> &str {
        self.lite.get_or_init(|| {
            let mut out = String::with_capacity(self.text.len());
            let mut quoted = false;
            let mut rest = self.text.chars().peekable();
            while let Some(c) = rest.next() {
                quoted ^= c == '\'';
                let number = c == '$' && !quoted && rest.peek().is_some_and(char::is_ascii_digit);
                out.push(if number { '?' } else { c });
            }
            out
        })
    }
}

/// A statement in the registry.
#[derive(Debug)]
pub struct Declared(pub &'static Sql);
inventory::collect!(Declared);

/// Declares statements: each becomes a `static NAME: store::Sql` and a line in the registry that
/// [`prepare_all`] walks. `NAME on Sqlite` and `NAME on Postgres` declare texts that truly differ.
///
/// ```text
/// store::sql! {
///     /// One order by its id.
///     pub(crate) LOAD = "
///         select status, version
///         from trade_order
///         where id = $1";
/// }
/// ```
#[macro_export]
macro_rules! sql {
    () => {};
    ($(#[$doc:meta])* $vis:vis $name:ident = $text:expr; $($rest:tt)*) => {
        $crate::sql!(@one [$(#[$doc])*] [$vis] $name Both $text);
        $crate::sql!($($rest)*);
    };
    ($(#[$doc:meta])* $vis:vis $name:ident on $engine:ident = $text:expr; $($rest:tt)*) => {
        $crate::sql!(@one [$(#[$doc])*] [$vis] $name $engine $text);
        $crate::sql!($($rest)*);
    };
    (@one [$($doc:tt)*] [$vis:vis] $name:ident $engine:ident $text:expr) => {
        $($doc)*
        $vis static $name: $crate::Sql = $crate::Sql::new(
            concat!(module_path!(), "::", stringify!($name)),
            $text,
            file!(),
            $crate::Engines::$engine,
        );
        $crate::inventory::submit! { $crate::Declared(&$name) }
    };
}

/// What it means how many rows a change touched.
pub(crate) fn moved(sql: &'static Sql, rows: u64) -> Result<(), StoreError> {
    if rows == 1 { Ok(()) } else { Err(StoreError::Moved { statement: sql.name }) }
}

/// A parameter. [`vals!`](crate::vals) makes a slice of them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Val<'a> {
    /// Nothing.
    Null,
    /// A whole number, a time, a flag.
    Int(i64),
    /// A number.
    Real(f64),
    /// A text.
    Text(&'a str),
    /// Bytes.
    Blob(&'a [u8]),
    /// An id, stored as its sixteen bytes.
    Id(RawId),
}

impl From<i64> for Val<'_> {
    fn from(n: i64) -> Self {
        Self::Int(n)
    }
}
impl From<i32> for Val<'_> {
    fn from(n: i32) -> Self {
        Self::Int(n.into())
    }
}
impl From<u32> for Val<'_> {
    fn from(n: u32) -> Self {
        Self::Int(n.into())
    }
}
impl From<bool> for Val<'_> {
    fn from(truth: bool) -> Self {
        Self::Int(truth.into())
    }
}
impl From<f64> for Val<'_> {
    fn from(x: f64) -> Self {
        Self::Real(x)
    }
}
impl<'a> From<&'a str> for Val<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}
impl<'a> From<&'a String> for Val<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}
impl<'a> From<&'a Box<str>> for Val<'a> {
    fn from(text: &'a Box<str>) -> Self {
        Self::Text(text)
    }
}
impl<'a> From<&'a [u8]> for Val<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Blob(bytes)
    }
}
impl<'a> From<&'a Vec<u8>> for Val<'a> {
    fn from(bytes: &'a Vec<u8>) -> Self {
        Self::Blob(bytes)
    }
}
impl From<RawId> for Val<'_> {
    fn from(id: RawId) -> Self {
        Self::Id(id)
    }
}
impl<T> From<Id<T>> for Val<'_> {
    fn from(id: Id<T>) -> Self {
        Self::Id(id.raw())
    }
}
impl From<Moment> for Val<'_> {
    fn from(at: Moment) -> Self {
        Self::Int(at.micros())
    }
}
impl<'a, T: Into<Val<'a>>> From<Option<T>> for Val<'a> {
    fn from(maybe: Option<T>) -> Self {
        maybe.map_or(Self::Null, Into::into)
    }
}

/// The parameters of a statement: `vals![id, name, 3]`.
#[macro_export]
macro_rules! vals {
    ($($value:expr),* $(,)?) => { &[$($crate::Val::from($value)),*] as &[$crate::Val<'_>] };
}

/// One row of an answer. Columns count from 0; asking for the wrong type is an error, not a conversion.
#[derive(Debug)]
pub struct Row<'a>(pub(crate) Side<'a>);

#[derive(Debug)]
pub(crate) enum Side<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a tokio_postgres::Row),
}

impl Row<'_> {
    fn wrong(i: usize, wanted: &'static str, found: impl Into<String>) -> StoreError {
        StoreError::Column { column: i + 1, wanted, found: found.into() }
    }

    fn lite(&self, i: usize) -> Option<Result<rusqlite::types::ValueRef<'_>, StoreError>> {
        match &self.0 {
            Side::Sqlite(row) => {
                Some(row.get_ref(i).map_err(|err| Self::wrong(i, "a value", err.to_string())))
            }
            Side::Postgres(_) => None,
        }
    }

    fn pg<'r, T: tokio_postgres::types::FromSql<'r>>(
        &'r self,
        i: usize,
        wanted: &'static str,
    ) -> Result<Option<T>, StoreError> {
        match &self.0 {
            Side::Postgres(row) => row.try_get(i).map_err(|err| {
                let ty = row.columns().get(i).map_or("nothing", |c| c.type_().name());
                Self::wrong(i, wanted, format!("{ty} ({err})"))
            }),
            Side::Sqlite(_) => Ok(None),
        }
    }

    /// A whole number, or null.
    pub fn maybe_int(&self, i: usize) -> Result<Option<i64>, StoreError> {
        use rusqlite::types::ValueRef;
        match self.lite(i) {
            Some(value) => match value? {
                ValueRef::Null => Ok(None),
                ValueRef::Integer(n) => Ok(Some(n)),
                other => Err(Self::wrong(i, "a whole number", other.data_type().to_string())),
            },
            None => Ok(self.pg::<crate::number::AnyInt>(i, "a whole number")?.map(|n| n.0)),
        }
    }
    /// A number, or null.
    pub fn maybe_real(&self, i: usize) -> Result<Option<f64>, StoreError> {
        use rusqlite::types::ValueRef;
        match self.lite(i) {
            Some(value) => match value? {
                ValueRef::Null => Ok(None),
                ValueRef::Integer(n) => Ok(Some(n as f64)),
                ValueRef::Real(x) => Ok(Some(x)),
                other => Err(Self::wrong(i, "a number", other.data_type().to_string())),
            },
            None => Ok(self.pg::<crate::number::AnyReal>(i, "a number")?.map(|x| x.0)),
        }
    }
    /// A text, or null.
    pub fn maybe_text(&self, i: usize) -> Result<Option<&str>, StoreError> {
        use rusqlite::types::ValueRef;
        match self.lite(i) {
            Some(value) => match value? {
                ValueRef::Null => Ok(None),
                ValueRef::Text(bytes) => str::from_utf8(bytes)
                    .map(Some)
                    .map_err(|_| Self::wrong(i, "a text", "bytes that are not UTF-8")),
                other => Err(Self::wrong(i, "a text", other.data_type().to_string())),
            },
            None => self.pg::<&str>(i, "a text"),
        }
    }
    /// Bytes, or null.
    pub fn maybe_blob(&self, i: usize) -> Result<Option<&[u8]>, StoreError> {
        use rusqlite::types::ValueRef;
        match self.lite(i) {
            Some(value) => match value? {
                ValueRef::Null => Ok(None),
                ValueRef::Blob(bytes) => Ok(Some(bytes)),
                other => Err(Self::wrong(i, "bytes", other.data_type().to_string())),
            },
            None => self.pg::<&[u8]>(i, "bytes"),
        }
    }
    /// Sixteen bytes as an id, or null.
    pub fn maybe_id(&self, i: usize) -> Result<Option<RawId>, StoreError> {
        self.maybe_blob(i)?
            .map(|bytes| {
                bytes
                    .try_into()
                    .map(RawId)
                    .map_err(|_| Self::wrong(i, "an id", format!("{} bytes", bytes.len())))
            })
            .transpose()
    }
    /// A whole number.
    pub fn int(&self, i: usize) -> Result<i64, StoreError> {
        self.maybe_int(i)?.ok_or_else(|| Self::wrong(i, "a whole number", "null"))
    }
    /// A number.
    pub fn real(&self, i: usize) -> Result<f64, StoreError> {
        self.maybe_real(i)?.ok_or_else(|| Self::wrong(i, "a number", "null"))
    }
    /// A text.
    pub fn text(&self, i: usize) -> Result<&str, StoreError> {
        self.maybe_text(i)?.ok_or_else(|| Self::wrong(i, "a text", "null"))
    }
    /// Bytes.
    pub fn blob(&self, i: usize) -> Result<&[u8], StoreError> {
        self.maybe_blob(i)?.ok_or_else(|| Self::wrong(i, "bytes", "null"))
    }
    /// Sixteen bytes as an id.
    pub fn id(&self, i: usize) -> Result<RawId, StoreError> {
        self.maybe_id(i)?.ok_or_else(|| Self::wrong(i, "an id", "null"))
    }
    /// Microseconds as a moment.
    pub fn moment(&self, i: usize) -> Result<Moment, StoreError> {
        self.int(i).map(Moment::from_micros)
    }
}

/// Asking: what [`Tx`](crate::Tx) and [`Read`](crate::Read) share.
pub trait Query {
    /// Which engine answers.
    fn engine(&self) -> crate::Engine;

    /// Calls `f` with every row as it arrives, until it breaks off.
    fn each(
        &mut self,
        sql: &'static Sql,
        params: &[Val<'_>],
        f: &mut dyn FnMut(&Row<'_>) -> Result<ControlFlow<()>, StoreError>,
    ) -> Result<(), StoreError>;

    /// All rows.
    fn rows<T>(
        &mut self,
        sql: &'static Sql,
        params: &[Val<'_>],
        mut f: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError>
    where
        Self: Sized,
    {
        let mut all = Vec::new();
        self.each(sql, params, &mut |row| {
            all.push(f(row)?);
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(all)
    }

    /// The first row, if any.
    fn one<T>(
        &mut self,
        sql: &'static Sql,
        params: &[Val<'_>],
        mut f: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError>
    where
        Self: Sized,
    {
        let mut first = None;
        self.each(sql, params, &mut |row| {
            first = Some(f(row)?);
            Ok(ControlFlow::Break(()))
        })?;
        Ok(first)
    }
}
