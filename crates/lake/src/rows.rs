//! Facts as columns: records of one kind go straight into typed builders, without an allocation for a row.

use crate::LakeError;
use datafusion::arrow::array::{ArrayRef, FixedSizeBinaryBuilder, Int64Builder, RecordBatch, StringBuilder};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use kernel::fact::{Type, Value};
use kernel::{RawId, Record, Spec};
use std::collections::HashMap;
use std::sync::Arc;

/// How many columns every fact has before its own: id, at, shop, subject.
pub(crate) const COMMON: usize = 4;
/// Where `at` stands.
pub(crate) const AT: usize = 1;

/// The Arrow schema of a kind of fact.
pub(crate) fn schema(spec: &Spec) -> SchemaRef {
    let id = DataType::FixedSizeBinary(16);
    let mut fields = vec![
        Field::new("id", id.clone(), false),
        Field::new("at", DataType::Int64, false),
        Field::new("shop", DataType::Int64, true),
        Field::new("subject", id.clone(), false),
    ];
    fields.extend(spec.columns.iter().map(|column| {
        let ty = match column.ty {
            Type::Int | Type::Minor | Type::Time | Type::Flag => DataType::Int64,
            Type::Text => DataType::Utf8,
            Type::Id => id.clone(),
        };
        Field::new(column.name, ty, column.optional)
    }));
    Arc::new(Schema::new(fields))
}

/// The numbers that stand for shops: 0, 1, 2, ... in the order in which the lake first met them.
#[derive(Debug, Default, Clone)]
pub(crate) struct Shops {
    numbers: HashMap<RawId, i64>,
    order: Vec<RawId>,
}

impl Shops {
    /// The number of a shop; a new shop gets the next one.
    pub(crate) fn number(&mut self, id: RawId) -> i64 {
        let Self { numbers, order } = self;
        *numbers.entry(id).or_insert_with(|| {
            order.push(id);
            order.len() as i64 - 1
        })
    }
    /// How many there are: the next number.
    pub(crate) fn len(&self) -> usize {
        self.order.len()
    }
    /// The shops from number `from` on.
    pub(crate) fn since(&self, from: usize) -> &[RawId] {
        self.order.get(from..).unwrap_or_default()
    }
    /// Forgets the shops from number `len` on: they were met in facts that were not kept.
    pub(crate) fn truncate(&mut self, len: usize) {
        for id in self.order.drain(len.min(self.order.len())..) {
            self.numbers.remove(&id);
        }
    }
}

enum Column {
    Int(Int64Builder),
    Text(StringBuilder),
    Id(FixedSizeBinaryBuilder),
}

/// Facts of one kind on their way into columns.
pub(crate) struct Rows {
    spec: &'static Spec,
    schema: SchemaRef,
    id: FixedSizeBinaryBuilder,
    at: Int64Builder,
    shop: Int64Builder,
    subject: FixedSizeBinaryBuilder,
    columns: Vec<Column>,
    rows: usize,
    span: (i64, i64),
}

impl Rows {
    /// No facts yet.
    pub(crate) fn new(spec: &'static Spec) -> Self {
        let columns = spec.columns.iter().map(|column| match column.ty {
            Type::Int | Type::Minor | Type::Time | Type::Flag => Column::Int(Int64Builder::new()),
            Type::Text => Column::Text(StringBuilder::new()),
            Type::Id => Column::Id(FixedSizeBinaryBuilder::new(16)),
        });
        Self {
            spec,
            schema: schema(spec),
            id: FixedSizeBinaryBuilder::new(16),
            at: Int64Builder::new(),
            shop: Int64Builder::new(),
            subject: FixedSizeBinaryBuilder::new(16),
            columns: columns.collect(),
            rows: 0,
            span: (i64::MAX, i64::MIN),
        }
    }

    /// How many facts there are.
    pub(crate) fn len(&self) -> usize {
        self.rows
    }

