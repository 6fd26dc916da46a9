//! Snapshots: the facts of one moment, and how questions about them are answered.
//!
//! A query is planned and run on the lake's own threads; batches cross to the asking thread over a bounded channel, in
//! the engine's own memory. Answers of one snapshot never differ.

use crate::file::{Entry, Files};
use crate::scan::Facts;
use crate::{LakeError, threads};
use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray,
};
use datafusion::arrow::compute::{CastOptions, cast_with_options};
use datafusion::arrow::datatypes::{DataType, Field, Float64Type, Int64Type, Schema, TimeUnit};
use datafusion::catalog::memory::MemorySchemaProvider;
use datafusion::catalog::{
    CatalogProvider, CatalogProviderList, MemTable, MemoryCatalogProvider, MemoryCatalogProviderList,
    SchemaProvider, TableProvider,
};
use datafusion::common::ScalarValue;
use datafusion::datasource::ViewTable;
use datafusion::error::DataFusionError;
use datafusion::execution::context::SQLOptions;
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::execution::{SessionState, SessionStateBuilder};
use datafusion::physical_plan::execute_stream_partitioned;
use datafusion::prelude::SessionConfig;
use datafusion::{functions, functions_aggregate};
use futures::StreamExt;
use kernel::ask::{Batch, Col, Given, Param, Query, Table};
use kernel::{Ask, AskError, RawId, Spec};
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};
use tokio::runtime::Runtime;
use tokio::sync::mpsc;

/// Where everything of DataFusion runs: as many threads as there are processors, made once.
fn runtime() -> Result<&'static Runtime, LakeError> {
    static RUNTIME: OnceLock<Result<Runtime, String>> = OnceLock::new();
    RUNTIME
        .get_or_init(|| {
            tokio::runtime::Builder::new_multi_thread()
                .worker_threads(threads())
                .thread_name("lake")
                // Deep expressions are planned by recursion.
                .thread_stack_size(16 << 20)
                .build()
                .map_err(|err| err.to_string())
        })
        .as_ref()
        .map_err(LakeError::engine)
}

const CATALOG: &str = "sanhao";
const SCHEMA: &str = "lake";

/// What is the same for every snapshot of a lake: the engine's settings and functions, and the texts of the relations.
#[derive(Clone)]
pub(crate) struct Engine {
    state: SessionState,
    relations: Arc<[(String, String)]>,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").finish_non_exhaustive()
    }
}

impl Engine {
    /// The engine with the functions that questions use, and no others: what is not named here is not in the program.
    pub(crate) fn new(relations: &[(&str, &str)]) -> Self {
        let mut config = SessionConfig::new()
            .with_target_partitions(threads())
            .with_batch_size(16 * 1024)
            .with_create_default_catalog_and_schema(false)
            .with_default_catalog_and_schema(CATALOG, SCHEMA);
        let options = config.options_mut();
        options.execution.parquet.enable_page_index = false;
        options.sql_parser.map_string_types_to_utf8view = false;
        let state = SessionStateBuilder::new()
            .with_config(config)
            .with_runtime_env(Arc::new(RuntimeEnv::default()))
            .with_expr_planners(vec![
                Arc::new(functions::core::planner::CoreFunctionPlanner::default()),
                Arc::new(functions_aggregate::planner::AggregateFunctionPlanner),
            ])
            .with_scalar_functions(vec![
                functions::core::arrow_cast(),
                functions::core::coalesce(),
                functions::core::greatest(),
                functions::core::least(),
                functions::core::nullif(),
                functions::math::abs(),
                functions::math::ceil(),
                functions::math::floor(),
                functions::math::round(),
            ])
            .with_aggregate_functions(vec![
                functions_aggregate::average::avg_udaf(),
                functions_aggregate::count::count_udaf(),
                functions_aggregate::min_max::max_udaf(),
                functions_aggregate::min_max::min_udaf(),
                functions_aggregate::sum::sum_udaf(),
            ])
            .build();
        let relations = relations.iter().map(|(name, sql)| ((*name).to_owned(), (*sql).to_owned())).collect();
        Self { state, relations }
    }

