//! What can be done with personal data.
//!
//! Sealing draws a nonce inside the write; it takes microseconds, and a write that is run again seals again.

use super::crypt::{self, Digest, Key, Master, Secret};
use super::error::Error;
use super::fact;
use super::model::{Access, Contact, Field, Reveal, Trace};
use super::sql::{self, KeyRow, ValueRow};
use kernel::id::Access as AccessKind;
use kernel::{Ctx, Id, Moment, Progress, RawId};
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};
use store::{Db, Keys, Query, StoreError, Tx, WriteError};

const DATA: &str = "data";
const INDEX: &str = "index";
/// The number of the key of digests.
const INDEX_NUMBER: i64 = 0;
/// How many values one write seals anew.
const CHUNK: i64 = 200;

/// The keys of an open database. Clones are the same one.
#[derive(Clone)]
pub struct Vault {
    masters: Arc<[Master]>,
    ring: Arc<RwLock<Ring>>,
}

/// What is unwrapped. Only committed keys come in here: a key of a write that may yet be rolled back is never sealed with.
struct Ring {
    index: Key,
    current: i64,
    keys: BTreeMap<i64, Key>,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Vault").field("current", &self.current()).finish_non_exhaustive()
    }
}

impl Vault {
    /// Unwraps the keys of a database, made with the first master key if it has none yet and is open for writing. The
    /// present master key comes first; older ones may follow.
    pub fn open(db: &Db, masters: Vec<Master>, now: Moment) -> Result<Self, Error> {
        let first = masters.first().ok_or(Error::WrongMaster)?;
        if db.is_writer() && db.read(|q| sql::keys(q))?.is_empty() {
            let index = wrapped(first, INDEX_NUMBER, INDEX, &Key::fresh()?)?;
            let data = wrapped(first, 1, DATA, &Key::fresh()?)?;
            db.write_blocking("vault.install", Keys::none(), move |tx| {
                sql::add_key(tx, &index, now)?;
                sql::add_key(tx, &data, now).map(drop)
            })
            .map_err(WriteError::<StoreError>::flatten)?;
        }
        let ring = db.read(|q| ring(q, &masters))?;
        Ok(Self { masters: masters.into(), ring: Arc::new(RwLock::new(ring)) })
    }

    /// The vault of a market: its master keys stand in the file `vault.key` of its folder. The first time, the file is
    /// made with a new key; once the database has keys, a file that is gone is an error and never made anew, since a new
    /// key would open nothing.
    pub fn of_folder(db: &Db, now: Moment) -> Result<Self, Error> {
        let path = db.dir().join(Master::FILE);
        let masters = match Master::of_file(&path)? {
            Some(masters) => masters,
            None if !db.read(|q| sql::keys(q))?.is_empty() => return Err(Error::Lost(path)),
            None if db.is_writer() => vec![Master::make_file(&path)?],
            None => return Err(Error::Absent),
        };
        Self::open(db, masters, now)
    }

    /// Takes up what another process or a rotation changed.
    pub fn refresh(&self, db: &Db) -> Result<(), Error> {
        let ring = db.read(|q| ring(q, &self.masters))?;
        *self.ring.write().unwrap_or_else(PoisonError::into_inner) = ring;
        Ok(())
    }

    /// The number of the key that new values are sealed under.
    pub fn current(&self) -> i64 {
        self.held(|ring| ring.current)
    }

    /// What a contact is found by.
    pub fn digest(&self, contact: &Contact) -> Digest {
        self.held(|ring| ring.index.digest(contact.field(), contact.text()))
    }

    /// What is left of a value by which the same value is known again, for one purpose alone.
    pub fn trace(&self, of: Trace, value: &str) -> [u8; 16] {
        self.held(|ring| ring.index.trace(of, value))
    }