    /// Takes one fact; the number of its shop comes from `shops`.
    pub(crate) fn push(&mut self, record: &Record, shops: &mut Shops) -> Result<(), LakeError> {
        let misfit = |why: String| LakeError::Misfit { kind: self.spec.kind, why };
        if record.values.len() != self.columns.len() {
            return Err(misfit(format!("{} values for {} columns", record.values.len(), self.columns.len())));
        }
        for ((into, column), value) in self.columns.iter_mut().zip(self.spec.columns).zip(&record.values) {
            match (into, value) {
                (Column::Int(into), Value::Int(n)) => into.append_value(*n),
                (Column::Text(into), Value::Text(text)) => into.append_value(text),
                (Column::Id(into), Value::Id(id)) => {
                    into.append_value(id.bytes()).map_err(LakeError::engine)?
                }
                (into, Value::Null) if column.optional => match into {
                    Column::Int(into) => into.append_null(),
                    Column::Text(into) => into.append_null(),
                    Column::Id(into) => into.append_null(),
                },
                (_, value) => return Err(misfit(format!("`{}` holds {value:?}", column.name))),
            }
        }
        let at = record.at.micros();
        self.id.append_value(record.id.bytes()).map_err(LakeError::engine)?;
        self.at.append_value(at);
        self.shop.append_option(record.shop.map(|id| shops.number(id)));
        self.subject.append_value(record.subject.bytes()).map_err(LakeError::engine)?;
        self.span = (self.span.0.min(at), self.span.1.max(at));
        self.rows += 1;
        Ok(())
    }

    /// The facts as columns; none are left behind.
    pub(crate) fn take(&mut self) -> Result<Taken, LakeError> {
        let mut arrays: Vec<ArrayRef> = Vec::with_capacity(COMMON + self.columns.len());
        arrays.push(Arc::new(self.id.finish()));
        arrays.push(Arc::new(self.at.finish()));
        arrays.push(Arc::new(self.shop.finish()));
        arrays.push(Arc::new(self.subject.finish()));
        for column in &mut self.columns {
            arrays.push(match column {
                Column::Int(from) => Arc::new(from.finish()),
                Column::Text(from) => Arc::new(from.finish()),
                Column::Id(from) => Arc::new(from.finish()),
            });
        }
        let batch = RecordBatch::try_new(self.schema.clone(), arrays).map_err(LakeError::engine)?;
        self.rows = 0;
        let span = std::mem::replace(&mut self.span, (i64::MAX, i64::MIN));
        Ok(Taken { spec: self.spec, batch, span })
    }
}

/// Facts of one kind as columns.
#[derive(Debug, Clone)]
pub(crate) struct Taken {
    /// Their kind.
    pub(crate) spec: &'static Spec,
    /// The columns.
    pub(crate) batch: RecordBatch,
    /// The earliest and the latest `at`.
    pub(crate) span: (i64, i64),
}

/// Facts of all kinds on their way into columns.
#[derive(Default)]
pub(crate) struct Mixed {
    kinds: HashMap<&'static str, Rows>,
    rows: usize,
}

impl Mixed {
    /// Takes one fact.
    pub(crate) fn push(&mut self, record: &Record, shops: &mut Shops) -> Result<(), LakeError> {
        let rows = self.kinds.entry(record.spec.kind).or_insert_with(|| Rows::new(record.spec));
        rows.push(record, shops)?;
        self.rows += 1;
        Ok(())
    }
    /// How many facts there are.
    pub(crate) fn len(&self) -> usize {
        self.rows
    }
    /// The facts of every kind of which there are any, by kind.
    pub(crate) fn take(&mut self) -> Result<Vec<Taken>, LakeError> {
        self.rows = 0;
        let mut all = Vec::new();
        for rows in self.kinds.values_mut().filter(|rows| rows.len() > 0) {
            all.push(rows.take()?);
        }
        all.sort_by_key(|taken| taken.spec.kind);
        Ok(all)
    }
}