    /// The same engine over other tables.
    fn over(
        &self,
        tables: &HashMap<String, Arc<dyn TableProvider>>,
    ) -> Result<SessionState, DataFusionError> {
        let schema = MemorySchemaProvider::new();
        for (name, table) in tables {
            schema.register_table(name.clone(), table.clone())?;
        }
        let catalog = MemoryCatalogProvider::new();
        catalog.register_schema(SCHEMA, Arc::new(schema))?;
        let catalogs = MemoryCatalogProviderList::new();
        catalogs.register_catalog(CATALOG.to_owned(), Arc::new(catalog));
        Ok(SessionStateBuilder::new_from_existing(self.state.clone())
            .with_catalog_list(Arc::new(catalogs))
            .build())
    }
}

/// The facts of one moment. Ask it from any thread that is not running async code (`spawn_blocking` from there).
pub struct Snapshot {
    engine: Engine,
    state: SessionState,
    tables: HashMap<String, Arc<dyn TableProvider>>,
    files: Arc<Files>,
    entries: Vec<Entry>,
    version: u64,
    facts: u64,
    /// Keeps the files of this snapshot from being deleted.
    _lease: Option<std::fs::File>,
}

impl std::fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Snapshot").field("facts", &self.facts).field("files", &self.entries.len()).finish()
    }
}

/// What a snapshot is made of.
pub(crate) struct Parts<'a> {
    pub(crate) engine: &'a Engine,
    pub(crate) specs: &'a [&'static Spec],
    pub(crate) files: &'a Arc<Files>,
    pub(crate) entries: Vec<Entry>,
    pub(crate) tail: &'a HashMap<&'static str, Vec<RecordBatch>>,
    pub(crate) version: u64,
    pub(crate) lease: Option<std::fs::File>,
}

impl Snapshot {
    pub(crate) fn new(parts: Parts<'_>) -> Result<Self, LakeError> {
        let Parts { engine, specs, files, entries, tail, version, lease } = parts;
        let mut tables: HashMap<String, Arc<dyn TableProvider>> = HashMap::new();
        let mut by_kind: HashMap<&str, Vec<Entry>> = HashMap::new();
        for entry in &entries {
            by_kind.entry(&entry.kind).or_default().push(entry.clone());
        }
        for spec in specs {
            let tail = tail.get(spec.kind).cloned().unwrap_or_default();
            let entries = by_kind.remove(spec.kind).unwrap_or_default();
            tables.insert(spec.table(), Arc::new(Facts::new(spec, files, &entries, tail)));
        }
        let told = tail.values().flatten().map(RecordBatch::num_rows).sum::<usize>() as u64;
        let facts = told + entries.iter().map(|entry| entry.rows.unsigned_abs()).sum::<u64>();
        let mut state = engine.over(&tables).map_err(LakeError::engine)?;
        // A relation may stand on others, in any order: plan what can be planned until nothing is left.
        let mut waiting: Vec<&(String, String)> = engine.relations.iter().collect();
        while !waiting.is_empty() {
            let mut failed = Vec::new();
            let before = waiting.len();
            for relation in waiting {
                let (name, sql) = relation;
                match futures::executor::block_on(state.create_logical_plan(sql)) {
                    Ok(plan) => {
                        let view: Arc<dyn TableProvider> = Arc::new(ViewTable::new(plan, None));
                        tables.insert(name.clone(), view);
                        state = engine.over(&tables).map_err(LakeError::engine)?;
                    }
                    Err(err) => failed.push((relation, err)),
                }
            }
            if failed.len() == before
                && let Some(((name, _), err)) = failed.first()
            {
                return Err(LakeError::Relation { name: name.clone(), why: err.strip_backtrace() });
            }
            waiting = failed.into_iter().map(|(relation, _)| relation).collect();
        }
        let engine = engine.clone();
        Ok(Self { engine, state, tables, files: files.clone(), entries, version, facts, _lease: lease })
    }

    /// How many facts it holds.
    pub fn facts(&self) -> u64 {
        self.facts
    }

    /// How many files it stands on.
    pub fn files(&self) -> usize {
        self.entries.len()
    }

    /// The plan of a query, for those who tune.
    pub fn explain(&self, sql: &str, params: &[Param]) -> Result<String, AskError> {
        let state = self.state.clone();
        let (sql, params) = (sql.to_owned(), params.to_vec());
        let (send, mut receive) = mpsc::channel(1);
        runtime().map_err(|err| AskError(err.to_string()))?.spawn(async move {
            let plan = async { state.create_physical_plan(&plan(&state, &sql, &params).await?).await }.await;
            let text = plan
                .map(|plan| datafusion::physical_plan::displayable(plan.as_ref()).indent(false).to_string());
            let _ = send.send(text.map_err(|err| AskError(err.strip_backtrace()))).await;
        });
        receive.blocking_recv().unwrap_or_else(|| Err(gone()))
    }