    fn held<T>(&self, f: impl FnOnce(&Ring) -> T) -> T {
        f(&self.ring.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// A key by number: the ring's, or, if this process has not heard of it yet, the database's.
    fn key(&self, q: &mut impl Query, number: i64) -> Result<Key, Error> {
        match self.held(|ring| ring.keys.get(&number).cloned()) {
            Some(key) => Ok(key),
            None => unwrapped(&self.masters, &sql::key(q, number)?.ok_or(Error::NoKey(number))?),
        }
    }

    fn seal(&self, subject: RawId, field: Field, clear: &str) -> Result<ValueRow, Error> {
        let (key, with) = self.held(|ring| (ring.current, ring.keys.get(&ring.current).cloned()));
        let sealed =
            with.ok_or(Error::NoKey(key))?.seal(&crypt::row(subject, field, key), clear.as_bytes())?;
        Ok(ValueRow { subject, field, key, sealed })
    }

    fn opened(&self, q: &mut impl Query, value: &ValueRow) -> Result<Secret, Error> {
        let key = self.key(q, value.key)?;
        let clear = key.open(&crypt::row(value.subject, value.field, value.key), &value.sealed);
        let text = clear.and_then(|bytes| String::from_utf8(bytes).ok());
        text.map(Secret).ok_or(Error::Damaged(value.field))
    }
}

fn wrapped(master: &Master, number: i64, purpose: &str, key: &Key) -> Result<KeyRow, Error> {
    let wrapped = master.0.seal(&crypt::wrapping(number, purpose), &key.0)?;
    Ok(KeyRow { number, purpose: purpose.to_owned(), master: master.mark(), wrapped })
}

fn unwrapped(masters: &[Master], row: &KeyRow) -> Result<Key, Error> {
    let master = masters.iter().find(|master| master.mark() == row.master).ok_or(Error::WrongMaster)?;
    let clear = master.0.open(&crypt::wrapping(row.number, &row.purpose), &row.wrapped);
    clear.and_then(|bytes| bytes.try_into().ok()).map(Key).ok_or(Error::WrongMaster)
}

fn ring(q: &mut impl Query, masters: &[Master]) -> Result<Ring, Error> {
    let (mut index, mut keys) = (None, BTreeMap::new());
    for row in sql::keys(q)? {
        let key = unwrapped(masters, &row)?;
        if row.purpose == INDEX {
            index = Some(key);
        } else {
            keys.insert(row.number, key);
        }
    }
    let current = keys.keys().next_back().copied().ok_or(Error::NoKey(1))?;
    Ok(Ring { index: index.ok_or(Error::NoKey(INDEX_NUMBER))?, current, keys })
}

/// Keeps a value, in place of the one that was there.
pub fn put(tx: &mut Tx<'_>, vault: &Vault, subject: RawId, field: Field, clear: &str) -> Result<(), Error> {
    Ok(sql::put(tx, &vault.seal(subject, field, clear)?)?)
}

/// Keeps a value where none was, without waiting for the answer: what a checkout writes, together with its neighbours.
pub(crate) fn put_new(
    tx: &mut Tx<'_>,
    vault: &Vault,
    subject: RawId,
    field: Field,
    clear: &str,
) -> Result<(), Error> {
    Ok(sql::put_new(tx, &vault.seal(subject, field, clear)?)?)
}

/// Takes out everything that is kept of a subject, and what it is found by. Records of looks stay.
pub fn forget(tx: &mut Tx<'_>, subject: RawId) -> Result<(), Error> {
    Ok(sql::forget(tx, subject)?)
}

/// Makes a subject the one who is found by a contact. False: somebody is already.
pub fn claim(tx: &mut Tx<'_>, digest: &Digest, subject: RawId) -> Result<bool, Error> {
    Ok(sql::claim(tx, digest, subject)?)
}

/// Gives a contact up. False: the subject was not found by it.
pub fn release(tx: &mut Tx<'_>, digest: &Digest, subject: RawId) -> Result<bool, Error> {
    Ok(sql::release(tx, digest, subject)?)
}

/// Who is found by a contact.
pub fn holder(q: &mut impl Query, digest: &Digest) -> Result<Option<RawId>, Error> {
    Ok(sql::holder(q, digest)?)
}

/// A value in the clear, without a record: for whom it is about, and for this context.
pub(crate) fn open(
    q: &mut impl Query,
    vault: &Vault,
    subject: RawId,
    field: Field,
) -> Result<Option<Secret>, Error> {
    let Some(value) = sql::get(q, subject, field)? else { return Ok(None) };
    vault.opened(q, &value).map(Some)
}

/// As much of a value as may be shown to those who need not know it.
pub fn shown(
    q: &mut impl Query,
    vault: &Vault,
    subject: RawId,
    field: Field,
) -> Result<Option<String>, Error> {
    Ok(open(q, vault, subject, field)?.map(|secret| field.masked(secret.expose())))
}

/// A value in the clear, and the record that somebody looked, in one transaction. Whether they may is the caller's to ask.
pub fn reveal(tx: &mut Tx<'_>, ctx: &Ctx, vault: &Vault, look: &Reveal) -> Result<Secret, Error> {
    let secret = open(tx, vault, look.subject, look.field)?.ok_or(Error::Nothing(look.field))?;
    let id: Id<AccessKind> = ctx.id();
    sql::looked(tx, ctx, id, look)?;
    let (field, why) = (look.field.as_str().into(), look.why.as_str().into());
    tx.append(ctx, &fact::Revealed { at: ctx.now, shop: None, access: id, member_id: look.by, field, why })?;
    Ok(secret)
}

/// Up to `limit` looks at what is somebody's, newest first, after the one of the page before.
pub fn accesses(
    q: &mut impl Query,
    subject: RawId,
    after: Option<Id<AccessKind>>,
    limit: i64,
) -> Result<Vec<Access>, Error> {
    sql::accesses(q, subject, after.map_or(RawId([0xff; 16]), Id::raw), limit)
}

/// Up to `limit` looks at anybody's data, newest first, after the one of the page before: for who watches over them.
pub fn looks(q: &mut impl Query, after: Option<Id<AccessKind>>, limit: i64) -> Result<Vec<Access>, Error> {
    sql::looks(q, after.map_or(RawId([0xff; 16]), Id::raw), limit)
}

/// What a rotation did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rotated {
    /// The key that values are sealed under now.
    pub key: i64,
    /// How many values it sealed anew.
    pub sealed: u64,
    /// How many keys it took out.
    pub dropped: u64,
}

/// Makes a new data key, seals every value under it in chunks, takes the older keys out. Cut off anywhere it leaves
/// every value readable; called again it makes one more key and finishes the rest. If `progress` is cancelled it ends
/// after its chunk, with the older keys still there.
pub fn rotate(db: &Db, vault: &Vault, now: Moment, progress: &dyn Progress) -> Result<Rotated, Error> {
    let (master, fresh) = (vault.masters.first().cloned().ok_or(Error::WrongMaster)?, Key::fresh()?);
    db.write_blocking("vault.begin_rotation", Keys::none(), move |tx| {
        begin_rotation(tx, &master, &fresh, now)
    })
    .map_err(WriteError::<Error>::flatten)?;
    vault.refresh(db)?;
    let key = vault.current();
    let mut sealed = 0;
    loop {
        let same = vault.clone();
        let some = db
            .write_blocking("vault.rotate", Keys::bulk(), move |tx| rotate_some(tx, &same, CHUNK))
            .map_err(WriteError::<Error>::flatten)?;
        if some == 0 {
            break;
        }
        sealed += some;
        progress.at("values", sealed, 0);
        if progress.cancelled() {
            return Ok(Rotated { key, sealed, dropped: 0 });
        }
    }
    let dropped = db
        .write_blocking("vault.drop_keys", Keys::none(), move |tx| sql::drop_spent(tx, key))
        .map_err(WriteError::<StoreError>::flatten)?;
    vault.refresh(db)?;
    Ok(Rotated { key, sealed, dropped })
}

/// Adds a data key; returns its number. Values are sealed under it from the next [`Vault::refresh`] on.
fn begin_rotation(tx: &mut Tx<'_>, master: &Master, fresh: &Key, now: Moment) -> Result<i64, Error> {
    let number = sql::keys(tx)?.last().map_or(INDEX_NUMBER, |key| key.number) + 1;
    let row = wrapped(master, number, DATA, fresh)?;
    match sql::add_key(tx, &row, now)? {
        true => Ok(number),
        false => Err(StoreError::Again("two rotations began at once".to_owned()).into()),
    }
}

/// Seals up to `limit` values of older keys under the present one; returns how many there were.
fn rotate_some(tx: &mut Tx<'_>, vault: &Vault, limit: i64) -> Result<u64, Error> {
    let stale = sql::stale(tx, vault.current(), limit)?;
    for old in &stale {
        let clear = vault.opened(tx, old)?;
        let new = vault.seal(old.subject, old.field, clear.expose())?;
        // A value that was changed meanwhile stays as it was changed; the next chunk looks at it again.
        sql::reseal(tx, old, new.key, &new.sealed)?;
    }
    Ok(stale.len() as u64)
}

/// Wraps every key under another master key, in one write. Values stay as they are.
pub fn rewrap(tx: &mut Tx<'_>, vault: &Vault, master: &Master) -> Result<(), Error> {
    for row in sql::keys(tx)? {
        let key = unwrapped(&vault.masters, &row)?;
        let new = wrapped(master, row.number, &row.purpose, &key)?;
        sql::wrap(tx, row.number, &new.master, &new.wrapped)?;
    }
    Ok(())
}
