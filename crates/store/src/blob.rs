//! Blobs: bytes named by what they are, outside of the database.
//!
//! A blob's key is the SHA-256 of its bytes, so putting the same bytes twice is one blob, and a blob never changes. What
//! [`Blobs::put`] answers for is on disk: the bytes are written and synced under another name first, so that a blob that
//! is there is whole, whatever was killed.

use crate::StoreError;
use crate::wait::park;
use bytes::Bytes;
use object_store::ObjectStoreExt;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Place;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The blobs of a market. Clones are the same ones.
#[derive(Debug, Clone)]
pub struct Blobs {
    files: Arc<LocalFileSystem>,
    /// Tells unfinished files of this process apart.
    part: Arc<AtomicU64>,
}

fn failed(err: &object_store::Error) -> StoreError {
    StoreError::Blob(err.to_string())
}

fn unusable(err: &std::io::Error) -> StoreError {
    StoreError::Blob(err.to_string())
}

/// Where a blob lies: 256 folders keep each of them short. Nothing for what is no key.
fn place(key: &str) -> Option<Place> {
    let fine = key.len() == 64 && key.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    fine.then(|| Place::from(format!("{}/{key}", &key[..2])))
}

/// The key of some bytes.
pub fn key(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

impl Blobs {
    /// Opens a folder, made if it is not there.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        std::fs::create_dir_all(dir).map_err(|err| unusable(&err))?;
        let files = LocalFileSystem::new_with_prefix(dir).map_err(|err| failed(&err))?;
        Ok(Self { files: Arc::new(files), part: Arc::default() })
    }

    /// Stores bytes and returns their key, once they are on disk.
    pub async fn put(&self, bytes: Bytes) -> Result<String, StoreError> {
        let key = key(&bytes);
        if self.exists(&key).await? {
            return Ok(key);
        }
        let Some(place) = place(&key) else { return Err(StoreError::Blob("a key of its own".to_owned())) };
        let number = self.part.fetch_add(1, Ordering::Relaxed);
        let part = Place::from(format!("part/{}-{number}-{key}", std::process::id()));
        self.files.put(&part, bytes.into()).await.map_err(|err| failed(&err))?;
        let path = self.files.path_to_filesystem(&part).map_err(|err| failed(&err))?;
        blocking(move || File::open(path).and_then(|file| file.sync_all())).await?;
        self.files.rename(&part, &place).await.map_err(|err| failed(&err))?;
        let path = self.files.path_to_filesystem(&place).map_err(|err| failed(&err))?;
        blocking(move || match path.parent() {
            // The name, and the name of its folder, which may be new.
            Some(dir) => {
                File::open(dir)?.sync_all()?;
                dir.parent().map_or(Ok(()), |above| File::open(above)?.sync_all())
            }
            None => Ok(()),
        })
        .await?;
        Ok(key)
    }

    /// [`put`](Self::put) for threads that may wait.
    pub fn put_blocking(&self, bytes: Bytes) -> Result<String, StoreError> {
        park(self.put(bytes))
    }

    /// The bytes of a key; nothing if there are none, or if it is no key at all.
    pub async fn get(&self, key: &str) -> Result<Option<Bytes>, StoreError> {
        let Some(place) = place(key) else { return Ok(None) };
        let found = match self.files.get(&place).await {
            Ok(found) => found,
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            Err(err) => return Err(failed(&err)),
        };
        found.bytes().await.map(Some).map_err(|err| failed(&err))
    }

    /// [`get`](Self::get) for threads that may wait.
    pub fn get_blocking(&self, key: &str) -> Result<Option<Bytes>, StoreError> {
        park(self.get(key))
    }

    /// Whether there are bytes of this key.
    pub async fn exists(&self, key: &str) -> Result<bool, StoreError> {
        let Some(place) = place(key) else { return Ok(false) };
        match self.files.head(&place).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(err) => Err(failed(&err)),
        }
    }
}

/// Runs what waits for the disk where it may: on a thread for it within a runtime, here without one.
async fn blocking(f: impl FnOnce() -> std::io::Result<()> + Send + 'static) -> Result<(), StoreError> {
    let done = match tokio::runtime::Handle::try_current() {
        Ok(runtime) => runtime.spawn_blocking(f).await.map_err(|err| StoreError::Blob(err.to_string()))?,
        Err(_) => f(),
    };
    done.map_err(|err| unusable(&err))
}
