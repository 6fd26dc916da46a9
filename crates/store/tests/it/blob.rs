//! Blobs in a folder.

use bytes::Bytes;
use store::blob::{self, Blobs};

#[test]
fn bytes_come_back_under_the_key_of_what_they_are() {
    let dir = tempfile::tempdir().unwrap();
    let blobs = Blobs::open(&dir.path().join("blobs")).unwrap();
    let key = blobs.put_blocking(Bytes::from_static(b"a picture")).unwrap();
    assert_eq!(key, blob::key(b"a picture"));
    assert_eq!(key.len(), 64);
    assert_eq!(blobs.get_blocking(&key).unwrap().as_deref(), Some(&b"a picture"[..]));
    assert_eq!(blobs.put_blocking(Bytes::from_static(b"a picture")).unwrap(), key, "once is enough");
    let again = Blobs::open(&dir.path().join("blobs")).unwrap();
    assert_eq!(again.get_blocking(&key).unwrap().as_deref(), Some(&b"a picture"[..]));
}

#[test]
fn what_is_no_key_has_no_bytes_and_leads_nowhere() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("secret"), "x").unwrap();
    let blobs = Blobs::open(&dir.path().join("blobs")).unwrap();
    let key = blobs.put_blocking(Bytes::from_static(b"a picture")).unwrap();
    for bad in ["", "../secret", "part", &key[..63], &key.to_uppercase(), &format!("{}/", &key[..63])] {
        assert_eq!(blobs.get_blocking(bad).unwrap(), None, "{bad}");
    }
    assert_eq!(blobs.get_blocking(&blob::key(b"another")).unwrap(), None);
}

#[test]
fn a_half_written_blob_is_not_there() {
    let dir = tempfile::tempdir().unwrap();
    let blobs = Blobs::open(dir.path()).unwrap();
    let key = blob::key(b"a picture");
    std::fs::create_dir_all(dir.path().join("part")).unwrap();
    // What a process leaves that was killed before it could give the file its name.
    std::fs::write(dir.path().join("part").join(format!("1-0-{key}")), b"a pic").unwrap();
    assert_eq!(blobs.get_blocking(&key).unwrap(), None);
    blobs.put_blocking(Bytes::from_static(b"a picture")).unwrap();
    assert_eq!(blobs.get_blocking(&key).unwrap().as_deref(), Some(&b"a picture"[..]));
}

#[test]
fn many_threads_of_a_runtime_may_put_the_same_bytes() {
    let dir = tempfile::tempdir().unwrap();
    let blobs = Blobs::open(dir.path()).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    runtime.block_on(async {
        let puts: Vec<_> = (0..8)
            .map(|i| {
                let blobs = blobs.clone();
                tokio::spawn(async move { blobs.put(Bytes::from(vec![i / 4; 10_000])).await })
            })
            .collect();
        for (i, put) in puts.into_iter().enumerate() {
            let key = put.await.unwrap().unwrap();
            assert_eq!(blobs.get(&key).await.unwrap().unwrap()[..], vec![(i / 4) as u8; 10_000]);
        }
    });
}
