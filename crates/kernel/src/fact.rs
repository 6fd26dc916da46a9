//! Facts: immutable things that happened. A fact's kind has a `Spec` (its typed columns); a fact of any kind travels as
//! a `Record`, from the one who appends it to the log, and from the log to the lake.
//!
//! Invariants: columns are only ever added, at the end and optional; a new meaning is a new kind; no free text written
//! by people and no personal data stands in a fact.

use crate::{Id, Moment, RawId};
use std::fmt::Write as _;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// A whole number.
    Int,
    /// Minor units of the market's currency.
    Minor,
    /// A moment, in microseconds UTC.
    Time,
    /// 0 or 1.
    Flag,
    /// A short word or an outside system's id.
    Text,
    /// Sixteen bytes.
    Id,
}

/// One column of a kind of fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its name in the log, the lake and SQL.
    pub name: &'static str,
    /// What it holds.
    pub ty: Type,
    /// Whether it may be absent.
    pub optional: bool,
    /// What it means, one sentence.
    pub meaning: &'static str,
}

/// A kind of fact. Besides `columns` every fact has `id`, `at`, `shop` and `subject`.
#[derive(Debug, PartialEq, Eq)]
pub struct Spec {
    /// `module.happened`, e.g. `order.placed`. In SQL the dot is an underscore.
    pub kind: &'static str,
    /// What happened, one sentence.
    pub meaning: &'static str,
    /// The prefix of its subject's ids: `ord` for a fact about an order.
    pub subject: &'static str,
    /// Its own columns, in the order of [`Record::values`].
    pub columns: &'static [Column],
}

impl Spec {
    /// The name of its table in the lake: `order_placed`.
    pub fn table(&self) -> String {
        self.kind.replace('.', "_")
    }
}

/// A kind of fact that some linked crate declares (see [`facts!`](crate::facts)).
pub struct Declared {
    /// What it is.
    pub spec: &'static Spec,
    /// Reads a record into its type and writes it again: what comes out is what went in.
    pub again: fn(&Record) -> Result<Record, Unreadable>,
}
inventory::collect!(Declared);

/// Every kind of fact of this program, by name.
pub fn all() -> Vec<&'static Spec> {
    let mut specs: Vec<_> = inventory::iter::<Declared>.into_iter().map(|d| d.spec).collect();
    specs.sort_by_key(|spec| spec.kind);
    specs
}

/// One value of a fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Not known, or not so.
    Null,
    /// For `Int`, `Minor`, `Time` and `Flag`.
    Int(i64),
    /// For `Text`.
    Text(Box<str>),
    /// For `Id`.
    Id(RawId),
}

/// One fact of any kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its kind.
    pub spec: &'static Spec,
    /// Its own id: the same fact told twice has the same id and is kept once.
    pub id: RawId,
    /// When it happened (the log position says when we learned it).
    pub at: Moment,
    /// The shop it concerns, if one.
    pub shop: Option<RawId>,
    /// What it is about: an order for `order.placed`.
    pub subject: RawId,
    /// One value for each of the spec's columns, in their order.
    pub values: Vec<Value>,
}

/// A typed fact, as a context declares it.
pub trait Fact {
    /// Its kind.
    const SPEC: &'static Spec;
    /// As it travels.
    fn record(&self) -> Record;
    /// Reads back what travelled: [`record`](Self::record) the other way round.
    fn read(record: &Record) -> Result<Self, Unreadable>
    where
        Self: Sized;
}

/// A fact's body that cannot be read: the log was written by something else, or damaged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a {kind} fact cannot be read: {why}")]
pub struct Unreadable {
    /// The kind of fact.
    pub kind: &'static str,
    /// What is wrong with it.
    pub why: String,
}