    /// Which of the files cannot be read: the engine's own error seldom says.
    fn blame(&self, err: AskError) -> AskError {
        if !(err.0.contains("Parquet") || err.0.contains("Arrow") || err.0.contains("External"))
            || err.0.contains(".parquet")
        {
            return err;
        }
        for entry in &self.entries {
            if let Err(found) = self.files.read(entry, &mut |_| Ok(())) {
                return AskError(found.to_string());
            }
        }
        err
    }
}

fn gone() -> AskError {
    AskError("the query was stopped by a failure inside the engine".to_owned())
}

/// Reads, checks and binds a query.
async fn plan(
    state: &SessionState,
    sql: &str,
    params: &[Param],
) -> Result<datafusion::logical_expr::LogicalPlan, DataFusionError> {
    let plan = state.create_logical_plan(sql).await?;
    SQLOptions::new()
        .with_allow_ddl(false)
        .with_allow_dml(false)
        .with_allow_statements(false)
        .verify_plan(&plan)?;
    for (name, wanted) in plan.get_parameter_types()? {
        let given =
            name.strip_prefix('$').and_then(|n| n.parse::<usize>().ok()).and_then(|n| params.get(n - 1));
        let Some(given) = given else {
            return Err(DataFusionError::Plan(format!(
                "the query wants {name} and was given {} parameters",
                params.len()
            )));
        };
        let fits = match (given, &wanted) {
            (_, None) | (Param::Null, _) => true,
            (Param::Int(_), Some(ty)) => ty.is_numeric() || *ty == DataType::Boolean,
            (Param::Float(_), Some(ty)) => ty.is_numeric(),
            (Param::Text(_), Some(ty)) => ty.is_string(),
            (Param::Id(_), Some(ty)) => matches!(ty, DataType::FixedSizeBinary(16)) || ty.is_binary(),
        };
        if !fits {
            let wanted = wanted.map(|ty| ty.to_string()).unwrap_or_default();
            return Err(DataFusionError::Plan(format!("{name} must be {wanted} and is {given:?}")));
        }
    }
    let values: Vec<ScalarValue> = params
        .iter()
        .map(|param| match param {
            Param::Null => ScalarValue::Null,
            Param::Int(n) => ScalarValue::Int64(Some(*n)),
            Param::Float(x) => ScalarValue::Float64(Some(*x)),
            Param::Text(text) => ScalarValue::Utf8(Some(text.clone())),
            Param::Id(id) => ScalarValue::FixedSizeBinary(16, Some(id.bytes().to_vec())),
        })
        .collect();
    plan.with_param_values(values)
}

/// A table that the asker brings along.
fn given(table: &Table) -> Result<MemTable, DataFusionError> {
    let mut fields = Vec::new();
    let mut arrays: Vec<ArrayRef> = Vec::new();
    for (name, column) in &table.columns {
        let array: ArrayRef = match column {
            Given::Int(values) => Arc::new(Int64Array::from(values.clone())),
            Given::Float(values) => Arc::new(Float64Array::from(values.clone())),
            Given::Bool(values) => Arc::new(BooleanArray::from(values.clone())),
            Given::Text(values) => Arc::new(StringArray::from(values.clone())),
        };
        fields.push(Field::new(name, array.data_type().clone(), true));
        arrays.push(array);
    }
    let schema = Arc::new(Schema::new(fields));
    let batch = RecordBatch::try_new(schema.clone(), arrays)?;
    MemTable::try_new(schema, vec![vec![batch]])
}

