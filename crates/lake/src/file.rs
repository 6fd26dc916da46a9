//! Parquet files of the lake: how one is written so that it is there as a whole or not at all, and how it is read.
//!
//! A file is written under another name, synced, renamed, and its folder synced, before the manifest names it. A file
//! that a manifest names never changes.

use crate::LakeError;
use crate::rows::{COMMON, Taken};
use bytes::Bytes;
use datafusion::arrow::datatypes::{DataType, Schema};
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::parquet::ParquetFileReaderFactory;
use datafusion::physical_plan::metrics::ExecutionPlanMetricsSet;
use futures::FutureExt;
use futures::future::BoxFuture;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ArrowReaderOptions;
use parquet::arrow::async_reader::AsyncFileReader;
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;
use std::collections::HashMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// Rows of a row group: what one thread reads in one go.
const GROUP: usize = 256 * 1024;
/// What a file is called while it is being written.
pub(crate) const UNFINISHED: &str = "unfinished";

/// A file that a manifest names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Its name in the lake's folder.
    pub(crate) name: String,
    /// The kind of its facts.
    pub(crate) kind: String,
    /// How many facts.
    pub(crate) rows: i64,
    /// Its size.
    pub(crate) bytes: i64,
    /// The earliest and the latest `at`.
    pub(crate) span: (i64, i64),
}

/// How the columns of a kind are stored: times and numbers as deltas, ids as they are (they are random bits, nothing
/// makes them smaller), texts compressed. Of plain numbers and deltas, each bare, with lz4 and with zstd, bare deltas
/// were read fastest and were nearly the smallest.
fn properties(schema: &Schema) -> WriterProperties {
    let mut built = WriterProperties::builder()
        .set_created_by("sanhao".to_owned())
        .set_max_row_group_row_count(Some(GROUP))
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_offset_index_disabled(true)
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(1).unwrap_or_default()));
    for field in schema.fields() {
        let path = ColumnPath::from(field.name().as_str());
        built = match field.data_type() {
            DataType::Int64 => built
                .set_column_dictionary_enabled(path.clone(), false)
                .set_column_encoding(path.clone(), Encoding::DELTA_BINARY_PACKED)
                .set_column_compression(path, Compression::UNCOMPRESSED),
            DataType::FixedSizeBinary(_) => built
                .set_column_dictionary_enabled(path.clone(), false)
                .set_column_encoding(path.clone(), Encoding::PLAIN)
                .set_column_compression(path, Compression::UNCOMPRESSED),
            _ => built,
        };
    }
    built.build()
}

/// Writes one file of a kind, batch by batch.
pub(crate) struct Writer {
    dir: PathBuf,
    entry: Entry,
    unfinished: PathBuf,
    out: ArrowWriter<BufWriter<File>>,
}

impl Writer {
    /// Begins the file `number` of a kind.
    pub(crate) fn begin(
        dir: &Path,
        kind: &str,
        number: i64,
        schema: &Arc<Schema>,
    ) -> Result<Self, LakeError> {
        let name = format!("{}-{number:08}.parquet", kind.replace('.', "_"));
        let unfinished = dir.join(format!("{name}.{UNFINISHED}"));
        let file = File::create(&unfinished).map_err(|err| LakeError::file(&unfinished, err))?;
        let out = ArrowWriter::try_new(
            BufWriter::with_capacity(1 << 20, file),
            schema.clone(),
            Some(properties(schema)),
        )
        .map_err(|err| LakeError::file(&unfinished, err))?;
        let entry = Entry { name, kind: kind.to_owned(), rows: 0, bytes: 0, span: (i64::MAX, i64::MIN) };
        Ok(Self { dir: dir.to_owned(), entry, unfinished, out })
    }

    /// Adds facts, of which `span` is the earliest and the latest `at`.
    pub(crate) fn write(
        &mut self,
        batch: &datafusion::arrow::array::RecordBatch,
        span: (i64, i64),
    ) -> Result<(), LakeError> {
        self.out.write(batch).map_err(|err| LakeError::file(&self.unfinished, err))?;
        self.entry.rows += batch.num_rows() as i64;
        self.entry.span = (self.entry.span.0.min(span.0), self.entry.span.1.max(span.1));
        Ok(())
    }