impl Record {
    /// The value of a column by name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.spec.columns.iter().position(|c| c.name == name).and_then(|i| self.values.get(i))
    }

    /// Its values as a JSON object, absent ones left out, in the order of the spec: the same fact, the same bytes.
    pub fn body(&self) -> String {
        let mut out = String::with_capacity(32 * self.values.len() + 2);
        out.push('{');
        for (column, value) in self.spec.columns.iter().zip(&self.values) {
            if matches!(value, Value::Null) {
                continue;
            }
            if out.len() > 1 {
                out.push(',');
            }
            let _ = write!(out, "\"{}\":", column.name);
            match value {
                Value::Null => {}
                Value::Int(n) => {
                    let _ = write!(out, "{n}");
                }
                Value::Id(id) => {
                    let _ = write!(out, "\"{id}\"");
                }
                Value::Text(text) => out.push_str(&serde_json::Value::from(&**text).to_string()),
            }
        }
        out.push('}');
        out
    }

    /// The value of a column by name, as the Rust type that stands there.
    pub fn field<T: Field>(&self, name: &str) -> Result<T, Unreadable> {
        let unreadable = |why| Unreadable { kind: self.spec.kind, why };
        let value = self.get(name).ok_or_else(|| unreadable(format!("`{name}` is missing")))?;
        T::read(value).ok_or_else(|| unreadable(format!("`{name}` does not hold {value:?}")))
    }

    /// Reads a body back into values.
    pub fn values_of(spec: &'static Spec, body: &str) -> Result<Vec<Value>, Unreadable> {
        use serde::de::DeserializeSeed;
        let mut de = serde_json::Deserializer::from_str(body);
        let values = Body(spec)
            .deserialize(&mut de)
            .and_then(|values| de.end().map(|()| values))
            .map_err(|err| Unreadable { kind: spec.kind, why: err.to_string() })?;
        for (column, value) in spec.columns.iter().zip(&values) {
            if !column.optional && matches!(value, Value::Null) {
                return Err(Unreadable { kind: spec.kind, why: format!("`{}` is missing", column.name) });
            }
        }
        Ok(values)
    }
}

struct Body(&'static Spec);

impl<'de> serde::de::DeserializeSeed<'de> for Body {
    type Value = Vec<Value>;
    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Vec<Value>, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> serde::de::Visitor<'de> for Body {
    type Value = Vec<Value>;
    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the body of a {} fact", self.0.kind)
    }
    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Vec<Value>, A::Error> {
        let columns = self.0.columns;
        let mut values = vec![Value::Null; columns.len()];
        let mut next = 0;
        while let Some(name) = map.next_key::<std::borrow::Cow<'de, str>>()? {
            // Bodies are written in the order of the columns, so the next one is nearly always a step or two ahead.
            let found = columns[next..].iter().position(|c| c.name == name).map(|i| next + i);
            let Some(i) = found.or_else(|| columns.iter().position(|c| c.name == name)) else {
                return Err(serde::de::Error::custom(format_args!("unknown column `{name}`")));
            };
            next = i + 1;
            values[i] = match columns[i].ty {
                Type::Int | Type::Minor | Type::Time | Type::Flag => Value::Int(map.next_value()?),
                Type::Text => Value::Text(map.next_value()?),
                Type::Id => {
                    let text = map.next_value::<std::borrow::Cow<'de, str>>()?;
                    Value::Id(text.parse().map_err(serde::de::Error::custom)?)
                }
            };
        }
        Ok(values)
    }
}

