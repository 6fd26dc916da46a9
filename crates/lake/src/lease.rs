//! Leases: how a snapshot keeps its files from being deleted, across processes and without a clock.
//!
//! A snapshot of the manifest's generation `n` holds a shared lock on `lease-n`. A file that generation `g` replaced
//! goes when no lease below `g` is held; the system drops a lock with the process that held it. A reader takes the lock
//! first and then makes sure that `n` is still the generation: the writer looks for locks only after it has moved on.

use crate::LakeError;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::path::Path;

const PREFIX: &str = "lease-";

/// Holds the files of a generation. None where nothing may be written: such a reader takes its chances.
pub(crate) fn take(dir: &Path, generation: i64) -> Result<Option<File>, LakeError> {
    let path = dir.join(format!("{PREFIX}{generation}"));
    let open = || OpenOptions::new().create(true).append(true).open(&path);
    let opened = match open() {
        Err(err) if err.kind() == ErrorKind::NotFound => std::fs::create_dir_all(dir).and_then(|()| open()),
        opened => opened,
    };
    match opened.and_then(|file| file.lock_shared().map(|()| file)) {
        Ok(file) => Ok(Some(file)),
        Err(err) if matches!(err.kind(), ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem) => {
            Ok(None)
        }
        Err(err) => Err(LakeError::file(path, err)),
    }
}

/// The oldest generation whose files somebody still holds, at most `now`; leases of those before it are cleared away.
pub(crate) fn oldest_held(dir: &Path, now: i64) -> Result<i64, LakeError> {
    let failed = |err: std::io::Error| LakeError::file(dir, err);
    let mut oldest = now;
    for found in std::fs::read_dir(dir).map_err(failed)? {
        let found = found.map_err(failed)?;
        let name = found.file_name();
        let Some(generation) = name.to_str().and_then(|n| n.strip_prefix(PREFIX)?.parse::<i64>().ok()) else {
            continue;
        };
        if generation >= now {
            continue;
        }
        let path = found.path();
        let file = File::open(&path).map_err(|err| LakeError::file(&path, err))?;
        match file.try_lock() {
            Ok(()) => std::fs::remove_file(&path).map_err(|err| LakeError::file(&path, err))?,
            Err(TryLockError::WouldBlock) => oldest = oldest.min(generation),
            Err(TryLockError::Error(err)) => return Err(LakeError::file(&path, err)),
        }
    }
    Ok(oldest)
}

/// Waits until this is the only one at work on the lake's files.
pub(crate) fn work(dir: &Path) -> Result<File, LakeError> {
    let path = dir.join("work.lock");
    OpenOptions::new()
        .create(true)
        .append(true)
        .open(&path)
        .and_then(|file| file.lock().map(|()| file))
        .map_err(|err| LakeError::file(path, err))
}
