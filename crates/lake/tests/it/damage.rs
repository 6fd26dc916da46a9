//! Files that are not what they were: an error names the file, and nothing panics.

use crate::told;
use kernel::Ask;
use lake::Bulk;
use std::path::PathBuf;

/// A lake whose file of placed orders is changed by `harm`, and what the asker then hears.
fn after(harm: impl Fn(&PathBuf)) -> (String, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let mut bulk = Bulk::new(dir.path()).unwrap();
    for record in told::facts(0, 3000) {
        bulk.push(&record).unwrap();
    }
    bulk.finish(&[]).unwrap();
    let files = std::fs::read_dir(dir.path()).unwrap().map(|f| f.unwrap().path());
    let file = files.into_iter().find(|f| f.to_str().unwrap().contains("order_placed-")).unwrap();
    harm(&file);
    let ask = Bulk::open(dir.path(), &[]).unwrap();
    let err =
        ask.rows("select id, at, shop, subject, external_id, ship_by from order_placed", &[]).unwrap_err();
    // The other files are as good as ever.
    assert!(ask.rows("select max(at) from order_paid", &[]).is_ok());
    (err.0, file)
}

#[test]
fn a_truncated_file_is_named() {
    let (err, file) = after(|file| {
        let bytes = std::fs::read(file).unwrap();
        std::fs::write(file, &bytes[..bytes.len() / 2]).unwrap();
    });
    assert!(err.contains(file.to_str().unwrap()) && err.contains("should have"), "{err}");
}

#[test]
fn a_missing_file_is_named() {
    let (err, file) = after(|file| std::fs::remove_file(file).unwrap());
    assert!(err.contains(file.to_str().unwrap()) && err.contains("No such file"), "{err}");
}

#[test]
fn a_file_of_garbage_is_named() {
    let (err, file) = after(|file| {
        let len = std::fs::metadata(file).unwrap().len() as usize;
        std::fs::write(file, vec![b'x'; len]).unwrap();
    });
    assert!(err.contains(file.to_str().unwrap()) && err.contains("damaged"), "{err}");
}

#[test]
fn garbage_in_the_middle_of_a_file_is_named() {
    let (err, file) = after(|file| {
        let mut bytes = std::fs::read(file).unwrap();
        // The footer stays whole; its last eight bytes say how long it is.
        let end = bytes.len() - 8;
        let footer = u32::from_le_bytes(bytes[end..end + 4].try_into().unwrap()) as usize;
        let pages = end - footer;
        bytes[4..pages].fill(0xff);
        std::fs::write(file, bytes).unwrap();
    });
    assert!(err.contains(file.to_str().unwrap()) && err.contains("damaged"), "{err}");
}
