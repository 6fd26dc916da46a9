//! Keys, seals and digests: the only place that knows a cipher or asks the system for random bytes.

use super::error::Error;
use super::model::{Field, Trace};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use kernel::RawId;
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::io::Write as _;
use std::path::Path;

const NONCE: usize = 24;

/// Random bytes of the operating system.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| Error::NoEntropy)?;
    Ok(bytes)
}

/// SHA-256 of something that is random enough not to be guessed.
pub(crate) fn hash(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Whether two secrets are the same, in a time that does not tell where they differ.
pub(crate) fn same(a: &[u8], b: &[u8]) -> bool {
    let differing = a.iter().zip(b).fold(0, |sum, (a, b)| std::hint::black_box(sum | (a ^ b)));
    a.len() == b.len() && differing == 0
}

/// A value in the clear. Does not print.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub(crate) String);

impl Secret {
    /// The value itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// What a value is found by: the same value of the same field gives the same digest, and without the key nothing leads
/// from one to the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub(crate) [u8; 32]);

/// A key of 256 bits. Does not print.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Key(pub(crate) [u8; 32]);

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl Key {
    /// A new one.
    pub(crate) fn fresh() -> Result<Self, Error> {
        random().map(Self)
    }

    /// Nonce and sealed bytes; opens only with the same `of`.
    pub(crate) fn seal(&self, of: &[u8], clear: &[u8]) -> Result<Vec<u8>, Error> {
        let nonce: [u8; NONCE] = random()?;
        let cipher = XChaCha20Poly1305::new(&self.0.into());
        let sealed = cipher.encrypt(&XNonce::from(nonce), Payload { msg: clear, aad: of });
        // It refuses only more bytes than a memory holds.
        let sealed = sealed.map_err(|_| Error::NoEntropy)?;
        Ok([&nonce[..], &sealed].concat())
    }

    /// The bytes in the clear, if nobody touched them and they are of what they are said to be.
    pub(crate) fn open(&self, of: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE>()?;
        let cipher = XChaCha20Poly1305::new(&self.0.into());
        cipher.decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: of }).ok()
    }

    /// The keyed digest of a value.
    pub(crate) fn digest(&self, field: Field, value: &str) -> Digest {
        // A key of any length will do; this one is never refused.
        let Ok(mac) = <Hmac<Sha256> as KeyInit>::new_from_slice(&self.0) else { return Digest([0; 32]) };
        let mac = mac.chain_update(field.as_str()).chain_update([0]).chain_update(value);
        Digest(mac.finalize().into_bytes().into())
    }

    /// The keyed trace of a value for one purpose: it is no digest of [`digest`](Self::digest), so that nobody joins the two.
    pub(crate) fn trace(&self, of: Trace, value: &str) -> [u8; 16] {
        let mut short = [0; 16];
        let Ok(mac) = <Hmac<Sha256> as KeyInit>::new_from_slice(&self.0) else { return short };
        let mac = mac.chain_update("trace\0").chain_update(of.as_str()).chain_update([0]).chain_update(value);
        short.copy_from_slice(&mac.finalize().into_bytes()[..16]);
        short
    }
}

/// What binds a sealed value to its row.
pub(crate) fn row(subject: RawId, field: Field, key: i64) -> Vec<u8> {
    [&subject.0[..], field.as_str().as_bytes(), &[0], &key.to_be_bytes()].concat()
}

/// What binds a wrapped key to its number and purpose.
pub(crate) fn wrapping(number: i64, purpose: &str) -> Vec<u8> {
    [b"sanhao vault key\0", purpose.as_bytes(), &[0], &number.to_be_bytes()].concat()
}

/// The key over all keys. It is in no database: in a file beside it, or given from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Master(pub(crate) Key);

