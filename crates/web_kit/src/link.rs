//! What links of shops and tickets of the operator are signed with, and how they are written.
//!
//! A link is base 32 of the shop's id, the second at which it ends, and HMAC-SHA-256 of both under a key that lies in the
//! data folder; a ticket is the same without a shop. Nothing is stored: whoever deletes the key ends every link.
//!
//! Invariants: a token that was changed in any bit, has ended, or was made under another key or for another purpose opens
//! nothing; the key file is readable by its owner only.

use hmac::{Hmac, KeyInit, Mac};
use kernel::id::Shop;
use kernel::{Id, Moment, RawId};
use sha2::{Digest, Sha256};
use std::hash::{BuildHasher, Hasher};
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::Arc;

/// The most days a link lasts.
pub const LONGEST_DAYS: i64 = 366;

/// What links are signed with.
#[derive(Clone)]
pub struct Key(Arc<[u8; 32]>);

/// Why a token opens nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// It is no token, or was changed, or is of another market.
    Forged,
    /// It has ended.
    Ended,
}

/// The bytes of a shop's id.
const SHOP: usize = 16;

/// The bytes of the second at which something ends.
const UNTIL: usize = 8;

const SIGNATURE: usize = 32;

const LINK: &[u8] = b"sanhao merchant link 1";

const TICKET: &[u8] = b"sanhao operator ticket 1";

const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

impl Key {
    /// A key of given bytes.
    pub fn of(bytes: [u8; 32]) -> Self {
        Self(Arc::new(bytes))
    }

    /// The key of a file; it is made, for its owner's eyes only, if it is not there.
    pub fn of_file(path: &Path) -> io::Result<Self> {
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        match options.open(path) {
            Ok(mut file) => {
                let key = fresh();
                file.write_all(&key)?;
                file.sync_all()?;
                return Ok(Self::of(key));
            }
            Err(err) if err.kind() == io::ErrorKind::AlreadyExists => {}
            Err(err) => return Err(err),
        }
        let bytes = std::fs::read(path)?;
        let key: [u8; 32] = bytes.try_into().map_err(|_| {
            io::Error::new(
                io::ErrorKind::InvalidData,
                format!("{} is not a key of 32 bytes: delete it, and every link ends", path.display()),
            )
        })?;
        Ok(Self::of(key))
    }

    fn begin(&self, purpose: &[u8]) -> Option<Hmac<Sha256>> {
        let mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&*self.0).ok()?;
        Some(mac.chain_update(purpose))
    }

    /// A signature under this key for another purpose than a link: `purpose` keeps purposes apart.
    pub fn mac(&self, purpose: &[u8], parts: &[&[u8]]) -> Option<[u8; SIGNATURE]> {
        let mut mac = self.begin(purpose)?;
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        Some(mac.finalize().into_bytes().into())
    }

    /// Some bytes with their signature, as a text.
    fn seal(&self, purpose: &[u8], mut bytes: Vec<u8>) -> String {
        if let Some(mac) = self.begin(purpose) {
            let signature = mac.chain_update(&bytes).finalize().into_bytes();
            bytes.extend_from_slice(&signature);
        }
        write(&bytes)
    }

    /// The bytes of a text that was sealed, and when it ends, which its last bytes say.
    fn open(&self, purpose: &[u8], text: &str, now: Moment) -> Result<(Vec<u8>, Moment), Refused> {
        let mut bytes = read(text).ok_or(Refused::Forged)?;
        let at = bytes.len().checked_sub(SIGNATURE).ok_or(Refused::Forged)?;
        let signature = bytes.split_off(at);
        let mac = self.begin(purpose).ok_or(Refused::Forged)?.chain_update(&bytes);
        mac.verify_slice(&signature).map_err(|_| Refused::Forged)?;
        let until = bytes.last_chunk::<UNTIL>().ok_or(Refused::Forged)?;
        let until = Moment::from_micros(i64::from_be_bytes(*until).saturating_mul(1_000_000));
        if until <= now { Err(Refused::Ended) } else { Ok((bytes, until)) }
    }

    /// A token for a shop that ends at a moment (in whole seconds).
    pub fn token(&self, shop: Id<Shop>, until: Moment) -> String {
        self.seal(LINK, [&shop.raw().bytes()[..], &seconds(until)].concat())
    }

    /// The shop of a token, and when the token ends.
    pub fn read(&self, token: &str, now: Moment) -> Result<(Id<Shop>, Moment), Refused> {
        let (bytes, until) = self.open(LINK, token, now)?;
        let shop = bytes.first_chunk::<SHOP>().ok_or(Refused::Forged)?;
        Ok((Id::from_raw(RawId(*shop)), until))
    }

    /// A ticket for whoever operates the platform on this machine, until a moment (in whole seconds).
    pub fn ticket(&self, until: Moment) -> String {
        self.seal(TICKET, seconds(until).to_vec())
    }

    /// When a ticket ends, if it is one.
    pub fn read_ticket(&self, ticket: &str, now: Moment) -> Result<Moment, Refused> {
        self.open(TICKET, ticket, now).map(|(_, until)| until)
    }
}

fn seconds(until: Moment) -> [u8; UNTIL] {
    until.micros().div_euclid(1_000_000).to_be_bytes()
}

