//! What stands in the database, and what does not.

use crate::{DROP_KEY, INSTALLED, KEY_OF, RAW_VALUE, SPOIL, at, contact, join, master, told, vault, write};
use kernel::{Id, Problem, RawId};
use people::vault::{self as v, Error, Field, Master, Reveal, Vault, Why};
use store::{Db, Engine, Query, StoreError, vals};
use testkit::db::{TestDb, on_both};

fn subject(n: u8) -> RawId {
    RawId([n; 16])
}

fn put(db: &Db, vault: &Vault, of: RawId, field: Field, clear: &'static str) {
    let vault = vault.clone();
    write(db, 0, move |tx, _| v::put(tx, &vault, of, field, clear)).unwrap();
}

fn sealed(db: &Db, of: RawId, field: Field) -> Vec<u8> {
    let row = db.read(|q| q.one(&RAW_VALUE, vals![of, field.as_str()], |row| Ok(row.blob(0)?.to_vec())));
    row.unwrap().unwrap()
}

fn spoil(db: &Db, of: RawId, field: Field, bytes: Vec<u8>) {
    write(db, 0, move |tx, _| tx.exec(&SPOIL, vals![of, field.as_str(), &bytes])).unwrap();
}

fn shown(db: &Db, vault: &Vault, of: RawId, field: Field) -> Result<Option<String>, Error> {
    db.read(|q| v::shown(q, vault, of, field))
}

#[test]
fn a_value_that_was_changed_or_moved_is_refused() {
    on_both(|db| {
        let vault = vault(db);
        put(db, &vault, subject(1), Field::Phone, "+8613812341234");
        put(db, &vault, subject(2), Field::Phone, "+8613900000000");
        put(db, &vault, subject(1), Field::Name, "张三");
        assert_eq!(shown(db, &vault, subject(1), Field::Phone).unwrap().unwrap(), "138****1234");
        assert_eq!(shown(db, &vault, subject(3), Field::Phone).unwrap(), None);

        let own = sealed(db, subject(1), Field::Phone);
        let (others, name) = (sealed(db, subject(2), Field::Phone), sealed(db, subject(1), Field::Name));
        let mut bent = own.clone();
        *bent.last_mut().unwrap() ^= 1;
        for bytes in [bent, others, name, own[..30].to_vec(), Vec::new()] {
            spoil(db, subject(1), Field::Phone, bytes);
            let err = shown(db, &vault, subject(1), Field::Phone).unwrap_err();
            assert_eq!((&err, err.code()), (&Error::Damaged(Field::Phone), "vault.damaged"));
        }
        spoil(db, subject(1), Field::Phone, own);
        assert!(shown(db, &vault, subject(1), Field::Phone).is_ok());
        // The number of the key is bound to the value as well.
        let rotated = v::rotate(db, &vault, at(1), &kernel::Quiet).unwrap();
        assert_eq!(rotated.sealed, 3);
        let err = write(db, 0, move |tx, _| {
            tx.exec(&KEY_OF, vals![subject(1), Field::Phone.as_str(), 0])?;
            v::shown(tx, &vault, subject(1), Field::Phone)
        });
        assert!(matches!(err, Err(Error::Damaged(Field::Phone))), "{err:?}");
    });
}

#[test]
fn a_key_that_values_need_cannot_go() {
    on_both(|db| {
        let vault = vault(db);
        put(db, &vault, subject(1), Field::Phone, "+8613812341234");
        let gone: Result<u64, StoreError> = write(db, 0, |tx, _| tx.exec(&DROP_KEY, vals![1]));
        assert!(matches!(gone, Err(StoreError::Constraint { .. })), "{gone:?}");
        assert!(shown(db, &vault, subject(1), Field::Phone).is_ok());
    });
}

#[test]
fn another_master_key_opens_nothing_and_a_changed_one_everything() {
    on_both(|db| {
        let vault = vault(db);
        put(db, &vault, subject(1), Field::Phone, "+8613812341234");
        let digest = vault.digest(&contact("13812341234"));
        let (other, next) = (Master::from_bytes([1; 32]), Master::from_bytes([2; 32]));
        assert_eq!(Vault::open(db, vec![other.clone()], at(0)).unwrap_err(), Error::WrongMaster);
        assert_eq!(Vault::open(db, Vec::new(), at(0)).unwrap_err(), Error::WrongMaster);
        let (same, to) = (vault.clone(), next.clone());
        write(db, 0, move |tx, _| v::rewrap(tx, &same, &to)).unwrap();
        assert_eq!(Vault::open(db, vec![master()], at(0)).unwrap_err(), Error::WrongMaster);
        for masters in [vec![next.clone()], vec![next, master()]] {
            let vault = Vault::open(db, masters, at(0)).unwrap();
            assert_eq!(shown(db, &vault, subject(1), Field::Phone).unwrap().unwrap(), "138****1234");
            assert_eq!(vault.digest(&contact("13812341234")), digest);
        }
        assert_eq!(db.read(|q| q.one(&INSTALLED, &[], |row| row.int(0))).unwrap(), Some(2));
    });
}

