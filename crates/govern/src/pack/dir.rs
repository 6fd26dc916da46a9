//! A pack's folder on disk.

use super::{File, Pack, load};
use crate::FileDiagnostic;
use kernel::Currency;
use std::path::{Path, PathBuf};

/// No file of a pack is longer than this, in bytes.
const MOST_FILE: u64 = 1 << 20;

/// Why a pack could not be loaded from a folder.
#[derive(Debug, thiserror::Error)]
pub enum DirError {
    /// The folder, or a file in it, cannot be read.
    #[error("{path} cannot be read: {why}")]
    Unreadable {
        /// What cannot be read.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// It can, and is not a pack.
    #[error("{} things are wrong with the pack", .0.len())]
    Broken(Vec<FileDiagnostic>),
}

/// Reads and checks the pack of a folder, for a market of a currency or for none in particular.
pub fn load_dir(dir: &Path, market: Option<Currency>) -> Result<Pack, DirError> {
    // Whatever else lies in a folder that is no pack is nobody's business here.
    if dir.is_dir() && !dir.join("pack.toml").exists() {
        return load(&dir.display().to_string(), &[], market).map_err(DirError::Broken);
    }
    let files = read_dir(dir)?;
    load(&dir.display().to_string(), &files, market).map_err(DirError::Broken)
}

/// The TOML files of a folder and of the folders in it, by path.
pub fn read_dir(dir: &Path) -> Result<Vec<File>, DirError> {
    let mut files = Vec::new();
    read_into(dir, "", &mut files)?;
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

fn read_into(dir: &Path, folder: &str, files: &mut Vec<File>) -> Result<(), DirError> {
    let unreadable = |path: &Path, why: &dyn std::fmt::Display| DirError::Unreadable {
        path: path.to_owned(),
        why: why.to_string(),
    };
    for entry in std::fs::read_dir(dir).map_err(|err| unreadable(dir, &err))? {
        let path = entry.map_err(|err| unreadable(dir, &err))?.path();
        let Some(name) = path.file_name().map(|name| name.to_string_lossy().into_owned()) else {
            continue;
        };
        if name.starts_with('.') {
            continue;
        }
        let about = std::fs::metadata(&path).map_err(|err| unreadable(&path, &err))?;
        if about.is_dir() {
            // A pack has one level of folders.
            if folder.is_empty() {
                read_into(&path, &format!("{name}/"), files)?;
            }
        } else if about.is_file() && name.ends_with(".toml") {
            if about.len() > MOST_FILE {
                return Err(unreadable(&path, &format!("it is longer than {MOST_FILE} bytes")));
            }
            let bytes = std::fs::read(&path).map_err(|err| unreadable(&path, &err))?;
            files.push(File { path: format!("{folder}{name}"), bytes });
        }
    }
    Ok(())
}