/// A Rust type that can stand in a fact.
pub trait Field: Sized {
    /// What its column holds.
    const TYPE: Type;
    /// Whether it may be absent.
    const OPTIONAL: bool = false;
    /// As it travels.
    fn value(&self) -> Value;
    /// Back from what travelled; none if that is no value of this type.
    fn read(value: &Value) -> Option<Self>;
}
impl Field for i64 {
    const TYPE: Type = Type::Int;
    fn value(&self) -> Value {
        Value::Int(*self)
    }
    fn read(value: &Value) -> Option<Self> {
        if let Value::Int(n) = value { Some(*n) } else { None }
    }
}
impl Field for bool {
    const TYPE: Type = Type::Flag;
    fn value(&self) -> Value {
        Value::Int(i64::from(*self))
    }
    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::Int(0) => Some(false),
            Value::Int(1) => Some(true),
            Value::Int(_) | Value::Null | Value::Text(_) | Value::Id(_) => None,
        }
    }
}
impl Field for Moment {
    const TYPE: Type = Type::Time;
    fn value(&self) -> Value {
        Value::Int(self.micros())
    }
    fn read(value: &Value) -> Option<Self> {
        i64::read(value).map(Self::from_micros)
    }
}
impl Field for Box<str> {
    const TYPE: Type = Type::Text;
    fn value(&self) -> Value {
        Value::Text(self.clone())
    }
    fn read(value: &Value) -> Option<Self> {
        if let Value::Text(text) = value { Some(text.clone()) } else { None }
    }
}
impl<T> Field for Id<T> {
    const TYPE: Type = Type::Id;
    fn value(&self) -> Value {
        Value::Id(self.raw())
    }
    fn read(value: &Value) -> Option<Self> {
        if let Value::Id(id) = value { Some(Self::from_raw(*id)) } else { None }
    }
}
/// Minor units of the market's currency, as a fact carries them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Minor(pub i64);
impl Field for Minor {
    const TYPE: Type = Type::Minor;
    fn value(&self) -> Value {
        Value::Int(self.0)
    }
    fn read(value: &Value) -> Option<Self> {
        i64::read(value).map(Self)
    }
}
impl<T: Field> Field for Option<T> {
    const TYPE: Type = T::TYPE;
    const OPTIONAL: bool = true;
    fn value(&self) -> Value {
        self.as_ref().map_or(Value::Null, Field::value)
    }
    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            Value::Int(_) | Value::Text(_) | Value::Id(_) => T::read(value).map(Some),
        }
    }
}