    /// Makes it a file of the lake: on the disk for good, under its own name. [`sync`] the folder before naming it.
    pub(crate) fn finish(self) -> Result<Entry, LakeError> {
        let Self { dir, mut entry, unfinished, out } = self;
        let failed = |err: &dyn std::fmt::Display| LakeError::file(&unfinished, err);
        let mut buffer = out.into_inner().map_err(|err| failed(&err))?;
        buffer.flush().map_err(|err| failed(&err))?;
        let file = buffer.into_inner().map_err(|err| failed(&err))?;
        file.sync_all().map_err(|err| failed(&err))?;
        entry.bytes = file.metadata().map_err(|err| failed(&err))?.len() as i64;
        let path = dir.join(&entry.name);
        std::fs::rename(&unfinished, &path).map_err(|err| LakeError::file(&path, err))?;
        Ok(entry)
    }
}

/// Makes the names in a folder last.
pub(crate) fn sync(dir: &Path) -> Result<(), LakeError> {
    File::open(dir).and_then(|dir| dir.sync_all()).map_err(|err| LakeError::file(dir, err))
}

/// Writes the facts of some kinds, a file each, on as many threads as there are processors. `number` is that of the first.
pub(crate) fn write_all(dir: &Path, taken: &[Taken], number: i64) -> Result<Vec<Entry>, LakeError> {
    let mut jobs: Vec<(usize, i64)> = (0..taken.len()).zip(number..).collect();
    // The largest goes first, so that the threads end together.
    jobs.sort_by_key(|(i, _)| taken[*i].batch.num_rows());
    let jobs = Mutex::new(jobs);
    let work = || -> Result<Vec<Entry>, LakeError> {
        let mut entries = Vec::new();
        loop {
            let next = jobs.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let Some((i, number)) = next else { return Ok(entries) };
            let Taken { spec, batch, span } = &taken[i];
            let mut writer = Writer::begin(dir, spec.kind, number, &batch.schema())?;
            writer.write(batch, *span)?;
            entries.push(writer.finish()?);
        }
    };
    let mut entries = std::thread::scope(|scope| {
        let helpers: Vec<_> = (1..crate::threads().min(taken.len())).map(|_| scope.spawn(work)).collect();
        let mut entries = work()?;
        for helper in helpers {
            entries.extend(helper.join().map_err(|_| LakeError::engine("a writer of files panicked"))??);
        }
        Ok::<_, LakeError>(entries)
    })?;
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    sync(dir)?;
    Ok(entries)
}

/// The files of a lake as queries read them: footers are read once and kept, bytes come straight from the disk's cache.
#[derive(Debug)]
pub(crate) struct Files {
    dir: PathBuf,
    footers: Mutex<HashMap<String, Arc<ParquetMetaData>>>,
}

impl Files {
    /// The files in a folder.
    pub(crate) fn new(dir: &Path) -> Self {
        Self { dir: dir.to_owned(), footers: Mutex::default() }
    }

    /// The folder.
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// Forgets the footers of files that are not in use any more.
    pub(crate) fn keep(&self, names: &dyn Fn(&str) -> bool) {
        let mut footers = self.footers.lock().unwrap_or_else(PoisonError::into_inner);
        footers.retain(|name, _| names(name));
    }

    /// Opens a file and checks that it is as long as the manifest says.
    pub(crate) fn open(&self, name: &str, bytes: u64) -> Result<File, LakeError> {
        let path = self.dir.join(name);
        let file = File::open(&path).map_err(|err| LakeError::file(&path, err))?;
        let found = file.metadata().map_err(|err| LakeError::file(&path, err))?.len();
        if found != bytes {
            return Err(LakeError::file(
                path,
                format_args!("the file is damaged: it has {found} bytes and should have {bytes}"),
            ));
        }
        Ok(file)
    }

    fn footer(&self, name: &str, file: &File) -> Result<Arc<ParquetMetaData>, LakeError> {
        if let Some(found) = self.footers.lock().unwrap_or_else(PoisonError::into_inner).get(name) {
            return Ok(found.clone());
        }
        let read = ParquetMetaDataReader::new().parse_and_finish(file);
        let read = Arc::new(read.map_err(|err| self.damaged(name, err))?);
        let mut footers = self.footers.lock().unwrap_or_else(PoisonError::into_inner);
        footers.insert(name.to_owned(), read.clone());
        Ok(read)
    }