impl Master {
    /// From 32 bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Key(bytes))
    }

    /// A new one.
    pub fn fresh() -> Result<Self, Error> {
        Key::fresh().map(Self)
    }

    /// The name of the file of master keys in a market's folder.
    pub const FILE: &str = "vault.key";

    /// Those in a file, 64 hexadecimal digits to a line, the present one first; nothing if there is no file. To change
    /// the master key, write a line with a new one in front, [`rewrap`](super::rewrap), then take the old line out:
    /// whenever it is cut off, one of the lines fits.
    pub fn of_file(path: &Path) -> Result<Option<Vec<Self>>, Error> {
        let wrong = |why: String| Error::MasterFile(format!("{}: {why}", path.display()));
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(err) if err.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(err) => return Err(wrong(err.to_string())),
        };
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let keys: Option<Vec<Self>> = lines.map(Self::of_hex).collect();
        keys.filter(|keys| !keys.is_empty())
            .ok_or_else(|| wrong("each line must have 64 hexadecimal digits".to_owned()))
            .map(Some)
    }

    /// Makes the file with a new key; refuses if there is one.
    pub(crate) fn make_file(path: &Path) -> Result<Self, Error> {
        let key = Self::fresh()?;
        key.write(path).map_err(|err| Error::MasterFile(format!("{}: {err}", path.display())))?;
        Ok(key)
    }

    fn of_hex(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes).ok()?;
        Some(Self::from_bytes(bytes))
    }

    /// For its owner's eyes only, and on disk before anything is sealed under it.
    fn write(&self, path: &Path) -> std::io::Result<()> {
        let text = format!("{}\n", hex::encode(self.0.0));
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        #[cfg(unix)]
        if let Some(dir) = path.parent() {
            std::fs::File::open(dir)?.sync_all()?;
        }
        Ok(())
    }

    /// Which master key a data key is wrapped under; tells nothing of the key.
    pub(crate) fn mark(&self) -> String {
        let digest = hash(&[b"sanhao master\0", &self.0.0[..]].concat());
        hex::encode(&digest[..8])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seal_opens_where_it_belongs_and_nowhere_else() {
        let (key, other) = (Key([7; 32]), Key([8; 32]));
        let subject = |n| RawId([n; 16]);
        let of = row(subject(1), Field::Phone, 1);
        let sealed = key.seal(&of, "13812341234".as_bytes()).unwrap();
        assert_eq!(key.open(&of, &sealed).as_deref(), Some("13812341234".as_bytes()));
        assert_ne!(key.seal(&of, b"13812341234").unwrap(), sealed, "each seal has a nonce of its own");
        for elsewhere in [
            row(subject(2), Field::Phone, 1),
            row(subject(1), Field::Name, 1),
            row(subject(1), Field::Phone, 2),
        ] {
            assert_eq!(key.open(&elsewhere, &sealed), None);
        }
        assert_eq!(other.open(&of, &sealed), None);
        for i in 0..sealed.len() {
            let mut spoilt = sealed.clone();
            spoilt[i] ^= 1;
            assert_eq!(key.open(&of, &spoilt), None, "byte {i}");
            assert_eq!(key.open(&of, &sealed[..i]), None, "cut at {i}");
        }
    }

    #[test]
    fn traces_tell_purposes_and_keys_apart() {
        let trace = |key: u8, of, value| Key([key; 32]).trace(of, value);
        assert_eq!(trace(1, Trace::Phone, "a"), trace(1, Trace::Phone, "a"));
        assert_ne!(trace(1, Trace::Phone, "a"), trace(1, Trace::Place, "a"));
        assert_ne!(trace(1, Trace::Phone, "a"), trace(1, Trace::Phone, "b"));
        assert_ne!(trace(1, Trace::Phone, "a"), trace(2, Trace::Phone, "a"));
        // It leads to nobody's account.
        assert_ne!(trace(1, Trace::Phone, "a"), Key([1; 32]).digest(Field::Phone, "a").0[..16]);
    }

    #[test]
    fn digests_tell_fields_and_keys_apart() {
        let digest = |key: u8, field, value| Key([key; 32]).digest(field, value);
        assert_eq!(digest(1, Field::Phone, "a"), digest(1, Field::Phone, "a"));
        assert_ne!(digest(1, Field::Phone, "a"), digest(1, Field::Email, "a"));
        assert_ne!(digest(1, Field::Phone, "a"), digest(2, Field::Phone, "a"));
        assert!(same(b"ab", b"ab") && !same(b"ab", b"ac") && !same(b"ab", b"abc") && same(b"", b""));
    }

    #[test]
    fn nothing_secret_prints() {
        let printed = format!("{:?} {:?}", Master::from_bytes([0xab; 32]), Secret("13812341234".to_owned()));
        assert!(!printed.contains("171") && !printed.contains("138"), "{printed}");
    }
}