#[test]
fn the_file_of_master_keys_is_made_once_and_for_its_owner_alone() {
    let mut test = TestDb::new(Engine::Sqlite);
    let path = test.folder().join(Master::FILE);
    assert_eq!(Master::of_file(&path).unwrap(), None);
    let vault = Vault::of_folder(&test, at(0)).unwrap();
    put(&test, &vault, subject(1), Field::Phone, "+8613812341234");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let line = std::fs::read_to_string(&path).unwrap();
    test.close();
    test.reopen();
    let again = Vault::of_folder(&test, at(1)).unwrap();
    assert_eq!(shown(&test, &again, subject(1), Field::Phone).unwrap().unwrap(), "138****1234");
    std::fs::write(&path, format!("{}\n{line}", "ab".repeat(32))).unwrap();
    let both = Master::of_file(&path).unwrap().unwrap();
    assert_eq!((both.len(), &both[0]), (2, &Master::from_bytes([0xab; 32])));
    assert!(Vault::of_folder(&test, at(1)).is_ok());
    for broken in ["", "abc\n", &"zz".repeat(32), &"é".repeat(32)] {
        std::fs::write(&path, broken).unwrap();
        let err = Vault::of_folder(&test, at(1)).unwrap_err();
        assert_eq!(err.code(), "vault.master_file");
        assert!(broken.is_empty() || !err.to_string().contains(broken.trim()));
    }
}

#[test]
fn a_lost_key_is_said_and_never_replaced() {
    on_both(|db| {
        let path = db.dir().join(Master::FILE);
        let vault = Vault::of_folder(db, at(0)).unwrap();
        put(db, &vault, subject(1), Field::Phone, "+8613812341234");
        let kept = std::fs::read(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        for _ in 0..2 {
            let err = Vault::of_folder(db, at(1)).unwrap_err();
            assert_eq!((err.code(), &err), ("vault.lost_master", &Error::Lost(path.clone())));
            assert!(err.to_string().contains("backup"), "{err}");
            assert!(!path.exists(), "another key would hide that the first one is missing");
        }
        // Another market's key is no answer either.
        std::fs::write(&path, "ab".repeat(32)).unwrap();
        assert_eq!(Vault::of_folder(db, at(1)).unwrap_err(), Error::WrongMaster);
        std::fs::write(&path, kept).unwrap();
        let found = Vault::of_folder(db, at(2)).unwrap();
        assert_eq!(shown(db, &found, subject(1), Field::Phone).unwrap().unwrap(), "138****1234");
    });
}

#[test]
fn a_look_leaves_a_record_in_the_same_transaction_and_a_refused_one_leaves_none() {
    on_both(|db| {
        let vault = vault(db);
        put(db, &vault, subject(1), Field::Phone, "+8613812341234");
        let look = Reveal {
            by: Id::from_raw(subject(9)),
            subject: subject(1),
            field: Field::Phone,
            why: Why::Delivery,
            about: Some(subject(8)),
        };
        let same = vault.clone();
        let secret = write(db, 5, move |tx, ctx| v::reveal(tx, ctx, &same, &look)).unwrap();
        assert_eq!(secret.expose(), "+8613812341234");
        assert_eq!(format!("{secret:?}"), "***");
        let same = vault.clone();
        let other = Reveal { why: Why::Law, about: None, ..look };
        write(db, 6, move |tx, ctx| v::reveal(tx, ctx, &same, &other)).unwrap();
        // Of a look that is rolled back neither the record nor the fact is left; there is nothing to see of others.
        let same = vault.clone();
        let undone: Result<(), Error> = write(db, 7, move |tx, ctx| {
            v::reveal(tx, ctx, &same, &look)?;
            Err(Error::Contact)
        });
        assert_eq!(undone, Err(Error::Contact));
        let nothing = Reveal { field: Field::Email, ..look };
        let err = write(db, 8, move |tx, ctx| v::reveal(tx, ctx, &vault, &nothing)).unwrap_err();
        assert_eq!(err, Error::Nothing(Field::Email));

        let all = db.read(|q| v::accesses(q, subject(1), None, 10)).unwrap();
        let seen: Vec<_> = all.iter().map(|access| (access.look, access.at)).collect();
        assert_eq!(seen, [(other, at(6)), (look, at(5))]);
        let page = db.read(|q| v::accesses(q, subject(1), Some(all[0].id), 10)).unwrap();
        assert_eq!(page, all[1..]);
        assert_eq!(db.read(|q| v::looks(q, None, 10)).unwrap(), all);
        assert_eq!(db.read(|q| v::looks(q, Some(all[0].id), 10)).unwrap(), all[1..]);
        assert_eq!(told(db), ["personal.revealed"; 2]);
    });
}

/// What a member is known by, in every way it could have been written.
#[test]
fn nothing_personal_is_readable_in_the_bytes_of_the_database() {
    let mut db = TestDb::new(Engine::Sqlite);
    let vault = vault(&db);
    let member = join(&db, &vault, "13987650123", "correct horse").unwrap();
    let postal = crate::address::postal("李清照", "13711112222", "柳絮泉");
    let same = vault.clone();
    write(&db, 1, move |tx, ctx| {
        people::member::add_address(tx, ctx, &same, member, &postal, Some(kernel::Country::CN))
    })
    .unwrap();
    let (_, answer) = crate::sign_in(&db, &vault, 2, "13987650123", "correct horse").unwrap();
    v::rotate(&db, &vault, at(3), &kernel::Quiet).unwrap();
    let token = answer.token().expose();
    db.close();
    let mut bytes = Vec::new();
    for file in std::fs::read_dir(db.folder()).unwrap() {
        bytes.extend(std::fs::read(file.unwrap().path()).unwrap());
    }
    let found = |wanted: &[u8]| bytes.windows(wanted.len()).any(|window| window == wanted);
    assert!(found(member.raw().bytes()), "the search finds what is there");
    let raw_token: Vec<u8> =
        (0..32).map(|i| u8::from_str_radix(&token[2 * i..2 * i + 2], 16).unwrap()).collect();
    for wanted in
        ["13987650123", "3987650", "张三丰", "李清照", "13711112222", "柳絮泉", "correct horse", &token]
    {
        assert!(!found(wanted.as_bytes()), "{wanted} can be read");
    }
    assert!(!found(&raw_token) && !found(&[0x5a; 32]), "a token or the master key can be read");
}
