//! Members, staff and personal data, on SQLite and on PostgreSQL from the same bodies.

mod address;
mod api_key;
mod application;
mod member;
mod merchant;
mod rotation;
mod staff;
mod vault;

use kernel::{Actor, Ctx, Id, Moment, id::Member};
use people::member::{self as m, Answer, Cost, Device, Hashed, Rules, SignIn, SignUp};
use people::vault::{Contact, Master, Vault};
use std::sync::atomic::{AtomicU64, Ordering};
use store::{Db, Keys, Query, StoreError, Tx, WriteError};

pub(crate) const SECOND: i64 = 1_000_000;

// To look at what is stored, and to spoil it.
store::sql! {
    pub(crate) RAW_VALUE = "select sealed from vault_value where subject = $1 and field = $2";
    pub(crate) SPOIL = "update vault_value set sealed = $3 where subject = $1 and field = $2";
    pub(crate) KEY_OF = "update vault_value set key = $3 where subject = $1 and field = $2";
    pub(crate) KEYS = "select count(*) from vault_key where purpose = 'data'";
    pub(crate) STALE = "select count(*) from vault_value where key < $1";
    pub(crate) DROP_KEY = "delete from vault_key where number = $1";
    pub(crate) TOLD = "select kind from log_fact order by at, kind";
    pub(crate) INSTALLED = "select count(*) from vault_key";
}

pub(crate) fn at(seconds: i64) -> Moment {
    Moment::from_micros(1_800_000_000_000_000 + seconds * SECOND)
}

/// A context of its own at a second.
pub(crate) fn ctx(seconds: i64) -> Ctx {
    static SEED: AtomicU64 = AtomicU64::new(1);
    Ctx::new(at(seconds), Actor::System, SEED.fetch_add(1, Ordering::Relaxed))
}

/// Hashing as cheap as it can be: what it costs in earnest is no matter of these tests.
pub(crate) fn rules() -> Rules {
    Rules { cost: Cost { memory_kib: 16, passes: 1, lanes: 1 }, ..Rules::default() }
}

pub(crate) fn master() -> Master {
    Master::from_bytes([0x5a; 32])
}

pub(crate) fn vault(db: &Db) -> Vault {
    Vault::open(db, vec![master()], at(0)).unwrap()
}

pub(crate) fn contact(text: &str) -> Contact {
    Contact::read(text, Some(kernel::Country::CN)).unwrap()
}

/// Every kind of fact that was told, as often as it was: from the log itself, whose readers may have to wait for
/// strangers in the cluster.
pub(crate) fn told(db: &Db) -> Vec<String> {
    db.read(|q| q.rows(&TOLD, &[], |row| Ok(row.text(0)?.to_owned()))).unwrap()
}

/// Runs a command in a write of its own.
pub(crate) fn write<T, E>(
    db: &Db,
    seconds: i64,
    f: impl Fn(&mut Tx<'_>, &Ctx) -> Result<T, E> + Send + 'static,
) -> Result<T, E>
where
    T: Send + 'static,
    E: Send + 'static + From<StoreError>,
{
    let ctx = ctx(seconds);
    db.write_blocking("test", Keys::none(), move |tx| f(tx, &ctx)).map_err(WriteError::flatten)
}

pub(crate) fn join(db: &Db, vault: &Vault, to: &str, password: &str) -> Result<Id<Member>, m::Error> {
    let cmd = SignUp {
        contacts: vec![contact(to)],
        name: Some("张三丰".to_owned()),
        password: Hashed::new(&rules(), password)?,
    };
    let vault = vault.clone();
    write(db, 0, move |tx, ctx| m::sign_up(tx, ctx, &vault, &cmd))
}

pub(crate) fn answer(
    db: &Db,
    vault: &Vault,
    rules: &Rules,
    seconds: i64,
    who: &str,
    password: &str,
) -> Result<Answer, m::Error> {
    db.read(|q| m::challenge(q, vault, rules, &contact(who), at(seconds)))?.answer(rules, password)
}

/// Signs in from the beginning to the end.
pub(crate) fn sign_in(
    db: &Db,
    vault: &Vault,
    seconds: i64,
    who: &str,
    password: &str,
) -> Result<(SignIn, Answer), m::Error> {
    let answer = answer(db, vault, &rules(), seconds, who, password)?;
    let same = answer.clone();
    let came = write(db, seconds, move |tx, ctx| m::sign_in(tx, ctx, &rules(), &same, Device::Phone))?;
    Ok((came, answer))
}
