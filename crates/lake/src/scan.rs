//! A kind of fact as a table of DataFusion: the files of the manifest and the facts after them.

use crate::file::{Entry, Files, Readers};
use crate::rows::{self, AT};
use async_trait::async_trait;
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::memory::MemorySourceConfig;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::stats::Precision;
use datafusion::common::{ColumnStatistics, ScalarValue, Statistics};
use datafusion::datasource::TableType;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::error::Result;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::logical_expr::Expr;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::union::UnionExec;
use kernel::Spec;
use std::sync::Arc;

/// All facts of a kind that a snapshot sees.
#[derive(Debug)]
pub(crate) struct Facts {
    schema: SchemaRef,
    files: Arc<Files>,
    parts: Vec<PartitionedFile>,
    rows: usize,
    tail: Vec<RecordBatch>,
}

impl Facts {
    /// The facts of `entries` and of `tail`.
    pub(crate) fn new(spec: &Spec, files: &Arc<Files>, entries: &[Entry], tail: Vec<RecordBatch>) -> Self {
        let schema = rows::schema(spec);
        let part = |entry: &Entry| {
            let mut columns = vec![ColumnStatistics::new_unknown(); schema.fields().len()];
            columns[AT].min_value = Precision::Exact(ScalarValue::Int64(Some(entry.span.0)));
            columns[AT].max_value = Precision::Exact(ScalarValue::Int64(Some(entry.span.1)));
            columns[AT].null_count = Precision::Exact(0);
            PartitionedFile::new(entry.name.clone(), entry.bytes as u64).with_statistics(Arc::new(
                Statistics {
                    num_rows: Precision::Exact(entry.rows as usize),
                    total_byte_size: Precision::Absent,
                    column_statistics: columns,
                },
            ))
        };
        let rows = entries.iter().map(|entry| entry.rows as usize).sum();
        Self { parts: entries.iter().map(part).collect(), schema, files: files.clone(), rows, tail }
    }

    /// The files, dealt out over `groups`, the largest first.
    fn groups(&self, groups: usize) -> Vec<FileGroup> {
        let mut parts = self.parts.clone();
        parts.sort_by_key(|part| std::cmp::Reverse(part.object_meta.size));
        let mut dealt = vec![(0, Vec::new()); groups.clamp(1, parts.len().max(1))];
        for part in parts {
            if let Some((bytes, group)) = dealt.iter_mut().min_by_key(|(bytes, _)| *bytes) {
                *bytes += part.object_meta.size;
                group.push(part);
            }
        }
        dealt.into_iter().map(|(_, group)| FileGroup::new(group)).collect()
    }
}

#[async_trait]
impl TableProvider for Facts {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }
    fn table_type(&self) -> TableType {
        TableType::Base
    }
    async fn scan(
        &self,
        session: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let mut plans: Vec<Arc<dyn ExecutionPlan>> = Vec::new();
        if !self.parts.is_empty() {
            let source = ParquetSource::new(self.schema.clone())
                .with_parquet_file_reader_factory(Arc::new(Readers(self.files.clone())))
                .with_enable_page_index(false);
            let mut statistics = Statistics::new_unknown(&self.schema);
            statistics.num_rows = Precision::Exact(self.rows);
            let scan = FileScanConfigBuilder::new(ObjectStoreUrl::local_filesystem(), Arc::new(source))
                .with_file_groups(self.groups(session.config().target_partitions()))
                .with_projection_indices(projection.cloned())?
                .with_statistics(statistics)
                .with_limit(limit)
                .build();
            plans.push(DataSourceExec::from_data_source(scan));
        }
        if plans.is_empty() || !self.tail.is_empty() {
            let tail = std::slice::from_ref(&self.tail);
            plans.push(MemorySourceConfig::try_new_exec(tail, self.schema.clone(), projection.cloned())?);
        }
        match plans.pop() {
            Some(only) if plans.is_empty() => Ok(only),
            last => {
                plans.extend(last);
                UnionExec::try_new(plans)
            }
        }
    }
}
