//! The lake's files without a log: for benchmarks and for the tests of those who ask.

use crate::file::{self, Entry, Files};
use crate::rows::{Mixed, Shops, Taken};
use crate::snapshot::{Engine, Parts, Snapshot};
use crate::{LakeError, ROUND};
use kernel::{RawId, Record};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Writes facts straight into files of the lake and remembers them in memory. Facts told twice are there twice.
pub struct Bulk {
    dir: PathBuf,
    shops: Shops,
    mixed: Mixed,
    entries: Vec<Entry>,
    /// Writes one round while the next one is taken in.
    behind: Option<std::thread::JoinHandle<Result<Vec<Entry>, LakeError>>>,
    number: i64,
}

impl std::fmt::Debug for Bulk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bulk").field("dir", &self.dir).finish_non_exhaustive()
    }
}

const MANIFEST: &str = "bulk.manifest";

impl Bulk {
    /// Begins in a folder, which is made.
    pub fn new(dir: &Path) -> Result<Self, LakeError> {
        std::fs::create_dir_all(dir).map_err(|err| LakeError::file(dir, err))?;
        Ok(Self {
            dir: dir.to_owned(),
            shops: Shops::default(),
            mixed: Mixed::default(),
            entries: Vec::new(),
            behind: None,
            number: 0,
        })
    }

    /// Takes one fact.
    pub fn push(&mut self, record: &Record) -> Result<(), LakeError> {
        self.mixed.push(record, &mut self.shops)?;
        if self.mixed.len() >= ROUND { self.flush() } else { Ok(()) }
    }

    /// The number that stands for a shop; a shop nobody has told of yet gets the next one.
    pub fn shop(&mut self, id: RawId) -> i64 {
        self.shops.number(id)
    }

    fn flush(&mut self) -> Result<(), LakeError> {
        let taken: Vec<Taken> = self.mixed.take()?;
        self.wait()?;
        if taken.is_empty() {
            return Ok(());
        }
        let (dir, number) = (self.dir.clone(), self.number);
        self.number += taken.len() as i64;
        self.behind = Some(std::thread::spawn(move || file::write_all(&dir, &taken, number)));
        Ok(())
    }

    fn wait(&mut self) -> Result<(), LakeError> {
        if let Some(behind) = self.behind.take() {
            let entries = behind.join().map_err(|_| LakeError::engine("a writer of files panicked"))?;
            self.entries.extend(entries?);
        }
        Ok(())
    }

    /// Ends, and opens what was written. The folder can be opened again with [`Bulk::open`].
    pub fn finish(mut self, relations: &[(&str, &str)]) -> Result<Snapshot, LakeError> {
        self.flush()?;
        self.wait()?;
        let mut text = String::new();
        for Entry { name, kind, rows, bytes, span: (min, max) } in &self.entries {
            text.push_str(&format!("{name} {kind} {rows} {bytes} {min} {max}\n"));
        }
        let path = self.dir.join(MANIFEST);
        std::fs::write(&path, text).map_err(|err| LakeError::file(path, err))?;
        Self::open(&self.dir, relations)
    }

    /// Opens what [`Bulk::finish`] left.
    pub fn open(dir: &Path, relations: &[(&str, &str)]) -> Result<Snapshot, LakeError> {
        let path = dir.join(MANIFEST);
        let text = std::fs::read_to_string(&path).map_err(|err| LakeError::file(&path, err))?;
        let entry = |line: &str| {
            let mut words = line.split(' ');
            let (name, kind) = (words.next()?.to_owned(), words.next()?.to_owned());
            let mut number = || words.next()?.parse::<i64>().ok();
            Some(Entry { name, kind, rows: number()?, bytes: number()?, span: (number()?, number()?) })
        };
        let entries = text
            .lines()
            .map(|line| {
                entry(line).ok_or_else(|| LakeError::file(&path, format_args!("\"{line}\" is not a file")))
            })
            .collect::<Result<Vec<_>, _>>()?;
        // FNV-1a: the same files, the same facts.
        let version = text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Snapshot::new(Parts {
            engine: &Engine::new(relations),
            specs: &kernel::fact::all(),
            files: &Arc::new(Files::new(dir)),
            entries,
            tail: &HashMap::new(),
            version,
            lease: None,
        })
    }
}