/// Bytes that nobody can guess: the system's, and whatever std was seeded with by the system.
fn fresh() -> [u8; 32] {
    let mut hash = Sha256::new();
    for i in 0..8u64 {
        let mut hasher = std::collections::hash_map::RandomState::new().build_hasher();
        hasher.write_u64(i);
        hash.update(hasher.finish().to_be_bytes());
    }
    let mut more = [0u8; 32];
    if std::fs::File::open("/dev/urandom").and_then(|mut file| file.read_exact(&mut more)).is_ok() {
        hash.update(more);
    }
    hash.finalize().into()
}

/// A number that nobody can guess.
pub fn unguessable() -> u64 {
    fresh().iter().take(8).fold(0, |word, byte| (word << 8) | u64::from(*byte))
}

/// Base 32 as ids are written, without padding.
pub fn write(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(5) * 8);
    let (mut word, mut bits) = (0u32, 0u32);
    for byte in bytes {
        word = (word << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.push(char::from(DIGITS[((word >> bits) & 31) as usize]));
        }
    }
    if bits > 0 {
        text.push(char::from(DIGITS[((word << (5 - bits)) & 31) as usize]));
    }
    text
}

/// Reads base 32; bits left over must be 0, so that one token has one writing.
fn read(text: &str) -> Option<Vec<u8>> {
    if text.len() > 200 {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len() * 5 / 8);
    let (mut word, mut bits) = (0u32, 0u32);
    for byte in text.bytes() {
        let digit = DIGITS.iter().position(|d| *d == byte)?;
        word = (word << 5) | u32::try_from(digit).ok()?;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(((word >> bits) & 255) as u8);
        }
    }
    (bits < 5 && word & ((1 << bits) - 1) == 0).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shop(n: u8) -> Id<Shop> {
        Id::from_raw(RawId([n; 16]))
    }

    fn at(seconds: i64) -> Moment {
        Moment::from_micros(seconds * 1_000_000)
    }

    #[test]
    fn a_token_opens_its_shop_until_it_ends_and_not_under_another_key() {
        let key = Key::of([7; 32]);
        let token = key.token(shop(1), at(1_000));
        assert_eq!(key.read(&token, at(999)), Ok((shop(1), at(1_000))));
        assert_eq!(key.read(&token, at(1_000)), Err(Refused::Ended));
        assert_eq!(Key::of([8; 32]).read(&token, at(1)), Err(Refused::Forged));
        // Another shop's id, or a later end, with this signature.
        let other = key.token(shop(2), at(1_000));
        let late = key.token(shop(1), at(2_000));
        let signed = (SHOP + UNTIL) * 8 / 5;
        for mixed in [
            format!("{}{}", &other[..signed], &token[signed..]),
            format!("{}{}", &late[..signed], &token[signed..]),
        ] {
            assert_eq!(key.read(&mixed, at(1)), Err(Refused::Forged), "{mixed}");
        }
        for bad in [
            "",
            "x",
            "ünï",
            &token[1..],
            &token[..token.len() - 1],
            &format!("{token}0"),
            &token.to_uppercase(),
        ] {
            assert_eq!(key.read(bad, at(1)), Err(Refused::Forged), "{bad}");
        }
    }

    #[test]
    fn a_ticket_opens_until_it_ends_and_is_no_shops_link() {
        let key = Key::of([7; 32]);
        let ticket = key.ticket(at(1_000));
        assert_eq!(key.read_ticket(&ticket, at(999)), Ok(at(1_000)));
        assert_eq!(key.read_ticket(&ticket, at(1_000)), Err(Refused::Ended));
        assert_eq!(Key::of([8; 32]).read_ticket(&ticket, at(1)), Err(Refused::Forged));
        let longer = key.ticket(at(2_000));
        let mixed = format!("{}{}", &longer[..12], &ticket[12..]);
        for bad in ["", "x", &ticket[1..], &format!("{ticket}0"), &mixed, &key.token(shop(1), at(1_000))] {
            assert_eq!(key.read_ticket(bad, at(1)), Err(Refused::Forged), "{bad}");
        }
        assert_eq!(key.read(&ticket, at(1)), Err(Refused::Forged));
    }

    #[test]
    fn a_key_is_made_once_for_its_owner_only() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("merchant.key");
        let token = Key::of_file(&path).unwrap().token(shop(1), at(10));
        assert!(Key::of_file(&path).unwrap().read(&token, at(1)).is_ok());
        assert_eq!(std::fs::read(&path).unwrap().len(), 32);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        std::fs::write(&path, b"short").unwrap();
        assert!(Key::of_file(&path).is_err());
    }

    proptest! {
        #[test]
        fn a_token_changed_anywhere_opens_nothing(at_digit in 0usize..89, to in 0usize..32) {
            let key = Key::of([3; 32]);
            let token = key.token(shop(9), at(5_000));
            let i = at_digit % token.len();
            let mut changed = token.clone().into_bytes();
            changed[i] = DIGITS[to];
            let changed = String::from_utf8(changed).unwrap();
            prop_assume!(changed != token);
            prop_assert_eq!(key.read(&changed, at(1)), Err(Refused::Forged));
        }

        #[test]
        fn base_32_reads_back_what_it_wrote(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            prop_assert_eq!(read(&write(&bytes)), Some(bytes));
        }
    }
}