/// Declares the facts of a module: a struct each, its `Spec`, and its place in the registry.
///
/// Every fact has `at`, `shop` and a subject; the fields in braces are its columns. At most one fact of a kind is told
/// about a subject: a second one has the same id and is not kept. What can happen twice has a subject of its own.
#[macro_export]
macro_rules! facts {
    ($(
        $(#[doc = $doc:literal])+
        $name:ident $kind:literal of $subject:ident : $entity:ident {
            $($(#[doc = $fdoc:literal])+ $field:ident : $ty:ty,)*
        }
    )*) => {$(
        $(#[doc = $doc])+
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name {
            /// When it happened.
            pub at: $crate::Moment,
            /// The shop it concerns.
            pub shop: Option<$crate::Id<$crate::id::Shop>>,
            /// What it is about.
            pub $subject: $crate::Id<$crate::id::$entity>,
            $($(#[doc = $fdoc])+ pub $field: $ty,)*
        }
        impl $crate::Fact for $name {
            const SPEC: &'static $crate::Spec = &$crate::Spec {
                kind: $kind,
                meaning: concat!($($doc),+),
                subject: <$crate::id::$entity as $crate::Entity>::PREFIX,
                columns: &[$($crate::fact::Column {
                    name: stringify!($field),
                    ty: <$ty as $crate::fact::Field>::TYPE,
                    optional: <$ty as $crate::fact::Field>::OPTIONAL,
                    meaning: concat!($($fdoc),+),
                }),*],
            };
            fn record(&self) -> $crate::Record {
                $crate::Record {
                    spec: Self::SPEC,
                    id: $crate::fact::id_of(Self::SPEC, self.$subject.raw()),
                    at: self.at,
                    shop: self.shop.map($crate::Id::raw),
                    subject: self.$subject.raw(),
                    values: vec![$($crate::fact::Field::value(&self.$field)),*],
                }
            }
            fn read(record: &$crate::Record) -> Result<Self, $crate::fact::Unreadable> {
                $crate::fact::of_kind(record, Self::SPEC)?;
                Ok(Self {
                    at: record.at,
                    shop: record.shop.map($crate::Id::from_raw),
                    $subject: $crate::Id::from_raw(record.subject),
                    $($field: record.field(stringify!($field))?,)*
                })
            }
        }
        $crate::inventory::submit! { $crate::fact::Declared {
            spec: <$name as $crate::Fact>::SPEC,
            again: |record| <$name as $crate::Fact>::read(record).map(|fact| $crate::Fact::record(&fact)),
        } }
    )*};
}

/// Fails unless a record is of this kind.
#[doc(hidden)]
pub fn of_kind(record: &Record, spec: &'static Spec) -> Result<(), Unreadable> {
    if record.spec.kind == spec.kind {
        return Ok(());
    }
    Err(Unreadable { kind: spec.kind, why: format!("it is a {} fact", record.spec.kind) })
}

/// The id of the one fact of this kind about this subject. It keeps the subject's time, so that ids of one import
/// arrive nearly in order.
pub fn id_of(spec: &Spec, subject: RawId) -> RawId {
    let mut tag = 0xcbf2_9ce4_8422_2325u64;
    for byte in spec.kind.bytes() {
        tag = (tag ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    let mut millis = [0u8; 8];
    millis[2..].copy_from_slice(&subject.0[..6]);
    subject.child(Moment::from_micros(i64::from_be_bytes(millis) * 1000), tag)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::Shop;

    facts! {
        /// A test happened.
        Tested "test.happened" of order: Order {
            /// How often.
            times: i64,
            /// Said what.
            word: Option<Box<str>>,
            /// By whom.
            other: Id<Shop>,
        }
    }

    fn tested(word: Option<&str>) -> Record {
        let id = |n| RawId::new(Moment::from_micros(5_000_000), n);
        Tested {
            at: Moment::from_micros(9),
            shop: None,
            order: Id::from_raw(id(1)),
            times: -3,
            word: word.map(Into::into),
            other: Id::from_raw(id(2)),
        }
        .record()
    }

    #[test]
    fn a_body_reads_back_as_it_was_written() {
        for word in [None, Some("plain"), Some("引号\" \\ \n\u{1}")] {
            let record = tested(word);
            assert_eq!(Record::values_of(Tested::SPEC, &record.body()).unwrap(), record.values);
        }
        assert!(!tested(None).body().contains("word"));
        assert!(all().iter().any(|s| s.kind == "test.happened"));
    }

    #[test]
    fn a_body_that_is_not_of_its_kind_is_refused() {
        for (body, why) in [
            ("{", "EOF"),
            ("{}", "`times` is missing"),
            ("{\"times\":\"x\"}", "invalid type"),
            ("{\"times\":1,\"colour\":2}", "unknown column `colour`"),
            ("{\"times\":1,\"other\":\"me\"}", "not an id"),
            ("{\"times\":1} trailing", "trailing"),
        ] {
            let err = Record::values_of(Tested::SPEC, body).unwrap_err().to_string();
            assert!(err.contains(why), "{body}: {err}");
        }
    }

    #[test]
    fn a_fact_reads_back_typed_and_what_is_none_of_its_kind_is_refused() {
        for word in [None, Some("plain")] {
            let record = tested(word);
            let fact = Tested::read(&record).unwrap();
            assert_eq!((fact.times, fact.word.as_deref()), (-3, word));
            assert_eq!(fact.record(), record);
        }
        let mut wrong = tested(None);
        wrong.values[0] = Value::Text("often".into());
        assert!(Tested::read(&wrong).unwrap_err().to_string().contains("`times` does not hold"));
        wrong.values.clear();
        assert!(Tested::read(&wrong).unwrap_err().to_string().contains("`times` is missing"));
        static OTHER: Spec = Spec { kind: "test.other", meaning: "Other.", subject: "ord", columns: &[] };
        let other = Record { spec: &OTHER, ..tested(None) };
        assert!(Tested::read(&other).unwrap_err().to_string().contains("it is a test.other fact"));
    }

    #[test]
    fn the_same_fact_told_twice_has_one_id() {
        assert_eq!(tested(None).id, tested(Some("other")).id);
    }
}