    fn damaged(&self, name: &str, err: impl std::fmt::Display) -> LakeError {
        LakeError::file(self.dir.join(name), format_args!("the file is damaged: {err}"))
    }

    /// Reads a whole file, batch by batch.
    pub(crate) fn read(
        &self,
        entry: &Entry,
        each: &mut dyn FnMut(datafusion::arrow::array::RecordBatch) -> Result<(), LakeError>,
    ) -> Result<(), LakeError> {
        let file = self.open(&entry.name, entry.bytes as u64)?;
        let reader = parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(file)
            .and_then(|builder| builder.with_batch_size(64 * 1024).build())
            .map_err(|err| self.damaged(&entry.name, err))?;
        for batch in reader {
            each(batch.map_err(|err| self.damaged(&entry.name, err))?)?;
        }
        Ok(())
    }
}

/// Makes readers for the scans of a query.
#[derive(Debug)]
pub(crate) struct Readers(pub(crate) Arc<Files>);

impl ParquetFileReaderFactory for Readers {
    fn create_reader(
        &self,
        _partition: usize,
        file: PartitionedFile,
        _hint: Option<usize>,
        _metrics: &ExecutionPlanMetricsSet,
    ) -> datafusion::error::Result<Box<dyn AsyncFileReader + Send>> {
        let name = file.object_meta.location.as_ref().to_owned();
        let bytes = file.object_meta.size;
        Ok(Box::new(Reader { files: self.0.clone(), name, bytes, file: None }))
    }
}

/// Reads a file where it stands, without a hop to another thread: what the disk's cache holds is a copy away.
struct Reader {
    files: Arc<Files>,
    name: String,
    bytes: u64,
    file: Option<File>,
}

impl Reader {
    fn file(&mut self) -> Result<&File, LakeError> {
        if self.file.is_none() {
            self.file = Some(self.files.open(&self.name, self.bytes)?);
        }
        self.file.as_ref().ok_or_else(|| LakeError::engine("no file"))
    }
    fn get(&mut self, range: Range<u64>) -> Result<Bytes, ParquetError> {
        let path = self.files.dir.join(&self.name);
        let file = self.file().map_err(|err| ParquetError::General(err.to_string()))?;
        let mut buffer = vec![0; (range.end - range.start) as usize];
        file.read_exact_at(&mut buffer, range.start)
            .map_err(|err| ParquetError::General(LakeError::file(path, err).to_string()))?;
        Ok(Bytes::from(buffer))
    }
    fn metadata(&mut self) -> Result<Arc<ParquetMetaData>, LakeError> {
        self.file()?;
        let file = self.file.as_ref().ok_or_else(|| LakeError::engine("no file"))?;
        self.files.footer(&self.name, file)
    }
}

impl AsyncFileReader for Reader {
    fn get_bytes(&mut self, range: Range<u64>) -> BoxFuture<'_, parquet::errors::Result<Bytes>> {
        std::future::ready(self.get(range)).boxed()
    }
    fn get_byte_ranges(
        &mut self,
        ranges: Vec<Range<u64>>,
    ) -> BoxFuture<'_, parquet::errors::Result<Vec<Bytes>>> {
        std::future::ready(ranges.into_iter().map(|range| self.get(range)).collect()).boxed()
    }
    fn get_metadata<'a>(
        &'a mut self,
        _options: Option<&'a ArrowReaderOptions>,
    ) -> BoxFuture<'a, parquet::errors::Result<Arc<ParquetMetaData>>> {
        std::future::ready(self.metadata().map_err(|err| ParquetError::General(err.to_string()))).boxed()
    }
}

/// The columns of a file as the kind has them now: columns that came later are empty in it.
pub(crate) fn widen(
    batch: datafusion::arrow::array::RecordBatch,
    schema: &Arc<Schema>,
) -> Result<datafusion::arrow::array::RecordBatch, LakeError> {
    if batch.num_columns() < COMMON || batch.schema().fields() == schema.fields() {
        return Ok(batch);
    }
    let columns = schema.fields().iter().map(|field| {
        batch
            .column_by_name(field.name())
            .cloned()
            .unwrap_or_else(|| datafusion::arrow::array::new_null_array(field.data_type(), batch.num_rows()))
    });
    datafusion::arrow::array::RecordBatch::try_new(schema.clone(), columns.collect())
        .map_err(LakeError::engine)
}
