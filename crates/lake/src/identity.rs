//! Which database a folder belongs to.
//!
//! The folder is swept of files that the manifest does not name; with the manifest of another database that would be all
//! of them. So the folder has the id of its database in a file, made before the first of its Parquet files, and nothing
//! is swept, written or read where it is another one.

use crate::LakeError;
use crate::file::{self, Entry, UNFINISHED};
use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::Path;

const NAME: &str = "ID";

/// Refuses a folder that is not that of the lake `id` with the files `entries`. True if the folder says so itself; else
/// it is empty, or was written before folders had ids, and has to be [marked](mark) before anything is written to it.
pub(crate) fn check(dir: &Path, id: &str, entries: &[Entry]) -> Result<bool, LakeError> {
    let path = dir.join(NAME);
    match std::fs::read_to_string(&path) {
        Ok(found) if found.trim_end() == id => return Ok(true),
        Ok(_) => return Err(LakeError::AnotherDatabase { dir: dir.to_owned() }),
        Err(err) if err.kind() == ErrorKind::NotFound => {}
        Err(err) => return Err(LakeError::file(path, err)),
    }
    if entries.is_empty() {
        return match holds_files(dir)? {
            true => Err(LakeError::AnotherDatabase { dir: dir.to_owned() }),
            false => Ok(false),
        };
    }
    whole(dir, entries)?;
    Ok(false)
}

/// Refuses a folder in which a file is missing. The manifest must not change meanwhile.
pub(crate) fn whole(dir: &Path, entries: &[Entry]) -> Result<(), LakeError> {
    match entries.iter().find(|entry| !dir.join(&entry.name).is_file()) {
        Some(Entry { name, .. }) => Err(LakeError::AnotherFolder { dir: dir.to_owned(), file: name.clone() }),
        None => Ok(()),
    }
}

fn holds_files(dir: &Path) -> Result<bool, LakeError> {
    let failed = |err: std::io::Error| LakeError::file(dir, err);
    let all = match std::fs::read_dir(dir) {
        Err(err) if err.kind() == ErrorKind::NotFound => return Ok(false),
        all => all.map_err(failed)?,
    };
    for found in all {
        if found.map_err(failed)?.file_name().to_string_lossy().ends_with(".parquet") {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Says in the folder whose it is, for good.
pub(crate) fn mark(dir: &Path, id: &str) -> Result<(), LakeError> {
    let unfinished = dir.join(format!("{NAME}.{UNFINISHED}"));
    File::create(&unfinished)
        .and_then(|mut file| {
            file.write_all(format!("{id}\n").as_bytes())?;
            file.sync_all()?;
            std::fs::rename(&unfinished, dir.join(NAME))
        })
        .map_err(|err| LakeError::file(&unfinished, err))?;
    file::sync(dir)
}