impl Ask for Snapshot {
    fn ask(
        &self,
        query: &Query<'_>,
        each: &mut dyn FnMut(&Batch<'_>) -> Result<(), AskError>,
    ) -> Result<(), AskError> {
        let failed = |err: &dyn std::fmt::Display| AskError(err.to_string());
        let state = if query.given.is_empty() {
            self.state.clone()
        } else {
            let mut tables = self.tables.clone();
            for table in query.given {
                let name = &table.name;
                let memory = given(table)
                    .map_err(|err| AskError(format!("table {name}: {}", err.strip_backtrace())))?;
                tables.insert(name.clone(), Arc::new(memory));
            }
            self.engine.over(&tables).map_err(|err| failed(&err))?
        };
        let (sql, params) = (query.sql.to_owned(), query.params.to_vec());
        let (send, mut receive) = mpsc::channel(2 * threads());
        // Dropping the set, when the asker has had enough, stops whatever still runs.
        let mut running = tokio::task::JoinSet::new();
        let runtime = runtime().map_err(|err| failed(&err))?;
        running.spawn_on(
            async move {
                let streams = async {
                    let plan = plan(&state, &sql, &params).await?;
                    let plan = state.create_physical_plan(&plan).await?;
                    execute_stream_partitioned(plan, state.task_ctx())
                }
                .await;
                let streams = match streams {
                    Ok(streams) => streams,
                    Err(err) => {
                        let _ = send.send(Err(AskError(err.strip_backtrace()))).await;
                        return true;
                    }
                };
                let mut parts = tokio::task::JoinSet::new();
                for mut stream in streams {
                    let send = send.clone();
                    parts.spawn(async move {
                        while let Some(batch) = stream.next().await {
                            let batch = batch.map_err(|err| AskError(err.strip_backtrace()));
                            let last = batch.is_err();
                            if send.send(batch).await.is_err() || last {
                                return;
                            }
                        }
                    });
                }
                while let Some(part) = parts.join_next().await {
                    if part.is_err() {
                        return false;
                    }
                }
                true
            },
            runtime.handle(),
        );
        let mut names: Option<Vec<String>> = None;
        while let Some(batch) = receive.blocking_recv() {
            let batch = batch.map_err(|err| self.blame(err))?;
            if batch.num_rows() == 0 {
                continue;
            }
            let names = names.get_or_insert_with(|| {
                batch.schema().fields().iter().map(|field| field.name().clone()).collect()
            });
            hand_over(names, &batch, each)?;
        }
        // All senders are gone; whether because all is told or because one panicked, the task knows.
        match futures::executor::block_on(running.join_next()) {
            Some(Ok(true)) => Ok(()),
            _ => Err(gone()),
        }
    }

    fn version(&self) -> u64 {
        self.version
    }
}

/// Passes a batch on in the kernel's types; whole numbers and floats stay where they are.
fn hand_over(
    names: &[String],
    batch: &RecordBatch,
    each: &mut dyn FnMut(&Batch<'_>) -> Result<(), AskError>,
) -> Result<(), AskError> {
    let arrays = batch
        .columns()
        .iter()
        .zip(names)
        .map(|(array, name)| plain(array, name))
        .collect::<Result<Vec<ArrayRef>, AskError>>()?;
    let cols = arrays.iter().map(column).collect();
    each(&Batch { names, cols, rows: batch.num_rows() })
}

/// Widens a column to one of the four types that an answer can carry.
fn plain(array: &ArrayRef, name: &str) -> Result<ArrayRef, AskError> {
    let to = match array.data_type() {
        DataType::Int64 | DataType::Float64 | DataType::Utf8 => return Ok(array.clone()),
        DataType::FixedSizeBinary(16) | DataType::Null => return Ok(array.clone()),
        DataType::Boolean => DataType::Int64,
        ty if ty.is_integer() => DataType::Int64,
        DataType::Float16 | DataType::Float32 => DataType::Float64,
        ty if ty.is_decimal() => DataType::Float64,
        DataType::Date32 | DataType::Date64 | DataType::Timestamp(..) => {
            let micros = DataType::Timestamp(TimeUnit::Microsecond, None);
            let stamps = widened(array, &micros, name)?;
            return widened(&stamps, &DataType::Int64, name);
        }
        DataType::LargeUtf8 | DataType::Utf8View => DataType::Utf8,
        DataType::Dictionary(_, value) => {
            let values = widened(array, value, name)?;
            return plain(&values, name);
        }
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView => DataType::FixedSizeBinary(16),
        other => {
            return Err(AskError(format!("column \"{name}\" is {other}, which an answer cannot carry")));
        }
    };
    widened(array, &to, name)
}

fn widened(array: &ArrayRef, to: &DataType, name: &str) -> Result<ArrayRef, AskError> {
    cast_with_options(array, to, &CastOptions { safe: false, ..CastOptions::default() })
        .map_err(|err| AskError(format!("column \"{name}\": {err}")))
}

fn column(array: &ArrayRef) -> Col<'_> {
    let valid = || (array.null_count() > 0).then(|| (0..array.len()).map(|i| array.is_valid(i)).collect());
    match array.data_type() {
        DataType::Int64 => Col::Int(Cow::Borrowed(array.as_primitive::<Int64Type>().values()), valid()),
        DataType::Float64 => Col::Float(Cow::Borrowed(array.as_primitive::<Float64Type>().values()), valid()),
        DataType::Utf8 => Col::Text(array.as_string::<i32>().iter().collect()),
        DataType::FixedSizeBinary(_) => Col::Id(
            array
                .as_fixed_size_binary()
                .iter()
                .map(|id| id.and_then(|id| id.try_into().ok()).map(RawId))
                .collect(),
        ),
        _ => Col::Int(Cow::Owned(vec![0; array.len()]), Some(vec![false; array.len()])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::file::Writer;
    use crate::rows::{Rows, Shops};
    use kernel::fact::{Column, Type, Value};
    use kernel::{Moment, Record};

    const OLD: Column = Column { name: "old", ty: Type::Int, optional: false, meaning: "Was always there." };
    const NEW: Column = Column { name: "new", ty: Type::Text, optional: true, meaning: "Came later." };
    static BEFORE: Spec =
        Spec { kind: "test.grown", meaning: "A test grew.", subject: "ord", columns: &[OLD] };
    static AFTER: Spec =
        Spec { kind: "test.grown", meaning: "A test grew.", subject: "ord", columns: &[OLD, NEW] };

    /// A file of two facts, told at ten times its number and a moment later.
    fn file(dir: &std::path::Path, spec: &'static Spec, number: i64, values: Vec<Value>) -> Entry {
        let id = RawId([number as u8; 16]);
        let mut rows = Rows::new(spec);
        for at in [10 * number, 10 * number + 1] {
            let (at, values) = (Moment::from_micros(at), values.clone());
            let record = Record { spec, id, at, shop: None, subject: id, values };
            rows.push(&record, &mut Shops::default()).unwrap();
        }
        let taken = rows.take().unwrap();
        let mut writer = Writer::begin(dir, spec.kind, number, &taken.batch.schema()).unwrap();
        writer.write(&taken.batch, taken.span).unwrap();
        writer.finish().unwrap()
    }

    #[test]
    fn a_column_that_came_later_is_empty_in_older_files() {
        let dir = tempfile::tempdir().unwrap();
        let entries = vec![
            file(dir.path(), &BEFORE, 1, vec![Value::Int(10)]),
            file(dir.path(), &AFTER, 2, vec![Value::Int(20), Value::Text("here".into())]),
        ];
        let files = Arc::new(Files::new(dir.path()));
        let ask = Snapshot::new(Parts {
            engine: &Engine::new(&[]),
            specs: &[&AFTER],
            files: &files,
            entries: entries.clone(),
            tail: &HashMap::new(),
            version: 0,
            lease: None,
        })
        .unwrap();
        let rows = ask.rows("select old, new from test_grown where at % 10 = 0 order by old", &[]).unwrap();
        let text = |row: &kernel::ask::Row| (row.int(0).unwrap(), row.text(1).unwrap());
        assert_eq!(rows.iter().map(text).collect::<Vec<_>>(), [(10, String::new()), (20, "here".into())]);
        // Merging files gives the older ones the column.
        let schema = crate::rows::schema(&AFTER);
        files
            .read(&entries[0], &mut |batch| {
                let wide = crate::file::widen(batch, &schema)?;
                assert_eq!((wide.num_columns(), wide.column(5).null_count()), (6, 2));
                Ok(())
            })
            .unwrap();
    }

    #[test]
    fn only_files_that_may_hold_an_answer_are_read() {
        let dir = tempfile::tempdir().unwrap();
        let entries: Vec<Entry> = (1..4).map(|n| file(dir.path(), &BEFORE, n, vec![Value::Int(n)])).collect();
        // The first is gone; whoever asks for later moments does not miss it.
        std::fs::remove_file(dir.path().join(&entries[0].name)).unwrap();
        let ask = Snapshot::new(Parts {
            engine: &Engine::new(&[("grown", "select at, old from test_grown")]),
            specs: &[&BEFORE],
            files: &Arc::new(Files::new(dir.path())),
            entries,
            tail: &HashMap::new(),
            version: 0,
            lease: None,
        })
        .unwrap();
        let rows = ask.rows("select sum(old) from grown where at >= $1", &[Param::Int(20)]).unwrap();
        assert_eq!(rows[0].int(0).unwrap(), 10);
        assert!(ask.rows("select sum(old) from grown", &[]).is_err());
    }
}
